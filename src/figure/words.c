#include "figure/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/rule.h"
#include "figure/entries.h"
#include "sweep/task.h"

/* ---- values with words of their own ---- */

static void add_rule(struct aln_text *out, const struct aln_figure_input *in, const char *value)
{
    (void)in;
    aln_text_add(out, "%s", aln_drawing_word_value("learning.rule", value));
}

/* "784-100-10, tanh" */
static void add_net(struct aln_text *out, const struct aln_figure_input *in, const char *value)
{
    (void)value;
    const struct aln_node *network = aln_tree_find(aln_tree_root(in->tree), "network");
    const struct aln_node *layers = network != NULL ? aln_tree_find(network, "layers") : NULL;
    if (aln_drawing_net_input(out, in, layers) != ALN_OK)
        out->failed = true;
    aln_drawing_net(out, layers);
    aln_text_add(out, ", %s", aln_drawing_net_activation(layers));
}

/* "0.1", or of a pair of unequal numbers, one of each layer, "0.1 (read-out 0)". */
static void add_pair(struct aln_text *out, const struct aln_figure_input *in, const char *value)
{
    (void)in;
    int first = (int)strcspn(value + (value[0] == '['), ",]");
    const char *second = strchr(value, ',');
    if (value[0] != '[' || second == NULL) {
        aln_text_add(out, "%s", value);
        return;
    }
    second += 1 + strspn(second + 1, " ");
    int length = (int)strcspn(second, "]");
    aln_text_add(out, "%.*s", first, value + 1);
    if (length != first || strncmp(value + 1, second, (size_t)first) != 0)
        aln_text_add(out, " (read-out %.*s)", length, second);
}

static double real_of(const char *text, double otherwise)
{
    double x;
    return aln_text_real(text, &x) ? x : otherwise;
}

/* Appends the rate of a step, which may be one of each layer. */
static void add_step_rate(struct aln_text *out, const struct aln_node *step)
{
    const struct aln_node *rate = aln_tree_find(step, "rate");
    if (rate != NULL)
        aln_tree_write_value(out, rate);
}

/* "then 0.001 from epoch 1", or for several "in 3 steps to 0.001 from epoch 40"; without steps after
 * the end of the run. */
static void add_schedule(struct aln_text *out, const struct aln_figure_input *in, const char *value)
{
    (void)value;
    const struct aln_node *root = aln_tree_root(in->tree), *last = NULL;
    const struct aln_node *learning = aln_tree_find(root, "learning");
    const struct aln_node *all = learning != NULL ? aln_tree_find(learning, "schedule") : NULL;
    bool deep = aln_tree_find(root, "network") != NULL;
    const char *time = deep ? "epoch" : "time";
    double end = real_of(aln_figure_scalar(root, deep ? "run.epochs" : "run.time"), 1e300);
    size_t count = 0;
    for (const struct aln_node *n = all != NULL ? all->first : NULL; n != NULL; n = n->next)
        if (real_of(aln_figure_scalar(n, time), 1e301) < end) {
            last = n;
            count++;
        }
    if (count == 0)
        return;
    if (count == 1)
        aln_text_add(out, "then ");
    else
        aln_text_add(out, "in %zu steps to ", count);
    add_step_rate(out, last);
    aln_text_add(out, " from %s %s", deep ? "epoch" : "t =", aln_figure_scalar(last, time));
}

/* ---- the table ---- */

static const struct aln_word words[] = {
    {"learning.rule", "%s", "", add_rule},
    {"data.name", "%s", "", NULL},
    {"network.layers", "%s", "", add_net},
    {"problem.activation", "%s", "", NULL},
    {"problem.student.units", NULL, "", NULL},
    {"problem.teacher.units", NULL, "", NULL},
    {"problem.outputs", NULL, "1", NULL},
    {"problem.teacher.readout.alpha", "α = %s", NULL, NULL},
    {"problem.teacher.readout.beta", "β = %s", NULL, NULL},
    {"data.alpha", NULL, NULL, NULL},
    {"data.beta", NULL, NULL, NULL},
    {"learning.feedback.kind", "%s", "independent", NULL},
    {"learning.feedback.scale", "gain %s", "1", NULL},
    {"learning.feedback.shared", "shared feedback: %s", "true", NULL},
    {"learning.feedback.heads", "%s feedback", "own", NULL},
    {"problem.heads", "%s heads", "own", NULL},
    {"problem.teacher.similarity", "similarity %s", NULL, NULL},
    {"learning.feedback.noise", "noise of the feedback %s", "0", NULL},
    {"learning.feedback.threshold", "threshold %s", "0.1", NULL},
    {"learning.feedback.symmetry", "ρ = %s", "0", NULL},
    {"learning.rate", NULL, "", add_pair},
    {"learning.schedule", "%s", "", add_schedule},
    {"learning.batch", "batch %s", "1", NULL},
    {"learning.momentum", "momentum %s", "0", NULL},
    {"learning.decay", NULL, "0", add_pair},
    {"problem.noise", NULL, "0", NULL},
    {"problem.samples", NULL, "", NULL},
    {"data.label_noise", "%s of the labels random", "0", NULL},
    {"problem.inputs", NULL, "", NULL},
    {"run.seed", "seed %s", "1", NULL},
    {"run.time", "until t = %s", NULL, NULL},
};
enum { WORDS = sizeof words / sizeof words[0] };

const struct aln_word *aln_drawing_word_row(size_t i)
{
    return i < WORDS ? &words[i] : NULL;
}

const struct aln_word *aln_drawing_word_of(const char *key)
{
    for (size_t i = 0; i < WORDS; i++)
        if (aln_figure_is_key(key, words[i].key))
            return &words[i];
    return NULL;
}

bool aln_drawing_word_param(const char *key, struct aln_param_row *out)
{
    char name[128];
    bool found = false;
    snprintf(name, sizeof name, "%.*s", (int)aln_figure_key_length(key), key);
    for (size_t i = 0; i < aln_tasks.count && !found; i++)
        found = aln_schema_find(aln_task_row(i)->schema, name, out);
    for (size_t i = 0; i < aln_tasks.count && !found; i++)
        found = aln_task_row(i)->variant != NULL &&
                aln_schema_find(aln_task_row(i)->variant->schema, name, out);
    return found;
}

/* Appends the unit of a parameter after its label and symbol, if these do not say it. */
static void add_unit(struct aln_text *out, const char *unit)
{
    static const char *const silent[] = {"", "1", "t = steps/N"};
    for (size_t i = 0; i < sizeof silent / sizeof silent[0]; i++)
        if (strcmp(unit, silent[i]) == 0)
            return;
    aln_text_add(out, " (%s)", unit);
}

/* Whether a key is that of a section with parameters in it: "learning.feedback". */
static bool is_section(const char *key)
{
    struct aln_param_row row;
    const size_t n = strlen(key);
    for (size_t i = 0; i < aln_tasks.count; i++)
        for (size_t r = 0; aln_schema_row(aln_task_row(i)->schema, r, &row); r++)
            if (strncmp(row.id.name, key, n) == 0 && row.id.name[n] == '.')
                return true;
    return false;
}

bool aln_drawing_word_add_axis(struct aln_text *out, const char *key)
{
    struct aln_param_row row;
    const struct aln_word *word = aln_drawing_word_of(key);
    const char *entry = key + aln_figure_key_length(key);
    bool known =
        aln_drawing_word_param(key, &row) && (row.label[0] != '\0' || row.symbol[0] != '\0');
    if (known) {
        aln_text_add(out, "%s%s%s%s", row.label,
                     row.label[0] != '\0' && row.symbol[0] != '\0' ? "  " : "", row.symbol, entry);
        add_unit(out, row.unit);
    } else if (word != NULL && word->format != NULL) { /* a part of a parameter, "α = %s" */
        aln_text_add(out, "%.*s%s", (int)strcspn(word->format, " "), word->format, entry);
    } else if (is_section(key)) {
        aln_text_add(out, "%s", strrchr(key, '.') != NULL ? strrchr(key, '.') + 1 : key);
        known = true;
    } else {
        aln_text_add(out, "%s", key);
    }
    return known || word != NULL;
}

const char *aln_drawing_word_value(const char *key, const char *value)
{
    const void *rule = strcmp(key, "learning.rule") == 0 ? aln_names_find(&aln_rules, value) : NULL;
    return rule != NULL ? ((const struct aln_rule *)rule)->label : value;
}

/* ---- legends ---- */

enum { LONG = 32, KEPT = 28 };

/* How many bytes of a long value are kept: KEPT, but no part of a character. */
static int kept_of(const char *value)
{
    int n = KEPT;
    while (n > 0 && ((unsigned char)value[n] & 0xc0) == 0x80)
        n--;
    return n;
}

/* Appends a value, a number that is not whole with six digits.
 * Given: whole  whether a long text stays whole */
static void add_short(struct aln_text *out, const char *value, bool whole)
{
    double x;
    if (strpbrk(value, ".eE") != NULL && aln_text_real(value, &x))
        aln_text_add(out, "%.6g", x);
    else if (!whole && strlen(value) > LONG)
        aln_text_add(out, "%.*s…", kept_of(value), value);
    else
        aln_text_add(out, "%s", value);
}

/* Puts a value into the format of a key. */
static void add_formatted(struct aln_text *out, const char *key, const struct aln_word *word,
                          const struct aln_text *value)
{
    const char *point = strchr(key, '.'), *shown = value->s != NULL ? value->s : "";
    const char *entry = key + aln_figure_key_length(key);
    struct aln_param_row row;
    bool symbol = aln_drawing_word_param(key, &row) && row.symbol[0] != '\0';
    if (word != NULL && word->format != NULL)
        aln_text_add(out, word->format, shown);
    else
        aln_text_add(out, "%s%s = %s",
                     symbol          ? row.symbol
                     : point != NULL ? point + 1
                                     : key,
                     symbol ? entry : "", shown[0] != '\0' ? shown : "default");
    out->failed = out->failed || value->failed;
}

void aln_drawing_word_add(struct aln_text *out, const struct aln_figure_input *in, const char *key,
                          const char *value, bool full)
{
    const struct aln_word *word = aln_drawing_word_of(key);
    struct aln_text text = {0}, shown = {0};
    bool written = word != NULL && word->write != NULL;
    if (full)
        aln_text_add(&text, "%s", value);
    else
        add_short(&text, value, written);
    if (written)
        word->write(&shown, in, text.s != NULL ? text.s : "");
    shown.failed = shown.failed || text.failed;
    add_formatted(out, key, word, written ? &shown : &text);
    free(text.s);
    free(shown.s);
}

void aln_drawing_word_value_add(struct aln_text *out, const char *key, const char *value)
{
    struct aln_text text = {0};
    add_short(&text, aln_drawing_word_value(key, value), false);
    add_formatted(out, key, aln_drawing_word_of(key), &text);
    free(text.s);
}

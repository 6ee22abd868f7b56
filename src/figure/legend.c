#include "figure/legend.h"

#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "figure/look.h"
#include "figure/values.h"
#include "figure/words.h"

/* The work space. */
struct legend_work {
    const struct aln_drawing *d;
    struct aln_legend *out;
    struct aln_values v;
    size_t N, rule; /* keys */
    const char *varied;
    bool mixed; /* two-layer problems and deep networks, which have few keys in common */
};

static const char *value_of(const struct legend_work *c, size_t input, size_t key)
{
    return c->v.value[input * c->v.keys + key];
}

/* Whether all results have the same value of a key. */
static bool all_agree(const struct legend_work *c, size_t key)
{
    for (size_t i = 1; i < c->d->count; i++)
        if (!aln_drawing_values_agree(&c->v, 0, i, key))
            return false;
    return true;
}

/* ---- what is alike ---- */

/* Whether two results are of different problems by this key, N aside. */
static bool differ(const struct legend_work *c, size_t a, size_t b, size_t key)
{
    return aln_drawing_effect(c->v.key[key]) == ALN_VALUE_PROBLEM &&
           !aln_drawing_values_agree(&c->v, a, b, key);
}

/* In how many keys two results are of different problems. */
static size_t differences(const struct legend_work *c, size_t a, size_t b)
{
    size_t n = 0;
    for (size_t k = 0; k < c->v.keys; k++)
        n += differ(c, a, b, k);
    return n;
}

static void find_alike(struct legend_work *c)
{
    struct aln_legend_entry *e = c->out->entry;
    for (size_t i = 0; i < c->d->count; i++) {
        for (size_t j = 0; j < i && e[i].alike == 0; j++)
            if (differences(c, j, i) == 0)
                e[i].alike = e[j].alike;
        if (e[i].alike == 0)
            e[i].alike = ++c->out->alike;
    }
}

/* The command that made a result, or what was swept. */
static const char *engine_of(const struct legend_work *c, size_t input)
{
    const struct aln_figure_input *in = &c->d->input[input];
    const char *swept = aln_figure_scalar(aln_tree_root(in->tree), "sweep.run");
    return swept[0] != '\0' ? swept : in->table->command;
}

static bool same_engine(const struct legend_work *c, size_t i, size_t j)
{
    return strcmp(engine_of(c, i), engine_of(c, j)) == 0;
}

/* Whether the group of result j has room for result i: no result of its engine. */
static bool has_room(const struct legend_work *c, size_t i, size_t j)
{
    const struct aln_legend_entry *e = c->out->entry;
    if (e[i].alike != e[j].alike)
        return false;
    for (size_t k = 0; k < i; k++)
        if (e[k].group == e[j].group && same_engine(c, i, k))
            return false;
    return true;
}

/* A theory and its simulations form a group, first those with the same N. */
static void find_groups(struct legend_work *c)
{
    struct aln_legend_entry *e = c->out->entry;
    for (size_t i = 0; i < c->d->count; i++) {
        for (int any = 0; any < 2; any++)
            for (size_t j = 0; j < i && e[i].group == 0; j++)
                if (has_room(c, i, j) && (any || aln_drawing_values_agree(&c->v, i, j, c->N)))
                    e[i].group = e[j].group;
        if (e[i].group == 0)
            e[i].group = ++c->out->groups;
    }
}

/* ---- colours ---- */

/* Colours of further results of a rule: Paul Tol's muted ones, without rules' own. */
static const char *const further[] = {"#332288", "#44aa99", "#882255", "#999933",
                                      "#cc6677", "#88ccee", "#117733"};
enum { FURTHER = sizeof further / sizeof further[0] };

static size_t rule_row(const struct aln_rule *rule)
{
    size_t row = 0;
    while (row < aln_rules.count && aln_rule_row(row) != rule)
        row++;
    return row;
}

/* The first group of a rule has its colour and dash; others have further colours, and when these are
 * used up also other dashes. */
static void choose_look(struct legend_work *c, size_t i, size_t *used)
{
    struct aln_legend_entry *e = c->out->entry;
    bool first = e[i].of != NULL;
    for (size_t j = 0; j < i; j++) {
        if (e[j].group == e[i].group) {
            e[i].colour = e[j].colour;
            e[i].dash = e[j].dash;
            return;
        }
        first = first && e[j].of != e[i].of;
    }
    size_t row = e[i].of != NULL ? rule_row(e[i].of) : 0;
    e[i].colour = first ? row + 1 : aln_rules.count + 1 + *used % FURTHER;
    e[i].dash = first ? row + 1 : 1 + (row + *used / FURTHER) % aln_rules.count;
    *used += !first;
}

static void choose_looks(struct legend_work *c)
{
    size_t used = 0;
    for (size_t i = 0; i < c->d->count; i++)
        choose_look(c, i, &used);
}

void aln_drawing_legend_colours(struct aln_text *out, const struct aln_style *style)
{
    const char *colour[ALN_MOST_RULES + FURTHER], *dash[ALN_MOST_RULES];
    char shown[ALN_MOST_RULES + FURTHER][8];
    for (size_t r = 0; r < aln_rules.count; r++)
        dash[r] = aln_rule_row(r)->dash;
    for (size_t r = 0; r < aln_rules.count + FURTHER; r++)
        colour[r] = aln_drawing_colour(
            style, r < aln_rules.count ? aln_rule_row(r)->colour : further[r - aln_rules.count], r,
            shown[r]);
    aln_drawing_strings(out, "rule_colours", aln_rules.count + FURTHER, colour);
    aln_drawing_strings(out, "rule_dashes", aln_rules.count, dash);
}

/* ---- words ---- */

/* Feedback does not act on what a rule without it computes. */
static bool acts(const struct legend_work *c, size_t input, const char *key)
{
    const struct aln_rule *rule = c->out->entry[input].of;
    return rule == NULL || rule->random || strncmp(key, "learning.feedback.", 18) != 0;
}

/* Whether the label of a result gives its N: theory has none, but for its start. */
static bool gives_size(const struct legend_work *c, size_t input)
{
    const struct aln_legend_entry *e = c->out->entry;
    for (size_t j = 0; j < c->d->count && (e[input].theory || e[input].sized); j++)
        if (e[j].theory == e[input].theory ? !aln_drawing_values_agree(&c->v, input, j, c->N)
                                           : !e[input].theory)
            return true;
    return false;
}

static void add_part(struct aln_text *out, const struct aln_text *part)
{
    if (part->length > 0)
        aln_text_add(out, "%s%s", out->length > 0 ? ", " : "", part->s);
    out->failed = out->failed || part->failed;
}

/* Whether the words on a result name a key. */
static bool names_key(const struct legend_work *c, size_t input, size_t k)
{
    enum aln_value_effect effect = aln_drawing_effect(c->v.key[k]);
    if (c->mixed || k == c->rule)
        return false;
    if (effect == ALN_VALUE_SIZE)
        return gives_size(c, input);
    return effect == ALN_VALUE_PROBLEM && !all_agree(c, k) && acts(c, input, c->v.key[k]);
}

enum { LONG = 60 }; /* no further keys after so many letters */

/* Given: all  whether with all digits, and also after many letters */
static void add_key(struct legend_work *c, size_t input, size_t k, bool all)
{
    struct aln_legend_entry *e = &c->out->entry[input];
    struct aln_text part = {0};
    if (value_of(c, input, k)[0] != '\0' && e->differs.length < (all ? 2 * LONG : LONG))
        aln_drawing_word_add(&part, &c->d->input[input], c->v.key[k], value_of(c, input, k), all);
    add_part(&e->differs, &part);
    if (k != c->N)
        add_part(&e->problem, &part);
    free(part.s);
}

static const char *words_of(const struct aln_text *text)
{
    return text->s != NULL ? text->s : "";
}

/* ---- equal labels ---- */

/* Whether two results have the same label so far. */
static bool same_label(const struct legend_work *c, size_t i, size_t j)
{
    const struct aln_legend_entry *e = c->out->entry;
    return same_engine(c, i, j) && strcmp(e[i].rule, e[j].rule) == 0 &&
           strcmp(words_of(&e[i].differs), words_of(&e[j].differs)) == 0;
}

/* Returned: first[i]  the first result with the label of result i */
static void find_equal(const struct legend_work *c, size_t *first)
{
    for (size_t i = 0; i < c->d->count; i++) {
        first[i] = 0;
        while (!same_label(c, first[i], i))
            first[i]++;
    }
}

/* Whether a key, of the problem or not, tells a result from another one with its label. */
static bool tells_apart(const struct legend_work *c, const size_t *first, size_t input, size_t k)
{
    bool apart = false;
    for (size_t j = 0; j < c->d->count; j++)
        apart =
            apart || (first[j] == first[input] && !aln_drawing_values_agree(&c->v, input, j, k));
    return apart && k != c->rule && aln_drawing_effect(c->v.key[k]) != ALN_VALUE_NOTHING;
}

/* Whether the titles of all results with one label differ. */
static bool titles_differ(const struct legend_work *c, const size_t *first, size_t input)
{
    const struct aln_figure_input *in = c->d->input;
    for (size_t i = 0; i < c->d->count; i++)
        for (size_t j = 0; j < i; j++)
            if (first[i] == first[input] && first[j] == first[input] &&
                strcmp(in[i].title, in[j].title) == 0)
                return false;
    return true;
}

/* The name of a result's file, with its folder if another result's file has the same name. */
static const char *file_of(const struct legend_work *c, size_t input)
{
    const char *name = aln_figure_input_name(&c->d->input[input]);
    for (size_t j = 0; j < c->d->count; j++)
        if (strcmp(name, aln_figure_input_name(&c->d->input[j])) == 0 &&
            strcmp(c->d->input[input].path, c->d->input[j].path) != 0)
            return c->d->input[input].path;
    return name;
}

/* Adds the title or else the file of a result whose parameters are those of another one. */
static void add_name(struct legend_work *c, const size_t *first, size_t input)
{
    struct aln_text part = {0};
    bool alone = true;
    for (size_t j = 0; j < c->d->count; j++)
        alone = alone && (j == input || first[j] != first[input]);
    if (alone)
        return;
    aln_text_add(&part, "%s",
                 titles_differ(c, first, input) ? c->d->input[input].title : file_of(c, input));
    add_part(&c->out->entry[input].differs, &part);
    free(part.s);
}

static void tell_all(struct legend_work *c, size_t *first)
{
    size_t n = c->d->count;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < c->v.keys; k++)
            if (names_key(c, i, k))
                add_key(c, i, k, false);
    find_equal(c, first);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < c->v.keys; k++)
            if (tells_apart(c, first, i, k))
                add_key(c, i, k, true);
    find_equal(c, first);
    for (size_t i = 0; i < n; i++)
        add_name(c, first, i);
}

static enum aln_status make_labels(struct legend_work *c)
{
    size_t *first = calloc(c->d->count, sizeof *first);
    bool failed = first == NULL;
    if (!failed)
        tell_all(c, first);
    for (size_t i = 0; i < c->d->count && !failed; i++)
        failed = c->out->entry[i].differs.failed || c->out->entry[i].problem.failed;
    free(first);
    return failed ? aln_raise_memory("a figure's key") : ALN_OK;
}

/* ---- the subtitle ---- */

/* Whether a subtitle gives a parameter that all results share. */
static bool is_shared(const struct legend_work *c, const struct aln_word *word, size_t k)
{
    const char *value = value_of(c, 0, k);
    bool varied = c->varied != NULL && strcmp(c->varied, word->key) == 0;
    if (varied || value[0] == '\0' || word->usual == NULL || !all_agree(c, k) ||
        (word->usual[0] != '\0' && strcmp(value, word->usual) == 0))
        return false;
    for (size_t i = 0; i < c->d->count; i++)
        if (!acts(c, i, word->key))
            return false;
    for (size_t i = 0; i < c->d->count && k == c->N; i++)
        if (!c->out->entry[i].sized)
            return false;
    return true;
}

static enum aln_status make_subtitle(struct legend_work *c)
{
    const struct aln_word *word;
    for (size_t w = 0; (word = aln_drawing_word_row(w)) != NULL; w++) {
        struct aln_text part = {0};
        if (is_shared(c, word, w)) /* the keys with words come first */
            aln_drawing_word_add(&part, &c->d->input[0], word->key, value_of(c, 0, w), false);
        add_part(&c->out->subtitle, &part);
        free(part.s);
    }
    return c->out->subtitle.failed ? aln_raise_memory("a figure") : ALN_OK;
}

/* ---- all of it ---- */

static bool is_deep(const struct aln_figure_input *in)
{
    return aln_tree_find(aln_tree_root(in->tree), "network") != NULL;
}

/* Whether the results of a command depend on N. */
static bool is_sized(const char *command)
{
    static const char *const commands[] = {"chain", "sgd", "compare"};
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(command, commands[i]) == 0)
            return true;
    return false;
}

static void fill_entries(struct legend_work *c)
{
    for (size_t i = 0; i < c->d->count; i++) {
        struct aln_legend_entry *e = &c->out->entry[i];
        const char *rule = value_of(c, i, c->rule);
        e->of = (const void *)aln_names_find(&aln_rules, rule);
        e->rule = all_agree(c, c->rule) ? "" : e->of != NULL ? e->of->label : "";
        e->theory = strcmp(c->d->input[i].table->command, "ode") == 0;
        e->sized = is_sized(engine_of(c, i));
        c->mixed = c->mixed || is_deep(&c->d->input[i]) != is_deep(&c->d->input[0]);
    }
}

static enum aln_status start(struct legend_work *c)
{
    enum aln_status status = aln_drawing_values_make(&c->v, c->d);
    if (status == ALN_OK) {
        c->N = aln_drawing_values_key(&c->v, "problem.inputs");
        c->rule = aln_drawing_values_key(&c->v, "learning.rule");
    }
    return status;
}

enum aln_status aln_drawing_legend_make(struct aln_legend *out, const struct aln_drawing *d,
                                        const char *varied)
{
    struct legend_work c = {.d = d, .out = out, .varied = varied};
    *out = (struct aln_legend){.entry = calloc(d->count, sizeof *out->entry), .count = d->count};
    enum aln_status status = out->entry != NULL ? start(&c) : aln_raise_memory("a figure's key");
    if (status == ALN_OK) {
        fill_entries(&c);
        find_alike(&c);
        find_groups(&c);
        choose_looks(&c);
        status = make_labels(&c);
    }
    if (status == ALN_OK)
        status = make_subtitle(&c);
    aln_drawing_values_free(&c.v);
    return status;
}

void aln_drawing_legend_free(struct aln_legend *legend)
{
    for (size_t i = 0; legend->entry != NULL && i < legend->count; i++) {
        free(legend->entry[i].differs.s);
        free(legend->entry[i].problem.s);
    }
    free(legend->entry);
    free(legend->subtitle.s);
    *legend = (struct aln_legend){.count = 0};
}

void aln_drawing_legend_label(struct aln_text *out, const struct aln_legend_entry *entry,
                              const char *engine, const char *runs)
{
    struct aln_text name = {0}, rest = {0};
    aln_text_add(&name, "%s%s%s", entry->rule,
                 entry->rule[0] != '\0' && engine[0] != '\0' ? " " : "", engine);
    aln_text_add(&rest, "%s", runs);
    add_part(out, &name);
    add_part(out, &entry->differs);
    add_part(out, &rest);
    free(name.s);
    free(rest.s);
}

/* ---- drawn apart ---- */

/* Whether a result shares its problem with a theory, or a theory with a simulation. */
static bool is_matched(const struct aln_legend *l, size_t i)
{
    for (size_t j = 0; j < l->count; j++)
        if (l->entry[j].alike == l->entry[i].alike && l->entry[j].theory != l->entry[i].theory)
            return true;
    return false;
}

/* The theory that differs least from a simulation, of its rule or without a simulation of its own;
 * d->count: none. */
static size_t nearest_theory(struct legend_work *c, size_t simulation)
{
    const struct aln_legend *l = c->out;
    size_t nearest = l->count, least = SIZE_MAX;
    for (size_t j = 0; j < l->count; j++) {
        if (!l->entry[j].theory || (l->entry[j].of != l->entry[simulation].of && is_matched(l, j)))
            continue;
        size_t n = differences(c, j, simulation);
        if (n < least) {
            least = n;
            nearest = j;
        }
    }
    return nearest;
}

/* Appends "learning.rate (0.2 against 0.4), ...": the keys in which two results differ. */
static void add_differences(struct aln_text *out, const struct legend_work *c, size_t a, size_t b)
{
    enum { MOST = 4 };
    size_t n = 0;
    for (size_t k = 0; k < c->v.keys; k++)
        if (differ(c, a, b, k) && n++ < MOST)
            aln_text_add(out, "%s%s (%.40s against %.40s)", n > 1 ? ", " : "", c->v.key[k],
                         value_of(c, a, k), value_of(c, b, k));
        else if (n == MOST + 1 && differ(c, a, b, k))
            aln_text_add(out, ", ...");
}

static enum aln_status tell_one(struct legend_work *c, size_t i)
{
    const struct aln_drawing *d = c->d;
    size_t theory = nearest_theory(c, i);
    struct aln_text line = {0};
    if (theory == d->count)
        return ALN_OK;
    aln_text_add(&line, "%s and %s are drawn apart, since they differ in ",
                 aln_figure_input_name(&d->input[theory]), aln_figure_input_name(&d->input[i]));
    add_differences(&line, c, theory, i);
    if (!line.failed)
        d->progress->warn(d->progress->context, line.s);
    enum aln_status status = line.failed ? aln_raise_memory("a figure") : ALN_OK;
    free(line.s);
    return status;
}

enum aln_status aln_drawing_legend_tell(struct aln_drawing *d)
{
    struct legend_work c = {.d = d, .out = &d->legend};
    if (d->progress == NULL || d->progress->warn == NULL)
        return ALN_OK;
    enum aln_status status = start(&c);
    for (size_t i = 0; i < d->count && status == ALN_OK; i++)
        if (!d->legend.entry[i].theory && !is_matched(&d->legend, i))
            status = tell_one(&c, i);
    aln_drawing_values_free(&c.v);
    return status;
}

#include "file/column.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define TIME "steps/N"

static const struct aln_column columns[] = {
    /* which run, and when */
    {{"repeat", "simulation with its own inputs and noise, from 0", ""},
     .label = "run",
     .draws = "runs"},
    {{"seed", "seed of the run", ""}, .label = "seed", .draws = "seeds"},
    {{"point", "number of the point of a sweep, from 0", ""}, .label = "point", .draws = "points"},
    {{"file", "result that a row of a sweep's table comes from, if files are kept", ""},
     .label = "file",
     .draws = "points"},
    {{"rule", "learning rule", ""}, .label = "rule", .key = "learning.rule"},
    {{"t", "time; deep linear theory: rate x steps", ""},
     .label = "time",
     .symbol = "t",
     .unit = TIME,
     .axis = "t = steps/N"},
    {{"epoch", "passes through the training samples", ""}, .label = "epochs", .unit = "epochs"},
    {{"step", "updates of the weights", ""}, .label = "step", .unit = "steps"},

    /* two layers */
    {{"eg", "generalisation error, of half the squared error", ""},
     .label = "generalisation error",
     .symbol = "ε_g",
     .unit = "1"},
    {{"eg_i", "generalisation error on task i", ""},
     .label = "generalisation error",
     .symbol = "ε_{g, i}",
     .unit = "1"},
    {{"task", "number of the task in force, where that depends on an event", ""},
     .label = "task",
     .unit = "1"},
    {{"task_from", "time from which it has been in force", ""},
     .label = "beginning of the task",
     .unit = TIME},
    {{"train", "error on the training samples; eg is then that on fresh ones", ""},
     .label = "training error",
     .symbol = "ε_t",
     .unit = "1"},
    {{"Q_i_j", "overlap of student units i and j, W1 W1^T/N", ""},
     .label = "overlap",
     .symbol = "Q_{ij}",
     .unit = "1"},
    {{"R_i_j", "overlap of student unit i and teacher unit j, W1 V1^T/N", ""},
     .label = "overlap",
     .symbol = "R_{ij}",
     .unit = "1"},
    {{"T_i_j", "overlap of teacher units i and j, V1 V1^T/N", ""},
     .label = "overlap",
     .symbol = "T_{ij}",
     .unit = "1"},
    {{"W2_i_j", "read-out of student unit j to output i", ""},
     .label = "read-out",
     .symbol = "W_{2, ij}",
     .unit = "1"},
    {{"F1_i_j", "feedback from output j to student unit i", ""},
     .label = "feedback",
     .symbol = "F_{1, ij}",
     .unit = "1"},
    {{"cos_W2_F1", "alignment of read-out and feedback, tr(W2 F1)/(|W2| |F1|)",
      "Refinetti et al., ICML 2021"},
     .label = "alignment",
     .symbol = "cos(W_2, F_1)",
     .unit = "1"},
    {{"angle_W2_F1", "angle between read-out and feedback", ""},
     .label = "angle of W_2 and F_1",
     .unit = "degrees"},
    {{"norm_W2", "norm of the read-out", ""}, .symbol = "|W_2|", .unit = "1"},
    {{"law_X", "column X as the early law predicts it", ""},
     .label = "early law",
     .symbol = "X",
     .unit = "as X"},
    {{"err_X",
      "error of column X: its difference from a run at tighter tolerances or over other points",
      ""},
     .label = "integration error",
     .symbol = "δ X",
     .unit = "as X"},
    {{"sd_X", "standard deviation of column X over single runs at finite N", ""},
     .label = "standard deviation",
     .symbol = "σ(X)",
     .unit = "as X"},
    {{"se_X", "standard error of column X, a mean over repeats", ""},
     .label = "standard error",
     .symbol = "s.e.(X)",
     .unit = "as X"},
    {{"bias_X", "mean of column X at finite N minus its limit", ""},
     .symbol = "bias(X)",
     .unit = "as X"},
    {{"UA", "cosine of the rule's update and that of bp", ""},
     .label = "update alignment",
     .symbol = "UA",
     .unit = "1"},
    {{"SA", "cosine of the rule's error signal and that of bp", ""},
     .label = "signal alignment",
     .symbol = "SA",
     .unit = "1"},
    {{"GA_se", "standard error of GA", ""},
     .label = "gradient alignment",
     .symbol = "GA_{se}",
     .unit = "1"},
    {{"grad2", "squared gradient of eg with respect to W1", ""},
     .label = "squared gradient",
     .symbol = "|∇ε_g|^2",
     .unit = "1"},
    {{"descent", "d eg/dt by the hidden layer, from its mean update", ""},
     .label = "descent",
     .unit = "N/steps"},
    {{"noise", "d eg/dt by the hidden layer, from the spread of samples", ""},
     .label = "noise of the descent",
     .unit = "N/steps"},
    {{"hessian", "largest eigenvalue of the bulk of N d2 eg/dW1 dW1", ""},
     .label = "curvature",
     .symbol = "λ_{Hessian}",
     .unit = "1"},
    {{"eg_below_LEVEL_t", "first time at which eg is below a level", ""},
     .label = "time",
     .symbol = "t(ε_g < LEVEL)",
     .unit = TIME},
    {{"eg_fraction_LEVEL_t", "first time at which eg is below a fraction of eg(0)", ""},
     .label = "time",
     .symbol = "t(ε_g < LEVEL ε_g(0))",
     .unit = TIME},
    {{"EVENT_t", "time of an event, see alignode list events; nan: never", ""},
     .label = "time",
     .symbol = "t_{EVENT}",
     .unit = TIME},
    {{"EVENT_eg", "generalisation error at an event", ""},
     .label = "generalisation error",
     .symbol = "ε_g (EVENT)",
     .unit = "1"},
    {{"EVENT_cos", "alignment of read-out and feedback at an event", ""},
     .label = "alignment",
     .symbol = "cos(W_2, F_1) (EVENT)",
     .unit = "1"},

    /* compare */
    {.id = {"quantity", "column that is compared", ""}},
    {.id = {"engine_a", "first of two engines", ""}},
    {.id = {"engine_b", "second of two engines", ""}},
    {{"difference", "mean of engine_a minus mean of engine_b", ""},
     .label = "difference",
     .unit = "as quantity"},
    {{"se", "standard error of the difference", ""},
     .label = "standard error",
     .unit = "as quantity"},
    {{"z", "difference in standard errors", ""},
     .label = "difference in standard errors",
     .symbol = "z",
     .unit = "1"},
    {{"allowed", "largest difference within the tolerance", ""},
     .label = "allowed difference",
     .unit = "as quantity"},
    {.id = {"ok", "1: the difference is within the tolerance", ""}},
    {{"mean_a", "mean over the repeats of engine_a", ""},
     .label = "mean of the first engine",
     .unit = "as quantity"},
    {{"mean_b", "mean over the repeats of engine_b", ""},
     .label = "mean of the second engine",
     .unit = "as quantity"},

    /* the study degeneracy */
    {{"t_reached", "time at which eg fell below degeneracy.level; nan: never", ""},
     .label = "time to reach the level",
     .symbol = "t",
     .unit = TIME},
    {.id = {"reached", "1: the run has reached a solution", ""}},
    {{"distance", "distance to the nearest of the equivalent solutions", ""},
     .label = "distance to the solution",
     .unit = "1"},
    {.id = {"largest", "1: that solution has the largest tr(W2 F1)", ""}},
    {.id = {"sign_F1", "1: the read-out of every unit has the sign of its feedback", ""}},
    {.id = {"sign_start", "1: the read-out of every unit has the sign it had at the start", ""}},
    {{"cos_F1", "cosine of read-out and feedback", ""},
     .label = "alignment",
     .symbol = "cos(W_2, F_1)",
     .unit = "1"},
    {{"cos_start", "cosine of the read-out and itself at the start", ""},
     .symbol = "cos(W_2, W_2(0))",
     .unit = "1"},
    {{"least_F1", "smallest |F1| of a unit", ""},
     .label = "smallest feedback",
     .symbol = "min |F_1|",
     .unit = "1"},
    {.id = {"unit_k", "teacher unit that student unit k has become", ""}},
    {{"start_W2_i_j", "read-out of unit j to output i at the start", ""},
     .label = "read-out at the start",
     .symbol = "W_{2, ij}(0)",
     .unit = "1"},

    /* the study plearn */
    {{"units", "number of student units", ""},
     .label = "student units",
     .symbol = "K",
     .unit = "1",
     .key = "problem.student.units"},
    {{"rate", "learning rate of the hidden layer", ""},
     .label = "learning rate",
     .symbol = "η_1",
     .unit = "1"},
    {{"positive", "positive entries of the feedback", ""},
     .label = "positive entries of the feedback",
     .unit = "1"},
    {{"negative", "negative entries of the feedback", ""},
     .label = "negative entries of the feedback",
     .unit = "1"},
    {.id = {"predicted", "1: the signs of the feedback let the student learn", ""}},
    {.id = {"learned", "1: the student has learned", ""}},
    {{"eg_0", "generalisation error at the start", ""},
     .label = "initial generalisation error",
     .symbol = "ε_g(0)",
     .unit = "1"},
    {{"formula", "probability that signs drawn at random let the student learn", ""},
     .label = "probability to learn",
     .symbol = "P_{learn}",
     .unit = "1"},

    /* the study escape */
    {{"inputs", "number of inputs", ""}, .label = "inputs", .symbol = "N", .unit = "1"},
    {{"t_escape", "time at which eg leaves the plateau; nan: never", ""},
     .label = "escape time",
     .symbol = "t_{escape}",
     .unit = TIME},
    {{"lambda", "growth rate of the plateau's unstable direction, at its fixed point", ""},
     .label = "growth rate",
     .symbol = "λ",
     .unit = "N/steps",
     .of_all = true},
    {{"slope", "slope of the escape time in ln N, mean over the seeds", ""},
     .label = "slope of the escape time in ln N",
     .unit = TIME,
     .of_all = true},
    {{"slope_se", "standard error of this slope", ""},
     .label = "standard error",
     .unit = TIME,
     .of_all = true},

    /* fixedpoint */
    {.id = {"fixed_point", "number of the fixed point, from 0", ""}},
    {{"starts", "starts that led to the fixed point", ""}, .label = "starts", .unit = "1"},
    {{"residual", "largest rate of change of an unknown there", ""},
     .label = "residual",
     .symbol = "max |dy/dt|",
     .unit = "N/steps"},
    {.id = {"physical", "1: weights with these overlaps exist", ""}},
    {{"unstable", "growing directions", ""}, .label = "growing directions", .unit = "1"},
    {{"neutral", "directions that neither grow nor decay", ""},
     .label = "neutral directions",
     .unit = "1"},
    {{"unknowns", "all directions", ""}, .label = "directions", .unit = "1"},
    {.id = {"W2_moves", "1: the read-out learns, 0: it is fixed", ""}},
    {{"re_i", "real part of eigenvalue i of the Jacobian, largest first", ""},
     .label = "eigenvalue",
     .symbol = "Re λ_{i}",
     .unit = "N/steps"},
    {{"im_i", "imaginary part of eigenvalue i of the Jacobian", ""},
     .label = "eigenvalue",
     .symbol = "Im λ_{i}",
     .unit = "N/steps"},
    {{"growth", "largest real part of an eigenvalue, neutral directions excluded", ""},
     .label = "growth rate",
     .symbol = "max Re λ",
     .unit = "N/steps"},
    {{"critical", "largest stable learning rate", ""},
     .label = "critical learning rate",
     .symbol = "η_c",
     .unit = "1"},

    /* deep networks; the measures say how each is computed */
    {{"loss", "mean loss of a sample", ""}, .label = "loss", .unit = "1"},
    {{"loss_train", "mean loss of the training samples that are scored", ""},
     .label = "training loss",
     .unit = "1"},
    {{"loss_test", "mean loss of the test samples", ""}, .label = "test loss", .unit = "1"},
    {{"error_train", "fraction of the scored training samples that is misclassified", ""},
     .label = "training error",
     .unit = "1"},
    {{"error_test", "fraction of the test samples that is misclassified", ""},
     .label = "test error",
     .unit = "1"},
    {{"WA", "weight alignment of all layers together", "Refinetti et al., ICML 2021"},
     .label = "weight alignment",
     .symbol = "WA",
     .unit = "1"},
    {{"WA_l", "weight alignment of layer l", ""},
     .label = "weight alignment",
     .symbol = "WA_{l}",
     .unit = "1"},
    {{"GA", "gradient alignment of all hidden layers together", "Refinetti et al., ICML 2021"},
     .label = "gradient alignment",
     .symbol = "GA",
     .unit = "1"},
    {{"GA_l", "gradient alignment of hidden layer l", ""},
     .label = "gradient alignment",
     .symbol = "GA_{l}",
     .unit = "1"},
    {{"GA_batch", "gradient alignment on the next mini-batch", ""},
     .label = "gradient alignment",
     .symbol = "GA_{batch}",
     .unit = "1"},
    {{"GA_batch_l", "the same of hidden layer l", ""},
     .label = "gradient alignment",
     .symbol = "GA_{batch l}",
     .unit = "1"},
    {{"left_out", "probe samples that gradient alignment omits", ""},
     .label = "omitted samples",
     .unit = "samples"},
    {{"left_out_l", "the same of hidden layer l", ""},
     .label = "omitted samples",
     .symbol = "layer {l}",
     .unit = "samples"},
    {{"UA_l", "update alignment of hidden layer l", ""},
     .label = "update alignment",
     .symbol = "UA_{l}",
     .unit = "1"},
    {{"WF", "cosine of the weights and the feedback that replaces them", ""},
     .label = "weights and feedback",
     .symbol = "WF",
     .unit = "1"},
    {{"WF_l", "the same of layer l", ""},
     .label = "weights and feedback",
     .symbol = "WF_{l}",
     .unit = "1"},
    {{"norm_l", "norm of the weights of layer l", ""},
     .label = "norm of the weights",
     .symbol = "|W_{l}|",
     .unit = "1"},
    {{"signal_l", "rms error signal at hidden layer l, with the rule", ""},
     .label = "error signal",
     .symbol = "|δa_{l}|",
     .unit = "1"},
    {{"signal_bp_l", "rms error signal at hidden layer l, with bp", ""},
     .label = "error signal",
     .symbol = "|δa_{l}|_{bp}",
     .unit = "1"},
    {{"ratio_l", "signal_l over signal_bp_l", ""},
     .label = "error signal",
     .symbol = "|δa_{l}|/|δa_{l}|_{bp}",
     .unit = "1"},
    {{"cond_A_l", "condition number of A_l, which solves W_l = B_l A_l B_{l-1}^T", ""},
     .label = "condition number",
     .symbol = "cond A_{l}",
     .unit = "1"},
    {{"share_A_l", "fraction of |W_l|^2 that A_l explains", ""},
     .label = "explained fraction",
     .symbol = "A_{l}",
     .unit = "1"},
    {{"cond_ee", "condition number of the covariance of the errors", ""},
     .label = "condition number",
     .symbol = "cond ee^T",
     .unit = "1"},
    {{"corr_ee", "mean correlation of the errors of two outputs", ""},
     .label = "correlation of the errors",
     .unit = "1"},
    {{"p_i", "mean probability of class i", ""},
     .label = "mean probability",
     .symbol = "p_{i}",
     .unit = "1"},
    {{"rank_l", "effective rank of the rule's signals at hidden layer l", ""},
     .label = "effective rank of the signals",
     .symbol = "rank δa_{l}",
     .unit = "1"},
    {{"rank_bp_l", "effective rank of bp's signals at hidden layer l", ""},
     .label = "effective rank of the signals",
     .symbol = "rank δa_{l}, bp",
     .unit = "1"},
    {{"distance_l", "distance of the weights of layer l from their start, over their norm there",
      ""},
     .label = "distance from the start",
     .symbol = "|ΔW_{l}|/|W_{l}(0)|",
     .unit = "1"},
    {{"cond_l", "condition number of A_l, the alignment matrix of layer l", ""},
     .label = "condition number",
     .symbol = "cond A_{l}",
     .unit = "1"},
    {{"similarity", "cosine of the weights of two seeds, mean over pairs", ""},
     .label = "similarity",
     .unit = "1"},
    {{"similarity_l", "the same of layer l", ""},
     .label = "similarity",
     .symbol = "layer {l}",
     .unit = "1"},
    {{"similarity_se", "standard error of similarity, by leaving out each seed", ""},
     .label = "standard error",
     .unit = "1"},
    {{"similarity_l_se", "the same of layer l", ""}, .label = "standard error", .unit = "1"},
    {{"KA_l", "cosine of the kernel of layer l and that of the targets", ""},
     .label = "kernel-target alignment",
     .symbol = "KA_{l}",
     .unit = "1"},
    {{"error_clean", "training error of the samples with their true labels", ""},
     .label = "training error, clean samples",
     .unit = "1"},
    {{"error_noisy", "training error of the samples whose label noise has changed", ""},
     .label = "training error, noisy samples",
     .unit = "1"},
    {{"barrier_test",
      "excess of the test loss half-way between the weights of two seeds over the mean of their "
      "own, "
      "mean over pairs",
      ""},
     .label = "barrier between seeds",
     .symbol = "barrier, test",
     .unit = "1"},
    {{"barrier_test_se", "standard error of barrier_test", ""},
     .label = "standard error",
     .unit = "1"},
    {{"barrier_train", "the same of the training loss", ""},
     .label = "barrier between seeds",
     .symbol = "barrier, training",
     .unit = "1"},
    {{"barrier_train_se", "standard error of barrier_train", ""},
     .label = "standard error",
     .unit = "1"},
    {{"barrier_l", "barrier_test with layer l alone half-way", ""},
     .label = "barrier between seeds",
     .symbol = "barrier, layer {l}",
     .unit = "1"},
    {{"soup_loss", "test loss of the network with the average of all seeds' weights", ""},
     .label = "test loss of the average",
     .unit = "1"},
    {{"soup_error", "test error of the network with the average of all seeds' weights", ""},
     .label = "test error of the average",
     .unit = "1"},
    {{"path_k", "test loss at point k of 11 between the weights of two seeds, mean over pairs", ""},
     .label = "test loss",
     .symbol = "point {k}",
     .unit = "1"},
    {{"path_barrier", "largest excess of a path over the straight line between its ends", ""},
     .label = "barrier between seeds",
     .unit = "1"},
    {{"path_barrier_se", "standard error of path_barrier", ""},
     .label = "standard error",
     .unit = "1"},
    {{"cka_l", "linear centred kernel alignment of layer l of two seeds, mean over pairs", ""},
     .label = "kernel alignment of seeds",
     .symbol = "CKA_{l}",
     .unit = "1"},
};

const struct aln_names aln_columns = {"column", "columns", columns,
                                      sizeof columns / sizeof columns[0], sizeof columns[0]};

/* ---- matching ---- */

enum { MOST_INDICES = 4 };

/* Part of a name. */
struct span {
    const char *from;
    size_t length;
};

/* A row, and what its name leaves open. */
struct match {
    const struct aln_column *row;
    size_t count;
    struct index {
        char letter;
        struct span digits;
    } index[MOST_INDICES];
    const char *column; /* that X stands for; NULL: no X */
    struct span word;   /* that EVENT or LEVEL stands for; NULL, 0: neither */
};

/* What stands for a text. */
static const char *const words[] = {"EVENT", "LEVEL"};
enum { WORDS = sizeof words / sizeof words[0], WORD_LENGTH = 5 };

/* The place of such a word in a name or symbol, or NULL. */
static const char *find_word(const char *text)
{
    const char *at = NULL;
    for (size_t i = 0; i < WORDS && at == NULL; i++)
        at = strstr(text, words[i]);
    return at;
}

static bool is_index(struct span part)
{
    return part.length == 1 && strchr("ijkl", part.from[0]) != NULL;
}

/* "12", or with its block "12.3". */
static bool is_number(struct span part)
{
    size_t dots = 0;
    for (size_t i = 0; i < part.length; i++) {
        const bool dot = part.from[i] == '.' && i > 0 && i + 1 < part.length;
        if (!dot && !isdigit((unsigned char)part.from[i]))
            return false;
        dots += dot;
    }
    return part.length > 0 && dots <= 1;
}

/* Whether one part of a name, between underscores, is that of a row. */
static bool part_matches(struct span row, struct span part, struct match *m)
{
    if (row.length == part.length && memcmp(row.from, part.from, row.length) == 0)
        return true;
    if (!is_index(row) || !is_number(part) || m->count == MOST_INDICES ||
        (m->count == 0 && memchr(part.from, '.', part.length) != NULL))
        return false;
    m->index[m->count++] = (struct index){row.from[0], part};
    return true;
}

/* Whether the parts of a name are those of a row, numbers for indices. */
static bool matches_parts(const char *row, const char *name, struct match *m)
{
    for (;;) {
        const struct span a = {row, strcspn(row, "_")}, b = {name, strcspn(name, "_")};
        if (!part_matches(a, b, m))
            return false;
        row += a.length;
        name += b.length;
        if (*row == '\0' || *name == '\0')
            return *row == *name;
        row++;
        name++;
    }
}

/* Whether a name is that of a row with a text for its word at `at`. */
static bool matches_word(const char *row, const char *at, const char *name, struct match *m)
{
    const size_t before = (size_t)(at - row), after = strlen(at + WORD_LENGTH);
    const size_t length = strlen(name);
    if (length <= before + after || strncmp(row, name, before) != 0 ||
        strcmp(at + WORD_LENGTH, name + length - after) != 0)
        return false;
    m->word = (struct span){name + before, length - before - after};
    return true;
}

static bool find(const char *name, bool nested, struct match *m);

static bool matches(const struct aln_column *row, const char *name, bool nested, struct match *m)
{
    struct match inside;
    const char *id = row->id.name, *word = find_word(id);
    const size_t n = strlen(id);
    *m = (struct match){.row = row};
    if (n > 2 && strcmp(id + n - 2, "_X") == 0) {
        m->column = name + n - 1;
        return !nested && strncmp(id, name, n - 1) == 0 && find(m->column, true, &inside);
    }
    if (word != NULL)
        return !nested && matches_word(id, word, name, m);
    return matches_parts(id, name, m);
}

/* Given:    nested  whether it is what X stands for, a column with neither X nor EVENT
 * Returned: whether the table has it */
static bool find(const char *name, bool nested, struct match *m)
{
    const void *exact = aln_names_find(&aln_columns, name);
    if (exact != NULL)
        return matches(exact, name, nested, m);
    for (size_t i = 0; i < aln_columns.count; i++)
        if (matches(&columns[i], name, nested, m))
            return true;
    return false;
}

const struct aln_column *aln_column_of(const char *name)
{
    struct match m;
    return find(name, false, &m) ? m.row : NULL;
}

/* ---- symbols ---- */

static const struct index *index_of(const struct match *m, char letter)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->index[i].letter == letter)
            return &m->index[i];
    return NULL;
}

/* Whether an index has several digits, so that 1 and 12 must not become "112". */
static bool is_long(const struct match *m)
{
    bool any = false;
    for (size_t i = 0; i < m->count; i++) {
        const struct span *d = &m->index[i].digits;
        const char *dot = memchr(d->from, '.', d->length);
        any = any || (dot != NULL ? (size_t)(dot - d->from) : d->length) > 1;
    }
    return any;
}

/* A word of a name as people write it: "plateau_left" as "plateau left". */
static void add_word(struct aln_text *out, struct span word)
{
    for (size_t i = 0; i < word.length; i++)
        aln_text_add(out, "%c", word.from[i] == '_' ? ' ' : word.from[i]);
}

/* The end of the braces that begin at `from` with no _ or ^ before them: they only mark an index. */
static const char *bare_end(const char *symbol, const char *from)
{
    return *from == '{' && from > symbol && strchr("_^", from[-1]) == NULL ? strchr(from, '}')
                                                                           : NULL;
}

static void add_filled(struct aln_text *out, const struct match *m)
{
    const char *symbol = m->row->symbol, *word = find_word(symbol), *bare = NULL;
    bool inside = false, before = false;
    for (const char *c = symbol; *c != '\0'; c++) {
        const struct index *index = inside ? index_of(m, *c) : NULL;
        const bool opens = bare == NULL && bare_end(symbol, c) != NULL;
        bare = opens ? bare_end(symbol, c) : bare;
        inside = *c == '{' || (inside && *c != '}');
        if (index != NULL)
            aln_text_add(out, "%s%.*s", before && is_long(m) ? ", " : "", (int)index->digits.length,
                         index->digits.from);
        else if (c == word && m->word.length > 0)
            add_word(out, m->word);
        else if (m->column != NULL && *c == 'X')
            aln_column_add_symbol(out, m->column);
        else if (!opens && c != bare)
            aln_text_add(out, "%c", *c);
        c += c == word && m->word.length > 0 ? WORD_LENGTH - 1 : 0;
        before = index != NULL;
    }
}

bool aln_column_add_symbol(struct aln_text *out, const char *name)
{
    struct match m;
    if (!find(name, false, &m) || m.row->symbol == NULL)
        return false;
    add_filled(out, &m);
    return true;
}

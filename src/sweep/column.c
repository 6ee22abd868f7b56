#include "sweep/column.h"

#include <ctype.h>
#include <string.h>

#define TIME "steps/N"

static const struct aln_column columns[] = {
    /* which run, and when */
    {{"repeat", "simulation with its own inputs and noise, from 0", ""}, "", ""},
    {{"seed", "seed of the run", ""}, "", ""},
    {{"point", "number of the point of a sweep, from 0", ""}, "", ""},
    {{"file", "result that a row of a sweep's table comes from", ""}, "", ""},
    {{"rule", "learning rule", ""}, "", ""},
    {{"t", "time", ""}, "t", TIME},
    {{"epoch", "passes through the training samples", ""}, "", "epochs"},
    {{"step", "updates of the weights", ""}, "", "steps"},

    /* two layers */
    {{"eg", "generalisation error, of half the squared error", ""}, "ε_{g}", "1"},
    {{"eg_i", "generalisation error on task i", ""}, "ε_{g,i}", "1"},
    {{"train", "error on the training samples; eg is then that on fresh ones", ""}, "ε_{t}", "1"},
    {{"Q_i_j", "overlap of student units i and j, W1 W1^T/N", ""}, "Q_{ij}", "1"},
    {{"R_i_j", "overlap of student unit i and teacher unit j, W1 V1^T/N", ""}, "R_{ij}", "1"},
    {{"T_i_j", "overlap of teacher units i and j, V1 V1^T/N", ""}, "T_{ij}", "1"},
    {{"W2_i_j", "read-out of student unit j to output i", ""}, "W_{2,ij}", "1"},
    {{"F1_i_j", "feedback from output j to student unit i", ""}, "F_{1,ij}", "1"},
    {{"cos_W2_F1", "alignment of read-out and feedback, tr(W2 F1)/(|W2| |F1|)",
      "Refinetti et al., ICML 2021"},
     "cos(W_{2}, F_{1})",
     "1"},
    {{"angle_W2_F1", "angle between read-out and feedback", ""}, "∠(W_{2}, F_{1})", "degrees"},
    {{"norm_W2", "norm of the read-out", ""}, "|W_{2}|", "1"},
    {{"law_norm_W2", "norm of the read-out as the early law predicts it", ""},
     "|W_{2}|_{early}",
     "1"},
    {{"law_cos_W2_F1", "alignment of read-out and feedback as the early law predicts it", ""},
     "cos(W_{2}, F_{1})_{early}",
     "1"},
    {{"err_X", "integration error of column X: its difference from tighter tolerances", ""},
     "Δ",
     "as X"},
    {{"sd_X", "standard deviation of column X over single runs at finite N", ""}, "σ", "as X"},
    {{"bias_X", "mean of column X at finite N minus its limit", ""}, "bias", "as X"},
    {{"EVENT_t", "time of an event, see alignode list events; nan: never", ""}, "t", TIME},
    {{"EVENT_eg", "generalisation error at an event", ""}, "ε_{g}", "1"},
    {{"EVENT_cos", "alignment of read-out and feedback at an event", ""}, "cos(W_{2}, F_{1})", "1"},

    /* compare */
    {{"quantity", "column that is compared", ""}, "", ""},
    {{"engine_a", "first of two engines", ""}, "", ""},
    {{"engine_b", "second of two engines", ""}, "", ""},
    {{"difference", "mean of engine_a minus mean of engine_b", ""}, "Δ", "as quantity"},
    {{"se", "standard error of the difference", ""}, "s.e.", "as quantity"},
    {{"z", "difference in standard errors", ""}, "z", "1"},
    {{"allowed", "largest difference within the tolerance", ""}, "", "as quantity"},
    {{"ok", "1: the difference is within the tolerance", ""}, "", ""},
    {{"mean_a", "mean over the repeats of engine_a", ""}, "", "as quantity"},
    {{"mean_b", "mean over the repeats of engine_b", ""}, "", "as quantity"},

    /* the study degeneracy */
    {{"t_reached", "time at which eg fell below degeneracy.level; nan: never", ""}, "t", TIME},
    {{"reached", "1: the run has reached a solution", ""}, "", ""},
    {{"distance", "distance to the nearest of the equivalent solutions", ""}, "", "1"},
    {{"largest", "1: that solution has the largest tr(W2 F1)", ""}, "", ""},
    {{"sign_F1", "1: the read-out of every unit has the sign of its feedback", ""}, "", ""},
    {{"sign_start", "1: the read-out of every unit has the sign it had at the start", ""}, "", ""},
    {{"cos_F1", "cosine of read-out and feedback", ""}, "cos(W_{2}, F_{1})", "1"},
    {{"cos_start", "cosine of the read-out and itself at the start", ""},
     "cos(W_{2}, W_{2}(0))",
     "1"},
    {{"least_F1", "smallest |F1| of a unit", ""}, "min |F_{1}|", "1"},
    {{"unit_k", "teacher unit that student unit k has become", ""}, "", ""},
    {{"start_W2_i_j", "read-out of unit j to output i at the start", ""}, "W_{2,ij}(0)", "1"},

    /* the study plearn */
    {{"units", "number of student units", ""}, "K", "1"},
    {{"rate", "learning rate of the hidden layer", ""}, "η_{1}", "1"},
    {{"positive", "positive entries of the feedback", ""}, "", "1"},
    {{"negative", "negative entries of the feedback", ""}, "", "1"},
    {{"predicted", "1: the signs of the feedback let the student learn", ""}, "", ""},
    {{"learned", "1: the student has learned", ""}, "", ""},
    {{"eg_0", "generalisation error at the start", ""}, "ε_{g}(0)", "1"},
    {{"formula", "probability that signs drawn at random let the student learn", ""},
     "P_{learn}",
     "1"},

    /* fixedpoint */
    {{"fixed_point", "number of the fixed point, from 0", ""}, "", ""},
    {{"starts", "starts that led to the fixed point", ""}, "", "1"},
    {{"residual", "largest rate of change of an unknown there", ""}, "max |dy/dt|", "N/steps"},
    {{"physical", "1: weights with these overlaps exist", ""}, "", ""},
    {{"unstable", "growing directions", ""}, "", "1"},
    {{"neutral", "directions that neither grow nor decay", ""}, "", "1"},
    {{"unknowns", "all directions", ""}, "", "1"},
    {{"W2_moves", "1: the read-out learns, 0: it is fixed", ""}, "", ""},
    {{"re_i", "real part of eigenvalue i of the Jacobian, largest first", ""},
     "Re λ_{i}",
     "N/steps"},
    {{"im_i", "imaginary part of eigenvalue i of the Jacobian", ""}, "Im λ_{i}", "N/steps"},
    {{"growth", "largest real part of an eigenvalue, neutral directions excluded", ""},
     "max Re λ",
     "N/steps"},
    {{"critical", "largest stable learning rate", ""}, "η_{c}", "1"},

    /* deep networks; the measures say how each is computed */
    {{"loss", "mean loss of a sample", ""}, "L", "1"},
    {{"loss_train", "mean loss of the training samples that are scored", ""}, "L_{train}", "1"},
    {{"loss_test", "mean loss of the test samples", ""}, "L_{test}", "1"},
    {{"error_train", "fraction of the scored training samples that is misclassified", ""},
     "ε_{train}",
     "1"},
    {{"error_test", "fraction of the test samples that is misclassified", ""}, "ε_{test}", "1"},
    {{"WA", "weight alignment of all layers together", "Refinetti et al., ICML 2021"}, "WA", "1"},
    {{"WA_l", "weight alignment of layer l", ""}, "WA_{l}", "1"},
    {{"GA", "gradient alignment of all hidden layers together", "Refinetti et al., ICML 2021"},
     "GA",
     "1"},
    {{"GA_l", "gradient alignment of hidden layer l", ""}, "GA_{l}", "1"},
    {{"GA_batch", "gradient alignment on the next mini-batch", ""}, "GA_{batch}", "1"},
    {{"GA_batch_l", "the same of hidden layer l", ""}, "GA_{batch,l}", "1"},
    {{"left_out", "probe samples that gradient alignment omits", ""}, "", "samples"},
    {{"left_out_l", "the same of hidden layer l", ""}, "", "samples"},
    {{"UA", "cosine of the rule's update and that of bp", ""}, "UA", "1"},
    {{"UA_l", "the same of hidden layer l", ""}, "UA_{l}", "1"},
    {{"SA", "cosine of the rule's error signal and that of bp", ""}, "SA", "1"},
    {{"WF", "cosine of the weights and the feedback that replaces them", ""}, "WF", "1"},
    {{"WF_l", "the same of layer l", ""}, "WF_{l}", "1"},
    {{"norm_l", "norm of the weights of layer l", ""}, "|W_{l}|", "1"},
    {{"signal_l", "rms error signal at hidden layer l, with the rule", ""}, "|δa_{l}|", "1"},
    {{"signal_bp_l", "rms error signal at hidden layer l, with bp", ""}, "|δa_{l}|_{bp}", "1"},
    {{"ratio_l", "signal_l over signal_bp_l", ""}, "|δa_{l}|/|δa_{l}|_{bp}", "1"},
    {{"cond_A_l", "condition number of A_l, which solves W_l = B_l A_l B_{l-1}^T", ""},
     "cond A_{l}",
     "1"},
    {{"share_A_l", "fraction of |W_l|^2 that A_l explains", ""}, "", "1"},
    {{"cond_ee", "condition number of the covariance of the errors", ""}, "cond <ee^{T}>", "1"},
    {{"corr_ee", "mean correlation of the errors of two outputs", ""}, "", "1"},
    {{"p_i", "mean probability of class i", ""}, "p_{i}", "1"},
    {{"cond_l", "condition number of layer l", ""}, "cond W_{l}", "1"},
    {{"similarity", "cosine of the weights of two seeds, mean over pairs", ""}, "", "1"},
    {{"similarity_l", "the same of layer l", ""}, "", "1"},
};

const struct aln_names aln_columns = {"column", "columns", columns,
                                      sizeof columns / sizeof columns[0], sizeof columns[0]};

/* ---- matching ---- */

enum { MOST_INDICES = 4 };

/* Indices found in a name: the letter in the row and the digits in the name. */
struct indices {
    size_t count;
    struct index {
        char letter;
        const char *digits;
        size_t length;
    } of[MOST_INDICES];
};

static bool is_index(const char *part, size_t n)
{
    return n == 1 && strchr("ijkl", part[0]) != NULL;
}

static bool is_number(const char *part, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isdigit((unsigned char)part[i]))
            return false;
    return n > 0;
}

/* Whether one part of a name, between underscores, is that of a row. */
static bool part_matches(const char *row, size_t n, const char *part, size_t m,
                         struct indices *indices)
{
    if (n == m && memcmp(row, part, n) == 0)
        return true;
    if (!is_index(row, n) || !is_number(part, m) || indices->count == MOST_INDICES)
        return false;
    indices->of[indices->count++] = (struct index){row[0], part, m};
    return true;
}

/* Given: row  without X and EVENT */
static bool matches(const char *row, const char *name, struct indices *indices)
{
    indices->count = 0;
    for (;;) {
        size_t n = strcspn(row, "_"), m = strcspn(name, "_");
        if (!part_matches(row, n, name, m, indices))
            return false;
        row += n;
        name += m;
        if (*row == '\0' || *name == '\0')
            return *row == *name;
        row++;
        name++;
    }
}

static const struct aln_column *find_plain(const char *name, struct indices *indices)
{
    const struct aln_column *exact = (const struct aln_column *)aln_names_find(&aln_columns, name);
    indices->count = 0;
    for (size_t i = 0; exact == NULL && i < aln_columns.count; i++)
        if (matches(columns[i].id.name, name, indices))
            return &columns[i];
    return exact;
}

/* The row PREFIX_X.  Returned: *rest  the X */
static const struct aln_column *find_prefixed(const char *name, const char **rest)
{
    struct indices unused;
    for (size_t i = 0; i < aln_columns.count; i++) {
        const char *row = columns[i].id.name;
        size_t n = strlen(row);
        if (n > 2 && strcmp(row + n - 2, "_X") == 0 && strncmp(row, name, n - 1) == 0 &&
            find_plain(name + n - 1, &unused) != NULL) {
            *rest = name + n - 1;
            return &columns[i];
        }
    }
    return NULL;
}

/* The row EVENT_..., of a sweep's table. */
static const struct aln_column *find_event(const char *name)
{
    static const char event[] = "EVENT";
    const char *end = strrchr(name, '_');
    for (size_t i = 0; end != NULL && i < aln_columns.count; i++)
        if (strncmp(columns[i].id.name, event, sizeof event - 1) == 0 &&
            strcmp(columns[i].id.name + sizeof event - 1, end) == 0)
            return &columns[i];
    return NULL;
}

const struct aln_column *aln_column_of(const char *name)
{
    struct indices unused;
    const char *rest;
    const struct aln_column *row = find_plain(name, &unused);
    if (row == NULL)
        row = find_prefixed(name, &rest);
    return row != NULL ? row : find_event(name);
}

/* ---- symbols ---- */

static const struct index *index_of(const struct indices *indices, char letter)
{
    for (size_t i = 0; i < indices->count; i++)
        if (indices->of[i].letter == letter)
            return &indices->of[i];
    return NULL;
}

/* A comma parts neighbours unless both are of one digit. */
static const char *between(const struct index *a, const struct index *b)
{
    return a != NULL && (a->length > 1 || b->length > 1) ? "," : "";
}

static void add_symbol(struct aln_text *out, const char *symbol, const struct indices *indices)
{
    bool inside = false;
    const struct index *before = NULL;
    for (const char *c = symbol; *c != '\0'; c++) {
        const struct index *index = inside ? index_of(indices, *c) : NULL;
        inside = *c == '{' || (inside && *c != '}');
        if (index != NULL)
            aln_text_add(out, "%s%.*s", between(before, index), (int)index->length, index->digits);
        else
            aln_text_add(out, "%c", *c);
        before = index;
    }
}

void aln_column_symbol(const char *name, struct aln_text *out)
{
    struct indices indices;
    const char *rest = NULL;
    const struct aln_column *row = find_plain(name, &indices);
    if (row == NULL && (row = find_prefixed(name, &rest)) != NULL) {
        aln_text_add(out, "%s ", row->symbol);
        aln_column_symbol(rest, out);
    } else if (row != NULL && row->symbol[0] != '\0') {
        add_symbol(out, row->symbol, &indices);
    } else {
        aln_text_add(out, "%s", name);
    }
}

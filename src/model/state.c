#include "alignode/state.h"

#include <math.h>
#include <string.h>

#include "alignode/problem.h"

/* ---- the parts ---- */

/* Whose learning rate and decay drive a part. */
enum driver { HIDDEN_LAYER, READ_OUT, FEEDBACK };

static bool learns_feedback(const struct aln_problem *p)
{
    return p->rule->learns;
}

/* Shapes in letters: K student units, M teacher units, O outputs. The letters of an overlap are
 * those of the two layers whose fields have it as covariance. */
static const struct part {
    const char *name; /* of its columns, followed by indices */
    char rows, cols;
    bool symmetric;
    bool overlap;
    size_t weight; /* of an overlap: offset in struct aln_spectrum of the weights of its total */
    enum driver driver;
    bool late;                                    /* recorded after cos_W2_F1 */
    bool (*present)(const struct aln_problem *p); /* NULL: always */
} parts[ALN_PARTS] = {
    [ALN_Q] = {"Q", 'K', 'K', .symmetric = true, .overlap = true,
               .weight = offsetof(struct aln_spectrum, variance), .driver = HIDDEN_LAYER},
    [ALN_R] = {"R", 'K', 'M', .overlap = true, .weight = offsetof(struct aln_spectrum, signal),
               .driver = HIDDEN_LAYER},
    [ALN_W2] = {"W2", 'O', 'K', .driver = READ_OUT},
    [ALN_F] = {"F1", 'K', 'O', .driver = FEEDBACK, .late = true, .present = learns_feedback},
};

static size_t extent(const struct aln_problem *p, char letter)
{
    return letter == 'K' ? p->K : letter == 'M' ? p->M : p->O;
}

/* The weights of the blocks in a part's total. */
static const double *weights_of(const struct aln_spectrum *spectrum, const struct part *part)
{
    const double *weight;
    memcpy(&weight, (const char *)spectrum + part->weight, sizeof weight);
    return weight;
}

/* ---- layout ---- */

struct aln_layout aln_state_layout(const struct aln_problem *p)
{
    struct aln_layout layout = {.size = 0};
    for (int i = 0; i < ALN_PARTS; i++) {
        const struct part *part = &parts[i];
        struct aln_span *span = &layout.part[i];
        *span = (struct aln_span){.at = layout.size,
                                  .rows = extent(p, part->rows),
                                  .cols = extent(p, part->cols),
                                  .symmetric = part->symmetric,
                                  .blocks = 1};
        if (part->present != NULL && !part->present(p))
            continue;
        const size_t entries =
            part->symmetric ? span->rows * (span->rows + 1) / 2 : span->rows * span->cols;
        if (part->overlap && p->spectrum != NULL) {
            span->blocks = p->spectrum->count;
            span->weight = weights_of(p->spectrum, part);
        }
        span->count = entries * span->blocks;
        layout.size += span->count;
        layout.recorded += entries;
        if (!part->late)
            layout.before = layout.recorded;
    }
    return layout;
}

size_t aln_state_at(const struct aln_problem *p, enum aln_state_part part)
{
    return aln_state_layout(p).part[part].at;
}

size_t aln_state_count(const struct aln_problem *p, enum aln_state_part part)
{
    return aln_state_layout(p).part[part].count;
}

size_t aln_state_entry(const struct aln_problem *p, enum aln_state_part part, size_t i, size_t j)
{
    const struct aln_layout layout = aln_state_layout(p);
    return aln_span_entry(&layout.part[part], i, j);
}

/* Appends a mark and a number.  Returned: behind it */
static char *put_index(char *at, char mark, size_t i)
{
    char digits[20], *begin = digits + sizeof digits;
    do {
        *--begin = (char)('0' + i % 10);
        i /= 10;
    } while (i > 0);
    const size_t n = (size_t)(digits + sizeof digits - begin);
    *at++ = mark;
    memcpy(at, begin, n);
    at[n] = '\0';
    return at + n;
}

void aln_state_name(const struct aln_problem *p, size_t i, char name[32])
{
    const struct aln_layout layout = aln_state_layout(p);
    int n = 0;
    while (n + 1 < ALN_PARTS && i >= layout.part[n].at + layout.part[n].count)
        n++;
    const struct aln_span *span = &layout.part[n];
    const size_t block = (i - span->at) % span->blocks;
    size_t row = 0, col = (i - span->at) / span->blocks, skipped = 0;
    while (col >= span->cols - skipped) { /* a packed row begins at its diagonal */
        col -= span->cols - skipped;
        row++;
        skipped = span->symmetric ? row : 0;
    }
    const size_t prefix = strlen(parts[n].name);
    memcpy(name, parts[n].name, prefix);
    char *end = put_index(name + prefix, '_', row + 1);
    end = put_index(end, '_', col + skipped + 1);
    if (span->weight != NULL)
        put_index(end, '.', block + 1);
}

/* ---- totals ---- */

/* sum_i a_i b_i, in sums of their own that a processor adds side by side. */
static double weighted_sum(size_t count, const double *a, const double *b)
{
    enum { LANES = 8 };
    double lane[LANES] = {0}, sum = 0;
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (size_t j = 0; j < LANES; j++)
            lane[j] += a[i + j] * b[i + j];
    for (; i < count; i++)
        sum += a[i] * b[i];
    for (size_t j = 0; j < LANES; j++)
        sum += lane[j];
    return sum;
}

double aln_span_total(const struct aln_span *span, const double *state, size_t i)
{
    return span->weight != NULL ? weighted_sum(span->blocks, span->weight, state + i) : state[i];
}

void aln_state_unpack(const struct aln_problem *p, enum aln_state_part part, const double *state,
                      double *out)
{
    const struct aln_layout layout = aln_state_layout(p);
    const struct aln_span *span = &layout.part[part];
    for (size_t i = 0; i < span->rows; i++)
        for (size_t j = 0; j < span->cols; j++)
            out[i * span->cols + j] = aln_span_total(span, state, aln_span_entry(span, i, j));
}

void aln_state_pack(const struct aln_problem *p, enum aln_state_part part, const double *matrix,
                    double *state)
{
    const struct aln_layout layout = aln_state_layout(p);
    const struct aln_span *span = &layout.part[part];
    for (size_t i = 0; i < span->rows; i++)
        for (size_t j = span->symmetric ? i : 0; j < span->cols; j++)
            state[aln_span_entry(span, i, j)] = matrix[i * span->cols + j];
}

/* ---- properties of the parts ---- */

void aln_state_rates(const struct aln_problem *p, enum aln_state_part part, const double eta[2],
                     double *rate, double *decay)
{
    *rate = *decay = 0;
    switch (parts[part].driver) {
    case HIDDEN_LAYER:
        if (p->rule->route != ALN_NOWHERE) {
            *rate = eta[0];
            *decay = p->kappa[0];
        }
        break;
    case READ_OUT:
        *rate = eta[1];
        *decay = p->kappa[1];
        break;
    case FEEDBACK:
        *rate = isnan(p->feedback_rate) ? eta[1] : p->feedback_rate;
        *decay = !isnan(p->feedback_decay) ? p->feedback_decay
                 : p->rule->mirrors        ? *rate
                                           : p->kappa[1];
        break;
    }
}

bool aln_state_in_force(const struct aln_problem *p, enum aln_state_part part, size_t i, size_t j)
{
    return parts[part].rows == 'O'   ? aln_problem_row(p, i)
           : parts[part].cols == 'O' ? aln_problem_row(p, j)
                                     : true;
}

/* The first field of a layer among the K + M fields. */
static size_t first_field(const struct aln_layout *layout, char letter)
{
    return letter == 'K' ? 0 : layout->part[ALN_Q].rows;
}

void aln_state_covariance(const struct aln_layout *layout, const double *state, const double *T,
                          double *C)
{
    const size_t K = layout->part[ALN_R].rows, M = layout->part[ALN_R].cols, P = K + M;
    for (int n = 0; n < ALN_PARTS; n++) {
        const struct aln_span *span = &layout->part[n];
        if (!parts[n].overlap)
            continue;
        const size_t row = first_field(layout, parts[n].rows),
                     col = first_field(layout, parts[n].cols);
        const double *entry = state + span->at;
        for (size_t i = 0; i < span->rows; i++)
            for (size_t j = span->symmetric ? i : 0; j < span->cols; j++) {
                const size_t a = row + i, b = col + j;
                C[a * P + b] = C[b * P + a] =
                    span->weight == NULL ? *entry : weighted_sum(span->blocks, span->weight, entry);
                entry += span->blocks;
            }
    }
    for (size_t m = 0; m < M; m++) {
        double *row = C + (K + m) * P + K;
        if (T != NULL)
            memcpy(row, T + m * M, M * sizeof *row);
        else
            memset(row, 0, M * sizeof *row);
    }
}

static double largest(size_t count, const double *x, double most)
{
    for (size_t i = 0; i < count; i++)
        most = fmax(most, fabs(x[i]));
    return most;
}

/* The length of field a in block b; for a student unit at least `least`. */
static double field_length(const struct aln_problem *p, const struct aln_span *Q,
                           const double *state, size_t a, size_t b, double least)
{
    if (a >= p->K)
        return sqrt(aln_problem_block_T(p, b)[(a - p->K) * (p->M + 1)]);
    return fmax(least, sqrt(fabs(state[aln_span_entry(Q, a, a) + b])));
}

/* The scales of block b of an overlap. */
static void scale_overlap(const struct aln_problem *p, const struct aln_layout *layout,
                          const struct part *part, const struct aln_span *span, const double *state,
                          size_t b, double least, double *scale)
{
    const struct aln_span *Q = &layout->part[ALN_Q];
    const size_t row = first_field(layout, part->rows), col = first_field(layout, part->cols);
    double longest = 0;
    for (size_t a = 0; a < p->K + p->M; a++)
        longest = fmax(longest, field_length(p, Q, state, a, b, 0));
    for (size_t i = 0; i < span->rows; i++)
        for (size_t j = span->symmetric ? i : 0; j < span->cols; j++)
            scale[aln_span_entry(span, i, j) + b] =
                field_length(p, Q, state, row + i, b, least * longest) *
                field_length(p, Q, state, col + j, b, least * longest);
}

void aln_state_scales(const struct aln_problem *p, const double *state, double least, double *scale)
{
    const struct aln_layout layout = aln_state_layout(p);
    for (int n = 0; n < ALN_PARTS; n++) {
        const struct aln_span *span = &layout.part[n];
        double most = parts[n].driver == READ_OUT ? largest(p->O * p->M, p->V2, 0) : 0;
        most = largest(span->count, state + span->at, most);
        for (size_t i = 0; i < span->count; i++)
            scale[span->at + i] = most;
        for (size_t b = 0; b < span->blocks && parts[n].overlap; b++)
            scale_overlap(p, &layout, &parts[n], span, state, b, least, scale);
    }
    for (size_t i = 0; i < layout.size; i++)
        if (!(scale[i] > 0))
            scale[i] = 1;
}

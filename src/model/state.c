#include "alignode/state.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
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
    enum driver driver;
    bool late;                                    /* recorded after cos_W2_F1 */
    bool (*present)(const struct aln_problem *p); /* NULL: always */
} parts[ALN_PARTS] = {
    [ALN_Q] = {"Q", 'K', 'K', .symmetric = true, .overlap = true, .driver = HIDDEN_LAYER},
    [ALN_R] = {"R", 'K', 'M', .overlap = true, .driver = HIDDEN_LAYER},
    [ALN_W2] = {"W2", 'O', 'K', .driver = READ_OUT},
    [ALN_F] = {"F1", 'K', 'O', .driver = FEEDBACK, .late = true, .present = learns_feedback},
};

static size_t extent(const struct aln_problem *p, char letter)
{
    return letter == 'K' ? p->K : letter == 'M' ? p->M : p->O;
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
                                  .symmetric = part->symmetric};
        if (part->present != NULL && !part->present(p))
            continue;
        span->count = part->symmetric ? span->rows * (span->rows + 1) / 2 : span->rows * span->cols;
        layout.size += span->count;
        if (!part->late) {
            assert(layout.before == span->at);
            layout.before = layout.size;
        }
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

void aln_state_name(const struct aln_problem *p, size_t i, char name[32])
{
    const struct aln_layout layout = aln_state_layout(p);
    int n = 0;
    while (n + 1 < ALN_PARTS && i >= layout.part[n].at + layout.part[n].count)
        n++;
    const struct aln_span *span = &layout.part[n];
    size_t row = 0, col = i - span->at, skipped = 0;
    while (col >= span->cols - skipped) { /* a packed row begins at its diagonal */
        col -= span->cols - skipped;
        row++;
        skipped = span->symmetric ? row : 0;
    }
    snprintf(name, 32, "%s_%zu_%zu", parts[n].name, row + 1, col + skipped + 1);
}

void aln_state_unpack(const struct aln_problem *p, enum aln_state_part part, const double *state,
                      double *out)
{
    const struct aln_layout layout = aln_state_layout(p);
    const struct aln_span *span = &layout.part[part];
    for (size_t i = 0; i < span->rows; i++)
        for (size_t j = 0; j < span->cols; j++)
            out[i * span->cols + j] = state[aln_span_entry(span, i, j)];
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
                C[a * P + b] = C[b * P + a] = *entry++;
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

/* The length of field a; for a student unit at least `least`. */
static double field_length(const struct aln_problem *p, const struct aln_span *Q,
                           const double *state, size_t a, double least)
{
    if (a >= p->K)
        return sqrt(p->T[(a - p->K) * (p->M + 1)]);
    return fmax(least, sqrt(fabs(state[aln_span_entry(Q, a, a)])));
}

void aln_state_scales(const struct aln_problem *p, const double *state, double least, double *scale)
{
    const struct aln_layout layout = aln_state_layout(p);
    const struct aln_span *Q = &layout.part[ALN_Q];
    double longest = 0;
    for (size_t a = 0; a < p->K + p->M; a++)
        longest = fmax(longest, field_length(p, Q, state, a, 0));
    for (int n = 0; n < ALN_PARTS; n++) {
        const struct aln_span *span = &layout.part[n];
        double most = parts[n].driver == READ_OUT ? largest(p->O * p->M, p->V2, 0) : 0;
        most = largest(span->count, state + span->at, most);
        for (size_t i = 0; i < span->count; i++)
            scale[span->at + i] = most;
        if (!parts[n].overlap)
            continue;
        const size_t row = first_field(&layout, parts[n].rows),
                     col = first_field(&layout, parts[n].cols);
        for (size_t i = 0; i < span->rows; i++)
            for (size_t j = span->symmetric ? i : 0; j < span->cols; j++)
                scale[aln_span_entry(span, i, j)] =
                    field_length(p, Q, state, row + i, least * longest) *
                    field_length(p, Q, state, col + j, least * longest);
    }
    for (size_t i = 0; i < layout.size; i++)
        if (!(scale[i] > 0))
            scale[i] = 1;
}

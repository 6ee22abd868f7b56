#include "alignode/problem.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/error_sum.h"

size_t aln_problem_size(const struct aln_problem *p)
{
    return aln_state_layout(p).size;
}

/* ---- blocks of inputs ---- */

uint64_t aln_problem_block_inputs(const struct aln_problem *p, size_t i)
{
    double before = 0;
    if (p->spectrum == NULL)
        return p->N;
    for (size_t j = 0; j < i; j++)
        before += p->spectrum->share[j];
    const double N = (double)p->N, after = before + p->spectrum->share[i];
    const uint64_t end = i + 1 == p->spectrum->count ? p->N : (uint64_t)llround(N * after);
    return end - (uint64_t)llround(N * before);
}

void aln_problem_block_overlaps(const struct aln_problem *p, const double *state, size_t i,
                                double *G)
{
    const struct aln_layout layout = aln_state_layout(p);
    const struct aln_span *Q = &layout.part[ALN_Q], *R = &layout.part[ALN_R];
    const size_t K = p->K, P = K + p->M;
    const double *T = aln_problem_block_T(p, i);
    for (size_t a = 0; a < P; a++)
        for (size_t b = a; b < P; b++)
            G[a * P + b] = G[b * P + a] = b < K   ? state[aln_span_entry(Q, a, b) + i]
                                          : a < K ? state[aln_span_entry(R, a, b - K) + i]
                                                  : T[(a - K) * p->M + b - K];
}

uint64_t aln_problem_samples(const struct aln_problem *p)
{
    return p->samples > 0 ? (uint64_t)llround(p->samples * (double)p->N) : 0;
}

/* ---- feedback ---- */

/* Where the random matrix is stored. */
static struct aln_feedback_source random_source(const struct aln_problem *p,
                                                const struct aln_layout *layout)
{
    const struct aln_span *R = &layout->part[ALN_R], *F = &layout->part[ALN_F];
    struct aln_feedback_source source = {.p = p, .unit = p->O, .output = 1};
    if (p->rule->adapts) {
        source.at = R->at + p->M - p->O;
        source.unit = R->cols;
    } else if (F->count > 0) {
        source.at = F->at;
    } else {
        source.fixed = p->F1;
    }
    return source;
}

static struct aln_feedback_view view_of(const struct aln_feedback_source *source,
                                        const double *state)
{
    const double *a = source->fixed != NULL ? source->fixed : state + source->at;
    return (struct aln_feedback_view){a, source->unit, source->output};
}

static struct aln_feedback_view
random_feedback(const struct aln_problem *p, const struct aln_layout *layout, const double *state)
{
    const struct aln_feedback_source source = random_source(p, layout);
    return view_of(&source, state);
}

struct aln_feedback_view aln_problem_feedback(const struct aln_problem *p, const double *state)
{
    const struct aln_layout layout = aln_state_layout(p);
    return random_feedback(p, &layout, state);
}

struct aln_feedback_view aln_problem_feedback_change(const struct aln_problem *p,
                                                     const double *dydt)
{
    const struct aln_layout layout = aln_state_layout(p);
    const struct aln_feedback_source source = random_source(p, &layout);
    return source.fixed != NULL ? (struct aln_feedback_view){NULL, p->O, 1}
                                : view_of(&source, dydt);
}

static enum aln_feedback kind_of(const struct aln_problem *p)
{
    return p->symmetry > 0 ? ALN_FEEDBACK_MADE : aln_rule_feedback_kind(p->rule);
}

/* F <- rho W2 + sqrt(1 - rho^2) F */
static void mix(size_t n, double rho, const double *W2, double *F)
{
    for (size_t i = 0; i < n && rho > 0; i++)
        F[i] = rho * W2[i] + sqrt(1 - rho * rho) * F[i];
}

/* The arrays of a computed feedback, all O x K. */
enum { RANDOM, COMPUTED, SIGNS, WORK_ARRAYS };

size_t aln_problem_feedback_work(const struct aln_problem *p)
{
    return kind_of(p) == ALN_FEEDBACK_MADE ? WORK_ARRAYS * p->O * p->K : 0;
}

static struct aln_feedback_view compute_feedback(const struct aln_problem *p, const double *W2,
                                                 const struct aln_feedback_view *random,
                                                 const double *sign, double *work)
{
    const size_t n = p->O * p->K;
    double *B = work + RANDOM * n, *F = work + COMPUTED * n, *signs = work + SIGNS * n;
    for (size_t o = 0; o < p->O; o++)
        for (size_t k = 0; k < p->K; k++)
            B[o * p->K + k] = aln_feedback_entry(random, k, o);
    if (sign == NULL && p->rule->jumps) {
        aln_rule_signs(n, W2, signs);
        sign = signs;
    }
    p->rule->feedback(&(struct aln_feedback_terms){p->O, p->K, W2, sign, B}, F);
    mix(n, p->symmetry, W2, F);
    return (struct aln_feedback_view){F, 1, p->K};
}

struct aln_feedback_source aln_feedback_source_of(const struct aln_problem *p)
{
    const struct aln_layout layout = aln_state_layout(p);
    struct aln_feedback_source source = random_source(p, &layout);
    source.kind = kind_of(p);
    source.W2 = layout.part[ALN_W2];
    if (source.kind == ALN_FEEDBACK_WEIGHTS) {
        source.fixed = NULL;
        source.at = source.W2.at;
        source.unit = 1;
        source.output = p->K;
    }
    return source;
}

struct aln_feedback_view aln_feedback_at(const struct aln_feedback_source *source,
                                         const double *state, const double *sign, double *work)
{
    const struct aln_feedback_view view = view_of(source, state);
    if (source->kind != ALN_FEEDBACK_MADE)
        return view;
    return compute_feedback(source->p, state + source->W2.at, &view, sign, work);
}

struct aln_feedback_view aln_problem_feedback_in_force(const struct aln_problem *p,
                                                       const double *state, const double *sign,
                                                       double *work)
{
    const struct aln_feedback_source source = aln_feedback_source_of(p);
    return aln_feedback_at(&source, state, sign, work);
}

/* ---- observables ---- */

void aln_problem_covariance(const struct aln_problem *p, const double *state, double *C)
{
    const struct aln_layout layout = aln_state_layout(p);
    aln_state_covariance(&layout, state, p->T, C);
}

/* Entry of C without building it. */
static double covariance_at(const struct aln_problem *p, const struct aln_layout *layout,
                            const double *state, size_t a, size_t b)
{
    const size_t K = p->K;
    const struct aln_span *Q = &layout->part[ALN_Q], *R = &layout->part[ALN_R];
    if (a < K && b < K)
        return aln_span_total(Q, state, aln_span_entry(Q, a, b));
    if (a < K)
        return aln_span_total(R, state, aln_span_entry(R, a, b - K));
    if (b < K)
        return aln_span_total(R, state, aln_span_entry(R, b, a - K));
    return p->T[(a - K) * p->M + b - K];
}

/* s = [W2, -V2], entry (o, a). */
static double output_weight(const struct aln_problem *p, const double *W2, size_t o, size_t a)
{
    if (!aln_problem_row(p, o))
        return 0;
    if (a < p->K)
        return W2[o * p->K + a];
    return aln_problem_teacher(p, a - p->K) ? -p->V2[o * p->M + a - p->K] : 0;
}

void aln_problem_outputs(const struct aln_problem *p, const double *W2, double *s)
{
    for (size_t o = 0; o < p->O; o++)
        for (size_t a = 0; a < p->K + p->M; a++)
            *s++ = output_weight(p, W2, o, a);
}

/* What each rounding of a term costs: products over the outputs, two square roots and an arcsine, and
 * the entries of the state, which are rounded themselves. In units of DBL_EPSILON of the term. */
#define TERM_ROUNDINGS 16

static struct aln_error_sum error_of(const struct aln_problem *p, const struct aln_layout *layout,
                                     const double *state)
{
    size_t P = p->K + p->M;
    const double *W2 = state + layout->part[ALN_W2].at;
    double sum = 0, size = 0;
    for (size_t a = 0; a < P; a++) {
        for (size_t b = a; b < P; b++) {
            double weight = 0;
            for (size_t o = 0; o < p->O; o++)
                weight += output_weight(p, W2, o, a) * output_weight(p, W2, o, b);
            double term = (a == b ? 0.5 : 1.0) * weight *
                          p->activation->I2(covariance_at(p, layout, state, a, a),
                                            covariance_at(p, layout, state, b, b),
                                            covariance_at(p, layout, state, a, b));
            sum += term;
            size += fabs(term);
        }
    }
    const size_t terms = P * (P + 1) / 2;
    double roundings = (double)(terms + p->O) + TERM_ROUNDINGS;
    return (struct aln_error_sum){sum, roundings * DBL_EPSILON * size};
}

struct aln_error_sum aln_problem_error_sum(const struct aln_problem *p, const double *state)
{
    const struct aln_layout layout = aln_state_layout(p);
    return error_of(p, &layout, state);
}

/* NaN stays NaN. */
static double not_negative(double x)
{
    return x <= 0 ? 0 : x;
}

double aln_problem_eg(const struct aln_problem *p, const double *state)
{
    return not_negative(aln_problem_error_sum(p, state).value);
}

/* Squared norms of W2 and F and their product tr(W2 F), over the rows in force. */
struct products {
    double ww, ff, wf;
};

static struct products readout_products(const struct aln_problem *p,
                                        const struct aln_layout *layout, const double *state)
{
    const double *W2 = state + layout->part[ALN_W2].at;
    const struct aln_feedback_view F = random_feedback(p, layout, state);
    struct products sum = {0, 0, 0};
    for (size_t o = 0; o < p->O; o++) {
        for (size_t k = 0; k < p->K && aln_problem_row(p, o); k++) {
            double w = W2[o * p->K + k], f = aln_feedback_entry(&F, k, o);
            sum.wf += w * f;
            sum.ww += w * w;
            sum.ff += f * f;
        }
    }
    return sum;
}

static double cosine_of(const struct aln_problem *p, const struct aln_layout *layout,
                        const double *state)
{
    const struct products of = readout_products(p, layout, state);
    return of.ww > 0 && of.ff > 0 ? of.wf / (sqrt(of.ww) * sqrt(of.ff)) : NAN;
}

double aln_problem_cos(const struct aln_problem *p, const double *state)
{
    const struct aln_layout layout = aln_state_layout(p);
    return cosine_of(p, &layout, state);
}

double aln_problem_norm(const struct aln_problem *p, const double *state)
{
    const struct aln_layout layout = aln_state_layout(p);
    return sqrt(readout_products(p, &layout, state).ww);
}

double aln_problem_angle(const struct aln_problem *p, const double *state)
{
    const struct aln_layout layout = aln_state_layout(p);
    const double *W2 = state + layout.part[ALN_W2].at;
    const struct aln_feedback_view F = random_feedback(p, &layout, state);
    const struct products of = readout_products(p, &layout, state);
    double sum = 0, difference = 0;
    if (!(of.ww > 0 && of.ff > 0))
        return NAN;
    for (size_t o = 0; o < p->O; o++) {
        for (size_t k = 0; k < p->K && aln_problem_row(p, o); k++) {
            double w = W2[o * p->K + k] / sqrt(of.ww),
                   f = aln_feedback_entry(&F, k, o) / sqrt(of.ff);
            sum += (w + f) * (w + f);
            difference += (w - f) * (w - f);
        }
    }
    return 2 * atan2(sqrt(difference), sqrt(sum)) * (180 / M_PI);
}

/* ---- rates ---- */

const double *aln_problem_rates(const struct aln_problem *p, double t)
{
    const double *eta = p->eta;
    for (size_t i = 0; i < p->schedule_count && p->schedule[i].time <= t; i++)
        eta = p->schedule[i].eta;
    return eta;
}

double aln_problem_next_change(const struct aln_problem *p, double t)
{
    double next = INFINITY;
    for (size_t i = 0; i < p->schedule_count && next == INFINITY; i++)
        if (p->schedule[i].time > t)
            next = p->schedule[i].time;
    for (size_t i = 0; i < p->turn_count; i++)
        if (p->turns[i].time > t)
            return fmin(next, p->turns[i].time);
    return next;
}

/* ---- recorded rows ---- */

size_t aln_problem_columns(const struct aln_problem *p)
{
    return aln_state_layout(p).recorded + 2 + p->task_count;
}

/* The recorded entries of a state, overlaps as totals. */
static void fill_recorded(const struct aln_layout *layout, const double *state, double *row)
{
    for (int n = 0; n < ALN_PARTS; n++) {
        const struct aln_span *span = &layout->part[n];
        for (size_t i = 0; i < span->count; i += span->blocks)
            *row++ = aln_span_total(span, state, span->at + i);
    }
}

/* In this order: eg, the parts before the cosine, the cosine, the other parts, eg of the tasks. */
void aln_problem_observe(const struct aln_problem *p, const double *state, double *row)
{
    const struct aln_layout layout = aln_state_layout(p);
    row[0] = not_negative(error_of(p, &layout, state).value);
    fill_recorded(&layout, state, row + 1);
    double *cosine = row + 1 + layout.before;
    memmove(cosine + 1, cosine, (layout.recorded - layout.before) * sizeof *row);
    *cosine = cosine_of(p, &layout, state);
    for (size_t j = 0; j < p->task_count; j++) {
        const struct aln_problem task = aln_problem_of_task(p, j);
        row[layout.recorded + 2 + j] = not_negative(error_of(&task, &layout, state).value);
    }
}

/* The name of recorded entry i, as that of a problem without a spectrum. */
static void name_recorded(const struct aln_problem *p, size_t i, char name[32])
{
    const struct aln_problem totals = {.K = p->K, .M = p->M, .O = p->O, .rule = p->rule};
    aln_state_name(&totals, i, name);
}

void aln_problem_column(const struct aln_problem *p, size_t i, char name[32])
{
    const struct aln_layout layout = aln_state_layout(p);
    if (i == 0)
        strcpy(name, "eg");
    else if (i == layout.before + 1)
        strcpy(name, "cos_W2_F1");
    else if (i >= layout.recorded + 2)
        snprintf(name, 32, "eg_%zu", i - layout.recorded - 1);
    else
        name_recorded(p, i <= layout.before ? i - 1 : i - 2, name);
}

void aln_problem_free(struct aln_problem *p)
{
    free(p);
}

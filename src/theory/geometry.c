#include "alignode/geometry.h"

#include <gsl/gsl_eigen.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "model/error_sum.h"
#include "model/increment.h"
#include "theory/points.h"

#define NUDGE 0x1p-10 /* of the state's scales, for the derivative of eg */

/* Samples, and their signals by the rule and by back-propagation. */
enum { SETS = 8, POINTS = 1 << 13 };
struct sampled {
    struct aln_increment *step[2];
    struct aln_normals normals;
    double *z, *out; /* POINTS x normals.all; a state */
};

static void free_sampled(struct sampled *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < 2; i++)
        aln_increment_free(s->step[i]);
    free(s->z);
    free(s);
}

struct aln_geometry {
    const struct aln_problem *p;
    struct aln_layout layout;
    struct aln_feedback_source source;
    struct aln_problem bp;   /* the same under back-propagation */
    struct sampled *sampled; /* for GA; made when first asked for */
    gsl_eigen_symm_workspace *eigen;
    gsl_vector *values; /* K */
    double *C;          /* P x P */
    double *s;          /* O x P */
    double *U[2];       /* K x P: the rule's, back-propagation's */
    double *gamma[2];   /* K x P */
    double *sum;        /* K x P, U of both together */
    double *F_work;
    double *I4_work, *moved; /* I4 for all units; a state */
    double *square;          /* K x K */
    double storage[];
};

enum aln_status aln_geometry_create(struct aln_geometry **out, const struct aln_problem *p)
{
    const struct aln_activation *g = p->activation;
    const size_t K = p->K, P = K + p->M, size = aln_problem_size(p);
    *out = NULL;
    if (g->J2 == NULL || g->A2 == NULL || g->I4 == NULL || g->I4_work == NULL)
        return aln_raise(ALN_USAGE, "activation %s lacks averages (J2, A2, I4)", g->id.name);
    if (p->spectrum != NULL || p->samples > 0)
        return aln_raise(ALN_USAGE, "the geometry is not available for inputs with a spectrum or a "
                                    "fixed set of samples");
    const size_t work = g->I4_work(P, K);
    struct aln_geometry *o = calloc(1, sizeof *o + (P * P + p->O * P + 5 * K * P + K * K + size +
                                                    work + aln_problem_feedback_work(p)) *
                                                       sizeof(double));
    *out = o;
    if (o == NULL)
        return aln_raise_memory("the geometry of %zu + %zu units", K, p->M);
    o->p = p;
    o->bp = *p;
    o->bp.rule = aln_rule_find("bp");
    o->bp.feedback_noise = o->bp.symmetry = 0;
    o->layout = aln_state_layout(p);
    o->source = aln_feedback_source_of(p);
    o->C = o->storage;
    o->s = o->C + P * P;
    for (size_t i = 0; i < 2; i++) {
        o->U[i] = o->s + p->O * P + 2 * i * K * P;
        o->gamma[i] = o->U[i] + K * P;
    }
    o->sum = o->gamma[1] + K * P;
    o->square = o->sum + K * P;
    o->moved = o->square + K * K;
    o->I4_work = o->moved + size;
    o->F_work = o->I4_work + work;
    o->eigen = gsl_eigen_symm_alloc(K);
    o->values = gsl_vector_alloc(K);
    return o->eigen != NULL && o->values != NULL ? ALN_OK : aln_raise_memory("a Hessian");
}

void aln_geometry_free(struct aln_geometry *g)
{
    if (g == NULL)
        return;
    free_sampled(g->sampled);
    gsl_eigen_symm_free(g->eigen);
    gsl_vector_free(g->values);
    free(g);
}

/* ---- updates ---- */

/* U = F s and gamma of both rules, which share J2 and A2. */
static void find_updates(struct aln_geometry *g, const struct aln_feedback_view F[2])
{
    const struct aln_problem *p = g->p;
    const struct aln_activation *f = p->activation;
    const size_t K = p->K, P = K + p->M, first[2] = {p->rule->targets ? K : 0, 0};
    const double *C = g->C;
    for (size_t k = 0; k < K; k++) {
        double alpha[2] = {0};
        for (size_t a = 0; a < P; a++) {
            const double J2 = f->J2(C[k * P + k], C[a * P + a], C[k * P + a]),
                         A2 = f->A2(C[k * P + k], C[a * P + a], C[k * P + a]);
            for (size_t i = 0; i < 2; i++) {
                double U = 0;
                for (size_t o = 0; o < p->O && a >= first[i]; o++)
                    U += aln_feedback_entry(&F[i], k, o) * g->s[o * P + a];
                g->U[i][k * P + a] = U;
                g->gamma[i][k * P + a] = U * J2;
                alpha[i] += U * A2;
            }
        }
        for (size_t i = 0; i < 2; i++)
            g->gamma[i][k * P + k] += alpha[i];
    }
}

/* sum_k gamma_k C gamma'_k of two rules. */
static double product(const struct aln_geometry *g, size_t i, size_t j)
{
    const size_t P = g->p->K + g->p->M;
    double sum = 0;
    for (size_t k = 0; k < g->p->K; k++)
        for (size_t a = 0; a < P; a++)
            for (size_t b = 0; b < P; b++)
                sum += g->gamma[i][k * P + a] * g->C[a * P + b] * g->gamma[j][k * P + b];
    return sum;
}

/* Rounding can take it beyond 1. */
static double cosine(double product, double one, double other)
{
    if (!(one > 0 && other > 0))
        return NAN;
    return fmax(-1, fmin(1, product / (sqrt(one) * sqrt(other))));
}

/* ---- signals ---- */

/* sum_k sum_ab U_ka U_kb I4(k,k,a,b). I4 averages all pairs of units at once, several in the lanes of a
 * vector: calls for single units would fill one lane each. */
static double four_fields(struct aln_geometry *g, const double *U)
{
    const size_t K = g->p->K;
    double sum = 0;
    g->p->activation->I4(K + g->p->M, K, g->C, U, g->square, g->I4_work);
    for (size_t k = 0; k < K; k++)
        sum += g->square[k * (K + 1)];
    return sum;
}

/* (F F'^T)_kk over the outputs in force. */
static double noise_product(const struct aln_problem *p, const struct aln_feedback_view *F,
                            const struct aln_feedback_view *G, size_t k)
{
    double sum = 0;
    for (size_t o = 0; o < p->O; o++)
        if (aln_problem_row(p, o))
            sum += aln_feedback_entry(F, k, o) * aln_feedback_entry(G, k, o);
    return sum;
}

/* Variances of the noise that the rule's signal and both signals have for each output. */
static double noise_of(const struct aln_problem *p)
{
    return p->sigma * p->sigma + p->feedback_noise * p->feedback_noise;
}

/* Sums over units of <d d>, <d' d'> and <d d'>: the last from the square of the sum of both. */
static void find_signals(struct aln_geometry *g, const struct aln_feedback_view F[2], double sum[3])
{
    const struct aln_problem *p = g->p;
    const size_t K = p->K, P = K + p->M;
    for (size_t i = 0; i < K * P; i++)
        g->sum[i] = g->U[0][i] + g->U[1][i];
    sum[0] = four_fields(g, g->U[0]);
    sum[1] = four_fields(g, g->U[1]);
    sum[2] = (four_fields(g, g->sum) - sum[0] - sum[1]) / 2;
    for (size_t k = 0; k < K; k++) {
        const double c = g->C[k * P + k], J = p->activation->J2(c, c, c),
                     noise = p->sigma * p->sigma * J;
        sum[0] += noise_of(p) * J * noise_product(p, &F[0], &F[0], k);
        sum[1] += noise * noise_product(p, &F[1], &F[1], k);
        sum[2] += noise * noise_product(p, &F[0], &F[1], k);
    }
    if (p->rule->perturbs) /* <d d^T> is twice that, and its trace on the diagonal */
        sum[0] *= 2 + (double)p->K;
}

/* ---- descent ---- */

/* What the eta1^2 term of dQ contributes to d eg/dt: the derivative of eg along it. */
static double noise_of_descent(struct aln_geometry *g, const double *state, double eta1,
                               const struct aln_feedback_view *F)
{
    const struct aln_problem *p = g->p;
    const size_t K = p->K, P = K + p->M;
    const struct aln_span *Q = &g->layout.part[ALN_Q];
    double most = 0, trace = 0, eg[2];
    if (eta1 == 0)
        return 0;
    p->activation->I4(P, K, g->C, g->U[0], g->square, g->I4_work);
    for (size_t k = 0; k < K; k++)
        for (size_t l = k; l < K; l++) {
            double product = 0;
            for (size_t o = 0; o < p->O; o++)
                if (aln_problem_row(p, o))
                    product += aln_feedback_entry(F, k, o) * aln_feedback_entry(F, l, o);
            g->square[k * K + l] +=
                noise_of(p) * product *
                p->activation->J2(g->C[k * P + k], g->C[l * P + l], g->C[k * P + l]);
            trace += k == l ? g->square[k * K + l] : 0;
        }
    for (size_t k = 0; k < K; k++)
        for (size_t l = k; l < K; l++) {
            double *square = &g->square[k * K + l];
            if (p->rule->perturbs)
                *square = 2 * *square + (k == l ? trace : 0);
            *square *= eta1 * eta1 / aln_problem_batch(p);
            most = fmax(most, fabs(*square));
        }
    if (!(most > 0))
        return 0;
    double scale = 0;
    for (size_t k = 0; k < K; k++)
        scale = fmax(scale, g->C[k * P + k]);
    const double h = NUDGE * scale / most;
    for (int side = 0; side < 2; side++) {
        memcpy(g->moved, state, g->layout.size * sizeof *g->moved);
        for (size_t k = 0; k < K; k++)
            for (size_t l = k; l < K; l++)
                g->moved[aln_span_entry(Q, k, l)] += (side == 0 ? -h : h) * g->square[k * K + l];
        eg[side] = aln_problem_error_sum(p, g->moved).value;
    }
    return (eg[1] - eg[0]) / (2 * h);
}

struct aln_geometry_values aln_geometry_at(struct aln_geometry *g, const double *state, double rate)
{
    const struct aln_problem *p = g->p;
    const double *W2 = state + g->layout.part[ALN_W2].at;
    const struct aln_feedback_view F[2] = {aln_feedback_at(&g->source, state, NULL, g->F_work),
                                           {W2, 1, p->K}};
    const double eta1 = rate * aln_problem_gain(p);
    const bool trains = p->rule->route != ALN_NOWHERE, closed = p->rule->levels == ALN_ERROR_WHOLE;
    double sum[3];
    aln_state_covariance(&g->layout, state, p->T, g->C);
    aln_problem_outputs(p, W2, g->s);
    find_updates(g, F);
    const double update = product(g, 0, 0), gradient = product(g, 1, 1), both = product(g, 0, 1);
    find_signals(g, F, sum);
    return (struct aln_geometry_values){
        .UA = trains && closed ? cosine(both, update, gradient) : NAN,
        .SA = trains && closed ? cosine(sum[2], sum[0], sum[1]) : NAN,
        .gradient = gradient,
        .descent = !closed  ? NAN
                   : trains ? -eta1 * both
                            : 0,
        .noise = !closed                     ? NAN
                 : trains && !p->first_order ? noise_of_descent(g, state, eta1, &F[0])
                                             : 0};
}

/* ---- curvature ---- */

double aln_geometry_hessian(struct aln_geometry *g, const double *state)
{
    const struct aln_problem *p = g->p;
    const struct aln_activation *f = p->activation;
    const size_t K = p->K, P = K + p->M;
    const double *C = g->C;
    aln_state_covariance(&g->layout, state, p->T, g->C);
    aln_problem_outputs(p, state + g->layout.part[ALN_W2].at, g->s);
    for (size_t k = 0; k < K; k++) {
        double alpha = 0;
        for (size_t a = 0; a < P; a++) {
            double U = 0; /* (W2^T s)_ka */
            for (size_t o = 0; o < p->O; o++)
                U += g->s[o * P + k] * g->s[o * P + a];
            alpha += U * f->A2(C[k * P + k], C[a * P + a], C[k * P + a]);
            if (a < K)
                g->square[k * K + a] = U * f->J2(C[k * P + k], C[a * P + a], C[k * P + a]);
        }
        g->square[k * (K + 1)] += alpha;
    }
    gsl_matrix_view A = gsl_matrix_view_array(g->square, K, K);
    if (gsl_eigen_symm(&A.matrix, g->values, g->eigen) != GSL_SUCCESS)
        return NAN;
    return gsl_vector_max(g->values);
}

/* ---- GA ---- */

static enum aln_status make_sampled(struct aln_geometry *g)
{
    const struct aln_problem *p = g->p;
    struct sampled *s = calloc(1, sizeof *s);
    g->sampled = s;
    if (s == NULL)
        return aln_raise_memory("GA");
    s->normals = aln_normals_of(p);
    if (s->normals.all > ALN_POINTS_MOST)
        return aln_raise(
            ALN_USAGE,
            "GA: expected at most %d random numbers of a sample (units, noisy outputs, "
            "and what the rule draws), got %zu",
            ALN_POINTS_MOST, s->normals.all);
    s->z = malloc((POINTS * s->normals.all + g->layout.size) * sizeof *s->z);
    if (s->z == NULL)
        return aln_raise_memory("GA");
    s->out = s->z + POINTS * s->normals.all;
    enum aln_status status = aln_points_fill(POINTS, s->normals.all, 0, s->z);
    if (status == ALN_OK)
        status = aln_increment_create(&s->step[0], p);
    return status == ALN_OK ? aln_increment_create(&s->step[1], &g->bp) : status;
}

/* cos(d, d') of a sample; NaN where either is zero. */
static double sample_cosine(const struct aln_geometry *g, const struct aln_step_rates *rates,
                            const double *z)
{
    const struct sampled *s = g->sampled;
    const double *d[2];
    double sum[3] = {0};
    for (size_t i = 0; i < 2; i++) {
        const struct aln_draw draw = aln_normals_draw(&s->normals, z, 1);
        aln_increment_eval(s->step[i], rates, &draw, s->out);
        d[i] = aln_increment_signal(s->step[i]);
    }
    for (size_t k = 0; k < g->p->K; k++) {
        sum[0] += d[0][k] * d[0][k];
        sum[1] += d[1][k] * d[1][k];
        sum[2] += d[0][k] * d[1][k];
    }
    return cosine(sum[2], sum[0], sum[1]);
}

/* The mean cosine over one set of points. */
static double mean_cosine(const struct aln_geometry *g, size_t set)
{
    const struct aln_step_rates rates = {.stay = 0};
    const size_t n = POINTS / SETS, dimension = g->sampled->normals.all;
    double sum = 0, count = 0;
    for (size_t i = set * n; i < (set + 1) * n; i++) {
        const double x = sample_cosine(g, &rates, g->sampled->z + i * dimension);
        sum += isnan(x) ? 0 : x;
        count += isnan(x) ? 0 : 1;
    }
    return sum / count;
}

enum aln_status aln_geometry_sampled(struct aln_geometry *g, const double *state, double *GA,
                                     double *error)
{
    enum aln_status status = g->sampled == NULL ? make_sampled(g) : ALN_OK;
    double mean = 0, squares = 0;
    *GA = *error = NAN;
    if (status != ALN_OK || g->p->rule->route == ALN_NOWHERE)
        return status;
    for (size_t i = 0; i < 2; i++)
        aln_increment_start(g->sampled->step[i], state);
    for (size_t set = 0; set < SETS; set++) {
        const double x = mean_cosine(g, set), delta = x - mean;
        mean += delta / (double)(set + 1);
        squares += delta * (x - mean);
    }
    *GA = mean;
    *error = sqrt(squares / (SETS - 1) / SETS);
    return ALN_OK;
}

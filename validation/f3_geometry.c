/* F3, the geometry of updates: the cosines UA and SA and the averaged GA at a state against samples in N
 * dimensions: weights with exactly the overlaps of the state, inputs, errors, signals, updates.
 *
 * Updates are averaged in two halves of the samples, whose products have no bias by the noise of either.
 * Errors come from 20 groups of samples; |z| is judged at 4.5: 0.02 % false failures for about 30 numbers.
 * GA has a reported error of its own, which counts. Fixed seeds.
 *
 * The Hessian's bulk: second differences of the losses of samples along a direction without weights, for all pairs
 * of units; of their mean the largest eigenvalue, whose error is that along its eigenvector. Displacements of
 * 0.02 of a weight vector's natural length bias it by order 4e-4 of itself at most. */
#include <gsl/gsl_blas.h>
#include <gsl/gsl_eigen.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/geometry.h"
#include "alignode/random.h"
#include "base/failure.h"
#include "claims.h"
#include "model/semidefinite.h"

#define MOST_Z 4.5
enum { INPUTS = 64, GROUPS = 20, MOST = 8 }; /* units, outputs */

/* ---- weights with given overlaps ---- */

struct net {
    const struct aln_problem *p;
    const double *W2;
    double W[2 * MOST * INPUTS]; /* K + M rows */
};

/* W = sqrt(N) L E with C = L L^T; any orthonormal rows E do, as inputs are isotropic: unit vectors. */
static void build(struct net *net, const struct aln_problem *p)
{
    const size_t P = p->K + p->M;
    double C[4 * MOST * MOST], L[4 * MOST * MOST], scale[2 * MOST];
    memset(net, 0, sizeof *net);
    net->p = p;
    net->W2 = p->start + aln_state_at(p, ALN_W2);
    aln_problem_covariance(p, p->start, C);
    for (size_t a = 0; a < P; a++)
        scale[a] = C[a * P + a];
    aln_semidefinite_factor(P, C, scale, L, NULL);
    for (size_t a = 0; a < P; a++)
        for (size_t b = 0; b < P; b++)
            net->W[a * INPUTS + b] = sqrt(INPUTS) * L[a * P + b];
}

/* ---- samples ---- */

struct f3_sums {
    double update[2][2][MOST * INPUTS]; /* half, rule and bp: sum of d x^T */
    double dd[3];                       /* rule rule, bp bp, rule bp */
    double cosine, counted;
};

static void find_fields(const struct net *net, const double *x, double *field)
{
    for (size_t a = 0; a < net->p->K + net->p->M; a++) {
        field[a] = 0;
        for (size_t i = 0; i < INPUTS; i++)
            field[a] += net->W[a * INPUTS + i] * x[i];
        field[a] /= sqrt(INPUTS);
    }
}

/* Adds the errors without noise to e. */
static void add_errors(const struct net *net, const double *field, double *e)
{
    const struct aln_problem *p = net->p;
    for (size_t o = 0; o < p->O; o++) {
        for (size_t k = 0; k < p->K; k++)
            e[o] += net->W2[o * p->K + k] * p->activation->g(field[k]);
        for (size_t m = 0; m < p->M; m++)
            e[o] -= p->V2[o * p->M + m] * p->activation->g(field[p->K + m]);
    }
}

static void add_sample(const struct net *net, struct aln_stream *stream, size_t half,
                       struct f3_sums *s)
{
    const struct aln_problem *p = net->p;
    double x[INPUTS], field[2 * MOST] = {0}, e[MOST], d[2][MOST], own[3] = {0};
    aln_stream_normals(stream, INPUTS, x);
    aln_stream_normals(stream, p->O, e);
    find_fields(net, x, field);
    for (size_t o = 0; o < p->O; o++)
        e[o] *= -p->sigma;
    add_errors(net, field, e);
    for (size_t k = 0; k < p->K; k++) {
        double fed[2] = {0};
        for (size_t o = 0; o < p->O; o++) {
            fed[0] += p->F1[k * p->O + o] * e[o];
            fed[1] += net->W2[o * p->K + k] * e[o];
        }
        for (size_t w = 0; w < 2; w++) {
            d[w][k] = fed[w] * p->activation->dg(field[k]);
            for (size_t i = 0; i < INPUTS; i++)
                s->update[half][w][k * INPUTS + i] += d[w][k] * x[i];
        }
        own[0] += d[0][k] * d[0][k];
        own[1] += d[1][k] * d[1][k];
        own[2] += d[0][k] * d[1][k];
    }
    for (size_t i = 0; i < 3; i++)
        s->dd[i] += own[i];
    if (own[0] > 0 && own[1] > 0) {
        s->cosine += own[2] / sqrt(own[0] * own[1]);
        s->counted += 1;
    }
}

static double product(const double *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* UA, SA, GA of one group. */
static void measure(const struct net *net, size_t group, size_t samples, double out[3])
{
    static struct f3_sums s;
    struct aln_stream stream;
    const size_t n = net->p->K * INPUTS;
    memset(&s, 0, sizeof s);
    aln_stream_init(&stream, net->p->seed, "claim f3", group);
    for (size_t i = 0; i < samples; i++)
        add_sample(net, &stream, i % 2, &s);
    const double cross = product(s.update[0][0], s.update[1][1], n) +
                         product(s.update[1][0], s.update[0][1], n),
                 rule = product(s.update[0][0], s.update[1][0], n),
                 bp = product(s.update[0][1], s.update[1][1], n);
    out[0] = cross / (2 * sqrt(rule * bp));
    out[1] = s.dd[2] / sqrt(s.dd[0] * s.dd[1]);
    out[2] = s.cosine / s.counted;
}

/* ---- the Hessian ---- */

/* The loss of a sample with c added to the fields. */
static double displaced(const struct net *net, const double *field, const double *c)
{
    double moved[2 * MOST] = {0}, e[MOST] = {0}, sum = 0;
    for (size_t a = 0; a < net->p->K + net->p->M; a++)
        moved[a] = field[a] + (a < net->p->K ? c[a] : 0);
    add_errors(net, moved, e);
    for (size_t o = 0; o < net->p->O; o++)
        sum += e[o] * e[o] / 2;
    return sum;
}

/* Second difference over all samples of a group, along the last direction, which has no weights: of units k
 * and l together. */
static void hessian_of(const struct net *net, size_t group, size_t samples, double *A)
{
    const double step = 0.02;
    const size_t K = net->p->K;
    struct aln_stream stream;
    memset(A, 0, K * K * sizeof *A);
    aln_stream_init(&stream, net->p->seed, "claim f3 hessian", group);
    for (size_t i = 0; i < samples; i++) {
        double x[INPUTS], field[2 * MOST] = {0}, c[MOST] = {0};
        aln_stream_normals(&stream, INPUTS, x);
        find_fields(net, x, field);
        const double by = step * x[INPUTS - 1], none = displaced(net, field, c),
                     share = 1 / (step * step * (double)samples);
        for (size_t k = 0; k < K; k++)
            for (size_t l = k; l < K; l++) {
                double sum = -2 * none;
                for (int side = -1; side <= 1; side += 2) {
                    c[k] = side * by;
                    c[l] = side * by;
                    sum += displaced(net, field, c);
                }
                c[k] = c[l] = 0;
                A[k * K + l] += sum * share;
            }
    }
    for (size_t k = 0; k < K; k++) /* A_kk + A_ll + 2 A_kl was found off the diagonal */
        for (size_t l = k + 1; l < K; l++)
            A[k * K + l] = A[l * K + k] = (A[k * K + l] - A[k * (K + 1)] - A[l * (K + 1)]) / 2;
}

static void judge_hessian(struct aln_report *r, const char *name, const struct net *net,
                          double theory, size_t samples)
{
    static double A[GROUPS][MOST * MOST];
    const size_t K = net->p->K;
    double mean[MOST * MOST] = {0}, top, squares = 0;
    char what[128];
    for (size_t i = 0; i < GROUPS; i++) {
        hessian_of(net, i, samples / GROUPS, A[i]);
        for (size_t j = 0; j < K * K; j++)
            mean[j] += A[i][j] / GROUPS;
    }
    gsl_matrix_view view = gsl_matrix_view_array(mean, K, K);
    gsl_vector *values = gsl_vector_alloc(K), *image = gsl_vector_alloc(K);
    gsl_matrix *vectors = gsl_matrix_alloc(K, K);
    gsl_eigen_symmv_workspace *work = gsl_eigen_symmv_alloc(K);
    gsl_eigen_symmv(&view.matrix, values, vectors, work);
    gsl_eigen_symmv_sort(values, vectors, GSL_EIGEN_SORT_VAL_DESC);
    top = gsl_vector_get(values, 0);
    gsl_vector_view v = gsl_matrix_column(vectors, 0);
    for (size_t i = 0; i < GROUPS; i++) {
        double along;
        gsl_matrix_view own = gsl_matrix_view_array(A[i], K, K);
        gsl_blas_dgemv(CblasNoTrans, 1, &own.matrix, &v.vector, 0, image);
        gsl_blas_ddot(&v.vector, image, &along);
        squares += (along - top) * (along - top);
    }
    snprintf(what, sizeof what, "%s top of the Hessian's bulk = %.4f against samples: |z|", name,
             theory);
    aln_report_range(r, what, fabs(top - theory) / sqrt(squares / (GROUPS - 1) / GROUPS), 0,
                     MOST_Z);
    gsl_eigen_symmv_free(work);
    gsl_matrix_free(vectors);
    gsl_vector_free(image);
    gsl_vector_free(values);
}

static void judge(struct aln_report *r, const char *name, const struct aln_problem *p,
                  size_t samples)
{
    static const char *const names[3] = {"UA", "SA", "GA"};
    static struct net net;
    struct aln_geometry *g = NULL;
    double theory[3], curvature = NAN, own[3] = {0}, mean[3] = {0}, squares[3] = {0};
    build(&net, p);
    enum aln_status status = aln_geometry_create(&g, p);
    if (status == ALN_OK) {
        const struct aln_geometry_values v = aln_geometry_at(g, p->start, 1);
        theory[0] = v.UA;
        theory[1] = v.SA;
        curvature = aln_geometry_hessian(g, p->start);
        status = aln_geometry_sampled(g, p->start, &theory[2], &own[2]);
    }
    aln_geometry_free(g);
    if (status != ALN_OK) {
        aln_report_error(r, name);
        return;
    }
    for (size_t i = 0; i < GROUPS; i++) {
        double out[3];
        measure(&net, i, samples / GROUPS, out);
        for (size_t j = 0; j < 3; j++) {
            const double delta = out[j] - mean[j];
            mean[j] += delta / (double)(i + 1);
            squares[j] += delta * (out[j] - mean[j]);
        }
    }
    for (size_t j = 0; j < 3; j++) {
        char what[128];
        /* The cosines of linear units with one output are all alike: then only rounding counts. */
        const double se = hypot(sqrt(squares[j] / (GROUPS - 1) / GROUPS), hypot(own[j], 1e-10));
        snprintf(what, sizeof what, "%s %s = %.4f against samples: |z|", name, names[j], theory[j]);
        aln_report_range(r, what, fabs(mean[j] - theory[j]) / se, 0, MOST_Z);
    }
    judge_hessian(r, name, &net, curvature, samples);
}

static void run(struct aln_report *r, const char *activation, int outputs, uint64_t seed,
                size_t samples)
{
    char yaml[512], name[64];
    struct aln_problem *p;
    snprintf(yaml, sizeof yaml,
             "{problem: {activation: %s, inputs: 40, outputs: %d, noise: 0.3, student: {units: 3, "
             "weights: {std: 0.8}, readout: {std: 0.7}}, teacher: {units: 2, readout: {std: 1}}}, "
             "learning: {rule: dfa}, run: {seed: %llu}}",
             activation, outputs, (unsigned long long)seed);
    snprintf(name, sizeof name, "%-9s O = %d", activation, outputs);
    if (aln_problem_parse(&p, yaml) != ALN_OK) {
        aln_report_error(r, name);
        return;
    }
    judge(r, name, p, samples);
    aln_problem_free(p);
}

void aln_claim_f3_quick(struct aln_report *r)
{
    run(r, "erf", 2, 1, 200000);
    run(r, "relu", 1, 2, 200000);
}

void aln_claim_f3_full(struct aln_report *r)
{
    for (size_t a = 0; a < aln_activations.count; a++)
        for (int outputs = 1; outputs <= 2; outputs++)
            run(r, aln_names_row(&aln_activations, a)->name, outputs, 1 + a, 4000000);
}

/* Cosines between the updates of a rule and of back-propagation. */
#include "alignode/geometry.h"

#include <gsl/gsl_eigen.h>
#include <math.h>
#include <string.h>

#include "../check_main.h"
#include "alignode/ode.h"
#include "alignode/random.h"
#include "draw.h"

static void must(enum aln_status status)
{
    ck_assert_msg(status == ALN_OK, "%s", aln_error());
}

static struct aln_geometry *geometry(const struct aln_problem *p)
{
    struct aln_geometry *g;
    must(aln_geometry_create(&g, p));
    return g;
}

/* A reference of the theory, computed independently. */
START_TEST(test_reference)
{
    struct aln_problem *p;
    struct aln_ode *ode;
    const struct aln_ode_options options = aln_ode_defaults();
    must(aln_problem_parse(
        &p,
        "{problem: {noise: .2, overlaps: {Q: [[.25, .02], [.02, .16]], R: [[.05, -.02], [.01, "
        ".03]], T: [[1, 0], [0, 1]], W2: [[.3, -.1]]}, teacher: {readout: 1.0}}, learning: {rule: "
        "dfa, rate: [.5, .3], feedback: {matrix: [[.9], [.5]]}}}"));
    must(aln_ode_create(&ode, p, &options));
    must(aln_ode_advance(ode, 5));
    struct aln_geometry *g = geometry(p);
    const struct aln_geometry_values v = aln_geometry_at(g, aln_ode_state(ode), p->eta[0]);
    ck_assert_double_eq_tol(aln_problem_eg(p, aln_ode_state(ode)), .1444133005, 1e-9);
    ck_assert_double_eq_tol(v.UA, .9300819734, 1e-9);
    ck_assert_double_eq_tol(v.SA, .9354727231, 1e-9);
    aln_geometry_free(g);
    aln_ode_free(ode);
    aln_problem_free(p);
}
END_TEST

/* Every rule and activation: UA, SA and GA are 1 for back-propagation and nothing for a layer that does
 * not learn; descent and noise together are the hidden layer's part of d eg/dt. */
static double slope_of_eg(const struct aln_problem *p, double eta1)
{
    const double eta[2] = {eta1, 0}, h = 0x1p-17;
    struct aln_rhs *rhs;
    double f[DRAW_SIZE], y[2][DRAW_SIZE];
    must(aln_rhs_create(&rhs, p));
    ck_assert_int_eq(aln_rhs_eval(rhs, eta, NULL, p->start, f), ALN_OK);
    for (size_t i = 0; i < aln_problem_size(p); i++)
        for (int side = 0; side < 2; side++)
            y[side][i] = p->start[i] + (side == 0 ? -h : h) * f[i];
    aln_rhs_free(rhs);
    return (aln_problem_eg(p, y[1]) - aln_problem_eg(p, y[0])) / (2 * h);
}

START_TEST(test_descent)
{
    for (size_t a = 0; a < aln_activations.count; a++)
        for (size_t r = 0; r < rules_closed(); r++) {
            struct drawn d;
            draw_problem(&d, 3, 2, 2, aln_names_row(&aln_activations, a)->name,
                         rules_row(r)->id.name, 1 + r);
            d.p.kappa[0] = d.p.kappa[1] = 0;
            if (d.p.rule->learns)
                d.p.feedback_rate = d.p.feedback_decay = 0;
            if (a % 2 == 1)
                draw_keys(&d);
            struct aln_geometry *g = geometry(&d.p);
            const struct aln_geometry_values v = aln_geometry_at(g, d.p.start, 0.6);
            const double slope = slope_of_eg(&d.p, 0.6);
            if (d.p.rule->route == ALN_NOWHERE) {
                ck_assert_double_nan(v.UA);
                ck_assert_double_nan(v.SA);
            } else {
                ck_assert(fabs(v.UA) <= 1 && fabs(v.SA) <= 1);
                ck_assert_msg(fabs(v.descent + v.noise - slope) <= 1e-7 * (1 + fabs(slope)),
                              "%s, %s: %g + %g, d eg/dt = %g", d.p.activation->id.name,
                              d.p.rule->id.name, v.descent, v.noise, slope);
            }
            if (strcmp(d.p.rule->id.name, "bp") == 0) {
                ck_assert_double_eq_tol(v.UA, 1, 1e-12);
                ck_assert_double_eq_tol(v.SA, 1, 1e-12);
                ck_assert_double_eq_tol(v.descent, -0.6 * aln_problem_gain(&d.p) * v.gradient,
                                        1e-12);
            }
            if (rules_does(d.p.rule, RULES_DIRECTION)) { /* <d d^T> is K + 2 times bp's */
                ck_assert_double_eq_tol(v.UA, 1, 1e-12);
                ck_assert_double_eq_tol(v.SA, 1 / sqrt(5), 1e-12);
            }
            aln_geometry_free(g);
        }
}
END_TEST

/* ---- samples ---- */

struct sums {
    double ff, fb, bb, cosine,
        squares; /* signals by the rule, both, bp; cosines and their squares */
};

/* One sample of the signals at p->start, from fields of covariance C = [[Q, R], [R^T, T]]. */
static void add_sample(const struct aln_problem *p, const double *L, struct aln_stream *stream,
                       struct sums *s)
{
    const size_t K = p->K, M = p->M, P = K + M;
    const double *W2 = p->start + aln_state_at(p, ALN_W2);
    double z[DRAW_FIELDS], x[DRAW_FIELDS], e[DRAW_FIELDS], ff = 0, fb = 0, bb = 0;
    aln_stream_normals(stream, P, z);
    for (size_t a = 0; a < P; a++) {
        x[a] = 0;
        for (size_t b = 0; b <= a; b++)
            x[a] += L[a * P + b] * z[b];
    }
    aln_stream_normals(stream, p->O, e);
    for (size_t o = 0; o < p->O; o++) {
        e[o] *= -p->sigma;
        for (size_t k = 0; k < K; k++)
            e[o] += W2[o * K + k] * p->activation->g(x[k]);
        for (size_t m = 0; m < M; m++)
            e[o] -= p->V2[o * M + m] * p->activation->g(x[K + m]);
    }
    for (size_t k = 0; k < K; k++) {
        double f = 0, b = 0;
        for (size_t o = 0; o < p->O; o++) {
            f += p->F1[k * p->O + o] * e[o];
            b += W2[o * K + k] * e[o];
        }
        const double dg = p->activation->dg(x[k]);
        ff += f * f * dg * dg;
        fb += f * b * dg * dg;
        bb += b * b * dg * dg;
    }
    s->ff += ff;
    s->fb += fb;
    s->bb += bb;
    s->cosine += fb / sqrt(ff * bb);
    s->squares += fb * fb / (ff * bb);
}

static void cholesky(size_t n, const double *C, double *L)
{
    memset(L, 0, n * n * sizeof *L);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = C[i * n + j];
            for (size_t k = 0; k < j; k++)
                sum -= L[i * n + k] * L[j * n + k];
            L[i * n + j] = i == j ? sqrt(sum) : sum / L[j * n + j];
        }
}

/* SA and GA against 200,000 samples of K = 3, M = O = 2. SA's error is estimated from 20 groups. Three
 * times GA's own reported error is allowed. A false failure has a probability below 1e-4. */
START_TEST(test_samples)
{
    enum { GROUPS = 20, EACH = 10000 };
    struct drawn d;
    double C[DRAW_FIELDS * DRAW_FIELDS], L[DRAW_FIELDS * DRAW_FIELDS], GA, GA_error;
    struct aln_stream stream;
    struct sums all = {.ff = 0};
    double mean = 0, squares = 0;
    draw_problem(&d, 3, 2, 2, "erf", "dfa", 5);
    aln_problem_covariance(&d.p, d.p.start, C);
    cholesky(d.p.K + d.p.M, C, L);
    aln_stream_init(&stream, 7, "samples", 0);
    for (size_t i = 0; i < GROUPS; i++) {
        struct sums group = {.ff = 0};
        for (size_t n = 0; n < EACH; n++)
            add_sample(&d.p, L, &stream, &group);
        const double SA = group.fb / sqrt(group.ff * group.bb), delta = SA - mean;
        mean += delta / (double)(i + 1);
        squares += delta * (SA - mean);
        all.cosine += group.cosine / (GROUPS * EACH);
        all.squares += group.squares / (GROUPS * EACH);
    }
    struct aln_geometry *g = geometry(&d.p);
    const struct aln_geometry_values v = aln_geometry_at(g, d.p.start, 1);
    ck_assert_double_eq_tol(v.SA, mean, 5 * sqrt(squares / (GROUPS - 1) / GROUPS));
    must(aln_geometry_sampled(g, d.p.start, &GA, &GA_error));
    ck_assert_double_eq_tol(GA, all.cosine,
                            4 * sqrt((all.squares - all.cosine * all.cosine) / (GROUPS * EACH)) +
                                3 * GA_error);
    ck_assert(GA_error < 1e-2);
    aln_geometry_free(g);
}
END_TEST

/* ---- curvature ---- */

/* Moving W1 by c in a direction that no weight vector has a part in adds c c^T to Q, so that eg, of which the
 * geometry knows nothing, gives the bulk of its Hessian: eg grows by half of c^T A c. */
static double top_by_differences(struct drawn *d)
{
    const double h = 0x1p-17;
    const size_t K = d->p.K;
    double A[9];
    for (size_t k = 0, i = aln_state_at(&d->p, ALN_Q); k < K; k++)
        for (size_t l = k; l < K; l++, i++) {
            const double q = d->start[i];
            d->start[i] = q + h;
            const double above = aln_problem_eg(&d->p, d->start);
            d->start[i] = q - h;
            const double below = aln_problem_eg(&d->p, d->start);
            d->start[i] = q;
            A[k * K + l] = A[l * K + k] = (k == l ? 2 : 1) * (above - below) / (2 * h);
        }
    gsl_matrix_view view = gsl_matrix_view_array(A, K, K);
    gsl_vector *values = gsl_vector_alloc(K);
    gsl_eigen_symm_workspace *work = gsl_eigen_symm_alloc(K);
    gsl_eigen_symm(&view.matrix, values, work);
    const double most = gsl_vector_max(values);
    gsl_eigen_symm_free(work);
    gsl_vector_free(values);
    return most;
}

START_TEST(test_hessian)
{
    for (size_t a = 0; a < aln_activations.count; a++)
        for (size_t O = 1; O <= 2; O++) {
            struct drawn d;
            draw_problem(&d, 3, 2, O, aln_names_row(&aln_activations, a)->name, "dfa", 11 + a);
            struct aln_geometry *g = geometry(&d.p);
            const double value = aln_geometry_hessian(g, d.start), want = top_by_differences(&d);
            ck_assert_msg(fabs(value - want) <= 1e-8 * (1 + fabs(want)), "%s: %g, not %g",
                          d.p.activation->id.name, value, want);
            aln_geometry_free(g);
        }
}
END_TEST

CHECK_MAIN("theory/geometry", test_reference, test_descent, test_hessian, test_samples)

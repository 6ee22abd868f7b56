/* The equations of deep linear networks, against the law of the modes and against gradient descent on
 * full weight matrices, written here. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../check_main.h"
#include "alignode/deep_ode.h"
#include "alignode/random.h"

enum { MOST_LAYERS = 5, N = 3, MOST_COLUMNS = 3 * MOST_LAYERS };
static const double singular[N] = {3.75, 2, 1};

/* B_l = b_l 1 if mix = 0, else general. */
static void fill_gram(size_t L, double mix, double *gram)
{
    for (size_t l = 0; l + 1 < L; l++)
        for (size_t i = 0; i < N; i++)
            for (size_t j = 0; j < N; j++)
                gram[(l * N + i) * N + j] = (i == j ? 1 + mix * (double)i : 0) +
                                            (i != j ? mix * (double)(l + 1) / (double)L : 0);
}

/* The columns at count times. */
static void solve(size_t L, const double *gram, bool modes, size_t count, const double *times,
                  double *value)
{
    struct aln_deep_ode_options options = aln_deep_ode_defaults();
    struct aln_deep_ode *ode;
    options.layers = L;
    options.outputs = N;
    options.singular = singular;
    options.gram = gram;
    options.modes = modes;
    ck_assert_msg(aln_deep_ode_create(&ode, &options) == ALN_OK, "%s", aln_error());
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(aln_deep_ode_advance(ode, times[i]) == ALN_OK, "%s", aln_error());
        ck_assert_int_eq(aln_deep_ode_observe(ode, value + i * aln_deep_ode_columns(L)), ALN_OK);
    }
    aln_deep_ode_free(ode);
}

/* Two integrations at a relative error of 1e-12 per step, in different variables. Where GA is about to
 * be lost E has a relative error of 1e-6, and so has GA. */
START_TEST(test_modes_and_matrices)
{
    static const double times[] = {1e-3, 0.1, 0.5, 1, 1.5, 2, 10};
    enum { TIMES = 7 };
    for (size_t L = 2; L <= MOST_LAYERS; L++) {
        const size_t columns = aln_deep_ode_columns(L);
        double gram[MOST_LAYERS * N * N], a[TIMES * MOST_COLUMNS], b[TIMES * MOST_COLUMNS];
        fill_gram(L, 0, gram);
        solve(L, gram, false, TIMES, times, a);
        solve(L, gram, true, TIMES, times, b);
        for (size_t i = 0; i < TIMES * columns; i++) {
            const size_t c = i % columns;
            const bool both = !isnan(a[i]) && !isnan(b[i]), GA = c > L && c < 2 * L;
            const double within = (GA && times[i / columns] > 1 ? 1e-6 : 1e-8) * fabs(b[i]);
            ck_assert(both || GA);
            ck_assert_msg(!both || fabs(a[i] - b[i]) <= within + 1e-18,
                          "L = %zu, t = %g, column %zu: %.12g and %.12g", L, times[i / columns], c,
                          a[i], b[i]);
        }
    }
}
END_TEST

/* cond A_l = kappa^(2^(l-1)/(2^L - 1)) at the end, and as first measured. */
START_TEST(test_final_conditions)
{
    static const double seen[MOST_LAYERS][MOST_LAYERS] = {
        [2] = {[2] = 2.414}, [3] = {[2] = 1.459, 2.128}, [4] = {[2] = 1.193, 1.423, 2.024}};
    const double end = 60;
    for (size_t L = 2; L <= MOST_LAYERS; L++) {
        double gram[MOST_LAYERS * N * N], value[MOST_COLUMNS];
        fill_gram(L, 0, gram);
        solve(L, gram, false, 1, &end, value);
        for (size_t l = 1; l <= L; l++) {
            const double power = ldexp(1, (int)l - 1) / (ldexp(1, (int)L) - 1);
            const double cond = value[2 * L + l - 1];
            ck_assert_double_eq_tol(cond, pow(3.75, power), 1e-9);
            if (L < MOST_LAYERS && l > 1)
                ck_assert_double_eq_tol(cond, seen[L][l], 5.1e-4);
        }
    }
}
END_TEST

/* Early, A_l ~ (s t)^(2^(l-1)): condition numbers of kappa^(2^(l-1)). */
START_TEST(test_early_conditions)
{
    const double early = 1e-3;
    double gram[MOST_LAYERS * N * N], value[MOST_COLUMNS];
    fill_gram(MOST_LAYERS, 0, gram);
    solve(MOST_LAYERS, gram, false, 1, &early, value);
    for (size_t l = 1; l <= MOST_LAYERS; l++) {
        const double expected = pow(3.75, ldexp(1, (int)l - 1));
        ck_assert_double_eq_tol(value[2 * MOST_LAYERS + l - 1] / expected, 1, 1e-8);
    }
}
END_TEST

/* GA of orthonormal feedback is at least 2 sqrt(c)/(1 + c), c = cond Pi_l, at the end
 * kappa^((2^L - 2^l)/(2^L - 1)); here while E is resolved. */
START_TEST(test_kantorovich)
{
    const double time = 2;
    for (size_t L = 2; L <= 4; L++) {
        double gram[MOST_LAYERS * N * N], value[MOST_COLUMNS];
        fill_gram(L, 0, gram);
        solve(L, gram, false, 1, &time, value);
        for (size_t l = 1; l < L; l++) {
            const double c =
                pow(3.75, (ldexp(1, (int)L) - ldexp(1, (int)l)) / (ldexp(1, (int)L) - 1));
            ck_assert_double_ge(value[L + l], 2 * sqrt(c) / (1 + c) - 0.01);
            ck_assert_double_le(value[L + l], 1 + 1e-12);
        }
    }
}
END_TEST

/* ---- full weight matrices ---- */

enum { WIDTH = 4 }; /* of the hidden layers; N inputs */

/* A network with feedback F_l of given Gram matrices: F_l = (chol(B_l)^T; 0), rows rotated. */
struct network {
    size_t L;
    double W[MOST_LAYERS + 1][WIDTH * WIDTH], F[MOST_LAYERS + 1][WIDTH * N];
};

static size_t rows_of(const struct network *net, size_t l)
{
    return l == 0 || l == net->L ? N : WIDTH;
}

static void multiply(size_t n, size_t m, size_t k, const double *A, const double *B, double *C)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < k; j++) {
            C[i * k + j] = 0;
            for (size_t a = 0; a < m; a++)
                C[i * k + j] += A[i * m + a] * B[a * k + j];
        }
}

static void fill_feedback(struct network *net, const double *gram)
{
    memset(net->W, 0, sizeof net->W);
    for (size_t l = 1; l < net->L; l++) {
        const double *B = gram + (l - 1) * N * N;
        double C[N * N] = {0}; /* upper, C^T C = B */
        for (size_t i = 0; i < N; i++)
            for (size_t j = i; j < N; j++) {
                double sum = B[i * N + j];
                for (size_t a = 0; a < i; a++)
                    sum -= C[a * N + i] * C[a * N + j];
                C[i * N + j] = i == j ? sqrt(sum) : sum / C[i * N + i];
            }
        for (size_t i = 0; i < WIDTH; i++)
            for (size_t j = 0; j < N; j++)
                net->F[l][(i + l) % WIDTH * N + j] = i < N ? C[i * N + j] : 0;
    }
}

/* One step on all inputs, which are the unit vectors: h_l = W_l ... W_1, E = W* - h_L. */
static void step(struct network *net, double rate)
{
    double h[MOST_LAYERS + 1][WIDTH * N] = {{0}}, E[N * N], G[WIDTH * N];
    for (size_t i = 0; i < N; i++)
        h[0][i * N + i] = 1;
    for (size_t l = 1; l <= net->L; l++)
        multiply(rows_of(net, l), rows_of(net, l - 1), N, net->W[l], h[l - 1], h[l]);
    for (size_t i = 0; i < N * N; i++)
        E[i] = (i % (N + 1) == 0 ? singular[i / (N + 1)] : 0) - h[net->L][i];
    for (size_t l = 1; l <= net->L; l++) {
        const size_t rows = rows_of(net, l), cols = rows_of(net, l - 1);
        if (l < net->L)
            multiply(rows, N, N, net->F[l], E, G);
        else
            memcpy(G, E, sizeof E);
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j < cols; j++)
                for (size_t x = 0; x < N; x++)
                    net->W[l][i * cols + j] += rate * G[i * N + x] * h[l - 1][j * N + x];
    }
}

/* cos(W_l, F_l F_{l-1}^T), F_L = 1. */
static double weight_alignment(const struct network *net, size_t l)
{
    double product = 0, norm[2] = {0};
    for (size_t i = 0; i < rows_of(net, l); i++)
        for (size_t j = 0; j < WIDTH; j++) {
            double T = 0, w = net->W[l][i * WIDTH + j];
            for (size_t a = 0; a < N; a++)
                T += (l < net->L ? net->F[l][i * N + a] : (double)(i == a)) *
                     net->F[l - 1][j * N + a];
            product += w * T;
            norm[0] += w * w;
            norm[1] += T * T;
        }
    return product / sqrt(norm[0] * norm[1]);
}

/* Gradient descent differs from the equations by its step error alone, which halves with the rate. */
START_TEST(test_gradient_descent)
{
    const double time = 1;
    for (size_t L = 2; L <= 4; L++) {
        double gram[MOST_LAYERS * N * N], value[MOST_COLUMNS], error[3][MOST_LAYERS];
        fill_gram(L, 0.2, gram);
        solve(L, gram, false, 1, &time, value);
        for (size_t i = 0; i < 3; i++) {
            const size_t steps = 1000u << i;
            struct network net = {.L = L};
            fill_feedback(&net, gram);
            for (size_t s = 0; s < steps; s++)
                step(&net, time / (double)steps);
            for (size_t l = 2; l <= L; l++)
                error[i][l - 2] = weight_alignment(&net, l) - value[l];
        }
        for (size_t l = 2; l <= L; l++) {
            ck_assert_double_gt(fabs(error[0][l - 2]), 1e-6); /* there is one */
            ck_assert_double_lt(fabs(error[0][l - 2]), 2e-3);
            for (size_t i = 0; i < 2; i++) /* the next order is about 1 % of it */
                ck_assert_double_eq_tol(error[i][l - 2] / error[i + 1][l - 2], 2, 0.1);
        }
    }
}
END_TEST

/* ---- times and refusals ---- */

START_TEST(test_times_are_independent)
{
    static const double few[] = {1.7}, many[] = {1e-4, 0.3, 0.31, 1.1, 1.6999, 1.7};
    double gram[MOST_LAYERS * N * N], a[MOST_COLUMNS], b[6 * MOST_COLUMNS];
    fill_gram(4, 0.1, gram);
    solve(4, gram, false, 1, few, a);
    solve(4, gram, false, 6, many, b);
    ck_assert_mem_eq(a, b + 5 * aln_deep_ode_columns(4), aln_deep_ode_columns(4) * sizeof *a);
}
END_TEST

START_TEST(test_start)
{
    const double start = 0;
    double gram[MOST_LAYERS * N * N], value[MOST_COLUMNS];
    fill_gram(3, 0.1, gram);
    solve(3, gram, false, 1, &start, value);
    ck_assert_double_eq(value[0], (3.75 * 3.75 + 2 * 2 + 1) / 2);
    for (size_t i = 1; i < aln_deep_ode_columns(3); i++)
        ck_assert(isnan(value[i]));
}
END_TEST

static void refuse(const struct aln_deep_ode_options *options, const char *word)
{
    struct aln_deep_ode *ode;
    ck_assert_int_eq(aln_deep_ode_create(&ode, options), ALN_USAGE);
    ck_assert_msg(strstr(aln_error(), word) != NULL, "%s", aln_error());
    aln_deep_ode_free(ode);
}

START_TEST(test_refusals)
{
    static const double asymmetric[] = {1, 0.5, 0.2, 1}, indefinite[] = {1, 2, 2, 1},
                        mixed[] = {1, 0.1, 0.1, 1}, one[] = {1, 0, 0, 1}, zero[] = {1, 0};
    struct aln_deep_ode_options o = aln_deep_ode_defaults();
    o.layers = o.outputs = 2;
    o.singular = singular;
    o.gram = asymmetric;
    refuse(&o, "B_1: expected a symmetric");
    o.gram = indefinite;
    refuse(&o, "positive definite");
    o.gram = mixed;
    o.modes = true;
    refuse(&o, "orthonormal");
    o.gram = one;
    o.stepper = aln_stepper_find("bsimp");
    refuse(&o, "explicit");
    o.stepper = NULL;
    o.rtol = 0;
    refuse(&o, "rtol");
    o.rtol = 1e-9;
    o.singular = zero;
    refuse(&o, "singular values");
    o.layers = 1;
    refuse(&o, "2 layers");
}
END_TEST

CHECK_MAIN("theory/deep_ode", test_modes_and_matrices, test_final_conditions, test_early_conditions,
           test_kantorovich, test_gradient_descent, test_times_are_independent, test_start,
           test_refusals)

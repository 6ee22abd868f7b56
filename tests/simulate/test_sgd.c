/* The sgd engine against a plain twin of simple loops, and exact identities. */
#include "alignode/sgd.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

#include "../check_main.h"
#include "alignode/chain.h"
#include "base/normal_single.h"
#include "model/semidefinite.h"
#include "problems.h"
#include "simulate/kernel.h"

static void must(enum aln_status status)
{
    ck_assert_msg(status == ALN_OK, "%s", aln_error());
}

static double largest_difference(size_t n, const double *a, const double *b)
{
    double largest = 0;
    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, fabs(a[i] - b[i]));
    return largest;
}

/* ---- the plain twin ---- */

struct twin {
    const struct aln_problem *p;
    size_t N, P;
    struct aln_stream inputs, noise, direction, path;
    struct aln_single_stream single;
    double *W, *W2, *F, *x, *state; /* W: W1 then V1 */
};

static double dot(size_t n, const double *a, const double *b)
{
    long double sum = 0; /* so that only the engine's rounding differs */
    for (size_t i = 0; i < n; i++)
        sum += (long double)a[i] * b[i];
    return (double)sum;
}

static void twin_start(struct twin *t, const struct aln_problem *p, uint64_t repeat)
{
    const size_t K = p->K, M = p->M, P = K + M, N = (size_t)p->N;
    *t = (struct twin){.p = p, .N = N, .P = P};
    t->W = malloc(P * N * sizeof(double));
    t->W2 = malloc(p->O * K * sizeof(double));
    t->F = malloc(p->O * K * sizeof(double));
    t->x = malloc(N * sizeof(double));
    t->state = malloc(aln_problem_size(p) * sizeof(double));
    double *C = malloc(2 * P * P * sizeof(double)), *L = C + P * P, scale[MOST];
    struct aln_stream s;
    aln_stream_init(&s, p->seed, "frame", 0);
    for (size_t a = 0; a < P; a++) {
        double *row = t->W + a * N;
        aln_stream_normals(&s, N, row);
        for (int pass = 0; pass < 2; pass++) {
            for (size_t b = 0; b < a; b++) {
                double c = dot(N, row, t->W + b * N);
                for (size_t i = 0; i < N; i++)
                    row[i] -= c * t->W[b * N + i];
            }
            double norm = sqrt(dot(N, row, row));
            for (size_t i = 0; i < N; i++)
                row[i] /= norm;
        }
    }
    aln_problem_covariance(p, p->start, C);
    for (size_t a = 0; a < P; a++)
        scale[a] = C[a * P + a];
    aln_semidefinite_factor(P, C, scale, L, NULL);
    for (size_t i = 0; i < N; i++) {
        double column[MOST];
        for (size_t a = 0; a < P; a++)
            column[a] = t->W[a * N + i];
        for (size_t a = 0; a < P; a++) {
            t->W[a * N + i] = 0;
            for (size_t b = 0; b < P; b++)
                t->W[a * N + i] += sqrt((double)N) * L[a * P + b] * column[b];
        }
    }
    memcpy(t->W2, p->start + aln_state_at(p, ALN_W2), p->O * K * sizeof(double));
    memcpy(t->F, p->F1, p->O * K * sizeof(double));
    aln_stream_init(&t->inputs, p->seed, "sgd inputs", repeat);
    aln_single_init(&t->single, p->seed, "sgd single", repeat);
    aln_stream_init(&t->noise, p->seed, "sgd noise", repeat);
    aln_stream_init(&t->direction, p->seed, "sgd direction", repeat);
    aln_stream_init(&t->path, p->seed, "sgd feedback", repeat);
    free(C);
}

static void twin_free(struct twin *t)
{
    free(t->W);
    free(t->W2);
    free(t->F);
    free(t->x);
    free(t->state);
}

static void twin_step(struct twin *t, uint64_t n)
{
    const struct aln_problem *p = t->p;
    const size_t K = p->K, M = p->M, O = p->O;
    const double N = (double)t->N, *eta = p->eta;
    double field[MOST], e[MOST], fed[MOST], old[MOST], old_F[MOST], F[MOST], xi[MOST];
    for (size_t i = 0; i < p->schedule_count; i++)
        if ((double)n / N >= p->schedule[i].time)
            eta = p->schedule[i].eta;
    enum { PIECE = 96 }; /* whole batches */
    for (size_t i = 0; i < t->N && p->single; i += PIECE) {
        float x[PIECE];
        const size_t now = t->N - i < PIECE ? t->N - i : PIECE;
        aln_single_normals(&t->single, now, x);
        for (size_t j = 0; j < now; j++)
            t->x[i + j] = (double)x[j];
    }
    if (!p->single)
        aln_stream_normals(&t->inputs, t->N, t->x);
    for (size_t a = 0; a < t->P; a++)
        field[a] = dot(t->N, t->W + a * t->N, t->x) / sqrt(N);
    for (size_t o = 0; o < O; o++) {
        double zeta = 0;
        if (p->sigma > 0)
            aln_stream_normals(&t->noise, 1, &zeta);
        e[o] = -p->sigma * zeta;
        for (size_t k = 0; k < K; k++)
            e[o] += t->W2[o * K + k] * p->activation->g(field[k]);
        fed[o] = -p->sigma * zeta;
        for (size_t m = 0; m < M; m++) {
            e[o] -= p->V2[o * M + m] * p->activation->g(field[K + m]);
            fed[o] -= p->V2[o * M + m] * p->activation->g(field[K + m]);
        }
        if (!rules_does(p->rule, RULES_TARGET))
            fed[o] = rules_fed(p->rule, p->threshold, e[o]);
    }
    if (p->feedback_noise > 0) {
        double stray[MOST];
        aln_stream_normals(&t->path, O, stray);
        for (size_t o = 0; o < O; o++)
            fed[o] += p->feedback_noise * stray[o];
    }
    if (rules_does(p->rule, RULES_DIRECTION | RULES_MIRROR))
        aln_stream_normals(&t->direction, K, xi);
    for (size_t k = 0; k < K && p->rule->adapts; k++)
        for (size_t o = 0; o < O; o++)
            t->F[k * O + o] = dot(t->N, t->W + k * t->N, t->W + (t->P - O + o) * t->N) / N;
    memcpy(old, t->W2, O * K * sizeof *old);
    memcpy(old_F, t->F, O * K * sizeof *old);
    for (size_t o = 0; o < O; o++)
        for (size_t k = 0; k < K; k++)
            t->W2[o * K + k] -=
                p->kappa[1] / N * old[o * K + k] + eta[1] / N * e[o] * p->activation->g(field[k]);
    if (p->rule->learns) {
        double rate = isnan(p->feedback_rate) ? eta[1] : p->feedback_rate;
        const bool mirrors = rules_does(p->rule, RULES_MIRROR);
        double decay = !isnan(p->feedback_decay) ? p->feedback_decay : mirrors ? rate : p->kappa[1];
        for (size_t k = 0; k < K; k++)
            for (size_t o = 0; o < O; o++) {
                double passed = 0;
                for (size_t l = 0; l < K && mirrors; l++)
                    passed += old[o * K + l] * xi[l];
                t->F[k * O + o] -=
                    decay / N * old_F[k * O + o] +
                    rate / N * (mirrors ? -xi[k] * passed : p->activation->g(field[k]) * e[o]);
            }
    }
    if (strcmp(p->rule->id.name, "frozen") == 0)
        return;
    rules_two_layer(p->rule, K, O, old, old, old_F, F);
    const double rho = p->symmetry;
    double signals[MOST], along = 0;
    for (size_t k = 0; k < K; k++) {
        signals[k] = 0;
        for (size_t o = 0; o < O; o++)
            signals[k] += (rho * old[o * K + k] + sqrt(1 - rho * rho) * F[k * O + o]) * fed[o];
        signals[k] *= p->activation->dg(field[k]);
        along += rules_does(p->rule, RULES_DIRECTION) ? xi[k] * signals[k] : 0;
    }
    for (size_t k = 0; k < K; k++) {
        const double signal = rules_does(p->rule, RULES_DIRECTION) ? xi[k] * along : signals[k];
        for (size_t i = 0; i < t->N; i++)
            t->W[k * t->N + i] -=
                p->kappa[0] / N * t->W[k * t->N + i] + eta[0] / sqrt(N) * signal * t->x[i];
    }
}

static const double *twin_state(struct twin *t)
{
    const struct aln_problem *p = t->p;
    const size_t K = p->K, M = p->M, N = t->N;
    for (size_t k = 0; k < K; k++) {
        for (size_t l = k; l < K; l++)
            t->state[aln_state_entry(p, ALN_Q, k, l)] =
                dot(N, t->W + k * N, t->W + l * N) / (double)N;
        for (size_t m = 0; m < M; m++)
            t->state[aln_state_at(p, ALN_R) + k * M + m] =
                dot(N, t->W + k * N, t->W + (K + m) * N) / (double)N;
    }
    memcpy(t->state + aln_state_at(p, ALN_W2), t->W2, p->O * K * sizeof(double));
    if (aln_problem_size(p) > aln_state_at(p, ALN_F))
        memcpy(t->state + aln_state_at(p, ALN_F), t->F, p->O * K * sizeof(double));
    return t->state;
}

/* Runs both and compares the states after every step to 1e-12: about 30 steps with entries of order
 * one, a relative error of about 1e-16 each and no instability in so short a time. In single precision
 * fields have an error of some 1e-7, which 30 steps add up. */
static void compare_with_twin(const struct aln_problem *p, uint64_t steps)
{
    struct aln_sgd *sgd;
    struct twin twin;
    must(aln_sgd_create(&sgd, p, 2));
    twin_start(&twin, p, 2);
    for (uint64_t n = 0; n < steps; n++) {
        twin_step(&twin, n);
        must(aln_sgd_advance(sgd, n + 1));
        double difference =
            largest_difference(aln_problem_size(p), aln_sgd_state(sgd), twin_state(&twin));
        ck_assert_msg(difference < (p->single ? 1e-5 : 1e-12),
                      "%s, %s, K %zu, M %zu, O %zu, N %d, step %d: %g", p->activation->id.name,
                      p->rule->id.name, p->K, p->M, p->O, (int)p->N, (int)n, difference);
    }
    aln_sgd_free(sgd);
    twin_free(&twin);
}

START_TEST(test_twin)
{
    static const struct {
        size_t K, M, O;
        uint64_t N;
    } shape[] = {{1, 1, 1, 2}, {2, 2, 1, 4}, {3, 2, 2, 37}, {2, 3, 3, 1030}, {5, 4, 2, 513}};
    static struct test_problem t;
    for (size_t s = 0; s < sizeof shape / sizeof shape[0]; s++) {
        size_t K = shape[s].K, M = shape[s].M, O = shape[s].O;
        for (size_t r = 0; r < rules_all()->count; r++) {
            for (size_t a = 0; a < aln_activations.count; a++) {
                make_problem(&t, K, M, O, shape[s].N, aln_names_row(&aln_activations, a)->name,
                             rules_row(r)->id.name, K + M);
                /* where g grows fast they learn slowly, so that none diverges */
                const double slow = fabs(t.p.activation->g(3)) > 3 ? 0.01 : 1;
                const struct aln_rates schedule[] = {{0.009, {0.1 * slow, 0.2 * slow}},
                                                     {0.3, {0.2 * slow, 0.05 * slow}}};
                t.p.eta[0] = t.p.eta[1] = 0.1 * slow;
                t.p.feedback_noise = s % 2 == 1 && t.p.rule->random ? 0.4 : 0;
                t.p.symmetry = s % 2 == 1 && aln_rule_keeps_feedback(t.p.rule) ? 0.6 : 0;
                t.p.N += t.p.rule->adapts ? O : 0;
                if (s % 2 == 0) {
                    t.p.feedback_rate = 0.3 * slow;
                    t.p.feedback_decay = 0.5;
                } else {
                    t.p.sigma = 0.3;
                    t.p.kappa[0] = 0.2;
                    t.p.kappa[1] = 0.1;
                    t.p.schedule = schedule;
                    t.p.schedule_count = 2;
                }
                compare_with_twin(&t.p, 30);
            }
        }
    }
}
END_TEST

START_TEST(test_single)
{
    static const struct {
        size_t K, M, O;
        uint64_t N;
    } shape[] = {{1, 1, 1, 2}, {2, 2, 1, 100}, {3, 2, 2, 513}, {5, 4, 2, 1030}};
    static const char *const rules[] = {"dfa", "bp", "kolen-pollack"};
    static struct test_problem t;
    for (size_t s = 0; s < sizeof shape / sizeof shape[0]; s++)
        for (size_t r = 0; r < sizeof rules / sizeof rules[0]; r++) {
            const size_t K = shape[s].K, M = shape[s].M;
            make_problem(&t, K, M, shape[s].O, shape[s].N, "erf", rules[r], K + M);
            t.p.eta[0] = t.p.eta[1] = 0.1;
            t.p.sigma = 0.3;
            t.p.kappa[1] = 0.1;
            t.p.single = true;
            compare_with_twin(&t.p, 30);
        }
    struct aln_sgd *sgd;
    t.p.kappa[0] = 0.1;
    ck_assert_int_eq(aln_sgd_create(&sgd, &t.p, 0), ALN_USAGE);
    ck_assert_ptr_null(sgd);
}
END_TEST

START_TEST(test_large_N)
{
    static struct test_problem t;
    make_problem(&t, 2, 1, 1, 1000003, "erf", "dfa", 3);
    t.p.kappa[0] = 0.5;
    compare_with_twin(&t.p, 2);
}
END_TEST

/* ---- exact identities ---- */

START_TEST(test_start)
{
    /* rank 1 to full: students in the span of the teachers, all fields equal up to scale */
    static const uint64_t inputs[] = {5, 6, 100, 5000};
    static struct test_problem t;
    for (size_t rank = 1; rank <= 5; rank++) {
        for (size_t i = 0; i < 4; i++) {
            struct aln_sgd *sgd;
            make_problem(&t, 3, 2, 2, inputs[i], "erf", "bp", rank);
            must(aln_sgd_create(&sgd, &t.p, 0));
            double difference =
                largest_difference(aln_problem_size(&t.p), aln_sgd_state(sgd), t.start);
            ck_assert_double_lt(difference, 1e-14); /* entries of order one */
            aln_sgd_free(sgd);
        }
    }
    /* as many inputs as fields: some frames are badly conditioned before Gram-Schmidt */
    for (t.p.seed = 0; t.p.seed < 300; t.p.seed++) {
        uint64_t seed = t.p.seed;
        struct aln_sgd *sgd;
        make_problem(&t, 3, 2, 1, 5, "erf", "bp", 5);
        t.p.seed = seed;
        must(aln_sgd_create(&sgd, &t.p, 0));
        double difference = largest_difference(aln_problem_size(&t.p), aln_sgd_state(sgd), t.start);
        ck_assert_double_lt(difference, 1e-14);
        aln_sgd_free(sgd);
    }
    /* widely different scales are each kept to full relative precision, zero included */
    make_problem(&t, 2, 2, 1, 50, "erf", "bp", 4);
    for (size_t i = 0; i < aln_state_at(&t.p, ALN_W2); i++)
        t.start[i] = 0;
    t.start[2] = 1e-20;
    t.start[aln_state_at(&t.p, ALN_R) + 2] = 1e-11;
    struct aln_sgd *sgd;
    must(aln_sgd_create(&sgd, &t.p, 0));
    ck_assert_double_eq(aln_sgd_state(sgd)[0], 0);
    ck_assert_double_eq_tol(aln_sgd_state(sgd)[2], 1e-20, 1e-33);
    ck_assert_double_eq_tol(aln_sgd_state(sgd)[aln_state_at(&t.p, ALN_R) + 2], 1e-11, 1e-24);
    aln_sgd_free(sgd);
}
END_TEST

/* Weights that every repeat draws: chain and sgd start at the same overlaps. */
START_TEST(test_drawn_start)
{
    static struct test_problem t;
    double other[sizeof t.start / sizeof *t.start] = {0};
    make_problem(&t, 3, 2, 2, 50, "erf", "bp", 5);
    t.p.drawn_weights = 0.7;
    for (uint64_t repeat = 0; repeat < 3; repeat++) {
        struct aln_chain *chain;
        struct aln_sgd *sgd;
        must(aln_chain_create(&chain, &t.p, repeat));
        must(aln_sgd_create(&sgd, &t.p, repeat));
        const double *state = aln_chain_state(chain);
        ck_assert_double_lt(largest_difference(aln_problem_size(&t.p), aln_sgd_state(sgd), state),
                            1e-14);
        ck_assert_double_gt(largest_difference(aln_state_at(&t.p, ALN_W2), state, other), 0.01);
        memcpy(other, state, aln_problem_size(&t.p) * sizeof *other);
        aln_sgd_free(sgd);
        aln_chain_free(chain);
    }
}
END_TEST

START_TEST(test_cuts)
{
    static struct test_problem t;
    static const uint64_t N[] = {13, 1037};
    for (int i = 0; i < 4; i++) {
        struct aln_sgd *whole, *cut, *other;
        make_problem(&t, 2, 2, 2, N[i % 2], "erf", "fa", 4);
        t.p.sigma = 0.1;
        t.p.single = i >= 2;
        t.p.kappa[0] = t.p.single ? 0 : 0.1;
        must(aln_sgd_create(&whole, &t.p, 3));
        must(aln_sgd_create(&cut, &t.p, 3));
        must(aln_sgd_create(&other, &t.p, 4));
        must(aln_sgd_advance(whole, 101));
        for (uint64_t n = 0; n < 101; n += 1 + n % 7) {
            must(aln_sgd_advance(cut, n));
            must(aln_sgd_advance(cut, n)); /* nothing to do */
            if (n % 3 == 0)
                aln_sgd_state(cut);
        }
        must(aln_sgd_advance(cut, 101));
        must(aln_sgd_advance(other, 101));
        size_t bytes = aln_problem_size(&t.p) * sizeof(double);
        ck_assert_mem_eq(aln_sgd_state(whole), aln_sgd_state(cut), bytes);
        ck_assert_mem_eq(aln_sgd_state(whole), aln_sgd_state(cut), bytes); /* and again */
        ck_assert_mem_ne(aln_sgd_state(whole), aln_sgd_state(other), bytes);
        aln_sgd_free(whole);
        aln_sgd_free(cut);
        aln_sgd_free(other);
    }
}
END_TEST

/* One pass over the rows of W against two, by the first of x and with the last; rows are bytes / 7 apart. */
static void check_step(const struct aln_kernel *kernel, size_t rows, size_t n, double keep,
                       const void *W, const void *x, size_t bytes)
{
    enum { ROWS = 7 };
    const double c[ROWS] = {0.1, -0.2, 0.3, 0.4, 0.5, 0.6, 0.7};
    const size_t stride = bytes / ROWS / kernel->bytes;
    const char *next = (const char *)x + (stride - n) * kernel->bytes;
    void *one = aligned_alloc(64, bytes), *two = aligned_alloc(64, bytes);
    double sum[ROWS] = {1, 2}, again[ROWS] = {1, 2};
    memcpy(one, W, bytes);
    memcpy(two, W, bytes);
    kernel->step(rows, n, keep, c, x, one, stride, next, sum);
    kernel->update(rows, n, keep, c, x, two, stride);
    kernel->dot(rows, n, two, stride, next, again);
    ck_assert_mem_eq(one, two, bytes);
    ck_assert_mem_eq(sum, again, sizeof sum);
    free(one);
    free(two);
}

START_TEST(test_kernels)
{
    enum { ROWS = 7, LENGTH = 1024 };
    static _Alignas(64) double W[ROWS * LENGTH], plain[ROWS * LENGTH], wide[ROWS * LENGTH];
    static _Alignas(64) double x[LENGTH];
    struct aln_stream s;
    aln_stream_init(&s, 1, "kernels", 0);
    aln_stream_normals(&s, ROWS * LENGTH, W);
    aln_stream_normals(&s, LENGTH, x);
    for (size_t n = 0; n <= LENGTH; n += n < 64 ? 8 : 160) {
        for (size_t rows = 0; rows <= ROWS; rows++) {
            double sum[ROWS] = {1, 2}, c[ROWS] = {0.1, -0.2, 0.3, 0.4, 0.5, 0.6, 0.7};
            aln_kernels[ALN_ISA_PLAIN].dot(rows, n, W, LENGTH, x, sum);
            for (size_t r = 0; r < rows; r++)
                ck_assert_double_eq_tol(
                    sum[r], (r < 2 ? (double)r + 1 : 0) + dot(n, W + r * LENGTH, x), 1e-12);
            memcpy(plain, W, sizeof W);
            aln_kernels[ALN_ISA_PLAIN].update(rows, n, 0.9, c, x, plain, LENGTH);
            for (size_t i = 0; i < ROWS * LENGTH; i++) {
                bool moved = i / LENGTH < rows && i % LENGTH < n;
                double want = moved ? 0.9 * W[i] - c[i / LENGTH] * x[i % LENGTH] : W[i];
                ck_assert_double_eq(plain[i], want);
            }
            for (enum aln_isa isa = ALN_ISA_PLAIN; isa <= aln_isa_best(); isa++) {
                double again[ROWS] = {1, 2};
                aln_kernels[isa].dot(rows, n, W, LENGTH, x, again);
                ck_assert_mem_eq(again, sum, sizeof sum);
                memcpy(wide, W, sizeof W);
                aln_kernels[isa].update(rows, n, 0.9, c, x, wide, LENGTH);
                ck_assert_mem_eq(wide, plain, sizeof W);
                check_step(&aln_kernels[isa], rows, n, 0.9, W, x, sizeof W);
                check_step(&aln_kernels[isa], rows, n, 1, W, x, sizeof W);
            }
        }
    }
}
END_TEST

/* The kernels in single precision have the same bits everywhere. Each of 16 partial sums of 32 products is of
 * order 6, with roundings of 2e-7 each. */
START_TEST(test_kernels_single)
{
    enum { ROWS = 7, LENGTH = 512 };
    static _Alignas(64) float W[ROWS * LENGTH], plain[ROWS * LENGTH], wide[ROWS * LENGTH];
    static _Alignas(64) float x[LENGTH];
    const double c[ROWS] = {0.1, -0.2, 0.3, 0.4, 0.5, 0.6, 0.7};
    struct aln_single_stream s;
    aln_single_init(&s, 1, "kernels", 0);
    aln_single_normals(&s, ROWS * LENGTH, W);
    aln_single_normals(&s, LENGTH, x);
    for (size_t n = 0; n <= LENGTH; n += n < 64 ? 16 : 64)
        for (size_t rows = 0; rows <= ROWS; rows++) {
            double sum[ROWS] = {1, 2}, exact[ROWS] = {1, 2};
            memcpy(plain, W, sizeof W);
            aln_kernels_single[ALN_ISA_PLAIN].dot(rows, n, W, LENGTH, x, sum);
            aln_kernels_single[ALN_ISA_PLAIN].overlap(rows, n, W, LENGTH, x, exact);
            aln_kernels_single[ALN_ISA_PLAIN].update(rows, n, 1, c, x, plain, LENGTH);
            for (size_t r = 0; r < rows; r++) {
                double want = r < 2 ? (double)r + 1 : 0;
                for (size_t i = 0; i < n; i++)
                    want += (double)W[r * LENGTH + i] * (double)x[i];
                ck_assert_double_eq_tol(exact[r], want, 1e-12);
                ck_assert_double_eq_tol(sum[r], want, 2e-5);
            }
            for (size_t i = 0; i < ROWS * LENGTH; i++) {
                const bool moved = i / LENGTH < rows && i % LENGTH < n;
                const float share = (float)c[i / LENGTH] * x[i % LENGTH];
                ck_assert_float_eq(plain[i], moved ? W[i] - share : W[i]);
            }
            for (enum aln_isa isa = ALN_ISA_PLAIN; isa <= aln_isa_best(); isa++) {
                double again[ROWS] = {1, 2};
                aln_kernels_single[isa].dot(rows, n, W, LENGTH, x, again);
                ck_assert_mem_eq(again, sum, sizeof sum);
                memcpy(wide, W, sizeof W);
                aln_kernels_single[isa].update(rows, n, 1, c, x, wide, LENGTH);
                ck_assert_mem_eq(wide, plain, sizeof W);
                check_step(&aln_kernels_single[isa], rows, n, 1, W, x, sizeof W);
                check_step(&aln_kernels_single[isa], rows, n, 0.5, W, x, sizeof W);
            }
        }
}
END_TEST

START_TEST(test_frozen)
{
    static struct test_problem t;
    struct aln_sgd *sgd;
    double before[MOST];
    make_problem(&t, 2, 2, 1, 20, "erf", "frozen", 4);
    t.p.kappa[0] = 0.5;
    must(aln_sgd_create(&sgd, &t.p, 0));
    memcpy(before, aln_sgd_state(sgd), aln_problem_size(&t.p) * sizeof *before);
    must(aln_sgd_advance(sgd, 50));
    size_t at_W2 = aln_state_at(&t.p, ALN_W2);
    ck_assert_mem_eq(aln_sgd_state(sgd), before, at_W2 * sizeof *before);
    ck_assert_double_ne(aln_sgd_state(sgd)[at_W2], before[at_W2]);
    aln_sgd_free(sgd);
}
END_TEST

START_TEST(test_diverges)
{
    static struct test_problem t;
    struct aln_sgd *sgd;
    char first[256] = "";
    make_problem(&t, 2, 2, 1, 20, "linear", "dfa", 4);
    t.p.eta[0] = 30; /* fixed read-out: growth by a constant factor per step */
    t.p.eta[1] = 0;
    for (uint64_t piece = 1; piece < 100000; piece = 3 * piece + 1) {
        enum aln_status status = ALN_OK;
        must(aln_sgd_create(&sgd, &t.p, 0));
        uint64_t n = 0;
        while (status == ALN_OK && n < 100000) {
            const double *state = aln_sgd_state(sgd);
            for (size_t i = 0; i < aln_problem_size(&t.p); i++)
                ck_assert(isfinite(state[i]));
            status = aln_sgd_advance(sgd, n += piece);
        }
        ck_assert_int_eq(status, ALN_NUMERIC);
        if (piece == 1)
            snprintf(first, sizeof first, "%s", aln_error());
        ck_assert_str_eq(aln_error(), first);
        aln_sgd_free(sgd);
    }
    ck_assert_ptr_nonnull(strstr(first, "sgd: "));
    ck_assert_ptr_nonnull(strstr(first, " after step "));
}
END_TEST

START_TEST(test_refusals)
{
    static struct test_problem t;
    struct aln_sgd *sgd = NULL;
    make_problem(&t, 2, 2, 1, 3, "erf", "bp", 3);
    ck_assert_int_eq(aln_sgd_create(&sgd, &t.p, 0), ALN_USAGE);
    ck_assert_ptr_null(sgd);
    t.p.N = UINT64_MAX;
    ck_assert_int_eq(aln_sgd_create(&sgd, &t.p, 0), ALN_MEMORY);
    aln_sgd_free(NULL);
}
END_TEST

CHECK_MAIN("simulate/sgd", test_twin, test_single, test_large_N, test_start, test_drawn_start,
           test_cuts, test_kernels, test_kernels_single, test_frozen, test_diverges, test_refusals)

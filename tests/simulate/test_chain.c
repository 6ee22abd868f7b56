/* The chain engine: exact identities, and the mean of the first step in closed form. */
#include "alignode/chain.h"
#include "alignode/sgd.h"
#include "base/interrupt.h"

#include <gsl/gsl_eigen.h>
#include <math.h>
#include <stdio.h>

#include "../check_main.h"
#include "problems.h"

static void must(enum aln_status status)
{
    ck_assert_msg(status == ALN_OK, "%s", aln_error());
}

START_TEST(test_cuts)
{
    static struct test_problem t;
    const struct aln_rates schedule[] = {{1.01, {0.1, 0.2}}, {2.5, {0.2, 0.05}}};
    struct aln_chain *whole, *cut, *other;
    make_problem(&t, 3, 2, 2, 17, "erf", "dfa", 5);
    t.p.sigma = 0.1;
    t.p.kappa[1] = 0.1;
    t.p.schedule = schedule;
    t.p.schedule_count = 2;
    must(aln_chain_create(&whole, &t.p, 3));
    must(aln_chain_create(&cut, &t.p, 3));
    must(aln_chain_create(&other, &t.p, 4));
    size_t bytes = aln_problem_size(&t.p) * sizeof(double);
    ck_assert_mem_eq(aln_chain_state(whole), t.start, bytes);
    must(aln_chain_advance(whole, 101));
    for (uint64_t n = 0; n < 101; n += 1 + n % 7) {
        must(aln_chain_advance(cut, n));
        must(aln_chain_advance(cut, n)); /* nothing to do */
    }
    must(aln_chain_advance(cut, 101));
    must(aln_chain_advance(other, 101));
    ck_assert_mem_eq(aln_chain_state(whole), aln_chain_state(cut), bytes);
    ck_assert_mem_ne(aln_chain_state(whole), aln_chain_state(other), bytes);
    aln_chain_free(whole);
    aln_chain_free(cut);
    aln_chain_free(other);
}
END_TEST

/* The current rates are those of the last entry with time <= n/N: with zero rates before, the first
 * change of the state shows the step. */
START_TEST(test_schedule)
{
    static struct test_problem t;
    make_problem(&t, 2, 1, 1, 10, "erf", "bp", 3);
    t.p.eta[0] = t.p.eta[1] = 0;
    static const struct {
        double time;
        uint64_t step;
    } change[] = {{0, 0}, {0.3, 3}, {0.7, 7}, {0.71, 8}, {1, 10}, {1.1, 11}, {2.3, 23}, {2.9, 29}};
    for (size_t i = 0; i < sizeof change / sizeof change[0]; i++) {
        const struct aln_rates schedule[] = {{change[i].time, {0.1, 0.1}}, {100, {0, 0}}};
        struct aln_chain *chain;
        t.p.schedule = schedule;
        t.p.schedule_count = 2;
        must(aln_chain_create(&chain, &t.p, 0));
        must(aln_chain_advance(chain, change[i].step));
        ck_assert_mem_eq(aln_chain_state(chain), t.start, aln_problem_size(&t.p) * sizeof(double));
        must(aln_chain_advance(chain, change[i].step + 1));
        ck_assert_mem_ne(aln_chain_state(chain), t.start, aln_problem_size(&t.p) * sizeof(double));
        aln_chain_free(chain);
    }
}
END_TEST

static double smallest_eigenvalue(const struct aln_problem *p, const double *state)
{
    const size_t P = p->K + p->M;
    double C[MOST], values[MOST];
    aln_problem_covariance(p, state, C);
    gsl_matrix_view matrix = gsl_matrix_view_array(C, P, P);
    gsl_vector_view vector = gsl_vector_view_array(values, P);
    gsl_eigen_symm_workspace *work = gsl_eigen_symm_alloc(P);
    gsl_eigen_symm(&matrix.matrix, &vector.vector, work);
    gsl_eigen_symm_free(work);
    return gsl_vector_min(&vector.vector);
}

START_TEST(test_semidefinite)
{
    static struct test_problem t;
    static const uint64_t N[] = {5, 6, 100, 1000000000};
    for (int i = 0; i < 4; i++) {
        for (size_t rank = 1; rank <= 5; rank += 2) {
            struct aln_chain *chain;
            make_problem(&t, 3, 2, 2, N[i], "erf", "dfa", rank);
            t.p.sigma = 0.2;
            t.p.kappa[0] = 0.1;
            must(aln_chain_create(&chain, &t.p, 0));
            for (uint64_t n = 0; n < 3000; n += 100) {
                must(aln_chain_advance(chain, n));
                /* round-off of 3000 steps in entries of order one */
                ck_assert_double_gt(smallest_eigenvalue(&t.p, aln_chain_state(chain)), -1e-13);
            }
            aln_chain_free(chain);
        }
    }
}
END_TEST

START_TEST(test_perfect_student)
{
    static struct test_problem t;
    static const char *const rules[] = {"bp", "dfa", "sign-symmetric"};
    for (int r = 0; r < 3; r++) {
        struct aln_chain *chain;
        make_problem(&t, 2, 2, 1, 20, "erf", rules[r], 4);
        const double *T = t.T;
        const double start[] = {T[0], T[1], T[3], T[0], T[1], T[2], T[3], t.V2[0], t.V2[1]};
        memcpy(t.start, start, sizeof start);
        must(aln_chain_create(&chain, &t.p, 0));
        must(aln_chain_advance(chain, 2000));
        for (size_t i = 0; i < aln_problem_size(&t.p); i++)
            ck_assert_double_eq_tol(aln_chain_state(chain)[i], start[i], 1e-12);
        aln_chain_free(chain);
    }
}
END_TEST

START_TEST(test_frozen)
{
    static struct test_problem t;
    struct aln_chain *chain;
    make_problem(&t, 2, 2, 1, 20, "erf", "frozen", 4);
    t.p.kappa[0] = 0.5;
    must(aln_chain_create(&chain, &t.p, 0));
    must(aln_chain_advance(chain, 50));
    size_t at_W2 = aln_state_at(&t.p, ALN_W2);
    ck_assert_mem_eq(aln_chain_state(chain), t.start, at_W2 * sizeof(double));
    ck_assert_double_ne(aln_chain_state(chain)[at_W2], t.start[at_W2]);
    aln_chain_free(chain);
}
END_TEST

START_TEST(test_diverges)
{
    static struct test_problem t;
    struct aln_chain *chain;
    char first[256] = "";
    double last[MOST];
    make_problem(&t, 2, 2, 1, 20, "linear", "dfa", 4);
    t.p.eta[0] = 30; /* fixed read-out: growth by a constant factor per step */
    t.p.eta[1] = 0;
    const size_t bytes = aln_problem_size(&t.p) * sizeof(double);
    for (uint64_t piece = 1; piece < 100000; piece = 3 * piece + 1) {
        enum aln_status status = ALN_OK;
        must(aln_chain_create(&chain, &t.p, 0));
        for (uint64_t n = piece; status == ALN_OK && n < 200000; n += piece)
            status = aln_chain_advance(chain, n);
        ck_assert_int_eq(status, ALN_NUMERIC);
        if (piece == 1) {
            snprintf(first, sizeof first, "%s", aln_error());
            memcpy(last, aln_chain_state(chain), bytes);
        }
        ck_assert_str_eq(aln_error(), first);
        ck_assert_mem_eq(aln_chain_state(chain), last, bytes);
        for (size_t i = 0; i < aln_problem_size(&t.p); i++)
            ck_assert(isfinite(aln_chain_state(chain)[i]));
        aln_chain_free(chain);
    }
    ck_assert_ptr_nonnull(strstr(first, "chain: "));
    ck_assert_ptr_nonnull(strstr(first, " after step "));
}
END_TEST

/* <dR>, <dW2> and <dF> of one step are known in closed form at any N. 200,000 chains, limits of 4.5
 * standard errors (7e-6 each, 36 quantities). In the third problem the teacher is zero and R = 0:
 * <dW2> is then the students' own variance, resolved to .3 %. */
START_TEST(test_first_step)
{
    static const char *const rules[] = {"bp", "dfa", "dfa", "kolen-pollack"};
    static const char *const activations[] = {"erf", "erf", "linear", "erf"};
    enum { COUNT = 200000, K = 2, M = 2, O = 2, P = K + M };
    static struct test_problem t;
    for (int r = 0; r < 4; r++) {
        make_problem(&t, K, M, O, 6, activations[r], rules[r], P);
        if (r == 2) {
            memset(t.V2, 0, sizeof t.V2);
            memset(t.start + aln_state_at(&t.p, ALN_R), 0, K * M * sizeof(double));
        }
        t.p.sigma = r == 2 ? 0 : 0.3;
        t.p.kappa[0] = 0.1;
        t.p.kappa[1] = 0.2;
        t.p.feedback_rate = 0.7;
        t.p.feedback_decay = 0.5;
        const struct aln_problem *p = &t.p;
        const size_t size = aln_problem_size(p), at_R = aln_state_at(p, ALN_R);
        const size_t at_W2 = aln_state_at(p, ALN_W2);
        const double *W2 = t.start + at_W2, N = (double)p->N;
        double C[P * P], s[O][P], F[K * O], want[MOST] = {0}, sum[MOST] = {0}, sum2[MOST] = {0};
        aln_problem_covariance(p, t.start, C);
        rules_two_layer(p->rule, K, O, W2, W2, t.F1, F);
        for (size_t o = 0; o < O; o++)
            for (size_t a = 0; a < P; a++)
                s[o][a] = a < K ? W2[o * K + a] : -t.V2[o * M + a - K];
        for (size_t k = 0; k < K; k++) {
            for (size_t m = 0; m < M; m++) {
                double *dR = &want[at_R + k * M + m];
                *dR = -p->kappa[0] * t.start[at_R + k * M + m] / N;
                for (size_t a = 0; a < P; a++) {
                    double U = 0, kk = C[k * P + k], aa = C[a * P + a], ka = C[k * P + a];
                    for (size_t o = 0; o < O; o++)
                        U += F[k * O + o] * s[o][a];
                    double I3 = C[k * P + K + m] * p->activation->A2(kk, aa, ka) +
                                C[a * P + K + m] * p->activation->J2(kk, aa, ka);
                    *dR -= p->eta[0] * U * I3 / N;
                }
            }
        }
        for (size_t o = 0; o < O; o++)
            for (size_t k = 0; k < K; k++) {
                double *dW2 = &want[at_W2 + o * K + k];
                *dW2 = -p->kappa[1] * W2[o * K + k] / N;
                for (size_t a = 0; a < P; a++)
                    *dW2 -= p->eta[1] * s[o][a] / N *
                            p->activation->I2(C[a * P + a], C[k * P + k], C[a * P + k]);
            }
        for (size_t i = 0; p->rule->learns && i < K * O; i++) {
            size_t k = i / O, o = i % O;
            double *dF = &want[aln_state_at(p, ALN_F) + i];
            *dF = -0.5 * t.F1[i] / N;
            for (size_t a = 0; a < P; a++)
                *dF -=
                    0.7 * s[o][a] / N * p->activation->I2(C[a * P + a], C[k * P + k], C[a * P + k]);
        }
        for (uint64_t i = 0; i < COUNT; i++) {
            struct aln_chain *chain;
            must(aln_chain_create(&chain, p, i));
            must(aln_chain_advance(chain, 1));
            for (size_t j = at_R; j < size; j++) {
                double d = aln_chain_state(chain)[j] - t.start[j];
                sum[j] += d;
                sum2[j] += d * d;
            }
            aln_chain_free(chain);
        }
        for (size_t j = at_R; j < size; j++) {
            double mean = sum[j] / COUNT;
            double error = sqrt((sum2[j] / COUNT - mean * mean) / COUNT);
            ck_assert_double_le(fabs(mean - want[j]), 4.5 * error);
        }
    }
}
END_TEST

START_TEST(test_refusals)
{
    static struct test_problem t;
    struct aln_chain *chain = NULL;
    make_problem(&t, 2, 2, 1, 3, "erf", "bp", 3);
    ck_assert_int_eq(aln_chain_create(&chain, &t.p, 0), ALN_USAGE);
    ck_assert_ptr_null(chain);
    aln_chain_free(NULL);
}
END_TEST

/* A stop request within a step ends the run there; the state is the one before. */
static volatile sig_atomic_t stop_wanted;

static double request_stop(double x)
{
    stop_wanted = 1;
    return x;
}

START_TEST(test_stopped_within)
{
    struct aln_problem *p;
    struct aln_chain *chain;
    struct aln_sgd *sgd;
    ck_assert_int_eq(aln_problem_parse(&p, "learning: {rule: dfa}\nproblem: {inputs: 50}\n"),
                     ALN_OK);
    struct aln_activation slow = *p->activation;
    slow.g = request_stop;
    slow.values = NULL;
    p->activation = &slow;
    ck_assert_int_eq(aln_chain_create(&chain, p, 0), ALN_OK);
    ck_assert_int_eq(aln_sgd_create(&sgd, p, 0), ALN_OK);
    const volatile sig_atomic_t *before = aln_interrupt_watch(&stop_wanted);
    ck_assert_int_eq(aln_chain_advance(chain, 100), ALN_STOPPED);
    ck_assert_str_eq(aln_error(), "stopped at t = 0");
    ck_assert_mem_eq(aln_chain_state(chain), p->start, aln_problem_size(p) * sizeof(double));
    stop_wanted = 0;
    ck_assert_int_eq(aln_sgd_advance(sgd, 100), ALN_STOPPED);
    ck_assert_str_eq(aln_error(), "stopped at t = 0.02");
    aln_interrupt_watch(before);
    aln_chain_free(chain);
    aln_sgd_free(sgd);
    aln_problem_free(p);
}
END_TEST

CHECK_MAIN("simulate/chain", test_stopped_within, test_cuts, test_schedule, test_semidefinite,
           test_perfect_student, test_frozen, test_diverges, test_first_step, test_refusals)

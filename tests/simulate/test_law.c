/* Chain and sgd have the same distribution: means and standard deviations of all overlaps over
 * independent runs agree within 4 standard errors. Each of about 2200 comparisons exceeds them with
 * probability 6e-5; the seeds are fixed. The standard error of a standard deviation s is
 * sqrt((m4 - s^4)/n)/(2 s), m4 the fourth central moment. */
#include <math.h>

#include "../check_main.h"
#include "alignode/chain.h"
#include "alignode/sgd.h"
#include "problems.h"

struct moments {
    double mean, mean_error, std, std_error;
};

static struct moments moments_of(size_t n, const double *x, size_t stride)
{
    double mean = 0, m2 = 0, m4 = 0;
    for (size_t i = 0; i < n; i++)
        mean += x[i * stride] / (double)n;
    for (size_t i = 0; i < n; i++) {
        double d2 = (x[i * stride] - mean) * (x[i * stride] - mean);
        m2 += d2 / (double)n;
        m4 += d2 * d2 / (double)n;
    }
    double error = sqrt(fmax(0, m4 - m2 * m2) / (double)n) / (2 * sqrt(m2));
    return (struct moments){mean, sqrt(m2 / (double)n), sqrt(m2), error};
}

/* Final states of independent runs.  Returned: x (repeats x size); false when a run failed */
static bool run_both(const struct aln_problem *p, uint64_t steps, size_t repeats, double *x_chain,
                     double *x_sgd)
{
    const size_t size = aln_problem_size(p);
    int failures = 0;
#pragma omp parallel for reduction(+ : failures)
    for (size_t i = 0; i < repeats; i++) {
        struct aln_chain *chain = NULL;
        struct aln_sgd *sgd = NULL;
        if (aln_chain_create(&chain, p, i) != ALN_OK || aln_sgd_create(&sgd, p, i) != ALN_OK ||
            aln_chain_advance(chain, steps) != ALN_OK || aln_sgd_advance(sgd, steps) != ALN_OK) {
            failures++;
        } else {
            memcpy(x_chain + i * size, aln_chain_state(chain), size * sizeof *x_chain);
            memcpy(x_sgd + i * size, aln_sgd_state(sgd), size * sizeof *x_sgd);
        }
        aln_chain_free(chain);
        aln_sgd_free(sgd);
    }
    return failures == 0;
}

static void compare_states(const struct aln_problem *p, size_t repeats, const double *x,
                           const double *y)
{
    const size_t size = aln_problem_size(p);
    for (size_t i = 0; i < size; i++) {
        char name[32];
        struct moments a = moments_of(repeats, x + i, size), b = moments_of(repeats, y + i, size);
        aln_state_name(p, i, name);
        if (fmax(a.std, b.std) < 1e-12) { /* a frozen layer stays, up to round-off */
            ck_assert_double_eq_tol(a.mean, b.mean, 1e-13);
            continue;
        }
        double z_mean = (a.mean - b.mean) / hypot(a.mean_error, b.mean_error);
        double z_std = (a.std - b.std) / hypot(a.std_error, b.std_error);
        ck_assert_msg(fabs(z_mean) < 4 && fabs(z_std) < 4,
                      "%s %s N %d O %zu %s: mean %g (chain) %g (sgd) z %.2f, std %g %g z %.2f",
                      p->activation->id.name, p->rule->id.name, (int)p->N, p->O, name, a.mean,
                      b.mean, z_mean, a.std, b.std, z_std);
        ck_assert_double_gt(a.std, 0);
    }
}

static void compare(const struct aln_problem *p, double time, size_t repeats)
{
    const size_t states = repeats * aln_problem_size(p);
    double *x = malloc(2 * states * sizeof *x);
    ck_assert_ptr_nonnull(x);
    ck_assert(run_both(p, (uint64_t)(time * (double)p->N + 0.5), repeats, x, x + states));
    compare_states(p, repeats, x, x + states);
    free(x);
}

/* Chain, sgd in double and sgd in single precision, each against the others. */
static void compare_single(uint64_t N, const char *rule, uint64_t batch, double momentum,
                           double time, size_t repeats)
{
    static struct test_problem t;
    make_problem(&t, 2, 2, 2, N, "erf", rule, 4);
    t.p.sigma = 0.2;
    t.p.kappa[1] = 0.05;
    t.p.batch = batch;
    t.p.momentum = momentum;
    const size_t states = repeats * aln_problem_size(&t.p);
    const uint64_t steps = (uint64_t)(time * (double)N + 0.5);
    double *x = malloc(4 * states * sizeof *x);
    ck_assert_ptr_nonnull(x);
    ck_assert(run_both(&t.p, steps, repeats, x, x + states));
    t.p.single = true;
    ck_assert(run_both(&t.p, steps, repeats, x + 2 * states, x + 3 * states));
    ck_assert_mem_eq(x, x + 2 * states, states * sizeof *x); /* the chain does not know */
    ck_assert_mem_ne(x + states, x + 3 * states, states * sizeof *x);
    compare_states(&t.p, repeats, x, x + 3 * states);
    compare_states(&t.p, repeats, x + states, x + 3 * states);
    free(x);
}

/* Noise and decays in both layers; finite-size effects are largest at the smallest N. */
static void compare_shape(size_t K, size_t M, size_t O, uint64_t N, const char *activation,
                          const char *rule, double eta, double time, size_t repeats)
{
    static struct test_problem t;
    make_problem(&t, K, M, O, N, activation, rule, K + M);
    t.p.eta[0] = eta;
    t.p.eta[1] = 0.75 * eta;
    t.p.sigma = 0.2;
    t.p.kappa[0] = 0.1;
    t.p.kappa[1] = 0.05;
    compare(&t.p, time, repeats);
}

/* The same with batches, momentum, and noisy, half symmetric feedback where the rule allows. */
static void compare_keys(size_t K, size_t M, size_t O, uint64_t N, const char *rule, uint64_t batch,
                         double momentum, double eta, double time, size_t repeats)
{
    static struct test_problem t;
    make_problem(&t, K, M, O, N, "erf", rule, K + M);
    t.p.eta[0] = eta;
    t.p.eta[1] = 0.75 * eta;
    t.p.sigma = 0.2;
    t.p.kappa[0] = 0.1;
    t.p.kappa[1] = 0.05;
    t.p.batch = batch;
    t.p.momentum = momentum;
    t.p.feedback_noise = t.p.rule->random ? 0.5 : 0;
    t.p.symmetry = aln_rule_keeps_feedback(t.p.rule) ? 0.6 : 0;
    compare(&t.p, time, repeats);
}

/* Inputs of two blocks; with `hidden` the teacher acts on latent variables. The overlaps of the problem
 * are divided among the blocks, with opposite signs of R. */
static void compare_blocks(size_t K, size_t M, size_t O, uint64_t N, const char *rule,
                           uint64_t batch, double momentum, bool hidden, size_t repeats)
{
    static struct test_problem t;
    static const double share[] = {0.6, 0.4}, variance[] = {2, 0.5}, one[] = {1, 1},
                        signal[] = {1.1, -0.4}, part[] = {0.7, 0.3};
    static double start[2 * MOST], T[2 * MOST];
    make_problem(&t, K, M, O, N, "erf", rule, K + M);
    const size_t overlaps = aln_state_at(&t.p, ALN_W2), at_R = aln_state_at(&t.p, ALN_R),
                 rest = aln_problem_size(&t.p) - overlaps;
    for (size_t b = 0; b < 2; b++) {
        for (size_t i = 0; i < overlaps; i++)
            start[2 * i + b] = part[b] * (b == 1 && i >= at_R ? -1 : 1) * t.start[i];
        for (size_t i = 0; i < M * M; i++)
            T[b * M * M + i] = part[b] * t.T[i];
    }
    memcpy(start + 2 * overlaps, t.start + overlaps, rest * sizeof *start);
    for (size_t i = 0; i < M * M; i++)
        t.T[i] *= hidden ? 1 : part[0] * variance[0] + part[1] * variance[1];
    const struct aln_spectrum spectrum = {.count = 2,
                                          .share = share,
                                          .variance = variance,
                                          .signal = hidden ? signal : variance,
                                          .latent = hidden ? one : variance,
                                          .T = T};
    t.p.spectrum = &spectrum;
    t.p.start = start;
    t.p.sigma = 0.2;
    t.p.kappa[0] = 0.1;
    t.p.batch = batch;
    t.p.momentum = momentum;
    compare(&t.p, 2, repeats);
}

START_TEST(test_ten_inputs)
{
    compare_shape(2, 2, 1, 10, "erf", "bp", 0.8, 5, 20000);
    compare_shape(2, 2, 1, 10, "erf", "dfa", 0.8, 5, 20000);
}
END_TEST

START_TEST(test_as_many_inputs_as_fields)
{
    compare_shape(2, 2, 1, 4, "erf", "bp", 0.8, 5, 20000);
    compare_shape(2, 2, 1, 4, "erf", "dfa", 0.8, 5, 20000);
    compare_shape(2, 2, 1, 5, "erf", "fa", 0.8, 5, 20000); /* one dimension left */
}
END_TEST

START_TEST(test_other_shapes)
{
    compare_shape(2, 2, 3, 10, "linear", "dfa", 0.1, 3, 10000);
    compare_shape(2, 2, 3, 10, "linear", "bp", 0.1, 3, 10000);
    compare_shape(3, 2, 2, 8, "erf", "sign-symmetric", 0.5, 3, 10000);
    compare_shape(1, 3, 2, 30, "erf", "dfa", 1, 2, 10000);
    compare_shape(2, 2, 2, 8, "erf", "kolen-pollack", 0.5, 3, 10000);
}
END_TEST

/* Every rule with erf, and every activation with dfa. */
START_TEST(test_every_rule_and_activation)
{
    for (size_t r = 0; r < rules_all()->count; r++)
        compare_shape(2, 2, 2, 8, "erf", rules_row(r)->id.name, 0.5, 2, 4000);
    for (size_t a = 0; a < aln_activations.count; a++) {
        const struct aln_name *row = aln_names_row(&aln_activations, a);
        const struct aln_activation *g = (const struct aln_activation *)(const void *)row;
        compare_shape(2, 2, 1, 8, row->name, "dfa", fabs(g->g(3)) > 3 ? 0.005 : 0.1, 2, 4000);
    }
}
END_TEST

/* Every rule again with single samples, batches and momentum in turn; as few inputs as there are
 * vectors, velocities included, and more. */
START_TEST(test_keys)
{
    for (size_t r = 0; r < rules_all()->count; r++) {
        const char *rule = rules_row(r)->id.name;
        compare_keys(2, 2, 2, 8, rule, 1, 0, 0.5, 2, 4000);
        compare_keys(2, 2, 2, 8, rule, 3, 0, 1, 2, 4000);
        compare_keys(2, 2, 2, 9, rule, r % 2 == 0 ? 1 : 2, 0.6, 0.2, 2, 4000);
    }
    compare_keys(2, 2, 1, 6, "dfa", 2, 0.5, 0.4, 3, 10000);
    compare_keys(2, 2, 1, 4, "bp", 2, 0, 0.8, 3, 10000);
    compare_keys(3, 1, 1, 5, "bp", 5, 0, 1, 3, 10000);
}
END_TEST

/* Every rule; blocks as small as the number of vectors. */
START_TEST(test_blocks)
{
    for (size_t r = 0; r < rules_all()->count; r++)
        if (!rules_row(r)->adapts)
            compare_blocks(2, 2, 2, 15, rules_row(r)->id.name, 1, 0, r % 2 == 0, 4000);
    compare_blocks(2, 1, 1, 8, "dfa", 1, 0, true, 10000);
    compare_blocks(2, 1, 1, 8, "bp", 3, 0, false, 10000);
    compare_blocks(1, 1, 1, 10, "dfa", 2, 0.5, true, 10000);
}
END_TEST

START_TEST(test_single)
{
    compare_single(10, "dfa", 1, 0, 3, 10000);
    compare_single(37, "bp", 1, 0, 2, 4000);
    compare_single(10, "kolen-pollack", 3, 0, 2, 4000);
    compare_single(10, "dfa", 2, 0.5, 2, 4000);
}
END_TEST

CHECK_MAIN("simulate/law", test_ten_inputs, test_as_many_inputs_as_fields, test_other_shapes,
           test_every_rule_and_activation, test_keys, test_blocks, test_single)

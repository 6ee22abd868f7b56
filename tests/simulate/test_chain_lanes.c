/* Several chains at once give each of them the bits that it has alone: for every rule and activation that
 * fits, every instruction set, any number of lanes, singular covariances, and lanes that diverge. */
#include "simulate/chain_lanes.h"

#include <stdio.h>
#include <string.h>

#include "../check_main.h"
#include "alignode/chain.h"
#include "problems.h"

static void must(enum aln_status status)
{
    ck_assert_msg(status == ALN_OK, "%s", aln_error());
}

/* What the chain of one repeat says, and its state. */
static enum aln_status alone(const struct aln_problem *p, uint64_t repeat, uint64_t steps,
                             double *state)
{
    struct aln_chain *chain;
    must(aln_chain_create(&chain, p, repeat));
    enum aln_status status = aln_chain_advance(chain, steps);
    memcpy(state, aln_chain_state(chain), aln_problem_size(p) * sizeof *state);
    aln_chain_free(chain);
    return status;
}

/* Returned: how many of the lanes have failed */
static size_t compare(const struct aln_problem *p, uint64_t first, size_t count, uint64_t steps)
{
    double state[MOST], got[MOST];
    char error[512];
    size_t failed = 0;
    ck_assert(aln_chain_lanes_fit(p));
    for (int isa = 0; isa <= (int)aln_isa_best(); isa++) {
        struct aln_chain_lanes *lanes;
        failed = 0;
        must(aln_chain_lanes_create(&lanes, p, first, count, (enum aln_isa)isa));
        for (uint64_t n = 0; n < steps; n += 1 + n / 2) /* cut anywhere */
            must(aln_chain_lanes_advance(lanes, n));
        must(aln_chain_lanes_advance(lanes, steps));
        for (size_t lane = 0; lane < count; lane++) {
            enum aln_status status = alone(p, first + lane, steps, state);
            snprintf(error, sizeof error, "%s", aln_error());
            aln_chain_lanes_state(lanes, lane, got);
            ck_assert_mem_eq(got, state, aln_problem_size(p) * sizeof *got);
            ck_assert_int_eq(aln_chain_lanes_status(lanes, lane), status);
            if (status != ALN_OK)
                ck_assert_str_eq(aln_error(), error);
            failed += status != ALN_OK;
        }
        aln_chain_lanes_free(lanes);
    }
    return failed;
}

START_TEST(test_every_rule_and_activation)
{
    static struct test_problem t;
    size_t compared = 0;
    for (size_t r = 0; r < rules_all()->count; r++)
        for (size_t a = 0; a < aln_activations.count; a++) {
            const struct aln_name *rule = aln_names_row(rules_all(), r),
                                  *activation = aln_names_row(&aln_activations, a);
            make_problem(&t, 3, 2, 2, 40, activation->name, rule->name, 5);
            t.p.eta[0] = t.p.eta[1] = 0.05;
            t.p.sigma = r % 2 == 0 ? 0.1 : 0;
            t.p.kappa[0] = t.p.kappa[1] = 0.01;
            if (!aln_chain_lanes_fit(&t.p))
                continue;
            compare(&t.p, 7 * r, ALN_CHAIN_LANES, 30);
            compared++;
        }
    ck_assert_uint_ge(compared, 6 * aln_activations.count); /* bp, dfa, fa, kolen-pollack, ... */
}
END_TEST

START_TEST(test_shapes)
{
    static const struct {
        size_t K, M, O;
    } shape[] = {{1, 1, 1}, {2, 2, 1}, {2, 2, 2}, {1, 3, 1}, {5, 2, 1}, {7, 4, 3}};
    static struct test_problem t;
    const struct aln_rates schedule[] = {{0.5, {0.1, 0.2}}};
    for (size_t i = 0; i < sizeof shape / sizeof shape[0]; i++)
        for (size_t count = 1; count <= ALN_CHAIN_LANES; count += 3) {
            make_problem(&t, shape[i].K, shape[i].M, shape[i].O, 30, "erf", "dfa",
                         shape[i].K + shape[i].M);
            t.p.schedule = schedule;
            t.p.schedule_count = 1;
            compare(&t.p, count, count, 100);
        }
}
END_TEST

/* At rank 2 of 6 the factorisation ends early, at another column in one lane than in the next. */
/* Starts that every repeat draws. */
START_TEST(test_drawn_starts)
{
    static struct test_problem t;
    make_problem(&t, 3, 2, 2, 50, "erf", "dfa", 5);
    t.p.drawn_weights = 0.7;
    compare(&t.p, 3, ALN_CHAIN_LANES, 20);
    compare(&t.p, 0, 3, 0);
}
END_TEST

START_TEST(test_singular)
{
    static struct test_problem t;
    for (size_t rank = 1; rank <= 6; rank++) {
        make_problem(&t, 4, 2, 1, 12, "erf", "bp", rank);
        compare(&t.p, 3, ALN_CHAIN_LANES, 60);
    }
}
END_TEST

/* Some lanes diverge, each at a step of its own; the others go on. */
START_TEST(test_divergence)
{
    static struct test_problem t;
    size_t some = 0;
    make_problem(&t, 2, 2, 1, 20, "quadratic", "bp", 4);
    for (double eta = 0.3; eta < 2; eta *= 1.2) {
        t.p.eta[0] = t.p.eta[1] = eta;
        size_t failed = compare(&t.p, 0, ALN_CHAIN_LANES, 200);
        some += failed > 0 && failed < ALN_CHAIN_LANES;
    }
    ck_assert_uint_gt(some, 0);
}
END_TEST

START_TEST(test_refusals)
{
    static struct test_problem t;
    struct aln_chain_lanes *lanes;
    make_problem(&t, 2, 2, 1, 3, "erf", "dfa", 3);
    ck_assert_int_eq(aln_chain_lanes_create(&lanes, &t.p, 0, 8, aln_isa_best()), ALN_USAGE);
    ck_assert_ptr_nonnull(strstr(aln_error(), "fewer than K + M = 4"));
    ck_assert_ptr_null(lanes);
    t.p.N = 30;
    t.p.batch = 2;
    ck_assert(!aln_chain_lanes_fit(&t.p));
    t.p.batch = 1;
    t.p.momentum = 0.5;
    ck_assert(!aln_chain_lanes_fit(&t.p));
    t.p.momentum = 0;
    ck_assert(aln_chain_lanes_fit(&t.p));
}
END_TEST

CHECK_MAIN("simulate/chain_lanes", test_every_rule_and_activation, test_shapes, test_drawn_starts,
           test_singular, test_divergence, test_refusals)

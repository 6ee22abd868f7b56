/* Feedback that learns. With the rate and decay of the read-out, F - W2^T decays for any samples:
 * F - W2^T = (1 - k/N)^n (F - W2^T)(0). */
#include <math.h>

#include "../check_main.h"
#include "alignode/chain.h"
#include "alignode/sgd.h"
#include "problems.h"

static void must(enum aln_status status)
{
    ck_assert_msg(status == ALN_OK, "%s", aln_error());
}

/* Entries of order one accumulate a relative round-off of 1e-16 in each of 600 steps. */
static void check_law(const struct aln_problem *p, const char *engine, const double *state,
                      double factor)
{
    for (size_t k = 0; k < p->K; k++) {
        for (size_t o = 0; o < p->O; o++) {
            size_t w = aln_state_at(p, ALN_W2) + o * p->K + k,
                   f = aln_state_at(p, ALN_F) + k * p->O + o;
            double gap = state[f] - state[w], want = factor * (p->start[f] - p->start[w]);
            ck_assert_msg(fabs(gap - want) < 1e-12, "%s N %d F_%zu_%zu: %.17g, not %.17g", engine,
                          (int)p->N, k + 1, o + 1, gap, want);
            ck_assert_double_gt(fabs(state[w] - p->start[w]), 1e-3); /* it does learn */
        }
    }
}

START_TEST(test_exact_law)
{
    static struct test_problem t;
    static const uint64_t N[] = {5, 40, 300};
    const struct aln_rates schedule[] = {{1, {0.1, 0.5}}, {1.5, {0.3, 0.2}}};
    for (size_t i = 0; i < 3; i++) {
        for (int given = 0; given < 2; given++) {
            const uint64_t steps = 600;
            struct aln_chain *chain;
            struct aln_sgd *sgd;
            make_problem(&t, 3, 2, 2, N[i], "erf", "kolen-pollack", 5);
            t.p.sigma = 0.3;
            t.p.kappa[0] = 0.01;
            t.p.kappa[1] = 0.2;
            if (given) {
                t.p.feedback_rate = t.p.eta[1];
                t.p.feedback_decay = t.p.kappa[1];
            } else { /* follows the read-out's rates */
                t.p.schedule = schedule;
                t.p.schedule_count = 2;
            }
            double factor = pow(1 - t.p.kappa[1] / (double)N[i], (double)steps);
            must(aln_chain_create(&chain, &t.p, 1));
            must(aln_sgd_create(&sgd, &t.p, 1));
            must(aln_chain_advance(chain, steps));
            must(aln_sgd_advance(sgd, steps));
            check_law(&t.p, "chain", aln_chain_state(chain), factor);
            check_law(&t.p, "sgd", aln_sgd_state(sgd), factor);
            aln_chain_free(chain);
            aln_sgd_free(sgd);
        }
    }
}
END_TEST

/* Feedback that neither learns nor decays is fixed: dfa, bit for bit. */
START_TEST(test_at_rest)
{
    static struct test_problem learning, fixed;
    struct aln_chain *chain[2];
    struct aln_sgd *sgd[2];
    make_problem(&learning, 2, 2, 2, 30, "erf", "kolen-pollack", 4);
    make_problem(&fixed, 2, 2, 2, 30, "erf", "dfa", 4);
    learning.p.feedback_rate = learning.p.feedback_decay = 0;
    size_t bytes = aln_problem_size(&fixed.p) * sizeof(double);
    for (int i = 0; i < 2; i++) {
        const struct aln_problem *p = i == 0 ? &learning.p : &fixed.p;
        must(aln_chain_create(&chain[i], p, 0));
        must(aln_sgd_create(&sgd[i], p, 0));
        must(aln_chain_advance(chain[i], 200));
        must(aln_sgd_advance(sgd[i], 200));
    }
    ck_assert_mem_eq(aln_chain_state(chain[0]), aln_chain_state(chain[1]), bytes);
    ck_assert_mem_eq(aln_sgd_state(sgd[0]), aln_sgd_state(sgd[1]), bytes);
    for (size_t i = 0; i < 4; i++) {
        ck_assert(aln_chain_state(chain[0])[aln_state_at(&learning.p, ALN_F) + i] ==
                  learning.F1[i]);
        ck_assert(aln_sgd_state(sgd[0])[aln_state_at(&learning.p, ALN_F) + i] == learning.F1[i]);
    }
    for (int i = 0; i < 2; i++) {
        aln_chain_free(chain[i]);
        aln_sgd_free(sgd[i]);
    }
}
END_TEST

CHECK_MAIN("simulate/feedback", test_exact_law, test_at_rest)

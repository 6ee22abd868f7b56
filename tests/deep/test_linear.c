/* The exact laws of deep linear networks, to 1e-12: 120 steps with products and sums of about
 * thirty numbers, without significant cancellation, leave errors of about 1e-14. */
#include "../check_main.h"

#include "../../validation/linear_laws.h"
#include "deep/linearnet.h"
#include "nets.h"

#define TOLERANCE 1e-12

START_TEST(test_laws)
{
    static const char *const rules[] = {"dfa", "fa"};
    for (int i = 0; i < 64; i++) {
        const bool classes = i & 1, moving = i & 2, batch = i & 4, orthonormal = i & 8;
        struct aln_linear_laws laws;
        struct aln_linear_run run = {
            .rule = rules[(i >> 4) & 1],
            .loss = classes                    ? "cross-entropy"
                    : (i & 32) != 0 && !moving ? "mse"
                                               : "half-mse",
            .classes = classes,
            .batch = batch ? 3 : 1,
            .orthonormal = orthonormal,
            .decay = moving ? 0.3 : 0,
            .momentum = moving ? 0.6 : 0,
        };
        must(aln_linear_measure(&run, &laws));
        ck_assert_double_lt(laws.weights, TOLERANCE);
        ck_assert_double_lt(laws.signals, TOLERANCE);
        ck_assert_double_gt(laws.weights, 0); /* not compared with itself */
        ck_assert_double_gt(laws.norm, 0);    /* the top weights have changed */
        ck_assert(moving ? isnan(laws.double_sum) : laws.double_sum < TOLERANCE);
        ck_assert(orthonormal ? laws.cosines < TOLERANCE : isnan(laws.cosines));
        ck_assert(classes ? laws.column_sums < TOLERANCE : isnan(laws.column_sums));
        ck_assert(classes && orthonormal ? laws.excess < TOLERANCE : isnan(laws.excess));
    }
}
END_TEST

START_TEST(test_single)
{
    static const char *const rules[] = {"dfa", "fa"};
    for (int r = 0; r < 2; r++) {
        struct aln_linear_single single;
        must(aln_linear_single(rules[r], &single));
        ck_assert_double_lt(single.cosines, TOLERANCE);
        ck_assert_double_eq(single.early, 0);
        ck_assert_uint_gt(single.compared, 1000);
    }
}
END_TEST

START_TEST(test_bound)
{
    double below, above;
    must(aln_linear_bound(&below, &above));
    ck_assert_double_lt(below, TOLERANCE);
    /* a quarter of a degree off the worst direction costs less than (2.5^3 pi/720)^2 */
    ck_assert_double_lt(above, 5e-3);
}
END_TEST

/* The best A possible under softmax, a projector: WA = sqrt((n-1)/n). */
START_TEST(test_best_softmax)
{
    for (size_t n = 2; n < 20; n++) {
        double trace = (double)n - 1, square = (double)n - 1;
        ck_assert_double_eq_tol(trace / sqrt((double)n * square), sqrt(((double)n - 1) / (double)n),
                                1e-15);
    }
}
END_TEST

START_TEST(test_refusals)
{
    struct net n;
    struct aln_linearnet *lin;
    const size_t units[] = {5, 4, 3};
#define REFUSED(change, words)                                                                     \
    do {                                                                                           \
        dense_net(&n, "dfa", "half-mse", "linear", 2, units);                                      \
        n.o.init = aln_initialisation_find("zero");                                                \
        change;                                                                                    \
        struct aln_network *net = make_net(&n);                                                    \
        ck_assert_int_eq(aln_linearnet_create(&lin, net), ALN_USAGE);                              \
        ck_assert_msg(strstr(aln_error(), words) != NULL, "%s", aln_error());                      \
        ck_assert_ptr_null(lin);                                                                   \
        aln_network_free(net);                                                                     \
    } while (0)
    REFUSED(n.o.rule = aln_rule_find("bp"), "not for bp");
    REFUSED(n.o.rule = aln_rule_find("kolen-pollack"), "not for kolen-pollack");
    REFUSED(n.o.rule = aln_rule_find("frozen"), "not for frozen");
    REFUSED(n.o.bias = true, "biases");
    REFUSED(n.layer[0].activation = aln_deep_activation_find("tanh"), "layer 1 (dense)");
    REFUSED(n.o.init = aln_initialisation_find("uniform"), "do not start at zero");
    aln_linearnet_free(NULL);
}
END_TEST

CHECK_MAIN("deep/linear", test_laws, test_single, test_bound, test_best_softmax, test_refusals)

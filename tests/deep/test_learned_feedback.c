/* Rules whose feedback learns and rules with a random direction: the laws that they obey. */
#include "../check_main.h"

#include "nets.h"

static const size_t units[] = {7, 6, 5, 4, 3};
enum { DEPTH = 4 };

/* Of two layers direct Kolen-Pollack is Kolen-Pollack: products of the same numbers, whose sums may be taken in
 * another order; 50 steps of round-off. */
START_TEST(test_direct_of_two)
{
    static const char *const rules[] = {"kolen-pollack", "direct-kolen-pollack"};
    double *x[2];
    size_t length = 0;
    struct samples data;
    draw_samples(&data, 16, 7, 3, true, 4);
    for (int i = 0; i < 2; i++) {
        struct net n;
        dense_net(&n, rules[i], "cross-entropy", "tanh", 2, (const size_t[]){7, 6, 3});
        n.o.decay = 0.01;
        n.o.momentum = 0.5;
        struct aln_network *net = make_net(&n);
        for (int step = 0; step < 50; step++)
            must(aln_network_step(net, &data.batch, 0.01));
        x[i] = whole_state(net, &length);
        aln_network_free(net);
    }
    ck_assert_double_lt(deviation(length, x[0], x[1]), 1e-13);
    free(x[0]);
    free(x[1]);
    free_samples(&data);
}
END_TEST

/* The last F and the read-out receive the same gradient: with equal decay their difference falls by a factor
 * 1 - rate decay a step. The others have no such partner and turn towards the weights in the course of it. */
START_TEST(test_direct_law)
{
    enum { STEPS = 400 };
    const double rate = 0.02, decay = 0.5;
    struct net n;
    struct samples data;
    draw_samples(&data, 16, 7, 3, false, 4);
    dense_net(&n, "direct-kolen-pollack", "half-mse", "tanh", DEPTH, units);
    n.o.decay = decay;
    n.o.reduction = ALN_MEAN;
    struct aln_network *net = make_net(&n);
    double *W = tensor(net, ALN_WEIGHT, DEPTH, NULL),
           *F = tensor(net, ALN_FEEDBACK, DEPTH - 1, NULL);
    double before[12], after[12];
    for (size_t i = 0; i < 12; i++)
        before[i] = F[i] - W[i % 3 * 4 + i / 3];
    free(W);
    free(F);
    for (int step = 0; step < STEPS; step++)
        must(aln_network_step(net, &data.batch, rate));
    W = tensor(net, ALN_WEIGHT, DEPTH, NULL);
    F = tensor(net, ALN_FEEDBACK, DEPTH - 1, NULL);
    for (size_t i = 0; i < 12; i++) {
        after[i] = F[i] - W[i % 3 * 4 + i / 3];
        ck_assert_double_eq_tol(after[i], before[i] * pow(1 - rate * decay, STEPS), 1e-12);
    }
    free(W);
    free(F);
    aln_network_free(net);
    free_samples(&data);
}
END_TEST

/* With frozen weights F tends to their transpose. After 600 steps of rate 0.02 the start is e^-12 of itself; the
 * noise that remains is sqrt(rate n/(2 batch)) = 0.07 of F, which makes the cosine 0.997. */
START_TEST(test_mirror)
{
    for (int conv = 0; conv < 2; conv++)
        for (int mean = 0; mean < 2; mean++) {
            struct net n;
            struct samples data;
            draw_samples(&data, 16, 36, 3, true, 4);
            dense_net(&n, "weight-mirror", "cross-entropy", "tanh", 3,
                      (const size_t[]){36, 9, 8, 3});
            if (conv) {
                n.o.input = (struct aln_shape){1, 6, 6};
                n.layer[0].kind = n.layer[1].kind = aln_layer_kind_find("conv");
                n.layer[0].size = 4;
                n.layer[1].size = 5;
                n.layer[0].kernel = n.layer[1].kernel = 3;
                n.layer[0].stride = n.layer[1].stride = 1;
            }
            n.o.reduction = mean ? ALN_MEAN : ALN_SUM;
            n.o.feedback.rate = mean ? 0.02 : 0.02 / 16;
            struct aln_network *net = make_net(&n);
            for (int step = 0; step < 600; step++)
                must(aln_network_step(net, &data.batch, 0));
            for (size_t l = 1; l < 3; l++) {
                struct aln_tensor t;
                double *W = tensor(net, ALN_WEIGHT, l + 1, &t),
                       *F = tensor(net, ALN_FEEDBACK, l, NULL);
                double *turned = malloc(t.rows * t.cols * sizeof *turned);
                ck_assert_ptr_nonnull(turned);
                for (size_t i = 0; i < t.rows; i++)
                    for (size_t j = 0; j < t.cols; j++)
                        turned[i * t.cols + j] = F[j * t.rows + i];
                ck_assert_double_gt(cosine(t.rows * t.cols, W, turned), 0.98);
                ck_assert_double_eq_tol(norm(t.rows * t.cols, turned), norm(t.rows * t.cols, W),
                                        0.1 * norm(t.rows * t.cols, W));
                free(turned);
                free(F);
                free(W);
            }
            aln_network_free(net);
            free_samples(&data);
        }
}
END_TEST

/* The mean of node perturbation's gradient is that of back-propagation. With d the signals of all hidden units, d_1
 * those of the first layer and a = |d|^2/|d_1|^2, after S steps, so small that the weights hardly move, its slope on
 * back-propagation's is 1 +- sqrt((a + 1)/S), and the rest has length sqrt(5 a/S), for 6 units; 5 times the one and
 * twice the other are allowed. */
START_TEST(test_direction)
{
    enum { STEPS = 4000, FIRST = 6 * 7, HIDDEN = 6 + 5 + 4 };
    const double rate = 1e-8;
    struct net n;
    struct samples data;
    draw_samples(&data, 1, 7, 3, false, 4);
    dense_net(&n, "node-perturbation", "half-mse", "tanh", DEPTH, units);
    struct aln_network *net = make_net(&n);
    double mean[FIRST], G[1000], d[HIDDEN + 3], slope = 0, rest = 0;
    ck_assert_uint_le(aln_network_size(net), 1000);
    must(aln_network_gradient(net, &data.batch, NULL, G));
    must(aln_network_signals(net, &data.batch, NULL, d, NULL));
    const double a = pow(norm(HIDDEN, d) / norm(units[1], d), 2);
    double *before = tensor(net, ALN_WEIGHT, 1, NULL);
    for (int step = 0; step < STEPS; step++)
        must(aln_network_step(net, &data.batch, rate));
    double *after = tensor(net, ALN_WEIGHT, 1, NULL);
    for (size_t i = 0; i < FIRST; i++) {
        mean[i] = (before[i] - after[i]) / rate / STEPS;
        slope += mean[i] * G[i] / pow(norm(FIRST, G), 2);
    }
    for (size_t i = 0; i < FIRST; i++)
        rest += pow(mean[i] - slope * G[i], 2);
    ck_assert_double_eq_tol(slope, 1, 5 * sqrt((a + 1) / STEPS));
    ck_assert_double_lt(sqrt(rest), 2 * sqrt(5 * a / STEPS) * norm(FIRST, G));
    ck_assert_double_gt(sqrt(rest), 0);
    free(before);
    free(after);
    aln_network_free(net);
    free_samples(&data);
}
END_TEST

CHECK_MAIN("deep/learned_feedback", test_direct_of_two, test_direct_law, test_mirror,
           test_direction)

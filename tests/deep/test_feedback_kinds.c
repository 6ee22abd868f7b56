/* Kinds of direct feedback: the defining property of each. */
#include "../check_main.h"
#include "../covers.h"

#include <gsl/gsl_linalg.h>

#include "../../validation/gradient_checks.h"
#include "deep/phi.h"
#include "nets.h"

enum { n_L = 4, H = 5, W_ = 4 }; /* h_1: 3 x 5 x 4, h_2: 4 x 4 x 3, dense 6, outputs */

static void conv_net(struct net *n, const char *kind, const char *activation)
{
    dense_net(n, "dfa", "half-mse", activation, 4, (const size_t[]){1, 3, 4, 6, n_L});
    n->o.input = (struct aln_shape){2, 6, 5};
    n->layer[0].kind = n->layer[1].kind = aln_layer_kind_find("conv");
    n->layer[0].kernel = n->layer[1].kernel = 2;
    n->o.feedback.kind = aln_feedback_kind_find(kind);
}

static const size_t units[] = {0, 3 * H *W_, 4 * (H - 1) * (W_ - 1), 6};

static struct aln_phi phi_of(const struct net *n, size_t l)
{
    const struct aln_shape in[] = {{2, 6, 5}, {3, H, W_}, {4, H - 1, W_ - 1}, {6, 1, 1}};
    struct aln_phi phi;
    must(aln_phi_of(&n->layer[l - 1], in[l - 1], &phi));
    return phi;
}

/* All kinds have the same gain: to 1e-12 where it is fixed, else to 5 standard errors of the mean
 * square of the independent numbers. */
START_TEST(test_gain)
{
    for (size_t k = 0; k < aln_feedback_kinds.count; k++)
        for (unsigned d = 0; d < aln_distributions.count; d++) {
            const char *name = aln_names_row(&aln_feedback_kinds, k)->name;
            struct net n;
            conv_net(&n, name, "tanh");
            n.o.feedback.distribution = (enum aln_distribution)d;
            n.o.feedback.scale = 1.5;
            struct aln_network *net = make_net(&n);
            bool drawn = k == 0 || strcmp(name, "channel") == 0;
            for (size_t l = 1; l < 4; l++) {
                struct aln_tensor t;
                double *F = tensor(net, ALN_FEEDBACK, l, &t);
                ck_assert_uint_eq(t.rows, units[l]);
                ck_assert_uint_eq(t.cols, n_L);
                double mean = norm(t.rows * n_L, F) * norm(t.rows * n_L, F) / n_L / 2.25;
                double expected = pow(aln_distribution_row((enum aln_distribution)d)->to_unit, -2);
                size_t numbers = n_L * (l == 3 || k == 0 ? t.rows : l + 2);
                bool loose = drawn || (l == 3 && strcmp(name, "product") == 0);
                if (strcmp(name, "svd") == 0 && l == 3)
                    loose = false;
                ck_assert_msg(fabs(mean / expected - 1) <
                                  (loose ? 5 * sqrt(2 / (double)numbers) : 1e-12),
                              "%s, layer %zu: %g of %g", name, l, mean, expected);
                free(F);
            }
            aln_network_free(net);
        }
}
END_TEST

START_TEST(test_channel)
{
    struct net n;
    conv_net(&n, "channel", "tanh");
    struct aln_network *net = make_net(&n);
    for (size_t l = 1; l < 3; l++) {
        double *F = tensor(net, ALN_FEEDBACK, l, NULL);
        size_t area = units[l] / (l + 2);
        for (size_t i = 0; i < units[l]; i++)
            for (size_t o = 0; o < n_L; o++)
                ck_assert_double_eq(F[i * n_L + o], F[i / area * area * n_L + o]);
        ck_assert_double_ne(F[0], F[area * n_L]);
        ck_assert_double_ne(F[0], F[1]);
        free(F);
    }
    aln_network_free(net);
}
END_TEST

/* The component of a map along a wave beyond the modes is zero. */
START_TEST(test_smooth)
{
    for (size_t modes = 1; modes <= 6; modes++) {
        struct net n;
        conv_net(&n, "smooth", "tanh");
        n.o.feedback.modes = modes;
        struct aln_network *net = make_net(&n);
        double *F = tensor(net, ALN_FEEDBACK, 1, NULL);
        for (size_t c = 0; c < 3; c++)
            for (size_t u = 0; u < H; u++)
                for (size_t v = 0; v < W_; v++) {
                    double sum = 0;
                    for (size_t i = 0; i < H; i++)
                        for (size_t j = 0; j < W_; j++)
                            sum += F[((c * H + i) * W_ + j) * n_L] *
                                   cos(M_PI * (double)u * ((double)i + .5) / H) *
                                   cos(M_PI * (double)v * ((double)j + .5) / W_);
                    ck_assert((fabs(sum) < 1e-14) == (u >= modes || v >= modes));
                }
        free(F);
        aln_network_free(net);
    }
}
END_TEST

/* F_l is phi(G)^T F_{l+1} with the G of its stream. */
START_TEST(test_product)
{
    struct net n;
    conv_net(&n, "product", "tanh");
    struct aln_network *net = make_net(&n);
    for (size_t l = 1; l < 3; l++) {
        struct aln_stream stream;
        struct aln_phi phi = phi_of(&n, l + 1);
        double *F = tensor(net, ALN_FEEDBACK, l, NULL),
               *above = tensor(net, ALN_FEEDBACK, l + 1, NULL);
        double *G = malloc(phi.rows * phi.cols * sizeof *G),
               *X = malloc(units[l] * n_L * sizeof *X);
        aln_stream_init(&stream, n.o.feedback.seed, "deep feedback", l);
        aln_stream_normals(&stream, phi.rows * phi.cols, G);
        aln_phi_transposed(&phi, G, n_L, above, X);
        ck_assert_double_eq_tol(cosine(units[l] * n_L, X, F), 1, 1e-14);
        free(F), free(above), free(G), free(X);
    }
    aln_network_free(net);
}
END_TEST

/* In a linear network bp's initial signals are those of F = phi(W)^T ..: all cosines are 1. */
START_TEST(test_initial)
{
    struct net n;
    struct samples data;
    double GA[4];
    conv_net(&n, "initial", "linear");
    struct aln_network *net = make_net(&n);
    draw_samples(&data, 8, 60, n_L, false, 4);
    must(aln_gradient_alignment(net, &data.batch, GA));
    for (size_t l = 1; l < 4; l++)
        ck_assert_double_eq_tol(GA[l], 1, 1e-13);
    n.o.seed++; /* different weights, different feedback */
    struct aln_network *other = make_net(&n);
    double *F = tensor(net, ALN_FEEDBACK, 1, NULL), *F2 = tensor(other, ALN_FEEDBACK, 1, NULL);
    ck_assert_double_lt(fabs(cosine(units[1] * n_L, F, F2)), 0.5);
    free(F), free(F2);
    aln_network_free(other);
    /* independent feedback is far from it */
    n.o.feedback.kind = NULL;
    other = make_net(&n);
    must(aln_gradient_alignment(other, &data.batch, GA));
    ck_assert_double_lt(fabs(GA[1]), 0.5);
    aln_network_free(other);
    aln_network_free(net);
    free_samples(&data);
}
END_TEST

/* conv, conv, dense: F_2 F_1^T is as close to phi(W_2) as the best matrix of rank n_L, found by a
 * full singular value decomposition; 2 % for the iteration. */
START_TEST(test_svd)
{
    struct net n;
    conv_net(&n, "svd", "tanh");
    n.o.layer_count = 3;
    n.layer[2] = n.layer[3];
    struct aln_network *net = make_net(&n);
    struct aln_phi phi = phi_of(&n, 2);
    double *W = tensor(net, ALN_WEIGHT, 2, NULL), *F1 = tensor(net, ALN_FEEDBACK, 1, NULL);
    double *F2 = tensor(net, ALN_FEEDBACK, 2, NULL), reached, largest, best = 0, all = 0;
    must(aln_phi_cosine(&phi, W, n_L, F2, F1, &reached, &largest));
    gsl_matrix *A = gsl_matrix_calloc(phi.inputs, phi.outputs); /* phi(W)^T, tall */
    gsl_matrix *V = gsl_matrix_alloc(phi.outputs, phi.outputs);
    gsl_vector *s = gsl_vector_alloc(phi.outputs);
    double *unit = calloc(phi.outputs, sizeof *unit), *x = malloc(phi.inputs * sizeof *x);
    for (size_t o = 0; o < phi.outputs; o++) {
        unit[o] = 1;
        aln_phi_transposed(&phi, W, 1, unit, x);
        unit[o] = 0;
        for (size_t i = 0; i < phi.inputs; i++)
            gsl_matrix_set(A, i, o, x[i]);
    }
    gsl_linalg_SV_decomp_jacobi(A, V, s);
    for (size_t i = 0; i < phi.outputs; i++) {
        double v = gsl_vector_get(s, i);
        all += v * v;
        best += i < n_L ? v * v : 0;
    }
    ck_assert_double_le(reached, sqrt(best / all) * (1 + 1e-12));
    ck_assert_double_gt(reached, 0.98 * sqrt(best / all));
    gsl_matrix_free(A), gsl_matrix_free(V), gsl_vector_free(s);
    free(W), free(F1), free(F2), free(unit), free(x);
    aln_network_free(net);
}
END_TEST

static void expect_refused(struct net *n, const char *words)
{
    struct aln_network *net;
    n->o.layer = n->layer;
    ck_assert_int_eq(aln_network_create(&net, &n->o), ALN_USAGE);
    ck_assert_msg(strstr(aln_error(), words) != NULL, "%s", aln_error());
}

START_TEST(test_refusals)
{
    struct net n;
    conv_net(&n, "channel", "tanh");
    n.o.rule = aln_rule_find("fa");
    expect_refused(&n, "feedback channel is for direct rules, not for fa");
    conv_net(&n, "smooth", "tanh");
    n.o.feedback.orthonormal = true;
    expect_refused(&n, "cannot be combined with orthonormal");
    conv_net(&n, "svd", "tanh");
    n.o.init = aln_initialisation_find("aligned");
    expect_refused(&n, "needs random feedback");
    conv_net(&n, "product", "tanh");
    n.layer[2] = (struct aln_layer){.kind = aln_layer_kind_find("max-pool"), .size = 2};
    expect_refused(&n, "cannot pass the pooling above weight layer 2");
    /* pooling above layer 1 is allowed: F_1 ends above it */
    conv_net(&n, "product", "tanh");
    n.layer[2] = n.layer[1];
    n.layer[1] = (struct aln_layer){.kind = aln_layer_kind_find("max-pool"), .size = 2};
    aln_network_free(make_net(&n));
}
END_TEST

START_TEST(test_covered)
{
    COVERS(&aln_feedback_kinds, "independent", "channel", "smooth", "product", "initial", "svd");
}
END_TEST

CHECK_MAIN("deep/feedback_kinds", test_gain, test_channel, test_smooth, test_product, test_initial,
           test_svd, test_refusals, test_covered)

/* What may happen to the error on its way back: noise, a symmetric part, feedback of low rank or sparse. */
#include "../check_main.h"

#include <gsl/gsl_linalg.h>

#include "twin.h"

static const size_t units[] = {7, 6, 5, 4, 3};
enum { DEPTH = 4, STEPS = 25 };

/* Trains a network and its twin.  Returned: their difference */
static double against_twin(struct net *n, const size_t *width, size_t depth)
{
    struct samples data;
    struct twin twin;
    struct aln_network *net = make_net(n);
    draw_samples(&data, 40, width[0], width[depth], true, 9);
    twin_start(&twin, net);
    for (uint32_t step = 0; step < STEPS; step++) {
        uint32_t index[] = {step, 39 - step, (7 * step) % 40};
        struct aln_batch batch = data.batch;
        batch.index = index;
        batch.count = 1 + step % 3;
        must(aln_network_step(net, &batch, 0.01));
        twin_step(&twin, &batch, 0.01);
    }
    const double difference = twin_difference(&twin, net);
    twin_free(&twin);
    aln_network_free(net);
    free_samples(&data);
    return difference;
}

/* Every rule with a random part; round-off of about 1e-16 a step. */
START_TEST(test_noise)
{
    for (size_t r = 0; r < rules_all()->count; r++) {
        const struct aln_rule *rule = rules_row(r);
        struct net n;
        if (!rule->random || !is_deep(rule))
            continue;
        dense_net(&n, rule->id.name, "half-mse", "tanh", DEPTH, units);
        n.o.feedback.noise = 0.8;
        n.o.momentum = r % 2 == 0 ? 0.5 : 0;
        const double difference = against_twin(&n, units, DEPTH);
        ck_assert_msg(difference < 1e-12, "%s: %g", rule->id.name, difference);
    }
}
END_TEST

START_TEST(test_symmetry)
{
    static const struct {
        const char *rule;
        size_t depth, width[DEPTH + 1];
    } cases[] = {{"fa", 4, {7, 6, 5, 4, 3}},
                 {"fa", 2, {7, 6, 3}},
                 {"dfa", 2, {7, 6, 3}},
                 {"drtp", 2, {7, 6, 3}}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (int noisy = 0; noisy < 2; noisy++) {
            struct net n;
            dense_net(&n, cases[i].rule, "cross-entropy", "tanh", cases[i].depth, cases[i].width);
            n.o.feedback.symmetry = 0.6;
            n.o.feedback.noise = noisy * 0.5;
            const double difference = against_twin(&n, cases[i].width, cases[i].depth);
            ck_assert_msg(difference < 1e-12, "%s, %zu layers: %g", cases[i].rule, cases[i].depth,
                          difference);
        }
}
END_TEST

/* All of it symmetric: back-propagation, bit for bit; in convolutions, too. */
START_TEST(test_whole_symmetry)
{
    for (int conv = 0; conv < 2; conv++) {
        static const char *const rules[] = {"bp", "fa"};
        double *W[2];
        size_t length = 0;
        struct samples data;
        draw_samples(&data, 16, 36, 3, true, 4);
        for (int i = 0; i < 2; i++) {
            struct net n;
            dense_net(&n, rules[i], "cross-entropy", "tanh", 3, (const size_t[]){36, 9, 8, 3});
            if (conv) {
                n.o.input = (struct aln_shape){1, 6, 6};
                n.layer[0].kind = n.layer[1].kind = aln_layer_kind_find("conv");
                n.layer[0].size = 4;
                n.layer[1].size = 5;
                n.layer[0].kernel = n.layer[1].kernel = 3;
                n.layer[0].stride = n.layer[1].stride = 1;
            }
            n.o.feedback.symmetry = i;
            struct aln_network *net = make_net(&n);
            for (int step = 0; step < STEPS; step++)
                must(aln_network_step(net, &data.batch, 0.02));
            W[i] = tensor(net, ALN_WEIGHT, 1, NULL);
            length = conv ? 4 * 9 : 9 * 36;
            aln_network_free(net);
        }
        ck_assert_mem_eq(W[0], W[1], length * sizeof(double));
        free(W[0]);
        free(W[1]);
        free_samples(&data);
    }
}
END_TEST

/* ---- low rank, sparse ---- */

/* F_l of a network with these settings; free(). */
static double *feedback_of(struct net *n, size_t l, struct aln_tensor *t)
{
    struct aln_network *net = make_net(n);
    double *F = tensor(net, ALN_FEEDBACK, l, t);
    aln_network_free(net);
    return F;
}

START_TEST(test_rank)
{
    static const char *const rules[] = {"dfa", "fa", "kolen-pollack"};
    const size_t width[] = {5, 30, 20, 8};
    for (size_t r = 0; r < 3; r++)
        for (size_t l = 1; l < 3; l++)
            for (unsigned d = 0; d < aln_distributions.count; d++) {
                struct net n;
                struct aln_tensor t;
                dense_net(&n, rules[r], "half-mse", "tanh", 3, width);
                n.o.feedback.distribution = (enum aln_distribution)d;
                n.o.feedback.scale = 3;
                n.o.feedback.rank = 3;
                double *F = feedback_of(&n, l, &t), v[30 * 30], s[30];
                /* the rms of independent entries, n_l of them in a column */
                ck_assert_double_eq_tol(
                    norm(t.rows * t.cols, F) / sqrt((double)(t.rows * t.cols)),
                    3 / aln_distribution_row((enum aln_distribution)d)->to_unit /
                        sqrt((double)width[l]),
                    1e-12);
                gsl_matrix_view A = gsl_matrix_view_array(F, t.rows, t.cols);
                gsl_matrix_view V = gsl_matrix_view_array(v, t.cols, t.cols);
                gsl_vector_view S = gsl_vector_view_array(s, t.cols);
                ck_assert_int_eq(gsl_linalg_SV_decomp_jacobi(&A.matrix, &V.matrix, &S.vector), 0);
                ck_assert_double_gt(s[2], 1e-3 * s[0]);
                ck_assert_double_lt(s[3], 1e-13 * s[0]);
                free(F);
                /* no less than its columns: independent entries as without */
                n.o.feedback.rank = 20;
                double *full = feedback_of(&n, l, &t);
                n.o.feedback.rank = 0;
                F = feedback_of(&n, l, &t);
                if (t.cols <= 20)
                    ck_assert_mem_eq(F, full, t.rows * t.cols * sizeof *F);
                free(full);
                free(F);
            }
}
END_TEST

/* A share of the entries of the dense matrix, times one factor. 5 standard deviations of the count. */
START_TEST(test_density)
{
    static const double shares[] = {0.1, 0.5, 1};
    const size_t width[] = {5, 90, 60, 10};
    for (size_t l = 1; l < 3; l++) {
        double *dense = NULL, *before = NULL;
        for (size_t i = 3; i-- > 0;) {
            struct net n;
            struct aln_tensor t;
            dense_net(&n, "fa", "half-mse", "tanh", 3, width);
            n.o.feedback.density = shares[i];
            double *F = feedback_of(&n, l, &t);
            const size_t count = t.rows * t.cols;
            dense = dense == NULL ? feedback_of(&n, l, &t) : dense;
            size_t kept = 0;
            for (size_t j = 0; j < count; j++) {
                kept += F[j] != 0;
                ck_assert(F[j] == 0 || before == NULL || before[j] != 0);
            }
            for (size_t j = 0; j < count; j++) /* one factor: their products agree */
                if (F[j] != 0)
                    for (size_t k = j + 1; k < count && k < j + 40; k++)
                        if (F[k] != 0)
                            ck_assert_double_eq_tol(F[j] * dense[k], F[k] * dense[j],
                                                    1e-12 * fabs(F[j] * dense[k]) + 1e-300);
            const double p = shares[i], n_all = (double)count;
            ck_assert_double_le(fabs((double)kept - p * n_all), 5 * sqrt(p * (1 - p) * n_all));
            if (p < 1)
                ck_assert_double_eq_tol(norm(count, F) / sqrt(n_all), 1 / sqrt((double)t.rows),
                                        1e-12);
            free(before);
            before = F;
        }
        free(before);
        free(dense);
    }
}
END_TEST

static void refused(struct net *n, const char *words)
{
    struct aln_network *net;
    n->o.layer = n->layer;
    ck_assert_int_eq(aln_network_create(&net, &n->o), ALN_USAGE);
    ck_assert_msg(strstr(aln_error(), words) != NULL, "'%s' instead of '%s'", aln_error(), words);
}

START_TEST(test_refusals)
{
    struct net n;
#define REFUSED(rule, change, words)                                                               \
    dense_net(&n, rule, "half-mse", "tanh", DEPTH, units);                                         \
    change;                                                                                        \
    refused(&n, words)
    REFUSED("bp", n.o.feedback.noise = 1, "rule bp has no random part");
    REFUSED("bp", n.o.feedback.symmetry = 0.5, "rule bp has no random part");
    REFUSED("kolen-pollack", n.o.feedback.symmetry = 0.5, "rule kolen-pollack changes");
    REFUSED("dfa", n.o.feedback.symmetry = 0.5, "two layers, there are 4");
    REFUSED("fa", n.o.feedback.symmetry = 1.5, "feedback.symmetry = 1.5");
    REFUSED("fa", n.o.feedback.noise = -1, "feedback.noise = -1");
    REFUSED("fa", n.o.feedback.density = 2, "feedback.density = 2");
    REFUSED("dfa", (n.o.feedback.rank = 2, n.o.feedback.density = 0.5), "exclude each other");
    REFUSED("dfa", (n.o.feedback.rank = 2, n.o.feedback.orthonormal = true),
            "feedback.rank is for independent");
    REFUSED("dfa",
            (n.o.feedback.density = 0.5, n.o.feedback.kind = aln_feedback_kind_find("channel")),
            "feedback.density is for independent");
}
END_TEST

CHECK_MAIN("deep/feedback_path", test_noise, test_symmetry, test_whole_symmetry, test_rank,
           test_density, test_refusals)

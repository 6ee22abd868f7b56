/* Measures that compare the networks of several seeds, against their definitions. */
#include "../../check_main.h"

#include "scene.h"

START_TEST(test_similarity)
{
    enum { SEEDS = 3 };
    struct scene s[SEEDS];
    struct aln_network *net[SEEDS];
    double value[1 + DEPTH], expected[1 + DEPTH] = {0};
    size_t length;
    for (size_t i = 0; i < SEEDS; i++) {
        set_scene(&s[i], "dfa", "cross-entropy", "tanh", false);
        struct net options = s[i].options;
        options.o.seed = i;
        aln_meter_free(s[i].meter);
        s[i].meter = NULL;
        aln_network_free(s[i].net);
        net[i] = s[i].net = make_net(&options);
    }
    must(aln_similarity(SEEDS, net, value));
    for (size_t i = 0; i < SEEDS; i++)
        for (size_t j = 0; j < i; j++) {
            double all[2][4 * MOST * MOST];
            length = 0;
            for (size_t l = 1; l <= DEPTH; l++) {
                size_t n = units[l] * units[l - 1];
                double *a = tensor(net[i], ALN_WEIGHT, l, NULL);
                double *b = tensor(net[j], ALN_WEIGHT, l, NULL);
                expected[l] += cosine(n, a, b) / 3;
                memcpy(all[0] + length, a, n * sizeof *a);
                memcpy(all[1] + length, b, n * sizeof *b);
                length += n;
                free(a);
                free(b);
            }
            expected[0] += cosine(length, all[0], all[1]) / 3;
        }
    for (size_t l = 0; l <= DEPTH; l++)
        near(value[l], expected[l]);
    double error[1 + DEPTH], squares[1 + DEPTH] = {0};
    must(aln_similarity_errors(SEEDS, net, error));
    for (size_t out = 0; out < SEEDS; out++) { /* the similarities of the others */
        struct aln_network *others[2] = {net[out == 0], net[out == 2 ? 1 : 2]};
        double without[1 + DEPTH];
        must(aln_similarity(2, others, without));
        for (size_t l = 0; l <= DEPTH; l++)
            squares[l] += (without[l] - value[l]) * (without[l] - value[l]);
    }
    for (size_t l = 0; l <= DEPTH; l++)
        near(error[l], sqrt(2.0 / 3 * squares[l]));
    must(aln_similarity_errors(2, net, error));
    ck_assert(isnan(error[0]) && isnan(error[DEPTH]));
    must(aln_similarity(1, net, value));
    ck_assert(isnan(value[0]) && isnan(value[DEPTH]));
    net[1] = net[0];
    must(aln_similarity(2, net, value));
    for (size_t l = 0; l <= DEPTH; l++)
        near(value[l], 1);
    for (size_t i = 0; i < SEEDS; i++)
        strike_scene(&s[i]);
}
END_TEST

/* tr(K H L H) with H = 1 - 1/n, kernels and H as explicit matrices: the definition by samples.
 * Given: X, Y (samples x n, samples x m) */
static double hsic(size_t samples, size_t n, const double *X, size_t m, const double *Y)
{
    double K[2][SAMPLES][SAMPLES], centred[2][SAMPLES][SAMPLES] = {{{0}}}, trace_of = 0;
    for (size_t i = 0; i < samples; i++)
        for (size_t j = 0; j < samples; j++) {
            K[0][i][j] = K[1][i][j] = 0;
            for (size_t k = 0; k < n; k++)
                K[0][i][j] += X[i * n + k] * X[j * n + k];
            for (size_t k = 0; k < m; k++)
                K[1][i][j] += Y[i * m + k] * Y[j * m + k];
        }
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < samples; i++)
            for (size_t j = 0; j < samples; j++)
                for (size_t r = 0; r < samples; r++)
                    centred[k][i][j] += K[k][i][r] * ((r == j) - 1 / (double)samples);
    for (size_t i = 0; i < samples; i++)
        for (size_t j = 0; j < samples; j++)
            trace_of += centred[0][i][j] * centred[1][j][i];
    return trace_of;
}

/* h_l of one sample after the other.  Returned: h (count x n_l) */
static void hidden_of(struct aln_network *net, const struct aln_batch *batch, size_t l, double *h)
{
    double all[MOST];
    for (uint32_t i = 0; i < batch->count; i++) {
        struct aln_batch one = *batch;
        size_t from = 0;
        one.index = &i;
        one.count = 1;
        must(aln_network_activations(net, &one, all));
        for (size_t k = 1; k < l; k++)
            from += units[k];
        memcpy(h + i * units[l], all + from, units[l] * sizeof *h);
    }
}

/* With more samples than units and with fewer, where the kernels themselves are multiplied. */
START_TEST(test_cka)
{
    enum { SEEDS = 3 };
    static const size_t samples[] = {SAMPLES, 4};
    static double h[SEEDS][SAMPLES * MOST];
    struct scene s[SEEDS];
    struct aln_network *net[SEEDS];
    double value[DEPTH];
    for (size_t i = 0; i < SEEDS; i++) {
        set_scene(&s[i], "dfa", "cross-entropy", "tanh", true);
        struct net options = s[i].options;
        options.o.seed = i;
        aln_meter_free(s[i].meter);
        s[i].meter = NULL;
        aln_network_free(s[i].net);
        net[i] = s[i].net = make_net(&options);
    }
    for (size_t k = 0; k < 2; k++) {
        struct aln_seeds seeds = {.count = SEEDS, .net = net, .probe = s[0].samples.batch};
        seeds.probe.count = samples[k];
        must(aln_cka(&seeds, value));
        for (size_t l = 1; l <= DEPTH; l++) {
            double mean = 0;
            for (size_t i = 0; i < SEEDS; i++)
                hidden_of(net[i], &seeds.probe, l, h[i]);
            for (size_t i = 0; i < SEEDS; i++)
                for (size_t j = 0; j < i; j++)
                    mean += hsic(samples[k], units[l], h[i], units[l], h[j]) /
                            sqrt(hsic(samples[k], units[l], h[i], units[l], h[i]) *
                                 hsic(samples[k], units[l], h[j], units[l], h[j])) /
                            3;
            near(value[l - 1], mean);
            ck_assert_double_lt(value[l - 1], 0.999);
        }
    }
    /* The units of layer 2 in another order: the same function. */
    double *W = tensor(net[0], ALN_WEIGHT, 2, NULL), *V = tensor(net[0], ALN_WEIGHT, 3, NULL);
    double *b = tensor(net[0], ALN_BIAS, 2, NULL);
    double *turned[3] = {tensor(net[0], ALN_WEIGHT, 2, NULL), tensor(net[0], ALN_WEIGHT, 3, NULL),
                         tensor(net[0], ALN_BIAS, 2, NULL)};
    for (size_t i = 0; i < units[2]; i++) {
        const size_t from = (i + 3) % units[2];
        memcpy(turned[0] + i * units[1], W + from * units[1], units[1] * sizeof *W);
        for (size_t j = 0; j < units[3]; j++)
            turned[1][j * units[2] + i] = V[j * units[2] + from];
        turned[2][i] = b[from];
    }
    put(net[1], ALN_WEIGHT, 2, turned[0]);
    put(net[1], ALN_WEIGHT, 3, turned[1]);
    put(net[1], ALN_BIAS, 2, turned[2]);
    for (size_t l = 1; l <= DEPTH; l++) {
        if (l != 2 && l != 3)
            put(net[1], ALN_WEIGHT, l, W = (free(W), tensor(net[0], ALN_WEIGHT, l, NULL)));
        if (l != 2)
            put(net[1], ALN_BIAS, l, b = (free(b), tensor(net[0], ALN_BIAS, l, NULL)));
    }
    must(aln_cka(&(struct aln_seeds){.count = 2, .net = net, .probe = s[0].samples.batch}, value));
    for (size_t l = 1; l <= DEPTH; l++)
        near(value[l - 1], 1);
    must(aln_cka(&(struct aln_seeds){.count = 1, .net = net, .probe = s[0].samples.batch}, value));
    ck_assert(isnan(value[0]));
    for (size_t i = 0; i < 3; i++)
        free(turned[i]);
    free(W), free(V), free(b);
    for (size_t i = 0; i < SEEDS; i++)
        strike_scene(&s[i]);
}
END_TEST

/* Those asked for, in the order of the table. */
START_TEST(test_seeds_columns)
{
    const unsigned asked[] = {number_of("cka"), number_of("WA"), number_of("similarity")};
    struct scene s;
    char name[32];
    double value[2][1 + 2 * DEPTH], alone[1 + DEPTH];
    set_scene(&s, "dfa", "cross-entropy", "tanh", false);
    struct net options = s.options;
    options.o.seed++;
    struct aln_network *net[] = {s.net, make_net(&options)};
    const struct aln_seeds seeds = {.count = 2, .net = net, .probe = s.samples.batch};
    ck_assert_uint_eq(aln_seeds_columns(asked, 3, s.net), 1 + 2 * DEPTH);
    ck_assert_uint_eq(aln_seeds_columns(asked, 1, s.net), DEPTH);
    ck_assert_uint_eq(aln_seeds_columns(asked + 1, 1, s.net), 0);
    aln_seeds_column(asked, 3, s.net, 0, name);
    ck_assert_str_eq(name, "similarity");
    aln_seeds_column(asked, 3, s.net, DEPTH, name);
    ck_assert_str_eq(name, "similarity_4");
    aln_seeds_column(asked, 3, s.net, DEPTH + 1, name);
    ck_assert_str_eq(name, "cka_1");
    must(aln_seeds_read(asked, 3, &seeds, value[0]));
    must(aln_similarity(2, net, value[1]));
    must(aln_cka(&seeds, alone));
    ck_assert_mem_eq(value[0], value[1], (1 + DEPTH) * sizeof(double));
    ck_assert_mem_eq(value[0] + 1 + DEPTH, alone, DEPTH * sizeof(double));
    aln_network_free(net[1]);
    strike_scene(&s);
}
END_TEST

CHECK_MAIN("deep/seeds", test_similarity, test_cka, test_seeds_columns)

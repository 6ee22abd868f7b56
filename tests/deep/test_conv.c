/* Convolutions and pooling against plain loops from their definitions. */
#include "../check_main.h"

#include "nets.h"

/* ---- the twin: one convolution, one image ---- */

struct plain {
    struct aln_shape in, out;
    size_t k, stride, p;
};

static struct plain plain_conv(struct aln_shape in, size_t channels, size_t k, size_t stride,
                               size_t p)
{
    struct plain c = {.in = in, .k = k, .stride = stride, .p = p};
    c.out = (struct aln_shape){channels, 0, 0};
    while (c.out.height * stride + k <= in.height + 2 * p)
        c.out.height++;
    while (c.out.width * stride + k <= in.width + 2 * p)
        c.out.width++;
    return c;
}

/* Called for every triple of an output, a weight and an input that are connected. */
#define FOR_ALL(c, o, w, i)                                                                        \
    for (size_t co = 0; co < (c).out.channels; co++)                                               \
        for (size_t oy = 0; oy < (c).out.height; oy++)                                             \
            for (size_t ox = 0; ox < (c).out.width; ox++)                                          \
                for (size_t ci = 0; ci < (c).in.channels; ci++)                                    \
                    for (size_t y = 0; y < (c).k; y++)                                             \
                        for (size_t x = 0; x < (c).k; x++)                                         \
                            for (size_t iy = oy * (c).stride + y - (c).p,                          \
                                        ix = ox * (c).stride + x - (c).p,                          \
                                        o = (co * (c).out.height + oy) * (c).out.width + ox,       \
                                        w = ((co * (c).in.channels + ci) * (c).k + y) * (c).k + x, \
                                        i = (ci * (c).in.height + iy) * (c).in.width + ix,         \
                                        once = iy < (c).in.height && ix < (c).in.width;            \
                                 once; once = 0)

static void pass(const struct plain *c, const double *W, const double *b, const double *h,
                 double *a)
{
    size_t area = c->out.height * c->out.width;
    for (size_t o = 0; o < area * c->out.channels; o++)
        a[o] = b[o / area];
    FOR_ALL(*c, o, w, i) a[o] += W[w] * h[i];
}

/* ---- against the network ---- */

static const struct setting {
    struct aln_shape in;
    struct {
        size_t channels, kernel, stride, padding;
    } conv[2];
} settings[] = {
    {{2, 6, 5}, {{3, 3, 0, 0}, {4, 2, 0, 0}}},    {{1, 7, 7}, {{3, 3, 2, 1}, {2, 3, 2, 2}}},
    {{3, 9, 4}, {{5, 4, 3, 2}, {4, 1, 1, 0}}},    {{2, 5, 9}, {{4, 5, 1, 4}, {3, 2, 5, 1}}},
    {{2, 4, 4}, {{3, 1, 3, 0}, {2, 2, 0, 0}}},    {{16, 30, 31}, {{4, 5, 1, 2}, {3, 4, 2, 1}}},
    {{3, 20, 19}, {{10, 3, 1, 1}, {9, 3, 2, 1}}}, /* images in groups, the last one short */
    {{2, 21, 22}, {{5, 2, 3, 0}, {3, 1, 2, 0}}},  /* inputs between the windows */
    {{6, 60, 61}, {{2, 40, 1, 0}, {2, 3, 1, 1}}}, /* patches in several blocks, the last one short */
};

enum { OUTPUTS = 3, COUNT = 3 };

static double one(double x)
{
    return 1 - tanh(x) * tanh(x);
}

/* Outputs, signals and gradients of conv, tanh, conv, tanh, dense, to the rounding of sums of about
 * a thousand terms. */
static void expect_twin(const struct setting *t, bool bias)
{
    struct net n;
    struct samples data;
    dense_net(&n, "bp", "half-mse", "tanh", 3, (const size_t[]){1, 1, 1, OUTPUTS});
    n.o.input = t->in;
    n.o.bias = bias;
    struct plain c[2];
    size_t size[3] = {aln_shape_size(t->in)};
    for (size_t l = 0; l < 2; l++) {
        n.layer[l].kind = aln_layer_kind_find("conv");
        n.layer[l].size = t->conv[l].channels;
        n.layer[l].kernel = t->conv[l].kernel;
        n.layer[l].stride = t->conv[l].stride;
        n.layer[l].padding = t->conv[l].padding;
        c[l] = plain_conv(l == 0 ? t->in : c[0].out, t->conv[l].channels, t->conv[l].kernel,
                          t->conv[l].stride > 0 ? t->conv[l].stride : 1, t->conv[l].padding);
        size[l + 1] = aln_shape_size(c[l].out);
    }
    struct aln_network *net = make_net(&n);
    ck_assert_uint_eq(aln_network_units(net, 1), size[1]);
    ck_assert_uint_eq(aln_network_units(net, 2), size[2]);
    draw_samples(&data, COUNT, size[0], OUTPUTS, false, 8);
    double *W[3], *b[3], *G[3], *Gb[3], nothing[16] = {0};
    struct aln_tensor shape[3];
    double *all = calloc(aln_network_size(net), sizeof *all), *next = all;
    for (size_t l = 0; l < 3; l++) {
        W[l] = tensor(net, ALN_WEIGHT, l + 1, &shape[l]);
        b[l] = nothing;
        G[l] = next;
        next += shape[l].rows * shape[l].cols;
        if (!bias)
            continue;
        b[l] = tensor(net, ALN_BIAS, l + 1, NULL);
        for (size_t i = 0; i < shape[l].rows; i++)
            b[l][i] = 0.1 * (double)(i + l);
        put(net, ALN_BIAS, l + 1, b[l]);
        Gb[l] = next;
        next += shape[l].rows;
    }
    double *a[2], *h[3], *d[3], *da = calloc(COUNT * (size[1] + size[2] + OUTPUTS), sizeof *da);
    for (size_t l = 0; l < 3; l++) {
        h[l] = malloc(size[l] * sizeof(double));
        d[l] = malloc(size[l] * sizeof(double));
        if (l > 0)
            a[l - 1] = malloc(size[l] * sizeof(double));
    }
    double yhat[COUNT * OUTPUTS], plain[COUNT * OUTPUTS];
    for (size_t s = 0; s < COUNT; s++) {
        double e[OUTPUTS];
        for (size_t i = 0; i < size[0]; i++)
            h[0][i] = data.x[s * size[0] + i];
        for (size_t l = 0; l < 2; l++) {
            pass(&c[l], W[l], b[l], h[l], a[l]);
            for (size_t i = 0; i < size[l + 1]; i++)
                h[l + 1][i] = tanh(a[l][i]);
        }
        for (size_t o = 0; o < OUTPUTS; o++) {
            double *y = &plain[s * OUTPUTS + o];
            *y = b[2][o];
            for (size_t i = 0; i < size[2]; i++)
                *y += W[2][o * size[2] + i] * h[2][i];
            e[o] = *y - data.y[s * OUTPUTS + o];
            for (size_t i = 0; i < size[2]; i++)
                G[2][o * size[2] + i] += e[o] * h[2][i];
            if (bias)
                Gb[2][o] += e[o];
        }
        for (size_t i = 0; i < size[2]; i++) {
            d[2][i] = 0;
            for (size_t o = 0; o < OUTPUTS; o++)
                d[2][i] += W[2][o * size[2] + i] * e[o];
        }
        for (size_t l = 2; l >= 1; l--) {
            size_t area = c[l - 1].out.height * c[l - 1].out.width;
            memset(d[l - 1], 0, size[l - 1] * sizeof(double));
            for (size_t i = 0; i < size[l]; i++) {
                d[l][i] *= one(a[l - 1][i]);
                if (bias)
                    Gb[l - 1][i / area] += d[l][i];
            }
            FOR_ALL(c[l - 1], o, w, i)
            {
                G[l - 1][w] += d[l][o] * h[l - 1][i];
                d[l - 1][i] += d[l][o] * W[l - 1][w];
            }
        }
        memcpy(da + s * size[1], d[1], size[1] * sizeof *da);
        memcpy(da + COUNT * size[1] + s * size[2], d[2], size[2] * sizeof *da);
        memcpy(da + COUNT * (size[1] + size[2]) + s * OUTPUTS, e, sizeof e);
    }
    size_t length = COUNT * (size[1] + size[2] + OUTPUTS);
    double *own = malloc(length * sizeof *own),
           *G_own = malloc(aln_network_size(net) * sizeof *own);
    must(aln_network_outputs(net, &data.batch, yhat));
    ck_assert_double_lt(deviation(COUNT * OUTPUTS, yhat, plain), 1e-13);
    must(aln_network_signals(net, &data.batch, own, NULL, NULL));
    ck_assert_double_lt(deviation(length, own, da), 1e-13);
    must(aln_network_gradient(net, &data.batch, G_own, NULL));
    ck_assert_double_lt(deviation(aln_network_size(net), G_own, all), 1e-13);
    for (size_t l = 0; l < 3; l++) {
        free(W[l]), free(h[l]), free(d[l]);
        if (bias)
            free(b[l]);
        if (l > 0)
            free(a[l - 1]);
    }
    free(da), free(own), free(all), free(G_own);
    free_samples(&data);
    aln_network_free(net);
}

START_TEST(test_conv)
{
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        expect_twin(&settings[i], false);
        expect_twin(&settings[i], true);
    }
}
END_TEST

/* ---- pooling, with the identity as read-out ---- */

START_TEST(test_pool)
{
    static const struct {
        const char *kind;
        size_t size, stride;
        double out[6];
    } pools[] = {
        /* the map  1 2 3 4 5 / 9 8 7 6 0 / -1 -2 -3 -4 -5  and its negative */
        {"average-pool", 2, 0, {5, 5, -5, -5}},
        {"average-pool", 3, 1, {24. / 9, 21. / 9, 13. / 9, -24. / 9, -21. / 9, -13. / 9}},
        {"max-pool", 2, 0, {9, 7, -1, -3}},
        {"max-pool", 3, 2, {9, 7, 3, 5}},
        {"max-pool", 1, 4, {1, 5, -1, -5}},
    };
    static const float map[] = {1,  2,  3,  4,  5,  9,  8,  7,  6,  0,  -1, -2, -3, -4, -5,
                                -1, -2, -3, -4, -5, -9, -8, -7, -6, -0, 1,  2,  3,  4,  5};
    for (size_t i = 0; i < sizeof pools / sizeof pools[0]; i++) {
        struct net n;
        size_t outputs = i == 1 ? 6 : 4;
        dense_net(&n, "bp", "half-mse", "tanh", 2, (const size_t[]){1, 1, outputs});
        n.o.input = (struct aln_shape){2, 3, 5};
        n.layer[0] = (struct aln_layer){.kind = aln_layer_kind_find(pools[i].kind),
                                        .size = pools[i].size,
                                        .stride = pools[i].stride};
        struct aln_network *net = make_net(&n);
        ck_assert_uint_eq(aln_network_inputs(net, 1), outputs);
        double W[36] = {0}, yhat[6];
        for (size_t o = 0; o < outputs; o++)
            W[o * outputs + o] = 1;
        put(net, ALN_WEIGHT, 1, W);
        must(aln_network_outputs(net, &(struct aln_batch){.count = 1, .x = map}, yhat));
        for (size_t o = 0; o < outputs; o++)
            ck_assert_double_eq_tol(yhat[o], pools[i].out[o], 1e-14);
        aln_network_free(net);
    }
}
END_TEST

/* ---- direct feedback above, back-propagation in the convolutions ---- */

/* conv, max-pool, conv, dense, dense: the signals of the dense layer are those of dfa; bp
 * propagates them to the layers below, linearly. */
START_TEST(test_dense_only)
{
    enum { BATCH = 3, H3 = 6, n_L = 4 };
    struct net n;
    struct samples data;
    struct aln_network *net[3];
    static const char *const rules[] = {"dfa-dense", "dfa", "bp"};
    double *da[3];
    dense_net(&n, "dfa-dense", "half-mse", "tanh", 5, (const size_t[]){1, 3, 2, 4, H3, n_L});
    n.o.input = (struct aln_shape){2, 7, 7};
    n.layer[0].kind = n.layer[2].kind = aln_layer_kind_find("conv");
    n.layer[0].kernel = n.layer[2].kernel = 2;
    n.layer[1] = (struct aln_layer){.kind = aln_layer_kind_find("max-pool"), .size = 2};
    const size_t n1 = 3 * 6 * 6, n2 = 4 * 2 * 2, all = n1 + n2 + H3 + n_L;
    draw_samples(&data, BATCH, 98, n_L, false, 2);
    for (int i = 0; i < 3; i++) {
        n.o.rule = aln_rule_find(rules[i]);
        net[i] = make_net(&n);
        da[i] = malloc(BATCH * all * sizeof(double));
    }
    /* bp with W_L = F_3^T propagates the same signals as dfa-dense */
    struct aln_tensor t;
    double *F = tensor(net[0], ALN_FEEDBACK, 3, &t), W[H3 * n_L];
    for (size_t i = 0; i < H3; i++)
        for (size_t o = 0; o < n_L; o++)
            W[o * H3 + i] = F[i * n_L + o];
    for (int i = 0; i < 3; i++) {
        put(net[i], ALN_WEIGHT, 4, W);
        must(aln_network_signals(net[i], &data.batch, da[i], NULL, NULL));
    }
    const size_t hidden = BATCH * (n1 + n2);
    ck_assert_double_lt(deviation(hidden, da[0], da[2]), 1e-13);
    ck_assert_double_gt(deviation(hidden, da[0], da[1]), 0.1);
    ck_assert_mem_eq(da[0] + hidden, da[1] + hidden, BATCH * H3 * sizeof(double));
    const double conv1 = 3. * 2 * 4 * 36, conv2 = 4. * 3 * 4 * 4, dense = 16. * H3, out = H3 * n_L;
    ck_assert_double_eq(aln_network_step_flops(net[0]),
                        2 * (2 * (conv1 + conv2 + dense + out) + conv2 + dense + n_L * H3));
    for (int i = 0; i < 3; i++) {
        free(da[i]);
        aln_network_free(net[i]);
    }
    free(F);
    free_samples(&data);
}
END_TEST

/* ---- cost, refusals ---- */

START_TEST(test_flops)
{
    struct net n;
    dense_net(&n, "bp", "half-mse", "tanh", 2, (const size_t[]){1, 1, 10});
    n.o.input = (struct aln_shape){3, 32, 32};
    n.layer[0] = (struct aln_layer){
        .kind = aln_layer_kind_find("conv"), .size = 32, .kernel = 4, .stride = 2, .padding = 1};
    struct aln_network *net = make_net(&n);
    const double conv = 32. * 3 * 16 * 16 * 16, dense = 32. * 16 * 16 * 10;
    ck_assert_double_eq(aln_network_step_flops(net), 2 * (2 * conv + 3 * dense));
    aln_network_free(net);
}
END_TEST

START_TEST(test_refusals)
{
    static const struct {
        const char *kind;
        struct aln_layer layer;
        const char *words;
    } wrong[] = {
        {"conv", {.size = 2}, "layer 2 (conv): missing kernel"},
        {"conv", {.kernel = 3}, "layer 2 (conv): 0 channels"},
        {"conv", {.size = 2, .kernel = 6}, "layer 2 (conv): kernel 6 x 6 is larger"},
        {"conv", {.size = 2, .kernel = 10, .padding = 2}, "9 x 9 with padding"},
        {"conv", {.size = 2, .kernel = 2, .padding = 2}, "padding 2 must be smaller"},
        {"conv", {.size = 2, .kernel = SIZE_MAX, .padding = SIZE_MAX - 1}, "at most 4096"},
        {"conv", {.size = 1u << 30, .kernel = 2}, "too large"},
        {"average-pool", {.size = 6}, "layer 2 (average-pool): window 6 x 6 is larger"},
        {"max-pool", {.size = 2, .padding = 1}, "no padding"},
        {"max-pool", {.stride = 2}, "0 pixels per side"},
        {"flatten", {.size = 2}, "no size"},
        {"flatten", {.stride = 2}, "no stride"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct net n;
        struct aln_network *net;
        dense_net(&n, "bp", "half-mse", "tanh", 3, (const size_t[]){1, 1, 1, 4});
        n.o.input = (struct aln_shape){1, 5, 5};
        n.layer[0] = (struct aln_layer){
            .kind = aln_layer_kind_find("conv"), .size = 2, .kernel = 3, .padding = 1};
        n.layer[1] = wrong[i].layer;
        n.layer[1].kind = aln_layer_kind_find(wrong[i].kind);
        n.o.layer = n.layer;
        ck_assert_int_eq(aln_network_create(&net, &n.o), ALN_USAGE);
        ck_assert_msg(strstr(aln_error(), wrong[i].words) != NULL, "%s", aln_error());
    }
}
END_TEST

/* Neither a convolution nor pooling nor flatten can be the last layer. */
START_TEST(test_last)
{
    static const char *const last[] = {"conv", "max-pool", "flatten"};
    for (size_t i = 0; i < 3; i++) {
        struct net n;
        struct aln_network *net;
        dense_net(&n, "bp", "half-mse", "tanh", 2, (const size_t[]){1, 1, 4});
        n.o.input = (struct aln_shape){1, 5, 5};
        n.layer[0] = (struct aln_layer){
            .kind = aln_layer_kind_find("conv"), .size = 2, .kernel = 3, .padding = 1};
        n.layer[1] = (struct aln_layer){
            .kind = aln_layer_kind_find(last[i]), .size = i == 2 ? 0 : 2, .kernel = i == 0 ? 3 : 0};
        n.o.layer = n.layer;
        ck_assert_int_eq(aln_network_create(&net, &n.o), ALN_USAGE);
        ck_assert_msg(strstr(aln_error(), "the last layer must be dense") != NULL, "%s",
                      aln_error());
    }
}
END_TEST

CHECK_MAIN("deep/conv", test_conv, test_pool, test_dense_only, test_flops, test_refusals, test_last)

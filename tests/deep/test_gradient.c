/* D1: gradients are right, and the rules do what they say. */
#define _GNU_SOURCE /* dladdr */
#include "../check_main.h"

#include <dlfcn.h>

#include "nets.h"

/* ---- central differences ---- */

/* Nets for each kind of layer: inputs of 2 x 6 x 5, a dense read-out of 3. */
static const struct {
    const char *what;
    size_t count;
    struct {
        const char *kind;
        size_t size, kernel, stride, padding;
    } layer[5];
} nets[] = {
    {"dense", 3, {{"dense", 6, 0, 0, 0}, {"dense", 5, 0, 0, 0}, {"dense", 3, 0, 0, 0}}},
    {"one layer", 1, {{"dense", 3, 0, 0, 0}}},
};
enum { NETS = sizeof nets / sizeof nets[0], COUNT = 5 };

static void layered_net(struct net *n, size_t which, const char *activation)
{
    dense_net(n, "bp", "half-mse", activation, 1, (const size_t[]){60, 3});
    n->o.input = (struct aln_shape){2, 6, 5};
    n->o.layer_count = nets[which].count;
    for (size_t i = 0; i < nets[which].count; i++) {
        const struct aln_layer_kind *kind = row(&aln_layer_kinds, nets[which].layer[i].kind);
        bool active = kind->has_weights && i + 1 < nets[which].count;
        n->layer[i] = (struct aln_layer){
            .kind = kind,
            .size = nets[which].layer[i].size,
            .kernel = nets[which].layer[i].kernel,
            .stride = nets[which].layer[i].stride,
            .padding = nets[which].layer[i].padding,
            .activation = active ? row(&aln_deep_activations, activation) : NULL,
        };
    }
}

static double loss_of(struct aln_network *net, const struct aln_batch *batch)
{
    struct aln_score score;
    must(aln_network_score(net, batch, &score));
    bool sum = aln_network_settings(net)->reduction == ALN_SUM;
    return score.loss * (sum ? (double)batch->count : 1);
}

/* Every entry by (L(w + h) - L(w - h)) / 2h, h = 1e-5: the error is of order h^2 from the third
 * derivative and 1e-16/h from rounding, some 1e-10 each; held to 1e-6 of the tensor's largest. */
static void check_gradient(struct net *n, const struct aln_batch *batch, const char *what)
{
    struct aln_network *net = make_net(n);
    double *G = malloc(aln_network_size(net) * sizeof *G), *next = G;
    must(aln_network_gradient(net, batch, NULL, G));
    for (size_t i = 0; i < aln_network_tensors(net); i++) {
        struct aln_tensor t;
        aln_network_tensor(net, i, &t);
        if (t.kind != ALN_WEIGHT && t.kind != ALN_BIAS)
            continue;
        double *w = tensor(net, t.kind, t.layer, NULL), largest = 0, worst = 0;
        for (size_t k = 0; k < t.rows * t.cols; k++) {
            const double h = 1e-5, here = w[k];
            w[k] = here + h;
            aln_network_write(net, i, ALN_DOUBLE, w);
            double above = loss_of(net, batch);
            w[k] = here - h;
            aln_network_write(net, i, ALN_DOUBLE, w);
            double difference = (above - loss_of(net, batch)) / (2 * h);
            w[k] = here;
            largest = fmax(largest, fabs(difference));
            worst = fmax(worst, fabs(difference - next[k]));
        }
        aln_network_write(net, i, ALN_DOUBLE, w);
        ck_assert_msg(worst <= 1e-6 * largest, "%s: %s off by %g of %g", what, t.name, worst,
                      largest);
        ck_assert_msg(largest > 0, "%s: %s has no gradient", what, t.name);
        next += t.rows * t.cols;
        free(w);
    }
    free(G);
    aln_network_free(net);
}

START_TEST(test_differences)
{
    char what[128];
    for (size_t i = 0; i < NETS; i++)
        for (size_t k = 0; k < aln_losses.count; k++)
            for (size_t g = 0; g < aln_deep_activations.count; g++) {
                struct net n;
                struct samples data;
                const char *activation = aln_names_row(&aln_deep_activations, g)->name;
                layered_net(&n, i, activation);
                n.o.loss = (const void *)aln_names_row(&aln_losses, k);
                n.o.bias = (i + k + g) % 2;
                n.o.reduction = (k + g) % 2 ? ALN_SUM : ALN_MEAN;
                draw_samples(&data, COUNT, 60, 3, k == 2, 100 * i + 10 * k + g);
                snprintf(what, sizeof what, "%s, %s, %s", nets[i].what, n.o.loss->id.name,
                         activation);
                check_gradient(&n, &data.batch, what);
                free_samples(&data);
            }
}
END_TEST

/* Every kind of layer is in some net above. */
START_TEST(test_kinds)
{
    for (size_t k = 0; k < aln_layer_kinds.count; k++) {
        const char *name = aln_names_row(&aln_layer_kinds, k)->name;
        bool there = false;
        for (size_t i = 0; i < NETS; i++)
            for (size_t j = 0; j < nets[i].count; j++)
                there = there || strcmp(nets[i].layer[j].kind, name) == 0;
        ck_assert_msg(there, "no gradient is checked of %s", name);
    }
}
END_TEST

/* ---- rules that coincide ---- */

/* Writes W_{l+1}^T into F_l. */
static void transposed_feedback(struct aln_network *net)
{
    for (size_t l = 1; l < aln_network_depth(net); l++) {
        struct aln_tensor t;
        double *W = tensor(net, ALN_WEIGHT, l + 1, &t);
        double *F = malloc(t.rows * t.cols * sizeof *F);
        for (size_t i = 0; i < t.rows; i++)
            for (size_t j = 0; j < t.cols; j++)
                F[j * t.rows + i] = W[i * t.cols + j];
        put(net, ALN_FEEDBACK, l, F);
        free(F);
        free(W);
    }
}

static void expect_equal_weights(const struct aln_network *a, const struct aln_network *b)
{
    for (size_t l = 1; l <= aln_network_depth(a); l++) {
        struct aln_tensor t;
        double *x = tensor(a, ALN_WEIGHT, l, &t), *y = tensor(b, ALN_WEIGHT, l, NULL);
        ck_assert_mem_eq(x, y, t.rows * t.cols * sizeof *x);
        free(x);
        free(y);
    }
}

START_TEST(test_fa_is_bp)
{
    for (size_t i = 0; i < NETS; i++)
        for (int precision = ALN_SINGLE; precision <= ALN_DOUBLE; precision++) {
            struct net n;
            struct samples data;
            layered_net(&n, i, "tanh");
            n.o.precision = (enum aln_precision)precision;
            struct aln_network *bp = make_net(&n);
            n.o.rule = row(&aln_rules, "fa");
            struct aln_network *fa = make_net(&n);
            draw_samples(&data, 12, 60, 3, false, 3);
            for (int step = 0; step < 20; step++) {
                transposed_feedback(fa);
                must(aln_network_step(bp, &data.batch, 0.05));
                must(aln_network_step(fa, &data.batch, 0.05));
                expect_equal_weights(bp, fa);
            }
            aln_network_free(bp);
            aln_network_free(fa);
            free_samples(&data);
        }
}
END_TEST

/* With one hidden layer the error takes one step back either way. */
START_TEST(test_fa_is_dfa)
{
    struct net n;
    struct samples data;
    dense_net(&n, "fa", "cross-entropy", "tanh", 2, (const size_t[]){9, 8, 4});
    n.o.precision = ALN_SINGLE;
    struct aln_network *fa = make_net(&n);
    n.o.rule = row(&aln_rules, "dfa");
    struct aln_network *dfa = make_net(&n);
    draw_samples(&data, 12, 9, 4, true, 3);
    for (int step = 0; step < 50; step++) {
        must(aln_network_step(fa, &data.batch, 0.05));
        must(aln_network_step(dfa, &data.batch, 0.05));
    }
    expect_equal_weights(fa, dfa);
    aln_network_free(fa);
    aln_network_free(dfa);
    free_samples(&data);
}
END_TEST

/* The table says beforehand what entry() does. */
START_TEST(test_entries)
{
    const double number[] = {-2, -0.5, 0, 0.25, 3};
    for (size_t r = 0; r < aln_rules.count; r++) {
        const struct aln_rule *rule = (const void *)aln_names_row(&aln_rules, r);
        bool fixed = true, weights = true;
        for (size_t i = 0; i < 25; i++) {
            double w = number[i / 5], b = number[i % 5] + 0.125;
            fixed = fixed && rule->entry(w, b) == b;
            weights = weights && rule->entry(w, b) == w;
        }
        ck_assert_int_eq(rule->feedback, fixed     ? ALN_FEEDBACK_FIXED
                                         : weights ? ALN_FEEDBACK_WEIGHTS
                                                   : ALN_FEEDBACK_MADE);
    }
}
END_TEST

START_TEST(test_kolen_pollack)
{
    /* W_{l+1}^T - F_l shrinks by 1 - eta k at every step, whatever the samples are */
    struct net n;
    struct samples data;
    const double rate = 0.05, decay = 0.4;
    dense_net(&n, "kolen-pollack", "half-mse", "tanh", 4, (const size_t[]){9, 8, 7, 6, 4});
    n.o.decay = decay;
    struct aln_network *net = make_net(&n);
    draw_samples(&data, 12, 9, 4, false, 3);
    double before[4] = {0}, after[4] = {0};
    const int steps = 60;
    for (int step = 0; step <= steps; step++) {
        for (size_t l = 1; l < 4; l++) {
            struct aln_tensor t;
            double *W = tensor(net, ALN_WEIGHT, l + 1, &t), *F = tensor(net, ALN_FEEDBACK, l, NULL);
            for (size_t i = 0; i < t.rows; i++)
                for (size_t j = 0; j < t.cols; j++)
                    W[i * t.cols + j] -= F[j * t.rows + i];
            *(step == 0 ? &before[l] : &after[l]) = norm(t.rows * t.cols, W);
            free(W);
            free(F);
        }
        must(aln_network_step(net, &data.batch, rate));
    }
    for (size_t l = 1; l < 4; l++)
        ck_assert_double_eq_tol(after[l] / before[l], pow(1 - rate * decay, steps), 1e-13);
    aln_network_free(net);
    free_samples(&data);
}
END_TEST

START_TEST(test_sign_symmetric)
{
    struct net n;
    struct samples data;
    dense_net(&n, "sign-symmetric", "half-mse", "tanh", 3, (const size_t[]){9, 8, 7, 4});
    struct aln_network *net = make_net(&n);
    draw_samples(&data, 12, 9, 4, false, 3);
    for (int step = 0; step < 10; step++)
        must(aln_network_step(net, &data.batch, 0.05));
    for (size_t l = 1; l < 3; l++) {
        struct aln_tensor t;
        double *W = tensor(net, ALN_WEIGHT, l + 1, &t), F[64];
        aln_network_feedback(net, l, F);
        for (size_t i = 0; i < t.rows; i++)
            for (size_t j = 0; j < t.cols; j++)
                ck_assert_double_eq(F[j * t.rows + i], W[i * t.cols + j] > 0 ? 1 : -1);
        free(W);
    }
    aln_network_free(net);
    free_samples(&data);
}
END_TEST

START_TEST(test_frozen)
{
    struct net n;
    struct samples data;
    dense_net(&n, "frozen", "half-mse", "tanh", 3, (const size_t[]){9, 8, 7, 4});
    n.o.bias = true;
    n.o.decay = 0.5;
    n.o.momentum = 0.5;
    struct aln_network *net = make_net(&n), *start = make_net(&n);
    draw_samples(&data, 12, 9, 4, false, 3);
    for (int step = 0; step < 10; step++)
        must(aln_network_step(net, &data.batch, 0.05));
    for (size_t i = 0; i < aln_network_tensors(net); i++) {
        struct aln_tensor t;
        aln_network_tensor(net, i, &t);
        double *x = tensor(net, t.kind, t.layer, NULL), *y = tensor(start, t.kind, t.layer, NULL);
        if (t.layer == 3)
            ck_assert_mem_ne(x, y, t.rows * t.cols * sizeof *x);
        else
            ck_assert_mem_eq(x, y, t.rows * t.cols * sizeof *x);
        free(x);
        free(y);
    }
    double da[12 * (8 + 7 + 4)];
    must(aln_network_signals(net, &data.batch, NULL, da));
    for (size_t i = 0; i < 12 * 15; i++)
        ck_assert_double_eq(da[i], 0);
    ck_assert_double_gt(norm(12 * 4, da + 12 * 15), 0);
    aln_network_free(net);
    aln_network_free(start);
    free_samples(&data);
}
END_TEST

/* ---- learning ---- */

/* Mean over the samples of the cosine of the rule's and bp's da of all hidden layers. */
static double gradient_alignment(struct aln_network *net, const struct aln_batch *batch)
{
    size_t units[MOST_LAYERS], all = 0, L = aln_network_depth(net);
    for (size_t l = 1; l <= L; l++)
        all += units[l - 1] = aln_network_units(net, l);
    double *own = malloc(2 * batch->count * all * sizeof *own), *bp = own + batch->count * all;
    must(aln_network_signals(net, batch, NULL, own));
    must(aln_network_signals(net, batch, row(&aln_rules, "bp"), bp));
    double mean = 0;
    for (size_t i = 0; i < batch->count; i++) {
        double xy = 0, xx = 0, yy = 0;
        const double *x = own, *y = bp;
        for (size_t l = 1; l < L; l++) {
            for (size_t k = i * units[l - 1]; k < (i + 1) * units[l - 1]; k++) {
                xy += x[k] * y[k];
                xx += x[k] * x[k];
                yy += y[k] * y[k];
            }
            x += batch->count * units[l - 1];
            y += batch->count * units[l - 1];
        }
        mean += xy / sqrt(xx * yy) / (double)batch->count;
    }
    free(own);
    return mean;
}

/* Classes around three random centres: dfa learns them, and its signals turn towards bp's. */
START_TEST(test_dfa_learns)
{
    static const char *const activations[] = {"tanh", "relu"};
    for (int a = 0; a < 2; a++) {
        enum { SAMPLES = 240, INPUTS = 20 };
        struct net n;
        struct samples data;
        struct aln_score before, after;
        dense_net(&n, "dfa", "cross-entropy", activations[a], 4,
                  (const size_t[]){INPUTS, 40, 40, 40, 3});
        n.o.precision = ALN_SINGLE;
        n.o.batch = SAMPLES;
        draw_samples(&data, SAMPLES, INPUTS, 3, true, 1);
        for (size_t i = 0; i < SAMPLES; i++)
            for (size_t j = 0; j < INPUTS; j++)
                data.x[i * INPUTS + j] += data.y[data.label[i] * INPUTS + j] * 1.5f;
        struct aln_network *net = make_net(&n), *start = make_net(&n);
        double first = gradient_alignment(net, &data.batch);
        must(aln_network_score(net, &data.batch, &before));
        for (uint32_t step = 0; step < 1500; step++) {
            uint32_t index[8];
            for (uint32_t i = 0; i < 8; i++)
                index[i] = (step * 8 + i) * 7 % SAMPLES;
            struct aln_batch part = data.batch;
            part.index = index;
            part.count = 8;
            must(aln_network_step(net, &part, 0.005));
        }
        must(aln_network_score(net, &data.batch, &after));
        double last = gradient_alignment(net, &data.batch);
        /* the start's cosine is that of independent vectors of 120 numbers */
        ck_assert_double_lt(fabs(first), 0.3);
        ck_assert_double_gt(last, first + 0.3);
        ck_assert_double_gt(before.error, 0.4);
        ck_assert_double_lt(after.error, 0.1);
        for (size_t l = 1; l <= 4; l++) {
            struct aln_tensor t;
            double *x = tensor(net, ALN_WEIGHT, l, &t), *y = tensor(start, ALN_WEIGHT, l, NULL);
            ck_assert_double_gt(deviation(t.rows * t.cols, x, y), 0.01);
            free(x);
            free(y);
        }
        aln_network_free(net);
        aln_network_free(start);
        free_samples(&data);
    }
}
END_TEST

/* ---- the library of matrix products ---- */

/* cblas_sgemm must be OpenBLAS's; the C version that comes with gsl is twenty times slower. */
START_TEST(test_blas)
{
    Dl_info product, config;
    void *sgemm = dlsym(RTLD_DEFAULT, "cblas_sgemm");
    void *own = dlsym(RTLD_DEFAULT, "openblas_get_config");
    ck_assert_msg(own != NULL, "OpenBLAS is not linked");
    ck_assert(sgemm != NULL && dladdr(sgemm, &product) != 0 && dladdr(own, &config) != 0);
    ck_assert_str_eq(product.dli_fname, config.dli_fname);
}
END_TEST

CHECK_MAIN("deep/gradient", test_differences, test_kinds, test_fa_is_bp, test_fa_is_dfa,
           test_entries, test_kolen_pollack, test_sign_symmetric, test_frozen, test_dfa_learns,
           test_blas)

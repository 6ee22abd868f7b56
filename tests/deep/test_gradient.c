/* D1: gradients and rules are correct. */
#define _GNU_SOURCE /* dladdr */
#include "../check_main.h"

#include <dlfcn.h>
#include <sys/resource.h>

#include "../../validation/gradient_checks.h"
#include "deep/blas.h"
#include "nets.h"

/* ---- central differences ---- */

enum { COUNT = 5 };

static void layered_net(struct net *n, size_t which, const char *activation)
{
    memset(n, 0, sizeof *n);
    aln_gradient_options(&aln_gradient_nets[which], aln_deep_activation_find(activation), &n->o,
                         n->layer);
}

/* To 1e-6 of the tensor's largest entry. */
static void check_gradient(struct net *n, const struct aln_batch *batch, const char *what)
{
    struct aln_network *net = make_net(n);
    char name[24];
    double worst;
    must(aln_gradient_deviation(net, batch, &worst, name));
    ck_assert_msg(worst <= 1e-6, "%s: %s off by %g", what, name, worst);
    aln_network_free(net);
}

START_TEST(test_differences)
{
    char what[128];
    for (size_t i = 0; i < aln_gradient_net_count; i++)
        for (size_t k = 0; k < aln_losses.count; k++)
            for (size_t g = 0; g < aln_deep_activations.count; g++) {
                struct net n;
                struct samples data;
                const char *activation = aln_names_row(&aln_deep_activations, g)->name;
                layered_net(&n, i, activation);
                n.o.loss = aln_loss_row(k);
                n.o.bias = (i + k + g) % 2;
                n.o.reduction = (k + g) % 2 ? ALN_SUM : ALN_MEAN;
                draw_samples(&data, COUNT, 60, 3, k == 2, 100 * i + 10 * k + g);
                snprintf(what, sizeof what, "%s, %s, %s", aln_gradient_nets[i].name,
                         n.o.loss->id.name, activation);
                check_gradient(&n, &data.batch, what);
                free_samples(&data);
            }
}
END_TEST

/* The networks above cover every kind of layer. */
START_TEST(test_kinds)
{
    for (size_t k = 0; k < aln_layer_kinds.count; k++) {
        const char *name = aln_names_row(&aln_layer_kinds, k)->name;
        bool there = false;
        for (size_t i = 0; i < aln_gradient_net_count; i++)
            for (size_t j = 0; j < aln_gradient_nets[i].count; j++)
                there = there || strcmp(aln_gradient_nets[i].layer[j].kind, name) == 0;
        ck_assert_msg(there,
                      "no gradient of layer %s is checked: add a network with one to "
                      "validation/gradient_checks.c",
                      name);
    }
}
END_TEST

/* ---- rules that coincide ---- */

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
    for (size_t i = 0; i < aln_gradient_net_count; i++)
        for (int precision = ALN_SINGLE; precision <= ALN_DOUBLE; precision++) {
            struct net n;
            struct samples data;
            layered_net(&n, i, "tanh");
            n.o.precision = (enum aln_precision)precision;
            struct aln_network *bp = make_net(&n);
            n.o.rule = aln_rule_find("fa");
            struct aln_network *fa = make_net(&n);
            draw_samples(&data, 12, 60, 3, false, 3);
            for (int step = 0; step < 20; step++) {
                must(aln_gradient_transpose(fa));
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

/* With one hidden layer both rules propagate the error by one step. */
START_TEST(test_fa_is_dfa)
{
    struct net n;
    struct samples data;
    dense_net(&n, "fa", "cross-entropy", "tanh", 2, (const size_t[]){9, 8, 4});
    n.o.precision = ALN_SINGLE;
    struct aln_network *fa = make_net(&n);
    n.o.rule = aln_rule_find("dfa");
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
    n.o.feedback.scale = 0.375;
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
                ck_assert_double_eq(F[j * t.rows + i], W[i * t.cols + j] > 0 ? 0.375 : -0.375);
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
    must(aln_network_signals(net, &data.batch, da, NULL, NULL));
    for (size_t i = 0; i < 12 * 15; i++)
        ck_assert_double_eq(da[i], 0);
    ck_assert_double_gt(norm(12 * 4, da + 12 * 15), 0);
    aln_network_free(net);
    aln_network_free(start);
    free_samples(&data);
}
END_TEST

/* ---- learning ---- */

/* Classes around three random centres: dfa learns them, and its signals align with bp's. */
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
        double first[4], last[4];
        must(aln_gradient_alignment(net, &data.batch, first));
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
        must(aln_gradient_alignment(net, &data.batch, last));
        /* the initial cosine is that of independent vectors of 120 numbers */
        ck_assert_double_lt(fabs(first[0]), 0.3);
        ck_assert_double_gt(last[0], first[0] + 0.3);
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

/* Matrix products must be OpenBLAS's; others are twenty times slower. */
START_TEST(test_blas)
{
    const char *const variable = "OPENBLAS_NUM_THREADS";
    Dl_info product;
    void *gemm[2];
    int (*threads)(void);
    ck_assert_ptr_null(dlsym(RTLD_DEFAULT, "sgemm_")); /* GSL's has another name */
    ck_assert(setenv(variable, "7", 1) == 0 && aln_blas_open(2) == ALN_OK);
    ck_assert_str_eq(getenv(variable), "7");
    memcpy(&gemm[0], &aln_blas.sgemm, sizeof gemm[0]);
    memcpy(&gemm[1], &aln_blas.dgemm, sizeof gemm[1]);
    for (size_t i = 0; i < 2; i++)
        ck_assert(dladdr(gemm[i], &product) != 0 && strstr(product.dli_fname, "openblas") != NULL);
    void *own = dlopen(product.dli_fname, RTLD_NOW | RTLD_NOLOAD);
    ck_assert_ptr_nonnull(own);
    void *address = dlsym(own, "openblas_get_num_threads");
    memcpy(&threads, &address, sizeof threads);
    ck_assert_int_eq(threads(), 1);
    dlclose(own);
}
END_TEST

/* Without address space for what OpenBLAS would wait for in vain, it is refused. */
START_TEST(test_no_room)
{
    struct rlimit limit = {0, 0}, before;
    ck_assert_int_eq(aln_blas_open(1), ALN_OK);
    ck_assert_int_eq(getrlimit(RLIMIT_AS, &before), 0);
    limit.rlim_max = before.rlim_max;
    limit.rlim_cur = 64U << 20; /* less than this process has already */
    ck_assert_int_eq(setrlimit(RLIMIT_AS, &limit), 0);
    enum aln_status status = aln_blas_open(1000);
    ck_assert_int_eq(setrlimit(RLIMIT_AS, &before), 0);
    ck_assert_int_eq(status, ALN_MEMORY);
    ck_assert_msg(strstr(aln_error(), "OpenBLAS") != NULL, "%s", aln_error());
    ck_assert_int_eq(aln_blas_open(2), ALN_OK);
}
END_TEST

CHECK_MAIN("deep/gradient", test_differences, test_kinds, test_fa_is_bp, test_fa_is_dfa,
           test_kolen_pollack, test_sign_symmetric, test_frozen, test_dfa_learns, test_blas,
           test_no_room)

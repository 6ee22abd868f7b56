/* Stop requests in the passes of a network: products are cut into pieces with the bytes of the whole, and
 * a step happens wholly or not at all. */
#include "../check_main.h"

#include "base/interrupt.h"
#define ALN_REAL_DOUBLE
#include "deep/product.h"
#include "deep/product_kernel.h"
#include "nets.h"

/* 1.7e9 multiply-adds: two pieces, of which the second is no multiple of anything. */
enum { ROWS = 601, COLS = 1203, INNER = 2300 };

static volatile sig_atomic_t stop;

#define PRODUCTS(real, precision, gemm)                                                            \
    static void fill_##precision(size_t n, uint64_t index, real *x)                                \
    {                                                                                              \
        struct aln_stream stream;                                                                  \
        aln_stream_init(&stream, 7, "test products", index);                                       \
        for (size_t i = 0; i < n; i++)                                                             \
            x[i] = (real)(aln_stream_uniform(&stream) - 0.5);                                      \
    }                                                                                              \
    static void check_##precision(char op_A, char op_B)                                            \
    {                                                                                              \
        real *A = malloc(sizeof *A * ROWS * INNER), *B = malloc(sizeof *B * INNER * COLS),         \
             *C = malloc(sizeof *C * ROWS * COLS), *whole = malloc(sizeof *C * ROWS * COLS);       \
        ck_assert(A != NULL && B != NULL && C != NULL && whole != NULL);                           \
        fill_##precision(ROWS *INNER, 0, A);                                                       \
        fill_##precision(INNER *COLS, 1, B);                                                       \
        fill_##precision(ROWS *COLS, 2, C);                                                        \
        memcpy(whole, C, sizeof *C *ROWS *COLS);                                                   \
        const int m = ROWS, n = COLS, k = INNER, lda = op_A == 'N' ? INNER : ROWS,                 \
                  ldb = op_B == 'N' ? COLS : INNER;                                                \
        const real alpha = (real)0.3, beta = 1;                                                    \
        aln_blas.gemm(&op_B, &op_A, &n, &m, &k, &alpha, B, &ldb, A, &lda, &beta, whole, &n);       \
        aln_gemm_##precision(op_A, op_B, ROWS, COLS, INNER, alpha, A, (size_t)lda, B, (size_t)ldb, \
                             beta, C, COLS);                                                       \
        ck_assert_mem_eq(C, whole, sizeof *C *ROWS *COLS);                                         \
        stop = 1; /* nothing of a large product is computed then, and a small one as ever */       \
        aln_gemm_##precision(op_A, op_B, ROWS, COLS, INNER, alpha, A, (size_t)lda, B, (size_t)ldb, \
                             beta, C, COLS);                                                       \
        ck_assert_mem_eq(C, whole, sizeof *C *ROWS *COLS);                                         \
        aln_gemm_##precision('N', 'N', 2, 2, 2, alpha, A, 2, B, 2, beta, C, 2);                    \
        ck_assert(C[0] != whole[0]);                                                               \
        stop = 0;                                                                                  \
        free(whole);                                                                               \
        free(C);                                                                                   \
        free(B);                                                                                   \
        free(A);                                                                                   \
    }

PRODUCTS(float, single, sgemm)
PRODUCTS(double, double, dgemm)

/* What the kernels make of the whole product at once, in C; of the product, in pieces, in `cut`. */
static void check_kernels(const double *A, const double *X, const double *start)
{
    enum { ALL = ROWS * COLS };
    const enum aln_isa isa = aln_isa_best();
    double *C = malloc(ALL * sizeof *C), *cut = malloc(ALL * sizeof *C);
    double *work = malloc(aln_product_work_double(INNER) * sizeof *work);
    size_t *begin = malloc(INNER * sizeof *begin);
    ck_assert(C != NULL && cut != NULL && work != NULL && begin != NULL);
    for (int way = 0; way < 3 && isa != ALN_ISA_PLAIN; way++) {
        const size_t length = way == 0 ? INNER : COLS;
        for (size_t q = 0; q < INNER; q++)
            begin[q] = q * length;
        memcpy(C, start, ALL * sizeof *C);
        memcpy(cut, start, ALL * sizeof *C);
        if (way == 0) {
            aln_product_kernel(isa)->correlate(
                &(struct aln_correlate){COLS, ROWS, INNER, A, INNER, X, begin, C, COLS});
            aln_product_dots_double(COLS, ROWS, INNER, A, X, cut, work);
        } else {
            const bool across = way == 2;
            aln_product_kernel(isa)->multiply(
                &(struct aln_multiply){ROWS, INNER, COLS, A, across ? 1 : INNER, across ? ROWS : 1,
                                       X, begin, 0.3, 0.9, C, COLS});
            aln_product_mix_double(across, ROWS, INNER, COLS, 0.3, A, X, 0.9, cut, work);
        }
        ck_assert_mem_eq(cut, C, ALL * sizeof *C);
        stop = 1;
        if (way == 0)
            aln_product_dots_double(COLS, ROWS, INNER, A, X, cut, work);
        else
            aln_product_mix_double(way == 2, ROWS, INNER, COLS, 0.3, A, X, 0.9, cut, work);
        ck_assert_mem_eq(cut, C, ALL * sizeof *C);
        stop = 0;
    }
    free(begin);
    free(work);
    free(cut);
    free(C);
}

START_TEST(test_kernels)
{
    const volatile sig_atomic_t *before = aln_interrupt_watch(&stop);
    double *x = malloc((2 * COLS * INNER + ROWS * COLS) * sizeof *x);
    ck_assert_ptr_nonnull(x);
    fill_double(2 * COLS * INNER + ROWS * COLS, 4, x);
    check_kernels(x, x + COLS * INNER, x + 2 * COLS * INNER);
    free(x);
    aln_interrupt_watch(before);
}
END_TEST

START_TEST(test_products)
{
    const volatile sig_atomic_t *before = aln_interrupt_watch(&stop);
    must(aln_blas_open(1));
    check_single('N', 'T');
    check_single('T', 'N');
    check_double('N', 'N');
    check_double('N', 'T');
    aln_interrupt_watch(before);
}
END_TEST

/* ---- steps ---- */

static bool stops_forward; /* else in the update */
static const struct aln_backend *engine;

static void forward_then_stop(struct aln_network *net, size_t count)
{
    engine->forward(net, count);
    stop = stops_forward;
}

static void update_then_stop(struct aln_network *net, size_t count, double rate)
{
    stop = 1;
    engine->update(net, count, rate);
}

/* All that a network has learned.  Returned: yours */
static double *state_of(const struct aln_network *net, size_t *numbers)
{
    struct aln_tensor tensor;
    double *all = NULL;
    *numbers = 0;
    for (size_t i = 0; i < aln_network_tensors(net); i++) {
        aln_network_tensor(net, i, &tensor);
        all = realloc(all, (*numbers + tensor.rows * tensor.cols) * sizeof *all);
        ck_assert(all != NULL);
        aln_network_read(net, i, ALN_DOUBLE, all + *numbers);
        *numbers += tensor.rows * tensor.cols;
    }
    return all;
}

static void check_state(const struct aln_network *net, const double *state)
{
    size_t n;
    double *now = state_of(net, &n);
    ck_assert_mem_eq(now, state, n * sizeof *now);
    free(now);
}

struct step {
    const char *rule;
    size_t units, capacity;
    bool in_update, undone, taken;
};

/* A step that is stopped, then taken: as if it had not been stopped. */
static void check_step(const struct step *s)
{
    enum { SAMPLES = 12 };
    const size_t shape[] = {s->units, s->units, s->units, 3};
    struct net n;
    struct samples data;
    size_t numbers;
    dense_net(&n, s->rule, "cross-entropy", "tanh", 3, shape);
    n.o.batch = s->capacity;
    n.o.momentum = 0.5;
    n.o.bias = true;
    n.o.precision = ALN_SINGLE;
    struct aln_network *net = make_net(&n);
    struct aln_backend mine = *(engine = net->engine);
    ck_assert_int_eq(net->before != NULL, s->undone);
    draw_samples(&data, SAMPLES, shape[0], shape[3], true, 9);
    double *start = state_of(net, &numbers);
    must(aln_network_step(net, &data.batch, 0.1));
    double *whole = state_of(net, &numbers);
    aln_network_free(net);

    net = make_net(&n);
    mine.forward = forward_then_stop;
    mine.update = update_then_stop;
    net->engine = &mine;
    stops_forward = !s->in_update;
    const volatile sig_atomic_t *before = aln_interrupt_watch(&stop);
    ck_assert_int_eq(aln_network_step(net, &data.batch, 0.1), s->taken ? ALN_OK : ALN_STOPPED);
    stop = 0;
    aln_interrupt_watch(before);
    net->engine = engine;
    ck_assert_uint_eq(aln_network_steps(net), s->taken);
    check_state(net, s->taken ? whole : start);
    if (!s->taken)
        must(aln_network_step(net, &data.batch, 0.1));
    check_state(net, whole);
    free(whole);
    free(start);
    free_samples(&data);
    aln_network_free(net);
}

START_TEST(test_steps)
{
    check_step(&(struct step){"dfa", 6, 12, .in_update = false});
    /* A short update is not interrupted. */
    check_step(&(struct step){"dfa", 6, 12, .in_update = true, .taken = true});
    /* 9e9 multiply-adds for a whole batch */
    check_step(&(struct step){"kolen-pollack", 1500, 2000, .in_update = true, .undone = true});
}
END_TEST

CHECK_MAIN("deep/interrupt", test_products, test_kernels, test_steps)

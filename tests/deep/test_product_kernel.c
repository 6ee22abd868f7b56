/* Kernels of the products: all variants give the bits of the plain one, and that gives the sums. Built
 * for float and for double. */
#include "../check_main.h"

#include <string.h>

#if !defined ALN_REAL_DOUBLE
#define ALN_REAL_SINGLE
#endif
#include "deep/product_kernel.h"

enum {
    LANES = ALN_PRODUCT_LANES,
    MOST = 2 * ALN_PRODUCT_STRIP + LANES + 5, /* numbers in a row */
    ROWS = 19,                                /* tiles of 8, 6, 4, 2 and 1 */
    TERMS = 17,                               /* tiles of 3, and 2 or 1 that are left */
    ROOM = TERMS * MOST
};
static const size_t lengths[] = {1,         LANES / 2, LANES - 1,         LANES,
                                 LANES + 1, 3 * LANES, 5 * LANES + 3,     ALN_PRODUCT_STRIP - 1,
                                 MOST - 5,  MOST - 1,  ALN_PRODUCT_STRIP, MOST};
static const size_t counts[] = {1, 2, 3, 4, 6, 7, 8, 10, 14, 16, 17};

static real x[ROOM + TERMS], A[ROWS * MOST], before[ROWS * MOST];
static size_t offset[TERMS];

/* Uniform in (-1, 1), of all digits. */
static real draw(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (real)((double)(*state >> 11) / (double)(1ull << 52) - 1);
}

static void fill(void)
{
    uint64_t state = 5;
    for (size_t i = 0; i < sizeof x / sizeof *x; i++)
        x[i] = draw(&state);
    for (size_t i = 0; i < ROWS * MOST; i++)
        A[i] = draw(&state);
    for (size_t i = 0; i < ROWS * MOST; i++)
        before[i] = draw(&state);
    for (size_t q = 0; q < TERMS; q++)
        offset[q] = q * 5 % TERMS * (MOST + 1); /* aligned and not, in no order */
}

/* Rounding of a sum of `terms` products below 1, times the largest partial sum. */
static double rounding(size_t terms)
{
    return (sizeof(real) == 4 ? 6e-8 : 1.2e-16) * (double)(terms + 1) * (double)(terms + 1);
}

/* The bits of every variant, what lies beside the result included. */
static void expect_multiply(const struct aln_multiply *given)
{
    static real plain[ROWS * MOST], out[ROWS * MOST];
    struct aln_multiply m = *given;
    memcpy(plain, before, sizeof plain);
    m.out = plain;
    aln_product_kernel(ALN_ISA_PLAIN)->multiply(&m);
    for (enum aln_isa isa = ALN_ISA_PLAIN + 1; isa <= aln_isa_best(); isa++) {
        memcpy(out, before, sizeof out);
        m.out = out;
        aln_product_kernel(isa)->multiply(&m);
        ck_assert_mem_eq(out, plain, sizeof out);
    }
    for (size_t r = 0; r < m.rows; r++) {
        const size_t n = r * 31 % m.length;
        double sum = 0;
        for (size_t q = 0; q < m.terms; q++)
            sum += (double)A[r * m.down + q * m.along] * (double)x[offset[q] + n];
        sum = (double)m.scale * sum + (double)m.keep * (double)before[r * m.pitch + n];
        ck_assert_double_eq_tol((double)plain[r * m.pitch + n], sum, rounding(m.terms));
    }
}

START_TEST(test_multiply)
{
    fill();
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++)
        for (size_t j = 0; j < sizeof counts / sizeof counts[0]; j++) {
            const size_t rows = 1 + (i + 3 * j) % ROWS, terms = counts[j];
            struct aln_multiply m = {rows, terms,  lengths[i], A, terms, 1,
                                     x,    offset, 1,          0, NULL,  MOST};
            expect_multiply(&m);
            m = (struct aln_multiply){rows, terms,  lengths[i], A,         1,    rows,
                                      x,    offset, (real)-0.3, (real)0.7, NULL, MOST};
            expect_multiply(&m);
        }
}
END_TEST

static void expect_correlate(const struct aln_correlate *given)
{
    static real plain[ROWS * TERMS], sums[ROWS * TERMS];
    struct aln_correlate c = *given;
    memcpy(plain, before, sizeof plain);
    c.sums = plain;
    aln_product_kernel(ALN_ISA_PLAIN)->correlate(&c);
    for (enum aln_isa isa = ALN_ISA_PLAIN + 1; isa <= aln_isa_best(); isa++) {
        memcpy(sums, before, sizeof sums);
        c.sums = sums;
        aln_product_kernel(isa)->correlate(&c);
        ck_assert_mem_eq(sums, plain, sizeof sums);
    }
    for (size_t q = 0; q < c.terms; q++) {
        const size_t r = q * 3 % c.rows;
        double sum = (double)before[q * c.along + r];
        for (size_t n = 0; n < c.length; n++)
            sum += (double)c.d[r * c.pitch + n] * (double)x[offset[q] + n];
        /* a lane sums a part of a strip, the strips follow each other */
        ck_assert_double_eq_tol((double)plain[q * c.along + r], sum,
                                3 * rounding(ALN_PRODUCT_STRIP / LANES + 8) * LANES);
    }
}

START_TEST(test_correlate)
{
    fill();
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++)
        for (size_t j = 0; j < sizeof counts / sizeof counts[0]; j++) {
            const size_t rows = 1 + (i + 3 * j) % ROWS, pitch = i % 2 == 0 ? MOST : lengths[i];
            expect_correlate(&(struct aln_correlate){rows, counts[j], lengths[i], A, pitch, x,
                                                     offset, NULL, rows});
            /* a multiple of a vector from row to row: nothing is copied */
            expect_correlate(
                &(struct aln_correlate){rows % 9 + 1, counts[j], lengths[i] % (MOST / 4), A,
                                        MOST / 4 / LANES * LANES, x, offset, NULL, rows % 9 + 1});
        }
}
END_TEST

CHECK_MAIN("deep/product_kernel", test_multiply, test_correlate)

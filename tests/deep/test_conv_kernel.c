/* Kernels of the direct convolution: all variants give the bits of the plain one. Built for float and
 * for double. */
#include "../check_main.h"

#include <string.h>

#if !defined ALN_REAL_DOUBLE
#define ALN_REAL_SINGLE
#endif
#include "deep/conv_kernel.h"

enum {
    ROWS = ALN_CONV_ROWS,
    LANES = ALN_CONV_LANES,
    MOST = 150, /* length: tiles of three vectors, single ones, and a part of one */
    PITCH = 160,
    TERMS = 17, /* tiles of six and of two, and what is left */
    CHANNELS = 7,
    ROOM = 2 * PITCH
};
static const size_t lengths[] = {1, LANES - 1, LANES, LANES + 1, 3 * LANES, 5 * LANES + 3, MOST};

static real x[ROOM], A[TERMS * ROWS], d[CHANNELS * PITCH];
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
    for (size_t i = 0; i < ROOM; i++)
        x[i] = draw(&state);
    for (size_t i = 0; i < TERMS * ROWS; i++)
        A[i] = draw(&state);
    for (size_t i = 0; i < CHANNELS * PITCH; i++)
        d[i] = draw(&state);
    for (size_t q = 0; q < TERMS; q++)
        offset[q] = q * q % (ROOM - PITCH);
}

static const struct aln_conv_kernel *variant(enum aln_isa isa)
{
    return &ALN_REAL(aln_conv_kernels)[isa];
}

START_TEST(test_multiply)
{
    static real plain[ROWS * PITCH], out[ROWS * PITCH];
    fill();
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        const size_t N = lengths[i];
        variant(ALN_ISA_PLAIN)->multiply(TERMS, offset, A, x, N, PITCH, plain);
        for (enum aln_isa isa = ALN_ISA_PLAIN + 1; isa <= aln_isa_best(); isa++) {
            memset(out, 0, sizeof out);
            variant(isa)->multiply(TERMS, offset, A, x, N, PITCH, out);
            for (size_t r = 0; r < ROWS; r++)
                ck_assert_mem_eq(out + r * PITCH, plain + r * PITCH, N * sizeof *out);
        }
        double sum = 0;
        for (size_t q = 0; q < TERMS; q++)
            sum += (double)A[q * ROWS + 3] * (double)x[offset[q] + N - 1];
        /* the rounding of TERMS sums below TERMS */
        ck_assert_double_eq_tol((double)plain[3 * PITCH + N - 1], sum,
                                (sizeof(real) == 4 ? 6e-8 : 1.2e-16) * TERMS * TERMS);
    }
}
END_TEST

START_TEST(test_correlate)
{
    static real plain[CHANNELS * TERMS], T[CHANNELS * TERMS], back[CHANNELS * PITCH];
    fill();
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        const size_t N = lengths[i];
        memset(back, 0, sizeof back);
        for (size_t r = 0; r < CHANNELS; r++)
            memcpy(back + r * PITCH, d + r * PITCH, N * sizeof *d);
        memset(plain, 0, sizeof plain);
        variant(ALN_ISA_PLAIN)->correlate(CHANNELS, TERMS, offset, back, PITCH, x, N, plain);
        for (enum aln_isa isa = ALN_ISA_PLAIN + 1; isa <= aln_isa_best(); isa++) {
            memset(T, 0, sizeof T);
            variant(isa)->correlate(CHANNELS, TERMS, offset, back, PITCH, x, N, T);
            ck_assert_mem_eq(T, plain, sizeof T);
        }
        double sum = 0;
        for (size_t n = 0; n < N; n++)
            sum += (double)d[5 * PITCH + n] * (double)x[offset[4] + n];
        /* N roundings of sums of up to N / LANES + 1 */
        ck_assert_double_eq_tol((double)plain[5 * TERMS + 4], sum,
                                (sizeof(real) == 4 ? 6e-8 : 1.2e-16) *
                                    (double)(N * (N / LANES + 1)));
    }
}
END_TEST

CHECK_MAIN("deep/conv_kernel", test_multiply, test_correlate)

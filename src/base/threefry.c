/* gcc 12 fails on the vectors below ("internal compiler error: in bit_value_binop", -O2) when it
 * vectorises further by itself. */
#if defined __GNUC__ && !defined __clang__
#pragma GCC optimize "no-tree-slp-vectorize"
#endif

#include "base/threefry.h"

#include <Random123/threefry.h>

static void words_plain(const uint64_t key[4], const uint64_t counter[4], size_t count,
                        uint64_t *out)
{
    threefry4x64_key_t k = {{key[0], key[1], key[2], key[3]}};
    for (size_t i = 0; i < 8 * count; i++) {
        threefry4x64_ctr_t c = {{counter[0] + i, counter[1], counter[2], counter[3]}};
        threefry4x64_ctr_t r = threefry4x64(c, k);
        for (size_t w = 0; w < 4; w++)
            out[16 * (i / 4) + 4 * w + i % 4] = r.v[w];
    }
}

#if ALN_ISA_X86
/* Counters side by side in a vector, and vectors interleaved, because the rounds of one alone are bound by
 * latency: as many as there are registers for. */
typedef uint64_t four __attribute__((vector_size(32), aligned(8)));
typedef uint64_t eight __attribute__((vector_size(64), aligned(8)));

#define COUNT(x) (sizeof(x) / sizeof *(x))
#define MIX(a, b, r)                                                                               \
    for (size_t v = 0; v < COUNT(a); v++) {                                                        \
        a[v] += b[v];                                                                              \
        b[v] = (b[v] << (r) | b[v] >> (64 - (r))) ^ a[v];                                          \
    }
#define ROUND(a, b, c, d, n)                                                                       \
    MIX(a, b, R_64x4_##n##_0)                                                                      \
    MIX(c, d, R_64x4_##n##_1)
#define ADD_KEY(s)                                                                                 \
    for (size_t v = 0; v < COUNT(x0); v++) {                                                       \
        x0[v] += key[(s) % 5];                                                                     \
        x1[v] += key[((s) + 1) % 5];                                                               \
        x2[v] += key[((s) + 2) % 5];                                                               \
        x3[v] += key[((s) + 3) % 5] + (s);                                                         \
    }
#define FOUR_ROUNDS(r, s, t, u, n)                                                                 \
    ROUND(x0, x1, x2, x3, r)                                                                       \
    ROUND(x0, x3, x2, x1, s)                                                                       \
    ROUND(x0, x1, x2, x3, t)                                                                       \
    ROUND(x0, x3, x2, x1, u)                                                                       \
    ADD_KEY(n)
/* `count` vectors of blocks, the first one that of counter `first`. */
#define BLOCKS(count, lanes, lane, width)                                                          \
    lanes x0[count], x1[count], x2[count], x3[count];                                              \
    for (size_t v = 0; v < COUNT(x0); v++) {                                                       \
        x0[v] = lane + (key[0] + first + (width)*v);                                               \
        x1[v] = lane * 0 + (key[1] + counter[1]);                                                  \
        x2[v] = lane * 0 + (key[2] + counter[2]);                                                  \
        x3[v] = lane * 0 + (key[3] + counter[3]);                                                  \
    }                                                                                              \
    FOUR_ROUNDS(0, 1, 2, 3, 1)                                                                     \
    FOUR_ROUNDS(4, 5, 6, 7, 2)                                                                     \
    FOUR_ROUNDS(0, 1, 2, 3, 3)                                                                     \
    FOUR_ROUNDS(4, 5, 6, 7, 4)                                                                     \
    FOUR_ROUNDS(0, 1, 2, 3, 5)
#define KEY(k)                                                                                     \
    {                                                                                              \
        k[0], k[1], k[2], k[3], SKEIN_KS_PARITY64 ^ k[0] ^ k[1] ^ k[2] ^ k[3]                      \
    }

ALN_TARGET_AVX2 static void words_avx2(const uint64_t k[4], const uint64_t counter[4], size_t count,
                                       uint64_t *out)
{
    const uint64_t key[5] = KEY(k);
    const four lane = {0, 1, 2, 3};
    for (uint64_t i = 0, first = counter[0]; i < count; i++, first += 8) {
        BLOCKS(2, four, lane, 4)
        for (size_t v = 0; v < 2; v++, out += 16) {
            *(four *)out = x0[v];
            *(four *)(out + 4) = x1[v];
            *(four *)(out + 8) = x2[v];
            *(four *)(out + 12) = x3[v];
        }
    }
}

/* The halves of a vector are word w of the two halves of a batch. */
ALN_TARGET_AVX512 static inline void put(const eight *x, uint64_t *out)
{
    *(four *)out = __builtin_shufflevector(*x, *x, 0, 1, 2, 3);
    *(four *)(out + 16) = __builtin_shufflevector(*x, *x, 4, 5, 6, 7);
}

ALN_TARGET_AVX512 static void words_avx512(const uint64_t k[4], const uint64_t counter[4],
                                           size_t count, uint64_t *out)
{
    const uint64_t key[5] = KEY(k);
    const eight lane = {0, 1, 2, 3, 4, 5, 6, 7};
    uint64_t i = 0, first = counter[0];
    for (; i + 4 <= count; i += 4, first += 32) {
        BLOCKS(4, eight, lane, 8)
        for (size_t v = 0; v < 4; v++, out += ALN_THREEFRY_BATCH) {
            put(&x0[v], out);
            put(&x1[v], out + 4);
            put(&x2[v], out + 8);
            put(&x3[v], out + 12);
        }
    }
    const uint64_t left[4] = {first, counter[1], counter[2], counter[3]};
    words_avx2(k, left, count - i, out);
}
#endif

void aln_threefry_words(enum aln_isa isa, const uint64_t key[4], const uint64_t counter[4],
                        size_t count, uint64_t *out)
{
    static void (*const variant[ALN_ISA_COUNT])(const uint64_t *, const uint64_t *, size_t,
                                                uint64_t *) = {
        words_plain,
#if ALN_ISA_X86
        words_avx2,
        words_avx512,
#endif
    };
    variant[isa](key, counter, count, out);
}

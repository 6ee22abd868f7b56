/* Compiled once for each instruction set, with ALN_LANES_AVX512, ALN_LANES_AVX2 or neither. */
#include <math.h>
#include <string.h>

#include "base/normal_single.h"

#if defined ALN_LANES_AVX512
#include <immintrin.h>
#define NAME aln_normals_single_avx512
enum { LANES = 16 };
#elif defined ALN_LANES_AVX2
#include <immintrin.h>
#define NAME aln_normals_single_avx2
enum { LANES = 8 };
#else
#define NAME aln_normals_single_plain
enum { LANES = 4 };
#endif

/* Halves of eight words; vectors of as many words and halves. */
enum { HALVES = 2 * ALN_SINGLE_GENERATORS, VECTORS = HALVES / LANES };

typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));
typedef int32_t bits __attribute__((vector_size(LANES * sizeof(int32_t))));
typedef uint64_t words __attribute__((vector_size(LANES * sizeof(int32_t))));

#define FLOATS(x) __builtin_convertvector(x, lanes)
#define ALL(x)    ((lanes){0} + (x))

/* a b + c, rounded once; of a processor that cannot, libm's fmaf does it, slowly. */
#if defined ALN_LANES_AVX512
#define FMA(a, b, c) ((lanes)_mm512_fmadd_ps((__m512)(a), (__m512)(b), (__m512)(c)))
#elif defined ALN_LANES_AVX2
#define FMA(a, b, c) ((lanes)_mm256_fmadd_ps((__m256)(a), (__m256)(b), (__m256)(c)))
#else
#define FMA(a, b, c)                                                                               \
    ((lanes){fmaf((a)[0], (b)[0], (c)[0]), fmaf((a)[1], (b)[1], (c)[1]),                           \
             fmaf((a)[2], (b)[2], (c)[2]), fmaf((a)[3], (b)[3], (c)[3])})
#endif

ALN_KERNEL_BODY void take_root(const lanes *x, lanes *out)
{
    const lanes in = *x;
    lanes root = in;
    for (int j = 0; j < LANES; j++)
        root[j] = sqrtf(in[j]);
    *out = root;
}

/* sqrt(-2 log u) with u = (h + 1/2)/2^31.  u = m 2^e, sqrt(1/2) <= m < sqrt(2); with f = m - 1,
 * log m = f - f^2/2 + f^3 P(f). */
ALN_KERNEL_BODY void find_radius(const bits *half, lanes *out)
{
    const bits root = (bits){0} + 0x3f3504f3; /* sqrt(1/2) */
    const lanes u = (FLOATS(*half & INT32_MAX) + 0.5F) * 0x1p-31F;
    const bits shifted = (bits)u - root;
    const lanes e = FLOATS(shifted >> 23), f = (lanes)((shifted & 0x7fffff) + root) - 1, f2 = f * f;
    lanes series = FMA(f, ALL(7.0376836292e-2F), ALL(-1.1514610310e-1F));
    series = FMA(series, f, ALL(1.1676998740e-1F));
    series = FMA(series, f, ALL(-1.2420140846e-1F));
    series = FMA(series, f, ALL(1.4249322787e-1F));
    series = FMA(series, f, ALL(-1.6668057665e-1F));
    series = FMA(series, f, ALL(2.0000714765e-1F));
    series = FMA(series, f, ALL(-2.4999993993e-1F));
    series = FMA(series, f, ALL(3.3333331174e-1F));
    const lanes head = FMA(series, f, ALL(-0.5F)), part = FMA(head, f2, f),
                square = FMA(e, ALL(0.69314718056F), part) * -2;
    take_root(&square, out);
}

/* Bits 1 and 0 choose the quarter: a sign, and whether the coordinates change places. The others, made
 * odd so that they are symmetric about 0, are the angle in it. */
ALN_KERNEL_BODY void find_angle(const bits *half, lanes *cosine, lanes *sine)
{
    const lanes a = FLOATS((*half & ~7) | 4) * (0.78539816340F * 0x1p-31F), z = a * a;
    lanes s = FMA(z, ALL(-1.9515295891e-4F), ALL(8.3321608736e-3F)),
          c = FMA(z, ALL(2.443315711809948e-5F), ALL(-1.388731625493765e-3F));
    s = FMA(s, z, ALL(-1.6666654611e-1F)) * z;
    s = FMA(s, a, a);
    c = FMA(c, z, ALL(4.166664568298827e-2F));
    c = FMA(c, z, ALL(-0.5F));
    c = FMA(c, z, ALL(1.0F));
    const bits first = (bits)c ^ ((*half & 2) << 30), second = (bits)s,
               change = (first ^ second) & -(*half & 1);
    *cosine = (lanes)(first ^ change);
    *sine = (lanes)(second ^ change);
}

#define ROTATED(x, n) ((x) << (n) | (x) >> (64 - (n)))

/* The next word of each generator, xoshiro256++, as its halves, the lower one first. */
ALN_KERNEL_BODY void next_halves(words s[4][VECTORS], bits *half)
{
    for (int v = 0; v < VECTORS; v++) {
        words sum = s[0][v] + s[3][v];
        sum = ROTATED(sum, 23) + s[0][v];
        const words shifted = s[1][v] << 17;
        s[2][v] ^= s[0][v];
        s[3][v] ^= s[1][v];
        s[1][v] ^= s[2][v];
        s[0][v] ^= s[3][v];
        s[2][v] ^= shifted;
        s[3][v] = ROTATED(s[3][v], 45);
#if defined __BYTE_ORDER__ && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        sum = ROTATED(sum, 32);
#endif
        half[v] = (bits)sum;
    }
}

/* The next batch, HALVES products with cosines, then those with sines. */
ALN_KERNEL_BODY void next_batch(words s[4][VECTORS], lanes out[2 * VECTORS])
{
    bits first[VECTORS], second[VECTORS];
    next_halves(s, first);
    next_halves(s, second);
    for (int v = 0; v < VECTORS; v++) {
        lanes radius, cosine, sine;
        find_radius(&first[v], &radius);
        find_angle(&second[v], &cosine, &sine);
        out[v] = cosine * radius;
        out[VECTORS + v] = sine * radius;
    }
}

/* The first `count` of a batch: whole lines, what is behind them 0, so that no line is stored in pieces, for which a
 * processor that loads it again would wait. */
ALN_KERNEL_BODY void put_part(const lanes batch[2 * VECTORS], int count, float *x)
{
    for (int v = 0; v < 2 * VECTORS && v * LANES < (count + HALVES - 1) / HALVES * HALVES; v++) {
        bits place;
        for (int j = 0; j < LANES; j++)
            place[j] = v * LANES + j;
        const bits kept = (bits)batch[v] & (place < count);
        memcpy(x + v * LANES, &kept, sizeof kept);
    }
}

ALN_SINGLE_KERNEL(NAME)
{
    words s[4][VECTORS];
    lanes batch[2 * VECTORS];
    memcpy(s, state, sizeof s);
    for (; n >= ALN_SINGLE_NORMALS; n -= ALN_SINGLE_NORMALS, x += ALN_SINGLE_NORMALS) {
        next_batch(s, batch);
        memcpy(x, batch, sizeof batch);
    }
    if (n > 0) {
        next_batch(s, batch);
        put_part(batch, (int)n, x);
    }
    memcpy(state, s, sizeof s);
}

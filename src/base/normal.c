/* Normal numbers by the ziggurat. Source: Marsaglia & Tsang, J. Stat. Softw. 5 (2000), no. 8. */
#include <math.h>
#include <pthread.h>
#include <string.h>

#include "alignode/random.h"
#include "base/isa.h"
#include "base/normal.h"

#if ALN_ISA_X86
#include <immintrin.h>
#endif

#define EDGE        4.03884984610950414918     /* where the tail begins */
#define EDGE_HEIGHT 0.000286963927083327884747 /* exp(-EDGE^2/2) */
#define AREA        0.00122632464635308982142  /* EDGE EDGE_HEIGHT + the area of the tail */

static struct aln_layers layers;

/* -log(u), 0 < u <= 1, from operations that every machine rounds alike: libm's logarithm may
 * differ in its last bit from one machine to the next. */
static double minus_log(double u)
{
    int exponent;
    double m = frexp(u, &exponent);
    if (m < 0.70710678118654752440) {
        m *= 2;
        exponent--;
    }
    double s = (m - 1) / (m + 1), s2 = s * s, series = 0;
    for (int i = 23; i >= 1; i -= 2)
        series = series * s2 + 1.0 / i;
    return -(exponent * 0.69314718055994530942 + 2 * s * series);
}

static void build_layers(void)
{
    double *width = layers.width, *height = layers.height;
    width[0] = AREA / EDGE_HEIGHT;
    width[1] = EDGE;
    height[1] = EDGE_HEIGHT;
    for (size_t i = 2; i < ALN_LAYERS; i++) {
        height[i] = height[i - 1] + AREA / width[i - 1];
        width[i] = sqrt(2 * minus_log(height[i]));
    }
    height[ALN_LAYERS] = 1;
}

const struct aln_layers *aln_normal_layers(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, build_layers);
    return &layers;
}

/* A word's low ten bits choose the layer, its high 52 the place in (-1, 1): as the mantissa of a
 * number in (2, 4), made odd so that the places are symmetric about 0. */
#define PLACE_BITS 0x4000000000000001u

static double place(uint64_t word)
{
    uint64_t bits = word >> 12 | PLACE_BITS;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x - 3;
}

static double one_normal(struct aln_stream *s)
{
    const double *width = layers.width, *height = layers.height;
    for (;;) {
        uint64_t word = aln_stream_bits(s);
        size_t layer = word % ALN_LAYERS;
        double x = place(word) * width[layer];
        if (fabs(x) < width[layer + 1])
            return x;
        if (layer == 0) { /* the tail, by Marsaglia's exponential majorant */
            double a, b;
            do {
                a = minus_log(aln_stream_uniform(s)) / EDGE;
                b = minus_log(aln_stream_uniform(s));
            } while (2 * b < a * a);
            return copysign(EDGE + a, x);
        }
        /* the wedge between the rectangle and the density */
        double y = height[layer] + aln_stream_uniform(s) * (height[layer + 1] - height[layer]);
        if (2 * minus_log(y) > x * x)
            return x;
    }
}

#if ALN_ISA_X86
/* Turns leading words into numbers, four at a time, until one of four is not inside its rectangle.
 * Look-ups are scalar, because gather is no faster.
 * Returned: the number of words used, each as one_normal() would use it */
ALN_TARGET_AVX2 static size_t leading_normals(size_t n, const uint64_t *word, double *x)
{
    const double *width = layers.width;
    const __m256i bits = _mm256_set1_epi64x(PLACE_BITS);
    const __m256d three = _mm256_set1_pd(3), minus_zero = _mm256_set1_pd(-0.0);
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        size_t a = word[i] % ALN_LAYERS, b = word[i + 1] % ALN_LAYERS;
        size_t c = word[i + 2] % ALN_LAYERS, d = word[i + 3] % ALN_LAYERS;
        __m256d w = _mm256_setr_pd(width[a], width[b], width[c], width[d]);
        __m256d limit = _mm256_setr_pd(width[a + 1], width[b + 1], width[c + 1], width[d + 1]);
        __m256i four = _mm256_loadu_si256((const __m256i *)(word + i));
        __m256i mantissa = _mm256_or_si256(_mm256_srli_epi64(four, 12), bits);
        __m256d y = _mm256_mul_pd(_mm256_sub_pd(_mm256_castsi256_pd(mantissa), three), w);
        __m256d inside = _mm256_cmp_pd(_mm256_andnot_pd(minus_zero, y), limit, _CMP_LT_OQ);
        if (_mm256_movemask_pd(inside) != 15)
            break;
        _mm256_storeu_pd(x + i, y);
    }
    return i;
}
#endif

void aln_stream_normals(struct aln_stream *s, size_t n, double *x)
{
    aln_normal_layers();
    while (n > 0) {
#if ALN_ISA_X86
        if (s->isa != ALN_ISA_PLAIN) {
            size_t left = ALN_STREAM_WORDS - s->used;
            size_t done = leading_normals(n < left ? n : left, s->word + s->used, x);
            s->used += (unsigned)done;
            x += done;
            n -= done;
        }
#endif
        for (int i = 0; i < 4 && n > 0; i++, n--)
            *x++ = one_normal(s);
    }
}

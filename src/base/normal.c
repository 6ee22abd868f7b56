/* Normal numbers by the ziggurat. Source: Marsaglia & Tsang, J. Stat. Softw. 5 (2000), no. 8. */
#include <math.h>
#include <pthread.h>
#include <stdbool.h>
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

double aln_minus_log(double u)
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
        width[i] = sqrt(2 * aln_minus_log(height[i]));
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

/* Whether the point at x, at the share u of the layer's height, is under the density: in the wedge between the
 * rectangle and the density. The density differs from the wedge's diagonal, the share v, by at most D^2/8 |f''| with
 * D the wedge's width, that is D/8 (x + 1/x) of its height, times f's change in it; only so close to
 * the diagonal does it take a logarithm. */
static bool under_density(size_t layer, double x, double u)
{
    const double outer = layers.width[layer], inner = layers.width[layer + 1],
                 low = layers.height[layer], high = layers.height[layer + 1];
    const double v = (outer - x) / (outer - inner), y = low + u * (high - low);
    const double close = (outer - inner) / 7 * (outer + 1 / inner) * (high / low);
    return u < v - close || (!(u > v + close) && 2 * aln_minus_log(y) > x * x);
}

static double one_normal(struct aln_stream *s)
{
    const double *width = layers.width;
    for (;;) {
        uint64_t word = aln_stream_bits(s);
        size_t layer = word % ALN_LAYERS;
        double x = place(word) * width[layer];
        if (fabs(x) < width[layer + 1])
            return x;
        if (layer == 0) { /* the tail, by Marsaglia's exponential majorant */
            double a, b;
            do {
                a = aln_minus_log(aln_stream_uniform(s)) / EDGE;
                b = aln_minus_log(aln_stream_uniform(s));
            } while (2 * b < a * a);
            return copysign(EDGE + a, x);
        }
        const double u = aln_stream_uniform(s);
        if (under_density(layer, fabs(x), u))
            return x;
    }
}

#if ALN_ISA_X86
/* Four words as one_normal() would use them. A width and the next smaller one are loaded together,
 * because gathers are slower.
 * Returned: x[4]; a bit for each that is not inside its rectangle */
ALN_TARGET_AVX2 static inline unsigned four_normals(const uint64_t *word, double *x)
{
    const double *width = layers.width;
    const __m128d a = _mm_loadu_pd(width + word[0] % ALN_LAYERS);
    const __m128d b = _mm_loadu_pd(width + word[1] % ALN_LAYERS);
    const __m128d c = _mm_loadu_pd(width + word[2] % ALN_LAYERS);
    const __m128d d = _mm_loadu_pd(width + word[3] % ALN_LAYERS);
    const __m256d ac = _mm256_insertf128_pd(_mm256_castpd128_pd256(a), c, 1);
    const __m256d bd = _mm256_insertf128_pd(_mm256_castpd128_pd256(b), d, 1);
    const __m256i mantissa =
        _mm256_or_si256(_mm256_srli_epi64(_mm256_loadu_si256((const __m256i *)word), 12),
                        _mm256_set1_epi64x(PLACE_BITS));
    const __m256d y = _mm256_mul_pd(_mm256_sub_pd(_mm256_castsi256_pd(mantissa), _mm256_set1_pd(3)),
                                    _mm256_unpacklo_pd(ac, bd));
    _mm256_storeu_pd(x, y);
    return (unsigned)_mm256_movemask_pd(_mm256_cmp_pd(_mm256_andnot_pd(_mm256_set1_pd(-0.0), y),
                                                      _mm256_unpackhi_pd(ac, bd), _CMP_NLT_UQ));
}

/* Turns leading words into numbers, eight at a time, until one is not inside its rectangle; what
 * follows it in x is overwritten.
 * Returned: the number of words used */
ALN_TARGET_AVX2 static size_t leading_normals(size_t n, const uint64_t *word, double *x)
{
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        const unsigned low = four_normals(word + i, x + i);
        const unsigned outside = low | four_normals(word + i + 4, x + i + 4) << 4;
        if (outside != 0)
            return i + (size_t)__builtin_ctz(outside);
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
            const size_t left = ALN_STREAM_WORDS - s->used;
            const size_t done = leading_normals(n < left ? n : left, s->word + s->used, x);
            s->used += (unsigned)done;
            x += done;
            n -= done;
        }
#endif
        /* The one outside; fewer words or numbers than a vector holds, all of them. */
        const size_t rest = ALN_STREAM_WORDS - s->used, few = n < rest ? n : rest;
        for (size_t i = 0; i < (few > 0 && few < 8 ? few : 1) && n > 0; i++, n--)
            *x++ = one_normal(s);
    }
}

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

/* The density above each rectangle, as a share of the layer's height: in + bend in out within `slack`, where out, 0 to 1,
 * is the way through the wedge, and in = 1 - out. */
static struct wedge {
    double begin, scale; /* out = (x - begin) scale */
    double bend, slack;
} wedges[ALN_LAYERS];

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

/* The parabola through the ends of the density f and its middle. It is off by at most max |f^(3)|/6 max |t (t - 1/2) (t - 1)|
 * D^3, D the wedge's width, and |f^(3)| = |x^3 - 3 x| f. Numbers do not depend on exp(): the slack is far above its
 * roundings. */
static struct wedge wedge_of(double outer, double inner, double low, double high)
{
    const double middle = (inner + outer) / 2, D = outer - inner, height = high - low,
                 third = outer * (outer * outer + 3) * high;
    return (struct wedge){.begin = inner,
                          .scale = 1 / D,
                          .bend = 4 * ((exp(-middle * middle / 2) - low) / height - 0.5),
                          .slack = 0.0481125225 / 6 * third * D * D * D / height + 1e-10};
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
    for (size_t i = 1; i < ALN_LAYERS; i++)
        wedges[i] = wedge_of(width[i], width[i + 1], height[i], height[i + 1]);
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

/* Whether the point at x, at the share u of the layer's height, is under the density. A logarithm says it where the
 * parabola does not. */
static bool under_density(size_t layer, double x, double u)
{
    const struct wedge *w = &wedges[layer];
    const double out = (x - w->begin) * w->scale, in = 1 - out, share = in + w->bend * in * out;
    const bool below = u<share - w->slack, above = u> share + w->slack;
    if (below | above) /* no branch for each, which would be mispredicted half of the time */
        return below;
    const double low = layers.height[layer], high = layers.height[layer + 1];
    return 2 * aln_minus_log(low + u * (high - low)) > x * x;
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

enum { BLOCK = 64 };

/* The numbers of n words, 8 to BLOCK, as if each were inside its rectangle.
 * Returned: x[n]; a bit for each that is not */
ALN_TARGET_AVX2 static inline uint64_t find_places(size_t n, const uint64_t *word, double *x)
{
    uint64_t outside = 0;
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        const uint64_t low = four_normals(word + i, x + i);
        outside |= (low | (uint64_t)four_normals(word + i + 4, x + i + 4) << 4) << i;
    }
    if (i < n) { /* some of them once more */
        const uint64_t low = four_normals(word + n - 8, x + n - 8);
        outside |= (low | (uint64_t)four_normals(word + n - 4, x + n - 4) << 4) << (n - 8);
    }
    return outside;
}

/* The next numbers, at most n, 8 to BLOCK, of as many words that are there; n in most cases.
 * Returned: their number */
ALN_TARGET_AVX2 static size_t next_normals(struct aln_stream *s, size_t n, double *x)
{
    const uint64_t *word = s->word + s->used;
    uint64_t outside = find_places(n, word, x);
    size_t used = 0, done = 0; /* words, numbers */
    while (outside != 0) {
        const size_t i = (size_t)__builtin_ctzll(outside), layer = word[i] % ALN_LAYERS;
        if (used > 0)
            memmove(x + done, x + used, (i - used) * sizeof *x);
        done += i - used;
        if (layer == 0 || i + 1 >= n) { /* the tail, or a word may be missing */
            s->used += (unsigned)i;
            x[done] = one_normal(s);
            return done + 1;
        }
        x[done] = x[i];
        done += under_density(layer, fabs(x[i]), aln_word_uniform(word[i + 1]));
        used = i + 2;
        outside = i + 2 < BLOCK ? outside >> used << used : 0;
    }
    if (used > 0)
        memmove(x + done, x + used, (n - used) * sizeof *x);
    s->used += (unsigned)n;
    return done + n - used;
}
#endif

void aln_stream_normals(struct aln_stream *s, size_t n, double *x)
{
    aln_normal_layers();
    while (n > 0) {
        const size_t left = ALN_STREAM_WORDS - s->used, few = n < left ? n : left;
        size_t done = few > 0 ? few : 1; /* with a word of the next ones, which makes them */
#if ALN_ISA_X86
        if (s->isa != ALN_ISA_PLAIN && few >= 8)
            done = next_normals(s, few < BLOCK ? few : BLOCK, x);
        else
#endif
            for (size_t i = 0; i < done; i++)
                x[i] = one_normal(s);
        x += done;
        n -= done;
    }
}

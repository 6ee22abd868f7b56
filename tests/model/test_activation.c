#define _GNU_SOURCE /* M_PIl */
/* Every activation: its averages against quadrature from g and g', the properties in its row
 * against its functions; erf and linear also against the published formulas. */
#include "alignode/activation.h"

#include <math.h>
#include <string.h>

#include "../averages.h"
#include "../check_main.h"
#include "../theory/twin.h"
#include "base/team.h"
#include "model/activation_rows.h"
#include "model/asin.h"
#include "model/erf.h"
#include "model/erf_sum.h"

/* Uniform in (-1, 1), xorshift64; every test seeds it. */
static uint64_t random_state;
static double uniform(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (double)(random_state >> 11) * 0x1p-52 - 1;
}

/* ---- quadrature ---- */

/* Kinds of random fields: generic; each close to the one before; singular (only two independent
 * directions); one field 0. */
enum kind { GENERIC, NEAR, SINGULAR, VANISHING, KINDS };

static struct averages_fields draw(size_t P, enum kind kind, double distance)
{
    struct averages_fields c = {.P = P};
    for (size_t a = 0; a < P; a++) {
        for (size_t i = 0; i <= a; i++) {
            double *L = &c.L[a * P + i];
            *L = 0.8 * uniform();
            if (kind == NEAR && a > 0)
                *L = (i < a ? c.L[(a - 1) * P + i] : 0) + distance * uniform();
            if ((kind == SINGULAR && i > 1) || (kind == VANISHING && a == P - 1))
                *L = 0;
        }
    }
    averages_set_covariance(&c);
    return c;
}

#define COUNT(array) (sizeof array / sizeof *array)
static const double distances[] = {1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6};

/* Draw number i: first every kind, then NEAR at every distance, then generic ones. */
#define CLOUDS 30
static struct averages_fields draw_some(size_t P, size_t i)
{
    size_t near = i - KINDS;
    bool is_near = i >= KINDS && near < COUNT(distances);
    enum kind kind = i < KINDS ? (enum kind)i : is_near ? NEAR : GENERIC;
    return draw(P, kind, is_near ? distances[near] : 0.1);
}

static const struct aln_activation *row(size_t i)
{
    return (const struct aln_activation *)(const void *)aln_names_row(&aln_activations, i);
}

/* Sums of w f and of w |f|; the latter scales the error where it is large. */
struct sum {
    double value, size;
};

static void add(struct sum *s, double w, double f)
{
    s->value += w * f;
    s->size += w * fabs(f);
}

static void check_average(const struct aln_activation *g, const char *name, double value,
                          const struct sum *s)
{
    ck_assert_msg(fabs(value - s->value) <= averages_tolerance(g) * fmax(1, s->size),
                  "%s: %s = %.15g, not %.15g", g->id.name, name, value, s->value);
}

static void add_pair(const double *x, const double *g, const double *dg, double w, void *context)
{
    struct sum *s = context;
    (void)x;
    add(&s[0], w, g[0] * g[1]);
    add(&s[1], w, dg[0] * dg[1]);
}

START_TEST(test_pairs)
{
    for (size_t i = 0; i < aln_activations.count; i++) {
        const struct aln_activation *g = row(i);
        size_t checked = 0;
        random_state = 1;
        for (size_t n = 0; n < CLOUDS; n++) {
            struct averages_fields c = draw_some(2, n);
            struct sum s[2] = {{0, 0}, {0, 0}};
            if (!averages_are_for(g, &c))
                continue;
            checked++;
            averages_integrate(g, &c, add_pair, s);
            check_average(g, "I2", g->I2(c.C[0], c.C[3], c.C[1]), &s[0]);
            check_average(g, "J2", g->J2(c.C[0], c.C[3], c.C[1]), &s[1]);
        }
        ck_assert_uint_ge(checked, 4);
    }
}
END_TEST

static void add_triple(const double *x, const double *g, const double *dg, double w, void *context)
{
    add(context, w, dg[0] * x[1] * g[2]);
}

/* <g'(k) x_b g(a)> = c_kb A2(k,a) + c_ab J2(k,a), the only test of A2. */
START_TEST(test_triples)
{
    for (size_t i = 0; i < aln_activations.count; i++) {
        const struct aln_activation *g = row(i);
        size_t checked = 0;
        random_state = 2;
        for (size_t n = 0; n < CLOUDS; n++) {
            struct averages_fields c = draw_some(3, n);
            struct sum s = {0, 0};
            if (!averages_are_for(g, &c))
                continue;
            checked++;
            const double *C = c.C;
            averages_integrate(g, &c, add_triple, &s);
            double I3 = C[1] * g->A2(C[0], C[8], C[2]) + C[5] * g->J2(C[0], C[8], C[2]);
            check_average(g, "I3", I3, &s);
        }
        ck_assert_uint_ge(checked, 4);
    }
}
END_TEST

struct contraction {
    size_t P, K;
    const double *U;
    struct sum sum[AVERAGES_FIELDS * AVERAGES_FIELDS];
};

static void add_contraction(const double *x, const double *g, const double *dg, double w,
                            void *context)
{
    struct contraction *s = context;
    double d[AVERAGES_FIELDS];
    (void)x;
    for (size_t k = 0; k < s->K; k++) {
        double e = 0;
        for (size_t a = 0; a < s->P; a++)
            e += s->U[k * s->P + a] * g[a];
        d[k] = e * dg[k];
    }
    for (size_t k = 0; k < s->K; k++)
        for (size_t l = 0; l < s->K; l++)
            add(&s->sum[k * s->K + l], w, d[k] * d[l]);
}

static void check_contraction(const struct aln_activation *g, const struct averages_fields *c,
                              size_t K)
{
    double U[AVERAGES_FIELDS * AVERAGES_FIELDS], out[AVERAGES_FIELDS * AVERAGES_FIELDS];
    for (size_t i = 0; i < K * c->P; i++)
        U[i] = uniform();
    double *work = malloc((1 + g->I4_work(c->P, K)) * sizeof *work);
    g->I4(c->P, K, c->C, U, out, work);
    free(work);
    struct contraction s = {.P = c->P, .K = K, .U = U};
    averages_integrate(g, c, add_contraction, &s);
    for (size_t i = 0; i < K * K; i++)
        check_average(g, "I4", out[i], &s.sum[i]);
}

/* The contracted four-field average is <d d^T> with d_k = g'(k) sum_a U_ka g(a): one integral
 * covers all of its terms. */
START_TEST(test_fours)
{
    for (size_t i = 0; i < aln_activations.count; i++) {
        const struct aln_activation *g = row(i);
        size_t checked[2] = {0};
        random_state = 3;
        for (size_t n = 0; n < CLOUDS; n++) {
            struct averages_fields c = draw_some(3, n);
            if (!averages_are_for(g, &c))
                continue;
            check_contraction(g, &c, 1 + n % 3);
            checked[0]++;
        }
        /* with kinks four directions need too many nodes: two */
        for (size_t n = 0; n < KINDS + 2; n++) {
            struct averages_fields c = draw_some(4, g->singular ? SINGULAR : n);
            if (!averages_are_for(g, &c))
                continue;
            check_contraction(g, &c, 2 + n % 2);
            checked[1]++;
        }
        ck_assert_uint_ge(checked[0], 4);
        ck_assert_uint_ge(checked[1], 2);
    }
}
END_TEST

/* ---- properties in the rows ---- */

START_TEST(test_slopes)
{
    for (size_t i = 0; i < aln_activations.count; i++) {
        const struct aln_activation *g = row(i);
        for (double x = -2.95, h = 1e-3; x < 3; x += 0.1) { /* truncation h^4; avoids 0 */
            double slope =
                (8 * (g->g(x + h) - g->g(x - h)) - g->g(x + 2 * h) + g->g(x - 2 * h)) / (12 * h);
            ck_assert_msg(fabs(g->dg(x) - slope) < 1e-9 * (1 + fabs(slope)),
                          "%s'(%g) = %.12g, "
                          "not %.12g",
                          g->id.name, x, g->dg(x), slope);
        }
    }
}
END_TEST

static bool is_near(double a, double b)
{
    return fabs(a - b) <= 1e-14 * (fabs(a) + fabs(b));
}

/* odd, linear: of g itself. linear_at_zero: g(h)/h has the same nonzero limit from both sides.
 * singular: g' jumps at 0, and averages are undefined at zero variance. */
START_TEST(test_properties)
{
    for (size_t i = 0; i < aln_activations.count; i++) {
        const struct aln_activation *g = row(i);
        const char *name = g->id.name;
        bool odd = g->g(0) == 0, linear = g->g(0) == 0;
        for (double x = 0.05; x < 3; x += 0.1) {
            odd = odd && is_near(g->g(-x), -g->g(x));
            linear = linear && is_near(g->g(x), x * g->g(1)) && is_near(g->g(-x), -x * g->g(1));
        }
        ck_assert_msg(g->odd == odd, "activation %s: odd is %d", name, g->odd);
        ck_assert_msg(g->linear == linear, "activation %s: linear is %d", name, g->linear);
        const double h = 1e-4, right = g->g(h) / h, left = g->g(-h) / -h;
        bool at_zero = g->g(0) == 0 && fabs(right - left) < 1e-3 && fabs(right) > 1e-2;
        ck_assert_msg(g->linear_at_zero == at_zero, "activation %s: linear_at_zero is %d", name,
                      g->linear_at_zero);
        bool kink = fabs(g->dg(h) - g->dg(-h)) > 1e-2;
        ck_assert_msg(g->singular == kink, "activation %s: singular is %d", name, g->singular);
        ck_assert_msg(g->singular == (isnan(g->A2(0, 1, 0)) != 0),
                      "activation %s: singular is %d, A2 at no variance %g", name, g->singular,
                      g->A2(0, 1, 0));
    }
}
END_TEST

/* At an all-zero start I2, A2 and I4 vanish for smooth activations with g(0) = 0. */
START_TEST(test_zero_fields)
{
    double C[9] = {0}, U[6] = {1, 2, 3, 4, 5, 6}, out[4];
    for (size_t i = 0; i < aln_activations.count; i++) {
        const struct aln_activation *g = row(i);
        if (g->singular || g->g(0) != 0)
            continue;
        double *work = malloc((1 + g->I4_work(3, 2)) * sizeof *work);
        g->I4(3, 2, C, U, out, work);
        free(work);
        for (size_t j = 0; j < 4; j++)
            ck_assert_double_eq(out[j], 0);
        ck_assert_double_eq(g->I2(0, 0, 0), 0);
        ck_assert_double_eq(g->A2(0, 0, 0), 0);
    }
}
END_TEST

/* NaN must give NaN, not be clipped in the arcsine. */
START_TEST(test_not_finite)
{
    double C[4] = {NAN, 0.1, 0.1, 1}, U[2] = {1, 1}, out[1];
    for (size_t i = 0; i < aln_activations.count; i++) {
        const struct aln_activation *g = row(i);
        ck_assert_double_nan(g->I2(1, 1, NAN));
        double *work = malloc((1 + g->I4_work(2, 1)) * sizeof *work);
        g->I4(2, 1, C, U, out, work);
        free(work);
        ck_assert_double_nan(out[0]);
    }
    ck_assert_double_nan(aln_asin(NAN));
}
END_TEST

/* Sums of error functions: within the error of the row, which is not overstated; the slope within ten
 * times that. */
static const struct {
    const char *name;
    const struct aln_erf_sum *sum;
} erf_sums[] = {{"tanh", &aln_tanh_sum}, {"sigmoid", &aln_sigmoid_sum}};

START_TEST(test_sums_of_erf)
{
    for (size_t i = 0; i < COUNT(erf_sums); i++) {
        const struct aln_activation *g = aln_activation_find(erf_sums[i].name);
        double worst = 0, slope = 0;
        for (double x = -24; x < 24; x += 1e-3) {
            worst = fmax(worst, fabs(aln_erf_sum_g(erf_sums[i].sum, x) - g->g(x)));
            slope = fmax(slope, fabs(aln_erf_sum_dg(erf_sums[i].sum, x) - g->dg(x)));
        }
        ck_assert_msg(worst <= g->error && worst > 0.9 * g->error, "%s: %g", g->id.name, worst);
        ck_assert_msg(slope <= 10 * g->error, "%s': %g", g->id.name, slope);
    }
    for (size_t i = 0; i < aln_activations.count; i++) {
        size_t sums = 0;
        for (size_t j = 0; j < COUNT(erf_sums); j++)
            sums += strcmp(row(i)->id.name, erf_sums[j].name) == 0;
        ck_assert_msg((row(i)->error > 0) == (sums == 1), "%s: error %g", row(i)->id.name,
                      row(i)->error);
    }
}
END_TEST

/* ---- published formulas ---- */

#define MANY TWIN_FIELDS

/* Covariance, of order one, of P fields in `rank` directions; K rows of weights. */
static void draw_large(size_t P, size_t rank, size_t K, double *C, double *U)
{
    double L[MANY * MANY];
    for (size_t i = 0; i < P * rank; i++)
        L[i] = uniform();
    for (size_t i = 0; i < K * P; i++)
        U[i] = uniform();
    for (size_t a = 0; a < P; a++) {
        for (size_t b = 0; b < P; b++) {
            C[a * P + b] = 0;
            for (size_t i = 0; i < rank; i++)
                C[a * P + b] += L[a * rank + i] * L[b * rank + i];
        }
    }
}

/* Numbers of pairs that fill whole vectors, leave a remainder, or fill less than one. */
static const struct {
    size_t K, P, rank;
} shapes[] = {{1, 2, 2}, {1, 1, 1}, {2, 4, 4}, {3, 5, 2}, {4, 8, 8}, {5, 6, 1}, {16, 24, 24}};

START_TEST(test_published_formulas)
{
    random_state = 4;
    for (size_t i = 0; i < COUNT(twin_activations); i++) {
        const struct twin_activation *twin = &twin_activations[i];
        const struct aln_activation *g = aln_activation_find(twin->name);
        for (size_t n = 0; n < COUNT(shapes); n++) {
            size_t K = shapes[n].K, P = shapes[n].P;
            double C[MANY * MANY], U[MANY * MANY], out[MANY * MANY];
            draw_large(P, shapes[n].rank, K, C, U);
            double *work = malloc(g->I4_work(P, K) * sizeof *work);
            g->I4(P, K, C, U, out, work);
            free(work);
            for (size_t k = 0; k < K; k++) {
                for (size_t l = 0; l < K; l++) {
                    double sum = 0, size = 0;
                    for (size_t a = 0; a < P; a++) {
                        for (size_t b = 0; b < P; b++) {
                            double term = U[k * P + a] * U[l * P + b] * twin->I4(P, C, k, l, a, b);
                            sum += term;
                            size += fabs(term);
                        }
                    }
                    ck_assert_double_eq_tol(out[k * K + l], sum, 1e-12 * (1 + size));
                }
                for (size_t a = 0; a < P; a++) {
                    double ckk = C[k * P + k], caa = C[a * P + a], cka = C[k * P + a];
                    ck_assert_double_eq_tol(g->I2(ckk, caa, cka), twin->I2(P, C, k, a), 1e-13);
                    double J2 = g->J2(ckk, caa, cka), A2 = g->A2(ckk, caa, cka);
                    ck_assert_double_eq_tol(J2, twin->J2(P, C, k, a), 1e-12);
                    for (size_t b = 0; b < P; b++)
                        ck_assert_double_eq_tol(C[k * P + b] * A2 + C[a * P + b] * J2,
                                                twin->I3(P, C, k, b, a), 1e-12);
                }
            }
        }
    }
}
END_TEST

/* ---- kernels ---- */

START_TEST(test_asin)
{
    const double edges[] = {0,   0x1p-1074,         1e-310, 1e-30,    1e-8,
                            0.5, nextafter(0.5, 1), 0.75,   1 - 1e-8, 1};
    for (size_t i = 0; i < COUNT(edges); i++) {
        double x = edges[i];
        ck_assert(fabs(aln_asin(x) - asin(x)) <= 1e-15 * asin(x));
        ck_assert_double_eq(aln_asin(-x), -aln_asin(x));
        ck_assert_int_eq(signbit(aln_asin(-x)) != 0, 1);
    }
    random_state = 5;
    for (size_t i = 0; i < 1000000; i++) {
        double x = i % 2 ? uniform() : copysign(1 - pow(10, 8 * uniform() - 8), uniform());
        ck_assert(fabs(aln_asin(x) - asin(x)) <= 1e-15 * fabs(asin(x)));
    }
    ck_assert_double_eq(aln_asin(1 + 1e-12), M_PI_2);
    ck_assert_double_eq(aln_asin(-1 - 1e-12), -M_PI_2);
}
END_TEST

/* Large variances c. The published formula for equal fields is (4/pi^2) asin(c/(1+3c))/sqrt(1+2c);
 * for k = l, a = b with correlation r of k and a it is the same after conditioning, with S = c -
 * r^2 c^2 2/(1+2c). Both here in long double. */
START_TEST(test_large_variances)
{
    const struct aln_activation *g = aln_activation_find("erf");
    for (double c = 1; c <= 1e12; c *= 10) {
        double C1[1] = {c}, U1[1] = {1}, out[4], work[512];
        g->I4(1, 1, C1, U1, out, work);
        long double lc = c;
        long double same = 4 / (M_PIl * M_PIl) * asinl(lc / (1 + 3 * lc)) / sqrtl(1 + 2 * lc);
        ck_assert(fabsl(out[0] / same - 1) < 1e-14);
        ck_assert(fabsl(g->J2(c, c, c) / (2 / M_PIl / sqrtl(1 + 2 * lc)) - 1) < 1e-14);
        /* two fields of correlation 1/2, K = 1, U = (0, 1): <g'(k)^2 g(a)^2> */
        double C2[4] = {c, c / 2, c / 2, c}, U2[2] = {0, 1};
        ck_assert_uint_le(g->I4_work(2, 2), 512);
        g->I4(2, 1, C2, U2, out, work);
        long double S = lc - lc * lc / 2 / (1 + 2 * lc);
        long double other = 4 / (M_PIl * M_PIl) * asinl(S / (1 + S)) / sqrtl(1 + 2 * lc);
        /* the arcsine's argument is 1 - O(1/c): rounding it costs eps sqrt(c) */
        ck_assert(fabsl(out[0] / other - 1) < 1e-14 + 1e-15 * sqrt(c));
        /* k and l equal fields: only their own rows of S contribute */
        double C3[4] = {c, c, c, c}, U3[4] = {0.5, 0.5, 0.5, 0.5};
        g->I4(2, 2, C3, U3, out, work);
        ck_assert(fabsl(out[1] / same - 1) < 1e-14);
    }
}
END_TEST

/* out beside the contraction of another instruction set: the same bits if both multiply and add in one
 * rounding, or neither does, else to what rounding twice changes: an arcsine of 2.5 ulp on both sides,
 * and as much in its argument, of terms that a sum may cancel to a hundredth of its largest entry. */
static void compare_numbers(size_t count, enum aln_isa one, const double *a, enum aln_isa other,
                            const double *b)
{
    const bool same = ALN_ISA_PLAIN_FUSED || (one == ALN_ISA_PLAIN) == (other == ALN_ISA_PLAIN);
    double most = 0;
    for (size_t i = 0; i < count; i++)
        most = fmax(most, fabs(b[i]));
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(same ? memcmp(&a[i], &b[i], sizeof *a) == 0
                           : fabs(a[i] - b[i]) <= 1000 * DBL_EPSILON * most,
                      "sets %d and %d, number %zu: %.17g and %.17g", (int)one, (int)other, i, a[i],
                      b[i]);
}

/* The upper triangles of (K x K). */
static void compare_sets(size_t K, enum aln_isa one, const double *a, enum aln_isa other,
                         const double *b)
{
    double upper[2][MANY * MANY];
    size_t count = 0;
    for (size_t k = 0; k < K; k++)
        for (size_t l = k; l < K; l++, count++) {
            upper[0][count] = a[k * K + l];
            upper[1][count] = b[k * K + l];
        }
    compare_numbers(count, one, upper[0], other, upper[1]);
}

START_TEST(test_same_bits_for_every_instruction_set)
{
    const struct aln_activation *g = aln_activation_find("erf");
    const enum aln_isa best = aln_isa_best();
    random_state = 6;
    for (size_t n = 0; n < COUNT(shapes); n++) {
        size_t K = shapes[n].K, P = shapes[n].P, bytes = K * K * sizeof(double);
        double C[MANY * MANY], U[MANY * MANY], first[MANY * MANY], out[MANY * MANY];
        draw_large(P, shapes[n].rank, K, C, U);
        double *work = malloc((g->I4_work(P, K) + ALN_ISA_COUNT) * sizeof *work);
        const size_t groups = aln_erf_I4_groups(K);
        aln_erf_I4_kernels[best](P, K, C, U, 0, groups, first, work);
        for (enum aln_isa i = 0; i <= best; i++) {
            memset(out, 0xff, bytes);
            /* the alignment of the work array must not matter either */
            aln_erf_I4_kernels[i](P, K, C, U, 0, groups, out, work + i);
            compare_sets(K, i, out, best, first);
            double whole[MANY * MANY];
            memcpy(whole, out, bytes);
            memset(out, 0xff, bytes); /* nor how the groups are divided */
            for (size_t j = groups; j-- > 0;)
                aln_erf_I4_kernels[i](P, K, C, U, j, j + 1, out, work + i);
            ck_assert_mem_eq(out, whole, bytes);
        }
        free(work);
    }
}
END_TEST

/* Teams of one to five threads, for K from which on there are any. */
START_TEST(test_same_bits_for_every_number_of_threads)
{
    static const struct {
        const char *name;
        size_t K;
    } of[] = {{"erf", 67}, {"relu", 17}, {"leaky-relu", 16}, {"quadratic", 66}};
    random_state = 8;
    for (size_t n = 0; n < COUNT(of); n++) {
        const struct aln_activation *g = aln_activation_find(of[n].name);
        const size_t K = of[n].K, P = K + 2, bytes = K * K * sizeof(double);
        double *store = malloc((P * P + 3 * P * P + g->I4_work(P, K)) * sizeof *store);
        double *C = store, *U = C + P * P, *one = U + P * P, *out = one + P * P,
               *work = out + P * P;
        ck_assert_ptr_nonnull(store);
        for (size_t a = 0; a < P; a++)
            for (size_t b = 0; b < P; b++) {
                C[a * P + b] = (a == b) + 0.3 / (double)(1 + a + b);
                U[a * P + b] = uniform();
            }
        aln_team_size(1);
        g->I4(P, K, C, U, one, work);
        for (int threads = 2; threads <= 5; threads++) {
            aln_team_size(threads);
            memset(out, 0xff, bytes);
            g->I4(P, K, C, U, out, work);
            ck_assert_mem_eq(out, one, bytes);
        }
        free(store);
    }
    aln_team_size(1);
}
END_TEST

START_TEST(test_sums_have_the_same_bits_for_every_instruction_set)
{
    const enum aln_isa best = aln_isa_best();
    random_state = 7;
    for (size_t n = 0; n + 1 < COUNT(shapes); n++) {
        size_t K = shapes[n].K, P = shapes[n].P, bytes = K * K * sizeof(double);
        double C[MANY * MANY], U[MANY * MANY], first[MANY * MANY], out[MANY * MANY];
        draw_large(P, shapes[n].rank, K, C, U);
        double *work = malloc((aln_erf_sum_I4_work(P, K) + ALN_ISA_COUNT) * sizeof *work);
        aln_erf_sum_kernels[best](&aln_tanh_sum, P, K, C, U, first, work);
        for (enum aln_isa i = 0; i <= best; i++) {
            memset(out, 0xff, bytes);
            aln_erf_sum_kernels[i](&aln_tanh_sum, P, K, C, U, out, work + i);
            compare_sets(K, i, out, best, first);
        }
        free(work);
    }
}
END_TEST

START_TEST(test_slopes_of_sums_have_the_same_bits_for_every_instruction_set)
{
    enum { K = 3, P = 5, PARTS = K * K * P * P };
    const enum aln_isa best = aln_isa_best();
    static double C[MANY * MANY], U[MANY * MANY], first[2][PARTS], out[2][PARTS];
    random_state = 8;
    draw_large(P, P, K, C, U);
    double *work = malloc((aln_erf_sum_slope_work(P, K) + ALN_ISA_COUNT) * sizeof *work);
    aln_erf_sum_slope_kernels[best](&aln_tanh_sum, P, K, C, U, first[0], first[1], work);
    for (enum aln_isa i = 0; i <= best; i++) {
        memset(out, 0xff, sizeof out);
        aln_erf_sum_slope_kernels[i](&aln_tanh_sum, P, K, C, U, out[0], out[1], work + i);
        for (size_t array = 0; array < 2; array++)
            compare_numbers(PARTS, i, out[array], best, first[array]);
    }
    free(work);
}
END_TEST

CHECK_MAIN("model/activation", test_pairs, test_triples, test_fours, test_slopes, test_properties,
           test_sums_of_erf, test_published_formulas, test_zero_fields, test_not_finite, test_asin,
           test_large_variances, test_same_bits_for_every_instruction_set,
           test_same_bits_for_every_number_of_threads,
           test_sums_have_the_same_bits_for_every_instruction_set,
           test_slopes_of_sums_have_the_same_bits_for_every_instruction_set)

#define _GNU_SOURCE /* M_PIl */
/* The closed forms of the Gaussian averages, against quadrature and against the formulas as
 * published. */
#include "alignode/activation.h"

#include <math.h>
#include <string.h>

#include "../check_main.h"
#include "../theory/twin.h"
#include "model/asin.h"
#include "model/erf.h"

/* Uniform in (-1, 1), xorshift64; every test starts it anew. */
static uint64_t random_state;
static double uniform(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (double)(random_state >> 11) * 0x1p-52 - 1;
}

/* ---- quadrature ----
 *
 * Fields x = L z of independent normal z. The integrands are entire, and for them the trapezoidal
 * rule on the whole line converges like exp(-2 pi^2 / (h^2 (1 + v))), v the largest sum over fields
 * of squared factors in a column of L: below 1e-10 for h = 0.4 and v < 4. |z| < 7.6 leaves out
 * 1e-13. */
#define STEP   0.4
#define POINTS 39
#define FIELDS 4

struct cloud {
    size_t P;
    double L[FIELDS * FIELDS]; /* lower triangle */
    double C[FIELDS * FIELDS]; /* L L^T */
};

static double node(size_t i)
{
    return ((double)i - (POINTS - 1) / 2) * STEP;
}

static double weight(size_t i)
{
    double z = node(i);
    return STEP * exp(-0.5 * z * z) / sqrt(2 * M_PI);
}

static void set_covariance(struct cloud *c)
{
    for (size_t a = 0; a < c->P; a++) {
        for (size_t b = 0; b < c->P; b++) {
            double sum = 0;
            for (size_t i = 0; i < c->P; i++)
                sum += c->L[a * c->P + i] * c->L[b * c->P + i];
            c->C[a * c->P + b] = sum;
        }
    }
}

/* Kinds of random clouds: generic; each field the one before it plus a distance; singular (two
 * independent directions only); a field that vanishes. */
enum kind { GENERIC, NEAR, SINGULAR, VANISHING, KINDS };

static struct cloud draw(size_t P, enum kind kind, double distance)
{
    struct cloud c = {.P = P};
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
    set_covariance(&c);
    return c;
}

/* Calls f(c, x, w, context) for all nodes, x the P fields and w the weight. */
static void quadrature(const struct cloud *c, void (*f)(const double *x, double w, void *context),
                       void *context)
{
    double w[POINTS];
    size_t at[FIELDS] = {0}, P = c->P;
    for (size_t i = 0; i < POINTS; i++)
        w[i] = weight(i);
    for (bool more = true; more;) {
        double x[FIELDS] = {0}, product = 1;
        for (size_t a = 0; a < P; a++) {
            for (size_t i = 0; i <= a; i++)
                x[a] += c->L[a * P + i] * node(at[i]);
            product *= w[at[a]];
        }
        f(x, product, context);
        more = false;
        for (size_t a = 0; a < P && !more; a++) {
            more = ++at[a] < POINTS;
            at[a] = more ? at[a] : 0;
        }
    }
}

struct pair_sums {
    const struct aln_activation *g;
    double gg, dd;
};

static void add_pair(const double *x, double w, void *context)
{
    struct pair_sums *s = context;
    s->gg += w * s->g->g(x[0]) * s->g->g(x[1]);
    s->dd += w * s->g->dg(x[0]) * s->g->dg(x[1]);
}

struct triple_sums {
    const struct aln_activation *g;
    double dxg;
};

static void add_triple(const double *x, double w, void *context)
{
    struct triple_sums *s = context;
    s->dxg += w * s->g->dg(x[0]) * x[1] * s->g->g(x[2]);
}

/* The activations held to smooth quadrature here; relu and quadratic have programs of their own. */
static const char *const here[] = {"erf", "linear"};
#define ROW(g, i) const struct aln_activation *g = aln_activation_find(here[i])

static const double distances[] = {1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6};
#define COUNT(array) (sizeof array / sizeof *array)

/* One kind of cloud for each index: the kinds, then NEAR at every distance, then generic ones. */
#define CLOUDS 30
static struct cloud draw_some(size_t P, size_t i)
{
    if (i < KINDS)
        return draw(P, (enum kind)i, 0.1);
    i -= KINDS;
    return i < COUNT(distances) ? draw(P, NEAR, distances[i]) : draw(P, GENERIC, 0);
}

START_TEST(test_pairs)
{
    random_state = 1;
    for (size_t n = 0; n < CLOUDS; n++) {
        struct cloud c = draw_some(2, n);
        for (size_t i = 0; i < COUNT(here); i++) {
            ROW(g, i);
            struct pair_sums s = {.g = g};
            quadrature(&c, add_pair, &s);
            ck_assert_double_eq_tol(g->I2(c.C[0], c.C[3], c.C[1]), s.gg, 1e-9);
            ck_assert_double_eq_tol(g->J2(c.C[0], c.C[3], c.C[1]), s.dd, 1e-9);
        }
    }
}
END_TEST

/* <g'(k) x_b g(a)> = c_kb A2(k,a) + c_ab J2(k,a); A2 is seen through it alone. */
START_TEST(test_triples)
{
    random_state = 2;
    for (size_t n = 0; n < CLOUDS; n++) {
        struct cloud c = draw_some(3, n);
        const double *C = c.C;
        for (size_t i = 0; i < COUNT(here); i++) {
            ROW(g, i);
            struct triple_sums s = {.g = g};
            quadrature(&c, add_triple, &s);
            double I3 = C[1] * g->A2(C[0], C[8], C[2]) + C[5] * g->J2(C[0], C[8], C[2]);
            ck_assert_double_eq_tol(I3, s.dxg, 1e-9);
        }
    }
}
END_TEST

struct contraction {
    const struct aln_activation *g;
    size_t P, K;
    const double *U;
    double sum[FIELDS * FIELDS];
};

static void add_contraction(const double *x, double w, void *context)
{
    struct contraction *s = context;
    double d[FIELDS];
    for (size_t k = 0; k < s->K; k++) {
        double e = 0;
        for (size_t a = 0; a < s->P; a++)
            e += s->U[k * s->P + a] * s->g->g(x[a]);
        d[k] = e * s->g->dg(x[k]);
    }
    for (size_t k = 0; k < s->K; k++)
        for (size_t l = 0; l < s->K; l++)
            s->sum[k * s->K + l] += w * d[k] * d[l];
}

static void check_contraction(const struct aln_activation *g, const struct cloud *c, size_t K)
{
    double U[FIELDS * FIELDS], out[FIELDS * FIELDS];
    for (size_t i = 0; i < K * c->P; i++)
        U[i] = uniform();
    double *work = malloc(g->I4_work(c->P, K) * sizeof *work);
    g->I4(c->P, K, c->C, U, out, work);
    free(work);
    struct contraction s = {.g = g, .P = c->P, .K = K, .U = U};
    quadrature(c, add_contraction, &s);
    for (size_t i = 0; i < K * K; i++)
        ck_assert_double_eq_tol(out[i], s.sum[i], 1e-9);
}

/* The contracted four-field average is that of d d^T, d_k = g'(k) sum_a U_ka g(a): all its terms
 * from one integral. */
START_TEST(test_fours)
{
    random_state = 3;
    for (size_t i = 0; i < COUNT(here); i++) {
        ROW(g, i);
        for (size_t n = 0; n < CLOUDS; n++) {
            struct cloud c = draw_some(3, n);
            check_contraction(g, &c, 1 + n % 3);
        }
        for (size_t n = 0; n < KINDS + 2; n++) {
            struct cloud c = draw_some(4, n);
            check_contraction(g, &c, 2 + n % 2);
        }
    }
}
END_TEST

/* ---- published formulas ---- */

#define MANY TWIN_FIELDS

/* Covariance of P fields on `rank` directions, of order one; K rows of weights. */
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

/* Sizes that fill whole vectors of pairs, leave some over, and have fewer than one. */
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

/* An all-zero start: all averages but J2 vanish. */
START_TEST(test_zero_fields)
{
    double C[9] = {0}, U[6] = {1, 2, 3, 4, 5, 6}, out[4], work[256];
    for (size_t i = 0; i < COUNT(here); i++) {
        ROW(g, i);
        ck_assert_uint_le(g->I4_work(3, 2), 256);
        g->I4(3, 2, C, U, out, work);
        for (size_t j = 0; j < 4; j++)
            ck_assert_double_eq(out[j], 0);
        ck_assert_double_eq(g->I2(0, 0, 0), 0);
        ck_assert_double_eq(g->A2(0, 0, 0), 0);
    }
}
END_TEST

/* What is not finite must come out as such, not be clipped into an arcsine. */
START_TEST(test_not_finite)
{
    double C[4] = {NAN, 0.1, 0.1, 1}, U[2] = {1, 1}, out[1], work[128];
    for (size_t i = 0; i < COUNT(here); i++) {
        ROW(g, i);
        ck_assert_double_nan(g->I2(1, 1, NAN));
        g->I4(2, 1, C, U, out, work);
        ck_assert_double_nan(out[0]);
    }
    ck_assert_double_nan(aln_asin(NAN));
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

/* Large variances c: with x = sqrt(c) z and d the width of g' beside that of x, the published
 * formula for equal fields is (4/pi^2) asin(c/(1+3c))/sqrt(1+2c), and for k = l, a = b with
 * correlation r of k and a the same formula after conditioning, S = c - r^2 c^2 2/(1+2c), here in
 * long double. */
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
        /* k and l two equal fields: the pair's own rows of S carry it all */
        double C3[4] = {c, c, c, c}, U3[4] = {0.5, 0.5, 0.5, 0.5};
        g->I4(2, 2, C3, U3, out, work);
        ck_assert(fabsl(out[1] / same - 1) < 1e-14);
    }
}
END_TEST

START_TEST(test_same_bits_for_every_instruction_set)
{
    const struct aln_activation *g = aln_activation_find("erf");
    random_state = 6;
    for (size_t n = 0; n < COUNT(shapes); n++) {
        size_t K = shapes[n].K, P = shapes[n].P, bytes = K * K * sizeof(double);
        double C[MANY * MANY], U[MANY * MANY], plain[MANY * MANY], out[MANY * MANY];
        draw_large(P, shapes[n].rank, K, C, U);
        double *work = malloc((g->I4_work(P, K) + ALN_ISA_COUNT) * sizeof *work);
        aln_erf_I4_kernels[ALN_ISA_PLAIN](P, K, C, U, plain, work);
        for (size_t i = 0; i <= (size_t)aln_isa_best(); i++) {
            memset(out, 0xff, bytes);
            /* nor may they depend on where the work array lies */
            aln_erf_I4_kernels[i](P, K, C, U, out, work + i);
            ck_assert_mem_eq(out, plain, bytes);
        }
        free(work);
    }
}
END_TEST

CHECK_MAIN("model/activation", test_pairs, test_triples, test_fours, test_published_formulas,
           test_zero_fields, test_not_finite, test_asin, test_large_variances,
           test_same_bits_for_every_instruction_set)

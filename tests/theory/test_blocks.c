/* Inputs with a spectrum: the equations against published averages written out for each block, and
 * against those without a spectrum. */
#include <stdio.h>

#include "../check_main.h"
#include "alignode/fixed.h"
#include "alignode/ode.h"
#include "twin.h"

enum { K = 2, L = 2, SIZE = 3 * L + 2 * L + 2 }; /* one teacher unit, one output */

static struct aln_problem *parse(const char *yaml)
{
    struct aln_problem *p = NULL;
    ck_assert_msg(aln_problem_parse(&p, yaml) == ALN_OK, "%s", aln_error());
    return p;
}

/* The state at t, at tolerances near rounding. */
static void integrate(const struct aln_problem *p, double t, double *y)
{
    const struct aln_ode_options options = {
        .stepper = aln_stepper_find("rk8pd"), .rtol = 1e-12, .atol = 1e-14, .horizon = t};
    struct aln_ode *ode;
    ck_assert_int_eq(aln_ode_create(&ode, p, &options), ALN_OK);
    ck_assert_msg(aln_ode_advance(ode, t) == ALN_OK, "%s", aln_error());
    memcpy(y, aln_ode_state(ode), aln_problem_size(p) * sizeof *y);
    aln_ode_free(ode);
}

/* ---- two blocks, one teacher unit, scalar by scalar ---- */

static const double share[L] = {0.2, 0.8}, variance[L] = {3, 0.5};
static const double eta1 = 0.5, eta2 = 0.3, sigma = 0.2, F[K] = {0.9, 0.5};

static const char two_blocks[] =
    "problem:\n"
    "  noise: 0.2\n"
    "  spectrum: {blocks: [{share: 0.2, variance: 3}, {share: 0.8, variance: 0.5}]}\n"
    "  student: {units: 2}\n"
    "  teacher: {units: 1, readout: 1}\n"
    "  overlaps:\n"
    "    blocks:\n"
    "      - {Q: [[0.05, 0.004], [0.004, 0.032]], R: [[0.03], [0.006]], T: [[0.2]]}\n"
    "      - {Q: [[0.2, 0.016], [0.016, 0.128]], R: [[0.02], [0.004]], T: [[0.8]]}\n"
    "    W2: [[0.3, -0.1]]\n"
    "learning: {rule: dfa, rate: [0.5, 0.3], feedback: {matrix: [[0.9], [0.5]]}}\n";

struct two {
    double Q[L][3], R[L][K], W2[K]; /* Q_11, Q_12, Q_22 */
};

/* Covariance of fields a and b through the inputs of block i: 0 and 1 student, 2 teacher. */
static double through(const struct two *y, size_t i, size_t a, size_t b)
{
    const double overlap = a < K && b < K ? y->Q[i][a + b]
                           : a < K        ? y->R[i][a]
                           : b < K        ? y->R[i][b]
                                          : share[i];
    return variance[i] * overlap;
}

/* <g'(k) (w_b x)_i g(a)> of the part of field b that comes from block i. */
static double third(const struct two *y, const double C[9], size_t i, size_t k, size_t b, size_t a)
{
    const double ckb = through(y, i, k, b), cab = through(y, i, a, b);
    const double three[9] = {C[4 * k], ckb, C[3 * k + a], ckb, 1, cab, C[3 * a + k], cab, C[4 * a]};
    return twin_erf_I3(3, three, 0, 1, 2);
}

static struct two rate_of(const struct two *y)
{
    struct two d;
    double C[9] = {0};
    const double s[3] = {y->W2[0], y->W2[1], -1};
    for (size_t a = 0; a < 3; a++)
        for (size_t b = 0; b < 3; b++)
            for (size_t i = 0; i < L; i++)
                C[3 * a + b] += through(y, i, a, b);
    for (size_t k = 0; k < K; k++) {
        d.W2[k] = 0;
        for (size_t a = 0; a < 3; a++)
            d.W2[k] -= eta2 * s[a] * twin_erf_I2(3, C, a, k);
    }
    for (size_t i = 0; i < L; i++) {
        for (size_t k = 0; k < K; k++) {
            d.R[i][k] = 0;
            for (size_t a = 0; a < 3; a++)
                d.R[i][k] -= eta1 * F[k] * s[a] * third(y, C, i, k, 2, a);
        }
        for (size_t k = 0; k < K; k++)
            for (size_t l = k; l < K; l++) {
                double first = 0, second = sigma * sigma * twin_erf_J2(3, C, k, l);
                for (size_t a = 0; a < 3; a++) {
                    first +=
                        s[a] * (F[k] * third(y, C, i, k, l, a) + F[l] * third(y, C, i, l, k, a));
                    for (size_t b = 0; b < 3; b++)
                        second += s[a] * s[b] * twin_erf_I4(3, C, k, l, a, b);
                }
                d.Q[i][k + l] =
                    -eta1 * first + eta1 * eta1 * share[i] * variance[i] * F[k] * F[l] * second;
            }
    }
    return d;
}

/* y + h d, entry by entry: both structs hold doubles only. */
static struct two moved(const struct two *y, double h, const struct two *d)
{
    struct two out;
    const double *from = &y->Q[0][0], *along = &d->Q[0][0];
    double *to = &out.Q[0][0];
    for (size_t i = 0; i < sizeof out / sizeof *to; i++)
        to[i] = from[i] + h * along[i];
    return out;
}

/* Classical Runge-Kutta, order 4. */
static struct two stepped(const struct two *y, double h)
{
    const struct two k1 = rate_of(y), y2 = moved(y, h / 2, &k1), k2 = rate_of(&y2),
                     y3 = moved(y, h / 2, &k2), k3 = rate_of(&y3), y4 = moved(y, h, &k3),
                     k4 = rate_of(&y4);
    struct two out = moved(y, h / 6, &k1);
    out = moved(&out, h / 3, &k2);
    out = moved(&out, h / 3, &k3);
    return moved(&out, h / 6, &k4);
}

/* 1000 steps of order 4 to t = 5 err by about 1e-12; 1e-8 leaves what neither integration sees. */
START_TEST(test_written_out)
{
    struct aln_problem *p = parse(two_blocks);
    struct two y = {
        {{0.05, 0.004, 0.032}, {0.2, 0.016, 0.128}}, {{0.03, 0.006}, {0.02, 0.004}}, {0.3, -0.1}};
    double state[SIZE];
    ck_assert_uint_eq(aln_problem_size(p), SIZE);
    for (size_t n = 0; n < 1000; n++)
        y = stepped(&y, 0.005);
    integrate(p, 5, state);
    for (size_t i = 0; i < L; i++) {
        for (size_t k = 0; k < K; k++) {
            ck_assert_double_eq_tol(state[aln_state_entry(p, ALN_R, k, 0) + i], y.R[i][k], 1e-8);
            for (size_t l = k; l < K; l++)
                ck_assert_double_eq_tol(state[aln_state_entry(p, ALN_Q, k, l) + i], y.Q[i][k + l],
                                        1e-8);
        }
    }
    for (size_t k = 0; k < K; k++)
        ck_assert_double_eq_tol(state[aln_state_at(p, ALN_W2) + k], y.W2[k], 1e-8);
    aln_problem_free(p);
}
END_TEST

/* ---- blocks that make no difference ---- */

static const char rest_of_file[] =
    "  noise: 0.1\n"
    "  outputs: 2\n"
    "  student: {units: 3, weights: {std: 0.5}, readout: {std: 0.5}}\n"
    "  teacher: {readout: {std: 1}}\n"
    "learning: {rule: \"%s\", rate: 0.4, decay: [0.01, 0.02]}\n";

static struct aln_problem *with_spectrum(const char *spectrum, const char *rule)
{
    char yaml[1024], rest[512];
    snprintf(rest, sizeof rest, rest_of_file, rule);
    snprintf(yaml, sizeof yaml, "problem:\n%s%s", spectrum, rest);
    return parse(yaml);
}

/* Rows, which hold the totals, of two problems at t = 10. */
static void compare_rows(const struct aln_problem *a, const struct aln_problem *b, double tolerance)
{
    double y[400], x[400], row_a[100], row_b[100];
    ck_assert_uint_eq(aln_problem_columns(a), aln_problem_columns(b));
    integrate(a, 10, x);
    integrate(b, 10, y);
    aln_problem_observe(a, x, row_a);
    aln_problem_observe(b, y, row_b);
    for (size_t i = 0; i < aln_problem_columns(a); i++) {
        char name_a[32], name_b[32];
        aln_problem_column(a, i, name_a);
        aln_problem_column(b, i, name_b);
        ck_assert_str_eq(name_a, name_b);
        ck_assert_msg(fabs(row_a[i] - row_b[i]) <= tolerance * (1 + fabs(row_a[i])),
                      "%s %s: %.17g, not %.17g", a->rule->id.name, name_a, row_b[i], row_a[i]);
    }
}

/* One block of variance 1 draws the same start and takes the same steps. */
START_TEST(test_one_block)
{
    for (size_t r = 0; r < aln_rules.count; r++) {
        const char *rule = aln_names_row(&aln_rules, r)->name;
        if (aln_rule_find(rule)->adapts || aln_rule_find(rule)->levels != ALN_ERROR_WHOLE)
            continue;
        struct aln_problem *none = with_spectrum("", rule),
                           *one = with_spectrum("  spectrum: {exponent: 2, count: 1}\n", rule);
        ck_assert_ptr_null(none->spectrum);
        ck_assert_uint_eq(one->spectrum->count, 1);
        compare_rows(none, one, 0);
        aln_problem_free(none);
        aln_problem_free(one);
    }
}
END_TEST

/* The same overlaps, once in one block and once divided among three of the same variance, unevenly.
 * Both are integrated at rtol 1e-12, whose errors add up over some hundred steps. */
START_TEST(test_equal_variances)
{
    static const double part[3] = {0.5, 0.3, 0.2};
    struct aln_problem *one = with_spectrum("  spectrum: {blocks: [{share: 1, variance: 1.5}]}\n",
                                            "kolen-pollack"),
                       *three = with_spectrum("  spectrum: {blocks: [{share: 0.2, variance: 1.5}, "
                                              "{share: 0.3, variance: 1.5}, {share: 0.5, variance: "
                                              "1.5}]}\n",
                                              "kolen-pollack");
    double start[400], T[3 * 4];
    const size_t overlaps = aln_state_at(one, ALN_W2), rest = aln_problem_size(one) - overlaps;
    for (size_t i = 0; i < overlaps; i++)
        for (size_t b = 0; b < 3; b++)
            start[3 * i + b] = part[b] * one->start[i];
    memcpy(start + 3 * overlaps, one->start + overlaps, rest * sizeof *start);
    for (size_t b = 0; b < 3; b++)
        for (size_t i = 0; i < 4; i++)
            T[4 * b + i] = part[b] * one->spectrum->T[i];
    struct aln_spectrum spectrum = *three->spectrum;
    struct aln_problem divided = *three;
    spectrum.T = T;
    divided.spectrum = &spectrum;
    divided.T = one->T;
    divided.start = start;
    compare_rows(one, &divided, 1e-10);
    aln_problem_free(one);
    aln_problem_free(three);
}
END_TEST

/* ---- fixed points ---- */

enum { MOST = 40 }; /* of a state */

/* A student equal to its teacher in every block is at rest. */
START_TEST(test_rest)
{
    struct aln_problem *p = parse("problem:\n"
                                  "  spectrum: {exponent: 1, count: 5}\n"
                                  "  teacher: {weights: orthonormal}\n"
                                  "learning: {rule: bp, rate: 0.7}\n");
    double y[100], dydt[100];
    struct aln_rhs *rhs;
    memset(y, 0, sizeof y);
    for (size_t b = 0; b < 5; b++)
        for (size_t k = 0; k < 2; k++) {
            y[aln_state_entry(p, ALN_Q, k, k) + b] = p->spectrum->T[4 * b + 3 * k];
            y[aln_state_entry(p, ALN_R, k, k) + b] = p->spectrum->T[4 * b + 3 * k];
            y[aln_state_at(p, ALN_W2) + k] = 1;
        }
    ck_assert_double_eq_tol(aln_problem_eg(p, y), 0, 1e-15);
    ck_assert_int_eq(aln_rhs_create(&rhs, p), ALN_OK);
    ck_assert_int_eq(aln_rhs_eval(rhs, p->eta, NULL, y, dydt), ALN_OK);
    for (size_t i = 0; i < aln_problem_size(p); i++)
        ck_assert_double_eq_tol(dydt[i], 0, 1e-14);
    aln_rhs_free(rhs);
    aln_problem_free(p);
}
END_TEST

/* ---- fixed points ---- */

static double distance(const struct aln_problem *p, const double *a, const double *b)
{
    double most = 0;
    for (size_t i = 0; i < aln_problem_size(p); i++)
        most = fmax(most, fabs(a[i] - b[i]));
    return most;
}

/* The state at each of the times. */
static void follow(const struct aln_problem *p, size_t count, const double *times,
                   double (*state)[MOST])
{
    const struct aln_ode_options options = {.rtol = 1e-12, .atol = 1e-15};
    struct aln_ode *ode;
    ck_assert_int_eq(aln_ode_create(&ode, p, &options), ALN_OK);
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(aln_ode_advance(ode, times[i]) == ALN_OK, "%s", aln_error());
        memcpy(state[i], aln_ode_state(ode), aln_problem_size(p) * sizeof state[i][0]);
    }
    aln_ode_free(ode);
}

/* Newton's method from where a run rests at `rest`, if > 0, and from t = 100. The first point is left at the
 * rate of its leading eigenvalue; at the second the run ends, and approaches it at the rate of the
 * slowest. Every entry of every block is an unknown. */
static void check_points(const char *yaml, double rest, double end, size_t unknowns)
{
    struct aln_problem *p = parse(yaml);
    struct aln_fixed *fixed;
    struct aln_fixed_point *point;
    double state[3][MOST], start[MOST], dydt[MOST];
    struct aln_rhs *rhs;
    ck_assert_int_eq(aln_fixed_create(&fixed, p), ALN_OK);
    ck_assert_int_eq(aln_rhs_create(&rhs, p), ALN_OK);
    for (int last = rest > 0 ? 0 : 1; last < 2; last++) {
        follow(p, 1, last ? &end : &rest, state);
        ck_assert_msg(aln_fixed_find(fixed, state[0], &point) == ALN_OK, "%s", aln_error());
        ck_assert_uint_eq(point->unknowns, unknowns);
        ck_assert(point->physical && point->im[0] == 0 && point->neutral == 0);
        ck_assert_int_eq(aln_rhs_eval(rhs, p->eta, NULL, point->y, dydt), ALN_OK);
        for (size_t i = 0; i < aln_problem_size(p); i++)
            ck_assert_double_eq_tol(dydt[i], 0, 1e-12);
        const double rate = point->re[0];
        ck_assert(last ? rate < 0 : rate > 0);
        if (last) /* 1e-6 is left of the slowest mode, whose nonlinear terms are 1e-6 of it */
            ck_assert_double_lt(distance(p, state[0], point->y), 1e-6);
        for (size_t i = 0; i < aln_problem_size(p); i++)
            start[i] = point->y[i] + 1e-6 * point->leading[i];
        struct aln_problem near = *p;
        near.start = start;
        const double time = 1 / fabs(rate);
        follow(&near, 1, &time, state + 1);
        ck_assert_double_eq_tol(log(distance(p, state[1], point->y) / 1e-6), last ? -1 : 1, 1e-4);
        aln_fixed_point_free(point);
    }
    aln_rhs_free(rhs);
    aln_fixed_free(fixed);
    aln_problem_free(p);
}

START_TEST(test_fixed_points)
{
    check_points("problem:\n"
                 "  student: {weights: {std: 0.01}, readout: 1}\n"
                 "  spectrum: {blocks: [{share: 0.3, variance: 2}, {share: 0.7, variance: 0.8}]}\n"
                 "  teacher: {weights: orthonormal}\n"
                 "learning: {rule: bp, rate: [0.5, 0]}\n",
                 40, 3000, 14);
    check_points("problem:\n"
                 "  noise: 0.2\n"
                 "  student: {weights: {std: 0.5}, readout: {std: 0.5}}\n"
                 "  spectrum: {blocks: [{share: 0.2, variance: 2}, {share: 0.5, variance: 0.8}, "
                 "{share: 0.3, variance: 0.5}]}\n"
                 "  teacher: {weights: orthonormal}\n"
                 "learning: {rule: dfa, rate: [0.5, 0.3], decay: 0.03, feedback: {matrix: [[0.9], "
                 "[1.4]]}}\n",
                 0, 1500, 23);
}
END_TEST

CHECK_MAIN("theory/blocks", test_written_out, test_one_block, test_equal_variances, test_rest,
           test_fixed_points)

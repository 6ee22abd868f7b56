/* Fixed points and their spectra against closed forms and against growth rates in an
 * integration. */
#include <stdio.h>

#include "../check_main.h"
#include "alignode/fixed.h"
#include "alignode/ode.h"
#include "base/interrupt.h"
#include "usual.h"

#define COUNT(array) (sizeof array / sizeof *array)
#define RESIDUAL     1e-12
/* Tolerance of eigenvalues: differences give the Jacobian to 1e-11 of its rows. */
#define SPECTRUM 1e-9

static void must(enum aln_status status)
{
    ck_assert_msg(status == ALN_OK, "%s", aln_error());
}

/* K = M = O = 1 without noise and decay; read-outs w and v, T = 1. */
static void make_single(struct drawn *d, const char *activation, const char *rule, double w,
                        double v)
{
    draw_problem(d, 1, 1, 1, activation, rule, 3);
    d->p.sigma = d->p.kappa[0] = d->p.kappa[1] = 0;
    d->T[0] = 1;
    d->V2[0] = v;
    d->start[0] = 0.7;
    d->start[1] = 0.3;
    d->start[2] = w;
}

/* K = M = units, T = 1, V2 = 1, bp; the student close to the teacher. */
static void make_committee(struct drawn *d, size_t units, const char *activation, double eta1,
                           double eta2)
{
    draw_problem(d, units, units, 1, activation, "bp", 5);
    d->p.sigma = d->p.kappa[0] = d->p.kappa[1] = 0;
    d->p.eta[0] = eta1;
    d->p.eta[1] = eta2;
    double *R = d->start + aln_state_at(&d->p, ALN_R), *W2 = d->start + aln_state_at(&d->p, ALN_W2);
    for (size_t i = 0; i < units; i++) {
        for (size_t j = 0; j < units; j++) {
            d->T[i * units + j] = i == j;
            R[i * units + j] = i == j ? 0.95 : 0.02;
            d->start[aln_state_entry(&d->p, ALN_Q, i, j)] = i == j ? 0.96 : 0.03;
        }
        d->V2[i] = 1;
        W2[i] = eta2 > 0 ? 1.02 : 1;
    }
}

/* Equal units: Q = q off the diagonal, R = r. */
static void make_alike(struct drawn *d, double q, double diagonal, double r)
{
    size_t K = d->p.K;
    double *R = d->start + aln_state_at(&d->p, ALN_R);
    for (size_t i = 0; i < K; i++)
        for (size_t j = 0; j < K; j++) {
            R[i * K + j] = r;
            d->start[aln_state_entry(&d->p, ALN_Q, i, j)] = i == j ? diagonal : q;
        }
}

static struct aln_fixed_point *find(const struct drawn *d)
{
    struct aln_fixed *fixed;
    struct aln_fixed_point *point;
    must(aln_fixed_create(&fixed, &d->p));
    must(aln_fixed_find(fixed, d->start, &point));
    ck_assert(point->residual < RESIDUAL);
    aln_fixed_free(fixed);
    return point;
}

static void same(double value, double expected, double tolerance)
{
    ck_assert_msg(fabs(value - expected) <= tolerance, "%.17g, expected %.17g within %g", value,
                  expected, tolerance);
}

/* Whether this is a real eigenvalue. */
static void has_eigenvalue(const struct aln_fixed_point *point, double value)
{
    double nearest = INFINITY;
    for (size_t i = 0; i < point->unknowns; i++)
        nearest = fmin(nearest, hypot(point->re[i] - value, point->im[i]));
    ck_assert_msg(nearest <= SPECTRUM * (1 + fabs(value)), "no eigenvalue %.17g: nearest at %g",
                  value, nearest);
}

/* ---- one linear unit: closed forms ---- */

/* Fixed read-out: with a = eta f, R* = v T/w and Q* = R*^2 + a^2 sigma^2 / l, where a w and
 * l = 2 a w - a^2 w^2 are the rates. Beyond a w = 2 the point exists, but no weights realise it. */
START_TEST(test_linear)
{
    static const struct {
        const char *rule;
        double f, eta;
    } cases[] = {{"bp", 0.8, 0.6}, {"dfa", 0.7, 0.6}, {"dfa", -0.7, 0.6}, {"bp", 0.8, 4}};
    for (size_t c = 0; c < COUNT(cases); c++) {
        struct drawn d;
        double w = 0.8, v = 1.3, f = cases[c].f, a = cases[c].eta * f;
        double l = 2 * a * w - a * a * w * w, excess = a * a * 0.09 / l;
        make_single(&d, "linear", cases[c].rule, w, v);
        d.p.eta[0] = cases[c].eta;
        d.p.eta[1] = 0;
        d.p.sigma = 0.3;
        d.F1[0] = f;
        struct aln_fixed_point *point = find(&d);
        ck_assert_uint_eq(point->unknowns, 2);
        same(point->y[1], v / w, 1e-12);
        same(point->y[0], v * v / w / w + excess, 1e-12);
        ck_assert(point->y[2] == w);
        same(point->eg, w * w * excess / 2, 1e-12);
        has_eigenvalue(point, -a * w);
        has_eigenvalue(point, -l);
        ck_assert_uint_eq(point->unstable, (size_t)(a * w < 0) + (size_t)(l < 0));
        ck_assert_uint_eq(point->neutral, 0);
        ck_assert(point->physical == (excess >= 0));
        ck_assert(point->leading[2] == 0);
        aln_fixed_point_free(point);
    }
}
END_TEST

/* With trained read-out the solutions form a family, R W2 = v: the rates are 0, 2 eta1 w^2 -
 * (eta1 w^2)^2 for the error, and eta1 w^2 + eta2 Q for the product. */
START_TEST(test_linear_read_out)
{
    struct drawn d;
    make_single(&d, "linear", "bp", 0.9, 1.3);
    d.p.eta[0] = 0.6;
    d.p.eta[1] = 0.25;
    struct aln_fixed_point *point = find(&d);
    double w = point->y[2], s = 0.6 * w * w;
    ck_assert_uint_eq(point->unknowns, 3);
    same(w * point->y[1], 1.3, 1e-12);
    has_eigenvalue(point, 0);
    has_eigenvalue(point, s * s - 2 * s);
    has_eigenvalue(point, -s - 0.25 * point->y[0]);
    ck_assert_uint_eq(point->neutral, 1);
    ck_assert_uint_eq(point->unstable, 0);
    aln_fixed_point_free(point);
}
END_TEST

/* ---- the symmetric plateau ---- */

/* Small rates, read-out 1, T = 1: Q = 1/(2K - 1), R^2 = Q/K, eg = K/pi (pi/6 - K asin(1/(2K))), and
 * (K - 1)^2 directions in R that grow at 2 eta K/(pi (2K - 1)^(1/2) (2K + 1)^(3/2)). From the
 * stationarity of eg for a student with equal units; the rate, by hand, from dR/dt for changes of R
 * that sum to 0 over either index and leave Q unchanged. As in Saad & Solla, PRE 52 (1995) 4225. */
START_TEST(test_plateau)
{
    for (size_t K = 2; K <= 5; K++) {
        struct drawn d;
        double k = (double)K, q = 1 / (2 * k - 1), r = sqrt(q / k), eta = 0.3;
        make_committee(&d, K, "erf", eta, 0);
        make_alike(&d, 1.1 * q, 1.1 * q, 0.95 * r);
        d.p.first_order = true;
        struct aln_fixed_point *point = find(&d);
        const double *R = point->y + aln_state_at(&d.p, ALN_R);
        ck_assert_uint_eq(point->unknowns, K * (K + 1) / 2 + K * K);
        for (size_t i = 0; i < aln_state_at(&d.p, ALN_R); i++)
            same(point->y[i], q, 1e-6);
        for (size_t i = 0; i < K * K; i++)
            same(R[i], r, 1e-6);
        same(point->eg, k / M_PI * (M_PI / 6 - k * asin(1 / (2 * k))), 1e-12);
        double rate = 2 * eta * k / (M_PI * sqrt(2 * k - 1) * pow(2 * k + 1, 1.5));
        for (size_t i = 0; i < (K - 1) * (K - 1); i++)
            same(point->re[i], rate, 1e-7);
        ck_assert_uint_eq(point->unstable, (K - 1) * (K - 1));
        /* Weights outside the teacher's space neither grow nor decay: a multiple root, found only
         * to the square root of the accuracy of a simple one. */
        ck_assert_uint_eq(point->neutral, K * (K - 1) / 2 + (K - 1));
        ck_assert(point->physical);
        aln_fixed_point_free(point);
    }
}
END_TEST

/* ---- the zero-error solution ---- */

/* <g'^a g'^b ...> of independent fields of variance 1, g' = sqrt(2/pi) exp(-x^2/2):
 * (2/pi)^2 / prod sqrt(1 + power).  Given: powers that sum to 4 */
static double four(double a, double b, double c, double d)
{
    return 4 / (M_PI * M_PI) / sqrt((1 + a) * (1 + b) * (1 + c) * (1 + d));
}

/* The excess outside the teacher's space, E = Q - R - R^T + T, follows
 * dE/dt = -eta (J E + E J) + eta^2 <g' g'^T (g'^T E g')>, J = <g' g'^T>, derived by hand from one
 * step of the weights. For T = 1 and E = a 1 + b (ones - 1) these are two equations, (H, G) below.
 * Returned: the eigenvalues of -eta H + eta^2 G */
static void excess_rates(double K, double eta, double out[2])
{
    double J1 = 2 / M_PI / sqrt(3), J2 = 1 / M_PI;
    double iiii = four(4, 0, 0, 0), iiij = four(3, 1, 0, 0), iijj = four(2, 2, 0, 0);
    double iijk = four(2, 1, 1, 0), ijkl = four(1, 1, 1, 1);
    double aa = -2 * eta * J1 + eta * eta * (iiii + (K - 1) * iijj);
    double ab = -2 * eta * (K - 1) * J2 + eta * eta * (K - 1) * (2 * iiij + (K - 2) * iijk);
    double ba = -2 * eta * J2 + eta * eta * (2 * iiij + (K - 2) * iijk);
    double bb = -2 * eta * (J1 + (K - 2) * J2) +
                eta * eta * (2 * iijj + 4 * (K - 2) * iijk + (K - 2) * (K - 3) * ijkl);
    double mean = (aa + bb) / 2, half = sqrt((aa - bb) * (aa - bb) / 4 + ab * ba);
    out[0] = K == 1 ? aa : mean + half;
    out[1] = mean - half;
}

/* The eta at which the first of these is 0, by bisection. */
static double excess_critical(double K)
{
    double low = 0.01, high = 10, rate[2];
    while (high - low > 1e-15 * high && (low + high) / 2 > low && (low + high) / 2 < high) {
        excess_rates(K, (low + high) / 2, rate);
        *(rate[0] > 0 ? &high : &low) = (low + high) / 2;
    }
    return low;
}

START_TEST(test_solution)
{
    for (size_t K = 1; K <= 4; K++) {
        for (int trained = 0; trained < 2; trained++) {
            struct drawn d;
            double rate[2], eta = 0.8;
            make_committee(&d, K, "erf", eta, trained ? 0.4 : 0);
            struct aln_fixed_point *point = find(&d);
            excess_rates((double)K, eta, rate);
            same(point->eg, 0, 1e-14);
            has_eigenvalue(point, rate[0]);
            if (K > 1)
                has_eigenvalue(point, rate[1]);
            if (K == 1 && !trained) /* along the teacher, -eta <g'^2 x^2> */
                has_eigenvalue(point, -eta * 2 / M_PI * pow(3, -1.5));
            ck_assert_uint_eq(point->unstable, 0);
            ck_assert_uint_eq(point->neutral, 0);
            aln_fixed_point_free(point);
        }
    }
}
END_TEST

static double critical(const struct aln_problem *p, double low, double high)
{
    struct aln_branch *branch;
    struct aln_fixed_point *point;
    double rate, growth;
    must(aln_branch_create(&branch, p));
    must(aln_branch_at(branch, low, &point, &growth)); /* sets the neutral directions */
    ck_assert(growth < 0);
    aln_fixed_point_free(point);
    must(aln_branch_critical(branch, low, high, &rate));
    aln_branch_free(branch);
    return rate;
}

/* Known values: pi sqrt(5/3) for one unit (Biehl & Schwarze 1995), 2/K for linear units (the error
 * of their sum decays as exp(-K eta (2 - K eta) t)). Direct feedback f to one unit multiplies the
 * gradient by f and its square by f^2, and divides the critical rate by f. */
START_TEST(test_critical)
{
    struct drawn d;
    same(excess_critical(1), M_PI * sqrt(5. / 3), 1e-13);
    for (size_t K = 1; K <= 5; K++) {
        double expected = excess_critical((double)K);
        make_committee(&d, K, "erf", 1, 0);
        same(critical(&d.p, 0.3, 6), expected, 1e-9 * expected);
        make_committee(&d, K, "erf", 1, 0.5); /* the read-out also learns */
        same(critical(&d.p, 0.3, 6), expected, 1e-8 * expected);
        make_committee(&d, K, "linear", 1, 0);
        same(critical(&d.p, 0.1, 4), 2 / (double)K, 1e-6);
    }
    make_single(&d, "erf", "dfa", 1, 1);
    d.p.eta[1] = 0;
    d.F1[0] = 0.57;
    same(critical(&d.p, 1, 20), M_PI * sqrt(5. / 3) / 0.57, 1e-8);
}
END_TEST

/* The zero-error solution, and when there is none. */
START_TEST(test_perfect)
{
    struct drawn d;
    double y[32], rate;
    struct aln_branch *branch = NULL;
    draw_problem(&d, 3, 3, 2, "erf", "dfa", 8);
    ck_assert_int_eq(aln_fixed_perfect(&d.p, y), ALN_USAGE); /* noise and decay */
    d.p.sigma = d.p.kappa[0] = d.p.kappa[1] = 0;
    must(aln_fixed_perfect(&d.p, y));
    same(aln_problem_eg(&d.p, y), 0, 1e-15);
    double largest = 0;
    for (size_t k = 0; k < 3; k++) { /* each unit has the sign of its feedback */
        double side = 0;
        for (size_t o = 0; o < 2; o++)
            side += y[aln_state_at(&d.p, ALN_W2) + o * 3 + k] * d.F1[k * 2 + o];
        ck_assert(side > 0);
        largest = fmax(largest, fabs(side));
    }
    ck_assert(largest > 0.1);
    d.p.eta[1] = 0; /* the read-out is fixed */
    ck_assert_int_eq(aln_fixed_perfect(&d.p, y), ALN_USAGE);
    for (size_t o = 0; o < 2; o++)
        for (size_t k = 0; k < 3; k++)
            d.start[aln_state_at(&d.p, ALN_W2) + o * 3 + k] = (k == 1 ? -1 : 1) * d.V2[o * 3 + k];
    must(aln_fixed_perfect(&d.p, y));
    same(aln_problem_eg(&d.p, y), 0, 1e-15);
    ck_assert(y[aln_state_entry(&d.p, ALN_Q, 0, 1)] == -d.T[1]);
    d.p.eta[0] = 0;
    ck_assert_int_eq(aln_branch_create(&branch, &d.p), ALN_USAGE);
    aln_branch_free(branch);
    make_committee(&d, 2, "erf", 1, 0);
    must(aln_branch_create(&branch, &d.p));
    ck_assert_int_eq(aln_branch_critical(branch, 0.1, 1, &rate), ALN_NUMERIC);
    ck_assert(isnan(rate));
    aln_branch_free(branch);
    draw_problem(&d, 3, 2, 1, "erf", "bp", 8);
    d.p.sigma = d.p.kappa[0] = d.p.kappa[1] = 0;
    ck_assert_int_eq(aln_fixed_perfect(&d.p, y), ALN_USAGE); /* K > M */
}
END_TEST

/* ---- families: number of neutral directions ---- */

static struct aln_fixed_point *find_committee(struct drawn *d, const char *activation,
                                              const char *rule, double eta1, double eta2)
{
    make_committee(d, 2, activation, eta1, eta2);
    d->p.rule = (const void *)aln_names_find(rules_all(), rule);
    d->F1[0] = d->F1[1] = 0.7;
    if (d->p.rule->learns)
        memcpy(d->start + aln_state_at(&d->p, ALN_F), d->F1, 2 * sizeof *d->F1);
    d->p.feedback_rate = NAN;
    d->p.feedback_decay = rules_does(d->p.rule, RULES_MIRROR) ? 1 : 0;
    return find(d);
}

/* K = M = 2 at eg = 0. linear: w1 + w2 is fixed and w1 - w2 free, i.e. its norm and its overlaps
 * with the teacher; a trained read-out adds two. quadratic: the form sum_k W2_k w_k w_k^T fixes 3
 * of the 4 + 2 numbers; with read-out 1, rotations remain. relu: the scale of each unit; erf: none.
 * Learned feedback is arbitrary where the error vanishes. */
START_TEST(test_families)
{
    static const struct {
        const char *activation, *rule;
        double eta1, eta2;
        size_t neutral;
    } cases[] = {{"linear", "bp", 0.3, 0, 3},
                 {"linear", "bp", 0.3, 0.2, 5},
                 {"quadratic", "bp", 0.02, 0, 1},
                 {"quadratic", "bp", 0.02, 0.01, 3},
                 {"erf", "bp", 0.5, 0, 0},
                 {"erf", "bp", 0.5, 0.5, 0},
                 {"erf", "dfa", 0.5, 0.5, 0},
                 {"erf", "sign-symmetric", 0.5, 0.5, 0},
                 {"erf", "kolen-pollack", 0.5, 0.5, 2}};
    for (size_t c = 0; c < COUNT(cases); c++) {
        struct drawn d;
        struct aln_fixed_point *point =
            find_committee(&d, cases[c].activation, cases[c].rule, cases[c].eta1, cases[c].eta2);
        same(point->eg, 0, 1e-14);
        ck_assert_msg(point->neutral == cases[c].neutral, "%s %s: %zu neutral, expected %zu",
                      cases[c].activation, cases[c].rule, point->neutral, cases[c].neutral);
        ck_assert_uint_eq(point->unstable, 0);
        aln_fixed_point_free(point);
    }
}
END_TEST

/* The same for every rule, with erf: the solution is isolated except for feedback that learns from the
 * gradient, and stable as long as the feedback has the sign of the read-out. Where the target is fed back
 * there is none, and where the feedback is an overlap it belongs to a silent teacher unit. */
START_TEST(test_every_rule)
{
    for (size_t r = 0; r < rules_closed(); r++) {
        struct drawn d;
        const struct aln_rule *rule = rules_row(r);
        if (rule->route == ALN_NOWHERE || rule->adapts || rules_does(rule, RULES_TARGET))
            continue;
        struct aln_fixed_point *point = find_committee(&d, "erf", rule->id.name, 0.5, 0.5);
        ck_assert_msg(fabs(point->eg) < 1e-14 && point->unstable == 0, "%s: eg %g, %zu unstable",
                      rule->id.name, point->eg, point->unstable);
        ck_assert_msg(point->neutral == (rule->learns && !rule->mirrors ? 2 : 0), "%s: %zu neutral",
                      rule->id.name, point->neutral);
        aln_fixed_point_free(point);
    }
}
END_TEST

/* More student than teacher units: the third has no read-out, and weights that do not matter (its
 * Q_33, Q_13, Q_23, R_31, R_32; on true weights Q_k3 = R_3k). */
START_TEST(test_more_units)
{
    struct drawn d;
    draw_problem(&d, 3, 2, 1, "erf", "bp", 8);
    d.p.sigma = d.p.kappa[0] = d.p.kappa[1] = 0;
    static const double start[] = {0.98, 0.05, 0.3,  1.03, -0.2, 0.8, /* Q */
                                   0.97, 0.02, 0.03, 1.01, 0.3,  -0.2, 1.02, 0.97, 0.05};
    memcpy(d.start, start, sizeof start);
    d.T[0] = d.T[3] = d.V2[0] = d.V2[1] = 1;
    d.T[1] = d.T[2] = 0;
    struct aln_fixed_point *point = find(&d);
    const double *W2 = point->y + aln_state_at(&d.p, ALN_W2);
    same(point->eg, 0, 1e-14);
    same(W2[2], 0, 1e-10);
    ck_assert(point->y[aln_state_entry(&d.p, ALN_Q, 2, 2)] > 0.5);
    ck_assert_uint_eq(point->neutral, 3);
    ck_assert_uint_eq(point->unstable, 0);
    aln_fixed_point_free(point);
}
END_TEST

/* ---- frozen layers ---- */

START_TEST(test_unknowns)
{
    struct drawn d;
    struct aln_fixed *fixed;
    struct aln_fixed_point *point;
    const size_t *index;
    draw_problem(&d, 2, 3, 2, "erf", "kolen-pollack", 4);
    size_t at_W2 = aln_state_at(&d.p, ALN_W2), at_F = aln_state_at(&d.p, ALN_F);
    const struct {
        const char *rule;
        double eta1, kappa1, eta2, kappa2, etaF, kappaF;
        size_t count, first;
    } cases[] = {{"bp", 0.1, 0, 0, 0, NAN, NAN, at_W2, 0},
                 {"bp", 0, 0.1, 0, 0, NAN, NAN, at_W2, 0},
                 {"bp", 0, 0, 0.1, 0, NAN, NAN, 4, at_W2},
                 {"bp", 0.1, 0, 0, 0.1, NAN, NAN, at_F, 0},
                 {"frozen", 0.1, 0.1, 0.1, 0, NAN, NAN, 4, at_W2},
                 {"kolen-pollack", 0, 0, 0.1, 0, NAN, NAN, 8, at_W2},
                 {"kolen-pollack", 0, 0, 0, 0, 0.1, NAN, 4, at_F},
                 {"kolen-pollack", 0, 0, 0.1, 0, 0, 0, 4, at_W2},
                 {"kolen-pollack", 0.1, 0, 0.1, 0, NAN, NAN, at_F + 4, 0}};
    for (size_t c = 0; c < COUNT(cases); c++) {
        d.p.rule = aln_rule_find(cases[c].rule);
        d.p.eta[0] = cases[c].eta1;
        d.p.eta[1] = cases[c].eta2;
        d.p.kappa[0] = cases[c].kappa1;
        d.p.kappa[1] = cases[c].kappa2;
        d.p.feedback_rate = cases[c].etaF;
        d.p.feedback_decay = cases[c].kappaF;
        must(aln_fixed_create(&fixed, &d.p));
        ck_assert_uint_eq(aln_fixed_unknowns(fixed, &index), cases[c].count);
        for (size_t i = 0; i < cases[c].count; i++)
            ck_assert_uint_eq(index[i], cases[c].first + i);
        aln_fixed_free(fixed);
    }
    d.p.eta[0] = d.p.eta[1] = d.p.kappa[0] = d.p.kappa[1] = d.p.feedback_rate = 0;
    d.p.feedback_decay = 0;
    ck_assert_int_eq(aln_fixed_create(&fixed, &d.p), ALN_USAGE);
    aln_fixed_free(fixed);

    /* The read-out of a frozen layer solves a linear system. */
    d.p.rule = aln_rule_find("frozen");
    d.p.eta[1] = 0.1;
    must(aln_fixed_create(&fixed, &d.p));
    must(aln_fixed_find(fixed, d.start, &point));
    ck_assert_mem_eq(point->y, d.start, at_W2 * sizeof *d.start);
    ck_assert_uint_eq(point->unknowns, 4);
    double a = d.start[aln_state_entry(&d.p, ALN_Q, 0, 0)],
           b = d.start[aln_state_entry(&d.p, ALN_Q, 1, 1)];
    double c = d.start[aln_state_entry(&d.p, ALN_Q, 0, 1)];
    double (*I2)(double, double, double) = d.p.activation->I2;
    double mean = (I2(a, a, a) + I2(b, b, b)) / 2, half = (I2(a, a, a) - I2(b, b, b)) / 2;
    half = hypot(half, I2(a, b, c)); /* eigenvalues of I2, once for each output */
    for (size_t i = 0; i < 4; i++)
        same(point->re[i], -0.1 * (mean + (i < 2 ? -half : half)), SPECTRUM);
    aln_fixed_point_free(point);
    aln_fixed_free(fixed);
}
END_TEST

/* ---- against the integration ---- */

/* Along the leading eigenvector the distance grows as exp(re_1 t). From 1e-6 to e times that,
 * or down to 1/e, it changes by nonlinear terms of relative size 1e-5 at most. */
static void follow(struct drawn *d, const struct aln_fixed_point *point)
{
    struct aln_ode *ode;
    size_t size = aln_problem_size(&d->p), largest = 0;
    ck_assert(point->im[0] == 0 && point->neutral == 0);
    for (size_t i = 0; i < size; i++) {
        if (fabs(point->leading[i]) > fabs(point->leading[largest]))
            largest = i;
        d->start[i] = point->y[i] + 1e-6 * point->leading[i];
    }
    must(aln_ode_create(&ode, &d->p, &(struct aln_ode_options){.rtol = 1e-12, .atol = 1e-15}));
    must(aln_ode_advance(ode, 1 / fabs(point->re[0])));
    double growth = (aln_ode_state(ode)[largest] - point->y[largest]) / 1e-6;
    same(log(growth), point->re[0] > 0 ? 1 : -1, 1e-4);
    aln_ode_free(ode);
}

START_TEST(test_growth)
{
    size_t points = 0, growing = 0;
    for (size_t r = 0; r < rules_closed(); r++) {
        for (uint64_t seed = 1; seed <= 6; seed++) {
            struct drawn d;
            struct aln_fixed *fixed;
            struct aln_fixed_point *point;
            draw_problem(&d, 2, 2, 1 + seed % 2, "erf", rules_row(r)->id.name, seed);
            must(aln_fixed_create(&fixed, &d.p));
            enum aln_status status = aln_fixed_find(fixed, d.start, &point);
            ck_assert_int_eq(status, point != NULL ? ALN_OK : ALN_NUMERIC);
            if (status == ALN_OK && point->physical && point->im[0] == 0 && point->neutral == 0) {
                size_t rising = 0;
                for (size_t i = 0; i < point->unknowns; i++)
                    rising += point->re[i] > 0;
                ck_assert_uint_eq(point->unstable, rising);
                growing += rising > 0;
                points++;
                follow(&d, point);
            }
            aln_fixed_point_free(point);
            aln_fixed_free(fixed);
        }
    }
    ck_assert_uint_ge(points, 10);
    ck_assert_uint_ge(growing, 2);
}
END_TEST

/* ---- limits ---- */

START_TEST(test_nowhere)
{
    struct drawn d;
    struct aln_fixed *fixed;
    struct aln_fixed_point *point;
    make_committee(&d, 2, "erf", 0.5, 0);
    must(aln_fixed_create(&fixed, &d.p));
    d.start[0] = NAN;
    ck_assert_int_eq(aln_fixed_find(fixed, d.start, &point), ALN_NUMERIC);
    ck_assert_ptr_null(point);
    ck_assert(isinf(aln_fixed_speed(fixed, d.start)));
    d.start[0] = -5; /* averages are not defined there */
    ck_assert_int_eq(aln_fixed_find(fixed, d.start, &point), ALN_NUMERIC);
    ck_assert_ptr_null(point);
    aln_fixed_free(fixed);
    /* A noisy linear unit beyond its critical rate has no fixed point, whatever the start. */
    make_single(&d, "linear", "bp", 1, 1);
    d.p.eta[0] = 2;
    d.p.eta[1] = 0;
    d.p.sigma = 0.3;
    must(aln_fixed_create(&fixed, &d.p));
    ck_assert_int_eq(aln_fixed_find(fixed, d.start, &point), ALN_NUMERIC);
    ck_assert_ptr_null(point);
    aln_fixed_free(fixed);
}
END_TEST

/* relu: the Jacobian is valid at the plateau, undefined at the solution. */
START_TEST(test_relu)
{
    struct drawn d;
    make_committee(&d, 2, "relu", 0.5, 0);
    struct aln_fixed_point *point = find(&d);
    same(point->eg, 0, 1e-13);
    ck_assert(!point->smooth && isnan(point->re[0]) && point->unstable == 0);
    aln_fixed_point_free(point);
    make_alike(&d, 0.35, 0.78, 0.52);
    point = find(&d);
    ck_assert(point->smooth && point->eg > 0.05);
    ck_assert_uint_eq(point->unstable, 1);
    follow(&d, point);
    aln_fixed_point_free(point);
}
END_TEST

/* A search that is stopped has found nothing, not even that there is nothing. */
START_TEST(test_stopped)
{
    static volatile sig_atomic_t stop = 1;
    struct drawn d;
    struct aln_fixed *fixed;
    struct aln_fixed_point *point;
    draw_problem(&d, 2, 2, 1, "erf", "bp", 1);
    must(aln_fixed_create(&fixed, &d.p));
    const volatile sig_atomic_t *before = aln_interrupt_watch(&stop);
    enum aln_status status = aln_fixed_find(fixed, d.start, &point);
    aln_interrupt_watch(before);
    ck_assert_int_eq(status, ALN_STOPPED);
    ck_assert_ptr_null(point);
    aln_fixed_free(fixed);
}
END_TEST

CHECK_MAIN("theory/fixed", test_linear, test_linear_read_out, test_plateau, test_solution,
           test_critical, test_perfect, test_families, test_every_rule, test_more_units,
           test_unknowns, test_growth, test_nowhere, test_relu, test_stopped)

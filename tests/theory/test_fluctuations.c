/* Fluctuations of single runs and the bias of their mean, against closed forms and the chain. */
#include "alignode/fluctuations.h"

#include <gsl/gsl_integration.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../check_main.h"
#include "alignode/chain.h"
#include "alignode/ode.h"
#include "theory/increments.h"

enum { MOST = 1024 };

static void must(enum aln_status status)
{
    ck_assert_msg(status == ALN_OK, "%s", aln_error());
}

static struct aln_problem *problem(const char *yaml)
{
    struct aln_problem *p;
    must(aln_problem_parse(&p, yaml));
    ck_assert_uint_le(aln_problem_columns(p), MOST);
    return p;
}

static struct aln_fluctuations *fluctuations(const struct aln_problem *p)
{
    struct aln_fluctuations *f;
    must(aln_fluctuations_create(&f, p, 1e-6, NULL));
    return f;
}

#define FOUR                                                                                       \
    "overlaps: {Q: [[.25, .02], [.02, .16]], R: [[.05, -.02], [.01, .03]], "                       \
    "T: [[1, 0], [0, 1]], W2: [[.3, -.1]]}"

/* ---- one linear unit, where Isserlis' theorem gives all of it ---- */

/* lambda, nu normal with covariance Q, R, T; e = w lambda - v nu - sigma zeta, d = f e. */
#define LINEAR                                                                                     \
    "{problem: {activation: linear, inputs: 100, noise: 0.3, student: {units: 1}, teacher: "       \
    "{units: "                                                                                     \
    "1}, overlaps: {Q: [[.5]], R: [[.2]], T: [[1.2]], W2: [[.7]]}}, learning: {rule: dfa, rate: "  \
    "[.4, .3], decay: [.1, .05], feedback: {matrix: [[.8]]}}}"

START_TEST(test_increments_of_a_linear_unit)
{
    struct aln_problem *p = problem(LINEAR);
    struct aln_increments *inc;
    double out[9];
    const double Q = .5, R = .2, T = 1.2, w = .7, v = p->V2[0], s2 = .09, f = .8, eta = .4,
                 kappa = .1;
    const double ee = w * w * Q - 2 * w * v * R + v * v * T + s2, en = w * R - v * T,
                 el = w * Q - v * R;
    must(aln_increments_create(&inc, p, 0));
    must(aln_increments_average(inc, p->start, p->eta, out));
    /* entries Q, R, W2: B_RR = Var(eta f e nu), B_RW = Cov(eta f e nu, eta2 e lambda), B_WW */
    ck_assert_double_eq_tol(out[3], eta * eta * f * f * (ee * T + en * en), 2e-3);
    ck_assert_double_eq_tol(out[4], eta * f * .3 * (ee * R + en * el), 2e-3);
    ck_assert_double_eq_tol(out[5], .09 * (ee * Q + el * el), 2e-3);
    /* <(|z|^2 - 2) e^2> = 2 (variance of e from the two fields): noise has none of it */
    ck_assert_double_eq_tol(
        out[6], eta * eta * f * f * 2 * (ee - s2) + kappa * kappa * Q + 2 * kappa * eta * f * el,
        5e-3);
    ck_assert_double_eq(out[7], 0);
    ck_assert_double_eq(out[8], 0);
    aln_increments_free(inc);
    aln_problem_free(p);
}
END_TEST

/* A quadratic unit without noise: increments are of degree 6, their covariance of degree 12, exact by the
 * Gauss-Hermite quadrature of two independent fields. */
START_TEST(test_increments_of_a_quadratic_unit)
{
    enum { NODES = 12 };
    const double Q = .4, R = .3, T = 1, W = .5, F = .7, eta[2] = {.5, .3};
    struct aln_problem *p = problem(
        "{problem: {activation: quadratic, inputs: 100, student: {units: 1}, teacher: {units: 1, "
        "readout: 1.0}, overlaps: {Q: [[.4]], R: [[.3]], T: [[1]], W2: [[.5]]}}, learning: {rule: "
        "dfa, rate: [.5, .3], feedback: {matrix: [[.7]]}}}");
    gsl_integration_fixed_workspace *gauss =
        gsl_integration_fixed_alloc(gsl_integration_fixed_hermite, NODES, 0, 0.5, 0, 0);
    const double *z = gsl_integration_fixed_nodes(gauss),
                 *weight = gsl_integration_fixed_weights(gauss);
    double mean[3] = {0}, product[3][3] = {{0}}, out[9];
    for (size_t i = 0; i < NODES; i++)
        for (size_t j = 0; j < NODES; j++) {
            const double l = sqrt(Q) * z[i], n = R / sqrt(Q) * z[i] + sqrt(T - R * R / Q) * z[j],
                         e = W * l * l - n * n, d = F * e * 2 * l,
                         w = weight[i] * weight[j] / (2 * M_PI),
                         x[3] = {-2 * eta[0] * d * l + eta[0] * eta[0] * d * d, -eta[0] * d * n,
                                 -eta[1] * e * l * l};
            for (size_t a = 0; a < 3; a++) {
                mean[a] += w * x[a];
                for (size_t b = 0; b < 3; b++)
                    product[a][b] += w * x[a] * x[b];
            }
        }
    struct aln_increments *inc;
    must(aln_increments_create(&inc, p, 0));
    must(aln_increments_average(inc, p->start, eta, out));
    for (size_t a = 0, i = 0; a < 3; a++)
        for (size_t b = a; b < 3; b++, i++) {
            const double scale =
                sqrt((product[a][a] - mean[a] * mean[a]) * (product[b][b] - mean[b] * mean[b]));
            ck_assert_msg(fabs(out[i] - product[a][b] + mean[a] * mean[b]) <= 1e-3 * scale,
                          "%zu %zu: %g, not %g", a, b, out[i], product[a][b] - mean[a] * mean[b]);
        }
    aln_increments_free(inc);
    gsl_integration_fixed_free(gauss);
    aln_problem_free(p);
}
END_TEST

/* ---- the chain ---- */

struct moments {
    double mean[MOST], squares[MOST], fourth[MOST];
};

/* Moments of the recorded quantities over `count` runs, in two passes of the same random numbers. */
static void run_chains(const struct aln_problem *p, double t, uint64_t count, struct moments *m)
{
    const size_t columns = aln_problem_columns(p);
    double *row = malloc(count * columns * sizeof *row);
    memset(m, 0, sizeof *m);
    for (uint64_t i = 0; i < count; i++) {
        struct aln_chain *chain;
        must(aln_chain_create(&chain, p, i));
        must(aln_chain_advance(chain, (uint64_t)llround(t * (double)p->N)));
        aln_problem_observe(p, aln_chain_state(chain), row + i * columns);
        aln_chain_free(chain);
        for (size_t q = 0; q < columns; q++)
            m->mean[q] += row[i * columns + q] / (double)count;
    }
    for (uint64_t i = 0; i < count; i++)
        for (size_t q = 0; q < columns; q++) {
            const double d = row[i * columns + q] - m->mean[q];
            m->squares[q] += d * d / (double)count;
            m->fourth[q] += d * d * d * d / (double)count;
        }
    free(row);
}

/* Mean and standard deviation of every quantity, within 5 standard errors: about 100 of them, so that
 * another seed would fail with a probability below 1e-4, were the expansion exact. Its next order, 1/N
 * of both, is allowed for. */
static void compare_with_chain(const char *yaml, uint64_t runs)
{
    struct aln_problem *p = problem(yaml);
    struct aln_fluctuations *f = fluctuations(p);
    struct aln_ode *ode;
    const struct aln_ode_options options = aln_ode_defaults();
    const double n = (double)runs;
    double sd[MOST], bias[MOST], value[MOST];
    must(aln_ode_create(&ode, p, &options));
    for (double t = 1; t <= 4; t += 3) {
        struct moments m;
        run_chains(p, t, runs, &m);
        must(aln_ode_advance(ode, t));
        must(aln_fluctuations_advance(f, t));
        aln_problem_observe(p, aln_ode_state(ode), value);
        aln_fluctuations_observe(f, sd, bias);
        for (size_t q = 0; q < aln_problem_columns(p); q++) {
            const double s = sqrt(m.squares[q]), rest = 1 / (double)p->N,
                         s_error = sqrt((m.fourth[q] - s * s * s * s) / n) / (2 * s);
            char name[32];
            aln_problem_column(p, q, name);
            ck_assert_msg(fabs(m.mean[q] - value[q] - bias[q]) <=
                              5 * s / sqrt(n) + rest * fabs(bias[q]),
                          "%s, t = %g: mean %g, theory %g + %g, s.e. %g", name, t, m.mean[q],
                          value[q], bias[q], s / sqrt(n));
            ck_assert_msg(fabs(s - sd[q]) <= 5 * s_error + rest * s,
                          "%s, t = %g: s.d. %g, theory %g, s.e. %g", name, t, s, sd[q], s_error);
        }
    }
    aln_ode_free(ode);
    aln_fluctuations_free(f);
    aln_problem_free(p);
}

START_TEST(test_chain_erf)
{
    compare_with_chain("{problem: {inputs: 100, noise: .2, " FOUR
                       ", teacher: {readout: 1.0}}, learning: {rule: dfa, "
                       "rate: [.5, .3], feedback: {matrix: [[.9], [.5]]}}}",
                       2000);
}
END_TEST

START_TEST(test_chain_relu)
{
    compare_with_chain(
        "{problem: {activation: relu, inputs: 200, " FOUR ", teacher: {readout: 1.0}}, learning: "
        "{rule: dfa, rate: [.3, .2], decay: [.05, .1], feedback: {matrix: [[.9], [.5]]}}}",
        2000);
}
END_TEST

START_TEST(test_chain_learned)
{
    compare_with_chain(
        "{problem: {inputs: 100, " FOUR
        ", teacher: {readout: 1.0}}, learning: {rule: kolen-pollack, "
        "rate: .5, decay: .1, schedule: [{time: 2, rate: .2}], feedback: {matrix: [[.9], [.5]]}}}",
        2000);
}
END_TEST

/* ---- starts that every run draws ---- */

#define DRAWN                                                                                      \
    "student: {weights: {std: 0.6}, readout: [[.3, -.1]]}, teacher: {readout: 1.0}}, run: "        \
    "{drawn_starts: true}"

/* Covariance and mean of drawn overlaps at N = 100 against their closed form, within 5 standard errors of
 * normal numbers, which overlaps are but for a kurtosis of 12/N: 35 numbers, one in 10^5 samples fails. */
START_TEST(test_drawn_overlaps)
{
    enum { SIZE = 9, RUNS = 20000 };
    struct aln_problem *p = problem("{learning: {rule: dfa}, problem: {inputs: 100, " DRAWN "}");
    double closed[SIZE * SIZE], mean[SIZE] = {0}, square[SIZE * SIZE] = {0};
    ck_assert_uint_eq(aln_problem_size(p), SIZE);
    aln_problem_begin_covariance(p, closed);
    for (uint64_t r = 0; r < RUNS; r++) {
        double y[SIZE];
        must(aln_problem_begin(p, r, y));
        for (size_t i = 0; i < SIZE; i++) {
            mean[i] += (y[i] - p->start[i]) / RUNS;
            for (size_t j = 0; j < SIZE; j++)
                square[i * SIZE + j] += (y[i] - p->start[i]) * (y[j] - p->start[j]) / RUNS;
        }
    }
    for (size_t i = 0; i < SIZE; i++) {
        ck_assert_double_le(fabs(mean[i]), 5 * sqrt(closed[i * (SIZE + 1)] / 100 / RUNS));
        for (size_t j = 0; j < SIZE; j++) {
            const double want = closed[i * SIZE + j],
                         both = closed[i * (SIZE + 1)] * closed[j * (SIZE + 1)];
            ck_assert_msg(fabs(100 * square[i * SIZE + j] - want) <=
                              5 * sqrt((both + want * want) * 1.12 / RUNS),
                          "entries %zu and %zu: %g, not %g", i, j, 100 * square[i * SIZE + j],
                          want);
        }
    }
    aln_problem_free(p);
}
END_TEST

START_TEST(test_chain_drawn)
{
    compare_with_chain("{learning: {rule: dfa, rate: [.5, .3], feedback: {matrix: [[.9], [.5]]}}, "
                       "problem: {inputs: 200, noise: .2, " DRAWN "}",
                       2000);
}
END_TEST

START_TEST(test_chain_quadratic)
{
    compare_with_chain("{problem: {activation: quadratic, inputs: 400, " FOUR
                       ", teacher: {readout: 1.0}}, learning: "
                       "{rule: bp, rate: .02}}",
                       2000);
}
END_TEST

/* Everything that a sample can draw, and batches. */
START_TEST(test_chain_rules)
{
    static const char *const learning[] = {
        "rule: node-perturbation",
        "rule: weight-mirror, feedback: {rate: .6, decay: .4, noise: .3, matrix: [[.9], [.5]]}",
        "rule: dfa, batch: 4, feedback: {noise: .4, symmetry: .5, matrix: [[.9], [.5]]}",
        "rule: adaptive, feedback: {matrix: [[.3], [.2]]}",
        "rule: drtp, feedback: {matrix: [[.3], [.2]]}",
    };
    for (size_t i = 0; i < sizeof learning / sizeof *learning; i++) {
        char yaml[512];
        snprintf(yaml, sizeof yaml,
                 "{problem: {inputs: 200, noise: .2, " FOUR
                 ", teacher: {readout: 1.0}}, learning: {rate: [.4, .3], %s}}",
                 learning[i]);
        compare_with_chain(yaml, i == 0 ? 3000 : 1000);
    }
}
END_TEST

/* ---- consistency ---- */

/* The times asked for on the way change nothing but the last digits of the interpolation. */
START_TEST(test_times)
{
    struct aln_problem *p =
        problem("{problem: {inputs: 100, " FOUR "}, learning: {rule: dfa, rate: .5}}");
    struct aln_fluctuations *at_once = fluctuations(p), *often = fluctuations(p);
    double sd[2][MOST], bias[2][MOST];
    must(aln_fluctuations_advance(at_once, 7));
    for (double t = 0; t <= 7; t += 0.25)
        must(aln_fluctuations_advance(often, t));
    aln_fluctuations_observe(at_once, sd[0], bias[0]);
    aln_fluctuations_observe(often, sd[1], bias[1]);
    for (size_t q = 0; q < aln_problem_columns(p); q++) {
        ck_assert_double_eq(sd[0][q], sd[1][q]);
        ck_assert_double_eq(bias[0][q], bias[1][q]);
    }
    aln_fluctuations_free(at_once);
    aln_fluctuations_free(often);
    aln_problem_free(p);
}
END_TEST

START_TEST(test_shared_start)
{
    struct aln_problem *p = problem("{problem: {" FOUR "}, learning: {rule: dfa, rate: .5}}");
    struct aln_fluctuations *f = fluctuations(p);
    double sd[MOST], bias[MOST];
    must(aln_fluctuations_advance(f, 0));
    aln_fluctuations_observe(f, sd, bias);
    for (size_t q = 0; q < aln_problem_columns(p); q++) {
        ck_assert_double_eq(sd[q], 0);
        ck_assert_double_eq(bias[q], 0);
    }
    aln_fluctuations_free(f);
    aln_problem_free(p);
}
END_TEST

/* sd goes as 1/sqrt N, bias as 1/N. */
START_TEST(test_size)
{
    struct aln_problem *p =
        problem("{problem: {inputs: 100, " FOUR "}, learning: {rule: dfa, rate: .5}}");
    double sd[2][MOST], bias[2][MOST];
    for (int i = 0; i < 2; i++) {
        p->N = i == 0 ? 100 : 400;
        struct aln_fluctuations *f = fluctuations(p);
        must(aln_fluctuations_advance(f, 3));
        aln_fluctuations_observe(f, sd[i], bias[i]);
        aln_fluctuations_free(f);
    }
    for (size_t q = 0; q < aln_problem_columns(p); q++) {
        ck_assert_double_eq_tol(sd[0][q], 2 * sd[1][q], 1e-14);
        ck_assert_double_eq_tol(bias[0][q], 4 * bias[1][q], 1e-14);
    }
    aln_problem_free(p);
}
END_TEST

/* Near t = 4.26 one of the points crosses the kink of a unit's slope, at which averages over points jump. */
START_TEST(test_kink)
{
    struct aln_problem *p =
        problem("{problem: {activation: leaky-relu, inputs: 400, noise: .2, student: {weights: "
                "{std: .3}, readout: {std: .3}}}, learning: {rule: dfa, rate: [.5, .3]}}");
    struct aln_fluctuations *f = fluctuations(p);
    must(aln_fluctuations_advance(f, 5));
    ck_assert_int_eq(aln_fluctuations_end(f).limit, ALN_FLUCTUATIONS_HOLD);
    aln_fluctuations_free(f);
    aln_problem_free(p);
}
END_TEST

/* ---- where it ends ---- */

/* On the symmetric plateau of back-propagation the first thing that chance decides is the escape. */
START_TEST(test_plateau)
{
    struct aln_problem *p =
        problem("{problem: {inputs: 1000, student: {weights: {std: 0.01}, readout: 1.0}, teacher: "
                "{weights: "
                "orthonormal, readout: 1.0}}, learning: {rule: bp, rate: [.3, 0]}}");
    struct aln_fluctuations *f = fluctuations(p);
    double sd[MOST], bias[MOST];
    must(aln_fluctuations_advance(f, 1000));
    const struct aln_fluctuations_end end = aln_fluctuations_end(f);
    ck_assert_int_eq(end.limit, ALN_FLUCTUATIONS_PLATEAU);
    ck_assert(end.t > 10 && end.t < 500);
    aln_fluctuations_observe(f, sd, bias);
    ck_assert_double_nan(sd[0]);
    ck_assert_double_nan(bias[0]);
    aln_fluctuations_free(f);
    aln_problem_free(p);
}
END_TEST

START_TEST(test_large)
{
    struct aln_problem *p =
        problem("{problem: {inputs: 4, noise: 2, " FOUR "}, learning: {rule: dfa, rate: 1}}");
    struct aln_fluctuations *f = fluctuations(p);
    must(aln_fluctuations_advance(f, 20));
    ck_assert_int_eq(aln_fluctuations_end(f).limit, ALN_FLUCTUATIONS_LARGE);
    aln_fluctuations_free(f);
    aln_problem_free(p);
}
END_TEST

START_TEST(test_jump)
{
    struct aln_problem *p =
        problem("{problem: {inputs: 1000, overlaps: {Q: [[.25, .02], [.02, .4]], R: [[.05, -.02], "
                "[.4, .3]], T: [[1, 0], [0, 1]], W2: [[.3, -.01]]}, teacher: {readout: 1.0}}, "
                "learning: {rule: sign-symmetric, rate: .5}}");
    struct aln_fluctuations *f = fluctuations(p);
    must(aln_fluctuations_advance(f, 100));
    const struct aln_fluctuations_end end = aln_fluctuations_end(f);
    char name[32] = "";
    ck_assert_int_eq(end.limit, ALN_FLUCTUATIONS_JUMP);
    aln_state_name(p, end.entry, name);
    ck_assert_str_eq(name, "W2_1_2");
    aln_fluctuations_free(f);
    aln_problem_free(p);
}
END_TEST

/* Observes to time 10.  Returned: the first and the last time at which the cosine's columns, and no others, are
 * withheld */
static void find_withheld(const struct aln_problem *p, double *first, double *last)
{
    const size_t cosine = 1 + aln_state_layout(p).before;
    struct aln_fluctuations *f = fluctuations(p);
    double sd[MOST], bias[MOST];
    *first = *last = NAN;
    for (double t = 0; t <= 10; t += 0.125) {
        must(aln_fluctuations_advance(f, t));
        must(aln_fluctuations_observe(f, sd, bias));
        for (size_t q = 0; q < aln_problem_columns(p); q++)
            ck_assert(q == cosine || !(isnan(sd[q]) || isnan(bias[q])));
        ck_assert_int_eq(isnan(sd[cosine]), isnan(bias[cosine]));
        if (isnan(sd[cosine])) {
            *first = isnan(*first) ? t : *first;
            *last = t;
        }
    }
    ck_assert_int_eq(aln_fluctuations_end(f).limit, ALN_FLUCTUATIONS_HOLD);
    ck_assert(aln_fluctuations_end(f).cosine == *first || isnan(*first));
    aln_fluctuations_free(f);
}

/* The read-out of one unit goes through 0 near t = 1.1: the cosine is a sign, which runs change at different
 * times, while the slope of a sign is 0. */
START_TEST(test_readout_through_zero)
{
    struct aln_problem *p = problem(
        "{problem: {inputs: 100, noise: .2, student: {units: 1}, teacher: {units: 1, readout: "
        "1.0}, overlaps: {Q: [[.5]], R: [[.4]], T: [[1]], W2: [[-.1]]}}, learning: {rule: dfa, "
        "rate: .5, feedback: {matrix: [[.9]]}}}");
    const size_t cosine = 1 + aln_state_layout(p).before;
    double first, last;
    struct moments m;
    find_withheld(p, &first, &last);
    ck_assert_msg(first > 0.5 && first < 1 && last > 1.2 && last < 3, "%g ... %g", first, last);
    run_chains(p, 1.1, 100, &m);
    ck_assert_double_lt(fabs(m.mean[cosine]), 0.9);
    run_chains(p, last + 2, 100, &m);
    ck_assert_double_eq_tol(m.mean[cosine], 1, 1e-12); /* rounding of the sum */
    aln_problem_free(p);
}
END_TEST

/* Feedback that learns passes 0 at 0.096, with a standard deviation of 0.025 in each of two entries when it
 * leaves; with four times as many inputs it stays clear of it. */
START_TEST(test_feedback_near_zero)
{
    struct aln_problem *p = problem(
        "{problem: {inputs: 400, noise: .2, teacher: {readout: 1.0}, overlaps: {Q: [[.4, .02], "
        "[.02, .4]], R: [[.4, 0], [0, .4]], T: [[1, 0], [0, 1]], W2: [[.3, .3]]}}, learning: "
        "{rule: kolen-pollack, rate: .5, feedback: {matrix: [[-.2], [-.15]]}}}");
    double first, last;
    find_withheld(p, &first, &last);
    ck_assert_msg(first > 6 && first < 7, "%g", first);
    p->N = 1600;
    find_withheld(p, &first, &last);
    ck_assert_double_nan(first);
    aln_problem_free(p);
}
END_TEST

START_TEST(test_refusals)
{
    struct aln_problem *p =
        problem("{problem: {noise: 1, student: {units: 20}, teacher: {units: 20}}, "
                "learning: {rule: dfa}}");
    struct aln_fluctuations *f;
    ck_assert_int_eq(aln_fluctuations_create(&f, p, 1e-6, NULL), ALN_USAGE);
    ck_assert_ptr_nonnull(strstr(aln_error(), "expected at most 40"));
    p->sigma = 0;
    p->first_order = true;
    ck_assert_int_eq(aln_fluctuations_create(&f, p, 1e-6, NULL), ALN_USAGE);
    p->first_order = false;
    p->N = 0;
    ck_assert_int_eq(aln_fluctuations_create(&f, p, 1e-6, NULL), ALN_USAGE);
    aln_problem_free(p);
}
END_TEST

CHECK_MAIN("theory/fluctuations", test_increments_of_a_linear_unit,
           test_increments_of_a_quadratic_unit, test_chain_erf, test_chain_relu, test_chain_learned,
           test_drawn_overlaps, test_chain_drawn, test_chain_quadratic, test_chain_rules,
           test_times, test_shared_start, test_size, test_kink, test_plateau, test_large, test_jump,
           test_readout_through_zero, test_feedback_near_zero, test_refusals)

/* The integration against an independent integrator on the literal twin of the equations, against
 * exact solutions, and against numbers computed elsewhere. */
#include "alignode/ode.h"

#include <gsl/gsl_linalg.h>
#include <stdio.h>

#include "../check_main.h"
#include "draw.h"
#include "reference.h"

#define COUNT(array) (sizeof array / sizeof *array)

/* ---- ours ---- */

static void solve(const struct aln_problem *p, const char *stepper, double rtol, double t_end,
                  double *y)
{
    struct aln_ode_options options = {
        .stepper = aln_stepper_find(stepper), .rtol = rtol, .atol = 0.01 * rtol};
    struct aln_ode *ode;
    ck_assert_int_eq(aln_ode_create(&ode, p, &options), ALN_OK);
    ck_assert_msg(aln_ode_advance(ode, t_end) == ALN_OK, "%s", aln_error());
    ck_assert_double_eq(aln_ode_time(ode), t_end);
    memcpy(y, aln_ode_state(ode), aln_problem_size(p) * sizeof *y);
    aln_ode_free(ode);
}

struct setting {
    const char *name;
    double rtol, tolerance;
};

/* Stepper i of the table, at a tolerance that suits its order. */
static struct setting setting_of(size_t i)
{
    static const struct setting low_order[] = {
        {"rk2", 1e-8, 1e-8}, {"rk1imp", 1e-5, 1e-2}, {"rk2imp", 1e-7, 1e-5}};
    const char *name = aln_names_row(&aln_steppers, i)->name;
    for (size_t j = 0; j < COUNT(low_order); j++)
        if (strcmp(name, low_order[j].name) == 0)
            return low_order[j];
    return (struct setting){name, 1e-10, 1e-8};
}

static const struct aln_rates schedule[] = {{2.5, {1.0, 0.1}}, {6.125, {0.2, 0.6}}};

static const struct {
    size_t K, M, O;
    const char *activation, *rule;
    uint64_t seed;
    size_t schedule_count;
    bool first_order, plain; /* plain: no noise, no decay */
} cases[] = {
    {2, 2, 1, "erf", "bp", 1, 0, false, true},
    {2, 2, 1, "erf", "dfa", 2, 0, false, false},
    {1, 1, 1, "erf", "bp", 3, 0, false, false},
    {3, 2, 2, "erf", "dfa", 4, 0, false, false},
    {4, 4, 4, "erf", "bp", 5, 0, false, false},
    {2, 3, 1, "erf", "dfa", 6, 0, true, false},
    {3, 1, 2, "linear", "bp", 7, 0, false, false},
    {2, 2, 3, "linear", "dfa", 8, 0, false, true},
    {2, 2, 2, "erf", "frozen", 9, 0, false, false},
    {2, 2, 1, "erf", "bp", 10, 2, false, false},
    {3, 2, 1, "erf", "sign-symmetric", 40, 0, false, false},
    {3, 3, 2, "erf", "sign-symmetric", 103, 0, false, false},
};

/* The cases above, and one for each rule; for one that jumps, with a crossing. */
static size_t case_count(void)
{
    return COUNT(cases) + rules_closed();
}

static int count_crossings(const struct aln_problem *p, double t_end)
{
    struct reference r = {.p = p, .eta = {p->eta[0], p->eta[1]}};
    double y[DRAW_SIZE];
    memcpy(y, p->start, aln_problem_size(p) * sizeof *y);
    return reference_signs(&r, 0, t_end, 0.5, y);
}

static void make_case(struct drawn *d, size_t i)
{
    if (i >= COUNT(cases)) {
        const struct aln_rule *rule = rules_row(i - COUNT(cases));
        uint64_t seed = 200 + i;
        do
            draw_problem(d, 3, 2, 2, "erf", rule->id.name, seed++);
        while (rule->jumps && count_crossings(&d->p, 10) == 0);
        return;
    }
    draw_problem(d, cases[i].K, cases[i].M, cases[i].O, cases[i].activation, cases[i].rule,
                 cases[i].seed);
    d->p.first_order = cases[i].first_order;
    d->p.schedule = schedule;
    d->p.schedule_count = cases[i].schedule_count;
    if (cases[i].plain)
        d->p.sigma = d->p.kappa[0] = d->p.kappa[1] = 0;
}

START_TEST(test_reference)
{
    double t_end = 10;
    for (size_t i = 0; i < case_count(); i++) {
        struct drawn d;
        double coarse[DRAW_SIZE], fine[DRAW_SIZE], y[DRAW_SIZE];
        make_case(&d, i);
        reference_solve(&d.p, t_end, 0.5, coarse);
        reference_solve(&d.p, t_end, 0.35, fine);
        ck_assert_msg(distance(&d.p, coarse, fine) < 1e-11, "reference of case %zu: %g", i,
                      distance(&d.p, coarse, fine));
        for (size_t s = 0; s < aln_steppers.count; s++) {
            const struct setting with = setting_of(s);
            solve(&d.p, with.name, with.rtol, t_end, y);
            double off = distance(&d.p, y, fine);
            if (getenv("SHOW"))
                printf("%zu %s %s %g\n", i, d.p.rule->id.name, with.name, off);
            ck_assert_msg(off <= with.tolerance, "case %zu, %s, %s: %g", i, d.p.rule->id.name,
                          with.name, off);
        }
    }
}
END_TEST

/* Numbers from the original description of the problem. */
static void make_golden(struct drawn *d, const char *rule)
{
    static const double Q[] = {0.37, -0.07, 0.29}, R[] = {0.20, 0.02, 0.04, -0.22};
    static const double T[] = {0.94, 0.13, 0.13, 0.85}, W2[] = {0.3, 0.2};
    draw_problem(d, 2, 2, 1, "erf", rule, 1);
    d->p.sigma = 0.1;
    d->p.eta[0] = d->p.eta[1] = 0.4;
    d->p.kappa[0] = d->p.kappa[1] = 0;
    memcpy(d->start, Q, sizeof Q);
    memcpy(d->start + 3, R, sizeof R);
    memcpy(d->start + 7, W2, sizeof W2);
    memcpy(d->T, T, sizeof T);
    d->V2[0] = d->V2[1] = d->F1[0] = 1;
    d->F1[1] = -0.7;
}

START_TEST(test_golden)
{
    struct drawn d;
    double y[9];
    make_golden(&d, "bp");
    solve(&d.p, "rk8pd", 1e-11, 5, y);
    ck_assert_double_eq_tol(aln_problem_eg(&d.p, y), 0.239929105812, 1e-10);
    ck_assert_double_eq_tol(y[0], 0.52636365141, 1e-10);
    ck_assert_double_eq_tol(y[6], -0.10442719, 1e-8);
    ck_assert_double_eq_tol(y[7], 0.51948894, 1e-8);
    make_golden(&d, "dfa");
    solve(&d.p, "rk8pd", 1e-11, 5, y);
    ck_assert_double_eq_tol(aln_problem_eg(&d.p, y), 0.125953500303, 1e-10);
    ck_assert_double_eq_tol(y[0], 0.93574235102, 1e-10);
    ck_assert_double_eq_tol(y[1], -0.62564996464, 1e-10);
    ck_assert_double_eq_tol(y[5], -0.35952896260, 1e-10);
    ck_assert_double_eq_tol(y[8], -0.14612542, 1e-8);
}
END_TEST

/* ---- exact solutions, linear units ---- */

/* K = M = O = 1, fixed read-out w: dR = -a (w R - v T), a = eta f (DFA, feedback f), and
 * dQ = -2 a (w Q - v R) + a^2 (w^2 Q - 2 w v R + v^2 T + sigma^2). With r = R - v T / w and
 * u = Q - (v/w)^2 T:  dr = -a w r,  du = -l u + c r + e,  l = 2 a w - a^2 w^2,
 * c = 2 a v (1 - a w), e = a^2 sigma^2. */
START_TEST(test_linear_single_unit)
{
    for (int second_order = 0; second_order < 2; second_order++) {
        struct drawn d;
        double y[3], t = 7.5;
        draw_problem(&d, 1, 1, 1, "linear", "dfa", 21);
        d.p.first_order = !second_order;
        d.p.eta[0] = 0.6;
        d.p.eta[1] = d.p.kappa[0] = d.p.kappa[1] = 0;
        double w = 0.8, v = d.V2[0], f = 0.7, T = d.T[0], sigma = d.p.sigma;
        d.start[2] = w;
        d.F1[0] = f;
        double a = 0.6 * f, a2 = second_order ? a * a : 0;
        double r0 = d.start[1] - v * T / w, u0 = d.start[0] - v * v / w / w * T;
        double l = 2 * a * w - a2 * w * w, c = 2 * a * v - 2 * a2 * w * v, e = a2 * sigma * sigma;
        double r = r0 * exp(-a * w * t);
        double u = u0 * exp(-l * t) + e / l * (1 - exp(-l * t)) +
                   c * r0 * (exp(-a * w * t) - exp(-l * t)) / (l - a * w);
        solve(&d.p, "rk8pd", 1e-11, t, y);
        ck_assert_double_eq_tol(y[1], r + v * T / w, 1e-10);
        ck_assert_double_eq_tol(y[0], u + v * v / w / w * T, 1e-10);
        ck_assert_double_eq(y[2], w);
    }
}
END_TEST

/* exp(A t) of A (n x n) */
static void exponential(size_t n, double t, double *A, double *out)
{
    gsl_matrix_view a = gsl_matrix_view_array(A, n, n), e = gsl_matrix_view_array(out, n, n);
    gsl_matrix_scale(&a.matrix, t);
    gsl_linalg_exponential_ss(&a.matrix, &e.matrix, GSL_PREC_DOUBLE);
}

/* Fixed read-out: dR = -eta F (W2 R - V2 T) - kappa R, one linear system per teacher unit,
 * homogeneous with a constant 1 as an additional variable. */
START_TEST(test_linear_fixed_readout)
{
    enum { K = 3, M = 2, O = 2, N = K + 1 };
    struct drawn d;
    double y[DRAW_SIZE], A[N * N], E[N * N], t = 6;
    draw_problem(&d, K, M, O, "linear", "dfa", 22);
    d.p.eta[1] = d.p.kappa[1] = 0;
    solve(&d.p, "rk8pd", 1e-11, t, y);
    const double *W2 = d.start + aln_state_at(&d.p, ALN_W2),
                 *R0 = d.start + aln_state_at(&d.p, ALN_R);
    for (size_t m = 0; m < M; m++) {
        memset(A, 0, sizeof A);
        for (size_t k = 0; k < K; k++) {
            for (size_t o = 0; o < O; o++) {
                for (size_t l = 0; l < K; l++)
                    A[k * N + l] -= d.p.eta[0] * d.F1[k * O + o] * W2[o * K + l];
                for (size_t n = 0; n < M; n++)
                    A[k * N + K] += d.p.eta[0] * d.F1[k * O + o] * d.V2[o * M + n] * d.T[n * M + m];
            }
            A[k * N + k] -= d.p.kappa[0];
        }
        exponential(N, t, A, E);
        for (size_t k = 0; k < K; k++) {
            double R = E[k * N + K];
            for (size_t l = 0; l < K; l++)
                R += E[k * N + l] * R0[l * M + m];
            ck_assert_double_eq_tol(y[aln_state_at(&d.p, ALN_R) + k * M + m], R, 1e-10);
        }
    }
}
END_TEST

/* ---- calling sequences ---- */

START_TEST(test_many_calls)
{
    const char *const names[] = {"rk8pd", "rkck", "msadams"};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct drawn d;
        make_case(&d, i);
        for (size_t s = 0; s < COUNT(names); s++) {
            double once[DRAW_SIZE];
            solve(&d.p, names[s], 1e-10, 10, once);
            struct aln_ode_options options = {
                .stepper = aln_stepper_find(names[s]), .rtol = 1e-10, .atol = 1e-12};
            struct aln_ode *ode;
            ck_assert_int_eq(aln_ode_create(&ode, &d.p, &options), ALN_OK);
            for (int n = 0; n <= 100; n++) {
                ck_assert_msg(aln_ode_advance(ode, 0.1 * n) == ALN_OK, "%s", aln_error());
                ck_assert_double_eq(aln_ode_time(ode), 0.1 * n);
            }
            double off = distance(&d.p, aln_ode_state(ode), once);
            if (getenv("SHOW"))
                printf("many %zu %s %g\n", i, names[s], off);
            ck_assert_msg(off < 1e-8, "case %zu %s: %g", i, names[s], off);
            aln_ode_free(ode);
        }
    }
}
END_TEST

/* A schedule equals two consecutive runs. The states would have the same bits if the stepper
 * started with the same step; here it keeps its own, hence a tolerance. */
START_TEST(test_schedule)
{
    const char *const names[] = {"rk8pd", "rkf45", "msadams"};
    const struct aln_rates at[] = {{0, {0.3, 0.4}}, {3, {0.9, 0.05}}};
    for (size_t s = 0; s < COUNT(names); s++) {
        struct drawn d;
        double whole[DRAW_SIZE], first[DRAW_SIZE], second[DRAW_SIZE];
        draw_problem(&d, 2, 3, 1, "erf", "dfa", 31);
        d.p.schedule = at;
        d.p.schedule_count = 2;
        solve(&d.p, names[s], 1e-10, 8, whole);
        d.p.schedule_count = 0;
        memcpy(d.p.eta, at[0].eta, sizeof d.p.eta);
        solve(&d.p, names[s], 1e-10, 3, first);
        memcpy(d.start, first, sizeof first);
        memcpy(d.p.eta, at[1].eta, sizeof d.p.eta);
        solve(&d.p, names[s], 1e-10, 5, second);
        ck_assert_msg(distance(&d.p, whole, second) < 1e-8, "%s: %g", names[s],
                      distance(&d.p, whole, second));
    }
}
END_TEST

/* Kolen-Pollack with the rate and decay of the read-out: F - W2^T decays exactly as exp(-kappa t),
 * whatever the rest does. */
START_TEST(test_learning_feedback)
{
    struct drawn d;
    draw_problem(&d, 3, 2, 2, "erf", "kolen-pollack", 31);
    d.p.feedback_rate = d.p.feedback_decay = NAN; /* the read-out's */
    struct aln_ode *ode;
    ck_assert_int_eq(
        aln_ode_create(&ode, &d.p, &(struct aln_ode_options){.rtol = 1e-13, .atol = 1e-14}),
        ALN_OK);
    const double *W0 = d.start + aln_state_at(&d.p, ALN_W2),
                 *F0 = d.start + aln_state_at(&d.p, ALN_F);
    for (int t = 1; t <= 20; t++) {
        ck_assert_int_eq(aln_ode_advance(ode, t), ALN_OK);
        const double *y = aln_ode_state(ode);
        const double *W2 = y + aln_state_at(&d.p, ALN_W2), *F = y + aln_state_at(&d.p, ALN_F);
        for (size_t k = 0; k < 3; k++)
            for (size_t o = 0; o < 2; o++)
                ck_assert_double_eq_tol(F[k * 2 + o] - W2[o * 3 + k],
                                        exp(-d.p.kappa[1] * t) * (F0[k * 2 + o] - W0[o * 3 + k]),
                                        1e-12);
    }
    aln_ode_free(ode);
}
END_TEST

START_TEST(test_work_and_defaults)
{
    struct drawn d;
    struct aln_ode_options options = {.rtol = 1e-9, .atol = 1e-12};
    struct aln_ode *ode;
    uint64_t steps, calls;
    double y[DRAW_SIZE];
    draw_problem(&d, 2, 2, 1, "erf", "bp", 32);
    ck_assert_int_eq(aln_ode_create(&ode, &d.p, &options), ALN_OK);
    ck_assert_mem_eq(aln_ode_state(ode), d.start, aln_problem_size(&d.p) * sizeof(double));
    aln_ode_work(ode, &steps, &calls);
    ck_assert_uint_eq(steps, 0);
    ck_assert_uint_eq(calls, 0);
    ck_assert_int_eq(aln_ode_advance(ode, 0), ALN_OK);
    ck_assert_int_eq(aln_ode_advance(ode, 10), ALN_OK);
    aln_ode_work(ode, &steps, &calls);
    /* rk8pd: 13 calls per step */
    ck_assert_uint_ge(steps, 5);
    ck_assert_uint_ge(calls, 13 * steps);
    aln_ode_work(ode, NULL, NULL);
    reference_solve(&d.p, 10, 0.5, y);
    ck_assert(distance(&d.p, aln_ode_state(ode), y) < 1e-7);
    aln_ode_free(ode);
    aln_ode_free(NULL);
}
END_TEST

/* ---- signs ---- */

/* The cases above of rules that jump must contain a crossing to test anything. */
START_TEST(test_cases_cross)
{
    int total = 0;
    for (size_t i = 0; i < case_count(); i++) {
        struct drawn d;
        make_case(&d, i);
        if (!d.p.rule->jumps)
            continue;
        int crossings = count_crossings(&d.p, 10);
        ck_assert_int_ge(crossings, 1);
        total += crossings;
    }
    ck_assert_int_ge(total, 5);
}
END_TEST

/* From W2 = 0 the derivative of W2 determines the sign of each entry: the same as a start after one
 * tiny Euler step. */
START_TEST(test_start_at_zero)
{
    struct drawn d, moved;
    double y[DRAW_SIZE], z[DRAW_SIZE], f[DRAW_SIZE], h = 1e-9;
    draw_problem(&d, 3, 2, 2, "erf", "sign-symmetric", 41);
    draw_problem(&moved, 3, 2, 2, "erf", "sign-symmetric", 41);
    size_t at = aln_state_at(&d.p, ALN_W2), n = aln_problem_size(&d.p);
    memset(d.start + at, 0, (n - at) * sizeof *d.start);
    struct aln_rhs *rhs;
    ck_assert_int_eq(aln_rhs_create(&rhs, &d.p), ALN_OK);
    ck_assert_int_eq(aln_rhs_eval(rhs, d.p.eta, NULL, d.start, f), ALN_OK);
    aln_rhs_free(rhs);
    for (size_t i = 0; i < n; i++)
        moved.start[i] = d.start[i] + h * f[i];
    solve(&d.p, "rk8pd", 1e-10, 4, y);
    solve(&moved.p, "rk8pd", 1e-10, 4 - h, z);
    ck_assert_double_gt(fabs(y[0] - d.start[0]), 1e-2); /* and W1 has changed */
    ck_assert_msg(distance(&d.p, y, z) < 1e-7, "%g", distance(&d.p, y, z));
}
END_TEST

/* R = 0 and W2 = 0: nothing changes, except that Q decays. */
START_TEST(test_origin_stays)
{
    struct drawn d;
    double y[DRAW_SIZE];
    draw_problem(&d, 2, 2, 1, "erf", "sign-symmetric", 42);
    memset(d.start + 3, 0, 6 * sizeof *d.start);
    solve(&d.p, "rk8pd", 1e-10, 50, y);
    for (size_t i = 3; i < 9; i++)
        ck_assert_double_eq(y[i], 0);
    ck_assert_double_eq_tol(y[0], d.start[0] * exp(-2 * d.p.kappa[0] * 50), 1e-9);
}
END_TEST

/* An entry of W2 is below zero from t = 0.68 to 0.84, two crossings that the ends of a step would
 * miss: W2 relaxes to (1/2, 1/2) fast along (1, 1), slowly across. */
START_TEST(test_dip_within_a_step)
{
    struct drawn d;
    double y[DRAW_SIZE], z[DRAW_SIZE];
    draw_problem(&d, 2, 1, 1, "linear", "sign-symmetric", 43);
    d.p.sigma = d.p.kappa[0] = d.p.kappa[1] = 0;
    d.p.eta[0] = 0.1;
    d.p.eta[1] = 1;
    const double Q[] = {1, 0.9, 1}, R[] = {0.95, 0.95}, W2[] = {0.05, 1.2};
    memcpy(d.start, Q, sizeof Q);
    memcpy(d.start + 3, R, sizeof R);
    memcpy(d.start + 5, W2, sizeof W2);
    d.T[0] = d.V2[0] = 1;
    struct reference r = {.p = &d.p, .eta = {d.p.eta[0], d.p.eta[1]}};
    memcpy(z, d.start, sizeof z);
    int crossings = reference_signs(&r, 0, 5, 0.01, z);
    ck_assert_int_eq(crossings, 2);
    for (size_t s = 0; s < aln_steppers.count; s++) {
        const struct setting with = setting_of(s);
        solve(&d.p, with.name, with.rtol, 5, y);
        ck_assert_msg(distance(&d.p, y, z) <= with.tolerance, "%s: %g", with.name,
                      distance(&d.p, y, z));
    }
}
END_TEST

/* ---- failures ---- */

/* Feedback against the sign drives W2 through zero ever faster. */
static void against(const struct aln_feedback_terms *terms, double *F)
{
    for (size_t i = 0; i < terms->rows * terms->cols; i++)
        F[i] = -terms->sign[i];
}
static const struct aln_rule contrary = {
    .id = {"contrary", "", ""}, .route = ALN_LAYERWISE, .feedback = against, .jumps = true};

static enum aln_status attempt(const struct aln_problem *p, const char *stepper, double rtol,
                               double t_end)
{
    struct aln_ode_options options = {.stepper = aln_stepper_find(stepper),
                                      .rtol = rtol,
                                      .atol = rtol < 0.1 ? 1e-3 * rtol : rtol};
    struct aln_ode *ode;
    ck_assert_int_eq(aln_ode_create(&ode, p, &options), ALN_OK);
    enum aln_status status = aln_ode_advance(ode, t_end);
    for (size_t i = 0; i < aln_problem_size(p) && status != ALN_OK; i++)
        ck_assert(isnan(p->start[i]) || isfinite(aln_ode_state(ode)[i]));
    if (status == ALN_OK)
        for (size_t i = 0; i < aln_problem_size(p); i++)
            ck_assert_double_finite(aln_ode_state(ode)[i]);
    else
        ck_assert_double_lt(aln_ode_time(ode), t_end);
    aln_ode_free(ode);
    if (getenv("SHOW"))
        printf("%s %d %s\n", stepper, status, aln_error());
    return status;
}

START_TEST(test_chattering)
{
    struct drawn d;
    draw_problem(&d, 1, 1, 1, "erf", "sign-symmetric", 51);
    d.p.rule = &contrary;
    ck_assert_int_eq(attempt(&d.p, "rk8pd", 1e-9, 1000), ALN_NUMERIC);
    ck_assert_ptr_nonnull(strstr(aln_error(), "W2_1_1 crosses zero repeatedly"));
}
END_TEST

/* A linear unit with fixed read-out above the largest stable rate, eta F W2 > 2: with second-order
 * terms Q grows like exp(360 t), by a factor of 1e12 before t = 0.09. */
START_TEST(test_blow_up)
{
    for (size_t s = 0; s < aln_steppers.count; s++) {
        struct drawn d;
        const char *name = aln_names_row(&aln_steppers, s)->name;
        draw_problem(&d, 1, 1, 1, "linear", "dfa", 52);
        d.p.eta[0] = 20;
        d.p.eta[1] = d.p.kappa[0] = d.p.kappa[1] = 0;
        d.F1[0] = d.start[2] = 1;
        ck_assert_int_eq(attempt(&d.p, name, strcmp(name, "rk1imp") == 0 ? 1e-4 : 1e-8, 10),
                         ALN_NUMERIC);
        ck_assert_msg(strstr(aln_error(), "t = 0.0") != NULL, "%s", aln_error());
        ck_assert_ptr_nonnull(strstr(aln_error(), "Q_1_1 has grown to "));
        ck_assert_ptr_nonnull(strstr(aln_error(), "learning.rate"));
    }
}
END_TEST

/* Overlaps that no weights can have, at the start or later. */
START_TEST(test_leaves_the_cone)
{
    struct drawn d;
    draw_problem(&d, 2, 2, 1, "erf", "dfa", 1);
    d.start[aln_state_entry(&d.p, ALN_Q, 1, 1)] = 1e-3;
    ck_assert_int_eq(attempt(&d.p, "rk8pd", 1e-9, 20), ALN_NUMERIC);
    ck_assert_ptr_nonnull(strstr(aln_error(), "t = 0: "));
    ck_assert_ptr_nonnull(strstr(aln_error(), "not positive semi-definite, seen at Q_2_2"));
    /* A valid start with errors as large as the overlaps; small errors stay valid. */
    for (int loose = 0; loose < 2; loose++) {
        draw_problem(&d, 2, 1, 1, "erf", "dfa", 10);
        d.p.sigma = d.p.kappa[0] = d.p.kappa[1] = 0;
        d.p.eta[0] = d.p.eta[1] = 2;
        ck_assert_int_eq(attempt(&d.p, "rk2", loose ? 0.5 : 1e-6, 200),
                         loose ? ALN_NUMERIC : ALN_OK);
        if (loose) {
            ck_assert_ptr_null(strstr(aln_error(), "t = 0:"));
            ck_assert_ptr_nonnull(strstr(aln_error(), "not positive semi-definite, seen at Q_"));
            ck_assert_ptr_nonnull(strstr(aln_error(), "try a smaller ode.rtol"));
        }
    }
}
END_TEST

/* Unit 2 has zero weights: relu's averages are undefined there, erf's are defined. */
START_TEST(test_no_weights)
{
    for (int relu = 0; relu < 2; relu++) {
        struct drawn d;
        draw_problem(&d, 2, 2, 1, relu ? "relu" : "erf", "dfa", 55);
        d.start[1] = d.start[2] = d.start[5] = d.start[6] = 0;
        ck_assert_int_eq(attempt(&d.p, "rk8pd", 1e-9, 1), relu ? ALN_NUMERIC : ALN_OK);
        if (relu) {
            ck_assert_ptr_nonnull(strstr(aln_error(), "t = 0: unit 2 has no weights (Q_2_2 = 0)"));
            ck_assert_ptr_nonnull(strstr(aln_error(), "averages of activation relu"));
            ck_assert_ptr_nonnull(strstr(aln_error(), "every unit needs a non-zero weight vector"));
        }
    }
}
END_TEST

/* Linear units at a large rate: too stiff for an explicit stepper, but not divergent. */
START_TEST(test_stall)
{
    static const char *implicit[] = {"bsimp", "msbdf", "rk4imp"};
    struct drawn d;
    draw_problem(&d, 2, 2, 1, "linear", "dfa", 1);
    d.p.eta[0] = d.p.eta[1] = 100;
    ck_assert_int_eq(attempt(&d.p, "rk8pd", 1e-9, 1000), ALN_NUMERIC);
    ck_assert_ptr_nonnull(strstr(aln_error(), "the equations have been stiff since t = "));
    ck_assert_ptr_nonnull(strstr(aln_error(), "try --set ode.stepper=bsimp"));
    for (size_t s = 0; s < COUNT(implicit); s++)
        ck_assert_int_eq(attempt(&d.p, implicit[s], 1e-7, 1000), ALN_OK);

    /* two implicit steppers agree between their steps; 1e3 times the tolerance, as above */
    struct aln_ode *ode[2];
    for (size_t s = 0; s < 2; s++) {
        struct aln_ode_options options = {
            .stepper = aln_stepper_find(implicit[s]), .rtol = 1e-9, .atol = 1e-12};
        ck_assert_int_eq(aln_ode_create(&ode[s], &d.p, &options), ALN_OK);
    }
    for (double t = 1e-3; t < 1000; t *= 1.3) {
        for (size_t s = 0; s < 2; s++)
            ck_assert_msg(aln_ode_advance(ode[s], t) == ALN_OK, "%s", aln_error());
        for (size_t i = 0; i < aln_problem_size(&d.p); i++) {
            double y = aln_ode_state(ode[0])[i];
            ck_assert_double_eq_tol(aln_ode_state(ode[1])[i], y, 1e-6 * (fabs(y) + 1e-3));
        }
    }
    aln_ode_free(ode[0]);
    aln_ode_free(ode[1]);
}
END_TEST

/* Exactly this many steps, not one less. */
START_TEST(test_max_steps)
{
    struct drawn d;
    draw_problem(&d, 2, 2, 1, "erf", "dfa", 1);
    uint64_t needed = 0;
    for (int less = 0; less < 2; less++) {
        struct aln_ode_options options = {
            .rtol = 1e-9, .atol = 1e-12, .max_steps = needed - (uint64_t)less};
        struct aln_ode *ode;
        ck_assert_int_eq(aln_ode_create(&ode, &d.p, &options), ALN_OK);
        ck_assert_int_eq(aln_ode_advance(ode, 100), less ? ALN_NUMERIC : ALN_OK);
        aln_ode_work(ode, &needed, NULL);
        ck_assert(less == (aln_ode_time(ode) < 100));
        aln_ode_free(ode);
    }
    /* the same stiff run to a later end: stops early, although t is near */
    draw_problem(&d, 2, 2, 1, "linear", "dfa", 1);
    d.p.eta[0] = d.p.eta[1] = 100;
    for (int known = 0; known < 2; known++) {
        struct aln_ode_options options = {
            .rtol = 1e-9, .atol = 1e-12, .max_steps = 1000000, .horizon = known ? 1000 : 0};
        struct aln_ode *ode;
        ck_assert_int_eq(aln_ode_create(&ode, &d.p, &options), ALN_OK);
        ck_assert_int_eq(aln_ode_advance(ode, 3), known ? ALN_NUMERIC : ALN_OK);
        aln_ode_free(ode);
    }
    /* a slow phase does not predict the time after it, wherever the pace was last checked */
    for (double change = 1; change < 1.2; change += 0.01) {
        const struct aln_rates rest[] = {{change, {0.01, 0.01}}};
        struct aln_ode_options options = {
            .rtol = 1e-9, .atol = 1e-12, .max_steps = 100000, .horizon = 1000};
        struct aln_ode *ode;
        d.p.schedule = rest;
        d.p.schedule_count = 1;
        ck_assert_int_eq(aln_ode_create(&ode, &d.p, &options), ALN_OK);
        ck_assert_msg(aln_ode_advance(ode, 1000) == ALN_OK, "%g: %s", change, aln_error());
        aln_ode_free(ode);
    }
}
END_TEST

START_TEST(test_start_not_finite)
{
    for (size_t s = 0; s < aln_steppers.count; s++) {
        struct drawn d;
        draw_problem(&d, 2, 2, 1, "erf", s % 2 ? "bp" : "sign-symmetric", 53);
        d.start[4] = NAN;
        ck_assert_int_eq(attempt(&d.p, aln_names_row(&aln_steppers, s)->name, 1e-6, 1),
                         ALN_NUMERIC);
        ck_assert_ptr_nonnull(strstr(aln_error(), "t = 0"));
    }
}
END_TEST

/* A stop request that comes within an evaluation ends it there, after one of K rows of averages. */
static volatile sig_atomic_t stop_wanted;
static size_t averages;

static double request_stop(double ckk, double cll, double ckl)
{
    (void)ckk;
    (void)cll;
    averages++;
    stop_wanted = 1;
    return ckl;
}

START_TEST(test_stopped_within)
{
    struct drawn d;
    struct aln_ode_options options = aln_ode_defaults();
    struct aln_ode *ode;
    draw_problem(&d, 20, 3, 1, "quadratic", "dfa", 1);
    struct aln_activation slow = *d.p.activation;
    slow.J2 = request_stop;
    d.p.activation = &slow;
    options.stop = &stop_wanted;
    ck_assert_int_eq(aln_ode_create(&ode, &d.p, &options), ALN_OK);
    ck_assert_int_eq(aln_ode_advance(ode, 1), ALN_STOPPED);
    ck_assert_str_eq(aln_error(), "stopped at t = 0");
    ck_assert_msg(averages == 23, "%zu", averages);
    ck_assert(aln_ode_time(ode) == 0);
    aln_ode_free(ode);
}
END_TEST

CHECK_MAIN("theory/ode", test_stopped_within, test_learning_feedback, test_reference, test_golden,
           test_linear_single_unit, test_linear_fixed_readout, test_many_calls, test_schedule,
           test_work_and_defaults, test_cases_cross, test_start_at_zero, test_origin_stays,
           test_dip_within_a_step, test_chattering, test_blow_up, test_leaves_the_cone,
           test_no_weights, test_stall, test_max_steps, test_start_not_finite)

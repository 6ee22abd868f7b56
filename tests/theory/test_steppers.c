/* Every stepper on every problem: error and cost; and the Jacobian of the implicit ones. */
#include <gsl/gsl_math.h>
#include <stdio.h>

#include "../check_main.h"
#include "alignode/ode.h"
#include "reference.h"
#include "usual.h"

#define MOST         100 /* largest number of equations for the Jacobian test */
#define COUNT(array) (sizeof array / sizeof *array)

/* ---- problems ---- */

/* Linear units with fixed read-out, K = M = O = 1: closed form as in test_ode.c. */
static void make_exact(struct drawn *d)
{
    draw_problem(d, 1, 1, 1, "linear", "dfa", 21);
    d->p.eta[0] = 0.6;
    d->p.eta[1] = d->p.kappa[0] = d->p.kappa[1] = 0;
    d->start[2] = 0.8;
    d->F1[0] = 0.7;
}

static void solve_exact(const struct drawn *d, double t, double *y)
{
    double w = 0.8, v = d->V2[0], T = d->T[0], a = 0.6 * 0.7;
    double l = 2 * a * w - a * a * w * w, c = 2 * a * v * (1 - a * w);
    double e = a * a * d->p.sigma * d->p.sigma, r0 = d->start[1] - v * T / w;
    double u0 = d->start[0] - v * v / w / w * T;
    y[1] = r0 * exp(-a * w * t) + v * T / w;
    y[0] = u0 * exp(-l * t) + e / l * (1 - exp(-l * t)) +
           c * r0 * (exp(-a * w * t) - exp(-l * t)) / (l - a * w) + v * v / w / w * T;
    y[2] = w;
}

static void make_fast(struct drawn *d)
{
    draw_problem(d, 2, 2, 1, "erf", "bp", 1);
}

static void make_noisy(struct drawn *d)
{
    draw_problem(d, 3, 2, 2, "erf", "dfa", 4);
}

static void make_plateau(struct drawn *d)
{
    make_usual(d, "bp");
}

/* Stiff: the rate of the read-out is a thousand times that of the hidden layer. */
static void make_stiff(struct drawn *d)
{
    draw_problem(d, 1, 1, 1, "linear", "dfa", 7);
    d->p.sigma = d->p.kappa[0] = d->p.kappa[1] = 0;
    d->p.eta[0] = 0.3;
    d->p.eta[1] = 300;
    d->start[0] = 1;
    d->start[1] = 0.5;
    d->start[2] = 0.1;
    d->F1[0] = 1;
    d->V2[0] = d->T[0] = 1;
}

enum { PROBLEMS = 5 };
static const struct {
    const char *name;
    void (*make)(struct drawn *);
    double t;
} problems[PROBLEMS] = {{"exact", make_exact, 7.5},
                        {"fast", make_fast, 10},
                        {"noisy", make_noisy, 10},
                        {"plateau", make_plateau, 100},
                        {"stiff", make_stiff, 10}};

/* Measured errors (largest of the state, relative above 1), accepted steps and right-hand-side
 * calls. A test fails at three times the error, or at 1.5 times the calls or steps: enough to
 * detect a loss of efficiency, but not another libm or compiler. */
static const struct {
    const char *stepper;
    double rtol;
    struct work {
        double error;
        uint64_t steps, calls;
    } work[PROBLEMS];
} table[] = {{"rk2",
              1e-07,
              {{5.3e-09, 432, 1303},
               {3.3e-10, 231, 697},
               {1.8e-09, 382, 1165},
               {3.5e-09, 777, 2341},
               {5.9e-09, 2002, 6859}}},
             {"rk4",
              1e-09,
              {{3.4e-10, 81, 892},
               {6.1e-11, 39, 441},
               {1.8e-10, 59, 683},
               {1.3e-09, 124, 1376},
               {2.1e-11, 1792, 19713}}},
             {"rkf45",
              1e-09,
              {{1.5e-10, 76, 457},
               {7.6e-12, 37, 223},
               {5.0e-11, 53, 337},
               {2.9e-10, 112, 685},
               {6.3e-11, 1762, 11035}}},
             {"rkck",
              1e-09,
              {{8.4e-11, 57, 343},
               {7.9e-12, 29, 175},
               {1.0e-10, 41, 277},
               {2.2e-10, 85, 511},
               {2.5e-11, 1493, 9055}}},
             {"rk8pd",
              1e-09,
              {{7.1e-12, 18, 240},
               {5.0e-13, 13, 175},
               {4.3e-12, 17, 240},
               {1.2e-11, 27, 383},
               {1.8e-10, 989, 13513}}},
             {"msadams",
              1e-09,
              {{2.3e-09, 145, 434},
               {3.3e-10, 62, 185},
               {7.6e-10, 93, 282},
               {2.4e-09, 183, 566},
               {2.3e-07, 5158, 23912}}},
             {"rk1imp",
              0.0001,
              {{5.4e-04, 386, 8191},
               {6.4e-05, 219, 9946},
               {3.5e-04, 436, 35560},
               {6.1e-04, 657, 29701},
               {1.3e-04, 448, 9942}}},
             {"rk2imp",
              1e-06,
              {{1.8e-06, 164, 3466},
               {2.0e-07, 87, 3961},
               {1.1e-06, 124, 10369},
               {4.8e-06, 270, 12301},
               {1.4e-07, 602, 12700}}},
             {"rk4imp",
              1e-09,
              {{2.7e-10, 58, 1683},
               {4.7e-11, 30, 1694},
               {1.9e-10, 45, 4612},
               {5.8e-10, 94, 5569},
               {2.6e-11, 252, 10628}}},
             {"bsimp",
              1e-09,
              {{1.2e-13, 13, 2116},
               {1.3e-15, 13, 2452},
               {8.9e-15, 13, 2956},
               {5.7e-11, 15, 2839},
               {5.7e-12, 22, 3475}}},
             {"msbdf",
              1e-09,
              {{5.6e-09, 142, 460},
               {2.2e-10, 102, 404},
               {2.9e-09, 122, 803},
               {4.4e-09, 232, 886},
               {9.4e-09, 330, 1160}}},
             {"auto",
              1e-09,
              {{7.1e-12, 18, 240},
               {5.0e-13, 13, 175},
               {4.3e-12, 17, 240},
               {1.2e-11, 27, 383},
               {1.8e-10, 989, 13513}}}};

/* The reference: exact, or integrated at the tightest tolerance. */
static void solve_best(size_t i, const struct drawn *d, double *y)
{
    struct aln_ode *ode;
    struct aln_ode_options options = {.rtol = 1e-14, .atol = 1e-15};
    if (i == 0) {
        solve_exact(d, problems[i].t, y);
        return;
    }
    ck_assert_int_eq(aln_ode_create(&ode, &d->p, &options), ALN_OK);
    ck_assert_msg(aln_ode_advance(ode, problems[i].t) == ALN_OK, "%s", aln_error());
    memcpy(y, aln_ode_state(ode), aln_problem_size(&d->p) * sizeof *y);
    aln_ode_free(ode);
}

START_TEST(test_table)
{
    static struct drawn d[PROBLEMS];
    static double best[PROBLEMS][DRAW_SIZE];
    const bool show = getenv("SHOW") != NULL;
    for (size_t i = 0; i < aln_steppers.count; i++) {
        const char *name = aln_names_row(&aln_steppers, i)->name;
        size_t row = 0;
        while (row < COUNT(table) && strcmp(table[row].stepper, name) != 0)
            row++;
        ck_assert_msg(row < COUNT(table),
                      "stepper %s has no row in the table of errors and work: add one to " __FILE__
                      "; SHOW=1 prints it",
                      name);
    }
    for (size_t i = 0; i < PROBLEMS; i++) {
        problems[i].make(&d[i]);
        solve_best(i, &d[i], best[i]);
    }
    for (size_t s = 0; s < COUNT(table); s++) {
        struct aln_ode_options options = {.stepper = aln_stepper_find(table[s].stepper),
                                          .rtol = table[s].rtol,
                                          .atol = 0.01 * table[s].rtol};
        ck_assert_ptr_nonnull(options.stepper);
        if (show)
            printf("    {\"%s\", %g, {", table[s].stepper, table[s].rtol);
        for (size_t i = 0; i < PROBLEMS; i++) {
            const struct work *was = &table[s].work[i];
            uint64_t steps, calls;
            struct aln_ode *ode;
            ck_assert_int_eq(aln_ode_create(&ode, &d[i].p, &options), ALN_OK);
            ck_assert_msg(aln_ode_advance(ode, problems[i].t) == ALN_OK, "%s %s: %s",
                          table[s].stepper, problems[i].name, aln_error());
            double error = distance(&d[i].p, aln_ode_state(ode), best[i]);
            aln_ode_work(ode, &steps, &calls);
            aln_ode_free(ode);
            if (show) {
                printf("{%.1e, %d, %d}%s", error, (int)steps, (int)calls,
                       i + 1 < PROBLEMS ? ", " : "}},\n");
                continue;
            }
            ck_assert_msg(error <= 3 * was->error + 1e-12, "%s %s: error %g, was %g",
                          table[s].stepper, problems[i].name, error, was->error);
            ck_assert_msg((double)steps <= 1.5 * (double)was->steps, "%s %s: %d steps, was %d",
                          table[s].stepper, problems[i].name, (int)steps, (int)was->steps);
            ck_assert_msg((double)calls <= 1.5 * (double)was->calls, "%s %s: %d calls, was %d",
                          table[s].stepper, problems[i].name, (int)calls, (int)was->calls);
        }
    }
}
END_TEST

/* ---- Jacobian ---- */

/* Central differences of the twin, extrapolated from steps h, h/2, h/4, h/8 to order 8. */
static void twin_jacobian(const struct aln_problem *p, const double eta[2], const double *y,
                          double h, double *dfdy)
{
    size_t n = aln_problem_size(p);
    double z[DRAW_SIZE], f[2][DRAW_SIZE], F[DRAW_FIELDS * DRAW_FIELDS], T[4][DRAW_SIZE];
    memcpy(z, y, n * sizeof *z);
    for (size_t j = 0; j < n; j++) {
        for (int level = 0; level < 4; level++) {
            double g = ldexp(h, -level), now[DRAW_SIZE];
            for (int side = 0; side < 2; side++) {
                z[j] = y[j] + (side ? g : -g);
                bool jumps = p->rule->jumps;
                twin_feedback(p, z, jumps ? y + aln_state_at(p, ALN_W2) : NULL, F);
                twin_rhs(p, eta, F, z, f[side]);
            }
            z[j] = y[j];
            for (size_t i = 0; i < n; i++)
                now[i] = (f[1][i] - f[0][i]) / (2 * g);
            for (int c = 0; c < level; c++) {
                for (size_t i = 0; i < n; i++) {
                    double next = now[i] + (now[i] - T[c][i]) / (ldexp(1, 2 * (c + 1)) - 1);
                    T[c][i] = now[i];
                    now[i] = next;
                }
            }
            memcpy(T[level], now, n * sizeof *now);
        }
        for (size_t i = 0; i < n; i++)
            dfdy[i * n + j] = T[3][i];
    }
}

/* The largest difference, relative to the largest entry of the row. */
static double jacobian_error(const struct aln_problem *p)
{
    static double own[MOST * MOST], twin[MOST * MOST];
    struct aln_rhs *rhs;
    double eta[2] = {0.7, 0.4}, most = 0;
    size_t n = aln_problem_size(p);
    ck_assert_int_eq(aln_rhs_create(&rhs, p), ALN_OK);
    ck_assert_int_eq(aln_rhs_jacobian(rhs, eta, NULL, p->start, own), ALN_OK);
    aln_rhs_free(rhs);
    twin_jacobian(p, eta, p->start, 0.02, twin);
    for (size_t i = 0; i < n; i++) {
        double row = 1e-3;
        for (size_t j = 0; j < n; j++)
            row = fmax(row, fabs(twin[i * n + j]));
        for (size_t j = 0; j < n; j++)
            most = fmax(most, fabs(own[i * n + j] - twin[i * n + j]) / row);
    }
    return most;
}

/* For every rule. No entry of W2 is close enough to 0 for a difference to reach it: there the
 * feedback may jump, and a norm of the weights has a kink where all of them are 0. */
START_TEST(test_jacobian)
{
    for (size_t r = 0; r < rules_closed(); r++) {
        double most = 0;
        for (uint64_t seed = 1; seed <= 12; seed++) {
            struct drawn d;
            draw_problem(&d, 1 + seed % 3, 1 + seed / 3 % 2, 1 + seed / 6 % 2,
                         twin_activations[seed % TWIN_ACTIVATIONS].name, rules_row(r)->id.name,
                         seed);
            d.p.first_order = seed % 5 == 0;
            for (size_t i = aln_state_at(&d.p, ALN_W2); i < aln_state_at(&d.p, ALN_F); i++)
                d.start[i] += copysign(0.2, d.start[i]);
            most = fmax(most, jacobian_error(&d.p));
        }
        if (getenv("SHOW"))
            printf("Jacobian, %s: %.3g\n", rules_row(r)->id.name, most);
        ck_assert_msg(most < 1e-10, "%s: %g", rules_row(r)->id.name, most);
    }
}
END_TEST

/* Difference quotients of order 4, one right-hand side after the other. */
static void plain_jacobian(const struct aln_problem *p, const double eta[2], double *y,
                           double *dfdy)
{
    static const double place[4] = {-2, -1, 1, 2}, weight[4] = {1, -8, 8, -1};
    const size_t n = aln_problem_size(p);
    double scale[MOST], f[4][MOST];
    struct aln_rhs *rhs;
    ck_assert_int_eq(aln_rhs_create(&rhs, p), ALN_OK);
    aln_state_scales(p, y, 0x1p-10, scale);
    for (size_t j = 0; j < n; j++) {
        const double before = y[j], h = scale[j] * 0x1p-10;
        for (size_t k = 0; k < 4; k++) {
            y[j] = before + place[k] * h;
            ck_assert_int_eq(aln_rhs_eval(rhs, eta, NULL, y, f[k]), ALN_OK);
        }
        y[j] = before;
        for (size_t i = 0; i < n; i++) {
            double sum = 0;
            for (size_t k = 0; k < 4; k++)
                sum += weight[k] * f[k][i];
            dfdy[i * n + j] = sum / (12 * h);
        }
    }
    aln_rhs_free(rhs);
}

/* Columns that are computed several at a time have the bits of one after the other. */
START_TEST(test_columns)
{
    static const char *const names[] = {"erf", "linear", "quadratic"};
    static double J[MOST * MOST], plain[MOST * MOST];
    for (size_t r = 0; r < rules_closed(); r++)
        for (uint64_t seed = 1; seed <= 12; seed++) {
            const double eta[2] = {seed % 7 == 6 ? 0 : 0.7, seed % 4 == 3 ? 0 : 0.4};
            struct drawn d;
            struct aln_rhs *rhs;
            draw_problem(&d, 1 + seed % 4, 1 + seed % 2, 1 + seed / 2 % 2, names[seed % 3],
                         rules_row(r)->id.name, seed);
            d.p.first_order = seed % 5 == 0;
            if (seed % 2 == 0)
                draw_keys(&d);
            if (rules_row(r)->jumps)
                continue;
            const size_t n = aln_problem_size(&d.p);
            ck_assert_int_eq(aln_rhs_create(&rhs, &d.p), ALN_OK);
            ck_assert_int_eq(aln_rhs_jacobian(rhs, eta, NULL, d.start, J), ALN_OK);
            aln_rhs_free(rhs);
            plain_jacobian(&d.p, eta, d.start, plain);
            for (size_t i = 0; i < n * n; i++)
                ck_assert_msg(memcmp(&J[i], &plain[i], sizeof *J) == 0,
                              "%s, %s, seed %d: %zu by %zu: %.17g, not %.17g",
                              rules_row(r)->id.name, d.p.activation->id.name, (int)seed, i / n,
                              i % n, J[i], plain[i]);
        }
}
END_TEST

/* Where the slopes of four-field averages are closed forms, against differences of the right-hand side, which uses
 * none: of order 6, with a truncation below 1e-10 for overlaps from 0.05 on and round-off of 1e-13. */
START_TEST(test_jacobian_of_sums)
{
    static const char *const names[] = {"tanh", "sigmoid"};
    static const double at[3] = {0.75, -0.15, 1.0 / 60};
    static double J[MOST * MOST];
    for (size_t r = 0; r < rules_closed(); r++)
        for (uint64_t seed = 1; seed <= 6; seed++) {
            const double eta[2] = {0.7, 0.4}, h = 0.002;
            struct drawn d;
            struct aln_rhs *rhs;
            draw_problem(&d, 1 + seed % 3, 1 + seed % 2, 1 + seed / 2 % 2, names[seed % 2],
                         rules_row(r)->id.name, seed);
            if (seed % 3 == 0)
                draw_keys(&d);
            for (size_t i = aln_state_at(&d.p, ALN_W2); i < aln_state_at(&d.p, ALN_F); i++)
                d.start[i] += copysign(0.2, d.start[i]);
            const size_t n = aln_problem_size(&d.p);
            ck_assert_int_eq(aln_rhs_create(&rhs, &d.p), ALN_OK);
            ck_assert_int_eq(aln_rhs_jacobian(rhs, eta, NULL, d.start, J), ALN_OK);
            for (size_t j = 0; j < n; j++) {
                const double y = d.start[j];
                double slope[MOST] = {0}, f[2][MOST];
                for (int k = 1; k <= 3; k++) {
                    for (int side = 0; side < 2; side++) {
                        d.start[j] = y + (side == 0 ? k : -k) * h;
                        ck_assert_int_eq(aln_rhs_eval(rhs, eta, NULL, d.start, f[side]), ALN_OK);
                    }
                    for (size_t i = 0; i < n; i++)
                        slope[i] += at[k - 1] * (f[0][i] - f[1][i]) / h;
                }
                d.start[j] = y;
                for (size_t i = 0; i < n; i++)
                    ck_assert_msg(fabs(J[i * n + j] - slope[i]) <= 1e-8 * (1 + fabs(slope[i])),
                                  "%s, %s, seed %d: %zu by %zu: %.12g, not %.12g",
                                  rules_row(r)->id.name, d.p.activation->id.name, (int)seed, i, j,
                                  J[i * n + j], slope[i]);
            }
            aln_rhs_free(rhs);
        }
}
END_TEST

/* Linear units, DFA, fixed read-out: d(dR)/dR = -eta1 F W2 - kappa1 by hand, and the small start,
 * whose overlaps of 1e-4 must not spoil the differences. */
START_TEST(test_jacobian_by_hand)
{
    struct drawn d;
    struct aln_rhs *rhs;
    double eta[2] = {0.7, 0};
    static double J[MOST * MOST], twin[MOST * MOST];
    draw_problem(&d, 3, 2, 2, "linear", "dfa", 22);
    size_t n = aln_problem_size(&d.p), R = aln_state_at(&d.p, ALN_R),
           W2 = aln_state_at(&d.p, ALN_W2);
    ck_assert_int_eq(aln_rhs_create(&rhs, &d.p), ALN_OK);
    ck_assert_int_eq(aln_rhs_jacobian(rhs, eta, NULL, d.start, J), ALN_OK);
    for (size_t k = 0; k < 3; k++) {
        for (size_t m = 0; m < 2; m++) {
            for (size_t l = 0; l < 3; l++) {
                double sum = k == l ? -d.p.kappa[0] : 0;
                for (size_t o = 0; o < 2; o++)
                    sum -= eta[0] * d.F1[k * 2 + o] * d.start[W2 + o * 3 + l];
                ck_assert_double_eq_tol(J[(R + k * 2 + m) * n + R + l * 2 + m], sum, 1e-12);
            }
        }
    }
    d.start[0] = NAN;
    ck_assert_int_eq(aln_rhs_jacobian(rhs, eta, NULL, d.start, J), ALN_NUMERIC);
    aln_rhs_free(rhs);

    make_usual(&d, "bp");
    ck_assert_int_eq(aln_rhs_create(&rhs, &d.p), ALN_OK);
    ck_assert_int_eq(aln_rhs_jacobian(rhs, d.p.eta, NULL, d.start, J), ALN_OK);
    aln_rhs_free(rhs);
    twin_jacobian(&d.p, d.p.eta, d.start, 0.01, twin);
    for (size_t i = 0; i < 81; i++)
        ck_assert_double_eq_tol(J[i], twin[i], 1e-10 * 0.1);
}
END_TEST

CHECK_MAIN("theory/steppers", test_table, test_jacobian, test_columns, test_jacobian_of_sums,
           test_jacobian_by_hand)

/* Rules whose feedback learns (Kolen-Pollack): against the literal twin, and the exact law. */
#include <stdio.h>

#include "../check_main.h"
#include "alignode/ode.h"
#include "reference.h"

/* The rules whose feedback learns, in turn; or those that learn from the gradient. */
static const struct aln_rule *learning(uint64_t seed, bool from_gradient)
{
    uint64_t left = seed;
    for (size_t r = 0;; r = (r + 1) % rules_all()->count)
        if (rules_row(r)->learns && !(from_gradient && rules_row(r)->mirrors) && left-- == 0)
            return rules_row(r);
}

/* F starts at the fixed random matrix. rate, decay: NAN for those of the read-out */
static void draw_learning(struct drawn *d, size_t K, size_t M, size_t O, const char *activation,
                          uint64_t seed, double rate, double decay)
{
    draw_problem(d, K, M, O, activation, "dfa", seed);
    d->p.rule = learning(seed, false);
    d->p.feedback_rate = rate;
    d->p.feedback_decay = decay;
    memcpy(d->start + aln_state_at(&d->p, ALN_F), d->F1, K * O * sizeof *d->F1);
    for (size_t i = 0; i < K * O; i++)
        d->F1[i] = NAN; /* must not be used any more */
}

START_TEST(test_right_hand_side)
{
    const char *const activations[] = {"erf", "linear"};
    for (uint64_t seed = 1; seed <= 120; seed++) {
        struct drawn d;
        double eta[2] = {0.7, seed % 4 == 0 ? 0 : 0.4}, dydt[DRAW_SIZE], twin[DRAW_SIZE];
        double F[DRAW_FIELDS];
        size_t K = 1 + seed % 4, M = 1 + seed / 4 % 3, O = 1 + seed / 12 % 3;
        draw_learning(&d, K, M, O, activations[seed % 2], seed, seed % 3 ? NAN : 0.15,
                      seed % 5 ? NAN : 0.07);
        size_t size = aln_problem_size(&d.p), at_F = aln_state_at(&d.p, ALN_F);
        ck_assert_uint_eq(size, at_F + K * O);
        struct aln_rhs *rhs;
        ck_assert_int_eq(aln_rhs_create(&rhs, &d.p), ALN_OK);
        ck_assert_int_eq(aln_rhs_eval(rhs, eta, NULL, d.start, dydt), ALN_OK);
        aln_rhs_free(rhs);
        twin_feedback(&d.p, d.start, NULL, F);
        twin_rhs(&d.p, eta, F, d.start, twin);
        for (size_t i = 0; i < size; i++)
            ck_assert_double_eq_tol(dydt[i], twin[i], 1e-12 * (1 + fabs(twin[i])));
    }
}
END_TEST

/* With the rate and the decay k of the read-out: F - W2^T = exp(-k t) (F - W2^T)(0). Measured at
 * these tolerances: 5e-15 for the explicit Runge-Kutta pairs of order 5 and more and for bsimp. */
START_TEST(test_exact_law)
{
    const struct {
        const char *stepper;
        double rtol, tolerance;
    } cases[] = {{"rk8pd", 1e-13, 1e-12},   {"rkck", 1e-13, 1e-12},  {"rkf45", 1e-13, 1e-12},
                 {"rk4", 1e-13, 1e-12},     {"bsimp", 1e-13, 1e-12}, {"rk4imp", 1e-12, 1e-12},
                 {"msadams", 1e-12, 1e-12}, {"msbdf", 1e-10, 1e-9}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        for (uint64_t seed = 1; seed <= 4; seed++) {
            enum { K = 3, M = 2, O = 2 };
            struct drawn d;
            draw_learning(&d, K, M, O, seed % 2 ? "erf" : "linear", seed, NAN, NAN);
            d.p.rule = learning(seed, true);
            d.p.kappa[1] = seed < 3 ? 0.25 : 0;
            struct aln_ode_options options = {.stepper = aln_stepper_find(cases[c].stepper),
                                              .rtol = cases[c].rtol,
                                              .atol = 1e-2 * cases[c].rtol};
            struct aln_ode *ode;
            double most = 0, moved = 0;
            size_t at_W2 = aln_state_at(&d.p, ALN_W2), at_F = aln_state_at(&d.p, ALN_F);
            ck_assert_int_eq(aln_ode_create(&ode, &d.p, &options), ALN_OK);
            for (int n = 1; n <= 20; n++) {
                double t = 0.5 * n;
                ck_assert_msg(aln_ode_advance(ode, t) == ALN_OK, "%s", aln_error());
                const double *y = aln_ode_state(ode);
                for (size_t k = 0; k < K; k++) {
                    for (size_t o = 0; o < O; o++) {
                        size_t f = at_F + k * O + o, w = at_W2 + o * K + k;
                        double law = exp(-d.p.kappa[1] * t) * (d.start[f] - d.start[w]);
                        most = fmax(most, fabs(y[f] - y[w] - law));
                        moved = fmax(moved, fabs(y[f] - d.start[f]));
                    }
                }
            }
            aln_ode_free(ode);
            if (getenv("SHOW"))
                printf("%s %d: %.3g, F moved by %.3g\n", cases[c].stepper, (int)seed, most, moved);
            ck_assert_double_gt(moved, 0.1);
            ck_assert_msg(most < cases[c].tolerance, "%s: %g", cases[c].stepper, most);
        }
    }
}
END_TEST

/* Separate rate and decay, against another integrator on the twin. */
START_TEST(test_trajectory)
{
    for (uint64_t seed = 1; seed <= 4; seed++) {
        struct drawn d;
        double y[DRAW_SIZE], t_end = 8;
        draw_learning(&d, 2, 2, 2, seed % 2 ? "erf" : "linear", seed, 0.45, 0.02);
        size_t n = aln_problem_size(&d.p);
        /* classical Runge-Kutta, a step small enough that its error is 1e-10 */
        memcpy(y, d.start, n * sizeof *y);
        enum { STEPS = 2000 };
        for (int s = 0; s < STEPS; s++) {
            static const double node[] = {0, 0.5, 0.5, 1}, weight[] = {1, 2, 2, 1};
            double k[DRAW_SIZE] = {0}, z[DRAW_SIZE], F[DRAW_FIELDS], sum[DRAW_SIZE] = {0},
                   h = t_end / STEPS;
            for (int stage = 0; stage < 4; stage++) {
                for (size_t i = 0; i < n; i++)
                    z[i] = y[i] + node[stage] * h * k[i];
                twin_feedback(&d.p, z, NULL, F);
                twin_rhs(&d.p, d.p.eta, F, z, k);
                for (size_t i = 0; i < n; i++)
                    sum[i] += weight[stage] * k[i];
            }
            for (size_t i = 0; i < n; i++)
                y[i] += h / 6 * sum[i];
        }
        struct aln_ode_options options = {.rtol = 1e-11, .atol = 1e-13};
        struct aln_ode *ode;
        ck_assert_int_eq(aln_ode_create(&ode, &d.p, &options), ALN_OK);
        ck_assert_int_eq(aln_ode_advance(ode, t_end), ALN_OK);
        if (getenv("SHOW"))
            printf("%d: %.3g\n", (int)seed, distance(&d.p, aln_ode_state(ode), y));
        ck_assert_double_lt(distance(&d.p, aln_ode_state(ode), y), 1e-9);
        aln_ode_free(ode);
    }
}
END_TEST

/* The cosine's maximum depends on F(t): its derivative against differences of the cosine. */
START_TEST(test_cosine)
{
    struct drawn d;
    for (uint64_t seed = 2; seed < 200; seed++) {
        struct aln_event event = {.kind = ALN_EVENT_COS_MAXIMUM};
        struct aln_ode_options options = {.rtol = 1e-11, .atol = 1e-13};
        struct aln_ode *ode;
        draw_learning(&d, 2, 2, 1, "erf", seed, 0.1, 0.3);
        ck_assert_int_eq(aln_ode_create(&ode, &d.p, &options), ALN_OK);
        aln_ode_watch(ode, 1, &event);
        ck_assert_int_eq(aln_ode_advance(ode, 10), ALN_OK);
        aln_ode_free(ode);
        if (isnan(event.t) || event.t < 0.1)
            continue;
        double cos[3];
        ck_assert_int_eq(aln_ode_create(&ode, &d.p, &options), ALN_OK);
        for (int i = 0; i < 3; i++) {
            ck_assert_int_eq(aln_ode_advance(ode, event.t + 2e-4 * (i - 1)), ALN_OK);
            cos[i] = aln_problem_cos(&d.p, aln_ode_state(ode));
        }
        aln_ode_free(ode);
        /* the top of a parabola through three points is at the middle one except for their
         * asymmetry, of second order in their distance: 5e-7 here */
        double top = 1e-4 * (cos[0] - cos[2]) / (cos[0] - 2 * cos[1] + cos[2]);
        ck_assert_double_eq_tol(top, 0, 2e-6);
        return;
    }
    ck_abort_msg("no maximum in any of the problems");
}
END_TEST

CHECK_MAIN("theory/learned", test_right_hand_side, test_exact_law, test_trajectory, test_cosine)

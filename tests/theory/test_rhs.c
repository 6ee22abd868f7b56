/* The right-hand side: for every rule and activation against the mean of the microscopic step; for
 * activations with published averages, at any size, against the literal sums. */
#include "alignode/ode.h"

#include <stdio.h>

#include "../check_main.h"
#include "draw.h"
#include "microscopic.h"
#include "twin.h"

/* Both sum about a hundred terms of order one: 1e-12 (1 + |derivative|) is ample for round-off. */
static void compare(const struct aln_problem *p, const double *sign)
{
    double eta[2] = {0.7, 0.4}, dydt[DRAW_SIZE], twin[DRAW_SIZE], F[DRAW_FIELDS * DRAW_FIELDS];
    struct aln_rhs *rhs;
    ck_assert_int_eq(aln_rhs_create(&rhs, p), ALN_OK);
    ck_assert_int_eq(aln_rhs_eval(rhs, eta, sign, p->start, dydt), ALN_OK);
    aln_rhs_free(rhs);
    twin_feedback(p, p->start, sign, F);
    twin_rhs(p, eta, F, p->start, twin);
    for (size_t i = 0; i < aln_problem_size(p); i++)
        ck_assert_double_eq_tol(dydt[i], twin[i], 1e-12 * (1 + fabs(twin[i])));
}

/* Twice what quadrature and averages may differ by, for averages of order one. */
START_TEST(test_every_rule_and_activation)
{
    static const size_t shapes[][3] = {{1, 1, 1}, {2, 1, 2}, {1, 2, 3}, {2, 1, 1}};
    for (size_t g = 0; g < aln_activations.count; g++) {
        const char *activation = aln_names_row(&aln_activations, g)->name;
        for (size_t r = 0; r < rules_closed(); r++) {
            size_t compared = 0;
            for (size_t i = 0; i < 4 || compared == 0; i++) {
                struct drawn d;
                struct aln_rhs *rhs;
                double eta[2] = {0.7, 0.4}, dydt[DRAW_SIZE], mean[DRAW_SIZE], F[DRAW_FIELDS];
                const size_t *shape =
                    shapes[rules_row(r)->adapts ? 0 : i % 4]; /* fields are dear */
                draw_problem(&d, shape[0], shape[1], shape[2], activation, rules_row(r)->id.name,
                             100 * r + i + 1);
                d.p.first_order = i == 3;
                if (i % 2 == 1)
                    draw_keys(&d);
                twin_feedback(&d.p, d.start, NULL, F);
                if (!microscopic_rhs(&d.p, eta, F, d.start, mean))
                    continue;
                compared++;
                ck_assert_int_eq(aln_rhs_create(&rhs, &d.p), ALN_OK);
                ck_assert_int_eq(aln_rhs_eval(rhs, eta, NULL, d.start, dydt), ALN_OK);
                aln_rhs_free(rhs);
                for (size_t j = 0; j < aln_problem_size(&d.p); j++)
                    ck_assert_msg(fabs(dydt[j] - mean[j]) <
                                      2 * averages_tolerance(d.p.activation) * (1 + fabs(mean[j])),
                                  "%s, %s, K %zu, M %zu, O %zu, entry %zu: %.12g, not %.12g",
                                  rules_row(r)->id.name, activation, shape[0], shape[1], shape[2],
                                  j, dydt[j], mean[j]);
            }
        }
    }
}
END_TEST

/* Averages over points against closed forms, for every rule, and for every activation under dfa. Of two sets the
 * mean has an error as large as half their difference: in the root mean square of about 10 entries within
 * a factor of 4, which fixed points pass or not. In itself it is below 3e-3, for x^2 with its terms of degree six, and 1e-4 for others. */
static void compare_points(const char *activation, const char *rule, uint64_t seed)
{
    struct drawn d;
    const double eta[2] = {0.7, 0.4};
    double f[3][DRAW_SIZE], most = 0, off = 0, apart = 0;
    draw_problem(&d, 2, 2, 1, activation, rule, seed);
    d.p.first_order = seed % 2 == 0;
    if (seed % 3 == 0)
        draw_keys(&d);
    const size_t size = aln_problem_size(&d.p);
    for (unsigned points = 0; points < 3; points++) {
        struct aln_rhs *rhs;
        d.p.points = points;
        ck_assert_int_eq(aln_rhs_create(&rhs, &d.p), ALN_OK);
        ck_assert_int_eq(aln_rhs_eval(rhs, eta, NULL, d.start, f[points]), ALN_OK);
        aln_rhs_free(rhs);
    }
    for (size_t i = 0; i < size; i++) {
        most = fmax(most, fabs(f[0][i]));
        off += pow((f[1][i] + f[2][i]) / 2 - f[0][i], 2);
        apart += pow((f[1][i] - f[2][i]) / 2, 2);
    }
    ck_assert_msg(sqrt(off) <= 4 * sqrt(apart) + 1e-14, "%s, %s: off by %g, two sets by %g",
                  activation, rule, sqrt(off), sqrt(apart));
    ck_assert_double_lt(sqrt(off), 3e-3 * (1 + most));
}

START_TEST(test_points)
{
    for (size_t r = 0; r < rules_closed(); r++)
        compare_points("erf", rules_row(r)->id.name, r + 1);
    for (size_t g = 0; g < aln_activations.count; g++)
        compare_points(aln_names_row(&aln_activations, g)->name, "dfa", 100 + g);
}
END_TEST

/* ---- the error in few levels ---- */

/* dy/dt of linear units, whose errors are jointly normal with the fields: with v the variance of an
 * error and a the threshold, <q x> = 2 phi(a/sqrt(v)) <e x>/sqrt(v), <q^2> = erfc(a/sqrt(2 v)), and of
 * two signs <q q'> = (2/pi) asin of their correlation. */
static void levels_by_formula(const struct drawn *d, const double eta[2], double *dydt)
{
    const struct aln_problem *p = &d->p;
    const size_t K = p->K, P = K + p->M, O = p->O;
    const double threshold = rules_does(p->rule, RULES_TERNARY) ? p->threshold : 0;
    double C[DRAW_FIELDS * DRAW_FIELDS], s[2][DRAW_FIELDS], x[2][DRAW_FIELDS], with[2][2], q[2][2];
    aln_problem_covariance(p, p->start, C);
    for (size_t o = 0; o < O; o++) {
        for (size_t a = 0; a < P; a++)
            s[o][a] = a < K ? p->start[aln_state_entry(p, ALN_W2, o, a)] : -p->V2[o * p->M + a - K];
        for (size_t b = 0; b < P; b++) {
            x[o][b] = 0;
            for (size_t a = 0; a < P; a++)
                x[o][b] += s[o][a] * C[a * P + b];
        }
    }
    for (size_t o = 0; o < O; o++)
        for (size_t n = 0; n < O; n++) {
            with[o][n] = o == n ? p->sigma * p->sigma : 0;
            for (size_t a = 0; a < P; a++)
                with[o][n] += x[o][a] * s[n][a];
        }
    for (size_t o = 0; o < O; o++)
        for (size_t n = 0; n < O; n++)
            q[o][n] = o == n ? erfc(threshold / sqrt(2 * with[o][o])) +
                                   p->feedback_noise * p->feedback_noise
                             : 2 / M_PI * asin(with[o][n] / sqrt(with[o][o] * with[n][n]));
    for (size_t k = 0; k < K; k++) {
        double D[DRAW_FIELDS][DRAW_FIELDS] = {0};
        for (size_t b = 0; b < P; b++)
            for (size_t l = 0; l < 2; l++)
                for (size_t o = 0; o < O; o++)
                    D[l][b] += p->F1[(l == 0 ? k : b % K) * O + o] * x[o][l == 0 ? b : k] *
                               sqrt(2 / (M_PI * with[o][o])) *
                               exp(-threshold * threshold / (2 * with[o][o]));
        for (size_t l = k; l < K; l++) {
            const size_t i = aln_state_entry(p, ALN_Q, k, l);
            dydt[i] = -eta[0] * (D[0][l] + D[1][l]) - 2 * p->kappa[0] * p->start[i];
            for (size_t o = 0; o < O; o++)
                for (size_t n = 0; n < O; n++)
                    dydt[i] += eta[0] * eta[0] * p->F1[k * O + o] * p->F1[l * O + n] * q[o][n];
        }
        for (size_t m = 0; m < p->M; m++) {
            const size_t i = aln_state_entry(p, ALN_R, k, m);
            dydt[i] = -eta[0] * D[0][K + m] - p->kappa[0] * p->start[i];
        }
        for (size_t o = 0; o < O; o++) {
            const size_t i = aln_state_entry(p, ALN_W2, o, k);
            dydt[i] = -eta[1] * x[o][k] - p->kappa[1] * p->start[i];
        }
    }
}

/* As in compare_points. An average of a step that jumps has an error of about 1e-3
 * in each of some ten entries. */
START_TEST(test_levels)
{
    const double eta[2] = {0.7, 0.4};
    for (size_t r = rules_closed(); r < rules_all()->count; r++)
        for (size_t O = 1; O <= (rules_does(rules_row(r), RULES_SIGN) ? 2 : 1); O++) {
            struct drawn d;
            double want[DRAW_SIZE], f[2][DRAW_SIZE], off = 0, apart = 0, most = 0;
            draw_problem(&d, 2, 2, O, "linear", rules_row(r)->id.name, 5 + r);
            d.p.feedback_noise = O == 1 ? 0.4 : 0;
            levels_by_formula(&d, eta, want);
            for (unsigned set = 0; set < 2; set++) {
                struct aln_rhs *rhs;
                d.p.points = 1 + set;
                ck_assert_int_eq(aln_rhs_create(&rhs, &d.p), ALN_OK);
                ck_assert_int_eq(aln_rhs_eval(rhs, eta, NULL, d.start, f[set]), ALN_OK);
                aln_rhs_free(rhs);
            }
            for (size_t i = 0; i < aln_problem_size(&d.p); i++) {
                most = fmax(most, fabs(want[i]));
                off += pow((f[0][i] + f[1][i]) / 2 - want[i], 2);
                apart += pow((f[0][i] - f[1][i]) / 2, 2);
            }
            ck_assert_msg(sqrt(off) <= 4 * sqrt(apart), "%s, O %zu: off by %g, two sets by %g",
                          rules_row(r)->id.name, O, sqrt(off), sqrt(apart));
            ck_assert_double_lt(sqrt(off), 5e-3 * (1 + most));
        }
}
END_TEST

START_TEST(test_points_refused)
{
    struct drawn d;
    struct aln_rhs *rhs;
    draw_problem(&d, 2, 2, 1, "erf", "sign-error", 1);
    ck_assert_int_eq(aln_rhs_create(&rhs, &d.p), ALN_USAGE);
    ck_assert_str_eq(aln_error(),
                     "the averages of rule sign-error have no closed form, only averages "
                     "over points (ode.averages: cubature)");
    aln_rhs_free(rhs);
}
END_TEST

START_TEST(test_random_problems)
{
    uint64_t seed = 0;
    for (size_t i = 0; i < 4 * 4 * 4; i++) {
        size_t K = 1 + i % 4, M = 1 + i / 4 % 4, O = 1 + i / 16;
        for (size_t g = 0; g < TWIN_ACTIVATIONS; g++) {
            for (size_t r = 0; r < rules_closed(); r++) {
                struct drawn d;
                draw_problem(&d, K, M, O, twin_activations[g].name, rules_row(r)->id.name, ++seed);
                d.p.first_order = seed % 3 == 0;
                if (seed % 2 == 0)
                    draw_keys(&d);
                compare(&d.p, NULL);
            }
        }
    }
}
END_TEST

START_TEST(test_large)
{
    for (size_t g = 0; g < TWIN_ACTIVATIONS; g++) {
        struct drawn d;
        draw_problem(&d, 16, 8, 3, twin_activations[g].name, "dfa", 1000 + g);
        compare(&d.p, NULL);
    }
}
END_TEST

/* With given signs the feedback uses them instead of the signs of W2, and W2 otherwise. */
START_TEST(test_given_signs)
{
    for (size_t r = 0; r < rules_closed(); r++) {
        struct drawn d;
        const double sign[] = {1, -1, -1, 1, 0, -1};
        draw_problem(&d, 3, 2, 2, "erf", rules_row(r)->id.name, 7);
        compare(&d.p, rules_row(r)->jumps ? sign : NULL);
    }
}
END_TEST

/* A student equal to its teacher: C is singular, and without noise and decay all derivatives
 * vanish, although every term is of order one. Also with the signs of a unit flipped. */
START_TEST(test_perfect_student)
{
    for (size_t g = 0; g < TWIN_ACTIVATIONS; g++) {
        struct drawn d;
        double eta[2] = {0.7, 0.4}, dydt[DRAW_SIZE];
        draw_problem(&d, 3, 3, 2, twin_activations[g].name, "dfa", 11);
        d.p.sigma = d.p.kappa[0] = d.p.kappa[1] = 0;
        const double sign[] = {1, -1, 1};
        for (size_t k = 0; k < 3; k++) {
            for (size_t l = 0; l < 3; l++) {
                d.start[aln_state_entry(&d.p, ALN_Q, k, l)] = sign[k] * sign[l] * d.T[k * 3 + l];
                d.start[aln_state_at(&d.p, ALN_R) + k * 3 + l] = sign[k] * d.T[k * 3 + l];
            }
            for (size_t o = 0; o < 2; o++)
                d.start[aln_state_at(&d.p, ALN_W2) + o * 3 + k] = sign[k] * d.V2[o * 3 + k];
        }
        struct aln_rhs *rhs;
        ck_assert_int_eq(aln_rhs_create(&rhs, &d.p), ALN_OK);
        ck_assert_int_eq(aln_rhs_eval(rhs, eta, NULL, d.start, dydt), ALN_OK);
        for (size_t i = 0; i < aln_problem_size(&d.p); i++)
            ck_assert_double_eq_tol(dydt[i], 0, 1e-14);
        aln_rhs_free(rhs);
    }
}
END_TEST

/* With a frozen hidden layer only the read-out changes, and its averages stay finite at infinite
 * overlaps. */
START_TEST(test_not_finite)
{
    double eta[2] = {0.7, 0.4}, dydt[DRAW_SIZE], y[DRAW_SIZE];
    const double bad[] = {NAN, INFINITY, -INFINITY};
    for (size_t r = 0; r < rules_closed(); r++) {
        struct drawn d;
        struct aln_rhs *rhs;
        draw_problem(&d, 2, 2, 1, "erf", rules_row(r)->id.name, 12);
        ck_assert_int_eq(aln_rhs_create(&rhs, &d.p), ALN_OK);
        for (size_t i = 0; i < aln_problem_size(&d.p); i++) {
            for (size_t j = 0; j < 3; j++) {
                memcpy(y, d.start, sizeof y);
                y[i] = bad[j];
                ck_assert_int_eq(aln_rhs_eval(rhs, eta, NULL, y, dydt), ALN_NUMERIC);
            }
        }
        ck_assert_int_eq(aln_rhs_eval(rhs, eta, NULL, d.start, dydt), ALN_OK);
        aln_rhs_free(rhs);
    }
    aln_rhs_free(NULL);
}
END_TEST

CHECK_MAIN("theory/rhs", test_every_rule_and_activation, test_points, test_levels,
           test_points_refused, test_random_problems, test_large, test_given_signs,
           test_perfect_student, test_not_finite)

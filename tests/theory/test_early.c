/* The early law against integration from small weights. */
#include <stdio.h>

#include "../check_main.h"
#include "alignode/early.h"
#include "alignode/ode.h"
#include "draw.h"

enum { MOST = 16 };

/* A problem with student weights of order `size` and no decay. */
static void draw_small(struct drawn *d, size_t K, size_t M, size_t O, const char *activation,
                       const char *rule, double size)
{
    draw_problem(d, K, M, O, activation, rule, 7);
    d->p.kappa[0] = d->p.kappa[1] = d->p.feedback_decay = 0;
    size_t at_R = aln_state_at(&d->p, ALN_R), at_F = aln_state_at(&d->p, ALN_F);
    for (size_t i = 0; i < at_R; i++)
        d->start[i] *= size * size;
    for (size_t i = at_R; i < at_F; i++)
        d->start[i] *= size;
}

/* Largest |W2 - law| over the largest |law| at t = 1, with `scale` times the drawn rates. */
static double deviation(const char *activation, const char *rule, double size, double scale)
{
    struct drawn d;
    draw_small(&d, 3, 2, 2, activation, rule, size);
    if (strcmp(activation, "erf") != 0)
        draw_keys(&d);
    d.p.eta[0] *= scale;
    d.p.eta[1] *= scale;
    d.p.feedback_rate *= scale;
    struct aln_early *law;
    struct aln_ode *ode;
    double W2[MOST], off = 0, most = 0;
    ck_assert_int_eq(aln_early_create(&law, &d.p), ALN_OK);
    ck_assert_int_eq(
        aln_ode_create(&ode, &d.p, &(struct aln_ode_options){.rtol = 1e-12, .atol = 1e-18}),
        ALN_OK);
    ck_assert_msg(aln_ode_advance(ode, 1) == ALN_OK, "%s", aln_error());
    aln_early_readout(law, 1, W2);
    const double *exact = aln_ode_state(ode) + aln_state_at(&d.p, ALN_W2);
    for (size_t i = 0; i < d.p.O * d.p.K; i++) {
        off = fmax(off, fabs(exact[i] - W2[i]));
        most = fmax(most, fabs(W2[i]));
    }
    aln_ode_free(ode);
    aln_early_free(law);
    return off / most;
}

/* With weights, read-out and rates of order x, the three terms of the law are of order x, x^2 and
 * x^2. The leading neglected term, eta2 W2 Q, is of order x^4, i.e. x^3 relative to W2; an error in
 * one of the terms would leave order x. */
START_TEST(test_order)
{
    size_t compared = 0;
    for (size_t i = 0; i < rules_closed() * aln_activations.count; i++) {
        const struct aln_rule *rule = rules_row(i % rules_closed());
        const struct aln_name *row = aln_names_row(&aln_activations, i / rules_closed());
        const struct aln_activation *g = (const struct aln_activation *)(const void *)row;
        if (!rule->random || !g->odd || !g->linear_at_zero)
            continue;
        double x = 0.02, coarse = deviation(row->name, rule->id.name, x, x);
        double fine = deviation(row->name, rule->id.name, x / 4, x / 4);
        double order = log(coarse / fine) / log(4);
        if (getenv("SHOW"))
            printf("%s %s: %.3g %.3g order %.3f\n", row->name, rule->id.name, coarse, fine, order);
        ck_assert_msg(fabs(order - 3) < 0.1, "%s %s: %g", row->name, rule->id.name, order);
        ck_assert_double_lt(fine, 1e-7);
        compared++;
    }
    ck_assert_uint_ge(compared, 8);
}
END_TEST

/* From zero, one output, erf, as in the paper: W2 = 1/2 eta1 eta2 t^2 s F1^T,
 * s = (2/pi)^2 u^T T u, u_m = V2_m / sqrt(1 + T_mm); rates are those at t = 0. */
START_TEST(test_one_output)
{
    static const struct aln_rates schedule[] = {{0.5, {9, 9}}};
    struct drawn d;
    draw_small(&d, 3, 4, 1, "erf", "dfa", 0);
    d.p.schedule = schedule;
    d.p.schedule_count = 1;
    double s = 0, F2 = 0, W2[MOST];
    for (size_t m = 0; m < 4; m++)
        for (size_t n = 0; n < 4; n++)
            s += d.V2[m] / sqrt(1 + d.T[m * 4 + m]) * d.T[m * 4 + n] * d.V2[n] /
                 sqrt(1 + d.T[n * 4 + n]) * 4 / (acos(-1) * acos(-1));
    struct aln_early *law;
    ck_assert_int_eq(aln_early_create(&law, &d.p), ALN_OK);
    double factor = 0.5 * d.p.eta[0] * d.p.eta[1] * 1.3 * 1.3 * s;
    aln_early_readout(law, 1.3, W2);
    for (size_t k = 0; k < 3; k++) {
        ck_assert_double_eq_tol(W2[k], factor * d.F1[k], 1e-14);
        F2 += d.F1[k] * d.F1[k];
    }
    ck_assert_double_eq_tol(aln_early_norm(law, 1.3), factor * sqrt(F2), 1e-14);
    ck_assert_double_eq_tol(aln_early_cos(law, 1.3), 1, 1e-14);
    ck_assert(isnan(aln_early_cos(law, 0))); /* no direction without read-out */
    ck_assert(aln_early_norm(law, 0) == 0);
    aln_early_free(law);
}
END_TEST

/* Several outputs, orthonormal teacher: S is proportional to V2 V2^T, and the read-out turns to
 * V2 V2^T F1^T. */
START_TEST(test_direction)
{
    struct drawn d;
    draw_small(&d, 3, 2, 3, "erf", "dfa", 0.1);
    d.T[0] = d.T[3] = 1;
    d.T[1] = d.T[2] = 0;
    double target[MOST] = {0}, wf = 0, ww = 0, ff = 0, W2[MOST];
    for (size_t o = 0; o < 3; o++) {
        for (size_t k = 0; k < 3; k++) {
            for (size_t q = 0; q < 3; q++)
                for (size_t m = 0; m < 2; m++)
                    target[o * 3 + k] += d.V2[o * 2 + m] * d.V2[q * 2 + m] * d.F1[k * 3 + q];
            wf += target[o * 3 + k] * d.F1[k * 3 + o];
            ww += target[o * 3 + k] * target[o * 3 + k];
            ff += d.F1[k * 3 + o] * d.F1[k * 3 + o];
        }
    }
    struct aln_early *law;
    ck_assert_int_eq(aln_early_create(&law, &d.p), ALN_OK);
    ck_assert_double_eq_tol(aln_early_cos(law, INFINITY), wf / sqrt(ww * ff), 1e-14);
    ck_assert_double_eq_tol(aln_early_cos(law, 1e9), wf / sqrt(ww * ff), 1e-6);
    ck_assert_double_eq_tol(aln_early_cos(law, 0), aln_problem_cos(&d.p, d.start), 1e-14);
    aln_early_readout(law, INFINITY, W2);
    for (size_t i = 1; i < 9; i++)
        ck_assert_double_eq_tol(W2[i] * target[0], W2[0] * target[i], 1e-14);
    aln_early_free(law);
    aln_early_free(NULL);
}
END_TEST

CHECK_MAIN("theory/early", test_order, test_one_output, test_direction)

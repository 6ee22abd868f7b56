/* The increment of one sample: its mean is the right-hand side, and the chain steps by it. */
#include "model/increment.h"

#include <math.h>
#include <string.h>

#include "../averages.h"
#include "../check_main.h"
#include "alignode/ode.h"
#include "alignode/random.h"
#include "draw.h"

static void must(enum aln_status status)
{
    ck_assert_msg(status == ALN_OK, "%s", aln_error());
}

static void eval_rhs(const struct aln_problem *p, const double eta[2], double *dydt)
{
    struct aln_rhs *rhs;
    must(aln_rhs_create(&rhs, p));
    ck_assert_int_eq(aln_rhs_eval(rhs, eta, NULL, p->start, dydt), ALN_OK);
    aln_rhs_free(rhs);
}

/* ---- the mean by quadrature ---- */

struct mean {
    const struct aln_problem *p;
    struct aln_increment *inc;
    struct aln_step_rates rates;
    double sum[DRAW_SIZE];
};

/* K = M = 1. The fields are lambda and nu; nu = sqrt(T) z_0, and the rest of lambda is due to z_1.
 * The noise enters at most squared: the two values +-1 have its mean and variance. */
static void add_sample(const double *x, const double *g, const double *dg, double weight,
                       void *context)
{
    struct mean *mean = context;
    const struct aln_problem *p = mean->p;
    const double Q = p->start[0], R = p->start[1], T = p->T[0];
    const double z[2] = {x[1] / sqrt(T), (x[0] - R / T * x[1]) / sqrt(Q - R * R / T)};
    double out[DRAW_SIZE], zeta[DRAW_FIELDS];
    (void)g, (void)dg;
    for (size_t signs = 0; signs < (size_t)1 << p->O; signs++) {
        for (size_t o = 0; o < p->O; o++)
            zeta[o] = signs >> o & 1 ? 1 : -1;
        aln_increment_eval(mean->inc, &mean->rates, &(struct aln_draw){z, 1, zeta}, out);
        for (size_t i = 0; i < aln_problem_size(p); i++)
            mean->sum[i] += weight * ldexp(out[i], -(int)p->O);
    }
}

/* Every rule with every activation, noise and decays; twice what quadrature and averages of
 * order one may differ by (tests/averages.h). */
START_TEST(test_mean)
{
    const double eta[2] = {0.7, 0.4};
    for (size_t a = 0; a < aln_activations.count; a++) {
        for (size_t r = 0; r < rules_all()->count; r++) {
            size_t compared = 0;
            for (uint64_t i = 0; i < 3 || compared == 0; i++) {
                static struct mean mean;
                struct drawn d;
                struct averages_fields fields = {.P = 2};
                double want[DRAW_SIZE];
                draw_problem(&d, 1, 1, 1 + i % 2, aln_names_row(&aln_activations, a)->name,
                             rules_row(r)->id.name, 1 + i);
                d.p.first_order = i == 2;
                aln_problem_covariance(&d.p, d.start, fields.C);
                averages_factor(&fields);
                if (!averages_are_for(d.p.activation, &fields))
                    continue;
                compared++;
                mean = (struct mean){.p = &d.p, .rates = aln_step_rates_limit(&d.p, eta)};
                must(aln_increment_create(&mean.inc, &d.p));
                aln_increment_start(mean.inc, d.start);
                averages_integrate(d.p.activation, &fields, add_sample, &mean);
                aln_increment_free(mean.inc);
                eval_rhs(&d.p, eta, want);
                for (size_t j = 0; j < aln_problem_size(&d.p); j++)
                    ck_assert_msg(fabs(mean.sum[j] - want[j]) <
                                      2 * averages_tolerance(d.p.activation) * (1 + fabs(want[j])),
                                  "%s, %s, problem %d, entry %zu: %.12g, not %.12g",
                                  rules_row(r)->id.name, d.p.activation->id.name, (int)i, j,
                                  mean.sum[j], want[j]);
            }
        }
    }
}
END_TEST

/* ---- the mean over draws ---- */

/* More units: 2^17 draws and their opposites; then with a read-out row and a teacher unit not in
 * force. Each of 120 entries is beyond 4.5 standard errors with probability 7e-6; the seed is
 * fixed. An entry that does not change has no error at all. */
START_TEST(test_mean_of_draws)
{
    enum { K = 3, M = 2, O = 2, PAIRS = 1 << 17 };
    static const char *const rules[] = {"bp", "dfa", "kolen-pollack"};
    const double eta[2] = {0.7, 0.4};
    static const bool rows[O] = {true, false}, teachers[M] = {false, true};
    for (int run = 0; run < 6; run++) {
        const int r = run % 3;
        struct drawn d;
        struct aln_increment *inc;
        struct aln_stream s;
        double want[DRAW_SIZE], sum[DRAW_SIZE] = {0}, square[DRAW_SIZE] = {0};
        draw_problem(&d, K, M, O, "erf", rules[r], 5);
        d.p.rows = run < 3 ? NULL : rows;
        d.p.teachers = run < 3 ? NULL : teachers;
        const size_t size = aln_problem_size(&d.p);
        const struct aln_step_rates rates = aln_step_rates_limit(&d.p, eta);
        eval_rhs(&d.p, eta, want);
        must(aln_increment_create(&inc, &d.p));
        aln_increment_start(inc, d.start);
        aln_stream_init(&s, 1, "antithetic", 0);
        for (int n = 0; n < PAIRS; n++) {
            double z[K + M + O], out[2][DRAW_SIZE];
            aln_stream_normals(&s, K + M + O, z);
            for (int side = 0; side < 2; side++) {
                const struct aln_draw draw = {z, 1, z + K + M};
                aln_increment_eval(inc, &rates, &draw, out[side]);
                for (size_t i = 0; i < K + M; i++)
                    z[i] = -z[i];
            }
            for (size_t j = 0; j < size; j++) {
                double x = (out[0][j] + out[1][j]) / 2;
                sum[j] += x;
                square[j] += x * x;
            }
        }
        aln_increment_free(inc);
        for (size_t j = 0; j < size; j++) {
            double mean = sum[j] / PAIRS;
            double error = sqrt((square[j] / PAIRS - mean * mean) / PAIRS);
            ck_assert_msg(fabs(mean - want[j]) <= 4.5 * error, "%s, entry %zu: %g +- %g, not %g",
                          rules[r], j, mean, error, want[j]);
        }
    }
}
END_TEST

/* ---- finite N ---- */

/* N (next - now) with |x|^2 = N, minus the increment in the limit. Exactly 0 except for Q, where
 * the decay acts twice: kappa1^2/N Q + kappa1 eta1/N (d lambda^T + lambda d^T). Round-off is about
 * N times 1e-16 of entries of order one. */
START_TEST(test_finite_N)
{
    const double eta[2] = {0.7, 0.4};
    for (size_t r = 0; r < rules_all()->count; r++) {
        struct drawn d;
        struct aln_increment *inc;
        const double z[] = {0.3, -1.1, 0.7, 1.3}, zeta[] = {0.4, -0.8};
        double limit[DRAW_SIZE], next[DRAW_SIZE], gap[2] = {0};
        draw_problem(&d, 2, 2, 2, "erf", rules_row(r)->id.name, 3);
        const size_t size = aln_problem_size(&d.p), at_R = aln_state_at(&d.p, ALN_R);
        for (int i = 0; i < 2; i++) {
            d.p.N = i == 0 ? 1000 : 10000;
            const double N = (double)d.p.N;
            const struct aln_step_rates rates[] = {aln_step_rates_limit(&d.p, eta),
                                                   aln_step_rates_at(&d.p, eta)};
            must(aln_increment_create(&inc, &d.p));
            aln_increment_start(inc, d.start);
            aln_increment_eval(inc, &rates[0], &(struct aln_draw){z, 1, zeta}, limit);
            aln_increment_eval(inc, &rates[1], &(struct aln_draw){z, N, zeta}, next);
            aln_increment_free(inc);
            for (size_t j = 0; j < size; j++) {
                double difference = N * (next[j] - d.start[j]) - limit[j];
                if (j < at_R)
                    gap[i] = fmax(gap[i], fabs(difference));
                else
                    ck_assert_double_lt(fabs(difference), 1e-15 * N);
            }
        }
        if (d.p.rule->route == ALN_NOWHERE)
            ck_assert(gap[0] == 0 && gap[1] == 0);
        else
            ck_assert_double_eq_tol(gap[0] / gap[1], 10, 1e-3);
        ck_assert_double_lt(gap[0], 1e-3);
    }
}
END_TEST

/* Depends on its arguments only, not on earlier calls. */
START_TEST(test_pure)
{
    for (size_t r = 0; r < rules_all()->count; r++) {
        struct drawn d, other;
        struct aln_increment *inc;
        const double z[] = {0.3, -1.1, 0.7, 1.3}, zeta[] = {0.4, -0.8, 0.2, 0.1};
        double first[DRAW_SIZE], again[DRAW_SIZE];
        draw_problem(&d, 2, 2, 2, "erf", rules_row(r)->id.name, 3);
        draw_problem(&other, 2, 2, 2, "erf", rules_row(r)->id.name, 4);
        d.p.N = 50;
        const struct aln_step_rates rates = aln_step_rates_at(&d.p, d.p.eta);
        const struct aln_draw draw = {z, 40, zeta};
        must(aln_increment_create(&inc, &d.p));
        aln_increment_start(inc, d.start);
        aln_increment_eval(inc, &rates, &draw, first);
        aln_increment_start(inc, other.start);
        aln_increment_eval(inc, &rates, &(struct aln_draw){zeta, 7, z}, again);
        aln_increment_start(inc, d.start);
        aln_increment_eval(inc, &rates, &draw, again);
        aln_increment_free(inc);
        ck_assert_mem_eq(first, again, aln_problem_size(&d.p) * sizeof *first);
    }
    aln_increment_free(NULL);
}
END_TEST

CHECK_MAIN("theory/increment", test_mean, test_mean_of_draws, test_finite_N, test_pure)

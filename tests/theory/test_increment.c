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
    size_t size;     /* of the state */
    const double *R; /* in it */
    double sum[DRAW_SIZE];
};

/* K = 1. z such that nu = L z with T = L L^T, and the rest of lambda is due to the last one. */
static void find_z(const struct aln_problem *p, const double *R, const double *x, double *z)
{
    const size_t M = p->M;
    double L[DRAW_FIELDS * DRAW_FIELDS] = {0}, mean = 0, variance = p->start[0];
    for (size_t i = 0; i < M; i++) {
        double along = R[i]; /* of the student's vector, along the i-th direction */
        z[i] = x[1 + i];
        for (size_t j = 0; j <= i; j++) {
            double sum = p->T[i * M + j];
            for (size_t n = 0; n < j; n++)
                sum -= L[i * M + n] * L[j * M + n];
            L[i * M + j] = i == j ? sqrt(sum) : sum / L[j * M + j];
        }
        for (size_t j = 0; j < i; j++)
            z[i] -= L[i * M + j] * z[j];
        z[i] /= L[i * M + i];
        for (size_t j = 0; j < i; j++)
            along -= L[i * M + j] * z[M + 1 + j];
        z[M + 1 + i] = along / L[i * M + i];
        mean += z[M + 1 + i] * z[i];
        variance -= z[M + 1 + i] * z[M + 1 + i];
    }
    z[M] = (x[0] - mean) / sqrt(variance);
}

/* The noises enter at most squared: the two values +-1 have their mean and variance. A direction
 * enters to the fourth power: -sqrt(3), 0 and sqrt(3) have those moments. */
static void add_sample(const double *x, const double *g, const double *dg, double weight,
                       void *context)
{
    struct mean *mean = context;
    const struct aln_problem *p = mean->p;
    static const double node[] = {0, 1.7320508075688772, -1.7320508075688772},
                        share[] = {2.0 / 3, 1.0 / 6, 1.0 / 6};
    double z[2 * DRAW_FIELDS], out[DRAW_SIZE], zeta[DRAW_FIELDS];
    (void)g, (void)dg;
    find_z(p, mean->R, x, z);
    const size_t noises = p->O * (p->feedback_noise > 0 ? 2 : 1);
    const size_t nodes = rules_does(p->rule, RULES_DIRECTION | RULES_MIRROR) ? 3 : 1;
    for (size_t signs = 0; signs < nodes << noises; signs++) {
        const double *xi = &node[signs >> noises];
        for (size_t o = 0; o < noises; o++)
            zeta[o] = signs >> o & 1 ? 1 : -1;
        aln_increment_eval(mean->inc, &mean->rates, &(struct aln_draw){z, 1, zeta, xi, zeta + p->O},
                           out);
        for (size_t i = 0; i < mean->size; i++)
            mean->sum[i] +=
                weight * (nodes > 1 ? share[signs >> noises] : 1) * ldexp(out[i], -(int)noises);
    }
}

/* Every rule with every activation, noise and decays; twice what quadrature and averages of
 * order one may differ by (tests/averages.h). */
START_TEST(test_mean)
{
    const double eta[2] = {0.7, 0.4};
    for (size_t a = 0; a < aln_activations.count; a++) {
        for (size_t r = 0; r < rules_closed(); r++) {
            const struct aln_rule *rule = rules_row(r);
            const struct aln_activation *g =
                aln_activation_find(aln_names_row(&aln_activations, a)->name);
            size_t compared = 0;
            for (uint64_t i = 0; i < 3 || compared == 0; i++) {
                static struct mean mean;
                struct drawn d;
                struct averages_fields fields = {.P = rule->adapts ? 3 : 2};
                double want[DRAW_SIZE];
                draw_problem(&d, 1, 1, rule->adapts ? 1 : 1 + i % 2, g->id.name, rule->id.name,
                             1 + i);
                d.p.first_order = i == 2;
                if (i == 1)
                    draw_keys(&d);
                aln_problem_covariance(&d.p, d.start, fields.C);
                averages_factor(&fields);
                if (!averages_are_for(d.p.activation, &fields))
                    continue;
                compared++;
                mean = (struct mean){.p = &d.p,
                                     .rates = aln_step_rates_limit(&d.p, eta),
                                     .size = aln_problem_size(&d.p),
                                     .R = d.start + aln_state_at(&d.p, ALN_R)};
                must(aln_increment_create(&mean.inc, &d.p));
                aln_increment_start(mean.inc, d.start);
                averages_integrate(d.p.activation, &fields, add_sample, &mean);
                aln_increment_free(mean.inc);
                eval_rhs(&d.p, eta, want);
                for (size_t j = 0; j < mean.size; j++)
                    ck_assert_msg(fabs(mean.sum[j] - want[j]) <
                                      2 * averages_tolerance(d.p.activation) * (1 + fabs(want[j])),
                                  "%s, %s, problem %d, entry %zu: %.12g, not %.12g", rule->id.name,
                                  g->id.name, (int)i, j, mean.sum[j], want[j]);
            }
        }
    }
}
END_TEST

/* ---- the mean over draws ---- */

/* More units: 2^17 draws and their opposites; then with a read-out row and a teacher unit not in
 * force. Each of 250 entries is beyond 4.5 standard errors with probability 7e-6; the seed is
 * fixed. An entry that does not change has no error at all. */
START_TEST(test_mean_of_draws)
{
    enum { K = 3, M = 2, O = 2, PAIRS = 1 << 17 };
    static const char *const rules[] = {
        "bp", "dfa", "kolen-pollack", "drtp", "node-perturbation", "weight-mirror"};
    enum { RULES = sizeof rules / sizeof *rules };
    const double eta[2] = {0.7, 0.4};
    static const bool rows[O] = {true, false}, teachers[M] = {false, true};
    for (int run = 0; run < 2 * RULES; run++) {
        const int r = run % RULES;
        struct drawn d;
        struct aln_increment *inc;
        struct aln_stream s;
        double want[DRAW_SIZE], sum[DRAW_SIZE] = {0}, square[DRAW_SIZE] = {0};
        draw_problem(&d, K, M, O, "erf", rules[r], 5);
        d.p.rows = run < RULES ? NULL : rows;
        d.p.teachers = run < RULES ? NULL : teachers;
        const size_t size = aln_problem_size(&d.p);
        const struct aln_step_rates rates = aln_step_rates_limit(&d.p, eta);
        eval_rhs(&d.p, eta, want);
        must(aln_increment_create(&inc, &d.p));
        aln_increment_start(inc, d.start);
        aln_stream_init(&s, 1, "antithetic", 0);
        for (int n = 0; n < PAIRS; n++) {
            double z[K + M + O + K], out[2][DRAW_SIZE];
            aln_stream_normals(&s, K + M + O + K, z);
            for (int side = 0; side < 2; side++) {
                const struct aln_draw draw = {z, 1, z + K + M, z + K + M + O, NULL};
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
        const double z[] = {0.3, -1.1, 0.7, 1.3, 0.2, -0.5}, zeta[] = {0.4, -0.8};
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
            aln_increment_eval(inc, &rates[0], &(struct aln_draw){z, 1, zeta, z, zeta}, limit);
            aln_increment_eval(inc, &rates[1], &(struct aln_draw){z, N, zeta, z, zeta}, next);
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
        const double z[] = {0.3, -1.1, 0.7, 1.3, 0.2, -0.5},
                     zeta[] = {0.4, -0.8, 0.2, 0.1, 0.9, -1.2};
        double first[DRAW_SIZE], again[DRAW_SIZE];
        draw_problem(&d, 2, 2, 2, "erf", rules_row(r)->id.name, 3);
        draw_problem(&other, 2, 2, 2, "erf", rules_row(r)->id.name, 4);
        d.p.N = 50;
        const struct aln_step_rates rates = aln_step_rates_at(&d.p, d.p.eta);
        const struct aln_draw draw = {z, 40, zeta, zeta, z};
        must(aln_increment_create(&inc, &d.p));
        aln_increment_start(inc, d.start);
        aln_increment_eval(inc, &rates, &draw, first);
        aln_increment_start(inc, other.start);
        aln_increment_eval(inc, &rates, &(struct aln_draw){zeta, 7, z, z, zeta}, again);
        aln_increment_start(inc, d.start);
        aln_increment_eval(inc, &rates, &draw, again);
        aln_increment_free(inc);
        ck_assert_mem_eq(first, again, aln_problem_size(&d.p) * sizeof *first);
    }
    aln_increment_free(NULL);
}
END_TEST

CHECK_MAIN("theory/increment", test_mean, test_mean_of_draws, test_finite_N, test_pure)

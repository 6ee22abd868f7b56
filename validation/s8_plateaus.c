/* S8, plateaus and stability: fixed points of the order-parameter equations by root finding, and
 * the eigenvalues of the Jacobian. Committees of erf units, K = M, T = 1, V2 = 1, back-propagation,
 * with the read-out fixed at 1 (fixed) or learning at the same rate (trained).
 *
 * Known analytically, for orthonormal teacher units:
 * - the plateau for small rates, fixed read-out: Q = 1/(2K-1), R^2 = Q/K,
 *   eg = K/pi (pi/6 - K asin(1/2K)), escape at 2 eta K/(pi (2K-1)^(1/2) (2K+1)^(3/2)), in (K-1)^2
 *   directions (Saad & Solla, PRE 52 (1995) 4225);
 * - the critical rate of the solution: the excess E = Q - R - R^T + T follows
 *   dE/dt = -eta (J E + E J) + eta^2 <g' g'^T (g'^T E g')>, J = <g' g'^T>, two equations
 *   for E = a 1 + b (ones - 1); pi sqrt(5/3) for one unit (Biehl & Schwarze 1995). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/chain.h"
#include "alignode/fixed.h"
#include "alignode/ode.h"
#include "claims.h"

enum { MOST_UNITS = 8, MOST_SIZE = 2 * MOST_UNITS * MOST_UNITS };

struct committee {
    struct aln_problem p; /* points into this struct: do not copy */
    double T[MOST_UNITS * MOST_UNITS], ones[MOST_UNITS], start[MOST_SIZE];
};

/* Starts at the solution. */
static void make_committee(struct committee *c, size_t units, double rate, bool trained)
{
    memset(c, 0, sizeof *c);
    c->p = (struct aln_problem){.K = units,
                                .M = units,
                                .O = 1,
                                .activation = aln_activation_find("erf"),
                                .rule = aln_rule_find("bp"),
                                .eta = {rate, trained ? rate : 0},
                                .feedback_rate = NAN,
                                .feedback_decay = NAN,
                                .T = c->T,
                                .V2 = c->ones,
                                .F1 = c->ones,
                                .start = c->start};
    for (size_t k = 0; k < units; k++) {
        c->T[k * units + k] = c->ones[k] = 1;
        c->start[aln_state_entry(&c->p, ALN_Q, k, k)] = 1;
        c->start[aln_state_at(&c->p, ALN_R) + k * units + k] = 1;
        c->start[aln_state_at(&c->p, ALN_W2) + k] = 1;
    }
}

/* Starts at the plateau for small rates; the units differ outside the teacher's space by `excess`
 * of their squared norm. */
static void begin_at_plateau(struct committee *c, double excess)
{
    size_t K = c->p.K;
    double q = 1 / (2 * (double)K - 1);
    for (size_t k = 0; k < K; k++) {
        for (size_t l = 0; l < K; l++) {
            c->start[aln_state_entry(&c->p, ALN_Q, k, l)] = q * (k == l ? 1 + excess : 1);
            c->start[aln_state_at(&c->p, ALN_R) + k * K + l] = sqrt(q / (double)K);
        }
    }
}

/* The fixed point near c->start; NULL after a failure, which is reported. */
static struct aln_fixed_point *find(struct aln_report *r, const struct committee *c,
                                    const char *what)
{
    struct aln_fixed *fixed = NULL;
    struct aln_fixed_point *point = NULL;
    enum aln_status status = aln_fixed_create(&fixed, &c->p);
    if (status == ALN_OK)
        status = aln_fixed_find(fixed, c->start, &point);
    if (status != ALN_OK)
        aln_report_error(r, what);
    aln_fixed_free(fixed);
    return point;
}

/* Least-squares slope of y over x. */
static double slope(size_t count, const double *x, const double *y)
{
    double mx = 0, my = 0, xx = 0, xy = 0;
    for (size_t i = 0; i < count; i++) {
        mx += x[i] / (double)count;
        my += y[i] / (double)count;
    }
    for (size_t i = 0; i < count; i++) {
        xx += (x[i] - mx) * (x[i] - mx);
        xy += (x[i] - mx) * (y[i] - my);
    }
    return xy / xx;
}

/* ---- the plateau, and the escape from it ---- */

/* The symmetric fixed point (all R equal, eg > 0) with the fewest unstable directions among those
 * reached from several starts. There are others, e.g. with units that are also equal outside the
 * teacher's space. NULL after a failure, which is reported. */
static struct aln_fixed_point *find_plateau(struct aln_report *r, struct committee *c,
                                            const char *what)
{
    static const double excess[] = {0.1, 0.3, 1, 3};
    struct aln_fixed *fixed = NULL;
    struct aln_fixed_point *best = NULL, *point;
    size_t at_R = aln_state_at(&c->p, ALN_R), count = c->p.K * c->p.K;
    enum aln_status status = aln_fixed_create(&fixed, &c->p);
    for (size_t i = 0; i < sizeof excess / sizeof excess[0] && status == ALN_OK; i++) {
        double spread = 0;
        begin_at_plateau(c, excess[i]);
        if (aln_fixed_find(fixed, c->start, &point) != ALN_OK)
            continue;
        for (size_t j = 1; j < count; j++)
            spread = fmax(spread, fabs(point->y[at_R + j] - point->y[at_R]));
        bool better = spread < 1e-9 && point->physical && point->eg > 1e-6 &&
                      (best == NULL || point->unstable < best->unstable);
        aln_fixed_point_free(better ? best : point);
        best = better ? point : best;
    }
    if (best == NULL && status == ALN_OK)
        status = aln_raise(ALN_NUMERIC, "no start led to a symmetric plateau");
    if (status != ALN_OK)
        aln_report_error(r, what);
    aln_fixed_free(fixed);
    return best;
}

/* A run from 1e-6 of the leading eigenvector away from the plateau. Fitted while the distance grows
 * from 3e-5 to 3e-4: earlier, terms in the square of the distance still depend on the start; later,
 * terms of higher order contribute (from K = 3 on of the order of the distance).
 * Returned: growth rates of |R11 - R12| and of eg* - eg; for K > 2, where many directions share the
 *           rate, of |R - R*| in the fastest growing entry instead of the former */
static enum aln_status escape(struct committee *c, const struct aln_fixed_point *point, double *R,
                              double *eg)
{
    enum { TIMES = 60 };
    double t[TIMES] = {0}, logR[TIMES] = {0}, logeg[TIMES] = {0}, lambda = point->re[0];
    size_t at_R = aln_state_at(&c->p, ALN_R), K = c->p.K, most = at_R;
    struct aln_ode *ode = NULL;
    for (size_t i = 0; i < aln_problem_size(&c->p); i++)
        c->start[i] = point->y[i] + 1e-6 * point->leading[i];
    for (size_t i = at_R; i < at_R + K * K; i++)
        if (fabs(point->leading[i]) > fabs(point->leading[most]))
            most = i;
    enum aln_status status = aln_ode_create(
        &ode, &c->p,
        &(struct aln_ode_options){.rtol = 1e-13, .atol = 1e-16, .stop = aln_claim_stop.stop});
    for (size_t i = 0; i < TIMES && status == ALN_OK && !aln_claim_stopped(); i++) {
        t[i] = log(30) / lambda + log(10) / lambda * (double)i / (TIMES - 1);
        status = aln_ode_advance(ode, t[i]);
        const double *y = aln_ode_state(ode);
        logR[i] = log(fabs(K == 2 ? y[at_R] - y[at_R + 1] : y[most] - point->y[most]));
        logeg[i] = log(point->eg - aln_problem_eg(&c->p, y));
    }
    *R = slope(TIMES, t, logR);
    *eg = slope(TIMES, t, logeg);
    aln_ode_free(ode);
    return status;
}

static void plateau(struct aln_report *r, size_t K, double rate, bool trained)
{
    struct committee c;
    char name[64], what[128];
    double growth_R, growth_eg;
    make_committee(&c, K, rate, trained);
    snprintf(name, sizeof name, "K = %zu  eta = %.3g  W2 %s:", K, rate,
             trained ? "trained" : "fixed");
    struct aln_fixed_point *point = find_plateau(r, &c, name);
    if (point == NULL)
        return;
    snprintf(what, sizeof what, "%s residual of the plateau", name);
    aln_report_range(r, what, point->residual, 0, 1e-12);
    snprintf(what, sizeof what, "%s (K-1)^2 unstable directions", name);
    aln_report_range(r, what, (double)point->unstable, (double)((K - 1) * (K - 1)),
                     (double)((K - 1) * (K - 1)));
    char remark[96];
    snprintf(remark, sizeof remark, "(eg* %.6g, of %zu eigenvalues %zu neutral)", point->eg,
             point->unknowns, point->neutral);
    snprintf(what, sizeof what, "%s lambda", name);
    aln_report_note(r, what, point->re[0], remark);
    if (escape(&c, point, &growth_R, &growth_eg) != ALN_OK) {
        aln_report_error(r, name);
    } else {
        snprintf(what, sizeof what, "%s growth of |R%s| / lambda - 1", name,
                 K == 2 ? "11-R12" : "-R*");
        aln_report_range(r, what, growth_R / point->re[0] - 1, -1e-3, 1e-3);
        snprintf(what, sizeof what, "%s growth of eg*-eg / 2 lambda - 1", name);
        aln_report_range(r, what, growth_eg / (2 * point->re[0]) - 1, -1e-3, 1e-3);
    }
    aln_fixed_point_free(point);
}

/* Without the eta^2 terms, against the formulas above. The root is multiple: perturbations outside
 * the teacher's space neither grow nor decay, so Q and R are found to 1e-8 only. */
static void small_rates(struct aln_report *r, size_t K)
{
    struct committee c;
    char what[128];
    double k = (double)K, q = 1 / (2 * k - 1), worst = 0;
    make_committee(&c, K, 0.5, false);
    c.p.first_order = true;
    begin_at_plateau(&c, 0.1);
    snprintf(what, sizeof what, "K = %zu  small rates: plateau", K);
    struct aln_fixed_point *point = find(r, &c, what);
    if (point == NULL)
        return;
    size_t at_R = aln_state_at(&c.p, ALN_R);
    for (size_t i = 0; i < at_R + K * K; i++)
        worst = fmax(worst, fabs(point->y[i] - (i < at_R ? q : sqrt(q / k))));
    double eg = k / M_PI * (M_PI / 6 - k * asin(1 / (2 * k)));
    double lambda = 2 * 0.5 * k / (M_PI * sqrt(2 * k - 1) * pow(2 * k + 1, 1.5));
    snprintf(what, sizeof what, "K = %zu  small rates: Q, R against the formulas", K);
    aln_report_range(r, what, worst, 0, 1e-5);
    snprintf(what, sizeof what, "K = %zu  small rates: eg* against the formula", K);
    aln_report_range(r, what, fabs(point->eg - eg), 0, 1e-10);
    snprintf(what, sizeof what, "K = %zu  small rates: lambda / formula - 1", K);
    aln_report_range(r, what, point->re[0] / lambda - 1, -1e-4, 1e-4);
    aln_fixed_point_free(point);
}

/* ---- the critical rate ---- */

/* <g'^a g'^b g'^c g'^d> for independent fields of variance 1, where a + b + c + d = 4. */
static double four(double a, double b, double c, double d)
{
    return 4 / (M_PI * M_PI) / sqrt((1 + a) * (1 + b) * (1 + c) * (1 + d));
}

/* The larger growth rate of the two equations for E. */
static double excess_growth(double K, double eta)
{
    double J1 = 2 / M_PI / sqrt(3), J2 = 1 / M_PI, e2 = eta * eta;
    double iiij = four(3, 1, 0, 0), iijj = four(2, 2, 0, 0), iijk = four(2, 1, 1, 0);
    double aa = -2 * eta * J1 + e2 * (four(4, 0, 0, 0) + (K - 1) * iijj);
    double ab = (K - 1) * (-2 * eta * J2 + e2 * (2 * iiij + (K - 2) * iijk));
    double ba = -2 * eta * J2 + e2 * (2 * iiij + (K - 2) * iijk);
    double bb = -2 * eta * (J1 + (K - 2) * J2) +
                e2 * (2 * iijj + 4 * (K - 2) * iijk + (K - 2) * (K - 3) * four(1, 1, 1, 1));
    return K > 1 ? (aa + bb) / 2 + sqrt((aa - bb) * (aa - bb) / 4 + ab * ba) : aa;
}

/* Its root, by bisection. */
static double excess_critical(double K)
{
    double low = 0.1 / K, high = 20 / K;
    for (int i = 0; i < 100; i++)
        *(excess_growth(K, (low + high) / 2) > 0 ? &high : &low) = (low + high) / 2;
    return low;
}

/* The critical rate from the leading eigenvalue; NaN after a failure, which is reported. */
static double critical(struct aln_report *r, const struct committee *c)
{
    struct aln_branch *branch = NULL;
    struct aln_fixed_point *point;
    double K = (double)c->p.K, growth, rate = NAN;
    enum aln_status status = aln_branch_create(&branch, &c->p);
    if (status == ALN_OK)
        status = aln_branch_at(branch, 0.5 / K, &point, &growth);
    if (status == ALN_OK) {
        aln_fixed_point_free(point);
        status = aln_branch_critical(branch, 0.5 / K, 10 / K, &rate);
    }
    if (status != ALN_OK)
        aln_report_error(r, "critical rate");
    aln_branch_free(branch);
    return rate;
}

static void critical_rates(struct aln_report *r, size_t most)
{
    char what[128], remark[64];
    for (size_t K = 1; K <= most; K = K < 4 ? K + 1 : 2 * K) {
        for (int trained = 0; trained < 2 && !aln_claim_stopped(); trained++) {
            struct committee c;
            double known = excess_critical((double)K);
            make_committee(&c, K, 0.5, trained);
            double rate = critical(r, &c);
            snprintf(what, sizeof what, "K = %zu  W2 %s: critical rate / analytical - 1", K,
                     trained ? "trained" : "fixed");
            aln_report_range(r, what, rate / known - 1, -1e-7, 1e-7);
        }
    }
    for (size_t K = 1; K <= 1024; K = K < 4 ? K + 1 : 4 * K) {
        double known = excess_critical((double)K);
        snprintf(what, sizeof what, "diagram: largest stable eta, analytical, K = %zu", K);
        snprintf(remark, sizeof remark, "(K eta = %.4f)", (double)K * known);
        aln_report_note(r, what, known, remark);
    }
}

/* Starts at students of squared norm 1 + excess, the excess outside the teacher's space and equal
 * for all units except for its direction. */
static void begin_with_excess(struct committee *c, double excess)
{
    for (size_t k = 0; k < c->p.K; k++)
        c->start[aln_state_entry(&c->p, ALN_Q, k, k)] = 1 + excess;
}

struct trajectory {
    double from, to; /* times of the fit */
    uint64_t N;      /* 0: ode */
    uint64_t repeats;
};

/* Fitted growth rate of eg at a learning rate, for the chain the mean over repeats. */
static enum aln_status measure_growth(struct committee *c, double rate,
                                      const struct trajectory *how, double *growth)
{
    enum { TIMES = 40 };
    enum aln_status status = ALN_OK;
    double sum = 0;
    c->p.eta[0] = rate;
    c->p.N = how->N;
    begin_with_excess(c, how->N > 0 ? 1e-7 : 1e-9);
#pragma omp parallel for reduction(+ : sum) schedule(dynamic)
    for (uint64_t repeat = 0; repeat < how->repeats; repeat++) {
        double t[TIMES] = {0}, y[TIMES] = {0};
        struct aln_ode *ode = NULL;
        struct aln_chain *chain = NULL;
        enum aln_status mine =
            how->N > 0
                ? aln_chain_create(&chain, &c->p, repeat)
                : aln_ode_create(&ode, &c->p,
                                 &(struct aln_ode_options){
                                     .rtol = 1e-12, .atol = 1e-18, .stop = aln_claim_stop.stop});
        for (size_t i = 0; i < TIMES && mine == ALN_OK && !aln_claim_stopped(); i++) {
            t[i] = how->from + (how->to - how->from) * (double)i / (TIMES - 1);
            mine = how->N > 0 ? aln_chain_advance(chain, (uint64_t)llround(t[i] * (double)how->N))
                              : aln_ode_advance(ode, t[i]);
            y[i] = log(
                aln_problem_eg(&c->p, how->N > 0 ? aln_chain_state(chain) : aln_ode_state(ode)));
        }
        sum += slope(TIMES, t, y);
        aln_ode_free(ode);
        aln_chain_free(chain);
        if (mine != ALN_OK) {
#pragma omp critical(s8_status)
            status = mine;
        }
    }
    *growth = sum / (double)how->repeats;
    return status;
}

/* The learning rate at which eg neither grows nor decays, from one rate below and one above. */
static void by_trajectories(struct aln_report *r, size_t K, const struct trajectory *how,
                            double step, double tolerance)
{
    struct committee c;
    char name[64], what[128];
    double growth[2], known = excess_critical((double)K);
    make_committee(&c, K, 1, false);
    snprintf(name, sizeof name, "K = %zu  %s", K, how->N > 0 ? "chain" : "ode");
    for (int above = 0; above < 2; above++) {
        if (measure_growth(&c, known * (above ? 1 + step : 1 - step), how, &growth[above]) !=
            ALN_OK) {
            aln_report_error(r, name);
            return;
        }
        snprintf(what, sizeof what, "%s: growth of eg at %.3f of the critical rate", name,
                 above ? 1 + step : 1 - step);
        aln_report_range(r, what, growth[above], above ? 0 : -INFINITY, above ? INFINITY : 0);
    }
    double root = known * (1 - step - 2 * step * growth[0] / (growth[1] - growth[0]));
    snprintf(what, sizeof what, "%s: critical rate, trajectories / eigenvalue - 1", name);
    aln_report_range(r, what, root / known - 1, -tolerance, tolerance);
}

/* ---- direct feedback distinguishes the images of the solution ---- */

/* With bp all 2^K images of the solution under sign flips of units have the same spectrum
 * (permutations add nothing if the teacher's units are equivalent). With dfa only the images whose
 * read-outs have the signs of the feedback are stable. */
static void images(struct aln_report *r, const char *rule, double rate)
{
    static const double F1[2] = {-0.86, -1.60};
    char what[128];
    for (int image = 0; image < 4; image++) {
        struct committee c;
        struct aln_fixed *fixed = NULL;
        struct aln_fixed_point *point = NULL;
        const double sign[2] = {image & 1 ? -1 : 1, image & 2 ? -1 : 1};
        make_committee(&c, 2, rate, true);
        c.p.rule = aln_rule_find(rule);
        c.p.F1 = F1;
        for (size_t k = 0; k < 2; k++) {
            c.start[aln_state_at(&c.p, ALN_R) + 3 * k] = sign[k];
            c.start[aln_state_at(&c.p, ALN_W2) + k] = sign[k];
        }
        enum aln_status status = aln_fixed_create(&fixed, &c.p);
        if (status == ALN_OK)
            status = aln_fixed_at(fixed, c.start, &point);
        snprintf(what, sizeof what, "%s  W2 = (%g, %g): unstable directions", rule, sign[0],
                 sign[1]);
        bool stable = strcmp(rule, "bp") == 0 || image == 3;
        if (status == ALN_OK)
            aln_report_range(r, what, (double)point->unstable, stable ? 0 : 1, stable ? 0 : 9);
        else
            aln_report_error(r, what);
        aln_fixed_point_free(point);
        aln_fixed_free(fixed);
    }
}

static void claim(struct aln_report *r, bool full)
{
    static const double rates[] = {1, 0.2, 2}; /* times K: the critical rate scales as 1/K */
    for (size_t K = 2; K <= (full ? 4 : 2); K++)
        for (size_t i = 0; i < (full ? 3 : 1); i++)
            for (int trained = 0; trained < 2 && !aln_claim_stopped(); trained++)
                plateau(r, K, rates[i] / (double)K, trained);
    for (size_t K = 2; K <= (full ? 5 : 3) && !aln_claim_stopped(); K++)
        small_rates(r, K);
    critical_rates(r, full ? MOST_UNITS : 4);
    for (size_t K = 1; K <= (full ? 4 : 2) && !aln_claim_stopped(); K++)
        by_trajectories(r, K, &(struct trajectory){.from = 100, .to = 300, .repeats = 1}, 0.001,
                        1e-5);
    for (size_t K = 1; K <= (full ? 3 : 2) && !aln_claim_stopped(); K++)
        by_trajectories(
            r, K,
            &(struct trajectory){
                .from = 10, .to = 50, .N = full ? 100000 : 10000, .repeats = full ? 8 : 4},
            full ? 0.01 : 0.02, full ? 0.002 : 0.01);
    images(r, "bp", 0.1);
    images(r, "dfa", 0.1);
}

void aln_claim_s8_quick(struct aln_report *r)
{
    claim(r, false);
}

void aln_claim_s8_full(struct aln_report *r)
{
    claim(r, true);
}

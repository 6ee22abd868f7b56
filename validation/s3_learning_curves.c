/* S3, learning curves of the published setting: 20 seeds, each with its own teacher, start and
 * feedback, run by all three engines. The medians must lie in the 10-90 % ranges that independent
 * code found for other seeds.
 *
 * Probability of a false failure: the median of 20 is outside an exact 10-90 % range with
 * probability 2 P(Binomial(20, 0.1) >= 10) = 1.4e-5. The printed eg(0) is about 0.33. For one seed
 * it has mean 1/3 and standard deviation 0.0164 at N = 500 (from the variances of T), so the median
 * of 20 has 0.0046; the range is 1/3 +- 0.02. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/failure.h"
#include "claims.h"

enum { SEEDS = 20, FINE = 600, COUNT = FINE + 2 };

/* Runs one seed.
 * Returned: *rows  count x *columns, yours, free(); NULL on failure */
static enum aln_status run_seed(enum aln_engine_kind engine, const char *rule, uint64_t seed,
                                size_t count, const double *times, double **rows, size_t *columns)
{
    struct aln_problem *p = NULL;
    *rows = NULL;
    enum aln_status status = aln_claim_figure_problem(&p, rule, seed, NULL);
    if (status != ALN_OK)
        return status;
    *columns = aln_problem_columns(p);
    *rows = calloc(count * *columns, sizeof **rows);
    status = *rows == NULL ? aln_raise_memory("%zu records", count)
                           : aln_claim_run(engine, p, 0, count, times, *rows);
    aln_problem_free(p);
    if (status == ALN_OK)
        return ALN_OK;
    free(*rows);
    *rows = NULL;
    return status;
}

/* First time eg < 0.9 eg(0), interpolated linearly; INFINITY if there is none. */
static double fall_time(size_t columns, const double *times, const double *rows)
{
    for (size_t i = 1; i < COUNT; i++) {
        double eg = rows[i * columns], before = rows[(i - 1) * columns], level = 0.9 * rows[0];
        if (eg < level)
            return times[i - 1] + (times[i] - times[i - 1]) * (before - level) / (before - eg);
    }
    return INFINITY;
}

static double value_at(double t, size_t columns, const double *times, const double *rows)
{
    for (size_t i = 0; i < COUNT; i++)
        if (times[i] >= t)
            return rows[i * columns];
    return NAN;
}

/* Values printed in the source for a rule: median and 10-90 % range, or the median only. */
struct printed {
    const char *rule;
    double fall_low, fall_high;
    double early, early_low, early_high; /* a time, and eg there */
    double late;                         /* eg(400), no range given */
};
static const struct printed printed[] = {
    {"dfa", 5.0, 12.3, 100, 0.0139, 0.0193, 0.0123},
    {"bp", 47, 74, 140, 0.0119, 0.0186, 0.0122},
};

static void curves(struct aln_report *r, const struct printed *expected,
                   enum aln_engine_kind engine)
{
    double times[COUNT], start[SEEDS], fall[SEEDS], early[SEEDS], late[SEEDS];
    const char *name = aln_names_row(&aln_engines, engine)->name;
    char what[128];
    bool good = true;
    for (size_t i = 0; i < FINE; i++)
        times[i] = 0.25 * (double)i;
    times[FINE] = 200;
    times[FINE + 1] = 400;
#pragma omp parallel for schedule(dynamic)
    for (size_t i = 0; i < SEEDS; i++) {
        double *rows;
        size_t columns;
        enum aln_status status =
            run_seed(engine, expected->rule, i + 1, COUNT, times, &rows, &columns);
        if (status == ALN_OK) {
            start[i] = rows[0];
            fall[i] = fall_time(columns, times, rows);
            early[i] = value_at(expected->early, columns, times, rows);
            late[i] = value_at(400, columns, times, rows);
        } else {
            aln_report_error(r, name);
#pragma omp atomic write
            good = false;
        }
        free(rows);
    }
    if (!good)
        return;
    snprintf(what, sizeof what, "%-3s %-5s median eg(0)", expected->rule, name);
    aln_report_range(r, what, aln_claim_median(SEEDS, start), 0.313, 0.353);
    snprintf(what, sizeof what, "%-3s %-5s median t(eg < 0.9 eg(0))", expected->rule, name);
    aln_report_range(r, what, aln_claim_median(SEEDS, fall), expected->fall_low,
                     expected->fall_high);
    snprintf(what, sizeof what, "%-3s %-5s median eg(%g)", expected->rule, name, expected->early);
    aln_report_range(r, what, aln_claim_median(SEEDS, early), expected->early_low,
                     expected->early_high);
    snprintf(what, sizeof what, "%-3s %-5s median eg(400)", expected->rule, name);
    char remark[48];
    snprintf(remark, sizeof remark, "(printed %g, no range)", expected->late);
    aln_report_note(r, what, aln_claim_median(SEEDS, late), remark);
}

/* ---- the three phases, from the ode's curve to t = 1e6 ---- */

enum { PER_DECADE = 40, LONG = 6 * PER_DECADE + 1 };

struct phases {
    double fall;    /* first time eg < 0.1 eg(0) */
    double plateau; /* longest later interval with -d ln eg / d ln t < 0.2: end / begin */
    /* Decay rate between 1e-4 and 1e-6 of eg(0) over that between 1e-6 and 1e-8: 1 for an
     * exponential, 10^(2/a) for a power law t^-a. INFINITY if eg stays above. */
    double straight;
};

/* First time eg < level, log eg interpolated linearly; INFINITY if there is none. */
static double level_time(double level, const double *times, const double *eg)
{
    for (size_t i = 1; i < LONG; i++) {
        if (eg[i] < level) {
            if (eg[i] <= 0) /* round-off of a converged run */
                return times[i];
            double part = log(eg[i - 1] / level) / log(eg[i - 1] / eg[i]);
            return times[i - 1] + part * (times[i] - times[i - 1]);
        }
    }
    return INFINITY;
}

static struct phases find_phases(const double *times, const double *eg)
{
    struct phases found = {.fall = level_time(0.1 * eg[0], times, eg), .plateau = 1};
    double begin = INFINITY;
    for (size_t i = 1; i + 1 < LONG && eg[i + 1] > 1e-6 * eg[0]; i++) {
        bool flat =
            times[i] > found.fall && log(eg[i] / eg[i + 1]) < 0.2 * log(times[i + 1] / times[i]);
        begin = flat ? fmin(begin, times[i]) : INFINITY;
        found.plateau = fmax(found.plateau, times[i + 1] / begin);
    }
    double t4 = level_time(1e-4 * eg[0], times, eg), t6 = level_time(1e-6 * eg[0], times, eg);
    double t8 = level_time(1e-8 * eg[0], times, eg);
    found.straight = isinf(t8) ? INFINITY : (t8 - t6) / (t6 - t4);
    return found;
}

/* The source describes the phases in words only; the numbers are ours: eg falls tenfold before t =
 * 150, then stays almost constant while t at least doubles, then decays at a rate that is constant
 * within 25 % over four decades. Medians over the seeds. */
static void phases(struct aln_report *r, const char *rule)
{
    double times[LONG], fall[SEEDS], plateau[SEEDS], straight[SEEDS];
    char what[128];
    bool good = true;
    for (size_t i = 0; i < LONG; i++)
        times[i] = i == 0 ? 0 : pow(10, (double)i / PER_DECADE);
#pragma omp parallel for schedule(dynamic)
    for (size_t i = 0; i < SEEDS; i++) {
        double *rows, eg[LONG];
        size_t columns;
        enum aln_status status =
            run_seed(ALN_ENGINE_ODE, rule, i + 1, LONG, times, &rows, &columns);
        if (status == ALN_OK) {
            for (size_t j = 0; j < LONG; j++)
                eg[j] = rows[j * columns];
            struct phases found = find_phases(times, eg);
            fall[i] = found.fall;
            plateau[i] = found.plateau;
            straight[i] = found.straight;
        } else {
            aln_report_error(r, "phases");
#pragma omp atomic write
            good = false;
        }
        free(rows);
    }
    if (!good)
        return;
    snprintf(what, sizeof what, "%-3s ode   fall: median t(eg < 0.1 eg(0))", rule);
    aln_report_range(r, what, aln_claim_median(SEEDS, fall), 0, 150);
    snprintf(what, sizeof what, "%-3s ode   plateau: median length, end / begin", rule);
    aln_report_range(r, what, aln_claim_median(SEEDS, plateau), 2, 1e6);
    snprintf(what, sizeof what, "%-3s ode   decay: median ratio of rates, early / late", rule);
    aln_report_range(r, what, aln_claim_median(SEEDS, straight), 0.8, 1.25);
}

void aln_claim_s3(struct aln_report *r)
{
    for (size_t i = 0; i < sizeof printed / sizeof printed[0]; i++)
        for (enum aln_engine_kind engine = 0; engine < ALN_ENGINES; engine++)
            curves(r, &printed[i], engine);
    for (size_t i = 0; i < sizeof printed / sizeof printed[0]; i++)
        phases(r, printed[i].rule);
}

/* S3, learning curves of the published setting: 20 seeds, each with its own teacher, start and
 * feedback, run by all three engines. The medians must lie in the 10-90 % ranges that independent
 * code found over other seeds. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "claims.h"

enum { SEEDS = 20, FINE = 600, COUNT = FINE + 2 };

/* First time eg < 0.9 eg(0), linear between records; INFINITY when it never is. */
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

/* What the source prints for a rule: median and 10-90 % range. Without a range: median only. */
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
    char what[96];
    bool good = true;
    for (size_t i = 0; i < FINE; i++)
        times[i] = 0.25 * (double)i;
    times[FINE] = 200;
    times[FINE + 1] = 400;
#pragma omp parallel for schedule(dynamic)
    for (size_t i = 0; i < SEEDS; i++) {
        struct aln_problem *p = NULL;
        double *rows = NULL;
        enum aln_status status = aln_claim_figure_problem(&p, expected->rule, i + 1, NULL);
        if (status == ALN_OK &&
            (rows = calloc(COUNT * aln_problem_columns(p), sizeof *rows)) == NULL)
            status = aln_raise(ALN_MEMORY, "out of memory for %d records", COUNT);
        if (status == ALN_OK)
            status = aln_claim_run(engine, p, 0, COUNT, times, rows);
        if (status == ALN_OK) {
            size_t columns = aln_problem_columns(p);
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
        aln_problem_free(p);
    }
    if (!good)
        return;
    snprintf(what, sizeof what, "%-3s %-5s median eg(0)", expected->rule, name);
    aln_report_range(r, what, aln_claim_median(SEEDS, start), 0.32, 0.34);
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

void aln_claim_s3(struct aln_report *r)
{
    for (size_t i = 0; i < sizeof printed / sizeof printed[0]; i++)
        for (enum aln_engine_kind engine = 0; engine < ALN_ENGINES; engine++)
            curves(r, &printed[i], engine);
}

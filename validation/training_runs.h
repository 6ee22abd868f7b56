/* Runs of `alignode train` for the claims on deep networks: from the shipped parameter files, with
 * overrides, through the public interface; judged are the tables that a user would get. */
#ifndef ALIGNODE_VALIDATION_TRAINING_RUNS_H
#define ALIGNODE_VALIDATION_TRAINING_RUNS_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "alignode/table.h"
#include "claims.h"

enum { ALN_RUN_CHANGES = 8 };

struct aln_claim_run_spec {
    const char *name;                 /* of the result in the folder of runs, without .tsv */
    const char *file;                 /* in params/, without .yaml */
    const char *set[ALN_RUN_CHANGES]; /* overrides "key=VALUE"; NULL ends them */
};

/* What a run left. */
struct aln_claim_result {
    struct aln_table *rows;       /* a block for each seed */
    struct aln_table *similarity; /* NULL when the run has none */
};

/* Where results lie. A result that is there already, of the same parameters, is not run again:
 * claims that share runs run them once, and with a folder of the user's an interrupted validation
 * goes on.
 * Given: folder  of the user, kept; NULL: a temporary one, gone with aln_claim_runs_close() */
enum aln_status aln_claim_runs_open(const char *folder);
void aln_claim_runs_close(void);

/* Whether a data set of files is there: training and test samples can be read. If not, one skipped
 * line says why. */
bool aln_claim_has_data(struct aln_report *r, const char *name);

/* Runs, or finds what was run. On failure the claim fails with the reason.
 * Returned: *out  yours, aln_claim_result_free(), also on failure */
bool aln_claim_learn(struct aln_report *r, const struct aln_claim_run_spec *spec,
                     struct aln_claim_result *out);
void aln_claim_result_free(struct aln_claim_result *result);

/* Numbers allowed, both ends included. NaN: the source gives none. */
struct aln_claim_range {
    double low, high;
};
#define ALN_AROUND(x, within)                                                                      \
    {                                                                                              \
        (x) - (within), (x) + (within)                                                             \
    }
#define ALN_UNTOLD                                                                                 \
    {                                                                                              \
        NAN, NAN                                                                                   \
    }
/* A line that is judged where there is a range, and a note with the remark where there is none. */
void aln_claim_judge(struct aln_report *r, const char *what, double value,
                     struct aln_claim_range range, const char *remark);

/* ---- readings of a column, as its mean over seeds ---- */

/* At the recorded epoch nearest to the one asked, INFINITY: at the end. NaN without such a column.
 */
double aln_claim_mean(const struct aln_table *t, const char *column, double epoch);
/* The least and the largest of the seeds at the end. */
void aln_claim_span(const struct aln_table *t, const char *column, double *least, double *most);
/* The first epoch at which the mean crosses `level`, up or down, on a straight line between
 * records; NaN when it never does. */
double aln_claim_crossing(const struct aln_table *t, const char *column, double level);
/* The epoch at which the mean is largest.  Returned: *value  the mean there */
double aln_claim_peak(const struct aln_table *t, const char *column, double *value);

#endif

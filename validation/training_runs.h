/* Runs of `alignode train` for the claims on deep networks, with the shipped parameter files and
 * overrides. The claims judge the same tables that a user gets. */
#ifndef ALIGNODE_VALIDATION_TRAINING_RUNS_H
#define ALIGNODE_VALIDATION_TRAINING_RUNS_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "alignode/table.h"
#include "claims.h"

enum { ALN_RUN_CHANGES = 9 };

struct aln_claim_run_spec {
    const char *name;                 /* of the result in the folder, without .tsv */
    const char *file;                 /* in params/, without .yaml */
    const char *set[ALN_RUN_CHANGES]; /* overrides "key=VALUE"; NULL ends them */
};

/* Results of a run. */
struct aln_claim_result {
    struct aln_table *rows;       /* one block per seed, or a table of means: see means_table.h */
    struct aln_table *similarity; /* NULL if the run has none; of means: the same table */
    bool missing; /* not run, since results were only to be read: nothing can be judged */
};

/* Sets the folder of the results of this process. A finished result with the same parameters is not run again, so
 * claims share runs, and an interrupted validation resumes in the user's folder.
 * Given: folder  the user's, kept; NULL: a temporary one, removed by aln_claim_runs_close()
 *        params  the folder of the parameter files, kept
 *        kept    only finished results of the folder, and tables of their means, are read, nothing is trained */
enum aln_status aln_claim_runs_open(const char *folder, const char *params, bool kept);
void aln_claim_runs_close(void);
/* The folder; "" before the temporary one is needed. */
const char *aln_claim_runs_folder(void);

/* Whether the training and test samples of a data set can be read, or are not needed because nothing is
 * trained. If not, a skipped line says why. */
bool aln_claim_has_data(struct aln_report *r, const char *name);

/* Runs, or reads the result of an earlier run. On failure the claim fails with the reason; a result that is
 * only to be read and is not there is a skipped line, "not run".
 * Returned: *out  yours, aln_claim_result_free(), also on failure */
bool aln_claim_learn(struct aln_report *r, const struct aln_claim_run_spec *spec,
                     struct aln_claim_result *out);
void aln_claim_result_free(struct aln_claim_result *result);

/* Allowed range, both ends included; NaN: the source gives none. */
struct aln_claim_range {
    double low, high;
};
#define ALN_AROUND(x, within)                                                                      \
    {                                                                                              \
        (x) - (within), (x) + (within)                                                             \
    }
#define ALN_NO_RANGE                                                                               \
    {                                                                                              \
        NAN, NAN                                                                                   \
    }
/* One line: judged if there is a range, otherwise a note with the remark. */
void aln_claim_judge(struct aln_report *r, const char *what, double value,
                     struct aln_claim_range range, const char *remark);

/* ---- mean of a column over seeds ---- */

/* At the recorded epoch nearest to `epoch`, INFINITY: the last. NaN without such a column. */
double aln_claim_mean(const struct aln_table *t, const char *column, double epoch);
/* At the epoch given, on a straight line in ln(epoch) between the records beside it; outside of them, and without
 * such a column, NaN. */
double aln_claim_at(const struct aln_table *t, const char *column, double epoch);
/* The first epoch at which the mean crosses `level` in either direction, interpolated linearly
 * between records; NaN if it never does. */
double aln_claim_crossing(const struct aln_table *t, const char *column, double level);
/* The epoch at which the mean is largest.  Returned: *value  the mean there */
double aln_claim_peak(const struct aln_table *t, const char *column, double *value);

/* ---- of single seeds ---- */

enum { ALN_CLAIM_SEEDS = 32 }; /* no more are looked at */

size_t aln_claim_seeds(const struct aln_table *t);
/* The last value of each seed.  Returned: the number of seeds; 0 if a table of means does not tell */
size_t aln_claim_last(const struct aln_table *t, const char *column, double value[ALN_CLAIM_SEEDS]);
/* The epoch at which each seed's value is largest.
 * Given: t  no table of means
 * Returned: the number of seeds */
size_t aln_claim_peaks(const struct aln_table *t, const char *column,
                       double value[ALN_CLAIM_SEEDS]);
/* The smallest and the largest last value over seeds; NaN if they are not known. */
void aln_claim_span(const struct aln_table *t, const char *column, double *least, double *most);

#endif

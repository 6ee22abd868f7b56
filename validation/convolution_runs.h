/* Shared by the claims on convolutions: runs of params/conv-*.yaml with one rule, kind of feedback
 * and gain, and statistics over their seeds. */
#ifndef ALIGNODE_VALIDATION_CONVOLUTION_RUNS_H
#define ALIGNODE_VALIDATION_CONVOLUTION_RUNS_H

#include "training_runs.h"

enum { ALN_CONV_SEEDS = 8 /* at most */ };

/* How a network learns. */
struct aln_conv_variant {
    const char *label;
    const char *rule;
    const char *kind; /* of direct feedback; NULL: independent */
    const char *gain; /* learning.feedback.scale; NULL: 1 */
};

/* Runs params/FILE.yaml as FILE-LABEL.
 * Given:    changes  up to two more overrides "key=VALUE"; NULL: none
 * Returned: *out  yours, aln_claim_result_free(), also on failure */
bool aln_conv_learn(struct aln_report *r, const char *file, const struct aln_conv_variant *variant,
                    const char *const changes[2], struct aln_claim_result *out);

/* Mean over seeds and its standard error, NaN for one seed. */
struct aln_conv_mean {
    size_t seeds;
    double mean, error;
};
struct aln_conv_mean aln_conv_mean_of(size_t seeds, const double *x);
/* "± 0.004, 3 seeds" */
const char *aln_conv_remark(const struct aln_conv_mean *m, char *text, size_t size);

/* A column of every seed at its last record, or, with `least`, its minimum over the records.
 * Returned: x[seeds]; the number of seeds, at most ALN_CONV_SEEDS */
size_t aln_conv_ends(const struct aln_table *t, const char *column, bool least, double *x);

/* The share of the gap between the control `frozen` and bp that a rule recovers, seed by seed:
 * (rule - frozen)/(bp - frozen) of a column at the last record. All three use the same seeds. */
struct aln_conv_mean aln_conv_share(const struct aln_table *rule, const struct aln_table *frozen,
                                    const struct aln_table *bp, const char *column);

#endif

/* The runs of D2, D3 and D4 as long as they were published: 2000 epochs of the files deep-mnist-published and
 * deep-cifar-published, four seeds; and how far a number may be from one that was read off a figure. */
#ifndef ALIGNODE_VALIDATION_PUBLISHED_RUNS_H
#define ALIGNODE_VALIDATION_PUBLISHED_RUNS_H

#include "training_runs.h"

/* The four columns of the table of published numbers; the similarity of seeds and errors are those of dfa. */
struct aln_published {
    const char *title, *data, *name; /* name: of its runs, without the rule */
    /* At epochs 10 and 100; the largest; the epoch of the largest WA; the last WA. */
    double WA[2], WA_most, WA_epoch, WA_last, GA[2], GA_most;
    double similarity[2]; /* at epoch 100, at the end */
    double similarity_bp; /* at the end */
    double error[2];      /* on training samples, at epoch 100, at the end */
    bool error_below;     /* the last is an upper bound */
};
enum { ALN_PUBLISHED = 4 };
extern const struct aln_published aln_published[ALN_PUBLISHED];

/* Runs, or reads, the run "NAME-RULE-published" of the table of runs, as aln_claim_learn().
 * Given: rule  dfa, bp, or dfa-noise: dfa with one label in ten replaced */
bool aln_published_learn(struct aln_report *r, const char *name, const char *rule,
                         struct aln_claim_result *out);

/* Cosines may differ by this: .02 of reading, and the scatter of seeds and of feedback. */
#define ALN_PUBLISHED_WITHIN 0.03
/* Epochs are read within this factor. */
#define ALN_PUBLISHED_FACTOR 1.3
/* From one recorded epoch to the next: 60 between one step and 2000 epochs. */
#define ALN_PUBLISHED_SPACING 1.29

/* The range of a number read at `epoch`, given another one that was read at `other`: the number within
 * `within`, wider by what 30 % in the epoch change it, on a straight line in ln(epoch) between the two. */
struct aln_claim_range aln_published_at(double number, double epoch, double another, double other,
                                        double within);
/* The range at epoch 2000 of a number read at the end of runs that stopped between epochs 2000 and 3000, given
 * one read at the earlier epoch `other`: it may be as early as on a straight line in ln(epoch). */
struct aln_claim_range aln_published_last(double number, double another, double other,
                                          double within);

/* The standard deviation over seeds of the logarithm of the epoch at which a column is largest; NaN if
 * they are not known. */
double aln_published_spread(const struct aln_table *t, const char *column);

#endif

/* The study degeneracy: which of the equivalent solutions (signs and permutations of the hidden
 * units) each rule reaches, compared with the feedback and with the start of the run. The study
 * itself is defined in degeneracy.c; this header declares what figures need. */
#ifndef ALIGNODE_STUDY_DEGENERACY_H
#define ALIGNODE_STUDY_DEGENERACY_H

#include <stddef.h>
#include <stdint.h>

#include "alignode/rule.h"
#include "alignode/table.h"
#include "run/engine.h"

struct aln_degeneracy_params {
    unsigned rule[ALN_MOST_RULES]; /* rows of aln_rules */
    size_t rule_count;
    uint64_t seeds;
    enum aln_engine_kind engine;
    double level, least_feedback;
};

const struct aln_degeneracy_params *aln_degeneracy_of(const struct aln_params *p);

/* Counted properties of the solution reached. */
enum aln_degeneracy_judgement {
    ALN_DEGENERACY_LARGEST,    /* it has the largest tr(W2 F1) */
    ALN_DEGENERACY_SIGN_F1,    /* every unit's read-out has the sign of its feedback */
    ALN_DEGENERACY_SIGN_START, /* ... of its read-out at the start */
    ALN_DEGENERACY_JUDGEMENTS
};

/* Counts for one rule. */
struct aln_degeneracy_tally {
    uint64_t runs, reached;                    /* all */
    uint64_t counted, counted_reached;         /* with min |F1| >= least_feedback */
    uint64_t count[ALN_DEGENERACY_JUDGEMENTS]; /* of counted_reached, by property */
};

/* Index of a row's rule in own->rule. */
size_t aln_degeneracy_rule(const struct aln_degeneracy_params *own, const struct aln_table *t,
                           size_t row);

/* Counts the rows of a result.
 * Returned: tally[own->rule_count] */
void aln_degeneracy_count(const struct aln_degeneracy_params *own, const struct aln_table *t,
                          struct aln_degeneracy_tally *tally);

#endif

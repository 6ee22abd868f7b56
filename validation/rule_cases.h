/* Theory = simulation for problems of one shape that differ in how they learn, judged as described in
 * agreement.h: K = M = 2, erf, one start without symmetries. */
#ifndef ALIGNODE_VALIDATION_RULE_CASES_H
#define ALIGNODE_VALIDATION_RULE_CASES_H

#include "agreement.h"

#define ALN_USUAL_RATES "rate: [0.4, 0.25]"

struct aln_rule_case {
    const char *name;
    size_t outputs;       /* 1 or 3 */
    const char *learning; /* members of learning: besides decay and feedback, YAML */
    const char
        *feedback; /* further members of learning.feedback, each with a comma before it; or "" */
};

/* Judges the cases, and reports the lines about all of them together. */
void aln_rule_cases_judge(struct aln_report *r, const struct aln_effort *effort, bool with_sgd,
                          size_t count, const struct aln_rule_case *cases);

/* The problem of a case; its averages are over points where they have no closed form.
 * Returned: *out  yours, aln_problem_free() */
enum aln_status aln_rule_case_problem(struct aln_problem **out, const struct aln_rule_case *c);

#endif

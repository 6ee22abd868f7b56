#include "rule_cases.h"

#include <stdio.h>

#define START                                                                                      \
    "overlaps: {Q: [[0.37, -0.07], [-0.07, 0.29]], R: [[0.2, 0.02], [0.04, -0.22]], "              \
    "T: [[0.94, 0.13], [0.13, 0.85]], W2: "

/* Student's and teacher's read-outs and the feedback, for one output and for three. */
static const struct readouts {
    size_t outputs;
    const char *W2, *V2, *F1;
} shapes[] = {
    {1, "[[0.3, 0.2]]", "[[1.0, -0.7]]", "[[0.5], [-0.4]]"},
    {3, "[[0.3, 0.2], [-0.1, 0.25], [0.15, -0.2]]", "[[1.0, -0.7], [0.4, 0.9], [-0.6, 0.5]]",
     "[[0.5, 0.3, -0.2], [-0.6, 0.2, 0.4]]"},
};

enum aln_status aln_rule_case_problem(struct aln_problem **out, const struct aln_rule_case *c)
{
    const struct readouts *s = &shapes[c->outputs == shapes[1].outputs];
    char yaml[1024];
    snprintf(yaml, sizeof yaml,
             "problem: {outputs: %zu, noise: 0.2, teacher: {readout: %s}, " START "%s}}\n"
             "learning: {decay: [0.05, 0.03], %s, feedback: {matrix: %s%s}}\n",
             s->outputs, s->V2, s->W2, c->learning, s->F1, c->feedback);
    enum aln_status status = aln_problem_parse(out, yaml);
    if (status == ALN_OK && (*out)->rule->levels != ALN_ERROR_WHOLE)
        (*out)->points = 1;
    return status;
}

void aln_rule_cases_judge(struct aln_report *r, const struct aln_effort *effort, bool with_sgd,
                          size_t count, const struct aln_rule_case *cases)
{
    struct aln_agreement agreement = {.report = r, .effort = effort};
    for (size_t i = 0; i < count; i++) {
        struct aln_problem *p = NULL;
        char name[64];
        if (aln_rule_case_problem(&p, &cases[i]) != ALN_OK) {
            aln_report_error(r, cases[i].name);
            return;
        }
        snprintf(name, sizeof name, "%-21s O=%zu", cases[i].name, cases[i].outputs);
        aln_agree(&agreement, &(struct aln_agree_case){.name = name,
                                                       .problem = p,
                                                       .times = {1, 3},
                                                       .changes = -1,
                                                       .with_sgd = with_sgd || i % 2 == 0});
        aln_problem_free(p);
    }
    aln_agree_end(&agreement);
}

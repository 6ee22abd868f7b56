/* D9, feedback alignment, direct feedback alignment and back-propagation compared: MNIST 28x28. WA
 * of fa is taken with the products of its feedback, F_l F_(l+1) ... F_(L-1). */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "training_runs.h"

enum { RULES = 4 };

static const struct rule {
    const char *name;
    double error; /* test error after 20 epochs; NaN: a control without a number */
} rules[RULES] = {{"bp", 0.023}, {"dfa", 0.029}, {"fa", 0.035}, {"frozen", NAN}};

void aln_claim_d9(struct aln_report *r)
{
    char name[32], set[32], line[96], remark[96];
    if (!aln_claim_has_data(r, "mnist"))
        return;
    for (size_t i = 0; i < RULES; i++) {
        struct aln_claim_result result;
        const struct rule *rule = &rules[i];
        snprintf(name, sizeof name, "mnist28-%s", rule->name);
        snprintf(set, sizeof set, "learning.rule=%s", rule->name);
        const struct aln_claim_run_spec spec = {name, "deep-rules", {set}};
        if (aln_claim_learn(r, &spec, &result)) {
            const struct aln_table *t = result.rows;
            double error = aln_claim_mean(t, "error_test", INFINITY);
            snprintf(line, sizeof line, "%-6s test error", rule->name);
            if (isnan(rule->error))
                aln_report_note(r, line, error, "(control: only the read-out learns)");
            else
                aln_report_range(r, line, error, rule->error - 0.004, rule->error + 0.004);
            snprintf(line, sizeof line, "%-6s WA", rule->name);
            snprintf(remark, sizeof remark, "(GA %.3f)", aln_claim_mean(t, "GA", INFINITY));
            aln_report_note(r, line, aln_claim_mean(t, "WA", INFINITY),
                            strcmp(rule->name, "frozen") == 0 ? "" : remark);
            if (strcmp(rule->name, "fa") == 0)
                aln_report_note(r, "fa     WF: W_l against F_(l-1)^T",
                                aln_claim_mean(t, "WF", INFINITY), "");
        }
        aln_claim_result_free(&result);
    }
}

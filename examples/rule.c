/* A user-defined learning rule: its feedback is half-way between the transposed read-out
 * (back-propagation) and a fixed random matrix (feedback alignment).
 *
 *     cc rule.c $(pkg-config --cflags --libs alignode) -o rule
 */
#include <alignode.h>
#include <stdio.h>

static void half_way(const struct aln_feedback_terms *terms, double *F)
{
    for (size_t i = 0; i < terms->rows * terms->cols; i++)
        F[i] = 0.5 * (terms->W[i] + terms->B[i]);
}

static const struct aln_rule halfway = {
    .id = {"half-way", "feedback half-way between read-out and random matrix", ""},
    .route = ALN_LAYERWISE,
    .feedback = half_way,
    .random = true,
};

/* The error and the alignment at the end of a run. */
static enum aln_status learn(struct aln_problem *problem, const struct aln_rule *rule)
{
    struct aln_ode *ode = NULL;
    const struct aln_ode_options options = aln_ode_defaults();
    problem->rule = rule;
    enum aln_status status = aln_ode_create(&ode, problem, &options);
    if (status == ALN_OK)
        status = aln_ode_advance(ode, 150);
    if (status == ALN_OK)
        printf("%s\t%.6g\t%.6f\n", rule->id.name, aln_problem_eg(problem, aln_ode_state(ode)),
               aln_problem_cos(problem, aln_ode_state(ode)));
    aln_ode_free(ode);
    return status;
}

int main(void)
{
    const struct aln_rule *rules[] = {aln_rule_find("bp"), &halfway, aln_rule_find("fa")};
    struct aln_problem *problem = NULL;
    enum aln_status status = aln_problem_parse(&problem, "problem: {student: {units: 3}}\n"
                                                         "learning: {rule: bp, rate: 0.2}\n");
    if (status == ALN_OK)
        printf("rule\teg\tcos_W2_F1\n");
    for (size_t i = 0; i < sizeof rules / sizeof rules[0] && status == ALN_OK; i++)
        status = learn(problem, rules[i]);
    if (status != ALN_OK)
        fprintf(stderr, "%s\n", aln_error());
    aln_problem_free(problem);
    return status;
}

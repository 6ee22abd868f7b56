/* Checks that involve several parameters. */
#include "model/params_table.h"

#include <stdio.h>

static const struct aln_node *given(const struct aln_params_given *g, const char *key)
{
    return aln_params_node(g, key);
}

static const struct aln_place *where(const struct aln_params_given *g, const char *key)
{
    return aln_params_where(g, key);
}

/* ---- matrices ---- */

static enum aln_status check_symmetric(const struct aln_matrix *m, const char *key,
                                       const struct aln_params_given *g)
{
    for (size_t i = 0; i < m->rows; i++)
        for (size_t j = i + 1; j < m->cols; j++)
            if (m->a[i * m->cols + j] != m->a[j * m->cols + i])
                return aln_tree_raise(where(g, key),
                                      "%s: expected symmetric matrix, but entries (%zu, %zu) and "
                                      "(%zu, %zu) differ",
                                      key, i + 1, j + 1, j + 1, i + 1);
    return ALN_OK;
}

static enum aln_status check_matrices(const struct aln_params *p, const struct aln_params_given *g)
{
    enum aln_status status;
    if (p->problem.overlaps.Q.a == NULL)
        return ALN_OK;
    if ((status = check_symmetric(&p->problem.overlaps.Q, "problem.overlaps.Q", g)) == ALN_OK &&
        (status = check_symmetric(&p->problem.overlaps.T, "problem.overlaps.T", g)) == ALN_OK)
        status = aln_params_check_covariance(p, where(g, "problem.overlaps.Q"));
    return status;
}

/* Two targets need two outputs, and at least one teacher unit each. */
static enum aln_status check_targets(const struct aln_params *p, const struct aln_params_given *g)
{
    static const char *const key = "problem.teacher.readout";
    if (p->problem.teacher.readout.fill != ALN_FILL_TARGETS || p->problem.tasks_count > 0)
        return ALN_OK;
    if (p->problem.outputs != 2)
        return aln_tree_raise(
            where(g, key),
            "%s: alpha and beta describe two targets: expected problem.outputs 2, "
            "got %llu",
            key, (unsigned long long)p->problem.outputs);
    if (p->problem.teacher.units < 2)
        return aln_tree_raise(where(g, key),
                              "%s: alpha and beta describe two targets: expected at least 2 "
                              "problem.teacher.units, got %llu",
                              key, (unsigned long long)p->problem.teacher.units);
    return ALN_OK;
}

/* ---- feedback ---- */

static enum aln_status check_feedback(const struct aln_params *p, const struct aln_params_given *g)
{
    static const char *const keys[] = {"learning.feedback.rate", "learning.feedback.decay"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (given(g, keys[i]) != NULL && !p->learning.rule->learns)
            return aln_tree_raise(&given(g, keys[i])->key_at,
                                  "%s: expected a rule whose feedback learns (kolen-pollack, "
                                  "weight-mirror), got learning.rule %s",
                                  keys[i], p->learning.rule->id.name);
    return ALN_OK;
}

/* Feedback that is an overlap and given must fit the other overlaps, given or drawn. */
static enum aln_status check_phi(const struct aln_params *p, const struct aln_params_given *g)
{
    const char *key = "learning.feedback.matrix";
    struct aln_problem *problem;
    char why[512];
    if (!p->learning.rule->adapts || given(g, key) == NULL || p->problem.overlaps.from != NULL)
        return ALN_OK;
    enum aln_status status = aln_problem_create(&problem, p);
    if (status == ALN_OK)
        aln_problem_free(problem);
    if (status != ALN_USAGE)
        return status;
    snprintf(why, sizeof why, "%s", aln_error());
    return aln_tree_raise(where(g, key), "%s", why);
}

/* UA, SA and the descent are closed forms. */
static enum aln_status check_geometry(const struct aln_params *p, const struct aln_params_given *g)
{
    const char *const key = p->run.record.geometry ? "run.record.geometry" : "run.record.descent";
    if (p->learning.rule->levels == ALN_ERROR_WHOLE ||
        !(p->run.record.geometry || p->run.record.descent))
        return ALN_OK;
    return aln_tree_raise(where(g, key),
                          "%s: the averages for rule %s have no closed form; "
                          "run.record.gradient_alignment has",
                          key, p->learning.rule->id.name);
}

/* The early law holds for small weights and a feedback that is present from the start. */
static enum aln_status check_early_law(const struct aln_params *p, const struct aln_params_given *g)
{
    const char *key = "run.record.early_law";
    if (!p->run.record.early_law)
        return ALN_OK;
    if (!p->learning.rule->random)
        return aln_tree_raise(where(g, key),
                              "%s: expected a rule that uses the feedback matrix (dfa, fa, "
                              "kolen-pollack, ...), got learning.rule %s",
                              key, p->learning.rule->id.name);
    if (p->learning.rule->levels != ALN_ERROR_WHOLE)
        return aln_tree_raise(where(g, key),
                              "%s: expected a rule that feeds back the error itself, got "
                              "learning.rule %s",
                              key, p->learning.rule->id.name);
    if (!p->problem.activation->odd || !p->problem.activation->linear_at_zero)
        return aln_tree_raise(where(g, key),
                              "%s: expected an odd activation that is linear for small fields "
                              "(erf, linear), got problem.activation %s",
                              key, p->problem.activation->id.name);
    return ALN_OK;
}

/* ---- times and sizes ---- */

void aln_params_fit_inputs(struct aln_params *p, const struct aln_params_given *g, uint64_t units)
{
    if (given(g, "problem.inputs") == NULL && p->problem.inputs < units)
        p->problem.inputs = 2 * units;
}

/* In a run that ends before the default first time that time follows. */
static void fill_first(struct aln_params *p, const struct aln_params_given *g)
{
    if (given(g, "run.record.first") == NULL && p->run.time > 0 &&
        p->run.record.first > p->run.time)
        p->run.record.first = p->run.time / 100;
}

/* Averages over points of a step that jumps jump themselves, by one point's share: a step of the
 * integrator cannot be much more accurate than they are. */
static void fill_tolerances(struct aln_params *p, const struct aln_params_given *g)
{
    if (!aln_params_cubature(p) ||
        !(p->problem.activation->singular || p->learning.rule->levels != ALN_ERROR_WHOLE))
        return;
    if (given(g, "ode.rtol") == NULL)
        p->ode.rtol = ALN_ODE_JUMPS_RTOL;
    if (given(g, "ode.atol") == NULL)
        p->ode.atol = ALN_ODE_JUMPS_ATOL;
}

static enum aln_status check_times(const struct aln_params *p, const struct aln_params_given *g)
{
    double end = p->run.time, first = p->run.record.first;
    if (p->run.record.times != NULL) {
        for (const struct aln_node *n = given(g, "run.record.times")->first; n != NULL;
             n = n->next) {
            double time;
            if (aln_text_real(n->text, &time) && time > end)
                return aln_tree_raise(&n->at,
                                      "run.record.times: expected times up to run.time, "
                                      "which is %g, got %s",
                                      end, n->text);
        }
    } else if (p->run.record.spacing == ALN_LOG && end > 0 && first > end) {
        return aln_tree_raise(where(g, "run.record.first"),
                              "run.record.first: expected time up to run.time, which is %g, "
                              "got %g",
                              end, first);
    }
    return ALN_OK;
}

/* The second integration of ode.check must have a smaller tolerance. */
static enum aln_status check_tolerances(const struct aln_params *p,
                                        const struct aln_params_given *g)
{
    if (p->ode.check && p->ode.rtol <= ALN_ODE_LEAST_RTOL)
        return aln_tree_raise(
            where(g, "ode.rtol"),
            "ode.rtol: expected number > %g, the smallest tolerance of ode.check, "
            "got %g",
            ALN_ODE_LEAST_RTOL, p->ode.rtol);
    return ALN_OK;
}

/* Starts that repeats draw: of a rule whose feedback is an overlap the feedback would be drawn, too. */
static enum aln_status check_starts(const struct aln_params *p, const struct aln_params_given *g)
{
    static const char *const key = "run.drawn_starts";
    if (!p->run.drawn_starts)
        return ALN_OK;
    if (p->problem.overlaps.Q.a != NULL || p->problem.overlaps.from != NULL)
        return aln_tree_raise(where(g, key),
                              "%s: expected no problem.overlaps, which give the start", key);
    if (aln_spectrum_blocks(&p->problem.spectrum) > 0)
        return aln_tree_raise(where(g, key), "%s: expected no problem.spectrum", key);
    if (p->learning.rule->adapts)
        return aln_tree_raise(where(g, key),
                              "%s: expected another rule than %s, whose feedback is drawn with the "
                              "student's weights",
                              key, p->learning.rule->id.name);
    if (!(p->problem.student.weights.number > 0))
        return aln_tree_raise(where(g, key), "%s: expected problem.student.weights.std > 0", key);
    return ALN_OK;
}

enum aln_status aln_params_check(void *of, const struct aln_params_given *g)
{
    enum aln_status status;
    const struct aln_params *p = of;
    fill_first(of, g);
    fill_tolerances(of, g);
    aln_params_fit_inputs(of, g, p->problem.student.units + p->problem.teacher.units);
    if ((status = aln_params_check_spectrum(of, g)) == ALN_OK &&
        (status = aln_params_check_tasks(p, g)) == ALN_OK &&
        (status = aln_params_check_samples(p, g)) == ALN_OK &&
        (status = check_matrices(p, g)) == ALN_OK && (status = check_targets(p, g)) == ALN_OK &&
        (status = check_feedback(p, g)) == ALN_OK && (status = check_phi(p, g)) == ALN_OK &&
        (status = check_starts(p, g)) == ALN_OK && (status = check_early_law(p, g)) == ALN_OK &&
        (status = check_geometry(p, g)) == ALN_OK && (status = check_times(p, g)) == ALN_OK)
        status = check_tolerances(p, g);
    return status;
}

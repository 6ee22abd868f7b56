/* What concerns several parameters at once. */
#include "model/params_table.h"

#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <string.h>

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

/* A student that has found its teacher has a singular C, and where an integration brought it there
 * the smallest eigenvalue comes out slightly negative: in runs to t = 1e5 at most 4e-3 ode.rtol
 * times the trace (2.5e-12, 3.6e-9, 2.3e-7 of it at rtol 1e-9, 1e-6, 1e-4). This admits states of
 * any run with rtol <= 2e-5, and with them the round-off of a matrix at full precision. */
#define SEMIDEFINITE 1e-7

enum aln_status aln_params_check_covariance(const struct aln_params *p, const struct aln_place *at)
{
    enum aln_status status = ALN_OK;
    const double *Q = p->problem.overlaps.Q.a, *R = p->problem.overlaps.R.a;
    const double *T = p->problem.overlaps.T.a;
    size_t K = p->problem.student.units, M = p->problem.teacher.units, P = K + M;
    gsl_set_error_handler_off(); /* it would end the process when memory is out */
    gsl_matrix *C = gsl_matrix_alloc(P, P);
    gsl_vector *eigenvalues = gsl_vector_alloc(P);
    gsl_eigen_symm_workspace *work = gsl_eigen_symm_alloc(P);
    if (C == NULL || eigenvalues == NULL || work == NULL) {
        status = aln_raise(ALN_MEMORY, "problem.overlaps: out of memory");
        goto out;
    }
    double largest = 0, trace = 0;
    for (size_t a = 0; a < P; a++) {
        for (size_t b = a; b < P; b++) {
            double c = b < K ? Q[a * K + b] : a < K ? R[a * M + b - K] : T[(a - K) * M + b - K];
            gsl_matrix_set(C, a, b, c);
            gsl_matrix_set(C, b, a, c);
            largest = fmax(largest, fabs(c));
        }
    }
    for (size_t i = 0; i < P * P && largest > 0; i++)
        C->data[i] /= largest; /* nothing overflows; 1 / largest may */
    for (size_t a = 0; a < P; a++)
        trace += gsl_matrix_get(C, a, a);
    gsl_eigen_symm(C, eigenvalues, work);
    double least = gsl_vector_min(eigenvalues);
    if (!(least >= -SEMIDEFINITE * trace))
        status = aln_tree_raise(at,
                                "problem.overlaps: expected [[Q, R], [R^T, T]] to be positive "
                                "semi-definite within %g of its trace, but its smallest eigenvalue "
                                "is %.3g",
                                SEMIDEFINITE, least * largest);
out:
    gsl_eigen_symm_free(work);
    gsl_vector_free(eigenvalues);
    gsl_matrix_free(C);
    return status;
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

/* Two targets need two outputs, and a teacher's unit each. */
static enum aln_status check_targets(const struct aln_params *p, const struct aln_params_given *g)
{
    static const char *const key = "problem.teacher.readout";
    if (p->problem.teacher.readout.fill != ALN_FILL_TARGETS)
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
                                  "%s: expected a rule whose feedback learns (kolen-pollack), "
                                  "got learning.rule %s",
                                  keys[i], p->learning.rule->id.name);
    return ALN_OK;
}

/* The law of early times is one of small weights and of a feedback that is there from the start. */
static enum aln_status check_early_law(const struct aln_params *p, const struct aln_params_given *g)
{
    const char *key = "run.record.early_law";
    if (!p->run.record.early_law)
        return ALN_OK;
    if (!p->learning.rule->random)
        return aln_tree_raise(where(g, key),
                              "%s: expected a rule that uses the feedback matrix (dfa, fa, "
                              "kolen-pollack), got learning.rule %s",
                              key, p->learning.rule->id.name);
    if (!p->problem.activation->odd || !p->problem.activation->linear_at_zero)
        return aln_tree_raise(where(g, key),
                              "%s: expected an activation that passes small fields on linearly "
                              "(erf, linear), got problem.activation %s",
                              key, p->problem.activation->id.name);
    return ALN_OK;
}

/* ---- times and sizes ---- */

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
        const char *key = given(g, "run.record.first") != NULL ? "run.record.first" : "run.time";
        return aln_tree_raise(where(g, key),
                              "run.record.first: expected time up to run.time, which is %g, "
                              "got %g",
                              end, first);
    }
    return ALN_OK;
}

/* The engines that a command runs.  Returned: used[ALN_ENGINES] */
static void find_engines(const struct aln_params *p, const char *command, bool *used)
{
    bool compare = strcmp(command, "compare") == 0, plot = strcmp(command, "plot") == 0;
    for (size_t e = 0; e < ALN_ENGINES; e++)
        used[e] = strcmp(command, aln_names_row(&aln_engines, e)->name) == 0;
    if (aln_params_follows(p, command))
        used[ALN_ENGINE_ODE] = true;
    if (p->study != NULL && (plot || strcmp(command, "study") == 0))
        used[aln_params_study_engine(p)] = true;
    else if (compare || plot)
        for (size_t i = 0; i < p->compare.engine_count; i++)
            used[p->compare.engine[i]] = true;
}

/* What the engines at finite N, chain and sgd, ask for, alone or beside others: as many inputs as
 * there are units; for a comparison repeats that show how far runs spread, and an ode that is their
 * limit. */
static enum aln_status check_finite(const struct aln_params *p, const struct aln_params_given *g,
                                    const char *command)
{
    bool compare = strcmp(command, "compare") == 0, used[ALN_ENGINES];
    find_engines(p, command, used);
    bool ode = used[ALN_ENGINE_ODE], finite = used[ALN_ENGINE_CHAIN] || used[ALN_ENGINE_SGD];
    uint64_t units = aln_params_most_units(p, command) + p->problem.teacher.units;
    if (finite && p->problem.inputs < units)
        return aln_tree_raise(where(g, "problem.inputs"),
                              "problem.inputs: expected at least K + M = %llu, got %llu",
                              (unsigned long long)units, (unsigned long long)p->problem.inputs);
    if (compare && p->compare.engine_count < 2)
        return aln_tree_raise(where(g, "compare.engines"),
                              "compare.engines: expected at least 2, there is nothing to compare "
                              "with one");
    if (compare && finite && p->run.repeats < 2)
        return aln_tree_raise(where(g, "run.repeats"),
                              "run.repeats: expected at least 2, to compare means of chain or sgd, "
                              "got %llu",
                              (unsigned long long)p->run.repeats);
    if (compare && finite && ode && !p->ode.second_order)
        return aln_tree_raise(where(g, "ode.second_order"),
                              "ode.second_order: expected true, to compare with chain or sgd: "
                              "without the eta^2 terms the ode is not their limit");
    return ALN_OK;
}

/* Where the averages of an activation have no value for a unit without weights (relu), the ode
 * cannot start there. */
static enum aln_status check_zero_start(const struct aln_params *p,
                                        const struct aln_params_given *g, const char *command)
{
    bool used[ALN_ENGINES], zero = false;
    size_t K = p->problem.student.units;
    const double *Q = p->problem.overlaps.Q.a;
    find_engines(p, command, used);
    for (size_t k = 0; k < K; k++)
        zero = zero || (Q != NULL ? Q[k * K + k] : p->problem.student.weights.number) == 0;
    if (used[ALN_ENGINE_ODE] && zero && p->problem.activation->singular) {
        const char *key = Q != NULL ? "problem.overlaps.Q" : "problem.student.weights";
        return aln_tree_raise(where(g, key),
                              "%s: expected every student unit to have weights other than zero: "
                              "the averages of %s have no value there",
                              key, p->problem.activation->id.name);
    }
    return ALN_OK;
}

/* The finer integration of ode.check is one. */
static enum aln_status check_tolerances(const struct aln_params *p,
                                        const struct aln_params_given *g)
{
    if (p->ode.check && p->ode.rtol <= ALN_ODE_LEAST_RTOL)
        return aln_tree_raise(where(g, "ode.rtol"),
                              "ode.rtol: expected number > %g, the least tolerance of ode.check, "
                              "got %g",
                              ALN_ODE_LEAST_RTOL, p->ode.rtol);
    return ALN_OK;
}

enum aln_status aln_params_check(void *of, const struct aln_params_given *g, const char *command)
{
    enum aln_status status;
    struct aln_params *p = of;
    if ((status = check_matrices(p, g)) == ALN_OK && (status = check_targets(p, g)) == ALN_OK &&
        (status = check_feedback(p, g)) == ALN_OK && (status = check_early_law(p, g)) == ALN_OK &&
        (status = check_times(p, g)) == ALN_OK && (status = check_tolerances(p, g)) == ALN_OK &&
        (status = aln_params_check_study(p, g, command)) == ALN_OK &&
        (status = aln_params_check_fixedpoint(p, g, command)) == ALN_OK &&
        (status = check_zero_start(p, g, command)) == ALN_OK &&
        (status = check_finite(p, g, command)) == ALN_OK)
        status = aln_params_take_start(p, g);
    return status;
}

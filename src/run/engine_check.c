/* Checks of the parameters by engine. */

#include <math.h>

#include "model/params.h"
#include "params/schema_table.h"
#include "run/engine.h"

/* The averages of some activations (relu) are undefined for a unit with zero weights: the ode cannot
 * start there. */
static enum aln_status check_zero_start(const struct aln_params *p,
                                        const struct aln_params_given *g)
{
    bool zero = false;
    size_t K = p->problem.student.units;
    const double *Q = p->problem.overlaps.Q.a;
    const size_t blocks = p->problem.overlaps.blocks_count;
    for (size_t k = 0; k < K; k++) {
        double square = Q != NULL ? Q[k * K + k] : 0;
        for (size_t i = 0; i < blocks; i++)
            square += p->problem.overlaps.blocks[i].Q.a[k * K + k];
        zero = zero || (Q != NULL || blocks > 0 ? square : p->problem.student.weights.number) == 0;
    }
    if (zero && p->problem.activation->singular) {
        const char *key = Q != NULL    ? "problem.overlaps.Q"
                          : blocks > 0 ? "problem.overlaps.blocks"
                                       : "problem.student.weights";
        return aln_tree_raise(aln_params_where(g, key),
                              "%s: expected nonzero weights for every student unit, the averages "
                              "of %s are undefined at zero",
                              key, p->problem.activation->id.name);
    }
    return ALN_OK;
}

/* Averages over points need a dimension of Sobol points for each number that a sample draws. */
static enum aln_status check_points(const struct aln_params *p, const struct aln_params_given *g,
                                    uint64_t units, const char *key)
{
    const struct aln_rule *rule = p->learning.rule;
    const uint64_t outputs = aln_params_rows(p),
                   drawn = rule->perturbs || rule->mirrors ? units - p->problem.teacher.units : 0,
                   dimensions = units + drawn + (p->problem.noise > 0 ? outputs : 0) +
                                (p->learning.feedback.noise > 0 ? outputs : 0) +
                                (rule->adapts ? outputs : 0);
    if (dimensions > ALN_FLUCTUATIONS_MOST)
        return aln_tree_raise(
            aln_params_where(g, key),
            "%s: expected at most %d student units, teacher units, noisy outputs and "
            "what the rule draws for each sample together, got %llu",
            key, ALN_FLUCTUATIONS_MOST, (unsigned long long)dimensions);
    return ALN_OK;
}

/* The averages of a step that jumps with the error are not closed, and the small displacements that
 * derivatives are differences of move too few of the points across a jump. */
static enum aln_status check_levels(const struct aln_params *p, const struct aln_params_given *g)
{
    const char *rule = p->learning.rule->id.name;
    if (p->learning.rule->levels == ALN_ERROR_WHOLE)
        return ALN_OK;
    if (!aln_params_cubature(p))
        return aln_tree_raise(aln_params_where(g, "learning.rule"),
                              "learning.rule: the ode's averages for %s have no closed form: set "
                              "ode.averages: cubature",
                              rule);
    if (p->ode.fluctuations)
        return aln_tree_raise(aln_params_where(g, "ode.fluctuations"),
                              "ode.fluctuations: not available for rule %s, whose equations are "
                              "averages over points and have no derivatives",
                              rule);
    return ALN_OK;
}

/* Error bars from theory need the whole step. */
static enum aln_status check_fluctuations(const struct aln_params *p,
                                          const struct aln_params_given *g, uint64_t units)
{
    if (!p->ode.second_order)
        return aln_tree_raise(aln_params_where(g, "ode.fluctuations"),
                              "ode.fluctuations: expected ode.second_order: true, without the "
                              "eta^2 terms the equations are not the limit of any step");
    if (p->learning.momentum > 0)
        return aln_tree_raise(aln_params_where(g, "ode.fluctuations"),
                              "ode.fluctuations: expected learning.momentum: 0, the velocities are "
                              "left out of the equations");
    return check_points(p, g, units, "ode.fluctuations");
}

/* Errors of averages over points, and of integration, share their columns. */
static enum aln_status check_cubature(const struct aln_params *p, const struct aln_params_given *g,
                                      uint64_t units)
{
    if (p->ode.check)
        return aln_tree_raise(
            aln_params_where(g, "ode.check"),
            "ode.check: expected ode.averages: closed; with cubature, columns err_... "
            "are differences from other points");
    if (aln_spectrum_blocks(&p->problem.spectrum) > 0)
        return aln_tree_raise(
            aln_params_where(g, "ode.averages"),
            "ode.averages: expected no problem.spectrum, whose averages are closed "
            "only");
    return check_points(p, g, units, "ode.averages");
}

/* Each block of inputs must hold the vectors of all units. */
static enum aln_status check_block_inputs(const struct aln_params *p,
                                          const struct aln_params_given *g, uint64_t vectors)
{
    const size_t L = aln_spectrum_blocks(&p->problem.spectrum);
    struct aln_problem *problem;
    if (L == 0)
        return ALN_OK;
    enum aln_status status = aln_problem_create(&problem, p);
    if (status != ALN_OK)
        return status;
    for (size_t i = 0; i < L && status == ALN_OK; i++) {
        const uint64_t inputs = aln_problem_block_inputs(problem, i);
        if (inputs < vectors)
            status = aln_tree_raise(aln_params_where(g, "problem.spectrum.blocks"),
                                    "problem.spectrum: expected at least %llu of the "
                                    "problem.inputs in each block, as many as units, got %llu in "
                                    "block %zu",
                                    (unsigned long long)vectors, (unsigned long long)inputs, i + 1);
    }
    aln_problem_free(problem);
    return status;
}

/* Which engines know a fixed set of samples. */
static enum aln_status check_samples(const struct aln_params *p, const struct aln_params_given *g,
                                     unsigned engines)
{
    static const char key[] = "problem.samples";
    const uint64_t batch = p->learning.batch;
    if (isnan(p->problem.samples))
        return ALN_OK;
    if (engines & 1u << ALN_ENGINE_CHAIN)
        return aln_tree_raise(aln_params_where(g, key),
                              "%s: not available in the chain, which draws every sample anew: "
                              "expected ode or sgd (compare.engines: [ode, sgd])",
                              key);
    if (!(engines & 1u << ALN_ENGINE_ODE))
        return ALN_OK;
    if (!p->problem.activation->linear)
        return aln_tree_raise(aln_params_where(g, key),
                              "%s: the ode knows a fixed set of linear units only, got "
                              "problem.activation %s; sgd runs every activation",
                              key, p->problem.activation->id.name);
    if (p->learning.rule->levels != ALN_ERROR_WHOLE)
        return aln_tree_raise(aln_params_where(g, "learning.rule"),
                              "learning.rule: the ode knows a fixed set of samples under rules in "
                              "closed form only, not under %s; sgd runs it",
                              p->learning.rule->id.name);
    if (batch > 0 && batch != aln_params_samples(p))
        return aln_tree_raise(aln_params_where(g, "learning.batch"),
                              "learning.batch: the ode knows steps on the whole of "
                              "problem.samples only; sgd runs mini-batches");
    return ALN_OK;
}

/* In single precision a decay would be lost in the rounding of each step: kappa/N of a weight is less than
 * its last digit. */
static enum aln_status check_precision(const struct aln_params *p, const struct aln_params_given *g,
                                       unsigned engines)
{
    static const char key[] = "run.precision";
    if (!aln_params_single(p))
        return ALN_OK;
    if (!(engines & 1u << ALN_ENGINE_SGD))
        return aln_tree_raise(aln_params_where(g, key),
                              "%s: single is available in sgd only: expected alignode sgd, or "
                              "compare with sgd in compare.engines",
                              key);
    if (aln_spectrum_blocks(&p->problem.spectrum) > 0)
        return aln_tree_raise(aln_params_where(g, key),
                              "%s: single is not available with problem.spectrum", key);
    if (!isnan(p->problem.samples))
        return aln_tree_raise(aln_params_where(g, key),
                              "%s: single is not available with problem.samples", key);
    if (p->learning.decay[0] > 0)
        return aln_tree_raise(aln_params_where(g, "learning.decay"),
                              "learning.decay: expected 0 of the hidden layer with run.precision: "
                              "single, which rounds away so small changes, got %g",
                              p->learning.decay[0]);
    return ALN_OK;
}

enum aln_status aln_engines_check(const struct aln_params *p, const struct aln_params_given *given,
                                  unsigned engines, uint64_t most_units)
{
    uint64_t units = most_units + p->problem.teacher.units;
    bool finite = false;
    for (size_t e = 0; e < ALN_ENGINES; e++)
        finite = finite || (engines & 1u << e && aln_engine_table[e].repeats);
    enum aln_status status = check_samples(p, given, engines);
    if (status == ALN_OK)
        status = check_precision(p, given, engines);
    if (status != ALN_OK)
        return status;
    if (engines & 1u << ALN_ENGINE_ODE) {
        status = check_zero_start(p, given);
        if (status == ALN_OK)
            status = check_levels(p, given);
        if (status == ALN_OK && p->ode.fluctuations)
            status = check_fluctuations(p, given, units);
        if (status == ALN_OK && aln_params_cubature(p))
            status = check_cubature(p, given, units);
        if (status != ALN_OK)
            return status;
    }
    const uint64_t phi = p->learning.rule->adapts ? aln_params_rows(p) : 0,
                   velocities = engines & 1u << ALN_ENGINE_CHAIN && p->learning.momentum > 0
                                    ? most_units
                                    : 0;
    if (finite && p->problem.inputs < units + phi + velocities)
        return aln_tree_raise(aln_params_where(given, "problem.inputs"),
                              "problem.inputs: expected at least %s%s = %llu, got %llu",
                              velocities > 0 ? "2 K + M" : "K + M", phi > 0 ? " + O" : "",
                              (unsigned long long)(units + phi + velocities),
                              (unsigned long long)p->problem.inputs);
    return finite ? check_block_inputs(p, given, units + velocities) : ALN_OK;
}

enum aln_status aln_engines_check_shared(const struct aln_params *p,
                                         const struct aln_params_given *given)
{
    if (p->run.drawn_starts)
        return aln_tree_raise(
            aln_params_where(given, "run.drawn_starts"),
            "run.drawn_starts: expected alignode ode, chain, sgd or compare; studies "
            "and fixed points have starts of their own");
    if (aln_params_single(p))
        return aln_tree_raise(aln_params_where(given, "run.precision"),
                              "run.precision: single is available in alignode sgd and compare "
                              "only; studies and fixed points run no sgd of single precision");
    if (p->problem.tasks_count > 0)
        return aln_tree_raise(
            aln_params_where(given, "problem.tasks"),
            "problem.tasks: expected alignode ode, chain, sgd or compare; studies "
            "and fixed points have one task");
    if (!isnan(p->problem.samples))
        return aln_tree_raise(aln_params_where(given, "problem.samples"),
                              "problem.samples: expected alignode ode, sgd or compare; studies and "
                              "fixed points are those of fresh samples");
    return ALN_OK;
}

static enum aln_status check_one(const struct aln_params *p, const struct aln_params_given *given,
                                 enum aln_engine_kind engine)
{
    return aln_engines_check(p, given, 1u << engine, p->problem.student.units);
}

enum aln_status aln_engine_check_ode(const void *p, const struct aln_params_given *given)
{
    return check_one(p, given, ALN_ENGINE_ODE);
}

enum aln_status aln_engine_check_chain(const void *p, const struct aln_params_given *given)
{
    return check_one(p, given, ALN_ENGINE_CHAIN);
}

enum aln_status aln_engine_check_sgd(const void *p, const struct aln_params_given *given)
{
    return check_one(p, given, ALN_ENGINE_SGD);
}

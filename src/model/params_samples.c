/* The checks of problem.samples, a fixed set of training samples. */
#include <math.h>

#include "model/params_table.h"

static const char key[] = "problem.samples";

/* What the theory of fresh samples is needed for, and other inputs. */
static enum aln_status check_partners(const struct aln_params *p, const struct aln_params_given *g)
{
    enum aln_status status = aln_params_bar(p, g, ALN_WITH_SAMPLES);
    if (status != ALN_OK)
        return status;
    if (aln_params_cubature(p))
        return aln_tree_raise(aln_params_where(g, "ode.averages"),
                              "ode.averages: not available with %s", key);
    if (aln_spectrum_blocks(&p->problem.spectrum) > 0)
        return aln_tree_raise(aln_params_where(g, key),
                              "%s: not available with problem.spectrum: a fixed set has isotropic "
                              "inputs",
                              key);
    if (p->problem.tasks_count > 0)
        return aln_tree_raise(aln_params_where(g, key), "%s: not available with problem.tasks",
                              key);
    if (p->learning.rule->adapts)
        return aln_tree_raise(aln_params_where(g, "learning.rule"),
                              "learning.rule: %s is not available with problem.samples",
                              p->learning.rule->id.name);
    return ALN_OK;
}

enum aln_status aln_params_check_samples(const struct aln_params *p,
                                         const struct aln_params_given *g)
{
    if (isnan(p->problem.samples))
        return ALN_OK;
    enum aln_status status = check_partners(p, g);
    if (status != ALN_OK)
        return status;
    const uint64_t count = aln_params_samples(p);
    if (count == 0)
        return aln_tree_raise(aln_params_where(g, key),
                              "%s: expected at least one sample, got %g times %llu "
                              "problem.inputs",
                              key, p->problem.samples, (unsigned long long)p->problem.inputs);
    if (p->learning.batch > count)
        return aln_tree_raise(aln_params_where(g, "learning.batch"),
                              "learning.batch: expected at most the %llu samples of "
                              "problem.samples, got %llu",
                              (unsigned long long)count, (unsigned long long)p->learning.batch);
    return ALN_OK;
}

/* What is not available together, shared by the checks of spectra, fixed sets and tasks. */
#include "model/params_table.h"

static const char *name_of(enum aln_params_partner partner)
{
    return partner == ALN_WITH_SPECTRUM  ? "problem.spectrum"
           : partner == ALN_WITH_SAMPLES ? "problem.samples"
                                         : "problem.tasks";
}

enum aln_status aln_params_bar(const struct aln_params *p, const struct aln_params_given *g,
                               enum aln_params_partner partner)
{
    enum {
        ALL = ALN_WITH_SPECTRUM | ALN_WITH_SAMPLES | ALN_WITH_TASKS,
        STATIC = ALN_WITH_SPECTRUM | ALN_WITH_SAMPLES, /* an update of fresh, isotropic samples */
        SMOOTH = ALN_WITH_SAMPLES | ALN_WITH_TASKS,    /* one descent of eg, on fresh samples */
    };
    const struct {
        const char *key;
        bool given;
        unsigned partners;
    } barred[] = {
        {"run.record.early_law", p->run.record.early_law, ALL},
        {"run.record.geometry", p->run.record.geometry, STATIC},
        {"run.record.gradient_alignment", p->run.record.gradient_alignment, STATIC},
        {"run.record.descent", p->run.record.descent, STATIC},
        {"run.record.hessian", p->run.record.hessian, STATIC},
        {"ode.fluctuations", p->ode.fluctuations, ALL},
        {"ode.events.eg_below", p->ode.events.eg_below_count > 0, ALN_WITH_SAMPLES},
        {"ode.events.eg_fraction", p->ode.events.eg_fraction_count > 0, SMOOTH},
        {"ode.events.cos_maximum", p->ode.events.cos_maximum, SMOOTH},
        {"ode.events.plateau_entered", p->ode.events.plateau_entered, SMOOTH},
        {"ode.events.plateau_left", p->ode.events.plateau_left, SMOOTH},
        {"ode.events.exponential", p->ode.events.exponential, SMOOTH},
    };
    for (size_t i = 0; i < sizeof barred / sizeof barred[0]; i++)
        if (barred[i].given && barred[i].partners & partner)
            return aln_tree_raise(aln_params_where(g, barred[i].key), "%s: not available with %s",
                                  barred[i].key, name_of(partner));
    return ALN_OK;
}

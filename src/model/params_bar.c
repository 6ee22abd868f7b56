/* What is not available together, shared by the checks of spectra, fixed sets and tasks. */
#include "model/params_table.h"

enum aln_status aln_params_bar(const struct aln_params *p, const struct aln_params_given *g,
                               const char *partner, bool events)
{
    const struct {
        const char *key;
        bool given, event;
    } barred[] = {
        {"run.record.early_law", p->run.record.early_law, false},
        {"run.record.geometry", p->run.record.geometry, false},
        {"run.record.gradient_alignment", p->run.record.gradient_alignment, false},
        {"run.record.descent", p->run.record.descent, false},
        {"ode.fluctuations", p->ode.fluctuations, false},
        {"ode.events.eg_below", p->ode.events.eg_below_count > 0, true},
        {"ode.events.eg_fraction", p->ode.events.eg_fraction_count > 0, true},
        {"ode.events.cos_maximum", p->ode.events.cos_maximum, true},
        {"ode.events.plateau_entered", p->ode.events.plateau_entered, true},
        {"ode.events.plateau_left", p->ode.events.plateau_left, true},
        {"ode.events.exponential", p->ode.events.exponential, true},
    };
    for (size_t i = 0; i < sizeof barred / sizeof barred[0]; i++)
        if (barred[i].given && (events || !barred[i].event))
            return aln_tree_raise(aln_params_where(g, barred[i].key), "%s: not available with %s",
                                  barred[i].key, partner);
    return ALN_OK;
}

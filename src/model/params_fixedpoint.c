/* What a search for fixed points and a diagram of stability ask for. */
#include <math.h>
#include <string.h>

#include "model/params_table.h"

#define MOST_UNKNOWNS 4000 /* the Jacobian has as many rows */

static const struct aln_place *where(const struct aln_params_given *g, const char *key)
{
    return aln_params_where(g, key);
}

static bool is_diagram(const struct aln_params *p)
{
    return p->fixedpoint.diagram.units != NULL;
}

bool aln_params_follows(const struct aln_params *p, const char *command)
{
    return strcmp(command, "fixedpoint") == 0 && !is_diagram(p) &&
           p->fixedpoint.starts == ALN_STARTS_TRAJECTORY;
}

/* Something must move, at rates that stay, and a matrix of all of it fit. */
static enum aln_status check_equations(const struct aln_params *p, const struct aln_params_given *g)
{
    bool diagram = is_diagram(p), hidden = p->learning.rule->route != ALN_NOWHERE;
    uint64_t K = p->problem.student.units, M = p->problem.teacher.units, O = p->problem.outputs;
    const double *eta = p->learning.rate, *kappa = p->learning.decay;
    bool learns = p->learning.rule->learns &&
                  (p->learning.feedback.rate > 0 || p->learning.feedback.decay > 0);
    if (p->learning.schedule_count > 0)
        return aln_tree_raise(where(g, "learning.schedule"),
                              "learning.schedule: expected none, fixed points belong to one pair "
                              "of rates");
    if (!(hidden && (eta[0] > 0 || kappa[0] > 0)) && !(eta[1] > 0 || kappa[1] > 0) && !learns)
        return aln_tree_raise(where(g, "learning.rate"),
                              "learning.rate: expected a rate or decay > 0, else nothing moves and "
                              "every state is a fixed point");
    if (diagram)
        K = M = p->fixedpoint.diagram.units[p->fixedpoint.diagram.units_count - 1];
    uint64_t size = K * (K + 1) / 2 + K * M + O * K * (p->learning.rule->learns ? 2 : 1);
    if (size > MOST_UNKNOWNS)
        return aln_tree_raise(
            where(g, diagram ? "fixedpoint.diagram.units" : "problem.student.units"),
            "%s: expected at most %d order parameters, got %llu",
            diagram ? "fixedpoint.diagram.units" : "problem.student.units", MOST_UNKNOWNS,
            (unsigned long long)size);
    return ALN_OK;
}

/* With K and M those of the diagram nothing may be given as a matrix. */
static enum aln_status check_shapes(const struct aln_params *p, const struct aln_params_given *g)
{
    const struct {
        const char *key;
        bool given;
    } matrices[] = {
        {"problem.overlaps.Q", p->problem.overlaps.Q.a != NULL},
        {"problem.overlaps.from", p->problem.overlaps.from != NULL},
        {"problem.student.readout", p->problem.student.readout.fill == ALN_FILL_MATRIX},
        {"problem.teacher.readout", p->problem.teacher.readout.fill == ALN_FILL_MATRIX},
        {"learning.feedback.matrix", p->learning.feedback.matrix.a != NULL},
    };
    for (size_t i = 0; i < sizeof matrices / sizeof matrices[0]; i++)
        if (matrices[i].given)
            return aln_tree_raise(where(g, matrices[i].key),
                                  "%s: expected no matrix, fixedpoint.diagram.units says the sizes",
                                  matrices[i].key);
    if (p->problem.teacher.readout.fill == ALN_FILL_TARGETS && p->fixedpoint.diagram.units[0] < 2)
        return aln_tree_raise(where(g, "fixedpoint.diagram.units"),
                              "fixedpoint.diagram.units: expected at least 2, the targets of "
                              "problem.teacher.readout take a teacher's unit each");
    return ALN_OK;
}

/* The solution without error, whose stability a diagram shows, must be one, and have a Jacobian. */
static enum aln_status check_solution(const struct aln_params *p, const struct aln_params_given *g)
{
    const struct aln_entries *student = &p->problem.student.readout;
    const struct aln_entries *teacher = &p->problem.teacher.readout;
    const double *eta = p->learning.rate, *kappa = p->learning.decay;
    if (p->problem.activation->singular)
        return aln_tree_raise(where(g, "problem.activation"),
                              "problem.activation: the averages of %s are not smooth where a "
                              "student has found its teacher: its stability is not known",
                              p->problem.activation->id.name);
    if (p->problem.noise != 0)
        return aln_tree_raise(where(g, "problem.noise"),
                              "problem.noise: expected 0, with noise there is no solution without "
                              "error");
    if (kappa[0] != 0 || kappa[1] != 0)
        return aln_tree_raise(where(g, "learning.decay"),
                              "learning.decay: expected 0, with decay there is no solution without "
                              "error");
    if (!(eta[0] > 0))
        return aln_tree_raise(where(g, "learning.rate"),
                              "learning.rate: expected > 0 for the hidden layer, the rate that the "
                              "diagram varies");
    if (!(eta[1] > 0) && !(student->fill == ALN_FILL_NUMBER && teacher->fill == ALN_FILL_NUMBER &&
                           student->number == teacher->number))
        return aln_tree_raise(where(g, "problem.student.readout"),
                              "problem.student.readout: it stays (eta2 = 0): expected the same "
                              "number as problem.teacher.readout, else there is no solution "
                              "without error");
    return ALN_OK;
}

enum aln_status aln_params_check_fixedpoint(const struct aln_params *p,
                                            const struct aln_params_given *g, const char *command)
{
    double from = p->fixedpoint.diagram.rate.from, to = p->fixedpoint.diagram.rate.to;
    if (strcmp(command, "fixedpoint") != 0)
        return ALN_OK;
    enum aln_status status = check_equations(p, g);
    if (status != ALN_OK || !is_diagram(p))
        return status;
    if ((status = check_shapes(p, g)) != ALN_OK || (status = check_solution(p, g)) != ALN_OK)
        return status;
    if (p->fixedpoint.diagram.rate.count > 1 && !(to > from))
        return aln_tree_raise(where(g, "fixedpoint.diagram.rate.to"),
                              "fixedpoint.diagram.rate.to: expected number > %g, the first, got %g",
                              from, to);
    return ALN_OK;
}

/* What a search for fixed points and a diagram of stability are told, and what they require. */
#include <math.h>
#include <stddef.h>

#include "model/params.h"
#include "params/schema_table.h"
#include "run/engine.h"
#include "study/fixedpoint.h"

#define MOST_UNKNOWNS 4000 /* the Jacobian has as many rows */

static const struct aln_name starts[] = {
    {"trajectory",
     "where the run of the ode is slow: the minima of |dy/dt| over its recorded times", ""},
    {"random", "overlaps of random weights, as large as the teacher's", ""},
};
const struct aln_names aln_starts = {"choice of starts", "starts", starts,
                                     sizeof starts / sizeof starts[0], sizeof starts[0]};

#define AT(member)   .at = offsetof(struct aln_fixedpoint_params, member)
#define LIST(member) AT(member), .count_at = offsetof(struct aln_fixedpoint_params, member##_count)

static const struct aln_param rows[] = {
    {"fixedpoint.starts", &aln_params_choice, AT(starts), .def = "trajectory", .names = &aln_starts,
     .unless = "fixedpoint.diagram.units", .unit = "",
     .doc = "where the search for fixed points begins"},
    {"fixedpoint.count", &aln_params_whole, AT(count), .def = "1000", .range = &aln_range_million,
     .unless = "fixedpoint.diagram.units", .unit = "1", .doc = "random starts"},
    {"fixedpoint.eigenvalues", &aln_params_whole, AT(eigenvalues), .def = "4",
     .range = &aln_range_thousand, .unless = "fixedpoint.diagram.units", .unit = "1",
     .doc = "how many columns re_..., im_...: of largest real part"},
    {"fixedpoint.diagram.units", &aln_params_wholes, LIST(diagram.units),
     .range = &aln_range_thousand, .unit = "1",
     .doc = "instead, the stability of the solution without error: numbers of units, K = M"},
    {"fixedpoint.diagram.rate.from", &aln_params_number, AT(diagram.rate.from), .def = "0.1",
     .range = &aln_range_positive, .needs = "fixedpoint.diagram.units", .unit = "1",
     .doc = "the first eta1; eta2 in the proportion of learning.rate"},
    {"fixedpoint.diagram.rate.to", &aln_params_number, AT(diagram.rate.to), .def = "6",
     .range = &aln_range_positive, .needs = "fixedpoint.diagram.units", .unit = "1",
     .doc = "the last eta1"},
    {"fixedpoint.diagram.rate.count", &aln_params_whole, AT(diagram.rate.count), .def = "60",
     .range = &aln_range_million, .needs = "fixedpoint.diagram.units", .unit = "1",
     .doc = "how many, in equal steps"},
};

const struct aln_schema_part aln_fixedpoint_part = {rows, sizeof rows / sizeof rows[0],
                                                    sizeof(struct aln_fixedpoint_params)};

const struct aln_fixedpoint_params *aln_fixedpoint_of(const struct aln_params *p)
{
    return aln_schema_part(&p->parts, &aln_fixedpoint_part);
}

static bool is_diagram(const struct aln_fixedpoint_params *own)
{
    return own->diagram.units != NULL;
}

/* Something must move, at rates that stay, and a matrix of all of it fit. */
static enum aln_status check_equations(const struct aln_params *p, const struct aln_params_given *g)
{
    const struct aln_fixedpoint_params *own = aln_fixedpoint_of(p);
    bool diagram = is_diagram(own), hidden = p->learning.rule->route != ALN_NOWHERE;
    uint64_t K = p->problem.student.units, M = p->problem.teacher.units, O = p->problem.outputs;
    const double *eta = p->learning.rate, *kappa = p->learning.decay;
    bool learns = p->learning.rule->learns &&
                  (p->learning.feedback.rate > 0 || p->learning.feedback.decay > 0);
    if (p->learning.schedule_count > 0)
        return aln_tree_raise(aln_params_where(g, "learning.schedule"),
                              "learning.schedule: expected none, fixed points belong to one pair "
                              "of rates");
    if (!(hidden && (eta[0] > 0 || kappa[0] > 0)) && !(eta[1] > 0 || kappa[1] > 0) && !learns)
        return aln_tree_raise(aln_params_where(g, "learning.rate"),
                              "learning.rate: expected a rate or decay > 0, else nothing moves and "
                              "every state is a fixed point");
    if (diagram)
        K = M = own->diagram.units[own->diagram.units_count - 1];
    uint64_t size = K * (K + 1) / 2 + K * M + O * K * (p->learning.rule->learns ? 2 : 1);
    if (size > MOST_UNKNOWNS)
        return aln_tree_raise(
            aln_params_where(g, diagram ? "fixedpoint.diagram.units" : "problem.student.units"),
            "%s: expected at most %d order parameters, got %llu",
            diagram ? "fixedpoint.diagram.units" : "problem.student.units", MOST_UNKNOWNS,
            (unsigned long long)size);
    return ALN_OK;
}

/* With K and M those of the diagram nothing may be given as a matrix. */
static enum aln_status check_shapes(const struct aln_params *p, const struct aln_params_given *g)
{
    const struct aln_fixedpoint_params *own = aln_fixedpoint_of(p);
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
            return aln_tree_raise(aln_params_where(g, matrices[i].key),
                                  "%s: expected no matrix, fixedpoint.diagram.units says the sizes",
                                  matrices[i].key);
    if (p->problem.teacher.readout.fill == ALN_FILL_TARGETS && own->diagram.units[0] < 2)
        return aln_tree_raise(aln_params_where(g, "fixedpoint.diagram.units"),
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
        return aln_tree_raise(aln_params_where(g, "problem.activation"),
                              "problem.activation: the averages of %s are not smooth where a "
                              "student has found its teacher: its stability is not known",
                              p->problem.activation->id.name);
    if (p->problem.noise != 0)
        return aln_tree_raise(aln_params_where(g, "problem.noise"),
                              "problem.noise: expected 0, with noise there is no solution without "
                              "error");
    if (kappa[0] != 0 || kappa[1] != 0)
        return aln_tree_raise(aln_params_where(g, "learning.decay"),
                              "learning.decay: expected 0, with decay there is no solution without "
                              "error");
    if (!(eta[0] > 0))
        return aln_tree_raise(aln_params_where(g, "learning.rate"),
                              "learning.rate: expected > 0 for the hidden layer, the rate that the "
                              "diagram varies");
    if (!(eta[1] > 0) && !(student->fill == ALN_FILL_NUMBER && teacher->fill == ALN_FILL_NUMBER &&
                           student->number == teacher->number))
        return aln_tree_raise(aln_params_where(g, "problem.student.readout"),
                              "problem.student.readout: it stays (eta2 = 0): expected the same "
                              "number as problem.teacher.readout, else there is no solution "
                              "without error");
    return ALN_OK;
}

static enum aln_status check_diagram(const struct aln_params *p,
                                     const struct aln_fixedpoint_params *own,
                                     const struct aln_params_given *g)
{
    double from = own->diagram.rate.from, to = own->diagram.rate.to;
    enum aln_status status = check_shapes(p, g);
    if (status != ALN_OK || (status = check_solution(p, g)) != ALN_OK)
        return status;
    if (own->diagram.rate.count > 1 && !(to > from))
        return aln_tree_raise(aln_params_where(g, "fixedpoint.diagram.rate.to"),
                              "fixedpoint.diagram.rate.to: expected number > %g, the first, got %g",
                              from, to);
    return ALN_OK;
}

enum aln_status aln_fixedpoint_check(const void *of, const struct aln_params_given *g)
{
    const struct aln_params *p = of;
    const struct aln_fixedpoint_params *own = aln_fixedpoint_of(p);
    enum aln_status status = check_equations(p, g);
    if (status != ALN_OK)
        return status;
    if (is_diagram(own))
        return check_diagram(p, own, g);
    bool follows = own->starts == ALN_STARTS_TRAJECTORY; /* a run of the ode */
    return follows ? aln_engine_check_ode(p, g) : ALN_OK;
}

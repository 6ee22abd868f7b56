/* Parameters of the search for fixed points and of the stability diagram, and their checks. */
#include <math.h>
#include <stddef.h>

#include "model/params.h"
#include "params/schema_table.h"
#include "run/engine.h"
#include "study/fixedpoint.h"

#define MOST_UNKNOWNS 4000 /* the Jacobian has as many rows */

static const struct aln_name starts[] = {
    {"trajectory", "recorded times of an ode run at which |dy/dt| has a local minimum", ""},
    {"random", "overlaps of random weights, scaled like the teacher's", ""},
};
const struct aln_names aln_starts = {"choice of starts", "starts", starts,
                                     sizeof starts / sizeof starts[0], sizeof starts[0]};

#define AT(member)   .at = offsetof(struct aln_fixedpoint_params, member)
#define LIST(member) AT(member), .count_at = offsetof(struct aln_fixedpoint_params, member##_count)

static const struct aln_param rows[] = {
    {"fixedpoint.starts", &aln_params_choice, AT(starts), .def = "trajectory", .names = &aln_starts,
     .unless = "fixedpoint.diagram.units", .unit = "",
     .doc = "starting points of the search for fixed points"},
    {"fixedpoint.count", &aln_params_whole, AT(count), .def = "1000", .range = &aln_range_million,
     .unless = "fixedpoint.diagram.units", .unit = "1", .doc = "number of random starts"},
    {"fixedpoint.eigenvalues", &aln_params_whole, AT(eigenvalues), .def = "4",
     .range = &aln_range_thousand, .unless = "fixedpoint.diagram.units", .unit = "1",
     .doc = "number of eigenvalues to write, largest real part first"},
    {"fixedpoint.diagram.units", &aln_params_wholes, LIST(diagram.units),
     .range = &aln_range_thousand, .unit = "1",
     .doc = "numbers of units, K = M: computes a stability diagram of the zero-error solution "
            "instead"},
    {"fixedpoint.diagram.rate.from", &aln_params_number, AT(diagram.rate.from), .def = "0.1",
     .range = &aln_range_positive, .needs = "fixedpoint.diagram.units", .unit = "1",
     .doc = "first eta1; eta2 keeps the ratio given by learning.rate"},
    {"fixedpoint.diagram.rate.to", &aln_params_number, AT(diagram.rate.to), .def = "6",
     .range = &aln_range_positive, .needs = "fixedpoint.diagram.units", .unit = "1",
     .doc = "last eta1"},
    {"fixedpoint.diagram.rate.count", &aln_params_whole, AT(diagram.rate.count), .def = "60",
     .range = &aln_range_million, .needs = "fixedpoint.diagram.units", .unit = "1",
     .doc = "number of rates, equally spaced"},
};

const struct aln_schema_part aln_fixedpoint_part = {.row = rows,
                                                    .count = sizeof rows / sizeof rows[0],
                                                    .size = sizeof(struct aln_fixedpoint_params)};

const struct aln_fixedpoint_params *aln_fixedpoint_of(const struct aln_params *p)
{
    return aln_schema_part(&p->parts, &aln_fixedpoint_part);
}

static bool is_diagram(const struct aln_fixedpoint_params *own)
{
    return own->diagram.units != NULL;
}

/* Something must move, at constant rates, and the Jacobian must fit in memory. */
static enum aln_status check_equations(const struct aln_params *p, const struct aln_params_given *g)
{
    const struct aln_fixedpoint_params *own = aln_fixedpoint_of(p);
    bool diagram = is_diagram(own), hidden = p->learning.rule->route != ALN_NOWHERE;
    uint64_t K = p->problem.student.units, M = p->problem.teacher.units, O = p->problem.outputs;
    const double *eta = p->learning.rate, *kappa = p->learning.decay;
    bool learns = p->learning.rule->learns &&
                  (p->learning.feedback.rate > 0 || p->learning.feedback.decay > 0);
    if (p->learning.rule->levels != ALN_ERROR_WHOLE)
        return aln_tree_raise(
            aln_params_where(g, "learning.rule"),
            "learning.rule: the equations of %s are averages over points and have "
            "no derivatives: its fixed points cannot be found",
            p->learning.rule->id.name);
    if (p->learning.schedule_count > 0)
        return aln_tree_raise(
            aln_params_where(g, "learning.schedule"),
            "learning.schedule: expected none; fixed points require constant rates");
    if (!(hidden && (eta[0] > 0 || kappa[0] > 0)) && !(eta[1] > 0 || kappa[1] > 0) && !learns)
        return aln_tree_raise(
            aln_params_where(g, "learning.rate"),
            "learning.rate: expected a rate or decay > 0: otherwise nothing moves and "
            "every state is a fixed point");
    if (diagram)
        K = M = own->diagram.units[own->diagram.units_count - 1];
    const uint64_t blocks = aln_spectrum_blocks(&p->problem.spectrum);
    uint64_t size = (K * (K + 1) / 2 + K * M) * (blocks > 0 ? blocks : 1) +
                    O * K * (p->learning.rule->learns ? 2 : 1);
    if (size > MOST_UNKNOWNS)
        return aln_tree_raise(
            aln_params_where(g, diagram ? "fixedpoint.diagram.units" : "problem.student.units"),
            "%s: expected at most %d order parameters, got %llu",
            diagram ? "fixedpoint.diagram.units" : "problem.student.units", MOST_UNKNOWNS,
            (unsigned long long)size);
    return ALN_OK;
}

/* The diagram sets K and M, so nothing may be given as a matrix. */
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
                                  "%s: expected no matrix, fixedpoint.diagram.units sets the sizes",
                                  matrices[i].key);
    if (p->problem.teacher.readout.fill == ALN_FILL_TARGETS && own->diagram.units[0] < 2)
        return aln_tree_raise(aln_params_where(g, "fixedpoint.diagram.units"),
                              "fixedpoint.diagram.units: expected at least 2, the targets of "
                              "problem.teacher.readout take one teacher unit each");
    return ALN_OK;
}

/* The diagram needs a zero-error solution, and a Jacobian there. */
static enum aln_status check_solution(const struct aln_params *p, const struct aln_params_given *g)
{
    const struct aln_entries *student = &p->problem.student.readout;
    const struct aln_entries *teacher = &p->problem.teacher.readout;
    const double *eta = p->learning.rate, *kappa = p->learning.decay;
    if (p->problem.activation->singular)
        return aln_tree_raise(aln_params_where(g, "problem.activation"),
                              "problem.activation: the averages of %s are not smooth at the "
                              "zero-error solution: its stability is not defined",
                              p->problem.activation->id.name);
    if (p->problem.noise != 0)
        return aln_tree_raise(aln_params_where(g, "problem.noise"),
                              "problem.noise: expected 0, with noise there is no zero-error "
                              "solution");
    if (kappa[0] != 0 || kappa[1] != 0)
        return aln_tree_raise(aln_params_where(g, "learning.decay"),
                              "learning.decay: expected 0, with decay there is no zero-error "
                              "solution");
    if (!(eta[0] > 0))
        return aln_tree_raise(aln_params_where(g, "learning.rate"),
                              "learning.rate: expected > 0 for the hidden layer, the rate that the "
                              "diagram varies");
    if (!(eta[1] > 0) && !(student->fill == ALN_FILL_NUMBER && teacher->fill == ALN_FILL_NUMBER &&
                           student->number == teacher->number))
        return aln_tree_raise(aln_params_where(g, "problem.student.readout"),
                              "problem.student.readout: expected the same number as "
                              "problem.teacher.readout since it is fixed (eta2 = 0): otherwise "
                              "there is no zero-error solution");
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
        return aln_tree_raise(
            aln_params_where(g, "fixedpoint.diagram.rate.to"),
            "fixedpoint.diagram.rate.to: expected number > %g, the first rate, got %g", from, to);
    return ALN_OK;
}

enum aln_status aln_fixedpoint_check(const void *of, const struct aln_params_given *g)
{
    const struct aln_params *p = of;
    const struct aln_fixedpoint_params *own = aln_fixedpoint_of(p);
    enum aln_status status = check_equations(p, g);
    if (status == ALN_OK)
        status = aln_engines_check_shared(p, g);
    if (status != ALN_OK)
        return status;
    if (is_diagram(own))
        return check_diagram(p, own, g);
    bool follows = own->starts == ALN_STARTS_TRAJECTORY; /* runs the ode */
    return follows ? aln_engine_check_ode(p, g) : ALN_OK;
}

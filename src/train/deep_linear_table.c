/* The parameters of deep linear theory. */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "model/params_table.h"
#include "params/presentation.h"
#include "train/deep_linear.h"
#include "train/train_table.h"

static const struct aln_name equations[] = {
    {"matrices", "the n_L x n_L matrices A_1 .. A_L, any feedback", ""},
    {"modes", "one number for each singular value; orthonormal feedback only", ""},
};
const struct aln_names aln_deep_equations = {"set of equations", "equations", equations,
                                             sizeof equations / sizeof equations[0],
                                             sizeof equations[0]};

/* ---- checks ---- */

static size_t outputs_of(const struct aln_deep_linear_params *p)
{
    return p->network.layer[p->network.layer_count - 1].size;
}

static enum aln_status check_layers(const struct aln_deep_linear_params *p,
                                    const struct aln_params_given *g)
{
    const struct aln_node *n = aln_params_node(g, "network.layers");
    const size_t count = p->network.layer_count, outputs = outputs_of(p);
    if (count < 2)
        return aln_tree_raise(&n->at, "network.layers: expected at least 2 layers, got %zu", count);
    n = n->first;
    for (size_t i = 0; i < count; i++, n = n->next) {
        const struct aln_layer *layer = &p->network.layer[i];
        if (strcmp(layer->kind->id.name, "dense") != 0 ||
            (layer->activation != NULL && !layer->activation->linear))
            return aln_tree_raise(&n->at,
                                  "network.layers[%zu]: the theory is of dense, linear layers, got "
                                  "%s%s%s",
                                  i + 1, layer->kind->id.name,
                                  layer->activation != NULL ? " with activation " : "",
                                  layer->activation != NULL ? layer->activation->id.name : "");
        if (layer->size < outputs)
            return aln_tree_raise(
                &n->at,
                "network.layers[%zu]: expected at least as many units as outputs, "
                "%zu, got %zu",
                i + 1, outputs, layer->size);
    }
    return ALN_OK;
}

static enum aln_status check_target(const struct aln_deep_linear_params *p,
                                    const struct aln_params_given *g)
{
    const size_t outputs = outputs_of(p);
    if (p->target.singular_count != outputs)
        return aln_tree_raise(aln_params_where(g, "target.singular_values"),
                              "target.singular_values: expected %zu, one for each output, got %zu",
                              outputs, p->target.singular_count);
    if (p->target.inputs < outputs)
        return aln_tree_raise(aln_params_where(g, "target.inputs"),
                              "target.inputs: expected at least as many as outputs, %zu, got %zu",
                              outputs, p->target.inputs);
    return ALN_OK;
}

static enum aln_status check_network(const struct aln_deep_linear_params *p,
                                     const struct aln_params_given *g)
{
    const struct aln_rule *rule = p->network.rule;
    if (strcmp(p->network.init->id.name, "zero") != 0)
        return aln_tree_raise(aln_params_where(g, "network.init"),
                              "network.init: expected zero, where the equations start, got %s",
                              p->network.init->id.name);
    if (strcmp(p->network.loss->id.name, "half-mse") != 0)
        return aln_tree_raise(aln_params_where(g, "network.loss"),
                              "network.loss: expected half-mse, the loss of the theory, got %s",
                              p->network.loss->id.name);
    if (aln_rule_feedback_kind(rule) != ALN_FEEDBACK_FIXED || !rule->random || rule->learns ||
        rule->targets || rule->levels != ALN_ERROR_WHOLE || rule->two_layers_only != NULL)
        return aln_tree_raise(aln_params_where(g, "learning.rule"),
                              "learning.rule: expected dfa or fa, whose feedback is fixed, got %s",
                              rule->id.name);
    return ALN_OK;
}

/* The node of a Gram matrix. */
static const struct aln_place *gram_at(const struct aln_params_given *g, size_t i)
{
    const struct aln_node *n = aln_params_node(g, "learning.feedback.gram");
    for (n = n->first; i > 0; i--)
        n = n->next;
    return &n->at;
}

static enum aln_status check_gram(const struct aln_deep_linear_params *p,
                                  const struct aln_params_given *g)
{
    const size_t n = outputs_of(p), expected = p->network.layer_count - 1;
    if (p->learning.gram == NULL)
        return ALN_OK;
    if (p->learning.gram_count != expected)
        return aln_tree_raise(aln_params_where(g, "learning.feedback.gram"),
                              "learning.feedback.gram: expected %zu matrices, one for each hidden "
                              "layer, got %zu",
                              expected, p->learning.gram_count);
    for (size_t l = 1; l <= expected; l++) {
        const struct aln_matrix *m = &p->learning.gram[l - 1];
        if (m->rows != n || m->cols != n)
            return aln_tree_raise(gram_at(g, l - 1),
                                  "learning.feedback.gram[%zu]: expected a %zu x %zu matrix, got "
                                  "%zu x %zu",
                                  l, n, n, m->rows, m->cols);
        enum aln_status status = aln_deep_ode_check_gram(n, m->a);
        if (status == ALN_USAGE)
            return aln_tree_raise(gram_at(g, l - 1), "learning.feedback.gram[%zu]: %s", l,
                                  aln_error());
        if (status != ALN_OK)
            return status;
    }
    return ALN_OK;
}

static enum aln_status check_ode(const struct aln_deep_linear_params *p,
                                 const struct aln_params_given *g)
{
    if (p->ode.stepper->implicit || p->ode.stepper->switches)
        return aln_tree_raise(aln_params_where(g, "ode.stepper"),
                              "ode.stepper: expected an explicit stepper, got %s",
                              p->ode.stepper->id.name);
    if (p->ode.equations == ALN_DEEP_MODES && !p->network.feedback.orthonormal)
        return aln_tree_raise(aln_params_where(g, "ode.equations"),
                              "ode.equations: modes need learning.feedback.orthonormal: true");
    return ALN_OK;
}

static enum aln_status check_times(const struct aln_deep_linear_params *p,
                                   const struct aln_params_given *g)
{
    const double end = p->run.time;
    if (p->run.record.times != NULL && p->run.record.times[p->run.record.times_count - 1] > end)
        return aln_tree_raise(
            aln_params_where(g, "run.record.times"),
            "run.record.times: expected times up to run.time, which is %g, got %g", end,
            p->run.record.times[p->run.record.times_count - 1]);
    if (p->run.record.times == NULL && p->run.record.spacing == ALN_LOG &&
        p->run.record.first > end)
        return aln_tree_raise(aln_params_where(g, "run.record.first"),
                              "run.record.first: expected a time up to run.time, which is %g, got "
                              "%g",
                              end, p->run.record.first);
    return ALN_OK;
}

static enum aln_status check(void *params, const struct aln_params_given *g)
{
    const struct aln_deep_linear_params *p = params;
    enum aln_status status = check_layers(p, g);
    if (status == ALN_OK)
        status = check_target(p, g);
    if (status == ALN_OK)
        status = check_network(p, g);
    if (status == ALN_OK)
        status = check_gram(p, g);
    if (status == ALN_OK)
        status = check_ode(p, g);
    return status == ALN_OK ? check_times(p, g) : status;
}

/* ---- the table, in the order in which parameters are written ---- */

#define AT(member)   .at = offsetof(struct aln_deep_linear_params, member)
#define LIST(member) AT(member), .count_at = offsetof(struct aln_deep_linear_params, member##_count)
#define TIME         "t = rate x steps"
#define GRAM         "learning.feedback.gram"
#define TIMES        "run.record.times"

static const struct aln_range times = {"from 0 to 1e9", 0, 1e9, false};
static const struct aln_range steps = {"from 1 to 1e15", 1, 1e15, false};

static const struct aln_param rows[] = {
    {"title", &aln_params_text, AT(title), .def = "\"\"", .unit = "",
     .doc = "title of the experiment, used in figures"},
    {"source", &aln_params_text, AT(source), .def = "\"\"", .unit = "",
     .doc = "where it comes from, e.g. a paper"},
    {"target.singular_values", &aln_params_levels, AT(target.singular),
     .count_at = offsetof(struct aln_deep_linear_params, target.singular_count), .required = true,
     .range = &aln_range_positive, .unit = "1", .label = "singular values of the target",
     .doc = "what is learnt: y = W* x with these on the diagonal of W*, one for each output"},
    {"target.inputs", &aln_params_size, AT(target.inputs), .required = true,
     .range = &aln_range_million, .unit = "1", .label = "inputs",
     .doc = "number of inputs, which are white; those beyond the singular values do not matter"},
    {"network.layers", &aln_train_layers, AT(network.layer),
     .count_at = offsetof(struct aln_deep_linear_params, network.layer_count), .required = true,
     .unit = "1", .label = "network",
     .doc = "list of dense, linear layers from input to read-out, at least two, none narrower than "
            "the last: [{dense: 40, activation: linear}, {dense: 30}, {dense: 2}]"},
    {"network.init", &aln_params_name, AT(network.init), .def = "zero",
     .names = &aln_initialisations, .unit = "", .doc = "initial weights: zero"},
    {"network.loss", &aln_params_name, AT(network.loss), .def = "half-mse", .names = &aln_losses,
     .unit = "", .doc = "loss of one sample: half-mse"},
    {"learning.rule", &aln_params_rule, AT(network.rule), .required = true, .names = &aln_rules,
     .unit = "", .label = "rule", .doc = "how the error reaches the hidden layers: dfa or fa"},
    {"learning.rate", &aln_params_number, AT(learning.rate), .def = "1.0e-4",
     .range = &aln_range_positive, .unit = "1", .label = "learning rate", .symbol = "η",
     .doc = "rate of the simulations, full-batch gradient descent; the equations are its limit of "
            "small rates"},
    {GRAM, &aln_params_matrices, LIST(learning.gram), .unit = "1",
     .doc =
         "Gram matrices B_1 .. B_(L-1) of the feedback, B_l = F_l^T F_l (fa: of the products F_l "
         "F_(l+1) .. F_(L-1)), each n_L x n_L, symmetric and positive definite; not given: those "
         "of drawn feedback"},
    {"learning.feedback.distribution", &aln_params_choice, AT(network.feedback.distribution),
     .def = "uniform", .names = &aln_distributions, .unless = GRAM, .unit = "",
     .doc = "distribution of the entries of F_l: N(0,1), U(-1,1) or +-1, times the scale"},
    {"learning.feedback.scale", &aln_params_number, AT(network.feedback.scale), .def = "1",
     .range = &aln_range_positive, .unless = GRAM, .unit = "1", .label = "gain of the feedback",
     .doc = "gain of the feedback"},
    {"learning.feedback.scaling", &aln_params_choice, AT(network.feedback.scaling), .def = "root",
     .names = &aln_scalings, .unless = GRAM, .unit = "",
     .doc = "divisor of the entries: root: sqrt of the number of rows of F_l; one: 1"},
    {"learning.feedback.orthonormal", &aln_params_boolean, AT(network.feedback.orthonormal),
     .def = "false", .unless = GRAM, .unit = "",
     .doc = "use orthonormal columns times the scale instead"},
    {"learning.feedback.seed", &aln_params_whole, AT(network.feedback.seed), .def = "1",
     .unit = "1", .label = "seed of the feedback", .draws = "feedbacks",
     .doc = "seed of the feedback; where gram is given, of its random frame, which matters to "
            "no measure"},
    {"run.time", &aln_params_number, AT(run.time), .def = "10", .range = &times, .unit = TIME,
     .label = "length of the run", .symbol = "t", .doc = "length of the run"},
    {"run.record.count", &aln_params_whole, AT(run.record.count), .def = "100",
     .range = &aln_range_million, .unless = TIMES, .unit = "1",
     .doc = "number of recorded times besides t = 0"},
    {"run.record.spacing", &aln_params_choice, AT(run.record.spacing), .def = "log",
     .names = &aln_spacings, .unless = TIMES, .unit = "", .doc = "spacing of these times"},
    {"run.record.first", &aln_params_number, AT(run.record.first), .def = "0.01",
     .range = &aln_range_positive, .unless = TIMES, .unit = TIME,
     .doc = "the first of these times, for spacing: log"},
    {TIMES, &aln_params_numbers, LIST(run.record.times), .range = &times, .unit = TIME,
     .doc = "list of the recorded times"},
    {"ode.stepper", &aln_params_name, AT(ode.stepper), .def = "rk8pd", .names = &aln_steppers,
     .unit = "", .doc = "the integrator, an explicit one"},
    {"ode.rtol", &aln_params_number, AT(ode.rtol), .def = "1.0e-12", .range = &aln_range_fraction,
     .unit = "1",
     .doc = "relative error of one step; GA is nan where the error signal is below 1e6 times this, "
            "relative to the target"},
    {"ode.atol", &aln_params_number, AT(ode.atol), .def = "1.0e-30", .range = &aln_range_positive,
     .unit = "1",
     .doc = "absolute error of one step; that small because A_l grows as t^(2^(l-1)) at first"},
    {"ode.max_steps", &aln_params_whole, AT(ode.max_steps), .def = "10000000", .range = &steps,
     .unit = "1", .doc = "stop a run that takes more"},
    {"ode.equations", &aln_params_choice, AT(ode.equations), .def = "matrices",
     .names = &aln_deep_equations, .unit = "", .doc = "the variables that are integrated"},
    ALN_PARAM_SWEEP,
    {"drawn", &aln_params_unread, .unit = "",
     .doc = "values drawn in the run that wrote a result; ignored when read"},
};

static const struct aln_schema_part *const parts[] = {&aln_presentation_part};

const struct aln_schema aln_deep_linear_schema = {
    .name = "deep linear theory",
    .row = rows,
    .count = sizeof rows / sizeof rows[0],
    .part = parts,
    .part_count = sizeof parts / sizeof parts[0],
    .parts_at = offsetof(struct aln_deep_linear_params, parts),
    .size = sizeof(struct aln_deep_linear_params),
    .foreign = " problem data compare study fixedpoint ",
    .foreign_kind = "two-layer problem or a deep experiment on data, which have no target",
    .check = check,
};

enum aln_status aln_deep_linear_times(const struct aln_deep_linear_params *p, double step,
                                      size_t *count, double **out)
{
    const bool listed = p->run.record.times != NULL;
    const struct aln_times asked = {.count =
                                        listed ? p->run.record.times_count : p->run.record.count,
                                    .spacing = p->run.record.spacing,
                                    .first = p->run.record.first,
                                    .time = p->run.record.times};
    enum aln_status status =
        aln_times_make(&asked, p->run.time, step > 0 ? 1 / step : 0, count, out);
    for (size_t i = 0; status == ALN_OK && step > 0 && i < *count; i++)
        (*out)[i] = rint((*out)[i] / step) * step;
    return status;
}

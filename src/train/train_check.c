/* Checks that involve several parameters of a deep experiment. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/params_table.h"
#include "train/train_table.h"

/* ---- derived from several parameters ---- */

bool aln_train_joins_seeds(const struct aln_train_params *p)
{
    bool asked = false;
    for (size_t i = 0; i < p->run.measures_count; i++)
        asked = asked || aln_measure_row(p->run.measures[i])->join != NULL;
    return asked && p->run.seeds[1] > p->run.seeds[0];
}

size_t aln_train_joined_columns(const struct aln_train_params *p, const struct aln_network *net)
{
    return aln_seeds_columns(p->run.measures, p->run.measures_count, net);
}

const char *aln_train_alone(const void *params, const char **why)
{
    *why = "names one file, which every run of the sweep would replace: expected true or false";
    return ((const struct aln_train_params *)params)->run.weights_file != NULL ? "run.weights"
                                                                               : NULL;
}

/* ---- parameters that do not apply ---- */

const char *aln_train_foreign(const struct aln_param *row, const void *p, char why[128])
{
    const struct aln_train_params *params = p;
    if (params->data.kind == NULL)
        return NULL; /* a missing data set is reported elsewhere */
    if (aln_data_uses(params->data.kind, row->key + strlen("data.")))
        return NULL;
    snprintf(why, 128, "data set %s does not use it", params->data.kind->id.name);
    return why;
}

const char *aln_train_fixed(const struct aln_param *row, const void *p, char why[128])
{
    const struct aln_rule *rule = ((const struct aln_train_params *)p)->network.rule;
    (void)row;
    if (rule == NULL || rule->learns)
        return NULL;
    snprintf(why, 128, "the feedback of rule %s does not learn", rule->id.name);
    return why;
}

const char *aln_train_not_ternary(const struct aln_param *row, const void *p, char why[128])
{
    const struct aln_rule *rule = ((const struct aln_train_params *)p)->network.rule;
    (void)row;
    if (rule == NULL || rule->levels == ALN_ERROR_TERNARY)
        return NULL;
    snprintf(why, 128, "rule %s has no threshold", rule->id.name);
    return why;
}

const char *aln_train_rough(const struct aln_param *row, const void *p, char why[128])
{
    const struct aln_feedback_kind *kind =
        ((const struct aln_train_params *)p)->network.feedback.kind;
    (void)row;
    if (kind == NULL || strcmp(kind->id.name, "smooth") == 0)
        return NULL;
    snprintf(why, 128, "feedback %s has no modes", kind->id.name);
    return why;
}

const char *aln_train_no_random_part(const struct aln_param *row, const void *p, char why[128])
{
    (void)row;
    return aln_params_no_random_part(((const struct aln_train_params *)p)->network.rule, why);
}

const char *aln_train_not_fixed(const struct aln_param *row, const void *p, char why[128])
{
    (void)row;
    return aln_params_not_fixed(((const struct aln_train_params *)p)->network.rule, why);
}

/* That of the parameters, or the first, which is taken where none is given. */
static const struct aln_optimiser *optimiser_of(const void *p)
{
    const struct aln_optimiser *given = ((const struct aln_train_params *)p)->network.optimiser;
    return given != NULL ? given : aln_optimiser_row(0);
}

const char *aln_train_adaptive(const struct aln_param *row, const void *p, char why[128])
{
    (void)row;
    if (!optimiser_of(p)->adaptive)
        return NULL;
    snprintf(why, 128, "optimiser %s has beta1 and beta2 instead", optimiser_of(p)->id.name);
    return why;
}

const char *aln_train_not_adaptive(const struct aln_param *row, const void *p, char why[128])
{
    (void)row;
    if (optimiser_of(p)->adaptive)
        return NULL;
    snprintf(why, 128, "optimiser %s does not use it", optimiser_of(p)->id.name);
    return why;
}

/* ---- data ---- */

struct aln_data_spec aln_train_data(const struct aln_train_params *p, uint64_t seed)
{
    struct aln_data_spec spec = p->data.spec;
    if (!p->data.shared)
        spec.seed = seed;
    return spec;
}

const char *aln_train_usual(const struct aln_param *row, char text[256])
{
    size_t n = 0;
    bool files_written = false; /* all data sets read from files have the same value */
    bool failed = false;
    text[0] = '\0';
    for (size_t i = 0; i < aln_datasets.count && n < 256 && !failed; i++) {
        const struct aln_data_kind *kind = aln_data_kind_row(i);
        const struct aln_train_params p = {.data.spec = kind->usual};
        bool files = aln_data_uses(kind, "path");
        struct aln_text value = {0};
        if (!aln_data_uses(kind, row->key + strlen("data.")) || (files && files_written))
            continue;
        files_written = files_written || files;
        row->type->write(row, &p, &value);
        n += (size_t)snprintf(text + n, 256 - n, "%s%s %s", n > 0 ? ", " : "",
                              files ? "files" : kind->id.name, value.failed ? "" : value.s);
        failed = value.failed;
        free(value.s);
    }
    return failed ? NULL : text;
}

/* Sets data keys that were not given to the defaults of the data set. */
static void fill_defaults(struct aln_train_params *p, const struct aln_params_given *g)
{
    const struct aln_train_params defaults = {.data.spec = p->data.kind->usual};
    for (size_t i = 0; i < g->schema->count; i++) {
        const struct aln_param *row = &g->schema->row[i];
        if (row->usual == aln_train_usual && g->node[i] == NULL)
            memcpy(aln_params_place(row, p), aln_params_value(row, &defaults), row->type->size);
    }
}

static enum aln_status check_data(const struct aln_train_params *p,
                                  const struct aln_params_given *g)
{
    char full[64];
    const char *key = "name";
    enum aln_status status = aln_data_check(p->data.kind, &p->data.spec, &key);
    if (status != ALN_USAGE)
        return status;
    snprintf(full, sizeof full, "data.%s", key);
    return aln_tree_raise(aln_params_where(g, full), "%s", aln_error());
}

/* ---- layers ---- */

/* The node of layer i in the list. */
static const struct aln_node *layer_node(const struct aln_params_given *g, size_t i)
{
    const struct aln_node *node = aln_params_node(g, "network.layers")->first;
    while (i-- > 0)
        node = node->next;
    return node;
}

bool aln_train_input(const struct aln_train_params *p, struct aln_shape *shape)
{
    return aln_data_sample_shape(p->data.kind, &p->data.spec, &shape->channels, &shape->height,
                                 &shape->width);
}

/* Checks every layer and that it fits the one before it, if the shape of the samples is known
 * without reading files. */
static enum aln_status check_layers(const struct aln_train_params *p,
                                    const struct aln_params_given *g)
{
    size_t count = p->network.layer_count;
    struct aln_shape shape = {0}, next;
    bool known = aln_train_input(p, &shape);
    for (size_t i = 0; i < count && known; i++) {
        if (aln_layer_shape(&p->network.layer[i], i + 1, shape, &next) != ALN_OK)
            return aln_tree_raise(&layer_node(g, i)->at, "network.layers: %s", aln_error());
        shape = next;
    }
    const struct aln_layer *last = &p->network.layer[count - 1];
    if (strcmp(last->kind->id.name, "dense") != 0 || last->activation != NULL)
        return aln_tree_raise(
            &layer_node(g, count - 1)->at,
            "network.layers: expected the last layer, %zu, to be dense and without activation",
            count);
    size_t outputs = aln_data_outputs(p->data.kind, &p->data.spec);
    if (outputs > 0 && last->size != outputs)
        return aln_tree_raise(&layer_node(g, count - 1)->at,
                              "network.layers: expected %zu output%s, as coding %s of data set %s "
                              "requires, got %zu",
                              outputs, outputs > 1 ? "s" : "", p->data.spec.coding->id.name,
                              p->data.kind->id.name, last->size);
    return ALN_OK;
}

/* The loss must fit the coding and the number of outputs. */
static enum aln_status check_loss(const struct aln_train_params *p,
                                  const struct aln_params_given *g)
{
    const struct aln_loss *loss = p->network.loss;
    const struct aln_place *at = aln_params_where(g, "network.loss");
    const char *is_default = aln_params_node(g, "network.loss") == NULL ? ", the default," : "";
    size_t outputs = p->network.layer[p->network.layer_count - 1].size;
    if (loss->of_classes && !p->data.spec.coding->labels)
        return aln_tree_raise(at,
                              "network.loss: %s%s is for classes, but data.coding %s of data set "
                              "%s gives real-valued targets: choose loss: half-mse or mse",
                              loss->id.name, is_default, p->data.spec.coding->id.name,
                              p->data.kind->id.name);
    if (outputs < loss->least_outputs)
        return aln_tree_raise(at,
                              "network.loss: %s%s needs at least %zu outputs, got %zu: choose "
                              "loss: half-mse or mse",
                              loss->id.name, is_default, loss->least_outputs, outputs);
    return ALN_OK;
}

/* ---- feedback ---- */

/* The first pooling layer above at least two layers with weights, which feedback that descends
 * through the layers cannot pass; counted from 1, 0: none. */
static size_t blocking_pooling(const struct aln_train_params *p)
{
    size_t weighted = 0;
    for (size_t i = 0; i < p->network.layer_count; i++) {
        const struct aln_layer *layer = &p->network.layer[i];
        weighted += layer->kind->has_weights;
        if (!layer->kind->has_weights && layer->kind->has_stride && layer->size > 1 &&
            weighted >= 2)
            return i + 1;
    }
    return 0;
}

/* Rank and density are for independent entries, and one of them at a time. */
static enum aln_status check_entries(const struct aln_train_params *p,
                                     const struct aln_params_given *g)
{
    const bool rank = p->network.feedback.rank > 0, density = !isnan(p->network.feedback.density);
    const char *key = rank ? "learning.feedback.rank" : "learning.feedback.density";
    if (!rank && !density)
        return ALN_OK;
    if (rank && density)
        return aln_tree_raise(aln_params_where(g, "learning.feedback.density"),
                              "learning.feedback.density: excluded by learning.feedback.rank");
    if (p->network.feedback.orthonormal)
        return aln_tree_raise(aln_params_where(g, key), "%s: cannot be combined with orthonormal",
                              key);
    if (p->network.feedback.kind != aln_feedback_kind_row(0))
        return aln_tree_raise(aln_params_where(g, key),
                              "%s: expected feedback of kind independent, got %s", key,
                              p->network.feedback.kind->id.name);
    return ALN_OK;
}

static enum aln_status check_symmetry(const struct aln_train_params *p,
                                      const struct aln_params_given *g)
{
    size_t weighted = 0;
    for (size_t i = 0; i < p->network.layer_count; i++)
        weighted += p->network.layer[i].kind->has_weights;
    if (!(p->network.feedback.symmetry > 0) || p->network.rule->route != ALN_DIRECT ||
        weighted <= 2)
        return ALN_OK;
    return aln_tree_raise(
        aln_params_where(g, "learning.feedback.symmetry"),
        "learning.feedback.symmetry: with rule %s expected 2 layers with weights, got "
        "%zu: the symmetric part would be the product of the weights above, which is "
        "back-propagation in linear networks only; choose rule fa",
        p->network.rule->id.name, weighted);
}

static enum aln_status check_feedback(const struct aln_train_params *p,
                                      const struct aln_params_given *g)
{
    enum aln_status status = check_entries(p, g);
    if (status == ALN_OK)
        status = check_symmetry(p, g);
    if (status != ALN_OK)
        return status;
    const struct aln_feedback_kind *kind = p->network.feedback.kind;
    const struct aln_rule *rule = p->network.rule;
    if (kind == aln_feedback_kind_row(0))
        return ALN_OK;
    const struct aln_place *at = aln_params_where(g, "learning.feedback.kind");
    if (rule->route == ALN_LAYERWISE && aln_rule_feedback_kind(rule) != ALN_FEEDBACK_WEIGHTS)
        return aln_tree_raise(at,
                              "learning.feedback.kind: expected independent, the only kind that "
                              "rule %s supports, got %s",
                              rule->id.name, kind->id.name);
    if (p->network.feedback.orthonormal)
        return aln_tree_raise(at, "learning.feedback.kind: %s cannot be combined with orthonormal",
                              kind->id.name);
    if (kind->descends && blocking_pooling(p) > 0)
        return aln_tree_raise(at,
                              "learning.feedback.kind: %s descends through the layers and cannot "
                              "pass pooling, layer %zu of network.layers: choose independent, "
                              "channel or smooth",
                              kind->id.name, blocking_pooling(p));
    return ALN_OK;
}

/* ---- rule ---- */

static enum aln_status check_rule(const struct aln_train_params *p,
                                  const struct aln_params_given *g)
{
    const char *why = p->network.rule->two_layers_only;
    if (why != NULL)
        return aln_tree_raise(aln_params_where(g, "learning.rule"),
                              "learning.rule: %s is for two-layer problems (ode, chain, sgd), not "
                              "for deep networks: %s",
                              p->network.rule->id.name, why);
    return ALN_OK;
}

/* ---- optimiser ---- */

/* Sets the usual momentum of the optimiser where none is given. */
static enum aln_status check_optimiser(struct aln_train_params *p, const struct aln_params_given *g)
{
    const struct aln_optimiser *optimiser = optimiser_of(p);
    if (optimiser->adaptive)
        p->network.momentum = 0;
    if (!(optimiser->momentum > 0) || p->network.momentum > 0)
        return ALN_OK;
    if (aln_params_node(g, "learning.momentum") != NULL)
        return aln_tree_raise(aln_params_where(g, "learning.momentum"),
                              "learning.momentum: expected number > 0, which optimiser %s needs, "
                              "got 0: choose optimiser: sgd",
                              optimiser->id.name);
    p->network.momentum = optimiser->momentum;
    return ALN_OK;
}

/* ---- times ---- */

static enum aln_status check_times(const struct aln_train_params *p,
                                   const struct aln_params_given *g)
{
    double end = (double)p->run.epochs, first = p->run.record.first;
    if (p->run.record.times != NULL) {
        size_t i = 0;
        for (const struct aln_node *n = aln_params_node(g, "run.record.times")->first; n != NULL;
             n = n->next)
            if (p->run.record.times[i++] > end)
                return aln_tree_raise(&n->at,
                                      "run.record.times: expected epochs up to run.epochs, which "
                                      "is %g, got %s",
                                      end, n->text);
    } else if (p->run.record.spacing == ALN_LOG && end > 0 && first > end) {
        return aln_tree_raise(aln_params_where(g, "run.record.first"),
                              "run.record.first: expected epochs up to run.epochs, which is %g, "
                              "got %g",
                              end, first);
    }
    return ALN_OK;
}

/* ---- all checks ---- */

enum aln_status aln_train_check(void *params, const struct aln_params_given *g)
{
    struct aln_train_params *p = params;
    enum aln_status status;
    fill_defaults(p, g);
    p->data.spec.answers = p->network.layer[p->network.layer_count - 1].size;
    if ((status = check_data(p, g)) == ALN_OK && (status = check_layers(p, g)) == ALN_OK &&
        (status = check_loss(p, g)) == ALN_OK && (status = check_rule(p, g)) == ALN_OK)
        status = check_feedback(p, g);
    if (status == ALN_OK)
        status = check_optimiser(p, g);
    if (status == ALN_OK)
        status = check_times(p, g);
    return status;
}

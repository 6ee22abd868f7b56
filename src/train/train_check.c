/* What concerns several parameters of a deep experiment at once. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "train/train_table.h"

/* ---- what has no meaning beside the others ---- */

const char *aln_train_foreign(const struct aln_param *row, const void *p, char why[128])
{
    const struct aln_train_params *params = p;
    if (params->data.kind == NULL)
        return NULL; /* refused already, or about to be */
    if (aln_data_uses(params->data.kind, row->key + strlen("data.")))
        return NULL;
    snprintf(why, 128, "data set %s does not use it", params->data.kind->id.name);
    return why;
}

const char *aln_train_fixed(const struct aln_param *row, const void *p, char why[128])
{
    const struct aln_rule *rule = ((const struct aln_train_params *)p)->learning.rule;
    (void)row;
    if (rule == NULL || rule->learns)
        return NULL;
    snprintf(why, 128, "the feedback of rule %s does not learn", rule->id.name);
    return why;
}

const char *aln_train_rough(const struct aln_param *row, const void *p, char why[128])
{
    const struct aln_feedback_kind *kind =
        ((const struct aln_train_params *)p)->learning.feedback.kind;
    (void)row;
    if (kind == NULL || strcmp(kind->id.name, "smooth") == 0)
        return NULL;
    snprintf(why, 128, "feedback %s has no modes", kind->id.name);
    return why;
}

/* ---- data ---- */

struct aln_data_spec aln_train_data(const struct aln_train_params *p, uint64_t seed, size_t *units)
{
    for (size_t i = 0; i < p->data.units_count; i++)
        units[i] = (size_t)p->data.units[i];
    return (struct aln_data_spec){
        .train = (size_t)p->data.train,
        .test = (size_t)p->data.test,
        .seed = p->data.shared ? p->data.seed : seed,
        .standardise = p->data.standardise,
        .coding = p->data.coding,
        .label_noise = p->data.label_noise,
        .label_noise_test = p->data.label_noise_test,
        .path = p->data.path,
        .prefix = p->data.prefix,
        .size = (size_t)p->data.size,
        .classes = (size_t)p->data.classes,
        .answers = p->network.layers[p->network.layers_count - 1].size,
        .inputs = (size_t)p->data.inputs,
        .outputs = (size_t)p->data.outputs,
        .alpha = p->data.alpha,
        .beta = p->data.beta,
        .separation = p->data.separation,
        .noise = p->data.noise,
        .units = units,
        .unit_layers = p->data.units_count,
        .g = p->data.activation->g,
    };
}

/* What the user did not give of the data is what is usual for the set. */
static void take_usual(struct aln_train_params *p, const struct aln_params_given *g)
{
    const struct aln_data_spec *usual = &p->data.kind->usual;
    const struct {
        const char *key;
        uint64_t *whole, usual;
    } whole[] = {
        {"data.size", &p->data.size, usual->size},
        {"data.train", &p->data.train, usual->train},
        {"data.test", &p->data.test, usual->test},
        {"data.inputs", &p->data.inputs, usual->inputs},
        {"data.outputs", &p->data.outputs, usual->outputs},
        {"data.classes", &p->data.classes, usual->classes},
    };
    const struct {
        const char *key;
        double *number, usual;
    } number[] = {
        {"data.alpha", &p->data.alpha, usual->alpha},
        {"data.beta", &p->data.beta, usual->beta},
        {"data.separation", &p->data.separation, usual->separation},
        {"data.noise", &p->data.noise, usual->noise},
        {"data.label_noise", &p->data.label_noise, usual->label_noise},
    };
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++)
        if (aln_params_node(g, whole[i].key) == NULL)
            *whole[i].whole = whole[i].usual;
    for (size_t i = 0; i < sizeof number / sizeof number[0]; i++)
        if (aln_params_node(g, number[i].key) == NULL)
            *number[i].number = number[i].usual;
    if (p->data.coding == NULL)
        p->data.coding = usual->coding;
    if (p->data.standardise == NULL)
        p->data.standardise = usual->standardise;
    if (p->data.activation == NULL)
        p->data.activation =
            (const struct aln_deep_activation *)aln_names_find(&aln_deep_activations, "tanh");
}

/* The thread's sentence again, at a place. */
static enum aln_status raise_again(const struct aln_place *at, const char *before)
{
    char sentence[1024];
    snprintf(sentence, sizeof sentence, "%s%s", before, aln_error());
    return aln_tree_raise(at, "%s", sentence);
}

static enum aln_status check_data(const struct aln_train_params *p,
                                  const struct aln_params_given *g)
{
    char full[64];
    const char *key = "name";
    size_t *units = calloc(p->data.units_count + 1, sizeof *units);
    if (units == NULL)
        return aln_params_no_memory("data.units");
    struct aln_data_spec spec = aln_train_data(p, p->data.seed, units);
    enum aln_status status = aln_data_check(p->data.kind, &spec, &key);
    free(units);
    if (status != ALN_USAGE)
        return status;
    snprintf(full, sizeof full, "data.%s", key);
    return raise_again(aln_params_where(g, full), "");
}

/* ---- layers ---- */

/* Node of layer i of the list. */
static const struct aln_node *layer_node(const struct aln_params_given *g, size_t i)
{
    const struct aln_node *node = aln_params_node(g, "network.layers")->first;
    while (i-- > 0)
        node = node->next;
    return node;
}

/* As far as shapes depend on it. */
static struct aln_data_spec shape_spec(const struct aln_train_params *p)
{
    return (struct aln_data_spec){.size = p->data.size,
                                  .inputs = p->data.inputs,
                                  .outputs = p->data.outputs,
                                  .classes = p->data.classes,
                                  .coding = p->data.coding};
}

bool aln_train_input(const struct aln_train_params *p, struct aln_shape *shape)
{
    struct aln_data_spec spec = shape_spec(p);
    return aln_data_sample_shape(p->data.kind, &spec, &shape->channels, &shape->height,
                                 &shape->width);
}

/* Every layer for itself and behind the one before it, as far as the shape of the samples is known
 * without looking into files. */
static enum aln_status check_layers(const struct aln_train_params *p,
                                    const struct aln_params_given *g)
{
    size_t count = p->network.layers_count;
    struct aln_shape shape = {0}, next;
    struct aln_data_spec spec = shape_spec(p);
    bool known = aln_train_input(p, &shape);
    for (size_t i = 0; i < count && known; i++) {
        if (aln_layer_shape(&p->network.layers[i], i + 1, shape, &next) != ALN_OK)
            return raise_again(&layer_node(g, i)->at, "network.layers: ");
        shape = next;
    }
    const struct aln_layer *last = &p->network.layers[count - 1];
    if (strcmp(last->kind->id.name, "dense") != 0 || last->activation != NULL)
        return aln_tree_raise(&layer_node(g, count - 1)->at,
                              "network.layers: expected the last layer, %zu, to be dense and "
                              "without activation",
                              count);
    size_t outputs = aln_data_outputs(p->data.kind, &spec);
    if (outputs > 0 && last->size != outputs)
        return aln_tree_raise(&layer_node(g, count - 1)->at,
                              "network.layers: expected %zu output%s, as coding %s of data set %s "
                              "asks for, got %zu",
                              outputs, outputs > 1 ? "s" : "", p->data.coding->id.name,
                              p->data.kind->id.name, last->size);
    return ALN_OK;
}

/* The loss fits what is learned, and the outputs that say it. */
static enum aln_status check_loss(const struct aln_train_params *p,
                                  const struct aln_params_given *g)
{
    const struct aln_loss *loss = p->network.loss;
    const struct aln_place *at = aln_params_where(g, "network.loss");
    const char *usual = aln_params_node(g, "network.loss") == NULL ? ", the default," : "";
    size_t outputs = p->network.layers[p->network.layers_count - 1].size;
    if (loss->of_classes && !p->data.coding->labels)
        return aln_tree_raise(at,
                              "network.loss: %s%s is for classes, but data.coding %s of data set "
                              "%s makes targets of any size: choose loss: half-mse or mse",
                              loss->id.name, usual, p->data.coding->id.name, p->data.kind->id.name);
    if (outputs < loss->least_outputs)
        return aln_tree_raise(at,
                              "network.loss: %s%s needs at least %zu outputs, got %zu: choose "
                              "loss: half-mse or mse",
                              loss->id.name, usual, loss->least_outputs, outputs);
    return ALN_OK;
}

/* ---- feedback ---- */

/* The first layer that makes maps smaller, above at least two layers with weights and therefore in
 * the way of feedback that descends through them; 0: none, else from 1. */
static size_t pooling_in_the_way(const struct aln_train_params *p)
{
    size_t weighted = 0;
    for (size_t i = 0; i < p->network.layers_count; i++) {
        const struct aln_layer *layer = &p->network.layers[i];
        weighted += layer->kind->has_weights;
        if (!layer->kind->has_weights && layer->kind->has_stride && layer->size > 1 &&
            weighted >= 2)
            return i + 1;
    }
    return 0;
}

static enum aln_status check_feedback(const struct aln_train_params *p,
                                      const struct aln_params_given *g)
{
    const struct aln_feedback_kind *kind = p->learning.feedback.kind;
    const struct aln_rule *rule = p->learning.rule;
    if (kind == (const void *)aln_names_row(&aln_feedback_kinds, 0))
        return ALN_OK;
    const struct aln_place *at = aln_params_where(g, "learning.feedback.kind");
    if (rule->route == ALN_LAYERWISE && rule->feedback != ALN_FEEDBACK_WEIGHTS)
        return aln_tree_raise(at,
                              "learning.feedback.kind: expected independent, the only kind that "
                              "rule %s knows, got %s",
                              rule->id.name, kind->id.name);
    if (p->learning.feedback.orthonormal)
        return aln_tree_raise(at, "learning.feedback.kind: %s cannot be orthonormal too",
                              kind->id.name);
    if (kind->descends && pooling_in_the_way(p) > 0)
        return aln_tree_raise(at,
                              "learning.feedback.kind: %s descends through the layers and cannot "
                              "pass pooling, layer %zu of network.layers: choose independent, "
                              "channel or smooth",
                              kind->id.name, pooling_in_the_way(p));
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

/* ---- the whole ---- */

enum aln_status aln_train_check(void *params, const struct aln_params_given *g)
{
    struct aln_train_params *p = params;
    enum aln_status status;
    take_usual(p, g);
    if ((status = check_data(p, g)) == ALN_OK && (status = check_layers(p, g)) == ALN_OK &&
        (status = check_loss(p, g)) == ALN_OK)
        status = check_feedback(p, g);
    if (status == ALN_OK)
        status = check_times(p, g);
    return status;
}

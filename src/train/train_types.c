/* Parameter types specific to deep experiments. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file/safetensors.h"
#include "train/train_table.h"

/* ---- layers ---- */

/* Members of a layer besides its kind: whole numbers at these offsets, and an activation. */
static const struct aln_name members[] = {
    {"kernel", "", ""}, {"stride", "", ""}, {"padding", "", ""}, {"activation", "", ""}};
enum { MEMBERS = 4, NUMBERS = 3, PADDING = 2 };
static const size_t places[NUMBERS] = {offsetof(struct aln_layer, kernel),
                                       offsetof(struct aln_layer, stride),
                                       offsetof(struct aln_layer, padding)};

static size_t *number_at(struct aln_layer *layer, size_t member)
{
    return (size_t *)(void *)((char *)layer + places[member]);
}

static size_t number_of(const struct aln_layer *layer, size_t member)
{
    return *(const size_t *)(const void *)((const char *)layer + places[member]);
}

static size_t member_index(const char *name)
{
    size_t i = 0;
    while (i < MEMBERS && strcmp(members[i].name, name) != 0)
        i++;
    return i;
}

static enum aln_status read_size(const struct aln_node *node, const char *key,
                                 const struct aln_range *range, size_t *out)
{
    uint64_t x = 0;
    enum aln_status status = aln_params_get_whole(node, key, range, &x);
    *out = (size_t)x;
    return status;
}

static enum aln_status read_activation(const struct aln_node *node, const char *key,
                                       const struct aln_deep_activation **out)
{
    size_t i = 0;
    enum aln_status status = aln_params_get_name(node, key, &aln_deep_activations, &i);
    *out = aln_deep_activation_row(i);
    return status;
}

/* Finds the child of a layer that names its kind, the first that is not another member. */
static enum aln_status find_kind(const struct aln_node *node, const char *key,
                                 const struct aln_node **found, struct aln_layer *layer)
{
    char text[256];
    for (const struct aln_node *n = node->first; n != NULL; n = n->next) {
        if (member_index(n->key) < MEMBERS)
            continue;
        layer->kind = aln_layer_kind_find(n->key);
        if (layer->kind == NULL)
            return aln_params_unknown_name(&n->key_at, key, &aln_layer_kinds, n->key, n->key);
        *found = n;
        return ALN_OK;
    }
    return aln_tree_raise(&node->at, "%s: expected a layer with its kind (%s)", key,
                          aln_names_join(&aln_layer_kinds, text));
}

static bool is_true(const struct aln_node *n)
{
    return n->kind == ALN_SCALAR && strcmp(n->text, "true") == 0;
}

/* Reads one entry of the list, e.g. {dense: 100, activation: tanh}. A kind without size is given by
 * its bare name or as {flatten: true}. */
static enum aln_status read_layer(const struct aln_node *node, const char *key,
                                  struct aln_layer *layer)
{
    static const struct aln_range any = {"from 0 to 1000000", 0, 1e6, false},
                                  some = {"from 1 to 1000000", 1, 1e6, false};
    const struct aln_node *kind = NULL;
    enum aln_status status = ALN_OK;
    size_t i = 0;
    if (node->kind == ALN_SCALAR) {
        status = aln_params_get_name(node, key, &aln_layer_kinds, &i);
        layer->kind = aln_layer_kind_row(i);
        return status;
    }
    if (node->kind != ALN_MAP)
        return aln_params_refuse(node, key, "layer as {dense: 100, activation: tanh}", NULL);
    if ((status = find_kind(node, key, &kind, layer)) != ALN_OK)
        return status;
    if (layer->kind->size == NULL && !is_true(kind))
        return aln_tree_raise(
            &kind->at, "%s: layer %s has no size: write its bare name, %s, or {%s: true}", key,
            layer->kind->id.name, layer->kind->id.name, layer->kind->id.name);
    for (const struct aln_node *n = node->first; n != NULL && status == ALN_OK; n = n->next) {
        char full[128], all[256];
        size_t member = member_index(n->key);
        snprintf(full, sizeof full, "%s.%s", key, n->key);
        if (n == kind) {
            if (layer->kind->size != NULL)
                status = read_size(n, full, &some, &layer->size);
        } else if (member == MEMBERS && aln_names_find(&aln_layer_kinds, n->key) != NULL) {
            status = aln_tree_raise(&n->key_at,
                                    "%s: a layer has one kind, and this one is %s already: write "
                                    "{%s: ...}, {%s: ...}",
                                    key, kind->key, kind->key, n->key);
        } else if (member == MEMBERS) {
            static const struct aln_names known = {"key", "keys", members, MEMBERS,
                                                   sizeof members[0]};
            status = aln_params_unknown(&n->key_at, full, aln_names_nearest(&known, n->key),
                                        aln_names_join(&known, all));
        } else if (member < NUMBERS) {
            status = read_size(n, full, member == PADDING ? &any : &some, number_at(layer, member));
        } else {
            status = read_activation(n, full, &layer->activation);
        }
    }
    return status;
}

static enum aln_status read_layers(const struct aln_param *row, const struct aln_node *node,
                                   void *p)
{
    if (node->kind != ALN_LIST || node->count == 0)
        return aln_params_refuse(node, row->key, row->type->name, NULL);
    struct aln_layer *layer = aln_params_make_list(row, node, p, sizeof *layer);
    if (layer == NULL)
        return aln_params_no_memory(row->key);
    enum aln_status status = ALN_OK;
    size_t index = 1;
    for (const struct aln_node *n = node->first; n != NULL && status == ALN_OK; n = n->next) {
        char key[64];
        snprintf(key, sizeof key, "%s[%zu]", row->key, index++);
        status = read_layer(n, key, layer++);
    }
    return status;
}

static void write_layer(struct aln_text *t, const struct aln_layer *layer)
{
    if (layer->kind->size == NULL) {
        aln_text_add(t, "%s", layer->kind->id.name);
        return;
    }
    aln_text_add(t, "{%s: %zu", layer->kind->id.name, layer->size);
    for (size_t i = 0; i < NUMBERS; i++) {
        size_t x = number_of(layer, i);
        if (x != 0)
            aln_text_add(t, ", %s: %zu", members[i].name, x);
    }
    if (layer->activation != NULL)
        aln_text_add(t, ", activation: %s", layer->activation->id.name);
    aln_text_add(t, "}");
}

static void write_layers(const struct aln_param *row, const void *p, struct aln_text *t)
{
    const struct aln_layer *layer = aln_params_pointer(row, p);
    for (size_t i = 0; i < aln_params_count(row, p); i++) {
        aln_text_add(t, "%s", i > 0 ? ", " : "[");
        write_layer(t, &layer[i]);
    }
    aln_text_add(t, "]");
}

const struct aln_params_type aln_train_layers = {
    .name = "list of layers",
    .json =
        "{\"type\": \"array\", \"items\": {\"type\": [\"object\", \"string\"]}, \"minItems\": 1}",
    .read = read_layers,
    .write = write_layers,
    .clear = aln_params_clear_pointer};

/* ---- sizes ---- */

static enum aln_status read_sizes(const struct aln_param *row, const struct aln_node *node, void *p)
{
    if (node->kind != ALN_LIST)
        return aln_params_refuse(node, row->key, row->type->name, row->range);
    size_t *x = aln_params_make_list(row, node, p, sizeof *x);
    if (x == NULL)
        return aln_params_no_memory(row->key);
    enum aln_status status = ALN_OK;
    for (const struct aln_node *n = node->first; n != NULL && status == ALN_OK; n = n->next)
        status = read_size(n, row->key, row->range, x++);
    return status;
}

static void write_sizes(const struct aln_param *row, const void *p, struct aln_text *t)
{
    const size_t *x = aln_params_pointer(row, p);
    aln_text_add(t, "[");
    for (size_t i = 0; i < aln_params_count(row, p); i++)
        aln_text_add(t, "%s%zu", i > 0 ? ", " : "", x[i]);
    aln_text_add(t, "]");
}

const struct aln_params_type aln_train_sizes = {.name = "list of whole numbers",
                                                .json = "{\"type\": \"array\", \"items\": #}",
                                                .read = read_sizes,
                                                .write = write_sizes,
                                                .present = aln_params_has_pointer,
                                                .clear = aln_params_clear_pointer};

/* ---- a span of seeds ---- */

enum { MOST_SEEDS = 10000 };

/* [3, 4, 5] */
static enum aln_status read_consecutive(const struct aln_param *row, const struct aln_node *node,
                                        uint64_t span[2])
{
    enum aln_status status = ALN_OK;
    uint64_t x = 0;
    if (node->count == 0 || node->count > MOST_SEEDS)
        return aln_params_refuse(node, row->key, row->type->name, NULL);
    for (const struct aln_node *n = node->first; n != NULL && status == ALN_OK; n = n->next) {
        status = aln_params_get_whole(n, row->key, row->range, &x);
        if (status == ALN_OK && n != node->first && x != span[1] + 1)
            status = aln_tree_raise(&n->at,
                                    "%s: expected %" PRIu64 ", the number after %" PRIu64
                                    "; other sets of seeds are a sweep over %s",
                                    row->key, span[1] + 1, span[1], row->key);
        span[n != node->first] = x;
        span[1] = x;
    }
    return status;
}

static enum aln_status read_span(const struct aln_param *row, const struct aln_node *node, void *p)
{
    static const struct aln_name ends[] = {{"from", "", ""}, {"to", "", ""}};
    const struct aln_node *end[2] = {node, node};
    uint64_t *span = aln_params_place(row, p);
    enum aln_status status = ALN_OK;
    char key[64];
    if (node->kind == ALN_LIST)
        status = read_consecutive(row, node, span);
    else if (node->kind != ALN_SCALAR)
        status = aln_params_get_members(node, row->key, row->type->name, 2, 2, ends, end);
    for (size_t i = 0; i < 2 && status == ALN_OK && node->kind != ALN_LIST; i++) {
        snprintf(key, sizeof key, node->kind == ALN_SCALAR ? "%s" : "%s.%s", row->key,
                 ends[i].name);
        status = aln_params_get_whole(end[i], key, row->range, &span[i]);
    }
    if (status == ALN_OK && (span[1] < span[0] || span[1] - span[0] >= MOST_SEEDS))
        return aln_tree_raise(&end[1]->at,
                              "%s.to: expected at least %" PRIu64 ", and at most %d seeds",
                              row->key, span[0], MOST_SEEDS);
    return status;
}

static void write_span(const struct aln_param *row, const void *p, struct aln_text *t)
{
    const uint64_t *span = aln_params_value(row, p);
    if (span[0] == span[1])
        aln_text_add(t, "%" PRIu64, span[0]);
    else
        aln_text_add(t, "{from: %" PRIu64 ", to: %" PRIu64 "}", span[0], span[1]);
}

const struct aln_params_type aln_train_span = {
    .name = "whole number, {from: ..., to: ...} or list of consecutive whole numbers",
    .json = "{\"anyOf\": [#, {\"type\": \"array\", \"items\": #, \"minItems\": 1}, {\"type\": "
            "\"object\", \"properties\": {\"from\": #, \"to\": #}, "
            "\"required\": [\"from\", \"to\"], \"additionalProperties\": false}]}",
    .read = read_span,
    .write = write_span};

/* ---- initial weights: a name, or {from: FILE} ---- */

static enum aln_status copy_text(const struct aln_param *row, const char *text, char **out)
{
    *out = strdup(text);
    return *out != NULL ? ALN_OK : aln_params_no_memory(row->key);
}

static enum aln_status read_start(const struct aln_param *row, const struct aln_node *node, void *p)
{
    static const struct aln_name members_of[] = {{"from", "", ""}};
    const struct aln_node *from = NULL;
    struct aln_train_params *params = p;
    if (node->kind == ALN_SCALAR)
        return aln_params_name.read(row, node, p);
    enum aln_status status =
        aln_params_get_members(node, row->key, row->type->name, 1, 1, members_of, &from);
    if (status == ALN_OK && (from->kind != ALN_SCALAR || from->text[0] == '\0'))
        status = aln_params_refuse(from, "network.init.from", "the path of a file", NULL);
    if (status == ALN_OK && strcmp(from->text, "-") == 0)
        status = aln_tree_raise(&from->at, "network.init.from: expected the path of a file, got "
                                           "standard input");
    aln_params_set_pointer(row, p, aln_names_row(row->names, 0)); /* without use */
    return status == ALN_OK ? copy_text(row, from->text, &params->start) : status;
}

static void write_start(const struct aln_param *row, const void *p, struct aln_text *t)
{
    const struct aln_train_params *params = p;
    if (params->start == NULL) {
        aln_params_name.write(row, p, t);
        return;
    }
    aln_text_add(t, "{from: ");
    aln_text_quote(t, params->start);
    aln_text_add(t, "}");
}

static void clear_start(const struct aln_param *row, void *p)
{
    struct aln_train_params *params = p;
    (void)row;
    free(params->start);
    params->start = NULL;
}

const struct aln_params_type aln_train_start = {
    .name = "name or {from: FILE}",
    .json = "{\"anyOf\": [$, {\"type\": \"object\", \"properties\": {\"from\": {\"type\": "
            "\"string\"}}, \"required\": [\"from\"], \"additionalProperties\": false}]}",
    .read = read_start,
    .write = write_start,
    .clear = clear_start};

/* ---- whether weights are kept: true, false or FILE ---- */

static enum aln_status read_kept(const struct aln_param *row, const struct aln_node *node, void *p)
{
    struct aln_train_params *params = p;
    if (node->kind == ALN_SCALAR && aln_safetensors_is(node->text)) {
        params->run.weights = true;
        return copy_text(row, node->text, &params->run.weights_file);
    }
    if (!aln_params_is_plain(node) ||
        (strcmp(node->text, "true") != 0 && strcmp(node->text, "false") != 0))
        return aln_params_refuse(node, row->key, row->type->name, NULL);
    return aln_params_boolean.read(row, node, p);
}

static void write_kept(const struct aln_param *row, const void *p, struct aln_text *t)
{
    const struct aln_train_params *params = p;
    if (params->run.weights_file != NULL)
        aln_text_quote(t, params->run.weights_file);
    else
        aln_params_boolean.write(row, p, t);
}

static void clear_kept(const struct aln_param *row, void *p)
{
    struct aln_train_params *params = p;
    (void)row;
    free(params->run.weights_file);
    params->run.weights_file = NULL;
}

const struct aln_params_type aln_train_kept = {
    .name = "true, false or a file that ends in .safetensors",
    .json = "{\"type\": [\"boolean\", \"string\"]}",
    .read = read_kept,
    .write = write_kept,
    .clear = clear_kept};

/* Short names of networks, such as "784-100-10", for subtitles, axes and keys. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "figure/picture.h"
#ifdef ALN_DEEP
#include "train/train.h"
#endif

/* The kind of a layer as written, e.g. "dense"; "" if it has none. */
static const char *kind_of(const struct aln_node *layer)
{
    return layer != NULL && layer->kind == ALN_MAP && layer->first != NULL ? layer->first->key : "";
}

enum aln_status aln_drawing_net_input(struct aln_text *out, const struct aln_figure_input *in,
                                      const struct aln_node *layers)
{
#ifdef ALN_DEEP
    struct aln_shape shape;
    void *params;
    const char *inputs = aln_figure_scalar(aln_tree_root(in->tree), "target.inputs");
    if (inputs[0] != '\0') {
        aln_text_add(out, "%s-", inputs);
        return ALN_OK;
    }
    enum aln_status status =
        aln_schema_from_tree(&params, &aln_train_schema, in->tree, in->path, NULL);
    if (status != ALN_OK)
        return status;
    const struct aln_train_params *p = params;
    if (aln_train_input(p, &shape)) {
        size_t pixels = shape.height * shape.width;
        if (pixels == 1 || strcmp(kind_of(layers != NULL ? layers->first : NULL), "dense") == 0)
            aln_text_add(out, "%zu-", shape.channels * pixels);
        else
            aln_text_add(out, "%zux%zux%zu-", shape.channels, shape.height, shape.width);
    }
    aln_schema_free(&aln_train_schema, params);
#else
    (void)out;
    (void)in;
    (void)layers;
#endif
    return ALN_OK;
}

void aln_drawing_net(struct aln_text *out, const struct aln_node *layers)
{
    for (const struct aln_node *n = layers != NULL ? layers->first : NULL; n != NULL; n = n->next) {
        const char *kind = kind_of(n);
        const char *size = n->kind == ALN_MAP && n->first != NULL ? n->first->text : n->text;
        aln_text_add(out, "%s%s%s", n == layers->first ? "" : "-",
                     strcmp(kind, "dense") == 0 ? "" : kind, size != NULL ? size : "");
    }
}

const char *aln_drawing_net_activation(const struct aln_node *layers)
{
    const struct aln_node *first = layers != NULL ? layers->first : NULL;
    const char *g =
        first != NULL && first->kind == ALN_MAP ? aln_figure_scalar(first, "activation") : "";
    return g[0] != '\0' ? g : "linear";
}

/* ---- sweeps over networks ---- */

/* The samples' size, unless data are swept or it is unknown. */
static void add_input(struct aln_text *out, const struct aln_picture *p,
                      const struct aln_node *layers)
{
    for (size_t i = 1; i <= p->keys; i++)
        if (strncmp(p->t->name[i], "data.", 5) == 0)
            return;
    if (aln_drawing_net_input(out, p->in, layers) == ALN_MEMORY)
        out->failed = true;
}

/* Parses a value, wrapped in a map to make it a document. */
static enum aln_status parse_layers(struct aln_tree **out, const char *path, const char *value)
{
    struct aln_text text = {0};
    aln_text_add(&text, "layers: %s", value);
    enum aln_status status =
        text.failed ? aln_raise_memory("a figure") : aln_tree_parse(out, path, text.s, text.length);
    free(text.s);
    return status;
}

static const struct aln_node *layers_of(const struct aln_tree *tree)
{
    return aln_tree_find(aln_tree_root(tree), "layers");
}

static void free_labels(struct aln_picture_axis *axis)
{
    for (size_t i = 0; axis->label != NULL && i < axis->count; i++)
        free(axis->label[i]);
    free(axis->label);
    axis->label = NULL;
}

static bool all_differ(char *const *label, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(label[i], label[j]) == 0)
                return false;
    return true;
}

/* Given:    tree[axis->count]  the values
 * Returned: axis->label; NULL if the names do not distinguish the nets */
static enum aln_status name_all(struct aln_picture_axis *axis, struct aln_tree *const *tree,
                                const struct aln_picture *p)
{
    const char *usual = aln_drawing_net_activation(layers_of(tree[0]));
    bool differ = false, failed = false;
    for (size_t i = 1; i < axis->count; i++)
        differ = differ || strcmp(aln_drawing_net_activation(layers_of(tree[i])), usual) != 0;
    axis->label = calloc(axis->count, sizeof *axis->label);
    for (size_t i = 0; i < axis->count && axis->label != NULL; i++) {
        struct aln_text text = {0};
        add_input(&text, p, layers_of(tree[i]));
        aln_drawing_net(&text, layers_of(tree[i]));
        if (differ)
            aln_text_add(&text, ", %s", aln_drawing_net_activation(layers_of(tree[i])));
        failed = failed || text.failed;
        axis->label[i] = text.s;
    }
    if (failed || axis->label == NULL)
        return aln_raise_memory("a figure");
    if (!all_differ(axis->label, axis->count))
        free_labels(axis);
    for (size_t i = 0; i < axis->count && axis->label != NULL; i++)
        axis->value[i] = axis->label[i];
    return ALN_OK;
}

enum aln_status aln_drawing_axis_nets(struct aln_picture_axis *axis, const struct aln_picture *p)
{
    if (strcmp(axis->key, "network.layers") != 0)
        return ALN_OK;
    struct aln_tree **tree = calloc(axis->count + 1, sizeof(struct aln_tree *));
    enum aln_status status = tree != NULL ? ALN_OK : aln_raise_memory("a figure");
    for (size_t i = 0; i < axis->count && status == ALN_OK; i++)
        status = parse_layers(&tree[i], p->in->path, axis->value[i]);
    if (status == ALN_OK && axis->count > 0)
        status = name_all(axis, tree, p);
    for (size_t i = 0; tree != NULL && i < axis->count; i++)
        aln_tree_free(tree[i]);
    free(tree);
    return status;
}

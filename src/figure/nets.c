/* Short names of networks, such as "784-100-10", for subtitles, axes and keys. */
#include <string.h>

#include "figure/drawing.h"
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

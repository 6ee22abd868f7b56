#include "alignode/layer.h"

#include <limits.h>
#include <math.h>

#include "alignode/network.h"
#include "base/finders.h"
#include "deep/stage.h"
#include "deep/tables.h"

/* ---- kinds ---- */

static const struct aln_layer_kind kinds[] = {
    {.id = {"dense", "fully connected, {dense: UNITS}; activation: default linear", ""},
     .size = "units",
     .has_weights = true,
     .callbacks = ALN_BOTH(aln_dense)},
    {.id = {"conv",
            "convolution with square kernels, {conv: CHANNELS, kernel: SIDE}; defaults: stride 1, "
            "padding 0 (zeros on each side), activation linear; inputs beyond the last window are "
            "dropped",
            ""},
     .size = "channels",
     .has_weights = true,
     .has_stride = true,
     .has_kernel = true,
     .callbacks = ALN_BOTH(aln_conv)},
    {.id = {"average-pool",
            "mean over square windows, {average-pool: SIDE}; default stride: SIDE; inputs at the "
            "right and lower edge that fill no window are dropped",
            ""},
     .size = "pixels per side",
     .has_stride = true,
     .callbacks = ALN_BOTH(aln_average_pool)},
    {.id = {"max-pool",
            "maximum over square windows, {max-pool: SIDE}; otherwise like average-pool", ""},
     .size = "pixels per side",
     .has_stride = true,
     .callbacks = ALN_BOTH(aln_max_pool)},
    {.id = {"flatten",
            "turns maps into one vector, flatten or {flatten: true}; optional before a dense layer",
            ""},
     .callbacks = ALN_BOTH(aln_flatten)},
};

const struct aln_names aln_layer_kinds = {"layer", "layers", kinds, sizeof kinds / sizeof kinds[0],
                                          sizeof kinds[0]};
ALN_FINDERS(layer_kind, aln_layer_kinds);

/* Members that do not apply to the kind must be absent. */
static enum aln_status check_members(const struct aln_layer *layer, size_t index)
{
    const struct aln_layer_kind *kind = layer->kind;
    const struct {
        const char *what;
        bool applies, given;
    } member[] = {
        {"size", kind->size != NULL, layer->size != 0},
        {"kernel", kind->has_kernel, layer->kernel != 0},
        {"stride", kind->has_stride, layer->stride != 0},
        {"padding", kind->has_kernel, layer->padding != 0},
        {"activation", kind->has_weights, layer->activation != NULL},
    };
    for (size_t i = 0; i < sizeof member / sizeof member[0]; i++)
        if (member[i].given && !member[i].applies)
            return aln_raise(ALN_USAGE, "layer %zu (%s): this kind of layer has no %s", index,
                             kind->id.name, member[i].what);
    if (kind->size != NULL && layer->size == 0)
        return aln_raise(ALN_USAGE, "layer %zu (%s): 0 %s", index, kind->id.name, kind->size);
    return ALN_OK;
}

enum aln_status aln_layer_shape(const struct aln_layer *layer, size_t index, struct aln_shape in,
                                struct aln_shape *out)
{
    enum aln_status status = check_members(layer, index);
    if (status == ALN_OK)
        status = aln_stage_geometry(layer)->shape(layer, index, in, out);
    if (status != ALN_OK)
        return status;
    size_t rows, cols;
    aln_layer_weights(layer, in, &rows, &cols);
    /* BLAS uses int for sizes. */
    if (aln_shape_size(*out) > INT_MAX || rows > INT_MAX || cols > INT_MAX ||
        (double)rows * (double)cols > INT_MAX)
        return aln_raise(ALN_USAGE, "layer %zu (%s): too large", index, layer->kind->id.name);
    return ALN_OK;
}

void aln_layer_weights(const struct aln_layer *layer, struct aln_shape in, size_t *rows,
                       size_t *cols)
{
    *rows = *cols = 0;
    if (layer->kind->has_weights)
        aln_stage_geometry(layer)->weights(layer, in, rows, cols);
}

#include "dataset_parts.h"

bool aln_data_sample_shape(const struct aln_data_kind *kind, const struct aln_data_spec *spec,
                           size_t *channels, size_t *height, size_t *width)
{
    bool drawn = aln_data_uses(kind, "inputs");
    size_t side = spec->size > 0 ? spec->size : kind->side;
    *channels = kind->load == aln_load_cifar10 ? 3 : 1;
    *height = drawn ? 1 : side;
    *width = drawn ? spec->inputs : side;
    return drawn || side < ALN_SIDE_MOST;
}

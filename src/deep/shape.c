#include <stdint.h>

#include "alignode/layer.h"

size_t aln_shape_size(struct aln_shape s)
{
    size_t plane, size;
    if (__builtin_mul_overflow(s.height, s.width, &plane) ||
        __builtin_mul_overflow(s.channels, plane, &size))
        return SIZE_MAX;
    return size;
}

/* What the sources compiled twice (real.h) define for the tables, in either precision. The tables
 * hold untyped pointers, because the type depends on the precision. */
#ifndef ALIGNODE_DEEP_TABLES_H
#define ALIGNODE_DEEP_TABLES_H

#include "model/leak.h"

struct aln_layer_callbacks;
struct aln_activation_callbacks;
struct aln_loss_callbacks;
struct aln_optimiser_callbacks;

/* Both precisions, for the member `callbacks` of a row. */
#define ALN_BOTH(name)                                                                             \
    {                                                                                              \
        [ALN_SINGLE] = &name##_single, [ALN_DOUBLE] = &name##_double                               \
    }

extern const struct aln_layer_callbacks aln_dense_single, aln_dense_double, aln_conv_single,
    aln_conv_double, aln_average_pool_single, aln_average_pool_double, aln_max_pool_single,
    aln_max_pool_double, aln_flatten_single, aln_flatten_double;

extern const struct aln_loss_callbacks aln_error_difference_single, aln_error_difference_double,
    aln_error_twice_single, aln_error_twice_double, aln_error_softmax_single,
    aln_error_softmax_double;

extern const struct aln_optimiser_callbacks aln_adam_single, aln_adam_double;

#define ALN_ACTIVATE(name)                                                                         \
    extern const struct aln_activation_callbacks aln_activate_##name##_single,                     \
        aln_activate_##name##_double
ALN_ACTIVATE(tanh);
ALN_ACTIVATE(relu);
ALN_ACTIVATE(erf);
ALN_ACTIVATE(linear);
ALN_ACTIVATE(leaky);
ALN_ACTIVATE(sigmoid);

#endif

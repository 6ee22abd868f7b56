#include "alignode/network.h"

#include <math.h>

struct aln_network_options aln_network_defaults(void)
{
    return (struct aln_network_options){
        .loss = aln_loss_find("cross-entropy"),
        .init = aln_initialisation_find("uniform"),
        .init_scale = 1,
        .precision = ALN_SINGLE,
        .batch = 32,
        .seed = 1,
        .feedback =
            {
                .distribution = ALN_UNIFORM,
                .scale = 1,
                .scaling = ALN_BY_ROOT,
                .kind = aln_feedback_kind_find("independent"),
                .modes = 2,
                .seed = 1,
                .rate = NAN,
                .decay = NAN,
                .noise = NAN,
                .symmetry = NAN,
                .density = NAN,
                .threshold = ALN_ERROR_THRESHOLD,
            },
        .reduction = ALN_SUM,
        .optimiser = aln_optimiser_find("sgd"),
        .beta1 = 0.9,
        .beta2 = 0.999,
        .epsilon = 1e-8,
    };
}

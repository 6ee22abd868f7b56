/* Optimisers: how the gradient of a batch moves the weights of a deep network.
 *
 * With G the gradient of a batch, decay kappa and rate eta, all in PyTorch's definitions (torch.optim.SGD
 * and Adam, their weight_decay):
 *     g = G + kappa W
 *     sgd, momentum   v <- momentum v + g,   W <- W - eta v                   (sgd: momentum 0 by default)
 *     adam            m <- beta1 m + (1 - beta1) g,   s <- beta2 s + (1 - beta2) g^2,
 *                     W <- W - eta m/(1 - beta1^t) / (sqrt(s/(1 - beta2^t)) + epsilon),   t = 1, 2, ..
 * Biases do not decay. Feedback that learns does so by the same optimiser, with its own rate and decay.
 *
 * The decay is thus part of the gradient (L2 regularisation); under adam it is divided by sqrt(s) with the
 * rest, unlike the decoupled decay of AdamW. To add an optimiser: a function in src/deep/optimise.c, a row in
 * src/deep/optimiser.c. */
#ifndef ALIGNODE_OPTIMISER_H
#define ALIGNODE_OPTIMISER_H

#include <stdbool.h>
#include <stddef.h>

#include "alignode/names.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_optimiser_callbacks;

struct aln_optimiser {
    struct aln_name id;
    double momentum; /* where it is not given */
    bool
        adaptive; /* has beta1, beta2 and epsilon instead: every weight has a rate of its own, so that
                        weights are no longer sums of what the signals of single samples contribute */
    const struct aln_optimiser_callbacks
        *callbacks[2]; /* by enum aln_precision; NULL unless adaptive */
};
/* sgd, momentum, adam */
ALN_API extern const struct aln_names aln_optimisers;
ALN_API const struct aln_optimiser *aln_optimiser_find(const char *name);
ALN_API const struct aln_optimiser *aln_optimiser_row(size_t i);

#ifdef __cplusplus
}
#endif

#endif

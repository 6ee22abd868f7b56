/* Losses of deep networks. yhat = a_L is the last pre-activation, y the target: numbers, or derived
 * from a class label (one-hot for n_L >= 2; -1 and +1 for classes 0 and 1 of one output). */
#ifndef ALIGNODE_LOSS_H
#define ALIGNODE_LOSS_H

#include <stdbool.h>
#include <stddef.h>

#include "alignode/names.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_loss {
    struct aln_name id;
    size_t least_outputs; /* 2 for cross-entropy, which is undefined for one output */
    bool of_classes;      /* y must be probabilities, as from labels: for other numbers the loss has
                             no minimum */
    /* The loss of one sample and its derivative, in plain libm; a test compares the network's
     * faster version with it.
     * Given:    yhat[n], y[n]
     * Returned: e[n] = dLoss/dyhat (may be NULL); the loss */
    double (*value)(size_t n, const double *yhat, const double *y, double *e);
    const void *callbacks[2]; /* float and double, src/deep/real.h */
};

/* half-mse, mse, cross-entropy */
ALN_API extern const struct aln_names aln_losses;
ALN_API const struct aln_loss *aln_loss_find(const char *name);
ALN_API const struct aln_loss *aln_loss_row(size_t i);

#ifdef __cplusplus
}
#endif

#endif

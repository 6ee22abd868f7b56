#include "alignode/loss.h"

#include <math.h>

#include "base/finders.h"
#include "deep/stage.h"
#include "deep/tables.h"

static double squares(size_t n, const double *yhat, const double *y, double weight, double *e)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double difference = yhat[i] - y[i];
        sum += difference * difference;
        if (e != NULL)
            e[i] = 2 * weight * difference;
    }
    return weight * sum;
}

static double half_mse(size_t n, const double *yhat, const double *y, double *e)
{
    return squares(n, yhat, y, 0.5, e);
}

static double mse(size_t n, const double *yhat, const double *y, double *e)
{
    return squares(n, yhat, y, 1, e);
}

static double cross_entropy(size_t n, const double *yhat, const double *y, double *e)
{
    double top = yhat[0], sum = 0, share = 0, match = 0;
    for (size_t i = 1; i < n; i++)
        top = fmax(top, yhat[i]);
    for (size_t i = 0; i < n; i++) {
        sum += exp(yhat[i] - top);
        share += y[i];
        match += y[i] * (yhat[i] - top);
    }
    if (e != NULL)
        for (size_t i = 0; i < n; i++)
            e[i] = share * exp(yhat[i] - top) / sum - y[i];
    return share * log(sum) - match;
}

static const struct aln_loss losses[] = {
    {{"half-mse", "half the squared distance, 1/2 |yhat - y|^2; e = yhat - y", ""},
     1,
     false,
     half_mse,
     ALN_BOTH(aln_error_difference)},
    {{"mse", "the squared distance |yhat - y|^2; e = 2 (yhat - y)",
      "as published with Refinetti et al., ICML 2021"},
     1,
     false,
     mse,
     ALN_BOTH(aln_error_twice)},
    {{"cross-entropy", "-sum_i y_i log softmax(yhat)_i; e = softmax(yhat) - y",
      "Bridle, NeurIPS 1989"},
     2,
     true,
     cross_entropy,
     ALN_BOTH(aln_error_softmax)},
};

const struct aln_names aln_losses = {"loss", "losses", losses, sizeof losses / sizeof losses[0],
                                     sizeof losses[0]};
ALN_FINDERS(loss, aln_losses);

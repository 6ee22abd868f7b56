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
    double max = yhat[0], sum_exp = 0, sum_y = 0, dot = 0;
    for (size_t i = 1; i < n; i++)
        max = fmax(max, yhat[i]);
    for (size_t i = 0; i < n; i++) {
        sum_exp += exp(yhat[i] - max);
        sum_y += y[i];
        dot += y[i] * (yhat[i] - max);
    }
    if (e != NULL)
        for (size_t i = 0; i < n; i++)
            e[i] = sum_y * exp(yhat[i] - max) / sum_exp - y[i];
    return sum_y * log(sum_exp) - dot;
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

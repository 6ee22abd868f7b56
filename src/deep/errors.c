/* Loss kernels: sums over a batch, and derivatives. */
#include <math.h>

/* As in activate.c: lets gcc vectorise exp. */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("no-trapping-math")
#endif

#include "deep/elementary.h"
#include "deep/real.h"
#include "deep/tables.h"

static void difference(size_t B, size_t n, const real *yhat, const real *y, real *e)
{
    for (size_t i = 0; i < B * n; i++)
        e[i] = yhat[i] - y[i];
}

static void twice(size_t B, size_t n, const real *yhat, const real *y, real *e)
{
    for (size_t i = 0; i < B * n; i++)
        e[i] = 2 * (yhat[i] - y[i]);
}

static double sum_of_squares(size_t B, size_t n, const real *yhat, const real *y, real *work)
{
    double sum = 0;
    (void)work;
    for (size_t i = 0; i < B * n; i++) {
        double difference = (double)yhat[i] - (double)y[i];
        sum += difference * difference;
    }
    return sum;
}

static double half_of_squares(size_t B, size_t n, const real *yhat, const real *y, real *work)
{
    return 0.5 * sum_of_squares(B, n, yhat, y, work);
}

static real largest(size_t n, const real *x)
{
    real max = x[0];
    for (size_t i = 1; i < n; i++)
        max = x[i] > max ? x[i] : max;
    return max;
}

/* exp(yhat - max), max being the largest output of each sample. */
static void exponentials(size_t B, size_t n, const real *yhat, real *out)
{
    for (size_t b = 0; b < B; b++) {
        real max = largest(n, yhat + b * n);
        for (size_t i = b * n; i < (b + 1) * n; i++)
            out[i] = yhat[i] - max;
    }
    for (size_t i = 0; i < B * n; i++)
        out[i] = real_exp(out[i]);
}

/* softmax(yhat) sum(y) - y */
static void softmax(size_t B, size_t n, const real *yhat, const real *y, real *e)
{
    exponentials(B, n, yhat, e);
    for (size_t b = 0; b < B; b++, y += n, e += n) {
        real sum_exp = 0, sum_y = 0;
        for (size_t i = 0; i < n; i++) {
            sum_exp += e[i];
            sum_y += y[i];
        }
        for (size_t i = 0; i < n; i++)
            e[i] = e[i] * (sum_y / sum_exp) - y[i];
    }
}

/* sum(y) log sum_i exp(yhat_i - max) - sum_i y_i (yhat_i - max), accumulated in double. */
static double cross_entropy(size_t B, size_t n, const real *yhat, const real *y, real *work)
{
    double loss = 0;
    exponentials(B, n, yhat, work);
    for (size_t b = 0; b < B; b++, yhat += n, y += n, work += n) {
        const double max = (double)largest(n, yhat);
        double sum_exp = 0, sum_y = 0, dot = 0;
        for (size_t i = 0; i < n; i++) {
            sum_exp += (double)work[i];
            sum_y += (double)y[i];
            dot += (double)y[i] * ((double)yhat[i] - max);
        }
        loss += sum_y * log(sum_exp) - dot;
    }
    return loss;
}

const struct aln_loss_callbacks ALN_REAL(aln_error_difference) = {difference, half_of_squares};
const struct aln_loss_callbacks ALN_REAL(aln_error_twice) = {twice, sum_of_squares};
const struct aln_loss_callbacks ALN_REAL(aln_error_softmax) = {softmax, cross_entropy};

/* The derivatives of the losses at work. */
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

/* softmax(yhat) sum(y) - y; the largest output is taken off before exp. */
static void softmax(size_t B, size_t n, const real *yhat, const real *y, real *e)
{
    for (size_t b = 0; b < B; b++, yhat += n, y += n, e += n) {
        real top = yhat[0], sum = 0, share = 0;
        for (size_t i = 1; i < n; i++)
            top = yhat[i] > top ? yhat[i] : top;
        for (size_t i = 0; i < n; i++) {
            e[i] = real_exp(yhat[i] - top);
            sum += e[i];
            share += y[i];
        }
        for (size_t i = 0; i < n; i++)
            e[i] = e[i] * (share / sum) - y[i];
    }
}

const struct aln_loss_callbacks ALN_REAL(aln_error_difference) = {difference};
const struct aln_loss_callbacks ALN_REAL(aln_error_twice) = {twice};
const struct aln_loss_callbacks ALN_REAL(aln_error_softmax) = {softmax};

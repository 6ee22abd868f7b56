#include "deep/measure/layer_kernel.h"

#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "base/interrupt.h"
#include "deep/blas.h"
#include "deep/measure/meter.h"

/* ---- activations ---- */

size_t aln_layer_kernel_units(const struct aln_network *net)
{
    size_t units = 0;
    for (size_t l = 1; l <= aln_network_depth(net); l++)
        units += aln_network_units(net, l);
    return units;
}

enum aln_status aln_layer_kernel_activations(struct aln_network *net, const struct aln_batch *batch,
                                             double *H)
{
    const size_t most = aln_network_settings(net)->batch;
    double *h = malloc(most * aln_layer_kernel_units(net) * sizeof *h);
    if (h == NULL)
        return aln_raise_memory("the activations of %zu samples", most);
    enum aln_status status = ALN_OK;
    for (size_t from = 0, count; from < batch->count && status == ALN_OK; from += count) {
        const double *block = h;
        double *all = H;
        count = batch->count - from < most ? batch->count - from : most;
        const struct aln_batch chunk = aln_meter_chunk(net, batch, from, count);
        status = aln_network_activations(net, &chunk, h);
        for (size_t l = 1; l <= aln_network_depth(net) && status == ALN_OK; l++) {
            const size_t n = aln_network_units(net, l);
            memcpy(all + from * n, block, count * n * sizeof *h);
            block += count * n;
            all += batch->count * n;
        }
    }
    free(h);
    return status;
}

void aln_layer_kernel_centre(size_t samples, size_t n, double *X)
{
    for (size_t j = 0; j < n; j++) {
        double mean = 0;
        for (size_t i = 0; i < samples; i++)
            mean += X[i * n + j] / (double)samples;
        for (size_t i = 0; i < samples; i++)
            X[i * n + j] -= mean;
    }
}

/* ---- products ---- */

/* C = A^T B (p x q) for A (k x p), B (k x q), or C = A B^T for A (p x k), B (q x k); row-major. */
static void multiply(bool first, size_t p, size_t q, size_t k, const double *A, const double *B,
                     double *C)
{
    if (first)
        aln_gemm_double('T', 'N', p, q, k, 1, A, p, B, q, 0, C, q);
    else
        aln_gemm_double('N', 'T', p, q, k, 1, A, k, B, k, 0, C, q);
}

/* By X_i^T X_j.  Given: C  room for the largest of them */
static void by_units(size_t count, size_t samples, const size_t *n, double *const *X, double *C,
                     double *gram)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = i; j < count && !aln_interrupted(); j++) {
            multiply(true, n[i], n[j], samples, X[i], X[j], C);
            gram[i * count + j] = gram[j * count + i] = aln_meter_dot(C, C, n[i] * n[j]);
        }
}

/* By the kernels themselves.  Given: K  room for all of them */
static void by_samples(size_t count, size_t samples, const size_t *n, double *const *X, double *K,
                       double *gram)
{
    const size_t size = samples * samples;
    for (size_t i = 0; i < count; i++) {
        multiply(false, samples, samples, n[i], X[i], X[i], K + i * size);
        for (size_t j = 0; j <= i && !aln_interrupted(); j++)
            gram[i * count + j] = gram[j * count + i] =
                aln_meter_dot(K + i * size, K + j * size, size);
    }
}

enum aln_status aln_layer_kernel_gram(size_t count, size_t samples, const size_t *n,
                                      double *const *X, double *gram)
{
    double units = 0, kernels = 0; /* multiply-adds of either way */
    size_t most = 0;
    for (size_t i = 0; i < count; i++) {
        kernels += (double)samples * (double)samples * (double)n[i];
        most = n[i] > most ? n[i] : most;
        for (size_t j = i; j < count; j++)
            units += (double)n[i] * (double)n[j] * (double)samples;
    }
    const bool few = units <= kernels;
    const size_t room = few ? most * most : count * samples * samples;
    double *work = malloc(room * sizeof *work);
    if (work == NULL)
        return aln_raise_memory("the kernels of %zu samples", samples);
    (few ? by_units : by_samples)(count, samples, n, X, work, gram);
    free(work);
    return aln_interrupted() ? aln_raise(ALN_STOPPED, "stopped") : ALN_OK;
}

#include <math.h>
#include <stdlib.h>

#include "base/failure.h"
#include "base/interrupt.h"
#include "deep/measure/meter.h"

double aln_meter_dot(const double *a, const double *b, size_t n)
{
    enum { LANES = 8 };
    double sum[LANES] = {0}, all = 0;
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t j = 0; j < LANES; j++)
            sum[j] += a[i + j] * b[i + j];
    for (; i < n; i++)
        sum[i % LANES] += a[i] * b[i];
    for (size_t j = 0; j < LANES; j++)
        all += sum[j];
    return all;
}

double aln_meter_mean_cosine(const double *gram, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++)
            sum += gram[i * count + j] / sqrt(gram[i * count + i] * gram[j * count + j]);
    return sum / (0.5 * (double)count * ((double)count - 1));
}

enum aln_status aln_similarity(size_t count, struct aln_network *const *net, double *value)
{
    size_t L = aln_network_depth(net[0]), largest = 0;
    struct aln_tensor tensor;
    for (size_t l = 1; l <= L; l++) {
        aln_network_tensor(net[0], aln_network_find(net[0], ALN_WEIGHT, l), &tensor);
        if (tensor.rows * tensor.cols > largest)
            largest = tensor.rows * tensor.cols;
    }
    double *W = malloc(count * largest * sizeof *W); /* one layer of all networks */
    double *gram = malloc(count * count * sizeof *gram),
           *total = calloc(count * count, sizeof *total);
    enum aln_status status = ALN_OK;
    if (W == NULL || gram == NULL || total == NULL) {
        status = aln_raise_memory("the similarity of %zu networks", count);
        goto out;
    }
    for (size_t l = 1; l <= L; l++) {
        size_t at = aln_network_find(net[0], ALN_WEIGHT, l);
        aln_network_tensor(net[0], at, &tensor);
        size_t n = tensor.rows * tensor.cols;
        for (size_t i = 0; i < count; i++)
            aln_network_read(net[i], at, ALN_DOUBLE, W + i * n);
        for (size_t i = 0; i < count; i++)
            for (size_t j = i; j < count && !aln_interrupted(); j++) {
                gram[i * count + j] = aln_meter_dot(W + i * n, W + j * n, n);
                total[i * count + j] += gram[i * count + j];
            }
        value[l] = aln_meter_mean_cosine(gram, count);
    }
    value[0] = aln_meter_mean_cosine(total, count);
    if (aln_interrupted())
        status = aln_raise(ALN_STOPPED, "stopped");
out:
    free(total);
    free(gram);
    free(W);
    return status;
}

enum aln_status aln_meter_join_similarity(const struct aln_seeds *seeds, double *value)
{
    return aln_similarity(seeds->count, seeds->net, value);
}

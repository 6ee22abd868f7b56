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

double aln_meter_mean_of_pairs(size_t count, size_t stride, const double *value, double *error)
{
    const double n = (double)count, pairs = n * (n - 1) / 2, left = (n - 1) * (n - 2) / 2;
    double sum = 0, square = 0;
    size_t pair = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++)
            sum += value[stride * pair++];
    for (size_t out = 0; out < count; out++) {
        double without = sum;
        pair = 0;
        for (size_t i = 0; i < count; i++)
            for (size_t j = i + 1; j < count; j++, pair++)
                if (i == out || j == out)
                    without -= value[stride * pair];
        const double d = without / left - sum / pairs;
        square += d * d;
    }
    if (error != NULL)
        *error = count > 2 ? sqrt((n - 1) / n * square) : NAN;
    return sum / pairs;
}

double aln_meter_mean_cosine(size_t count, const double *gram, double *pair, double *error)
{
    size_t at = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = i + 1; j < count; j++)
            pair[at++] = gram[i * count + j] / sqrt(gram[i * count + i] * gram[j * count + j]);
    return aln_meter_mean_of_pairs(count, 1, pair, error);
}

static void put_mean(size_t count, const double *gram, double *pair, size_t l, double *value,
                     double *error)
{
    double its_error;
    const double mean = aln_meter_mean_cosine(count, gram, pair, &its_error);
    if (value != NULL)
        value[l] = mean;
    if (error != NULL)
        error[l] = its_error;
}

/* Returned: value, error  [1 + L]; NULL: not wanted */
static enum aln_status compare_weights(size_t count, struct aln_network *const *net, double *value,
                                       double *error)
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
           *pair = malloc(count * count * sizeof *pair),
           *total = calloc(count * count, sizeof *total);
    enum aln_status status = ALN_OK;
    if (W == NULL || gram == NULL || pair == NULL || total == NULL) {
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
        put_mean(count, gram, pair, l, value, error);
    }
    put_mean(count, total, pair, 0, value, error);
    if (aln_interrupted())
        status = aln_raise(ALN_STOPPED, "stopped");
out:
    free(total);
    free(pair);
    free(gram);
    free(W);
    return status;
}

enum aln_status aln_similarity(size_t count, struct aln_network *const *net, double *value)
{
    return compare_weights(count, net, value, NULL);
}

enum aln_status aln_similarity_errors(size_t count, struct aln_network *const *net, double *error)
{
    return compare_weights(count, net, NULL, error);
}

enum aln_status aln_meter_join_similarity(const struct aln_seeds *seeds, double *value)
{
    return aln_similarity(seeds->count, seeds->net, value);
}

enum aln_status aln_meter_join_similarity_errors(const struct aln_seeds *seeds, double *value)
{
    return aln_similarity_errors(seeds->count, seeds->net, value);
}

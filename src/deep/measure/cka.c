/* Linear centred kernel alignment of the layers of several networks. */
#include <stdlib.h>

#include "base/failure.h"
#include "deep/measure/layer_kernel.h"
#include "deep/measure/meter.h"

/* Activations of all networks: those of network i begin at H + i * length. */
static enum aln_status find_activations(const struct aln_seeds *seeds, size_t length, double *H)
{
    enum aln_status status = ALN_OK;
    for (size_t i = 0; i < seeds->count && status == ALN_OK; i++)
        status = aln_layer_kernel_activations(seeds->net[i], &seeds->probe, H + i * length);
    return status;
}

enum aln_status aln_cka(const struct aln_seeds *seeds, double *value)
{
    const struct aln_network *first = seeds->net[0];
    const size_t count = seeds->count, samples = seeds->probe.count;
    const size_t length = samples * aln_layer_kernel_units(first);
    double *H = malloc(count * length * sizeof *H),
           *gram = malloc(2 * count * count * sizeof *gram);
    double **X = calloc(count, sizeof *X);
    size_t *n = calloc(count, sizeof *n);
    enum aln_status status = ALN_OK;
    if (H == NULL || gram == NULL || X == NULL || n == NULL)
        status = aln_raise_memory("the activations of %zu networks", count);
    if (status == ALN_OK)
        status = find_activations(seeds, length, H);
    for (size_t l = 1, from = 0; l <= aln_network_depth(first) && status == ALN_OK; l++) {
        for (size_t i = 0; i < count; i++) {
            n[i] = aln_network_units(first, l);
            X[i] = H + i * length + from;
            aln_layer_kernel_centre(samples, n[i], X[i]);
        }
        status = aln_layer_kernel_gram(count, samples, n, X, gram);
        value[l - 1] = aln_meter_mean_cosine(count, gram, gram + count * count, NULL);
        from += samples * n[0];
    }
    free(n);
    free(X);
    free(gram);
    free(H);
    return status;
}

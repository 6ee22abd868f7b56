/* Alignment of the kernels of the layers with that of the targets. */
#include <math.h>
#include <stdlib.h>

#include "base/failure.h"
#include "deep/measure/layer_kernel.h"
#include "deep/measure/meter.h"

/* The targets of all samples, for classes 1 at the label, else 0; of one output 1 and -1.
 * Returned: Y (count x n) */
static void find_targets(const struct aln_batch *batch, size_t n, double *Y)
{
    for (size_t i = 0; i < batch->count; i++) {
        const size_t row = batch->index != NULL ? batch->index[i] : i;
        for (size_t o = 0; o < n; o++)
            Y[i * n + o] = batch->y != NULL ? (double)batch->y[row * n + o]
                           : n > 1          ? (batch->label[row] == o ? 1 : 0)
                                            : (batch->label[row] == 1 ? 1 : -1);
    }
}

enum aln_status aln_meter_fill_KA(struct aln_meter *m, size_t set, double *value)
{
    const struct aln_batch *probe = &m->options.probe;
    const size_t units = aln_layer_kernel_units(m->net);
    double *H = malloc(probe->count * (units + m->outputs) * sizeof *H), gram[2 * 2];
    (void)set;
    if (H == NULL)
        return aln_raise_memory("the activations of %zu samples", probe->count);
    double *Y = H + probe->count * units, *X = H;
    find_targets(probe, m->outputs, Y);
    enum aln_status status = aln_layer_kernel_activations(m->net, probe, H);
    for (size_t l = 1; l <= m->depth && status == ALN_OK; l++) {
        const size_t n[2] = {aln_network_units(m->net, l), m->outputs};
        status = aln_layer_kernel_gram(2, probe->count, n, (double *[]){X, Y}, gram);
        value[l - 1] = gram[1] / sqrt(gram[0] * gram[3]);
        X += probe->count * n[0];
    }
    free(H);
    return status;
}

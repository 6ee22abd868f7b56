/* Training error of noisy and of clean samples. */
#include <math.h>
#include <stdlib.h>

#include "base/failure.h"
#include "deep/measure/meter.h"

/* The rows of a set that are noisy, or those that are not.
 * Returned: index[batch->count]; how many there are */
static size_t rows_of(const struct aln_batch *set, const bool *noisy, bool wanted, uint32_t *index)
{
    size_t count = 0;
    for (size_t i = 0; i < set->count; i++) {
        const uint32_t row = set->index != NULL ? set->index[i] : (uint32_t)i;
        if ((noisy != NULL && noisy[row]) == wanted)
            index[count++] = row;
    }
    return count;
}

enum aln_status aln_meter_fill_memorisation(struct aln_meter *m, size_t set, double *value)
{
    struct aln_batch part = m->options.train;
    enum aln_status status = ALN_OK;
    (void)set;
    uint32_t *index = malloc((part.count + 1) * sizeof *index);
    if (index == NULL)
        return aln_raise_memory("the rows of %zu samples", part.count);
    for (size_t k = 0; k < 2 && status == ALN_OK; k++) {
        struct aln_score score = {NAN, NAN};
        part.count = rows_of(&m->options.train, m->options.noisy, k == 1, index);
        part.index = index;
        if (part.count > 0)
            status = aln_network_score(m->net, &part, &score);
        value[k] = score.error;
    }
    free(index);
    return status;
}

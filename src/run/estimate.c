#include "run/estimate.h"

#include <math.h>
#include <stdlib.h>

#include "base/failure.h"

enum aln_status aln_estimate_create(struct aln_estimate *out, size_t cells)
{
    *out = (struct aln_estimate){.cells = cells, .mean = calloc(2 * cells, sizeof *out->mean)};
    if (out->mean == NULL)
        return aln_raise_memory("the moments of %zu numbers", cells);
    out->squares = out->mean + cells;
    return ALN_OK;
}

void aln_estimate_free(struct aln_estimate *m)
{
    free(m->mean);
    *m = (struct aln_estimate){.cells = 0};
}

void aln_estimate_add(struct aln_estimate *m, const double *x)
{
    m->count += 1;
    for (size_t i = 0; i < m->cells; i++)
        aln_estimate_number(m->count, x[i], &m->mean[i], &m->squares[i]);
}

double aln_estimate_deviation(const struct aln_estimate *m, size_t cell)
{
    return m->count > 1 ? sqrt(m->squares[cell] / (m->count - 1)) : NAN;
}

double aln_estimate_error(const struct aln_estimate *m, size_t cell)
{
    return aln_estimate_deviation(m, cell) / sqrt(m->count);
}

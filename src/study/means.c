#include "study/means.h"

#include <math.h>
#include <stdlib.h>

#include "base/failure.h"

/* Welford's update. */
static enum aln_status add_repeat(void *context, uint64_t repeat, size_t rows, const double *t,
                                  const double *row, bool whole)
{
    (void)repeat;
    (void)rows;
    (void)t;
    if (!whole)
        return ALN_OK; /* the run ends with the engine's error */
    struct aln_means *m = context;
    m->count += 1;
    for (size_t i = 0; i < m->cells; i++) {
        double delta = row[i] - m->mean[i];
        m->mean[i] += delta / m->count;
        m->squares[i] += delta * (row[i] - m->mean[i]);
    }
    return ALN_OK;
}

enum aln_status aln_means_run(struct aln_means *out, const struct aln_ensemble *ensemble)
{
    size_t cells = ensemble->time_count * aln_problem_columns(ensemble->problem);
    *out = (struct aln_means){.cells = cells};
    out->mean = calloc(2 * cells, sizeof *out->mean);
    if (out->mean == NULL)
        return aln_raise_memory("means of %zu numbers", cells);
    out->squares = out->mean + cells;
    return aln_run_ensemble(ensemble, add_repeat, out);
}

void aln_means_free(struct aln_means *m)
{
    free(m->mean);
    *m = (struct aln_means){.cells = 0};
}

double aln_means_deviation(const struct aln_means *m, size_t cell)
{
    return m->count > 1 ? sqrt(m->squares[cell] / (m->count - 1)) : 0;
}

double aln_means_error(const struct aln_means *m, size_t cell)
{
    double deviation = aln_means_deviation(m, cell);
    return sqrt(deviation * deviation / m->count);
}

/* The table of measures that compare seeds. */
#include "alignode/measure.h"

/* The row after `*at` that compares seeds and is asked for; NULL: there is none. */
static const struct aln_measure *next_of(const unsigned *measure, size_t count, size_t *at)
{
    while (*at < aln_measures.count) {
        const size_t row = (*at)++;
        for (size_t i = 0; i < count; i++)
            if (measure[i] == row && aln_measure_row(row)->join != NULL)
                return aln_measure_row(row);
    }
    return NULL;
}

size_t aln_seeds_columns(const unsigned *measure, size_t measure_count,
                         const struct aln_network *net)
{
    const struct aln_measure *m;
    size_t at = 0, columns = 0;
    while ((m = next_of(measure, measure_count, &at)) != NULL)
        columns += m->columns(net);
    return columns;
}

void aln_seeds_column(const unsigned *measure, size_t measure_count, const struct aln_network *net,
                      size_t i, char name[32])
{
    const struct aln_measure *m;
    size_t at = 0;
    while ((m = next_of(measure, measure_count, &at)) != NULL && i >= m->columns(net))
        i -= m->columns(net);
    if (m != NULL)
        m->column(net, i, name);
}

enum aln_status aln_seeds_read(const unsigned *measure, size_t measure_count,
                               const struct aln_seeds *seeds, double *value)
{
    const struct aln_measure *m;
    enum aln_status status = ALN_OK;
    size_t at = 0;
    while (status == ALN_OK && (m = next_of(measure, measure_count, &at)) != NULL) {
        status = m->join(seeds, value);
        value += m->columns(seeds->net[0]);
    }
    return status;
}

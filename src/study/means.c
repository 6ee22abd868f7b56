#include "study/means.h"

#include <math.h>
#include <stdlib.h>

#include "base/failure.h"
#include "run/estimate.h"
#include "run/record.h"

/* Sums over repeats: of squared deviations in means->squares, of their third and fourth powers here. */
struct means_sums {
    struct aln_means *means;
    double *third, *fourth; /* [cells]; only with spread */
};

/* Index of a quantity among the cells. */
static size_t cell_of(const struct aln_means *m, size_t time, size_t column)
{
    return time * m->columns * (m->spread ? 2 : 1) + column;
}

/* Welford's update.
 * Source: Pebay, Formulas for robust, one-pass parallel computation of covariances and arbitrary-order
 * statistical moments, SAND2008-6212 (2008), for the higher moments */
static void add_number(const struct means_sums *s, size_t i, double x)
{
    struct aln_means *m = s->means;
    const double n = m->count, delta = x - m->mean[i], step = delta / n,
                 term = delta * step * (n - 1);
    if (m->spread) {
        s->fourth[i] += term * step * step * (n * n - 3 * n + 3) + 6 * step * step * m->squares[i] -
                        4 * step * s->third[i];
        s->third[i] += term * step * (n - 2) - 3 * step * m->squares[i];
    }
    aln_estimate_number(n, x, &m->mean[i], &m->squares[i]);
}

static enum aln_status add_repeat(void *context, uint64_t repeat, size_t rows, const double *t,
                                  const double *row, bool whole)
{
    (void)repeat;
    (void)t;
    if (!whole)
        return ALN_OK; /* the run ends with the engine's error */
    const struct means_sums *s = context;
    const size_t columns = s->means->columns;
    s->means->count += 1;
    for (size_t n = 0; n < rows; n++)
        for (size_t q = 0; q < columns; q++)
            add_number(s, cell_of(s->means, n, q), row[n * columns + q]);
    return ALN_OK;
}

/* Rows of theory: values, standard deviations and biases. */
static enum aln_status take_theory(void *context, uint64_t repeat, size_t rows, const double *t,
                                   const double *row, bool whole)
{
    (void)repeat;
    (void)t;
    if (!whole)
        return ALN_OK;
    struct aln_means *m = ((const struct means_sums *)context)->means;
    m->count = 1;
    for (size_t n = 0; n < rows; n++, row += 3 * m->columns)
        for (size_t q = 0; q < m->columns; q++) {
            m->mean[cell_of(m, n, q)] = row[q] + row[2 * m->columns + q];
            m->mean[cell_of(m, n, m->columns + q)] = row[m->columns + q];
        }
    return ALN_OK;
}

/* Standard deviations and their errors, sqrt((m4 - m2^2)/n)/(2 sqrt(m2)), from the moments. */
static void fill_deviations(const struct means_sums *s, size_t times)
{
    struct aln_means *m = s->means;
    for (size_t n = 0; n < times; n++)
        for (size_t q = 0; q < m->columns; q++) {
            const size_t i = cell_of(m, n, q), j = cell_of(m, n, m->columns + q);
            const double m2 = m->squares[i] / m->count, m4 = s->fourth[i] / m->count;
            m->mean[j] = aln_means_deviation(m, i);
            m->squares[j] = m2 > 0 ? fmax(0, m4 - m2 * m2) / (4 * m2) * (m->count - 1) : 0;
        }
}

static enum aln_status run(struct means_sums *s, const struct aln_ensemble *ensemble)
{
    struct aln_means *m = s->means;
    const bool theory = m->spread && !aln_engine_table[ensemble->engine].repeats;
    enum aln_status status = aln_run_ensemble(ensemble, theory ? take_theory : add_repeat, s);
    if (m->spread && !theory && m->count > 1)
        fill_deviations(s, ensemble->time_count);
    return status;
}

enum aln_status aln_means_run(struct aln_means *out, const struct aln_ensemble *ensemble)
{
    const size_t columns = aln_record_shared(ensemble->problem),
                 cells = ensemble->time_count * columns * (ensemble->spread ? 2 : 1);
    struct means_sums s = {.means = out};
    *out = (struct aln_means){.cells = cells, .columns = columns, .spread = ensemble->spread};
    out->mean = calloc(2 * cells, sizeof *out->mean);
    s.third = calloc(out->spread ? 2 * cells : 1, sizeof *s.third);
    enum aln_status status = ALN_OK;
    if (out->mean == NULL || s.third == NULL)
        status = aln_raise_memory("means of %zu numbers", cells);
    else {
        out->squares = out->mean + cells;
        s.fourth = s.third + cells;
        status = run(&s, ensemble);
    }
    free(s.third);
    return status;
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

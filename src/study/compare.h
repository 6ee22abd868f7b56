/* Comparison of engines on one problem from the same start. */
#ifndef ALIGNODE_STUDY_COMPARE_H
#define ALIGNODE_STUDY_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#include "alignode/status.h"
#include "params/schema.h"
#include "run/engine.h"
#include "run/options.h"
#include "study/means.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_params;

struct aln_compare_params {
    enum aln_engine_kind engine[ALN_ENGINES];
    size_t engine_count;
    double z, c;
};

/* The section `compare` of a parameter file. */
extern const struct aln_schema_part aln_compare_part;
const struct aln_compare_params *aln_compare_of(const struct aln_params *p);

/* Checks for `alignode compare`, an aln_params_use: the engines' own checks, at least two repeats
 * of chain and sgd, and second-order terms in the ode. */
enum aln_status aln_compare_check(const void *of, const struct aln_params_given *given);
/* The engines' own checks only. */
enum aln_status aln_compare_check_engines(const void *of, const struct aln_params_given *given);

/* One quantity at one time in two engines. */
struct aln_compare_row {
    size_t a, b;       /* the engines, as places in compare.engines */
    size_t column;     /* the quantity, see aln_comparison_quantity() */
    size_t cell;       /* its place in the means: time x columns + column */
    double difference; /* of the means, a - b */
    double se, z;      /* standard error of the difference; difference / se or NaN */
    double allowed;    /* the tolerance: the largest |difference| that passes */
    bool ok;           /* |difference| <= allowed */
};

struct aln_comparison {
    struct aln_compare_params own;
    struct aln_problem *problem;
    bool spread; /* ode.fluctuations: standard deviations are quantities, too */
    size_t time_count, columns;
    double *times;
    struct aln_means means[ALN_ENGINES]; /* of own.engine */
    struct aln_compare_row *row;
    size_t rows, failed; /* rows compared, rows outside their tolerance */
};

/* Runs the engines of compare.engines and compares their means over repeats, row by row:
 *   chain against sgd    |difference| <= z s.e.
 *   ode against either   |difference| <= z s.e. + (c / sqrt N) s.d.
 * or, with ode.fluctuations, to the next order in 1/N: the ode's values include the bias, the s.e. of a
 * mean is theory's s.d. over the root of the number of repeats, and there is no term c/sqrt N; the
 * standard deviations of single runs are compared likewise, as quantities sd_..., given at least 100
 * repeats.
 * With a fixed set of samples the ode is gradient flow, and rates above 1 are refused: steps of 1/N then
 * are off it by order 1/N, as finite N is, which c allows for.
 * 1e-12 (1 + |value|) is added to all tolerances, and where repeats do not scatter, at the start, z 2^-23/sqrt N
 * (1 + |value|) for sgd in single precision, whose weights are rounded. s.e. is that of the difference of the means,
 * s.d. that of single runs. Quantities undefined in both engines (cos of a zero read-out) have no
 * row.
 * Returned: the result in options->path, *out yours, aln_comparison_free()
 * Status:   ALN_OK also when rows fail: see out->failed */
enum aln_status aln_compare(struct aln_comparison **out, const struct aln_params *params,
                            const struct aln_run_options *options);
/* The name of a quantity: "eg", "sd_Q_1_1".  Returned: name[32] */
void aln_comparison_quantity(const struct aln_comparison *c, size_t column, char name[32]);
void aln_comparison_free(struct aln_comparison *comparison);

#ifdef __cplusplus
}
#endif

#endif

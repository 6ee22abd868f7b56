/* Comparison of engines on one problem from the same start. */
#ifndef ALIGNODE_STUDY_COMPARE_H
#define ALIGNODE_STUDY_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#include "alignode/status.h"
#include "params/schema.h"
#include "run/engine.h"
#include "run/options.h"

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

/* The worst row of one quantity: the largest |difference| / allowed. */
struct aln_compare_worst {
    char quantity[32];
    const char *engine_a, *engine_b;
    double t, difference, se, z, allowed;
    bool ok; /* every row of this quantity and pair is within its tolerance */
};

struct aln_comparison {
    struct aln_compare_worst *worst; /* one for each pair of engines and quantity */
    size_t count;
    size_t rows, failed; /* rows compared, rows outside their tolerance */
};

/* Runs the engines of compare.engines and compares their means over repeats, row by row:
 *   chain against sgd    |difference| <= z s.e.
 *   ode against either   |difference| <= z s.e. + (c / sqrt N) s.d.
 * with 1e-12 (1 + |value|) added to both tolerances. s.e. is that of the difference of the means,
 * s.d. that of single runs. Quantities undefined in both engines (cos of a zero read-out) have no
 * row.
 * Returned: the result in options->path, *out yours, aln_comparison_free()
 * Status:   ALN_OK also when rows fail: see out->failed */
enum aln_status aln_compare(struct aln_comparison **out, const struct aln_params *params,
                            const struct aln_run_options *options);
void aln_comparison_free(struct aln_comparison *comparison);

/* Appends a readable table of the worst row of each quantity and the number of rows compared. */
void aln_comparison_text(const struct aln_comparison *comparison, struct aln_text *out);

#ifdef __cplusplus
}
#endif

#endif

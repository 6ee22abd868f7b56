/* `alignode fixedpoint`: the fixed points of a problem, or the stability of its solution. */
#ifndef ALIGNODE_STUDY_FIXEDPOINT_H
#define ALIGNODE_STUDY_FIXEDPOINT_H

#include <stddef.h>
#include <stdint.h>

#include "alignode/names.h"
#include "alignode/status.h"
#include "params/schema.h"
#include "run/options.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_params;

enum aln_starts { ALN_STARTS_TRAJECTORY, ALN_STARTS_RANDOM };
extern const struct aln_names aln_starts; /* rows in the order of enum aln_starts */

struct aln_fixedpoint_params {
    enum aln_starts starts;
    uint64_t count;       /* random starts */
    uint64_t eigenvalues; /* number of them written */
    struct {
        uint64_t *units; /* K = M, increasing; NULL: fixed points, no diagram */
        size_t units_count;
        struct {
            double from, to; /* eta1 */
            uint64_t count;
        } rate;
    } diagram;
};

/* The section `fixedpoint` of a parameter file. */
extern const struct aln_schema_part aln_fixedpoint_part;
const struct aln_fixedpoint_params *aln_fixedpoint_of(const struct aln_params *p);

/* Checks for `alignode fixedpoint`, an aln_params_use. */
enum aln_status aln_fixedpoint_check(const void *of, const struct aln_params_given *g);

/* Writes the fixed points reached from the starts, one per row, largest eg first:
 *   fixed_point      index, from 0
 *   starts           number of starts that led there
 *   t                time of the first of them if the starts are on a trajectory; else nan
 *   eg, residual     generalisation error; largest |dy/dt| of the unknowns
 *   physical         1: weights with such overlaps exist
 *   unstable, neutral, unknowns    numbers of growing, neutral and all directions; nan without a
 *                                  Jacobian (relu, see alignode/fixed.h)
 *   W2_moves         0: the read-out is fixed and not an unknown
 *   re_1 im_1 ...    eigenvalues of the Jacobian, largest real part first
 *   Q_1_1 ... cos_W2_F1 ...    as in a run's result
 * Points with the same eg and the same eigenvalues are images of each other (units permuted or with
 * reversed sign) and share one row, that of the first one reached. So do points with neutral
 * directions that have the same eg and numbers of directions: they form one continuous family.
 *
 * With fixedpoint.diagram it writes the stability of the zero-error solution instead, for each
 * number of units K = M (a block) and each rate:
 *   units, rate      K = M; eta1
 *   growth           the largest real part of the eigenvalues, neutral directions excluded
 *   unstable, neutral
 *   critical         the largest stable rate: the first root of the growth if the smallest rate is
 *                    stable; nan when it lies outside the rates; the same in all rows of a block
 * Status: ALN_NUMERIC when the ode fails, ALN_STOPPED, ALN_USAGE, ALN_FILE, ALN_MEMORY */
enum aln_status aln_fixedpoint(const struct aln_params *params,
                               const struct aln_run_options *options);

#ifdef __cplusplus
}
#endif

#endif

/* The parameters of two-layer problems: params_table.c holds the rows, params_check.c what concerns
 * several of them at once, params_study.c likewise for studies, params_from.c a start from an
 * earlier result. To add a parameter, add
 * its place in src/model/params.h and one row. */
#ifndef ALIGNODE_MODEL_PARAMS_TABLE_H
#define ALIGNODE_MODEL_PARAMS_TABLE_H

#include "model/params.h"
#include "params/schema_table.h"

/* ---- the check of the whole, params_check.c ---- */

/* Also looks up problem.overlaps.from. */
enum aln_status aln_params_check(void *of, const struct aln_params_given *g, const char *command);
/* C = [[Q, R], [R^T, T]] of the overlaps is a covariance, up to errors of integration; else
 * ALN_USAGE at the place. */
enum aln_status aln_params_check_covariance(const struct aln_params *p, const struct aln_place *at);

/* ---- studies, params_study.c ---- */

/* What the command "study" asks for, or "plot" for a file that names one; else nothing. */
enum aln_status aln_params_check_study(const struct aln_params *p,
                                       const struct aln_params_given *given, const char *command);
/* The engine of the study that p names. */
enum aln_engine_kind aln_params_study_engine(const struct aln_params *p);
/* The largest K that the command runs. */
uint64_t aln_params_most_units(const struct aln_params *p, const char *command);
/* ---- fixed points, params_fixedpoint.c ---- */

/* What the command "fixedpoint" asks for; else nothing. */
enum aln_status aln_params_check_fixedpoint(const struct aln_params *p,
                                            const struct aln_params_given *given,
                                            const char *command);
/* Whether the command is "fixedpoint" and runs the ode for its starts. */
bool aln_params_follows(const struct aln_params *p, const char *command);

/* ---- a start from an earlier result, params_from.c ---- */

/* Replaces problem.overlaps.from by the overlaps found there, if it is given. For a rule whose
 * feedback learns, the F of that row becomes the feedback matrix. */
enum aln_status aln_params_take_start(struct aln_params *p, const struct aln_params_given *given);

#endif

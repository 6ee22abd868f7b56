/* The common parameters of two-layer problems: params_table.c holds the rows, params_check.c what
 * concerns several of them at once, params_from.c a start from an earlier result. To add a parameter
 * add its place in model/params.h and one row. Studies have rows of their own (study/study.h). */
#ifndef ALIGNODE_MODEL_PARAMS_TABLE_H
#define ALIGNODE_MODEL_PARAMS_TABLE_H

#include "model/params.h"
#include "params/schema_table.h"

extern const struct aln_schema_part aln_params_common;

/* What the letters K, M and O of a shape stand for. */
size_t aln_params_extent(const void *of, char letter);

/* The check of the whole, as struct aln_schema wants it. */
enum aln_status aln_params_check(void *of, const struct aln_params_given *g);

/* C = [[Q, R], [R^T, T]] of the overlaps is a covariance, up to errors of integration; else
 * ALN_USAGE at the place. */
enum aln_status aln_params_check_covariance(const struct aln_params *p, const struct aln_place *at);

/* Replaces problem.overlaps.from by the overlaps found there, if it is given. For a rule whose
 * feedback learns, the F of that row becomes the feedback matrix. */
enum aln_status aln_params_take_start(void *of, const struct aln_params_given *given);

#endif

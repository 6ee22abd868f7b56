/* The common parameters of two-layer problems: params_table.c holds the rows, params_check.c the
 * checks that involve several of them, params_from.c the start from an earlier result. To add a
 * parameter, add a member in model/params.h and one row. Studies have rows of their own
 * (study/study.h). */
#ifndef ALIGNODE_MODEL_PARAMS_TABLE_H
#define ALIGNODE_MODEL_PARAMS_TABLE_H

#include "model/params.h"
#include "params/schema_table.h"

extern const struct aln_schema_part aln_params_common;

/* aln_params_name for learning.rule: a rule that is left out on purpose is refused with the
 * reason. */
extern const struct aln_params_type aln_params_rule;

/* The types of problem.spectrum.blocks and problem.overlaps.blocks, params_spectrum.c. */
extern const struct aln_params_type aln_params_blocks, aln_params_block_starts;

/* The types of problem.tasks and run.tasks, params_tasks.c, and their checks. */
extern const struct aln_params_type aln_params_tasks, aln_params_turns;
enum aln_status aln_params_check_tasks(const struct aln_params *p,
                                       const struct aln_params_given *g);

/* The checks of problem.spectrum and of starts by blocks. Replaces problem.spectrum.from by the blocks
 * that the file holds. */
enum aln_status aln_params_check_spectrum(struct aln_params *p, const struct aln_params_given *g);

/* The checks of problem.samples. */
enum aln_status aln_params_check_samples(const struct aln_params *p,
                                         const struct aln_params_given *g);

/* What the letters of a shape stand for: K and M units, O rows of W2, o columns of the feedback. */
size_t aln_params_extent(const void *of, char letter);

/* Refuses what has been derived for one run of fresh, isotropic samples, such as the early law, and is not
 * available with the partner: problem.spectrum, problem.samples or problem.tasks.
 * Status: ALN_USAGE */
enum aln_params_partner { ALN_WITH_SPECTRUM = 1, ALN_WITH_SAMPLES = 2, ALN_WITH_TASKS = 4 };
enum aln_status aln_params_bar(const struct aln_params *p, const struct aln_params_given *g,
                               enum aln_params_partner partner);

/* The checks in params_check.c, for struct aln_schema. */
enum aln_status aln_params_check(void *of, const struct aln_params_given *g);

/* If problem.inputs is not given and its default is too small for `units` units, K + M: twice that. */
void aln_params_fit_inputs(struct aln_params *p, const struct aln_params_given *g, uint64_t units);

/* Checks that C = [[Q, R], [R^T, T]] is a covariance, up to errors of integration.
 * Status: ALN_USAGE at `at` */
enum aln_status aln_params_check_covariance(const struct aln_params *p, const struct aln_place *at);
/* The same of the overlaps of one block. */
enum aln_status aln_params_check_overlaps(const struct aln_params *p, const double *Q,
                                          const double *R, const double *T,
                                          const struct aln_place *at);

/* Likewise of the start of a problem whose feedback is given and an overlap.
 * Status: ALN_USAGE */
enum aln_status aln_params_check_phi(const struct aln_params *params, const struct aln_problem *p,
                                     const double *state);

/* If problem.overlaps.from is given, replaces it by the overlaps found there. For a rule whose
 * feedback learns, the F of that row becomes the feedback matrix. */
enum aln_status aln_params_take_start(void *of, const struct aln_params_given *given);

/* Why a key that is for feedback with a random part, or for one that stays as it is drawn, does not apply to
 * a rule; NULL: it does, or there is no rule. */
const char *aln_params_no_random_part(const struct aln_rule *rule, char why[128]);
const char *aln_params_not_fixed(const struct aln_rule *rule, char why[128]);

#endif

/* Experiments on two-layer problems, and the parameter files that describe both.
 *
 * A study is many runs of one problem, each from its own seed, judged one by one. A parameter file's
 * `study: NAME` says which, its section of that name how many and by which engine; what a study
 * varies (seeds, rules, numbers of units) takes the place of the file's own value. A study's result
 * is a table like any other: one row a run, a blank line every ALN_STUDY_BLOCK runs, from where
 * --resume can go on, and below the rows remarks "# ..." with the counts and what chance would give.
 * It re-runs from its own header to the same bytes.
 *
 * To add a study, write src/study/NAME.c, which defines its `struct aln_study`, and name it in
 * study.c. Everything else follows: its parameters in files, `alignode params` and headers, its
 * refusals, `alignode study`, sweeps; and its tests, from the file of params/ that runs it. */
#ifndef ALIGNODE_STUDY_STUDY_H
#define ALIGNODE_STUDY_STUDY_H

#include "alignode/names.h"
#include "alignode/status.h"
#include "params/schema.h"
#include "run/options.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_params;

/* `own` is the struct of the study's part. */
struct aln_study {
    struct aln_name id; /* as `study:` has it; also the section of its parameters */
    struct aln_schema_part part;
    /* What the study requires of the parameters. Status: ALN_USAGE with the place, ALN_MEMORY */
    enum aln_status (*check)(const struct aln_params *p, const void *own,
                             const struct aln_params_given *given);
    /* From the parameters to a result, most simply by a plan (study/plan.h). */
    enum aln_status (*run)(const struct aln_params *p, const void *own,
                           const struct aln_run_options *options);
    const char *figure; /* of its results, a row of aln_figures; NULL: there is none */
};

extern const struct aln_names aln_studies;

/* The study that the parameters name, or NULL. */
const struct aln_study *aln_study_of(const struct aln_params *p);

/* What `alignode study` requires, an aln_params_use: a study, and what that study requires. */
enum aln_status aln_study_check(const void *p, const struct aln_params_given *given);

enum { ALN_STUDY_BLOCK = 16 };

/* The whole of `alignode study`: the study that the parameters name, into options->path.
 * Status: ALN_USAGE, ALN_MEMORY, ALN_FILE; of a run that broke down, with its seed; ALN_STOPPED.
 *         What was finished then stays in PATH.part. */
enum aln_status aln_study(const struct aln_params *params, const struct aln_run_options *options);

/* ---- parameter files of two-layer problems ---- */

/* Their table: the common parameters (model/params.h), and those of compare, the studies and
 * fixedpoint. Its struct is struct aln_params. */
extern const struct aln_schema aln_params_schema;

/* Reads, overrides, checks.
 *
 * Given:    path  a parameter file, or a result (its header is read)
 *           set   set_count overrides "key.path=VALUE", applied in order, VALUE in YAML
 *           use   what the parameters are for; NULL: no use in particular
 * problem.overlaps.from is looked up, so that the parameters hold the start itself.
 * Returned: *out  yours, aln_params_free()
 * Status:   ALN_USAGE with file:line:column for the user's mistakes, ALN_FILE, ALN_MEMORY */
enum aln_status aln_params_load(struct aln_params **out, const char *path, size_t set_count,
                                const char *const *set, aln_params_use use);
/* The same from text.
 * Given: name  of the text, for messages */
enum aln_status aln_params_parse(struct aln_params **out, const char *name, const char *text,
                                 size_t set_count, const char *const *set, aln_params_use use);

#ifdef __cplusplus
}
#endif

#endif

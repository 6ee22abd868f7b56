/* Studies of two-layer problems, and the parameter files of problems and studies.
 *
 * A study runs one problem many times with different seeds and evaluates each run. In a parameter
 * file, `study: NAME` selects it and the section NAME sets the number of runs and the engine; what
 * a study varies (seeds, rules, numbers of units) replaces the file's own value. The result is a
 * table like any other: one row per run, a blank line every ALN_STUDY_BLOCK runs, from which
 * --resume continues, and after the rows remarks "# ..." with the counts and the values expected by
 * chance. Running its own header again gives the same bytes.
 *
 * To add a study, define its `struct aln_study` in src/study/NAME.c and list it in study.c. The
 * rest follows: its parameters in files, `alignode params` and headers, their checks, `alignode
 * study`, sweeps, and its tests, from the file of params/ that runs it. */
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

/* `own` is the struct of the study's own parameters. */
struct aln_study {
    struct aln_name id; /* value of `study:` and name of its section */
    struct aln_schema_part part;
    /* Checks the parameters. Status: ALN_USAGE with file:line:column, ALN_MEMORY */
    enum aln_status (*check)(const struct aln_params *p, const void *own,
                             const struct aln_params_given *given);
    /* Runs the study and writes the result, usually through a plan (study/plan.h). */
    enum aln_status (*run)(const struct aln_params *p, const void *own,
                           const struct aln_run_options *options);
    const char *figure; /* its figure, a row of aln_figures; NULL: none */
};

extern const struct aln_names aln_studies;

/* The study that the parameters name, or NULL. */
const struct aln_study *aln_study_of(const struct aln_params *p);

/* Checks for `alignode study`, an aln_params_use: a study is named and accepts the parameters. */
enum aln_status aln_study_check(const void *p, const struct aln_params_given *given);

enum { ALN_STUDY_BLOCK = 16 };

/* `alignode study`: runs the study that the parameters name; the result goes to options->path.
 * Status: ALN_USAGE, ALN_MEMORY, ALN_FILE; that of a failed run, with its seed; ALN_STOPPED. After
 *         the last two, finished runs stay in PATH.part. */
enum aln_status aln_study(const struct aln_params *params, const struct aln_run_options *options);

/* ---- parameter files of two-layer problems ---- */

/* The parameter table for struct aln_params: the common parameters (model/params.h) and those of
 * compare, the studies and fixedpoint. */
extern const struct aln_schema aln_params_schema;

/* Reads parameters, applies overrides and checks them.
 *
 * Given:    path  a parameter file, or a result (its header is read)
 *           set   set_count overrides "key.path=VALUE", applied in order, VALUE in YAML
 *           use   the check of a command; NULL: none
 * The start that problem.overlaps.from refers to is read into the parameters.
 * Returned: *out  yours, aln_params_free()
 * Status:   ALN_USAGE with file:line:column, ALN_FILE, ALN_MEMORY */
enum aln_status aln_params_load(struct aln_params **out, const char *path, size_t set_count,
                                const char *const *set, aln_params_use use);
/* The same from text.
 * Given: name  of the text, for error messages */
enum aln_status aln_params_parse(struct aln_params **out, const char *name, const char *text,
                                 size_t set_count, const char *const *set, aln_params_use use);

#ifdef __cplusplus
}
#endif

#endif

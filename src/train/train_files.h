/* The files of a deep experiment: its result and those beside it. */
#ifndef ALIGNODE_TRAIN_TRAIN_FILES_H
#define ALIGNODE_TRAIN_TRAIN_FILES_H

#include "alignode/archive.h"
#include "alignode/table.h"
#include "train/train.h"

struct aln_train_files {
    const struct aln_train_params *params;
    const struct aln_run_options *options;
    char *header;                         /* the resolved parameters as YAML */
    char *similar, *weights, *checkpoint; /* paths; NULL: not wanted */
    size_t columns;                       /* of the result */
    struct aln_writer *result, *joined;   /* joined: the similarity of seeds; NULL: not wanted */
};

/* Finds the paths.
 * Returned: *finished  with options->resume, whether the result and the files beside it are
 *                      complete and have these parameters
 * Status:   ALN_USAGE when another result is at its path; ALN_MEMORY */
enum aln_status aln_train_files_find(struct aln_train_files *f,
                                     const struct aln_train_params *params,
                                     const struct aln_run_options *options, bool *finished);

/* Opens the results.
 * Given: meter  defines the columns of the main one
 *        net    of one seed */
enum aln_status aln_train_files_begin(struct aln_train_files *f, const struct aln_meter *meter,
                                      const struct aln_network *net);

/* A new archive that begins with the parameters. */
enum aln_status aln_train_files_archive(struct aln_archive **out, const struct aln_train_files *f);
/* Opens the checkpoint or the weights at `path`; *out is NULL when there are none.
 * Returned: *shorter  with options->extend, if they are of a shorter run, its parameters as YAML, yours;
 *                     else NULL
 * Status:   ALN_USAGE when they are damaged or have different parameters */
enum aln_status aln_train_files_open(struct aln_archive **out, const struct aln_train_files *f,
                                     const char *path, char **shorter);
/* Saves the networks of all seeds at f->weights. */
enum aln_status aln_train_files_save_weights(const struct aln_train_files *f,
                                             struct aln_archive *a);
/* Prints a line for the user. */
void aln_train_files_tell(const struct aln_train_files *f, const char *line);

/* Finishes the results, the main one last, and removes the checkpoint. */
enum aln_status aln_train_files_finish(struct aln_train_files *f);
/* Given: keep  whether partial results stay as PATH.part */
void aln_train_files_free(struct aln_train_files *f, bool keep);

#endif

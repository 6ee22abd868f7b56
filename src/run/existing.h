/* What is already where a result is to be written. Nothing finished, and nothing that is not
 * alignode's, is replaced unasked. */
#ifndef ALIGNODE_RUN_EXISTING_H
#define ALIGNODE_RUN_EXISTING_H

#include "base/text.h"
#include "params/schema.h"

enum aln_existing {
    ALN_EXISTING_NONE, /* nothing, or nothing that could be lost: no file, an empty one, a device */
    ALN_EXISTING_SAME, /* from the same command and parameters, perhaps of an earlier version */
    ALN_EXISTING_SHORTER, /* the same, but for parameters that have grown since */
    ALN_EXISTING_OTHER,   /* anything else */
};

/* A result that is to be written. */
struct aln_existing_run {
    const char *command;
    const struct aln_schema *schema;
    const char *yaml; /* its resolved parameters, aln_schema_yaml() */
    const char *const
        *grows; /* keys in full, up to NULL, whose larger value or longer list extends it */
};

/* Compares the text file at `path` with the result to be written there.
 * Returned: *found; *why, for the last two, a clause such as "differs in learning.rate: 0.1 in the
 *           file, 0.2 in this run", appended
 * Status:   ALN_FILE when it exists and cannot be read, ALN_MEMORY */
enum aln_status aln_existing_find(const struct aln_existing_run *run, const char *path,
                                  enum aln_existing *found, struct aln_text *why);

/* The same for parameters that are known.
 * Given: there  resolved parameters of what exists, as YAML */
enum aln_status aln_existing_compare(const struct aln_existing_run *run, const char *path,
                                     const char *there, enum aln_existing *found,
                                     struct aln_text *why);

/* Whether the file at `path` begins with the header that this version would write, but for its section
 * figure:, so that it can be resumed.
 * Status: ALN_MEMORY */
enum aln_status aln_existing_resumes(const struct aln_existing_run *run, const char *path,
                                     bool *resumes);

#endif

/* A file written as PATH.part and renamed to PATH at the end: PATH is never incomplete, and an
 * existing file there survives a killed run. */
#ifndef ALIGNODE_FILE_PART_H
#define ALIGNODE_FILE_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alignode/status.h"

struct aln_part {
    char *path;           /* where it ends up, links resolved; NULL: a stream, no renaming */
    char *partial;        /* path with ".part", or NULL */
    char *shown;          /* its name in messages */
    bool standard;        /* standard output, which stays open */
    bool quick;           /* set after aln_part_find(): do not wait for the disk */
    int fd;               /* -1: not open */
    char *buffer;         /* not yet written */
    size_t used;          /* bytes in the buffer */
    size_t written, kept; /* bytes handed to the system, those of them that stay if it ends here */
    double synced;        /* when the file was last flushed to the disk, or opened; seconds */
};

/* Resolves PATH, opens nothing yet.
 * Given:    path  NULL or "-": standard output; a device or named pipe is written directly
 * Returned: *out  yours, until aln_part_commit() or aln_part_abandon()
 * Status:   ALN_USAGE when PATH is empty or a folder; ALN_MEMORY */
enum aln_status aln_part_find(struct aln_part **out, const char *path);

#define ALN_PART_WHOLE SIZE_MAX /* keep: all bytes that are there once it is locked */

/* Opens, keeping the first `keep` bytes of an existing PATH.part (0 for a stream).
 * Status: ALN_USAGE when the folder is missing or not writable, or it is not a regular file of this
 *         user under this name alone; ALN_BUSY when another process is writing it */
enum aln_status aln_part_begin(struct aln_part *part, size_t keep);

/* Appends n bytes; buffered.
 * Status: ALN_FILE; ALN_STOPPED of a stream that nobody reads, after a stop request (base/interrupt.h) */
enum aln_status aln_part_write(struct aln_part *part, const char *bytes, size_t n);

/* Flushes all bytes so far to the disk; for a stream, or when quick, to the system. What a failed
 * call could not write stays in the buffer. Status: ALN_FILE */
enum aln_status aln_part_sync(struct aln_part *part);

/* Keeps all bytes so far: hands them to the system, which holds them if this process is killed, and
 * flushes them to the disk if the last time was a second ago or more. So a power cut takes no more
 * than what was kept within a second, and many small blocks do not each wait for the disk.
 * Status: ALN_FILE */
enum aln_status aln_part_keep(struct aln_part *part);

/* Syncs, closes, renames. Frees part, also on failure (PATH.part then stays). */
enum aln_status aln_part_commit(struct aln_part *part);

/* Closes without renaming; PATH.part keeps what was kept or synced when keep is true, else is removed.
 * Frees part; NULL is allowed. */
void aln_part_abandon(struct aln_part *part, bool keep);

/* All of the above for a file of n known bytes.
 * Given: quick  as in struct aln_part.  Status: as above */
enum aln_status aln_part_save(const char *path, bool quick, const char *bytes, size_t n);

#endif

/* Writes rows of a sweep's points, sweep_rows.h, to a file that only this process writes. */
#ifndef ALIGNODE_SWEEP_SWEEP_LOG_H
#define ALIGNODE_SWEEP_SWEEP_LOG_H

#include <stdint.h>

#include "alignode/status.h"
#include "base/text.h"

struct aln_sweep_log;

/* Opens no file yet.
 * Given: folder, command  must outlive it
 * Status: ALN_MEMORY */
enum aln_status aln_sweep_log_open(struct aln_sweep_log **out, const char *folder,
                                   const char *command);

/* Adds a point; any thread may. Its block is written once it has many points, or some time after the
 * last one, so that of slow points each is written at once.
 * Given:  names  of the columns, separated by tabs
 *         lines  the rows, each with a line feed
 * Status: ALN_USAGE when the folder is not writable, ALN_FILE, ALN_MEMORY */
enum aln_status aln_sweep_log_add(struct aln_sweep_log *log, uint64_t name, const char *names,
                                  const char *lines);

/* Writes what is left, and waits for the disk. Frees the log; NULL is allowed. */
enum aln_status aln_sweep_log_close(struct aln_sweep_log *log);

/* Appends what a block begins with, up to the names of its columns. */
void aln_sweep_log_title(struct aln_text *out, const char *command);

#endif

/* The rows of a sweep's points, many in a file: what is kept of a point that has no file of its own
 * (sweep.points: rows), until all are in the table.
 *
 * A process appends to a file of its own, FOLDER/points.N.part, in blocks that each say what they
 * hold: "# alignode VERSION COMMAND", the names of the columns behind "point", the rows of some
 * points, and a checksum of the block, "#crc32 XXXXXXXX". A block that a killed process has left
 * unfinished, or that is damaged, counts for nothing, and no other suffers from it. A point is found
 * by its name, the hash of what it holds, whichever process has run it and in whatever grid.
 *
 * Once the table is written, it holds the rows in their stead, as long as no cell of it is nan: a point
 * may lack a column there (sweep_collect.h). */
#ifndef ALIGNODE_SWEEP_SWEEP_ROWS_H
#define ALIGNODE_SWEEP_SWEEP_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alignode/status.h"
#include "base/text.h"

struct aln_sweep_rows;

/* Reads what the files of a folder hold of a command's points, and the table.
 * Given: folder, command  must outlive it
 * Status: ALN_FILE, ALN_MEMORY */
enum aln_status aln_sweep_rows_read(struct aln_sweep_rows **out, const char *folder,
                                    const char *command);
void aln_sweep_rows_free(struct aln_sweep_rows *rows);

/* The names of a point's columns, separated by tabs; NULL: it is not there. A view. */
const char *aln_sweep_rows_names(const struct aln_sweep_rows *rows, uint64_t name);
/* Appends its rows, each with a line feed. */
void aln_sweep_rows_lines(const struct aln_sweep_rows *rows, uint64_t name, struct aln_text *out);

/* ---- before the table is replaced ---- */

/* Says that a point will be in the new table. */
void aln_sweep_rows_mark(struct aln_sweep_rows *rows, uint64_t name);
/* Keeps the points that only the old table has and that are not marked.
 * Returned: *others  whether there are points that are not marked, and have no result of their own
 * Status:   as of aln_sweep_log_add() */
enum aln_status aln_sweep_rows_save(const struct aln_sweep_rows *rows, bool *others);
/* Removes the files that have been read and that no process has written since. */
void aln_sweep_rows_remove(const struct aln_sweep_rows *rows);

#endif

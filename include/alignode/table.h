/* Results: tab-separated text with a header of "# " lines, column names, rows, and a last line
 * "# end ROWS", which reveals a truncated file; remarks, lines "# ...", may precede it. Lines
 * "#crc32 XXXXXXXX" after each block and before the last line, each with the CRC-32 of all bytes
 * before it, reveal damage. gnuplot, R and pandas read it directly. */
#ifndef ALIGNODE_TABLE_H
#define ALIGNODE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "alignode/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- writing ---- */

/* Rows go to PATH.part, which aln_writer_finish() renames to PATH: a killed run leaves no partial
 * result and an existing PATH survives until then. A row belongs to a block (a repeat); blocks are
 * separated by one blank line. A finished block survives a killed run; a power cut takes those that
 * were finished in the second before it at most. */
struct aln_writer;

struct aln_writer_options {
    const char *path;           /* NULL or "-": standard output */
    const char *command;        /* first line: "# alignode VERSION COMMAND" */
    const char *yaml;           /* the header's YAML; each line is written after "# " */
    const char *const *columns; /* names */
    size_t column_count;
    bool resume; /* keep the finished blocks of a PATH.part, or PATH, with an equal header */
    bool adopt;  /* with resume: also the blocks of one whose header differs, but not its columns */
    size_t block_rows; /* rows of a finished block; required for resume */
    /* Do not wait for the disk: for one of many results, which is simply recomputed if a crash of
     * the machine has truncated it. */
    bool quick;
    /* With resume, called with every row that is kept, in order, NaN where a cell is not a number,
     * so that a summary can include them; NULL: no callback. */
    void (*kept)(void *context, const double *value);
    void *context;
};

/* Opens and writes header and names. With resume, *blocks_done blocks are kept (0 when there is
 * nothing to resume); a PATH.part whose header differs is refused.
 * Status: ALN_USAGE when the folder is missing or not writable, or the header differs; ALN_FILE */
ALN_API enum aln_status aln_writer_open(struct aln_writer **out,
                                        const struct aln_writer_options *options,
                                        size_t *blocks_done);

/* One row of numbers, "%.17g" or "nan".
 * Given:  value[count], count the number of columns
 * Status: ALN_FILE, ALN_MEMORY, like all functions below */
ALN_API enum aln_status aln_writer_row(struct aln_writer *w, const double *value, size_t count);
/* One row of text cells.
 * Status: also ALN_USAGE for a cell that is empty or has control characters, and for a row that
 *         begins with '#' */
ALN_API enum aln_status aln_writer_text_row(struct aln_writer *w, const char *const *cell,
                                            size_t count);
/* Ends a block: hands it to the system, and to the disk unless that was done within the last second;
 * the next row is preceded by a blank line. */
ALN_API enum aln_status aln_writer_end_block(struct aln_writer *w);
/* A remark on the whole result, the line "# TEXT" after the last row; no row may follow.
 * Given: text  one line that does not begin with "end " */
ALN_API enum aln_status aln_writer_remark(struct aln_writer *w, const char *text);
/* Writes "# end ROWS", closes, renames. Frees w, also on failure. */
ALN_API enum aln_status aln_writer_finish(struct aln_writer *w);
/* Closes without renaming: PATH.part keeps the finished blocks when keep is true, else is removed.
 * Frees w; NULL is allowed. */
ALN_API void aln_writer_abandon(struct aln_writer *w, bool keep);

/* ---- reading ---- */

/* Whether a result matches the checksums that it carries. */
enum aln_table_check {
    ALN_TABLE_SOUND,
    ALN_TABLE_UNCHECKED, /* it has none: it is from before version 0.2, or nothing is finished yet */
    ALN_TABLE_DAMAGED,   /* it does not, or has lost them: it was damaged, or edited by hand */
};

struct aln_table {
    char *version, *command; /* from the first line */
    char *yaml;              /* the header without "# " */
    size_t rows, cols;
    char **name;   /* [cols] */
    double *value; /* rows x cols; NaN where the cell is not a number */
    char **text;   /* rows x cols, the cells as written */
    size_t blocks;
    size_t *block_end; /* [blocks]: index of the row after the last one of each block */
    size_t remarks;
    char **remark; /* [remarks], without "# " */
    enum aln_table_check check;
    size_t check_line; /* of a damaged one: the first checksum that does not match what precedes it,
                          or the first line without one */
    char *store;       /* owns the text */
};

/* Reads a complete result. A damaged one is also read, as far as it is one: see `check`.
 * Returned: *out  yours, aln_table_free()
 * Status:   ALN_USAGE with path:line when the file is not a result, is truncated (no or wrong
 *           "# end"), or has a row of wrong length; ALN_FILE, ALN_MEMORY */
ALN_API enum aln_status aln_table_read(struct aln_table **out, const char *path);
/* The same for PATH.part, what a stopped, failed or still running run has written so far: the last
 * line may be missing, and an incomplete row is left out. */
ALN_API enum aln_status aln_table_read_unfinished(struct aln_table **out, const char *path);
/* Either of the two from memory.
 * Given: path  for messages
 *        text  `length` bytes and a final zero, from malloc(); the table takes it over, or it is
 *              freed on failure */
ALN_API enum aln_status aln_table_parse(struct aln_table **out, const char *path, char *text,
                                        size_t length, bool unfinished);
/* Reads a complete result without the numbers: value stays NULL. */
ALN_API enum aln_status aln_table_read_text(struct aln_table **out, const char *path);
ALN_API void aln_table_free(struct aln_table *t);

/* Refuses a damaged result, with the line.  Status: ALN_USAGE with path:line */
ALN_API enum aln_status aln_table_must_be_sound(const struct aln_table *t, const char *path);

/* Column index by name, or -1. */
ALN_API int aln_table_column(const struct aln_table *t, const char *name);

#ifdef __cplusplus
}
#endif

#endif

/* The size of a terminal. */
#ifndef ALIGNODE_CLI_TERMINAL_H
#define ALIGNODE_CLI_TERMINAL_H

#include <stddef.h>

/* Columns and lines, as the environment says (COLUMNS, LINES), else the terminal, which is asked each
 * time: windows change their size.
 * Given:    fd  open on the terminal
 * Returned: *columns, *lines  0: unknown */
void aln_cli_terminal_size(int fd, size_t *columns, size_t *lines);

#endif

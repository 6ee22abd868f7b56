/* The command line: one table of commands, options parsed once for all of them. */
#ifndef ALIGNODE_CLI_CLI_H
#define ALIGNODE_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alignode/names.h"
#include "alignode/status.h"
#include "base/text_format.h"
#include "run/options.h"
#include "sweep/task.h"

/* Exit statuses of the program. */
enum aln_exit {
    ALN_EXIT_DONE = 0,
    ALN_EXIT_FAILED = 1,
    ALN_EXIT_USAGE = 2,
    ALN_EXIT_TOLERANCE = 3, /* a comparison or claim is outside its tolerance */
    ALN_EXIT_STOPPED = 130,
    ALN_EXIT_UNREAD = 141, /* nobody reads standard output: as a program that SIGPIPE ends */
};

/* Options a command may take, as bits. */
enum aln_cli_option {
    ALN_CLI_OUTPUT = 1 << 0,
    ALN_CLI_SET = 1 << 1,
    ALN_CLI_THREADS = 1 << 2,
    ALN_CLI_RESUME = 1 << 3,
    ALN_CLI_QUIET = 1 << 4,
    ALN_CLI_RUN = 1 << 5,
    ALN_CLI_ASCII = 1 << 6,
    ALN_CLI_FIGURE = 1 << 7,
    ALN_CLI_CHECK = 1 << 8,
    ALN_CLI_SHARD = 1 << 9,
    ALN_CLI_LIST = 1 << 10,
    ALN_CLI_YES = 1 << 11,
    ALN_CLI_COLUMN = 1 << 12,
    ALN_CLI_OVER = 1 << 13,
    ALN_CLI_RUNS = 1 << 14,
    ALN_CLI_FORCE = 1 << 15,
    ALN_CLI_AXIS = 1 << 16,
    ALN_CLI_WATCH = 1 << 18,
    ALN_CLI_SCHEMA = 1 << 19,
    ALN_CLI_EXAMPLES = 1 << 17, /* no option: arguments may be names of `alignode list examples` */
    ALN_CLI_AVERAGE = 1 << 20,
    ALN_CLI_KEPT = 1 << 22,
    ALN_CLI_TABLES = 1 << 21, /* no option: arguments may be folders of sweeps */
};

struct aln_cli {
    const struct aln_cli_command *command;
    const char *output; /* NULL: not given */
    const char **set;
    size_t set_count;
    const char **axis; /* of a sweep */
    size_t axis_count;
    int threads; /* 0: not given */
    bool resume, quiet, run, ascii, list, yes, force, schema, watch, kept;
    const char *figure, *column, *over, *average, *runs; /* NULL: not given */
    uint64_t shard, shards;                              /* 0: not given */
    char **argument;                                     /* files or names */
    char **owned; /* the paths among them that were found for a name or folder, else NULL */
    size_t argument_count;
};

struct aln_cli_command {
    struct aln_name id;
    const char *arguments;                 /* as in the usage line */
    size_t least, most;                    /* number of arguments */
    unsigned options;                      /* of enum aln_cli_option */
    int (*run)(const struct aln_cli *cli); /* returns an exit status */
    const struct aln_task *task;           /* the task it runs; NULL: none */
};

/* Reads the arguments after the command. Status: ALN_USAGE, ALN_MEMORY */
enum aln_status aln_cli_parse(struct aln_cli *cli, int argc, char **argv);
void aln_cli_free(struct aln_cli *cli);

/* The bits of a command that are options. */
unsigned aln_cli_options_of(const struct aln_cli_command *command);

/* Prints the options a command takes, one per line. */
void aln_cli_print_options(unsigned bits);

/* Writes a message, of less than 8 KiB, or a text to standard error. Neither outlasts a stop request by more than half
 * a second: where nobody reads, the rest is left out. */
void aln_cli_say(const char *format, ...) ALN_PRINTF(1, 2);
void aln_cli_put(const char *text);

/* Prints the thread's error sentence, unless it is that nobody reads standard output any more.
 * Returned: the matching exit status */
int aln_cli_fail(enum aln_status status);
bool aln_cli_reader_left(void);

/* Starts a progress bar labelled `name` (kept): a moving line on a terminal, else a line per 10 %;
 * no updates when quiet. Takes over INT, TERM, USR1, USR2, XCPU and, unless it is ignored, HUP. */
struct aln_progress aln_cli_progress(const struct aln_cli *cli, const char *name);
/* Clears the moving line, so that other text can follow. */
void aln_cli_progress_end(void);

/* What the commands run. Returned: an exit status */
int aln_cli_task(const struct aln_cli *cli);
int aln_cli_without_deep(const struct aln_cli *cli);
int aln_cli_sweep(const struct aln_cli *cli);
int aln_cli_plot(const struct aln_cli *cli);
int aln_cli_report(const struct aln_cli *cli);
int aln_cli_gallery(const struct aln_cli *cli);
int aln_cli_list(const struct aln_cli *cli);
int aln_cli_params(const struct aln_cli *cli);
int aln_cli_schema(const struct aln_cli *cli); /* params --schema */
int aln_cli_new(const struct aln_cli *cli);
int aln_cli_info(const struct aln_cli *cli);
int aln_cli_diff(const struct aln_cli *cli);
int aln_cli_export(const struct aln_cli *cli);
int aln_cli_cite(const struct aln_cli *cli);

#endif

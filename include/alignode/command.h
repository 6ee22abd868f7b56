/* Commands as functions: what the program `alignode` does with a parameter file (a run, a comparison,
 * a study, training, a sweep, a figure), for other programs and languages. The Python package is made
 * of this header. Nothing is printed; results are files, as the program writes them. */
#ifndef ALIGNODE_COMMAND_H
#define ALIGNODE_COMMAND_H

#include <signal.h>
#include <stddef.h>

#include "alignode/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* How a long command reports progress and is stopped. Its threads call the functions, one at a time;
 * a function that is NULL is not called. All zero: no reports, no stopping. */
struct aln_command_watch {
    void (*update)(void *context, double fraction); /* 0 to 1, never decreasing */
    void (*tell)(void *context, const char *line);  /* a remark for the user */
    void *context;                                  /* passed to both */
    const volatile sig_atomic_t *stop;              /* set to nonzero: stop; NULL: never */
};

struct aln_command {
    const char *name; /* "ode", "train", ..., or "sweep" */
    const char
        *path; /* a parameter file or a result; with `yaml`, the name of that text in messages */
    const char *yaml;       /* the parameters as text; NULL: read path */
    const char *const *set; /* [set_count] overrides "key.path=VALUE", applied in order */
    size_t set_count;
    const char *output; /* path of the result, of a sweep its folder */
    int threads;        /* 0: OpenMP's default */
    int resume;         /* extend a shorter result, as --resume does */
    int force;          /* replace what is there, as --force does */
    int quick;          /* the result will not last: do not wait until it is on the disk */
    struct aln_command_watch watch;
};

/* What a command found out about its result. */
struct aln_command_report {
    size_t outside; /* rows, or points of a sweep, outside their tolerance */
    size_t failed;  /* points of a sweep whose computation failed */
    size_t missing; /* points of a sweep that another process has yet to finish */
    char *text; /* lines for the user: verdict, reasons of failures; yours, free(); may be NULL */
};

/* Runs a command. A result that is there already, complete and with these parameters, is left as it
 * is; an interrupted one is continued; nothing else is replaced unless `force` says so.
 * Returned: *report  also on failure
 * Status:   ALN_USAGE with NAME:line:column for a mistake in the parameters, and for what may not be
 *           replaced; ALN_NUMERIC when the computation fails, ALN_STOPPED on a stop request: what was
 *           recorded is in OUTPUT.part; ALN_FILE, ALN_BUSY, ALN_MEMORY */
ALN_API enum aln_status aln_command_run(const struct aln_command *command,
                                        struct aln_command_report *report);

/* The parameters of a command after defaults and overrides, checked as aln_command_run() checks them.
 * Returned: *yaml  yours, free()
 * Status:   ALN_USAGE, ALN_FILE, ALN_MEMORY; ALN_USAGE for a sweep, whose points differ */
ALN_API enum aln_status aln_command_parameters(const struct aln_command *command, char **yaml);

/* YAML of the kind that parameter files use as JSON. A scalar without quotes that reads as a number
 * is one, true and false are booleans, an empty one is null, any other is a string.
 * Given:    name  of the text, for messages
 * Returned: *json  yours, free()
 * Status:   ALN_USAGE with NAME:line:column, ALN_MEMORY */
ALN_API enum aln_status aln_command_json(const char *name, const char *yaml, char **json);

struct aln_command_figure {
    const char *const *results; /* [count] paths of the results to draw in one figure */
    size_t count;
    const char *output;  /* .png, .svg or .pdf */
    const char *figure;  /* its name; NULL: the first that shows the results */
    const char *column;  /* of a sweep or of training, "COLUMN" or "COLUMN,COLUMN,..."; or NULL */
    const char *over;    /* axes of a sweep, "KEY" or "KEY,KEY"; or NULL */
    const char *scripts; /* folder of the figures' scripts; NULL: where they were installed */
    struct aln_command_watch watch;
};

/* Draws a figure with gnuplot, replacing any file at its path.
 * Status: ALN_USAGE for what the caller can correct; ALN_CHILD if gnuplot is missing or fails;
 *         ALN_STOPPED, ALN_FILE, ALN_MEMORY */
ALN_API enum aln_status aln_command_draw(const struct aln_command_figure *figure);

#ifdef __cplusplus
}
#endif

#endif

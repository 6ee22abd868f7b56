#include "cli/watch.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/failure.h"
#include "cli/target.h"
#include "cli/terminal.h"
#include "figure/drawing.h"

enum { PAUSE = 300 }; /* milliseconds between two looks */

/* One result. */
struct watched {
    char *partial;    /* PATH.part */
    char *whole;      /* PATH */
    const char *path; /* the one that is there */
    off_t drawn;      /* its size when it was last drawn; -1: not yet */
};

struct watching {
    const struct aln_cli *cli;
    struct aln_figure_options options;
    struct watched *file; /* [count] */
    const char **path;    /* [count], of the files */
    size_t count;
    struct aln_progress progress;
};

/* ---- files ---- */

static enum aln_status name_files(struct watched *f, const char *argument)
{
    struct aln_text partial = {0};
    size_t n = strlen(argument);
    n -= aln_figure_is_unfinished(argument) ? strlen(".part") : 0;
    f->whole = strndup(argument, n);
    f->drawn = -1;
    if (f->whole == NULL)
        return aln_raise_memory("%s", argument);
    aln_text_add(&partial, "%s.part", f->whole);
    f->partial = partial.s;
    return partial.failed ? aln_raise_memory("%s", argument) : ALN_OK;
}

/* The size of a file; -1: there is none. */
static off_t size_of(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 ? info.st_size : -1;
}

/* Which of its two names a result has now. PATH is looked for last, as PATH.part becomes it. */
static enum aln_status find_file(struct watched *f)
{
    f->path = size_of(f->partial) >= 0 ? f->partial : size_of(f->whole) >= 0 ? f->whole : NULL;
    return f->path != NULL
               ? ALN_OK
               : aln_raise(ALN_USAGE, "%s: is not there, nor is %s: has the run failed?",
                           f->partial, f->whole);
}

/* Looks for all files.
 * Returned: *running  whether any is unfinished; *grown  whether any differs from what is drawn;
 *           *drawable  whether all have rows */
static enum aln_status look(struct watching *w, bool *running, bool *grown, bool *drawable)
{
    enum aln_status status = ALN_OK;
    *running = *grown = false;
    *drawable = true;
    for (size_t i = 0; i < w->count && status == ALN_OK; i++) {
        struct watched *f = &w->file[i];
        if ((status = find_file(f)) != ALN_OK)
            break;
        w->path[i] = f->path;
        *running = *running || f->path == f->partial;
        *grown = *grown || size_of(f->path) != f->drawn;
        *drawable = *drawable && aln_cli_has_rows(f->path);
    }
    return status;
}

/* ---- drawing ---- */

/* A terminal shows one figure in the place of the other. */
static void clear_terminal(const struct watching *w)
{
    if (w->options.ascii && isatty(STDOUT_FILENO) == 1)
        printf("\033[H\033[2J");
    fflush(stdout);
}

static enum aln_status draw(struct watching *w)
{
    char *written = NULL;
    for (size_t i = 0; i < w->count; i++)
        w->file[i].drawn = size_of(w->path[i]);
    aln_cli_terminal_size(STDOUT_FILENO, &w->options.columns, &w->options.lines);
    clear_terminal(w);
    enum aln_status status = aln_figure_draw(&w->options, &written);
    free(written);
    return status;
}

/* A file may be renamed, or cut when a run is resumed, while it is read: what fails is drawn again when
 * it has changed. */
static enum aln_status draw_if_possible(struct watching *w, bool running)
{
    enum aln_status status = draw(w);
    bool again, grown = false, drawable;
    if (status == ALN_USAGE && running && look(w, &again, &grown, &drawable) == ALN_OK && grown)
        return ALN_OK;
    return status;
}

static enum aln_status follow(struct watching *w)
{
    bool running = true, grown, drawable;
    while (running) {
        enum aln_status status = look(w, &running, &grown, &drawable);
        if (status == ALN_OK && grown && (drawable || !running))
            status = draw_if_possible(w, running);
        if (status != ALN_OK)
            return status;
        if (running)
            poll(NULL, 0, PAUSE);
        if (*w->progress.stop != 0)
            return aln_raise(ALN_STOPPED, "stopped");
    }
    return ALN_OK;
}

/* PATH with the extension .png, unless another place was given. */
static enum aln_status choose_output(struct watching *w, struct aln_text *out)
{
    const char *path = w->file[0].whole, *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
    const bool extension = dot != NULL && dot > path && (slash == NULL || dot > slash + 1);
    if (w->options.output == NULL && !w->options.ascii) {
        aln_text_add(out, "%.*s.png", extension ? (int)(dot - path) : (int)strlen(path), path);
        w->options.output = out->s;
    }
    return out->failed ? aln_raise_memory("a figure") : aln_figure_check(&w->options);
}

static enum aln_status begin(struct watching *w)
{
    enum aln_status status = ALN_OK;
    w->file = calloc(w->count, sizeof *w->file);
    w->path = calloc(w->count, sizeof *w->path);
    if (w->file == NULL || w->path == NULL)
        return aln_raise_memory("%zu results", w->count);
    for (size_t i = 0; i < w->count && status == ALN_OK; i++) {
        status = name_files(&w->file[i], w->options.paths[i]);
        w->path[i] = w->options.paths[i];
    }
    w->options.paths = w->path;
    return status;
}

enum aln_status aln_cli_watch(const struct aln_cli *cli, const struct aln_figure_options *options)
{
    struct watching w = {.cli = cli, .options = *options, .count = options->count};
    struct aln_text output = {0};
    w.progress = aln_cli_progress(cli, "plot");
    enum aln_status status = begin(&w);
    if (status == ALN_OK)
        status = choose_output(&w, &output);
    if (status == ALN_OK)
        status = follow(&w);
    if (status == ALN_OK && aln_cli_to_file(w.options.output))
        aln_cli_say("wrote %s\n", w.options.output);
    for (size_t i = 0; w.file != NULL && i < w.count; i++) {
        free(w.file[i].partial);
        free(w.file[i].whole);
    }
    free(w.file);
    free(w.path);
    free(output.s);
    return status;
}

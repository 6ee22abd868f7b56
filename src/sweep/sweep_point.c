#include "sweep/sweep_point.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/failure.h"
#include "base/text.h"
#include "file/part.h"
#include "run/existing.h"
#include "run/finished.h"
#include "sweep/sweep_take.h"

static enum aln_status no_memory(void)
{
    return aln_raise_memory("a point of a sweep");
}

enum { PIECE = 64, PIECES = 64 };

/* The latest text that this thread has hashed, with the sum behind each of its first pieces. */
static _Thread_local struct {
    uint64_t start;
    size_t pieces;
    uint64_t sum[PIECES];
    char text[PIECES * PIECE];
} latest;

/* The name of a point: what it holds, so that it is found by that in any grid. Neighbours of a grid differ in
 * a line or two; what they begin with is hashed once. */
static uint64_t hash(const char *command, const char *yaml)
{
    const uint64_t start = aln_text_hash(aln_text_hash(ALN_TEXT_HASH, command), "\n");
    const size_t length = strlen(yaml),
                 pieces = length / PIECE < PIECES ? length / PIECE : (size_t)PIECES;
    const size_t known = latest.start == start ? latest.pieces : 0;
    size_t i = 0;
    while (i < known && i < pieces && memcmp(yaml + i * PIECE, latest.text + i * PIECE, PIECE) == 0)
        i++;
    uint64_t sum = i > 0 ? latest.sum[i - 1] : start;
    for (; i < pieces; i++) {
        sum = aln_text_hash_bytes(sum, yaml + i * PIECE, PIECE);
        latest.sum[i] = sum;
        memcpy(latest.text + i * PIECE, yaml + i * PIECE, PIECE);
    }
    latest.start = start;
    latest.pieces = pieces;
    return aln_text_hash(sum, yaml + pieces * PIECE);
}

/* "FOLDER/5e/5e0c...", its name, and an ending. Returned: yours, or NULL */
static char *with_ending(const struct aln_sweep_point *point, const char *ending)
{
    struct aln_text path = {0};
    aln_text_put_bytes(&path, point->path, strlen(point->path) - strlen(".tsv"));
    aln_text_put(&path, ending);
    if (path.failed) {
        free(path.s);
        return NULL;
    }
    return path.s;
}

void aln_sweep_point_file(uint64_t name, char file[ALN_SWEEP_FILE])
{
    enum { FOLDER = 2 };
    char *digits = file + FOLDER + 1;
    aln_text_hash_digits(name, digits);
    memcpy(file, digits, FOLDER);
    file[FOLDER] = '/';
    strcpy(digits + ALN_TEXT_HASH_DIGITS, ".tsv");
}

enum aln_status aln_sweep_point_open(struct aln_sweep_point *point, const struct aln_sweep *sweep,
                                     struct aln_tree *tree, const char *folder, uint64_t number,
                                     uint64_t name)
{
    const struct aln_task *task = sweep->grid->task;
    struct aln_text path = {0};
    char ending[64], file[ALN_SWEEP_FILE];
    *point = (struct aln_sweep_point){.number = number, .name = name, .grid = sweep->grid};
    enum aln_status status =
        aln_sweep_grid_params(sweep->grid, tree, sweep->path, number, &point->params);
    if (status == ALN_OK && name == 0)
        status = aln_schema_yaml(task->schema, point->params, &point->yaml);
    if (status != ALN_OK)
        return status;
    if (name == 0)
        point->name = hash(task->id.name, point->yaml);
    aln_sweep_point_file(point->name, file);
    aln_text_put(&path, folder != NULL ? folder : "");
    aln_text_put(&path, folder != NULL ? "/" : "");
    aln_text_put(&path, file);
    point->path = path.s;
    if (path.failed)
        return no_memory();
    point->stem = (size_t)(strrchr(path.s, '/') + 1 - path.s);
    if (task->second == NULL || !task->second_wanted(point->params))
        return ALN_OK;
    snprintf(ending, sizeof ending, ".%s.tsv", task->second);
    point->second = with_ending(point, ending);
    return point->second != NULL ? ALN_OK : no_memory();
}

void aln_sweep_point_close(struct aln_sweep_point *point)
{
    aln_schema_free(point->grid->task->schema, point->params);
    free(point->yaml);
    free(point->path);
    free(point->second);
}

/* ---- results ---- */

enum aln_status aln_sweep_point_result(const struct aln_sweep_point *point,
                                       struct aln_table *table[2])
{
    const char *command = point->grid->task->id.name;
    table[1] = NULL;
    enum aln_status status = aln_finished_read(&table[0], point->path, command, point->yaml);
    bool whole = table[0] != NULL;
    if (whole && point->second != NULL) {
        status = aln_finished_read(&table[1], point->second, command, point->yaml);
        whole = table[1] != NULL;
    }
    if (whole && point->grid->task->look_beside != NULL)
        status = point->grid->task->look_beside(point->params, point->yaml, point->path, &whole);
    for (int i = 0; i < 2 && !whole; i++) {
        aln_table_free(table[i]);
        table[i] = NULL;
    }
    return status;
}

/* ---- reasons for failures: a title line, the reason, the parameters ---- */

static void add_kept(struct aln_text *text, const struct aln_sweep_point *point)
{
    aln_text_add(text, "alignode %s %s broke down\n", ALN_VERSION, point->grid->task->id.name);
}

enum aln_status aln_sweep_point_reason(const struct aln_sweep_point *point, char **reason)
{
    enum aln_status status = ALN_OK;
    struct aln_text kept = {0};
    char *path = with_ending(point, ".failed"), *text = NULL;
    size_t length;
    *reason = NULL;
    add_kept(&kept, point);
    if (path == NULL || kept.failed) {
        status = no_memory();
        goto out;
    }
    if (access(path, F_OK) != 0)
        goto out;
    if ((status = aln_text_read_file(path, &text, &length)) != ALN_OK) {
        status = status == ALN_MEMORY ? status : ALN_OK;
        goto out;
    }
    if (strncmp(text, kept.s, kept.length) == 0) {
        char *line = text + kept.length, *end = strchr(line, '\n');
        if (end != NULL && strcmp(end + 1, point->yaml) == 0) {
            *end = '\0';
            for (char *c = line; *c != '\0'; c++)
                *c = (unsigned char)*c < ' ' ? ' ' : *c;
            if ((*reason = strdup(line)) == NULL)
                status = no_memory();
        }
    }
out:
    free(kept.s);
    free(path);
    free(text);
    return status;
}

/* Writes the first line of the thread's error message. */
static enum aln_status keep_reason(const struct aln_sweep_point *point)
{
    struct aln_text text = {0};
    char *path = with_ending(point, ".failed"), *yaml = NULL;
    add_kept(&text, point);
    for (const char *c = aln_error(); *c != '\0' && *c != '\n'; c++)
        aln_text_add(&text, "%c", (unsigned char)*c < ' ' ? ' ' : *c);
    enum aln_status status = aln_schema_yaml(point->grid->task->schema, point->params, &yaml);
    aln_text_add(&text, "\n%s", yaml != NULL ? yaml : "");
    if (status == ALN_OK && (path == NULL || text.failed))
        status = no_memory();
    if (status == ALN_OK)
        status = aln_part_save(path, true, text.s, text.length);
    free(path);
    free(yaml);
    free(text.s);
    return status;
}

/* ---- running ---- */

static enum aln_status make_folder(const struct aln_sweep_point *point)
{
    enum aln_status status = ALN_OK;
    char *folder = strndup(point->path, point->stem - 1);
    if (folder == NULL)
        return no_memory();
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        status = aln_raise_system(ALN_FILE, errno, "%s: cannot create this folder", folder);
    free(folder);
    return status;
}

/* Whether there is an unfinished result with these parameters; anything else is restarted. */
static enum aln_status can_resume(const struct aln_sweep_point *point, bool *can)
{
    const struct aln_task *task = point->grid->task;
    const struct aln_existing_run run = {task->id.name, task->schema, point->yaml, NULL};
    char *path = with_ending(point, ".tsv.part");
    *can = false;
    if (path == NULL)
        return no_memory();
    enum aln_status status = task->resumes ? aln_existing_resumes(&run, path, can) : ALN_OK;
    free(path);
    return status;
}

/* Writes the result. */
static enum aln_status run_to_file(const struct aln_sweep_point *point,
                                   struct aln_run_options *options)
{
    options->path = point->path;
    enum aln_status status = make_folder(point);
    if (status == ALN_OK)
        status = can_resume(point, &options->resume);
    if (status == ALN_OK)
        status = point->grid->task->run(point->params, options);
    if (status == ALN_USAGE && options->resume) { /* what cannot be resumed is restarted */
        options->resume = false;
        status = point->grid->task->run(point->params, options);
    }
    return status;
}

/* Passes the rows on. */
static enum aln_status run_to_log(const struct aln_sweep_point *point, struct aln_sweep_log *log,
                                  struct aln_run_options *options)
{
    struct aln_run_summary summary = {.names = {0}};
    options->summary = &summary;
    enum aln_status status = point->grid->task->run(point->params, options);
    if (status == ALN_OK)
        status = aln_sweep_take_events(&summary);
    if (status == ALN_OK)
        status = aln_sweep_log_add(log, point->name, summary.names.s, summary.rows.s);
    free(summary.names.s);
    free(summary.rows.s);
    free(summary.remarks.s);
    return status;
}

enum aln_status aln_sweep_point_run(const struct aln_sweep_point *point,
                                    const struct aln_sweep_point_options *o)
{
    struct aln_run_options options = {
        .quick = true, .threads = o->threads, .known = o->known, .progress = o->progress};
    enum aln_status status =
        o->log != NULL ? run_to_log(point, o->log, &options) : run_to_file(point, &options);
    if (status == ALN_NUMERIC) {
        struct aln_failure failure;
        aln_failure_keep(&failure, status);
        enum aln_status kept = make_folder(point);
        if (kept == ALN_OK)
            kept = keep_reason(point);
        return kept != ALN_OK ? kept : aln_failure_raise(&failure);
    }
    char *path = status == ALN_OK ? with_ending(point, ".failed") : NULL;
    if (path != NULL)
        (void)unlink(path);
    free(path);
    return status;
}

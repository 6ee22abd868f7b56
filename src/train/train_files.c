#include "train/train_files.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/failure.h"
#include "base/text.h"
#include "file/part.h"
#include "file/safetensors.h"
#include "file/table_header.h"
#include "run/finished.h"
#include "train/state_dict.h"

/* ---- paths ---- */

#define SIMILARITY ".similarity.tsv"
#define WEIGHTS    ".weights.h5"
#define CHECKPOINT ".checkpoint.h5"

static enum aln_status no_memory(void)
{
    return aln_raise_memory("the names of files");
}

/* The STEM of PATH = STEM.tsv with another ending. Returned: yours, NULL when out of memory */
static char *beside(const char *path, const char *ending)
{
    struct aln_text text = {0};
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1, *point = strrchr(name, '.');
    size_t n = point == NULL || point == name ? strlen(path) : (size_t)(point - path);
    aln_text_add(&text, "%.*s%s", (int)n, path, ending);
    if (!text.failed)
        return text.s;
    free(text.s);
    return NULL;
}

/* The file of the weights of the result at PATH.
 * Given: file  run.weights as a name, or NULL */
static char *weights_of(const char *file, const char *path)
{
    return file != NULL ? strdup(file) : beside(path, WEIGHTS);
}

static bool to_file(const struct aln_run_options *options)
{
    struct stat info;
    if (options->path == NULL || strcmp(options->path, "-") == 0)
        return false;
    return stat(options->path, &info) != 0 || S_ISREG(info.st_mode); /* not a device */
}

void aln_train_files_tell(const struct aln_train_files *f, const char *line)
{
    const struct aln_progress *progress = f->options->progress;
    if (progress != NULL && progress->tell != NULL)
        progress->tell(progress->context, line);
}

/* ---- archives ---- */

enum aln_status aln_train_files_archive(struct aln_archive **out, const struct aln_train_files *f)
{
    enum aln_status status = aln_archive_create(out);
    if (status == ALN_OK)
        status = aln_archive_put_text(*out, "version", ALN_VERSION);
    if (status == ALN_OK)
        status = aln_archive_put_text(*out, "parameters", f->header);
    return status;
}

static struct aln_state_dict dict_of(const struct aln_train_params *p)
{
    struct aln_state_dict d = {.layer = p->network.layer, .layer_count = p->network.layer_count};
    if (p->run.seeds[0] == p->run.seeds[1])
        snprintf(d.bare, sizeof d.bare, "seed_%" PRIu64 "/", p->run.seeds[0]);
    return d;
}

enum aln_status aln_train_safetensors(const struct aln_train_params *p,
                                      const struct aln_archive *weights, struct aln_text *out)
{
    struct aln_archive *named = NULL;
    const struct aln_state_dict d = dict_of(p);
    enum aln_status status = aln_state_dict_of(&named, &d, weights);
    if (status == ALN_OK)
        status = aln_safetensors_make(named, out);
    aln_archive_free(named);
    return status;
}

enum aln_status aln_train_files_save_weights(const struct aln_train_files *f, struct aln_archive *a)
{
    struct aln_text bytes = {0};
    if (!aln_safetensors_is(f->weights))
        return aln_archive_save(a, f->weights);
    enum aln_status status = aln_train_safetensors(f->params, a, &bytes);
    if (status == ALN_OK)
        status = aln_part_save(f->weights, f->options->quick, bytes.s, bytes.length);
    free(bytes.s);
    return status;
}

/* Reports the first line in which a checkpoint's parameters differ from this run's. */
static enum aln_status refuse_parameters(const char *path, const char *there, const char *here)
{
    size_t at = 0;
    for (size_t i = 0; here[i] != '\0' && here[i] == there[i]; i++)
        if (here[i] == '\n')
            at = i + 1;
    return aln_raise(ALN_USAGE,
                     "%s: comes from a run with different parameters: '%.*s' there, '%.*s' "
                     "here; remove the file or run without --resume",
                     path, (int)strcspn(there + at, "\n"), there + at,
                     (int)strcspn(here + at, "\n"), here + at);
}

const char *const aln_train_grows[] = {"run.epochs", "run.record.times", NULL};

/* Whether parameters are the same but for the section figure:. */
static bool alike(const char *there, const char *here)
{
    const char *rest = aln_table_header_match(there, here);
    return rest != NULL && *rest == '\0';
}

static enum aln_status is_of_shorter(const char *path, const char *there, const char *here,
                                     bool *shorter)
{
    const struct aln_existing_run run = {"train", &aln_train_schema, here, aln_train_grows};
    struct aln_text why = {0};
    enum aln_existing found = ALN_EXISTING_OTHER;
    enum aln_status status = aln_existing_compare(&run, path, there, &found, &why);
    free(why.s);
    *shorter = found == ALN_EXISTING_SHORTER;
    return status;
}

/* Opens an archive with these parameters; *out is NULL when there is none at PATH.
 * Given:    shorter  not NULL: one of a shorter run is opened, too
 * Returned: *shorter  its parameters, yours, or NULL */
static enum aln_status open_archive(struct aln_archive **out, const char *header, const char *path,
                                    char **shorter)
{
    bool is_shorter = false;
    struct stat info;
    struct aln_archive *a = NULL;
    char *version = NULL, *parameters = NULL;
    *out = NULL;
    if (stat(path, &info) != 0 && errno == ENOENT)
        return ALN_OK;
    enum aln_status status = aln_archive_open(&a, path);
    if (status != ALN_OK || (status = aln_archive_get_text(a, "version", &version)) != ALN_OK ||
        (status = aln_archive_get_text(a, "parameters", &parameters)) != ALN_OK)
        goto out;
    const bool same = alike(parameters, header);
    if (!same && shorter != NULL &&
        (status = is_of_shorter(path, parameters, header, &is_shorter)) != ALN_OK)
        goto out;
    if (strcmp(version, ALN_VERSION) != 0)
        status = aln_raise(ALN_USAGE, "%s: comes from version %s, this is version %s", path,
                           version, ALN_VERSION);
    else if (!same && !is_shorter)
        status = refuse_parameters(path, parameters, header);
    else {
        *out = a;
        a = NULL;
        if (is_shorter) {
            *shorter = parameters;
            parameters = NULL;
        }
    }
out:
    free(version);
    free(parameters);
    aln_archive_free(a);
    return status;
}

enum aln_status aln_train_files_open(struct aln_archive **out, const struct aln_train_files *f,
                                     const char *path, char **shorter)
{
    struct aln_archive *a = NULL;
    *shorter = NULL;
    *out = NULL;
    enum aln_status status = open_archive(&a, f->header, path, f->options->extend ? shorter : NULL);
    if (status != ALN_OK || a == NULL || !aln_safetensors_is(path)) {
        *out = a;
        return status;
    }
    const struct aln_state_dict d = dict_of(f->params);
    status = aln_state_dict_to_own(out, &d, a);
    aln_archive_free(a);
    return status;
}

/* ---- existing files ---- */

static enum aln_status find_archive(const struct aln_existing_run *run, const char *path,
                                    enum aln_existing *found, struct aln_text *why)
{
    struct stat info;
    struct aln_archive *a = NULL;
    char *parameters = NULL;
    *found = ALN_EXISTING_NONE;
    if (stat(path, &info) != 0 || info.st_size == 0)
        return ALN_OK;
    enum aln_status status = aln_archive_open(&a, path);
    if (status == ALN_OK)
        status = aln_archive_get_text(a, "parameters", &parameters);
    if (status == ALN_OK) {
        status = aln_existing_compare(run, path, parameters, found, why);
    } else if (status == ALN_USAGE) {
        *found = ALN_EXISTING_OTHER;
        aln_text_add(why, "cannot be compared with this run (%s)", aln_error());
        status = why->failed ? no_memory() : ALN_OK;
    }
    free(parameters);
    aln_archive_free(a);
    return status;
}

/* The file of run.weights in parameters, if it is a name.  Returned: *file  yours, or NULL */
static enum aln_status name_in(const char *yaml, char **file)
{
    struct aln_tree *tree;
    enum aln_status status = aln_tree_parse(&tree, "this run", yaml, strlen(yaml));
    if (status != ALN_OK)
        return status;
    const struct aln_node *node = aln_tree_at(tree, "run.weights");
    if (node != NULL && aln_safetensors_is(node->text) && (*file = strdup(node->text)) == NULL)
        status = no_memory();
    aln_tree_free(tree);
    return status;
}

enum aln_status aln_train_existing(const struct aln_existing_run *run, const char *path, size_t i,
                                   char **file, enum aln_existing *found, struct aln_text *why,
                                   bool *resumes)
{
    static const struct {
        const char *ending; /* NULL: run.weights, if that is a name */
        enum aln_status (*find)(const struct aln_existing_run *run, const char *path,
                                enum aln_existing *found, struct aln_text *why);
        bool resumes;
    } files[] = {{SIMILARITY, aln_existing_find, false},
                 {SIMILARITY ".part", aln_existing_find, false},
                 {WEIGHTS, find_archive, false},
                 {CHECKPOINT, find_archive, true},
                 {NULL, find_archive, false}};
    enum aln_status status = ALN_OK;
    *file = NULL;
    if (i >= sizeof files / sizeof files[0])
        return ALN_OK;
    if (files[i].ending == NULL)
        status = name_in(run->yaml, file);
    else if ((*file = beside(path, files[i].ending)) == NULL)
        status = no_memory();
    if (status != ALN_OK || *file == NULL)
        return status;
    *resumes = files[i].resumes;
    return files[i].find(run, *file, found, why);
}

/* Reports a file beside the result that is not `there`. */
static bool is_there(const struct aln_train_files *f, const char *path, bool there)
{
    char line[512];
    snprintf(line, sizeof line,
             "%s is missing, damaged or from different parameters: the run restarts", path);
    if (!there)
        aln_train_files_tell(f, line);
    return there;
}

/* Whether a complete archive with these parameters exists. */
static enum aln_status has_archive(const char *header, const char *path, bool *there)
{
    struct aln_archive *a;
    enum aln_status status = open_archive(&a, header, path, NULL);
    *there = a != NULL;
    aln_archive_free(a);
    return status == ALN_MEMORY ? status : ALN_OK;
}

enum aln_status aln_train_has_weights(const struct aln_train_params *p, const char *yaml,
                                      const char *path, bool *there)
{
    char *weights = weights_of(p->run.weights_file, path);
    if (weights == NULL)
        return no_memory();
    enum aln_status status = has_archive(yaml, weights, there);
    free(weights);
    return status;
}

/* Whether the files beside a complete result are complete as well. */
static enum aln_status check_beside(const struct aln_train_files *f, bool joined, bool *finished)
{
    *finished = true;
    if (joined) {
        struct aln_table *table;
        enum aln_status status = aln_finished_read(&table, f->similar, "train", f->header);
        if (status != ALN_OK)
            return status;
        *finished = is_there(f, f->similar, table != NULL);
        aln_table_free(table);
    }
    if (*finished && f->weights != NULL) {
        bool there;
        enum aln_status status = has_archive(f->header, f->weights, &there);
        if (status != ALN_OK)
            return status;
        *finished = is_there(f, f->weights, there);
    }
    return ALN_OK;
}

/* Whether the result and the files beside it are complete. A result with different parameters is an
 * error only when there is no checkpoint and it is not to be extended. */
static enum aln_status find_finished(const struct aln_train_files *f, bool joined, bool *finished)
{
    struct aln_table *table;
    struct stat info;
    const bool extend = f->options->extend;
    if (stat(f->options->path, &info) != 0 || stat(f->checkpoint, &info) == 0)
        return ALN_OK;
    enum aln_status status = aln_table_read_text(&table, f->options->path);
    if (status != ALN_OK)
        return extend && status == ALN_USAGE ? ALN_OK : status;
    *finished = aln_finished_is_of(table, "train", f->header);
    aln_table_free(table);
    if (!*finished && !extend)
        return aln_raise(ALN_USAGE,
                         "%s: cannot be resumed, it has different parameters; remove the "
                         "file or run without --resume",
                         f->options->path);
    return *finished ? check_beside(f, joined, finished) : ALN_OK;
}

enum aln_status aln_train_files_find(struct aln_train_files *f,
                                     const struct aln_train_params *params,
                                     const struct aln_run_options *options, bool *finished)
{
    *f = (struct aln_train_files){.params = params, .options = options};
    *finished = false;
    enum aln_status status = aln_schema_yaml(&aln_train_schema, params, &f->header);
    if (status != ALN_OK)
        return status;
    if (!to_file(options)) {
        if (params->run.weights)
            aln_train_files_tell(
                f, "run.weights: the weights are not saved without an output file, -o PATH");
        return options->resume ? aln_raise(ALN_USAGE, "--resume needs an output file, -o PATH")
                               : ALN_OK;
    }
    f->similar = beside(options->path, SIMILARITY);
    f->checkpoint = beside(options->path, CHECKPOINT);
    if (params->run.weights)
        f->weights = weights_of(params->run.weights_file, options->path);
    if (f->similar == NULL || f->checkpoint == NULL || (params->run.weights && f->weights == NULL))
        return no_memory();
    return options->resume ? find_finished(f, aln_train_joins_seeds(params), finished) : ALN_OK;
}

/* ---- results ---- */

enum { LEADING = 3 }; /* columns before those of the meter */

static enum aln_status open_writer(struct aln_writer **out, const struct aln_train_files *f,
                                   const char *path, size_t columns, char (*name)[32])
{
    size_t blocks_done;
    const char **column = malloc(columns * sizeof *column);
    *out = NULL;
    if (column == NULL)
        return aln_raise_memory("%zu columns", columns);
    for (size_t i = 0; i < columns; i++)
        column[i] = name[i];
    enum aln_status status =
        aln_writer_open(out,
                        &(struct aln_writer_options){.path = path,
                                                     .command = "train",
                                                     .yaml = f->header,
                                                     .columns = column,
                                                     .column_count = columns,
                                                     .quick = f->options->quick},
                        &blocks_done);
    free(column);
    return status;
}

static enum aln_status open_result(struct aln_train_files *f, const struct aln_meter *meter)
{
    static const char *const leading[LEADING] = {"seed", "epoch", "step"};
    f->columns = LEADING + aln_meter_columns(meter);
    char(*name)[32] = malloc(f->columns * sizeof *name);
    if (name == NULL)
        return aln_raise_memory("%zu columns", f->columns);
    for (size_t i = 0; i < f->columns; i++)
        if (i < LEADING)
            strcpy(name[i], leading[i]);
        else
            aln_meter_column(meter, i - LEADING, name[i]);
    enum aln_status status = open_writer(&f->result, f, f->options->path, f->columns, name);
    free(name);
    return status;
}

/* epoch similarity similarity_1 ... */
static enum aln_status open_joined(struct aln_train_files *f, const struct aln_network *net)
{
    const struct aln_train_params *p = f->params;
    const size_t columns = 1 + aln_train_joined_columns(p, net);
    char(*name)[32] = malloc(columns * sizeof *name);
    if (name == NULL)
        return aln_raise_memory("%zu columns", columns);
    strcpy(name[0], "epoch");
    for (size_t i = 1; i < columns; i++)
        aln_seeds_column(p->run.measures, p->run.measures_count, net, i - 1, name[i]);
    enum aln_status status = open_writer(&f->joined, f, f->similar, columns, name);
    free(name);
    return status;
}

enum aln_status aln_train_files_begin(struct aln_train_files *f, const struct aln_meter *meter,
                                      const struct aln_network *net)
{
    enum aln_status status = open_result(f, meter);
    if (status != ALN_OK || !aln_train_joins_seeds(f->params))
        return status;
    if (f->similar != NULL)
        return open_joined(f, net);
    aln_train_files_tell(f, "the similarity of seeds is not saved without an output file, -o PATH");
    return ALN_OK;
}

/* Removes a file left by an earlier result, which would be taken for this one's. */
static enum aln_status remove_stale(const struct aln_train_files *f, const char *ending,
                                    const char *begins)
{
    char line[512], *text = NULL, *path = beside(f->options->path, ending);
    size_t n = strlen(begins), length;
    if (path == NULL)
        return no_memory();
    if (access(path, F_OK) == 0 && aln_text_read_head(path, n, &text, &length) == ALN_OK &&
        length == n && memcmp(text, begins, n) == 0 && unlink(path) == 0) {
        snprintf(line, sizeof line, "removed %s, which belonged to an earlier result", path);
        aln_train_files_tell(f, line);
    }
    free(text);
    free(path);
    return ALN_OK;
}

enum aln_status aln_train_files_finish(struct aln_train_files *f)
{
    enum aln_status status = ALN_OK;
    if (f->joined != NULL)
        status = aln_writer_finish(f->joined);
    else if (f->similar != NULL)
        status = remove_stale(f, SIMILARITY, "# alignode ");
    if (status == ALN_OK && f->similar != NULL &&
        (f->weights == NULL || f->params->run.weights_file != NULL))
        status = remove_stale(f, WEIGHTS, "alignode archive ");
    f->joined = NULL;
    if (status != ALN_OK)
        return status;
    status = aln_writer_finish(f->result);
    f->result = NULL;
    if (status == ALN_OK && f->checkpoint != NULL && unlink(f->checkpoint) != 0 && errno != ENOENT)
        status = aln_raise_system(ALN_FILE, errno, "%s: cannot be removed", f->checkpoint);
    return status;
}

void aln_train_files_free(struct aln_train_files *f, bool keep)
{
    aln_writer_abandon(f->result, keep);
    aln_writer_abandon(f->joined, keep);
    free(f->similar);
    free(f->weights);
    free(f->checkpoint);
    free(f->header);
}

#include "sweep/task_target.h"

#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "run/finished.h"

bool aln_target_is_file(const char *path)
{
    return path != NULL && strcmp(path, "-") != 0;
}

/* Refuses to replace what is not this run's.
 * Given: why  freed */
static enum aln_status judge(const struct aln_target *t, const char *path, enum aln_existing found,
                             struct aln_text *why)
{
    enum aln_status status = ALN_OK;
    if (found == ALN_EXISTING_OTHER)
        status = aln_raise(ALN_USAGE, "%s: %s; --force replaces it", path, why->s);
    else if (found == ALN_EXISTING_SHORTER && !t->may_extend)
        status =
            aln_raise(ALN_USAGE, "%s: %s; --resume extends it, --force replaces it", path, why->s);
    free(why->s);
    return status;
}

/* Whether what is shorter is so only in parameters that add blocks. */
static enum aln_status find_extension(struct aln_target *t, const char *path)
{
    struct aln_text why = {0};
    struct aln_existing_run run = t->run;
    enum aln_existing found = ALN_EXISTING_OTHER;
    run.grows = t->task->appends;
    enum aln_status status =
        run.grows != NULL ? aln_existing_find(&run, path, &found, &why) : ALN_OK;
    t->extend = t->extend || found == ALN_EXISTING_SHORTER;
    t->restart = t->restart || found != ALN_EXISTING_SHORTER;
    free(why.s);
    return status;
}

static enum aln_status examine(struct aln_target *t, const char *path, enum aln_existing *found)
{
    struct aln_text why = {0};
    enum aln_status status = aln_existing_find(&t->run, path, found, &why);
    if (status != ALN_OK) {
        free(why.s);
        return status;
    }
    status = judge(t, path, *found, &why);
    return status == ALN_OK && *found == ALN_EXISTING_SHORTER ? find_extension(t, path) : status;
}

static enum aln_status examine_beside(struct aln_target *t)
{
    enum aln_status status = ALN_OK;
    char *file = NULL;
    for (size_t i = 0; t->task->existing != NULL && status == ALN_OK; i++) {
        struct aln_text why = {0};
        enum aln_existing found = ALN_EXISTING_NONE;
        bool resumes = false;
        status = t->task->existing(&t->run, t->path, i, &file, &found, &why, &resumes);
        if (status != ALN_OK || file == NULL) {
            free(why.s);
            break;
        }
        status = judge(t, file, found, &why);
        t->resume = t->resume || (resumes && found == ALN_EXISTING_SAME);
        t->restart = t->restart || found == ALN_EXISTING_SHORTER;
        free(file);
    }
    return status;
}

/* Whether the result is complete, with the files beside it. */
static enum aln_status find_finished(struct aln_target *t)
{
    struct aln_table *table;
    enum aln_status status = aln_finished_read(&table, t->path, t->run.command, t->run.yaml);
    t->finished = table != NULL;
    t->restyled = table != NULL && strncmp(table->yaml, t->run.yaml, strlen(t->run.yaml)) != 0;
    aln_table_free(table);
    if (status == ALN_OK && t->finished && t->task->look_beside != NULL)
        status = t->task->look_beside(t->params, t->run.yaml, t->path, &t->finished);
    return status;
}

/* Examines PATH.part and PATH. */
static enum aln_status examine_result(struct aln_target *t)
{
    struct aln_text partial = {0};
    enum aln_existing part = ALN_EXISTING_NONE, whole = ALN_EXISTING_NONE;
    aln_text_add(&partial, "%s.part", t->path);
    if (partial.failed)
        return aln_raise_memory("the name of a file");
    enum aln_status status = examine(t, partial.s, &part);
    if (status == ALN_OK)
        status = examine(t, t->path, &whole);
    const char *begun = part != ALN_EXISTING_NONE ? partial.s : t->path;
    if (status == ALN_OK)
        status = aln_existing_resumes(&t->run, begun, &t->resume);
    if (status == ALN_OK && part == ALN_EXISTING_NONE && whole == ALN_EXISTING_SAME)
        status = find_finished(t);
    free(partial.s);
    return status;
}

enum aln_status aln_target_examine(struct aln_target *t)
{
    char *yaml = NULL;
    if (!aln_target_is_file(t->path) || t->may_replace)
        return ALN_OK;
    enum aln_status status = aln_schema_yaml(t->task->schema, t->params, &yaml);
    t->run = (struct aln_existing_run){t->task->id.name, t->task->schema, yaml, t->task->grows};
    if (status == ALN_OK)
        status = examine_result(t);
    if (status == ALN_OK)
        status = examine_beside(t);
    free(yaml);
    return status;
}

bool aln_target_is_done(const struct aln_target *t)
{
    return t->finished && t->task->judged == NULL;
}

enum aln_status aln_target_run(const struct aln_target *t, const struct aln_run_options *options)
{
    struct aln_run_options own = *options;
    const bool longer = t->restart && t->task->lengthens;
    own.path = t->path;
    own.resume = t->task->resumes && (longer || !t->restart) && (t->resume || t->may_extend);
    own.extend = t->extend || longer;
    return t->task->run(t->params, &own);
}

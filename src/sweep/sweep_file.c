/* Parameter files with a section `sweep:`. */
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "sweep/sweep.h"
#include "sweep/sweep_over.h"
#include "sweep/sweep_point.h"

/* Whether a text is given, for whichever command the sweep runs, which may be set later. */
static bool gives_text(const char *assignment)
{
    size_t i = 0;
    while (i < aln_tasks.count && !aln_schema_takes_text(aln_task_row(i)->schema, assignment))
        i++;
    return i < aln_tasks.count;
}

/* Given: text  of the file; NULL: it is read */
static enum aln_status load(struct aln_sweep **out, const char *path, const char *text,
                            size_t set_count, const char *const *set, size_t over_count,
                            const char *const *over)
{
    enum aln_status status;
    struct aln_sweep *sweep = calloc(1, sizeof *sweep);
    *out = NULL;
    if (sweep == NULL || (sweep->path = strdup(path)) == NULL)
        status = aln_raise(ALN_MEMORY, "%s: out of memory", path);
    else
        status = text != NULL ? aln_tree_parse(&sweep->tree, path, text, strlen(text))
                              : aln_tree_read(&sweep->tree, path);
    for (size_t i = 0; i < set_count && status == ALN_OK; i++)
        status = gives_text(set[i]) ? aln_tree_set_text(sweep->tree, set[i])
                                    : aln_tree_set(sweep->tree, set[i]);
    if (status == ALN_OK && over_count > 0)
        status = aln_sweep_over_run(sweep->tree);
    for (size_t i = 0; i < over_count && status == ALN_OK; i++)
        status = aln_sweep_over_add(sweep->tree, over[i]);
    if (status == ALN_OK)
        status = aln_sweep_grid_load(&sweep->grid, sweep->tree, path);
    if (status == ALN_OK)
        *out = sweep;
    else
        aln_sweep_free(sweep);
    return status;
}

enum aln_status aln_sweep_load(struct aln_sweep **out, const char *path, size_t set_count,
                               const char *const *set, size_t over_count, const char *const *over)
{
    return load(out, path, NULL, set_count, set, over_count, over);
}

enum aln_status aln_sweep_parse(struct aln_sweep **out, const char *name, const char *text,
                                size_t set_count, const char *const *set)
{
    return load(out, name, text, set_count, set, 0, NULL);
}

void aln_sweep_free(struct aln_sweep *sweep)
{
    if (sweep == NULL)
        return;
    aln_sweep_grid_free(sweep->grid);
    aln_tree_free(sweep->tree);
    free(sweep->path);
    free(sweep);
}

enum aln_status aln_sweep_path(const struct aln_sweep *sweep, const char *folder, uint64_t point,
                               char **path)
{
    struct aln_tree *tree;
    struct aln_sweep_point opened;
    *path = NULL;
    enum aln_status status = aln_tree_copy(&tree, sweep->tree);
    if (status != ALN_OK)
        return status;
    status = aln_sweep_point_open(&opened, sweep, tree, folder, point, 0);
    if (status == ALN_OK && (*path = strdup(opened.path)) == NULL)
        status = aln_raise_memory("the path of a point");
    aln_sweep_point_close(&opened);
    aln_tree_free(tree);
    return status;
}

uint64_t aln_sweep_points(const struct aln_sweep *sweep)
{
    return sweep->grid->points;
}

const char *aln_sweep_command(const struct aln_sweep *sweep)
{
    return sweep->grid->task->id.name;
}

void aln_sweep_keys(const struct aln_sweep *sweep, struct aln_text *out)
{
    for (size_t i = 0; i < sweep->grid->keys; i++)
        aln_text_add(out, "\t%s", sweep->grid->key[i].name);
}

void aln_sweep_values(const struct aln_sweep *sweep, uint64_t point, struct aln_text *out)
{
    for (size_t i = 0; i < sweep->grid->keys; i++) {
        char text[32];
        struct aln_node value = aln_sweep_grid_value(sweep->grid, i, point, text);
        aln_text_put(out, "\t");
        aln_tree_write_value(out, &value);
    }
}

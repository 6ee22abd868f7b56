/* Title and parameters of each result, from its header. */
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "figure/drawing.h"
#include "figure/entries.h"
#include "study/study.h"
#include "sweep/task.h"

/* The parameter check of the command that wrote a result. */
static aln_params_use use_of(const char *command)
{
    const struct aln_task *task = aln_task_find(command);
    return task != NULL ? task->check : NULL;
}

/* The parameters of a two-layer problem. */
static enum aln_status read_problem(struct aln_figure_input *in)
{
    void *params;
    enum aln_status status = aln_schema_from_tree(&params, &aln_params_schema, in->tree, in->path,
                                                  use_of(in->table->command));
    if (status == ALN_OK)
        in->params = params;
    return status;
}

/* Whether a result is not of a two-layer problem. */
static bool is_other(const struct aln_figure_input *in)
{
    const char *command = in->table->command;
    return strcmp(command, "train") == 0 || strcmp(command, "sweep") == 0 ||
           aln_tree_find(aln_tree_root(in->tree), "target") != NULL;
}

static enum aln_status add_title(struct aln_figure_input *in)
{
    struct aln_text title = {0};
    aln_text_add(&title, "%s%s", aln_figure_scalar(aln_tree_root(in->tree), "title"),
                 aln_figure_is_unfinished(in->path) ? " (unfinished)" : "");
    in->title = title.s != NULL ? title.s : strdup("");
    return title.failed || in->title == NULL ? aln_raise_memory("a figure") : ALN_OK;
}

enum aln_status aln_figure_describe(struct aln_drawing *d)
{
    enum aln_status status = ALN_OK;
    for (size_t i = 0; i < d->count && status == ALN_OK; i++) {
        struct aln_figure_input *in = &d->input[i];
        status = aln_tree_from_table(&in->tree, in->path, in->table);
        if (status == ALN_OK && !is_other(in))
            status = read_problem(in);
        if (status == ALN_OK)
            status = add_title(in);
        if (status == ALN_OK)
            status = aln_figure_take_entries(in);
    }
    return status;
}

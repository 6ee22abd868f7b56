/* Title and subtitle of each result, from the parameters in its header. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "figure/drawing.h"
#include "study/study.h"
#include "sweep/task.h"

/* The parameter check of the command that wrote a result. */
static aln_params_use use_of(const char *command)
{
    const struct aln_task *task = aln_task_find(command);
    return task != NULL ? task->check : NULL;
}

/* Title, and the main parameters of a two-layer problem. */
static enum aln_status describe_problem(struct aln_figure_input *in)
{
    void *params;
    struct aln_text s = {0};
    char number[2][32];
    enum aln_status status = aln_schema_from_tree(&params, &aln_params_schema, in->tree, in->path,
                                                  use_of(in->table->command));
    if (status != ALN_OK)
        return status;
    const struct aln_params *p = in->params = params;
    for (int l = 0; l < 2; l++)
        aln_text_short_real(p->learning.rate[l], number[l]);
    aln_text_add(&s, "%s, K = %llu, M = %llu, η = %s", p->problem.activation->id.name,
                 (unsigned long long)p->problem.student.units,
                 (unsigned long long)p->problem.teacher.units, number[0]);
    if (strcmp(number[0], number[1]) != 0)
        aln_text_add(&s, " (read-out %s)", number[1]);
    if (p->problem.noise > 0) {
        aln_text_short_real(p->problem.noise, number[0]);
        aln_text_add(&s, ", σ = %s", number[0]);
    }
    in->subtitle = s.s;
    in->title = strdup(p->title);
    return in->title == NULL || s.failed ? aln_raise_memory("a figure") : ALN_OK;
}

static enum aln_status mark_unfinished(struct aln_figure_input *in)
{
    struct aln_text title = {0};
    aln_text_add(&title, "%s (unfinished)", in->title);
    if (title.failed)
        return aln_raise_memory("a figure");
    free(in->title);
    in->title = title.s;
    return ALN_OK;
}

/* Results that are not of a two-layer problem. */
static const struct {
    const char *command;
    enum aln_status (*describe)(struct aln_figure_input *in);
} others[] = {{"train", aln_figure_describe_training}, {"sweep", aln_figure_describe_sweep}};

static enum aln_status describe(struct aln_figure_input *in)
{
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strcmp(in->table->command, others[i].command) == 0)
            return others[i].describe(in);
    return describe_problem(in);
}

enum aln_status aln_figure_describe(struct aln_drawing *d)
{
    enum aln_status status = ALN_OK;
    for (size_t i = 0; i < d->count && status == ALN_OK; i++) {
        struct aln_figure_input *in = &d->input[i];
        status = aln_tree_from_table(&in->tree, in->path, in->table);
        if (status == ALN_OK)
            status = describe(in);
        if (status == ALN_OK && aln_figure_is_unfinished(in->path))
            status = mark_unfinished(in);
    }
    return status;
}

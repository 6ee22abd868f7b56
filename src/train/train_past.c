#include "train/train_past.h"

#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "file/tree.h"
#include "run/finished.h"

enum { LEADING = 3 }; /* seed, epoch, step */

/* ---- finding ---- */

/* Given: yaml  parameters of the run that left it; NULL: those of this one */
static enum aln_status find_steps(struct aln_train_past *past, const struct aln_train_plan *plan,
                                  const char *yaml)
{
    struct aln_tree *tree = NULL;
    void *params = NULL;
    if (yaml == NULL)
        return aln_train_steps(plan->params, plan->per_epoch, &past->count, &past->step);
    enum aln_status status = aln_tree_parse(&tree, "the shorter run", yaml, strlen(yaml));
    if (status == ALN_OK)
        status = aln_schema_from_tree(&params, &aln_train_schema, tree, "the shorter run", NULL);
    if (status == ALN_OK)
        status = aln_train_steps(params, plan->per_epoch, &past->count, &past->step);
    aln_schema_free(&aln_train_schema, params);
    aln_tree_free(tree);
    return status;
}

static enum aln_status open_archive(struct aln_train_past *past, const struct aln_train_files *f,
                                    const char *path, char **yaml)
{
    past->path = path;
    enum aln_status status = aln_train_files_open(&past->archive, f, path, yaml);
    past->shorter = past->shorter || *yaml != NULL;
    return status;
}

/* A finished table of the shorter run. */
static enum aln_status read_table(struct aln_table **out, const char *path, const char *yaml)
{
    enum aln_status status = aln_table_read(out, path);
    if (status == ALN_OK &&
        ((*out)->check != ALN_TABLE_SOUND || !aln_finished_is_of(*out, "train", yaml)))
        status = aln_raise(ALN_USAGE, "%s is not of the same run as the weights", path);
    return status;
}

static enum aln_status find_finished(struct aln_train_past *past, const struct aln_train_files *f,
                                     char **yaml)
{
    past->shorter = true;
    enum aln_status status = f->weights != NULL ? open_archive(past, f, f->weights, yaml) : ALN_OK;
    if (status == ALN_OK && past->archive == NULL)
        return aln_raise(ALN_USAGE, "the shorter one has not kept its weights (run.weights: true)");
    if (status == ALN_OK && *yaml == NULL)
        return aln_raise(ALN_USAGE, "%s is not of the shorter one", f->weights);
    if (status == ALN_OK)
        status = read_table(&past->rows, f->options->path, *yaml);
    if (status == ALN_OK && aln_train_joins_seeds(f->params))
        status = read_table(&past->joined, f->similar, *yaml);
    return status;
}

enum aln_status aln_train_past_find(struct aln_train_past *past, const struct aln_train_files *f,
                                    const struct aln_train_plan *plan)
{
    char *yaml = NULL;
    *past = (struct aln_train_past){0};
    enum aln_status status = open_archive(past, f, f->checkpoint, &yaml);
    if (status == ALN_OK && past->archive == NULL && f->options->extend)
        status = find_finished(past, f, &yaml);
    if (status == ALN_OK && past->archive != NULL)
        status = find_steps(past, plan, yaml);
    free(yaml);
    return status;
}

void aln_train_past_free(struct aln_train_past *past)
{
    aln_archive_free(past->archive);
    aln_table_free(past->rows);
    aln_table_free(past->joined);
    free(past->step);
}

/* ---- loading ---- */

/* The rows of seed number i, without the leading columns. */
static enum aln_status adopt_rows(const struct aln_train_past *past, struct aln_learner *l,
                                  size_t i)
{
    const struct aln_table *t = past->rows;
    const size_t columns = l->columns;
    double *row = malloc((past->count * columns + 1) * sizeof *row);
    if (row == NULL)
        return aln_raise_memory("%zu records", past->count);
    for (size_t j = 0; j < past->count; j++)
        memcpy(row + j * columns, t->value + (i * past->count + j) * t->cols + LEADING,
               columns * sizeof *row);
    const uint64_t steps = past->step[past->count - 1];
    enum aln_status status =
        aln_learner_adopt(l, &(struct aln_learner_records){steps, past->count, past->step, row});
    free(row);
    return status;
}

/* Columns of the measures that compare seeds. */
static size_t width_of(const struct aln_learner *l)
{
    return aln_train_joined_columns(l->plan->params, l->net);
}

/* Every record of the shorter run must be there. */
static enum aln_status check_rows(const struct aln_train_past *past, size_t seeds,
                                  const struct aln_learner *first)
{
    const struct aln_table *rows = past->rows, *joined = past->joined;
    if (rows->rows == seeds * past->count && rows->cols == LEADING + first->columns &&
        (joined == NULL || (joined->rows == past->count && joined->cols == 1 + width_of(first))))
        return ALN_OK;
    return aln_raise(ALN_USAGE, "the shorter one has other rows");
}

static enum aln_status load_records(const struct aln_train_past *past, struct aln_learner **learner,
                                    size_t seeds)
{
    enum aln_status status = past->rows != NULL ? check_rows(past, seeds, learner[0]) : ALN_OK;
    for (size_t i = 0; i < seeds && status == ALN_OK; i++)
        status = past->rows != NULL
                     ? adopt_rows(past, learner[i], i)
                     : aln_learner_load_records(learner[i], past->archive, past->count, past->step);
    return status;
}

/* Takes over the first rows of similarity that both runs record. */
static size_t adopt_similarity(const struct aln_train_past *past, const struct aln_train_plan *plan,
                               size_t width, size_t count, size_t stride, const double *from,
                               double *similarity)
{
    size_t n = 0, at = 0;
    for (; n < plan->count; n++) {
        while (at < count && past->step[at] < plan->step[n])
            at++;
        if (at == count || past->step[at] != plan->step[n])
            break;
        memcpy(similarity + n * width, from + at * stride, width * sizeof *similarity);
    }
    return n;
}

static enum aln_status load_similarity(const struct aln_train_past *past,
                                       const struct aln_learner *first, double *similarity,
                                       size_t *similarities)
{
    const struct aln_train_plan *plan = first->plan;
    const size_t width = width_of(first);
    if (width == 0)
        return ALN_OK;
    struct aln_archive_array there = {.name = "similarity"};
    if (past->joined != NULL)
        *similarities = adopt_similarity(past, plan, width, past->count, past->joined->cols,
                                         past->joined->value + 1, similarity);
    if (past->rows != NULL)
        return ALN_OK;
    if (!aln_archive_find(past->archive, &there) || there.rank != 2 || there.shape[0] > past->count)
        return aln_raise(ALN_USAGE, "%s: the similarity of seeds is missing", past->path);
    there.shape[1] = width;
    there.type = ALN_ARCHIVE_DOUBLE;
    double *row = malloc((there.shape[0] * width + 1) * sizeof *row);
    if (row == NULL)
        return aln_raise_memory("the similarity");
    enum aln_status status = aln_archive_get(past->archive, &there, row);
    if (status == ALN_OK)
        *similarities = adopt_similarity(past, plan, width, there.shape[0], width, row, similarity);
    free(row);
    return status;
}

enum aln_status aln_train_past_load(const struct aln_train_past *past, struct aln_learner **learner,
                                    size_t seeds, double *similarity, size_t *similarities)
{
    enum aln_status status = load_records(past, learner, seeds);
    if (status == ALN_OK)
        status = load_similarity(past, learner[0], similarity, similarities);
    for (size_t i = 0; i < seeds && status == ALN_OK; i++)
        status = aln_learner_load_network(learner[i], past->archive);
    return status;
}

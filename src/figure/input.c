/* The results that a figure is drawn from, each read once; names of their keys and columns. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "figure/drawing.h"

/* ---- tables ---- */

/* Whether a file holds parameters instead of a result. */
static bool holds_parameters(const char *path, const char *text, size_t length)
{
    static const char magic[] = "# alignode "; /* of a result */
    struct aln_tree *tree = NULL;
    if (strncmp(text, magic, sizeof magic - 1) == 0 ||
        aln_tree_parse(&tree, path, text, length) != ALN_OK)
        return false;
    bool holds = aln_tree_find(aln_tree_root(tree), "problem") != NULL ||
                 aln_tree_find(aln_tree_root(tree), "network") != NULL;
    aln_tree_free(tree);
    return holds;
}

bool aln_figure_is_unfinished(const char *path)
{
    static const char ending[] = ".part";
    size_t n = strlen(path);
    return n >= sizeof ending && strcmp(path + n - (sizeof ending - 1), ending) == 0;
}

static enum aln_status read_table(struct aln_figure_input *in)
{
    char *text;
    size_t length;
    enum aln_status status = aln_text_read_file(in->path, &text, &length);
    if (status != ALN_OK)
        return status;
    if (holds_parameters(in->path, text, length)) {
        free(text);
        return aln_raise(ALN_USAGE,
                         "%s: is a parameter file, not a result; plot --run runs it and draws the "
                         "results",
                         in->path);
    }
    status =
        aln_table_parse(&in->table, in->path, text, length, aln_figure_is_unfinished(in->path));
    if (status == ALN_OK && in->table->rows == 0)
        status = aln_raise(ALN_USAGE, "%s: has no rows", in->path);
    return status;
}

/* Reports a result that cannot be relied on. */
static void warn_of_check(const struct aln_drawing *d, const struct aln_figure_input *in)
{
    char line[512];
    if (d->progress == NULL || d->progress->warn == NULL || in->table->check == ALN_TABLE_SOUND ||
        (in->table->check == ALN_TABLE_UNCHECKED && aln_figure_is_unfinished(in->path)))
        return;
    if (in->table->check == ALN_TABLE_DAMAGED)
        snprintf(
            line, sizeof line,
            "%s:%zu: the checksum does not match: what is drawn was damaged, or edited by hand",
            in->path, in->table->check_line);
    else
        snprintf(line, sizeof line,
                 "%s is from an earlier version, without a checksum: damage would not be noticed",
                 in->path);
    d->progress->warn(d->progress->context, line);
}

enum aln_status aln_figure_read(struct aln_drawing *d, const char *const *paths, size_t count)
{
    d->input = calloc(count, sizeof *d->input);
    if (d->input == NULL)
        return aln_raise_memory("%zu results", count);
    for (size_t i = 0; i < count; i++) {
        d->input[i].path = paths[i];
        d->count = i + 1;
        enum aln_status status = read_table(&d->input[i]);
        if (status != ALN_OK)
            return status;
        warn_of_check(d, &d->input[i]);
    }
    return ALN_OK;
}

void aln_figure_free_inputs(struct aln_drawing *d)
{
    for (size_t i = 0; i < d->count; i++) {
        aln_table_free(d->input[i].table);
        aln_table_free(d->input[i].dense);
        aln_tree_free(d->input[i].tree);
        aln_params_free(d->input[i].params);
        free(d->input[i].title);
        free(d->input[i].entries);
    }
    free(d->input);
    d->input = NULL;
    d->count = 0;
}

const char *aln_figure_input_name(const struct aln_figure_input *in)
{
    const char *slash = strrchr(in->path, '/');
    return strcmp(in->path, "-") == 0 ? "standard input" : slash == NULL ? in->path : slash + 1;
}

/* ---- keys and columns ---- */

double aln_figure_value(const struct aln_table *t, size_t row, const char *column)
{
    return t->value[row * t->cols + (size_t)aln_table_column(t, column)];
}

const char *aln_figure_scalar(const struct aln_node *node, const char *path)
{
    char key[64];
    for (size_t n; node != NULL; path += n + 1) {
        n = strcspn(path, ".");
        snprintf(key, sizeof key, "%.*s", (int)n, path);
        node = aln_tree_find(node, key);
        if (path[n] == '\0')
            break;
    }
    return node != NULL && node->kind == ALN_SCALAR ? node->text : "";
}

size_t aln_drawing_swept(const struct aln_figure_input *in)
{
    if (strcmp(in->table->command, "sweep") != 0)
        return 0;
    const struct aln_node *sweep = aln_tree_find(aln_tree_root(in->tree), "sweep");
    const struct aln_node *over = sweep != NULL ? aln_tree_find(sweep, "over") : NULL;
    size_t keys = 0;
    for (const struct aln_node *n = over != NULL ? over->first : NULL; n != NULL; n = n->next) {
        const struct aln_node *together = aln_tree_find(n, "keys");
        keys += together != NULL ? together->count : 1;
    }
    return keys < in->table->cols ? keys : 0;
}

bool aln_figure_is_index(const char *column)
{
    static const char *const indices[] = {"repeat", "seed", "epoch", "step"};
    for (size_t i = 0; i < sizeof indices / sizeof indices[0]; i++)
        if (strcmp(column, indices[i]) == 0)
            return true;
    return false;
}

const char *aln_figure_family(const char *column, char out[64])
{
    size_t n = strlen(column), digits = n;
    while (digits > 0 && column[digits - 1] >= '0' && column[digits - 1] <= '9')
        digits--;
    if (digits > 1 && digits < n && column[digits - 1] == '_')
        n = digits - 1;
    for (size_t i = 0; i < 2; i++) {
        const char *pair = i == 0 ? "loss" : "error";
        if (strncmp(column, pair, strlen(pair)) == 0 && column[strlen(pair)] == '_')
            n = strlen(pair);
    }
    snprintf(out, 64, "%.*s", (int)n, column);
    return out;
}

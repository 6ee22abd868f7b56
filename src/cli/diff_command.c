/* `alignode diff`: the parameters in which two files differ, and, where none does, the first value. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "base/text.h"
#include "cli/contents.h"
#include "cli/save.h"

struct difference_list {
    struct aln_text text; /* "KEY\tA\tB" each */
    char **key;           /* [count], then NULL */
    size_t count;
};

static void add_value(struct aln_text *out, const struct aln_node *node)
{
    aln_text_add(out, "\t");
    if (node == NULL)
        aln_text_add(out, "-");
    else
        aln_tree_write_value(out, node);
}

/* Takes over the key. */
static enum aln_status add_difference(struct difference_list *list, const struct aln_difference *d)
{
    char **key = realloc((void *)list->key, (list->count + 2) * sizeof *key);
    if (key != NULL) {
        list->key = key;
        key[list->count] = d->key;
        key[list->count + 1] = NULL;
    }
    if (key == NULL || d->key == NULL) {
        free(d->key);
        return aln_raise_memory("the differences");
    }
    list->count++;
    aln_text_add(&list->text, "%s", d->key);
    add_value(&list->text, d->a);
    add_value(&list->text, d->b);
    aln_text_add(&list->text, "\n");
    return ALN_OK;
}

static void add_words(struct difference_list *list, const char *what, const char *a, const char *b)
{
    aln_text_add(&list->text, "%s\t%s\t%s\n", what, a, b);
    list->count++;
}

static enum aln_status compare_parameters(struct difference_list *list,
                                          const struct aln_cli_contents *a,
                                          const struct aln_cli_contents *b)
{
    struct aln_difference difference;
    enum aln_status status = ALN_OK;
    bool raw = a->resolved == NULL || b->resolved == NULL;
    while (status == ALN_OK &&
           aln_tree_difference(raw ? a->tree : a->resolved, raw ? b->tree : b->resolved,
                               (const char *const *)list->key, &difference))
        status = add_difference(list, &difference);
    return status;
}

/* ---- rows ---- */

/* The first cell that differs. */
static void compare_cells(struct difference_list *list, const struct aln_table *a,
                          const struct aln_table *b)
{
    size_t rows = a->rows < b->rows ? a->rows : b->rows;
    for (size_t i = 0; i < rows * a->cols; i++)
        if (strcmp(a->text[i], b->text[i]) != 0) {
            struct aln_text what = {0};
            aln_text_add(&what, "row %zu, %s", i / a->cols + 1, a->name[i % a->cols]);
            list->text.failed = list->text.failed || what.failed;
            add_words(list, what.s != NULL ? what.s : "", a->text[i], b->text[i]);
            free(what.s);
            return;
        }
}

static void compare_count(struct difference_list *list, const char *what, size_t a, size_t b)
{
    char number[2][24];
    snprintf(number[0], sizeof number[0], "%zu", a);
    snprintf(number[1], sizeof number[1], "%zu", b);
    if (a != b)
        add_words(list, what, number[0], number[1]);
}

static bool same_columns(const struct aln_table *a, const struct aln_table *b)
{
    bool same = a->cols == b->cols;
    for (size_t i = 0; same && i < a->cols; i++)
        same = strcmp(a->name[i], b->name[i]) == 0;
    return same;
}

/* Results of the same command and parameters. */
static void compare_rows(struct difference_list *list, const struct aln_table *a,
                         const struct aln_table *b)
{
    compare_count(list, "(columns)", a->cols, b->cols);
    compare_count(list, "(rows)", a->rows, b->rows);
    if (same_columns(a, b))
        compare_cells(list, a, b);
}

static enum aln_status compare(struct difference_list *list, const struct aln_cli_contents *a,
                               const struct aln_cli_contents *b)
{
    if (a->table != NULL && b->table != NULL && strcmp(a->table->command, b->table->command) != 0)
        add_words(list, "(command)", a->table->command, b->table->command);
    const size_t before = list->count;
    list->count = 0; /* of keys */
    enum aln_status status = compare_parameters(list, a, b);
    list->count += before;
    if (status == ALN_OK && list->count == 0 && a->table != NULL && b->table != NULL)
        compare_rows(list, a->table, b->table);
    return status == ALN_OK && list->text.failed ? aln_raise_memory("the differences") : status;
}

static void free_list(struct difference_list *list)
{
    for (size_t i = 0; list->key != NULL && list->key[i] != NULL; i++)
        free(list->key[i]);
    free((void *)list->key);
    free(list->text.s);
}

static void tell_damage(const struct aln_cli_contents *c)
{
    if (c->table != NULL && c->table->check == ALN_TABLE_DAMAGED)
        aln_cli_say(
            "diff: %s:%zu: the checksum does not match: what is compared was damaged, or edited "
            "by hand\n",
            c->path, c->table->check_line);
}

int aln_cli_diff(const struct aln_cli *cli)
{
    struct aln_cli_contents a = {.path = NULL}, b = {.path = NULL};
    struct difference_list list = {.count = 0};
    enum aln_status status = aln_cli_contents_read(&a, cli->argument[0]);
    if (status == ALN_OK)
        status = aln_cli_contents_read(&b, cli->argument[1]);
    if (status == ALN_OK) {
        tell_damage(&a);
        tell_damage(&b);
        status = compare(&list, &a, &b);
    }
    if (status == ALN_OK && list.count > 0)
        status = aln_cli_save(cli, NULL, list.text.s, list.text.length);
    const bool differ = list.count > 0;
    free_list(&list);
    aln_cli_contents_free(&a);
    aln_cli_contents_free(&b);
    return status != ALN_OK ? aln_cli_fail(status) : differ ? ALN_EXIT_TOLERANCE : ALN_EXIT_DONE;
}

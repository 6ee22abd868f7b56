/* `alignode info`: what a file is, what it was made from, what is in it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "base/text.h"
#include "cli/contents.h"
#include "cli/save.h"
#include "file/column.h"

/* ---- what it is ---- */

/* How far it can be relied on. */
static const char *state_of(const struct aln_cli_contents *c)
{
    static const char *const sound[] = {[ALN_TABLE_SOUND] = "complete, checksums match",
                                        [ALN_TABLE_UNCHECKED] = "complete, without checksums",
                                        [ALN_TABLE_DAMAGED] =
                                            "damaged or edited: a checksum does not match"};
    if (c->table == NULL)
        return c->version != NULL ? "complete, checksum matches" : "not run";
    if (c->unfinished)
        return c->table->check == ALN_TABLE_DAMAGED
                   ? "unfinished, and damaged or edited: a checksum does not match"
                   : "unfinished: the rows of a run so far";
    return sound[c->table->check];
}

static void add_kind(struct aln_text *out, const struct aln_cli_contents *c)
{
    if (c->table != NULL)
        aln_text_add(out, "result of alignode %s %s", c->table->command, c->version);
    else if (c->version != NULL)
        aln_text_add(out, "weights of alignode train %s", c->version);
    else
        aln_text_add(out, "parameter file, %s%s", c->sweep ? "a sweep of a " : "",
                     aln_schema_name(c->schema));
    aln_text_add(out, "\nstate: %s\n", state_of(c));
}

/* A text of the whole file, "title" or "source". */
static void add_text(struct aln_text *out, const struct aln_cli_contents *c, const char *key)
{
    const struct aln_node *node = aln_tree_at(c->tree, key);
    if (node != NULL && node->kind == ALN_SCALAR && node->text[0] != '\0')
        aln_text_add(out, "%s: %s\n", key, node->text);
}

static void add_size(struct aln_text *out, const struct aln_table *t)
{
    if (t->blocks > 1)
        aln_text_add(out, "rows: %zu in %zu blocks, %zu columns\n", t->rows, t->blocks, t->cols);
    else
        aln_text_add(out, "rows: %zu, %zu columns\n", t->rows, t->cols);
}

/* ---- parameters ---- */

static bool is_caption(const char *key)
{
    return strcmp(key, "title") == 0 || strcmp(key, "source") == 0;
}

static void add_parameter(struct aln_text *out, const char *key, const struct aln_node *node,
                          const char *def)
{
    struct aln_text value = {0};
    aln_tree_write_value(&value, node);
    aln_text_add(out, "  %s: %s", key, value.s != NULL ? value.s : "");
    if (def[0] != '\0')
        aln_text_add(out, " (default %s)", def);
    aln_text_add(out, "\n");
    out->failed = out->failed || value.failed;
    free(value.s);
}

static void add_sweep(struct aln_text *out, const struct aln_cli_contents *c)
{
    const struct aln_node *sweep = aln_tree_at(c->tree, "sweep");
    for (const struct aln_node *n = sweep != NULL ? sweep->first : NULL; n != NULL; n = n->next) {
        struct aln_text key = {0};
        aln_text_add(&key, "sweep.%s", n->key);
        add_parameter(out, key.s != NULL ? key.s : "", n, "");
        free(key.s);
    }
}

static enum aln_status add_parameters(struct aln_text *out, const struct aln_cli_contents *c)
{
    struct aln_param_row row;
    enum aln_status status = ALN_OK;
    const struct aln_tree *all = aln_cli_contents_parameters(c);
    aln_text_add(out, "parameters that differ from the defaults:\n");
    for (size_t i = 0; status == ALN_OK && aln_schema_row(c->schema, i, &row); i++) {
        const struct aln_node *node = aln_tree_at(all, row.id.name);
        bool is_default = true;
        if (node == NULL || is_caption(row.id.name) || strcmp(row.id.name, "sweep") == 0)
            continue;
        status = aln_cli_is_default(c, row.id.name, &is_default);
        if (status == ALN_OK && !is_default)
            add_parameter(out, row.id.name, node, row.def);
    }
    add_sweep(out, c);
    return status;
}

/* ---- what it found ---- */

/* Remarks below the rows: events, counts, reasons. */
static void add_remarks(struct aln_text *out, const struct aln_table *t)
{
    if (t->remarks > 0)
        aln_text_add(out, "found:\n");
    for (size_t i = 0; i < t->remarks; i++)
        aln_text_add(out, "  %s\n", t->remark[i]);
}

static void add_cell(struct aln_text *out, const char *name, const char *text)
{
    const struct aln_column *column = aln_column_of(name);
    aln_text_add(out, "  %-16s %-24s", name, text);
    if (column == NULL && strchr(name, '.') != NULL)
        aln_text_add(out, " swept parameter");
    if (column != NULL)
        aln_text_add(out, " %s", column->id.doc);
    if (column != NULL && column->unit != NULL)
        aln_text_add(out, " [%s]", column->unit);
    aln_text_add(out, "\n");
}

static void add_last_row(struct aln_text *out, const struct aln_table *t)
{
    char **cell = t->rows > 0 ? t->text + (t->rows - 1) * t->cols : NULL;
    aln_text_add(out, cell != NULL ? "last row:\n" : "no rows yet\n");
    for (size_t i = 0; cell != NULL && i < t->cols; i++)
        add_cell(out, t->name[i], cell[i]);
}

static enum aln_status describe(const struct aln_cli_contents *c, struct aln_text *out)
{
    add_kind(out, c);
    add_text(out, c, "title");
    add_text(out, c, "source");
    if (c->table != NULL)
        add_size(out, c->table);
    enum aln_status status = add_parameters(out, c);
    if (c->table != NULL) {
        add_remarks(out, c->table);
        add_last_row(out, c->table);
    }
    return status == ALN_OK && out->failed ? aln_raise_memory("what is in %s", c->path) : status;
}

int aln_cli_info(const struct aln_cli *cli)
{
    struct aln_cli_contents contents;
    struct aln_text text = {0};
    enum aln_status status = aln_cli_contents_read(&contents, cli->argument[0]);
    if (status == ALN_OK)
        status = describe(&contents, &text);
    if (status == ALN_OK)
        status = aln_cli_save(cli, NULL, text.s, text.length);
    free(text.s);
    aln_cli_contents_free(&contents);
    return status == ALN_OK ? ALN_EXIT_DONE : aln_cli_fail(status);
}

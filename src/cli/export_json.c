/* Results as JSON: parameters as an object, each column as a list. Source: RFC 8259. */
#include <stdlib.h>

#include "base/failure.h"
#include "cli/export.h"
#include "cli/json.h"
#include "cli/save.h"

/* A number, a text, or null for what JSON has no number. */
static void add_cell(struct aln_text *out, const char *text, bool numeric)
{
    double x;
    if (!numeric)
        aln_text_json(out, text);
    else if (aln_text_real(text, &x))
        aln_text_add(out, "%s", text);
    else
        aln_text_add(out, "null");
}

static void add_column(struct aln_text *out, const struct aln_table *t, size_t column)
{
    const bool numeric = aln_export_is_numeric(t, column);
    aln_text_json(out, t->name[column]);
    aln_text_add(out, ": [");
    for (size_t i = 0; i < t->rows; i++) {
        aln_text_add(out, "%s", i > 0 ? ", " : "");
        add_cell(out, t->text[i * t->cols + column], numeric);
    }
    aln_text_add(out, "]");
}

static void add_member(struct aln_text *out, const char *name, const char *value)
{
    aln_text_json(out, name);
    aln_text_add(out, ": ");
    aln_text_json(out, value);
    aln_text_add(out, ",\n");
}

static void add_found(struct aln_text *out, const struct aln_table *t)
{
    aln_text_add(out, ",\n\"found\": [");
    for (size_t i = 0; i < t->remarks; i++) {
        aln_text_add(out, "%s", i > 0 ? ", " : "");
        aln_text_json(out, t->remark[i]);
    }
    aln_text_add(out, "]");
}

enum aln_status aln_export_json(const struct aln_cli *cli, const struct aln_cli_contents *c)
{
    const struct aln_table *t = c->table;
    struct aln_text text = {0};
    aln_text_add(&text, "{");
    add_member(&text, "alignode", c->version);
    add_member(&text, "command", t->command);
    aln_text_add(&text, "\"parameters\": ");
    aln_json_node(&text, aln_tree_root(c->tree));
    add_found(&text, t);
    aln_text_add(&text, ",\n\"columns\": {");
    for (size_t i = 0; i < t->cols && !text.failed; i++) {
        aln_text_add(&text, "%s", i > 0 ? ",\n" : "\n");
        add_column(&text, t, i);
    }
    aln_text_add(&text, "}}\n");
    enum aln_status status = text.failed ? aln_raise_memory("%zu rows", t->rows)
                                         : aln_cli_save(cli, cli->output, text.s, text.length);
    free(text.s);
    return status;
}

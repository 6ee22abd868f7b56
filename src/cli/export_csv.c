/* Results as comma-separated values: the names, then the rows. */
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "cli/export.h"
#include "cli/save.h"

/* A field, in quotes where it has a comma or quotes: RFC 4180. */
static void add_field(struct aln_text *out, const char *text, bool first)
{
    aln_text_add(out, "%s", first ? "" : ",");
    if (strpbrk(text, ",\"") == NULL) {
        aln_text_add(out, "%s", text);
        return;
    }
    aln_text_add(out, "\"");
    for (const char *c = text; *c != '\0'; c++)
        aln_text_add(out, *c == '"' ? "\"\"" : "%c", *c);
    aln_text_add(out, "\"");
}

static void add_line(struct aln_text *out, char *const *cell, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add_field(out, cell[i], i == 0);
    aln_text_add(out, "\n");
}

enum aln_status aln_export_csv(const struct aln_cli *cli, const struct aln_cli_contents *c)
{
    const struct aln_table *t = c->table;
    struct aln_text text = {0};
    add_line(&text, t->name, t->cols);
    for (size_t i = 0; i < t->rows && !text.failed; i++)
        add_line(&text, t->text + i * t->cols, t->cols);
    enum aln_status status = text.failed ? aln_raise_memory("%zu rows", t->rows)
                                         : aln_cli_save(cli, cli->output, text.s, text.length);
    free(text.s);
    return status;
}

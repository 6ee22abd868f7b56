/* `alignode export`: a result as CSV, JSON or NumPy's arrays. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "cli/export.h"
#include "cli/save.h"
#include "cli/target.h"

bool aln_export_number(const char *text, double *x)
{
    static const struct {
        const char *text;
        double value;
    } words[] = {{"nan", NAN}, {"inf", INFINITY}, {"-inf", -INFINITY}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(text, words[i].text) == 0) {
            *x = words[i].value;
            return true;
        }
    return aln_text_real(text, x);
}

bool aln_export_is_numeric(const struct aln_table *t, size_t column)
{
    double x;
    bool numeric = true;
    for (size_t i = 0; i < t->rows && numeric; i++)
        numeric = aln_export_number(t->text[i * t->cols + column], &x);
    return numeric;
}

/* ---- CSV ---- */

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

/* ---- the command ---- */

static const struct format {
    struct aln_name id; /* its extension */
    enum aln_status (*write)(const struct aln_cli *cli, const struct aln_cli_contents *c);
} formats[] = {
    {{"npz", "arrays for NumPy", ""}, aln_export_npz},
    {{"csv", "comma-separated values", ""}, aln_export_csv},
    {{"json", "parameters and columns", ""}, aln_export_json},
};

static enum aln_status find_format(const struct aln_cli *cli, const struct format **out)
{
    *out = NULL;
    if (!aln_cli_to_file(cli->output))
        return aln_raise(ALN_USAGE, "export: -o FILE is required: .npz, .csv or .json");
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (aln_cli_has_extension(cli->output, formats[i].id.name))
            *out = &formats[i];
    return *out != NULL
               ? ALN_OK
               : aln_raise(ALN_USAGE, "%s: expected a name that ends in .npz, .csv or .json",
                           cli->output);
}

static enum aln_status check_contents(const struct aln_cli_contents *c)
{
    if (c->table != NULL)
        return aln_table_must_be_sound(c->table, c->path);
    return aln_raise(ALN_USAGE, "%s: is a %s; export takes a result", c->path,
                     c->version != NULL ? "file of weights in HDF5, which h5py and MATLAB read"
                                        : "parameter file");
}

int aln_cli_export(const struct aln_cli *cli)
{
    struct aln_cli_contents contents = {.path = NULL};
    const struct format *format;
    enum aln_status status = find_format(cli, &format);
    if (status == ALN_OK)
        status = aln_cli_contents_read(&contents, cli->argument[0]);
    if (status == ALN_OK)
        status = check_contents(&contents);
    if (status == ALN_OK)
        status = format->write(cli, &contents);
    aln_cli_contents_free(&contents);
    return status == ALN_OK ? ALN_EXIT_DONE : aln_cli_fail(status);
}

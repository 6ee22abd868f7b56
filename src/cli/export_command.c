/* `alignode export`: a result as CSV, JSON or NumPy's arrays; weights as NumPy's arrays or safetensors. */
#include "base/failure.h"
#include "cli/export.h"
#include "cli/save.h"
#include "cli/target.h"

#ifdef ALN_DEEP
#define WEIGHTS     aln_export_weights
#define SAFETENSORS aln_export_safetensors
#else
#define WEIGHTS     NULL
#define SAFETENSORS NULL
#endif

typedef enum aln_status write_function(const struct aln_cli *cli, const struct aln_cli_contents *c);

static const struct format {
    struct aln_name id;               /* its extension */
    write_function *result, *weights; /* NULL: not in this format */
} formats[] = {
    {{"npz", "arrays for NumPy", ""}, aln_export_npz, WEIGHTS},
    {{"csv", "comma-separated values", ""}, aln_export_csv, NULL},
    {{"json", "parameters and columns", ""}, aln_export_json, NULL},
    {{"safetensors", "weights for PyTorch", ""}, NULL, SAFETENSORS},
};

static enum aln_status find_format(const struct aln_cli *cli, const struct format **out)
{
    *out = NULL;
    if (!aln_cli_to_file(cli->output))
        return aln_raise(
            ALN_USAGE,
            "export: -o FILE is required: .npz, .csv, .json or, for weights, .safetensors");
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (aln_cli_has_extension(cli->output, formats[i].id.name))
            *out = &formats[i];
    return *out != NULL
               ? ALN_OK
               : aln_raise(ALN_USAGE,
                           "%s: expected a name that ends in .npz, .csv, .json or .safetensors",
                           cli->output);
}

static enum aln_status write_as(const struct aln_cli *cli, const struct format *format,
                                const struct aln_cli_contents *c)
{
    enum aln_status status;
    if (c->table != NULL && format->result == NULL)
        return aln_raise(ALN_USAGE, "%s: only weights are exported as .%s", c->path,
                         format->id.name);
    if (c->table != NULL)
        return (status = aln_table_must_be_sound(c->table, c->path)) == ALN_OK
                   ? format->result(cli, c)
                   : status;
    if (c->version == NULL)
        return aln_raise(ALN_USAGE, "%s: is a parameter file; export takes a result or weights",
                         c->path);
    return format->weights != NULL
               ? format->weights(cli, c)
               : aln_raise(ALN_USAGE,
                           "%s: weights are exported as .npz or .safetensors, not as .%s", c->path,
                           format->id.name);
}

int aln_cli_export(const struct aln_cli *cli)
{
    struct aln_cli_contents contents = {.path = NULL};
    const struct format *format;
    enum aln_status status = find_format(cli, &format);
    if (status == ALN_OK)
        status = aln_cli_contents_read(&contents, cli->argument[0]);
    if (status == ALN_OK)
        status = write_as(cli, format, &contents);
    aln_cli_contents_free(&contents);
    return status == ALN_OK ? ALN_EXIT_DONE : aln_cli_fail(status);
}

/* `alignode export`: a result as CSV, JSON or NumPy's arrays. */
#include "base/failure.h"
#include "cli/export.h"
#include "cli/save.h"
#include "cli/target.h"

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

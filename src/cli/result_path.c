#include "cli/result_path.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/failure.h"
#include "cli/save.h"
#include "cli/target.h"

/* Extensions of other formats, and what makes them. Any other is part of a name: results are text. */
static const struct aln_name others[] = {
    {"csv", "alignode export", ""},
    {"json", "alignode export", ""},
    {"npz", "alignode export", ""},
    {"npy", "alignode export", ""},
    {"png", "alignode plot", ""},
    {"pdf", "alignode plot", ""},
    {"svg", "alignode plot", ""},
    {"gp", "alignode plot", ""},
    {"yaml", "alignode new", ""},
    {"yml", "alignode new", ""},
    {"md", "alignode report", ""},
    {"html", "alignode report", ""},
    {"bib", "alignode cite", ""},
    {"h5", "run.weights", ""},
    {"hdf5", "run.weights", ""},
    {"safetensors", "run.weights", ""},
    {"gz", "gzip", ""},
    {"xz", "xz", ""},
    {"zip", "zip", ""},
    {"xlsx", "no command", ""},
    {"mat", "no command", ""},
    {"parquet", "no command", ""},
    {"jpg", "no command", ""},
    {"jpeg", "no command", ""},
    {"eps", "no command", ""},
};

/* A device has no format. */
static bool is_device(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && !S_ISREG(info.st_mode);
}

enum aln_status aln_cli_check_extension(const char *path)
{
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (aln_cli_to_file(path) && aln_cli_has_extension(path, others[i].name) &&
            !is_device(path))
            return aln_raise(ALN_USAGE,
                             "%s: a result is tab-separated text, in a file that ends in .tsv; "
                             ".%s is made by %s",
                             path, others[i].name, others[i].doc);
    return ALN_OK;
}

enum aln_status aln_cli_result_path(const struct aln_cli *cli, struct aln_text *out)
{
    struct aln_text ending = {0};
    aln_text_add(&ending, ".%s.tsv", cli->command->id.name);
    enum aln_status status = ending.failed
                                 ? aln_raise_memory("the name of a result")
                                 : aln_cli_default_output(cli, cli->argument[0], ending.s, out);
    free(ending.s);
    return status;
}

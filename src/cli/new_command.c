/* `alignode new`: a parameter file to start from. */
#include <stdlib.h>

#include "base/failure.h"
#include "cli/save.h"
#include "cli/shipped.h"
#include "cli/target.h"

static const char first_choice[] = "two-layer";

/* Offers the nearest of templates and examples. */
static enum aln_status refuse_name(const char *name)
{
    struct aln_cli_shipped examples, templates = {.names.count = 0};
    char offer[320];
    enum aln_status status = aln_cli_shipped_read(&examples, ".");
    if (status == ALN_OK)
        status = aln_cli_shipped_read(&templates, "templates");
    if (status == ALN_OK) {
        const char *near = aln_names_nearest(&templates.names, name);
        const struct aln_names *names =
            aln_names_near(name, near) ? &templates.names : &examples.names;
        status = aln_raise(ALN_USAGE, "new: unknown example '%s'; %s", name,
                           aln_names_offer(names, name, offer));
    }
    aln_cli_shipped_free(&examples);
    aln_cli_shipped_free(&templates);
    return status;
}

/* NAME.yaml in the working directory, on a terminal. */
static enum aln_status choose_path(const struct aln_cli *cli, const char *name,
                                   struct aln_text *path)
{
    if (cli->output == NULL)
        return aln_cli_default_output(cli, name, ".yaml", path);
    if (!aln_cli_has_extension(cli->output, "yaml") && !aln_cli_has_extension(cli->output, "yml") &&
        aln_cli_to_file(cli->output))
        return aln_raise(ALN_USAGE, "%s: a parameter file ends in .yaml", cli->output);
    aln_text_add(path, "%s", cli->output);
    return path->failed ? aln_raise_memory("the name of a file") : ALN_OK;
}

int aln_cli_new(const struct aln_cli *cli)
{
    const char *name = cli->argument_count > 0 ? cli->argument[0] : first_choice;
    struct aln_text from = {0}, to = {0};
    char *text = NULL;
    size_t length = 0;
    enum aln_status status = aln_cli_shipped_path(&from, name, true);
    if (status == ALN_OK && from.length == 0)
        status = refuse_name(name);
    if (status == ALN_OK)
        status = choose_path(cli, name, &to);
    if (status == ALN_OK)
        status = aln_text_read_file(from.s, &text, &length);
    if (status == ALN_OK)
        status = aln_cli_save(cli, to.s, text, length);
    free(text);
    free(from.s);
    free(to.s);
    return status == ALN_OK ? ALN_EXIT_DONE : aln_cli_fail(status);
}

/* `alignode gallery`: every parameter file with its figure, as one web page. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "cli/example.h"
#include "cli/place.h"
#include "validation/run_claims.h"

enum { MOST = 128 };

/* The files of params/, in the order of their names. */
struct file_names {
    struct aln_name row[MOST]; /* views of: */
    char *name[MOST];
    size_t count;
};

static int is_parameter_file(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);
    return n > 5 && entry->d_name[0] != '.' && strcmp(entry->d_name + n - 5, ".yaml") == 0;
}

static enum aln_status find_names(const char *folder, struct file_names *names)
{
    struct dirent **entry = NULL;
    int n = scandir(folder, &entry, is_parameter_file, alphasort);
    bool failed = false;
    if (n < 0)
        return aln_raise_system(ALN_FILE, errno, "%s: the parameter files cannot be read", folder);
    for (int i = 0; i < n; i++) {
        char *name =
            names->count < MOST ? strndup(entry[i]->d_name, strlen(entry[i]->d_name) - 5) : NULL;
        failed = failed || name == NULL;
        if (name != NULL) {
            names->name[names->count] = name;
            names->row[names->count++].name = name;
        }
        free(entry[i]);
    }
    free(entry);
    if (failed)
        return aln_raise_memory("parameter files");
    return n > 0 ? ALN_OK : aln_raise(ALN_FILE, "%s: no parameter files", folder);
}

/* The words of the command line: a form, then names. */
struct wanted_files {
    bool quick;
    char *const *word; /* [count]; none: all files */
    size_t count;
};

static enum aln_status choose(const struct aln_cli *cli, const struct file_names *names,
                              struct wanted_files *choice)
{
    const struct aln_names all = {"parameter file", "parameter files", names->row, names->count,
                                  sizeof names->row[0]};
    char offer[320];
    const char *first = cli->argument_count > 0 ? cli->argument[0] : "";
    bool full = strcmp(first, "full") == 0, form = full || strcmp(first, "quick") == 0;
    *choice = (struct wanted_files){!full, cli->argument + form, cli->argument_count - form};
    for (size_t i = 0; i < choice->count; i++)
        if (aln_names_find(&all, choice->word[i]) == NULL)
            return aln_raise(ALN_USAGE, "gallery: unknown parameter file '%s'; %s", choice->word[i],
                             aln_names_offer(&all, choice->word[i], offer));
    return ALN_OK;
}

static bool is_wanted(const struct wanted_files *choice, const char *name)
{
    for (size_t i = 0; i < choice->count; i++)
        if (strcmp(choice->word[i], name) == 0)
            return true;
    return choice->count == 0;
}

static void print_entry(const struct aln_cli *cli, const struct aln_gallery_entry *entry)
{
    if (cli->quiet)
        return;
    aln_cli_say("gallery: %s", entry->name);
    if (entry->why.s != NULL)
        aln_cli_say(": %s\n", entry->why.s);
    else if (entry->kept)
        aln_cli_say(" (kept)\n");
    else
        aln_cli_say(", %.3g s\n", entry->seconds);
}

/* Runs and draws what is wanted.
 * Returned: entry[*count], also on failure */
static enum aln_status make_entries(const struct aln_cli_examples *examples,
                                    const struct file_names *names,
                                    const struct wanted_files *choice,
                                    struct aln_gallery_entry *entry, size_t *count)
{
    enum aln_status status = ALN_OK;
    for (size_t i = 0; i < names->count && status == ALN_OK; i++) {
        if (!is_wanted(choice, names->name[i]))
            continue;
        status = aln_cli_example_make(examples, names->name[i], &entry[(*count)++]);
        if (status == ALN_OK)
            print_entry(examples->cli, &entry[*count - 1]);
    }
    return status;
}

static enum aln_status save_page(const struct aln_cli *cli, const struct aln_gallery_entry *entry,
                                 size_t count, bool quick)
{
    struct aln_text text = {0};
    enum aln_status status = aln_gallery_text(entry, count, quick, &text);
    if (status == ALN_OK)
        status = aln_cli_place_save(cli, &text);
    free(text.s);
    return status;
}

static int count_failures(const struct aln_gallery_entry *entry, size_t count)
{
    int failures = 0;
    for (size_t i = 0; i < count; i++)
        failures += entry[i].failed;
    return failures;
}

static enum aln_status make_gallery(const struct aln_cli *cli, const struct file_names *names,
                                    int *failures)
{
    static struct aln_gallery_entry entry[MOST];
    struct aln_cli_examples examples = {
        .cli = cli, .params = aln_claims_params(), .runs = cli->runs};
    struct wanted_files choice;
    size_t count = 0;
    enum aln_status status = choose(cli, names, &choice);
    examples.quick = choice.quick;
    if (status == ALN_OK)
        status = aln_cli_place_check(cli, "web page", aln_cli_is_web_page);
    if (status == ALN_OK)
        status = aln_cli_examples_begin(&examples);
    if (status == ALN_OK)
        status = make_entries(&examples, names, &choice, entry, &count);
    if (status == ALN_OK)
        status = save_page(cli, entry, count, choice.quick);
    *failures = count_failures(entry, count);
    for (size_t i = 0; i < count; i++)
        aln_gallery_entry_free(&entry[i]);
    aln_cli_examples_end(&examples);
    return status;
}

int aln_cli_gallery(const struct aln_cli *cli)
{
    struct file_names names = {.count = 0};
    int failures = 0;
    enum aln_status status = find_names(aln_claims_params(), &names);
    if (status == ALN_OK)
        status = make_gallery(cli, &names, &failures);
    for (size_t i = 0; i < names.count; i++)
        free(names.name[i]);
    if (status != ALN_OK)
        return aln_cli_fail(status);
    return failures > 0 ? ALN_EXIT_FAILED : ALN_EXIT_DONE;
}

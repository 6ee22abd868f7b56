#include "cli/shipped.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/failure.h"

static const char ending[] = ".yaml";

const char *aln_cli_shipped_folder(void)
{
    const char *own = getenv("ALIGNODE_PARAMS");
    if (own != NULL && own[0] != '\0')
        return own;
    return access(ALN_PARAMS_DIR, R_OK) == 0 ? ALN_PARAMS_DIR : ALN_PARAMS_SOURCE;
}

/* ---- one file ---- */

/* Names are words, no paths. */
static bool is_word(const char *name)
{
    return name[0] != '\0' && name[0] != '.' && strchr(name, '/') == NULL;
}

static enum aln_status add_if_there(struct aln_text *path, const char *folder, const char *name)
{
    struct aln_text text = {0};
    aln_text_add(&text, "%s/%s%s%s", aln_cli_shipped_folder(), folder, name, ending);
    if (!text.failed && access(text.s, R_OK) == 0)
        aln_text_add(path, "%s", text.s);
    bool failed = text.failed || path->failed;
    free(text.s);
    return failed ? aln_raise_memory("the path of an example") : ALN_OK;
}

enum aln_status aln_cli_shipped_path(struct aln_text *path, const char *name, bool templates)
{
    enum aln_status status = ALN_OK;
    if (!is_word(name))
        return ALN_OK;
    if (templates)
        status = add_if_there(path, "templates/", name);
    return status == ALN_OK && path->length == 0 ? add_if_there(path, "", name) : status;
}

/* ---- all of them ---- */

static int is_parameter_file(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name), end = sizeof ending - 1;
    return n > end && strcmp(entry->d_name + n - end, ending) == 0;
}

/* The text at a key of the whole file, or "". */
static const char *text_at(const struct aln_tree *tree, const char *key)
{
    const struct aln_node *node = aln_tree_find(aln_tree_root(tree), key);
    return node != NULL && node->kind == ALN_SCALAR ? node->text : "";
}

/* Adds NAME.yaml. */
static enum aln_status read_one(struct aln_cli_shipped *s, const char *folder, const char *file)
{
    struct aln_text path = {0};
    size_t i = s->names.count;
    aln_text_add(&path, "%s/%s", folder, file);
    s->name[i] = strndup(file, strlen(file) - (sizeof ending - 1));
    enum aln_status status = path.failed || s->name[i] == NULL ? aln_raise_memory("an example")
                                                               : aln_tree_read(&s->tree[i], path.s);
    free(path.s);
    s->names.count++;
    if (status == ALN_OK)
        s->row[i] = (struct aln_name){s->name[i], text_at(s->tree[i], "title"),
                                      text_at(s->tree[i], "source")};
    return status;
}

static enum aln_status read_all(struct aln_cli_shipped *s, const char *folder, size_t count,
                                struct dirent *const *entry)
{
    enum aln_status status = ALN_OK;
    s->row = calloc(count + 1, sizeof *s->row);
    s->tree = calloc(count + 1, sizeof(struct aln_tree *));
    s->name = calloc(count + 1, sizeof *s->name);
    if (s->row == NULL || s->tree == NULL || s->name == NULL)
        return aln_raise_memory("%zu examples", count);
    s->names.rows = s->row;
    for (size_t i = 0; i < count && status == ALN_OK; i++)
        status = read_one(s, folder, entry[i]->d_name);
    return status;
}

enum aln_status aln_cli_shipped_read(struct aln_cli_shipped *out, const char *folder)
{
    struct aln_text path = {0};
    struct dirent **entry = NULL;
    *out = (struct aln_cli_shipped){
        .names = {"example", "examples", NULL, 0, sizeof(struct aln_name)}};
    aln_text_add(&path, "%s/%s", aln_cli_shipped_folder(), folder);
    if (path.failed)
        return aln_raise_memory("the path of the examples");
    int count = scandir(path.s, &entry, is_parameter_file, alphasort);
    enum aln_status status =
        count < 0 ? aln_raise_system(ALN_FILE, errno, "%s: the examples cannot be read", path.s)
                  : read_all(out, path.s, (size_t)count, entry);
    for (int i = 0; i < count; i++)
        free(entry[i]);
    free(entry);
    free(path.s);
    return status;
}

void aln_cli_shipped_free(struct aln_cli_shipped *shipped)
{
    for (size_t i = 0; i < shipped->names.count; i++) {
        aln_tree_free(shipped->tree[i]);
        free(shipped->name[i]);
    }
    free(shipped->row);
    free((void *)shipped->tree);
    free((void *)shipped->name);
    *shipped = (struct aln_cli_shipped){.names.count = 0};
}

/* ---- arguments ---- */

/* A word without an ending was meant for an example, and so was one that is nearly the name of one;
 * every other argument is a path, and who reads it says what is wrong. */
static enum aln_status offer_example(const char *word)
{
    struct aln_cli_shipped examples;
    enum aln_status status = ALN_OK;
    const size_t n = strlen(word), end = sizeof ending - 1;
    char name[256];
    snprintf(name, sizeof name, "%.*s",
             (int)(n > end && strcmp(word + n - end, ending) == 0 ? n - end : n), word);
    struct stat info;
    if (!is_word(name) || lstat(word, &info) == 0) /* a link without a file */
        return ALN_OK;
    if (aln_cli_shipped_read(&examples, ".") == ALN_OK) {
        const char *near = aln_names_nearest(&examples.names, name);
        if (aln_names_near(name, near))
            status = aln_raise(ALN_USAGE, "%s: there is no such file; did you mean the example %s?",
                               word, near);
        else if (strchr(word, '.') == NULL)
            status = aln_raise(ALN_USAGE,
                               "%s: there is no such file, and no such example; see: alignode list "
                               "examples",
                               word);
    }
    aln_cli_shipped_free(&examples);
    return status;
}

static enum aln_status find_example(const char *word, struct aln_text *path)
{
    enum aln_status status = aln_cli_shipped_path(path, word, false);
    return status == ALN_OK && path->length == 0 ? offer_example(word) : status;
}

static enum aln_status find_table(const char *folder, struct aln_text *path)
{
    aln_text_add(path, "%s/collected.tsv", folder);
    if (path->failed)
        return aln_raise_memory("the path of a sweep's table");
    return access(path->s, F_OK) == 0
               ? ALN_OK
               : aln_raise(ALN_USAGE,
                           "%s: is a folder without collected.tsv, which a sweep writes there once "
                           "all its points are finished; name one of the files in it",
                           folder);
}

enum aln_status aln_cli_resolve_arguments(struct aln_cli *cli)
{
    const unsigned options = cli->command->options;
    const bool run =
        cli->run || !(options & ALN_CLI_RUN); /* plot draws either results or examples */
    enum aln_status status = ALN_OK;
    for (size_t i = 0; i < cli->argument_count && status == ALN_OK; i++) {
        struct aln_text path = {0};
        struct stat info;
        const bool exists = stat(cli->argument[i], &info) == 0;
        if (strcmp(cli->argument[i], "-") == 0)
            continue;
        if (!exists && run && (options & ALN_CLI_EXAMPLES))
            status = find_example(cli->argument[i], &path);
        else if (exists && S_ISDIR(info.st_mode) && !cli->run && (options & ALN_CLI_TABLES))
            status = find_table(cli->argument[i], &path);
        if (path.s != NULL)
            cli->argument[i] = cli->owned[i] = path.s;
    }
    return status;
}

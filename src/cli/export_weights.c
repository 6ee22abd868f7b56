/* Weights of deep networks as NumPy's arrays, named and shaped as in the archive, and as safetensors. */
#include <stdlib.h>
#include <string.h>

#include "alignode/archive.h"
#include "base/failure.h"
#include "cli/export.h"
#include "cli/save.h"
#include "train/train.h"

static const struct {
    const char *npy;
    size_t size;
} types[] = {[ALN_ARCHIVE_FLOAT] = {"<f4", sizeof(float)},
             [ALN_ARCHIVE_DOUBLE] = {"<f8", sizeof(double)},
             [ALN_ARCHIVE_UINT64] = {"<u8", sizeof(uint64_t)}};

static enum aln_status add_array(struct aln_zip *zip, const struct aln_archive *from,
                                 const char *path, const char *name)
{
    struct aln_archive_array array = {.name = name};
    struct aln_npy_array to;
    if (!aln_archive_find(from, &array))
        return aln_raise(ALN_FILE, "%s: array %s cannot be read", path, name);
    to.rank = array.rank;
    memcpy(to.shape, array.shape, sizeof array.shape);
    if ((size_t)snprintf(to.name, sizeof to.name, "%s", name) >= sizeof to.name)
        return aln_raise(ALN_FILE, "%s: array %s: its name is too long", path, name);
    void *x = malloc(aln_npy_size(&to) * types[array.type].size + 1);
    enum aln_status status =
        x != NULL ? aln_archive_get(from, &array, x) : aln_raise_memory("array %s", name);
    if (status == ALN_OK)
        status = aln_npy_add(zip, &to, types[array.type].npy, x);
    free(x);
    return status;
}

/* Given: names  each followed by a line break; changed */
static enum aln_status add_arrays(struct aln_zip *zip, const struct aln_archive *from,
                                  const char *path, char *names)
{
    enum aln_status status = ALN_OK;
    for (char *name = names, *end; status == ALN_OK && (end = strchr(name, '\n')) != NULL;) {
        *end = '\0';
        status = add_array(zip, from, path, name);
        name = end + 1;
    }
    return status;
}

static enum aln_status add_text(struct aln_zip *zip, const struct aln_archive *from,
                                const char *name, const char *as)
{
    char *text;
    enum aln_status status = aln_archive_get_text(from, name, &text);
    if (status == ALN_OK)
        status = aln_npy_add_text(zip, as, text);
    free(text);
    return status;
}

enum aln_status aln_export_weights(const struct aln_cli *cli, const struct aln_cli_contents *c)
{
    struct aln_archive *archive = NULL;
    struct aln_zip *zip = NULL;
    char *names = NULL;
    enum aln_status status = aln_archive_open(&archive, c->path);
    if (status == ALN_OK)
        status = aln_archive_names(archive, &names);
    if (status == ALN_OK)
        status = aln_zip_create(&zip);
    if (status == ALN_OK)
        status = add_arrays(zip, archive, c->path, names);
    if (status == ALN_OK)
        status = add_text(zip, archive, "version", "alignode");
    if (status == ALN_OK)
        status = add_text(zip, archive, "parameters", "parameters");
    if (status == ALN_OK)
        status = aln_export_zip(cli, zip);
    aln_zip_free(zip);
    free(names);
    aln_archive_free(archive);
    return status;
}

enum aln_status aln_export_safetensors(const struct aln_cli *cli, const struct aln_cli_contents *c)
{
    struct aln_archive *archive = NULL;
    struct aln_text bytes = {0};
    void *params = NULL;
    if (c->schema != &aln_train_schema)
        return aln_raise(ALN_USAGE, "%s: these are not weights of `alignode train`", c->path);
    enum aln_status status = aln_schema_from_tree(&params, c->schema, c->tree, c->path, NULL);
    if (status == ALN_OK)
        status = aln_archive_open(&archive, c->path);
    if (status == ALN_OK)
        status = aln_train_safetensors(params, archive, &bytes);
    if (status == ALN_OK)
        status = aln_cli_save(cli, cli->output, bytes.s, bytes.length);
    free(bytes.s);
    aln_archive_free(archive);
    aln_schema_free(c->schema, params);
    return status;
}

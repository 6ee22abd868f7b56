#include "cli/contents.h"

#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "base/text.h"
#include "cli/save.h"
#include "figure/drawing.h"
#include "model/params.h"
#ifdef ALN_DEEP
#include "alignode/archive.h"
#endif

static enum aln_status no_memory(const char *path)
{
    return aln_raise_memory("what is in %s", path);
}

/* ---- reading ---- */

static enum aln_status take_table(struct aln_cli_contents *c, char *text, size_t length)
{
    enum aln_status status = aln_table_parse(&c->table, c->path, text, length, c->unfinished);
    if (status != ALN_OK)
        return status;
    c->version = strdup(c->table->version);
    c->task = aln_task_find(c->table->command);
    if (c->version == NULL)
        return no_memory(c->path);
    status = aln_tree_from_table(&c->tree, c->path, c->table);
    if (status == ALN_OK && c->task != NULL)
        c->task = aln_task_for(c->task, aln_tree_root(c->tree));
    return status;
}

static enum aln_status read_text(struct aln_cli_contents *c)
{
    static const char magic[] = "# alignode ";
    char *text = NULL;
    size_t length = 0;
    enum aln_status status = aln_text_read_file(c->path, &text, &length);
    if (status != ALN_OK)
        return status;
    if (strncmp(text, magic, sizeof magic - 1) == 0)
        return take_table(c, text, length);
    status = aln_tree_parse(&c->tree, c->path, text, length);
    free(text);
    return status;
}

#ifdef ALN_DEEP
static enum aln_status read_archive(struct aln_cli_contents *c)
{
    struct aln_archive *archive = NULL;
    char *yaml = NULL;
    enum aln_status status = aln_archive_open(&archive, c->path);
    if (status == ALN_OK &&
        (status = aln_archive_get_text(archive, "version", &c->version)) == ALN_OK)
        status = aln_archive_get_text(archive, "parameters", &yaml);
    if (status == ALN_USAGE && archive != NULL)
        status =
            aln_raise(ALN_USAGE, "%s: was not written by alignode: it has no parameters", c->path);
    if (status == ALN_OK)
        status = aln_tree_parse(&c->tree, c->path, yaml, strlen(yaml));
    free(yaml);
    aln_archive_free(archive);
    return status;
}
#else
static enum aln_status read_archive(struct aln_cli_contents *c)
{
    return aln_raise(ALN_USAGE, "%s: this alignode was built without HDF5", c->path);
}
#endif

/* ---- parameters ---- */

static const struct aln_schema *schema_of(const struct aln_cli_contents *c)
{
    return (c->task != NULL ? c->task : aln_task_of(aln_tree_root(c->tree)))->schema;
}

/* The parameters of a tree with all defaults, as YAML.
 * Returned: *yaml  yours */
static enum aln_status resolve_yaml(const struct aln_cli_contents *c, const struct aln_tree *tree,
                                    char **yaml)
{
    void *params = NULL;
    enum aln_status status = aln_schema_from_tree(&params, c->schema, tree, c->path, NULL);
    *yaml = NULL;
    if (status == ALN_OK)
        status = aln_schema_yaml(c->schema, params, yaml);
    aln_schema_free(c->schema, params);
    return status;
}

static enum aln_status resolve(struct aln_cli_contents *c)
{
    char *yaml;
    enum aln_status status = resolve_yaml(c, c->tree, &yaml);
    if (status == ALN_OK)
        status = aln_tree_parse(&c->resolved, c->path, yaml, strlen(yaml));
    free(yaml);
    return status;
}

enum aln_status aln_cli_contents_read(struct aln_cli_contents *out, const char *path)
{
    *out = (struct aln_cli_contents){.path = path, .unfinished = aln_figure_is_unfinished(path)};
    const bool archive =
        aln_cli_has_extension(path, "h5") || aln_cli_has_extension(path, "safetensors");
    enum aln_status status = archive ? read_archive(out) : read_text(out);
    if (status != ALN_OK)
        return status;
    out->schema = schema_of(out);
    out->sweep = aln_tree_at(out->tree, "sweep") != NULL;
    return out->sweep ? ALN_OK : resolve(out);
}

void aln_cli_contents_free(struct aln_cli_contents *contents)
{
    free(contents->version);
    aln_table_free(contents->table);
    aln_tree_free(contents->tree);
    aln_tree_free(contents->resolved);
    *contents = (struct aln_cli_contents){.path = NULL};
}

const struct aln_tree *aln_cli_contents_parameters(const struct aln_cli_contents *contents)
{
    return contents->resolved != NULL ? contents->resolved : contents->tree;
}

/* ---- defaults ---- */

/* All parameters but one; NULL: all. */
static enum aln_status copy_without(struct aln_tree **out, const struct aln_cli_contents *c,
                                    const char *key)
{
    struct aln_param_row row;
    const struct aln_tree *all = aln_cli_contents_parameters(c);
    enum aln_status status = aln_tree_parse(out, c->path, "{}", 2);
    for (size_t i = 0; status == ALN_OK && aln_schema_row(c->schema, i, &row); i++) {
        const struct aln_node *node = aln_tree_at(all, row.id.name);
        if (node != NULL && (key == NULL || strcmp(key, row.id.name) != 0))
            status = aln_tree_put(*out, row.id.name, &node->at, node);
    }
    return status;
}

/* Parameters that do not load without the one left out have no default for it: NULL. */
static enum aln_status yaml_without(const struct aln_cli_contents *c, const char *key, char **yaml)
{
    struct aln_tree *tree = NULL;
    *yaml = NULL;
    enum aln_status status = copy_without(&tree, c, key);
    if (status == ALN_OK)
        status = resolve_yaml(c, tree, yaml);
    aln_tree_free(tree);
    return status == ALN_MEMORY ? status : ALN_OK;
}

enum aln_status aln_cli_is_default(const struct aln_cli_contents *contents, const char *key,
                                   bool *is_default)
{
    char *with = NULL, *without = NULL;
    enum aln_status status = yaml_without(contents, NULL, &with);
    if (status == ALN_OK)
        status = yaml_without(contents, key, &without);
    *is_default = with != NULL && without != NULL && strcmp(with, without) == 0;
    free(with);
    free(without);
    return status;
}

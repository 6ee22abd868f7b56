/* `alignode params --schema`: JSON Schema of parameter files, for editors. It follows from the tables
 * of parameters. Source: JSON Schema, draft 7. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "cli/json.h"
#include "cli/save.h"
#include "file/tree.h"
#include "study/study.h"
#include "sweep/sweep.h"

/* ---- one parameter ---- */

static void add_bound(struct aln_text *out, const char *name, const char *open_name, bool open,
                      double x)
{
    char number[32];
    aln_text_short_real(x, number);
    if (isfinite(x))
        aln_text_add(out, ", \"%s\": %s", open ? open_name : name, number);
}

static void add_numbers(struct aln_text *out, const char *type, const struct aln_param_row *row)
{
    aln_text_add(out, "{\"type\": \"%s\"", type);
    add_bound(out, "minimum", "exclusiveMinimum", row->open, row->lo);
    add_bound(out, "maximum", "exclusiveMaximum", row->open, row->hi);
    aln_text_add(out, "}");
}

static void add_names(struct aln_text *out, const struct aln_names *names)
{
    aln_text_add(out, "{\"enum\": [");
    for (size_t i = 0; names != NULL && i < names->count; i++) {
        aln_text_add(out, "%s", i > 0 ? ", " : "");
        aln_text_json(out, aln_names_row(names, i)->name);
    }
    aln_text_add(out, "]}");
}

/* The type, its placeholders filled in; {} is anything. Whole numbers are not negative. */
static void add_type(struct aln_text *out, const struct aln_param_row *row)
{
    struct aln_param_row whole = *row;
    whole.lo = fmax(row->lo, 0);
    for (const char *c = row->json != NULL ? row->json : "{}"; *c != '\0'; c++) {
        if (*c == '@')
            add_numbers(out, "number", row);
        else if (*c == '#')
            add_numbers(out, "integer", &whole);
        else if (*c == '$')
            add_names(out, row->names);
        else
            aln_text_add(out, "%c", *c);
    }
}

static void add_description(struct aln_text *out, const struct aln_param_row *row)
{
    struct aln_text words = {0};
    aln_text_add(&words, "%s", row->id.doc);
    if (row->unit[0] != '\0' && strcmp(row->unit, "1") != 0)
        aln_text_add(&words, " [%s]", row->unit);
    if (row->usual)
        aln_text_add(&words, "; default: %s", row->def);
    aln_text_add(out, "\"description\": ");
    aln_text_json(out, words.s != NULL ? words.s : "");
    out->failed = out->failed || words.failed || row->failed;
    free(words.s);
}

static enum aln_status add_default(struct aln_text *out, const struct aln_param_row *row)
{
    struct aln_text text = {0};
    struct aln_tree *tree = NULL;
    if (row->usual || row->def[0] == '\0')
        return ALN_OK;
    aln_text_add(&text, "default: %s", row->def);
    enum aln_status status = text.failed ? aln_raise_memory("a schema")
                                         : aln_tree_parse(&tree, row->id.name, text.s, text.length);
    if (status == ALN_OK) {
        aln_text_add(out, ", \"default\": ");
        aln_json_node(out, aln_tree_root(tree)->first);
    }
    aln_tree_free(tree);
    free(text.s);
    return status;
}

static bool is_sweep(const struct aln_param_row *row)
{
    return strcmp(row->id.name, "sweep") == 0;
}

static enum aln_status add_parameter(struct aln_text *out, const struct aln_param_row *row)
{
    if (is_sweep(row)) {
        aln_text_add(out, "{\"$ref\": \"#/definitions/sweep\"}");
        return ALN_OK;
    }
    aln_text_add(out, "{");
    add_description(out, row);
    enum aln_status status = add_default(out, row);
    aln_text_add(out, ", \"allOf\": [");
    add_type(out, row);
    aln_text_add(out, "]}");
    return status;
}

/* ---- sections ---- */

/* The part of a key behind a section, up to the next dot; NULL: it is not in the section. */
static const char *part_in(const char *key, const char *section, size_t *n)
{
    const size_t depth = strlen(section);
    if (depth > 0 && (strncmp(key, section, depth) != 0 || key[depth] != '.'))
        return NULL;
    key += depth + (depth > 0);
    *n = strcspn(key, ".");
    return key;
}

/* Whether a row before i has the same part in the section. */
static bool is_repeated(const struct aln_schema *schema, size_t i, const char *section,
                        const char *part, size_t n)
{
    struct aln_param_row row;
    for (size_t j = 0; j < i && aln_schema_row(schema, j, &row); j++) {
        size_t m = 0;
        const char *other = part_in(row.id.name, section, &m);
        if (other != NULL && m == n && strncmp(other, part, n) == 0)
            return true;
    }
    return false;
}

static enum aln_status add_section(struct aln_text *out, const struct aln_schema *schema,
                                   const char *section);

/* A parameter, or the section that the part of its key names. */
static enum aln_status add_part(struct aln_text *out, const struct aln_schema *schema,
                                const struct aln_param_row *row, const char *part, size_t n)
{
    char inner[128];
    aln_text_add(out, "\n\"%.*s\": ", (int)n, part);
    if (part[n] == '\0')
        return add_parameter(out, row);
    snprintf(inner, sizeof inner, "%.*s", (int)(part + n - row->id.name), row->id.name);
    return add_section(out, schema, inner);
}

static enum aln_status add_section(struct aln_text *out, const struct aln_schema *schema,
                                   const char *section)
{
    struct aln_param_row row;
    enum aln_status status = ALN_OK;
    const char *before = "";
    aln_text_add(out, "{\"type\": \"object\", \"additionalProperties\": false, \"properties\": {");
    for (size_t i = 0; status == ALN_OK && aln_schema_row(schema, i, &row); i++) {
        size_t n = 0;
        const char *part = part_in(row.id.name, section, &n);
        if (part == NULL || is_repeated(schema, i, section, part, n))
            continue;
        aln_text_add(out, "%s", before);
        status = add_part(out, schema, &row, part, n);
        before = ",";
    }
    aln_text_add(out, "}}");
    return status;
}

/* ---- kinds of files ---- */

/* {"required": ["learning"], "properties": {"learning": {"required": ["rule"]}}} */
static void add_required(struct aln_text *out, const char *key)
{
    const size_t n = strcspn(key, ".");
    aln_text_add(out, "{\"required\": [\"%.*s\"]", (int)n, key);
    if (key[n] == '.') {
        aln_text_add(out, ", \"properties\": {\"%.*s\": ", (int)n, key);
        add_required(out, key + n + 1);
        aln_text_add(out, "}");
    }
    aln_text_add(out, "}");
}

/* A sweep may give what is required at each of its points. */
static void add_all_required(struct aln_text *out, const struct aln_schema *schema)
{
    struct aln_param_row row;
    const char *before = "";
    aln_text_add(out, "{\"if\": {\"not\": {\"required\": [\"sweep\"]}}, \"then\": {\"allOf\": [");
    for (size_t i = 0; aln_schema_row(schema, i, &row); i++)
        if (row.required) {
            aln_text_add(out, "%s", before);
            add_required(out, row.id.name);
            before = ", ";
        }
    aln_text_add(out, "]}}");
}

static enum aln_status add_kind(struct aln_text *out, const char *name,
                                const struct aln_schema *schema)
{
    aln_text_add(out, ",\n\"%s\": {\"allOf\": [", name);
    enum aln_status status = add_section(out, schema, "");
    aln_text_add(out, ",\n");
    add_all_required(out, schema);
    aln_text_add(out, "]}");
    return status;
}

/* Files with a section target are deep linear theory, others with a section network deep experiments. */
static enum aln_status add_kinds(struct aln_text *out)
{
    const struct aln_task *train = aln_task_find("train");
    aln_text_add(out, "\"definitions\": {\n\"sweep\": ");
    enum aln_status status = add_section(out, &aln_sweep_schema, "sweep");
    if (status == ALN_OK)
        status = add_kind(out, "two-layer", &aln_params_schema);
    if (status == ALN_OK && train != NULL)
        status = add_kind(out, "deep", train->schema);
    if (status == ALN_OK && train != NULL)
        status = add_kind(out, "target", train->variant->schema);
    aln_text_add(out,
                 "},\n\"if\": {\"required\": [\"target\"]},\n\"then\": %s,\n\"else\": {"
                 "\"if\": {\"anyOf\": [{\"required\": [\"network\"]}, {\"required\": "
                 "[\"data\"]}]},\n\"then\": %s,\n"
                 "\"else\": {\"$ref\": \"#/definitions/two-layer\"}}\n}\n",
                 train != NULL ? "{\"$ref\": \"#/definitions/target\"}" : "{}",
                 train != NULL ? "{\"$ref\": \"#/definitions/deep\"}" : "{}");
    return status;
}

int aln_cli_schema(const struct aln_cli *cli)
{
    struct aln_text text = {0};
    aln_text_add(&text, "{\n\"$schema\": \"http://json-schema.org/draft-07/schema#\",\n"
                        "\"title\": \"parameter file of alignode " ALN_VERSION "\",\n"
                        "\"type\": \"object\",\n");
    enum aln_status status = add_kinds(&text);
    if (status == ALN_OK && text.failed)
        status = aln_raise_memory("a schema");
    if (status == ALN_OK)
        status = aln_cli_save(cli, NULL, text.s, text.length);
    free(text.s);
    return status == ALN_OK ? ALN_EXIT_DONE : aln_cli_fail(status);
}

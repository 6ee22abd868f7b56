/* `alignode list` and `alignode params`: what the tables hold. */
#include <assert.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "alignode/ode.h"
#include "base/failure.h"
#include "base/synonyms.h"
#include "sweep/sweep.h"
#include "sweep/sweep_sample.h"
#include "sweep/task.h"
#ifdef ALN_DEEP
#include "alignode/layer.h"
#endif
#include "cli/cli.h"
#include "cli/shipped.h"
#include "figure/average.h"
#include "figure/figure.h"
#include "file/column.h"
#include "validation/run_claims.h"

/* Schemas are numbered: those of the tasks, those of their variants, that of the section sweep. */
static size_t count_schemas(void)
{
    return 2 * aln_tasks.count + 1;
}

/* Schema i, or NULL. */
static const struct aln_schema *schema_at(size_t i)
{
    if (i < aln_tasks.count)
        return aln_task_row(i)->schema;
    if (i + 1 == count_schemas())
        return &aln_sweep_schema;
    const struct aln_task *variant = aln_task_row(i - aln_tasks.count)->variant;
    return variant != NULL ? variant->schema : NULL;
}

/* Schema i; NULL: there is none, or it has an earlier number too. */
static const struct aln_schema *schema_of(size_t i)
{
    const struct aln_schema *schema = schema_at(i);
    for (size_t j = 0; j < i; j++)
        if (schema_at(j) == schema)
            return NULL;
    return schema;
}

/* The tables of names that `list` prints. */
struct kinds {
    const struct aln_names *of[64];
    size_t count;
};

static void add_kind(struct kinds *kinds, const struct aln_names *names)
{
    for (size_t i = 0; i < kinds->count; i++)
        if (kinds->of[i] == names)
            return;
    assert(kinds->count < sizeof kinds->of / sizeof kinds->of[0]);
    kinds->of[kinds->count++] = names;
}

/* Tables that parameters choose from, then those named in other ways. */
static void find_kinds(struct kinds *kinds)
{
    struct aln_param_row row;
    for (size_t i = 0; i < count_schemas(); i++) {
        const struct aln_schema *schema = schema_of(i);
        for (size_t j = 0; schema != NULL && aln_schema_row(schema, j, &row); j++)
            if (row.names != NULL)
                add_kind(kinds, row.names);
    }
    add_kind(kinds, &aln_events);
    add_kind(kinds, &aln_sweep_distributions);
#ifdef ALN_DEEP
    add_kind(kinds, &aln_layer_kinds);
#endif
    add_kind(kinds, &aln_figures);
    add_kind(kinds, &aln_drawing_averages);
    add_kind(kinds, &aln_columns);
    add_kind(kinds, &aln_claims);
}

/* The width of a column of names, 16 or what the longest needs. */
static int width_of(const struct aln_names *names)
{
    size_t width = 16;
    for (size_t i = 0; i < names->count; i++) {
        size_t length = strlen(aln_names_row(names, i)->name);
        width = length > width ? length : width;
    }
    return (int)width;
}

/* "Q_i_j  Q_{ij}: overlap ... [1]" */
static void print_columns(const char *indent)
{
    int width = width_of(&aln_columns);
    for (size_t i = 0; i < aln_columns.count; i++) {
        const struct aln_column *c = (const void *)aln_names_row(&aln_columns, i);
        printf("%s%-*s %s%s%s", indent, width, c->id.name, c->symbol != NULL ? c->symbol : "",
               c->symbol != NULL ? ": " : "", c->id.doc);
        if (c->unit != NULL)
            printf(" [%s]", c->unit);
        printf("\n");
    }
}

static void print_names(const struct aln_names *names, const char *indent)
{
    if (names == &aln_columns) {
        print_columns(indent);
        return;
    }
    int width = width_of(names);
    for (size_t i = 0; i < names->count; i++) {
        const struct aln_name *n = aln_names_row(names, i);
        printf("%s%-*s %s%s%s%s\n", indent, width, n->name, n->doc,
               n->source[0] != '\0' ? " [" : "", n->source, n->source[0] != '\0' ? "]" : "");
    }
}

/* Prints one kind, or all of them. */
static enum aln_status print_kinds(const struct kinds *kinds, const char *wanted)
{
    struct aln_name row[sizeof kinds->of / sizeof kinds->of[0]]; /* kinds as a table of names */
    const struct aln_names names = {"kind", "kinds", row, kinds->count, sizeof row[0]};
    char offer[320];
    for (size_t i = 0; i < kinds->count; i++)
        row[i] = (struct aln_name){kinds->of[i]->plural, "", ""};
    if (wanted != NULL && aln_names_find(&names, wanted) == NULL)
        return aln_raise(ALN_USAGE, "list: unknown kind '%s'; %s", wanted,
                         aln_names_offer(&names, wanted, offer));
    for (size_t i = 0; i < kinds->count; i++) {
        if (wanted == NULL)
            printf("%s%s\n", i > 0 ? "\n" : "", kinds->of[i]->plural);
        if (wanted == NULL || strcmp(wanted, kinds->of[i]->plural) == 0)
            print_names(kinds->of[i], wanted == NULL ? "  " : "");
    }
    return ALN_OK;
}

int aln_cli_list(const struct aln_cli *cli)
{
    struct kinds kinds = {.count = 0};
    struct aln_cli_shipped examples;
    const char *wanted = cli->argument_count > 0 ? cli->argument[0] : NULL;
    const bool read = wanted == NULL || strcmp(wanted, "examples") == 0;
    enum aln_status status = aln_cli_shipped_read(&examples, ".");
    find_kinds(&kinds);
    add_kind(&kinds, &examples.names);
    if (status == ALN_OK || !read) /* other kinds need no folder of examples */
        status = print_kinds(&kinds, wanted);
    aln_cli_shipped_free(&examples);
    return status == ALN_OK ? ALN_EXIT_DONE : aln_cli_fail(status);
}

static void print_param(const struct aln_param_row *row)
{
    printf("%s\n    %s\n    type: %s", row->id.name, row->id.doc, row->type);
    if (row->names != NULL)
        for (size_t i = 0; i < row->names->count; i++)
            printf("%s%s", i == 0 ? " (" : " | ", aln_names_row(row->names, i)->name);
    printf("%s\n", row->names != NULL ? ")" : "");
    if (row->def[0] != '\0')
        printf("    default: %s\n", row->def);
    if (row->range[0] != '\0')
        printf("    range: %s\n", row->range);
    if (row->unit[0] != '\0')
        printf("    unit: %s\n", row->unit);
    if (row->symbol[0] != '\0')
        printf("    symbol: %s\n", row->symbol);
}

/* Whether `wanted` is the key itself or a section that contains it. */
static bool is_wanted(const char *key, const char *wanted)
{
    size_t length = strlen(wanted);
    return length == 0 ||
           (strncmp(key, wanted, length) == 0 && (key[length] == '\0' || key[length] == '.'));
}

/* "# two-layer problem (ode, chain, ...)" above the parameters of a schema. */
static void print_kind(const struct aln_schema *schema)
{
    printf("# %s", aln_schema_name(schema));
    for (size_t i = 0, n = 0; i + 1 < count_schemas(); i++)
        if (schema_at(i) == schema)
            printf("%s%s", n++ > 0 ? ", " : " (",
                   aln_names_row(&aln_tasks, i % aln_tasks.count)->name);
    printf("%s\n\n", schema != &aln_sweep_schema ? ")" : "");
}

static const char *last_part(const char *key)
{
    const char *dot = strrchr(key, '.');
    return dot != NULL ? dot + 1 : key;
}

/* How far a key is from an unknown one: 0, the same name or another word for it, in any section. */
static size_t distance_of(const char *key, const char *unknown)
{
    return aln_synonyms_are(last_part(unknown), last_part(key)) ? 0
                                                                : aln_names_distance(key, unknown);
}

static int describe_params(const struct aln_cli *cli)
{
    struct aln_param_row row;
    const char *wanted = cli->argument_count > 0 ? cli->argument[0] : "";
    size_t found = 0;
    char nearest[128] = "";
    size_t nearest_distance = (size_t)-1;
    for (size_t i = 0; i < count_schemas(); i++) {
        const struct aln_schema *schema = schema_of(i);
        bool printed = false;
        for (size_t j = 0; schema != NULL && aln_schema_row(schema, j, &row); j++) {
            if (row.failed)
                return aln_cli_fail(aln_raise_memory("the default of %s", row.id.name));
            size_t distance = distance_of(row.id.name, wanted);
            if (distance < nearest_distance) {
                nearest_distance = distance;
                snprintf(nearest, sizeof nearest, "%s", row.id.name);
            }
            if (!is_wanted(row.id.name, wanted))
                continue;
            if (found++ > 0)
                printf("\n");
            if (!printed)
                print_kind(schema);
            printed = true;
            print_param(&row);
        }
    }
    if (found == 0)
        return aln_cli_fail(
            nearest_distance == 0 || aln_names_near(wanted, nearest)
                ? aln_raise(ALN_USAGE, "params: unknown key '%s'; did you mean %s?", wanted,
                            nearest)
                : aln_raise(ALN_USAGE, "params: unknown key '%s'; `alignode params` lists them all",
                            wanted));
    return ALN_EXIT_DONE;
}

int aln_cli_params(const struct aln_cli *cli)
{
    if (!cli->schema)
        return describe_params(cli);
    return cli->argument_count == 0
               ? aln_cli_schema(cli)
               : aln_cli_fail(aln_raise(ALN_USAGE, "params: --schema is of all parameters, not of "
                                                   "one key"));
}

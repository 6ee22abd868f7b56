/* `alignode cite`: BibTeX of what a run rests on, from the sources that its rule, activation, data and
 * engine name. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "cli/contents.h"
#include "cli/save.h"
#include "cli/target.h"
#include "model/params.h"
#include "run/engine.h"
#include "study/study.h"
#include "sweep/reference.h"

enum { MOST = 64 };

struct citing {
    const struct aln_cli_contents *contents;
    bool cited[MOST];      /* rows of references */
    struct aln_text other; /* sources without an entry, as comments */
};

/* ---- sources ---- */

/* A year, or a number of arXiv. */
static bool has_four_digits(const char *text, size_t n)
{
    size_t digits = 0;
    for (size_t i = 0; i < n && digits < 4; i++)
        digits = isdigit((unsigned char)text[i]) ? digits + 1 : 0;
    return digits == 4;
}

/* One publication of a source, n characters. */
static void cite_part(struct citing *c, const char *part, size_t n)
{
    const struct aln_reference *r;
    char text[256];
    bool found = false;
    snprintf(text, sizeof text, "%.*s", (int)n, part);
    for (size_t i = 0; i < MOST && (r = aln_reference_row(i)) != NULL; i++)
        if (strstr(text, r->brief) != NULL)
            c->cited[i] = found = true;
    if (!found && has_four_digits(part, n) &&
        (c->other.s == NULL || strstr(c->other.s, text) == NULL))
        aln_text_add(&c->other, "%% see also: %s\n", text);
}

/* "A; B" */
static void cite_source(struct citing *c, const char *source)
{
    for (size_t n; *source != '\0'; source += n + strspn(source + n, "; ")) {
        n = strcspn(source, ";");
        cite_part(c, source, n);
    }
}

/* A name, or a list of names. */
static void cite_names(struct citing *c, const struct aln_names *names, const struct aln_node *node)
{
    if (node->kind == ALN_LIST)
        for (const struct aln_node *n = node->first; n != NULL; n = n->next)
            cite_names(c, names, n);
    const struct aln_name *row =
        node->kind == ALN_SCALAR ? aln_names_find(names, node->text) : NULL;
    if (row != NULL)
        cite_source(c, row->source);
    if (row != NULL && names == &aln_engines) /* the command of that name */
        cite_names(c, &aln_tasks, node);
}

/* ---- what takes part ---- */

static const char *text_at(const struct citing *c, const char *key)
{
    const struct aln_node *node = aln_tree_at(aln_cli_contents_parameters(c->contents), key);
    return node != NULL && node->kind == ALN_SCALAR ? node->text : "";
}

/* The command that ran, or that the file is for. */
static const char *command_of(const struct citing *c)
{
    const struct aln_cli_contents *file = c->contents;
    if (file->task != NULL)
        return file->task->id.name;
    if (file->sweep)
        return text_at(c, "sweep.run");
    if (file->schema != &aln_params_schema)
        return aln_task_of(aln_tree_root(file->tree))->id.name;
    return text_at(c, "study")[0] != '\0' ? "study" : "compare";
}

static bool is_in(const char *key, const char *section)
{
    const size_t n = strlen(section);
    return n > 0 && strncmp(key, section, n) == 0 && key[n] == '.';
}

/* Whether the parameter is one of this run: sections of other commands and studies are not. */
static bool takes_part(const struct citing *c, const char *key)
{
    const char *command = command_of(c), *study = text_at(c, "study");
    const struct aln_names *const sections[] = {&aln_tasks, &aln_studies};
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
        for (size_t j = 0; j < sections[i]->count; j++) {
            const char *section = aln_names_row(sections[i], j)->name;
            if (is_in(key, section))
                return strcmp(section, "ode") == 0 || strcmp(section, command) == 0 ||
                       (strcmp(command, "study") == 0 && strcmp(section, study) == 0);
        }
    return true;
}

static void cite_parameters(struct citing *c)
{
    struct aln_param_row row;
    for (size_t i = 0; aln_schema_row(c->contents->schema, i, &row); i++) {
        const struct aln_node *node =
            aln_tree_at(aln_cli_contents_parameters(c->contents), row.id.name);
        if (node != NULL && row.names != NULL && takes_part(c, row.id.name))
            cite_names(c, row.names, node);
    }
}

/* The values of one key of a sweep. */
static void cite_swept(struct citing *c, const struct aln_node *over)
{
    struct aln_param_row row;
    const struct aln_node *key = aln_tree_find(over, "key"),
                          *values = aln_tree_find(over, "values");
    if (key == NULL || key->kind != ALN_SCALAR || values == NULL)
        return;
    for (size_t i = 0; aln_schema_row(c->contents->schema, i, &row); i++)
        if (row.names != NULL && strcmp(row.id.name, key->text) == 0)
            cite_names(c, row.names, values);
}

static void cite_sweep(struct citing *c)
{
    const struct aln_node *over = aln_tree_at(c->contents->tree, "sweep.over");
    for (const struct aln_node *n = over != NULL ? over->first : NULL; n != NULL; n = n->next)
        cite_swept(c, n);
}

static void cite_command(struct citing *c)
{
    const struct aln_task *row = aln_task_find(command_of(c));
    const struct aln_name *task =
        row != NULL ? &aln_task_for(row, aln_tree_root(c->contents->tree))->id : NULL;
    const struct aln_name *study = aln_names_find(&aln_studies, text_at(c, "study"));
    if (task != NULL)
        cite_source(c, task->source);
    if (study != NULL)
        cite_source(c, study->source);
}

/* ---- output ---- */

static void add_entry(struct aln_text *out, const char *type, const char *key, const char *fields)
{
    aln_text_add(out, "@%s{%s,\n%s}\n\n", type, key, fields);
}

/* Title and authors as in CITATION.cff. */
static void add_self(struct aln_text *out)
{
    add_entry(out, "misc", "alignode",
              "  author = {{The alignode authors}},\n"
              "  title = {{alignode}: dynamics of learning with feedback alignment},\n"
              "  note = {Version " ALN_VERSION "}\n");
}

static void add_cited(const struct citing *c, struct aln_text *out)
{
    const struct aln_reference *r;
    for (size_t i = 0; i < MOST && (r = aln_reference_row(i)) != NULL; i++)
        if (c->cited[i])
            add_entry(out, r->type, r->key, r->fields);
    if (c->other.s != NULL)
        aln_text_add(out, "%s", c->other.s);
}

static enum aln_status find_citations(struct citing *c, struct aln_text *out)
{
    cite_command(c);
    cite_parameters(c);
    cite_sweep(c);
    add_self(out);
    add_cited(c, out);
    return out->failed || c->other.failed ? aln_raise_memory("references") : ALN_OK;
}

static enum aln_status check_output(const struct aln_cli *cli)
{
    if (!aln_cli_to_file(cli->output) || aln_cli_has_extension(cli->output, "bib"))
        return ALN_OK;
    return aln_raise(ALN_USAGE, "%s: a file of BibTeX ends in .bib", cli->output);
}

int aln_cli_cite(const struct aln_cli *cli)
{
    struct aln_cli_contents contents = {.path = NULL};
    struct citing citing = {.contents = &contents};
    struct aln_text text = {0};
    enum aln_status status = check_output(cli);
    if (status == ALN_OK)
        status = aln_cli_contents_read(&contents, cli->argument[0]);
    if (status == ALN_OK)
        status = find_citations(&citing, &text);
    if (status == ALN_OK)
        status = aln_cli_save(cli, cli->output, text.s, text.length);
    free(text.s);
    free(citing.other.s);
    aln_cli_contents_free(&contents);
    return status == ALN_OK ? ALN_EXIT_DONE : aln_cli_fail(status);
}

/* Single results as the table of a sweep: a row each, with their events and the parameters in which
 * they differ as columns. */
#include "figure/gather.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/ode.h"
#include "base/failure.h"
#include "sweep/sweep_grid.h"
#include "sweep/sweep_take.h"

enum { ALWAYS = 2, MOST_IGNORED = 64 };

struct gathering {
    const struct aln_drawing *d;
    char **names, **rows;                  /* [d->count] as a sweep takes them from each result */
    const char *ignored[MOST_IGNORED + 1]; /* what is no parameter, then all that differ */
    char *differing[MOST_IGNORED];         /* [differing_count] in full */
    size_t differing_count;
    const char *key[ALN_SWEEP_MOST_KEYS]; /* of these the axes */
    size_t keys;
};

/* ---- what is asked for ---- */

static bool is_of_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.';
}

/* The next name in an expression; *at moves behind it.  Returned: out[64], or NULL at the end */
static const char *next_name(const char **at, char out[64])
{
    while (**at != '\0' && !is_of_name(**at))
        (*at)++;
    size_t n = 0;
    while (is_of_name((*at)[n]))
        n++;
    snprintf(out, 64, "%.*s", (int)(n < 63 ? n : 63), *at);
    *at += n;
    return n > 0 ? out : NULL;
}

/* The event that a name is about, "plateau_left" of plateau_left_t, or NULL. */
static const char *event_of(const char *name)
{
    static const char *const values[] = {"_t", "_eg", "_cos"};
    const char *end = strrchr(name, '_');
    bool value = false;
    for (size_t i = 0; i < sizeof values / sizeof values[0] && end != NULL; i++)
        value = value || strcmp(end, values[i]) == 0;
    for (size_t i = 0; value && i < aln_events.count; i++) {
        const char *event = aln_names_row(&aln_events, i)->name;
        const size_t n = strlen(event);
        if (strncmp(event, name, n) == 0 && name[n] == '_')
            return event;
    }
    return NULL;
}

/* The first event among the names of an option that no column has, or NULL.  Returned: out[64] */
static const char *find_event(const struct aln_drawing *d, const char *option, char out[64])
{
    for (const char *at = option; at != NULL && next_name(&at, out) != NULL;)
        for (size_t i = 0; event_of(out) != NULL && i < d->count; i++)
            if (aln_table_column(d->input[i].table, out) < 0)
                return out;
    return NULL;
}

/* ---- the cells of lines ---- */

/* Cell i of a line.  Returned: its length; *cell  NULL: there is none */
static size_t cell_at(const char *line, size_t i, const char **cell)
{
    const char *end = line + strcspn(line, "\n");
    for (; i > 0 && line != NULL && line < end; i--) {
        const char *tab = memchr(line, '\t', (size_t)(end - line));
        line = tab != NULL ? tab + 1 : NULL;
    }
    *cell = i == 0 ? line : NULL;
    return *cell != NULL ? strcspn(*cell, "\t\n") : 0;
}

/* The index of a name in a line of names, or -1. */
static int find_name(const char *names, const char *name, size_t length)
{
    const char *cell;
    size_t n;
    for (size_t i = 0; n = cell_at(names, i, &cell), cell != NULL; i++)
        if (n == length && memcmp(cell, name, n) == 0)
            return (int)i;
    return -1;
}

/* ---- checks ---- */

/* Every result must have found, or looked for, the events that are asked for. */
static enum aln_status check_events(const struct gathering *g, const char *option)
{
    char name[64];
    for (const char *at = option; at != NULL && next_name(&at, name) != NULL;)
        for (size_t i = 0; event_of(name) != NULL && i < g->d->count; i++)
            if (find_name(g->names[i], name, strlen(name)) < 0)
                return aln_raise(ALN_USAGE,
                                 "%s: has no %s: its run did not look for that event, which "
                                 "ode.events.%s asks for",
                                 g->d->input[i].path, name, event_of(name));
    return ALN_OK;
}

/* Whether a parameter says what is written, not what is run. */
static bool is_no_axis(const char *key)
{
    return strncmp(key, "ode.events", 10) == 0 || strncmp(key, "run.record", 10) == 0;
}

/* Adds the keys in which result i differs from the first. */
static enum aln_status add_keys(struct gathering *g, size_t i)
{
    struct aln_difference found;
    const struct aln_tree *first = g->d->input[0].tree;
    while (aln_tree_difference(first, g->d->input[i].tree, g->ignored, &found)) {
        if (found.key == NULL)
            return aln_raise_memory("a figure");
        const bool axis = !is_no_axis(found.key);
        if (g->differing_count == MOST_IGNORED - ALWAYS ||
            (axis && (g->keys == ALN_SWEEP_MOST_KEYS || found.a == NULL || found.b == NULL))) {
            enum aln_status status =
                aln_raise(ALN_USAGE,
                          "%s: differs from %s in %s; expected results that differ in at "
                          "most %d values",
                          g->d->input[i].path, g->d->input[0].path, found.key, ALN_SWEEP_MOST_KEYS);
            free(found.key);
            return status;
        }
        g->ignored[ALWAYS + g->differing_count] = found.key;
        g->differing[g->differing_count++] = found.key;
        if (axis)
            g->key[g->keys++] = found.key;
    }
    return ALN_OK;
}

static enum aln_status find_keys(struct gathering *g)
{
    const struct aln_figure_input *in = g->d->input;
    enum aln_status status = ALN_OK;
    for (size_t i = 1; i < g->d->count && status == ALN_OK; i++) {
        if (strcmp(in[i].table->command, in[0].table->command) != 0)
            return aln_raise(ALN_USAGE,
                             "%s: is a result of %s, %s of %s; events are drawn of "
                             "results of one command",
                             in[i].path, in[i].table->command, in[0].path, in[0].table->command);
        status = add_keys(g, i);
    }
    if (status == ALN_OK && g->keys == 0)
        return aln_raise(
            ALN_USAGE,
            "%s: an event is one number of a run; to draw it takes results that differ "
            "in a parameter, or a sweep",
            in[0].path);
    return status;
}

/* ---- the table ---- */

static void add_value(struct aln_text *out, const struct aln_figure_input *in, const char *key)
{
    const struct aln_node *node = aln_tree_root(in->tree);
    char part[64];
    for (size_t n; node != NULL && *key != '\0'; key += n + (key[n] == '.')) {
        n = strcspn(key, ".");
        snprintf(part, sizeof part, "%.*s", (int)n, key);
        node = aln_tree_find(node, part);
    }
    if (node != NULL)
        aln_tree_write_value(out, node);
}

/* Whether an earlier result has the same value. */
static bool is_repeated(const struct aln_drawing *d, size_t i, const char *key)
{
    struct aln_text own = {0}, other = {0};
    bool repeated = false;
    add_value(&own, &d->input[i], key);
    for (size_t j = 0; j < i && !repeated; j++) {
        other.length = 0;
        add_value(&other, &d->input[j], key);
        repeated = own.s != NULL && other.s != NULL && strcmp(own.s, other.s) == 0;
    }
    free(own.s);
    free(other.s);
    return repeated;
}

/* The header: the parameters of the first result, and the others' as those of a sweep. */
static void add_header(struct aln_text *out, const struct gathering *g)
{
    const struct aln_figure_input *in = g->d->input;
    struct aln_text yaml = {0};
    for (const struct aln_node *n = aln_tree_root(in->tree)->first; n != NULL; n = n->next)
        if (strcmp(n->key, "drawn") != 0)
            aln_tree_write(&yaml, n, 0);
    aln_text_add(&yaml, "sweep:\n  run: %s\n  over: [", in->table->command);
    for (size_t k = 0; k < g->keys; k++) {
        aln_text_add(&yaml, "%s{key: %s, values: [", k > 0 ? ", " : "", g->key[k]);
        for (size_t i = 0; i < g->d->count; i++) {
            if (is_repeated(g->d, i, g->key[k]))
                continue;
            aln_text_add(&yaml, i > 0 ? ", " : "");
            add_value(&yaml, &in[i], g->key[k]);
        }
        aln_text_add(&yaml, "]}");
    }
    aln_text_add(&yaml, "]\n");
    aln_text_add(out, "# alignode %s sweep\n", in->table->version);
    for (const char *line = yaml.s; line != NULL && *line != '\0';) {
        const size_t n = strcspn(line, "\n");
        aln_text_add(out, "# %.*s\n", (int)n, line);
        line += n + (line[n] == '\n');
    }
    out->failed = out->failed || yaml.failed;
    free(yaml.s);
}

/* Whether all results have a column. */
static bool is_common(const struct gathering *g, const char *name, size_t length)
{
    bool common = true;
    for (size_t i = 0; i < g->d->count && common; i++)
        common = find_name(g->names[i], name, length) >= 0;
    return common;
}

/* Appends the names (row NULL), or a row of result i, of the columns that all results have. */
static void add_common(struct aln_text *out, const struct gathering *g, size_t i, const char *row)
{
    const char *name, *cell;
    size_t length;
    for (size_t c = 0; length = cell_at(g->names[0], c, &name), name != NULL; c++) {
        if (!is_common(g, name, length))
            continue;
        cell = name;
        if (row != NULL)
            length = cell_at(row, (size_t)find_name(g->names[i], name, length), &cell);
        aln_text_add(out, "\t%.*s", (int)length, cell != NULL ? cell : "nan");
    }
    aln_text_add(out, "\n");
}

static void add_rows(struct aln_text *out, const struct gathering *g)
{
    aln_text_add(out, "point");
    for (size_t k = 0; k < g->keys; k++)
        aln_text_add(out, "\t%s", g->key[k]);
    add_common(out, g, 0, NULL);
    for (size_t i = 0; i < g->d->count; i++)
        for (const char *row = g->rows[i]; *row != '\0';) {
            aln_text_add(out, "%zu", i);
            for (size_t k = 0; k < g->keys; k++) {
                aln_text_add(out, "\t");
                add_value(out, &g->d->input[i], g->key[k]);
            }
            add_common(out, g, i, row);
            row += strcspn(row, "\n");
            row += *row == '\n';
        }
}

/* Puts the table in the place of the results. */
static enum aln_status replace(struct aln_drawing *d, const struct gathering *g)
{
    struct aln_text text = {0};
    struct aln_table *table;
    const char *path = d->input[0].path;
    add_header(&text, g);
    add_rows(&text, g);
    if (text.failed) {
        free(text.s);
        return aln_raise_memory("a figure");
    }
    enum aln_status status = aln_table_parse(&table, path, text.s, text.length, true);
    if (status != ALN_OK)
        return status;
    aln_figure_free_inputs(d);
    d->input = calloc(1, sizeof *d->input);
    if (d->input == NULL) {
        aln_table_free(table);
        return aln_raise_memory("a figure");
    }
    d->count = 1;
    d->input[0] = (struct aln_figure_input){.path = path, .table = table};
    return aln_figure_describe(d);
}

/* ---- the whole ---- */

static enum aln_status gather(struct gathering *g, struct aln_drawing *d)
{
    enum aln_status status = ALN_OK;
    for (size_t i = 0; i < d->count && status == ALN_OK; i++)
        status = aln_sweep_take_result(d->input[i].table, d->input[i].path, "t", &g->names[i],
                                       &g->rows[i]);
    if (status == ALN_OK)
        status = check_events(g, d->column);
    if (status == ALN_OK)
        status = check_events(g, d->over);
    if (status == ALN_OK)
        status = find_keys(g);
    return status == ALN_OK ? replace(d, g) : status;
}

enum aln_status aln_figure_gather(struct aln_drawing *d)
{
    char name[64];
    if (find_event(d, d->column, name) == NULL && find_event(d, d->over, name) == NULL)
        return ALN_OK;
    for (size_t i = 0; i < d->count; i++)
        if (aln_table_column(d->input[i].table, "t") < 0 ||
            strcmp(d->input[i].table->command, "sweep") == 0)
            return ALN_OK; /* its columns are all it has */
    struct gathering g = {.d = d,
                          .names = calloc(d->count, sizeof *g.names),
                          .rows = calloc(d->count, sizeof *g.rows),
                          .ignored = {"title", "source"}};
    const size_t count = d->count;
    enum aln_status status =
        g.names != NULL && g.rows != NULL ? gather(&g, d) : aln_raise_memory("a figure");
    for (size_t i = 0; i < count; i++) {
        if (g.names != NULL)
            free(g.names[i]);
        if (g.rows != NULL)
            free(g.rows[i]);
    }
    for (size_t i = 0; i < g.differing_count; i++)
        free(g.differing[i]);
    free(g.names);
    free(g.rows);
    return status;
}

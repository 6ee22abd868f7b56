#include "alignode/params.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "params_table.h"

/* ---- from a tree ---- */

/* Whether some row lies in the section `key`. */
static bool is_section(const char *key)
{
    size_t n = strlen(key);
    for (size_t i = 0; i < aln_params_row_count; i++)
        if (strncmp(aln_params_table[i].key, key, n) == 0 && aln_params_table[i].key[n] == '.')
            return true;
    return false;
}

/* The key, or section, nearest to an unknown one: by its last part, better in the same section.
 * Returned: out[64] */
static void nearest_key(const char *unknown, char out[64])
{
    const char *dot = strrchr(unknown, '.');
    const char *last = dot != NULL ? dot + 1 : unknown;
    size_t parent = (size_t)(last - unknown), best = (size_t)-1;
    for (size_t i = 0; i < aln_params_row_count; i++) {
        const char *key = aln_params_table[i].key;
        for (const char *begin = key, *end; *begin != '\0'; begin = end + (*end == '.')) {
            char part[64];
            end = begin + strcspn(begin, ".");
            snprintf(part, sizeof part, "%.*s", (int)(end - begin), begin);
            bool same = (size_t)(begin - key) == parent && strncmp(key, unknown, parent) == 0;
            size_t distance = 2 * aln_names_distance(part, last) + !same;
            if (distance < best) {
                best = distance;
                snprintf(out, 64, "%.*s", (int)(end - key), key);
            }
        }
    }
}

static enum aln_status read_value(const struct aln_param *row, const struct aln_node *node,
                                  struct aln_params *p)
{
    char text[256];
    if (aln_tree_is_empty(node))
        return aln_tree_raise(&node->at, "%s has no value: expected %s", row->key,
                              aln_params_expected(row, text));
    return row->type->read(row, node, p);
}

/* Reads the keys of a map, and of the maps in it.
 * Given: path  of the map, "" for the whole file */
static enum aln_status read_section(const struct aln_node *map, const char *path,
                                    struct aln_params *p, struct aln_params_given *given)
{
    for (const struct aln_node *node = map->first; node != NULL; node = node->next) {
        enum aln_status status = ALN_OK;
        char key[128], nearest[64];
        snprintf(key, sizeof key, "%s%s%s", path, path[0] != '\0' ? "." : "", node->key);
        const struct aln_param *row = aln_params_find(key);
        if (strchr(node->key, '.') != NULL) {
            status = aln_tree_raise(
                &node->key_at, "unknown key %s: keys are nested in a file, without points", key);
        } else if (row != NULL) {
            given->node[row - aln_params_table] = node;
            status = read_value(row, node, p);
        } else if (!is_section(key)) {
            nearest_key(key, nearest);
            status = aln_params_unknown(&node->key_at, key, nearest);
        } else if (node->kind != ALN_MAP) {
            status = aln_tree_raise(&node->at, "%s: expected keys and values", key);
        } else {
            status = read_section(node, key, p, given);
        }
        if (status != ALN_OK)
            return status;
    }
    return ALN_OK;
}

static enum aln_status read_default(const struct aln_param *row, struct aln_params *p)
{
    struct aln_tree *tree;
    char text[128];
    snprintf(text, sizeof text, "default: %s", row->def);
    enum aln_status status = aln_tree_parse(&tree, row->key, text, strlen(text));
    if (status == ALN_OK)
        status = row->type->read(row, aln_tree_root(tree)->first, p);
    aln_tree_free(tree);
    return status;
}

enum aln_status aln_params_reset(struct aln_params *p, const char *key)
{
    return read_default(aln_params_find(key), p);
}

enum aln_status aln_params_from_tree(struct aln_params **out, const struct aln_tree *tree,
                                     const char *path, const char *command)
{
    struct aln_params *p = calloc(1, sizeof *p);
    struct aln_params_given given = {.root = aln_tree_root(tree),
                                     .node = calloc(aln_params_row_count, sizeof *given.node)};
    enum aln_status status = ALN_OK;
    *out = NULL;
    if (p == NULL || given.node == NULL) {
        status = aln_raise(ALN_MEMORY, "%s: out of memory", path);
        goto out;
    }
    p->problem.overlaps.time = NAN;                               /* the last */
    p->learning.feedback.rate = p->learning.feedback.decay = NAN; /* the read-out's */
    if ((status = read_section(given.root, "", p, &given)) != ALN_OK)
        goto out;
    for (size_t i = 0; i < aln_params_row_count; i++)
        if (given.node[i] == NULL && aln_params_table[i].def != NULL &&
            (status = read_default(&aln_params_table[i], p)) != ALN_OK)
            goto out;
    if ((status = aln_params_check(p, &given, command)) != ALN_OK ||
        (status = aln_params_take_start(p, &given)) != ALN_OK)
        goto out;
    *out = p;
    p = NULL;
out:
    free(given.node);
    aln_params_free(p);
    return status;
}

enum aln_status aln_params_load(struct aln_params **out, const char *path, size_t set_count,
                                const char *const *set, const char *command)
{
    struct aln_tree *tree = NULL;
    *out = NULL;
    enum aln_status status = aln_tree_read(&tree, path);
    for (size_t i = 0; i < set_count && status == ALN_OK; i++)
        status = aln_tree_set(tree, set[i]);
    if (status == ALN_OK)
        status = aln_params_from_tree(out, tree, path, command);
    aln_tree_free(tree);
    return status;
}

void aln_params_free(struct aln_params *p)
{
    for (size_t i = 0; i < aln_params_row_count && p != NULL; i++)
        if (aln_params_table[i].type->clear != NULL)
            aln_params_table[i].type->clear(&aln_params_table[i], p);
    free(p);
}

/* ---- to YAML ---- */

/* The lines that lead from the sections of key `before` to key `now`, and the key itself. */
static void write_key(struct aln_text *t, const char *before, const char *now)
{
    int depth = 0;
    size_t shared = 0;
    for (size_t i = 0; before[i] != '\0' && before[i] == now[i]; i++)
        if (now[i] == '.')
            shared = i + 1;
    for (const char *part = now;; depth++) {
        size_t n = strcspn(part, ".");
        bool is_last = part[n] == '\0';
        if (is_last || (size_t)(part - now) >= shared)
            aln_text_add(t, "%*s%.*s:%s", 2 * depth, "", (int)n, part, is_last ? " " : "\n");
        if (is_last)
            return;
        part += n + 1;
    }
}

enum aln_status aln_params_yaml(const struct aln_params *p, char **out)
{
    struct aln_text text = {0};
    const char *before = "";
    *out = NULL;
    for (size_t i = 0; i < aln_params_row_count; i++) {
        const struct aln_param *row = &aln_params_table[i];
        if (!aln_params_has(row, p))
            continue;
        write_key(&text, before, row->key);
        row->type->write(row, p, &text);
        aln_text_add(&text, "\n");
        before = row->key;
    }
    if (text.failed || text.s == NULL) {
        free(text.s);
        return aln_raise(ALN_MEMORY, "out of memory for the parameters as text");
    }
    *out = text.s;
    return ALN_OK;
}

/* ---- times ---- */

/* Time i of the record, 0 <= i < count. */
static double asked_time(const struct aln_params *p, size_t i, size_t count)
{
    double end = p->run.time, first = p->run.record.first;
    if (p->run.record.times != NULL)
        return p->run.record.times[i];
    if (i + 1 == count)
        return end;
    if (p->run.record.spacing == ALN_LINEAR)
        return end * (double)(i + 1) / (double)count;
    if (i == 0)
        return first;
    double part = (double)i / (double)(count - 1);
    return fmin(end, exp((1 - part) * log(first) + part * log(end)));
}

enum aln_status aln_params_times(const struct aln_params *p, uint64_t N, size_t *count,
                                 double **out)
{
    size_t asked = p->run.record.times != NULL ? p->run.record.times_count : p->run.record.count;
    if (p->run.time == 0)
        asked = 0;
    double *times = malloc((asked + 1) * sizeof *times);
    *out = NULL;
    *count = 0;
    if (times == NULL)
        return aln_raise(ALN_MEMORY, "out of memory for %zu times", asked);
    size_t n = 1;
    times[0] = 0;
    for (size_t i = 0; i < asked; i++) {
        double t = asked_time(p, i, asked);
        if (N > 0)
            t = rint(t * (double)N) / (double)N;
        if (t > times[n - 1])
            times[n++] = t;
    }
    *out = times;
    *count = n;
    return ALN_OK;
}

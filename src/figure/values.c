#include "figure/values.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "figure/words.h"
#include "sweep/task.h"

/* ---- effects ---- */

/* The first row that a key begins with counts. */
static const struct {
    const char *start;
    enum aln_value_effect effect;
} effects[] = {
    {"problem.inputs", ALN_VALUE_SIZE},
    {"problem.", ALN_VALUE_PROBLEM},
    {"learning.", ALN_VALUE_PROBLEM},
    {"data.path", ALN_VALUE_NOTHING},
    {"data.", ALN_VALUE_PROBLEM},
    {"network.", ALN_VALUE_PROBLEM},
    {"target.", ALN_VALUE_PROBLEM},
    {"run.seed", ALN_VALUE_PROBLEM},
    {"run.tasks", ALN_VALUE_PROBLEM},
    {"run.", ALN_VALUE_PRECISION},
    {"ode.second_order", ALN_VALUE_PROBLEM},
    {"ode.", ALN_VALUE_PRECISION},
};

enum aln_value_effect aln_drawing_effect(const char *key)
{
    for (size_t i = 0; i < sizeof effects / sizeof effects[0]; i++)
        if (strncmp(key, effects[i].start, strlen(effects[i].start)) == 0)
            return effects[i].effect;
    return ALN_VALUE_NOTHING;
}

/* ---- the list of one result ---- */

struct aln_values_list {
    struct pair {
        char *key, *text;
    } * row; /* [count] */
    size_t count, room;
};

/* Takes over key and text. */
static bool add_value(struct aln_values_list *v, char *key, char *text)
{
    size_t room = v->count < v->room ? v->room : 2 * v->room + 32;
    struct pair *row = room == v->room ? v->row : realloc(v->row, room * sizeof *row);
    if (row != NULL) {
        v->row = row;
        v->room = room;
    }
    if (row == NULL || key == NULL || text == NULL) {
        free(key);
        free(text);
        return false;
    }
    v->row[v->count++] = (struct pair){key, text};
    return true;
}

/* Adds a scalar or a list. */
static bool add_leaf(struct aln_values_list *v, const char *key, const struct aln_node *node)
{
    struct aln_text text = {0};
    if (node->kind == ALN_LIST)
        aln_tree_write_value(&text, node);
    else
        aln_text_add(&text, "%s", node->text);
    if (text.failed) {
        free(text.s);
        return false;
    }
    return add_value(v, strdup(key), text.s != NULL ? text.s : strdup(""));
}

static bool add_children(struct aln_values_list *v, const char *key, const struct aln_node *map)
{
    bool good = true;
    for (const struct aln_node *n = map->first; n != NULL && good; n = n->next) {
        struct aln_text path = {0};
        aln_text_add(&path, "%s%s%s", key, key[0] != '\0' ? "." : "", n->key);
        good = !path.failed && path.s != NULL &&
               (n->kind == ALN_MAP ? add_children(v, path.s, n) : add_leaf(v, path.s, n));
        free(path.s);
    }
    return good;
}

/* The task whose parameters these are: that of the result, or the one that was swept. */
static const struct aln_task *task_of(const struct aln_figure_input *in)
{
    const char *swept = aln_figure_scalar(aln_tree_root(in->tree), "sweep.run");
    const struct aln_task *task = aln_task_find(swept[0] != '\0' ? swept : in->table->command);
    return task != NULL ? aln_task_for(task, aln_tree_root(in->tree)) : NULL;
}

/* Whether a key is `name` or one below it. */
static bool is_within(const char *key, const char *name)
{
    size_t n = strlen(name);
    return strncmp(key, name, n) == 0 && (key[n] == '\0' || key[n] == '.');
}

/* Adds what the header does not give, such as parameters that later versions have added. */
static bool add_defaults(struct aln_values_list *v, const struct aln_figure_input *in)
{
    const struct aln_task *task = task_of(in);
    struct aln_param_row row;
    bool good = true;
    for (size_t r = 0; task != NULL && aln_schema_row(task->schema, r, &row) && good; r++) {
        size_t i = 0;
        while (i < v->count && !is_within(v->row[i].key, row.id.name))
            i++;
        if (i == v->count && row.def[0] != '\0')
            good = add_value(v, strdup(row.id.name), strdup(row.def));
    }
    return good;
}

static void remove_key(struct aln_values_list *v, const char *key)
{
    for (size_t i = v->count; i-- > 0;) {
        if (!is_within(v->row[i].key, key))
            continue;
        free(v->row[i].key);
        free(v->row[i].text);
        memmove(&v->row[i], &v->row[i + 1], (--v->count - i) * sizeof v->row[i]);
    }
}

/* Takes out what is swept: it has no single value. */
static void remove_swept(struct aln_values_list *v, const struct aln_node *root)
{
    const struct aln_node *sweep = aln_tree_find(root, "sweep");
    const struct aln_node *over = sweep != NULL ? aln_tree_find(sweep, "over") : NULL;
    for (const struct aln_node *n = over != NULL ? over->first : NULL; n != NULL; n = n->next) {
        const struct aln_node *keys = aln_tree_find(n, "keys");
        remove_key(v, aln_figure_scalar(n, "key"));
        for (const struct aln_node *k = keys != NULL ? keys->first : NULL; k != NULL; k = k->next)
            remove_key(v, k->text);
    }
}

/* Given: list  all zero */
static bool fill_list(struct aln_values_list *list, const struct aln_figure_input *in)
{
    if (!add_children(list, "", aln_tree_root(in->tree)) || !add_defaults(list, in))
        return false;
    remove_swept(list, aln_tree_root(in->tree));
    return true;
}

static void free_list(struct aln_values_list *v)
{
    for (size_t i = 0; i < v->count; i++) {
        free(v->row[i].key);
        free(v->row[i].text);
    }
    free(v->row);
}

/* The value of a key, "" if there is none. */
static const char *look_up(const struct aln_values_list *v, const char *key)
{
    assert(key != NULL);
    for (size_t i = 0; i < v->count; i++)
        if (strcmp(v->row[i].key, key) == 0)
            return v->row[i].text;
    return "";
}

/* ---- the table ---- */

size_t aln_drawing_values_key(const struct aln_values *v, const char *key)
{
    size_t k = 0;
    for (; k < v->keys; k++) {
        assert(v->key[k] != NULL);
        if (strcmp(v->key[k], key) == 0)
            break;
    }
    return k;
}

static void add_key(struct aln_values *v, const char *key)
{
    if (aln_drawing_values_key(v, key) == v->keys)
        v->key[v->keys++] = key;
}

static bool fill_keys(struct aln_values *v)
{
    size_t most = 0;
    while (aln_drawing_word_row(most) != NULL)
        most++;
    for (size_t i = 0; i < v->results; i++)
        most += v->list[i].count;
    v->key = calloc(most, sizeof *v->key);
    if (v->key == NULL)
        return false;
    for (size_t w = 0; aln_drawing_word_row(w) != NULL; w++)
        add_key(v, aln_drawing_word_row(w)->key);
    for (size_t i = 0; i < v->results; i++)
        for (size_t r = 0; r < v->list[i].count; r++)
            add_key(v, v->list[i].row[r].key);
    return true;
}

static bool fill_values(struct aln_values *v)
{
    v->value = calloc(v->results * v->keys, sizeof *v->value);
    for (size_t i = 0; v->value != NULL && i < v->results * v->keys; i++)
        v->value[i] = look_up(&v->list[i / v->keys], v->key[i % v->keys]);
    return v->value != NULL;
}

enum aln_status aln_drawing_values_make(struct aln_values *out, const struct aln_drawing *d)
{
    *out = (struct aln_values){.results = d->count, .list = calloc(d->count, sizeof *out->list)};
    bool good = out->list != NULL;
    for (size_t i = 0; i < d->count && good; i++)
        good = fill_list(&out->list[i], &d->input[i]);
    good = good && fill_keys(out) && fill_values(out);
    return good ? ALN_OK : aln_raise_memory("a figure's key");
}

void aln_drawing_values_free(struct aln_values *v)
{
    for (size_t i = 0; v->list != NULL && i < v->results; i++)
        free_list(&v->list[i]);
    free(v->list);
    free(v->key);
    free(v->value);
    *v = (struct aln_values){.results = 0};
}

bool aln_drawing_values_agree(const struct aln_values *v, size_t a, size_t b, size_t k)
{
    return strcmp(v->value[a * v->keys + k], v->value[b * v->keys + k]) == 0;
}

#include "sweep/sweep_over.h"

#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "base/text.h"
#include "file/source.h"
#include "file/tree_inside.h"
#include "sweep/sweep_sample.h"
#include "sweep/task.h"

#define EXPECTED                                                                                   \
    "KEY=FROM:TO[:COUNT[:log]], KEY=FROM:TO:DISTRIBUTION or KEY=VALUE,... with a list of values"

struct argument {
    struct aln_tree *tree;
    const struct aln_source *source;
    size_t equals; /* where the = is */
};

static enum aln_status no_memory(void)
{
    return aln_raise_memory("--over");
}

/* The place of a byte: columns count characters. */
static struct aln_place place_of(const struct argument *a, size_t byte)
{
    struct aln_place at = {a->source, 1, 1};
    const char *s = a->source->text, *end = s + a->source->length;
    for (; s < a->source->text + byte; at.column++)
        s += aln_source_utf8_length(s, end);
    return at;
}

/* A node without text or children; NULL: out of memory. */
static struct aln_node *make_node(const struct argument *a, enum aln_node_kind kind, size_t byte)
{
    struct aln_node *node = aln_tree_take(a->tree, sizeof *node);
    if (node != NULL) {
        *node = (struct aln_node){.kind = kind, .at = place_of(a, byte), .text = ""};
        node->key_at = node->at;
    }
    return node;
}

/* Bytes begin ... end-1 of the argument as a scalar; NULL: out of memory. */
static struct aln_node *make_scalar(const struct argument *a, size_t begin, size_t end)
{
    struct aln_node *node = make_node(a, ALN_SCALAR, begin);
    if (node != NULL)
        node->text = aln_tree_take_text(a->tree, a->source->text + begin, end - begin);
    return node != NULL && node->text != NULL ? node : NULL;
}

static enum aln_status add_member(struct aln_node *entry, const char *name, struct aln_node *value)
{
    if (value == NULL)
        return no_memory();
    value->key = name;
    aln_tree_append(entry, value);
    return ALN_OK;
}

/* ---- keys ---- */

static enum aln_status add_keys(const struct argument *a, struct aln_node *entry)
{
    const char *text = a->source->text;
    struct aln_node *list = make_node(a, ALN_LIST, 0);
    if (memchr(text, ',', a->equals) == NULL)
        return add_member(entry, "key", make_scalar(a, 0, a->equals));
    for (size_t begin = 0, end; begin <= a->equals && list != NULL; begin = end + 1) {
        end = begin + strcspn(text + begin, ",=");
        struct aln_node *key = make_scalar(a, begin, end);
        if (key == NULL)
            return no_memory();
        aln_tree_append(list, key);
    }
    return add_member(entry, "keys", list);
}

/* ---- values ---- */

/* A number and a colon, and nothing of a list. */
static bool is_range(const char *value)
{
    char first[64];
    double x;
    size_t n = strcspn(value, ":");
    if (value[n] != ':' || n >= sizeof first || strpbrk(value, ",[]{}\"'") != NULL)
        return false;
    memcpy(first, value, n);
    first[n] = '\0';
    return aln_text_real(first, &x);
}

/* What part i of a range is. */
static const char *member_of(size_t i, const char *text)
{
    static const char *const names[] = {"from", "to", "count", "spacing"};
    return i == 2 && aln_names_find(&aln_sweep_distributions, text) != NULL ? "distribution"
                                                                            : names[i];
}

static enum aln_status add_range(const struct argument *a, struct aln_node *entry)
{
    enum { PARTS = 4 };
    const char *text = a->source->text;
    size_t begin = a->equals + 1;
    for (size_t i = 0; begin <= a->source->length; i++) {
        size_t end = begin + strcspn(text + begin, ":");
        struct aln_node *part = make_scalar(a, begin, end);
        if (part == NULL)
            return no_memory();
        if (i == PARTS)
            return aln_tree_raise(&part->at, "expected " EXPECTED);
        if (strcmp(part->text, "lin") == 0)
            part->text = "linear";
        (void)add_member(entry, member_of(i, part->text), part);
        begin = end + 1;
    }
    return ALN_OK;
}

/* The values as a flow list of YAML whose columns are those of the argument. */
static enum aln_status add_list(const struct argument *a, struct aln_node *entry)
{
    struct aln_text yaml = {0};
    struct aln_node *list = NULL;
    enum aln_status status;
    aln_text_add(&yaml, "%*s[%s]", (int)place_of(a, a->equals).column - 1, "",
                 a->source->text + a->equals + 1);
    const char *text = yaml.failed ? NULL : aln_tree_take_text(a->tree, yaml.s, yaml.length);
    status = text == NULL
                 ? no_memory()
                 : aln_tree_build(a->tree, a->source, "sweep.over", text, yaml.length, &list);
    free(yaml.s);
    return status == ALN_OK ? add_member(entry, "values", list) : status;
}

/* ---- the list of entries ---- */

static bool same_keys(const struct aln_node *a, const struct aln_node *b)
{
    static const char *const members[] = {"key", "keys"};
    bool same = true;
    for (size_t i = 0; i < sizeof members / sizeof members[0] && same; i++) {
        const struct aln_node *x = aln_tree_find(a, members[i]), *y = aln_tree_find(b, members[i]);
        same = x == NULL || y == NULL ? x == y : aln_tree_same(x, y);
    }
    return same;
}

/* Replaces the entry with the same keys, or appends. */
static void put_entry(struct aln_node *over, struct aln_node *entry)
{
    for (struct aln_node *n = over->first; n != NULL; n = n->next)
        if (same_keys(n, entry)) {
            entry->next = n->next;
            *n = *entry;
            return;
        }
    aln_tree_append(over, entry);
}

static struct aln_node *find(struct aln_node *node, const char *key)
{
    struct aln_node *child = node != NULL && node->kind == ALN_MAP ? node->first : NULL;
    while (child != NULL && strcmp(child->key, key) != 0)
        child = child->next;
    return child;
}

/* The list sweep.over, made if there is none.  Returned: *over; what is no list is refused later */
static enum aln_status find_over(const struct argument *a, struct aln_node **over)
{
    struct aln_node *root = a->tree->root;
    struct aln_node *list = make_node(a, ALN_LIST, 0);
    enum aln_status status = list != NULL ? ALN_OK : no_memory();
    if (status == ALN_OK && find(find(root, "sweep"), "over") == NULL)
        status = aln_tree_put(a->tree, "sweep.over", &list->at, list);
    *over = find(find(root, "sweep"), "over");
    return status;
}

enum aln_status aln_sweep_over_add(struct aln_tree *tree, const char *argument)
{
    struct argument a = {.tree = tree, .equals = strcspn(argument, "=")};
    struct aln_node *entry, *over;
    enum aln_status status = aln_tree_take_argument(tree, "--over", argument, &a.source);
    if (status != ALN_OK)
        return status;
    if (argument[a.equals] == '\0')
        return aln_tree_raise(&(struct aln_place){a.source, 1, 1}, "expected " EXPECTED);
    if ((entry = make_node(&a, ALN_MAP, 0)) == NULL)
        return no_memory();
    status = add_keys(&a, entry);
    if (status == ALN_OK)
        status = is_range(argument + a.equals + 1) ? add_range(&a, entry) : add_list(&a, entry);
    if (status == ALN_OK)
        status = find_over(&a, &over);
    if (status == ALN_OK && over->kind == ALN_LIST)
        put_entry(over, entry);
    return status;
}

enum aln_status aln_sweep_over_run(struct aln_tree *tree)
{
    const struct aln_task *task = aln_task_of(tree->root);
    struct aln_node name = {.kind = ALN_SCALAR, .at = tree->root->at, .text = task->id.name};
    if (find(find(tree->root, "sweep"), "run") != NULL)
        return ALN_OK;
    return aln_tree_put(tree, "sweep.run", &tree->root->at, &name);
}

#include "file/tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static bool same_text(const struct aln_node *a, const struct aln_node *b)
{
    double x, y;
    if (strcmp(a->text, b->text) == 0)
        return true;
    return !a->quoted && !b->quoted && aln_text_real(a->text, &x) && aln_text_real(b->text, &y) &&
           x == y;
}

static bool same_children(const struct aln_node *a, const struct aln_node *b)
{
    bool equal = a->count == b->count;
    for (const struct aln_node *x = a->first, *y = b->first; equal && x != NULL && y != NULL;
         x = x->next, y = y->next) {
        const struct aln_node *other = x->key != NULL ? aln_tree_find(b, x->key) : y;
        equal = other != NULL && aln_tree_same(x, other);
    }
    return equal;
}

bool aln_tree_same(const struct aln_node *a, const struct aln_node *b)
{
    if (a->kind != b->kind)
        return false;
    return a->kind == ALN_SCALAR ? same_text(a, b) : same_children(a, b);
}

static bool is_ignored(const char *key, const char *const *ignored)
{
    for (size_t i = 0; ignored != NULL && ignored[i] != NULL; i++)
        if (strcmp(key, ignored[i]) == 0)
            return true;
    return strcmp(key, "drawn") == 0 || strcmp(key, "figure") == 0;
}

struct tree_comparison {
    const char *const *ignored;
    struct aln_difference *out;
};

static bool find_difference(const struct tree_comparison *c, const char *prefix,
                            const struct aln_node *a, const struct aln_node *b);

/* Compares what two maps have under one key; NULL: not there. */
static bool key_differs(const struct tree_comparison *c, const char *prefix, const char *name,
                        const struct aln_node *a, const struct aln_node *b)
{
    struct aln_text key = {0};
    bool found = false;
    aln_text_add(&key, "%s%s%s", prefix, prefix[0] != '\0' ? "." : "", name);
    if (key.failed || (a != NULL && b != NULL && aln_tree_same(a, b)) ||
        is_ignored(key.s, c->ignored)) {
        found = key.failed;
    } else if (a != NULL && b != NULL && a->kind == ALN_MAP && b->kind == ALN_MAP) {
        found = find_difference(c, key.s, a, b);
    } else {
        *c->out = (struct aln_difference){key.s, a, b};
        return true;
    }
    free(key.s);
    return found;
}

static bool find_difference(const struct tree_comparison *c, const char *prefix,
                            const struct aln_node *a, const struct aln_node *b)
{
    bool found = false;
    for (const struct aln_node *x = a->first; x != NULL && !found; x = x->next)
        found = key_differs(c, prefix, x->key, x, aln_tree_find(b, x->key));
    for (const struct aln_node *y = b->first; y != NULL && !found; y = y->next)
        if (aln_tree_find(a, y->key) == NULL)
            found = key_differs(c, prefix, y->key, NULL, y);
    return found;
}

bool aln_tree_difference(const struct aln_tree *a, const struct aln_tree *b,
                         const char *const *ignored, struct aln_difference *out)
{
    *out = (struct aln_difference){.key = NULL};
    return find_difference(&(struct tree_comparison){ignored, out}, "", aln_tree_root(a),
                           aln_tree_root(b));
}

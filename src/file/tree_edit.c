/* Changes to a tree that has been read: values put at paths, copies. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file/source.h"
#include "file/tree_inside.h"

enum { LONGEST_PATH = 32 }; /* parts, which limits the depth of a tree */

/* Replaces the contents of *node by `value`, keeping its key and its place among siblings. */
static void replace(struct aln_node *node, const struct aln_node *value)
{
    struct aln_node *next = node->next;
    const char *key = node->key;
    struct aln_place key_at = node->key_at;
    *node = *value;
    node->next = next;
    node->key = key;
    node->key_at = key_at;
}

/* The child called `key` (length bytes), created if needed. A parent that is no map becomes one. */
static struct aln_node *reach(struct aln_tree *tree, struct aln_node *parent, const char *key,
                              size_t length, const struct aln_place *at)
{
    if (parent->kind != ALN_MAP)
        replace(parent, &(struct aln_node){.kind = ALN_MAP, .at = *at, .text = ""});
    struct aln_node *child = parent->first;
    while (child != NULL && (strncmp(child->key, key, length) != 0 || child->key[length] != '\0'))
        child = child->next;
    if (child == NULL) {
        const char *copy = aln_tree_take_text(tree, key, length);
        if (copy == NULL || (child = aln_tree_take(tree, sizeof *child)) == NULL)
            return NULL;
        *child = (struct aln_node){.kind = ALN_MAP, .at = *at, .key = copy, .text = ""};
        aln_tree_append(parent, child);
    }
    child->key_at = *at;
    return child;
}

/* Puts a value at a path of `length` bytes that begins at a place. */
static enum aln_status put(struct aln_tree *tree, const char *path, size_t length,
                           struct aln_place at, const char *expected, const struct aln_node *value)
{
    struct aln_node *node = tree->root;
    const char *end = path + length;
    size_t parts = 0;
    for (const char *part = path; part <= end; part++) {
        const char *dot = memchr(part, '.', (size_t)(end - part));
        size_t n = (size_t)((dot != NULL ? dot : end) - part);
        if (n == 0)
            return aln_tree_raise(&at, "expected %s, a part of the path is empty", expected);
        if (++parts > LONGEST_PATH)
            return aln_tree_raise(&at, "nested deeper than %d levels", LONGEST_PATH);
        if ((node = reach(tree, node, part, n, &at)) == NULL)
            return aln_raise(ALN_MEMORY, "%s: out of memory", at.source->name);
        for (const char *s = part; s < part + n; at.column++) {
            size_t bytes = aln_source_utf8_length(s, end);
            s += bytes > 0 ? bytes : 1;
        }
        at.column++;
        part += n;
    }
    replace(node, value);
    return ALN_OK;
}

enum aln_status aln_tree_put(struct aln_tree *tree, const char *path, const struct aln_place *at,
                             const struct aln_node *value)
{
    return put(tree, path, strlen(path), *at, "key.path", value);
}

/* A text as it stands, without the blanks around it.
 * Returned: *out  NULL if there is nothing */
static enum aln_status take_whole(struct aln_tree *tree, const char *s, struct aln_place at,
                                  struct aln_node **out)
{
    size_t blanks = strspn(s, " "), length = strlen(s);
    while (length > blanks && s[length - 1] == ' ')
        length--;
    *out = NULL;
    if (length <= blanks)
        return ALN_OK;
    struct aln_node *node = aln_tree_take(tree, sizeof *node);
    char *text = aln_tree_take_text(tree, s + blanks, length - blanks);
    if (node == NULL || text == NULL)
        return aln_raise(ALN_MEMORY, "--set: out of memory");
    at.column += blanks;
    *node =
        (struct aln_node){.kind = ALN_SCALAR, .at = at, .key_at = at, .text = text, .quoted = true};
    *out = node;
    return ALN_OK;
}

enum aln_status aln_tree_take_argument(struct aln_tree *tree, const char *name, const char *text,
                                       const struct aln_source **out)
{
    size_t length = strlen(text);
    struct aln_source *source = aln_tree_take(tree, sizeof *source);
    if (source == NULL || (source->text = aln_tree_take_text(tree, text, length)) == NULL)
        return aln_raise(ALN_MEMORY, "%s: out of memory", name);
    source->name = name;
    source->length = length;
    source->argument = true;
    *out = source;
    return aln_source_check(source, length);
}

/* Whether a text is not YAML: without bracket or quotes around it. A single quote that is not closed
 * is an apostrophe. */
static bool is_bare(const char *text)
{
    return *text == '\0' || strchr("\"'[{", *text) == NULL ||
           (*text == '\'' && strchr(text + 1, '\'') == NULL);
}

static enum aln_status set(struct aln_tree *tree, const char *assignment, bool whole)
{
    size_t length = strlen(assignment);
    const struct aln_source *source = NULL;
    enum aln_status status = aln_tree_take_argument(tree, "--set", assignment, &source);
    if (status != ALN_OK)
        return status;
    char *key = aln_tree_take_text(tree, assignment, length);
    char *text = aln_tree_take_text(tree, assignment, length);
    if (key == NULL || text == NULL)
        return aln_raise(ALN_MEMORY, "--set: out of memory");
    struct aln_place at = {source, 1, 1};
    char *equals = strchr(key, '=');
    if (equals == NULL)
        return aln_tree_raise(&at, "expected key.path=VALUE");
    *equals = '\0';

    /* Blank out the key, character by character, so that columns stay those of the argument. */
    size_t blanks = 0;
    for (const char *s = key; *s != '\0'; s += aln_source_utf8_length(s, equals))
        blanks++;
    const char *value_text = equals + 1;
    memset(text, ' ', ++blanks);
    strcpy(text + blanks, value_text);
    struct aln_node *value = NULL;
    struct aln_place value_at = {source, 1, blanks + 1};
    if (whole && is_bare(value_text + strspn(value_text, " ")))
        status = take_whole(tree, value_text, value_at, &value);
    else
        status = aln_tree_build(tree, source, key, text, strlen(text), &value);
    if (status != ALN_OK)
        return status;
    struct aln_node nothing = {.kind = ALN_SCALAR, .at = value_at, .text = ""};
    return put(tree, key, (size_t)(equals - key), at, "key.path=VALUE",
               value != NULL ? value : &nothing);
}

enum aln_status aln_tree_set(struct aln_tree *tree, const char *assignment)
{
    return set(tree, assignment, false);
}

enum aln_status aln_tree_set_text(struct aln_tree *tree, const char *assignment)
{
    return set(tree, assignment, true);
}

/* ---- copies ---- */

/* Copies the children of a node, recursively. */
static bool copy_children(struct aln_tree *tree, const struct aln_node *from, struct aln_node *to)
{
    to->first = to->last = NULL;
    to->count = 0;
    for (const struct aln_node *child = from->first; child != NULL; child = child->next) {
        struct aln_node *copy = aln_tree_take(tree, sizeof *copy);
        if (copy == NULL)
            return false;
        *copy = *child;
        copy->next = NULL;
        aln_tree_append(to, copy);
        if (!copy_children(tree, child, copy))
            return false;
    }
    return true;
}

enum aln_status aln_tree_copy(struct aln_tree **out, const struct aln_tree *tree)
{
    struct aln_tree *copy = calloc(1, sizeof *copy);
    *out = NULL;
    if (copy == NULL || (copy->root = aln_tree_take(copy, sizeof *copy->root)) == NULL)
        goto memory;
    *copy->root = *tree->root;
    if (!copy_children(copy, tree->root, copy->root))
        goto memory;
    *out = copy;
    return ALN_OK;
memory:
    aln_tree_free(copy);
    return aln_raise(ALN_MEMORY, "%s: out of memory", tree->root->at.source->name);
}

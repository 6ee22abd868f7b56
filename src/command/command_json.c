/* YAML as JSON. */
#include <stdlib.h>
#include <string.h>

#include "alignode/command.h"
#include "base/failure.h"
#include "base/text.h"
#include "file/tree.h"

/* Whether all of it is digits after an optional minus: whole numbers keep all of theirs. */
static bool is_whole(const char *s)
{
    s += *s == '-';
    return *s != '\0' && s[strspn(s, "0123456789")] == '\0' && (*s != '0' || s[1] == '\0');
}

static void add_scalar(struct aln_text *out, const struct aln_node *node)
{
    char number[32];
    double x;
    const char *s = node->text;
    const bool plain = !node->quoted;
    if (plain && aln_tree_is_empty(node))
        aln_text_add(out, "null");
    else if (plain && (strcmp(s, "true") == 0 || strcmp(s, "false") == 0 || is_whole(s)))
        aln_text_add(out, "%s", s);
    else if (plain && aln_text_real(s, &x)) {
        aln_text_short_real(x, number);
        aln_text_add(out, "%s%s", number, is_whole(number) ? ".0" : "");
    } else
        aln_text_json(out, s);
}

static void add_node(struct aln_text *out, const struct aln_node *node)
{
    const bool map = node->kind == ALN_MAP;
    if (node->kind == ALN_SCALAR) {
        add_scalar(out, node);
        return;
    }
    aln_text_add(out, "%c", map ? '{' : '[');
    for (const struct aln_node *n = node->first; n != NULL; n = n->next) {
        if (map) {
            aln_text_json(out, n->key);
            aln_text_add(out, ": ");
        }
        add_node(out, n);
        aln_text_add(out, "%s", n->next != NULL ? ", " : "");
    }
    aln_text_add(out, "%c", map ? '}' : ']');
}

enum aln_status aln_command_json(const char *name, const char *yaml, char **json)
{
    struct aln_tree *tree;
    struct aln_text out = {0};
    *json = NULL;
    enum aln_status status = aln_tree_parse(&tree, name, yaml, strlen(yaml));
    if (status != ALN_OK)
        return status;
    add_node(&out, aln_tree_root(tree));
    aln_tree_free(tree);
    if (out.failed) {
        free(out.s);
        return aln_raise_memory("parameters as JSON");
    }
    *json = out.s;
    return ALN_OK;
}

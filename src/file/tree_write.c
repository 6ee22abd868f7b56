/* Writes a tree as YAML. */
#include <ctype.h>
#include <string.h>

#include "base/text.h"
#include "file/tree.h"

/* Whether a text needs no quotes in any place: words, numbers, paths. */
static bool is_simple(const char *text)
{
    bool first = true;
    for (const char *c = text; *c != '\0'; c++, first = false)
        if (!isalnum((unsigned char)*c) && strchr(first ? "_./" : "_./+-", *c) == NULL)
            return (*c == '-' || *c == '+') && first && c[1] != '\0' && is_simple(c + 1);
    return !first;
}

static void write_text(struct aln_text *t, const char *text, bool quoted)
{
    if (!quoted && is_simple(text))
        aln_text_put(t, text);
    else
        aln_text_quote(t, text);
}

/* A scalar as it is written in the file, or with numbers for every reader of YAML. */
static void write_scalar(struct aln_text *t, const struct aln_node *node, bool for_all)
{
    double x;
    if (aln_tree_is_empty(node))
        aln_text_put(t, "~");
    else if (for_all && !node->quoted && aln_text_real(node->text, &x))
        aln_text_number(t, node->text);
    else
        write_text(t, node->text, node->quoted);
}

static void write_value(struct aln_text *t, const struct aln_node *node, bool for_all)
{
    if (node->kind == ALN_SCALAR) {
        write_scalar(t, node, for_all);
        return;
    }
    aln_text_put(t, node->kind == ALN_LIST ? "[" : "{");
    for (const struct aln_node *child = node->first; child != NULL; child = child->next) {
        if (child->key != NULL) {
            write_text(t, child->key, false);
            aln_text_put(t, ": ");
        }
        write_value(t, child, for_all);
        aln_text_put(t, child->next != NULL ? ", " : "");
    }
    aln_text_put(t, node->kind == ALN_LIST ? "]" : "}");
}

void aln_tree_write_value(struct aln_text *t, const struct aln_node *node)
{
    write_value(t, node, false);
}

void aln_tree_write(struct aln_text *t, const struct aln_node *node, size_t indent)
{
    aln_text_add(t, "%*s", (int)indent, "");
    write_text(t, node->key, false);
    if (node->kind == ALN_MAP && node->count > 0) {
        aln_text_put(t, ":\n");
        for (const struct aln_node *child = node->first; child != NULL; child = child->next)
            aln_tree_write(t, child, indent + 2);
    } else {
        aln_text_put(t, ": ");
        write_value(t, node, true);
        aln_text_put(t, "\n");
    }
}

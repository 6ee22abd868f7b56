#include "cli/json.h"

#include <ctype.h>
#include <string.h>

/* Whether the spelling of a number is that of JSON: no +1, .5, 1. or 01. */
static bool is_spelled(const char *text)
{
    text += *text == '-';
    const bool zero = *text == '0';
    size_t whole = strspn(text, "0123456789");
    if (whole == 0 || (zero && whole > 1))
        return false;
    text += whole;
    return *text != '.' || isdigit((unsigned char)text[1]);
}

static bool is_word(const struct aln_node *node)
{
    return !node->quoted && (strcmp(node->text, "true") == 0 || strcmp(node->text, "false") == 0);
}

static void add_scalar(struct aln_text *out, const struct aln_node *node)
{
    double x = 0;
    char number[32];
    if (node->quoted || (!is_word(node) && !aln_text_real(node->text, &x))) {
        aln_text_json(out, node->text);
        return;
    }
    if (is_word(node) || is_spelled(node->text)) {
        aln_text_add(out, "%s", node->text);
        return;
    }
    aln_text_from_real(x, number);
    aln_text_add(out, "%s", number);
}

static void add_children(struct aln_text *out, const struct aln_node *node, const char *brackets)
{
    aln_text_add(out, "%c", brackets[0]);
    for (const struct aln_node *n = node->first; n != NULL; n = n->next) {
        if (n->key != NULL) {
            aln_text_json(out, n->key);
            aln_text_add(out, ": ");
        }
        aln_json_node(out, n);
        aln_text_add(out, "%s", n->next != NULL ? ", " : "");
    }
    aln_text_add(out, "%c", brackets[1]);
}

void aln_json_node(struct aln_text *out, const struct aln_node *node)
{
    if (node->kind == ALN_SCALAR)
        add_scalar(out, node);
    else
        add_children(out, node, node->kind == ALN_LIST ? "[]" : "{}");
}

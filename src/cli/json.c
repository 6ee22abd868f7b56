#include "cli/json.h"

#include <ctype.h>
#include <string.h>

void aln_json_string(struct aln_text *out, const char *text)
{
    aln_text_add(out, "\"");
    for (const char *c = text; *c != '\0'; c++) {
        if ((unsigned char)*c < ' ')
            aln_text_add(out, "\\u%04x", (unsigned)*c);
        else
            aln_text_add(out, "%s%c", *c == '"' || *c == '\\' ? "\\" : "", *c);
    }
    aln_text_add(out, "\"");
}

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

void aln_json_scalar(struct aln_text *out, const struct aln_node *node)
{
    double x;
    char number[32];
    if (node->quoted || (!is_word(node) && !aln_text_real(node->text, &x))) {
        aln_json_string(out, node->text);
        return;
    }
    if (is_word(node) || is_spelled(node->text)) {
        aln_text_add(out, "%s", node->text);
        return;
    }
    aln_text_from_real(x, number);
    aln_text_add(out, "%s", number);
}

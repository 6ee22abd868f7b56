#include "file/source.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum {
    MOST_OPEN = 1000,  /* brackets, including those in texts and comments */
    MOST_BLANK = 10000 /* consecutive empty lines */
};

size_t aln_source_utf8_length(const char *s, const char *end)
{
    static const struct {
        unsigned char first_lo, first_hi, second_lo, second_hi;
        size_t length;
    } forms[] = {
        {0x00, 0x7f, 0x00, 0x00, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    const unsigned char *u = (const unsigned char *)s;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        size_t n = forms[i].length;
        if (u[0] < forms[i].first_lo || u[0] > forms[i].first_hi)
            continue;
        if ((size_t)(end - s) < n ||
            (n > 1 && (u[1] < forms[i].second_lo || u[1] > forms[i].second_hi)))
            return 0;
        for (size_t j = 2; j < n; j++)
            if (u[j] < 0x80 || u[j] > 0xbf)
                return 0;
        return n;
    }
    return 0;
}

/* C0 and C1 controls, and a carriage return that does not end a line. */
static bool is_control(const char *s, const char *end)
{
    const unsigned char *u = (const unsigned char *)s;
    if (*u == '\r')
        return s + 1 == end || s[1] != '\n';
    if (*u == 0xc2)
        return s + 1 < end && u[1] < 0xa0;
    return (*u < 0x20 && *u != '\t' && *u != '\n') || *u == 0x7f;
}

/* With escapes, keys may hold anything. Control characters and a truncated last character become
 * question marks. */
static void make_printable(char *s)
{
    const char *end = s + strlen(s);
    char *out = s;
    for (size_t n; s < end; s += n) {
        n = aln_source_utf8_length(s, end);
        bool printable = n > 0 && !is_control(s, end) && *s != '\n' && *s != '\r' && *s != '\t';
        n = n > 0 ? n : 1;
        memmove(out, printable ? s : "?", printable ? n : 1);
        out += printable ? n : 1;
    }
    *out = '\0';
}

void aln_source_line(const struct aln_source *source, size_t line, const char **begin,
                     const char **end)
{
    const char *last = source->text + source->length, *s = source->text;
    while (--line > 0 && s < last) {
        const char *next = memchr(s, '\n', (size_t)(last - s));
        s = next != NULL ? next + 1 : last;
    }
    const char *stop = memchr(s, '\n', (size_t)(last - s));
    *begin = s;
    *end = stop != NULL ? stop : last;
    if (*end > *begin && (*end)[-1] == '\r')
        (*end)--;
}

enum aln_status(aln_tree_raise)(const struct aln_place *at, const char *fmt, ...)
{
    enum { WIDEST = 400, BEFORE = 300 }; /* characters shown, in all and before the column */
    char message[1024], shown[4 * WIDEST + 8], caret[WIDEST + 8], place[64];
    const char *s, *end;
    va_list args;
    va_start(args, fmt);
    aln_text_format(message, sizeof message, fmt, args);
    va_end(args);
    make_printable(message);
    size_t first = at->column > WIDEST ? at->column - BEFORE : 1, n = 0, spaces = 0;
    aln_source_line(at->source, at->line, &s, &end);
    for (size_t column = 1; s < end && column < first + WIDEST; column++) {
        size_t length = aln_source_utf8_length(s, end);
        if (column >= first) {
            bool printable = length > 0 && !is_control(s, end);
            if (column < at->column)
                caret[spaces++] = *s == '\t' ? '\t' : ' ';
            memcpy(shown + n, printable ? s : "?", printable ? length : 1);
            n += printable ? length : 1;
        }
        s += length > 0 ? length : 1;
    }
    shown[n] = '\0';
    strcpy(caret + spaces, "^");
    if (at->source->argument)
        snprintf(place, sizeof place, "%zu", at->column);
    else
        snprintf(place, sizeof place, "%zu:%zu", at->line, at->column);
    return aln_raise(ALN_USAGE, "%s:%s: %s\n%s\n%s", at->source->name, place, message, shown,
                     caret);
}

enum aln_status aln_source_check(const struct aln_source *source, size_t length)
{
    struct aln_place at = {source, 1, 1};
    const char *s = source->text, *end = s + length;
    /* The header of a result has the texts of a file, which may hold as many, and its own. */
    const size_t most = strncmp(s, "# alignode ", 11) == 0 ? 2 * MOST_OPEN : MOST_OPEN;
    size_t open = 0, blank = 0;
    for (size_t n; s < end; s += n) {
        n = aln_source_utf8_length(s, end);
        open += *s == '[' || *s == '{';
        open -= open > 0 && (*s == ']' || *s == '}');
        if (open > most)
            return aln_tree_raise(&at, "more than %zu brackets are open", most);
        blank = *s == '\n' ? blank + 1 : *s == ' ' || *s == '\r' ? blank : 0;
        if (blank > MOST_BLANK)
            return aln_tree_raise(&at, "more than %d consecutive empty lines", MOST_BLANK);
        if (n == 0)
            return aln_tree_raise(&at, "the byte 0x%02x is not UTF-8 text", (unsigned char)*s);
        if (is_control(s, end) || (source->argument && *s == '\n'))
            return aln_tree_raise(&at, "the control character U+%04X is not allowed here",
                                  (unsigned char)s[n - 1]); /* for C1, U+0080-9F, the second byte */
        at.column++;
        if (*s == '\n') {
            at.line++;
            at.column = 1;
        }
    }
    return ALN_OK;
}

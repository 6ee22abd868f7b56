#include "file/tree_cause.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* ---- characters ---- */

/* Characters that look like nothing, like a space or like another one; in order.
 * Source: the Unicode Character Database, general categories Zs, Cf and Pd */
static const struct character {
    uint32_t first, last;
    const char *name, *advice;
} characters[] = {
    {0x00a0, 0x00a0, "no-break space", "type a plain space"},
    {0x00ad, 0x00ad, "soft hyphen", "remove it"},
    {0x034f, 0x034f, "combining grapheme joiner", "remove it"},
    {0x061c, 0x061c, "direction mark", "remove it"},
    {0x1680, 0x1680, "ogham space", "type a plain space"},
    {0x180e, 0x180e, "vowel separator", "remove it"},
    {0x2000, 0x200a, "wide or narrow space", "type a plain space"},
    {0x200b, 0x200b, "zero-width space", "remove it"},
    {0x200c, 0x200d, "zero-width joiner", "remove it"},
    {0x200e, 0x200f, "direction mark", "remove it"},
    {0x2010, 0x2011, "hyphen", "type -"},
    {0x2012, 0x2015, "dash", "type -"},
    {0x2018, 0x201b, "curly quote", "type '"},
    {0x201c, 0x201f, "curly quote", "type \""},
    {0x2028, 0x2028, "line separator", "begin a new line"},
    {0x2029, 0x2029, "paragraph separator", "begin a new line"},
    {0x202a, 0x202e, "direction mark", "remove it"},
    {0x202f, 0x202f, "narrow no-break space", "type a plain space"},
    {0x205f, 0x205f, "mathematical space", "type a plain space"},
    {0x2060, 0x2060, "word joiner", "remove it"},
    {0x2061, 0x2064, "invisible operator", "remove it"},
    {0x2066, 0x2069, "direction mark", "remove it"},
    {0x2212, 0x2212, "minus sign", "type -"},
    {0x3000, 0x3000, "ideographic space", "type a plain space"},
    {0x3164, 0x3164, "hangul filler", "remove it"},
    {0xfeff, 0xfeff, "byte-order mark", "remove it"},
    {0xff0c, 0xff0c, "fullwidth comma", "type ,"},
    {0xff1a, 0xff1a, "fullwidth colon", "type : and a space"},
};

/* The code of a valid character of n bytes. */
static uint32_t code_of(const char *s, size_t n)
{
    static const unsigned char first[] = {0, 0x7f, 0x1f, 0x0f, 0x07}; /* its bits, by length */
    uint32_t code = (unsigned char)s[0] & first[n];
    for (size_t i = 1; i < n; i++)
        code = code << 6 | ((unsigned char)s[i] & 0x3fu);
    return code;
}

static const struct character *find_character(uint32_t code)
{
    for (size_t i = 0; i < sizeof characters / sizeof characters[0]; i++)
        if (code >= characters[i].first && code <= characters[i].last)
            return &characters[i];
    return NULL;
}

static bool blame_character(struct aln_cause *cause, const struct aln_place *at, uint32_t code)
{
    const struct character *c = find_character(code);
    if (c == NULL)
        return false;
    cause->at = *at;
    snprintf(cause->words, sizeof cause->words, "%s (U+%04X): %s", c->name, (unsigned)code,
             c->advice);
    return true;
}

/* ---- lines ---- */

struct line {
    const char *s, *end; /* without the line break */
};

static struct line line_of(const struct aln_source *source, size_t number)
{
    struct line line;
    aln_source_line(source, number, &line.s, &line.end);
    return line;
}

static size_t indent_of(struct line line)
{
    size_t n = 0;
    while (line.s + n < line.end && line.s[n] == ' ')
        n++;
    return n;
}

/* The length of the bare word at s: letters, digits, - and _. */
static size_t word_at(const char *s, const char *end)
{
    size_t n = 0;
    while (s + n < end && (isalnum((unsigned char)s[n]) || s[n] == '_' || s[n] == '-'))
        n++;
    return n;
}

/* Where a plain text that begins at s ends: at a comment, before ": ", at a bracket, comma or
 * quote. */
static const char *plain_end(const char *s, const char *end)
{
    const char *c = s;
    for (; c < end && strchr(",[]{}\"'\n\r", *c) == NULL; c++)
        if ((*c == '#' && c > s && c[-1] == ' ') ||
            (*c == ':' && (c + 1 == end || c[1] == ' ' || c[1] == '\n')))
            break;
    return c;
}

/* A character between two points of a line; `at` is the place of the first. */
static bool blame_characters(struct aln_cause *cause, struct aln_place at, const char *s,
                             const char *end)
{
    for (size_t n; s < end && (n = aln_source_utf8_length(s, end)) > 0; s += n, at.column++)
        if (n > 1 && blame_character(cause, &at, code_of(s, n)))
            return true;
    return false;
}

/* A word, a colon and at once something else, but for paths (c:/x) and times (1:30). */
static bool blame_colon(struct aln_cause *cause, const struct aln_place *at, const char *s,
                        const char *end)
{
    size_t n = word_at(s, end);
    const char *rest = s + n + 1;
    if (n == 0 || !isalpha((unsigned char)s[0]) || rest >= end || s[n] != ':' ||
        strchr(" \t/\\:", *rest) != NULL)
        return false;
    const char *stop = plain_end(rest, end);
    size_t shown = (size_t)(stop - rest) < 40 ? (size_t)(stop - rest) : 0;
    cause->at = *at;
    cause->at.column += n + 1;
    snprintf(cause->words, sizeof cause->words,
             "no space after the colon of %.*s:, write %.*s: %.*s%s", (int)(n < 60 ? n : 60), s,
             (int)(n < 60 ? n : 60), s, (int)shown, rest, shown == 0 ? "..." : "");
    return true;
}

/* `column` characters into a line. */
static const char *at_column(struct line line, size_t column)
{
    const char *s = line.s;
    for (size_t n; column > 1 && s < line.end; column--) {
        n = aln_source_utf8_length(s, line.end);
        s += n > 0 ? n : 1;
    }
    return s;
}

/* What stands before the first word of the line below a key without a value. */
static bool blame_below(struct aln_cause *cause, const struct aln_place *at, const char *rest)
{
    struct line line = line_of(at->source, at->line + 1);
    struct aln_place below = {at->source, at->line + 1, 1};
    size_t blank = indent_of(line);
    if (rest[strspn(rest, ": \r")] != '\n')
        return false;
    below.column += blank;
    size_t n = aln_source_utf8_length(line.s + blank, line.end);
    return line.s + blank < line.end &&
           blame_characters(cause, below, line.s + blank, line.s + blank + n);
}

/* A decimal comma inside braces, behind which the rest of the number is taken for a key. */
static bool blame_comma(struct aln_cause *cause, const struct aln_place *at, struct line line,
                        const char *s)
{
    const char *number = s - 1;
    size_t n = strspn(s, "0123456789");
    if (n == 0 || number <= line.s || *number != ',' || !isdigit((unsigned char)number[-1]) ||
        plain_end(s, line.end) != s + n)
        return false;
    while (number > line.s && strchr(" ,:{[", number[-1]) == NULL)
        number--;
    cause->at = *at;
    cause->at.column -= 1;
    snprintf(cause->words, sizeof cause->words, "a decimal comma: write %.*s.%.*s",
             (int)(s - 1 - number), number, (int)n, s);
    return true;
}

/* A line that begins with a word, and a bracket or = where its colon should be. */
static bool blame_no_colon(struct aln_cause *cause, const struct aln_place *at, struct line line,
                           const char *s)
{
    size_t n = word_at(s, line.end);
    const char *next = s + n + strspn(s + n, " ");
    if (n == 0 || n > 60 || s != line.s + indent_of(line) || next >= line.end ||
        strchr("{[=", *next) == NULL)
        return false;
    cause->at = *at;
    snprintf(cause->words, sizeof cause->words, "no colon after the key %.*s", (int)n, s);
    return true;
}

bool aln_cause_in(struct aln_cause *cause, const struct aln_place *at)
{
    struct line line = line_of(at->source, at->line);
    const char *s = at_column(line, at->column), *end = plain_end(s, line.end);
    if (blame_characters(cause, *at, s, end))
        return true;
    if (blame_comma(cause, at, line, s))
        return true;
    if (at->source->argument)
        return false;
    return blame_no_colon(cause, at, line, s) || blame_colon(cause, at, s, line.end) ||
           blame_below(cause, at, end);
}

/* ---- indentation ---- */

enum { LEVELS = 40 };

/* Reads lines of block style, following brackets and quotes. */
struct layout {
    size_t level[LEVELS], levels; /* columns at which something begins */
    bool opens;                   /* the line before ends with a key and its colon */
    size_t brackets;
    char quote;    /* that is open; 0: none */
    size_t folded; /* least indentation of a text in lines of its own; 0: none */
};

static void read_character(struct layout *b, const char **s, struct line line)
{
    char c = **s;
    bool starts = *s == line.s || strchr(" [{,", (*s)[-1]) != NULL;
    if (b->quote != 0) {
        *s += b->quote == '"' && c == '\\' && *s + 1 < line.end;
        b->quote = c == b->quote ? 0 : b->quote;
    } else if (starts && (c == '"' || c == '\'')) {
        b->quote = c;
    } else if (c == '[' || c == '{') {
        b->brackets += starts || b->brackets > 0;
    } else if ((c == ']' || c == '}') && b->brackets > 0) {
        b->brackets--;
    }
}

/* The end of a line without its comment and trailing blanks; follows brackets and quotes. */
static const char *read_line(struct layout *b, struct line line)
{
    const char *s = line.s, *last = line.s;
    for (; s < line.end; s++) {
        if (b->quote == 0 && *s == '#' && (s == line.s || s[-1] == ' ' || s[-1] == '\t'))
            break;
        read_character(b, &s, line);
        if (*s != ' ' && *s != '\t')
            last = s + 1;
    }
    return last < line.end ? last : line.end;
}

static bool is_key(const char *s, const char *end)
{
    size_t n = word_at(s, end);
    return n > 0 && s + n < end && s[n] == ':' && (s + n + 1 == end || s[n + 1] == ' ');
}

static bool blame_indent(struct aln_cause *cause, const struct layout *b, size_t indent,
                         const struct aln_place *at)
{
    char levels[128] = "";
    size_t n = 0;
    for (size_t i = 0; i < b->levels && n < sizeof levels; i++)
        n += (size_t)snprintf(levels + n, sizeof levels - n, "%s%zu",
                              i == 0              ? ""
                              : i + 1 < b->levels ? ", "
                                                  : " or ",
                              b->level[i]);
    cause->at = *at;
    cause->at.column = indent + 1;
    snprintf(cause->words, sizeof cause->words,
             "wrong indentation: %zu space%s, where the lines above have %s", indent,
             indent == 1 ? "" : "s", levels);
    return true;
}

static void push(struct layout *b, size_t level)
{
    if (b->levels < LEVELS && (b->levels == 0 || b->level[b->levels - 1] < level))
        b->level[b->levels++] = level;
}

/* Whether a line may be indented like this; if so, what it begins is remembered. */
static bool fits(struct layout *b, size_t indent, const char *s, const char *end)
{
    size_t top = b->levels;
    while (top > 0 && b->level[top - 1] > indent)
        top--;
    bool known = top > 0 && b->level[top - 1] == indent, first = b->levels == 0;
    bool deeper = top == b->levels && !known;
    if (!first && !known && !(deeper && (b->opens || !is_key(s, end))))
        return false;
    b->levels = top;
    if (known || first || b->opens)
        push(b, indent);
    for (; s + 1 < end && s[0] == '-' && s[1] == ' '; s += 2, indent += 2)
        push(b, indent + 2);
    return true;
}

/* A character of a line that is neither in quotes nor in a comment. */
static bool blame_line(struct aln_cause *cause, struct line line, struct aln_place at)
{
    struct layout b = {.levels = 0};
    const char *end = read_line(&b, line);
    b = (struct layout){.levels = 0};
    for (const char *s = line.s; s < end; s++, at.column++) {
        size_t n = aln_source_utf8_length(s, end);
        if (b.quote == 0 && n > 1 && blame_character(cause, &at, code_of(s, n)))
            return true;
        const char *before = s;
        read_character(&b, &s, line);
        at.column += (size_t)(s - before);
        s += n > 1 ? n - 1 : 0;
    }
    return false;
}

/* Follows a line of block style.  Returned: whether it is wrongly indented */
static bool read_block(struct layout *b, struct line line, const struct aln_place *at,
                       struct aln_cause *cause)
{
    size_t indent = indent_of(line);
    bool inside = b->brackets > 0 || b->quote != 0;
    if (line.s + indent == line.end)
        return false;
    if (b->folded > 0 && indent >= b->folded)
        return false;
    b->folded = 0;
    const char *end = read_line(b, line);
    if (inside || end == line.s || line.s + indent >= end)
        return false;
    if (!fits(b, indent, line.s + indent, end))
        return blame_indent(cause, b, indent, at);
    b->opens = end[-1] == ':';
    const char *mark = end - 1 - (end - line.s > 1 && strchr("+-", end[-1]) != NULL);
    if ((*mark == '|' || *mark == '>') && mark > line.s && mark[-1] == ' ')
        b->folded = indent + 1;
    return false;
}

static bool blame_indents(struct aln_cause *cause, const struct aln_source *text,
                          const struct aln_place *at)
{
    struct layout block = {.levels = 0};
    struct aln_place here = {at->source, 1, 1};
    for (; here.line <= at->line + 1; here.line++)
        if (read_block(&block, line_of(text, here.line), &here, cause))
            return true;
    return false;
}

/* ---- the parser's messages ---- */

/* In the user's words, where the message is a part of libfyaml's. */
static const struct {
    const char *message, *words;
} known[] = {
    {"invalid nested block mapping",
     "a second \": \" in one line: quote a text that contains it, as in title: \"a: b\", or put "
     "keys into braces, {a: 1, b: 2}"},
    {"in flow mode", "a line inside brackets, also the one that closes them, begins with a space"},
    {"double-quoted scalar without closing", "the double quote is not closed"},
    {"single-quoted scalar without closing",
     "the quote is not closed; a text that begins with ' goes into double quotes, \"'t\""},
    {"did not find expected node content", "a value is missing"},
    {"did not find expected key", "expected a key and its colon, as in the lines above"},
    {"missing document start", "what stands before is complete, nothing can follow it"},
    {"invalid comment", "# begins a comment only behind a space"},
    {"invalid extra closing", "nothing is open that this bracket could close"},
    {"mismatched flow", "this bracket closes one of the other kind: { goes with }, [ with ]"},
    {"invalid escape", "unknown escape: write a backslash in double quotes twice, \\\\"},
    {"missing comma in flow mapping",
     "missing comma between two keys, or quotes around a text that contains \": \""},
    {"trailing content after double-quoted", "the quoted text continues after its closing quote: "
                                             "write a quote inside it as \\\""},
    {"trailing content after single-quoted",
     "the quoted text continues after its closing quote: write a quote inside it twice, ''"},
    {"plain scalar cannot start with", "a text that begins with this character needs quotes"},
    {"invalid value after mapping",
     "something follows the closing bracket: quote a text that begins with a bracket"},
    {"block sequence on the same line", "a list cannot begin behind its key: put the list into "
                                        "brackets, [a, b], or quote a text that begins with -"},
};

static bool translate(struct aln_cause *cause, const struct aln_place *at, const char *message)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strstr(message, known[i].message) != NULL) {
            cause->at = *at;
            snprintf(cause->words, sizeof cause->words, "%s", known[i].words);
            return true;
        }
    return false;
}

static bool blame_tab(struct aln_cause *cause, struct line line, const struct aln_place *at)
{
    size_t n = 0;
    while (line.s + n < line.end && (line.s[n] == ' ' || line.s[n] == '\t'))
        n++;
    const char *tab = memchr(line.s, '\t', n);
    if (tab == NULL || line.s + n == line.end)
        return false;
    cause->at = *at;
    cause->at.column = (size_t)(tab - line.s) + 1;
    snprintf(cause->words, sizeof cause->words, "a tab in the indentation: type spaces");
    return true;
}

/* A line without any colon where a key is expected. */
static bool blame_key(struct aln_cause *cause, struct line line, const struct aln_place *at,
                      const char *message)
{
    size_t indent = indent_of(line), n = word_at(line.s + indent, line.end);
    const bool missing = strstr(message, "multiline plain key") != NULL ||
                         strstr(message, "could not find expected ':'") != NULL;
    if (!missing || n == 0 || n > 60 || memchr(line.s, ':', (size_t)(line.end - line.s)) != NULL)
        return false;
    cause->at = *at;
    cause->at.column = indent + 1;
    snprintf(cause->words, sizeof cause->words, "no colon after the key %.*s", (int)n,
             line.s + indent);
    return true;
}

/* A mistake at the start of a line: before its first word, or right after it. */
static bool blame_start(struct aln_cause *cause, struct line line, const struct aln_place *start,
                        const char *message)
{
    size_t indent = indent_of(line);
    while (line.s + indent + 1 < line.end && strncmp(line.s + indent, "- ", 2) == 0)
        indent += 2;
    const struct aln_place word = {start->source, start->line, indent + 1};
    return blame_colon(cause, &word, line.s + indent, line.end) ||
           blame_key(cause, line, start, message);
}

bool aln_cause_of_syntax(struct aln_cause *cause, const char *text, size_t length,
                         const struct aln_place *at, const char *message)
{
    const struct aln_source parsed = {.name = "", .text = text, .length = length};
    struct line line = line_of(&parsed, at->line), below = line_of(&parsed, at->line + 1);
    const struct aln_place start = {at->source, at->line, 1}, next = {at->source, at->line + 1, 1};
    if (blame_line(cause, line, start))
        return true;
    if (!at->source->argument &&
        (blame_tab(cause, line, &start) || blame_tab(cause, below, &next) ||
         blame_start(cause, line, &start, message) || blame_indents(cause, &parsed, at)))
        return true;
    return translate(cause, at, message);
}

enum aln_status aln_tree_cause(const struct aln_place *at)
{
    struct aln_cause cause;
    return aln_cause_in(&cause, at) ? aln_tree_raise(&cause.at, "%s", cause.words) : ALN_OK;
}

char aln_tree_comment(const struct aln_place *at)
{
    struct line line = line_of(at->source, at->line);
    const char *s = plain_end(at_column(line, at->column), line.end);
    s += s < line.end && *s == ':';
    while (s < line.end && (*s == ' ' || *s == '\t'))
        s++;
    return s + 1 < line.end && *s == '#' ? s[1] : ' ';
}

#include "page/html.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/config.h"

/* ---- text ---- */

static const struct {
    char from;
    const char *to;
} entities[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};
enum { ENTITIES = sizeof entities / sizeof entities[0] };

static const char *entity_of(char c)
{
    for (size_t i = 0; i < ENTITIES; i++)
        if (entities[i].from == c)
            return entities[i].to;
    return " "; /* a control character */
}

static bool is_plain(char c)
{
    bool control = (unsigned char)c < ' ' || c == 127;
    return c == '\n' || (!control && strchr("&<>\"'", c) == NULL);
}

/* Length of the text that needs no change. */
static size_t plain_length(const char *s)
{
    size_t n = 0;
    while (is_plain(s[n]))
        n++;
    return n;
}

void aln_html_text(struct aln_text *out, const char *s)
{
    while (*s != '\0') {
        size_t n = plain_length(s);
        aln_text_add(out, "%.*s", (int)n, s);
        s += n;
        if (*s != '\0')
            aln_text_add(out, "%s", entity_of(*s++));
    }
}

void aln_html_element(struct aln_text *out, const char *tag, const char *text)
{
    aln_text_add(out, "<%s>", tag);
    aln_html_text(out, text);
    aln_text_add(out, "</%.*s>", (int)strcspn(tag, " "), tag);
}

void aln_html_command(struct aln_text *out, const char *command)
{
    aln_text_add(out, "<pre>");
    while (*command != '\0') {
        struct aln_text word = {0};
        size_t n = strcspn(command, " \n");
        aln_text_add(&word, "%.*s", (int)n, command);
        aln_html_element(out, "span", word.s != NULL ? word.s : "");
        out->failed = out->failed || word.failed;
        free(word.s);
        command += n;
        n = strspn(command, " \n");
        aln_text_add(out, "%.*s", (int)n, command);
        command += n;
    }
    aln_text_add(out, "</pre>\n");
}

/* ---- pages ---- */

static const char style[] =
    ":root{color-scheme:light dark;--ink:#1d2129;--soft:#5a6270;--ground:#fff;--card:#f5f6f8;"
    "--line:#d9dde3;--link:#0a5ea8;--good:#1a7342;--bad:#b3261e;--bad-ground:#fdecea;"
    "--band:#dcefe3}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e4e7ec;--soft:#a3abb8;--ground:#14171c;"
    "--card:#1d2128;--line:#353b45;--link:#79b8ff;--good:#6fcf97;--bad:#ff8a80;"
    "--bad-ground:#3a1d1c;--band:#1e3a2a}}"
    "*{box-sizing:border-box}"
    "html{-webkit-text-size-adjust:100%;scroll-padding-top:1rem}"
    "body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.55 "
    "system-ui,-apple-system,"
    "'Segoe UI',Roboto,'Noto Sans','DejaVu Sans',sans-serif;overflow-wrap:break-word}"
    "main{max-width:62rem;margin:0 auto;padding:1.5rem 1rem 4rem}"
    "h1{font-size:1.75rem;line-height:1.2;margin:.5rem 0 1rem;letter-spacing:-.01em}"
    "h2{font-size:1.3rem;line-height:1.3;margin:0 0 .25rem}"
    "p{margin:.5rem 0;max-width:46rem}a{color:var(--link)}"
    "section{border-top:1px solid var(--line);margin-top:2.5rem;padding-top:1.5rem}"
    ".note,.source,.facts{color:var(--soft);font-size:.9rem}"
    ".scroll{overflow-x:auto;margin:1rem 0;border:1px solid var(--line);border-radius:8px}"
    "table{border-collapse:collapse;width:100%;font-size:.9rem;line-height:1.4}"
    "th,td{text-align:left;vertical-align:top;padding:.4rem .75rem;border-top:1px solid "
    "var(--line)}"
    "thead th{border-top:0;background:var(--card);font-weight:600;white-space:nowrap}"
    "td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}"
    "td.w{min-width:15rem}td.k{white-space:nowrap}"
    ".pass{color:var(--good);font-weight:600}.fail{color:var(--bad);font-weight:700}"
    "tr.bad td{background:var(--bad-ground)}"
    "pre{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:.6rem .8rem;"
    "white-space:pre-wrap;margin:.75rem 0;font:.85rem/1.5 "
    "ui-monospace,SFMono-Regular,Menlo,Consolas,"
    "'DejaVu Sans Mono',monospace}pre span{display:inline-block;max-width:100%}"
    "figure{margin:1rem 0;max-width:46rem}"
    "svg{display:block;width:100%;height:auto}"
    ".strip{max-width:34rem}.phone{display:none}"
    "svg.drawn{background:#fff;border:1px solid var(--line);border-radius:8px}"
    "svg.drawn :is(g,text){font-family:'DejaVu Sans',Verdana,'Noto Sans',sans-serif}"
    "figcaption{color:var(--soft);font-size:.85rem;margin-top:.35rem}"
    "details{margin:1rem 0}summary{cursor:pointer;color:var(--link)}"
    ".strip text{fill:var(--soft);font-size:11px}.strip .band{fill:var(--band)}"
    ".strip .edge{stroke:var(--good);stroke-width:1}.strip .in{fill:var(--good);fill-opacity:.7}"
    ".strip .out{fill:var(--bad)}"
    "@media(max-width:40rem){.wide,.desk{display:none}.phone{display:block}"
    "table{font-size:.8rem}th,td{padding:.4rem "
    ".3rem}td.w{min-width:6rem}td.n+td.k{white-space:normal}}"
    ".alarm{background:var(--bad-ground);border:1px solid var(--bad);border-radius:8px;"
    "padding:.5rem 1rem}";

void aln_html_begin(struct aln_text *out, const char *title)
{
    aln_text_add(out, "<!DOCTYPE html>\n<!-- alignode " ALN_VERSION
                      " -->\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                      "<meta name=\"generator\" content=\"alignode\">\n"
                      "<link rel=\"icon\" href=\"data:,\">\n");
    aln_html_element(out, "title", title);
    aln_text_add(out, "\n<style>%s</style>\n</head>\n<body>\n<main>\n", style);
    aln_html_element(out, "h1", title);
    aln_text_add(out, "\n");
}

void aln_html_end(struct aln_text *out)
{
    aln_text_add(out, "</main>\n</body>\n</html>\n");
}

/* ---- figures ---- */

/* What precedes an id or a reference to one. */
static const char *const before_ids[] = {" id='", " id=\"",   "xlink:href='#", "xlink:href=\"#",
                                         "url(#", " href='#", " href=\"#"};
enum { BEFORE_IDS = sizeof before_ids / sizeof before_ids[0] };

/* Length of the text up to and including the next of before_ids, or all of it. */
static size_t length_to_id(const char *s, const char *end, bool *found)
{
    *found = true;
    for (const char *at = s; at < end; at++)
        for (size_t i = 0; strchr(" xu", *at) != NULL && i < BEFORE_IDS; i++)
            if (strncmp(at, before_ids[i], strlen(before_ids[i])) == 0)
                return (size_t)(at - s) + strlen(before_ids[i]);
    *found = false;
    return (size_t)(end - s);
}

static void add_with_prefix(struct aln_text *out, const char *s, const char *end,
                            const char *prefix)
{
    bool found;
    while (s < end) {
        size_t n = length_to_id(s, end, &found);
        aln_text_add(out, "%.*s%s", (int)n, s, found ? prefix : "");
        s += n;
    }
}

/* The place after gnuplot's title, which browsers would show, and description. */
static const char *skip_title(const char *s, const char *begin, const char *end)
{
    const char *from = strstr(s, begin), *to = from != NULL ? strstr(from, end) : NULL;
    return to != NULL && strstr(s, "<g") > from ? to + strlen(end) : s;
}

void aln_html_svg(struct aln_text *out, const char *svg, const char *label, const char *prefix)
{
    const char *begin = strstr(svg, "<svg"), *end = svg + strlen(svg);
    const char *open = begin != NULL ? strchr(begin, '>') : NULL;
    if (open == NULL)
        return;
    aln_text_add(out, "<svg role=\"img\" class=\"drawn\" aria-label=\"");
    aln_html_text(out, label);
    aln_text_add(out, "\"");
    add_with_prefix(out, begin + strlen("<svg"), open + 1, prefix);
    const char *rest = skip_title(open + 1, "<title>", "</title>");
    add_with_prefix(out, skip_title(rest, "<desc>", "</desc>"), end, prefix);
}

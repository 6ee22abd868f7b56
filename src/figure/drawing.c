#include "figure/drawing.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum aln_status aln_drawing_file(const struct aln_drawing *d, const char *name,
                                 const struct aln_text *text)
{
    enum aln_status status = ALN_OK;
    struct aln_text path = {0};
    aln_text_add(&path, "%s/%s", d->folder, name);
    if (path.failed || text->failed) {
        free(path.s);
        return aln_raise(ALN_MEMORY, "out of memory for a figure");
    }
    FILE *f = fopen(path.s, "wb");
    bool good = f != NULL && fwrite(text->s, 1, text->length, f) == text->length;
    if (f != NULL && fclose(f) != 0)
        good = false;
    if (!good)
        status = aln_raise(ALN_FILE, "%s: cannot be written: %s", path.s, strerror(errno));
    free(path.s);
    return status;
}

void aln_drawing_quote(struct aln_text *out, const char *s)
{
    aln_text_add(out, "'");
    for (; *s != '\0'; s++)
        aln_text_add(out, *s == '\'' ? "''" : "%c", (unsigned char)*s < ' ' ? ' ' : *s);
    aln_text_add(out, "'");
}

void aln_drawing_strings(struct aln_text *out, const char *name, size_t count, const char *const *s)
{
    aln_text_add(out, "array %s[%zu] = [", name, count > 0 ? count : 1);
    for (size_t i = 0; i < count; i++) {
        aln_text_add(out, i > 0 ? ", " : "");
        aln_drawing_quote(out, s[i]);
    }
    aln_text_add(out, count > 0 ? "]\n" : "'']\n");
}

void aln_drawing_numbers(struct aln_text *out, const char *name, size_t count, const size_t *x)
{
    aln_text_add(out, "array %s[%zu] = [", name, count > 0 ? count : 1);
    for (size_t i = 0; i < count; i++)
        aln_text_add(out, "%s%zu", i > 0 ? ", " : "", x[i]);
    aln_text_add(out, count > 0 ? "]\n" : "1]\n");
}

void aln_drawing_subtitle(struct aln_drawing *d, const struct aln_text *text)
{
    aln_text_add(&d->settings, "subtitle_text = ");
    aln_drawing_quote(&d->settings, text->s != NULL ? text->s : "");
    aln_text_add(&d->settings, "\n");
    d->settings.failed = d->settings.failed || text->failed;
}

void aln_drawing_rule(struct aln_text *out, const char *name)
{
    for (const char *c = name; *c != '\0'; c++)
        aln_text_add(out, "%c", strlen(name) <= 3 && *c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
}

bool aln_drawing_is_place(const char *column)
{
    static const char *const places[] = {"repeat", "seed", "epoch", "step"};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
        if (strcmp(column, places[i]) == 0)
            return true;
    return false;
}

const char *aln_drawing_family(const char *column, char out[64])
{
    size_t n = strlen(column), digits = n;
    while (digits > 0 && column[digits - 1] >= '0' && column[digits - 1] <= '9')
        digits--;
    if (digits > 1 && digits < n && column[digits - 1] == '_')
        n = digits - 1;
    for (size_t i = 0; i < 2; i++) {
        const char *pair = i == 0 ? "loss" : "error";
        if (strncmp(column, pair, strlen(pair)) == 0 && column[strlen(pair)] == '_')
            n = strlen(pair);
    }
    snprintf(out, 64, "%.*s", (int)n, column);
    return out;
}

#include "figure/entries.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "sweep/sweep_grid.h"

/* ---- names ---- */

size_t aln_figure_key_length(const char *name)
{
    return strcspn(name, "(");
}

bool aln_figure_is_key(const char *name, const char *key)
{
    const size_t n = aln_figure_key_length(name);
    return strcmp(name, key) == 0 || (strncmp(name, key, n) == 0 && key[n] == '\0');
}

/* ---- the entries of a list ---- */

enum { DEEPEST = 4 };

/* An entry of a list as it is written, "[[1], [0.5]]", and its place: 2, 1. */
struct list_entry {
    const char *text;
    size_t length, depth, place[DEEPEST];
};

/* Moves on to the next entry; one that is nested too deeply is empty.
 * Given:    e    the last one; all zero at first
 *           *at  what follows it
 * Returned: false at the end */
static bool next_entry(struct list_entry *e, const char **at)
{
    for (;; (*at)++) {
        if (**at == '[' && e->depth == DEEPEST) {
            e->length = 0;
            return true;
        }
        if (**at == '[')
            e->place[e->depth++] = 1;
        else if (**at == ']' && e->depth > 0)
            e->depth--;
        else if (**at == ',' && e->depth > 0)
            e->place[e->depth - 1]++;
        else if (**at != ' ')
            break;
    }
    e->text = *at;
    e->length = strcspn(*at, "[], ");
    *at += e->length;
    return e->length > 0;
}

static bool is_number(const struct list_entry *e, double *x)
{
    char text[64];
    if (e->length == 0 || e->length >= sizeof text)
        return false;
    memcpy(text, e->text, e->length);
    text[e->length] = '\0';
    return aln_text_real(text, x);
}

static bool same_place(const struct list_entry *a, const struct list_entry *b)
{
    return a->depth == b->depth && memcmp(a->place, b->place, a->depth * sizeof a->place[0]) == 0;
}

/* Compares two lists.
 * Returned: whether they are of numbers, of one shape, and differ in one entry at most; *at  its number, or
 *           SIZE_MAX */
static bool compare(const char *a, const char *b, size_t *at)
{
    struct list_entry x = {.text = NULL}, y = {.text = NULL};
    *at = SIZE_MAX;
    if (a[0] != '[' || b[0] != '[')
        return false;
    for (size_t i = 0;; i++) {
        double p, q;
        const bool more = next_entry(&x, &a);
        if (next_entry(&y, &b) != more)
            return false;
        if (!more)
            return true;
        if (!same_place(&x, &y) || !is_number(&x, &p) || !is_number(&y, &q))
            return false;
        if (p != q && *at < SIZE_MAX)
            return false;
        *at = p != q ? i : *at;
    }
}

/* ---- a column ---- */

/* The only entry in which the lists of a column differ.  Returned: SIZE_MAX if there is none */
static size_t find_entry(const struct aln_table *t, size_t column)
{
    size_t found = SIZE_MAX;
    for (size_t row = 0; row < t->rows; row++) {
        size_t at;
        if (!compare(t->text[column], t->text[row * t->cols + column], &at) ||
            (at < SIZE_MAX && found < SIZE_MAX && at != found))
            return SIZE_MAX;
        found = at < SIZE_MAX ? at : found;
    }
    return found;
}

/* Entry i of a list, which has it. */
static struct list_entry entry_at(const char *text, size_t i)
{
    struct list_entry e = {.text = NULL};
    while (next_entry(&e, &text) && i > 0)
        i--;
    return e;
}

/* Puts entry i of each list in the list's place, which is longer. */
static void put_entries(struct aln_table *t, size_t column, size_t i)
{
    for (size_t row = 0; row < t->rows; row++) {
        const size_t cell = row * t->cols + column;
        const struct list_entry e = entry_at(t->text[cell], i);
        (void)is_number(&e, &t->value[cell]);
        memmove(t->text[cell], e.text, e.length);
        t->text[cell][e.length] = '\0';
    }
}

/* Appends "KEY(2,1)" and a line feed. */
static void add_name(struct aln_text *out, const char *key, const struct list_entry *e)
{
    aln_text_add(out, "%s(", key);
    for (size_t i = 0; i < e->depth; i++)
        aln_text_add(out, "%s%zu", i > 0 ? "," : "", e->place[i]);
    aln_text_add(out, ")\n");
}

enum aln_status aln_figure_take_entries(struct aln_figure_input *in)
{
    struct aln_table *t = in->table;
    struct aln_text names = {0};
    const size_t keys = aln_drawing_swept(in);
    size_t found[ALN_SWEEP_MOST_KEYS + 1];
    for (size_t c = 1; c <= keys && c <= ALN_SWEEP_MOST_KEYS; c++) {
        found[c] = find_entry(t, c);
        if (found[c] == SIZE_MAX)
            continue;
        const struct list_entry e = entry_at(t->text[c], found[c]);
        add_name(&names, t->name[c], &e);
    }
    in->entries = names.s;
    if (names.failed)
        return aln_raise_memory("a figure");
    char *rest = names.s;
    for (size_t c = 1; c <= keys && c <= ALN_SWEEP_MOST_KEYS; c++)
        if (found[c] < SIZE_MAX) {
            put_entries(t, c, found[c]);
            t->name[c] = strsep(&rest, "\n");
        }
    return ALN_OK;
}

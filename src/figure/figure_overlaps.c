/* Order parameters: the series, and the entries of Q, R and W2 that exist. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "figure/series.h"

/* "Q_1_2" of family "Q" gives the indices 1, 2. */
static bool parse_entry(const char *name, const char *family, unsigned at[2])
{
    char again[64];
    size_t n = strlen(family);
    if (strncmp(name, family, n) != 0 || sscanf(name + n, "_%4u_%4u", &at[0], &at[1]) != 2)
        return false;
    snprintf(again, sizeof again, "%s_%u_%u", family, at[0], at[1]);
    return strcmp(name, again) == 0;
}

static bool all_have(const struct aln_drawing *d, const char *column)
{
    for (size_t i = 0; i < d->count; i++)
        if (aln_table_column(d->input[i].table, column) < 0)
            return false;
    return true;
}

/* Adds names and symbols (in gnuplot's markup) of the entries of one family that all results have.
 * Changed: *count  the number of entries so far */
static void add_entries(const struct aln_drawing *d, const char *family, struct aln_text *names,
                        struct aln_text *symbols, size_t *count)
{
    const struct aln_table *t = d->input[0].table;
    for (size_t c = 0; c < t->cols; c++) {
        unsigned at[2];
        if (!parse_entry(t->name[c], family, at) || !all_have(d, t->name[c]))
            continue;
        const char *before = *count > 0 ? ", " : "", *comma = at[0] > 9 || at[1] > 9 ? "," : "";
        aln_text_add(names, "%s'%s'", before, t->name[c]);
        aln_text_add(symbols, "%s'%s_{%u%s%u}'", before, family, at[0], comma, at[1]);
        (*count)++;
    }
}

/* Entries in the order Q, R, W2; those of family f start at entry_first[f]. */
static enum aln_status prepare(struct aln_drawing *d)
{
    static const char *const families[3] = {"Q", "R", "W2"};
    struct aln_text names = {0}, symbols = {0};
    size_t n = 0, first[4] = {1};
    enum aln_status status = aln_drawing_series(d);
    for (size_t f = 0; f < 3 && status == ALN_OK; f++) {
        add_entries(d, families[f], &names, &symbols, &n);
        first[f + 1] = n + 1;
    }
    if (status == ALN_OK && (names.failed || symbols.failed))
        status = aln_raise_memory("a figure");
    if (status == ALN_OK) {
        aln_text_add(&d->settings, "array entry[%zu] = [%s]\narray symbol[%zu] = [%s]\n", n,
                     names.s, n, symbols.s);
        aln_drawing_numbers(&d->settings, "entry_first", 4, first);
    }
    free(names.s);
    free(symbols.s);
    return status;
}

const struct aln_figure aln_figure_overlaps = {
    .id = {"overlaps", "order parameters Q, R and W2 against time",
           "Saad & Solla, PRE 52 (1995) 4225"},
    .column = {"repeat", "t", "Q_1_1", "R_1_1", "W2_1_1"},
    .along = {"t", "Q"},
    .log = "x",
    .prepare = prepare,
};

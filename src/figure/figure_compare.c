/* The result of `alignode compare`: each difference as a share of what is allowed. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "figure/drawing.h"

/* Kinds of quantities: one colour each. */
static const struct family {
    const char *prefix, *symbol;
} families[] = {{"eg", "ε_g"}, {"Q_", "Q"}, {"R_", "R"}, {"W2_", "W_2"}, {"cos_", "cos"}};
enum { FAMILIES = sizeof families / sizeof families[0] };

static size_t family_of(const char *quantity)
{
    size_t f = 0;
    while (f < FAMILIES && strncmp(quantity, families[f].prefix, strlen(families[f].prefix)) != 0)
        f++;
    return f; /* FAMILIES: some other quantity */
}

enum { PAIRS = 6 };

/* The pair of engines of a row, from 0, added when new; PAIRS when there are too many. */
static size_t pair_of(char pairs[PAIRS][128], size_t *count, const char *a, const char *b)
{
    char name[128];
    snprintf(name, sizeof name, "%.50s against %.50s", a, b);
    for (size_t i = 0; i < *count; i++)
        if (strcmp(pairs[i], name) == 0)
            return i;
    if (*count < PAIRS)
        strcpy(pairs[*count], name);
    else
        return PAIRS;
    return (*count)++;
}

enum aln_status aln_drawing_compare(struct aln_drawing *d)
{
    const struct aln_figure_input *in = d->input;
    const struct aln_table *t = in->table;
    enum { T, QUANTITY, A, B, DIFFERENCE, ALLOWED, COLUMNS };
    static const char *const name[COLUMNS] = {"t",        "quantity",   "engine_a",
                                              "engine_b", "difference", "allowed"};
    size_t col[COLUMNS];
    char pairs[PAIRS][128];
    size_t pair_count = 0, over = 0, drawn = 0;
    double worst = 0;
    bool has[FAMILIES + 1] = {false};
    struct aln_text data = {0};
    enum aln_status status = ALN_OK;
    for (size_t i = 0; i < COLUMNS; i++)
        col[i] = (size_t)aln_table_column(t, name[i]);

    /* t, |difference|/allowed, family, pair */
    for (size_t row = 0; row < t->rows; row++) {
        char *const *text = t->text + row * t->cols;
        const double *value = t->value + row * t->cols;
        char number[2][32];
        double share = fabs(value[col[DIFFERENCE]]) / value[col[ALLOWED]];
        if (!isfinite(share))
            continue; /* an undefined cosine */
        size_t family = family_of(text[col[QUANTITY]]);
        size_t pair = pair_of(pairs, &pair_count, text[col[A]], text[col[B]]);
        if (pair == PAIRS) {
            status = aln_raise(ALN_USAGE, "%s: more than %d pairs of engines", in->path, PAIRS);
            goto out;
        }
        has[family] = true;
        worst = fmax(worst, share);
        over += share > 1;
        drawn++;
        aln_text_from_real(value[col[T]], number[0]);
        aln_text_from_real(share, number[1]);
        aln_text_add(&data, "%s\t%s\t%zu\t%zu\n", number[0], number[1], family + 1, pair + 1);
    }
    if (drawn == 0) {
        status = aln_raise(ALN_USAGE, "%s: has no rows to draw", in->path);
        goto out;
    }
    status = aln_drawing_file(d, "shares.tsv", &data);
    if (status != ALN_OK)
        goto out;

    const char *text[FAMILIES + 1 > PAIRS ? FAMILIES + 1 : PAIRS];
    size_t used[FAMILIES + 1], n = 0;
    for (size_t f = 0; f <= FAMILIES; f++)
        if (has[f]) {
            text[n] = f < FAMILIES ? families[f].symbol : "other";
            used[n++] = f + 1;
        }
    aln_text_add(&d->settings, "families = %zu\n", n);
    aln_drawing_strings(&d->settings, "family_symbol", n, text);
    aln_drawing_numbers(&d->settings, "family", n, used);
    for (size_t i = 0; i < pair_count; i++)
        text[i] = pairs[i];
    aln_text_add(&d->settings, "pairs = %zu\n", pair_count);
    aln_drawing_strings(&d->settings, "pair", pair_count, text);
    char number[32];
    aln_text_from_real(worst, number);
    aln_text_add(&d->settings, "worst = %s\nover = %zu\nlog_t = %d\n", number, over,
                 in->params->run.record.spacing == ALN_LOG);
out:
    free(data.s);
    return status;
}

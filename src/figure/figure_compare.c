/* The result of `alignode compare`: each difference relative to its tolerance. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "figure/drawing.h"

/* Kinds of quantities, one colour each. */
static const struct kind {
    const char *prefix, *symbol;
} kinds[] = {{"eg", "ε_g"}, {"Q_", "Q"}, {"R_", "R"}, {"W2_", "W_2"}, {"cos_", "cos"}};
enum { KINDS = sizeof kinds / sizeof kinds[0], PAIRS = 6 };

/* KINDS: another quantity. */
static size_t kind_of(const char *quantity)
{
    size_t k = 0;
    while (k < KINDS && strncmp(quantity, kinds[k].prefix, strlen(kinds[k].prefix)) != 0)
        k++;
    return k;
}

/* Data and settings. */
struct comparison {
    struct aln_text data; /* lines "t |difference|/allowed kind pair" */
    char pair[PAIRS][128];
    size_t pairs, over, drawn;
    double worst;
    bool has[KINDS + 1];
};

/* The pair of engines of a row, from 0, added if new; PAIRS: too many. */
static size_t pair_of(struct comparison *c, const char *a, const char *b)
{
    char name[sizeof c->pair[0]];
    snprintf(name, sizeof name, "%.50s against %.50s", a, b);
    size_t i = 0;
    while (i < c->pairs && strcmp(c->pair[i], name) != 0)
        i++;
    if (i == c->pairs && i < PAIRS)
        strcpy(c->pair[c->pairs++], name);
    return i;
}

enum { QUANTITY, ENGINE_A, ENGINE_B, WORDS };

/* Adds a row, unless its cosine is undefined. */
static enum aln_status add_row(struct comparison *c, struct aln_drawing *d, size_t row)
{
    const struct aln_figure_input *in = &d->input[0];
    static const char *const names[WORDS] = {"quantity", "engine_a", "engine_b"};
    const struct aln_table *t = in->table;
    const char *word[WORDS];
    double share =
        fabs(aln_figure_value(t, row, "difference")) / aln_figure_value(t, row, "allowed");
    if (!isfinite(share))
        return ALN_OK;
    for (size_t i = 0; i < WORDS; i++)
        word[i] = t->text[row * t->cols + (size_t)aln_table_column(t, names[i])];
    size_t kind = kind_of(word[QUANTITY]), pair = pair_of(c, word[ENGINE_A], word[ENGINE_B]);
    if (pair == PAIRS)
        return aln_raise(ALN_USAGE, "%s: more than %d pairs of engines", in->path, PAIRS);
    c->has[kind] = true;
    c->worst = fmax(c->worst, share);
    c->over += share > 1;
    c->drawn++;
    const double at[2] = {aln_figure_value(t, row, "t"), share};
    aln_drawing_place_line(d, at, at);
    aln_drawing_row(
        &c->data, 4,
        (const double[]){aln_figure_value(t, row, "t"), share, (double)kind + 1, (double)pair + 1});
    return ALN_OK;
}

/* Whether recorded times are spaced so, unless others are asked for. */
static bool is_log(const struct aln_figure_input *in)
{
    return in->params != NULL
               ? in->params->run.record.spacing == ALN_LOG
               : strcmp(aln_figure_scalar(aln_tree_root(in->tree), "run.record.spacing"),
                        "linear") != 0;
}

static void add_settings(struct aln_drawing *d, const struct comparison *c)
{
    const char *symbol[KINDS + 1], *pair[PAIRS];
    size_t used[KINDS + 1], n = 0;
    char worst[32];
    for (size_t k = 0; k <= KINDS; k++)
        if (c->has[k]) {
            symbol[n] = k < KINDS ? kinds[k].symbol : "other";
            used[n++] = k + 1;
        }
    for (size_t i = 0; i < c->pairs; i++)
        pair[i] = c->pair[i];
    aln_text_add(&d->settings, "families = %zu\n", n);
    aln_drawing_strings(&d->settings, "family_symbol", n, symbol);
    aln_drawing_numbers(&d->settings, "family", n, used);
    aln_text_add(&d->settings, "pairs = %zu\n", c->pairs);
    aln_drawing_strings(&d->settings, "pair", c->pairs, pair);
    aln_drawing_extend(d, 1, 0);
    aln_drawing_extend(d, 1, c->worst);
    aln_text_from_real(c->worst, worst);
    aln_text_add(&d->settings, "worst = %s\nover = %zu\nlog_t = %d\n", worst, c->over,
                 is_log(&d->input[0]));
}

static enum aln_status prepare(struct aln_drawing *d)
{
    const struct aln_figure_input *in = &d->input[0];
    struct comparison c = {.pairs = 0};
    enum aln_status status = ALN_OK;
    for (size_t row = 0; row < in->table->rows && status == ALN_OK; row++)
        status = add_row(&c, d, row);
    if (status == ALN_OK && c.drawn == 0)
        status = aln_raise(ALN_USAGE, "%s: has no rows to draw", in->path);
    if (status == ALN_OK)
        status = aln_drawing_file(d, "shares.tsv", &c.data);
    if (status == ALN_OK)
        add_settings(d, &c);
    free(c.data.s);
    return status;
}

const struct aln_figure aln_figure_compare = {
    .id = {"compare", "differences between engines against their tolerances", ""},
    .column = {"t", "quantity", "engine_a", "engine_b", "difference", "se", "z", "allowed", "ok"},
    .most = 1,
    .along = {"t", ""},
    .log = "xy",
    .prepare = prepare,
};

#include "figure/columns.h"

#include <stdlib.h>
#include <string.h>

#include "figure/entries.h"
#include "figure/words.h"
#include "file/column.h"

const char *aln_drawing_column_draws(const char *name)
{
    struct aln_param_row row;
    const struct aln_column *column = aln_column_of(name);
    if (column != NULL)
        return column->draws;
    return aln_drawing_word_param(name, &row) && row.draws[0] != '\0' ? row.draws : NULL;
}

const char *aln_drawing_column_key(const char *name)
{
    const struct aln_column *column = aln_column_of(name);
    return column != NULL && column->key != NULL ? column->key : name;
}

const char *aln_drawing_column_varied(const struct aln_table *t)
{
    for (size_t c = 0; c < t->cols; c++) {
        const struct aln_column *column = aln_column_of(t->name[c]);
        if (column != NULL && column->key != NULL)
            return column->key;
    }
    return NULL;
}

void aln_drawing_column_add_plain(struct aln_text *out, const char *text)
{
    for (; *text != '\0'; text++)
        aln_text_add(out, strchr("_^{}@&~\\", *text) != NULL ? "\\%c" : "%c", *text);
}

void aln_drawing_column_add_symbol(struct aln_text *out, const char *name)
{
    struct aln_param_row row;
    const struct aln_column *column = aln_column_of(name);
    if (aln_column_add_symbol(out, name))
        return;
    if (column != NULL && column->label != NULL)
        aln_text_add(out, "%s", column->label);
    else if (strchr(name, '.') != NULL && aln_drawing_word_param(name, &row) &&
             row.symbol[0] != '\0')
        aln_text_add(out, "%s%s", row.symbol, name + aln_figure_key_length(name));
    else
        aln_drawing_column_add_plain(out, name);
}

/* Appends the unit if neither the label nor the symbol says it: epochs, samples, and times by their t. */
static void add_unit(struct aln_text *out, const struct aln_column *column)
{
    static const char *const silent[] = {"1", "steps/N", "as X", "as quantity"};
    const char *label = column->label != NULL ? column->label : "";
    bool said = column->unit == NULL || strstr(label, column->unit) != NULL ||
                (label[0] != '\0' && strncmp(column->unit, label, strlen(label)) == 0);
    for (size_t i = 0; i < sizeof silent / sizeof silent[0] && !said; i++)
        said = strcmp(column->unit, silent[i]) == 0;
    if (!said)
        aln_text_add(out, " (%s)", column->unit);
}

/* "LABEL  SYMBOL" or one of them, with the unit. */
static void add_column(struct aln_text *out, const struct aln_column *column, const char *name)
{
    struct aln_text symbol = {0};
    const bool some = column->axis == NULL && aln_column_add_symbol(&symbol, name);
    const char *text = column->axis != NULL       ? column->axis
                       : some && symbol.s != NULL ? symbol.s
                                                  : "";
    aln_text_add(out, "%s%s%s", column->label != NULL ? column->label : "",
                 column->label != NULL && text[0] != '\0' ? "  " : "", text);
    if (column->axis == NULL)
        add_unit(out, column);
    out->failed = out->failed || symbol.failed;
    free(symbol.s);
}

void aln_drawing_column_add_label(struct aln_text *out, const char *name)
{
    const struct aln_column *column = aln_column_of(name);
    struct aln_text words = {0};
    if (column != NULL && (column->label != NULL || column->symbol != NULL)) {
        add_column(out, column, name);
        return;
    }
    aln_drawing_word_add_axis(&words, name);
    aln_drawing_column_add_plain(out, words.s != NULL ? words.s : name);
    out->failed = out->failed || words.failed;
    free(words.s);
}

#include "figure/columns.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "figure/words.h"

static const struct aln_column_words columns[] = {
    {{"repeat", "run of the same start with its own inputs and noise, from 0", ""},
     .label = "run",
     .draws = "runs"},
    {{"seed", "seed of a run", ""}, .label = "seed", .draws = "seeds"},
    {{"point", "sweeps: number of the point", ""}, .label = "point", .draws = "points"},
    {{"file", "sweeps: the point's result", ""}, .label = "file", .draws = "points"},
    {{"t", "time: steps/N; deep linear theory: rate x steps", ""},
     .label = "time",
     .symbol = "t",
     .unit = "t = steps/N"},
    {{"epoch", "passes through the training set", ""}, .label = "epoch"},
    {{"step", "steps, a batch each", ""}, .label = "step"},
    {{"eg", "generalisation error", ""}, .label = "generalisation error", .symbol = "ε_g"},
    {{"cos_W2_F1", "overlap of read-out and feedback: tr(W2 F1)/(|W2| |F1|)", ""},
     .label = "alignment",
     .symbol = "cos(W_2, F_1)"},
    {{"angle_W2_F1", "the angle of that cosine", ""},
     .label = "angle of W_2 and F_1",
     .unit = "degrees"},
    {{"norm_W2", "Frobenius norm of the read-out", ""}, .symbol = "|W_2|"},
    {{"Q_*", "overlaps W1 W1^T/N of the student's units", ""},
     .label = "overlap",
     .symbol = "Q_{%s}"},
    {{"R_*", "overlaps W1 V1^T/N of student and teacher units", ""},
     .label = "overlap",
     .symbol = "R_{%s}"},
    {{"W2_*", "the student's read-out: output, unit", ""},
     .label = "read-out",
     .symbol = "W_{2, %s}"},
    {{"F1_*", "feedback that learns: unit, output", ""},
     .label = "feedback",
     .symbol = "F_{1, %s}"},
    {{"law_*", "as the early law predicts", ""},
     .label = "early law",
     .symbol = "%s",
     .nested = true},
    {{"err_*", "difference from an integration at 1e-3 of the tolerances", ""},
     .label = "integration error",
     .symbol = "δ %s",
     .nested = true},
    {{"eg_below_*_t", "first time at which eg is below a level", ""},
     .label = "time",
     .symbol = "t(ε_g < %s)"},
    {{"eg_fraction_*_t", "first time at which eg is below a fraction of eg(0)", ""},
     .label = "time",
     .symbol = "t(ε_g < %s ε_g(0))"},
    {{"*_t", "sweeps: time of an event", ""}, .label = "time", .symbol = "t_{%s}"},
    {{"*_eg", "sweeps: generalisation error at an event", ""},
     .label = "generalisation error",
     .symbol = "ε_g (%s)"},
    {{"*_cos", "sweeps: cos(W2, F1) at an event", ""},
     .label = "alignment",
     .symbol = "cos(W_2, F_1) (%s)"},
    {{"loss_train", "mean loss of training samples", ""}, .label = "training loss"},
    {{"loss_test", "mean loss of the test set", ""}, .label = "test loss"},
    {{"error_train", "fraction of training samples that are misclassified", ""},
     .label = "training error"},
    {{"error_test", "fraction of the test set that is misclassified", ""}, .label = "test error"},
    {{"WA", "weight alignment of the network", ""}, .label = "weight alignment", .symbol = "WA"},
    {{"WA_*", "weight alignment of a layer", ""}, .label = "weight alignment", .symbol = "WA_{%s}"},
    {{"GA", "gradient alignment of the network", ""},
     .label = "gradient alignment",
     .symbol = "GA"},
    {{"GA_*", "gradient alignment of a layer", ""},
     .label = "gradient alignment",
     .symbol = "GA_{%s}"},
    {{"similarity_*", "the same of a layer", ""}, .label = "similarity", .symbol = "layer %s"},
    {{"similarity", "cosine of the weights of two seeds, mean over pairs", ""},
     .label = "similarity"},
    {{"rule", "degeneracy: the rule of a run", ""}, .label = "rule", .key = "learning.rule"},
    {{"t_reached", "degeneracy: when the error has reached its level", ""},
     .label = "time to reach the level",
     .symbol = "t"},
    {{"units", "plearn: student units of a run", ""},
     .label = "student units",
     .symbol = "K",
     .key = "problem.student.units"},
    {{"eg_0", "plearn: generalisation error at the start", ""},
     .label = "initial generalisation error",
     .symbol = "ε_g(0)"},
    {{"difference", "compare: difference of two engines", ""}, .label = "difference"},
    {{"se", "compare: standard error of that difference", ""}, .label = "standard error"},
    {{"z", "compare: difference in standard errors", ""},
     .label = "difference in standard errors",
     .symbol = "z"},
};

const struct aln_names aln_drawing_columns = {
    "column", "columns", columns, sizeof columns / sizeof columns[0], sizeof columns[0]};

const struct aln_column_words *aln_drawing_column_of(const char *name)
{
    for (size_t i = 0; i < aln_drawing_columns.count; i++)
        if (fnmatch(columns[i].id.name, name, 0) == 0)
            return &columns[i];
    return NULL;
}

const char *aln_drawing_column_draws(const char *name)
{
    struct aln_param_row row;
    const struct aln_column_words *column = aln_drawing_column_of(name);
    if (column != NULL)
        return column->draws;
    return aln_drawing_word_param(name, &row) && row.draws[0] != '\0' ? row.draws : NULL;
}

const char *aln_drawing_column_key(const char *name)
{
    const struct aln_column_words *column = aln_drawing_column_of(name);
    return column != NULL && column->key != NULL ? column->key : name;
}

const char *aln_drawing_column_varied(const struct aln_table *t)
{
    for (size_t c = 0; c < t->cols; c++) {
        const struct aln_column_words *column = aln_drawing_column_of(t->name[c]);
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

/* Whether indices have several digits, so that "1_12" must not become "112". */
static bool is_long(const char *from, const char *end)
{
    for (const char *c = from; c < end; c++)
        if (c[0] >= '0' && c[0] <= '9' && c + 1 < end && c[1] >= '0' && c[1] <= '9')
            return true;
    return false;
}

/* What the * of a family stands for: "1_2" as "12", "plateau_left" as "plateau left". */
static void add_member(struct aln_text *out, const char *family, const char *name)
{
    size_t before = strcspn(family, "*"), after = strlen(family) - before - 1;
    const char *from = name + before, *end = name + strlen(name) - after;
    const char *between = *from > '9' ? " " : is_long(from, end) ? ", " : "";
    for (; from < end; from++)
        if (*from == '_')
            aln_text_add(out, "%s", between);
        else
            aln_text_add(out, "%c", *from);
}

/* Puts what differs in a family into its symbol. */
static void add_family(struct aln_text *out, const struct aln_column_words *column,
                       const char *name)
{
    struct aln_text member = {0};
    const char *at = strstr(column->symbol, "%s");
    if (column->nested)
        aln_drawing_column_add_symbol(&member, name + strcspn(column->id.name, "*"));
    else
        add_member(&member, column->id.name, name);
    aln_text_add(out, "%.*s%s%s", (int)(at - column->symbol), column->symbol,
                 member.s != NULL ? member.s : "", at + 2);
    out->failed = out->failed || member.failed;
    free(member.s);
}

/* Appends the symbol of a column.  Returned: whether it has one */
static bool add_symbol(struct aln_text *out, const struct aln_column_words *column,
                       const char *name)
{
    if (column == NULL || column->symbol == NULL)
        return false;
    if (strchr(column->id.name, '*') != NULL)
        add_family(out, column, name);
    else
        aln_text_add(out, "%s", column->symbol);
    return true;
}

void aln_drawing_column_add_symbol(struct aln_text *out, const char *name)
{
    struct aln_param_row row;
    const struct aln_column_words *column = aln_drawing_column_of(name);
    if (add_symbol(out, column, name))
        return;
    if (column != NULL && column->label != NULL)
        aln_text_add(out, "%s", column->label);
    else if (strchr(name, '.') != NULL && aln_drawing_word_param(name, &row) &&
             row.symbol[0] != '\0')
        aln_text_add(out, "%s", row.symbol);
    else
        aln_drawing_column_add_plain(out, name);
}

/* "LABEL  SYMBOL" or one of them, with the unit. */
static void add_column(struct aln_text *out, const struct aln_column_words *column,
                       const char *name)
{
    struct aln_text symbol = {0};
    bool some = add_symbol(&symbol, column, name);
    const char *text = some && symbol.s != NULL ? symbol.s : "", *unit = column->unit;
    size_t n = strlen(text);
    if (column->label != NULL)
        aln_text_add(out, "%s%s", column->label, some ? "  " : "");
    if (unit != NULL && n > 0 && strncmp(unit, text, n) == 0)
        aln_text_add(out, "%s", unit);
    else
        aln_text_add(out, unit != NULL ? "%s (%s)" : "%s", text, unit);
    out->failed = out->failed || symbol.failed;
    free(symbol.s);
}

void aln_drawing_column_add_label(struct aln_text *out, const char *name)
{
    const struct aln_column_words *column = aln_drawing_column_of(name);
    struct aln_text words = {0};
    if (column != NULL) {
        add_column(out, column, name);
        return;
    }
    aln_drawing_word_add_axis(&words, name);
    aln_drawing_column_add_plain(out, words.s != NULL ? words.s : name);
    out->failed = out->failed || words.failed;
    free(words.s);
}

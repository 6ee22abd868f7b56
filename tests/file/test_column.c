/* The table of columns: each row is found by the names it stands for, and gives them symbols. That every
 * column of a result has a row is tested where results are made, by tests/cli/test_inspect.sh. */
#include "../check_main.h"

#include <string.h>

#include "file/column.h"

/* The name that a row stands for: indices 1, 2, 3, 4, eg for X, an event for EVENT, 0.01 for LEVEL. */
static void example_of(const char *row, char out[64])
{
    size_t n = 0;
    out[0] = '\0';
    for (const char *c = row; *c != '\0' && n < 48;) {
        const bool begins = c == row || c[-1] == '_';
        const bool ends = c[1] == '\0' || c[1] == '_';
        if (strncmp(c, "EVENT", 5) == 0) {
            n += (size_t)sprintf(out + n, "plateau_left");
            c += 5;
        } else if (strncmp(c, "LEVEL", 5) == 0) {
            n += (size_t)sprintf(out + n, "0.01");
            c += 5;
        } else if (begins && ends && c > row && strchr("ijkl", *c) != NULL) {
            n += (size_t)sprintf(out + n, "%d", 1 + (int)(*c++ - 'i'));
        } else if (begins && ends && *c == 'X') {
            n += (size_t)sprintf(out + n, "eg");
            c++;
        } else {
            out[n++] = *c++;
            out[n] = '\0';
        }
    }
}

START_TEST(rows)
{
    for (size_t i = 0; i < aln_columns.count; i++) {
        const struct aln_column *column = (const void *)aln_names_row(&aln_columns, i);
        char name[64];
        example_of(column->id.name, name);
        ck_assert_msg(aln_column_of(name) == column, "%s is not found as %s", name,
                      column->id.name);
        ck_assert_msg(column->id.doc[0] != '\0', "%s", column->id.name);
        const char *const texts[] = {column->label, column->symbol, column->unit,
                                     column->axis,  column->draws,  column->key};
        for (size_t j = 0; j < sizeof texts / sizeof texts[0]; j++)
            ck_assert_msg(texts[j] == NULL || texts[j][0] != '\0', "%s", column->id.name);
        ck_assert_uint_eq(aln_names_index(&aln_columns, column->id.name), i);
    }
}
END_TEST

START_TEST(unknown)
{
    static const char *const names[] = {
        "",          "Q",       "Q_1",    "Q_1_1_1",      "Q_a_b",    "err_",      "err_Q",
        "eg_",       "eg_1_",   "_1",     "run",          "run.seed", "x_1",       "Q_1_",
        "cos_W2_F2", "Q_1.2_1", "Q_1_1.", "err_t_eg_t_1", "_t",       "sd_plateau"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        ck_assert_msg(aln_column_of(names[i]) == NULL, "%s", names[i]);
}
END_TEST

START_TEST(symbols)
{
    static const char *const wanted[][2] = {{"t", "t"},
                                            {"eg", "ε_g"},
                                            {"eg_2", "ε_{g, 2}"},
                                            {"eg_0", "ε_g(0)"},
                                            {"Q_1_2", "Q_{12}"},
                                            {"Q_1_12", "Q_{1, 12}"},
                                            {"Q_1_1.2", "Q_{11.2}"},
                                            {"R_10_2", "R_{10, 2}"},
                                            {"W2_1_2", "W_{2, 12}"},
                                            {"start_W2_1_2", "W_{2, 12}(0)"},
                                            {"err_Q_1_2", "δ Q_{12}"},
                                            {"sd_eg", "σ(ε_g)"},
                                            {"se_Q_1_2", "s.e.(Q_{12})"},
                                            {"law_cos_W2_F1", "cos(W_2, F_1)"},
                                            {"plateau_left_t", "t_{plateau left}"},
                                            {"plateau_left_eg", "ε_g (plateau left)"},
                                            {"eg_below_0.01_t", "t(ε_g < 0.01)"},
                                            {"eg_fraction_0.5_t", "t(ε_g < 0.5 ε_g(0))"},
                                            {"re_3", "Re λ_{3}"},
                                            {"WA_2", "WA_{2}"},
                                            {"GA_batch_12", "GA_{batch 12}"},
                                            {"similarity_3", "layer 3"},
                                            {"cos_W2_F1", "cos(W_2, F_1)"}};
    static const char *const without[] = {"quantity", "epoch", "run.seed", "Q"};
    struct aln_text text = {0};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        ck_assert_msg(aln_column_add_symbol(&text, wanted[i][0]), "%s", wanted[i][0]);
        ck_assert_str_eq(text.s, wanted[i][1]);
        free(text.s);
        text = (struct aln_text){0};
    }
    for (size_t i = 0; i < sizeof without / sizeof without[0]; i++)
        ck_assert_msg(!aln_column_add_symbol(&text, without[i]) && text.s == NULL, "%s",
                      without[i]);
}
END_TEST

CHECK_MAIN("file/column", rows, unknown, symbols)

/* Swept lists that differ in one number, as this number: the axis, its name, the curves. */
#include "../check_main.h"
#include "figure/drawing.h"
#include "figures.h"

/* A table of a sweep over lists, with lambda = 1, 2, 3 and two rows of a seed each. */
static const char *put_lists(const char *key, const char *const value[3])
{
    const char *const columns[] = {"point", key, "run.time", "seed", "t_escape", "lambda"};
    static const char *const number[] = {"0", "1", "2", "3"}, *const time[] = {"10", "20", "30"};
    const char *path = in_folder("lists.tsv");
    char header[512];
    snprintf(header, sizeof header,
             "title: Lists\nproblem: {inputs: 100}\nlearning: {rule: dfa, rate: 0.1}\n"
             "study: escape\nsweep:\n  run: study\n  over: [{keys: [%s, run.time], values: "
             "[[%s, 10], [%s, 20], [%s, 30]]}]\n",
             key, value[0], value[1], value[2]);
    struct aln_writer *w = open_result(path, "sweep", header, columns, 6);
    for (int i = 0; i < 6; i++)
        ck_assert_int_eq(
            aln_writer_text_row(w,
                                (const char *const[]){number[i / 2], value[i / 2], time[i / 2],
                                                      number[1 + i % 2], number[1 + i % 3],
                                                      number[1 + i / 2]},
                                6),
            ALN_OK);
    ck_assert_int_eq(aln_writer_finish(w), ALN_OK);
    return path;
}

#define MATRIX "learning.feedback.matrix"

/* Which lists become numbers, and what their column is then called. */
START_TEST(one_entry_is_a_number)
{
    static const struct {
        const char *key, *value[3];
        const char *name; /* that of the entry; NULL: the lists stay */
        double number[3];
    } cases[] = {
        {MATRIX,
         {"[[1], [0.5]]", "[[1], [0.1]]", "[[1], [-2e-3]]"},
         MATRIX "(2,1)",
         {0.5, 0.1, -2e-3}},
        {MATRIX,
         {"[[1, 0.5], [3, 4]]", "[[1, 7], [3, 4]]", "[[1, 8], [3, 4]]"},
         MATRIX "(1,2)",
         {0.5, 7, 8}},
        {"learning.rate",
         {"[0.1, 0]", "[0.2, 0]", "[0.30, 0.0]"},
         "learning.rate(1)",
         {0.1, 0.2, 0.3}},
        {"learning.rate", {"[0.1, 0]", "[0.1, 1]", "[0.1, 0]"}, "learning.rate(2)", {0, 1, 0}},
        /* more than one entry, whether at once or one after the other */
        {MATRIX, {"[[1], [0.5]]", "[[2], [0.1]]", "[[3], [0.2]]"}, NULL, {0}},
        {MATRIX, {"[[1], [0.5]]", "[[1], [0.1]]", "[[2], [0.5]]"}, NULL, {0}},
        /* other shapes, no numbers, no lists, no difference */
        {"learning.rate", {"[0.1, 0]", "[0.2]", "[0.3, 0]"}, NULL, {0}},
        {"learning.rate", {"[0.1, 0]", "0.2", "[0.3, 0]"}, NULL, {0}},
        {MATRIX, {"[[1], [2]]", "[[1, 3]]", "[[1], [4]]"}, NULL, {0}},
        {MATRIX, {"[1, a]", "[2, a]", "[3, a]"}, NULL, {0}},
        {MATRIX, {"[[[[[1]]]]]", "[[[[[2]]]]]", "[[[[[3]]]]]"}, NULL, {0}},
        {"learning.rate", {"0.1", "0.2", "0.3"}, NULL, {0}},
        {MATRIX, {"[[1], [2]]", "[[1], [2]]", "[[1], [2.0]]"}, NULL, {0}},
    };
    enter();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct aln_drawing d = {.count = 0};
        const char *path = put_lists(cases[i].key, cases[i].value);
        ck_assert_int_eq(aln_figure_read(&d, &path, 1), ALN_OK);
        ck_assert_msg(aln_figure_describe(&d) == ALN_OK, "%zu: %s", i, aln_error());
        const struct aln_table *t = d.input[0].table;
        ck_assert_str_eq(t->name[1], cases[i].name != NULL ? cases[i].name : cases[i].key);
        ck_assert_str_eq(t->name[2], "run.time");
        for (size_t row = 0; row < t->rows; row++) {
            const char *text = t->text[row * t->cols + 1];
            if (cases[i].name == NULL) {
                ck_assert_str_eq(text, cases[i].value[row / 2]);
                continue;
            }
            ck_assert(t->value[row * t->cols + 1] == cases[i].number[row / 2]);
            ck_assert(strtod(text, NULL) == cases[i].number[row / 2]);
        }
        aln_figure_free_inputs(&d);
    }
    leave();
}
END_TEST

static const char *const falling[] = {"[[1], [1]]", "[[1], [0.1]]", "[[1], [0.01]]"};
static const char *const several[] = {"[[1], [1]]", "[[2], [0.1]]", "[[1], [0.01]]"};

/* The axis of a sweep's curves: a number, logarithmic over decades; lists that differ in more are words. */
START_TEST(axis_of_an_entry)
{
    if (!have_gnuplot())
        return;
    enter();
    const char *path = put_lists(MATRIX, falling);
    char *seen = seen_by("curves.gp", &path, 1);
    expect_holds(seen, "x_name = 'feedback  F1(2,1)'");
    expect_holds(seen, "x_numeric = 1\nx_log = 1\n");
    expect_holds(seen, "x_value[3] = ['0.01', '0.1', '1']");
    expect_holds(seen, "mean of 2 seeds");
    free(seen);
    path = put_lists(MATRIX, several);
    seen = seen_by("curves.gp", &path, 1);
    expect_holds(seen, "x_name = 'feedback  F1'");
    expect_holds(seen, "x_numeric = 0\nx_log = 0\n");
    free(seen);
    leave();
}
END_TEST

/* Quantities over an entry, which they may have in them, by the key with or without its place: one curve each,
 * though the length of the run moves along; what all rows of a point have alike is no mean. */
START_TEST(columns_over_an_entry)
{
    static const char *const wanted[] = {"lambda, 3 * " MATRIX, "lambda, 3 * " MATRIX "(2,1)"};
    static const char *const over[] = {NULL, MATRIX, "matrix", MATRIX "(2,1)"};
    if (!have_gnuplot())
        return;
    enter();
    const char *path = put_lists(MATRIX, falling);
    for (size_t i = 0; i < 8; i++) {
        struct aln_figure_options o = {.paths = &path,
                                       .count = 1,
                                       .output = in_folder("f.gp"),
                                       .column = wanted[i % 2],
                                       .over = over[i / 2]};
        ck_assert_msg(aln_figure_draw(&o, NULL) == ALN_OK, "%zu: %s", i, aln_error());
        char *script = get(o.output);
        expect_holds(script, "x_label = 'feedback  F1(2,1)'");
        expect_holds(script, "entry[2] = ['λ', '3 · F1(2,1)']");
        expect_holds(script, "x_log = 1\n");
        ck_assert_msg(strstr(script, "mean of") == NULL, "%.2000s", script);
        free(script);
    }
    struct aln_figure_options o = {
        .paths = &path, .count = 1, .output = in_folder("f.gp"), .column = "t_escape, lambda"};
    ck_assert_msg(aln_figure_draw(&o, NULL) == ALN_OK, "%s", aln_error());
    char *script = get(o.output);
    expect_holds(script, "mean of 2 rows ± s.e.");
    free(script);
    o.column = MATRIX "(1,1)";
    expect_error(aln_figure_draw(&o, NULL), ALN_USAGE, "expected one of + - * / ^ or the end");
    leave();
}
END_TEST

/* A curve for each value of an entry is called by it. */
START_TEST(curves_of_an_entry)
{
    if (!have_gnuplot())
        return;
    enter();
    const char *path = put_lists(MATRIX, falling);
    struct aln_figure_options o = {.paths = &path,
                                   .count = 1,
                                   .output = in_folder("f.gp"),
                                   .column = "t_escape",
                                   .over = "seed"};
    ck_assert_msg(aln_figure_draw(&o, NULL) == ALN_OK, "%s", aln_error());
    char *script = get(o.output);
    expect_holds(script, "entry[3] = ['F1(2,1) = 0.01', 'F1(2,1) = 0.1', 'F1(2,1) = 1']");
    free(script);
    leave();
}
END_TEST

CHECK_MAIN("figure/figure_entries", one_entry_is_a_number, axis_of_an_entry, columns_over_an_entry,
           curves_of_an_entry)

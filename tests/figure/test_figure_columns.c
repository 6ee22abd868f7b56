/* Arithmetic of columns; any column over any other; averages; distributions. */
#include <float.h>

#include "../check_main.h"
#include "figure/average.h"
#include "figure/columns.h"
#include "figure/expression.h"
#include "figure/words.h"
#include "sweep/task.h"

#include "figures.h"

/* ---- arithmetic ---- */

/* A table of one row, whose columns have names that arithmetic could take for more than one. */
static char *names[] = {"eg", "t",   "R_1_1.2",         "learning.rate", "a",
                        "b",  "a-b", "eg_below_1e-5_t", "none",          "logarithm"};
static double values[] = {0.5, 8, 3, 0.1, 5, 7, 11, 13, NAN, 17};
enum { NAMES = sizeof names / sizeof names[0] };
static struct aln_table one_row = {
    .command = "ode", .rows = 1, .cols = NAMES, .name = names, .value = values};
static const struct aln_figure_input input = {.path = "x.tsv", .table = &one_row};

START_TEST(arithmetic)
{
    static const struct {
        const char *text;
        double want;
        const char *name, *label; /* NULL: not looked at */
    } cases[] = {
        {"eg", 0.5, "eg", "generalisation error  ε_g"},
        {" eg ", 0.5, "eg", NULL},
        {"R_1_1.2", 3, "R_1_1.2", "overlap  R_{11.2}"},
        {"learning.rate*t", 0.8, "learning.rate * t", "η · t"},
        {"t-eg", 7.5, "t - eg", "t − ε_g"},
        {"t - a-b", -3, "t - a-b", NULL},
        {"a-b", 11, "a-b", "a-b"},
        {"a - b", -2, "a - b", NULL},
        {"a -b", -2, "a - b", NULL},
        {"eg_below_1e-5_t-t", 5, "eg_below_1e-5_t - t", "t(ε_g < 1e-5) − t"},
        {"logarithm", 17, NULL, NULL},
        {"1 + 2 * 3", 7, NULL, NULL},
        {"(1 + 2) * 3", 9, NULL, NULL},
        {"8 - 4 - 2", 2, NULL, NULL},
        {"8 / 4 / 2", 1, NULL, NULL},
        {"2 ^ 3 ^ 2", 512, NULL, NULL},
        {"-2^2", -4, NULL, NULL},
        {"2^-1", 0.5, NULL, "2^{−1}"},
        {"-2 * -3", 6, NULL, NULL},
        {"2 - -3", 5, NULL, NULL},
        {"+eg", 0.5, NULL, NULL},
        {"log10(t * 12.5)", 2, NULL, "log10(t · 12.5)"},
        {"log(exp(3))", 3, NULL, NULL},
        {"sqrt( 2*t )", 4, NULL, NULL},
        {"abs(a - b)", 2, NULL, NULL},
        {"1e-1 + .5", 0.6, NULL, NULL},
        {"none + 1", NAN, NULL, NULL},
        {"log(a - b)", NAN, NULL, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct aln_expression e;
        ck_assert_msg(aln_drawing_expression_make(&e, cases[i].text, "--column", &input) == ALN_OK,
                      "%s: %s", cases[i].text, aln_error());
        ck_assert_msg(isnan(cases[i].want)
                          ? isnan(e.value[0])
                          : fabs(e.value[0] - cases[i].want) <= 4 * DBL_EPSILON * fabs(e.value[0]),
                      "%s is %g, not %g", cases[i].text, e.value[0], cases[i].want);
        if (cases[i].name != NULL)
            ck_assert_str_eq(e.name, cases[i].name);
        if (cases[i].label != NULL)
            ck_assert_str_eq(e.label.s, cases[i].label);
        aln_drawing_expression_free(&e);
    }
}
END_TEST

START_TEST(arithmetic_refused)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"", "--column: an empty name in ''"},
        {"eg +", "--column: expected a column, a number, or an expression in brackets\n"
                 "  eg +\n      ^"},
        {"ε * (eg - t", "this bracket is not closed\n  ε * (eg - t\n      ^"},
        {"eg - t)", "this bracket was not opened\n  eg - t)\n        ^"},
        {"eg t", "expected one of + - * / ^ or the end\n  eg t\n     ^"},
        {"eq", "x.tsv: has no column 'eq'; the nearest is 'eg'; available: eg, t, R_1_1.2, "},
        {"t - eq * 2", "has no column 'eq'; the nearest is 'eg'; available:"},
        {"t - eq * 2", "\n  t - eq * 2\n      ^"},
        {"sin(t)", "unknown function; expected log, log10, exp, sqrt or abs\n  sin(t)\n  ^"},
        {"1.2.3", "not a number\n  1.2.3\n  ^"},
        {"2t", "not a number"},
        {"eg; system('x')", "expected one of + - * / ^ or the end"},
        {"`date`", "expected a column"},
    };
    static char deep[600] = "";
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct aln_expression e;
        names[8] = cases[i].text[0] == '\xce' ? "ε" : "none";
        expect_error(aln_drawing_expression_make(&e, cases[i].text, "--column", &input), ALN_USAGE,
                     cases[i].want);
        names[8] = "none";
        aln_drawing_expression_free(&e);
    }
    memset(deep, '(', sizeof deep - 1);
    struct aln_expression e;
    expect_error(aln_drawing_expression_make(&e, deep, "--over", &input), ALN_USAGE,
                 "--over: too many brackets");
    for (size_t i = 0; i + 2 < sizeof deep; i += 2)
        memcpy(deep + i, "1+", 2);
    deep[sizeof deep - 2] = '\0';
    strcat(deep, "1");
    expect_error(aln_drawing_expression_make(&e, deep, "--over", &input), ALN_USAGE, "too long");
}
END_TEST

/* ---- averages ---- */

START_TEST(averages)
{
    static const struct {
        const char *name;
        struct aln_spread want;
    } cases[] = {
        /* Of 1, 2, 3, 4, 10: 4 +- sqrt(12.5 / 5); ranks 4 (1/2 +- 1/sqrt(20)) from 0. */
        {NULL, {4, 2.4188611699158102, 5.5811388300841898, 0, 0}},
        {"median", {3, 2.1055728090000843, 3.8944271909999157, 0, 0}},
        {"quantiles", {3, 2, 4, 1.2, 8.8}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double x[] = {10, NAN, 3, 1, INFINITY, 4, 2};
        const struct aln_average *average;
        struct aln_spread s;
        ck_assert_int_eq(aln_drawing_average_find(&average, cases[i].name), ALN_OK);
        ck_assert_uint_eq(aln_drawing_average_make(average, x, 7, &s), 5);
        ck_assert_double_eq_tol(s.centre, cases[i].want.centre, 1e-12);
        ck_assert_double_eq_tol(s.low, cases[i].want.low, 1e-12);
        ck_assert_double_eq_tol(s.high, cases[i].want.high, 1e-12);
        if (cases[i].want.highest > 0) {
            ck_assert_double_eq_tol(s.lowest, cases[i].want.lowest, 1e-12);
            ck_assert_double_eq_tol(s.highest, cases[i].want.highest, 1e-12);
        }
        ck_assert_uint_eq(aln_drawing_average_make(average, x, 0, &s), 0);
        ck_assert(isnan(s.centre) && isnan(s.low));
        ck_assert_uint_eq(aln_drawing_average_make(average, x, 1, &s), 1);
        ck_assert_double_eq(s.high, s.low);
    }
    const struct aln_average *average;
    expect_error(aln_drawing_average_find(&average, "medain"), ALN_USAGE,
                 "--average: unknown average 'medain'; did you mean median?");
}
END_TEST

/* Whatever the average, it lies within its intervals, and these within each other. */
START_TEST(every_average)
{
    for (size_t i = 0; i < aln_drawing_averages.count; i++) {
        double x[] = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3};
        const struct aln_average *average;
        struct aln_spread s;
        struct aln_text words = {0};
        const char *name = aln_names_row(&aln_drawing_averages, i)->name;
        ck_assert_int_eq(aln_drawing_average_find(&average, name), ALN_OK);
        ck_assert_uint_eq(aln_drawing_average_make(average, x, 10, &s), 10);
        ck_assert(s.lowest <= s.low && s.low < s.centre && s.centre < s.high &&
                  s.high <= s.highest);
        aln_drawing_average_words(&words, average, 10, "seeds", true);
        expect_holds(words.s, " of 10 seeds ");
        free(words.s);
    }
}
END_TEST

/* ---- labels ---- */

/* What figures call a parameter or a column comes from its row; every symbol is used. */
START_TEST(labels)
{
    struct aln_param_row row;
    size_t symbols = 0, draws = 0;
    for (size_t i = 0; i < aln_tasks.count; i++)
        for (size_t r = 0; aln_schema_row(aln_task_row(i)->schema, r, &row); r++) {
            struct aln_text text = {0};
            bool known = aln_drawing_word_add_axis(&text, row.id.name);
            if (row.label[0] != '\0' || row.symbol[0] != '\0') {
                ck_assert(known);
                expect_holds(text.s, row.symbol);
                expect_holds(text.s, row.label);
            }
            symbols += row.symbol[0] != '\0';
            draws += aln_drawing_column_draws(row.id.name) != NULL;
            /* A parameter that is called a seed only names draws. */
            const char *last = strrchr(row.id.name, '.');
            if (last != NULL && strcmp(last, ".seed") == 0)
                ck_assert_msg(aln_drawing_column_draws(row.id.name) != NULL, "%s", row.id.name);
            free(text.s);
        }
    ck_assert_uint_gt(symbols, 10);
    ck_assert_uint_gt(draws, 0);
    static const char *const columns[][2] = {
        {"Q_1_2", "overlap  Q_{12}"},
        {"Q_1_12", "overlap  Q_{1, 12}"},
        {"W2_1_2", "read-out  W_{2, 12}"},
        {"t", "time  t = steps/N"},
        {"angle_W2_F1", "angle of W_2 and F_1 (degrees)"},
        {"plateau_left_t", "time  t_{plateau left}"},
        {"err_eg", "integration error  δ ε_g"},
        {"law_cos_W2_F1", "early law  cos(W_2, F_1)"},
        {"sd_eg", "standard deviation  σ(ε_g)"},
        {"growth", "growth rate  max Re λ (N/steps)"},
        {"epoch", "epochs"},
        {"left_out_2", "omitted samples  layer 2"},
        {"quantity", "quantity"},
        {"some_thing", "some\\_thing"},
        {"run.time", "length of the run  t"},
        {"learning.rate", "learning rate  η"},
    };
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        struct aln_text text = {0};
        aln_drawing_column_add_label(&text, columns[i][0]);
        ck_assert_str_eq(text.s, columns[i][1]);
        free(text.s);
    }
    ck_assert_str_eq(aln_drawing_column_draws("repeat"), "runs");
    ck_assert_str_eq(aln_drawing_column_draws("run.seed"), "seeds");
    ck_assert_ptr_null(aln_drawing_column_draws("eg"));
    ck_assert_ptr_null(aln_drawing_column_draws("learning.rate"));
}
END_TEST

/* ---- figures ---- */

/* What a figure would be drawn from: its settings and data. */
static char *seen(const char *script, struct aln_figure_options o)
{
    put(in_folder("style.gp"), "");
    put(in_folder(script),
        "cd ARG2\nload 'figure.gp'\nload ARG1\nsystem('cat *.gp *.tsv > image')\n");
    setenv("ALIGNODE_PLOTS", folder, 1);
    o.output = in_folder("seen.svg");
    ck_assert_msg(aln_figure_draw(&o, NULL) == ALN_OK, "%s", aln_error());
    setenv("ALIGNODE_PLOTS", ALN_PLOTS_SOURCE, 1);
    unlink(in_folder(script));
    return get(o.output);
}

/* A result from text: rows of words. */
static void put_table(const char *path, const char *command, const char *parameters,
                      const char *table)
{
    char *copy = strdup(table), *cells[32], *rest = copy, *line = strsep(&rest, "\n");
    size_t columns = 0;
    for (char *cell; columns < 32 && (cell = strsep(&line, " ")) != NULL;)
        cells[columns++] = cell;
    struct aln_writer *w =
        open_result(path, command, parameters, (const char *const *)cells, columns);
    while ((line = strsep(&rest, "\n")) != NULL && line[0] != '\0') {
        for (size_t i = 0; i < columns; i++)
            cells[i] = strsep(&line, " ");
        ck_assert_int_eq(aln_writer_text_row(w, (const char *const *)cells, columns), ALN_OK);
    }
    ck_assert_int_eq(aln_writer_finish(w), ALN_OK);
    free(copy);
}

static const char swept[] =
    "title: Swept\nsweep:\n  run: ode\n  over: [{key: learning.rule, values: [bp, dfa]}, "
    "{key: run.seed, values: [1, 2, 3]}]\n";
static const char sweep[] = "point learning.rule run.seed repeat t eg a_t b_t\n"
                            "0 bp 1 0 20 1 10 4\n1 bp 2 0 20 2 20 nan\n2 bp 3 0 20 6 30 nan\n"
                            "3 dfa 1 0 20 4 1 2\n4 dfa 2 0 20 5 2 4\n5 dfa 3 0 20 9 3 6\n";

/* A run through time is averaged over its repeats at each time, along both axes. */
START_TEST(over_another_column)
{
    if (!have_gnuplot())
        return;
    enter();
    set_yaml("Over", "dfa", 100);
    const char *path = in_folder("sgd.tsv");
    put_table(path, "sgd", yaml,
              "repeat t eg cos_W2_F1\n0 0 4 0\n0 1 2 0.5\n0 2 1 1\n1 0 6 0\n1 1 4 0.25\n"
              "1 2 nan nan\n");
    struct aln_figure_options o = {.paths = &path, .count = 1, .column = "eg", .over = "cos_W2_F1"};
    char *text = seen("columns.gp", o);
    expect_holds(text, "0\t5\t4\t6\t4\t6\t2\t2\n"
                       "0.375\t3\t2\t4\t2\t4\t2\t2\n"
                       "1\t1\t1\t1\t1\t1\t1\t2\n");
    expect_holds(text, "mean of 2 runs ± s.e.; in 1 of 3 places only 1 of 2 have a value");
    expect_holds(text, "x_label = 'alignment  cos(W_2, F_1)'");
    expect_holds(text, "y_label = 'generalisation error  ε_g'");
    free(text);
    o.column = "log10(eg) - t";
    o.over = NULL; /* the time */
    o.average = "median";
    text = seen("columns.gp", o);
    expect_holds(text, "y_label = 'log10(ε_g) − t'");
    expect_holds(text, "x_label = 'time  t = steps/N'");
    expect_holds(text, "median of 2 runs with its 68 \\0045 interval");
    free(text);
    o.column = "eg,t*2"; /* a curve each */
    o.average = NULL;
    text = seen("columns.gp", o);
    expect_holds(text, "entry[2] = ['ε_g', 't · 2']");
    free(text);
    /* Beside a theory, in its colour. */
    const char *both[] = {in_folder("ode.tsv"), path};
    put_table(both[0], "ode", yaml, "repeat t eg\n0 0 5\n0 1 3\n0 2 1\n");
    text = seen("columns.gp",
                (struct aln_figure_options){.paths = both, .count = 2, .column = "sqrt(eg)"});
    expect_holds(text, "mean of 2 runs ± s.e.");
    expect_holds(text, "entry[2] = ['theory', 'simulation, N = 100']");
    expect_holds(text, "drawn_as[2] = [1, 2]\narray curve_tint[2] = [2, 2]");
    free(text);
    const char *more = in_folder("more.tsv"); /* another number of repeats */
    put_table(more, "chain", yaml, "repeat t eg\n0 0 5\n0 1 3\n1 0 5\n1 1 3\n2 0 5\n2 1 3\n");
    both[0] = more;
    text = seen("columns.gp",
                (struct aln_figure_options){.paths = both, .count = 2, .column = "sqrt(eg)"});
    expect_holds(text, "mean of 3 or fewer runs ± s.e.");
    free(text);
    o.column = "egg";
    expect_error(aln_figure_draw(&o, NULL), ALN_USAGE, "has no column 'egg'; the nearest is 'eg'");
    o.column = NULL;
    o.average = "mode";
    expect_error(aln_figure_draw(&o, NULL), ALN_USAGE, "unknown average 'mode'");
    o.average = "median";
    o.figure = "learning";
    expect_error(aln_figure_draw(&o, NULL), ALN_USAGE,
                 "--average does not apply to the figure learning");
    leave();
}
END_TEST

/* Over time a line marks where another task begins; without tasks there is none. */
START_TEST(tasks_begin)
{
    static const char tasks[] =
        "problem:\n  tasks: [{units: [1], readout: [[1]]}, {units: [2], readout: [[1]]}]\n"
        "learning: {rule: dfa}\n"
        "run: {time: 4, tasks: [{time: 0, task: 1}, {time: 1.5, task: 2}, {time: 3, task: 1}]}\n";
    if (!have_gnuplot())
        return;
    enter();
    const char *path = in_folder("tasks.tsv");
    const char rows[] = "repeat t eg_1 eg_2\n0 0 1 1\n0 1.5 0.1 1\n0 4 0.5 0.1\n";
    struct aln_figure_options o = {.paths = &path, .count = 1, .column = "eg_1,eg_2"};
    put_table(path, "ode", tasks, rows);
    char *text = seen("columns.gp", o);
    expect_holds(text, "switches = 2\narray switch_t[2] = [1.5, 3]\n"
                       "array switch_task[2] = ['task 2', 'task 1']");
    free(text);
    o.over = "eg_1";
    o.column = "eg_2";
    text = seen("columns.gp", o);
    expect_holds(text, "switches = 0");
    free(text);
    leave();
}
END_TEST

/* Points of a sweep, coloured by the key that means something; names are places on an axis. */
START_TEST(columns_of_other_results)
{
    if (!have_gnuplot())
        return;
    enter();
    const char *path = in_folder("sweep.tsv");
    put_table(path, "sweep", swept, sweep);
    struct aln_figure_options o = {.paths = &path, .count = 1, .column = "eg", .over = "a_t - b_t"};
    char *text = seen("columns.gp", o);
    expect_holds(text, "points: the 4 of 6 rows that have values");
    expect_holds(text, "x_label = \"t_\\0173a\\0175 − t_\\0173b\\0175\"");
    expect_holds(text, "entry[2] = ['BP', 'DFA']");
    expect_holds(text, "-3\t9\t9\t9\t9\t9\t1\t1\n-2\t5\t");
    free(text);
    o.over = "rule"; /* a swept key: curves, with the average of the seeds */
    o.average = "median";
    text = seen("curves.gp", o);
    expect_holds(text, "at t = 20, median of 3 seeds with its 68 \\0045 interval");
    expect_holds(text, "x_value[2] = ['bp', 'dfa']");
    expect_holds(text, "x_label[2] = ['BP', 'DFA']");
    free(text);
    o.column = "b_t";
    o.average = NULL;
    text = seen("curves.gp", o);
    expect_holds(text, "mean of 3 seeds ± s.e.; in 1 of 2 places only 1 of 3 have a value");
    expect_holds(text, "0\t4\t4\t4\t4\t4\t0.33333333333333331\n");
    free(text);
    /* A comparison: names along x. */
    const char *compared = in_folder("compare.tsv");
    set_yaml("Compared", "dfa", 100);
    put_table(compared, "compare", yaml,
              "t quantity engine_a engine_b difference se z allowed ok\n"
              "1 eg ode sgd 0.1 0.1 1 4 1\n1 Q_1_1 ode sgd 0.1 0.1 -2 4 1\n"
              "2 eg ode sgd 0.1 0.1 3 4 1\n2 Q_1_1 ode sgd 0.1 0.1 0 4 1\n");
    o = (struct aln_figure_options){
        .paths = &compared, .count = 1, .column = "abs(z)", .over = "quantity"};
    text = seen("columns.gp", o);
    expect_holds(text, "x_names = 2\narray x_name[2] = ['eg', 'Q_1_1']");
    expect_holds(text, "a point for each of 4 rows"); /* they are no draws */
    expect_holds(text, "y_label = 'abs(z)'");
    free(text);
    leave();
}
END_TEST

/* A study: what its rows vary is not what the header says. */
START_TEST(columns_of_a_study)
{
    if (!have_gnuplot())
        return;
    enter();
    const char *path = in_folder("study.tsv");
    set_yaml("Study", "dfa", 100);
    strcat(yaml, "study: degeneracy\n");
    put_table(path, "study", yaml,
              "rule seed repeat t eg\ndfa 1 0 10 1\nbp 1 0 12 2\ndfa 2 0 14 3\nbp 2 0 16 4\n");
    char *text = seen("histogram.gp",
                      (struct aln_figure_options){.paths = &path, .count = 1, .figure = "cdf"});
    expect_holds(text, "entry[2] = ['DFA', 'BP']");
    expect_holds(text, "subtitle_text = 'erf, K = 2, M = 2, η = 0.1, 2 seeds each'");
    free(text);
    leave();
}
END_TEST

/* A training takes arithmetic and other axes than its panels. */
START_TEST(columns_of_training)
{
    if (!have_gnuplot())
        return;
    enter();
    const char *path = in_folder("train.tsv");
    put_training(path, in_folder("similar.tsv"), "dfa", "momentum: 0");
    struct aln_figure_options o = {
        .paths = &path, .count = 1, .column = "loss_test - loss_train", .average = NULL};
    char *text = seen("columns.gp", o);
    expect_holds(text, "mean of 2 seeds ± s.e.");
    expect_holds(text, "x_label = 'epochs'");
    free(text);
    o.column = "WA_2";
    o.over = "GA";
    text = seen("columns.gp", o);
    expect_holds(text, "x_label = 'gradient alignment  GA'");
    expect_holds(text, "mean of 2 seeds ± s.e.");
    free(text);
    leave();
}
END_TEST

/* ---- distributions ---- */

START_TEST(distributions)
{
    if (!have_gnuplot())
        return;
    enter();
    const char *path = in_folder("sweep.tsv");
    put_table(path, "sweep", swept, sweep);
    struct aln_figure_options o = {.paths = &path, .count = 1, .column = "b_t", .figure = "cdf"};
    char *text = seen("histogram.gp", o);
    expect_holds(text, "cumulative = 1");
    expect_holds(text, "entry[2] = ['BP, 1 of 3 have one', 'DFA']");
    expect_holds(text, "at t = 20, 3 seeds each; 2 without a value");
    expect_holds(text, "4\t0\n4\t0.33333333333333331\n6.12"); /* it ends at a third */
    expect_holds(text, "2\t0\n2\t0.33333333333333331\n4\t0.33333333333333331\n"
                       "4\t0.66666666666666663\n6\t0.66666666666666663\n6\t1\n");
    free(text);
    o.figure = "histogram";
    o.column = "eg";
    text = seen("histogram.gp", o);
    expect_holds(text, "cumulative = 0");
    expect_holds(text, "entry[2] = ['BP', 'DFA']");
    expect_holds(text, "x\ty\n1\t0\n1\t");
    free(text);
    /* The last time of each repeat. */
    const char *run = in_folder("sgd.tsv");
    set_yaml("Runs", "dfa", 100);
    put_table(run, "sgd", yaml, "repeat t eg\n0 0 9\n0 2 1\n1 0 9\n1 2 2\n2 0 9\n2 2 4\n");
    o = (struct aln_figure_options){.paths = &run, .count = 1, .figure = "cdf"};
    text = seen("histogram.gp", o);
    expect_holds(text, "at t = 2, 3 runs");
    expect_holds(text, "1\t0\n1\t0.33333333333333331\n2\t0.33333333333333331\n");
    ck_assert_ptr_null(strstr(text, "\n9\t"));
    free(text);
    /* Two columns with one value each, 1 and 2, are in bins of their own, twenty of which are between. */
    put_table(run, "sgd", yaml, "repeat t eg Q_1_1\n0 0 9 9\n0 2 1 2\n");
    o.figure = "histogram";
    o.column = "eg,Q_1_1";
    text = seen("histogram.gp", o);
    expect_holds(text, "at t = 2, 1 row each");
    expect_holds(text, "1\t0\n1\t1\n1.05\t1\n1.05\t0\n");
    expect_holds(text, "\t1\n2\t1\n2\t0\n");
    free(text);
    leave();
}
END_TEST

/* Curves have colours of the rules only where all do: others are like them. */
START_TEST(colours_of_one_set)
{
    if (!have_gnuplot())
        return;
    enter();
    const char *path[] = {in_folder("sweep.tsv"), in_folder("seeds.tsv")};
    put_table(path[0], "sweep", swept, sweep);
    put_table(path[1], "sweep",
              "title: Seeds\nlearning: {rule: dfa}\nsweep:\n  run: ode\n  over: [{key: run.seed, "
              "values: [1, 2]}]\n",
              "point run.seed eg\n0 1 3\n1 2 4\n");
    struct aln_figure_options o = {.paths = path, .count = 1, .column = "eg", .figure = "cdf"};
    char *text = seen("histogram.gp", o);
    expect_holds(text, "curve_tint[2] = [1, 2]");
    free(text);
    o.count = 2;
    text = seen("histogram.gp", o);
    expect_holds(text, "curve_tint[3] = [0, 0, 0]\narray curve_paint[3] = [1, 2, 3]");
    free(text);
    leave();
}
END_TEST

/* What only names draws, whatever it is called, is never an axis by itself. */
START_TEST(draws_are_distributions)
{
    static const char *const keys[] = {"run.seed", "learning.feedback.seed", "data.seed"};
    if (!have_gnuplot())
        return;
    enter();
    const char *path = in_folder("draws.tsv");
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        char parameters[512], table[512];
        snprintf(parameters, sizeof parameters,
                 "title: Draws\ndata: {name: mnist, size: 14}\nnetwork: {layers: [{dense: 10}]}\n"
                 "learning: {rule: dfa}\nsweep:\n  run: %s\n  over: [{key: %s, values: [1, 2]}]\n",
                 i == 0 ? "ode" : "train", keys[i]);
#ifndef ALN_DEEP
        if (i > 0)
            continue;
#endif
        snprintf(table, sizeof table, "point %s eg\n0 1 3\n1 2 4\n", keys[i]);
        put_table(path, "sweep", parameters, table);
        struct aln_figure_options o = {.paths = &path, .count = 1};
        char *text = seen("histogram.gp", o);
        expect_holds(text, "x_label = 'generalisation error  ε_g'");
        free(text);
        o.over = keys[i]; /* on request it is */
        text = seen("curves.gp", o);
        expect_holds(text, "x_draws = 1");
        free(text);
        /* Beside a key that means something, it is averaged over, though it comes first. */
        snprintf(parameters + strlen(parameters) - 2, 100,
                 ", {key: learning.rate, values: [3, 4]}]\n");
        snprintf(table, sizeof table,
                 "point %s learning.rate eg\n0 1 3 1\n1 1 4 2\n2 2 3 3\n3 2 4 4\n", keys[i]);
        put_table(path, "sweep", parameters, table);
        text = seen("curves.gp", (struct aln_figure_options){.paths = &path, .count = 1});
        expect_holds(text, "x_name = 'learning rate  η'");
        expect_holds(text, "mean of 2 ");
        free(text);
    }
    leave();
}
END_TEST

/* ---- maps ---- */

/* Single rows have the bars of the column that gives their standard error; averaged ones, and medians, have not. */
START_TEST(rows_with_their_own_errors)
{
    if (!have_gnuplot())
        return;
    enter();
    const char *path = in_folder("sweep.tsv");
    const char *const parameters = "title: Barriers\nsweep:\n  run: train\n  over: [{key: "
                                   "learning.rule, values: [dfa, bp]}]\n";
    put_table(path, "sweep", parameters,
              "point learning.rule epoch path_barrier path_barrier_se\n"
              "0 dfa 10 0.5 0.25\n1 bp 10 2 nan\n");
    struct aln_figure_options o = {.paths = &path, .count = 1, .column = "path_barrier"};
    char *text = seen("curves.gp", o);
    expect_holds(text, "errors = 1");
    expect_holds(text, "after 10 epochs, bars ± s.e.'");
    expect_holds(text, "z_from = 0.25\n");
    expect_holds(text, "0\t0.5\t0.25\t0.75\t0.25\t0.75\t1\n1\t2\t2\t2\t2\t2\t1\n");
    free(text);
    o.average = "median";
    text = seen("curves.gp", o);
    expect_holds(text, "errors = 0");
    ck_assert_ptr_null(strstr(text, "bars ±"));
    free(text);
    put_table(path, "sweep", parameters,
              "point learning.rule seed epoch path_barrier path_barrier_se\n"
              "0 dfa 1 10 0.5 0.25\n0 dfa 2 10 1.5 0.25\n1 bp 1 10 2 1\n");
    o.average = NULL;
    text = seen("curves.gp", o);
    expect_holds(text, "mean of 2 seeds ± s.e.'");
    expect_holds(text, "1\t2\t2\t2\t2\t2\t1\n"); /* the single row */
    free(text);
    leave();
}
END_TEST

START_TEST(maps_say_what_is_missing)
{
    if (!have_gnuplot())
        return;
    enter();
    const char *path[2] = {in_folder("a.tsv"), in_folder("b.tsv")};
    for (size_t i = 0; i < 2; i++)
        put_table(path[i], "sweep",
                  "title: Map\nsweep:\n  run: ode\n  over: [{key: learning.rate, values: [1, 2]}, "
                  "{key: problem.noise, values: [3, 4]}, {key: run.seed, values: [1, 2]}]\n",
                  "point learning.rate problem.noise run.seed seed t eg\n"
                  "0 1 3 1 1 9 1\n1 1 3 2 2 9 2\n2 1 4 1 1 9 3\n3 1 4 2 2 9 nan\n"
                  "4 2 3 1 1 9 5\n5 2 3 2 2 9 6\n6 2 4 1 1 9 nan\n7 2 4 2 2 9 nan\n");
    char *text =
        seen("map.gp", (struct aln_figure_options){.paths = path, .count = 1, .figure = "map"});
    expect_holds(text, "mean of 2 seeds; in 1 of 4 places only 1 of 2 have a value; 1 place "
                       "without a value");
    free(text);
    struct aln_figure_options o = {
        .paths = path, .count = 1, .figure = "map", .output = in_folder("f.svg")};
    ck_assert_msg(aln_figure_draw(&o, NULL) == ALN_OK, "%s", aln_error());
    text = get(o.output);
    expect_holds(text, "1/2<");
    free(text);
    /* Two scales are never called the same. */
    o.count = 2;
    o.column = "seed,run.seed";
    ck_assert_msg(aln_figure_draw(&o, NULL) == ALN_OK, "%s", aln_error());
    text = get(o.output);
    expect_holds(text, "seed (seed)");
    expect_holds(text, "seed (run.seed)");
    free(text);
    o.column = NULL;
    o.average = "quantiles";
    expect_error(aln_figure_draw(&o, NULL), ALN_USAGE,
                 "--average: a map shows one number in each cell, not quantiles");
    leave();
}
END_TEST

/* Every combination draws, in every format, in the terminal too. */
START_TEST(all_are_drawn)
{
    if (!have_gnuplot())
        return;
    enter();
    const char *path = in_folder("sweep.tsv");
    put_table(path, "sweep", swept, sweep);
    static const char *const figures[] = {"columns", "histogram", "cdf", "curves"};
    static const char *const kinds[] = {NULL, "median", "quantiles"};
    for (size_t f = 0; f < sizeof figures / sizeof figures[0]; f++)
        for (size_t a = 0; a < 3; a++) {
            bool averaged = f == 0 || f == 3;
            struct aln_figure_options o = {.paths = &path,
                                           .count = 1,
                                           .figure = figures[f],
                                           .column = "a_t / 2",
                                           .average = averaged ? kinds[a] : NULL,
                                           .output = in_folder(a == 0   ? "f.png"
                                                               : a == 1 ? "f.svg"
                                                                        : "f.pdf")};
            ck_assert_msg(aln_figure_draw(&o, NULL) == ALN_OK, "%s: %s", figures[f], aln_error());
        }
    leave();
}
END_TEST

CHECK_MAIN("figure/columns", arithmetic, arithmetic_refused, averages, every_average, labels,
           over_another_column, tasks_begin, columns_of_other_results, columns_of_a_study,
           columns_of_training, distributions, colours_of_one_set, draws_are_distributions,
           rows_with_their_own_errors, maps_say_what_is_missing, all_are_drawn)

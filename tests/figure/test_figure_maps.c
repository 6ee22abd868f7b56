/* Maps of sweeps side by side; the column and the keys that a picture of a sweep shows. */
#include "../check_main.h"
#include "figures.h"

/* A sweep of a command over a 2 x 2 grid of two keys, with these values of `column`. */
static void put_grid(const char *path, const char *title, const char *command, const char *x,
                     const char *y, const char *column, const double value[4])
{
    const char *const columns[] = {"point", x, y, "t", column};
    char parameters[512];
    snprintf(parameters, sizeof parameters,
             "title: %s\nsweep:\n  run: %s\n  over: [{key: %s, values: [0.1, 1]}, {key: %s, "
             "values: [2, 3]}]\n",
             title, command, x, y);
    struct aln_writer *w =
        open_result(path, "sweep", parameters, columns, sizeof columns / sizeof columns[0]);
    for (int i = 0; i < 4; i++) {
        char number[2][16];
        snprintf(number[0], sizeof number[0], "%d", i);
        snprintf(number[1], sizeof number[1], "%g", value[i]);
        const char *row[] = {number[0], i < 2 ? "0.1" : "1", i % 2 ? "3" : "2", "20", number[1]};
        ck_assert_int_eq(aln_writer_text_row(w, row, sizeof columns / sizeof columns[0]), ALN_OK);
    }
    ck_assert_int_eq(aln_writer_finish(w), ALN_OK);
}

static size_t times_in(const char *text, const char *part)
{
    size_t n = 0;
    for (; (text = strstr(text, part)) != NULL; text++)
        n++;
    return n;
}

/* Maps of several sweeps, a panel each with its own quantity; keys with equal last parts share a
 * label. */
START_TEST(maps_side_by_side)
{
    if (!have_gnuplot())
        return;
    enter();
    const char *paths[3] = {in_folder("theory.tsv"), in_folder("chain.tsv"), in_folder("more.tsv")};
    put_grid(paths[0], "Two of a kind", "ode", "problem.teacher.readout.alpha",
             "problem.teacher.readout.beta", "cos_W2_F1", (const double[]){0.25, 0.5, 0.75, 1});
    put_grid(paths[1], "Two of a kind", "chain", "problem.teacher.readout.alpha",
             "problem.teacher.readout.beta", "eg", (const double[]){7, 14, 21, 28});
    put_grid(paths[2], "Another kind", "ode", "learning.rate", "problem.noise", "eg",
             (const double[]){3, 6, 9, 12});
    struct aln_figure_options o = {.paths = paths,
                                   .count = 2,
                                   .output = in_folder("f.svg"),
                                   .column = "cos_W2_F1,eg",
                                   .over = "alpha,beta"};
    ck_assert_msg(aln_figure_draw(&o, NULL) == ALN_OK, "%s", aln_error()); /* no curves: a map */
    char *image = get(o.output);
    static const char *const words[] = {"Two of a kind",         "theory, at t = 20",
                                        "simulation, at t = 20", "alignment  cos(W",
                                        "generalisation error",  "α<"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        expect_holds(image, words[i]);
    free(image);
    /* The same quantity has the same scale: 3 ... 28, of 7 ... 28 and 3 ... 12. */
    o = (struct aln_figure_options){.paths = paths + 1, .count = 2, .output = in_folder("f.svg")};
    ck_assert_msg(aln_figure_draw(&o, NULL) == ALN_OK, "%s", aln_error());
    image = get(o.output);
    expect_holds(image, "simulation, Two of a kind");
    expect_holds(image, "theory, Another kind");
    expect_holds(image, "learning rate  η");
    const char *first = strstr(image, "> 25<");
    if (first == NULL)
        first = strstr(image, ">25<");
    ck_assert_ptr_nonnull(first); /* a tic beyond the second's own values */
    ck_assert_uint_eq(times_in(image, "generalisation error"), 1); /* there is one scale */
    free(image);
    /* Refusals. */
    o.column = "eg,eg,eg";
    expect_error(aln_figure_draw(&o, NULL), ALN_USAGE, "expected one name, or 2");
    o.column = "eg,cos_W2_F1";
    expect_error(aln_figure_draw(&o, NULL), ALN_USAGE, "more.tsv: has no column 'cos_W2_F1'");
    o = (struct aln_figure_options){
        .paths = paths, .count = 2, .output = in_folder("f.svg"), .figure = "curves"};
    expect_error(aln_figure_draw(&o, NULL), ALN_USAGE, "shows 1 result, not 2");
    o = (struct aln_figure_options){
        .paths = paths, .count = 2, .output = in_folder("f.svg"), .over = "alpha,gamma"};
    expect_error(aln_figure_draw(&o, NULL), ALN_USAGE, "no swept key 'gamma'");
    leave();
}
END_TEST

/* The digits of all cells, row by row, over both panels: between "+|" and "|" of a line. */
static void cells_of(const char *text, char out[16])
{
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, "+|")) != NULL;)
        for (at += 2; *at != '|' && *at != '\0' && n < 15; at++)
            if (*at != ' ')
                out[n++] = *at;
    out[n] = '\0';
}

/* Panels of the same quantity share its scale: the range, and whether it is logarithmic. */
START_TEST(one_scale_for_one_quantity)
{
    static const struct {
        double value[2][4];
        const char *scale;          /* of both panels */
        const char *cells, *legend; /* on a terminal: the upper row of both, the lower one */
    } pairs[] = {
        {{{0.01, 0.1, 1, 10}, {-1, 0, 1, 2}},
         "z_log = 0\nz_signs = 1\nz_least = -1\nz_most = 10\n",
         "09020101",
         "eg: 0 is -1, 9 is 10"},
        {{{0.01, 0.1, 1, 10}, {1, 2, 3, 4}},
         "z_log = 1\nz_signs = 0\nz_least = 0.01\nz_most = 10\n",
         "39780668",
         "eg: 0 is 0.01, 9 is 10"},
        {{{3, 3, 3, 3}, {1, 1, 1, 1}},
         "z_log = 0\nz_signs = 0\nz_least = 1\nz_most = 3\n",
         "99009900",
         "eg: 0 is 1, 9 is 3"},
        {{{3, 3, 3, 3}, {3, 3, 3, 3}},
         "z_log = 0\nz_signs = 0\nz_least = 3\nz_most = 3\n",
         "00000000",
         "eg: 0 is 3, 9 is 3"},
        {{{0, 0, 0, 0}, {0, 0, 0, 0}},
         "z_log = 0\nz_signs = 0\nz_least = 0\nz_most = 0\n",
         "00000000",
         "eg: 0 is 0, 9 is 0"},
    };
    if (!have_gnuplot())
        return;
    enter();
    char cells[16];
    const char *paths[] = {in_folder("a.tsv"), in_folder("b.tsv")};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        for (size_t k = 0; k < 2; k++)
            put_grid(paths[k], "One scale", k == 0 ? "ode" : "chain", "learning.rate",
                     "problem.noise", "eg", pairs[i].value[k]);
        char *seen = seen_by("map.gp", paths, 2);
        ck_assert_msg(times_in(seen, pairs[i].scale) == 2, "pair %zu:\n%s", i, seen);
        free(seen);
        setenv("ALIGNODE_PLOTS", ALN_PLOTS_SOURCE, 1);
        char *text = drawn_as_text(paths, 2);
        cells_of(text, cells);
        ck_assert_str_eq(cells, pairs[i].cells);
        ck_assert_uint_eq(times_in(text, pairs[i].legend), 2);
        free(text);
    }
    leave();
}
END_TEST

/* Messages for wrong names in --column and --over. */
START_TEST(names_asked_for)
{
    static const struct {
        size_t count;
        const char *column, *over, *want;
    } bad[] = {
        {1, "eg,eg", NULL, "--column: expected one name, not 'eg,eg'"},
        {2, "eg,eg,eg", NULL, "--column: expected one name, or 2, not 'eg,eg,eg'"},
        {1, "eg,", NULL, "--column: an empty name in 'eg,'"},
        {2, "eg,", NULL, "--column: an empty name in 'eg,'"},
        {2, "eg, ", NULL, "--column: an empty name in 'eg, '"},
        {2, ",eg", NULL, "--column: an empty name in ',eg'"},
        {1, "", NULL, "--column: an empty name in ''"},
        {1, "rate", NULL,
         "a.tsv: has no column 'rate'; available: point, learning.rate, "
         "problem.noise, t, eg"},
        {1, "epoch", NULL, "a.tsv: has no column 'epoch'"},
        {1, NULL, "rate,", "--over: an empty name in 'rate,'"},
        {1, NULL, ",rate", "--over: an empty name in ',rate'"},
        {1, NULL, "", "--over: an empty name in ''"},
        {1, NULL, "rate,eg",
         "a.tsv: has no swept key 'eg'; available: "
         "learning.rate, problem.noise"},
        {1, NULL, "rate,learning.rate", "--over: learning.rate is given twice"},
        {1, NULL, "rate,noise,rate", "--over: expected one key or two, not 'rate,noise,rate'"},
    };
    if (!have_gnuplot())
        return;
    enter();
    const char *paths[] = {in_folder("a.tsv"), in_folder("b.tsv"), in_folder("seeds.tsv")};
    const double value[4] = {1, 2, 3, 4};
    for (size_t i = 0; i < 2; i++)
        put_grid(paths[i], "Names", "ode", "learning.rate", "problem.noise", "eg", value);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct aln_figure_options o = {.paths = paths,
                                       .count = bad[i].count,
                                       .output = in_folder("f.svg"),
                                       .column = bad[i].column,
                                       .over = bad[i].over,
                                       .figure = "map"};
        expect_error(aln_figure_draw(&o, NULL), ALN_USAGE, bad[i].want);
    }
    /* A column of the result is not a swept key, even if its name is the last part of one. */
    put_grid(paths[2], "Seeds", "ode", "learning.rate", "run.seed", "seed", value);
    struct aln_figure_options o = {.paths = paths + 2,
                                   .count = 1,
                                   .output = in_folder("f.svg"),
                                   .column = "t",
                                   .over = "seed,rate",
                                   .figure = "map"};
    ck_assert_msg(aln_figure_draw(&o, NULL) == ALN_OK, "%s", aln_error());
    char *image = get(o.output);
    expect_holds(image, "seed<");
    free(image);
    leave();
}
END_TEST

/* A sweep over two keys that move together, or are drawn, and a rule. */
static void put_together(const char *path, const char *entries, const char *sample)
{
    const char *const columns[] = {"point", "learning.rate", "problem.noise", "learning.rule", "t",
                                   "eg"};
    static const char *const pairs[][2] = {{"0.1", "0"}, {"0.2", "0.5"}, {"0.7", "0.1"}};
    char parameters[512], point[16];
    snprintf(parameters, sizeof parameters,
             "title: Together\nlearning: {rule: dfa, rate: 3}\nsweep:\n  run: ode\n%s  over: "
             "[%s, {key: learning.rule, values: [bp, dfa]}]\n",
             sample, entries);
    struct aln_writer *w =
        open_result(path, "sweep", parameters, columns, sizeof columns / sizeof columns[0]);
    for (int i = 0; i < 6; i++) {
        snprintf(point, sizeof point, "%d", i);
        const char *row[] = {point, pairs[i / 2][0],  pairs[i / 2][1], i % 2 ? "dfa" : "bp",
                             "20",  i % 2 ? "1" : "2"};
        ck_assert_int_eq(aln_writer_text_row(w, row, sizeof columns / sizeof columns[0]), ALN_OK);
    }
    ck_assert_int_eq(aln_writer_finish(w), ALN_OK);
}

#define DRAWN                                                                                      \
    "{key: learning.rate, from: 0, to: 1, distribution: uniform}, {key: problem.noise, from: 0, "  \
    "to: 1, distribution: uniform}"

/* The axis is the first of keys that move together, and curves are those of another axis. What is
 * drawn at random is shown as points, in a map of two such keys at single places. */
START_TEST(keys_that_move_together)
{
    static const struct {
        const char *entries, *sample, *drawn;
    } cases[] = {{"{keys: [learning.rate, problem.noise], values: [[0.1, 0], [0.2, 0.5], [0.7, "
                  "0.1]]}",
                  "", "x_drawn = 0\n"},
                 {DRAWN, "  sample: {count: 3}\n", "x_drawn = 1\n"}};
    if (!have_gnuplot())
        return;
    enter();
    const char *path = in_folder("together.tsv");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        put_together(path, cases[i].entries, cases[i].sample);
        char *seen = seen_by("curves.gp", &path, 1);
        expect_holds(seen, cases[i].drawn);
        expect_holds(seen, "x_name = 'learning rate  η'");
        expect_holds(seen, i == 0 ? "x_log = 1" : "x_log = 0"); /* equal ratios; uniform */
        expect_holds(seen, "y_value[2] = ['bp', 'dfa']");
        ck_assert_msg(strstr(seen, "η = 3") == NULL, "%s", seen); /* swept: it has no one value */
        ck_assert_msg(strstr(seen, "mean of") == NULL, "%s", seen);
        free(seen);
        setenv("ALIGNODE_PLOTS", ALN_PLOTS_SOURCE, 1);
        struct aln_figure_options o = {.paths = &path,
                                       .count = 1,
                                       .output = in_folder("f.svg"),
                                       .figure = "map",
                                       .over = "rate,noise"};
        ck_assert_msg(aln_figure_draw(&o, NULL) == ALN_OK, "%s", aln_error());
        char *image = get(o.output);
        ck_assert_msg(strstr(image, "without a value") == NULL, "%s", image);
        ck_assert_uint_eq(times_in(image, "href='#gpPt6'"), 3);
        free(image);
    }
    leave();
}
END_TEST

/* Keys that move together, of which the first has one value with two of the second: both are shown, the second
 * as curves; over the first alone a mean says what it is over. */
START_TEST(keys_that_part)
{
    static const char *const columns[] = {"point", "learning.rule", "learning.feedback.symmetry",
                                          "t", "eg"};
    static const char *const rows[][5] = {
        {"0", "dfa", "0", "20", "1"}, {"1", "dfa", "0.5", "20", "2"}, {"2", "bp", "0", "20", "3"}};
    if (!have_gnuplot())
        return;
    enter();
    const char *path = in_folder("parting.tsv");
    struct aln_writer *w = open_result(
        path, "sweep",
        "title: Parting\nlearning: {rule: dfa, rate: 3}\nrun: {time: 20}\nsweep:\n  run: ode\n  "
        "over: [{keys: [learning.rule, learning.feedback.symmetry], values: [[dfa, 0], [dfa, 0.5], "
        "[bp, 0]]}]\n",
        columns, 5);
    for (size_t i = 0; i < 3; i++)
        ck_assert_int_eq(aln_writer_text_row(w, rows[i], 5), ALN_OK);
    ck_assert_int_eq(aln_writer_finish(w), ALN_OK);
    char *seen = seen_by("curves.gp", &path, 1);
    expect_holds(seen, "x_value[2] = ['dfa', 'bp']");
    expect_holds(seen, "y_value[2] = ['0', '0.5']");
    ck_assert_msg(strstr(seen, "mean of") == NULL, "%s", seen);
    free(seen);
    setenv("ALIGNODE_PLOTS", ALN_PLOTS_SOURCE, 1);
    struct aln_figure_options o = {
        .paths = &path, .count = 1, .output = in_folder("f.gp"), .over = "rule"};
    ck_assert_msg(aln_figure_draw(&o, NULL) == ALN_OK, "%s", aln_error());
    char *script = get(o.output);
    expect_holds(script, "mean of 2 rows ± s.e. over symmetry of the feedback");
    free(script);
    o.column = "eg, 2 * eg";
    ck_assert_msg(aln_figure_draw(&o, NULL) == ALN_OK, "%s", aln_error());
    script = get(o.output);
    expect_holds(script, ", ρ = 0'");
    expect_holds(script, ", ρ = 0.5'");
    free(script);
    o.column = NULL;
    o.over = "rule,learning.feedback.symmetry";
    ck_assert_msg(aln_figure_draw(&o, NULL) == ALN_OK, "%s", aln_error());
    leave();
}
END_TEST

#ifdef ALN_DEEP
/* A sweep of train over rules and two nets, GA being 1, 2, 3, 4. */
static void put_nets(const char *path, const char *key, const char *const net[2])
{
    const char *const columns[] = {"point", "learning.rule", key, "epoch", "GA"};
    static const char *const numbers[] = {"0", "1", "2", "3", "4"};
    char parameters[1024];
    snprintf(parameters, sizeof parameters,
             "title: Nets\ndata: {name: mnist, size: 14}\nnetwork: {layers: [{dense: 20}, {dense: "
             "10}]}\nlearning: {rule: dfa, rate: 0.1}\nrun: {epochs: 3}\nsweep:\n  run: train\n  "
             "over: [{key: learning.rule, values: [bp, dfa]}, "
             "{key: %s, values: [%s, %s]}]\n",
             key, net[0], net[1]);
    struct aln_writer *w =
        open_result(path, "sweep", parameters, columns, sizeof columns / sizeof columns[0]);
    for (int i = 0; i < 4; i++) {
        const char *row[] = {numbers[i], i < 2 ? "bp" : "dfa", net[i % 2], "3", numbers[i + 1]};
        ck_assert_int_eq(aln_writer_text_row(w, row, sizeof columns / sizeof columns[0]), ALN_OK);
    }
    ck_assert_int_eq(aln_writer_finish(w), ALN_OK);
}

/* Nets are labelled by their sizes, as in subtitles, in maps and in keys of curves; sections by what they set. */
START_TEST(nets_by_their_sizes)
{
    static const struct {
        const char *net[2], *want;
    } cases[] = {
        {{"[{dense: 40, activation: tanh}, {dense: 10}]",
          "[{dense: 20, activation: tanh}, {dense: 20, activation: tanh}, {dense: 10}]"},
         "y_value[2] = ['196-40-10', '196-20-20-10']"},
        {{"[{dense: 40, activation: tanh}, {dense: 10}]",
          "[{dense: 40, activation: relu}, {dense: 10}]"},
         "y_value[2] = ['196-40-10, tanh', '196-40-10, relu']"},
        {{"[{dense: 40, activation: tanh}, {dense: 10}]", "[{dense: 10}]"},
         "y_value[2] = ['196-40-10, tanh', '196-10, linear']"},
        {{"[{conv: 8, kernel: 3, activation: relu}, {dense: 10}]",
          "[{dense: 40, activation: relu}, {dense: 10}]"},
         "y_value[2] = ['1x14x14-conv8-10', '196-40-10']"},
        /* no names distinguish these */
        {{"[{conv: 8, kernel: 3, activation: relu}, {dense: 10}]",
          "[{conv: 8, kernel: 5, activation: relu}, {dense: 10}]"},
         "y_value[2] = ['…3…', '…5…']"},
    };
    if (!have_gnuplot())
        return;
    enter();
    const char *path = in_folder("nets.tsv");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        put_nets(path, "network.layers", cases[i].net);
        char *seen = seen_by("curves.gp", &path, 1);
        expect_holds(seen, cases[i].want);
        free(seen);
    }
    put_nets(path, "learning.feedback",
             (const char *const[]){"{}", "{rank: 3, distribution: uniform, shared: false}"});
    char *sections = seen_by("curves.gp", &path, 1);
    expect_holds(sections, "y_value[2] = ['default', 'rank 3, uniform, shared false']");
    expect_holds(sections, "y_header = 'feedback:'");
    free(sections);
    setenv("ALIGNODE_PLOTS", ALN_PLOTS_SOURCE, 1);
    put_nets(path, "network.layers", cases[1].net);
    struct aln_figure_options o = {
        .paths = &path, .count = 1, .output = in_folder("f.svg"), .figure = "map"};
    ck_assert_msg(aln_figure_draw(&o, NULL) == ALN_OK, "%s", aln_error());
    char *image = get(o.output);
    expect_holds(image, "196-40-10, tanh<");
    expect_holds(image, "network<");
    free(image);
    leave();
}
END_TEST

CHECK_MAIN("figure/maps", nets_by_their_sizes, maps_side_by_side, one_scale_for_one_quantity,
           names_asked_for, keys_that_move_together, keys_that_part)
#else
CHECK_MAIN("figure/maps", maps_side_by_side, one_scale_for_one_quantity, names_asked_for,
           keys_that_move_together, keys_that_part)
#endif

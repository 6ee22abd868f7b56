/* What figures of time series are drawn from. */
#include "../check_main.h"
#include "figures.h"

START_TEST(averages_and_key)
{
    if (!have_gnuplot())
        return;
    enter();
    set_yaml("Theory against simulation", "dfa", 100);
    put_engine(in_folder("ode.tsv"), "ode", 1, 0);
    put_engine(in_folder("sgd.tsv"), "sgd", 3, 0.5);
    set_yaml("Theory against simulation", "bp", 400);
    put_engine(in_folder("bp.tsv"), "chain", 1, 0);
    const char *paths[] = {in_folder("ode.tsv"), in_folder("sgd.tsv"), in_folder("bp.tsv"),
                           in_folder("sgd.tsv")};
    char *seen = seen_by("alignment.gp", paths, 3);
    expect_holds(seen, "title_text = 'Theory against simulation'\n");
    expect_holds(seen, "subtitle_text = 'erf, K = 2, M = 2, η = 0.1'\n");
    expect_holds(seen,
                 "label[3] = ['DFA theory', 'DFA simulation, N = 100, mean ± s.e. of 3 runs', "
                 "'BP overlap chain, N = 400, one run']\n");
    expect_holds(seen, "array theory[1] = [1]\narray simulation[2] = [2, 3]\n");
    expect_holds(seen, "colour[3] = [2, 2, 1]\n");
    expect_holds(seen, "shape[3] = [1, 3, 2]\n");
    expect_holds(seen, "log_t = 1\n");
    expect_holds(seen, "peaks = 1\n");
    expect_holds(seen, "peak = 6.75\n");
    expect_holds(seen,
                 "phases_of = 1\nplateau_entered = 10\nplateau_left = 0\nexponential = 55.5\n");
    expect_holds(seen, "laws = 3\narray law[3] = [1, 2, 3]\n");
    /* eg at t = 0: 0.45, 0.15, 0.45, hence mean 0.35 and standard error 0.1; for the cosine
     * the first repeat's nan is left out; the others are 0. */
    char *data = strstr(seen, "t\teg\teg_se\tQ_1_1");
    ck_assert_ptr_nonnull(data);
    data = strstr(data + 1, "t\teg\teg_se\tQ_1_1");
    ck_assert_ptr_nonnull(data);
    double t, eg, se;
    ck_assert_int_eq(sscanf(strchr(data, '\n'), "%lf %lf %lf", &t, &eg, &se), 3);
    ck_assert_double_eq(t, 0);
    ck_assert_double_eq_tol(eg, 0.35, 1e-15); /* a few roundings */
    ck_assert_double_eq_tol(se, 0.1, 1e-15);
    char *end = strchr(strchr(data, '\n') + 1, '\n');
    ck_assert_int_eq(strncmp(end - 4, "\t0\t0", 4), 0);
    free(seen);

    /* The same rule, engine and N twice: only the file distinguishes them. */
    seen = seen_by("alignment.gp", paths, 4);
    expect_holds(seen, "N = 100, sgd.tsv, mean ± s.e. of 3 runs'");
    expect_colours(seen, "colour[4] = [2, 2, 1, %zu]\n");
    free(seen);
    leave();
}
END_TEST

/* Results are distinguished by parameters, else the title, else the file. */
START_TEST(labels_tell_apart)
{
    if (!have_gnuplot())
        return;
    enter();
    set_yaml("one", "dfa", 100);
    put_engine(in_folder("a.tsv"), "ode", 1, 0);
    set_yaml("two", "dfa", 100);
    put_engine(in_folder("b.tsv"), "ode", 1, 0);
    set_yaml("one", "dfa", 400); /* theory's label does not include N */
    put_engine(in_folder("c.tsv"), "ode", 1, 0);
    memcpy(strstr(yaml, "rate: 0.1"), "rate: 0.3", 9);
    put_engine(in_folder("d.tsv"), "ode", 1, 0);
    static const struct {
        const char *file[3];
        size_t count;
        const char *labels;
    } cases[] = {
        {{"a.tsv", "c.tsv"}, 2, "['theory, N = 100', 'theory, N = 400']"},
        {{"a.tsv", "c.tsv", "d.tsv"},
         3,
         "['theory, η = 0.1, N = 100', 'theory, η = 0.1, N = 400', 'theory, η = 0.3, N = 400']"},
        {{"a.tsv", "b.tsv"}, 2, "['theory, one', 'theory, two']"},
        {{"a.tsv", "b.tsv", "c.tsv"}, /* a and b differ only in the title, a and c in N */
         3,
         "['theory, N = 100, one', 'theory, N = 100, two', 'theory, N = 400']"},
        {{"a.tsv", "a.tsv"}, 2, "['theory, a.tsv', 'theory, a.tsv']"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *paths[3];
        for (size_t j = 0; j < cases[i].count; j++)
            paths[j] = in_folder(cases[i].file[j]);
        char *seen = seen_by("alignment.gp", paths, cases[i].count);
        expect_holds(seen, cases[i].labels);
        free(seen);
    }
    leave();
}
END_TEST

/* Without a rule that uses F1 the default is learning, the only script that seen_by() provides. */
START_TEST(no_alignment_without_feedback)
{
    static const char *const rules[] = {"bp", "frozen", "sign-symmetric"};
    if (!have_gnuplot())
        return;
    enter();
    for (size_t i = 0; i < 3; i++) {
        set_yaml("no feedback", rules[i], 100);
        const char *path = in_folder("bp.tsv");
        put_engine(path, "ode", 1, 0);
        free(seen_by("learning.gp", &path, 1));
    }
    leave();
}
END_TEST

/* What a result holds of single runs and of updates is drawn, and named in the key. */
START_TEST(spread_and_updates)
{
    static const char *const column[] = {
        "repeat",       "t",       "eg",         "Q_1_1",      "R_1_1",       "W2_1_1",
        "cos_W2_F1",    "UA",      "sd_eg",      "sd_Q_1_1",   "sd_R_1_1",    "sd_W2_1_1",
        "sd_cos_W2_F1", "bias_eg", "bias_Q_1_1", "bias_R_1_1", "bias_W2_1_1", "bias_cos_W2_F1"};
    enum { COLUMNS = sizeof column / sizeof column[0] };
    static const char *const figures[] = {"learning", "alignment", "overlaps"};
    static const char *const wanted[] = {"", "cosine of the update and that of bp", ""};
    if (!have_gnuplot())
        return;
    enter();
    set_yaml("Single runs", "dfa", 100);
    const char *paths[] = {in_folder("ode.tsv")};
    struct aln_writer *w = open_result(paths[0], "ode", yaml, column, COLUMNS);
    for (int i = 0; i < 200; i++) { /* no times are added between so many */
        double t = 0.5 * i, row[COLUMNS] = {0, t, exp(-t / 20), t, -t, 1, 1 - exp(-t), 1 - exp(-t)};
        for (size_t c = 8; c < 13; c++)
            row[c] = 0.1;
        ck_assert_int_eq(aln_writer_row(w, row, COLUMNS), ALN_OK);
    }
    ck_assert_int_eq(aln_writer_finish(w), ALN_OK);
    char *seen = seen_by("alignment.gp", paths, 1);
    expect_holds(seen, "spreads = 1\narray spread[1] = [1]\n");
    expect_holds(seen, "updates = 1\narray update[1] = [1]\n");
    expect_holds(seen, "spread_label = '± s.d. of single runs at N = 100'\n");
    free(seen);
    setenv("ALIGNODE_PLOTS", ALN_PLOTS_SOURCE, 1);
    for (size_t i = 0; i < 3; i++) {
        const char *path = in_folder("f.svg");
        const struct aln_figure_options o = {
            .paths = paths, .count = 1, .figure = figures[i], .output = path};
        ck_assert_msg(aln_figure_draw(&o, NULL) == ALN_OK, "%s: %s", figures[i], aln_error());
        char *svg = get(path);
        expect_holds(svg, "± s.d. of single runs at N = 100");
        expect_holds(svg, "fill-opacity = '0.180000'"); /* also in the key, or in another panel */
        expect_holds(strstr(svg, "fill-opacity = '0.180000'") + 1, "fill-opacity = '0.180000'");
        expect_holds(svg, wanted[i]);
        free(svg);
    }
    leave();
}
END_TEST

/* Means over repeats bring their errors along: the averages and the key are those of the repeats. */
START_TEST(moments)
{
    static const char *const column[] = {
        "repeat", "t", "eg", "cos_W2_F1", "sd_eg", "sd_cos_W2_F1", "se_eg", "se_cos_W2_F1"};
    enum { COLUMNS = sizeof column / sizeof column[0] };
    if (!have_gnuplot())
        return;
    enter();
    set_yaml("Means", "dfa", 100);
    const char *paths[] = {in_folder("m.tsv")};
    struct aln_writer *w = open_result(paths[0], "chain", yaml, column, COLUMNS);
    for (int i = 0; i < 3; i++) {
        const double row[COLUMNS] = {0, 0.5 * i, 0.25, 0.5, 0.125, 0.0625, 0.03125, 0.015625};
        ck_assert_int_eq(aln_writer_row(w, row, COLUMNS), ALN_OK);
    }
    ck_assert_int_eq(aln_writer_finish(w), ALN_OK);
    char *seen = seen_by("alignment.gp", paths, 1);
    expect_holds(seen, "mean ± s.e. of 2 runs"); /* of run.repeats */
    expect_holds(seen, "spreads = 0\n");         /* a band is theory's */
    expect_holds(seen, "0.25\t0.03125\t0.5\t0.015625");
    free(seen);
    setenv("ALIGNODE_PLOTS", ALN_PLOTS_SOURCE, 1);
    const struct aln_figure_options o = {.paths = paths,
                                         .count = 1,
                                         .figure = "histogram",
                                         .column = "eg",
                                         .output = in_folder("h.svg")};
    ck_assert_int_eq(aln_figure_draw(&o, NULL), ALN_USAGE);
    ck_assert_ptr_nonnull(strstr(aln_error(), "holds means over repeats"));
    leave();
}
END_TEST

/* A result of nothing but the start, of a run with logarithmic times, is drawn on a linear axis. */
START_TEST(only_the_start)
{
    static const char *const column[] = {"repeat", "t",      "eg",       "Q_1_1",
                                         "R_1_1",  "W2_1_1", "cos_W2_F1"};
    static const char *const figures[] = {"learning", "alignment", "overlaps", "columns"};
    static const char *const log[] = {"figure.log=x"};
    const double row[] = {0, 0, 0.3, 1, 0.1, 0.2, 0.5};
    if (!have_gnuplot())
        return;
    enter();
    set_yaml("The start", "dfa", 100);
    const char *paths[] = {in_folder("ode.tsv"), in_folder("sgd.tsv")};
    for (size_t i = 0; i < 2; i++) {
        struct aln_writer *w = open_result(paths[i], i == 0 ? "ode" : "sgd", yaml, column, 7);
        ck_assert_int_eq(aln_writer_row(w, row, 7), ALN_OK);
        ck_assert_int_eq(aln_writer_finish(w), ALN_OK);
    }
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        for (size_t set = 0; set < (i < 3 ? 2 : 1); set++) {
            const struct aln_figure_options o = {.paths = paths,
                                                 .count = 2,
                                                 .figure = figures[i],
                                                 .output = in_folder("f.svg"),
                                                 .set = log,
                                                 .set_count = set};
            ck_assert_msg(aln_figure_draw(&o, NULL) == ALN_OK, "%s: %s", figures[i], aln_error());
        }
    leave();
}
END_TEST

CHECK_MAIN("figure/series", averages_and_key, labels_tell_apart, no_alignment_without_feedback,
           spread_and_updates, moments, only_the_start)

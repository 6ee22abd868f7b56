/* The figure of training: its texts, its panels, and the start of over-fitting. */
#include "../check_main.h"
#include "figures.h"

START_TEST(training_in_words)
{
    if (!have_gnuplot())
        return;
    enter();
    set_yaml("Theory", "dfa", 100);
    put_engine(in_folder("ode.tsv"), "ode", 1, 0);
    put_training(in_folder("train.tsv"), in_folder("similar.tsv"), "dfa", "schedule: []");
    put_training(in_folder("again.tsv"), in_folder("other.tsv"), "dfa", "schedule: []");
    const char *one[] = {in_folder("train.tsv")};
    struct aln_figure_options o = {.paths = one, .count = 1, .output = in_folder("f.svg")};
    ck_assert_msg(aln_figure_draw(&o, NULL) == ALN_OK, "%s", aln_error());
    char *image = get(o.output);
    static const char *const words[] = {"Deep networks",

#ifdef ALN_DEEP
                                        "mnist, 784-20-15-10, tanh, η = 0.001",
#else
                                        "mnist, 20-15-10, tanh, η = 0.001",
#endif

                                        "0.1 of the labels random",
                                        "loss",
                                        "error",
                                        "gradient alignment  GA",
                                        "weight alignment  WA",
                                        "epochs",
                                        "DFA, mnist",
                                        "mean and range of 2 seeds",
                                        "layer 1"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        expect_holds(image, words[i]);
    free(image);
    const char *two[] = {in_folder("train.tsv"), in_folder("again.tsv")};
    o.paths = two;
    o.count = 2;
    ck_assert_msg(aln_figure_draw(&o, NULL) == ALN_OK, "%s", aln_error());
    image = get(o.output);
    expect_holds(image, ">again.tsv<");
    expect_holds(image, "0.1 of the labels random, mean and range of 2 seeds");
    free(image);
    /* Results of engines and of networks do not mix. */
    const char *mixed[] = {in_folder("train.tsv"), in_folder("ode.tsv")};
    o.paths = mixed;
    expect_error(aln_figure_draw(&o, NULL), ALN_USAGE, "no figure");
    o.figure = "alignment";
    expect_error(aln_figure_draw(&o, NULL), ALN_USAGE, "train.tsv: is a result of train");
    o.figure = "training";
    expect_error(aln_figure_draw(&o, NULL), ALN_USAGE, "ode.tsv: is a result of ode");
    leave();
}
END_TEST

/* The rates of a schedule, except those after the end of the run. */
START_TEST(schedules_in_words)
{
    static const char *const cases[][2] = {
        {"", ", η = 0.001, batch 32, 0.1 of"},
        {"{epoch: 1.5, rate: 1e-4}", ", η = 0.001, then 1e-4 from epoch 1.5, batch 32, 0.1 of"},
        {"{epoch: 1, rate: 5e-4}, {epoch: 20, rate: 1e-4}, {epoch: 31.5, rate: 0}",
         ", η = 0.001, in 3 steps to 0 from epoch 31.5, batch 32, 0.1 of"},
        {"{epoch: 1, rate: 5e-4}, {epoch: 32, rate: 1e-4}",
         ", η = 0.001, then 5e-4 from epoch 1, batch 32, 0.1 of"},
        {"{epoch: 99, rate: 5e-4}", ", η = 0.001, batch 32, 0.1 of"},
    };
    if (!have_gnuplot())
        return;
    enter();
    const char *path = in_folder("train.tsv");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char learning[128];
        snprintf(learning, sizeof learning, "schedule: [%s]", cases[i][0]);
        put_training(path, in_folder("similar.tsv"), "dfa", learning);
        char *seen = seen_by("training.gp", &path, 1);
        expect_holds(seen, cases[i][1]);
        free(seen);
    }
    leave();
}
END_TEST

/* Panels as requested; results of one rule are distinguished by their parameters, and one without
 * GA leaves the panel to the others. */
START_TEST(panels_and_rules)
{
    if (!have_gnuplot())
        return;
    enter();
    const char *path[] = {in_folder("a.tsv"), in_folder("b.tsv"), in_folder("c.tsv")};
    const char *similar = in_folder("similar.tsv");
    put_training(path[0], similar, "dfa", "feedback: {kind: independent, scale: 1}");
    put_training(path[1], similar, "dfa", "feedback: {kind: channel, scale: 0.1}");
    put_training(path[2], similar, "frozen", "feedback: {kind: independent, scale: 1}");
    struct aln_figure_options o = {
        .paths = path, .count = 3, .output = in_folder("f.svg"), .column = "error,GA_2"};
    ck_assert_msg(aln_figure_draw(&o, NULL) == ALN_OK, "%s", aln_error());
    char *image = get(o.output);
    expect_holds(image, "DFA, independent, gain 1");
    expect_holds(image, "DFA, channel, gain 0.1");
    expect_holds(image, "frozen");
    expect_holds(image, "mean and range of 2 seeds");
    ck_assert_ptr_null(strstr(image, "loss"));
    ck_assert_ptr_null(strstr(image, "weight alignment"));
    free(image);
    o.column = NULL;
    ck_assert_msg(aln_figure_draw(&o, NULL) == ALN_OK, "%s", aln_error());
    image = get(o.output);
    expect_holds(image, "gradient alignment  GA");
    free(image);
    static const char *const wrong[][2] = {
        {"GA_3", "a.tsv has no 'GA_3', did you mean GA_1? it has loss, error, WA, GA"},
        {"gibberish", "has no 'gibberish'; it has loss, error, WA, GA"},
        {"GA,WAA", "has no 'WAA', did you mean WA?"},
        {"error,", "--column: an empty name in 'error,'"},
        {",", "--column: an empty name in ','"},
        {"loss,error,GA,WA,GA_1,GA_2,WA_2", "--column: expected up to 6 names, not 'loss,"},
        {"seed", "--column: 'seed' identifies rows"},
        {"loss,epoch", "--column: 'epoch' identifies rows"},
        {"step", "--column: 'step' identifies rows"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        o.column = wrong[i][0];
        expect_error(aln_figure_draw(&o, NULL), ALN_USAGE, wrong[i][1]);
    }
    leave();
}
END_TEST

/* A result of train of one seed; `table` has its column names and rows. */
static void put_result(const char *path, const char *table)
{
    struct aln_text text = {0};
    size_t rows = 0;
    for (const char *c = table; *c != '\0'; c++)
        rows += *c == '\n';
    aln_text_add(
        &text,
        "# alignode 0.1.0 train\n# title: A title\n# data: {name: mnist}\n# network: {layers: "
        "[{dense: 20, activation: tanh}, {dense: 10}]}\n# learning: {rule: dfa, rate: 0.1, "
        "batch: 1}\n# run: {epochs: 9}\n%s# end %zu\n",
        table, rows - 1);
    ck_assert(!text.failed);
    put(path, text.s);
    free(text.s);
}

/* Test and training losses at epochs 0, 1, 2, ... of one seed. */
static void put_losses(const char *path, const double (*loss)[2], size_t count)
{
    struct aln_text text = {0};
    aln_text_add(&text, "seed\tepoch\tstep\tloss_train\tloss_test\n");
    for (size_t i = 0; i < count; i++)
        aln_text_add(&text, "1\t%zu\t%zu\t%g\t%g\n", i, i, loss[i][1], loss[i][0]);
    put_result(path, text.s);
    free(text.s);
}

/* At the least test loss, if a clear and lasting rise follows while the training loss falls. */
START_TEST(where_over_fitting_starts)
{
    enum { RECORDS = 9 };
    static const struct {
        const char *what, *turn;
        double loss[RECORDS][2]; /* test, training */
    } runs[] = {
        {"memorises",
         "3",
         {{2.3, 2.3},
          {2, 1.9},
          {1.2, 1.2},
          {1, 0.9},
          {1.1, 0.7},
          {1.3, 0.5},
          {1.5, 0.3},
          {1.8, 0.2},
          {2, 0.1}}},
        {"only just, at the end",
         "6",
         {{2.3, 2.3},
          {2, 1.9},
          {1.5, 1.2},
          {1.3, 0.9},
          {1.2, 0.7},
          {1.1, 0.5},
          {1, 0.3},
          {1.05, 0.2},
          {1.1, 0.1}}},
        {"diverges",
         "0",
         {{2.3, 2.3},
          {2.2, 2.2},
          {2.1, 2},
          {3, 3},
          {20, 20},
          {300, 300},
          {4e3, 4e3},
          {1e4, 9e3},
          {1e4, 1e4}}},
        {"stands still",
         "0",
         {{2, 2}, {1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}}},
        {"test rises, training has stopped",
         "0",
         {{2.3, 2.3},
          {1, 0.9},
          {1.2, 0.9},
          {1.3, 0.9},
          {1.4, 0.9},
          {1.5, 0.9},
          {1.6, 0.9},
          {1.7, 0.9},
          {1.8, 0.895}}},
        {"comes back",
         "0",
         {{2.3, 2.3},
          {2, 1.9},
          {1, 0.9},
          {1.5, 0.8},
          {1.4, 0.7},
          {1.2, 0.6},
          {1.1, 0.5},
          {1.05, 0.4},
          {1.01, 0.3}}},
        {"falls to the end",
         "0",
         {{2.3, 2.3},
          {2, 2},
          {1.8, 1.8},
          {1.6, 1.6},
          {1.5, 1.5},
          {1.4, 1.4},
          {1.3, 1.3},
          {1.2, 1.2},
          {1.1, 1.1}}},
        {"one spike at the end",
         "0",
         {{2.3, 2.3},
          {2, 2},
          {1.8, 1.8},
          {1.6, 1.6},
          {1.5, 1.5},
          {1.4, 1.4},
          {1.3, 1.3},
          {1.2, 1.2},
          {1.8, 1.1}}},
        {"never learned anything that holds",
         "0",
         {{2.3, 2.3},
          {2.29, 2.2},
          {2.4, 2},
          {2.6, 1.8},
          {2.8, 1.6},
          {3, 1.4},
          {3.2, 1.2},
          {3.4, 1},
          {3.6, 0.8}}},
        {"is lost",
         "0",
         {{2.3, 2.3},
          {2, 1.9},
          {1.2, 1.2},
          {1, 0.9},
          {1.1, 0.7},
          {1.3, 0.5},
          {1.5, 0.3},
          {1.8, 0.2},
          {NAN, NAN}}},
    };
    if (!have_gnuplot())
        return;
    enter();
    const char *path = in_folder("run.tsv");
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        char words[64];
        put_losses(path, runs[i].loss, RECORDS);
        char *seen = seen_by("training.gp", &path, 1);
        snprintf(words, sizeof words, "array turn[1] = [%s]\n", runs[i].turn);
        ck_assert_msg(strstr(seen, words) != NULL, "%s: no %s in:\n%s", runs[i].what, words, seen);
        free(seen);
        setenv("ALIGNODE_PLOTS", ALN_PLOTS_SOURCE, 1);
        struct aln_figure_options o = {.paths = &path, .count = 1, .output = in_folder("f.svg")};
        ck_assert_msg(aln_figure_draw(&o, NULL) == ALN_OK, "%s", aln_error());
        char *image = get(o.output);
        ck_assert_msg((strstr(image, "over-fitting") != NULL) == (runs[i].turn[0] != '0'), "%s",
                      runs[i].what);
        free(image);
    }
    leave();
}
END_TEST

/* A figure of these columns, as SVG text; free(). */
static char *drawn(const char *const *paths, size_t count, const char *column)
{
    struct aln_figure_options o = {
        .paths = paths, .count = count, .output = in_folder("f.svg"), .column = column};
    ck_assert_msg(aln_figure_draw(&o, NULL) == ALN_OK, "%s", aln_error());
    return get(o.output);
}

/* Columns have their words, names without words are not markup, families are drawn with their layers, and the key explains only
 * lines that are drawn. */
START_TEST(columns_as_they_are_called)
{
    if (!have_gnuplot())
        return;
    enter();
    const char *paths[] = {in_folder("a.tsv"), in_folder("b.tsv")};
    for (size_t i = 0; i < 2; i++)
        put_result(paths[i],
                   "seed\tepoch\tstep\terror_train\terror_test\tleft_out\tcond_A_2\tnorm_1\t"
                   "norm_2\tp_1\tp_2\tlost\tgone_2\n"
                   "1\t0\t0\t0.9\t0.9\t0\t3\t1\t2\t0.5\t0.5\tnan\tnan\n"
                   "1\t1\t1\t0.8\t0.9\t1\t4\t1\t3\t0.4\t0.6\tnan\tnan\n");
    char *image = drawn(paths, 1, "left_out,cond_A_2");
    expect_holds(image, "omitted samples<");
    expect_holds(image, "condition number  cond A");
    ck_assert_ptr_null(strstr(image, "training<"));
    ck_assert_ptr_null(strstr(image, "layer"));
    free(image);
    image = drawn(paths, 1, "norm,error");
    expect_holds(image, "layer 1");
    expect_holds(image, "training<");
    ck_assert_ptr_null(strstr(image, "all layers"));
    free(image);
    image = drawn(paths, 1, "p");
    expect_holds(image, "class 1");
    free(image);
    /* Layers that start at 2; a column without numbers. */
    image = drawn(paths, 1, "cond_A,lost");
    expect_holds(image, "layer 2");
    expect_holds(image, "all of it is nan");
    free(image);
    image = drawn(paths, 2, "left_out,norm_2");
    ck_assert_ptr_null(strstr(image, "training<"));
    free(image);
    struct aln_figure_options o = {
        .paths = paths, .count = 1, .output = in_folder("f.svg"), .column = "lost,gone"};
    expect_error(aln_figure_draw(&o, NULL), ALN_USAGE,
                 "nothing to draw: all values of lost and the others are nan");
    o.column = "gone";
    expect_error(aln_figure_draw(&o, NULL), ALN_USAGE,
                 "a.tsv: nothing to draw: all values of gone are nan");
    o.column = "left_oot";
    expect_error(aln_figure_draw(&o, NULL), ALN_USAGE,
                 "did you mean left_out? it has error, left_out, cond_A, norm, p, lost, gone");
    o.count = 2;
    o.column = "norm";
    expect_error(aln_figure_draw(&o, NULL), ALN_USAGE, "'norm' has one curve per layer");
    put_result(paths[1], "seed\tepoch\tstep\tnorm_1\n1\t0\t0\t1\n");
    o.column = "left_out";
    expect_error(aln_figure_draw(&o, NULL), ALN_USAGE, "b.tsv has no 'left_out'; it has norm");
    leave();
}
END_TEST

CHECK_MAIN("figure/training", training_in_words, schedules_in_words, panels_and_rules,
           where_over_fitting_starts, columns_as_they_are_called)

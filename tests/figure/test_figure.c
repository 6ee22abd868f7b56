#include "../check_main.h"
#include "../covers.h"
#include "figure/drawing.h"
#include "figures.h"
#include "model/params.h"
#include "study/fixedpoint.h"
#include "study/study.h"

static void put_compare(const char *path)
{
    static const char *const column[] = {"t",  "quantity", "engine_a", "engine_b", "difference",
                                         "se", "z",        "allowed",  "ok",       "later"};
    static const char *const row[][10] = {
        {"0", "eg", "ode", "chain", "0", "0", "nan", "1e-12", "1", "x"},
        {"1", "eg", "ode", "chain", "-0.002", "0.001", "2", "0.004", "1", "x"},
        {"1", "Q_1_1", "chain", "sgd", "0.06", "0.01", "6", "0.04", "0", "x"},
        {"1", "cos_W2_F1", "chain", "sgd", "nan", "nan", "nan", "nan", "1", "x"},
    };
    struct aln_writer *w = open_result(path, "compare", yaml, column, 10);
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        ck_assert_int_eq(aln_writer_text_row(w, row[i], 10), ALN_OK);
    ck_assert_int_eq(aln_writer_finish(w), ALN_OK);
}

static void put_all(void)
{
    set_yaml("Theory against simulation", "dfa", 100);
    put_engine(in_folder("ode.tsv"), "ode", 1, 0);
    put_engine(in_folder("sgd.tsv"), "sgd", 3, 0.5);
    put_compare(in_folder("compare.tsv"));
}

static void put_study(const char *name, const char *text)
{
    struct aln_params *p;
    put(in_folder("study.yaml"), text);
    ck_assert_msg(aln_params_load(&p, in_folder("study.yaml"), 0, NULL, aln_study_check) == ALN_OK,
                  "%s", aln_error());
    ck_assert_int_eq(aln_study(p, &(struct aln_run_options){.path = in_folder(name)}), ALN_OK);
    aln_params_free(p);
    unlink(in_folder("study.yaml"));
}

/* Short, so that some runs reach a solution and others do not. */
static void put_studies(void)
{
    put_study("degeneracy.tsv", "problem: {student: {weights: {std: 0.1}, readout: {std: 0.1}}}\n"
                                "learning: {rule: dfa, rate: 0.5}\n"
                                "run: {time: 400, record: {count: 20}}\nstudy: degeneracy\n"
                                "degeneracy: {seeds: 6, level: 0.001}\n");
    put_study("plearn.tsv", "problem: {inputs: 30, activation: relu}\n"
                            "learning: {rule: dfa, rate: 0.5, feedback: {distribution: signs}}\n"
                            "run: {time: 50}\nstudy: plearn\nplearn: {units: [2, 4], runs: 8}\n");
    put_study("escape.tsv",
              "problem: {student: {readout: 1}, teacher: {weights: orthonormal, readout: "
              "1}}\nlearning: {rule: bp, rate: [0.3, 0]}\nrun: {time: 1000}\n"
              "study: escape\nescape: {inputs: [1000, 10000], runs: 4}\n");
}

static void put_fixedpoint(const char *name, const char *text)
{
    struct aln_params *p;
    put(in_folder("fixed.yaml"), text);
    ck_assert_msg(aln_params_load(&p, in_folder("fixed.yaml"), 0, NULL, aln_fixedpoint_check) ==
                      ALN_OK,
                  "%s", aln_error());
    ck_assert_int_eq(aln_fixedpoint(p, &(struct aln_run_options){.path = in_folder(name)}), ALN_OK);
    aln_params_free(p);
    unlink(in_folder("fixed.yaml"));
}

static void put_fixedpoints(void)
{
    put_fixedpoint("points.tsv", "problem: {teacher: {weights: orthonormal}}\n"
                                 "learning: {rule: bp, rate: 0.5}\n"
                                 "fixedpoint: {starts: random, count: 100}\n");
    put_fixedpoint("diagram.tsv",
                   "problem: {student: {readout: 1}, teacher: {weights: orthonormal}}\n"
                   "learning: {rule: bp, rate: [1, 0]}\n"
                   "fixedpoint: {diagram: {units: [1, 3], rate: {from: 1, to: 3, count: 5}}}\n");
}

/* Two rates, two rules, two seeds; the runs of one rate and rule have failed. */
static void put_sweep(const char *path)
{
    static const char *const column[] = {
        "point", "learning.rate", "learning.rule", "run.seed", "repeat", "t", "eg"};
    static const char *const parameters =
        "title: A sweep\nsweep:\n  run: ode\n  over: [{key: learning.rate, values: [0.1, 1]}, "
        "{key: "
        "learning.rule, values: [bp, dfa]}, {key: run.seed, from: 1, to: 2}]\n";
    struct aln_writer *w =
        open_result(path, "sweep", parameters, column, sizeof column / sizeof column[0]);
    for (int i = 0; i < 8; i++) {
        bool failed = i >= 6;
        char number[2][8];
        snprintf(number[0], 8, "%d", i);
        snprintf(number[1], 8, "%d", i % 2 + 1);
        const char *row[] = {number[0],
                             i < 4 ? "0.1" : "1",
                             i / 2 % 2 == 0 ? "bp" : "dfa",
                             number[1],
                             failed ? "nan" : "0",
                             failed ? "nan" : "100",
                             failed  ? "nan"
                             : i < 4 ? "0.01"
                                     : "1e-5"};
        ck_assert_int_eq(aln_writer_text_row(w, row, sizeof column / sizeof column[0]), ALN_OK);
    }
    ck_assert_int_eq(aln_writer_remark(w, "failed 6: it diverged"), ALN_OK);
    ck_assert_int_eq(aln_writer_finish(w), ALN_OK);
}

/* Deep linear theory, and training `off` from it. */
static void put_layers(const char *path, const char *command, double off)
{
    static const char *const column[] = {"t",    "loss", "WA",     "WA_2",   "WA_3",
                                         "GA_1", "GA_2", "cond_1", "cond_2", "cond_3"};
    enum { COLUMNS = sizeof column / sizeof column[0] };
    struct aln_writer *w = open_result(
        path, command,
        "target: {singular_values: [2, 1], inputs: 4}\n"
        "network: {layers: [{dense: 4}, {dense: 3}, {dense: 2}]}\nlearning: {rule: dfa}\n",
        column, COLUMNS);
    for (int i = 0; i < 5; i++) {
        double row[COLUMNS];
        for (int c = 0; c < COLUMNS; c++)
            row[c] = c == 0 ? i : i == 0 ? NAN : 1 - 0.1 * c / i + off;
        ck_assert_int_eq(aln_writer_row(w, row, COLUMNS), ALN_OK);
    }
    ck_assert_int_eq(aln_writer_finish(w), ALN_OK);
}

/* Paths between seeds, at two epochs. */
static void put_paths(const char *path)
{
    enum { COLUMNS = 14 };
    char name[COLUMNS][16] = {"epoch"};
    const char *column[COLUMNS];
    for (int c = 0; c < COLUMNS; c++) {
        if (c > 0)
            snprintf(name[c], sizeof name[c], c < 12 ? "path_%d" : "path_barrier%.0d",
                     c < 12 ? c : 0);
        column[c] = name[c];
    }
    column[13] = "path_barrier_se";
    struct aln_writer *w = open_result(
        path, "train",
        "data: {name: mixture}\nnetwork: {layers: [{dense: 10}]}\nlearning: {rule: dfa}\n"
        "run: {epochs: 2, seeds: [1, 2], measures: [path]}\n",
        column, COLUMNS);
    for (int i = 0; i < 2; i++) {
        double row[COLUMNS] = {2.0 * i};
        for (int c = 1; c < COLUMNS; c++)
            row[c] = 1 + 0.1 * i * (c - 1) * (11 - c);
        ck_assert_int_eq(aln_writer_row(w, row, COLUMNS), ALN_OK);
    }
    ck_assert_int_eq(aln_writer_finish(w), ALN_OK);
}

/* For each figure, the results to draw it from. */
static const struct sample {
    const char *figure, *result[2];
} samples[] = {
    {"alignment", {"ode.tsv", "sgd.tsv"}},
    {"learning", {"ode.tsv", "sgd.tsv"}},
    {"overlaps", {"ode.tsv", "sgd.tsv"}},
    {"compare", {"compare.tsv"}},
    {"degeneracy", {"degeneracy.tsv"}},
    {"plearn", {"plearn.tsv"}},
    {"escape", {"escape.tsv"}},
    {"landscape", {"points.tsv"}},
    {"stability", {"diagram.tsv"}},
    {"training", {"train.tsv"}},
    {"similarity", {"similar.tsv"}},
    {"path", {"paths.tsv"}},
    {"layers", {"layers.tsv", "trained.tsv"}},
    {"curves", {"sweep.tsv"}},
    {"map", {"sweep.tsv"}},
    {"histogram", {"sweep.tsv"}},
    {"columns", {"sweep.tsv"}},
    {"cdf", {"sweep.tsv"}},
};
enum { SAMPLES = sizeof samples / sizeof samples[0], SAMPLE_FILES = 14 };

static void put_samples(void)
{
    put_all();
    put_training(in_folder("train.tsv"), in_folder("similar.tsv"), "dfa", "schedule: []");
    put_paths(in_folder("paths.tsv"));
    put_studies();
    put_sweep(in_folder("sweep.tsv"));
    put_layers(in_folder("layers.tsv"), "ode", 0);
    put_layers(in_folder("trained.tsv"), "train", 0.01);
    put_fixedpoints();
}

/* Options that draw a sample.  Returned: also their paths[2] */
static struct aln_figure_options sample_options(const struct sample *sample, const char *paths[2])
{
    for (size_t i = 0; i < 2; i++)
        paths[i] = sample->result[i] != NULL ? in_folder(sample->result[i]) : NULL;
    return (struct aln_figure_options){
        .paths = paths, .count = paths[1] != NULL ? 2 : 1, .figure = sample->figure};
}

/* The sample of a figure; fails with instructions if a new figure has none. */
static const struct sample *sample_of(const struct aln_figure *figure)
{
    for (size_t i = 0; i < SAMPLES; i++)
        if (strcmp(samples[i].figure, figure->id.name) == 0)
            return &samples[i];
    struct aln_text columns = {0};
    for (size_t i = 0; i < ALN_FIGURE_COLUMNS && figure->column[i] != NULL; i++)
        aln_text_add(&columns, "%s%s", i > 0 ? ", " : "", figure->column[i]);
    ck_abort_msg("no test draws figure '%s': add it to samples[] in tests/figure/test_figure.c, "
                 "with a result that has the columns %s",
                 figure->id.name, columns.s);
    return NULL;
}

/* The tests below draw every figure of the table, from results that it shows. */
START_TEST(every_figure_has_a_sample)
{
    enter();
    put_samples();
    for (size_t f = 0; f < aln_figures.count; f++) {
        const struct aln_figure *figure = (const struct aln_figure *)aln_names_row(&aln_figures, f);
        const struct aln_figure *chosen;
        struct aln_drawing d = {.count = 0};
        const char *paths[2];
        struct aln_figure_options o = sample_options(sample_of(figure), paths);
        ck_assert_msg(aln_figure_read(&d, o.paths, o.count) == ALN_OK, "%s: %s", o.figure,
                      aln_error());
        ck_assert_msg(aln_figure_choose(&chosen, o.figure, &d) == ALN_OK,
                      "the sample of figure '%s' in tests/figure/test_figure.c: %s", o.figure,
                      aln_error());
        ck_assert_ptr_eq(chosen, figure);
        aln_figure_free_inputs(&d);
    }
    for (size_t i = 0; i < SAMPLES; i++)
        ck_assert_msg(aln_names_find(&aln_figures, samples[i].figure) != NULL,
                      "samples[] has '%s', which is no figure", samples[i].figure);
    leave();
}
END_TEST

/* Makes the definitions of marks blank: the program widens their outlines. */
static void blank_marks(char *svg)
{
    for (char *at = svg; (at = strstr(at, " id='gpPt")) != NULL;)
        for (; *at != '\0' && *at != '>'; at++)
            *at = ' ';
}

/* A script alone in a folder draws the bytes that are drawn without it, but for the marks of an svg. */
START_TEST(every_figure_as_a_script)
{
    if (!have_gnuplot())
        return;
    enter();
    put_samples();
    ck_assert_int_eq(mkdir(in_folder("alone"), 0700), 0);
    for (size_t f = 0; f < SAMPLES; f++) {
        const char *paths[2];
        char command[256], *image[2];
        struct aln_figure_options o = sample_options(&samples[f], paths);
        o.output = in_folder("f.svg");
        ck_assert_msg(aln_figure_draw(&o, NULL) == ALN_OK, "%s: %s", o.figure, aln_error());
        o.output = in_folder("alone/g.gp");
        ck_assert_msg(aln_figure_draw(&o, NULL) == ALN_OK, "%s: %s", o.figure, aln_error());
        snprintf(command, sizeof command,
                 "cd \"%s/alone\" && gnuplot -d -e \"format = 'svg'\" g.gp && test \"$(ls)\" = "
                 "\"$(printf 'g.gp\\ng.svg')\"",
                 folder);
        ck_assert_msg(system(command) == 0, "%s: its script", o.figure);
        image[0] = get(in_folder("f.svg"));
        image[1] = get(in_folder("alone/g.svg"));
        blank_marks(image[0]);
        blank_marks(image[1]);
        ck_assert_msg(strcmp(image[0], image[1]) == 0, "%s: a different figure", o.figure);
        free(image[0]);
        free(image[1]);
        unlink(in_folder("alone/g.svg"));
    }
    leave();
}
END_TEST

/* How far the data of a figure extend along an axis, as its refusal of another range says.
 * Returned: whether it has such ranges */
static bool extent_of(const struct aln_figure_options *sample, char letter, double out[2])
{
    char set[64];
    const char *const one = set;
    struct aln_figure_options o = *sample;
    snprintf(set, sizeof set, "figure.%crange=[1e300, auto]", letter);
    o.set = &one;
    o.set_count = 1;
    ck_assert_int_eq(aln_figure_draw(&o, NULL), ALN_USAGE);
    const char *at = strstr(aln_error(), "which go from ");
    return at != NULL && sscanf(at, "which go from %lf to %lf", &out[0], &out[1]) == 2;
}

/* Whether the figure is refused as empty, from low to high along x and y. */
static bool is_empty(const struct aln_figure_options *sample, const double low[2],
                     const double high[2])
{
    char set[2][96];
    const char *const both[2] = {set[0], set[1]};
    struct aln_figure_options o = *sample;
    for (int axis = 0; axis < 2; axis++)
        snprintf(set[axis], sizeof set[axis], "figure.%crange=[%.9g, %.9g]", "xy"[axis], low[axis],
                 high[axis]);
    o.set = both;
    o.set_count = 2;
    if (aln_figure_draw(&o, NULL) == ALN_OK)
        return false;
    expect_error(ALN_USAGE, ALN_USAGE, "figure.xrange and figure.yrange together show none");
    return true;
}

/* Two ranges that each hold some of the data, but none together: of small windows at the ends and in the
 * middle of both axes some are empty, and all of it is not. */
START_TEST(every_figure_refuses_an_empty_window)
{
    size_t tried = 0;
    if (!have_gnuplot())
        return;
    enter();
    put_samples();
    for (size_t f = 0; f < SAMPLES; f++) {
        const char *paths[2];
        double end[2][2];
        struct aln_figure_options o = sample_options(&samples[f], paths);
        o.output = in_folder("f.gp"); /* gnuplot need not run */
        if (!extent_of(&o, 'x', end[0]) || !extent_of(&o, 'y', end[1]))
            continue;
        bool empty = false;
        for (int i = 0; i < 9 && !empty; i++) {
            double low[2], high[2];
            for (int axis = 0; axis < 2; axis++) {
                double part = (axis == 0 ? i % 3 : i / 3) / 2.0, *e = end[axis];
                low[axis] = e[0] + (part - 1e-4) * (e[1] - e[0]);
                high[axis] = e[0] + (part + 1e-4) * (e[1] - e[0]);
            }
            empty = is_empty(&o, low, high);
        }
        ck_assert_msg(empty, "%s: draws empty windows", o.figure);
        const double low[2] = {end[0][0], end[1][0]}, high[2] = {end[0][1], end[1][1]};
        ck_assert_msg(!is_empty(&o, low, high), "%s: refuses all of it", o.figure);
        tried++;
    }
    ck_assert_uint_ge(tried, 13);
    leave();
}
END_TEST

START_TEST(every_figure_in_every_format)
{
    static const char *const formats[][2] = {
        {"f.png", "\x89PNG\r\n"}, {"f.pdf", "%PDF-"}, {"f.svg", "<?xml"}, {"f.tex", "% GNUPLOT"}};
    if (!have_gnuplot())
        return;
    enter();
    put_samples();
    for (size_t f = 0; f < SAMPLES; f++)
        for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
            const char *paths[2];
            struct aln_figure_options o = sample_options(&samples[f], paths);
            o.output = in_folder(formats[i][0]);
            ck_assert_msg(aln_figure_draw(&o, NULL) == ALN_OK, "%s: %s", o.figure, aln_error());
            struct stat info;
            ck_assert_int_eq(stat(o.output, &info), 0);
            ck_assert_int_gt(info.st_size, 4000); /* an empty frame is smaller */
            char *image = get(o.output);
            ck_assert_int_eq(memcmp(image, formats[i][1], strlen(formats[i][1])), 0);
            free(image);
            unlink(o.output);
            unlink(in_folder("f.pdf")); /* beside f.tex */
            expect_tidy(SAMPLE_FILES);
        }
    leave();
}
END_TEST

/* A result that can be read only once gives the same figure. */
START_TEST(every_figure_from_standard_input)
{
    if (!have_gnuplot())
        return;
    enter();
    put_samples();
    for (size_t f = 0; f < SAMPLES; f++) {
        const char *paths[2];
        char *image[2];
        struct aln_figure_options o = sample_options(&samples[f], paths);
        o.output = in_folder("f.svg");
        ck_assert_ptr_nonnull(freopen(paths[0], "rb", stdin));
        for (size_t i = 0; i < 2; i++) {
            paths[0] = i == 0 ? paths[0] : "-";
            ck_assert_msg(aln_figure_draw(&o, NULL) == ALN_OK, "%s: %s", o.figure, aln_error());
            image[i] = get(o.output);
        }
        ck_assert_msg(strcmp(image[0], image[1]) == 0, "%s: a different figure", o.figure);
        free(image[0]);
        free(image[1]);
    }
    leave();
}
END_TEST

START_TEST(the_figure_lies_beside_the_input)
{
    if (!have_gnuplot())
        return;
    enter();
    put_all();
    put(in_folder("ode.png"), "an older figure");
    const char *paths[] = {in_folder("ode.tsv")};
    char *written;
    ck_assert_int_eq(
        aln_figure_draw(&(struct aln_figure_options){.paths = paths, .count = 1}, &written),
        ALN_OK);
    ck_assert_str_eq(written, in_folder("ode.png"));
    char *image = get(written);
    ck_assert_int_eq(memcmp(image, "\x89PNG", 4), 0);
    free(image);
    free(written);
    expect_tidy(4);
    leave();
}
END_TEST

START_TEST(entries_and_shares)
{
    if (!have_gnuplot())
        return;
    enter();
    put_all();
    const char *path = in_folder("compare.tsv");
    char *seen = seen_by("compare.gp", &path, 1);
    expect_holds(seen, "pair[2] = ['ode against chain', 'chain against sgd']\n");
    expect_holds(seen, "over = 1\n");
    expect_holds(seen, "0\t0\t1\t1\n1\t0.5\t1\t1\n1\t1.5\t2\t2\n");
    free(seen);
    leave();
}
END_TEST

/* "WORDS a of b" in a text.  Returned: of[2] */
static void find_counts(const char *text, const char *words, unsigned of[2])
{
    const char *at = strstr(text, words);
    ck_assert_ptr_nonnull(at);
    ck_assert_int_eq(sscanf(at + strlen(words), "%u of %u", &of[0], &of[1]), 2);
}

/* Every entry of the read-out with its rule, and the counts of the study's remarks. */
START_TEST(read_outs_and_verdicts)
{
    if (!have_gnuplot())
        return;
    enter();
    put_studies();
    const char *paths[] = {in_folder("degeneracy.tsv")};
    char *result, *seen = seen_by("degeneracy.gp", paths, 1), words[64];
    size_t length, lines = 0;
    ck_assert_int_eq(aln_text_read_file(paths[0], &result, &length), ALN_OK);
    expect_holds(seen, "rules = 2\narray rule_name[2] = ['DFA', 'BP']\n");
    expect_holds(seen, "rule_colour[2] = [2, 1]\n");
    const char *const kinds[2] = {"sign_F1", "sign_start"};
    for (size_t i = 0; i < 2; i++) {
        unsigned of[2][2];
        for (size_t r = 0; r < 2; r++) {
            snprintf(words, sizeof words, "# count %s %s ", r == 0 ? "dfa" : "bp", kinds[i]);
            find_counts(result, words, of[r]);
        }
        snprintf(words, sizeof words, "agree_%s[2] = ['%u of %u', '%u of %u']\n",
                 i == 0 ? "F1" : "start", of[0][0], of[0][1], of[1][0], of[1][1]);
        expect_holds(seen, words);
    }
    for (const char *at = seen; (at = strchr(at, '\n')) != NULL; at++)
        lines += (at[1] == '1' || at[1] == '2') && at[2] == '\t';
    ck_assert_uint_eq(lines, 2 * 6 * 2); /* rules, seeds, units */
    free(seen);
    free(result);

    paths[0] = in_folder("plearn.tsv");
    seen = seen_by("plearn.gp", paths, 1);
    expect_holds(seen, "subtitle_text = 'relu, M = 2, DFA, chain, N = 30, 8 runs for each K'\n");
    expect_holds(seen, "sizes = 2\n");
    expect_holds(seen, "\t0.25\n4\t"); /* the formula ends a line of K = 2 */
    free(seen);
    leave();
}
END_TEST

/* The counts of each kind, as in the table; cells and critical rates of the diagram. */
START_TEST(fixed_points_in_words)
{
    if (!have_gnuplot())
        return;
    enter();
    put_fixedpoints();
    const char *paths[] = {in_folder("points.tsv")};
    struct aln_table *t;
    char *seen = seen_by("landscape.gp", paths, 1), words[128];
    size_t kinds[2] = {0, 0}, left_out = 0;
    ck_assert_int_eq(aln_table_read(&t, paths[0]), ALN_OK);
    for (size_t row = 0; row < t->rows; row++) {
        const double *x = t->value + row * t->cols;
        if (x[aln_table_column(t, "physical")] == 1)
            kinds[x[aln_table_column(t, "neutral")] > 0]++;
        else
            left_out++;
    }
    aln_table_free(t);
    snprintf(words, sizeof words, "isolated = %zu\nfamilies = %zu\nleft_out = %zu\n", kinds[0],
             kinds[1], left_out);
    expect_holds(seen, words);
    ck_assert_uint_ge(kinds[0], 2);
    free(seen);

    paths[0] = in_folder("diagram.tsv");
    seen = seen_by("stability.gp", paths, 1);
    expect_holds(seen, "subtitle_text = 'erf, BP, fixed read-out'\n");
    expect_holds(seen, "columns = 2\nrates = 5\n");
    expect_holds(seen, "tics = '\"1\" 0, \"3\" 1'\n");
    expect_holds(seen, "0\t1.5\t-0.1837"); /* one unit: stable at 1.5, to 4.06 */
    expect_holds(seen, "0\tnan\n1\t1.6206745");
    free(seen);
    leave();
}
END_TEST

/* A title is plain text whatever it contains; no program takes it for code or markup. */
START_TEST(titles_are_only_text)
{
    static const char title[] = "it''s `touch seen` @a_b {/=40 x ^2 $HOME %s \\\" # é";
    char quoted[sizeof title + 2];
    if (!have_gnuplot())
        return;
    enter();
    snprintf(quoted, sizeof quoted, "'%s'", title); /* as in YAML; gnuplot quotes the same way */
    set_yaml(quoted, "dfa", 100);
    const char *path = in_folder("ode.tsv");
    put_engine(path, "ode", 1, 0);
    struct aln_figure_options o = {.paths = &path, .count = 1, .output = in_folder("f.svg")};
    ck_assert_msg(aln_figure_draw(&o, NULL) == ALN_OK, "%s", aln_error());
    char *image = get(o.output);
    expect_holds(image, "`touch seen` @a_b {/=40 x ^2 $HOME %s \\");
    free(image);
    expect_tidy(2);
    leave();
}
END_TEST

START_TEST(failures_leave_nothing)
{
    enter();
    put_all();
    const char *path = in_folder("ode.tsv");
    struct aln_figure_options o = {.paths = &path, .count = 1, .output = in_folder("f.png")};
    put(o.output, "an older figure");

    char *search = strdup(getenv("PATH"));
    setenv("PATH", "/nonexistent", 1);
    enum aln_status status = aln_figure_draw(&o, NULL);
    setenv("PATH", search, 1);
    free(search);
    expect_error(status, ALN_CHILD, "gnuplot-nox");
    expect_tidy(4);

    setenv("ALIGNODE_PLOTS", in_folder("tmp"), 1);
    expect_error(aln_figure_draw(&o, NULL), ALN_FILE, "alignment.gp");
    setenv("ALIGNODE_PLOTS", folder, 1);
    put(in_folder("style.gp"), "");
    put(in_folder("alignment.gp"), "cd ARG2\nset nonsense\n");
    if (have_gnuplot()) {
        expect_error(aln_figure_draw(&o, NULL), ALN_CHILD, "alignment.gp");
        expect_holds(aln_error(), "set nonsense");
        put(in_folder("alignment.gp"), "a = 1\n");
        expect_error(aln_figure_draw(&o, NULL), ALN_CHILD, "drew nothing");
        put(in_folder("alignment.gp"), "cd ARG2\nsystem('> image')\n");
        expect_error(aln_figure_draw(&o, NULL), ALN_CHILD, "empty figure");
        put(in_folder("alignment.gp"), "system('kill -9 $PPID')\n");
        expect_error(aln_figure_draw(&o, NULL), ALN_CHILD, "signal 9");
    }
    expect_tidy(6);
    char *image = get(o.output);
    ck_assert_str_eq(image, "an older figure");
    free(image);
    leave();
}
END_TEST

START_TEST(refusals)
{
    enter();
    put_all();
    put(in_folder("text.tsv"), "a\tb\n");
    put(in_folder("bare.tsv"), "# alignode 1 ode\nt\teg\n1\t2\n# end 1\n");
    const char *const ode = in_folder("ode.tsv"), *const compare = in_folder("compare.tsv");
    const struct {
        struct aln_figure_options o;
        const char *path[2];
        const char *want;
    } bad[] = {
        {{.count = 1, .output = "x.jpg"}, {ode}, "must be .png, .pdf, .svg, .gp or .tex"},
        {{.count = 1, .output = "x"}, {ode}, "must be .png, .pdf, .svg, .gp or .tex"},
        {{.count = 1, .output = "a.png/x"}, {ode}, "must be .png, .pdf, .svg, .gp or .tex"},
        {{.count = 1, .output = in_folder("none/x.png")}, {ode}, "No such file"},
        {{.count = 1, .output = "x.png", .ascii = true}, {ode}, "standard output"},
        {{.count = 1, .figure = "lerning"}, {ode}, "did you mean learning?"},
        {{.count = 1, .figure = "learning"}, {compare}, "no column 'repeat'"},
        {{.count = 2}, {ode, compare}, "no figure shows these columns"},
        {{.count = 1, .figure = "plearn"}, {ode}, "is a result of ode, which figure"},
        {{.count = 2}, {compare, compare}, "shows 1 result, not 2"},
        {{.count = 1}, {in_folder("none.tsv")}, "cannot be opened"},
        {{.count = 1}, {in_folder("text.tsv")}, ":1: not a result"},
        {{.count = 1}, {in_folder("bare.tsv")}, "no figure shows these columns"},
        {{.count = 1}, {folder}, "folder"},
        {{.count = 2, .output = "x.png"}, {"-", "-"}, "standard input (-) can be read only once"},
        {{.count = 0}, {NULL}, "needs a result"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct aln_figure_options o = bad[i].o;
        o.paths = bad[i].path;
        expect_error(aln_figure_draw(&o, NULL), ALN_USAGE, bad[i].want);
        expect_tidy(5);
    }
    /* A result that happens to be called .png must not be replaced by its figure. */
    ck_assert_int_eq(rename(ode, in_folder("ode.png")), 0);
    const char *path = in_folder("ode.png");
    expect_error(aln_figure_draw(&(struct aln_figure_options){.paths = &path, .count = 1}, NULL),
                 ALN_USAGE, "would overwrite this input");
    leave();
}
END_TEST

START_TEST(characters_on_standard_output)
{
    if (!have_gnuplot())
        return;
    enter();
    put_all();
    const char *paths[] = {in_folder("ode.tsv"), in_folder("sgd.tsv")};
    char *text = drawn_as_text(paths, 2);
    expect_holds(text, "DFA, erf, K = 2, M = 2");
    expect_holds(text, "simulation, N = 100, mean");
    expect_holds(text, "t = steps/N");
    size_t longest = 0; /* in bytes; the three letters beyond ASCII take one more each */
    for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1)
        longest = strcspn(line, "\n") > longest ? strcspn(line, "\n") : longest;
    ck_assert_uint_ge(longest, 70);
    ck_assert_uint_le(longest, 73);
    free(text);
    expect_tidy(4);
    leave();
}
END_TEST

START_TEST(test_covered)
{
    COVERS(&aln_figure_formats, "png", "pdf", "svg", "gp", "tex");
}
END_TEST

CHECK_MAIN("figure/figure", every_figure_has_a_sample, every_figure_in_every_format,
           every_figure_refuses_an_empty_window, every_figure_as_a_script,
           every_figure_from_standard_input, the_figure_lies_beside_the_input, entries_and_shares,
           read_outs_and_verdicts, fixed_points_in_words, titles_are_only_text,
           failures_leave_nothing, refusals, characters_on_standard_output, test_covered)

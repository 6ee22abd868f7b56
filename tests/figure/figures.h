/* A folder of small results, and the data of their figures, for the tests of figures. */
#ifndef ALIGNODE_TESTS_FIGURE_FIGURES_H
#define ALIGNODE_TESTS_FIGURE_FIGURES_H

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alignode/rule.h"
#include "alignode/table.h"
#include "base/text.h"
#include "figure/figure.h"
#include "run/options.h"

static char folder[64]; /* of this test, with a space and a quote in its name */

static inline const char *in_folder(const char *name)
{
    static char path[128][160]; /* enough for any one test */
    static int turn;
    turn = (turn + 1) % 128;
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

/* A result that rows can be written to. */
static inline struct aln_writer *open_result(const char *path, const char *command,
                                             const char *yaml, const char *const *columns,
                                             size_t count)
{
    struct aln_writer *w;
    const struct aln_writer_options o = {
        .path = path, .command = command, .yaml = yaml, .columns = columns, .column_count = count};
    ck_assert_int_eq(aln_writer_open(&w, &o, NULL), ALN_OK);
    return w;
}

static inline void enter(void)
{
    strcpy(folder, "/tmp/alignode it's a plot_XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(mkdir(in_folder("tmp"), 0700), 0);
    setenv("TMPDIR", in_folder("tmp"), 1);
    setenv("ALIGNODE_PLOTS", ALN_PLOTS_SOURCE, 1); /* not the installed scripts */
}

static inline size_t files_in(const char *path)
{
    size_t n = 0;
    DIR *dir = opendir(path);
    ck_assert_ptr_nonnull(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;)
        n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(dir);
    return n;
}

/* No temporary file and no partial figure may remain, whatever happened. */
static inline void expect_tidy(size_t files)
{
    ck_assert_uint_eq(files_in(in_folder("tmp")), 0);
    ck_assert_uint_eq(files_in(folder), files + 1);
}

static inline void leave(void)
{
    char command[128];
    unsetenv("TMPDIR");
    unsetenv("ALIGNODE_PLOTS");
    snprintf(command, sizeof command, "rm -r \"%s\"", folder);
    ck_assert_int_eq(system(command), 0);
}

/* Tests that draw do nothing where gnuplot is missing. */
static inline bool have_gnuplot(void)
{
    bool have = system("gnuplot --version > /dev/null 2>&1") == 0;
    if (!have)
        fprintf(stderr, "skipped: gnuplot is not installed\n");
    return have;
}

static inline void put(const char *path, const char *text)
{
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    ck_assert_int_eq(fclose(f), 0);
}

/* When gcc 12 inlines it, it takes the returned pointer for one to `text` itself. */
__attribute__((noinline)) static char *get(const char *path)
{
    char *text;
    size_t length;
    ck_assert_msg(aln_text_read_file(path, &text, &length) == ALN_OK, "%s", aln_error());
    return text;
}

static char yaml[1024];
static inline void set_yaml(const char *title, const char *rule, int inputs)
{
    snprintf(yaml, sizeof yaml,
             "title: %s\n"
             "problem:\n"
             "  inputs: %d\n"
             "  outputs: 1\n"
             "  activation: erf\n"
             "  student: {units: 2, weights: {std: 0.01}, readout: {std: 0.01}}\n"
             "  teacher: {units: 2, weights: {std: 1.0}, readout: 1.0}\n"
             "learning:\n"
             "  rule: %s\n"
             "  rate: 0.1\n"
             "run: {time: 100, seed: 1, repeats: 2, record: {count: 20, spacing: log, first: "
             "0.1}}\n",
             title, inputs, rule);
}

/* A small result with the columns of an engine: eg falls, cos(W2, F1) rises and falls again.
 * Repeats differ by factors 1 +- amplitude. */
static inline void put_engine(const char *path, const char *command, int repeats, double amplitude)
{
    static const char *const column[] = {"repeat",   "t",     "eg",     "Q_1_1",  "Q_1_2",
                                         "Q_2_2",    "R_1_1", "W2_1_1", "W2_1_2", "law_cos_W2_F1",
                                         "cos_W2_F1"};
    static const char *const events[] = {
        "event cos_maximum t 6.75 eg 0.2 cos 0.99", "event plateau_entered t 1e1 eg 0.2 cos 0.9",
        "event plateau_left never", "event exponential t 55.5 eg 0.2 cos 0.9"};
    enum { COLUMNS = sizeof column / sizeof column[0], TIMES = 20 };
    struct aln_writer *w = open_result(path, command, yaml, column, COLUMNS);
    for (int r = 0; r < repeats; r++) {
        for (int i = 0; i <= TIMES; i++) {
            double t = i == 0 ? 0 : 0.1 * pow(1000, (i - 1) / (TIMES - 1.0));
            double off = 1 + amplitude * (r % 2 == 0 ? 1 : -1);
            double eg = 0.3 * exp(-t / 20) * off;
            double row[COLUMNS] = {r,
                                   t,
                                   eg,
                                   t / 100,
                                   -t / 200,
                                   t / 50,
                                   off * t / 100,
                                   0.1,
                                   0.2,
                                   1 - exp(-t),
                                   i == 0 && r == 0 ? NAN : (1 - exp(-t)) * (1 - t / 1000)};
            ck_assert_int_eq(aln_writer_row(w, row, COLUMNS), ALN_OK);
        }
        ck_assert_int_eq(aln_writer_end_block(w), ALN_OK);
    }
    for (int i = 0; i < 4 && strcmp(command, "ode") == 0; i++)
        ck_assert_int_eq(aln_writer_remark(w, events[i]), ALN_OK);
    ck_assert_int_eq(aln_writer_finish(w), ALN_OK);
}

/* An experiment of two seeds and its similarity: log-spaced epochs, all columns of figures. */
static inline void put_training(const char *path, const char *similar, const char *rule,
                                const char *learning)
{
    char parameters[512];
    snprintf(parameters, sizeof parameters,
             "title: Deep networks\ndata:\n  name: mnist\n  label_noise: 0.1\n"
             "network:\n  layers: [{dense: 20, activation: tanh}, {dense: 15, activation: tanh}, "
             "{dense: 10}]\n"
             "learning:\n  rule: %s\n  rate: 0.001\n  batch: 32\n  %s\nrun: {epochs: 32}\n",
             rule, learning);
    const double none = strcmp(rule, "frozen") == 0 ? NAN : 0;
    static const char *const column[] = {
        "seed", "epoch", "step", "loss_train", "error_train", "loss_test", "error_test",
        "WA",   "WA_2",  "WA_3", "GA",         "GA_1",        "GA_2"};
    static const char *const joined[] = {"epoch", "similarity", "similarity_1", "similarity_2",
                                         "similarity_3"};
    struct aln_writer *w = open_result(path, "train", parameters, column, 13);
    for (int seed = 1; seed <= 2; seed++) {
        for (int i = 0; i <= 10; i++) {
            double t = i == 0 ? 0 : pow(2, i - 5), a = t / (1 + t);
            const double row[13] = {seed,
                                    t,
                                    32 * t,
                                    2 - a,
                                    0.9 - 0.8 * a,
                                    2.1 - a,
                                    0.9 - 0.7 * a,
                                    a,
                                    a / seed,
                                    a / 3,
                                    a + none,
                                    a / 2 + none,
                                    (i == 0 ? NAN : a / 4) + none};
            ck_assert_int_eq(aln_writer_row(w, row, 13), ALN_OK);
        }
        ck_assert_int_eq(aln_writer_end_block(w), ALN_OK);
    }
    ck_assert_int_eq(aln_writer_finish(w), ALN_OK);
    w = open_result(similar, "train", parameters, joined, 5);
    for (int i = 0; i <= 10; i++) {
        const double row[5] = {i, 0.1 * i, 0.05 * i, 0.02 * i, -0.01 * i};
        ck_assert_int_eq(aln_writer_row(w, row, 5), ALN_OK);
    }
    ck_assert_int_eq(aln_writer_finish(w), ALN_OK);
}

#define expect_error(status, want, part)                                                           \
    do {                                                                                           \
        ck_assert_int_eq(status, want);                                                            \
        ck_assert_msg(strstr(aln_error(), part) != NULL, "'%s' lacks '%s'", aln_error(), part);    \
    } while (0)

#define expect_holds(text, part)                                                                   \
    ck_assert_msg(strstr(text, part) != NULL, "lacks '%s':\n%.2000s", part, text)

/* The same with the number of the first colour that belongs to no rule in place of each %zu. */
static inline void expect_colours(const char *text, const char *format)
{
    char words[128], *out = words;
    for (const char *c = format; *c != '\0';) {
        const bool number = strncmp(c, "%zu", 3) == 0;
        out += number ? sprintf(out, "%zu", aln_rules.count + 1) : sprintf(out, "%c", *c);
        c += number ? 3 : 1;
    }
    expect_holds(text, words);
}

/* What figures have told since heard[0] was set to 0. */
static char heard[1024];
static inline void hear(void *context, const char *line)
{
    (void)context;
    if (strstr(line, "joins the few recorded times") != NULL) /* these results are made up */
        return;
    snprintf(heard + strlen(heard), sizeof heard - strlen(heard), "%s\n", line);
}

/* What a figure would be drawn from, by a script that copies its input into the image. */
static inline char *seen_by(const char *script, const char *const *paths, size_t count)
{
    put(in_folder("style.gp"), "");
    put(in_folder(script),
        "cd ARG2\nload 'figure.gp'\nload ARG1\nsystem('cat *.gp *.tsv > image')\n");
    setenv("ALIGNODE_PLOTS", folder, 1);
    const struct aln_progress progress = {.warn = hear};
    struct aln_figure_options o = {
        .paths = paths, .count = count, .output = in_folder("seen.svg"), .progress = &progress};
    heard[0] = '\0';
    ck_assert_msg(aln_figure_draw(&o, NULL) == ALN_OK, "%s", aln_error());
    return get(o.output);
}

/* The output of --ascii on a terminal of 70 columns. */
static inline char *drawn_as_text(const char *const *paths, size_t count)
{
    char *written = folder;
    fflush(stdout);
    int saved = dup(STDOUT_FILENO);
    int file = open(in_folder("out.txt"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ck_assert_int_ge(file, 0);
    dup2(file, STDOUT_FILENO);
    enum aln_status status = aln_figure_draw(
        &(struct aln_figure_options){.paths = paths, .count = count, .ascii = true, .columns = 70},
        &written);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    close(file);
    ck_assert_msg(status == ALN_OK, "%s", aln_error());
    ck_assert_ptr_null(written);
    return get(in_folder("out.txt"));
}

#endif

/* A figure for which memory runs out, wherever it does, is refused as such and leaves nothing. */
#include "../check_main.h"
#include "../failing_memory.h"
#include "figures.h"

/* Draws with ever more memory, until there is no gnuplot rather than no memory. */
static void starve(struct aln_figure_options o)
{
    char output[160], left[160];
    snprintf(output, sizeof output, "%s/f.png", folder);
    snprintf(left, sizeof left, "%s/tmp", folder);
    o.output = output;
    /* Each of the first thousand allocations, then ever fewer: most are the integration's. */
    for (long n = 0;; n += n < 1000 ? 1 : 1 + n / 40) {
        allocations_left = n;
        enum aln_status status = aln_figure_draw(&o, NULL);
        bool enough = allocations_left >= 0;
        allocations_left = -1;
        if (enough) {
            ck_assert_msg(status == ALN_CHILD, "%s", aln_error());
            ck_assert_int_gt(n, 100);
            return;
        }
        ck_assert_msg(status == ALN_MEMORY, "allocation %ld: %s", n, aln_error());
        ck_assert_uint_eq(files_in(left), 0);
    }
}

START_TEST(figures_without_memory)
{
    enter();
    set_yaml("One", "dfa", 100);
    put_engine(in_folder("a.tsv"), "ode", 1, 0);
    put_engine(in_folder("c.tsv"), "ode", 1, 0);
    set_yaml("Two", "bp", 400);
    put_engine(in_folder("b.tsv"), "sgd", 2, 0.1);
    setenv("PATH", "/nonexistent", 1);
    char name[3][128];
    const char *path[] = {name[0], name[1], name[2]};
    for (size_t i = 0; i < 3; i++)
        snprintf(name[i], sizeof name[i], "%s/%c.tsv", folder, (char)('a' + i));
    starve((struct aln_figure_options){.paths = path, .count = 3});
    starve((struct aln_figure_options){
        .paths = path, .count = 3, .column = "log10(eg) - t", .over = "cos_W2_F1"});
    starve((struct aln_figure_options){.paths = path, .count = 3, .figure = "histogram"});
    setenv("PATH", "/usr/bin:/bin", 1);
    leave();
}
END_TEST

/* Sweeps, by either of their figures. */
START_TEST(sweeps_without_memory)
{
    enter();
    const char *path = in_folder("sweep.tsv");
    static const char *const columns[] = {"point", "learning.rate", "problem.noise", "run.seed",
                                          "eg"};
    struct aln_writer *w = open_result(
        path, "sweep",
        "title: Sweep\nsweep:\n  run: ode\n  over: [{key: learning.rate, values: [0, 1]}, "
        "{key: problem.noise, values: [0, 1]}, {key: run.seed, values: [0, 1]}]\n",
        columns, 5);
    for (int i = 0; i < 8; i++) {
        char cell[5][16];
        const char *row[5];
        const double value[5] = {i, i / 4, i / 2 % 2, i % 2, 1 + i};
        for (size_t c = 0; c < 5; c++) {
            snprintf(cell[c], sizeof cell[c], "%g", value[c]);
            row[c] = cell[c];
        }
        ck_assert_int_eq(aln_writer_text_row(w, row, 5), ALN_OK);
    }
    ck_assert_int_eq(aln_writer_finish(w), ALN_OK);
    setenv("PATH", "/nonexistent", 1);
    char name[128];
    snprintf(name, sizeof name, "%s/sweep.tsv", folder);
    path = name;
    starve((struct aln_figure_options){.paths = &path, .count = 1});
    starve((struct aln_figure_options){.paths = &path, .count = 1, .figure = "map"});
    starve((struct aln_figure_options){.paths = &path, .count = 1, .figure = "cdf"});
    setenv("PATH", "/usr/bin:/bin", 1);
    leave();
}
END_TEST

CHECK_MAIN("figure/memory", figures_without_memory, sweeps_without_memory)

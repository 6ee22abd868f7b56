/* A figure for which memory runs out, wherever it does, is refused as such and leaves nothing. */
#include "../check_main.h"
#include "../failing_memory.h"
#include "figures.h"

/* Draws with ever more memory, until there is no gnuplot rather than no memory. */
static void starve(const char *const *paths, size_t count)
{
    char output[160], left[160];
    snprintf(output, sizeof output, "%s/f.png", folder);
    snprintf(left, sizeof left, "%s/tmp", folder);
    const struct aln_figure_options o = {.paths = paths, .count = count, .output = output};
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
    starve(path, 3);
    setenv("PATH", "/usr/bin:/bin", 1);
    leave();
}
END_TEST

CHECK_MAIN("figure/memory", figures_without_memory)

/* A rate that is too large ends a run with an error message; rows recorded before it stay. */
#include <math.h>

#include "../check_main.h"
#include "../covers.h"
#include "../study/runs.h"

/* A linear student diverges steadily, by some factor per step or unit of time. */
static const char diverging[] =
    "problem: {inputs: 50, activation: linear, student: {readout: 1}}\n"
    "learning: {rule: dfa, rate: [20, 0], feedback: {matrix: [[1], [0.5]]}}\n"
    "run: {time: 1000, repeats: 3, record: {times: [0, 0.02, 0.04, 0.06, 900]}}\n";

START_TEST(test_diverges)
{
    static const struct {
        enum aln_engine_kind engine;
        const char *words[4]; /* who, what, where, what to do */
    } cases[] = {
        {ALN_ENGINE_CHAIN, {"repeat 0: chain: ", "Q_", " after step ", "smaller learning rate"}},
        {ALN_ENGINE_SGD, {"repeat 0: sgd: ", "Q_", " after step ", "smaller learning rate"}},
        {ALN_ENGINE_ODE, {"the integration stopped", "Q_", " at t = ", "smaller learning.rate"}},
    };
    for (size_t i = 0; i < 3; i++) {
        struct aln_params *p = params_of(diverging, "ode", 0, NULL);
        const char *path = own("breaks.tsv"), *part = own("breaks.tsv.part");
        char *text, start[64];
        size_t length, rows = 0;
        for (int threads = 1; threads <= 3; threads += 2) {
            write_text(path, "old");
            const struct aln_run_options options = {.path = path, .threads = threads};
            ck_assert_int_eq(aln_run(cases[i].engine, p, &options), ALN_NUMERIC);
            for (size_t w = 0; w < 4; w++)
                ck_assert_msg(strstr(aln_error(), cases[i].words[w]) != NULL, "%s", aln_error());
            ck_assert_msg(i == 2 || strstr(aln_error(), ", t = ") != NULL, "%s", aln_error());

            must(aln_text_read_file(path, &text, &length)); /* the old result is untouched */
            ck_assert_str_eq(text, "old");
            free(text);
            /* The rows recorded before, all finite (except cos, of a fixed W2). */
            must(aln_text_read_file(part, &text, &length));
            snprintf(start, sizeof start, "# alignode " ALN_VERSION " %s\n",
                     aln_names_row(&aln_engines, cases[i].engine)->name);
            ck_assert(strncmp(text, start, strlen(start)) == 0);
            ck_assert(length > 0 && text[length - 1] == '\n');
            rows = 0;
            for (const char *line = strstr(text, "\n0\t"); line != NULL;
                 line = strstr(line + 1, "\n0\t"))
                rows++;
            ck_assert_msg(rows >= 2 && rows <= 4, "%zu rows of %s", rows, start);
            ck_assert(strstr(text, "\n1\t") == NULL && strstr(text, "# end") == NULL);
            ck_assert(strstr(strstr(text, "\nrepeat\t"), "nan") == NULL &&
                      strstr(text, "inf\t") == NULL);
            free(text);
            unlink(part);
        }
        unlink(path);
        aln_params_free(p);
    }
}
END_TEST

/* Finished repeats are kept; the one that failed is run again. */
START_TEST(test_resumed)
{
    static const char *const set[] = {"learning.rate=[0.5, 0]"};
    const char *path = own("breaks.tsv"), *part = own("breaks.tsv.part");
    struct aln_params *p = params_of(diverging, "ode", 0, NULL);
    const struct aln_run_options options = {.path = path, .resume = true};
    ck_assert_int_eq(aln_run(ALN_ENGINE_CHAIN, p, &options), ALN_NUMERIC);
    ck_assert_int_eq(aln_run(ALN_ENGINE_CHAIN, p, &options), ALN_NUMERIC);
    ck_assert_msg(strstr(aln_error(), "repeat 0: chain: ") != NULL, "%s", aln_error());
    aln_params_free(p);
    p = params_of(diverging, "ode", 1, set);
    ck_assert_int_eq(aln_run(ALN_ENGINE_CHAIN, p, &options), ALN_USAGE); /* another problem */
    aln_params_free(p);
    unlink(part);
}
END_TEST

START_TEST(test_covered)
{
    COVERS(&aln_engines, "ode", "chain", "sgd");
}
END_TEST

CHECK_MAIN("study/breakdown", test_diverges, test_resumed, test_covered)

/* Events of the ode, written after the rows of its result. */
#include <math.h>

#include "../check_main.h"
#include "../seal.h"
#include "../study/runs.h"

/* The plateau of a soft start, well before the end; cos rises, then falls. */
#define PROBLEM                                                                                    \
    "problem: {inputs: 500}\n"                                                                     \
    "learning: {rule: dfa, rate: 0.5, feedback: {matrix: [[-0.86], [-1.60]]}}\n"                   \
    "run: {time: 1000, record: {count: 300, first: 0.1}}\n"

#define EVENTS                                                                                     \
    "ode: {events: {eg_below: [0.1, 0.02, 1e-30, 0.05], eg_fraction: [0.25], cos_maximum: true,\n" \
    "  plateau_entered: true, plateau_left: true, exponential: true}}\n"

/* The text after the rows. A view into text. */
static char *remarks_of(char *text)
{
    char *at = strstr(text, "\n# event ");
    ck_assert_ptr_nonnull(at);
    return at + 1;
}

/* The recorded row before time t. */
static size_t row_before(const struct aln_table *table, double t)
{
    size_t r = 0;
    while (r + 1 < table->rows && entry(table, r + 1, "t") <= t)
        r++;
    return r;
}

START_TEST(test_events)
{
    const char *path = run_text(ALN_ENGINE_ODE, PROBLEM EVENTS, "events.tsv");
    static const char *const kinds[] = {"eg_below 0.10000000000000001",
                                        "eg_below 0.02",
                                        "eg_below 1.0000000000000001e-30",
                                        "eg_below 0.050000000000000003",
                                        "eg_fraction 0.25",
                                        "cos_maximum",
                                        "plateau_entered",
                                        "plateau_left",
                                        "exponential"};
    double levels[] = {0.1, 0.02, 1e-30, 0.05, 0};
    struct aln_table *table = table_of(path);
    char *text;
    size_t length;
    must(aln_text_read_file(path, &text, &length));
    char *line = remarks_of(text);
    levels[4] = 0.25 * entry(table, 0, "eg");
    for (size_t i = 0; i < 9; i++) {
        double t, eg, cosine;
        char start[96];
        snprintf(start, sizeof start, "# event %s ", kinds[i]);
        ck_assert_msg(strncmp(line, start, strlen(start)) == 0, "%.80s", line);
        const char *rest = line + strlen(start);
        if (i == 2) {
            ck_assert(strncmp(rest, "never\n", 6) == 0);
        } else {
            ck_assert_int_eq(sscanf(rest, "t %lf eg %lf cos %lf", &t, &eg, &cosine), 3);
            size_t r = row_before(table, t);
            double before = entry(table, r, "eg"), after = entry(table, r + 1, "eg");
            ck_assert_msg(eg <= before && eg >= after, "%s: %g %g %g", start, before, eg, after);
            if (i < 5) /* of eg: as flat a curve as this at an accuracy of 1e-9 */
                ck_assert_double_eq_tol(eg, levels[i], 1e-8);
            if (i == 5) {
                ck_assert_double_ge(cosine, entry(table, r, "cos_W2_F1"));
                ck_assert_double_ge(cosine, entry(table, r + 1, "cos_W2_F1"));
            }
        }
        line = strchr(line, '\n') + 1;
    }
    char last[64];
    snprintf(last, sizeof last, SUM "# end %zu\n", table->rows);
    memcpy(line, SUM, strlen("#crc32 "));
    memset(line + strlen("#crc32 "), '?', 8);
    ck_assert_str_eq(line, last);
    free(text);
    aln_table_free(table);
    runs_again(ALN_ENGINE_ODE, path);

    /* Resuming, both of a finished and of a truncated result. */
    struct aln_params *p;
    must(aln_params_load(&p, path, 0, NULL, aln_engine_check_ode));
    const char *resumed = own("resumed.tsv");
    for (int i = 0; i < 2; i++) {
        must(
            aln_run(ALN_ENGINE_ODE, p, &(struct aln_run_options){.path = resumed, .resume = true}));
        same_bytes(path, resumed);
    }
    aln_params_free(p);
    unlink(resumed);

    /* The rows are those of the run without events. */
    const char *plain = run_text(ALN_ENGINE_ODE, PROBLEM, "plain.tsv");
    struct aln_table *a = table_of(path), *b = table_of(plain);
    ck_assert_uint_eq(a->cols, b->cols);
    ck_assert_uint_eq(a->rows, b->rows);
    for (size_t i = 0; i < a->rows * a->cols; i++)
        ck_assert_str_eq(a->text[i], b->text[i]);
    aln_table_free(a);
    aln_table_free(b);
    unlink(plain);
    unlink(path);
}
END_TEST

/* Simulations have noise, and no events. */
START_TEST(test_elsewhere)
{
    const char *path = run_text(
        ALN_ENGINE_CHAIN, "problem: {inputs: 10}\nlearning: {rule: bp}\nrun: {time: 1}\n" EVENTS,
        "chain.tsv");
    char *text;
    size_t length;
    must(aln_text_read_file(path, &text, &length));
    ck_assert(strstr(text, "# event ") == NULL && strstr(text, "#   events:") != NULL);
    free(text);
    runs_again(ALN_ENGINE_CHAIN, path);
    unlink(path);
}
END_TEST

CHECK_MAIN("study/events", test_events, test_elsewhere)

/* Commands as functions: the files that the program writes, errors where they are, nothing replaced
 * unasked, stopped when asked; YAML as JSON; matrices by name. */
#include "../check_main.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alignode/command.h"
#include "alignode/named.h"
#include "alignode/ode.h"
#include "alignode/table.h"

static const char problem[] = "problem: {inputs: 50, activation: erf}\n"
                              "learning: {rule: dfa, rate: 0.5}\n"
                              "run: {time: 2, repeats: 2, record: {count: 4}}\n";

static void must(enum aln_status status)
{
    ck_assert_msg(status == ALN_OK, "%s", aln_error());
}

static const char *own(const char *name)
{
    static char path[4][96];
    static int next;
    char *out = path[next++ % 4];
    snprintf(out, sizeof path[0], "/tmp/test_command_%ld_%s", (long)getpid(), name);
    return out;
}

static enum aln_status run(const char *name, const char *yaml, const char *output, int force,
                           struct aln_command_report *report)
{
    return aln_command_run(
        &(struct aln_command){
            .name = name, .path = "text", .yaml = yaml, .output = output, .force = force},
        report);
}

START_TEST(test_run)
{
    struct aln_command_report report;
    struct aln_table *table;
    const char *path = own("chain.tsv");
    must(run("chain", problem, path, 0, &report));
    must(aln_table_read(&table, path));
    ck_assert_uint_eq(table->blocks, 2);
    ck_assert_uint_eq(table->rows, 10);
    ck_assert_str_eq(table->command, "chain");
    aln_table_free(table);
    /* The same again finds it; another run does not replace it unasked. */
    must(run("chain", problem, path, 0, &report));
    ck_assert_int_eq(run("sgd", problem, path, 0, &report), ALN_USAGE);
    must(run("sgd", problem, path, 1, &report));
    must(aln_table_read(&table, path));
    ck_assert_str_eq(table->command, "sgd");
    aln_table_free(table);
    unlink(path);
}
END_TEST

START_TEST(test_mistakes)
{
    struct aln_command_report report;
    ck_assert_int_eq(
        run("ode", "learning: {rule: dfa}\nproblem: {input: 3}\n", own("x.tsv"), 0, &report),
        ALN_USAGE);
    ck_assert_ptr_nonnull(strstr(aln_error(), "text:2:11: unknown key problem.input"));
    ck_assert_int_eq(run("odd", problem, own("x.tsv"), 0, &report), ALN_USAGE);
    ck_assert_ptr_nonnull(strstr(aln_error(), "did you mean ode?"));
    ck_assert_int_eq(run("ode", problem, "-", 0, &report), ALN_USAGE);
    ck_assert_int_ne(access(own("x.tsv"), F_OK), 0);
}
END_TEST

static void count_updates(void *context, double fraction)
{
    ck_assert(fraction >= 0 && fraction <= 1);
    ++*(int *)context;
}

START_TEST(test_stopped)
{
    struct aln_command_report report;
    volatile sig_atomic_t stop = 1;
    int updates = 0;
    struct aln_command c = {.name = "chain",
                            .path = "text",
                            .yaml = problem,
                            .output = own("stopped.tsv"),
                            .watch = {count_updates, NULL, &updates, &stop}};
    ck_assert_int_eq(aln_command_run(&c, &report), ALN_STOPPED);
    ck_assert_int_ne(access(c.output, F_OK), 0);
    stop = 0;
    must(aln_command_run(&c, &report));
    ck_assert_int_gt(updates, 0);
    unlink(c.output);
}
END_TEST

START_TEST(test_comparison)
{
    struct aln_command_report report;
    const char *path = own("compare.tsv");
    must(run("compare", problem, path, 0, &report));
    ck_assert_ptr_nonnull(report.text);
    free(report.text);
    unlink(path);
}
END_TEST

START_TEST(test_sweep)
{
    struct aln_command_report report;
    struct aln_table *table;
    char yaml[512], collected[160], command[200];
    const char *folder = own("sweep");
    snprintf(yaml, sizeof yaml,
             "%ssweep: {run: ode, over: [{key: learning.rate, values: [0.1, 0.2]}]}\n", problem);
    must(run("sweep", yaml, folder, 0, &report));
    ck_assert_uint_eq(report.failed + report.missing + report.outside, 0);
    snprintf(collected, sizeof collected, "%s/collected.tsv", folder);
    must(aln_table_read(&table, collected));
    ck_assert_uint_eq(table->rows, 2);
    aln_table_free(table);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    ck_assert_int_eq(system(command), 0);
}
END_TEST

START_TEST(test_parameters)
{
    char *yaml;
    const char *const set[] = {"learning.rate=0.25"};
    struct aln_command c = {
        .name = "ode", .path = "text", .yaml = problem, .set = set, .set_count = 1};
    must(aln_command_parameters(&c, &yaml));
    ck_assert_ptr_nonnull(strstr(yaml, "rate: 0.25"));
    free(yaml);
    c.yaml = "learning: {rule: dfa, rate: fast}\n";
    c.set_count = 0;
    ck_assert_int_eq(aln_command_parameters(&c, &yaml), ALN_USAGE);
    ck_assert_ptr_nonnull(strstr(aln_error(), "text:1:29: "));
}
END_TEST

static void check_json(const char *yaml, const char *expected)
{
    char *json;
    must(aln_command_json("text", yaml, &json));
    ck_assert_str_eq(json, expected);
    free(json);
}

START_TEST(test_json)
{
    check_json("", "{}");
    check_json("a: 1\nb: [1.0e-9, -2, 0.5, 1e3, 18446744073709551615]\n",
               "{\"a\": 1, \"b\": [1e-09, -2, 0.5, 1e+03, 18446744073709551615]}");
    check_json("a: true\nb: 'true'\nc: \"1\"\nd: no\ne:\n",
               "{\"a\": true, \"b\": \"true\", \"c\": \"1\", \"d\": \"no\", \"e\": null}");
    check_json("a: \"x\\ty \\\" \\\\ z\"\n", "{\"a\": \"x\\u0009y \\\" \\\\ z\"}");
    check_json("a: {b: {}, c: []}\n", "{\"a\": {\"b\": {}, \"c\": []}}");
    char *json;
    ck_assert_int_eq(aln_command_json("text", "a: [1", &json), ALN_USAGE);
}
END_TEST

START_TEST(test_named)
{
    struct aln_problem *p;
    size_t shape[2];
    double a[64], y[64];
    must(aln_problem_parse(&p, "problem: {student: {units: 3}, teacher: {units: 2}, outputs: 2}\n"
                               "learning: {rule: kolen-pollack}\n"));
    static const struct {
        const char *name;
        size_t rows, cols;
    } all[] = {{"Q", 3, 3}, {"R", 3, 2}, {"W2", 2, 3}, {"T", 2, 2}, {"V2", 2, 2}, {"F1", 3, 2}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        must(aln_named_matrix(p, NULL, all[i].name, shape, NULL));
        ck_assert(shape[0] == all[i].rows && shape[1] == all[i].cols);
    }
    /* What learns is in the state: it can be stored, and is read from the state. */
    ck_assert_mem_eq(aln_named_start(p), p->start, aln_problem_size(p) * sizeof *y);
    memcpy(y, p->start, aln_problem_size(p) * sizeof *y);
    for (size_t i = 0; i < 4; i++) {
        static const char *const parts[] = {"Q", "R", "W2", "F1"};
        double b[9] = {1, 2, 3, 2, 4, 5, 3, 5, 6};
        must(aln_named_store(p, y, parts[i], b));
        must(aln_named_matrix(p, y, parts[i], shape, a));
        ck_assert_mem_eq(a, b, shape[0] * shape[1] * sizeof *a);
    }
    ck_assert_int_eq(aln_named_store(p, y, "T", a), ALN_USAGE);
    ck_assert_int_eq(aln_named_matrix(p, y, "S", shape, NULL), ALN_USAGE);
    aln_problem_free(p);
}
END_TEST

CHECK_MAIN("command", test_run, test_mistakes, test_stopped, test_comparison, test_sweep,
           test_parameters, test_json, test_named)

/* Files with a target: the equations of deep linear networks, training, and the verdict on both. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../check_main.h"
#include "../covers.h"
#include "alignode/table.h"
#include "file/tree.h"
#include "sweep/sweep.h"
#include "sweep/task.h"
#include "train/deep_linear.h"

/* A file with this feedback, three layers. */
#define FILE_WITH(rule, feedback)                                                                  \
    "network: {layers: [{dense: 7, activation: linear}, {dense: 6}, {dense: 2}]}\n"                \
    "target: {singular_values: [2, 1.25], inputs: 5}\n"                                            \
    "learning: {rule: " rule ", rate: 1.0e-3, feedback: {" feedback "}}\n"                         \
    "run: {time: 2.5, record: {times: [0.1, 0.5, 1, 1.5, 2.5]}}\n"
#define GRAM "gram: [[[1.2, 0.3], [0.3, 0.8]], [[0.9, -0.2], [-0.2, 1.1]]]"

static void must(enum aln_status status)
{
    ck_assert_msg(status == ALN_OK, "%s", aln_error());
}

/* Runs a command on a text.  Returned: rows outside their tolerance */
static size_t run(const char *command, const char *text, const char *set, const char *path)
{
    const struct aln_task *task = aln_task_find(command);
    struct aln_run_verdict verdict = {.outside = 0};
    const struct aln_run_options options = {.path = path, .threads = 1, .verdict = &verdict};
    void *p;
    must(aln_task_parse(&task, &p, "file", text, set != NULL, &set));
    must(task->run(p, &options));
    aln_schema_free(task->schema, p);
    free(verdict.text.s);
    return verdict.outside;
}

static struct aln_table *table_of(const char *path)
{
    struct aln_table *t;
    must(aln_table_read(&t, path));
    return t;
}

static const char *const files[] = {
    FILE_WITH("dfa", GRAM),
    FILE_WITH("fa", GRAM),
    FILE_WITH("dfa", "scale: 2, seed: 3"),
    FILE_WITH("fa", "distribution: normal, scale: 1.5"),
    FILE_WITH("dfa", "orthonormal: true"),
    FILE_WITH("fa", "orthonormal: true, scale: 1.2"),
};
enum { FILES = sizeof files / sizeof files[0] };

/* Training extrapolated to rate 0 agrees with the equations, everywhere. */
START_TEST(test_compare)
{
    for (size_t i = 0; i < FILES; i++) {
        ck_assert_msg(run("compare", files[i], NULL, "c.tsv") == 0, "%s", files[i]);
        struct aln_table *t = table_of("c.tsv");
        ck_assert_uint_eq(t->rows, 5 * 9); /* all are defined */
        aln_table_free(t);
    }
}
END_TEST

/* The tolerance is far below the step error that it is extrapolated from, so that a wrong equation
 * cannot hide in it: here, feedback whose Gram matrix is wrong by 1e-4. */
START_TEST(test_sensitivity)
{
    const char wrong[] =
        FILE_WITH("dfa", "gram: [[[1.2001, 0.3], [0.3, 0.8]], [[0.9, -0.2], [-0.2, 1.1]]]");
    run("compare", files[0], NULL, "right.tsv");
    run("ode", wrong, NULL, "wrong.tsv");
    struct aln_table *right = table_of("right.tsv"), *ode = table_of("wrong.tsv");
    const size_t trained = (size_t)aln_table_column(right, "mean_b"),
                 allowed = (size_t)aln_table_column(right, "allowed");
    size_t outside = 0;
    for (size_t row = 0; row < right->rows; row++) {
        const size_t quantity = row / 5, time = 1 + row % 5;
        const double *r = right->value + row * right->cols;
        outside += fabs(ode->value[time * ode->cols + 1 + quantity] - r[trained]) > r[allowed];
    }
    ck_assert_uint_gt(outside, right->rows / 2);
    aln_table_free(right);
    aln_table_free(ode);
}
END_TEST

/* Both commands write the same columns at the same times; training misses the equations by its step
 * error, which falls with the rate. */
START_TEST(test_training)
{
    run("ode", files[0], NULL, "ode.tsv");
    run("train", files[0], NULL, "train.tsv");
    run("train", files[0], "learning.rate=5.0e-4", "half.tsv");
    struct aln_table *ode = table_of("ode.tsv"), *train = table_of("train.tsv"),
                     *half = table_of("half.tsv");
    ck_assert_uint_eq(ode->cols, 10);
    ck_assert_uint_eq(train->cols, ode->cols);
    ck_assert_uint_eq(train->rows, 6);
    for (size_t c = 0; c < ode->cols; c++)
        ck_assert_str_eq(train->name[c], ode->name[c]);
    for (size_t i = 2; i < 6; i++) /* the first times have hardly any step error */
        for (size_t c = 0; c < ode->cols; c++) {
            const size_t cell = i * ode->cols + c;
            const double error = train->value[cell] - ode->value[cell],
                         smaller = half->value[cell] - ode->value[cell];
            ck_assert_double_le(fabs(error), 1e-2 * (1 + fabs(ode->value[cell])));
            if (c > 0 && fabs(error) > 1e-5)
                ck_assert_double_eq_tol(error / smaller, 2, 0.1);
        }
    aln_table_free(ode);
    aln_table_free(train);
    aln_table_free(half);
}
END_TEST

/* The law of the modes, a different set of equations, gives the same numbers; at the end the loss is
 * the square of a difference that is known to 1e-12. */
START_TEST(test_modes)
{
    COVERS(&aln_deep_equations, "matrices", "modes");
    const char file[] = FILE_WITH("fa", "orthonormal: true, scale: 1.2");
    run("ode", file, NULL, "matrices.tsv");
    run("ode", file, "ode.equations=modes", "modes.tsv");
    struct aln_table *a = table_of("matrices.tsv"), *b = table_of("modes.tsv");
    ck_assert_uint_eq(a->rows, b->rows);
    for (size_t i = a->cols; i < a->rows * a->cols; i++)
        ck_assert_msg(fabs(a->value[i] - b->value[i]) <= 1e-8 * fabs(b->value[i]) + 1e-16,
                      "%s: %.12g and %.12g", a->name[i % a->cols], a->value[i], b->value[i]);
    aln_table_free(a);
    aln_table_free(b);
}
END_TEST

/* Layerwise feedback through layers that widen is not orthonormal, whatever its factors. */
START_TEST(test_modes_refused)
{
    static const char file[] = "network: {layers: [{dense: 6}, {dense: 9}, {dense: 2}]}\n"
                               "target: {singular_values: [2, 1], inputs: 5}\n"
                               "learning: {rule: fa, feedback: {orthonormal: true}}\n"
                               "ode: {equations: modes}\n";
    const struct aln_task *task = aln_task_find("ode");
    void *p;
    must(aln_task_parse(&task, &p, "file", file, 0, NULL));
    ck_assert_int_eq(task->run(p, &(struct aln_run_options){.path = "x.tsv"}), ALN_USAGE);
    ck_assert_msg(strstr(aln_error(), "orthonormal") != NULL, "%s", aln_error());
    aln_schema_free(task->schema, p);
}
END_TEST

/* Training that diverges leaves no result. */
START_TEST(test_divergence)
{
    const struct aln_task *task = aln_task_find("train");
    const char *set[] = {"learning.rate=1.5", "run={time: 300, record: {times: [300]}}"};
    void *p;
    must(aln_task_parse(&task, &p, "file", files[0], 2, set));
    ck_assert_int_eq(task->run(p, &(struct aln_run_options){.path = "x.tsv"}), ALN_NUMERIC);
    ck_assert_int_ne(access("x.tsv", F_OK), 0);
    aln_schema_free(task->schema, p);
}
END_TEST

/* Only the section target makes a command another one. */
START_TEST(test_tasks)
{
    static const char *const commands[] = {"ode", "train", "compare", "chain"};
    struct aln_tree *with, *without;
    must(aln_tree_parse(&with, "with", "target: {}\n", 11));
    must(aln_tree_parse(&without, "without", "network: {}\n", 12));
    for (size_t i = 0; i < 4; i++) {
        const struct aln_task *task = aln_task_find(commands[i]);
        ck_assert_ptr_eq(aln_task_for(task, aln_tree_root(without)), task);
        const struct aln_task *variant = aln_task_for(task, aln_tree_root(with));
        ck_assert_str_eq(variant->id.name, commands[i]);
        ck_assert_int_eq(variant == task, i == 3);
    }
    aln_tree_free(with);
    aln_tree_free(without);
}
END_TEST

/* A sweep runs the command that its file asks for. */
START_TEST(test_sweep)
{
    static const char *const sets[] = {
        "sweep={run: train, over: [{key: learning.rate, values: [1.0e-3, 2.0e-3]}]}",
        "sweep={run: ode, over: [{key: target.inputs, from: 3, to: 5}]}"};
    for (size_t i = 0; i < 2; i++) {
        struct aln_sweep *sweep;
        must(aln_sweep_parse(&sweep, "file", files[0], 1, &sets[i]));
        must(aln_sweep_check(sweep,
                             &(struct aln_sweep_options){.shard = 1, .shards = 1, .threads = 1}));
        aln_sweep_free(sweep);
    }
}
END_TEST

CHECK_MAIN("train/deep_linear", test_compare, test_sensitivity, test_training, test_modes,
           test_modes_refused, test_divergence, test_tasks, test_sweep)

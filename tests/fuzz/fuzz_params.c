/* Arbitrary bytes as a parameter file. What loads, written and loaded again, is the same; a refusal
 * names a place in the file. A small problem is also created, observed, and written as the header
 * of a result, which must load to the same parameters. A section `sweep` is read as such, with the
 * parameters of its points. */
#include "fuzz.h"

#include "alignode/problem.h"
#include "base/text.h"
#include "run/run.h"
#include "sweep/sweep.h"
#include "sweep/task.h"

static void try_times(const struct aln_params *p, uint64_t N)
{
    size_t count;
    double *times;
    REQUIRE(aln_params_times(p, N, &count, &times) == ALN_OK, "%s\n", aln_error());
    REQUIRE(count >= 1 && times[0] == 0, "%zu\n", count);
    for (size_t i = 1; i < count; i++)
        REQUIRE(times[i] > times[i - 1], "%zu: %g %g\n", i, times[i - 1], times[i]);
    free(times);
}

static void try_problem(const struct aln_params *p, const struct aln_task *task)
{
    struct aln_problem *problem;
    struct aln_params *again;
    struct aln_text file = {0};
    char path[128], *header;
    enum aln_status status = aln_problem_create(&problem, p);
    if (status != ALN_OK) { /* the result to start from may be missing */
        REQUIRE(status == ALN_USAGE && p->problem.overlaps.from != NULL, "%s\n", aln_error());
        return;
    }
    size_t columns = aln_problem_columns(problem);
    double *row = malloc(columns * sizeof *row);
    aln_problem_observe(problem, problem->start, row);
    for (size_t i = 0; i < columns; i++) {
        char name[32];
        aln_problem_column(problem, i, name);
        REQUIRE(name[0] != '\0', "column %zu\n", i);
    }
    free(row);
    REQUIRE(aln_run_header(p, problem, &header) == ALN_OK, "%s\n", aln_error());
    aln_text_add(&file, "# alignode %s %s\n", ALN_VERSION, task->id.name);
    for (const char *line = header; *line != '\0';) {
        size_t n = strcspn(line, "\n");
        aln_text_add(&file, "# %.*s\n", (int)n, line);
        line += n + 1;
    }
    aln_text_add(&file, "repeat\tt\n"); /* as an unfinished result, without a checksum yet */
    fuzz_write(fuzz_path("result.tsv", path), file.s, file.length);
    REQUIRE(aln_params_load(&again, path, 0, NULL, task->check) == ALN_OK, "%s\n%s\n", aln_error(),
            file.s);
    char *first = fuzz_yaml(p), *second = fuzz_yaml(again);
    REQUIRE(strcmp(first, second) == 0, "%s\nbecame\n%s\n", first, second);
    free(first);
    free(second);
    free(file.s);
    free(header);
    aln_params_free(again);
    aln_problem_free(problem);
}

static void try_sweep(const char *path)
{
    enum { MOST_POINTS = 200 };
    struct aln_sweep *sweep;
    enum aln_status status = aln_sweep_load(&sweep, path, 0, NULL, 0, NULL);
    if (status == ALN_OK && aln_sweep_points(sweep) <= MOST_POINTS)
        status = aln_sweep_check(
            sweep, &(struct aln_sweep_options){.shard = 1, .shards = 1, .threads = 1});
    if (status != ALN_OK)
        fuzz_check_refusal(status, path);
    for (uint64_t p = 0; sweep != NULL && p < aln_sweep_points(sweep) && p < MOST_POINTS; p++) {
        struct aln_text values = {0};
        aln_sweep_values(sweep, p, &values);
        REQUIRE(strpbrk(values.s, "\r\n") == NULL && fuzz_is_utf8(values.s), "%s\n", values.s);
        free(values.s);
    }
    aln_sweep_free(sweep);
}

/* A command for two-layer problems. */
static const struct aln_task *task_of(size_t size)
{
    const struct aln_task *task;
    for (size_t i = size;; i++) {
        task = (const struct aln_task *)aln_names_row(&aln_tasks, i % aln_tasks.count);
        if (task->schema == &aln_params_schema)
            return task;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { MOST_UNITS = 8, MOST_TIMES = 1000 };
    char path[128];
    struct aln_params *p;
    const struct aln_task *task = task_of(size);
    fuzz_write(fuzz_path("input.yaml", path), data, size);
    try_sweep(path);
    enum aln_status status = aln_params_load(&p, path, 0, NULL, task->check);
    if (status != ALN_OK) {
        REQUIRE(p == NULL, "%s\n", aln_error());
        fuzz_check_refusal(status, path);
        return 0;
    }
    fuzz_round_trip(p, task->check);
    if (p->problem.student.units <= MOST_UNITS && p->problem.teacher.units <= MOST_UNITS &&
        p->problem.outputs <= MOST_UNITS)
        try_problem(p, task);
    if (p->run.record.count <= MOST_TIMES) {
        try_times(p, 0);
        try_times(p, p->problem.inputs);
    }
    aln_params_free(p);
    return 0;
}

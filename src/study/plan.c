/* Executes a plan and writes its result. */
#include "study/plan.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "base/text.h"
#include "run/ahead.h"

enum { LEAST_AT_ONCE = 4 };

struct execution {
    const struct aln_plan *plan;
    struct aln_writer *writer;
    uint64_t counted;   /* runs */
    uint64_t first;     /* run that is not in the result yet */
    size_t at_once;     /* runs of a job */
    char (*cell)[32];   /* [column_count] */
    const char **cells; /* views into them */
};

static void keep_row(void *context, const double *row)
{
    struct execution *x = context;
    if (x->plan->count != NULL)
        x->plan->count(x->plan, x->counted, row);
    x->counted++;
}

/* The runs of a job; those that it has not come to have no row. */
struct plan_rows {
    size_t ran;
    double rows[]; /* for each run */
};

/* The first run of a job, and how many it has. */
static uint64_t first_of(const struct execution *x, uint64_t job)
{
    return x->first + job * x->at_once;
}

static size_t count_of(const struct execution *x, uint64_t job)
{
    const uint64_t left = x->plan->runs - first_of(x, job);
    return left < x->at_once ? (size_t)left : x->at_once;
}

static enum aln_status run_job(void *context, struct aln_job *job, void *out)
{
    const struct execution *x = context;
    const struct aln_plan *plan = x->plan;
    struct plan_rows *group = out;
    const uint64_t first = first_of(x, aln_job_index(job));
    const size_t count = count_of(x, aln_job_index(job));
    struct aln_known_run *known[ALN_AHEAD_MOST] = {NULL};
    enum aln_status status = ALN_OK;
    group->ran = 0;
    if (x->at_once > 1)
        status = plan->ahead(plan, first, count, aln_job_stop(job), known);
    while (group->ran < count && status == ALN_OK) {
        const size_t i = group->ran;
        status = plan->run(plan, first + i, known[i], job, group->rows + i * plan->column_count);
        group->ran += status == ALN_OK;
    }
    for (size_t i = 0; i < count; i++)
        free(known[i]);
    return status;
}

static enum aln_status write_row(struct execution *x, uint64_t run, const double *row)
{
    const struct aln_plan *plan = x->plan;
    enum aln_status status;
    if (plan->count != NULL)
        plan->count(plan, run, row);
    for (size_t c = 0; c < plan->column_count; c++)
        if (plan->cell == NULL || !plan->cell(plan, run, c, x->cell[c]))
            aln_text_from_real(row[c], x->cell[c]);
    status = aln_writer_text_row(x->writer, x->cells, plan->column_count);
    if (status == ALN_OK && (run + 1) % ALN_STUDY_BLOCK == 0)
        status = aln_writer_end_block(x->writer);
    return status;
}

/* Of the runs before one that failed, too. */
static enum aln_status write_rows(void *context, uint64_t job, enum aln_status of_job,
                                  const void *out)
{
    struct execution *x = context;
    const struct plan_rows *group = out;
    enum aln_status status = ALN_OK;
    (void)of_job;
    for (size_t i = 0; i < group->ran && status == ALN_OK; i++)
        status = write_row(x, first_of(x, job) + i, group->rows + i * x->plan->column_count);
    return status;
}

/* Several runs at once where that is faster and leaves each thread several jobs.
 * Changed: at_once */
static enum aln_status run_jobs(struct execution *x, const struct aln_run_options *options)
{
    const struct aln_plan *plan = x->plan;
    const uint64_t left = plan->runs - x->counted;
    const uint64_t share = left / (4 * (uint64_t)aln_jobs_threads(options->threads, left + 1));
    const size_t most =
        plan->most_ahead < ALN_AHEAD_MOST ? plan->most_ahead : (size_t)ALN_AHEAD_MOST;
    x->first = x->counted;
    x->at_once = share < most ? (size_t)share : most;
    if (plan->ahead == NULL || x->at_once < LEAST_AT_ONCE)
        x->at_once = 1;
    return aln_jobs_run(&(struct aln_jobs){.end = (left + x->at_once - 1) / x->at_once,
                                           .size = sizeof(struct plan_rows) +
                                                   x->at_once * plan->column_count * sizeof(double),
                                           .parts = x->at_once,
                                           .threads = options->threads,
                                           .progress = options->progress,
                                           .run = run_job,
                                           .take = write_rows,
                                           .keeps_stopped = true,
                                           .context = x});
}

enum aln_status aln_plan_execute(const struct aln_plan *plan, const struct aln_params *params,
                                 const struct aln_run_options *options)
{
    enum aln_status status;
    struct execution x = {.plan = plan};
    char *header = NULL;
    size_t blocks = 0;
    x.cell = malloc(plan->column_count * sizeof *x.cell);
    x.cells = malloc(plan->column_count * sizeof *x.cells);
    if (x.cell == NULL || x.cells == NULL) {
        status = aln_raise_memory("%zu columns", plan->column_count);
        goto out;
    }
    for (size_t c = 0; c < plan->column_count; c++)
        x.cells[c] = x.cell[c];
    if ((status = aln_params_yaml(params, &header)) != ALN_OK)
        goto out;
    status = aln_writer_open(&x.writer,
                             &(struct aln_writer_options){.path = options->path,
                                                          .command = "study",
                                                          .yaml = header,
                                                          .columns = plan->columns,
                                                          .column_count = plan->column_count,
                                                          .resume = options->resume,
                                                          .block_rows = ALN_STUDY_BLOCK,
                                                          .kept = keep_row,
                                                          .context = &x},
                             &blocks);
    if (status != ALN_OK)
        goto out;
    status = run_jobs(&x, options);
    if (status == ALN_OK && plan->remark != NULL)
        status = plan->remark(plan, x.writer);
    if (status == ALN_OK)
        status = aln_writer_finish(x.writer);
    else
        aln_writer_abandon(x.writer, true);
out:
    free(header);
    free(x.cell);
    free(x.cells);
    return status;
}

enum aln_status aln_plan_remark(struct aln_writer *writer, const char *fmt, ...)
{
    char line[512];
    va_list args;
    va_start(args, fmt);
    aln_text_format(line, sizeof line, fmt, args);
    va_end(args);
    return aln_writer_remark(writer, line);
}

enum aln_status aln_plan_fail(enum aln_status status, const char *rule, uint64_t seed)
{
    if (status == ALN_OK || status == ALN_STOPPED)
        return status;
    return aln_raise_again(status, "%s, seed %" PRIu64 ": ", rule, seed);
}

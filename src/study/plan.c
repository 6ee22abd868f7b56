/* Executes a plan and writes its result. */
#include "study/plan.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "base/text.h"

struct execution {
    const struct aln_plan *plan;
    struct aln_writer *writer;
    uint64_t counted;   /* runs */
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

static enum aln_status run_job(void *context, struct aln_job *job, void *out)
{
    const struct execution *x = context;
    return x->plan->run(x->plan, job, out);
}

static enum aln_status write_row(void *context, uint64_t run, enum aln_status status,
                                 const void *out)
{
    struct execution *x = context;
    const struct aln_plan *plan = x->plan;
    const double *row = out;
    if (status != ALN_OK)
        return ALN_OK; /* a failed run has no row */
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
    status = aln_jobs_run(&(struct aln_jobs){.first = x.counted,
                                             .end = plan->runs,
                                             .size = plan->column_count * sizeof(double),
                                             .threads = options->threads,
                                             .progress = options->progress,
                                             .run = run_job,
                                             .take = write_row,
                                             .context = &x});
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

#include "study/diagram.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "alignode/fixed.h"
#include "alignode/table.h"
#include "base/failure.h"
#include "base/interrupt.h"
#include "model/params.h"
#include "run/jobs.h"
#include "study/fixedpoint.h"

enum { COLUMNS = 6 };
static const char *const columns[COLUMNS] = {"units",    "rate",    "growth",
                                             "unstable", "neutral", "critical"};

struct diagram {
    const struct aln_params *params;
    struct aln_writer *writer;
};

/* Result for one number of units. */
struct column {
    double critical;
    struct cell {
        double growth;
        size_t unstable, neutral;
    } cell[]; /* one for each rate */
};

static double rate_at(const struct aln_params *params, size_t i)
{
    const struct aln_fixedpoint_params *own = aln_fixedpoint_of(params);
    double from = own->diagram.rate.from, to = own->diagram.rate.to;
    uint64_t count = own->diagram.rate.count;
    return i + 1 == count ? to : from + (to - from) * (double)i / (double)(count - 1);
}

static enum aln_status stability_at(struct aln_branch *branch, double rate, struct cell *cell)
{
    struct aln_fixed_point *point;
    enum aln_status status = aln_branch_at(branch, rate, &point, &cell->growth);
    if (status != ALN_OK)
        return status;
    cell->unstable = point->unstable;
    cell->neutral = point->neutral;
    aln_fixed_point_free(point);
    return ALN_OK;
}

static enum aln_status follow_units(const struct diagram *d, struct aln_job *job,
                                    struct column *column)
{
    struct aln_params params = *d->params;
    struct aln_problem *p = NULL;
    struct aln_branch *branch = NULL;
    const struct aln_fixedpoint_params *own = aln_fixedpoint_of(&params);
    size_t count = own->diagram.rate.count;
    params.problem.student.units = params.problem.teacher.units =
        own->diagram.units[aln_job_index(job)];
    column->critical = NAN;
    enum aln_status status = aln_problem_create(&p, &params);
    if (status == ALN_OK)
        status = aln_branch_create(&branch, p);
    for (size_t i = 0; i < count && status == ALN_OK; i++) {
        if (aln_job_unwanted(job))
            status = aln_raise(ALN_STOPPED, "stopped");
        else
            status = stability_at(branch, rate_at(&params, i), &column->cell[i]);
        aln_job_done(job, 1 / (double)count);
    }
    size_t first = 1; /* first rate at which the solution is unstable */
    while (status == ALN_OK && first < count && column->cell[first].growth < 0)
        first++;
    if (status == ALN_OK && first < count && column->cell[first - 1].growth < 0)
        status = aln_branch_critical(branch, rate_at(&params, first - 1), rate_at(&params, first),
                                     &column->critical);
    aln_branch_free(branch);
    aln_problem_free(p);
    return status;
}

/* One rate takes long for many units. */
static enum aln_status run_units(void *context, struct aln_job *job, void *out)
{
    const volatile sig_atomic_t *before = aln_interrupt_watch(aln_job_stop(job));
    enum aln_status status = follow_units(context, job, out);
    if (aln_interrupted())
        status = aln_raise(ALN_STOPPED, "stopped");
    aln_interrupt_watch(before);
    return status;
}

static enum aln_status write_units(void *context, uint64_t index, enum aln_status status,
                                   const void *out)
{
    const struct diagram *d = context;
    const struct column *column = out;
    const struct aln_fixedpoint_params *own = aln_fixedpoint_of(d->params);
    if (status != ALN_OK)
        return ALN_OK; /* the job reports the error */
    for (size_t i = 0; i < own->diagram.rate.count && status == ALN_OK; i++) {
        const struct cell *cell = &column->cell[i];
        const double row[COLUMNS] = {(double)own->diagram.units[index],
                                     rate_at(d->params, i),
                                     cell->growth,
                                     (double)cell->unstable,
                                     (double)cell->neutral,
                                     column->critical};
        status = aln_writer_row(d->writer, row, COLUMNS);
    }
    return status == ALN_OK ? aln_writer_end_block(d->writer) : status;
}

enum aln_status aln_diagram(const struct aln_params *params, const struct aln_run_options *options)
{
    struct diagram d = {.params = params};
    char *header = NULL;
    const struct aln_fixedpoint_params *own = aln_fixedpoint_of(params);
    size_t blocks_done, rates = own->diagram.rate.count;
    /* Without `drawn:`: each number of units draws its own values. */
    enum aln_status status = aln_params_yaml(params, &header);
    if (status == ALN_OK)
        status = aln_writer_open(&d.writer,
                                 &(struct aln_writer_options){.path = options->path,
                                                              .command = "fixedpoint",
                                                              .yaml = header,
                                                              .columns = columns,
                                                              .column_count = COLUMNS,
                                                              .quick = options->quick},
                                 &blocks_done);
    if (status == ALN_OK)
        status = aln_jobs_run(
            &(struct aln_jobs){.end = own->diagram.units_count,
                               .size = sizeof(struct column) + rates * sizeof(struct cell),
                               .threads = options->threads,
                               .progress = options->progress,
                               .run = run_units,
                               .take = write_units,
                               .context = &d});
    if (status == ALN_OK) {
        status = aln_writer_finish(d.writer);
        d.writer = NULL;
    }
    aln_writer_abandon(d.writer, false);
    free(header);
    return status;
}

#include "model/params.h"

#include <math.h>

#include "params/schema.h"
#include "params/times.h"

void aln_params_free(struct aln_params *p)
{
    if (p != NULL)
        aln_schema_free(p->parts.schema, p);
}

static size_t of_heads(const struct aln_params *p, enum aln_heads heads)
{
    const size_t tasks =
        heads == ALN_HEADS_OWN && p->problem.tasks_count > 0 ? p->problem.tasks_count : 1;
    return p->problem.outputs * tasks;
}

size_t aln_params_rows(const struct aln_params *p)
{
    return of_heads(p, p->problem.heads);
}

size_t aln_params_feedback_columns(const struct aln_params *p)
{
    return p->learning.feedback.heads == ALN_HEADS_SHARED ? p->problem.outputs : aln_params_rows(p);
}

static const struct aln_name averages[ALN_AVERAGES] = {
    [ALN_AVERAGES_CLOSED] = {"closed", "closed forms", ""},
    [ALN_AVERAGES_CUBATURE] = {"cubature", "over antithetic Sobol points", ""},
};
const struct aln_names aln_averages = {"kind of averages", "kinds of averages", averages,
                                       ALN_AVERAGES, sizeof averages[0]};

bool aln_params_cubature(const struct aln_params *p)
{
    return p->ode.averages == &averages[ALN_AVERAGES_CUBATURE];
}

enum { SINGLE, DOUBLE, PRECISIONS };
static const struct aln_name precisions[PRECISIONS] = {
    [SINGLE] = {"single", "32-bit", ""},
    [DOUBLE] = {"double", "64-bit", ""},
};
const struct aln_names aln_run_precisions = {"precision", "precisions", precisions, PRECISIONS,
                                             sizeof precisions[0]};

bool aln_params_single(const struct aln_params *p)
{
    return p->run.precision == &precisions[SINGLE];
}

uint64_t aln_params_samples(const struct aln_params *p)
{
    return isnan(p->problem.samples)
               ? 0
               : (uint64_t)llround(p->problem.samples * (double)p->problem.inputs);
}

enum aln_status aln_params_yaml(const struct aln_params *p, char **out)
{
    return aln_schema_yaml(p->parts.schema, p, out);
}

enum aln_status aln_params_times(const struct aln_params *p, uint64_t N, size_t *count,
                                 double **out)
{
    bool listed = p->run.record.times != NULL;
    struct aln_times asked = {.count = listed ? p->run.record.times_count : p->run.record.count,
                              .spacing = p->run.record.spacing,
                              .first = p->run.record.first,
                              .time = p->run.record.times};
    return aln_times_make(&asked, p->run.time, (double)N, count, out);
}

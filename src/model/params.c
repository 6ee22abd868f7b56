#include "alignode/params.h"

#include <math.h>
#include <stdlib.h>

#include "alignode/schema.h"

enum aln_status aln_params_load(struct aln_params **out, const char *path, size_t set_count,
                                const char *const *set, const char *command)
{
    void *p;
    enum aln_status status = aln_schema_load(&p, &aln_params_schema, path, set_count, set, command);
    *out = p;
    return status;
}

void aln_params_free(struct aln_params *p)
{
    aln_schema_free(&aln_params_schema, p);
}

enum aln_status aln_params_yaml(const struct aln_params *p, char **out)
{
    return aln_schema_yaml(&aln_params_schema, p, out);
}

bool aln_params_row(size_t i, struct aln_param_row *row)
{
    return aln_schema_row(&aln_params_schema, i, row);
}

/* ---- times ---- */

/* Time i of the record, 0 <= i < count. */
static double asked_time(const struct aln_params *p, size_t i, size_t count)
{
    double end = p->run.time, first = p->run.record.first;
    if (p->run.record.times != NULL)
        return p->run.record.times[i];
    if (i + 1 == count)
        return end;
    if (p->run.record.spacing == ALN_LINEAR)
        return end * (double)(i + 1) / (double)count;
    if (i == 0)
        return first;
    double part = (double)i / (double)(count - 1);
    return fmin(end, exp((1 - part) * log(first) + part * log(end)));
}

enum aln_status aln_params_times(const struct aln_params *p, uint64_t N, size_t *count,
                                 double **out)
{
    size_t asked = p->run.record.times != NULL ? p->run.record.times_count : p->run.record.count;
    if (p->run.time == 0)
        asked = 0;
    double *times = malloc((asked + 1) * sizeof *times);
    *out = NULL;
    *count = 0;
    if (times == NULL)
        return aln_raise(ALN_MEMORY, "out of memory for %zu times", asked);
    size_t n = 1;
    times[0] = 0;
    for (size_t i = 0; i < asked; i++) {
        double t = asked_time(p, i, asked);
        if (N > 0)
            t = rint(t * (double)N) / (double)N;
        if (t > times[n - 1])
            times[n++] = t;
    }
    *out = times;
    *count = n;
    return ALN_OK;
}

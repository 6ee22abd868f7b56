#include "model/params.h"

#include "params/schema.h"
#include "params/times.h"

enum aln_status aln_params_load(struct aln_params **out, const char *path, size_t set_count,
                                const char *const *set, const char *command)
{
    void *p;
    enum aln_status status = aln_schema_load(&p, &aln_params_schema, path, set_count, set, command);
    *out = p;
    return status;
}

enum aln_status aln_params_parse(struct aln_params **out, const char *name, const char *text,
                                 size_t set_count, const char *const *set, const char *command)
{
    void *p;
    enum aln_status status =
        aln_schema_parse(&p, &aln_params_schema, name, text, set_count, set, command);
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

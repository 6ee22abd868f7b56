#include "alignode/named.h"

#include <string.h>

/* Whether a part of the state has this name, as in the columns NAME_1_1, ... */
static bool is_part(const struct aln_problem *p, enum aln_state_part part, const char *name)
{
    char column[32];
    if (aln_state_count(p, part) == 0)
        return false;
    aln_state_name(p, aln_state_at(p, part), column);
    column[strcspn(column, "_")] = '\0';
    return strcmp(column, name) == 0;
}

/* The part of the state with this name; ALN_PARTS if there is none. */
static enum aln_state_part find_part(const struct aln_problem *p, const char *name)
{
    enum aln_state_part part = 0;
    while (part < ALN_PARTS && !is_part(p, part, name))
        part++;
    return part;
}

static enum aln_status refuse(const char *name)
{
    return aln_raise(ALN_USAGE, "unknown matrix '%.40s' of a two-layer problem", name);
}

/* A matrix that does not change. */
struct constant {
    const char *name;
    size_t rows, cols;
    const double *a;
};

static enum aln_status get_constant(const struct aln_problem *p, const char *name, size_t shape[2],
                                    double *out)
{
    const struct constant all[] = {
        {"T", p->M, p->M, p->T}, {"V2", p->O, p->M, p->V2}, {"F1", p->K, p->O, p->F1}};
    enum { COUNT = sizeof all / sizeof all[0] };
    size_t i = 0;
    while (i < COUNT && strcmp(all[i].name, name) != 0)
        i++;
    if (i == COUNT || all[i].a == NULL)
        return refuse(name);
    shape[0] = all[i].rows;
    shape[1] = all[i].cols;
    if (out != NULL)
        memcpy(out, all[i].a, shape[0] * shape[1] * sizeof *out);
    return ALN_OK;
}

enum aln_status aln_named_matrix(const struct aln_problem *p, const double *state, const char *name,
                                 size_t shape[2], double *out)
{
    enum aln_state_part part = find_part(p, name);
    if (part == ALN_PARTS)
        return get_constant(p, name, shape, out);
    const struct aln_span span = aln_state_layout(p).part[part];
    shape[0] = span.rows;
    shape[1] = span.cols;
    if (out != NULL)
        aln_state_unpack(p, part, state != NULL ? state : p->start, out);
    return ALN_OK;
}

enum aln_status aln_named_store(const struct aln_problem *p, double *state, const char *name,
                                const double *matrix)
{
    enum aln_state_part part = find_part(p, name);
    if (part == ALN_PARTS)
        return refuse(name);
    aln_state_pack(p, part, matrix, state);
    return ALN_OK;
}

const double *aln_named_start(const struct aln_problem *p)
{
    return p->start;
}

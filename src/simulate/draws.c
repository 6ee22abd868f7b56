#include "simulate/draws.h"

struct aln_draws aln_draws_begin(const struct aln_problem *p, uint64_t repeat)
{
    struct aln_draws draws = {.count = aln_normals_of(p)};
    aln_stream_init(&draws.fields, p->seed, "chain fields", repeat);
    aln_stream_init(&draws.noise, p->seed, "chain noise", repeat);
    aln_stream_init(&draws.direction, p->seed, "chain direction", repeat);
    aln_stream_init(&draws.path, p->seed, "chain feedback", repeat);
    return draws;
}

static double *fill(struct aln_stream *stream, size_t count, double *z)
{
    if (count > 0)
        aln_stream_normals(stream, count, z);
    return z + count;
}

void aln_draws_rest(struct aln_draws *draws, double *rest)
{
    rest = fill(&draws->noise, draws->count.noise, rest);
    rest = fill(&draws->direction, draws->count.direction, rest);
    fill(&draws->path, draws->count.path, rest);
}

#include "simulate/draws.h"

#include "base/isa.h"

void aln_draws_begin(struct aln_draws *draws, const struct aln_problem *p, uint64_t repeat)
{
    draws->count = aln_normals_of(p);
    aln_stream_init(&draws->fields, p->seed, "chain fields", repeat);
    aln_stream_init(&draws->noise, p->seed, "chain noise", repeat);
    aln_stream_init(&draws->direction, p->seed, "chain direction", repeat);
    aln_stream_init(&draws->path, p->seed, "chain feedback", repeat);
    draws->degrees = (double)(p->N - draws->count.fields);
    aln_chisq_init(&draws->rest, p->seed, "chain rest", repeat, draws->degrees);
}

size_t aln_draws_batch(const struct aln_normals *count)
{
    enum { NUMBERS = 256 };
    return count->all < NUMBERS ? NUMBERS / count->all : 1;
}

static double *fill(struct aln_stream *stream, size_t count, double *z)
{
    if (count > 0)
        aln_stream_normals(stream, count, z);
    return z + count;
}

void aln_draws_others(struct aln_draws *draws, double *others)
{
    others = fill(&draws->noise, draws->count.noise, others);
    others = fill(&draws->direction, draws->count.direction, others);
    fill(&draws->path, draws->count.path, others);
}

/* As version 0.1.0: the rest of |x|^2 from the stream of the fields. */
static void draw_first(struct aln_draws *draws, size_t n, double *z, double *rest)
{
    const size_t fields = draws->count.fields;
    for (size_t i = 0; i < n; i++, z += draws->count.all) {
        aln_stream_normals(&draws->fields, fields, z);
        rest[i] = aln_stream_chisq(&draws->fields, draws->degrees);
        aln_draws_others(draws, z + fields);
    }
}

void aln_draws_samples(struct aln_draws *draws, size_t n, double *z, double *rest)
{
    const size_t fields = draws->count.fields, all = draws->count.all;
    if (aln_isa_first()) {
        draw_first(draws, n, z, rest);
        return;
    }
    aln_chisq_numbers(&draws->rest, n, rest);
    if (fields == all) {
        aln_stream_normals(&draws->fields, n * fields, z);
        return;
    }
    for (size_t i = 0; i < n; i++, z += all) {
        aln_stream_normals(&draws->fields, fields, z);
        aln_draws_others(draws, z + fields);
    }
}

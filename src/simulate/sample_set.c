#include "simulate/sample_set.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "base/interrupt.h"

static size_t chunk_at(size_t i, size_t width)
{
    return width - i < ALN_INPUTS_CHUNK ? width - i : ALN_INPUTS_CHUNK;
}

enum aln_status aln_sample_set_open(struct aln_sample_set *out, const struct aln_problem *p,
                                    uint64_t repeat, struct aln_inputs *in,
                                    struct aln_stream *noise)
{
    const uint64_t samples = aln_problem_samples(p);
    const size_t width = in->width, P = (size_t)samples;
    *out = (struct aln_sample_set){.count = P, .width = width};
    if (samples < SIZE_MAX / sizeof(double) / (width + p->O + p->M)) {
        out->x = aligned_alloc(64, P * width * sizeof *out->x);
        out->noise = malloc(P * p->O * sizeof *out->noise);
        out->teacher = malloc(P * p->M * sizeof *out->teacher);
        out->order = malloc(P * sizeof *out->order);
    }
    if (out->x == NULL || out->noise == NULL || out->teacher == NULL || out->order == NULL)
        return aln_raise_memory("a set of %" PRIu64 " samples of %" PRIu64 " inputs", samples,
                                p->N);
    memset(out->x, 0, P * width * sizeof *out->x); /* the padding stays so */
    for (size_t n = 0; n < P && !aln_interrupted(); n++)
        for (size_t i = 0; i < width; i += ALN_INPUTS_CHUNK)
            aln_inputs_draw(in, i, chunk_at(i, width), out->x + n * width + i);
    aln_stream_normals(noise, P * p->O, out->noise);
    for (size_t n = 0; n < P; n++)
        out->order[n] = n;
    aln_stream_init(&out->choice, p->seed, "sgd batches", repeat);
    return aln_interrupted() ? aln_raise(ALN_STOPPED, "stopped at t = 0") : ALN_OK;
}

void aln_sample_set_close(struct aln_sample_set *set)
{
    free(set->x);
    free(set->noise);
    free(set->teacher);
    free(set->order);
}

/* The first steps of Fisher and Yates's shuffle. */
void aln_sample_set_draw(struct aln_sample_set *set, size_t count)
{
    for (size_t n = 0; n < count && count < set->count; n++) {
        const double left = (double)(set->count - n);
        const size_t other = n + (size_t)(left * aln_stream_uniform(&set->choice)),
                     first = set->order[n];
        set->order[n] = set->order[other];
        set->order[other] = first;
    }
}

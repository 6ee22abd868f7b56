/* The chain draws the samples of the microscopic step, see model/increment.h. */
#include "alignode/chain.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/random.h"
#include "base/failure.h"
#include "base/interrupt.h"
#include "model/increment.h"
#include "simulate/steps.h"

struct aln_chain {
    const struct aln_problem *p;
    uint64_t step;
    struct aln_steps steps;
    struct aln_increment *increment;
    struct aln_stream fields, noise;
    size_t size;                     /* of the state */
    double *now, *next, *z, *noises; /* states; K + M and O normals */
    double storage[];
};

enum aln_status aln_chain_create(struct aln_chain **out, const struct aln_problem *p,
                                 uint64_t repeat)
{
    *out = NULL;
    enum aln_status status = aln_problem_check(p);
    if (status != ALN_OK)
        return status;
    const size_t P = p->K + p->M, size = aln_problem_size(p);
    if (p->N < P)
        return aln_raise(ALN_USAGE, "chain: N = %" PRIu64 " inputs are fewer than K + M = %zu",
                         p->N, P);
    struct aln_chain *c = calloc(1, sizeof *c + (2 * size + P + p->O) * sizeof(double));
    if (c == NULL)
        return aln_raise_memory("a chain of %zu + %zu units", p->K, p->M);
    c->p = p;
    c->steps = aln_steps_begin(p);
    c->size = size;
    c->now = c->storage;
    c->next = c->now + size;
    c->z = c->next + size;
    c->noises = c->z + P;
    aln_stream_init(&c->fields, p->seed, "chain fields", repeat);
    aln_stream_init(&c->noise, p->seed, "chain noise", repeat);
    memcpy(c->now, p->start, size * sizeof *c->now);
    status = aln_increment_create(&c->increment, p);
    if (status == ALN_OK && aln_interrupted())
        status = aln_steps_stopped(p, 0);
    if (status == ALN_OK)
        *out = c;
    else
        aln_chain_free(c);
    return status;
}

void aln_chain_free(struct aln_chain *chain)
{
    if (chain != NULL)
        aln_increment_free(chain->increment);
    free(chain);
}

static struct aln_draw draw_sample(struct aln_chain *c)
{
    const size_t P = c->p->K + c->p->M;
    aln_stream_normals(&c->fields, P, c->z);
    double x2 = aln_stream_chisq(&c->fields, (double)(c->p->N - P));
    for (size_t a = 0; a < P; a++)
        x2 += c->z[a] * c->z[a];
    if (c->p->sigma > 0)
        aln_stream_normals(&c->noise, c->p->O, c->noises);
    return (struct aln_draw){c->z, x2, c->noises};
}

/* Index of the first entry that is NaN or infinite, or the size. */
static size_t find_overflow(const double *state, size_t size)
{
    double zero = 0;
    size_t i = 0;
    for (size_t j = 0; j < size; j++)
        zero += 0 * state[j];
    while (zero != 0 && i < size && isfinite(state[i]))
        i++;
    return zero != 0 ? i : size;
}

enum aln_status aln_chain_advance(struct aln_chain *c, uint64_t step)
{
    for (; c->step < step; c->step++) {
        aln_steps_schedule(&c->steps, c->step);
        const struct aln_draw draw = draw_sample(c);
        aln_increment_start(c->increment, c->now);
        aln_increment_eval(c->increment, &c->steps.now, &draw, c->next);
        if (aln_interrupted())
            return aln_steps_stopped(c->p, c->step);
        size_t overflow = find_overflow(c->next, c->size);
        if (overflow < c->size)
            return aln_steps_overflow(c->p, "chain", overflow, c->step + 1);
        double *now = c->now;
        c->now = c->next;
        c->next = now;
    }
    return ALN_OK;
}

const double *aln_chain_state(struct aln_chain *chain)
{
    return chain->now;
}

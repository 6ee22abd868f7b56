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
#include "simulate/batch_step.h"
#include "simulate/steps.h"

struct aln_chain {
    const struct aln_problem *p;
    uint64_t step;
    struct aln_steps steps;
    struct aln_increment *increment;
    struct aln_draws draws;
    struct aln_batch_step *batch; /* with batches, momentum or a spectrum; or NULL */
    size_t size;                  /* of the state */
    double *now, *next;           /* states */
    size_t drawn, used;           /* samples at hand, and of these taken */
    double *z, *rest;             /* their normals, and |x|^2 beyond the fields' span */
    double storage[];
};

enum aln_status aln_chain_create(struct aln_chain **out, const struct aln_problem *p,
                                 uint64_t repeat)
{
    *out = NULL;
    enum aln_status status = aln_problem_check(p);
    if (status == ALN_OK && p->samples > 0)
        status = aln_raise(ALN_USAGE, "chain: every step has fresh samples, a fixed set needs sgd");
    if (status != ALN_OK)
        return status;
    const struct aln_normals normals = aln_normals_of(p);
    const size_t P = p->K + p->M, size = aln_problem_size(p), drawn = aln_draws_batch(&normals);
    for (size_t i = 0; i < aln_problem_blocks(p); i++) {
        const uint64_t N = aln_problem_block_inputs(p, i);
        const char *of = p->spectrum != NULL ? " of a block" : "";
        if (N < P)
            return aln_raise(
                ALN_USAGE, "chain: N = %" PRIu64 " inputs%s are fewer than K + M = %zu", N, of, P);
        if (p->momentum > 0 && N < P + p->K)
            return aln_raise(ALN_USAGE,
                             "chain: N = %" PRIu64 " inputs%s are fewer than 2 K + M = %zu, the "
                             "weight vectors and, with momentum, their velocities",
                             N, of, P + p->K);
    }
    struct aln_chain *c =
        calloc(1, sizeof *c + (2 * size + drawn * (normals.all + 1)) * sizeof(double));
    if (c == NULL)
        return aln_raise_memory("a chain of %zu + %zu units", p->K, p->M);
    c->p = p;
    c->size = size;
    c->now = c->storage;
    c->next = c->now + size;
    c->drawn = c->used = drawn;
    c->z = c->next + size;
    c->rest = c->z + drawn * normals.all;
    aln_draws_begin(&c->draws, p, repeat);
    status = aln_steps_open(&c->steps, p, "chain tasks", repeat);
    if (status == ALN_OK)
        status = aln_problem_begin(p, repeat, c->now);
    if (status == ALN_OK)
        aln_steps_look(&c->steps, 0, c->now);
    if (status == ALN_OK)
        status = aln_increment_create(&c->increment, aln_steps_problem(&c->steps));
    if (status == ALN_OK && (p->batch > 1 || p->momentum > 0 || p->spectrum != NULL))
        status =
            aln_batch_step_create(&c->batch, aln_steps_problem(&c->steps), c->increment, &c->draws);
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
    if (chain != NULL) {
        aln_batch_step_free(chain->batch);
        aln_increment_free(chain->increment);
        aln_steps_close(&chain->steps);
    }
    free(chain);
}

static struct aln_draw draw_sample(struct aln_chain *c)
{
    if (c->used == c->drawn) {
        aln_draws_samples(&c->draws, c->drawn, c->z, c->rest);
        c->used = 0;
    }
    const double *z = c->z + c->used * c->draws.count.all;
    double x2 = c->rest[c->used++];
    for (size_t a = 0; a < c->draws.count.fields; a++)
        x2 += z[a] * z[a];
    return aln_normals_draw(&c->draws.count, z, x2);
}

static void take_step(struct aln_chain *c)
{
    aln_increment_start(c->increment, c->now);
    if (c->batch != NULL) {
        aln_batch_step(c->batch, &c->steps.now, c->now, c->next);
        return;
    }
    const struct aln_draw draw = draw_sample(c);
    aln_increment_eval(c->increment, &c->steps.now, &draw, c->next);
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
    while (c->step < step) {
        aln_steps_schedule(&c->steps, c->step);
        take_step(c);
        if (aln_interrupted())
            return aln_steps_stopped(c->p, c->step);
        size_t overflow = find_overflow(c->next, c->size);
        if (overflow < c->size)
            return aln_steps_overflow(c->p, "chain", overflow, c->step + 1);
        double *now = c->now;
        c->now = c->next;
        c->next = now;
        c->step++;
        aln_steps_look(&c->steps, c->step, c->now);
    }
    return ALN_OK;
}

const double *aln_chain_state(struct aln_chain *chain)
{
    return chain->now;
}

const struct aln_problem_turn *aln_chain_turn(const struct aln_chain *chain)
{
    return aln_steps_turn(&chain->steps, chain->step);
}

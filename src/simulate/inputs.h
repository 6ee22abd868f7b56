/* Draws input vectors for sgd, with or without a spectrum.
 *
 * Vectors are stored with the directions of each block together, padded with zeros to whole 64-byte
 * lines; without a spectrum all directions are one block. Where the teacher acts on latent variables,
 * those are drawn along, and the teacher's vectors have a component for each of them. Inputs on a
 * hidden manifold have their own coordinates (features.h). In single precision vectors are of floats, without
 * a spectrum. */
#ifndef ALIGNODE_SIMULATE_INPUTS_H
#define ALIGNODE_SIMULATE_INPUTS_H

#include "alignode/problem.h"
#include "alignode/random.h"
#include "base/normal_single.h"
#include "simulate/features.h"

struct aln_inputs {
    struct aln_stream stream;
    struct aln_single_stream single; /* in its place, in single precision */
    bool is_single;
    size_t N;
    size_t width; /* of a vector */
    size_t blocks;
    size_t *begin;     /* [blocks + 1], the places of the blocks */
    double *x_of_zeta; /* [width] sqrt(lambda), or s/sqrt(tau) with latent variables; NULL: 1 */
    double *x_of_xi;   /* [width], with latent variables: sqrt(lambda - s^2/tau); or NULL */
    double *latent_of; /* [width], likewise: sqrt(tau) */
    double *latent;    /* [width], those of the last vector; NULL: the inputs themselves */
    bool folded;       /* on a hidden manifold; begin is then features.begin */
    struct aln_features features;
};

/* Given:    p  with N > 0
 * Returned: out  aln_inputs_close(), also after a failure
 * Status:   ALN_MEMORY; of features also ALN_NUMERIC, ALN_STOPPED */
enum aln_status aln_inputs_open(struct aln_inputs *out, const struct aln_problem *p,
                                uint64_t repeat);
void aln_inputs_close(struct aln_inputs *in);

/* The next `length` components of an input vector, from the one at `begin` on; vectors are drawn from
 * their beginning to their end. Both are multiples of the numbers in a line, length at
 * most ALN_INPUTS_CHUNK.
 * Returned: out [length], those components, floats in single precision; in->latent */
enum { ALN_INPUTS_CHUNK = 512 };
void aln_inputs_draw(struct aln_inputs *in, size_t begin, size_t length, void *out);

#endif

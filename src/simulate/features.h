/* Random features F of a hidden manifold, x = f(F c/sqrt(D)), for sgd: draws latent variables and folds
 * them, and changes the coordinates of weights between the inputs themselves and the blocks of the
 * spectrum.
 *
 * The blocks' coordinates of an input vector w are its components along the left singular vectors
 * of F, largest singular value first, in places begin[i] to begin[i + 1] for block i, and in the last
 * block, which is as long as the vector, what remains of it. Those of a latent vector are its
 * components along the right singular vectors. Vectors are padded with zeros to whole 64-byte lines. */
#ifndef ALIGNODE_SIMULATE_FEATURES_H
#define ALIGNODE_SIMULATE_FEATURES_H

#include "alignode/problem.h"
#include "alignode/random.h"

struct aln_features {
    size_t N, D, blocks;
    const struct aln_fold *fold;
    const struct aln_kernel *kernel;
    size_t stride; /* of the rows of F and E */
    size_t length; /* of a vector in the blocks' coordinates */
    size_t *last;  /* [blocks - 1], the number of singular directions in it and the blocks before */
    size_t *begin; /* [blocks + 1] */
    double *F;     /* N x stride, divided by sqrt(D) */
    double *E;     /* D x stride, its right singular vectors */
    double *value; /* [D] its singular values */
    double *work[2]; /* [stride] */
};

/* Draws F, of which every repeat has its own, and finds its singular vectors: D^3 operations.
 * Given:    p  with a spectrum that is folded
 * Returned: out  aln_features_close(), also after a failure
 * Status:   ALN_MEMORY, ALN_NUMERIC, ALN_STOPPED */
enum aln_status aln_features_open(struct aln_features *out, const struct aln_problem *p,
                                  uint64_t repeat);
void aln_features_close(struct aln_features *f);

/* The components [begin, begin + length) of the input that the latent variables are folded into.
 * Given:    c [stride]; begin and length multiples of ALN_KERNEL_LANES
 * Returned: x [length], zeros from N on */
void aln_features_fold(const struct aln_features *f, const double *c, size_t begin, size_t length,
                       double *x);

/* Changes of coordinates. w  as long as an input or latent vector, b [length] */
void aln_features_to_blocks(struct aln_features *f, const double *w, double *b);
void aln_features_to_inputs(struct aln_features *f, const double *b, double *w);
void aln_features_to_latents(struct aln_features *f, const double *b, double *w);

/* Takes the components along the left singular vectors from an input vector. */
void aln_features_leave_rest(struct aln_features *f, double *w);

#endif

/* The spectrum of the inputs as parameters, problem.spectrum, and the blocks that it stands for. */
#ifndef ALIGNODE_MODEL_SPECTRUM_H
#define ALIGNODE_MODEL_SPECTRUM_H

#include <stdint.h>

#include "alignode/manifold.h"
#include "alignode/status.h"
#include "params/matrix.h"

/* One entry of problem.spectrum.blocks. NaN: not given. */
struct aln_block_params {
    double share, variance, signal, latent;
};

/* One entry of problem.overlaps.blocks. */
struct aln_block_start {
    struct aln_matrix Q, R, T;
};

/* At most one of blocks, exponent, from and fold is given; exponent and from with count, fold with the
 * numbers of latent variables and of blocks that they are divided into. */
struct aln_spectrum_params {
    struct aln_block_params *blocks;
    size_t blocks_count;
    double exponent; /* NaN: not given */
    char *from;      /* a file of eigenvalues; set only while loading, then they are in blocks */
    uint64_t count;  /* of blocks; 0: not given */
    const struct aln_fold *fold;
    uint64_t latents, fold_count;
};

/* A block, complete. */
struct aln_block {
    double share, variance, signal;
    double latent;       /* variance of the latent variables */
    double latent_share; /* share of the teacher's components that are in this block */
};

/* The number of blocks; 0: no spectrum. */
size_t aln_spectrum_blocks(const struct aln_spectrum_params *of);
/* Given:    inputs  N, of which the blocks of a manifold depend
 * Returned: out [aln_spectrum_blocks()] */
void aln_spectrum_make(const struct aln_spectrum_params *of, uint64_t inputs,
                       struct aln_block *out);

/* The eigenvalues in a text file, numbers between blanks or lines, # begins a comment, in `count`
 * groups of neighbours as equal in number as possible, largest first.
 * Returned: *out [count], yours, free(): the share and the mean of each group
 * Status:   ALN_USAGE, ALN_FILE with a sentence, ALN_MEMORY */
enum aln_status aln_spectrum_read(const char *path, size_t count, struct aln_block_params **out);

#endif

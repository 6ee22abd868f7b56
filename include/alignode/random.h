/* Random streams on the counter-based generator Threefry4x64-20 (Salmon et al., SC 2011, as
 * published in Random123).
 *
 * A stream is a function of (seed, name, repeat) and nothing else: its numbers do not depend on
 * threads, on other streams, or on when they are requested. Key words: seed; the name's bytes 0-7
 * and 8-15 (so two names never collide); repeat. Counter word 0 counts blocks of four words. Words
 * are delivered in groups of four blocks: the first words of the four, their second words, ... */
#ifndef ALIGNODE_RANDOM_H
#define ALIGNODE_RANDOM_H

#include <gsl/gsl_rng.h>
#include <stddef.h>
#include <stdint.h>

#include "alignode/names.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_stream;

/* Distributions of the entries of a random matrix, the rows of aln_distributions. */
enum aln_distribution { ALN_NORMAL, ALN_UNIFORM, ALN_SIGNS };
struct aln_distribution_row {
    struct aln_name id;
    /* Draws n numbers of mean 0: N(0, 1), U(-1, 1) or +-1. */
    void (*draw)(struct aln_stream *s, size_t n, double *x);
    double to_unit; /* factor that makes their variance 1 */
};
/* Rows in the order of enum aln_distribution. */
ALN_API extern const struct aln_names aln_distributions;
ALN_API const struct aln_distribution_row *aln_distribution_row(enum aln_distribution distribution);

#define ALN_STREAM_WORDS 256

/* The state of a stream is key, block and used; the words follow from key and block. */
struct aln_stream {
    uint64_t key[4];
    uint64_t block; /* the next counter, after those in `word` */
    unsigned used;  /* words of `word` already delivered */
    unsigned isa;   /* enum aln_isa of src/base/isa.h; the numbers do not depend on it */
    uint32_t half;  /* a spare 32-bit half for gsl_rng_get */
    unsigned has_half;
    gsl_rng gsl; /* the same stream as a GSL generator, see aln_stream_gsl() */
    uint64_t word[ALN_STREAM_WORDS];
};

/* Starts a stream at its beginning.
 * Given: name  at most 16 bytes; longer names are a programming error (asserted). */
ALN_API void aln_stream_init(struct aln_stream *s, uint64_t seed, const char *name,
                             uint64_t repeat);

/* The next 64 random bits. */
ALN_API uint64_t aln_stream_bits(struct aln_stream *s);

/* Uniform in the open interval (0, 1): the 2^52 odd multiples of 2^-53. */
ALN_API double aln_stream_uniform(struct aln_stream *s);
/* n of them into x[n]. */
ALN_API void aln_stream_uniforms(struct aln_stream *s, size_t n, double *x);

/* n standard normal numbers into x[n]: ziggurat of 1024 layers, one 64-bit word a number (ten bits
 * for the layer, 51 for sign and place in it), further words for the 0.43 % that fall outside the
 * rectangles. The numbers do not depend on how they are split into calls.
 * Source: Marsaglia & Tsang, J. Stat. Softw. 5 (2000), no. 8. */
ALN_API void aln_stream_normals(struct aln_stream *s, size_t n, double *x);

/* Chi-squared with dof >= 0 degrees of freedom (0 gives 0), through gsl_ran_chisq. */
ALN_API double aln_stream_chisq(struct aln_stream *s, double dof);

/* The stream as a GSL generator, for every distribution of gsl_randist.h; gsl_rng_set() restarts it
 * with another seed. A view into `s`, which must not be copied or moved afterwards. Draws from it
 * and from the functions above advance the same stream. */
ALN_API gsl_rng *aln_stream_gsl(struct aln_stream *s);

#ifdef __cplusplus
}
#endif

#endif

/* Streams of normal numbers in single precision, many side by side: Box and Muller's transform, whose
 * length does not depend on the numbers, so that no lane waits for another.
 *
 * A stream is a function of (seed, name, repeat) as those of alignode/random.h, on the same generator.
 * 16 words make 32 numbers: half j of the first eight words, a u in (0, 1] of 31 bits, gives the radius
 * r = sqrt(-2 log u) of numbers j and 16 + j; half j of the other eight their angle, in 29 bits an angle
 * within +-pi/4, in two more the quarter. They are x = r cos, r sin; no |x| exceeds sqrt(64 log 2) = 6.66,
 * beyond which lie 2.8e-11 of the normal law. Logarithm, sine and cosine are polynomials, right to some
 * 1e-7, of operations that every machine rounds alike.
 * Source: Box & Muller, Ann. Math. Stat. 29 (1958) 610; polynomials: S. L. Moshier, Cephes. */
#ifndef ALIGNODE_BASE_NORMAL_SINGLE_H
#define ALIGNODE_BASE_NORMAL_SINGLE_H

#include "alignode/random.h"
#include "base/isa.h"

/* Words and numbers of one batch. */
enum { ALN_SINGLE_WORDS = 16, ALN_SINGLE_NORMALS = 32 };

/* Given:    word [count x ALN_SINGLE_WORDS]
 * Returned: x [count x ALN_SINGLE_NORMALS] */
void aln_normals_single_plain(size_t count, const uint64_t *word, float *x);
void aln_normals_single_avx2(size_t count, const uint64_t *word, float *x);
void aln_normals_single_avx512(size_t count, const uint64_t *word, float *x);

struct aln_single_stream {
    struct aln_stream words; /* of which only whole buffers are used */
    size_t used;             /* numbers of x already delivered */
    float x[2 * ALN_STREAM_WORDS];
};

/* As aln_stream_init(). */
void aln_single_init(struct aln_single_stream *s, uint64_t seed, const char *name, uint64_t repeat);

/* The next n numbers; they do not depend on how they are split into calls.  Returned: x [n] */
void aln_single_normals(struct aln_single_stream *s, size_t n, float *x);

#endif

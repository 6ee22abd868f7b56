/* Streams of normal numbers in single precision, many side by side: Box and Muller's transform, whose
 * length does not depend on the numbers, so that no lane waits for another.
 *
 * A stream is a function of (seed, name, repeat) as those of alignode/random.h, whose first 32 words are the states
 * of eight generators xoshiro256++ side by side: word i of all eight, i = 0 ... 3. Two words of each
 * make 32 numbers: half j of the first eight words, a u in (0, 1] of 31 bits, gives the radius
 * r = sqrt(-2 log u) of numbers j and 16 + j; half j of the other eight their angle, in 29 bits an angle
 * within +-pi/4, in two more the quarter. They are x = r cos, r sin; no |x| exceeds sqrt(64 log 2) = 6.66,
 * beyond which lie 2.8e-11 of the normal law. Logarithm, sine and cosine are polynomials, right to some
 * 1e-7, of operations that every machine rounds alike.
 * Source: Blackman & Vigna, ACM Trans. Math. Softw. 47 (2021) 36; Box & Muller, Ann. Math. Stat. 29 (1958) 610;
 * polynomials: S. L. Moshier, Cephes. */
#ifndef ALIGNODE_BASE_NORMAL_SINGLE_H
#define ALIGNODE_BASE_NORMAL_SINGLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/isa.h"

/* Generators, and numbers of one batch. */
enum { ALN_SINGLE_GENERATORS = 8, ALN_SINGLE_NORMALS = 32 };

struct aln_single_stream {
    uint64_t state[4][ALN_SINGLE_GENERATORS];
    enum aln_isa isa; /* the numbers do not depend on it */
};

/* As aln_stream_init(). */
void aln_single_init(struct aln_single_stream *s, uint64_t seed, const char *name, uint64_t repeat);

/* The next n numbers. What is left of the last batch is dropped, so that every call begins with a whole one:
 * pieces of whole batches and one call give the same.
 * Returned: x [n rounded up to whole lines of 16 numbers], 0 behind the n; fastest on a 64-byte line */
void aln_single_normals(struct aln_single_stream *s, size_t n, float *x);

/* The same of a state. */
#define ALN_SINGLE_KERNEL(name)                                                                    \
    void name(uint64_t state[4][ALN_SINGLE_GENERATORS], size_t n, float *x)
ALN_SINGLE_KERNEL(aln_normals_single_plain);
ALN_SINGLE_KERNEL(aln_normals_single_avx2);
ALN_SINGLE_KERNEL(aln_normals_single_avx512);

#endif

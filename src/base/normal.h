/* The layers of the ziggurat for normal numbers. */
#ifndef ALIGNODE_BASE_NORMAL_H
#define ALIGNODE_BASE_NORMAL_H

#include <stdint.h>

enum { ALN_LAYERS = 1024 };

/* A word as a uniform number, see aln_stream_uniform(). */
static inline double aln_word_uniform(uint64_t word)
{
    return ((double)(word >> 12) + 0.5) * 0x1p-52;
}

/* Rectangles of equal area under exp(-x^2/2), the widest (0) including the tail beyond width[1]:
 * |x| <= width[i], height[i] <= y <= height[i + 1] = exp(-width[i + 1]^2/2). */
struct aln_layers {
    double width[ALN_LAYERS + 1], height[ALN_LAYERS + 1];
};

/* Built at the first call, on any thread. */
const struct aln_layers *aln_normal_layers(void);

/* -log(u), u > 0, from operations that every machine rounds alike: libm's logarithm may
 * differ in its last bit from one machine to the next. */
double aln_minus_log(double u);

#endif

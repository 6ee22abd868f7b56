/* Threefry4x64-20 in batches: several counters side by side. Source: Salmon et al., SC 2011. */
#ifndef ALIGNODE_BASE_THREEFRY_H
#define ALIGNODE_BASE_THREEFRY_H

#include <stddef.h>
#include <stdint.h>

#include "base/isa.h"

/* Words of one batch: eight blocks of four. */
#define ALN_THREEFRY_BATCH 32

/* The blocks of counters (first, c1, c2, c3), (first + 1, c1, c2, c3), ...
 * Given:    count  number of batches; counter[4] of the first block
 * Returned: out (count x ALN_THREEFRY_BATCH); in every half of a batch, 16 words, word w of block b
 *           lies at 4 w + b */
void aln_threefry_words(enum aln_isa isa, const uint64_t key[4], const uint64_t counter[4],
                        size_t count, uint64_t *out);

#endif

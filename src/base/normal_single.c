#include "base/normal_single.h"

#include <string.h>

#include "base/threefry.h"

enum { NUMBERS = 2 * ALN_STREAM_WORDS };

void aln_single_init(struct aln_single_stream *s, uint64_t seed, const char *name, uint64_t repeat)
{
    aln_stream_init(&s->words, seed, name, repeat);
    s->used = NUMBERS;
}

static void refill(struct aln_single_stream *s)
{
    static void (*const variant[ALN_ISA_COUNT])(size_t, const uint64_t *, float *) = {
        aln_normals_single_plain,
#if ALN_ISA_X86
        aln_normals_single_avx2,
        aln_normals_single_avx512,
#endif
    };
    const enum aln_isa isa = (enum aln_isa)s->words.isa;
    const uint64_t counter[4] = {s->words.block, 0, 0, 0};
    aln_threefry_words(isa, s->words.key, counter, ALN_STREAM_WORDS / ALN_THREEFRY_BATCH,
                       s->words.word);
    s->words.block += ALN_STREAM_WORDS / 4;
    variant[isa](ALN_STREAM_WORDS / ALN_SINGLE_WORDS, s->words.word, s->x);
    s->used = 0;
}

void aln_single_normals(struct aln_single_stream *s, size_t n, float *x)
{
    while (n > 0) {
        if (s->used == NUMBERS)
            refill(s);
        const size_t left = NUMBERS - s->used, now = n < left ? n : left;
        memcpy(x, s->x + s->used, now * sizeof *x);
        s->used += now;
        x += now;
        n -= now;
    }
}

#include "alignode/random.h"

#include <assert.h>
#include <gsl/gsl_randist.h>
#include <string.h>

#include "base/normal.h"
#include "base/threefry.h"

void aln_stream_init(struct aln_stream *s, uint64_t seed, const char *name, uint64_t repeat)
{
    unsigned char bytes[16] = {0};
    size_t length = strlen(name);
    assert(length <= sizeof bytes);
    memcpy(bytes, name, length);
    s->key[0] = seed;
    s->key[1] = s->key[2] = 0;
    for (size_t i = 0; i < 8; i++) {
        s->key[1] |= (uint64_t)bytes[i] << 8 * i;
        s->key[2] |= (uint64_t)bytes[8 + i] << 8 * i;
    }
    s->key[3] = repeat;
    s->block = 0;
    s->used = ALN_STREAM_WORDS;
    s->has_half = 0;
    s->half = 0;
    s->isa = (unsigned)aln_isa_best();
    s->gsl = (gsl_rng){NULL, NULL};
}

/* The first words of a stream are a batch, because many streams, such as those of starts, are short; what is
 * computed ends where `word` ends. */
static void refill(struct aln_stream *s)
{
    const uint64_t counter[4] = {s->block, 0, 0, 0};
    const size_t batches = s->block == 0 ? 1 : ALN_STREAM_WORDS / ALN_THREEFRY_BATCH,
                 words = batches * ALN_THREEFRY_BATCH;
    s->used = (unsigned)(ALN_STREAM_WORDS - words);
    aln_threefry_words((enum aln_isa)s->isa, s->key, counter, batches, s->word + s->used);
    s->block += words / 4;
}

uint64_t aln_stream_bits(struct aln_stream *s)
{
    if (s->used == ALN_STREAM_WORDS)
        refill(s);
    return s->word[s->used++];
}

double aln_stream_uniform(struct aln_stream *s)
{
    return aln_word_uniform(aln_stream_bits(s));
}

/* The same as the mantissa of a number in (1, 2), which compilers vectorise. */
void aln_stream_uniforms(struct aln_stream *s, size_t n, double *x)
{
    while (n > 0) {
        if (s->used == ALN_STREAM_WORDS)
            refill(s);
        const size_t left = ALN_STREAM_WORDS - s->used, now = n < left ? n : left;
        const uint64_t *word = s->word + s->used;
        for (size_t i = 0; i < now; i++) {
            const uint64_t bits = word[i] >> 12 | UINT64_C(0x3ff) << 52;
            double u;
            memcpy(&u, &bits, sizeof u);
            x[i] = (u - 1) + 0x1p-53;
        }
        s->used += (unsigned)now;
        x += now;
        n -= now;
    }
}

/* ---- as a GSL generator ---- */

static void gsl_set(void *state, unsigned long seed)
{
    struct aln_stream *s = state;
    s->key[0] = seed;
    s->block = 0;
    s->used = ALN_STREAM_WORDS;
    s->has_half = 0;
}

static unsigned long gsl_get(void *state)
{
    struct aln_stream *s = state;
    if (s->has_half) {
        s->has_half = 0;
        return s->half;
    }
    uint64_t word = aln_stream_bits(s);
    s->half = (uint32_t)(word >> 32);
    s->has_half = 1;
    return (uint32_t)word;
}

/* GSL's contract is [0, 1). */
static double gsl_get_double(void *state)
{
    return (double)(aln_stream_bits(state) >> 11) * 0x1p-53;
}

gsl_rng *aln_stream_gsl(struct aln_stream *s)
{
    static const gsl_rng_type type = {
        "threefry4x64-20", 0xffffffffUL, 0, sizeof *s, gsl_set, gsl_get, gsl_get_double,
    };
    s->gsl = (gsl_rng){&type, s};
    return &s->gsl;
}

double aln_stream_chisq(struct aln_stream *s, double dof)
{
    assert(dof >= 0);
    return dof > 0 ? gsl_ran_chisq(aln_stream_gsl(s), dof) : 0;
}

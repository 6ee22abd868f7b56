#include "base/normal_single.h"

#include "alignode/random.h"

void aln_single_init(struct aln_single_stream *s, uint64_t seed, const char *name, uint64_t repeat)
{
    struct aln_stream words;
    aln_stream_init(&words, seed, name, repeat);
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < ALN_SINGLE_GENERATORS; j++)
            s->state[i][j] = aln_stream_bits(&words);
    s->isa = aln_isa_best();
}

void aln_single_normals(struct aln_single_stream *s, size_t n, float *x)
{
    static void (*const variant[ALN_ISA_COUNT])(uint64_t(*)[ALN_SINGLE_GENERATORS], size_t,
                                                float *) = {
        aln_normals_single_plain,
#if ALN_ISA_X86
        aln_normals_single_avx2,
        aln_normals_single_avx512,
#endif
    };
    variant[s->isa](s->state, n, x);
}

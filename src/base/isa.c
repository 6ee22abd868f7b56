#include "base/isa.h"

enum aln_isa aln_isa_best(void)
{
#if ALN_ISA_X86
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq"))
        return ALN_ISA_AVX512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return ALN_ISA_AVX2;
#endif
    return ALN_ISA_PLAIN;
}

#include "base/isa.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "alignode/names.h"
#include "base/failure.h"

static const struct aln_name sets[] = {
    [ALN_ISA_PLAIN] = {"baseline", "what every machine of this kind has", ""},
    [ALN_ISA_AVX2] = {"v3", "x86-64 with AVX2 and FMA", ""},
    [ALN_ISA_AVX512] = {"v4", "x86-64 with AVX-512 F, VL and DQ", ""},
};
static const struct aln_names names = {"instruction set", "instruction sets", sets, ALN_ISA_COUNT,
                                       sizeof sets[0]};

static enum aln_isa widest(void)
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

/* What the environment asks for; the number of sets if it names none of them. */
static size_t wanted(void)
{
    const char *name = getenv("ALIGNODE_ISA");
    return name == NULL ? widest() : aln_names_index(&names, name);
}

enum aln_isa aln_isa_best(void)
{
    static atomic_int best = -1;
    int known = atomic_load_explicit(&best, memory_order_relaxed);
    if (known < 0) {
        const size_t asked = wanted();
        known = asked < widest() ? (int)asked : (int)widest();
        atomic_store_explicit(&best, known, memory_order_relaxed);
    }
    return (enum aln_isa)known;
}

bool aln_isa_first(void)
{
    static atomic_int first = -1;
    int known = atomic_load_explicit(&first, memory_order_relaxed);
    if (known < 0) {
        known = aln_isa_best() == ALN_ISA_PLAIN && getenv("ALIGNODE_ISA") != NULL;
        atomic_store_explicit(&first, known, memory_order_relaxed);
    }
    return known != 0;
}

enum aln_status aln_isa_check(void)
{
    const size_t asked = wanted();
    char offer[320];
    if (asked >= ALN_ISA_COUNT)
        return aln_raise(ALN_USAGE, "ALIGNODE_ISA: unknown instruction set '%s'; %s",
                         getenv("ALIGNODE_ISA"),
                         aln_names_offer(&names, getenv("ALIGNODE_ISA"), offer));
    if (asked > widest())
        return aln_raise(ALN_USAGE,
                         "ALIGNODE_ISA: this machine or this build does not have %s (%s)",
                         sets[asked].name, sets[asked].doc);
    return ALN_OK;
}

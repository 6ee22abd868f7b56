/* Data sets loaded while memory runs out; for a program linked as failing_memory.h says. */
#ifndef ALIGNODE_TESTS_FAILING_LOAD_H
#define ALIGNODE_TESTS_FAILING_LOAD_H

#include "../../failing_memory.h"
#include "alignode/dataset.h"

/* Refuses the first allocation, then the second and so on until the set loads.  After each refusal
 * the error is ALN_MEMORY and nothing is left in the set; there are more than `least` of them. */
static inline void expect_every_allocation_checked(const struct aln_data_kind *kind,
                                                   const struct aln_data_spec *spec, long least)
{
    struct aln_data data;
    enum aln_status status = ALN_MEMORY;
    long n = 0;
    for (; status == ALN_MEMORY; n++) {
        allocations_left = n;
        status = aln_data_load(&data, kind, spec);
        allocations_left = -1;
        ck_assert((data.train.x == NULL) == (status != ALN_OK));
    }
    ck_assert_msg(status == ALN_OK, "%s", aln_error());
    ck_assert_int_gt(n, least);
    aln_data_free(&data);
}

#endif

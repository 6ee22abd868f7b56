/* Eigenvalues on a thread of their own: the same bytes, and not waited for after a stop request. */
#include "../check_main.h"

#include <string.h>

#include "alignode/random.h"
#include "base/interrupt.h"
#include "model/eigen.h"

enum { N = 210, LONG = 2000 }; /* just above where threads begin; minutes of work */

static volatile sig_atomic_t stop;

static struct aln_eigen *make(enum aln_eigen_kind kind, size_t n)
{
    struct aln_eigen *e;
    struct aln_stream stream;
    ck_assert_int_eq(aln_eigen_create(&e, kind, n), ALN_OK);
    aln_stream_init(&stream, 3, "test eigen", kind);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            gsl_matrix_set(e->A, i, j, aln_stream_uniform(&stream));
            gsl_matrix_set(e->A, j, i,
                           kind == ALN_EIGEN_GENERAL || kind == ALN_EIGEN_SINGULAR
                               ? aln_stream_uniform(&stream)
                               : gsl_matrix_get(e->A, i, j));
        }
    return e;
}

static void check_same(enum aln_eigen_kind kind)
{
    struct aln_eigen *here = make(kind, N), *apart = make(kind, N);
    ck_assert_int_eq(aln_eigen_solve(&here), ALN_OK);
    const volatile sig_atomic_t *before = aln_interrupt_watch(&stop);
    ck_assert_int_eq(aln_eigen_solve(&apart), ALN_OK);
    aln_interrupt_watch(before);
    if (kind == ALN_EIGEN_GENERAL) {
        ck_assert_mem_eq(here->complex->data, apart->complex->data, 2 * N * sizeof(double));
        ck_assert_mem_eq(here->modes->data, apart->modes->data, 2 * N * N * sizeof(double));
    } else {
        ck_assert_mem_eq(here->values->data, apart->values->data, N * sizeof(double));
        ck_assert_int_eq(here->vectors != NULL, kind != ALN_EIGEN_VALUES);
        if (here->vectors != NULL)
            ck_assert_mem_eq(here->vectors->data, apart->vectors->data, N * N * sizeof(double));
    }
    aln_eigen_free(here);
    aln_eigen_free(apart);
}

START_TEST(test_same)
{
    check_same(ALN_EIGEN_VALUES);
    check_same(ALN_EIGEN_VECTORS);
    check_same(ALN_EIGEN_GENERAL);
    check_same(ALN_EIGEN_SINGULAR);
}
END_TEST

/* The abandoned thread finishes and frees what it works on. */
START_TEST(test_stop)
{
    struct aln_eigen *e = make(ALN_EIGEN_VALUES, LONG);
    const volatile sig_atomic_t *before = aln_interrupt_watch(&stop);
    stop = 1;
    ck_assert_int_eq(aln_eigen_solve(&e), ALN_STOPPED);
    ck_assert_ptr_null(e);
    ck_assert_int_eq(aln_eigen_solve(&e), ALN_STOPPED);
    stop = 0;
    aln_interrupt_watch(before);
}
END_TEST

CHECK_MAIN("model/eigen", test_same, test_stop)

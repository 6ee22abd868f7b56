/* The factor of a singular covariance, to round-off of each field's own scale. */
#include "model/semidefinite.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "../check_main.h"
#include "alignode/random.h"

enum { MOST = 8 };
#define IN_ORDER (4 * DBL_EPSILON / ALN_SEMIDEFINITE_ENOUGH)

static void check_product(size_t n, const double *S, const double *L, double tolerance)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            double sum = 0, limit = tolerance * sqrt(S[i * (n + 1)] * S[k * (n + 1)]);
            for (size_t j = 0; j < n; j++)
                sum += L[i * n + j] * L[k * n + j];
            ck_assert_double_le(fabs(sum - S[i * n + k]), limit);
        }
}

/* The factor of no particular order: a triangle where all rows will do, as most do.
 * Returned: whether it is one, with a diagonal above 0 */
static bool check_in_order(size_t n, const double *S, size_t rank)
{
    double work[MOST * MOST], scale[MOST], L[MOST * MOST];
    memcpy(work, S, n * n * sizeof *S);
    for (size_t i = 0; i < n; i++)
        scale[i] = S[i * n + i];
    ck_assert_uint_ge(aln_semidefinite_in_order(n, work, scale, L), rank); /* more: round-off */
    check_product(n, S, L, IN_ORDER);
    bool triangle = true;
    for (size_t i = 0; i < n; i++)
        triangle = triangle && L[i * n + i] > 0;
    for (size_t i = 0; i < n && triangle; i++)
        for (size_t k = i + 1; k < n; k++)
            ck_assert_double_eq(L[i * n + k], 0);
    return triangle;
}

static void check_factor(size_t n, const double *S, size_t rank)
{
    double work[MOST * MOST], scale[MOST], L[MOST * MOST];
    size_t pivot[MOST];
    memcpy(work, S, n * n * sizeof *S);
    for (size_t i = 0; i < n; i++)
        scale[i] = S[i * n + i];
    ck_assert_uint_eq(aln_semidefinite_factor(n, work, scale, L, pivot), rank);
    check_product(n, S, L, 1e-14);
    for (size_t j = 0; j < n; j++) {
        if (j < rank)
            ck_assert_double_gt(L[pivot[j] * n + j], 0);
        for (size_t i = 0; i < j && j < rank; i++)
            ck_assert_double_eq(L[pivot[i] * n + j], 0);
    }
}

START_TEST(test_ranks)
{
    struct aln_stream s;
    int triangles = 0;
    aln_stream_init(&s, 1, "semidefinite", 0);
    for (size_t n = 1; n <= MOST; n++) {
        for (size_t rank = 0; rank <= n; rank++) {
            for (int again = 0; again < 20; again++) {
                double A[MOST * MOST], S[MOST * MOST] = {0};
                aln_stream_normals(&s, n * rank, A);
                for (size_t i = 0; i < n; i++) { /* variances from 1 to 1e-20 */
                    double scale = again % 2 == 0 ? 1 : pow(10, -10 * aln_stream_uniform(&s));
                    for (size_t j = 0; j < rank; j++)
                        A[i * rank + j] *= scale;
                }
                for (size_t i = 0; i < n; i++)
                    for (size_t k = 0; k < n; k++)
                        for (size_t j = 0; j < rank; j++)
                            S[i * n + k] += A[i * rank + j] * A[k * rank + j];
                check_factor(n, S, rank);
                triangles += check_in_order(n, S, rank) && rank == n;
            }
        }
    }
    ck_assert_int_gt(triangles, MOST * 20 / 2);
}
END_TEST

/* x, x + delta y and x + y: in any order, the small contribution of y to the second is kept. */
START_TEST(test_near_duplicates)
{
    static const int order[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                    {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (int o = 0; o < 6; o++) {
        for (double delta = 1e-3; delta > 1e-10; delta /= 2) {
            const double share[3] = {0, delta, 1};
            double S[9];
            for (int i = 0; i < 3; i++)
                for (int k = 0; k < 3; k++)
                    S[3 * i + k] = 1 + share[order[o][i]] * share[order[o][k]];
            double work[9], scale[3] = {S[0], S[4], S[8]}, L[9];
            memcpy(work, S, sizeof S);
            aln_semidefinite_factor(3, work, scale, L, NULL);
            check_product(3, S, L, 1e-14);
            memcpy(work, S, sizeof S);
            aln_semidefinite_in_order(3, work, scale, L);
            check_product(3, S, L, IN_ORDER);
        }
    }
}
END_TEST

CHECK_MAIN("model/semidefinite", test_ranks, test_near_duplicates)

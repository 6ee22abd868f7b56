/* Inputs on a hidden manifold: the functions' averages, the law of the singular values, coordinates,
 * and starts of sgd with exactly the overlaps of the problem. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../check_main.h"
#include "alignode/manifold.h"
#include "alignode/sgd.h"
#include "simulate/features.h"

static const char manifold[] =
    "problem:\n"
    "  inputs: 400\n"
    "  spectrum: {manifold: {function: tanh, latent: 90, count: 7}}\n" /* 7 does not divide 90 */
    "  student: {units: 3, weights: {std: 0.5}}\n"
    "  teacher: {units: 2}\n"
    "learning: {rule: dfa}\n";

static struct aln_problem *parse(void)
{
    struct aln_problem *p = NULL;
    ck_assert_msg(aln_problem_parse(&p, manifold) == ALN_OK, "%s", aln_error());
    return p;
}

/* b and c by the midpoint rule, which of a function with a jump at 0 errs by its spacing squared. */
START_TEST(test_averages)
{
    enum { POINTS = 100000 };
    const double h = 20. / POINTS;
    for (size_t i = 0; i < aln_folds.count; i++) {
        const struct aln_fold *fold = aln_fold_row(i);
        double slope = 0, variance = 0;
        for (int n = 0; n < POINTS; n++) {
            const double u = -10 + (n + 0.5) * h, f = fold->f(u),
                         weight = h * exp(-u * u / 2) / sqrt(2 * M_PI);
            slope += weight * u * f;
            variance += weight * f * f;
            ck_assert_double_eq(fold->f(-u), -f);
        }
        ck_assert_double_eq_tol(slope, fold->slope, 1e-8);
        ck_assert_double_eq_tol(variance, fold->variance, 1e-8);
    }
}
END_TEST

/* Sums over the blocks are those of the whole law: of sigma^2, whose mean over all N directions is 1, so
 * that the mean variance of the inputs is c. The mean over each block of the drawn singular values is
 * near that of the law: they fluctuate by O(1/N), here 5 per cent is allowed. */
START_TEST(test_singular_values)
{
    struct aln_problem *p = parse();
    const struct aln_spectrum *of = p->spectrum;
    struct aln_features f;
    double mean = 0, share = 0;
    ck_assert_int_eq(aln_features_open(&f, p, 0), ALN_OK);
    for (size_t i = 0; i < of->count; i++) {
        mean += of->share[i] * of->variance[i];
        share += of->share[i];
    }
    ck_assert_double_eq_tol(share, 1, 1e-14);
    ck_assert_double_eq_tol(mean, of->fold->variance, 1e-12);
    ck_assert_uint_eq(f.last[of->count - 2], 90);
    for (size_t i = 0, j = 0; i + 1 < of->count; i++) {
        double sum = 0;
        const size_t begin = j;
        for (; j < f.last[i]; j++)
            sum += f.value[j];
        ck_assert_uint_eq(j - begin, aln_problem_block_inputs(p, i));
        const double signal = of->fold->slope * sum / (double)(j - begin);
        ck_assert_double_eq_tol(signal / of->signal[i], 1, 0.05);
    }
    ck_assert_double_eq(of->signal[of->count - 1], 0);
    aln_features_close(&f);
    aln_problem_free(p);
}
END_TEST

static double dot(size_t n, const double *a, const double *b)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* To the blocks and back is the identity; scalar products stay; F c has no rest and the components
 * sigma_j (c . E_j). */
START_TEST(test_coordinates)
{
    struct aln_problem *p = parse();
    struct aln_features f;
    struct aln_stream s;
    ck_assert_int_eq(aln_features_open(&f, p, 3), ALN_OK);
    double *w = aligned_alloc(64, 400 * sizeof *w), *v = aligned_alloc(64, 400 * sizeof *v),
           *b = aligned_alloc(64, 2 * f.length * sizeof *b), *c = b + f.length;
    ck_assert(w != NULL && v != NULL && b != NULL);
    memset(b, 0, 2 * f.length * sizeof *b);
    aln_stream_init(&s, 1, "vectors", 0);
    aln_stream_normals(&s, 400, w);
    aln_stream_normals(&s, 400, v);
    aln_features_to_blocks(&f, w, b);
    aln_features_to_blocks(&f, v, c);
    ck_assert_double_eq_tol(dot(f.length, b, c), dot(400, w, v), 1e-11);
    ck_assert_double_eq_tol(dot(f.length, b, b), dot(400, w, w), 1e-10);
    aln_features_to_inputs(&f, b, v);
    for (size_t n = 0; n < 400; n++)
        ck_assert_double_eq_tol(v[n], w[n], 1e-12);

    double latent[96] __attribute__((aligned(64))) = {0};
    struct aln_fold straight = *aln_fold_find("linear");
    f.fold = &straight;
    aln_stream_normals(&s, 90, latent);
    aln_features_fold(&f, latent, 0, 400, w);
    aln_features_to_blocks(&f, w, b);
    ck_assert_double_eq_tol(dot(400, b + f.begin[7], b + f.begin[7]), 0, 1e-20);
    aln_features_to_latents(&f, b, v); /* sum_j sigma_j (c . E_j) E_j */
    for (size_t j = 0; j < 90; j++)
        ck_assert_double_eq_tol(dot(90, v, f.E + j * f.stride),
                                f.value[j] * dot(90, latent, f.E + j * f.stride), 1e-11);
    free(w);
    free(v);
    free(b);
    aln_features_close(&f);
    aln_problem_free(p);
}
END_TEST

/* In any repeat: each has features of its own. */
START_TEST(test_start)
{
    struct aln_problem *p = parse();
    for (uint64_t repeat = 0; repeat < 2; repeat++) {
        struct aln_sgd *sgd = NULL;
        ck_assert_int_eq(aln_sgd_create(&sgd, p, repeat), ALN_OK);
        const double *state = aln_sgd_state(sgd);
        for (size_t i = 0; i < aln_problem_size(p); i++)
            ck_assert_double_eq_tol(state[i], p->start[i], 1e-12);
        aln_sgd_free(sgd);
    }
    aln_problem_free(p);
}
END_TEST

/* States asked for on the way change nothing but the last digits: what is followed are the weights. */
START_TEST(test_states_on_the_way)
{
    struct aln_problem *p = parse();
    struct aln_sgd *a = NULL, *b = NULL;
    ck_assert_int_eq(aln_sgd_create(&a, p, 0), ALN_OK);
    ck_assert_int_eq(aln_sgd_create(&b, p, 0), ALN_OK);
    for (uint64_t step = 50; step <= 200; step += 50) {
        ck_assert_int_eq(aln_sgd_advance(a, step), ALN_OK);
        aln_sgd_state(a);
    }
    ck_assert_int_eq(aln_sgd_advance(b, 200), ALN_OK);
    const double *x = aln_sgd_state(a), *y = aln_sgd_state(b);
    for (size_t i = 0; i < aln_problem_size(p); i++)
        ck_assert_double_eq(x[i], y[i]);
    aln_sgd_free(a);
    aln_sgd_free(b);
    aln_problem_free(p);
}
END_TEST

CHECK_MAIN("simulate/features", test_averages, test_singular_values, test_coordinates, test_start,
           test_states_on_the_way)

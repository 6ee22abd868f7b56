/* Matrices as parameter files give them. */
#ifndef ALIGNODE_PARAMS_MATRIX_H
#define ALIGNODE_PARAMS_MATRIX_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Row-major matrix; absent when a == NULL. */
struct aln_matrix {
    size_t rows, cols;
    double *a; /* rows x cols */
};

/* How the entries of a weight matrix are given: {std: s}, a number, a matrix, `orthonormal`, or as
 * {alpha: a, beta: b} by the covariance of two targets,
 *     V2 V2^T = Sigma = [[1, a (1 - b)], [a (1 - b), a^2]],
 * with V2 the Cholesky factor of Sigma, zero beyond its first two columns. */
enum aln_fill {
    ALN_FILL_STD,
    ALN_FILL_NUMBER,
    ALN_FILL_MATRIX,
    ALN_FILL_ORTHONORMAL,
    ALN_FILL_TARGETS,
};
struct aln_entries {
    enum aln_fill fill;
    double number;      /* the std, or the number */
    double alpha, beta; /* second target's deviation over the first's; 1 - their correlation */
    struct aln_matrix matrix;
};

#ifdef __cplusplus
}
#endif

#endif

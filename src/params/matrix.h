/* Matrices as parameter files give them. */
#ifndef ALIGNODE_PARAMS_MATRIX_H
#define ALIGNODE_PARAMS_MATRIX_H

#include <stddef.h>

#include "alignode/status.h"

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

struct aln_node;
struct aln_text;

/* Reads a matrix, a list of rows.
 * Given:    key  for messages
 * Returned: out  yours, free(out->a) */
enum aln_status aln_params_get_matrix(const struct aln_node *node, const char *key,
                                      struct aln_matrix *out);
/* Appends it as YAML. */
void aln_params_put_matrix(struct aln_text *t, const struct aln_matrix *m);

#ifdef __cplusplus
}
#endif

#endif

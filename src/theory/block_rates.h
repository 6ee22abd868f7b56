/* dQ^i and dR^i of inputs with a spectrum. With c^i the covariances of the fields and the inputs of
 * block i, [lambda_i Q^i, s_i R^i] with student units and [lambda_i R^i, s_i T^i] with the teacher's,
 *     D^i_kb = c^i_bk alpha_k + sum_a X_ka c^i_ba,
 *     dQ^i = -eta (D^i + D^i^T)(student) - 2 kappa Q^i + eta^2 p_i lambda_i <d d^T>,
 *     dR^i = -eta D^i(teacher) - kappa R^i.
 * alpha, X and <d d^T> are averages over the fields, of all blocks together: a block costs products of
 * matrices only. */
#ifndef ALIGNODE_THEORY_BLOCK_RATES_H
#define ALIGNODE_THEORY_BLOCK_RATES_H

#include "alignode/problem.h"

struct aln_block_rates; /* the spectrum as columns, and work space */

/* Given:    p  with a spectrum; kept as a pointer
 * Returned: *out  yours, aln_block_rates_free()
 * Status:   ALN_MEMORY */
enum aln_status aln_block_rates_create(struct aln_block_rates **out, const struct aln_problem *p);
void aln_block_rates_free(struct aln_block_rates *r);

struct aln_block_averages {
    const double *alpha;  /* [K] sum_a U_ka A2(k,a) */
    const double *X;      /* K x P, U_ka J2(k,a) */
    double eta, square;   /* the hidden layer's rate; eta^2 over the batch, or 0 */
    const double *signal; /* K x K, <d d^T>, its upper triangle; not read if square is 0 */
};

/* Returned: the parts Q and R of dydt */
void aln_block_rates_eval(struct aln_block_rates *r, const struct aln_block_averages *of,
                          const double *y, double *dydt);

#endif

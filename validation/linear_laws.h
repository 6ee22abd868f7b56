/* Deep linear networks against their exact laws. Shared by the claim and the tests. */
#ifndef ALIGNODE_VALIDATION_LINEAR_LAWS_H
#define ALIGNODE_VALIDATION_LINEAR_LAWS_H

#include "alignode/network.h"

/* 12-30-25-20-15-4, rate 0.02, 120 steps from zero weights, mean over the batch,
 * F_l = 0.7 N(0,1)/sqrt n_l (or orthonormal columns), x ~ N(0,1), y ~ N(0,1) or random classes. */
struct aln_linear_run {
    const char *rule, *loss;
    size_t batch;
    bool orthonormal, classes;
    double decay, momentum;
};

/* Largest deviations over steps and layers, relative to the norm of what is compared; for signals
 * relative to the product of the norms of the factors (Pi_l e may nearly vanish), for cosines
 * absolute. NaN where a law does not apply. */
struct aln_linear_laws {
    double weights;     /* W_l against F_l A_l F_{l-1}^T */
    double double_sum;  /* A_l against the double sum over past pairs of samples; l >= 2 */
    double signals;     /* da_l of the rule against F_l e, of bp against F_l Pi_l e */
    double cosines;     /* orthonormal: GA_l against cos(e, Pi_l e), WA_l against tr A_l/(..) */
    double column_sums; /* cross-entropy: 1^T A_l = 0 */
    double excess;      /* cross-entropy, orthonormal: largest WA_l - sqrt((n_L - 1)/n_L) */
    double norm;        /* not a deviation: the final ||W_L||, evidence of learning */
};
enum aln_status aln_linear_measure(const struct aln_linear_run *run, struct aln_linear_laws *laws);

/* One output: |GA_l| and |WA_l| are 1 once they are defined, after L steps. */
struct aln_linear_single {
    double cosines;  /* largest | |GA_l| - 1 | and | |WA_l| - 1 | from step L on */
    double early;    /* largest |da_l of bp|, l < L, before step L: exactly 0 */
    size_t negative; /* number of cosines that are -1, not 1 */
    size_t compared;
};
enum aln_status aln_linear_single(const char *rule, struct aln_linear_single *out);

/* Orthonormal F and W_l = F_l S F_{l-1}^T with a symmetric positive definite S: GA_l for errors in
 * all directions against Kantorovich's bound for kappa(S)^(L-l).
 * Returned: *below  largest bound - GA_l, at most round-off
 *           *above  largest over l of min GA_l - bound; small if the bound is attained */
enum aln_status aln_linear_bound(double *below, double *above);

#endif

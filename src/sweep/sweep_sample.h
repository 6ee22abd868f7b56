/* Random values of swept keys. The numbers of a key are a function of the seed and its name (of keys
 * that move together, the first): neither another drawn key nor a larger sample changes them. Those of
 * Sobol's sequence also depend on how many drawn keys are before it. */
#ifndef ALIGNODE_SWEEP_SWEEP_SAMPLE_H
#define ALIGNODE_SWEEP_SWEEP_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alignode/names.h"
#include "alignode/status.h"

/* How the values of a key are distributed. */
struct aln_sweep_distribution {
    struct aln_name id;
    /* The value at u, 0 <= u < 1, of a range lo < hi; NULL: of a list, all equally likely */
    double (*value)(double u, double lo, double hi);
    bool positive; /* needs lo > 0 */
};
extern const struct aln_names aln_sweep_distributions;
const struct aln_sweep_distribution *aln_sweep_distribution_row(size_t i);

/* How a sample fills the unit cube, whose dimensions are the keys that are drawn. */
struct aln_sweep_design {
    struct aln_name id;
    /* Dimension d of the first `count` points.
     * Given:    seed, name  of the random numbers
     * Returned: u[count], 0 <= u < 1
     * Status:   ALN_MEMORY */
    enum aln_status (*draw)(uint64_t seed, const char *name, size_t d, uint64_t count, double *u);
};
extern const struct aln_names aln_sweep_designs;
const struct aln_sweep_design *aln_sweep_design_row(size_t i);

#endif

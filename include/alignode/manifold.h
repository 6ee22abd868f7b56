/* The hidden manifold: inputs x = f(F c/sqrt(D)) of N components, folded from D latent variables
 * c ~ N(0, I_D) by random features F (N x D, entries N(0, 1)), on which the teacher acts.
 * Source: Goldt, Mézard, Krzakala & Zdeborová, PRX 10 (2020) 041044. */
#ifndef ALIGNODE_MANIFOLD_H
#define ALIGNODE_MANIFOLD_H

#include <stddef.h>

#include "alignode/config.h"
#include "alignode/names.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A function f, which is odd, so that inputs have mean 0. Averages are over u ~ N(0, 1). */
struct aln_fold {
    struct aln_name id;
    double (*f)(double u);
    double slope;    /* b = <u f(u)> */
    double variance; /* c = <f(u)^2> */
};

/* sign, erf, tanh, linear */
ALN_API extern const struct aln_names aln_folds;
ALN_API const struct aln_fold *aln_fold_find(const char *name);
ALN_API const struct aln_fold *aln_fold_row(size_t i);

#ifdef __cplusplus
}
#endif

#endif

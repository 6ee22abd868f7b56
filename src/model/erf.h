/* The versions of the erf four-field average, one for each instruction set. They give the same bits
 * (the tests hold them to it); aln_erf_I4() takes the first that runs here. */
#ifndef ALIGNODE_MODEL_ERF_H
#define ALIGNODE_MODEL_ERF_H

#include <stdbool.h>
#include <stddef.h>

struct aln_erf_kernel {
    const char *isa;
    bool (*runs)(void); /* does this processor have the instructions? */
    void (*I4)(size_t P, size_t K, const double *C, const double *U, double *out, double *work);
};

extern const struct aln_erf_kernel aln_erf_kernels[]; /* widest first; the last runs anywhere */
extern const size_t aln_erf_kernel_count;

#endif

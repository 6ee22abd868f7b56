/* Sources that are compiled twice, for float (ALN_REAL_SINGLE) and double (ALN_REAL_DOUBLE).
 *
 * They compute in type `real`; external names are ALN_REAL(name), that is name_single and
 * name_double. The tables in layer.c, activations.c and loss.c hold pointers to both. */
#ifndef ALIGNODE_DEEP_REAL_H
#define ALIGNODE_DEEP_REAL_H

#include "base/isa.h"
#include "deep/blas.h"
#include "deep/stage.h"

#if defined ALN_REAL_SINGLE
typedef float real;
#define ALN_REAL(name) name##_single
#define ALN_GEMM       aln_blas.sgemm
#define ALN_SQRT       sqrtf
#define ALN_PRECISION  ALN_SINGLE
#elif defined ALN_REAL_DOUBLE
typedef double real;
#define ALN_REAL(name) name##_double
#define ALN_GEMM       aln_blas.dgemm
#define ALN_SQRT       sqrt
#define ALN_PRECISION  ALN_DOUBLE
#else
#error "one of ALN_REAL_SINGLE and ALN_REAL_DOUBLE must be defined"
#endif
#define aln_gemm ALN_REAL(aln_gemm)

/* Callbacks of a kind of layer, for B samples. `stage` gives shapes and sizes; the weights to use
 * are passed as W (stage->rows x stage->cols). `work` has room for geometry.work() numbers. */
struct aln_layer_callbacks {
    struct aln_layer_geometry geometry;
    /* a <- a + W h; without weights, a = the layer's function of h.
     * Given: h (B x inputs).  Returned: a (B x outputs) */
    void (*forward)(const struct aln_stage *stage, size_t B, const real *W, const real *h, real *a,
                    real *work);
    /* Derivative with respect to the input, from d, that with respect to the output. W holds the
     * weights (back-propagation) or feedback of the same shape (feedback alignment).
     * Given: h, a as in forward; d (B x outputs).  Returned: dh (B x inputs) */
    void (*carry)(const struct aln_stage *stage, size_t B, const real *W, const real *h,
                  const real *a, const real *d, real *dh, real *work);
    /* G <- beta G + alpha sum over samples of d h^T.  Returned: G (rows x cols) */
    void (*gradient)(const struct aln_stage *stage, size_t B, real alpha, const real *h,
                     const real *d, real beta, real *G, real *work);
};

/* Kernels of an activation for each instruction set, all with the same results. */
struct aln_activation_callbacks {
    struct aln_activation_pass {
        /* h = g(a).  Given: a[n].  Returned: h[n].  NULL: h is a, g' is 1 */
        void (*apply)(size_t n, const real *a, real *h);
        /* d <- d g'(a).  Given: a[n], h[n] = g(a) */
        void (*slope)(size_t n, const real *a, const real *h, real *d);
    } pass[ALN_ISA_COUNT];
};

/* What an optimiser needs to know of a step. */
struct aln_optimiser_step {
    double rate, decay, beta1, beta2, epsilon;
    double number; /* of the step, from 1 */
};

/* Kernels of an optimiser. */
struct aln_optimiser_callbacks {
    /* Moves w[n] by the gradient G[n], with its running means m[n] and those of its squares s[n]. */
    void (*move)(size_t n, const struct aln_optimiser_step *step, const real *restrict G,
                 real *restrict m, real *restrict s, real *restrict w);
};

/* Kernels of a loss. */
struct aln_loss_callbacks {
    /* e = dLoss/dyhat for B samples.  Given: yhat, y (B x n).  Returned: e (B x n) */
    void (*error)(size_t B, size_t n, const real *yhat, const real *y, real *e);
    /* The sum of the losses of B samples.  Given: yhat, y (B x n).  Changed: work (B x n) */
    double (*sum)(size_t B, size_t n, const real *yhat, const real *y, real *work);
};

#endif

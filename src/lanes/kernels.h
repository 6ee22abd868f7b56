/* What is compiled for each instruction set (kernels.c, rhs_kernel.c, block_kernel.c, contract_relu.c), and the arrays that it works
 * on. Entry i of lane j of an array is at [i * lanes + j], where `lanes` is the kernels' own. */
#ifndef ALIGNODE_LANES_KERNELS_H
#define ALIGNODE_LANES_KERNELS_H

#include "lanes/lanes.h"
#include "model/erf_sum.h"

enum { ALN_LANES_MOST = 8, ALN_LANES_ALIGNMENT = 64 };

/* How an activation's averages are computed. */
enum aln_lanes_averages {
    ALN_LANES_ERF,
    ALN_LANES_LINEAR,
    ALN_LANES_QUADRATIC,
    ALN_LANES_SUM, /* of error functions */
    ALN_LANES_RELU,
    ALN_LANES_LEAKY,
    ALN_LANES_UNKNOWN
};

/* Four-field averages to first order around a covariance: as in src/theory/rhs.c. */
struct aln_lanes_expansion {
    const double *C, *part, *slope; /* P x P, K x K x P x P twice; C: NULL if there is none */
};

/* What each lane has of its own, besides T, V2 and F1. */
enum aln_lanes_parameter {
    ALN_LANES_ETA,    /* the hidden layer's rate, with momentum ... */
    ALN_LANES_SQUARE, /* ... and its square over the batch */
    ALN_LANES_KAPPA,  /* the hidden layer's decay */
    ALN_LANES_NOISE,  /* variance of both noises */
    ALN_LANES_RATE,   /* of the read-out, and of feedback that learns */
    ALN_LANES_DECAY,
    ALN_LANES_F_RATE,
    ALN_LANES_F_DECAY,
    ALN_LANES_SYMMETRY, /* rho and sqrt(1 - rho^2) */
    ALN_LANES_REST,
    ALN_LANES_PARAMETERS
};

struct aln_lanes_rhs {
    _Alignas(ALN_LANES_ALIGNMENT) double parameter[ALN_LANES_PARAMETERS][ALN_LANES_MOST];
    const struct aln_lanes_kernels *kernels;
    const struct aln_problem *like;
    struct aln_layout layout;
    struct aln_feedback_source source;
    enum aln_lanes_averages averages;
    const struct aln_erf_sum *sum; /* if they are of one */
    struct aln_lanes_expansion near;
    /* T, -V2 (0 where it is not in force) and F1, or the signs that hold in its place, of each lane follow one another: `own` numbers. */
    double *T, *V2, *F1;
    size_t own;
    size_t
        blocks; /* of a spectrum, or 0; these follow F1, as in src/theory/block_rates.c: [L], M x M x L */
    double *variance, *signal, *share, *block_T;
    /* Work space, with the names and shapes of src/theory/rhs.c; p, q, n of two pairs of student
     * units (model/erf_pair.h); r: 1/sqrt(1 + c_aa), of erf set once for teacher units, of a sum one for each term; UC: U_k C of the linear activation;
     * copies: struct lanes_copy of each field (model/erf_copies.h); alpha: of each student unit, and X of all, with a spectrum; pairs: P x P, struct lanes_relu_pair. */
    double *C, *s, *F, *U, *J, *X, *D, *I4, *G, *p, *q, *n, *r, *UC, *copies, *pairs, *alpha;
};

enum { ALN_LANES_STAGES = 13 };

/* A step of rk8pd, or its attempt: (size x lanes) each. */
struct aln_lanes_step {
    double *y0, *y1;             /* y1: computed */
    double *k[ALN_LANES_STAGES]; /* k[0], the derivative at y0, is given */
    double *f1, *y;              /* at y1; scratch */
    double *h;                   /* [lanes] */
    double *rtol, *atol;         /* [lanes] */
    double *error;               /* [lanes] largest error over tolerance */
    double *finite;              /* [lanes] 0 if all is finite, else NaN */
};

struct aln_lanes_kernels {
    size_t lanes;
    void (*rhs)(const struct aln_lanes_rhs *rhs, const double *y, double *dydt);
    /* aln_problem_error_sum(): eg before it is kept from being negative. */
    void (*error)(const struct aln_lanes_rhs *rhs, const double *y, double *eg);
    void (*step)(const struct aln_lanes_rhs *rhs, const struct aln_lanes_step *step);
    /* Is y a state that weights can have? As check_state() in src/theory/ode.c.
     * Given:    most, cone [lanes]  bound of an entry; share of the trace that may be negative
     * Returned: valid [lanes]  0: no */
    void (*check)(const struct aln_lanes_rhs *rhs, const double *y, const double *most,
                  const double *cone, double *valid);
    /* How far a step has moved the state: max |y1 - y0|/scale. */
    void (*moved)(const struct aln_lanes_rhs *rhs, const double *y0, const double *y1,
                  const double *scale, double *out);
    /* The continuous extension of a step (theory/dense_output.h): the four parts of its factor
     * `bubble`, from y0, y1, f1, h and the stages that it uses.
     * Returned: bubble [4 x size x lanes]; step->error [lanes], that of the extension */
    void (*extend)(const struct aln_lanes_rhs *rhs, const struct aln_lanes_step *step,
                   double *bubble);
    /* Its value at fractions x [lanes] of the step. */
    void (*interpolate)(const struct aln_lanes_rhs *rhs, const struct aln_lanes_step *step,
                        const double *bubble, const double *x, double *y);
};

extern const struct aln_lanes_kernels aln_lanes_kernels_plain;
#if ALN_ISA_X86
extern const struct aln_lanes_kernels aln_lanes_kernels_avx2, aln_lanes_kernels_avx512;
#endif

/* Sets the rates of a lane. */
void aln_lanes_rhs_rates(struct aln_lanes_rhs *rhs, size_t lane, const struct aln_problem *p,
                         const double eta[2]);

/* Sets lane i of `to` to what lane j of `from` is; both were created alike. */
void aln_lanes_rhs_copy(struct aln_lanes_rhs *to, size_t i, const struct aln_lanes_rhs *from,
                        size_t j);

#endif

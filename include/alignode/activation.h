/* Activation functions with the Gaussian averages that close the order-parameter equations.
 *
 * x_a are jointly Gaussian fields of zero mean and covariance c_ab. By Stein's lemma the average
 * I3(k,b,a) = <g'(k) x_b g(a)> of the theory is  c_kb A2(k,a) + c_ab J2(k,a), so two functions of
 * two fields suffice (identity checked by quadrature in the tests). To add an activation: one file
 * with its functions, one row in src/model/activation_rows.h.
 * Sources: Saad & Solla, PRE 52 (1995) 4225; Goldt et al., NeurIPS 2019; Refinetti et al., ICML
 * 2021. */
#ifndef ALIGNODE_ACTIVATION_H
#define ALIGNODE_ACTIVATION_H

#include <stdbool.h>
#include <stddef.h>

#include "alignode/names.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_activation {
    struct aln_name id;
    double (*g)(double x);
    double (*dg)(double x); /* g' */
    /* out_i = g(x_i), g'(x_i), i < n, with the same bits; out may be x. NULL: no faster together. */
    void (*values)(size_t n, const double *x, double *out);
    void (*slopes)(size_t n, const double *x, double *out);
    double (*I2)(double caa, double cbb, double cab); /* <g(a) g(b)> */
    double (*J2)(double ckk, double cll, double ckl); /* <g'(k) g'(l)> */
    double (*A2)(double ckk, double caa, double cka); /* <g''(k) g(a)> */
    /* Length of I4's work array for P fields, K of them the student's. */
    size_t (*I4_work)(size_t P, size_t K);
    /* Contracted four-field averages, out_kl = sum_ab U_ka U_lb <g'(k) g'(l) g(a) g(b)>.
     * Given:    C (P x P) covariance of all fields, the student's K first; U (K x P); work
     * Returned: out (K x K), symmetric, both triangles filled */
    void (*I4)(size_t P, size_t K, const double *C, const double *U, double *out, double *work);
    /* The same near C, to first order in C: at C' and U'
     *     out_kl = sum_ab U'_ka U'_lb part_kl,ab + sum_ab slope_kl,ab (C' - C)_ab
     * where the second term is that of U. NULL: not known; then derivatives are differences of I4.
     * Given:    work  [I4_slope_work()]
     * Returned: part, slope (K x K x P x P), k <= l filled; part symmetric in a, b */
    size_t (*I4_slope_work)(size_t P, size_t K);
    void (*I4_slope)(size_t P, size_t K, const double *C, const double *U, double *part,
                     double *slope, double *work);
    bool odd;            /* g(-x) = -g(x): negating a unit's weights and read-out changes nothing */
    bool linear_at_zero; /* g(0) = 0, g'(0) != 0 and smooth there: small fields pass linearly */
    bool linear;         /* g is a multiple of x: units add up, and are not identifiable */
    bool polynomial;     /* of degree 2: squares of increments are of degree 12 in the fields */
    /* g has a kink (relu): the averages are undefined where a field has zero variance, and not
     * differentiable where two fields are parallel. */
    bool singular;
    /* The averages are those of a function that differs from g by at most this; 0: those of g. */
    double error;
};

/* erf, linear, quadratic, relu, tanh, sigmoid, leaky-relu */
ALN_API extern const struct aln_names aln_activations;
ALN_API const struct aln_activation *aln_activation_find(const char *name);
ALN_API const struct aln_activation *aln_activation_row(size_t i);

#ifdef __cplusplus
}
#endif

#endif

/* g(x) = x for x > 0, else s x, with the slope s = ALN_LEAK. As g = s x + (1 - s) relu(x), averages
 * are those of relu and linear units and of both together. All cross terms are elementary, because
 * g = p x + q |x| with p = (1 + s)/2, q = (1 - s)/2, and averages of odd products vanish. */
#include <math.h>

#include "model/activation_rows.h"
#include "model/contract.h"
#include "model/leak.h"
#include "model/relu.h"

#define PI   3.14159265358979323846
#define BEND (1 - ALN_LEAK) /* 2q, the jump of g' */

double aln_leaky_g(double x)
{
    return x > 0 ? x : ALN_LEAK * x;
}

double aln_leaky_dg(double x)
{
    return x > 0 ? 1 : ALN_LEAK;
}

double aln_leaky_I2(double caa, double cbb, double cab)
{
    return ALN_LEAK * cab + BEND * BEND * aln_relu_I2(caa, cbb, cab);
}

double aln_leaky_J2(double ckk, double cll, double ckl)
{
    return ALN_LEAK + BEND * BEND * aln_relu_J2(ckk, cll, ckl);
}

double aln_leaky_A2(double ckk, double caa, double cka)
{
    return BEND * BEND * aln_relu_A2(ckk, caa, cka);
}

/* ---- four fields ---- */

/* <sgn k sgn l> */
static double signs(double ckk, double cll, double ckl)
{
    return 4 * aln_relu_J2(ckk, cll, ckl) - 1;
}

/* <sgn k sgn l x_a x_b>. With r = c/sqrt(c_kk) and the correlation rho of k and l, what the jumps of
 * the signs add is 2/(pi sqrt(1 - rho^2)) [r_ka r_lb + r_la r_kb - rho (r_ka r_kb + r_la r_lb)],
 * written without the difference of large terms at rho = +-1. */
static double two_signs(size_t P, const double *C, size_t k, size_t l, size_t a, size_t b)
{
    const double ckk = C[k * P + k], cll = C[l * P + l], ckl = C[k * P + l];
    const double D = aln_relu_root_D(ckk, cll, ckl), size = sqrt(ckk * cll), rho = ckl / size;
    const double ka = C[k * P + a] / sqrt(ckk), kb = C[k * P + b] / sqrt(ckk);
    const double la = C[l * P + a] / sqrt(cll), lb = C[l * P + b] / sqrt(cll);
    const double side = rho > 0 ? -1 : 1;
    double jumps = (ka * lb + la * kb) * D / (size + fabs(ckl));
    if (D > 0)
        jumps -= rho * (ka + side * la) * (kb + side * lb) * size / D;
    return C[a * P + b] * signs(ckk, cll, ckl) + 2 / PI * jumps;
}

/* <sgn k x_a |x_b|> */
static double sign_and_size(size_t P, const double *C, size_t k, size_t a, size_t b)
{
    const double ckk = C[k * P + k], cbb = C[b * P + b], ckb = C[k * P + b];
    return 4 * C[k * P + a] * aln_relu_A2(ckk, cbb, ckb) + C[a * P + b] * signs(ckk, cbb, ckb);
}

static double four_fields(size_t P, const double *C, size_t k, size_t l, size_t a, size_t b)
{
    const double cab = C[a * P + b], square = BEND * BEND;
    /* <|x_a| |x_b|> and all terms with two signs or a sign and a size */
    const double mixed = 4 * aln_relu_I2(C[a * P + a], C[b * P + b], cab) - cab +
                         two_signs(P, C, k, l, a, b) + sign_and_size(P, C, k, a, b) +
                         sign_and_size(P, C, k, b, a) + sign_and_size(P, C, l, a, b) +
                         sign_and_size(P, C, l, b, a);
    return square * square * aln_relu_four_fields(P, C, k, l, a, b) +
           ALN_LEAK * ((1 + ALN_LEAK * ALN_LEAK) / 2 * cab + square / 4 * mixed);
}

size_t aln_leaky_I4_work(size_t P, size_t K)
{
    (void)P;
    (void)K;
    return 0;
}

void aln_leaky_I4(size_t P, size_t K, const double *C, const double *U, double *out, double *work)
{
    (void)work;
    aln_contract(P, K, C, U, four_fields, 16, out);
}

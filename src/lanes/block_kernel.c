/* Inputs with a spectrum in lanes, compiled for each instruction set: blocks one after the other, each with the
 * operations of src/theory/block_rates.c, which has them side by side, in the same order; totals with those of
 * src/model/state.c. */
#include "lanes/block_kernel.h"

/* The total of an entry, from its first block on, with weights of the blocks. */
ALN_KERNEL_BODY void total(size_t count, const lanes *weight, const lanes *x, lanes *out)
{
    enum { PARTS = 8 };
    lanes part[PARTS] = {{0}}, sum = {0};
    size_t i = 0;
    for (; i + PARTS <= count; i += PARTS)
        for (size_t j = 0; j < PARTS; j++)
            part[j] += weight[i + j] * x[i + j];
    for (; i < count; i++)
        sum += weight[i] * x[i];
    for (size_t j = 0; j < PARTS; j++)
        sum += part[j];
    *out = sum;
}

void ALN_LANES_NAME(aln_lanes_block_totals)(const struct aln_lanes_rhs *rhs, const lanes *y,
                                            lanes *C)
{
    const size_t K = rhs->like->K, M = rhs->like->M, P = K + M, L = rhs->blocks;
    const lanes *Q = y + rhs->layout.part[ALN_Q].at, *R = y + rhs->layout.part[ALN_R].at;
    const lanes *variance = (const lanes *)rhs->variance, *signal = (const lanes *)rhs->signal;
    for (size_t k = 0; k < K; k++)
        for (size_t l = k; l < K; l++, Q += L) {
            total(L, variance, Q, &C[k * P + l]);
            C[l * P + k] = C[k * P + l];
        }
    for (size_t k = 0; k < K; k++)
        for (size_t m = 0; m < M; m++, R += L) {
            total(L, signal, R, &C[k * P + K + m]);
            C[(K + m) * P + k] = C[k * P + K + m];
        }
}

/* A block. */
struct lanes_block {
    const struct aln_lanes_rhs *rhs;
    const lanes *y;
    lanes variance, signal;
    size_t b;
};

static size_t place(const struct lanes_block *of, enum aln_state_part part, size_t i, size_t j)
{
    return aln_span_entry(&of->rhs->layout.part[part], i, j) + of->b;
}

/* D_kl between student units. */
ALN_KERNEL_BODY void find_student(const struct lanes_block *of, const lanes *X, const lanes *alpha,
                                  size_t k, size_t l, lanes *out)
{
    const size_t K = of->rhs->like->K, M = of->rhs->like->M;
    lanes D = {0};
    X += k * (K + M);
    for (size_t a = 0; a < K; a++)
        D += X[a] * (of->variance * of->y[place(of, ALN_Q, a, l)]);
    for (size_t m = 0; m < M; m++)
        D += X[K + m] * (of->signal * of->y[place(of, ALN_R, l, m)]);
    *out = D + alpha[k] * (of->variance * of->y[place(of, ALN_Q, k, l)]);
}

/* D_km of student unit k and teacher unit m. */
ALN_KERNEL_BODY void find_teacher(const struct lanes_block *of, const lanes *X, const lanes *alpha,
                                  size_t k, size_t m, lanes *out)
{
    const size_t K = of->rhs->like->K, M = of->rhs->like->M, L = of->rhs->blocks;
    const lanes *T = (const lanes *)of->rhs->block_T;
    lanes D = {0};
    X += k * (K + M);
    for (size_t a = 0; a < K; a++)
        D += X[a] * (of->variance * of->y[place(of, ALN_R, a, m)]);
    for (size_t n = 0; n < M; n++)
        D += X[K + n] * T[(n * M + m) * L + of->b];
    *out = D + alpha[k] * (of->variance * of->y[place(of, ALN_R, k, m)]);
}

void ALN_LANES_NAME(aln_lanes_block_rates)(const struct aln_lanes_rhs *rhs, const lanes *X,
                                           const lanes *alpha, const lanes *I4, const lanes *y,
                                           lanes *dydt)
{
    const size_t K = rhs->like->K, M = rhs->like->M;
    const lanes eta = *(const lanes *)rhs->parameter[ALN_LANES_ETA],
                square = *(const lanes *)rhs->parameter[ALN_LANES_SQUARE],
                kappa = *(const lanes *)rhs->parameter[ALN_LANES_KAPPA];
    for (size_t b = 0; b < rhs->blocks; b++) {
        const struct lanes_block of = {rhs, y, ((const lanes *)rhs->variance)[b],
                                       ((const lanes *)rhs->signal)[b], b};
        lanes D, turned;
        for (size_t k = 0; k < K; k++)
            for (size_t l = k; l < K; l++) {
                const size_t i = place(&of, ALN_Q, k, l);
                find_student(&of, X, alpha, k, l, &D);
                find_student(&of, X, alpha, l, k, &turned);
                dydt[i] = -eta * (D + turned) - 2 * kappa * y[i];
                if (I4 != NULL)
                    dydt[i] += square * I4[k * K + l] * ((const lanes *)rhs->share)[b];
            }
        for (size_t k = 0; k < K; k++)
            for (size_t m = 0; m < M; m++) {
                const size_t i = place(&of, ALN_R, k, m);
                find_teacher(&of, X, alpha, k, m, &D);
                dydt[i] = -eta * D - kappa * y[i];
            }
    }
}

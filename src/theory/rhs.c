/* The right-hand side. With s = [W2, -V2], U = F s and I3(k,b,a) = c_kb A2(k,a) + c_ab J2(k,a) the
 * sums over a become products of matrices:
 *     D_kb = sum_a U_ka I3(k,b,a) = c_kb sum_a U_ka A2(k,a) + sum_a (U_ka J2(k,a)) c_ab,
 *     dR = -eta1 D(teacher) - kappa1 R,   dQ = -eta1 (D + D^T)(student) - 2 kappa1 Q + eta1^2
 * (...).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/ode.h"

struct aln_rhs {
    const struct aln_problem *p;
    size_t size;
    double *C;        /* P x P, covariance of the fields */
    double *s;        /* O x P, [W2, -V2] */
    double *F;        /* K x O, the rule's feedback */
    double *U;        /* K x P, F s */
    double *J;        /* K x P, J2(k,a) */
    double *X;        /* P, U_ka J2(k,a) of one k */
    double *D;        /* K x P, above */
    double *I4;       /* K x K, the contracted four-field averages */
    double *I4_work;  /* as long as the activation wants */
    double storage[]; /* all of these */
};

enum aln_status aln_rhs_create(struct aln_rhs **out, const struct aln_problem *p)
{
    size_t K = p->K, O = p->O, P = K + p->M;
    size_t count = P * P + O * P + K * O + 3 * K * P + P + K * K + p->activation->I4_work(P, K);
    struct aln_rhs *rhs = calloc(1, sizeof *rhs + count * sizeof(double));
    *out = rhs;
    if (rhs == NULL)
        return aln_raise(ALN_MEMORY, "out of memory for the equations of %zu + %zu units", K, p->M);
    rhs->p = p;
    rhs->size = aln_problem_size(p);
    rhs->C = rhs->storage;
    rhs->s = rhs->C + P * P;
    rhs->F = rhs->s + O * P;
    rhs->U = rhs->F + K * O;
    rhs->J = rhs->U + K * P;
    rhs->X = rhs->J + K * P;
    rhs->D = rhs->X + P;
    rhs->I4 = rhs->D + K * P;
    rhs->I4_work = rhs->I4 + K * K;
    for (size_t o = 0; o < O; o++)
        for (size_t m = 0; m < p->M; m++)
            rhs->s[o * P + K + m] = -p->V2[o * p->M + m];
    return ALN_OK;
}

void aln_rhs_free(struct aln_rhs *rhs)
{
    free(rhs);
}

/* c (rows x cols) = a (rows x inner) b (inner x cols) */
static void multiply(size_t rows, size_t inner, size_t cols, const double *a, const double *b,
                     double *c)
{
    memset(c, 0, rows * cols * sizeof *c);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < inner; j++)
            for (size_t k = 0; k < cols; k++)
                c[i * cols + k] += a[i * inner + j] * b[j * cols + k];
}

/* D and J, from U and C. */
static void average_first_order(struct aln_rhs *rhs)
{
    const struct aln_activation *g = rhs->p->activation;
    size_t K = rhs->p->K, P = K + rhs->p->M;
    const double *C = rhs->C;
    for (size_t k = 0; k < K; k++) {
        const double *Ck = C + k * P, *Uk = rhs->U + k * P;
        double *Jk = rhs->J + k * P, *Dk = rhs->D + k * P, alpha = 0;
        for (size_t a = 0; a < P; a++) {
            double caa = C[a * P + a];
            Jk[a] = g->J2(Ck[k], caa, Ck[a]);
            rhs->X[a] = Uk[a] * Jk[a];
            alpha += Uk[a] * g->A2(Ck[k], caa, Ck[a]);
        }
        multiply(1, P, P, rhs->X, C, Dk);
        for (size_t b = 0; b < P; b++)
            Dk[b] += alpha * Ck[b];
    }
}

/* dQ and dR of a hidden layer that learns. */
static void hidden_layer(struct aln_rhs *rhs, double eta, const double *F, const double *y,
                         double *dydt)
{
    const struct aln_problem *p = rhs->p;
    size_t K = p->K, M = p->M, O = p->O, P = K + M;
    const double *D = rhs->D;
    multiply(K, O, P, F, rhs->s, rhs->U);
    average_first_order(rhs);
    bool second_order = !p->first_order && eta != 0;
    if (second_order)
        p->activation->I4(P, K, rhs->C, rhs->U, rhs->I4, rhs->I4_work);
    for (size_t k = 0; k < K; k++) {
        for (size_t l = k; l < K; l++) {
            double Q = *y++, dQ = -eta * (D[k * P + l] + D[l * P + k]) - 2 * p->kappa[0] * Q;
            if (second_order) {
                double FF = 0;
                for (size_t o = 0; o < O; o++)
                    FF += F[k * O + o] * F[l * O + o];
                dQ +=
                    eta * eta * (rhs->I4[k * K + l] + p->sigma * p->sigma * FF * rhs->J[k * P + l]);
            }
            *dydt++ = dQ;
        }
    }
    for (size_t k = 0; k < K; k++)
        for (size_t m = 0; m < M; m++)
            *dydt++ = -eta * D[k * P + K + m] - p->kappa[0] * *y++;
}

/* dW2, and the same sums with a rate of their own for a feedback F that learns (else NULL):
 * dF_ko/dt = -etaF sum_a s_oa I2(k,a) - kappaF F_ko, Kolen-Pollack. */
static void read_out(struct aln_rhs *rhs, double eta, const double *W2, double *dW2, double *dF)
{
    const struct aln_problem *p = rhs->p;
    size_t K = p->K, O = p->O, P = K + p->M;
    const double *C = rhs->C, *F = W2 + O * K;
    double eta_F = aln_problem_feedback_rate(p, eta), kappa_F = aln_problem_feedback_decay(p);
    for (size_t i = 0; i < O * K; i++)
        dW2[i] = -p->kappa[1] * W2[i];
    for (size_t i = 0; dF != NULL && i < O * K; i++)
        dF[i] = -kappa_F * F[i];
    if (eta == 0 && (dF == NULL || eta_F == 0))
        return;
    for (size_t k = 0; k < K; k++) {
        for (size_t a = k; a < P; a++) {
            double I2 = p->activation->I2(C[k * P + k], C[a * P + a], C[k * P + a]);
            bool both = k < a && a < K; /* two different student units */
            for (size_t o = 0; o < O; o++) {
                double to_k = rhs->s[o * P + a] * I2, to_a = rhs->s[o * P + k] * I2;
                dW2[o * K + k] -= eta * to_k;
                if (both)
                    dW2[o * K + a] -= eta * to_a;
                if (dF != NULL) {
                    dF[k * O + o] -= eta_F * to_k;
                    if (both)
                        dF[a * O + o] -= eta_F * to_a;
                }
            }
        }
    }
}

enum aln_status aln_rhs_eval(struct aln_rhs *rhs, const double eta[2], const double *F,
                             const double *y, double *dydt)
{
    const struct aln_problem *p = rhs->p;
    size_t K = p->K, P = K + p->M, at_W2 = aln_problem_at_W2(p);
    const double *W2 = y + at_W2;
    aln_problem_covariance(p, y, rhs->C);
    for (size_t o = 0; o < p->O; o++)
        memcpy(rhs->s + o * P, W2 + o * K, K * sizeof *W2);
    if (p->rule->route == ALN_NOWHERE) {
        memset(dydt, 0, at_W2 * sizeof *dydt);
    } else {
        if (F == NULL) {
            aln_rule_feedback(p->rule, K, p->O, W2, aln_problem_feedback(p, y), rhs->F);
            F = rhs->F;
        }
        hidden_layer(rhs, eta[0], F, y, dydt);
    }
    read_out(rhs, eta[1], W2, dydt + at_W2, p->rule->learns ? dydt + aln_problem_at_F(p) : NULL);
    /* A saturated activation can give finite derivatives at an infinite overlap: test both. */
    for (size_t i = 0; i < rhs->size; i++)
        if (!isfinite(y[i]) || !isfinite(dydt[i]))
            return ALN_NUMERIC;
    return ALN_OK;
}

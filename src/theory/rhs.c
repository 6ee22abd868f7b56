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
    double *F_work;   /* aln_rule_work() */
    double *sign;     /* O x K, of W2, held fixed around a state */
    double *U;        /* K x P, F s */
    double *J;        /* K x P, J2(k,a) */
    double *X;        /* P, U_ka J2(k,a) of one k */
    double *D;        /* K x P, above */
    double *I4;       /* K x K, the contracted four-field averages */
    double *I4_work;  /* as long as the activation wants */
    double *G;        /* O x K, sum_a s_oa I2(k,a) */
    double *y;        /* size, a state nearby */
    double *f;        /* 4 x size, derivatives there */
    double storage[]; /* all of these */
};

enum aln_status aln_rhs_create(struct aln_rhs **out, const struct aln_problem *p)
{
    const struct aln_activation *g = p->activation;
    *out = NULL;
    if (g->I2 == NULL || g->J2 == NULL || g->A2 == NULL || g->I4_work == NULL || g->I4 == NULL)
        return aln_raise(ALN_USAGE,
                         "activation %s lacks averages that the ode needs (I2, J2, A2, I4)",
                         g->id.name);
    size_t K = p->K, O = p->O, P = K + p->M;
    size_t count = P * P + O * P + 3 * K * O + 3 * K * P + P + K * K + 5 * aln_problem_size(p) +
                   g->I4_work(P, K) + aln_rule_work(p->rule, K, O);
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
    rhs->G = rhs->I4 + K * K;
    rhs->y = rhs->G + O * K;
    rhs->f = rhs->y + rhs->size;
    rhs->sign = rhs->f + 4 * rhs->size;
    rhs->I4_work = rhs->sign + O * K;
    rhs->F_work = rhs->I4_work + p->activation->I4_work(P, K);
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
static void hidden_layer(struct aln_rhs *rhs, double eta, const double *y, double *dydt)
{
    const struct aln_problem *p = rhs->p;
    size_t K = p->K, M = p->M, O = p->O, P = K + M;
    const double *F = rhs->F, *D = rhs->D;
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

/* G, the read-out's gradient. */
static void average_outputs(struct aln_rhs *rhs)
{
    const struct aln_problem *p = rhs->p;
    size_t K = p->K, O = p->O, P = K + p->M;
    const double *C = rhs->C;
    double *G = rhs->G;
    memset(G, 0, O * K * sizeof *G);
    for (size_t k = 0; k < K; k++) {
        for (size_t a = k; a < P; a++) {
            double I2 = p->activation->I2(C[k * P + k], C[a * P + a], C[k * P + a]);
            for (size_t o = 0; o < O; o++) {
                G[o * K + k] += rhs->s[o * P + a] * I2;
                if (k < a && a < K)
                    G[o * K + a] += rhs->s[o * P + k] * I2;
            }
        }
    }
}

/* dW2, and dF of a feedback that learns: it receives the same gradient, transposed. */
static void read_out(struct aln_rhs *rhs, double eta, const double *y, double *dydt)
{
    const struct aln_problem *p = rhs->p;
    size_t K = p->K, O = p->O, at_W2 = aln_problem_at_W2(p), at_F = aln_problem_at_F(p);
    double rate = p->rule->learns ? aln_problem_feedback_rate(p, eta) : 0;
    if (eta != 0 || rate != 0)
        average_outputs(rhs);
    for (size_t i = 0; i < O * K; i++)
        dydt[at_W2 + i] = -p->kappa[1] * y[at_W2 + i] - (eta != 0 ? eta * rhs->G[i] : 0);
    if (!p->rule->learns)
        return;
    double decay = aln_problem_feedback_decay(p);
    for (size_t k = 0; k < K; k++) {
        for (size_t o = 0; o < O; o++) {
            size_t i = at_F + k * O + o;
            dydt[i] = -decay * y[i] - (rate != 0 ? rate * rhs->G[o * K + k] : 0);
        }
    }
}

enum aln_status aln_rhs_eval(struct aln_rhs *rhs, const double eta[2], const double *sign,
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
        const struct aln_feedback_terms terms = {p->O, K, W2, sign, aln_problem_feedback(p, y)};
        aln_rule_feedback(p->rule, &terms, rhs->F_work, rhs->F);
        hidden_layer(rhs, eta[0], y, dydt);
    }
    read_out(rhs, eta[1], y, dydt);
    /* A saturated activation can give finite derivatives at an infinite overlap: test both. */
    for (size_t i = 0; i < rhs->size; i++)
        if (!isfinite(y[i]) || !isfinite(dydt[i]))
            return ALN_NUMERIC;
    return ALN_OK;
}

/* ---- Jacobian ---- */

#define NUDGE 0x1p-10 /* of the scale: 2^-40 of truncation, 2^-43 of round-off */

static double largest(size_t count, const double *x, double most)
{
    for (size_t i = 0; i < count; i++)
        most = fmax(most, fabs(x[i]));
    return most;
}

/* The natural scale of each entry of the state: lengths of weight vectors, largest weights. A
 * length is taken as at least NUDGE of the longest, or round-off would be all that differences see;
 * not for averages that end where a length is 0 (relu). */
static void scales(const struct aln_problem *p, const double *y, double *scale)
{
    size_t K = p->K, M = p->M, at_W2 = aln_problem_at_W2(p), at_F = aln_problem_at_F(p);
    size_t size = aln_problem_size(p), at_R = aln_problem_at_R(p), at = 0;
    double longest = 0;
    for (size_t k = 0; k < K; k++)
        longest = fmax(longest, sqrt(fabs(y[aln_problem_at_Q(p, k, k)])));
    for (size_t m = 0; m < M; m++)
        longest = fmax(longest, sqrt(p->T[m * M + m]));
    double least = p->activation->singular ? 0 : NUDGE * longest;
    for (size_t k = 0; k < K; k++) {
        double length = fmax(least, sqrt(fabs(y[aln_problem_at_Q(p, k, k)])));
        for (size_t l = k; l < K; l++)
            scale[at++] = length * fmax(least, sqrt(fabs(y[aln_problem_at_Q(p, l, l)])));
        for (size_t m = 0; m < M; m++)
            scale[at_R + k * M + m] = length * sqrt(p->T[m * M + m]);
    }
    double W2 = largest(at_F - at_W2, y + at_W2, largest(p->O * M, p->V2, 0));
    double F = largest(size - at_F, y + at_F, 0);
    for (size_t i = at_W2; i < size; i++)
        scale[i] = i < at_F ? W2 : F;
    for (size_t i = 0; i < size; i++)
        if (!(scale[i] > 0))
            scale[i] = 1;
}

enum aln_status aln_rhs_jacobian(struct aln_rhs *rhs, const double eta[2], const double *sign,
                                 const double *y, double *dfdy)
{
    static const double place[4] = {-2, -1, 1, 2}, weight[4] = {1, -8, 8, -1};
    const struct aln_problem *p = rhs->p;
    size_t size = rhs->size;
    if (sign == NULL && p->rule->jumps) {
        aln_rule_signs(p->O * p->K, y + aln_problem_at_W2(p), rhs->sign);
        sign = rhs->sign;
    }
    scales(p, y, dfdy); /* into the first row: an entry is read before its column is written */
    memcpy(rhs->y, y, size * sizeof *y);
    for (size_t j = 0; j < size; j++) {
        double h = dfdy[j] * NUDGE;
        for (size_t n = 0; n < 4; n++) {
            rhs->y[j] = y[j] + place[n] * h;
            if (aln_rhs_eval(rhs, eta, sign, rhs->y, rhs->f + n * size) != ALN_OK)
                return ALN_NUMERIC;
        }
        rhs->y[j] = y[j];
        for (size_t i = 0; i < size; i++) {
            double sum = 0;
            for (size_t n = 0; n < 4; n++)
                sum += weight[n] * rhs->f[n * size + i];
            dfdy[i * size + j] = sum / (12 * h);
        }
    }
    return ALN_OK;
}

/* What lanes compute, compiled for each instruction set (vector.h). The right-hand side has the
 * operations of src/theory/rhs.c and src/model in the same order. */
#include "lanes/kernels.h"

#include <float.h>

#include "model/erf_pair.h"
#include "theory/extension.h"

/* The right-hand side's arrays as vectors, and its sizes, which the compiler may know. */
struct lanes_work {
    const struct aln_lanes_rhs *rhs;
    enum aln_lanes_averages averages;
    size_t K, M, O;
    lanes *T, *V2, *F1, *C, *s, *F, *U, *J, *X, *D, *I4, *G, *p, *q, *n, *r, *UC;
};

/* A parameter of the problems in all lanes. */
#define OWN(rhs, which) (*(const lanes *)(rhs)->parameter[which])

/* C of the fields at y; T is constant. */
ALN_KERNEL_BODY void read_covariance(const struct aln_layout *layout, size_t K, size_t M,
                                     const lanes *T, const lanes *y, lanes *C)
{
    const size_t P = K + M;
    const lanes *Q = y + layout->part[ALN_Q].at, *R = y + layout->part[ALN_R].at;
    for (size_t k = 0; k < K; k++)
        for (size_t l = k; l < K; l++)
            C[k * P + l] = C[l * P + k] = *Q++;
    for (size_t k = 0; k < K; k++)
        for (size_t m = 0; m < M; m++)
            C[k * P + K + m] = C[(K + m) * P + k] = *R++;
    for (size_t m = 0; m < M; m++)
        for (size_t n = 0; n < M; n++)
            C[(K + m) * P + K + n] = T[m * M + n];
}

/* C, s and F at y. */
ALN_KERNEL_BODY void read_state(const struct lanes_work *w, const lanes *y)
{
    const struct aln_problem *like = w->rhs->like;
    const size_t K = w->K, M = w->M, O = w->O, P = K + M;
    const lanes zero = {0}, *W2 = y + w->rhs->layout.part[ALN_W2].at;
    read_covariance(&w->rhs->layout, K, M, w->T, y, w->C);
    for (size_t o = 0; o < O; o++) {
        for (size_t k = 0; k < K; k++)
            w->s[o * P + k] = aln_problem_row(like, o) ? W2[o * K + k] : zero;
        for (size_t m = 0; m < M; m++)
            w->s[o * P + K + m] = w->V2[o * M + m];
    }
    const struct aln_feedback_source *source = &w->rhs->source;
    const lanes *from = source->fixed != NULL ? w->F1 : y + source->at;
    for (size_t k = 0; k < K; k++)
        for (size_t o = 0; o < O; o++) {
            const lanes entry = from[k * source->unit + o * source->output];
            w->F[k * O + o] = source->kind == ALN_FEEDBACK_MADE
                                  ? OWN(w->rhs, ALN_LANES_SYMMETRY) * W2[o * K + k] +
                                        OWN(w->rhs, ALN_LANES_REST) * entry
                                  : entry;
        }
}

ALN_KERNEL_BODY void feed_back(const struct lanes_work *w)
{
    const size_t K = w->K, O = w->O, P = K + w->M;
    const size_t first = w->rhs->like->rule->targets ? K : 0;
    const lanes zero = {0};
    for (size_t k = 0; k < K; k++)
        for (size_t a = 0; a < P; a++) {
            lanes sum = zero;
            for (size_t o = 0; o < O && a >= first; o++)
                sum += w->F[k * O + o] * w->s[o * P + a];
            w->U[k * P + a] = sum;
        }
}

/* J2(k,a), which may be known, and A2(k,a) for `inverse` 1/(1 + c_kk). */
ALN_KERNEL_BODY void average_two(const struct lanes_work *w, const lanes *ckk, const lanes *caa,
                                 const lanes *cka, const lanes *inverse, const lanes *known,
                                 lanes *J2, lanes *A2)
{
    const lanes zero = {0};
    if (w->averages == ALN_LANES_ERF) {
        lanes root;
        if (known != NULL) {
            *J2 = *known;
        } else {
            lanes_pair_det(ckk, caa, cka, &root);
            lanes_sqrt(&root, &root);
            *J2 = ALN_TWO_OVER_PI / root;
        }
        *A2 = -*cka * *inverse * *J2;
    } else if (w->averages == ALN_LANES_LINEAR) {
        *J2 = zero + 1;
        *A2 = zero;
    } else {
        *J2 = 4 * *cka;
        *A2 = 2 * *caa;
    }
}

/* Given: na, nb  1/sqrt(1 + c_aa), 1/sqrt(1 + c_bb), which only erf needs */
ALN_KERNEL_BODY void average_I2(const struct lanes_work *w, const lanes *caa, const lanes *cbb,
                                const lanes *cab, const lanes *na, const lanes *nb, lanes *I2)
{
    if (w->averages == ALN_LANES_ERF) {
        lanes x = *cab * (*na * *nb);
        lanes_asin(&x, &x);
        *I2 = ALN_TWO_OVER_PI * x;
    } else if (w->averages == ALN_LANES_LINEAR) {
        *I2 = *cab;
    } else {
        *I2 = *caa * *cbb + 2 * *cab * *cab;
    }
}

ALN_KERNEL_BODY void average_first_order(const struct lanes_work *w)
{
    const size_t K = w->K, P = K + w->M;
    const lanes *C = w->C, zero = {0};
    for (size_t k = 0; k < K; k++) {
        const lanes *Ck = C + k * P, *Uk = w->U + k * P;
        lanes *Jk = w->J + k * P, *Dk = w->D + k * P, alpha = zero;
        const lanes inverse = 1 / (1 + Ck[k]);
        for (size_t a = 0; a < P; a++) {
            const lanes *known = a < k ? &w->J[a * P + k] : NULL; /* J2 is symmetric */
            lanes A2;
            average_two(w, &Ck[k], &C[a * P + a], &Ck[a], &inverse, known, &Jk[a], &A2);
            w->X[a] = Uk[a] * Jk[a];
            alpha += Uk[a] * A2;
        }
        for (size_t b = 0; b < P; b++) {
            lanes sum = zero;
            for (size_t a = 0; a < P; a++)
                sum += w->X[a] * C[a * P + b];
            Dk[b] = sum + alpha * Ck[b];
        }
    }
}

/* A pair of student units, whose fields are eliminated from the others. */
struct lanes_elimination {
    size_t k, l;
    struct lanes_pair pair;
    lanes *p, *q, *n; /* P */
};

ALN_KERNEL_BODY void eliminate(const struct lanes_work *w, size_t k, size_t l,
                               struct lanes_elimination *e)
{
    const size_t P = w->K + w->M;
    const lanes *C = w->C, *u = C + k * P, *v = C + l * P;
    e->k = k;
    e->l = l;
    lanes_pair_begin(&u[k], &v[l], &u[l], &e->pair);
    lanes_pair_normalise(&e->pair.pk, &e->n[k]);
    if (k != l)
        lanes_pair_normalise(&e->pair.ql, &e->n[l]);
#pragma GCC unroll 4
    for (size_t a = 0; a < P; a++) {
        lanes S;
        if (a == k || a == l)
            continue;
        lanes_pair_eliminate(&e->pair, &u[a], &v[a], &e->p[a], &e->q[a]);
        lanes_pair_rest(&C[a * P + a], &e->p[a], &e->q[a], &u[a], &v[a], &S);
        lanes_pair_normalise(&S, &e->n[a]);
    }
}

/* Adds the element of k or l with k or l. */
ALN_KERNEL_BODY void add_own(const struct lanes_elimination *e, const lanes *S, size_t a, size_t b,
                             const lanes *weight, lanes *sum)
{
    lanes average;
    lanes_pair_average(S, &e->n[a], &e->n[b], &average);
    *sum = LANES_FMA(*weight, average, *sum);
}

/* Adds row a = k or l.  Given: S  the row */
ALN_KERNEL_BODY void add_own_row(const struct lanes_work *w, const struct lanes_elimination *e,
                                 size_t a, const lanes *S, lanes *sum)
{
    const size_t P = w->K + w->M;
    const lanes *Uk = w->U + e->k * P, *Ul = w->U + e->l * P;
    lanes row[2] = {{0}}, average;
#pragma GCC unroll 4
    for (size_t b = 0; b < P; b++) {
        if (b == e->k || b == e->l)
            continue;
        lanes_pair_average(&S[b], &e->n[a], &e->n[b], &average);
        lanes_pair_add(&average, &Uk[b], &Ul[b], row);
    }
    lanes_pair_end_row(row, &Uk[a], &Ul[a], sum);
}

ALN_KERNEL_BODY void add_other_row(const struct lanes_work *w, const struct lanes_elimination *e,
                                   size_t a, lanes *sum)
{
    const size_t P = w->K + w->M;
    const lanes *C = w->C, *u = C + e->k * P, *v = C + e->l * P;
    const lanes *Uk = w->U + e->k * P, *Ul = w->U + e->l * P;
    lanes row[2] = {{0}}, S, average;
#pragma GCC unroll 4
    for (size_t b = a; b < P; b++) {
        if (b == e->k || b == e->l)
            continue;
        lanes_pair_rest(&C[a * P + b], &e->p[a], &e->q[a], &u[b], &v[b], &S);
        lanes_pair_average(&S, &e->n[a], &e->n[b], &average);
        if (b == a)
            row[0] = Ul[a] * average;
        else
            lanes_pair_add(&average, &Uk[b], &Ul[b], row);
    }
    lanes_pair_end_row(row, &Uk[a], &Ul[a], sum);
}

ALN_KERNEL_BODY void sum_pair(const struct lanes_work *w, const struct lanes_elimination *e)
{
    const size_t K = w->K, P = K + w->M, k = e->k, l = e->l;
    const lanes *Uk = w->U + k * P, *Ul = w->U + l * P;
    lanes sum = {0}, weight = Uk[k] * Ul[k];
    add_own(e, &e->pair.pk, k, k, &weight, &sum);
    if (k != l) {
        weight = LANES_FMA(Uk[k], Ul[l], Uk[l] * Ul[k]);
        add_own(e, &e->pair.pl, k, l, &weight, &sum);
        weight = Uk[l] * Ul[l];
        add_own(e, &e->pair.ql, l, l, &weight, &sum);
    }
    add_own_row(w, e, k, e->p, &sum);
    if (k != l)
        add_own_row(w, e, l, e->q, &sum);
#pragma GCC unroll 4
    for (size_t a = 0; a < P; a++)
        if (a != k && a != l)
            add_other_row(w, e, a, &sum);
    w->I4[k * K + l] = w->J[k * P + l] * (ALN_TWO_OVER_PI * sum); /* as lanes_pair_scale() */
}

/* The roots and quotients of the next pair are under way while this one's arcsines are added. */
ALN_KERNEL_BODY void contract_erf(const struct lanes_work *w)
{
    const size_t K = w->K, P = K + w->M;
    struct lanes_elimination e[2] = {{.p = w->p, .q = w->q, .n = w->n},
                                     {.p = w->p + P, .q = w->q + P, .n = w->n + P}};
    size_t n = 0;
    eliminate(w, 0, 0, &e[0]);
#pragma GCC unroll 4
    for (size_t k = 0; k < K; k++)
#pragma GCC unroll 4
        for (size_t l = k; l < K; l++, n++) {
            if (l + 1 < K)
                eliminate(w, k, l + 1, &e[(n + 1) % 2]);
            else if (k + 1 < K)
                eliminate(w, k + 1, k + 1, &e[(n + 1) % 2]);
            sum_pair(w, &e[n % 2]);
        }
}

/* Given: k >= l */
ALN_KERNEL_BODY void contract_linear(const struct lanes_work *w, size_t k, size_t l)
{
    const size_t K = w->K, P = K + w->M;
    const lanes zero = {0};
    lanes sum = zero;
    for (size_t b = 0; b < P && l == 0; b++) {
        w->UC[b] = zero;
        for (size_t a = 0; a < P; a++)
            w->UC[b] += w->U[k * P + a] * w->C[a * P + b];
    }
    for (size_t b = 0; b < P; b++)
        sum += w->UC[b] * w->U[l * P + b];
    w->I4[l * K + k] = sum;
}

ALN_KERNEL_BODY void contract_quadratic(const struct lanes_work *w, size_t k, size_t l)
{
    const size_t K = w->K, P = K + w->M;
    const lanes *C = w->C, *u = w->U + k * P, *v = w->U + l * P, zero = {0};
    const lanes *Ck = C + k * P, *Cl = C + l * P;
    lanes sum = zero;
    for (size_t a = 0; a < P; a++) {
        for (size_t b = a; b < P; b++) {
            const lanes caa = C[a * P + a], cbb = C[b * P + b], cab = C[a * P + b];
            lanes weight = u[a] * v[a], I2;
            if (a != b)
                weight = u[a] * v[b] + u[b] * v[a];
            average_I2(w, &caa, &cbb, &cab, &w->r[a], &w->r[b], &I2);
            sum += weight * (4 * (Ck[l] * I2 + 2 * Ck[a] * Cl[a] * cbb + 2 * Ck[b] * Cl[b] * caa +
                                  4 * cab * (Ck[a] * Cl[b] + Ck[b] * Cl[a])));
        }
    }
    w->I4[k * K + l] = sum;
}

/* The contracted averages of four fields for k <= l. */
ALN_KERNEL_BODY void contract(const struct lanes_work *w)
{
    if (w->averages == ALN_LANES_ERF)
        contract_erf(w);
    for (size_t k = 0; k < w->K; k++)
        for (size_t l = k; l < w->K && w->averages == ALN_LANES_QUADRATIC; l++)
            contract_quadratic(w, k, l);
    for (size_t k = 0; k < w->K; k++)
        for (size_t l = 0; l <= k && w->averages == ALN_LANES_LINEAR; l++)
            contract_linear(w, k, l);
}

ALN_KERNEL_BODY void square_signal(const struct lanes_work *w)
{
    const struct aln_problem *like = w->rhs->like;
    const size_t K = w->K, O = w->O, P = K + w->M;
    const lanes zero = {0};
    lanes trace = zero;
    for (size_t k = 0; k < K; k++) {
        for (size_t l = k; l < K; l++) {
            lanes FF = zero;
            for (size_t o = 0; o < O; o++)
                if (aln_problem_row(like, o))
                    FF += w->F[k * O + o] * w->F[l * O + o];
            w->I4[k * K + l] += OWN(w->rhs, ALN_LANES_NOISE) * FF * w->J[k * P + l];
        }
        trace += w->I4[k * (K + 1)];
    }
    for (size_t k = 0; k < K && like->rule->perturbs; k++)
        for (size_t l = k; l < K; l++)
            w->I4[k * K + l] = 2 * w->I4[k * K + l] + (k == l ? trace : zero);
}

ALN_KERNEL_BODY void hidden_layer(const struct lanes_work *w, const lanes *y, lanes *dydt)
{
    const size_t K = w->K, M = w->M, P = K + M;
    const size_t at_Q = w->rhs->layout.part[ALN_Q].at, at_R = w->rhs->layout.part[ALN_R].at;
    const lanes *D = w->D;
    const bool second_order = !w->rhs->like->first_order;
    if (second_order) {
        contract(w);
        square_signal(w);
    }
    for (size_t k = 0, i = at_Q; k < K; k++)
        for (size_t l = k; l < K; l++, i++) {
            dydt[i] = -OWN(w->rhs, ALN_LANES_ETA) * (D[k * P + l] + D[l * P + k]) -
                      2 * OWN(w->rhs, ALN_LANES_KAPPA) * y[i];
            if (second_order)
                dydt[i] += OWN(w->rhs, ALN_LANES_SQUARE) * w->I4[k * K + l];
        }
    for (size_t k = 0, i = at_R; k < K; k++)
        for (size_t m = 0; m < M; m++, i++)
            dydt[i] = -OWN(w->rhs, ALN_LANES_ETA) * D[k * P + K + m] -
                      OWN(w->rhs, ALN_LANES_KAPPA) * y[i];
}

ALN_KERNEL_BODY void average_outputs(const struct lanes_work *w)
{
    const size_t K = w->K, O = w->O, P = K + w->M;
    const lanes *C = w->C, zero = {0};
    for (size_t i = 0; i < O * K; i++)
        w->G[i] = zero;
    for (size_t k = 0; k < K; k++)
        for (size_t a = k; a < P; a++) {
            lanes I2;
            average_I2(w, &C[k * P + k], &C[a * P + a], &C[k * P + a], &w->r[k], &w->r[a], &I2);
            for (size_t o = 0; o < O; o++) {
                w->G[o * K + k] += w->s[o * P + a] * I2;
                if (k < a && a < K)
                    w->G[o * K + a] += w->s[o * P + k] * I2;
            }
        }
}

ALN_KERNEL_BODY void read_out(const struct lanes_work *w, const lanes *y, lanes *dydt)
{
    const struct aln_problem *like = w->rhs->like;
    const size_t K = w->K, O = w->O;
    const struct aln_span *W2 = &w->rhs->layout.part[ALN_W2], *F = &w->rhs->layout.part[ALN_F];
    const lanes zero = {0};
    average_outputs(w);
    for (size_t o = 0; o < O; o++) {
        const bool moves = aln_problem_row(like, o);
        for (size_t k = 0; k < K; k++) {
            const size_t i = W2->at + o * K + k, j = F->at + k * O + o;
            const lanes G = w->G[o * K + k];
            dydt[i] = moves ? -OWN(w->rhs, ALN_LANES_DECAY) * y[i] - OWN(w->rhs, ALN_LANES_RATE) * G
                            : zero;
            if (F->count > 0)
                dydt[j] = moves
                              ? -OWN(w->rhs, ALN_LANES_F_DECAY) * y[j] -
                                    OWN(w->rhs, ALN_LANES_F_RATE) * (like->rule->mirrors ? y[i] : G)
                              : zero;
        }
    }
}

ALN_KERNEL_BODY void eval(const struct lanes_work *w, const lanes *y, lanes *dydt)
{
    const lanes zero = {0};
    const size_t P = w->K + w->M;
    read_state(w, y);
    for (size_t a = 0; a < P && w->averages == ALN_LANES_ERF; a++)
        lanes_pair_normalise(&w->C[a * (P + 1)], &w->r[a]);
    if (w->rhs->like->rule->route == ALN_NOWHERE) {
        for (size_t i = 0; i < w->rhs->layout.size; i++)
            dydt[i] = zero;
        read_out(w, y, dydt);
    } else {
        feed_back(w);
        average_first_order(w);
        read_out(w, y, dydt);
        hidden_layer(w, y, dydt);
    }
}

static lanes *vectors(double *a)
{
    return (lanes *)a;
}

static void rhs_at(const struct aln_lanes_rhs *rhs, const double *y, double *dydt)
{
    const struct aln_problem *like = rhs->like;
    struct lanes_work w = {.rhs = rhs,
                           .averages = rhs->averages,
                           .K = like->K,
                           .M = like->M,
                           .O = like->O,
                           .T = vectors(rhs->T),
                           .V2 = vectors(rhs->V2),
                           .F1 = vectors(rhs->F1),
                           .C = vectors(rhs->C),
                           .s = vectors(rhs->s),
                           .F = vectors(rhs->F),
                           .U = vectors(rhs->U),
                           .J = vectors(rhs->J),
                           .X = vectors(rhs->X),
                           .D = vectors(rhs->D),
                           .I4 = vectors(rhs->I4),
                           .G = vectors(rhs->G),
                           .p = vectors(rhs->p),
                           .q = vectors(rhs->q),
                           .n = vectors(rhs->n),
                           .r = vectors(rhs->r),
                           .UC = vectors(rhs->UC)};
    const lanes *state = (const lanes *)y;
    lanes *out = (lanes *)dydt;
    /* The most common sizes are constants to the compiler; the bits are the same. */
    if (w.averages != ALN_LANES_ERF) {
        eval(&w, state, out);
    } else if (w.K == 2 && w.M == 2 && w.O == 1) {
        w.averages = ALN_LANES_ERF;
        w.K = w.M = 2;
        w.O = 1;
        eval(&w, state, out);
    } else {
        w.averages = ALN_LANES_ERF;
        eval(&w, state, out);
    }
}

/* ---- steps ---- */

/* The pair 8(7) of Prince and Dormand, J. Comput. Appl. Math. 7 (1981) 67: stage i is the derivative at
 * y0 + h sum_j value[j] k[from[j]]. The last two are the formulas of order 8 and 7. */
enum { TERMS = 12, EIGHTH = ALN_LANES_STAGES - 1, SEVENTH = EIGHTH + 1 };
static const struct {
    size_t terms;
    unsigned char from[TERMS];
    double value[TERMS];
} rows[ALN_LANES_STAGES + 1] = {
    {1, {0}, {1.0 / 18}},
    {2, {0, 1}, {1.0 / 48, 1.0 / 16}},
    {2, {0, 2}, {1.0 / 32, 3.0 / 32}},
    {3, {0, 2, 3}, {5.0 / 16, -75.0 / 64, 75.0 / 64}},
    {3, {0, 3, 4}, {3.0 / 80, 3.0 / 16, 3.0 / 20}},
    {4,
     {0, 3, 4, 5},
     {29443841.0 / 614563906, 77736538.0 / 692538347, -28693883.0 / 1125000000,
      23124283.0 / 1800000000}},
    {5,
     {0, 3, 4, 5, 6},
     {16016141.0 / 946692911, 61564180.0 / 158732637, 22789713.0 / 633445777,
      545815736.0 / 2771057229, -180193667.0 / 1043307555}},
    {6,
     {0, 3, 4, 5, 6, 7},
     {39632708.0 / 573591083, -433636366.0 / 683701615, -421739975.0 / 2616292301,
      100302831.0 / 723423059, 790204164.0 / 839813087, 800635310.0 / 3783071287}},
    {7,
     {0, 3, 4, 5, 6, 7, 8},
     {246121993.0 / 1340847787, -37695042795.0 / 15268766246, -309121744.0 / 1061227803,
      -12992083.0 / 490766935, 6005943493.0 / 2108947869, 393006217.0 / 1396673457,
      123872331.0 / 1001029789}},
    {8,
     {0, 3, 4, 5, 6, 7, 8, 9},
     {-1028468189.0 / 846180014, 8478235783.0 / 508512852, 1311729495.0 / 1432422823,
      -10304129995.0 / 1701304382, -48777925059.0 / 3047939560, 15336726248.0 / 1032824649,
      -45442868181.0 / 3398467696, 3065993473.0 / 597172653}},
    {9,
     {0, 3, 4, 5, 6, 7, 8, 9, 10},
     {185892177.0 / 718116043, -3185094517.0 / 667107341, -477755414.0 / 1098053517,
      -703635378.0 / 230739211, 5731566787.0 / 1027545527, 5232866602.0 / 850066563,
      -4093664535.0 / 808688257, 3962137247.0 / 1805957418, 65686358.0 / 487910083}},
    {10,
     {0, 3, 4, 5, 6, 7, 8, 9, 10, 11},
     {403863854.0 / 491063109, -5068492393.0 / 434740067, -411421997.0 / 543043805,
      652783627.0 / 914296604, 11173962825.0 / 925320556, -13158990841.0 / 6184727034,
      3936647629.0 / 1978049680, -160528059.0 / 685178525, 248638103.0 / 1413531060, 0}},
    {9,
     {0, 5, 6, 7, 8, 9, 10, 11, 12},
     {14005451.0 / 335480064, -59238493.0 / 1068277825, 181606767.0 / 758867731,
      561292985.0 / 797845732, -1041891430.0 / 1371343529, 760417239.0 / 1151165299,
      118820643.0 / 751138087, -528747749.0 / 2220607170, 1.0 / 4}},
    {8,
     {0, 5, 6, 7, 8, 9, 10, 11},
     {13451932.0 / 455176623, -808719846.0 / 976000145, 1757004468.0 / 5645159321,
      656045339.0 / 265891186, -3867574721.0 / 1518517206, 465885868.0 / 322736535,
      53011238.0 / 667516719, 2.0 / 45}},
};

/* sum_j value[j] k[from[j]], entry i */
ALN_KERNEL_BODY void sum_row(const struct aln_lanes_step *step, size_t row, size_t i, lanes *out)
{
    lanes sum = rows[row].value[0] * ((const lanes *)step->k[rows[row].from[0]])[i];
    for (size_t j = 1; j < rows[row].terms; j++)
        sum += rows[row].value[j] * ((const lanes *)step->k[rows[row].from[j]])[i];
    *out = sum;
}

/* 0 where all derivatives so far and their states are finite, else NaN. */
ALN_KERNEL_BODY void note_finite(size_t size, const lanes *y, const lanes *dydt, lanes *finite)
{
    for (size_t i = 0; i < size; i++)
        *finite += 0 * y[i] + 0 * dydt[i];
}

/* max_i |error_i| / (atol + rtol |y_i|), passing over NaN as GSL does. */
ALN_KERNEL_BODY void worst_share(size_t size, const struct aln_lanes_step *step, const lanes *error,
                                 const lanes *y, lanes *most)
{
    const lanes rtol = *(const lanes *)step->rtol, atol = *(const lanes *)step->atol;
    for (size_t i = 0; i < size; i++) {
        const lanes share = LANES_ABS(error[i]) / (rtol * LANES_ABS(y[i]) + atol);
        *most = LANES_CHOOSE(share > *most, share, *most);
    }
}

static void take_step(const struct aln_lanes_rhs *rhs, const struct aln_lanes_step *step)
{
    const size_t size = rhs->layout.size;
    const lanes h = *(const lanes *)step->h, zero = {0}, *y0 = (const lanes *)step->y0;
    lanes *y = (lanes *)step->y, *y1 = (lanes *)step->y1, finite = zero, most = zero + DBL_MIN;
    for (size_t i = 0; i < size; i++)
        y[i] = y0[i] + rows[0].value[0] * h * ((const lanes *)step->k[0])[i];
    for (size_t stage = 1; stage < ALN_LANES_STAGES; stage++) {
        rhs_at(rhs, step->y, step->k[stage]);
        note_finite(size, y, (const lanes *)step->k[stage], &finite);
        for (size_t i = 0; i < size && stage < EIGHTH; i++) {
            lanes sum;
            sum_row(step, stage, i, &sum);
            y[i] = y0[i] + h * sum;
        }
    }
    for (size_t i = 0; i < size; i++) {
        lanes eighth, seventh;
        sum_row(step, EIGHTH, i, &eighth);
        sum_row(step, SEVENTH, i, &seventh);
        y1[i] = y0[i] + h * eighth;
        y[i] = h * (seventh - eighth);
    }
    rhs_at(rhs, step->y1, step->f1);
    note_finite(size, y1, (const lanes *)step->f1, &finite);
    worst_share(size, step, y, y1, &most);
    *(lanes *)step->error = most;
    *(lanes *)step->finite = finite;
}

static void check(const struct aln_lanes_rhs *rhs, const double *y, const double *most,
                  const double *cone, double *valid)
{
    const size_t K = rhs->like->K, P = K + rhs->like->M;
    const lanes *state = (const lanes *)y, zero = {0}, one = zero + 1;
    lanes *C = (lanes *)rhs->C, trace = zero;
    lanes_mask good = one > zero;
    for (size_t i = 0; i < rhs->layout.size; i++)
        good &= LANES_ABS(state[i]) <= *(const lanes *)most;
    read_covariance(&rhs->layout, K, P - K, (const lanes *)rhs->T, state, C);
    for (size_t a = 0; a < P; a++)
        trace += C[a * P + a];
    const lanes margin = *(const lanes *)cone * trace;
    for (size_t n = 0; n < P; n++) {
        const size_t a = (n + K) % P;
        const lanes pivot = C[a * P + a] + margin;
        good &= pivot > zero;
        for (size_t i = n + 1; i < P; i++) {
            const size_t b = (i + K) % P;
            const lanes share = C[b * P + a] / pivot;
            for (size_t j = n + 1; j < P; j++)
                C[b * P + (j + K) % P] -= share * C[a * P + (j + K) % P];
        }
    }
    *(lanes *)valid = LANES_CHOOSE(good, one, zero);
}

static void moved(const struct aln_lanes_rhs *rhs, const double *y0, const double *y1,
                  const double *scale, double *out)
{
    const lanes *from = (const lanes *)y0, *to = (const lanes *)y1, *by = (const lanes *)scale;
    lanes most = {0};
    for (size_t i = 0; i < rhs->layout.size; i++) {
        const lanes way = LANES_ABS(to[i] - from[i]) / by[i];
        most = LANES_CHOOSE(way > most, way, most);
    }
    *(lanes *)out = most;
}

/* ---- between the steps ---- */

enum { OLD = ALN_EXTENSION_OLD, ALL = ALN_EXTENSION_ALL };

/* Value of the extension at fraction x, and its slope unless dydt is NULL: as evaluate() in
 * src/theory/dense_output.c. */
ALN_KERNEL_BODY void evaluate(size_t size, const struct aln_lanes_step *step, const double *bubble,
                              const lanes *at, lanes *y, lanes *dydt)
{
    const lanes x = *at, r = 1 - x, s = x - r, h = *(const lanes *)step->h;
    const lanes w = (x * r) * (x * r), dw = -2 * x * r * s;
    const lanes *y0 = (const lanes *)step->y0, *y1 = (const lanes *)step->y1;
    const lanes *k0 = (const lanes *)step->k[0], *k1 = (const lanes *)step->f1;
    const lanes *c = (const lanes *)bubble;
    for (size_t i = 0; i < size; i++) {
        const lanes rise = y1[i] - y0[i], f0 = h * k0[i] - rise, f1 = h * k1[i] - rise;
        const lanes c0 = c[i], c1 = c[size + i], c2 = c[2 * size + i], c3 = c[3 * size + i];
        const lanes factor = c0 + s * (c1 + s * (c2 + s * c3));
        const lanes base = LANES_CHOOSE(x < 0.5, y0[i] + x * rise, y1[i] - r * rise);
        y[i] = base + x * r * (r * f0 - x * f1) + w * factor;
        if (dydt != NULL) {
            const lanes slope = c1 + s * (2 * c2 + s * 3 * c3);
            dydt[i] =
                (rise + r * (r - 2 * x) * f0 - x * (2 * r - x) * f1 + dw * factor + 2 * w * slope) /
                h;
        }
    }
}

/* The old stages: the first, 6 to 13, and the derivative at the end; the new ones take the place of
 * those that are not used. */
static void extend(const struct aln_lanes_rhs *rhs, const struct aln_lanes_step *step,
                   double *bubble)
{
    const size_t size = rhs->layout.size;
    const lanes *y0 = (const lanes *)step->y0, h = *(const lanes *)step->h, zero = {0};
    lanes *y = (lanes *)step->y, *c = (lanes *)bubble, most = zero, finite = zero;
    double *k[ALL] = {step->k[0]};
    for (size_t i = 1; i + 1 < OLD; i++)
        k[i] = step->k[i + ALN_LANES_STAGES - OLD + 1];
    k[OLD - 1] = step->f1;
    for (size_t n = 0; n < ALN_EXTENSION_NEW; n++) {
        k[OLD + n] = step->k[1 + n];
        for (size_t i = 0; i < size; i++) {
            lanes sum = zero;
            for (size_t j = 0; j < OLD + n; j++)
                sum += aln_extension_row[n][j] * ((const lanes *)k[j])[i];
            y[i] = y0[i] + h * sum;
        }
        rhs_at(rhs, step->y, k[OLD + n]);
        note_finite(size, y, (const lanes *)k[OLD + n], &finite);
    }
    for (size_t part = 0; part < 4; part++)
        for (size_t i = 0; i < size; i++) {
            lanes sum = zero;
            for (size_t j = 0; j < ALL; j++)
                sum += aln_extension_weight[j][part] * ((const lanes *)k[j])[i];
            c[part * size + i] = h * sum;
        }
    const lanes probe = zero + ALN_EXTENSION_PROBE;
    lanes *slope = (lanes *)k[OLD], *f = (lanes *)k[OLD + 1];
    evaluate(size, step, bubble, &probe, y, slope);
    rhs_at(rhs, step->y, k[OLD + 1]);
    note_finite(size, y, f, &finite);
    for (size_t i = 0; i < size; i++)
        slope[i] = ALN_EXTENSION_PROBE_SHARE * h * (slope[i] - f[i]);
    worst_share(size, step, slope, (const lanes *)step->y1, &most);
    *(lanes *)step->error = most;
    *(lanes *)step->finite = finite;
}

static void interpolate(const struct aln_lanes_rhs *rhs, const struct aln_lanes_step *step,
                        const double *bubble, const double *x, double *y)
{
    evaluate(rhs->layout.size, step, bubble, (const lanes *)x, (lanes *)y, NULL);
}

const struct aln_lanes_kernels ALN_LANES_NAME(aln_lanes_kernels) = {
    .lanes = LANES,
    .rhs = rhs_at,
    .step = take_step,
    .check = check,
    .moved = moved,
    .extend = extend,
    .interpolate = interpolate,
};

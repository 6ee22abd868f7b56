/* The right-hand side of several problems at once, compiled for each instruction set (vector.h). It has
 * the operations of src/theory/rhs.c and src/model in the same order. */
#include "lanes/rhs_kernel.h"

#include "base/interrupt.h"
#include "lanes/contract_relu.h"
#include "model/erf_copies.h"
#include "model/erf_pair.h"

/* The right-hand side's arrays as vectors, and its sizes, which the compiler may know. */
struct lanes_work {
    const struct aln_lanes_rhs *rhs;
    enum aln_lanes_averages averages;
    size_t K, M, O;
    lanes *T, *V2, *F1, *C, *s, *F, *U, *J, *X, *D, *I4, *G, *p, *q, *n, *r, *UC;
    struct lanes_copy *copies;
    struct lanes_relu_pair *pairs;
};

/* A parameter of the problems in all lanes. */
#define OWN(rhs, which) (*(const lanes *)(rhs)->parameter[which])

/* C, s and F at y. */
ALN_KERNEL_BODY void read_state(const struct lanes_work *w, const lanes *y)
{
    const struct aln_problem *like = w->rhs->like;
    const size_t K = w->K, M = w->M, O = w->O, P = K + M;
    const lanes zero = {0}, *W2 = y + w->rhs->layout.part[ALN_W2].at;
    aln_lanes_read_covariance(w->rhs, K, M, y, w->C);
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
ALN_KERNEL_BODY void average_two(const struct lanes_work *w, size_t k, size_t a,
                                 const lanes *inverse, const lanes *known, lanes *J2, lanes *A2)
{
    const size_t P = w->K + w->M;
    const lanes zero = {0}, *ckk = &w->C[k * P + k], *caa = &w->C[a * P + a],
                *cka = &w->C[k * P + a];
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
    } else if (w->averages == ALN_LANES_SUM) {
        lanes_copies_two(w->rhs->sum, ckk, caa, cka, J2, A2);
    } else if (w->averages == ALN_LANES_LINEAR) {
        *J2 = zero + 1;
        *A2 = zero;
    } else if (w->averages == ALN_LANES_RELU) {
        *J2 = LANES_RELU_J2(w->pairs[k * P + a]);
        *A2 = LANES_RELU_A2(w->pairs[k * P + a], *ckk);
    } else if (w->averages == ALN_LANES_LEAKY) {
        *J2 = ALN_LEAK + ALN_LANES_BEND * ALN_LANES_BEND * LANES_RELU_J2(w->pairs[k * P + a]);
        *A2 = ALN_LANES_BEND * ALN_LANES_BEND * LANES_RELU_A2(w->pairs[k * P + a], *ckk);
    } else {
        *J2 = 4 * *cka;
        *A2 = 2 * *caa;
    }
}

ALN_KERNEL_BODY bool bends(const struct lanes_work *w)
{
    return w->averages == ALN_LANES_RELU || w->averages == ALN_LANES_LEAKY;
}

/* What w->r holds of a field. */
ALN_KERNEL_BODY size_t terms_of(const struct lanes_work *w)
{
    return w->averages == ALN_LANES_SUM ? ALN_ERF_TERMS : 1;
}

/* I2(a,b) */
ALN_KERNEL_BODY void average_I2(const struct lanes_work *w, size_t a, size_t b, lanes *I2)
{
    const size_t P = w->K + w->M;
    const lanes caa = w->C[a * P + a], cbb = w->C[b * P + b], cab = w->C[a * P + b];
    const lanes *na = &w->r[a * terms_of(w)], *nb = &w->r[b * terms_of(w)];
    if (w->averages == ALN_LANES_ERF) {
        lanes x = cab * (*na * *nb);
        lanes_asin(&x, &x);
        *I2 = ALN_TWO_OVER_PI * x;
    } else if (w->averages == ALN_LANES_SUM) {
        lanes_copies_I2(w->rhs->sum, &cab, na, nb, I2);
    } else if (w->averages == ALN_LANES_LINEAR) {
        *I2 = cab;
    } else if (w->averages == ALN_LANES_RELU) {
        *I2 = LANES_RELU_I2(w->pairs[a * P + b], cab);
    } else if (w->averages == ALN_LANES_LEAKY) {
        *I2 = ALN_LEAK * cab +
              ALN_LANES_BEND * ALN_LANES_BEND * LANES_RELU_I2(w->pairs[a * P + b], cab);
    } else {
        *I2 = caa * cbb + 2 * cab * cab;
    }
}

ALN_KERNEL_BODY void average_first_order(const struct lanes_work *w)
{
    const size_t K = w->K, P = K + w->M;
    const lanes *C = w->C, zero = {0};
    for (size_t k = 0; k < K; k++) {
        const lanes *Ck = C + k * P, *Uk = w->U + k * P;
        lanes *Jk = w->J + k * P, *Dk = w->D + k * P, alpha = zero;
        lanes *X = w->X + (w->rhs->blocks > 0 ? k * P : 0);
        const lanes inverse = 1 / (1 + Ck[k]);
        for (size_t a = 0; a < P; a++) {
            /* J2 of one function is symmetric to the bit. */
            const lanes *known = a < k && w->averages != ALN_LANES_SUM ? &w->J[a * P + k] : NULL;
            lanes A2;
            average_two(w, k, a, &inverse, known, &Jk[a], &A2);
            X[a] = Uk[a] * Jk[a];
            alpha += Uk[a] * A2;
        }
        ((lanes *)w->rhs->alpha)[k] = alpha;
        for (size_t b = 0; b < P && w->rhs->blocks == 0; b++) {
            lanes sum = zero;
            for (size_t a = 0; a < P; a++)
                sum += X[a] * C[a * P + b];
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
            average_I2(w, a, b, &I2);
            sum += weight * (4 * (Ck[l] * I2 + 2 * Ck[a] * Cl[a] * cbb + 2 * Ck[b] * Cl[b] * caa +
                                  4 * cab * (Ck[a] * Cl[b] + Ck[b] * Cl[a])));
        }
    }
    w->I4[k * K + l] = sum;
}

/* S_ab, of which rows k and l are known without the difference, which would cancel. */
ALN_KERNEL_BODY void rest_of_copies(const struct lanes_work *w, const struct lanes_copies *e,
                                    size_t k, size_t l, size_t a, size_t b, lanes *S)
{
    const struct lanes_copy *f = &w->copies[a], *h = &w->copies[b];
    if (a == k)
        *S = h->p;
    else if (a == l)
        *S = h->q;
    else if (b == k)
        *S = f->p;
    else if (b == l)
        *S = f->q;
    else
        lanes_copies_rest(e, &w->C[a * (w->K + w->M) + b], f, h, S);
}

/* Adds a pair of copies of fields k <= l.  Given: factor  how often it counts, and its weights */
ALN_KERNEL_BODY void add_copies(const struct lanes_work *w, struct lanes_copies *e, size_t k,
                                size_t l, double factor)
{
    const size_t K = w->K, P = K + w->M;
    const struct aln_erf_sum *g = w->rhs->sum;
    const lanes *C = w->C, *Uk = w->U + k * P, *Ul = w->U + l * P;
    lanes sum = {0}, S, part, root;
    lanes_copies_begin(&C[k * P + k], &C[k * P + l], &C[l * P + l], e);
    for (size_t a = 0; a < P; a++) {
        struct lanes_copy *f = &w->copies[a];
        lanes_copies_eliminate(e, &C[k * P + a], &C[l * P + a], f);
        rest_of_copies(w, e, k, l, a, a, &S);
        lanes_copies_normalise(g, &S, f->h);
    }
    for (size_t a = 0; a < P; a++)
        for (size_t b = a; b < P; b++) {
            rest_of_copies(w, e, k, l, a, b, &S);
            lanes_copies_add(g, a == b, &S, &w->copies[a], &w->copies[b], &part);
            sum += (a == b ? Uk[a] * Ul[a] : Uk[a] * Ul[b] + Uk[b] * Ul[a]) * part;
        }
    lanes_sqrt(&e->det, &root);
    w->I4[k * K + l] += ALN_TWO_OVER_PI * ALN_TWO_OVER_PI * factor / root * sum;
}

/* Pairs of copies in the order of erf_sum.c. */
ALN_KERNEL_BODY void contract_sum(const struct lanes_work *w)
{
    const struct aln_erf_sum *g = w->rhs->sum;
    const size_t K = w->K, P = K + w->M;
    const lanes zero = {0};
    for (size_t i = 0; i < K * K; i++)
        w->I4[i] = zero;
    for (size_t first = 0; first < K * ALN_ERF_TERMS && !aln_interrupted(); first++)
        for (size_t second = first; second < K * ALN_ERF_TERMS; second++) {
            const size_t k = first / ALN_ERF_TERMS, l = second / ALN_ERF_TERMS;
            const size_t i = first % ALN_ERF_TERMS, j = second % ALN_ERF_TERMS;
            struct lanes_copies e = {.bk = zero + g->b[i], .bl = zero + g->b[j]};
            add_copies(w, &e, k, l,
                       (k == l && first < second ? 2 : 1) * g->b[i] * g->b[j] * g->a[i] * g->a[j]);
        }
    for (size_t k = 0; k < K && g->constant != 0; k++)
        for (size_t l = k; l < K; l++) {
            lanes u = zero, v = zero;
            for (size_t a = 0; a < P; a++) {
                u += g->constant * w->U[k * P + a];
                v += g->constant * w->U[l * P + a];
            }
            w->I4[k * K + l] += u * v * w->J[k * P + l];
        }
}

ALN_KERNEL_BODY void contract_near(const struct lanes_work *w)
{
    const struct aln_lanes_expansion *near = &w->rhs->near;
    const size_t K = w->K, P = K + w->M;
    for (size_t k = 0; k < K; k++)
        for (size_t l = k; l < K; l++) {
            const double *part = near->part + (k * K + l) * P * P,
                         *slope = near->slope + (k * K + l) * P * P;
            lanes sum = {0};
            for (size_t a = 0; a < P; a++)
                for (size_t b = 0; b < P; b++)
                    sum += w->U[k * P + a] * w->U[l * P + b] * part[a * P + b] +
                           slope[a * P + b] * (w->C[a * P + b] - near->C[a * P + b]);
            w->I4[k * K + l] = sum;
        }
}

/* The contracted averages of four fields for k <= l. */
ALN_KERNEL_BODY void contract(const struct lanes_work *w)
{
    const bool near = w->rhs->near.C != NULL;
    if (near)
        contract_near(w);
    else if (w->averages == ALN_LANES_ERF)
        contract_erf(w);
    else if (w->averages == ALN_LANES_SUM)
        contract_sum(w);
    else if (bends(w))
        ALN_LANES_NAME(aln_lanes_contract_relu)
    (w->averages == ALN_LANES_LEAKY, w->K + w->M, w->K, w->C, w->U, w->pairs, w->I4);
    for (size_t k = 0; k < w->K && !near; k++)
        for (size_t l = k; l < w->K && w->averages == ALN_LANES_QUADRATIC; l++)
            contract_quadratic(w, k, l);
    for (size_t k = 0; k < w->K && !near; k++)
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
    if (w->rhs->blocks > 0) {
        ALN_LANES_NAME(aln_lanes_block_rates)
        (w->rhs, w->X, (const lanes *)w->rhs->alpha, second_order ? w->I4 : NULL, y, dydt);
        return;
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
    const lanes zero = {0};
    for (size_t i = 0; i < O * K; i++)
        w->G[i] = zero;
    for (size_t k = 0; k < K; k++)
        for (size_t a = k; a < P; a++) {
            lanes I2;
            average_I2(w, k, a, &I2);
            for (size_t o = 0; o < O; o++) {
                w->G[o * K + k] += w->s[o * P + a] * I2;
                if (k < a && a < K)
                    w->G[o * K + a] += w->s[o * P + k] * I2;
            }
        }
}

/* rate times what it multiplies; what a rate of 0 multiplies does not count, finite or not. */
ALN_KERNEL_BODY void times_rate(const lanes *rate, const lanes *x, lanes *out)
{
    const lanes zero = {0};
    *out = LANES_CHOOSE(*rate != zero, *rate * *x, zero);
}

/* Does a lane's read-out, or its feedback that learns, need the averages? */
ALN_KERNEL_BODY bool needs_outputs(const struct lanes_work *w)
{
    const lanes zero = {0}, rate = LANES_ABS(OWN(w->rhs, ALN_LANES_RATE)),
                F_rate = LANES_ABS(OWN(w->rhs, ALN_LANES_F_RATE));
    return LANES_ANY_ABOVE(rate, zero) ||
           (!w->rhs->like->rule->mirrors && LANES_ANY_ABOVE(F_rate, zero));
}

ALN_KERNEL_BODY void read_out(const struct lanes_work *w, const lanes *y, lanes *dydt)
{
    const struct aln_problem *like = w->rhs->like;
    const size_t K = w->K, O = w->O;
    const struct aln_span *W2 = &w->rhs->layout.part[ALN_W2], *F = &w->rhs->layout.part[ALN_F];
    const lanes zero = {0};
    if (needs_outputs(w))
        average_outputs(w);
    for (size_t o = 0; o < O; o++) {
        const bool moves = aln_problem_row(like, o);
        for (size_t k = 0; k < K; k++) {
            const size_t i = W2->at + o * K + k, j = F->at + k * O + o;
            const lanes G = w->G[o * K + k];
            lanes change;
            times_rate(&OWN(w->rhs, ALN_LANES_RATE), &G, &change);
            dydt[i] = moves ? -OWN(w->rhs, ALN_LANES_DECAY) * y[i] - change : zero;
            if (F->count > 0) {
                times_rate(&OWN(w->rhs, ALN_LANES_F_RATE), like->rule->mirrors ? &y[i] : &G,
                           &change);
                dydt[j] = moves ? -OWN(w->rhs, ALN_LANES_F_DECAY) * y[j] - change : zero;
            }
        }
    }
}

/* What averages of erf, or of its sums, share of each field, and those of relu of each pair. */
ALN_KERNEL_BODY void normalise_fields(const struct lanes_work *w)
{
    const size_t P = w->K + w->M;
    for (size_t a = 0; a < P; a++) {
        const lanes *caa = &w->C[a * (P + 1)];
        if (w->averages == ALN_LANES_ERF && a < w->K) /* those of T were set */
            lanes_pair_normalise(caa, &w->r[a]);
        else if (w->averages == ALN_LANES_SUM)
            lanes_copies_normalise(w->rhs->sum, caa, &w->r[a * ALN_ERF_TERMS]);
        for (size_t b = 0; b < P && bends(w); b++)
            lanes_relu_pair(caa, &w->C[b * (P + 1)], &w->C[a * P + b], &w->pairs[a * P + b]);
    }
}

ALN_KERNEL_BODY void eval(const struct lanes_work *w, const lanes *y, lanes *dydt)
{
    const lanes zero = {0};
    read_state(w, y);
    normalise_fields(w);
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

static struct lanes_work work_of(const struct aln_lanes_rhs *rhs)
{
    const struct aln_problem *like = rhs->like;
    return (struct lanes_work){.rhs = rhs,
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
                               .UC = vectors(rhs->UC),
                               .copies = (struct lanes_copy *)(void *)rhs->copies,
                               .pairs = (struct lanes_relu_pair *)(void *)rhs->pairs};
}

void ALN_LANES_NAME(aln_lanes_rhs_at)(const struct aln_lanes_rhs *rhs, const double *y,
                                      double *dydt)
{
    struct lanes_work w = work_of(rhs);
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

void ALN_LANES_NAME(aln_lanes_error_at)(const struct aln_lanes_rhs *rhs, const double *y,
                                        double *eg)
{
    const struct lanes_work w = work_of(rhs);
    const size_t P = w.K + w.M;
    const lanes zero = {0};
    lanes sum = zero;
    read_state(&w, (const lanes *)y);
    normalise_fields(&w);
    for (size_t a = 0; a < P; a++)
        for (size_t b = a; b < P; b++) {
            lanes weight = zero, I2;
            for (size_t o = 0; o < w.O; o++)
                weight += w.s[o * P + a] * w.s[o * P + b];
            average_I2(&w, a, b, &I2);
            sum += (a == b ? 0.5 : 1.0) * weight * I2;
        }
    *(lanes *)eg = sum;
}

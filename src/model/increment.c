/* T is constant and factored once, T = L_T L_T^T. Then nu = L_T z_T and lambda = B z_T + L_S z_S
 * with B = R L_T^-T and L_S L_S^T = S = Q - B B^T, which takes a K x K factorisation per step. */
#include "model/increment.h"

#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "base/interrupt.h"
#include "base/isa.h"
#include "model/activation_rows.h"
#include "model/semidefinite.h"

struct aln_increment {
    const struct aln_problem *p;
    struct aln_layout layout;
    const double *state; /* set by aln_increment_start() */
    const double *sign;  /* O x K, held; NULL: those of the state */
    struct aln_feedback_source source;
    struct aln_feedback_view F;
    double *LT, *LT_inv; /* M x M: L_T; B = R LT_inv */
    double *B, *S, *LS;  /* K x M, K x K, K x K */
    double *Q_diagonal;  /* K */
    double *fields;      /* K + M: lambda, nu */
    double *g;           /* K + M, outputs of all units */
    double *e;           /* O, errors */
    double *d;           /* K, (F e) g'(lambda) */
    double *fed;         /* O, what is fed back in place of e where the two differ */
    double *F_work;      /* aln_problem_feedback_work() */
    bool plain;          /* it is e itself, and the rule neither perturbs nor mirrors */
};

struct aln_normals aln_normals_of(const struct aln_problem *p)
{
    struct aln_normals n = {.fields = p->K + p->M,
                            .noise = p->sigma > 0 ? p->O : 0,
                            .direction = p->rule->perturbs || p->rule->mirrors ? p->K : 0,
                            .path = p->feedback_noise > 0 ? p->O : 0};
    n.all = n.fields + n.noise + n.direction + n.path;
    return n;
}

static size_t lines(size_t count)
{
    return (count + 7) / 8 * 8; /* rounded up to whole 64-byte lines */
}

/* Factors T and inverts the factor on its range, in the column order of the elimination. */
static void factor_teacher(struct aln_increment *inc, double *work, size_t *pivot)
{
    const struct aln_problem *p = inc->p;
    const size_t M = p->M;
    double *T = work, *scale = work + M * M;
    memcpy(T, p->T, M * M * sizeof *T);
    for (size_t m = 0; m < M; m++)
        scale[m] = p->T[m * M + m];
    size_t rank = aln_semidefinite_factor(M, T, scale, inc->LT, pivot);
    for (size_t j = 0; j < rank && !aln_interrupted(); j++) {
        const double *row = inc->LT + pivot[j] * M;
        for (size_t m = 0; m < M; m++) {
            double sum = m == pivot[j];
            for (size_t i = 0; i < j; i++)
                sum -= inc->LT_inv[m * M + i] * row[i];
            inc->LT_inv[m * M + j] = sum / row[j];
        }
    }
}

enum aln_status aln_increment_create(struct aln_increment **out, const struct aln_problem *p)
{
    const size_t K = p->K, M = p->M, P = K + M;
    const size_t head = lines((sizeof(struct aln_increment) + 7) / 8);
    const size_t count[] = {M * M, M * M, K * M, K * K, K * K, K,
                            P,     P,     p->O,  K,     p->O,  aln_problem_feedback_work(p)};
    enum { ARRAYS = sizeof count / sizeof count[0] };
    size_t total = head;
    for (size_t i = 0; i < ARRAYS; i++)
        total += lines(count[i]);
    /* Work space for factoring T follows the rest. */
    size_t work = M * M + M,
           bytes = lines(total + work) * sizeof(double) + lines(M) * sizeof(size_t);
    double *store = aligned_alloc(64, (bytes + 63) / 64 * 64);
    *out = NULL;
    if (store == NULL)
        return aln_raise_memory("a step of %zu + %zu units", K, M);
    memset(store, 0, bytes);
    double *array[ARRAYS], *next = store + head;
    for (size_t i = 0; i < ARRAYS; i++) {
        array[i] = next;
        next += lines(count[i]);
    }
    *out = (struct aln_increment *)store;
    **out = (struct aln_increment){.p = p,
                                   .layout = aln_state_layout(p),
                                   .source = aln_feedback_source_of(p),
                                   .LT = array[0],
                                   .LT_inv = array[1],
                                   .B = array[2],
                                   .S = array[3],
                                   .LS = array[4],
                                   .Q_diagonal = array[5],
                                   .fields = array[6],
                                   .g = array[7],
                                   .e = array[8],
                                   .d = array[9],
                                   .fed = array[10],
                                   .F_work = array[11],
                                   .plain = !p->rule->targets && !p->rule->perturbs &&
                                            p->rule->levels == ALN_ERROR_WHOLE &&
                                            !p->rule->mirrors && !(p->feedback_noise > 0)};
    factor_teacher(*out, next, (size_t *)(store + lines(total + work)));
    return ALN_OK;
}

void aln_increment_free(struct aln_increment *inc)
{
    free(inc);
}

void aln_increment_teacher(const struct aln_increment *inc, const double **LT,
                           const double **LT_inv)
{
    *LT = inc->LT;
    *LT_inv = inc->LT_inv;
}

/* ---- bodies ---- */

/* The sizes of a step. Most problems have two teacher units, and the most common ones also two
 * student units and one output. The bodies are compiled for these sizes too, because a loop of two
 * iterations costs more than its contents. The results have the same bits. */
struct step_shape {
    size_t K, M, O;
};

/* B and L_S of a state. */
ALN_KERNEL_BODY void factor_student(struct aln_increment *inc, struct step_shape shape)
{
    const size_t K = shape.K, M = shape.M;
    const double *state = inc->state;
    const double *Q = state + inc->layout.part[ALN_Q].at, *R = state + inc->layout.part[ALN_R].at;
    for (size_t k = 0; k < K && !aln_interrupted(); k++)
        for (size_t m = 0; m < M; m++) {
            double sum = 0;
            for (size_t n = 0; n < M; n++)
                sum += R[k * M + n] * inc->LT_inv[n * M + m];
            inc->B[k * M + m] = sum;
        }
    for (size_t k = 0; k < K && !aln_interrupted(); k++) {
        inc->Q_diagonal[k] = *Q;
        for (size_t l = k; l < K; l++) {
            double sum = *Q++;
            for (size_t m = 0; m < M; m++)
                sum -= inc->B[k * M + m] * inc->B[l * M + m];
            inc->S[k * K + l] = inc->S[l * K + k] = sum;
        }
    }
    if (aln_isa_first())
        aln_semidefinite_factor(K, inc->S, inc->Q_diagonal, inc->LS, NULL);
    else
        aln_semidefinite_in_order(K, inc->S, inc->Q_diagonal, inc->LS);
}

/* lambda and nu of the sample. */
ALN_KERNEL_BODY void find_fields(struct aln_increment *inc, struct step_shape shape,
                                 const double *z)
{
    const size_t K = shape.K, M = shape.M;
    for (size_t k = 0; k < K; k++) {
        double sum = 0;
        for (size_t m = 0; m < M; m++)
            sum += inc->B[k * M + m] * z[m];
        for (size_t l = 0; l < K; l++)
            sum += inc->LS[k * K + l] * z[M + l];
        inc->fields[k] = sum;
    }
    for (size_t m = 0; m < M; m++) {
        double sum = 0;
        for (size_t n = 0; n < M; n++)
            sum += inc->LT[m * M + n] * z[n];
        inc->fields[K + m] = sum;
    }
}

/* Outputs of all units and the errors of the rows in force. */
ALN_KERNEL_BODY void find_errors(struct aln_increment *inc, struct step_shape shape,
                                 const double *noise)
{
    const struct aln_problem *p = inc->p;
    const size_t K = shape.K, M = shape.M;
    const double *W2 = inc->state + inc->layout.part[ALN_W2].at;
    aln_activation_values(p->activation, K + M, inc->fields, inc->g);
    for (size_t o = 0; o < shape.O; o++) {
        double e = p->sigma > 0 ? -p->sigma * noise[o] : 0;
        for (size_t k = 0; k < K; k++)
            e += W2[o * K + k] * inc->g[k];
        for (size_t m = 0; m < M; m++)
            if (aln_problem_teacher(p, m))
                e -= p->V2[o * M + m] * inc->g[K + m];
        inc->e[o] = aln_problem_row(p, o) ? e : 0;
    }
}

/* What the feedback carries in place of e: the target or a level, and noise on the way. */
static const double *find_fed(struct aln_increment *inc, const struct aln_draw *draw)
{
    const struct aln_problem *p = inc->p;
    for (size_t o = 0; o < p->O; o++) {
        double fed = aln_rule_level(p->rule, p->threshold, inc->e[o]);
        if (p->rule->targets)
            for (size_t k = 0; k < p->K; k++)
                fed -= inc->state[inc->layout.part[ALN_W2].at + o * p->K + k] * inc->g[k];
        if (p->feedback_noise > 0)
            fed += p->feedback_noise * draw->path[o];
        inc->fed[o] = aln_problem_row(p, o) ? fed : 0;
    }
    return inc->fed;
}

/* d <- xi (xi . d) */
static void project(size_t K, const double *direction, double *d)
{
    double along = 0;
    for (size_t k = 0; k < K; k++)
        along += direction[k] * d[k];
    for (size_t k = 0; k < K; k++)
        d[k] = direction[k] * along;
}

/* The signal d that reaches the hidden layer. */
ALN_KERNEL_BODY void feed_back(struct aln_increment *inc, struct step_shape shape,
                               const struct aln_draw *draw)
{
    const struct aln_problem *p = inc->p;
    const double *fed = inc->plain ? inc->e : find_fed(inc, draw);
    aln_activation_slopes(p->activation, shape.K, inc->fields, inc->d);
    for (size_t k = 0; k < shape.K; k++) {
        double signal = 0;
        for (size_t o = 0; o < shape.O; o++)
            signal += aln_feedback_entry(&inc->F, k, o) * fed[o];
        inc->d[k] *= signal;
    }
    if (p->rule->perturbs)
        project(shape.K, draw->direction, inc->d);
}

/* Updates the read-out and a learned feedback, which receives the same gradient transposed. */
ALN_KERNEL_BODY void move_weights(const struct aln_increment *inc, struct step_shape shape,
                                  const struct aln_step_rates *rates, double *next)
{
    const struct aln_span *W2 = &inc->layout.part[ALN_W2], *F = &inc->layout.part[ALN_F];
    for (size_t o = 0; o < shape.O; o++) {
        const bool moves = aln_problem_row(inc->p, o);
        const double e = inc->e[o];
        const double keep = moves ? rates->keep[1] : rates->stay, rate = moves ? rates->rate[1] : 0;
        const double *now = inc->state + W2->at + o * shape.K;
        for (size_t k = 0; k < shape.K; k++)
            next[W2->at + o * shape.K + k] = keep * now[k] - rate * e * inc->g[k];
    }
    for (size_t k = 0; k < shape.K && F->count > 0; k++)
        for (size_t o = 0; o < shape.O; o++) {
            const bool moves = aln_problem_row(inc->p, o);
            const double keep = moves ? rates->keep[2] : rates->stay,
                         rate = moves ? rates->rate[2] : 0;
            const size_t i = F->at + k * shape.O + o;
            next[i] = keep * inc->state[i] - rate * inc->e[o] * inc->g[k];
        }
}

void aln_increment_mirror(const struct aln_increment *inc, const struct aln_draw *draw,
                          double weight, double *gain)
{
    const size_t K = inc->p->K, O = inc->p->O;
    const double *W2 = inc->state + inc->layout.part[ALN_W2].at, *xi = draw->direction;
    for (size_t o = 0; o < O; o++) {
        double passed = 0;
        for (size_t k = 0; k < K; k++)
            passed += W2[o * K + k] * xi[k];
        for (size_t k = 0; k < K && aln_problem_row(inc->p, o); k++)
            gain[k * O + o] += weight * xi[k] * passed;
    }
}

/* Feedback that mirrors the read-out instead. */
static void move_mirror(const struct aln_increment *inc, const struct aln_step_rates *rates,
                        const struct aln_draw *draw, double *next)
{
    const struct aln_span *F = &inc->layout.part[ALN_F];
    for (size_t i = 0; i < F->count; i++) {
        const bool moves = aln_problem_row(inc->p, i % inc->p->O);
        next[F->at + i] = (moves ? rates->keep[2] : rates->stay) * inc->state[F->at + i];
    }
    aln_increment_mirror(inc, draw, rates->rate[2], next + F->at);
}

/* Updates Q and R.
 * Given: x2  |x|^2 */
ALN_KERNEL_BODY void move_overlaps(const struct aln_increment *inc, struct step_shape shape,
                                   const struct aln_step_rates *rates, double x2, double *next)
{
    const size_t K = shape.K, M = shape.M;
    const struct aln_span *Q = &inc->layout.part[ALN_Q], *R = &inc->layout.part[ALN_R];
    const double *state = inc->state, *lambda = inc->fields, *nu = inc->fields + K, *d = inc->d;
    if (inc->p->rule->route == ALN_NOWHERE) {
        for (size_t i = 0; i < Q->count; i++)
            next[Q->at + i] = rates->stay * state[Q->at + i];
        for (size_t i = 0; i < R->count; i++)
            next[R->at + i] = rates->stay * state[R->at + i];
        return;
    }
    const double square = rates->square_Q * x2;
    const bool first = aln_isa_first();
    for (size_t k = 0, i = Q->at; k < K; k++) {
        const double by_field = rates->rate_Q * d[k],
                     by_signal = rates->rate_Q * lambda[k] - square * d[k];
        for (size_t l = k; l < K; l++, i++)
            next[i] = first ? rates->keep_Q * state[i] -
                                  rates->rate_Q * (d[k] * lambda[l] + lambda[k] * d[l]) +
                                  rates->square_Q * x2 * d[k] * d[l]
                            : rates->keep_Q * state[i] - by_field * lambda[l] - by_signal * d[l];
    }
    for (size_t k = 0, i = R->at; k < K; k++)
        for (size_t m = 0; m < M; m++, i++)
            next[i] = rates->keep[0] * state[i] - rates->rate[0] * d[k] * nu[m];
}

ALN_KERNEL_BODY void eval(struct aln_increment *inc, struct step_shape shape,
                          const struct aln_step_rates *rates, const struct aln_draw *draw,
                          double *out)
{
    find_fields(inc, shape, draw->z);
    find_errors(inc, shape, draw->noise);
    feed_back(inc, shape, draw);
    move_weights(inc, shape, rates, out);
    if (inc->p->rule->mirrors)
        move_mirror(inc, rates, draw, out);
    move_overlaps(inc, shape, rates, draw->x2, out);
}

/* ---- by shape ---- */

/* CALL(K, M, O), with constants for the sizes that have a body of their own. */
#define BY_SHAPE(p, CALL)                                                                          \
    do {                                                                                           \
        if ((p)->K == 2 && (p)->M == 2 && (p)->O == 1)                                             \
            CALL(2, 2, 1);                                                                         \
        else if ((p)->M == 2)                                                                      \
            CALL((p)->K, 2, (p)->O);                                                               \
        else                                                                                       \
            CALL((p)->K, (p)->M, (p)->O);                                                          \
    } while (0)

void aln_increment_start(struct aln_increment *inc, const double *state)
{
    inc->state = state;
    inc->F = aln_feedback_at(&inc->source, state, inc->sign, inc->F_work);
    if (inc->p->spectrum != NULL)
        return; /* only signals are asked for, whose fields are given */
#define FACTOR(K, M, O) factor_student(inc, (struct step_shape){K, M, O})
    BY_SHAPE(inc->p, FACTOR);
}

void aln_increment_eval(struct aln_increment *inc, const struct aln_step_rates *rates,
                        const struct aln_draw *draw, double *out)
{
#define EVAL(K, M, O) eval(inc, (struct step_shape){K, M, O}, rates, draw, out)
    BY_SHAPE(inc->p, EVAL);
}

struct aln_signals aln_increment_signals(struct aln_increment *inc, const double *fields,
                                         const struct aln_draw *draw)
{
    const struct step_shape shape = {inc->p->K, inc->p->M, inc->p->O};
    memcpy(inc->fields, fields, (shape.K + shape.M) * sizeof *fields);
    find_errors(inc, shape, draw->noise);
    feed_back(inc, shape, draw);
    return (struct aln_signals){inc->g, inc->e, inc->d};
}

void aln_increment_hold_signs(struct aln_increment *inc, const double *sign)
{
    inc->sign = sign;
}

const double *aln_increment_signal(const struct aln_increment *inc)
{
    return inc->d;
}

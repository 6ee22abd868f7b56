/* The right-hand side. With s = [W2, -V2], U = F s and I3(k,b,a) = c_kb A2(k,a) + c_ab J2(k,a) the
 * sums over a become products of matrices:
 *     D_kb = sum_a U_ka I3(k,b,a) = c_kb sum_a U_ka A2(k,a) + sum_a (U_ka J2(k,a)) c_ab,
 *     dR = -eta1 D(teacher) - kappa1 R,
 *     dQ = -eta1 (D + D^T)(student) - 2 kappa1 Q + eta1^2 (...). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/ode.h"
#include "base/failure.h"
#include "base/interrupt.h"
#include "lanes/lanes.h"
#include "model/increment.h"
#include "theory/block_rates.h"
#include "theory/increments.h"
#include "theory/points.h"

/* Of one task alone. */
struct task_rhs {
    struct aln_problem problem;
    struct aln_rhs *rhs;
};

#define MOST_SLOPES 512 /* K x (K + M) up to which slopes of four-field averages are kept: 4 MB */

/* The four-field averages to first order around the covariance C: see I4_slope in struct aln_activation. */
struct expansion {
    double *C, *part, *slope,
        *work; /* P x P, K x K x P x P twice; C: NULL if slopes are not known */
    bool used; /* I4 is taken from it */
};

/* Several right-hand sides at once, in lanes, where these know the equations. */
struct columns {
    struct aln_lanes_rhs *rhs; /* NULL: one after the other */
    size_t lanes;
    double *y, *f; /* size x lanes each */
};

enum {
    PLACES = 4,
    AT_ONCE = 8
}; /* of a column's difference; right-hand sides that are wanted at once */

struct aln_rhs {
    const struct aln_problem *p;
    struct aln_layout layout;
    struct aln_feedback_source source;
    size_t size;
    struct aln_increments *sampled; /* averages over points, or NULL */
    struct task_rhs *task;          /* [task_count]; NULL without turns */
    double *C;                      /* P x P, covariance of the fields */
    double *s;                      /* O x P, [W2, -V2] of what is in force */
    double *F_work;                 /* aln_problem_feedback_work() */
    double *sign;                   /* O x K, of W2, held fixed around a state */
    double *U;                      /* K x P, F s */
    double *J;                      /* K x P, J2(k,a) */
    double *X;                      /* K x P, U_ka J2(k,a) */
    double *alpha;                  /* K, sum_a U_ka A2(k,a) */
    double *D;                      /* K x P, above */
    struct aln_block_rates *blocks; /* NULL unless the inputs have a spectrum */
    double *I4;                     /* K x K, the contracted four-field averages */
    double *I4_work;                /* I4_work() of the activation */
    double *G;                      /* O x K, sum_a s_oa I2(k,a) */
    double *y;                      /* size, a state nearby */
    double *f;                      /* AT_ONCE x size, derivatives there */
    struct columns columns;         /* for Jacobians */
    struct expansion near;          /* for Jacobians */
    double *share;                  /* [task_count] of the steps of the turn in force */
    double *part;                   /* size, the derivatives of one task */
    double storage[];               /* all of these */
};

void aln_rhs_turn(struct aln_rhs *rhs, const struct aln_problem_turn *turn)
{
    for (size_t j = 0; turn != NULL && j < rhs->p->task_count; j++)
        rhs->share[j] = aln_problem_share(rhs->p, turn, j);
}

static enum aln_status create_columns(struct columns *c, const struct aln_problem *p)
{
    const enum aln_isa isa = aln_isa_best();
    if (p->K > ALN_LANES_UNITS || !aln_lanes_know(p, p->eta))
        return ALN_OK;
    c->lanes = aln_lanes_count(isa);
    const size_t all = aln_problem_size(p) * c->lanes;
    c->y = aln_lanes_alloc(2 * all * sizeof *c->y);
    if (c->y == NULL)
        return aln_raise_memory("the Jacobian of %zu + %zu units", p->K, p->M);
    c->f = c->y + all;
    return aln_lanes_rhs_create(&c->rhs, p, isa);
}

static enum aln_status create_tasks(struct aln_rhs *rhs)
{
    const struct aln_problem *p = rhs->p;
    enum aln_status status = ALN_OK;
    rhs->task = calloc(p->task_count, sizeof *rhs->task);
    if (rhs->task == NULL)
        return aln_raise_memory("the equations of %zu tasks", p->task_count);
    for (size_t j = 0; j < p->task_count && status == ALN_OK; j++) {
        rhs->task[j].problem = aln_problem_of_task(p, j);
        status = aln_rhs_create(&rhs->task[j].rhs, &rhs->task[j].problem);
    }
    aln_rhs_turn(rhs, p->turns);
    return status;
}

enum aln_status aln_rhs_create(struct aln_rhs **out, const struct aln_problem *p)
{
    const struct aln_activation *g = p->activation;
    const size_t dimensions = aln_normals_of(p).all;
    *out = NULL;
    if (p->samples > 0)
        return aln_raise(ALN_USAGE,
                         "these equations are those of fresh samples, not of a fixed set");
    if (p->points > 0 && p->spectrum != NULL)
        return aln_raise(ALN_USAGE,
                         "averages over points: not available for inputs with a spectrum");
    if (p->points > 0 && dimensions > ALN_POINTS_MOST)
        return aln_raise(
            ALN_USAGE,
            "averages over points: expected at most %d random numbers of a sample, got %zu",
            ALN_POINTS_MOST, dimensions);
    if (p->points == 0 && p->rule->levels != ALN_ERROR_WHOLE)
        return aln_raise(ALN_USAGE,
                         "the averages of rule %s have no closed form, only averages over points "
                         "(ode.averages: cubature)",
                         p->rule->id.name);
    if (g->I2 == NULL || g->J2 == NULL || g->A2 == NULL || g->I4_work == NULL || g->I4 == NULL)
        return aln_raise(ALN_USAGE,
                         "activation %s lacks averages that the ode needs (I2, J2, A2, I4)",
                         g->id.name);
    size_t K = p->K, O = p->O, P = K + p->M;
    struct aln_layout layout = aln_state_layout(p);
    size_t count = P * P + O * P + 2 * K * O + 4 * K * P + K + K * K + (2 + AT_ONCE) * layout.size +
                   p->task_count + g->I4_work(P, K) + aln_problem_feedback_work(p);
    const size_t parts = g->I4_slope != NULL && K * P <= MOST_SLOPES ? K * K * P * P : 0;
    if (parts > 0)
        count += P * P + 2 * parts + g->I4_slope_work(P, K);
    struct aln_rhs *rhs = calloc(1, sizeof *rhs + count * sizeof(double));
    *out = rhs;
    if (rhs == NULL)
        return aln_raise_memory("the equations of %zu + %zu units", K, p->M);
    rhs->p = p;
    rhs->layout = layout;
    rhs->source = aln_feedback_source_of(p);
    rhs->size = layout.size;
    rhs->C = rhs->storage;
    rhs->s = rhs->C + P * P;
    rhs->U = rhs->s + O * P;
    rhs->J = rhs->U + K * P;
    rhs->X = rhs->J + K * P;
    rhs->alpha = rhs->X + K * P;
    rhs->D = rhs->alpha + K;
    rhs->I4 = rhs->D + K * P;
    rhs->G = rhs->I4 + K * K;
    rhs->y = rhs->G + O * K;
    rhs->f = rhs->y + rhs->size;
    rhs->sign = rhs->f + AT_ONCE * rhs->size;
    rhs->I4_work = rhs->sign + O * K;
    rhs->F_work = rhs->I4_work + p->activation->I4_work(P, K);
    rhs->part = rhs->F_work + aln_problem_feedback_work(p);
    rhs->share = rhs->part + rhs->size;
    if (parts > 0 && p->points == 0 && p->turn_count == 0) {
        rhs->near.C = rhs->share + p->task_count;
        rhs->near.part = rhs->near.C + P * P;
        rhs->near.slope = rhs->near.part + parts;
        rhs->near.work = rhs->near.slope + parts;
    }
    if (p->turn_count > 0)
        return create_tasks(rhs);
    if (p->points > 0)
        return aln_increments_create(&rhs->sampled, p, p->points);
    const enum aln_status status =
        p->spectrum != NULL ? aln_block_rates_create(&rhs->blocks, p) : ALN_OK;
    return status == ALN_OK ? create_columns(&rhs->columns, p) : status;
}

void aln_rhs_free(struct aln_rhs *rhs)
{
    if (rhs != NULL) {
        for (size_t j = 0; rhs->task != NULL && j < rhs->p->task_count; j++)
            aln_rhs_free(rhs->task[j].rhs);
        free(rhs->task);
        aln_block_rates_free(rhs->blocks);
        aln_increments_free(rhs->sampled);
        aln_lanes_rhs_free(rhs->columns.rhs);
        free(rhs->columns.y);
    }
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

/* U = F s, or F [0, -V2] where the target is fed back. */
static void feed_back(struct aln_rhs *rhs, const struct aln_feedback_view *F)
{
    size_t K = rhs->p->K, O = rhs->p->O, P = K + rhs->p->M;
    const size_t first = rhs->p->rule->targets ? K : 0;
    memset(rhs->U, 0, K * P * sizeof *rhs->U);
    for (size_t k = 0; k < K && !aln_interrupted(); k++)
        for (size_t o = 0; o < O; o++)
            for (size_t a = first; a < P; a++)
                rhs->U[k * P + a] += aln_feedback_entry(F, k, o) * rhs->s[o * P + a];
}

/* J, X and alpha, from U and C. */
static void average_first_order(struct aln_rhs *rhs)
{
    const struct aln_activation *g = rhs->p->activation;
    size_t K = rhs->p->K, P = K + rhs->p->M;
    const double *C = rhs->C;
    for (size_t k = 0; k < K && !aln_interrupted(); k++) {
        const double *Ck = C + k * P, *Uk = rhs->U + k * P;
        double *Jk = rhs->J + k * P, *Xk = rhs->X + k * P, alpha = 0;
        for (size_t a = 0; a < P; a++) {
            double caa = C[a * P + a];
            Jk[a] = g->J2(Ck[k], caa, Ck[a]);
            Xk[a] = Uk[a] * Jk[a];
            alpha += Uk[a] * g->A2(Ck[k], caa, Ck[a]);
        }
        rhs->alpha[k] = alpha;
    }
}

/* (F F^T)_kl over the outputs in force, which multiplies their noise. */
static double feedback_product(const struct aln_problem *p, const struct aln_feedback_view *F,
                               size_t k, size_t l)
{
    double sum = 0;
    for (size_t o = 0; o < p->O; o++)
        if (aln_problem_row(p, o))
            sum += aln_feedback_entry(F, k, o) * aln_feedback_entry(F, l, o);
    return sum;
}

/* <d d^T> in place of the contracted averages that hold its part without noise, upper triangle. */
static void square_signal(struct aln_rhs *rhs, const struct aln_feedback_view *F)
{
    const struct aln_problem *p = rhs->p;
    const size_t K = p->K, P = K + p->M;
    const double noise = p->sigma * p->sigma + p->feedback_noise * p->feedback_noise;
    double trace = 0;
    for (size_t k = 0; k < K; k++) {
        for (size_t l = k; l < K; l++)
            rhs->I4[k * K + l] += noise * feedback_product(p, F, k, l) * rhs->J[k * P + l];
        trace += rhs->I4[k * (K + 1)];
    }
    for (size_t k = 0; k < K && p->rule->perturbs; k++)
        for (size_t l = k; l < K; l++)
            rhs->I4[k * K + l] = 2 * rhs->I4[k * K + l] + (k == l ? trace : 0);
}

/* dQ and dR of inputs without a spectrum.
 * Given: square  eta^2 over the batch; 0: without <d d^T> */
static void move_overlaps(struct aln_rhs *rhs, double eta, double square, const double *y,
                          double *dydt)
{
    const struct aln_problem *p = rhs->p;
    const size_t K = p->K, M = p->M, P = K + M;
    const size_t at_Q = rhs->layout.part[ALN_Q].at, at_R = rhs->layout.part[ALN_R].at;
    double *D = rhs->D;
    for (size_t k = 0; k < K && !aln_interrupted(); k++) {
        multiply(1, P, P, rhs->X + k * P, rhs->C, D + k * P);
        for (size_t b = 0; b < P; b++)
            D[k * P + b] += rhs->alpha[k] * rhs->C[k * P + b];
    }
    for (size_t k = 0, i = at_Q; k < K; k++) {
        for (size_t l = k; l < K; l++, i++) {
            double dQ = -eta * (D[k * P + l] + D[l * P + k]) - 2 * p->kappa[0] * y[i];
            if (square != 0)
                dQ += square * rhs->I4[k * K + l];
            dydt[i] = dQ;
        }
    }
    for (size_t k = 0, i = at_R; k < K; k++)
        for (size_t m = 0; m < M; m++, i++)
            dydt[i] = -eta * D[k * P + K + m] - p->kappa[0] * y[i];
}

/* Contracted four-field averages near those of the expansion, upper triangle. */
static void contract_near(struct aln_rhs *rhs)
{
    const size_t K = rhs->p->K, P = K + rhs->p->M;
    const struct expansion *near = &rhs->near;
    for (size_t k = 0; k < K; k++)
        for (size_t l = k; l < K; l++) {
            const double *part = near->part + (k * K + l) * P * P,
                         *slope = part - near->part + near->slope;
            double sum = 0;
            for (size_t a = 0; a < P; a++)
                for (size_t b = 0; b < P; b++)
                    sum += rhs->U[k * P + a] * rhs->U[l * P + b] * part[a * P + b] +
                           slope[a * P + b] * (rhs->C[a * P + b] - near->C[a * P + b]);
            rhs->I4[k * K + l] = sum;
        }
}

/* dQ and dR of a hidden layer that learns. */
static void hidden_layer(struct aln_rhs *rhs, double eta, const struct aln_feedback_view *F,
                         const double *y, double *dydt)
{
    const struct aln_problem *p = rhs->p;
    const size_t K = p->K, P = K + p->M;
    const double square = p->first_order ? 0 : eta * eta / aln_problem_batch(p);
    feed_back(rhs, F);
    average_first_order(rhs);
    if (square != 0) {
        if (rhs->near.used)
            contract_near(rhs);
        else
            p->activation->I4(P, K, rhs->C, rhs->U, rhs->I4, rhs->I4_work);
        square_signal(rhs, F);
    }
    const struct aln_block_averages averages = {rhs->alpha, rhs->X, eta, square, rhs->I4};
    if (rhs->blocks != NULL)
        aln_block_rates_eval(rhs->blocks, &averages, y, dydt);
    else
        move_overlaps(rhs, eta, square, y, dydt);
}

/* G, the read-out's gradient. */
static void average_outputs(struct aln_rhs *rhs)
{
    const struct aln_problem *p = rhs->p;
    size_t K = p->K, O = p->O, P = K + p->M;
    const double *C = rhs->C;
    double *G = rhs->G;
    memset(G, 0, O * K * sizeof *G);
    for (size_t k = 0; k < K && !aln_interrupted(); k++) {
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

/* dW2, and dF of a learned feedback, which receives the same gradient transposed or, if it mirrors
 * the read-out, W2^T itself. Rows of the read-out that are not in force do not change. */
static void read_out(struct aln_rhs *rhs, const double eta[2], const double *y, double *dydt)
{
    const struct aln_problem *p = rhs->p;
    const struct aln_span *W2 = &rhs->layout.part[ALN_W2], *F = &rhs->layout.part[ALN_F];
    size_t K = p->K, O = p->O;
    double rate, decay, F_rate, F_decay;
    aln_state_rates(p, ALN_W2, eta, &rate, &decay);
    aln_state_rates(p, ALN_F, eta, &F_rate, &F_decay);
    rate *= aln_problem_gain(p);
    F_rate *= p->rule->mirrors ? -1 : aln_problem_gain(p);
    const bool averages = F->count > 0 && F_rate != 0 && !p->rule->mirrors;
    if (rate != 0 || averages)
        average_outputs(rhs);
    for (size_t o = 0; o < O; o++) {
        bool moves = aln_problem_row(p, o);
        for (size_t k = 0; k < K; k++) {
            size_t i = W2->at + o * K + k, j = F->at + k * O + o;
            double G = rhs->G[o * K + k];
            dydt[i] = moves ? -decay * y[i] - (rate != 0 ? rate * G : 0) : 0;
            const double towards = p->rule->mirrors ? y[i] : G;
            if (F->count > 0)
                dydt[j] = moves ? -F_decay * y[j] - (F_rate != 0 ? F_rate * towards : 0) : 0;
        }
    }
}

/* By closed forms. */
static void average(struct aln_rhs *rhs, const double eta[2], const double *sign, const double *y,
                    double *dydt)
{
    const struct aln_problem *p = rhs->p;
    aln_state_covariance(&rhs->layout, y, p->T, rhs->C);
    aln_problem_outputs(p, y + rhs->layout.part[ALN_W2].at, rhs->s);
    if (p->rule->route == ALN_NOWHERE) {
        memset(dydt, 0, rhs->size * sizeof *dydt);
    } else {
        const struct aln_feedback_view F = aln_feedback_at(&rhs->source, y, sign, rhs->F_work);
        hidden_layer(rhs, eta[0] * aln_problem_gain(p), &F, y, dydt);
    }
    read_out(rhs, eta, y, dydt);
}

/* Each step is of one task, so that their mean is that of the tasks' means. */
static enum aln_status average_tasks(struct aln_rhs *rhs, const double eta[2], const double *sign,
                                     const double *y, double *dydt)
{
    memset(dydt, 0, rhs->size * sizeof *dydt);
    for (size_t j = 0; j < rhs->p->task_count; j++) {
        const double share = rhs->share[j];
        if (share == 0)
            continue;
        enum aln_status status = aln_rhs_eval(rhs->task[j].rhs, eta, sign, y, rhs->part);
        for (size_t i = 0; i < rhs->size; i++)
            dydt[i] += share * rhs->part[i];
        if (status != ALN_OK)
            return status;
    }
    return ALN_OK;
}

enum aln_status aln_rhs_eval(struct aln_rhs *rhs, const double eta[2], const double *sign,
                             const double *y, double *dydt)
{
    if (rhs->task != NULL)
        return average_tasks(rhs, eta, sign, y, dydt);
    if (rhs->sampled != NULL) {
        aln_increments_hold_signs(rhs->sampled, sign);
        if (aln_increments_mean(rhs->sampled, y, eta, dydt) != ALN_OK)
            return ALN_STOPPED;
    } else {
        average(rhs, eta, sign, y, dydt);
    }
    if (aln_interrupted())
        return ALN_STOPPED;
    /* A saturated activation can give finite derivatives at an infinite overlap: test both. */
    for (size_t i = 0; i < rhs->size; i++)
        if (!isfinite(y[i]) || !isfinite(dydt[i]))
            return ALN_NUMERIC;
    return ALN_OK;
}

/* ---- Jacobian ---- */

#define NUDGE 0x1p-10 /* relative to the scale; truncation 2^-40, round-off 2^-43 */

/* Expands the four-field averages around a state, if their slopes are known: they are most of the work, and
 * differences then go without them.
 * Changed: rhs->near */
static enum aln_status expand_averages(struct aln_rhs *rhs, const double eta[2], const double *sign,
                                       const double *y)
{
    const struct aln_problem *p = rhs->p;
    const struct aln_activation *g = p->activation;
    const size_t K = p->K, P = K + p->M;
    struct expansion *near = &rhs->near;
    if (near->C == NULL || p->first_order || eta[0] == 0 || p->rule->route == ALN_NOWHERE)
        return ALN_OK;
    enum aln_status status = aln_rhs_eval(rhs, eta, sign, y, rhs->f); /* leaves C and U */
    if (status != ALN_OK)
        return status;
    memcpy(near->C, rhs->C, P * P * sizeof(double));
    g->I4_slope(P, K, near->C, rhs->U, near->part, near->slope, near->work);
    near->used = true;
    return aln_interrupted() ? ALN_STOPPED : ALN_OK;
}

/* One state nearby: that of rhs->y but for one entry. */
struct near_state {
    size_t entry;
    double value;
};

/* Gives all lanes the problem, the rates, the signs of a rule that jumps, and the state. */
static void spread(struct columns *c, const struct aln_problem *p, const double eta[2],
                   const double *sign, size_t size, const double *y)
{
    for (size_t j = 0; j < c->lanes; j++) {
        aln_lanes_rhs_set(c->rhs, j, p, eta);
        if (p->rule->jumps)
            aln_lanes_rhs_hold(c->rhs, j, sign);
    }
    for (size_t i = 0; i < size * c->lanes; i++)
        c->y[i] = y[i / c->lanes];
}

/* Derivatives at `count` states nearby, in lanes.
 * Changed: f (count x size) */
static enum aln_status eval_lanes(struct aln_rhs *rhs, size_t count, const struct near_state *near,
                                  double *f)
{
    struct columns *c = &rhs->columns;
    const size_t lanes = c->lanes;
    for (size_t first = 0; first < count; first += lanes) {
        const size_t used = count - first < lanes ? count - first : lanes;
        const struct near_state *at = near + first;
        double finite = 0;
        if (aln_interrupted())
            return ALN_STOPPED;
        for (size_t j = 0; j < used; j++)
            c->y[at[j].entry * lanes + j] = at[j].value;
        aln_lanes_rhs_eval(c->rhs, c->y, c->f);
        for (size_t j = 0; j < used; j++) {
            for (size_t i = 0; i < rhs->size; i++) {
                const double x = c->f[i * lanes + j];
                f[(first + j) * rhs->size + i] = x;
                finite += 0 * x + 0 * c->y[i * lanes + j];
            }
            c->y[at[j].entry * lanes + j] = rhs->y[at[j].entry];
        }
        if (finite != 0)
            return ALN_NUMERIC;
    }
    return ALN_OK;
}

/* The same, one after the other. */
static enum aln_status eval_each(struct aln_rhs *rhs, const double eta[2], const double *sign,
                                 size_t count, const struct near_state *near, double *f)
{
    enum aln_status status = ALN_OK;
    for (size_t n = 0; n < count && status == ALN_OK; n++) {
        const double before = rhs->y[near[n].entry];
        rhs->y[near[n].entry] = near[n].value;
        status = aln_rhs_eval(rhs, eta, sign, rhs->y, f + n * rhs->size);
        rhs->y[near[n].entry] = before;
    }
    return status;
}

static enum aln_status differentiate(struct aln_rhs *rhs, const double eta[2], const double *sign,
                                     const double *y, double *dfdy)
{
    static const double place[PLACES] = {-2, -1, 1, 2}, weight[PLACES] = {1, -8, 8, -1};
    const struct aln_problem *p = rhs->p;
    const size_t size = rhs->size;
    const bool together = rhs->columns.rhs != NULL && aln_lanes_know(p, eta);
    /* The scales are stored in the first row: an entry is read before its column is written. A
     * length counts as at least NUDGE of the longest, or differences would be pure round-off; not
     * for averages that are undefined at length 0 (relu). */
    aln_state_scales(p, y, p->activation->singular ? 0 : NUDGE, dfdy);
    memcpy(rhs->y, y, size * sizeof *y);
    if (together) {
        spread(&rhs->columns, p, eta, sign, size, y);
        aln_lanes_rhs_expand(rhs->columns.rhs, rhs->near.used ? rhs->near.C : NULL, rhs->near.part,
                             rhs->near.slope);
    }
    for (size_t first = 0; first < size; first += AT_ONCE / PLACES) {
        struct near_state near[AT_ONCE];
        double h[AT_ONCE / PLACES];
        size_t count = 0;
        for (size_t j = first; j < size && count < AT_ONCE; j++) {
            h[j - first] = dfdy[j] * NUDGE;
            for (size_t n = 0; n < PLACES; n++)
                near[count++] = (struct near_state){j, y[j] + place[n] * h[j - first]};
        }
        enum aln_status status = together ? eval_lanes(rhs, count, near, rhs->f)
                                          : eval_each(rhs, eta, sign, count, near, rhs->f);
        if (status != ALN_OK)
            return status;
        for (size_t c = 0; c < count / PLACES; c++)
            for (size_t i = 0; i < size; i++) {
                double sum = 0;
                for (size_t n = 0; n < PLACES; n++)
                    sum += weight[n] * rhs->f[(c * PLACES + n) * size + i];
                dfdy[i * size + first + c] = sum / (12 * h[c]);
            }
    }
    return ALN_OK;
}

enum aln_status aln_rhs_jacobian(struct aln_rhs *rhs, const double eta[2], const double *sign,
                                 const double *y, double *dfdy)
{
    const struct aln_problem *p = rhs->p;
    if (sign == NULL && p->rule->jumps) {
        aln_rule_signs(p->O * p->K, y + rhs->layout.part[ALN_W2].at, rhs->sign);
        sign = rhs->sign;
    }
    enum aln_status status = expand_averages(rhs, eta, sign, y);
    if (status == ALN_OK)
        status = differentiate(rhs, eta, sign, y, dfdy);
    rhs->near.used = false;
    return status;
}

#include "simulate/chain_lanes.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "base/interrupt.h"
#include "model/activation_rows.h"
#include "model/semidefinite.h"
#include "simulate/draws.h"
#include "simulate/steps.h"

enum { LANES = ALN_CHAIN_LANES };

typedef double lanes __attribute__((vector_size(8 * LANES)));
typedef int64_t masks __attribute__((vector_size(8 * LANES))); /* all bits set: true */

/* a where the mask is set, else b */
#define SELECT(mask, a, b) ((lanes)(((mask) & (masks)(a)) | (~(mask) & (masks)(b))))

struct aln_chain_lanes {
    const struct aln_problem *p;
    uint64_t step;
    size_t count; /* lanes in use */
    struct aln_steps steps;
    struct aln_layout layout;
    struct aln_feedback_source source;
    struct aln_increment *increment; /* whose factor of T is used */
    const double *LT, *LT_inv;
    struct aln_failure *failure; /* of each lane */
    bool failed;                 /* one of them has */
    enum aln_status (*advance)(struct aln_chain_lanes *c, uint64_t step);
    struct aln_draws *draws; /* of each lane */
    size_t drawn, used;      /* samples at hand, and of these taken */
    double *draw;            /* their normals and rests of |x|^2 of each lane, */
    lanes *samples, *rests;  /* and side by side, one behind the other */
    lanes *now, *next;       /* states */
    const lanes *z;          /* normals of the sample */
    lanes *B, *S, *L;        /* K x M; K x K, lower triangles; K x K by columns */
    bool triangular;         /* L is lower triangular, whatever its upper half holds */
    lanes *Q_diagonal;       /* K */
    masks *done, *is;        /* K: whether a row has been a pivot, whether it is the next one */
    lanes *fields, *g;       /* K + M */
    lanes *e, *d;            /* O, K */
    lanes x2;                /* |x|^2 */
    lanes enough;            /* share of its scale that makes a pivot large enough */
};

bool aln_chain_lanes_fit(const struct aln_problem *p)
{
    return p->spectrum == NULL && p->samples == 0 && p->turn_count == 0 && p->batch <= 1 &&
           !(p->momentum > 0) && !p->rule->targets && p->rule->levels == ALN_ERROR_WHOLE &&
           !p->rule->perturbs && !p->rule->mirrors && !(p->feedback_noise > 0) &&
           aln_feedback_source_of(p).kind != ALN_FEEDBACK_MADE;
}

bool aln_chain_lanes_pay(const struct aln_problem *p)
{
    enum { MOST = 128 };
    return p->K <= MOST && aln_chain_lanes_fit(p) && !aln_isa_first();
}

/* ---- one step ---- */

#define ROUNDING(K) (4 * (double)(K)*DBL_EPSILON) /* of a pivot, as a share of its scale */

/* Whether a > b.  gcc 12 fails on comparisons of vectors wider than the processor's ("internal compiler
 * error: in do_store_flag"), but not on loops. */
ALN_KERNEL_BODY void above(const lanes *a, const lanes *b, masks *out)
{
    for (size_t lane = 0; lane < LANES; lane++)
        ((int64_t *)out)[lane] = ((const double *)a)[lane] > ((const double *)b)[lane] ? -1 : 0;
}

ALN_KERNEL_BODY void equal(const masks *a, int64_t b, masks *out)
{
    for (size_t lane = 0; lane < LANES; lane++)
        ((int64_t *)out)[lane] = ((const int64_t *)a)[lane] == b ? -1 : 0;
}

ALN_KERNEL_BODY bool all_set(const masks *a)
{
    int64_t all = -1;
    for (size_t lane = 0; lane < LANES; lane++)
        all &= ((const int64_t *)a)[lane];
    return all != 0;
}

ALN_KERNEL_BODY bool is_zero(const lanes *a)
{
    const masks bits = (masks)*a;
    int64_t any = 0;
    for (size_t lane = 0; lane < LANES; lane++)
        any |= ((const int64_t *)&bits)[lane];
    return any == 0;
}

ALN_KERNEL_BODY void take_root(lanes *x)
{
    for (size_t lane = 0; lane < LANES; lane++)
        ((double *)x)[lane] = sqrt(((const double *)x)[lane]);
}

struct step_size {
    size_t K, M, O;
};

/* Lane after lane, then side by side. */
ALN_KERNEL_BODY void draw_samples(struct aln_chain_lanes *c)
{
    const size_t normals = c->drawn * c->draws->count.all, numbers = normals + c->drawn;
    for (size_t lane = 0; lane < c->count; lane++) {
        double *z = c->draw + lane * numbers;
        aln_draws_samples(&c->draws[lane], c->drawn, z, z + normals);
    }
    for (size_t i = 0; i < numbers; i++) {
        const double *z = c->draw + i;
        c->samples[i] = (lanes){z[0],           z[numbers],     z[2 * numbers], z[3 * numbers],
                                z[4 * numbers], z[5 * numbers], z[6 * numbers], z[7 * numbers]};
    }
    c->used = 0;
}

ALN_KERNEL_BODY void take_sample(struct aln_chain_lanes *c, struct step_size n)
{
    if (c->used == c->drawn)
        draw_samples(c);
    c->z = c->samples + c->used * c->draws->count.all;
    lanes x2 = c->rests[c->used++];
    for (size_t a = 0; a < n.K + n.M; a++)
        x2 += c->z[a] * c->z[a];
    c->x2 = x2;
}

/* B = R L_T^-T and S = Q - B B^T. */
ALN_KERNEL_BODY void find_covariance(struct aln_chain_lanes *c, struct step_size n)
{
    const lanes *Q = c->now + c->layout.part[ALN_Q].at, *R = c->now + c->layout.part[ALN_R].at;
    for (size_t k = 0; k < n.K; k++)
        for (size_t m = 0; m < n.M; m++) {
            lanes sum = {0};
            for (size_t i = 0; i < n.M; i++)
                sum += R[k * n.M + i] * c->LT_inv[i * n.M + m];
            c->B[k * n.M + m] = sum;
        }
    for (size_t k = 0; k < n.K; k++) {
        c->Q_diagonal[k] = *Q;
        for (size_t l = k; l < n.K; l++) {
            lanes sum = *Q++;
            for (size_t m = 0; m < n.M; m++)
                sum -= c->B[k * n.M + m] * c->B[l * n.M + m];
            c->S[l * n.K + k] = sum;
        }
    }
}

/* The pivot of the next column of each lane, as the number of its row; K where there is none. */
ALN_KERNEL_BODY void find_pivot(struct aln_chain_lanes *c, struct step_size n, masks *out)
{
    lanes share = ROUNDING(n.K) - (lanes){0};
    masks found = (int64_t)n.K - (masks){0}, first = {0}; /* whether one is large enough */
    for (size_t i = 0; i < n.K; i++) {
        const lanes pivot = c->S[i * n.K + i], scale = c->Q_diagonal[i], least = share * scale,
                    enough = c->enough * scale;
        masks better, large;
        above(&pivot, &least, &better);
        above(&pivot, &enough, &large);
        better = (better | large) & ~c->done[i] & ~first;
        found = (better & ((int64_t)i - (masks){0})) | (~better & found);
        share = SELECT(better, pivot / scale, share);
        first |= better & large;
    }
    *out = found;
}

/* Column j of L, from the row of S at the pivot.
 * Given: is (K)  whether the pivot is this row; none  whether there is none */
ALN_KERNEL_BODY void find_column(struct aln_chain_lanes *c, struct step_size n, const masks *none,
                                 lanes *column)
{
    const masks *is = c->is;
    lanes root = {0};
    for (size_t i = 0; i < n.K; i++)
        root = SELECT(is[i], c->S[i * n.K + i], root);
    take_root(&root);
    const lanes inverse = 1 / root;
    for (size_t i = 0; i < n.K; i++) {
        masks entry = {0};
        for (size_t k = 0; k < n.K; k++)
            entry |= is[k] & (masks)c->S[i > k ? i * n.K + k : k * n.K + i];
        entry = ~(c->done[i] | *none) & (masks)((lanes)entry * inverse);
        column[i] = SELECT(is[i], root, (lanes)entry);
    }
}

/* The columns from j on, where one lane's order differs from the next one's. */
ALN_KERNEL_BODY void factor_by_masks(struct aln_chain_lanes *c, struct step_size n, size_t j)
{
    for (size_t i = 0; i < n.K; i++)
        c->done[i] = (i < j ? -1 : 0) - (masks){0};
    for (size_t l = 0; l < j; l++) /* so far columns are those of a triangle */
        for (size_t i = 0; i < l; i++)
            c->L[l * n.K + i] = (lanes){0};
    for (; j < n.K; j++) {
        lanes *column = c->L + j * n.K;
        masks best, none;
        find_pivot(c, n, &best);
        equal(&best, (int64_t)n.K, &none);
        for (size_t i = 0; i < n.K; i++)
            equal(&best, (int64_t)i, &c->is[i]);
        find_column(c, n, &none, column);
        for (size_t i = 0; i < n.K; i++) {
            for (size_t k = 0; k <= i; k++)
                c->S[i * n.K + k] -= column[i] * column[k];
            c->done[i] |= c->is[i];
        }
    }
}

/* The share of its scale that is enough of a pivot. */
ALN_KERNEL_BODY void find_enough(struct aln_chain_lanes *c, struct step_size n)
{
    lanes most = c->S[0], of = c->Q_diagonal[0];
    for (size_t i = 1; i < n.K; i++) {
        const lanes pivot = c->S[i * n.K + i], scale = c->Q_diagonal[i], a = pivot * of,
                    b = most * scale;
        masks more;
        above(&a, &b, &more);
        most = SELECT(more, pivot, most);
        of = SELECT(more, scale, of);
    }
    const lanes enough = ALN_SEMIDEFINITE_ENOUGH * (most / of), least = ROUNDING(n.K) - (lanes){0};
    masks below;
    above(&least, &enough, &below);
    c->enough = SELECT(below, least, enough);
}

/* Whether row j is the next pivot in all lanes. */
ALN_KERNEL_BODY bool is_enough(const struct aln_chain_lanes *c, const lanes *pivot, size_t j)
{
    const lanes enough = c->enough * c->Q_diagonal[j];
    masks large;
    above(pivot, &enough, &large);
    return all_set(&large);
}

/* Takes the first `columns` columns of L out of S_ik. */
ALN_KERNEL_BODY void take_columns(const struct aln_chain_lanes *c, struct step_size n, size_t i,
                                  size_t k, size_t columns, lanes *out)
{
    lanes rest = c->S[i * n.K + k];
    for (size_t l = 0; l < columns; l++)
        rest -= c->L[l * n.K + i] * c->L[l * n.K + k];
    *out = rest;
}

/* S = L L^T as aln_semidefinite_in_order() finds it. Entries of S are complete when they are needed. */
ALN_KERNEL_BODY void factor_covariance(struct aln_chain_lanes *c, struct step_size n)
{
    size_t j = 0;
    find_enough(c, n);
    for (; j < n.K; j++) {
        lanes *column = c->L + j * n.K, pivot, root;
        take_columns(c, n, j, j, j, &pivot);
        if (!is_enough(c, &pivot, j))
            break;
        root = pivot;
        take_root(&root);
        const lanes inverse = 1 / root;
        column[j] = root;
        for (size_t i = j + 1; i < n.K; i++) {
            lanes entry;
            take_columns(c, n, i, j, j, &entry);
            column[i] = entry * inverse;
        }
    }
    c->triangular = j == n.K;
    if (c->triangular)
        return;
    for (size_t i = j; i < n.K; i++)
        for (size_t k = j; k <= i; k++)
            take_columns(c, n, i, k, j, &c->S[i * n.K + k]);
    factor_by_masks(c, n, j);
}

ALN_KERNEL_BODY void find_fields(struct aln_chain_lanes *c, struct step_size n)
{
    for (size_t k = 0; k < n.K; k++) {
        lanes sum = {0};
        for (size_t m = 0; m < n.M; m++)
            sum += c->B[k * n.M + m] * c->z[m];
        const size_t end = c->triangular ? k + 1 : n.K;
        for (size_t l = 0; l < end; l++)
            sum += c->L[l * n.K + k] * c->z[n.M + l];
        c->fields[k] = sum;
    }
    for (size_t m = 0; m < n.M; m++) {
        lanes sum = {0};
        for (size_t i = 0; i < n.M; i++)
            sum += c->LT[m * n.M + i] * c->z[i];
        c->fields[n.K + m] = sum;
    }
}

ALN_KERNEL_BODY void find_errors(struct aln_chain_lanes *c, struct step_size n)
{
    const struct aln_problem *p = c->p;
    const lanes *W2 = c->now + c->layout.part[ALN_W2].at, *noise = c->z + n.K + n.M;
    aln_activation_values(p->activation, (n.K + n.M) * LANES, (const double *)c->fields,
                          (double *)c->g);
    for (size_t o = 0; o < n.O; o++) {
        lanes e = {0};
        if (p->sigma > 0)
            e = -p->sigma * noise[o];
        for (size_t k = 0; k < n.K; k++)
            e += W2[o * n.K + k] * c->g[k];
        for (size_t m = 0; m < n.M; m++)
            if (aln_problem_teacher(p, m))
                e -= p->V2[o * n.M + m] * c->g[n.K + m];
        c->e[o] = aln_problem_row(p, o) ? e : (lanes){0};
    }
}

ALN_KERNEL_BODY void feed_back(struct aln_chain_lanes *c, struct step_size n)
{
    const struct aln_feedback_source *F = &c->source;
    aln_activation_slopes(c->p->activation, n.K * LANES, (const double *)c->fields, (double *)c->d);
    for (size_t k = 0; k < n.K; k++) {
        lanes signal = {0};
        for (size_t o = 0; o < n.O; o++) {
            const size_t i = k * F->unit + o * F->output;
            if (F->fixed != NULL)
                signal += F->fixed[i] * c->e[o];
            else
                signal += c->now[F->at + i] * c->e[o];
        }
        c->d[k] *= signal;
    }
}

/* The read-out and a learned feedback. */
ALN_KERNEL_BODY void move_weights(struct aln_chain_lanes *c, struct step_size n)
{
    const struct aln_step_rates *rates = &c->steps.now;
    const struct aln_span *W2 = &c->layout.part[ALN_W2], *F = &c->layout.part[ALN_F];
    for (size_t o = 0; o < n.O; o++) {
        const bool moves = aln_problem_row(c->p, o);
        const double keep = moves ? rates->keep[1] : rates->stay, rate = moves ? rates->rate[1] : 0;
        for (size_t k = 0; k < n.K; k++) {
            const size_t i = W2->at + o * n.K + k;
            c->next[i] = keep * c->now[i] - rate * c->e[o] * c->g[k];
        }
    }
    for (size_t k = 0; k < n.K && F->count > 0; k++)
        for (size_t o = 0; o < n.O; o++) {
            const bool moves = aln_problem_row(c->p, o);
            const double keep = moves ? rates->keep[2] : rates->stay,
                         rate = moves ? rates->rate[2] : 0;
            const size_t i = F->at + k * n.O + o;
            c->next[i] = keep * c->now[i] - rate * c->e[o] * c->g[k];
        }
}

ALN_KERNEL_BODY void move_overlaps(struct aln_chain_lanes *c, struct step_size n)
{
    const struct aln_step_rates *rates = &c->steps.now;
    const struct aln_span *Q = &c->layout.part[ALN_Q], *R = &c->layout.part[ALN_R];
    const lanes *lambda = c->fields, *nu = c->fields + n.K, *d = c->d;
    if (c->p->rule->route == ALN_NOWHERE) {
        for (size_t i = Q->at; i < Q->at + Q->count; i++)
            c->next[i] = rates->stay * c->now[i];
        for (size_t i = R->at; i < R->at + R->count; i++)
            c->next[i] = rates->stay * c->now[i];
        return;
    }
    const lanes square = rates->square_Q * c->x2;
    for (size_t k = 0, i = Q->at; k < n.K; k++) {
        const lanes by_field = rates->rate_Q * d[k],
                    by_signal = rates->rate_Q * lambda[k] - square * d[k];
        for (size_t l = k; l < n.K; l++, i++)
            c->next[i] = rates->keep_Q * c->now[i] - by_field * lambda[l] - by_signal * d[l];
    }
    for (size_t k = 0, i = R->at; k < n.K; k++)
        for (size_t m = 0; m < n.M; m++, i++)
            c->next[i] = rates->keep[0] * c->now[i] - rates->rate[0] * d[k] * nu[m];
}

/* ---- lanes that diverge ---- */

/* The first entry of a lane's next state that is NaN or infinite, or the size. */
static size_t find_overflow(const struct aln_chain_lanes *c, size_t lane)
{
    size_t i = 0;
    while (i < c->layout.size && isfinite(((const double *)&c->next[i])[lane]))
        i++;
    return i;
}

/* Whether the next states are finite. Several sums, because one would wait for itself. */
ALN_KERNEL_BODY bool is_finite(const struct aln_chain_lanes *c)
{
    enum { SUMS = 4 };
    const size_t size = c->layout.size, whole = size / SUMS * SUMS;
    lanes zero[SUMS] = {{0}};
    for (size_t i = 0; i < whole; i += SUMS)
        for (size_t j = 0; j < SUMS; j++)
            zero[j] += 0 * c->next[i + j];
    for (size_t i = whole; i < size; i++)
        zero[0] += 0 * c->next[i];
    zero[0] += zero[1] + zero[2] + zero[3];
    return is_zero(&zero[0]);
}

/* Notes the errors of lanes whose next state is not finite, and holds those that have one. */
static void hold_lanes(struct aln_chain_lanes *c)
{
    for (size_t lane = 0; lane < c->count; lane++) {
        struct aln_failure *failure = &c->failure[lane];
        const size_t overflow = find_overflow(c, lane);
        if (failure->status == ALN_OK && overflow < c->layout.size) {
            aln_failure_keep(failure, aln_steps_overflow(c->p, "chain", overflow, c->step + 1));
            c->failed = true;
        }
        for (size_t i = 0; i < c->layout.size && failure->status != ALN_OK; i++)
            ((double *)&c->next[i])[lane] = ((const double *)&c->now[i])[lane];
    }
}

/* ---- steps ---- */

ALN_KERNEL_BODY enum aln_status advance(struct aln_chain_lanes *c, struct step_size n,
                                        uint64_t step)
{
    for (; c->step < step; c->step++) {
        aln_steps_schedule(&c->steps, c->step);
        take_sample(c, n);
        find_covariance(c, n);
        factor_covariance(c, n);
        find_fields(c, n);
        find_errors(c, n);
        feed_back(c, n);
        move_weights(c, n);
        move_overlaps(c, n);
        if (aln_interrupted())
            return aln_steps_stopped(c->p, c->step);
        if (c->failed || !is_finite(c))
            hold_lanes(c);
        lanes *now = c->now;
        c->now = c->next;
        c->next = now;
    }
    return ALN_OK;
}

/* The bodies are compiled for the most common sizes, too, and for each instruction set; those of any size
 * not for AVX2, for which gcc 12 compiles vectors of 512 bits worse than for what every machine has. */
enum { ANY, TWO_TEACHERS, SMALLEST, SIZES };
#define SMALL_VARIANT(TARGET, isa)                                                                 \
    TARGET static enum aln_status advance_small_##isa(struct aln_chain_lanes *c, uint64_t step)    \
    {                                                                                              \
        return advance(c, (struct step_size){2, 2, 1}, step);                                      \
    }
#define VARIANT(TARGET, isa)                                                                       \
    SMALL_VARIANT(TARGET, isa)                                                                     \
    TARGET static enum aln_status advance_two_##isa(struct aln_chain_lanes *c, uint64_t step)      \
    {                                                                                              \
        return advance(c, (struct step_size){c->p->K, 2, 1}, step);                                \
    }                                                                                              \
    TARGET static enum aln_status advance_##isa(struct aln_chain_lanes *c, uint64_t step)          \
    {                                                                                              \
        return advance(c, (struct step_size){c->p->K, c->p->M, c->p->O}, step);                    \
    }
VARIANT(, plain)
#if ALN_ISA_X86
SMALL_VARIANT(ALN_TARGET_AVX2, avx2)
VARIANT(ALN_TARGET_AVX512, avx512)
#endif

static enum aln_status (*const variants[ALN_ISA_COUNT][SIZES])(struct aln_chain_lanes *c,
                                                               uint64_t step) = {
    [ALN_ISA_PLAIN] = {advance_plain, advance_two_plain, advance_small_plain},
#if ALN_ISA_X86
    [ALN_ISA_AVX2] = {advance_plain, advance_two_plain, advance_small_avx2},
    [ALN_ISA_AVX512] = {advance_avx512, advance_two_avx512, advance_small_avx512},
#endif
};

static int size_of(const struct aln_problem *p)
{
    return p->M != 2 || p->O != 1 ? ANY : p->K != 2 ? TWO_TEACHERS : SMALLEST;
}

/* ---- life ---- */

/* The starts that repeats draw, each in its lane. */
static enum aln_status begin_lanes(struct aln_chain_lanes *c, uint64_t first)
{
    const size_t size = c->layout.size;
    enum aln_status status = ALN_OK;
    double *state = malloc(size * sizeof *state);
    if (state == NULL)
        return aln_raise_memory("the start of %zu chains", c->count);
    for (size_t lane = 0; lane < c->count && status == ALN_OK; lane++) {
        status = aln_problem_begin(c->p, first + lane, state);
        for (size_t i = 0; i < size; i++)
            ((double *)&c->now[i])[lane] = state[i];
    }
    free(state);
    return status;
}

enum aln_status aln_chain_lanes_create(struct aln_chain_lanes **out, const struct aln_problem *p,
                                       uint64_t first, size_t count, enum aln_isa isa)
{
    *out = NULL;
    enum aln_status status = aln_problem_check(p);
    if (status != ALN_OK)
        return status;
    const struct aln_normals normals = aln_normals_of(p);
    const size_t K = p->K, M = p->M, P = K + M, size = aln_problem_size(p),
                 drawn = aln_draws_batch(&normals);
    if (p->N < P)
        return aln_raise(ALN_USAGE, "chain: N = %" PRIu64 " inputs are fewer than K + M = %zu",
                         p->N, P);
    const size_t parts[] = {
        size, size, drawn * (normals.all + 1), K * M, K * K, K * K, K, K, K, P, P, p->O, K};
    enum { PARTS = sizeof parts / sizeof parts[0] };
    const size_t head = (sizeof **out + sizeof(lanes) - 1) / sizeof(lanes);
    size_t total = head;
    for (size_t i = 0; i < PARTS; i++)
        total += parts[i];
    lanes *store = aligned_alloc(sizeof(lanes), total * sizeof(lanes));
    if (store == NULL)
        return aln_raise_memory("%zu chains of %zu + %zu units", count, K, M);
    memset(store, 0, total * sizeof(lanes));
    struct aln_chain_lanes *c = (struct aln_chain_lanes *)store;
    lanes *array[PARTS], *at = store + head;
    for (size_t i = 0; i < PARTS; at += parts[i++])
        array[i] = at;
    *c = (struct aln_chain_lanes){.p = p,
                                  .count = count,
                                  .layout = aln_state_layout(p),
                                  .source = aln_feedback_source_of(p),
                                  .advance = variants[isa][size_of(p)],
                                  .now = array[0],
                                  .next = array[1],
                                  .samples = array[2],
                                  .B = array[3],
                                  .S = array[4],
                                  .L = array[5],
                                  .Q_diagonal = array[6],
                                  .done = (masks *)array[7],
                                  .is = (masks *)array[8],
                                  .fields = array[9],
                                  .g = array[10],
                                  .e = array[11],
                                  .d = array[12],
                                  .rests = array[2] + drawn * normals.all,
                                  .drawn = drawn,
                                  .used = drawn};
    c->failure = calloc(count, sizeof *c->failure);
    c->draws = malloc(count * sizeof *c->draws);
    c->draw = calloc(LANES * drawn * (normals.all + 1), sizeof *c->draw); /* unused lanes: zero */
    status = c->failure == NULL || c->draws == NULL || c->draw == NULL
                 ? aln_raise_memory("%zu chains of %zu + %zu units", count, K, M)
                 : aln_increment_create(&c->increment, p);
    if (status == ALN_OK)
        status = aln_steps_open(&c->steps, p, "chain tasks", first);
    if (status == ALN_OK && aln_interrupted())
        status = aln_steps_stopped(p, 0);
    if (status != ALN_OK) {
        aln_chain_lanes_free(c);
        return status;
    }
    aln_increment_teacher(c->increment, &c->LT, &c->LT_inv);
    for (size_t lane = 0; lane < count; lane++)
        aln_draws_begin(&c->draws[lane], p, first + lane);
    for (size_t i = 0; i < size; i++)
        c->now[i] = p->start[i] - (lanes){0};
    status = begin_lanes(c, first);
    if (status == ALN_OK)
        *out = c;
    else
        aln_chain_lanes_free(c);
    return status;
}

void aln_chain_lanes_free(struct aln_chain_lanes *c)
{
    if (c == NULL)
        return;
    aln_increment_free(c->increment);
    aln_steps_close(&c->steps);
    free(c->failure);
    free(c->draws);
    free(c->draw);
    free(c);
}

enum aln_status aln_chain_lanes_advance(struct aln_chain_lanes *c, uint64_t step)
{
    return c->advance(c, step);
}

void aln_chain_lanes_state(const struct aln_chain_lanes *c, size_t lane, double *state)
{
    for (size_t i = 0; i < c->layout.size; i++)
        state[i] = ((const double *)&c->now[i])[lane];
}

enum aln_status aln_chain_lanes_status(const struct aln_chain_lanes *c, size_t lane)
{
    return aln_failure_raise(&c->failure[lane]);
}

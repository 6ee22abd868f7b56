/* Which problems lanes know, and the work space of their right-hand side. */
#include "lanes/kernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"

struct known_activation {
    const char *name;
    enum aln_lanes_averages averages;
    const struct aln_erf_sum *sum;
};

static const struct known_activation *known_activation(const struct aln_problem *p)
{
    static const struct known_activation known[] = {{"erf", ALN_LANES_ERF, NULL},
                                                    {"linear", ALN_LANES_LINEAR, NULL},
                                                    {"quadratic", ALN_LANES_QUADRATIC, NULL},
                                                    {"tanh", ALN_LANES_SUM, &aln_tanh_sum},
                                                    {"sigmoid", ALN_LANES_SUM, &aln_sigmoid_sum},
                                                    {"relu", ALN_LANES_RELU, NULL},
                                                    {"leaky-relu", ALN_LANES_LEAKY, NULL}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(p->activation->id.name, known[i].name) == 0)
            return &known[i];
    return NULL;
}

static const struct aln_lanes_kernels *kernels_of(enum aln_isa isa)
{
#if ALN_ISA_X86
    return isa == ALN_ISA_AVX512 ? &aln_lanes_kernels_avx512
           : isa == ALN_ISA_AVX2 ? &aln_lanes_kernels_avx2
                                 : &aln_lanes_kernels_plain;
#else
    (void)isa;
    return &aln_lanes_kernels_plain;
#endif
}

double *aln_lanes_alloc(size_t bytes)
{
    const size_t unit = ALN_LANES_ALIGNMENT, whole = (bytes + unit - 1) / unit * unit;
    double *store = aligned_alloc(unit, whole);
    return store != NULL ? memset(store, 0, whole) : NULL;
}

/* ---- what fits ---- */

static bool bends(enum aln_lanes_averages averages)
{
    return averages == ALN_LANES_RELU || averages == ALN_LANES_LEAKY;
}

/* Is the feedback sgn W2, constant between jumps, where it takes the place of F1? */
static bool holds_signs(const struct aln_problem *p)
{
    return p->rule->feedback == aln_feedback_signs && !(p->symmetry > 0);
}

bool aln_lanes_know(const struct aln_problem *p, const double eta[2])
{
    const struct aln_feedback_source source = aln_feedback_source_of(p);
    const struct known_activation *activation = known_activation(p);
    if (activation == NULL ||
        (aln_isa_first() && (activation->averages == ALN_LANES_ERF || bends(activation->averages))))
        return false; /* lanes have other operations than version 0.1.0 */
    return p->samples == 0 && p->points == 0 && p->turn_count == 0 &&
           (!p->rule->jumps || holds_signs(p)) && (p->rule->route == ALN_NOWHERE || eta[0] != 0) &&
           (source.kind != ALN_FEEDBACK_MADE || holds_signs(p) ||
            aln_rule_feedback_kind(p->rule) == ALN_FEEDBACK_FIXED);
}

bool aln_lanes_fit(const struct aln_problem *p)
{
    bool fits = p->K <= ALN_LANES_UNITS && aln_lanes_know(p, p->eta);
    for (size_t i = 0; i < p->schedule_count; i++)
        fits = fits && aln_lanes_know(p, p->schedule[i].eta);
    return fits;
}

static size_t block_count(const struct aln_problem *p)
{
    return p->spectrum != NULL ? p->spectrum->count : 0;
}

bool aln_lanes_alike(const struct aln_problem *p, const struct aln_problem *q)
{
    bool alike = p->K == q->K && p->M == q->M && p->O == q->O && p->activation == q->activation &&
                 p->rule == q->rule && p->first_order == q->first_order &&
                 (p->symmetry > 0) == (q->symmetry > 0) && block_count(p) == block_count(q);
    for (size_t o = 0; alike && o < p->O; o++)
        alike = aln_problem_row(p, o) == aln_problem_row(q, o);
    for (size_t m = 0; alike && m < p->M; m++)
        alike = aln_problem_teacher(p, m) == aln_problem_teacher(q, m);
    return alike;
}

/* ---- work space ---- */

enum { COPY = 4 + ALN_ERF_TERMS, PAIR = 2 }; /* vectors of a struct lanes_copy, lanes_relu_pair */

size_t aln_lanes_count(enum aln_isa isa)
{
    return kernels_of(isa)->lanes;
}

enum aln_status aln_lanes_rhs_create(struct aln_lanes_rhs **out, const struct aln_problem *like,
                                     enum aln_isa isa)
{
    const struct aln_lanes_kernels *kernels = kernels_of(isa);
    const struct known_activation *activation = known_activation(like);
    const bool sum = activation->averages == ALN_LANES_SUM;
    const size_t terms = sum ? ALN_ERF_TERMS : 1;
    const size_t K = like->K, M = like->M, O = like->O, P = K + M, L = block_count(like);
    const size_t own = M * M + O * M + K * O + (3 + M * M) * L;
    const size_t count[] = {M * M,
                            O * M,
                            K * O,
                            L,
                            L,
                            L,
                            M * M * L,
                            K,
                            P * P,
                            O * P,
                            K * O,
                            K * P,
                            K * P,
                            L > 0 ? K * P : P,
                            K * P,
                            K * K,
                            O * K,
                            2 * P,
                            2 * P,
                            2 * P,
                            P * terms,
                            P,
                            sum ? P * COPY : 0,
                            bends(activation->averages) ? P * P * PAIR : 0};
    enum { ARRAYS = sizeof count / sizeof count[0] };
    size_t total = 0;
    for (size_t i = 0; i < ARRAYS; i++)
        total += count[i];
    /* The struct's size is a multiple of its alignment. */
    const size_t bytes = sizeof **out + total * kernels->lanes * sizeof(double);
    struct aln_lanes_rhs *rhs = (struct aln_lanes_rhs *)aln_lanes_alloc(bytes);
    *out = rhs;
    if (rhs == NULL)
        return aln_raise_memory("the equations of %zu + %zu units in lanes", K, M);
    rhs->kernels = kernels;
    rhs->like = like;
    rhs->layout = aln_state_layout(like);
    rhs->source = aln_feedback_source_of(like);
    rhs->averages = activation->averages;
    rhs->sum = activation->sum;
    rhs->own = own;
    rhs->blocks = L;
    double *at = (double *)(rhs + 1),
           **const array[ARRAYS] = {
               &rhs->T,       &rhs->V2,    &rhs->F1, &rhs->variance, &rhs->signal, &rhs->share,
               &rhs->block_T, &rhs->alpha, &rhs->C,  &rhs->s,        &rhs->F,      &rhs->U,
               &rhs->J,       &rhs->X,     &rhs->D,  &rhs->I4,       &rhs->G,      &rhs->p,
               &rhs->q,       &rhs->n,     &rhs->r,  &rhs->UC,       &rhs->copies, &rhs->pairs};
    for (size_t i = 0; i < ARRAYS; i++) {
        *array[i] = at;
        at += count[i] * kernels->lanes;
    }
    if (holds_signs(like))
        rhs->source = (struct aln_feedback_source){
            .p = like, .kind = ALN_FEEDBACK_FIXED, .fixed = rhs->F1, .unit = O, .output = 1};
    return ALN_OK;
}

void aln_lanes_rhs_free(struct aln_lanes_rhs *rhs)
{
    free(rhs);
}

void aln_lanes_rhs_rates(struct aln_lanes_rhs *rhs, size_t lane, const struct aln_problem *p,
                         const double eta[2])
{
    double rate, decay, F_rate, F_decay;
    const double gain = aln_problem_gain(p), hidden = eta[0] * gain;
    aln_state_rates(p, ALN_W2, eta, &rate, &decay);
    aln_state_rates(p, ALN_F, eta, &F_rate, &F_decay);
    rhs->parameter[ALN_LANES_ETA][lane] = hidden;
    rhs->parameter[ALN_LANES_SQUARE][lane] = hidden * hidden / aln_problem_batch(p);
    rhs->parameter[ALN_LANES_RATE][lane] = rate * gain;
    rhs->parameter[ALN_LANES_DECAY][lane] = decay;
    rhs->parameter[ALN_LANES_F_RATE][lane] = F_rate * (p->rule->mirrors ? -1 : gain);
    rhs->parameter[ALN_LANES_F_DECAY][lane] = F_decay;
}

static void set_blocks(struct aln_lanes_rhs *rhs, size_t lane, const struct aln_problem *p)
{
    const struct aln_spectrum *of = p->spectrum;
    const size_t lanes = rhs->kernels->lanes, L = rhs->blocks, square = p->M * p->M;
    for (size_t b = 0; b < L; b++) {
        rhs->variance[b * lanes + lane] = of->variance[b];
        rhs->signal[b * lanes + lane] = of->signal[b];
        rhs->share[b * lanes + lane] = of->share[b] * of->variance[b];
        for (size_t i = 0; i < square; i++)
            rhs->block_T[(i * L + b) * lanes + lane] = of->signal[b] * of->T[b * square + i];
    }
}

void aln_lanes_rhs_set(struct aln_lanes_rhs *rhs, size_t lane, const struct aln_problem *p,
                       const double eta[2])
{
    const size_t lanes = rhs->kernels->lanes;
    aln_lanes_rhs_rates(rhs, lane, p, eta);
    rhs->parameter[ALN_LANES_KAPPA][lane] = p->kappa[0];
    rhs->parameter[ALN_LANES_NOISE][lane] =
        p->sigma * p->sigma + p->feedback_noise * p->feedback_noise;
    rhs->parameter[ALN_LANES_SYMMETRY][lane] = p->symmetry;
    rhs->parameter[ALN_LANES_REST][lane] = sqrt(1 - p->symmetry * p->symmetry);
    for (size_t i = 0; i < p->M * p->M; i++)
        rhs->T[i * lanes + lane] = p->T[i];
    for (size_t m = 0; m < p->M && rhs->averages == ALN_LANES_ERF; m++)
        rhs->r[(p->K + m) * lanes + lane] = 1 / sqrt(1 + p->T[m * (p->M + 1)]);
    for (size_t o = 0; o < p->O; o++)
        for (size_t m = 0; m < p->M; m++)
            rhs->V2[(o * p->M + m) * lanes + lane] =
                aln_problem_row(p, o) && aln_problem_teacher(p, m) ? -p->V2[o * p->M + m] : 0;
    for (size_t i = 0; i < p->K * p->O && rhs->source.fixed != NULL && !p->rule->jumps; i++)
        rhs->F1[i * lanes + lane] = p->F1[i];
    set_blocks(rhs, lane, p);
}

void aln_lanes_rhs_hold(struct aln_lanes_rhs *rhs, size_t lane, const double *sign)
{
    const size_t K = rhs->like->K, O = rhs->like->O;
    for (size_t k = 0; k < K; k++)
        for (size_t o = 0; o < O; o++)
            rhs->F1[(k * O + o) * rhs->kernels->lanes + lane] = sign[o * K + k];
}

void aln_lanes_rhs_copy(struct aln_lanes_rhs *to, size_t i, const struct aln_lanes_rhs *from,
                        size_t j)
{
    const size_t lanes = from->kernels->lanes;
    for (size_t n = 0; n < ALN_LANES_PARAMETERS; n++)
        to->parameter[n][i] = from->parameter[n][j];
    for (size_t n = 0; n < from->own; n++)
        to->T[n * lanes + i] = from->T[n * lanes + j];
    const size_t K = from->like->K, P = K + from->like->M;
    for (size_t m = K; m < P && from->averages == ALN_LANES_ERF; m++)
        to->r[m * lanes + i] = from->r[m * lanes + j];
}

void aln_lanes_rhs_eval(struct aln_lanes_rhs *rhs, const double *y, double *dydt)
{
    rhs->kernels->rhs(rhs, y, dydt);
}

void aln_lanes_error(struct aln_lanes_rhs *rhs, const double *y, double *eg)
{
    rhs->kernels->error(rhs, y, eg);
}

void aln_lanes_rhs_expand(struct aln_lanes_rhs *rhs, const double *C, const double *part,
                          const double *slope)
{
    rhs->near = (struct aln_lanes_expansion){C, part, slope};
}

/* Random two-layer problems for the tests and benchmarks of the theory. */
#ifndef ALIGNODE_TESTS_DRAW_H
#define ALIGNODE_TESTS_DRAW_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "../rules.h"
#include "alignode/problem.h"

#define DRAW_FIELDS 24 /* at most K + M, and O */
#define DRAW_SIZE   (4 * DRAW_FIELDS * DRAW_FIELDS)

struct drawn {
    struct aln_problem p; /* points into this struct: do not copy */
    double T[DRAW_FIELDS * DRAW_FIELDS], V2[DRAW_FIELDS * DRAW_FIELDS];
    double F1[DRAW_FIELDS * DRAW_FIELDS], start[DRAW_SIZE];
};

/* Uniform in (-1, 1), xorshift64. */
static inline double draw_uniform(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (double)(*state >> 11) * 0x1p-52 - 1;
}

/* A generic problem of order one with noise and decays; overlaps of random weights, a student half
 * as large as the teacher. A rule whose feedback is an overlap gets O more teacher units, which are
 * silent. seed > 0. */
static inline void draw_problem(struct drawn *d, size_t K, size_t M, size_t O,
                                const char *activation, const char *rule, uint64_t seed)
{
    uint64_t state = seed * 0x9e3779b97f4a7c15U;
    const struct aln_rule *row = (const void *)aln_names_find(rules_all(), rule);
    const size_t heard = M;
    M += row->adapts ? O : 0;
    const size_t P = K + M;
    double L[DRAW_FIELDS * DRAW_FIELDS];
    memset(d, 0, sizeof *d);
    d->p = (struct aln_problem){
        .K = K,
        .M = M,
        .O = O,
        .activation = aln_activation_find(activation),
        .rule = row,
        .sigma = 0.3,
        .eta = {0.5, 0.3},
        .kappa = {0.02, 0.05},
        .feedback_rate = 0.4, /* of feedback that learns, different from the read-out's */
        .feedback_decay = 0.03,
        .threshold = 0.2,
        .T = d->T,
        .V2 = d->V2,
        .F1 = d->F1,
        .start = d->start,
    };
    for (int i = 0; i < 16; i++)
        draw_uniform(&state);
    for (size_t i = 0; i < P * P; i++)
        L[i] = draw_uniform(&state) * (i < K * P ? 0.5 : 1) * sqrt(3.0 / (double)P);
    for (size_t i = 0; i < O * M; i++)
        d->V2[i] = i % M < heard ? draw_uniform(&state) : 0;
    for (size_t i = 0; i < K * O; i++)
        d->F1[i] = draw_uniform(&state);
    for (size_t a = 0; a < P; a++) {
        for (size_t b = 0; b < P; b++) {
            double sum = 0;
            for (size_t i = 0; i < P; i++)
                sum += L[a * P + i] * L[b * P + i];
            if (a >= K && b >= K)
                d->T[(a - K) * M + b - K] = sum;
            else if (a < K && b < K)
                d->start[aln_state_entry(&d->p, ALN_Q, a, b)] = sum;
            else if (a < K)
                d->start[aln_state_at(&d->p, ALN_R) + a * M + b - K] = sum;
        }
    }
    for (size_t i = 0; i < O * K; i++)
        d->start[aln_state_at(&d->p, ALN_W2) + i] = 0.5 * draw_uniform(&state);
    if (d->p.rule->learns)
        memcpy(d->start + aln_state_at(&d->p, ALN_F), d->F1, K * O * sizeof *d->F1);
}

/* What is possible of: noisy and half symmetric feedback, batches, momentum. */
static inline void draw_keys(struct drawn *d)
{
    d->p.feedback_noise = d->p.rule->random ? 0.4 : 0;
    d->p.symmetry = aln_rule_keeps_feedback(d->p.rule) ? 0.6 : 0;
    d->p.batch = 3;
    d->p.momentum = 0.25;
}

#endif

/* Problems of arbitrary shape for the tests of the engines. */
#ifndef ALIGNODE_TESTS_SIMULATE_PROBLEMS_H
#define ALIGNODE_TESTS_SIMULATE_PROBLEMS_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../rules.h"
#include "alignode/problem.h"
#include "alignode/random.h"

enum { MOST = 512 }; /* numbers in the largest array of a test problem */

struct test_problem {
    struct aln_problem p;
    double T[MOST], V2[MOST], F1[MOST], start[MOST];
};

/* K + M fields whose covariance has the given rank (at most K + M): the teacher's of unit scale,
 * the student's of half of it; read-outs and feedback drawn. A rule whose feedback is an overlap gets O
 * more teacher units, which are silent. */
static inline void make_problem(struct test_problem *t, size_t K, size_t M, size_t O, uint64_t N,
                                const char *activation, const char *rule, size_t rank)
{
    struct aln_stream s;
    double L[MOST];
    const struct aln_rule *row = (const void *)aln_names_find(rules_all(), rule);
    const size_t heard = M, more = row->adapts ? O : 0;
    M += more;
    rank += more;
    const size_t P = K + M;
    t->p = (struct aln_problem){
        .K = K,
        .M = M,
        .O = O,
        .N = N,
        .activation = aln_activation_find(activation),
        .rule = row,
        .eta = {0.4, 0.3},
        .feedback_rate = NAN,
        .feedback_decay = NAN,
        .seed = 11,
        .T = t->T,
        .V2 = t->V2,
        .F1 = t->F1,
        .start = t->start,
    };
    aln_stream_init(&s, 12, "test problem", 0);
    aln_stream_normals(&s, P * rank, L);
    for (size_t i = 0; i < P * rank; i++)
        L[i] *= (i / rank < M ? 1 : 0.5) / sqrt((double)rank);
    for (size_t a = 0; a < P; a++)
        for (size_t b = 0; b < P; b++) {
            double sum = 0;
            for (size_t j = 0; j < rank; j++)
                sum += L[a * rank + j] * L[b * rank + j];
            if (a < M && b < M)
                t->T[a * M + b] = sum;
            else if (a >= M && b < M)
                t->start[aln_state_at(&t->p, ALN_R) + (a - M) * M + b] = sum;
            else if (a >= M && b >= a)
                t->start[aln_state_entry(&t->p, ALN_Q, a - M, b - M)] = sum;
        }
    aln_stream_normals(&s, O * K, t->start + aln_state_at(&t->p, ALN_W2));
    aln_stream_normals(&s, O * M, t->V2);
    for (size_t i = 0; i < O * M; i++)
        t->V2[i] = i % M < heard ? t->V2[i] : 0;
    aln_stream_normals(&s, K * O, t->F1);
    if (t->p.rule->learns)
        memcpy(t->start + aln_state_at(&t->p, ALN_F), t->F1, K * O * sizeof *t->F1);
}

#endif

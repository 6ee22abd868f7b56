/* The standard small start: student entries 0.01, orthonormal teacher, N = 1000, K = M = 2. */
#ifndef ALIGNODE_TESTS_USUAL_H
#define ALIGNODE_TESTS_USUAL_H

#include "draw.h"

static inline void make_usual(struct drawn *d, const char *rule)
{
    static const double start[] = {1.02e-4, 3e-6,   9.7e-5,  3.1e-4, -2.2e-4,
                                   1.4e-4,  4.1e-4, -0.0063, 0.0112};
    draw_problem(d, 2, 2, 1, "erf", rule, 1);
    memcpy(d->start, start, sizeof start);
    d->p.sigma = d->p.kappa[0] = d->p.kappa[1] = 0;
    d->p.eta[0] = d->p.eta[1] = 0.1;
    d->T[0] = d->T[3] = d->V2[0] = d->V2[1] = 1;
    d->T[1] = d->T[2] = 0;
    d->F1[0] = -0.86;
    d->F1[1] = -1.6;
}

#endif

/* An independent integrator on the literal twin of the equations. */
#ifndef ALIGNODE_TESTS_REFERENCE_H
#define ALIGNODE_TESTS_REFERENCE_H

#include <stdbool.h>

#include "draw.h"
#include "twin.h"

/* Extrapolated mid-point rule (Gragg, Bulirsch & Stoer), fixed steps, order 16. */

#define COLUMNS 8

struct reference {
    const struct aln_problem *p;
    double eta[2], F[DRAW_FIELDS * DRAW_FIELDS];
    bool held; /* the feedback uses the signs of side (O x K), not those of W2 */
    double side[DRAW_FIELDS * DRAW_FIELDS];
};

static inline void reference_rhs(struct reference *r, const double *y, double *dydt)
{
    twin_feedback(r->p, y, r->held ? r->side : NULL, r->F);
    twin_rhs(r->p, r->eta, r->F, y, dydt);
}

static inline void reference_step(struct reference *r, double h, const double *y0, double *y1)
{
    static double T[COLUMNS][DRAW_SIZE];
    double f0[DRAW_SIZE], f[DRAW_SIZE], a[DRAW_SIZE], b[DRAW_SIZE];
    size_t n = aln_problem_size(r->p);
    reference_rhs(r, y0, f0);
    for (int j = 0; j < COLUMNS; j++) {
        int count = 2 * (j + 1);
        double g = h / count, row[DRAW_SIZE];
        for (size_t i = 0; i < n; i++) {
            a[i] = y0[i];
            b[i] = y0[i] + g * f0[i];
        }
        for (int m = 1; m < count; m++) {
            reference_rhs(r, b, f);
            for (size_t i = 0; i < n; i++) {
                double next = a[i] + 2 * g * f[i];
                a[i] = b[i];
                b[i] = next;
            }
        }
        memcpy(row, b, n * sizeof *row);
        for (int c = 0; c < j; c++) { /* T[c] holds column c of the row above */
            double ratio = (double)(j + 1) / (j - c);
            for (size_t i = 0; i < n; i++) {
                double next = row[i] + (row[i] - T[c][i]) / (ratio * ratio - 1);
                T[c][i] = row[i];
                row[i] = next;
            }
        }
        memcpy(T[j], row, n * sizeof *row);
    }
    memcpy(y1, T[COLUMNS - 1], n * sizeof *y1);
}

/* From t0 to t1 in steps of at most H, for a smooth right-hand side. */
static inline void reference_smooth(struct reference *r, double t0, double t1, double H, double *y)
{
    int steps = (int)ceil((t1 - t0) / H);
    for (int i = 0; i < steps; i++)
        reference_step(r, (t1 - t0) / steps, y, y);
}

/* For rules that jump: the smallest entry of W2, relative to the sign it is held at. */
static inline double least(const struct reference *r, const double *y)
{
    const double *W2 = y + aln_state_at(r->p, ALN_W2);
    double value = INFINITY;
    for (size_t i = 0; i < r->p->O * r->p->K; i++)
        value = fmin(value, copysign(1, r->side[i]) * W2[i]);
    return value;
}

/* For rules that jump, from a start without zeros: bisection for every crossing.
 * Returned: number of crossings */
static inline int reference_signs(struct reference *r, double t0, double t1, double H, double *y)
{
    size_t bytes = r->p->O * r->p->K * sizeof *r->side;
    int crossings = 0;
    r->held = true;
    memcpy(r->side, y + aln_state_at(r->p, ALN_W2), bytes);
    while (t0 < t1) {
        double next[DRAW_SIZE], h = fmin(H, t1 - t0);
        reference_step(r, h, y, next);
        if (least(r, next) <= 0) {
            double low = 0;
            for (int i = 0; i < 60; i++) {
                double middle = (low + h) / 2;
                reference_step(r, middle, y, next);
                *(least(r, next) > 0 ? &low : &h) = middle;
            }
            reference_step(r, h, y, next);
            memcpy(r->side, next + aln_state_at(r->p, ALN_W2), bytes);
            crossings++;
        }
        memcpy(y, next, aln_problem_size(r->p) * sizeof *y);
        t0 += h;
    }
    r->held = false;
    return crossings;
}

static inline void reference_solve(const struct aln_problem *p, double t_end, double H, double *y)
{
    struct reference r = {.p = p, .eta = {p->eta[0], p->eta[1]}};
    double t = 0;
    memcpy(y, p->start, aln_problem_size(p) * sizeof *y);
    for (size_t i = 0; i < p->schedule_count; i++) {
        reference_smooth(&r, t, p->schedule[i].time, H, y);
        t = p->schedule[i].time;
        memcpy(r.eta, p->schedule[i].eta, sizeof r.eta);
    }
    if (p->rule->jumps)
        reference_signs(&r, t, t_end, H, y);
    else
        reference_smooth(&r, t, t_end, H, y);
}

/* Largest difference, relative above 1, absolute below. */
static inline double distance(const struct aln_problem *p, const double *a, const double *b)
{
    double most = 0;
    for (size_t i = 0; i < aln_problem_size(p); i++)
        most = fmax(most, fabs(a[i] - b[i]) / (1 + fabs(b[i])));
    return most;
}

#endif

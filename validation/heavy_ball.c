#include "heavy_ball.h"

#include <stdlib.h>
#include <string.h>

#include "alignode/ode.h"
#include "base/failure.h"
#include "model/step_rates.h"

#define NUDGE 0x1p-17 /* eg is of order one: truncation 2^-34, round-off 2^-36 */

enum { MOST_UNITS = 4, MOST_STATE = 40 };

struct heavy_ball {
    const struct aln_problem *p;
    struct aln_problem single; /* single steps at rates of 1, without decay */
    struct aln_rhs *rhs;       /* of these */
    struct aln_layout layout;
    size_t size;
    double slope[MOST_STATE];                 /* d eg/dy */
    double dd[MOST_STATE];                    /* <d d^T>, packed as Q */
    double gamma[MOST_UNITS][2 * MOST_UNITS]; /* of all fields */
    double C[4 * MOST_UNITS * MOST_UNITS];    /* of all fields */
    double WU[MOST_UNITS][MOST_UNITS];        /* old weights by new velocities */
    double S[2 * MOST_UNITS][MOST_UNITS];     /* all weights by velocities */
    double uu[MOST_UNITS][MOST_UNITS];
    double u2[MOST_UNITS * MOST_UNITS];
};

static void differentiate(struct heavy_ball *h, const double *y)
{
    double there[MOST_STATE], eg[2];
    memcpy(there, y, h->size * sizeof *y);
    for (size_t i = 0; i < h->size; i++) {
        for (int side = 0; side < 2; side++) {
            there[i] = y[i] + (side ? NUDGE : -NUDGE);
            eg[side] = aln_problem_eg(h->p, there);
        }
        there[i] = y[i];
        h->slope[i] = (eg[1] - eg[0]) / (2 * NUDGE);
    }
}

/* <d d^T>: what is of second order in the rate of dQ/dt. */
static enum aln_status square_signals(struct heavy_ball *h, const double *y)
{
    double f[2][MOST_STATE];
    enum aln_status status = ALN_OK;
    for (size_t i = 0; i < 2 && status == ALN_OK; i++) {
        const double eta[2] = {(double)i + 1, 0};
        status = aln_rhs_eval(h->rhs, eta, NULL, y, f[i]);
    }
    for (size_t i = 0; i < h->layout.part[ALN_Q].count && status == ALN_OK; i++)
        h->dd[i] = (f[1][i] - 2 * f[0][i]) / 2;
    return status;
}

static enum aln_status find_averages(struct heavy_ball *h, const double *y)
{
    const size_t K = h->p->K, M = h->p->M;
    const struct aln_span *R = &h->layout.part[ALN_R];
    aln_state_covariance(&h->layout, y, h->p->T, h->C);
    differentiate(h, y);
    for (size_t k = 0; k < K; k++) {
        for (size_t l = 0; l < K; l++)
            h->gamma[k][l] = (k == l ? 2 : 1) * h->slope[aln_state_entry(h->p, ALN_Q, k, l)];
        for (size_t m = 0; m < M; m++)
            h->gamma[k][K + m] = h->slope[R->at + k * M + m];
    }
    return square_signals(h, y);
}

/* <d_k v.x> of the vector v with overlaps along[a * stride] with all weights. */
static double signal_along(const struct heavy_ball *h, size_t k, const double *along, size_t stride)
{
    double sum = 0;
    for (size_t a = 0; a < h->p->K + h->p->M; a++)
        sum += h->gamma[k][a] * along[a * stride];
    return sum;
}

static void move_velocities(struct heavy_ball *h)
{
    const size_t K = h->p->K, P = K + h->p->M;
    const double beta = h->p->momentum, N = (double)h->p->N;
    double new_uu[MOST_UNITS][MOST_UNITS] = {{0}};
    for (size_t k = 0; k < K; k++)
        for (size_t l = 0; l < K; l++)
            new_uu[k][l] = beta * beta * h->uu[k][l] +
                           N * h->dd[aln_state_entry(h->p, ALN_Q, k < l ? k : l, k < l ? l : k)] +
                           beta * (signal_along(h, k, &h->S[0][l], MOST_UNITS) +
                                   signal_along(h, l, &h->S[0][k], MOST_UNITS));
    memcpy(h->uu, new_uu, sizeof new_uu);
    for (size_t l = 0; l < K; l++)
        for (size_t a = 0; a < P; a++) {
            const double moved = beta * h->S[a][l] + signal_along(h, l, h->C + a, P);
            if (a < K)
                h->WU[a][l] = moved;
            else
                h->S[a][l] = moved;
        }
}

static enum aln_status step_means(struct heavy_ball *h, const struct aln_step_rates *rates,
                                  double *y)
{
    const size_t K = h->p->K, M = h->p->M;
    const struct aln_span *R = &h->layout.part[ALN_R], *W2 = &h->layout.part[ALN_W2];
    enum aln_status status = find_averages(h, y);
    if (status != ALN_OK)
        return status;
    move_velocities(h);
    for (size_t k = 0; k < K; k++) {
        for (size_t l = k; l < K; l++) {
            double *Q = y + aln_state_entry(h->p, ALN_Q, k, l);
            *Q = rates->keep_Q * *Q - rates->rate_Q * (h->WU[k][l] + h->WU[l][k]) +
                 rates->square_Q * h->uu[k][l];
        }
        for (size_t m = 0; m < M; m++)
            y[R->at + k * M + m] =
                rates->keep[0] * y[R->at + k * M + m] - rates->rate[0] * h->S[K + m][k];
        for (size_t l = 0; l < K; l++)
            h->S[k][l] = rates->keep[0] * h->WU[k][l] - rates->rate[0] * h->uu[k][l];
    }
    for (size_t i = 0; i < W2->count; i++) {
        h->u2[i] = h->p->momentum * h->u2[i] + h->slope[W2->at + i];
        y[W2->at + i] = rates->keep[1] * y[W2->at + i] - rates->rate[1] * h->u2[i];
    }
    return ALN_OK;
}

enum aln_status aln_heavy_ball_mean(const struct aln_problem *p, uint64_t steps, double *state)
{
    struct heavy_ball h = {
        .p = p, .single = *p, .layout = aln_state_layout(p), .size = aln_problem_size(p)};
    if (p->K > MOST_UNITS || p->M > MOST_UNITS || p->O > MOST_UNITS || h.size > MOST_STATE)
        return aln_raise(ALN_USAGE, "heavy ball of %zu + %zu units", p->K, p->M);
    h.single.momentum = h.single.kappa[0] = h.single.kappa[1] = 0;
    const struct aln_step_rates rates = aln_step_rates_at(p, p->eta);
    enum aln_status status = aln_rhs_create(&h.rhs, &h.single);
    memcpy(state, p->start, h.size * sizeof *state);
    for (uint64_t n = 0; n < steps && status == ALN_OK; n++)
        status = step_means(&h, &rates, state);
    aln_rhs_free(h.rhs);
    return status;
}

/* The zero-error solutions, and the largest learning rate at which they are stable. */
#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/fixed.h"
#include "base/failure.h"

#define ROOT_WIDTH      1e-13 /* relative width of the bracket of a critical rate */
#define MOST_ROOT_STEPS 100

/* The sign of student unit k relative to teacher unit k. With an odd activation, flipping the signs
 * of both weights and read-out gives the same unit. */
static double find_sign(const struct aln_problem *p, size_t k)
{
    const double *W2 = p->start + aln_state_at(p, ALN_W2);
    const struct aln_feedback_view F = aln_problem_feedback(p, p->start);
    bool stays = p->eta[1] == 0 && p->kappa[1] == 0;
    double product = 0;
    for (size_t o = 0; o < p->O; o++)
        product += p->V2[o * p->M + k] * (stays ? W2[o * p->K + k] : aln_feedback_entry(&F, k, o));
    return product < 0 && p->activation->odd ? -1 : 1;
}

/* Whether the teacher acts on something else than the inputs. */
static bool has_latent(const struct aln_problem *p)
{
    bool latent = false;
    for (size_t i = 0; p->spectrum != NULL && i < p->spectrum->count; i++)
        latent = latent || p->spectrum->signal[i] != p->spectrum->variance[i] ||
                 p->spectrum->latent[i] != p->spectrum->variance[i];
    return latent;
}

enum aln_status aln_fixed_perfect(const struct aln_problem *p, double *y)
{
    const struct aln_layout layout = aln_state_layout(p);
    const struct aln_span *Q = &layout.part[ALN_Q], *R = &layout.part[ALN_R];
    const struct aln_span *W2 = &layout.part[ALN_W2];
    size_t K = p->K, M = p->M;
    bool stays = p->eta[1] == 0 && p->kappa[1] == 0;
    if (K != M)
        return aln_raise(ALN_USAGE,
                         "zero-error solutions are isolated only for as many student as teacher "
                         "units, got K = %zu, M = %zu",
                         K, M);
    if (p->sigma != 0 || p->kappa[0] != 0 || p->kappa[1] != 0)
        return aln_raise(ALN_USAGE, "with noise or decay there is no zero-error solution");
    if (p->rule->targets || p->rule->levels != ALN_ERROR_WHOLE || p->feedback_noise > 0)
        return aln_raise(ALN_USAGE,
                         "there is no zero-error solution at rest: the hidden layer is fed "
                         "something else than the error");
    if (p->rule->adapts)
        return aln_raise(ALN_USAGE,
                         "zero-error solutions are not isolated: where the error is zero, the "
                         "feedback of rule %s is arbitrary",
                         p->rule->id.name);
    if (has_latent(p))
        return aln_raise(ALN_USAGE, "there is no zero-error solution for a teacher that acts on "
                                    "latent variables");
    memcpy(y, p->start, aln_problem_size(p) * sizeof *y);
    for (size_t k = 0; k < K; k++) {
        double sign = find_sign(p, k);
        for (size_t i = 0; i < aln_problem_blocks(p); i++) {
            const double *T = aln_problem_block_T(p, i);
            for (size_t l = k; l < K; l++)
                y[aln_span_entry(Q, k, l) + i] = sign * find_sign(p, l) * T[k * M + l];
            for (size_t m = 0; m < M; m++)
                y[aln_span_entry(R, k, m) + i] = sign * T[k * M + m];
        }
        for (size_t o = 0; o < p->O; o++)
            y[aln_span_entry(W2, o, k)] = sign * p->V2[o * M + k];
    }
    if (stays && memcmp(y + W2->at, p->start + W2->at, W2->count * sizeof *y) != 0)
        return aln_raise(ALN_USAGE, "the read-out is fixed (eta2 = 0) and is not the teacher's: "
                                    "there is no zero-error solution");
    return ALN_OK;
}

/* ---- along the rates ---- */

struct aln_branch {
    struct aln_problem p; /* its rates vary */
    struct aln_fixed *fixed;
    double ratio;   /* eta2 / eta1 */
    size_t neutral; /* neutral directions at the first rate; SIZE_MAX: not known yet */
    double y[];
};

enum aln_status aln_branch_create(struct aln_branch **out, const struct aln_problem *p)
{
    struct aln_branch *b = calloc(1, sizeof *b + aln_problem_size(p) * sizeof(double));
    *out = b;
    if (b == NULL)
        return aln_raise_memory("%zu units", p->K);
    b->p = *p;
    b->neutral = SIZE_MAX;
    b->ratio = p->eta[1] / p->eta[0];
    if (!(p->eta[0] > 0))
        return aln_raise(ALN_USAGE, "the hidden layer does not learn (eta1 = 0): there is no rate "
                                    "to vary");
    enum aln_status status = aln_fixed_perfect(&b->p, b->y);
    return status == ALN_OK ? aln_fixed_create(&b->fixed, &b->p) : status;
}

void aln_branch_free(struct aln_branch *b)
{
    if (b == NULL)
        return;
    aln_fixed_free(b->fixed);
    free(b);
}

enum aln_status aln_branch_at(struct aln_branch *b, double rate, struct aln_fixed_point **point,
                              double *growth)
{
    b->p.eta[0] = rate;
    b->p.eta[1] = b->ratio * rate;
    enum aln_status status = aln_fixed_at(b->fixed, b->y, point);
    if (status != ALN_OK)
        return status;
    const struct aln_fixed_point *found = *point;
    if (b->neutral == SIZE_MAX)
        b->neutral = found->neutral;
    bool grows = found->re[0] > found->limit || b->neutral >= found->unknowns;
    *growth = found->re[grows ? 0 : b->neutral];
    return ALN_OK;
}

/* For GSL. NaN after a failure. */
static double growth_at(double rate, void *context)
{
    struct aln_fixed_point *point;
    double growth;
    if (aln_branch_at(context, rate, &point, &growth) != ALN_OK)
        return NAN;
    aln_fixed_point_free(point);
    return growth;
}

enum aln_status aln_branch_critical(struct aln_branch *b, double low, double high, double *rate)
{
    enum aln_status status = ALN_OK;
    gsl_function f = {growth_at, b};
    gsl_root_fsolver *solver = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    if (solver == NULL)
        return aln_raise_memory("a critical rate");
    *rate = NAN;
    if (gsl_root_fsolver_set(solver, &f, low, high) != GSL_SUCCESS) {
        status = aln_raise(ALN_NUMERIC,
                           "the solution does not lose its stability between the rates %g and %g",
                           low, high);
        goto out;
    }
    for (int i = 0; i < MOST_ROOT_STEPS; i++) {
        if (gsl_root_fsolver_iterate(solver) != GSL_SUCCESS) {
            status =
                aln_raise(ALN_NUMERIC, "no critical rate was found between %g and %g", low, high);
            goto out;
        }
        if (gsl_root_test_interval(gsl_root_fsolver_x_lower(solver),
                                   gsl_root_fsolver_x_upper(solver), 0, ROOT_WIDTH) == GSL_SUCCESS)
            break;
    }
    *rate = gsl_root_fsolver_root(solver);
out:
    gsl_root_fsolver_free(solver);
    return status;
}

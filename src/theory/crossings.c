#include "theory/crossings.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "base/illinois.h"
#include "lanes/side.h"

#define MAX_ROOT_STEPS 100
#define MAX_HALVINGS   40
#define LOOKS          32
#define MOST_STEPS     20000 /* of the integrator, within one step */
#define QUICK          1e-3 /* crossings of one entry that follow within this share of 1 + t, ... */
#define MAX_QUICK      50   /* ... this many times in a row: give up */

struct aln_crossings {
    const struct aln_problem *p;
    gsl_odeiv2_driver *driver; /* re-integrates from the start of a step */
    double tolerance;          /* of W2 at a crossing */
    size_t size, count, at_W2; /* of the state, of W2 (O x K), where W2 begins */
    double *side;              /* O x K: -1, 0, 1 */
    double *last;              /* O x K, time of the last crossing */
    double *quick;             /* O x K, quick crossings in a row */
    double *y;                 /* size, scratch */
    double storage[];
};

static enum aln_status set_driver(struct aln_crossings *sides, const gsl_odeiv2_system *sys,
                                  const gsl_odeiv2_step_type *type, double rtol, double atol)
{
    gsl_odeiv2_driver *driver =
        gsl_odeiv2_driver_alloc_standard_new(sys, type, 1, atol, rtol, 1, 0);
    if (driver == NULL)
        return aln_raise_memory("%zu equations", sides->size);
    gsl_odeiv2_driver_set_nmax(driver, MOST_STEPS);
    if (sides->driver != NULL)
        gsl_odeiv2_driver_free(sides->driver);
    sides->driver = driver;
    return ALN_OK;
}

enum aln_status aln_crossings_create(struct aln_crossings **out, const struct aln_problem *p,
                                     const gsl_odeiv2_system *sys, bool implicit, double rtol,
                                     double atol)
{
    size_t size = aln_problem_size(p), count = p->O * p->K;
    struct aln_crossings *sides = calloc(1, sizeof *sides + (3 * count + size) * sizeof(double));
    *out = sides;
    if (sides == NULL)
        return aln_raise_memory("%zu feedback entries", count);
    sides->p = p;
    sides->tolerance = 1e-3 * atol;
    sides->size = size;
    sides->count = count;
    sides->at_W2 = aln_state_at(p, ALN_W2);
    sides->side = sides->storage;
    sides->last = sides->side + count;
    sides->quick = sides->last + count;
    sides->y = sides->quick + count;
    for (size_t i = 0; i < count; i++)
        sides->last[i] = -INFINITY;
    return set_driver(sides, sys, implicit ? gsl_odeiv2_step_bsimp : gsl_odeiv2_step_rk8pd, rtol,
                      atol);
}

enum aln_status aln_crossings_turn_implicit(struct aln_crossings *sides,
                                            const gsl_odeiv2_system *sys, double rtol, double atol)
{
    return set_driver(sides, sys, gsl_odeiv2_step_bsimp, rtol, atol);
}

void aln_crossings_free(struct aln_crossings *sides)
{
    if (sides == NULL)
        return;
    if (sides->driver != NULL)
        gsl_odeiv2_driver_free(sides->driver);
    free(sides);
}

const double *aln_crossings_signs(const struct aln_crossings *sides)
{
    return sides->side;
}

bool aln_crossings_at_zero(const struct aln_crossings *sides, const double *y)
{
    const double *W2 = y + sides->at_W2;
    for (size_t i = 0; i < sides->count; i++)
        if (W2[i] == 0)
            return true;
    return false;
}

static double sign(double x)
{
    return (x > 0) - (x < 0);
}

void aln_crossings_settle(struct aln_crossings *sides, const double *y, const double *dydt)
{
    const double *W2 = y + sides->at_W2;
    for (size_t i = 0; i < sides->count; i++) {
        double side = W2[i] != 0 ? sign(W2[i]) : sign(dydt[sides->at_W2 + i]);
        if (side != 0)
            sides->side[i] = side;
    }
}

/* The distance from zero of the entry closest to crossing it; negative: one has crossed. */
static double margin(const struct aln_crossings *sides, const double *y)
{
    double least = INFINITY;
    for (size_t i = 0; i < sides->count; i++)
        if (sides->side[i] != 0)
            least = fmin(least, sides->side[i] * y[sides->at_W2 + i]);
    return least;
}

/* Integrates to t, into sides->y, and computes the margin there. */
static enum aln_status margin_at(struct aln_crossings *sides, const struct aln_crossings_step *step,
                                 double t, double *value)
{
    double now = step->t0;
    memcpy(sides->y, step->y0, sides->size * sizeof *sides->y);
    gsl_odeiv2_driver_reset_hstart(sides->driver, t > now ? t - now : 1);
    int failed = gsl_odeiv2_driver_apply(sides->driver, &now, t, sides->y);
    *value = margin(sides, sides->y);
    if (failed)
        return aln_raise(
            ALN_NUMERIC,
            "the integration stopped at t = %.9g: the equations could not be "
            "integrated to where an entry of W2 crosses zero; try a smaller learning.rate",
            now);
    return ALN_OK;
}

/* A time in the step at which an entry seems to have crossed zero, or t0. An entry may cross and
 * return within one step. */
static double suspect(const struct aln_crossings *sides, const struct aln_crossings_step *step,
                      const double *y1)
{
    double h = step->t1 - step->t0;
    if (margin(sides, y1) < 0)
        return step->t1;
    for (size_t i = 0; i < sides->count; i++) {
        size_t at = sides->at_W2 + i;
        const double share = aln_side_left_at(sides->side[i], step->y0[at], h * step->dydt0[at],
                                              y1[at], h * step->dydt1[at]);
        if (share > 0)
            return step->t0 + share * h;
    }
    return step->t0;
}

/* Computes the margin at a suspected time. If it is not negative (the cubic of a long step is
 * inaccurate), tries LOOKS times in the step until it is. */
static enum aln_status confirm(struct aln_crossings *sides, const struct aln_crossings_step *step,
                               double *t, double *value)
{
    enum aln_status status = margin_at(sides, step, *t, value);
    for (int n = 1; n < LOOKS && status == ALN_OK && *value >= 0 && *t < step->t1; n++) {
        *t = step->t0 + (step->t1 - step->t0) * n / LOOKS;
        status = margin_at(sides, step, *t, value);
    }
    return status;
}

/* Flips the sides of the entries that have crossed zero in sides->y, and sets them to exactly 0. */
static enum aln_status change_over(struct aln_crossings *sides, double t)
{
    for (size_t i = 0; i < sides->count; i++) {
        double *w = &sides->y[sides->at_W2 + i];
        if (sides->side[i] == 0 || sides->side[i] * *w > 0)
            continue;
        *w = 0;
        sides->side[i] = -sides->side[i];
        sides->quick[i] = t - sides->last[i] <= QUICK * (1 + t) ? sides->quick[i] + 1 : 0;
        sides->last[i] = t;
        if (sides->quick[i] >= MAX_QUICK) {
            char name[32];
            aln_problem_column(sides->p, 1 + sides->at_W2 + i, name);
            return aln_raise(ALN_NUMERIC,
                             "the integration stopped at t = %.9g: %s crosses zero repeatedly, "
                             "and the feedback of rule %s jumps each time; try another start or "
                             "another learning.rate",
                             t, name, sides->p->rule->id.name);
        }
    }
    return ALN_OK;
}

enum aln_status aln_crossings_check(struct aln_crossings *sides,
                                    const struct aln_crossings_step *step, double *t, double *y,
                                    bool *cut)
{
    size_t bytes = sides->size * sizeof *y;
    *cut = false;
    /* An entry of side 0 has moved off zero: repeat the step with its new side. */
    for (size_t i = 0; i < sides->count; i++) {
        double side = sign(y[sides->at_W2 + i]);
        if (sides->side[i] == 0 && side != 0) {
            sides->side[i] = side;
            *cut = true;
        }
    }
    if (*cut) {
        *t = step->t0;
        memcpy(y, step->y0, bytes);
        return ALN_OK;
    }

    double low = step->t0, high = suspect(sides, step, y), at_low, at_high;
    if (high == step->t0)
        return ALN_OK;
    if (confirm(sides, step, &high, &at_high) != ALN_OK)
        return ALN_NUMERIC;
    if (at_high >= 0) { /* touches zero within the tolerance */
        if (high == step->t1) {
            memcpy(y, sides->y, bytes);
            *cut = true;
        }
        return ALN_OK;
    }
    *cut = true;
    /* An entry that starts at exactly 0 must move off it first. */
    at_low = margin(sides, step->y0);
    for (int i = 0; at_low <= 0 && i < MAX_HALVINGS; i++) {
        low = step->t0 + (high - step->t0) / 2;
        if (margin_at(sides, step, low, &at_low) != ALN_OK)
            return ALN_NUMERIC;
        if (at_low <= 0) {
            high = low;
            at_high = at_low;
        }
    }
    if (at_low <= 0) { /* it never reached the expected side: flip it from t0 on */
        *t = step->t0;
        memcpy(y, step->y0, bytes);
        return change_over(sides, step->t0);
    }
    struct aln_illinois root = {low, high, at_low, at_high, 0};
    for (int i = 0; i < MAX_ROOT_STEPS && at_high < -sides->tolerance &&
                    root.high - root.low > 2 * DBL_EPSILON * root.high;
         i++) {
        double middle = aln_illinois_next(&root), value;
        if (margin_at(sides, step, middle, &value) != ALN_OK)
            return ALN_NUMERIC;
        aln_illinois_narrow(&root, middle, value);
        if (!(value > 0))
            at_high = value;
    }
    if (margin_at(sides, step, root.high, &at_high) != ALN_OK)
        return ALN_NUMERIC;
    enum aln_status status = change_over(sides, root.high);
    *t = root.high;
    memcpy(y, sides->y, bytes);
    return status;
}

/* Events against bisection in a run with much tighter tolerance, and what is not an event. */
#include <stdio.h>

#include "../check_main.h"
#include "../covers.h"
#include "alignode/ode.h"
#include "reference.h"
#include "usual.h"

#define COUNT(array) (sizeof array / sizeof *array)

static struct aln_ode *start(const struct aln_problem *p, const char *stepper, double rtol)
{
    struct aln_ode *ode;
    struct aln_ode_options options = {
        .stepper = aln_stepper_find(stepper), .rtol = rtol, .atol = 1e-3 * rtol};
    ck_assert_int_eq(aln_ode_create(&ode, p, &options), ALN_OK);
    return ode;
}

static void advance(struct aln_ode *ode, double t)
{
    ck_assert_msg(aln_ode_advance(ode, t) == ALN_OK, "%s", aln_error());
}

/* ---- reference: a new run with tight tolerance to every time ---- */

static const double *state_at(const struct aln_problem *p, double t, double *y)
{
    struct aln_ode *ode = start(p, "rk8pd", 1e-13);
    advance(ode, t);
    memcpy(y, aln_ode_state(ode), aln_problem_size(p) * sizeof *y);
    aln_ode_free(ode);
    return y;
}

static double eg_at(const struct aln_problem *p, double t)
{
    double y[DRAW_SIZE];
    return aln_problem_eg(p, state_at(p, t, y));
}

/* f(ln t) at -2h, -h, 0, h, 2h, one run: the cosine, or ln eg. */
static void stencil(const struct aln_problem *p, double t, double h, bool cos, double f[5])
{
    struct aln_ode *ode = start(p, "rk8pd", 1e-13);
    for (int i = 0; i < 5; i++) {
        advance(ode, t * exp((i - 2) * h));
        f[i] = cos ? aln_problem_cos(p, aln_ode_state(ode))
                   : log(aln_problem_eg(p, aln_ode_state(ode)));
    }
    aln_ode_free(ode);
}

/* Slopes in ln t of the cosine and of the steepness -d ln eg/d ln t, of order 4. */
static double cos_slope(const struct aln_problem *p, double t)
{
    double f[5];
    stencil(p, t, 1e-3, true, f);
    return (f[0] - 8 * f[1] + 8 * f[3] - f[4]) / 12e-3;
}

static double steepness(const struct aln_problem *p, double t)
{
    double f[5];
    stencil(p, t, 1e-3, false, f);
    return -(f[0] - 8 * f[1] + 8 * f[3] - f[4]) / 12e-3;
}

static double steepness_slope(const struct aln_problem *p, double t)
{
    double f[5];
    stencil(p, t, 1e-2, false, f);
    return (f[0] - 16 * f[1] + 30 * f[2] - 16 * f[3] + f[4]) / 12e-4;
}

/* d ln g/d ln t of the rate of decay g = s/t. */
static double growth(const struct aln_problem *p, double t)
{
    double f[5], h = 4e-3;
    stencil(p, t, h, false, f);
    double s = -(f[0] - 8 * f[1] + 8 * f[3] - f[4]) / (12 * h);
    return (f[0] - 16 * f[1] + 30 * f[2] - 16 * f[3] + f[4]) / (12 * h * h) / s - 1;
}

/* Root of f - level, from + to -. */
static double bisect(const struct aln_problem *p, double (*f)(const struct aln_problem *, double),
                     double level, double sign, double low, double high)
{
    ck_assert_double_gt(sign * (f(p, low) - level), 0);
    ck_assert_double_lt(sign * (f(p, high) - level), 0);
    while (high - low > 1e-11 * high) {
        double middle = (low + high) / 2;
        if (middle == low || middle == high)
            break;
        *(sign * (f(p, middle) - level) > 0 ? &low : &high) = middle;
    }
    return (low + high) / 2;
}

static double share(double a, double b)
{
    return fabs(a / b - 1);
}

/* ---- the standard small start ---- */

/* At rtol 1e-11 the difference is the bisection's own 5e-12. */
START_TEST(test_times)
{
    const char *const rules[] = {"bp", "dfa"};
    for (size_t r = 0; r < COUNT(rules); r++) {
        struct drawn d;
        make_usual(&d, rules[r]);
        struct aln_event event[] = {
            {.kind = ALN_EVENT_EG_BELOW, .value = 0.1},
            {.kind = ALN_EVENT_COS_MAXIMUM},
            {.kind = ALN_EVENT_PLATEAU_LEFT},
            {.kind = ALN_EVENT_EG_BELOW, .value = 5e-3},
            {.kind = ALN_EVENT_EG_FRACTION, .value = 0.25},
        };
        double eg0 = aln_problem_eg(&d.p, d.start);
        struct aln_ode *ode = start(&d.p, "rk8pd", 1e-11);
        aln_ode_watch(ode, COUNT(event), event);
        for (size_t i = 0; i < COUNT(event); i++)
            ck_assert(isnan(event[i].t) && isnan(event[i].eg) && isnan(event[i].cos));
        advance(ode, 3000);
        aln_ode_free(ode);
        if (getenv("SHOW"))
            for (size_t i = 0; i < COUNT(event); i++)
                printf("%s %zu: t %.12g eg %.12g cos %.12g\n", rules[r], i, event[i].t, event[i].eg,
                       event[i].cos);
        for (size_t i = 0; i < COUNT(event); i++) {
            double t = event[i].t, y[DRAW_SIZE], exact;
            if (r == 0 && event[i].kind == ALN_EVENT_COS_MAXIMUM) { /* bp: it keeps rising */
                ck_assert(isnan(t));
                continue;
            }
            if (event[i].kind == ALN_EVENT_EG_BELOW || event[i].kind == ALN_EVENT_EG_FRACTION) {
                double level = event[i].value * (event[i].kind == ALN_EVENT_EG_FRACTION ? eg0 : 1);
                exact = bisect(&d.p, eg_at, level, 1, t * 0.99, t * 1.01);
                if (getenv("SHOW"))
                    printf("  off %.3g\n", share(t, exact));
                ck_assert_double_lt(share(t, exact), 1e-8);
                ck_assert_double_eq_tol(event[i].eg, level, 1e-12);
            } else if (event[i].kind == ALN_EVENT_COS_MAXIMUM) {
                exact = bisect(&d.p, cos_slope, 0, 1, t * 0.99, t * 1.01);
                if (getenv("SHOW"))
                    printf("  off %.3g\n", share(t, exact));
                ck_assert_double_lt(share(t, exact), 1e-8);
            }
            state_at(&d.p, t, y);
            ck_assert_double_eq_tol(event[i].eg, aln_problem_eg(&d.p, y), 1e-9);
            ck_assert_double_eq_tol(event[i].cos, aln_problem_cos(&d.p, y), 1e-9);
        }
    }
}
END_TEST

/* The plateau by its definition, on a grid of a tight run: the first maximum of the steepness and
 * half of it, the following minimum and half of the error there, then the growth of the decay
 * rate. */
START_TEST(test_plateau)
{
    const char *const rules[] = {"bp", "dfa"};
    for (size_t r = 0; r < COUNT(rules); r++) {
        struct drawn d;
        make_usual(&d, rules[r]);
        struct aln_event event[] = {{.kind = ALN_EVENT_PLATEAU_ENTERED},
                                    {.kind = ALN_EVENT_PLATEAU_LEFT},
                                    {.kind = ALN_EVENT_EXPONENTIAL}};
        struct aln_ode *ode = start(&d.p, "rk8pd", 1e-11);
        aln_ode_watch(ode, COUNT(event), event);
        advance(ode, 3000);
        aln_ode_free(ode);

        enum { GRID = 2000 };
        double t[GRID], eg[GRID], s[GRID] = {0};
        ode = start(&d.p, "rk8pd", 1e-13);
        for (int i = 0; i < GRID; i++) {
            t[i] = 0.01 * pow(3000 / 0.01, (double)i / (GRID - 1));
            advance(ode, t[i]);
            eg[i] = aln_problem_eg(&d.p, aln_ode_state(ode));
        }
        aln_ode_free(ode);
        for (int i = 1; i + 1 < GRID; i++)
            s[i] = -log(eg[i + 1] / eg[i - 1]) / log(t[i + 1] / t[i - 1]);
        int top = 1, bottom;
        while (s[top + 1] <= s[top]) /* dfa: at first the error grows slightly */
            top++;
        while (s[top + 1] > s[top])
            top++;
        bottom = top;
        while (s[bottom + 1] < s[bottom])
            bottom++;
        double steepest = bisect(&d.p, steepness_slope, 0, 1, t[top - 4], t[top + 4]);
        double at = bisect(&d.p, steepness_slope, 0, -1, t[bottom - 4], t[bottom + 4]);
        int fastest = bottom;
        while (s[fastest + 1] / t[fastest + 1] < s[fastest] / t[fastest])
            fastest++;
        while (s[fastest + 1] / t[fastest + 1] > s[fastest] / t[fastest])
            fastest++;
        double exact[] = {
            bisect(&d.p, steepness, steepness(&d.p, steepest) / 2, 1, steepest, at),
            bisect(&d.p, eg_at, eg_at(&d.p, at) / 2, 1, at, 3000),
            bisect(&d.p, growth, 0.5, 1, (at + t[fastest]) / 2, t[fastest + 1]),
        };
        /* measured 5e-11, 6e-9, 3e-8: errors of the differences and of the run */
        for (size_t i = 0; i < COUNT(event); i++) {
            if (getenv("SHOW"))
                printf("%s %s: %.10g, off %.3g, eg %g\n", rules[r],
                       aln_names_row(&aln_events, event[i].kind)->name, exact[i],
                       share(event[i].t, exact[i]), event[i].eg);
            ck_assert_double_lt(share(event[i].t, exact[i]), i == 2 ? 1e-7 : 3e-8);
        }
    }
}
END_TEST

/* ---- calling sequences ---- */

/* Events are known once they are passed and do not depend on the recorded times; watching for them
 * does not change the states. */
START_TEST(test_when_known)
{
    struct drawn d;
    make_usual(&d, "dfa");
    struct aln_event once[2] = {{.kind = ALN_EVENT_EG_BELOW, .value = 0.1},
                                {.kind = ALN_EVENT_COS_MAXIMUM}},
                     often[2] = {once[0], once[1]};
    struct aln_ode *a = start(&d.p, "rk8pd", 1e-9), *b = start(&d.p, "rk8pd", 1e-9);
    struct aln_ode *c = start(&d.p, "rk8pd", 1e-9);
    aln_ode_watch(a, 2, once);
    aln_ode_watch(b, 2, often);
    advance(a, 1000);
    advance(c, 1000);
    for (int i = 0; i <= 1000; i++) {
        advance(b, i);
        for (int e = 0; e < 2; e++)
            ck_assert(once[e].t <= i ? once[e].t == often[e].t : isnan(often[e].t));
    }
    ck_assert(once[0].t < 1000 && once[1].t < 1000);
    ck_assert_mem_eq(aln_ode_state(a), aln_ode_state(b), 9 * sizeof(double));
    ck_assert_mem_eq(aln_ode_state(a), aln_ode_state(c), 9 * sizeof(double));
    aln_ode_free(a);
    aln_ode_free(b);
    aln_ode_free(c);
}
END_TEST

/* Every stepper finds them to within its tolerance. */
START_TEST(test_every_stepper)
{
    struct drawn d;
    make_usual(&d, "dfa");
    double exact = bisect(&d.p, eg_at, 0.1, 1, 1, 100);
    for (size_t s = 0; s < aln_steppers.count; s++) {
        const char *name = aln_names_row(&aln_steppers, s)->name;
        bool first = strcmp(name, "rk1imp") == 0, second = strncmp(name, "rk2", 3) == 0;
        struct aln_event event[] = {{.kind = ALN_EVENT_EG_BELOW, .value = 0.1},
                                    {.kind = ALN_EVENT_COS_MAXIMUM}};
        struct aln_ode *ode = start(&d.p, name, first ? 1e-5 : second ? 1e-7 : 1e-10);
        aln_ode_watch(ode, 2, event);
        advance(ode, 200);
        aln_ode_free(ode);
        if (getenv("SHOW"))
            printf("%s: %.3g, %.9g\n", name, share(event[0].t, exact), event[1].t);
        ck_assert_msg(share(event[0].t, exact) < (first    ? 1e-2
                                                  : second ? 1e-4
                                                           : 1e-7),
                      "%s: %g", name, share(event[0].t, exact));
        ck_assert_double_gt(event[1].cos, 0.99);
    }
}
END_TEST

/* ---- events at the start, never, or at a jump ---- */

START_TEST(test_edges)
{
    struct drawn d;
    /* below the threshold from the start; a threshold that is never reached */
    make_usual(&d, "bp");
    struct aln_event event[] = {{.kind = ALN_EVENT_EG_BELOW, .value = 1},
                                {.kind = ALN_EVENT_EG_BELOW, .value = -1}};
    struct aln_ode *ode = start(&d.p, "rk8pd", 1e-9);
    aln_ode_watch(ode, 2, event);
    advance(ode, 10);
    aln_ode_free(ode);
    ck_assert_double_eq(event[0].t, 0);
    ck_assert_double_eq(event[0].eg, aln_problem_eg(&d.p, d.start));
    ck_assert(isnan(event[1].t));

    /* one unit: the cosine is +1 or -1 up to round-off, which is not a maximum */
    draw_problem(&d, 1, 1, 1, "erf", "bp", 3);
    struct aln_event round_off = {.kind = ALN_EVENT_COS_MAXIMUM};
    ode = start(&d.p, "rk8pd", 1e-9);
    aln_ode_watch(ode, 1, &round_off);
    advance(ode, 100);
    aln_ode_free(ode);
    ck_assert(isnan(round_off.t));

    /* only the read-out learns: eg falls exponentially, ever steeper in ln t: no plateau */
    draw_problem(&d, 1, 1, 1, "linear", "frozen", 3);
    d.p.sigma = d.p.kappa[0] = d.p.kappa[1] = 0;
    d.start[0] = d.start[1] = d.T[0] = 1;
    struct aln_event plateau[] = {{.kind = ALN_EVENT_PLATEAU_ENTERED},
                                  {.kind = ALN_EVENT_PLATEAU_LEFT},
                                  {.kind = ALN_EVENT_EXPONENTIAL}};
    ode = start(&d.p, "rk8pd", 1e-9);
    aln_ode_watch(ode, COUNT(plateau), plateau);
    advance(ode, 20);
    aln_ode_free(ode);
    for (size_t i = 0; i < COUNT(plateau); i++)
        ck_assert(isnan(plateau[i].t));

    /* the read-out stops at t = 7 while the cosine still rises: no maximum */
    static const struct aln_rates schedule[] = {{7, {0.1, 0}}};
    make_usual(&d, "dfa");
    d.p.schedule = schedule;
    d.p.schedule_count = 1;
    struct aln_event stops = {.kind = ALN_EVENT_COS_MAXIMUM};
    ode = start(&d.p, "rk8pd", 1e-9);
    aln_ode_watch(ode, 1, &stops);
    advance(ode, 100);
    aln_ode_free(ode);
    ck_assert(isnan(stops.t));
}
END_TEST

START_TEST(test_covered)
{
    COVERS(&aln_events, "eg_below", "eg_fraction", "cos_maximum", "plateau_entered", "plateau_left",
           "exponential");
}
END_TEST

CHECK_MAIN("theory/events", test_times, test_plateau, test_when_known, test_every_stepper,
           test_edges, test_covered)

/* Lanes against the plain engine: the same bits, for every instruction set of this machine, every
 * rule and activation that lanes know, whatever runs side by side; the plain set against others, which
 * multiply and add in one rounding, to what that changes. */
#include "lanes/lanes.h"

#include <float.h>

#include "../check_main.h"
#include "../theory/draw.h"
#include "alignode/ode.h"
#include "model/vector.h"

static const char *const activations[] = {"erf",     "linear", "quadratic", "tanh",
                                          "sigmoid", "relu",   "leaky-relu"};
enum { ACTIVATIONS = sizeof activations / sizeof activations[0] };

/* ---- arcsine ---- */

/* The stated error is 2.5 ulp, beside the C library's long double; in vectors the bits are the same. Arguments:
 * uniform, small, close to 1, and special ones. */
START_TEST(test_asin)
{
    uint64_t state = 1;
    for (int i = 0; i < 200000; i++) {
        double u = draw_uniform(&state), x = u;
        if (i % 4 == 1)
            x = ldexp(u, -(i / 4 % 60));
        if (i % 4 == 2)
            x = copysign(1 - ldexp(fabs(u), -(i / 4 % 53)), u);
        if (i % 4 == 3 && i < 40)
            x = (double[]){0, -0.0, 0.5, -0.5, 1, -1, 1.25, -1.25, NAN, DBL_MIN}[i / 4];
        const double ours = aln_asin_body(ALN_ISA_PLAIN_FUSED, x), best = aln_asin(x);
        lanes in = {x, u}, out;
        lanes_asin(&in, &out);
        double first = out[0];
        ck_assert_msg(memcmp(&ours, &first, sizeof ours) == 0 || (isnan(ours) && isnan(first)),
                      "asin(%.17g) is %.17g, in lanes %.17g", x, ours, first);
        if (isnan(x) || fabs(x) > 1)
            continue;
        const long double exact = asinl((long double)x);
        const double near = fabs((double)exact), ulp = nextafter(near, INFINITY) - near;
        const long double off[] = {fabsl((long double)ours - exact),
                                   fabsl((long double)best - exact)};
        for (size_t set = 0; set < 2; set++)
            ck_assert_msg(off[set] <= 2.5L * (long double)ulp, "asin(%.17g) is off by %.3Lg ulp", x,
                          off[set] / (long double)ulp);
    }
    lanes wide = {1.25, NAN};
    lanes_asin(&wide, &wide);
    ck_assert_double_eq(wide[0], M_PI / 2);
    ck_assert(isnan(wide[1]));
}
END_TEST

/* ---- right-hand side ---- */

/* Whether the numbers of lanes in an instruction set and of the plain engine in this machine's are
 * the same, or within `share` of 1 and of themselves where the sets round differently. */
static bool agrees(enum aln_isa isa, size_t n, const double *in_lanes, const double *alone,
                   double share)
{
    if (ALN_ISA_PLAIN_FUSED || (isa == ALN_ISA_PLAIN) == (aln_isa_best() == ALN_ISA_PLAIN))
        return memcmp(in_lanes, alone, n * sizeof *alone) == 0;
    for (size_t i = 0; i < n; i++)
        if (!(fabs(in_lanes[i] - alone[i]) <= share * (1 + fabs(alone[i]))))
            return false;
    return true;
}

/* All lanes hold different problems. */
static void compare_rhs(enum aln_isa isa, const char *activation, const char *rule, size_t K,
                        size_t M, size_t O, bool keys)
{
    const size_t lane_count = aln_lanes_count(isa);
    static struct drawn d[8];
    static _Alignas(64) double y[8 * DRAW_SIZE], dydt[8 * DRAW_SIZE];
    static double plain[DRAW_SIZE];
    double eta[8][2];
    struct aln_lanes_rhs *rhs = NULL;
    for (size_t j = 0; j < lane_count; j++) {
        draw_problem(&d[j], K, M, O, activation, rule, 1000 * K + 100 * M + 10 * O + j + 1);
        if (keys)
            draw_keys(&d[j]);
        ck_assert_msg(aln_lanes_fit(&d[j].p) && aln_lanes_alike(&d[0].p, &d[j].p),
                      "%s, %s, keys %d", activation, rule, keys);
        if (j == 0)
            ck_assert_int_eq(aln_lanes_rhs_create(&rhs, &d[0].p, isa), ALN_OK);
        eta[j][0] = 0.7 / (double)(j + 1);
        eta[j][1] = j == 1 ? 0 : 0.4 + (double)j;
        aln_lanes_rhs_set(rhs, j, &d[j].p, eta[j]);
        if (d[j].p.rule->jumps) {
            double sign[DRAW_FIELDS * DRAW_FIELDS];
            aln_rule_signs(O * K, d[j].start + aln_state_at(&d[j].p, ALN_W2), sign);
            aln_lanes_rhs_hold(rhs, j, sign);
        }
        for (size_t i = 0; i < aln_problem_size(&d[j].p); i++)
            y[i * lane_count + j] = d[j].start[i];
    }
    aln_lanes_rhs_eval(rhs, y, dydt);
    for (size_t j = 0; j < lane_count; j++) {
        struct aln_rhs *one;
        ck_assert_int_eq(aln_rhs_create(&one, &d[j].p), ALN_OK);
        ck_assert_int_eq(aln_rhs_eval(one, eta[j], NULL, d[j].start, plain), ALN_OK);
        aln_rhs_free(one);
        for (size_t i = 0; i < aln_problem_size(&d[j].p); i++)
            ck_assert_msg(
                agrees(isa, 1, &dydt[i * lane_count + j], &plain[i], 1e-12),
                "set %d, %s, %s, K %zu, M %zu, O %zu, lane %zu, entry %zu: %.17g, not %.17g",
                (int)isa, activation, rule, K, M, O, j, i, dydt[i * lane_count + j], plain[i]);
    }
    aln_lanes_rhs_free(rhs);
}

START_TEST(test_right_hand_side)
{
    static const size_t shapes[][3] = {{1, 1, 1}, {2, 2, 1}, {2, 1, 2}, {3, 2, 1}, {4, 3, 2}};
    size_t left_out = 0;
    for (enum aln_isa isa = ALN_ISA_PLAIN; isa <= aln_isa_best(); isa++)
        for (size_t g = 0; g < ACTIVATIONS; g++)
            for (size_t r = 0; r < rules_closed(); r++) {
                const struct aln_rule *rule = rules_row(r);
                const bool made = aln_rule_feedback_kind(rule) == ALN_FEEDBACK_MADE &&
                                  rule->feedback != aln_feedback_signs;
                left_out += isa == ALN_ISA_PLAIN && g == 0 && made;
                for (size_t i = 0; i < sizeof shapes / sizeof shapes[0] && !made; i++)
                    for (int keys = 0; keys < 2; keys++)
                        compare_rhs(isa, activations[g], rule->id.name, shapes[i][0], shapes[i][1],
                                    shapes[i][2], keys);
            }
    ck_assert_uint_eq(left_out, 3); /* the tests' own */
}
END_TEST

/* The overlaps of weight vectors x: K of student units, M of the teacher's. */
enum { MEETING = 5 };
static void set_fields(struct drawn *d, double x[MEETING][MEETING])
{
    const size_t K = d->p.K, M = d->p.M;
    for (size_t a = 0; a < MEETING; a++)
        for (size_t b = 0; b < MEETING; b++) {
            double sum = 0;
            for (size_t i = 0; i < MEETING; i++)
                sum += x[a][i] * x[b][i];
            if (a >= K && b >= K)
                d->T[(a - K) * M + b - K] = sum;
            else if (a < K && b >= K)
                d->start[aln_state_entry(&d->p, ALN_R, a, b - K)] = sum;
            else if (a <= b)
                d->start[aln_state_entry(&d->p, ALN_Q, a, b)] = sum;
        }
}

/* relu's averages where fields coincide, nearly, are opposite, orthogonal or 0: the same bits, and a number where
 * the plain engine has one. */
START_TEST(test_fields_that_meet)
{
    enum { CASES = 8 };
    static struct drawn d;
    static _Alignas(64) double y[8 * DRAW_SIZE], dydt[8 * DRAW_SIZE];
    static double plain[DRAW_SIZE];
    const enum aln_isa isa = aln_isa_best();
    const size_t lane_count = aln_lanes_count(isa), K = 3;
    size_t undefined = 0;
    for (size_t n = 0; n < 2 * CASES; n++) {
        double x[MEETING][MEETING];
        uint64_t state = n + 1;
        struct aln_lanes_rhs *rhs;
        struct aln_rhs *one;
        draw_problem(&d, K, MEETING - K, 1, n < CASES ? "relu" : "leaky-relu", "dfa", n + 1);
        for (size_t i = 0; i < MEETING * MEETING; i++)
            x[i / MEETING][i % MEETING] = draw_uniform(&state);
        for (size_t i = 0; i < MEETING; i++) {
            const double far = n % CASES == 4 ? 1e-9 : n % CASES == 7 ? 1e-5 : 0;
            if (n % CASES == 0 || n % CASES == 4 || n % CASES == 7) /* student and student */
                x[1][i] = 2 * x[0][i] + far * x[2][i];
            if (n % CASES == 1) /* student and teacher, opposite */
                x[3][i] = -x[0][i];
            if (n % CASES == 2) /* teacher without weights */
                x[4][i] = 0;
            if (n % CASES == 3) /* orthogonal */
                for (size_t a = 0; a < MEETING; a++)
                    x[a][i] = a == i;
            if (n % CASES == 5) /* student without weights */
                x[1][i] = 0;
            if (n % CASES == 6) /* all in a plane */
                for (size_t a = 0; a < MEETING && i > 1; a++)
                    x[a][i] = 0;
        }
        set_fields(&d, x);
        ck_assert_int_eq(aln_lanes_rhs_create(&rhs, &d.p, isa), ALN_OK);
        ck_assert_int_eq(aln_rhs_create(&one, &d.p), ALN_OK);
        for (size_t j = 0; j < lane_count; j++) {
            aln_lanes_rhs_set(rhs, j, &d.p, d.p.eta);
            for (size_t i = 0; i < aln_problem_size(&d.p); i++)
                y[i * lane_count + j] = d.start[i];
        }
        aln_lanes_rhs_eval(rhs, y, dydt);
        const bool defined = aln_rhs_eval(one, d.p.eta, NULL, d.start, plain) == ALN_OK;
        double finite = 0;
        undefined += !defined;
        for (size_t i = 0; i < aln_problem_size(&d.p); i++) {
            const double own = dydt[i * lane_count + lane_count - 1];
            finite += 0 * own;
            ck_assert_msg(!defined || memcmp(&plain[i], &own, sizeof own) == 0,
                          "case %zu, entry %zu: %.17g, not %.17g", n, i, own, plain[i]);
        }
        ck_assert_msg(defined == (finite == 0), "case %zu", n);
        aln_rhs_free(one);
        aln_lanes_rhs_free(rhs);
    }
    ck_assert_uint_eq(undefined, 2);
}
END_TEST

START_TEST(test_masks)
{
    static const bool rows[] = {true, false}, teachers[] = {false, true, true};
    static _Alignas(64) double y[8 * DRAW_SIZE], dydt[8 * DRAW_SIZE];
    static double plain[DRAW_SIZE];
    const enum aln_isa isa = aln_isa_best();
    const size_t lane_count = aln_lanes_count(isa);
    struct drawn d;
    struct aln_lanes_rhs *rhs;
    struct aln_rhs *one;
    draw_problem(&d, 2, 3, 2, "erf", "bp", 5);
    struct aln_problem whole = d.p;
    d.p.rows = rows;
    d.p.teachers = teachers;
    d.p.first_order = true;
    ck_assert(!aln_lanes_alike(&whole, &d.p));
    ck_assert_int_eq(aln_lanes_rhs_create(&rhs, &d.p, isa), ALN_OK);
    for (size_t j = 0; j < lane_count; j++) {
        aln_lanes_rhs_set(rhs, j, &d.p, d.p.eta);
        for (size_t i = 0; i < aln_problem_size(&d.p); i++)
            y[i * lane_count + j] = d.start[i];
    }
    aln_lanes_rhs_eval(rhs, y, dydt);
    ck_assert_int_eq(aln_rhs_create(&one, &d.p), ALN_OK);
    ck_assert_int_eq(aln_rhs_eval(one, d.p.eta, NULL, d.start, plain), ALN_OK);
    for (size_t i = 0; i < aln_problem_size(&d.p); i++)
        for (size_t j = 0; j < lane_count; j++)
            ck_assert(memcmp(&plain[i], &dydt[i * lane_count + j], sizeof *plain) == 0);
    aln_rhs_free(one);
    aln_lanes_rhs_free(rhs);
}
END_TEST

START_TEST(test_what_does_not_fit)
{
    struct drawn d;
    draw_problem(&d, 2, 2, 1, "erf", "sign-symmetric", 1);
    ck_assert(aln_lanes_fit(&d.p));
    d.p.symmetry = 0.5;
    ck_assert(!aln_lanes_fit(&d.p));
    draw_problem(&d, 2, 2, 1, "erf", "test: scaled sign", 1);
    ck_assert(!aln_lanes_fit(&d.p));
    draw_problem(&d, 2, 2, 1, "erf", "bp", 1);
    ck_assert(aln_lanes_fit(&d.p));
    d.p.points = 1; /* averages over points */
    ck_assert(!aln_lanes_fit(&d.p));
    d.p.points = 0;
    d.p.eta[1] = 0; /* a read-out that stays */
    ck_assert(aln_lanes_fit(&d.p));
    d.p.eta[0] = 0;
    ck_assert(!aln_lanes_fit(&d.p));
}
END_TEST

/* ---- integration ---- */

enum { RUNS = 60, TIMES = 6 };

static struct drawn problem[RUNS];
static const double times[TIMES] = {0, 0.3, 2, 2.001, 5, 12};
static const struct aln_rates schedule[2] = {{2, {0.2, 0.3}}, {7.5, {0.1, 0.05}}};
enum { DIVERGING = 17 };

/* Runs of several shapes, rules and activations, some with a schedule; one that diverges. */
static void draw_runs(void)
{
    static const char *const rules[] = {"dfa", "bp", "kolen-pollack", "drtp", "frozen"};
    static const char *const forms[] = {"erf", "erf", "linear", "relu", "erf", "leaky-relu"};
    for (size_t i = 0; i < RUNS; i++) {
        draw_problem(&problem[i], 2 + i % 2, 2, 1 + i / 2 % 2, forms[i % 6], rules[i / 12], i + 1);
        struct aln_problem *p = &problem[i].p;
        p->eta[0] = 0.1 + 0.01 * (double)i;
        p->schedule = i % 4 == 1 ? schedule : NULL;
        p->schedule_count = i % 4 == 1 ? 2 : 0;
    }
    problem[DIVERGING].p.eta[0] = 300;
}

static void set_runs(struct aln_lanes_run *runs, double *states)
{
    for (size_t i = 0; i < RUNS; i++)
        runs[i] = (struct aln_lanes_run){.p = &problem[i].p,
                                         .rtol = i % 5 == 4 ? 1e-6 : 1e-9,
                                         .atol = 1e-12,
                                         .time_count = TIMES,
                                         .times = times,
                                         .states = states + i * TIMES * DRAW_SIZE};
}

static enum aln_status integrate_plain(const struct aln_lanes_run *run, double *states)
{
    const struct aln_ode_options options = {
        .rtol = run->rtol, .atol = run->atol, .horizon = times[TIMES - 1]};
    struct aln_ode *ode;
    enum aln_status status = aln_ode_create(&ode, run->p, &options);
    for (size_t n = 0; n < TIMES && status == ALN_OK; n++) {
        status = aln_ode_advance(ode, times[n]);
        memcpy(states + n * aln_problem_size(run->p), aln_ode_state(ode),
               aln_problem_size(run->p) * sizeof *states);
    }
    aln_ode_free(ode);
    return status;
}

START_TEST(test_integration)
{
    static double states[RUNS * TIMES * DRAW_SIZE], other[RUNS * TIMES * DRAW_SIZE];
    static double plain[TIMES * DRAW_SIZE];
    struct aln_lanes_run runs[RUNS], again[RUNS], back[RUNS];
    size_t done = 0;
    draw_runs();
    set_runs(runs, states);
    ck_assert_int_eq(aln_lanes_integrate(aln_isa_best(), RUNS, runs), ALN_OK);
    for (size_t i = 0; i < RUNS; i++) {
        const size_t bytes = TIMES * aln_problem_size(runs[i].p) * sizeof *plain;
        enum aln_status status = integrate_plain(&runs[i], plain);
        done += runs[i].done;
        ck_assert(status == ALN_OK || !runs[i].done);
        ck_assert_msg(!runs[i].done || memcmp(plain, runs[i].states, bytes) == 0, "run %zu", i);
    }
    ck_assert(!runs[DIVERGING].done);
    ck_assert_uint_ge(done, RUNS - 6);
    /* alone, from the last to the first, and in every instruction set */
    for (enum aln_isa isa = ALN_ISA_PLAIN; isa <= aln_isa_best(); isa++) {
        set_runs(again, other);
        for (size_t i = 0; i < RUNS; i++)
            back[i] = again[RUNS - 1 - i];
        if (isa == ALN_ISA_PLAIN)
            for (size_t i = 0; i < RUNS; i++)
                ck_assert_int_eq(aln_lanes_integrate(isa, 1, &back[i]), ALN_OK);
        else
            ck_assert_int_eq(aln_lanes_integrate(isa, RUNS, back), ALN_OK);
        for (size_t i = 0; i < RUNS; i++) {
            const struct aln_lanes_run *run = &back[RUNS - 1 - i];
            const size_t size = TIMES * aln_problem_size(run->p);
            ck_assert_int_eq(run->done, runs[i].done);
            /* Rounding may grow a hundred thousand times on the way. */
            ck_assert(!run->done || agrees(isa, size, run->states, runs[i].states, 1e-10));
        }
    }
}
END_TEST

/* Feedback by signs: to the bits of the plain engine while no weight of the read-out crosses zero, else left to it;
 * some touch zero between two steps, and one starts there. */
START_TEST(test_signs)
{
    static double states[RUNS * TIMES * DRAW_SIZE], plain[TIMES * DRAW_SIZE];
    struct aln_lanes_run runs[RUNS];
    size_t done = 0, crossed = 0;
    for (size_t i = 0; i < RUNS; i++) {
        draw_problem(&problem[i], 2, 2, 1 + i % 2, "erf", "sign-symmetric", i + 1);
        problem[i].p.schedule = i % 4 == 1 ? schedule : NULL;
        problem[i].p.schedule_count = i % 4 == 1 ? 2 : 0;
        problem[i].p.eta[1] = i % 3 == 0 ? 0.05 : 2;
    }
    problem[0].start[aln_state_at(&problem[0].p, ALN_W2)] = 0;
    set_runs(runs, states);
    ck_assert_int_eq(aln_lanes_integrate(aln_isa_best(), RUNS, runs), ALN_OK);
    for (size_t i = 0; i < RUNS; i++) {
        const size_t size = aln_problem_size(runs[i].p), W2 = aln_state_at(runs[i].p, ALN_W2);
        bool same = true;
        ck_assert_int_eq(integrate_plain(&runs[i], plain), ALN_OK);
        for (size_t n = 0; n < TIMES * runs[i].p->O * runs[i].p->K; n++) {
            const size_t at = W2 + n / TIMES;
            same = same && plain[n % TIMES * size + at] * plain[at] > 0;
        }
        done += runs[i].done;
        crossed += !same;
        ck_assert_msg(!runs[i].done || memcmp(plain, runs[i].states, TIMES * size * 8) == 0,
                      "run %zu", i);
        ck_assert(same || !runs[i].done);
    }
    ck_assert(!runs[0].done);
    ck_assert_msg(done >= 10 && crossed >= 10 && done + crossed >= RUNS - 10,
                  "done %zu, crossed %zu", done, crossed);
}
END_TEST

/* Inputs in blocks of a spectrum, fewer and more than the parts of a total; others do not share their lanes. */
START_TEST(test_spectra)
{
    enum { COUNT = 12, MANY = 600 };
    static double states[COUNT][TIMES * MANY], plain[TIMES * MANY];
    static const int blocks[] = {1, 3, 19};
    struct aln_problem *p[COUNT];
    struct aln_lanes_run runs[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        char yaml[400];
        snprintf(
            yaml, sizeof yaml,
            "{problem: {inputs: 400, activation: %s, noise: 0.1, student: {units: 2}, teacher: "
            "{units: 3}, spectrum: {exponent: %g, count: %d}}, learning: {rule: %s, rate: %g}, "
            "run: {seed: %zu}}",
            i % 4 == 3 ? "relu" : "erf", 0.5 + 0.05 * (double)i, blocks[i % 3],
            i % 2 == 0 ? "dfa" : "bp", 0.1 + 0.02 * (double)i, i + 1);
        ck_assert_msg(aln_problem_parse(&p[i], yaml) == ALN_OK, "%s", aln_error());
        ck_assert(aln_lanes_fit(p[i]));
        ck_assert(i == 0 || !aln_lanes_alike(p[i - 1], p[i]));
        ck_assert_uint_le(aln_problem_size(p[i]), MANY);
        runs[i] = (struct aln_lanes_run){.p = p[i],
                                         .rtol = 1e-9,
                                         .atol = 1e-12,
                                         .time_count = TIMES,
                                         .times = times,
                                         .states = states[i]};
    }
    ck_assert_int_eq(aln_lanes_integrate(aln_isa_best(), COUNT, runs), ALN_OK);
    for (size_t i = 0; i < COUNT; i++) {
        ck_assert_int_eq(integrate_plain(&runs[i], plain), ALN_OK);
        ck_assert(runs[i].done);
        ck_assert_msg(memcmp(plain, states[i], TIMES * aln_problem_size(p[i]) * 8) == 0, "run %zu",
                      i);
        aln_problem_free(p[i]);
    }
}
END_TEST

/* A run that needs more than a thousand steps, and one that may have no more than fifty. */
START_TEST(test_many_steps)
{
    static double states[2 * DRAW_SIZE], plain[DRAW_SIZE];
    const double end = 20000;
    struct aln_lanes_run runs[2];
    struct aln_ode *ode;
    uint64_t steps;
    draw_problem(&problem[0], 2, 2, 1, "erf", "dfa", 3);
    problem[0].p.kappa[0] = problem[0].p.kappa[1] = 0;
    problem[0].p.sigma = 0;
    for (size_t i = 0; i < 2; i++)
        runs[i] = (struct aln_lanes_run){.p = &problem[0].p,
                                         .rtol = 1e-11,
                                         .atol = 1e-14,
                                         .max_steps = i == 1 ? 50 : 0,
                                         .time_count = 1,
                                         .times = &end,
                                         .states = states + i * DRAW_SIZE};
    ck_assert_int_eq(aln_lanes_integrate(aln_isa_best(), 2, runs), ALN_OK);
    ck_assert_int_eq(
        aln_ode_create(&ode, &problem[0].p,
                       &(struct aln_ode_options){.rtol = 1e-11, .atol = 1e-14, .horizon = end}),
        ALN_OK);
    ck_assert_int_eq(aln_ode_advance(ode, end), ALN_OK);
    memcpy(plain, aln_ode_state(ode), aln_problem_size(&problem[0].p) * sizeof *plain);
    aln_ode_work(ode, &steps, NULL);
    aln_ode_free(ode);
    ck_assert_uint_gt(steps, 1000);
    ck_assert(runs[0].done && !runs[1].done);
    ck_assert(memcmp(plain, states, aln_problem_size(&problem[0].p) * sizeof *plain) == 0);
}
END_TEST

/* Levels of eg, against the events of the plain engine; runs that end when they have reached all, at a time that
 * is recorded. */
START_TEST(test_levels)
{
    enum { LEVELS = 3, LONG = 7 };
    static const double share[LEVELS] = {2, 0.5, 0.1}, at[LONG] = {0, 0.2, 3, 10, 40, 120, 400};
    static double states[2][RUNS][LONG * DRAW_SIZE];
    static struct aln_lanes_level levels[2][RUNS][LEVELS];
    struct aln_lanes_run runs[2 * RUNS];
    size_t reached = 0, done = 0, early = 0;
    draw_runs();
    for (size_t i = 0; i < 2 * RUNS; i++) {
        const struct aln_problem *p = &problem[i % RUNS].p;
        for (size_t n = 0; n < LEVELS; n++)
            levels[i / RUNS][i % RUNS][n].level = share[n] * aln_problem_eg(p, p->start);
        runs[i] = (struct aln_lanes_run){.p = p,
                                         .rtol = 1e-9,
                                         .atol = 1e-12,
                                         .time_count = LONG,
                                         .times = at,
                                         .states = states[i / RUNS][i % RUNS],
                                         .level_count = i / RUNS == 0 ? LEVELS : 2,
                                         .levels = levels[i / RUNS][i % RUNS],
                                         .ends = i / RUNS == 1};
    }
    ck_assert_int_eq(aln_lanes_integrate(aln_isa_best(), 2 * RUNS, runs), ALN_OK);
    for (size_t i = 0; i < 2 * RUNS; i++) {
        const struct aln_lanes_run *run = &runs[i];
        const struct aln_ode_options options = {
            .rtol = run->rtol, .atol = run->atol, .horizon = at[LONG - 1]};
        struct aln_event event[LEVELS];
        struct aln_ode *ode;
        bool all = false;
        done += run->done;
        if (!run->done)
            continue;
        for (size_t n = 0; n < run->level_count; n++)
            event[n] = (struct aln_event){ALN_EVENT_EG_BELOW, run->levels[n].level, NAN, NAN, NAN};
        ck_assert_int_eq(aln_ode_create(&ode, run->p, &options), ALN_OK);
        ck_assert_int_eq(aln_ode_watch(ode, run->level_count, event), ALN_OK);
        for (size_t t = 0; t < LONG && !(all && run->ends); t++) {
            const size_t size = aln_problem_size(run->p);
            ck_assert_int_eq(aln_ode_advance(ode, at[t]), ALN_OK);
            ck_assert_uint_lt(t, run->time_done);
            ck_assert_mem_eq(aln_ode_state(ode), run->states + t * size, size * sizeof(double));
            all = true;
            for (size_t n = 0; n < run->level_count; n++)
                all = all && !isnan(event[n].t);
            ck_assert(!(all && run->ends) || t + 1 == run->time_done);
            early += all && run->ends && t + 1 < LONG;
        }
        aln_ode_free(ode);
        for (size_t n = 0; n < run->level_count; n++) {
            const struct aln_lanes_level *level = &run->levels[n];
            reached += !isnan(level->t) && level->t > 0;
            ck_assert_mem_eq(&level->t, &event[n].t, sizeof level->t);
            ck_assert_mem_eq(&level->eg, &event[n].eg, sizeof level->eg);
            ck_assert_mem_eq(&level->cos, &event[n].cos, sizeof level->cos);
        }
    }
    ck_assert_msg(done >= 2 * RUNS - 20 && reached >= RUNS && early >= RUNS / 4,
                  "done %zu, levels reached %zu, ended early %zu", done, reached, early);
}
END_TEST

CHECK_MAIN("lanes/lanes", test_asin, test_right_hand_side, test_fields_that_meet, test_masks,
           test_what_does_not_fit, test_integration, test_levels, test_signs, test_spectra,
           test_many_steps)

/* Stiffness is measured within some thousand steps, and is told from a long run and from divergence. */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "../check_main.h"
#include "alignode/ode.h"
#include "usual.h"

#define COUNT(array) (sizeof array / sizeof *array)

static const char *const explicit[] = {"rk2", "rk4", "rkf45", "rkck", "rk8pd", "msadams"};

/* relu at a large rate: the steps shrink to 1/10,000 of the time over which the solution changes. */
static const char stiff[] = "problem: {inputs: 100, activation: relu}\n"
                            "learning: {rule: dfa, rate: 20}\n";

static struct aln_problem *parse(const char *text)
{
    struct aln_problem *p;
    ck_assert_msg(aln_problem_parse(&p, text) == ALN_OK, "%s", aln_error());
    return p;
}

static struct aln_ode *create(const struct aln_problem *p, const char *stepper, double rtol,
                              double horizon)
{
    struct aln_ode_options options = aln_ode_defaults();
    struct aln_ode *ode;
    options.stepper = aln_stepper_find(stepper);
    options.rtol = rtol;
    options.atol = 1e-3 * rtol;
    options.horizon = horizon;
    ck_assert_ptr_nonnull(options.stepper);
    ck_assert_int_eq(aln_ode_create(&ode, p, &options), ALN_OK);
    return ode;
}

static void has(const char *stepper, const char *words)
{
    ck_assert_msg(strstr(aln_error(), words) != NULL, "%s: no '%s' in: %s", stepper, words,
                  aln_error());
}

/* A notice, and the work done before it. */
struct noticed {
    const struct aln_ode *ode;
    uint64_t steps;
    double t;
    int count;
    char line[512];
};

static void notice(void *context, const char *line)
{
    struct noticed *n = context;
    n->count++;
    n->t = aln_ode_time(n->ode);
    aln_ode_work(n->ode, &n->steps, NULL);
    snprintf(n->line, sizeof n->line, "%s", line);
}

/* Since when, and what to try, within 20,000 steps. */
static void check_words(const char *stepper, const char *words, double t, uint64_t steps)
{
    double since = NAN;
    static const char *const expected[] = {"stiff since t = ", "to reach t = 200",
                                           "try --set ode.stepper=bsimp"};
    for (size_t i = 0; i < COUNT(expected); i++)
        ck_assert_msg(strstr(words, expected[i]) != NULL, "%s: no '%s' in: %s", stepper,
                      expected[i], words);
    sscanf(strstr(words, "since t = "), "since t = %lf", &since);
    ck_assert(since <= t);
    ck_assert_msg(steps <= 20000, "%s: %d steps", stepper, (int)steps);
}

/* Every explicit stepper notices, once, and continues where the steps left allow it. rk2 at its
 * tolerance is limited by accuracy at first. */
START_TEST(test_noticed)
{
    struct aln_problem *p = parse(stiff);
    for (size_t s = 0; s < COUNT(explicit); s++) {
        const char *name = explicit[s];
        struct noticed n = {.count = 0};
        struct aln_ode_options options = aln_ode_defaults();
        struct aln_ode *ode;
        options.stepper = aln_stepper_find(name);
        options.rtol = strcmp(name, "rk2") ? 1e-9 : 1e-6;
        options.atol = 1e-3 * options.rtol;
        options.horizon = 200;
        options.notice = notice;
        options.notice_context = &n;
        ck_assert_int_eq(aln_ode_create(&ode, p, &options), ALN_OK);
        n.ode = ode;
        for (int i = 1; i <= 24 && n.count == 0; i++)
            ck_assert_msg(aln_ode_advance(ode, 0.25 * i) == ALN_OK, "%s: %s", name, aln_error());
        ck_assert_int_eq(n.count, 1);
        check_words(name, n.line, aln_ode_time(ode), n.steps);
        aln_ode_free(ode);
    }
    aln_problem_free(p);
}
END_TEST

/* More steps than are allowed: refused. */
START_TEST(test_refused)
{
    struct aln_problem *p = parse(stiff);
    for (size_t s = 0; s < COUNT(explicit); s++) {
        struct aln_ode_options options = aln_ode_defaults();
        struct aln_ode *ode;
        uint64_t steps;
        options.stepper = aln_stepper_find(explicit[s]);
        options.rtol = strcmp(explicit[s], "rk2") ? 1e-9 : 1e-6;
        options.atol = 1e-3 * options.rtol;
        options.horizon = 200;
        options.max_steps = 150000;
        ck_assert_int_eq(aln_ode_create(&ode, p, &options), ALN_OK);
        ck_assert_int_eq(aln_ode_advance(ode, 200), ALN_NUMERIC);
        aln_ode_work(ode, &steps, NULL);
        check_words(explicit[s], aln_error(), aln_ode_time(ode), steps);
        has(explicit[s], "the integration stopped at t = ");
        has(explicit[s], "an ode.max_steps above ");
        aln_ode_free(ode);
    }
    aln_problem_free(p);
}
END_TEST

/* A stiff run with few steps left says nothing; one that has given notice continues, however long. */
START_TEST(test_may_finish)
{
    static const struct {
        const char *text;
        double horizon, end;
    } runs[] = {{stiff, 6, 6},
                {"problem: {activation: linear}\nlearning: {rule: dfa, rate: 100}\n", 5, 0.4}};
    for (int i = 0; i < 2; i++) {
        struct aln_problem *p = parse(runs[i].text);
        struct noticed n = {.count = 0};
        struct aln_ode_options options = aln_ode_defaults();
        struct aln_ode *ode;
        options.horizon = runs[i].horizon;
        options.notice = notice;
        options.notice_context = &n;
        ck_assert_int_eq(aln_ode_create(&ode, p, &options), ALN_OK);
        n.ode = ode;
        ck_assert_msg(aln_ode_advance(ode, runs[i].end) == ALN_OK, "%s", aln_error());
        ck_assert_int_eq(n.count, i);
        aln_ode_free(ode);
        aln_problem_free(p);
    }
}
END_TEST

/* The stepper auto switches once; it agrees with bsimp to 1e3 times the tolerance, and its states do
 * not depend on which times are asked for. */
START_TEST(test_auto)
{
    static const double times[] = {0.5, 3, 4, 7, 50, 200};
    struct aln_problem *p = parse(stiff);
    const size_t size = aln_problem_size(p);
    struct aln_ode *often = create(p, "auto", 1e-9, 200), *once = create(p, "auto", 1e-9, 0),
                   *implicit = create(p, "bsimp", 1e-9, 200);
    ck_assert(isnan(aln_ode_switched(often)));
    for (size_t i = 0; i < COUNT(times); i++) {
        ck_assert_msg(aln_ode_advance(often, times[i]) == ALN_OK, "%s", aln_error());
        ck_assert_msg(aln_ode_advance(implicit, times[i]) == ALN_OK, "%s", aln_error());
        for (size_t j = 0; j < size; j++) {
            double y = aln_ode_state(implicit)[j];
            ck_assert_double_eq_tol(aln_ode_state(often)[j], y, 1e-6 * (fabs(y) + 1e-3));
        }
    }
    ck_assert(aln_ode_switched(often) > 0.1 && aln_ode_switched(often) < 10);
    ck_assert(isnan(aln_ode_switched(implicit)));
    ck_assert_msg(aln_ode_advance(once, 200) == ALN_OK, "%s", aln_error());
    ck_assert_mem_eq(aln_ode_state(once), aln_ode_state(often), size * sizeof(double));
    ck_assert(aln_ode_switched(once) == aln_ode_switched(often));
    uint64_t steps;
    aln_ode_work(once, &steps, NULL);
    ck_assert_msg(steps < 10000, "%d steps", (int)steps);
    aln_ode_free(often);
    aln_ode_free(once);
    aln_ode_free(implicit);
    aln_problem_free(p);
}
END_TEST

/* Signs of W2 that jump, and a change of rates, also after the switch. */
START_TEST(test_auto_restarts)
{
    static const char *const rules[] = {"sign-symmetric", "dfa"};
    for (size_t r = 0; r < COUNT(rules); r++) {
        char text[512];
        snprintf(
            text, sizeof text,
            "problem: {activation: linear}\nlearning: {rule: %s, rate: 100, schedule: [{time: 1, "
            "rate: 50}, {time: 2, rate: 1}]}\n",
            rules[r]);
        struct aln_problem *p = parse(text);
        struct aln_ode *ode = create(p, "auto", 1e-9, 100),
                       *implicit = create(p, "bsimp", 1e-9, 100);
        ck_assert_msg(aln_ode_advance(ode, 100) == ALN_OK, "%s: %s", rules[r], aln_error());
        ck_assert_msg(aln_ode_advance(implicit, 100) == ALN_OK, "%s: %s", rules[r], aln_error());
        ck_assert(aln_ode_switched(ode) < 1);
        for (size_t j = 0; j < aln_problem_size(p); j++) {
            double y = aln_ode_state(implicit)[j];
            ck_assert_double_eq_tol(aln_ode_state(ode)[j], y, 1e-6 * (fabs(y) + 1e-3));
        }
        aln_ode_free(ode);
        aln_ode_free(implicit);
        aln_problem_free(p);
    }
}
END_TEST

/* Long, but limited by accuracy: half a million steps of a method of low order at a small tolerance
 * are no stiffness, although bsimp would need fewer. Nor is the tail of a run that has learned. */
START_TEST(test_long)
{
    struct drawn d;
    uint64_t steps;
    make_usual(&d, "bp");
    struct noticed n = {.count = 0};
    struct aln_ode_options options = aln_ode_defaults();
    struct aln_ode *ode;
    options.stepper = aln_stepper_find("rk2");
    options.rtol = 1e-11;
    options.atol = 1e-14;
    options.horizon = 3000;
    options.notice = notice;
    options.notice_context = &n;
    ck_assert_int_eq(aln_ode_create(&ode, &d.p, &options), ALN_OK);
    n.ode = ode;
    ck_assert_msg(aln_ode_advance(ode, 50) == ALN_OK, "%s", aln_error());
    aln_ode_work(ode, &steps, NULL);
    ck_assert_msg(steps > 5000 && steps * 60 > 400000, "%d steps", (int)steps);
    ck_assert_int_eq(n.count, 0);
    aln_ode_free(ode);
    ode = create(&d.p, "rk8pd", 1e-9, 1e5);
    ck_assert_msg(aln_ode_advance(ode, 1e5) == ALN_OK, "%s", aln_error());
    aln_ode_free(ode);
}
END_TEST

/* Units x^2 at rate 1 diverge at t = 1.07, and become stiff before they do. */
START_TEST(test_diverges)
{
    struct aln_problem *p = parse("problem: {inputs: 100, activation: quadratic}\n"
                                  "learning: {rule: dfa, rate: 1}\n");
    static const char *const others[] = {"bsimp", "msbdf", "auto"};
    for (size_t s = 0; s < COUNT(explicit) + COUNT(others); s++) {
        const char *name = s < COUNT(explicit) ? explicit[s] : others[s - COUNT(explicit)];
        struct aln_ode *ode = create(p, name, strcmp(name, "rk2") ? 1e-9 : 1e-6, 5);
        double t = NAN;
        ck_assert_int_eq(aln_ode_advance(ode, 5), ALN_NUMERIC);
        has(name, "Q_2_2");
        has(name, "diverges");
        sscanf(strstr(aln_error(), "at t = "), "at t = %lf", &t);
        ck_assert_msg(t > 1.05 && t < 1.1, "%s: %s", name, aln_error());
        aln_ode_free(ode);
    }
    aln_problem_free(p);
}
END_TEST

CHECK_MAIN("theory/stiffness", test_noticed, test_refused, test_may_finish, test_auto,
           test_auto_restarts, test_long, test_diverges)

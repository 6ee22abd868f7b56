/* Tasks that take turns: the right-hand side of every rule against literal sums for the outputs of each
 * task alone, and the integration against one that is cut at the turns. */
#include "alignode/geometry.h"
#include "alignode/ode.h"

#include "../check_main.h"
#include "draw.h"
#include "twin.h"

enum { EACH = 2, TASKS = 2, MOST = DRAW_FIELDS * DRAW_FIELDS };

static const struct aln_problem_turn turns[] = {
    {0, 1, 0, 0, 0}, {1.5, 0, 0.25, 0, 0}, {2.5, 1, 0.5, 0, 0}};
enum { TURNS = sizeof turns / sizeof *turns };

/* A problem of two tasks with EACH outputs: the first has the first teacher unit, the second all. */
struct tasked {
    struct drawn d;
    struct aln_problem_task task[TASKS];
    double V2[TASKS][MOST];
    bool rows[TASKS][DRAW_FIELDS];
};

static void draw_tasks(struct tasked *t, bool heads, const char *activation, const char *rule,
                       uint64_t seed)
{
    struct aln_problem *p = &t->d.p;
    memset(t, 0, sizeof *t);
    draw_problem(&t->d, 3, 2, heads ? TASKS * EACH : EACH, activation, rule, seed);
    for (size_t j = 0; j < TASKS; j++) {
        for (size_t o = 0; o < p->O; o++) {
            t->rows[j][o] = !heads || o / EACH == j;
            for (size_t m = 0; m < p->M && t->rows[j][o]; m++)
                t->V2[j][o * p->M + m] =
                    j == 0 && m > 0 ? 0 : (1 + (double)j) * p->V2[o * p->M + m];
        }
        t->task[j] = (struct aln_problem_task){t->V2[j], heads ? t->rows[j] : NULL};
    }
    p->tasks = t->task;
    p->task_count = TASKS;
    p->turns = turns;
    p->turn_count = TURNS;
}

/* Task j as a problem of its outputs alone.
 * Returned: F (K x EACH), the feedback; y, the state */
static struct aln_problem task_alone(const struct tasked *t, size_t j, double *F, double *y)
{
    const struct aln_problem *p = &t->d.p;
    const size_t K = p->K, first = p->O > EACH ? j * EACH : 0;
    const size_t W2 = aln_state_at(p, ALN_W2), F_at = aln_state_at(p, ALN_F);
    double all[MOST];
    struct aln_problem alone = *p;
    alone.O = EACH;
    alone.V2 = t->V2[j] + first * p->M;
    alone.task_count = alone.turn_count = 0;
    twin_feedback(p, p->start, NULL, all);
    for (size_t k = 0; k < K; k++)
        for (size_t o = 0; o < EACH; o++)
            F[k * EACH + o] = all[k * p->O + first + o];
    memcpy(y, p->start, W2 * sizeof *y);
    memcpy(y + W2, p->start + W2 + first * K, EACH * K * sizeof *y);
    for (size_t k = 0; k < K && p->rule->learns; k++)
        for (size_t o = 0; o < EACH; o++)
            y[W2 + EACH * K + k * EACH + o] = p->start[F_at + k * p->O + first + o];
    return alone;
}

/* Adds share times the derivative by task j, from sums over its own outputs alone. */
static void add_twin(const struct tasked *t, size_t j, double share, const double eta[2], double *f)
{
    const struct aln_problem *p = &t->d.p;
    const size_t K = p->K, first = p->O > EACH ? j * EACH : 0;
    const size_t W2 = aln_state_at(p, ALN_W2), F_at = aln_state_at(p, ALN_F);
    double F[MOST], y[DRAW_SIZE], dydt[DRAW_SIZE];
    const struct aln_problem alone = task_alone(t, j, F, y);
    twin_rhs(&alone, eta, F, y, dydt);
    for (size_t i = 0; i < W2; i++)
        f[i] += share * dydt[i];
    for (size_t i = 0; i < EACH * K; i++)
        f[W2 + first * K + i] += share * dydt[W2 + i];
    for (size_t k = 0; k < K && p->rule->learns; k++)
        for (size_t o = 0; o < EACH; o++)
            f[F_at + k * p->O + first + o] += share * dydt[W2 + EACH * K + k * EACH + o];
}

/* A hundred terms of order one, as in test_rhs. */
START_TEST(test_against_twin)
{
    static const double share[TURNS][TASKS] = {{0, 1}, {0.75, 0.25}, {0.5, 0.5}};
    for (size_t g = 0; g < TWIN_ACTIVATIONS; g++)
        for (size_t r = 0; r < rules_closed(); r++)
            for (int variant = 0; variant < 4; variant++) {
                const double eta[2] = {0.7, 0.4};
                struct tasked t;
                struct aln_rhs *rhs;
                double dydt[DRAW_SIZE];
                draw_tasks(&t, variant % 2 == 0, twin_activations[g].name, rules_row(r)->id.name,
                           10 * r + 1);
                if (variant > 1)
                    draw_keys(&t.d);
                ck_assert_int_eq(aln_rhs_create(&rhs, &t.d.p), ALN_OK);
                for (size_t i = 0; i < TURNS; i++) {
                    double twin[DRAW_SIZE] = {0};
                    aln_rhs_turn(rhs, &turns[i]);
                    ck_assert_int_eq(aln_rhs_eval(rhs, eta, NULL, t.d.start, dydt), ALN_OK);
                    for (size_t j = 0; j < TASKS; j++)
                        add_twin(&t, j, share[i][j], eta, twin);
                    for (size_t n = 0; n < aln_problem_size(&t.d.p); n++)
                        ck_assert_msg(fabs(dydt[n] - twin[n]) <= 1e-12 * (1 + fabs(twin[n])),
                                      "%s, %s, variant %d, turn %zu, entry %zu: %.15g, not %.15g",
                                      rules_row(r)->id.name, twin_activations[g].name, variant, i,
                                      n, dydt[n], twin[n]);
                }
                aln_rhs_free(rhs);
            }
}
END_TEST

/* Activations without published averages, which the twin lacks: each task alone, by the same equations
 * without turns. */
START_TEST(test_every_activation)
{
    for (size_t g = 0; g < aln_activations.count; g++) {
        const double eta[2] = {0.7, 0.4};
        struct tasked t;
        struct aln_rhs *rhs, *alone[TASKS];
        struct aln_problem of[TASKS];
        double dydt[DRAW_SIZE], part[TASKS][DRAW_SIZE];
        draw_tasks(&t, true, aln_names_row(&aln_activations, g)->name, "dfa", g + 1);
        ck_assert_int_eq(aln_rhs_create(&rhs, &t.d.p), ALN_OK);
        aln_rhs_turn(rhs, &turns[1]);
        ck_assert_int_eq(aln_rhs_eval(rhs, eta, NULL, t.d.start, dydt), ALN_OK);
        for (size_t j = 0; j < TASKS; j++) {
            of[j] = aln_problem_of_task(&t.d.p, j);
            ck_assert_int_eq(aln_rhs_create(&alone[j], &of[j]), ALN_OK);
            ck_assert_int_eq(aln_rhs_eval(alone[j], eta, NULL, t.d.start, part[j]), ALN_OK);
            aln_rhs_free(alone[j]);
        }
        for (size_t n = 0; n < aln_problem_size(&t.d.p); n++)
            ck_assert_double_eq_tol(dydt[n], 0.75 * part[0][n] + 0.25 * part[1][n], 1e-13);
        aln_rhs_free(rhs);
    }
}
END_TEST

/* Advances to time t. */
static void advance(struct aln_ode *ode, double t)
{
    ck_assert_msg(aln_ode_advance(ode, t) == ALN_OK, "%s", aln_error());
}

static struct aln_ode *begin(const struct aln_problem *p)
{
    struct aln_ode *ode;
    struct aln_ode_options options = aln_ode_defaults();
    options.rtol = 1e-11;
    ck_assert_msg(aln_ode_create(&ode, p, &options) == ALN_OK, "%s", aln_error());
    return ode;
}

/* The run through the turns against runs that end and begin at them, each of a problem without turns:
 * its tasks, mixed by a copy whose first turn has the same shares. Both have errors of about 1e-11 a step;
 * a step across a turn would differ by 1e-3 and more. */
START_TEST(test_cut_at_turns)
{
    for (size_t r = 0; r < aln_rules.count; r++) {
        const struct aln_rule *rule = (const struct aln_rule *)aln_names_row(&aln_rules, r);
        if (rule->levels != ALN_ERROR_WHOLE)
            continue; /* its averages jump */
        static const double ends[TURNS] = {1.5, 2.5, 4};
        struct tasked t;
        double y[DRAW_SIZE];
        draw_tasks(&t, r % 2 == 0, "erf", rule->id.name, r + 1);
        t.d.p.sigma = 0.1;
        struct aln_ode *whole = begin(&t.d.p);
        memcpy(y, t.d.start, sizeof y);
        for (size_t i = 0; i < TURNS; i++) {
            /* The same turn at time 0, after turns of no length that make the other task earlier. */
            struct aln_problem part = i == 0 ? aln_problem_of_task(&t.d.p, turns[0].task) : t.d.p;
            const struct aln_problem_turn shifted[] = {
                {0, 1 - turns[i].task, 0, 0, 0}, {1e-300, turns[i].task, turns[i].replay, 0, 0}};
            part.start = y;
            if (i > 0) {
                part.turns = shifted;
                part.turn_count = 2;
            }
            struct aln_ode *cut = begin(&part);
            advance(cut, ends[i] - turns[i].time);
            advance(whole, turns[i].time + 0.3); /* also between the steps */
            advance(whole, ends[i]);
            memcpy(y, aln_ode_state(cut), aln_problem_size(&part) * sizeof *y);
            aln_ode_free(cut);
            for (size_t n = 0; n < aln_problem_size(&t.d.p); n++)
                ck_assert_msg(fabs(aln_ode_state(whole)[n] - y[n]) < 1e-9,
                              "%s, turn %zu, entry %zu: %.15g, not %.15g", rule->id.name, i, n,
                              aln_ode_state(whole)[n], y[n]);
        }
        aln_ode_free(whole);
    }
}
END_TEST

/* ---- events ---- */

/* Turns that wait for levels of eg against runs that end there: each task alone, whose event gives the
 * time and the state from which the next begins. The second turn lasts for a given time after its
 * beginning; the last level is above eg from the start, and its turn begins at once. Times and states of
 * the two are located to about 1e-10, from steps of other lengths. */
START_TEST(test_at_events)
{
    static const char *const rules[] = {"bp", "dfa", "kolen-pollack", "sign-symmetric"};
    for (size_t r = 0; r < sizeof rules / sizeof *rules; r++) {
        static const struct aln_problem_turn waiting[] = {{0, 1, 0, 0, 0},
                                                          {INFINITY, 0, 0, 0, 0},
                                                          {INFINITY, 1, 0, 0, 0.7},
                                                          {INFINITY, 0, 0, 10, 0}};
        struct aln_problem_turn turn[4];
        struct tasked t;
        double y[DRAW_SIZE];
        draw_tasks(&t, r % 2 == 0, "erf", rules[r], r + 1);
        memcpy(turn, waiting, sizeof turn);
        t.d.p.turns = turn;
        t.d.p.turn_count = 4;
        struct aln_problem first = aln_problem_of_task(&t.d.p, 1);
        turn[1].below = 0.8 * aln_problem_eg(&first, t.d.start);
        struct aln_event event = {.kind = ALN_EVENT_EG_BELOW, .value = turn[1].below};
        struct aln_ode *cut = begin(&first);
        ck_assert_int_eq(aln_ode_watch(cut, 1, &event), ALN_OK);
        advance(cut, 20);
        aln_ode_free(cut);
        ck_assert_msg(event.t > 0.01, "%s: %g", rules[r], event.t);
        cut = begin(&first);
        advance(cut, event.t);
        memcpy(y, aln_ode_state(cut), aln_problem_size(&first) * sizeof *y);
        aln_ode_free(cut);
        struct aln_problem second = aln_problem_of_task(&t.d.p, 0);
        second.start = y; /* the third turn is over at once */
        struct aln_ode *whole = begin(&t.d.p), *rest = begin(&second);
        ck_assert_ptr_nonnull(aln_ode_turn(whole));
        ck_assert_uint_eq(aln_ode_turn(whole)->task, 1);
        advance(whole, event.t / 2);
        ck_assert_uint_eq(aln_ode_turn(whole)->task, 1);
        advance(whole, event.t + 0.5);
        ck_assert_uint_eq(aln_ode_turn(whole)->task, 0);
        ck_assert_double_eq_tol(aln_ode_turn(whole)->time, event.t, 1e-9);
        advance(whole, event.t + 2);
        ck_assert_double_eq_tol(aln_ode_turn(whole)->time, event.t + 0.7, 1e-9);
        ck_assert_uint_eq(aln_ode_turn(whole)->task, 0);
        advance(rest, 2);
        for (size_t n = 0; n < aln_problem_size(&second); n++)
            ck_assert_msg(fabs(aln_ode_state(whole)[n] - aln_ode_state(rest)[n]) < 1e-8,
                          "%s, entry %zu: %.15g, not %.15g", rules[r], n, aln_ode_state(whole)[n],
                          aln_ode_state(rest)[n]);
        aln_ode_free(whole);
        aln_ode_free(rest);
        ck_assert(isinf(turn[1].time)); /* the problem is as it was */
    }
}
END_TEST

/* Events of ode.events see the task in force: the level that the second task reaches, not the first. */
START_TEST(test_watched)
{
    struct tasked t;
    draw_tasks(&t, true, "erf", "bp", 3);
    const struct aln_problem first = aln_problem_of_task(&t.d.p, 1),
                             second = aln_problem_of_task(&t.d.p, 0);
    struct aln_event event = {.kind = ALN_EVENT_EG_BELOW};
    struct aln_ode *ode = begin(&t.d.p);
    advance(ode, turns[1].time);
    const double before = aln_problem_eg(&first, aln_ode_state(ode)),
                 after = aln_problem_eg(&second, aln_ode_state(ode));
    ck_assert_double_lt(after, 0.9 * before);
    aln_ode_free(ode);
    event.value = (before + after) / 2;
    ode = begin(&t.d.p);
    ck_assert_int_eq(aln_ode_watch(ode, 1, &event), ALN_OK);
    advance(ode, 4);
    ck_assert_double_eq(event.t, turns[1].time);
    ck_assert_double_eq_tol(event.eg, after, 1e-9);
    aln_ode_free(ode);
}
END_TEST

/* ---- geometry ---- */

/* The geometry of the task in force is that of its outputs alone. Without noise the points of GA are the
 * same, too. */
START_TEST(test_geometry)
{
    for (int variant = 0; variant < 4; variant++) {
        struct tasked t;
        draw_tasks(&t, variant % 2 == 0, "erf", variant < 2 ? "dfa" : "bp", 7);
        t.d.p.sigma = variant < 3 ? 0.3 : 0;
        for (size_t j = 0; j < TASKS; j++) {
            const struct aln_problem in_force = aln_problem_of_task(&t.d.p, j);
            double F[MOST], y[DRAW_SIZE], GA[2], se[2];
            struct aln_problem alone = task_alone(&t, j, F, y);
            struct aln_geometry *g[2];
            alone.F1 = F;
            alone.rows = NULL;
            alone.start = y;
            ck_assert_int_eq(aln_geometry_create(&g[0], &in_force), ALN_OK);
            ck_assert_int_eq(aln_geometry_create(&g[1], &alone), ALN_OK);
            const struct aln_geometry_values a = aln_geometry_at(g[0], t.d.start, 0.5),
                                             b = aln_geometry_at(g[1], y, 0.5);
            ck_assert_double_eq_tol(a.UA, b.UA, 1e-12);
            ck_assert_double_eq_tol(a.SA, b.SA, 1e-12);
            ck_assert_double_eq_tol(a.gradient, b.gradient, 1e-12);
            ck_assert_double_eq_tol(a.descent, b.descent, 1e-12);
            ck_assert_double_eq_tol(a.noise, b.noise, 1e-12);
            ck_assert_int_eq(aln_geometry_sampled(g[0], t.d.start, &GA[0], &se[0]), ALN_OK);
            ck_assert_int_eq(aln_geometry_sampled(g[1], y, &GA[1], &se[1]), ALN_OK);
            const double allowed = t.d.p.sigma > 0 ? 5 * hypot(se[0], se[1]) : 0;
            ck_assert_double_eq_tol(GA[0], GA[1], allowed + 1e-12);
            aln_geometry_free(g[0]);
            aln_geometry_free(g[1]);
        }
    }
}
END_TEST

/* What cannot be run says so. */
START_TEST(test_refusals)
{
    static const struct {
        struct aln_problem_turn turn[2];
        const char *word;
    } cases[] = {
        {{{1, 0, 0, 0, 0}, {2, 1, 0, 0, 0}}, "the first at 0"},
        {{{0, 0, 0, 0, 0}, {0, 1, 0, 0, 0}}, "then later ones"},
        {{{0, 0, 0, 0, 0}, {1, 2, 0, 0, 0}}, "expected a task < 2, got 2"},
        {{{0, 0, 0.1, 0, 0}, {1, 1, 0, 0, 0}}, "another task to replay"},
        {{{0, 0, 0, 0, 0}, {1, 0, 0.1, 0, 0}}, "another task to replay"},
        {{{0, 0, 0, 0, 0}, {1, 1, 1, 0, 0}}, "< 1"},
        {{{0, 0, 0, 1, 0}, {1, 1, 0, 0, 0}}, "the first at 0"},
        {{{0, 0, 0, 0, 0}, {1, 1, 0, 0.1, 0}}, "then later ones"},
        {{{0, 0, 0, 0, 0}, {INFINITY, 1, 0, -1, 0}}, "then later ones"},
        {{{0, 0, 0, 0, 0}, {INFINITY, 1, 0, 0, 0}}, "then later ones"},
        {{{0, 0, 0, 0, 0}, {3, 1, 0, 0, 2}}, "then later ones"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tasked t;
        draw_tasks(&t, true, "erf", "bp", 1);
        t.d.p.turns = cases[i].turn;
        t.d.p.turn_count = 2;
        ck_assert_int_eq(aln_problem_check(&t.d.p), ALN_USAGE);
        ck_assert_msg(strstr(aln_error(), cases[i].word) != NULL, "%s", aln_error());
    }
    struct tasked t;
    draw_tasks(&t, true, "erf", "bp", 1);
    t.d.p.momentum = 0.5;
    ck_assert_int_eq(aln_problem_check(&t.d.p), ALN_USAGE);
    t.d.p.momentum = 0;
    struct aln_event event = {.kind = ALN_EVENT_COS_MAXIMUM};
    struct aln_ode *ode = begin(&t.d.p);
    ck_assert_int_eq(aln_ode_watch(ode, 1, &event), ALN_USAGE);
    aln_ode_free(ode);
}
END_TEST

CHECK_MAIN("theory/turns", test_against_twin, test_every_activation, test_cut_at_turns,
           test_at_events, test_watched, test_geometry, test_refusals)

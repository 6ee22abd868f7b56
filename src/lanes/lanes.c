/* Integrates runs in lanes. Each round, all lanes take a step; then each accepts it or tries again
 * with a shorter one. The decisions are those of src/theory/ode.c, GSL's evolution and its control. */
#include "lanes/lanes.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "base/illinois.h"
#include "base/interrupt.h"
#include "lanes/kernels.h"
#include "lanes/ode_limits.h"
#include "lanes/side.h"
#include "model/error_sum.h"

/* How far a run has come, besides the lane that it is in. */
enum outcome { WAITING, TAKEN, GIVEN_UP };

struct progress {
    enum outcome outcome;
    size_t end;          /* times that are wanted */
    size_t pending;      /* levels that eg has not fallen below ... */
    double last, last_t; /* ... when it was last looked at; NaN: never */
};

enum { LOOKS = ALN_EVENT_LOOKS };

struct lane {
    size_t run; /* its index; `count` of them: idle */
    double t;
    double given, h;  /* the step proposed, and the one tried */
    double stop;      /* the rates change there */
    bool again, last; /* the step before was refused; this one ends at `stop` */
    bool fresh;       /* the derivative at y0 is not known */
    size_t next;      /* time to be recorded next */
    uint64_t steps, mark_steps, window;
    double mark_t, path;
};

/* Times within a step, waiting for the extension of the step; and levels of eg, if any are pending. */
struct waiting {
    size_t run, first, end;
    double t0, t1;
};

struct lanes_team {
    struct aln_lanes_run *runs;
    struct progress *progress;
    size_t count, next; /* runs; where to look for the next */
    const struct aln_problem *like;
    enum aln_isa isa;
    const struct aln_lanes_kernels *kernels;
    size_t lanes, size;
    struct lane lane[ALN_LANES_MOST];
    struct aln_lanes_rhs *rhs, *later; /* for the steps, and for the states between them */
    struct aln_lanes_step step, between;
    double *most, *cone, *later_most, *later_cone; /* [lanes] */
    double *valid, *moved, *x;                     /* [lanes] */
    double *eg;                                    /* (LOOKS + 1) x lanes; the last for searches */
    double *scale;                                 /* size x lanes */
    double *bubble, *column;                       /* 4 x size x lanes; size */
    struct waiting waiting[ALN_LANES_MOST];
    size_t waiting_count;
    double *store;
};

/* ---- work space ---- */

static void carve_step(struct aln_lanes_step *step, size_t all, size_t lanes, double **at)
{
    double **const array[] = {&step->y0, &step->y1, &step->f1, &step->y};
    for (size_t i = 0; i < sizeof array / sizeof array[0]; i++, *at += all)
        *array[i] = *at;
    for (size_t i = 0; i < ALN_LANES_STAGES; i++, *at += all)
        step->k[i] = *at;
    double **const row[] = {&step->h, &step->rtol, &step->atol, &step->error, &step->finite};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++, *at += lanes)
        *row[i] = *at;
}

static enum aln_status team_create(struct lanes_team *team)
{
    team->lanes = aln_lanes_count(team->isa);
    team->size = aln_problem_size(team->like);
    const size_t lanes = team->lanes, all = team->size * lanes;
    const size_t steps = 2 * ((4 + ALN_LANES_STAGES) * all + 5 * lanes);
    team->store = aln_lanes_alloc((steps + (7 + LOOKS + 1) * lanes + 6 * all) * sizeof(double));
    if (team->store == NULL)
        return aln_raise_memory("%zu equations in lanes", team->size);
    double *at = team->store;
    carve_step(&team->step, all, lanes, &at);
    carve_step(&team->between, all, lanes, &at);
    double **const row[] = {&team->most,  &team->cone,  &team->later_most, &team->later_cone,
                            &team->valid, &team->moved, &team->x};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++, at += lanes)
        *row[i] = at;
    team->eg = at;
    team->scale = at + (LOOKS + 1) * lanes;
    team->bubble = team->scale + all;
    team->column = team->bubble + 4 * all;
    for (size_t j = 0; j < lanes; j++)
        team->lane[j].run = team->count;
    enum aln_status status = aln_lanes_rhs_create(&team->rhs, team->like, team->isa);
    if (status == ALN_OK)
        status = aln_lanes_rhs_create(&team->later, team->like, team->isa);
    if (status == ALN_OK)
        team->kernels = team->rhs->kernels;
    return status;
}

static void team_free(struct lanes_team *team)
{
    aln_lanes_rhs_free(team->rhs);
    aln_lanes_rhs_free(team->later);
    free(team->store);
}

static void put(const struct lanes_team *team, double *to, size_t j, const double *column)
{
    for (size_t i = 0; i < team->size; i++)
        to[i * team->lanes + j] = column[i];
}

static void get(const struct lanes_team *team, const double *from, size_t j, double *column)
{
    for (size_t i = 0; i < team->size; i++)
        column[i] = from[i * team->lanes + j];
}

static bool idle(const struct lanes_team *team, size_t j)
{
    return team->lane[j].run == team->count;
}

/* Leaves the run to the plain engine. */
static void give_up(struct lanes_team *team, size_t run)
{
    team->progress[run].outcome = GIVEN_UP;
    team->runs[run].done = false;
    for (size_t j = 0; j < team->lanes; j++)
        if (team->lane[j].run == run)
            team->lane[j].run = team->count;
}

/* ---- between the steps ---- */

/* The state and eg of waiting step i at time t, as between the steps of the plain engine.
 * Returned: the sum; the state in team->column */
static double look_at(struct lanes_team *team, size_t i, double t)
{
    struct aln_lanes_step *step = &team->between;
    const struct waiting *w = &team->waiting[i];
    double *eg = team->eg + LOOKS * team->lanes;
    const double *y = t == w->t1 ? step->y1 : t == w->t0 ? step->y0 : step->y;
    team->x[i] = (t - w->t0) / step->h[i];
    if (y == step->y)
        team->kernels->interpolate(team->later, step, team->bubble, team->x, step->y);
    team->kernels->error(team->later, y, eg);
    get(team, y, i, team->column);
    return eg[i];
}

/* Where eg falls below the level, between the last look and t: as find_root() in src/theory/events.c.
 * Returned: the state there in team->column */
static double find_root(struct lanes_team *team, size_t i, double level, double t, double at_t)
{
    const struct progress *run = &team->progress[team->waiting[i].run];
    const double at_last = run->last - level;
    struct aln_illinois bracket = {run->last_t, t, at_last, at_t, 0};
    double last = run->last_t, root = at_last == 0 ? run->last_t : t;
    for (int n = 0; n < ALN_EVENT_ROOT_STEPS && at_last > 0; n++) {
        const double middle = aln_illinois_next(&bracket), value = look_at(team, i, middle) - level;
        root = middle;
        if (value == 0 || fabs(middle - last) <= 4 * DBL_EPSILON * bracket.high)
            break;
        last = middle;
        aln_illinois_narrow(&bracket, middle, value);
    }
    look_at(team, i, root);
    return root;
}

/* Fills in a level that eg falls below at t, in the state y. */
static void reach(struct progress *progress, const struct aln_problem *p,
                  struct aln_lanes_level *level, double t, const double *y)
{
    level->t = t;
    level->eg = aln_problem_eg(p, y);
    level->cos = aln_problem_cos(p, y);
    progress->pending--;
}

/* The run ends at the first of its times after 0 by which all levels are reached, if it is to. */
static void end_early(const struct aln_lanes_run *run, struct progress *progress)
{
    double last = 0;
    if (!run->ends || run->level_count == 0 || progress->pending > 0)
        return;
    for (size_t n = 0; n < run->level_count; n++)
        last = fmax(last, run->levels[n].t);
    for (size_t n = progress->end; n-- > 0 && run->times[n] >= last && run->times[n] > 0;)
        progress->end = n + 1;
}

/* eg of waiting step i was `sum` at t. */
static void take_look(struct lanes_team *team, size_t i, double t, double sum)
{
    const struct aln_lanes_run *run = &team->runs[team->waiting[i].run];
    struct progress *progress = &team->progress[team->waiting[i].run];
    for (size_t n = 0; n < run->level_count; n++) {
        struct aln_lanes_level *level = &run->levels[n];
        if (!isnan(level->t) || !(sum - level->level < 0))
            continue;
        double root = t;
        if (progress->last - level->level >= 0 && progress->last_t < t)
            root = find_root(team, i, level->level, t, sum - level->level);
        else
            look_at(team, i, t);
        reach(progress, run->p, level, root, team->column);
    }
    progress->last = sum;
    progress->last_t = t;
}

/* The level of eg in the waiting steps, several at a time; then what follows from it, in order. */
static void look_at_levels(struct lanes_team *team)
{
    struct aln_lanes_step *step = &team->between;
    const size_t lanes = team->lanes;
    double t[LOOKS][ALN_LANES_MOST];
    bool any = false;
    for (size_t i = 0; i < team->waiting_count; i++)
        any = any || team->progress[team->waiting[i].run].pending > 0;
    if (!any)
        return;
    for (size_t n = 0; n < LOOKS; n++) {
        const double share = (double)(n + 1) / LOOKS;
        for (size_t i = 0; i < team->waiting_count; i++) {
            const struct waiting *w = &team->waiting[i];
            t[n][i] = n + 1 == LOOKS ? w->t1 : w->t0 + share * (w->t1 - w->t0);
            team->x[i] = (t[n][i] - w->t0) / step->h[i];
        }
        if (n + 1 < LOOKS)
            team->kernels->interpolate(team->later, step, team->bubble, team->x, step->y);
        team->kernels->error(team->later, n + 1 < LOOKS ? step->y : step->y1, team->eg + n * lanes);
    }
    for (size_t i = 0; i < team->waiting_count; i++) {
        struct progress *progress = &team->progress[team->waiting[i].run];
        for (size_t n = 0; n < LOOKS && progress->pending > 0 && progress->outcome != GIVEN_UP; n++)
            take_look(team, i, t[n][i], team->eg[n * lanes + i]);
        end_early(&team->runs[team->waiting[i].run], progress);
    }
}

/* Computes the states at the waiting times. */
static void look_between(struct lanes_team *team)
{
    const struct aln_lanes_kernels *kernels = team->kernels;
    struct aln_lanes_step *step = &team->between;
    size_t most = 0;
    if (team->waiting_count == 0)
        return;
    kernels->extend(team->later, step, team->bubble);
    for (size_t j = 0; j < team->waiting_count; j++) {
        const struct waiting *w = &team->waiting[j];
        if (!(step->error[j] <= 1 && step->finite[j] == 0))
            give_up(team, w->run);
        most = w->end - w->first > most ? w->end - w->first : most;
    }
    for (size_t n = 0; n < most; n++) {
        for (size_t j = 0; j < team->waiting_count; j++) {
            const struct waiting *w = &team->waiting[j];
            if (w->first + n < w->end)
                team->x[j] = (team->runs[w->run].times[w->first + n] - w->t0) / step->h[j];
        }
        kernels->interpolate(team->later, step, team->bubble, team->x, step->y);
        kernels->check(team->later, step->y, team->later_most, team->later_cone, team->valid);
        for (size_t j = 0; j < team->waiting_count; j++) {
            const struct waiting *w = &team->waiting[j];
            if (w->first + n >= w->end || team->progress[w->run].outcome == GIVEN_UP)
                continue;
            if (team->valid[j] == 0)
                give_up(team, w->run);
            else
                get(team, step->y, j, team->runs[w->run].states + (w->first + n) * team->size);
        }
    }
    look_at_levels(team);
    team->waiting_count = 0;
}

/* Copies lane j's step from t0 to t1, in which its times from `first` to `end` are. */
static void wait_for(struct lanes_team *team, size_t j, double t1, size_t first, size_t end)
{
    const struct aln_lanes_step *from = &team->step, *to = &team->between;
    const size_t i = team->waiting_count++, lanes = team->lanes;
    const struct lane *lane = &team->lane[j];
    team->waiting[i] = (struct waiting){lane->run, first, end, lane->t, t1};
    aln_lanes_rhs_copy(team->later, i, team->rhs, j);
    for (size_t n = 0; n < team->size; n++) {
        to->y0[n * lanes + i] = from->y0[n * lanes + j];
        to->y1[n * lanes + i] = from->y1[n * lanes + j];
        to->f1[n * lanes + i] = from->f1[n * lanes + j];
        for (size_t k = 0; k < ALN_LANES_STAGES; k++)
            to->k[k][n * lanes + i] = from->k[k][n * lanes + j];
    }
    to->h[i] = t1 - lane->t;
    to->rtol[i] = from->rtol[j];
    to->atol[i] = from->atol[j];
    team->later_most[i] = team->most[j];
    team->later_cone[i] = team->cone[j];
    if (team->waiting_count == lanes)
        look_between(team);
}

/* ---- the runs of the lanes ---- */

static void begin_window(struct lanes_team *team, size_t j, const double *y)
{
    struct lane *lane = &team->lane[j];
    get(team, y, j, team->column);
    lane->window = 0;
    lane->path = 0;
    double *scale = team->column + team->size;
    aln_state_scales(team->runs[lane->run].p, team->column, ALN_STIFF_NUDGE, scale);
    put(team, team->scale, j, scale);
}

/* The next times are those of the present state. */
static void record(struct lanes_team *team, size_t j, const double *y, double t)
{
    struct lane *lane = &team->lane[j];
    const struct aln_lanes_run *run = &team->runs[lane->run];
    for (; lane->next < run->time_count && run->times[lane->next] == t; lane->next++)
        get(team, y, j, run->states + lane->next * team->size);
}

/* The lane is free again if its run has nothing left to record. */
static void leave_if_finished(struct lanes_team *team, size_t j)
{
    struct lane *lane = &team->lane[j];
    if (!idle(team, j) && lane->next >= team->progress[lane->run].end)
        lane->run = team->count;
}

static void look_at_start(const struct aln_lanes_run *run, struct progress *progress)
{
    for (size_t n = 0; n < run->level_count; n++)
        run->levels[n].t = run->levels[n].eg = run->levels[n].cos = NAN;
    if (run->level_count == 0)
        return;
    progress->last = aln_problem_error_sum(run->p, run->p->start).value;
    progress->last_t = 0;
    for (size_t n = 0; n < run->level_count; n++)
        if (progress->last - run->levels[n].level < 0)
            reach(progress, run->p, &run->levels[n], 0, run->p->start);
    end_early(run, progress);
}

/* ---- feedback that jumps ---- */

/* The signs of W2 at the start hold. An entry of 0, which has none, is for the plain engine. */
static void hold_signs(struct lanes_team *team, size_t j)
{
    const struct aln_problem *p = team->runs[team->lane[j].run].p;
    const size_t count = p->O * p->K;
    aln_rule_signs(count, p->start + team->rhs->layout.part[ALN_W2].at, team->column);
    aln_lanes_rhs_hold(team->rhs, j, team->column);
    for (size_t i = 0; i < count && !idle(team, j); i++)
        if (team->column[i] == 0)
            give_up(team, team->lane[j].run);
}

/* Has an entry of W2 reached or crossed zero in the step of lane j, of length h? */
static bool changes_side(const struct lanes_team *team, size_t j, double h)
{
    const struct aln_lanes_step *step = &team->step;
    const size_t lanes = team->lanes, K = team->like->K, O = team->like->O;
    for (size_t i = 0; i < O * K; i++) {
        const size_t at = (team->rhs->layout.part[ALN_W2].at + i) * lanes + j;
        const double side = team->rhs->F1[(i % K * O + i / K) * lanes + j];
        if (!(side * step->y1[at] > 0) || aln_side_left_at(side, step->y0[at], h * step->k[0][at],
                                                           step->y1[at], h * step->f1[at]) > 0)
            return true;
    }
    return false;
}

static void load(struct lanes_team *team, size_t j, size_t index)
{
    const struct aln_lanes_run *run = &team->runs[index];
    const struct aln_problem *p = run->p;
    const double *eta = aln_problem_rates(p, 0);
    team->progress[index] = (struct progress){TAKEN, run->time_count, run->level_count, NAN, NAN};
    team->runs[index].done = true;
    team->lane[j] = (struct lane){.run = index,
                                  .given = ALN_ODE_FIRST_STEP,
                                  .stop = aln_problem_next_change(p, 0),
                                  .fresh = true};
    aln_lanes_rhs_set(team->rhs, j, p, eta);
    put(team, team->step.y0, j, p->start);
    team->step.rtol[j] = run->rtol;
    team->step.atol[j] = run->atol;
    double most = 1;
    for (size_t i = 0; i < team->size; i++)
        most = fmax(most, fabs(p->start[i]));
    team->most[j] = most * ALN_ODE_GROWTH;
    team->cone[j] = fmin(fmax(ALN_ODE_CONE, ALN_ODE_CONE_RTOL * run->rtol), ALN_ODE_CONE_MOST);
    begin_window(team, j, team->step.y0);
    look_at_start(run, &team->progress[index]);
    record(team, j, team->step.y0, 0);
    if (p->rule->jumps)
        hold_signs(team, j);
    leave_if_finished(team, j);
}

/* The next run that is like these, or `count`. */
static size_t next_run(struct lanes_team *team)
{
    while (team->next < team->count && (team->progress[team->next].outcome != WAITING ||
                                        !aln_lanes_alike(team->like, team->runs[team->next].p)))
        team->next++;
    return team->next;
}

/* Gives every idle lane a run.  Returned: whether any lane has one */
static bool fill_lanes(struct lanes_team *team)
{
    bool busy = false;
    for (size_t j = 0; j < team->lanes; j++) {
        while (idle(team, j) && next_run(team) < team->count)
            load(team, j, team->next);
        busy = busy || !idle(team, j);
        if (idle(team, j))
            team->step.h[j] = 0;
    }
    return busy;
}

/* ---- steps ---- */

/* The derivatives at y0 where they are not known, and whether one can start there. */
static void start_fresh(struct lanes_team *team)
{
    const struct aln_lanes_step *step = &team->step;
    bool any = false;
    for (size_t j = 0; j < team->lanes; j++)
        any = any || (!idle(team, j) && team->lane[j].fresh);
    if (!any)
        return;
    team->kernels->rhs(team->rhs, step->y0, step->k[1]);
    team->kernels->check(team->rhs, step->y0, team->most, team->cone, team->valid);
    for (size_t j = 0; j < team->lanes; j++) {
        if (idle(team, j) || !team->lane[j].fresh)
            continue;
        bool good = team->valid[j] != 0;
        for (size_t i = 0; i < team->size; i++) {
            const double f = step->k[1][i * team->lanes + j];
            step->k[0][i * team->lanes + j] = f;
            good = good && isfinite(f);
        }
        team->lane[j].fresh = false;
        if (!good)
            give_up(team, team->lane[j].run);
    }
}

/* The length of the step to try. */
static void choose_step(struct lanes_team *team, size_t j)
{
    struct lane *lane = &team->lane[j];
    const double left = lane->stop - lane->t;
    if (!lane->again) {
        if (lane->given >= left)
            lane->given = nextafter(lane->given, INFINITY);
        else if (lane->given > left / 2)
            lane->given = left / 2;
        lane->h = lane->given;
    }
    lane->last = lane->h > left;
    if (lane->last)
        lane->h = left;
    team->step.h[j] = lane->h;
}

/* Is the step good enough? Else it is repeated, or the run is given up.
 * Returned: *proposed  the length of the next step */
static bool accept(struct lanes_team *team, size_t j, double t1, double *proposed)
{
    struct lane *lane = &team->lane[j];
    const double error = team->step.error[j], safety = 0.9, order = 8;
    *proposed = lane->h;
    if (team->step.finite[j] != 0) {
        give_up(team, lane->run);
        return false;
    }
    if (error > 1.1) {
        *proposed = fmax(safety / pow(error, 1 / order), 0.2) * lane->h;
        lane->again = true;
        if (!(*proposed < lane->h && t1 + *proposed != t1))
            give_up(team, lane->run);
        lane->h = *proposed;
        return false;
    }
    if (error < 0.5)
        *proposed = fmax(fmin(safety / pow(error, 1 / (order + 1)), 5), 1) * lane->h;
    return true;
}

/* Can the run reach its end in its number of steps, at the pace of the last ones? */
static bool keeps_pace(struct lane *lane, const struct aln_lanes_run *run)
{
    const uint64_t most = run->max_steps != 0 ? run->max_steps : ALN_ODE_MAX_STEPS,
                   steps = lane->steps - lane->mark_steps;
    if (steps < ALN_ODE_PACE_STEPS && lane->steps < most)
        return true;
    const double left = fmin(run->times[run->time_count - 1], lane->stop) - lane->t,
                 way = lane->t - lane->mark_t;
    if (left > 0 && way * ((double)most - (double)lane->steps) < left * (double)steps)
        return false;
    lane->mark_t = lane->t;
    lane->mark_steps = lane->steps;
    return true;
}

/* Lane j has stepped to t1. */
static void go_on(struct lanes_team *team, size_t j, double t1, double proposed)
{
    struct lane *lane = &team->lane[j];
    const struct aln_lanes_run *run = &team->runs[lane->run];
    const size_t index = lane->run, first = lane->next;
    size_t end = first;
    while (end < run->time_count && run->times[end] < t1)
        end++;
    lane->next = end;
    record(team, j, team->step.y1, t1);
    if (end > first || team->progress[index].pending > 0)
        wait_for(team, j, t1, first, end);
    if (lane->run != index)
        return; /* given up */
    lane->path += team->moved[j];
    lane->steps++;
    lane->window++;
    lane->t = t1;
    if (!lane->last)
        lane->given = proposed;
    lane->again = false;
    const bool changes = t1 == lane->stop;
    if (!(changes || keeps_pace(lane, run)) ||
        (lane->window == ALN_STIFF_WINDOW && !(lane->path > ALN_STIFF_STILL))) {
        give_up(team, index);
        return;
    }
    if (changes) {
        aln_lanes_rhs_rates(team->rhs, j, run->p, aln_problem_rates(run->p, t1));
        lane->stop = aln_problem_next_change(run->p, t1);
        lane->fresh = true;
        lane->mark_t = t1;
        lane->mark_steps = lane->steps;
    }
    if (changes || lane->window == ALN_STIFF_WINDOW)
        begin_window(team, j, team->step.y1);
    leave_if_finished(team, j);
}

/* y0 and k[0] of the lanes that have accepted become y1 and f1. */
static void advance_states(struct lanes_team *team, const bool *accepted)
{
    const struct aln_lanes_step *step = &team->step;
    for (size_t i = 0; i < team->size; i++)
        for (size_t j = 0; j < team->lanes; j++) {
            const size_t n = i * team->lanes + j;
            step->y0[n] = accepted[j] ? step->y1[n] : step->y0[n];
            step->k[0][n] = accepted[j] ? step->f1[n] : step->k[0][n];
        }
}

static void take_round(struct lanes_team *team)
{
    const struct aln_lanes_step *step = &team->step;
    bool accepted[ALN_LANES_MOST] = {false};
    for (size_t j = 0; j < team->lanes; j++)
        if (!idle(team, j))
            choose_step(team, j);
    team->kernels->step(team->rhs, step);
    team->kernels->moved(team->rhs, step->y0, step->y1, team->scale, team->moved);
    double *valid = team->valid, checked[ALN_LANES_MOST];
    team->kernels->check(team->rhs, step->y1, team->most, team->cone, valid);
    memcpy(checked, valid, team->lanes * sizeof *valid); /* states between steps overwrite it */
    for (size_t j = 0; j < team->lanes; j++) {
        struct lane *lane = &team->lane[j];
        if (idle(team, j))
            continue;
        const double t1 = lane->last ? lane->stop : lane->t + lane->h;
        double proposed;
        accepted[j] = accept(team, j, t1, &proposed);
        if (accepted[j] &&
            (checked[j] == 0 || (team->like->rule->jumps && changes_side(team, j, t1 - lane->t))))
            give_up(team, lane->run);
        else if (accepted[j])
            go_on(team, j, t1, proposed);
    }
    advance_states(team, accepted);
}

static enum aln_status run_team(struct lanes_team *team)
{
    enum aln_status status = team_create(team);
    while (status == ALN_OK && fill_lanes(team)) {
        if (aln_interrupted()) {
            status = aln_raise(ALN_STOPPED, "stopped");
            break;
        }
        start_fresh(team);
        take_round(team);
    }
    if (status == ALN_OK)
        look_between(team);
    if (status == ALN_OK && aln_interrupted()) /* what was then computed is undefined */
        status = aln_raise(ALN_STOPPED, "stopped");
    team_free(team);
    return status;
}

enum aln_status aln_lanes_integrate(enum aln_isa isa, size_t count, struct aln_lanes_run *runs)
{
    enum aln_status status = ALN_OK;
    struct progress *progress = calloc(count + 1, sizeof *progress);
    if (progress == NULL)
        return aln_raise_memory("%zu runs in lanes", count);
    for (size_t i = 0; i < count; i++)
        runs[i].done = false;
    for (size_t i = 0; i < count && status == ALN_OK; i++) {
        struct lanes_team team = {.runs = runs,
                                  .progress = progress,
                                  .count = count,
                                  .next = i,
                                  .like = runs[i].p,
                                  .isa = isa};
        if (progress[i].outcome == WAITING)
            status = run_team(&team);
    }
    for (size_t i = 0; i < count; i++) {
        runs[i].done = runs[i].done && status == ALN_OK;
        runs[i].time_done = runs[i].done ? progress[i].end : 0;
    }
    free(progress);
    return status;
}

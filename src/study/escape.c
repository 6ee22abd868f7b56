/* Escape times of a plateau, as a law.
 *
 * On a plateau the amplitude of its unstable direction grows as exp(lambda t) from a start that is
 * Gaussian of size c/sqrt N: by the small overlaps R(0) of a drawn start, and in simulations also by
 * chance on the way. With a standard normal z the time to leave is
 *     t = t_0 + ln N/(2 lambda) - ln|z|/lambda.
 * So its mean grows with slope 1/(2 lambda) in ln N, and lambda times its scatter is that of ln|z|, whose
 * standard deviation is pi/(2 sqrt 2), whatever N. lambda is the largest eigenvalue of the Jacobian at
 * the plateau's fixed point, found from where a run of the ode at the largest N rests.
 *
 * Where n directions grow at this rate, z has n entries, and the time is t_0 + (ln N/2 - ln h(z))/lambda with
 * a function h of degree 1 that the way out of the plateau makes: the mean still has slope 1/(2 lambda), and
 * the scatter does not depend on N. If h is the length of z, as where all these directions are alike, it is
 * that of the logarithm of a chi variable; otherwise this is what h is compared with.
 * Source: Saad & Solla, PRE 52 (1995) 4225, and Biehl, Riegler & Wohler, J. Phys. A 29 (1996) 4769, for
 * the logarithm; the law of the scatter is elementary. */
#include "study/escape.h"

#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_psi.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/fixed.h"
#include "base/failure.h"
#include "run/ahead.h"
#include "study/plan.h"

#define SAME 1e-6 /* relative difference of growth rates that count as one */

/* ---- parameters ---- */

#define AT(member) .at = offsetof(struct aln_escape_params, member)

static const struct aln_param rows[] = {
    {"escape.inputs", &aln_params_wholes, AT(inputs),
     .count_at = offsetof(struct aln_escape_params, inputs_count), .range = &aln_range_positive,
     .def = "[1000, 10000, 100000]", .unit = "1",
     .doc = "numbers N of inputs, instead of problem.inputs"},
    {"escape.runs", &aln_params_whole, AT(runs), .def = "64", .range = &aln_range_million,
     .unit = "1", .doc = "runs for each N, with seeds run.seed, run.seed + 1, ..."},
    {"escape.engine", &aln_params_choice, AT(engine), .def = "ode", .names = &aln_engines,
     .unit = "", .doc = "engine of the runs"},
    {"escape.level", &aln_params_number, AT(level), .def = "0.5", .range = &aln_range_fraction,
     .unit = "1", .doc = "a run has left when eg falls below this fraction of the plateau's"},
};

static enum aln_status check(const struct aln_params *p, const void *of,
                             const struct aln_params_given *g)
{
    const struct aln_escape_params *own = of;
    static const char *const starts[] = {"problem.overlaps.Q", "problem.overlaps.from"};
    struct aln_params smallest = *p;
    if (p->learning.rule->levels != ALN_ERROR_WHOLE)
        return aln_tree_raise(aln_params_where(g, "learning.rule"),
                              "learning.rule: study escape needs the rate of a fixed point, which "
                              "cannot be found for %s",
                              p->learning.rule->id.name);
    if (own->inputs_count < 2)
        return aln_tree_raise(aln_params_where(g, "escape.inputs"),
                              "escape.inputs: expected at least 2, for a slope");
    for (size_t i = 0; i < 2 && !aln_engine_table[own->engine].repeats; i++)
        if (aln_params_node(g, starts[i]) != NULL)
            return aln_tree_raise(aln_params_where(g, starts[i]),
                                  "%s: study escape draws the start of the ode at each N; a given "
                                  "one needs escape.engine: chain or sgd",
                                  starts[i]);
    smallest.problem.inputs = own->inputs[0];
    return aln_engines_check(&smallest, g, 1u << own->engine | 1u << ALN_ENGINE_ODE,
                             p->problem.student.units);
}

/* ---- columns ---- */

enum escape_column { INPUTS, SEED, TIME, EG, COLUMNS };
static const char *const columns[COLUMNS] = {"inputs", "seed", "t_escape", "eg"};

enum { LOOKS = 4000 }; /* at equal intervals of run.time */

struct escape {
    const struct aln_params *params;
    const struct aln_escape_params *own;
    struct aln_params run_params; /* a shallow copy, without ode.check and ode.fluctuations */
    const struct aln_engine *engine;
    size_t size;   /* of the state */
    double *times; /* LOOKS */
    /* of the plateau */
    double lambda, eg, residual, rests;
    size_t unstable, directions;
    struct aln_escape *run; /* [all], as they are counted */
    uint64_t count;
};

static uint64_t inputs_of(const struct escape *s, uint64_t run)
{
    return s->own->inputs[run / s->own->runs];
}

static uint64_t seed_of(const struct escape *s, uint64_t run)
{
    return s->params->run.seed + run % s->own->runs;
}

static enum aln_status make_problem(const struct escape *s, uint64_t run, struct aln_problem **out)
{
    struct aln_params params = *s->params;
    params.problem.inputs = inputs_of(s, run);
    params.run.seed = seed_of(s, run);
    return aln_problem_create(out, &params);
}

/* ---- the plateau ---- */

struct slowest {
    const struct aln_problem *p;
    struct aln_fixed *fixed;
    const double *times;
    struct aln_event event[2]; /* entered, left */
    bool to_the_end, found;    /* looks on after it has left; there is a plateau */
    double *y, *speed;         /* LOOKS x size, LOOKS */
};

static bool look_for_rest(void *context, size_t i, void *handle)
{
    struct slowest *slow = context;
    const size_t size = aln_problem_size(slow->p);
    memcpy(slow->y + i * size, aln_engine_table[ALN_ENGINE_ODE].state(handle),
           size * sizeof(double));
    slow->speed[i] = aln_fixed_speed(slow->fixed, slow->y + i * size);
    return slow->to_the_end || isnan(slow->event[1].t);
}

/* Where a run rests: the slowest state between entering and leaving. A run that starts without any
 * overlap with the teacher never leaves; simulations do.
 * Returned: LOOKS if it has no plateau */
static size_t find_rest(const struct slowest *slow, bool leaves)
{
    const double left = isnan(slow->event[1].t) && !leaves ? INFINITY : slow->event[1].t;
    size_t best = LOOKS;
    for (size_t i = 0; i < LOOKS; i++)
        if (slow->times[i] >= slow->event[0].t && slow->times[i] <= left &&
            (best == LOOKS || slow->speed[i] < slow->speed[best]))
            best = i;
    return best;
}

/* The fixed point that Newton's method reaches from look i. */
static enum aln_status take_rest(struct escape *s, struct slowest *slow, size_t i)
{
    struct aln_fixed_point *point = NULL;
    enum aln_status status =
        aln_fixed_find(slow->fixed, slow->y + i * aln_problem_size(slow->p), &point);
    if (status == ALN_NUMERIC)
        return aln_raise_again(
            status,
            "study escape: the plateau near t = %g is not a fixed point, which the law requires "
            "(where a read-out learns with fixed feedback, it drifts; try learning.rule: bp or a "
            "fixed "
            "read-out, as in params/escape.yaml): ",
            slow->times[i]);
    if (status != ALN_OK)
        return status;
    s->rests = slow->times[i];
    s->eg = point->eg;
    s->residual = point->residual;
    s->unstable = point->unstable;
    s->lambda = point->smooth && point->unknowns > 0 ? point->re[0] : NAN;
    s->directions = 0;
    for (size_t n = 0; n < point->unknowns && point->re[n] > (1 - SAME) * s->lambda; n++)
        s->directions++;
    aln_fixed_point_free(point);
    if (s->unstable == 0)
        return aln_raise(ALN_NUMERIC,
                         "study escape: the fixed point near t = %g has no unstable direction: it "
                         "is no plateau that runs leave",
                         s->rests);
    return ALN_OK;
}

static enum aln_status take_plateau(struct escape *s, struct slowest *slow)
{
    const size_t rest = find_rest(slow, !s->engine->repeats);
    if (rest == LOOKS)
        return aln_raise(
            ALN_NUMERIC,
            "study escape: the run at N = %llu, seed %llu, does not enter and leave a "
            "plateau by t = %g: try a longer run.time or a problem with a plateau, as in "
            "params/escape.yaml",
            (unsigned long long)slow->p->N, (unsigned long long)slow->p->seed, s->params->run.time);
    slow->found = true;
    return take_rest(s, slow, rest);
}

/* Where units learn at very different rates, eg can halve while the slow ones still approach the plateau: the first later
 * rest, of a run to the end, at a fixed point that runs leave.
 * Status: ALN_NUMERIC if there is none */
static enum aln_status take_later(struct escape *s, struct slowest *slow)
{
    enum aln_status status = ALN_NUMERIC;
    for (size_t i = 1; i + 1 < LOOKS && status == ALN_NUMERIC; i++)
        if (slow->times[i] > slow->event[1].t && slow->speed[i] <= slow->speed[i - 1] &&
            slow->speed[i] < slow->speed[i + 1])
            status = take_rest(s, slow, i);
    return status;
}

struct plateau_search {
    struct escape *s;
    struct slowest *slow;
};

static enum aln_status run_slowest(const struct plateau_search *search, struct aln_job *job)
{
    struct slowest *slow = search->slow;
    return aln_trajectory_run(&(struct aln_trajectory){.engine = &aln_engine_table[ALN_ENGINE_ODE],
                                                       .problem = slow->p,
                                                       .params = &search->s->run_params,
                                                       .time_count = LOOKS,
                                                       .times = slow->times,
                                                       .events = slow->event,
                                                       .event_count = 2,
                                                       .look = look_for_rest,
                                                       .context = slow},
                              job);
}

static enum aln_status follow(void *context, struct aln_job *job, void *out)
{
    const struct plateau_search *search = context;
    struct slowest *slow = search->slow;
    struct aln_failure failure;
    (void)out;
    enum aln_status status = run_slowest(search, job);
    if (status == ALN_OK)
        status = take_plateau(search->s, slow);
    if (status != ALN_NUMERIC || !slow->found || isnan(slow->event[1].t))
        return status;
    aln_failure_keep(&failure, status);
    slow->to_the_end = true;
    status = run_slowest(search, job);
    if (status == ALN_OK)
        status = take_later(search->s, slow);
    return status == ALN_NUMERIC ? aln_failure_raise(&failure) : status;
}

static enum aln_status accept(void *context, uint64_t index, enum aln_status status,
                              const void *out)
{
    (void)context, (void)index, (void)out;
    return status;
}

/* Runs the ode at the largest N, first seed, for whose plateau it looks. */
static enum aln_status find_plateau(struct escape *s, const struct aln_run_options *options)
{
    struct aln_problem *p = NULL;
    struct slowest own = {.times = s->times,
                          .event = {{.kind = ALN_EVENT_PLATEAU_ENTERED, .t = NAN},
                                    {.kind = ALN_EVENT_PLATEAU_LEFT, .t = NAN}}},
                   *slow = &own;
    struct plateau_search search = {s, slow};
    struct aln_progress quiet = {.stop =
                                     options->progress != NULL ? options->progress->stop : NULL};
    enum aln_status status = make_problem(s, (s->own->inputs_count - 1) * s->own->runs, &p);
    if (status != ALN_OK)
        return status;
    slow->p = p;
    s->size = aln_problem_size(p);
    slow->y = calloc(LOOKS * (aln_problem_size(p) + 1), sizeof *slow->y);
    slow->speed = slow->y + LOOKS * aln_problem_size(p);
    status = slow->y != NULL ? aln_fixed_create(&slow->fixed, p) : aln_raise_memory("a plateau");
    if (status == ALN_OK)
        status = aln_jobs_run(&(struct aln_jobs){.end = 1,
                                                 .size = 1,
                                                 .progress = &quiet,
                                                 .run = follow,
                                                 .take = accept,
                                                 .context = &search});
    aln_fixed_free(slow->fixed);
    free(slow->y);
    aln_problem_free(p);
    return status;
}

/* ---- one run ---- */

/* Below it a run has left. */
static double level_of(const struct escape *s)
{
    return s->own->level * s->eg;
}

struct leaving {
    const struct escape *s;
    const struct aln_problem *p;
    double t, eg;   /* at the last look */
    double escaped; /* NaN: not yet */
    bool high;      /* eg has been above the plateau's level */
};

/* Between two looks ln eg is taken to be linear. */
static bool look_for_leaving(void *context, size_t i, void *handle)
{
    struct leaving *l = context;
    const double t = l->s->times[i], eg = aln_problem_eg(l->p, l->s->engine->state(handle)),
                 level = level_of(l->s);
    if (l->high && eg < level) {
        const double part = log(l->eg / level) / log(l->eg / eg);
        l->escaped = l->t + part * (t - l->t);
    }
    l->high = l->high || eg >= level;
    l->t = t;
    l->eg = eg;
    return isnan(l->escaped);
}

/* The times at multiples of 1/N. */
static double *times_at(const struct escape *s, uint64_t N)
{
    double *times = malloc(LOOKS * sizeof *times);
    for (size_t i = 0; i < LOOKS && times != NULL; i++)
        times[i] = s->engine->repeats ? rint(s->times[i] * (double)N) / (double)N : s->times[i];
    return times;
}

/* Whether a run whose integration ended at the first look after eg fell below the level leaves there, too: eg may have
 * risen again. */
static bool leaves_there(const struct escape *s, const struct aln_problem *p,
                         const struct aln_known_run *known)
{
    const double left = known->events[0].t;
    size_t n = 0;
    while (n < LOOKS && !isnan(left) && s->times[n] < left)
        n++;
    const double *at = known->states + n * s->size;
    return isnan(left) || n == LOOKS ||
           (n > 0 && aln_problem_eg(p, at) < level_of(s) &&
            aln_problem_eg(p, at - s->size) >= level_of(s));
}

static enum aln_status integrate_ahead(const struct aln_plan *plan, uint64_t first, size_t count,
                                       const volatile sig_atomic_t *stop,
                                       struct aln_known_run **known)
{
    const struct escape *s = plan->context;
    struct aln_problem *p[ALN_AHEAD_MOST] = {NULL};
    struct aln_trajectory courses[ALN_AHEAD_MOST] = {{.engine = NULL}};
    struct aln_event falls = {.kind = ALN_EVENT_EG_BELOW, .value = level_of(s)};
    for (size_t i = 0; i < count; i++) {
        const bool made = make_problem(s, first + i, &p[i]) == ALN_OK; /* else the run says why */
        courses[i] = (struct aln_trajectory){.engine = s->engine,
                                             .problem = p[i],
                                             .params = &s->run_params,
                                             .time_count = made ? LOOKS : 0,
                                             .times = s->times,
                                             .events = &falls,
                                             .event_count = 1,
                                             .ends = true};
    }
    const enum aln_status status = aln_trajectories_ahead(count, courses, stop, known);
    for (size_t i = 0; i < count; i++) {
        if (known[i] != NULL && !leaves_there(s, p[i], known[i])) {
            free(known[i]);
            known[i] = NULL;
        }
        aln_problem_free(p[i]);
    }
    return status;
}

static enum aln_status run(const struct aln_plan *plan, uint64_t index,
                           const struct aln_known_run *known, struct aln_job *job, double *row)
{
    const struct escape *s = plan->context;
    struct aln_problem *p = NULL;
    struct leaving l = {.s = s, .escaped = NAN};
    double *times = times_at(s, inputs_of(s, index));
    enum aln_status status = times != NULL ? make_problem(s, index, &p) : aln_raise_memory("times");
    l.p = p;
    if (status == ALN_OK)
        status = aln_trajectory_run(&(struct aln_trajectory){.engine = s->engine,
                                                             .problem = p,
                                                             .params = &s->run_params,
                                                             .time_count = LOOKS,
                                                             .times = times,
                                                             .known = known,
                                                             .look = look_for_leaving,
                                                             .context = &l},
                                    job);
    row[INPUTS] = (double)inputs_of(s, index);
    row[SEED] = NAN;
    row[TIME] = l.escaped;
    row[EG] = l.eg;
    free(times);
    aln_problem_free(p);
    return aln_plan_fail(status, s->params->learning.rule->id.name, seed_of(s, index));
}

static bool cell(const struct aln_plan *plan, uint64_t index, size_t column, char out[32])
{
    if (column == SEED)
        snprintf(out, 32, "%llu", (unsigned long long)seed_of(plan->context, index));
    return column == SEED;
}

/* ---- all runs ---- */

static void count(const struct aln_plan *plan, uint64_t index, const double *row)
{
    struct escape *s = plan->context;
    (void)index;
    s->run[s->count++] = (struct aln_escape){log(row[INPUTS]), row[TIME]};
}

double aln_escape_sd(size_t n)
{
    return sqrt(gsl_sf_psi_1((double)n / 2)) / 2;
}

/* The mean of ln|z|. */
static double mean_log(size_t n)
{
    return (gsl_sf_psi((double)n / 2) + M_LN2) / 2;
}

size_t aln_escape_log_z(const struct aln_escape_runs *all, double *z)
{
    const struct aln_escape *largest = all->run + (all->sizes - 1) * all->seeds;
    double mean = 0;
    size_t n = 0;
    for (size_t i = 0; i < all->seeds; i++)
        if (!isnan(largest[i].t)) {
            z[n++] = -all->lambda * largest[i].t;
            mean += (z[n - 1] - mean) / (double)n;
        }
    for (size_t i = 0; i < n; i++)
        z[i] += mean_log(all->directions) - mean;
    return n;
}

/* The distribution of Kolmogorov's statistic.
 * Source: Stephens, J. R. Stat. Soc. B 32 (1970) 115, for finite n */
static double kolmogorov(double distance, double n)
{
    const double x = distance * (sqrt(n) + 0.12 + 0.11 / sqrt(n));
    double sum = 0;
    for (int k = 1; k <= 100; k++)
        sum += (k % 2 == 1 ? 2 : -2) * exp(-2 * k * k * x * x);
    return fmin(1, fmax(0, sum));
}

/* Compares ln|z| with the length of standard normals.
 * Given: z (n), sorted here */
static void fit_scatter(struct aln_escape_fit *fit, size_t directions, size_t n, double *z)
{
    const double half = (double)directions / 2, variance = gsl_sf_psi_1(half),
                 excess = gsl_sf_psi_n(3, half) / (variance * variance); /* of its kurtosis */
    double mean = 0, squares = 0;
    gsl_sort(z, 1, n);
    fit->distance = 0;
    for (size_t i = 0; i < n; i++) {
        const double F = gsl_sf_gamma_inc_P(half, exp(2 * z[i]) / 2), delta = z[i] - mean;
        fit->distance =
            fmax(fit->distance, fmax(F - (double)i / (double)n, (double)(i + 1) / (double)n - F));
        mean += delta / (double)(i + 1);
        squares += delta * (z[i] - mean);
    }
    fit->sd = n > 1 ? sqrt(squares / (double)(n - 1)) : NAN;
    fit->sd_se = aln_escape_sd(directions) * sqrt((excess + 2) / (4 * (double)n));
    fit->probability = kolmogorov(fit->distance, (double)n);
    if (n == 0)
        fit->sd_se = fit->distance = fit->probability = NAN;
}

/* The slope over ln N of the runs of one seed; NaN if one of them has not escaped. */
static double slope_of(const struct aln_escape_runs *all, size_t seed)
{
    double x = 0, y = 0, xx = 0, xy = 0;
    for (size_t i = 0; i < all->sizes; i++) {
        x += all->run[i * all->seeds + seed].log_N / (double)all->sizes;
        y += all->run[i * all->seeds + seed].t / (double)all->sizes;
    }
    for (size_t i = 0; i < all->sizes; i++) {
        const struct aln_escape *run = &all->run[i * all->seeds + seed];
        xx += (run->log_N - x) * (run->log_N - x);
        xy += (run->log_N - x) * (run->t - y);
    }
    return xy / xx;
}

static void fit_slope(struct aln_escape_fit *fit, const struct aln_escape_runs *all)
{
    double n = 0, mean = 0, squares = 0;
    for (size_t seed = 0; seed < all->seeds; seed++) {
        const double slope = slope_of(all, seed), delta = slope - mean;
        if (isnan(slope))
            continue;
        n += 1;
        mean += delta / n;
        squares += delta * (slope - mean);
    }
    fit->slope = n > 0 ? mean : NAN;
    fit->slope_se = n > 1 ? sqrt(squares / (n - 1) / n) : NAN;
}

enum aln_status aln_escape_fit(struct aln_escape_fit *out, const struct aln_escape_runs *all)
{
    double *z = malloc((all->seeds + 1) * sizeof *z);
    *out = (struct aln_escape_fit){.escaped = 0};
    if (z == NULL)
        return aln_raise_memory("%zu escape times", all->seeds);
    fit_slope(out, all);
    out->escaped = aln_escape_log_z(all, z);
    fit_scatter(out, all->directions, out->escaped, z);
    free(z);
    return ALN_OK;
}

/* Mean and scatter at one N. */
static enum aln_status remark_size(const struct escape *s, struct aln_writer *writer, size_t place)
{
    double n = 0, mean = 0, squares = 0;
    for (uint64_t i = place * s->own->runs; i < (place + 1) * s->own->runs; i++) {
        if (isnan(s->run[i].t))
            continue;
        const double delta = s->run[i].t - mean;
        n += 1;
        mean += delta / n;
        squares += delta * (s->run[i].t - mean);
    }
    return aln_plan_remark(writer, "count inputs %llu escaped %g of %llu mean %.9g se %.3g sd %.4g",
                           (unsigned long long)s->own->inputs[place], n,
                           (unsigned long long)s->own->runs, n > 0 ? mean : NAN,
                           n > 1 ? sqrt(squares / (n - 1) / n) : NAN,
                           n > 1 ? sqrt(squares / (n - 1)) : NAN);
}

static enum aln_status remark(const struct aln_plan *plan, struct aln_writer *writer)
{
    const struct escape *s = plan->context;
    struct aln_escape_fit fit;
    enum aln_status status = aln_plan_remark(
        writer, "plateau lambda %.17g directions %zu eg %.9g unstable %zu t %.6g residual %.2g",
        s->lambda, s->directions, s->eg, s->unstable, s->rests, s->residual);
    for (size_t i = 0; i < s->own->inputs_count && status == ALN_OK; i++)
        status = remark_size(s, writer, i);
    if (status == ALN_OK)
        status = aln_escape_fit(&fit, &(struct aln_escape_runs){s->lambda, s->directions,
                                                                s->own->inputs_count, s->own->runs,
                                                                s->run});
    if (status == ALN_OK)
        status = aln_plan_remark(writer, "fit slope %.9g se %.3g predicted %.9g", fit.slope,
                                 fit.slope_se, 1 / (2 * s->lambda));
    if (status == ALN_OK)
        status = aln_plan_remark(
            writer,
            "scatter inputs %llu sd_log_z %.6g se %.3g predicted %.6g distance %.4g "
            "probability %.3g",
            (unsigned long long)s->own->inputs[s->own->inputs_count - 1], fit.sd, fit.sd_se,
            aln_escape_sd(s->directions), fit.distance, fit.probability);
    return status;
}

static enum aln_status run_all(const struct aln_params *params, const void *parameters,
                               const struct aln_run_options *options)
{
    const struct aln_escape_params *own = parameters;
    const uint64_t runs = own->inputs_count * own->runs;
    struct escape s = {.params = params,
                       .own = own,
                       .run_params = *params,
                       .engine = &aln_engine_table[own->engine]};
    s.run_params.ode.check = s.run_params.ode.fluctuations = false;
    s.times = malloc(LOOKS * sizeof *s.times);
    s.run = malloc(runs * sizeof *s.run);
    enum aln_status status = s.times != NULL && s.run != NULL
                                 ? ALN_OK
                                 : aln_raise_memory("%llu runs", (unsigned long long)runs);
    for (size_t i = 0; i < LOOKS && status == ALN_OK; i++)
        s.times[i] = params->run.time * (double)(i + 1) / LOOKS;
    if (status == ALN_OK)
        status = find_plateau(&s, options);
    if (status == ALN_OK)
        status =
            aln_plan_execute(&(struct aln_plan){.columns = columns,
                                                .column_count = COLUMNS,
                                                .runs = runs,
                                                .run = run,
                                                .ahead = s.engine->repeats ? NULL : integrate_ahead,
                                                .most_ahead = aln_ahead_most(LOOKS * s.size),
                                                .cell = cell,
                                                .count = count,
                                                .remark = remark,
                                                .context = &s},
                             params, options);
    free(s.times);
    free(s.run);
    return status;
}

const struct aln_study aln_study_escape = {
    .id = {"escape", "when runs leave a plateau: the law of escape times in N",
           "Saad & Solla, PRE 52 (1995) 4225"},
    .part = {.row = rows,
             .count = sizeof rows / sizeof rows[0],
             .size = sizeof(struct aln_escape_params)},
    .check = check,
    .run = run_all,
    .figure = "escape",
};

/* ---- for figures ---- */

const struct aln_escape_params *aln_escape_of(const struct aln_params *p)
{
    return aln_schema_part(&p->parts, &aln_study_escape.part);
}

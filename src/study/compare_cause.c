#include "study/compare_cause.h"
#include "model/params.h"

#include <gsl/gsl_cdf.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "study/nudge.h"

/* A finite-size effect leaves 1/2 (1/sqrt N) or 1/4 (1/N) of the difference at 4N, any other cause
 * all of it; in between: the geometric mean of 1/2 and 1. */
#define FALLS 0.7
/* The ode moves by half of the difference or more: the integration. */
#define MOVES 0.5
/* Changes of the start that grow more than tenfold make a problem sensitive. */
#define GROWS 10.0
/* Standard errors by which a share must differ from FALLS. */
#define SURE 2.0

struct inquiry {
    const struct aln_comparison *c;
    const struct aln_params *params;
    const struct aln_run_options *options;
    struct aln_compare_cause *out;
    size_t ode, simulated; /* places in compare.engines */
    double end;            /* time of the last row judged */
};

static bool is_simulation(const struct aln_comparison *c, size_t place)
{
    return aln_engine_table[c->own.engine[place]].repeats;
}

static bool is_theory(const struct aln_comparison *c, const struct aln_compare_row *row)
{
    return !is_simulation(c, row->a) || !is_simulation(c, row->b);
}

/* ---- chance ---- */

/* The degrees of freedom of a difference of means (Welch, Satterthwaite). */
static double degrees_of(const struct aln_comparison *c, const struct aln_compare_row *row)
{
    double sum = 0, squares = 0;
    const size_t place[2] = {row->a, row->b};
    for (size_t i = 0; i < 2; i++) {
        const struct aln_means *m = &c->means[place[i]];
        double error = aln_means_error(m, row->cell), variance = error * error;
        sum += variance;
        squares += variance > 0 ? variance * variance / (m->count - 1) : 0;
    }
    return sum * sum / squares;
}

/* The probability that a row of equal means is outside its tolerance. */
static double chance_of(const struct aln_comparison *c, const struct aln_compare_row *row)
{
    if (!(row->se > 0))
        return 0;
    return 2 * gsl_cdf_tdist_Q(row->allowed / row->se, degrees_of(c, row));
}

struct tally {
    size_t failed, undefined;
    double by_chance;
};

/* Counts the rows of theory against simulation, or of two simulations. */
static struct tally count_rows(const struct aln_comparison *c, bool theory)
{
    struct tally tally = {.failed = 0};
    for (size_t i = 0; i < c->rows; i++) {
        const struct aln_compare_row *row = &c->row[i];
        if (is_theory(c, row) != theory)
            continue;
        tally.failed += !row->ok;
        tally.undefined += isnan(row->difference) ? 1 : 0;
        tally.by_chance += chance_of(c, row);
    }
    return tally;
}

/* Whether half of the rows outside, or more, are expected by chance. */
static bool is_chance(const struct tally *tally)
{
    return tally->by_chance >= 0.5 * (double)tally->failed;
}

/* ---- the rows judged: outside, of the ode and one simulation ---- */

static bool is_judged(const struct inquiry *s, const struct aln_compare_row *row)
{
    return !row->ok && !isnan(row->difference) &&
           ((row->a == s->ode && row->b == s->simulated) ||
            (row->b == s->ode && row->a == s->simulated));
}

/* Root of the sum of (a - b)^2 over the rows judged, in units of the tolerances; a, b by cell. */
static double distance(const struct inquiry *s, const double *a, const double *b)
{
    double sum = 0;
    for (size_t i = 0; i < s->c->rows; i++) {
        const struct aln_compare_row *row = &s->c->row[i];
        if (!is_judged(s, row))
            continue;
        double apart = (a[row->cell] - b[row->cell]) / row->allowed;
        sum += apart * apart;
    }
    return sqrt(sum);
}

/* The same of the standard errors of the means. */
static double error_of(const struct inquiry *s, const struct aln_means *m)
{
    double sum = 0;
    for (size_t i = 0; i < s->c->rows; i++) {
        const struct aln_compare_row *row = &s->c->row[i];
        double error = is_judged(s, row) ? aln_means_error(m, row->cell) / row->allowed : 0;
        sum += error * error;
    }
    return sqrt(sum);
}

/* Chooses the simulation, the cheaper one if both differ from the ode, and the last time. */
static void choose_rows(struct inquiry *s)
{
    const struct aln_comparison *c = s->c;
    bool failed[ALN_ENGINES] = {false};
    for (size_t i = 0; i < c->own.engine_count; i++)
        if (!is_simulation(c, i))
            s->ode = i;
    for (size_t i = 0; i < c->rows; i++)
        if (is_theory(c, &c->row[i]) && !c->row[i].ok && !isnan(c->row[i].difference))
            failed[c->row[i].a != s->ode ? c->row[i].a : c->row[i].b] = true;
    for (size_t i = 0; i < c->own.engine_count; i++)
        if (failed[i] && (c->own.engine[i] == ALN_ENGINE_CHAIN || !failed[s->simulated]))
            s->simulated = i;
    for (size_t i = 0; i < c->rows; i++)
        if (is_judged(s, &c->row[i]))
            s->end = fmax(s->end, c->times[c->row[i].cell / c->columns]);
}

/* ---- runs ---- */

static void announce(const struct inquiry *s, const char *what)
{
    const struct aln_progress *progress = s->options->progress;
    char line[160];
    if (progress == NULL || progress->tell == NULL)
        return;
    snprintf(line, sizeof line, "looking for the cause: %s", what);
    progress->tell(progress->context, line);
}

/* Runs an engine at the times of the comparison. Any failure but a stop is noted, not returned.
 * Returned: *out  yours, aln_means_free(); *done  whether it ran to the end */
static enum aln_status run_again(const struct inquiry *s, const struct aln_ensemble *how,
                                 struct aln_means *out, bool *done)
{
    struct aln_ensemble ensemble = *how;
    struct aln_progress quiet = {0};
    if (s->options->progress != NULL)
        quiet.stop = s->options->progress->stop;
    ensemble.times = s->c->times;
    ensemble.time_count = s->c->time_count;
    ensemble.threads = s->options->threads;
    ensemble.progress = &quiet;
    ensemble.spread = s->c->spread;
    enum aln_status status = aln_means_run(out, &ensemble);
    *done = status == ALN_OK;
    if (status == ALN_OK || status == ALN_STOPPED)
        return status;
    snprintf(s->out->trouble, sizeof s->out->trouble, "%s", aln_error());
    return ALN_OK;
}

static struct aln_params tighter(const struct aln_params *params)
{
    struct aln_params tight = *params;
    tight.ode.rtol = fmax(1e-3 * params->ode.rtol, fmin(params->ode.rtol, ALN_ODE_LEAST_RTOL));
    tight.ode.atol = fmax(1e-3 * params->ode.atol, fmin(params->ode.atol, ALN_ODE_LEAST_ATOL));
    return tight;
}

static double norm_of_state(const struct inquiry *s, const double *row, const double *minus)
{
    double sum = 0;
    size_t before = aln_state_layout(s->c->problem).before;
    for (size_t i = 1; i <= before; i++) { /* column 0 is eg */
        double x = row[i] - (minus != NULL ? minus[i] : 0);
        sum += x * x;
    }
    return sqrt(sum);
}

/* The largest growth of a relative change of the overlaps and the read-out, up to the last row. */
static double growth_of(const struct inquiry *s, const double *changed, const double *plain)
{
    const size_t columns = s->c->columns;
    double first = norm_of_state(s, changed, plain), size = norm_of_state(s, plain, NULL), most = 0;
    for (size_t n = 0; n < s->c->time_count && s->c->times[n] <= s->end; n++) {
        const double *x = plain + n * columns;
        double now = norm_of_state(s, x, NULL), apart = norm_of_state(s, changed + n * columns, x);
        most = fmax(most, apart / first * (size > 0 ? size : 1) / (now > 0 ? now : 1));
    }
    return most;
}

/* Integrates from a start changed slightly, but by more than the error of the integration.
 * Given: tight  tolerances; plain  the ode at these tolerances */
static enum aln_status try_start(struct inquiry *s, const struct aln_params *tight,
                                 const struct aln_means *plain)
{
    struct aln_problem problem = *s->c->problem;
    const double size = fmax(1e-6, 1e3 * tight->ode.rtol);
    struct aln_means changed = {.cells = 0};
    double *start;
    bool done = false;
    enum aln_status status = aln_nudge_start(&start, &problem, size);
    if (status != ALN_OK)
        return status;
    problem.start = start;
    announce(s, "the ode from a start changed slightly");
    status =
        run_again(s,
                  &(struct aln_ensemble){
                      .engine = ALN_ENGINE_ODE, .problem = &problem, .params = tight, .repeats = 1},
                  &changed, &done);
    if (done) {
        s->out->growth = growth_of(s, changed.mean, plain->mean);
        s->out->enough = size * distance(s, plain->mean, s->c->means[s->simulated].mean) /
                         distance(s, changed.mean, plain->mean);
    }
    aln_means_free(&changed);
    free(start);
    return status;
}

/* The engine and repeats at 4N. Sgd costs 16 times as much there, on a hidden manifold 64 times, so it
 * has a quarter of the repeats, which gives the mean the same standard error; where these are too
 * few, the chain, which has the same law, is used instead, but for a manifold, where it has not. */
static void choose_larger(const struct inquiry *s, struct aln_ensemble *out)
{
    uint64_t repeats = s->params->run.repeats;
    const bool folded = s->params->problem.spectrum.fold != NULL,
               sgd = s->c->own.engine[s->simulated] == ALN_ENGINE_SGD && (repeats >= 6 || folded);
    out->engine = sgd ? ALN_ENGINE_SGD : ALN_ENGINE_CHAIN;
    out->repeats = !sgd ? repeats : repeats >= 8 ? repeats / 4 : 2;
}

/* The problem at 4N, a manifold with as many more latent variables.
 * Returned: spectrum  room for its own */
static struct aln_problem enlarge(const struct aln_problem *p, struct aln_spectrum *spectrum)
{
    struct aln_problem larger = *p;
    larger.N *= 4;
    if (p->spectrum != NULL) {
        *spectrum = *p->spectrum;
        spectrum->latents *= 4;
        larger.spectrum = spectrum;
    }
    return larger;
}

/* Simulates at 4N from the same overlaps.
 * Given: plain  the ode */
static enum aln_status try_size(struct inquiry *s, const struct aln_means *plain)
{
    const struct aln_means *small = &s->c->means[s->simulated];
    struct aln_spectrum spectrum;
    struct aln_problem problem = enlarge(s->c->problem, &spectrum);
    struct aln_ensemble ensemble = {.problem = &problem, .params = s->params};
    struct aln_means large = {.cells = 0}, theory = {.cells = 0};
    char what[96];
    bool done = false;
    choose_larger(s, &ensemble);
    s->out->larger = aln_engine_table[ensemble.engine].id.name;
    snprintf(what, sizeof what, "%s at N = %" PRIu64 "%s", s->out->larger, problem.N,
             ensemble.engine != s->c->own.engine[s->simulated] ? ""
             : s->params->problem.spectrum.fold != NULL        ? " (about 16 times its first run)"
                                                               : " (about 4 times its first run)");
    announce(s, what);
    enum aln_status status = run_again(s, &ensemble, &large, &done);
    if (done && s->c->spread) { /* theory depends on N, too */
        ensemble.engine = ALN_ENGINE_ODE;
        ensemble.repeats = 1;
        status = run_again(s, &ensemble, &theory, &done);
    }
    if (done) {
        double before = distance(s, plain->mean, small->mean);
        double error = error_of(s, small) / before;
        s->out->left = distance(s, s->c->spread ? theory.mean : plain->mean, large.mean) / before;
        s->out->left_error = hypot(error_of(s, &large) / before, s->out->left * error);
    }
    aln_means_free(&theory);
    aln_means_free(&large);
    return status;
}

/* The relative size of fluctuations at 4N. */
static double fluctuation(const struct aln_compare_cause *o)
{
    return 1 / sqrt(4 * (double)o->N);
}

static enum aln_cause_kind judge(const struct aln_compare_cause *o)
{
    double off = SURE * o->left_error;
    if (o->left + off < FALLS)
        return ALN_CAUSE_SIZE;
    if (o->growth >= GROWS && o->enough <= fluctuation(o))
        return ALN_CAUSE_SENSITIVE;
    return o->left - off > FALLS ? ALN_CAUSE_THEORY : ALN_CAUSE_UNDECIDED;
}

/* The ode is wrong, or the simulation not large enough. */
static enum aln_status try_theory(struct inquiry *s)
{
    const struct aln_params tight = tighter(s->params);
    const struct aln_means *ode = &s->c->means[s->ode];
    struct aln_means finer = {.cells = 0};
    bool done;
    announce(s, "the ode at 1e-3 of its tolerances");
    enum aln_status status = run_again(
        s,
        &(struct aln_ensemble){
            .engine = ALN_ENGINE_ODE, .problem = s->c->problem, .params = &tight, .repeats = 1},
        &finer, &done);
    const struct aln_means *best = done ? &finer : ode;
    if (done)
        s->out->moved = distance(s, finer.mean, ode->mean) /
                        distance(s, ode->mean, s->c->means[s->simulated].mean);
    if (s->out->moved >= MOVES) {
        s->out->kind = ALN_CAUSE_INTEGRATION;
    } else {
        if (status == ALN_OK && done)
            status = try_start(s, &tight, best);
        if (status == ALN_OK)
            status = try_size(s, best);
        s->out->kind = judge(s->out);
    }
    aln_means_free(&finer);
    return status;
}

enum aln_status aln_comparison_cause(struct aln_compare_cause *out, const struct aln_comparison *c,
                                     const struct aln_params *params,
                                     const struct aln_run_options *options)
{
    struct inquiry s = {.c = c, .params = params, .options = options, .out = out};
    const struct tally theory = count_rows(c, true), simulations = count_rows(c, false);
    *out = (struct aln_compare_cause){.failed = c->failed,
                                      .by_chance = theory.by_chance + simulations.by_chance,
                                      .N = c->problem->N,
                                      .moved = NAN,
                                      .left = NAN,
                                      .left_error = NAN,
                                      .growth = NAN,
                                      .enough = NAN};
    out->simulations_too = simulations.failed > 0 && !is_chance(&simulations);
    if (c->failed == 0)
        return ALN_OK;
    out->kind = ALN_CAUSE_UNDEFINED;
    if (theory.undefined + simulations.undefined == c->failed)
        return ALN_OK;
    bool by_theory = theory.failed > theory.undefined && !is_chance(&theory);
    out->kind = out->simulations_too ? ALN_CAUSE_SIMULATIONS : ALN_CAUSE_CHANCE;
    if (!by_theory)
        return ALN_OK;
    choose_rows(&s);
    out->simulated = aln_engine_table[c->own.engine[s.simulated]].id.name;
    out->kind = ALN_CAUSE_UNDECIDED;
    return try_theory(&s);
}

/* ---- the sentence ---- */

static void say_nothing(const struct aln_compare_cause *o, struct aln_text *out)
{
    (void)o;
    (void)out;
}

static void say_undefined(const struct aln_compare_cause *o, struct aln_text *out)
{
    aln_text_add(out,
                 "Cause: a quantity is undefined in one engine only; all %zu rows outside are "
                 "of this kind.\n",
                 o->failed);
}

static void say_chance(const struct aln_compare_cause *o, struct aln_text *out)
{
    aln_text_add(out,
                 "Cause: chance suffices: it would put %.2g rows outside on average (Student's t), "
                 "where %zu are found; more run.repeats or a larger compare.z would tell.\n",
                 o->by_chance, o->failed);
}

static void say_simulations(const struct aln_compare_cause *o, struct aln_text *out)
{
    aln_text_add(out,
                 "Cause: one of chain and sgd is wrong: both follow the same law at the same N, so "
                 "neither the size nor the equations can set them apart, and chance would put %.2g "
                 "rows outside where %zu are found.\n",
                 o->by_chance, o->failed);
}

static void say_integration(const struct aln_compare_cause *o, struct aln_text *out)
{
    aln_text_add(out,
                 "Cause: the integration: at 1e-3 of ode.rtol and ode.atol the ode moves by %.2g "
                 "of its difference to %s; lower the tolerances.\n",
                 o->moved, o->simulated);
}

/* ", what is left at 4N" */
static void add_left(const struct aln_compare_cause *o, struct aln_text *out)
{
    aln_text_add(out,
                 "at N = %" PRIu64 " %s keeps %.3f ± %.3f of the difference at N = %" PRIu64
                 " (1/N: 0.25, 1/sqrt N: 0.5)",
                 4 * o->N, o->larger, o->left, o->left_error, o->N);
}

static void add_moved(const struct aln_compare_cause *o, struct aln_text *out)
{
    if (!isnan(o->moved))
        aln_text_add(out, ", tighter integration moves the ode by %.1g of it", o->moved);
}

static void add_growth(const struct aln_compare_cause *o, struct aln_text *out)
{
    if (o->growth < 2)
        aln_text_add(out, ", and a small change of the start does not grow");
    else if (!isnan(o->growth))
        aln_text_add(out,
                     ", and a small change of the start grows %.2g-fold (%.1g of it would do; "
                     "fluctuations are about 1/sqrt(4N) = %.1g)",
                     o->growth, o->enough, fluctuation(o));
}

static void say_size(const struct aln_compare_cause *o, struct aln_text *out)
{
    aln_text_add(out, "Cause: finite size: ");
    add_left(o, out);
    add_moved(o, out);
    if (o->growth >= GROWS)
        add_growth(o, out);
    if (o->by_chance >= 0.05)
        aln_text_add(out, ", and chance would put %.1g rows outside", o->by_chance);
    aln_text_add(out, ".\n");
}

static void say_sensitive(const struct aln_compare_cause *o, struct aln_text *out)
{
    aln_text_add(out, "Cause: the problem amplifies tiny changes to the size of the difference: ");
    if (isnan(o->left))
        aln_text_add(out, "the run at N = %" PRIu64 " did not end", 4 * o->N);
    else
        add_left(o, out);
    add_moved(o, out);
    add_growth(o, out);
    aln_text_add(out, ".\n");
}

static void say_theory(const struct aln_compare_cause *o, struct aln_text *out)
{
    aln_text_add(out, "Cause: the equations or the parameters, since the difference does not fall "
                      "with N: ");
    add_left(o, out);
    add_moved(o, out);
    add_growth(o, out);
    aln_text_add(out, ".\n");
}

static void say_undecided(const struct aln_compare_cause *o, struct aln_text *out)
{
    aln_text_add(out, "Cause: undecided: ");
    if (isnan(o->left)) {
        aln_text_add(out, "the run at N = %" PRIu64 " did not end", 4 * o->N);
    } else {
        add_left(o, out);
        aln_text_add(out, ", too close to call; more run.repeats would tell");
    }
    add_moved(o, out);
    add_growth(o, out);
    aln_text_add(out, ".\n");
}

static void (*const say[ALN_CAUSES])(const struct aln_compare_cause *, struct aln_text *) = {
    [ALN_CAUSE_NONE] = say_nothing,
    [ALN_CAUSE_UNDEFINED] = say_undefined,
    [ALN_CAUSE_CHANCE] = say_chance,
    [ALN_CAUSE_SIMULATIONS] = say_simulations,
    [ALN_CAUSE_INTEGRATION] = say_integration,
    [ALN_CAUSE_SIZE] = say_size,
    [ALN_CAUSE_SENSITIVE] = say_sensitive,
    [ALN_CAUSE_THEORY] = say_theory,
    [ALN_CAUSE_UNDECIDED] = say_undecided,
};

void aln_comparison_cause_text(const struct aln_compare_cause *cause, struct aln_text *out)
{
    say[cause->kind](cause, out);
    if (cause->simulations_too && cause->kind != ALN_CAUSE_SIMULATIONS)
        aln_text_add(out, "Chain and sgd differ as well: one of them is wrong.\n");
    if (cause->trouble[0] != '\0')
        aln_text_add(out, "One run of the search failed: %s\n", cause->trouble);
}

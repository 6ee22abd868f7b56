/* The probability that a relu student learns, as a function of its number of units.
 *
 * With fixed random feedback the read-out aligns with F1, and the hidden layer of a relu network
 * cannot reverse a unit's sign: a unit can match a teacher unit only if its feedback has the sign
 * of that unit's read-out. So a run should learn if F1 has at least as many positive and as many
 * negative entries as V2. For random signs of equal probability this happens with probability
 *     P = 2^-K sum_{j = M+ .. K-M-} binom(K, j),
 * with M+ and M- the numbers of positive and negative entries of V2; for V2 = 1, j = M .. K.
 * Source: Refinetti et al., ICML 2021. */
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/failure.h"
#include "model/params_table.h"
#include "study/plan.h"
#include "study/plearn.h"

/* ---- parameters ---- */

#define AT(member)   .at = offsetof(struct aln_plearn_params, member)
#define LIST(member) AT(member), .count_at = offsetof(struct aln_plearn_params, member##_count)

static const struct aln_param rows[] = {
    {"plearn.units", &aln_params_wholes, LIST(units), .range = &aln_range_thousand, .unit = "1",
     .doc = "numbers K of student units, instead of problem.student.units"},
    {"plearn.rates", &aln_params_levels, LIST(rates), .range = &aln_range_not_negative,
     .needs = "plearn.units", .unit = "1",
     .doc = "eta of both layers for each of plearn.units, instead of learning.rate"},
    {"plearn.runs", &aln_params_whole, AT(runs), .def = "256", .range = &aln_range_million,
     .unit = "1", .doc = "runs for each K, with seeds run.seed, run.seed + 1, ... in turn"},
    {"plearn.engine", &aln_params_choice, AT(engine), .def = "chain", .names = &aln_engines,
     .unit = "", .doc = "engine of the runs"},
    {"plearn.level", &aln_params_number, AT(level), .def = "0.01", .range = &aln_range_fraction,
     .unit = "1",
     .doc = "a run has learned if eg averaged over the window is below this fraction of eg(0)"},
    {"plearn.window", &aln_params_number, AT(window), .def = "20", .range = &aln_range_positive,
     .unit = "t = steps/N",
     .doc = "length of the window at the end of the run in which eg is averaged over 20 times; "
            "default: run.time / 4 in a shorter run"},
    {"plearn.patterns", &aln_params_boolean, AT(patterns), .def = "false", .unit = "",
     .doc = "true: F1 is not drawn; its entries are +-learning.feedback.std, with all 2^K patterns "
            "of signs in turn"},
};

/* The window is a quarter of a run that ends before the default one does. */
static void fill(void *params, void *of, const struct aln_params_given *g)
{
    struct aln_plearn_params *own = params;
    struct aln_params *p = of;
    const double quarter = p->run.time / 4;
    if (aln_params_node(g, "plearn.window") == NULL && own->window > p->run.time && quarter > 0)
        own->window = quarter;
    if (own->units != NULL)
        aln_params_fit_inputs(p, g, own->units[own->units_count - 1] + p->problem.teacher.units);
}

/* A matrix fits only one number of units. */
static enum aln_status check_shapeless(const struct aln_params *p, const struct aln_params_given *g)
{
    static const char *const keys[] = {"learning.feedback.matrix", "problem.overlaps.Q",
                                       "problem.overlaps.from"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (aln_params_node(g, keys[i]) != NULL)
            return aln_tree_raise(&aln_params_node(g, keys[i])->key_at,
                                  "%s and plearn.units exclude each other", keys[i]);
    if (p->problem.student.readout.fill == ALN_FILL_MATRIX)
        return aln_tree_raise(aln_params_where(g, "problem.student.readout"),
                              "problem.student.readout: a matrix and plearn.units exclude each "
                              "other");
    return ALN_OK;
}

static enum aln_status check_own(const struct aln_params *p, const struct aln_plearn_params *own,
                                 const struct aln_params_given *g)
{
    if (p->problem.outputs != 1)
        return aln_tree_raise(aln_params_where(g, "problem.outputs"),
                              "problem.outputs: study plearn expected 1, got %llu",
                              (unsigned long long)p->problem.outputs);
    if (p->run.time == 0)
        return aln_tree_raise(aln_params_where(g, "run.time"),
                              "run.time: study plearn expected a time > 0");
    if (own->window > p->run.time)
        return aln_tree_raise(aln_params_where(g, "plearn.window"),
                              "plearn.window: expected number up to run.time, which is %g, got %g",
                              p->run.time, own->window);
    if (own->rates != NULL && own->rates_count != own->units_count)
        return aln_tree_raise(aln_params_where(g, "plearn.rates"),
                              "plearn.rates: expected as many as plearn.units, %zu, got %zu",
                              own->units_count, own->rates_count);
    if (own->patterns && aln_params_node(g, "learning.feedback.matrix") != NULL)
        return aln_tree_raise(aln_params_where(g, "plearn.patterns"),
                              "plearn.patterns and learning.feedback.matrix exclude each other");
    return own->units != NULL ? check_shapeless(p, g) : ALN_OK;
}

static enum aln_status check(const struct aln_params *p, const void *params,
                             const struct aln_params_given *g)
{
    const struct aln_plearn_params *own = params;
    uint64_t most_units =
        own->units != NULL ? own->units[own->units_count - 1] : p->problem.student.units;
    enum aln_status status = check_own(p, own, g);
    return status == ALN_OK ? aln_engines_check(p, g, 1u << own->engine, most_units) : status;
}

/* ---- columns ---- */

enum plearn_column {
    UNITS,
    SEED,
    RATE,
    POSITIVE, /* entries of F1 */
    NEGATIVE,
    PREDICTED,
    LEARNED,
    EG_0,
    EG, /* averaged over the window */
    FORMULA,
    COLUMNS
};
static const char *const columns[COLUMNS] = {"units",     "seed",    "rate", "positive", "negative",
                                             "predicted", "learned", "eg_0", "eg",       "formula"};

enum { SAMPLES = 20 };

/* ---- the plan of runs ---- */

struct plearn {
    const struct aln_params *params;
    const struct aln_plearn_params *own;
    struct aln_params run_params; /* a shallow copy, without ode.check and
                                  * ode.fluctuations, which are not recorded */
    const struct aln_engine *engine;
    double times[SAMPLES];
    struct aln_plearn_tally *tally; /* for each K */
};

/* Index in plearn.units. */
static size_t place_of(const struct plearn *s, uint64_t run)
{
    return run / s->own->runs;
}

static uint64_t units_at(const struct plearn *s, size_t place)
{
    return s->own->units != NULL ? s->own->units[place] : s->params->problem.student.units;
}

static double rate_at(const struct plearn *s, size_t place)
{
    return s->own->rates != NULL ? s->own->rates[place] : s->params->learning.rate[0];
}

/* Every run has its own seed, so runs are independent even at different K. */
static uint64_t seed_of(const struct plearn *s, uint64_t run)
{
    return s->params->run.seed + run;
}

/* The file's problem with the K, rate and seed of a run, and its signs of F1 if patterns is set.
 * Given: F1[K]  scratch space for the duration of the call */
static enum aln_status make_problem(const struct plearn *s, uint64_t run, double *F1,
                                    struct aln_problem **out)
{
    struct aln_params params = *s->params;
    size_t place = place_of(s, run), K = units_at(s, place);
    uint64_t pattern = run % s->own->runs;
    params.problem.student.units = K;
    params.run.seed = seed_of(s, run);
    if (s->own->rates != NULL)
        params.learning.rate[0] = params.learning.rate[1] = rate_at(s, place);
    if (s->own->patterns) {
        for (size_t k = 0; k < K; k++)
            F1[k] = (k < 64 && pattern >> k & 1 ? 1 : -1) * params.learning.feedback.std;
        params.learning.feedback.matrix = (struct aln_matrix){.rows = K, .cols = 1, .a = F1};
    }
    return aln_problem_create(out, &params);
}

/* ---- one run ---- */

struct plearn_watch {
    const struct plearn *s;
    const struct aln_problem *p;
    double sum; /* of eg */
};

static bool observe(void *context, size_t i, void *handle)
{
    struct plearn_watch *l = context;
    (void)i;
    l->sum += aln_problem_eg(l->p, l->s->engine->state(handle));
    return true;
}

/* Counts positive and negative entries. */
static void count_signs(size_t n, const double *x, size_t count[2])
{
    count[0] = count[1] = 0;
    for (size_t i = 0; i < n; i++) {
        count[0] += x[i] > 0;
        count[1] += x[i] < 0;
    }
}

/* P for random signs of equal probability. */
static double formula(size_t K, const size_t teacher[2])
{
    double sum = 0;
    for (size_t j = teacher[0]; j + teacher[1] <= K; j++)
        sum += exp(gsl_sf_lnfact((unsigned)K) - gsl_sf_lnfact((unsigned)j) -
                   gsl_sf_lnfact((unsigned)(K - j)) - (double)K * M_LN2);
    return sum;
}

static enum aln_status run(const struct aln_plan *plan, uint64_t index,
                           const struct aln_known_run *known, struct aln_job *job, double *row)
{
    const struct plearn *s = plan->context;
    size_t place = place_of(s, index), K = units_at(s, place);
    struct aln_problem *p = NULL;
    struct plearn_watch l = {.s = s};
    double *F1 = malloc(K * sizeof *F1);
    size_t signs[2], teacher[2];
    if (F1 == NULL)
        return aln_raise_memory("%zu units", K);
    enum aln_status status = make_problem(s, index, F1, &p);
    if (status != ALN_OK)
        goto out;
    l.p = p;
    status = aln_trajectory_run(&(struct aln_trajectory){.engine = s->engine,
                                                         .problem = p,
                                                         .params = &s->run_params,
                                                         .time_count = SAMPLES,
                                                         .times = s->times,
                                                         .known = known,
                                                         .look = observe,
                                                         .context = &l},
                                job);
    if (status != ALN_OK)
        goto out;
    count_signs(K, p->F1, signs);
    count_signs(p->M, p->V2, teacher);
    row[UNITS] = (double)K;
    row[SEED] = NAN;
    row[RATE] = rate_at(s, place);
    row[POSITIVE] = (double)signs[0];
    row[NEGATIVE] = (double)signs[1];
    row[PREDICTED] = signs[0] >= teacher[0] && signs[1] >= teacher[1];
    row[EG_0] = aln_problem_eg(p, p->start);
    row[EG] = l.sum / SAMPLES;
    row[LEARNED] = row[EG] < s->own->level * row[EG_0];
    row[FORMULA] = formula(K, teacher);
out:
    free(F1);
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

static void count_row(struct aln_plearn_tally *t, const double *row)
{
    bool predicted = row[PREDICTED] != 0, learned = row[LEARNED] != 0;
    t->runs++;
    t->learned += learned;
    t->agree += learned == predicted;
    t->unpredicted += learned && !predicted;
    t->formula += row[FORMULA];
}

struct aln_plearn_estimate aln_plearn_estimate(const struct aln_plearn_tally *t)
{
    double n = (double)t->runs, P = (double)t->learned / n;
    return (struct aln_plearn_estimate){P, sqrt(P * (1 - P) / n), t->formula / n};
}

static void count(const struct aln_plan *plan, uint64_t index, const double *row)
{
    struct plearn *s = plan->context;
    count_row(&s->tally[place_of(s, index)], row);
}

static enum aln_status remark(const struct aln_plan *plan, struct aln_writer *writer)
{
    const struct plearn *s = plan->context;
    enum aln_status status = ALN_OK;
    for (size_t i = 0; status == ALN_OK && i * s->own->runs < plan->runs; i++) {
        const struct aln_plearn_tally *t = &s->tally[i];
        const struct aln_plearn_estimate e = aln_plearn_estimate(t);
        status = aln_plan_remark(
            writer,
            "count units %llu learned %llu of %llu P %.6g se %.3g formula %.6g agree %llu "
            "unpredicted %llu",
            (unsigned long long)units_at(s, i), (unsigned long long)t->learned,
            (unsigned long long)t->runs, e.P, e.se, e.formula, (unsigned long long)t->agree,
            (unsigned long long)t->unpredicted);
    }
    return status;
}

static enum aln_status run_all(const struct aln_params *params, const void *parameters,
                               const struct aln_run_options *options)
{
    const struct aln_plearn_params *own = parameters;
    struct plearn s = {.params = params,
                       .own = own,
                       .run_params = *params,
                       .engine = &aln_engine_table[own->engine]};
    size_t places = own->units != NULL ? own->units_count : 1;
    double N = (double)params->problem.inputs, window = own->window;
    s.run_params.ode.check = s.run_params.ode.fluctuations = false;
    s.tally = calloc(places, sizeof *s.tally);
    if (s.tally == NULL)
        return aln_raise_memory("%zu numbers of units", places);
    for (size_t i = 0; i < SAMPLES; i++) {
        double t = params->run.time - window * (double)(SAMPLES - 1 - i) / SAMPLES;
        s.times[i] = s.engine->repeats ? rint(t * N) / N : t;
    }
    enum aln_status status = aln_plan_execute(&(struct aln_plan){.columns = columns,
                                                                 .column_count = COLUMNS,
                                                                 .runs = places * own->runs,
                                                                 .run = run,
                                                                 .cell = cell,
                                                                 .count = count,
                                                                 .remark = remark,
                                                                 .context = &s},
                                              params, options);
    free(s.tally);
    return status;
}

const struct aln_study aln_study_plearn = {
    .id = {"plearn", "probability that a relu student learns, as a function of its number of units",
           "Refinetti et al., ICML 2021"},
    .part = {rows, sizeof rows / sizeof rows[0], sizeof(struct aln_plearn_params), fill},
    .check = check,
    .run = run_all,
    .figure = "plearn",
};

/* ---- for figures ---- */

const struct aln_plearn_params *aln_plearn_of(const struct aln_params *p)
{
    return aln_schema_part(&p->parts, &aln_study_plearn.part);
}

size_t aln_plearn_count(const struct aln_table *t, size_t first, struct aln_plearn_tally *tally)
{
    int column[COLUMNS];
    double row[COLUMNS], K = NAN;
    size_t end = first;
    *tally = (struct aln_plearn_tally){0};
    for (size_t c = 0; c < COLUMNS; c++)
        column[c] = aln_table_column(t, columns[c]);
    for (; end < t->rows; end++) {
        for (size_t c = 0; c < COLUMNS; c++)
            row[c] = column[c] < 0 ? 0 : t->value[end * t->cols + (size_t)column[c]];
        if (end > first && row[UNITS] != K)
            break;
        K = row[UNITS];
        count_row(tally, row);
    }
    return end;
}

/* Degeneracy breaking: which of the equivalent solutions a rule reaches, for many seeds. */
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "run/ahead.h"
#include "study/degeneracy.h"
#include "study/plan.h"
#include "study/solution.h"

/* ---- parameters ---- */

#define AT(member) .at = offsetof(struct aln_degeneracy_params, member)

static const struct aln_param rows[] = {
    {"degeneracy.rules", &aln_params_choices, AT(rule),
     .count_at = offsetof(struct aln_degeneracy_params, rule_count), .def = "[dfa, bp]",
     .names = &aln_rules, .unit = "", .doc = "rules to run, instead of learning.rule"},
    {"degeneracy.seeds", &aln_params_whole, AT(seeds), .def = "100", .range = &aln_range_million,
     .unit = "1", .doc = "runs for each rule, with run.seed, run.seed + 1, ..."},
    {"degeneracy.engine", &aln_params_choice, AT(engine), .def = "ode", .names = &aln_engines,
     .unit = "", .doc = "engine of the runs"},
    {"degeneracy.level", &aln_params_number, AT(level), .def = "1.0e-6",
     .range = &aln_range_positive, .unit = "1",
     .doc = "eg below which a run has reached a solution and ends"},
    {"degeneracy.least_feedback", &aln_params_number, AT(least_feedback), .def = "0.04",
     .range = &aln_range_not_negative, .unit = "1",
     .doc = "the counts include only runs in which every unit has |F1| of at least this"},
};

/* The equivalent solutions are the signed permutations of the teacher's units. They are distinct,
 * and there are no others, only if K = M and the activation is odd and nonlinear. */
static enum aln_status check(const struct aln_params *p, const void *params,
                             const struct aln_params_given *g)
{
    const struct aln_degeneracy_params *own = params;
    const struct aln_activation *a = p->problem.activation;
    if (!a->odd || a->linear)
        return aln_tree_raise(
            aln_params_where(g, "problem.activation"),
            "problem.activation: study degeneracy expected an odd nonlinear activation (erf), got "
            "%s, whose equivalent solutions are not the signed permutations of the units",
            a->id.name);
    if (p->problem.student.units != p->problem.teacher.units)
        return aln_tree_raise(aln_params_where(g, "problem.student.units"),
                              "problem.student.units: study degeneracy expected as many as teacher "
                              "units, %llu, got %llu",
                              (unsigned long long)p->problem.teacher.units,
                              (unsigned long long)p->problem.student.units);
    for (size_t r = 0; r < own->rule_count; r++)
        if (aln_rule_row(own->rule[r])->adapts)
            return aln_tree_raise(aln_params_where(g, "degeneracy.rules"),
                                  "degeneracy.rules: the feedback of rule %s is an overlap of the "
                                  "hidden layer and chooses no solution beforehand",
                                  aln_rule_row(own->rule[r])->id.name);
    return aln_engines_check(p, g, 1u << own->engine, p->problem.student.units);
}

/* ---- columns ---- */

/* The columns before those of the units and entries. */
enum degeneracy_column {
    RULE,
    SEED,
    REPEAT,
    T_REACHED, /* when eg fell below the level; NaN: never */
    T,         /* of the state in this row */
    EG,
    REACHED,
    DISTANCE,   /* to the nearest solution */
    LARGEST,    /* that solution has the largest tr(W2 F1) */
    SIGN_F1,    /* every unit's read-out has the sign of its feedback */
    SIGN_START, /* ... of its read-out at the start */
    COS_F1,     /* of the read-out and the feedback F1 */
    COS_START,  /* ... and its own start */
    LEAST_F1,   /* the smallest unit's |F1| */
    FIXED_COLUMNS
};
static const char *const fixed_columns[FIXED_COLUMNS] = {
    "rule",     "seed",    "repeat",  "t_reached",  "t",      "eg",        "reached",
    "distance", "largest", "sign_F1", "sign_start", "cos_F1", "cos_start", "least_F1"};

/* What is counted in the remarks, in the order of enum aln_degeneracy_judgement. */
static const enum degeneracy_column judged[ALN_DEGENERACY_JUDGEMENTS] = {LARGEST, SIGN_F1,
                                                                         SIGN_START};

/* ---- the plan of runs ---- */

struct degeneracy {
    const struct aln_params *params;
    const struct aln_degeneracy_params *own;
    struct aln_params run_params; /* a shallow copy, without ode.check and
                                  * ode.fluctuations, which are not recorded */
    const struct aln_engine *engine;
    size_t K, size; /* units; of the state */
    uint64_t repeats;
    size_t time_count;
    double *times;
    double chance[ALN_DEGENERACY_JUDGEMENTS];
    struct aln_degeneracy_tally tally[ALN_MOST_RULES];
};

/* Runs are ordered by rule, then seed, then repeat. */
struct which {
    size_t rule; /* index in own->rule */
    uint64_t seed, repeat;
};

static struct which find_run(const struct degeneracy *d, uint64_t run)
{
    uint64_t seeds = d->own->seeds;
    return (struct which){.rule = run / d->repeats / seeds,
                          .seed = d->params->run.seed + run / d->repeats % seeds,
                          .repeat = run % d->repeats};
}

static const struct aln_rule *rule_of(const struct degeneracy *d, size_t place)
{
    return aln_rule_row(d->own->rule[place]);
}

/* The file's problem with the rule and seed of a run. */
static enum aln_status make_problem(const struct degeneracy *d, const struct which *which,
                                    struct aln_problem **out)
{
    struct aln_params params = *d->params;
    params.run.seed = which->seed;
    params.learning.rule = rule_of(d, which->rule);
    return aln_problem_create(out, &params);
}

/* ---- one run ---- */

struct degeneracy_watch {
    const struct degeneracy *d;
    const struct aln_problem *p;
    struct aln_event event; /* detected by the ode only */
    double t, t_reached;
    enum aln_status status;
    double *row;
};

static double product(size_t n, const double *a, const double *b)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

static double cosine(size_t n, const double *a, const double *b)
{
    return product(n, a, b) / sqrt(product(n, a, a)) / sqrt(product(n, b, b));
}

/* Whether every column of a has a positive inner product with that of b; both are O x K. */
static bool same_signs(size_t O, size_t K, const double *a, const double *b)
{
    for (size_t k = 0; k < K; k++) {
        double sum = 0;
        for (size_t o = 0; o < O; o++)
            sum += a[o * K + k] * b[o * K + k];
        if (!(sum > 0))
            return false;
    }
    return true;
}

/* Transposes F1 to O x K and returns the smallest |F1| of a unit. */
static double transpose_feedback(const struct aln_problem *p, double *F1)
{
    double least = INFINITY;
    for (size_t k = 0; k < p->K; k++) {
        double square = 0;
        for (size_t o = 0; o < p->O; o++) {
            F1[o * p->K + k] = p->F1[k * p->O + o];
            square += F1[o * p->K + k] * F1[o * p->K + k];
        }
        least = fmin(least, sqrt(square));
    }
    return least;
}

/* Fills the row of a state. Its last entries are computed first, since the others use them. */
static enum aln_status fill_row(const struct degeneracy_watch *l, const double *state)
{
    const struct aln_problem *p = l->p;
    size_t K = p->K, n = p->O * K;
    double *row = l->row, *units = row + FIXED_COLUMNS, *F1 = units + K, *start = F1 + n;
    double *W2 = start + n;
    int *unit = malloc(2 * K * sizeof *unit);
    if (unit == NULL)
        return aln_raise_memory("the solutions of %zu units", K);
    int *best = unit + K;
    memcpy(start, p->start + aln_state_at(p, ALN_W2), n * sizeof *start);
    memcpy(W2, state + aln_state_at(p, ALN_W2), n * sizeof *W2);
    row[LEAST_F1] = transpose_feedback(p, F1);
    enum aln_status status = aln_solution_nearest(p, state, unit, &row[DISTANCE]);
    if (status == ALN_OK)
        status = aln_solution_largest(p, best);
    if (status != ALN_OK) {
        free(unit);
        return status;
    }
    for (size_t k = 0; k < K; k++)
        units[k] = unit[k];
    /* Solutions that swap units with equal read-outs have equal overlaps, up to round-off. */
    double most = aln_solution_overlap(p, best);
    row[LARGEST] = aln_solution_overlap(p, unit) >= most - 1e-12 * fabs(most);
    row[T_REACHED] = l->t_reached;
    row[T] = l->t;
    row[EG] = aln_problem_eg(p, state);
    row[REACHED] = !isnan(l->t_reached);
    row[SIGN_F1] = same_signs(p->O, K, W2, F1);
    row[SIGN_START] = same_signs(p->O, K, W2, start);
    row[COS_F1] = cosine(n, W2, F1);
    row[COS_START] = cosine(n, W2, start);
    free(unit);
    return ALN_OK;
}

/* Continues until eg falls below the level, or to the last time. */
static bool observe(void *context, size_t i, void *handle)
{
    struct degeneracy_watch *l = context;
    const struct degeneracy *d = l->d;
    const double *state = d->engine->state(handle);
    l->t = d->times[i];
    if (!isnan(l->event.t))
        l->t_reached = l->event.t;
    else if (d->engine->watch == NULL && aln_problem_eg(l->p, state) < d->own->level)
        l->t_reached = l->t;
    if (isnan(l->t_reached) && i + 1 < d->time_count)
        return true;
    l->status = fill_row(l, state);
    return false;
}

/* The course of a run, and its event, of the ode only. */
static struct aln_trajectory course_of(const struct degeneracy *d, const struct which *which,
                                       const struct aln_problem *p, struct aln_event *event)
{
    *event = (struct aln_event){.kind = ALN_EVENT_EG_BELOW, .value = d->own->level, .t = NAN};
    return (struct aln_trajectory){.engine = d->engine,
                                   .problem = p,
                                   .params = &d->run_params,
                                   .repeat = which->repeat,
                                   .time_count = d->time_count,
                                   .times = d->times,
                                   .events = event,
                                   .event_count = 1,
                                   .look = observe,
                                   .ends = true};
}

static enum aln_status integrate_ahead(const struct aln_plan *plan, uint64_t first, size_t count,
                                       const volatile sig_atomic_t *stop,
                                       struct aln_known_run **known)
{
    const struct degeneracy *d = plan->context;
    struct aln_problem *p[ALN_AHEAD_MOST] = {NULL};
    struct aln_trajectory courses[ALN_AHEAD_MOST] = {{.engine = NULL}};
    struct aln_event event[ALN_AHEAD_MOST];
    for (size_t i = 0; i < count; i++) {
        const struct which which = find_run(d, first + i);
        const bool made = make_problem(d, &which, &p[i]) == ALN_OK; /* else the run says why */
        courses[i] = course_of(d, &which, p[i], &event[i]);
        courses[i].time_count = made ? d->time_count : 0;
    }
    const enum aln_status status = aln_trajectories_ahead(count, courses, stop, known);
    for (size_t i = 0; i < count; i++)
        aln_problem_free(p[i]);
    return status;
}

static enum aln_status run(const struct aln_plan *plan, uint64_t index,
                           const struct aln_known_run *known, struct aln_job *job, double *row)
{
    const struct degeneracy *d = plan->context;
    const struct which which = find_run(d, index);
    struct aln_problem *p = NULL;
    struct degeneracy_watch l = {.d = d, .t_reached = NAN, .row = row};
    row[RULE] = row[SEED] = NAN;
    row[REPEAT] = (double)which.repeat;
    enum aln_status status = make_problem(d, &which, &p);
    struct aln_trajectory course = course_of(d, &which, p, &l.event);
    l.p = p;
    course.known = known;
    course.context = &l;
    if (status == ALN_OK)
        status = aln_trajectory_run(&course, job);
    if (status == ALN_OK)
        status = l.status;
    aln_problem_free(p);
    return aln_plan_fail(status, rule_of(d, which.rule)->id.name, which.seed);
}

static bool cell(const struct aln_plan *plan, uint64_t index, size_t column, char out[32])
{
    const struct degeneracy *d = plan->context;
    const struct which which = find_run(d, index);
    if (column == RULE)
        snprintf(out, 32, "%s", rule_of(d, which.rule)->id.name);
    else if (column == SEED)
        snprintf(out, 32, "%llu", (unsigned long long)which.seed);
    return column == RULE || column == SEED;
}

/* ---- all runs ---- */

static void count_row(struct aln_degeneracy_tally *t, double least_feedback, const double *row)
{
    bool reached = row[REACHED] != 0;
    t->runs++;
    t->reached += reached;
    if (!(row[LEAST_F1] >= least_feedback))
        return;
    t->counted++;
    t->counted_reached += reached;
    for (size_t i = 0; i < ALN_DEGENERACY_JUDGEMENTS; i++)
        t->count[i] += reached && row[judged[i]] != 0;
}

static void count(const struct aln_plan *plan, uint64_t index, const double *row)
{
    struct degeneracy *d = plan->context;
    count_row(&d->tally[find_run(d, index).rule], d->own->least_feedback, row);
}

/* Probability of at least x of n by chance. */
static double binomial_tail(uint64_t x, double chance, uint64_t n)
{
    return x > 0 ? gsl_cdf_binomial_Q((unsigned)x - 1, chance, (unsigned)n) : 1;
}

static enum aln_status remark_count(struct aln_writer *writer, const char *rule, const char *what,
                                    uint64_t x, uint64_t n, double chance)
{
    double p = binomial_tail(x, chance, n);
    /* After underflow, a printed 0 would look exact. */
    const char *format = p < 1e-300 ? "count %s %s %llu of %llu chance %.6g p <%.0e"
                                    : "count %s %s %llu of %llu chance %.6g p %.3g";
    return aln_plan_remark(writer, format, rule, what, (unsigned long long)x, (unsigned long long)n,
                           chance, fmax(p, 1e-300));
}

static enum aln_status remark(const struct aln_plan *plan, struct aln_writer *writer)
{
    const struct degeneracy *d = plan->context;
    enum aln_status status = aln_plan_remark(
        writer,
        "counted: runs with least_F1 >= %g; reached and ...; chance: a solution drawn at random; "
        "p: of so many or more by chance",
        d->own->least_feedback);
    for (size_t r = 0; r < d->own->rule_count; r++) {
        const struct aln_degeneracy_tally *t = &d->tally[r];
        const char *name = rule_of(d, r)->id.name;
        if (status == ALN_OK)
            status = aln_plan_remark(
                writer, "count %s runs %llu reached %llu counted %llu reached %llu", name,
                (unsigned long long)t->runs, (unsigned long long)t->reached,
                (unsigned long long)t->counted, (unsigned long long)t->counted_reached);
        for (size_t i = 0; i < ALN_DEGENERACY_JUDGEMENTS && status == ALN_OK; i++)
            status = remark_count(writer, name, fixed_columns[judged[i]], t->count[i], t->counted,
                                  d->chance[i]);
    }
    return status;
}

/* Chances for a solution drawn at random. */
static enum aln_status find_chances(struct degeneracy *d)
{
    struct aln_problem *p = NULL;
    enum aln_status status = make_problem(d, &(struct which){.seed = d->params->run.seed}, &p);
    if (status != ALN_OK)
        return status;
    d->size = aln_problem_size(p);
    d->chance[0] = aln_solution_share(p);
    d->chance[1] = d->chance[2] = pow(2, -(double)d->K);
    aln_problem_free(p);
    return ALN_OK;
}

/* Names of the columns after the fixed ones: unit_k, F1_k_o, start_W2_o_k, W2_o_k, the last three
 * in the order o, k. */
static void name_entries(size_t K, size_t O, char (*name)[32])
{
    static const char *const families[] = {"F1", "start_W2", "W2"};
    for (size_t k = 0; k < K; k++)
        snprintf(*name++, 32, "unit_%zu", k + 1);
    for (size_t f = 0; f < 3; f++)
        for (size_t o = 0; o < O; o++)
            for (size_t k = 0; k < K; k++)
                snprintf(*name++, 32, "%s_%u_%u", families[f], (unsigned)(f == 0 ? k : o) + 1,
                         (unsigned)(f == 0 ? o : k) + 1);
}

static enum aln_status run_all(const struct aln_params *params, const void *parameters,
                               const struct aln_run_options *options)
{
    const struct aln_degeneracy_params *own = parameters;
    size_t K = params->problem.student.units, O = params->problem.outputs;
    size_t entries = K + 3 * O * K, columns = FIXED_COLUMNS + entries;
    struct degeneracy d = {.params = params,
                           .own = own,
                           .run_params = *params,
                           .engine = &aln_engine_table[own->engine],
                           .K = K,
                           .repeats = 1};
    const char **column = malloc(columns * sizeof *column);
    char(*name)[32] = malloc(entries * sizeof *name);
    enum aln_status status;
    d.run_params.ode.check = d.run_params.ode.fluctuations = false;
    if (d.engine->repeats)
        d.repeats = params->run.repeats;
    if (column == NULL || name == NULL) {
        status = aln_raise_memory("%zu columns", columns);
        goto out;
    }
    memcpy(column, fixed_columns, sizeof fixed_columns);
    name_entries(K, O, name);
    for (size_t i = 0; i < entries; i++)
        column[FIXED_COLUMNS + i] = name[i];
    if ((status = aln_params_times(params, d.engine->repeats ? params->problem.inputs : 0,
                                   &d.time_count, &d.times)) == ALN_OK &&
        (status = find_chances(&d)) == ALN_OK)
        status =
            aln_plan_execute(&(struct aln_plan){.columns = column,
                                                .column_count = columns,
                                                .runs = own->rule_count * own->seeds * d.repeats,
                                                .run = run,
                                                .ahead = d.engine->repeats ? NULL : integrate_ahead,
                                                .most_ahead = aln_ahead_most(d.time_count * d.size),
                                                .cell = cell,
                                                .count = count,
                                                .remark = remark,
                                                .context = &d},
                             params, options);
out:
    free(d.times);
    free(column);
    free(name);
    return status;
}

const struct aln_study aln_study_degeneracy = {
    .id = {"degeneracy", "which of the equivalent solutions each rule reaches, for many seeds",
           "Refinetti et al., ICML 2021"},
    .part = {.row = rows,
             .count = sizeof rows / sizeof rows[0],
             .size = sizeof(struct aln_degeneracy_params)},
    .check = check,
    .run = run_all,
    .figure = "degeneracy",
};

/* ---- for figures ---- */

const struct aln_degeneracy_params *aln_degeneracy_of(const struct aln_params *p)
{
    return aln_schema_part(&p->parts, &aln_study_degeneracy.part);
}

size_t aln_degeneracy_rule(const struct aln_degeneracy_params *own, const struct aln_table *t,
                           size_t row)
{
    int column = aln_table_column(t, fixed_columns[RULE]);
    const char *name = column >= 0 ? t->text[row * t->cols + (size_t)column] : "";
    size_t r = 0;
    while (r + 1 < own->rule_count &&
           strcmp(aln_names_row(&aln_rules, own->rule[r])->name, name) != 0)
        r++;
    return r;
}

void aln_degeneracy_count(const struct aln_degeneracy_params *own, const struct aln_table *t,
                          struct aln_degeneracy_tally *tally)
{
    int column[FIXED_COLUMNS];
    double judged_row[FIXED_COLUMNS];
    memset(tally, 0, own->rule_count * sizeof *tally);
    for (size_t c = 0; c < FIXED_COLUMNS; c++)
        column[c] = aln_table_column(t, fixed_columns[c]);
    for (size_t row = 0; row < t->rows; row++) {
        for (size_t c = 0; c < FIXED_COLUMNS; c++)
            judged_row[c] = column[c] < 0 ? 0 : t->value[row * t->cols + (size_t)column[c]];
        count_row(&tally[aln_degeneracy_rule(own, t, row)], own->least_feedback, judged_row);
    }
}

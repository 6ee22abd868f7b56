/* The probability that a relu student learns, against its number of units.
 *
 * With fixed random feedback the read-out aligns with F1, and the hidden layer of a relu network
 * cannot turn a unit's sign over: a unit can take the place of a teacher unit only if its feedback
 * has the sign of that unit's read-out. So a run should learn when at least as many entries of F1
 * are positive (negative) as of V2, which for signs drawn evenly has the probability
 *     P = 2^-K sum_{j = M+ .. K-M-} binom(K, j),
 * with M+ and M- the numbers of positive and negative entries of V2; for V2 = 1, j = M .. K.
 * Source: Refinetti et al., ICML 2021. */
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "study/plan.h"

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

enum { LOOKS = 20 };

/* Of one K. */
struct units_tally {
    uint64_t runs, learned, agree, unpredicted; /* the last: learned although not predicted */
    double formula;                             /* summed */
};

struct plearn {
    const struct aln_params *params;
    struct aln_params run_params; /* a shallow copy, without ode.check: nobody sees the errors */
    const struct aln_engine *engine;
    double times[LOOKS];
    struct units_tally *tally; /* for each K */
};

/* Place in plearn.units; and the run among those of this K. */
static size_t place_of(const struct plearn *s, uint64_t run)
{
    return run / s->params->plearn.runs;
}

static uint64_t units_at(const struct aln_params *p, size_t place)
{
    return p->plearn.units != NULL ? p->plearn.units[place] : p->problem.student.units;
}

static double rate_at(const struct aln_params *p, size_t place)
{
    return p->plearn.rates != NULL ? p->plearn.rates[place] : p->learning.rate[0];
}

/* No two runs have a seed in common, so that they share nothing, whatever their K. */
static uint64_t seed_of(const struct plearn *s, uint64_t run)
{
    return s->params->run.seed + run;
}

/* The problem of a run: the file's with its own K, rate and seed, and perhaps signs of F1.
 * Given: F1[K]  work space that must outlive the call only */
static enum aln_status make_problem(const struct plearn *s, uint64_t run, double *F1,
                                    struct aln_problem **out)
{
    struct aln_params params = *s->params;
    size_t place = place_of(s, run), K = units_at(s->params, place);
    uint64_t pattern = run % s->params->plearn.runs;
    params.problem.student.units = K;
    params.run.seed = seed_of(s, run);
    if (params.plearn.rates != NULL)
        params.learning.rate[0] = params.learning.rate[1] = rate_at(s->params, place);
    if (params.plearn.patterns) {
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

static bool look(void *context, size_t i, void *handle)
{
    struct plearn_watch *l = context;
    (void)i;
    l->sum += aln_problem_eg(l->p, l->s->engine->state(handle));
    return true;
}

/* Numbers of positive and negative entries. */
static void count_signs(size_t n, const double *x, size_t count[2])
{
    count[0] = count[1] = 0;
    for (size_t i = 0; i < n; i++) {
        count[0] += x[i] > 0;
        count[1] += x[i] < 0;
    }
}

/* P for signs drawn evenly. */
static double formula(size_t K, const size_t teacher[2])
{
    double sum = 0;
    for (size_t j = teacher[0]; j + teacher[1] <= K; j++)
        sum += exp(gsl_sf_lnfact((unsigned)K) - gsl_sf_lnfact((unsigned)j) -
                   gsl_sf_lnfact((unsigned)(K - j)) - (double)K * M_LN2);
    return sum;
}

static enum aln_status run(const struct aln_plan *plan, struct aln_job *job, double *row)
{
    const struct plearn *s = plan->context;
    uint64_t index = aln_job_index(job);
    size_t place = place_of(s, index), K = units_at(s->params, place);
    struct aln_problem *p = NULL;
    struct plearn_watch l = {.s = s};
    double *F1 = malloc(K * sizeof *F1);
    size_t signs[2], teacher[2];
    if (F1 == NULL)
        return aln_raise(ALN_MEMORY, "out of memory for %zu units", K);
    enum aln_status status = make_problem(s, index, F1, &p);
    if (status != ALN_OK)
        goto out;
    l.p = p;
    status = aln_trajectory_run(&(struct aln_trajectory){.engine = s->engine,
                                                         .problem = p,
                                                         .params = &s->run_params,
                                                         .time_count = LOOKS,
                                                         .times = s->times,
                                                         .look = look,
                                                         .context = &l},
                                job);
    if (status != ALN_OK)
        goto out;
    count_signs(K, p->F1, signs);
    count_signs(p->M, p->V2, teacher);
    row[UNITS] = (double)K;
    row[SEED] = NAN;
    row[RATE] = rate_at(s->params, place);
    row[POSITIVE] = (double)signs[0];
    row[NEGATIVE] = (double)signs[1];
    row[PREDICTED] = signs[0] >= teacher[0] && signs[1] >= teacher[1];
    row[EG_0] = aln_problem_eg(p, p->start);
    row[EG] = l.sum / LOOKS;
    row[LEARNED] = row[EG] < s->params->plearn.level * row[EG_0];
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

/* ---- all of them ---- */

static void count(const struct aln_plan *plan, uint64_t index, const double *row)
{
    struct plearn *s = plan->context;
    struct units_tally *t = &s->tally[place_of(s, index)];
    bool predicted = row[PREDICTED] != 0, learned = row[LEARNED] != 0;
    t->runs++;
    t->learned += learned;
    t->agree += learned == predicted;
    t->unpredicted += learned && !predicted;
    t->formula += row[FORMULA];
}

static enum aln_status remark(const struct aln_plan *plan, struct aln_writer *writer)
{
    const struct plearn *s = plan->context;
    enum aln_status status = ALN_OK;
    for (size_t i = 0; status == ALN_OK && i * s->params->plearn.runs < plan->runs; i++) {
        const struct units_tally *t = &s->tally[i];
        double n = (double)t->runs, P = (double)t->learned / n;
        status = aln_plan_remark(
            writer,
            "count units %llu learned %llu of %llu P %.6g se %.3g formula %.6g agree %llu "
            "unpredicted %llu",
            (unsigned long long)units_at(s->params, i), (unsigned long long)t->learned,
            (unsigned long long)t->runs, P, sqrt(P * (1 - P) / n), t->formula / n,
            (unsigned long long)t->agree, (unsigned long long)t->unpredicted);
    }
    return status;
}

enum aln_status aln_plearn(const struct aln_params *params, const struct aln_run_options *options)
{
    struct plearn s = {.params = params,
                       .run_params = *params,
                       .engine = &aln_engine_table[params->plearn.engine]};
    size_t places = params->plearn.units != NULL ? params->plearn.units_count : 1;
    double N = (double)params->problem.inputs, window = params->plearn.window;
    s.run_params.ode.check = false;
    s.tally = calloc(places, sizeof *s.tally);
    if (s.tally == NULL)
        return aln_raise(ALN_MEMORY, "out of memory for %zu numbers of units", places);
    for (size_t i = 0; i < LOOKS; i++) {
        double t = params->run.time - window * (double)(LOOKS - 1 - i) / LOOKS;
        s.times[i] = s.engine->repeats ? rint(t * N) / N : t;
    }
    enum aln_status status =
        aln_plan_execute(&(struct aln_plan){.columns = columns,
                                            .column_count = COLUMNS,
                                            .runs = places * params->plearn.runs,
                                            .run = run,
                                            .cell = cell,
                                            .count = count,
                                            .remark = remark,
                                            .context = &s},
                         params, options);
    free(s.tally);
    return status;
}

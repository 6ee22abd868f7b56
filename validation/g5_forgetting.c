/* Tasks that follow each other: one teacher unit each, two student units, rate 1, 400 on the first, then
 * 300 on the second; by how much the error on the first grows, over the similarity of the teachers.
 *
 * Theory = simulation as in S2, with a switch and replay between the times that are judged.
 *
 * Back-propagation with a read-out for each task forgets most at intermediate similarity (Lee, Goldt &
 * Saxe). What direct feedback alignment does is new, and reported as it is: with feedback of its own for
 * each read-out even the same task is forgotten, because the second feedback allots the units anew; with
 * one feedback for both, unrelated tasks are the worst, and what is left of the first is a read-out that
 * sees the second teacher, as if the units had all changed over: growth 1/3 - (2/pi) asin(s/2).
 *
 * All seeds are run at all similarities, so that differences between these are means of differences.
 * Numbers measured before, by independent code with 16 seeds, are the control: within 4 standard errors of
 * both, and half a digit.
 *
 * Probability of a false failure: 9 controls at 4 standard errors and 5 lines as in S2 for each problem, 0.2 %;
 * seeds are fixed. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "agreement.h"

/* ---- theory = simulation ---- */

#define TURNS "run: {tasks: [{time: 0, task: 1}, {time: 1.5, task: 2, replay: 0.3}]}\n"
#define START                                                                                      \
    "problem: {noise: 0.2, student: {units: 2, weights: {std: 0.5}, readout: {std: 0.5}}, "        \
    "teacher: {units: 2, similarity: 0.4}, "
#define ONE_EACH "tasks: [{units: [1], readout: [[1]]}, {units: [2], readout: [[-0.8]]}]"

static const struct {
    const char *name, *yaml;
} cases[] = {
    {"two heads, dfa",
     START ONE_EACH "}\nlearning: {rule: dfa, rate: [0.5, 0.3], decay: 0.05}\n" TURNS},
    {"two heads, one feedback, two outputs, relu",
     START "outputs: 2, activation: relu, tasks: [{units: [1], readout: [[1], [0.4]]}, "
           "{units: [2], readout: [[-0.3], [0.8]]}]}\n"
           "learning: {rule: dfa, rate: [0.2, 0.15], feedback: {heads: shared}}\n" TURNS},
    {"one head, bp, batches of 3",
     START ONE_EACH ", heads: shared}\nlearning: {rule: bp, rate: [0.5, 0.3], batch: 3}\n" TURNS},
    {"two heads, kolen-pollack",
     START ONE_EACH "}\nlearning: {rule: kolen-pollack, rate: [0.5, 0.3], decay: 0.05}\n" TURNS},
};

static void judge_cases(struct aln_report *r, const struct aln_effort *effort)
{
    struct aln_agreement agreement = {.report = r, .effort = effort};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct aln_problem *p = NULL;
        const enum aln_status made = aln_problem_parse(&p, cases[i].yaml);
        aln_agree_made(&agreement, cases[i].name, made, p, true);
    }
    aln_agree_end(&agreement);
}

/* ---- forgetting ---- */

static const double similarity[] = {0, 0.2, 0.4, 0.6, 0.8, 1};
enum { PLACES = sizeof similarity / sizeof similarity[0], MIDDLE = 2, MOST = 40 };

/* Rules, with the numbers measured before at similarity 0, 0.4 and 1, half of their last digit. */
static const struct way {
    const char *name, *learning;
    double before[3], digit[3];
} ways[] = {
    {"bp", "rule: bp", {0.021, 0.187, 0.0004}, {0.0005, 0.0005, 0.00005}},
    {"dfa, feedback for each head", "rule: dfa", {0.183, 0.159, 0.124}, {0.0005, 0.0005, 0.0005}},
    {"dfa, one feedback",
     "rule: dfa, feedback: {heads: shared}",
     {0.345, 0.213, 0.0003},
     {0.0005, 0.0005, 0.00005}},
    {"kolen-pollack", "rule: kolen-pollack", {NAN, NAN, NAN}, {0, 0, 0}},
};
enum { BP, OWN, SHARED, LEARNT, WAYS };

/* The error on the first task, before and after the second. */
static enum aln_status run_both(const char *learning, double s, uint64_t seed, double *first,
                                double *after)
{
    static const double times[] = {400 - 1e-6, 700};
    struct aln_problem *p = NULL;
    double rows[2 * MOST];
    char yaml[1024];
    snprintf(yaml, sizeof yaml,
             "problem: {inputs: 500, student: {units: 2, weights: {std: 0.01}, readout: {std: "
             "0.01}}, teacher: {units: 2, similarity: %g}, tasks: [{units: [1], readout: [[1]]}, "
             "{units: [2], readout: [[1]]}]}\n"
             "learning: {%s, rate: 1}\n"
             "run: {seed: %llu, tasks: [{time: 0, task: 1}, {time: 400, task: 2}]}\n",
             s, learning, (unsigned long long)seed);
    enum aln_status status = aln_problem_parse(&p, yaml);
    if (status == ALN_OK)
        status = aln_claim_run(ALN_ENGINE_ODE, p, 0, 2, times, rows);
    if (status == ALN_OK) {
        const size_t columns = aln_problem_columns(p), eg_1 = columns - 2;
        *first = rows[eg_1];
        *after = rows[columns + eg_1];
    }
    aln_problem_free(p);
    return status;
}

/* Growth by way, place and seed. */
struct growths {
    size_t seeds;
    double *growth, *first; /* WAYS x PLACES x seeds; the error before, likewise */
};

static double *at(double *values, const struct growths *g, size_t way, size_t place)
{
    return values + (way * PLACES + place) * g->seeds;
}

static enum aln_status measure(struct growths *g)
{
    enum aln_status status = ALN_OK;
    for (size_t w = 0; w < WAYS; w++)
        for (size_t i = 0; i < PLACES; i++)
            for (size_t seed = 0; seed < g->seeds && status == ALN_OK; seed++) {
                double *first = at(g->first, g, w, i) + seed, after = 0;
                status = run_both(ways[w].learning, similarity[i], seed + 1, first, &after);
                at(g->growth, g, w, i)[seed] = after - *first;
            }
    return status;
}

/* Mean of a - b over the seeds, its standard error and the deviation of single seeds; b NULL: of a. */
struct estimate {
    double mean, error, deviation;
};

static struct estimate estimate(const struct growths *g, const double *a, const double *b)
{
    const double n = (double)g->seeds;
    double sum = 0, square = 0;
    struct estimate e;
    for (size_t i = 0; i < g->seeds; i++)
        sum += a[i] - (b != NULL ? b[i] : 0);
    e.mean = sum / n;
    for (size_t i = 0; i < g->seeds; i++) {
        const double d = a[i] - (b != NULL ? b[i] : 0) - e.mean;
        square += d * d;
    }
    e.deviation = sqrt(square / (n - 1));
    e.error = e.deviation / sqrt(n);
    return e;
}

static void note_way(struct aln_report *r, const struct growths *g, size_t w)
{
    char what[128];
    double most = 0;
    for (size_t i = 0; i < PLACES; i++) {
        const struct estimate e = estimate(g, at(g->growth, g, w, i), NULL);
        snprintf(what, sizeof what, "%s, similarity %g: growth of the first error", ways[w].name,
                 similarity[i]);
        aln_report_note(r, what, e.mean, "");
        snprintf(what, sizeof what, "%s, similarity %g: its standard error", ways[w].name,
                 similarity[i]);
        aln_report_note(r, what, e.error, "");
        most = fmax(most, estimate(g, at(g->first, g, w, i), NULL).mean);
    }
    snprintf(what, sizeof what, "%s: mean error on the first task when the second begins",
             ways[w].name);
    aln_report_range(r, what, most, 0, 0.001);
}

static void judge_control(struct aln_report *r, const struct growths *g, size_t w)
{
    static const size_t places[3] = {0, MIDDLE, PLACES - 1};
    for (size_t i = 0; i < 3 && !isnan(ways[w].before[i]); i++) {
        const struct estimate e = estimate(g, at(g->growth, g, w, places[i]), NULL);
        const double allowed = 4 * hypot(e.error, e.deviation / sqrt(16)) + ways[w].digit[i];
        char what[128];
        snprintf(what, sizeof what, "control: %s, similarity %g: growth, against 16 other seeds",
                 ways[w].name, similarity[places[i]]);
        aln_report_range(r, what, e.mean, ways[w].before[i] - allowed, ways[w].before[i] + allowed);
    }
}

/* By how many standard errors the growth at one place is above that at another. */
static void judge_above(struct aln_report *r, const struct growths *g, size_t w, size_t high,
                        size_t low)
{
    const struct estimate e = estimate(g, at(g->growth, g, w, high), at(g->growth, g, w, low));
    char what[160];
    snprintf(what, sizeof what, "%s: growth at similarity %g less that at %g, in standard errors",
             ways[w].name, similarity[high], similarity[low]);
    aln_report_range(r, what, e.mean / e.error, 4, INFINITY);
}

static void note_slope(struct aln_report *r, const struct growths *g, size_t w)
{
    const struct estimate e = estimate(g, at(g->growth, g, w, 0), at(g->growth, g, w, PLACES - 1));
    char what[160];
    snprintf(what, sizeof what, "%s: growth at similarity 0 less that at 1", ways[w].name);
    aln_report_note(r, what, e.mean, "");
    snprintf(what, sizeof what, "%s: its standard error", ways[w].name);
    aln_report_note(r, what, e.error, "");
}

static void judge_growths(struct aln_report *r, const struct growths *g)
{
    for (size_t w = 0; w < WAYS; w++)
        note_way(r, g, w);
    for (size_t w = 0; w < WAYS; w++)
        judge_control(r, g, w);
    judge_above(r, g, BP, MIDDLE, 0);
    judge_above(r, g, BP, MIDDLE, PLACES - 1);
    for (size_t i = 1; i < PLACES; i++)
        judge_above(r, g, SHARED, i - 1, i);
    for (size_t i = 0; i + 1 < PLACES; i++) {
        const struct estimate e = estimate(g, at(g->growth, g, SHARED, i), NULL);
        char what[128];
        snprintf(what, sizeof what,
                 "%s, similarity %g: growth over 1/3 - (2/pi) asin(s/2), all units changed over",
                 ways[SHARED].name, similarity[i]);
        aln_report_range(r, what, e.mean / (1.0 / 3 - M_2_PI * asin(similarity[i] / 2)), 0.95, 1.1);
    }
    const struct estimate same = estimate(g, at(g->growth, g, OWN, PLACES - 1), NULL);
    aln_report_range(r, "dfa, feedback for each head: growth on the same task, in standard errors",
                     same.mean / same.error, 4, INFINITY);
    const struct estimate one = estimate(g, at(g->growth, g, SHARED, PLACES - 1), NULL);
    aln_report_range(r, "control: dfa, one feedback: growth on the same task", one.mean, 0, 0.005);
    note_slope(r, g, OWN);
    note_slope(r, g, LEARNT);
}

static void judge_forgetting(struct aln_report *r, size_t seeds)
{
    struct growths g = {.seeds = seeds};
    g.growth = calloc(2 * WAYS * PLACES * seeds, sizeof *g.growth);
    g.first = g.growth + WAYS * PLACES * seeds;
    if (g.growth == NULL || measure(&g) != ALN_OK)
        aln_report_error(r, "forgetting");
    else
        judge_growths(r, &g);
    free(g.growth);
}

void aln_claim_g5_quick(struct aln_report *r)
{
    const struct aln_effort effort = {
        .repeats = {[ALN_ENGINE_CHAIN] = {1500, 1000, 0}, [ALN_ENGINE_SGD] = {600, 200, 0}},
    };
    judge_cases(r, &effort);
    judge_forgetting(r, 64);
}

void aln_claim_g5_full(struct aln_report *r)
{
    const struct aln_effort effort = {
        .repeats = {[ALN_ENGINE_CHAIN] = {24000, 16000, 4000}, [ALN_ENGINE_SGD] = {4000, 800, 200}},
    };
    judge_cases(r, &effort);
    judge_forgetting(r, 1000);
}

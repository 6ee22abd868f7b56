/* Parameter files of two-layer problems, read by ode, chain, sgd and compare: YAML in, one resolved
 * plain struct out, and the same struct as YAML again. Their table of parameters is a schema, see
 * params/schema.h; its keys are documented in README.md and by `alignode params`. */
#ifndef ALIGNODE_MODEL_PARAMS_H
#define ALIGNODE_MODEL_PARAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alignode/activation.h"
#include "alignode/problem.h"
#include "alignode/random.h"
#include "alignode/rates.h"
#include "alignode/rule.h"
#include "alignode/status.h"
#include "alignode/stepper.h"
#include "params/matrix.h"
#include "params/schema.h"
#include "params/times.h"

#ifdef __cplusplus
extern "C" {
#endif

enum aln_engine_kind { ALN_ENGINE_ODE, ALN_ENGINE_CHAIN, ALN_ENGINE_SGD, ALN_ENGINES };
enum aln_study_kind { ALN_STUDY_DEGENERACY, ALN_STUDY_PLEARN, ALN_STUDIES };
enum aln_starts { ALN_STARTS_TRAJECTORY, ALN_STARTS_RANDOM };

extern const struct aln_names aln_engines; /* rows in the order of enum aln_engine_kind */
extern const struct aln_names aln_studies; /* rows in the order of enum aln_study_kind */
extern const struct aln_names aln_starts;  /* rows in the order of enum aln_starts */

/* The tolerances of ode.check's second integration go no lower: round-off would drive the steps. */
#define ALN_ODE_LEAST_RTOL 1e-13
#define ALN_ODE_LEAST_ATOL 1e-15

struct aln_params {
    char *title, *source; /* "" when not given */
    struct {
        uint64_t inputs, outputs; /* N, O */
        const struct aln_activation *activation;
        double noise; /* sigma */
        struct aln_layer_params {
            uint64_t units; /* K or M */
            struct aln_entries weights, readout;
        } student, teacher;
        struct {
            struct aln_matrix Q, R, T, W2; /* all present or all absent */
            /* A result to start from. Only while loading: then Q, R, T and W2 hold the start. */
            char *from;
            uint64_t repeat;
            double time; /* NaN when not given: the last row */
        } overlaps;
    } problem;
    struct {
        const struct aln_rule *rule;
        double rate[2], decay[2]; /* hidden layer, read-out */
        struct {
            enum aln_distribution distribution;
            double std;
            struct aln_matrix matrix; /* K x O, or absent: then drawn */
            double rate, decay;       /* of a rule that learns; NaN: those of the read-out */
        } feedback;
        struct aln_rates *schedule; /* increasing times */
        size_t schedule_count;
    } learning;
    struct {
        double time; /* t = steps/N */
        uint64_t seed, repeats;
        struct {
            uint64_t count;
            enum aln_spacing spacing;
            double first;
            double *times; /* increasing; NULL when count and spacing rule */
            size_t times_count;
            bool degrees;   /* a column with the angle between W2 and F1 */
            bool early_law; /* columns with |W2|, and |W2| and cos(W2, F1) of the early law */
        } record;
    } run;
    struct {
        const struct aln_stepper *stepper;
        double rtol, atol;
        uint64_t max_steps; /* a run stops that takes more, or would at its pace */
        bool second_order;  /* false: leave out the eta^2 terms */
        bool check;         /* columns with the difference to a finer integration */
        struct {            /* times to find */
            double *eg_below, *eg_fraction;
            size_t eg_below_count, eg_fraction_count;
            bool cos_maximum, plateau_entered, plateau_left, exponential;
        } events;
    } ode;
    struct {
        enum aln_engine_kind engine[ALN_ENGINES];
        size_t engine_count;
        double z, c;
    } compare;
    const struct aln_name *study; /* row of aln_studies; NULL: none, and the rest means nothing */
    struct {
        unsigned rule[ALN_MOST_RULES]; /* rows of aln_rules */
        size_t rule_count;
        uint64_t seeds;
        enum aln_engine_kind engine;
        double level, least_feedback;
    } degeneracy;
    struct {
        uint64_t *units; /* increasing; NULL: problem.student.units alone */
        size_t units_count;
        double *rates; /* one for each of units; NULL: learning.rate */
        size_t rates_count;
        uint64_t runs;
        enum aln_engine_kind engine;
        double level, window;
        bool patterns;
    } plearn;
    struct {
        enum aln_starts starts;
        uint64_t count;       /* random starts */
        uint64_t eigenvalues; /* columns of them */
        struct {
            uint64_t *units; /* K = M, increasing; NULL: fixed points, no diagram */
            size_t units_count;
            struct {
                double from, to; /* eta1 */
                uint64_t count;
            } rate;
        } diagram;
    } fixedpoint;
};

/* The table of these files. */
extern const struct aln_schema aln_params_schema;

/* Reads, overrides, checks.
 *
 * Given:    path     a parameter file, or a result (its header is read)
 *           set      set_count overrides "key.path=VALUE", applied in order, VALUE in YAML
 *           command  what the parameters are for ("ode", "sgd", ...): chain and sgd, compare and
 *                    plot with them, refuse N < K + M; compare with them also repeats < 2, and with
 *                    the ode besides an ode without second order; study wants `study` and what
 *                    that study asks for
 * problem.overlaps.from is looked up, so that the parameters hold the start itself.
 * Returned: *out     yours, aln_params_free()
 * Status:   ALN_USAGE with file:line:column for the user's mistakes, ALN_FILE, ALN_MEMORY */
enum aln_status aln_params_load(struct aln_params **out, const char *path, size_t set_count,
                                const char *const *set, const char *command);
/* The same from text.
 * Given: name  of the text, for messages */
enum aln_status aln_params_parse(struct aln_params **out, const char *name, const char *text,
                                 size_t set_count, const char *const *set, const char *command);
void aln_params_free(struct aln_params *p);

/* The problem that parameters describe: teacher, read-outs, feedback and start as given or drawn,
 * each from its own stream of p->run.seed; the start's overlaps exactly in law at N (Wishart by
 * Bartlett's decomposition).
 * Returned: *out  yours, aln_problem_free(); keeps no pointer into p
 * Status:   ALN_MEMORY */
enum aln_status aln_problem_create(struct aln_problem **out, const struct aln_params *p);

/* The resolved parameters as YAML text that loads to an equal struct, numbers in full precision.
 * Returned: *out  yours, free() */
enum aln_status aln_params_yaml(const struct aln_params *p, char **out);

/* The times to record, t = 0 first.
 * Given:    N  0 for the times as asked; > 0: rounded to the nearest step, k/N, equal steps merged
 * Returned: *out  times[*count], yours, free() */
enum aln_status aln_params_times(const struct aln_params *p, uint64_t N, size_t *count,
                                 double **out);

/* Fills *row with row i of the table, for `alignode params`; false past the end. */
bool aln_params_row(size_t i, struct aln_param_row *row);

#ifdef __cplusplus
}
#endif

#endif

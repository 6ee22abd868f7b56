/* The parameters of a two-layer problem: one resolved plain struct, which can be written as YAML
 * again. It holds the parameters of the problem, the learning, a run and the ode; those of a study
 * are its own (study/study.h, which also loads these files). The keys are documented in README.md
 * and by `alignode params`. */
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
#include "model/spectrum.h"
#include "model/tasks.h"
#include "params/matrix.h"
#include "params/schema.h"
#include "params/times.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Lower bounds of the tolerances of ode.check's second integration: below them round-off would
 * control the step size. */
#define ALN_ODE_LEAST_RTOL 1e-13
#define ALN_ODE_LEAST_ATOL 1e-15

/* The default tolerances of averages over points where the step jumps. */
#define ALN_ODE_JUMPS_RTOL 1e-4
#define ALN_ODE_JUMPS_ATOL 1e-6

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
        double similarity; /* of the tasks' teachers; NaN: not given */
        struct aln_task_params *tasks;
        size_t tasks_count;
        enum aln_heads heads; /* of the read-out */
        struct aln_spectrum_params spectrum;
        double samples; /* alpha of a fixed set; NaN: not given, fresh samples */
        struct {
            struct aln_matrix Q, R, T, W2;  /* all present or all absent, or W2 with blocks */
            struct aln_block_start *blocks; /* with a spectrum, instead of Q, R and T */
            size_t blocks_count;
            /* A result to start from; set only while loading, afterwards Q, R, T and W2 hold the
             * start. */
            char *from;
            uint64_t repeat;
            double time; /* NaN: not given, the last row */
        } overlaps;
    } problem;
    struct {
        const struct aln_rule *rule;
        double rate[2], decay[2]; /* hidden layer, read-out */
        struct {
            enum aln_distribution distribution;
            double std;
            struct aln_matrix matrix; /* K x O, or absent: then drawn */
            double rate, decay;       /* of learned feedback; NaN: those of the read-out */
            double noise, symmetry;   /* NaN: not given, 0 */
            enum aln_heads heads;     /* of the tasks */
            double threshold;         /* of a ternary error */
        } feedback;
        uint64_t batch;             /* 0: not given: 1, or the whole of a fixed set */
        double momentum;            /* NaN: not given, 0 */
        struct aln_rates *schedule; /* increasing times */
        size_t schedule_count;
    } learning;
    struct {
        double time; /* t = steps/N */
        uint64_t seed, repeats;
        bool drawn_starts;                /* repeats draw their student's weights, too */
        const struct aln_name *precision; /* a row of aln_run_precisions; NULL: not given, double */
        struct aln_problem_turn *tasks;   /* increasing times */
        size_t tasks_count;
        struct {
            uint64_t count;
            enum aln_spacing spacing;
            double first;
            double *times; /* increasing; NULL: count and spacing apply */
            size_t times_count;
            bool degrees;   /* a column with the angle between W2 and F1 */
            bool early_law; /* columns |W2|, and |W2| and cos(W2, F1) of the early law */
            bool blocks;    /* columns with the overlaps of each block */
            bool geometry, gradient_alignment,
                descent;  /* columns UA SA; GA GA_se; of the descent */
            bool hessian; /* column hessian */
            bool moments; /* of chain and sgd: mean, standard deviation and error, no repeats */
        } record;
    } run;
    struct {
        const struct aln_stepper *stepper;
        double rtol, atol;
        uint64_t max_steps;              /* stop a run that takes more, or would at its pace */
        bool second_order;               /* false: leave out the eta^2 terms */
        bool check;                      /* columns with the difference to a finer integration */
        const struct aln_name *averages; /* a row of aln_averages; NULL: not given, closed */
        bool fluctuations;               /* columns with standard deviation and bias of runs at N */
        struct {                         /* events to find */
            double *eg_below, *eg_fraction;
            size_t eg_below_count, eg_fraction_count;
            bool cos_maximum, plateau_entered, plateau_left, exponential;
        } events;
    } ode;
    struct aln_schema_parts parts; /* the parameters of studies, see study/study.h */
};

/* Rows of W2, and columns of the feedback matrix: O, or O for each task with heads of its own. */
size_t aln_params_rows(const struct aln_params *p);
size_t aln_params_feedback_columns(const struct aln_params *p);

/* How the ode averages over a sample. */
enum { ALN_AVERAGES_CLOSED, ALN_AVERAGES_CUBATURE, ALN_AVERAGES };
extern const struct aln_names aln_averages;
bool aln_params_cubature(const struct aln_params *p);

/* The precision of sgd's vectors. */
extern const struct aln_names aln_run_precisions;
bool aln_params_single(const struct aln_params *p);

/* The number of samples in a fixed set; 0: there is none. */
uint64_t aln_params_samples(const struct aln_params *p);

/* p may be NULL. */
void aln_params_free(struct aln_params *p);

/* Creates the problem that parameters describe. Teacher, read-outs, feedback and start are as
 * given, or drawn, each from its own stream of p->run.seed. Drawn overlaps follow their exact
 * distribution at N (Wishart, by Bartlett's decomposition).
 * Returned: *out  yours, aln_problem_free(); keeps no pointer into p
 * Status:   ALN_MEMORY */
enum aln_status aln_problem_create(struct aln_problem **out, const struct aln_params *p);

/* The resolved parameters as YAML text that loads to an equal struct, numbers in full precision.
 * Returned: *out  yours, free() */
enum aln_status aln_params_yaml(const struct aln_params *p, char **out);

/* The times to record, t = 0 first.
 * Given:    N  0: the times as requested; > 0: rounded to the nearest step, k/N, equal steps merged
 * Returned: *out  times[*count], yours, free() */
enum aln_status aln_params_times(const struct aln_params *p, uint64_t N, size_t *count,
                                 double **out);

#ifdef __cplusplus
}
#endif

#endif

/* Deep linear theory: files with a section `target`. One file, three commands: the equations of the
 * alignment matrices (alignode/deep_ode.h), their simulation by training, and the comparison of both.
 *
 * The network learns y = W* x, W* = diag(singular values), from whitened inputs, by full-batch gradient
 * descent with half the squared error from zero weights. Time is t = rate x steps; as the rate falls,
 * training becomes the gradient flow of the equations. */
#ifndef ALIGNODE_TRAIN_DEEP_LINEAR_H
#define ALIGNODE_TRAIN_DEEP_LINEAR_H

#include "alignode/deep_ode.h"
#include "alignode/network.h"
#include "params/matrix.h"
#include "params/schema.h"
#include "params/times.h"
#include "run/options.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The variables that are integrated; rows in the order of the enum. */
enum aln_deep_linear_equations { ALN_DEEP_MATRICES, ALN_DEEP_MODES };
extern const struct aln_names aln_deep_equations;

struct aln_deep_linear_params {
    char *title, *source; /* "" when not given */
    /* Layers, initialisation, loss, rule and feedback; the rest is set by aln_deep_linear_network(). */
    struct aln_network_options network;
    struct {
        double *singular; /* [count], of W* */
        size_t singular_count;
        size_t inputs;
    } target;
    struct {
        double rate;
        struct aln_matrix *gram; /* [gram_count] B_1 ... B_{L-1}; NULL: of the drawn feedback */
        size_t gram_count;
    } learning;
    struct {
        double time;
        struct {
            uint64_t count;
            enum aln_spacing spacing;
            double first;
            double *times; /* NULL: use count and spacing */
            size_t times_count;
        } record;
    } run;
    struct {
        const struct aln_stepper *stepper;
        double rtol, atol;
        uint64_t max_steps;
        enum aln_deep_linear_equations equations;
    } ode;
    struct aln_schema_parts parts; /* the section figure: */
};

extern const struct aln_schema aln_deep_linear_schema;

/* The recorded times, 0 first.
 * Given:    step  0: as asked for; > 0: rounded to multiples of it, equal ones merged
 * Returned: *out  yours */
enum aln_status aln_deep_linear_times(const struct aln_deep_linear_params *p, double step,
                                      size_t *count, double **out);

/* ---- feedback ---- */

/* The network with its feedback, zero weights and batches of `batch` samples whose gradients are
 * averaged, in double precision. Feedback of given Gram matrices is B_l^(1/2), the transposed Cholesky
 * factor, in a random frame; layerwise F_l is the one that maps the product of those above it to that.
 * Returned: *out  yours, aln_network_free() */
enum aln_status aln_deep_linear_network(struct aln_network **out,
                                        const struct aln_deep_linear_params *p, size_t batch);

/* The routes from the output, G_l = F_l (fa: F_l F_{l+1} ... F_{L-1}), of such a network.
 * Returned: gram   (L-1) x n x n, the Gram matrices G_l^T G_l
 *           first  G_1 (n_1 x n); may be NULL */
enum aln_status aln_deep_linear_routes(const struct aln_deep_linear_params *p,
                                       struct aln_network *net, double *gram, double *first);

/* What the equations need to know of the feedback. */
struct aln_deep_linear_feedback {
    double *gram;  /* (L-1) x n x n */
    double *drawn; /* [L-1], see struct aln_deep_ode_options */
};
/* Returned: *out  aln_deep_linear_feedback_clear(), whatever the status */
enum aln_status aln_deep_linear_feedback_find(struct aln_deep_linear_feedback *out,
                                              const struct aln_deep_linear_params *p);
void aln_deep_linear_feedback_clear(struct aln_deep_linear_feedback *feedback);

/* The resolved parameters and, under `drawn:`, the Gram matrices if they are not given.
 * Returned: *out  yours, free() */
enum aln_status aln_deep_linear_header(const struct aln_deep_linear_params *p, char **out);

/* ---- runs ---- */

/* By the equations: the columns of alignode/deep_ode.h at these times.
 * Returned: value  count x 3 L
 * Status:   as aln_deep_ode_advance() */
enum aln_status aln_deep_linear_solve(const struct aln_deep_linear_params *p, size_t count,
                                      const double *times, const volatile sig_atomic_t *stop,
                                      double *value);

/* By training: the same columns, from weights and signals alone.
 * Given:    rate   the learning rate
 *           times  multiples of the rate
 *           update called with the number of steps taken, every now and then; may be NULL
 * Returned: value  count x 3 L
 * Status:   ALN_NUMERIC when it diverges; ALN_STOPPED, ALN_MEMORY */
struct aln_deep_linear_watch {
    const volatile sig_atomic_t *stop; /* may be NULL */
    void (*update)(void *context, uint64_t steps);
    void *context;
};
enum aln_status aln_deep_linear_train(const struct aln_deep_linear_params *p, double rate,
                                      size_t count, const double *times,
                                      const struct aln_deep_linear_watch *watch, double *value);

/* ---- commands: t and the columns ---- */

enum aln_status aln_deep_linear_run_ode(const void *params, const struct aln_run_options *options);
enum aln_status aln_deep_linear_run_train(const void *params,
                                          const struct aln_run_options *options);

/* Training at learning.rate, its double and four times it, extrapolated to rate 0, against the
 * equations. A row for every time after 0 and every column that both define, as in alignode compare;
 *     se       the step error that is left at learning.rate
 *     allowed  |difference of the two extrapolations of first order| + 2 % of se + 1e-7 (1 + |value|)
 * The last term is the rounding of targets, which data sets hold in single precision. A condition number
 * c is known to the round-off c 2^-52 of the weights, which is added.
 * Given: options->verdict  filled in if it is not NULL */
enum aln_status aln_deep_linear_compare(const void *params, const struct aln_run_options *options);

#ifdef __cplusplus
}
#endif

#endif

/* The columns of a result: the problem's own quantities, then the optional ones. */
#ifndef ALIGNODE_RUN_RECORD_H
#define ALIGNODE_RUN_RECORD_H

#include "alignode/early.h"
#include "alignode/geometry.h"
#include "alignode/problem.h"

struct aln_params; /* model/params.h */

struct aln_record {
    const struct aln_problem *p;
    size_t own, plain;     /* columns of the problem, and all computed from one state */
    bool blocks;           /* Q_1_1.1, ...: the overlaps of each block of inputs */
    bool degrees;          /* angle_W2_F1 */
    struct aln_early *law; /* norm_W2, law_norm_W2, law_cos_W2_F1; NULL: not recorded */
    bool errors;           /* err_...: the difference of each column from a second integration */
    bool geometry, gradient_alignment, descent; /* UA, SA; GA, GA_se; grad2, descent, noise */
    bool hessian;                               /* hessian: the top of its bulk */
    bool spread;                                /* sd_..., bias_...: of single runs at finite N */
    bool train;                                 /* train: the error on a fixed set of samples */
    bool turn; /* task, task_from: what is in force, where that depends on events */
};

/* The columns that params ask for.
 * Given:    p       kept as a pointer
 *           errors  whether there is a second integration
 *           spread  whether there are fluctuations
 * Returned: *out    aln_record_close(), also after a failure
 * Status:   ALN_MEMORY */
enum aln_status aln_record_open(struct aln_record *out, const struct aln_problem *p,
                                const struct aln_params *params, bool errors, bool spread);
void aln_record_close(struct aln_record *r);

/* The columns that every engine records of a problem: its own, and train with a fixed set of samples. */
size_t aln_record_shared(const struct aln_problem *p);
/* The name of one of them.  Returned: name[32] */
void aln_record_shared_column(const struct aln_problem *p, size_t i, char name[32]);

size_t aln_record_columns(const struct aln_record *r);
/* The name of column i.  Returned: name[32] */
void aln_record_column(const struct aln_record *r, size_t i, char name[32]);

/* What columns of the geometry need: one for each thread.
 * Returned: *out  NULL if there are none; aln_record_geometry_free(), also after a failure
 * Status:   that of aln_geometry_create() */
struct aln_record_geometry;
enum aln_status aln_record_geometry_create(struct aln_record_geometry **out,
                                           const struct aln_record *r);
void aln_record_geometry_free(struct aln_record_geometry *geometry);

/* What an engine shows at one time. */
struct aln_record_view {
    const double *state;
    double train;                        /* only read when it is recorded */
    const struct aln_problem_turn *turn; /* in force; NULL without turns */
};

/* Given:    second    the second integration; only read when errors are recorded
 * Returned: row[aln_record_columns()], but for its last columns, sd_... and bias_...
 * Status:   ALN_MEMORY */
enum aln_status aln_record_fill(const struct aln_record *r, double t,
                                const struct aln_record_view *view,
                                const struct aln_record_view *second,
                                struct aln_record_geometry *geometry, double *row);
/* Where those begin. */
size_t aln_record_spread_at(const struct aln_record *r);

#endif

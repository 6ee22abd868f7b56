/* Intermediate results of the measures: sums over samples, and products of weights and routes. */
#ifndef ALIGNODE_DEEP_MEASURE_METER_H
#define ALIGNODE_DEEP_MEASURE_METER_H

#include "alignode/measure.h"

/* What a measure needs computed before its fill(). */
enum {
    ALN_NEEDS_SCORES = 1 << 0,    /* m->score */
    ALN_NEEDS_ROUTES = 1 << 1,    /* m->routes */
    ALN_NEEDS_PROBE = 1 << 2,     /* m->probe */
    ALN_NEEDS_BATCH = 1 << 3,     /* m->current */
    ALN_NEEDS_GRADIENTS = 1 << 4, /* m->G, m->G_bp */
    ALN_NEEDS_SECOND = 1 << 5,    /* m->second, with m->probe */
    ALN_NEEDS_START = 1 << 6,     /* m->start */
};

/* Sums over samples. In arrays of length L entry l is for da_l, 1 <= l < L, and entry 0 for
 * da_1 .. da_{L-1} concatenated. */
struct aln_signal_sums {
    size_t samples;
    struct aln_score score; /* sums over the first `scored` samples, complete chunks only */
    size_t scored;
    double *cosine;      /* [L] of the rule's and bp's signals, where neither is zero */
    double *defined;     /* [L] number of such samples */
    double *rule2, *bp2; /* [L] squared norms */
    double *ee;          /* n_L x n_L: e e^T */
    double *e;           /* [n_L] */
    double *of_class;    /* [n_L] samples with this label */
};

/* Products of layer l; for a convolution W_l is its dense matrix phi(W_l) (phi.h). NaN where
 * pooling lies between the layer and its route. */
struct aln_route_products {
    double *M;     /* (L + 1) x n_L x n_L: M_l = B_l^T W_l B_{l-1}, 2 <= l <= L */
    double *C;     /* (L + 1) x n_L x n_L: C_l = B_l^T B_l, 1 <= l <= L */
    double *norm2; /* [L + 1]: ||W_l||^2, for convolutions of the kernels, 1 <= l <= L */
    double *phi2;  /* [L + 1]: ||phi(W_l)||^2, equal to norm2 for dense layers */
};

struct aln_meter {
    struct aln_network *net;
    struct aln_meter_options options;
    bool wanted[ALN_MOST_MEASURES];
    unsigned needs;
    size_t depth, outputs; /* L, n_L */
    size_t chunk;          /* samples at a time */
    struct aln_score score[2];
    struct aln_signal_sums probe, current;
    struct aln_route_products routes;
    /* Gradients on the probe, aln_network_size() each; both gradients of one chunk. */
    double *G, *G_bp, *G_chunk;
    double *da, *da_bp;   /* signals of one chunk */
    double *second[2];    /* of the probe, the rule's and bp's: sum of da_l da_l^T, 1 <= l < L */
    double *start;        /* W_1 .. W_L when the meter was made */
    double *route[2], *P; /* two routes and a product, widest layer x n_L each */
    double *W, *F;        /* the largest weights and feedback */
    double *A;            /* 2 x n_L x n_L: an estimate, and work space */
    double *store;        /* owns all of these */
};

/* Samples from .. from + count - 1 of a batch. */
struct aln_batch aln_meter_chunk(const struct aln_network *net, const struct aln_batch *batch,
                                 size_t from, size_t count);

/* meter_sums.c: signals of the rule and of bp over a batch of any length; gradients on the probe;
 * the score of a set, to be called after the signals of the probe. */
enum aln_status aln_meter_sum_signals(struct aln_meter *m, const struct aln_batch *batch,
                                      struct aln_signal_sums *sums);
size_t aln_meter_second(const struct aln_network *net); /* numbers in m->second[i] */
enum aln_status aln_meter_gradients(struct aln_meter *m);
enum aln_status aln_meter_score(struct aln_meter *m, const struct aln_batch *set,
                                struct aln_score *score);

/* meter_routes.c: products of the weights with the routes from the output. */
void aln_meter_multiply_routes(struct aln_meter *m);

/* Layerwise rules, 2 <= l <= L: the inner product of W_l and F_{l-1}^T, and the squared norm of the
 * latter; NaN for other rules. */
void aln_meter_against_feedback(struct aln_meter *m, size_t l, double *product, double *norm2);

/* A_l in W_l = B_l A_l B_{l-1}^T by least squares, 2 <= l <= L: C_l^{-1} M_l C_{l-1}^{-1}.
 * Returned: A (n_L x n_L), a view until the next call; NaN where a route is rank deficient */
const double *aln_meter_least_squares(struct aln_meter *m, size_t l);

/* similarity.c: the inner product, in eight partial sums that can be vectorised, in a fixed order. */
double aln_meter_dot(const double *a, const double *b, size_t n);

/* The mean over pairs i < j, and its standard error by leaving out each network in turn, since pairs with a
 * network in common are not independent; NaN for fewer than three networks.
 * Given:    value  of the first pair; those of the others follow at this stride
 * Returned: error  NULL: not wanted
 * Source: B. Efron, C. Stein, Ann. Stat. 9 (1981) 586: the jackknife of a symmetric function, such as a mean over
 *         pairs; on average its error is not too small */
double aln_meter_mean_of_pairs(size_t count, size_t stride, const double *value, double *error);

/* The same of gram_ij / sqrt(gram_ii gram_jj).
 * Given: gram (count x count), pair  room for count (count - 1)/2 numbers */
double aln_meter_mean_cosine(size_t count, const double *gram, double *pair, double *error);

/* join() of rows of the table. */
enum aln_status aln_meter_join_similarity(const struct aln_seeds *seeds, double *value);
enum aln_status aln_meter_join_similarity_errors(const struct aln_seeds *seeds, double *value);

/* kernel_target.c, memorisation.c: fill() of rows of the table. */
enum aln_status aln_meter_fill_KA(struct aln_meter *m, size_t set, double *value);
enum aln_status aln_meter_fill_rank(struct aln_meter *m, size_t set, double *value);
enum aln_status aln_meter_fill_memorisation(struct aln_meter *m, size_t set, double *value);

#endif

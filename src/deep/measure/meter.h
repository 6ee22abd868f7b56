/* What measures are made of: sums over the samples of a batch, and products of weights and routes.
 */
#ifndef ALIGNODE_DEEP_MEASURE_METER_H
#define ALIGNODE_DEEP_MEASURE_METER_H

#include "alignode/measure.h"

/* What must be there before a measure is filled in. */
enum {
    ALN_NEEDS_SCORES = 1 << 0,    /* m->score */
    ALN_NEEDS_ROUTES = 1 << 1,    /* m->routes */
    ALN_NEEDS_PROBE = 1 << 2,     /* m->probe */
    ALN_NEEDS_BATCH = 1 << 3,     /* m->current */
    ALN_NEEDS_GRADIENTS = 1 << 4, /* m->G, m->G_bp */
};

/* Sums over samples. Of the arrays of length L entry l is for da_l, 1 <= l < L, and entry 0 for
 * da_1 .. da_{L-1} concatenated. */
struct aln_signal_sums {
    size_t samples;
    struct aln_score score; /* sums over the first `scored` samples, which are whole pieces */
    size_t scored;
    double *cosine;      /* [L] of the rule's signal and bp's ... */
    double *defined;     /* [L] ... where neither is zero; and how many samples these are */
    double *rule2, *bp2; /* [L] squared lengths */
    double *ee;          /* n_L x n_L: e e^T */
    double *e;           /* [n_L] */
    double *of_class;    /* [n_L] samples with this label */
};

/* Of layer l, a convolution's W standing for its dense phi(W) (deep/phi.h); NaN where pooling
 * lies between the layer and its route. */
struct aln_route_products {
    double *M;     /* (L + 1) x n_L x n_L: M_l = B_l^T W_l B_{l-1}, 2 <= l <= L */
    double *C;     /* (L + 1) x n_L x n_L: C_l = B_l^T B_l, 1 <= l <= L */
    double *norm2; /* [L + 1]: ||W_l||^2 of any layer, 1 <= l <= L */
    double *phi2;  /* [L + 1]: ||phi(W_l)||^2, the same for dense ones */
};

struct aln_meter {
    struct aln_network *net;
    struct aln_meter_options options;
    bool wanted[ALN_MOST_MEASURES];
    unsigned needs;
    size_t depth, outputs; /* L, n_L */
    size_t piece;          /* samples at a time */
    struct aln_score score[2];
    struct aln_signal_sums probe, current;
    struct aln_route_products routes;
    /* Gradients on the probe, aln_network_size() each; both of a piece of it. */
    double *G, *G_bp, *G_piece;
    double *da, *da_bp;   /* signals of one piece */
    double *route[2], *P; /* room for two routes and a product, widest layer x n_L */
    double *W, *F;        /* room for the largest weights and feedback */
    double *A;            /* 2 x n_L x n_L: an estimate, and room */
    double *store;        /* owns all of these */
};

/* meter_sums.c: signals of the rule and of bp, over a batch of any length; gradients; the score of
 * one of the two scored sets, after the signals of the probe. */
enum aln_status aln_meter_sum_signals(struct aln_meter *m, const struct aln_batch *batch,
                                      struct aln_signal_sums *sums);
enum aln_status aln_meter_gradients(struct aln_meter *m);
enum aln_status aln_meter_score(struct aln_meter *m, const struct aln_batch *set,
                                struct aln_score *score);

/* meter_routes.c: weights between the routes from the output. */
void aln_meter_multiply_routes(struct aln_meter *m);

/* W_l and F_{l-1}^T of a layerwise rule, 2 <= l <= L, else NaN: their inner product, and the
 * squared norm of the latter. */
void aln_meter_against_feedback(struct aln_meter *m, size_t l, double *product, double *norm2);

/* A_l of W_l = B_l A_l B_{l-1}^T by least squares, 2 <= l <= L: C_l^{-1} M_l C_{l-1}^{-1}.
 * Returned: A (n_L x n_L), a view until the next call; NaN where a route has not full rank */
const double *aln_meter_least_squares(struct aln_meter *m, size_t l);

#endif

/* The layout of the state of the order-parameter equations.
 *
 * All engines share one flat state: the parts below one after another, each row by row, symmetric
 * matrices as their upper triangle. Each part is described (shape, which layer's rate drives it,
 * column names) by one row of the table in src/model/state.c; offsets, names of columns, the
 * covariance of the fields and scales follow from it. */
#ifndef ALIGNODE_STATE_H
#define ALIGNODE_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "alignode/config.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_problem;

enum aln_state_part {
    ALN_Q,  /* K x K, symmetric: Q = W1 W1^T/N; with a spectrum, of each block */
    ALN_R,  /* K x M: R = W1 V1^T/N; with a spectrum, of each block */
    ALN_W2, /* O x K: the read-out */
    ALN_F,  /* K x O: the feedback, if the rule learns it */
    ALN_PARTS
};

/* The position of a part in the states of one problem. */
struct aln_span {
    size_t at;         /* index of its first entry */
    size_t count;      /* number of entries; 0: this problem has no such part */
    size_t rows, cols; /* of the matrix */
    bool symmetric;    /* packed: the upper triangle row by row */
    size_t blocks;     /* each entry is one number for each block of the spectrum; 1: no spectrum */
    const double *weight; /* [blocks] of its total; NULL: the entry itself */
};

struct aln_layout {
    struct aln_span part[ALN_PARTS];
    size_t size;     /* of the state */
    size_t recorded; /* entries of a row: the size, with overlaps counted as totals */
    size_t before;   /* those before column cos_W2_F1; the others follow it */
};

/* The layout of a problem's states, from its K, M, O, rule and spectrum. */
ALN_API struct aln_layout aln_state_layout(const struct aln_problem *p);

/* The index of the first entry of a part, and its number of entries. */
ALN_API size_t aln_state_at(const struct aln_problem *p, enum aln_state_part part);
ALN_API size_t aln_state_count(const struct aln_problem *p, enum aln_state_part part);

/* The index of entry (i, j) of a part, 0-based, in either order if it is symmetric; with a spectrum,
 * of its first block, which the others follow. */
ALN_API size_t aln_state_entry(const struct aln_problem *p, enum aln_state_part part, size_t i,
                               size_t j);

/* The same from the layout. */
static inline size_t aln_span_entry(const struct aln_span *span, size_t i, size_t j)
{
    if (!span->symmetric)
        return span->at + (i * span->cols + j) * span->blocks;
    size_t row = i < j ? i : j, col = i < j ? j : i;
    return span->at + (row * (2 * span->cols - row - 1) / 2 + col) * span->blocks;
}

/* An entry of an overlap as the covariance of two fields: with a spectrum, its weighted sum over the
 * blocks.
 * Given: i  its index */
ALN_API double aln_span_total(const struct aln_span *span, const double *state, size_t i);

/* The name of entry i of the state, as its column is named: "Q_1_2"; with a spectrum
 * "Q_1_2.1", followed by the block.
 * Returned: name[32] */
ALN_API void aln_state_name(const struct aln_problem *p, size_t i, char name[32]);

/* One part as a full matrix; of an overlap with a spectrum, the total.
 * Returned: out (rows x cols) */
ALN_API void aln_state_unpack(const struct aln_problem *p, enum aln_state_part part,
                              const double *state, double *out);
/* Writes a full matrix into its part, which is no overlap of several blocks.
 * Given: matrix (rows x cols), only its upper triangle for a symmetric part */
ALN_API void aln_state_pack(const struct aln_problem *p, enum aln_state_part part,
                            const double *matrix, double *state);

/* Learning rate and decay of a part, given the layers' rates eta[2] (hidden, read-out) and the
 * problem's kappa; both 0 for a hidden layer that the rule does not train.
 * Returned: *rate, *decay */
ALN_API void aln_state_rates(const struct aln_problem *p, enum aln_state_part part,
                             const double eta[2], double *rate, double *decay);

/* Whether entry (i, j) of a part belongs to an output in force; other entries never change. */
ALN_API bool aln_state_in_force(const struct aln_problem *p, enum aln_state_part part, size_t i,
                                size_t j);

/* Covariance of the P = K + M fields, student first, from the overlaps in the state and T:
 * C = [[Q, R], [R^T, T]].
 * Given:    T (M x M); NULL: zeros, for the derivative of the covariance
 * Returned: C (P x P), both triangles */
ALN_API void aln_state_covariance(const struct aln_layout *layout, const double *state,
                                  const double *T, double *C);

/* The natural scale of each entry: for overlaps the product of two fields' lengths, else the
 * largest entry of the part (for the read-out, of V2 too); 1 where that would be 0.
 * Given:    least  lower bound on a student field's length, as a share of the longest field
 * Returned: scale (aln_problem_size) */
ALN_API void aln_state_scales(const struct aln_problem *p, const double *state, double least,
                              double *scale);

#ifdef __cplusplus
}
#endif

#endif

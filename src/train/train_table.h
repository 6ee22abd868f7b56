/* The parameters of deep experiments: train_table.c holds the rows, train_types.c their own
 * types, train_check.c the checks that involve several of them. To add a parameter, add a member in
 * src/train/train.h and one row. */
#ifndef ALIGNODE_TRAIN_TRAIN_TABLE_H
#define ALIGNODE_TRAIN_TRAIN_TABLE_H

#include "params/schema_table.h"
#include "train/train.h"

extern const struct aln_params_type aln_train_layers, /* struct aln_layer * and count */
    aln_train_sizes,                                  /* size_t * and count */
    aln_train_span,                                   /* uint64_t [2] */
    aln_train_start,                                  /* network.init and start */
    aln_train_kept;                                   /* run.weights and weights_file */

/* The defaults of a key of the data section: "files 0, targets 992, ...". */
const char *aln_train_usual(const struct aln_param *row, char text[256]);

/* Why a key of the data section does not apply to the chosen data set; NULL: it does. */
const char *aln_train_foreign(const struct aln_param *row, const void *p, char why[128]);
/* The same for the keys of learned feedback. */
const char *aln_train_fixed(const struct aln_param *row, const void *p, char why[128]);
const char *aln_train_not_ternary(const struct aln_param *row, const void *p, char why[128]);
/* The same for the keys of smooth feedback. */
const char *aln_train_rough(const struct aln_param *row, const void *p, char why[128]);

/* The same for keys of feedback with a random part, and of one that stays as it is drawn. */
const char *aln_train_no_random_part(const struct aln_param *row, const void *p, char why[128]);
const char *aln_train_not_fixed(const struct aln_param *row, const void *p, char why[128]);
/* The same for the key of the heavy ball, and for those of adaptive optimisers. */
const char *aln_train_adaptive(const struct aln_param *row, const void *p, char why[128]);
const char *aln_train_not_adaptive(const struct aln_param *row, const void *p, char why[128]);

/* Checks all parameters; sets missing keys of the data section to the defaults of the set. */
enum aln_status aln_train_check(void *p, const struct aln_params_given *given);

#endif

/* The parameters of deep experiments: train_table.c holds the rows, train_types.c the types that
 * only they have, train_check.c what concerns several of them at once. To add a parameter, add its
 * place in src/train/train.h and one row. */
#ifndef ALIGNODE_TRAIN_TRAIN_TABLE_H
#define ALIGNODE_TRAIN_TRAIN_TABLE_H

#include "params/schema_table.h"
#include "train/train.h"

extern const struct aln_params_type aln_train_layers, /* struct aln_layer * and count */
    aln_train_sizes,                                  /* size_t * and count */
    aln_train_span;                                   /* uint64_t [2] */

/* What a key of the data section is where it is not given: "files 0, targets 992, ...". */
const char *aln_train_usual(const struct aln_param *row, char text[256]);

/* Why a key of the data section means nothing for the data set chosen. */
const char *aln_train_foreign(const struct aln_param *row, const void *p, char why[128]);
/* The same for what only a feedback that learns has. */
const char *aln_train_fixed(const struct aln_param *row, const void *p, char why[128]);

/* The same for what only smooth feedback has. */
const char *aln_train_rough(const struct aln_param *row, const void *p, char why[128]);

/* The check of the whole; gives the keys of the data section the values usual for the set. */
enum aln_status aln_train_check(void *p, const struct aln_params_given *given, const char *command);

#endif

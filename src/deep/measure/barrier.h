/* The columns of the measures barrier and path; see alignode/measure.h. */
#ifndef ALIGNODE_DEEP_MEASURE_BARRIER_H
#define ALIGNODE_DEEP_MEASURE_BARRIER_H

#include "alignode/measure.h"

size_t aln_barrier_columns(const struct aln_network *net);
void aln_barrier_column(const struct aln_network *net, size_t i, char name[32]);
size_t aln_path_columns(const struct aln_network *net);
void aln_path_column(const struct aln_network *net, size_t i, char name[32]);

#endif

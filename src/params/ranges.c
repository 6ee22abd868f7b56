/* Ranges that many parameters have. */
#include <math.h>

#include "params/schema_table.h"

const struct aln_range aln_range_positive = {"> 0", 0, INFINITY, true};
const struct aln_range aln_range_not_negative = {">= 0", 0, INFINITY, false};
const struct aln_range aln_range_fraction = {"> 0 and < 1", 0, 1, true};
const struct aln_range aln_range_thousand = {"from 1 to 1000", 1, 1000, false};
const struct aln_range aln_range_million = {"from 1 to 1000000", 1, 1e6, false};

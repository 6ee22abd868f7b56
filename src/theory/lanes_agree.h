#ifndef ALIGNODE_THEORY_LANES_AGREE_H
#define ALIGNODE_THEORY_LANES_AGREE_H

#include <stdbool.h>

/* Whether integrations in lanes (lanes/lanes.h) and those of aln_ode_advance() have the same bits in this process:
 * not if GSL was compiled to round once where it multiplies and adds. Found by a short integration, once. */
bool aln_lanes_agree(void);

#endif

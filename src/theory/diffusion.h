/* B and b of the fluctuations about the equations (alignode/fluctuations.h), in time. They are
 * expensive, so they are averaged at five equidistant nodes of a panel of time, ahead of what is
 * integrated there, and interpolated by the polynomial of degree 4; where that of degree 2 through
 * three of them misses the other two by too much, the panel is halved. */
#ifndef ALIGNODE_THEORY_DIFFUSION_H
#define ALIGNODE_THEORY_DIFFUSION_H

#include "theory/flow.h"

struct aln_diffusion;

/* Where entry (i, j), i <= j, of a matrix of n rows is in its upper triangle by rows. */
size_t aln_diffusion_entry(size_t n, size_t i, size_t j);

/* Given:    flow  kept as a pointer, must outlive *out
 *           rtol  relative error of a step to the nodes
 * Returned: *out  yours, aln_diffusion_free(), also after a failure
 * Status:   ALN_MEMORY, and those of aln_increments_create() */
enum aln_status aln_diffusion_create(struct aln_diffusion **out, struct aln_flow *flow,
                                     double rtol);
void aln_diffusion_free(struct aln_diffusion *d);

/* Begins a panel at time t and state y: as long as the last one's misfit allows, and no longer than
 * to the next change of the rates. The flow's rates must be those at t.
 * Given:    y     [size]; the first panel's or, as long as the rates remain, that of the last end
 * Returned: *end  of the panel
 * Status:   those of aln_flow_stuck() */
enum aln_status aln_diffusion_begin(struct aln_diffusion *d, double t, const double *y,
                                    double *end);

/* B (upper triangle by rows), then b, at time t of the panel.
 * Returned: [size (size + 1)/2 + size], a view until the next call */
const double *aln_diffusion_at(struct aln_diffusion *d, double t);

#endif

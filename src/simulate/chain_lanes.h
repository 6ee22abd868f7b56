/* Several repeats of the chain at once, one in each lane of a vector: the same numbers, bit for bit, as
 * aln_chain gives each of them alone. A step is mostly arithmetic that waits for its own results, which
 * lanes fill with other repeats'. Samples are drawn lane by lane, many at once.
 *
 * Lanes never mix: every operation is elementwise, in the order of src/model/increment.c. The columns of the
 * factor are those of rows in their order, as long as all lanes choose so; from the first on that one does not, each
 * takes its own by masks. */
#ifndef ALIGNODE_SIMULATE_CHAIN_LANES_H
#define ALIGNODE_SIMULATE_CHAIN_LANES_H

#include <stdbool.h>

#include "alignode/problem.h"
#include "base/isa.h"

enum { ALN_CHAIN_LANES = 8 };

struct aln_chain_lanes;

/* Whether lanes can run it: samples one by one, the error itself fed back through a matrix that is given,
 * learned or the read-out. */
bool aln_chain_lanes_fit(const struct aln_problem *p);

/* Whether they fit and are faster than one repeat after the other: up to so many units that a choice of
 * pivots by masks, where it is needed, costs what the lanes gain. */
bool aln_chain_lanes_pay(const struct aln_problem *p);

/* Given:    p  that fits, kept as a pointer; repeats first, ..., first + count - 1, count 1 to
 *           ALN_CHAIN_LANES; isa, for which the bits are the same
 * Returned: *out  at step 0, yours, aln_chain_lanes_free()
 * Status:   as aln_chain_create() */
enum aln_status aln_chain_lanes_create(struct aln_chain_lanes **out, const struct aln_problem *p,
                                       uint64_t first, size_t count, enum aln_isa isa);
void aln_chain_lanes_free(struct aln_chain_lanes *c);

/* Continues to step n (>= the current one). A lane that diverges stays at its last finite state while
 * the others go on. Status: ALN_STOPPED */
enum aln_status aln_chain_lanes_advance(struct aln_chain_lanes *c, uint64_t step);

/* The state of a lane. Returned: state (aln_problem_size) */
void aln_chain_lanes_state(const struct aln_chain_lanes *c, size_t lane, double *state);

/* The lane's error as aln_chain_advance() raises it; ALN_OK while it has none. */
enum aln_status aln_chain_lanes_status(const struct aln_chain_lanes *c, size_t lane);

#endif

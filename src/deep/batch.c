/* Checks before and after the passes of a network. */
#include "base/failure.h"
#include "base/interrupt.h"
#include "deep/stage.h"

enum aln_status aln_network_check_batch(const struct aln_network *net,
                                        const struct aln_batch *batch, bool one_chunk, bool targets)
{
    if (batch->count == 0)
        return aln_raise(ALN_USAGE, "network: empty batch");
    if (one_chunk && batch->count > net->options.batch)
        return aln_raise(ALN_USAGE, "network: %zu samples exceed the batch size, %zu", batch->count,
                         net->options.batch);
    if (targets && batch->label == NULL && batch->y == NULL)
        return aln_raise(ALN_USAGE, "network: samples have neither labels nor targets");
    return ALN_OK;
}

/* After a pass, which a stop request may have cut short. */
enum aln_status aln_network_check_whole(void)
{
    return aln_interrupted() ? aln_raise(ALN_STOPPED, "stopped") : ALN_OK;
}

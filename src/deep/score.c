/* Losses and errors of samples, on several threads where a team of them is asked for. */
#include <math.h>
#include <pthread.h>

#include "base/failure.h"
#include "base/team.h"
#include "deep/blas.h"
#include "deep/stage.h"

/* Predicted class of the sample whose outputs begin at `first`. */
static uint32_t class_of(const struct aln_network *net, const void *yhat, size_t first)
{
    double max = aln_network_number(net, yhat, first);
    uint32_t best = 0;
    if (net->outputs == 1)
        return max > 0;
    for (uint32_t i = 1; i < net->outputs; i++) {
        double here = aln_network_number(net, yhat, first + i);
        best = here > max ? i : best;
        max = here > max ? here : max;
    }
    return best;
}

void aln_network_add_score(struct aln_network *net, const struct aln_batch *batch, size_t first,
                           size_t count, struct aln_score *sum)
{
    const void *yhat = net->stage[net->options.layer_count - 1].a;
    sum->loss += net->engine->loss(net, count);
    if (batch->label == NULL)
        sum->error = NAN;
    for (size_t i = 0; i < count && batch->label != NULL; i++) {
        size_t row = batch->index == NULL ? first + i : batch->index[first + i];
        sum->error += class_of(net, yhat, i * net->outputs) != batch->label[row];
    }
}

/* The chunk that begins at sample `first`. */
static enum aln_status score_chunk(struct aln_network *net, const struct aln_batch *batch,
                                   size_t first, struct aln_score *sum)
{
    const size_t count = aln_network_chunk(net, batch, first);
    enum aln_status status = net->engine->load(net, batch, first, count, true);
    if (status != ALN_OK)
        return status;
    net->engine->forward(net, count);
    aln_network_add_score(net, batch, first, count, sum);
    return aln_network_check_whole();
}

/* ---- a team ---- */

enum { ROUND = 8 * ALN_TEAM_MOST }; /* chunks */

/* Chunks that are scored at once. */
struct round {
    struct aln_network *net;
    const struct aln_batch *batch;
    size_t first;                  /* sample of the first chunk */
    struct aln_score score[ROUND]; /* of each chunk */
    pthread_mutex_t lock;          /* of what follows */
    size_t failed;                 /* the first chunk that failed, else ROUND */
    struct aln_failure failure;    /* of that chunk */
};

static void score_part(void *context, size_t i, size_t worker)
{
    struct round *r = context;
    struct aln_network *net = worker == 0 ? r->net : r->net->reader[worker - 1];
    r->score[i] = (struct aln_score){0};
    enum aln_status status =
        score_chunk(net, r->batch, r->first + i * net->options.batch, &r->score[i]);
    if (status == ALN_OK)
        return;
    pthread_mutex_lock(&r->lock);
    if (i < r->failed) {
        r->failed = i;
        aln_failure_keep(&r->failure, status);
    }
    pthread_mutex_unlock(&r->lock);
}

/* Chunk by chunk, the sums are those of one thread. */
static enum aln_status score_round(struct round *r, size_t chunks, struct aln_score *sum)
{
    r->failed = ROUND;
    aln_team_run_long(chunks, score_part, r);
    enum aln_status status = aln_network_check_whole();
    if (status == ALN_OK && r->failed < ROUND)
        status = aln_failure_raise(&r->failure);
    for (size_t i = 0; i < chunks && status == ALN_OK; i++) {
        sum->loss += r->score[i].loss;
        sum->error += r->score[i].error;
    }
    return status;
}

static enum aln_status make_readers(struct aln_network *net, size_t workers)
{
    enum aln_status status = aln_blas_open(workers);
    for (size_t i = 0; i + 1 < workers && status == ALN_OK; i++)
        if (net->reader[i] == NULL)
            status = aln_network_reader(&net->reader[i], net);
    return status;
}

static enum aln_status score_together(struct aln_network *net, const struct aln_batch *batch,
                                      size_t first, size_t workers, struct aln_score *sum)
{
    struct round r = {.net = net, .batch = batch, .lock = PTHREAD_MUTEX_INITIALIZER};
    const size_t most = net->options.batch;
    enum aln_status status = make_readers(net, workers);
    for (size_t chunks; first < batch->count && status == ALN_OK; first += chunks * most) {
        chunks = (batch->count - first + most - 1) / most;
        chunks = chunks < ROUND ? chunks : ROUND;
        r.first = first;
        status = score_round(&r, chunks, sum);
    }
    return status;
}

/* ---- samples ---- */

enum aln_status aln_network_add_scores(struct aln_network *net, const struct aln_batch *batch,
                                       size_t first, struct aln_score *sum)
{
    const size_t workers = aln_team_workers();
    enum aln_status status = aln_network_check_batch(net, batch, false, true);
    if (status == ALN_OK && workers > 1 && first + net->options.batch < batch->count)
        return score_together(net, batch, first, workers, sum);
    for (; first < batch->count && status == ALN_OK; first += net->options.batch)
        status = score_chunk(net, batch, first, sum);
    return status;
}

enum aln_status aln_network_score(struct aln_network *net, const struct aln_batch *batch,
                                  struct aln_score *score)
{
    struct aln_score sum = {0};
    enum aln_status status = aln_network_add_scores(net, batch, 0, &sum);
    if (status == ALN_OK)
        *score =
            (struct aln_score){sum.loss / (double)batch->count, sum.error / (double)batch->count};
    return status;
}

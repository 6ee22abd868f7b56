/* Saves and loads the state of a seed. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "train/learner.h"

/* Returned: out[64]  "seed_SEED/NAME" */
static const char *path_of(const struct aln_learner *l, const char *name, char out[64])
{
    snprintf(out, 64, "seed_%" PRIu64 "/%s", l->seed, name);
    return out;
}

/* Tensor i of the network as an array of the network's precision. */
static struct aln_archive_array array_of(const struct aln_learner *l, size_t i, char path[64])
{
    struct aln_tensor tensor;
    bool single = l->plan->params->network.precision == ALN_SINGLE;
    aln_network_tensor(l->net, i, &tensor);
    return (struct aln_archive_array){.name = path_of(l, tensor.name, path),
                                      .type = single ? ALN_ARCHIVE_FLOAT : ALN_ARCHIVE_DOUBLE,
                                      .rank = 2,
                                      .shape = {tensor.rows, tensor.cols}};
}

/* Calls `each` for every tensor, with a buffer of its size. */
static enum aln_status for_tensors(const struct aln_learner *l, struct aln_archive *a,
                                   enum aln_status (*each)(const struct aln_learner *l,
                                                           struct aln_archive *a, size_t i,
                                                           void *numbers))
{
    enum aln_status status = ALN_OK;
    for (size_t i = 0; i < aln_network_tensors(l->net) && status == ALN_OK; i++) {
        struct aln_tensor tensor;
        aln_network_tensor(l->net, i, &tensor);
        void *numbers = malloc(tensor.rows * tensor.cols * sizeof(double));
        if (numbers == NULL)
            return aln_raise_memory("%s of a network", tensor.name);
        status = each(l, a, i, numbers);
        free(numbers);
    }
    return status;
}

static enum aln_status put_tensor(const struct aln_learner *l, struct aln_archive *a, size_t i,
                                  void *numbers)
{
    char path[64];
    struct aln_archive_array array = array_of(l, i, path);
    aln_network_read(l->net, i, l->plan->params->network.precision, numbers);
    return aln_archive_put(a, &array, numbers);
}

static enum aln_status get_tensor(const struct aln_learner *l, struct aln_archive *a, size_t i,
                                  void *numbers)
{
    char path[64];
    struct aln_archive_array array = array_of(l, i, path);
    enum aln_status status = aln_archive_get(a, &array, numbers);
    if (status == ALN_OK)
        aln_network_write(l->net, i, l->plan->params->network.precision, numbers);
    return status;
}

enum aln_status aln_learner_save_weights(const struct aln_learner *l, struct aln_archive *a)
{
    return for_tensors(l, a, put_tensor);
}

/* steps, records, pairs, left_out */
enum { COUNTERS = 4 };

enum aln_status aln_learner_save(const struct aln_learner *l, struct aln_archive *a)
{
    char path[2][64];
    const uint64_t counter[COUNTERS] = {aln_network_steps(l->net), l->recorded, l->pairs,
                                        l->left_out};
    enum aln_status status = for_tensors(l, a, put_tensor);
    if (status == ALN_OK)
        status =
            aln_archive_put(a,
                            &(struct aln_archive_array){
                                path_of(l, "counters", path[0]), ALN_ARCHIVE_UINT64, 1, {COUNTERS}},
                            counter);
    if (status == ALN_OK)
        status = aln_archive_put(
            a,
            &(struct aln_archive_array){
                path_of(l, "rows", path[1]), ALN_ARCHIVE_DOUBLE, 2, {l->recorded, l->columns}},
            l->row);
    return status;
}

/* The index of a step among the records, or their number. */
static size_t find_step(const struct aln_learner_records *records, uint64_t step)
{
    size_t i = 0;
    while (i < records->count && records->step[i] != step)
        i++;
    return i;
}

enum aln_status aln_learner_adopt(struct aln_learner *l, const struct aln_learner_records *records)
{
    const struct aln_train_plan *plan = l->plan;
    size_t n = 0, at = 0;
    for (; n < plan->count && plan->step[n] <= records->steps; n++) {
        if ((at = find_step(records, plan->step[n])) == records->count)
            break;
        memcpy(l->row + n * l->columns, records->row + at * l->columns,
               l->columns * sizeof *l->row);
    }
    if (n < plan->count && plan->step[n] < records->steps)
        return aln_raise(
            ALN_USAGE,
            "it records epoch %.6g, which the shorter one did not (one that is to be extended "
            "needs run.record.times, to which later ones can be added, or "
            "run.record.spacing: linear and then a multiple of its epochs)",
            (double)plan->step[n] / (double)plan->per_epoch);
    l->recorded = n;
    l->loaded = records->steps;
    return ALN_OK;
}

enum aln_status aln_learner_load_records(struct aln_learner *l, struct aln_archive *a, size_t count,
                                         const uint64_t *step)
{
    char path[2][64];
    uint64_t counter[COUNTERS];
    enum aln_status status =
        aln_archive_get(a,
                        &(struct aln_archive_array){
                            path_of(l, "counters", path[0]), ALN_ARCHIVE_UINT64, 1, {COUNTERS}},
                        counter);
    if (status != ALN_OK)
        return status;
    const size_t recorded = (size_t)counter[1];
    if (counter[1] > count || (recorded > 0 && counter[0] < step[recorded - 1]) ||
        (recorded < count && counter[0] > step[recorded]))
        return aln_raise(ALN_USAGE,
                         "seed %" PRIu64 " of a checkpoint: %" PRIu64 " records at step %" PRIu64,
                         l->seed, counter[1], counter[0]);
    double *row = malloc((recorded * l->columns + 1) * sizeof *row);
    if (row == NULL)
        return aln_raise_memory("%zu records", recorded);
    l->pairs = counter[2];
    l->left_out = counter[3];
    status = aln_archive_get(
        a,
        &(struct aln_archive_array){
            path_of(l, "rows", path[1]), ALN_ARCHIVE_DOUBLE, 2, {recorded, l->columns}},
        row);
    if (status == ALN_OK)
        status =
            aln_learner_adopt(l, &(struct aln_learner_records){counter[0], recorded, step, row});
    free(row);
    return status;
}

enum aln_status aln_learner_load_network(struct aln_learner *l, struct aln_archive *a)
{
    aln_network_set_steps(l->net, l->loaded);
    return for_tensors(l, a, get_tensor);
}

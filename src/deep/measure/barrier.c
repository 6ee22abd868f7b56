/* Losses between the weights of two seeds, on the straight path from one to the other, and of the network
 * with the average of all weights. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/failure.h"
#include "deep/measure/barrier.h"
#include "deep/measure/meter.h"

enum { SETS = 2, HALF_WAY = 3 }; /* test, train; points of a path with one between its ends */

/* Two networks, and one between them. */
struct between {
    const struct aln_seeds *seeds;
    struct aln_network *net;    /* with the weights in between */
    size_t depth, size;         /* L; weights and biases */
    double *theta[2], *mix;     /* [size] those of the two, layer by layer; of one tensor */
    struct aln_batch set[SETS]; /* samples: as many as the probe has */
    double *end;                /* [count x SETS] losses of the networks themselves */
    double *store;              /* owns all of these */
};

/* ---- weights ---- */

/* The tensor of a kind and layer, and its length; false: there is none. */
static bool find(const struct aln_network *net, enum aln_tensor_kind kind, size_t l, size_t *at,
                 size_t *length)
{
    struct aln_tensor tensor;
    *at = aln_network_find(net, kind, l);
    if (*at == aln_network_tensors(net))
        return false;
    aln_network_tensor(net, *at, &tensor);
    *length = tensor.rows * tensor.cols;
    return true;
}

static const enum aln_tensor_kind kinds[] = {ALN_WEIGHT, ALN_BIAS};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static void read_network(const struct aln_network *net, double *theta)
{
    size_t at, n;
    for (size_t l = 1; l <= aln_network_depth(net); l++)
        for (size_t k = 0; k < KINDS; k++)
            if (find(net, kinds[k], l, &at, &n)) {
                aln_network_read(net, at, ALN_DOUBLE, theta);
                theta += n;
            }
}

/* Sets layer l, with l = 0 all of them, to (1 - s) times the first network plus s times the second. */
static void place(struct between *b, size_t l, double s)
{
    size_t at, n, from = 0;
    for (size_t m = 1; m <= b->depth; m++)
        for (size_t k = 0; k < KINDS; k++) {
            if (!find(b->net, kinds[k], m, &at, &n))
                continue;
            for (size_t i = 0; i < n; i++)
                b->mix[i] = (1 - s) * b->theta[0][from + i] + s * b->theta[1][from + i];
            if (l == 0 || l == m)
                aln_network_write(b->net, at, ALN_DOUBLE, b->mix);
            from += n;
        }
}

static enum aln_status find_loss(struct aln_network *net, const struct aln_batch *set, double *loss)
{
    struct aln_score score;
    enum aln_status status = aln_network_score(net, set, &score);
    *loss = score.loss;
    return status;
}

/* ---- the networks ---- */

static struct aln_batch first_of(struct aln_batch set, size_t count)
{
    set.count = count < set.count ? count : set.count;
    return set;
}

static enum aln_status find_ends(struct between *b)
{
    enum aln_status status = ALN_OK;
    for (size_t i = 0; i < b->seeds->count; i++)
        for (size_t k = 0; k < SETS && status == ALN_OK; k++)
            status = find_loss(b->seeds->net[i], &b->set[k], &b->end[i * SETS + k]);
    return status;
}

static void close_between(struct between *b)
{
    aln_network_free(b->net);
    free(b->store);
}

static enum aln_status open_between(struct between *b, const struct aln_seeds *seeds)
{
    const struct aln_network *first = seeds->net[0];
    const size_t size = aln_network_size(first), samples = seeds->probe.count;
    *b = (struct between){
        .seeds = seeds,
        .depth = aln_network_depth(first),
        .size = size,
        .set = {first_of(seeds->test, samples), first_of(seeds->train, samples)},
        .store = malloc((3 * size + seeds->count * SETS) * sizeof(double)),
    };
    if (b->store == NULL)
        return aln_raise_memory("the weights of two networks");
    b->theta[0] = b->store;
    b->theta[1] = b->store + size;
    b->mix = b->store + 2 * size;
    b->end = b->store + 3 * size;
    enum aln_status status = aln_network_create(&b->net, aln_network_settings(first));
    return status == ALN_OK ? find_ends(b) : status;
}

/* ---- pairs ---- */

/* What is measured of each pair of networks i < j: value[quantities]. */
typedef enum aln_status pair_function(struct between *b, size_t i, size_t j, double *value);

/* Calls `of` for all pairs.
 * Returned: value [pairs x quantities]  yours */
static enum aln_status for_pairs(struct between *b, size_t quantities, pair_function *of,
                                 double **value)
{
    const size_t count = b->seeds->count;
    enum aln_status status = ALN_OK;
    double *at = *value = calloc(count * (count - 1) / 2 * quantities + 1, sizeof **value);
    if (at == NULL)
        return aln_raise_memory("the pairs of %zu networks", count);
    for (size_t i = 0; i < count; i++) {
        read_network(b->seeds->net[i], b->theta[0]);
        for (size_t j = i + 1; j < count && status == ALN_OK; j++, at += quantities) {
            read_network(b->seeds->net[j], b->theta[1]);
            status = of(b, i, j, at);
        }
    }
    return status;
}

/* ---- paths ---- */

/* The largest excess of a path over the straight line between its ends, 0 where it is nowhere above. */
static double excess(size_t points, const double *path)
{
    double most = 0;
    for (size_t p = 1; p + 1 < points; p++) {
        const double s = (double)p / (double)(points - 1);
        const double over = path[p] - ((1 - s) * path[0] + s * path[points - 1]);
        most = over > most || isnan(over) ? over : most;
    }
    return most;
}

/* Losses on set k at equidistant points: with l = 0 from network i to network j, else with layer l alone on
 * its way and the others those of i; the ends are the losses of the networks themselves. */
static enum aln_status follow(struct between *b, size_t i, size_t j, size_t k, size_t l,
                              size_t points, double *path)
{
    enum aln_status status = ALN_OK;
    path[0] = b->end[i * SETS + k];
    path[points - 1] = b->end[j * SETS + k];
    for (size_t p = 1; p + 1 < points && status == ALN_OK; p++) {
        place(b, l, (double)p / (double)(points - 1));
        status = find_loss(b->net, &b->set[k], &path[p]);
    }
    return status;
}

/* Barriers half-way: of all weights on either set, then of each layer on the test set. */
static enum aln_status half_way(struct between *b, size_t i, size_t j, double *value)
{
    double path[HALF_WAY] = {0};
    enum aln_status status = ALN_OK;
    for (size_t k = 0; k < SETS && status == ALN_OK; k++) {
        status = follow(b, i, j, k, 0, HALF_WAY, path);
        *value++ = excess(HALF_WAY, path);
    }
    for (size_t l = 1; l <= b->depth && status == ALN_OK; l++) {
        place(b, 0, 0);
        status = follow(b, i, j, 0, l, HALF_WAY, path);
        *value++ = excess(HALF_WAY, path);
    }
    return status;
}

/* The whole path, and its barrier. */
static enum aln_status all_the_way(struct between *b, size_t i, size_t j, double *value)
{
    enum aln_status status = follow(b, i, j, 0, 0, ALN_PATH_POINTS, value);
    value[ALN_PATH_POINTS] = excess(ALN_PATH_POINTS, value);
    return status;
}

/* The network with the average of all weights. */
static enum aln_status score_average(struct between *b, struct aln_score *score)
{
    const size_t count = b->seeds->count;
    double *mean = b->theta[0], *one = b->theta[1];
    for (size_t k = 0; k < b->size; k++)
        mean[k] = 0;
    for (size_t i = 0; i < count; i++) {
        read_network(b->seeds->net[i], one);
        for (size_t k = 0; k < b->size; k++)
            mean[k] += one[k] / (double)count;
    }
    place(b, 0, 0);
    return aln_network_score(b->net, &b->set[0], score);
}

enum aln_status aln_barrier(const struct aln_seeds *seeds, double *value)
{
    struct between b;
    struct aln_score score = {NAN, NAN};
    double *of = NULL;
    enum aln_status status = open_between(&b, seeds);
    const size_t quantities = SETS + b.depth;
    if (status == ALN_OK)
        status = for_pairs(&b, quantities, half_way, &of);
    if (status == ALN_OK)
        status = score_average(&b, &score);
    for (size_t k = 0; k < quantities && status == ALN_OK; k++) {
        double error;
        const double mean = aln_meter_mean_of_pairs(seeds->count, quantities, of + k, &error);
        value[k < SETS ? 2 * k : SETS + k] = mean; /* behind the errors of the first two */
        if (k < SETS)
            value[2 * k + 1] = error;
    }
    value[SETS + quantities] = score.loss;
    value[SETS + quantities + 1] = score.error;
    free(of);
    close_between(&b);
    return status;
}

enum aln_status aln_path(const struct aln_seeds *seeds, double *value)
{
    enum { QUANTITIES = ALN_PATH_POINTS + 1 };
    struct between b;
    double *of = NULL, error;
    enum aln_status status = open_between(&b, seeds);
    if (status == ALN_OK)
        status = for_pairs(&b, QUANTITIES, all_the_way, &of);
    for (size_t k = 0; k < QUANTITIES && status == ALN_OK; k++) {
        value[k] = aln_meter_mean_of_pairs(seeds->count, QUANTITIES, of + k, &error);
        value[QUANTITIES] = error; /* of the last, the barrier */
    }
    free(of);
    close_between(&b);
    return status;
}

/* ---- columns ---- */

size_t aln_barrier_columns(const struct aln_network *net)
{
    return 2 * SETS + aln_network_depth(net) + 2;
}

void aln_barrier_column(const struct aln_network *net, size_t i, char name[32])
{
    static const char *const first[2 * SETS] = {"barrier_test", "barrier_test_se", "barrier_train",
                                                "barrier_train_se"};
    const size_t layers = 2 * SETS + aln_network_depth(net);
    if (i < 2 * SETS)
        snprintf(name, 32, "%s", first[i]);
    else if (i < layers)
        snprintf(name, 32, "barrier_%zu", i - 2 * SETS + 1);
    else
        snprintf(name, 32, "%s", i == layers ? "soup_loss" : "soup_error");
}

size_t aln_path_columns(const struct aln_network *net)
{
    (void)net;
    return ALN_PATH_POINTS + 2;
}

void aln_path_column(const struct aln_network *net, size_t i, char name[32])
{
    (void)net;
    if (i < ALN_PATH_POINTS)
        snprintf(name, 32, "path_%zu", i + 1);
    else
        snprintf(name, 32, "path_barrier%s", i == ALN_PATH_POINTS ? "" : "_se");
}

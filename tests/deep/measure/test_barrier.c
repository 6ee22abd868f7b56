/* Losses between the weights of seeds: against the definitions, and where the loss is a parabola. */
#include "../../check_main.h"

#include "scene.h"

enum { SEEDS = 4, HALVES = 2 * 2 + DEPTH + 2, ALONG = ALN_PATH_POINTS + 2 };

/* Networks that differ in their seed, and have learnt for some steps. */
static void set_networks(struct scene s[SEEDS], struct aln_network *net[SEEDS])
{
    for (size_t i = 0; i < SEEDS; i++) {
        set_scene(&s[i], "dfa", "cross-entropy", "tanh", true);
        struct net options = s[i].options;
        options.o.seed = 10 + i;
        options.o.init_scale = 3;
        aln_meter_free(s[i].meter);
        s[i].meter = NULL;
        aln_network_free(s[i].net);
        net[i] = s[i].net = make_net(&options);
        struct aln_batch batch = s[i].samples.batch;
        batch.count = 16;
        for (int step = 0; step < 300; step++)
            must(aln_network_step(net[i], &batch, 0.02));
    }
}

static struct aln_seeds seeds_of(const struct scene *s, struct aln_network *const *net,
                                 size_t count)
{
    struct aln_seeds seeds = {.count = count,
                              .net = net,
                              .train = s->samples.batch,
                              .test = s->samples.batch,
                              .probe = s->samples.batch};
    seeds.probe.count = 12; /* as many samples of both sets */
    return seeds;
}

static double loss_of(struct aln_network *net, const struct aln_batch *all)
{
    struct aln_batch some = *all;
    struct aln_score score;
    some.count = 12;
    must(aln_network_score(net, &some, &score));
    return score.loss;
}

/* A network with the weights and biases of a plus s times those of b less a, in layer l alone or, with l
 * = 0, in all. */
static struct aln_network *mixed(const struct scene *of, struct aln_network *a,
                                 struct aln_network *b, size_t l, double s)
{
    struct net options = of->options;
    struct aln_network *net = make_net(&options);
    for (size_t m = 1; m <= DEPTH; m++)
        for (int kind = 0; kind < 2; kind++) {
            const enum aln_tensor_kind of_kind = kind == 0 ? ALN_WEIGHT : ALN_BIAS;
            const size_t n = kind == 0 ? units[m] * units[m - 1] : units[m];
            double *x = tensor(a, of_kind, m, NULL), *y = tensor(b, of_kind, m, NULL);
            for (size_t i = 0; i < n && (l == 0 || l == m); i++)
                x[i] += s * (y[i] - x[i]);
            put(net, of_kind, m, x);
            free(x);
            free(y);
        }
    return net;
}

static double loss_between(const struct scene *of, struct aln_network *a, struct aln_network *b,
                           size_t l, double s)
{
    struct aln_network *net = mixed(of, a, b, l, s);
    const double loss = loss_of(net, &of->samples.batch);
    aln_network_free(net);
    return loss;
}

START_TEST(test_definitions)
{
    struct scene s[SEEDS];
    struct aln_network *net[SEEDS];
    double half[HALVES], along[ALONG], layer[1 + DEPTH] = {0}, path[ALN_PATH_POINTS] = {0},
                                                 most = 0;
    set_networks(s, net);
    const struct aln_seeds seeds = seeds_of(&s[0], net, 3);
    must(aln_barrier(&seeds, half));
    must(aln_path(&seeds, along));
    for (size_t i = 0; i < 3; i++)
        for (size_t j = i + 1; j < 3; j++) {
            const double a = loss_of(net[i], &s[0].samples.batch);
            const double b = loss_of(net[j], &s[0].samples.batch);
            double largest = 0;
            for (size_t l = 0; l <= DEPTH; l++)
                layer[l] += fmax(0, loss_between(&s[0], net[i], net[j], l, 0.5) - (a + b) / 2) / 3;
            for (size_t p = 0; p < ALN_PATH_POINTS; p++) {
                const double t = (double)p / (ALN_PATH_POINTS - 1);
                const double loss = loss_between(&s[0], net[i], net[j], 0, t);
                path[p] += loss / 3;
                largest = fmax(largest, loss - (a + t * (b - a)));
            }
            most += largest / 3;
        }
    near(half[0], layer[0]);
    near(half[2], layer[0]); /* the training set is the same */
    ck_assert_double_gt(half[0], 0.01);
    for (size_t l = 1; l <= DEPTH; l++)
        near(half[3 + l], layer[l]);
    for (size_t p = 0; p < ALN_PATH_POINTS; p++)
        near(along[p], path[p]);
    near(along[ALN_PATH_POINTS], most);
    ck_assert_double_ge(most, layer[0]);
    for (size_t i = 0; i < SEEDS; i++)
        strike_scene(&s[i]);
}
END_TEST

/* The average of two networks is the middle of their path. */
START_TEST(test_soup)
{
    struct scene s[SEEDS];
    struct aln_network *net[SEEDS];
    double half[HALVES], along[ALONG];
    set_networks(s, net);
    const struct aln_seeds seeds = seeds_of(&s[0], net, 2);
    must(aln_barrier(&seeds, half));
    must(aln_path(&seeds, along));
    near(half[HALVES - 2], along[(ALN_PATH_POINTS - 1) / 2]);
    struct aln_network *middle = mixed(&s[0], net[0], net[1], 0, 0.5);
    struct aln_batch some = s[0].samples.batch;
    struct aln_score score;
    some.count = 12;
    must(aln_network_score(middle, &some, &score));
    near(half[HALVES - 1], score.error);
    aln_network_free(middle);
    ck_assert(isnan(half[1]) && isnan(half[3]) && isnan(along[ALONG - 1])); /* no error from two */
    for (size_t i = 0; i < SEEDS; i++)
        strike_scene(&s[i]);
}
END_TEST

/* Standard errors, from the same measure with each network left out in turn. */
START_TEST(test_errors)
{
    struct scene s[SEEDS];
    struct aln_network *net[SEEDS], *left[SEEDS];
    double all[HALVES], along[ALONG], one[HALVES], other[ALONG], square[2] = {0};
    set_networks(s, net);
    struct aln_seeds seeds = seeds_of(&s[0], net, SEEDS);
    must(aln_barrier(&seeds, all));
    must(aln_path(&seeds, along));
    seeds.count = SEEDS - 1;
    seeds.net = left;
    for (size_t out = 0; out < SEEDS; out++) {
        for (size_t i = 0, n = 0; i < SEEDS; i++)
            if (i != out)
                left[n++] = net[i];
        must(aln_barrier(&seeds, one));
        must(aln_path(&seeds, other));
        square[0] += pow(one[0] - all[0], 2) * (SEEDS - 1) / SEEDS;
        square[1] += pow(other[ALN_PATH_POINTS] - along[ALN_PATH_POINTS], 2) * (SEEDS - 1) / SEEDS;
    }
    near(all[1], sqrt(square[0]));
    near(along[ALN_PATH_POINTS + 1], sqrt(square[1]));
    for (size_t i = 0; i < SEEDS; i++)
        strike_scene(&s[i]);
}
END_TEST

/* One linear layer under half the squared error: the loss along the path is a parabola that sags by half
 * s (1 - s) times the mean of |(W' - W) x|^2, so there is no barrier. */
START_TEST(test_parabola)
{
    enum { INPUTS = 5, OUTPUTS = 2, COUNT = 12 };
    static const size_t shape[2] = {INPUTS, OUTPUTS};
    struct net options;
    struct aln_network *net[2];
    struct samples samples;
    double half[2 * 2 + 1 + 2], along[ALONG], sag = 0;
    dense_net(&options, "bp", "half-mse", "tanh", 1, shape);
    draw_samples(&samples, COUNT, INPUTS, OUTPUTS, false, 3);
    for (size_t i = 0; i < 2; i++) {
        options.o.seed = 5 + i;
        net[i] = make_net(&options);
    }
    const struct aln_seeds seeds = {2, net, samples.batch, samples.batch, samples.batch};
    must(aln_barrier(&seeds, half));
    must(aln_path(&seeds, along));
    double *a = tensor(net[0], ALN_WEIGHT, 1, NULL), *b = tensor(net[1], ALN_WEIGHT, 1, NULL);
    for (size_t i = 0; i < COUNT; i++)
        for (size_t o = 0; o < OUTPUTS; o++) {
            double difference = 0;
            for (size_t k = 0; k < INPUTS; k++)
                difference += (b[o * INPUTS + k] - a[o * INPUTS + k]) *
                              (double)samples.batch.x[i * INPUTS + k];
            sag += difference * difference / COUNT;
        }
    ck_assert_double_gt(sag, 0.01);
    for (size_t p = 0; p < ALN_PATH_POINTS; p++) {
        const double t = (double)p / (ALN_PATH_POINTS - 1);
        near(along[p], (1 - t) * along[0] + t * along[ALN_PATH_POINTS - 1] - t * (1 - t) / 2 * sag);
    }
    ck_assert(half[0] == 0 && half[2] == 0 && half[4] == 0 && along[ALN_PATH_POINTS] == 0);
    free(a);
    free(b);
    free_samples(&samples);
    aln_network_free(net[0]);
    aln_network_free(net[1]);
}
END_TEST

CHECK_MAIN("deep/barrier", test_definitions, test_soup, test_errors, test_parabola)

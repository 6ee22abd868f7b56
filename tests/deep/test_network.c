/* Networks against a plain twin; independence of state, chunks and threads. */
#include "../check_main.h"
#include "../covers.h"

#include "base/interrupt.h"
#include "base/team.h"
#include "twin.h"

/* ---- the twin ---- */

static const size_t shapes[][MOST_LAYERS] = {{7, 6, 5, 4, 3}, {4, 9, 1}, {5, 3}, {3, 12, 17, 2}};
static const size_t depths[] = {4, 2, 1, 3};
enum { SHAPES = sizeof depths / sizeof depths[0] };

/* Variant s of the settings that every rule must support. */
static void vary(struct net *n, size_t s)
{
    n->o.bias = s % 2 == 0;
    n->o.optimiser = s / 2 % 4 == 0 ? NULL : aln_optimiser_row(s / 2 % 4 - 1);
    n->o.momentum = s / 2 % 4 == 1 ? 0.7 : s / 2 % 4 == 2 ? 0.9 : 0; /* none, sgd, momentum, adam */
    n->o.beta1 = 0.8;
    n->o.beta2 = 0.99;
    n->o.epsilon = 1e-3;
    n->o.decay = s % 2 == 0 ? 0.1 : 0;
    n->o.reduction = s % 2 ? ALN_MEAN : ALN_SUM;
    if (s % 2 == 0) {
        n->o.feedback.rate = 0.02;
        n->o.feedback.decay = 0.3;
    }
}

/* 25 steps with weights of order one; round-off of about 1e-16 per step, no instability. */
START_TEST(test_twin)
{
    for (size_t s = 0; s < SHAPES; s++)
        for (size_t r = 0; r < rules_all()->count; r++)
            for (size_t k = 0; k < aln_losses.count && is_deep(rules_row(r)); k++)
                for (size_t g = 0; g < aln_deep_activations.count; g++) {
                    const char *rule = rules_row(r)->id.name;
                    const struct aln_loss *loss = aln_loss_row(k);
                    const char *activation = aln_names_row(&aln_deep_activations, g)->name;
                    const size_t outputs = shapes[s][depths[s]];
                    if (outputs < loss->least_outputs)
                        continue;
                    struct net n;
                    struct samples data;
                    struct twin twin;
                    dense_net(&n, rule, loss->id.name, activation, depths[s], shapes[s]);
                    vary(&n, s + r + g);
                    struct aln_network *net = make_net(&n);
                    draw_samples(&data, 40, shapes[s][0], outputs, (k + g) % 2 == 0, 9);
                    twin_start(&twin, net);
                    for (uint32_t step = 0; step < 25; step++) {
                        uint32_t index[] = {step, 39 - step, (7 * step) % 40};
                        struct aln_batch batch = data.batch;
                        batch.index = index;
                        batch.count = 1 + step % 3;
                        must(aln_network_step(net, &batch, 0.005));
                        twin_step(&twin, &batch, 0.005);
                    }
                    double difference = twin_difference(&twin, net);
                    ck_assert_msg(difference < 1e-12, "%s, %s, %s, shape %zu: %g", rule,
                                  loss->id.name, activation, s, difference);
                    twin_free(&twin);
                    aln_network_free(net);
                    free_samples(&data);
                }
}
END_TEST

/* Float follows double: 40 steps of relative rounding 6e-8, after which a sign or a slope may change one
 * step earlier in one precision. Not where an error near a level may be fed
 * back as another one. */
START_TEST(test_precisions)
{
    for (size_t r = 0; r < rules_closed(); r++)
        for (size_t g = 0; g < aln_deep_activations.count && is_deep(rules_row(r)); g++) {
            /* The signal along a direction is longer by the root of the number of units. */
            const double rate = rules_does(rules_row(r), RULES_DIRECTION) ? 2e-4 : 0.02;
            struct net n;
            struct samples data;
            struct aln_network *net[2];
            double *x[2];
            size_t length;
            dense_net(&n, rules_row(r)->id.name, "cross-entropy",
                      aln_names_row(&aln_deep_activations, g)->name, 3,
                      (const size_t[]){20, 30, 30, 4});
            vary(&n, r + g);
            draw_samples(&data, 16, 20, 4, true, 2);
            for (int i = 0; i < 2; i++) {
                n.o.precision = i == 0 ? ALN_SINGLE : ALN_DOUBLE;
                net[i] = make_net(&n);
                for (int step = 0; step < 40; step++)
                    must(aln_network_step(net[i], &data.batch, rate));
                x[i] = whole_state(net[i], &length);
            }
            /* sign-symmetric: a weight may change sign one step earlier in one precision */
            ck_assert_double_lt(deviation(length, x[0], x[1]), 1e-5);
            ck_assert_double_gt(deviation(length, x[0], x[1]), 0);
            for (int i = 0; i < 2; i++) {
                aln_network_free(net[i]);
                free(x[i]);
            }
            free_samples(&data);
        }
}
END_TEST

/* ---- state ---- */

static void steps(struct aln_network *net, const struct samples *data, uint32_t from, uint32_t to)
{
    for (uint32_t step = from; step < to; step++) {
        uint32_t index[] = {step % 30, (step * 11) % 30, (step * 7) % 30};
        struct aln_batch batch = data->batch;
        batch.index = index;
        batch.count = 3;
        must(aln_network_step(net, &batch, 0.01));
    }
}

START_TEST(test_state)
{
    for (size_t r = 0; r < rules_all()->count; r++)
        for (int variant = 0; variant < 4 && is_deep(rules_row(r)); variant++) {
            struct net n;
            struct samples data;
            dense_net(&n, rules_row(r)->id.name, "half-mse", "tanh", 4, shapes[0]);
            n.o.precision = variant % 2 == 0 ? ALN_SINGLE : ALN_DOUBLE;
            n.o.optimiser = aln_optimiser_find(variant < 2 ? "momentum" : "adam");
            n.o.momentum = variant < 2 ? 0.5 : 0;
            n.o.beta1 = 0.9;
            n.o.beta2 = 0.99;
            n.o.epsilon = 1e-8;
            n.o.bias = true;
            struct aln_network *first = make_net(&n);
            n.o.feedback.seed = 1000;
            if (!rules_does(rules_row(r), RULES_DIRECTION | RULES_MIRROR)) /* noise is the seed's */
                n.o.seed = 1000;
            struct aln_network *second = make_net(&n);
            draw_samples(&data, 30, 7, 3, false, 4);
            steps(first, &data, 0, 20);
            ck_assert_uint_eq(aln_network_tensors(first), aln_network_tensors(second));
            for (size_t i = 0; i < aln_network_tensors(first); i++) {
                struct aln_tensor a, b;
                aln_network_tensor(first, i, &a);
                aln_network_tensor(second, i, &b);
                ck_assert_str_eq(a.name, b.name);
                ck_assert_uint_eq(aln_network_find(first, a.kind, a.layer), i);
                /* in either precision: double represents every float */
                enum aln_precision as = i % 2 ? ALN_DOUBLE : n.o.precision;
                void *x = malloc(a.rows * a.cols * sizeof(double));
                aln_network_read(first, i, as, x);
                aln_network_write(second, i, as, x);
                free(x);
            }
            aln_network_set_steps(second, aln_network_steps(first));
            steps(first, &data, 20, 40);
            steps(second, &data, 20, 40);
            size_t length;
            double *x = whole_state(first, &length), *y = whole_state(second, &length);
            ck_assert_mem_eq(x, y, length * sizeof *x);
            ck_assert_uint_eq(aln_network_steps(second), 40);
            free(x);
            free(y);
            aln_network_free(first);
            aln_network_free(second);
            free_samples(&data);
        }
}
END_TEST

START_TEST(test_names)
{
    static const char *const names[] = {"W_1", "b_1",  "F_1",  "vW_1", "vb_1", "W_2",  "b_2",
                                        "F_2", "vW_2", "vb_2", "W_3",  "b_3",  "vW_3", "vb_3"};
    struct net n;
    dense_net(&n, "dfa", "half-mse", "tanh", 3, (const size_t[]){7, 6, 5, 2});
    n.o.bias = true;
    n.o.momentum = 0.1;
    struct aln_network *net = make_net(&n);
    ck_assert_uint_eq(aln_network_tensors(net), sizeof names / sizeof names[0]);
    for (size_t i = 0; i < aln_network_tensors(net); i++) {
        struct aln_tensor t;
        aln_network_tensor(net, i, &t);
        ck_assert_str_eq(t.name, names[i]);
    }
    ck_assert_uint_eq(aln_network_size(net), 6 * 7 + 6 + 5 * 6 + 5 + 2 * 5 + 2);
    ck_assert_double_eq(aln_network_step_flops(net),
                        2 * (2 * (6 * 7 + 5 * 6 + 2 * 5) + 2 * (6 + 5)));
    aln_network_free(net);
}
END_TEST

/* Neither evaluating a network nor running others changes its steps. */
START_TEST(test_evaluation)
{
    static const char *const rules[] = {"bp", "dfa", "sign-symmetric", "kolen-pollack"};
    for (size_t r = 0; r < 4; r++) {
        struct net n;
        struct samples data;
        dense_net(&n, rules[r], "cross-entropy", "relu", 4, shapes[0]);
        n.o.precision = ALN_SINGLE;
        draw_samples(&data, 30, 7, 3, true, 4);
        struct aln_network *quiet = make_net(&n), *watched = make_net(&n);
        double *room = malloc(16 * 18 * sizeof *room + aln_network_size(quiet) * sizeof *room);
        steps(quiet, &data, 0, 10);
        for (uint32_t i = 0; i < 10; i++) {
            struct aln_score score;
            struct aln_batch part = data.batch;
            part.count = 16;
            must(aln_network_score(watched, &data.batch, &score));
            must(aln_network_signals(watched, &part, room, NULL, NULL));
            must(aln_network_signals(watched, &part, room, room, NULL));
            must(aln_network_gradient(watched, &part, room, room));
            aln_network_feedback(watched, 1, room);
            steps(watched, &data, i, i + 1);
        }
        size_t length;
        double *x = whole_state(quiet, &length), *y = whole_state(watched, &length);
        ck_assert_mem_eq(x, y, length * sizeof *x);
        free(x);
        free(y);
        free(room);
        aln_network_free(quiet);
        aln_network_free(watched);
        free_samples(&data);
    }
}
END_TEST

START_TEST(test_threads)
{
    enum { NETS = 8 };
    struct samples data;
    struct aln_network *net[NETS];
    double *alone[NETS];
    size_t length = 0;
    draw_samples(&data, 30, 200, 10, true, 4);
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < NETS; i++) {
            struct net n;
            dense_net(&n, i % 2 ? "dfa" : "bp", "cross-entropy", "tanh", 3,
                      (const size_t[]){200, 100, 100, 10});
            n.o.precision = i % 3 ? ALN_SINGLE : ALN_DOUBLE;
            n.o.seed = i;
            net[i] = make_net(&n);
        }
#pragma omp parallel for schedule(dynamic) num_threads(pass ? 4 : 1)
        for (size_t i = 0; i < NETS; i++)
            steps(net[i], &data, 0, 100);
        for (size_t i = 0; i < NETS; i++) {
            double *x = whole_state(net[i], &length);
            if (pass == 0) {
                alone[i] = x;
            } else {
                ck_assert_mem_eq(x, alone[i], length * sizeof *x);
                free(x);
                free(alone[i]);
            }
            aln_network_free(net[i]);
        }
    }
    free_samples(&data);
}
END_TEST

/* ---- scores ---- */

START_TEST(test_score)
{
    struct net n;
    struct samples data;
    struct aln_score whole, other;
    enum { COUNT = 101 };
    draw_samples(&data, COUNT, 7, 3, true, 4);
    dense_net(&n, "bp", "cross-entropy", "tanh", 4, shapes[0]);
    n.o.batch = COUNT;
    struct aln_network *net = make_net(&n);
    must(aln_network_score(net, &data.batch, &whole));
    double yhat[COUNT * 3], y[3], loss = 0;
    size_t wrong = 0;
    must(aln_network_outputs(net, &data.batch, yhat));
    for (size_t i = 0; i < COUNT; i++) {
        const double *o = yhat + 3 * i;
        size_t best = o[0] >= o[1] && o[0] >= o[2] ? 0 : o[1] >= o[2] ? 1 : 2;
        wrong += best != data.label[i];
        for (size_t k = 0; k < 3; k++)
            y[k] = k == data.label[i];
        loss += n.o.loss->value(3, o, y, NULL);
    }
    ck_assert_double_eq(whole.error, (double)wrong / COUNT);
    ck_assert_double_eq_tol(whole.loss, loss / COUNT, 1e-14);
    ck_assert(wrong > 30 && wrong < 101);
    aln_network_free(net);
    /* in chunks, the last one short */
    n.o.batch = 8;
    net = make_net(&n);
    double again[COUNT * 3];
    must(aln_network_score(net, &data.batch, &other));
    must(aln_network_outputs(net, &data.batch, again));
    ck_assert_double_eq(other.error, whole.error);
    ck_assert_double_eq_tol(other.loss, whole.loss, 1e-14);
    ck_assert_double_lt(deviation(COUNT * 3, again, yhat), 1e-14);
    /* targets have no classes */
    data.batch.label = NULL;
    data.batch.y = data.y;
    must(aln_network_score(net, &data.batch, &other));
    ck_assert(isnan(other.error));
    aln_network_free(net);
    free_samples(&data);
}
END_TEST

/* A team has the sums of one thread, bit for bit, also after steps, with more chunks than it takes in one
 * round and a short last one. */
static void check_team(struct aln_network *net, const struct aln_batch *batch)
{
    enum { FIRST = 16 };
    struct aln_batch some = *batch;
    some.count = 8;
    for (int step = 0; step < 3; step++) {
        struct aln_score alone = {1, 2};
        must(aln_network_add_scores(net, batch, FIRST, &alone));
        for (int threads = 2; threads <= ALN_TEAM_MOST; threads = 2 * threads + 1) {
            struct aln_score together = {1, 2};
            aln_team_size(threads);
            must(aln_network_add_scores(net, batch, FIRST, &together));
            ck_assert_mem_eq(&together.loss, &alone.loss, sizeof alone.loss);
            ck_assert(isnan(together.error) ? batch->label == NULL : together.error == alone.error);
        }
        aln_team_size(1);
        must(aln_network_step(net, &some, 0.1));
    }
}

/* It names the first label that is wrong, and heeds a stop request. */
static void check_team_refusals(struct aln_network *net, const struct samples *data)
{
    volatile sig_atomic_t stop = 1;
    struct aln_score score;
    data->label[117] = 3;
    data->label[900] = 4;
    aln_team_size(3);
    ck_assert_int_eq(aln_network_score(net, &data->batch, &score), ALN_USAGE);
    ck_assert_ptr_nonnull(strstr(aln_error(), "label 3 of sample 117"));
    const volatile sig_atomic_t *before = aln_interrupt_watch(&stop);
    ck_assert_int_eq(aln_network_score(net, &data->batch, &score), ALN_STOPPED);
    aln_interrupt_watch(before);
}

START_TEST(test_score_team)
{
    enum { COUNT = 1203, TARGETS = 1, DOUBLES, ORDERED, MAPS, VARIANTS };
    const int before = aln_team_size(1);
    for (int variant = 0; variant < VARIANTS; variant++) {
        struct net n;
        struct samples data;
        uint32_t index[COUNT];
        draw_samples(&data, COUNT, 15, 3, variant != TARGETS, 4);
        for (uint32_t i = 0; i < COUNT; i++)
            index[i] = i * 7 % COUNT;
        dense_net(&n, "dfa", "cross-entropy", "tanh", 4, (const size_t[]){15, 6, 5, 4, 3});
        n.o.batch = 8;
        n.o.bias = true;
        n.o.precision = variant == DOUBLES ? ALN_DOUBLE : ALN_SINGLE;
        if (variant == MAPS) {
            n.o.input = (struct aln_shape){1, 3, 5};
            n.layer[0].kind = aln_layer_kind_find("conv");
            n.layer[0].kernel = 2;
            n.layer[1] = (struct aln_layer){.kind = aln_layer_kind_find("max-pool"), .size = 2};
            n.layer[2] = (struct aln_layer){.kind = aln_layer_kind_find("flatten")};
        }
        struct aln_network *net = make_net(&n);
        data.batch.index = variant == ORDERED ? index : NULL;
        check_team(net, &data.batch);
        if (variant == 0)
            check_team_refusals(net, &data);
        aln_network_free(net);
        free_samples(&data);
    }
    aln_team_size(before);
}
END_TEST

/* One output: class 1 is +1, the sign decides. */
START_TEST(test_one_output)
{
    struct net n;
    struct aln_score score;
    const float x[] = {1, -1, 2, -2};
    const uint32_t label[] = {1, 0, 0, 0};
    const struct aln_batch batch = {.count = 4, .x = x, .label = label};
    dense_net(&n, "bp", "half-mse", "tanh", 1, (const size_t[]){1, 1});
    struct aln_network *net = make_net(&n);
    put(net, ALN_WEIGHT, 1, (const double[]){0.5});
    must(aln_network_score(net, &batch, &score));
    ck_assert_double_eq(score.error, 0.25);
    ck_assert_double_eq(score.loss, (0.25 + 0.25 + 4 + 0) / 2 / 4);
    aln_network_free(net);
}
END_TEST

/* ---- failures ---- */

START_TEST(test_divergence)
{
    for (int precision = ALN_SINGLE; precision <= ALN_DOUBLE; precision++) {
        /* a norm that is too large: checked every 64 steps */
        struct net n;
        struct samples data;
        draw_samples(&data, 30, 7, 3, false, 4);
        dense_net(&n, "dfa", "half-mse", "relu", 4, shapes[0]);
        n.o.precision = (enum aln_precision)precision;
        struct aln_network *net = make_net(&n);
        double *W = tensor(net, ALN_WEIGHT, 2, NULL);
        W[0] = 1001;
        put(net, ALN_WEIGHT, 2, W);
        free(W);
        steps(net, &data, 0, 0);
        enum aln_status status = ALN_OK;
        data.batch.count = 1;
        while (status == ALN_OK && aln_network_steps(net) < 1000)
            status = aln_network_step(net, &data.batch, 0);
        ck_assert_int_eq(status, ALN_NUMERIC);
        ck_assert_uint_eq(aln_network_steps(net), 64);
        ck_assert_ptr_nonnull(strstr(aln_error(), "step 64: the weights of layer 2 diverge, "));
        ck_assert_ptr_nonnull(strstr(aln_error(), "||W_2|| = 100"));
        /* an output that is NaN; the state is unchanged */
        size_t length;
        W = tensor(net, ALN_WEIGHT, 1, NULL);
        W[3] = NAN;
        put(net, ALN_WEIGHT, 1, W);
        free(W);
        double *before = whole_state(net, &length);
        ck_assert_int_eq(aln_network_step(net, &data.batch, 0.1), ALN_NUMERIC);
        ck_assert_ptr_nonnull(strstr(aln_error(), "step 65: an output is not finite"));
        ck_assert_ptr_nonnull(strstr(aln_error(), "||W_1|| = "));
        double *after = whole_state(net, &length);
        ck_assert_mem_eq(before, after, length * sizeof *after);
        free(before);
        free(after);
        aln_network_free(net);
        free_samples(&data);
    }
}
END_TEST

static void refused(struct net *n, const char *words)
{
    struct aln_network *net = (void *)1;
    n->o.layer = n->layer;
    ck_assert_int_eq(aln_network_create(&net, &n->o), ALN_USAGE);
    ck_assert_msg(strstr(aln_error(), words) != NULL, "'%s' instead of '%s'", aln_error(), words);
    ck_assert_ptr_null(net);
}

START_TEST(test_refusals)
{
    struct net n;
#define REFUSED(change, words)                                                                     \
    dense_net(&n, "dfa", "half-mse", "tanh", 4, shapes[0]);                                        \
    change;                                                                                        \
    refused(&n, words)
    REFUSED(n.o.layer_count = 0, "no layers");
    REFUSED(n.layer[2].size = 0, "layer 3 (dense): 0 units");
    REFUSED(n.layer[1].kernel = 3, "layer 2 (dense): this kind of layer has no kernel");
    REFUSED(n.layer[1].size = 1u << 31, "layer 2 (dense): too large");
    REFUSED(n.layer[3].activation = n.layer[0].activation, "layer 4 (dense): the last layer");
    REFUSED(n.o.input.width = 0, "input of shape 7 x 1 x 0");
    REFUSED(n.o.batch = 0, "batch size 0 is out of range");
    REFUSED(n.o.momentum = -0.1, "momentum = -0.1");
    REFUSED(n.o.momentum = 1, "momentum = 1");
    REFUSED(n.o.decay = NAN, "decay = nan");
    REFUSED((n.o.optimiser = aln_optimiser_find("adam"), n.o.epsilon = 1, n.o.beta1 = 1),
            "beta1 = 1");
    REFUSED((n.o.optimiser = aln_optimiser_find("adam"), n.o.epsilon = 1, n.o.beta2 = -1),
            "beta2 = -1");
    REFUSED(n.o.optimiser = aln_optimiser_find("adam"), "epsilon = 0");
    REFUSED((n.o.optimiser = aln_optimiser_find("adam"), n.o.epsilon = 1, n.o.momentum = 0.5),
            "momentum = 0.5");
    REFUSED(n.o.feedback.scale = HUGE_VAL, "feedback.scale = inf");
    REFUSED(n.o.rule = NULL, "network: no rule");
    REFUSED(n.o.loss = NULL, "network: no loss");
    REFUSED(n.o.init = NULL, "network: no initialisation");
    REFUSED(n.o.layer_count = 0, "network: no layers");
    REFUSED(n.layer[1].kind = NULL, "network: layer 2 has no kind");
    REFUSED(n.o.feedback.rate = -1, "feedback.rate = -1");
    REFUSED((n.o.loss = aln_loss_find("cross-entropy"), n.layer[3].size = 1),
            "cross-entropy needs at least 2 outputs");
    REFUSED(
        (n.o.rule = aln_rule_find("sign-symmetric"), n.o.init = aln_initialisation_find("aligned")),
        "'aligned' needs");
    dense_net(&n, "dfa", "half-mse", "tanh", 4, shapes[0]);
    struct aln_network *net = make_net(&n);
    struct samples data;
    struct aln_score score;
    double room[1000];
    draw_samples(&data, 30, 7, 3, true, 4);
    ck_assert_int_eq(aln_network_step(net, &data.batch, 0.1), ALN_USAGE); /* 30 > 16 */
    ck_assert_ptr_nonnull(strstr(aln_error(), "30 samples exceed the batch size, 16"));
    ck_assert_int_eq(aln_network_signals(net, &data.batch, room, room, NULL), ALN_USAGE);
    data.label[17] = 3;
    ck_assert_int_eq(aln_network_score(net, &data.batch, &score), ALN_USAGE);
    ck_assert_ptr_nonnull(strstr(aln_error(), "label 3 of sample 17"));
    data.batch.count = 3;
    data.batch.label = NULL;
    ck_assert_int_eq(aln_network_step(net, &data.batch, 0.1), ALN_USAGE);
    data.batch.count = 0;
    ck_assert_int_eq(aln_network_score(net, &data.batch, &score), ALN_USAGE);
    aln_network_free(net);
    aln_network_free(NULL);
    free_samples(&data);
}
END_TEST

/* ---- random initial values ---- */

START_TEST(test_feedback)
{
    struct net n;
    const size_t units[] = {50, 400, 300, 20};
    for (unsigned d = 0; d < aln_distributions.count; d++)
        for (int layerwise = 0; layerwise < 2; layerwise++) {
            dense_net(&n, layerwise ? "fa" : "dfa", "half-mse", "tanh", 3, units);
            n.o.feedback.distribution = (enum aln_distribution)d;
            n.o.feedback.scale = 2;
            n.o.feedback.scaling = layerwise ? ALN_BY_ROOT : ALN_BY_ONE;
            struct aln_network *net = make_net(&n);
            struct aln_tensor t;
            double *F = tensor(net, ALN_FEEDBACK, 1, &t), *effective = malloc(400 * 300 * 8);
            size_t count = t.rows * t.cols;
            double want = 2 / (layerwise ? 20.0 : 1.0) /
                          aln_distribution_row((enum aln_distribution)d)->to_unit;
            /* 8000 or 120000 numbers: relative deviation 1/sqrt(2 count) at most; 5 of them */
            ck_assert_double_eq_tol(norm(count, F) / sqrt((double)count), want,
                                    5 * want / sqrt(2 * (double)count));
            aln_network_feedback(net, 1, effective);
            ck_assert_mem_eq(effective, F, count * sizeof *F);
            aln_network_free(net);
            /* depends on the seed of the feedback, not on that of the weights */
            n.o.seed++;
            net = make_net(&n);
            double *same = tensor(net, ALN_FEEDBACK, 1, NULL);
            ck_assert_mem_eq(same, F, count * sizeof *F);
            aln_network_free(net);
            n.o.feedback.seed++;
            net = make_net(&n);
            double *other = tensor(net, ALN_FEEDBACK, 1, NULL);
            ck_assert_double_lt(fabs(cosine(count, other, F)), 5 / sqrt((double)count));
            aln_network_free(net);
            free(F);
            free(same);
            free(other);
            free(effective);
        }
}
END_TEST

/* Independent entries of W_2 (300 x 400), or none: their root mean square in units of
 * 1/sqrt(fan-in), to 5 standard errors, and their largest. */
START_TEST(test_independent_weights)
{
    static const struct {
        const char *name;
        double rms, most;
    } laws[] = {{"uniform", 0.57735026918962584, 1}, {"gaussian", 1, 6}, {"zero", 0, 0}};
    for (size_t i = 0; i < sizeof laws / sizeof laws[0]; i++) {
        struct net n;
        struct aln_tensor t;
        double largest = 0;
        dense_net(&n, "dfa", "half-mse", "tanh", 3, (const size_t[]){50, 400, 300, 20});
        n.o.init = aln_initialisation_find(laws[i].name);
        n.o.init_scale = 1.5;
        struct aln_network *net = make_net(&n);
        double *W = tensor(net, ALN_WEIGHT, 2, &t), unit = 1.5 / 20;
        size_t count = t.rows * t.cols;
        for (size_t k = 0; k < count; k++)
            largest = fmax(largest, fabs(W[k]));
        ck_assert_double_eq_tol(norm(count, W) / sqrt((double)count), laws[i].rms * unit,
                                5 * laws[i].rms * unit / sqrt(2 * (double)count) + 1e-15);
        ck_assert(largest <= laws[i].most * unit && largest >= 0.7 * laws[i].most * unit);
        free(W);
        aln_network_free(net);
    }
}
END_TEST

START_TEST(test_orthonormal)
{
    struct net n;
    dense_net(&n, "dfa", "half-mse", "tanh", 3, (const size_t[]){9, 4, 6, 6});
    n.o.feedback.orthonormal = true;
    n.o.feedback.scale = 3;
    n.o.init = aln_initialisation_find("orthogonal");
    struct aln_network *net = make_net(&n);
    for (size_t l = 1; l < 3; l++) {
        struct aln_tensor t;
        double *F = tensor(net, ALN_FEEDBACK, l, &t);
        for (size_t i = 0; i < (l == 1 ? 4u : 6u); i++) /* 4 x 6: its rows; 6 x 6 both */
            for (size_t j = 0; j < t.rows && l == 1; j++) {
                double sum = 0;
                for (size_t k = 0; k < 6; k++)
                    sum += F[i * 6 + k] * F[j * 6 + k];
                ck_assert_double_eq_tol(sum, i == j ? 9 : 0, 1e-13);
            }
        for (size_t i = 0; i < 6 && l == 2; i++)
            for (size_t j = 0; j < 6; j++) {
                double sum = 0;
                for (size_t k = 0; k < 6; k++)
                    sum += F[k * 6 + i] * F[k * 6 + j];
                ck_assert_double_eq_tol(sum, i == j ? 9 : 0, 1e-13);
            }
        free(F);
    }
    double *W = tensor(net, ALN_WEIGHT, 2, NULL); /* 6 x 4: columns */
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < 4; j++) {
            double sum = 0;
            for (size_t k = 0; k < 6; k++)
                sum += W[k * 4 + i] * W[k * 4 + j];
            ck_assert_double_eq_tol(sum, i == j, 1e-14);
        }
    free(W);
    aln_network_free(net);
}
END_TEST

/* Weights parallel to F_l F_{l-1}^T, or to the products of fa; rms as for uniform. */
START_TEST(test_aligned)
{
    static const char *const rules[] = {"dfa", "fa", "bp"};
    const size_t units[] = {9, 8, 7, 6, 3};
    for (size_t r = 0; r < 3; r++) {
        struct net n;
        dense_net(&n, rules[r], "half-mse", "tanh", 4, units);
        n.o.init = aln_initialisation_find("aligned");
        struct aln_network *net = make_net(&n);
        double G[4][8 * 8] = {{0}}; /* from the output to h_l, n_l x 3 */
        for (size_t l = 3; l >= 1; l--) {
            struct aln_tensor t;
            double *F = tensor(net, ALN_FEEDBACK, l, &t);
            for (size_t i = 0; i < t.rows; i++)
                for (size_t o = 0; o < 3; o++)
                    for (size_t k = 0; k < t.cols; k++)
                        G[l][i * 3 + o] +=
                            F[i * t.cols + k] * (r == 1 && l < 3 ? G[l + 1][k * 3 + o] : k == o);
            free(F);
        }
        for (size_t l = 2; l <= 4; l++) {
            double *W = tensor(net, ALN_WEIGHT, l, NULL), want[64] = {0};
            for (size_t i = 0; i < units[l]; i++)
                for (size_t j = 0; j < units[l - 1]; j++)
                    for (size_t o = 0; o < 3; o++)
                        want[i * units[l - 1] + j] +=
                            (l == 4 ? i == o : G[l][i * 3 + o]) * G[l - 1][j * 3 + o];
            size_t count = units[l] * units[l - 1];
            ck_assert_double_eq_tol(cosine(count, W, want), 1, 1e-14);
            ck_assert_double_eq_tol(norm(count, W), sqrt((double)units[l] / 3), 1e-13);
            free(W);
        }
        aln_network_free(net);
    }
}
END_TEST

START_TEST(test_covered)
{
    COVERS(&aln_initialisations, "uniform", "gaussian", "orthogonal", "zero", "aligned");
    COVERS(&aln_precisions, "single", "double");
    COVERS(&aln_reductions, "sum", "mean");
    COVERS(&aln_scalings, "root", "one");
    COVERS(&aln_optimisers, "sgd", "momentum", "adam");
}
END_TEST

CHECK_MAIN("deep/network", test_twin, test_precisions, test_state, test_names, test_evaluation,
           test_threads, test_score, test_score_team, test_one_output, test_divergence,
           test_refusals, test_feedback, test_independent_weights, test_orthonormal, test_aligned,
           test_covered)

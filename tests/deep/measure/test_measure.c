/* Measures of deep networks against literal implementations of their definitions: explicit
 * matrices, one sample at a time. All in double, so 1e-10 is round-off of a few thousand terms. */
#include "../../check_main.h"
#include "../../covers.h"

#include <gsl/gsl_linalg.h>

#include "deep/measure/meter.h"

#include "scene.h"

/* ---- weights and routes ---- */

static bool is_layerwise(const struct scene *s)
{
    const struct aln_rule *rule = s->options.o.rule;
    return rule->route == ALN_LAYERWISE && aln_rule_feedback_kind(rule) != ALN_FEEDBACK_WEIGHTS;
}

/* B_l (units x n_L), multiplied from the output down; feedback as drawn. */
static void route(const struct scene *s, size_t l, double *B)
{
    size_t n = units[DEPTH];
    double F[MOST * MOST], above[MOST * MOST];
    bool drawn = aln_rule_feedback_kind(s->options.o.rule) != ALN_FEEDBACK_MADE;
    double root =
        drawn && s->options.o.feedback.scaling == ALN_BY_ROOT ? sqrt((double)units[l]) : 1;
    if (!is_layerwise(s)) {
        aln_network_read(s->net, aln_network_find(s->net, ALN_FEEDBACK, l), ALN_DOUBLE, B);
        for (size_t i = 0; i < units[l] * n; i++)
            B[i] *= root;
        return;
    }
    if (drawn)
        aln_network_read(s->net, aln_network_find(s->net, ALN_FEEDBACK, l), ALN_DOUBLE, F);
    else
        aln_network_feedback(s->net, l, F);
    for (size_t i = 0; i < units[l] * units[l + 1]; i++)
        F[i] *= root;
    if (l + 1 == DEPTH) {
        memcpy(B, F, units[l] * n * sizeof *B);
        return;
    }
    route(s, l + 1, above);
    for (size_t i = 0; i < units[l]; i++)
        for (size_t j = 0; j < n; j++) {
            B[i * n + j] = 0;
            for (size_t k = 0; k < units[l + 1]; k++)
                B[i * n + j] += F[i * units[l + 1] + k] * above[k * n + j];
        }
}

/* B_l B_{l-1}^T (n_l x n_{l-1}), or B_{L-1}^T. */
static void outer(const struct scene *s, size_t l, double *P)
{
    size_t n = units[DEPTH];
    double above[MOST * MOST], below[MOST * MOST];
    route(s, l - 1, below);
    if (l < DEPTH)
        route(s, l, above);
    for (size_t i = 0; i < units[l]; i++)
        for (size_t j = 0; j < units[l - 1]; j++) {
            P[i * units[l - 1] + j] = 0;
            for (size_t k = 0; k < n; k++)
                P[i * units[l - 1] + j] +=
                    (l < DEPTH ? above[i * n + k] : i == k) * below[j * n + k];
        }
}

static void check_weights(const struct scene *s, const double *value)
{
    double all_W[4 * MOST * MOST], all_P[4 * MOST * MOST], all_F[4 * MOST * MOST];
    size_t length = 0;
    for (size_t l = 2; l <= DEPTH; l++) {
        size_t size = units[l] * units[l - 1];
        double *W = tensor(s->net, ALN_WEIGHT, l, NULL), F[MOST * MOST];
        outer(s, l, all_P + length);
        memcpy(all_W + length, W, size * sizeof *W);
        near(reading_of(s, value, "WA", l), cosine(size, W, all_P + length));
        near(reading_of(s, value, "norm", l), norm(size, W));
        if (s->options.o.rule->route == ALN_LAYERWISE) {
            aln_network_feedback(s->net, l - 1, F);
            for (size_t i = 0; i < units[l]; i++)
                for (size_t j = 0; j < units[l - 1]; j++)
                    all_F[length + i * units[l - 1] + j] = F[j * units[l] + i];
            near(reading_of(s, value, "WF", l), cosine(size, W, all_F + length));
        } else {
            ck_assert(isnan(reading_of(s, value, "WF", l)));
        }
        free(W);
        length += size;
    }
    near(reading(s, value, "WA"), cosine(length, all_W, all_P));
    if (s->options.o.rule->route == ALN_LAYERWISE)
        near(reading(s, value, "WF"), cosine(length, all_W, all_F));
}

/* ---- signals ---- */

/* Signals of sample i in all layers.  Returned: where those of layer L begin */
static size_t signals_of(const struct scene *s, size_t i, double *da, double *bp)
{
    struct aln_batch one = s->samples.batch;
    uint32_t index = (uint32_t)i;
    one.index = &index;
    one.count = 1;
    must(aln_network_signals(s->net, &one, da, bp, NULL));
    return units[1] + units[2] + units[3];
}

static void check_signals(const struct scene *s, const double *value)
{
    double da[MOST], bp[MOST], sum[DEPTH] = {0}, batch[DEPTH] = {0}, rule2[DEPTH] = {0},
                               bp2[DEPTH] = {0};
    for (size_t i = 0; i < SAMPLES; i++) {
        size_t all = signals_of(s, i, da, bp), at = 0;
        for (size_t l = 0; l < DEPTH; l++) {
            size_t n = l == 0 ? all : units[l];
            double c = cosine(n, da + at, bp + at);
            sum[l] += c;
            batch[l] += i >= SAMPLES - 5 ? c : 0;
            rule2[l] += pow(norm(n, da + at), 2);
            bp2[l] += pow(norm(n, bp + at), 2);
            at += l == 0 ? 0 : n;
        }
    }
    near(reading(s, value, "GA"), sum[0] / SAMPLES);
    near(reading(s, value, "GA_batch"), batch[0] / 5);
    near(reading(s, value, "left_out"), 0);
    for (size_t l = 1; l < DEPTH; l++) {
        near(reading_of(s, value, "GA", l), sum[l] / SAMPLES);
        near(reading_of(s, value, "GA_batch", l), batch[l] / 5);
        near(reading_of(s, value, "left_out", l), 0);
        near(reading_of(s, value, "signal", l), sqrt(rule2[l] / SAMPLES));
        near(reading_of(s, value, "signal_bp", l), sqrt(bp2[l] / SAMPLES));
        near(reading_of(s, value, "ratio", l), sqrt(rule2[l] / bp2[l]));
    }
}

static void check_gradients(const struct scene *s, const double *value)
{
    enum { LONGEST = 1000 };
    static double G[2][LONGEST], rule[LONGEST], bp[LONGEST];
    double rule_part[LONGEST], bp_part[LONGEST];
    size_t size = aln_network_size(s->net), at = 0, length = 0;
    ck_assert_uint_le(size, LONGEST);
    memset(rule, 0, sizeof rule);
    memset(bp, 0, sizeof bp);
    for (uint32_t i = 0; i < SAMPLES; i++) {
        struct aln_batch one = s->samples.batch;
        one.index = &i;
        one.count = 1;
        must(aln_network_gradient(s->net, &one, G[0], G[1]));
        for (size_t j = 0; j < size; j++) {
            rule[j] += G[0][j];
            bp[j] += G[1][j];
        }
    }
    for (size_t l = 1; l < DEPTH; l++) {
        size_t n = units[l] * units[l - 1];
        near(reading_of(s, value, "UA", l), cosine(n, rule + at, bp + at));
        memcpy(rule_part + length, rule + at, n * sizeof *rule);
        memcpy(bp_part + length, bp + at, n * sizeof *bp);
        length += n;
        at += n + (s->options.o.bias ? units[l] : 0);
    }
    near(reading(s, value, "UA"), cosine(length, rule_part, bp_part));
}

/* exp of the entropy of the singular values of a SAMPLES x n matrix, which is overwritten. */
static double rank_of(size_t n, double *a)
{
    gsl_matrix_view A = gsl_matrix_view_array(a, SAMPLES, n);
    double v[MOST * MOST], s[MOST], sum = 0, entropy = 0;
    gsl_matrix_view V = gsl_matrix_view_array(v, n, n);
    gsl_vector_view S = gsl_vector_view_array(s, n);
    ck_assert_int_eq(gsl_linalg_SV_decomp_jacobi(&A.matrix, &V.matrix, &S.vector), 0);
    for (size_t i = 0; i < n; i++)
        sum += s[i];
    for (size_t i = 0; i < n; i++)
        entropy -= s[i] > 0 ? s[i] / sum * log(s[i] / sum) : 0;
    return exp(entropy);
}

/* By singular values of the signals themselves. The meter takes their squares, and what is below the
 * root of the round-off, 1e-8 of the largest, is lost: 1e-6 of the rank. */
static void check_ranks(const struct scene *s, const double *value)
{
    static double of_layer[2][DEPTH][SAMPLES * MOST];
    double da[2][MOST];
    for (size_t i = 0; i < SAMPLES; i++) {
        signals_of(s, i, da[0], da[1]);
        for (size_t k = 0; k < 2; k++) {
            const double *from = da[k];
            for (size_t l = 1; l < DEPTH; from += units[l++])
                memcpy(of_layer[k][l] + i * units[l], from, units[l] * sizeof *from);
        }
    }
    for (size_t l = 1; l < DEPTH; l++)
        for (size_t k = 0; k < 2; k++) {
            const double rank = reading_of(s, value, k == 0 ? "rank" : "rank_bp", l);
            ck_assert_double_eq_tol(rank, rank_of(units[l], of_layer[k][l]), 1e-6 * rank);
        }
}

/* Linear units under dfa: signals F_l e, whose rank is at most the number of outputs. */
START_TEST(test_rank_of_linear)
{
    struct scene s;
    set_scene(&s, "dfa", "half-mse", "linear", false);
    double *value = read_all(&s);
    for (size_t l = 1; l < DEPTH; l++) {
        ck_assert_double_gt(reading_of(&s, value, "rank", l), 1);
        ck_assert_double_le(reading_of(&s, value, "rank", l), (double)units[DEPTH] + 1e-6);
    }
    free(value);
    strike_scene(&s);
}
END_TEST

/* The weights of the second layer a quarter longer than when the meter was made. */
START_TEST(test_distance)
{
    struct scene s;
    set_scene(&s, "dfa", "half-mse", "tanh", true);
    double *W = tensor(s.net, ALN_WEIGHT, 2, NULL);
    for (size_t i = 0; i < units[2] * units[1]; i++)
        W[i] *= 1.25;
    aln_network_write(s.net, aln_network_find(s.net, ALN_WEIGHT, 2), ALN_DOUBLE, W);
    double *value = read_all(&s);
    for (size_t l = 1; l <= DEPTH; l++)
        ck_assert_double_eq_tol(reading_of(&s, value, "distance", l), l == 2 ? 0.25 : 0, 1e-12);
    free(value);
    free(W);
    strike_scene(&s);
}
END_TEST

/* ---- scores, errors ---- */

static void check_scores(const struct scene *s, const double *value)
{
    struct aln_score score;
    struct aln_batch head = s->samples.batch;
    must(aln_network_score(s->net, &s->samples.batch, &score));
    near(reading(s, value, "loss_train"), score.loss);
    if (s->samples.batch.label != NULL)
        near(reading(s, value, "error_train"), score.error);
    head.count = 16;
    must(aln_network_score(s->net, &head, &score));
    near(reading(s, value, "loss_test"), score.loss);
    ck_assert(isnan(reading(s, value, "error_test")) == (s->samples.batch.label == NULL));
}

/* The largest output of each sample against its label. */
static void check_memorisation(const struct scene *s, const double *value)
{
    const size_t n = units[DEPTH];
    double yhat[SAMPLES * MOST], wrong[2] = {0}, count[2] = {0};
    if (s->samples.batch.label == NULL) {
        ck_assert(isnan(reading(s, value, "error_clean")));
        return;
    }
    must(aln_network_outputs(s->net, &s->samples.batch, yhat));
    for (size_t i = 0; i < SAMPLES; i++) {
        bool right = true;
        for (size_t o = 0; o < n; o++)
            right = right && yhat[i * n + o] <= yhat[i * n + s->samples.label[i]];
        wrong[noisy[i]] += !right;
        count[noisy[i]] += 1;
    }
    near(reading(s, value, "error_clean"), wrong[0] / count[0]);
    near(reading(s, value, "error_noisy"), wrong[1] / count[1]);
}

/* <K, y y^T> / (||K|| ||y y^T||) with both as explicit matrices. */
static void check_kernels(const struct scene *s, const double *value)
{
    const size_t n = units[DEPTH];
    double all[SAMPLES][MOST], y[SAMPLES][MOST];
    size_t from = 0;
    for (uint32_t i = 0; i < SAMPLES; i++) {
        struct aln_batch one = s->samples.batch;
        one.index = &i;
        one.count = 1;
        must(aln_network_activations(s->net, &one, all[i]));
        for (size_t o = 0; o < n; o++)
            y[i][o] = one.label != NULL ? one.label[i] == o : (double)one.y[i * n + o];
    }
    for (size_t l = 1; l <= DEPTH; from += units[l++]) {
        double K[SAMPLES * SAMPLES] = {0}, T[SAMPLES * SAMPLES] = {0};
        for (size_t i = 0; i < SAMPLES; i++)
            for (size_t j = 0; j < SAMPLES; j++) {
                for (size_t k = 0; k < units[l]; k++)
                    K[i * SAMPLES + j] += all[i][from + k] * all[j][from + k];
                for (size_t o = 0; o < n; o++)
                    T[i * SAMPLES + j] += y[i][o] * y[j][o];
            }
        near(reading_of(s, value, "KA", l), cosine(SAMPLES * SAMPLES, K, T));
    }
}

static void check_residual(const struct scene *s, const double *value)
{
    size_t n = units[DEPTH];
    double E[3][3] = {{0}}, correlation = 0, p[3] = {0};
    double *yhat = malloc(SAMPLES * n * sizeof *yhat);
    ck_assert_ptr_nonnull(yhat);
    for (size_t i = 0; i < SAMPLES; i++) {
        double da[MOST];
        const double *e = da + signals_of(s, i, da, NULL);
        for (size_t j = 0; j < n; j++)
            for (size_t k = 0; k < n; k++)
                E[j][k] += e[j] * e[k];
    }
    for (size_t j = 0; j < n; j++)
        for (size_t k = 0; k < n; k++)
            correlation += j == k ? 0 : E[j][k] / sqrt(E[j][j] * E[k][k]) / (double)(n * (n - 1));
    near(reading(s, value, "corr_ee"), correlation);
    /* The eigenvalues of a symmetric matrix follow from their sum and the sum of their squares:
     * under cross-entropy one of the three is 0. */
    if (s->samples.batch.label != NULL) {
        double sum = E[0][0] + E[1][1] + E[2][2], squares = 0;
        for (size_t j = 0; j < n * n; j++)
            squares += pow((&E[0][0])[j], 2);
        double half = sqrt(2 * squares - sum * sum); /* difference of the two */
        near(reading(s, value, "cond_ee"), (sum + half) / (sum - half));
        must(aln_network_outputs(s->net, &s->samples.batch, yhat));
        for (size_t i = 0; i < SAMPLES; i++) {
            double all = 0;
            for (size_t j = 0; j < n; j++)
                all += exp(yhat[i * n + j]);
            for (size_t j = 0; j < n; j++)
                p[j] += exp(yhat[i * n + j]) / all / SAMPLES;
        }
        for (size_t j = 0; j < n; j++)
            near(reading_of(s, value, "p", j + 1), p[j]);
    }
    free(yhat);
}

/* Every rule that moves the hidden layers, with every loss, and other activations in turn. */
START_TEST(test_definitions)
{
    static const char *const activations[] = {"tanh", "erf", "sigmoid"};
    for (size_t i = 0; i < rules_all()->count * aln_losses.count; i++) {
        struct scene s;
        size_t length;
        const struct aln_rule *rule = rules_row(i / aln_losses.count);
        if (rule->route == ALN_NOWHERE || !is_deep(rule))
            continue;
        set_scene(&s, rule->id.name, aln_names_row(&aln_losses, i % aln_losses.count)->name,
                  activations[i % 3], i % 2 == 0);
        double *before = whole_state(s.net, &length), *value = read_all(&s);
        double *after = whole_state(s.net, &length);
        ck_assert_mem_eq(before, after, length * sizeof *before);
        check_weights(&s, value);
        check_signals(&s, value);
        check_ranks(&s, value);
        check_gradients(&s, value);
        check_scores(&s, value);
        check_residual(&s, value);
        check_memorisation(&s, value);
        check_kernels(&s, value);
        if (strcmp(rule->id.name, "bp") == 0) {
            near(reading(&s, value, "GA"), 1);
            near(reading(&s, value, "WF"), 1);
        }
        free(after);
        free(value);
        free(before);
        strike_scene(&s);
    }
}
END_TEST

/* Of feedback that is in part the weights, WA takes the drawn part and WF all of it; signals are means
 * over the noise. */
START_TEST(test_mixed_feedback)
{
    struct scene s;
    set_scene(&s, "fa", "half-mse", "tanh", false);
    aln_meter_free(s.meter);
    aln_network_free(s.net);
    s.options.o.feedback.symmetry = 0.5;
    s.options.o.feedback.noise = 2;
    s.net = make_net(&s.options);
    unsigned all[ALN_MOST_MEASURES];
    for (unsigned i = 0; i < aln_measures.count; i++)
        all[i] = i;
    const struct aln_meter_options options = {.measure = all,
                                              .measure_count = aln_measures.count,
                                              .train = s.samples.batch,
                                              .test = s.samples.batch,
                                              .probe = s.samples.batch};
    must(aln_meter_create(&s.meter, s.net, &options));
    double *value = read_all(&s), *again = read_all(&s);
    check_weights(&s, value);
    check_signals(&s, value);
    ck_assert_double_eq(reading(&s, value, "GA"), reading(&s, again, "GA"));
    free(again);
    free(value);
    strike_scene(&s);
}
END_TEST

START_TEST(test_columns)
{
    static const char *const begin[] = {
        "loss_train", "error_train", "loss_test", "error_test", "WA",   "WA_2",     "WA_3",
        "WA_4",       "GA",          "GA_1",      "GA_2",       "GA_3", "GA_batch", "GA_batch_1"};
    struct scene s;
    char name[2][32];
    set_scene(&s, "dfa", "cross-entropy", "tanh", false);
    for (size_t i = 0; i < sizeof begin / sizeof begin[0]; i++) {
        aln_meter_column(s.meter, i, name[0]);
        ck_assert_str_eq(name[0], begin[i]);
    }
    for (size_t i = 0; i < aln_meter_columns(s.meter); i++)
        for (size_t j = 0; j < i; j++) {
            aln_meter_column(s.meter, i, name[0]);
            aln_meter_column(s.meter, j, name[1]);
            ck_assert_str_ne(name[0], name[1]);
        }
    strike_scene(&s);
}
END_TEST

/* The text of `alignode list measures` names the columns of a measure, without the numbers of
 * layers and classes. */
START_TEST(test_docs_name_columns)
{
    static const char *const sets[] = {"_train", "_test"};
    struct scene s;
    size_t named = 0;
    set_scene(&s, "dfa", "cross-entropy", "tanh", false);
    for (size_t i = 0; i < aln_measures.count; i++) {
        const struct aln_measure *m = aln_measure_row(i);
        for (size_t j = 0; j < m->columns(s.net); j++) {
            char name[64];
            m->column(s.net, j, name);
            size_t length = strcspn(name, "0123456789");
            name[length - (name[length] != '\0')] = '\0';
            for (size_t set = 0; set < (m->of_sets ? 2 : 1); set++) {
                char column[80];
                snprintf(column, sizeof column, "%s%s", name, m->of_sets ? sets[set] : "");
                ck_assert_msg(strstr(m->id.doc, column) != NULL, "%s: no %s in '%s'", m->id.name,
                              column, m->id.doc);
                named++;
            }
        }
    }
    ck_assert_uint_gt(named, 40);
    strike_scene(&s);
}
END_TEST

/* A linear network that starts at zero has W_l = B_l A_l B_{l-1}^T exactly: least squares explains
 * all of it, also with decay. */
START_TEST(test_estimate)
{
    static const char *const rules[] = {"dfa", "fa"};
    for (size_t r = 0; r < 2; r++) {
        struct scene s;
        size_t n = units[DEPTH];
        set_scene(&s, rules[r], "half-mse", "linear", false);
        aln_meter_free(s.meter);
        aln_network_free(s.net);
        s.options.o.init = aln_initialisation_find("zero");
        s.options.o.decay = 0.01;
        s.net = make_net(&s.options);
        struct aln_batch batch = s.samples.batch;
        batch.count = 16;
        for (int step = 0; step < 60; step++)
            must(aln_network_step(s.net, &batch, 0.002));
        unsigned all[ALN_MOST_MEASURES];
        for (unsigned i = 0; i < aln_measures.count; i++)
            all[i] = i;
        const struct aln_meter_options options = {.measure = all,
                                                  .measure_count = aln_measures.count,
                                                  .train = batch,
                                                  .test = batch,
                                                  .probe = batch};
        must(aln_meter_create(&s.meter, s.net, &options));
        double *value = read_all(&s);
        for (size_t l = 2; l <= DEPTH; l++) {
            double above[MOST * MOST], below[MOST * MOST];
            double *W = tensor(s.net, ALN_WEIGHT, l, NULL), largest = 0, worst = 0;
            const double *A = aln_meter_least_squares(s.meter, l);
            near(reading_of(&s, value, "share_A", l), 1);
            ck_assert(reading_of(&s, value, "cond_A", l) >= 1);
            route(&s, l - 1, below);
            if (l < DEPTH)
                route(&s, l, above);
            for (size_t i = 0; i < units[l]; i++)
                for (size_t j = 0; j < units[l - 1]; j++) {
                    double again = 0;
                    for (size_t p = 0; p < n; p++)
                        for (size_t q = 0; q < n; q++)
                            again += (l < DEPTH ? above[i * n + p] : i == p) * A[p * n + q] *
                                     below[j * n + q];
                    largest = fmax(largest, fabs(again));
                    worst = fmax(worst, fabs(again - W[i * units[l - 1] + j]));
                }
            ck_assert_msg(largest > 0 && worst < 1e-9 * largest, "%g of %g", worst, largest);
            free(W);
        }
        free(value);
        strike_scene(&s);
    }
}
END_TEST

/* A relu network has no signals on a sample of zeros: it is left out and counted. */
START_TEST(test_left_out)
{
    struct scene s;
    uint64_t pairs, left_out;
    set_scene(&s, "dfa", "mse", "relu", false);
    for (size_t i = 0; i < units[0]; i++)
        s.samples.x[3 * units[0] + i] = 0;
    double *value = read_all(&s);
    double zero[DEPTH] = {0}, sum[DEPTH] = {0};
    for (size_t i = 0; i < SAMPLES; i++) {
        double da[MOST], bp[MOST];
        size_t all = signals_of(&s, i, da, bp), at = 0;
        for (size_t l = 0; l < DEPTH; l++) {
            size_t n = l == 0 ? all : units[l];
            bool out = norm(n, da + at) == 0 || norm(n, bp + at) == 0;
            zero[l] += out;
            sum[l] += out ? 0 : cosine(n, da + at, bp + at);
            at += l == 0 ? 0 : n;
        }
    }
    ck_assert(zero[0] >= 1);
    near(reading(&s, value, "left_out"), zero[0]);
    near(reading(&s, value, "GA"), sum[0] / (SAMPLES - zero[0]));
    for (size_t l = 1; l < DEPTH; l++) {
        near(reading_of(&s, value, "left_out", l), zero[l]);
        near(reading_of(&s, value, "GA", l), sum[l] / (SAMPLES - zero[l]));
    }
    aln_meter_left_out(s.meter, &pairs, &left_out);
    ck_assert_uint_eq(pairs, SAMPLES * (DEPTH - 1));
    ck_assert(left_out == (uint64_t)(zero[1] + zero[2] + zero[3]));
    free(value);
    strike_scene(&s);
    /* Frozen layers have no signals at all. */
    set_scene(&s, "frozen", "mse", "tanh", false);
    value = read_all(&s);
    ck_assert(isnan(reading(&s, value, "GA")));
    near(reading(&s, value, "left_out"), SAMPLES);
    free(value);
    strike_scene(&s);
}
END_TEST

/* Scores do not depend on whether the probe is part of a set, all of it, or other samples. */
START_TEST(test_probe_in_set)
{
    const unsigned asked[] = {number_of("loss"), number_of("error"), number_of("GA")};
    const uint32_t turned[] = {20, 3, 7};
    struct scene s;
    struct aln_score want[2];
    set_scene(&s, "dfa", "cross-entropy", "tanh", true);
    struct aln_batch train = s.samples.batch, test = s.samples.batch;
    test.x += 5 * units[0];
    test.label += 5;
    test.count -= 5;
    must(aln_network_score(s.net, &train, &want[0]));
    must(aln_network_score(s.net, &test, &want[1]));
    ck_assert(want[0].error > 0 && want[1].error > 0 && want[0].error != want[1].error);
    struct aln_batch probe[] = {train, train, train, test, test, train, test, train};
    probe[1].count = 3;
    probe[2].count = probe[3].count = probe[7].count = 16; /* a complete chunk */
    probe[4].count = 1;
    probe[5].count = probe[6].count = 3;
    probe[5].index = turned;
    probe[6].x += units[0];
    probe[6].label += 1;
    probe[7].label += 5; /* other labels for the same inputs */
    for (size_t i = 0; i < sizeof probe / sizeof probe[0]; i++) {
        const struct aln_meter_options options = {
            .measure = asked, .measure_count = 3, .train = train, .test = test, .probe = probe[i]};
        aln_meter_free(s.meter);
        must(aln_meter_create(&s.meter, s.net, &options));
        double *value = read_all(&s);
        ck_assert_double_eq(reading(&s, value, "loss_train"), want[0].loss);
        ck_assert_double_eq(reading(&s, value, "loss_test"), want[1].loss);
        ck_assert_double_eq(reading(&s, value, "error_train"), want[0].error);
        ck_assert_double_eq(reading(&s, value, "error_test"), want[1].error);
        free(value);
    }
    strike_scene(&s);
}
END_TEST

START_TEST(test_covered)
{
    COVERS(&aln_measures, "loss", "error", "WA", "GA", "similarity", "similarity_se", "GA_batch",
           "left_out", "UA", "WF", "norm", "signal", "A", "residual", "rank", "distance", "cka",
           "barrier", "path", "KA", "memorisation");
}
END_TEST

CHECK_MAIN("deep/measure", test_definitions, test_mixed_feedback, test_columns,
           test_docs_name_columns, test_estimate, test_left_out, test_probe_in_set,
           test_rank_of_linear, test_distance, test_covered)

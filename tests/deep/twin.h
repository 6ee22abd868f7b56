/* A network of dense layers as plain loops in double, written from the formulas alone: the
 * reference for src/deep/. */
#ifndef ALIGNODE_TESTS_DEEP_TWIN_H
#define ALIGNODE_TESTS_DEEP_TWIN_H

#include "nets.h"

struct twin {
    const struct aln_network_options *o;
    size_t L, n[MOST_LAYERS + 1];                                         /* n_0 .. n_L */
    double *W[MOST_LAYERS + 1], *b[MOST_LAYERS + 1], *F[MOST_LAYERS + 1]; /* at [l] */
    double *vW[MOST_LAYERS + 1], *vb[MOST_LAYERS + 1], *vF[MOST_LAYERS + 1];
    double *sW[MOST_LAYERS + 1], *sb[MOST_LAYERS + 1], *sF[MOST_LAYERS + 1];
    double steps;
};

static inline bool layerwise_shape(const struct aln_rule *rule)
{
    return rule->route == ALN_LAYERWISE && aln_rule_feedback_kind(rule) != ALN_FEEDBACK_WEIGHTS;
}

/* Starts from the network's own weights and feedback. */
static inline void twin_start(struct twin *t, const struct aln_network *net)
{
    *t = (struct twin){.o = aln_network_settings(net), .L = aln_network_depth(net)};
    t->n[0] = aln_network_inputs(net, 1);
    for (size_t l = 1; l <= t->L; l++) {
        t->n[l] = aln_network_units(net, l);
        t->W[l] = tensor(net, ALN_WEIGHT, l, NULL);
        t->vW[l] = calloc(t->n[l] * t->n[l - 1], sizeof(double));
        t->b[l] = t->o->bias ? tensor(net, ALN_BIAS, l, NULL) : calloc(t->n[l], sizeof(double));
        t->vb[l] = calloc(t->n[l], sizeof(double));
        t->sW[l] = calloc(t->n[l] * t->n[l - 1], sizeof(double));
        t->sb[l] = calloc(t->n[l], sizeof(double));
    }
    for (size_t l = 1; l < t->L; l++) {
        struct aln_tensor f;
        t->F[l] = tensor(net, ALN_FEEDBACK, l, &f);
        ck_assert_uint_eq(f.rows, t->n[l]);
        ck_assert_uint_eq(f.cols, layerwise_shape(t->o->rule) ? t->n[l + 1] : t->n[t->L]);
        t->vF[l] = calloc(f.rows * f.cols, sizeof(double));
        t->sF[l] = calloc(f.rows * f.cols, sizeof(double));
    }
}

static inline void twin_free(struct twin *t)
{
    for (size_t l = 1; l <= t->L; l++) {
        free(t->W[l]), free(t->vW[l]), free(t->b[l]), free(t->vb[l]);
        free(t->F[l]), free(t->vF[l]), free(t->sW[l]), free(t->sb[l]), free(t->sF[l]);
    }
}

static inline double twin_g(const struct twin *t, size_t l, double a)
{
    const struct aln_deep_activation *g = t->o->layer[l - 1].activation;
    return g == NULL ? a : g->g(a);
}

static inline double twin_dg(const struct twin *t, size_t l, double a)
{
    const struct aln_deep_activation *g = t->o->layer[l - 1].activation;
    return g == NULL ? 1 : g->dg(a);
}

/* Updates one number. Adam as in the paper's algorithm 1, with the decay in the gradient. */
static inline void twin_learn(const struct twin *t, double *w, double *v, double *s,
                              double gradient, double rate, double decay)
{
    const struct aln_network_options *o = t->o;
    const double g = gradient + decay * *w;
    if (o->optimiser == NULL || strcmp(o->optimiser->id.name, "adam") != 0) {
        *v = o->momentum * *v + g;
        *w -= rate * *v;
        return;
    }
    *v = o->beta1 * *v + (1 - o->beta1) * g;
    *s = o->beta2 * *s + (1 - o->beta2) * g * g;
    *w -= rate * (*v / (1 - pow(o->beta1, t->steps))) /
          (sqrt(*s / (1 - pow(o->beta2, t->steps))) + o->epsilon);
}

static inline void twin_target(const struct twin *t, const struct aln_batch *batch, size_t row,
                               double *y)
{
    for (size_t o = 0; o < t->n[t->L]; o++)
        y[o] = batch->y != NULL  ? (double)batch->y[row * t->n[t->L] + o]
               : t->n[t->L] == 1 ? (batch->label[row] == 1 ? 1 : -1)
                                 : (o == batch->label[row]);
}

/* The feedback matrix from layer l + 1 to l (n_{l+1} x n_l) of a layerwise rule. */
static inline double *twin_back(const struct twin *t, size_t l)
{
    const size_t rows = t->n[l + 1], cols = t->n[l], size = rows * cols;
    double *F = calloc(3 * size, sizeof *F), *sign = F + size, *B = sign + size;
    for (size_t i = 0; i < size; i++) {
        sign[i] = t->W[l + 1][i] > 0 ? 1 : t->W[l + 1][i] < 0 ? -1 : 0;
        B[i] = layerwise_shape(t->o->rule) ? t->F[l][i % cols * rows + i / cols] : NAN;
    }
    rules_feedback(t->o->rule, &(struct aln_feedback_terms){rows, cols, t->W[l + 1], sign, B}, F);
    const double rho = t->o->feedback.symmetry;
    for (size_t i = 0; i < size && rho > 0; i++)
        F[i] = rho * t->W[l + 1][i] + sqrt(1 - rho * rho) * F[i];
    return F;
}

enum { MOST = 40 };

/* The part of the signals of the hidden layers along a direction, as a single vector of all of them. */
static inline void twin_along(const struct twin *t, struct aln_stream *stream,
                              double d[MOST_LAYERS + 1][MOST])
{
    double xi[MOST_LAYERS * MOST], all[MOST_LAYERS * MOST], sum = 0;
    size_t count = 0;
    for (size_t l = 1; l < t->L; count += t->n[l++])
        memcpy(all + count, d[l], t->n[l] * sizeof *all);
    aln_stream_normals(stream, count, xi);
    for (size_t i = 0; i < count; i++)
        sum += all[i] * xi[i];
    count = 0;
    for (size_t l = 1; l < t->L; count += t->n[l++])
        for (size_t r = 0; r < t->n[l]; r++)
            d[l][r] = sum * xi[count + r];
}

/* Adds to G (n_{l-1} x n_l) the sum over `samples` of -xi (W_l xi)^T. */
static inline void twin_mirror(const struct twin *t, size_t l, size_t samples, double *G)
{
    const size_t rows = t->n[l], cols = t->n[l - 1];
    struct aln_stream stream;
    aln_stream_init(&stream, t->o->seed, "deep mirror",
                    (uint64_t)(t->steps - 1) * t->L + l); /* steps counts this one */
    for (size_t i = 0; i < samples; i++) {
        double xi[MOST];
        aln_stream_normals(&stream, cols, xi);
        for (size_t r = 0; r < rows; r++) {
            double passed = 0;
            for (size_t j = 0; j < cols; j++)
                passed += t->W[l][r * cols + j] * xi[j];
            for (size_t j = 0; j < cols; j++)
                G[j * rows + r] -= xi[j] * passed;
        }
    }
}

/* Entry of the matrix from the output to layer l of a direct rule; with symmetry there are two layers. */
static inline double twin_direct(const struct twin *t, size_t l, size_t r, size_t c)
{
    const size_t n = t->n[t->L];
    const double rho = t->o->feedback.symmetry, F = t->F[l][r * n + c];
    return rho > 0 ? rho * t->W[2][c * t->n[1] + r] + sqrt(1 - rho * rho) * F : F;
}

static inline void twin_step(struct twin *t, const struct aln_batch *batch, double rate)
{
    const struct aln_network_options *o = t->o;
    const struct aln_rule *rule = o->rule;
    const size_t L = t->L, *n = t->n;
    double *GW[MOST_LAYERS + 1], *Gb[MOST_LAYERS + 1], *GF[MOST_LAYERS + 1];
    double *back[MOST_LAYERS + 1] = {NULL}, stray[MOST * MOST] = {0};
    struct aln_stream noise, direction;
    aln_stream_init(&direction, o->seed, "deep direction", (uint64_t)t->steps);
    aln_stream_init(&noise, o->seed, "deep noise", (uint64_t)t->steps);
    if (o->feedback.noise > 0)
        aln_stream_normals(&noise, batch->count * n[L], stray);
    for (size_t i = 0; i < batch->count * n[L] && o->feedback.noise > 0; i++)
        stray[i] *= o->feedback.noise;
    for (size_t l = 1; l < L && rule->route == ALN_LAYERWISE; l++)
        back[l] = twin_back(t, l);
    for (size_t l = 1; l <= L; l++) {
        GW[l] = calloc(n[l] * n[l - 1], sizeof(double));
        GF[l] = calloc(n[l] * (n[L] + (l < L ? n[l + 1] : 0)), sizeof(double));
        Gb[l] = calloc(n[l], sizeof(double));
    }
    for (size_t i = 0; i < batch->count; i++) {
        size_t sample = batch->index == NULL ? i : batch->index[i];
        double a[MOST_LAYERS + 1][MOST], h[MOST_LAYERS + 1][MOST], d[MOST_LAYERS + 1][MOST];
        double y[MOST];
        for (size_t j = 0; j < n[0]; j++)
            h[0][j] = batch->x[sample * n[0] + j];
        for (size_t l = 1; l <= L; l++)
            for (size_t r = 0; r < n[l]; r++) {
                a[l][r] = t->b[l][r];
                for (size_t j = 0; j < n[l - 1]; j++)
                    a[l][r] += t->W[l][r * n[l - 1] + j] * h[l - 1][j];
                h[l][r] = twin_g(t, l, a[l][r]);
            }
        twin_target(t, batch, sample, y);
        o->loss->value(n[L], a[L], y, d[L]);
        for (size_t l = L - 1; l >= 1; l--)
            for (size_t r = 0; r < n[l]; r++) {
                double sum = 0;
                if (rule->route == ALN_DIRECT)
                    for (size_t c = 0; c < n[L]; c++)
                        sum += twin_direct(t, l, r, c) *
                               ((rules_does(rule, RULES_TARGET)
                                     ? -y[c]
                                     : rules_fed(rule, o->feedback.threshold, d[L][c])) +
                                stray[i * n[L] + c]);
                if (rule->route == ALN_LAYERWISE)
                    for (size_t c = 0; c < n[l + 1]; c++)
                        sum += back[l][c * n[l] + r] *
                               (d[l + 1][c] + (l + 1 == L ? stray[i * n[L] + c] : 0));
                d[l][r] = sum * twin_dg(t, l, a[l][r]);
            }
        for (size_t l = 1; l < L; l++)
            for (size_t r = 0; r < n[l] && rule->route == ALN_DIRECT; r++)
                for (size_t c = 0; c < n[L]; c++)
                    GF[l][r * n[L] + c] += h[l][r] * d[L][c];
        if (rules_does(rule, RULES_DIRECTION))
            twin_along(t, &direction, d);
        for (size_t l = 1; l <= L; l++)
            for (size_t r = 0; r < n[l]; r++) {
                for (size_t j = 0; j < n[l - 1]; j++)
                    GW[l][r * n[l - 1] + j] += d[l][r] * h[l - 1][j];
                Gb[l][r] += d[l][r];
            }
    }
    t->steps++;
    double share = o->reduction == ALN_MEAN ? 1 / (double)batch->count : 1;
    double rate_F = isnan(o->feedback.rate) ? rate : o->feedback.rate;
    double decay_F = isnan(o->feedback.decay) ? o->decay : o->feedback.decay;
    const bool mirrors = rules_does(rule, RULES_MIRROR), direct = rule->route == ALN_DIRECT;
    if (mirrors && isnan(o->feedback.decay))
        decay_F = share * (double)batch->count;
    for (size_t l = 1; l < L && rule->learns; l++) { /* before the weights */
        const size_t cols = direct ? n[L] : n[l + 1];
        if (mirrors)
            twin_mirror(t, l + 1, batch->count, GF[l]);
        for (size_t r = 0; r < n[l]; r++)
            for (size_t c = 0; c < cols; c++) {
                const size_t at = r * cols + c;
                const double G = share * (direct || mirrors ? GF[l][at] : GW[l + 1][c * n[l] + r]);
                if (mirrors)
                    t->F[l][at] -= rate_F * (G + decay_F * t->F[l][at]);
                else
                    twin_learn(t, &t->F[l][at], &t->vF[l][at], &t->sF[l][at], G, rate_F, decay_F);
            }
    }
    for (size_t l = 1; l <= L; l++) {
        bool learns = rule->route != ALN_NOWHERE || l == L;
        for (size_t r = 0; r < n[l] && learns; r++) {
            for (size_t j = 0; j < n[l - 1]; j++) {
                const size_t at = r * n[l - 1] + j;
                twin_learn(t, &t->W[l][at], &t->vW[l][at], &t->sW[l][at], share * GW[l][at], rate,
                           o->decay);
            }
            if (o->bias)
                twin_learn(t, &t->b[l][r], &t->vb[l][r], &t->sb[l][r], share * Gb[l][r], rate, 0);
        }
        free(GW[l]);
        free(GF[l]);
        free(Gb[l]);
        free(back[l]);
    }
}

/* The largest |difference| of weights, biases and feedback, relative to the largest number. */
static inline double twin_difference(const struct twin *t, const struct aln_network *net)
{
    double largest = 0, size = 1;
    for (size_t l = 1; l <= t->L; l++) {
        const struct {
            enum aln_tensor_kind kind;
            const double *twin;
        } pair[] = {
            {ALN_WEIGHT, t->W[l]},           {ALN_BIAS, t->b[l]},
            {ALN_FEEDBACK, t->F[l]},         {ALN_WEIGHT_VELOCITY, t->vW[l]},
            {ALN_BIAS_VELOCITY, t->vb[l]},   {ALN_FEEDBACK_VELOCITY, t->vF[l]},
            {ALN_WEIGHT_SQUARE, t->sW[l]},   {ALN_BIAS_SQUARE, t->sb[l]},
            {ALN_FEEDBACK_SQUARE, t->sF[l]},
        };
        for (size_t k = 0; k < sizeof pair / sizeof pair[0]; k++) {
            if (aln_network_find(net, pair[k].kind, l) == aln_network_tensors(net))
                continue;
            struct aln_tensor shape;
            double *x = tensor(net, pair[k].kind, l, &shape);
            for (size_t i = 0; i < shape.rows * shape.cols; i++) {
                size = fmax(size, fabs(x[i]));
                if (!(fabs(x[i] - pair[k].twin[i]) <= largest))
                    largest = fabs(x[i] - pair[k].twin[i]);
            }
            free(x);
        }
    }
    return largest / size;
}

#endif

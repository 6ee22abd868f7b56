/* The passes of a network, compiled for float and double. Nothing here allocates. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/interrupt.h"
#include "deep/product.h"

static const struct aln_layer_callbacks *layer_of(const struct aln_stage *s)
{
    return s->layer.kind->callbacks[ALN_PRECISION];
}

static const struct aln_activation_pass *pass_of(const struct aln_network *net,
                                                 const struct aln_stage *s)
{
    if (s->layer.activation == NULL)
        return NULL;
    const struct aln_activation_callbacks *c = s->layer.activation->callbacks[ALN_PRECISION];
    return c->pass[net->isa].apply == NULL ? NULL : &c->pass[net->isa];
}

/* The input of stage i. */
static const real *input_of(const struct aln_network *net, size_t i)
{
    while (i > 0 && layer_of(&net->stage[i - 1])->geometry.view)
        i--;
    return i == 0 ? net->input : net->stage[i - 1].h;
}

/* ---- samples ---- */

static enum aln_status load_targets(struct aln_network *net, const struct aln_batch *batch,
                                    size_t first, size_t count)
{
    const size_t n = net->outputs, classes = n == 1 ? 2 : n;
    real *y = net->y;
    for (size_t i = 0; i < count; i++, y += n) {
        size_t row = batch->index == NULL ? first + i : batch->index[first + i];
        if (batch->y != NULL) {
            for (size_t o = 0; o < n; o++)
                y[o] = (real)batch->y[row * n + o];
            continue;
        }
        uint32_t label = batch->label[row];
        if (label >= classes)
            return aln_raise(ALN_USAGE, "label %u of sample %zu is not one of %zu classes",
                             (unsigned)label, row, classes);
        for (size_t o = 0; o < n; o++)
            y[o] = o == label;
        if (n == 1)
            y[0] = label == 1 ? 1 : -1;
    }
    return ALN_OK;
}

static enum aln_status load(struct aln_network *net, const struct aln_batch *batch, size_t first,
                            size_t count, bool targets)
{
    const size_t n = net->stage[0].inputs;
    real *x = net->x;
    net->input = x;
#if defined ALN_REAL_SINGLE
    if (batch->index == NULL)
        net->input = batch->x + first * n;
    else
        for (size_t i = 0; i < count; i++)
            memcpy(x + i * n, batch->x + batch->index[first + i] * n, n * sizeof *x);
#else
    for (size_t i = 0; i < count; i++) {
        size_t row = batch->index == NULL ? first + i : batch->index[first + i];
        for (size_t j = 0; j < n; j++)
            x[i * n + j] = (real)batch->x[row * n + j];
    }
#endif
    return targets ? load_targets(net, batch, first, count) : ALN_OK;
}

/* ---- forward ---- */

/* In stages with weights, a of every sample starts as the bias or 0.
 * Returned: a (count x outputs) */
static void begin(const struct aln_stage *s, size_t count, real *a)
{
    const real *b = s->b;
    if (s->l == 0)
        return;
    if (b == NULL) {
        memset(a, 0, count * s->outputs * sizeof *a);
        return;
    }
    const size_t area = s->outputs / s->rows;
    for (size_t i = 0; i < count; i++)
        for (size_t r = 0; r < s->rows; r++)
            for (size_t k = 0; k < area; k++)
                *a++ = b[r];
}

/* Samples that pass through a stage at once. Maps are large: a few stay in cache until the
 * activation has been applied. Products of dense layers gain from all samples. */
static size_t at_once(const struct aln_stage *s, size_t numbers, size_t count)
{
    enum { CACHED = 1 << 16 };
    if (!s->layer.kind->has_kernel)
        return count;
    return numbers < CACHED ? CACHED / numbers : 1;
}

static void forward(struct aln_network *net, size_t count)
{
    for (size_t i = 0; i < net->options.layer_count; i++) {
        const struct aln_stage *s = &net->stage[i];
        const struct aln_activation_pass *pass = pass_of(net, s);
        const real *input = input_of(net, i);
        real *a = s->a, *h = s->h;
        if (layer_of(s)->geometry.view)
            continue;
        const size_t most = at_once(s, s->outputs, count);
        for (size_t first = 0, n; first < count; first += n) {
            n = count - first < most ? count - first : most;
            begin(s, n, a);
            layer_of(s)->forward(s, n, s->W, input, a, net->work);
            if (pass != NULL)
                pass->apply(n * s->outputs, a, h);
            input += n * s->inputs;
            a += n * s->outputs;
            h += n * s->outputs;
        }
    }
}

/* ---- backward ---- */

static bool error(struct aln_network *net, size_t count)
{
    const struct aln_stage *last = &net->stage[net->options.layer_count - 1];
    const struct aln_loss_callbacks *loss = net->options.loss->callbacks[ALN_PRECISION];
    const real *yhat = last->a;
    real nothing = 0;
    for (size_t i = 0; i < count * net->outputs; i++)
        nothing += yhat[i] * 0; /* NaN once an output is not finite */
    loss->error(count, net->outputs, yhat, net->y, last->d);
    return nothing == 0;
}

static double loss(struct aln_network *net, size_t count)
{
    const struct aln_stage *last = &net->stage[net->options.layer_count - 1];
    const struct aln_loss_callbacks *loss = net->options.loss->callbacks[ALN_PRECISION];
    return loss->sum(count, net->outputs, last->a, net->y, last->d);
}

/* What the rule makes of error number i. */
static double level(const struct aln_network *net, size_t i)
{
    const real *e = net->stage[net->options.layer_count - 1].d;
    return aln_rule_level(net->options.rule, net->options.feedback.threshold, (double)e[i]);
}

static void find_levels(struct aln_network *net, size_t count)
{
    real *fed = net->fed;
    for (size_t i = 0; i < count * net->outputs; i++)
        fed[i] = (real)level(net, i);
}

static void add_noise(struct aln_network *net, size_t count, bool targets)
{
    const size_t n = count * net->outputs;
    const real *y = net->y;
    const double size = net->options.feedback.noise;
    real *fed = net->fed;
    struct aln_stream stream;
    aln_stream_init(&stream, net->options.seed, "deep noise", net->steps);
    aln_stream_normals(&stream, n, net->noise);
    for (size_t i = 0; i < n; i++)
        fed[i] = (real)((targets ? -(double)y[i] : level(net, i)) + size * net->noise[i]);
}

/* The derivative with respect to the output of stage i - 1, which is the input of stage i. */
static void pull(struct aln_network *net, size_t i, size_t count, struct aln_way way)
{
    const struct aln_stage *s = &net->stage[i], *last = &net->stage[net->options.layer_count - 1];
    real *dh = net->stage[i - 1].d;
    const real *F = s->made != NULL ? s->made : s->F;
    if (s->l > 1 && aln_way_is_direct(net, s, way)) {
        const real *fed = way.noisy || way.levels ? net->fed : way.targets ? net->y : last->d;
        ALN_REAL(aln_product_mix)
        (false, count, net->outputs, s->inputs, way.targets && !way.noisy ? -1 : 1, fed, F, 0, dh,
         net->work);
        return;
    }
    if (layer_of(s)->geometry.view) /* its d is dh */
        return;
    const real *back = way.true_weights || way.dense_only ? s->W : F;
    layer_of(s)->carry(s, count, back, input_of(net, i), s->a,
                       way.noisy && s == last ? net->fed : s->d, dh, net->work);
}

/* Computes d of every stage from that of the last, down to the first with weights. */
static void backward(struct aln_network *net, size_t count, struct aln_way way)
{
    if (way.route == ALN_NOWHERE)
        return;
    if (way.levels && !way.noisy)
        find_levels(net, count);
    const struct aln_stage *first = net->weighted[0];
    for (size_t i = net->options.layer_count - 1; &net->stage[i] > first; i--) {
        pull(net, i, count, way);
        const struct aln_stage *s = &net->stage[i - 1];
        const struct aln_activation_pass *pass = pass_of(net, s);
        if (pass != NULL)
            pass->slope(count * s->outputs, s->a, s->h, s->d);
    }
}

/* ---- gradient and update ---- */

/* b <- beta b + alpha sum over samples and places of d. */
static void bias_gradient(const struct aln_stage *s, size_t count, real alpha, real beta, real *b)
{
    const size_t area = s->outputs / s->rows;
    const real *d = s->d;
    for (size_t r = 0; r < s->rows; r++)
        b[r] *= beta;
    for (size_t i = 0; i < count; i++) {
        if (area == 1) {
            for (size_t r = 0; r < s->rows; r++)
                b[r] += alpha * d[r];
        } else {
            for (size_t r = 0; r < s->rows; r++) {
                real sum = 0;
                for (size_t k = 0; k < area; k++)
                    sum += d[r * area + k];
                b[r] += alpha * sum;
            }
        }
        d += s->outputs;
    }
}

/* After the gradient has been added to v: v <- v + decay w, w <- w - rate v. */
static void follow(size_t n, real rate, real decay, real *restrict v, real *restrict w)
{
    for (size_t i = 0; i < n; i++) {
        v[i] += decay * w[i];
        w[i] -= rate * v[i];
    }
}

/* G <- beta G + alpha times the sum over samples of what an array of stage s learns from. */
typedef void slope(struct aln_network *net, const struct aln_stage *s, size_t count, real alpha,
                   real beta, real *G);

/* d h^T: W, and feedback in its place. */
static void slope_of_weights(struct aln_network *net, const struct aln_stage *s, size_t count,
                             real alpha, real beta, real *G)
{
    const real *h = input_of(net, (size_t)(s - net->stage));
    layer_of(s)->gradient(s, count, alpha, h, s->d, beta, G, net->work);
}

/* e h^T: feedback from the output to the input of s. */
static void slope_of_direct(struct aln_network *net, const struct aln_stage *s, size_t count,
                            real alpha, real beta, real *G)
{
    const real *h = input_of(net, (size_t)(s - net->stage));
    const real *e = net->stage[net->options.layer_count - 1].d;
    ALN_REAL(aln_product_mix)
    (true, net->outputs, count, s->inputs, alpha, e, h, beta, G, net->work);
}

/* An array that learns, with what its optimiser remembers of earlier gradients, or NULL. */
struct learning {
    real *w, *v, *s;
    real rate, decay;
    size_t n;
    slope *of; /* of matrices */
};

/* Moves w by the gradient G. */
static void optimise(const struct aln_network *net, const struct learning *of, const real *G)
{
    const struct aln_network_options *o = &net->options;
    const struct aln_optimiser_step step = {(double)of->rate, (double)of->decay,
                                            o->beta1,         o->beta2,
                                            o->epsilon,       (double)net->steps + 1};
    o->optimiser->callbacks[ALN_PRECISION]->move(of->n, &step, G, of->v, of->s, of->w);
}

static void learn(struct aln_network *net, const struct aln_stage *s, size_t count,
                  const struct learning *of)
{
    const struct aln_network_options *o = &net->options;
    const real share = o->reduction == ALN_MEAN ? 1 / (real)count : 1;
    if (of->s != NULL) {
        real *G = net->G;
        memset(G, 0, of->n * sizeof *G);
        of->of(net, s, count, share, 1, G);
        optimise(net, of, G);
    } else if (of->v != NULL) {
        of->of(net, s, count, share, (real)o->momentum, of->v);
        follow(of->n, of->rate, of->decay, of->v, of->w);
    } else {
        of->of(net, s, count, -of->rate * share, 1 - of->rate * of->decay, of->w);
    }
}

static void learn_bias(struct aln_network *net, const struct aln_stage *s, size_t count,
                       const struct learning *of)
{
    const struct aln_network_options *o = &net->options;
    const real share = o->reduction == ALN_MEAN ? 1 / (real)count : 1;
    if (of->s != NULL) {
        memset(net->G, 0, of->n * sizeof(real));
        bias_gradient(s, count, share, 1, net->G);
        optimise(net, of, net->G);
    } else if (of->v != NULL) {
        bias_gradient(s, count, share, (real)o->momentum, of->v);
        follow(of->n, of->rate, 0, of->v, of->w);
    } else {
        bias_gradient(s, count, -of->rate * share, 1, of->w);
    }
}

/* Noise passes through the layer, and F takes up its products with what comes out. */
static void mirror(struct aln_network *net, const struct aln_stage *s, size_t count, double rate)
{
    const struct aln_network_options *o = &net->options;
    const size_t n = count * s->inputs;
    const double share = o->reduction == ALN_MEAN ? 1 / (double)count : 1;
    const double decay = isnan(o->feedback.decay) ? share * (double)count : o->feedback.decay;
    const double places = (double)s->outputs / (double)s->rows;
    real *xi = net->xi, *passed = net->mirrored;
    struct aln_stream stream;
    aln_stream_init(&stream, o->seed, "deep mirror", net->steps * net->depth + s->l);
    aln_stream_normals(&stream, n, net->noise);
    for (size_t i = 0; i < n; i++)
        xi[i] = (real)net->noise[i];
    memset(passed, 0, count * s->outputs * sizeof *passed);
    layer_of(s)->forward(s, count, s->W, xi, passed, net->work);
    layer_of(s)->gradient(s, count, (real)(rate * share / places), xi, passed,
                          (real)(1 - rate * decay), s->F, net->work);
}

static void learn_feedback(struct aln_network *net, const struct aln_stage *s, size_t count,
                           double rate)
{
    const struct aln_network_options *o = &net->options;
    const double rate_F = isnan(o->feedback.rate) ? rate : o->feedback.rate;
    const double decay_F = isnan(o->feedback.decay) ? o->decay : o->feedback.decay;
    if (o->rule->mirrors)
        mirror(net, s, count, rate_F);
    else
        learn(net, s, count,
              &(struct learning){s->F, s->vF, s->sF, (real)rate_F, (real)decay_F,
                                 s->back_rows * s->back_cols,
                                 aln_rule_is_direct(o->rule) ? slope_of_direct : slope_of_weights});
}

/* The feedback of a layer comes first: it is made from the weights as they were. */
static void update(struct aln_network *net, size_t count, double rate)
{
    const struct aln_network_options *o = &net->options;
    for (size_t l = o->rule->route == ALN_NOWHERE ? net->depth : 1; l <= net->depth; l++) {
        const struct aln_stage *s = net->weighted[l - 1];
        if (s->F != NULL && o->rule->learns)
            learn_feedback(net, s, count, rate);
        learn(net, s, count,
              &(struct learning){s->W, s->vW, s->sW, (real)rate, (real)o->decay, s->rows * s->cols,
                                 slope_of_weights});
        if (s->b != NULL)
            learn_bias(net, s, count,
                       &(struct learning){s->b, s->vb, s->sb, (real)rate, 0, s->rows, NULL});
    }
}

/* For each sample d_l <- xi_l (sum over m of xi_m . d_m), l, m < L. */
static void perturb(struct aln_network *net, size_t count)
{
    size_t units = 0;
    struct aln_stream stream;
    aln_stream_init(&stream, net->options.seed, "deep direction", net->steps);
    for (size_t l = 1; l < net->depth; l++)
        units += net->weighted[l - 1]->outputs;
    for (size_t i = 0; i < count && !aln_interrupted(); i++) {
        const double *xi = net->noise;
        double along = 0;
        aln_stream_normals(&stream, units, net->noise);
        for (size_t l = 1; l < net->depth; xi += net->weighted[l++ - 1]->outputs) {
            const struct aln_stage *s = net->weighted[l - 1];
            const real *d = (const real *)s->d + i * s->outputs;
            for (size_t r = 0; r < s->outputs; r++)
                along += xi[r] * (double)d[r];
        }
        xi = net->noise;
        for (size_t l = 1; l < net->depth; xi += net->weighted[l++ - 1]->outputs) {
            const struct aln_stage *s = net->weighted[l - 1];
            real *d = (real *)s->d + i * s->outputs;
            for (size_t r = 0; r < s->outputs; r++)
                d[r] = (real)(along * xi[r]);
        }
    }
}

static void gradient(struct aln_network *net, const struct aln_stage *s, size_t count, void *G,
                     void *b)
{
    const real share = net->options.reduction == ALN_MEAN ? 1 / (real)count : 1;
    memset(G, 0, s->rows * s->cols * sizeof(real));
    layer_of(s)->gradient(s, count, share, input_of(net, (size_t)(s - net->stage)), s->d, 1, G,
                          net->work);
    if (b == NULL)
        return;
    memset(b, 0, s->rows * sizeof(real));
    bias_gradient(s, count, share, 1, b);
}

/* ---- feedback, norms ---- */

static const double *widen(size_t n, const void *x, double *wide)
{
    const real *from = x;
    for (size_t i = 0; i < n; i++)
        wide[i] = (double)from[i];
    return wide;
}

/* rho W + sqrt(1 - rho^2) F */
static void mix_feedback(const struct aln_stage *s, double rho)
{
    const real of_W = (real)rho, of_F = (real)sqrt(1 - rho * rho);
    const real *W = s->W, *F = s->F;
    real *made = s->made;
    for (size_t i = 0; i < s->rows * s->cols; i++)
        made[i] = of_W * W[i] + of_F * F[i];
}

static void compute_feedback(struct aln_network *net)
{
    const struct aln_rule *rule = net->options.rule;
    const double scale = net->options.feedback.scale;
    for (size_t l = 2; l <= net->depth; l++) {
        const struct aln_stage *s = net->weighted[l - 1];
        const size_t n = s->rows * s->cols;
        double *F = net->wide, *sign = rule->jumps ? F + 3 * n : NULL;
        real *made = s->made;
        if (made == NULL)
            continue;
        if (net->options.feedback.symmetry > 0) {
            mix_feedback(s, net->options.feedback.symmetry);
            continue;
        }
        assert(F != NULL); /* allocated when the rule computes its feedback */
        const double *W = widen(n, s->W, F + n), *B = widen(n, s->F, F + 2 * n);
        const struct aln_feedback_terms terms = {s->rows, s->cols, W, sign, B};
        if (sign != NULL)
            aln_rule_signs(n, W, sign);
        rule->feedback(&terms, F);
        for (size_t i = 0; i < n; i++)
            made[i] = (real)(scale * F[i]);
    }
}

static double norm(size_t n, const void *values)
{
    enum { LANES = 8 };
    const real *x = values;
    double lane[LANES] = {0}, sum = 0;
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t j = 0; j < LANES; j++)
            lane[j] += (double)x[i + j] * (double)x[i + j];
    for (; i < n; i++)
        sum += (double)x[i] * (double)x[i];
    for (size_t j = 0; j < LANES; j++)
        sum += lane[j];
    return sqrt(sum);
}

const struct aln_backend ALN_REAL(aln_backend) = {
    .width = sizeof(real),
    .load = load,
    .forward = forward,
    .error = error,
    .loss = loss,
    .add_noise = add_noise,
    .backward = backward,
    .perturb = perturb,
    .update = update,
    .gradient = gradient,
    .compute_feedback = compute_feedback,
    .norm = norm,
};

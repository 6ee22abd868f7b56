#include "alignode/measure.h"

#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/failure.h"
#include "base/finders.h"
#include "deep/measure/barrier.h"
#include "deep/measure/meter.h"

/* ---- columns: one for all layers together, then one per layer ---- */

static size_t one_column(const struct aln_network *net)
{
    (void)net;
    return 1;
}

/* NAME, then NAME_l.  Given: first  the l of the second column */
static void layer_column(const char *name, size_t first, size_t i, char out[32])
{
    if (i == 0)
        snprintf(out, 32, "%s", name);
    else
        snprintf(out, 32, "%s_%zu", name, first + i - 1);
}

/* A total, then hidden layers 1 .. L-1 or weights 2 .. L. */
static size_t total_and_hidden(const struct aln_network *net)
{
    return aln_network_depth(net);
}

static size_t all_layers(const struct aln_network *net)
{
    return aln_network_depth(net);
}

/* ---- seeds compared ---- */

static size_t total_and_weights(const struct aln_network *net)
{
    return 1 + aln_network_depth(net);
}

static void similarity_column(const struct aln_network *net, size_t i, char name[32])
{
    (void)net;
    layer_column("similarity", 1, i, name);
}

static void similarity_error_column(const struct aln_network *net, size_t i, char name[32])
{
    char mean[32];
    similarity_column(net, i, mean);
    snprintf(name, 32, "%.28s_se", mean);
}

static void cka_column(const struct aln_network *net, size_t i, char name[32])
{
    (void)net;
    layer_column("cka", 1, i + 1, name);
}

/* ---- in files of their own ---- */

static void KA_column(const struct aln_network *net, size_t i, char name[32])
{
    (void)net;
    layer_column("KA", 1, i + 1, name);
}

static size_t both_kinds(const struct aln_network *net)
{
    (void)net;
    return 2;
}

static void memorisation_column(const struct aln_network *net, size_t i, char name[32])
{
    (void)net;
    strcpy(name, i == 0 ? "error_clean" : "error_noisy");
}

/* ---- loss, error ---- */

static void loss_column(const struct aln_network *net, size_t i, char name[32])
{
    (void)net;
    (void)i;
    strcpy(name, "loss");
}

static enum aln_status fill_loss(struct aln_meter *m, size_t set, double *value)
{
    *value = m->score[set].loss;
    return ALN_OK;
}

static void error_column(const struct aln_network *net, size_t i, char name[32])
{
    (void)net;
    (void)i;
    strcpy(name, "error");
}

static enum aln_status fill_error(struct aln_meter *m, size_t set, double *value)
{
    *value = m->score[set].error;
    return ALN_OK;
}

/* ---- weight alignment ---- */

static void WA_column(const struct aln_network *net, size_t i, char name[32])
{
    (void)net;
    layer_column("WA", 2, i, name);
}

static double trace(const double *a, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i * n + i];
    return sum;
}

static double inner(const double *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* The inner product of W_l (phi(W_l) for a convolution) and B_l B_{l-1}^T is tr M_l; the squared
 * norm of the latter is tr C_l C_{l-1}. */
static enum aln_status fill_WA(struct aln_meter *m, size_t set, double *value)
{
    size_t n = m->outputs, nn = n * n;
    double product = 0, weights2 = 0, routes2 = 0;
    (void)set;
    for (size_t l = 2; l <= m->depth; l++) {
        double p = trace(m->routes.M + l * nn, n), w2 = m->routes.phi2[l];
        double r2 = inner(m->routes.C + l * nn, m->routes.C + (l - 1) * nn, nn);
        value[l - 1] = p / sqrt(w2 * r2);
        product += p;
        weights2 += w2;
        routes2 += r2;
    }
    value[0] = product / sqrt(weights2 * routes2);
    return ALN_OK;
}

/* ---- gradient alignment ---- */

static void GA_column(const struct aln_network *net, size_t i, char name[32])
{
    (void)net;
    layer_column("GA", 1, i, name);
}

static void fill_cosines(const struct aln_meter *m, const struct aln_signal_sums *sums,
                         double *value)
{
    for (size_t l = 0; l < m->depth; l++)
        value[l] = sums->cosine[l] / sums->defined[l];
}

static enum aln_status fill_GA(struct aln_meter *m, size_t set, double *value)
{
    (void)set;
    fill_cosines(m, &m->probe, value);
    return ALN_OK;
}

static void batch_GA_column(const struct aln_network *net, size_t i, char name[32])
{
    (void)net;
    layer_column("GA_batch", 1, i, name);
}

static enum aln_status fill_batch_GA(struct aln_meter *m, size_t set, double *value)
{
    (void)set;
    fill_cosines(m, &m->current, value);
    return ALN_OK;
}

static void left_out_column(const struct aln_network *net, size_t i, char name[32])
{
    (void)net;
    layer_column("left_out", 1, i, name);
}

static enum aln_status fill_left_out(struct aln_meter *m, size_t set, double *value)
{
    (void)set;
    for (size_t l = 0; l < m->depth; l++)
        value[l] = (double)m->probe.samples - m->probe.defined[l];
    return ALN_OK;
}

static void UA_column(const struct aln_network *net, size_t i, char name[32])
{
    (void)net;
    layer_column("UA", 1, i, name);
}

/* The gradients are concatenated in the order of the tensors. */
static enum aln_status fill_UA(struct aln_meter *m, size_t set, double *value)
{
    double product = 0, rule2 = 0, bp2 = 0;
    const double *a = m->G, *b = m->G_bp;
    struct aln_tensor tensor;
    (void)set;
    for (size_t l = 0; l < m->depth; l++)
        value[l] = NAN;
    for (size_t i = 0; i < aln_network_tensors(m->net); i++) {
        aln_network_tensor(m->net, i, &tensor);
        if (tensor.kind != ALN_WEIGHT && tensor.kind != ALN_BIAS)
            continue;
        size_t n = tensor.rows * tensor.cols;
        if (tensor.kind == ALN_WEIGHT && tensor.layer < m->depth) {
            double ab = inner(a, b, n), aa = inner(a, a, n), bb = inner(b, b, n);
            value[tensor.layer] = ab / sqrt(aa * bb);
            product += ab;
            rule2 += aa;
            bp2 += bb;
        }
        a += n;
        b += n;
    }
    value[0] = product / sqrt(rule2 * bp2);
    return ALN_OK;
}

/* ---- weights against the feedback that replaces them ---- */

static void WF_column(const struct aln_network *net, size_t i, char name[32])
{
    (void)net;
    layer_column("WF", 2, i, name);
}

static enum aln_status fill_WF(struct aln_meter *m, size_t set, double *value)
{
    double product = 0, weights2 = 0, feedback2 = 0;
    (void)set;
    for (size_t l = 2; l <= m->depth; l++) {
        double p, f2;
        aln_meter_against_feedback(m, l, &p, &f2);
        value[l - 1] = p / sqrt(m->routes.norm2[l] * f2);
        product += p;
        weights2 += m->routes.norm2[l];
        feedback2 += f2;
    }
    value[0] = product / sqrt(weights2 * feedback2);
    return ALN_OK;
}

/* ---- norms ---- */

static void norm_column(const struct aln_network *net, size_t i, char name[32])
{
    (void)net;
    layer_column("norm", 1, i + 1, name);
}

static enum aln_status fill_norm(struct aln_meter *m, size_t set, double *value)
{
    (void)set;
    for (size_t l = 1; l <= m->depth; l++)
        value[l - 1] = sqrt(m->routes.norm2[l]);
    return ALN_OK;
}

static size_t signal_columns(const struct aln_network *net)
{
    return 3 * (aln_network_depth(net) - 1);
}

static void signal_column(const struct aln_network *net, size_t i, char name[32])
{
    static const char *const names[] = {"signal", "signal_bp", "ratio"};
    size_t hidden = aln_network_depth(net) - 1;
    layer_column(names[i / hidden], 1, i % hidden + 1, name);
}

static enum aln_status fill_signal(struct aln_meter *m, size_t set, double *value)
{
    const struct aln_signal_sums *sums = &m->probe;
    size_t hidden = m->depth - 1;
    double samples = (double)sums->samples;
    (void)set;
    for (size_t l = 1; l <= hidden; l++) {
        value[l - 1] = sqrt(sums->rule2[l] / samples);
        value[hidden + l - 1] = sqrt(sums->bp2[l] / samples);
        value[2 * hidden + l - 1] = sqrt(sums->rule2[l] / sums->bp2[l]);
    }
    return ALN_OK;
}

/* ---- distance from the start ---- */

static void distance_column(const struct aln_network *net, size_t i, char name[32])
{
    (void)net;
    layer_column("distance", 1, i + 1, name);
}

static enum aln_status fill_distance(struct aln_meter *m, size_t set, double *value)
{
    const double *start = m->start;
    struct aln_tensor tensor;
    (void)set;
    for (size_t l = 1; l <= m->depth; l++) {
        const size_t index = aln_network_find(m->net, ALN_WEIGHT, l);
        double moved2 = 0, start2 = 0;
        aln_network_tensor(m->net, index, &tensor);
        aln_network_read(m->net, index, ALN_DOUBLE, m->W);
        const size_t n = tensor.rows * tensor.cols;
        for (size_t i = 0; i < n; i++) {
            moved2 += (m->W[i] - start[i]) * (m->W[i] - start[i]);
            start2 += start[i] * start[i];
        }
        value[l - 1] = start2 > 0 ? sqrt(moved2 / start2) : NAN;
        start += n;
    }
    return ALN_OK;
}

/* ---- effective rank of the signals ---- */

static size_t rank_columns(const struct aln_network *net)
{
    return 2 * (aln_network_depth(net) - 1);
}

static void rank_column(const struct aln_network *net, size_t i, char name[32])
{
    const size_t hidden = aln_network_depth(net) - 1;
    layer_column(i < hidden ? "rank" : "rank_bp", 1, i % hidden + 1, name);
}

/* ---- the least-squares estimate of A_l ---- */

static size_t estimate_columns(const struct aln_network *net)
{
    return 2 * (aln_network_depth(net) - 1);
}

static void estimate_column(const struct aln_network *net, size_t i, char name[32])
{
    size_t each = aln_network_depth(net) - 1;
    layer_column(i < each ? "cond_A" : "share_A", 2, i % each + 1, name);
}

/* Under cross-entropy errors sum to zero and so do the columns of A: the smallest singular value
 * carries no information and is skipped. */
static size_t singular_values(const struct aln_meter *m)
{
    const struct aln_loss *loss = aln_network_settings(m->net)->loss;
    return loss->of_classes ? m->outputs - 1 : m->outputs;
}

/* Ratio of the largest to the smallest singular value.  Status: ALN_MEMORY */
static enum aln_status condition(const struct aln_meter *m, const double *A, double *out)
{
    size_t n = m->outputs;
    gsl_matrix *U = gsl_matrix_alloc(n, n), *V = gsl_matrix_alloc(n, n);
    gsl_vector *s = gsl_vector_alloc(n);
    enum aln_status status = ALN_OK;
    if (U == NULL || V == NULL || s == NULL) {
        status = aln_raise_memory("singular values");
    } else {
        memcpy(U->data, A, n * n * sizeof *A);
        *out = NAN;
        if (isfinite(inner(A, A, n * n)) && gsl_linalg_SV_decomp_jacobi(U, V, s) == GSL_SUCCESS)
            *out = gsl_vector_get(s, 0) / gsl_vector_get(s, singular_values(m) - 1);
    }
    gsl_vector_free(s);
    gsl_matrix_free(V);
    gsl_matrix_free(U);
    return status;
}

/* Because C_l A_l C_{l-1} = M_l, ||B_l A_l B_{l-1}^T||^2 = <A_l, M_l>. */
static enum aln_status fill_estimate(struct aln_meter *m, size_t set, double *value)
{
    size_t n = m->outputs, nn = n * n;
    enum aln_status status = ALN_OK;
    (void)set;
    gsl_set_error_handler_off();
    for (size_t l = 2; l <= m->depth && status == ALN_OK; l++) {
        const double *A = aln_meter_least_squares(m, l);
        status = condition(m, A, &value[l - 2]);
        value[m->depth - 1 + l - 2] = inner(A, m->routes.M + l * nn, nn) / m->routes.phi2[l];
    }
    return status;
}

/* ---- statistics of the errors ---- */

static bool has_probabilities(const struct aln_network *net)
{
    return aln_network_settings(net)->loss->of_classes;
}

static size_t residual_columns(const struct aln_network *net)
{
    size_t n = aln_network_units(net, aln_network_depth(net));
    return has_probabilities(net) ? 2 + n : 2;
}

static void residual_column(const struct aln_network *net, size_t i, char name[32])
{
    (void)net;
    static const char *const names[] = {"cond_ee", "corr_ee"};
    if (i < 2)
        strcpy(name, names[i]);
    else
        layer_column("p", 1, i - 1, name);
}

/* Mean of E_ij/sqrt(E_ii E_jj) over i != j; NaN for one output. */
static double mean_correlation(const double *E, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            if (j != i)
                sum += E[i * n + j] / sqrt(E[i * n + i] * E[j * n + j]);
    return sum / (double)(n * (n - 1));
}

static enum aln_status fill_residual(struct aln_meter *m, size_t set, double *value)
{
    const struct aln_signal_sums *sums = &m->probe;
    double samples = (double)sums->samples;
    (void)set;
    gsl_set_error_handler_off();
    enum aln_status status = condition(m, sums->ee, &value[0]);
    value[1] = mean_correlation(sums->ee, m->outputs);
    if (has_probabilities(m->net)) /* e = p - onehot */
        for (size_t i = 0; i < m->outputs; i++)
            value[2 + i] = (sums->e[i] + sums->of_class[i]) / samples;
    return status;
}

/* ---- the table ---- */

static const struct aln_measure measures[] = {
    {.id = {"loss",
            "loss_train, loss_test: mean loss of the first run.scored training samples and of all "
            "test samples",
            ""},
     .needs = ALN_NEEDS_SCORES,
     .of_sets = true,
     .columns = one_column,
     .column = loss_column,
     .fill = fill_loss},
    {.id = {"error",
            "error_train, error_test: fraction of the same samples that is misclassified; labels "
            "include data.label_noise (those of the test set only with data.label_noise_test); nan "
            "for real-valued targets",
            ""},
     .needs = ALN_NEEDS_SCORES,
     .of_sets = true,
     .columns = one_column,
     .column = error_column,
     .fill = fill_error},
    {.id = {"WA",
            "WA, WA_2 .. WA_L: weight alignment, cos(W_l, B_l B_{l-1}^T), of all layers together "
            "and of each; B_l is F_l for direct rules, else F_l F_{l+1} .., with B_L = 1. F_l is "
            "taken as drawn, before feedback.scaling (root divides it by sqrt(n_l), which would "
            "change WA but not WA_l), and without the weights that feedback.symmetry mixes in. For "
            "a convolution W_l is its dense matrix. WA_l and WA are nan "
            "if pooling follows layer l (with layerwise rules, also a higher layer)",
            "Refinetti et al., ICML 2021, eq. 12"},
     .needs = ALN_NEEDS_ROUTES,
     .columns = total_and_hidden,
     .column = WA_column,
     .of_sums = true,
     .fill = fill_WA},
    {.id = {"GA",
            "GA, GA_1 .. GA_(L-1): gradient alignment, the cosine between the rule's and bp's "
            "signals da_l, of all hidden layers together and of each, averaged over the probe's "
            "samples where neither is zero; nan if there is no such sample",
            "Refinetti et al., ICML 2021, eq. 13"},
     .needs = ALN_NEEDS_PROBE,
     .columns = total_and_hidden,
     .column = GA_column,
     .fill = fill_GA},
    {.id =
         {"similarity",
          "similarity, similarity_1 .. similarity_L: cosine between the weights of two seeds, mean "
          "over pairs; written to a separate result, STEM.similarity.tsv, given -o and several "
          "seeds",
          ""},
     .columns = total_and_weights,
     .column = similarity_column,
     .join = aln_meter_join_similarity},
    {.id = {"similarity_se",
            "similarity_se, similarity_1_se .. similarity_L_se: standard errors of similarity, by "
            "leaving out each seed; nan for two seeds. Written beside similarity",
            "Efron & Stein, Ann. Stat. 1981"},
     .columns = total_and_weights,
     .column = similarity_error_column,
     .join = aln_meter_join_similarity_errors},
    {.id = {"GA_batch",
            "GA_batch, GA_batch_1 .. GA_batch_(L-1): GA on the mini-batch of the next step instead "
            "of the probe, as published",
            "public code of Refinetti et al., ICML 2021"},
     .needs = ALN_NEEDS_BATCH,
     .columns = total_and_hidden,
     .column = batch_GA_column,
     .fill = fill_batch_GA},
    {.id = {"left_out",
            "left_out, left_out_1 .. left_out_(L-1): number of probe samples that GA omits because "
            "one of the signals is zero",
            ""},
     .needs = ALN_NEEDS_PROBE,
     .columns = total_and_hidden,
     .column = left_out_column,
     .fill = fill_left_out},
    {.id = {"UA",
            "UA, UA_1 .. UA_(L-1): cosine between the rule's and bp's updates of W_l, summed over "
            "the probe, of all hidden layers together and of each; nan if either is zero",
            ""},
     .needs = ALN_NEEDS_GRADIENTS,
     .columns = total_and_hidden,
     .column = UA_column,
     .fill = fill_UA},
    {.id = {"WF",
            "WF, WF_2 .. WF_L: cos(W_l, F_{l-1}^T) between weights and the feedback that replaces "
            "them in layerwise rules (fa, sign-symmetric, kolen-pollack, weight-mirror; bp: 1), of "
            "all layers "
            "together and of each; nan for direct rules (dfa, dfa-dense) and frozen",
            "Lillicrap et al., Nat. Commun. 7 (2016) 13276"},
     .needs = ALN_NEEDS_ROUTES,
     .columns = total_and_hidden,
     .column = WF_column,
     .fill = fill_WF},
    {.id = {"norm",
            "norm_1 .. norm_L: norms of the weights, ||W_l||; for a convolution, of its kernels",
            ""},
     .needs = ALN_NEEDS_ROUTES,
     .columns = all_layers,
     .column = norm_column,
     .fill = fill_norm},
    {.id =
         {"signal",
          "signal_1 .. signal_(L-1): rms of |da_l| over the probe, with the rule; signal_bp_1 ..: "
          "with bp; ratio_1 ..: their ratio, rule over bp",
          ""},
     .needs = ALN_NEEDS_PROBE,
     .columns = signal_columns,
     .column = signal_column,
     .fill = fill_signal},
    {.id =
         {"A",
          "A_l is the least-squares solution of W_l = B_l A_l B_{l-1}^T, with B_l as in WA; "
          "cond_A_2 .. cond_A_L: its condition number (under cross-entropy without the smallest "
          "singular value, since errors sum to zero); share_A_2 ..: fraction of ||W_l||^2 that it "
          "explains. nan if WA_l is nan or the rank of B_l or B_{l-1} is below the number of "
          "outputs, e.g. "
          "with feedback of kind channel and fewer channels than outputs",
          "Refinetti et al., ICML 2021, weak weight alignment"},
     .needs = ALN_NEEDS_ROUTES,
     .columns = estimate_columns,
     .column = estimate_column,
     .of_sums = true,
     .fill = fill_estimate},
    {.id =
         {"residual",
          "errors e on the probe; cond_ee: condition number of <e e^T> (as for A); corr_ee: mean "
          "correlation between the errors of two outputs, nan for one output; under cross-entropy "
          "also p_1 ..: mean softmax probability of each class",
          ""},
     .needs = ALN_NEEDS_PROBE,
     .columns = residual_columns,
     .column = residual_column,
     .fill = fill_residual},
    {.id =
         {"rank",
          "rank_1 .. rank_(L-1): effective rank of the rule's signals da_l over the probe, a "
          "matrix "
          "samples x n_l: exp of the entropy of its singular values over their sum; rank_bp_1 ..: "
          "of bp's; nan where all are zero. Takes time n_l^2 for each sample and n_l^3 for each "
          "layer",
          "Roy & Vetterli, EUSIPCO 2007"},
     .needs = ALN_NEEDS_PROBE | ALN_NEEDS_SECOND,
     .columns = rank_columns,
     .column = rank_column,
     .fill = aln_meter_fill_rank},
    {.id =
         {"distance",
          "distance_1 .. distance_L: distance of the weights from their start, ||W_l - W_l(0)|| / "
          "||W_l(0)||; for a convolution, of its kernels; nan if they start at zero",
          ""},
     .needs = ALN_NEEDS_START,
     .columns = all_layers,
     .column = distance_column,
     .fill = fill_distance},
    {.id =
         {"cka",
          "cka_1 .. cka_L: linear centred kernel alignment between the activations h_l of two "
          "seeds on the probe, mean over pairs; cka_L: of the outputs; 1 where they agree up to a "
          "rotation and a factor. Written beside similarity, to STEM.similarity.tsv. Takes time "
          "min(n_l, samples)^2 for each unit or sample and pair",
          "Kornblith et al., ICML 2019"},
     .columns = all_layers,
     .column = cka_column,
     .join = aln_cka},
    {.id =
         {"barrier",
          "how much the test loss half-way between the weights (and biases) of two seeds lies "
          "above the mean of their own, 0 if it does not, mean over pairs: barrier_test, and its "
          "standard error barrier_test_se, by leaving out each seed; barrier_train, "
          "barrier_train_se: of the training loss; barrier_1 .. barrier_L: of the test loss, with "
          "layer l alone half-way; soup_loss, soup_error: test loss and error of the network with "
          "the average of all seeds' weights. On the first run.probe samples of either set; "
          "written beside similarity, to STEM.similarity.tsv",
          "Frankle et al., ICML 2020; Adilova et al., ICLR 2024; Wortsman et al., ICML 2022"},
     .columns = aln_barrier_columns,
     .column = aln_barrier_column,
     .join = aln_barrier},
    {.id =
         {"path",
          "path_1 .. path_11: test loss at eleven points of the straight path between the weights "
          "of two "
          "seeds, mean over pairs; path_barrier: the largest excess of a path over the straight "
          "line "
          "between its ends, mean over pairs, path_barrier_se its standard error. Samples and file "
          "as of barrier, whose time it takes about twice",
          "Frankle et al., ICML 2020"},
     .columns = aln_path_columns,
     .column = aln_path_column,
     .join = aln_path},
    {.id =
         {"KA",
          "KA_1 .. KA_L: kernel-target alignment, cos(K_l, y y^T) of the kernel K_l = h_l h_l^T of "
          "the probe's samples and their targets y, both samples x samples and not centred; for "
          "classes y is 1 at the label, else 0; KA_L: of the outputs. Takes time as cka, for one "
          "seed",
          "Cristianini, Shawe-Taylor, Elisseeff & Kandola, NeurIPS 2001"},
     .columns = all_layers,
     .column = KA_column,
     .fill = aln_meter_fill_KA},
    {.id = {"memorisation",
            "error_clean, error_noisy: error_train of the samples with their true labels and of "
            "those "
            "whose label data.label_noise has changed, with respect to the label that is learnt: a "
            "network that memorises brings both to 0, one that does not leaves error_noisy near 1; "
            "nan where there are no such samples",
            "Arpit et al., ICML 2017"},
     .columns = both_kinds,
     .column = memorisation_column,
     .fill = aln_meter_fill_memorisation},
};
_Static_assert(sizeof measures / sizeof measures[0] <= ALN_MOST_MEASURES,
               "more measures than measure.h allows");

const struct aln_names aln_measures = {"measure", "measures", measures,
                                       sizeof measures / sizeof measures[0], sizeof measures[0]};
ALN_FINDERS(measure, aln_measures);

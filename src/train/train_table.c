#include "train/train_table.h"
#include "model/params_table.h"

#include <math.h>
#include <stddef.h>

#include "params/presentation.h"

static const struct aln_name orders[] = {
    {"shuffled", "a new random order each epoch", ""},
    {"fixed", "the order of the data set, the same batches each epoch", ""},
};
const struct aln_names aln_orders = {"order", "orders", orders, sizeof orders / sizeof orders[0],
                                     sizeof orders[0]};

static const struct aln_name probes[] = {
    {"test", "test samples", ""},
    {"train", "training samples; for tasks whose test labels or targets are pure noise", ""},
};
const struct aln_names aln_probes = {"probe set", "probe sets", probes,
                                     sizeof probes / sizeof probes[0], sizeof probes[0]};

/* ---- ranges ---- */

static const struct aln_range positive = {"> 0", 0, INFINITY, true};
static const struct aln_range not_negative = {">= 0", 0, INFINITY, false};
static const struct aln_range probability = {"from 0 to 1", 0, 1, false};
static const struct aln_range above_zero_to_one = {"> 0 and <= 1", 0x1p-53, 1, false};
static const struct aln_range below_one = {"from 0 to below 1", 0, 1 - 0x1p-53, false};
/* Bounds, so that a typing error does not exhaust the memory. */
static const struct aln_range sizes = {"from 1 to 1000000", 1, 1e6, false};
static const struct aln_range counts = {"from 0 to 1e9", 0, 1e9, false};
static const struct aln_range some = {"from 1 to 1e9", 1, 1e9, false};

/* ---- the table, in the order in which parameters are written ---- */

#define AT(member)   .at = offsetof(struct aln_train_params, member)
#define LIST(member) AT(member), .count_at = offsetof(struct aln_train_params, member##_count)
#define OF_DATA      .barred = aln_train_foreign
#define USUAL        .usual = aln_train_usual, OF_DATA
#define OF_LEARNING  .barred = aln_train_fixed
#define EPOCHS       "epochs"

static const struct aln_param rows[] = {
    {"title", &aln_params_text, AT(title), .def = "\"\"", .unit = "",
     .doc = "title of the experiment, used in figures"},
    {"source", &aln_params_text, AT(source), .def = "\"\"", .unit = "",
     .doc = "where it comes from, e.g. a paper"},

    {"data.name", &aln_params_name, AT(data.kind), .required = true, .names = &aln_datasets,
     .unit = "", .label = "data set", .doc = "data set; keys not given below take its defaults"},
    {"data.path", &aln_params_text, AT(data.spec.path), OF_DATA, .unit = "",
     .doc = "folder of its files; default: the environment variable ALIGNODE_DATA, else data; npz: "
            "the file itself, required"},
    {"data.prefix", &aln_params_text, AT(data.spec.prefix), OF_DATA, .unit = "",
     .doc = "prefix of the standard names of idx files"},
    {"data.transpose", &aln_params_flag, AT(data.spec.transpose), OF_DATA, .unit = "",
     .doc = "whether rows and columns of the images are exchanged in the files, as in EMNIST, and "
            "have to be exchanged back; default: false"},
    {"data.labels", &aln_params_name, AT(data.spec.labels), .def = "fine", .names = &aln_labellings,
     OF_DATA, .unit = "", .label = "labels", .doc = "which labels of cifar100 are learnt"},
    {"data.size", &aln_params_size, AT(data.spec.size), .def = "0", .range = &counts, OF_DATA,
     .unit = "pixels", .label = "side of the images",
     .doc = "images: side after area averaging, which makes them square, 0: original size; "
            "mixture: side of its maps, 0: vectors"},
    {"data.train", &aln_params_size, AT(data.spec.train), .range = &counts, USUAL, .unit = "1",
     .label = "training samples",
     .doc = "number of training samples, from the start of the files; 0: all (mnist 60000, cifar10 "
            "50000, cifar100 50000)"},
    {"data.test", &aln_params_size, AT(data.spec.test), .range = &counts, USUAL, .unit = "1",
     .doc = "number of test samples, from the start of the files; 0: all (mnist 10000, cifar10 "
            "10000, cifar100 10000)"},
    {"data.inputs", &aln_params_size, AT(data.spec.inputs), .range = &sizes, USUAL, .unit = "1",
     .label = "inputs", .symbol = "N", .doc = "input dimension of drawn samples"},
    {"data.outputs", &aln_params_size, AT(data.spec.outputs), .range = &sizes, USUAL, .unit = "1",
     .doc = "number of outputs of the teacher"},
    {"data.units", &aln_train_sizes, AT(data.spec.units),
     .count_at = offsetof(struct aln_train_params, data.spec.unit_layers), .range = &sizes, OF_DATA,
     .unit = "1",
     .doc = "units of the teacher's hidden layers, e.g. [100, 100]; default: a linear teacher"},
    {"data.activation", &aln_params_name, AT(data.spec.activation), .def = "tanh",
     .names = &aln_deep_activations, OF_DATA, .unit = "",
     .doc = "activation of the teacher's hidden units"},
    {"data.classes", &aln_params_size, AT(data.spec.classes), .range = &counts, USUAL, .unit = "1",
     .doc = "mixture: number of classes; files: labels are taken modulo this number (with 4, label "
            "200 silently becomes class 0), 0: labels as they are (mnist 10, cifar10 10, "
            "cifar100 100 or 20, idx and npz largest label + 1)"},
    {"data.alpha", &aln_params_number, AT(data.spec.alpha), .range = &not_negative, USUAL,
     .unit = "1", .symbol = "α",
     .doc = "two targets have covariance [[1, alpha (1 - beta)], [alpha (1 - beta), alpha^2]]"},
    {"data.beta", &aln_params_number, AT(data.spec.beta), .range = &not_negative, USUAL,
     .unit = "1", .symbol = "β", .doc = "see data.alpha; 1: independent targets"},
    {"data.separation", &aln_params_number, AT(data.spec.separation), .range = &not_negative, USUAL,
     .unit = "1",
     .doc = "rms distance between two centres, in units of the standard deviation about them"},
    {"data.noise", &aln_params_number, AT(data.spec.noise), .range = &not_negative, USUAL,
     .unit = "1", .label = "noise", .symbol = "σ",
     .doc = "standard deviation of the noise added to every target"},
    {"data.coding", &aln_params_name, AT(data.spec.coding), .names = &aln_codings, USUAL,
     .unit = "", .doc = "what the network learns to output for a sample"},
    {"data.standardise", &aln_params_name, AT(data.spec.standardise),
     .names = &aln_standardisations, USUAL, .unit = "", .doc = "how inputs are shifted and scaled"},
    {"data.label_noise", &aln_params_number, AT(data.spec.label_noise), .def = "0",
     .range = &probability, OF_DATA, .unit = "1", .label = "fraction of random labels",
     .doc = "probability that a label is replaced by a random one"},
    {"data.label_noise_test", &aln_params_boolean, AT(data.spec.label_noise_test), .def = "false",
     OF_DATA, .unit = "", .doc = "whether test labels are replaced too"},
    {"data.shared", &aln_params_boolean, AT(data.shared), .def = "true", .unit = "",
     .doc =
         "whether all seeds have the same data, drawn from data.seed; false: each draws its own"},
    {"data.seed", &aln_params_whole, AT(data.spec.seed), .def = "1", .unit = "1",
     .label = "seed of the data", .draws = "data sets",
     .doc = "seed of drawn samples and replaced labels"},

    {"network.layers", &aln_train_layers, AT(network.layer),
     .count_at = offsetof(struct aln_train_params, network.layer_count), .required = true,
     .range = &sizes, .unit = "1", .label = "network",
     .doc =
         "list from input to read-out, each layer with its kind, e.g. [{conv: 8, kernel: 3, "
         "activation: relu}, {max-pool: 2}, {dense: 100, activation: tanh}, {dense: 10}]. dense: "
         "units; conv: channels, with kernel: (side, required), stride: 1 (default), padding: 0 "
         "(default); average-pool, max-pool: side, with stride: (default the side); flatten. dense "
         "and conv may have activation: (see deep-activations) and are linear without it. Pixels "
         "that do not fill a window are dropped. The last layer is the dense, linear read-out"},
    {"network.init", &aln_train_start, AT(network.init), .def = "uniform",
     .names = &aln_initialisations, .unit = "",
     .doc =
         "initial weights: how they are drawn, or {from: FILE}, where they, and biases, are read "
         "from: a file of run.weights, for each seed its own, or a .safetensors file with the "
         "names of PyTorch's nn.Sequential, for all seeds"},
    {"network.init_scale", &aln_params_number, AT(network.init_scale), .def = "1",
     .range = &not_negative, .unit = "1", .label = "scale of the initial weights",
     .doc = "factor by which the initial weights are multiplied"},
    {"network.bias", &aln_params_boolean, AT(network.bias), .def = "false", .unit = "",
     .doc = "whether layers have biases, initially zero"},
    {"network.loss", &aln_params_name, AT(network.loss), .def = "cross-entropy",
     .names = &aln_losses, .unit = "", .label = "loss",
     .doc = "loss of one sample; cross-entropy needs classes and at least 2 outputs"},
    {"network.precision", &aln_params_choice, AT(network.precision), .def = "single",
     .names = &aln_precisions, .unit = "", .doc = "precision of the computation"},

    {"learning.rule", &aln_params_rule, AT(network.rule), .required = true, .names = &aln_rules,
     .unit = "", .label = "rule", .doc = "how the error reaches the hidden layers"},
    {"learning.rate", &aln_params_number, AT(learning.rate), .def = "1.0e-4",
     .range = &not_negative, .unit = "1", .label = "learning rate", .symbol = "η",
     .doc = "learning rate, which multiplies the gradient of a batch (see learning.reduction)"},
    {"learning.reduction", &aln_params_choice, AT(network.reduction), .def = "sum",
     .names = &aln_reductions, .unit = "", .doc = "how the gradients of a batch are combined"},
    {"learning.batch", &aln_params_size, AT(network.batch), .def = "32", .range = &sizes,
     .unit = "1", .label = "batch",
     .doc = "samples per step; the last batch of an epoch may be smaller"},
    {"learning.order", &aln_params_choice, AT(learning.order), .def = "shuffled",
     .names = &aln_orders, .unit = "", .doc = "order of the samples in an epoch"},
    {"learning.momentum", &aln_params_number, AT(network.momentum), .def = "0", .range = &below_one,
     .unit = "1", .label = "momentum", .barred = aln_train_adaptive,
     .doc =
         "fraction of the previous step that is added to the next; optimiser momentum: 0.9 if not "
         "given"},
    {"learning.decay", &aln_params_number, AT(network.decay), .def = "0", .range = &not_negative,
     .unit = "1", .label = "weight decay", .symbol = "κ",
     .doc =
         "L2 regularisation: this times the weights is added to the gradient, before the optimiser "
         "sees it"},
    {"learning.optimiser", &aln_params_name, AT(network.optimiser), .names = &aln_optimisers,
     .unit = "", .label = "optimiser",
     .doc =
         "how the gradient of a batch moves the weights, see alignode list optimisers; sgd if not "
         "given"},
    {"learning.beta1", &aln_params_number, AT(network.beta1), .def = "0.9", .range = &below_one,
     .barred = aln_train_not_adaptive, .unit = "1", .symbol = "β_1",
     .doc = "adam: share of the earlier gradients in their running mean"},
    {"learning.beta2", &aln_params_number, AT(network.beta2), .def = "0.999", .range = &below_one,
     .barred = aln_train_not_adaptive, .unit = "1", .symbol = "β_2",
     .doc = "adam: share of the earlier squares in their running mean"},
    {"learning.epsilon", &aln_params_number, AT(network.epsilon), .def = "1.0e-8",
     .range = &positive, .barred = aln_train_not_adaptive, .unit = "1", .symbol = "ε",
     .doc = "adam: added to the root of that mean"},
    {"learning.schedule", &aln_params_epoch_rates, LIST(learning.schedule), .def = "[]",
     .range = &not_negative, .unit = EPOCHS, .label = "schedule",
     .doc = "learning rates from later epochs on: [{epoch: 50, rate: 1e-5}, ...]; a fractional "
            "epoch takes effect at the first step at or after it; entries at or beyond run.epochs "
            "have no effect"},
    {"learning.feedback.kind", &aln_params_name, AT(network.feedback.kind), .def = "independent",
     .names = &aln_feedback_kinds, .unit = "", .label = "feedback",
     .doc = "how direct feedback is structured, see alignode list feedback"},
    {"learning.feedback.modes", &aln_params_size, AT(network.feedback.modes), .def = "2",
     .range = &sizes, .barred = aln_train_rough, .unit = "1",
     .doc = "kind smooth: number of spatial frequencies along each side; 1: constant"},
    {"learning.feedback.distribution", &aln_params_choice, AT(network.feedback.distribution),
     .def = "uniform", .names = &aln_distributions, .unit = "",
     .doc = "distribution of the entries of F_l: N(0,1), U(-1,1) or +-1, times the scale"},
    {"learning.feedback.scale", &aln_params_number, AT(network.feedback.scale), .def = "1",
     .range = &not_negative, .unit = "1", .label = "gain of the feedback",
     .doc = "gain of the feedback"},
    {"learning.feedback.scaling", &aln_params_choice, AT(network.feedback.scaling), .def = "root",
     .names = &aln_scalings, .unit = "",
     .doc = "divisor of the entries. root: sqrt of the number of rows of F_l, i.e. n_l, the units "
            "of layer l (layerwise below a convolution: the inputs of its kernel); one: 1"},
    {"learning.feedback.orthonormal", &aln_params_boolean, AT(network.feedback.orthonormal),
     .def = "false", .unit = "", .doc = "use orthonormal columns times the scale instead"},
    {"learning.feedback.shared", &aln_params_boolean, AT(learning.shared_feedback), .def = "true",
     .unit = "", .label = "shared feedback",
     .doc = "whether all seeds have the same feedback; false: each draws its own"},
    {"learning.feedback.seed", &aln_params_whole, AT(network.feedback.seed), .def = "1",
     .unit = "1", .label = "seed of the feedback", .draws = "feedbacks",
     .doc = "seed of shared feedback"},
    {"learning.feedback.rate", &aln_params_number, AT(network.feedback.rate),
     .range = &not_negative, OF_LEARNING, .unit = "1",
     .doc = "rate of feedback that learns (kolen-pollack, direct-kolen-pollack, weight-mirror); "
            "default: learning.rate with its schedule"},
    {"learning.feedback.decay", &aln_params_number, AT(network.feedback.decay),
     .range = &not_negative, OF_LEARNING, .unit = "1",
     .doc = "decay of feedback that learns; default: learning.decay, of weight-mirror 1 for each "
            "sample "
            "in the gradient (reduction mean: 1), with which F_l tends to W_(l+1)^T"},
    {"learning.feedback.threshold", &aln_params_number, AT(network.feedback.threshold),
     .def = "0.1", .range = &not_negative, .barred = aln_train_not_ternary, .unit = "1",
     .label = "threshold of the error",
     .doc =
         "rule ternary-error: an output's error is fed back as its sign where it is larger, else "
         "as 0"},

    {"learning.feedback.noise", &aln_params_number, AT(network.feedback.noise),
     .range = &not_negative, .barred = aln_train_no_random_part, .unit = "1",
     .label = "noise of the feedback",
     .doc = "standard deviation of noise added to each output's error on its way back, drawn for "
            "every "
            "sample and the same for all layers; 0 if not given"},
    {"learning.feedback.symmetry", &aln_params_number, AT(network.feedback.symmetry),
     .range = &probability, .barred = aln_train_not_fixed, .unit = "1",
     .label = "symmetry of the feedback", .symbol = "ρ",
     .doc = "rho: the feedback is rho W_(l+1)^T + sqrt(1 - rho^2) F_l at all times; of direct "
            "rules with "
            "two layers only; 0 if not given"},
    {"learning.feedback.rank", &aln_params_whole_given, AT(network.feedback.rank), .range = &some,
     .barred = aln_train_no_random_part, .unit = "1", .label = "rank of the feedback",
     .doc = "F_l as drawn is a product of two matrices of independent entries, of this rank at "
            "most; full "
            "if not given"},
    {"learning.feedback.density", &aln_params_number, AT(network.feedback.density),
     .range = &above_zero_to_one, .barred = aln_train_no_random_part, .unit = "1",
     .label = "density of the feedback",
     .doc = "probability that an entry of F_l is kept, the others are 0; the rms of all entries "
            "stays; 1 "
            "if not given"},

    {"run.epochs", &aln_params_whole, AT(run.epochs), .def = "100", .range = &counts,
     .unit = EPOCHS, .label = "length of the run", .doc = "length of the run"},
    {"run.seeds", &aln_train_span, AT(run.seeds), .def = "1", .unit = "1", .label = "seed",
     .draws = "seeds",
     .doc = "one seed, {from: 1, to: 4} or [1, 2, 3, 4]; they determine initial weights and order "
            "of samples"},
    {"run.record.count", &aln_params_whole, AT(run.record.count), .def = "40", .range = &some,
     .unless = "run.record.times", .unit = "1",
     .doc = "number of recorded times, besides the start"},
    {"run.record.spacing", &aln_params_choice, AT(run.record.spacing), .def = "log",
     .names = &aln_spacings, .unless = "run.record.times", .unit = "",
     .doc = "spacing of the recorded times"},
    {"run.record.first", &aln_params_number, AT(run.record.first), .range = &positive,
     .unless = "run.record.times", .unit = EPOCHS,
     .doc = "first recorded time after the start for spacing: log; default: one step"},
    {"run.record.times", &aln_params_numbers, LIST(run.record.times), .range = &counts,
     .unit = EPOCHS, .doc = "list of recorded times, instead of count, spacing and first"},
    {"run.measures", &aln_params_choices, AT(run.measures),
     .count_at = offsetof(struct aln_train_params, run.measures_count),
     .def = "[loss, error, WA, GA, similarity]", .names = &aln_measures, .unit = "",
     .doc = "quantities to record, see alignode list measures"},
    {"run.probe", &aln_params_whole, AT(run.probe), .def = "1000", .range = &counts, .unit = "1",
     .doc = "number of samples, from the start of the set, on which alignment is measured; 0 or "
            "too many: all"},
    {"run.probe_set", &aln_params_choice, AT(run.probe_set), .def = "test", .names = &aln_probes,
     .unit = "", .doc = "data set from which the samples of run.probe are taken"},
    {"run.scored", &aln_params_whole, AT(run.scored), .def = "2500", .range = &counts, .unit = "1",
     .doc = "number of training samples, from the start of the set, on which loss_train and "
            "error_train are measured; 0 or too many: all"},
    {"run.checkpoint", &aln_params_number, AT(run.checkpoint), .def = "10", .range = &not_negative,
     .unit = "minutes",
     .doc = "time between checkpoints of a run with -o; 0: only when the run is stopped"},
    {"run.weights", &aln_train_kept, AT(run.weights), .def = "false", .unit = "",
     .doc =
         "whether to save the final weights in STEM.weights.h5, or the name of a .safetensors file "
         "to save them in"},
    ALN_PARAM_SWEEP,
};

static const struct aln_schema_part *const parts[] = {&aln_presentation_part};

const struct aln_schema aln_train_schema = {
    .name = "deep experiment",
    .row = rows,
    .count = sizeof rows / sizeof rows[0],
    .part = parts,
    .part_count = sizeof parts / sizeof parts[0],
    .parts_at = offsetof(struct aln_train_params, parts),
    .size = sizeof(struct aln_train_params),
    .foreign = " problem ode compare study fixedpoint ",
    .foreign_kind = "two-layer problem (alignode ode, chain, sgd, compare, study, fixedpoint)",
    .check = aln_train_check,
};

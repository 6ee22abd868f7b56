#include "model/params_table.h"

#include <stdio.h>

/* Bounds so that a typing error does not exhaust the memory, and t N fits 64 bits. */
static const struct aln_range inputs = {"from 1 to 1e9", 1, 1e9, false};
static const struct aln_range steps = {"from 1 to 1e15", 1, 1e15, false};
static const struct aln_range times = {"from 0 to 1e9", 0, 1e9, false};

static const struct aln_range below_one = {">= 0 and < 1", 0, 0x1.fffffffffffffp-1, false};
static const struct aln_range any_exponent = {"from -100 to 100", -100, 100, false};
static const struct aln_range cosines = {"from -1 to 1", -1, 1, false};
static const struct aln_range set_sizes = {"from 1e-9 to 1e6", 1e-9, 1e6, false};
static const struct aln_range zero_to_one = {"from 0 to 1", 0, 1, false};

/* ---- what applies to some rules only ---- */

static const char *no_random_part(const struct aln_param *row, const void *p, char why[128])
{
    (void)row;
    return aln_params_no_random_part(((const struct aln_params *)p)->learning.rule, why);
}

static const char *not_fixed(const struct aln_param *row, const void *p, char why[128])
{
    (void)row;
    return aln_params_not_fixed(((const struct aln_params *)p)->learning.rule, why);
}

static const char *not_ternary(const struct aln_param *row, const void *p, char why[128])
{
    const struct aln_rule *rule = ((const struct aln_params *)p)->learning.rule;
    (void)row;
    if (rule == NULL || rule->levels == ALN_ERROR_TERNARY)
        return NULL;
    snprintf(why, 128, "rule %s has no threshold", rule->id.name);
    return why;
}

static const char *no_spectrum(const struct aln_param *row, const void *p, char why[128])
{
    const struct aln_spectrum_params *of = &((const struct aln_params *)p)->problem.spectrum;
    (void)row;
    (void)why;
    return aln_spectrum_blocks(of) > 0 || of->from != NULL ? NULL : "problem.spectrum is not given";
}

static bool is_overlap(const void *p)
{
    const struct aln_rule *rule = ((const struct aln_params *)p)->learning.rule;
    return rule != NULL && rule->adapts;
}

/* Phi's entries are normal. */
static const char *not_normal(const struct aln_param *row, const void *p, char why[128])
{
    (void)row;
    if (!is_overlap(p))
        return NULL;
    snprintf(why, 128, "the feedback of rule %s is an overlap with normal vectors",
             ((const struct aln_params *)p)->learning.rule->id.name);
    return why;
}

static const char *no_tasks(const struct aln_param *row, const void *p, char why[128])
{
    (void)row;
    (void)why;
    return ((const struct aln_params *)p)->problem.tasks_count > 0 ? NULL
                                                                   : "problem.tasks is not given";
}

/* ---- the table, in the order in which parameters are written ---- */

#define AT(member)   .at = offsetof(struct aln_params, member)
#define LIST(member) AT(member), .count_at = offsetof(struct aln_params, member##_count)
#define TIME         "t = steps/N"

static const struct aln_param table[] = {
    {"title", &aln_params_text, AT(title), .def = "\"\"", .unit = "",
     .doc = "short description, the title of figures"},
    {"source", &aln_params_text, AT(source), .def = "\"\"", .unit = "",
     .doc = "where the problem comes from, for instance a paper"},

    {"problem.inputs", &aln_params_whole, AT(problem.inputs), .def = "500", .range = &inputs,
     .unit = "1", .label = "inputs", .symbol = "N",
     .doc =
         "N; the ode uses it only to draw its start; default: 2 (K + M) where that exceeds 1000"},
    {"problem.outputs", &aln_params_whole, AT(problem.outputs), .def = "1",
     .range = &aln_range_thousand, .unit = "1", .label = "outputs", .symbol = "O",
     .doc = "O, number of outputs"},
    {"problem.activation", &aln_params_name, AT(problem.activation), .def = "erf",
     .names = &aln_activations, .unit = "", .label = "activation",
     .doc = "g, activation of student and teacher"},
    {"problem.noise", &aln_params_number, AT(problem.noise), .def = "0",
     .range = &aln_range_not_negative, .unit = "1", .label = "noise", .symbol = "σ",
     .doc = "sigma, standard deviation of the noise on each of the teacher's outputs"},
    {"problem.student.units", &aln_params_whole, AT(problem.student.units), .def = "2",
     .range = &aln_range_thousand, .unit = "1", .label = "student units", .symbol = "K",
     .doc = "K, number of hidden units"},
    {"problem.student.weights", &aln_params_student_weights, AT(problem.student.weights),
     .def = "{std: 0.01}", .range = &aln_range_not_negative, .unit = "1",
     .doc = "initial W1, K x N: normal entries"},
    {"problem.student.readout", &aln_params_readout, AT(problem.student.readout),
     .def = "{std: 0.01}", .range = &aln_range_not_negative, .shape = "OK", .unit = "1",
     .doc = "initial W2: normal entries, one number for all, or an O x K matrix"},
    {"problem.teacher.units", &aln_params_whole, AT(problem.teacher.units), .def = "2",
     .range = &aln_range_thousand, .unit = "1", .label = "teacher units", .symbol = "M",
     .doc = "M, number of hidden units"},
    {"problem.teacher.weights", &aln_params_teacher_weights, AT(problem.teacher.weights),
     .def = "{std: 1}", .range = &aln_range_not_negative, .unless = "problem.teacher.similarity",
     .unit = "1", .doc = "V1, M x N: normal entries, or orthonormal rows, T = identity"},
    {"problem.teacher.readout", &aln_params_teacher_readout, AT(problem.teacher.readout),
     .def = "1", .range = &aln_range_not_negative, .shape = "OM", .unit = "1",
     .doc = "V2: normal entries, one number for all, an O x M matrix, or two targets of covariance "
            "V2 V2^T = [[1, alpha (1 - beta)], [alpha (1 - beta), alpha^2]]; of no effect with "
            "problem.tasks"},
    {"problem.teacher.similarity", &aln_params_number, AT(problem.similarity), .range = &cosines,
     .barred = no_tasks, .unit = "1", .label = "similarity of the tasks",
     .doc = "overlap of each unit with the units that have its place in the other tasks; units are "
            "of length 1 and otherwise orthogonal"},
    {"problem.tasks", &aln_params_tasks, LIST(problem.tasks), .unit = "1",
     .doc = "tasks that follow each other, [{units: [1], readout: [[1.0]]}, ...]: the teacher "
            "units of each and their read-out, O x units"},
    {"problem.heads", &aln_params_choice, AT(problem.heads), .def = "own", .names = &aln_heads,
     .barred = no_tasks, .unit = "", .label = "heads",
     .doc = "own: the student's read-out has O rows for each task, in order, which learn and decay "
            "only while their task is in force; shared: O rows for all tasks"},
    {"problem.spectrum.blocks", &aln_params_blocks, LIST(problem.spectrum.blocks), .unit = "1",
     .doc =
         "covariance of the inputs by blocks of directions, [{share: 0.2, variance: 3}, ...], "
         "share of the N directions; with signal and latent the teacher acts on latent variables "
         "of variance 1: signal is their covariance with the inputs, latent the block's share of "
         "them; isotropic inputs of variance 1 if there is no spectrum"},
    {"problem.spectrum.exponent", &aln_params_number, AT(problem.spectrum.exponent),
     .range = &any_exponent, .needs = "problem.spectrum.count", .unit = "1",
     .label = "exponent of the spectrum", .symbol = "β",
     .doc = "blocks of equal share whose variances fall as l^-(1 + exponent), with mean 1"},
    {"problem.spectrum.from", &aln_params_text, AT(problem.spectrum.from),
     .needs = "problem.spectrum.count", .unit = "",
     .doc = "path of a text file of eigenvalues, from the working directory: neighbours are joined "
            "to blocks"},
    {"problem.spectrum.count", &aln_params_whole_given, AT(problem.spectrum.count),
     .range = &aln_range_thousand, .unit = "1", .label = "blocks", .symbol = "L",
     .doc = "L, the number of blocks of a power law or a file"},
    {"problem.samples", &aln_params_number, AT(problem.samples), .range = &set_sizes, .unit = "1",
     .label = "samples per input", .symbol = "α",
     .doc =
         "alpha: a fixed set of alpha N samples with their noisy labels, drawn anew by every "
         "repeat of sgd, which descends on all of it in every step, or on learning.batch of them; "
         "the ode is gradient flow on it, of linear units; if not given every step has fresh "
         "samples"},
    {"problem.spectrum.manifold.function", &aln_params_name, AT(problem.spectrum.fold),
     .names = &aln_folds, .needs = "problem.spectrum.manifold.latent", .unit = "",
     .label = "function of the manifold",
     .doc =
         "inputs on a hidden manifold, x = f(F c/sqrt(D)) with random features F, on whose latent "
         "variables c the teacher acts: f"},
    {"problem.spectrum.manifold.latent", &aln_params_whole_given, AT(problem.spectrum.latents),
     .range = &aln_range_million, .needs = "problem.spectrum.manifold.count", .unit = "1",
     .label = "latent variables", .symbol = "D",
     .doc = "D, the number of latent variables, fewer than problem.inputs"},
    {"problem.spectrum.manifold.count", &aln_params_whole_given, AT(problem.spectrum.fold_count),
     .range = &aln_range_thousand, .needs = "problem.spectrum.manifold.function", .unit = "1",
     .label = "blocks", .symbol = "L",
     .doc =
         "number of blocks into which the singular directions of F are divided; the inputs' other "
         "directions are one more"},
    {"problem.overlaps.Q", &aln_params_matrix, AT(problem.overlaps.Q), .shape = "KK",
     .needs = "problem.overlaps.R", .unless = "problem.overlaps.from", .unit = "1",
     .doc = "exact start: W1 W1^T/N, K x K, instead of the student's weights and read-out"},
    {"problem.overlaps.R", &aln_params_matrix, AT(problem.overlaps.R), .shape = "KM",
     .needs = "problem.overlaps.T", .unless = "problem.overlaps.from", .unit = "1",
     .doc = "exact start: W1 V1^T/N, K x M"},
    {"problem.overlaps.T", &aln_params_matrix, AT(problem.overlaps.T), .shape = "MM",
     .needs = "problem.overlaps.W2", .unless = "problem.overlaps.from", .unit = "1",
     .doc = "exact start: V1 V1^T/N, M x M"},
    {"problem.overlaps.W2", &aln_params_matrix, AT(problem.overlaps.W2), .shape = "OK",
     .unless = "problem.overlaps.from", .unit = "1",
     .doc = "exact start: the student's read-out, O x K"},
    {"problem.overlaps.blocks", &aln_params_block_starts, LIST(problem.overlaps.blocks),
     .needs = "problem.overlaps.W2", .unless = "problem.overlaps.Q", .unit = "1",
     .doc =
         "exact start with a spectrum: [{Q: ..., R: ..., T: ...}, ...] for each block, sums over "
         "its directions divided by N, without the variance"},
    {"problem.overlaps.from", &aln_params_text, AT(problem.overlaps.from), .unit = "",
     .doc =
         "path of a result, from the working directory: start at one of its rows, with its T and, "
         "if the feedback learns in both, its F; otherwise F is as given or drawn here"},
    {"problem.overlaps.repeat", &aln_params_whole, AT(problem.overlaps.repeat), .def = "0",
     .needs = "problem.overlaps.from", .unit = "1",
     .doc = "repeat, or fixed point, of that row; change run.seed for new inputs"},
    {"problem.overlaps.time", &aln_params_number, AT(problem.overlaps.time), .range = &times,
     .needs = "problem.overlaps.from", .unit = TIME,
     .doc = "recorded time of that row, default: the last; the new run starts at t = 0"},

    {"learning.rule", &aln_params_rule, AT(learning.rule), .required = true, .names = &aln_rules,
     .unit = "", .label = "rule", .doc = "how the error reaches the hidden layer"},
    {"learning.rate", &aln_params_pair, AT(learning.rate), .def = "0.1",
     .range = &aln_range_not_negative, .unit = "1", .label = "learning rate", .symbol = "η",
     .doc = "eta of both layers, or [eta1, eta2]; eta2 = 0: the read-out is fixed"},
    {"learning.decay", &aln_params_pair, AT(learning.decay), .def = "0",
     .range = &aln_range_not_negative, .unit = "1", .label = "weight decay", .symbol = "κ",
     .doc = "kappa, weight decay of both layers, or [kappa1, kappa2]"},
    {"learning.batch", &aln_params_whole_given, AT(learning.batch), .range = &aln_range_million,
     .unit = "1", .label = "batch",
     .doc =
         "B, number of fresh samples in a step, whose gradients are averaged; 1 if not given; with "
         "problem.samples, of samples drawn from the set, all of it if not given"},
    {"learning.momentum", &aln_params_number, AT(learning.momentum), .range = &below_one,
     .unit = "1", .label = "momentum",
     .doc = "beta of the heavy ball: v <- beta v + gradient, w <- (1 - kappa/N) w - (eta/N) v, for "
            "both "
            "layers and Kolen-Pollack's feedback; 0 if not given"},
    {"learning.feedback.distribution", &aln_params_choice, AT(learning.feedback.distribution),
     .def = "normal", .names = &aln_distributions, .unless = "learning.feedback.matrix",
     .barred = not_normal, .unit = "", .doc = "distribution of the entries of F1, K x O"},
    {"learning.feedback.std", &aln_params_number, AT(learning.feedback.std), .def = "1",
     .range = &aln_range_not_negative, .unless = "learning.feedback.matrix", .joins = is_overlap,
     .unit = "1", .label = "standard deviation of the feedback",
     .doc = "standard deviation of these entries; for rule adaptive, of the normal entries of Phi"},
    {"learning.feedback.matrix", &aln_params_matrix, AT(learning.feedback.matrix), .shape = "Ko",
     .unit = "1", .label = "feedback", .symbol = "F1",
     .doc = "F1 itself, K x O; for rule adaptive at the start"},
    {"learning.feedback.heads", &aln_params_choice, AT(learning.feedback.heads), .def = "own",
     .names = &aln_heads, .barred = no_tasks, .unit = "", .label = "heads of the feedback",
     .doc = "own: F1 has a column for each row of the student's read-out; shared: K x O, used for "
            "every task"},
    {"learning.feedback.rate", &aln_params_number, AT(learning.feedback.rate),
     .range = &aln_range_not_negative, .unit = "1", .label = "learning rate of the feedback",
     .doc = "eta of learned feedback (kolen-pollack, weight-mirror); default: the read-out's, with "
            "its schedule"},
    {"learning.feedback.decay", &aln_params_number, AT(learning.feedback.decay),
     .range = &aln_range_not_negative, .unit = "1", .label = "weight decay of the feedback",
     .doc = "kappa of learned feedback; default: the read-out's for kolen-pollack, and eta of the "
            "feedback for weight-mirror, whose F then tends to W2^T"},
    {"learning.feedback.noise", &aln_params_number, AT(learning.feedback.noise),
     .range = &aln_range_not_negative, .barred = no_random_part, .unit = "1",
     .label = "noise of the feedback",
     .doc = "standard deviation of noise added to each output's error on its way back; 0 if not "
            "given"},
    {"learning.feedback.symmetry", &aln_params_number, AT(learning.feedback.symmetry),
     .range = &zero_to_one, .barred = not_fixed, .unit = "1", .label = "symmetry of the feedback",
     .symbol = "ρ", .doc = "rho: the feedback is rho W2^T + sqrt(1 - rho^2) F1; 0 if not given"},
    {"learning.feedback.threshold", &aln_params_number, AT(learning.feedback.threshold),
     .def = "0.1", .range = &aln_range_not_negative, .barred = not_ternary, .unit = "1",
     .label = "threshold of the error",
     .doc =
         "rule ternary-error: an output's error is fed back as its sign where it is larger, else "
         "as 0"},
    {"learning.schedule", &aln_params_rates, LIST(learning.schedule), .def = "[]",
     .range = &aln_range_not_negative, .unit = TIME, .label = "schedule",
     .doc = "changes of the learning rates: [{time: 100, rate: [0.05, 0.05]}, ...]"},

    {"run.time", &aln_params_number, AT(run.time), .def = "100", .range = &times, .unit = TIME,
     .label = "length of the run", .symbol = "t", .doc = "length of the run"},
    {"run.seed", &aln_params_whole, AT(run.seed), .def = "1", .unit = "1", .label = "seed",
     .draws = "seeds", .doc = "seed of all random numbers, 64 bits"},
    {"run.repeats", &aln_params_whole, AT(run.repeats), .def = "1", .range = &aln_range_million,
     .unit = "1",
     .doc = "runs with independent inputs and noise from the same start; the ode has one"},
    {"run.drawn_starts", &aln_params_flag, AT(run.drawn_starts), .unit = "",
     .doc = "every repeat also draws its own first weights of the student, from "
            "problem.student.weights; teacher, read-outs and feedback remain shared, and the ode "
            "starts "
            "at the means, Q = std^2 I and R = 0; false if not given"},
    {"run.precision", &aln_params_name, AT(run.precision), .names = &aln_run_precisions, .unit = "",
     .doc = "of sgd: single takes 0.4 of the time, with other random numbers, and rounds weights "
            "and inputs to 24 bits; of isotropic fresh inputs, without decay of the hidden layer; "
            "double if not given"},
    {"run.tasks", &aln_params_turns, LIST(run.tasks), .range = &times, .barred = no_tasks,
     .unit = TIME, .label = "tasks",
     .doc =
         "the task in force from each time on, [{time: 0, task: 1}, {time: 50, task: 2}]; in place "
         "of time, eg_below: 0.01 begins it when eg of the task before falls below this, and "
         "after: 20 that long after the task before has begun; with replay: 0.1 a step is of one "
         "of the other earlier tasks with this probability; the first task if not given"},
    {"run.record.count", &aln_params_whole, AT(run.record.count), .def = "200",
     .range = &aln_range_million, .unless = "run.record.times", .unit = "1",
     .doc = "number of recorded times besides t = 0"},
    {"run.record.spacing", &aln_params_choice, AT(run.record.spacing), .def = "log",
     .names = &aln_spacings, .unless = "run.record.times", .unit = "",
     .doc = "spacing of these times"},
    {"run.record.first", &aln_params_number, AT(run.record.first), .def = "0.1",
     .range = &aln_range_positive, .unless = "run.record.times", .unit = TIME,
     .doc = "the first of these times, for spacing: log; by default run.time/100 in a run shorter "
            "than 0.1"},
    {"run.record.times", &aln_params_numbers, LIST(run.record.times), .range = &times, .unit = TIME,
     .doc = "list of the recorded times"},
    {"run.record.degrees", &aln_params_boolean, AT(run.record.degrees), .def = "false",
     .unit = "degrees", .doc = "add a column angle_W2_F1 next to the cosine"},
    {"run.record.early_law", &aln_params_boolean, AT(run.record.early_law), .def = "false",
     .unit = "",
     .doc = "add columns norm_W2, and law_norm_W2 and law_cos_W2_F1 as the early law predicts"},

    {"run.record.blocks", &aln_params_flag, AT(run.record.blocks), .barred = no_spectrum,
     .unit = "",
     .doc = "with problem.spectrum, add columns Q_1_1.1, ...: the overlaps of each block; false if "
            "not given"},
    {"run.record.geometry", &aln_params_flag, AT(run.record.geometry), .unit = "",
     .doc = "add columns UA and SA: cosines between the rule's and back-propagation's expected "
            "updates of W1, and between their signals; false if not given"},
    {"run.record.gradient_alignment", &aln_params_flag, AT(run.record.gradient_alignment),
     .unit = "",
     .doc = "add columns GA and GA_se: the cosine between the signals of single samples, averaged "
            "over 8192 Sobol points, and its error; false if not given"},
    {"run.record.descent", &aln_params_flag, AT(run.record.descent), .unit = "",
     .doc =
         "add columns grad2, descent and noise: the squared gradient of eg with respect to W1, and "
         "d eg/dt by the hidden layer, from its mean update and from the spread of samples; "
         "false if not given"},
    {"run.record.hessian", &aln_params_flag, AT(run.record.hessian), .unit = "",
     .doc = "add a column hessian: the largest eigenvalue of the bulk of N d2 eg/dW1 dW1; false if "
            "not given"},
    {"run.record.moments", &aln_params_flag, AT(run.record.moments), .unit = "",
     .doc = "of chain and sgd: write the mean over the repeats of each column, and columns sd_... "
            "and se_..., standard deviation of single runs and standard error of the mean, instead "
            "of the repeats; false if not given"},

    {"ode.stepper", &aln_params_name, AT(ode.stepper), .def = "rk8pd", .names = &aln_steppers,
     .unit = "", .doc = "the integrator"},
    {"ode.rtol", &aln_params_number, AT(ode.rtol), .def = "1.0e-9", .range = &aln_range_fraction,
     .unit = "1",
     .doc =
         "relative error of one step; default 1e-4 for averages over points of a step that jumps "
         "(ode.averages: cubature with relu, leaky-relu, sign-error or ternary-error)"},
    {"ode.atol", &aln_params_number, AT(ode.atol), .def = "1.0e-12", .range = &aln_range_positive,
     .unit = "1", .doc = "absolute error of one step; default 1e-6 where that of rtol is 1e-4"},
    {"ode.max_steps", &aln_params_whole, AT(ode.max_steps), .def = "10000000", .range = &steps,
     .unit = "1",
     .doc = "stop a run that would take more, judged by its last 20000 steps at the current rates"},
    {"ode.second_order", &aln_params_boolean, AT(ode.second_order), .def = "true", .unit = "",
     .doc = "false: the small-rate limit, without the eta^2 terms; there are none with "
            "problem.samples"},
    {"ode.check", &aln_params_boolean, AT(ode.check), .def = "false", .unit = "",
     .doc = "add columns err_...: difference from a run at rtol/1000, atol/1000 (>= 1e-13, 1e-15), "
            "and "
            "with problem.samples twice as many blocks"},
    {"ode.averages", &aln_params_name, AT(ode.averages), .names = &aln_averages, .unit = "",
     .doc =
         "closed, or cubature: averages of the step itself over 2^13 Sobol points and their mirror "
         "images, which use no closed form but that of eg, with columns err_...: difference from "
         "another set of points; closed if not given"},
    {"ode.fluctuations", &aln_params_flag, AT(ode.fluctuations), .unit = "",
     .doc =
         "add columns sd_... and bias_...: standard deviation of single runs at N = "
         "problem.inputs, from the same start unless run.drawn_starts, and bias of their mean; "
         "`compare` then judges both, standard deviations from 100 repeats on; false if not given"},
    {"ode.events.eg_below", &aln_params_levels, LIST(ode.events.eg_below),
     .range = &aln_range_positive, .unit = "1",
     .doc = "an '# event' line after the rows of the ode when eg first falls below each level"},
    {"ode.events.eg_fraction", &aln_params_levels, LIST(ode.events.eg_fraction),
     .range = &aln_range_positive, .unit = "1",
     .doc = "an event line when eg first falls below each fraction of eg(0)"},
    {"ode.events.cos_maximum", &aln_params_boolean, AT(ode.events.cos_maximum), .def = "false",
     .unit = "", .doc = "an event line when cos(W2, F1) first turns from rising to falling"},
    {"ode.events.plateau_entered", &aln_params_boolean, AT(ode.events.plateau_entered),
     .def = "false", .unit = "",
     .doc = "an event line when -d ln eg/d ln t has fallen to half of its first maximum"},
    {"ode.events.plateau_left", &aln_params_boolean, AT(ode.events.plateau_left), .def = "false",
     .unit = "", .doc = "an event line when eg has fallen to half of its plateau"},
    {"ode.events.exponential", &aln_params_boolean, AT(ode.events.exponential), .def = "false",
     .unit = "",
     .doc = "an event line when -d ln eg/dt stops growing after the plateau: exponential decay"},
};

const struct aln_schema_part aln_params_common = {.row = table,
                                                  .count = sizeof table / sizeof table[0]};

size_t aln_params_extent(const void *of, char letter)
{
    const struct aln_params *p = of;
    return letter == 'K'   ? p->problem.student.units
           : letter == 'M' ? p->problem.teacher.units
           : letter == 'O' ? aln_params_rows(p)
                           : aln_params_feedback_columns(p);
}

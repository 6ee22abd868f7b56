/* Problems built by hand: their defaults, and the check that engines make. */
#include "alignode/problem.h"

#include <inttypes.h>
#include <math.h>

#define ROUNDING     1e-8 /* of shares typed as decimals, and of variances */
#define MOST_SAMPLES 1e6  /* for each input */

struct aln_problem aln_problem_defaults(void)
{
    return (struct aln_problem){
        .K = 2,
        .M = 2,
        .O = 1,
        .N = 500,
        .activation = aln_activation_find("erf"),
        .eta = {0.1, 0.1},
        .feedback_rate = NAN,
        .feedback_decay = NAN,
        .threshold = ALN_ERROR_THRESHOLD,
        .seed = 1,
    };
}

static enum aln_status check_presence(const struct aln_problem *p)
{
    const struct {
        const char *name;
        bool present;
    } members[] = {
        {"K", p->K > 0},
        {"M", p->M > 0},
        {"O", p->O > 0},
        {"activation", p->activation != NULL},
        {"rule", p->rule != NULL},
        {"T", p->T != NULL},
        {"V2", p->V2 != NULL},
        {"F1", p->F1 != NULL},
        {"start", p->start != NULL},
        {"schedule", p->schedule != NULL || p->schedule_count == 0},
    };
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (!members[i].present)
            return aln_raise(ALN_USAGE, "problem: %s is not set", members[i].name);
    return ALN_OK;
}

static enum aln_status check_numbers(const struct aln_problem *p)
{
    const struct {
        const char *name;
        double value;
    } numbers[] = {
        {"sigma", p->sigma},
        {"eta[0]", p->eta[0]},
        {"eta[1]", p->eta[1]},
        {"kappa[0]", p->kappa[0]},
        {"kappa[1]", p->kappa[1]},
        {"feedback_noise", p->feedback_noise},
        {"threshold", p->threshold},
        {"feedback_rate", isnan(p->feedback_rate) ? 0 : p->feedback_rate},
        {"feedback_decay", isnan(p->feedback_decay) ? 0 : p->feedback_decay},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (!(numbers[i].value >= 0 && isfinite(numbers[i].value)))
            return aln_raise(ALN_USAGE, "problem: %s = %g: expected a number >= 0", numbers[i].name,
                             numbers[i].value);
    if (!(p->drawn_weights >= 0 && p->drawn_weights < INFINITY) ||
        (p->drawn_weights > 0 && (p->rule->adapts || p->spectrum != NULL)))
        return aln_raise(
            ALN_USAGE,
            "problem: drawn_weights = %g: expected a number >= 0, and 0 for a rule whose "
            "feedback is an overlap",
            p->drawn_weights);
    if (!(p->momentum >= 0 && p->momentum < 1))
        return aln_raise(ALN_USAGE, "problem: momentum = %g: expected a number >= 0 and < 1",
                         p->momentum);
    return ALN_OK;
}

static enum aln_status check_spectrum(const struct aln_problem *p)
{
    const struct aln_spectrum *of = p->spectrum;
    double share = 0;
    if (of == NULL)
        return ALN_OK;
    if (of->count == 0 || of->share == NULL || of->variance == NULL || of->signal == NULL ||
        of->latent == NULL || of->T == NULL)
        return aln_raise(ALN_USAGE, "problem: a member of spectrum is not set");
    for (size_t i = 0; i < of->count; i++) {
        const double signal2 = of->signal[i] * of->signal[i];
        if (!(of->share[i] >= 0 && of->variance[i] >= 0 && of->latent[i] >= 0 &&
              signal2 <= (1 + ROUNDING) * of->variance[i] * of->latent[i]))
            return aln_raise(ALN_USAGE,
                             "problem: block %zu of spectrum: expected share, variance and latent "
                             ">= 0 and signal^2 <= variance latent",
                             i + 1);
        share += of->share[i];
    }
    if (!(fabs(share - 1) <= ROUNDING))
        return aln_raise(ALN_USAGE, "problem: spectrum: expected shares that sum to 1, got %g",
                         share);
    if (of->fold != NULL && !(of->count > 1 && of->latents >= of->count - 1 && of->latents < p->N))
        return aln_raise(ALN_USAGE,
                         "problem: latents = %" PRIu64
                         ": expected at least %zu, one for each block "
                         "but the last, and fewer than N = %" PRIu64,
                         of->latents, of->count - 1, p->N);
    if (p->rule->adapts)
        return aln_raise(ALN_USAGE, "problem: rule %s is not available with a spectrum",
                         p->rule->id.name);
    if (p->drawn_weights > 0)
        return aln_raise(ALN_USAGE, "problem: drawn_weights are not available with a spectrum");
    return ALN_OK;
}

/* A fixed set of samples. */
static enum aln_status check_samples(const struct aln_problem *p)
{
    if (p->samples == 0)
        return ALN_OK;
    if (!(p->samples > 0 && p->samples <= MOST_SAMPLES))
        return aln_raise(ALN_USAGE, "problem: samples = %g: expected a number from 0 to %g",
                         p->samples, MOST_SAMPLES);
    if (p->spectrum != NULL || p->points > 0 || p->rule->adapts)
        return aln_raise(ALN_USAGE,
                         "problem: samples are not available with a spectrum, with averages over "
                         "points or for a rule whose feedback is an overlap");
    if (p->rows != NULL || p->teachers != NULL || p->task_count > 0)
        return aln_raise(
            ALN_USAGE, "problem: samples are available where all outputs and teacher units are in "
                       "force");
    if (p->N > 0 && aln_problem_samples(p) < (p->batch > 0 ? p->batch : 1))
        return aln_raise(ALN_USAGE,
                         "problem: samples = %g: expected at least one sample and a "
                         "whole batch in N = %" PRIu64 " times as many",
                         p->samples, p->N);
    return ALN_OK;
}

static enum aln_status check_single(const struct aln_problem *p)
{
    if (p->single && (p->spectrum != NULL || p->samples > 0 || p->kappa[0] > 0))
        return aln_raise(ALN_USAGE,
                         "problem: single precision is not available with a spectrum, with a fixed "
                         "set of samples or with decay of the hidden layer");
    return ALN_OK;
}

/* What only some rules have. */
static enum aln_status check_rule(const struct aln_problem *p)
{
    if (!(p->symmetry >= 0 && p->symmetry <= 1) ||
        (p->symmetry > 0 && !aln_rule_keeps_feedback(p->rule)))
        return aln_raise(ALN_USAGE,
                         "problem: symmetry = %g: expected a number from 0 to 1, and 0 for rule %s "
                         "unless its feedback is random and fixed",
                         p->symmetry, p->rule->id.name);
    if (p->feedback_noise > 0 && !p->rule->random)
        return aln_raise(ALN_USAGE,
                         "problem: feedback_noise = %g: expected 0, the feedback of rule %s has no "
                         "random part",
                         p->feedback_noise, p->rule->id.name);
    if (p->rule->adapts && p->M < p->O)
        return aln_raise(ALN_USAGE,
                         "problem: M = %zu: expected at least O = %zu teacher units, the last of "
                         "which are the feedback of rule %s",
                         p->M, p->O, p->rule->id.name);
    return ALN_OK;
}

/* Whether a turn begins where it can: the first at 0, others at a later time, or at an event, or some time
 * after the one before. */
static bool begins(const struct aln_problem_turn *turn, size_t i)
{
    if (i == 0)
        return turn->time == 0 && turn->below == 0 && turn->after == 0;
    if (turn->below != 0)
        return turn->below > 0 && turn->after == 0 && turn->time == INFINITY;
    if (turn->after != 0)
        return turn->after > 0 && isfinite(turn->after) &&
               turn->time == turn[-1].time + turn->after;
    return turn->time > turn[-1].time && isfinite(turn->time);
}

static enum aln_status check_turn(const struct aln_problem *p, size_t i)
{
    const struct aln_problem_turn *turn = &p->turns[i];
    if (!begins(turn, i))
        return aln_raise(ALN_USAGE,
                         "problem: turn %zu at time %g: expected the first at 0, then later ones",
                         i + 1, turn->time);
    if (turn->task >= p->task_count)
        return aln_raise(ALN_USAGE, "problem: turn %zu: expected a task < %zu, got %zu", i + 1,
                         p->task_count, turn->task);
    bool others = false;
    for (size_t j = 0; j < i; j++)
        others = others || p->turns[j].task != turn->task;
    if (!(turn->replay >= 0 && turn->replay < 1) || (turn->replay > 0 && !others))
        return aln_raise(ALN_USAGE,
                         "problem: turn %zu: replay = %g: expected a number >= 0 and < 1, and 0 "
                         "before there is another task to replay",
                         i + 1, turn->replay);
    if (turn->replay > 0 && p->momentum > 0)
        return aln_raise(ALN_USAGE, "problem: turn %zu: replay is not available with momentum",
                         i + 1);
    return ALN_OK;
}

static enum aln_status check_tasks(const struct aln_problem *p)
{
    enum aln_status status = ALN_OK;
    if ((p->task_count > 0 && p->tasks == NULL) || (p->turn_count > 0 && p->turns == NULL))
        return aln_raise(ALN_USAGE, "problem: tasks or turns is not set");
    for (size_t j = 0; j < p->task_count; j++)
        if (p->tasks[j].V2 == NULL)
            return aln_raise(ALN_USAGE, "problem: V2 of task %zu is not set", j + 1);
    for (size_t i = 0; i < p->turn_count && status == ALN_OK; i++)
        status = check_turn(p, i);
    return status;
}

enum aln_status aln_problem_check(const struct aln_problem *p)
{
    enum aln_status status = check_presence(p);
    if (status == ALN_OK)
        status = check_numbers(p);
    if (status == ALN_OK)
        status = check_spectrum(p);
    if (status == ALN_OK)
        status = check_tasks(p);
    if (status == ALN_OK)
        status = check_samples(p);
    if (status == ALN_OK)
        status = check_single(p);
    return status == ALN_OK ? check_rule(p) : status;
}

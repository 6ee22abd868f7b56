#include "published_runs.h"

#include <stdio.h>
#include <string.h>

#include "means_table.h"

#define RELU                                                                                       \
    "network.layers=[{dense: 100, activation: relu}, {dense: 100, activation: relu}, {dense: "     \
    "100, activation: relu}, {dense: 10}]"
#define SEEDS "run.seeds={from: 1, to: 4}"
#define DFA   "learning.rule=dfa"
#define BP    "learning.rule=bp"
#define NOISE "data.label_noise=0.1"

static const struct aln_claim_run_spec runs[] = {
    {"mnist-tanh-dfa-published", "deep-mnist-published", {SEEDS, DFA}},
    {"mnist-relu-dfa-published", "deep-mnist-published", {SEEDS, DFA, RELU}},
    {"cifar-tanh-dfa-published", "deep-cifar-published", {SEEDS, DFA}},
    {"cifar-relu-dfa-published", "deep-cifar-published", {SEEDS, DFA, RELU}},
    {"mnist-tanh-bp-published", "deep-mnist-published", {SEEDS, BP}},
    {"mnist-relu-bp-published", "deep-mnist-published", {SEEDS, BP, RELU}},
    {"cifar-tanh-dfa-noise-published", "deep-cifar-published", {SEEDS, DFA, NOISE}},
    {"cifar-relu-dfa-noise-published", "deep-cifar-published", {SEEDS, DFA, NOISE, RELU}},
    {"cifar-tanh-bp-published", "deep-cifar-published", {SEEDS, BP}},
    {"cifar-relu-bp-published", "deep-cifar-published", {SEEDS, BP, RELU}},
};

/* Read off the source's figures: cosines within about .02, epochs within 30 %. Its runs stopped between epochs
 * 2000 and 3000, by a limit of time. */
const struct aln_published aln_published[ALN_PUBLISHED] = {
    {.title = "MNIST relu",
     .data = "mnist",
     .name = "mnist-relu",
     .WA = {0.265, 0.315},
     .WA_most = 0.34,
     .WA_epoch = 600,
     .WA_last = 0.335,
     .GA = {0.64, 0.72},
     .GA_most = 0.75,
     .similarity = {0.27, 0.5},
     .similarity_bp = 6e-3,
     .error = {0.03, 0.01},
     .error_below = true},
    {.title = "MNIST tanh",
     .data = "mnist",
     .name = "mnist-tanh",
     .WA = {0.385, 0.425},
     .WA_most = 0.43,
     .WA_epoch = 300,
     .WA_last = 0.41,
     .GA = {0.64, 0.75},
     .GA_most = 0.78,
     .similarity = {0.43, 0.65},
     .similarity_bp = 8e-4,
     .error = {0.035, 0.01},
     .error_below = true},
    {.title = "CIFAR relu",
     .data = "cifar10",
     .name = "cifar-relu",
     .WA = {0.20, 0.36},
     .WA_most = 0.39,
     .WA_epoch = 270,
     .WA_last = 0.28,
     .GA = {0.44, 0.73},
     .GA_most = 0.86,
     .similarity = {0.30, 0.7},
     .similarity_bp = 2e-3,
     .error = {0.42, 0.10}},
    {.title = "CIFAR tanh",
     .data = "cifar10",
     .name = "cifar-tanh",
     .WA = {0.27, 0.42},
     .WA_most = 0.46,
     .WA_epoch = 350,
     .WA_last = 0.335,
     .GA = {0.40, 0.70},
     .GA_most = 0.87,
     .similarity = {0.36, 0.7},
     .similarity_bp = 3e-3,
     .error = {0.47, 0.20}},
};

bool aln_published_learn(struct aln_report *r, const char *name, const char *rule,
                         struct aln_claim_result *out)
{
    char whole[64];
    size_t i = 0;
    snprintf(whole, sizeof whole, "%s-%s-published", name, rule);
    while (strcmp(runs[i].name, whole) != 0)
        i++;
    return aln_claim_learn(r, &runs[i], out);
}

/* ---- ranges ---- */

/* The change of a number over a factor in the epoch, by one at an earlier or later epoch. */
static double change(double number, double epoch, double another, double other, double factor)
{
    return (number - another) / log(epoch / other) * log(factor);
}

struct aln_claim_range aln_published_at(double number, double epoch, double another, double other,
                                        double within)
{
    within += fabs(change(number, epoch, another, other, ALN_PUBLISHED_FACTOR));
    return (struct aln_claim_range)ALN_AROUND(number, within);
}

struct aln_claim_range aln_published_last(double number, double another, double other,
                                          double within)
{
    const double early = number - change(number, 2500, another, other, 1.5);
    return (struct aln_claim_range){fmin(number, early) - within, fmax(number, early) + within};
}

double aln_published_spread(const struct aln_table *t, const char *column)
{
    double epoch[ALN_CLAIM_SEEDS], sum = 0, squares = 0;
    if (aln_means_is(t))
        return aln_means_numbers(t, "spread", column, epoch, 1) == 1 ? epoch[0] : NAN;
    const size_t count = aln_claim_peaks(t, column, epoch);
    for (size_t i = 0; i < count; i++) {
        sum += log(epoch[i]);
        squares += log(epoch[i]) * log(epoch[i]);
    }
    const double n = (double)count;
    return count < 2 ? NAN : sqrt(fmax(0, squares - sum * sum / n) / (n - 1));
}

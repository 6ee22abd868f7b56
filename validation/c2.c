/* C2, convolutions: direct feedback hardly aligns what lies below the last of them, while a dense
 * net with layers of the same sizes aligns all. The toy: 12x12 maps of four overlapping clouds,
 * 2 x [3x3, 8 channels, tanh], dense 4. In full also CIFAR-10, with the controls. */
#include <math.h>
#include <stdio.h>

#include "runs.h"

#define DENSE                                                                                      \
    "network.layers=[{dense: 800, activation: tanh}, {dense: 512, activation: tanh}, {dense: 4}]"

static void toy(struct aln_report *r, const char *seeds, const char *tag)
{
    const char *const nets[] = {"conv", "dense"};
    for (size_t i = 0; i < 2; i++) {
        struct aln_claim_result result;
        char name[32];
        snprintf(name, sizeof name, "conv-toy-%s-%s", nets[i], tag);
        const struct aln_claim_run_spec spec = {name, "conv-toy", {seeds, i == 1 ? DENSE : NULL}};
        if (aln_claim_learn(r, &spec, &result)) {
            const struct aln_table *t = result.rows;
            double GA_1 = aln_claim_mean(t, "GA_1", INFINITY);
            double GA_2 = aln_claim_mean(t, "GA_2", INFINITY);
            if (i == 0) {
                aln_report_range(r, "toy, conv: |GA_1|, below the last convolution", fabs(GA_1), 0,
                                 0.08);
                aln_report_range(r, "toy, conv: GA_2, the last convolution", GA_2, 0.05, 0.3);
                aln_report_note(r, "toy, conv: WA_2, of phi(W_2)",
                                aln_claim_mean(t, "WA_2", INFINITY), "");
            } else {
                aln_report_range(r, "toy, dense layers of the same sizes: GA_1", GA_1, 0.5, 1);
                aln_report_note(r, "toy, dense layers of the same sizes: GA_2", GA_2, "");
            }
        }
        aln_claim_result_free(&result);
    }
}

void aln_claim_c2_quick(struct aln_report *r)
{
    toy(r, "run.seeds=1", "quick");
}

static void cifar(struct aln_report *r, const char *rule, double error)
{
    struct aln_claim_result result;
    char name[32], set[48], line[96];
    snprintf(name, sizeof name, "conv-cifar-%s", rule);
    snprintf(set, sizeof set, "learning.rule=%s", rule);
    const struct aln_claim_run_spec spec = {name, "conv-cifar", {set}};
    if (aln_claim_learn(r, &spec, &result)) {
        const struct aln_table *t = result.rows;
        snprintf(line, sizeof line, "CIFAR-10, %s: test error", rule);
        double here = aln_claim_mean(t, "error_test", INFINITY);
        if (isnan(error)) {
            aln_report_note(r, line, here, "(gain 1; published numbers are at the best gain)");
            aln_report_range(r, "CIFAR-10, dfa: |GA_1|", fabs(aln_claim_mean(t, "GA_1", INFINITY)),
                             0, 0.08);
        } else {
            aln_report_range(r, line, here, error - 0.02, error + 0.02);
        }
    }
    aln_claim_result_free(&result);
}

void aln_claim_c2(struct aln_report *r)
{
    toy(r, "run.seeds={from: 1, to: 3}", "full");
    if (!aln_claim_has_data(r, "cifar10"))
        return;
    cifar(r, "bp", 0.435);
    cifar(r, "frozen", 0.574);
    cifar(r, "fa", 0.613);
    cifar(r, "dfa", NAN);
}

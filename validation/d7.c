/* D7, width: three hidden layers of 16 to 512 relu units, 10,000 images of MNIST 14x14. The wider,
 * the better dfa learns, and the less do seeds agree in the first layer, which keeps more of its
 * start; the read-out agrees at every width. */
#include <math.h>
#include <stdio.h>

#include "runs.h"

enum { WIDTHS = 6 };
static const int width[WIDTHS] = {16, 32, 64, 128, 256, 512};

static bool learn(struct aln_report *r, const char *rule, int n, struct aln_claim_result *out)
{
    char name[32], first[32], layers[256];
    snprintf(name, sizeof name, "mnist-width-%s-%d", rule, n);
    snprintf(first, sizeof first, "learning.rule=%s", rule);
    snprintf(layers, sizeof layers,
             "network.layers=[{dense: %d, activation: relu}, {dense: %d, activation: relu}, "
             "{dense: %d, activation: relu}, {dense: 10}]",
             n, n, n);
    const struct aln_claim_run_spec spec = {name, "deep-width", {first, layers}};
    return aln_claim_learn(r, &spec, out);
}

static void bp(struct aln_report *r, int n)
{
    struct aln_claim_result result;
    char line[128];
    if (learn(r, "bp", n, &result)) {
        snprintf(line, sizeof line, "bp  width %3d: similarity of seeds", n);
        aln_report_range(r, line, aln_claim_mean(result.similarity, "similarity", INFINITY), -0.02,
                         0.02);
    }
    aln_claim_result_free(&result);
}

void aln_claim_d7(struct aln_report *r)
{
    double error[WIDTHS], first[WIDTHS], last[WIDTHS], rise[2] = {-INFINITY, -INFINITY};
    double least = INFINITY, most = -INFINITY;
    char line[128], remark[96];
    if (!aln_claim_has_data(r, "mnist"))
        return;
    for (size_t i = 0; i < WIDTHS; i++) {
        struct aln_claim_result result;
        error[i] = first[i] = last[i] = NAN;
        if (learn(r, "dfa", width[i], &result)) {
            error[i] = aln_claim_mean(result.rows, "error_train", INFINITY);
            first[i] = aln_claim_mean(result.similarity, "similarity_1", INFINITY);
            last[i] = aln_claim_mean(result.similarity, "similarity_4", INFINITY);
            snprintf(line, sizeof line, "dfa width %3d: training error", width[i]);
            snprintf(remark, sizeof remark, "(test %.4f; similarity of layer 1 %.3f, layer 4 %.3f)",
                     aln_claim_mean(result.rows, "error_test", INFINITY), first[i], last[i]);
            aln_report_note(r, line, error[i], remark);
        }
        aln_claim_result_free(&result);
        least = fmin(least, last[i]);
        most = fmax(most, last[i]);
        if (i > 0) {
            rise[0] = fmax(rise[0], error[i] - error[i - 1]);
            rise[1] = fmax(rise[1], first[i] - first[i - 1]);
        }
    }
    aln_report_range(r, "dfa: largest rise of the training error", rise[0], -1, 0);
    aln_report_note(r, "dfa: training error, width 16 over width 512", error[0] / error[WIDTHS - 1],
                    "(.055 over .001 are told, not after how many epochs)");
    aln_report_range(r, "dfa: largest rise of similarity of layer 1", rise[1], -1, 0);
    aln_report_range(r, "dfa width  16: similarity of layer 1", first[0], 0.64, 0.84);
    aln_report_range(r, "dfa width 512: similarity of layer 1", first[WIDTHS - 1], 0, 0.1);
    aln_report_range(r, "dfa: similarity of layer 4, least over largest", least / most, 0.7, 1);
    aln_report_note(r, "dfa: similarity of layer 4, largest over widths", most,
                    "(.55 is told, not after how many epochs)");
    bp(r, width[0]);
    bp(r, width[3]);
}

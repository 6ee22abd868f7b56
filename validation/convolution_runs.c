#include "convolution_runs.h"

#include <math.h>
#include <stdio.h>

bool aln_conv_learn(struct aln_report *r, const char *file, const struct aln_conv_variant *variant,
                    const char *const changes[2], struct aln_claim_result *out)
{
    char name[96], set[3][64];
    snprintf(name, sizeof name, "%s-%s", file, variant->label);
    snprintf(set[0], sizeof set[0], "learning.rule=%s", variant->rule);
    snprintf(set[1], sizeof set[1], "learning.feedback.kind=%s",
             variant->kind != NULL ? variant->kind : "independent");
    snprintf(set[2], sizeof set[2], "learning.feedback.scale=%s",
             variant->gain != NULL ? variant->gain : "1");
    const struct aln_claim_run_spec spec = {name,
                                            file,
                                            {set[0], set[1], set[2],
                                             changes != NULL ? changes[0] : NULL,
                                             changes != NULL ? changes[1] : NULL}};
    return aln_claim_learn(r, &spec, out);
}

struct aln_conv_mean aln_conv_mean_of(size_t seeds, const double *x)
{
    struct aln_conv_mean m = {.seeds = seeds};
    double square = 0;
    for (size_t i = 0; i < seeds; i++)
        m.mean += x[i] / (double)seeds;
    for (size_t i = 0; i < seeds; i++)
        square += (x[i] - m.mean) * (x[i] - m.mean);
    m.error = seeds > 1 ? sqrt(square / (double)(seeds - 1) / (double)seeds) : NAN;
    return m;
}

const char *aln_conv_remark(const struct aln_conv_mean *m, char *text, size_t size)
{
    if (m->seeds > 1)
        snprintf(text, size, "± %.2g, %zu seeds", m->error, m->seeds);
    else
        snprintf(text, size, "one seed");
    return text;
}

size_t aln_conv_ends(const struct aln_table *t, const char *column, bool least, double *x)
{
    const int j = aln_table_column(t, column);
    const size_t seeds = t->blocks < ALN_CONV_SEEDS ? t->blocks : ALN_CONV_SEEDS;
    for (size_t b = 0, row = 0; b < seeds; b++) {
        x[b] = NAN;
        for (; row < t->block_end[b]; row++) {
            double value = j < 0 ? NAN : t->value[row * t->cols + (size_t)j];
            x[b] = least ? fmin(x[b], value) : value; /* fmin() ignores NaN */
        }
    }
    return seeds;
}

struct aln_conv_mean aln_conv_share(const struct aln_table *rule, const struct aln_table *frozen,
                                    const struct aln_table *bp, const char *column)
{
    double share[ALN_CONV_SEEDS], zero[ALN_CONV_SEEDS], one[ALN_CONV_SEEDS];
    const size_t seeds = aln_conv_ends(rule, column, false, share);
    if (aln_conv_ends(frozen, column, false, zero) != seeds ||
        aln_conv_ends(bp, column, false, one) != seeds)
        return (struct aln_conv_mean){seeds, NAN, NAN};
    for (size_t i = 0; i < seeds; i++)
        share[i] = (share[i] - zero[i]) / (one[i] - zero[i]);
    return aln_conv_mean_of(seeds, share);
}

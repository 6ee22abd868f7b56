/* F2, escape times are a law: their mean grows as ln N/(2 lambda), lambda being the growth rate of the
 * plateau's unstable direction from the fixed point alone, and lambda times their scatter is that of
 * ln|z| for a standard normal z.
 *
 * Rows of the study `escape`. With the ode a seed draws the same z at every N, so that the slope has no
 * statistical error; it is judged at 2 %, and with the chain, whose noise is independent, at 4 standard
 * errors. sd(ln|z|) is judged at 4 of its own standard errors, and the distribution by the
 * probability of its Kolmogorov-Smirnov distance, at 1e-3: with a fitted mean a false failure is rarer
 * than that. Fixed seeds.
 *
 * Under direct feedback with entries of F1 that differ, runs rest on a slow drift and not at a fixed point
 * (Newton's method from where they rest ends at a residual of 8e-6 for F1 = (1, 0.5) and (1, 0.1)): there
 * is no such rate, and the law is not claimed. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "claims.h"
#include "study/escape.h"
#include "study_rows.h"

struct setting {
    const char *name, *problem; /* the file without the study's own section */
    const char *study;
    bool simulated;
};

static double remarked(const struct aln_table *t, const char *kind, const char *name)
{
    const size_t n = strlen(kind);
    for (size_t i = 0; i < t->remarks; i++) {
        const char *found = strncmp(t->remark[i], kind, n) == 0 ? strstr(t->remark[i], name) : NULL;
        if (found != NULL)
            return strtod(found + strlen(name), NULL);
    }
    return NAN;
}

static void judge(struct aln_report *r, const struct setting *s)
{
    char what[128], yaml[1024];
    snprintf(yaml, sizeof yaml, "%s\nstudy: escape\nescape: %s\n", s->problem, s->study);
    struct aln_table *t = aln_claim_study(r, s->name, yaml);
    if (t == NULL)
        return;
    const double slope = remarked(t, "fit ", "slope "), se = remarked(t, "fit ", " se "),
                 predicted = remarked(t, "fit ", "predicted "),
                 sd = remarked(t, "scatter ", "sd_log_z "), sd_se = remarked(t, "scatter ", " se ");
    snprintf(what, sizeof what, "%s: slope in ln N over 1/(2 lambda)", s->name);
    if (s->simulated)
        aln_report_range(r, what, slope / predicted, 1 - 4 * se / predicted,
                         1 + 4 * se / predicted);
    else
        aln_report_range(r, what, slope / predicted, 0.98, 1.02);
    snprintf(what, sizeof what, "%s: 1/(2 lambda)", s->name);
    aln_report_note(r, what, predicted, "");
    snprintf(what, sizeof what, "%s: sd of ln|z|, law 1.1107", s->name);
    aln_report_range(r, what, sd, ALN_ESCAPE_SD - 4 * sd_se, ALN_ESCAPE_SD + 4 * sd_se);
    snprintf(what, sizeof what, "%s: probability of the distance from half-normal |z|", s->name);
    aln_report_range(r, what, remarked(t, "scatter ", "probability "), 1e-3, 1);
    aln_table_free(t);
}

#define SOFT                                                                                       \
    "problem: {student: {units: 2, weights: {std: 0.01}, readout: 1}, teacher: {units: 2, "        \
    "weights: "                                                                                    \
    "orthonormal, readout: 1}}\nlearning: {rule: bp, rate: [0.3, 0]}\n"
void aln_claim_f2_quick(struct aln_report *r)
{
    const struct setting s = {"bp, read-out fixed, ode", SOFT "run: {time: 1500, seed: 1}",
                              "{inputs: [1000, 100000], runs: 60}", false};
    judge(r, &s);
}

void aln_claim_f2_full(struct aln_report *r)
{
    static const struct setting settings[] = {
        {"bp, read-out fixed, ode", SOFT "run: {time: 2500, seed: 1}",
         "{inputs: [1000, 10000, 100000, 1000000, 10000000], runs: 400}", false},
        {"bp, read-out fixed, chain", SOFT "run: {time: 1500, seed: 1}",
         "{inputs: [500, 1000, 2000, 4000], runs: 200, engine: chain}", true},
    };
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        judge(r, &settings[i]);
}

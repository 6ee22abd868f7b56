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
 * Under direct feedback with a fixed read-out the same law holds: an entry of F1 multiplies its unit's
 * rate, and runs rest at a fixed point for unequal entries, too. As f of F1 = (1, f) goes to 0 its rate
 * becomes proportional to f, with corrections of relative order f: the exponent between f and f/2 is
 * 1 - O(f). Extrapolated, 2 p(f/2) - p(f), it must be 1 up to O(f^2); allowed is the change by the last
 * halving, which is three times that.
 *
 * Quadratic units leave R = 0 along all K M entries of R alike: z has four entries, and its law's h(z) depends
 * on both singular values of R and not on its length alone. The slope is judged, the scatter is not.
 *
 * Where the read-out learns and entries of F1 differ, runs rest on a slow drift and not at a fixed point
 * (Newton's method from where they rest ends at a residual of 8e-6 for F1 = (1, 0.5) and (1, 0.1)): there
 * is no such rate, and no law is claimed. How their times grow as f falls is a line of S5. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "claims.h"
#include "study/escape.h"
#include "study_rows.h"

/* Two soft committee machines, read-outs fixed. */
#define MACHINES                                                                                   \
    "problem: {student: {units: 2, weights: {std: 0.01}, readout: 1}, teacher: {units: 2, "        \
    "weights: "                                                                                    \
    "orthonormal, readout: 1}}\n"
#define SOFT MACHINES "learning: {rule: bp, rate: [0.3, 0]}\n"
#define QUADRATIC                                                                                  \
    "learning: {rule: bp, rate: [0.02, 0]}\nrun: {time: 400, seed: 1}\nproblem: {activation: "     \
    "quadratic, student: {units: 2, weights: {std: 0.1}, readout: 1}, teacher: {units: 2, "        \
    "weights: orthonormal, readout: 1}"
#define NOWHERE                                                                                    \
    QUADRATIC ", overlaps: {Q: [[0.01, 0], [0, 0.01]], R: [[0, 0], [0, 0]], T: [[1, 0], [0, 1]], " \
              "W2: [[1, 1]]}}"
#define DIRECT(f)                                                                                  \
    MACHINES "learning: {rule: dfa, rate: [0.3, 0], feedback: {matrix: [[1], [" #f "]]}}\n"

struct setting {
    const char *name, *problem; /* the file without the study's own section */
    const char *study;
    bool simulated;
    bool
        several; /* directions that grow at one rate: the scatter has a law of its own, see above */
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
    if (s->several) {
        aln_report_note(r, "directions that grow at this rate",
                        remarked(t, "plateau ", "directions "), "");
        snprintf(what, sizeof what, "%s: sd of ln h(z), of four normals' length 0.4015", s->name);
        aln_report_note(r, what, sd, "");
        aln_table_free(t);
        return;
    }
    snprintf(what, sizeof what, "%s: sd of ln|z|, law 1.1107", s->name);
    aln_report_range(r, what, sd, aln_escape_sd(1) - 4 * sd_se, aln_escape_sd(1) + 4 * sd_se);
    snprintf(what, sizeof what, "%s: probability of the distance from half-normal |z|", s->name);
    aln_report_range(r, what, remarked(t, "scatter ", "probability "), 1e-3, 1);
    aln_table_free(t);
}

/* ---- direct feedback ---- */

/* The rate of the plateau of F1 = (1, f); NaN after a failure, which is reported. */
static double rate_of(struct aln_report *r, double f)
{
    char yaml[1024];
    snprintf(yaml, sizeof yaml,
             DIRECT(% g) "run: {time: %g, seed: 1}\nstudy: escape\n"
                         "escape: {inputs: [1000, 1000000], runs: 2}\n",
             f, 3000 / f);
    struct aln_table *t = aln_claim_study(r, "dfa, read-out fixed", yaml);
    const double rate = t != NULL ? remarked(t, "plateau ", "lambda ") : NAN;
    aln_table_free(t);
    return rate;
}

static void judge_exponent(struct aln_report *r)
{
    enum { HALVINGS = 3 };
    static const double first = 0.1;
    double rate[HALVINGS + 1], p[HALVINGS];
    char what[128];
    for (int i = 0; i <= HALVINGS; i++)
        if (isnan(rate[i] = rate_of(r, ldexp(first, -i))))
            return;
    for (int i = 0; i < HALVINGS; i++) {
        p[i] = log2(rate[i] / rate[i + 1]);
        snprintf(what, sizeof what,
                 "dfa, F1 = (1, f), read-out fixed: exponent of lambda, f = %g to %g",
                 ldexp(first, -i), ldexp(first, -i - 1));
        aln_report_note(r, what, p[i], "");
    }
    const double before = 2 * p[1] - p[0], last = 2 * p[2] - p[1], change = fabs(last - before);
    aln_report_range(r, "dfa, F1 = (1, f), read-out fixed: exponent of lambda as f goes to 0", last,
                     1 - change, 1 + change);
}

void aln_claim_f2_quick(struct aln_report *r)
{
    static const struct setting settings[] = {
        {"bp, read-out fixed, ode", SOFT "run: {time: 1500, seed: 1}",
         "{inputs: [1000, 100000], runs: 60}", false, false},
        {"dfa, F1 = (1, 0.5), read-out fixed, ode", DIRECT(0.5) "run: {time: 4000, seed: 1}",
         "{inputs: [1000, 100000], runs: 60}", false, false},
        {"bp, quadratic units, ode", QUADRATIC "}", "{inputs: [1000, 100000], runs: 60}", false,
         true},
        {"bp, quadratic units from R = 0, chain", NOWHERE,
         "{inputs: [500, 2000], runs: 60, engine: chain}", true, true},
    };
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        judge(r, &settings[i]);
    judge_exponent(r);
}

void aln_claim_f2_full(struct aln_report *r)
{
    static const struct setting settings[] = {
        {"bp, read-out fixed, ode", SOFT "run: {time: 2500, seed: 1}",
         "{inputs: [1000, 10000, 100000, 1000000, 10000000], runs: 400}", false, false},
        {"bp, read-out fixed, chain", SOFT "run: {time: 1500, seed: 1}",
         "{inputs: [500, 1000, 2000, 4000], runs: 200, engine: chain}", true, false},
        {"dfa, F1 = (1, 0.5), read-out fixed, ode", DIRECT(0.5) "run: {time: 6000, seed: 1}",
         "{inputs: [1000, 10000, 100000, 1000000, 10000000], runs: 400}", false, false},
        {"dfa, F1 = (1, 0.1), read-out fixed, ode", DIRECT(0.1) "run: {time: 20000, seed: 1}",
         "{inputs: [1000, 10000, 100000, 1000000, 10000000], runs: 400}", false, false},
        {"dfa, F1 = (1, 0.5), read-out fixed, chain", DIRECT(0.5) "run: {time: 3000, seed: 1}",
         "{inputs: [500, 1000, 2000, 4000], runs: 200, engine: chain}", true, false},
        {"bp, quadratic units, ode", QUADRATIC "}",
         "{inputs: [1000, 10000, 100000, 1000000, 10000000], runs: 400}", false, true},
        {"bp, quadratic units from R = 0, chain", NOWHERE,
         "{inputs: [1000, 2000, 4000, 8000], runs: 400, engine: chain}", true, true},
    };
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        judge(r, &settings[i]);
    judge_exponent(r);
}

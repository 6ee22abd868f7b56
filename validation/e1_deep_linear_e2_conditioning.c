/* E1, deep linear theory: the equations of the alignment matrices describe training up to its step
 * error, and the law of the modes describes the equations. E2: the condition numbers that remain. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "base/text.h"
#include "claims.h"
#include "train/deep_linear.h"

enum { MOST_LAYERS = 5, MOST_COLUMNS = 3 * MOST_LAYERS, TIMES = 7, RATES = 3 };

static const double times[TIMES] = {0.128, 0.4, 0.8, 1.2, 1.6, 2, 2.4}; /* multiples of all rates */

/* ---- files ---- */

/* Feedback of three outputs, {name, YAML}; that of given Gram matrices has L - 1 of them. */
static const struct feedback {
    const char *name, *yaml;
} feedbacks[] = {{"orthonormal", "orthonormal: true"},
                 {"normal", "distribution: normal, scale: 1.2"},
                 {"given B_l", NULL}};
enum { FEEDBACKS = sizeof feedbacks / sizeof feedbacks[0] };

static void add_gram(struct aln_text *out, size_t L)
{
    aln_text_add(out, "gram: [");
    for (size_t l = 1; l < L; l++)
        aln_text_add(out, "%s[[%g, 0.3, 0], [0.3, 0.9, %g], [0, %g, 1]]", l > 1 ? ", " : "",
                     1 + 0.1 * (double)l, -0.2 + 0.1 * (double)l, -0.2 + 0.1 * (double)l);
    aln_text_add(out, "]");
}

static enum aln_status load(void **out, size_t L, const char *rule, const char *feedback,
                            const char *more)
{
    static const char *const widths[] = {"7", "9", "6", "8"};
    struct aln_text text = {0};
    aln_text_add(&text, "network: {layers: [");
    for (size_t l = 1; l < L; l++)
        aln_text_add(&text, "{dense: %s, activation: linear}, ", widths[l - 1]);
    aln_text_add(&text,
                 "{dense: 3}]}\ntarget: {singular_values: [3.75, 2, 1], inputs: 5}\n"
                 "learning: {rule: %s, feedback: {",
                 rule);
    if (feedback != NULL)
        aln_text_add(&text, "%s", feedback);
    else
        add_gram(&text, L);
    aln_text_add(&text, "}}\n%s", more);
    enum aln_status status = text.failed ? aln_raise_memory("a file")
                                         : aln_schema_parse(out, &aln_deep_linear_schema, "claim",
                                                            text.s, 0, NULL, NULL);
    free(text.s);
    return status;
}

/* ---- E1 ---- */

/* How training at three rates lies to the equations. */
struct distance {
    double
        ratio;   /* of the errors at twice the smallest rate and at that, of all numbers together */
    double most; /* of the error at the smallest rate, relative to 1 + |value| */
    double left; /* the same when extrapolated to rate 0 */
};

static enum aln_status measure(const struct aln_deep_linear_params *p, double rate,
                               struct distance *out)
{
    static double ode[TIMES * MOST_COLUMNS], run[RATES][TIMES * MOST_COLUMNS];
    const size_t columns = aln_deep_ode_columns(p->network.layer_count), count = TIMES * columns;
    const struct aln_deep_linear_watch watch = {.stop = aln_claim_stop.stop};
    double square[2] = {0};
    enum aln_status status = aln_deep_linear_solve(p, TIMES, times, watch.stop, ode);
    for (size_t i = 0; i < RATES && status == ALN_OK; i++)
        status = aln_deep_linear_train(p, ldexp(rate, (int)i), TIMES, times, &watch, run[i]);
    *out = (struct distance){0};
    for (size_t i = 0; i < count && status == ALN_OK; i++) {
        const double scale = 1 + fabs(ode[i]), error = (run[0][i] - ode[i]) / scale,
                     larger = (run[1][i] - ode[i]) / scale;
        const double first = 2 * run[0][i] - run[1][i], coarse = 2 * run[1][i] - run[2][i];
        const bool cond = i % columns >= 2 * p->network.layer_count;
        const double unknown = cond ? DBL_EPSILON * ode[i] * ode[i] : 0; /* round-off of weights */
        if (isnan(ode[i]))
            continue; /* GA at the end */
        square[0] += error * error;
        square[1] += larger * larger;
        out->most = fmax(out->most, fabs(error));
        out->left = fmax(out->left, (fabs((4 * first - coarse) / 3 - ode[i]) - unknown) / scale);
    }
    out->ratio = sqrt(square[1] / square[0]);
    return status;
}

static void against_training(struct aln_report *r, size_t L, const char *rule,
                             const struct feedback *feedback, double rate)
{
    struct distance found;
    void *p = NULL;
    char what[128];
    enum aln_status status = load(&p, L, rule, feedback->yaml, "");
    if (status == ALN_OK)
        status = measure(p, rate, &found);
    aln_schema_free(&aln_deep_linear_schema, p);
    snprintf(what, sizeof what, "L = %zu %-3s %s", L, rule, feedback->name);
    if (status != ALN_OK) {
        aln_report_error(r, what);
        return;
    }
    snprintf(what, sizeof what, "L = %zu %-3s %-11s step error at rate %g", L, rule, feedback->name,
             rate);
    aln_report_note(r, what, found.most, "(worst of all columns and times)");
    snprintf(what, sizeof what, "L = %zu %-3s %-11s step error: twice the rate over the rate", L,
             rule, feedback->name);
    aln_report_range(r, what, found.ratio, 1.9, 2.1);
    snprintf(what, sizeof what, "L = %zu %-3s %-11s difference extrapolated to rate 0", L, rule,
             feedback->name);
    aln_report_range(r, what, found.left, 0, found.most / 200 + 2e-7);
}

/* The law of the modes against the matrices. */
static void against_modes(struct aln_report *r, size_t L)
{
    static double value[2][TIMES * MOST_COLUMNS];
    const size_t count = TIMES * aln_deep_ode_columns(L);
    double worst = 0;
    char what[128];
    enum aln_status status = ALN_OK;
    for (size_t i = 0; i < 2 && status == ALN_OK; i++) {
        void *p = NULL;
        status = load(&p, L, "dfa", "orthonormal: true", i == 0 ? "" : "ode: {equations: modes}\n");
        if (status == ALN_OK)
            status = aln_deep_linear_solve(p, TIMES, times, aln_claim_stop.stop, value[i]);
        aln_schema_free(&aln_deep_linear_schema, p);
    }
    snprintf(what, sizeof what, "L = %zu law of the modes against the matrices, relative", L);
    if (status != ALN_OK) {
        aln_report_error(r, what);
        return;
    }
    for (size_t i = 0; i < count; i++)
        if (!isnan(value[1][i]) && fabs(value[1][i]) > 1e-6) /* the loss ends in round-off */
            worst = fmax(worst, fabs(value[0][i] / value[1][i] - 1));
    aln_report_range(r, what, worst, 0, 1e-8);
}

static void e1(struct aln_report *r, size_t deepest, double rate)
{
    static const char *const rules[] = {"dfa", "fa"};
    for (size_t L = 2; L <= MOST_LAYERS; L++)
        against_modes(r, L);
    for (size_t L = 2; L <= deepest; L++)
        for (size_t i = 0; i < 2; i++)
            for (size_t f = 0; f < FEEDBACKS; f++)
                against_training(r, L, rules[i], &feedbacks[f], rate);
}

void aln_claim_e1_quick(struct aln_report *r)
{
    e1(r, 3, 1e-3);
}

void aln_claim_e1_full(struct aln_report *r)
{
    e1(r, MOST_LAYERS, 2.5e-4);
}

/* ---- E2 ---- */

/* The condition numbers at the end, by the equations and by training. */
static void at_the_end(struct aln_report *r, size_t L, double rate)
{
    static const double kappa = 3.75, end[] = {24};
    const struct aln_deep_linear_watch watch = {.stop = aln_claim_stop.stop};
    double ode[MOST_COLUMNS], run[MOST_COLUMNS];
    void *p = NULL;
    char what[128];
    enum aln_status status = load(&p, L, "dfa", "orthonormal: true", "");
    if (status == ALN_OK)
        status = aln_deep_linear_solve(p, 1, end, watch.stop, ode);
    if (status == ALN_OK)
        status = aln_deep_linear_train(p, rate, 1, end, &watch, run);
    aln_schema_free(&aln_deep_linear_schema, p);
    if (status != ALN_OK) {
        aln_report_error(r, "the end of training");
        return;
    }
    for (size_t l = 1; l <= L; l++) {
        const double law = pow(kappa, ldexp(1, (int)l - 1) / (ldexp(1, (int)L) - 1));
        snprintf(what, sizeof what, "L = %zu cond A_%zu by the equations", L, l);
        aln_report_range(r, what, ode[2 * L + l - 1], law * (1 - 1e-8), law * (1 + 1e-8));
        snprintf(what, sizeof what, "L = %zu cond A_%zu by training", L, l); /* its step error */
        aln_report_range(r, what, run[2 * L + l - 1], law * (1 - 10 * rate), law * (1 + 10 * rate));
    }
}

/* At early times A_l is the power 2^(l-1) of W* t. */
static void at_the_start(struct aln_report *r)
{
    static const double kappa = 3.75, early[] = {1e-3};
    enum { L = MOST_LAYERS };
    double ode[MOST_COLUMNS], worst = 0;
    void *p = NULL;
    enum aln_status status = load(&p, L, "dfa", "orthonormal: true", "");
    if (status == ALN_OK)
        status = aln_deep_linear_solve(p, 1, early, aln_claim_stop.stop, ode);
    aln_schema_free(&aln_deep_linear_schema, p);
    for (size_t l = 1; l <= L && status == ALN_OK; l++)
        worst = fmax(worst, fabs(ode[2 * L + l - 1] / pow(kappa, ldexp(1, (int)l - 1)) - 1));
    if (status == ALN_OK)
        aln_report_range(r, "L = 5 at t = 0.001: cond A_l against kappa^(2^(l-1)), relative", worst,
                         0, 1e-8);
    else
        aln_report_error(r, "early times");
}

static void e2(struct aln_report *r, double rate)
{
    at_the_start(r);
    for (size_t L = 2; L <= MOST_LAYERS; L++)
        at_the_end(r, L, rate);
}

void aln_claim_e2_quick(struct aln_report *r)
{
    e2(r, 2e-3);
}

void aln_claim_e2_full(struct aln_report *r)
{
    e2(r, 2e-4);
}

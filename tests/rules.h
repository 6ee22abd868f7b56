/* The learning rules for the tests: those of the table, followed by rules whose feedback needs a
 * complete matrix, so that engines are tested with such rules in any case. Also an independent
 * implementation of the feedback of each rule from its formula; a new rule adds one. */
#ifndef ALIGNODE_TESTS_RULES_H
#define ALIGNODE_TESTS_RULES_H

#include <math.h>
#include <string.h>

#include "alignode/rule.h"

/* ---- rules of the tests ---- */

/* sign(W) times the root mean square of W: jumps, and follows W smoothly between jumps. */
static inline void rules_scaled_sign(const struct aln_feedback_terms *t, double *F)
{
    const size_t n = t->rows * t->cols;
    double square = 0;
    for (size_t i = 0; i < n; i++)
        square += t->W[i] * t->W[i];
    for (size_t i = 0; i < n; i++)
        F[i] = sqrt(square / (double)n) * t->sign[i];
}

/* B with every row scaled by 1/2 + s/(1 + s), s the sum of squares of W's row: smooth, bounded, and
 * other for rows than for columns. */
static inline void rules_row_gain(const struct aln_feedback_terms *t, double *F)
{
    for (size_t i = 0; i < t->rows; i++) {
        double s = 0;
        for (size_t j = 0; j < t->cols; j++)
            s += t->W[i * t->cols + j] * t->W[i * t->cols + j];
        for (size_t j = 0; j < t->cols; j++)
            F[i * t->cols + j] = (0.5 + s / (1 + s)) * t->B[i * t->cols + j];
    }
}

static const struct aln_rule rules_own[] = {
    {.id = {"test: scaled sign", "", ""},
     .route = ALN_LAYERWISE,
     .feedback = rules_scaled_sign,
     .jumps = true},
    {.id = {"test: row gain", "", ""},
     .route = ALN_LAYERWISE,
     .feedback = rules_row_gain,
     .random = true},
    {.id = {"test: learned row gain", "", ""},
     .route = ALN_LAYERWISE,
     .feedback = rules_row_gain,
     .random = true,
     .learns = true},
};

/* The table's rules and the tests' own; last those that feed the error back in few levels, for which
 * the ode has no closed averages. */
static inline const struct aln_names *rules_all(void)
{
    enum { OWN = sizeof rules_own / sizeof *rules_own };
    static struct aln_rule rows[ALN_MOST_RULES + OWN];
    static struct aln_names all;
    if (all.count == 0) {
        const struct aln_rule *row = aln_rules.rows;
        const size_t table = aln_rules.count < ALN_MOST_RULES ? aln_rules.count : ALN_MOST_RULES;
        size_t count = 0;
        for (size_t i = 0; i < table; i++)
            if (row[i].levels == ALN_ERROR_WHOLE)
                rows[count++] = row[i];
        for (size_t i = 0; i < OWN; i++)
            rows[count++] = rules_own[i];
        for (size_t i = 0; i < table; i++)
            if (row[i].levels != ALN_ERROR_WHOLE)
                rows[count++] = row[i];
        all = (struct aln_names){"rule", "rules", rows, count, sizeof *rows};
    }
    return &all;
}

static inline const struct aln_rule *rules_row(size_t i)
{
    return (const struct aln_rule *)(const void *)aln_names_row(rules_all(), i);
}

/* How many have closed averages: the first of them. */
static inline size_t rules_closed(void)
{
    size_t count = rules_all()->count;
    while (rules_row(count - 1)->levels != ALN_ERROR_WHOLE)
        count--;
    return count;
}

/* ---- the feedback by its formula ---- */

/* Entry (i, j) of what the feedback function returns; terms->sign is always there. */
typedef double rules_formula(const struct aln_feedback_terms *t, size_t i, size_t j);

static inline double rules_b(const struct aln_feedback_terms *t, size_t i, size_t j)
{
    return t->B[i * t->cols + j];
}

static inline double rules_w(const struct aln_feedback_terms *t, size_t i, size_t j)
{
    return t->W[i * t->cols + j];
}

static inline double rules_sign(const struct aln_feedback_terms *t, size_t i, size_t j)
{
    return t->sign[i * t->cols + j];
}

static inline double rules_sign_times_rms(const struct aln_feedback_terms *t, size_t i, size_t j)
{
    double norm = 0;
    for (size_t k = t->rows * t->cols; k-- > 0;)
        norm = hypot(norm, t->W[k]);
    return t->sign[i * t->cols + j] * norm / sqrt((double)(t->rows * t->cols));
}

static inline double rules_b_by_row(const struct aln_feedback_terms *t, size_t i, size_t j)
{
    double length = 0; /* of (1, W's row) */
    for (size_t k = t->cols; k-- > 0;)
        length = hypot(length, t->W[i * t->cols + k]);
    length = hypot(length, 1);
    return (1.5 - 1 / (length * length)) * t->B[i * t->cols + j];
}

/* What else a rule does: it feeds the target back; it knows the signal along one random direction only;
 * its feedback learns from noise; it feeds back the error's sign, everywhere or beyond a threshold. */
enum {
    RULES_TARGET = 1,
    RULES_DIRECTION = 2,
    RULES_MIRROR = 4,
    RULES_SIGN = 8,
    RULES_TERNARY = 16
};

static const struct {
    const char *rule;
    rules_formula *formula;
    unsigned does;
} rules_formulas[] = {
    {"bp", rules_w, 0},
    {"dfa", rules_b, 0},
    {"fa", rules_b, 0},
    {"sign-symmetric", rules_sign, 0},
    {"kolen-pollack", rules_b, 0},
    {"direct-kolen-pollack", rules_b, 0},
    {"dfa-dense", rules_b, 0},
    {"drtp", rules_b, RULES_TARGET},
    {"sign-error", rules_b, RULES_SIGN},
    {"ternary-error", rules_b, RULES_TERNARY},
    {"node-perturbation", rules_w, RULES_DIRECTION},
    {"weight-mirror", rules_b, RULES_MIRROR},
    {"adaptive", rules_b, 0},
    {"frozen", rules_b, 0},
    {"test: scaled sign", rules_sign_times_rms, 0},
    {"test: row gain", rules_b_by_row, 0},
    {"test: learned row gain", rules_b_by_row, 0},
};

/* Its formula, or NULL: tests/model/test_rule.c says so. */
static inline rules_formula *rules_formula_of(const struct aln_rule *rule)
{
    for (size_t i = 0; i < sizeof rules_formulas / sizeof *rules_formulas; i++)
        if (strcmp(rules_formulas[i].rule, rule->id.name) == 0)
            return rules_formulas[i].formula;
    return NULL;
}

static inline bool rules_does(const struct aln_rule *rule, unsigned what)
{
    for (size_t i = 0; i < sizeof rules_formulas / sizeof *rules_formulas; i++)
        if (strcmp(rules_formulas[i].rule, rule->id.name) == 0)
            return (rules_formulas[i].does & what) != 0;
    return false;
}

/* What a rule feeds back of an error. */
static inline double rules_fed(const struct aln_rule *rule, double threshold, double e)
{
    if (rules_does(rule, RULES_SIGN | RULES_TERNARY))
        return fabs(e) > (rules_does(rule, RULES_TERNARY) ? threshold : 0) ? copysign(1, e) : 0;
    return e;
}

/* The matrix by the formula; without one by the rule itself, so that engines are tested in any
 * case. Given: terms, with signs.  Returned: F (rows x cols) */
static inline void rules_feedback(const struct aln_rule *rule,
                                  const struct aln_feedback_terms *terms, double *F)
{
    rules_formula *formula = rules_formula_of(rule);
    if (formula == NULL)
        rule->feedback(terms, F);
    for (size_t i = 0; i < terms->rows && formula != NULL; i++)
        for (size_t j = 0; j < terms->cols; j++)
            F[i * terms->cols + j] = formula(terms, i, j);
}

enum { RULES_MOST = 1024 }; /* numbers in a matrix of a two-layer problem */

/* Of two layers. Given: W2 (O x K), the one whose signs count (O x K), F1 (K x O), which is the
 * state of a feedback that learns.  Returned: F (K x O) */
static inline void rules_two_layer(const struct aln_rule *rule, size_t K, size_t O,
                                   const double *W2, const double *of_signs, const double *F1,
                                   double *F)
{
    double sign[RULES_MOST], B[RULES_MOST], made[RULES_MOST];
    for (size_t i = 0; i < O * K; i++) {
        sign[i] = of_signs[i] > 0 ? 1 : of_signs[i] < 0 ? -1 : 0;
        B[i] = F1[i % K * O + i / K];
    }
    rules_feedback(rule, &(struct aln_feedback_terms){O, K, W2, sign, B}, made);
    for (size_t k = 0; k < K; k++)
        for (size_t o = 0; o < O; o++)
            F[k * O + o] = made[o * K + k];
}

#endif

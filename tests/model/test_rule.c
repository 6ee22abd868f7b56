/* The table of rules: every feedback function against its formula, and the members that say what it
 * is against what it does. */
#include "../check_main.h"
#include "../rules.h"
#include "alignode/random.h"

enum { ROWS = 3, COLS = 4, SIZE = ROWS * COLS };

/* Matrices without zeros, with their signs. */
struct matrices {
    double W[SIZE], B[SIZE], sign[SIZE];
    struct aln_feedback_terms terms;
};

static void draw(struct matrices *m, uint64_t seed)
{
    struct aln_stream s;
    aln_stream_init(&s, seed, "test rules", 0);
    aln_stream_normals(&s, SIZE, m->W);
    aln_stream_normals(&s, SIZE, m->B);
    for (size_t i = 0; i < SIZE; i++)
        m->sign[i] = m->W[i] > 0 ? 1 : -1;
    m->terms = (struct aln_feedback_terms){ROWS, COLS, m->W, m->sign, m->B};
}

static double distance(const double *a, const double *b)
{
    double most = 0;
    for (size_t i = 0; i < SIZE; i++)
        most = fmax(most, fabs(a[i] - b[i]));
    return most;
}

/* A new rule is tested in all engines against its formula: it must have one. Sums of a dozen terms
 * of order one in another order: round-off. */
START_TEST(test_formulas)
{
    for (size_t r = 0; r < rules_all()->count; r++) {
        const struct aln_rule *rule = rules_row(r);
        ck_assert_msg(rules_formula_of(rule) != NULL,
                      "rule %s has no independent formula: add one to rules_formulas in "
                      "tests/rules.h",
                      rule->id.name);
        for (uint64_t seed = 0; seed < 20; seed++) {
            struct matrices m;
            double F[SIZE], formula[SIZE];
            draw(&m, seed);
            rule->feedback(&m.terms, F);
            rules_feedback(rule, &m.terms, formula);
            ck_assert_msg(distance(F, formula) < 1e-14, "%s: %g", rule->id.name,
                          distance(F, formula));
        }
    }
}
END_TEST

/* The layout of the theory, F (K x O) from W2 (O x K) and F1 (K x O), with the signs of W2 and with
 * others. */
START_TEST(test_two_layers)
{
    for (size_t r = 0; r < rules_all()->count; r++) {
        const struct aln_rule *rule = rules_row(r);
        for (int own = 0; own < 2; own++) {
            struct matrices m, other;
            double F[SIZE], expected[SIZE], work[3 * SIZE];
            draw(&m, 31);
            draw(&other, 32);
            ck_assert_uint_le(aln_rule_work(rule, COLS, ROWS), 3 * SIZE);
            m.terms.sign = own || !rule->jumps ? NULL : other.sign;
            aln_rule_feedback(rule, &m.terms, work, F);
            rules_two_layer(rule, COLS, ROWS, m.W, own ? m.W : other.W, m.B, expected);
            ck_assert_msg(distance(F, expected) < 1e-14, "%s: %g", rule->id.name,
                          distance(F, expected));
        }
    }
}
END_TEST

/* What a member says of the feedback is what another B, other signs or another W do to it. */
START_TEST(test_members)
{
    for (size_t r = 0; r < rules_all()->count; r++) {
        const struct aln_rule *rule = rules_row(r);
        const char *name = rule->id.name;
        struct matrices m, other;
        double F[SIZE], G[SIZE];
        draw(&m, 41);
        draw(&other, 42);
        rule->feedback(&m.terms, F);

        struct aln_feedback_terms terms = m.terms;
        terms.B = other.B;
        rule->feedback(&terms, G);
        bool reads_B = distance(F, G) > 0;
        ck_assert_msg(rule->random == (reads_B && rule->route != ALN_NOWHERE), "%s: random", name);
        ck_assert_msg(!rule->learns || reads_B, "%s: learns a matrix that it does not use", name);

        terms = m.terms;
        terms.sign = rule->jumps ? other.sign : NULL;
        rule->feedback(&terms, G);
        ck_assert_msg(rule->jumps == (distance(F, G) > 0), "%s: jumps", name);

        bool computed = aln_rule_feedback_kind(rule) == ALN_FEEDBACK_MADE;
        ck_assert_msg(!computed || rule->route == ALN_LAYERWISE,
                      "%s: a feedback that is computed needs the layer's weights, so its route "
                      "must be layerwise",
                      name);
        ck_assert_msg((distance(F, m.B) == 0) ==
                          (aln_rule_feedback_kind(rule) == ALN_FEEDBACK_FIXED),
                      "%s: the feedback is B: use aln_feedback_fixed", name);
        ck_assert_msg((distance(F, m.W) == 0) ==
                          (aln_rule_feedback_kind(rule) == ALN_FEEDBACK_WEIGHTS),
                      "%s: the feedback is W: use aln_feedback_weights", name);
    }
}
END_TEST

/* With the signs given the feedback is continuous in W: an entry that goes from -1e-3 to 1e-3 changes
 * it by no more than about that. */
START_TEST(test_smooth_between_jumps)
{
    for (size_t r = 0; r < rules_all()->count; r++) {
        const struct aln_rule *rule = rules_row(r);
        struct matrices m;
        double F[3][SIZE], W[SIZE];
        draw(&m, 51);
        struct aln_feedback_terms terms = m.terms;
        terms.W = W;
        for (int n = 0; n < 3; n++) {
            for (size_t i = 0; i < SIZE; i++)
                W[i] = m.W[i] * ((int)i == 5 ? (n - 1) * 1e-3 : 1); /* one entry through zero */
            rule->feedback(&terms, F[n]);
        }
        ck_assert_msg(distance(F[0], F[2]) < 1e-2,
                      "%s: the feedback jumps with W: it must read the signs from terms->sign",
                      rule->id.name);
    }
}
END_TEST

CHECK_MAIN("model/rule", test_formulas, test_two_layers, test_members, test_smooth_between_jumps)

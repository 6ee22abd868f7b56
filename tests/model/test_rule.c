/* The table of rules: every feedback function against its formula, and the properties in each row
 * against its feedback. */
#include "../check_main.h"
#include "../rules.h"
#include "alignode/problem.h"
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

/* Every rule needs an independent formula, which the tests of all engines use. Tolerance: round-off
 * of a dozen terms of order one, summed in another order. */
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

/* The feedback in force of a two-layer problem, F (K x O) from W2 (O x K) and F1 (K x O), wherever
 * it is stored, with the signs of W2 and with others. A learned feedback is read from the state. */
START_TEST(test_two_layers)
{
    enum { UNITS = COLS, OUTPUTS = ROWS, TEACHERS = 2 };
    for (size_t r = 0; r < rules_all()->count; r++) {
        const struct aln_rule *rule = rules_row(r);
        for (int own = 0; own < 2; own++) {
            struct matrices m, other;
            double expected[SIZE], work[3 * SIZE], F[SIZE], state[100] = {0};
            const size_t teachers = TEACHERS + (rule->adapts ? OUTPUTS : 0);
            draw(&m, 31);
            draw(&other, 32);
            const struct aln_problem p = {.K = UNITS,
                                          .M = teachers,
                                          .O = OUTPUTS,
                                          .rule = rule,
                                          .F1 = rule->learns ? other.B : m.B};
            aln_state_pack(&p, ALN_W2, m.W, state);
            if (aln_state_count(&p, ALN_F) > 0)
                aln_state_pack(&p, ALN_F, m.B, state);
            for (size_t i = 0; i < SIZE && rule->adapts; i++)
                state[aln_state_entry(&p, ALN_R, i / OUTPUTS, TEACHERS + i % OUTPUTS)] = m.B[i];
            ck_assert_uint_le(aln_problem_feedback_work(&p), 3 * SIZE);
            const struct aln_feedback_view view = aln_problem_feedback_in_force(
                &p, state, own || !rule->jumps ? NULL : other.sign, work);
            for (size_t k = 0; k < UNITS; k++)
                for (size_t o = 0; o < OUTPUTS; o++)
                    F[k * OUTPUTS + o] = aln_feedback_entry(&view, k, o);
            rules_two_layer(rule, COLS, ROWS, m.W, own ? m.W : other.W, m.B, expected);
            ck_assert_msg(distance(F, expected) < 1e-14, "%s: %g", rule->id.name,
                          distance(F, expected));
        }
    }
}
END_TEST

/* Each property against the effect of another B, other signs or another W on the feedback. */
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

/* At fixed signs the feedback is continuous in W: an entry that goes from -1e-3 to 1e-3 changes it
 * by no more than about that. */
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

/* How light a colour "#rrggbb" is in grey print, from 0 to 255. */
static double lightness_of(const char *colour)
{
    unsigned r, g, b;
    ck_assert_int_eq(sscanf(colour, "#%2x%2x%2x", &r, &g, &b), 3);
    return 0.299 * r + 0.587 * g + 0.114 * b;
}

/* Every rule of the table can be told from all others in a figure; bp and dfa, which most figures
 * compare, in grey print too. */
START_TEST(test_looks)
{
    for (size_t r = 0; r < aln_rules.count; r++) {
        const struct aln_rule *rule = aln_rule_row(r);
        const char *name = rule->id.name;
        ck_assert_msg(rule->label != NULL && rule->label[0] != '\0', "%s: no label", name);
        ck_assert_msg(rule->colour != NULL && strlen(rule->colour) == 7 && rule->colour[0] == '#' &&
                          strspn(rule->colour + 1, "0123456789abcdef") == 6,
                      "%s: its colour must be \"#rrggbb\", in small letters", name);
        ck_assert_msg(rule->dash != NULL && strspn(rule->dash, ".-_ ") == strlen(rule->dash) &&
                          rule->dash[0] != ' ',
                      "%s: its dash must be \"\" or of '.', '-', '_' and ' '", name);
        for (size_t q = 0; q < r; q++) {
            const struct aln_rule *other = aln_rule_row(q);
            ck_assert_msg(strcmp(rule->label, other->label) != 0, "%s and %s: one label", name,
                          other->id.name);
            ck_assert_msg(strcmp(rule->colour, other->colour) != 0 ||
                              strcmp(rule->dash, other->dash) != 0,
                          "%s and %s: one colour and dash", name, other->id.name);
        }
    }
    const struct aln_rule *bp = aln_rule_find("bp"), *dfa = aln_rule_find("dfa");
    ck_assert_double_gt(fabs(lightness_of(bp->colour) - lightness_of(dfa->colour)), 50);
    ck_assert_str_ne(bp->dash, dfa->dash);
}
END_TEST

CHECK_MAIN("model/rule", test_formulas, test_two_layers, test_members, test_smooth_between_jumps,
           test_looks)

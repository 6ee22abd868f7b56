/* The parts of the state, what is in force, and where the feedback is stored. */
#include <string.h>

#include "../check_main.h"
#include "../theory/draw.h"
#include "alignode/chain.h"
#include "alignode/ode.h"
#include "alignode/sgd.h"
#include "model/increment.h"

static void must(enum aln_status status)
{
    ck_assert_msg(status == ALN_OK, "%s", aln_error());
}

/* ---- the list ---- */

/* The parts follow each other without gaps, every entry has one index and one name, and a recorded
 * row contains them all under these names. */
START_TEST(test_layout)
{
    for (size_t r = 0; r < rules_all()->count; r++) {
        struct drawn d;
        size_t places = 0, named = 0;
        draw_problem(&d, 3, 2, 2, "erf", rules_row(r)->id.name, 7);
        const struct aln_layout layout = aln_state_layout(&d.p);
        for (enum aln_state_part n = 0; n < ALN_PARTS; n++) {
            const struct aln_span *span = &layout.part[n];
            ck_assert_uint_eq(span->at, places);
            places += span->count;
            for (size_t i = 0; i < span->rows && span->count > 0; i++)
                for (size_t j = 0; j < span->cols; j++) {
                    size_t at = aln_span_entry(span, i, j);
                    ck_assert(at >= span->at && at < span->at + span->count);
                    ck_assert(!span->symmetric || at == aln_span_entry(span, j, i));
                }
        }
        ck_assert_uint_eq(places, aln_problem_size(&d.p));
        double row[DRAW_SIZE + 2];
        aln_problem_observe(&d.p, d.start, row);
        for (size_t c = 0; c < aln_problem_columns(&d.p); c++) {
            char column[32], name[32];
            aln_problem_column(&d.p, c, column);
            for (size_t i = 0; i < places; i++) {
                aln_state_name(&d.p, i, name);
                if (strcmp(name, column) == 0) {
                    ck_assert_double_eq(row[c], d.start[i]);
                    named++;
                }
            }
        }
        ck_assert_uint_eq(named, places);
    }
}
END_TEST

START_TEST(test_pack)
{
    struct drawn d;
    double matrix[9], state[DRAW_SIZE], C[25];
    draw_problem(&d, 3, 2, 2, "erf", "kolen-pollack", 8);
    memset(state, 0, sizeof state);
    for (enum aln_state_part n = 0; n < ALN_PARTS; n++) {
        aln_state_unpack(&d.p, n, d.start, matrix);
        aln_state_pack(&d.p, n, matrix, state);
    }
    ck_assert_mem_eq(state, d.start, aln_problem_size(&d.p) * sizeof *state);
    aln_problem_covariance(&d.p, d.start, C);
    for (size_t a = 0; a < 5; a++)
        for (size_t b = 0; b < 5; b++) {
            double want = a >= 3 && b >= 3 ? d.T[(a - 3) * 2 + b - 3]
                          : a < 3 && b < 3 ? d.start[aln_state_entry(&d.p, ALN_Q, a, b)]
                          : a < 3          ? d.start[aln_state_entry(&d.p, ALN_R, a, b - 3)]
                                           : d.start[aln_state_entry(&d.p, ALN_R, b, a - 3)];
            ck_assert_double_eq(C[a * 5 + b], want);
        }
}
END_TEST

/* ---- what is in force ---- */

/* All that the engines compute from a problem: eg, cosine, derivatives, and states of chain and sgd
 * after some steps. */
struct made {
    double eg, cosine, dydt[DRAW_SIZE], chain[DRAW_SIZE], sgd[DRAW_SIZE];
};

static void make(struct aln_problem *p, struct made *m)
{
    struct aln_rhs *rhs;
    struct aln_chain *chain;
    struct aln_sgd *sgd;
    size_t bytes = aln_problem_size(p) * sizeof(double);
    p->N = 60;
    p->seed = 3;
    m->eg = aln_problem_eg(p, p->start);
    m->cosine = aln_problem_cos(p, p->start);
    must(aln_rhs_create(&rhs, p));
    ck_assert_int_eq(aln_rhs_eval(rhs, p->eta, NULL, p->start, m->dydt), ALN_OK);
    aln_rhs_free(rhs);
    must(aln_chain_create(&chain, p, 0));
    must(aln_chain_advance(chain, 40));
    memcpy(m->chain, aln_chain_state(chain), bytes);
    aln_chain_free(chain);
    must(aln_sgd_create(&sgd, p, 0));
    must(aln_sgd_advance(sgd, 40));
    memcpy(m->sgd, aln_sgd_state(sgd), bytes);
    aln_sgd_free(sgd);
}

static void equal(const char *what, size_t n, const double *a, const double *b)
{
    for (size_t i = 0; i < n; i++)
        ck_assert_msg(a[i] == b[i], "%s, entry %zu: %.17g, not %.17g", what, i, a[i], b[i]);
}

/* A silent teacher unit gives the same bits as one whose column of V2 is zero, its overlaps
 * included. */
START_TEST(test_silent_teacher)
{
    static const bool teachers[] = {true, false, true, true, true};
    for (size_t r = 0; r < rules_all()->count; r++) {
        struct drawn silent, zero;
        struct made a, b;
        const char *rule = rules_row(r)->id.name;
        draw_problem(&silent, 2, 3, 2, "erf", rule, 11);
        draw_problem(&zero, 2, 3, 2, "erf", rule, 11);
        silent.p.teachers = teachers;
        zero.V2[1] = zero.V2[zero.p.M + 1] = 0;
        silent.p.points = zero.p.points = rules_row(r)->levels != ALN_ERROR_WHOLE;
        make(&silent.p, &a);
        make(&zero.p, &b);
        size_t n = aln_problem_size(&zero.p);
        ck_assert_double_eq(a.eg, b.eg);
        equal("dy/dt", n, a.dydt, b.dydt);
        equal("chain", n, a.chain, b.chain);
        equal("sgd", n, a.sgd, b.sgd);
        size_t R = aln_state_entry(&zero.p, ALN_R, 0, 1);
        ck_assert(rules_row(r)->route == ALN_NOWHERE || a.chain[R] != silent.start[R]);
    }
}
END_TEST

/* Entry (i, j) of a part in a problem with both outputs, and in that with the first output only;
 * false if it belongs to the second output. */
static bool of_first(const struct aln_problem *both, const struct aln_problem *one,
                     enum aln_state_part part, size_t i, size_t j, size_t at[2])
{
    if ((part == ALN_W2 && i > 0) || (part == ALN_F && j > 0))
        return false;
    at[0] = aln_state_entry(both, part, i, j);
    at[1] = aln_state_entry(one, part, i, j);
    return true;
}

/* A row that is not in force does not change, and the rest has the same bits as without it. Without
 * noise, whose numbers are shared by all rows; not for rules where a row of the feedback depends on
 * all rows of W2. */
START_TEST(test_rows_in_force)
{
    static const bool rows[] = {true, false};
    for (size_t r = 0; r < aln_rules.count; r++) {
        struct drawn both, one;
        struct made a, b;
        const struct aln_rule *rule = aln_rule_row(r);
        if (rule->adapts || rule->perturbs || rule->mirrors)
            continue; /* its overlaps or random numbers are those of all rows */
        draw_problem(&both, 2, 2, 2, "erf", rule->id.name, 12);
        draw_problem(&one, 2, 2, 1, "erf", rule->id.name, 12);
        both.p.sigma = one.p.sigma = 0;
        both.p.rows = rows;
        both.p.points = one.p.points = rule->levels != ALN_ERROR_WHOLE;
        memcpy(one.V2, both.V2, 2 * sizeof *one.V2);
        for (size_t k = 0; k < 2; k++)
            one.F1[k] = both.F1[2 * k];
        for (enum aln_state_part n = 0; n < ALN_PARTS; n++) {
            const struct aln_span span = aln_state_layout(&both.p).part[n];
            size_t at[2];
            for (size_t i = 0; i < span.rows && span.count > 0; i++)
                for (size_t j = 0; j < span.cols; j++)
                    if (of_first(&both.p, &one.p, n, i, j, at))
                        one.start[at[1]] = both.start[at[0]];
        }
        memcpy(one.T, both.T, sizeof one.T);
        make(&both.p, &a);
        make(&one.p, &b);
        ck_assert_double_eq(a.eg, b.eg);
        ck_assert_double_eq(a.cosine, b.cosine);
        for (enum aln_state_part n = 0; n < ALN_PARTS; n++) {
            const struct aln_span span = aln_state_layout(&both.p).part[n];
            for (size_t i = 0; i < span.rows && span.count > 0; i++)
                for (size_t j = 0; j < span.cols; j++) {
                    size_t at[2];
                    if (of_first(&both.p, &one.p, n, i, j, at)) {
                        equal("dy/dt", 1, &a.dydt[at[0]], &b.dydt[at[1]]);
                        equal("chain", 1, &a.chain[at[0]], &b.chain[at[1]]);
                        ck_assert_double_eq_tol(a.sgd[at[0]], b.sgd[at[1]], 1e-13);
                    } else {
                        size_t stays = aln_state_entry(&both.p, n, i, j);
                        ck_assert_double_eq(a.dydt[stays], 0);
                        ck_assert_double_eq(a.chain[stays], both.start[stays]);
                        ck_assert_double_eq(a.sgd[stays], both.start[stays]);
                    }
                }
        }
    }
}
END_TEST

/* ---- where the feedback is stored ---- */

/* Feedback that is an overlap: the columns of R of the last, silent teacher units. At one state it
 * acts like a fixed matrix with the same entries. */
START_TEST(test_columns_of_R)
{
    static const bool teachers[] = {true, true, false, false};
    static const struct aln_rule adaptive = {.id = {"test-adaptive", "", ""},
                                             .route = ALN_DIRECT,
                                             .feedback = aln_feedback_fixed,
                                             .random = true,
                                             .adapts = true};
    struct drawn d, fixed;
    double dydt[DRAW_SIZE], want[DRAW_SIZE];
    struct aln_rhs *rhs;
    draw_problem(&d, 3, 4, 2, "erf", "dfa", 13);
    draw_problem(&fixed, 3, 4, 2, "erf", "dfa", 13);
    d.p.teachers = fixed.p.teachers = teachers;
    d.p.rule = &adaptive;
    for (size_t k = 0; k < 3; k++)
        for (size_t o = 0; o < 2; o++)
            fixed.F1[2 * k + o] = d.start[aln_state_entry(&d.p, ALN_R, k, 2 + o)];
    must(aln_rhs_create(&rhs, &d.p));
    ck_assert_int_eq(aln_rhs_eval(rhs, d.p.eta, NULL, d.start, dydt), ALN_OK);
    aln_rhs_free(rhs);
    must(aln_rhs_create(&rhs, &fixed.p));
    ck_assert_int_eq(aln_rhs_eval(rhs, d.p.eta, NULL, d.start, want), ALN_OK);
    aln_rhs_free(rhs);
    equal("dy/dt", aln_problem_size(&d.p), dydt, want);
    ck_assert_double_eq(aln_problem_cos(&d.p, d.start), aln_problem_cos(&fixed.p, d.start));
    const struct aln_feedback_view change = aln_problem_feedback_change(&d.p, dydt);
    ck_assert_double_eq(aln_feedback_entry(&change, 1, 1),
                        dydt[aln_state_entry(&d.p, ALN_R, 1, 3)]);
}
END_TEST

CHECK_MAIN("model/state", test_layout, test_pack, test_silent_teacher, test_rows_in_force,
           test_columns_of_R)

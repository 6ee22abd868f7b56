/* Problems from text, from files and by hand. */
#include "../check_main.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "alignode/chain.h"
#include "alignode/ode.h"
#include "alignode/sgd.h"
#include "model/error_sum.h"
#include "model/params.h"
#include "study/study.h"

static const char text[] =
    "title: t\n"
    "problem: {activation: relu, outputs: 2, student: {units: 3}}\n"
    "learning: {rule: fa, rate: [0.5, 0.25], schedule: [{time: 1, rate: 0}]}\n"
    "run: {seed: 7, repeats: 5}\node: {second_order: false}\n"
    "sweep: {run: ode, over: []}\n";

static void same_arrays(const struct aln_problem *a, const struct aln_problem *b)
{
    ck_assert_uint_eq(aln_problem_size(a), aln_problem_size(b));
    ck_assert_mem_eq(a->start, b->start, aln_problem_size(a) * sizeof(double));
    ck_assert_mem_eq(a->T, b->T, a->M * a->M * sizeof(double));
    ck_assert_mem_eq(a->V2, b->V2, a->O * a->M * sizeof(double));
    ck_assert_mem_eq(a->F1, b->F1, a->K * a->O * sizeof(double));
}

START_TEST(test_parse)
{
    struct aln_problem *p, *of_file;
    ck_assert_msg(aln_problem_parse(&p, text) == ALN_OK, "%s", aln_error());
    ck_assert(p->K == 3 && p->M == 2 && p->O == 2 && p->N == 500 && p->seed == 7);
    ck_assert_str_eq(p->activation->id.name, "relu");
    ck_assert_str_eq(p->rule->id.name, "fa");
    ck_assert(p->eta[0] == 0.5 && p->eta[1] == 0.25 && p->first_order && p->schedule_count == 1);

    char path[] = "test_params_XXXXXX";
    int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, text, strlen(text)), (int)strlen(text));
    close(file);
    enum aln_status status = aln_problem_load(&of_file, path);
    unlink(path);
    ck_assert_msg(status == ALN_OK, "%s", aln_error());
    same_arrays(p, of_file);
    aln_problem_free(of_file);
    aln_problem_free(p);
}
END_TEST

/* Errors: message and place, and that no problem is returned. */
START_TEST(test_refused)
{
    static const struct {
        const char *text, *sentence;
    } cases[] = {
        {"learning: {rule: dfaa}\n", "text:1:18: learning.rule: unknown"},
        {"problem: {activation: erf}\n", "text:1:1: learning.rule is missing"},
        {"activation: erf\nlearning: {rule: dfa}\n", "text:1:1: unknown key activation"},
        {"learning: {rule: dfa}\ndata: {name: mnist}\n", "text:2:1: unknown key data"},
        {"learning: {rule: dfa\n", "text:"},
        {"", "text:1:1: learning.rule is missing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static struct aln_problem other;
        struct aln_problem *p = &other;
        ck_assert_int_eq(aln_problem_parse(&p, cases[i].text), ALN_USAGE);
        ck_assert_ptr_null(p);
        ck_assert_msg(strncmp(aln_error(), cases[i].sentence, strlen(cases[i].sentence)) == 0,
                      "%s: %s", cases[i].text, aln_error());
    }
    struct aln_problem *p;
    ck_assert_int_eq(aln_problem_load(&p, "no/such/file.yaml"), ALN_USAGE);
    ck_assert_ptr_null(p);
    ck_assert_msg(strstr(aln_error(), "no/such/file.yaml") != NULL, "%s", aln_error());
}
END_TEST

/* A member that is not set has the default of its key. */
START_TEST(test_defaults)
{
    struct aln_problem *file, hand = aln_problem_defaults();
    ck_assert_int_eq(aln_problem_parse(&file, "learning: {rule: bp}\n"), ALN_OK);
    ck_assert(hand.K == file->K && hand.M == file->M && hand.O == file->O && hand.N == file->N);
    ck_assert_ptr_eq(hand.activation, file->activation);
    ck_assert(hand.sigma == file->sigma && hand.seed == file->seed);
    ck_assert_mem_eq(hand.eta, file->eta, sizeof hand.eta);
    ck_assert_mem_eq(hand.kappa, file->kappa, sizeof hand.kappa);
    ck_assert(isnan(hand.feedback_rate) && isnan(file->feedback_rate));
    ck_assert(isnan(hand.feedback_decay) && isnan(file->feedback_decay));
    ck_assert(hand.first_order == file->first_order);
    ck_assert(hand.schedule_count == 0 && hand.rule == NULL && hand.start == NULL);
    aln_problem_free(file);
}
END_TEST

static double default_of(const char *key)
{
    struct aln_param_row row;
    for (size_t i = 0; aln_schema_row(&aln_params_schema, i, &row); i++)
        if (strcmp(row.id.name, key) == 0)
            return atof(row.def);
    ck_abort_msg("no parameter %s", key);
}

START_TEST(test_ode_defaults)
{
    struct aln_ode_options o = aln_ode_defaults();
    ck_assert_str_eq(o.stepper->id.name, "rk8pd");
    ck_assert_double_eq(o.rtol, default_of("ode.rtol"));
    ck_assert_double_eq(o.atol, default_of("ode.atol"));
    ck_assert_double_eq((double)o.max_steps, default_of("ode.max_steps"));
    ck_assert(o.stop == NULL && o.horizon == 0);
}
END_TEST

/* Every engine checks the problem before using it. */
static void refused(const struct aln_problem *p, const char *sentence)
{
    struct aln_ode *ode;
    struct aln_chain *chain;
    struct aln_sgd *sgd;
    const struct aln_ode_options options = aln_ode_defaults();
    const enum aln_status status[] = {aln_problem_check(p), aln_ode_create(&ode, p, &options),
                                      aln_chain_create(&chain, p, 0), aln_sgd_create(&sgd, p, 0)};
    for (size_t i = 0; i < sizeof status / sizeof status[0]; i++)
        ck_assert_int_eq(status[i], ALN_USAGE);
    ck_assert_str_eq(aln_error(), sentence);
    ck_assert(ode == NULL && chain == NULL && sgd == NULL);
}

START_TEST(test_check)
{
    struct aln_problem *p;
    ck_assert_int_eq(aln_problem_parse(&p, "learning: {rule: bp}\n"), ALN_OK);
    ck_assert_int_eq(aln_problem_check(p), ALN_OK);
    const struct aln_problem good = *p;
    refused(&(struct aln_problem){0}, "problem: K is not set");
#define WITHOUT(member)                                                                            \
    do {                                                                                           \
        struct aln_problem bad = good;                                                             \
        memset(&bad.member, 0, sizeof bad.member);                                                 \
        refused(&bad, "problem: " #member " is not set");                                          \
    } while (0)
    WITHOUT(K);
    WITHOUT(M);
    WITHOUT(O);
    WITHOUT(activation);
    WITHOUT(rule);
    WITHOUT(T);
    WITHOUT(V2);
    WITHOUT(F1);
    WITHOUT(start);
    struct aln_problem bad = good;
    bad.schedule = NULL;
    bad.schedule_count = 1;
    refused(&bad, "problem: schedule is not set");
    bad = good;
    bad.eta[1] = -1;
    refused(&bad, "problem: eta[1] = -1: expected a number >= 0");
    bad = good;
    bad.sigma = NAN;
    refused(&bad, "problem: sigma = nan: expected a number >= 0");
    bad = good;
    bad.feedback_rate = INFINITY;
    refused(&bad, "problem: feedback_rate = inf: expected a number >= 0");
    bad = good;
    bad.momentum = 1;
    refused(&bad, "problem: momentum = 1: expected a number >= 0 and < 1");
    bad = good;
    bad.symmetry = 0.5;
    refused(&bad,
            "problem: symmetry = 0.5: expected a number from 0 to 1, and 0 for rule bp unless its "
            "feedback is random and fixed");
    bad = good;
    bad.feedback_noise = 0.5;
    refused(
        &bad,
        "problem: feedback_noise = 0.5: expected 0, the feedback of rule bp has no random part");
    bad = good;
    bad.rule = aln_rule_find("adaptive");
    bad.O = 3;
    refused(&bad,
            "problem: M = 2: expected at least O = 3 teacher units, the last of which are the "
            "feedback of rule adaptive");
    aln_problem_free(p);
}
END_TEST

/* ---- feedback that is an overlap ---- */

#define DRAWN                                                                                      \
    "problem: {inputs: 50, outputs: 2, student: {weights: {std: 0.5}}}\n"                          \
    "learning: {rule: %s, feedback: {std: 1.5}}\nrun: {seed: %d}\n"

/* Two silent teacher units more, and nothing else of the problem changes. Over 2000 seeds, F = W1 Phi/N
 * has mean 0 and variance std^2 Q/N, and Phi Phi^T/N has mean std^2 and variance 2 std^4/N: each within
 * 4.5 standard errors, for a mean of squares sqrt(2/2000) of it, with a tenth more for Q's own spread. */
START_TEST(test_overlap)
{
    enum { SEEDS = 2000 };
    double mean = 0, square = 0, length = 0, spread = 0;
    for (int seed = 1; seed <= SEEDS; seed++) {
        struct aln_problem *p, *dfa;
        char yaml[256];
        snprintf(yaml, sizeof yaml, DRAWN, "adaptive", seed);
        ck_assert_msg(aln_problem_parse(&p, yaml) == ALN_OK, "%s", aln_error());
        snprintf(yaml, sizeof yaml, DRAWN, "dfa", seed);
        ck_assert_msg(aln_problem_parse(&dfa, yaml) == ALN_OK, "%s", aln_error());
        ck_assert(p->K == 2 && p->M == 4 && p->O == 2);
        for (size_t i = 0; i < 2; i++)
            for (size_t j = 0; j < 2; j++) {
                ck_assert_double_eq(p->T[4 * i + j], dfa->T[2 * i + j]);
                ck_assert_double_eq(p->V2[4 * i + j], dfa->V2[2 * i + j]);
                ck_assert_double_eq(p->V2[4 * i + 2 + j], 0);
                ck_assert_double_eq(p->start[aln_state_entry(p, ALN_Q, i, j)],
                                    dfa->start[aln_state_entry(dfa, ALN_Q, i, j)]);
                ck_assert_double_eq(p->start[aln_state_entry(p, ALN_R, i, j)],
                                    dfa->start[aln_state_entry(dfa, ALN_R, i, j)]);
                ck_assert_double_eq(p->start[aln_state_entry(p, ALN_R, i, 2 + j)],
                                    p->F1[2 * i + j]);
            }
        const double f = p->F1[0] / sqrt(p->start[0] * 2.25 / 50), l = p->T[10] / 2.25 - 1;
        mean += f / SEEDS;
        square += f * f / SEEDS;
        length += l / SEEDS;
        spread += l * l * 50 / 2 / SEEDS;
        aln_problem_free(p);
        aln_problem_free(dfa);
    }
    ck_assert_double_eq_tol(mean, 0, 4.5 / sqrt(SEEDS));
    ck_assert_double_eq_tol(square, 1, 4.5 * sqrt(2.0 / SEEDS));
    ck_assert_double_eq_tol(length, 0, 4.5 * sqrt(2.0 / 50 / SEEDS));
    ck_assert_double_eq_tol(spread, 1, 4.5 * 1.1 * sqrt(2.0 / SEEDS));
}
END_TEST

/* A given feedback: Phi of large N, orthogonal to the teacher; refused if no weights can have it. */
START_TEST(test_given_overlap)
{
    struct aln_problem *p;
    const char *yaml = "problem: {student: {weights: {std: 0.5}}}\n"
                       "learning: {rule: adaptive, feedback: {std: 2, matrix: [[0.3], [-0.4]]}}\n";
    ck_assert_msg(aln_problem_parse(&p, yaml) == ALN_OK, "%s", aln_error());
    ck_assert(p->M == 3 && p->F1[0] == 0.3 && p->F1[1] == -0.4);
    ck_assert(p->start[aln_state_entry(p, ALN_R, 1, 2)] == -0.4);
    ck_assert(p->T[8] == 4 && p->T[2] == 0 && p->T[5] == 0 && p->T[6] == 0 && p->T[7] == 0);
    aln_problem_free(p);
    ck_assert_int_eq(aln_problem_parse(&p, "problem: {student: {weights: {std: 0.5}}}\n"
                                           "learning: {rule: adaptive, feedback: {matrix: [[0.9], "
                                           "[-0.9]]}}\n"),
                     ALN_USAGE);
    ck_assert_ptr_nonnull(strstr(aln_error(), "text:2:"));
    ck_assert_ptr_nonnull(strstr(aln_error(), "Phi's included"));
}
END_TEST

/* Zero tolerances, as in zero-initialised options, and an activation without averages. */
START_TEST(test_ode_refused)
{
    struct aln_problem *p;
    struct aln_ode *ode;
    struct aln_ode_options options = {0};
    ck_assert_int_eq(aln_problem_parse(&p, "learning: {rule: bp}\n"), ALN_OK);
    ck_assert_int_eq(aln_ode_create(&ode, p, &options), ALN_USAGE);
    ck_assert_str_eq(aln_error(), "ode: expected rtol and atol > 0, got 0 and 0");
    aln_ode_free(ode);
    struct aln_activation mine = *p->activation;
    mine.I4 = NULL;
    p->activation = &mine;
    options = aln_ode_defaults();
    ck_assert_int_eq(aln_ode_create(&ode, p, &options), ALN_USAGE);
    ck_assert_str_eq(aln_error(),
                     "activation erf lacks averages that the ode needs (I2, J2, A2, I4)");
    aln_ode_free(ode);
    aln_problem_free(p);
}
END_TEST

/* One linear unit equal to its teacher but for its overlap with it: eg = (1 - R) exactly. Below zero
 * it is 0; by one ulp that is rounding, by 1e-10 it is not. Positive values are not changed. */
START_TEST(test_eg_not_negative)
{
    static const struct {
        double R;
        bool rounding;
    } cases[] = {{1 - 1e-10, false}, {1, true}, {1 + 2.3e-16, true}, {1 + 1e-10, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const double one = 1, start[] = {1, cases[i].R, 1};
        struct aln_problem p = aln_problem_defaults();
        p.K = p.M = 1;
        p.activation = aln_activation_find("linear");
        p.rule = aln_rule_find("bp");
        p.T = p.V2 = p.F1 = &one;
        p.start = start;
        double row[8];
        const struct aln_error_sum sum = aln_problem_error_sum(&p, start);
        ck_assert_double_eq_tol(sum.value, 1 - cases[i].R, 1e-16);
        ck_assert((fabs(sum.value) <= sum.rounding) == cases[i].rounding);
        ck_assert(aln_problem_eg(&p, start) == (cases[i].R > 1 ? 0 : sum.value));
        ck_assert(!signbit(aln_problem_eg(&p, start)));
        aln_problem_observe(&p, start, row);
        ck_assert(row[0] == aln_problem_eg(&p, start));
    }
}
END_TEST

CHECK_MAIN("model/problem", test_eg_not_negative, test_parse, test_refused, test_defaults,
           test_ode_defaults, test_check, test_ode_refused, test_overlap, test_given_overlap)

/* Points of a sweep that are integrated together: the bytes of single runs, whatever is in the group. */
#define _XOPEN_SOURCE 700 /* nftw() */

#include "../check_main.h"
#include "lanes/lanes.h"
#include "run/ahead.h"
#include "sweeps.h"
#include "theory/lanes_agree.h"

/* A group has four rules, a rate of 0, which lanes leave to the plain engine, and rates that diverge. */
#define RULES       "bp, dfa, sign-symmetric, kolen-pollack"
#define ACTIVATIONS "erf, quadratic"
#define PROBLEM                                                                                    \
    "problem: {inputs: 100, noise: 0.1, student: {weights: {std: 0.5}, readout: {std: 0.5}}}\n"    \
    "learning: {rule: dfa, schedule: [{time: 6, rate: 0.05}]}\n"                                   \
    "run: {time: 8, record: {count: 6, degrees: true}}\n"                                          \
    "ode: {events: {eg_below: [0.3, 0.1], eg_fraction: [0.9]}}\n"
static const char *const rules[] = {"bp", "dfa", "sign-symmetric", "kolen-pollack"};
static const char *const activations[] = {"erf", "quadratic"};
static const char *const rates[] = {"0", "0.05", "0.1", "[0.1, 0.05]", "1", "2"};
enum { RATES = COUNT(rates), OF_RULE = COUNT(activations) * RATES, ALL = COUNT(rules) * OF_RULE };

static struct aln_params *params_at(size_t point, const char *more)
{
    char rule[64], activation[64], rate[64];
    snprintf(rule, sizeof rule, "learning.rule=%s", rules[point / OF_RULE]);
    snprintf(activation, sizeof activation, "problem.activation=%s",
             activations[point / RATES % COUNT(activations)]);
    snprintf(rate, sizeof rate, "learning.rate=%s", rates[point % RATES]);
    const char *set[] = {rule, activation, rate, more};
    return params_of(PROBLEM, "ode", more != NULL ? 4 : 3, set);
}

START_TEST(test_points_are_runs)
{
    static const int threads[] = {1, 2}; /* groups of 12 and of 6 */
    struct aln_sweep *sweep =
        sweep_of(PROBLEM "sweep:\n  run: ode\n  points: files\n  over:\n"
                         "    - {key: learning.rule, values: [" RULES "]}\n"
                         "    - {key: problem.activation, values: [" ACTIVATIONS "]}\n"
                         "    - {key: learning.rate, values: [0, 0.05, 0.1, [0.1, 0.05], 1, 2]}\n",
                 0, NULL);
    ck_assert_uint_eq(aln_sweep_points(sweep), ALL);
    for (size_t n = 0; n < COUNT(threads); n++) {
        const char *folder = fresh("together");
        struct aln_sweep_report report = run(sweep, folder, threads[n], 1, 1);
        size_t failed = 0;
        for (uint64_t point = 0; point < ALL; point++) {
            const char *alone = own("alone.tsv");
            struct aln_params *params = params_at(point, NULL);
            enum aln_status status =
                aln_run(ALN_ENGINE_ODE, params, &(struct aln_run_options){.path = alone});
            aln_params_free(params);
            if (status == ALN_OK) {
                same_bytes(file_of(sweep, folder, point, ".tsv"), alone);
                unlink(alone);
                continue;
            }
            ck_assert_int_eq(status, ALN_NUMERIC);
            ck_assert_uint_lt(failed, report.failures);
            ck_assert_uint_eq(report.failure[failed].point, point);
            ck_assert_str_eq(report.failure[failed++].text, aln_error());
        }
        ck_assert_uint_eq(failed, report.failures);
        ck_assert_uint_gt(failed, 0);
        aln_sweep_report_free(&report);
    }
    aln_sweep_free(sweep);
    fresh("together");
}
END_TEST

/* Which of them are integrated together: not those that lanes do not know, or whose results need more
 * than the states and levels of eg; and not those that fail: under dfa, quadratic, at rates from 1 on. */
START_TEST(test_what_is_computed_ahead)
{
    static const char *const more[] = {NULL, "ode.check=true", "ode.events.cos_maximum=true",
                                       "ode.stepper=bsimp", "ode.stepper=auto"};
    struct aln_params *params[ALL + COUNT(more)];
    struct aln_known_run *known[COUNT(params)];
    const void *all[COUNT(params)];
    if (!aln_lanes_agree())
        return;
    for (size_t i = 0; i < COUNT(params); i++)
        all[i] = params[i] = i < ALL ? params_at(i, NULL) : params_at(1, more[i - ALL]);
    size_t taken;
    must(aln_run_ahead(COUNT(params), all, NULL, known, &taken));
    ck_assert_uint_eq(taken, COUNT(params));
    for (size_t i = 0; i < COUNT(params); i++) {
        const bool fits = i < ALL ? i % RATES > 0 : i == ALL;
        const bool quadratic = i < ALL && i / RATES % COUNT(activations) == 1;
        if (!fits || (i / OF_RULE == 1 && quadratic && i % RATES >= RATES - 2))
            ck_assert_msg(known[i] == NULL, "%zu", i);
        else if (!quadratic)
            ck_assert_msg(known[i] != NULL, "%zu", i);
        free(known[i]);
        aln_params_free(params[i]);
    }
}
END_TEST

/* A stop request ends it. */
START_TEST(test_stopped)
{
    const volatile sig_atomic_t stop = 1;
    struct aln_params *params = params_at(1, NULL);
    const void *all[] = {params};
    struct aln_known_run *known[1];
    size_t taken;
    ck_assert_int_eq(aln_run_ahead(1, all, &stop, known, &taken), ALN_STOPPED);
    ck_assert_ptr_null(known[0]);
    aln_params_free(params);
}
END_TEST

/* As many as fit into memory: two of 1.3 million numbers do not; one of 2.6 million runs as usual. */
START_TEST(test_long_runs)
{
    static const char *const count[] = {"run.record.count=10000", "run.record.count=20000"};
    struct aln_params *params[3];
    struct aln_known_run *known[3];
    const void *all[3];
    size_t taken = 0;
    if (!aln_lanes_agree())
        return;
    for (size_t i = 0; i < 3; i++) {
        const char *const set[] = {"problem.student.units=8", "problem.teacher.units=8",
                                   "run.time=1", "run.record.spacing=linear", count[i == 2]};
        all[i] = params[i] =
            params_of("problem: {inputs: 100000}\nlearning: {rule: dfa}\n", "ode", COUNT(set), set);
    }
    must(aln_run_ahead(3, all, NULL, known, &taken));
    ck_assert_uint_eq(taken, 1);
    ck_assert(known[0] != NULL && known[1] == NULL && known[2] == NULL);
    free(known[0]);
    must(aln_run_ahead(2, all + 1, NULL, known, &taken));
    ck_assert_uint_eq(taken, 1);
    ck_assert(known[0] != NULL && known[1] == NULL);
    free(known[0]);
    must(aln_run_ahead(1, all + 2, NULL, known, &taken));
    ck_assert_uint_eq(taken, 1);
    ck_assert(known[0] == NULL);
    for (size_t i = 0; i < 3; i++)
        aln_params_free(params[i]);
}
END_TEST

CHECK_MAIN("sweep/together", test_points_are_runs, test_what_is_computed_ahead, test_stopped,
           test_long_runs)

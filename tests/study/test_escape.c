/* The study escape: its times against single runs, its plateau and fit against their own laws. */
#include "study/escape.h"

#include <math.h>

#include "../check_main.h"
#include "alignode/random.h"
#include "studies.h"

#define PROBLEM                                                                                    \
    "problem: {inputs: %s, student: {units: 2, weights: {std: 0.01}, readout: 1}, teacher: "       \
    "{units: "                                                                                     \
    "2, weights: orthonormal, readout: 1}}\nlearning: {rule: bp, rate: [0.3, 0]}\n"
#define STUDY                                                                                      \
    "run: {time: 1500, seed: 4}\nstudy: escape\nescape: {inputs: [1000, 10000, 100000], runs: "    \
    "6}\n"

/* When eg of a single run of the ode falls below a level: an event, found to the accuracy of the state. */
static double time_below(const char *inputs, const char *seed, double level)
{
    char text[1024];
    snprintf(text, sizeof text,
             PROBLEM "run: {time: 1500, seed: %s}\node: {events: {eg_below: [%.17g]}}\n", inputs,
             seed, level);
    const char *path = run_text(ALN_ENGINE_ODE, text, "single.tsv");
    char *whole;
    size_t length;
    must(aln_text_read_file(path, &whole, &length));
    const char *event = strstr(remark_of(whole, "event eg_below"), " t ");
    ck_assert_ptr_nonnull(event);
    const double t = strtod(event + 3, NULL);
    free(whole);
    unlink(path);
    return t;
}

static double number_of(const char *remark, const char *name)
{
    const char *at = strstr(remark, name);
    ck_assert_ptr_nonnull(at);
    return strtod(at + strlen(name), NULL);
}

START_TEST(test_law)
{
    char text[1024], kept[96], *whole;
    size_t length;
    snprintf(text, sizeof text, PROBLEM STUDY, "9");
    const char *path = keep(study_text(text, "escape.tsv", 2), kept);
    struct aln_table *t = table_of(path);
    must(aln_text_read_file(path, &whole, &length));
    const double lambda = number_of(remark_of(whole, "plateau "), "lambda "),
                 eg = number_of(remark_of(whole, "plateau "), " eg "),
                 slope = number_of(remark_of(whole, "fit "), "slope ");
    ck_assert_uint_eq(t->rows, 18);
    for (size_t r = 0; r < t->rows; r += 7)
        /* ln eg is taken to be linear over 1500/4000: off by (lambda dt)^2/8 dt or so */
        ck_assert_double_eq_tol(
            time_below(text_entry(t, r, "inputs"), text_entry(t, r, "seed"), eg / 2),
            entry(t, r, "t_escape"), 1e-3);
    /* that of `alignode fixedpoint` for this problem: validation S8 */
    ck_assert_double_eq_tol(lambda, 0.020186652866, 1e-11);
    ck_assert_double_eq_tol(slope, 1 / (2 * lambda), 0.01 / (2 * lambda));
    same_again(text, path);
    free(whole);
    aln_table_free(t);
    unlink(path);
}
END_TEST

/* Under direct feedback (1, f) the second unit learns so slowly that eg halves before the plateau is reached: it is found
 * further on. The times of escape, which know nothing of its fixed point, confirm the rate; the error of its slope is
 * a part in a thousand. */
START_TEST(test_slow_unit)
{
    char kept[96], *whole;
    size_t length;
    const char *path = keep(
        study_text(
            "problem: {student: {units: 2, weights: {std: 0.01}, readout: 1}, teacher: {units: 2, "
            "weights: orthonormal, readout: 1}}\n"
            "learning: {rule: dfa, rate: [0.3, 0], feedback: {matrix: [[1], [0.01]]}}\n"
            "run: {time: 3.0e5, seed: 1}\nstudy: escape\n"
            "escape: {inputs: [1000, 1000000], runs: 2}\n",
            "slow.tsv", 1),
        kept);
    must(aln_text_read_file(path, &whole, &length));
    const char *plateau = remark_of(whole, "plateau ");
    const double lambda = number_of(plateau, "lambda "),
                 slope = number_of(remark_of(whole, "fit "), "slope ");
    ck_assert_double_eq(number_of(plateau, " unstable "), 1);
    ck_assert_double_lt(number_of(plateau, " residual "), 1e-12);
    ck_assert_double_eq_tol(slope * 2 * lambda, 1, 0.01);
    free(whole);
    unlink(path);
}
END_TEST

/* Times drawn from the law give back its parameters. With 4000 seeds a standard error of sd is .020; a
 * false failure of the distance has probability 1e-4, less since the mean is fitted. */
START_TEST(test_fit)
{
    enum { SEEDS = 4000 };
    static struct aln_escape run[2 * SEEDS];
    struct aln_stream stream;
    struct aln_escape_fit fit;
    double z[2 * SEEDS], lambda = 0.05;
    aln_stream_init(&stream, 3, "escape", 0);
    aln_stream_normals(&stream, 2 * SEEDS, z);
    for (size_t i = 0; i < 2 * SEEDS; i++) {
        run[i].log_N = i < SEEDS ? log(1e3) : log(1e5);
        run[i].t = 200 + (run[i].log_N / 2 - log(fabs(z[i]))) / lambda;
    }
    run[5].t = NAN; /* one that has not left at the smaller N */
    must(aln_escape_fit(&fit, &(struct aln_escape_runs){lambda, 1, 2, SEEDS, run}));
    ck_assert_uint_eq(fit.escaped, SEEDS);
    ck_assert_double_eq_tol(fit.slope, 1 / (2 * lambda), 4 * fit.slope_se);
    ck_assert_double_eq_tol(fit.slope_se, aln_escape_sd(1) / lambda * sqrt(2.0 / SEEDS) / log(100),
                            0.01);
    ck_assert_double_eq_tol(fit.sd, aln_escape_sd(1), 4 * fit.sd_se);
    ck_assert(fit.probability > 1e-4);
    for (size_t i = 0; i < 2 * SEEDS; i++) /* a wrong lambda is seen */
        run[i].t = 200 + (run[i].log_N / 2 - log(fabs(z[i]))) / (1.2 * lambda);
    must(aln_escape_fit(&fit, &(struct aln_escape_runs){lambda, 1, 2, SEEDS, run}));
    ck_assert(fit.probability < 1e-4);
    for (size_t i = SEEDS; i < 2 * SEEDS;
         i++) /* none of the largest N has left: nothing is judged */
        run[i].t = NAN;
    must(aln_escape_fit(&fit, &(struct aln_escape_runs){lambda, 1, 2, SEEDS, run}));
    ck_assert_uint_eq(fit.escaped, 0);
    ck_assert(isnan(fit.sd) && isnan(fit.sd_se) && isnan(fit.distance) && isnan(fit.probability));
}
END_TEST

/* The same with lengths of four normals: sqrt(pi^2/6 - 1)/2 is the standard deviation of ln|z|. */
START_TEST(test_fit_of_four)
{
    enum { SEEDS = 4000 };
    static struct aln_escape run[2 * SEEDS];
    static double z[4 * SEEDS];
    struct aln_stream stream;
    struct aln_escape_fit fit;
    struct aln_escape_runs all = {0.05, 4, 2, SEEDS, run};
    aln_stream_init(&stream, 4, "escape", 0);
    aln_stream_normals(&stream, 4 * SEEDS, z);
    for (size_t i = 0; i < 2 * SEEDS; i++) {
        const double *of = z + 4 * (i % SEEDS);
        run[i].log_N = i < SEEDS ? log(1e3) : log(1e5);
        run[i].t = 200 + (run[i].log_N -
                          log(of[0] * of[0] + of[1] * of[1] + of[2] * of[2] + of[3] * of[3])) /
                             (2 * all.lambda);
    }
    must(aln_escape_fit(&fit, &all));
    ck_assert_double_eq_tol(aln_escape_sd(4), sqrt(M_PI * M_PI / 6 - 1) / 2, 1e-14);
    ck_assert_double_eq_tol(fit.sd, aln_escape_sd(4), 4 * fit.sd_se);
    ck_assert(fit.probability > 1e-4);
    all.directions = 1; /* a wrong number of directions is seen */
    must(aln_escape_fit(&fit, &all));
    ck_assert(fit.probability < 1e-4);
}
END_TEST

/* Quadratic units that start without overlap with the teacher: the ode never leaves, the chain does, along
 * all K M entries of R alike. */
START_TEST(test_quadratic)
{
    char kept[96], *whole;
    size_t length;
    const char *path = keep(
        study_text("problem: {activation: quadratic, student: {units: 2}, teacher: {units: 2, "
                   "readout: [[1, 1]]}, overlaps: {Q: [[.01, 0], [0, .01]], R: [[0, 0], [0, 0]], "
                   "T: [[1, 0], [0, 1]], W2: [[1, 1]]}}\n"
                   "learning: {rule: bp, rate: [0.02, 0]}\n"
                   "run: {time: 200, seed: 1}\nstudy: escape\n"
                   "escape: {inputs: [100, 200], runs: 2, engine: chain}\n",
                   "quadratic.tsv", 2),
        kept);
    must(aln_text_read_file(path, &whole, &length));
    ck_assert(number_of(remark_of(whole, "plateau "), "directions ") == 4);
    ck_assert(number_of(remark_of(whole, "count inputs 100 "), "escaped ") == 2);
    free(whole);
    unlink(path);
}
END_TEST

static void refused(const char *more, const char *words)
{
    char text[2048];
    struct aln_params *p;
    snprintf(text, sizeof text, PROBLEM STUDY, "1000");
    strcat(text, more);
    write_text(own("refused.yaml"), text);
    enum aln_status status = aln_params_load(&p, own("refused.yaml"), 0, NULL, aln_study_check);
    if (status == ALN_OK)
        status = aln_study(p, &(struct aln_run_options){.path = own("refused.tsv")});
    ck_assert_int_ne(status, ALN_OK);
    ck_assert_msg(strstr(aln_error(), words) != NULL, "%s", aln_error());
    unlink(own("refused.yaml"));
}

START_TEST(test_refusals)
{
    char text[1024];
    struct aln_params *p;
    refused("nosuch: 1\n", "unknown key");
    snprintf(text, sizeof text, PROBLEM STUDY, "1000");
    const char *const set[][2] = {{"escape.inputs=[1000]", "run.seed=4"},
                                  {"run.time=50", "run.seed=4"},
                                  {"learning.rule=dfa", "learning.rate=0.3"}};
    const char *const words[] = {"expected at least 2", "does not enter and leave a plateau",
                                 "try learning.rule: bp or a fixed read-out"};
    for (size_t i = 0; i < 3; i++) {
        enum aln_status status = aln_params_parse(&p, "text", text, 2, set[i], aln_study_check);
        if (status == ALN_OK) {
            status = aln_study(p, &(struct aln_run_options){.path = own("refused.tsv")});
            aln_params_free(p);
        }
        ck_assert_int_ne(status, ALN_OK);
        ck_assert_msg(strstr(aln_error(), words[i]) != NULL, "%s", aln_error());
    }
}
END_TEST

CHECK_MAIN("study/escape", test_law, test_slow_unit, test_fit, test_fit_of_four, test_quadratic,
           test_refusals)

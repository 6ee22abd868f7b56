/* Optional columns of a result. */
#include <math.h>
#include <signal.h>

#include "../check_main.h"
#include "../covers.h"
#include "../study/runs.h"
#include "alignode/early.h"
#include "study/compare.h"

#define PROBLEM                                                                                    \
    "problem:\n  inputs: 50\n  outputs: 2\n  student: {weights: {std: 0.3}, readout: {std: "       \
    "0.5}}\n"                                                                                      \
    "  teacher: {readout: {std: 1}}\n"                                                             \
    "learning: {rule: dfa, rate: [0.5, 0.3]}\n"                                                    \
    "run: {time: 30, repeats: 2, record: {count: 6, spacing: linear}}\n"

/* ---- ode.check ---- */

/* The errors are the differences from the run at tighter tolerances, bit for bit. */
START_TEST(test_check)
{
    static const struct {
        const char *tolerances, *finer;
        double most; /* bound of the largest relative error of eg over so short a time: rtol */
    } runs[] = {
        {"rtol: 1e-5, atol: 1e-7", "rtol: 1.0000000000000001e-8, atol: 1e-10", 1e-5},
        {"rtol: 1e-11, atol: 1e-13", "rtol: 1e-13, atol: 1e-15", 1e-11},
        {"rtol: 1e-7, atol: 1e-16", "rtol: 1e-10, atol: 1e-16", 1e-7},
    };
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        char text[1024];
        snprintf(text, sizeof text, PROBLEM "ode: {check: true, %s}\n", runs[i].tolerances);
        const char *checked = run_text(ALN_ENGINE_ODE, text, "checked.tsv");
        snprintf(text, sizeof text, PROBLEM "ode: {%s}\n", runs[i].tolerances);
        const char *plain = run_text(ALN_ENGINE_ODE, text, "plain.tsv");
        snprintf(text, sizeof text, PROBLEM "ode: {%s}\n", runs[i].finer);
        const char *finer = run_text(ALN_ENGINE_ODE, text, "finer.tsv");
        struct aln_table *c = table_of(checked), *p = table_of(plain), *f = table_of(finer);
        double largest = 0;
        ck_assert_uint_eq(p->cols, 2 + 1 + 3 + 4 + 4 + 1);
        ck_assert_uint_eq(c->cols, 2 * p->cols - 2);
        ck_assert_uint_eq(c->rows, 7);
        for (size_t r = 0; r < c->rows; r++) {
            for (size_t j = 0; j < p->cols; j++) { /* as without the check, and in their order */
                ck_assert_str_eq(c->name[j], p->name[j]);
                ck_assert_str_eq(c->text[r * c->cols + j], p->text[r * p->cols + j]);
                if (j < 2)
                    continue;
                char name[64];
                snprintf(name, sizeof name, "err_%s", p->name[j]);
                ck_assert_str_eq(c->name[p->cols + j - 2], name);
                ck_assert(entry(c, r, name) == entry(p, r, p->name[j]) - entry(f, r, p->name[j]));
            }
            largest = fmax(largest, fabs(entry(c, r, "err_eg")));
        }
        ck_assert_msg(largest > 0 && largest < runs[i].most, "%g", largest);
        aln_table_free(c);
        aln_table_free(p);
        aln_table_free(f);
        runs_again(ALN_ENGINE_ODE, checked);
        unlink(checked);
        unlink(plain);
        unlink(finer);
    }
}
END_TEST

/* ---- ode.averages ---- */

/* Averages over points differ from closed forms as much as from those over other points: in the root mean
 * square over all quantities and times within a factor of 4. */
START_TEST(test_cubature)
{
    static const char shorter[] =
        "problem: {teacher: {readout: 1.0}}\nlearning: {rule: dfa, rate: 0.5}\n"
        "run: {time: 3, record: {count: 3, spacing: linear}}\n";
    char text[1024];
    COVERS(&aln_averages, "closed", "cubature");
    snprintf(text, sizeof text, "%sode: {rtol: 1e-5, atol: 1e-7, averages: cubature}\n", shorter);
    const char *sampled = run_text(ALN_ENGINE_ODE, text, "sampled.tsv");
    snprintf(text, sizeof text, "%sode: {rtol: 1e-5, atol: 1e-7}\n", shorter);
    const char *closed = run_text(ALN_ENGINE_ODE, text, "closed.tsv");
    struct aln_table *s = table_of(sampled), *c = table_of(closed);
    double off = 0, apart = 0;
    ck_assert_uint_eq(s->cols, 2 * c->cols - 2);
    for (size_t r = 1; r < c->rows; r++)
        for (size_t j = 2; j < c->cols; j++) {
            char name[64];
            snprintf(name, sizeof name, "err_%s", c->name[j]);
            off += pow(entry(s, r, c->name[j]) - entry(c, r, c->name[j]), 2);
            apart += pow(entry(s, r, name), 2);
        }
    ck_assert_msg(off > 0 && off <= 16 * apart, "off by %g, two sets by %g", sqrt(off),
                  sqrt(apart));
    ck_assert_double_lt(sqrt(apart / (double)(c->rows * c->cols)), 1e-3);
    aln_table_free(s);
    aln_table_free(c);
    runs_again(ALN_ENGINE_ODE, sampled);
    unlink(sampled);
    unlink(closed);
}
END_TEST

/* Chain and sgd have no tolerance to check. A comparison uses the quantities themselves, since the
 * mean of an angle near 0 is biased by about its spread. */
START_TEST(test_check_elsewhere)
{
    const char *path = run_text(ALN_ENGINE_CHAIN, PROBLEM "ode: {check: true}\n", "chain.tsv");
    struct aln_table *table = table_of(path);
    ck_assert_int_eq(aln_table_column(table, "err_eg"), -1);
    ck_assert_uint_eq(table->cols, 2 + 1 + 3 + 4 + 4 + 1);
    aln_table_free(table);
    runs_again(ALN_ENGINE_CHAIN, path);
    unlink(path);

    struct aln_comparison *with, *without;
    const char *out = own("compare.tsv");
    static const char *const set[] = {"ode.check=true", "run.record.degrees=true",
                                      "run.record.early_law=true"};
    for (int i = 0; i < 2; i++) {
        struct aln_params *p = params_of(PROBLEM, "compare", i == 0 ? 3 : 0, set);
        must(aln_compare(i == 0 ? &with : &without, p, &(struct aln_run_options){.path = out}));
        aln_params_free(p);
    }
    unlink(out);
    ck_assert_uint_eq(with->rows, without->rows);
    ck_assert_uint_eq(with->columns, without->columns);
    ck_assert_uint_eq(with->columns, 1 + 3 + 4 + 4 + 1);
    aln_comparison_free(with);
    aln_comparison_free(without);
}
END_TEST

/* ---- degrees ---- */

/* In every engine the angle follows cos_W2_F1 and F1, and precedes the errors. */
START_TEST(test_degrees)
{
    for (int i = 0; i < 2 * ALN_ENGINES; i++) {
        enum aln_engine_kind engine = (enum aln_engine_kind)(i / 2);
        bool learns = i % 2 == 1;
        char text[1024];
        snprintf(text, sizeof text,
                 "problem: {inputs: 50, outputs: 2, student: {readout: {std: 0.3}}}\n"
                 "learning: {rule: %s, rate: 0.5}\node: {check: true}\n"
                 "run: {time: 10, record: {count: 4, spacing: linear, degrees: true}}\n",
                 learns ? "kolen-pollack" : "dfa");
        const char *path = run_text(engine, text, "degrees.tsv");
        struct aln_table *t = table_of(path);
        size_t angle = (size_t)aln_table_column(t, "angle_W2_F1");
        size_t cosine = (size_t)aln_table_column(t, "cos_W2_F1");
        ck_assert_uint_eq(angle, cosine + 1 + (learns ? 4 : 0));
        if (engine == ALN_ENGINE_ODE) {
            ck_assert_str_eq(t->name[angle + 1], "err_eg");
            ck_assert_str_eq(t->name[t->cols - 1], "err_angle_W2_F1");
            ck_assert_uint_eq(t->cols, 2 * (angle + 1) - 2);
        } else {
            ck_assert_uint_eq(t->cols, angle + 1);
        }
        ck_assert_uint_eq(t->rows, 5);
        for (size_t r = 0; r < t->rows; r++)
            ck_assert_double_eq_tol(cos(entry(t, r, "angle_W2_F1") * acos(-1) / 180),
                                    entry(t, r, "cos_W2_F1"), 1e-15 * 8);
        aln_table_free(t);
        runs_again(engine, path);
        unlink(path);
    }
}
END_TEST

/* nan if one of the two is zero; angles near 0 and 180 accurate to round-off. */
START_TEST(test_angle)
{
    static const struct {
        double w[2], f[2], want;
    } cases[] = {
        {{0, 0}, {1, 2}, NAN},
        {{1, 2}, {0, 0}, NAN},
        {{1, 0}, {0, 3}, 90},
        {{2, 2}, {5, 5}, 0},
        {{1, 1}, {-1e5, -1e5}, 180},
        {{1, 0}, {1, 1}, 45},
        {{1, 1e-9}, {1, 0}, 5.729577951308232e-8}, /* its cosine is 1 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double state[3 + 2 + 2] = {1, 0, 1, 0, 0, cases[i].w[0], cases[i].w[1]};
        const struct aln_problem p = {
            .K = 2, .M = 1, .O = 1, .rule = aln_rule_find("dfa"), .F1 = cases[i].f};
        double angle = aln_problem_angle(&p, state);
        if (isnan(cases[i].want))
            ck_assert(isnan(angle));
        else
            ck_assert_double_le(fabs(angle - cases[i].want), 1e-14 * cases[i].want);
    }
}
END_TEST

/* ---- the early law ---- */

/* In every engine: |W2| among the columns of the state, those of the law last, with the values of
 * the library. */
START_TEST(test_law)
{
    static const char *const text =
        "problem: {inputs: 500, outputs: 2, teacher: {readout: {alpha: 0.5, beta: 0.8}}}\n"
        "learning: {rule: dfa}\node: {check: true}\n"
        "run: {time: 4, record: {count: 4, spacing: linear, degrees: true, early_law: true}}\n";
    struct aln_params *p = params_of(text, "ode", 0, NULL);
    struct aln_problem *problem;
    struct aln_early *law;
    must(aln_problem_create(&problem, p));
    must(aln_early_create(&law, problem));
    for (enum aln_engine_kind engine = 0; engine < ALN_ENGINES; engine++) {
        const char *path = run_text(engine, text, "law.tsv");
        struct aln_table *t = table_of(path);
        size_t norm = (size_t)aln_table_column(t, "norm_W2"), errors = engine == ALN_ENGINE_ODE;
        ck_assert_uint_eq(norm, (size_t)aln_table_column(t, "cos_W2_F1") + 2);
        ck_assert((aln_table_column(t, "err_norm_W2") < 0) == (errors == 0));
        ck_assert_uint_eq(t->cols, 2 + (norm - 1) * (1 + errors) + 2);
        ck_assert_str_eq(t->name[t->cols - 2], "law_norm_W2");
        ck_assert_str_eq(t->name[t->cols - 1], "law_cos_W2_F1");
        ck_assert_uint_eq(t->rows, 5);
        for (size_t r = 0; r < t->rows; r++) {
            double sum = 0, time = entry(t, r, "t");
            static const char *const W2[] = {"W2_1_1", "W2_1_2", "W2_2_1", "W2_2_2"};
            for (size_t i = 0; i < 4; i++)
                sum += pow(entry(t, r, W2[i]), 2);
            ck_assert_double_eq_tol(entry(t, r, "norm_W2"), sqrt(sum), 1e-15);
            ck_assert(entry(t, r, "law_norm_W2") == aln_early_norm(law, time));
            ck_assert(entry(t, r, "law_cos_W2_F1") == aln_early_cos(law, time));
            /* the law holds: 0.2 % off in the ode; simulations of N = 500 differ from it by 8 % */
            ck_assert_double_eq_tol(entry(t, r, "norm_W2") / entry(t, r, "law_norm_W2"), 1,
                                    errors ? 0.004 : 0.2);
        }
        aln_table_free(t);
        runs_again(engine, path);
        unlink(path);
    }
    aln_early_free(law);
    aln_problem_free(problem);
    aln_params_free(p);
}
END_TEST

/* ---- ode.stepper auto ---- */

/* A stiff run names the stepper that it went on with and from when; another run has no such line. */
START_TEST(test_auto)
{
    for (int stiff = 0; stiff < 2; stiff++) {
        char text[512];
        snprintf(text, sizeof text,
                 "problem: {inputs: 100, activation: relu}\nlearning: {rule: dfa, rate: %s}\n"
                 "run: {time: 200, record: {count: 3}}\node: {stepper: auto}\n",
                 stiff ? "20" : "0.2");
        const char *path = run_text(ALN_ENGINE_ODE, text, "auto.tsv");
        struct aln_table *table = table_of(path);
        ck_assert_int_eq((int)table->remarks, stiff);
        if (stiff)
            ck_assert_int_eq(strncmp(table->remark[0], "stepper bsimp from t ", 21), 0);
        aln_table_free(table);
        runs_again(ALN_ENGINE_ODE, path);
        unlink(path);
    }
}
END_TEST

/* ---- stiff, and can afford it ---- */

static char warned[1024];
static int warnings;
static volatile sig_atomic_t stop_warned;

/* The run would take minutes. */
static void stop_when_warned(void *context, const char *line)
{
    (void)context;
    warnings++;
    snprintf(warned, sizeof warned, "%s", line);
    stop_warned = 1;
}

static enum aln_status run_ode(const struct aln_params *p, const struct aln_run_options *options)
{
    return aln_run(ALN_ENGINE_ODE, p, options);
}

static enum aln_status run_comparison(const struct aln_params *p,
                                      const struct aln_run_options *options)
{
    struct aln_comparison *comparison;
    enum aln_status status = aln_compare(&comparison, p, options);
    aln_comparison_free(comparison);
    return status;
}

/* A run that continues although it is stiff warns of it at once; with ode.check, too, and as part of a
 * comparison it does so once. */
START_TEST(test_warned)
{
    static const struct {
        const char *more;
        enum aln_status (*run)(const struct aln_params *p, const struct aln_run_options *options);
    } runs[] = {{"", run_ode},
                {"ode: {check: true}\n", run_ode},
                {"compare: {engines: [ode, chain]}\n", run_comparison}};
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        char text[512];
        snprintf(text, sizeof text,
                 "problem: {inputs: 100, activation: relu}\nlearning: {rule: dfa, rate: 20}\n"
                 "run: {time: 200, record: {times: [0, 200]}}\n%s",
                 runs[i].more);
        const struct aln_progress progress = {.warn = stop_when_warned, .stop = &stop_warned};
        const char *path = own("warned.tsv"), *part = own("warned.tsv.part");
        struct aln_params *p = params_of(text, "ode", 0, NULL);
        stop_warned = 0;
        warnings = 0;
        ck_assert_int_eq(
            runs[i].run(
                p, &(struct aln_run_options){.path = path, .threads = 1, .progress = &progress}),
            ALN_STOPPED);
        ck_assert_int_eq(warnings, 1);
        ck_assert(strstr(warned, "stiff since t = ") != NULL &&
                  strstr(warned, "try --set ode.stepper=bsimp (or msbdf, or auto)") != NULL);
        aln_params_free(p);
        unlink(part);
    }
}
END_TEST

/* ---- eg near zero ---- */

static char told[512];

static void hear(void *context, const char *line)
{
    (void)context;
    snprintf(told, sizeof told, "%s", line);
}

/* Runs and returns the least eg; what was told is in `told`. */
static double least_eg(enum aln_engine_kind engine, const char *text, const char *name)
{
    const struct aln_progress progress = {.warn = hear};
    struct aln_params *p = params_of(text, name, 0, NULL);
    const char *out = own("least.tsv");
    double least = INFINITY;
    told[0] = '\0';
    must(aln_run(engine, p,
                 &(struct aln_run_options){.path = out, .threads = 1, .progress = &progress}));
    struct aln_table *table = table_of(out);
    for (size_t r = 0; r < table->rows; r++)
        least = fmin(least, entry(table, r, "eg"));
    aln_table_free(table);
    aln_params_free(p);
    unlink(out);
    return least;
}

#define LEARNED                                                                                    \
    "problem: {inputs: 100, activation: %s}\nlearning: {rule: dfa, rate: 0.2}\n"                   \
    "run: {time: %s, record: {count: 40}}\n"

/* A run that learns its teacher ends at 0, never below: integration errors of 1e-13 to 1e-12 are told, and
 * rounding is not. */
START_TEST(test_eg_near_zero)
{
    static const struct {
        enum aln_engine_kind engine;
        const char *name, *activation, *time;
        bool told;
    } runs[] = {{ALN_ENGINE_ODE, "ode", "erf", "20000", true},
                {ALN_ENGINE_ODE, "ode", "erf", "100", false},
                {ALN_ENGINE_ODE, "ode", "linear", "2000", true},
                {ALN_ENGINE_CHAIN, "chain", "linear", "2000", false},
                {ALN_ENGINE_SGD, "sgd", "linear", "2000", false}};
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        char text[512];
        snprintf(text, sizeof text, LEARNED, runs[i].activation, runs[i].time);
        double least = least_eg(runs[i].engine, text, runs[i].name);
        ck_assert_msg(least >= 0, "%s %s: %g", runs[i].name, runs[i].activation, least);
        ck_assert_msg((told[0] != '\0') == runs[i].told, "%zu: %s", i, told);
        if (runs[i].told)
            ck_assert(strstr(told, "eg came out below zero by up to") != NULL &&
                      strstr(told, "ode.rtol") != NULL);
    }
}
END_TEST

/* ---- run.record.moments ---- */

/* Means, standard deviations and errors are those of the repeats, to rounding: 1e-12 of numbers of order
 * one, for sums of some terms. Their header runs again, on any number of threads. */
static void check_moments(enum aln_engine_kind engine)
{
    enum { REPEATS = 11 };
    static const char text[] = PROBLEM;
    char with[sizeof text + 128], without[sizeof text + 128];
    snprintf(without, sizeof without,
             "%.*srun: {time: 3, repeats: 11, record: {count: 3, degrees: true}}\n",
             (int)(strstr(text, "run: {") - text), text);
    snprintf(with, sizeof with,
             "%.*srun: {time: 3, repeats: 11, record: {count: 3, degrees: true, moments: true}}\n",
             (int)(strstr(text, "run: {") - text), text);
    const char *moments = run_text(engine, with, "moments.tsv"),
               *repeats = run_text(engine, without, "repeats.tsv");
    struct aln_table *m = table_of(moments), *r = table_of(repeats);
    ck_assert_uint_eq(r->rows, REPEATS * m->rows);
    ck_assert_uint_eq(m->cols - 2, 3 * (r->cols - 2));
    for (size_t row = 0; row < m->rows; row++) {
        ck_assert(entry(m, row, "repeat") == 0 && entry(m, row, "t") == entry(r, row, "t"));
        for (size_t c = 2; c < r->cols; c++) {
            double mean = 0, squares = 0;
            char name[64];
            for (size_t i = 0; i < REPEATS; i++)
                mean += entry(r, i * m->rows + row, r->name[c]) / REPEATS;
            for (size_t i = 0; i < REPEATS; i++)
                squares += pow(entry(r, i * m->rows + row, r->name[c]) - mean, 2);
            const double sd = sqrt(squares / (REPEATS - 1)), near = 1e-12 * fmax(1, fabs(mean));
            ck_assert_str_eq(m->name[c], r->name[c]);
            ck_assert_double_le(fabs(entry(m, row, r->name[c]) - mean), near);
            snprintf(name, sizeof name, "sd_%s", r->name[c]);
            ck_assert_double_le(fabs(entry(m, row, name) - sd), near);
            snprintf(name, sizeof name, "se_%s", r->name[c]);
            ck_assert_double_le(fabs(entry(m, row, name) - sd / sqrt(REPEATS)), near);
        }
    }
    ck_assert_double_gt(entry(m, m->rows - 1, "se_eg"), 0);
    runs_again(engine, moments);
    aln_table_free(m);
    aln_table_free(r);
    unlink(moments);
    unlink(repeats);
}

START_TEST(test_moments)
{
    check_moments(ALN_ENGINE_CHAIN);
    check_moments(ALN_ENGINE_SGD);
}
END_TEST

/* One repeat has no spread, and the ode no repeats: it ignores the key. */
START_TEST(test_moments_of_one)
{
    const char *one = run_text(ALN_ENGINE_CHAIN,
                               "learning: {rule: dfa, rate: 0.1}\n"
                               "run: {time: 1, record: {count: 2, moments: true}}\n",
                               "one.tsv"),
               *ode = run_text(ALN_ENGINE_ODE,
                               "learning: {rule: dfa, rate: 0.1}\n"
                               "run: {time: 1, record: {count: 2, moments: true}}\n",
                               "ode.tsv");
    struct aln_table *t = table_of(one), *o = table_of(ode);
    ck_assert(isnan(entry(t, 1, "sd_eg")) && isnan(entry(t, 1, "se_eg")));
    ck_assert(aln_table_column(o, "sd_eg") < 0);
    aln_table_free(t);
    aln_table_free(o);
    unlink(one);
    unlink(ode);
}
END_TEST

CHECK_MAIN("study/extra", test_moments, test_moments_of_one, test_auto, test_warned,
           test_eg_near_zero, test_check, test_cubature, test_check_elsewhere, test_degrees,
           test_angle, test_law)

/* Parameter files: their meaning, and that writing and reading preserves them. */
#include "../check_main.h"
#include "../covers.h"

#include <locale.h>

#include "alignode/problem.h"
#include "params_files.h"

/* ---- values ---- */

START_TEST(test_defaults)
{
    struct aln_params *p = load("learning: {rule: bp}\n");
    ck_assert_str_eq(p->title, "");
    ck_assert_uint_eq(p->problem.inputs, 500);
    ck_assert_uint_eq(p->problem.outputs, 1);
    ck_assert_str_eq(p->problem.activation->id.name, "erf");
    ck_assert(p->problem.noise == 0);
    ck_assert_uint_eq(p->problem.student.units, 2);
    ck_assert_int_eq(p->problem.student.weights.fill, ALN_FILL_STD);
    ck_assert(p->problem.student.weights.number == 0.01);
    ck_assert_int_eq(p->problem.teacher.weights.fill, ALN_FILL_STD);
    ck_assert(p->problem.teacher.weights.number == 1);
    ck_assert_int_eq(p->problem.teacher.readout.fill, ALN_FILL_NUMBER);
    ck_assert(p->problem.teacher.readout.number == 1);
    ck_assert_ptr_null(p->problem.overlaps.Q.a);
    ck_assert_ptr_null(p->problem.overlaps.from);
    ck_assert(isnan(p->problem.overlaps.time));
    ck_assert_str_eq(p->learning.rule->id.name, "bp");
    ck_assert(p->learning.rate[0] == 0.1 && p->learning.rate[1] == 0.1);
    ck_assert_int_eq(p->learning.feedback.distribution, ALN_NORMAL);
    ck_assert(p->learning.feedback.std == 1);
    ck_assert_uint_eq(p->learning.schedule_count, 0);
    ck_assert_int_eq(p->run.record.spacing, ALN_LOG);
    ck_assert_ptr_null(p->run.record.times);
    ck_assert_str_eq(p->ode.stepper->id.name, "rk8pd");
    ck_assert(p->ode.rtol == 1e-9 && p->ode.atol == 1e-12 && p->ode.second_order);
    ck_assert(!p->ode.check && !p->run.record.degrees && !p->run.record.early_law);
    ck_assert_uint_eq(aln_compare_of(p)->engine_count, 3);
    ck_assert(aln_compare_of(p)->z == 4 && aln_compare_of(p)->c == 15);
    round_trip(p);
    aln_params_free(p);
    aln_params_free(NULL);
}
END_TEST

START_TEST(test_full)
{
    for (size_t i = 0; i < COUNT(full_files); i++) {
        struct aln_params *p = load(full_files[i]);
        round_trip(p);
        if (i == 0) {
            ck_assert_uint_eq(p->problem.inputs, 1000000000);
            ck_assert_int_eq(p->problem.student.readout.fill, ALN_FILL_MATRIX);
            ck_assert(p->problem.student.readout.matrix.a[8] == -9e-300);
            ck_assert_int_eq(p->problem.teacher.weights.fill, ALN_FILL_ORTHONORMAL);
            ck_assert(p->learning.rate[0] == 0.1 + 0.2 && p->learning.rate[1] == 0);
            ck_assert(p->learning.decay[0] == 0 && p->learning.decay[1] == 1e-5);
            ck_assert_int_eq(p->learning.feedback.distribution, ALN_SIGNS);
            ck_assert_uint_eq(p->learning.schedule_count, 2);
            ck_assert(p->learning.schedule[0].eta[1] == 0.1);
            ck_assert(p->learning.schedule[1].time == 2.5);
            ck_assert_uint_eq(p->run.seed, UINT64_MAX);
            ck_assert_int_eq(p->run.record.spacing, ALN_LINEAR);
            ck_assert(!p->ode.second_order && p->ode.check && p->run.record.degrees);
            ck_assert_uint_eq(aln_compare_of(p)->engine_count, 2);
            ck_assert_int_eq(aln_compare_of(p)->engine[0], ALN_ENGINE_SGD);
            ck_assert_int_eq(aln_compare_of(p)->engine[1], ALN_ENGINE_ODE);
        } else if (i == 1) {
            ck_assert(p->problem.overlaps.Q.a[1] == 0.5 && p->problem.overlaps.R.rows == 2);
            ck_assert(signbit(p->problem.student.readout.number));
            ck_assert(p->learning.feedback.matrix.a[1] == -0.7);
            ck_assert_uint_eq(p->run.record.times_count, 3);
        } else if (i == 2) {
            ck_assert_ptr_null(p->problem.overlaps.from); /* replaced by the overlaps found there */
            ck_assert(p->problem.overlaps.Q.a[0] == 1.2324324703629936);
        }
        aln_params_free(p);
    }
}
END_TEST

/* A read-out's number, unlike a standard deviation, may be negative. */
START_TEST(test_negative_readout)
{
    struct aln_params *p = load("problem: {teacher: {readout: -1}, student: {readout: -0.5}}\n"
                                "learning: {rule: bp}\n");
    ck_assert_int_eq(p->problem.teacher.readout.fill, ALN_FILL_NUMBER);
    ck_assert(p->problem.teacher.readout.number == -1);
    ck_assert(p->problem.student.readout.number == -0.5);
    struct aln_problem *problem;
    ck_assert_int_eq(aln_problem_create(&problem, p), ALN_OK);
    ck_assert(problem->V2[0] == -1 && problem->V2[1] == -1);
    ck_assert(problem->start[aln_state_at(problem, ALN_W2) + 1] == -0.5);
    aln_problem_free(problem);
    round_trip(p);
    aln_params_free(p);
}
END_TEST

/* V2 V2^T = Sigma(alpha, beta); so is the covariance of an orthonormal teacher's targets, up to the
 * variance of one of them. */
START_TEST(test_targets)
{
    static const char *const cases[][2] = {{"0.2", "0.2"}, {"1", "1"}, {"0.5", "0"},
                                           {"0", "0.5"},   {"3", "2"}, {"0.7", "1.4"}};
    for (size_t i = 0; i < 2 * COUNT(cases); i++) {
        double alpha, beta, sum[2][2] = {{0}};
        size_t M = 2 + i % 2;
        char text[256];
        ck_assert(aln_text_real(cases[i / 2][0], &alpha) && aln_text_real(cases[i / 2][1], &beta));
        snprintf(text, sizeof text,
                 "problem: {outputs: 2, teacher: {units: %zu, weights: orthonormal, readout: "
                 "{beta: %s, alpha: %s}}}\nlearning: {rule: dfa}\n",
                 M, cases[i / 2][1], cases[i / 2][0]);
        struct aln_params *p = load(text);
        struct aln_problem *problem;
        ck_assert_int_eq(p->problem.teacher.readout.fill, ALN_FILL_TARGETS);
        ck_assert_int_eq(aln_problem_create(&problem, p), ALN_OK);
        ck_assert(problem->V2[1] == 0 && (M == 2 || (problem->V2[2] == 0 && problem->V2[5] == 0)));
        for (size_t o = 0; o < 2; o++)
            for (size_t q = 0; q < 2; q++)
                for (size_t m = 0; m < M; m++)
                    for (size_t n = 0; n < M; n++)
                        sum[o][q] += problem->V2[o * M + m] * problem->V2[q * M + n] *
                                     problem->activation->I2(1, 1, problem->T[m * M + n]) /
                                     problem->activation->I2(1, 1, 1);
        ck_assert_double_eq_tol(sum[0][0], 1, 1e-15);
        ck_assert_double_eq_tol(sum[0][1], alpha * (1 - beta), 1e-15);
        ck_assert_double_eq_tol(sum[1][0], alpha * (1 - beta), 1e-15);
        ck_assert_double_eq_tol(sum[1][1], alpha * alpha, 1e-15 * (1 + alpha * alpha));
        aln_problem_free(problem);
        round_trip(p);
        aln_params_free(p);
    }
}
END_TEST

/* Where they do no harm: in quotes, in comments, within a text. */
START_TEST(test_characters_that_cannot_be_seen)
{
    struct aln_params *p = load("title: \"a\xc2\xa0\xe2\x80\x8b b\" # \xc2\xa0rate:1\n"
                                "source: A\xc2\xa0theory \xe2\x80\x93 x # 3\n"
                                "learning: {rule: 'bp', rate: 1}\n");
    ck_assert_str_eq(p->title, "a\xc2\xa0\xe2\x80\x8b b");
    ck_assert_str_eq(p->source, "A\xc2\xa0theory \xe2\x80\x93 x");
    round_trip(p);
    aln_params_free(p);
}
END_TEST

START_TEST(test_texts)
{
    static const char *const texts[] = {
        "",
        " ",
        "~",
        "null",
        "true",
        "1e5",
        "a: b",
        "# x",
        " lead",
        "trail ",
        "it's \"quoted\"",
        "back\\slash",
        "two\nlines\n",
        "tab\there",
        "cr\r\nlf",
        "-",
        "[1, 2",
        "{a",
        "&x",
        "*x",
        "!t",
        "%p",
        "@a",
        "`b",
        "\x01\x1b\x7f",
        "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
        "\xc2\x85next",
        "\xe2\x80\xa8sep\xe2\x80\xa9",
        "\xef\xbb\xbf#bom",
        "\xef\xbf\xbe",
        "---",
        "...",
        "a\n\n  b",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct aln_params *p = load("learning: {rule: bp}\n");
        free(p->title);
        p->title = strdup(texts[i]);
        round_trip(p);
        /* On one line: no control characters, no line breaks of YAML 1.1. */
        char *text = yaml(p);
        size_t line = strcspn(text, "\n");
        ck_assert(strncmp(text + line, "\nsource: ", 9) == 0);
        for (size_t j = 0; j < line; j++)
            ck_assert((unsigned char)text[j] >= 0x20 && text[j] != 0x7f);
        ck_assert(strstr(text, "\xc2\x85") == NULL && strstr(text, "\xe2\x80\xa8") == NULL);
        free(text);
        aln_params_free(p);
    }
}
END_TEST

/* 2000 random bit patterns for each numeric parameter. */
START_TEST(test_numbers)
{
    struct aln_params *p = load(full_files[1]);
    uint64_t state = 88172645463325252u; /* xorshift64, Marsaglia 2003 */
    for (int i = 0; i < 400; i++) {
        for (size_t j = 0; j < 5; j++) {
            double *compare_c; /* tests may write where the program only reads */
            const double *c = &aln_compare_of(p)->c;
            memcpy(&compare_c, &c, sizeof c);
            double *place[] = {&p->learning.rate[0], &p->learning.rate[1], &p->problem.noise,
                               compare_c, &p->learning.decay[1]};
            state ^= state << 13, state ^= state >> 7, state ^= state << 17;
            memcpy(place[j], &state, sizeof state);
            *place[j] = isfinite(*place[j]) ? fabs(*place[j]) : 0;
        }
        char *text = yaml(p);
        struct aln_params *again = load(text);
        same(p, again);
        aln_params_free(again);
        free(text);
    }
    aln_params_free(p);
}
END_TEST

START_TEST(test_table)
{
    struct aln_param_row row, other;
    size_t count = 0;
    for (size_t i = 0; aln_schema_row(&aln_params_schema, i, &row); i++, count++) {
        ck_assert_msg(row.id.name[0] != '\0' && row.id.doc[0] != '\0' && row.id.source[0] == '\0' &&
                          row.type[0] != '\0' && row.def != NULL && row.range != NULL &&
                          row.unit != NULL,
                      "%s", row.id.name);
        ck_assert_msg(strpbrk(row.id.doc, "\n\t") == NULL, "%s", row.id.name);
        for (size_t j = 0; j < i && aln_schema_row(&aln_params_schema, j, &other); j++)
            ck_assert_str_ne(row.id.name, other.id.name);
    }
    ck_assert_uint_ge(count, 73);
    ck_assert(!aln_schema_row(&aln_params_schema, count, &row));
    ck_assert(!aln_schema_row(&aln_params_schema, (size_t)-1, &row));
}
END_TEST

/* ---- times ---- */

static size_t times(const char *run, uint64_t N, double out[1000])
{
    char text[512];
    size_t count;
    double *t;
    snprintf(text, sizeof text, "learning: {rule: bp}\nrun: %s\n", run);
    struct aln_params *p = load(text);
    ck_assert_int_eq(aln_params_times(p, N, &count, &t), ALN_OK);
    ck_assert_uint_le(count, 1000);
    memcpy(out, t, count * sizeof *t);
    ck_assert(out[0] == 0);
    for (size_t i = 1; i < count; i++)
        ck_assert(out[i] > out[i - 1]);
    free(t);
    aln_params_free(p);
    return count;
}

/* Averages over points of a step that jumps have tolerances of their own, unless given. */
START_TEST(test_tolerances_of_jumps)
{
    static const struct {
        const char *text;
        double rtol, atol;
    } cases[] = {
        {"learning: {rule: sign-error}\node: {averages: cubature}\n", 1e-4, 1e-6},
        {"learning: {rule: ternary-error}\node: {averages: cubature, rtol: 1e-7}\n", 1e-7, 1e-6},
        {"learning: {rule: dfa}\node: {averages: cubature}\n", 1e-9, 1e-12},
        {"problem: {activation: relu}\nlearning: {rule: dfa}\node: {averages: cubature}\n", 1e-4,
         1e-6},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct aln_params *p = load(cases[i].text);
        ck_assert_double_eq(p->ode.rtol, cases[i].rtol);
        ck_assert_double_eq(p->ode.atol, cases[i].atol);
        round_trip(p);
        aln_params_free(p);
    }
}
END_TEST

/* A default first time beyond the end follows the run, and is written as what it became. */
START_TEST(test_first_time_of_a_short_run)
{
    static const struct {
        const char *time;
        double first;
    } cases[] = {{"0", 0.1},   {"0.05", 0.0005}, {"0.099", 0.00099},
                 {"0.1", 0.1}, {"1000", 0.1},    {"1e-300", 1e-302}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[128];
        snprintf(text, sizeof text, "learning: {rule: bp}\nrun: {time: %s}\n", cases[i].time);
        struct aln_params *p = load(text);
        ck_assert_double_eq_tol(p->run.record.first, cases[i].first, 1e-15 * cases[i].first);
        round_trip(p);
        aln_params_free(p);
    }
}
END_TEST

/* The default of N has room for the units; one that is given stays. */
START_TEST(test_inputs_of_many_units)
{
    static const struct {
        const char *problem;
        uint64_t inputs;
    } cases[] = {{"student: {units: 498}", 500},
                 {"student: {units: 499}", 1002},
                 {"student: {units: 499}, inputs: 500", 500},
                 {"student: {units: 300}, teacher: {units: 400}", 1400}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[128];
        snprintf(text, sizeof text, "learning: {rule: bp}\nproblem: {%s}\n", cases[i].problem);
        struct aln_params *p = load(text);
        ck_assert_uint_eq(p->problem.inputs, cases[i].inputs);
        round_trip(p);
        aln_params_free(p);
    }
}
END_TEST

START_TEST(test_times)
{
    double t[1000];
    ck_assert_uint_eq(times("{time: 1000, record: {count: 5, first: 0.1}}", 0, t), 6);
    for (size_t i = 0; i < 5; i++) /* relative round-off of exp and log, |log| <= 7 */
        ck_assert_double_eq_tol(t[i + 1] * pow(10, -(double)i), 0.1, 0.1 * 1e-14);
    ck_assert(t[1] == 0.1 && t[5] == 1000);

    ck_assert_uint_eq(times("{time: 0.7, record: {count: 7, spacing: linear}}", 0, t), 8);
    for (size_t i = 1; i <= 7; i++)
        ck_assert_double_eq_tol(t[i], 0.1 * (double)i, 1e-15);
    ck_assert(t[7] == 0.7);

    ck_assert_uint_eq(times("{time: 9, record: {times: [0, 0.5, 7]}}", 0, t), 3);
    ck_assert(t[1] == 0.5 && t[2] == 7);
    ck_assert_uint_eq(times("{time: 9, record: {times: [0.5, 9]}}", 0, t), 3);
    ck_assert(t[1] == 0.5 && t[2] == 9);

    /* One point, a run of length 0, first = time. */
    ck_assert_uint_eq(times("{time: 9, record: {count: 1}}", 0, t), 2);
    ck_assert(t[1] == 9);
    ck_assert_uint_eq(times("{time: 0}", 0, t), 1);
    ck_assert_uint_eq(times("{time: 0, record: {times: [0]}}", 100, t), 1);
    ck_assert_uint_eq(times("{time: 3, record: {count: 4, first: 3}}", 0, t), 2);
    ck_assert(t[1] == 3);

    /* At N = 10: steps 0.1 0.2 0.3 ...; 0.04 rounds to 0, 0.12 and 0.13 merge. */
    ck_assert_uint_eq(times("{time: 2, record: {times: [0.04, 0.12, 0.13, 0.26, 2]}}", 10, t), 4);
    ck_assert(t[1] == 1 / 10. && t[2] == 3 / 10. && t[3] == 2);
    size_t count = times("{time: 100, record: {count: 200, first: 0.001}}", 100, t);
    ck_assert_uint_lt(count, 201);
    for (size_t i = 0; i < count; i++)
        ck_assert(t[i] == rint(t[i] * 100) / 100);
    ck_assert(t[count - 1] == 100);

    ck_assert_uint_eq(times("{time: 1e9, record: {count: 3, spacing: linear}}", 1000000000, t), 4);
    ck_assert(t[3] == 1e9);
    ck_assert_uint_eq(times("{time: 1e9, record: {count: 900, first: 1e-300}}", 0, t), 901);
    ck_assert(t[900] == 1e9);
}
END_TEST

/* Only if a locale with decimal commas is installed. */
START_TEST(test_locale)
{
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "nl_NL.UTF-8"};
    const char *name = NULL;
    for (size_t i = 0; i < COUNT(names) && name == NULL; i++)
        name = setlocale(LC_ALL, names[i]);
    if (name == NULL)
        return;
    ck_assert_str_eq(localeconv()->decimal_point, ",");
    struct aln_params *p = load(full_files[0]);
    ck_assert(p->problem.noise == 0.25);
    round_trip(p);
    aln_params_free(p);
    setlocale(LC_ALL, "C");
}
END_TEST

/* Single precision where it is asked for, and then in the resolved parameters. */
START_TEST(test_precision)
{
    static const struct {
        const char *text;
        bool single;
    } cases[] = {{"learning: {rule: dfa}\n", false},
                 {"learning: {rule: dfa}\nrun: {precision: double}\n", false},
                 {"learning: {rule: dfa}\nrun: {precision: single}\n", true}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct aln_params *p;
        struct aln_problem *problem;
        const char *path = scratch(cases[i].text);
        enum aln_status status = aln_params_load(&p, path, 0, NULL, aln_engine_check_sgd);
        unlink(path);
        ck_assert_msg(status == ALN_OK, "%s", aln_error());
        ck_assert_int_eq(aln_problem_create(&problem, p), ALN_OK);
        ck_assert_int_eq(problem->single, cases[i].single);
        aln_problem_free(problem);
        char *text = yaml(p);
        ck_assert_int_eq(strstr(text, "precision: single") != NULL, cases[i].single);
        free(text);
        aln_params_free(p);
    }
    COVERS(&aln_run_precisions, "single", "double");
}
END_TEST

START_TEST(test_covered)
{
    COVERS(&aln_spacings, "log", "linear");
}
END_TEST

CHECK_MAIN("model/params", test_defaults, test_first_time_of_a_short_run, test_tolerances_of_jumps,
           test_inputs_of_many_units, test_full, test_negative_readout, test_targets, test_texts,
           test_characters_that_cannot_be_seen, test_numbers, test_table, test_times, test_locale,
           test_precision, test_covered)

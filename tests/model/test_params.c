/* Parameter files: what they mean, what they refuse and where, and that they survive being written
 * and read again. */
#include "../check_main.h"

#include <dirent.h>
#include <fcntl.h>
#include <gsl/gsl_math.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "alignode/names.h"
#include "alignode/params.h"
#include "alignode/text.h"

#define COUNT(array) (sizeof array / sizeof array[0])

/* ---- allocations that fail on request: the program is linked with --wrap ---- */

static long allocations_left = -1; /* < 0: as many as wanted */

static bool refuse_allocation(void)
{
    return allocations_left >= 0 && allocations_left-- == 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_malloc(size_t size)
{
    return refuse_allocation() ? NULL : __real_malloc(size);
}
void *__wrap_calloc(size_t count, size_t size)
{
    return refuse_allocation() ? NULL : __real_calloc(count, size);
}
void *__wrap_realloc(void *old, size_t size)
{
    return refuse_allocation() ? NULL : __real_realloc(old, size);
}

/* ---- helpers ---- */

static void write_file(const char *path, const void *text, size_t length)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(text, 1, length, file), length);
    ck_assert_int_eq(fclose(file), 0);
}

/* A scratch file of this process. A view. */
static const char *scratch(const char *text)
{
    static char path[64];
    snprintf(path, sizeof path, "test_params_%ld.yaml", (long)getpid());
    write_file(path, text, strlen(text));
    return path;
}

static struct aln_params *load_set(const char *text, size_t count, const char *const *set)
{
    struct aln_params *p;
    const char *path = scratch(text);
    enum aln_status status = aln_params_load(&p, path, count, set, "ode");
    unlink(path);
    ck_assert_msg(status == ALN_OK, "%s", aln_error());
    return p;
}

static struct aln_params *load(const char *text)
{
    return load_set(text, 0, NULL);
}

static char *yaml(const struct aln_params *p)
{
    char *text;
    ck_assert_int_eq(aln_params_yaml(p, &text), ALN_OK);
    return text;
}

static bool same_real(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static void same_matrix(const struct aln_matrix *a, const struct aln_matrix *b)
{
    ck_assert_uint_eq(a->rows, b->rows);
    ck_assert_uint_eq(a->cols, b->cols);
    ck_assert((a->a == NULL) == (b->a == NULL));
    for (size_t i = 0; a->a != NULL && i < a->rows * a->cols; i++)
        ck_assert(same_real(a->a[i], b->a[i]));
}

static void same_entries(const struct aln_entries *a, const struct aln_entries *b)
{
    ck_assert_int_eq(a->fill, b->fill);
    ck_assert(same_real(a->number, b->number));
    same_matrix(&a->matrix, &b->matrix);
}

static void same(const struct aln_params *a, const struct aln_params *b)
{
    ck_assert_str_eq(a->title, b->title);
    ck_assert_str_eq(a->source, b->source);
    ck_assert_uint_eq(a->problem.inputs, b->problem.inputs);
    ck_assert_uint_eq(a->problem.outputs, b->problem.outputs);
    ck_assert_ptr_eq(a->problem.activation, b->problem.activation);
    ck_assert(same_real(a->problem.noise, b->problem.noise));
    ck_assert_uint_eq(a->problem.student.units, b->problem.student.units);
    same_entries(&a->problem.student.weights, &b->problem.student.weights);
    same_entries(&a->problem.student.readout, &b->problem.student.readout);
    ck_assert_uint_eq(a->problem.teacher.units, b->problem.teacher.units);
    same_entries(&a->problem.teacher.weights, &b->problem.teacher.weights);
    same_entries(&a->problem.teacher.readout, &b->problem.teacher.readout);
    same_matrix(&a->problem.overlaps.Q, &b->problem.overlaps.Q);
    same_matrix(&a->problem.overlaps.R, &b->problem.overlaps.R);
    same_matrix(&a->problem.overlaps.T, &b->problem.overlaps.T);
    same_matrix(&a->problem.overlaps.W2, &b->problem.overlaps.W2);
    ck_assert_pstr_eq(a->problem.overlaps.from, b->problem.overlaps.from);
    ck_assert_uint_eq(a->problem.overlaps.repeat, b->problem.overlaps.repeat);
    ck_assert(same_real(a->problem.overlaps.time, b->problem.overlaps.time));
    ck_assert_ptr_eq(a->learning.rule, b->learning.rule);
    for (int i = 0; i < 2; i++) {
        ck_assert(same_real(a->learning.rate[i], b->learning.rate[i]));
        ck_assert(same_real(a->learning.decay[i], b->learning.decay[i]));
    }
    ck_assert_int_eq(a->learning.feedback.distribution, b->learning.feedback.distribution);
    ck_assert(same_real(a->learning.feedback.std, b->learning.feedback.std));
    same_matrix(&a->learning.feedback.matrix, &b->learning.feedback.matrix);
    ck_assert_uint_eq(a->learning.schedule_count, b->learning.schedule_count);
    for (size_t i = 0; i < a->learning.schedule_count; i++) {
        ck_assert(same_real(a->learning.schedule[i].time, b->learning.schedule[i].time));
        ck_assert(same_real(a->learning.schedule[i].eta[0], b->learning.schedule[i].eta[0]));
        ck_assert(same_real(a->learning.schedule[i].eta[1], b->learning.schedule[i].eta[1]));
    }
    ck_assert(same_real(a->run.time, b->run.time));
    ck_assert_uint_eq(a->run.seed, b->run.seed);
    ck_assert_uint_eq(a->run.repeats, b->run.repeats);
    ck_assert_uint_eq(a->run.record.count, b->run.record.count);
    ck_assert_int_eq(a->run.record.spacing, b->run.record.spacing);
    ck_assert(same_real(a->run.record.first, b->run.record.first));
    ck_assert_uint_eq(a->run.record.times_count, b->run.record.times_count);
    for (size_t i = 0; i < a->run.record.times_count; i++)
        ck_assert(same_real(a->run.record.times[i], b->run.record.times[i]));
    ck_assert_ptr_eq(a->ode.stepper, b->ode.stepper);
    ck_assert(same_real(a->ode.rtol, b->ode.rtol));
    ck_assert(same_real(a->ode.atol, b->ode.atol));
    ck_assert(a->ode.second_order == b->ode.second_order);
    ck_assert_uint_eq(a->compare.engine_count, b->compare.engine_count);
    for (size_t i = 0; i < a->compare.engine_count; i++)
        ck_assert_int_eq(a->compare.engine[i], b->compare.engine[i]);
    ck_assert(same_real(a->compare.z, b->compare.z));
    ck_assert(same_real(a->compare.c, b->compare.c));
}

/* Written, read, written: the same values and the same bytes; and once more as a result's header.
 */
static void round_trip(const struct aln_params *p)
{
    struct aln_text result = {0};
    char *first = yaml(p);
    struct aln_params *again = load(first);
    same(p, again);
    char *second = yaml(again);
    ck_assert_str_eq(first, second);
    aln_params_free(again);
    free(second);

    aln_text_add(&result, "# alignode 0.1.0 ode\n");
    for (char *line = first, *end; *line != '\0'; line = end + 1) {
        end = strchr(line, '\n');
        aln_text_add(&result, "# %.*s\n", (int)(end - line), line);
    }
    aln_text_add(&result, "# drawn: {F1: [[1, 2]], anything: [else]}\nt\teg\n0\t1\n# end 1\n");
    again = load(result.s);
    same(p, again);
    aln_params_free(again);
    free(result.s);
    free(first);
}

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
    ck_assert_uint_eq(p->compare.engine_count, 3);
    ck_assert(p->compare.z == 4 && p->compare.c == 15);
    round_trip(p);
    aln_params_free(p);
    aln_params_free(NULL);
}
END_TEST

/* Every row once with another value than its default, in files that do not exclude each other. */
static const char *const full_files[] = {
    "title: t\nsource: s\n"
    "problem:\n"
    "  inputs: 1000000000\n  outputs: 3\n  activation: linear\n  noise: 0.25\n"
    "  student: {units: 3, weights: {std: 0.5}, readout: [[1, 2, 3], [4, 5, 6], [7, 8, -9e-300]]}\n"
    "  teacher: {units: 1, weights: orthonormal, readout: {std: 0.1}}\n"
    "learning:\n  rule: sign-symmetric\n  rate: [0.30000000000000004, 0]\n  decay: [0, 1e-5]\n"
    "  feedback: {distribution: signs, std: 2}\n"
    "  schedule: [{time: 1, rate: 0.1}, {time: 2.5, rate: [5e-324, 1.7976931348623157e308]}]\n"
    "run:\n  time: 12.5\n  seed: 18446744073709551615\n  repeats: 7\n"
    "  record: {count: 11, spacing: linear, first: 0.3}\n"
    "ode: {stepper: msadams, rtol: 1.0e-7, atol: 1.0e-10, second_order: false}\n"
    "compare: {engines: [sgd, ode], z: 5, c: 0}\n"
    "drawn: {anything: 1}\n",
    "problem:\n  student: {readout: -0.0}\n  teacher: {units: 1, readout: [[2]]}\n"
    "  overlaps: {Q: [[1, 0.5], [0.5, 2]], R: [[0.1], [-0.2]], T: [[3]], W2: [[0.1, 0.2]]}\n"
    "learning: {rule: dfa, feedback: {matrix: [[1], [-0.7]]}}\n"
    "run: {time: 10, record: {times: [0, 1, 10]}}\n",
    "problem:\n  overlaps: {from: 'a b: #.tsv', repeat: 3, time: 7.5}\nlearning: {rule: fa}\n",
    "problem:\n  overlaps: {from: x.tsv}\nlearning: {rule: frozen, feedback: {distribution: "
    "uniform}}\n",
};

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
            ck_assert(!p->ode.second_order);
            ck_assert_uint_eq(p->compare.engine_count, 2);
            ck_assert_int_eq(p->compare.engine[0], ALN_ENGINE_SGD);
            ck_assert_int_eq(p->compare.engine[1], ALN_ENGINE_ODE);
        } else if (i == 1) {
            ck_assert(p->problem.overlaps.Q.a[1] == 0.5 && p->problem.overlaps.R.rows == 2);
            ck_assert(signbit(p->problem.student.readout.number));
            ck_assert(p->learning.feedback.matrix.a[1] == -0.7);
            ck_assert_uint_eq(p->run.record.times_count, 3);
        } else if (i == 2) {
            ck_assert_str_eq(p->problem.overlaps.from, "a b: #.tsv");
            ck_assert_uint_eq(p->problem.overlaps.repeat, 3);
            ck_assert(p->problem.overlaps.time == 7.5);
        }
        aln_params_free(p);
    }
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
        "\xef\xbb\xbf"
        "bom",
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
        aln_params_free(p);
    }
}
END_TEST

/* 2000 random bit patterns per place of a number. */
START_TEST(test_numbers)
{
    struct aln_params *p = load(full_files[1]);
    uint64_t state = 88172645463325252u; /* xorshift64, Marsaglia 2003 */
    for (int i = 0; i < 400; i++) {
        for (size_t j = 0; j < 5; j++) {
            double *place[] = {&p->learning.rate[0], &p->learning.rate[1], &p->problem.noise,
                               &p->compare.c, &p->learning.decay[1]};
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

START_TEST(test_shipped_files)
{
    struct dirent *entry;
    size_t count = 0;
    DIR *folder = opendir(SOURCE_DIR "/params");
    ck_assert_ptr_nonnull(folder);
    while ((entry = readdir(folder)) != NULL) {
        struct aln_params *p;
        char path[1024];
        if (strstr(entry->d_name, ".yaml") == NULL)
            continue;
        snprintf(path, sizeof path, SOURCE_DIR "/params/%s", entry->d_name);
        ck_assert_msg(aln_params_load(&p, path, 0, NULL, "compare") == ALN_OK, "%s", aln_error());
        ck_assert_msg(p->title[0] != '\0' && p->source[0] != '\0', "%s: title or source", path);
        round_trip(p);
        aln_params_free(p);
        count++;
    }
    closedir(folder);
    ck_assert_uint_ge(count, 7);
}
END_TEST

START_TEST(test_table)
{
    struct aln_param_row row, other;
    size_t count = 0;
    for (size_t i = 0; aln_params_row(i, &row); i++, count++) {
        ck_assert_msg(row.id.name[0] != '\0' && row.id.doc[0] != '\0' && row.id.source[0] == '\0' &&
                          row.type[0] != '\0' && row.def != NULL && row.range != NULL &&
                          row.unit != NULL,
                      "%s", row.id.name);
        ck_assert_msg(strpbrk(row.id.doc, "\n\t") == NULL, "%s", row.id.name);
        for (size_t j = 0; j < i && aln_params_row(j, &other); j++)
            ck_assert_str_ne(row.id.name, other.id.name);
    }
    ck_assert_uint_eq(count, 41);
    ck_assert(!aln_params_row(count, &row));
    ck_assert(!aln_params_row((size_t)-1, &row));
}
END_TEST

/* ---- refusals ---- */

/* Runs one line of tests/malformed/expected.tsv: file, command, line:column, words. */
static void refuse_file(char *line)
{
    struct aln_params *p;
    char *field[4], path[1024], start[1100];
    for (size_t i = 0; i < 4; i++) {
        field[i] = line;
        line += strcspn(line, "\t\n");
        ck_assert_msg(i == 3 || *line == '\t', "expected.tsv: %s", field[0]);
        *line++ = '\0';
    }
    snprintf(path, sizeof path, SOURCE_DIR "/tests/malformed/%s", field[0]);
    ck_assert_msg(aln_params_load(&p, path, 0, NULL, field[1]) == ALN_USAGE, "%s: loaded", path);
    ck_assert_ptr_null(p);
    snprintf(start, sizeof start, "%s:%s: ", path, field[2]);
    ck_assert_msg(strncmp(aln_error(), start, strlen(start)) == 0, "%s expected, got\n%s", field[2],
                  aln_error());
    for (char *word = strtok(field[3], "|"); word != NULL; word = strtok(NULL, "|")) {
        const char *found = strstr(aln_error() + strlen(start), word);
        ck_assert_msg(found != NULL && found < strchr(aln_error(), '\n'), "'%s' is not in\n%s",
                      word, aln_error());
    }
    const char *shown = strchr(aln_error(), '\n'), *caret = strrchr(aln_error(), '\n');
    ck_assert_msg(shown != caret && caret[1 + strspn(caret + 1, " \t")] == '^', "%s", aln_error());
}

START_TEST(test_malformed)
{
    struct dirent *entry;
    char *text;
    size_t length, cases = 0, files = 0;
    char log[] = "test_params_stderr_XXXXXX"; /* libfyaml must be silent */
    int before = dup(STDERR_FILENO), file = mkstemp(log);
    ck_assert(before >= 0 && file >= 0 && dup2(file, STDERR_FILENO) >= 0);
    ck_assert_int_eq(aln_text_read_file(SOURCE_DIR "/tests/malformed/expected.tsv", &text, &length),
                     ALN_OK);
    for (char *line = text, *next; *line != '\0'; line = next) {
        next = strchr(line, '\n') + 1;
        if (line[0] == '#')
            continue;
        refuse_file(line);
        cases++;
    }
    free(text);
    DIR *folder = opendir(SOURCE_DIR "/tests/malformed");
    ck_assert_ptr_nonnull(folder);
    while ((entry = readdir(folder)) != NULL)
        files += entry->d_name[0] != '.' && strcmp(entry->d_name, "expected.tsv") != 0;
    closedir(folder);
    off_t printed = lseek(file, 0, SEEK_END);
    dup2(before, STDERR_FILENO);
    close(before);
    close(file);
    unlink(log);
    ck_assert_int_eq(printed, 0);
    ck_assert_uint_eq(cases, files);
    ck_assert_uint_ge(cases, 100);
}
END_TEST

START_TEST(test_no_file)
{
    struct aln_params *p;
    ck_assert_int_eq(aln_params_load(&p, "/nowhere/x.yaml", 0, NULL, "ode"), ALN_USAGE);
    ck_assert_ptr_nonnull(strstr(aln_error(), "/nowhere/x.yaml: cannot be opened"));
    ck_assert_ptr_null(p);
    ck_assert_int_eq(aln_params_load(&p, "/", 0, NULL, "ode"), ALN_USAGE);
}
END_TEST

START_TEST(test_set)
{
    static const char *const file = "problem: {inputs: wrong}\nlearning: {rule: dfa}\n";
    static const char *const good[] = {
        "problem.inputs=100",     "learning.rule=bp",
        "learning.rate=[1, 0]",   "problem.teacher={units: 1, weights: orthonormal}",
        "title=\"a: b\"",         "problem.inputs=200",
        "run.record.times=[1, 2]"};
    struct aln_params *p = load_set(file, COUNT(good), good);
    ck_assert_uint_eq(p->problem.inputs, 200);
    ck_assert_str_eq(p->learning.rule->id.name, "bp");
    ck_assert(p->learning.rate[0] == 1 && p->learning.rate[1] == 0);
    ck_assert_int_eq(p->problem.teacher.weights.fill, ALN_FILL_ORTHONORMAL);
    ck_assert_str_eq(p->title, "a: b");
    ck_assert_uint_eq(p->run.record.times_count, 2);
    round_trip(p);
    aln_params_free(p);

    static const struct {
        const char *set, *error;
    } bad[] = {
        {"learning.rule=dfaa", "--set:15: learning.rule: unknown rule 'dfaa', did you mean dfa?"},
        {"learning.rul=dfa", "--set:10: unknown key learning.rul, did you mean learning.rule?"},
        {"rule=dfa", "--set:1: unknown key rule, did you mean learning.rule?"},
        {"learning.rate=[0.1, -1]", "--set:21: learning.rate: expected number >= 0, got '-1'"},
        {"learning.rate=", "--set:15: learning.rate has no value"},
        {"problem.noise.x=1", "--set:9: problem.noise: expected number >= 0, got a map"},
        {"problem=1", "--set:9: problem: expected keys and values"},
        {"run.record.times=[1, 1000]", "--set:22: run.record.times: expected times up to run.time"},
        {"problem.overlaps.Q=[[1]]", "--set:18: problem.overlaps.Q is given without"},
        {"learning.feedback.matrix=[[1]]", "--set:26: learning.feedback.matrix: expected 2 x 1"},
        {"learning.feedback={std: 1, std: 2}", "--set:28: duplicate key learning.feedback.std"},
        {"title", "--set:1: expected key.path=VALUE"},
    };
    const char *path = scratch("learning: {rule: bp}\n");
    for (size_t i = 0; i < COUNT(bad); i++) {
        const char *both[] = {"run.seed=3", bad[i].set};
        ck_assert_int_eq(aln_params_load(&p, path, 2, both, "ode"), ALN_USAGE);
        ck_assert_msg(strncmp(aln_error(), bad[i].error, strlen(bad[i].error)) == 0, "%s",
                      aln_error());
        const char *line = strchr(aln_error(), '\n') + 1;
        ck_assert_msg(strncmp(line, bad[i].set, strlen(bad[i].set)) == 0, "%s", aln_error());
    }
    /* Chain and sgd want N >= K + M, the others do not. */
    static const char *const few[] = {"problem.inputs=3", "compare.engines=[ode]"};
    static const char *const commands[] = {"ode", "fixedpoint", "compare", "chain", "sgd"};
    for (size_t i = 0; i < COUNT(commands); i++) {
        enum aln_status status = aln_params_load(&p, path, 2, few, commands[i]);
        ck_assert_msg(status == (i < 3 ? ALN_OK : ALN_USAGE), "%s", commands[i]);
        aln_params_free(p);
    }
    unlink(path);
}
END_TEST

/* A student that equals its teacher has a singular C. Overlaps of 3 random units at full precision
 * pass; the same with its smallest eigenvalue at -1e-9 of the trace does not. */
START_TEST(test_singular)
{
    enum { K = 3, N = 50 };
    double w[K][N], Q[K][K];
    uint64_t state = 1234567;
    for (int seed = 0; seed < 50; seed++) {
        for (int i = 0; i < K * N; i++) {
            state ^= state << 13, state ^= state >> 7, state ^= state << 17;
            w[i / N][i % N] = (double)(state >> 11) / 9007199254740992.0 - 0.5;
        }
        double trace = 0;
        for (int k = 0; k < K; k++) {
            for (int l = 0; l < K; l++) {
                Q[k][l] = 0;
                for (int i = 0; i < N; i++)
                    Q[k][l] += w[k][i] * w[l][i] / N;
            }
            trace += 2 * Q[k][k];
        }
        for (int shift = 0; shift < 2; shift++) {
            struct aln_text m = {0}, t = {0};
            for (int k = 0; k < K; k++) {
                for (int l = 0; l < K; l++) {
                    char number[32];
                    aln_text_from_real(Q[k][l] - (k == l ? shift * 2e-9 * trace : 0), number);
                    aln_text_add(&m, "%s%s", l > 0 ? ", " : k > 0 ? "], [" : "[[", number);
                    aln_text_from_real(Q[k][l], number);
                    aln_text_add(&t, "%s%s", l > 0 ? ", " : k > 0 ? "], [" : "[[", number);
                }
            }
            struct aln_text file = {0};
            aln_text_add(&file,
                         "problem: {student: {units: 3}, teacher: {units: 3}, overlaps: {Q: %s]], "
                         "R: %s]], T: %s]], W2: [[1, 1, 1]]}}\nlearning: {rule: bp}\n",
                         m.s, t.s, t.s);
            struct aln_params *p;
            const char *path = scratch(file.s);
            enum aln_status status = aln_params_load(&p, path, 0, NULL, "ode");
            unlink(path);
            ck_assert_msg(status == (shift ? ALN_USAGE : ALN_OK), "%s", aln_error());
            aln_params_free(p);
            free(m.s);
            free(t.s);
            free(file.s);
        }
    }
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

    /* One point, a run of no length, first = time. */
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

/* ---- robustness ---- */

/* Files with random bytes changed, removed or doubled are read or refused at a place, never more.
 */
START_TEST(test_mutations)
{
    uint64_t state = 42;
    char path[64];
    int loaded = 0, refused = 0;
    snprintf(path, sizeof path, "test_params_%ld.yaml", (long)getpid());
    for (int i = 0; i < 1500; i++) {
        struct aln_params *p;
        char text[2048];
        strcpy(text, full_files[(size_t)i % COUNT(full_files)]);
        size_t n = strlen(text);
        for (int j = 0; j < 1 + i % 3; j++) {
            state ^= state << 13, state ^= state >> 7, state ^= state << 17;
            size_t at = (size_t)(state >> 33) % n;
            switch (state % 4) {
            case 0:
                text[at] = (char)(state >> 8 & 0xff);
                break;
            case 1:
                text[at] = "{}[]:,-#&*!|>'\"% \n\t\r0"[(state >> 8) % 21];
                break;
            case 2:
                memmove(text + at, text + at + 1, n - at - 1);
                n--;
                break;
            default:
                memmove(text + at + 1, text + at, n - at);
                n++;
            }
        }
        write_file(path, text, n);
        enum aln_status status = aln_params_load(&p, path, 0, NULL, "chain");
        if (status == ALN_OK) {
            round_trip(p);
            loaded++;
        } else {
            ck_assert_int_eq(status, ALN_USAGE);
            ck_assert_msg(strncmp(aln_error(), path, strlen(path)) == 0, "%s", aln_error());
            refused++;
        }
        aln_params_free(p);
    }
    unlink(path);
    ck_assert_int_gt(loaded, 50);
    ck_assert_int_gt(refused, 500);
}
END_TEST

START_TEST(test_no_memory)
{
    static const char *const set[] = {"run.seed=3", "title=x"};
    for (size_t i = 0; i < COUNT(full_files); i++) {
        char path[64], *text = NULL;
        struct aln_params *p = NULL;
        enum aln_status status = ALN_MEMORY;
        strcpy(path, scratch(full_files[i]));
        long n = 0;
        for (; status == ALN_MEMORY; n++) {
            allocations_left = n;
            status = aln_params_load(&p, path, 2, set, "ode");
            allocations_left = -1;
            ck_assert((p == NULL) == (status != ALN_OK));
        }
        unlink(path);
        ck_assert_msg(status == ALN_OK, "%s", aln_error());
        ck_assert_int_gt(n, 50);
        status = ALN_MEMORY;
        for (n = 0; status == ALN_MEMORY; n++) {
            allocations_left = n;
            status = aln_params_yaml(p, &text);
            allocations_left = -1;
        }
        ck_assert_int_eq(status, ALN_OK);
        ck_assert_int_gt(n, 3);
        free(text);
        double *t;
        size_t count;
        allocations_left = 0;
        ck_assert_int_eq(aln_params_times(p, 0, &count, &t), ALN_MEMORY);
        allocations_left = -1;
        aln_params_free(p);
    }
}
END_TEST

/* Where a locale with decimal commas is installed. */
START_TEST(test_locale)
{
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "nl_NL.UTF-8"};
    const char *name = NULL;
    for (size_t i = 0; i < COUNT(names) && name == NULL; i++)
        name = setlocale(LC_ALL, names[i]);
    if (name == NULL)
        return;
    struct aln_params *p = load(full_files[0]);
    ck_assert(p->problem.noise == 0.25);
    round_trip(p);
    aln_params_free(p);
    setlocale(LC_ALL, "C");
}
END_TEST

CHECK_MAIN("model/params", test_defaults, test_full, test_texts, test_numbers, test_shipped_files,
           test_table, test_malformed, test_no_file, test_set, test_singular, test_times,
           test_mutations, test_no_memory, test_locale)

/* Invalid parameter files: message and place of the error; and no file and no failed allocation
 * crashes the reader. */
#include "../check_main.h"
#include "../failing_memory.h"
#include "../shorts.h"

#include <dirent.h>
#include <sys/types.h>

#include "params_files.h"
#include "sweep/sweep.h"
#include "sweep/task.h"

/* ---- wrong files ---- */

/* Loads a file as its command does; the parameters of all points for a sweep. */
static enum aln_status load_for(const char *path, const char *command)
{
    enum aln_status status;
    void *p = NULL;
    struct aln_sweep *sweep = NULL;
    const struct aln_task *task = aln_task_find(command);
    const struct aln_schema *schema = task != NULL ? task->schema : &aln_params_schema;
    if (strcmp(command, "sweep") == 0) {
        status = aln_sweep_load(&sweep, path, 0, NULL, 0, NULL);
        if (status == ALN_OK)
            status = aln_sweep_check(
                sweep, &(struct aln_sweep_options){.shard = 1, .shards = 1, .threads = 1});
    } else {
        status = task != NULL ? aln_task_load(&task, &p, path, 0, NULL)
                              : aln_schema_load(&p, schema, path, 0, NULL, NULL);
        schema = task != NULL ? task->schema : schema;
        ck_assert(status == ALN_OK || p == NULL);
    }
    aln_sweep_free(sweep);
    if (p != NULL)
        aln_schema_free(schema, p);
    return status;
}

/* Replaces "{rules}" by the names of all rules, so that a new rule changes no expected line. */
static const char *expand(const char *words, char out[512])
{
    const char *at = strstr(words, "{rules}");
    size_t length = 0;
    if (at == NULL)
        return words;
    length += (size_t)snprintf(out, 512, "%.*s", (int)(at - words), words);
    for (size_t i = 0; i < aln_rules.count; i++)
        length += (size_t)snprintf(out + length, 512 - length, "%s%s", i > 0 ? ", " : "",
                                   aln_names_row(&aln_rules, i)->name);
    snprintf(out + length, 512 - length, "%s", at + strlen("{rules}"));
    return out;
}

/* Runs one line of tests/malformed/expected.tsv: file, command, line:column, words. */
static void refuse_file(char *line)
{
    char *field[4], path[1024], start[1100], expanded[512];
    for (size_t i = 0; i < 4; i++) {
        field[i] = line;
        line += strcspn(line, "\t\n");
        ck_assert_msg(i == 3 || *line == '\t', "expected.tsv: %s", field[0]);
        *line++ = '\0';
    }
    snprintf(path, sizeof path, SOURCE_DIR "/tests/malformed/%s", field[0]);
    if (strcmp(field[1], "train") == 0 && aln_names_find(&aln_tasks, "train") == NULL)
        return; /* built without deep networks */
    ck_assert_msg(load_for(path, field[1]) == ALN_USAGE, "%s: loaded", path);
    snprintf(start, sizeof start, "%s:%s: ", path, field[2]);
    ck_assert_msg(strncmp(aln_error(), start, strlen(start)) == 0, "%s expected, got\n%s", field[2],
                  aln_error());
    for (char *word = strtok(field[3], "|"); word != NULL; word = strtok(NULL, "|")) {
        const char *words = expand(word, expanded);
        const char *found = strstr(aln_error() + strlen(start), words);
        ck_assert_msg(found != NULL && found < strchr(aln_error(), '\n'), "%s: '%s' is not in\n%s",
                      field[0], words, aln_error());
    }
    const char *shown = strchr(aln_error(), '\n'), *caret = strchr(shown + 1, '\n');
    ck_assert_msg(caret != NULL && shown != caret && caret[1 + strspn(caret + 1, " \t")] == '^',
                  "%s", aln_error());
    const char *point = strchr(caret + 1, '\n'); /* a sweep names the point */
    ck_assert_msg(point == NULL || strncmp(point, "\nat point ", 10) == 0, "%s", aln_error());
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
    ck_assert_int_eq(aln_params_load(&p, "/nowhere/x.yaml", 0, NULL, aln_engine_check_ode),
                     ALN_USAGE);
    ck_assert_ptr_nonnull(strstr(aln_error(), "/nowhere/x.yaml: cannot be opened"));
    ck_assert_ptr_null(p);
    ck_assert_int_eq(aln_params_load(&p, "/", 0, NULL, aln_engine_check_ode), ALN_USAGE);
}
END_TEST

START_TEST(test_set)
{
    static const char *const file = "problem: {inputs: wrong}\nlearning: {rule: dfa}\n";
    static const char *const good[] = {
        "problem.inputs=100",      "learning.rule=bp",
        "learning.rate=[1, 0]",    "problem.teacher={units: 1, weights: orthonormal}",
        "title=\"a: b\"",          "problem.inputs=200",
        "run.record.times=[1, 2]", "source= run #3: *a*, -x "};
    struct aln_params *p = load_set(file, COUNT(good), good);
    ck_assert_uint_eq(p->problem.inputs, 200);
    ck_assert_str_eq(p->learning.rule->id.name, "bp");
    ck_assert(p->learning.rate[0] == 1 && p->learning.rate[1] == 0);
    ck_assert_int_eq(p->problem.teacher.weights.fill, ALN_FILL_ORTHONORMAL);
    ck_assert_str_eq(p->title, "a: b");
    ck_assert_str_eq(p->source, "run #3: *a*, -x");
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
        {"title=", "--set:7: title has no value"},
        {"title=[a]", "--set:7: title: expected text, got a list"},
        {"title=\"a\" b", "--set:11: the quoted text continues"},
        {"learning.rate=\xe2\x88\x92"
         "0.1",
         "--set:15: minus sign (U+2212)"},
        {"learning.rate\xc2\xa0=1", "--set:14: no-break space (U+00A0)"},
        {"learning.rate=1\xc2\xa0", "--set:16: no-break space (U+00A0)"},
    };
    const char *path = scratch("learning: {rule: bp}\n");
    for (size_t i = 0; i < COUNT(bad); i++) {
        const char *both[] = {"run.seed=3", bad[i].set};
        ck_assert_int_eq(aln_params_load(&p, path, 2, both, aln_engine_check_ode), ALN_USAGE);
        ck_assert_msg(strncmp(aln_error(), bad[i].error, strlen(bad[i].error)) == 0, "%s",
                      aln_error());
        const char *line = strchr(aln_error(), '\n') + 1;
        ck_assert_msg(strncmp(line, bad[i].set, strlen(bad[i].set)) == 0, "%s", aln_error());
    }
    /* Chain and sgd need N >= K + M, the others do not. */
    static const char *const few[] = {"problem.inputs=3", "compare.engines=[ode]"};
    static const aln_params_use uses[] = {aln_engine_check_ode, aln_fixedpoint_check,
                                          aln_compare_check_engines, aln_engine_check_chain,
                                          aln_engine_check_sgd};
    for (size_t i = 0; i < COUNT(uses); i++) {
        enum aln_status status = aln_params_load(&p, path, 2, few, uses[i]);
        ck_assert_msg(status == (i < 3 ? ALN_OK : ALN_USAGE), "use %zu", i);
        aln_params_free(p);
    }
    /* Only compare needs repeats (with chain or sgd) and second order (if the ode is also
     * there). */
    static const struct {
        const char *set[3];
        aln_params_use use;
        bool good;
    } cases[] = {
        {{"run.repeats=1", "ode.second_order=false", "compare.engines=[ode]"},
         aln_compare_check,
         false},
        {{"run.repeats=2", "ode.second_order=false", "compare.engines=[chain, sgd]"},
         aln_compare_check,
         true},
        {{"run.repeats=2", "ode.second_order=false", "compare.engines=[ode, sgd]"},
         aln_compare_check,
         false},
        {{"run.repeats=2", "ode.second_order=true", "compare.engines=[ode, sgd]"},
         aln_compare_check,
         true},
        {{"run.repeats=1", "ode.second_order=true", "compare.engines=[sgd, chain]"},
         aln_compare_check,
         false},
        {{"run.repeats=1", "ode.second_order=false", "compare.engines=[ode, sgd]"},
         aln_compare_check_engines,
         true},
        {{"run.repeats=1", "ode.second_order=false", "compare.engines=[ode, sgd]"},
         aln_engine_check_chain,
         true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        enum aln_status status = aln_params_load(&p, path, 3, cases[i].set, cases[i].use);
        ck_assert_msg(status == (cases[i].good ? ALN_OK : ALN_USAGE), "case %zu", i);
        aln_params_free(p);
    }
    unlink(path);
}
END_TEST

/* A student that equals its teacher has a singular C. Overlaps of 3 random units at full precision
 * are accepted, also with a smallest eigenvalue of -1e-11 of the trace, as an integration at rtol
 * 1e-9 may leave it, but not -1e-10, unless ode.rtol is 1e-8. */
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
        static const struct {
            double shift; /* of half of C */
            const char *ode;
            bool good;
        } cases[] = {{0, "", true},
                     {2e-11, "", true},
                     {2e-10, "", false},
                     {2e-10, "ode: {rtol: 1e-8}\n", true}};
        for (size_t i = 0; i < COUNT(cases); i++) {
            struct aln_text m = {0}, t = {0};
            for (int k = 0; k < K; k++) {
                for (int l = 0; l < K; l++) {
                    char number[32];
                    aln_text_from_real(Q[k][l] - (k == l ? cases[i].shift * trace : 0), number);
                    aln_text_add(&m, "%s%s", l > 0 ? ", " : k > 0 ? "], [" : "[[", number);
                    aln_text_from_real(Q[k][l], number);
                    aln_text_add(&t, "%s%s", l > 0 ? ", " : k > 0 ? "], [" : "[[", number);
                }
            }
            struct aln_text file = {0};
            aln_text_add(&file,
                         "problem: {student: {units: 3}, teacher: {units: 3}, overlaps: {Q: %s]], "
                         "R: %s]], T: %s]], W2: [[1, 1, 1]]}}\nlearning: {rule: bp}\n%s",
                         m.s, t.s, t.s, cases[i].ode);
            struct aln_params *p;
            const char *path = scratch(file.s);
            enum aln_status status = aln_params_load(&p, path, 0, NULL, aln_engine_check_ode);
            unlink(path);
            ck_assert_msg(status == (cases[i].good ? ALN_OK : ALN_USAGE), "%s", aln_error());
            aln_params_free(p);
            free(m.s);
            free(t.s);
            free(file.s);
        }
    }
}
END_TEST

/* A covariance with entries close to the largest double is accepted. */
START_TEST(test_huge)
{
    struct aln_params *p =
        load("problem: {student: {units: 1}, teacher: {units: 1}, overlaps: {Q: [[1.7e308]], "
             "R: [[-1.6e308]], T: [[1.7e308]], W2: [[1]]}}\nlearning: {rule: bp}\n");
    round_trip(p);
    aln_params_free(p);
}
END_TEST

/* Files with random bytes changed, removed or doubled are loaded, or refused with a place. */
START_TEST(test_mutations)
{
    uint64_t state = 42;
    char path[64];
    int loaded = 0, refused = 0;
    snprintf(path, sizeof path, "test_params_%ld.yaml", (long)getpid());
    for (int i = 0; i < 2500; i++) {
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
        enum aln_status status = aln_params_load(&p, path, 0, NULL, aln_engine_check_chain);
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
            status = aln_params_load(&p, path, 2, set, aln_engine_check_ode);
            allocations_left = -1;
            ck_assert((p == NULL) == (status != ALN_OK));
        }
        unlink(path);
        ck_assert_msg(status == ALN_OK, "%s", aln_error());
        ck_assert_int_gt(n, 15); /* the defaults are parsed already */
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

/* The same for the parameters of each study. */
START_TEST(test_no_memory_for_a_study)
{
    for (size_t i = 0; i < aln_studies.count; i++) {
        const struct short_file *file = short_file_of(aln_names_row(&aln_studies, i)->name);
        struct aln_params *p = NULL;
        enum aln_status status = ALN_MEMORY;
        long n = 0;
        for (; status == ALN_MEMORY; n++) {
            allocations_left = n;
            status = aln_params_load(&p, file->path, file->count, file->set, aln_study_check);
            allocations_left = -1;
            ck_assert((p == NULL) == (status != ALN_OK));
        }
        ck_assert_msg(status == ALN_OK, "%s", aln_error());
        ck_assert_int_gt(n, 15); /* the defaults are parsed already */
        aln_params_free(p);
    }
}
END_TEST

START_TEST(test_no_memory_for_a_sweep)
{
    const char *path = scratch(
        "learning: {rule: bp}\nsweep:\n  run: ode\n  over:\n    - {key: run.seed, from: 1, to: 2}\n"
        "    - {key: learning.rate, from: 0.1, to: 1, count: 3, spacing: log}\n"
        "    - {key: learning.feedback, values: [{std: 1}, {distribution: signs}]}\n"
        "    - {keys: [run.time, problem.noise], values: [[1, 0], [2, 1]]}\n"
        "    - {key: ode.rtol, from: 1e-9, to: 1e-6, distribution: log-uniform}\n"
        "  sample: {count: 2, design: sobol}\n");
    enum aln_status status = ALN_MEMORY;
    long n = 0;
    for (; status == ALN_MEMORY; n++) {
        allocations_left = n;
        status = load_for(path, "sweep");
        allocations_left = -1;
    }
    unlink(path);
    ck_assert_msg(status == ALN_OK, "%s", aln_error());
    ck_assert_int_gt(n, 100); /* the defaults may be parsed already */
}
END_TEST

START_TEST(test_no_memory_for_axes)
{
    static const char *const over[] = {"learning.rate=0.1:1:3:log", "learning.rule=bp,dfa",
                                       "run.seed,run.time=[1,2],[3,4]"};
    const char *path = scratch("learning: {rule: bp}\n");
    enum aln_status status = ALN_MEMORY;
    long n = 0;
    for (; status == ALN_MEMORY; n++) {
        struct aln_sweep *sweep;
        allocations_left = n;
        status = aln_sweep_load(&sweep, path, 0, NULL, 3, over);
        allocations_left = -1;
        aln_sweep_free(sweep);
    }
    unlink(path);
    ck_assert_msg(status == ALN_OK, "%s", aln_error());
    ck_assert_int_gt(n, 15); /* the defaults are parsed already */
}
END_TEST

CHECK_MAIN("model/refusals", test_malformed, test_no_file, test_set, test_singular, test_huge,
           test_mutations, test_no_memory, test_no_memory_for_a_study, test_no_memory_for_a_sweep,
           test_no_memory_for_axes)

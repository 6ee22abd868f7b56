/* Complete deep experiments: the contents of a result, whose bytes depend on the parameters alone
 * (not on threads or interruptions; its header reproduces it), and the files beside it. */
#include "../check_main.h"

#include <math.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "../study/runs.h"
#include "alignode/archive.h"
#include "train/train.h"

static const char *const experiment =
    "data: {name: mixture, train: 210, test: 50, inputs: 8, classes: 3}\n"
    "network: {layers: [{dense: 9, activation: tanh}, {dense: 7, activation: relu}, {dense: 3}]}\n"
    "learning: {rule: dfa, rate: 5e-3, momentum: 0.5}\n"
    "run: {epochs: 12, seeds: {from: 3, to: 5}, record: {count: 9}, checkpoint: 0}\n";

/* Parses the experiment with overrides. */
static struct aln_train_params *experiment_of(size_t count, const char *const *set)
{
    void *p;
    char file[96]; /* not one of the last eight */
    snprintf(file, sizeof file, "test_run_%ld_train.yaml", (long)getpid());
    write_text(file, experiment);
    enum aln_status status = aln_schema_load(&p, &aln_train_schema, file, count, set, NULL);
    unlink(file);
    must(status);
    return p;
}

static enum aln_status train(const char *path, int threads, bool resume,
                             const struct aln_progress *progress, size_t count,
                             const char *const *set)
{
    struct aln_train_params *p = experiment_of(count, set);
    enum aln_status status =
        aln_train(p, &(struct aln_run_options){
                         .path = path, .threads = threads, .resume = resume, .progress = progress});
    aln_schema_free(&aln_train_schema, p);
    return status;
}

static bool exists(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0;
}

/* STEM.ENDING for a path STEM.tsv. A view. */
static const char *beside(const char *path, const char *ending)
{
    static char out[4][128];
    static int next;
    char *s = out[next++ % 4];
    snprintf(s, sizeof out[0], "%.*s%s", (int)(strlen(path) - 4), path, ending);
    return s;
}

static void remove_all(const char *path)
{
    static const char *const endings[] = {".tsv",        ".tsv.part",      ".similarity.tsv",
                                          ".weights.h5", ".checkpoint.h5", ".similarity.tsv.part"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
        unlink(beside(path, endings[i]));
}

START_TEST(test_result)
{
    static const char *const columns[] = {
        "seed", "epoch", "step", "loss_train", "error_train", "loss_test", "error_test",
        "WA",   "WA_2",  "WA_3", "GA",         "GA_1",        "GA_2"};
    enum { COLUMNS = sizeof columns / sizeof columns[0], STEPS = 7 /* 210 samples by 32 */ };
    const char *path = own("result.tsv");
    must(train(path, 2, false, NULL, 0, NULL));
    struct aln_table *t = table_of(path);
    ck_assert_uint_eq(t->cols, COLUMNS);
    for (size_t c = 0; c < COLUMNS; c++)
        ck_assert_str_eq(t->name[c], columns[c]);
    size_t times = t->rows / 3;
    ck_assert_uint_eq(t->rows % 3, 0);
    for (size_t row = 0; row < t->rows; row++) {
        ck_assert(entry(t, row, "seed") == (double)(3 + row / times));
        ck_assert(entry(t, row, "epoch") == entry(t, row, "step") / STEPS);
        ck_assert(row % times == 0 ? entry(t, row, "step") == 0
                                   : entry(t, row, "step") > entry(t, row - 1, "step"));
        for (size_t c = 0; c < COLUMNS; c++)
            ck_assert(isfinite(t->value[row * t->cols + c]));
    }
    ck_assert(entry(t, 1, "step") == 1 && entry(t, times - 1, "epoch") == 12);
    ck_assert(entry(t, times - 1, "loss_train") < 0.5 * entry(t, 0, "loss_train"));
    ck_assert(entry(t, times - 1, "GA") > entry(t, 0, "GA"));
    ck_assert(entry(t, 0, "loss_test") != entry(t, times, "loss_test")); /* seeds differ */
    struct aln_table *joined = table_of(beside(path, ".similarity.tsv"));
    ck_assert_uint_eq(joined->rows, times);
    ck_assert_uint_eq(joined->cols, 5);
    for (size_t row = 0; row < times; row++)
        ck_assert(entry(joined, row, "epoch") == entry(t, row, "epoch"));
    aln_table_free(joined);
    aln_table_free(t);
    ck_assert(!exists(beside(path, ".checkpoint.h5")) && !exists(beside(path, ".weights.h5")));
    remove_all(path);
}
END_TEST

START_TEST(test_same_bytes)
{
    const char *path[4] = {own("one.tsv"), own("three.tsv"), own("header.tsv"), own("part.tsv")};
    must(train(path[0], 1, false, NULL, 0, NULL));
    must(train(path[1], 3, false, NULL, 0, NULL));
    same_bytes(path[0], path[1]);
    same_bytes(beside(path[0], ".similarity.tsv"), beside(path[1], ".similarity.tsv"));
    /* Runs again from the header of either result. */
    for (int i = 0; i < 2; i++) {
        void *p;
        const char *from = i == 0 ? path[0] : beside(path[0], ".similarity.tsv");
        must(aln_schema_load(&p, &aln_train_schema, from, 0, NULL, NULL));
        must(aln_train(p, &(struct aln_run_options){.path = path[2], .threads = 2}));
        aln_schema_free(&aln_train_schema, p);
        same_bytes(path[0], path[2]);
        same_bytes(beside(path[0], ".similarity.tsv"), beside(path[2], ".similarity.tsv"));
    }
    /* A seed does not depend on the others: a run of seed 4 alone gives the rows of its block. */
    must(train(path[3], 1, false, NULL, 1, (const char *const[]){"run.seeds=4"}));
    struct aln_table *all = table_of(path[0]), *alone = table_of(path[3]);
    ck_assert_uint_eq(all->rows, 3 * alone->rows);
    for (size_t i = 0; i < alone->rows * alone->cols; i++)
        ck_assert_str_eq(alone->text[i], all->text[alone->rows * all->cols + i]);
    ck_assert(!exists(beside(path[3], ".similarity.tsv"))); /* nothing to compare */
    aln_table_free(all);
    aln_table_free(alone);
    for (int i = 0; i < 4; i++)
        remove_all(path[i]);
}
END_TEST

/* ---- interruptions ---- */

static volatile sig_atomic_t stop;

/* Requests a stop after some progress updates. */
static void stop_later(void *context, double fraction)
{
    int *left = context;
    (void)fraction;
    if (--*left <= 0)
        stop = 1;
}

START_TEST(test_stopped_and_resumed)
{
    static const char *const longer[] = {"run.epochs=150"};
    const char *whole = own("whole.tsv"), *path = own("stopped.tsv");
    must(train(whole, 2, false, NULL, 1, longer));
    for (int i = 0; i < 3; i++) {
        int looks = 3 + 4 * i;
        const struct aln_progress progress = {
            .update = stop_later, .context = &looks, .stop = &stop};
        stop = 0;
        /* One thread, because several that report at the same time do so only once. */
        ck_assert_int_eq(train(path, 1, i > 0, &progress, 1, longer), ALN_STOPPED);
        ck_assert(exists(beside(path, ".checkpoint.h5")) && !exists(path));
        ck_assert(exists(beside(path, ".tsv.part")));
    }
    /* A run with other parameters cannot resume from there; one with the same parameters can. */
    ck_assert_int_eq(train(path, 1, true, NULL, 0, NULL), ALN_USAGE);
    ck_assert_msg(strstr(aln_error(), "epochs: 150' there") != NULL, "%s", aln_error());
    must(train(path, 2, true, NULL, 1, longer));
    same_bytes(whole, path);
    same_bytes(beside(whole, ".similarity.tsv"), beside(path, ".similarity.tsv"));
    ck_assert(!exists(beside(path, ".checkpoint.h5")) && !exists(beside(path, ".tsv.part")));
    /* A finished run is not run again; a result with different parameters is not overwritten. */
    struct stat before, after;
    ck_assert_int_eq(stat(path, &before), 0);
    must(train(path, 2, true, NULL, 1, longer));
    ck_assert_int_eq(stat(path, &after), 0);
    ck_assert(before.st_ino == after.st_ino);
    ck_assert_int_eq(train(path, 2, true, NULL, 0, NULL), ALN_USAGE);
    remove_all(whole);
    remove_all(path);
}
END_TEST

/* Checks that a resumed run which finds all its files leaves them alone. */
static void check_left_alone(const char *path, const char *set)
{
    struct stat before, after;
    ck_assert_int_eq(stat(path, &before), 0);
    must(train(path, 2, true, NULL, 1, &set));
    ck_assert_int_eq(stat(path, &after), 0);
    ck_assert(before.st_ino == after.st_ino);
}

/* A result is not finished, and the run restarts, if the requested similarity or weights file is
 * missing or comes from another run. */
START_TEST(test_resumed_without)
{
    static const char *const endings[] = {".similarity.tsv", ".weights.h5"};
    static const char *const set[] = {"run.weights=true", "learning.rate=1e-3"},
                             *const none[] = {"run.measures=[WA]"};
    const char *whole = own("complete.tsv"), *path = own("torn.tsv"), *foreign = own("foreign.tsv");
    struct stat info;
    must(train(whole, 2, false, NULL, 1, set));
    must(train(path, 2, false, NULL, 1, set));
    for (size_t i = 0; i < 6; i++) {
        char file[128];
        snprintf(file, sizeof file, "%s", beside(path, endings[i / 3]));
        ck_assert_int_eq(stat(file, &info), 0);
        must(train(foreign, 2, false, NULL, 2, set));
        if (i % 3 == 0)
            ck_assert_int_eq(unlink(file), 0);
        else if (i % 3 == 1)
            ck_assert_int_eq(truncate(file, info.st_size - 20), 0); /* before "# end ROWS" */
        else
            ck_assert_int_eq(rename(beside(foreign, endings[i / 3]), file), 0);
        must(train(path, 2, true, NULL, 1, set));
        same_bytes(whole, path);
        same_bytes(beside(whole, endings[i / 3]), file);
        ck_assert(!exists(beside(path, ".checkpoint.h5")));
    }
    check_left_alone(path, set[0]);
    /* If none is requested, none is missing, and that of an earlier result is removed. */
    must(train(path, 2, false, NULL, 1, none));
    ck_assert(!exists(beside(path, ".similarity.tsv")) && !exists(beside(path, ".weights.h5")));
    check_left_alone(path, none[0]);
    remove_all(whole);
    remove_all(path);
    remove_all(foreign);
}
END_TEST

/* Keeps a run from ending: near the end, the thread that reports progress waits for ever. */
static void wait_near_end(void *context, double fraction)
{
    (void)context;
    while (fraction > 0.9)
        pause();
}

/* Trains in a child process, to the end, or until it is killed some milliseconds after the first
 * checkpoint. Must be forked before this process has OpenMP threads, see the end of the file. */
static void train_and_kill(const char *path, long later, size_t count, const char *const *set)
{
    static const struct aln_progress endless = {.update = wait_near_end};
    int state;
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0)
        _exit(train(path, 2, true, later > 0 ? &endless : NULL, count, set) == ALN_OK ? 0 : 1);
    if (later > 0) {
        while (!exists(beside(path, ".checkpoint.h5"))) {
            ck_assert_int_eq(waitpid(child, &state, WNOHANG), 0); /* it is still running */
            nanosleep(&(struct timespec){0, 1000000}, NULL);
        }
        nanosleep(&(struct timespec){0, later * 1000000}, NULL);
        kill(child, SIGKILL);
    }
    ck_assert_int_eq(waitpid(child, &state, 0), child);
    ck_assert(later > 0 ? WIFSIGNALED(state) : WIFEXITED(state) && WEXITSTATUS(state) == 0);
}

START_TEST(test_killed_and_resumed)
{
    /* A checkpoint after every step. */
    static const char *const often[] = {"run.epochs=12", "run.checkpoint=1e-9",
                                        "run.measures=[loss, WA, similarity]"};
    const char *whole = own("unharmed.tsv"), *path = own("killed.tsv");
    train_and_kill(whole, 0, 3, often);
    for (long i = 0; i < 3; i++) /* killed at unpredictable times */
        train_and_kill(path, 5 + 17 * i, 3, often);
    train_and_kill(path, 0, 3, often);
    same_bytes(whole, path);
    same_bytes(beside(whole, ".similarity.tsv"), beside(path, ".similarity.tsv"));
    remove_all(whole);
    remove_all(path);
}
END_TEST

START_TEST(test_damaged_checkpoint)
{
    int looks = 4;
    char *bytes;
    size_t n;
    const char *path = own("damaged.tsv");
    const struct aln_progress progress = {.update = stop_later, .context = &looks, .stop = &stop};
    stop = 0;
    ck_assert_int_eq(train(path, 1, false, &progress, 0, NULL), ALN_STOPPED);
    const char *checkpoint = beside(path, ".checkpoint.h5");
    must(aln_text_read_file(checkpoint, &bytes, &n));
    bytes[n / 2] ^= 1;
    FILE *file = fopen(checkpoint, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, n, file), n);
    ck_assert_int_eq(fclose(file), 0);
    free(bytes);
    ck_assert_int_eq(train(path, 1, true, NULL, 0, NULL), ALN_USAGE);
    ck_assert_msg(strstr(aln_error(), "damaged") != NULL, "%s", aln_error());
    ck_assert(exists(beside(path, ".tsv.part"))); /* the recorded rows */
    must(train(path, 1, false, NULL, 0, NULL));   /* restarts */
    remove_all(path);
}
END_TEST

/* ---- a schedule of rates ---- */

/* Checks that all numbers of two results agree as text, although the headers differ. */
static void same_rows(const char *path_a, const char *path_b)
{
    struct aln_table *a = table_of(path_a), *b = table_of(path_b);
    ck_assert(a->rows == b->rows && a->cols == b->cols);
    for (size_t i = 0; i < a->rows * a->cols; i++)
        ck_assert_str_eq(a->text[i], b->text[i]);
    aln_table_free(a);
    aln_table_free(b);
}

/* Entries that repeat the rate, or lie beyond the end, change nothing. */
START_TEST(test_schedule_of_equal_rates)
{
    static const char *const set[] = {
        "learning.schedule=[]",
        "learning.schedule=[{epoch: 0.5, rate: 5e-3}, {epoch: 7, rate: 0.005}]",
        "learning.schedule=[{epoch: 12, rate: 1}, {epoch: 1e300, rate: 2}]"};
    const char *path[3] = {own("s-none.tsv"), own("s-equal.tsv"), own("s-beyond.tsv")};
    for (int i = 0; i < 3; i++)
        must(train(path[i], 2, false, NULL, 1, &set[i]));
    for (int i = 1; i < 3; i++) {
        same_rows(path[0], path[i]);
        same_rows(beside(path[0], ".similarity.tsv"), beside(path[i], ".similarity.tsv"));
    }
    for (int i = 0; i < 3; i++)
        remove_all(path[i]);
}
END_TEST

/* A rate of 0 freezes the weights from exactly that step on, with or without momentum. A fractional
 * epoch means the first step at or after it, as printed in the column epoch. The feedback of
 * Kolen-Pollack freezes too, unless it has its own rate. */
START_TEST(test_schedule_of_no_rate)
{
    enum { RECORDS = 9 };
    static const struct {
        const char *epoch;
        size_t step; /* the rate is 0 from here on */
    } stop_at[] = {
        {"0.42857142857142855", 3}, /* 3/7, rounded */
        {"0.42857142857142860", 4}, /* the next decimal lies after that step */
        {"0.4", 3},
        {"1", 7},
    };
    static const char *const rules[] = {"dfa", "kolen-pollack", "kolen-pollack"};
    for (size_t i = 0; i < sizeof stop_at / sizeof stop_at[0]; i++)
        for (size_t rule = 0; rule < 3; rule++) {
            char schedule[96], name[48];
            const char *path = own("s-zero.tsv");
            snprintf(schedule, sizeof schedule, "learning.schedule=[{epoch: %s, rate: 0}]",
                     stop_at[i].epoch);
            snprintf(name, sizeof name, "learning.rule=%s", rules[rule]);
            const char *const set[] = {
                "run.seeds=3",
                "run.measures=[loss, WA]",
                "run.record={times: [0, 0.142857, 0.285714, 0.428571, 0.571429, 0.714286, "
                "0.857143, 1, 1.142857]}",
                "run.epochs=2",
                schedule,
                name,
                "learning.feedback.rate=0.1"};
            must(train(path, 1, false, NULL, rule == 2 ? 7 : 6, set));
            struct aln_table *t = table_of(path);
            ck_assert_uint_eq(t->rows, RECORDS);
            for (size_t row = 1; row < RECORDS; row++) {
                bool moves = row <= stop_at[i].step;
                ck_assert(entry(t, row, "step") == (double)row);
                ck_assert((entry(t, row, "loss_train") != entry(t, row - 1, "loss_train")) ==
                          moves);
                ck_assert((entry(t, row, "WA_2") != entry(t, row - 1, "WA_2")) ==
                          (moves || rule == 2));
            }
            aln_table_free(t);
            remove_all(path);
        }
}
END_TEST

/* Interruptions before, between and after the changes give the same bytes. */
START_TEST(test_schedule_resumed)
{
    static const char *const set[] = {
        "run.epochs=150", ("learning.schedule=[{epoch: 20.5, rate: 1e-3}, {epoch: 60, rate: 2e-4}, "
                           "{epoch: 149, rate: 0}]")};
    const char *whole = own("s-whole.tsv"), *path = own("s-resumed.tsv");
    must(train(whole, 2, false, NULL, 2, set));
    for (int i = 0; i < 4; i++) {
        int looks = 5 + 7 * i;
        const struct aln_progress progress = {
            .update = stop_later, .context = &looks, .stop = &stop};
        stop = 0;
        enum aln_status status = train(path, 1, i > 0, &progress, 2, set);
        ck_assert(status == ALN_STOPPED);
    }
    must(train(path, 2, true, NULL, 2, set));
    same_bytes(whole, path);
    same_bytes(beside(whole, ".similarity.tsv"), beside(path, ".similarity.tsv"));
    remove_all(whole);
    remove_all(path);
}
END_TEST

/* ---- divergence ---- */

START_TEST(test_divergence)
{
    static const char *const wild[] = {"network.layers=[{dense: 9}, {dense: 7}, {dense: 3}]",
                                       "network.loss=mse", "learning.rate=0.1",
                                       "run.record={count: 80, spacing: linear}"};
    const char *path[2] = {own("diverged.tsv"), own("diverged-3.tsv")};
    char *part[2];
    size_t n;
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(train(path[i], 1 + 2 * i, false, NULL, 4, wild), ALN_NUMERIC);
        static const char *const words[] = {"seed ", "step", "layer"};
        for (size_t w = 0; w < 3; w++)
            ck_assert_msg(strstr(aln_error(), words[w]) != NULL, "%s", aln_error());
        ck_assert(!exists(path[i]));
        must(aln_text_read_file(beside(path[i], ".tsv.part"), &part[i], &n));
    }
    ck_assert_str_eq(part[0], part[1]); /* the kept rows do not depend on threads either */
    ck_assert_ptr_nonnull(strstr(part[0], "\n3\t0\t0\t"));
    ck_assert_ptr_null(strstr(part[0], "# end"));
    free(part[0]);
    free(part[1]);
    remove_all(path[0]);
    remove_all(path[1]);
}
END_TEST

/* relu, dfa and cross-entropy at too large a rate: outputs stay finite for long, but the norm shows
 * the divergence. Rows up to then are kept, all with finite numbers. */
START_TEST(test_divergence_by_norm)
{
    static const char *const wild[] = {
        "data={name: mixture, train: 640, test: 100, inputs: 20, classes: 10}",
        ("network.layers=[{dense: 30, activation: relu}, {dense: 30, activation: relu}, "
         "{dense: 30, activation: relu}, {dense: 10}]"),
        "learning={rule: dfa, rate: 0.05}", "run.record={count: 30}"};
    const char *path = own("norm.tsv");
    unsigned long long seed, step;
    unsigned layer, again;
    double norm, largest;
    ck_assert_int_eq(train(path, 2, false, NULL, 4, wild), ALN_NUMERIC);
    int read = sscanf(aln_error(),
                      "seed %llu: step %llu: the weights of layer %u diverge, ||W_%u|| = %lf > %lf",
                      &seed, &step, &layer, &again, &norm, &largest);
    ck_assert_msg(read == 6, "%s", aln_error());
    ck_assert(seed == 3 && step % 64 == 0 && layer == 4 && again == 4);
    ck_assert(norm > largest && largest == 1000);
    char *part;
    size_t n, rows = 0;
    must(aln_text_read_file(beside(path, ".tsv.part"), &part, &n));
    for (const char *line = part; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        unsigned long long of, at;
        double epoch;
        if (sscanf(line, "%llu\t%lf\t%llu\t", &of, &epoch, &at) != 3 || of != 3)
            continue;
        ck_assert(at < step);
        ck_assert_msg(strstr(line, "inf") == NULL, "%s", line);
        rows++;
    }
    ck_assert_uint_gt(rows, 10);
    free(part);
    remove_all(path);
}
END_TEST

/* ---- weights ---- */

static double *weights(const struct aln_archive *a, const char *name, size_t *count)
{
    struct aln_archive_array array = {.name = name};
    ck_assert_msg(aln_archive_find(a, &array), "no %s", name);
    ck_assert(array.type == ALN_ARCHIVE_FLOAT && array.rank == 2);
    *count = array.shape[0] * array.shape[1];
    float *x = malloc(*count * sizeof *x);
    double *y = malloc(*count * sizeof *y);
    ck_assert(x != NULL && y != NULL);
    must(aln_archive_get(a, &array, x));
    for (size_t i = 0; i < *count; i++)
        y[i] = x[i];
    free(x);
    return y;
}

static double product(size_t n, const double *a, const double *b)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* Recomputes the last row of the similarity from the final weights, with shared and separate
 * feedback. */
START_TEST(test_weights)
{
    static const char *const sets[2][2] = {{"run.weights=true", "run.seeds.to=4"},
                                           {"run.weights=true", "learning.feedback.shared=false"}};
    for (int shared = 1; shared >= 0; shared--) {
        const char *path = own("weights.tsv");
        struct aln_archive *a;
        char *parameters, *header;
        void *p;
        must(train(path, 2, false, NULL, 2, sets[!shared]));
        must(aln_archive_open(&a, beside(path, ".weights.h5")));
        size_t n, m;
        double *W = weights(a, "seed_3/W_2", &n), *V = weights(a, "seed_4/W_2", &m);
        ck_assert(n == 63 && m == 63);
        if (shared) {
            struct aln_table *t = table_of(beside(path, ".similarity.tsv"));
            double c = product(n, W, V) / sqrt(product(n, W, W) * product(n, V, V));
            ck_assert_double_eq_tol(entry(t, t->rows - 1, "similarity_2"), c, 1e-12);
            aln_table_free(t);
        }
        free(W);
        free(V);
        W = weights(a, "seed_3/F_1", &n);
        V = weights(a, "seed_4/F_1", &m);
        ck_assert(n == 27 && m == 27);
        ck_assert((memcmp(W, V, n * sizeof *W) == 0) == shared);
        free(W);
        free(V);
        /* The file holds the parameters, so that the run can be repeated. */
        must(aln_archive_get_text(a, "parameters", &parameters));
        must(aln_schema_load(&p, &aln_train_schema, path, 0, NULL, NULL));
        must(aln_schema_yaml(&aln_train_schema, p, &header));
        ck_assert_str_eq(parameters, header);
        aln_schema_free(&aln_train_schema, p);
        free(parameters);
        free(header);
        aln_archive_free(a);
        remove_all(path);
    }
}
END_TEST

START_TEST(test_own_data)
{
    static const char *const set[] = {"data.shared=false", "run.epochs=0"};
    const char *path = own("own.tsv");
    must(train(path, 2, false, NULL, 2, set));
    struct aln_table *t = table_of(path);
    ck_assert_uint_eq(t->rows, 3); /* only the start */
    aln_table_free(t);
    remove_all(path);
    /* Standard output has no files beside it, and cannot be resumed. */
    ck_assert_int_eq(train("-", 1, true, NULL, 0, NULL), ALN_USAGE);
    ck_assert_int_eq(train("/nowhere/x.tsv", 1, false, NULL, 0, NULL), ALN_USAGE);
}
END_TEST

/* Alignment on the training samples: with a single batch that holds all of them, it equals the
 * alignment on the current batch, and differs from that on the test samples. */
START_TEST(test_probe_set)
{
    static const char *const set[] = {
        "data.train=40", "learning.batch=40", "run.seeds=3",        "run.measures=[GA, GA_batch]",
        "run.probe=0",   "run.epochs=30",     "learning.rate=1e-3", "run.probe_set=train"};
    enum { SETS = sizeof set / sizeof set[0] };
    static const char *const pair[][2] = {
        {"GA", "GA_batch"}, {"GA_1", "GA_batch_1"}, {"GA_2", "GA_batch_2"}};
    const char *path = own("probe.tsv");
    for (size_t sets = SETS - 1; sets <= SETS; sets++) {
        double worst = 0;
        must(train(path, 1, false, NULL, sets, set));
        struct aln_table *t = table_of(path);
        for (size_t row = 0; row < t->rows; row++)
            for (size_t i = 0; i < 3; i++)
                worst = fmax(worst, fabs(entry(t, row, pair[i][0]) - entry(t, row, pair[i][1])));
        ck_assert(t->rows > 5);
        ck_assert(sets == SETS ? worst < 1e-6 : worst > 1e-3); /* sums in a different order */
        aln_table_free(t);
    }
    remove_all(path);
}
END_TEST

/* The test that forks comes first: with CK_FORK=no all run in one process, and once it has OpenMP
 * threads, a child, which has none of them, waits for them for ever. */
CHECK_MAIN("study/train", test_killed_and_resumed, test_result, test_same_bytes,
           test_stopped_and_resumed, test_resumed_without, test_damaged_checkpoint, test_divergence,
           test_divergence_by_norm, test_weights, test_own_data, test_probe_set,
           test_schedule_of_equal_rates, test_schedule_of_no_rate, test_schedule_resumed)

/* A longer run continues from what a shorter one has left, to the bytes of one that asked for it at once;
 * where it cannot, it starts over and says why. */
#include "../check_main.h"

#include <signal.h>

#include "../study/runs.h"
#include "train/train.h"

static const char *const experiment =
    "data: {name: mixture, train: 210, test: 50, inputs: 8, classes: 3}\n"
    "network: {layers: [{dense: 9, activation: tanh}, {dense: 7, activation: relu}, {dense: 3}]}\n"
    "learning: {rule: dfa, rate: 5e-3}\n"
    "run: {epochs: 6, seeds: {from: 3, to: 4}, record: {count: 6, spacing: linear}, checkpoint: "
    "0,\n"
    "      weights: true}\n";

enum { MOST = 4 };
typedef const char *const settings[MOST + 1]; /* up to NULL */

static const char *const endings[] = {".tsv",      ".similarity.tsv", ".weights.h5",
                                      ".tsv.part", ".checkpoint.h5",  ".similarity.tsv.part"};
enum { RESULTS = 3, FILES = sizeof endings / sizeof endings[0] };

/* STEM.ENDING for a path STEM.tsv. A view. */
static const char *beside(const char *path, size_t ending)
{
    static char out[4][128];
    static int next;
    char *s = out[next++ % 4];
    snprintf(s, sizeof out[0], "%.*s%s", (int)(strlen(path) - 4), path, endings[ending]);
    return s;
}

static void remove_all(const char *path)
{
    for (size_t i = 0; i < FILES; i++)
        unlink(beside(path, i));
}

static char told[2048];

static void remember(void *context, const char *line)
{
    (void)context;
    strncat(told, line, sizeof told - strlen(told) - 2);
}

static volatile sig_atomic_t stop;
static int looks_left;     /* progress updates before a stop is requested; 0: never */
static double first_share; /* the first progress reported; < 0: none yet */

static void look(void *context, double fraction)
{
    (void)context;
    first_share = first_share < 0 ? fraction : first_share;
    stop = stop || (looks_left > 0 && --looks_left == 0);
}

/* Trains with the settings of a case and more, and extends what is there. */
static enum aln_status train(const char *path, settings set, settings more, int looks)
{
    static const char file[] = "extend.yaml";
    const char *all[2 * MOST];
    size_t count = 0;
    void *p;
    for (size_t i = 0; set[i] != NULL; i++)
        all[count++] = set[i];
    for (size_t i = 0; more[i] != NULL; i++)
        all[count++] = more[i];
    write_text(file, experiment);
    enum aln_status status = aln_schema_load(&p, &aln_train_schema, file, count, all, NULL);
    unlink(file);
    must(status);
    const struct aln_progress progress = {.update = look, .tell = remember, .stop = &stop};
    told[0] = '\0';
    stop = 0;
    looks_left = looks;
    first_share = -1;
    status = aln_train(
        p, &(struct aln_run_options){
               .path = path, .threads = 1, .resume = true, .extend = true, .progress = &progress});
    aln_schema_free(&aln_train_schema, p);
    return status;
}

static void same_results(const char *a, const char *b)
{
    for (size_t i = 0; i < RESULTS; i++) {
        char *bytes[2];
        size_t n[2];
        must(aln_text_read_file(beside(a, i), &bytes[0], &n[0]));
        must(aln_text_read_file(beside(b, i), &bytes[1], &n[1]));
        ck_assert_msg(n[0] == n[1] && memcmp(bytes[0], bytes[1], n[0]) == 0, "%s differs",
                      endings[i]);
        free(bytes[0]);
        free(bytes[1]);
    }
    ck_assert_int_ne(access(beside(b, 4), F_OK), 0);
}

static void has_told(const char *words)
{
    ck_assert_msg(strstr(told, words) != NULL, "no '%s' in: %s", words, told);
}

static const settings none = {NULL}, twice = {"run.epochs=12", NULL};

/* What the state is made of, in either precision: velocities, feedback that learns, biases, rates that
 * change after the end of the shorter run. */
static const settings kinds[] = {
    {NULL},
    {"network.precision=double", "learning.momentum=0.5", NULL},
    {"learning.rule=kolen-pollack", "learning.momentum=0.5", "network.bias=true", NULL},
    {"learning.rule=direct-kolen-pollack", "learning.momentum=0.5", NULL},
    {"learning.rule=weight-mirror", "learning.feedback.rate=0.01", NULL},
    {"learning.rule=node-perturbation", "network.precision=double", NULL},
    {"learning.rule=fa", "learning.feedback={noise: 0.5, symmetry: 0.3, rank: 2}", NULL},
    {"learning.rule=kolen-pollack", "learning.optimiser=adam", "network.bias=true", NULL},
    {"learning.schedule=[{epoch: 4.5, rate: 1e-3}, {epoch: 7.5, rate: 2e-3}]", NULL},
};

START_TEST(test_finished)
{
    const char *whole = own("whole.tsv"), *path = own("longer.tsv");
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        must(train(whole, kinds[k], twice, 0));
        must(train(path, kinds[k], none, 0));
        must(train(path, kinds[k], twice, 0));
        has_told("continues from epoch 6 of ");
        has_told("weights.h5");
        ck_assert_double_lt(first_share, 0.25); /* of what was left: eight of 84 steps */
        same_results(whole, path);
        /* It is not run again. */
        must(train(path, kinds[k], twice, 0));
        ck_assert_str_eq(told, "");
        remove_all(whole);
        remove_all(path);
    }
}
END_TEST

/* From several steps of the shorter run, and with the longer run stopped on its way, too. */
START_TEST(test_stopped)
{
    const char *whole = own("whole.tsv"), *path = own("longer.tsv");
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        must(train(whole, kinds[k], twice, 0));
        for (int looks = 1; looks <= 9; looks += 4) {
            ck_assert_int_eq(train(path, kinds[k], none, looks), ALN_STOPPED);
            ck_assert_int_eq(train(path, kinds[k], twice, 3), ALN_STOPPED);
            has_told("continues from epoch ");
            has_told("checkpoint.h5");
            must(train(path, kinds[k], twice, 0));
            ck_assert(strstr(told, "starts over") == NULL);
            same_results(whole, path);
            remove_all(path);
            must(train(path, kinds[k], none, 0));
            ck_assert_int_eq(train(path, kinds[k], twice, looks), ALN_STOPPED);
            must(train(path, kinds[k], twice, 0));
            ck_assert(strstr(told, "starts over") == NULL);
            same_results(whole, path);
            remove_all(path);
        }
        remove_all(whole);
    }
}
END_TEST

/* Listed record times continue where the list does; the rows of the shorter run are kept. */
START_TEST(test_listed)
{
    static const settings shorter = {"run.record={times: [0, 0.5, 3, 6]}", NULL},
                          longer = {"run.record={times: [0, 0.5, 3, 6, 7, 11]}", "run.epochs=12",
                                    NULL};
    const char *whole = own("whole.tsv"), *path = own("longer.tsv");
    must(train(whole, longer, none, 0));
    must(train(path, shorter, none, 0));
    struct aln_table *before = table_of(path);
    must(train(path, longer, none, 0));
    has_told("continues from epoch 6 of ");
    same_results(whole, path);
    struct aln_table *after = table_of(path);
    for (size_t seed = 0; seed < 2; seed++)
        for (size_t i = 0; i < 4 * before->cols; i++)
            ck_assert_str_eq(before->text[seed * 4 * before->cols + i],
                             after->text[seed * 6 * after->cols + i]);
    aln_table_free(before);
    aln_table_free(after);
    remove_all(whole);
    remove_all(path);
}
END_TEST

/* ---- what cannot be extended ---- */

static const struct {
    settings set, shorter; /* of both; of the shorter run alone */
    const char *removed, *words;
} cannot[] = {
    {{"run.record={count: 6}", NULL},
     {NULL},
     NULL,
     "it records epoch 0.857143, which the shorter one"},
    {{"run.weights=false", NULL}, {NULL}, NULL, "kept its weights (run.weights: true)"},
    {{NULL}, {NULL}, ".weights.h5", "kept its weights (run.weights: true)"},
    {{NULL}, {NULL}, ".similarity.tsv", "similarity.tsv"},
};

START_TEST(test_starts_over)
{
    const char *whole = own("whole.tsv"), *path = own("longer.tsv");
    for (size_t k = 0; k < sizeof cannot / sizeof cannot[0]; k++) {
        must(train(whole, cannot[k].set, twice, 0));
        must(train(path, cannot[k].set, cannot[k].shorter, 0));
        for (size_t i = 0; i < RESULTS; i++)
            if (cannot[k].removed != NULL && strcmp(endings[i], cannot[k].removed) == 0)
                ck_assert_int_eq(unlink(beside(path, i)), 0);
        must(train(path, cannot[k].set, twice, 0));
        has_told("the run starts over: ");
        has_told(cannot[k].words);
        if (strcmp(cannot[k].set[0] != NULL ? cannot[k].set[0] : "", "run.weights=false") != 0)
            same_results(whole, path);
        remove_all(whole);
        remove_all(path);
    }
}
END_TEST

/* The weights of a run that differs in more than its length. */
START_TEST(test_other_weights)
{
    static const settings other = {"learning.rate=1e-3", NULL};
    const char *whole = own("whole.tsv"), *path = own("longer.tsv"), *foreign = own("foreign.tsv");
    must(train(whole, none, twice, 0));
    must(train(path, none, none, 0));
    must(train(foreign, other, none, 0));
    ck_assert_int_eq(rename(beside(foreign, 2), beside(path, 2)), 0);
    must(train(path, none, twice, 0));
    has_told("the run starts over: ");
    has_told("different parameters");
    same_results(whole, path);
    remove_all(whole);
    remove_all(path);
    remove_all(foreign);
}
END_TEST

CHECK_MAIN("train/extend", test_finished, test_stopped, test_listed, test_starts_over,
           test_other_weights)

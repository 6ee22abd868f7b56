/* Parameter files of deep experiments: every parameter once, files with mistakes, no memory. */
#include "../check_main.h"
#include "../covers.h"
#include "../failing_memory.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "params/schema_table.h"
#include "train/train.h"

#define COUNT(array) (sizeof array / sizeof array[0])

/* ---- files ---- */

/* Every row once with another value than its default, in files that do not exclude each other. */
static const char *const files[] = {
    ("title: t\nsource: s\n"
     "data: {name: idx, path: /tmp/x, prefix: f-, size: 7, train: 100, test: 50, classes: 3,\n"
     "  standardise: colour, coding: class, label_noise: 0.25, label_noise_test: true,\n"
     "  shared: false, seed: 18446744073709551615}\n"
     "network:\n"
     "  layers: [{dense: 5, activation: relu}, {dense: 4}, {dense: 3}]\n"
     "  init: orthogonal\n  init_scale: 0.5\n  bias: true\n  loss: mse\n  precision: double\n"
     "learning:\n"
     "  rule: kolen-pollack\n  rate: 0.30000000000000004\n  reduction: mean\n  batch: 7\n"
     "  order: fixed\n  momentum: 0.9\n  decay: 1e-5\n"
     "  schedule: [{epoch: 0.30000000000000004, rate: 5e-324}, {epoch: 7, rate: 0}]\n"
     "  feedback: {distribution: signs, scale: 2, scaling: one, orthonormal: true, shared: false,\n"
     "    seed: 9, rate: 0.01, decay: 5e-324}\n"
     "run: {epochs: 3, seeds: {from: 2, to: 9}, record: {count: 5, spacing: linear, first: 0.5},\n"
     "  measures: [GA, loss, A], probe: 0, probe_set: train, scored: 10,\n"
     "  checkpoint: 0.5, weights: true}\n"),
    ("data: {name: teacher, inputs: 6, outputs: 2, units: [5, 4], activation: erf, noise: 0.125}\n"
     "network: {layers: [{dense: 2}], loss: half-mse}\nlearning: {rule: dfa}\n"
     "run: {epochs: 4, seeds: 7, record: {times: [0, 1, 2.5]}}\n"),
    ("data: {name: targets, alpha: 0.25, beta: 0.5}\n"
     "network: {layers: [{dense: 4, activation: tanh}, {dense: 2}], loss: mse}\n"
     "learning: {rule: bp}\nsweep: {run: train, over: []}\n"),
    ("data: {name: mnist}\n"
     "network: {layers: [{conv: 4, kernel: 3, activation: relu}, {flatten: true}, {dense: 10}]}\n"
     "learning: {rule: dfa, feedback: {kind: smooth, modes: 3}}\n"),
    ("data: {name: mixture, separation: 3, coding: class}\n"
     "network: {layers: [{dense: 10}]}\nlearning: {rule: frozen}\n"),
};

static enum aln_status parse(void **p, const char *text)
{
    struct aln_tree *tree;
    *p = NULL;
    enum aln_status status = aln_tree_parse(&tree, "train.yaml", text, strlen(text));
    if (status == ALN_OK)
        status = aln_schema_from_tree(p, &aln_train_schema, tree, "train.yaml", "train");
    aln_tree_free(tree);
    return status;
}

/* The YAML of what was read reads to the same YAML.  Returned: yours, free() */
static char *round_trip(const void *p)
{
    char *yaml, *again;
    void *q;
    ck_assert_int_eq(aln_schema_yaml(&aln_train_schema, p, &yaml), ALN_OK);
    ck_assert_msg(parse(&q, yaml) == ALN_OK, "%s\nin\n%s", aln_error(), yaml);
    ck_assert_int_eq(aln_schema_yaml(&aln_train_schema, q, &again), ALN_OK);
    ck_assert_str_eq(yaml, again);
    free(again);
    aln_schema_free(&aln_train_schema, q);
    return yaml;
}

/* Whether a key stands in a YAML text as it is written: its last part behind its parents. */
static bool has_key(const char *yaml, const char *key)
{
    char line[80];
    const char *at = yaml;
    int depth = 0;
    for (const char *part = key; at != NULL; depth++) {
        size_t n = strcspn(part, ".");
        snprintf(line, sizeof line, "%s%*s%.*s:", depth > 0 || at > yaml ? "\n" : "", 2 * depth, "",
                 (int)n, part);
        const char *found = strstr(at, line);
        if (found == NULL && depth == 0 && strncmp(yaml, line + (line[0] == '\n'), n + 1) == 0)
            found = yaml;
        if (part[n] == '\0')
            return found != NULL;
        at = found;
        part += n + 1;
    }
    return false;
}

START_TEST(test_every_parameter)
{
    struct aln_param_row row;
    bool seen[200] = {false};
    for (size_t i = 0; i < COUNT(files); i++) {
        void *p;
        ck_assert_msg(parse(&p, files[i]) == ALN_OK, "%s", aln_error());
        char *yaml = round_trip(p);
        for (size_t r = 0; aln_schema_row(&aln_train_schema, r, &row); r++)
            seen[r] = seen[r] || has_key(yaml, row.id.name);
        free(yaml);
        aln_schema_free(&aln_train_schema, p);
    }
    for (size_t r = 0; aln_schema_row(&aln_train_schema, r, &row); r++) {
        ck_assert_msg(seen[r] || strcmp(row.id.name, "sweep") == 0, "%s is in no file",
                      row.id.name);
        ck_assert(row.id.doc[0] != '\0');
    }
}
END_TEST

START_TEST(test_values)
{
    void *q;
    ck_assert_int_eq(parse(&q, files[0]), ALN_OK);
    const struct aln_train_params *p = q;
    ck_assert_str_eq(p->data.kind->id.name, "idx");
    ck_assert_str_eq(p->data.prefix, "f-");
    ck_assert(p->data.size == 7 && p->data.classes == 3 && !p->data.shared);
    ck_assert(p->data.seed == UINT64_MAX && p->data.label_noise == 0.25);
    ck_assert(p->network.layers_count == 3 && p->network.layers[1].size == 4);
    ck_assert_str_eq(p->network.layers[0].activation->id.name, "relu");
    ck_assert_ptr_null(p->network.layers[1].activation);
    ck_assert(p->network.precision == ALN_DOUBLE && p->network.bias);
    ck_assert(p->learning.rate == 0.30000000000000004 && p->learning.reduction == ALN_MEAN);
    ck_assert(p->learning.order == ALN_FIXED && p->learning.batch == 7);
    ck_assert(p->learning.feedback.scaling == ALN_BY_ONE && p->learning.feedback.rate == 0.01);
    ck_assert(p->run.seeds[0] == 2 && p->run.seeds[1] == 9 && p->run.weights);
    ck_assert(p->run.probe_set == ALN_PROBE_TRAIN);
    ck_assert(p->run.measures_count == 3 && p->run.record.spacing == ALN_LINEAR);
    aln_schema_free(&aln_train_schema, q);

    ck_assert_int_eq(parse(&q, files[1]), ALN_OK);
    p = q;
    size_t units[2];
    struct aln_data_spec spec = aln_train_data(p, 3, units);
    ck_assert(spec.unit_layers == 2 && spec.units[0] == 5 && spec.units[1] == 4);
    ck_assert(spec.seed == 1 && fabs(spec.g(0.5) - erf(0.5 / sqrt(2))) < 1e-15);
    ck_assert(p->run.record.times_count == 3 && p->run.record.times[2] == 2.5);
    ck_assert(isnan(p->learning.feedback.rate));
    aln_schema_free(&aln_train_schema, q);

    /* What is usual for a data set holds where nothing else is said. */
    ck_assert_int_eq(parse(&q, files[2]), ALN_OK);
    p = q;
    ck_assert(p->data.train == p->data.kind->usual.train && p->data.train > 0);
    ck_assert(p->data.inputs == 9 && p->data.alpha == 0.25);
    ck_assert_ptr_eq(p->data.coding, p->data.kind->usual.coding);
    aln_schema_free(&aln_train_schema, q);
}
END_TEST

static const char *doc_of(const char *key)
{
    static struct aln_param_row row;
    for (size_t r = 0; aln_schema_row(&aln_train_schema, r, &row); r++)
        if (strcmp(row.id.name, key) == 0)
            return row.id.doc;
    ck_abort_msg("no %s", key);
    return "";
}

/* Whether the documentation of data.KEY tells the value that is usual for a data set: "SET VALUE",
 * "files VALUE", or a value for all. */
static void check_usual(const struct aln_data_kind *kind, const char *key, const char *value)
{
    char full[64], of_set[96], of_files[96], of_all[96], of_others[96];
    if (!aln_data_uses(kind, key))
        return;
    snprintf(full, sizeof full, "data.%s", key);
    const char *usual = strstr(doc_of(full), "Usual: ");
    ck_assert_msg(usual != NULL, "%s", full);
    bool drawn = !aln_data_uses(kind, "path");
    snprintf(of_set, sizeof of_set, "%s %s", kind->id.name, value);
    snprintf(of_files, sizeof of_files, "files %s", value);
    snprintf(of_all, sizeof of_all, "Usual: %s", value);
    snprintf(of_others, sizeof of_others, "else %s", value);
    ck_assert_msg(strstr(usual, of_set) != NULL || (!drawn && strstr(usual, of_files) != NULL) ||
                      strstr(usual, of_others) != NULL || strcmp(usual, of_all) == 0,
                  "%s, %s: '%s' is not in '%s'", full, kind->id.name, value, usual);
}

/* What `alignode params` says is usual for a data set is what the table of data sets has, and what
 * it says of layers names all kinds and their keys. */
START_TEST(test_docs)
{
    static const char *const members[] = {"kernel:", "stride: 1", "padding: 0", "activation:"};
    for (size_t i = 0; i < aln_datasets.count; i++) {
        const struct aln_data_kind *kind =
            (const struct aln_data_kind *)aln_names_row(&aln_datasets, i);
        const struct aln_data_spec *usual = &kind->usual;
        const struct {
            const char *key;
            double value;
        } numbers[] = {{"size", (double)usual->size},
                       {"train", (double)usual->train},
                       {"test", (double)usual->test},
                       {"inputs", (double)usual->inputs},
                       {"outputs", (double)usual->outputs},
                       {"classes", (double)usual->classes},
                       {"alpha", usual->alpha},
                       {"beta", usual->beta},
                       {"separation", usual->separation},
                       {"noise", usual->noise},
                       {"label_noise", usual->label_noise}};
        char text[64];
        for (size_t j = 0; j < COUNT(numbers); j++) {
            snprintf(text, sizeof text, "%g", numbers[j].value);
            check_usual(kind, numbers[j].key, text);
        }
        check_usual(kind, "coding", usual->coding->id.name);
        check_usual(kind, "standardise", usual->standardise->id.name);
        snprintf(text, sizeof text, "%s %zu", kind->id.name, kind->holds[ALN_TRAIN]);
        ck_assert(kind->holds[ALN_TRAIN] == 0 || strstr(doc_of("data.train"), text) != NULL);
        snprintf(text, sizeof text, "%s %zu", kind->id.name, kind->holds[ALN_TEST]);
        ck_assert(kind->holds[ALN_TEST] == 0 || strstr(doc_of("data.test"), text) != NULL);
    }
    for (size_t i = 0; i < aln_layer_kinds.count; i++)
        ck_assert_ptr_nonnull(
            strstr(doc_of("network.layers"), aln_names_row(&aln_layer_kinds, i)->name));
    for (size_t i = 0; i < COUNT(members); i++)
        ck_assert_ptr_nonnull(strstr(doc_of("network.layers"), members[i]));
}
END_TEST

/* Files with random bytes changed, removed or doubled are read or refused at a place, never more.
 */
START_TEST(test_mutations)
{
    uint64_t state = 4242;
    int loaded = 0, refused = 0;
    for (int i = 0; i < 2000; i++) {
        void *p;
        char text[2048];
        strcpy(text, files[(size_t)i % COUNT(files)]);
        size_t n = strlen(text);
        for (int j = 0; j < 1 + i % 3; j++) {
            state ^= state << 13, state ^= state >> 7, state ^= state << 17;
            size_t at = (size_t)(state >> 33) % n;
            if (state % 3 == 0)
                text[at] = "{}[]:,-#&*!|>'\"% \n\t\r0"[(state >> 8) % 21];
            else if (state % 3 == 1)
                memmove(text + at, text + at + 1, n - at);
            else
                memmove(text + at + 1, text + at, n - at + 1);
            n = strlen(text);
        }
        enum aln_status status = parse(&p, text);
        if (status == ALN_OK) {
            free(round_trip(p));
            loaded++;
        } else {
            ck_assert_int_eq(status, ALN_USAGE);
            ck_assert_msg(strncmp(aln_error(), "train.yaml:", 11) == 0, "%s", aln_error());
            refused++;
        }
        aln_schema_free(&aln_train_schema, p);
    }
    ck_assert_int_gt(loaded, 50);
    ck_assert_int_gt(refused, 500);
}
END_TEST

START_TEST(test_no_memory)
{
    for (size_t i = 0; i < COUNT(files); i++) {
        void *p = NULL;
        char *yaml;
        enum aln_status status = ALN_MEMORY;
        long n = 0;
        for (; status == ALN_MEMORY; n++) {
            allocations_left = n;
            status = parse(&p, files[i]);
            allocations_left = -1;
            ck_assert((p == NULL) == (status != ALN_OK));
        }
        ck_assert_msg(status == ALN_OK, "%s", aln_error());
        ck_assert_int_gt(n, 50);
        status = ALN_MEMORY;
        for (n = 0; status == ALN_MEMORY; n++) {
            allocations_left = n;
            status = aln_schema_yaml(&aln_train_schema, p, &yaml);
            allocations_left = -1;
        }
        ck_assert_int_eq(status, ALN_OK);
        free(yaml);
        aln_schema_free(&aln_train_schema, p);
    }
}
END_TEST

START_TEST(test_covered)
{
    COVERS(&aln_orders, "shuffled", "fixed");
    COVERS(&aln_probes, "test", "train");
}
END_TEST

CHECK_MAIN("study/train_params", test_every_parameter, test_values, test_docs, test_mutations,
           test_no_memory, test_covered)

/* Parameter files of deep experiments: every parameter once, files with mistakes, out of memory. */
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

/* Every row once with a value other than its default, in files without exclusive keys. */
static const char *const files[] = {
    ("title: t\nsource: s\n"
     "data: {name: idx, path: /tmp/x, prefix: f-, transpose: true, size: 7, train: 100, test: 50, "
     "classes: 3,\n"
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
     "run: {epochs: 4, seeds: [7, 8, 9], record: {times: [0, 1, 2.5]}}\n"),
    ("data: {name: targets, alpha: 0.25, beta: 0.5}\n"
     "network: {layers: [{dense: 4, activation: tanh}, {dense: 2}], loss: mse}\n"
     "learning: {rule: bp}\nsweep: {run: train, over: []}\n"),
    ("data: {name: mixture}\nnetwork: {layers: [{dense: 9}, {dense: 10}]}\n"
     "learning: {rule: fa, feedback: {noise: 0.5, symmetry: 0.25, rank: 3}}\n"),
    ("data: {name: mixture}\nnetwork: {layers: [{dense: 9}, {dense: 10}]}\n"
     "learning: {rule: dfa, feedback: {density: 0.5}}\n"),
    ("data: {name: mnist}\n"
     "network: {layers: [{conv: 4, kernel: 3, activation: relu}, {flatten: true}, {dense: 10}]}\n"
     "learning: {rule: dfa, optimiser: adam, beta1: 0.8, beta2: 0.99, epsilon: 1e-6,\n"
     "  feedback: {kind: smooth, modes: 3}}\n"),
    ("data: {name: cifar100, labels: coarse}\n"
     "network: {layers: [{flatten: true}, {dense: 20}], init: {from: \"a: #b.safetensors\"}}\n"
     "learning: {rule: dfa}\nrun: {weights: \"x: 1.safetensors\"}\n"),
    ("data: {name: mixture, separation: 3, coding: class}\n"
     "network: {layers: [{dense: 10}]}\n"
     "learning: {rule: ternary-error, feedback: {threshold: 0.25}}\n"
     "figure: {title: \"\", size: [3.4, 2.5], style: grey, font: Helvetica, xrange: [auto, 1e-2],\n"
     "  yrange: [-1, 2], log: xy, legend: [\"a: b, 'c'\", d], columns: [GA, WA_2]}\n"),
};

static enum aln_status parse(void **p, const char *text)
{
    return aln_schema_parse(p, &aln_train_schema, "train.yaml", text, 0, NULL, NULL);
}

/* Checks that the YAML of the parameters is read back to the same YAML.  Returned: yours, free() */
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

/* Whether a YAML text contains a key: its last part nested in its parents. */
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
    ck_assert_str_eq(p->data.spec.prefix, "f-");
    ck_assert(p->data.spec.transpose);
    ck_assert(p->data.spec.size == 7 && p->data.spec.classes == 3 && !p->data.shared);
    ck_assert(p->data.spec.seed == UINT64_MAX && p->data.spec.label_noise == 0.25);
    ck_assert(p->network.layer_count == 3 && p->network.layer[1].size == 4);
    ck_assert_str_eq(p->network.layer[0].activation->id.name, "relu");
    ck_assert_ptr_null(p->network.layer[1].activation);
    ck_assert(p->network.precision == ALN_DOUBLE && p->network.bias);
    ck_assert(p->learning.rate == 0.30000000000000004 && p->network.reduction == ALN_MEAN);
    ck_assert(p->learning.order == ALN_FIXED && p->network.batch == 7);
    ck_assert(p->network.feedback.scaling == ALN_BY_ONE && p->network.feedback.rate == 0.01);
    ck_assert(p->run.seeds[0] == 2 && p->run.seeds[1] == 9 && p->run.weights);
    ck_assert(p->run.probe_set == ALN_PROBE_TRAIN);
    ck_assert(p->run.measures_count == 3 && p->run.record.spacing == ALN_LINEAR);
    aln_schema_free(&aln_train_schema, q);

    ck_assert_int_eq(parse(&q, files[1]), ALN_OK);
    p = q;
    ck_assert(p->run.seeds[0] == 7 && p->run.seeds[1] == 9);
    struct aln_data_spec spec = aln_train_data(p, 3);
    ck_assert(spec.unit_layers == 2 && spec.units[0] == 5 && spec.units[1] == 4);
    ck_assert(spec.seed == 1 && fabs(spec.activation->g(0.5) - erf(0.5 / sqrt(2))) < 1e-15);
    ck_assert(p->run.record.times_count == 3 && p->run.record.times[2] == 2.5);
    ck_assert(isnan(p->network.feedback.rate));
    aln_schema_free(&aln_train_schema, q);

    /* The defaults of the data set hold for keys that are not given. */
    ck_assert_int_eq(parse(&q, files[2]), ALN_OK);
    p = q;
    ck_assert(p->data.spec.train == p->data.kind->usual.train && p->data.spec.train > 0);
    ck_assert(p->data.spec.inputs == 9 && p->data.spec.alpha == 0.25);
    ck_assert_ptr_eq(p->data.spec.coding, p->data.kind->usual.coding);
    aln_schema_free(&aln_train_schema, q);
}
END_TEST

static const struct aln_param_row *row_of(const char *key)
{
    static struct aln_param_row row;
    for (size_t r = 0; aln_schema_row(&aln_train_schema, r, &row); r++)
        if (strcmp(row.id.name, key) == 0)
            return &row;
    ck_abort_msg("no %s", key);
    return NULL;
}

static const char *doc_of(const char *key)
{
    return row_of(key)->id.doc;
}

/* A file that only names its data set gets the defaults of the set for every key that the set uses;
 * `alignode params` lists them. */
START_TEST(test_usual)
{
    const char *const said[][2] = {
        {"data.train", "files 0, targets 992, mixture 4000, teacher 4000"},
        {"data.inputs", "targets 9, mixture 50, teacher 50"},
        {"data.separation", "mixture 5"},
        {"data.coding", "files class, targets values, mixture class, teacher values"},
        {"data.label_noise", "0"},
        {"data.activation", "tanh"},
        {"data.labels", "fine"},
    };
    for (size_t i = 0; i < COUNT(said); i++)
        ck_assert_str_eq(row_of(said[i][0])->def, said[i][1]);
    for (size_t i = 0; i < aln_datasets.count; i++) {
        const struct aln_data_kind *kind =
            (const struct aln_data_kind *)aln_names_row(&aln_datasets, i);
        const struct aln_data_spec *usual = &kind->usual;
        size_t outputs = aln_data_outputs(kind, usual);
        char text[256];
        void *p;
        snprintf(text, sizeof text,
                 "data: {name: %s%s}\nnetwork: {layers: [{dense: %zu}], loss: mse}\n"
                 "learning: {rule: bp}\n",
                 kind->id.name, aln_data_uses(kind, "path") ? ", path: x" : "",
                 outputs > 0 ? outputs : 1);
        ck_assert_msg(parse(&p, text) == ALN_OK, "%s", aln_error());
        const struct aln_data_spec *spec = &((const struct aln_train_params *)p)->data.spec;
        ck_assert(spec->train == usual->train && spec->test == usual->test);
        ck_assert(spec->size == usual->size && spec->classes == usual->classes);
        ck_assert(spec->inputs == usual->inputs && spec->outputs == usual->outputs);
        ck_assert(spec->alpha == usual->alpha && spec->beta == usual->beta);
        ck_assert(spec->separation == usual->separation && spec->noise == usual->noise);
        ck_assert(spec->label_noise == usual->label_noise);
        ck_assert(spec->label_noise_test == usual->label_noise_test);
        ck_assert(spec->coding == usual->coding && spec->standardise == usual->standardise);
        ck_assert(spec->unit_layers == usual->unit_layers);
        aln_schema_free(&aln_train_schema, p);
        /* "files" stands for all of them. */
        if (aln_data_uses(kind, "path"))
            ck_assert(usual->train == 0 && usual->test == 0 && usual->classes == 0 &&
                      strcmp(usual->coding->id.name, "class") == 0 &&
                      strcmp(usual->standardise->id.name, "global") == 0);
    }
}
END_TEST

/* The docs of data.train and data.test agree with the table of data sets, and those of
 * network.layers name all kinds and their keys. */
START_TEST(test_docs)
{
    static const char *const members[] = {"kernel:", "stride: 1", "padding: 0", "activation:"};
    for (size_t i = 0; i < aln_datasets.count; i++) {
        const struct aln_data_kind *kind = aln_data_kind_row(i);
        char text[64];
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

/* Files with random bytes changed, removed or doubled are read, or refused with a position. */
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

static const char *default_of(const char *key)
{
    static struct aln_param_row row;
    for (size_t r = 0; aln_schema_row(&aln_train_schema, r, &row); r++)
        if (strcmp(row.id.name, key) == 0)
            return row.def;
    ck_abort_msg("no %s", key);
    return "";
}

/* The library has the same defaults as parameter files. */
START_TEST(test_network_defaults)
{
    const struct aln_network_options o = aln_network_defaults();
    const struct {
        const char *key, *name;
    } names[] = {
        {"network.init", o.init->id.name},
        {"network.loss", o.loss->id.name},
        {"network.precision", aln_names_row(&aln_precisions, o.precision)->name},
        {"network.bias", o.bias ? "true" : "false"},
        {"learning.reduction", aln_names_row(&aln_reductions, o.reduction)->name},
        {"learning.feedback.kind", o.feedback.kind->id.name},
        {"learning.feedback.distribution",
         aln_names_row(&aln_distributions, o.feedback.distribution)->name},
        {"learning.feedback.scaling", aln_names_row(&aln_scalings, o.feedback.scaling)->name},
        {"learning.feedback.orthonormal", o.feedback.orthonormal ? "true" : "false"},
        {"learning.feedback.rate", isnan(o.feedback.rate) ? "" : "given"},
        {"learning.feedback.decay", isnan(o.feedback.decay) ? "" : "given"},
        {"learning.feedback.noise", isnan(o.feedback.noise) ? "" : "given"},
        {"learning.feedback.symmetry", isnan(o.feedback.symmetry) ? "" : "given"},
        {"learning.feedback.density", isnan(o.feedback.density) ? "" : "given"},
        {"learning.feedback.rank", o.feedback.rank == 0 ? "" : "given"},
    };
    const struct {
        const char *key;
        double value;
    } numbers[] = {
        {"network.init_scale", o.init_scale},
        {"learning.batch", (double)o.batch},
        {"learning.momentum", o.momentum},
        {"learning.decay", o.decay},
        {"learning.beta1", o.beta1},
        {"learning.beta2", o.beta2},
        {"learning.epsilon", o.epsilon},
        {"learning.feedback.scale", o.feedback.scale},
        {"learning.feedback.modes", (double)o.feedback.modes},
        {"learning.feedback.threshold", o.feedback.threshold},
        {"learning.feedback.seed", (double)o.feedback.seed},
        {"run.seeds", (double)o.seed},
    };
    for (size_t i = 0; i < COUNT(names); i++)
        ck_assert_msg(strcmp(default_of(names[i].key), names[i].name) == 0, "%s: %s", names[i].key,
                      names[i].name);
    for (size_t i = 0; i < COUNT(numbers); i++)
        ck_assert_msg(atof(default_of(numbers[i].key)) == numbers[i].value, "%s: %g",
                      numbers[i].key, numbers[i].value);
    ck_assert(o.rule == NULL && o.layer == NULL && o.layer_count == 0);
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
        ck_assert_int_gt(n, i == 0 ? 50 : 20); /* the defaults are parsed only once */
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

/* A default in words is whole, or said to be missing. */
START_TEST(test_no_memory_for_words)
{
    struct aln_param_row whole, row;
    ck_assert(aln_schema_find(&aln_train_schema, "data.train", &whole));
    ck_assert(whole.usual && !whole.failed);
    for (long n = 0, left = -1; left < 0; n++) {
        allocations_left = n;
        const bool found = aln_schema_find(&aln_train_schema, "data.train", &row);
        left = allocations_left;
        allocations_left = -1;
        ck_assert(found); /* Check itself allocates */
        ck_assert(row.failed || strcmp(row.def, whole.def) == 0);
        ck_assert(row.failed == (left < 0));
    }
}
END_TEST

START_TEST(test_covered)
{
    COVERS(&aln_orders, "shuffled", "fixed");
    COVERS(&aln_probes, "test", "train");
}
END_TEST

CHECK_MAIN("train/train_params", test_every_parameter, test_values, test_usual, test_docs,
           test_mutations, test_network_defaults, test_no_memory_for_words, test_no_memory,
           test_covered)

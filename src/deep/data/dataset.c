#include "alignode/dataset.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "base/finders.h"
#include "base/text.h"
#include "deep/data/dataset_parts.h"

enum { DEEPEST = 64 };

bool aln_data_uses(const struct aln_data_kind *kind, const char *key)
{
    const size_t n = strlen(key);
    for (const char *at = kind->keys; (at = strstr(at, key)) != NULL; at++)
        if (at[-1] == ' ' && at[n] == ' ')
            return true;
    return strcmp(key, "train") == 0 || strcmp(key, "test") == 0;
}

/* Whether shapes and classes are known only from the files. */
static bool is_open(const struct aln_data_kind *kind)
{
    return aln_data_uses(kind, "path") && kind->holds[ALN_TRAIN] == 0;
}

bool aln_data_sample_shape(const struct aln_data_kind *kind, const struct aln_data_spec *spec,
                           size_t *channels, size_t *height, size_t *width)
{
    const bool images = kind->colours > 0;
    const size_t side = aln_data_uses(kind, "size") ? spec->size : 0;
    *channels = images ? kind->colours : side > 0 ? spec->inputs / (side * side) : spec->inputs;
    *height = *width = side > 0 ? side : images ? kind->side : 1;
    return !is_open(kind);
}

/* ---- checks ---- */

enum aln_status aln_data_refuse(const char **key, const char *name, const char *fmt, ...)
{
    char what[256];
    va_list args;
    va_start(args, fmt);
    aln_text_format(what, sizeof what, fmt, args);
    va_end(args);
    if (key != NULL)
        *key = name;
    return aln_raise(ALN_USAGE, "data.%s: %s", name, what);
}

enum aln_status aln_data_refuse_amount(const char **key, int part, uint64_t there, size_t wanted)
{
    return aln_data_refuse(key, part == ALN_TRAIN ? "train" : "test",
                           "expected at most the %" PRIu64
                           " samples of the files, got %zu; 0 takes all",
                           there, wanted);
}

/* Ranges of the numbers, by key. */
static const struct {
    const char *key;
    size_t at; /* offset in struct aln_data_spec */
    size_t least, most;
} wholes[] = {
    {"inputs", offsetof(struct aln_data_spec, inputs), 1, ALN_DATA_MOST},
    {"outputs", offsetof(struct aln_data_spec, outputs), 1, ALN_DATA_MOST},
};
static const struct {
    const char *key;
    size_t at;
    double least, most;
} reals[] = {
    {"label_noise", offsetof(struct aln_data_spec, label_noise), 0, 1},
    {"alpha", offsetof(struct aln_data_spec, alpha), 0, 1e6},
    {"beta", offsetof(struct aln_data_spec, beta), 0, 2},
    {"separation", offsetof(struct aln_data_spec, separation), 0, 1e6},
    {"noise", offsetof(struct aln_data_spec, noise), 0, 1e6},
};

static enum aln_status check_whole(const char *name, size_t value, size_t least, size_t most,
                                   const char **key)
{
    if (value < least || value > most)
        return aln_data_refuse(key, name, "expected whole number from %zu to %zu, got %zu", least,
                               most, value);
    return ALN_OK;
}

static enum aln_status check_numbers(const struct aln_data_kind *kind,
                                     const struct aln_data_spec *spec, const char **key)
{
    enum aln_status status = ALN_OK;
    const char *place = (const char *)spec;
    for (size_t i = 0; i < sizeof wholes / sizeof wholes[0] && status == ALN_OK; i++)
        if (aln_data_uses(kind, wholes[i].key))
            status = check_whole(wholes[i].key, *(const size_t *)(place + wholes[i].at),
                                 wholes[i].least, wholes[i].most, key);
    for (size_t i = 0; i < sizeof reals / sizeof reals[0] && status == ALN_OK; i++) {
        const double value = *(const double *)(place + reals[i].at);
        if (aln_data_uses(kind, reals[i].key) &&
            !(value >= reals[i].least && value <= reals[i].most)) /* false for nan */
            status = aln_data_refuse(key, reals[i].key, "expected number from %g to %g, got %g",
                                     reals[i].least, reals[i].most, value);
    }
    for (size_t i = 0; i < spec->unit_layers && status == ALN_OK; i++)
        if (aln_data_uses(kind, "units"))
            status = check_whole("units", spec->units[i], 1, ALN_DATA_MOST, key);
    return status;
}

static size_t most_classes(const struct aln_data_kind *kind, const struct aln_data_spec *spec)
{
    return aln_data_uses(kind, "labels") ? spec->labels->classes : kind->classes;
}

/* Sizes and counts. 0, for all samples, is possible only with files. */
static enum aln_status check_amounts(const struct aln_data_kind *kind,
                                     const struct aln_data_spec *spec, const char **key)
{
    const bool files = aln_data_uses(kind, "path");
    if (!files && spec->train == 0)
        return aln_data_refuse(key, "train", "expected whole number >= 1");
    if (!files && spec->test == 0)
        return aln_data_refuse(key, "test", "expected whole number >= 1");
    if (kind->holds[ALN_TRAIN] > 0 && spec->train > kind->holds[ALN_TRAIN])
        return aln_data_refuse_amount(key, ALN_TRAIN, kind->holds[ALN_TRAIN], spec->train);
    if (kind->holds[ALN_TEST] > 0 && spec->test > kind->holds[ALN_TEST])
        return aln_data_refuse_amount(key, ALN_TEST, kind->holds[ALN_TEST], spec->test);
    if (aln_data_uses(kind, "size") && spec->size > kind->side)
        return aln_data_refuse(key, "size", "expected at most %zu, got %zu", kind->side,
                               spec->size);
    if (aln_data_uses(kind, "size") && !files && spec->size > 0 &&
        spec->inputs % (spec->size * spec->size) != 0)
        return aln_data_refuse(key, "size",
                               "%zu inputs are not a whole number of maps of %zu x %zu pixels",
                               spec->inputs, spec->size, spec->size);
    if (aln_data_uses(kind, "classes") && !(files && spec->classes == 0))
        return check_whole("classes", spec->classes, 2, most_classes(kind, spec), key);
    if (aln_data_uses(kind, "units") && spec->unit_layers > DEEPEST)
        return aln_data_refuse(key, "units", "expected at most %d hidden layers", DEEPEST);
    if (aln_data_uses(kind, "units") && spec->unit_layers > 0 && spec->activation == NULL)
        return aln_data_refuse(key, "activation", "required for a teacher with hidden units");
    return ALN_OK;
}

/* The number of classes; 0: known only from the files. */
static size_t known_classes(const struct aln_data_kind *kind, const struct aln_data_spec *spec)
{
    if (is_open(kind))
        return spec->classes;
    if (aln_data_uses(kind, "classes"))
        return spec->classes > 0 ? spec->classes : most_classes(kind, spec);
    size_t outputs = aln_data_uses(kind, "outputs") ? spec->outputs : kind->usual.outputs;
    return outputs == 1 ? 2 : outputs;
}

size_t aln_data_outputs(const struct aln_data_kind *kind, const struct aln_data_spec *spec)
{
    const struct aln_coding *coding = spec->coding;
    if (coding->outputs > 0)
        return coding->outputs;
    if (!coding->labels)
        return aln_data_uses(kind, "outputs") ? spec->outputs : kind->usual.outputs;
    return known_classes(kind, spec);
}

/* The coding must fit what the set provides. */
static enum aln_status check_coding(const struct aln_data_kind *kind,
                                    const struct aln_data_spec *spec, const char **key)
{
    const bool numbers = !kind->usual.coding->labels || kind->targets;
    if (!spec->coding->labels && !numbers)
        return aln_data_refuse(key, "coding", "%s has class labels, not %s", kind->id.name,
                               spec->coding->id.name);
    if (!spec->coding->labels && aln_data_uses(kind, "classes") && spec->classes > 0)
        return aln_data_refuse(key, "classes", "coding %s has no classes", spec->coding->id.name);
    const size_t classes = known_classes(kind, spec);
    if (spec->coding->classes != 0 && classes != 0 && spec->coding->classes != classes)
        return aln_data_refuse(key, "coding", "%s requires %zu classes, got %zu",
                               spec->coding->id.name, spec->coding->classes, classes);
    if (!spec->coding->labels && spec->label_noise > 0)
        return aln_data_refuse(key, "label_noise", "coding %s has no labels to replace",
                               spec->coding->id.name);
    if ((spec->standardise->original || spec->standardise->by_colour) && kind->colours == 0)
        return aln_data_refuse(key, "standardise", "%s is for images, but %s has none",
                               spec->standardise->id.name, kind->id.name);
    return ALN_OK;
}

enum aln_status aln_data_check(const struct aln_data_kind *kind, const struct aln_data_spec *spec,
                               const char **key)
{
    enum aln_status status = ALN_OK;
    if (is_open(kind) && !aln_data_uses(kind, "prefix") &&
        (spec->path == NULL || spec->path[0] == '\0'))
        return aln_data_refuse(key, "path", "required: the file of data set %s", kind->id.name);
    status = check_numbers(kind, spec, key);
    if (status == ALN_OK)
        status = check_amounts(kind, spec, key);
    if (status == ALN_OK)
        status = check_coding(kind, spec, key);
    return status;
}

/* Initial weights from a file: network.init.from. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "file/safetensors.h"
#include "train/learner.h"
#include "train/state_dict.h"

/* The file a network starts from. */
struct start {
    const char *path;
    const struct aln_network_options *options;
    struct aln_state_dict dict;
    struct aln_archive *archive; /* with names as learners save them */
    bool safetensors;
    char group[40]; /* "seed_1/", or "" where it has arrays without a seed */
};

/* The name of an array in the file, for messages. */
static const char *shown(const struct start *s, size_t l, bool bias, char out[128])
{
    char name[64];
    if (!s->safetensors)
        snprintf(out, 128, "%s%c_%zu", s->group, bias ? 'b' : 'W', l);
    else
        snprintf(out, 128, "%.*s%s%s", (int)strcspn(s->group, "/"), s->group,
                 s->group[0] != '\0' ? "." : "", aln_state_dict_name(&s->dict, l, bias, name));
    return out;
}

/* ---- arrays ---- */

/* Reads an array of floats or doubles.
 * Given: rows x cols; of biases rows x 1
 * Returned: out [rows x cols] */
static enum aln_status read_array(const struct start *s, size_t l, bool bias, size_t rows,
                                  size_t cols, double *out)
{
    char name[64], text[128];
    snprintf(name, sizeof name, "%s%c_%zu", s->group, bias ? 'b' : 'W', l);
    struct aln_archive_array array = {.name = name};
    if (!aln_archive_find(s->archive, &array))
        return aln_raise(ALN_USAGE, "network.init.from: %s: has no array %s", s->path,
                         shown(s, l, bias, text));
    if (array.rank != 2 || array.shape[0] != rows || array.shape[1] != cols)
        return aln_raise(ALN_USAGE,
                         "network.init.from: %s: array %s: expected %zu x %zu, got %zu x %zu",
                         s->path, shown(s, l, bias, text), rows, cols,
                         array.rank > 0 ? array.shape[0] : 1, array.rank > 1 ? array.shape[1] : 1);
    if (array.type == ALN_ARCHIVE_UINT64)
        return aln_raise(ALN_USAGE, "network.init.from: %s: array %s: expected reals", s->path,
                         shown(s, l, bias, text));
    enum aln_status status = aln_archive_get(s->archive, &array, out);
    const float *single = (const float *)(const void *)out;
    if (status == ALN_OK && array.type == ALN_ARCHIVE_FLOAT)
        for (size_t i = rows * cols; i-- > 0;) { /* each at or behind the place of its float */
            float x;
            memcpy(&x, single + i, sizeof x);
            out[i] = x;
        }
    return status;
}

static enum aln_status fill(const void *context, size_t l, size_t rows, size_t cols, double *W,
                            double *b)
{
    const struct start *s = context;
    enum aln_status status = read_array(s, l, false, rows, cols, W);
    return status == ALN_OK && b != NULL ? read_array(s, l, true, rows, 1, b) : status;
}

/* ---- the file ---- */

static enum aln_status pass_on(enum aln_status status)
{
    return status == ALN_OK ? status : aln_raise_again(status, "network.init.from: ");
}

static enum aln_status open_file(struct start *s)
{
    struct aln_archive *a = NULL;
    enum aln_status status = aln_archive_open(&a, s->path);
    if (status == ALN_OK && s->safetensors) {
        status = aln_state_dict_to_own(&s->archive, &s->dict, a);
        aln_archive_free(a);
    } else {
        s->archive = a;
    }
    return pass_on(status);
}

/* Whether an array of this network, its name without the group, has a place or is known not to be one
 * of weights. */
static bool has_place(const struct start *s, size_t depth, const char *name)
{
    /* Feedback, velocities, squares of gradients; counters and records of a checkpoint. */
    static const char *const others[] = {"F_",  "vW_", "vb_",      "vF_",  "sW_",
                                         "sb_", "sF_", "counters", "rows", "similarity"};
    const bool bias = name[0] == 'b';
    if ((name[0] == 'W' || bias) && name[1] == '_') {
        char *end;
        const unsigned long l = strtoul(name + 2, &end, 10);
        return *end == '\0' && l >= 1 && l <= depth && (!bias || s->options->bias);
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strncmp(name, others[i], strlen(others[i])) == 0)
            return true;
    return false;
}

/* Refuses a file with arrays that the network would leave out.
 * Given: names  each followed by a line break; changed */
static enum aln_status check_names(const struct start *s, size_t depth, char *names)
{
    for (char *name = names, *end; (end = strchr(name, '\n')) != NULL; name = end + 1) {
        *end = '\0';
        const char *slash = strchr(name, '/');
        const size_t n = strlen(s->group);
        size_t l = 0;
        char text[128];
        if (strncmp(name, s->group, n) != 0 || (n == 0 && slash != NULL) ||
            has_place(s, depth, name + n))
            continue;
        if ((name[n] == 'W' || name[n] == 'b') && name[n + 1] == '_')
            l = strtoul(name + n + 2, NULL, 10);
        if (l >= 1 && l <= depth)
            shown(s, l, name[n] == 'b', text);
        else
            snprintf(text, sizeof text, "%.*s%s%.80s", n > 0 ? (int)n - 1 : 0, name,
                     n == 0           ? ""
                     : s->safetensors ? "."
                                      : "/",
                     name + n);
        return aln_raise(ALN_USAGE,
                         "network.init.from: %s: array %s has no place in this network%s", s->path,
                         text, l >= 1 && l <= depth ? ", which has no biases (network.bias)" : "");
    }
    return ALN_OK;
}

static enum aln_status check_file(struct start *s, uint64_t seed)
{
    char first[64], *names = NULL;
    size_t depth = 0;
    for (size_t i = 0; i < s->options->layer_count; i++)
        depth += s->options->layer[i].kind->has_weights;
    snprintf(s->group, sizeof s->group, "seed_%" PRIu64 "/", seed);
    struct aln_archive_array array = {.name = first};
    snprintf(first, sizeof first, "W_1");
    if (aln_archive_find(s->archive, &array))
        s->group[0] = '\0';
    enum aln_status status = aln_archive_names(s->archive, &names);
    if (status == ALN_OK)
        status = check_names(s, depth, names);
    free(names);
    return status;
}

enum aln_status aln_learner_start(struct aln_learner *l, const struct aln_network_options *options)
{
    const char *path = l->plan->params->start;
    struct aln_network_options own = *options;
    struct start s = {.path = path,
                      .options = options,
                      .dict = {.layer = options->layer, .layer_count = options->layer_count},
                      .safetensors = aln_safetensors_is(path)};
    own.given.fill = fill;
    own.given.context = &s;
    enum aln_status status = open_file(&s);
    if (status == ALN_OK)
        status = check_file(&s, l->seed);
    if (status == ALN_OK)
        status = aln_network_create(&l->net, &own);
    aln_archive_free(s.archive);
    return status;
}

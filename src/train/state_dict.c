#include "train/state_dict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"

enum { NAME = 256 };

/* ---- names ---- */

/* The module of layer l, and the layer. */
static const struct aln_layer *find_layer(const struct aln_state_dict *d, size_t l, size_t *module)
{
    size_t weighted = 0;
    *module = 0;
    for (size_t i = 0; i < d->layer_count; i++) {
        const struct aln_layer *layer = &d->layer[i];
        weighted += layer->kind->has_weights;
        if (layer->kind->has_weights && weighted == l)
            return layer;
        *module += layer->activation != NULL && !layer->activation->linear ? 2 : 1;
    }
    return NULL;
}

/* The layer of a module; 0: none with weights. */
static size_t layer_of(const struct aln_state_dict *d, size_t module)
{
    size_t l = 0, found;
    do {
        l++;
    } while (find_layer(d, l, &found) != NULL && found < module);
    return find_layer(d, l, &found) != NULL && found == module ? l : 0;
}

const char *aln_state_dict_name(const struct aln_state_dict *d, size_t l, bool bias, char out[64])
{
    size_t module;
    find_layer(d, l, &module);
    snprintf(out, 64, "%zu.%s", module, bias ? "bias" : "weight");
    return out;
}

/* Reads a number behind a prefix, as in W_12, and nothing more. */
static bool number_behind(const char *prefix, const char *text, const char *ending, size_t *out)
{
    const size_t n = strlen(prefix);
    char *end;
    if (strncmp(text, prefix, n) != 0 || text[n] < '0' || text[n] > '9')
        return false;
    *out = (size_t)strtoul(text + n, &end, 10);
    return strcmp(end, ending) == 0;
}

/* The length of "seed_12" and a separator at the beginning of a name; 0: it has none. */
static size_t seed_length(const char *name, char separator)
{
    static const char seed[] = "seed_";
    const size_t n = sizeof seed - 1,
                 digits = strspn(name + (strlen(name) < n ? 0 : n), "0123456789");
    return strncmp(name, seed, n) == 0 && digits > 0 && name[n + digits] == separator
               ? n + digits + 1
               : 0;
}

/* ---- one array ---- */

/* What an array becomes. */
struct renamed {
    char name[NAME];
    struct aln_archive_array array; /* its name is `name` */
};

/* seed_1/W_2 to seed_1.2.weight */
static void to_dict(const struct aln_state_dict *d, const struct aln_archive_array *from,
                    struct renamed *to)
{
    size_t l, module;
    const size_t n = seed_length(from->name, '/');
    const char *rest = from->name + n;
    const bool bare = n > 0 && strlen(d->bare) == n && strncmp(d->bare, from->name, n) == 0;
    const struct aln_layer *layer = NULL;
    to->array = *from;
    const int before = bare || n == 0 ? 0 : (int)n - 1;
    const char *point = before > 0 ? "." : "";
    const bool bias = number_behind("b_", rest, "", &l);
    if (bias || number_behind("W_", rest, "", &l))
        layer = find_layer(d, l, &module);
    if (layer == NULL) {
        snprintf(to->name, NAME, "%.*s%s%s", before, from->name, point, rest);
    } else {
        snprintf(to->name, NAME, "%.*s%s%zu.%s", before, from->name, point, module,
                 bias ? "bias" : "weight");
        const size_t k = layer->kind->has_kernel ? layer->kernel : 0;
        if (bias)
            to->array.rank = 1;
        else if (k > 0) {
            to->array.rank = 4;
            to->array.shape[1] = from->shape[1] / (k * k);
            to->array.shape[2] = to->array.shape[3] = k;
        }
    }
    to->array.name = to->name;
}

/* seed_1.2.weight to seed_1/W_2 */
static void to_own(const struct aln_state_dict *d, const struct aln_archive_array *from,
                   struct renamed *to)
{
    size_t module = 0, l = 0;
    const size_t n = seed_length(from->name, '.');
    const char *rest = from->name + n;
    char group[NAME];
    snprintf(group, sizeof group, "%.*s%s", n > 0 ? (int)n - 1 : 0, from->name,
             n > 0 ? "/" : d->bare);
    to->array = *from;
    const bool bias = number_behind("", rest, ".bias", &module);
    if (bias || number_behind("", rest, ".weight", &module))
        l = layer_of(d, module);
    if (l == 0) {
        snprintf(to->name, NAME, "%.*s%.*s", NAME / 4, group, NAME / 2, rest);
    } else {
        snprintf(to->name, NAME, "%.*s%c_%zu", NAME / 4, group, bias ? 'b' : 'W', l);
        for (size_t i = 2; i < from->rank; i++)
            to->array.shape[1] *= from->shape[i];
        if (bias && from->rank == 1)
            to->array.shape[1] = 1;
        to->array.rank = bias || from->rank > 2 ? 2 : from->rank;
    }
    to->array.name = to->name;
}

/* ---- all of them ---- */

typedef void rename_function(const struct aln_state_dict *d, const struct aln_archive_array *from,
                             struct renamed *to);

static enum aln_status copy_array(struct aln_archive *to, const struct aln_state_dict *d,
                                  const struct aln_archive *from, const char *name,
                                  rename_function *rename)
{
    struct aln_archive_array array = {.name = name};
    struct renamed renamed;
    size_t n = sizeof(double);
    if (!aln_archive_find(from, &array))
        return aln_raise(ALN_FILE, "array %s cannot be read", name);
    for (size_t i = 0; i < array.rank; i++)
        n *= array.shape[i];
    void *numbers = malloc(n + 1);
    if (numbers == NULL)
        return aln_raise_memory("array %s", name);
    rename(d, &array, &renamed);
    enum aln_status status = aln_archive_get(from, &array, numbers);
    if (status == ALN_OK)
        status = aln_archive_put(to, &renamed.array, numbers);
    free(numbers);
    return status;
}

static enum aln_status copy_text(struct aln_archive *to, const struct aln_archive *from,
                                 const char *name)
{
    char *text;
    enum aln_status status = aln_archive_get_text(from, name, &text);
    if (status != ALN_OK)
        return status == ALN_MEMORY ? status : ALN_OK;
    status = aln_archive_put_text(to, name, text);
    free(text);
    return status;
}

static enum aln_status copy(struct aln_archive **out, const struct aln_state_dict *d,
                            const struct aln_archive *from, rename_function *rename)
{
    struct aln_archive *to = NULL;
    char *names = NULL;
    *out = NULL;
    enum aln_status status = aln_archive_create(&to);
    if (status == ALN_OK)
        status = copy_text(to, from, "version");
    if (status == ALN_OK)
        status = copy_text(to, from, "parameters");
    if (status == ALN_OK)
        status = aln_archive_names(from, &names);
    for (char *name = names, *end; status == ALN_OK && (end = strchr(name, '\n')) != NULL;) {
        *end = '\0';
        status = copy_array(to, d, from, name, rename);
        name = end + 1;
    }
    free(names);
    if (status == ALN_OK)
        *out = to;
    else
        aln_archive_free(to);
    return status;
}

enum aln_status aln_state_dict_of(struct aln_archive **out, const struct aln_state_dict *d,
                                  const struct aln_archive *own)
{
    return copy(out, d, own, to_dict);
}

enum aln_status aln_state_dict_to_own(struct aln_archive **out, const struct aln_state_dict *d,
                                      const struct aln_archive *dict)
{
    return copy(out, d, dict, to_own);
}

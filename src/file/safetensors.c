#include "file/safetensors.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

#include "base/failure.h"
#include "base/text.h"
#include "file/part.h"
#include "file/tree.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "numbers are written as they are");

#define METADATA "__metadata__"
enum {
    LENGTH = 8, /* bytes of the length of the header */
    ALIGNED = 8,
    MOST_HEADER = 1 << 20, /* bytes; of our own a few thousand */
    MOST_NAME = 200,
};

static const struct {
    const char *name;
    size_t size;
} types[] = {[ALN_ARCHIVE_FLOAT] = {"F32", sizeof(float)},
             [ALN_ARCHIVE_DOUBLE] = {"F64", sizeof(double)},
             [ALN_ARCHIVE_UINT64] = {"U64", sizeof(uint64_t)}};
enum { TYPES = sizeof types / sizeof types[0] };

/* Attributes that are kept. */
static const char *const kept[] = {"parameters", "version"};
enum { KEPT = sizeof kept / sizeof kept[0] };

bool aln_safetensors_is(const char *path)
{
    static const char ending[] = ".safetensors";
    const size_t n = strlen(path), m = sizeof ending - 1;
    return n >= m && strcasecmp(path + n - m, ending) == 0;
}

/* ---- reading ---- */

/* A file that is read. */
struct safetensors_file {
    const char *path;
    char *bytes; /* all of it */
    size_t length;
    const char *header, *data;
    size_t header_length, data_length;
    struct aln_tree *tree; /* the header */
};

static enum aln_status refuse(const struct safetensors_file *s, const char *why)
{
    return aln_raise(ALN_USAGE, "%s: is not a safetensors file, or is damaged: %s", s->path, why);
}

static enum aln_status split(struct safetensors_file *s)
{
    uint64_t length = 0;
    if (s->length < LENGTH + 2)
        return refuse(s, "it is too short");
    memcpy(&length, s->bytes, LENGTH);
    if (length > MOST_HEADER)
        return refuse(s, "its header would be longer than 1 MiB");
    if (length > s->length - LENGTH)
        return refuse(s, "it ends within its header");
    s->header = s->bytes + LENGTH;
    s->header_length = (size_t)length;
    s->data = s->header + length;
    s->data_length = s->length - LENGTH - (size_t)length;
    if (length == 0 || s->header[0] != '{')
        return refuse(s, "its header does not begin with {");
    return ALN_OK;
}

/* JSON is YAML, and read as such. */
static enum aln_status parse(struct safetensors_file *s)
{
    char why[256];
    enum aln_status status = aln_tree_parse(&s->tree, "header", s->header, s->header_length);
    if (status != ALN_USAGE)
        return status;
    snprintf(why, sizeof why, "%.*s", (int)strcspn(aln_error(), "\n"), aln_error());
    return refuse(s, why);
}

/* A whole number in digits. */
static bool whole(const struct aln_node *node, size_t *out)
{
    *out = 0;
    if (node == NULL || node->kind != ALN_SCALAR || node->quoted || node->text[0] == '\0')
        return false;
    for (const char *c = node->text; *c != '\0'; c++)
        if (*c < '0' || *c > '9' || __builtin_mul_overflow(*out, 10, out) ||
            __builtin_add_overflow(*out, (size_t)(*c - '0'), out))
            return false;
    return true;
}

static enum aln_status refuse_array(const struct safetensors_file *s, const char *name,
                                    const char *why)
{
    return aln_raise(ALN_USAGE, "%s: array %.*s: %s", s->path, MOST_NAME, name, why);
}

/* Letters, digits and . _ - between which no part is empty or a point alone, so that they can be names
 * of HDF5 as well. */
static bool is_name(const char *name)
{
    static const char good[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    const size_t n = strspn(name, good);
    return n > 0 && n <= MOST_NAME && name[n] == '\0' && strspn(name, ".") < n;
}

static enum aln_status read_type(const struct safetensors_file *s, const struct aln_node *node,
                                 struct aln_archive_array *array)
{
    char why[128];
    const struct aln_node *type = aln_tree_find(node, "dtype");
    if (type == NULL || type->kind != ALN_SCALAR)
        return refuse_array(s, node->key, "it has no dtype");
    for (size_t i = 0; i < TYPES; i++)
        if (strcmp(type->text, types[i].name) == 0) {
            array->type = (enum aln_archive_type)i;
            return ALN_OK;
        }
    snprintf(why, sizeof why, "its dtype is %.16s; expected F32 or F64", type->text);
    return refuse_array(s, node->key, why);
}

/* Returned: *size  bytes */
static enum aln_status read_shape(const struct safetensors_file *s, const struct aln_node *node,
                                  struct aln_archive_array *array, size_t *size)
{
    const struct aln_node *shape = aln_tree_find(node, "shape");
    *size = types[array->type].size;
    if (shape == NULL || shape->kind != ALN_LIST)
        return refuse_array(s, node->key, "it has no shape");
    if (shape->count > ALN_ARCHIVE_RANK)
        return refuse_array(s, node->key, "it has more than 4 dimensions");
    for (const struct aln_node *n = shape->first; n != NULL; n = n->next)
        if (!whole(n, &array->shape[array->rank]) ||
            __builtin_mul_overflow(*size, array->shape[array->rank++], size))
            return refuse_array(s, node->key, "its shape is not a list of whole numbers");
    return ALN_OK;
}

/* The bytes of an array among the numbers. */
struct tensor_bytes {
    size_t begin, end;
};

static int by_begin(const void *a, const void *b)
{
    const struct tensor_bytes *x = a, *y = b;
    return x->begin != y->begin ? (x->begin > y->begin) - (x->begin < y->begin)
                                : (x->end > y->end) - (x->end < y->end);
}

/* Arrays follow each other without gaps, in any order of the header.
 * Given: span[count]  sorted */
static enum aln_status check_spans(const struct safetensors_file *s, struct tensor_bytes *span,
                                   size_t count)
{
    size_t end = 0;
    qsort(span, count, sizeof *span, by_begin);
    for (size_t i = 0; i < count; i++) {
        if (span[i].begin != end)
            return refuse(s, "its arrays overlap or leave gaps");
        end = span[i].end;
    }
    return end == s->data_length ? ALN_OK : refuse(s, "its length is not that of its arrays");
}

static enum aln_status check_array(const struct safetensors_file *s, const struct aln_node *node,
                                   struct aln_archive_array *array, struct tensor_bytes *span)
{
    size_t size = 0;
    const struct aln_node *offsets = aln_tree_find(node, "data_offsets");
    *array = (struct aln_archive_array){.name = node->key};
    if (!is_name(node->key))
        return refuse_array(s, node->key,
                            "expected a name of letters, digits, points, _ and -, up to 200");
    enum aln_status status = read_type(s, node, array);
    if (status == ALN_OK)
        status = read_shape(s, node, array, &size);
    if (status != ALN_OK)
        return status;
    if (offsets == NULL || offsets->count != 2 || !whole(offsets->first, &span->begin) ||
        !whole(offsets->last, &span->end) || span->begin > span->end || span->end > s->data_length)
        return refuse_array(s, node->key, "its data_offsets are not in the file");
    return span->end - span->begin == size
               ? ALN_OK
               : refuse_array(s, node->key, "its data_offsets do not match its shape");
}

static enum aln_status check_arrays(const struct safetensors_file *s)
{
    const struct aln_node *root = aln_tree_root(s->tree);
    struct aln_archive_array array;
    struct tensor_bytes *span = malloc((root->count + 1) * sizeof *span);
    size_t count = 0;
    enum aln_status status = span != NULL ? ALN_OK : aln_raise_memory("%s", s->path);
    for (const struct aln_node *n = root->first; n != NULL && status == ALN_OK; n = n->next)
        if (strcmp(n->key, METADATA) != 0)
            status = check_array(s, n, &array, &span[count++]);
    if (status == ALN_OK)
        status = check_spans(s, span, count);
    free(span);
    return status;
}

/* Puts an array that is known to be good. */
static enum aln_status put_array(const struct safetensors_file *s, const struct aln_node *node,
                                 struct aln_archive *into)
{
    struct aln_archive_array array;
    struct tensor_bytes span;
    enum aln_status status = check_array(s, node, &array, &span);
    if (status != ALN_OK)
        return status;
    void *numbers =
        malloc(span.end - span.begin + 1); /* aligned, as the file's bytes need not be */
    if (numbers == NULL)
        return aln_raise_memory("array %s", node->key);
    memcpy(numbers, s->data + span.begin, span.end - span.begin);
    status = aln_archive_put(into, &array, numbers);
    free(numbers);
    return status;
}

static uint32_t checksum(const char *bytes, size_t n)
{
    return (uint32_t)crc32_z(crc32_z(0, NULL, 0), (const unsigned char *)bytes, n);
}

/* The checksum is of all numbers, as they follow each other in the file. */
static enum aln_status check_metadata(const struct safetensors_file *s)
{
    char sum[16];
    const struct aln_node *metadata = aln_tree_find(aln_tree_root(s->tree), METADATA);
    if (metadata == NULL)
        return ALN_OK;
    if (metadata->kind != ALN_MAP)
        return refuse(s, "its __metadata__ is not a map");
    const struct aln_node *stated = aln_tree_find(metadata, "crc32");
    snprintf(sum, sizeof sum, "%08" PRIx32, checksum(s->data, s->data_length));
    if (stated != NULL && (stated->kind != ALN_SCALAR || strcmp(stated->text, sum) != 0))
        return aln_raise(ALN_USAGE,
                         "%s: is damaged: its numbers do not match the checksum they were "
                         "written with",
                         s->path);
    return ALN_OK;
}

static enum aln_status put_all(const struct safetensors_file *s, struct aln_archive *into)
{
    const struct aln_node *root = aln_tree_root(s->tree);
    const struct aln_node *metadata = aln_tree_find(root, METADATA);
    enum aln_status status = ALN_OK;
    for (const struct aln_node *n = root->first; n != NULL && status == ALN_OK; n = n->next)
        if (strcmp(n->key, METADATA) != 0)
            status = put_array(s, n, into);
    for (size_t i = 0; metadata != NULL && i < KEPT && status == ALN_OK; i++) {
        const struct aln_node *n = aln_tree_find(metadata, kept[i]);
        if (n != NULL && n->kind == ALN_SCALAR)
            status = aln_archive_put_text(into, kept[i], n->text);
    }
    return status;
}

static enum aln_status open_source(struct safetensors_file *s)
{
    enum aln_status status = aln_text_read_file(s->path, &s->bytes, &s->length);
    if (status == ALN_OK)
        status = split(s);
    if (status == ALN_OK)
        status = parse(s);
    if (status == ALN_OK && aln_tree_root(s->tree)->kind != ALN_MAP)
        status = refuse(s, "its header is not a map");
    if (status == ALN_OK)
        status = check_metadata(s);
    return status == ALN_OK ? check_arrays(s) : status;
}

enum aln_status aln_safetensors_open(struct aln_archive **out, const char *path)
{
    struct safetensors_file s = {.path = path};
    struct aln_archive *a = NULL;
    *out = NULL;
    enum aln_status status = open_source(&s);
    if (status == ALN_OK)
        status = aln_archive_create(&a);
    if (status == ALN_OK)
        status = put_all(&s, a);
    if (status == ALN_OK)
        *out = a;
    else
        aln_archive_free(a);
    aln_tree_free(s.tree);
    free(s.bytes);
    return status;
}

/* ---- writing ---- */

/* Appends an array's numbers, and what the header says of it. */
static enum aln_status add_array(const struct aln_archive *a, const char *name,
                                 struct aln_text *header, struct aln_text *data)
{
    struct aln_archive_array array = {.name = name};
    if (!aln_archive_find(a, &array))
        return aln_raise(ALN_FILE, "array %s cannot be read", name);
    size_t size = types[array.type].size;
    aln_text_add(header, ", ");
    aln_text_json(header, name);
    aln_text_add(header, ": {\"dtype\": \"%s\", \"shape\": [", types[array.type].name);
    for (size_t i = 0; i < array.rank; i++) {
        aln_text_add(header, "%s%zu", i > 0 ? ", " : "", array.shape[i]);
        size *= array.shape[i];
    }
    aln_text_add(header, "], \"data_offsets\": [%zu, %zu]}", data->length, data->length + size);
    char *numbers = aln_text_room(data, size);
    if (numbers == NULL || header->failed)
        return aln_raise_memory("array %s", name);
    data->length += size;
    return aln_archive_get(a, &array, numbers);
}

/* Given: names  each followed by a line break; changed */
static enum aln_status add_arrays(const struct aln_archive *a, char *names, struct aln_text *header,
                                  struct aln_text *data)
{
    enum aln_status status = ALN_OK;
    for (char *name = names, *end; status == ALN_OK && (end = strchr(name, '\n')) != NULL;) {
        *end = '\0';
        status = add_array(a, name, header, data);
        name = end + 1;
    }
    return status;
}

static enum aln_status add_metadata(const struct aln_archive *a, const struct aln_text *data,
                                    struct aln_text *header)
{
    aln_text_add(header, "{\"" METADATA "\": {\"crc32\": \"%08" PRIx32 "\"",
                 checksum(data->s != NULL ? data->s : "", data->length));
    for (size_t i = 0; i < KEPT; i++) {
        char *text;
        enum aln_status status = aln_archive_get_text(a, kept[i], &text);
        if (status == ALN_MEMORY)
            return status;
        if (status != ALN_OK)
            continue;
        aln_text_add(header, ", \"%s\": ", kept[i]);
        aln_text_json(header, text);
        free(text);
    }
    aln_text_add(header, "}");
    return ALN_OK;
}

/* The numbers begin at a multiple of ALIGNED bytes. */
static enum aln_status join(const struct aln_text *header, const struct aln_text *data,
                            struct aln_text *out)
{
    const size_t padding = (ALIGNED - header->length % ALIGNED) % ALIGNED;
    const uint64_t length = header->length + padding;
    char *at = aln_text_room(out, LENGTH + length + data->length);
    if (at == NULL || header->failed)
        return aln_raise_memory("safetensors");
    memcpy(at, &length, LENGTH);
    memcpy(at + LENGTH, header->s, header->length);
    memset(at + LENGTH + header->length, ' ', padding);
    if (data->length > 0)
        memcpy(at + LENGTH + length, data->s, data->length);
    out->length = LENGTH + length + data->length;
    return ALN_OK;
}

enum aln_status aln_safetensors_make(const struct aln_archive *a, struct aln_text *out)
{
    struct aln_text arrays = {0}, data = {0}, header = {0};
    char *names;
    enum aln_status status = aln_archive_names(a, &names);
    if (status == ALN_OK)
        status = add_arrays(a, names, &arrays, &data);
    if (status == ALN_OK)
        status = add_metadata(a, &data, &header);
    if (status == ALN_OK) {
        aln_text_add(&header, "%s}", arrays.s != NULL ? arrays.s : "");
        status = join(&header, &data, out);
    }
    free(names);
    free(arrays.s);
    free(data.s);
    free(header.s);
    return status;
}

enum aln_status aln_safetensors_save(const struct aln_archive *a, const char *path)
{
    struct aln_text bytes = {0};
    enum aln_status status = aln_safetensors_make(a, &bytes);
    if (status == ALN_OK)
        status = aln_part_save(path, false, bytes.s, bytes.length);
    free(bytes.s);
    return status;
}

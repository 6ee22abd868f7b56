/* NumPy's archives: x_train.npy, y_train.npy, x_test.npy and y_test.npy in a zip archive.
 * Source: NumPy enhancement proposal 1, a simple file format for NumPy arrays */
#include <string.h>

#include "deep/data/dataset_array.h"

enum {
    MAGIC = 8, /* bytes, with the version */
    MOST_HEADER = 4096,
};

static const char advice[] = "data.path must name an .npz file with the arrays x_train, y_train, "
                             "x_test and y_test";

static const char *const names[2][2] = {{"x_train", "x_test"}, {"y_train", "y_test"}};

/* ---- the header: a literal of Python, {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), } ---- */

static const char *skip(const char *s)
{
    return s + strspn(s, " \t\n");
}

/* Takes a word, with blanks before it.  Returned: what follows, or NULL */
static const char *take(const char *s, const char *word)
{
    s = skip(s);
    return strncmp(s, word, strlen(word)) == 0 ? s + strlen(word) : NULL;
}

/* Takes a text in quotes of either kind.  Returned: what follows, or NULL */
static const char *take_text(const char *s, char *out, size_t room)
{
    s = skip(s);
    const char quote = *s;
    const char *end = quote == '\'' || quote == '"' ? strchr(s + 1, quote) : NULL;
    if (end == NULL || (size_t)(end - s) > room)
        return NULL;
    memcpy(out, s + 1, (size_t)(end - s - 1));
    out[end - s - 1] = '\0';
    return end + 1;
}

/* The type: order of bytes (<, > or |) and code. */
static const char *take_descr(const char *s, struct aln_array *a)
{
    char text[16];
    s = take_text(s, text, sizeof text);
    if (s == NULL || strchr("<>|", text[0]) == NULL || text[0] == '\0')
        return NULL;
    a->big = text[0] == '>';
    a->element = aln_element_of_npy(text + 1);
    return a->element != NULL && (text[0] != '|' || a->element->size == 1) ? s : NULL;
}

static const char *take_order(const char *s, struct aln_array *a)
{
    (void)a;
    return take(s, "False");
}

/* Takes a length below 2^32. */
static const char *take_length(const char *s, uint64_t *out)
{
    const char *digits = s = skip(s);
    for (*out = 0; *s >= '0' && *s <= '9' && *out <= UINT32_MAX; s++)
        *out = 10 * *out + (uint64_t)(*s - '0');
    return s > digits && *out <= UINT32_MAX ? s : NULL;
}

/* Takes (), (3,) or (3, 4). */
static const char *take_shape(const char *s, struct aln_array *a)
{
    s = take(s, "(");
    a->dimensions = 0;
    while (s != NULL && take(s, ")") == NULL) {
        const char *comma;
        if (a->dimensions == ALN_ARRAY_DIMENSIONS)
            return NULL;
        s = take_length(s, &a->length[a->dimensions++]);
        comma = s != NULL ? take(s, ",") : NULL;
        if (s != NULL && comma == NULL)
            return take(s, ")");
        s = comma;
    }
    return s != NULL ? take(s, ")") : NULL;
}

static const struct npy_key {
    const char *key;
    const char *(*take)(const char *s, struct aln_array *a);
    const char *wrong;
} keys[] = {
    {"descr", take_descr, "its type is not one of u1, u2, u4, u8, i1, i2, i4, i8, f4 and f8"},
    {"fortran_order", take_order,
     "it is not in C order: save numpy.ascontiguousarray() of the array"},
    {"shape", take_shape, "its shape is not that of an array of up to 4 dimensions"},
};
enum { KEYS = sizeof keys / sizeof keys[0] };

static size_t key_of(const char *key)
{
    size_t i = 0;
    while (i < KEYS && strcmp(keys[i].key, key) != 0)
        i++;
    return i;
}

static const char unreadable[] = "its header is not that of a .npy file";

/* Reads the header's three parts, in any order.  Returned: NULL, or what is wrong */
static const char *parse(const char *s, struct aln_array *a)
{
    bool seen[KEYS] = {false};
    s = take(s, "{");
    while (s != NULL && take(s, "}") == NULL) {
        char key[16];
        s = take_text(s, key, sizeof key);
        s = s != NULL ? take(s, ":") : NULL;
        const size_t i = s != NULL ? key_of(key) : KEYS;
        if (i == KEYS || seen[i])
            return unreadable;
        seen[i] = true;
        s = keys[i].take(s, a);
        if (s == NULL)
            return keys[i].wrong;
        if (take(s, ",") == NULL)
            break;
        s = take(s, ",");
    }
    s = s != NULL ? take(s, "}") : NULL;
    return s != NULL && *skip(s) == '\0' && seen[0] && seen[1] && seen[2] ? NULL : unreadable;
}

/* ---- reading it ---- */

/* Reads magic number and version.  Returned: *length of the header */
static enum aln_status read_length(struct aln_data_file *f, size_t *length)
{
    unsigned char magic[MAGIC], b[4] = {0};
    enum aln_status status = aln_data_read(f, magic, MAGIC);
    if (status != ALN_OK)
        return status;
    if (memcmp(magic, "\x93NUMPY", 6) != 0 || magic[6] < 1 || magic[6] > 3 || magic[7] != 0)
        return aln_data_wrong(f, "is not a .npy file of version 1, 2 or 3");
    status = aln_data_read(f, b, magic[6] == 1 ? 2 : 4);
    *length = (size_t)b[0] | (size_t)b[1] << 8 | (size_t)b[2] << 16 | (size_t)b[3] << 24;
    if (status == ALN_OK && *length > MOST_HEADER)
        return aln_data_wrong(f, "has a header of %zu bytes, more than %d", *length, MOST_HEADER);
    return status;
}

static enum aln_status read_header(struct aln_array *a)
{
    char text[MOST_HEADER + 1];
    size_t length = 0;
    enum aln_status status = read_length(&a->file, &length);
    if (status == ALN_OK)
        status = aln_data_read(&a->file, text, length);
    if (status != ALN_OK)
        return status;
    text[length] = '\0';
    const char *wrong = strlen(text) == length ? parse(text, a) : unreadable;
    return wrong == NULL ? ALN_OK : aln_data_wrong(&a->file, "%s", wrong);
}

static enum aln_status open_array(const void *from, int part, int which, struct aln_array *out)
{
    *out = (struct aln_array){0};
    enum aln_status status = aln_data_open_member(&out->file, from, names[which][part], advice);
    if (status == ALN_OK)
        status = read_header(out);
    if (status == ALN_OK)
        status = aln_array_check_dimensions(out, which);
    return status == ALN_OK ? aln_array_check(out, out->file.done) : status;
}

enum aln_status aln_load_npz(const struct aln_data_spec *spec, struct aln_loading *to)
{
    struct aln_arrays set = {
        .open = open_array, .from = spec->path, .answers = aln_arrays_answers(spec)};
    return aln_arrays_load(&set, spec, to);
}

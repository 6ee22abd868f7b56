#include "file/npy.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "base/text.h"

size_t aln_npy_size(const struct aln_npy_array *a)
{
    size_t n = 1;
    for (size_t i = 0; i < a->rank; i++)
        n *= a->shape[i];
    return n;
}

/* The header of NumPy's format, whose length is a multiple of 64. */
static void add_header(struct aln_text *out, const struct aln_npy_array *a, const char *type)
{
    struct aln_text dict = {0};
    aln_text_add(&dict, "{'descr': '%s', 'fortran_order': False, 'shape': (", type);
    for (size_t i = 0; i < a->rank; i++)
        aln_text_add(&dict, "%zu,%s", a->shape[i], i + 1 < a->rank ? " " : "");
    aln_text_add(&dict, "), }");
    const size_t before = 10, length = (before + dict.length + 1 + 63) / 64 * 64 - before;
    aln_text_add(out, "%s%*s\n", dict.s != NULL ? dict.s : "", (int)(length - dict.length - 1), "");
    out->failed = out->failed || dict.failed;
    free(dict.s);
}

/* Given: bytes  n of them */
static enum aln_status add_bytes(struct aln_zip *zip, const struct aln_npy_array *a,
                                 const char *type, const void *bytes, size_t n)
{
    struct aln_text header = {0};
    char name[ALN_NPY_NAME + 8], *whole = NULL;
    enum aln_status status = ALN_OK;
    add_header(&header, a, type);
    const size_t length = 10 + header.length + n;
    if (header.failed || (whole = malloc(length)) == NULL) {
        status = aln_raise_memory("array %s", a->name);
    } else {
        const unsigned char magic[10] = {0x93,
                                         'N',
                                         'U',
                                         'M',
                                         'P',
                                         'Y',
                                         1,
                                         0,
                                         (unsigned char)(header.length & 0xff),
                                         (unsigned char)(header.length >> 8)};
        memcpy(whole, magic, 10);
        memcpy(whole + 10, header.s, header.length);
        if (n > 0)
            memcpy(whole + 10 + header.length, bytes, n);
        snprintf(name, sizeof name, "%s.npy", a->name);
        status = aln_zip_add(zip, name, whole, length);
    }
    free(whole);
    free(header.s);
    return status;
}

enum aln_status aln_npy_add(struct aln_zip *zip, const struct aln_npy_array *a, const char *type,
                            const void *x)
{
    return add_bytes(zip, a, type, x, aln_npy_size(a) * (size_t)(type[2] - '0'));
}

/* ---- texts ---- */

/* One character of UTF-8, which is valid; *text moves on. */
static uint32_t next_character(const char **text)
{
    const unsigned char *c = (const unsigned char *)*text;
    const size_t more = *c < 0x80 ? 0 : *c < 0xe0 ? 1 : *c < 0xf0 ? 2 : 3;
    uint32_t x = more == 0 ? *c : (uint32_t)(*c & (0x3f >> more));
    size_t i = 1;
    for (; i <= more && (c[i] & 0xc0) == 0x80; i++)
        x = x << 6 | (c[i] & 0x3f);
    *text += i;
    return x;
}

static size_t count_characters(const char *text)
{
    size_t n = 0;
    for (; *text != '\0'; n++)
        next_character(&text);
    return n;
}

/* As UCS-4. */
enum aln_status aln_npy_add_texts(struct aln_zip *zip, const struct aln_npy_array *a, size_t count,
                                  const char *const *text)
{
    size_t width = 1;
    char type[32];
    for (size_t i = 0; i < count; i++) {
        size_t n = count_characters(text[i]);
        width = n > width ? n : width;
    }
    uint32_t *all = calloc(count * width + 1, sizeof *all);
    if (all == NULL)
        return aln_raise_memory("array %s", a->name);
    for (size_t i = 0; i < count; i++) {
        uint32_t *to = all + i * width;
        for (const char *c = text[i]; *c != '\0';)
            *to++ = next_character(&c);
    }
    snprintf(type, sizeof type, "<U%zu", width);
    enum aln_status status = add_bytes(zip, a, type, all, count * width * sizeof *all);
    free(all);
    return status;
}

enum aln_status aln_npy_add_text(struct aln_zip *zip, const char *name, const char *text)
{
    struct aln_npy_array a = {.rank = 0};
    snprintf(a.name, sizeof a.name, "%s", name);
    return aln_npy_add_texts(zip, &a, 1, &text);
}

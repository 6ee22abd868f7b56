#include "file/zip.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/failure.h"

struct bytes {
    unsigned char *at;
    size_t length, capacity;
};

struct aln_zip {
    struct bytes members, directory;
    size_t count;
};

enum {
    LOCAL = 0x04034b50,
    CENTRAL = 0x02014b50,
    END = 0x06054b50,
    VERSION = 20,             /* 2.0: what stored members need */
    FIRST_DAY = (1 << 5) | 1, /* 1 January 1980, where its calendar begins */
    LOCAL_SIZE = 30,
    CENTRAL_SIZE = 46, /* bytes without the name */
    END_SIZE = 22,
    MOST_MEMBERS = 65535,
};

/* Room for n more bytes. */
static unsigned char *extend(struct bytes *b, size_t n)
{
    if (b->length + n > b->capacity) {
        size_t capacity = 2 * (b->length + n);
        unsigned char *at = realloc(b->at, capacity);
        if (at == NULL)
            return NULL;
        b->at = at;
        b->capacity = capacity;
    }
    b->length += n;
    return b->at + b->length - n;
}

static unsigned char *put(unsigned char *to, uint32_t x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        *to++ = (unsigned char)(x >> 8 * i);
    return to;
}

static unsigned char *put_bytes(unsigned char *to, const void *bytes, size_t n)
{
    if (n > 0)
        memcpy(to, bytes, n);
    return to + n;
}

enum aln_status aln_zip_create(struct aln_zip **out)
{
    *out = calloc(1, sizeof **out);
    return *out != NULL ? ALN_OK : aln_raise_memory("an archive");
}

void aln_zip_free(struct aln_zip *zip)
{
    if (zip == NULL)
        return;
    free(zip->members.at);
    free(zip->directory.at);
    free(zip);
}

/* What both headers of a member have in common, from "version needed" to the length of its name. */
static unsigned char *put_common(unsigned char *to, uint32_t crc, size_t n, size_t name)
{
    to = put(to, VERSION, 2);
    to = put(to, 0, 2); /* flags */
    to = put(to, 0, 2); /* stored */
    to = put(to, 0, 2); /* time of day */
    to = put(to, FIRST_DAY, 2);
    to = put(to, crc, 4);
    to = put(to, (uint32_t)n, 4);
    to = put(to, (uint32_t)n, 4);
    return put(to, (uint32_t)name, 2);
}

static uint32_t crc_of(const unsigned char *bytes, size_t n)
{
    return (uint32_t)crc32_z(crc32_z(0, NULL, 0), bytes, n);
}

enum aln_status aln_zip_add(struct aln_zip *zip, const char *name, const void *bytes, size_t n)
{
    const size_t length = strlen(name), at = zip->members.length;
    const size_t whole =
        at + zip->directory.length + LOCAL_SIZE + CENTRAL_SIZE + 2 * length + END_SIZE;
    if (n > UINT32_MAX || whole > UINT32_MAX - n || zip->count == MOST_MEMBERS)
        return aln_raise(ALN_USAGE, "%s: an archive holds at most 4 GiB and %d members", name,
                         MOST_MEMBERS);
    unsigned char *to = extend(&zip->members, LOCAL_SIZE + length + n);
    unsigned char *entry = extend(&zip->directory, CENTRAL_SIZE + length);
    if (to == NULL || entry == NULL)
        return aln_raise_memory("an archive of %zu bytes", whole + n);
    const uint32_t crc = crc_of(bytes, n);
    to = put_common(put(to, LOCAL, 4), crc, n, length);
    to = put_bytes(put(to, 0, 2), name, length); /* no extra field */
    put_bytes(to, bytes, n);
    entry = put_common(put(put(entry, CENTRAL, 4), VERSION, 2), crc, n, length);
    entry = put(put(put(entry, 0, 4), 0, 4), 0, 4); /* extra, comment, disk, attributes */
    entry = put(entry, (uint32_t)at, 4);
    put_bytes(entry, name, length);
    zip->count++;
    return ALN_OK;
}

enum aln_status aln_zip_finish(struct aln_zip *zip, const char **bytes, size_t *length)
{
    const size_t at = zip->members.length, directory = zip->directory.length;
    unsigned char *to = extend(&zip->members, directory + END_SIZE);
    if (to == NULL)
        return aln_raise_memory("an archive of %zu bytes", at + directory);
    to = put_bytes(to, zip->directory.at, directory);
    to = put(put(to, END, 4), 0, 4); /* one disk */
    to = put(put(to, (uint32_t)zip->count, 2), (uint32_t)zip->count, 2);
    to = put(put(to, (uint32_t)directory, 4), (uint32_t)at, 4);
    put(to, 0, 2); /* no comment */
    *bytes = (const char *)zip->members.at;
    *length = zip->members.length;
    return ALN_OK;
}

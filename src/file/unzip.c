#include "file/unzip.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/failure.h"
#include "base/text.h"

enum {
    LOCAL = 0x04034b50,
    CENTRAL = 0x02014b50,
    END = 0x06054b50,
    LOCAL_SIZE = 30,
    CENTRAL_SIZE = 46,
    END_SIZE = 22,            /* bytes without names and comment */
    TAIL = END_SIZE + 65535,  /* where the end record must be */
    MOST_DIRECTORY = 1 << 20, /* bytes */
    ENCRYPTED = 1,            /* flag */
    STORED = 0,               /* methods */
    DEFLATED = 8,
    MOST_PACKED = 1032, /* deflate's largest ratio. Source: zlib's technical notes */
    BUFFER = 1 << 15,
    PIECE = 1 << 20, /* bytes asked of zlib at a time */
    LISTED = 8,      /* names in a message */
};

struct aln_unzip {
    FILE *file;
    char *path, *member;
    uint64_t length; /* of the file */
    uint64_t directory, directory_size;
    uint32_t method, crc, count;
    uint64_t packed, size, at; /* the member: bytes in the file, uncompressed, its offset */
    uint64_t left, done;       /* bytes not yet read from the file; handed out */
    uint32_t sum;              /* checksum of `done` bytes */
    z_stream z;
    bool inflating;
    unsigned char in[BUFFER];
};

static uint32_t number(const unsigned char *at, size_t n)
{
    uint32_t x = 0;
    for (size_t i = 0; i < n; i++)
        x |= (uint32_t)at[i] << 8 * i;
    return x;
}

static enum aln_status wrong(const struct aln_unzip *zip, const char *what)
{
    return aln_raise(ALN_USAGE, "%s: %s", zip->path, what);
}

/* Reads n bytes at an offset, which must be within the file. */
static enum aln_status read_at(struct aln_unzip *zip, uint64_t at, void *to, size_t n)
{
    if (n > zip->length || at > zip->length - n)
        return wrong(zip, "is damaged: an entry of the archive points outside of it");
    if (fseeko(zip->file, (off_t)at, SEEK_SET) != 0 || fread(to, 1, n, zip->file) != n)
        return aln_raise(ALN_FILE, "%s: cannot read: %s", zip->path,
                         errno != 0 ? strerror(errno) : "the file has become shorter");
    return ALN_OK;
}

/* ---- the directory ---- */

/* The last place in the tail that can be an end record: its comment ends with the file. */
static const unsigned char *find_end(const unsigned char *tail, size_t n)
{
    for (size_t i = n >= END_SIZE ? n - END_SIZE + 1 : 0; i-- > 0;)
        if (number(tail + i, 4) == END && i + END_SIZE + number(tail + i + 20, 2) == n)
            return tail + i;
    return NULL;
}

/* Given: end, the record, at `at` in the file */
static enum aln_status read_end(struct aln_unzip *zip, const unsigned char *end, uint64_t at)
{
    zip->count = number(end + 10, 2);
    zip->directory_size = number(end + 12, 4);
    zip->directory = number(end + 16, 4);
    if (zip->count == 0xffff || zip->directory_size == UINT32_MAX || zip->directory == UINT32_MAX)
        return wrong(zip, "is a zip64 archive, which is not supported: write one below 4 GiB");
    if (number(end + 4, 4) != 0 || number(end + 8, 2) != zip->count)
        return wrong(zip, "is a part of an archive on several disks, which is not supported");
    if (zip->directory > at || zip->directory_size > at - zip->directory)
        return wrong(zip, "is damaged: its directory lies outside of the archive");
    if (zip->directory_size > MOST_DIRECTORY)
        return wrong(zip, "has a directory of more than 1 MiB, which no data set needs");
    return ALN_OK;
}

static enum aln_status find_directory(struct aln_unzip *zip)
{
    const size_t n = zip->length < TAIL ? (size_t)zip->length : TAIL;
    unsigned char *tail = malloc(n + 1);
    if (tail == NULL)
        return aln_raise_memory("the archive %s", zip->path);
    enum aln_status status = read_at(zip, zip->length - n, tail, n);
    if (status == ALN_OK) {
        const unsigned char *end = find_end(tail, n);
        status = end == NULL
                     ? wrong(zip, "is not a zip archive, or is truncated: it has no end record")
                     : read_end(zip, end, zip->length - n + (uint64_t)(end - tail));
    }
    free(tail);
    return status;
}

/* The length of the entry at `at`, of which `room` bytes are left; 0: it does not fit. */
static size_t entry_length(const unsigned char *at, size_t room)
{
    if (room < CENTRAL_SIZE || number(at, 4) != CENTRAL)
        return 0;
    size_t n = (size_t)CENTRAL_SIZE + number(at + 28, 2) + number(at + 30, 2) + number(at + 32, 2);
    return n <= room ? n : 0;
}

static bool is_named(const unsigned char *entry, const char *name)
{
    const size_t n = number(entry + 28, 2);
    return n == strlen(name) && memcmp(entry + CENTRAL_SIZE, name, n) == 0;
}

static enum aln_status take_entry(struct aln_unzip *zip, const unsigned char *entry)
{
    zip->method = number(entry + 10, 2);
    zip->crc = number(entry + 16, 4);
    zip->packed = number(entry + 20, 4);
    zip->size = number(entry + 24, 4);
    zip->at = number(entry + 42, 4);
    if ((number(entry + 8, 2) & ENCRYPTED) != 0)
        return aln_raise(ALN_USAGE, "%s: %s is encrypted", zip->path, zip->member);
    if (zip->packed == UINT32_MAX || zip->size == UINT32_MAX || zip->at == UINT32_MAX)
        return aln_raise(ALN_USAGE,
                         "%s: %s is in zip64, which is not supported: keep it below 4 GiB",
                         zip->path, zip->member);
    if (zip->method != STORED && zip->method != DEFLATED)
        return aln_raise(ALN_USAGE,
                         "%s: %s is compressed by method %" PRIu32 ", expected none or deflate",
                         zip->path, zip->member, zip->method);
    if (zip->method == STORED ? zip->packed != zip->size : zip->size / MOST_PACKED > zip->packed)
        return aln_raise(ALN_USAGE, "%s: %s is damaged: %" PRIu64 " bytes cannot hold %" PRIu64,
                         zip->path, zip->member, zip->packed, zip->size);
    return ALN_OK;
}

/* Adds a name of the archive to a list, unless it could spoil the message. */
static void list_name(struct aln_text *list, const unsigned char *entry)
{
    const size_t n = number(entry + 28, 2);
    char name[65] = "";
    if (n == 0 || n >= sizeof name)
        return;
    for (size_t i = 0; i < n; i++)
        if (entry[CENTRAL_SIZE + i] <= ' ' || entry[CENTRAL_SIZE + i] > '~')
            return;
    memcpy(name, entry + CENTRAL_SIZE, n);
    aln_text_add(list, "%s%s", list->s == NULL ? " among " : ", ", name);
}

/* Given: directory  whose first `count` entries fit */
static enum aln_status refuse_name(const struct aln_unzip *zip, const unsigned char *directory,
                                   uint32_t count)
{
    struct aln_text list = {0};
    const unsigned char *at = directory, *end = directory + zip->directory_size;
    for (uint32_t i = 0; i < count && i < LISTED; i++) {
        list_name(&list, at);
        at += entry_length(at, (size_t)(end - at));
    }
    enum aln_status status = list.failed ? aln_raise_memory("the archive %s", zip->path)
                                         : aln_raise(ALN_USAGE, "%s: there is no %s%s", zip->path,
                                                     zip->member, list.s != NULL ? list.s : "");
    free(list.s);
    return status;
}

static enum aln_status find_entry(struct aln_unzip *zip, const unsigned char *directory)
{
    const unsigned char *at = directory, *end = directory + zip->directory_size;
    for (uint32_t i = 0; i < zip->count; i++) {
        const size_t n = entry_length(at, (size_t)(end - at));
        if (n == 0)
            return wrong(zip, "is damaged: its directory is not one");
        if (is_named(at, zip->member))
            return take_entry(zip, at);
        at += n;
    }
    return refuse_name(zip, directory, zip->count);
}

/* ---- the member ---- */

/* Finds the member's bytes, behind its own header, whose sizes may be missing. */
static enum aln_status find_bytes(struct aln_unzip *zip)
{
    unsigned char head[LOCAL_SIZE];
    enum aln_status status = read_at(zip, zip->at, head, sizeof head);
    if (status != ALN_OK)
        return status;
    zip->at += (uint64_t)LOCAL_SIZE + number(head + 26, 2) + number(head + 28, 2);
    if (number(head, 4) != LOCAL || number(head + 8, 2) != zip->method ||
        zip->at > zip->directory || zip->packed > zip->directory - zip->at)
        return aln_raise(ALN_USAGE, "%s: %s is damaged: its header does not match the directory",
                         zip->path, zip->member);
    zip->left = zip->packed;
    return fseeko(zip->file, (off_t)zip->at, SEEK_SET) == 0
               ? ALN_OK
               : aln_raise_system(ALN_FILE, errno, "%s: cannot read", zip->path);
}

static enum aln_status find_member(struct aln_unzip *zip)
{
    unsigned char *directory = malloc((size_t)zip->directory_size + 1);
    if (directory == NULL)
        return aln_raise_memory("the archive %s", zip->path);
    enum aln_status status = read_at(zip, zip->directory, directory, (size_t)zip->directory_size);
    if (status == ALN_OK)
        status = find_entry(zip, directory);
    free(directory);
    return status == ALN_OK ? find_bytes(zip) : status;
}

static enum aln_status start(struct aln_unzip *zip)
{
    if (zip->method == STORED)
        return ALN_OK;
    zip->inflating = inflateInit2(&zip->z, -MAX_WBITS) == Z_OK;
    return zip->inflating ? ALN_OK : aln_raise_memory("the archive %s", zip->path);
}

static enum aln_status open_file(struct aln_unzip *zip, const char *path, const char *member)
{
    zip->path = strdup(path);
    zip->member = strdup(member);
    if (zip->path == NULL || zip->member == NULL)
        return aln_raise_memory("the archive %s", path);
    zip->file = fopen(path, "rbe");
    off_t length = -1;
    if (zip->file != NULL && fseeko(zip->file, 0, SEEK_END) == 0)
        length = ftello(zip->file);
    if (length < 0)
        return aln_raise_system(ALN_USAGE, errno, "%s: cannot open", path);
    zip->length = (uint64_t)length;
    return ALN_OK;
}

enum aln_status aln_unzip_open(struct aln_unzip **out, const char *path, const char *member)
{
    struct aln_unzip *zip = *out = calloc(1, sizeof *zip);
    if (zip == NULL)
        return aln_raise_memory("the archive %s", path);
    enum aln_status status = open_file(zip, path, member);
    if (status == ALN_OK)
        status = find_directory(zip);
    if (status == ALN_OK)
        status = find_member(zip);
    if (status == ALN_OK)
        status = start(zip);
    if (status != ALN_OK) {
        aln_unzip_free(zip);
        *out = NULL;
    }
    return status;
}

void aln_unzip_free(struct aln_unzip *zip)
{
    if (zip == NULL)
        return;
    if (zip->inflating)
        inflateEnd(&zip->z);
    if (zip->file != NULL)
        fclose(zip->file);
    free(zip->path);
    free(zip->member);
    free(zip);
}

uint64_t aln_unzip_size(const struct aln_unzip *zip)
{
    return zip->size;
}

static enum aln_status damaged(const struct aln_unzip *zip, const char *how)
{
    return aln_raise(ALN_USAGE, "%s: %s is damaged: %s", zip->path, zip->member, how);
}

/* The next bytes of the member as they are in the file. */
static enum aln_status read_raw(struct aln_unzip *zip, void *to, size_t n)
{
    errno = 0;
    if (fread(to, 1, n, zip->file) != n)
        return aln_raise(ALN_FILE, "%s: cannot read: %s", zip->path,
                         errno != 0 ? strerror(errno) : "the file has become shorter");
    zip->left -= n;
    return ALN_OK;
}

/* Inflates n bytes, which the member claims to have. */
static enum aln_status inflate_bytes(struct aln_unzip *zip, unsigned char *to, size_t n)
{
    z_stream *z = &zip->z;
    z->next_out = to;
    z->avail_out = (uInt)n;
    while (z->avail_out > 0) {
        if (z->avail_in == 0 && zip->left > 0) {
            const size_t more = zip->left < BUFFER ? (size_t)zip->left : BUFFER;
            enum aln_status status = read_raw(zip, zip->in, more);
            if (status != ALN_OK)
                return status;
            z->next_in = zip->in;
            z->avail_in = (uInt)more;
        }
        const int code = inflate(z, Z_NO_FLUSH);
        if (code == Z_MEM_ERROR)
            return aln_raise_memory("the archive %s", zip->path);
        if (code != Z_OK && !(code == Z_STREAM_END && z->avail_out == 0))
            return damaged(zip, "its compressed data are wrong or too short");
    }
    return ALN_OK;
}

enum aln_status aln_unzip_read(struct aln_unzip *zip, void *to, size_t n, size_t *got)
{
    unsigned char *next = to;
    const uint64_t there = zip->size - zip->done;
    enum aln_status status = ALN_OK;
    *got = 0;
    for (size_t left = n < there ? n : (size_t)there; left > 0;) {
        const size_t piece = left < PIECE ? left : PIECE;
        status =
            zip->method == STORED ? read_raw(zip, next, piece) : inflate_bytes(zip, next, piece);
        if (status != ALN_OK)
            return status;
        zip->sum = (uint32_t)crc32_z(zip->sum, next, piece);
        zip->done += piece;
        next += piece;
        left -= piece;
    }
    if (zip->done == zip->size && zip->sum != zip->crc)
        return damaged(zip, "its checksum is wrong");
    *got = (size_t)(next - (unsigned char *)to);
    return ALN_OK;
}

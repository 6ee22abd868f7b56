#include "base/failure.h"
#include "deep/data/dataset_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

enum {
    BUFFER = 1 << 15,  /* compressed bytes read at a time */
    PIECE = 1 << 20,   /* uncompressed bytes requested from zlib at a time */
    MOST_PACKED = 1032 /* deflate's largest ratio. Source: zlib's technical notes */
};

const char *aln_data_root(const char *path)
{
    if (path != NULL && path[0] != '\0')
        return path;
    const char *root = getenv("ALIGNODE_DATA");
    return root != NULL && root[0] != '\0' ? root : "data";
}

/* ROOT/FOLDER/PREFIXnameSUFFIX.  Returned: yours, NULL when out of memory */
static char *make_path(const struct aln_data_place *place, const char *folder, const char *name,
                       const char *suffix)
{
    struct aln_text path = {0};
    aln_text_add(&path, "%s/%s%s%s%s%s", place->root, folder, folder[0] != '\0' ? "/" : "",
                 place->prefix != NULL ? place->prefix : "", name, suffix);
    if (path.failed) {
        free(path.s);
        return NULL;
    }
    return path.s;
}

static enum aln_status no_memory(const char *what)
{
    return aln_raise_memory("the files of data set %s", what);
}

/* The first existing file.  Returned: *out  yours; NULL: none exists */
static enum aln_status find_file(char **out, const struct aln_data_place *place,
                                 const char *const *names)
{
    static const char *const suffixes[] = {"", ".gz"};
    *out = NULL;
    for (const char *const *folder = place->folders; *folder != NULL; folder++) {
        for (const char *const *name = names; *name != NULL; name++) {
            for (size_t i = 0; i < 2; i++) {
                char *path = make_path(place, *folder, *name, suffixes[i]);
                if (path == NULL)
                    return no_memory(place->set);
                if (access(path, F_OK) == 0) {
                    *out = path;
                    return ALN_OK;
                }
                free(path);
            }
        }
    }
    return ALN_OK;
}

static enum aln_status missing(const struct aln_data_place *place, const char *name)
{
    struct aln_text where = {0};
    struct stat info;
    if (stat(place->root, &info) != 0)
        return aln_raise(ALN_USAGE, "data set %s: folder %s: %s; %s", place->set, place->root,
                         errno == ENOENT ? "there is no such folder" : strerror(errno),
                         place->advice);
    if (!S_ISDIR(info.st_mode))
        return aln_raise(ALN_USAGE, "data set %s: %s is not a folder; %s", place->set, place->root,
                         place->advice);
    for (const char *const *folder = place->folders; *folder != NULL; folder++)
        aln_text_add(&where, "%s%s/%s", folder == place->folders ? "" : ", ", place->root, *folder);
    enum aln_status status =
        where.failed
            ? no_memory(place->set)
            : aln_raise(ALN_USAGE, "data set %s: there is no %s%s or %s%s.gz in %s; %s", place->set,
                        place->prefix != NULL ? place->prefix : "", name,
                        place->prefix != NULL ? place->prefix : "", name, where.s, place->advice);
    free(where.s);
    return status;
}

/* What a file is instead, by how it begins, in any case. */
static const struct disguise {
    const char *begins, *words;
} disguises[] = {
    {"<!doctype", "is a web page, not data: the server may have sent an error or a log-in page"},
    {"<html", "is a web page, not data: the server may have sent an error or a log-in page"},
    {"<?xml", "is an XML page, not data: the server may have sent an error"},
    {"version https://git-lfs", "is a pointer of git-lfs, not the data: run git lfs pull"},
    {"PK\003\004", "is a zip archive: unpack it"},
    {"\3757zXZ", "is compressed by xz: unpack it (xz -d)"},
    {"BZh", "is compressed by bzip2: unpack it (bzip2 -d)"},
};

/* Given: wanted  how the file may begin all the same */
static enum aln_status refuse_disguise(const struct aln_data_file *f, int fd, const char *wanted)
{
    char first[64] = "";
    ssize_t n = pread(fd, first, sizeof first - 1, 0);
    const char *s = first;
    first[n > 0 ? n : 0] = '\0';
    s += strncmp(s, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    s += strspn(s, " \t\r\n");
    for (size_t i = 0; i < sizeof disguises / sizeof disguises[0]; i++)
        if (strcmp(disguises[i].begins, wanted) != 0 &&
            strncasecmp(s, disguises[i].begins, strlen(disguises[i].begins)) == 0)
            return aln_data_wrong(f, "%s", disguises[i].words);
    return ALN_OK;
}

/* Opens the file at f->path, unless it is no data.
 * Returned: *fd  yours after success; f->disk */
static enum aln_status open_regular(struct aln_data_file *f, const char *wanted, int *fd)
{
    struct stat info;
    /* Checked before opening, which would block on a pipe. */
    if (stat(f->path, &info) == 0 && !S_ISREG(info.st_mode))
        return aln_data_wrong(f, "is not a regular file");
    *fd = open(f->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    enum aln_status status = ALN_OK;
    if (*fd < 0 || fstat(*fd, &info) != 0)
        status = aln_raise_system(ALN_USAGE, errno, "%s: cannot open", f->path);
    else
        status = refuse_disguise(f, *fd, wanted);
    if (status != ALN_OK && *fd >= 0)
        close(*fd);
    f->disk = status == ALN_OK ? (uint64_t)info.st_size : 0;
    return status;
}

enum aln_status aln_data_open(struct aln_data_file *f, const struct aln_data_place *place,
                              const char *const *names)
{
    int fd = -1;
    *f = (struct aln_data_file){.advice = place->advice};
    enum aln_status status = find_file(&f->path, place, names);
    if (status == ALN_OK && f->path == NULL)
        return missing(place, names[0]);
    if (status == ALN_OK)
        status = open_regular(f, "", &fd);
    if (status != ALN_OK)
        return status;
    f->gz = gzdopen(fd, "rb");
    if (f->gz == NULL) {
        close(fd);
        return no_memory(place->set);
    }
    gzbuffer(f->gz, BUFFER);
    return ALN_OK;
}

/* f->path becomes "PATH: NAME", as messages cite it.  Returned: false when out of memory */
static bool cite_member(struct aln_data_file *f, const char *name)
{
    struct aln_text cited = {0};
    aln_text_add(&cited, "%s: %s", f->path, name);
    if (cited.failed) {
        free(cited.s);
        return false;
    }
    free(f->path);
    f->path = cited.s;
    return true;
}

enum aln_status aln_data_open_member(struct aln_data_file *f, const char *path, const char *name,
                                     const char *advice)
{
    char full[64];
    int fd = -1;
    *f = (struct aln_data_file){.path = strdup(path), .advice = advice};
    if (f->path == NULL)
        return no_memory(name);
    enum aln_status status = open_regular(f, "PK\003\004", &fd);
    if (status != ALN_OK)
        return status;
    close(fd);
    snprintf(full, sizeof full, "%s.npy", name);
    if ((status = aln_unzip_open(&f->member, path, full)) != ALN_OK)
        return status;
    f->disk = aln_unzip_size(f->member);
    return cite_member(f, name) ? ALN_OK : no_memory(name);
}

enum aln_status(aln_data_wrong)(const struct aln_data_file *f, const char *fmt, ...)
{
    char what[512];
    va_list args;
    va_start(args, fmt);
    aln_text_format(what, sizeof what, fmt, args);
    va_end(args);
    return aln_raise(ALN_USAGE, "%s: %s; %s", f->path, what, f->advice);
}

enum aln_status aln_data_expect(const struct aln_data_file *f, uint64_t bytes)
{
    bool plain = f->member != NULL || gzdirect(f->gz);
    if (plain ? bytes != f->disk : bytes / MOST_PACKED > f->disk)
        return aln_data_wrong(f, "has %" PRIu64 "%s the %" PRIu64 " expected", f->disk,
                              plain ? " bytes, not" : " compressed bytes, too few for", bytes);
    return ALN_OK;
}

/* Raises zlib's error. */
static enum aln_status broken(const struct aln_data_file *f)
{
    int code;
    const char *words = gzerror(f->gz, &code);
    if (code == Z_ERRNO)
        return aln_raise_system(ALN_FILE, errno, "%s: cannot read", f->path);
    if (code == Z_MEM_ERROR)
        return aln_raise(ALN_MEMORY, "%s: out of memory while uncompressing", f->path);
    if (code == Z_BUF_ERROR)
        return aln_data_wrong(f, "is truncated within its compressed data");
    const char *colon = strrchr(words, ':'); /* zlib begins with a path of its own */
    return aln_data_wrong(f, "is damaged:%s", colon != NULL ? colon + 1 : " according to zlib");
}

/* As read_up_to(), from a file of its own. */
static enum aln_status read_gz(struct aln_data_file *f, unsigned char *to, size_t n, size_t *got)
{
    *got = 0;
    while (*got < n) {
        size_t want = n - *got < PIECE ? n - *got : PIECE;
        int more = gzread(f->gz, to + *got, (unsigned)want), code;
        if (more > 0)
            *got += (size_t)more;
        gzerror(f->gz, &code);
        if (more < 0 || code < 0)
            return broken(f);
        if ((size_t)more < want)
            break;
    }
    return ALN_OK;
}

/* Reads n bytes, fewer only at the end.  Returned: *got */
static enum aln_status read_up_to(struct aln_data_file *f, unsigned char *to, size_t n, size_t *got)
{
    enum aln_status status =
        f->member != NULL ? aln_unzip_read(f->member, to, n, got) : read_gz(f, to, n, got);
    f->done += status == ALN_OK ? *got : 0;
    return status;
}

enum aln_status aln_data_read(struct aln_data_file *f, void *to, size_t n)
{
    size_t got;
    enum aln_status status = read_up_to(f, to, n, &got);
    if (status == ALN_OK && got < n)
        return aln_data_wrong(f, "is truncated: ends after %" PRIu64 " bytes", f->done);
    return status;
}

enum aln_status aln_data_end(struct aln_data_file *f)
{
    unsigned char byte;
    size_t got;
    enum aln_status status = read_up_to(f, &byte, 1, &got);
    if (status == ALN_OK && got > 0)
        status = aln_data_wrong(f, "continues after the %" PRIu64 " bytes expected", f->done - 1);
    aln_data_close(f);
    return status;
}

void aln_data_close(struct aln_data_file *f)
{
    if (f->gz != NULL)
        gzclose_r(f->gz);
    aln_unzip_free(f->member);
    free(f->path);
    *f = (struct aln_data_file){0};
}

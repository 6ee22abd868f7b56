#include "file/part.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/failure.h"
#include "base/interrupt.h"

enum { BUFFER = 1 << 16 };

/* Seconds since an arbitrary time. */
static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void part_free(struct aln_part *part)
{
    free(part->path);
    free(part->partial);
    free(part->shown);
    free(part->buffer);
    free(part);
}

/* Where the link at `path`, the target of which need not exist, leads.
 * Returned: yours; NULL: path is no link (errno 0), or there is no memory */
static char *read_link(const char *path)
{
    char target[PATH_MAX];
    const char *name = strrchr(path, '/');
    const ssize_t n = readlink(path, target, sizeof target - 1);
    errno = n < 0 ? 0 : ENOMEM;
    if (n < 0)
        return NULL;
    target[n] = '\0';
    const size_t folder = target[0] == '/' || name == NULL ? 0 : (size_t)(name + 1 - path);
    char *whole = malloc(folder + (size_t)n + 1);
    if (whole != NULL) {
        memcpy(whole, path, folder);
        memcpy(whole + folder, target, (size_t)n + 1);
    }
    return whole;
}

/* The path of a file that is not there yet, behind all links: renaming would replace a link, not what it
 * points to. There are no circles, or the file could not have been examined. */
static char *follow_links(const char *path)
{
    char *here = strdup(path), *next;
    while (here != NULL && (next = read_link(here)) != NULL) {
        free(here);
        here = next;
    }
    if (errno == 0)
        return here;
    free(here);
    return NULL;
}

enum aln_status aln_part_find(struct aln_part **out, const char *path)
{
    struct stat info;
    bool stream = path == NULL || strcmp(path, "-") == 0;
    *out = NULL;
    if (!stream && path[0] == '\0')
        return aln_raise(ALN_USAGE, "the path to write to is empty");
    bool there = !stream && stat(path, &info) == 0;
    if (!stream && !there && errno != ENOENT)
        return aln_raise_system(ALN_USAGE, errno, "%s: cannot be written", path);
    if (there && S_ISDIR(info.st_mode))
        return aln_raise(ALN_USAGE, "%s: is a folder, not a file", path);

    struct aln_part *part = calloc(1, sizeof *part);
    if (part == NULL)
        goto memory;
    part->fd = -1;
    part->standard = stream;
    part->shown = strdup(stream ? "standard output" : path);
    part->buffer = malloc(BUFFER);
    if (part->shown == NULL || part->buffer == NULL)
        goto memory;
    if (!stream && (!there || S_ISREG(info.st_mode))) {
        part->path = there ? realpath(path, NULL) : follow_links(path);
        if (part->path == NULL)
            goto memory;
        size_t n = strlen(part->path);
        part->partial = malloc(n + sizeof ".part");
        if (part->partial == NULL)
            goto memory;
        memcpy(part->partial, part->path, n);
        memcpy(part->partial + n, ".part", sizeof ".part");
    }
    *out = part;
    return ALN_OK;
memory:
    if (part != NULL)
        part_free(part);
    return aln_raise(ALN_MEMORY, "%s: out of memory", stream ? "standard output" : path);
}

/* Never 0, 1 or 2, which are free if the caller has closed them: messages meant for standard error
 * would end up in the file. */
static int open_high(const char *path, int flags)
{
    int fd = open(path, flags, 0666);
    enum { LOWEST = 3 };
    if (fd < 0 || fd >= LOWEST)
        return fd;
    int high = fcntl(fd, F_DUPFD_CLOEXEC, LOWEST);
    close(fd);
    return high;
}

/* Whether path still leads to the open file. */
static bool leads_to(const char *path, int fd)
{
    struct stat a, b;
    return fstat(fd, &a) == 0 && lstat(path, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

/* What is at PATH.part is only used if nobody else can have a part in it.
 * Returned: *keep  the size instead of ALN_PART_WHOLE */
static enum aln_status refuse_foreign(const char *path, int fd, size_t *keep)
{
    struct stat info;
    if (fstat(fd, &info) != 0)
        return aln_raise_system(ALN_FILE, errno, "%s: cannot be examined", path);
    const char *why = !S_ISREG(info.st_mode) ? "it is not a regular file"
                      : info.st_nlink > 1 ? "it is a hard link, and another name has its bytes too"
                      : info.st_uid != geteuid() ? "it belongs to another user"
                                                 : NULL;
    if (why != NULL)
        return aln_raise(ALN_USAGE, "%s: cannot be written: %s", path, why);
    /* What was read before it was locked may have been another process's, which has finished. */
    if (*keep == ALN_PART_WHOLE)
        *keep = (size_t)info.st_size;
    return (size_t)info.st_size >= *keep
               ? ALN_OK
               : aln_raise(ALN_BUSY, "%s: another process has just written this file", path);
}

/* Without O_NONBLOCK, opening a named pipe would wait for its reader. */
static int open_partial(const char *path)
{
    return open_high(path, O_WRONLY | O_CLOEXEC | O_NOCTTY | O_CREAT | O_NOFOLLOW | O_NONBLOCK);
}

enum aln_status aln_part_begin(struct aln_part *part, size_t keep)
{
    const char *path = part->path != NULL ? part->partial : part->shown;
    if (part->standard) {
        part->fd = STDOUT_FILENO;
        return ALN_OK;
    }
    for (;;) {
        part->fd = part->path != NULL ? open_partial(path)
                                      : open_high(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
        if (part->fd < 0 && errno == ELOOP && part->path != NULL)
            return aln_raise(ALN_USAGE, "%s: cannot be written: it is a symbolic link", path);
        if (part->fd < 0)
            return aln_raise_system(ALN_USAGE, errno, "%s: cannot be written", path);
        if (part->path == NULL)
            return ALN_OK;
        /* A file system without locks is no reason to fail. */
        bool locked = flock(part->fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
        if (locked && leads_to(path, part->fd))
            break;
        /* Between open and lock another process may have finished: the file is now its result. */
        close(part->fd);
        part->fd = -1;
        if (!locked)
            return aln_raise(ALN_BUSY, "%s: another process is writing this file", path);
    }
    enum aln_status status = refuse_foreign(path, part->fd, &keep);
    if (status != ALN_OK) {
        struct stat info;
        if (status == ALN_BUSY && fstat(part->fd, &info) == 0 && info.st_size == 0)
            (void)unlink(path); /* made here, and locked */
        close(part->fd);
        part->fd = -1;
        return status;
    }
    if (ftruncate(part->fd, (off_t)keep) != 0 || lseek(part->fd, (off_t)keep, SEEK_SET) < 0)
        return aln_raise_system(ALN_FILE, errno, "%s: cannot be truncated", path);
    part->written = part->kept = keep;
    part->synced = now();
    return ALN_OK;
}

/* Waits until a stream takes PIECE bytes: who reads it may pause, or never read on. */
static enum aln_status wait_for_reader(const struct aln_part *part)
{
    enum { POLL = 100 }; /* milliseconds between two looks at the stop request */
    struct pollfd stream = {.fd = part->fd, .events = POLLOUT};
    int ready;
    while ((ready = poll(&stream, 1, POLL)) == 0 || (ready < 0 && errno == EINTR))
        if (ready == 0 && aln_interrupt_pending())
            return aln_raise(ALN_STOPPED, "stopped: nobody reads %s", part->shown);
    return ALN_OK; /* what is wrong, writing will say */
}

/* Writes the buffer to the system. */
static enum aln_status flush(struct aln_part *part)
{
    enum { PIECE = 4096 };
    const bool stream = part->path == NULL;
    enum aln_status status = ALN_OK;
    size_t done = 0;
    while (done < part->used && status == ALN_OK) {
        const size_t left = part->used - done;
        if (stream && (status = wait_for_reader(part)) != ALN_OK)
            break;
        ssize_t n =
            write(part->fd, part->buffer + done, stream && left > PIECE ? (size_t)PIECE : left);
        if (n >= 0)
            done += (size_t)n;
        else if (errno != EINTR && errno != EAGAIN)
            status = aln_raise_system(ALN_FILE, errno, "%s: cannot be written", part->shown);
    }
    memmove(part->buffer, part->buffer + done, part->used - done);
    part->used -= done;
    part->written += done;
    return status;
}

enum aln_status aln_part_write(struct aln_part *part, const char *bytes, size_t n)
{
    while (n > 0) {
        if (part->used == BUFFER) {
            enum aln_status status = flush(part);
            if (status != ALN_OK)
                return status;
        }
        size_t room = BUFFER - part->used, piece = n < room ? n : room;
        memcpy(part->buffer + part->used, bytes, piece);
        part->used += piece;
        bytes += piece;
        n -= piece;
    }
    return ALN_OK;
}

enum aln_status aln_part_sync(struct aln_part *part)
{
    enum aln_status status = flush(part);
    if (status != ALN_OK)
        return status;
    if (part->path != NULL && !part->quick && fsync(part->fd) != 0)
        return aln_raise_system(ALN_FILE, errno, "%s: cannot be flushed to disk", part->shown);
    part->kept = part->written;
    part->synced = now();
    return ALN_OK;
}

enum aln_status aln_part_keep(struct aln_part *part)
{
    const double interval = 1; /* seconds */
    if (now() - part->synced >= interval)
        return aln_part_sync(part);
    enum aln_status status = flush(part);
    if (status == ALN_OK)
        part->kept = part->written;
    return status;
}

/* Flushes the new name too. Some file systems cannot sync a folder; the data is safe anyway. */
static void sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1);
    int fd = folder == NULL ? -1 : open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
    free(folder);
}

enum aln_status aln_part_commit(struct aln_part *part)
{
    enum aln_status status = aln_part_sync(part);
    if (status != ALN_OK) {
        aln_part_abandon(part, true);
        return status;
    }
    /* Renamed before closing, while the lock is still held. */
    if (part->path != NULL) {
        if (rename(part->partial, part->path) != 0)
            status = aln_raise_system(ALN_FILE, errno, "%s: cannot be renamed to %s", part->partial,
                                      part->path);
        else if (!part->quick)
            sync_folder(part->path);
    }
    if (!part->standard && close(part->fd) != 0 && status == ALN_OK)
        status = aln_raise_system(ALN_FILE, errno, "%s: cannot be written", part->shown);
    part_free(part);
    return status;
}

void aln_part_abandon(struct aln_part *part, bool keep)
{
    if (part == NULL)
        return;
    if (part->fd >= 0 && part->path != NULL) {
        if (!keep)
            (void)unlink(part->partial);
        else if (part->written > part->kept && ftruncate(part->fd, (off_t)part->kept) != 0)
            (void)0; /* then part of an unfinished block remains, which resuming drops */
    }
    if (!part->standard && part->fd >= 0)
        close(part->fd);
    part_free(part);
}

enum aln_status aln_part_save(const char *path, bool quick, const char *bytes, size_t n)
{
    struct aln_part *part;
    enum aln_status status = aln_part_find(&part, path);
    if (status != ALN_OK)
        return status;
    part->quick = quick;
    status = aln_part_begin(part, 0);
    if (status == ALN_OK)
        status = aln_part_write(part, bytes, n);
    if (status == ALN_OK)
        return aln_part_commit(part);
    aln_part_abandon(part, false);
    return status;
}

/* To be preloaded: one call of the system or of the allocator fails.
 *   FAIL_CALL=malloc|write  which of them; malloc: also calloc, realloc, aligned_alloc, strdup
 *   FAIL_AT=N               the N-th one (from 1), by ENOMEM or ENOSPC; 0: none
 *   FAIL_LOG=PATH           there, in the first line: how many there were, in whose code the call that failed
 *                           was made (the first object outside the C library, outwards), and the function
 *                           of it that the program had called; then all functions on the way, a line each,
 *                           innermost first, with their places for addr2line */
#define _GNU_SOURCE /* RTLD_NEXT, dladdr() */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#pragma GCC visibility push(default) /* these replace those of the C library */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static atomic_ulong calls;
static unsigned long fail_at;
static bool of_malloc, of_write, ready;
enum { DEEPEST = 64 };
static void *way[DEEPEST]; /* return addresses, from the call that failed outwards */
static int depth;

struct place {
    const char *object, *function;
    size_t offset; /* of the call, in the object */
};

static struct place place_of(void *address)
{
    Dl_info info;
    if (dladdr(address, &info) == 0 || info.dli_fname == NULL)
        return (struct place){"unknown", "?", 0};
    return (struct place){info.dli_fname, info.dli_sname != NULL ? info.dli_sname : "?",
                          (size_t)((char *)address - (char *)info.dli_fbase) - 1};
}

static bool is_of(struct place place, const char *name)
{
    const char *end = strrchr(place.object, '/');
    return strncmp(end != NULL ? end + 1 : place.object, name, strlen(name)) == 0;
}

static void write_line(int fd, const char *format, ...)
{
    char line[512];
    va_list values;
    va_start(values, format);
    int n = vsnprintf(line, sizeof line, format, values);
    va_end(values);
    (void)!syscall(SYS_write, fd, line, (size_t)n < sizeof line ? (size_t)n : sizeof line - 1);
}

static void write_owner(int fd)
{
    int owner = 0, called;
    while (owner + 1 < depth && is_of(place_of(way[owner]), "libc.so"))
        ++owner;
    for (called = owner; called + 1 < depth && !is_of(place_of(way[called + 1]), "alignode");)
        ++called;
    if (depth > 0)
        write_line(fd, "%s %s", place_of(way[owner]).object, place_of(way[called]).function);
}

static void log_end(void)
{
    const char *path = getenv("FAIL_LOG");
    int fd = path != NULL ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666) : -1;
    if (fd < 0)
        return;
    write_line(fd, "%lu ", atomic_load(&calls));
    write_owner(fd);
    write_line(fd, "\n");
    for (int i = 0; i < depth; ++i) {
        struct place place = place_of(way[i]);
        write_line(fd, "  %s %s 0x%zx\n", place.object, place.function, place.offset);
    }
    close(fd);
}

__attribute__((constructor)) static void begin(void)
{
    const char *call = getenv("FAIL_CALL"), *at = getenv("FAIL_AT");
    of_malloc = call != NULL && strcmp(call, "malloc") == 0;
    of_write = call != NULL && strcmp(call, "write") == 0;
    fail_at = at != NULL ? strtoul(at, NULL, 10) : 0;
    unsetenv("LD_PRELOAD");   /* not for gnuplot */
    (void)!backtrace(way, 1); /* allocates when it is first called */
    atexit(log_end);
    ready = true;
}

/* Whether this call is to fail; then its callers are written down at once, in case of a crash. */
__attribute__((noinline)) static bool fails(bool counted)
{
    enum { OWN = 2 }; /* this function, and malloc() or so */
    void *from[DEEPEST];
    if (!ready || !counted || atomic_fetch_add(&calls, 1) + 1 != fail_at)
        return false;
    int n = backtrace(from, DEEPEST);
    for (int i = OWN; i < n; ++i)
        way[depth++] = from[i];
    log_end();
    return true;
}

#define FAILS(counted) fails(counted)

void *malloc(size_t size)
{
    if (!FAILS(of_malloc))
        return __libc_malloc(size);
    errno = ENOMEM;
    return NULL;
}

void *calloc(size_t count, size_t size)
{
    if (!FAILS(of_malloc))
        return __libc_calloc(count, size);
    errno = ENOMEM;
    return NULL;
}

void *realloc(void *old, size_t size)
{
    if (size == 0 || !FAILS(of_malloc))
        return __libc_realloc(old, size);
    errno = ENOMEM;
    return NULL;
}

void *aligned_alloc(size_t alignment, size_t size)
{
    if (!FAILS(of_malloc))
        return __libc_memalign(alignment, size);
    errno = ENOMEM;
    return NULL;
}

/* Only files: messages go out in any case. */
ssize_t write(int fd, const void *bytes, size_t n)
{
    if (fd != STDERR_FILENO && FAILS(of_write)) {
        errno = ENOSPC;
        return -1;
    }
    return syscall(SYS_write, fd, bytes, n);
}

/* To be preloaded: one call of the system or of the allocator fails.
 *   FAIL_CALL=malloc|write  which of them; malloc: also calloc, realloc, aligned_alloc, strdup
 *   FAIL_AT=N               the N-th one (from 1), by ENOMEM or ENOSPC; 0: none
 *   FAIL_LOG=PATH           there: how many there were, and whose call failed */
#define _GNU_SOURCE /* RTLD_NEXT, dladdr() */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
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
static const char *whose = "";

static void log_end(void)
{
    char line[512];
    const char *path = getenv("FAIL_LOG");
    int fd = path != NULL ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666) : -1;
    int n = snprintf(line, sizeof line, "%lu %s\n", atomic_load(&calls), whose);
    if (fd >= 0) {
        (void)!syscall(SYS_write, fd, line, (size_t)n);
        close(fd);
    }
}

__attribute__((constructor)) static void begin(void)
{
    const char *call = getenv("FAIL_CALL"), *at = getenv("FAIL_AT");
    of_malloc = call != NULL && strcmp(call, "malloc") == 0;
    of_write = call != NULL && strcmp(call, "write") == 0;
    fail_at = at != NULL ? strtoul(at, NULL, 10) : 0;
    unsetenv("LD_PRELOAD"); /* not for gnuplot */
    atexit(log_end);
    ready = true;
}

/* Whether this call is to fail; then its caller is written down at once, in case of a crash. */
static bool fails(bool counted, void *caller)
{
    Dl_info info;
    if (!ready || !counted || atomic_fetch_add(&calls, 1) + 1 != fail_at)
        return false;
    if (dladdr(caller, &info) != 0 && info.dli_fname != NULL)
        whose = info.dli_fname;
    log_end();
    return true;
}

#define FAILS(counted) fails(counted, __builtin_return_address(0))

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

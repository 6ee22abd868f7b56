/* Allocations that fail on request, for a test program that is linked with --wrap=malloc, calloc
 * and realloc; included once. */
#ifndef ALIGNODE_FAILING_MEMORY_H
#define ALIGNODE_FAILING_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

static long allocations_left = -1; /* < 0: as many as wanted */
static bool allocations_end;       /* after the one that fails all fail, not that one alone */
static size_t largest_allocation;  /* asked for so far, bytes */

static bool refuse_allocation(size_t size)
{
    largest_allocation = size > largest_allocation ? size : largest_allocation;
    if (allocations_left == 0 && allocations_end)
        return true;
    return allocations_left >= 0 && allocations_left-- == 0;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_malloc(size_t size)
{
    return refuse_allocation(size) ? NULL : __real_malloc(size);
}
void *__wrap_calloc(size_t count, size_t size)
{
    return refuse_allocation(count * size) ? NULL : __real_calloc(count, size);
}
void *__wrap_realloc(void *old, size_t size)
{
    return refuse_allocation(size) ? NULL : __real_realloc(old, size);
}

#endif

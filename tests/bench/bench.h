/* A clock and medians, shared by the benchmarks. */
#ifndef ALIGNODE_TESTS_BENCH_H
#define ALIGNODE_TESTS_BENCH_H

#include <stdlib.h>
#include <time.h>

/* Seconds since an arbitrary time. */
static inline double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static inline int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sorts x (n). */
static inline double median(double *x, size_t n)
{
    qsort(x, n, sizeof *x, by_value);
    return x[n / 2];
}

#endif

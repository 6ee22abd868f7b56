#include "params/times.h"

#include <math.h>
#include <stdlib.h>

#include "base/failure.h"

static const struct aln_name spacings[] = {
    {"log", "equal ratios between times, from the first to the last", ""},
    {"linear", "equal steps", ""},
};
const struct aln_names aln_spacings = {"spacing", "spacings", spacings,
                                       sizeof spacings / sizeof spacings[0], sizeof spacings[0]};

/* Time i, 0 <= i < count. */
static double asked_time(const struct aln_times *asked, double end, size_t i)
{
    if (asked->time != NULL)
        return asked->time[i];
    if (i + 1 == asked->count)
        return end;
    if (asked->spacing == ALN_LINEAR)
        return end * (double)(i + 1) / (double)asked->count;
    if (i == 0)
        return asked->first;
    double part = (double)i / (double)(asked->count - 1);
    return fmin(end, exp((1 - part) * log(asked->first) + part * log(end)));
}

enum aln_status aln_times_make(const struct aln_times *asked, double end, double N, size_t *count,
                               double **out)
{
    size_t most = end == 0 ? 0 : asked->count;
    double *times = malloc((most + 1) * sizeof *times);
    *out = NULL;
    *count = 0;
    if (times == NULL)
        return aln_raise_memory("%zu times", most);
    size_t n = 1;
    times[0] = 0;
    for (size_t i = 0; i < most; i++) {
        double t = asked_time(asked, end, i);
        if (N > 0)
            t = rint(t * N) / N;
        if (t > times[n - 1])
            times[n++] = t;
    }
    *out = times;
    *count = n;
    return ALN_OK;
}

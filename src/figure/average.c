#include "figure/average.h"

#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

static void take_mean(const double *x, size_t n, struct aln_spread *out)
{
    out->centre = gsl_stats_mean(x, 1, n);
    double se = gsl_stats_sd_m(x, 1, n, out->centre) / sqrt((double)n);
    out->low = out->lowest = out->centre - se;
    out->high = out->highest = out->centre + se;
}

static double quantile(const double *x, size_t n, double part)
{
    return gsl_stats_quantile_from_sorted_data(x, 1, n, fmin(fmax(part, 0), 1));
}

/* The values whose ranks are one standard deviation, sqrt(n)/2, of the number of values below the
 * median away from it: free of assumptions on the distribution. */
static void take_median(const double *x, size_t n, struct aln_spread *out)
{
    double off = 0.5 / sqrt((double)n);
    out->centre = quantile(x, n, 0.5);
    out->low = out->lowest = quantile(x, n, 0.5 - off);
    out->high = out->highest = quantile(x, n, 0.5 + off);
}

static void take_quantiles(const double *x, size_t n, struct aln_spread *out)
{
    *out = (struct aln_spread){quantile(x, n, 0.5), quantile(x, n, 0.25), quantile(x, n, 0.75),
                               quantile(x, n, 0.05), quantile(x, n, 0.95)};
}

static const struct aln_average averages[] = {
    {{"mean", "mean with its standard error", ""}, "mean of", "± s.e.", false, take_mean},
    {{"median", "median with its 68 % confidence interval, from the order of the values", ""},
     "median of",
     "with its 68 % interval",
     false,
     take_median},
    {{"quantiles", "median, with bands from 25 to 75 % and from 5 to 95 % of the values", ""},
     "median of",
     "with 25–75 % and 5–95 %",
     true,
     take_quantiles},
};

const struct aln_names aln_drawing_averages = {
    "average", "averages", averages, sizeof averages / sizeof averages[0], sizeof averages[0]};

enum aln_status aln_drawing_average_find(const struct aln_average **out, const char *name)
{
    char offer[320];
    *out = name == NULL ? &averages[0] : (const void *)aln_names_find(&aln_drawing_averages, name);
    return *out != NULL ? ALN_OK
                        : aln_raise(ALN_USAGE, "--average: unknown average '%.60s'; %s", name,
                                    aln_names_offer(&aln_drawing_averages, name, offer));
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

size_t aln_drawing_average_make(const struct aln_average *average, double *x, size_t n,
                                struct aln_spread *out)
{
    size_t finite = 0;
    for (size_t i = 0; i < n; i++)
        if (isfinite(x[i]))
            x[finite++] = x[i];
    qsort(x, finite, sizeof *x, by_value);
    double one = finite > 0 ? x[0] : NAN;
    *out = (struct aln_spread){one, one, one, one, one};
    if (finite > 1)
        average->of(x, finite, out);
    return finite;
}

void aln_drawing_average_words(struct aln_text *out, const struct aln_average *average, size_t n,
                               const char *what, bool bars)
{
    aln_text_add(out, "%s %zu %s%s%s", average->before, n, what, bars ? " " : "",
                 bars ? average->after : "");
}

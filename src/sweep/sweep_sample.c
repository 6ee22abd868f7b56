#include "sweep/sweep_sample.h"

#include <gsl/gsl_qrng.h>
#include <math.h>
#include <stdlib.h>

#include "alignode/random.h"
#include "base/failure.h"
#include "base/finders.h"
#include "base/text.h"

/* ---- distributions ---- */

static double uniform(double u, double lo, double hi)
{
    return lo + u * (hi - lo);
}

static double log_uniform(double u, double lo, double hi)
{
    return pow(10, uniform(u, log10(lo), log10(hi)));
}

static const struct aln_sweep_distribution distributions[] = {
    {{"uniform", "all values of a range equally likely", ""}, uniform, false},
    {{"log-uniform", "all values of the logarithm equally likely", ""}, log_uniform, true},
    {{"choice", "all values of a list equally likely", ""}, NULL, false},
};
const struct aln_names aln_sweep_distributions = {
    "distribution", "swept distributions", distributions,
    sizeof distributions / sizeof distributions[0], sizeof distributions[0]};

const struct aln_sweep_distribution *aln_sweep_distribution_row(size_t i)
{
    return (const void *)aln_names_row(&aln_sweep_distributions, i);
}

/* ---- designs ---- */

/* The stream of a dimension. */
static void begin(struct aln_stream *stream, uint64_t seed, const char *name)
{
    aln_stream_init(stream, seed, "sweep", aln_text_hash(ALN_TEXT_HASH, name));
}

static enum aln_status draw_random(uint64_t seed, const char *name, size_t d, uint64_t count,
                                   double *u)
{
    struct aln_stream stream;
    (void)d;
    begin(&stream, seed, name);
    for (uint64_t i = 0; i < count; i++)
        u[i] = aln_stream_uniform(&stream);
    return ALN_OK;
}

/* Sobol's sequence, shifted by one random number modulo 1, which leaves its distances as they are.
 * Source: Cranley & Patterson, SIAM J. Numer. Anal. 13 (1976) 904 */
static enum aln_status draw_sobol(uint64_t seed, const char *name, size_t d, uint64_t count,
                                  double *u)
{
    struct aln_stream stream;
    double *point = malloc((d + 1) * sizeof *point);
    gsl_qrng *sobol = gsl_qrng_alloc(gsl_qrng_sobol, (unsigned)d + 1);
    if (point == NULL || sobol == NULL) {
        free(point);
        gsl_qrng_free(sobol);
        return aln_raise_memory("a sample of %llu points", (unsigned long long)count);
    }
    begin(&stream, seed, name);
    const double shift = aln_stream_uniform(&stream);
    for (uint64_t i = 0; i < count; i++) {
        gsl_qrng_get(sobol, point);
        u[i] = point[d] + shift;
        u[i] -= floor(u[i]);
    }
    gsl_qrng_free(sobol);
    free(point);
    return ALN_OK;
}

static const struct aln_sweep_design designs[] = {
    {{"random", "independent points", ""}, draw_random},
    {{"sobol", "evenly spread points: Sobol's sequence with a random shift",
      "Sobol, USSR Comput. Math. Math. Phys. 7 (1967) 86"},
     draw_sobol},
};
const struct aln_names aln_sweep_designs = {"design", "designs", designs,
                                            sizeof designs / sizeof designs[0], sizeof designs[0]};

const struct aln_sweep_design *aln_sweep_design_row(size_t i)
{
    return (const void *)aln_names_row(&aln_sweep_designs, i);
}

#include "theory/points.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_qrng.h>
#include <string.h>

#include "alignode/random.h"
#include "base/failure.h"

/* Coordinates of GSL's sequence are multiples of this. */
#define GRAIN 0x1p-30

/* A point as bits, exclusive or the shift's, in the middle of its grain. */
static double shifted(double u, uint64_t shift)
{
    const uint64_t bits = (uint64_t)(u / GRAIN) ^ (shift >> 34);
    return ((double)bits + 0.5) * GRAIN;
}

enum aln_status aln_points_fill(size_t count, size_t dimension, unsigned set, double *z)
{
    uint64_t shift[ALN_POINTS_MOST];
    struct aln_stream stream;
    gsl_qrng *sobol = gsl_qrng_alloc(gsl_qrng_sobol, (unsigned)dimension);
    if (sobol == NULL)
        return aln_raise_memory("%zu points", count);
    aln_stream_init(&stream, set, "points", 0);
    for (size_t j = 0; j < dimension; j++)
        shift[j] = aln_stream_bits(&stream);
    for (size_t i = 0; i < count; i++, z += dimension) {
        if (set > 0 &&
            i == 0) /* which GSL leaves out, as it is no normal: the net is whole with it */
            memset(z, 0, dimension * sizeof *z);
        else
            gsl_qrng_get(sobol, z);
        for (size_t j = 0; j < dimension; j++)
            z[j] = gsl_cdf_ugaussian_Pinv(set > 0 ? shifted(z[j], shift[j]) : z[j]);
    }
    gsl_qrng_free(sobol);
    return ALN_OK;
}

#include "theory/points.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_qrng.h>

#include "base/failure.h"

enum aln_status aln_points_fill(size_t count, size_t dimension, double *z)
{
    gsl_qrng *sobol = gsl_qrng_alloc(gsl_qrng_sobol, (unsigned)dimension);
    if (sobol == NULL)
        return aln_raise_memory("%zu points", count);
    for (size_t i = 0; i < count; i++, z += dimension) {
        gsl_qrng_get(sobol, z);
        for (size_t j = 0; j < dimension; j++)
            z[j] = gsl_cdf_ugaussian_Pinv(z[j]);
    }
    gsl_qrng_free(sobol);
    return ALN_OK;
}

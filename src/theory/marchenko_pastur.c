#include "theory/marchenko_pastur.h"

#include <gsl/gsl_integration.h>
#include <math.h>

#include "base/failure.h"

enum { MOST_HALVINGS = 12 };

static int halvings(double alpha)
{
    const double pole = fabs(log(alpha)) / 2; /* its distance from p = 0 */
    int n = 1;
    while (n < MOST_HALVINGS && ldexp(M_PI, -n) > pole)
        n++;
    return n;
}

size_t aln_marchenko_pastur_count(double alpha, size_t order)
{
    return 1 + order * ((size_t)halvings(alpha) + 1);
}

enum aln_status aln_marchenko_pastur(double alpha, size_t order, double *node, double *weight)
{
    const double c = 1 / alpha, least = (1 - sqrt(c)) * (1 - sqrt(c));
    gsl_integration_glfixed_table *rule = gsl_integration_glfixed_table_alloc(order);
    if (rule == NULL)
        return aln_raise_memory("a quadrature of %zu nodes", order);
    *node++ = 0;
    *weight++ = fmax(0, 1 - alpha);
    for (int n = halvings(alpha); n >= 0; n--) {
        const double end = ldexp(M_PI, -n), begin = n == halvings(alpha) ? 0 : end / 2;
        for (size_t i = 0; i < order; i++, node++, weight++) {
            double angle, share;
            gsl_integration_glfixed_point(begin, end, i, &angle, &share, rule);
            const double half = sin(angle / 2), height = sin(angle);
            *node = least + 4 * sqrt(c) * half * half;
            *weight = share * 2 / M_PI * height * height / *node;
        }
    }
    gsl_integration_glfixed_table_free(rule);
    return ALN_OK;
}

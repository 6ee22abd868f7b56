/* Gaussian averages of products, computed in two ways that share no code with the library. */
#ifndef ALIGNODE_VALIDATION_S1_CLOSED_FORMS_H
#define ALIGNODE_VALIDATION_S1_CLOSED_FORMS_H

#include <stddef.h>

enum { S1_FIELDS = 4 };

/* Four fields x_a . z, z ~ N(0, I_4). The vectors are long double, so that fields at a distance of
 * 1e-6 still differ in eleven digits. */
struct aln_s1_fields {
    long double x[S1_FIELDS][4];
    double C[S1_FIELDS * S1_FIELDS]; /* passed to the library */
};

enum aln_s1_factor { S1_VALUE, S1_SLOPE, S1_PLAIN }; /* g(x), g'(x), x */

/* An average of a product of factors. */
struct aln_s1_average {
    const char *name; /* I2, J2, I3, I4 */
    size_t count;
    struct {
        enum aln_s1_factor factor;
        size_t field;
    } of[4];
};

/* A smooth activation, written independently of the library; for one that is not in the table, the
 * library's own g and g', without mean. */
struct aln_s1_smooth {
    const char *name;
    double (*g)(double x);
    double (*dg)(double x);
    double (*mean)(double m, double s2); /* <g(m + s z)>, z ~ N(0, 1); NULL: by quadrature */
};
extern const struct aln_s1_smooth aln_s1_smooth[];
extern const size_t aln_s1_smooth_count;

/* Nested adaptive quadrature over the independent directions of the fields that occur.
 * Returned: *error  the error estimate of the outermost integral, or NaN */
double aln_s1_by_quadrature(const struct aln_s1_smooth *g, const struct aln_s1_fields *fields,
                            const struct aln_s1_average *average, double *error);

/* The same for g(x) = max(0, x), by integration by parts down to orthant probabilities. */
double aln_s1_of_relu(const struct aln_s1_fields *fields, const struct aln_s1_average *average,
                      double *error);

long double aln_s1_dot(const long double *x, const long double *y);

#endif

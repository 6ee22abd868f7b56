#include "theory/marchenko_pastur.h"

#include <math.h>

void aln_marchenko_pastur(double alpha, size_t count, double *node, double *weight)
{
    const double c = 1 / alpha, middle = 1 + c, half = 2 * sqrt(c);
    double left = 1;
    for (size_t j = 1; j < count; j++) {
        const double angle = M_PI * (double)j / (double)count, height = sin(angle);
        node[j] = middle + half * cos(angle);
        weight[j] = 2 * height * height / ((double)count * node[j]);
        left -= weight[j];
    }
    node[0] = 0;
    weight[0] = fmax(left, 0);
}

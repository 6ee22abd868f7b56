/* The integral over tau of relu's average of four fields, several nodes in the lanes of a vector; compiled for each
 * instruction set. Nodes are added in their order, so the sum does not depend on the vector's width. */
#include "model/relu_fields.h"

double ALN_LANES_NAME(aln_relu_integral)(const struct aln_relu_integrand *q)
{
    enum { NUMBERS = sizeof *q / sizeof(double) };
    struct lanes_relu_integrand wide;
    const double *from = (const double *)q;
    lanes *to = (lanes *)&wide;
    double part[ALN_RELU_NODES], integral = 0;
    for (size_t i = 0; i < NUMBERS; i++)
        to[i] = LANES_ALL(from[i]);
    for (size_t first = 0; first < ALN_RELU_NODES; first += LANES) {
        lanes tau, cotau, sum;
        for (int j = 0; j < LANES; j++) {
            tau[j] = relu_nodes[first + (size_t)j].tau;
            cotau[j] = relu_nodes[first + (size_t)j].cotau;
        }
        lanes_relu_at(&wide, &tau, &cotau, &sum);
        for (int j = 0; j < LANES; j++)
            part[first + (size_t)j] = sum[j];
    }
    for (size_t i = 0; i < ALN_RELU_NODES; i++)
        integral += relu_nodes[i].weight * part[i];
    return integral;
}

#include "theory/cone.h"

#include <math.h>

#include "base/failure.h"
#include "base/interrupt.h"
#include "lanes/ode_limits.h"

struct aln_cone aln_cone_around(const struct aln_problem *p, double rtol, double *C)
{
    const size_t size = aln_problem_size(p);
    double most = 1;
    for (size_t i = 0; i < size; i++)
        most = fmax(most, fabs(p->start[i]));
    return (struct aln_cone){
        .p = p,
        .layout = aln_state_layout(p),
        .margin = fmin(fmax(ALN_ODE_CONE, ALN_ODE_CONE_RTOL * rtol), ALN_ODE_CONE_MOST),
        .most = most * ALN_ODE_GROWTH,
        .C = C,
    };
}

/* Does C + margin 1 have a Cholesky decomposition? The teacher's fields, which are constant and
 * valid, come first.
 * Returned: K, or the student unit at which it fails */
static size_t find_broken_unit(const struct aln_cone *cone, const double *y)
{
    const size_t K = cone->p->K, M = cone->p->M, P = K + M;
    double *C = cone->C, trace = 0;
    aln_state_covariance(&cone->layout, y, cone->p->T, C);
    for (size_t a = 0; a < P; a++)
        trace += C[a * P + a];
    const double margin = cone->margin * trace;
    for (size_t n = 0; n < P && !aln_interrupted(); n++) {
        size_t a = (n + K) % P;
        double pivot = C[a * P + a] + margin;
        if (!(pivot > 0))
            return a < K ? a : K;
        for (size_t i = n + 1; i < P; i++) {
            size_t b = (i + K) % P;
            double share = C[b * P + a] / pivot;
            for (size_t j = n + 1; j < P; j++)
                C[b * P + (j + K) % P] -= share * C[a * P + (j + K) % P];
        }
    }
    return K;
}

enum aln_status aln_cone_check(const struct aln_cone *cone, double t, const double *y)
{
    char name[32];
    for (size_t i = 0; i < cone->layout.size; i++) {
        if (!isfinite(y[i]))
            return ALN_OK;
        if (fabs(y[i]) <= cone->most)
            continue;
        aln_state_name(cone->p, i, name);
        return aln_raise(ALN_NUMERIC,
                         "the integration stopped at t = %.9g: %s has grown to %.3g, the run "
                         "diverges; try a smaller learning.rate",
                         t, name, y[i]);
    }
    const size_t k = find_broken_unit(cone, y);
    if (k == cone->p->K)
        return ALN_OK;
    aln_state_name(cone->p, aln_state_entry(cone->p, ALN_Q, k, k), name);
    return aln_raise(
        ALN_NUMERIC,
        "the integration stopped at t = %.9g: no weights can have these overlaps "
        "(Q, R and T are not positive semi-definite, seen at %s); %s",
        t, name, t > 0 ? "try a smaller ode.rtol or a smaller learning.rate" : "try another start");
}

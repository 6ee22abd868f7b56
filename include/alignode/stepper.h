/* The names of GSL's ODE steppers. */
#ifndef ALIGNODE_STEPPER_H
#define ALIGNODE_STEPPER_H

#include <gsl/gsl_odeiv2.h>
#include <stdbool.h>

#include "alignode/names.h"

#ifdef __cplusplus
extern "C" {
#endif

struct aln_stepper {
    struct aln_name id;
    const gsl_odeiv2_step_type *const *type; /* GSL exports pointers, known only when loaded */
    bool implicit;                           /* for stiff equations; needs the Jacobian */
    bool switches; /* switches to bsimp where the equations are measured to be stiff */
};

/* rk8pd, bsimp, ... */
ALN_API extern const struct aln_names aln_steppers;
ALN_API const struct aln_stepper *aln_stepper_find(const char *name);
ALN_API const struct aln_stepper *aln_stepper_row(size_t i);

#ifdef __cplusplus
}
#endif

#endif

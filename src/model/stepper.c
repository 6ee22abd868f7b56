#include "alignode/stepper.h"

#include "base/finders.h"

#define GSL_MANUAL "GSL manual, ordinary differential equations"

/* name, description, GSL's stepper, implicit, switches */
static const struct aln_stepper steppers[] = {
    {{"rk2", "explicit Runge-Kutta (2, 3)", GSL_MANUAL}, &gsl_odeiv2_step_rk2, false, false},
    {{"rk4", "explicit Runge-Kutta 4, error by step doubling", GSL_MANUAL},
     &gsl_odeiv2_step_rk4,
     false,
     false},
    {{"rkf45", "explicit Runge-Kutta-Fehlberg (4, 5)", GSL_MANUAL},
     &gsl_odeiv2_step_rkf45,
     false,
     false},
    {{"rkck", "explicit Runge-Kutta-Cash-Karp (4, 5)", GSL_MANUAL},
     &gsl_odeiv2_step_rkck,
     false,
     false},
    {{"rk8pd", "explicit Runge-Kutta-Prince-Dormand (8, 9)", GSL_MANUAL},
     &gsl_odeiv2_step_rk8pd,
     false,
     false},
    {{"msadams", "linear multistep Adams in Nordsieck form, orders 1 to 12", GSL_MANUAL},
     &gsl_odeiv2_step_msadams,
     false,
     false},
    {{"rk1imp", "implicit Euler, for stiff equations", GSL_MANUAL},
     &gsl_odeiv2_step_rk1imp,
     true,
     false},
    {{"rk2imp", "implicit mid-point rule, for stiff equations", GSL_MANUAL},
     &gsl_odeiv2_step_rk2imp,
     true,
     false},
    {{"rk4imp", "implicit Gauss Runge-Kutta 4, for stiff equations", GSL_MANUAL},
     &gsl_odeiv2_step_rk4imp,
     true,
     false},
    {{"bsimp", "implicit Bulirsch-Stoer of Bader and Deuflhard, for stiff equations", GSL_MANUAL},
     &gsl_odeiv2_step_bsimp,
     true,
     false},
    {{"msbdf", "linear multistep backward differentiation, orders 1 to 5, for stiff equations",
      GSL_MANUAL},
     &gsl_odeiv2_step_msbdf,
     true,
     false},
    {{"auto", "rk8pd, then bsimp from where the equations are measured to be stiff", GSL_MANUAL},
     &gsl_odeiv2_step_rk8pd,
     false,
     true},
};

const struct aln_names aln_steppers = {"stepper", "steppers", steppers,
                                       sizeof steppers / sizeof steppers[0], sizeof steppers[0]};
ALN_FINDERS(stepper, aln_steppers);

/* When an integration is tried, watched and given up; shared by the engine and by lanes, which must
 * decide alike. */
#ifndef ALIGNODE_LANES_ODE_LIMITS_H
#define ALIGNODE_LANES_ODE_LIMITS_H

#define ALN_ODE_FIRST_STEP 1e-6
#define ALN_ODE_PACE_STEPS 20000 /* accepted steps over which the pace is measured */
#define ALN_ODE_MAX_STEPS  10000000
#define ALN_ODE_GROWTH     1e12 /* diverging: this many times the largest entry at the start (>= 1) */
#define ALN_ODE_CONE       1e-6 /* share of the trace of C that a negative eigenvalue may reach, ... */
#define ALN_ODE_CONE_RTOL  1e3  /* ... or this many times the tolerance, ... */
#define ALN_ODE_CONE_MOST  1e-2 /* ... but never more than this */

/* Events are looked for within steps. */
#define ALN_EVENT_LOOKS      4 /* per step, which resolves the dynamics to high order */
#define ALN_EVENT_ROOT_STEPS 100

/* Stiffness is measured in windows. */
#define ALN_STIFF_WINDOW 1000 /* steps */
#define ALN_STIFF_STILL                                                                            \
    0.5 /* a path this short, in units of the state's scales, needs fewer steps */
#define ALN_STIFF_NUDGE 0x1p-20 /* least length of a weight vector, of the longest */

#endif

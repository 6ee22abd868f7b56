#include "theory/lanes_agree.h"

#include <string.h>
#include <threads.h>

#include "alignode/ode.h"
#include "lanes/lanes.h"

static once_flag agree_once = ONCE_FLAG_INIT;
static bool agree;

static void compare(void)
{
    static const double one = 1, start[3] = {0.3, 0.2, 0.5}, times[] = {3, 20};
    enum { SIZE = 3, TIMES = sizeof times / sizeof times[0] };
    struct aln_problem p = aln_problem_defaults();
    p.K = p.M = 1;
    p.rule = aln_rule_find("dfa");
    p.activation = aln_activation_find(aln_isa_first() ? "linear" : "erf"); /* aln_lanes_know() */
    p.T = p.V2 = p.F1 = &one;
    p.start = start;
    double states[TIMES * SIZE];
    struct aln_lanes_run run = {.p = &p,
                                .rtol = 1e-9,
                                .atol = 1e-12,
                                .time_count = TIMES,
                                .times = times,
                                .states = states};
    struct aln_ode *ode = NULL;
    struct aln_ode_options options = aln_ode_defaults();
    options.horizon = times[TIMES - 1];
    agree = aln_lanes_integrate(aln_isa_best(), 1, &run) == ALN_OK && run.done &&
            aln_ode_create(&ode, &p, &options) == ALN_OK;
    for (size_t i = 0; i < TIMES && agree; i++) {
        agree = aln_ode_advance(ode, times[i]) == ALN_OK;
        /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): the bits */
        agree = agree && memcmp(aln_ode_state(ode), states + i * SIZE, sizeof start) == 0;
    }
    aln_ode_free(ode);
}

bool aln_lanes_agree(void)
{
    call_once(&agree_once, compare);
    return agree;
}

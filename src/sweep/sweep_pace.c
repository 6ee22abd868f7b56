#include "sweep/sweep_pace.h"

#include <math.h>

#define FEW 5 /* seconds, which need no words */

double aln_sweep_pace_total(uint64_t points, double each, uint64_t threads)
{
    return ceil((double)points / (double)threads) * each;
}

static bool is_worth_telling(struct aln_sweep_pace *pace, uint64_t points, double each)
{
    pace->told = aln_sweep_pace_total(points, each, pace->threads) > FEW;
    return pace->told;
}

bool aln_sweep_pace_known(struct aln_sweep_pace *pace, uint64_t points, double passed, double *each)
{
    if (pace->told || pace->ended < pace->threads || pace->ended >= points || passed < 1)
        return false;
    *each = pace->spent / (double)pace->ended;
    return is_worth_telling(pace, points, *each);
}

bool aln_sweep_pace_guess(struct aln_sweep_pace *pace, uint64_t points, double fraction,
                          double passed, double *each)
{
    if (pace->told || pace->ended > 0 || fraction < 0.1 || passed < 1)
        return false;
    *each = passed / fraction;
    return is_worth_telling(pace, points, *each);
}

/* Times at which a run is recorded: log-spaced, linear, or as listed. */
#ifndef ALIGNODE_PARAMS_TIMES_H
#define ALIGNODE_PARAMS_TIMES_H

#include <stddef.h>

#include "alignode/names.h"
#include "alignode/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum aln_spacing { ALN_LOG, ALN_LINEAR };
extern const struct aln_names aln_spacings; /* rows in the order of enum aln_spacing */

struct aln_times {
    size_t count; /* besides 0 */
    enum aln_spacing spacing;
    double first;       /* the first of them, spacing log */
    const double *time; /* [count] listed times, increasing; NULL: by spacing */
};

/* 0 and the requested times, the last one `end` unless they are listed.
 * Given:    end  > 0, or 0 for the start alone
 *           N    0: times as requested; > 0: rounded to the nearest step, k/N, equal steps merged
 * Returned: *out  times[*count], yours, free()
 * Status:   ALN_MEMORY */
enum aln_status aln_times_make(const struct aln_times *asked, double end, double N, size_t *count,
                               double **out);

#ifdef __cplusplus
}
#endif

#endif

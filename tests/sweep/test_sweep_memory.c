/* Whichever allocation fails, a point of a sweep keeps its name, by which its result is found, or there
 * is an error. */
#define _XOPEN_SOURCE 700
#include "../check_main.h"

#include "../failing_memory.h"
#include "sweeps.h"

/* Values between the ends are rounded; without that they would be other numbers. */
static const char *const sweeps[] = {
    "problem: {inputs: 60}\nlearning: {rule: dfa, rate: 0.2}\nrun: {time: 1}\n"
    "sweep: {run: chain, over: [{key: learning.rate, from: 0.1, to: 1, count: 4}, "
    "{key: run.seed, from: 1, to: 2}]}\n",
    "problem: {inputs: 60}\nlearning: {rule: dfa, rate: 0.2}\nrun: {time: 1}\n"
    "sweep: {run: ode, over: [{key: learning.rate, from: 0.01, to: 7, count: 3, spacing: log}, "
    "{key: problem.noise, values: [0, 0.3]}]}\n",
};

static void check_point(const struct aln_sweep *sweep, uint64_t point)
{
    enum aln_status status = ALN_MEMORY;
    char *whole, *path;
    must(aln_sweep_path(sweep, "folder", point, &whole));
    for (long n = 0; status != ALN_OK; n++) {
        allocations_left = n;
        status = aln_sweep_path(sweep, "folder", point, &path);
        bool failed = allocations_left < 0;
        allocations_left = -1;
        ck_assert_msg(status == ALN_MEMORY || (status == ALN_OK && strcmp(path, whole) == 0),
                      "allocation %ld, point %d: %s", n, (int)point,
                      status == ALN_OK ? path : aln_error());
        free(path);
        if (failed) /* else it went well without: all of them have been tried */
            status = ALN_MEMORY;
    }
    free(whole);
}

START_TEST(test_names)
{
    for (size_t i = 0; i < COUNT(sweeps); i++) {
        struct aln_sweep *sweep = sweep_of(sweeps[i], 0, NULL);
        for (uint64_t point = 0; point < aln_sweep_points(sweep); point++)
            check_point(sweep, point);
        aln_sweep_free(sweep);
    }
}
END_TEST

CHECK_MAIN("sweep/memory", test_names)

/* A two-layer network learns a teacher by direct feedback alignment, in the limit of many inputs.
 * Prints its generalisation error and the alignment of its read-out with the feedback over time.
 *
 *     cc integrate.c $(pkg-config --cflags --libs alignode) -o integrate
 *
 * C and C++. */
#include <alignode.h>
#include <stdio.h>

static enum aln_status print_table(const struct aln_problem *problem, struct aln_ode *ode)
{
    static const double times[] = {0, 1, 3, 10, 30, 100, 300, 1000, 3000};
    printf("t\teg\tcos_W2_F1\n");
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        enum aln_status status = aln_ode_advance(ode, times[i]);
        if (status != ALN_OK)
            return status;
        const double *state = aln_ode_state(ode);
        printf("%g\t%.12g\t%.12g\n", times[i], aln_problem_eg(problem, state),
               aln_problem_cos(problem, state));
    }
    return ALN_OK;
}

int main(void)
{
    struct aln_problem *problem = NULL;
    struct aln_ode *ode = NULL;
    const struct aln_ode_options options = aln_ode_defaults();
    enum aln_status status =
        aln_problem_parse(&problem, "problem: {activation: erf, inputs: 10000}\n"
                                    "learning: {rule: dfa, rate: 0.5}\n"
                                    "run: {seed: 1}\n");
    if (status == ALN_OK)
        status = aln_ode_create(&ode, problem, &options);
    if (status == ALN_OK)
        status = print_table(problem, ode);
    if (status != ALN_OK)
        fprintf(stderr, "%s\n", aln_error());
    aln_ode_free(ode);
    aln_problem_free(problem);
    return status;
}

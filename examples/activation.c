/* A user-defined activation, the sine: compares the equations, which need its Gaussian averages,
 * with a simulation, which needs only the function.
 *
 *     cc activation.c $(pkg-config --cflags --libs alignode) -lm -o activation
 */
#include <alignode.h>
#include <math.h>
#include <stdio.h>

/* <sin a sin b>, <cos k cos l> and <-sin k sin a> are averages of exp(i(a +- b)). */
static double sine_I2(double caa, double cbb, double cab)
{
    return exp(-(caa + cbb) / 2) * sinh(cab);
}

static double sine_J2(double ckk, double cll, double ckl)
{
    return exp(-(ckk + cll) / 2) * cosh(ckl);
}

static double sine_A2(double ckk, double caa, double cka)
{
    return -sine_I2(ckk, caa, cka);
}

/* <cos k cos l sin a sin b>: the mean of -s_a s_b exp(-Var(s_k k + s_l l + s_a a + s_b b)/2) over
 * all signs.  Given: C (P x P) and the indices of k, l, a, b in it */
static double four_fields(size_t P, const double *C, const size_t place[4])
{
    double sum = 0;
    for (unsigned signs = 0; signs < 16; signs++) {
        double s[4], variance = 0;
        for (int i = 0; i < 4; i++)
            s[i] = signs >> i & 1 ? 1 : -1;
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 4; j++)
                variance += s[i] * s[j] * C[place[i] * P + place[j]];
        sum -= s[2] * s[3] * exp(-variance / 2) / 16;
    }
    return sum;
}

static size_t sine_I4_work(size_t P, size_t K)
{
    (void)P, (void)K;
    return 0;
}

static void sine_I4(size_t P, size_t K, const double *C, const double *U, double *out, double *work)
{
    (void)work;
    for (size_t k = 0; k < K; k++) {
        for (size_t l = 0; l < K; l++) {
            out[k * K + l] = 0;
            for (size_t a = 0; a < P; a++)
                for (size_t b = 0; b < P; b++)
                    out[k * K + l] += U[k * P + a] * U[l * P + b] *
                                      four_fields(P, C, (const size_t[4]){k, l, a, b});
        }
    }
}

static const struct aln_activation sine = {
    .id = {"sine", "sin x", ""},
    .g = sin,
    .dg = cos,
    .I2 = sine_I2,
    .J2 = sine_J2,
    .A2 = sine_A2,
    .I4_work = sine_I4_work,
    .I4 = sine_I4,
};

static enum aln_status print_table(const struct aln_problem *problem, struct aln_ode *ode,
                                   struct aln_chain *chain)
{
    printf("t\teg_ode\teg_chain\n");
    for (uint64_t t = 0; t <= 20; t += 2) {
        enum aln_status status = aln_ode_advance(ode, (double)t);
        if (status == ALN_OK)
            status = aln_chain_advance(chain, t * problem->N);
        if (status != ALN_OK)
            return status;
        printf("%d\t%.6f\t%.6f\n", (int)t, aln_problem_eg(problem, aln_ode_state(ode)),
               aln_problem_eg(problem, aln_chain_state(chain)));
    }
    return ALN_OK;
}

int main(void)
{
    struct aln_problem *problem = NULL;
    struct aln_ode *ode = NULL;
    struct aln_chain *chain = NULL;
    const struct aln_ode_options options = aln_ode_defaults();
    enum aln_status status =
        aln_problem_parse(&problem, "problem: {inputs: 20000, student: {weights: {std: 0.5}}}\n"
                                    "learning: {rule: dfa, rate: 0.5}\n");
    if (status == ALN_OK) {
        problem->activation = &sine;
        status = aln_ode_create(&ode, problem, &options);
    }
    if (status == ALN_OK)
        status = aln_chain_create(&chain, problem, 0);
    if (status == ALN_OK)
        status = print_table(problem, ode, chain);
    if (status != ALN_OK)
        fprintf(stderr, "%s\n", aln_error());
    aln_chain_free(chain);
    aln_ode_free(ode);
    aln_problem_free(problem);
    return status;
}

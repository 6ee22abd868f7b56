/* Speed of the engines, as ratios within one run: medians over paired repetitions against a plain
 * online-SGD step (simple loops, mt19937, GSL's ziggurat) compiled with the same flags. */
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "alignode/chain.h"
#include "alignode/random.h"
#include "alignode/sgd.h"
#include "bench.h"

enum { K = 2, M = 2, N = 1000, REPEATS = 21 };

/* ---- the plain step ---- */

static struct {
    gsl_rng *rng;
    double W1[K][N], V1[M][N], W2[K], x[N];
} plain;

static void plain_start(void)
{
    plain.rng = gsl_rng_alloc(gsl_rng_mt19937);
    for (int i = 0; i < N; i++) {
        for (int k = 0; k < K; k++)
            plain.W1[k][i] = 0.5 * gsl_ran_gaussian_ziggurat(plain.rng, 1);
        for (int m = 0; m < M; m++)
            plain.V1[m][i] = gsl_ran_gaussian_ziggurat(plain.rng, 1);
    }
    plain.W2[0] = 0.3;
    plain.W2[1] = 0.2;
}

static void plain_steps(uint64_t steps)
{
    const double eta = 0.1, F[K] = {0.7, -0.4};
    for (uint64_t n = 0; n < steps; n++) {
        double lambda[K] = {0}, nu[M] = {0}, e = 0, g[K];
        for (int i = 0; i < N; i++)
            plain.x[i] = gsl_ran_gaussian_ziggurat(plain.rng, 1);
        for (int i = 0; i < N; i++) {
            for (int k = 0; k < K; k++)
                lambda[k] += plain.W1[k][i] * plain.x[i];
            for (int m = 0; m < M; m++)
                nu[m] += plain.V1[m][i] * plain.x[i];
        }
        for (int k = 0; k < K; k++) {
            g[k] = erf(lambda[k] / sqrt(2 * N));
            e += plain.W2[k] * g[k];
        }
        for (int m = 0; m < M; m++)
            e -= erf(nu[m] / sqrt(2 * N));
        for (int k = 0; k < K; k++) {
            double slope = sqrt(2 / M_PI) * exp(-lambda[k] * lambda[k] / (2 * N));
            double c = eta / sqrt(N) * F[k] * e * slope;
            for (int i = 0; i < N; i++)
                plain.W1[k][i] -= c * plain.x[i];
            plain.W2[k] -= eta / N * e * g[k];
        }
    }
}

/* ---- the engines ---- */

static const double T[] = {1, 0, 0, 1}, V2[] = {1, 1}, F1[] = {0.7, -0.4};
static const double start[] = {0.3, 0.05, 0.2, 0.1, 0, 0, 0.1, 0.3, 0.2};

static struct aln_problem problem(uint64_t inputs, const char *rule)
{
    return (struct aln_problem){
        .K = K,
        .M = M,
        .O = 1,
        .N = inputs,
        .activation = aln_activation_find("erf"),
        .rule = aln_rule_find(rule),
        .eta = {0.1, 0.1},
        .seed = 1,
        .T = T,
        .V2 = V2,
        .F1 = F1,
        .start = start,
    };
}

struct timing {
    const char *name;
    double seconds[REPEATS], ratio[REPEATS];
};

static void report(struct timing *t)
{
    double ratio = median(t->ratio, REPEATS), seconds = median(t->seconds, REPEATS);
    printf("%-28s %10.1f ns a step, %8.2f of them in a plain step\n", t->name, 1e9 * seconds,
           ratio);
}

int main(void)
{
    enum { PLAIN_STEPS = 400, SGD_STEPS = 2000, CHAIN_STEPS = 20000, CHAINS = 4 };
    const uint64_t inputs[CHAINS] = {1000, 1000000, 1000000000, 1000};
    struct timing plain_timing = {.name = "plain step, N = 1000"};
    struct timing sgd_timing = {.name = "sgd, N = 1000"};
    struct timing normal_timing = {.name = "1000 normal numbers"};
    struct timing gsl_timing = {.name = "1000 of GSL's"};
    struct timing chain_timing[CHAINS] = {{.name = "chain, N = 1e3"},
                                          {.name = "chain, N = 1e6"},
                                          {.name = "chain, N = 1e9"},
                                          {.name = "chain, N = 1e3, bp"}};
    struct aln_problem p = problem(N, "dfa"), q[CHAINS];
    struct aln_sgd *sgd;
    struct aln_chain *chain[CHAINS];
    struct aln_stream stream;
    static double x[N];
    double sink = 0;
    if (aln_sgd_create(&sgd, &p, 0) != ALN_OK)
        return 1;
    for (int i = 0; i < CHAINS; i++) {
        q[i] = problem(inputs[i], i == 3 ? "bp" : "dfa");
        if (aln_chain_create(&chain[i], &q[i], 0) != ALN_OK)
            return 1;
    }
    aln_stream_init(&stream, 1, "benchmark", 0);
    plain_start();
    for (int r = -1; r < REPEATS; r++) { /* the first repetition is a warm-up */
        double time[5 + CHAINS];
        uint64_t done = (uint64_t)(r + 2);
        time[0] = now();
        plain_steps(PLAIN_STEPS);
        time[1] = now();
        if (aln_sgd_advance(sgd, done * SGD_STEPS) != ALN_OK)
            return 1;
        time[2] = now();
        for (int i = 0; i < CHAINS; i++) {
            if (aln_chain_advance(chain[i], done * CHAIN_STEPS) != ALN_OK)
                return 1;
            time[3 + i] = now();
        }
        double t0 = now();
        for (int i = 0; i < PLAIN_STEPS; i++) {
            aln_stream_normals(&stream, N, x);
            sink += x[i];
        }
        double t1 = now();
        for (int i = 0; i < PLAIN_STEPS; i++) {
            for (int j = 0; j < N; j++)
                x[j] = gsl_ran_gaussian_ziggurat(plain.rng, 1);
            sink += x[i];
        }
        double t2 = now();
        if (r < 0)
            continue;
        double unit = (time[1] - time[0]) / PLAIN_STEPS;
        plain_timing.seconds[r] = unit;
        plain_timing.ratio[r] = 1;
        sgd_timing.seconds[r] = (time[2] - time[1]) / SGD_STEPS;
        sgd_timing.ratio[r] = unit / sgd_timing.seconds[r];
        for (int i = 0; i < CHAINS; i++) {
            chain_timing[i].seconds[r] = (time[3 + i] - time[2 + i]) / CHAIN_STEPS;
            chain_timing[i].ratio[r] = unit / chain_timing[i].seconds[r];
        }
        normal_timing.seconds[r] = (t1 - t0) / PLAIN_STEPS;
        normal_timing.ratio[r] = unit / normal_timing.seconds[r];
        gsl_timing.seconds[r] = (t2 - t1) / PLAIN_STEPS;
        gsl_timing.ratio[r] = unit / gsl_timing.seconds[r];
    }
    printf("K = M = 2, erf, medians of %d (check %g)\n", REPEATS, sink);
    report(&plain_timing);
    report(&gsl_timing);
    report(&normal_timing);
    report(&sgd_timing);
    for (int i = 0; i < CHAINS; i++)
        report(&chain_timing[i]);
    for (int i = 0; i < CHAINS; i++)
        aln_chain_free(chain[i]);
    aln_sgd_free(sgd);
    gsl_rng_free(plain.rng);
    return 0;
}

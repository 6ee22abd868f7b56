/* A complete `alignode ode` (program start, parameter file, integration, result file) against the
 * explicit Euler scheme dt = 1/N of published codes, K = M = 2, N = 1000, to t = 1000: a million
 * right-hand sides. Euler runs twice, with the fast right-hand side of this library and with the
 * literal scalar sums, both without input or output.
 * usage: bench_process ALIGNODE */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../theory/twin.h"
#include "alignode/ode.h"
#include "bench.h"

extern char **environ;

enum { REPEATS = 5, N = 1000, T = 1000, MANY = 20 };

/* The overlaps of the parameter file below. */
static const double V2[] = {1, 1}, F1[] = {1, -0.7}, teacher[] = {0.94, 0.13, 0.13, 0.85};
static const double start[] = {0.37, -0.07, 0.29, 0.20, 0.02, 0.04, -0.22, 0.3, 0.2};
static const char file[] = "problem:\n"
                           "  overlaps:\n"
                           "    Q: [[0.37, -0.07], [-0.07, 0.29]]\n"
                           "    R: [[0.20, 0.02], [0.04, -0.22]]\n"
                           "    T: [[0.94, 0.13], [0.13, 0.85]]\n"
                           "    W2: [[0.3, 0.2]]\n"
                           "learning: {rule: dfa, rate: 0.1, feedback: {matrix: [[1], [-0.7]]}}\n"
                           "run: {time: 1000}\n";

static double run_program(char *program, char *yaml, char *out)
{
    char *words[] = {program, "ode", yaml, "-o", out, "--quiet", NULL};
    double began = now();
    for (int i = 0; i < MANY; i++) {
        pid_t child;
        int status;
        if (posix_spawn(&child, program, NULL, NULL, words, environ) != 0 ||
            waitpid(child, &status, 0) < 0 || status != 0) {
            fprintf(stderr, "%s did not run\n", program);
            exit(1);
        }
    }
    return (now() - began) / MANY;
}

static double euler(struct aln_rhs *rhs, const struct aln_problem *p, double *y)
{
    double dydt[16], eta[2] = {0.1, 0.1};
    size_t size = aln_problem_size(p);
    memcpy(y, start, sizeof start);
    double began = now();
    for (int step = 0; step < N * T; step++) {
        if (rhs != NULL)
            aln_rhs_eval(rhs, eta, NULL, y, dydt);
        else
            twin_rhs(p, eta, p->F1, y, dydt);
        for (size_t i = 0; i < size; i++)
            y[i] += dydt[i] / N;
    }
    return now() - began;
}

int main(int argc, char **argv)
{
    struct aln_problem p = {
        .K = 2,
        .M = 2,
        .O = 1,
        .N = N,
        .activation = aln_activation_find("erf"),
        .rule = aln_rule_find("dfa"),
        .eta = {0.1, 0.1},
        .T = teacher,
        .V2 = V2,
        .F1 = F1,
        .start = start,
    };
    struct aln_rhs *rhs;
    char folder[] = "/tmp/alignode-bench-XXXXXX", yaml[64], out[64];
    double y[16], process[REPEATS], fast[REPEATS], plain[REPEATS];
    if (argc != 2 || mkdtemp(folder) == NULL || aln_rhs_create(&rhs, &p) != ALN_OK)
        return 1;
    snprintf(yaml, sizeof yaml, "%s/p.yaml", folder);
    snprintf(out, sizeof out, "%s/p.tsv", folder);
    FILE *f = fopen(yaml, "w");
    if (f == NULL || fputs(file, f) < 0 || fclose(f) != 0)
        return 1;
    for (int r = 0; r < REPEATS; r++) {
        process[r] = run_program(argv[1], yaml, out);
        fast[r] = euler(rhs, &p, y) / process[r];
        plain[r] = euler(NULL, &p, y) / process[r];
    }
    printf("alignode ode, K = M = 2, t = 1000, 201 rows, whole process: %.2f ms (median of %d)\n",
           1e3 * median(process, REPEATS), REPEATS);
    printf("explicit Euler, dt = 1/1000, this library's right-hand side: %.1f times that\n",
           median(fast, REPEATS));
    printf("explicit Euler, dt = 1/1000, literal scalar sums:            %.1f times that\n",
           median(plain, REPEATS));
    printf("(target: 30; Euler ends at eg = %.6g)\n", aln_problem_eg(&p, y));
    aln_rhs_free(rhs);
    unlink(yaml);
    unlink(out);
    rmdir(folder);
    return 0;
}

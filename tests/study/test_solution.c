/* Assignments and equivalent solutions, compared with all permutations and signs. */
#include <math.h>

#include "../check_main.h"
#include "alignode/random.h"
#include "study/assignment.h"
#include "study/solution.h"

enum { MOST = 6, MOST_OUTPUTS = 2 };

static void must(enum aln_status status)
{
    ck_assert_msg(status == ALN_OK, "%s", aln_error());
}

/* Moves on to the next permutation in lexicographic order; false after the last. */
static bool permute(size_t n, size_t *p)
{
    size_t i = n - 1;
    while (i > 0 && p[i - 1] > p[i])
        i--;
    if (i == 0)
        return false;
    size_t j = n - 1;
    while (p[j] < p[i - 1])
        j--;
    size_t keep = p[j];
    p[j] = p[i - 1];
    p[i - 1] = keep;
    for (size_t a = i, b = n - 1; a < b; a++, b--) {
        keep = p[a];
        p[a] = p[b];
        p[b] = keep;
    }
    return true;
}

static double total(size_t n, const double *cost, const size_t *column)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += cost[i * n + column[i]];
    return sum;
}

/* Random costs: drawn freely, with few values (ties), and of very different magnitudes. */
START_TEST(test_assignment)
{
    struct aln_stream s;
    aln_stream_init(&s, 1, "costs", 0);
    for (size_t n = 1; n <= MOST; n++) {
        for (int kind = 0; kind < 3; kind++) {
            for (int draw = 0; draw < 60; draw++) {
                double cost[MOST * MOST], least = INFINITY;
                size_t p[MOST], column[MOST];
                bool taken[MOST] = {false};
                for (size_t i = 0; i < n * n; i++) {
                    double u = aln_stream_uniform(&s);
                    cost[i] = kind == 0 ? u - 0.5 : kind == 1 ? floor(3 * u) : exp(20 * u);
                }
                for (size_t i = 0; i < n; i++)
                    p[i] = i;
                do {
                    least = fmin(least, total(n, cost, p));
                } while (permute(n, p));
                must(aln_assignment(n, cost, column));
                for (size_t i = 0; i < n; i++) {
                    ck_assert_uint_lt(column[i], n);
                    ck_assert(!taken[column[i]]);
                    taken[column[i]] = true;
                }
                ck_assert_double_le(total(n, cost, column), least + 1e-12 * fabs(least));
            }
        }
    }
}
END_TEST

/* With many units no exchange of two lowers the cost, and an assignment hidden in the costs is
 * found. */
START_TEST(test_large)
{
    enum { N = 150 };
    static double cost[N * N];
    size_t column[N];
    struct aln_stream s;
    aln_stream_init(&s, 2, "costs", 0);
    for (size_t i = 0; i < N * N; i++)
        cost[i] = aln_stream_uniform(&s);
    must(aln_assignment(N, cost, column));
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < i; j++)
            ck_assert_double_ge(cost[i * N + column[j]] + cost[j * N + column[i]] + 1e-12,
                                cost[i * N + column[i]] + cost[j * N + column[j]]);
    /* The mean least total of n uniform costs tends to pi^2/6 (Aldous 2001), with a spread of about
     * 1.3/sqrt n. */
    ck_assert_double_eq_tol(total(N, cost, column), M_PI * M_PI / 6, 0.5);
    for (size_t i = 0; i < N; i++)
        cost[i * N + (7 * i + 3) % N] -= 1;
    must(aln_assignment(N, cost, column));
    for (size_t i = 0; i < N; i++)
        ck_assert_uint_eq(column[i], (7 * i + 3) % N);
}
END_TEST

/* A problem with random numbers; on request V2 has read-outs equal up to sign. */
struct free_problem {
    double T[MOST * MOST], V2[MOST * MOST_OUTPUTS], F1[MOST * MOST_OUTPUTS];
    double state[MOST * (MOST + 1) / 2 + MOST * MOST + MOST * MOST_OUTPUTS];
    struct aln_problem p;
};

static void fill(struct free_problem *f, struct aln_stream *s, size_t K, size_t O, bool equal)
{
    f->p = (struct aln_problem){
        .K = K, .M = K, .O = O, .rule = aln_rule_find("dfa"), .T = f->T, .V2 = f->V2, .F1 = f->F1};
    aln_stream_normals(s, K * K, f->T);
    aln_stream_normals(s, O * K, f->V2);
    aln_stream_normals(s, O * K, f->F1);
    aln_stream_normals(s, aln_problem_size(&f->p), f->state);
    for (size_t k = 0; k < K; k++) {
        f->T[k * K + k] = 3 + fabs(f->T[k * K + k]);
        f->state[aln_state_entry(&f->p, ALN_Q, k, k)] = 3;
        for (size_t o = 0; o < O && equal; o++)
            f->V2[o * K + k] = (k % 2 == 0 ? 1 : -1) * f->V2[o * K];
    }
}

/* The squared distance of a state from a solution, computed from products of the weights. */
static double square_distance(const struct aln_problem *p, const double *state, const int *unit)
{
    const double *R = state + aln_state_at(p, ALN_R), *W2 = state + aln_state_at(p, ALN_W2);
    double sum = 0;
    for (size_t k = 0; k < p->K; k++) {
        size_t m = (size_t)abs(unit[k]) - 1;
        double s = unit[k] > 0 ? 1 : -1;
        sum +=
            state[aln_state_entry(p, ALN_Q, k, k)] + p->T[m * p->M + m] - 2 * s * R[k * p->M + m];
        for (size_t o = 0; o < p->O; o++)
            sum += pow(W2[o * p->K + k] - s * p->V2[o * p->M + m], 2);
    }
    return sum;
}

static double overlap(const struct aln_problem *p, const int *unit)
{
    double sum = 0;
    for (size_t k = 0; k < p->K; k++)
        for (size_t o = 0; o < p->O; o++)
            sum += (unit[k] > 0 ? 1 : -1) * p->V2[o * p->M + (size_t)abs(unit[k]) - 1] *
                   p->F1[k * p->O + o];
    return sum;
}

START_TEST(test_solutions)
{
    struct aln_stream s;
    aln_stream_init(&s, 3, "solutions", 0);
    for (size_t K = 1; K <= 5; K++) {
        for (int draw = 0; draw < 24; draw++) {
            struct free_problem f;
            bool equal = draw % 3 == 0;
            fill(&f, &s, K, 1 + (size_t)draw % 2, equal);
            size_t p[MOST], all = 0, as_large = 0;
            double least = INFINITY, most = -INFINITY, distance;
            int unit[MOST], found[MOST];
            for (int pass = 0; pass < 2; pass++) { /* the second counts the largest */
                for (size_t k = 0; k < K; k++)
                    p[k] = k;
                do {
                    for (unsigned signs = 0; signs < 1u << K; signs++) {
                        for (size_t k = 0; k < K; k++)
                            unit[k] = (signs >> k & 1 ? 1 : -1) * (int)(p[k] + 1);
                        if (pass == 1) {
                            as_large += overlap(&f.p, unit) > most - 1e-9;
                            continue;
                        }
                        all++;
                        least = fmin(least, square_distance(&f.p, f.state, unit));
                        most = fmax(most, overlap(&f.p, unit));
                    }
                } while (permute(K, p));
            }
            must(aln_solution_nearest(&f.p, f.state, found, &distance));
            ck_assert_double_eq_tol(square_distance(&f.p, f.state, found), least, 1e-12);
            ck_assert_double_eq_tol(distance, sqrt(fmax(0, least)), 1e-6);
            must(aln_solution_largest(&f.p, found));
            ck_assert_double_eq_tol(overlap(&f.p, found), most, 1e-12);
            ck_assert_double_eq_tol(aln_solution_overlap(&f.p, found), most, 1e-12);
            ck_assert_double_eq_tol(aln_solution_share(&f.p), (double)as_large / (double)all,
                                    1e-15);
        }
    }
}
END_TEST

/* A solution has distance 0 from itself. */
START_TEST(test_exact)
{
    struct aln_stream s;
    struct free_problem f;
    double distance;
    const int unit[3] = {-2, 3, -1};
    int found[3];
    aln_stream_init(&s, 4, "exact", 0);
    fill(&f, &s, 3, 2, false);
    for (size_t k = 0; k < 3; k++) {
        size_t m = (size_t)abs(unit[k]) - 1;
        double sign = unit[k] > 0 ? 1 : -1;
        f.state[aln_state_entry(&f.p, ALN_Q, k, k)] = f.T[m * 3 + m];
        for (size_t j = 0; j < 3; j++)
            f.state[aln_state_at(&f.p, ALN_R) + k * 3 + j] = sign * f.T[m * 3 + j];
        for (size_t o = 0; o < 2; o++)
            f.state[aln_state_at(&f.p, ALN_W2) + o * 3 + k] = sign * f.V2[o * 3 + m];
    }
    must(aln_solution_nearest(&f.p, f.state, found, &distance));
    ck_assert_mem_eq(found, unit, sizeof unit);
    ck_assert_double_le(distance, 1e-7);
}
END_TEST

CHECK_MAIN("study/solution", test_assignment, test_large, test_solutions, test_exact)

/* sgd on a fixed set of samples against plain loops, and batches drawn from it. */
#include <math.h>
#include <string.h>

#include "../check_main.h"
#include "alignode/sgd.h"
#include "simulate/sample_set.h"

static void must(enum aln_status status)
{
    ck_assert_msg(status == ALN_OK, "%s", aln_error());
}

/* ---- plain loops ---- */

enum { K = 2, M = 2, O = 2, N = 11, P = 7, STEPS = 25 };
static const double Q[K] = {0.3, 0.5}, T[M] = {1, 0.8}, sigma = 0.4;

struct twin {
    double x[P][N], noise[P][O], W[K + M][N], W2[O][K], F[K][O];
    size_t order[P];
    struct aln_stream choice;
};

/* The matrices of the start are diagonal, so weights are the vectors of the frame but for their
 * lengths. */
static void begin(struct twin *t, const struct aln_problem *p, uint64_t repeat)
{
    const double length[K + M] = {Q[0], Q[1], T[0], T[1]};
    struct aln_stream s;
    aln_stream_init(&s, p->seed, "frame", 0);
    for (size_t a = 0; a < K + M; a++) {
        double square = 0;
        aln_stream_normals(&s, N, t->W[a]);
        for (size_t b = 0; b < a; b++) {
            double along = 0;
            for (size_t i = 0; i < N; i++)
                along += t->W[a][i] * t->W[b][i];
            for (size_t i = 0; i < N; i++)
                t->W[a][i] -= along * t->W[b][i];
        }
        for (size_t i = 0; i < N; i++)
            square += t->W[a][i] * t->W[a][i];
        for (size_t i = 0; i < N; i++)
            t->W[a][i] /= sqrt(square);
    }
    for (size_t a = 0; a < K + M; a++)
        for (size_t i = 0; i < N; i++)
            t->W[a][i] *= sqrt(N * length[a]);
    aln_stream_init(&s, p->seed, "sgd inputs", repeat);
    aln_stream_normals(&s, P * N, &t->x[0][0]);
    aln_stream_init(&s, p->seed, "sgd noise", repeat);
    aln_stream_normals(&s, P * O, &t->noise[0][0]);
    memcpy(t->W2, p->start + aln_state_at(p, ALN_W2), sizeof t->W2);
    memcpy(t->F, p->F1, sizeof t->F);
    for (size_t n = 0; n < P; n++)
        t->order[n] = n;
    aln_stream_init(&t->choice, p->seed, "sgd batches", repeat);
}

static void find_fields(const struct twin *t, size_t n, double field[K + M])
{
    for (size_t a = 0; a < K + M; a++) {
        field[a] = 0;
        for (size_t i = 0; i < N; i++)
            field[a] += t->W[a][i] * t->x[n][i] / sqrt(N);
    }
}

static double error_of(const struct twin *t, const struct aln_problem *p, const double *field,
                       size_t n, size_t o)
{
    double e = -sigma * t->noise[n][o];
    for (size_t k = 0; k < K; k++)
        e += t->W2[o][k] * p->activation->g(field[k]) -
             p->V2[o * M + k] * p->activation->g(field[K + k]);
    return e;
}

/* One step on the first `count` of the order, which is drawn before unless it is all of the set. */
static void step(struct twin *t, const struct aln_problem *p, size_t count)
{
    double dW[K][N] = {{0}}, dW2[O][K] = {{0}};
    for (size_t b = 0; b < count && count < P; b++) {
        const size_t other = b + (size_t)((double)(P - b) * aln_stream_uniform(&t->choice)),
                     first = t->order[b];
        t->order[b] = t->order[other];
        t->order[other] = first;
    }
    for (size_t b = 0; b < count; b++) {
        const size_t n = t->order[b];
        double field[K + M];
        find_fields(t, n, field);
        for (size_t o = 0; o < O; o++) {
            const double e = error_of(t, p, field, n, o) / (double)count;
            for (size_t k = 0; k < K; k++) {
                dW2[o][k] += e * p->activation->g(field[k]);
                for (size_t i = 0; i < N; i++)
                    dW[k][i] += t->F[k][o] * e * p->activation->dg(field[k]) * t->x[n][i];
            }
        }
    }
    for (size_t k = 0; k < K; k++) {
        for (size_t i = 0; i < N; i++)
            t->W[k][i] -= p->kappa[0] / N * t->W[k][i] + p->eta[0] / sqrt(N) * dW[k][i];
        for (size_t o = 0; o < O; o++) {
            t->W2[o][k] -= p->kappa[1] / N * t->W2[o][k] + p->eta[1] / N * dW2[o][k];
            if (p->rule->learns)
                t->F[k][o] -= p->kappa[1] / N * t->F[k][o] + p->eta[1] / N * dW2[o][k];
        }
    }
}

static double train_error(const struct twin *t, const struct aln_problem *p)
{
    double sum = 0;
    for (size_t n = 0; n < P; n++) {
        double field[K + M];
        find_fields(t, n, field);
        for (size_t o = 0; o < O; o++)
            sum += pow(error_of(t, p, field, n, o), 2) / (2 * P);
    }
    return sum;
}

static struct aln_problem *make(const char *activation, const char *rule, size_t batch)
{
    char yaml[1024], more[32] = "";
    struct aln_problem *p;
    if (batch > 0)
        snprintf(more, sizeof more, "batch: %zu,", batch);
    snprintf(yaml, sizeof yaml,
             "problem:\n"
             "  inputs: 11\n"
             "  outputs: 2\n"
             "  activation: %s\n"
             "  noise: 0.4\n"
             "  samples: 0.65\n"
             "  teacher: {readout: {std: 1}}\n"
             "  overlaps: {Q: [[0.3, 0], [0, 0.5]], R: [[0, 0], [0, 0]], T: [[1, 0], [0, 0.8]],\n"
             "             W2: [[0.3, -0.2], [0.1, 0.4]]}\n"
             "learning: {rule: %s, %s rate: [0.4, 0.3], decay: [0.1, 0.2]}\n",
             activation, rule, more);
    must(aln_problem_parse(&p, yaml));
    ck_assert_uint_eq(aln_problem_samples(p), P);
    return p;
}

static void compare(const char *activation, const char *rule, size_t batch)
{
    static struct twin t;
    struct aln_problem *p = make(activation, rule, batch);
    struct aln_sgd *sgd;
    if (fabs(p->activation->g(3)) > 3) /* it grows fast: slowly, so that it does not diverge */
        p->eta[0] = p->eta[1] = 0.01;
    must(aln_sgd_create(&sgd, p, 3));
    begin(&t, p, 3);
    for (size_t n = 0; n < STEPS; n++) {
        must(aln_sgd_advance(sgd, n));
        const double *state = aln_sgd_state(sgd);
        ck_assert_double_eq_tol(aln_sgd_train(sgd), train_error(&t, p), 1e-12);
        for (size_t k = 0; k < K; k++) {
            double square = 0, product = 0;
            for (size_t i = 0; i < N; i++) {
                square += t.W[k][i] * t.W[k][i] / N;
                product += t.W[k][i] * t.W[K][i] / N;
            }
            ck_assert_double_eq_tol(state[aln_state_entry(p, ALN_Q, k, k)], square, 1e-12);
            ck_assert_double_eq_tol(state[aln_state_entry(p, ALN_R, k, 0)], product, 1e-12);
            for (size_t o = 0; o < O; o++)
                ck_assert_double_eq_tol(state[aln_state_entry(p, ALN_W2, o, k)], t.W2[o][k], 1e-12);
        }
        step(&t, p, batch > 0 ? batch : P);
    }
    aln_sgd_free(sgd);
    aln_problem_free(p);
}

/* 25 steps with entries of order one: rounding of some 1e-15. */
START_TEST(test_plain_loops)
{
    static const char *const rules[] = {"dfa", "kolen-pollack"};
    for (size_t a = 0; a < aln_activations.count; a++)
        for (size_t r = 0; r < 2; r++)
            for (size_t batch = 0; batch <= P; batch += P / 2)
                compare(aln_names_row(&aln_activations, a)->name, rules[r], batch);
}
END_TEST

/* ---- batches ---- */

/* Each batch holds different samples, and each sample comes up as often: 20,000 batches of 3 of 7
 * hold each 8571 times with standard deviation 70; 5 of them are passed with probability 4e-6. */
START_TEST(test_batches)
{
    enum { BATCHES = 20000, B = 3 };
    size_t count[P] = {0}, order[P];
    struct aln_sample_set set = {.count = P, .order = order};
    for (size_t n = 0; n < P; n++)
        order[n] = n;
    aln_stream_init(&set.choice, 1, "test", 0);
    for (size_t n = 0; n < BATCHES; n++) {
        bool seen[P] = {false};
        aln_sample_set_draw(&set, B);
        for (size_t b = 0; b < P; b++) {
            ck_assert(!seen[order[b]]);
            seen[order[b]] = true;
            count[order[b]] += b < B;
        }
    }
    for (size_t n = 0; n < P; n++)
        ck_assert_msg(fabs((double)count[n] - BATCHES * B / (double)P) < 350, "%zu: %zu", n,
                      count[n]);
}
END_TEST

/* ---- what a set must do ---- */

/* Without noise and decay a linear student fits the set; on fewer samples than inputs it then errs on
 * fresh ones, on more it does not. */
START_TEST(test_fits)
{
    for (int more = 0; more < 2; more++) {
        struct aln_problem *p = make("linear", "bp", 0), other = *p;
        struct aln_sgd *sgd;
        other.sigma = 0;
        other.kappa[0] = other.kappa[1] = 0;
        other.samples = more ? 4 : 0.65;
        must(aln_sgd_create(&sgd, &other, 0));
        must(aln_sgd_advance(sgd, 20000));
        ck_assert_double_lt(aln_sgd_train(sgd), 1e-6);
        const double eg = aln_problem_eg(&other, aln_sgd_state(sgd));
        ck_assert(more ? eg < 1e-6 : eg > 1e-2);
        aln_sgd_free(sgd);
        aln_problem_free(p);
    }
}
END_TEST

/* Repeats have sets of their own, and only problems with a set have its error. */
START_TEST(test_repeats)
{
    struct aln_problem *p = make("erf", "dfa", 0), other = *p;
    double train[3];
    for (uint64_t n = 0; n < 3; n++) {
        struct aln_sgd *sgd;
        must(aln_sgd_create(&sgd, p, n / 2));
        train[n] = aln_sgd_train(sgd);
        aln_sgd_free(sgd);
    }
    ck_assert(train[0] == train[1] && train[1] != train[2]);
    struct aln_sgd *fresh;
    other.samples = 0;
    must(aln_sgd_create(&fresh, &other, 0));
    ck_assert(isnan(aln_sgd_train(fresh)));
    aln_sgd_free(fresh);
    aln_problem_free(p);
}
END_TEST

CHECK_MAIN("simulate/sample_set", test_plain_loops, test_batches, test_fits, test_repeats)

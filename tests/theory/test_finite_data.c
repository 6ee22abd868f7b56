/* A fixed set of samples: the quadrature against exact moments and fine sums, and the equations
 * against a solution in closed form and against gradient flow on real samples, whose weights are
 * followed along the eigenvectors of the samples' covariance. */
#include <gsl/gsl_eigen.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../check_main.h"
#include "alignode/chain.h"
#include "alignode/fluctuations.h"
#include "alignode/geometry.h"
#include "alignode/ode.h"
#include "alignode/random.h"
#include "theory/marchenko_pastur.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct aln_problem *parse(const char *yaml)
{
    struct aln_problem *p = NULL;
    ck_assert_msg(aln_problem_parse(&p, yaml) == ALN_OK, "%s", aln_error());
    return p;
}

static struct aln_ode *integrate(const struct aln_problem *p)
{
    struct aln_ode *ode;
    struct aln_ode_options options = aln_ode_defaults();
    options.rtol = 1e-11;
    options.atol = 1e-13;
    ck_assert_msg(aln_ode_create(&ode, p, &options) == ALN_OK, "%s", aln_error());
    return ode;
}

static void advance(struct aln_ode *ode, double t)
{
    ck_assert_msg(aln_ode_advance(ode, t) == ALN_OK, "%s", aln_error());
}

/* ---- the quadrature ---- */

static const double ratios[] = {0.3, 0.9, 1, 1.01, 1.1, 4};

static double binomial(int n, int k)
{
    double x = 1;
    for (int i = 0; i < k; i++)
        x *= (double)(n - i) / (i + 1);
    return x;
}

/* Nodes and weights of order 12, the default. */
static size_t fill(double ratio, double node[200], double weight[200])
{
    const size_t count = aln_marchenko_pastur_count(ratio, ALN_ODE_ORDER);
    ck_assert_uint_le(count, 200);
    ck_assert_int_eq(aln_marchenko_pastur(ratio, ALN_ODE_ORDER, node, weight), ALN_OK);
    return count;
}

/* Moments are Narayana polynomials in 1/alpha (Jonsson 1982). */
START_TEST(test_moments)
{
    for (size_t i = 0; i < COUNT(ratios); i++) {
        double node[200], weight[200];
        const size_t nodes = fill(ratios[i], node, weight);
        for (int k = 0; k <= 6; k++) {
            double exact = k == 0, sum = 0;
            for (int r = 0; r < k; r++)
                exact += pow(ratios[i], -r) * binomial(k, r) * binomial(k - 1, r) / (r + 1);
            for (size_t j = 0; j < nodes; j++) {
                ck_assert(weight[j] >= 0 && node[j] >= 0);
                sum += weight[j] * pow(node[j], k);
            }
            ck_assert_msg(fabs(sum - exact) <= 1e-11 * exact,
                          "alpha %g, moment %d: %.17g, not %.17g", ratios[i], k, sum, exact);
        }
    }
}
END_TEST

/* The mean of f by a sum over a fine grid, in an angle in which the density is smooth and periodic. */
static double fine_mean(double alpha, double (*f)(double x, double t), double t)
{
    enum { GRID = 4000 };
    const double c = 1 / alpha;
    double sum = 0;
    for (size_t j = 1; j < GRID; j++) {
        const double angle = M_PI * (double)j / GRID, x = 1 + c + 2 * sqrt(c) * cos(angle);
        sum += 2 * sin(angle) * sin(angle) / (GRID * x) * f(x, t);
    }
    /* The end of the interval at 0 that alpha = 1 has. */
    return sum + fmax(0, 1 - alpha) * f(0, t) + (alpha == 1 ? f(0, t) / GRID : 0);
}

static double relaxation(double x, double t)
{
    return exp(-x * t);
}

/* To 1e-10, also after long times and where the spectrum comes close to 0. */
START_TEST(test_fine_grid)
{
    for (size_t i = 0; i < COUNT(ratios); i++) {
        double node[200], weight[200];
        const size_t nodes = fill(ratios[i], node, weight);
        for (double t = 0.1; t < 1e5; t *= 3) {
            double sum = 0;
            for (size_t j = 0; j < nodes; j++)
                sum += weight[j] * relaxation(node[j], t);
            ck_assert_double_eq_tol(sum, fine_mean(ratios[i], relaxation, t), 1e-10);
        }
    }
}
END_TEST

/* ---- one unit with a fixed read-out: in closed form ---- */

/* Along an eigenvector with eigenvalue x the weight w obeys dw/dt = -eta f x (a w - u), with the
 * read-out a and a target u of variance tau + sigma^2/(alpha x), so that w relaxes to u/a. */
static const double eta = 0.7, f = 0.8, a = 1.3, q = 0.09, tau = 1.5, sigma = 0.6;
static double alpha; /* of the set */

/* The share of w(0) that is left. */
static double left_at(double x, double t)
{
    return exp(-eta * f * a * x * t);
}

static double test_error(double x, double t)
{
    const double left = left_at(x, t), noise = x > 0 ? sigma * sigma / (alpha * x) : 0;
    return 0.5 * (a * a * q * left * left + tau * left * left + noise * (1 - left) * (1 - left));
}

/* The error of the labels' part in the directions of the samples; the rest of it cannot be fitted. */
static double train_error(double x, double t)
{
    const double left = left_at(x, t);
    return 0.5 * left * left * (x * (a * a * q + tau) + (x > 0 ? sigma * sigma / alpha : 0));
}

START_TEST(test_closed_form)
{
    static const double sets[] = {0.4, 3};
    for (size_t i = 0; i < COUNT(sets); i++) {
        char yaml[512];
        alpha = sets[i];
        snprintf(yaml, sizeof yaml,
                 "problem:\n"
                 "  activation: linear\n"
                 "  noise: %g\n"
                 "  samples: %g\n"
                 "  student: {units: 1}\n"
                 "  teacher: {units: 1, readout: 1}\n"
                 "  overlaps: {Q: [[%g]], R: [[0]], T: [[%g]], W2: [[%g]]}\n"
                 "learning: {rule: dfa, rate: [%g, 0], feedback: {matrix: [[%g]]}}\n",
                 sigma, alpha, q, tau, a, eta, f);
        struct aln_problem *p = parse(yaml);
        struct aln_ode *ode = integrate(p);
        for (double t = 0; t < 30; t = 2 * t + 0.25) {
            advance(ode, t);
            ck_assert_double_eq_tol(aln_problem_eg(p, aln_ode_state(ode)),
                                    fine_mean(alpha, test_error, t), 1e-9);
            ck_assert_double_eq_tol(aln_ode_train(ode),
                                    fine_mean(alpha, train_error, t) +
                                        0.5 * sigma * sigma * fmax(0, 1 - 1 / alpha),
                                    1e-9);
        }
        aln_ode_free(ode);
        aln_problem_free(p);
    }
}
END_TEST

/* ---- gradient flow on real samples ---- */

enum { K = 2, M = 1, O = 2, N = 120, DRAWS = 40, TIMES = 3 };
static const double times[TIMES] = {0.5, 2, 6};
static const double own[K] = {0.5, 0.4}, shared[K] = {0.2, -0.1}, V2[O] = {1, -0.7},
                    W2_start[O * K] = {0.3, -0.2, 0.1, 0.4}, F[K * O] = {0.9, 0.4, -0.5, 0.8},
                    rate[2] = {0.6, 0.4}, kappa = 0.05, label_noise = 0.8;

/* A set and the weights, in units of which fields are sums w x/sqrt(N), along the eigenvectors. */
struct flow {
    double x[N], V[N], noise[O][N]; /* eigenvalues, teacher, mean of noise times input */
    double W[K][N], W2[O * K];
};

/* Rows of `count` random orthonormal vectors. */
static void draw_frame(struct aln_stream *stream, size_t count, double frame[][N])
{
    for (size_t i = 0; i < count; i++) {
        double square = 0;
        aln_stream_normals(stream, N, frame[i]);
        for (size_t j = 0; j < i; j++) {
            double along = 0;
            for (size_t n = 0; n < N; n++)
                along += frame[i][n] * frame[j][n];
            for (size_t n = 0; n < N; n++)
                frame[i][n] -= along * frame[j][n];
        }
        for (size_t n = 0; n < N; n++)
            square += frame[i][n] * frame[i][n];
        for (size_t n = 0; n < N; n++)
            frame[i][n] /= sqrt(square);
    }
}

static void draw_flow(struct aln_stream *stream, size_t samples, struct flow *y, double *unfitted)
{
    double frame[K + 1][N], x[N], zeta[O], nu[O][N] = {{0}};
    gsl_matrix *covariance = gsl_matrix_calloc(N, N), *vectors = gsl_matrix_alloc(N, N);
    gsl_vector *values = gsl_vector_alloc(N);
    gsl_eigen_symmv_workspace *work = gsl_eigen_symmv_alloc(N);
    *unfitted = 0;
    for (size_t s = 0; s < samples; s++) {
        aln_stream_normals(stream, N, x);
        aln_stream_normals(stream, O, zeta);
        for (size_t i = 0; i < N; i++)
            for (size_t j = 0; j < N; j++)
                covariance->data[i * N + j] += x[i] * x[j] / (double)samples;
        for (size_t o = 0; o < O; o++) {
            *unfitted += label_noise * label_noise * zeta[o] * zeta[o] / (2 * (double)samples);
            for (size_t i = 0; i < N; i++)
                nu[o][i] += label_noise * zeta[o] * x[i] / (double)samples;
        }
    }
    ck_assert_int_eq(gsl_eigen_symmv(covariance, values, vectors, work), 0);
    draw_frame(stream, K + 1, frame);
    for (size_t n = 0; n < N; n++) {
        double along[K + 1] = {0}, noise[O] = {0};
        for (size_t i = 0; i < N; i++) {
            const double v = gsl_matrix_get(vectors, i, n);
            for (size_t k = 0; k < K + 1; k++)
                along[k] += v * frame[k][i];
            for (size_t o = 0; o < O; o++)
                noise[o] += v * nu[o][i];
        }
        y->x[n] = gsl_vector_get(values, n);
        y->V[n] = sqrt(N) * along[K];
        for (size_t k = 0; k < K; k++)
            y->W[k][n] = sqrt(N) * (own[k] * along[k] + shared[k] * along[K]);
        for (size_t o = 0; o < O; o++)
            y->noise[o][n] = noise[o];
    }
    memcpy(y->W2, W2_start, sizeof W2_start);
    gsl_eigen_symmv_free(work);
    gsl_vector_free(values);
    gsl_matrix_free(vectors);
    gsl_matrix_free(covariance);
}

/* The mean of e times the input along eigenvector n; fields have a factor 1/sqrt(N). */
static double mean_error(const struct flow *y, size_t o, size_t n)
{
    double weight = -V2[o] * y->V[n];
    for (size_t k = 0; k < K; k++)
        weight += y->W2[o * K + k] * y->W[k][n];
    return y->x[n] * weight / sqrt(N) - y->noise[o][n];
}

static void find_rates(const struct flow *y, struct flow *rates)
{
    for (size_t i = 0; i < O * K; i++)
        rates->W2[i] = -kappa * y->W2[i];
    for (size_t n = 0; n < N; n++) {
        const double e[O] = {mean_error(y, 0, n), mean_error(y, 1, n)};
        for (size_t k = 0; k < K; k++) {
            rates->W[k][n] = -kappa * y->W[k][n];
            for (size_t o = 0; o < O; o++) {
                rates->W[k][n] -= rate[0] * sqrt(N) * F[k * O + o] * e[o];
                rates->W2[o * K + k] -= rate[1] * e[o] * y->W[k][n] / sqrt(N);
            }
        }
    }
}

static void move(struct flow *y, const struct flow *from, double h, const struct flow *rates)
{
    for (size_t i = 0; i < O * K; i++)
        y->W2[i] = from->W2[i] + h * rates->W2[i];
    for (size_t k = 0; k < K; k++)
        for (size_t n = 0; n < N; n++)
            y->W[k][n] = from->W[k][n] + h * rates->W[k][n];
}

/* Heun's step: at 0.01 it errs by 1e-4 of the result, far below its scatter over the draws. */
static void step(struct flow *y, double h)
{
    static struct flow first, second, next;
    find_rates(y, &first);
    next = *y;
    move(&next, y, h, &first);
    find_rates(&next, &second);
    for (size_t i = 0; i < O * K; i++)
        first.W2[i] = (first.W2[i] + second.W2[i]) / 2;
    for (size_t k = 0; k < K; k++)
        for (size_t n = 0; n < N; n++)
            first.W[k][n] = (first.W[k][n] + second.W[k][n]) / 2;
    move(y, y, h, &first);
}

/* Half the squared error on fresh inputs, and on the samples, of labels with noise. */
static void find_errors(const struct flow *y, double unfitted, double *test, double *train)
{
    *test = 0;
    *train = unfitted;
    for (size_t o = 0; o < O; o++)
        for (size_t n = 0; n < N; n++) {
            double weight = -V2[o] * y->V[n];
            for (size_t k = 0; k < K; k++)
                weight += y->W2[o * K + k] * y->W[k][n];
            weight /= sqrt(N);
            *test += weight * weight / 2;
            *train += y->x[n] * weight * weight / 2 - weight * y->noise[o][n];
        }
}

static const char real_samples[] =
    "problem:\n"
    "  inputs: 120\n"
    "  outputs: 2\n"
    "  activation: linear\n"
    "  noise: 0.8\n"
    "  samples: %g\n"
    "  student: {units: 2}\n"
    "  teacher: {units: 1, readout: [[1], [-0.7]]}\n"
    "  overlaps: {Q: [[0.29, -0.02], [-0.02, 0.17]], R: [[0.2], [-0.1]], T: [[1]],\n"
    "             W2: [[0.3, -0.2], [0.1, 0.4]]}\n"
    "learning: {rule: dfa, rate: [0.6, 0.4], decay: 0.05,\n"
    "           feedback: {matrix: [[0.9, 0.4], [-0.5, 0.8]]}}\n";

/* Means over 40 sets within 4 standard errors, 12 numbers: 1e-3 that one of them fails by chance. At
 * N = 120 the mean is off its limit by about 1 %, the standard errors are 1 to 4 %. */
START_TEST(test_real_samples)
{
    static const double sets[] = {0.5, 2};
    static struct flow y;
    for (size_t i = 0; i < COUNT(sets); i++) {
        char yaml[1024];
        snprintf(yaml, sizeof yaml, real_samples, sets[i]);
        struct aln_problem *p = parse(yaml);
        struct aln_ode *ode = integrate(p);
        double sum[TIMES][2] = {{0}}, squares[TIMES][2] = {{0}};
        for (uint64_t draw = 0; draw < DRAWS; draw++) {
            struct aln_stream stream;
            double unfitted, value[2], t = 0;
            aln_stream_init(&stream, 7, "real samples", draw);
            draw_flow(&stream, (size_t)(sets[i] * N), &y, &unfitted);
            for (size_t n = 0; n < TIMES; n++) {
                for (; t < times[n] - 0.005; t += 0.01)
                    step(&y, 0.01);
                find_errors(&y, unfitted, &value[0], &value[1]);
                for (size_t j = 0; j < 2; j++) {
                    sum[n][j] += value[j];
                    squares[n][j] += value[j] * value[j];
                }
            }
        }
        for (size_t n = 0; n < TIMES; n++) {
            advance(ode, times[n]);
            const double theory[2] = {aln_problem_eg(p, aln_ode_state(ode)), aln_ode_train(ode)};
            for (size_t j = 0; j < 2; j++) {
                const double mean = sum[n][j] / DRAWS,
                             se = sqrt((squares[n][j] / DRAWS - mean * mean) / (DRAWS - 1));
                ck_assert_msg(fabs(mean - theory[j]) <= 4 * se,
                              "alpha %g, t = %g, %s: %g, samples %g(%g)", sets[i], times[n],
                              j == 0 ? "test" : "train", theory[j], mean, se);
            }
        }
        aln_ode_free(ode);
        aln_problem_free(p);
    }
}
END_TEST

/* ---- limits ---- */

static const char every_rule[] = "problem:\n"
                                 "  activation: linear\n"
                                 "  noise: %g\n"
                                 "%s"
                                 "  student: {units: 3, weights: {std: 0.4}, readout: {std: 0.4}}\n"
                                 "learning: {rule: %s, rate: [0.3, 0.2], decay: [0.01, 0.02]}\n"
                                 "ode: {second_order: false}\n";

/* A set of many samples, which hardly differ from fresh ones: their differences fall as 1/alpha, and at
 * 1e6 have been seen up to 2e-5. The error on the samples is that on fresh ones and the labels' noise. */
START_TEST(test_many_samples)
{
    for (size_t r = 0; r < aln_rules.count; r++) {
        const char *rule = aln_names_row(&aln_rules, r)->name;
        char fresh_yaml[1024], set_yaml[1024];
        if (aln_rule_find(rule)->adapts || aln_rule_find(rule)->levels != ALN_ERROR_WHOLE)
            continue; /* refused */
        snprintf(fresh_yaml, sizeof fresh_yaml, every_rule, 0.5, "", rule);
        snprintf(set_yaml, sizeof set_yaml, every_rule, 0.5, "  samples: 1.0e+6\n", rule);
        struct aln_problem *fresh = parse(fresh_yaml), *set = parse(set_yaml);
        struct aln_ode *one = integrate(fresh), *two = integrate(set);
        advance(one, 5);
        advance(two, 5);
        const double *x = aln_ode_state(one), *y = aln_ode_state(two);
        for (size_t i = 0; i < aln_problem_size(fresh); i++)
            ck_assert_msg(fabs(x[i] - y[i]) <= 1e-4 * (1 + fabs(x[i])), "%s, entry %zu: %g, not %g",
                          rule, i, y[i], x[i]);
        ck_assert_double_eq_tol(aln_ode_train(two), aln_problem_eg(set, y) + 0.125, 1e-4);
        ck_assert(isnan(aln_ode_train(one)));
        aln_ode_free(one);
        aln_ode_free(two);
        aln_problem_free(fresh);
        aln_problem_free(set);
    }
}
END_TEST

/* The error falls with the alignment and rises again as the noise is learnt, to that of least squares, O
 * sigma^2/(2 (alpha - 1)) (Hastie, Montanari, Rosset & Tibshirani 2022, by Marchenko-Pastur), while the error on
 * the samples falls to O sigma^2 (1 - 1/alpha)/2. At t = 3000 the slowest mode of alpha = 1.5 is e^-34. */
START_TEST(test_memorised)
{
    static const double sets[] = {1.5, 2, 4};
    for (size_t i = 0; i < COUNT(sets); i++) {
        char yaml[512];
        snprintf(yaml, sizeof yaml,
                 "problem:\n"
                 "  inputs: 1600\n"
                 "  outputs: 2\n"
                 "  activation: linear\n"
                 "  noise: 1\n"
                 "  samples: %g\n"
                 "  student: {units: 3, weights: {std: 0.3}, readout: {std: 0.3}}\n"
                 "  teacher: {units: 2, readout: {std: 1}}\n"
                 "learning: {rule: dfa, rate: 1}\n"
                 "run: {seed: 6}\n",
                 sets[i]);
        struct aln_problem *p = parse(yaml);
        struct aln_ode *ode = integrate(p);
        double least = INFINITY;
        for (double t = 0; t < 30; t += 0.25) {
            advance(ode, t);
            least = fmin(least, aln_problem_eg(p, aln_ode_state(ode)));
        }
        advance(ode, 3000);
        const double end = aln_problem_eg(p, aln_ode_state(ode));
        ck_assert_double_eq_tol(end, 1 / (sets[i] - 1), 1e-8);
        ck_assert_double_eq_tol(aln_ode_train(ode), 1 - 1 / sets[i], 1e-8);
        ck_assert(least < aln_problem_eg(p, p->start) / 2 && least < 0.95 * end);
        aln_ode_free(ode);
        aln_problem_free(p);
    }
}
END_TEST

/* ---- refusals ---- */

START_TEST(test_refused)
{
    char yaml[1024];
    struct aln_ode *ode;
    struct aln_rhs *rhs;
    struct aln_chain *chain;
    struct aln_geometry *geometry;
    struct aln_fluctuations *fluctuations;
    struct aln_event event = {.kind = ALN_EVENT_EG_BELOW, .value = 0.1};
    snprintf(yaml, sizeof yaml, every_rule, 0.5, "  samples: 2\n", "dfa");
    struct aln_problem *set = parse(yaml), other = *set;
    ck_assert_int_eq(aln_rhs_create(&rhs, set), ALN_USAGE);
    ck_assert_int_eq(aln_chain_create(&chain, set, 0), ALN_USAGE);
    ck_assert_int_eq(aln_geometry_create(&geometry, set), ALN_USAGE);
    ck_assert_int_eq(aln_fluctuations_create(&fluctuations, set, 1e-6, NULL), ALN_USAGE);
    ode = integrate(set);
    ck_assert_int_eq(aln_ode_watch(ode, 1, &event), ALN_USAGE);
    aln_ode_free(ode);
    const struct aln_ode_options options = aln_ode_defaults();
    other.activation = aln_activation_find("erf");
    ck_assert_int_eq(aln_ode_create(&ode, &other, &options), ALN_USAGE);
    ck_assert_ptr_nonnull(strstr(aln_error(), "linear units"));
    other = *set;
    other.batch = 10;
    ck_assert_int_eq(aln_ode_create(&ode, &other, &options), ALN_USAGE);
    ck_assert_ptr_nonnull(strstr(aln_error(), "mini-batches"));
    other.batch = 1001;
    ck_assert_int_eq(aln_problem_check(&other), ALN_USAGE);
    other.batch = 1000; /* all of the set */
    ck_assert_int_eq(aln_ode_create(&ode, &other, &options), ALN_OK);
    aln_ode_free(ode);
    other = *set;
    other.samples = NAN;
    ck_assert_int_eq(aln_problem_check(&other), ALN_USAGE);
    other.samples = -1;
    ck_assert_int_eq(aln_problem_check(&other), ALN_USAGE);
    other.samples = 1e-4;
    ck_assert_int_eq(aln_problem_check(&other), ALN_USAGE);
    other = *set;
    other.rows = (const bool[1]){true};
    ck_assert_int_eq(aln_problem_check(&other), ALN_USAGE);
    aln_problem_free(set);
}
END_TEST

CHECK_MAIN("theory/finite_data", test_moments, test_fine_grid, test_closed_form, test_real_samples,
           test_many_samples, test_memorised, test_refused)

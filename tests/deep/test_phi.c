/* phi(W) against the full matrix, and the bound on weight alignment in convolutions. */
#include "../check_main.h"

#include "alignode/measure.h"
#include "deep/phi.h"
#include "nets.h"

static const struct {
    struct aln_shape in;
    size_t channels, kernel, stride, padding; /* kernel 0: dense */
} shapes[] = {
    {{2, 5, 6}, 3, 3, 1, 0}, {{1, 7, 5}, 2, 3, 2, 1}, {{3, 6, 6}, 2, 4, 3, 2},
    {{2, 4, 4}, 2, 3, 5, 2}, {{4, 2, 3}, 5, 0, 0, 0},
};
enum { SHAPES = sizeof shapes / sizeof shapes[0] };

static struct aln_phi make_phi(size_t i)
{
    struct aln_phi phi;
    struct aln_layer layer = {.kind = aln_layer_kind_find(shapes[i].kernel > 0 ? "conv" : "dense"),
                              .size = shapes[i].channels,
                              .kernel = shapes[i].kernel,
                              .stride = shapes[i].stride,
                              .padding = shapes[i].padding};
    must(aln_phi_of(&layer, shapes[i].in, &phi));
    return phi;
}

static double *normals(size_t n, uint64_t seed)
{
    struct aln_stream stream;
    double *x = malloc(n * sizeof *x);
    aln_stream_init(&stream, seed, "test phi", 0);
    aln_stream_normals(&stream, n, x);
    return x;
}

/* The matrix by its definition, entry by entry. */
static double *full(const struct aln_phi *f, const double *W)
{
    double *matrix = calloc(f->outputs * f->inputs, sizeof *matrix);
    const struct aln_shape in = f->in, out = f->out;
    const size_t k = f->kernel;
    for (size_t o = 0; o < f->outputs; o++)
        for (size_t i = 0; i < f->inputs; i++) {
            if (k == 0) {
                matrix[o * f->inputs + i] = W[o * f->inputs + i];
                continue;
            }
            size_t co = o / (out.height * out.width), ci = i / (in.height * in.width);
            size_t y = i / in.width % in.height + f->padding,
                   x = i % in.width + f->padding; /* with the padding */
            size_t top = o / out.width % out.height * f->stride, left = o % out.width * f->stride;
            if (y >= top && y < top + k && x >= left && x < left + k)
                matrix[o * f->inputs + i] =
                    W[((co * in.channels + ci) * k + (y - top)) * k + (x - left)];
        }
    return matrix;
}

START_TEST(test_full)
{
    enum { q = 3 };
    for (size_t s = 0; s < SHAPES; s++) {
        struct aln_phi f = make_phi(s);
        size_t weights = f.rows * f.cols;
        double *W = normals(weights, 1), *A = normals(f.outputs * q, 2),
               *B = normals(f.inputs * q, 3);
        double *matrix = full(&f, W), *Y = malloc(f.outputs * q * sizeof *Y);
        double *X = malloc(f.inputs * q * sizeof *X),
               *AB = calloc(f.outputs * f.inputs, sizeof *AB);
        double *Y0 = calloc(f.outputs * q, sizeof *Y0), *X0 = calloc(f.inputs * q, sizeof *X0);
        for (size_t o = 0; o < f.outputs; o++)
            for (size_t i = 0; i < f.inputs; i++)
                for (size_t j = 0; j < q; j++) {
                    Y0[o * q + j] += matrix[o * f.inputs + i] * B[i * q + j];
                    X0[i * q + j] += matrix[o * f.inputs + i] * A[o * q + j];
                    AB[o * f.inputs + i] += A[o * q + j] * B[i * q + j];
                }
        aln_phi_multiply(&f, W, q, B, Y);
        aln_phi_transposed(&f, W, q, A, X);
        ck_assert_double_lt(deviation(f.outputs * q, Y, Y0), 1e-14);
        /* inputs skipped by the stride are 0 in both */
        ck_assert_double_lt(deviation(f.inputs * q, X, X0), 1e-14);
        double whole = norm(f.outputs * f.inputs, matrix);
        ck_assert_double_eq_tol(sqrt(aln_phi_norm2(&f, W)), whole, 1e-13 * whole);
        double cosine_W, largest, at_nearest, same;
        must(aln_phi_cosine(&f, W, q, A, B, &cosine_W, &largest));
        ck_assert_double_eq_tol(cosine_W, cosine(f.outputs * f.inputs, matrix, AB), 1e-14);
        /* no W is better than the projection, which attains the maximum */
        double *S = malloc(weights * sizeof *S), *N = malloc(weights * sizeof *N);
        aln_phi_sums(&f, q, A, B, S);
        aln_phi_places(&f, N);
        for (size_t w = 0; w < weights; w++)
            S[w] = N[w] > 0 ? S[w] / N[w] : 0;
        must(aln_phi_cosine(&f, S, q, A, B, &at_nearest, &same));
        ck_assert_double_eq_tol(at_nearest, largest, 1e-13);
        ck_assert_double_eq(same, largest);
        ck_assert_double_lt(fabs(cosine_W), largest);
        if (shapes[s].kernel == 0)
            ck_assert_double_eq_tol(largest, 1, 1e-14);
        free(W), free(A), free(B), free(matrix), free(Y), free(X), free(AB), free(Y0), free(X0);
        free(S), free(N);
    }
}
END_TEST

/* WA of a convolution in a network against the full matrices; dfa, then fa, whose routes pass
 * through the convolution above. */
START_TEST(test_WA)
{
    enum { n_L = 3 };
    for (int fa = 0; fa < 2; fa++) {
        struct net n;
        dense_net(&n, fa ? "fa" : "dfa", "half-mse", "tanh", 4, (const size_t[]){1, 4, 5, 6, n_L});
        n.o.input = (struct aln_shape){2, 6, 5};
        n.layer[0].kind = n.layer[1].kind = aln_layer_kind_find("conv");
        n.layer[0].kernel = 2;
        n.layer[1].kernel = 3;
        n.layer[1].stride = 2;
        n.layer[1].padding = 1;
        struct aln_network *net = make_net(&n);
        struct aln_meter *meter;
        unsigned WA = 0;
        while (strcmp(aln_names_row(&aln_measures, WA)->name, "WA") != 0)
            WA++;
        struct samples data;
        draw_samples(&data, 2, 60, n_L, false, 1);
        struct aln_meter_options o = {.measure = &WA,
                                      .measure_count = 1,
                                      .train = data.batch,
                                      .test = data.batch,
                                      .probe = data.batch};
        must(aln_meter_create(&meter, net, &o));
        double value[4];
        must(aln_meter_read(meter, &data.batch, value));
        struct aln_phi f;
        must(aln_phi_of(&n.layer[1], (struct aln_shape){4, 5, 4}, &f));
        double *W = tensor(net, ALN_WEIGHT, 2, NULL), *matrix = full(&f, W);
        double *B[3] = {NULL}, *F1 = tensor(net, ALN_FEEDBACK, 1, NULL);
        double *F2 = tensor(net, ALN_FEEDBACK, 2, NULL), *F3 = tensor(net, ALN_FEEDBACK, 3, NULL);
        B[1] = F1;
        B[2] = F2;
        if (fa) {
            double *K = malloc(f.rows * f.cols * sizeof *K), *back;
            B[2] = calloc(f.outputs * n_L, sizeof(double));
            B[1] = calloc(f.inputs * n_L, sizeof(double));
            for (size_t i = 0; i < f.outputs; i++)
                for (size_t o2 = 0; o2 < n_L; o2++)
                    for (size_t j = 0; j < 6; j++)
                        B[2][i * n_L + o2] += F2[i * 6 + j] * F3[j * n_L + o2];
            for (size_t i = 0; i < f.rows; i++)
                for (size_t j = 0; j < f.cols; j++)
                    K[i * f.cols + j] = F1[j * f.rows + i];
            back = full(&f, K);
            for (size_t i = 0; i < f.inputs; i++)
                for (size_t o2 = 0; o2 < n_L; o2++)
                    for (size_t j = 0; j < f.outputs; j++)
                        B[1][i * n_L + o2] += back[j * f.inputs + i] * B[2][j * n_L + o2];
            free(K), free(back), free(F1), free(F2);
        }
        double *P = calloc(f.outputs * f.inputs, sizeof *P);
        for (size_t i = 0; i < f.outputs; i++)
            for (size_t j = 0; j < f.inputs; j++)
                for (size_t o2 = 0; o2 < n_L; o2++)
                    P[i * f.inputs + j] += B[2][i * n_L + o2] * B[1][j * n_L + o2];
        ck_assert_double_eq_tol(value[1], cosine(f.outputs * f.inputs, matrix, P), 1e-13);
        ck_assert(isfinite(value[0]));
        free(W), free(matrix), free(P), free(B[1]), free(B[2]), free(F3);
        aln_meter_free(meter);
        aln_network_free(net);
        free_samples(&data);
    }
}
END_TEST

/* Between pooled layers weight alignment is not defined. */
START_TEST(test_pooled)
{
    static const char *const rules[] = {"dfa", "fa", "sign-symmetric", "bp"};
    for (size_t r = 0; r < 4; r++) {
        struct net n;
        dense_net(&n, rules[r], "half-mse", "tanh", 5, (const size_t[]){1, 4, 1, 5, 6, 3});
        n.o.input = (struct aln_shape){2, 6, 5};
        n.layer[0].kind = n.layer[2].kind = aln_layer_kind_find("conv");
        n.layer[0].kernel = n.layer[2].kernel = 2;
        n.layer[1] = (struct aln_layer){.kind = aln_layer_kind_find("max-pool"), .size = 2};
        struct aln_network *net = make_net(&n);
        struct aln_meter *meter;
        struct samples data;
        unsigned all[ALN_MOST_MEASURES];
        for (unsigned i = 0; i < aln_measures.count; i++)
            all[i] = i;
        draw_samples(&data, 2, 60, 3, false, 1);
        struct aln_meter_options o = {.measure = all,
                                      .measure_count = aln_measures.count,
                                      .train = data.batch,
                                      .test = data.batch,
                                      .probe = data.batch};
        must(aln_meter_create(&meter, net, &o));
        double *value = malloc(aln_meter_columns(meter) * sizeof *value);
        must(aln_meter_read(meter, &data.batch, value));
        for (size_t i = 0; i < aln_meter_columns(meter); i++) {
            char name[32];
            aln_meter_column(meter, i, name);
            if (strcmp(name, "WA_4") == 0 || strcmp(name, "WA_3") == 0)
                ck_assert(isfinite(value[i]));
            if (strcmp(name, "WA_2") == 0) /* no pooling above layer 2 */
                ck_assert(isfinite(value[i]));
        }
        free(value);
        aln_meter_free(meter);
        aln_network_free(net);
        free_samples(&data);
    }
}
END_TEST

/* The mean square of the projection's cosine over 60 draws is within 4 standard errors of the
 * bound. The seed is fixed; others fail with probability 6e-5 per shape. */
START_TEST(test_bound)
{
    enum { q = 4, DRAWS = 60 };
    for (size_t s = 0; s < 4; s++) {
        struct aln_phi f = make_phi(s);
        double sum = 0, squares = 0, nothing, largest;
        for (uint64_t r = 0; r < DRAWS; r++) {
            double *A = normals(f.outputs * q, 2 * r), *B = normals(f.inputs * q, 2 * r + 1);
            must(aln_phi_cosine(&f, NULL, q, A, B, &nothing, &largest));
            double ratio = largest * largest / aln_phi_bound(&f);
            sum += ratio / DRAWS;
            squares += ratio * ratio / DRAWS;
            free(A), free(B);
        }
        double error = sqrt((squares - sum * sum) / (DRAWS - 1));
        ck_assert_msg(fabs(sum - 1) < 4 * error && error < 0.1, "shape %zu: %g +- %g", s, sum,
                      error);
    }
}
END_TEST

START_TEST(test_phi_refusals)
{
    struct aln_phi phi;
    struct aln_layer pool = {.kind = aln_layer_kind_find("max-pool"), .size = 2};
    ck_assert_int_eq(aln_phi_of(&pool, (struct aln_shape){1, 4, 4}, &phi), ALN_USAGE);
    struct aln_layer conv = {.kind = aln_layer_kind_find("conv"), .size = 2, .kernel = 5};
    ck_assert_int_eq(aln_phi_of(&conv, (struct aln_shape){1, 4, 4}, &phi), ALN_USAGE);
}
END_TEST

CHECK_MAIN("deep/phi", test_full, test_WA, test_pooled, test_bound, test_phi_refusals)

/* The averages of x^2 against Gauss-Hermite quadrature, exact for polynomials of their degree. */
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>

#include "../check_main.h"
#include "model/activation_rows.h"

enum { FIELDS = 4, NODES = 4, RULE = 256 }; /* degree 6 < 2 NODES, in 4 dimensions */

/* Gauss-Hermite nodes +-sqrt(3 -+ sqrt 6) of weight (3 +- sqrt 6)/12, for the unit normal. */
static double node[NODES], weight[NODES];

struct fields {
    double x[FIELDS][4], C[FIELDS * FIELDS];
};

static struct fields draw(gsl_rng *rng, int rank)
{
    struct fields f = {0};
    for (int a = 0; a < FIELDS; a++)
        for (int d = 0; d < rank; d++)
            f.x[a][d] = gsl_ran_gaussian(rng, 1);
    for (int a = 0; a < FIELDS; a++)
        for (int b = 0; b < FIELDS; b++)
            for (int d = 0; d < 4; d++)
                f.C[a * FIELDS + b] += f.x[a][d] * f.x[b][d];
    for (int i = 0; i < NODES; i++) {
        double sign = i % 2 ? 1 : -1, root = i < 2 ? sqrt(6) : -sqrt(6);
        node[i] = sign * sqrt(3 - root);
        weight[i] = (3 + root) / 12;
    }
    return f;
}

/* Point i of the quadrature rule. Returned: value, its weight */
static double point(const struct fields *f, int i, double value[FIELDS])
{
    double product = 1;
    for (int a = 0; a < FIELDS; a++)
        value[a] = 0;
    for (int d = 0; d < 4; d++, i /= NODES) {
        product *= weight[i % NODES];
        for (int a = 0; a < FIELDS; a++)
            value[a] += f->x[a][d] * node[i % NODES];
    }
    return product;
}

static void check_equal(double value, double expected, double size)
{
    ck_assert_double_eq_tol(value, expected, 1e-13 * size);
}

START_TEST(two_fields)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    for (int rank = 1; rank <= 4; rank++) {
        struct fields f = draw(rng, rank);
        double I2 = 0, J2 = 0, A2 = 0, I3 = 0, x[FIELDS];
        for (int i = 0; i < RULE; i++) {
            double w = point(&f, i, x);
            I2 += w * aln_quadratic_g(x[0]) * aln_quadratic_g(x[1]);
            J2 += w * aln_quadratic_dg(x[0]) * aln_quadratic_dg(x[1]);
            A2 += w * 2 * aln_quadratic_g(x[1]); /* g'' = 2 */
            I3 += w * aln_quadratic_dg(x[0]) * x[2] * aln_quadratic_g(x[1]);
        }
        double ckk = f.C[0], caa = f.C[5], cka = f.C[1], ckb = f.C[2], cab = f.C[6];
        double size = (ckk + caa + f.C[10]) * (ckk + caa + f.C[10]);
        check_equal(aln_quadratic_I2(ckk, caa, cka), I2, size);
        check_equal(aln_quadratic_J2(ckk, caa, cka), J2, 4 * sqrt(ckk * caa));
        check_equal(aln_quadratic_A2(ckk, caa, cka), A2, caa);
        check_equal(ckb * aln_quadratic_A2(ckk, caa, cka) + cab * aln_quadratic_J2(ckk, caa, cka),
                    I3, size);
    }
    gsl_rng_free(rng);
}
END_TEST

/* All of out_kl = sum_ab U_ka U_lb <g'(k) g'(l) g(a) g(b)> = <g'(k) y_k g'(l) y_l>, y = U g. */
START_TEST(contraction)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    for (size_t K = 1; K <= FIELDS; K++) {
        for (int rank = 1; rank <= 4; rank++) {
            struct fields f = draw(rng, rank);
            double U[FIELDS * FIELDS], out[FIELDS * FIELDS], expected[FIELDS * FIELDS] = {0};
            double x[FIELDS], y[FIELDS], size = 0;
            for (size_t i = 0; i < K * FIELDS; i++)
                U[i] = gsl_ran_gaussian(rng, 1);
            for (int i = 0; i < RULE; i++) {
                double w = point(&f, i, x);
                for (size_t k = 0; k < K; k++) {
                    y[k] = 0;
                    for (size_t a = 0; a < FIELDS; a++)
                        y[k] += U[k * FIELDS + a] * aln_quadratic_g(x[a]);
                    y[k] *= aln_quadratic_dg(x[k]);
                }
                for (size_t k = 0; k < K; k++)
                    for (size_t l = 0; l < K; l++)
                        expected[k * K + l] += w * y[k] * y[l];
            }
            for (size_t k = 0; k < K; k++)
                size = fmax(size, expected[k * K + k]);
            ck_assert_uint_eq(aln_quadratic_I4_work(FIELDS, K), 0);
            aln_quadratic_I4(FIELDS, K, f.C, U, out, NULL);
            for (size_t i = 0; i < K * K; i++)
                check_equal(out[i], expected[i], size);
        }
    }
    gsl_rng_free(rng);
}
END_TEST

CHECK_MAIN("model/quadratic", two_fields, contraction)

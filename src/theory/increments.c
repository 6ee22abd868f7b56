#include "theory/increments.h"

#include <gsl/gsl_integration.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "base/interrupt.h"
#include "model/increment.h"
#include "theory/points.h"

/* Squares of increments are of degree 8 in the direction that some rules draw, and those of quadratic units of
 * degree 12 in all normals, with a direction 20. A few thousand points do not settle such a moment of normals,
 * but the length, which makes it large, is independent of the rest: it is averaged by Gauss and Laguerre,
 * exactly to degree 10 and 22, and only directions are points. */
enum { POINTS = 1 << 13, BLOCK = 64, LENGTHS = 3, POLYNOMIAL_LENGTHS = 6 };

/* Part of the samples: points, as they are or mirrored, with those normals whose length is averaged of one
 * length. */
struct portion {
    size_t first, count;
    bool mirrored;
    double length, weight;
};

struct aln_increments {
    const struct aln_problem *p;
    struct aln_layout layout;
    struct aln_increment *step;
    struct aln_normals normals; /* of a sample */
    bool mirrored;              /* a sample and its mirror image differ */
    double *z;                  /* POINTS x normals.all standard normals */
    double *mirror;             /* normals.all: the same with -z for the fields */
    double *x;                  /* BLOCK x size, increments */
    double *mean;               /* size */
    double *second;             /* K x K, packed like Q: eta^2 <d d^T> */
    double *along;              /* K x fields: <d z^T> */
    size_t from, scaled;        /* the normals whose length is averaged: the direction, or all */
    size_t lengths;             /* 1 without any */
    double length[POLYNOMIAL_LENGTHS], weight[POLYNOMIAL_LENGTHS];
};

/* Mirrored inputs give the same increment if the outputs are odd and there is no noise. */
static bool mirror_differs(const struct aln_problem *p)
{
    return !p->activation->odd || p->sigma > 0 || p->feedback_noise > 0;
}

/* Lengths of so many normals, r^2/2 of a gamma distribution, and their weights. */
static enum aln_status fill_lengths(struct aln_increments *inc)
{
    const struct aln_normals *n = &inc->normals;
    const bool polynomial = inc->p->activation->polynomial;
    inc->from = polynomial ? 0 : n->fields + n->noise;
    inc->scaled = polynomial ? n->all : n->direction;
    const double half = (double)inc->scaled / 2;
    inc->lengths = polynomial ? POLYNOMIAL_LENGTHS : inc->scaled > 0 ? LENGTHS : 1;
    inc->length[0] = inc->weight[0] = 1;
    if (inc->lengths == 1)
        return ALN_OK;
    gsl_integration_fixed_workspace *gauss = gsl_integration_fixed_alloc(
        gsl_integration_fixed_laguerre, inc->lengths, 0, 1, half - 1, 0);
    if (gauss == NULL)
        return aln_raise_memory("averages of increments");
    for (size_t i = 0; i < inc->lengths; i++) {
        inc->length[i] = sqrt(2 * gsl_integration_fixed_nodes(gauss)[i]);
        inc->weight[i] = gsl_integration_fixed_weights(gauss)[i] / tgamma(half);
    }
    gsl_integration_fixed_free(gauss);
    return ALN_OK;
}

enum aln_status aln_increments_create(struct aln_increments **out, const struct aln_problem *p,
                                      unsigned set)
{
    const size_t size = aln_problem_size(p);
    const struct aln_normals normals = aln_normals_of(p);
    struct aln_increments *inc = calloc(1, sizeof *inc);
    *out = inc;
    if (inc == NULL)
        return aln_raise_memory("averages of increments");
    *inc = (struct aln_increments){
        .p = p, .layout = aln_state_layout(p), .normals = normals, .mirrored = mirror_differs(p)};
    inc->z = malloc(((POINTS + 1) * normals.all + (BLOCK + 2) * size + p->K * normals.fields) *
                    sizeof *inc->z);
    if (inc->z == NULL)
        return aln_raise_memory("averages of increments");
    inc->mirror = inc->z + POINTS * normals.all;
    inc->x = inc->mirror + normals.all;
    inc->mean = inc->x + BLOCK * size;
    inc->second = inc->mean + size;
    inc->along = inc->second + size;
    enum aln_status status = fill_lengths(inc);
    if (status == ALN_OK)
        status = aln_increment_create(&inc->step, p);
    return status == ALN_OK ? aln_points_fill(POINTS, normals.all, set, inc->z) : status;
}

void aln_increments_free(struct aln_increments *inc)
{
    if (inc == NULL)
        return;
    aln_increment_free(inc->step);
    free(inc->z);
    free(inc);
}

void aln_increments_hold_signs(struct aln_increments *inc, const double *sign)
{
    aln_increment_hold_signs(inc->step, sign);
}

size_t aln_increments_count(const struct aln_problem *p)
{
    const size_t size = aln_problem_size(p);
    return size * (size + 1) / 2 + size;
}

/* Adds the increments of a part to their mean. */
static void add_means(struct aln_increments *inc, const struct portion *portion)
{
    const size_t size = inc->layout.size;
    for (size_t n = 0; n < portion->count; n++)
        for (size_t i = 0; i < size; i++)
            inc->mean[i] += portion->weight * inc->x[n * size + i];
}

/* Adds x x^T for each increment of a part to the triangle, and the increments to their mean. */
static void add_block(struct aln_increments *inc, const struct portion *portion, double *triangle)
{
    const size_t size = inc->layout.size;
    for (size_t n = 0; n < portion->count; n++) {
        const double *x = inc->x + n * size;
        double *row = triangle;
        for (size_t i = 0; i < size; i++) {
            const double weighted = portion->weight * x[i];
            for (size_t j = i; j < size; j++)
                row[j - i] += weighted * x[j];
            row += size - i;
            inc->mean[i] += weighted;
        }
    }
}

/* Adds eta^2 d d^T of the last sample to `second`, and (|z|^2 - P) eta^2 d d^T to the bias: given z,
 * the input's length |x|^2/N is 1 + (|z|^2 - P)/N on average. */
static void add_second_order(struct aln_increments *inc, const struct aln_step_rates *rates,
                             const double *z, double weight, double *bias)
{
    const double *d = aln_increment_signal(inc->step);
    const size_t fields = inc->normals.fields;
    double excess = -(double)fields, *second = inc->second;
    for (size_t a = 0; a < fields; a++)
        excess += z[a] * z[a];
    for (size_t i = 0; i < inc->p->K * fields && inc->p->batch > 1; i++)
        inc->along[i] += weight * d[i / fields] * z[i % fields];
    bias += inc->layout.part[ALN_Q].at;
    for (size_t k = 0; k < inc->p->K; k++)
        for (size_t l = k; l < inc->p->K; l++) {
            const double square = weight * rates->square_Q * d[k] * d[l];
            *second++ += square;
            *bias++ += excess * square;
        }
}

/* Point i as the part has it: mirrored fields, and its length. */
static const double *sample_at(struct aln_increments *inc, const struct portion *portion, size_t i)
{
    const struct aln_normals *n = &inc->normals;
    const double *z = inc->z + i * n->all;
    double *out = inc->mirror, *scaled = out + inc->from, length = 0;
    if (!portion->mirrored && inc->scaled == 0)
        return z;
    memcpy(out, z, n->all * sizeof *out);
    for (size_t a = 0; a < n->fields && portion->mirrored; a++)
        out[a] = -z[a];
    for (size_t k = 0; k < inc->scaled; k++)
        length += scaled[k] * scaled[k];
    for (size_t k = 0; k < inc->scaled; k++) /* the first point of all is 0 */
        scaled[k] = portion->length *
                    (length > 0 ? scaled[k] / sqrt(length) : 1 / sqrt((double)inc->scaled));
    return out;
}

/* Sums over the samples: of increments alone, or also of their products and of the bias. */
struct increment_sums {
    const struct aln_step_rates *rates;
    double *triangle, *bias; /* or NULL */
};

static void add_portion(struct aln_increments *inc, const struct portion *portion,
                        const struct increment_sums *sums)
{
    for (size_t i = 0; i < portion->count; i++) {
        const double *z = sample_at(inc, portion, portion->first + i);
        const struct aln_draw draw = aln_normals_draw(&inc->normals, z, 1);
        aln_increment_eval(inc->step, sums->rates, &draw, inc->x + i * inc->layout.size);
        if (sums->bias != NULL && sums->rates->square_Q > 0)
            add_second_order(inc, sums->rates, z, portion->weight, sums->bias);
    }
    if (sums->triangle != NULL)
        add_block(inc, portion, sums->triangle);
    else
        add_means(inc, portion);
}

/* Over all samples at a state.  Returned: their number, 0 when stopped */
static double add_all(struct aln_increments *inc, const double *state,
                      const struct increment_sums *sums)
{
    memset(inc->mean, 0, inc->layout.size * sizeof *inc->mean);
    aln_increment_start(inc->step, state);
    for (size_t first = 0; first < POINTS; first += BLOCK) {
        if (aln_interrupted())
            return 0;
        for (size_t n = 0; n < inc->lengths; n++)
            for (int mirrored = 0; mirrored <= inc->mirrored; mirrored++)
                add_portion(
                    inc,
                    &(struct portion){first, BLOCK, mirrored == 1, inc->length[n], inc->weight[n]},
                    sums);
    }
    return inc->mirrored ? 2.0 * POINTS : POINTS;
}

/* What Q alone has of order 1/N from its decay: weights decay by 1 - kappa/N, so W W^T by its square,
 * and the term linear in the rate by 1 - kappa/N. */
static void add_decay(const struct aln_increments *inc, const struct aln_step_rates *rates,
                      const double *state, double *bias)
{
    const struct aln_span *Q = &inc->layout.part[ALN_Q];
    const double kappa = -rates->keep[0];
    for (size_t i = 0; kappa != 0 && i < Q->count; i++) {
        const double q = state[Q->at + i],
                     linear = inc->second[i] - inc->mean[Q->at + i] - 2 * kappa * q;
        bias[Q->at + i] += kappa * kappa * q + kappa * linear;
    }
}

/* A batch averages its samples, so its increment has the mean of one and a B-th of its covariance. The
 * inputs of two samples have a product too, of mean <d z^T><z d^T> with their signals: 1 - 1/B of
 * that is a bias. */
static void average_batch(struct aln_increments *inc, const struct aln_step_rates *rates,
                          double count, double *triangle, double *bias)
{
    const double B = aln_problem_batch(inc->p), square = rates->rate[0] * rates->rate[0];
    const size_t size = inc->layout.size, K = inc->p->K, fields = inc->normals.fields;
    for (size_t i = 0; i < size * (size + 1) / 2 && B > 1; i++)
        triangle[i] /= B;
    bias += inc->layout.part[ALN_Q].at;
    for (size_t k = 0; k < K && B > 1; k++)
        for (size_t l = k; l < K; l++, bias++)
            for (size_t a = 0; a < fields; a++)
                *bias += (1 - 1 / B) * square * inc->along[k * fields + a] / count *
                         inc->along[l * fields + a] / count;
}

/* Turns sums over `count` samples into averages, and the triangle into that of the covariance. */
static bool divide(struct aln_increments *inc, double count, double *triangle, double *bias)
{
    const size_t size = inc->layout.size;
    double zero = 0;
    for (size_t i = 0; i < size; i++) {
        inc->mean[i] /= count;
        bias[i] /= count;
        zero += 0 * bias[i];
    }
    for (size_t i = 0; i < inc->layout.part[ALN_Q].count; i++)
        inc->second[i] /= count;
    for (size_t i = 0; i < size; i++)
        for (size_t j = i; j < size; j++, triangle++) {
            *triangle = *triangle / count - inc->mean[i] * inc->mean[j];
            zero += 0 * *triangle;
        }
    return zero == 0;
}

enum aln_status aln_increments_average(struct aln_increments *inc, const double *state,
                                       const double eta[2], double *out)
{
    const size_t size = inc->layout.size;
    const struct aln_step_rates rates = aln_step_rates_limit(inc->p, eta);
    double *bias = out + size * (size + 1) / 2;
    memset(out, 0, aln_increments_count(inc->p) * sizeof *out);
    memset(inc->second, 0, inc->layout.part[ALN_Q].count * sizeof *inc->second);
    memset(inc->along, 0, inc->p->K * inc->normals.fields * sizeof *inc->along);
    const double count = add_all(inc, state, &(struct increment_sums){&rates, out, bias});
    if (count == 0)
        return ALN_STOPPED;
    if (!divide(inc, count, out, bias))
        return ALN_NUMERIC;
    average_batch(inc, &rates, count, out, bias);
    add_decay(inc, &rates, state, bias);
    return ALN_OK;
}

enum aln_status aln_increments_mean(struct aln_increments *inc, const double *state,
                                    const double eta[2], double *dydt)
{
    const struct aln_step_rates rates = aln_step_rates_limit(inc->p, eta);
    const double count = add_all(inc, state, &(struct increment_sums){&rates, NULL, NULL});
    for (size_t i = 0; i < inc->layout.size && count > 0; i++)
        dydt[i] = inc->mean[i] / count;
    return count > 0 ? ALN_OK : ALN_STOPPED;
}

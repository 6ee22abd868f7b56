/* C1, the bound: for independent feedback the convolution nearest to F_l F_{l-1}^T has a mean
 * squared cosine of C_out C_in k^2/(n_l n_{l-1}), which rules out weight alignment. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "alignode/random.h"
#include "base/failure.h"
#include "claims.h"
#include "deep/phi.h"

enum { DRAWS = 20, OUTPUTS = 10 };

static const struct {
    struct aln_shape in;
    size_t channels, kernel, stride, padding;
} shapes[] = {
    {{8, 12, 12}, 8, 3, 1, 0},   {{8, 12, 12}, 8, 3, 1, 1},  {{3, 16, 16}, 16, 4, 2, 1},
    {{32, 16, 16}, 32, 4, 2, 1}, {{16, 11, 9}, 12, 5, 3, 2}, {{16, 8, 8}, 32, 1, 1, 0},
    {{64, 29, 29}, 64, 4, 1, 0},
};
enum { SHAPES = sizeof shapes / sizeof shapes[0] };

static enum aln_status mean_square(const struct aln_phi *phi, size_t shape, double *out)
{
    double *A = malloc((phi->outputs + phi->inputs) * OUTPUTS * sizeof *A), unused, largest;
    if (A == NULL)
        return aln_raise_memory("feedback");
    enum aln_status status = ALN_OK;
    *out = 0;
    for (uint64_t draw = 0; draw < DRAWS && status == ALN_OK; draw++) {
        struct aln_stream stream;
        double *B = A + phi->outputs * OUTPUTS;
        aln_stream_init(&stream, draw, "claim c1", shape);
        aln_stream_normals(&stream, (phi->outputs + phi->inputs) * OUTPUTS, A);
        status = aln_phi_cosine(phi, NULL, OUTPUTS, A, B, &unused, &largest);
        *out += largest * largest / DRAWS;
    }
    free(A);
    return status;
}

static void run(struct aln_report *r, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct aln_layer layer = {.kind = aln_layer_kind_find("conv"),
                                        .size = shapes[i].channels,
                                        .kernel = shapes[i].kernel,
                                        .stride = shapes[i].stride,
                                        .padding = shapes[i].padding};
        struct aln_phi phi;
        double square = NAN;
        char line[96];
        enum aln_status status = aln_phi_of(&layer, shapes[i].in, &phi);
        if (status == ALN_OK)
            status = mean_square(&phi, i, &square);
        if (status != ALN_OK) {
            aln_report_error(r, "nearest convolution");
            continue;
        }
        snprintf(line, sizeof line,
                 "%zu x %zu^2 -> %zu, k %zu, s %zu, p %zu: rms cosine %.4f / bound",
                 shapes[i].in.channels, shapes[i].in.height, shapes[i].channels, shapes[i].kernel,
                 shapes[i].stride, shapes[i].padding, sqrt(square));
        aln_report_range(r, line, sqrt(square / aln_phi_bound(&phi)), 0.95, 1.05);
    }
}

void aln_claim_c1_quick(struct aln_report *r)
{
    run(r, SHAPES - 1);
}

void aln_claim_c1(struct aln_report *r)
{
    run(r, SHAPES);
}

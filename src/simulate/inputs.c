#include "simulate/inputs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "simulate/kernel.h"

#define ROUNDING 1e-12 /* of a variance */

static size_t lines(size_t count)
{
    return (count + ALN_KERNEL_LANES - 1) / ALN_KERNEL_LANES * ALN_KERNEL_LANES;
}

/* Whether the latent variables are the inputs themselves. */
static bool are_inputs(const struct aln_spectrum *of)
{
    bool same = true;
    for (size_t i = 0; i < of->count; i++)
        same = same && of->signal[i] == of->variance[i] && of->latent[i] == of->variance[i];
    return same;
}

/* The coefficients of block i. */
static void fill_block(struct aln_inputs *in, const struct aln_problem *p, size_t i)
{
    const struct aln_spectrum *of = p->spectrum;
    const size_t N = (size_t)aln_problem_block_inputs(p, i);
    const double latent = sqrt(of->latent[i]), shared = latent > 0 ? of->signal[i] / latent : 0,
                 rest = of->variance[i] - shared * shared;
    for (size_t n = in->begin[i]; n < in->begin[i] + N; n++) {
        in->x_of_zeta[n] = in->latent == NULL ? sqrt(of->variance[i]) : shared;
        if (in->latent == NULL)
            continue;
        in->x_of_xi[n] = rest > ROUNDING * of->variance[i] ? sqrt(rest) : 0;
        in->latent_of[n] = latent;
    }
}

static double *make_row(size_t width)
{
    double *row = aligned_alloc(64, width * sizeof *row);
    if (row != NULL)
        memset(row, 0, width * sizeof *row);
    return row;
}

static enum aln_status open_folded(struct aln_inputs *out, const struct aln_problem *p,
                                   uint64_t repeat)
{
    out->folded = true;
    out->width = lines(out->N);
    enum aln_status status = aln_features_open(&out->features, p, repeat);
    out->begin = out->features.begin;
    out->latent = make_row(out->width);
    return status == ALN_OK && out->latent == NULL
               ? aln_raise_memory("inputs of %zu components", out->width)
               : status;
}

enum aln_status aln_inputs_open(struct aln_inputs *out, const struct aln_problem *p,
                                uint64_t repeat)
{
    const size_t blocks = aln_problem_blocks(p);
    *out = (struct aln_inputs){.N = (size_t)p->N, .blocks = blocks, .is_single = p->single};
    aln_stream_init(&out->stream, p->seed, "sgd inputs", repeat);
    aln_single_init(&out->single, p->seed, "sgd single", repeat);
    if (p->spectrum != NULL && p->spectrum->fold != NULL)
        return open_folded(out, p, repeat);
    out->begin = calloc(blocks + 1, sizeof *out->begin);
    if (out->begin == NULL)
        return aln_raise_memory("%zu blocks of inputs", blocks);
    for (size_t i = 0; i < blocks; i++)
        out->begin[i + 1] = out->begin[i] + lines((size_t)aln_problem_block_inputs(p, i));
    if (p->single)
        out->begin[blocks] += out->begin[blocks] % aln_kernels_single[0].lanes;
    out->width = out->begin[blocks];
    if (p->spectrum == NULL)
        return ALN_OK;
    const bool same = are_inputs(p->spectrum);
    out->x_of_zeta = make_row(out->width);
    bool made = out->x_of_zeta != NULL;
    if (!same) {
        out->x_of_xi = make_row(out->width);
        out->latent_of = make_row(out->width);
        out->latent = make_row(out->width);
        made = made && out->x_of_xi != NULL && out->latent_of != NULL && out->latent != NULL;
    }
    if (!made)
        return aln_raise_memory("inputs of %zu components", out->width);
    for (size_t i = 0; i < blocks; i++)
        fill_block(out, p, i);
    return ALN_OK;
}

void aln_inputs_close(struct aln_inputs *in)
{
    if (in->folded)
        aln_features_close(&in->features);
    else
        free(in->begin);
    free(in->x_of_zeta);
    free(in->x_of_xi);
    free(in->latent_of);
    free(in->latent);
}

void aln_inputs_draw(struct aln_inputs *in, size_t begin, size_t length, void *out)
{
    double xi[ALN_INPUTS_CHUNK], *x = out;
    if (in->folded) {
        if (begin == 0)
            aln_stream_normals(&in->stream, in->features.D, in->latent);
        aln_features_fold(&in->features, in->latent, begin, length, x);
        return;
    }
    if (in->x_of_zeta == NULL) { /* nothing is drawn for the padding */
        const size_t inputs = in->N - begin < length ? in->N - begin : length;
        if (in->is_single)
            aln_single_normals(&in->single, inputs, out);
        else
            aln_stream_normals(&in->stream, inputs, x);
        return;
    }
    aln_stream_normals(&in->stream, length, x);
    if (in->latent != NULL) {
        aln_stream_normals(&in->stream, length, xi);
        for (size_t n = 0; n < length; n++)
            in->latent[begin + n] = in->latent_of[begin + n] * x[n];
    }
    for (size_t n = 0; n < length; n++)
        x[n] *= in->x_of_zeta[begin + n];
    for (size_t n = 0; n < length && in->latent != NULL; n++)
        x[n] += in->x_of_xi[begin + n] * xi[n];
}

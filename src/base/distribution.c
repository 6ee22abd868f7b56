/* The distributions of random entries. */
#include "alignode/random.h"

static void draw_uniform(struct aln_stream *s, size_t n, double *x)
{
    for (size_t i = 0; i < n; i++)
        x[i] = 2 * aln_stream_uniform(s) - 1;
}

static void draw_signs(struct aln_stream *s, size_t n, double *x)
{
    for (size_t i = 0; i < n; i++)
        x[i] = aln_stream_bits(s) >> 63 ? 1 : -1;
}

#define ROOT_3 1.7320508075688772

static const struct aln_distribution_row distributions[] = {
    [ALN_NORMAL] = {{"normal", "normal entries", ""}, aln_stream_normals, 1},
    [ALN_UNIFORM] = {{"uniform", "uniform entries, within +-sqrt(3) standard deviations", ""},
                     draw_uniform,
                     ROOT_3},
    [ALN_SIGNS] = {{"signs", "entries of equal magnitude and random sign", ""}, draw_signs, 1},
};
const struct aln_names aln_distributions = {"distribution", "distributions", distributions,
                                            sizeof distributions / sizeof distributions[0],
                                            sizeof distributions[0]};

const struct aln_distribution_row *aln_distribution_row(enum aln_distribution distribution)
{
    return &distributions[distribution];
}

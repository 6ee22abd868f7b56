/* Smooth curves through sparse theory. */
#include "../check_main.h"
#include "figure/smooth.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct smoothed_row {
    double t, eg, eg_se, cosine, cosine_se;
};

static size_t read_rows(const struct aln_text *text, struct smoothed_row *row, size_t most)
{
    size_t n = 0;
    const char *s = strchr(text->s, '\n') + 1;
    for (int length; sscanf(s, "%lf %lf %lf %lf %lf%n", &row[n].t, &row[n].eg, &row[n].eg_se,
                            &row[n].cosine, &row[n].cosine_se, &length) == 5;
         s += length)
        ck_assert_uint_lt(++n, most);
    return n;
}

static const char header[] = "t\teg\teg_se\tcos_W2_F1\tcos_W2_F1_se\n";
enum { MOST = 2000 };
static struct smoothed_row row[MOST];

/* How much the cosine's slope over log t changes at row i. A cubic through the four values below, cut
 * into 300 pieces, changes it by less than 0.05; a polygon by 0.45 at t = 3. */
static double turn_at(size_t i)
{
    double before = (row[i].cosine - row[i - 1].cosine) / log(row[i].t / row[i - 1].t);
    double after = (row[i + 1].cosine - row[i].cosine) / log(row[i + 1].t / row[i].t);
    return fabs(after - before);
}

/* eg = t^-2 and a cosine that rises and is then constant, at few times. */
START_TEST(few_times)
{
    static const double time[] = {0, 0.1, 1, 3, 10}, cosine[] = {0, 0.2, 0.5, 1, 1};
    struct aln_text text = {0};
    aln_text_add(&text, "%s", header);
    for (size_t i = 0; i < 5; i++)
        aln_text_add(&text, "%g\t%.17g\t0\t%g\t0\n", time[i], i == 0 ? 1e3 : pow(time[i], -2),
                     cosine[i]);
    ck_assert_int_eq(aln_drawing_smooth(&text, true), ALN_OK);
    ck_assert_int_eq(strncmp(text.s, header, strlen(header)), 0);
    size_t n = read_rows(&text, row, MOST), known = 0;
    ck_assert_uint_gt(n, 290);
    ck_assert_uint_lt(n, 310);
    for (size_t i = 0; i < n; i++) {
        if (row[i].t == time[known]) {
            ck_assert_double_eq(row[i].cosine, cosine[known]);
            known++;
        }
        if (i == 0)
            continue;
        ck_assert_double_gt(row[i].t, row[i - 1].t);
        ck_assert_double_ge(row[i].cosine, row[i - 1].cosine); /* no extrema between */
        ck_assert_double_le(row[i].cosine, 1);
        ck_assert(i < 2 || i + 1 == n || turn_at(i) < 0.05);
        ck_assert(i == 1 || row[i].t / row[i - 1].t < 1.05); /* near each other on the axis */
        /* A power law is a straight line between logarithmic axes; a few roundings. */
        ck_assert_double_eq_tol(row[i].eg * row[i].t * row[i].t, 1, 1e-12);
    }
    ck_assert_uint_eq(known, 5);
    free(text.s);
}
END_TEST

/* What is not finite is not filled in; two values are joined by a line. */
START_TEST(gaps)
{
    struct aln_text text = {0};
    aln_text_add(&text, "%s0\t1\t0\t0\t0\n1\t1\t0\t1\t0\n2\t1\t0\tnan\t0\n3\t1\t0\t5\t0\n", header);
    ck_assert_int_eq(aln_drawing_smooth(&text, false), ALN_OK);
    size_t n = read_rows(&text, row, MOST);
    ck_assert_uint_gt(n, 290);
    for (size_t i = 0; i < n; i++) {
        if (row[i].t <= 1)
            ck_assert_double_eq_tol(row[i].cosine, row[i].t, 1e-14);
        else if (row[i].t < 3)
            ck_assert(isnan(row[i].cosine));
        ck_assert_double_eq_tol(row[i].eg, 1, 1e-14);
    }
    ck_assert_double_eq(row[n - 1].cosine, 5);
    free(text.s);
}
END_TEST

/* A file of many times keeps its bytes, and so do those of one time and of none. */
START_TEST(enough_times)
{
    static const size_t rows[] = {1000, 1, 0};
    for (size_t k = 0; k < 3; k++) {
        struct aln_text text = {0};
        aln_text_add(&text, "%s", header);
        for (size_t i = 0; i < rows[k]; i++)
            aln_text_add(&text, "%zu\t1.50\t0\t1\t0\n", i);
        char *before = strdup(text.s);
        ck_assert_int_eq(aln_drawing_smooth(&text, false), ALN_OK);
        ck_assert_str_eq(text.s, before);
        free(before);
        free(text.s);
    }
}
END_TEST

CHECK_MAIN("figure/smooth", few_times, gaps, enough_times)

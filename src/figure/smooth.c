#include "figure/smooth.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_interp.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"

enum { PIECES = 300 }; /* a line across the figure is straight in no more than so many */

/* A data file as numbers. */
struct smooth_table {
    size_t rows, cols;
    double *value;   /* [rows][cols] */
    double *x, *y;   /* [rows], work space: a stretch of a column in the coordinates of the axes */
    const char *row; /* the text's first row, after its header */
    bool log_t;
};

static enum aln_status no_memory(void)
{
    return aln_raise_memory("a figure");
}

static size_t count_of(const char *s, const char *end, char c)
{
    size_t count = 0;
    for (; s < end; s++)
        count += *s == c;
    return count;
}

static enum aln_status read_table(struct smooth_table *t, const struct aln_text *data, bool log_t)
{
    const char *end = data->s + data->length, *header_end = strchr(data->s, '\n');
    *t = (struct smooth_table){.log_t = log_t, .row = header_end + 1};
    t->rows = count_of(t->row, end, '\n');
    t->cols = count_of(data->s, header_end, '\t') + 1;
    t->value = malloc((t->rows * t->cols + 1) * sizeof *t->value);
    t->x = malloc((t->rows + 1) * sizeof *t->x);
    t->y = malloc((t->rows + 1) * sizeof *t->y);
    if (t->value == NULL || t->x == NULL || t->y == NULL)
        return no_memory();
    char *next = data->s + (t->row - data->s);
    for (size_t i = 0; i < t->rows * t->cols; i++)
        t->value[i] = strtod(next, &next);
    return ALN_OK;
}

static void free_table(struct smooth_table *t)
{
    free(t->value);
    free(t->x);
    free(t->y);
}

static double time_at(const struct smooth_table *t, size_t row)
{
    return t->value[row * t->cols];
}

/* Along the time axis; -inf: not on it. */
static double on_axis(const struct smooth_table *t, double time)
{
    return !t->log_t ? time : time > 0 ? log(time) : -INFINITY;
}

/* ---- new times ---- */

/* The row of the first time on the axis. */
static size_t first_row(const struct smooth_table *t)
{
    size_t row = 0;
    while (row < t->rows && !isfinite(on_axis(t, time_at(t, row))))
        row++;
    return row;
}

/* The number of pieces between a row and the next one; 1: they are near, or not on the axis. */
static size_t pieces_after(const struct smooth_table *t, size_t row)
{
    size_t first = first_row(t);
    if (row < first || row + 1 >= t->rows)
        return 1;
    double range = on_axis(t, time_at(t, t->rows - 1)) - on_axis(t, time_at(t, first));
    double step = on_axis(t, time_at(t, row + 1)) - on_axis(t, time_at(t, row));
    double pieces = ceil(PIECES * step / range);
    return pieces > 1 ? (size_t)pieces : 1;
}

static double time_between(const struct smooth_table *t, size_t row, double part)
{
    double a = on_axis(t, time_at(t, row)), b = on_axis(t, time_at(t, row + 1));
    double x = a + part * (b - a);
    return t->log_t ? exp(x) : x;
}

/* The rows of the smooth curves: recorded ones, each followed by those between it and the next.
 * Changed: *out  its x and time only; value[] yours, NULL without memory */
static void add_times(struct smooth_table *out, const struct smooth_table *t)
{
    *out = (struct smooth_table){.cols = t->cols};
    for (size_t row = 0; row < t->rows; row++)
        out->rows += pieces_after(t, row);
    out->value = malloc((out->rows * out->cols + 1) * sizeof *out->value);
    double *to = out->value;
    for (size_t row = 0; row < t->rows && to != NULL; row++) {
        size_t pieces = pieces_after(t, row);
        memcpy(to, &t->value[row * t->cols], t->cols * sizeof *to);
        for (size_t k = 1; k < pieces; k++)
            to[k * t->cols] = time_between(t, row, (double)k / (double)pieces);
        to += pieces * t->cols;
    }
}

/* ---- values between ---- */

/* The error has a logarithmic axis. */
static bool is_log(const char *header, size_t col)
{
    for (; col > 0; col--)
        header += strcspn(header, "\t") + 1;
    return strncmp(header, "eg\t", 3) == 0;
}

static double on_value_axis(double value, bool log_y)
{
    return !log_y ? value : value > 0 ? log(value) : NAN;
}

/* A stretch of finite values from a row on.  Returned: its length; x[], y[] */
static size_t find_stretch(struct smooth_table *t, size_t from, size_t col, bool log_y)
{
    size_t n = 0;
    for (; from + n < t->rows; n++) {
        t->x[n] = on_axis(t, time_at(t, from + n));
        t->y[n] = on_value_axis(t->value[(from + n) * t->cols + col], log_y);
        if (!isfinite(t->y[n]) || !isfinite(t->x[n]))
            break;
    }
    return n;
}

/* Fills the new rows after recorded row `row` of column col; curve NULL: with nan. */
static void fill_after(struct smooth_table *out, size_t at, const struct smooth_table *t,
                       size_t row, size_t col, const gsl_interp *curve, bool log_y)
{
    for (size_t k = 1; k < pieces_after(t, row); k++) {
        double *to = &out->value[(at + k) * out->cols], y = NAN;
        if (curve != NULL &&
            gsl_interp_eval_e(curve, t->x, t->y, on_axis(t, to[0]), NULL, &y) != GSL_SUCCESS)
            y = NAN;
        to[col] = log_y ? exp(y) : y;
    }
}

/* The curve through a stretch; a line through two points; NULL for a single one. */
static enum aln_status make_curve(gsl_interp **curve, const struct smooth_table *t, size_t n)
{
    *curve = NULL;
    if (n < 2)
        return ALN_OK;
    *curve = gsl_interp_alloc(n < 3 ? gsl_interp_linear : gsl_interp_steffen, n);
    if (*curve == NULL || gsl_interp_init(*curve, t->x, t->y, n) != GSL_SUCCESS) {
        gsl_interp_free(*curve);
        return no_memory();
    }
    return ALN_OK;
}

static enum aln_status fill_column(struct smooth_table *out, struct smooth_table *t, size_t col,
                                   bool log_y)
{
    for (size_t row = 0, at = 0; row < t->rows;) {
        gsl_interp *curve;
        size_t n = find_stretch(t, row, col, log_y), end = row + (n > 0 ? n : 1);
        enum aln_status status = make_curve(&curve, t, n);
        if (status != ALN_OK)
            return status;
        for (; row < end; row++) {
            fill_after(out, at, t, row, col, row + 1 < end ? curve : NULL, log_y);
            at += pieces_after(t, row);
        }
        gsl_interp_free(curve);
    }
    return ALN_OK;
}

/* ---- all of it ---- */

static void add_row(struct aln_text *out, const double *value, size_t cols)
{
    char number[32];
    for (size_t c = 0; c < cols; c++) {
        aln_text_from_real(value[c], number);
        aln_text_add(out, "%s%s", c > 0 ? "\t" : "", number);
    }
    aln_text_add(out, "\n");
}

static enum aln_status write_table(struct aln_text *data, const struct smooth_table *out,
                                   size_t header)
{
    struct aln_text text = {0};
    aln_text_add(&text, "%.*s", (int)header, data->s);
    for (size_t row = 0; row < out->rows; row++)
        add_row(&text, &out->value[row * out->cols], out->cols);
    free(data->s);
    *data = text;
    return text.failed ? no_memory() : ALN_OK;
}

static enum aln_status refine(struct aln_text *data, struct smooth_table *t)
{
    struct smooth_table out;
    enum aln_status status = ALN_OK;
    add_times(&out, t);
    if (out.value == NULL)
        return no_memory();
    for (size_t c = 1; c < t->cols && status == ALN_OK; c++)
        status = fill_column(&out, t, c, is_log(data->s, c));
    if (status == ALN_OK && out.rows > t->rows)
        status = write_table(data, &out, (size_t)(t->row - data->s));
    free(out.value);
    return status;
}

enum aln_status aln_drawing_smooth(struct aln_text *data, bool log_t)
{
    struct smooth_table t;
    if (data->failed)
        return no_memory();
    gsl_set_error_handler_off();
    enum aln_status status = read_table(&t, data, log_t);
    if (status == ALN_OK)
        status = refine(data, &t);
    free_table(&t);
    return status;
}

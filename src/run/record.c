#include "run/record.h"
#include "model/params.h"

#include <string.h>

/* Columns computed from one state, after the problem's own. */
static bool wants_angle(const struct aln_record *r)
{
    return r->degrees;
}

static bool wants_law(const struct aln_record *r)
{
    return r->law != NULL;
}

static const struct extra {
    const char *name;
    bool (*wanted)(const struct aln_record *r);
    double (*value)(const struct aln_problem *p, const double *state);
} extras[] = {{"angle_W2_F1", wants_angle, aln_problem_angle},
              {"norm_W2", wants_law, aln_problem_norm}};
enum { EXTRAS = sizeof extras / sizeof extras[0] };

/* Columns computed from the time alone; they come last. */
static const struct of_time {
    const char *name;
    double (*value)(const struct aln_early *law, double t);
} laws[] = {{"law_norm_W2", aln_early_norm}, {"law_cos_W2_F1", aln_early_cos}};
enum { LAWS = sizeof laws / sizeof laws[0] };

enum aln_status aln_record_open(struct aln_record *out, const struct aln_problem *p,
                                const struct aln_params *params, bool errors, bool spread)
{
    *out = (struct aln_record){.p = p,
                               .blocks = params->run.record.blocks,
                               .degrees = params->run.record.degrees,
                               .errors = errors,
                               .geometry = params->run.record.geometry,
                               .gradient_alignment = params->run.record.gradient_alignment,
                               .descent = params->run.record.descent,
                               .spread = spread,
                               .train = p->samples > 0};
    return params->run.record.early_law ? aln_early_create(&out->law, p) : ALN_OK;
}

void aln_record_close(struct aln_record *r)
{
    aln_early_free(r->law);
    r->law = NULL;
}

size_t aln_record_shared(const struct aln_problem *p)
{
    return aln_problem_columns(p) + (p->samples > 0);
}

void aln_record_shared_column(const struct aln_problem *p, size_t i, char name[32])
{
    if (i < aln_problem_columns(p))
        aln_problem_column(p, i, name);
    else
        strcpy(name, "train");
}

/* The overlaps of each block are the first entries of the state. */
static size_t block_columns(const struct aln_record *r)
{
    return r->blocks ? aln_state_at(r->p, ALN_W2) : 0;
}

/* Number of columns computed from one state. */
static size_t plain_columns(const struct aln_record *r)
{
    size_t n = aln_problem_columns(r->p) + block_columns(r);
    for (size_t i = 0; i < EXTRAS; i++)
        n += extras[i].wanted(r);
    return n + r->train;
}

/* The columns of the problem but eg of each task, which follow the others. */
static size_t own_columns(const struct aln_record *r)
{
    return aln_problem_columns(r->p) - r->p->task_count;
}

static void plain_fill(const struct aln_record *r, double t, const struct aln_record_view *view,
                       double *row)
{
    const double *state = view->state;
    const struct aln_problem p = aln_problem_at(r->p, t);
    const size_t tasks = p.task_count;
    aln_problem_observe(&p, state, row);
    memmove(row + plain_columns(r) - tasks, row + own_columns(r), tasks * sizeof *row);
    row += own_columns(r);
    for (size_t i = 0; i < block_columns(r); i++)
        *row++ = state[i];
    for (size_t i = 0; i < EXTRAS; i++)
        if (extras[i].wanted(r))
            *row++ = extras[i].value(&p, state);
    if (r->train) /* there are no tasks then */
        *row = view->train;
}

static void plain_name(const struct aln_record *r, size_t j, char name[32])
{
    size_t n = own_columns(r), tasks_at = plain_columns(r) - r->p->task_count;
    if (j < n || j >= tasks_at) {
        aln_problem_column(r->p, j < n ? j : n + j - tasks_at, name);
        return;
    }
    if (j < n + block_columns(r)) {
        aln_state_name(r->p, j - n, name);
        return;
    }
    n += block_columns(r);
    for (size_t i = 0; i < EXTRAS; i++)
        if (extras[i].wanted(r) && n++ == j)
            strcpy(name, extras[i].name);
    if (j == n)
        strcpy(name, "train");
}

/* ---- geometry ---- */

static bool wants_cosines(const struct aln_record *r)
{
    return r->geometry;
}

static bool wants_GA(const struct aln_record *r)
{
    return r->gradient_alignment;
}

static bool wants_descent(const struct aln_record *r)
{
    return r->descent;
}

static struct aln_geometry_values geometry_at(const struct aln_record *r, struct aln_geometry *g,
                                              double t, const double *state)
{
    return aln_geometry_at(g, state, aln_problem_rates(r->p, t)[0]);
}

static enum aln_status fill_cosines(const struct aln_record *r, struct aln_geometry *g, double t,
                                    const double *state, double *out)
{
    const struct aln_geometry_values values = aln_geometry_at(g, state, 0); /* no descent */
    (void)r;
    (void)t;
    out[0] = values.UA;
    out[1] = values.SA;
    return ALN_OK;
}

static enum aln_status fill_GA(const struct aln_record *r, struct aln_geometry *g, double t,
                               const double *state, double *out)
{
    (void)r;
    (void)t;
    return aln_geometry_sampled(g, state, &out[0], &out[1]);
}

static enum aln_status fill_descent(const struct aln_record *r, struct aln_geometry *g, double t,
                                    const double *state, double *out)
{
    const struct aln_geometry_values values = geometry_at(r, g, t, state);
    out[0] = values.gradient;
    out[1] = values.descent;
    out[2] = values.noise;
    return ALN_OK;
}

/* Columns of the geometry, in groups that are asked for together. */
enum { GROUP_MOST = 3 };
static const struct group {
    const char *name[GROUP_MOST]; /* NULL beyond the last */
    bool (*wanted)(const struct aln_record *r);
    enum aln_status (*fill)(const struct aln_record *r, struct aln_geometry *g, double t,
                            const double *state, double *out);
} groups[] = {{{"UA", "SA"}, wants_cosines, fill_cosines},
              {{"GA", "GA_se"}, wants_GA, fill_GA},
              {{"grad2", "descent", "noise"}, wants_descent, fill_descent}};
enum { GROUPS = sizeof groups / sizeof groups[0] };

static size_t group_columns(const struct aln_record *r, const struct group *group)
{
    size_t n = 0;
    while (group->wanted(r) && n < GROUP_MOST && group->name[n] != NULL)
        n++;
    return n;
}

static size_t geometry_columns(const struct aln_record *r)
{
    size_t n = 0;
    for (size_t i = 0; i < GROUPS; i++)
        n += group_columns(r, &groups[i]);
    return n;
}

static const char *geometry_name(const struct aln_record *r, size_t j)
{
    size_t i = 0;
    for (; j >= group_columns(r, &groups[i]); i++)
        j -= group_columns(r, &groups[i]);
    return groups[i].name[j];
}

bool aln_record_wants_geometry(const struct aln_record *r)
{
    return geometry_columns(r) > 0;
}

/* ---- rows ---- */

static size_t geometry_at_column(const struct aln_record *r)
{
    return plain_columns(r) * (r->errors ? 2 : 1) + (wants_law(r) ? LAWS : 0);
}

size_t aln_record_spread_at(const struct aln_record *r)
{
    return geometry_at_column(r) + geometry_columns(r);
}

size_t aln_record_columns(const struct aln_record *r)
{
    return aln_record_spread_at(r) + (r->spread ? 2 * aln_problem_columns(r->p) : 0);
}

void aln_record_column(const struct aln_record *r, size_t i, char name[32])
{
    size_t plain = plain_columns(r), states = r->errors ? 2 * plain : plain,
           tail = aln_record_spread_at(r), columns = aln_problem_columns(r->p),
           geometry = geometry_at_column(r);
    const char *prefix = i >= tail + columns ? "bias_"
                         : i >= tail         ? "sd_"
                         : i >= plain        ? "err_"
                                             : "";
    if (i >= states && i < tail) {
        strcpy(name, i < geometry ? laws[i - states].name : geometry_name(r, i - geometry));
        return;
    }
    char own[32];
    plain_name(r, i >= tail ? (i - tail) % columns : i % plain, own);
    strcpy(name, prefix);
    strcat(name, own); /* the longest, Q_1000_1000, leaves room for the prefix */
}

enum aln_status aln_record_fill(const struct aln_record *r, double t,
                                const struct aln_record_view *view,
                                const struct aln_record_view *second, struct aln_geometry *geometry,
                                double *row)
{
    size_t plain = plain_columns(r);
    enum aln_status status = ALN_OK;
    plain_fill(r, t, view, row);
    if (r->errors) {
        plain_fill(r, t, second, row + plain);
        for (size_t i = 0; i < plain; i++)
            row[plain + i] = row[i] - row[plain + i];
        row += plain;
    }
    row += plain;
    for (size_t i = 0; i < LAWS && wants_law(r); i++)
        *row++ = laws[i].value(r->law, t);
    for (size_t i = 0; i < GROUPS && status == ALN_OK; i++) {
        if (groups[i].wanted(r))
            status = groups[i].fill(r, geometry, t, view->state, row);
        row += group_columns(r, &groups[i]);
    }
    return status;
}

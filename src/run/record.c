#include "run/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "model/params.h"

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

/* Whether a turn waits for an event. */
static bool waits(const struct aln_problem *p)
{
    bool any = false;
    for (size_t i = 0; i < p->turn_count; i++)
        any = any || p->turns[i].below > 0;
    return any;
}

/* The overlaps of each block are the first entries of the state. */
static size_t block_columns(const struct aln_record *r)
{
    return r->blocks ? aln_state_at(r->p, ALN_W2) : 0;
}

static size_t count_plain(const struct aln_record *r)
{
    size_t n = r->own + block_columns(r);
    for (size_t i = 0; i < EXTRAS; i++)
        n += extras[i].wanted(r);
    return n + r->train;
}

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
                               .hessian = params->run.record.hessian,
                               .spread = spread,
                               .turn = waits(p),
                               .train = p->samples > 0};
    enum aln_status status = params->run.record.early_law ? aln_early_create(&out->law, p) : ALN_OK;
    out->own = aln_problem_columns(p);
    out->plain = count_plain(out);
    return status;
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

/* The columns of the problem but eg of each task, which follow the others. */
static size_t own_columns(const struct aln_record *r)
{
    return r->own - r->p->task_count;
}

static void plain_fill(const struct aln_record *r, const struct aln_record_view *view, double *row)
{
    const double *state = view->state;
    const struct aln_problem p = aln_problem_in_turn(r->p, view->turn);
    const size_t tasks = p.task_count;
    aln_problem_observe(&p, state, row);
    memmove(row + r->plain - tasks, row + own_columns(r), tasks * sizeof *row);
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
    size_t n = own_columns(r), tasks_at = r->plain - r->p->task_count;
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

static bool wants_hessian(const struct aln_record *r)
{
    return r->hessian;
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

static enum aln_status fill_hessian(const struct aln_record *r, struct aln_geometry *g, double t,
                                    const double *state, double *out)
{
    (void)r;
    (void)t;
    out[0] = aln_geometry_hessian(g, state);
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
              {{"grad2", "descent", "noise"}, wants_descent, fill_descent},
              {{"hessian"}, wants_hessian, fill_hessian}};
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

/* One for each task. */
struct aln_record_geometry {
    size_t count;
    struct {
        struct aln_problem p;
        struct aln_geometry *of;
    } task[];
};

enum aln_status aln_record_geometry_create(struct aln_record_geometry **out,
                                           const struct aln_record *r)
{
    const size_t count = r->p->task_count > 0 ? r->p->task_count : 1;
    enum aln_status status = ALN_OK;
    *out = NULL;
    if (geometry_columns(r) == 0)
        return ALN_OK;
    struct aln_record_geometry *g = calloc(1, sizeof *g + count * sizeof g->task[0]);
    *out = g;
    if (g == NULL)
        return aln_raise_memory("the geometry of %zu tasks", count);
    g->count = count;
    for (size_t j = 0; j < count && status == ALN_OK; j++) {
        g->task[j].p = r->p->task_count > 0 ? aln_problem_of_task(r->p, j) : *r->p;
        status = aln_geometry_create(&g->task[j].of, &g->task[j].p);
    }
    return status;
}

void aln_record_geometry_free(struct aln_record_geometry *geometry)
{
    for (size_t j = 0; geometry != NULL && j < geometry->count; j++)
        aln_geometry_free(geometry->task[j].of);
    free(geometry);
}

/* ---- rows ---- */

static size_t geometry_at_column(const struct aln_record *r)
{
    return r->plain * (r->errors ? 2 : 1) + (wants_law(r) ? LAWS : 0);
}

/* The turn in force, and when it began. */
static const char *const turn_columns[] = {"task", "task_from"};
enum { TURN_COLUMNS = sizeof turn_columns / sizeof turn_columns[0] };

static size_t turn_at_column(const struct aln_record *r)
{
    return geometry_at_column(r) + geometry_columns(r);
}

size_t aln_record_spread_at(const struct aln_record *r)
{
    return turn_at_column(r) + (r->turn ? TURN_COLUMNS : 0);
}

/* Columns of the geometry come before the errors of tasks, although they are computed after them. */
static size_t tasks_at_column(const struct aln_record *r)
{
    return r->plain - r->p->task_count;
}

/* The place of column i in the order in which columns are computed. */
static size_t computed_at(const struct aln_record *r, size_t i)
{
    const size_t begin = tasks_at_column(r), end = turn_at_column(r), n = geometry_columns(r);
    if (r->p->task_count == 0 || i < begin || i >= end)
        return i;
    return i < begin + n ? end - n + (i - begin) : i - n;
}

/* Brings columns that have been computed in that order into their own. */
static void put_in_order(const struct aln_record *r, double *row)
{
    const size_t begin = tasks_at_column(r), end = turn_at_column(r), n = geometry_columns(r);
    double first[GROUPS * GROUP_MOST];
    if (r->p->task_count == 0)
        return;
    memcpy(first, row + end - n, n * sizeof *row);
    memmove(row + begin + n, row + begin, (end - n - begin) * sizeof *row);
    memcpy(row + begin, first, n * sizeof *row);
}

size_t aln_record_columns(const struct aln_record *r)
{
    return aln_record_spread_at(r) + (r->spread ? 2 * r->own : 0);
}

void aln_record_column(const struct aln_record *r, size_t i, char name[32])
{
    size_t plain = r->plain, states = r->errors ? 2 * plain : plain, tail = aln_record_spread_at(r),
           columns = r->own, geometry = geometry_at_column(r);
    i = computed_at(r, i);
    const char *prefix = i >= tail + columns ? "bias_"
                         : i >= tail         ? "sd_"
                         : i >= plain        ? "err_"
                                             : "";
    if (i >= turn_at_column(r) && i < tail) {
        strcpy(name, turn_columns[i - turn_at_column(r)]);
        return;
    }
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
                                const struct aln_record_view *second,
                                struct aln_record_geometry *geometry, double *row)
{
    const size_t plain = r->plain, task = view->turn != NULL ? view->turn->task : 0;
    double *at = row;
    enum aln_status status = ALN_OK;
    plain_fill(r, view, at);
    if (r->errors) {
        plain_fill(r, second, at + plain);
        for (size_t i = 0; i < plain; i++)
            at[plain + i] = at[i] - at[plain + i];
        at += plain;
    }
    at += plain;
    for (size_t i = 0; i < LAWS && wants_law(r); i++)
        *at++ = laws[i].value(r->law, t);
    for (size_t i = 0; i < GROUPS && status == ALN_OK; i++) {
        if (groups[i].wanted(r))
            status = groups[i].fill(r, geometry->task[task].of, t, view->state, at);
        at += group_columns(r, &groups[i]);
    }
    if (r->turn && view->turn != NULL) {
        *at++ = (double)task + 1;
        *at = view->turn->time;
    }
    put_in_order(r, row);
    return status;
}

/* Starting from a row of an earlier result. Its overlaps replace the reference to it, so that
 * neither the run nor the header of its result depends on another file. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/problem.h"
#include "alignode/table.h"
#include "model/params_table.h"

/* The earlier result, and the parameters that refer to it. */
struct earlier {
    const struct aln_schema *schema; /* of both files */
    struct aln_table *table;
    struct aln_tree *tree;
    struct aln_params *params;
    struct aln_problem *problem;
    const struct aln_params *p;                  /* the new parameters */
    const struct aln_node *from, *repeat, *time; /* keys of the new file; NULL: not given */
    size_t row;
};

static void close_earlier(struct earlier *e)
{
    aln_problem_free(e->problem);
    aln_params_free(e->params);
    aln_tree_free(e->tree);
    aln_table_free(e->table);
}

/* Reports an error in the earlier file at the place of `from`. */
static enum aln_status pass_on(const struct earlier *e, enum aln_status status)
{
    char first[1024];
    if (status == ALN_OK || status == ALN_MEMORY)
        return status;
    snprintf(first, sizeof first, "%.*s", (int)strcspn(aln_error(), "\n"), aln_error());
    return aln_tree_raise(&e->from->at, "problem.overlaps.from: %s", first);
}

/* Reads the result and, from its header, recreates its problem (T may have been drawn). */
static enum aln_status open_earlier(struct earlier *e)
{
    const char *path = e->p->problem.overlaps.from;
    if (strcmp(path, "-") == 0)
        return aln_tree_raise(&e->from->at,
                              "problem.overlaps.from: expected the path of a result, got "
                              "standard input");
    enum aln_status status = aln_table_read(&e->table, path);
    if (status == ALN_OK)
        status = aln_table_must_be_sound(e->table, path);
    if (status == ALN_OK)
        status = aln_tree_read(&e->tree, path);
    if (status != ALN_OK)
        return pass_on(e, status);
    if (aln_table_column(e->table, "point") >= 0)
        return aln_tree_raise(&e->from->at,
                              "problem.overlaps.from: %s is collected from a sweep: expected a "
                              "result of ode, chain, sgd or fixedpoint, such as one of its points",
                              path);
    const struct aln_node *node = aln_tree_root(e->tree);
    static const char *const keys[] = {"problem", "overlaps", "from"};
    for (size_t i = 0; i < 3 && node != NULL; i++)
        node = aln_tree_find(node, keys[i]);
    if (node != NULL)
        return aln_tree_raise(
            &e->from->at,
            "problem.overlaps.from: the header of %s names another result instead "
            "of its own start",
            path);
    void *params;
    status = aln_schema_from_tree(&params, e->schema, e->tree, path, NULL);
    e->params = params;
    if (status == ALN_OK)
        status = aln_problem_create(&e->problem, e->params);
    return pass_on(e, status);
}

static enum aln_status check_shape(const struct earlier *e)
{
    size_t K = e->p->problem.student.units, M = e->p->problem.teacher.units;
    size_t O = aln_params_rows(e->p);
    const struct aln_problem *was = e->problem;
    if (was->rule->adapts)
        return aln_tree_raise(&e->from->at,
                              "problem.overlaps.from: %s was made by rule %s, whose feedback is an "
                              "overlap, and cannot be continued by another run",
                              e->p->problem.overlaps.from, was->rule->id.name);
    if (aln_table_column(e->table, "se_eg") >= 0)
        return aln_tree_raise(&e->from->at,
                              "problem.overlaps.from: %s holds means over repeats "
                              "(run.record.moments), which are the state of no run",
                              e->p->problem.overlaps.from);
    if (was->K != K || was->M != M || was->O != O)
        return aln_tree_raise(&e->from->at,
                              "problem.overlaps.from: expected a result with K = %zu, M = %zu, "
                              "O = %zu, got K = %zu, M = %zu, O = %zu",
                              K, M, O, was->K, was->M, was->O);
    return ALN_OK;
}

/* T is taken from the result, and V2 belongs to it; another seed would draw a different V2. */
static enum aln_status check_teacher(const struct earlier *e)
{
    const struct aln_params *p = e->p;
    if (p->problem.tasks_count > 0 || p->problem.teacher.readout.fill != ALN_FILL_STD ||
        p->run.seed == e->params->run.seed)
        return ALN_OK;
    return aln_tree_raise(
        &e->from->at,
        "problem.overlaps.from: run.seed is %llu in %s and %llu here, which would "
        "draw a different teacher read-out: keep the seed, or copy V2 from that "
        "header to problem.teacher.readout",
        (unsigned long long)e->params->run.seed, p->problem.overlaps.from,
        (unsigned long long)p->run.seed);
}

static enum aln_status find_column(const struct earlier *e, const char *name, size_t *column)
{
    int found = aln_table_column(e->table, name);
    *column = (size_t)found;
    if (found < 0)
        return aln_tree_raise(&e->from->at,
                              "problem.overlaps.from: %s has no column %s: expected a result of "
                              "ode, chain, sgd or fixedpoint",
                              e->p->problem.overlaps.from, name);
    return ALN_OK;
}

/* Finds the row of the requested repeat and time. Recorded times are computed from decimal numbers
 * in parameter files, so they are compared to within 1e-12 of them. */
static enum aln_status find_row(struct earlier *e)
{
    const struct aln_table *table = e->table;
    double repeat = (double)e->p->problem.overlaps.repeat, time = e->p->problem.overlaps.time;
    double nearest = NAN;
    size_t at_repeat, at_t;
    bool points = aln_table_column(table, "fixed_point") >= 0; /* a result of fixedpoint */
    enum aln_status status = find_column(e, points ? "fixed_point" : "repeat", &at_repeat);
    if (status != ALN_OK || (status = find_column(e, "t", &at_t)) != ALN_OK)
        return status;
    if (points && e->time != NULL)
        return aln_tree_raise(&e->time->at,
                              "problem.overlaps.time: %s holds fixed points, which have no time: "
                              "choose one by problem.overlaps.repeat",
                              e->p->problem.overlaps.from);
    for (size_t i = 0; i < table->rows; i++) {
        const double *row = table->value + i * table->cols;
        if (row[at_repeat] != repeat)
            continue;
        if (isnan(time) || isnan(nearest) || fabs(row[at_t] - time) < fabs(nearest - time)) {
            nearest = points ? 0 : row[at_t];
            e->row = i;
        }
    }
    if (isnan(nearest))
        return aln_tree_raise(e->repeat != NULL ? &e->repeat->at : &e->from->at,
                              "problem.overlaps.repeat: %s has no %s %g",
                              e->p->problem.overlaps.from, points ? "fixed point" : "repeat",
                              repeat);
    if (e->time != NULL && fabs(nearest - time) > 1e-12 * time)
        return aln_tree_raise(&e->time->at,
                              "problem.overlaps.time: expected a time recorded in %s, the nearest "
                              "is %.17g, got %s",
                              e->p->problem.overlaps.from, nearest, e->time->text);
    return ALN_OK;
}

/* Reads the state of the row.
 * Returned: state[aln_problem_size()] of the earlier problem */
static enum aln_status read_state(const struct earlier *e, double *state)
{
    for (size_t i = 0; i < aln_problem_size(e->problem); i++) {
        char name[32];
        size_t column;
        aln_state_name(e->problem, i, name);
        enum aln_status status = find_column(e, name, &column);
        if (status != ALN_OK)
            return status;
        state[i] = e->table->value[e->row * e->table->cols + column];
        if (!isfinite(state[i]))
            return aln_tree_raise(
                &e->from->at, "problem.overlaps.from: %s is not a finite number in that row", name);
    }
    return ALN_OK;
}

/* Replaces a matrix.
 * Given: a (rows x cols)  from now on owned by m; NULL: out of memory */
static enum aln_status put_matrix(struct aln_matrix *m, size_t rows, size_t cols, double *a)
{
    if (a == NULL)
        return aln_params_no_memory("problem.overlaps");
    free(m->a);
    *m = (struct aln_matrix){rows, cols, a};
    return ALN_OK;
}

static enum aln_status put_part(struct aln_matrix *m, const struct aln_problem *was,
                                enum aln_state_part part, const double *state)
{
    const struct aln_span span = aln_state_layout(was).part[part];
    double *a = malloc(span.rows * span.cols * sizeof *a);
    if (a != NULL)
        aln_state_unpack(was, part, state, a);
    return put_matrix(m, span.rows, span.cols, a);
}

static enum aln_status put_state(struct aln_params *p, const struct earlier *e, const double *state)
{
    const struct aln_problem *was = e->problem;
    size_t M = was->M;
    double *T = malloc(M * M * sizeof *T);
    if (T != NULL)
        memcpy(T, was->T, M * M * sizeof *T);
    enum aln_status status = put_matrix(&p->problem.overlaps.T, M, M, T);
    if (status == ALN_OK &&
        (status = put_part(&p->problem.overlaps.Q, was, ALN_Q, state)) == ALN_OK &&
        (status = put_part(&p->problem.overlaps.R, was, ALN_R, state)) == ALN_OK)
        status = put_part(&p->problem.overlaps.W2, was, ALN_W2, state);
    if (status != ALN_OK || !p->learning.rule->learns || aln_state_count(was, ALN_F) == 0)
        return status;
    /* The matrix replaces the distribution that it might be drawn from. */
    if ((status = put_part(&p->learning.feedback.matrix, was, ALN_F, state)) == ALN_OK &&
        (status = aln_schema_reset(e->schema, p, "learning.feedback.distribution")) == ALN_OK)
        status = aln_schema_reset(e->schema, p, "learning.feedback.std");
    return status;
}

enum aln_status aln_params_take_start(void *of, const struct aln_params_given *given)
{
    struct aln_params *p = of;
    struct earlier e = {
        .schema = given->schema,
        .p = p,
        .from = aln_params_node(given, "problem.overlaps.from"),
        .repeat = aln_params_node(given, "problem.overlaps.repeat"),
        .time = aln_params_node(given, "problem.overlaps.time"),
    };
    double *state = NULL;
    if (e.from == NULL)
        return ALN_OK;
    enum aln_status status = open_earlier(&e);
    if (status != ALN_OK || (status = check_shape(&e)) != ALN_OK ||
        (status = check_teacher(&e)) != ALN_OK || (status = find_row(&e)) != ALN_OK)
        goto out;
    state = malloc(aln_problem_size(e.problem) * sizeof *state);
    if (state == NULL) {
        status = aln_params_no_memory("problem.overlaps");
        goto out;
    }
    if ((status = read_state(&e, state)) != ALN_OK ||
        (status = put_state(p, &e, state)) != ALN_OK ||
        (status = aln_schema_reset(e.schema, p, "problem.overlaps.repeat")) != ALN_OK)
        goto out;
    free(p->problem.overlaps.from);
    p->problem.overlaps.from = NULL;
    p->problem.overlaps.time = NAN;
    status = aln_params_check_covariance(p, &e.from->at);
out:
    free(state);
    close_earlier(&e);
    return status;
}

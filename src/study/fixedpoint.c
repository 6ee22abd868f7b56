#include "study/fixedpoint.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/fixed.h"
#include "alignode/table.h"
#include "base/failure.h"
#include "base/interrupt.h"
#include "model/params.h"
#include "run/jobs.h"
#include "run/run.h"
#include "study/diagram.h"
#include "study/fixedpoint_starts.h"

/* Two points within these tolerances count as images of each other. */
#define SAME_EG       1e-10 /* eg, absolute and relative */
#define SAME_SPECTRUM 1e-6  /* the real parts of all eigenvalues, relative to the largest */

/* A fixed point and the starts that led to it. */
struct reached {
    bool any; /* false: the start led to no fixed point */
    uint64_t starts, first;
    double t;
    double residual, eg, limit;
    bool physical, smooth;
    size_t unstable, neutral;
    double data[]; /* re, im (unknowns each), y (size) */
};

struct search {
    const struct aln_problem *p;
    struct aln_fixed_starts starts;
    size_t size, unknowns, bytes; /* bytes: of a struct reached */
    uint64_t successes;           /* starts that led to a fixed point */
    struct reached **point;       /* [count] of [room] */
    size_t count, room;
};

/* ---- search ---- */

static enum aln_status follow_start(const struct search *s, struct aln_job *job, struct reached *r)
{
    struct aln_fixed *fixed = NULL;
    struct aln_fixed_point *point = NULL;
    double *y = r->data + 2 * s->unknowns;
    *r = (struct reached){.starts = 1, .first = aln_job_index(job)};
    if (aln_job_unwanted(job))
        return aln_raise(ALN_STOPPED, "stopped");
    enum aln_status status = aln_fixed_start(&s->starts, r->first, y, &r->t);
    if (status == ALN_OK)
        status = aln_fixed_create(&fixed, s->p);
    if (status == ALN_OK)
        status = aln_fixed_find(fixed, y, &point);
    if (status == ALN_OK) {
        r->any = true;
        r->residual = point->residual;
        r->eg = point->eg;
        r->limit = point->limit;
        r->physical = point->physical;
        r->smooth = point->smooth;
        r->unstable = point->unstable;
        r->neutral = point->neutral;
        memcpy(r->data, point->re, s->unknowns * sizeof *y);
        memcpy(r->data + s->unknowns, point->im, s->unknowns * sizeof *y);
        memcpy(y, point->y, s->size * sizeof *y);
    }
    aln_fixed_point_free(point);
    aln_fixed_free(fixed);
    aln_job_done(job, 1);
    return status == ALN_NUMERIC ? ALN_OK : status; /* a start may lead to no fixed point */
}

/* One search takes long for many units. */
static enum aln_status search_one(void *context, struct aln_job *job, void *out)
{
    const volatile sig_atomic_t *before = aln_interrupt_watch(aln_job_stop(job));
    enum aln_status status = follow_start(context, job, out);
    aln_interrupt_watch(before);
    return status;
}

/* Whether a and b are images of each other or points of one continuous family. */
static bool is_same(const struct search *s, const struct reached *a, const struct reached *b)
{
    if (fabs(a->eg - b->eg) > SAME_EG * (1 + fabs(a->eg)) || a->physical != b->physical ||
        a->smooth != b->smooth || a->unstable != b->unstable || a->neutral != b->neutral)
        return false;
    double most = SAME_SPECTRUM / ALN_FIXED_NEUTRAL * a->limit;
    for (size_t i = 0; i < s->unknowns && a->smooth && a->neutral == 0; i++)
        if (!(fabs(a->data[i] - b->data[i]) <= most))
            return false;
    return true;
}

static enum aln_status keep(void *context, uint64_t index, enum aln_status status, const void *out)
{
    struct search *s = context;
    const struct reached *r = out;
    (void)index;
    (void)status;
    if (!r->any)
        return ALN_OK;
    s->successes++;
    for (size_t i = 0; i < s->count; i++) {
        if (is_same(s, s->point[i], r)) {
            s->point[i]->starts++;
            return ALN_OK;
        }
    }
    if (s->count == s->room) {
        size_t room = 2 * s->room + 8;
        struct reached **more = realloc(s->point, room * sizeof *more);
        if (more == NULL)
            return aln_raise_memory("%zu fixed points", room);
        s->point = more;
        s->room = room;
    }
    struct reached *copy = malloc(s->bytes);
    if (copy == NULL)
        return aln_raise_memory("%zu fixed points", s->count + 1);
    memcpy(copy, r, s->bytes);
    s->point[s->count++] = copy;
    return ALN_OK;
}

/* Largest eg first; at equal eg, the most stable last. */
static int by_error(const void *a, const void *b)
{
    const struct reached *x = *(struct reached *const *)a, *y = *(struct reached *const *)b;
    double gap = nearbyint(x->eg * 1e12) - nearbyint(y->eg * 1e12);
    if (gap != 0)
        return gap > 0 ? -1 : 1;
    if (x->unstable != y->unstable)
        return x->unstable > y->unstable ? -1 : 1;
    return x->first < y->first ? -1 : 1;
}

/* ---- result ---- */

enum { OWN = 9 }; /* columns before the eigenvalues */
static const char *const own[OWN] = {"fixed_point", "starts",   "t",       "eg",      "residual",
                                     "physical",    "unstable", "neutral", "unknowns"};

struct row_layout {
    size_t eigenvalues, state, count;
    char (*name)[32];
    const char **column;
    double *row, *observed; /* count; as aln_problem_observe() gives it */
};

static enum aln_status make_columns(struct row_layout *c, const struct search *s,
                                    const struct aln_params *params)
{
    uint64_t wanted = aln_fixedpoint_of(params)->eigenvalues;
    c->eigenvalues = s->unknowns < wanted ? s->unknowns : (size_t)wanted;
    c->state = aln_problem_columns(s->p) - 1; /* eg has its own column */
    c->count = OWN + 1 + 2 * c->eigenvalues + c->state;
    c->name = calloc(c->count, sizeof *c->name);
    c->column = calloc(c->count, sizeof *c->column);
    c->row = calloc(c->count + c->state + 1, sizeof *c->row);
    if (c->name == NULL || c->column == NULL || c->row == NULL)
        return aln_raise_memory("%zu columns", c->count);
    c->observed = c->row + c->count;
    char(*name)[32] = c->name;
    for (size_t i = 0; i < OWN; i++)
        strcpy(*name++, own[i]);
    strcpy(*name++, "W2_moves");
    for (size_t i = 0; i < c->eigenvalues; i++) {
        snprintf(*name++, sizeof *name, "re_%zu", i + 1);
        snprintf(*name++, sizeof *name, "im_%zu", i + 1);
    }
    for (size_t i = 0; i < c->state; i++)
        aln_problem_column(s->p, i + 1, *name++);
    for (size_t i = 0; i < c->count; i++)
        c->column[i] = c->name[i];
    return ALN_OK;
}

static enum aln_status write_point(struct aln_writer *w, const struct row_layout *c,
                                   const struct search *s, size_t i)
{
    const struct reached *r = s->point[i];
    const double *re = r->data, *im = re + s->unknowns, *y = im + s->unknowns;
    bool moves = s->p->eta[1] != 0 || s->p->kappa[1] != 0;
    const double first[OWN + 1] = {(double)i,
                                   (double)r->starts,
                                   r->t,
                                   r->eg,
                                   r->residual,
                                   r->physical,
                                   r->smooth ? (double)r->unstable : NAN,
                                   r->smooth ? (double)r->neutral : NAN,
                                   (double)s->unknowns,
                                   moves};
    double *row = c->row;
    memcpy(row, first, sizeof first);
    row += OWN + 1;
    for (size_t j = 0; j < c->eigenvalues; j++) {
        *row++ = re[j];
        *row++ = im[j];
    }
    aln_problem_observe(s->p, y, c->observed);
    memcpy(row, c->observed + 1, c->state * sizeof *row);
    return aln_writer_row(w, c->row, c->count);
}

/* The summary: a remark in the result and a line for the user. */
static enum aln_status conclude(struct aln_writer *w, const struct search *s,
                                const struct aln_progress *progress)
{
    char line[320];
    size_t physical = 0;
    for (size_t i = 0; i < s->count; i++)
        physical += s->point[i]->physical;
    snprintf(line, sizeof line, "%zu starts: %llu led to %zu fixed points, %zu of them physical",
             s->starts.count, (unsigned long long)s->successes, s->count, physical);
    enum aln_status status = aln_writer_remark(w, line);
    if (s->count == 0)
        strcat(line,
               "; try a longer run.time, fixedpoint.starts=random or a larger fixedpoint.count");
    if (progress != NULL && progress->tell != NULL)
        progress->tell(progress->context, line);
    return status;
}

static enum aln_status write_points(const struct search *s, const struct aln_params *params,
                                    const struct aln_run_options *options)
{
    struct row_layout c = {0};
    struct aln_writer *writer = NULL;
    char *header = NULL;
    size_t blocks_done;
    enum aln_status status = make_columns(&c, s, params);
    if (status == ALN_OK)
        status = aln_run_header(params, s->p, &header);
    if (status == ALN_OK)
        status = aln_writer_open(&writer,
                                 &(struct aln_writer_options){.path = options->path,
                                                              .command = "fixedpoint",
                                                              .yaml = header,
                                                              .columns = c.column,
                                                              .column_count = c.count,
                                                              .quick = options->quick},
                                 &blocks_done);
    for (size_t i = 0; i < s->count && status == ALN_OK; i++)
        status = write_point(writer, &c, s, i);
    if (status == ALN_OK)
        status = conclude(writer, s, options->progress);
    if (status == ALN_OK) {
        status = aln_writer_finish(writer);
        writer = NULL;
    }
    aln_writer_abandon(writer, false);
    free(header);
    free(c.row);
    free(c.column);
    free(c.name);
    return status;
}

static enum aln_status find_points(const struct aln_params *params,
                                   const struct aln_run_options *options)
{
    struct aln_problem *p = NULL;
    struct search s = {0};
    struct aln_fixed *fixed = NULL;
    const size_t *index;
    enum aln_status status = aln_problem_create(&p, params);
    if (status == ALN_OK)
        status = aln_fixed_create(&fixed, p);
    if (status != ALN_OK)
        goto out;
    s.p = p;
    s.size = aln_problem_size(p);
    s.unknowns = aln_fixed_unknowns(fixed, &index);
    s.bytes = sizeof(struct reached) + (s.size + 2 * s.unknowns) * sizeof(double);
    status = aln_fixed_starts_open(&s.starts, p, params, options->progress);
    if (status == ALN_OK)
        status = aln_jobs_run(&(struct aln_jobs){.end = s.starts.count,
                                                 .size = s.bytes,
                                                 .threads = options->threads,
                                                 .progress = options->progress,
                                                 .run = search_one,
                                                 .take = keep,
                                                 .context = &s});
    if (status == ALN_OK && s.count > 0)
        qsort(s.point, s.count, sizeof *s.point, by_error);
    if (status == ALN_OK)
        status = write_points(&s, params, options);
out:
    for (size_t i = 0; i < s.count; i++)
        free(s.point[i]);
    free(s.point);
    aln_fixed_starts_close(&s.starts);
    aln_fixed_free(fixed);
    aln_problem_free(p);
    return status;
}

enum aln_status aln_fixedpoint(const struct aln_params *params,
                               const struct aln_run_options *options)
{
    return aln_fixedpoint_of(params)->diagram.units != NULL ? aln_diagram(params, options)
                                                            : find_points(params, options);
}

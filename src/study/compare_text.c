#include "study/compare_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"

/* The kinds of quantities; the first whose prefix matches. */
static const struct quantity_kind {
    const char *name, *prefix;
} kinds[] = {{"eg", "eg"}, {"Q", "Q_"},           {"R", "R_"},   {"W2", "W2_"},
             {"F", "F"},   {"cos_W2_F1", "cos_"}, {"sd", "sd_"}, {"others", ""}};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

/* The tolerances of theory and of simulations differ in size, so they are listed apart. */
enum side { THEORY, SIMULATIONS, SIDES };

static enum side side_of(const struct aln_comparison *c, const struct aln_compare_row *row)
{
    return aln_engine_table[c->own.engine[row->a]].repeats &&
                   aln_engine_table[c->own.engine[row->b]].repeats
               ? SIMULATIONS
               : THEORY;
}

static size_t kind_of(const struct aln_comparison *c, const struct aln_compare_row *row)
{
    char name[32];
    size_t k = 0;
    aln_comparison_quantity(c, row->column, name);
    while (strncmp(name, kinds[k].prefix, strlen(kinds[k].prefix)) != 0)
        k++;
    return k;
}

static const char *engine_name(const struct aln_comparison *c, size_t place)
{
    return aln_engine_table[c->own.engine[place]].id.name;
}

static double share_of(const struct aln_compare_row *row)
{
    return fabs(row->difference) / row->allowed;
}

/* ---- per kind ---- */

/* What the rows of one kind have in common. */
struct kind_summary {
    const struct aln_compare_row *worst;  /* the largest share of its tolerance; NULL: no rows */
    const struct aln_compare_row *unseen; /* passed by c/sqrt(N) alone: the largest difference */
    size_t failed, count[SIDES];
    double *allowed[SIDES]; /* sorted */
};

static bool is_worse(const struct aln_compare_row *row, const struct aln_compare_row *than)
{
    return than == NULL || (isnan(row->difference) && !isnan(than->difference)) ||
           share_of(row) > share_of(than);
}

/* Whether the row would have failed without c/sqrt(N). */
static bool is_unseen(const struct aln_comparison *c, const struct aln_compare_row *row)
{
    double deviation = aln_means_deviation(&c->means[row->a], row->cell) +
                       aln_means_deviation(&c->means[row->b], row->cell);
    double by_c = c->spread ? 0 : c->own.c / sqrt((double)c->problem->N) * deviation;
    return row->ok && side_of(c, row) == THEORY && by_c > 0 &&
           fabs(row->difference) > row->allowed - by_c;
}

static void add_to_kind(const struct aln_comparison *c, const struct aln_compare_row *row,
                        struct kind_summary *kind)
{
    enum side side = side_of(c, row);
    if (!isnan(row->allowed) && row->cell >= c->columns) /* at t = 0 all engines are equal */
        kind->allowed[side][kind->count[side]++] = row->allowed;
    kind->failed += !row->ok;
    if (is_worse(row, kind->worst))
        kind->worst = row;
    if (is_unseen(c, row) &&
        (kind->unseen == NULL || fabs(row->difference) > fabs(kind->unseen->difference)))
        kind->unseen = row;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Given: store  room for the tolerances of every kind and side */
static void summarise(const struct aln_comparison *c, double *store,
                      struct kind_summary kind[static KINDS])
{
    size_t count[KINDS][SIDES] = {{0}};
    for (size_t i = 0; i < c->rows; i++)
        count[kind_of(c, &c->row[i])][side_of(c, &c->row[i])]++;
    for (size_t k = 0; k < KINDS; k++)
        for (size_t s = 0; s < SIDES; s++) {
            kind[k].allowed[s] = store;
            store += count[k][s];
        }
    for (size_t i = 0; i < c->rows; i++)
        add_to_kind(c, &c->row[i], &kind[kind_of(c, &c->row[i])]);
    for (size_t k = 0; k < KINDS; k++)
        for (size_t s = 0; s < SIDES; s++)
            qsort(kind[k].allowed[s], kind[k].count[s], sizeof(double), by_size);
}

/* ---- sentences ---- */

static void add_engines(const struct aln_comparison *c, struct aln_text *out)
{
    for (size_t i = 0; i < c->own.engine_count; i++)
        aln_text_add(out, "%s%s",
                     i == 0                         ? ""
                     : i + 1 == c->own.engine_count ? " and "
                                                    : ", ",
                     engine_name(c, i));
}

static void add_verdict(const struct aln_comparison *c, struct aln_text *out)
{
    add_engines(c, out);
    if (c->failed == 0)
        aln_text_add(out, " agree: all %zu rows are within their tolerance.\n", c->rows);
    else
        aln_text_add(out, " do not agree: %zu of %zu rows are outside their tolerance.\n",
                     c->failed, c->rows);
}

static void add_resolution_cell(const struct kind_summary *kind, enum side side,
                                struct aln_text *out)
{
    const double *allowed = kind->allowed[side];
    size_t n = kind->count[side];
    if (n == 0)
        aln_text_add(out, "  %10s%10s%10s", "-", "-", "-");
    else
        aln_text_add(out, "  %10.2g%10.2g%10.2g", allowed[0], allowed[n / 2], allowed[n - 1]);
}

static const char *const side_names[SIDES] = {"theory against simulation",
                                              "simulation against simulation"};

static void add_resolution(const struct kind_summary kind[static KINDS], struct aln_text *out)
{
    bool has[SIDES] = {false};
    for (size_t k = 0; k < KINDS; k++)
        for (size_t s = 0; s < SIDES; s++)
            has[s] = has[s] || kind[k].count[s] > 0;
    aln_text_add(out, "Smallest detectable difference:\n%-10s", "");
    for (size_t s = 0; s < SIDES; s++)
        if (has[s])
            aln_text_add(out, "  %30s", side_names[s]);
    aln_text_add(out, "\n%-10s", "quantity");
    for (size_t s = 0; s < SIDES; s++)
        if (has[s])
            aln_text_add(out, "  %10s%10s%10s", "least", "median", "most");
    aln_text_add(out, "\n");
    for (size_t k = 0; k < KINDS; k++) {
        if (kind[k].worst == NULL)
            continue;
        aln_text_add(out, "%-10s", kinds[k].name);
        for (enum side s = 0; s < SIDES; s++)
            if (has[s])
                add_resolution_cell(&kind[k], s, out);
        aln_text_add(out, "\n");
    }
}

/* One line for each kind in which c/sqrt(N) alone let a row pass. */
static void add_unseen(const struct aln_comparison *c, const struct kind_summary kind[static KINDS],
                       struct aln_text *out)
{
    for (size_t k = 0; k < KINDS; k++) {
        const struct aln_compare_row *row = kind[k].unseen;
        char name[32];
        if (row == NULL)
            continue;
        aln_comparison_quantity(c, row->column, name);
        aln_text_add(out,
                     "At N = %llu differences below %.2g of %s are not seen: at t = %.4g %s and %s "
                     "are %.2g apart, z = %.1f.\n",
                     (unsigned long long)c->problem->N, row->allowed, name,
                     c->times[row->cell / c->columns], engine_name(c, row->a),
                     engine_name(c, row->b), fabs(row->difference), fabs(row->z));
    }
}

static void add_worst(const struct aln_comparison *c, const struct kind_summary *kind,
                      struct aln_text *out)
{
    const struct aln_compare_row *w = kind->worst;
    char name[32], engines[32], z[32] = "-";
    aln_comparison_quantity(c, w->column, name);
    snprintf(engines, sizeof engines, "%s - %s", engine_name(c, w->a), engine_name(c, w->b));
    if (!isnan(w->z))
        snprintf(z, sizeof z, "%.2f", w->z);
    aln_text_add(out, "%-12s %-13s %10.4g %12.3e %12.3e %8s %12.3e %6.2f  ", name, engines,
                 c->times[w->cell / c->columns], w->difference, w->se, z, w->allowed, share_of(w));
    if (kind->failed == 0)
        aln_text_add(out, "ok\n");
    else
        aln_text_add(out, "%zu OUTSIDE\n", kind->failed);
}

static void add_table(const struct aln_comparison *c, const struct kind_summary kind[static KINDS],
                      struct aln_text *out)
{
    aln_text_add(out, "The worst row of each kind of quantity:\n");
    aln_text_add(out, "%-12s %-13s %10s %12s %12s %8s %12s %6s  %s\n", "quantity", "engines", "t",
                 "difference", "s.e.", "z", "allowed", "share", "rows");
    for (size_t k = 0; k < KINDS; k++)
        if (kind[k].worst != NULL)
            add_worst(c, &kind[k], out);
}

static void add_place(const char *path, struct aln_text *out)
{
    if (path == NULL || strcmp(path, "-") == 0)
        aln_text_add(out, "Every row went to standard output; -o FILE keeps them.\n");
    else
        aln_text_add(out, "Every row is in %s.\n", path);
}

enum aln_status aln_comparison_text(const struct aln_comparison *c, const char *path,
                                    struct aln_text *out)
{
    struct kind_summary kind[KINDS] = {{.failed = 0}};
    double *store = malloc((c->rows + 1) * sizeof *store);
    if (store == NULL)
        return aln_raise_memory("the verdict");
    summarise(c, store, kind);
    add_verdict(c, out);
    add_resolution(kind, out);
    add_unseen(c, kind, out);
    add_table(c, kind, out);
    add_place(path, out);
    free(store);
    return out->failed ? aln_raise_memory("the verdict") : ALN_OK;
}

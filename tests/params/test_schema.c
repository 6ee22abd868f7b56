/* A second kind of parameter file beside the two-layer one: a table, a struct and a type of its
 * own, the same machinery. */
#include "params/schema.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../check_main.h"
#include "params/matrix.h"
#include "params/schema_table.h"
#include "params/times.h"
#include "study/study.h"

struct garden {
    char *title;
    uint64_t beds;
    double depth, water; /* water: NaN when not given */
    enum aln_spacing spacing;
    struct aln_matrix plan;
    uint64_t years[2]; /* first, last */
    uint64_t frogs;    /* only where there is water */
    double sum;        /* made by the check */
};

/* {from: a, to: b}, a type that the room itself brings along. */
static enum aln_status read_span(const struct aln_param *row, const struct aln_node *node, void *p)
{
    static const struct aln_name names[] = {{"from", "", ""}, {"to", "", ""}};
    const struct aln_node *child[2] = {NULL};
    uint64_t *span = aln_params_place(row, p);
    enum aln_status status =
        aln_params_get_members(node, row->key, row->type->name, 1, 2, names, child);
    if (status == ALN_OK)
        status = aln_params_get_whole(child[0], row->key, row->range, &span[0]);
    span[1] = span[0];
    if (status == ALN_OK && child[1] != NULL)
        status = aln_params_get_whole(child[1], row->key, row->range, &span[1]);
    return status;
}

static void write_span(const struct aln_param *row, const void *p, struct aln_text *t)
{
    const uint64_t *span = aln_params_value(row, p);
    aln_text_add(t, "{from: %" PRIu64 ", to: %" PRIu64 "}", span[0], span[1]);
}

static const struct aln_params_type span = {
    .name = "{from: ..., to: ...}", .read = read_span, .write = write_span};

static const char *dry(const struct aln_param *row, const void *p, char why[128])
{
    (void)row;
    const struct garden *g = p;
    if (!isnan(g->water))
        return NULL;
    snprintf(why, 128, "%d litres water no stone", 0);
    return why;
}

#define AT(member) .at = offsetof(struct garden, member)
static const struct aln_range above = {"> 0", 0, INFINITY, true};
static const struct aln_param rows[] = {
    {"title", &aln_params_text, AT(title), .def = "\"\"", .unit = "", .doc = "d"},
    {"bed.count", &aln_params_whole, AT(beds), .required = true, .unit = "1", .doc = "d"},
    {"bed.depth", &aln_params_number, AT(depth), .def = "0.5", .range = &above, .unit = "m",
     .doc = "d"},
    {"bed.water", &aln_params_number, AT(water), .needs = "bed.plan", .unit = "1", .doc = "d"},
    {"bed.plan", &aln_params_matrix, AT(plan), .shape = "BB", .unit = "1", .doc = "d"},
    {"spacing", &aln_params_choice, AT(spacing), .def = "log", .names = &aln_spacings, .unit = "",
     .doc = "d"},
    {"frogs", &aln_params_whole, AT(frogs), .def = "4", .barred = dry, .unit = "1", .doc = "d"},
    {"years", &span, AT(years), .def = "{from: 1}", .unit = "1", .doc = "d"},
};

static size_t extent(const void *p, char letter)
{
    ck_assert_int_eq(letter, 'B');
    return ((const struct garden *)p)->beds;
}

static enum aln_status dig(const void *p, const struct aln_params_given *given)
{
    const struct garden *g = p;
    if (g->depth > 2)
        return aln_tree_raise(aln_params_where(given, "bed.depth"), "bed.depth: too deep to dig");
    return ALN_OK;
}

static enum aln_status check(void *p, const struct aln_params_given *given)
{
    struct garden *g = p;
    (void)given;
    for (size_t i = 0; i < g->plan.rows * g->plan.cols; i++)
        g->sum += g->plan.a[i];
    return ALN_OK;
}

static const struct aln_schema schema = {.name = "garden",
                                         .row = rows,
                                         .count = sizeof rows / sizeof rows[0],
                                         .size = sizeof(struct garden),
                                         .extent = extent,
                                         .check = check};

static enum aln_status load(struct garden **out, const char *text, const char *set,
                            aln_params_use use)
{
    void *p;
    enum aln_status status =
        aln_schema_parse(&p, &schema, "garden.yaml", text, set != NULL, &set, use);
    *out = p;
    return status;
}

START_TEST(test_load)
{
    struct garden *g, *again;
    char *yaml, *second;
    ck_assert_int_eq(load(&g, "bed: {count: 2, plan: [[1, 2], [3, 4]]}\n", "years.to=7", dig),
                     ALN_USAGE); /* years: {to: 7} lacks its beginning */
    ck_assert_msg(strstr(aln_error(), "from is missing") != NULL, "%s", aln_error());
    ck_assert_int_eq(
        load(&g, "bed: {count: 2, plan: [[1, 2], [3, 4]]}\nyears: {from: 3}\n", "years.to=7", dig),
        ALN_OK);
    ck_assert(g->beds == 2 && g->depth == 0.5 && isnan(g->water) && g->sum == 10);
    ck_assert(g->spacing == ALN_LOG && g->years[0] == 3 && g->years[1] == 7);
    ck_assert_int_eq(aln_schema_yaml(&schema, g, &yaml), ALN_OK);
    ck_assert_str_eq(yaml, "title: \"\"\nbed:\n  count: 2\n  depth: 0.5\n"
                           "  plan: [[1, 2], [3, 4]]\nspacing: log\nyears: {from: 3, to: 7}\n");
    ck_assert_int_eq(load(&again, yaml, NULL, dig), ALN_OK);
    ck_assert_int_eq(aln_schema_yaml(&schema, again, &second), ALN_OK);
    ck_assert_str_eq(yaml, second);
    free(yaml);
    free(second);
    aln_schema_free(&schema, g);
    aln_schema_free(&schema, again);
    aln_schema_free(&schema, NULL);
    /* Frogs are written where they have a meaning, given or not. */
    ck_assert_int_eq(load(&g, "bed: {count: 1, plan: [[1]], water: 2}\n", NULL, dig), ALN_OK);
    ck_assert_int_eq(aln_schema_yaml(&schema, g, &yaml), ALN_OK);
    ck_assert_ptr_nonnull(strstr(yaml, "\nfrogs: 4\n"));
    free(yaml);
    aln_schema_free(&schema, g);
}
END_TEST

START_TEST(test_refusals)
{
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"title: t\n", "garden.yaml:1:1: bed.count is missing: expected whole number"},
        {"bed: {count: 1}\nlearning: {}\n", "garden.yaml:2:1: unknown key learning"},
        {"bed: {count: 1, dept: 1}\n", "unknown key bed.dept, did you mean bed.depth?"},
        {"bed: {count: 1, water: 1}\n", "bed.water is given without bed.plan"},
        {"bed: {count: 1, depth: 0}\n", "garden.yaml:1:24: bed.depth: expected number > 0"},
        {"bed: {count: 1, plan: [[1, 2]]}\n", "expected 1 x 1 matrix (B x B), got 1 x 2"},
        {"bed: {count: 1}\nfrogs: 1\n",
         "garden.yaml:2:1: frogs does not apply here: 0 litres water no stone"},
        {"bed: {count: 1, depth: 3}\n", "garden.yaml:1:24: bed.depth: too deep to dig"},
        {"bed: {count: 1}\nspacing: logg\n", "unknown spacing 'logg', did you mean log?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct garden *g;
        ck_assert_int_eq(load(&g, cases[i].text, NULL, dig), ALN_USAGE);
        ck_assert_ptr_null(g);
        ck_assert_msg(strstr(aln_error(), cases[i].says) != NULL, "%s\n%s", cases[i].text,
                      aln_error());
    }
    struct garden *g;
    ck_assert_int_eq(load(&g, cases[sizeof cases / sizeof cases[0] - 2].text, NULL, NULL), ALN_OK);
    aln_schema_free(&schema, g);
}
END_TEST

START_TEST(test_row)
{
    struct aln_param_row row;
    ck_assert(aln_schema_row(&schema, 1, &row));
    ck_assert_str_eq(row.id.name, "bed.count");
    ck_assert_str_eq(row.type, "whole number");
    ck_assert(!aln_schema_row(&schema, sizeof rows / sizeof rows[0], &row));
    ck_assert_str_eq(aln_schema_name(&schema), "garden");
    ck_assert_str_eq(aln_schema_name(&aln_params_schema), "two-layer problem");
}
END_TEST

CHECK_MAIN("model/schema", test_load, test_refusals, test_row)

/* Parameter types without structure: how they are read from a node and written as YAML. */
#include "alignode/rates.h"
#include "params/matrix.h"
#include "params/schema_table.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *name_of(const struct aln_param *row, size_t index)
{
    return aln_names_row(row->names, index)->name;
}

/* ---- text ---- */

static enum aln_status read_text(const struct aln_param *row, const struct aln_node *node, void *p)
{
    if (node->kind != ALN_SCALAR)
        return aln_params_refuse(node, row->key, "text", NULL);
    if (aln_params_is_plain(node) && isdigit((unsigned char)aln_tree_comment(&node->at)))
        return aln_tree_raise(&node->at,
                              "%s: # begins a comment: quote a text that contains it, or put a "
                              "space behind it",
                              row->key);
    size_t size = strlen(node->text) + 1;
    char *copy = malloc(size);
    if (copy == NULL)
        return aln_params_no_memory(row->key);
    memcpy(copy, node->text, size);
    aln_params_set_pointer(row, p, copy);
    return ALN_OK;
}

static void write_text(const struct aln_param *row, const void *p, struct aln_text *t)
{
    aln_text_quote(t, aln_params_pointer(row, p));
}

const struct aln_params_type aln_params_text = {
    .name = "text",
    .json = "{\"type\": [\"string\", \"number\", \"boolean\"]}",
    .read = read_text,
    .write = write_text,
    .present = aln_params_has_pointer,
    .clear = aln_params_clear_pointer};

/* ---- numbers ---- */

static enum aln_status read_number(const struct aln_param *row, const struct aln_node *node,
                                   void *p)
{
    return aln_params_get_number(node, row->key, row->range, aln_params_place(row, p));
}

static void write_number(const struct aln_param *row, const void *p, struct aln_text *t)
{
    aln_params_put_number(t, *(const double *)aln_params_value(row, p));
}

static bool has_number(const struct aln_param *row, const void *p)
{
    return !isnan(*(const double *)aln_params_value(row, p));
}

static void absent_number(const struct aln_param *row, void *p)
{
    *(double *)aln_params_place(row, p) = NAN;
}

const struct aln_params_type aln_params_number = {.name = "number",
                                                  .json = "@",
                                                  .size = sizeof(double),
                                                  .read = read_number,
                                                  .write = write_number,
                                                  .present = has_number,
                                                  .absent = absent_number};

static enum aln_status read_whole(const struct aln_param *row, const struct aln_node *node, void *p)
{
    return aln_params_get_whole(node, row->key, row->range, aln_params_place(row, p));
}

static void write_whole(const struct aln_param *row, const void *p, struct aln_text *t)
{
    aln_text_put_whole(t, *(const uint64_t *)aln_params_value(row, p));
}

const struct aln_params_type aln_params_whole = {.name = "whole number",
                                                 .json = "#",
                                                 .size = sizeof(uint64_t),
                                                 .read = read_whole,
                                                 .write = write_whole};

static bool has_whole(const struct aln_param *row, const void *p)
{
    return *(const uint64_t *)aln_params_value(row, p) > 0;
}

/* Not written where it is absent, as aln_params_flag. */
const struct aln_params_type aln_params_whole_given = {.name = "whole number",
                                                       .json = "#",
                                                       .size = sizeof(uint64_t),
                                                       .read = read_whole,
                                                       .write = write_whole,
                                                       .present = has_whole};

static enum aln_status read_size(const struct aln_param *row, const struct aln_node *node, void *p)
{
    uint64_t x = 0;
    enum aln_status status = aln_params_get_whole(node, row->key, row->range, &x);
    *(size_t *)aln_params_place(row, p) = (size_t)x;
    return status;
}

static void write_size(const struct aln_param *row, const void *p, struct aln_text *t)
{
    aln_text_put_whole(t, *(const size_t *)aln_params_value(row, p));
}

const struct aln_params_type aln_params_size = {.name = "whole number",
                                                .json = "#",
                                                .size = sizeof(size_t),
                                                .read = read_size,
                                                .write = write_size};

static enum aln_status read_boolean(const struct aln_param *row, const struct aln_node *node,
                                    void *p)
{
    bool yes = aln_params_is_plain(node) && strcmp(node->text, "true") == 0;
    if (!yes && (!aln_params_is_plain(node) || strcmp(node->text, "false") != 0))
        return aln_params_refuse(node, row->key, "true or false", NULL);
    *(bool *)aln_params_place(row, p) = yes;
    return ALN_OK;
}

static void write_boolean(const struct aln_param *row, const void *p, struct aln_text *t)
{
    aln_text_put(t, *(const bool *)aln_params_value(row, p) ? "true" : "false");
}

const struct aln_params_type aln_params_boolean = {.name = "true or false",
                                                   .json = "{\"type\": \"boolean\"}",
                                                   .size = sizeof(bool),
                                                   .read = read_boolean,
                                                   .write = write_boolean};

static bool has_flag(const struct aln_param *row, const void *p)
{
    return *(const bool *)aln_params_value(row, p);
}

/* Not written where it is false, so that results without it are as they were before it existed. */
const struct aln_params_type aln_params_flag = {.name = "true or false",
                                                .size = sizeof(bool),
                                                .read = read_boolean,
                                                .json = "{\"type\": \"boolean\"}",
                                                .write = write_boolean,
                                                .present = has_flag};

static enum aln_status read_pair(const struct aln_param *row, const struct aln_node *node, void *p)
{
    return aln_params_get_pair(node, row->key, row->range, aln_params_place(row, p));
}

static void write_pair_row(const struct aln_param *row, const void *p, struct aln_text *t)
{
    aln_params_put_pair(t, aln_params_value(row, p));
}

const struct aln_params_type aln_params_pair = {
    .name = "number or [hidden layer, read-out]",
    .json =
        "{\"anyOf\": [@, {\"type\": \"array\", \"items\": @, \"minItems\": 2, \"maxItems\": 2}]}",
    .read = read_pair,
    .write = write_pair_row};

/* aln_params_numbers must increase, aln_params_levels need not. */
static enum aln_status read_numbers(const struct aln_param *row, const struct aln_node *node,
                                    void *p)
{
    if (node->kind != ALN_LIST || node->count == 0)
        return aln_params_refuse(node, row->key, row->type->name, row->range);
    double *x = aln_params_make_list(row, node, p, sizeof *x);
    if (x == NULL)
        return aln_params_no_memory(row->key);
    const struct aln_node *before = NULL;
    for (const struct aln_node *n = node->first; n != NULL; before = n, n = n->next, x++) {
        enum aln_status status = aln_params_get_number(n, row->key, row->range, x);
        if (status != ALN_OK)
            return status;
        if (row->type == &aln_params_numbers && before != NULL && x[0] <= x[-1])
            return aln_tree_raise(&n->at, "%s: expected increasing numbers, got %s after %s",
                                  row->key, n->text, before->text);
    }
    return ALN_OK;
}

static void write_numbers_row(const struct aln_param *row, const void *p, struct aln_text *t)
{
    aln_params_put_numbers(t, aln_params_pointer(row, p), aln_params_count(row, p));
}

const struct aln_params_type aln_params_numbers = {
    .name = "list of increasing numbers",
    .json = "{\"type\": \"array\", \"items\": @, \"minItems\": 1}",
    .read = read_numbers,
    .write = write_numbers_row,
    .present = aln_params_has_pointer,
    .clear = aln_params_clear_pointer};

const struct aln_params_type aln_params_levels = {
    .name = "list of numbers",
    .json = "{\"type\": \"array\", \"items\": @, \"minItems\": 1}",
    .read = read_numbers,
    .write = write_numbers_row,
    .present = aln_params_has_pointer,
    .clear = aln_params_clear_pointer};

static enum aln_status read_wholes(const struct aln_param *row, const struct aln_node *node,
                                   void *p)
{
    if (node->kind != ALN_LIST || node->count == 0)
        return aln_params_refuse(node, row->key, row->type->name, row->range);
    uint64_t *x = aln_params_make_list(row, node, p, sizeof *x);
    if (x == NULL)
        return aln_params_no_memory(row->key);
    const struct aln_node *before = NULL;
    for (const struct aln_node *n = node->first; n != NULL; before = n, n = n->next, x++) {
        enum aln_status status = aln_params_get_whole(n, row->key, row->range, x);
        if (status != ALN_OK)
            return status;
        if (before != NULL && x[0] <= x[-1])
            return aln_tree_raise(&n->at, "%s: expected increasing whole numbers, got %s after %s",
                                  row->key, n->text, before->text);
    }
    return ALN_OK;
}

static void write_wholes(const struct aln_param *row, const void *p, struct aln_text *t)
{
    const uint64_t *x = aln_params_pointer(row, p);
    for (size_t i = 0; i < aln_params_count(row, p); i++) {
        aln_text_put(t, i > 0 ? ", " : "[");
        aln_text_put_whole(t, x[i]);
    }
    aln_text_put(t, "]");
}

const struct aln_params_type aln_params_wholes = {
    .name = "list of increasing whole numbers",
    .json = "{\"type\": \"array\", \"items\": #, \"minItems\": 1}",
    .read = read_wholes,
    .write = write_wholes,
    .present = aln_params_has_pointer,
    .clear = aln_params_clear_pointer};

/* ---- names: a pointer to the table's row, or its index ---- */

static enum aln_status read_name(const struct aln_param *row, const struct aln_node *node, void *p)
{
    size_t i = 0;
    enum aln_status status = aln_params_get_name(node, row->key, row->names, &i);
    if (status == ALN_OK)
        aln_params_set_pointer(row, p, aln_names_row(row->names, i));
    return status;
}

static void write_name(const struct aln_param *row, const void *p, struct aln_text *t)
{
    const struct aln_name *found = aln_params_pointer(row, p); /* the row begins with its name */
    aln_text_put(t, found->name);
}

const struct aln_params_type aln_params_name = {.name = "name",
                                                .json = "$",
                                                .size = sizeof(void *),
                                                .read = read_name,
                                                .write = write_name,
                                                .present = aln_params_has_pointer};

/* A choice is stored as an unsigned, which enums are with gcc and clang. */
_Static_assert(sizeof(enum aln_fill) == sizeof(unsigned), "enums are as wide as an unsigned");

static enum aln_status read_choice(const struct aln_param *row, const struct aln_node *node,
                                   void *p)
{
    size_t i = 0;
    enum aln_status status = aln_params_get_name(node, row->key, row->names, &i);
    *(unsigned *)aln_params_place(row, p) = (unsigned)i;
    return status;
}

static void write_choice(const struct aln_param *row, const void *p, struct aln_text *t)
{
    aln_text_put(t, name_of(row, *(const unsigned *)aln_params_value(row, p)));
}

const struct aln_params_type aln_params_choice = {.name = "name",
                                                  .json = "$",
                                                  .size = sizeof(unsigned),
                                                  .read = read_choice,
                                                  .write = write_choice};

static enum aln_status read_choices(const struct aln_param *row, const struct aln_node *node,
                                    void *p)
{
    unsigned *choice = aln_params_place(row, p);
    size_t count = 0;
    if (node->kind != ALN_LIST || node->count == 0)
        return aln_params_refuse(node, row->key, row->type->name, NULL);
    for (const struct aln_node *n = node->first; n != NULL; n = n->next) {
        size_t i = 0;
        enum aln_status status = aln_params_get_name(n, row->key, row->names, &i);
        if (status != ALN_OK)
            return status;
        for (size_t j = 0; j < count; j++)
            if (choice[j] == i)
                return aln_tree_raise(&n->at, "%s: %s %s is given twice", row->key,
                                      row->names->kind, n->text);
        choice[count++] = (unsigned)i; /* no repeats: at most as many as there are names */
    }
    aln_params_set_count(row, p, count);
    return ALN_OK;
}

static void write_choices(const struct aln_param *row, const void *p, struct aln_text *t)
{
    const unsigned *choice = aln_params_value(row, p);
    for (size_t i = 0; i < aln_params_count(row, p); i++) {
        aln_text_put(t, i > 0 ? ", " : "[");
        aln_text_put(t, name_of(row, choice[i]));
    }
    aln_text_put(t, "]");
}

const struct aln_params_type aln_params_choices = {
    .name = "list of names",
    .json = "{\"type\": \"array\", \"items\": $, \"minItems\": 1, \"uniqueItems\": true}",
    .read = read_choices,
    .write = write_choices};

/* ---- ignored keys ---- */

static enum aln_status read_nothing(const struct aln_param *row, const struct aln_node *node,
                                    void *p)
{
    (void)row;
    (void)node;
    (void)p;
    return ALN_OK;
}

static bool has_nothing(const struct aln_param *row, const void *p)
{
    (void)row;
    (void)p;
    return false;
}

const struct aln_params_type aln_params_unread = {
    .name = "anything", .json = "{}", .read = read_nothing, .present = has_nothing};

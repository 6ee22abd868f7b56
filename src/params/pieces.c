/* Pieces that parameter types are made of. */
#include "params/schema_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- values that are pointers ---- */

void *aln_params_make_list(const struct aln_param *row, const struct aln_node *node, void *p,
                           size_t size)
{
    void *items = calloc(node->count + 1, size); /* an empty list is not NULL */
    aln_params_set_pointer(row, p, items);
    aln_params_set_count(row, p, items != NULL ? node->count : 0);
    return items;
}

bool aln_params_has_pointer(const struct aln_param *row, const void *p)
{
    return aln_params_pointer(row, p) != NULL;
}

void aln_params_clear_pointer(const struct aln_param *row, void *p)
{
    free(aln_params_pointer(row, p));
}

/* ---- refusals ---- */

/* A node in a few words. Returned: out[64] */
static const char *describe(const struct aln_node *node, char out[64])
{
    enum { LONGEST = 40 };
    if (node->kind == ALN_MAP)
        return "a map";
    if (node->kind == ALN_LIST)
        return node->count > 0 ? "a list" : "an empty list";
    if (aln_tree_is_empty(node))
        return "nothing";
    size_t n = strlen(node->text), shown = n;
    if (n > LONGEST) /* cut between characters */
        for (shown = LONGEST; (node->text[shown] & 0xc0) == 0x80; shown--)
            ;
    snprintf(out, 64, "%s%.*s%s%s", node->quoted ? "the text '" : "'", (int)shown, node->text,
             shown < n ? "..." : "", "'");
    for (char *s = out; *s != '\0'; s++)
        if ((unsigned char)*s < 0x20)
            *s = ' ';
    return out;
}

enum aln_status(aln_params_refuse)(const struct aln_node *node, const char *key,
                                   const char *expected, const struct aln_range *range)
{
    char got[64];
    enum aln_status status = aln_params_is_plain(node) ? aln_tree_cause(&node->at) : ALN_OK;
    if (status != ALN_OK)
        return status;
    return aln_tree_raise(&node->at, "%s: expected %s%s%s, got %s", key, expected,
                          range != NULL ? " " : "", range != NULL ? range->text : "",
                          describe(node, got));
}

enum aln_status aln_params_unknown(const struct aln_place *at, const char *key, const char *nearest,
                                   const char *known)
{
    const char *word = strrchr(key, '.'), *name = strrchr(nearest, '.');
    enum aln_status status = aln_tree_cause(at);
    if (status != ALN_OK)
        return status;
    if (aln_names_near(word != NULL ? word + 1 : key, name != NULL ? name + 1 : nearest))
        return aln_tree_raise(at, "unknown key %s, did you mean %s?", key, nearest);
    return aln_tree_raise(at, "unknown key %s, expected %s", key, known);
}

enum aln_status aln_params_unknown_name(const struct aln_place *at, const char *key,
                                        const struct aln_names *names, const char *word,
                                        const char *shown)
{
    char offer[320], all[256] = "";
    enum aln_status status = aln_tree_cause(at);
    if (status != ALN_OK)
        return status;
    aln_names_offer(names, word, offer);
    bool near = aln_names_near(word, aln_names_nearest(names, word));
    return aln_tree_raise(at, "%s: unknown %s %s, %s%s%s%s", key, names->kind, shown, offer,
                          near ? " (" : "", near ? aln_names_join(names, all) : "",
                          near ? ")" : "");
}

/* ---- reading ---- */

bool aln_params_in_range(const struct aln_range *range, double x)
{
    return range == NULL ||
           (range->open ? x > range->lo && x < range->hi : x >= range->lo && x <= range->hi);
}

bool aln_params_is_plain(const struct aln_node *node)
{
    return node->kind == ALN_SCALAR && !node->quoted;
}

enum aln_status aln_params_get_number(const struct aln_node *node, const char *key,
                                      const struct aln_range *range, double *out)
{
    const bool known = node->number != NULL;
    if (known)
        *out = *node->number;
    if (!(known || (aln_params_is_plain(node) && aln_text_real(node->text, out))) ||
        !aln_params_in_range(range, *out))
        return aln_params_refuse(node, key, "number", range);
    return ALN_OK;
}

enum aln_status aln_params_get_whole(const struct aln_node *node, const char *key,
                                     const struct aln_range *range, uint64_t *out)
{
    static const struct aln_range digits = {"in digits, as any beyond 2^53", 0, 0, false};
    uint64_t x;
    double real;
    if (aln_params_is_plain(node) && strpbrk(node->text, "eE") != NULL &&
        aln_text_real(node->text, &real) && real >= 0x1p53 && aln_params_in_range(range, real))
        return aln_params_refuse(node, key, "whole number", &digits);
    if (!aln_params_is_plain(node) || !aln_text_whole(node->text, &x) ||
        !aln_params_in_range(range, (double)x))
        return aln_params_refuse(node, key, "whole number", range);
    *out = x;
    return ALN_OK;
}

enum aln_status aln_params_get_pair(const struct aln_node *node, const char *key,
                                    const struct aln_range *range, double out[2])
{
    bool list = node->kind == ALN_LIST && node->count == 2;
    if (!list && node->kind != ALN_SCALAR)
        return aln_params_refuse(node, key, "number or [hidden layer, read-out]", range);
    enum aln_status status = aln_params_get_number(list ? node->first : node, key, range, &out[0]);
    if (status == ALN_OK)
        status = aln_params_get_number(list ? node->last : node, key, range, &out[1]);
    return status;
}

enum aln_status aln_params_get_name(const struct aln_node *node, const char *key,
                                    const struct aln_names *names, size_t *index)
{
    char all[256], got[64];
    if (node->kind != ALN_SCALAR || aln_tree_is_empty(node))
        return aln_params_refuse(node, key, aln_names_join(names, all), NULL);
    for (*index = 0; *index < names->count; ++*index)
        if (strcmp(aln_names_row(names, *index)->name, node->text) == 0)
            return ALN_OK;
    return aln_params_unknown_name(&node->at, key, names, node->text, describe(node, got));
}

enum aln_status aln_params_get_members(const struct aln_node *node, const char *key,
                                       const char *expected, size_t needed, size_t count,
                                       const struct aln_name *names, const struct aln_node **child)
{
    const struct aln_names table = {"key", "keys", names, count, sizeof *names};
    if (node->kind != ALN_MAP)
        return aln_params_refuse(node, key, expected, NULL);
    for (const struct aln_node *n = node->first; n != NULL; n = n->next) {
        if (aln_names_find(&table, n->key) == NULL) {
            char full[128], all[256];
            snprintf(full, sizeof full, "%s.%s", key, n->key);
            return aln_params_unknown(&n->key_at, full, aln_names_nearest(&table, n->key),
                                      aln_names_join(&table, all));
        }
    }
    for (size_t i = 0; i < count; i++) {
        child[i] = aln_tree_find(node, names[i].name);
        if (child[i] == NULL && i < needed)
            return aln_tree_raise(&node->at, "%s: expected %s, %s is missing", key, expected,
                                  names[i].name);
    }
    return ALN_OK;
}

/* ---- writing ---- */

void aln_params_number_text(double x, char out[32])
{
    char brief[32];
    aln_text_from_real(x, out);
    aln_text_short_real(x, brief);
    if (strlen(brief) < strlen(out))
        strcpy(out, brief);
}

void aln_params_put_number(struct aln_text *t, double x)
{
    char brief[32], plain[32];
    aln_text_from_real(x, plain);
    aln_text_short_real(x, brief);
    bool grows = brief[strcspn(brief, ".e")] == 'e'; /* by ".0" */
    aln_text_number(t, strlen(plain) <= strlen(brief) + (grows ? 2 : 0) ? plain : brief);
}

void aln_params_put_pair(struct aln_text *t, const double x[2])
{
    if (x[0] == x[1]) {
        aln_params_put_number(t, x[0]);
        return;
    }
    aln_params_put_numbers(t, x, 2);
}

void aln_params_put_numbers(struct aln_text *t, const double *x, size_t count)
{
    aln_text_put(t, "[");
    for (size_t i = 0; i < count; i++) {
        aln_text_put(t, i > 0 ? ", " : "");
        aln_params_put_number(t, x[i]);
    }
    aln_text_put(t, "]");
}

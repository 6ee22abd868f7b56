/* Parameter types with structure: matrices, ways to fill one, schedules of rates. */
#include "params/matrix.h"
#include "alignode/rates.h"
#include "params/schema_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum aln_status aln_params_get_matrix(const struct aln_node *node, const char *key,
                                      struct aln_matrix *out)
{
    enum aln_status status = ALN_OK;
    size_t cols = node->kind == ALN_LIST && node->count > 0 ? node->first->count : 0, r = 0;
    if (cols == 0 || node->first->kind != ALN_LIST)
        return aln_params_refuse(node, key, "matrix [[...], ...]", NULL);
    double *a = malloc(node->count * cols * sizeof *a);
    if (a == NULL)
        return aln_params_no_memory(key);
    for (const struct aln_node *row = node->first; row != NULL; row = row->next, r++) {
        double *entry = a + r * cols;
        if (row->kind != ALN_LIST)
            status = aln_params_refuse(row, key, "row [...]", NULL);
        else if (row->count != cols)
            status = aln_tree_raise(&row->at, "%s: uneven rows, %zu and %zu numbers", key, cols,
                                    row->count);
        for (const struct aln_node *n = row->first; n != NULL && status == ALN_OK; n = n->next)
            status = aln_params_get_number(n, key, NULL, entry++);
        if (status != ALN_OK) {
            free(a);
            return status;
        }
    }
    *out = (struct aln_matrix){node->count, cols, a};
    return ALN_OK;
}

void aln_params_put_matrix(struct aln_text *t, const struct aln_matrix *m)
{
    aln_text_put(t, "[");
    for (size_t r = 0; r < m->rows; r++) {
        aln_text_put(t, r > 0 ? ", " : "");
        aln_params_put_numbers(t, m->a + r * m->cols, m->cols);
    }
    aln_text_put(t, "]");
}

/* ---- matrices and other ways to fill one ---- */

static enum aln_status read_matrix(const struct aln_param *row, const struct aln_node *node,
                                   void *p)
{
    return aln_params_get_matrix(node, row->key, aln_params_place(row, p));
}

static void write_matrix(const struct aln_param *row, const void *p, struct aln_text *t)
{
    aln_params_put_matrix(t, aln_params_value(row, p));
}

static bool has_matrix(const struct aln_param *row, const void *p)
{
    return ((const struct aln_matrix *)aln_params_value(row, p))->a != NULL;
}

static void clear_matrix(const struct aln_param *row, void *p)
{
    free(((struct aln_matrix *)aln_params_place(row, p))->a);
}

const struct aln_params_type aln_params_matrix = {
    .name = "matrix",
    .json = "{\"type\": \"array\", \"items\": {\"type\": \"array\", \"items\": {\"type\": "
            "\"number\"}}}",
    .read = read_matrix,
    .write = write_matrix,
    .present = has_matrix,
    .clear = clear_matrix};

/* ---- lists of matrices ---- */

static enum aln_status read_matrices(const struct aln_param *row, const struct aln_node *node,
                                     void *p)
{
    enum aln_status status = ALN_OK;
    size_t i = 0;
    char key[64];
    if (node->kind != ALN_LIST || node->count == 0)
        return aln_params_refuse(node, row->key, row->type->name, NULL);
    struct aln_matrix *out = aln_params_make_list(row, node, p, sizeof *out);
    if (out == NULL)
        return aln_params_no_memory(row->key);
    for (const struct aln_node *n = node->first; n != NULL && status == ALN_OK; n = n->next) {
        snprintf(key, sizeof key, "%s[%zu]", row->key, i + 1);
        status = aln_params_get_matrix(n, key, &out[i++]);
    }
    return status;
}

static void write_matrices(const struct aln_param *row, const void *p, struct aln_text *t)
{
    const struct aln_matrix *m = aln_params_pointer(row, p);
    aln_params_put_matrices(t, m, aln_params_count(row, p));
}

void aln_params_put_matrices(struct aln_text *t, const struct aln_matrix *m, size_t count)
{
    aln_text_put(t, "[");
    for (size_t i = 0; i < count; i++) {
        aln_text_put(t, i > 0 ? ", " : "");
        aln_params_put_matrix(t, &m[i]);
    }
    aln_text_put(t, "]");
}

static void clear_matrices(const struct aln_param *row, void *p)
{
    struct aln_matrix *m = aln_params_pointer(row, p);
    for (size_t i = 0; m != NULL && i < aln_params_count(row, p); i++)
        free(m[i].a);
    aln_params_clear_pointer(row, p);
}

const struct aln_params_type aln_params_matrices = {
    .name = "list of matrices [[[...], ...], ...]",
    .json = "{\"type\": \"array\", \"minItems\": 1, \"items\": {\"type\": \"array\", \"items\": "
            "{\"type\": \"array\", \"items\": {\"type\": \"number\"}}}}",
    .read = read_matrices,
    .write = write_matrices,
    .present = aln_params_has_pointer,
    .clear = clear_matrices};

static enum aln_status read_targets(const struct aln_param *row, const struct aln_node *node,
                                    struct aln_entries *out)
{
    static const struct aln_name keys[] = {{"alpha", "", ""}, {"beta", "", ""}};
    static const struct aln_range correlated = {"from 0 to 2", 0, 2, false}; /* 1 to -1 */
    const struct aln_node *child[2] = {NULL};
    char alpha[64], beta[64];
    enum aln_status status =
        aln_params_get_members(node, row->key, "{alpha: number, beta: number}", 2, 2, keys, child);
    snprintf(alpha, sizeof alpha, "%s.alpha", row->key);
    snprintf(beta, sizeof beta, "%s.beta", row->key);
    out->fill = ALN_FILL_TARGETS;
    if (status == ALN_OK)
        status = aln_params_get_number(child[0], alpha, row->range, &out->alpha);
    if (status == ALN_OK)
        status = aln_params_get_number(child[1], beta, &correlated, &out->beta);
    return status;
}

static enum aln_status read_entries(const struct aln_param *row, const struct aln_node *node,
                                    void *p)
{
    static const struct aln_name keys[] = {{"std", "", ""}, {"alpha", "", ""}, {"beta", "", ""}};
    static const struct aln_name names[] = {{"orthonormal", "", ""}};
    static const struct aln_names fillings = {"filling", "fillings", names, 1, sizeof names[0]};
    struct aln_entries *out = aln_params_place(row, p);
    unsigned forms = row->type->forms;
    bool targets = (forms & 1u << ALN_FILL_TARGETS) != 0;
    if (targets && (aln_tree_find(node, "alpha") != NULL || aln_tree_find(node, "beta") != NULL))
        return read_targets(row, node, out);
    if (node->kind == ALN_MAP) {
        const struct aln_node *child[3], *std;
        char key[64];
        enum aln_status status = aln_params_get_members(node, row->key, row->type->name, 1,
                                                        targets ? 3 : 1, keys, child);
        std = child[0];
        out->fill = ALN_FILL_STD;
        snprintf(key, sizeof key, "%s.std", row->key);
        return status != ALN_OK ? status
                                : aln_params_get_number(std, key, row->range, &out->number);
    }
    if (node->kind == ALN_LIST && (forms & 1u << ALN_FILL_MATRIX)) {
        out->fill = ALN_FILL_MATRIX;
        return aln_params_get_matrix(node, row->key, &out->matrix);
    }
    if (aln_params_is_plain(node) && (forms & 1u << ALN_FILL_NUMBER) &&
        aln_text_real(node->text, &out->number)) {
        out->fill = ALN_FILL_NUMBER;
        return ALN_OK;
    }
    double x;
    if (aln_params_is_plain(node) && (forms & 1u << ALN_FILL_ORTHONORMAL) &&
        !aln_text_real(node->text, &x)) {
        size_t only;
        out->fill = ALN_FILL_ORTHONORMAL;
        return aln_params_get_name(node, row->key, &fillings, &only);
    }
    return aln_params_refuse(node, row->key, row->type->name, NULL);
}

static void write_entries(const struct aln_param *row, const void *p, struct aln_text *t)
{
    const struct aln_entries *entries = aln_params_value(row, p);
    switch (entries->fill) {
    case ALN_FILL_STD:
        aln_text_put(t, "{std: ");
        aln_params_put_number(t, entries->number);
        aln_text_put(t, "}");
        break;
    case ALN_FILL_NUMBER:
        aln_params_put_number(t, entries->number);
        break;
    case ALN_FILL_MATRIX:
        aln_params_put_matrix(t, &entries->matrix);
        break;
    case ALN_FILL_ORTHONORMAL:
        aln_text_put(t, "orthonormal");
        break;
    case ALN_FILL_TARGETS:
        aln_text_put(t, "{alpha: ");
        aln_params_put_number(t, entries->alpha);
        aln_text_put(t, ", beta: ");
        aln_params_put_number(t, entries->beta);
        aln_text_put(t, "}");
        break;
    }
}

static void clear_entries(const struct aln_param *row, void *p)
{
    free(((struct aln_entries *)aln_params_place(row, p))->matrix.a);
}

#define JSON_STD                                                                                   \
    "{\"type\": \"object\", \"properties\": {\"std\": @}, \"required\": [\"std\"], "               \
    "\"additionalProperties\": false}"
#define JSON_NUMBER "{\"type\": \"number\"}"
#define JSON_MATRIX                                                                                \
    "{\"type\": \"array\", \"items\": {\"type\": \"array\", \"items\": {\"type\": \"number\"}}}"
#define JSON_TARGETS                                                                               \
    "{\"type\": \"object\", \"properties\": {\"alpha\": @, \"beta\": {\"type\": \"number\", "      \
    "\"minimum\": 0, \"maximum\": 2}}, \"required\": [\"alpha\", \"beta\"], "                      \
    "\"additionalProperties\": false}"
#define ENTRIES(called, schema, allowed)                                                           \
    {                                                                                              \
        .name = called, .json = schema, .forms = allowed, .read = read_entries,                    \
        .write = write_entries, .clear = clear_entries                                             \
    }
const struct aln_params_type aln_params_student_weights =
    ENTRIES("{std: number}", JSON_STD, 1u << ALN_FILL_STD);
const struct aln_params_type aln_params_teacher_weights = ENTRIES(
    "{std: number} or orthonormal", "{\"anyOf\": [" JSON_STD ", {\"enum\": [\"orthonormal\"]}]}",
    1u << ALN_FILL_STD | 1u << ALN_FILL_ORTHONORMAL);
const struct aln_params_type aln_params_readout =
    ENTRIES("{std: number}, number or matrix",
            "{\"anyOf\": [" JSON_STD ", " JSON_NUMBER ", " JSON_MATRIX "]}",
            1u << ALN_FILL_STD | 1u << ALN_FILL_NUMBER | 1u << ALN_FILL_MATRIX);
const struct aln_params_type aln_params_teacher_readout = ENTRIES(
    "{std: number}, number, matrix or {alpha: number, beta: number}",
    "{\"anyOf\": [" JSON_STD ", " JSON_NUMBER ", " JSON_MATRIX ", " JSON_TARGETS "]}",
    1u << ALN_FILL_STD | 1u << ALN_FILL_NUMBER | 1u << ALN_FILL_MATRIX | 1u << ALN_FILL_TARGETS);

/* ---- the schedule of learning rates ---- */

/* Two-layer schedules list times with two rates, deep ones list epochs with one. */
static const char *time_word(const struct aln_param *row)
{
    return row->type == &aln_params_rates ? "time" : "epoch";
}

static enum aln_status read_rate(const struct aln_param *row, const struct aln_node *node,
                                 const char *key, double eta[2])
{
    if (row->type == &aln_params_rates)
        return aln_params_get_pair(node, key, row->range, eta);
    enum aln_status status = aln_params_get_number(node, key, row->range, &eta[0]);
    eta[1] = eta[0];
    return status;
}

static enum aln_status read_rates(const struct aln_param *row, const struct aln_node *node, void *p)
{
    const struct aln_name keys[] = {{time_word(row), "", ""}, {"rate", "", ""}};
    const char *item = row->type->name + strlen("list of ");
    char time_key[64], rate_key[64];
    double before = 0;
    if (node->kind != ALN_LIST)
        return aln_params_refuse(node, row->key, row->type->name, NULL);
    if (node->count == 0)
        return ALN_OK;
    struct aln_rates *rates = aln_params_make_list(row, node, p, sizeof *rates);
    if (rates == NULL)
        return aln_params_no_memory(row->key);
    snprintf(time_key, sizeof time_key, "%s.%s", row->key, time_word(row));
    snprintf(rate_key, sizeof rate_key, "%s.rate", row->key);
    for (const struct aln_node *n = node->first; n != NULL; n = n->next, rates++) {
        const struct aln_node *child[2] = {NULL};
        enum aln_status status = aln_params_get_members(n, row->key, item, 2, 2, keys, child);
        if (status == ALN_OK)
            status = aln_params_get_number(child[0], time_key, NULL, &rates->time);
        if (status == ALN_OK)
            status = read_rate(row, child[1], rate_key, rates->eta);
        if (status == ALN_OK && rates->time <= before)
            status = aln_tree_raise(&child[0]->at, "%s: expected increasing %ss > 0, got %s",
                                    time_key, time_word(row), child[0]->text);
        if (status != ALN_OK)
            return status;
        before = rates->time;
    }
    return ALN_OK;
}

static void write_rates(const struct aln_param *row, const void *p, struct aln_text *t)
{
    const struct aln_rates *rates = aln_params_pointer(row, p);
    aln_text_put(t, "[");
    for (size_t i = 0; i < aln_params_count(row, p); i++) {
        aln_text_add(t, "%s{%s: ", i > 0 ? ", " : "", time_word(row));
        aln_params_put_number(t, rates[i].time);
        aln_text_put(t, ", rate: ");
        aln_params_put_pair(t, rates[i].eta);
        aln_text_put(t, "}");
    }
    aln_text_put(t, "]");
}

const struct aln_params_type aln_params_rates = {
    .name = "list of {time: number, rate: ...}",
    .json = "{\"type\": \"array\", \"items\": {\"type\": \"object\", \"properties\": {\"time\": "
            "{\"type\": \"number\"}, \"rate\": {\"anyOf\": [@, {\"type\": \"array\", \"items\": @, "
            "\"minItems\": 2, \"maxItems\": 2}]}}, \"required\": [\"time\", \"rate\"], "
            "\"additionalProperties\": false}}",
    .read = read_rates,
    .write = write_rates,
    .clear = aln_params_clear_pointer};

const struct aln_params_type aln_params_epoch_rates = {
    .name = "list of {epoch: number, rate: number}",
    .json = "{\"type\": \"array\", \"items\": {\"type\": \"object\", \"properties\": {\"epoch\": "
            "{\"type\": \"number\"}, \"rate\": @}, \"required\": [\"epoch\", \"rate\"], "
            "\"additionalProperties\": false}}",
    .read = read_rates,
    .write = write_rates,
    .clear = aln_params_clear_pointer};

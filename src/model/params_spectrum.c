/* Parameters of inputs with a spectrum: the types of problem.spectrum.blocks and
 * problem.overlaps.blocks, and their checks. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "model/params_table.h"

/* ---- problem.spectrum.blocks ---- */

enum { SHARE, VARIANCE, SIGNAL, LATENT, MEMBERS };
static const struct aln_name members[MEMBERS] = {
    {"share", "", ""}, {"variance", "", ""}, {"signal", "", ""}, {"latent", "", ""}};
static const struct aln_range shares = {"from 0 to 1", 0, 1, false};

static enum aln_status read_block(const struct aln_param *row, const struct aln_node *node,
                                  struct aln_block_params *out)
{
    static const struct aln_range *const range[MEMBERS] = {&shares, &aln_range_not_negative, NULL,
                                                           &shares};
    const struct aln_node *child[MEMBERS] = {NULL};
    double value[MEMBERS] = {NAN, NAN, NAN, NAN};
    enum aln_status status = aln_params_get_members(
        node, row->key, "{share: number, variance: number}", 2, MEMBERS, members, child);
    for (size_t i = 0; i < MEMBERS && status == ALN_OK; i++) {
        char key[64];
        snprintf(key, sizeof key, "%s.%s", row->key, members[i].name);
        if (child[i] != NULL)
            status = aln_params_get_number(child[i], key, range[i], &value[i]);
    }
    *out = (struct aln_block_params){value[SHARE], value[VARIANCE], value[SIGNAL], value[LATENT]};
    return status;
}

static enum aln_status read_blocks(const struct aln_param *row, const struct aln_node *node,
                                   void *p)
{
    enum aln_status status = ALN_OK;
    if (node->kind != ALN_LIST || node->count == 0)
        return aln_params_refuse(node, row->key, row->type->name, NULL);
    struct aln_block_params *block = aln_params_make_list(row, node, p, sizeof *block);
    if (block == NULL)
        return aln_params_no_memory(row->key);
    for (const struct aln_node *n = node->first; n != NULL && status == ALN_OK; n = n->next)
        status = read_block(row, n, block++);
    return status;
}

static void write_member(struct aln_text *t, const char *name, double x)
{
    if (isnan(x))
        return;
    aln_text_add(t, "%s: ", name);
    aln_params_put_number(t, x);
}

static void write_blocks(const struct aln_param *row, const void *p, struct aln_text *t)
{
    const struct aln_block_params *block = aln_params_pointer(row, p);
    for (size_t i = 0; i < aln_params_count(row, p); i++) {
        write_member(t, i > 0 ? ", {share" : "[{share", block[i].share);
        write_member(t, ", variance", block[i].variance);
        write_member(t, ", signal", block[i].signal);
        write_member(t, ", latent", block[i].latent);
        aln_text_add(t, "}");
    }
    aln_text_add(t, "]");
}

const struct aln_params_type aln_params_blocks = {
    .name = "list of {share: number, variance: number}",
    .json = "{\"type\": \"array\", \"minItems\": 1, \"items\": {\"type\": \"object\", "
            "\"properties\": {\"share\": {\"type\": \"number\", \"minimum\": 0, \"maximum\": 1}, "
            "\"variance\": {\"type\": \"number\", \"minimum\": 0}, \"signal\": {\"type\": "
            "\"number\"}, \"latent\": {\"type\": \"number\", \"minimum\": 0, \"maximum\": 1}}, "
            "\"required\": [\"share\", \"variance\"], \"additionalProperties\": false}}",
    .read = read_blocks,
    .write = write_blocks,
    .present = aln_params_has_pointer,
    .clear = aln_params_clear_pointer};

/* ---- problem.overlaps.blocks ---- */

enum { STARTS = 3 };
static const struct aln_name starts[STARTS] = {{"Q", "", ""}, {"R", "", ""}, {"T", "", ""}};

/* A list of one matrix member of a start, read as a parameter of its own. */
static enum aln_status read_start(const struct aln_param *row, const struct aln_node *node,
                                  struct aln_block_start *out)
{
    struct aln_matrix *const matrix[STARTS] = {&out->Q, &out->R, &out->T};
    const struct aln_node *child[STARTS] = {NULL};
    enum aln_status status = aln_params_get_members(
        node, row->key, "{Q: matrix, R: matrix, T: matrix}", STARTS, STARTS, starts, child);
    for (size_t i = 0; i < STARTS && status == ALN_OK; i++) {
        char key[64];
        snprintf(key, sizeof key, "%s.%s", row->key, starts[i].name);
        status = aln_params_get_matrix(child[i], key, matrix[i]);
    }
    return status;
}

static enum aln_status read_starts(const struct aln_param *row, const struct aln_node *node,
                                   void *p)
{
    enum aln_status status = ALN_OK;
    if (node->kind != ALN_LIST || node->count == 0)
        return aln_params_refuse(node, row->key, row->type->name, NULL);
    struct aln_block_start *start = aln_params_make_list(row, node, p, sizeof *start);
    if (start == NULL)
        return aln_params_no_memory(row->key);
    for (const struct aln_node *n = node->first; n != NULL && status == ALN_OK; n = n->next)
        status = read_start(row, n, start++);
    return status;
}

static void write_starts(const struct aln_param *row, const void *p, struct aln_text *t)
{
    const struct aln_block_start *start = aln_params_pointer(row, p);
    for (size_t i = 0; i < aln_params_count(row, p); i++) {
        aln_text_add(t, "%sQ: ", i > 0 ? ", {" : "[{");
        aln_params_put_matrix(t, &start[i].Q);
        aln_text_add(t, ", R: ");
        aln_params_put_matrix(t, &start[i].R);
        aln_text_add(t, ", T: ");
        aln_params_put_matrix(t, &start[i].T);
        aln_text_add(t, "}");
    }
    aln_text_add(t, "]");
}

static void clear_starts(const struct aln_param *row, void *p)
{
    struct aln_block_start *start = aln_params_pointer(row, p);
    for (size_t i = 0; start != NULL && i < aln_params_count(row, p); i++) {
        free(start[i].Q.a);
        free(start[i].R.a);
        free(start[i].T.a);
    }
    aln_params_clear_pointer(row, p);
}

#define JSON_MATRIX                                                                                \
    "{\"type\": \"array\", \"items\": {\"type\": \"array\", \"items\": {\"type\": \"number\"}}}"
const struct aln_params_type aln_params_block_starts = {
    .name = "list of {Q: matrix, R: matrix, T: matrix}",
    .json = "{\"type\": \"array\", \"minItems\": 1, \"items\": {\"type\": \"object\", "
            "\"properties\": {\"Q\": " JSON_MATRIX ", \"R\": " JSON_MATRIX ", \"T\": " JSON_MATRIX
            "}, \"required\": [\"Q\", \"R\", \"T\"], \"additionalProperties\": false}}",
    .read = read_starts,
    .write = write_starts,
    .present = aln_params_has_pointer,
    .clear = clear_starts};

/* ---- checks ---- */

#define SUM_ROUNDING 1e-9 /* of shares typed as decimals */

static const struct aln_place *item_at(const struct aln_params_given *g, const char *key, size_t i)
{
    const struct aln_node *n = aln_params_item(g, key, i);
    return n != NULL ? &n->at : aln_params_where(g, key);
}

static const char blocks_key[] = "problem.spectrum.blocks";

static enum aln_status check_block(const struct aln_block_params *block, size_t i,
                                   const struct aln_params_given *g)
{
    const struct aln_place *at = item_at(g, blocks_key, i);
    if (isnan(block->signal) != isnan(block->latent))
        return aln_tree_raise(at,
                              "%s: signal and latent belong together: the teacher acts on latent "
                              "variables of covariance `signal` with the inputs, `latent` of which "
                              "are in the block",
                              blocks_key);
    if (block->signal * block->signal > block->variance * (1 + SUM_ROUNDING))
        return aln_tree_raise(at,
                              "%s: expected signal^2 <= variance, inputs and latent variables of "
                              "variance 1 cannot have covariance %g at variance %g",
                              blocks_key, block->signal, block->variance);
    if (block->latent > 0 && block->share == 0)
        return aln_tree_raise(at, "%s: latent %g lies in a block without inputs", blocks_key,
                              block->latent);
    return ALN_OK;
}

/* The shares of all blocks, and the signals of all or of none. */
static enum aln_status check_blocks(const struct aln_spectrum_params *of,
                                    const struct aln_params_given *g)
{
    double share = 0, latent = 0, variance = 0;
    const bool hidden = !isnan(of->blocks[0].signal);
    for (size_t i = 0; i < of->blocks_count; i++) {
        enum aln_status status = check_block(&of->blocks[i], i, g);
        if (status != ALN_OK)
            return status;
        if (isnan(of->blocks[i].signal) == hidden)
            return aln_tree_raise(item_at(g, blocks_key, i),
                                  "%s: expected signal and latent in every block or in none",
                                  blocks_key);
        share += of->blocks[i].share;
        latent += hidden ? of->blocks[i].latent : 0;
        variance = fmax(variance, of->blocks[i].share * of->blocks[i].variance);
    }
    if (fabs(share - 1) > SUM_ROUNDING)
        return aln_tree_raise(aln_params_where(g, blocks_key),
                              "%s: expected shares that sum to 1, got %.12g", blocks_key, share);
    if (hidden && fabs(latent - 1) > SUM_ROUNDING)
        return aln_tree_raise(aln_params_where(g, blocks_key),
                              "%s: expected latent shares that sum to 1, got %.12g", blocks_key,
                              latent);
    if (!(variance > 0))
        return aln_tree_raise(aln_params_where(g, blocks_key),
                              "%s: expected a variance > 0 in some block", blocks_key);
    return ALN_OK;
}

/* Which forms are given together. */
static enum aln_status check_forms(const struct aln_params_given *g)
{
    static const char *const forms[] = {"problem.spectrum.blocks", "problem.spectrum.exponent",
                                        "problem.spectrum.from",
                                        "problem.spectrum.manifold.function"};
    const char *first = NULL;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        const struct aln_node *node = aln_params_node(g, forms[i]);
        if (node == NULL)
            continue;
        if (first != NULL)
            return aln_tree_raise(&node->key_at, "%s and %s exclude each other", forms[i], first);
        first = forms[i];
    }
    const struct aln_node *count = aln_params_node(g, "problem.spectrum.count");
    if (count != NULL && (first == NULL || first == forms[0]))
        return aln_tree_raise(&count->key_at,
                              "problem.spectrum.count is given without problem.spectrum.exponent "
                              "or problem.spectrum.from");
    return ALN_OK;
}

/* The numbers of a manifold's latent variables. */
static enum aln_status check_manifold(const struct aln_params *p, const struct aln_params_given *g)
{
    static const char latent[] = "problem.spectrum.manifold.latent",
                      count[] = "problem.spectrum.manifold.count";
    const struct aln_spectrum_params *of = &p->problem.spectrum;
    if (of->latents >= p->problem.inputs)
        return aln_tree_raise(aln_params_where(g, latent),
                              "%s: expected fewer latent variables than problem.inputs = %llu, got "
                              "%llu",
                              latent, (unsigned long long)p->problem.inputs,
                              (unsigned long long)of->latents);
    if (of->fold_count > of->latents)
        return aln_tree_raise(aln_params_where(g, count),
                              "%s: expected at most %llu blocks, as many as latent variables, got "
                              "%llu",
                              count, (unsigned long long)of->latents,
                              (unsigned long long)of->fold_count);
    return ALN_OK;
}

/* Starts that are not by blocks, and what the equations of blocks leave out. */
static enum aln_status check_partners(const struct aln_params *p, const struct aln_params_given *g)
{
    const struct {
        const char *key;
        bool given;
    } barred[] = {
        {"problem.overlaps.Q", p->problem.overlaps.Q.a != NULL},
        {"problem.overlaps.from", p->problem.overlaps.from != NULL},
        {"run.drawn_starts", p->run.drawn_starts},
    };
    for (size_t i = 0; i < sizeof barred / sizeof barred[0]; i++)
        if (barred[i].given)
            return aln_tree_raise(aln_params_where(g, barred[i].key),
                                  "%s: not available with problem.spectrum%s", barred[i].key,
                                  i < 2 ? ", whose start is given by problem.overlaps.blocks" : "");
    if (p->learning.rule->adapts)
        return aln_tree_raise(aln_params_where(g, "learning.rule"),
                              "learning.rule: %s is not available with problem.spectrum, its "
                              "feedback is an overlap of its own",
                              p->learning.rule->id.name);
    return aln_params_bar(p, g, ALN_WITH_SPECTRUM);
}

static enum aln_status check_start(const struct aln_params *p, size_t i,
                                   const struct aln_params_given *g)
{
    static const char key[] = "problem.overlaps.blocks";
    const struct aln_block_start *start = &p->problem.overlaps.blocks[i];
    const struct aln_matrix *const matrix[STARTS] = {&start->Q, &start->R, &start->T};
    const size_t K = p->problem.student.units, M = p->problem.teacher.units;
    const size_t rows[STARTS] = {K, K, M}, cols[STARTS] = {K, M, M};
    for (size_t n = 0; n < STARTS; n++) {
        const struct aln_matrix *m = matrix[n];
        if (m->rows != rows[n] || m->cols != cols[n])
            return aln_tree_raise(item_at(g, key, i),
                                  "%s.%s: expected %zu x %zu matrix, got %zu x %zu", key,
                                  starts[n].name, rows[n], cols[n], m->rows, m->cols);
        for (size_t a = 0; a < m->rows && n != 1; a++)
            for (size_t b = a + 1; b < m->cols; b++)
                if (m->a[a * m->cols + b] != m->a[b * m->cols + a])
                    return aln_tree_raise(item_at(g, key, i),
                                          "%s.%s: expected symmetric matrix, but entries (%zu, "
                                          "%zu) and (%zu, %zu) differ",
                                          key, starts[n].name, a + 1, b + 1, b + 1, a + 1);
    }
    if (p->problem.spectrum.fold != NULL && i == p->problem.spectrum.fold_count)
        for (size_t n = 1; n < STARTS; n++)
            for (size_t j = 0; j < matrix[n]->rows * matrix[n]->cols; j++)
                if (matrix[n]->a[j] != 0)
                    return aln_tree_raise(item_at(g, key, i),
                                          "%s.%s: expected zeros in the last block of a manifold, "
                                          "which has no latent variables",
                                          key, starts[n].name);
    return aln_params_check_overlaps(p, start->Q.a, start->R.a, start->T.a, item_at(g, key, i));
}

static enum aln_status check_starts(const struct aln_params *p, const struct aln_params_given *g)
{
    static const char key[] = "problem.overlaps.blocks", W2_key[] = "problem.overlaps.W2";
    const size_t L = aln_spectrum_blocks(&p->problem.spectrum),
                 count = p->problem.overlaps.blocks_count;
    enum aln_status status = ALN_OK;
    const struct aln_node *W2 = aln_params_node(g, W2_key);
    if (W2 != NULL && p->problem.overlaps.Q.a == NULL && count == 0)
        return aln_tree_raise(&W2->key_at, "%s is given without problem.overlaps.Q", W2_key);
    if (count == 0)
        return ALN_OK;
    if (L == 0)
        return aln_tree_raise(&aln_params_node(g, key)->key_at,
                              "%s is given without problem.spectrum", key);
    if (count != L)
        return aln_tree_raise(aln_params_where(g, key),
                              "%s: expected an entry for each of the %zu blocks of "
                              "problem.spectrum, got %zu",
                              key, L, count);
    for (size_t i = 0; i < count && status == ALN_OK; i++)
        status = check_start(p, i, g);
    return status;
}

/* Replaces a file of eigenvalues by its blocks. */
static enum aln_status take_file(struct aln_params *p, const struct aln_params_given *g)
{
    struct aln_spectrum_params *of = &p->problem.spectrum;
    char first[1024];
    if (of->from == NULL)
        return ALN_OK;
    enum aln_status status = aln_spectrum_read(of->from, (size_t)of->count, &of->blocks);
    if (status == ALN_OK) {
        of->blocks_count = (size_t)of->count;
        of->count = 0;
        free(of->from);
        of->from = NULL;
        return ALN_OK;
    }
    snprintf(first, sizeof first, "%s", aln_error());
    return status == ALN_MEMORY ? status
                                : aln_tree_raise(aln_params_where(g, "problem.spectrum.from"),
                                                 "problem.spectrum.from: %s", first);
}

enum aln_status aln_params_check_spectrum(struct aln_params *p, const struct aln_params_given *g)
{
    enum aln_status status = check_forms(g);
    if (status == ALN_OK)
        status = take_file(p, g);
    if (status == ALN_OK && p->problem.spectrum.blocks != NULL)
        status = check_blocks(&p->problem.spectrum, g);
    if (status == ALN_OK && p->problem.spectrum.fold != NULL)
        status = check_manifold(p, g);
    if (status == ALN_OK && aln_spectrum_blocks(&p->problem.spectrum) > 0)
        status = check_partners(p, g);
    return status == ALN_OK ? check_starts(p, g) : status;
}

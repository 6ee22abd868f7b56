#include "kept_claims.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alignode/config.h"
#include "alignode/table.h"
#include "base/failure.h"
#include "base/text.h"
#include "claims_program.h"
#include "file/tree.h"

const char aln_claims_program[] = ALN_CLAIMS_PROGRAM;

enum { KIND, WHAT, VALUE, LOW, HIGH, REMARK, COLUMNS };
static const char *const columns[COLUMNS] = {"kind", "what", "value", "low", "high", "remark"};
/* By kind; an error is never kept. */
static const char *const kinds[] = {
    [ALN_LINE_JUDGED] = "judged", [ALN_LINE_NOTE] = "note", [ALN_LINE_SKIPPED] = "skipped"};

/* Returned: *path  yours, free() its text */
static enum aln_status find_path(struct aln_text *path, const char *runs, const char *claim,
                                 enum aln_claims_form form)
{
    aln_text_add(path, "%s/%s.%s.tsv", runs, claim, aln_claims_forms[form]);
    return path->failed ? aln_raise_memory("the name of a file") : ALN_OK;
}

/* ---- writing ---- */

static void add_header(struct aln_text *yaml, const struct aln_claim_record *record)
{
    char seconds[32];
    aln_text_add(yaml, "claim: %s\nform: %s\nprogram: %s\nmeasured: ", record->claim->name,
                 aln_claims_forms[record->form], record->program);
    aln_text_quote(yaml, record->measured);
    aln_text_from_real(record->seconds,
                       seconds); /* exactly, so that a page read back is the same */
    aln_text_add(yaml, "\nseconds: %s\ninputs:\n", seconds);
    for (size_t i = 0; i < record->inputs; i++)
        aln_text_add(yaml, "  %s: \"%08" PRIx32 "\"\n", record->input[i].name,
                     record->input[i].checksum);
}

/* A cell may not be empty, nor hold tabs or line feeds. */
static void add_cell(struct aln_text *cell, const char *s)
{
    for (s = s != NULL && *s != '\0' ? s : "-"; *s != '\0'; s++)
        aln_text_add(cell, "%c", (unsigned char)*s < ' ' ? ' ' : *s);
}

static enum aln_status write_line(struct aln_writer *w, const struct aln_report_line *line)
{
    char number[3][32];
    struct aln_text what = {0}, remark = {0};
    add_cell(&what, line->what);
    add_cell(&remark, line->remark);
    aln_text_from_real(line->value, number[0]);
    aln_text_from_real(line->low, number[1]);
    aln_text_from_real(line->high, number[2]);
    const char *const cell[COLUMNS] = {kinds[line->kind], what.s,    number[0],
                                       number[1],         number[2], remark.s};
    enum aln_status status = what.failed || remark.failed ? aln_raise_memory("a claim")
                                                          : aln_writer_text_row(w, cell, COLUMNS);
    free(what.s);
    free(remark.s);
    return status;
}

static enum aln_status write_record(const struct aln_claim_record *record, const char *path,
                                    const char *yaml)
{
    struct aln_writer *w = NULL;
    size_t blocks;
    const struct aln_writer_options options = {.path = path,
                                               .command = "claim",
                                               .yaml = yaml,
                                               .columns = columns,
                                               .column_count = COLUMNS};
    enum aln_status status = aln_writer_open(&w, &options, &blocks);
    for (size_t i = 0; i < record->count && status == ALN_OK; i++)
        status = write_line(w, &record->lines[i].line);
    if (status == ALN_OK)
        status = aln_writer_end_block(w);
    if (status == ALN_OK)
        return aln_writer_finish(w);
    aln_writer_abandon(w, false);
    return status;
}

enum aln_status aln_kept_claim_save(const struct aln_claim_record *record, const char *runs)
{
    struct aln_text path = {0}, yaml = {0};
    enum aln_status status = find_path(&path, runs, record->claim->name, record->form);
    add_header(&yaml, record);
    if (status == ALN_OK)
        status = yaml.failed ? aln_raise_memory("a claim") : write_record(record, path.s, yaml.s);
    free(path.s);
    free(yaml.s);
    return status;
}

/* ---- reading ---- */

/* The scalar called `key`, or "". */
static const char *scalar(const struct aln_tree *tree, const char *key)
{
    const struct aln_node *node = aln_tree_find(aln_tree_root(tree), key);
    return node != NULL && node->kind == ALN_SCALAR ? node->text : "";
}

static bool is_of(const struct aln_table *t, const struct aln_tree *tree,
                  const struct aln_claim_record *record)
{
    bool same = strcmp(t->command, "claim") == 0 && t->cols == COLUMNS &&
                strcmp(scalar(tree, "claim"), record->claim->name) == 0 &&
                strcmp(scalar(tree, "form"), aln_claims_forms[record->form]) == 0 &&
                aln_text_real(scalar(tree, "seconds"), &(double){0});
    for (size_t i = 0; i < COLUMNS && same; i++)
        same = strcmp(t->name[i], columns[i]) == 0;
    return same;
}

/* Returned: false for an unknown kind */
static bool read_line(struct aln_claim_record *record, const struct aln_table *t, size_t row)
{
    char *const *cell = &t->text[row * COLUMNS];
    const double *value = &t->value[row * COLUMNS];
    unsigned kind = 0;
    while (kind < sizeof kinds / sizeof kinds[0] && strcmp(cell[KIND], kinds[kind]) != 0)
        kind++;
    if (kind == sizeof kinds / sizeof kinds[0])
        return false;
    struct aln_report_line line = {.kind = kind,
                                   .claim = record->claim->name,
                                   .what = cell[WHAT],
                                   .value = value[VALUE],
                                   .low = value[LOW],
                                   .high = value[HIGH],
                                   .remark = strcmp(cell[REMARK], "-") == 0 ? "" : cell[REMARK]};
    line.ok = line.value >= line.low && line.value <= line.high;
    aln_claim_record_add(record, &line);
    return true;
}

static bool read_lines(struct aln_claim_record *record, const struct aln_table *t)
{
    bool known = true;
    for (size_t i = 0; i < t->rows; i++)
        known = known && read_line(record, t, i);
    return known;
}

/* Whether the files of params/ are as they were. */
static enum aln_status check_inputs(const struct aln_tree *tree, const char *params, bool *same)
{
    const struct aln_node *inputs = aln_tree_find(aln_tree_root(tree), "inputs");
    enum aln_status status = ALN_OK;
    for (const struct aln_node *n = inputs != NULL ? inputs->first : NULL;
         n != NULL && status == ALN_OK; n = n->next) {
        struct aln_claim_record now = {0};
        struct aln_text path = {0};
        char sum[16] = "";
        aln_text_add(&path, "%s/%s.yaml", params, n->key);
        status = path.failed ? aln_raise_memory("the name of a file") : ALN_OK;
        if (status == ALN_OK && access(path.s, F_OK) == 0)
            status = aln_claim_record_input(&now, n->key, path.s);
        if (now.inputs > 0)
            snprintf(sum, sizeof sum, "%08" PRIx32, now.input[0].checksum);
        *same = *same && strcmp(sum, n->text) == 0;
        free(path.s);
    }
    return status;
}

static enum aln_status take_record(struct aln_claim_record *record, const struct aln_table *t,
                                   const struct aln_tree *tree, const char *path)
{
    if (!is_of(t, tree, record) || !read_lines(record, t))
        return aln_raise(ALN_USAGE, "%s: is not the kept claim %s; move it elsewhere", path,
                         record->claim->name);
    snprintf(record->version, sizeof record->version, "%s", t->version);
    snprintf(record->program, sizeof record->program, "%s", scalar(tree, "program"));
    snprintf(record->measured, sizeof record->measured, "%s", scalar(tree, "measured"));
    aln_text_real(scalar(tree, "seconds"), &record->seconds);
    record->kept = true;
    return record->failed ? aln_raise_memory("a claim") : ALN_OK;
}

static enum aln_status read_record(struct aln_claim_record *record, const char *path,
                                   const char *params)
{
    struct aln_table *t = NULL;
    struct aln_tree *tree = NULL;
    enum aln_status status = aln_table_read(&t, path);
    if (status == ALN_OK)
        status = aln_table_must_be_sound(t, path);
    if (status == ALN_OK)
        status = aln_tree_from_table(&tree, path, t);
    if (status == ALN_OK)
        status = take_record(record, t, tree, path);
    record->current = status == ALN_OK && strcmp(record->version, ALN_VERSION) == 0 &&
                      strcmp(record->program, aln_claims_program) == 0;
    if (record->current)
        status = check_inputs(tree, params, &record->current);
    aln_tree_free(tree);
    aln_table_free(t);
    return status;
}

enum aln_status aln_kept_claim_read(struct aln_claim_record *record, const char *runs,
                                    const char *params, const struct aln_name *claim,
                                    enum aln_claims_form form)
{
    struct aln_text path = {0};
    *record = (struct aln_claim_record){.claim = claim, .form = form};
    enum aln_status status = find_path(&path, runs, claim->name, form);
    if (status == ALN_OK && access(path.s, F_OK) == 0)
        status = read_record(record, path.s, params);
    free(path.s);
    if (status != ALN_OK)
        aln_claim_record_free(record);
    return status;
}

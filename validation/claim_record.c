#include "claim_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "file/checksum.h"

const char *const aln_claims_forms[ALN_FORMS] = {
    [ALN_FORM_QUICK] = "quick", [ALN_FORM_FULL] = "full", [ALN_FORM_PUBLISHED] = "published"};

static bool make_room(struct aln_claim_record *record)
{
    if (record->count < record->room)
        return true;
    size_t room = record->room > 0 ? 2 * record->room : 32;
    struct aln_record_line *more = realloc(record->lines, room * sizeof *more);
    if (more == NULL)
        return false;
    record->lines = more;
    record->room = room;
    return true;
}

static void free_line(struct aln_record_line *own)
{
    free(own->what);
    free(own->remark);
}

/* Returned: *own  for free_line(), also on failure */
static bool copy_line(struct aln_record_line *own, const struct aln_report_line *line)
{
    *own = (struct aln_record_line){.line = *line, .what = strdup(line->what)};
    if (line->remark != NULL)
        own->remark = strdup(line->remark);
    own->line.what = own->what;
    own->line.remark = own->remark;
    return own->what != NULL && (line->remark == NULL || own->remark != NULL);
}

void aln_claim_record_add(struct aln_claim_record *record, const struct aln_report_line *line)
{
    record->incomplete = record->incomplete || line->kind == ALN_LINE_ERROR;
    if (!make_room(record)) {
        record->failed = true;
        return;
    }
    struct aln_record_line *own = &record->lines[record->count];
    if (copy_line(own, line)) {
        record->count++;
    } else {
        free_line(own);
        record->failed = true;
    }
}

static bool has_input(const struct aln_claim_record *record, const char *name)
{
    for (size_t i = 0; i < record->inputs; i++)
        if (strcmp(record->input[i].name, name) == 0)
            return true;
    return false;
}

enum aln_status aln_claim_record_input(struct aln_claim_record *record, const char *name,
                                       const char *path)
{
    char *text;
    size_t length;
    if (has_input(record, name))
        return ALN_OK;
    if (record->inputs == ALN_RECORD_INPUTS)
        return aln_raise(ALN_USAGE, "%s: more than %d parameter files in one claim", name,
                         ALN_RECORD_INPUTS);
    enum aln_status status = aln_text_read_file(path, &text, &length);
    if (status != ALN_OK)
        return status;
    struct aln_record_input *input = &record->input[record->inputs++];
    snprintf(input->name, sizeof input->name, "%s", name);
    input->checksum = aln_checksum(0, text, length);
    free(text);
    return ALN_OK;
}

/* Counts of the lines. */
static void count_lines(const struct aln_claim_record *record, struct aln_verdict *v)
{
    for (size_t i = 0; i < record->count; i++) {
        const struct aln_report_line *line = &record->lines[i].line;
        bool judged = line->kind == ALN_LINE_JUDGED, error = line->kind == ALN_LINE_ERROR;
        v->lines += judged || error;
        v->failed += error || (judged && !line->ok);
        v->skipped += line->kind == ALN_LINE_SKIPPED;
    }
}

struct aln_verdict aln_claim_record_judge(const struct aln_claim_record *record)
{
    struct aln_verdict v = {.kind = ALN_CLAIM_FAILED};
    count_lines(record, &v);
    if (record->stopped)
        v.kind = ALN_CLAIM_STOPPED;
    else if (v.lines == 0 && v.skipped > 0)
        v.kind = ALN_CLAIM_SKIPPED;
    else if (v.lines > 0 && v.failed == 0)
        v.kind = ALN_CLAIM_PASSED;
    return v;
}

void aln_claim_record_free(struct aln_claim_record *record)
{
    for (size_t i = 0; i < record->count; i++)
        free_line(&record->lines[i]);
    free(record->lines);
    *record = (struct aln_claim_record){0};
}

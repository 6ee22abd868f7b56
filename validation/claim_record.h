/* What a claim has shown: its lines, and when and by which program they were measured. */
#ifndef ALIGNODE_VALIDATION_CLAIM_RECORD_H
#define ALIGNODE_VALIDATION_CLAIM_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alignode/names.h"
#include "report.h"

/* A line whose texts are its own. */
struct aln_record_line {
    struct aln_report_line line; /* its texts are views of those below */
    char *what, *remark;
};

/* A file of params/ that the numbers depend on. */
struct aln_record_input {
    char name[64]; /* without .yaml */
    uint32_t checksum;
};

enum { ALN_RECORD_INPUTS = 16 };

/* How thoroughly claims are checked. QUICK: some are skipped, others are short. PUBLISHED: networks learn as
 * long as their source's did; claims on them alone have it. KNOWN: the full form of those that are kept in
 * it, whichever program has measured them, else the quick one. */
enum aln_claims_form {
    ALN_FORM_KNOWN,
    ALN_FORM_QUICK,
    ALN_FORM_FULL,
    ALN_FORM_PUBLISHED,
    ALN_FORMS
};
extern const char *const aln_claims_forms[ALN_FORMS]; /* "quick", ... by form; of KNOWN NULL */

struct aln_claim_record {
    const struct aln_name *claim;
    enum aln_claims_form form;     /* not KNOWN */
    bool stopped;                  /* by the user: its lines are not valid */
    bool incomplete;               /* an error, or data that are missing */
    bool failed;                   /* out of memory: lines are missing */
    struct aln_record_line *lines; /* [count] */
    size_t count, room;
    struct aln_record_input input[ALN_RECORD_INPUTS]; /* [inputs] */
    size_t inputs;
    char version[32], program[32]; /* of alignode, see aln_claims_program */
    char measured[32];             /* 2026-01-31T12:00:00Z */
    double seconds;                /* of processor time */
    bool kept;                     /* read back, not measured now */
    bool current;                  /* by this program, from the present parameter files */
};

/* Adds a copy of a line. */
void aln_claim_record_add(struct aln_claim_record *record, const struct aln_report_line *line);
/* Adds a file of params/.  Given: path  of the file, which is read
 * Status: as aln_text_read_file() */
enum aln_status aln_claim_record_input(struct aln_claim_record *record, const char *name,
                                       const char *path);
struct aln_verdict aln_claim_record_judge(const struct aln_claim_record *record);
void aln_claim_record_free(struct aln_claim_record *record);

#endif

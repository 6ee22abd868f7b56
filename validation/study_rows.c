#include "study_rows.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "model/params.h"
#include "study/study.h"

/* A temporary file.  Returned: path[4096], "" on failure */
static enum aln_status make_temporary(char path[4096])
{
    const char *parent = getenv("TMPDIR");
    snprintf(path, 4096, "%s/alignode-claim-XXXXXX", parent != NULL ? parent : "/tmp");
    int file = mkstemp(path);
    if (file < 0) {
        path[0] = '\0';
        return aln_raise(ALN_FILE, "cannot create a temporary file");
    }
    close(file);
    return ALN_OK;
}

struct aln_table *aln_claim_study(struct aln_report *r, const char *what, const char *yaml)
{
    struct aln_params *params = NULL;
    struct aln_table *table = NULL;
    char path[4096] = "";
    enum aln_status status = aln_params_parse(&params, "claim", yaml, 0, NULL, aln_study_check);
    if (status == ALN_OK)
        status = make_temporary(path);
    if (status == ALN_OK)
        status =
            aln_study(params, &(struct aln_run_options){.path = path, .progress = &aln_claim_stop});
    if (status == ALN_OK)
        status = aln_table_read(&table, path);
    if (status != ALN_OK)
        aln_report_error(r, what);
    if (path[0] != '\0')
        unlink(path);
    aln_params_free(params);
    return table;
}

double aln_claim_entry(const struct aln_table *t, size_t row, const char *column)
{
    int c = aln_table_column(t, column);
    return c < 0 ? NAN : t->value[row * t->cols + (size_t)c];
}

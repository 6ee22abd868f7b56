#include "sweep/sweep_remarks.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "base/text.h"

enum { RECORD = 0x1e }; /* separates remarks in the text */

void aln_sweep_remarks_free(struct aln_sweep_remark *remark, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(remark[i].text);
    free(remark);
}

static int by_point(const void *a, const void *b)
{
    const struct aln_sweep_remark *x = a, *y = b;
    return (x->point > y->point) - (x->point < y->point);
}

enum aln_status aln_sweep_remarks_gather(const struct aln_ranks *ranks,
                                         struct aln_sweep_remark **remark, size_t *count)
{
    struct aln_text text = {0};
    enum aln_status status;
    size_t sum = 0;
    for (size_t i = 0; i < *count; i++)
        aln_text_add(&text, "%" PRIu64 " %s%c", (*remark)[i].point,
                     (*remark)[i].text != NULL ? (*remark)[i].text : "out of memory", RECORD);
    if ((status = aln_ranks_gather(ranks, &text)) != ALN_OK || ranks->rank != 0)
        goto out;
    for (size_t i = 0; i < text.length; i++)
        sum += text.s[i] == RECORD;
    struct aln_sweep_remark *all = calloc(sum + 1, sizeof *all);
    if (all == NULL) {
        status = aln_raise_memory("remarks on %zu points", sum);
        goto out;
    }
    aln_sweep_remarks_free(*remark, *count);
    *remark = all;
    *count = sum;
    char *at = text.s;
    for (size_t i = 0; i < sum; i++) {
        char *end = strchr(at, RECORD);
        *end = '\0';
        all[i].point = strtoull(at, &at, 10);
        all[i].text = strdup(at + 1);
        at = end + 1;
    }
out:
    free(text.s);
    if (*count > 1)
        qsort(*remark, *count, sizeof **remark, by_point);
    return status;
}

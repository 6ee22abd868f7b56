#include "base/failure.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text_format.h"

enum aln_status(aln_raise_again)(enum aln_status status, const char *fmt, ...)
{
    struct aln_failure failure;
    char before[512];
    va_list args;
    aln_failure_keep(&failure, status);
    va_start(args, fmt);
    aln_text_format(before, sizeof before, fmt, args);
    va_end(args);
    return aln_raise(status, "%s%s", before, failure.sentence);
}

enum aln_status(aln_raise_memory)(const char *fmt, ...)
{
    char what[512];
    va_list args;
    va_start(args, fmt);
    aln_text_format(what, sizeof what, fmt, args);
    va_end(args);
    return aln_raise(ALN_MEMORY, "out of memory for %s", what);
}

enum aln_status(aln_raise_system)(enum aln_status status, int error, const char *fmt, ...)
{
    char what[3072];
    va_list args;
    va_start(args, fmt);
    aln_text_format(what, sizeof what, fmt, args);
    va_end(args);
    return aln_raise(error == ENOMEM ? ALN_MEMORY : status, "%s: %s", what,
                     error == ENOMEM ? "out of memory" : strerror(error));
}

bool aln_has_memory(size_t room)
{
    void *volatile block = malloc(room); /* volatile: compilers leave out what nothing reads */
    free(block);
    return block != NULL;
}

void aln_failure_keep(struct aln_failure *failure, enum aln_status status)
{
    failure->status = status;
    snprintf(failure->sentence, sizeof failure->sentence, "%s",
             status != ALN_OK ? aln_error() : "");
}

enum aln_status aln_failure_raise(const struct aln_failure *failure)
{
    return failure->status == ALN_OK ? ALN_OK : aln_raise(failure->status, "%s", failure->sentence);
}

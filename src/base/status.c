#include "alignode/status.h"

#include <stdarg.h>

#include "base/text_format.h"

static _Thread_local char sentence[4096];

enum aln_status aln_raise(enum aln_status status, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    aln_text_format(sentence, sizeof sentence, fmt, args);
    va_end(args);
    return status;
}

const char *aln_error(void)
{
    return sentence;
}

const char *aln_version(void)
{
    return ALN_VERSION;
}

/* A problem from text in the format of parameter files, or from such a file. */
#include "model/params.h"

/* The sections that no engine asks for here are checked too: a file that is good for a command is
 * good for a program, and the other way round. */
#define COMMAND "problem"

static enum aln_status make(struct aln_problem **out, enum aln_status status,
                            struct aln_params *params)
{
    *out = NULL;
    if (status == ALN_OK)
        status = aln_problem_create(out, params);
    aln_params_free(params);
    return status;
}

enum aln_status aln_problem_parse(struct aln_problem **out, const char *yaml)
{
    struct aln_params *params;
    enum aln_status status = aln_params_parse(&params, "text", yaml, 0, NULL, COMMAND);
    return make(out, status, params);
}

enum aln_status aln_problem_load(struct aln_problem **out, const char *path)
{
    struct aln_params *params;
    enum aln_status status = aln_params_load(&params, path, 0, NULL, COMMAND);
    return make(out, status, params);
}

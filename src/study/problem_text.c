/* A problem from a parameter file, or from text in its format. All sections are checked, those of
 * studies too, so that programs accept exactly the files that commands do. */
#include "model/params.h"
#include "study/study.h"

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
    enum aln_status status = aln_params_parse(&params, "text", yaml, 0, NULL, NULL);
    return make(out, status, params);
}

enum aln_status aln_problem_load(struct aln_problem **out, const char *path)
{
    struct aln_params *params;
    enum aln_status status = aln_params_load(&params, path, 0, NULL, NULL);
    return make(out, status, params);
}

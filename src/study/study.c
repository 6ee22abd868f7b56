#include "study/study.h"

#include <stdio.h>

#include "model/params_table.h"
#include "params/presentation.h"
#include "run/engine.h"
#include "study/compare.h"
#include "study/fixedpoint.h"

/* The studies: `name` stands for aln_study_name, defined in src/study/name.c. */
#define STUDIES(study) study(degeneracy) study(plearn) study(escape)

#define DECLARATION(name) extern const struct aln_study aln_study_##name;
#define POINTER(name)     &aln_study_##name,
#define PART(name)        , &aln_study_##name.part

STUDIES(DECLARATION)
static const struct aln_study *const studies[] = {STUDIES(POINTER)};
const struct aln_names aln_studies = {"study", "studies", studies,
                                      sizeof studies / sizeof studies[0], 0};

/* ---- the choice of a study ---- */

/* The parameter `study:`. */
struct choice {
    const struct aln_study *study;
};
static const struct aln_param choice_rows[] = {
    ALN_PARAM_SWEEP,
    {"study", &aln_params_name, .at = offsetof(struct choice, study), .names = &aln_studies,
     .unit = "", .doc = "the study that `alignode study` runs"},
};
static const struct aln_schema_part choice_part = {.row = choice_rows,
                                                   .count =
                                                       sizeof choice_rows / sizeof choice_rows[0],
                                                   .size = sizeof(struct choice)};

const struct aln_study *aln_study_of(const struct aln_params *p)
{
    return ((const struct choice *)aln_schema_part(&p->parts, &choice_part))->study;
}

enum aln_status aln_study_check(const void *params, const struct aln_params_given *given)
{
    char names[256];
    const struct aln_params *p = params;
    const struct aln_study *study = aln_study_of(p);
    if (study == NULL)
        return aln_tree_raise(&given->root->at, "study is missing: expected %s",
                              aln_names_join(&aln_studies, names));
    if (aln_spectrum_blocks(&p->problem.spectrum) > 0)
        return aln_tree_raise(aln_params_where(given, "study"),
                              "study: %s is not available with problem.spectrum", study->id.name);
    enum aln_status status = aln_engines_check_shared(p, given);
    return status == ALN_OK ? study->check(p, aln_schema_part(&p->parts, &study->part), given)
                            : status;
}

enum aln_status aln_study(const struct aln_params *p, const struct aln_run_options *options)
{
    const struct aln_study *study = aln_study_of(p);
    if (study == NULL)
        return aln_raise(ALN_USAGE, "the parameters name no study");
    return study->run(p, aln_schema_part(&p->parts, &study->part), options);
}

/* ---- parameter files ---- */

static const struct aln_param drawn_rows[] = {
    {"drawn", &aln_params_unread, .unit = "",
     .doc = "values drawn in the run that wrote a result; ignored when read"},
};
static const struct aln_schema_part drawn_part = {.row = drawn_rows, .count = 1};

/* In the order in which they are written. */
static const struct aln_schema_part *const parts[] = {
    &aln_params_common,   &aln_compare_part,      &choice_part STUDIES(PART),
    &aln_fixedpoint_part, &aln_presentation_part, &drawn_part,
};

/* The parameters of a study do not apply to another one. */
static const char *of_other_study(const struct aln_schema_part *part, const void *p, char why[128])
{
    for (size_t i = 0; i < sizeof studies / sizeof studies[0]; i++)
        if (part == &studies[i]->part && studies[i] != aln_study_of(p)) {
            return strcat(strcpy(why, "study is not "), studies[i]->id.name);
        }
    return NULL;
}

const struct aln_schema aln_params_schema = {
    .name = "two-layer problem",
    .part = parts,
    .part_count = sizeof parts / sizeof parts[0],
    .parts_at = offsetof(struct aln_params, parts),
    .size = sizeof(struct aln_params),
    .foreign = " data network ",
    .foreign_kind = "deep experiment (alignode train; with a section target, ode and compare too)",
    .extent = aln_params_extent,
    .barred = of_other_study,
    .check = aln_params_check,
    .resolve = aln_params_take_start,
};

enum aln_status aln_params_load(struct aln_params **out, const char *path, size_t set_count,
                                const char *const *set, aln_params_use use)
{
    void *p;
    enum aln_status status = aln_schema_load(&p, &aln_params_schema, path, set_count, set, use);
    *out = p;
    return status;
}

enum aln_status aln_params_parse(struct aln_params **out, const char *name, const char *text,
                                 size_t set_count, const char *const *set, aln_params_use use)
{
    void *p;
    enum aln_status status =
        aln_schema_parse(&p, &aln_params_schema, name, text, set_count, set, use);
    *out = p;
    return status;
}

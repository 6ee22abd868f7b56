/* What the studies ask of the parameters. */
#include <string.h>

#include "model/params_table.h"

static const struct aln_place *where(const struct aln_params_given *g, const char *key)
{
    return aln_params_where(g, key);
}

static enum aln_study_kind kind_of(const struct aln_params *p)
{
    enum aln_study_kind kind = 0;
    while (aln_names_row(&aln_studies, kind) != p->study)
        kind++;
    return kind;
}

enum aln_engine_kind aln_params_study_engine(const struct aln_params *p)
{
    return kind_of(p) == ALN_STUDY_PLEARN ? p->plearn.engine : p->degeneracy.engine;
}

/* Whether the command runs the study that is named, if one is. */
static bool runs_study(const char *command)
{
    return strcmp(command, "study") == 0 || strcmp(command, "plot") == 0;
}

uint64_t aln_params_most_units(const struct aln_params *p, const char *command)
{
    if (p->study != NULL && runs_study(command) && kind_of(p) == ALN_STUDY_PLEARN &&
        p->plearn.units != NULL)
        return p->plearn.units[p->plearn.units_count - 1];
    return p->problem.student.units;
}

/* ---- degeneracy ---- */

/* The solutions to tell apart are the teacher's units with signs, in any order: they are all there
 * are, and apart from each other, for an odd activation that is not linear, with K = M. */
static enum aln_status check_degeneracy(const struct aln_params *p,
                                        const struct aln_params_given *g)
{
    const struct aln_activation *a = p->problem.activation;
    if (!a->odd || a->linear)
        return aln_tree_raise(where(g, "problem.activation"),
                              "problem.activation: study degeneracy expected an odd activation "
                              "that is not linear (erf), got %s: its equivalent solutions are not "
                              "the signs and permutations of the units",
                              a->id.name);
    if (p->problem.student.units != p->problem.teacher.units)
        return aln_tree_raise(where(g, "problem.student.units"),
                              "problem.student.units: study degeneracy expected as many as the "
                              "teacher has, %llu, got %llu",
                              (unsigned long long)p->problem.teacher.units,
                              (unsigned long long)p->problem.student.units);
    return ALN_OK;
}

/* ---- plearn ---- */

/* Matrices whose shape holds for one number of units only. */
static enum aln_status check_shapeless(const struct aln_params *p, const struct aln_params_given *g)
{
    static const char *const keys[] = {"learning.feedback.matrix", "problem.overlaps.Q",
                                       "problem.overlaps.from"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (aln_params_node(g, keys[i]) != NULL)
            return aln_tree_raise(&aln_params_node(g, keys[i])->key_at,
                                  "%s and plearn.units exclude each other", keys[i]);
    if (p->problem.student.readout.fill == ALN_FILL_MATRIX)
        return aln_tree_raise(where(g, "problem.student.readout"),
                              "problem.student.readout: a matrix and plearn.units exclude each "
                              "other");
    return ALN_OK;
}

static enum aln_status check_plearn(const struct aln_params *p, const struct aln_params_given *g)
{
    if (p->problem.outputs != 1)
        return aln_tree_raise(where(g, "problem.outputs"),
                              "problem.outputs: study plearn expected 1, got %llu",
                              (unsigned long long)p->problem.outputs);
    if (p->plearn.window > p->run.time)
        return aln_tree_raise(where(g, "plearn.window"),
                              "plearn.window: expected number up to run.time, which is %g, got %g",
                              p->run.time, p->plearn.window);
    if (p->plearn.rates != NULL && p->plearn.rates_count != p->plearn.units_count)
        return aln_tree_raise(where(g, "plearn.rates"),
                              "plearn.rates: expected as many as plearn.units, %zu, got %zu",
                              p->plearn.units_count, p->plearn.rates_count);
    if (p->plearn.patterns && aln_params_node(g, "learning.feedback.matrix") != NULL)
        return aln_tree_raise(where(g, "plearn.patterns"),
                              "plearn.patterns and learning.feedback.matrix exclude each other");
    return p->plearn.units != NULL ? check_shapeless(p, g) : ALN_OK;
}

enum aln_status aln_params_check_study(const struct aln_params *p, const struct aln_params_given *g,
                                       const char *command)
{
    char names[256];
    static enum aln_status (*const checks[ALN_STUDIES])(const struct aln_params *,
                                                        const struct aln_params_given *) = {
        [ALN_STUDY_DEGENERACY] = check_degeneracy,
        [ALN_STUDY_PLEARN] = check_plearn,
    };
    if (p->study != NULL)
        return runs_study(command) ? checks[kind_of(p)](p, g) : ALN_OK;
    if (strcmp(command, "study") != 0)
        return ALN_OK;
    return aln_tree_raise(&g->root->at, "study is missing: expected %s",
                          aln_names_join(&aln_studies, names));
}

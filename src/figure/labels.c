/* Labels of rules and results. */
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "figure/drawing.h"

void aln_drawing_rule(struct aln_text *out, const char *name)
{
    for (const char *c = name; *c != '\0'; c++)
        aln_text_add(out, "%c", strlen(name) <= 3 && *c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
}

/* ---- equal labels ---- */

enum { FEW = 2, SHORT = 60 };

/* Whether a parameter affects what was computed, not only how long and when it was recorded. */
static bool affects_run(const char *key)
{
    static const char *const parts[] = {"problem.", "learning.", "run.seed",  "ode.stepper",
                                        "ode.rtol", "ode.atol",  "ode.second"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (strncmp(key, parts[i], strlen(parts[i])) == 0)
            return true;
    return false;
}

/* Appends "rate = 0.1, student.units = 2": an input's values of the parameters in which the inputs
 * of `like` differ.
 * Given:    like[d->count]  inputs to compare
 * Returned: how many parameters */
static size_t add_differences(const struct aln_drawing *d, const bool *like, size_t input,
                              struct aln_text *out)
{
    struct aln_param_row row;
    size_t count = 0;
    for (size_t r = 0; aln_schema_row(&aln_params_schema, r, &row); r++) {
        struct aln_text own = {0};
        bool equal = true;
        if (!affects_run(row.id.name))
            continue;
        aln_schema_value(&aln_params_schema, d->input[input].params, r, &own);
        for (size_t i = 0; i < d->count; i++) {
            struct aln_text its = {0};
            if (like[i])
                aln_schema_value(&aln_params_schema, d->input[i].params, r, &its);
            equal = equal && (!like[i] ||
                              strcmp(own.s != NULL ? own.s : "", its.s != NULL ? its.s : "") == 0);
            out->failed = out->failed || its.failed;
            free(its.s);
        }
        if (!equal)
            aln_text_add(out, "%s%s = %s", count++ > 0 ? ", " : "", strchr(row.id.name, '.') + 1,
                         own.s != NULL ? own.s : "default");
        out->failed = out->failed || own.failed;
        free(own.s);
    }
    return count;
}

/* What distinguishes an input from others: parameters if these are few and short, else its title,
 * else its file name. */
enum distinction { BY_PARAMETERS, BY_TITLE, BY_FILE };

static void add_distinction(const struct aln_drawing *d, const bool *like, size_t input,
                            enum distinction by, struct aln_text *out)
{
    if (by == BY_PARAMETERS)
        add_differences(d, like, input, out);
    else
        aln_text_add(out, "%s",
                     by == BY_TITLE ? d->input[input].params->title
                                    : aln_figure_input_name(&d->input[input]));
}

/* Whether it distinguishes all inputs of `like`. */
static bool distinguishes(const struct aln_drawing *d, const bool *like, enum distinction by)
{
    bool good = true;
    for (size_t i = 0; i < d->count && good; i++) {
        for (size_t j = 0; j < d->count && good && like[i]; j++) {
            struct aln_text a = {0}, b = {0}, none = {0};
            if (j == i || !like[j])
                continue;
            add_distinction(d, like, i, by, &a);
            add_distinction(d, like, j, by, &b);
            good = a.s != NULL && b.s != NULL && strcmp(a.s, b.s) != 0 && a.length <= SHORT &&
                   (by != BY_PARAMETERS || add_differences(d, like, i, &none) <= FEW);
            free(a.s);
            free(b.s);
            free(none.s);
        }
    }
    return good;
}

/* Marks the inputs whose labels equal that of i, except those whose labels are done.
 * Returned: how many */
static size_t find_alike(const struct aln_drawing *d, struct aln_text *const *label, size_t i,
                         const bool *done, bool *like)
{
    size_t count = 0;
    for (size_t j = 0; j < d->count; j++) {
        like[j] = !done[i] && !done[j] && strcmp(label[i]->s, label[j]->s) == 0;
        count += like[j];
    }
    return count;
}

/* Appends to the labels of `like` what distinguishes them.  Returned: false if one has failed */
static bool add_distinctions(const struct aln_drawing *d, struct aln_text *const *label,
                             const bool *like, bool *done)
{
    enum distinction by = BY_PARAMETERS;
    bool failed = false;
    while (by < BY_FILE && !distinguishes(d, like, by))
        by++;
    for (size_t j = 0; j < d->count; j++) {
        if (!like[j])
            continue;
        done[j] = true;
        aln_text_add(label[j], " (");
        add_distinction(d, like, j, by, label[j]);
        aln_text_add(label[j], ")");
        failed = failed || label[j]->failed;
    }
    return !failed;
}

enum aln_status aln_drawing_tell_apart(const struct aln_drawing *d, struct aln_text *const *label)
{
    bool *like = calloc(d->count, sizeof *like), *done = calloc(d->count, sizeof *done);
    bool failed = like == NULL || done == NULL;
    for (size_t i = 0; i < d->count; i++)
        failed = failed || label[i]->failed;
    for (size_t i = 0; i < d->count && !failed; i++)
        if (find_alike(d, label, i, done, like) > 1)
            failed = !add_distinctions(d, label, like, done);
    free(like);
    free(done);
    return failed ? aln_raise_memory("a figure's key") : ALN_OK;
}

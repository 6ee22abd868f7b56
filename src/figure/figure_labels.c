/* Labels of results that would be equal say what differs. */
#include <stdlib.h>
#include <string.h>

#include "figure/drawing.h"

enum { FEW = 2, SHORT = 60 };

/* Whether a parameter says what was computed, not how long and how closely it was looked at. */
static bool says_what(const char *key)
{
    static const char *const parts[] = {"problem.", "learning.", "run.seed",  "ode.stepper",
                                        "ode.rtol", "ode.atol",  "ode.second"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (strncmp(key, parts[i], strlen(parts[i])) == 0)
            return true;
    return false;
}

/* Appends "rate = 0.1, student.units = 2" of an input: the parameters in which those of `like` are
 * not all equal.
 * Given: like[d->count]  inputs to compare
 * Returned: how many parameters */
static size_t add_differences(const struct aln_drawing *d, const bool *like, size_t input,
                              struct aln_text *out)
{
    struct aln_param_row row;
    size_t count = 0;
    for (size_t r = 0; aln_schema_row(&aln_params_schema, r, &row); r++) {
        struct aln_text own = {0};
        bool equal = true;
        if (!says_what(row.id.name))
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

/* What an input is told by: parameters where these are few and short, else its title, else the
 * name of its file. */
enum telling { BY_PARAMETERS, BY_TITLE, BY_FILE };

static void add_telling(const struct aln_drawing *d, const bool *like, size_t input,
                        enum telling by, struct aln_text *out)
{
    const char *path = d->input[input].path, *slash = strrchr(path, '/');
    if (by == BY_PARAMETERS)
        add_differences(d, like, input, out);
    else
        aln_text_add(out, "%s",
                     by == BY_TITLE  ? d->input[input].params->title
                     : slash == NULL ? path
                                     : slash + 1);
}

/* Whether it tells all of them apart. */
static bool tells(const struct aln_drawing *d, const bool *like, enum telling by)
{
    bool good = true;
    for (size_t i = 0; i < d->count && good; i++) {
        for (size_t j = 0; j < d->count && good && like[i]; j++) {
            struct aln_text a = {0}, b = {0}, none = {0};
            if (j == i || !like[j])
                continue;
            add_telling(d, like, i, by, &a);
            add_telling(d, like, j, by, &b);
            good = a.s != NULL && b.s != NULL && strcmp(a.s, b.s) != 0 && a.length <= SHORT &&
                   (by != BY_PARAMETERS || add_differences(d, like, i, &none) <= FEW);
            free(a.s);
            free(b.s);
            free(none.s);
        }
    }
    return good;
}

enum aln_status aln_drawing_tell_apart(const struct aln_drawing *d, struct aln_text *const *label)
{
    bool *like = calloc(2 * d->count, sizeof *like), failed = false;
    if (like == NULL)
        return aln_raise(ALN_MEMORY, "out of memory for a figure's key");
    bool *done = like + d->count;
    for (size_t i = 0; i < d->count && !failed; i++) {
        size_t twins = 0;
        failed = label[i]->failed;
        for (size_t j = i; j < d->count && !failed; j++) {
            like[j] = !done[j] && !label[j]->failed && strcmp(label[i]->s, label[j]->s) == 0;
            twins += like[j];
        }
        if (failed || twins < 2)
            continue;
        enum telling by = tells(d, like, BY_PARAMETERS) ? BY_PARAMETERS
                          : tells(d, like, BY_TITLE)    ? BY_TITLE
                                                        : BY_FILE;
        for (size_t j = i; j < d->count; j++) {
            if (!like[j])
                continue;
            done[j] = true;
            aln_text_add(label[j], " (");
            add_telling(d, like, j, by, label[j]);
            aln_text_add(label[j], ")");
            failed = failed || label[j]->failed;
        }
        memset(like, 0, d->count * sizeof *like);
    }
    free(like);
    return failed ? aln_raise(ALN_MEMORY, "out of memory for a figure's key") : ALN_OK;
}

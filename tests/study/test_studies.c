/* Every study of the table: its file in params/ (run by tests/sweep/test_tasks.c) and how its
 * parameters relate to the others. */
#include <string.h>

#include "../check_main.h"
#include "../shorts.h"
#include "params/schema_table.h"
#include "studies.h"

static const struct aln_study *study_at(size_t i)
{
    return (const struct aln_study *)aln_names_row(&aln_studies, i);
}

/* Loads a study's file with `more` appended.  Returned: yours, or NULL if it is refused */
static struct aln_params *load_short(const struct aln_study *study, const char *more)
{
    const struct short_file *file = short_file_of(study->id.name);
    const char *set[17];
    struct aln_params *p;
    memcpy(set, file->set, file->count * sizeof *set);
    set[file->count] = more;
    enum aln_status status =
        aln_params_load(&p, file->path, file->count + (more != NULL), set, aln_study_check);
    ck_assert(status == ALN_OK || status == ALN_USAGE);
    return p;
}

START_TEST(test_file)
{
    for (size_t i = 0; i < aln_studies.count; i++) {
        const struct aln_study *study = study_at(i);
        struct aln_params *p = load_short(study, NULL);
        ck_assert_msg(p != NULL, "%s", aln_error());
        ck_assert_ptr_eq(aln_study_of(p), study);
        aln_params_free(p);
    }
}
END_TEST

/* A study's parameters are in the section of its name; giving all defaults changes nothing. */
START_TEST(test_parameters)
{
    for (size_t i = 0; i < aln_studies.count; i++) {
        const struct aln_study *study = study_at(i);
        size_t n = strlen(study->id.name);
        ck_assert_msg(study->part.count > 0, "study %s has no parameters", study->id.name);
        for (size_t r = 0; r < study->part.count; r++) {
            const struct aln_param *row = &study->part.row[r];
            char set[256];
            ck_assert_msg(strncmp(row->key, study->id.name, n) == 0 && row->key[n] == '.',
                          "%s is not in the section of its study, %s", row->key, study->id.name);
            ck_assert_msg(row->doc[0] != '\0' && row->unit != NULL, "%s", row->key);
            if (row->def == NULL)
                continue;
            snprintf(set, sizeof set, "%s=%s", row->key, row->def);
            struct aln_params *p = load_short(study, set);
            ck_assert_msg(p != NULL, "its own default is refused: %s", aln_error());
            aln_params_free(p);
        }
    }
}
END_TEST

/* With another study, or with none, its parameters do not apply. */
START_TEST(test_of_others)
{
    static const char *const bare = "learning: {rule: bp}\n";
    for (size_t i = 0; i < aln_studies.count; i++) {
        const struct aln_param *row = study_at(i)->part.row;
        while (row->def == NULL)
            row++;
        for (size_t j = 0; j <= aln_studies.count; j++) {
            char text[256], words[64];
            struct aln_params *p;
            const char *file = own("params.yaml");
            if (j == i)
                continue;
            snprintf(text, sizeof text, "%s%s%s\n%s: {%s: %s}\n", bare,
                     j < aln_studies.count ? "study: " : "",
                     j < aln_studies.count ? study_at(j)->id.name : "", study_at(i)->id.name,
                     strchr(row->key, '.') + 1, row->def);
            snprintf(words, sizeof words, "study is not %s", study_at(i)->id.name);
            write_text(file, text);
            ck_assert_int_eq(aln_params_load(&p, file, 0, NULL, NULL), ALN_USAGE);
            ck_assert_msg(strstr(aln_error(), words) != NULL, "%s", aln_error());
            unlink(file);
        }
    }
}
END_TEST

/* A study stopped before its first run can be resumed. */
START_TEST(test_stopped)
{
    for (size_t i = 0; i < aln_studies.count; i++) {
        volatile sig_atomic_t stop = 1;
        const struct aln_progress progress = {.stop = &stop};
        struct aln_params *p = load_short(study_at(i), NULL);
        const char *out = own("stopped.tsv"), *whole = own("whole.tsv");
        struct aln_run_options options = {.path = out, .progress = &progress, .resume = true};
        ck_assert_int_eq(aln_study(p, &options), ALN_STOPPED);
        stop = 0;
        must(aln_study(p, &options));
        must(aln_study(p, &(struct aln_run_options){.path = whole}));
        same_bytes(out, whole);
        aln_params_free(p);
        unlink(out);
        unlink(whole);
    }
}
END_TEST

CHECK_MAIN("study/studies", test_file, test_parameters, test_of_others, test_stopped)

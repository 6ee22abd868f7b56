/* Test helpers: runs studies given as text. */
#ifndef ALIGNODE_TESTS_STUDY_STUDIES_H
#define ALIGNODE_TESTS_STUDY_STUDIES_H

#include "runs.h"

/* Copies a name from own() to keep it.  Returned: out[96] */
static inline const char *keep(const char *path, char out[96])
{
    snprintf(out, 96, "%s", path);
    return out;
}

/* Runs a study's parameter file or result.  Returned: the result's path, a view */
static inline const char *study_path(const char *file, const char *name, int threads)
{
    struct aln_params *p;
    const char *out = own(name);
    must(aln_params_load(&p, file, 0, NULL, aln_study_check));
    must(aln_study(p, &(struct aln_run_options){.path = out, .threads = threads}));
    aln_params_free(p);
    return out;
}

static inline const char *study_text(const char *text, const char *name, int threads)
{
    const char *file = own("params.yaml");
    write_text(file, text);
    const char *out = study_path(file, name, threads);
    unlink(file);
    return out;
}

/* A text cell. */
static inline const char *text_entry(const struct aln_table *t, size_t row, const char *name)
{
    int column = aln_table_column(t, name);
    ck_assert_msg(column >= 0, "no column %s", name);
    return t->text[row * t->cols + (size_t)column];
}

/* Checks that the result at path, cut to its first `bytes` bytes as PATH.part, resumes to
 * itself. */
static inline void resumes_after(const char *path, size_t bytes)
{
    struct aln_params *p;
    char *text, part[128];
    size_t length;
    const char *again = own("resumed.tsv");
    must(aln_text_read_file(path, &text, &length));
    ck_assert_uint_le(bytes, length);
    snprintf(part, sizeof part, "%s.part", again);
    FILE *file = fopen(part, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(text, 1, bytes, file), bytes);
    ck_assert_int_eq(fclose(file), 0);
    free(text);
    must(aln_params_load(&p, path, 0, NULL, aln_study_check));
    must(aln_study(p, &(struct aln_run_options){.path = again, .resume = true, .threads = 2}));
    aln_params_free(p);
    same_bytes(path, again);
    unlink(again);
}

/* Checks for equal bytes with 1 and 2 threads, from the result's own header, and when resumed after
 * a cut anywhere. A row changed in a kept block must be counted with its changed values. */
static inline void same_again(const char *text, const char *path)
{
    char *whole;
    size_t length;
    const char *twice = study_text(text, "twice.tsv", 2);
    same_bytes(path, twice);
    unlink(twice);
    const char *again = study_path(path, "again.tsv", 1);
    same_bytes(path, again);
    unlink(again);
    must(aln_text_read_file(path, &whole, &length));
    const char *rows = strstr(whole, "\n# drawn:");
    ck_assert_ptr_null(rows); /* every run draws its own values */
    for (size_t i = 0; i <= 4; i++)
        resumes_after(path, length * i / 4);
    free(whole);
}

/* Finds the line "# BEGIN..." after the rows.  Returned: the text after BEGIN, a view */
static inline const char *remark_of(const char *text, const char *begin)
{
    char start[96];
    snprintf(start, sizeof start, "\n# %s", begin);
    const char *at = strstr(text, start);
    ck_assert_msg(at != NULL, "no remark %s", begin);
    return at + strlen(start);
}

#endif

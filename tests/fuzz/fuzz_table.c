/* Arbitrary bytes as a result. What can be read, written and read again, is the same. */
#include "fuzz.h"

#include "alignode/table.h"

static void rewrite(const struct aln_table *t, const char *path)
{
    struct aln_writer *w;
    REQUIRE(aln_writer_open(&w,
                            &(struct aln_writer_options){.path = path,
                                                         .command = t->command,
                                                         .yaml = t->yaml,
                                                         .columns = (const char *const *)t->name,
                                                         .column_count = t->cols},
                            NULL) == ALN_OK,
            "%s\n", aln_error());
    for (size_t i = 0; i < t->rows; i++)
        REQUIRE(aln_writer_text_row(w, (const char *const *)t->text + i * t->cols, t->cols) ==
                    ALN_OK,
                "%s\n", aln_error());
    REQUIRE(aln_writer_finish(w) == ALN_OK, "%s\n", aln_error());
}

static void same(const struct aln_table *a, const struct aln_table *b)
{
    REQUIRE(strcmp(a->command, b->command) == 0, "%s\n%s\n", a->command, b->command);
    REQUIRE(strcmp(a->yaml, b->yaml) == 0, "%s\n%s\n", a->yaml, b->yaml);
    REQUIRE(a->rows == b->rows && a->cols == b->cols, "%zu %zu\n", a->rows, a->cols);
    for (size_t i = 0; i < a->cols; i++) {
        REQUIRE(strcmp(a->name[i], b->name[i]) == 0, "%s\n%s\n", a->name[i], b->name[i]);
        REQUIRE(aln_table_column(b, a->name[i]) == (int)i, "%s\n", a->name[i]);
    }
    for (size_t i = 0; i < a->rows * a->cols; i++)
        REQUIRE(strcmp(a->text[i], b->text[i]) == 0 &&
                    (a->value[i] == b->value[i] ||
                     (a->value[i] != a->value[i] && b->value[i] != b->value[i])),
                "%s\n%s\n", a->text[i], b->text[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[128], again[128];
    struct aln_table *t, *u;
    fuzz_write(fuzz_path("input.tsv", path), data, size);
    enum aln_status status = aln_table_read(&t, path);
    if (status != ALN_OK) {
        REQUIRE(status == ALN_USAGE && t == NULL, "%s\n", aln_error());
        REQUIRE(strncmp(aln_error(), path, strlen(path)) == 0, "%s\n", aln_error());
        return 0;
    }
    rewrite(t, fuzz_path("again.tsv", again));
    REQUIRE(aln_table_read(&u, again) == ALN_OK, "%s\n", aln_error());
    same(t, u);
    aln_table_free(t);
    aln_table_free(u);
    return 0;
}

/* Arbitrary bytes after the header of an interrupted run. Resumed and finished, it is a complete
 * result of the right length. */
#include "fuzz.h"

#include "alignode/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { BLOCKS = 4, BLOCK_ROWS = 2, COLS = 3 };
    static const char header[] = "# alignode " ALN_VERSION " sgd\n# run: 1\nrepeat\tt\teg\n";
    static const char *const columns[COLS] = {"repeat", "t", "eg"};
    char path[128], part[128];
    struct aln_writer *w;
    struct aln_table *t;
    size_t done, head = sizeof header - 1;
    char *text = malloc(head + size);
    memcpy(text, header, head);
    memcpy(text + head, data, size);
    fuzz_write(fuzz_path("out.tsv.part", part), text, head + size);
    free(text);
    fuzz_path("out.tsv", path);
    (void)unlink(path);
    enum aln_status status = aln_writer_open(&w,
                                             &(struct aln_writer_options){.path = path,
                                                                          .command = "sgd",
                                                                          .yaml = "run: 1\n",
                                                                          .columns = columns,
                                                                          .column_count = COLS,
                                                                          .resume = true,
                                                                          .block_rows = BLOCK_ROWS},
                                             &done);
    REQUIRE(status == ALN_OK, "%s\n", aln_error());
    size_t blocks = done < BLOCKS ? BLOCKS : done;
    for (size_t block = done; block < blocks; block++) {
        for (size_t i = 0; i < BLOCK_ROWS; i++) {
            const double row[COLS] = {(double)block, (double)i, 0.5};
            REQUIRE(aln_writer_row(w, row, COLS) == ALN_OK, "%s\n", aln_error());
        }
        REQUIRE(aln_writer_end_block(w) == ALN_OK, "%s\n", aln_error());
    }
    REQUIRE(aln_writer_finish(w) == ALN_OK, "%s\n", aln_error());
    REQUIRE(access(part, F_OK) != 0, "%s\n", part);
    REQUIRE(aln_table_read(&t, path) == ALN_OK, "%s\n", aln_error());
    REQUIRE(t->rows == blocks * BLOCK_ROWS, "%zu rows, %zu blocks kept\n", t->rows, done);
    for (size_t block = done; block < blocks; block++)
        REQUIRE(t->value[block * BLOCK_ROWS * COLS] == (double)block, "block %zu\n", block);
    aln_table_free(t);
    return 0;
}

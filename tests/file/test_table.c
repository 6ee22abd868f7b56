#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../check_main.h"
#include "../seal.h"
#include "alignode/table.h"
#include "base/text.h"

enum { COLUMNS = 3, ROWS = 2, BLOCKS = 3 };
static const char *const columns[COLUMNS] = {"repeat", "t", "eg"};
static const char yaml[] = "problem:\n  inputs: 10\n\nrun: {repeats: 3}\n";
static char whole[] = "# alignode " ALN_VERSION " chain\n"
                      "# problem:\n#   inputs: 10\n# \n# run: {repeats: 3}\n"
                      "repeat\tt\teg\n"
                      "0\t0\t0.5\n0\t1\t0.25\n" SUM "\n"
                      "1\t0\t0.5\n1\t1\tnan\n" SUM "\n"
                      "2\t0\t0.10000000000000001\n2\t1\t-inf\n" SUM "# end 6\n";
static const double eg[BLOCKS][ROWS] = {{0.5, 0.25}, {0.5, NAN}, {0.1, -INFINITY}};

static char folder[64];   /* of this test */
static char path[96];     /* folder/r.tsv */
static char partial[128]; /* folder/r.tsv.part */
static char foreign[96];  /* another name in the folder */

static void enter(void)
{
    seal(whole);
    /* in memory if there is such a file system, because these tests sync a lot */
    snprintf(folder, sizeof folder, "%s/alignode_table_XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/r.tsv", folder);
    snprintf(partial, sizeof partial, "%s.part", path);
    snprintf(foreign, sizeof foreign, "%s/other", folder);
}

/* Removes what the tests name; the folder must then be empty: nothing else was left behind. */
static void leave(void)
{
    unlink(path);
    unlink(partial);
    unlink(foreign);
    ck_assert_msg(rmdir(folder) == 0, "%s: %s", folder, strerror(errno));
}

static void put(const char *file, const char *bytes, size_t n)
{
    FILE *f = fopen(file, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(bytes, 1, n, f), n);
    fclose(f);
}

static bool exists(const char *file)
{
    return access(file, F_OK) == 0;
}

static void expect_bytes(const char *file, const char *want, size_t n)
{
    char *text;
    size_t length;
    ck_assert_int_eq(aln_text_read_file(file, &text, &length), ALN_OK);
    ck_assert_uint_eq(length, n);
    ck_assert_int_eq(memcmp(text, want, n), 0);
    free(text);
}

#define expect_error(status, want, part)                                                           \
    do {                                                                                           \
        ck_assert_int_eq(status, want);                                                            \
        ck_assert_msg(strstr(aln_error(), part) != NULL, "'%s' lacks '%s'", aln_error(), part);    \
    } while (0)

static struct aln_writer_options options(bool resume)
{
    return (struct aln_writer_options){.path = path,
                                       .command = "chain",
                                       .yaml = yaml,
                                       .columns = columns,
                                       .column_count = COLUMNS,
                                       .resume = resume,
                                       .block_rows = ROWS};
}

static void write_block(struct aln_writer *w, size_t block)
{
    for (size_t row = 0; row < ROWS; row++) {
        double value[COLUMNS] = {(double)block, (double)row, eg[block][row]};
        ck_assert_int_eq(aln_writer_row(w, value, COLUMNS), ALN_OK);
    }
    ck_assert_int_eq(aln_writer_end_block(w), ALN_OK);
}

static struct aln_writer *open_writer(bool resume, size_t want_blocks)
{
    struct aln_writer_options o = options(resume);
    struct aln_writer *w;
    size_t blocks;
    enum aln_status status = aln_writer_open(&w, &o, &blocks);
    ck_assert_msg(status == ALN_OK, "%s", aln_error());
    ck_assert_uint_eq(blocks, want_blocks);
    return w;
}

static void write_from(struct aln_writer *w, size_t block)
{
    for (; block < BLOCKS; block++)
        write_block(w, block);
    ck_assert_int_eq(aln_writer_finish(w), ALN_OK);
}

START_TEST(bytes_are_as_agreed)
{
    enter();
    put(path, "old", 3);
    put(partial, "an older run's, longer than this run's result is going to be", 60);
    struct aln_writer *w = open_writer(false, 0);
    expect_bytes(path, "old", 3); /* survives until the end */
    write_from(w, 0);
    expect_bytes(path, whole, sizeof whole - 1);
    ck_assert(!exists(partial));
    leave();
}
END_TEST

START_TEST(finished_blocks_are_on_the_disk)
{
    enter();
    struct aln_writer *w = open_writer(false, 0);
    size_t header = (size_t)(strstr(whole, "0\t0\t") - whole);
    size_t block = (size_t)(strstr(whole, "\n\n1") - whole) + 1;
    expect_bytes(partial, whole, header);
    write_block(w, 0);
    expect_bytes(partial, whole, block);
    double value[COLUMNS] = {1, 0, 0.5};
    ck_assert_int_eq(aln_writer_row(w, value, COLUMNS), ALN_OK);
    aln_writer_abandon(w, true); /* in the middle of a block */
    expect_bytes(partial, whole, block);
    ck_assert(!exists(path));

    w = open_writer(false, 0);
    aln_writer_abandon(w, false);
    ck_assert(!exists(partial));
    aln_writer_abandon(NULL, false);
    leave();
}
END_TEST

struct kept {
    size_t rows;
    double value[BLOCKS * ROWS][COLUMNS];
};

static void keep_row(void *context, const double *value)
{
    struct kept *kept = context;
    ck_assert_uint_lt(kept->rows, BLOCKS * ROWS);
    memcpy(kept->value[kept->rows++], value, sizeof kept->value[0]);
}

/* The rows of the blocks that resuming keeps, and no others; text is NaN. */
START_TEST(kept_rows_are_reported)
{
    struct aln_writer_options o = options(true);
    struct aln_writer *w;
    struct kept kept = {0};
    size_t blocks, cut = (size_t)(strstr(whole, "\n\n2") - whole) + 4; /* in the third block */
    enter();
    char *text = strdup(whole);
    char *cell = strstr(text, "\n1\t0\t") + 3; /* row 1 0: its second cell */
    *cell = 'x';
    seal(text);
    put(partial, text, cut);
    free(text);
    o.kept = keep_row;
    o.context = &kept;
    ck_assert_int_eq(aln_writer_open(&w, &o, &blocks), ALN_OK);
    ck_assert_uint_eq(blocks, 2);
    ck_assert_uint_eq(kept.rows, 2 * ROWS);
    for (size_t r = 0; r < kept.rows; r++) {
        ck_assert(kept.value[r][0] == (double)(r / ROWS));
        if (r == ROWS)
            ck_assert(isnan(kept.value[r][1]));
        else
            ck_assert(kept.value[r][1] == (double)(r % ROWS));
        double was = eg[r / ROWS][r % ROWS], now = kept.value[r][2];
        ck_assert((isnan(was) && isnan(now)) || was == now);
    }
    aln_writer_abandon(w, false);
    leave();
}
END_TEST

/* Truncated anywhere, even in the last line, and resumed: the same bytes, and no complete block is
 * done twice. */
START_TEST(resumed_anywhere_ends_in_equal_bytes)
{
    enter();
    const char *block_end[BLOCKS] = {strstr(whole, "\n\n1") + 1, strstr(whole, "\n\n2") + 1,
                                     strstr(whole, "# end")};
    for (size_t cut = 0; cut < sizeof whole; cut++) {
        size_t done = 0;
        for (size_t b = 0; b < BLOCKS; b++)
            done += whole + cut >= block_end[b];
        put(partial, whole, cut);
        write_from(open_writer(true, done), done);
        expect_bytes(path, whole, sizeof whole - 1);
        ck_assert(!exists(partial));
        unlink(path);
    }
    leave();
}
END_TEST

/* After damage by a power cut in the second block, it is done again and the first one kept. */
START_TEST(a_damaged_block_is_done_again)
{
    static const char damage[][4] = {"\0\t1", "1\t\t", "1 1", "#\t1", "\033\t1", "1\t\r"};
    enter();
    for (size_t i = 0; i < sizeof damage / sizeof damage[0]; i++) {
        char text[sizeof whole];
        memcpy(text, whole, sizeof whole);
        memcpy(strstr(text, "1\t1\tnan"), damage[i], 3);
        put(partial, text, sizeof whole - 1);
        write_from(open_writer(true, 1), 1);
        expect_bytes(path, whole, sizeof whole - 1);
        unlink(path);
    }
    leave();
}
END_TEST

START_TEST(whole_result_counts_as_done)
{
    enter();
    put(path, whole, sizeof whole - 1);
    write_from(open_writer(true, BLOCKS), BLOCKS);
    expect_bytes(path, whole, sizeof whole - 1);

    /* A later run's PATH.part with less in it does not win; a PATH with another header is
     * ignored. */
    put(partial, whole, (size_t)(strstr(whole, "2\t0") - whole));
    write_from(open_writer(true, BLOCKS), BLOCKS);
    expect_bytes(path, whole, sizeof whole - 1);
    put(path, "# alignode 0.0.9 ode\n", 21);
    put(partial, whole, (size_t)(strstr(whole, "2\t0") - whole));
    write_from(open_writer(true, 2), 2);
    expect_bytes(path, whole, sizeof whole - 1);
    leave();
}
END_TEST

START_TEST(another_header_is_refused)
{
    enter();
    static const char *const files[] = {path, partial};
    char text[sizeof whole];
    memcpy(text, whole, sizeof whole);
    *strstr(text, "10") = '2';
    struct aln_writer_options o = options(true);
    struct aln_writer *w;
    for (size_t i = 0; i < 2; i++) {
        put(files[i], text, sizeof whole - 1);
        expect_error(aln_writer_open(&w, &o, NULL), ALN_USAGE, ":3: cannot be resumed");
        ck_assert_ptr_nonnull(
            strstr(aln_error(), "'#   inputs: 20' in the file, '#   inputs: 10' in this run"));
        ck_assert_ptr_null(w);
        expect_bytes(files[i], text, sizeof whole - 1);
        put(files[i], "# align", 7); /* killed while writing the header */
        aln_writer_abandon(open_writer(true, 0), false);
        put(files[i], "something short", 15);
        expect_error(aln_writer_open(&w, &o, NULL), ALN_USAGE, ":1: cannot be resumed");
        unlink(files[i]);
    }
    o.path = NULL;
    expect_error(aln_writer_open(&w, &o, NULL), ALN_USAGE, "--resume needs a file");
    leave();
}
END_TEST

START_TEST(bad_places_are_refused_at_once)
{
    enter();
    struct aln_writer_options o = options(false);
    struct aln_writer *w;
    char missing[128];
    snprintf(missing, sizeof missing, "%s/none/r.tsv", folder);
    o.path = missing;
    expect_error(aln_writer_open(&w, &o, NULL), ALN_USAGE, "No such file");
    o.path = folder;
    expect_error(aln_writer_open(&w, &o, NULL), ALN_USAGE, "is a folder");
    o.path = "";
    expect_error(aln_writer_open(&w, &o, NULL), ALN_USAGE, "empty");
    o.path = "/proc/r.tsv"; /* nobody can create a file there, root included */
    expect_error(aln_writer_open(&w, &o, NULL), ALN_USAGE, "cannot be written");
    snprintf(missing, sizeof missing, "%s/x", path);
    put(path, "", 0);
    o.path = missing;
    expect_error(aln_writer_open(&w, &o, NULL), ALN_USAGE, "Not a directory");

    w = open_writer(false, 0); /* two runs, one place */
    struct aln_writer *second;
    o.path = path;
    expect_error(aln_writer_open(&second, &o, NULL), ALN_BUSY, "another process");
    write_from(w, 0);
    expect_bytes(path, whole, sizeof whole - 1);
    leave();
}
END_TEST

/* Writes until something fails; the first sync must notice. */
static enum aln_status write_all(const struct aln_writer_options *o)
{
    struct aln_writer *w;
    double value[COLUMNS] = {0};
    enum aln_status status = aln_writer_open(&w, o, NULL);
    if (status != ALN_OK)
        return status;
    status = aln_writer_row(w, value, COLUMNS);
    if (status == ALN_OK)
        status = aln_writer_end_block(w);
    if (status == ALN_OK)
        return aln_writer_finish(w);
    aln_writer_abandon(w, true);
    return status;
}

START_TEST(devices_and_streams_are_written_straight)
{
    struct aln_writer_options o = options(false);
    struct stat info;
    o.path = "/dev/null";
    ck_assert_int_eq(write_all(&o), ALN_OK);
    ck_assert(stat("/dev/null", &info) == 0 && S_ISCHR(info.st_mode));
    ck_assert(!exists("/dev/null.part"));
    if (exists("/dev/full")) {
        o.path = "/dev/full";
        expect_error(write_all(&o), ALN_FILE, "/dev/full: cannot be written: No space left");
    }

    /* Standard output as a pipe nobody reads. */
    int ends[2], saved = dup(STDOUT_FILENO);
    ck_assert_int_eq(pipe(ends), 0);
    close(ends[0]);
    fflush(stdout);
    dup2(ends[1], STDOUT_FILENO);
    close(ends[1]);
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    o.path = "-";
    enum aln_status status = write_all(&o);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    signal(SIGPIPE, before);
    expect_error(status, ALN_FILE, "standard output: cannot be written: Broken pipe");
}
END_TEST

START_TEST(links_stay_links)
{
    enter();
    struct stat info;
    put(foreign, "", 0);
    ck_assert_int_eq(symlink("other", path), 0);
    write_from(open_writer(false, 0), 0);
    expect_bytes(foreign, whole, sizeof whole - 1);
    ck_assert(lstat(path, &info) == 0 && S_ISLNK(info.st_mode));
    leave();
}
END_TEST

START_TEST(text_rows)
{
    enter();
    struct aln_writer *w = open_writer(false, 0);
    const char *bad[][COLUMNS] = {{"a\tb", "1", "2"}, {"1", "2\n", "3"}, {"#", "1", "2"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        expect_error(aln_writer_text_row(w, bad[i], COLUMNS), ALN_USAGE, "cell");
    const char *empty[COLUMNS] = {"1", "", "2"};
    expect_error(aln_writer_text_row(w, empty, COLUMNS), ALN_USAGE, "column 2");
    const char *good[COLUMNS] = {"Q_1_1", "ode, \"x\"", "1e3"};
    ck_assert_int_eq(aln_writer_text_row(w, good, COLUMNS), ALN_OK);
    ck_assert_int_eq(aln_writer_finish(w), ALN_OK);
    struct aln_table *t;
    ck_assert_int_eq(aln_table_read(&t, path), ALN_OK);
    ck_assert_uint_eq(t->rows, 1);
    for (size_t i = 0; i < COLUMNS; i++)
        ck_assert_str_eq(t->text[i], good[i]);
    ck_assert_double_nan(t->value[1]);
    ck_assert_double_eq(t->value[2], 1000);
    aln_table_free(t);
    leave();
}
END_TEST

START_TEST(reads_what_was_written)
{
    enter();
    write_from(open_writer(false, 0), 0);
    struct aln_table *t;
    ck_assert_int_eq(aln_table_read(&t, path), ALN_OK);
    ck_assert_str_eq(t->version, ALN_VERSION);
    ck_assert_str_eq(t->command, "chain");
    ck_assert_str_eq(t->yaml, yaml);
    ck_assert_uint_eq(t->cols, COLUMNS);
    ck_assert_uint_eq(t->rows, BLOCKS * ROWS);
    ck_assert_int_eq(aln_table_column(t, "eg"), 2);
    ck_assert_int_eq(aln_table_column(t, "EG"), -1);
    for (size_t b = 0; b < BLOCKS; b++)
        for (size_t r = 0; r < ROWS; r++) {
            const double *value = t->value + (b * ROWS + r) * COLUMNS;
            ck_assert_double_eq(value[0], (double)b);
            ck_assert_double_eq(value[1], (double)r);
            ck_assert(value[2] == eg[b][r] || (isnan(value[2]) && isnan(eg[b][r])));
        }
    ck_assert(t->blocks == BLOCKS && t->remarks == 0);
    for (size_t b = 0; b < BLOCKS; b++)
        ck_assert_uint_eq(t->block_end[b], (b + 1) * ROWS);
    aln_table_free(t);
    aln_table_free(NULL);
    ck_assert_int_eq(aln_table_read_text(&t, path), ALN_OK); /* no numbers */
    ck_assert(t->value == NULL && t->rows == BLOCKS * ROWS && strcmp(t->text[2], "nan") != 0);
    aln_table_free(t);
    static const char gaps[] = "# alignode 9 a\nx\n\n\n1\n2\n\n\n3\n\n# end 3\n";
    put(path, gaps, sizeof gaps - 1);
    ck_assert_int_eq(aln_table_read(&t, path), ALN_OK);
    ck_assert(t->blocks == 2 && t->block_end[0] == 2 && t->block_end[1] == 3);
    aln_table_free(t);

    /* No YAML, no rows. */
    static const char bare[] = "# alignode 9 a b\nx\n# end 0\n";
    put(path, bare, sizeof bare - 1);
    ck_assert_int_eq(aln_table_read(&t, path), ALN_OK);
    ck_assert_str_eq(t->yaml, "");
    ck_assert_str_eq(t->command, "a b");
    ck_assert_uint_eq(t->rows, 0);
    aln_table_free(t);
    leave();
}
END_TEST

START_TEST(remarks)
{
    enter();
    struct aln_writer *w = open_writer(false, 0);
    for (size_t b = 0; b < BLOCKS; b++)
        write_block(w, b);
    ck_assert_int_eq(aln_writer_remark(w, "event x 1"), ALN_OK);
    ck_assert_int_eq(aln_writer_remark(w, "ended"), ALN_OK);
    ck_assert_int_eq(aln_writer_finish(w), ALN_OK);
    char want[sizeof whole + 64];
    size_t rows = (size_t)(strstr(whole, "# end") - whole);
    int n = snprintf(want, sizeof want, "%.*s# event x 1\n# ended\n" SUM "%s", (int)rows, whole,
                     whole + rows);
    seal(want);
    expect_bytes(path, want, (size_t)n);
    struct aln_table *t;
    ck_assert_int_eq(aln_table_read(&t, path), ALN_OK);
    ck_assert_uint_eq(t->rows, BLOCKS * ROWS);
    ck_assert_str_eq(t->yaml, yaml);
    ck_assert_str_eq(t->text[t->rows * t->cols - 1], "-inf");
    ck_assert(t->remarks == 2 && t->blocks == BLOCKS);
    ck_assert_str_eq(t->remark[0], "event x 1");
    ck_assert_str_eq(t->remark[1], "ended");
    aln_table_free(t);
    for (size_t cut = rows; cut < (size_t)n; cut++) {
        put(path, want, cut);
        ck_assert_int_eq(aln_table_read(&t, path), ALN_USAGE);
    }
    /* Resuming such a result keeps only its blocks. */
    put(path, want, (size_t)n);
    write_from(open_writer(true, BLOCKS), BLOCKS);
    expect_bytes(path, whole, sizeof whole - 1);
    leave();
}
END_TEST

START_TEST(strict_about_what_it_reads)
{
#define HEAD          "# alignode 1 ode\n# a: 1\nt\teg\n"
#define FILE_OF(text) text, sizeof text - 1
    static const struct {
        const char *text;
        size_t size;
        const char *want;
    } bad[] = {
        {FILE_OF(""), ":1: not a result"},
        {FILE_OF("t\teg\n1\t2\n"), ":1: not a result"},
        {FILE_OF("# alignode \n"), ":1: the first line"},
        {FILE_OF("# alignode 1\nt\n# end 0\n"), ":1: the first line"},
        {FILE_OF("# alignode 1 \nt\n# end 0\n"), ":1: the first line"},
        {FILE_OF("# alignode 1 ode\n#a\nt\n# end 0\n"), ":2: a line of the header"},
        {FILE_OF("# alignode 1 ode\n\n# end 0\n"), ":2: expected the names"},
        {FILE_OF("# alignode 1 ode\n# end 0\n"), ":3: the file is truncated"},
        {FILE_OF("# alignode 1 ode\nt\t\tx\n# end 0\n"), ":2: cell 2 is empty"},
        {FILE_OF("# alignode 1 ode\na\tb\ta\n# end 0\n"), ":2: duplicate column 'a'"},
        {FILE_OF(HEAD "1\t2\n3\n# end 2\n"), ":5: expected 2 cells, found 1"},
        {FILE_OF(HEAD "1\t2\t3\n# end 1\n"), ":4: expected 2 cells, found 3"},
        {FILE_OF(HEAD "1\t\n# end 1\n"), ":4: cell 2 is empty"},
        {FILE_OF(HEAD "1\t2\n"), ":5: the file is truncated"},
        {FILE_OF(HEAD "1\t2\n# end 1"), ":5: the file is truncated"},
        {FILE_OF(HEAD "1\t2\n# end 2\n"), ":5: the last line counts 2 rows, found 1"},
        {FILE_OF(HEAD "1\t2\n# end -1\n"), ":5: expected a row or the last line"},
        {FILE_OF(HEAD "1\t2\n# end 99999999999999999999\n"), ":5: expected a row"},
        {FILE_OF(HEAD "1\t2\n#note\n# end 1\n"), ":5: expected a row"},
        {FILE_OF(HEAD "1\t2\n# note\n3\t4\n# end 2\n"), ":6: expected a row or the last line"},
        {FILE_OF(HEAD "1\t2\n# note\n\n# end 1\n"), ":6: expected a row or the last line"},
        {FILE_OF(HEAD "1\t2\n# note\n"), ":6: the file is truncated"},
        {FILE_OF(HEAD "1\t2\n# note\n# end 2\n"), ":6: the last line counts 2 rows, found 1"},
        {FILE_OF(HEAD "1\t2\n# no\0te\n# end 1\n"), ":5: column 5: a zero byte"},
        {FILE_OF(HEAD "1\t2\n# end 1\n3\t4\n"), ":6: text after"},
        {FILE_OF(HEAD "1\t2\0\n# end 1\n"), ":4: column 4: a zero byte"},
        {FILE_OF(HEAD "1\t2\r\n# end 1\n"), ":4: column 4: a carriage return"},
        {FILE_OF(HEAD "1\t\0332\n# end 1\n"), ":4: column 3: a control character"},
        {FILE_OF(HEAD "1\t2\2702\n# end 1\n"), ":4: column 4: the byte 0xb8 is not UTF-8"},
    };
    enter();
    struct aln_table *t;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        put(path, bad[i].text, bad[i].size);
        expect_error(aln_table_read(&t, path), ALN_USAGE, bad[i].want);
        ck_assert_int_eq(strncmp(aln_error(), path, strlen(path)), 0);
        ck_assert_ptr_null(t);
    }
    for (size_t cut = 0; cut < sizeof whole - 1; cut++) {
        put(path, whole, cut);
        ck_assert_int_eq(aln_table_read(&t, path), ALN_USAGE);
    }
    ck_assert_int_eq(aln_table_read(&t, folder), ALN_USAGE);
    ck_assert_int_eq(aln_table_read(&t, foreign), ALN_USAGE);
    leave();
}
END_TEST

/* Of a file truncated anywhere after its names, the complete rows are read. */
START_TEST(unfinished_files)
{
    static const char text[] = HEAD "1\t2\n3\t40\n\n5\t6\n# note\n# end 3\n";
    const size_t head = sizeof HEAD - 1;
    struct aln_table *t;
    enter();
    for (size_t cut = 0; cut < sizeof text; cut++) {
        put(path, text, cut);
        enum aln_status status = aln_table_read_unfinished(&t, path);
        ck_assert_int_eq(status, cut < head ? ALN_USAGE : ALN_OK);
        size_t rows = 0;
        for (size_t i = head; i < cut && cut >= head; i++) /* each row's line feed */
            rows += text[i] == '\n' && text[i - 1] != '\n' && i < sizeof text - 16;
        if (status == ALN_OK) {
            ck_assert_uint_eq(t->rows, rows);
            ck_assert(rows < 2 || t->value[3] == 40);
            ck_assert_uint_eq(t->blocks, rows > 2 ? 2 : rows > 0);
        }
        aln_table_free(t);
    }
    put(path, HEAD "1\t2\n3\n4\t", head + 8);
    expect_error(aln_table_read_unfinished(&t, path), ALN_USAGE, ":5: expected 2 cells, found 1");
    put(path, HEAD "1\t2\n# end 2\n", head + 12);
    expect_error(aln_table_read_unfinished(&t, path), ALN_USAGE, ":5: the last line counts 2 rows");
    leave();
}
END_TEST

START_TEST(values_that_are_not_plain_numbers)
{
    static const char text[] = "# alignode 1 ode\na\tb\tc\td\te\tf\n"
                               "nan\t-inf\t1,5\t0x10\t1e999\tinf\n# end 1\n";
    static const double want[] = {NAN, -INFINITY, NAN, NAN, NAN, INFINITY};
    enter();
    put(path, text, sizeof text - 1);
    struct aln_table *t;
    ck_assert_int_eq(aln_table_read(&t, path), ALN_OK);
    for (size_t i = 0; i < 6; i++)
        ck_assert(t->value[i] == want[i] || (isnan(t->value[i]) && isnan(want[i])));
    ck_assert_str_eq(t->text[2], "1,5");
    aln_table_free(t);
    leave();
}
END_TEST

/* Long lines and many columns cost no more than their bytes. */
START_TEST(long_lines)
{
    enum { WIDE = 100000 };
    enter();
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    fprintf(f, "# alignode 1 ode\n# x: %0*d\n", WIDE, 0);
    for (int i = 0; i < WIDE; i++)
        fprintf(f, "c%d%c", i, i + 1 < WIDE ? '\t' : '\n');
    for (int i = 0; i < WIDE; i++)
        fprintf(f, "%d%c", i, i + 1 < WIDE ? '\t' : '\n');
    fprintf(f, "# end 1\n");
    fclose(f);
    struct aln_table *t;
    ck_assert_int_eq(aln_table_read(&t, path), ALN_OK);
    ck_assert_uint_eq(t->cols, WIDE);
    ck_assert_double_eq(t->value[WIDE - 1], WIDE - 1);
    ck_assert_uint_eq(strlen(t->yaml), WIDE + 4);
    aln_table_free(t);
    leave();
}
END_TEST

/* Damaged files are read or refused, never worse; what is read is consistent. */
START_TEST(damaged_files)
{
    static const char pool[] = "\t\n# 0a\0\r\xff-";
    uint64_t s = 88172645463325252u; /* xorshift64, Marsaglia 2003 */
    enter();
    size_t read = 0;
    for (int i = 0; i < 5000; i++) {
        char text[sizeof whole];
        memcpy(text, whole, sizeof whole);
        for (int hits = 0; hits < 1 + i % 3; hits++) {
            s ^= s << 13, s ^= s >> 7, s ^= s << 17;
            text[s % (sizeof whole - 1)] = pool[(s >> 32) % (sizeof pool - 1)];
        }
        put(path, text, sizeof whole - 1);
        struct aln_table *t;
        enum aln_status status = aln_table_read(&t, path);
        ck_assert(status == ALN_OK || status == ALN_USAGE);
        if (status == ALN_OK) {
            size_t length = 0;
            for (size_t c = 0; c < t->rows * t->cols; c++)
                length += strlen(t->text[c]);
            ck_assert_uint_lt(length, sizeof whole);
            read++;
        }
        aln_table_free(t);
    }
    ck_assert_uint_gt(read, 500); /* else the damage is too coarse to test anything */
    ck_assert_uint_lt(read, 4500);
    leave();
}
END_TEST

/* Resuming keeps the blocks before any changed byte, and ends in the same bytes. */
START_TEST(damage_is_not_resumed_from)
{
    const char *header_end = strstr(whole, "0\t0\t");
    const char *block_end[BLOCKS] = {strstr(whole, "\n\n1") + 1, strstr(whole, "\n\n2") + 1,
                                     strstr(whole, "# end")};
    enter();
    for (const char *at = header_end; at < block_end[BLOCKS - 1]; at++) {
        char text[sizeof whole];
        size_t kept = 0;
        while (at >= block_end[kept])
            kept++;
        memcpy(text, whole, sizeof whole);
        text[at - whole] ^= 1;
        put(partial, text, (size_t)(block_end[BLOCKS - 1] - whole));
        write_from(open_writer(true, kept), kept);
        expect_bytes(path, whole, sizeof whole - 1);
        unlink(path);
    }
    leave();
}
END_TEST

CHECK_MAIN("file/table", damage_is_not_resumed_from, bytes_are_as_agreed,
           finished_blocks_are_on_the_disk, kept_rows_are_reported,
           resumed_anywhere_ends_in_equal_bytes, a_damaged_block_is_done_again,
           whole_result_counts_as_done, another_header_is_refused, bad_places_are_refused_at_once,
           devices_and_streams_are_written_straight, links_stay_links, text_rows,
           reads_what_was_written, remarks, strict_about_what_it_reads, unfinished_files,
           values_that_are_not_plain_numbers, long_lines, damaged_files)

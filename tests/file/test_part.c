/* Atomic files, PATH.part renamed to PATH: two processes at once, and standard streams closed. */
#include "../check_main.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "alignode/table.h"
#include "file/part.h"

/* fsync() and the clock, to count and to set. */
static int syncs;
static time_t seconds;
int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __wrap_clock_gettime(clockid_t id, struct timespec *t);

int __wrap_fsync(int fd)
{
    syncs++;
    return __real_fsync(fd);
}

int __wrap_clock_gettime(clockid_t id, struct timespec *t)
{
    (void)id;
    *t = (struct timespec){.tv_sec = seconds};
    return 0;
}

/* A folder in memory where there is one: hundreds of syncs are slow on a disk. */
static void enter_folder(char folder[64])
{
    snprintf(folder, 64, "%s/alignode-part-XXXXXX",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
}

static void leave_folder(const char *folder)
{
    unlink("out");
    unlink("out.part");
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(rmdir(folder), 0);
}

/* Writes "out" `times` times; 0 when each went well or was refused for the other one. */
static int write_often(int times)
{
    static const char text[] = "a whole result\n";
    for (int i = 0; i < times; i++) {
        struct aln_part *part;
        struct stat info;
        if (aln_part_find(&part, "out") != ALN_OK)
            return 1;
        enum aln_status status = aln_part_begin(part, 0);
        if (status == ALN_OK) {
            status = aln_part_write(part, text, sizeof text - 1);
            if (status != ALN_OK || aln_part_commit(part) != ALN_OK)
                return 2;
        } else {
            aln_part_abandon(part, true);
            if (status != ALN_BUSY || strstr(aln_error(), "another process") == NULL)
                return 3;
        }
        if (stat("out", &info) == 0 && info.st_size != sizeof text - 1)
            return 4; /* a partial result */
    }
    return 0;
}

static void expect_refused(const char *why)
{
    struct aln_part *part;
    ck_assert_int_eq(aln_part_find(&part, "out"), ALN_OK);
    ck_assert_int_eq(aln_part_begin(part, 0), ALN_USAGE);
    ck_assert_msg(strstr(aln_error(), "out.part") != NULL && strstr(aln_error(), why) != NULL, "%s",
                  aln_error());
    aln_part_abandon(part, true);
}

/* What has other names, is not a file, or is another user's is neither written nor waited for. */
START_TEST(test_files_of_others)
{
    char folder[64], text[8] = "";
    enter_folder(folder);
    FILE *file = fopen("snapshot", "w");
    ck_assert(file != NULL && fputs("kept", file) >= 0 && fclose(file) == 0);
    ck_assert_int_eq(link("snapshot", "out.part"), 0);
    expect_refused("hard link");
    file = fopen("snapshot", "r");
    ck_assert(file != NULL && fgets(text, sizeof text, file) != NULL && fclose(file) == 0);
    ck_assert_str_eq(text, "kept");
    ck_assert(unlink("out.part") == 0 && symlink("snapshot", "out.part") == 0);
    expect_refused("out.part");
    ck_assert(unlink("out.part") == 0 && mkfifo("out.part", 0600) == 0);
    expect_refused("out.part"); /* and does not wait for a reader */
    ck_assert_int_eq(unlink("out.part"), 0);
    if (geteuid() == 0) {
        ck_assert(rename("snapshot", "out.part") == 0 && chown("out.part", 65534, 65534) == 0);
        expect_refused("another user");
        ck_assert_int_eq(rename("out.part", "snapshot"), 0);
    }
    unlink("snapshot");
    leave_folder(folder);
}
END_TEST

/* What was to be continued has gone since it was read: another process has finished it. */
START_TEST(test_gone_since)
{
    char folder[64];
    struct aln_part *part;
    enter_folder(folder);
    ck_assert_int_eq(aln_part_find(&part, "out"), ALN_OK);
    ck_assert_int_eq(aln_part_begin(part, 10), ALN_BUSY);
    ck_assert_int_eq(access("out.part", F_OK), -1);
    aln_part_abandon(part, true);
    leave_folder(folder);
}
END_TEST

/* One process opens what another is renaming: when aln_part_begin() checked the lock but not that
 * the name still leads to the file, each of 4 runs of this test found a partial result. */
START_TEST(test_two_processes)
{
    enum { PROCESSES = 3, TIMES = 4000 };
    char folder[64];
    pid_t child[PROCESSES];
    int status[PROCESSES];
    enter_folder(folder);
    for (int i = 0; i < PROCESSES; i++) {
        child[i] = fork();
        ck_assert_int_ge(child[i], 0);
        if (child[i] == 0)
            _exit(write_often(TIMES));
    }
    for (int i = 0; i < PROCESSES; i++)
        ck_assert_int_eq(waitpid(child[i], &status[i], 0), child[i]);
    leave_folder(folder);
    for (int i = 0; i < PROCESSES; i++)
        ck_assert_int_eq(status[i], 0);
}
END_TEST

/* A closed standard error must not become the file, which would then take the messages. */
START_TEST(test_closed_streams)
{
    char folder[64];
    enter_folder(folder);
    for (int closed = 0; closed <= 2; closed++) {
        pid_t child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0) {
            struct aln_part *part;
            close(closed);
            int wrong = aln_part_find(&part, "out") != ALN_OK ||
                        aln_part_begin(part, 0) != ALN_OK || write(closed, "?", 1) != -1 ||
                        aln_part_write(part, "!", 1) != ALN_OK || aln_part_commit(part) != ALN_OK;
            _exit(wrong);
        }
        int status;
        struct stat info;
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ck_assert_int_eq(status, 0);
        ck_assert_int_eq(stat("out", &info), 0);
        ck_assert_int_eq(info.st_size, 1);
    }
    leave_folder(folder);
}
END_TEST

/* A short run waits for the disk twice, for the file and for its name, however many blocks it has; a
 * long one at most once a second before. */
START_TEST(test_syncs)
{
    static const char *const columns[] = {"a"};
    const struct aln_writer_options options = {
        .path = "out", .command = "test", .yaml = "", .columns = columns, .column_count = 1};
    const double value = 1;
    char folder[64];
    enter_folder(folder);
    for (int pause = 0; pause <= 1; pause++) {
        enum { BLOCKS = 10 };
        struct aln_writer *w;
        syncs = 0;
        ck_assert_int_eq(aln_writer_open(&w, &options, NULL), ALN_OK);
        for (int i = 0; i < BLOCKS; i++) {
            seconds += pause;
            ck_assert_int_eq(aln_writer_row(w, &value, 1), ALN_OK);
            ck_assert_int_eq(aln_writer_end_block(w), ALN_OK);
        }
        ck_assert_int_eq(syncs, pause == 0 ? 0 : BLOCKS);
        ck_assert_int_eq(aln_writer_finish(w), ALN_OK);
        ck_assert_int_eq(syncs, (pause == 0 ? 0 : BLOCKS) + 2);
    }
    leave_folder(folder);
}
END_TEST

/* What is kept is in the file, and stays if the run ends; what came after it does not. */
START_TEST(test_kept)
{
    char folder[64], text[16] = "";
    struct aln_part *part;
    enter_folder(folder);
    ck_assert_int_eq(aln_part_find(&part, "out"), ALN_OK);
    ck_assert_int_eq(aln_part_begin(part, 0), ALN_OK);
    ck_assert_int_eq(aln_part_write(part, "kept", 4), ALN_OK);
    ck_assert_int_eq(aln_part_keep(part), ALN_OK);
    FILE *file = fopen("out.part", "r");
    ck_assert(file != NULL && fgets(text, sizeof text, file) != NULL && fclose(file) == 0);
    ck_assert_str_eq(text, "kept");
    ck_assert_int_eq(aln_part_write(part, "more", 4), ALN_OK);
    aln_part_abandon(part, true);
    file = fopen("out.part", "r");
    ck_assert(file != NULL && fgets(text, sizeof text, file) != NULL && fclose(file) == 0);
    ck_assert_str_eq(text, "kept");
    leave_folder(folder);
}
END_TEST

CHECK_MAIN("file/part", test_syncs, test_kept, test_gone_since, test_files_of_others,
           test_two_processes, test_closed_streams)

#include "sweep/sweep_log.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>
#include <time.h>

#include "base/failure.h"
#include "file/checksum.h"
#include "file/part.h"

static enum aln_status no_memory(void)
{
    return aln_raise_memory("the rows of a sweep");
}

enum { MOST_OF_BLOCK = 256 };

struct aln_sweep_log {
    const char *folder, *command;
    mtx_t lock;
    struct aln_part *part;        /* NULL: not open yet */
    struct aln_text names, lines; /* of the block to be written */
    uint64_t points;              /* in it */
    struct timespec written;      /* when the last one was */
};

enum aln_status aln_sweep_log_open(struct aln_sweep_log **out, const char *folder,
                                   const char *command)
{
    struct aln_sweep_log *log = calloc(1, sizeof *log);
    *out = log;
    if (log == NULL)
        return no_memory();
    int made = mtx_init(&log->lock, mtx_plain);
    assert(made == thrd_success);
    (void)made;
    log->folder = folder;
    log->command = command;
    clock_gettime(CLOCK_MONOTONIC, &log->written);
    return ALN_OK;
}

/* Opens the first file that no other process is writing, behind what it holds. */
static enum aln_status open_file(struct aln_sweep_log *log)
{
    enum aln_status status = ALN_BUSY;
    for (unsigned number = 1; status == ALN_BUSY; number++) {
        struct aln_text path = {0};
        aln_text_add(&path, "%s/points.%u", log->folder, number);
        status = path.failed ? no_memory() : aln_part_find(&log->part, path.s);
        free(path.s);
        if (status == ALN_OK)
            status = aln_part_begin(log->part, ALN_PART_WHOLE);
        if (status != ALN_OK) {
            aln_part_abandon(log->part, true);
            log->part = NULL;
        }
    }
    return status;
}

void aln_sweep_log_title(struct aln_text *out, const char *command)
{
    aln_text_add(out, "# alignode %s %s\npoint\t", ALN_VERSION, command);
}

static enum aln_status write_block(struct aln_sweep_log *log)
{
    struct aln_text block = {0};
    char sum[ALN_CHECKSUM_LINE + 1];
    if (log->points == 0)
        return ALN_OK;
    enum aln_status status = log->part == NULL ? open_file(log) : ALN_OK;
    if (status != ALN_OK)
        return status;
    aln_sweep_log_title(&block, log->command);
    aln_text_put_bytes(&block, log->names.s, log->names.length);
    aln_text_put_bytes(&block, "\n", 1);
    aln_text_put_bytes(&block, log->lines.s, log->lines.length);
    if (block.failed) {
        free(block.s);
        return no_memory();
    }
    aln_checksum_line(aln_checksum(0, block.s, block.length), sum);
    /* What is before it may end in the middle of a line, or be damaged there. */
    status = log->part->kept > 0 ? aln_part_write(log->part, "\n", 1) : ALN_OK;
    if (status == ALN_OK)
        status = aln_part_write(log->part, block.s, block.length);
    if (status == ALN_OK)
        status = aln_part_write(log->part, sum, ALN_CHECKSUM_LINE);
    if (status == ALN_OK)
        status = aln_part_keep(log->part);
    free(block.s);
    log->points = 0;
    log->lines.length = 0;
    clock_gettime(CLOCK_MONOTONIC, &log->written);
    return status;
}

/* Each line behind the name of its point. */
static void add_named(struct aln_text *out, uint64_t name, const char *lines)
{
    char digits[ALN_TEXT_HASH_DIGITS + 1];
    aln_text_hash_digits(name, digits);
    for (size_t n; *lines != '\0'; lines += n) {
        n = strcspn(lines, "\n") + 1;
        aln_text_put(out, digits);
        aln_text_put(out, "\t");
        aln_text_put_bytes(out, lines, n);
    }
}

static bool is_due(const struct aln_sweep_log *log)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return log->points >= MOST_OF_BLOCK || now.tv_sec - log->written.tv_sec > 1;
}

static enum aln_status add_point(struct aln_sweep_log *log, uint64_t name, const char *names,
                                 const char *lines)
{
    enum aln_status status = ALN_OK;
    if (log->points > 0 && strcmp(log->names.s, names) != 0)
        status = write_block(log);
    if (status == ALN_OK && log->points == 0) {
        log->names.length = 0;
        aln_text_add(&log->names, "%s", names);
    }
    if (status == ALN_OK)
        add_named(&log->lines, name, lines);
    if (status == ALN_OK && (log->names.failed || log->lines.failed))
        status = no_memory();
    if (status != ALN_OK)
        return status;
    log->points++;
    return is_due(log) ? write_block(log) : ALN_OK;
}

enum aln_status aln_sweep_log_add(struct aln_sweep_log *log, uint64_t name, const char *names,
                                  const char *lines)
{
    mtx_lock(&log->lock);
    enum aln_status status = add_point(log, name, names, lines);
    mtx_unlock(&log->lock);
    return status;
}

enum aln_status aln_sweep_log_close(struct aln_sweep_log *log)
{
    if (log == NULL)
        return ALN_OK;
    enum aln_status status = write_block(log);
    if (status == ALN_OK && log->part != NULL)
        status = aln_part_sync(log->part);
    aln_part_abandon(log->part, true);
    mtx_destroy(&log->lock);
    free(log->names.s);
    free(log->lines.s);
    free(log);
    return status;
}

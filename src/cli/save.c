#include "cli/save.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/failure.h"
#include "cli/target.h"
#include "file/part.h"

/* Compares what is at a place with the bytes to be written there.
 * Returned: *same; false when there is nothing, or a device */
static enum aln_status examine(const struct aln_cli *cli, const char *path, const char *bytes,
                               size_t n, bool *same)
{
    struct stat info;
    char *there = NULL;
    size_t length = 0;
    *same = false;
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size == 0)
        return ALN_OK;
    enum aln_status status = aln_text_read_file(path, &there, &length);
    *same = status == ALN_OK && length == n && memcmp(there, bytes, n) == 0;
    free(there);
    if (status != ALN_OK || *same || cli->force)
        return status;
    return aln_raise(ALN_USAGE, "%s: exists and holds something else; --force replaces it", path);
}

enum aln_status aln_cli_save(const struct aln_cli *cli, const char *path, const char *bytes,
                             size_t n)
{
    bool same = false;
    if (!aln_cli_to_file(path))
        return aln_part_save(NULL, false, bytes, n);
    enum aln_status status = examine(cli, path, bytes, n, &same);
    if (status == ALN_OK && !same)
        status = aln_part_save(path, false, bytes, n);
    if (status == ALN_OK && !cli->quiet)
        aln_cli_say(same ? "alignode: %s is already there\n" : "wrote %s\n", path);
    return status;
}

bool aln_cli_has_extension(const char *path, const char *extension)
{
    const char *slash = strrchr(path, '/'), *name = slash != NULL ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    return dot != NULL && dot != name && strcasecmp(dot + 1, extension) == 0;
}

enum aln_status aln_cli_default_output(const struct aln_cli *cli, const char *file,
                                       const char *ending, struct aln_text *out)
{
    const char *slash = strrchr(file, '/');
    const char *name = strcmp(file, "-") == 0 ? "stdin" : slash != NULL ? slash + 1 : file;
    const char *dot = strrchr(name, '.');
    size_t stem = dot != NULL && dot != name ? (size_t)(dot - name) : strlen(name);
    if (cli->output != NULL || isatty(STDOUT_FILENO) != 1)
        return ALN_OK;
    aln_text_add(out, "%.*s%s", (int)stem, name, ending);
    return out->failed ? aln_raise_memory("the name of a result") : ALN_OK;
}

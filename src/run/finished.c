#include "run/finished.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/failure.h"
#include "file/table_header.h"

/* After the parameters, only the values drawn may follow. */
bool aln_finished_is_of(const struct aln_table *t, const char *command, const char *yaml)
{
    const char *rest = aln_table_header_match(t->yaml, yaml);
    return strcmp(t->version, ALN_VERSION) == 0 && strcmp(t->command, command) == 0 &&
           rest != NULL && (*rest == '\0' || strncmp(rest, "drawn:", strlen("drawn:")) == 0);
}

enum aln_status aln_finished_read(struct aln_table **out, const char *path, const char *command,
                                  const char *yaml)
{
    struct stat info;
    *out = NULL;
    if (access(path, R_OK) != 0)
        return errno == ENOENT || errno == ENOTDIR
                   ? ALN_OK
                   : aln_raise_system(ALN_FILE, errno, "%s: cannot be read", path);
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode))
        return aln_raise(ALN_FILE, "%s: is not a regular file", path); /* a pipe would block */
    enum aln_status status = aln_table_read_text(out, path);
    if (status == ALN_MEMORY || status == ALN_FILE)
        return status;
    if (status == ALN_OK &&
        ((*out)->check == ALN_TABLE_DAMAGED || !aln_finished_is_of(*out, command, yaml))) {
        aln_table_free(*out);
        *out = NULL;
    }
    return ALN_OK;
}

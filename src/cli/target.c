#include "cli/target.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

bool aln_cli_to_file(const char *path)
{
    return aln_target_is_file(path);
}

enum aln_status aln_cli_target_examine(struct aln_cli_target *t)
{
    t->to.may_extend = t->cli->resume;
    t->to.may_replace = t->cli->force;
    return aln_target_examine(&t->to);
}

enum aln_status aln_cli_target_run(const struct aln_cli_target *t, struct aln_run_verdict *verdict)
{
    if (aln_target_is_done(&t->to)) {
        if (!t->cli->quiet)
            aln_cli_say("alignode: %s is already there, complete and from these parameters%s\n",
                        t->to.path,
                        t->to.restyled
                            ? "; its section figure: stays as it is (plot --set figure.KEY=VALUE "
                              "draws in another style)"
                            : "");
        return ALN_OK;
    }
    struct aln_progress progress = aln_cli_progress(t->cli, t->to.task->id.name);
    const struct aln_run_options options = {
        .threads = t->cli->threads, .progress = &progress, .verdict = verdict};
    if (t->to.restart && !t->to.task->lengthens && !t->cli->quiet)
        aln_cli_say("alignode: %s is of a shorter run and holds no state to continue from: the run "
                    "starts over; what is there stays until it is finished\n",
                    t->to.path);
    enum aln_status status = aln_target_run(&t->to, &options);
    aln_cli_progress_end();
    return status;
}

enum aln_status aln_cli_keep_file(const struct aln_cli *cli, const char *path, const char *kind,
                                  bool (*is_one)(const char *head))
{
    char head[1024] = "";
    struct stat info;
    if (cli->force || !aln_cli_to_file(path) || stat(path, &info) != 0 || !S_ISREG(info.st_mode))
        return ALN_OK;
    FILE *file = fopen(path, "rb");
    size_t n = file != NULL ? fread(head, 1, sizeof head - 1, file) : 0;
    if (file != NULL)
        fclose(file);
    for (size_t i = 0; i < n; i++)
        head[i] = head[i] != '\0' ? head[i] : ' ';
    if (n == 0 || is_one(head))
        return ALN_OK;
    return aln_raise(ALN_USAGE, "%s: is not a %s; --force replaces it", path, kind);
}

bool aln_cli_has_rows(const char *path)
{
    FILE *file = fopen(path, "rb");
    int c, lines = 0;
    bool begins = true, header = false;
    while (file != NULL && lines < 2 && (c = getc(file)) != EOF) {
        header = begins ? c == '#' : header;
        begins = c == '\n';
        lines += begins && !header;
    }
    if (file != NULL)
        fclose(file);
    return lines == 2;
}

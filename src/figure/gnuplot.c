#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "figure/drawing.h"

extern char **environ;

/* Starts the child; errors as errno values. Its messages go to a file, so that no pipe can fill. */
static int start(pid_t *child, char *const *argv, const char *messages)
{
    posix_spawn_file_actions_t files;
    int failed = posix_spawn_file_actions_init(&files);
    if (failed != 0)
        return failed;
    failed = posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    if (failed == 0)
        failed = posix_spawn_file_actions_addopen(&files, 1, messages,
                                                  O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
    if (failed == 0)
        failed = posix_spawn_file_actions_adddup2(&files, 1, 2);
    if (failed == 0)
        failed = posix_spawnp(child, argv[0], &files, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&files);
    return failed;
}

static enum aln_status missing(void)
{
    return aln_raise(ALN_CHILD, "gnuplot, which draws the figures, was not found: install the "
                                "package gnuplot-nox (or gnuplot)");
}

enum aln_status aln_gnuplot_run(const char *script, const char *style, const char *folder)
{
    enum aln_status status = ALN_OK;
    /* -d: the user's own start-up files must not change the figures. */
    const char *const words[] = {"gnuplot", "-d", "-c", script, style, folder, NULL};
    char *argv[sizeof words / sizeof words[0]]; /* const for all that POSIX says of its type */
    memcpy(argv, words, sizeof argv);
    struct aln_text messages = {0};
    char *said = NULL;
    size_t length;
    pid_t child;
    int how;
    aln_text_add(&messages, "%s/messages", folder);
    if (messages.failed) {
        status = aln_raise(ALN_MEMORY, "out of memory for a figure");
        goto out;
    }
    int failed = start(&child, argv, messages.s);
    if (failed == ENOENT) {
        status = missing();
        goto out;
    }
    if (failed != 0) {
        status = aln_raise(ALN_CHILD, "gnuplot could not be started: %s", strerror(failed));
        goto out;
    }
    while (waitpid(child, &how, 0) < 0)
        if (errno != EINTR) {
            status = aln_raise(ALN_CHILD, "gnuplot could not be waited for: %s", strerror(errno));
            goto out;
        }
    if (WIFSIGNALED(how)) {
        status = aln_raise(WTERMSIG(how) == SIGINT ? ALN_STOPPED : ALN_CHILD,
                           "gnuplot was stopped by signal %d", WTERMSIG(how));
    } else if (WEXITSTATUS(how) == 127) {
        status = missing(); /* where the child, not posix_spawnp(), finds out */
    } else if (WEXITSTATUS(how) != 0) {
        status = aln_text_read_file(messages.s, &said, &length);
        if (status != ALN_OK)
            goto out;
        while (length > 0 && strchr(" \n", said[length - 1]) != NULL)
            said[--length] = '\0';
        const char *end = length > 1500 ? said + length - 1500 : said; /* the error comes last */
        status = aln_raise(ALN_CHILD, "gnuplot failed with exit status %d on %s:\n%s",
                           WEXITSTATUS(how), script, end + strspn(end, "\n"));
    }
out:
    free(said);
    free(messages.s);
    return status;
}

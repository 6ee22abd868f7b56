#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/failure.h"
#include "figure/drawing.h"

extern char **environ;

/* Starts the child. Its messages go to a file: a pipe could fill.  Returned: 0 or an errno */
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

static enum aln_status no_gnuplot(void)
{
    return aln_raise(ALN_CHILD, "gnuplot, which draws the figures, was not found: install the "
                                "package gnuplot-nox or gnuplot");
}

/* Reports the end of gnuplot's messages after a failure, where the error is. */
static enum aln_status report_failure(int exit_status, const char *script, const char *messages)
{
    enum { MOST = 1500 };
    char *said;
    size_t length;
    enum aln_status status = aln_text_read_file(messages, &said, &length);
    if (status != ALN_OK)
        return status;
    while (length > 0 && strchr(" \n", said[length - 1]) != NULL)
        said[--length] = '\0';
    const char *end = length > MOST ? said + length - MOST : said;
    status = aln_raise(ALN_CHILD, "gnuplot failed with exit status %d on %s:\n%s", exit_status,
                       script, end + strspn(end, "\n"));
    free(said);
    return status;
}

/* Given: ending  from waitpid() */
static enum aln_status check_ending(int ending, const char *script, const char *messages)
{
    enum { NOT_FOUND = 127 }; /* if the child, not posix_spawnp(), detects it */
    if (WIFSIGNALED(ending))
        return aln_raise(WTERMSIG(ending) == SIGINT ? ALN_STOPPED : ALN_CHILD,
                         "gnuplot was stopped by signal %d", WTERMSIG(ending));
    if (WEXITSTATUS(ending) == NOT_FOUND)
        return no_gnuplot();
    return WEXITSTATUS(ending) == 0 ? ALN_OK
                                    : report_failure(WEXITSTATUS(ending), script, messages);
}

static enum aln_status run(const char *script, const char *style, const char *folder,
                           const char *messages)
{
    /* -d: the user's start-up files must not change the figures. */
    const char *const words[] = {"gnuplot", "-d", "-c", script, style, folder, NULL};
    char *argv[sizeof words / sizeof words[0]]; /* posix_spawnp() does not change them */
    memcpy(argv, words, sizeof argv);
    pid_t child;
    int ending, failed = start(&child, argv, messages);
    if (failed == ENOENT)
        return no_gnuplot();
    if (failed != 0)
        return aln_raise(ALN_CHILD, "gnuplot could not be started: %s", strerror(failed));
    while (waitpid(child, &ending, 0) < 0)
        if (errno != EINTR)
            return aln_raise(ALN_CHILD, "waiting for gnuplot failed: %s", strerror(errno));
    return check_ending(ending, script, messages);
}

enum aln_status aln_gnuplot_run(const char *script, const char *style, const char *folder)
{
    struct aln_text messages = {0};
    aln_text_add(&messages, "%s/messages", folder);
    enum aln_status status =
        messages.failed ? aln_raise_memory("a figure") : run(script, style, folder, messages.s);
    free(messages.s);
    return status;
}

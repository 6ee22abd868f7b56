#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "base/failure.h"
#include "figure/drawing.h"

extern char **environ;

/* Starts the child in a process group of its own, so that it can be ended with whatever it has
 * started. Its messages go to a file: a pipe could fill.  Returned: 0 or an errno */
static int start(pid_t *child, char *const *argv, const char *messages)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t group;
    int failed = posix_spawn_file_actions_init(&files);
    if (failed != 0)
        return failed;
    failed = posix_spawnattr_init(&group);
    if (failed != 0) {
        posix_spawn_file_actions_destroy(&files);
        return failed;
    }
    failed = posix_spawnattr_setflags(&group, POSIX_SPAWN_SETPGROUP);
    if (failed == 0)
        failed = posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    if (failed == 0)
        failed = posix_spawn_file_actions_addopen(&files, 1, messages,
                                                  O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
    if (failed == 0)
        failed = posix_spawn_file_actions_adddup2(&files, 1, 2);
    if (failed == 0)
        failed = posix_spawnp(child, argv[0], &files, &group, argv, environ);
    posix_spawnattr_destroy(&group);
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
    enum {
        NOT_FOUND = 127
    }; /* if the child, not posix_spawnp(), detects it, or the loader fails */
    struct stat said;
    if (WIFSIGNALED(ending))
        return aln_raise(WTERMSIG(ending) == SIGINT ? ALN_STOPPED : ALN_CHILD,
                         "gnuplot was stopped by signal %d", WTERMSIG(ending));
    if (WEXITSTATUS(ending) == NOT_FOUND && (stat(messages, &said) != 0 || said.st_size == 0))
        return no_gnuplot();
    return WEXITSTATUS(ending) == 0 ? ALN_OK
                                    : report_failure(WEXITSTATUS(ending), script, messages);
}

static bool is_stopped(const volatile sig_atomic_t *stop)
{
    return stop != NULL && *stop != 0;
}

static void sleep_briefly(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
}

/* Waits without blocking: a signal between a look at `stop` and a blocking wait would be missed.
 * Returned: *ending  of the child, which has ended, by itself or because of `stop` */
static enum aln_status await(pid_t child, const volatile sig_atomic_t *stop, int *ending)
{
    pid_t ended;
    bool stopping = false;
    while ((ended = waitpid(child, ending, WNOHANG)) == 0 || (ended < 0 && errno == EINTR)) {
        if (!stopping && is_stopped(stop)) {
            stopping = true;
            killpg(child, SIGKILL); /* what it has drawn is of no use */
        }
        sleep_briefly();
    }
    if (ended < 0)
        return aln_raise_system(ALN_CHILD, errno, "waiting for gnuplot failed");
    return stopping ? aln_raise(ALN_STOPPED, "the drawing was stopped") : ALN_OK;
}

static enum aln_status run(const char *script, const char *style, const char *folder,
                           const char *messages, const volatile sig_atomic_t *stop)
{
    /* -d: the user's start-up files must not change the figures. */
    const char *const words[] = {"gnuplot", "-d", "-c", script, style, folder, NULL};
    char *argv[sizeof words / sizeof words[0]]; /* posix_spawnp() does not change them */
    memcpy(argv, words, sizeof argv);
    pid_t child;
    int ending, failed;
    if (is_stopped(stop))
        return aln_raise(ALN_STOPPED, "the drawing was stopped");
    failed = start(&child, argv, messages);
    if (failed == ENOENT)
        return no_gnuplot();
    if (failed != 0)
        return aln_raise_system(ALN_CHILD, failed, "gnuplot could not be started");
    enum aln_status status = await(child, stop, &ending);
    return status == ALN_OK ? check_ending(ending, script, messages) : status;
}

enum aln_status aln_gnuplot_run(const char *script, const char *style, const char *folder,
                                const volatile sig_atomic_t *stop)
{
    struct aln_text messages = {0};
    aln_text_add(&messages, "%s/messages", folder);
    enum aln_status status = messages.failed ? aln_raise_memory("a figure")
                                             : run(script, style, folder, messages.s, stop);
    free(messages.s);
    return status;
}

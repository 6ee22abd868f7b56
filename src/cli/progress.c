#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"

static volatile sig_atomic_t stop;

static struct {
    bool terminal, shown;
    double began, drawn; /* seconds */
    int tenths;          /* lines already printed */
    const char *name;
    char said[128]; /* beside the bar */
} bar;

/* The first signal asks to stop at the next good moment; a second one kills as usual. */
static void on_signal(int number)
{
    stop = 1;
    signal(number, SIG_DFL);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void print_left(double seconds)
{
    if (bar.said[0] != '\0')
        fprintf(stderr, "%s, ", bar.said);
    long s = (long)(seconds + 0.5);
    if (s >= 3600)
        fprintf(stderr, "%ld:%02ld:%02ld left", s / 3600, s / 60 % 60, s % 60);
    else
        fprintf(stderr, "%ld:%02ld left", s / 60, s % 60);
}

static void say(void *context, const char *what)
{
    (void)context;
    snprintf(bar.said, sizeof bar.said, "%s", what);
}

static void update(void *context, double fraction)
{
    (void)context;
    enum { WIDTH = 40 };
    double t = now(), spent = t - bar.began;
    double left = fraction > 0 ? spent * (1 - fraction) / fraction : 0;
    if (bar.terminal) {
        /* Nothing for work that ends at once; ten frames a second afterwards. */
        if (spent < 0.5 || (t - bar.drawn < 0.1 && fraction < 1))
            return;
        int full = (int)(fraction * WIDTH);
        fprintf(stderr, "\r%s [%.*s%*s] %3.0f %%  ", bar.name, full,
                "########################################", WIDTH - full, "", 100 * fraction);
        print_left(left);
        fprintf(stderr, "\033[K");
        bar.drawn = t;
        bar.shown = true;
    } else {
        int tenths = (int)(fraction * 10 + 1e-9);
        if (tenths <= bar.tenths)
            return;
        bar.tenths = tenths;
        fprintf(stderr, "%s: %d %%, ", bar.name, 10 * tenths);
        print_left(left);
        fprintf(stderr, "\n");
    }
    fflush(stderr);
}

struct aln_progress aln_cli_progress(const struct aln_cli *cli, const char *name)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    bar.terminal = isatty(STDERR_FILENO) == 1;
    bar.began = now();
    bar.tenths = 0;
    bar.name = name;
    bar.drawn = 0;
    bar.said[0] = '\0';
    return (struct aln_progress){
        .update = cli->quiet ? NULL : update, .say = cli->quiet ? NULL : say, .stop = &stop};
}

void aln_cli_progress_end(void)
{
    if (bar.shown)
        fprintf(stderr, "\r\033[K");
    bar.shown = false;
}

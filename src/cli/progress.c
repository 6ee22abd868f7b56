#include <inttypes.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"

#define LONG 180 /* seconds */

static volatile sig_atomic_t stop;

static struct {
    bool terminal, shown;
    double began, drawn; /* seconds */
    int tenths;          /* lines already printed */
    bool told;           /* the line that a long run prints first */
    const char *name;
    char note[128]; /* shown beside the bar */
} bar;

/* The first signal requests a stop; the second kills the program. */
static void on_signal(int number)
{
    stop = 1;
    signal(number, SIG_DFL);
}

/* What users, batch systems and limits send before they kill. HUP stays ignored under nohup. */
static void take_over_signals(void)
{
    static const int number[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU};
    struct sigaction action = {.sa_handler = on_signal}, before;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof number / sizeof number[0]; i++)
        if (number[i] != SIGHUP ||
            (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN))
            sigaction(number[i], &action, NULL);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Long times in the largest unit that has at least two of it. */
static const struct {
    double seconds;
    const char *name;
} units[] = {{365.25 * 86400, "years"}, {86400, "days"}, {3600, "h"}, {60, "min"}, {1, "s"}};

static void print_time(double seconds)
{
    size_t unit = 0;
    while (unit + 1 < sizeof units / sizeof units[0] && seconds < 2 * units[unit].seconds)
        unit++;
    fprintf(stderr, "%.3g %s", round(seconds / units[unit].seconds), units[unit].name);
}

static void print_about(double seconds)
{
    fprintf(stderr, "about ");
    print_time(seconds);
    fprintf(stderr, " left");
}

static void print_left(double seconds)
{
    if (seconds >= 2 * units[1].seconds) {
        print_about(seconds);
        return;
    }
    long s = (long)(seconds + 0.5);
    if (s >= 3600)
        fprintf(stderr, "%ld:%02ld:%02ld left", s / 3600, s / 60 % 60, s % 60);
    else
        fprintf(stderr, "%ld:%02ld left", s / 60, s % 60);
}

/* After the first second of work, once: how long a run that takes minutes will take. */
static void tell_long(double spent, double left)
{
    if (bar.told || spent < 1 || left == 0)
        return;
    bar.told = true;
    if (left < LONG)
        return;
    fprintf(stderr, "%s: ", bar.name);
    print_about(left);
    fprintf(stderr, "\n");
}

static void print_note(void)
{
    if (bar.note[0] != '\0')
        fprintf(stderr, "  %s", bar.note);
}

static void note(void *context, const char *text)
{
    (void)context;
    snprintf(bar.note, sizeof bar.note, "%s", text);
}

static void print_line(void *context, const char *line)
{
    (void)context;
    aln_cli_progress_end();
    fprintf(stderr, "%s: %s\n", bar.name, line);
}

static void update(void *context, double fraction)
{
    (void)context;
    enum { WIDTH = 40 };
    double t = now(), spent = t - bar.began;
    double left = fraction > 0 ? spent * (1 - fraction) / fraction : 0;
    if (bar.terminal) {
        /* Shows nothing in the first half second, then at most ten frames per second. */
        if (spent < 0.5 || (t - bar.drawn < 0.1 && fraction < 1))
            return;
        int width = bar.note[0] == '\0' ? WIDTH : WIDTH / 2, full = (int)(fraction * width);
        fprintf(stderr, "\r%s [%.*s%*s] %3.0f %%  ", bar.name, full,
                "########################################", width - full, "", 100 * fraction);
        print_left(left);
        print_note();
        fprintf(stderr, "\033[K");
        bar.drawn = t;
        bar.shown = true;
    } else {
        tell_long(spent, left);
        int tenths = (int)(fraction * 10 + 1e-9);
        if (tenths <= bar.tenths)
            return;
        bar.tenths = tenths;
        fprintf(stderr, "%s: %d %%, ", bar.name, 10 * tenths);
        print_left(left);
        print_note();
        fprintf(stderr, "\n");
    }
    fflush(stderr);
}

/* "sweep: 400 points, about 2.1 s each: 7 min on 2 threads" */
static void print_estimate(void *context, uint64_t points, double each, double total,
                           uint64_t threads)
{
    (void)context;
    bar.told = true;
    aln_cli_progress_end();
    fprintf(stderr, "%s: %" PRIu64 " points, about ", bar.name, points);
    if (each < 10)
        fprintf(stderr, "%.2g s", each);
    else
        print_time(each);
    fprintf(stderr, " each: ");
    print_time(total);
    fprintf(stderr, " on %" PRIu64 " thread%s\n", threads, threads == 1 ? "" : "s");
}

struct aln_progress aln_cli_progress(const struct aln_cli *cli, const char *name)
{
    take_over_signals();
    bar.terminal = isatty(STDERR_FILENO) == 1;
    bar.began = now();
    bar.tenths = 0;
    bar.told = false;
    bar.name = name;
    bar.drawn = 0;
    bar.note[0] = '\0';
    return (struct aln_progress){.update = cli->quiet ? NULL : update,
                                 .note = cli->quiet ? NULL : note,
                                 .tell = cli->quiet ? NULL : print_line,
                                 .estimate = cli->quiet ? NULL : print_estimate,
                                 .warn = print_line,
                                 .stop = &stop};
}

void aln_cli_progress_end(void)
{
    if (bar.shown)
        fprintf(stderr, "\r\033[K");
    bar.shown = false;
}

/* Whether whoever read standard output has left: `alignode ode FILE | head`. */
bool aln_cli_reader_left(void)
{
    struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&out, 1, 0) > 0 && (out.revents & POLLERR) != 0;
}

int aln_cli_fail(enum aln_status status)
{
    static const char of_output[] = "standard output: ";
    aln_cli_progress_end();
    if (status == ALN_FILE && strncmp(aln_error(), of_output, sizeof of_output - 1) == 0 &&
        aln_cli_reader_left())
        return ALN_EXIT_UNREAD;
    /* The line begins with FILE:line:column, so that editors find it. */
    fprintf(stderr, "%s%s\n", status == ALN_USAGE ? "" : "alignode: ", aln_error());
    return status == ALN_USAGE || status == ALN_BUSY ? ALN_EXIT_USAGE
           : status == ALN_STOPPED                   ? ALN_EXIT_STOPPED
                                                     : ALN_EXIT_FAILED;
}

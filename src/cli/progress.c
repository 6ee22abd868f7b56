#include <inttypes.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "cli/cli.h"
#include "cli/terminal.h"

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
    aln_interrupt_program(&stop);
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

enum { LEFT = 64 }; /* bytes of a remaining time */

static void write_time(double seconds, char out[LEFT])
{
    size_t unit = 0;
    while (unit + 1 < sizeof units / sizeof units[0] && seconds < 2 * units[unit].seconds)
        unit++;
    snprintf(out, LEFT, "%.3g %s", round(seconds / units[unit].seconds), units[unit].name);
}

static void write_about(double seconds, char out[LEFT])
{
    char time[LEFT];
    write_time(seconds, time);
    snprintf(out, LEFT, "about %.48s left", time);
}

static const char *write_left(double seconds, char out[LEFT])
{
    const long s = seconds < 2 * units[1].seconds ? (long)(seconds + 0.5) : 0;
    if (seconds >= 2 * units[1].seconds)
        write_about(seconds, out);
    else if (s >= 3600)
        snprintf(out, LEFT, "%ld:%02ld:%02ld left", s / 3600, s / 60 % 60, s % 60);
    else
        snprintf(out, LEFT, "%ld:%02ld left", s / 60, s % 60);
    return out;
}

/* After the first second of work, once: how long a run that takes minutes will take. */
static void tell_long(double spent, double left)
{
    if (bar.told || spent < 1 || left == 0)
        return;
    bar.told = true;
    if (left < LONG)
        return;
    char text[LEFT];
    write_about(left, text);
    aln_cli_say("%s: %s\n", bar.name, text);
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
    aln_cli_say("%s: %s\n", bar.name, line);
}

/* ---- the moving line ---- */

/* Columns that a text takes: its characters, which are all of one column. */
static size_t columns_of(const char *text)
{
    size_t n = 0;
    for (; *text != '\0'; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

/* Columns of the window without the last one, which would wrap the line. */
static size_t find_room(void)
{
    size_t columns, lines;
    aln_cli_terminal_size(STDERR_FILENO, &columns, &lines);
    return (columns > 1 ? columns : 80) - 1;
}

/* "chain [####    ]  42 %  0:12 left  note". Where it is too long for the window, first the note goes,
 * then the bar, then the end. */
static void draw_line(double fraction, const char *left)
{
    enum { WIDTH = 40, LEAST = 5, FRAME = 4 }; /* of the bar, and what is around it */
    static const char hashes[] = "########################################";
    char tail[LEFT + 16], line[2 * LEFT + WIDTH + 200];
    const size_t room = find_room();
    snprintf(tail, sizeof tail, "%3.0f %%  %s", 100 * fraction, left);
    const size_t bare = columns_of(bar.name) + FRAME + columns_of(tail);
    const size_t noted = bare + 2 + columns_of(bar.note);
    const bool with_note = bar.note[0] != '\0' && noted + LEAST <= room;
    const size_t rest = room - (with_note ? noted : bare < room ? bare : room);
    const size_t most = with_note ? WIDTH / 2 : WIDTH, width = rest < most ? rest : most;
    const int full = (int)(fraction * (double)width);
    if (width >= LEAST)
        snprintf(line, sizeof line, "%s [%.*s%*s] %s%s%s", bar.name, full, hashes,
                 (int)width - full, "", tail, with_note ? "  " : "", with_note ? bar.note : "");
    else
        snprintf(line, sizeof line, "%s %s", bar.name, tail);
    aln_cli_say("\r%.*s\033[K", width >= LEAST ? (int)strlen(line) : (int)room, line);
}

/* Shows nothing in the first half second, then at most ten frames per second. */
static void update_line(double t, double fraction, double left)
{
    char text[LEFT];
    if (t - bar.began < 0.5 || (t - bar.drawn < 0.1 && fraction < 1))
        return;
    draw_line(fraction, write_left(left, text));
    bar.drawn = t;
    bar.shown = true;
}

/* A line per 10 %. */
static void update_log(double spent, double fraction, double left)
{
    char text[LEFT];
    tell_long(spent, left);
    const int tenths = (int)(fraction * 10 + 1e-9);
    if (tenths <= bar.tenths)
        return;
    bar.tenths = tenths;
    aln_cli_say("%s: %d %%, %s%s%s\n", bar.name, 10 * tenths, write_left(left, text),
                bar.note[0] != '\0' ? "  " : "", bar.note);
}

static void update(void *context, double fraction)
{
    (void)context;
    const double t = now();
    if (fraction ==
        0) /* the work begins; what came before, such as reading data, is no measure of it */
        bar.began = t;
    const double spent = t - bar.began;
    const double left = fraction > 0 ? spent * (1 - fraction) / fraction : 0;
    if (bar.terminal)
        update_line(t, fraction, left);
    else
        update_log(spent, fraction, left);
}

/* "sweep: 400 points, about 2.1 s each: 7 min on 2 threads" */
static void print_estimate(void *context, uint64_t points, double each, double total,
                           uint64_t threads)
{
    char one[LEFT], all[LEFT];
    (void)context;
    bar.told = true;
    aln_cli_progress_end();
    if (each < 10)
        snprintf(one, sizeof one, "%.2g s", each);
    else
        write_time(each, one);
    write_time(total, all);
    aln_cli_say("%s: %" PRIu64 " points, about %s each: %s on %" PRIu64 " thread%s\n", bar.name,
                points, one, all, threads, threads == 1 ? "" : "s");
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
        aln_cli_say("\r\033[K");
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
    aln_cli_say("%s%s\n", status == ALN_USAGE ? "" : "alignode: ", aln_error());
    return status == ALN_USAGE || status == ALN_BUSY ? ALN_EXIT_USAGE
           : status == ALN_STOPPED                   ? ALN_EXIT_STOPPED
                                                     : ALN_EXIT_FAILED;
}

/* Messages to standard error. A pipe may be full and a terminal stopped: a message waits for them, but not once a stop
 * has been requested. */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "cli/cli.h"

enum {
    PIECE = 4096,  /* bytes that a pipe takes at once where it has room */
    LOOK = 50,     /* milliseconds between two looks at the stop request */
    PATIENCE = 10, /* looks after it, for all messages together */
};

/* Whether standard error takes a piece. */
static bool wait_for_reader(void)
{
    static int patience = PATIENCE;
    struct pollfd stream = {.fd = STDERR_FILENO, .events = POLLOUT};
    int ready;
    while ((ready = poll(&stream, 1, patience > 0 ? LOOK : 0)) == 0 ||
           (ready < 0 && errno == EINTR))
        if (ready == 0 && aln_interrupt_pending() && --patience < 0)
            return false;
    return ready > 0;
}

void aln_cli_put(const char *text)
{
    size_t left = strlen(text);
    while (left > 0 && wait_for_reader()) {
        const ssize_t n = write(STDERR_FILENO, text, left < PIECE ? left : (size_t)PIECE);
        if (n < 0 && errno != EINTR && errno != EAGAIN)
            return; /* nobody reads */
        text += n > 0 ? n : 0;
        left -= n > 0 ? (size_t)n : 0;
    }
}

void aln_cli_say(const char *format, ...)
{
    char text[8192]; /* on the stack: lack of memory must be reported, too */
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    aln_cli_put(text);
}

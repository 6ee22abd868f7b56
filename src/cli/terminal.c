#include "cli/terminal.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "base/text.h"

static void take_environment(const char *name, size_t *size)
{
    const char *text = getenv(name);
    uint64_t given;
    if (text != NULL && aln_text_whole(text, &given))
        *size = (size_t)given;
}

void aln_cli_terminal_size(int fd, size_t *columns, size_t *lines)
{
    struct winsize window = {0};
    *columns = *lines = 0;
    if (ioctl(fd, TIOCGWINSZ, &window) == 0) {
        *columns = window.ws_col;
        *lines = window.ws_row;
    }
    take_environment("COLUMNS", columns);
    take_environment("LINES", lines);
}

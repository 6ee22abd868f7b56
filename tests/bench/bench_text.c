/* Numbers as text against printf, and the shortest digits against trying one number of digits after
 * the other. Medians over paired repetitions. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/random.h"
#include "base/text.h"
#include "bench.h"

enum { NUMBERS = 100000, REPEATS = 11 };

static void printed(double x, char out[32])
{
    snprintf(out, 32, "%.17g", x);
}

static void digits(double x, char out[32])
{
    aln_text_from_real(x, out);
}

static void tried(double x, char out[32])
{
    int n = 15;
    do
        snprintf(out, 32, "%.*g", n, x);
    while (strtod(out, NULL) != x && ++n <= 17);
}

/* Seconds a number. */
static double time_of(void (*write)(double x, char out[32]), const double *x, size_t *sink)
{
    char out[32];
    double began = now();
    for (size_t i = 0; i < NUMBERS; i++) {
        write(x[i], out);
        *sink += strlen(out);
    }
    return (now() - began) / NUMBERS;
}

static void compare(const char *what, void (*plain)(double x, char out[32]),
                    void (*own)(double x, char out[32]), const double *x)
{
    double seconds[REPEATS], ratio[REPEATS];
    size_t sink = 0;
    for (size_t r = 0; r < REPEATS; r++) {
        double slow = time_of(plain, x, &sink);
        seconds[r] = time_of(own, x, &sink);
        ratio[r] = slow / seconds[r];
    }
    printf("%-40s %6.1f ns a number, %5.1f times as fast (%zu)\n", what,
           1e9 * median(seconds, REPEATS), median(ratio, REPEATS), sink);
}

int main(void)
{
    static double x[NUMBERS];
    struct aln_stream stream;
    aln_stream_init(&stream, 1, "benchmark", 0);
    aln_stream_normals(&stream, NUMBERS, x);
    compare("17 digits, against printf", printed, digits, x);
    compare("shortest, against trying 15, 16, 17", tried, aln_text_short_real, x);
    return 0;
}

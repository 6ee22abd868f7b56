/* Shared by the fuzz targets. A violated property aborts the process; libFuzzer treats that as a
 * crash and keeps the input. */
#ifndef ALIGNODE_TESTS_FUZZ_H
#define ALIGNODE_TESTS_FUZZ_H

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alignode/status.h"
#include "model/params.h"
#include "study/study.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(holds, ...)                                                                        \
    do {                                                                                           \
        if (!(holds)) {                                                                            \
            fprintf(stderr, "%s:%d: " #holds "\n", __FILE__, __LINE__);                            \
            fprintf(stderr, __VA_ARGS__);                                                          \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* A folder in TMPDIR for this process only. */
static const char *fuzz_folder(void)
{
    static char folder[64];
    if (folder[0] == '\0') {
        const char *where = getenv("TMPDIR");
        snprintf(folder, sizeof folder, "%s/fuzz-XXXXXX", where != NULL ? where : "/tmp");
        REQUIRE(mkdtemp(folder) != NULL, "%s\n", folder);
    }
    return folder;
}

/* FOLDER/name.  Returned: out[128] */
static inline const char *fuzz_path(const char *name, char out[128])
{
    snprintf(out, 128, "%s/%s", fuzz_folder(), name);
    return out;
}

static inline void fuzz_write(const char *path, const void *bytes, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    REQUIRE(fd >= 0 && write(fd, bytes, size) == (ssize_t)size && close(fd) == 0, "%s\n", path);
}

static bool fuzz_is_utf8(const char *s)
{
    for (const unsigned char *u = (const unsigned char *)s; *u != '\0';) {
        int more = *u < 0x80 ? 0 : *u < 0xc2 ? -1 : *u < 0xe0 ? 1 : *u < 0xf0 ? 2 : 3;
        if (more < 0 || *u > 0xf4)
            return false;
        for (u++; more > 0; more--, u++)
            if ((*u & 0xc0) != 0x80)
                return false;
    }
    return true;
}

/* A refusal is "NAME:...: message", the offending line and a caret, all printable. */
static inline void fuzz_check_refusal(enum aln_status status, const char *name)
{
    /* A sweep names the point after the caret; the offending line may contain such words too. */
    const char *s = aln_error(), *point = strstr(s, "^\nat point ");
    size_t lines = 1, length = point != NULL ? (size_t)(point - s) + 1 : strlen(s);
    REQUIRE(status == ALN_USAGE, "status %d: %s\n", (int)status, s);
    REQUIRE(strncmp(s, name, strlen(name)) == 0 && s[strlen(name)] == ':', "%s\n", s);
    REQUIRE(fuzz_is_utf8(s), "%s\n", s);
    for (const unsigned char *u = (const unsigned char *)s; *u != '\0'; u++) {
        REQUIRE((*u >= 0x20 && *u != 0x7f) || *u == '\n' || *u == '\t', "%s\n", s);
        REQUIRE(u[0] != 0xc2 || u[1] >= 0xa0, "%s\n", s);
        lines += *u == '\n';
    }
    lines -= point != NULL;
    REQUIRE(lines == 3 && s[length - 1] == '^', "%s\n", s);
}

/* The parameters as text; free(). */
static inline char *fuzz_yaml(const struct aln_params *p)
{
    char *text;
    REQUIRE(aln_params_yaml(p, &text) == ALN_OK, "%s\n", aln_error());
    REQUIRE(fuzz_is_utf8(text), "%s\n", text);
    return text;
}

/* What was loaded, written out, loads to the same. */
static inline void fuzz_round_trip(const struct aln_params *p, aln_params_use use)
{
    char path[128], *first = fuzz_yaml(p);
    struct aln_params *again;
    fuzz_write(fuzz_path("again.yaml", path), first, strlen(first));
    REQUIRE(aln_params_load(&again, path, 0, NULL, use) == ALN_OK, "%s\n%s\n", aln_error(), first);
    char *second = fuzz_yaml(again);
    REQUIRE(strcmp(first, second) == 0, "%s\nbecame\n%s\n", first, second);
    aln_params_free(again);
    free(second);
    free(first);
}

#endif

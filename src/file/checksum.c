#include "file/checksum.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

static const char begins[] = "#crc32 ";

uint32_t aln_checksum(uint32_t sum, const char *bytes, size_t n)
{
    return (uint32_t)crc32_z(sum, (const unsigned char *)bytes, n);
}

void aln_checksum_line(uint32_t sum, char line[ALN_CHECKSUM_LINE + 1])
{
    snprintf(line, ALN_CHECKSUM_LINE + 1, "%s%08" PRIx32 "\n", begins, sum);
}

bool aln_checksum_is_line(const char *line, size_t n)
{
    return n == ALN_CHECKSUM_LINE - 1 && memcmp(line, begins, sizeof begins - 1) == 0 &&
           strspn(line + sizeof begins - 1, "0123456789abcdef") >= n - (sizeof begins - 1);
}

/* Only the last line, "# end ROWS", may follow the last checksum. */
static bool is_last(const char *line, size_t n)
{
    return n > 6 && memcmp(line, "# end ", 6) == 0;
}

/* Results had none before version 0.2. */
static bool is_older(const char *text, size_t length)
{
    static const char older[] = "# alignode 0.1.";
    return length >= sizeof older - 1 && memcmp(text, older, sizeof older - 1) == 0;
}

enum aln_table_check aln_checksum_check(const char *text, size_t length, bool unfinished,
                                        size_t *line)
{
    const char *end = text + length, *checked = text;
    uint32_t sum = 0;
    size_t unchecked = 1, number = 1; /* unchecked: the first line after the last checksum, or 0 */
    bool any = false;
    for (const char *at = text, *next; at < end; at = next, number++) {
        char wanted[ALN_CHECKSUM_LINE + 1];
        const char *feed = memchr(at, '\n', (size_t)(end - at));
        size_t n = (size_t)((feed != NULL ? feed : end) - at);
        next = feed != NULL ? feed + 1 : end;
        if (!aln_checksum_is_line(at, n)) {
            unchecked = unchecked > 0 || is_last(at, n) ? unchecked : number;
            continue;
        }
        sum = aln_checksum(sum, checked, (size_t)(at - checked));
        aln_checksum_line(sum, wanted);
        *line = number;
        if (memcmp(at, wanted, n) != 0)
            return ALN_TABLE_DAMAGED;
        checked = at;
        unchecked = 0;
        any = true;
    }
    *line = unchecked;
    if (!any)
        return unfinished || is_older(text, length) ? ALN_TABLE_UNCHECKED : ALN_TABLE_DAMAGED;
    return unchecked > 0 && !unfinished ? ALN_TABLE_DAMAGED : ALN_TABLE_SOUND;
}

enum aln_status aln_checksum_refuse(const char *path, size_t line)
{
    return aln_raise(ALN_USAGE, "%s:%zu: " ALN_CHECKSUM_MISMATCH, path, line);
}

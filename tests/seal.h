/* Checksums of results, computed by a second way. */
#ifndef ALIGNODE_TESTS_SEAL_H
#define ALIGNODE_TESTS_SEAL_H

#include <stdio.h>
#include <string.h>

#define SUM "#crc32 ????????\n" /* a checksum for seal() to write */

/* CRC-32 bit by bit: ISO 3309, reflected, as in gzip. */
static inline unsigned crc32_of(const char *bytes, size_t n)
{
    unsigned sum = ~0U;
    for (size_t i = 0; i < n; i++) {
        sum ^= (unsigned char)bytes[i];
        for (int bit = 0; bit < 8; bit++)
            sum = sum >> 1 ^ (sum & 1 ? 0xedb88320U : 0);
    }
    return ~sum;
}

/* Makes the checksums of a text match it. */
static inline void seal(char *text)
{
    char sum[16];
    for (char *at = strstr(text, "#crc32 "); at != NULL; at = strstr(at + 1, "#crc32 ")) {
        snprintf(sum, sizeof sum, "%08x", crc32_of(text, (size_t)(at - text)));
        memcpy(at + strlen("#crc32 "), sum, 8);
    }
}

#endif

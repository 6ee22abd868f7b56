/* Growing strings, and reading whole files. For numbers as text see base/text_format.h. */
#ifndef ALIGNODE_BASE_TEXT_H
#define ALIGNODE_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alignode/status.h"
#include "base/text_format.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A growing string. After a failed append `failed` stays true and text is unchanged. */
struct aln_text {
    char *s; /* zero-terminated, or NULL when empty; free() */
    size_t length, capacity;
    bool failed;
};
void aln_text_add(struct aln_text *t, const char *fmt, ...) ALN_PRINTF(2, 3);
/* Appends a text as it is, without reading it for conversions. */
void aln_text_put(struct aln_text *t, const char *s);
/* Its first n bytes. */
void aln_text_put_bytes(struct aln_text *t, const char *s, size_t n);
/* The digits of a whole number. */
void aln_text_put_whole(struct aln_text *t, uint64_t x);
/* Where the next n characters go and a zero after them: write them, then move `length` on.
 * Returned: NULL, and `failed` is true, when there is no memory */
char *aln_text_room(struct aln_text *t, size_t n);
/* Appends a text as a double-quoted YAML scalar, on one line. */
void aln_text_quote(struct aln_text *t, const char *s);
/* The same as a string of JSON. Source: RFC 8259 */
void aln_text_json(struct aln_text *t, const char *s);

/* Appends a number's text so that YAML 1.1 and 1.2 both read it as that number: 1e-9 becomes 1.0e-9,
 * 1e5 becomes 1.0e+5, -0 becomes -0.0. */
void aln_text_number(struct aln_text *t, const char *number);

/* A 64-bit hash of a text, appended to what `sum` is the hash of; ALN_TEXT_HASH of nothing.
 * Source: FNV-1a, draft-eastlake-fnv */
#define ALN_TEXT_HASH 0xcbf29ce484222325u
uint64_t aln_text_hash(uint64_t sum, const char *s);
uint64_t aln_text_hash_bytes(uint64_t sum, const char *s, size_t n);
/* A hash in hexadecimal digits. */
enum { ALN_TEXT_HASH_DIGITS = 16 };
void aln_text_hash_digits(uint64_t sum, char out[ALN_TEXT_HASH_DIGITS + 1]);

/* A whole file (or standard input for "-") into memory, zero-terminated.
 * Returned: *out, yours, free(); *length without the final zero
 * Status:   ALN_USAGE when it cannot be opened, is a folder, or is a pipe or device of more than
 *           1 GiB; ALN_FILE, ALN_MEMORY */
enum aln_status aln_text_read_file(const char *path, char **out, size_t *length);
/* The same for at most the first `most` >= 1 bytes; *length == most if there may be more. */
enum aln_status aln_text_read_head(const char *path, size_t most, char **out, size_t *length);

#ifdef __cplusplus
}
#endif

#endif

#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/failure.h"

char *aln_text_room(struct aln_text *t, size_t n)
{
    size_t need = t->length + n + 1;
    if (!t->failed && need > t->capacity) {
        size_t capacity = need > 2 * t->capacity ? need : 2 * t->capacity;
        char *s = realloc(t->s, capacity);
        t->failed = s == NULL;
        if (s != NULL) {
            t->s = s;
            t->capacity = capacity;
        }
    }
    return t->failed ? NULL : t->s + t->length;
}

void aln_text_put_bytes(struct aln_text *t, const char *s, size_t n)
{
    char *end = aln_text_room(t, n);
    if (end == NULL)
        return;
    memcpy(end, s, n);
    end[n] = '\0';
    t->length += n;
}

void aln_text_put(struct aln_text *t, const char *s)
{
    aln_text_put_bytes(t, s, strlen(s));
}

void aln_text_put_whole(struct aln_text *t, uint64_t x)
{
    char digits[20], *begin = digits + sizeof digits;
    do {
        *--begin = (char)('0' + x % 10);
        x /= 10;
    } while (x > 0);
    aln_text_put_bytes(t, begin, (size_t)(digits + sizeof digits - begin));
}

void aln_text_add(struct aln_text *t, const char *fmt, ...)
{
    bool fits = false;
    while (!t->failed && !fits) { /* twice if there was too little room at first */
        const size_t room = t->capacity - t->length;
        va_list args;
        va_start(args, fmt);
        const int n = aln_text_format(room > 0 ? t->s + t->length : NULL, room, fmt, args);
        va_end(args);
        fits = n >= 0 && (size_t)n < room;
        if (fits)
            t->length += (size_t)n;
        else if (n < 0 || aln_text_room(t, (size_t)n) == NULL)
            t->failed = true;
        if (t->failed && room > 0 && t->s != NULL)
            t->s[t->length] = '\0';
    }
}

enum aln_status aln_text_read_file(const char *path, char **out, size_t *length)
{
    return aln_text_read_head(path, SIZE_MAX, out, length);
}

enum aln_status aln_text_read_head(const char *path, size_t most, char **out, size_t *length)
{
    enum { LONGEST_STREAM = 1 << 30 }; /* /dev/zero never ends */
    enum aln_status status = ALN_OK;
    char *text = NULL;
    size_t n = 0, capacity = 0;
    struct stat info;
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    *out = NULL;
    if (path[0] == '\0')
        return aln_raise(ALN_USAGE, "the path of the file to read is empty");
    if (file == NULL)
        return aln_raise_system(ALN_USAGE, errno, "%s: cannot be opened", path);
    bool known = fstat(fileno(file), &info) == 0;
    if (known && S_ISDIR(info.st_mode)) {
        status = aln_raise(ALN_USAGE, "%s: is a folder, not a file", path);
        goto out;
    }
    bool stream = !known || !S_ISREG(info.st_mode);
    while (n < most) {
        if (n + 1 >= capacity) {
            capacity = capacity == 0 ? 65536 : 2 * capacity;
            char *more = realloc(text, capacity);
            if (more == NULL) {
                status = aln_raise(ALN_MEMORY, "%s: out of memory while reading", path);
                goto out;
            }
            text = more;
        }
        size_t room = capacity - 1 - n,
               got = fread(text + n, 1, room < most - n ? room : most - n, file);
        n += got;
        if (got == 0)
            break;
        if (stream && n > LONGEST_STREAM) {
            status = aln_raise(ALN_USAGE, "%s: is not a regular file and exceeds 1 GiB", path);
            goto out;
        }
    }
    if (ferror(file)) {
        status = aln_raise_system(ALN_FILE, errno, "%s: cannot be read", path);
        goto out;
    }
    text[n] = '\0';
    *out = text;
    *length = n;
    text = NULL;
out:
    free(text);
    if (file != stdin)
        fclose(file);
    return status;
}

void aln_text_json(struct aln_text *t, const char *s)
{
    aln_text_add(t, "\"");
    for (; *s != '\0'; s++) {
        const unsigned char c = (unsigned char)*s;
        if (c < ' ')
            aln_text_add(t, "\\u%04x", c);
        else
            aln_text_add(t, "%s%c", c == '"' || c == '\\' ? "\\" : "", c);
    }
    aln_text_add(t, "\"");
}

/* Characters outside ASCII that YAML or its readers take for line breaks, marks or controls are
 * escaped: U+0080-9F, U+2028-9, U+FEFF, U+FFFE-F. */
void aln_text_quote(struct aln_text *t, const char *s)
{
    aln_text_put(t, "\"");
    while (*s != '\0') {
        const unsigned char *u = (const unsigned char *)s;
        if (u[0] == '"' || u[0] == '\\') {
            aln_text_add(t, "\\%c", *s++);
        } else if (u[0] < 0x20 || u[0] == 0x7f) {
            aln_text_add(t, "\\x%02x", u[0]);
            s++;
        } else if (u[0] == 0xc2 && u[1] < 0xa0) {
            aln_text_add(t, "\\x%02x", u[1]);
            s += 2;
        } else if (strncmp(s, "\xe2\x80\xa8", 3) == 0 || strncmp(s, "\xe2\x80\xa9", 3) == 0 ||
                   strncmp(s, "\xef\xbb\xbf", 3) == 0 || strncmp(s, "\xef\xbf\xbe", 3) == 0 ||
                   strncmp(s, "\xef\xbf\xbf", 3) == 0) {
            aln_text_add(t, "\\u%04x", (u[0] & 0xfu) << 12 | (u[1] & 0x3fu) << 6 | (u[2] & 0x3fu));
            s += 3;
        } else {
            aln_text_put_bytes(t, s++, 1);
        }
    }
    aln_text_put(t, "\"");
}

void aln_text_number(struct aln_text *t, const char *number)
{
    double x;
    size_t digits = strcspn(number, "eE");
    const char *exponent = number + digits;
    bool point = memchr(number, '.', digits) != NULL;
    bool minus_zero = number[0] == '-' && aln_text_real(number, &x) && x == 0;
    aln_text_put_bytes(t, number, digits);
    if (!point && (*exponent != '\0' || minus_zero))
        aln_text_put(t, ".0");
    if (*exponent != '\0')
        aln_text_add(t, "e%s%s", strchr("+-", exponent[1]) != NULL ? "" : "+", exponent + 1);
}

uint64_t aln_text_hash(uint64_t sum, const char *s)
{
    return aln_text_hash_bytes(sum, s, strlen(s));
}

uint64_t aln_text_hash_bytes(uint64_t sum, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sum = (sum ^ (unsigned char)s[i]) * 0x100000001b3;
    return sum;
}

void aln_text_hash_digits(uint64_t sum, char out[ALN_TEXT_HASH_DIGITS + 1])
{
    for (int i = ALN_TEXT_HASH_DIGITS; i-- > 0; sum >>= 4)
        out[i] = "0123456789abcdef"[sum & 0xf];
    out[ALN_TEXT_HASH_DIGITS] = '\0';
}

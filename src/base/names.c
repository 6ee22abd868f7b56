#include "alignode/names.h"

#include <stdio.h>
#include <string.h>

#include "alignode/status.h"
#include "base/finders.h"
#include "base/synonyms.h"

const struct aln_name *aln_names_row(const struct aln_names *names, size_t i)
{
    if (names->stride == 0)
        return ((const struct aln_name *const *)names->rows)[i];
    return (const struct aln_name *)((const char *)names->rows + i * names->stride);
}

size_t aln_names_index(const struct aln_names *names, const char *name)
{
    size_t i = 0;
    while (i < names->count && strcmp(aln_names_row(names, i)->name, name) != 0)
        i++;
    return i;
}

const struct aln_name *aln_names_find(const struct aln_names *names, const char *name)
{
    size_t i = aln_names_index(names, name);
    return i < names->count ? aln_names_row(names, i) : NULL;
}

const struct aln_name *aln_names_get(const struct aln_names *names, const char *name)
{
    const struct aln_name *row = aln_names_find(names, name);
    char offer[320];
    if (row == NULL)
        aln_raise(ALN_USAGE, "unknown %s %s: %s", names->kind, name,
                  aln_names_offer(names, name, offer));
    return row;
}

/* Optimal string alignment. Only the first LONGEST characters are compared. */
size_t aln_names_distance(const char *a, const char *b)
{
    enum { LONGEST = 127 };
    size_t n = strnlen(a, LONGEST), m = strnlen(b, LONGEST);
    size_t row[3][LONGEST + 1]; /* rows i-2, i-1, i, cyclic */
    for (size_t j = 0; j <= m; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *now = row[i % 3], *before = row[(i - 1) % 3], *before2 = row[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = before[j - 1] + (a[i - 1] != b[j - 1]);
            if (before[j] + 1 < best)
                best = before[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                before2[j - 2] + 1 < best)
                best = before2[j - 2] + 1;
            now[j] = best;
        }
    }
    return row[n % 3][m];
}

const char *aln_names_nearest(const struct aln_names *names, const char *name)
{
    size_t best = 0, best_distance = (size_t)-1;
    for (size_t i = 0; i < names->count; i++) {
        const char *other = aln_names_row(names, i)->name;
        size_t d = aln_synonyms_are(name, other) ? 0 : aln_names_distance(other, name);
        if (d < best_distance) {
            best = i;
            best_distance = d;
        }
    }
    return aln_names_row(names, best)->name;
}

bool aln_names_near(const char *word, const char *name)
{
    size_t length = strlen(word);
    bool begins = length >= 3 && strncmp(word, name, length) == 0;
    return begins || aln_synonyms_are(word, name) ||
           aln_names_distance(word, name) <= (length + 1) / 3;
}

const char *aln_names_join(const struct aln_names *names, char out[256])
{
    static const char more[] = ", ...";
    size_t n = (size_t)snprintf(out, 256, "one of");
    for (size_t i = 0; i < names->count; i++) {
        const char *name = aln_names_row(names, i)->name;
        size_t length = strlen(name) + 2, rest = i + 1 < names->count ? sizeof more : 1;
        if (n + length + rest > 256) {
            memcpy(out + n, more, sizeof more);
            break;
        }
        n += (size_t)snprintf(out + n, 256 - n, "%s %s", i > 0 ? "," : "", name);
    }
    return out;
}

const char *aln_names_offer(const struct aln_names *names, const char *word, char out[320])
{
    const char *nearest = aln_names_nearest(names, word);
    char all[256];
    if (aln_names_near(word, nearest))
        snprintf(out, 320, "did you mean %s?", nearest);
    else
        snprintf(out, 320, "expected %s", aln_names_join(names, all));
    return out;
}

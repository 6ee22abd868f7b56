/* Refuses keys that a schema does not know, and says which was probably meant. */
#include <stdio.h>
#include <string.h>

#include "base/synonyms.h"
#include "params/schema_table.h"

/* How far a part of a key is from the last part of an unknown one. Before any other spelling come
 * another word for it and a slip of one letter in the same section, the same in another section, another word
 * there. In words of three letters one letter is too much for a slip. */
static size_t part_distance(const char *part, const char *last, bool same_section)
{
    size_t letters = aln_names_distance(part, last);
    if (letters > 0 && aln_synonyms_are(last, part))
        return same_section ? 0 : 2;
    if (letters == 1 && same_section && strlen(last) > 3)
        return 0;
    return 4 * letters + !same_section;
}

/* The key or section nearest to an unknown one; of equals, one that needs no other.
 * Returned: out[64] */
static void nearest_key(const struct aln_schema *schema, const char *unknown, char out[64])
{
    const char *dot = strrchr(unknown, '.');
    const char *last = dot != NULL ? dot + 1 : unknown;
    size_t parent = (size_t)(last - unknown), best = (size_t)-1;
    const struct aln_param *row;
    for (size_t i = 0; (row = aln_schema_at(schema, i)) != NULL; i++) {
        const char *key = row->key;
        for (const char *begin = key, *end; *begin != '\0'; begin = end + (*end == '.')) {
            char part[64];
            end = begin + strcspn(begin, ".");
            snprintf(part, sizeof part, "%.*s", (int)(end - begin), begin);
            bool same = (size_t)(begin - key) == parent && strncmp(key, unknown, parent) == 0;
            size_t distance = 2 * part_distance(part, last, same) + (row->needs != NULL);
            if (distance < best) {
                best = distance;
                snprintf(out, 64, "%.*s", (int)(end - key), key);
            }
        }
    }
}

/* "one of a, b, c", the keys and sections in a section, or in the file.  Returned: out */
static const char *keys_in(const struct aln_schema *schema, const char *section, char out[256])
{
    size_t n = (size_t)snprintf(out, 256, "one of"), depth = strlen(section), before = 0;
    const char *last = "";
    const struct aln_param *row;
    for (size_t i = 0; (row = aln_schema_at(schema, i)) != NULL && n < 256; i++) {
        const char *key = row->key;
        if (depth > 0 && (strncmp(key, section, depth) != 0 || key[depth] != '.'))
            continue;
        key += depth + (depth > 0);
        size_t length = strcspn(key, ".");
        if (length == before && strncmp(key, last, length) == 0)
            continue;
        n += (size_t)snprintf(out + n, 256 - n, "%s %.*s", before > 0 ? "," : "", (int)length, key);
        last = key;
        before = length;
    }
    return out;
}

/* Whether `key` is a section of another kind of file. */
static bool is_foreign(const struct aln_schema *schema, const char *key)
{
    char word[160];
    if (schema->foreign == NULL)
        return false;
    snprintf(word, sizeof word, " %s ", key);
    return strstr(schema->foreign, word) != NULL;
}

enum aln_status aln_schema_refuse(const struct aln_schema *schema, const struct aln_node *node,
                                  const char *key, const char *section)
{
    char nearest[64], known[256];
    if (is_foreign(schema, key))
        return aln_tree_raise(&node->key_at, "unknown key %s: it belongs to a %s", key,
                              schema->foreign_kind);
    nearest_key(schema, key, nearest);
    return aln_params_unknown(&node->key_at, key, nearest, keys_in(schema, section, known));
}

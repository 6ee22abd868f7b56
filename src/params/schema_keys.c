/* Finds the rows of a schema, by their numbers and by their keys. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "params/schema_table.h"

const struct aln_param *aln_schema_at(const struct aln_schema *schema, size_t i)
{
    if (i < schema->count)
        return &schema->row[i];
    i -= schema->count;
    for (size_t k = 0; k < schema->part_count; k++) {
        if (i < schema->part[k]->count)
            return &schema->part[k]->row[i];
        i -= schema->part[k]->count;
    }
    return NULL;
}

size_t aln_schema_rows(const struct aln_schema *schema)
{
    size_t count = schema->count;
    for (size_t k = 0; k < schema->part_count; k++)
        count += schema->part[k]->count;
    return count;
}

/* The rows of a schema by key, made when first needed and then kept, because sweeps read the parameters
 * of thousands of points. */
struct key_index {
    const struct aln_schema *schema;
    struct key_index *next;
    size_t mask;    /* of the hash of a key */
    uint16_t row[]; /* from 1, where its hash says or behind; 0: none */
};
static _Atomic(struct key_index *) key_indices;

static struct key_index *make_key_index(const struct aln_schema *schema)
{
    const size_t count = aln_schema_rows(schema);
    size_t places = 16;
    while (places < 4 * count)
        places *= 2;
    struct key_index *index = calloc(1, sizeof *index + places * sizeof *index->row);
    if (index == NULL)
        return NULL;
    index->schema = schema;
    index->mask = places - 1;
    for (size_t i = 0; i < count; i++) {
        size_t at = aln_text_hash(ALN_TEXT_HASH, aln_schema_at(schema, i)->key) & index->mask;
        while (index->row[at] != 0)
            at = (at + 1) & index->mask;
        index->row[at] = (uint16_t)(i + 1);
    }
    index->next = atomic_load(&key_indices);
    while (!atomic_compare_exchange_weak(&key_indices, &index->next, index))
        ;
    return index;
}

size_t aln_schema_index(const struct aln_schema *schema, const char *key)
{
    const struct key_index *index = atomic_load(&key_indices);
    const size_t count = aln_schema_rows(schema);
    while (index != NULL && index->schema != schema)
        index = index->next;
    if (index == NULL &&
        (index = make_key_index(schema)) == NULL) { /* without memory, one by one */
        size_t i = 0;
        while (i < count && strcmp(aln_schema_at(schema, i)->key, key) != 0)
            i++;
        return i;
    }
    size_t at = aln_text_hash(ALN_TEXT_HASH, key) & index->mask;
    while (index->row[at] != 0 && strcmp(aln_schema_at(schema, index->row[at] - 1u)->key, key) != 0)
        at = (at + 1) & index->mask;
    return index->row[at] != 0 ? index->row[at] - 1u : count;
}

/* Finds the rows of a schema, by their numbers and by their keys. */
#include <assert.h>
#include <stdatomic.h>
#include <string.h>
#include <threads.h>

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

/* ---- by key ---- */

/* The rows of a schema by key, made when first needed and then kept, because sweeps read the parameters
 * of thousands of points. It takes no memory, for which a search could fail. */
enum { SCHEMAS = 8, PLACES = 1024 };
struct key_index {
    const struct aln_schema *schema;
    uint16_t row[PLACES]; /* from 1, where the hash of its key says or behind; 0: none */
};
static struct key_index key_indices[SCHEMAS];
static atomic_size_t key_index_count;
static once_flag key_index_once = ONCE_FLAG_INIT;
static mtx_t key_index_lock;

static void make_lock(void)
{
    int made = mtx_init(&key_index_lock, mtx_plain);
    assert(made == thrd_success);
    (void)made;
}

static const struct key_index *find_index(const struct aln_schema *schema)
{
    const size_t count = atomic_load(&key_index_count);
    for (size_t i = 0; i < count; i++)
        if (key_indices[i].schema == schema)
            return &key_indices[i];
    return NULL;
}

/* Where to look for a key first: of its bytes, eight at a time. */
static size_t first_place(const char *key)
{
    uint64_t sum = 0, some;
    size_t left = strlen(key);
    for (; left > sizeof some; key += sizeof some, left -= sizeof some) {
        memcpy(&some, key, sizeof some);
        sum = (sum ^ some) * 0x9e3779b97f4a7c15u;
        sum ^= sum >> 32;
    }
    some = 0;
    memcpy(&some, key, left);
    return (size_t)((sum ^ some) * 0x9e3779b97f4a7c15u >> 32) % PLACES;
}

/* The row, or where it would be. */
static size_t place_of(const struct key_index *index, const char *key)
{
    size_t at = first_place(key);
    while (index->row[at] != 0 &&
           strcmp(aln_schema_at(index->schema, index->row[at] - 1u)->key, key) != 0)
        at = (at + 1) % PLACES;
    return at;
}

/* Returned: NULL: there is no room for it */
static const struct key_index *make_index(const struct aln_schema *schema)
{
    const size_t rows = aln_schema_rows(schema);
    call_once(&key_index_once, make_lock);
    mtx_lock(&key_index_lock);
    const struct key_index *there = find_index(schema);
    const size_t count = atomic_load(&key_index_count);
    if (there == NULL && count < SCHEMAS && rows < PLACES / 2) {
        struct key_index *index = &key_indices[count];
        index->schema = schema;
        for (size_t i = 0; i < rows; i++) {
            uint16_t *row = &index->row[place_of(index, aln_schema_at(schema, i)->key)];
            *row = *row == 0 ? (uint16_t)(i + 1) : *row;
        }
        atomic_store(&key_index_count, count + 1);
        there = index;
    }
    mtx_unlock(&key_index_lock);
    return there;
}

size_t aln_schema_index(const struct aln_schema *schema, const char *key)
{
    const struct key_index *index = find_index(schema);
    const size_t rows = aln_schema_rows(schema);
    if (index == NULL && (index = make_index(schema)) == NULL) {
        size_t i = 0;
        while (i < rows && strcmp(aln_schema_at(schema, i)->key, key) != 0)
            i++;
        return i;
    }
    const uint16_t row = index->row[place_of(index, key)];
    return row != 0 ? row - 1u : rows;
}

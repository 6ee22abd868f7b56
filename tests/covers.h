/* Tables of named things whose rows need a test each: COVERS(&aln_measures, "WA", ...) in a test
 * beside the tests of these rows fails when the table has another row, and says which. Where a test
 * runs over all rows of a table, that is better. */
#ifndef ALIGNODE_TESTS_COVERS_H
#define ALIGNODE_TESTS_COVERS_H

#include <check.h>
#include <string.h>

#include "alignode/names.h"

static inline void covers(const struct aln_names *table, const char *file, size_t count,
                          const char *const *covered)
{
    while (strncmp(file, "../", 3) == 0) /* as the compiler was given it */
        file += 3;
    for (size_t i = 0; i < table->count; i++) {
        const char *name = aln_names_row(table, i)->name;
        size_t at = 0;
        while (at < count && strcmp(covered[at], name) != 0)
            at++;
        ck_assert_msg(at < count, "no test covers %s %s: add one, and the name to the list in %s",
                      table->kind, name, file);
    }
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(aln_names_find(table, covered[i]) != NULL, "%s covers %s %s, which is gone",
                      file, table->kind, covered[i]);
}

#define COVERS(table, ...)                                                                         \
    covers(table, __FILE__, sizeof(const char *[]){__VA_ARGS__} / sizeof(const char *),            \
           (const char *const[]){__VA_ARGS__})

#endif

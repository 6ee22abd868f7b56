/* Typed look-up in a table of named things whose rows are struct aln_NOUN:
 *     const struct aln_NOUN *aln_NOUN_find(const char *name);
 *     const struct aln_NOUN *aln_NOUN_row(size_t i);
 * See alignode/names.h. They are declared in the same header as the table. */
#ifndef ALIGNODE_BASE_FINDERS_H
#define ALIGNODE_BASE_FINDERS_H

#include "alignode/names.h"

/* The row called `name`, or NULL with an error raised that suggests a name. */
const struct aln_name *aln_names_get(const struct aln_names *names, const char *name);

#define ALN_FINDERS(noun, table)                                                                   \
    const struct aln_##noun *aln_##noun##_find(const char *name)                                   \
    {                                                                                              \
        return (const struct aln_##noun *)aln_names_get(&(table), name);                           \
    }                                                                                              \
    const struct aln_##noun *aln_##noun##_row(size_t i)                                            \
    {                                                                                              \
        return (const struct aln_##noun *)aln_names_row(&(table), i);                              \
    }                                                                                              \
    struct aln_##noun /* and the semicolon that follows */

#endif

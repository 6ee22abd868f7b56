/* Words for the same thing, for "did you mean". */
#ifndef ALIGNODE_BASE_SYNONYMS_H
#define ALIGNODE_BASE_SYNONYMS_H

#include <stdbool.h>

/* Whether a user who types `word` means `name`: they differ in case alone, or the word is another one
 * for it. */
bool aln_synonyms_are(const char *word, const char *name);

#endif

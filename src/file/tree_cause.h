/* What the user did where the parser only says what it did not expect. */
#ifndef ALIGNODE_FILE_TREE_CAUSE_H
#define ALIGNODE_FILE_TREE_CAUSE_H

#include "file/source.h"

/* A sentence about the user's text, and the place that it is about. */
struct aln_cause {
    struct aln_place at;
    char words[512];
};

/* Why the plain text that begins at a place, a key or a value, is not what it seems: a character that
 * cannot be seen or is taken for another, no space after a colon.
 * Returned: whether it is so; *cause */
bool aln_cause_in(struct aln_cause *cause, const struct aln_place *at);

/* What lies behind the parser's message about a place.
 * Given:    text     length bytes, as parsed, with the lines and columns of at->source
 *           message  libfyaml's
 * Returned: whether it is known; *cause */
bool aln_cause_of_syntax(struct aln_cause *cause, const char *text, size_t length,
                         const struct aln_place *at, const char *message);

#endif

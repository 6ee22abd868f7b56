/* Parameter files with their figures, as a page. */
#ifndef ALIGNODE_PAGE_GALLERY_H
#define ALIGNODE_PAGE_GALLERY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* A parameter file, run and drawn. */
struct aln_gallery_entry {
    char name[64];           /* of the file, without .yaml */
    struct aln_text title;   /* all texts are the entry's own */
    struct aln_text source;  /* what the file names as its source */
    struct aln_text command; /* lines that make the figure */
    struct aln_text svg;     /* the figure; empty: none, and `why` says why */
    struct aln_text narrow;  /* the same for phones, without titles; empty: none */
    struct aln_text shared;  /* the line below the figure's title */
    struct aln_text why;
    double seconds; /* that the runs took now */
    bool quick;     /* with settings that make it short */
    bool kept;      /* the results were there already */
    bool missing;   /* not run for lack of data */
    bool failed;    /* could not be run or drawn */
};

void aln_gallery_entry_free(struct aln_gallery_entry *entry);

/* Appends the figure, or why there is none; command and time.
 * Given: prefix  of the figure's ids, which differs from that of others on the page */
void aln_gallery_entry_add(struct aln_text *out, const struct aln_gallery_entry *entry,
                           const char *prefix);

/* The page.
 * Returned: *out  yours, free() its text
 * Status:   ALN_MEMORY */
enum aln_status aln_gallery_text(const struct aln_gallery_entry *entry, size_t count, bool quick,
                                 struct aln_text *out);

#endif

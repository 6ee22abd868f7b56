/* The publications that rules, activations, data sets and commands name as their source, as BibTeX.
 * What a row cites is its `source`; a publication is found there by how it is written, so a new row
 * that cites a known one needs nothing here. */
#ifndef ALIGNODE_SWEEP_REFERENCE_H
#define ALIGNODE_SWEEP_REFERENCE_H

#include <stddef.h>

struct aln_reference {
    const char *brief; /* as a source names it: "Nokland, NeurIPS 2016" */
    const char *type;  /* "article", "inproceedings", ... */
    const char *key;   /* "nokland2016" */
    const char *fields;
};

/* Row i of the table, or NULL past the end. */
const struct aln_reference *aln_reference_row(size_t i);

#endif

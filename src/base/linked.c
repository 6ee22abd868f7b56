/* Nothing: only what it is linked to is read. */
extern int aln_nothing;

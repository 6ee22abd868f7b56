/* Shared by the files that build and change trees, here and in src/sweep. */
#ifndef ALIGNODE_FILE_TREE_INSIDE_H
#define ALIGNODE_FILE_TREE_INSIDE_H

#include "file/tree.h"

struct aln_tree {
    struct aln_tree_block *blocks; /* a list of all memory, freed at once */
    size_t nodes;
    struct aln_node *root;
};

/* Memory that lives as long as the tree, zeroed; NULL if out of memory. */
void *aln_tree_take(struct aln_tree *tree, size_t size);
char *aln_tree_take_text(struct aln_tree *tree, const char *text, size_t length);

/* An argument of the command line, called `name` in messages, as a source of the tree.
 * Returned: *out  part of the tree
 * Status:   ALN_USAGE, ALN_MEMORY */
enum aln_status aln_tree_take_argument(struct aln_tree *tree, const char *name, const char *text,
                                       const struct aln_source **out);

/* Appends a child to a list or map. */
void aln_tree_append(struct aln_node *parent, struct aln_node *child);

/* Parses text, whose lines and columns are those of `source`.
 * Given:    prefix  path of the root for messages, "" for a file
 * Returned: *root   part of the tree; NULL for an empty document */
enum aln_status aln_tree_build(struct aln_tree *tree, const struct aln_source *source,
                               const char *prefix, const char *text, size_t length,
                               struct aln_node **root);

#endif

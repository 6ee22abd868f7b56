/* What the files that make and change trees share. */
#ifndef ALIGNODE_FILE_TREE_INSIDE_H
#define ALIGNODE_FILE_TREE_INSIDE_H

#include "file/tree.h"

struct aln_tree {
    struct aln_tree_block *blocks; /* all memory hangs on one chain and is freed at once */
    size_t nodes;
    struct aln_node *root;
};

/* Memory that lives as long as the tree, zeroed; NULL when it is out. */
void *aln_tree_take(struct aln_tree *tree, size_t size);
char *aln_tree_take_text(struct aln_tree *tree, const char *text, size_t length);

/* The last child of a list or map. */
void aln_tree_append(struct aln_node *parent, struct aln_node *child);

/* Parses text, whose lines and columns are those of `source`.
 * Returned: *root  hangs on the tree; NULL for an empty document
 * Given: prefix  path of the root for messages, "" for a file */
enum aln_status aln_tree_build(struct aln_tree *tree, const struct aln_source *source,
                               const char *prefix, const char *text, size_t length,
                               struct aln_node **root);

#endif

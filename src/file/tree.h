/* YAML as a tree of scalars, lists and maps, each with its place in the file, so that error
 * messages can point at it. It accepts one document without anchors, aliases and tags; scalars stay
 * text. A result file is read as the parameter file in its header, which must be complete. */
#ifndef ALIGNODE_FILE_TREE_H
#define ALIGNODE_FILE_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "alignode/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum aln_node_kind { ALN_SCALAR, ALN_LIST, ALN_MAP };

struct aln_source; /* a file or an argument, kept for messages */

struct aln_place {
    const struct aln_source *source;
    size_t line, column; /* from 1; columns count characters */
};

struct aln_node {
    enum aln_node_kind kind;
    struct aln_place at;
    const char *text; /* of a scalar, never NULL */
    const double
        *number;     /* its value, where that is known and the text may be another; else NULL */
    bool quoted;     /* a scalar in quotes, or a block of text */
    const char *key; /* of a map's child, else NULL */
    struct aln_place key_at;              /* of the key; of the node itself without one */
    struct aln_node *first, *last, *next; /* children of a list or map; the next sibling */
    size_t count;                         /* children */
};

struct aln_tree;

/* Given:    path  a parameter file or a result; "-": standard input
 * Returned: *out  yours, aln_tree_free()
 * Status:   ALN_USAGE with path:line:column for anything but the YAML described above (the messages
 *           say UTF-8, duplicate), or if path cannot be opened; ALN_FILE, ALN_MEMORY */
enum aln_status aln_tree_read(struct aln_tree **out, const char *path);

/* The same for a result that may be damaged. */
enum aln_status aln_tree_read_unchecked(struct aln_tree **out, const char *path);

/* The same from text.
 * Given: name  for messages
 *        text  length bytes, not kept */
enum aln_status aln_tree_parse(struct aln_tree **out, const char *name, const char *text,
                               size_t length);

/* The same from the header of a result that has been read, with the lines and columns of its file.
 * Given: path  of the result, for messages */
struct aln_table;
enum aln_status aln_tree_from_table(struct aln_tree **out, const char *path,
                                    const struct aln_table *table);
void aln_tree_free(struct aln_tree *tree);

/* Puts a value at a path, "key.path=VALUE" with VALUE in YAML, creating maps on the way and
 * replacing any old value. Messages cite it as --set:COLUMN, counted in the whole argument.
 * Status: ALN_USAGE, ALN_MEMORY */
enum aln_status aln_tree_set(struct aln_tree *tree, const char *assignment);

/* The same for a path that takes a text: VALUE is that text as it stands, with any # and colons,
 * unless it begins with a quote or bracket. */
enum aln_status aln_tree_set_text(struct aln_tree *tree, const char *assignment);

/* Puts a value at a path, like aln_tree_set().
 * Given: path   "key.path", which begins at the place `at`
 *        value  not copied: what it points to must outlive the tree, and is changed only if
 *               another path leads into it */
enum aln_status aln_tree_put(struct aln_tree *tree, const char *path, const struct aln_place *at,
                             const struct aln_node *value);

/* A copy that can be changed independently of the first, which must outlive it.
 * Returned: *out  yours, aln_tree_free() */
enum aln_status aln_tree_copy(struct aln_tree **out, const struct aln_tree *tree);

/* Appends "KEY: VALUE" of a map's child as lines of YAML, or any value on one line; reading it
 * back gives the same keys, kinds and texts. The lines spell numbers by aln_text_number(). */
struct aln_text;
void aln_tree_write(struct aln_text *t, const struct aln_node *node, size_t indent);
void aln_tree_write_value(struct aln_text *t, const struct aln_node *node);

/* The whole document; an empty one is an empty map. Its place is the file's start. A view. */
const struct aln_node *aln_tree_root(const struct aln_tree *tree);

/* The child called `key`, or NULL; also NULL when node is not a map. */
const struct aln_node *aln_tree_find(const struct aln_node *node, const char *key);

/* The node at "key.path", or NULL. */
const struct aln_node *aln_tree_at(const struct aln_tree *tree, const char *path);

/* Whether two values are equal: numbers when their values are, maps in any order of keys. */
bool aln_tree_same(const struct aln_node *a, const struct aln_node *b);

/* The first difference of two documents, in the order of the first. Numbers are equal when their
 * values are; the order of keys does not matter, nor do `drawn:` and `figure:`, which are no
 * parameters of a run.
 * Given:    ignored  keys in full, up to NULL; or NULL
 * Returned: false: none; else *out with a key in full, yours, free(), NULL: out of memory */
struct aln_difference {
    char *key;
    const struct aln_node *a, *b; /* views; NULL: only the other one has this key */
};
bool aln_tree_difference(const struct aln_tree *a, const struct aln_tree *b,
                         const char *const *ignored, struct aln_difference *out);

/* Whether it is `key:` with nothing after it. */
bool aln_tree_is_empty(const struct aln_node *node);

/* Raises ALN_USAGE with the sentence
 *     FILE:line:column: message
 *     the offending line
 *          ^ */
enum aln_status aln_tree_raise(const struct aln_place *at, const char *fmt, ...) ALN_PRINTF(2, 3);
/* Raises what is wrong with the plain text that begins at a place, before something else is raised
 * about it: a character that cannot be seen, no space after a colon.
 * Status: ALN_OK if there is no such thing; ALN_USAGE */
enum aln_status aln_tree_cause(const struct aln_place *at);
/* What follows the # of a comment right behind the plain text that begins at a place; a blank if there
 * is no comment, or nothing in it. */
char aln_tree_comment(const struct aln_place *at);
#ifdef __clang_analyzer__ /* as for aln_raise() */
#define aln_tree_raise(at, ...) ((aln_tree_raise)(at, __VA_ARGS__), ALN_USAGE)
#endif

#ifdef __cplusplus
}
#endif

#endif

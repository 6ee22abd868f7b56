#include "file/tree.h"

#include <libfyaml.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alignode/table.h"
#include "base/failure.h"
#include "base/text.h"
#include "file/checksum.h"
#include "file/source.h"
#include "file/tree_cause.h"
#include "file/tree_inside.h"

/* Bounds far beyond any use, so that a wrong file is refused before it exhausts memory or time. The
 * largest problem, 1000 units on each side, takes 6 million numbers of 20 characters. */
enum {
    DEEPEST = 32, /* nesting; libfyaml guarantees 64 */
    MOST_KEYS = 1000,
    MOST_NODES = 10 * 1000 * 1000,
    LONGEST = 256 << 20 /* bytes */
};

struct aln_tree_block {
    struct aln_tree_block *next;
    max_align_t data[];
};

/* ---- memory ---- */

void *aln_tree_take(struct aln_tree *tree, size_t size)
{
    struct aln_tree_block *block = calloc(1, sizeof *block + size);
    if (block == NULL)
        return NULL;
    block->next = tree->blocks;
    tree->blocks = block;
    return block->data;
}

char *aln_tree_take_text(struct aln_tree *tree, const char *text, size_t length)
{
    char *copy = aln_tree_take(tree, length + 1);
    if (copy != NULL)
        memcpy(copy, text, length);
    return copy;
}

void aln_tree_append(struct aln_node *parent, struct aln_node *child)
{
    if (parent->last != NULL)
        parent->last->next = child;
    else
        parent->first = child;
    parent->last = child;
    parent->count++;
}

static enum aln_status no_memory(const struct aln_source *source)
{
    return aln_raise(ALN_MEMORY, "%s: out of memory", source->name);
}

void aln_tree_free(struct aln_tree *tree)
{
    if (tree == NULL)
        return;
    for (struct aln_tree_block *block = tree->blocks, *next; block != NULL; block = next) {
        next = block->next;
        free(block);
    }
    free(tree);
}

/* ---- from libfyaml's events to nodes ---- */

struct builder {
    struct aln_tree *tree;
    const struct aln_source *source;
    const char *text; /* that is parsed */
    size_t length;
    const char *prefix; /* path of the root, "" for a file */
    struct aln_node *root;
    size_t depth;
    struct frame {
        struct aln_node *node;
        const char *key; /* of a map: key read, value not yet */
        struct aln_place key_at;
    } open[DEEPEST];
};

/* The place of a token, `before` characters to its left: libfyaml's marks leave out the quote, & or
 * * that the user sees first. Absent values have no mark and get the place of their key. */
static struct aln_place place_of(const struct builder *b, const struct fy_mark *mark, int before)
{
    if (mark == NULL || mark->line < 0) {
        if (b->depth == 0)
            return (struct aln_place){b->source, 1, 1};
        const struct frame *top = &b->open[b->depth - 1];
        return top->key != NULL ? top->key_at : top->node->at;
    }
    if (before > mark->column)
        before = 0;
    return (struct aln_place){b->source, (size_t)mark->line + 1,
                              (size_t)(mark->column - before) + 1};
}

/* The full name of a key of the innermost open map. */
static void full_key(const struct builder *b, const char *key, char out[256])
{
    size_t n = (size_t)snprintf(out, 256, "%s", b->prefix);
    for (size_t i = 0; i < b->depth && n < 256; i++) {
        const char *part = i + 1 < b->depth ? b->open[i].key : key;
        if (part != NULL)
            n += (size_t)snprintf(out + n, 256 - n, "%s%s", n > 0 ? "." : "", part);
    }
}

static enum aln_status add_key(struct builder *b, const struct aln_node *node)
{
    struct frame *top = &b->open[b->depth - 1];
    if (top->node->count == MOST_KEYS)
        return aln_tree_raise(&node->at, "more than %d keys in one place", MOST_KEYS);
    if (node->kind != ALN_SCALAR || aln_tree_is_empty(node))
        return aln_tree_raise(&node->at, "expected a key, got %s",
                              node->kind == ALN_MAP    ? "a map"
                              : node->kind == ALN_LIST ? "a list"
                                                       : "nothing");
    const struct aln_node *twin = aln_tree_find(top->node, node->text);
    if (twin != NULL) {
        char full[256];
        full_key(b, node->text, full);
        return aln_tree_raise(&node->at, "duplicate key %s, first given in line %zu", full,
                              twin->key_at.line);
    }
    top->key = node->text;
    top->key_at = node->at;
    return ALN_OK;
}

/* Whether libfyaml left nothing of a scalar in which there is something, as it does out of memory. */
static bool is_lost(const struct builder *b, struct fy_token *value, size_t length)
{
    const struct fy_mark *from = fy_token_start_mark(value), *to = fy_token_end_mark(value);
    if (length > 0 || from == NULL || to == NULL)
        return false;
    size_t i = from->input_pos;
    while (i < to->input_pos && i < b->length && strchr(" \t\r\n\"'\\|>+-", b->text[i]) != NULL)
        i++;
    return i < to->input_pos && i < b->length;
}

static enum aln_status add_node(struct builder *b, struct fy_event *event, enum aln_node_kind kind,
                                struct fy_token *value)
{
    if (b->tree->nodes++ == MOST_NODES) {
        struct aln_place at = place_of(b, fy_event_start_mark(event), 0);
        return aln_tree_raise(&at, "more than %d values in one file", MOST_NODES);
    }
    struct aln_node *node = aln_tree_take(b->tree, sizeof *node);
    if (node == NULL)
        return no_memory(b->source);
    struct frame *top = b->depth > 0 ? &b->open[b->depth - 1] : NULL;
    node->kind = kind;
    node->text = "";
    node->at = place_of(b, fy_event_start_mark(event), 0);
    if (kind == ALN_SCALAR && value != NULL) {
        size_t length = 0;
        enum fy_scalar_style style = fy_token_scalar_style(value);
        bool quotes = style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
        const char *text = fy_token_get_text(value, &length);
        if (text == NULL || (node->text = aln_tree_take_text(b->tree, text, length)) == NULL)
            return no_memory(b->source);
        if (is_lost(b, value, length))
            return no_memory(b->source);
        node->quoted = style != FYSS_PLAIN;
        node->at = place_of(b, fy_token_start_mark(value), quotes);
        if (strlen(node->text) != length)
            return aln_tree_raise(&node->at, "a text cannot hold the character U+0000");
    }
    if (top != NULL && top->node->kind == ALN_MAP && top->key == NULL)
        return add_key(b, node);
    node->key_at = node->at;
    if (top == NULL) {
        b->root = node;
    } else {
        node->key = top->key;
        if (top->key != NULL)
            node->key_at = top->key_at;
        if (kind == ALN_SCALAR)
            top->key = NULL;
        aln_tree_append(top->node, node);
    }
    if (kind != ALN_SCALAR) {
        if (b->depth == DEEPEST)
            return aln_tree_raise(&node->at, "nested deeper than %d levels", DEEPEST);
        b->open[b->depth++] = (struct frame){.node = node};
    }
    return ALN_OK;
}

static void close_node(struct builder *b)
{
    b->depth--;
    if (b->depth > 0)
        b->open[b->depth - 1].key = NULL;
}

static enum aln_status refuse(const struct builder *b, struct fy_token *token, int before,
                              const char *what)
{
    struct aln_place at = place_of(b, fy_token_start_mark(token), before);
    return aln_tree_raise(&at, "%s are not part of a parameter file%s", what,
                          strchr(what, '-') == NULL ? "; a text that begins like this needs quotes"
                                                    : "");
}

static enum aln_status take_event(struct builder *b, struct fy_event *event)
{
    struct fy_token *anchor = fy_event_get_anchor_token(event);
    struct fy_token *tag = fy_event_get_tag_token(event);
    if (event->type == FYET_ALIAS)
        return refuse(b, event->alias.anchor, 1, "aliases (*name)");
    if (anchor != NULL)
        return refuse(b, anchor, 1, "anchors (&name)");
    if (tag != NULL)
        return refuse(b, tag, 0, "tags (!name)");
    switch (event->type) {
    case FYET_DOCUMENT_START:
        if (b->root != NULL)
            return refuse(b, event->document_start.document_start, 0, "further documents (---)");
        return ALN_OK;
    case FYET_SCALAR:
        return add_node(b, event, ALN_SCALAR, event->scalar.value);
    case FYET_SEQUENCE_START:
        return add_node(b, event, ALN_LIST, NULL);
    case FYET_MAPPING_START:
        return add_node(b, event, ALN_MAP, NULL);
    case FYET_SEQUENCE_END:
    case FYET_MAPPING_END:
        close_node(b);
        break;
    case FYET_NONE:
    case FYET_STREAM_START:
    case FYET_STREAM_END:
    case FYET_DOCUMENT_END:
    case FYET_ALIAS:
        break;
    }
    return ALN_OK;
}

/* Raises libfyaml's first error. If the text ends too early, points at the bracket left open rather
 * than at the end. An error without a message is out of memory, or one of a few kinds (%YAML 3.0).
 * Returned: *silent  whether there is no message */
static enum aln_status syntax_error(const struct builder *b, struct fy_diag *diag, bool *silent)
{
    struct aln_cause cause;
    const struct aln_place start = {b->source, 1, 1};
    const struct fy_diag_error *error;
    void *iterator = NULL;
    while ((error = fy_diag_errors_iterate(diag, &iterator)) != NULL && error->type != FYET_ERROR)
        ; /* warnings */
    *silent = error == NULL || error->msg == NULL;
    if (*silent)
        return aln_tree_raise(&start, "cannot be read as YAML 1.2");
    struct aln_place at = {b->source, error->line > 0 ? (size_t)error->line : 1,
                           error->column > 0 ? (size_t)error->column : 1};
    const char *begin, *end;
    aln_source_line(b->source, at.line, &begin, &end);
    size_t shown = b->length < b->source->length ? b->length : b->source->length;
    bool ended = begin >= b->source->text + shown;
    const struct aln_place *open = b->depth > 0 ? &b->open[b->depth - 1].node->at : NULL;
    if (ended && open != NULL)
        return aln_tree_raise(open, "%s",
                              strstr(error->msg, "flow") != NULL ||
                                      strstr(error->msg, "expected node content") != NULL
                                  ? "the bracket is not closed"
                                  : error->msg);
    if (!aln_cause_of_syntax(&cause, b->text, b->length, &at, error->msg))
        return aln_tree_raise(&at, "%s", error->msg);
    if (open != NULL && open->line < at.line && strstr(error->msg, "missing comma") != NULL)
        return aln_tree_raise(&at, "%s; or the bracket of line %zu is not closed", cause.words,
                              open->line);
    return aln_tree_raise(&cause.at, "%s", cause.words);
}

enum { ROOM = 1 << 16 };

/* Parses a text, once.  Returned: *silent  whether libfyaml failed without a message */
static enum aln_status build(struct builder *builder, bool *silent)
{
    enum aln_status status = ALN_OK;
    struct fy_diag_cfg quiet;
    struct fy_parser *parser = NULL;
    bool ended = false;
    fy_diag_cfg_default(&quiet);
    quiet.fp = NULL;
    struct fy_diag *diag = fy_diag_create(&quiet);
    if (diag == NULL)
        return no_memory(builder->source);
    fy_diag_set_collect_errors(diag, true);
    parser = fy_parser_create(&(struct fy_parse_cfg){
        .flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE,
        .diag = diag,
    });
    /* Version 0.7.12 of fy_parser_set_string() takes two blocks without looking whether it got them. */
    if (parser == NULL || !aln_has_memory(ROOM) ||
        fy_parser_set_string(parser, builder->text, builder->length) != 0) {
        status = no_memory(builder->source);
        goto out;
    }
    while (status == ALN_OK && !ended) {
        struct fy_event *event = fy_parser_parse(parser);
        if (event == NULL) {
            status = syntax_error(builder, diag, silent);
            break;
        }
        ended = event->type == FYET_STREAM_END;
        status = take_event(builder, event);
        fy_parser_event_free(parser, event);
    }
out:
    fy_parser_destroy(parser);
    fy_diag_destroy(diag);
    return status;
}

enum aln_status aln_tree_build(struct aln_tree *tree, const struct aln_source *source,
                               const char *prefix, const char *text, size_t length,
                               struct aln_node **root)
{
    /* Out of memory, libfyaml just fails. It fails in the same way if tried again with a text that
     * it cannot read. */
    for (int attempt = 0;; attempt++) {
        struct builder builder = {tree, source, text, length, prefix, .depth = 0};
        bool silent = false;
        enum aln_status status = build(&builder, &silent);
        *root = builder.root;
        if (silent && !aln_has_memory(ROOM))
            return no_memory(source);
        if (!silent || attempt > 0)
            return status;
    }
}

/* ---- files ---- */

/* A result begins with "# alignode X.Y.Z COMMAND". */
static bool is_result(const char *text)
{
    unsigned a, b, c;
    int word = 0;
    const char *start = "# alignode ";
    return strncmp(text, start, strlen(start)) == 0 &&
           sscanf(text + strlen(start), "%u.%u.%u %n", &a, &b, &c, &word) == 3 && word > 0 &&
           strchr("\r\n", text[strlen(start) + (size_t)word]) == NULL &&
           memchr(text + strlen(start), '\n', (size_t)word) == NULL;
}

/* The start of the line after the one at text[i]. */
static size_t next_line(const char *text, size_t length, size_t i)
{
    const char *next = memchr(text + i, '\n', length - i);
    return next != NULL ? (size_t)(next - text) + 1 : length;
}

static size_t header_length(const char *text, size_t length)
{
    size_t i = 0;
    while (i < length && text[i] == '#')
        i = next_line(text, length, i);
    return i;
}

/* Blanks the "# " before the header's YAML, so that its columns stay those of the file. The first
 * line is a YAML comment anyway. */
static void uncover_header(char *text, size_t length)
{
    for (size_t i = next_line(text, length, 0); i < length; i = next_line(text, length, i))
        if (i + 1 < length && strchr(" \r\n", text[i + 1]) != NULL)
            text[i] = ' ';
}

enum aln_status aln_tree_parse(struct aln_tree **out, const char *name, const char *text,
                               size_t length)
{
    enum aln_status status = ALN_MEMORY;
    *out = NULL;
    if (length >= LONGEST)
        return aln_raise(ALN_USAGE, "%s: too long for a parameter file: 256 MiB or more", name);
    struct aln_tree *tree = calloc(1, sizeof *tree);
    struct aln_source *source = NULL;
    char *copy = NULL;
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) { /* byte-order mark */
        text += 3;
        length -= 3;
    }
    size_t used = length;
    if (tree == NULL || (source = aln_tree_take(tree, sizeof *source)) == NULL ||
        (source->name = aln_tree_take_text(tree, name, strlen(name))) == NULL ||
        (source->text = aln_tree_take_text(tree, text, length)) == NULL ||
        (copy = aln_tree_take_text(tree, text, length)) == NULL) {
        aln_raise(ALN_MEMORY, "%s: out of memory", name);
        goto out;
    }
    source->length = length;
    if (is_result(copy)) {
        used = header_length(copy, length);
        if (used == length) {
            struct aln_place end = {source, 1, 1};
            for (const char *c = copy; *c != '\0'; c++)
                end.line += *c == '\n';
            status =
                aln_tree_raise(&end, "the file is truncated: no column names after the header");
            goto out;
        }
        uncover_header(copy, used);
    }
    if ((status = aln_source_check(source, used)) != ALN_OK ||
        (status = aln_tree_build(tree, source, "", copy, used, &tree->root)) != ALN_OK)
        goto out;
    if (tree->root == NULL) {
        if ((tree->root = aln_tree_take(tree, sizeof *tree->root)) == NULL) {
            status = no_memory(source);
            goto out;
        }
        tree->root->kind = ALN_MAP;
    } else if (tree->root->kind != ALN_MAP &&
               (status = aln_tree_cause(&tree->root->at)) != ALN_OK) {
        goto out;
    } else if (tree->root->kind != ALN_MAP) {
        status = aln_tree_raise(&tree->root->at, "expected keys and values, got %s",
                                tree->root->kind == ALN_LIST ? "a list" : "a text");
        goto out;
    }
    tree->root->at = tree->root->key_at = (struct aln_place){source, 1, 1};
    *out = tree;
    tree = NULL;
out:
    aln_tree_free(tree);
    return status;
}

/* Refuses a damaged result: its header may be what is damaged. */
static enum aln_status check_result(const char *path, const char *text, size_t length)
{
    size_t last = length - 1, line;
    while (last > 0 && text[last - 1] != '\n')
        last--;
    bool unfinished = strncmp(text + last, "# end ", 6) != 0;
    if (aln_checksum_check(text, length, unfinished, &line) != ALN_TABLE_DAMAGED)
        return ALN_OK;
    const struct aln_source source = {.name = path, .text = text, .length = length};
    return aln_tree_raise(&(struct aln_place){&source, line, 1}, ALN_CHECKSUM_MISMATCH);
}

static enum aln_status read_path(struct aln_tree **out, const char *path, bool checked)
{
    char *text;
    size_t length;
    *out = NULL;
    enum aln_status status = aln_text_read_head(path, LONGEST, &text, &length);
    if (status != ALN_OK)
        return status;
    size_t used = length;
    if (is_result(text)) { /* the header, and a character more to show that it is complete */
        status = checked && length < LONGEST ? check_result(path, text, length) : ALN_OK;
        used = header_length(text, length);
        used += used < length;
    }
    if (status == ALN_OK)
        status = aln_tree_parse(out, path, text, used);
    free(text);
    return status;
}

enum aln_status aln_tree_read(struct aln_tree **out, const char *path)
{
    return read_path(out, path, true);
}

enum aln_status aln_tree_read_unchecked(struct aln_tree **out, const char *path)
{
    return read_path(out, path, false);
}

enum aln_status aln_tree_from_table(struct aln_tree **out, const char *path,
                                    const struct aln_table *table)
{
    struct aln_text text = {0}; /* the file's header again */
    aln_text_add(&text, "# alignode %s %s\n", table->version, table->command);
    for (const char *line = table->yaml; *line != '\0';) {
        size_t n = strcspn(line, "\n");
        aln_text_add(&text, "# %.*s\n", (int)n, line);
        line += n + (line[n] == '\n');
    }
    for (size_t c = 0; c < table->cols; c++)
        aln_text_add(&text, "%s%c", table->name[c], c + 1 < table->cols ? '\t' : '\n');
    *out = NULL;
    enum aln_status status = text.failed ? aln_raise(ALN_MEMORY, "%s: out of memory", path)
                                         : aln_tree_parse(out, path, text.s, text.length);
    free(text.s);
    return status;
}

/* ---- reading the tree ---- */

const struct aln_node *aln_tree_root(const struct aln_tree *tree)
{
    return tree->root;
}

const struct aln_node *aln_tree_find(const struct aln_node *node, const char *key)
{
    if (node->kind == ALN_MAP)
        for (const struct aln_node *child = node->first; child != NULL; child = child->next)
            if (strcmp(child->key, key) == 0)
                return child;
    return NULL;
}

const struct aln_node *aln_tree_at(const struct aln_tree *tree, const char *path)
{
    const struct aln_node *node = aln_tree_root(tree);
    for (size_t n; node != NULL && *path != '\0'; path += n + (path[n] == '.')) {
        char key[64];
        n = strcspn(path, ".");
        snprintf(key, sizeof key, "%.*s", (int)n, path);
        node = aln_tree_find(node, key);
    }
    return node;
}

bool aln_tree_is_empty(const struct aln_node *node)
{
    return node->kind == ALN_SCALAR && !node->quoted && node->text[0] == '\0';
}

#include "run/existing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/failure.h"
#include "file/table_header.h"
#include "file/tree.h"

enum { SHOWN = 60 }; /* characters of a value in a message */

static enum aln_status no_memory(void)
{
    return aln_raise_memory("comparing a file with this run");
}

/* ---- differences ---- */

static void add_value(struct aln_text *why, const struct aln_node *node)
{
    struct aln_text value = {0};
    if (node == NULL) {
        aln_text_add(why, "nothing");
        return;
    }
    aln_tree_write_value(&value, node);
    aln_text_add(why, "%.*s%s", SHOWN, value.s != NULL ? value.s : "",
                 value.length > SHOWN ? "..." : "");
    why->failed = why->failed || value.failed;
    free(value.s);
}

static void add_difference(struct aln_text *why, const struct aln_difference *d)
{
    aln_text_add(why, "differs in %s: ", d->key);
    add_value(why, d->a);
    aln_text_add(why, " in the file, ");
    add_value(why, d->b);
    aln_text_add(why, " in this run");
}

static double number_of(const struct aln_node *node)
{
    double x = 0;
    return node != NULL && node->kind == ALN_SCALAR && aln_text_real(node->text, &x) ? x : 0;
}

/* Whether a number is larger, or a list begins like the earlier one and is longer. */
static bool has_grown(const struct aln_node *there, const struct aln_node *here)
{
    if (there == NULL || here == NULL || there->kind != ALN_LIST || here->kind != ALN_LIST)
        return number_of(here) > number_of(there);
    const struct aln_node *a = there->first, *b = here->first;
    while (a != NULL && b != NULL && number_of(a) == number_of(b)) {
        a = a->next;
        b = b->next;
    }
    return a == NULL && b != NULL;
}

/* Compares the keys that may grow. Says what has changed otherwise, or else what has grown. */
static enum aln_existing judge_growth(const struct aln_existing_run *run,
                                      const struct aln_tree *there, const struct aln_tree *here,
                                      struct aln_text *why)
{
    struct aln_difference d;
    const char *ignored[8] = {NULL};
    const size_t before = why->length;
    enum aln_existing found = ALN_EXISTING_SAME;
    for (size_t n = 0; n + 1 < sizeof ignored / sizeof ignored[0] && found != ALN_EXISTING_OTHER;
         n++) {
        if (!aln_tree_difference(there, here, ignored, &d))
            break;
        if (d.key == NULL) {
            why->failed = true;
            break;
        }
        const enum aln_existing this =
            has_grown(d.a, d.b) ? ALN_EXISTING_SHORTER : ALN_EXISTING_OTHER;
        if (this != found) {
            why->length = before;
            add_difference(why, &d);
        }
        found = this;
        for (size_t i = 0; run->grows[i] != NULL; i++) /* the list's, which outlives the key */
            if (strcmp(run->grows[i], d.key) == 0)
                ignored[n] = run->grows[i];
        free(d.key);
    }
    return found;
}

static enum aln_existing judge(const struct aln_existing_run *run, const struct aln_tree *there,
                               const struct aln_tree *here, struct aln_text *why)
{
    struct aln_difference d;
    if (!aln_tree_difference(there, here, run->grows, &d))
        return run->grows != NULL ? judge_growth(run, there, here, why) : ALN_EXISTING_SAME;
    if (d.key != NULL)
        add_difference(why, &d);
    else
        why->failed = true;
    free(d.key);
    return ALN_EXISTING_OTHER;
}

/* ---- parameters ---- */

/* The parameters of a tree as this version resolves them: defaults that it has added since do not
 * count as differences. */
static enum aln_status resolve(const struct aln_schema *schema, const struct aln_tree *tree,
                               const char *path, struct aln_tree **out)
{
    void *params = NULL;
    char *yaml = NULL;
    *out = NULL;
    enum aln_status status = aln_schema_from_tree(&params, schema, tree, path, NULL);
    if (status == ALN_OK)
        status = aln_schema_yaml(schema, params, &yaml);
    if (status == ALN_OK)
        status = aln_tree_parse(out, path, yaml, strlen(yaml));
    aln_schema_free(schema, params);
    free(yaml);
    return status;
}

/* Given: tree  of what exists, taken over; NULL with the status of reading it */
static enum aln_status compare_tree(const struct aln_existing_run *run, const char *path,
                                    enum aln_status status, struct aln_tree *tree,
                                    enum aln_existing *found, struct aln_text *why)
{
    struct aln_tree *there = NULL, *here = NULL;
    if (status == ALN_OK)
        status = resolve(run->schema, tree, path, &there);
    if (status == ALN_OK)
        status = aln_tree_parse(&here, "this run", run->yaml, strlen(run->yaml));
    if (status == ALN_OK) {
        *found = judge(run, there, here, why);
    } else if (status == ALN_USAGE) { /* parameters that this version refuses */
        *found = ALN_EXISTING_OTHER;
        aln_text_add(why, "cannot be compared with this run (%.*s)",
                     (int)strcspn(aln_error(), "\n"), aln_error());
        status = ALN_OK;
    }
    aln_tree_free(tree);
    aln_tree_free(there);
    aln_tree_free(here);
    return status == ALN_OK && why->failed ? no_memory() : status;
}

enum aln_status aln_existing_compare(const struct aln_existing_run *run, const char *path,
                                     const char *there, enum aln_existing *found,
                                     struct aln_text *why)
{
    struct aln_tree *tree;
    enum aln_status status = aln_tree_parse(&tree, path, there, strlen(there));
    return compare_tree(run, path, status, tree, found, why);
}

/* ---- files ---- */

static const char magic[] = "# alignode ";

/* Whether a result ends before its first row: killed while the header was written, or before there was
 * anything else. */
static bool has_no_row(const char *text)
{
    if (strncmp(text, magic, sizeof magic - 1) != 0)
        return false;
    while (*text == '#') {
        const char *feed = strchr(text, '\n');
        if (feed == NULL)
            return true;
        text = feed + 1;
    }
    const char *feed = strchr(text, '\n');
    bool names = strchr(text, '\t') != NULL;
    return *text == '\0' || (names && (feed == NULL || feed[1] == '\0'));
}

/* The command of the first line, "# alignode VERSION COMMAND".  Returned: out[64] */
static const char *command_of(const char *text, char out[64])
{
    const char *at = text + sizeof magic - 1;
    at += strcspn(at, " \n");
    at += *at == ' ';
    size_t n = strcspn(at, "\n");
    n = n < 63 ? n : 63;
    memcpy(out, at, n);
    out[n] = '\0';
    return out;
}

static enum aln_status compare_text(const struct aln_existing_run *run, const char *path,
                                    const char *text, enum aln_existing *found,
                                    struct aln_text *why)
{
    char command[64];
    struct aln_tree *tree = NULL;
    *found = ALN_EXISTING_OTHER;
    if (strncmp(text, magic, sizeof magic - 1) != 0) {
        aln_text_add(why, "is not one of alignode's results");
    } else if (strcmp(command_of(text, command), run->command) != 0) {
        aln_text_add(why, "is a result of `alignode %s`, not of `alignode %s`", command,
                     run->command);
    } else {
        enum aln_status status = aln_tree_read_unchecked(&tree, path);
        return compare_tree(run, path, status, tree, found, why);
    }
    return why->failed ? no_memory() : ALN_OK;
}

enum aln_status aln_existing_find(const struct aln_existing_run *run, const char *path,
                                  enum aln_existing *found, struct aln_text *why)
{
    enum { HEAD = 1 << 20 };
    struct stat info;
    char *text;
    size_t length;
    *found = ALN_EXISTING_NONE;
    if (stat(path, &info) != 0)
        return errno == ENOENT || errno == ENOTDIR
                   ? ALN_OK
                   : aln_raise_system(ALN_USAGE, errno, "%s: cannot be examined", path);
    if (!S_ISREG(info.st_mode) || info.st_size == 0)
        return ALN_OK;
    enum aln_status status = aln_text_read_head(path, HEAD, &text, &length);
    if (status != ALN_OK)
        return status;
    if (length == HEAD || !has_no_row(text))
        status = compare_text(run, path, text, found, why);
    free(text);
    return status;
}

enum aln_status aln_existing_resumes(const struct aln_existing_run *run, const char *path,
                                     bool *resumes)
{
    enum { FIGURE = 1 << 16 }; /* more than any section figure: takes */
    struct aln_text head = {0};
    struct stat info;
    char *text = NULL;
    size_t length;
    enum aln_status status = ALN_OK;
    *resumes = false;
    aln_table_header(&head, run->command, run->yaml);
    if (head.failed)
        status = no_memory();
    else if (stat(path, &info) == 0 && S_ISREG(info.st_mode))
        status = aln_text_read_head(path, head.length + FIGURE, &text, &length);
    if (status == ALN_OK && text != NULL)
        *resumes = aln_table_header_match(text, head.s) != NULL;
    free(text);
    free(head.s);
    return status == ALN_MEMORY ? status : ALN_OK;
}

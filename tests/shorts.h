/* The files of params/ made short. One that says how, in a comment of its own
 *     # short: KEY=VALUE; KEY=VALUE
 * is run by the tests with these overrides, so that a study or a command is tested from the file
 * that is written for it. */
#ifndef ALIGNODE_TESTS_SHORTS_H
#define ALIGNODE_TESTS_SHORTS_H

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "file/tree.h"
#include "sweep/task.h"

struct short_file {
    char path[1024];
    char line[512];
    const char *set[16]; /* views into line */
    size_t count;
    char command
        [16]; /* the one that the file is for; "" for those of engines, each of which runs it */
    char study[32]; /* the study it names, or "" */
};

/* The overrides, from the text of a file.  Returned: whether it has any */
static inline bool read_short_line(struct short_file *file)
{
    static const char begin[] = "\n# short: ";
    char *text;
    size_t length;
    ck_assert_msg(aln_text_read_file(file->path, &text, &length) == ALN_OK, "%s", aln_error());
    const char *at = strstr(text, begin);
    if (at != NULL) {
        at += strlen(begin);
        snprintf(file->line, sizeof file->line, "%.*s", (int)strcspn(at, "\n"), at);
    }
    free(text);
    file->count = 0;
    for (char *set = file->line, *end; at != NULL && set != NULL; set = end) {
        end = strstr(set, "; ");
        if (end != NULL) {
            *end = '\0';
            end += 2;
        }
        ck_assert_uint_lt(file->count, sizeof file->set / sizeof file->set[0]);
        file->set[file->count++] = set;
    }
    return at != NULL;
}

/* What the file is for, by the section that only it has.  Returned: false for a sweep */
static inline bool read_purpose(struct short_file *file)
{
    static const char *const sections[][2] = {
        {"study", "study"}, {"fixedpoint", "fixedpoint"}, {"data", "train"}};
    struct aln_tree *tree = NULL;
    ck_assert_msg(aln_tree_read(&tree, file->path) == ALN_OK, "%s", aln_error());
    const struct aln_node *root = aln_tree_root(tree), *study = aln_tree_find(root, "study");
    bool single = aln_tree_find(root, "sweep") == NULL;
    file->command[0] = file->study[0] = '\0';
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
        if (aln_tree_find(root, sections[i][0]) != NULL)
            snprintf(file->command, sizeof file->command, "%s", sections[i][1]);
    if (study != NULL)
        snprintf(file->study, sizeof file->study, "%s", study->text);
    aln_tree_free(tree);
    return single;
}

/* All of them, in the order of their names.  Returned: file[], and how many */
static inline size_t read_short_files(struct short_file *file, size_t most)
{
    struct dirent **entry;
    size_t count = 0;
    int entries = scandir(SOURCE_DIR "/params", &entry, NULL, alphasort);
    ck_assert_int_gt(entries, 0);
    for (int i = 0; i < entries; i++) {
        if (strstr(entry[i]->d_name, ".yaml") != NULL) {
            ck_assert_uint_lt(count, most);
            snprintf(file[count].path, sizeof file[count].path, SOURCE_DIR "/params/%s",
                     entry[i]->d_name);
            count += read_short_line(&file[count]) && read_purpose(&file[count]);
        }
        free(entry[i]);
    }
    free(entry);
    return count;
}

enum { MOST_SHORT = 64 };

/* The file that is to test a study; its absence is a failure that says what to do. */
static inline const struct short_file *short_file_of(const char *study)
{
    static struct short_file file[MOST_SHORT];
    size_t count = read_short_files(file, MOST_SHORT);
    for (size_t i = 0; i < count; i++)
        if (strcmp(file[i].study, study) == 0)
            return &file[i];
    ck_abort_msg(
        "study %s has no test: write params/%s.yaml with the line `study: %s` and with one "
        "that makes it short for the tests, as in\n"
        "# short: run.time=10; problem.inputs=50",
        study, study, study);
    return NULL;
}

#endif

/* Every parameter file in params/ loads for its command, has a title and a source, and is
 * reproduced from its own YAML. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../check_main.h"
#include "../yaml_numbers.h"
#include "file/tree.h"
#include "sweep/sweep.h"
#include "sweep/task.h"

/* The command of a file, from the section that only this command has. */
static const char *command_of(const struct aln_node *root)
{
    static const char *const sections[][2] = {{"sweep", "sweep"},
                                              {"study", "study"},
                                              {"fixedpoint", "fixedpoint"},
                                              {"data", "train"},
                                              {"target", "train"}};
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
        if (aln_tree_find(root, sections[i][0]) != NULL)
            return sections[i][1];
    return "compare";
}

/* The header of a sweep repeats its file. */
static void check_header(const char *path, const struct aln_node *root)
{
    struct aln_text text = {0};
    for (const struct aln_node *n = root->first; n != NULL; n = n->next)
        aln_tree_write(&text, n, 0);
    ck_assert_uint_gt(check_yaml_numbers(text.s, path), 0);
    free(text.s);
}

static void check_sweep(const char *path, const struct aln_node *root)
{
    check_header(path, root);
    const struct aln_node *run = aln_tree_find(aln_tree_find(root, "sweep"), "run");
    struct aln_sweep *sweep = NULL;
    if (strcmp(run->text, "train") == 0 && aln_names_find(&aln_tasks, "train") == NULL)
        return; /* built without deep networks */
    ck_assert_msg(aln_sweep_load(&sweep, path, 0, NULL, 0, NULL) == ALN_OK, "%s", aln_error());
    const struct aln_sweep_options options = {.shard = 1, .shards = 1, .threads = 1};
    ck_assert_msg(aln_sweep_check(sweep, &options) == ALN_OK, "%s", aln_error());
    aln_sweep_free(sweep);
}

static void check_task(const char *path, const char *command)
{
    const struct aln_task *task = aln_task_find(command);
    void *p = NULL;
    char *text = NULL, *again = NULL, copy[64];
    if (task == NULL)
        return; /* built without deep networks */
    ck_assert_msg(aln_task_load(&task, &p, path, 0, NULL) == ALN_OK, "%s", aln_error());
    ck_assert_int_eq(aln_schema_yaml(task->schema, p, &text), ALN_OK);
    aln_schema_free(task->schema, p);

    snprintf(copy, sizeof copy, "test_params_%ld.yaml", (long)getpid());
    FILE *file = fopen(copy, "w");
    ck_assert(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
    enum aln_status status = aln_task_load(&task, &p, copy, 0, NULL);
    unlink(copy);
    ck_assert_msg(status == ALN_OK, "%s: its YAML: %s", path, aln_error());
    ck_assert_int_eq(aln_schema_yaml(task->schema, p, &again), ALN_OK);
    ck_assert_msg(strcmp(text, again) == 0, "%s: its YAML changes", path);
    ck_assert_uint_gt(check_yaml_numbers(text, path), 5);
    aln_schema_free(task->schema, p);
    free(text);
    free(again);
}

START_TEST(test_shipped_files)
{
    struct dirent *entry;
    size_t count = 0;
    DIR *folder = opendir(SOURCE_DIR "/params");
    ck_assert_ptr_nonnull(folder);
    while ((entry = readdir(folder)) != NULL) {
        static const char *const said[] = {"title", "source"};
        struct aln_tree *tree = NULL;
        char path[1024];
        if (strstr(entry->d_name, ".yaml") == NULL)
            continue;
        snprintf(path, sizeof path, SOURCE_DIR "/params/%s", entry->d_name);
        ck_assert_msg(aln_tree_read(&tree, path) == ALN_OK, "%s", aln_error());
        for (size_t i = 0; i < 2; i++) {
            const struct aln_node *node = aln_tree_find(aln_tree_root(tree), said[i]);
            ck_assert_msg(node != NULL && node->text[0] != '\0', "%s: no %s", path, said[i]);
        }
        const char *command = command_of(aln_tree_root(tree));
        if (strcmp(command, "sweep") == 0)
            check_sweep(path, aln_tree_root(tree));
        else
            check_task(path, command);
        aln_tree_free(tree);
        count++;
    }
    closedir(folder);
    ck_assert_uint_ge(count, 13);
}
END_TEST

/* Defaults, as `alignode params` prints them. */
START_TEST(test_defaults)
{
    struct aln_param_row row;
    for (size_t i = 0; i < aln_tasks.count; i++)
        for (size_t j = 0; aln_schema_row(aln_task_row(i)->schema, j, &row); j++)
            if (strchr(row.def, '(') == NULL) /* in words */
                check_yaml_numbers(row.def, row.id.name);
}
END_TEST

CHECK_MAIN("study/shipped", test_shipped_files, test_defaults)

/* Every command of the table of tasks, with each of its files in params/ that has a line "# short:
 * ...": the bytes of a result depend on the parameters alone, and its rows match the table. */
#include <unistd.h>

#include "../check_main.h"
#include "../shorts.h"
#include "../study/runs.h"

static bool is_for(const struct short_file *file, const struct aln_task *task)
{
    return file->command[0] != '\0' ? strcmp(file->command, task->id.name) == 0
                                    : task->time != NULL && strcmp(task->time, "t") == 0;
}

/* Runs a file, or a result of it. */
static void run(const struct aln_task *task, const struct short_file *file, const char *from,
                const char *to, const struct aln_run_options *options)
{
    void *p;
    struct aln_run_options o = *options;
    o.path = to;
    must(aln_schema_load(&p, task->schema, from, from == file->path ? file->count : 0, file->set,
                         task->check));
    enum aln_status status = task->run(p, &o);
    ck_assert_msg(status == ALN_OK, "alignode %s %s: %s", task->id.name, file->path, aln_error());
    aln_schema_free(task->schema, p);
}

/* Checks that the result at path, cut to its first `bytes` bytes as PATH.part, resumes to
 * itself. */
static void resume_after(const struct aln_task *task, const struct short_file *file,
                         const char *path, size_t bytes)
{
    char *text, part[128];
    size_t length;
    const char *again = own("resumed.tsv");
    must(aln_text_read_file(path, &text, &length));
    ck_assert_uint_le(bytes, length);
    text[bytes] = '\0';
    snprintf(part, sizeof part, "%s.part", again);
    write_text(part, text);
    free(text);
    run(task, file, path, again, &(struct aln_run_options){.resume = true, .threads = 2});
    same_bytes(path, again);
    unlink(again);
}

/* Checks the columns that the task's row names. */
static void check_columns(const struct aln_task *task, const struct short_file *file,
                          const struct aln_table *t)
{
    const char *const named[] = {task->time, task->judged};
    for (size_t i = 0; i < 2; i++)
        ck_assert_msg(named[i] == NULL || aln_table_column(t, named[i]) >= 0,
                      "alignode %s %s: no column %s", task->id.name, file->path, named[i]);
    for (size_t c = 0; c < t->cols; c++)
        ck_assert_msg(aln_table_column(t, t->name[c]) == (int)c, "%s: two columns %s", file->path,
                      t->name[c]);
    ck_assert_str_eq(t->command, task->id.name);
    ck_assert_msg(t->rows > 0, "alignode %s %s: no rows", task->id.name, file->path);
}

static void check_file(const struct aln_task *task, const struct short_file *file)
{
    char first[96], second[96];
    size_t length;
    char *text;
    snprintf(first, sizeof first, "%s", own("first.tsv"));
    snprintf(second, sizeof second, "%s", own("second.tsv"));
    run(task, file, file->path, first, &(struct aln_run_options){.threads = 1});
    run(task, file, file->path, second, &(struct aln_run_options){.threads = 2});
    same_bytes(first, second);
    run(task, file, first, second, &(struct aln_run_options){.threads = 1});
    same_bytes(first, second); /* from its own header */
    struct aln_table *t = table_of(first);
    check_columns(task, file, t);
    aln_table_free(t);
    must(aln_text_read_file(first, &text, &length));
    free(text);
    for (size_t i = 0; task->resumes && i < 4; i++)
        resume_after(task, file, first, length * i / 3);
    unlink(first);
    unlink(second);
}

/* Creates and enters a folder for the results and the files beside them. */
static void enter_folder(char folder[64])
{
    strcpy(folder, "/tmp/alignode_tasks_XXXXXX");
    ck_assert(mkdtemp(folder) != NULL && chdir(folder) == 0);
}

static void leave_folder(const char *folder)
{
    char command[96];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    ck_assert(chdir("/") == 0 && system(command) == 0);
}

START_TEST(test_tasks)
{
    char folder[64];
    static struct short_file file[MOST_SHORT];
    size_t files = read_short_files(file, MOST_SHORT);
    enter_folder(folder);
    for (size_t i = 0; i < aln_tasks.count; i++) {
        const struct aln_task *task = (const struct aln_task *)aln_names_row(&aln_tasks, i);
        size_t done = 0;
        for (size_t f = 0; f < files; f++) {
            if (!is_for(&file[f], task))
                continue;
            check_file(task, &file[f]);
            done++;
        }
        ck_assert_msg(
            done > 0,
            "alignode %s has no test: of the files in params/ that are for it, none has a "
            "line such as\n# short: run.time=10; problem.inputs=50",
            task->id.name);
    }
    leave_folder(folder);
}
END_TEST

/* A file is for the command of the section that only this command has, else for ode. */
START_TEST(test_task_of_a_file)
{
    static const struct {
        const char *text, *command;
    } cases[] = {{"learning: {rule: bp}\n", "ode"},
                 {"study: plearn\n", "study"},
                 {"learning: {rule: bp}\nfixedpoint: {}\n", "fixedpoint"},
                 {"network: {}\n", "train"},
                 {"network: {}\ntarget: {}\n", "ode"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct aln_tree *tree;
        if (aln_names_find(&aln_tasks, cases[i].command) == NULL)
            continue; /* built without deep networks */
        ck_assert_int_eq(aln_tree_parse(&tree, "file", cases[i].text, strlen(cases[i].text)),
                         ALN_OK);
        ck_assert_str_eq(aln_task_of(aln_tree_root(tree))->id.name, cases[i].command);
        aln_tree_free(tree);
    }
}
END_TEST

CHECK_MAIN("sweep/tasks", test_tasks, test_task_of_a_file)

/* A Check program in one line: CHECK_MAIN("room/thing", test_a, test_b, ...) after the START_TESTs.
 * The tests run in a new folder below TMPDIR, which is removed afterwards: a relative path is a
 * scratch file. */
#ifndef ALIGNODE_TESTS_CHECK_MAIN_H
#define ALIGNODE_TESTS_CHECK_MAIN_H

#include <check.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Enters a new folder.  Returned: whether that went well; folder[4096], its path */
static inline bool check_enter(char *folder)
{
    const char *parent = getenv("TMPDIR");
    snprintf(folder, 4096, "%s/alignode-test-XXXXXX", parent != NULL ? parent : "/tmp");
    char *made = mkdtemp(folder);
    if (made != NULL && chdir(made) == 0 && getcwd(folder, 4096) != NULL)
        return true;
    perror(folder);
    return false;
}

/* Removes the folder; rm knows sub-folders, and the name is passed on as it is. */
static inline bool check_leave(const char *folder)
{
    setenv("ALN_TEST_FOLDER", folder, 1);
    return chdir("/") == 0 && system("rm -rf -- \"$ALN_TEST_FOLDER\"") == 0;
}

/* Runs the tests. Returned: the exit status */
static inline int check_run(const char *name, size_t count, const TTest *const *tests)
{
    /* The numbers of version 0.1.0 are for programs to ask for: tests compare several sets, and lanes. */
    const char *isa = getenv("ALIGNODE_ISA");
    if (isa != NULL && strcmp(isa, "baseline") == 0)
        unsetenv("ALIGNODE_ISA");
    const char *locale = getenv("ALN_TEST_LOCALE"); /* as a program that calls setlocale() */
    if (locale != NULL && setlocale(LC_ALL, locale) == NULL) {
        fprintf(stderr, "no locale %s\n", locale);
        return 1;
    }
    char folder[4096];
    if (!check_enter(folder))
        return 1;
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    tcase_set_timeout(tcase, 600);
    for (size_t i = 0; i < count; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return !check_leave(folder) || failed != 0;
}

#define CHECK_RUN(name, ...)                                                                       \
    check_run(name, sizeof(const TTest *[]){__VA_ARGS__} / sizeof(const TTest *),                  \
              (const TTest *[]){__VA_ARGS__})

#define CHECK_MAIN(name, ...)                                                                      \
    int main(void)                                                                                 \
    {                                                                                              \
        return CHECK_RUN(name, __VA_ARGS__);                                                       \
    }

#endif

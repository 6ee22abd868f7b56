/* A Check program in one line: CHECK_MAIN("room/thing", test_a, test_b, ...) after the START_TESTs.
 */
#ifndef ALIGNODE_TESTS_CHECK_MAIN_H
#define ALIGNODE_TESTS_CHECK_MAIN_H

#include <check.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

/* Runs the tests. Returned: the exit status */
static inline int check_run(const char *name, size_t count, const TTest *const *tests)
{
    const char *locale = getenv("ALN_TEST_LOCALE"); /* as a program that calls setlocale() */
    if (locale != NULL && setlocale(LC_ALL, locale) == NULL) {
        fprintf(stderr, "no locale %s\n", locale);
        return 1;
    }
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    tcase_set_timeout(tcase, 300);
    for (size_t i = 0; i < count; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
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

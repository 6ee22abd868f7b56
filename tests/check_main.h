/* A Check program in one line: CHECK_MAIN("room/thing", test_a, test_b, ...) after the START_TESTs.
 */
#ifndef ALIGNODE_TESTS_CHECK_MAIN_H
#define ALIGNODE_TESTS_CHECK_MAIN_H

#include <check.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#define CHECK_MAIN(name, ...)                                                                      \
    int main(void)                                                                                 \
    {                                                                                              \
        const TTest *const tests[] = {__VA_ARGS__};                                                \
        const char *locale = getenv("ALN_TEST_LOCALE"); /* as a program that calls setlocale() */  \
        if (locale != NULL && setlocale(LC_ALL, locale) == NULL) {                                 \
            fprintf(stderr, "no locale %s\n", locale);                                             \
            return 1;                                                                              \
        }                                                                                          \
        Suite *suite = suite_create(name);                                                         \
        TCase *tcase = tcase_create(name);                                                         \
        tcase_set_timeout(tcase, 300);                                                             \
        for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)                                \
            tcase_add_test(tcase, tests[i]);                                                       \
        suite_add_tcase(suite, tcase);                                                             \
        SRunner *runner = srunner_create(suite);                                                   \
        srunner_run_all(runner, CK_NORMAL);                                                        \
        int failed = srunner_ntests_failed(runner);                                                \
        srunner_free(runner);                                                                      \
        return failed != 0;                                                                        \
    }

#endif

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <threads.h>

#include "base/failure.h"
#include "tests/check_main.h"

START_TEST(test_words_come_before_the_sentence)
{
    aln_raise(ALN_NUMERIC, "the norm is %g", 1.5);
    ck_assert_int_eq(aln_raise_again(ALN_NUMERIC, "seed %d: ", 3), ALN_NUMERIC);
    ck_assert_str_eq(aln_error(), "seed 3: the norm is 1.5");
    aln_raise_again(ALN_NUMERIC, "%s | ", aln_error());
    ck_assert_str_eq(aln_error(), "seed 3: the norm is 1.5 | seed 3: the norm is 1.5");
}
END_TEST

START_TEST(test_a_sentence_too_long_loses_its_end)
{
    char line[8000];
    memset(line, 'x', sizeof line);
    line[sizeof line - 1] = '\0';
    aln_raise(ALN_FILE, "%s", line);
    size_t most = strlen(aln_error());
    aln_raise_again(ALN_FILE, "before: ");
    ck_assert_uint_eq(strlen(aln_error()), most);
    ck_assert_int_eq(strncmp(aln_error(), "before: xxx", 11), 0);
}
END_TEST

START_TEST(test_memory_is_named)
{
    ck_assert_int_eq(aln_raise_memory("%d columns", 12), ALN_MEMORY);
    ck_assert_str_eq(aln_error(), "out of memory for 12 columns");
}
END_TEST

START_TEST(test_the_system_is_quoted)
{
    ck_assert_int_eq(aln_raise_system(ALN_USAGE, ENOENT, "%s: cannot be opened", "x"), ALN_USAGE);
    ck_assert_str_eq(aln_error(), "x: cannot be opened: No such file or directory");
    ck_assert_int_eq(aln_raise_system(ALN_USAGE, ENOMEM, "%s: cannot be opened", "x"), ALN_MEMORY);
    ck_assert_str_eq(aln_error(), "x: cannot be opened: out of memory");
}
END_TEST

static int fail_elsewhere(void *failure)
{
    aln_failure_keep(failure, aln_raise(ALN_FILE, "no such file"));
    return 0;
}

START_TEST(test_a_failure_is_carried_from_thread_to_thread)
{
    struct aln_failure failure = {.status = ALN_OK};
    thrd_t thread;
    aln_raise(ALN_USAGE, "something else");
    ck_assert_int_eq(aln_failure_raise(&failure), ALN_OK);
    ck_assert_str_eq(aln_error(), "something else");
    ck_assert_int_eq(thrd_create(&thread, fail_elsewhere, &failure), thrd_success);
    ck_assert_int_eq(thrd_join(thread, NULL), thrd_success);
    ck_assert_str_eq(aln_error(), "something else");
    ck_assert_int_eq(aln_failure_raise(&failure), ALN_FILE);
    ck_assert_str_eq(aln_error(), "no such file");
    /* Only a failure has a sentence. */
    aln_failure_keep(&failure, ALN_OK);
    ck_assert_str_eq(failure.sentence, "");
}
END_TEST

CHECK_MAIN("base/failure", test_words_come_before_the_sentence,
           test_a_sentence_too_long_loses_its_end, test_memory_is_named, test_the_system_is_quoted,
           test_a_failure_is_carried_from_thread_to_thread)

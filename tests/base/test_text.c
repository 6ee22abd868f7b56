/* Numbers in YAML texts. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tests/check_main.h"

START_TEST(test_numbers_for_every_reader)
{
    static const char *const as[][2] = {
        {"1e-9", "1.0e-9"},  {"1e-09", "1.0e-09"}, {"1E5", "1.0e+5"},  {"-1e5", "-1.0e+5"},
        {"2.5e3", "2.5e+3"}, {".5e3", ".5e+3"},    {"5.e-3", "5.e-3"}, {"0.5", "0.5"},
        {"12", "12"},        {"-0", "-0.0"},       {"-0.0", "-0.0"},   {"0", "0"},
    };
    for (size_t i = 0; i < sizeof as / sizeof as[0]; i++) {
        struct aln_text t = {0};
        aln_text_number(&t, as[i][0]);
        ck_assert_str_eq(t.s, as[i][1]);
        free(t.s);
    }
}
END_TEST

START_TEST(test_whole_numbers)
{
    static const struct {
        const char *text;
        uint64_t x;
    } good[] = {{"0", 0},
                {"007", 7},
                {"18446744073709551615", UINT64_MAX},
                {"1e3", 1000},
                {"1E3", 1000},
                {"1.0e3", 1000},
                {"1.5e3", 1500},
                {"1e+3", 1000},
                {"10e-1", 1},
                {"1.0e+15", 1000000000000000},
                {"0e0", 0},
                {"9.007199254740991e15", 9007199254740991}};
    static const char *const bad[] = {"",
                                      "1.5e0",
                                      "1e-1",
                                      "1.0",
                                      "1.5",
                                      "-1e3",
                                      "+1e3",
                                      ".1e1",
                                      "1e",
                                      "e3",
                                      "1e3 ",
                                      "1e16",
                                      "1e99",
                                      "1e999",
                                      "9.007199254740992e15",
                                      "18446744073709551616"};
    uint64_t x;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        ck_assert_msg(aln_text_whole(good[i].text, &x) && x == good[i].x, "%s", good[i].text);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(!aln_text_whole(bad[i], &x), "%s", bad[i]);
}
END_TEST

CHECK_MAIN("base/text", test_whole_numbers, test_numbers_for_every_reader)

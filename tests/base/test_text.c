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

/* Texts that say the same, and what follows; NULL: they do not. */
START_TEST(test_the_same_but_for_spelling)
{
    static const struct {
        const char *text, *start, *rest;
    } cases[] = {
        {"a: 1e-09\nb: [1, 2e5]\ndrawn:", "a: 1.0e-09\nb: [1, 200000]\n", "drawn:"},
        {"# a: 1.0e-9\n", "# a: 1e-9\n", ""},
        {"a: 1e-09\n", "a: 1.0e-08\n", NULL},
        {"a: 1\n", "a: 10\n", NULL},
        {"a: 10\n", "a: 1\n", NULL},
        {"a: -0\n", "a: 0\n", NULL},
        {"a: x1e3\n", "a: x1.0e3\n", NULL},
        {"a: \"1e3\"\n", "a: \"1.0e3\"\n", NULL},
        {"a: \"x 1e3, \\\" 1e3\"\nb: 1e3\n", "a: \"x 1e3, \\\" 1e3\"\nb: 1000\n", ""},
        {"a: \"x \\\" 1e3\"\n", "a: \"x \\\" 1000\"\n", NULL},
        {"", "a", NULL},
        {"a", "", "a"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *rest = aln_text_after(cases[i].text, cases[i].start);
        ck_assert_pstr_eq(rest, cases[i].rest);
        ck_assert(aln_text_is(cases[i].text, cases[i].start) ==
                  (cases[i].rest != NULL && cases[i].rest[0] == '\0'));
    }
}
END_TEST

CHECK_MAIN("base/text", test_numbers_for_every_reader, test_the_same_but_for_spelling)

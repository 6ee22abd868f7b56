/* Whether every reader of YAML takes the numbers of a text for the same numbers. */
#ifndef ALIGNODE_TESTS_YAML_NUMBERS_H
#define ALIGNODE_TESTS_YAML_NUMBERS_H

#include <check.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* Whole numbers and floats as YAML 1.1 has them (https://yaml.org/type/float.html, without
 * digit groups), which YAML 1.2 takes for numbers, too. */
#define ALL_READERS "^([-+]?(0|[1-9][0-9]*)|[-+]?([0-9]+\\.[0-9]*|\\.[0-9]+)([eE][-+][0-9]+)?)$"

/* Given: text  YAML as the program writes it: texts in double quotes on one line
 * Returned: how many numbers it has */
static inline size_t check_yaml_numbers(const char *text, const char *what)
{
    regex_t number;
    size_t found = 0;
    ck_assert_int_eq(regcomp(&number, ALL_READERS, REG_EXTENDED | REG_NOSUB), 0);
    while (*text != '\0') {
        char word[64];
        double x;
        if (*text == '"') {
            for (text++; *text != '"' && *text != '\0'; text++)
                text += *text == '\\';
            text += *text == '"';
            continue;
        }
        size_t n = strcspn(text, " ,:#[]{}\"\n");
        snprintf(word, sizeof word, "%.*s", (int)n, text);
        if (n > 0 && n < sizeof word && aln_text_real(word, &x)) {
            ck_assert_msg(regexec(&number, word, 0, NULL, 0) == 0, "%s: %s", what, word);
            found++;
        }
        text += n > 0 ? n : 1;
    }
    regfree(&number);
    return found;
}

#endif

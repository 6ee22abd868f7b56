/* Tables of named things: the typed functions of every table, and their error for an unknown name.
 * Also the version macros. */
#include "../check_main.h"

#include <string.h>

#include "alignode.h"

/* A table and its functions, wrapped to return the same type. */
struct table {
    const struct aln_names *names;
    const void *(*find)(const char *name);
    const void *(*row)(size_t i);
};

#define TABLES(X)                                                                                  \
    X(activation, aln_activations)                                                                 \
    X(rule, aln_rules)                                                                             \
    X(stepper, aln_steppers)
#define DEEP_TABLES(X)                                                                             \
    X(deep_activation, aln_deep_activations)                                                       \
    X(initialisation, aln_initialisations)                                                         \
    X(layer_kind, aln_layer_kinds)                                                                 \
    X(loss, aln_losses)                                                                            \
    X(feedback_kind, aln_feedback_kinds)                                                           \
    X(data_kind, aln_datasets)                                                                     \
    X(standardisation, aln_standardisations)                                                       \
    X(labelling, aln_labellings)                                                                   \
    X(coding, aln_codings)                                                                         \
    X(measure, aln_measures)
#ifndef ALN_DEEP
#undef DEEP_TABLES
#define DEEP_TABLES(X)
#endif

#define FUNCTIONS(noun, table)                                                                     \
    static const void *find_##noun(const char *name)                                               \
    {                                                                                              \
        const struct aln_##noun *row = aln_##noun##_find(name);                                    \
        return row;                                                                                \
    }                                                                                              \
    static const void *row_##noun(size_t i)                                                        \
    {                                                                                              \
        const struct aln_##noun *row = aln_##noun##_row(i);                                        \
        return row;                                                                                \
    }
#define ENTRY(noun, table) {&table, find_##noun, row_##noun},

TABLES(FUNCTIONS)
DEEP_TABLES(FUNCTIONS)
static const struct table tables[] = {TABLES(ENTRY) DEEP_TABLES(ENTRY)};

#define ENTRIES (sizeof tables / sizeof tables[0])

START_TEST(test_rows_are_found)
{
    for (size_t k = 0; k < ENTRIES; k++) {
        const struct table *t = &tables[k];
        ck_assert_uint_gt(t->names->count, 0);
        for (size_t i = 0; i < t->names->count; i++) {
            const struct aln_name *row = aln_names_row(t->names, i);
            ck_assert_ptr_eq(t->row(i), row);
            ck_assert_ptr_eq(t->find(row->name), row);
            ck_assert_ptr_eq(aln_names_find(t->names, row->name), row);
            ck_assert_uint_eq(aln_names_index(t->names, row->name), i);
        }
    }
}
END_TEST

/* A list that is too long for its sentence ends with a whole name. */
START_TEST(test_long_lists)
{
    struct aln_name row[60];
    char name[60][24], all[256];
    for (size_t length = 1; length < 20; length++) {
        for (size_t i = 0; i < 60; i++) {
            snprintf(name[i], sizeof name[i], "%.*s%zu", (int)length, "abcdefghijklmnopqrs", i);
            row[i] = (struct aln_name){name[i], "", ""};
        }
        for (size_t count = 1; count <= 60; count++) {
            const struct aln_names names = {"word", "words", row, count, sizeof row[0]};
            size_t listed = 0;
            aln_names_join(&names, all);
            char *word = strtok(all + strlen("one of "), ", ");
            for (; word != NULL && strcmp(word, "...") != 0; word = strtok(NULL, ", "))
                ck_assert_str_eq(word, name[listed++]);
            ck_assert(listed > 0 && (listed == count) == (word == NULL));
        }
    }
}
END_TEST

START_TEST(test_unknown_names)
{
    for (size_t k = 0; k < ENTRIES; k++) {
        const struct aln_names *names = tables[k].names;
        char slip[64], sentence[160];
        snprintf(slip, sizeof slip, "%sx", aln_names_row(names, 0)->name);
        snprintf(sentence, sizeof sentence, "unknown %s %s: ", names->kind, slip);
        ck_assert_ptr_null(tables[k].find(slip));
        ck_assert_msg(strncmp(aln_error(), sentence, strlen(sentence)) == 0, "%s", aln_error());
        ck_assert_ptr_null(aln_names_find(names, slip));
        ck_assert_uint_eq(aln_names_index(names, slip), names->count);
    }
}
END_TEST

START_TEST(test_slips)
{
    ck_assert_ptr_null(aln_rule_find("dfaa"));
    ck_assert_str_eq(aln_error(), "unknown rule dfaa: did you mean dfa?");
    ck_assert_ptr_null(aln_rule_find("zzzzzzzz"));
    ck_assert_msg(strstr(aln_error(), "expected one of bp, dfa") != NULL, "%s", aln_error());
}
END_TEST

START_TEST(test_version)
{
    enum { MAJOR = ALN_VERSION_MAJOR, MINOR = ALN_VERSION_MINOR, PATCH = ALN_VERSION_PATCH };
    char text[64];
    snprintf(text, sizeof text, "%d.%d.%d", MAJOR, MINOR, PATCH);
    ck_assert_str_eq(text, ALN_VERSION);
    ck_assert_str_eq(aln_version(), ALN_VERSION);
    ck_assert(ALN_VERSION_AT_LEAST(MAJOR, MINOR, PATCH));
    ck_assert(ALN_VERSION_AT_LEAST(MAJOR, MINOR - 1, PATCH + 1));
    ck_assert(ALN_VERSION_AT_LEAST(MAJOR - 1, MINOR + 1, PATCH + 1));
    ck_assert(!ALN_VERSION_AT_LEAST(MAJOR, MINOR, PATCH + 1));
    ck_assert(!ALN_VERSION_AT_LEAST(MAJOR, MINOR + 1, 0));
    ck_assert(!ALN_VERSION_AT_LEAST(MAJOR + 1, 0, 0));
}
END_TEST

CHECK_MAIN("base/names", test_rows_are_found, test_unknown_names, test_slips, test_long_lists,
           test_version)

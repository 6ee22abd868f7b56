/* The checksums of results. */
#include "../check_main.h"
#include "../seal.h"

#include <stdlib.h>

#include "alignode/table.h"
#include "file/checksum.h"

static char whole[] = "# alignode " ALN_VERSION " chain\n"
                      "# problem:\n#   inputs: 10\n"
                      "repeat\tt\teg\n"
                      "0\t0\t0.5\n0\t1\t0.25\n" SUM "\n"
                      "1\t0\t0.5\n1\t1\tnan\n" SUM "# event x 1\n" SUM "# end 4\n";

static enum aln_table_check check_of(const char *text, size_t length, bool unfinished)
{
    struct aln_table *t;
    char *copy = malloc(length + 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text, length);
    copy[length] = '\0';
    if (aln_table_parse(&t, "r.tsv", copy, length, unfinished) != ALN_OK)
        return ALN_TABLE_DAMAGED; /* refused: noticed as well */
    enum aln_table_check check = t->check;
    ck_assert((aln_table_must_be_sound(t, "r.tsv") == ALN_OK) == (check != ALN_TABLE_DAMAGED));
    aln_table_free(t);
    return check;
}

/* Every changed byte is noticed, in a result and in what is left of one. */
START_TEST(every_damage_is_noticed)
{
    const size_t length = sizeof whole - 1, last = (size_t)(strstr(whole, "# end") - whole);
    seal(whole);
    ck_assert_int_eq(check_of(whole, length, false), ALN_TABLE_SOUND);
    ck_assert_int_eq(check_of(whole, last, true), ALN_TABLE_SOUND);
    for (size_t i = 0; i < length; i++) {
        for (int bit = 0; bit < 8; bit++) {
            char text[sizeof whole];
            memcpy(text, whole, sizeof whole);
            text[i] = (char)(text[i] ^ 1 << bit);
            ck_assert_msg(check_of(text, length, false) == ALN_TABLE_DAMAGED, "byte %zu bit %d", i,
                          bit);
            /* A last checksum that is no longer one leaves rows that cannot be checked. */
            if (i + 1 < last - strlen(SUM))
                ck_assert_int_eq(check_of(text, last, true), ALN_TABLE_DAMAGED);
        }
    }
    ck_assert_int_eq(aln_checksum_refuse("r.tsv", 7), ALN_USAGE);
    ck_assert_msg(strncmp(aln_error(), "r.tsv:7: the checksum", 21) == 0, "%s", aln_error());
}
END_TEST

/* Results of version 0.1 have no checksums; those of this version may not lack them. */
START_TEST(older_results_are_read)
{
    static const char older[] = "# alignode 0.1.0 ode\n# a: 1\nt\teg\n0\t1\n# end 1\n";
    static const char newer[] = "# alignode " ALN_VERSION " ode\n# a: 1\nt\teg\n0\t1\n# end 1\n";
    ck_assert_int_eq(check_of(older, sizeof older - 1, false), ALN_TABLE_UNCHECKED);
    ck_assert_int_eq(check_of(newer, sizeof newer - 1, false), ALN_TABLE_DAMAGED);
    ck_assert_int_eq(check_of(newer, sizeof newer - 9, true), ALN_TABLE_UNCHECKED);
}
END_TEST

CHECK_MAIN("file/checksum", every_damage_is_noticed, older_results_are_read)

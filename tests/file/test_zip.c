/* Archives in the format of zip: read back field by field. */
#include "../check_main.h"

#include <stdint.h>
#include <string.h>
#include <zlib.h>

#include "file/zip.h"

static uint32_t number_at(const char *bytes, size_t at, size_t n)
{
    uint32_t x = 0;
    for (size_t i = 0; i < n; i++)
        x |= (uint32_t)(unsigned char)bytes[at + i] << 8 * i;
    return x;
}

static const struct member {
    const char *name, *text;
} members[] = {{"a.npy", "first"}, {"longer/name.txt", ""}, {"b", "the last one"}};
enum { MEMBERS = sizeof members / sizeof members[0] };

static void fill(struct aln_zip *zip)
{
    for (size_t i = 0; i < MEMBERS; i++)
        ck_assert_int_eq(
            aln_zip_add(zip, members[i].name, members[i].text, strlen(members[i].text)), ALN_OK);
}

/* One entry of the directory and the member it leads to.  Returned: where the next entry is */
static size_t check_entry(const char *bytes, size_t at, const struct member *m)
{
    const size_t name = strlen(m->name), n = strlen(m->text);
    const size_t local = number_at(bytes, at + 42, 4);
    const uint32_t crc = (uint32_t)crc32(0, (const unsigned char *)m->text, (unsigned)n);
    ck_assert_uint_eq(number_at(bytes, at, 4), 0x02014b50);
    ck_assert_uint_eq(number_at(bytes, local, 4), 0x04034b50);
    ck_assert_uint_eq(number_at(bytes, at + 10, 2), 0); /* stored */
    ck_assert_uint_eq(number_at(bytes, at + 16, 4), crc);
    ck_assert_uint_eq(number_at(bytes, at + 20, 4), n);
    ck_assert_uint_eq(number_at(bytes, at + 24, 4), n);
    ck_assert_uint_eq(number_at(bytes, at + 28, 2), name);
    ck_assert_mem_eq(bytes + at + 6, bytes + local + 4, 24); /* what both headers have */
    ck_assert_mem_eq(bytes + at + 46, m->name, name);
    ck_assert_mem_eq(bytes + local + 30, m->name, name);
    ck_assert_mem_eq(bytes + local + 30 + name, m->text, n);
    return at + 46 + name;
}

START_TEST(contents)
{
    struct aln_zip *zip;
    const char *bytes;
    size_t length;
    ck_assert_int_eq(aln_zip_create(&zip), ALN_OK);
    fill(zip);
    ck_assert_int_eq(aln_zip_finish(zip, &bytes, &length), ALN_OK);
    const size_t end = length - 22;
    size_t at = number_at(bytes, end + 16, 4);
    ck_assert_uint_eq(number_at(bytes, end, 4), 0x06054b50);
    ck_assert_uint_eq(number_at(bytes, end + 8, 2), MEMBERS);
    ck_assert_uint_eq(number_at(bytes, end + 10, 2), MEMBERS);
    ck_assert_uint_eq(number_at(bytes, end + 12, 4), end - at);
    for (size_t i = 0; i < MEMBERS; i++)
        at = check_entry(bytes, at, &members[i]);
    ck_assert_uint_eq(at, end);
    aln_zip_free(zip);
}
END_TEST

START_TEST(limits)
{
    struct aln_zip *zip;
    const char *bytes;
    size_t length;
    ck_assert_int_eq(aln_zip_create(&zip), ALN_OK);
    ck_assert_int_eq(aln_zip_add(zip, "big", "", (size_t)UINT32_MAX), ALN_USAGE); /* not read */
    ck_assert_int_eq(aln_zip_finish(zip, &bytes, &length), ALN_OK);
    ck_assert_uint_eq(length, 22); /* empty */
    aln_zip_free(zip);
    aln_zip_free(NULL);
}
END_TEST

CHECK_MAIN("file/zip", contents, limits)

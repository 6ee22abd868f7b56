/* NumPy's archives: written by the library's own zip writer, by hand with deflated members, and by
 * NumPy where it is installed. */
#include "../../check_main.h"

#include "data_files.h"
#include "failing_load.h"
#include "file/zip.h"

enum { MEMBERS = 4, MOST_MEMBER = 4096 };
static const char *const names[MEMBERS] = {"x_train.npy", "y_train.npy", "x_test.npy",
                                           "y_test.npy"};

/* A file in memory. */
struct block {
    unsigned char byte[MOST_MEMBER];
    size_t length;
};

/* A .npy file of version 1. */
static struct block npy(const char *header, const void *numbers, size_t n)
{
    struct block b = {.length = 10};
    const size_t length = strlen(header);
    memcpy(b.byte, "\x93NUMPY\1\0", 8);
    b.byte[8] = (unsigned char)length;
    b.byte[9] = (unsigned char)(length >> 8);
    memcpy(b.byte + 10, header, length);
    memcpy(b.byte + 10 + length, numbers, n);
    b.length += length + n;
    return b;
}

/* Six and four images of 6 x 4 bytes with labels of 8 bytes. */
static struct block usual(size_t member)
{
    const int part = member >= 2;
    const size_t count = part ? TEST : TRAIN;
    char header[128];
    unsigned char image[TRAIN * PIXELS], label[TRAIN * 8] = {0};
    for (size_t i = 0; i < count; i++) {
        label[8 * i] = label_of(part, i); /* the least significant byte first */
        for (size_t j = 0; j < PIXELS; j++)
            image[i * PIXELS + j] = pixel(part, i, j);
    }
    const bool inputs = member % 2 == 0;
    if (inputs)
        snprintf(header, sizeof header,
                 "{'descr': '|u1', 'fortran_order': False, 'shape': (%zu, 6, 4), }  \n", count);
    else
        snprintf(header, sizeof header,
                 "{'descr': '<i8', 'fortran_order': False, 'shape': (%zu,), }\n", count);
    return npy(header, inputs ? image : label, count * (inputs ? PIXELS : 8));
}

/* Writes the archive, with member `which` replaced unless `other` is NULL. */
static void write_npz(size_t which, const struct block *other)
{
    struct aln_zip *zip;
    const char *bytes;
    size_t length;
    ck_assert_int_eq(aln_zip_create(&zip), ALN_OK);
    for (size_t i = 0; i < MEMBERS; i++) {
        const struct block b = other != NULL && i == which ? *other : usual(i);
        ck_assert_int_eq(aln_zip_add(zip, names[i], b.byte, b.length), ALN_OK);
    }
    ck_assert_int_eq(aln_zip_finish(zip, &bytes, &length), ALN_OK);
    write_bytes("data.npz", bytes, length);
    aln_zip_free(zip);
}

static struct aln_data_spec npz_spec(void)
{
    static char path[256];
    struct aln_data_spec spec = data_kind("npz")->usual;
    snprintf(path, sizeof path, "%s", data_path("data.npz"));
    spec.path = path;
    spec.standardise = standardisation("none");
    return spec;
}

static void check_usual(const struct aln_data *data)
{
    for (int part = 0; part < 2; part++) {
        const struct aln_dataset *set = part ? &data->test : &data->train;
        ck_assert_uint_eq(set->count, part ? TEST : TRAIN);
        ck_assert(set->channels == 1 && set->height == HEIGHT && set->width == WIDTH);
        for (size_t i = 0; i < set->count; i++) {
            ck_assert_uint_eq(set->label[i], label_of(part, i));
            for (size_t j = 0; j < PIXELS; j++)
                ck_assert_float_eq(set->x[i * PIXELS + j], (float)(1.0 / 255 * pixel(part, i, j)));
        }
    }
    ck_assert_uint_eq(data->classes, CLASSES);
}

static void load_usual(void)
{
    const struct aln_data_spec spec = npz_spec();
    struct aln_data data = load_data("npz", &spec);
    check_usual(&data);
    aln_data_free(&data);
}

/* ---- a deflated archive, by hand ---- */

struct archive {
    unsigned char byte[4 * MOST_MEMBER];
    size_t length;
    size_t local[MEMBERS], central[MEMBERS], end; /* where its records begin */
};

static void word(unsigned char *to, size_t x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = (unsigned char)(x >> 8 * i);
}

/* As raw deflated data.  Returned: the length */
static size_t deflated(const struct block *b, unsigned char *out)
{
    unsigned char *packed;
    const size_t n = pack(b->byte, b->length, 9, &packed); /* gz: 10 bytes before, 8 behind */
    memcpy(out, packed + 10, n - 18);
    free(packed);
    return n - 18;
}

static struct archive make_deflated(void)
{
    struct archive a = {.length = 0};
    size_t packed[MEMBERS], crc[MEMBERS], size[MEMBERS];
    for (size_t i = 0; i < MEMBERS; i++) {
        const struct block b = usual(i);
        unsigned char *at = a.byte + (a.local[i] = a.length);
        const size_t name = strlen(names[i]);
        size[i] = b.length;
        crc[i] = crc32(0, b.byte, (unsigned)b.length);
        memcpy(at, "PK\3\4", 4);
        word(at + 8, 8, 2); /* sizes and checksum only in the directory, as a stream has them */
        word(at + 6, 8, 2);
        word(at + 26, name, 2);
        memcpy(at + 30, names[i], name);
        packed[i] = deflated(&b, at + 30 + name);
        a.length += 30 + name + packed[i];
    }
    const size_t begin = a.length;
    for (size_t i = 0; i < MEMBERS; i++) {
        unsigned char *at = a.byte + (a.central[i] = a.length);
        memcpy(at, "PK\1\2", 4);
        word(at + 8, 8, 2);
        word(at + 10, 8, 2);
        word(at + 16, crc[i], 4);
        word(at + 20, packed[i], 4);
        word(at + 24, size[i], 4);
        word(at + 28, strlen(names[i]), 2);
        word(at + 42, a.local[i], 4);
        memcpy(at + 46, names[i], strlen(names[i]));
        a.length += 46 + strlen(names[i]);
    }
    unsigned char *at = a.byte + (a.end = a.length);
    memcpy(at, "PK\5\6", 4);
    word(at + 8, MEMBERS, 2);
    word(at + 10, MEMBERS, 2);
    word(at + 12, a.end - begin, 4);
    word(at + 16, begin, 4);
    a.length += 22;
    return a;
}

START_TEST(test_stored)
{
    make_folder();
    write_npz(0, NULL);
    load_usual();
    struct aln_data_spec spec = npz_spec();
    spec.train = 2;
    spec.test = 1;
    spec.transpose = true;
    struct aln_data data = load_data("npz", &spec);
    ck_assert(data.train.count == 2 && data.train.height == WIDTH && data.train.width == HEIGHT);
    ck_assert_float_eq(data.train.x[1], (float)(1.0 / 255 * pixel(0, 0, WIDTH)));
    aln_data_free(&data);
    remove_folder();
}
END_TEST

START_TEST(test_deflated)
{
    const struct archive a = make_deflated();
    make_folder();
    write_bytes("data.npz", a.byte, a.length);
    load_usual();
    remove_folder();
}
END_TEST

/* Any truncation and any flipped bit of an archive is refused, or changes nothing. */
START_TEST(test_damaged)
{
    struct archive a = make_deflated();
    struct aln_data data;
    make_folder();
    const struct aln_data_spec spec = npz_spec();
    size_t refused = 0;
    for (size_t n = 0; n < a.length; n += 7) {
        write_bytes("data.npz", a.byte, n);
        refuse_data("npz", &spec, ALN_USAGE, "data.npz: ");
    }
    for (size_t bit = 0; bit < 8 * a.length; bit += 5) {
        a.byte[bit / 8] ^= (unsigned char)(1u << bit % 8);
        write_bytes("data.npz", a.byte, a.length);
        largest_allocation = 0;
        enum aln_status status = aln_data_load(&data, data_kind("npz"), &spec);
        ck_assert_uint_lt(largest_allocation, 1 << 20);
        ck_assert_msg(status == ALN_OK || status == ALN_USAGE, "%s", aln_error());
        if (status == ALN_OK)
            check_usual(&data);
        refused += status != ALN_OK;
        aln_data_free(&data);
        a.byte[bit / 8] ^= (unsigned char)(1u << bit % 8);
    }
    ck_assert_uint_gt(refused, a.length); /* of 8/5 of it; times and names in headers are free */
    remove_folder();
}
END_TEST

/* One number of a record changed. */
START_TEST(test_wrong_archive)
{
    const struct archive good = make_deflated();
    const struct {
        size_t at, value, bytes;
        const char *words;
    } cases[] = {
        {good.central[0] + 8, 1, 2, "x_train.npy is encrypted"},
        {good.central[0] + 10, 14, 2, "compressed by method 14, expected none or deflate"},
        {good.central[0] + 10, 0, 2, "is damaged: "},
        {good.central[0] + 16, 1, 4, "x_train.npy is damaged: its checksum is wrong"},
        {good.central[0] + 20, 0xffffffff, 4, "x_train.npy is in zip64, which is not supported"},
        {good.central[0] + 20, 0x7fffffff, 4, "its header does not match the directory"},
        {good.central[0] + 24, 0x7fffffff, 4, "x_train.npy is damaged: "},
        {good.central[0] + 24, 100, 4, "has 100 bytes, not the"},
        {good.central[0] + 28, 0xffff, 2, "its directory is not one"},
        {good.central[0] + 42, 0x7fffffff, 4, "points outside of it"},
        {good.central[0] + 42, 1, 4, "its header does not match the directory"},
        {good.central[0] + 46, 'z', 1, "there is no x_train.npy among z_train.npy, y_train.npy"},
        {good.end, 0, 1, "is not a zip archive, or is truncated"},
        {good.end + 4, 1, 2, "on several disks"},
        {good.end + 10, 0xffff, 2, "is a zip64 archive, which is not supported"},
        {good.end + 16, 0x7fffffff, 4, "its directory lies outside of the archive"},
        {good.end + 20, 9, 2, "has no end record"},
        {0, 'X', 1, "its header does not match the directory"},
    };
    make_folder();
    const struct aln_data_spec spec = npz_spec();
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct archive a = good;
        word(a.byte + cases[i].at, cases[i].value, cases[i].bytes);
        write_bytes("data.npz", a.byte, a.length);
        largest_allocation = 0;
        refuse_data("npz", &spec, ALN_USAGE, cases[i].words);
        ck_assert_uint_lt(largest_allocation, 1 << 18);
    }
    static const char page[] = "<!DOCTYPE html>\n<title>404</title>";
    write_bytes("data.npz", page, sizeof page - 1);
    refuse_data("npz", &spec, ALN_USAGE, "is a web page|data.path must name an .npz file");
    write_bytes("data.npz", "version https://git-lfs.github.com/spec/v1\n", 43);
    refuse_data("npz", &spec, ALN_USAGE, "is a pointer of git-lfs");
    ck_assert_int_eq(unlink(data_path("data.npz")), 0);
    refuse_data("npz", &spec, ALN_USAGE, "data.npz: cannot open: No such file");
    ck_assert_int_eq(mkdir(data_path("data.npz"), 0777), 0);
    refuse_data("npz", &spec, ALN_USAGE, "is not a regular file");
    remove_folder();
}
END_TEST

/* ---- wrong .npy files ---- */

START_TEST(test_wrong_headers)
{
    static const struct {
        size_t member;
        const char *header, *words; /* NULL: loads */
    } cases[] = {
        {0, "{'descr': '|u1', 'fortran_order': True, 'shape': (6, 6, 4), }\n", "in C order"},
        {0, "{'descr': '|O', 'fortran_order': False, 'shape': (6, 6, 4), }\n", "its type is not"},
        {0, "{'descr': '|i8', 'fortran_order': False, 'shape': (6, 6, 4), }\n", "its type is not"},
        {0, "{'descr': [('a', '|u1')], 'fortran_order': False, 'shape': (6,), }", "its type is"},
        {0, "{'descr': '', 'fortran_order': False, 'shape': (6, 6, 4), }\n", "its type is not"},
        {0, "{'descr': '|u1', 'fortran_order': False, 'shape': (6, 2, 3, 2, 2), }\n", "its shape"},
        {0, "{'descr': '|u1', 'fortran_order': False, 'shape': (6, -6, 4), }\n", "its shape"},
        {0, "{'descr': '|u1', 'fortran_order': False, 'shape': (4294967296, 6), }\n", "its shape"},
        {0, "{'descr': '|u1', 'fortran_order': False, 'shape': (6 6 4), }\n", "its shape"},
        {0, "{'descr': '|u1', 'fortran_order': False, 'shape': (6, 6, 4, }\n", "its shape"},
        {0, "{'descr': '|u1', 'fortran_order': False, 'shape': (), }\n", "has 0 dimensions"},
        {0, "{'descr': '|u1', 'fortran_order': False, 'shape': (144,), }\n", "has 1 dimension,"},
        {0, "{'descr': '|u1', 'fortran_order': False, 'shape': (0, 6, 4), }\n", "length 1 is 0"},
        {0, "{'descr': '|u1', 'fortran_order': False, 'shape': (6, 6, 5), }\n", "bytes, not the"},
        {0, "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967295, 4096, 4096, 4096), }\n",
         "bytes, not the 18446744073709551615"},
        {0, "{'descr': '|u1', 'fortran_order': False, 'shape': (6, 4097, 1)}\n",
         "length 2 is 4097"},
        {0, "{'descr': '|u1', 'shape': (6, 6, 4), }\n", "not that of a .npy file"},
        {0, "{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (6, 6, 4), }",
         "not that of a .npy file"},
        {0, "{'descr': '|u1', 'fortran_order': False, 'shape': (6, 6, 4)", "not that of a .npy"},
        {0, "{'descr': '|u1', 'fortran_order': False, 'shape': (6, 6, 4)} x", "not that of"},
        {0, "", "not that of a .npy file"},
        {0, "{'a very long key that nobody has': 1}", "not that of a .npy file"},
        {1, "{'descr': '<i8', 'fortran_order': False, 'shape': (3, 2), }", "has 2 labels for a"},
        {1, "{'descr': '<f8', 'fortran_order': False, 'shape': (6,), }", "which are targets"},
        {1, "{'descr': '>i8', 'fortran_order': False, 'shape': (6,), }",
         "the label of sample 1 (counting from 0) is 72057594037927936, not from 0 to"},
        {0, "{\"shape\":(6,6,4),\"fortran_order\":False,\"descr\":\"|u1\"}", NULL},
        {1, "{'descr': '<u8', 'fortran_order': False, 'shape': (6, 1), }", NULL},
    };
    make_folder();
    const struct aln_data_spec spec = npz_spec();
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct block b = usual(cases[i].member);
        const size_t head = 10 + b.byte[8];
        const struct block other = npy(cases[i].header, b.byte + head, b.length - head);
        write_npz(cases[i].member, &other);
        largest_allocation = 0;
        if (cases[i].words != NULL)
            refuse_data("npz", &spec, ALN_USAGE, cases[i].words);
        else
            load_usual();
        ck_assert_uint_lt(largest_allocation, 1 << 18);
    }
    struct block b = usual(2);
    b.byte[6] = 4;
    write_npz(2, &b);
    refuse_data("npz", &spec, ALN_USAGE,
                "data.npz: x_test: is not a .npy file of version 1, 2 or 3");
    b.byte[6] = 2;
    write_npz(2, &b);
    refuse_data("npz", &spec, ALN_USAGE, "has a header of");
    b.length = 9;
    write_npz(2, &b);
    refuse_data("npz", &spec, ALN_USAGE, "x_test: is truncated: ends after");
    remove_folder();
}
END_TEST

/* ---- written by NumPy ---- */

static const char program[] =
    "import numpy as n, sys; f = sys.argv[1]\n"
    "a = n.arange(5 * 3 * 4 * 2)\n"
    "y = n.array([0, 2, 1, 1, 0])\n"
    "x = a[:60].reshape(5, 4, 3).astype('f4') / 7\n"
    "n.savez(f + '/float.npz', x_train=x, y_train=y, x_test=x[:2], y_test=y[:2])\n"
    "x = a.reshape(5, 3, 4, 2).astype('u1')\n"
    "n.savez_compressed(f + '/colour.npz', x_train=x, y_train=y.astype('i4').reshape(5, 1),\n"
    "    x_test=x, y_test=y.astype('i4').reshape(5, 1))\n"
    "x = a.reshape(5, 24) - 60.5\n"
    "n.savez_compressed(f + '/targets.npz', x_train=x, y_train=x[:, :2] / 4, x_test=x,\n"
    "    y_test=x[:, :2] / 4)\n"
    "n.savez(f + '/fortran.npz', x_train=n.asfortranarray(x), y_train=y, x_test=x, y_test=y)\n";

static struct aln_data load_named(const char *name, struct aln_data_spec spec)
{
    spec.path = data_path(name);
    return load_data("npz", &spec);
}

START_TEST(test_numpy)
{
    char command[256];
    make_folder();
    write_bytes("make.py", program, sizeof program - 1);
    snprintf(command, sizeof command, "/usr/bin/python3 %s/make.py %s 2>/dev/null", data_folder,
             data_folder);
    if (system(command) != 0) { /* there is no NumPy */
        remove_folder();
        return;
    }
    struct aln_data_spec spec = npz_spec();
    struct aln_data data = load_named("float.npz", spec);
    ck_assert(data.train.count == 5 && data.test.count == 2 && data.classes == 3);
    ck_assert(data.train.height == 4 && data.train.width == 3);
    for (size_t j = 0; j < 60; j++)
        ck_assert_float_eq(data.train.x[j], (float)j / 7);
    aln_data_free(&data);
    data = load_named("colour.npz", spec);
    ck_assert(data.train.channels == 3 && data.train.height == 4 && data.train.width == 2);
    for (size_t j = 0; j < 120; j++)
        ck_assert_float_eq(data.train.x[j], (float)(1.0 / 255 * (double)j));
    ck_assert_uint_eq(data.test.label[1], 2);
    aln_data_free(&data);
    spec.coding = coding("values");
    data = load_named("targets.npz", spec);
    ck_assert(data.train.channels == 24 && data.train.outputs == 2);
    for (size_t j = 0; j < 10; j++)
        ck_assert_double_eq(data.test.y[j], ((double)(j / 2 * 24 + j % 2) - 60.5) / 4);
    aln_data_free(&data);
    spec.coding = coding("class");
    spec.path = data_path("fortran.npz");
    refuse_data("npz", &spec, ALN_USAGE, "x_train: it is not in C order");
    remove_folder();
}
END_TEST

START_TEST(test_no_memory)
{
    const struct archive a = make_deflated();
    make_folder();
    write_bytes("data.npz", a.byte, a.length);
    const struct aln_data_kind *kind = data_kind("npz");
    const struct aln_data_spec spec = npz_spec();
    expect_every_allocation_checked(kind, &spec, 30);
    remove_folder();
}
END_TEST

CHECK_MAIN("deep/dataset_npz", test_stored, test_deflated, test_damaged, test_wrong_archive,
           test_wrong_headers, test_numpy, test_no_memory)

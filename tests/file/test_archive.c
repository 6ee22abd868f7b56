/* Archives: what is put in comes out, through our reader and through HDF5's own; any damage is
 * noticed before HDF5 sees it; equal contents give equal bytes. */
#include "../check_main.h"

#include <hdf5.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../failing_memory.h"
#include "alignode/archive.h"
#include "base/text.h"

enum { ROWS = 3, COLS = 5 };

static const struct aln_archive_array weights = {"seed_1/W_1", ALN_ARCHIVE_FLOAT, 2, {ROWS, COLS}};
static const struct aln_archive_array order = {"order", ALN_ARCHIVE_UINT64, 1, {4}};
static const struct aln_archive_array cube = {"seed_1/deep/x", ALN_ARCHIVE_DOUBLE, 3, {2, 1, 2}};
static const struct aln_archive_array number = {"eg", ALN_ARCHIVE_DOUBLE, 0, {0}};
static const struct aln_archive_array nothing = {"empty", ALN_ARCHIVE_FLOAT, 1, {0}};

static const float W[ROWS * COLS] = {0.5f, -1, 2,  1e-30f, 3.4e38f, 6,  7, 8,
                                     9,    10, 11, 12,     13,      14, 15};
static const uint64_t places[4] = {0, UINT64_MAX, 1, 1234567890123456789u};
static const double x[4] = {-0.0, 1e-308, INFINITY, 0.1};
static const char words[] = "title: \"\xce\xb5_g\"\nrule: dfa\n";

static void must(enum aln_status status)
{
    ck_assert_msg(status == ALN_OK, "%s", aln_error());
}

static struct aln_archive *filled(void)
{
    struct aln_archive *a;
    must(aln_archive_create(&a));
    must(aln_archive_put(a, &weights, W));
    must(aln_archive_put(a, &order, places));
    must(aln_archive_put(a, &cube, x));
    must(aln_archive_put(a, &number, x + 3));
    must(aln_archive_put(a, &nothing, W));
    must(aln_archive_put_text(a, "parameters", words));
    must(aln_archive_put_whole(a, "step", UINT64_MAX));
    must(aln_archive_put_real(a, "rate", 0.1));
    return a;
}

/* A path for this process, in memory if there is such a folder. */
static const char *own(const char *name)
{
    static char path[4][96];
    static int next;
    char *out = path[next++ % 4];
    snprintf(out, sizeof path[0], "%s/test_archive_%ld_%s",
             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp", (long)getpid(), name);
    return out;
}

static const char *saved(const char *name)
{
    const char *path = own(name);
    struct aln_archive *a = filled();
    must(aln_archive_save(a, path));
    aln_archive_free(a);
    return path;
}

static void check_content(const struct aln_archive *a)
{
    float w[ROWS * COLS];
    uint64_t p[4], step;
    double y[4], rate;
    char *text;
    must(aln_archive_get(a, &weights, w));
    ck_assert_mem_eq(w, W, sizeof W);
    must(aln_archive_get(a, &order, p));
    ck_assert_mem_eq(p, places, sizeof places);
    must(aln_archive_get(a, &cube, y));
    ck_assert_mem_eq(y, x, sizeof x);
    must(aln_archive_get(a, &number, y));
    ck_assert(y[0] == 0.1);
    must(aln_archive_get(a, &nothing, y));
    must(aln_archive_get_text(a, "parameters", &text));
    ck_assert_str_eq(text, words);
    free(text);
    must(aln_archive_get_whole(a, "step", &step));
    ck_assert(step == UINT64_MAX);
    must(aln_archive_get_real(a, "rate", &rate));
    ck_assert(rate == 0.1);
}

START_TEST(test_round_trip)
{
    struct aln_archive *a = filled(), *b;
    check_content(a); /* before it was written, too */
    aln_archive_free(a);
    const char *path = saved("round.h5");
    must(aln_archive_open(&b, path));
    check_content(b);
    struct aln_archive_array there = {.name = "seed_1/deep/x"};
    ck_assert(aln_archive_find(b, &there));
    ck_assert(there.type == ALN_ARCHIVE_DOUBLE && there.rank == 3);
    ck_assert(there.shape[0] == 2 && there.shape[1] == 1 && there.shape[2] == 2);
    static const char *const not_arrays[] = {"seed_1", "seed_2/W_1", "seed_1/W_1/x",
                                             "W_1",    "",           "/"};
    for (size_t i = 0; i < sizeof not_arrays / sizeof not_arrays[0]; i++) {
        there.name = not_arrays[i];
        ck_assert_msg(!aln_archive_find(b, &there), "%s", not_arrays[i]);
    }
    aln_archive_free(b);
    aln_archive_free(NULL);
    unlink(path);
}
END_TEST

/* Groups within groups; an array that is not 2-dimensional; none at all. */
START_TEST(test_names)
{
    struct aln_archive *a = filled(), *b;
    char *names;
    must(aln_archive_names(a, &names));
    ck_assert_str_eq(names, "eg\nempty\norder\nseed_1/W_1\nseed_1/deep/x\n");
    free(names);
    aln_archive_free(a);
    const char *path = saved("names.h5");
    must(aln_archive_open(&b, path));
    must(aln_archive_names(b, &names));
    ck_assert_str_eq(names, "eg\nempty\norder\nseed_1/W_1\nseed_1/deep/x\n");
    free(names);
    aln_archive_free(b);
    unlink(path);
    must(aln_archive_create(&a));
    must(aln_archive_names(a, &names));
    ck_assert_str_eq(names, "");
    free(names);
    aln_archive_free(a);
}
END_TEST

START_TEST(test_wrong_requests)
{
    struct aln_archive *a;
    double y[16];
    uint64_t n;
    char *text;
    const char *path = saved("wrong.h5");
    must(aln_archive_open(&a, path));
    static const struct {
        struct aln_archive_array array;
        const char *words;
    } cases[] = {
        {{"seed_1/W_1", ALN_ARCHIVE_DOUBLE, 2, {ROWS, COLS}},
         "expected double 3 x 5, got float 3 x 5"},
        {{"seed_1/W_1", ALN_ARCHIVE_FLOAT, 2, {COLS, ROWS}},
         "expected float 5 x 3, got float 3 x 5"},
        {{"seed_1/W_1", ALN_ARCHIVE_FLOAT, 1, {15}}, "expected float 15, got float 3 x 5"},
        {{"seed_1/W_2", ALN_ARCHIVE_FLOAT, 1, {15}}, "has no array seed_1/W_2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_int_eq(aln_archive_get(a, &cases[i].array, y), ALN_USAGE);
        ck_assert_msg(strstr(aln_error(), cases[i].words) != NULL, "%s", aln_error());
        ck_assert_ptr_eq(strstr(aln_error(), path), aln_error());
    }
    ck_assert_int_eq(aln_archive_get_whole(a, "rate", &n), ALN_USAGE);
    ck_assert_int_eq(aln_archive_get_whole(a, "steps", &n), ALN_USAGE);
    ck_assert_int_eq(aln_archive_get_real(a, "step", y), ALN_USAGE);
    ck_assert_int_eq(aln_archive_get_text(a, "step", &text), ALN_USAGE);
    ck_assert_ptr_null(text);
    aln_archive_free(a);
    a = filled();
    ck_assert_int_ne(aln_archive_put(a, &weights, W), ALN_OK); /* a second time */
    ck_assert_int_ne(aln_archive_put_real(a, "rate", 1), ALN_OK);
    check_content(a);
    aln_archive_free(a);
    unlink(path);
}
END_TEST

/* What h5py and h5dump do: the plain library, at the plain path. */
START_TEST(test_plain_hdf5)
{
    const char *path = saved("plain.h5");
    float w[ROWS * COLS];
    hsize_t shape[2], block;
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    ck_assert(file >= 0);
    hid_t set = H5Dopen2(file, "seed_1/W_1", H5P_DEFAULT), space = H5Dget_space(set);
    ck_assert_int_eq(H5Sget_simple_extent_dims(space, shape, NULL), 2);
    ck_assert(shape[0] == ROWS && shape[1] == COLS);
    ck_assert(H5Dread(set, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, w) >= 0);
    ck_assert_mem_eq(w, W, sizeof W);
    hid_t creation = H5Fget_create_plist(file);
    ck_assert(H5Pget_userblock(creation, &block) >= 0 && block == 512);
    H5Pclose(creation);
    H5Sclose(space);
    H5Dclose(set);
    H5Fclose(file);
    unlink(path);
}
END_TEST

static void write_bytes(const char *path, const char *bytes, size_t n)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, n, file), n);
    ck_assert_int_eq(fclose(file), 0);
}

static void must_refuse(const char *path, const char *word)
{
    struct aln_archive *a;
    ck_assert_int_eq(aln_archive_open(&a, path), ALN_USAGE);
    ck_assert_ptr_null(a);
    ck_assert_ptr_eq(strstr(aln_error(), path), aln_error());
    ck_assert_msg(strstr(aln_error(), word) != NULL, "%s", aln_error());
}

START_TEST(test_every_flipped_byte)
{
    char *bytes;
    size_t n;
    const char *path = saved("flip.h5");
    must(aln_text_read_file(path, &bytes, &n));
    ck_assert_uint_gt(n, 2000);
    FILE *file = fopen(path, "r+b");
    ck_assert_ptr_nonnull(file);
    int fd = fileno(file);
    for (size_t i = 0; i < n; i++) {
        char other = (char)(bytes[i] ^ (1 << i % 8));
        ck_assert_int_eq(pwrite(fd, &other, 1, (off_t)i), 1);
        must_refuse(path, "");
        ck_assert_int_eq(pwrite(fd, &bytes[i], 1, (off_t)i), 1);
    }
    for (size_t i = 0; i + 1 < n; i += 97) { /* neighbours swapped */
        const char swapped[2] = {bytes[i + 1], bytes[i]};
        if (bytes[i] == bytes[i + 1])
            continue;
        ck_assert_int_eq(pwrite(fd, swapped, 2, (off_t)i), 2);
        must_refuse(path, "");
        ck_assert_int_eq(pwrite(fd, &bytes[i], 2, (off_t)i), 2);
    }
    ck_assert_int_eq(fclose(file), 0);
    free(bytes);
    unlink(path);
}
END_TEST

START_TEST(test_every_length)
{
    char *bytes;
    size_t n;
    const char *path = saved("cut.h5");
    must(aln_text_read_file(path, &bytes, &n));
    for (size_t i = n; i-- > 0; i -= i > 600 ? 97 : 0) {
        ck_assert_int_eq(truncate(path, (off_t)i), 0);
        must_refuse(path, i >= 512 ? "is truncated" : "");
    }
    char *longer = calloc(n + 8, 1);
    ck_assert_ptr_nonnull(longer);
    memcpy(longer, bytes, n);
    for (size_t more = 1; more <= 8; more++) {
        write_bytes(path, longer, n + more);
        must_refuse(path, "damaged");
    }
    free(longer);
    free(bytes);
    unlink(path);
}
END_TEST

START_TEST(test_not_an_archive)
{
    static const char *const texts[] = {"", "alignode archive 2\n", "learning: {rule: dfa}\n",
                                        "\x89HDF\r\n\x1a\n"};
    char bytes[600];
    const char *path = own("other.h5");
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        memset(bytes, '\n', sizeof bytes);
        memcpy(bytes, texts[i], strlen(texts[i]));
        write_bytes(path, bytes, sizeof bytes);
        must_refuse(path, i == 1 ? "another version" : "is not an archive");
    }
    /* Another program's HDF5 file. */
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    ck_assert(file >= 0);
    H5Fclose(file);
    must_refuse(path, "is not an archive");
    unlink(path);
    must_refuse(path, "cannot be opened");
    must_refuse("/", "folder");
}
END_TEST

START_TEST(test_equal_bytes)
{
    char *a, *b;
    size_t na, nb;
    const char *first = saved("first.h5");
    nanosleep(&(struct timespec){1, 100000000}, NULL); /* HDF5's times count seconds */
    const char *second = saved("second.h5");
    must(aln_text_read_file(first, &a, &na));
    must(aln_text_read_file(second, &b, &nb));
    ck_assert_uint_eq(na, nb);
    ck_assert_mem_eq(a, b, na);
    free(a);
    free(b);
    unlink(first);
    unlink(second);
}
END_TEST

START_TEST(test_saved_beside_its_place)
{
    struct aln_archive *a = filled(), *b;
    char partial[160];
    struct stat info;
    const char *path = own("place.h5");
    snprintf(partial, sizeof partial, "%s.part", path);
    write_bytes(partial, "left behind", 11);
    write_bytes(path, "older", 5);
    must(aln_archive_save(a, path));
    ck_assert_int_ne(stat(partial, &info), 0);
    /* It can be extended and saved again. */
    must(aln_archive_put(a, &(struct aln_archive_array){"later", ALN_ARCHIVE_DOUBLE, 1, {4}}, x));
    must(aln_archive_save(a, path));
    aln_archive_free(a);
    must(aln_archive_open(&b, path));
    check_content(b);
    ck_assert(aln_archive_find(b, &(struct aln_archive_array){.name = "later"}));
    aln_archive_free(b);
    unlink(path);
    a = filled();
    ck_assert_int_eq(aln_archive_save(a, "/nowhere/x.h5"), ALN_USAGE);
    ck_assert_int_eq(aln_archive_save(a, "/"), ALN_USAGE);
    aln_archive_free(a);
}
END_TEST

/* Several open at once do not affect each other. */
START_TEST(test_several_at_once)
{
    struct aln_archive *a[3];
    const char *path[3] = {own("one.h5"), own("two.h5"), own("three.h5")};
    for (uint64_t i = 0; i < 3; i++) {
        must(aln_archive_create(&a[i]));
        must(aln_archive_put_whole(a[i], "number", i));
    }
    for (size_t i = 0; i < 3; i++) {
        must(aln_archive_save(a[i], path[i]));
        aln_archive_free(a[i]);
    }
    for (size_t i = 0; i < 3; i++)
        must(aln_archive_open(&a[i], path[i]));
    for (uint64_t i = 0, there; i < 3; i++) {
        must(aln_archive_get_whole(a[i], "number", &there));
        ck_assert_uint_eq(there, i);
    }
    for (size_t i = 0; i < 3; i++) {
        aln_archive_free(a[i]);
        unlink(path[i]);
    }
}
END_TEST

/* HDF5 does not check all that it allocates: it is not called when there is no memory. */
START_TEST(test_no_memory)
{
    struct aln_archive *a;
    must(aln_archive_create(&a));
    allocations_left = 0;
    ck_assert_int_eq(aln_archive_put(a, &weights, W), ALN_MEMORY);
    allocations_left = -1;
    must(aln_archive_put(a, &weights, W));
    aln_archive_free(a);
}
END_TEST

CHECK_MAIN("base/archive", test_round_trip, test_names, test_wrong_requests, test_plain_hdf5,
           test_every_flipped_byte, test_every_length, test_not_an_archive, test_equal_bytes,
           test_saved_beside_its_place, test_no_memory, test_several_at_once)

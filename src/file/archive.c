#include "alignode/archive.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/failure.h"
#include "base/text.h"
#include "file/archive_hdf5.h"
#include "file/hdf5_library.h"
#include "file/part.h"

enum { VERSION = 1, BLOCK = 512, GROWTH = 1 << 20, ROOM = 1 << 20 };

struct aln_archive {
    char *path;  /* of a file that was read, for messages; else NULL */
    char *bytes; /* contents of that file, which HDF5 reads */
    hid_t file;  /* in memory; < 0: none */
};

/* Element types in the file, the same on every machine, and in memory. */
static hid_t file_type(enum aln_archive_type type)
{
    return type == ALN_ARCHIVE_FLOAT    ? H5T_IEEE_F32LE
           : type == ALN_ARCHIVE_DOUBLE ? H5T_IEEE_F64LE
                                        : H5T_STD_U64LE;
}
static hid_t memory_type(enum aln_archive_type type)
{
    return type == ALN_ARCHIVE_FLOAT    ? H5T_NATIVE_FLOAT
           : type == ALN_ARCHIVE_DOUBLE ? H5T_NATIVE_DOUBLE
                                        : H5T_NATIVE_UINT64;
}

static enum aln_status no_memory(void)
{
    return aln_raise_memory("an archive");
}

/* ---- the user block ---- */

/* All of its bytes follow from the rest of the file, so none of them can change unnoticed. */
static void make_block(const char *image, size_t length, char block[BLOCK])
{
    uLong sum = crc32_z(0, NULL, 0);
    sum = crc32_z(sum, (const unsigned char *)image, length);
    memset(block, '\n', BLOCK);
    int n = snprintf(block, BLOCK,
                     "alignode archive %d\nHDF5 behind these %d bytes\nlength %zu\ncrc32 %08lx\n",
                     VERSION, BLOCK, length, sum & 0xffffffffUL);
    block[n] = '\n';
}

static enum aln_status check_block(const char *path, const char *bytes, size_t length)
{
    static const char magic[] = "alignode archive ";
    char block[BLOCK];
    uint64_t stated;
    int version;
    if (length < BLOCK || memcmp(bytes, magic, sizeof magic - 1) != 0)
        return aln_raise(ALN_USAGE, "%s: is not an archive of weights", path);
    memcpy(block, bytes, BLOCK);
    block[BLOCK - 1] = '\0';
    if (sscanf(block + sizeof magic - 1, "%9d", &version) != 1 || version != VERSION)
        return aln_raise(ALN_USAGE, "%s: is an archive of another version; expected %d", path,
                         VERSION);
    const char *at = strstr(block, "\nlength ");
    if (at != NULL && sscanf(at + 8, "%19" SCNu64, &stated) == 1 && stated > length - BLOCK)
        return aln_raise(ALN_USAGE, "%s: is truncated: %zu bytes of %" PRIu64, path, length,
                         stated + BLOCK);
    make_block(bytes + BLOCK, length - BLOCK, block);
    if (memcmp(bytes, block, BLOCK) != 0)
        return aln_raise(ALN_USAGE,
                         "%s: is damaged: its bytes do not match the checksum they were "
                         "written with",
                         path);
    return ALN_OK;
}

/* ---- files in memory ---- */

/* Files in memory need no locks and no disk. */
static hid_t access_list(void)
{
    hid_t list = H5Pcreate(H5P_FILE_ACCESS);
    if (list >= 0 && H5Pset_fapl_core(list, GROWTH, false) < 0) {
        H5Pclose(list);
        return -1;
    }
    return list;
}

/* HDF5 takes files of equal name for one file, so each gets its own name, which is not stored. */
static const char *new_name(char name[40])
{
    static uint64_t made; /* guarded by the library's lock */
    snprintf(name, 40, "alignode archive %" PRIu64, ++made);
    return name;
}

static void close_file(struct aln_archive *a)
{
    if (a == NULL)
        return;
    if (a->file >= 0)
        H5Fclose(a->file);
    free(a->bytes);
    free(a->path);
    free(a);
}

static enum aln_status create(struct aln_archive **out)
{
    char name[40];
    enum aln_status status = no_memory();
    hid_t access = access_list(), creation = H5Pcreate(H5P_FILE_CREATE);
    struct aln_archive *a = calloc(1, sizeof *a);
    *out = NULL;
    if (a != NULL)
        a->file = -1;
    if (a == NULL || access < 0 || creation < 0 || H5Pset_userblock(creation, BLOCK) < 0 ||
        H5Pset_obj_track_times(creation, false) < 0 ||
        (a->file = H5Fcreate(new_name(name), H5F_ACC_TRUNC, creation, access)) < 0)
        goto out;
    *out = a;
    a = NULL;
    status = ALN_OK;
out:
    if (access >= 0)
        H5Pclose(access);
    if (creation >= 0)
        H5Pclose(creation);
    close_file(a);
    return status;
}

static enum aln_status open_file(struct aln_archive **out, const char *path)
{
    char name[40];
    size_t length;
    hid_t access = -1;
    struct aln_archive *a = calloc(1, sizeof *a);
    *out = NULL;
    if (a == NULL)
        return no_memory();
    a->file = -1;
    enum aln_status status = aln_text_read_file(path, &a->bytes, &length);
    if (status == ALN_OK)
        status = check_block(path, a->bytes, length);
    if (status != ALN_OK)
        goto out;
    if ((a->path = strdup(path)) == NULL || (access = access_list()) < 0 ||
        H5Pset_file_image(access, a->bytes, length) < 0) {
        status = no_memory();
        goto out;
    }
    if ((a->file = H5Fopen(new_name(name), H5F_ACC_RDONLY, access)) < 0) {
        status = aln_raise(ALN_USAGE, "%s: HDF5 cannot read this archive", path);
        goto out;
    }
    *out = a;
    a = NULL;
out:
    if (access >= 0)
        H5Pclose(access);
    close_file(a);
    return status;
}

static enum aln_status write_image(struct aln_part *part, const char *image, size_t length)
{
    char block[BLOCK];
    make_block(image, length, block);
    enum aln_status status = aln_part_begin(part, 0);
    if (status == ALN_OK)
        status = aln_part_write(part, block, BLOCK);
    if (status == ALN_OK)
        status = aln_part_write(part, image, length);
    return status;
}

static enum aln_status save(struct aln_archive *a, const char *path)
{
    enum aln_status status;
    struct aln_part *part = NULL;
    char *image = NULL;
    ssize_t length =
        H5Fflush(a->file, H5F_SCOPE_GLOBAL) < 0 ? -1 : H5Fget_file_image(a->file, NULL, 0);
    if (length < 0 || (image = malloc((size_t)length)) == NULL ||
        H5Fget_file_image(a->file, image, (size_t)length) != length) {
        status = no_memory();
        goto out;
    }
    if ((status = aln_part_find(&part, path)) != ALN_OK)
        goto out;
    if ((status = write_image(part, image, (size_t)length)) == ALN_OK) {
        status = aln_part_commit(part);
        part = NULL;
    }
out:
    aln_part_abandon(part, false);
    free(image);
    return status;
}

/* ---- arrays ---- */

static hid_t space_of(const struct aln_archive_array *array)
{
    hsize_t shape[ALN_ARCHIVE_RANK];
    assert(array->rank <= ALN_ARCHIVE_RANK);
    if (array->rank == 0)
        return H5Screate(H5S_SCALAR);
    for (size_t i = 0; i < array->rank; i++)
        shape[i] = array->shape[i];
    return H5Screate_simple((int)array->rank, shape, NULL);
}

static enum aln_status put(struct aln_archive *a, const struct aln_archive_array *array,
                           const void *data)
{
    hid_t space = space_of(array), creation = H5Pcreate(H5P_DATASET_CREATE);
    hid_t links = H5Pcreate(H5P_LINK_CREATE), set = -1;
    bool done = false;
    if (space >= 0 && creation >= 0 && links >= 0 && H5Pset_obj_track_times(creation, false) >= 0 &&
        H5Pset_create_intermediate_group(links, 1) >= 0 &&
        (set = H5Dcreate2(a->file, array->name, file_type(array->type), space, links, creation,
                          H5P_DEFAULT)) >= 0)
        done = H5Dwrite(set, memory_type(array->type), H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0;
    if (set >= 0)
        H5Dclose(set);
    if (links >= 0)
        H5Pclose(links);
    if (creation >= 0)
        H5Pclose(creation);
    if (space >= 0)
        H5Sclose(space);
    return done ? ALN_OK : aln_raise(ALN_MEMORY, "%s: cannot be added to the archive", array->name);
}

/* The type in the file as one of ours; false if it is none. */
static bool known_type(hid_t set, enum aln_archive_type *type)
{
    static const enum aln_archive_type all[] = {ALN_ARCHIVE_FLOAT, ALN_ARCHIVE_DOUBLE,
                                                ALN_ARCHIVE_UINT64};
    bool found = false;
    hid_t there = H5Dget_type(set);
    for (size_t i = 0; there >= 0 && i < sizeof all / sizeof all[0] && !found; i++) {
        *type = all[i];
        found = H5Tequal(there, file_type(all[i])) > 0;
    }
    if (there >= 0)
        H5Tclose(there);
    return found;
}

static bool known_shape(hid_t set, struct aln_archive_array *array)
{
    hsize_t shape[ALN_ARCHIVE_RANK];
    hid_t space = H5Dget_space(set);
    int rank = space < 0 ? -1 : H5Sget_simple_extent_ndims(space);
    bool known =
        rank >= 0 && rank <= ALN_ARCHIVE_RANK && H5Sget_simple_extent_dims(space, shape, NULL) >= 0;
    for (int i = 0; known && i < rank; i++)
        array->shape[i] = (size_t)shape[i];
    if (known)
        array->rank = (size_t)rank;
    if (space >= 0)
        H5Sclose(space);
    return known;
}

/* Whether a path exists: HDF5 requires each leading part of it to be checked. */
static bool leads_somewhere(hid_t file, const char *name)
{
    char part[256];
    size_t n = 0;
    for (const char *end = name; *end != '\0'; end += *end == '/') {
        end += strcspn(end, "/");
        n = (size_t)(end - name);
        if (n >= sizeof part)
            return false;
        memcpy(part, name, n);
        part[n] = '\0';
        if (H5Lexists(file, part, H5P_DEFAULT) <= 0)
            return false;
    }
    return n > 0;
}

/* The data set, to be closed; < 0 if there is none that we can read. */
static hid_t find_set(const struct aln_archive *a, struct aln_archive_array *array)
{
    hid_t set =
        leads_somewhere(a->file, array->name) ? H5Dopen2(a->file, array->name, H5P_DEFAULT) : -1;
    if (set >= 0 && (!known_type(set, &array->type) || !known_shape(set, array))) {
        H5Dclose(set);
        return -1;
    }
    return set;
}

static bool find(const struct aln_archive *a, struct aln_archive_array *array)
{
    hid_t set = find_set(a, array);
    return set >= 0 && H5Dclose(set) >= 0;
}

static const char *path_of(const struct aln_archive *a)
{
    return a->path != NULL ? a->path : "an archive in memory";
}

/* ---- the names of all arrays ---- */

/* The path of entry i of a group below `prefix`; fails if it is longer than any we write. */
static bool entry_path(hid_t group, const char *prefix, hsize_t i, char path[256])
{
    size_t n = (size_t)snprintf(path, 256, "%s", prefix);
    ssize_t length = H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, path + n,
                                        256 - n, H5P_DEFAULT);
    return length > 0 && (size_t)length + 2 < 256 - n;
}

static bool add_names(hid_t file, const char *prefix, struct aln_text *out);

/* Appends an array, or what a group holds. */
static bool add_entry(hid_t file, const char *path, struct aln_text *out)
{
    char inside[256 + 1];
    hid_t set = H5Dopen2(file, path, H5P_DEFAULT);
    if (set >= 0) {
        H5Dclose(set);
        aln_text_add(out, "%s\n", path);
        return true;
    }
    snprintf(inside, sizeof inside, "%s/", path);
    return add_names(file, inside, out);
}

/* Given:    prefix  path of a group with a slash at its end; "": the whole file
 * Returned: whether HDF5 could read them all */
static bool add_names(hid_t file, const char *prefix, struct aln_text *out)
{
    char path[256];
    H5G_info_t info;
    hid_t group = H5Gopen2(file, *prefix != '\0' ? prefix : "/", H5P_DEFAULT);
    bool good = group >= 0 && H5Gget_info(group, &info) >= 0;
    for (hsize_t i = 0; good && i < info.nlinks; i++)
        good = entry_path(group, prefix, i, path) && add_entry(file, path, out);
    if (group >= 0)
        H5Gclose(group);
    return good;
}

static enum aln_status names(const struct aln_archive *a, char **out)
{
    struct aln_text text = {0};
    aln_text_add(&text, "%s", "");
    bool good = add_names(a->file, "", &text);
    if (good && !text.failed) {
        *out = text.s;
        return ALN_OK;
    }
    free(text.s);
    return text.failed
               ? aln_raise_memory("the names of arrays")
               : aln_raise(ALN_FILE, "%s: the names of its arrays cannot be read", path_of(a));
}

/* "float 3 x 4" Returned: out[128] */
static const char *describe(const struct aln_archive_array *array, char out[128])
{
    static const char *const names[] = {[ALN_ARCHIVE_FLOAT] = "float",
                                        [ALN_ARCHIVE_DOUBLE] = "double",
                                        [ALN_ARCHIVE_UINT64] = "uint64"};
    int n = snprintf(out, 128, "%s", names[array->type]);
    for (size_t i = 0; i < array->rank; i++)
        n += snprintf(out + n, 128 - (size_t)n, "%s%zu", i == 0 ? " " : " x ", array->shape[i]);
    return out;
}

static enum aln_status get(const struct aln_archive *a, const struct aln_archive_array *array,
                           void *data)
{
    enum aln_status status = ALN_OK;
    char wanted[128], got[128];
    struct aln_archive_array there = *array;
    hid_t set = find_set(a, &there);
    if (set < 0)
        return aln_raise(ALN_USAGE, "%s: has no array %s", path_of(a), array->name);
    bool same = there.type == array->type && there.rank == array->rank;
    for (size_t i = 0; same && i < there.rank; i++)
        same = there.shape[i] == array->shape[i];
    if (!same)
        status = aln_raise(ALN_USAGE, "%s: array %s: expected %s, got %s", path_of(a), array->name,
                           describe(array, wanted), describe(&there, got));
    else if (H5Dread(set, memory_type(array->type), H5S_ALL, H5S_ALL, H5P_DEFAULT, data) < 0)
        status = aln_raise(ALN_FILE, "%s: array %s cannot be read", path_of(a), array->name);
    H5Dclose(set);
    return status;
}

/* ---- attributes ---- */

static enum aln_status put_attribute(struct aln_archive *a, const char *name, hid_t in_file,
                                     hid_t in_memory, const void *value)
{
    bool done = false;
    hid_t space = H5Screate(H5S_SCALAR), attribute = -1;
    if (space >= 0 && in_file >= 0 &&
        (attribute = H5Acreate2(a->file, name, in_file, space, H5P_DEFAULT, H5P_DEFAULT)) >= 0)
        done = H5Awrite(attribute, in_memory, value) >= 0;
    if (attribute >= 0)
        H5Aclose(attribute);
    if (space >= 0)
        H5Sclose(space);
    return done ? ALN_OK : aln_raise(ALN_MEMORY, "%s: cannot be added to the archive", name);
}

/* UTF-8 of `size` bytes, including the final zero. */
static hid_t text_type(size_t size)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    if (type >= 0 && (H5Tset_size(type, size) < 0 || H5Tset_cset(type, H5T_CSET_UTF8) < 0)) {
        H5Tclose(type);
        return -1;
    }
    return type;
}

static enum aln_status put_text(struct aln_archive *a, const char *name, const char *text)
{
    hid_t type = text_type(strlen(text) + 1);
    enum aln_status status = put_attribute(a, name, type, type, text);
    if (type >= 0)
        H5Tclose(type);
    return status;
}

static enum aln_status put_whole(struct aln_archive *a, const char *name, uint64_t x)
{
    return put_attribute(a, name, H5T_STD_U64LE, H5T_NATIVE_UINT64, &x);
}

static enum aln_status put_real(struct aln_archive *a, const char *name, double x)
{
    return put_attribute(a, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &x);
}

/* The attribute if it is a single value of this class, to be closed. */
static enum aln_status find_attribute(const struct aln_archive *a, const char *name,
                                      H5T_class_t class, hid_t *attribute, size_t *size)
{
    *attribute = H5Aexists(a->file, name) > 0 ? H5Aopen(a->file, name, H5P_DEFAULT) : -1;
    hid_t type = *attribute >= 0 ? H5Aget_type(*attribute) : -1;
    hid_t space = *attribute >= 0 ? H5Aget_space(*attribute) : -1;
    bool good = type >= 0 && space >= 0 && H5Tget_class(type) == class &&
                (class != H5T_STRING || H5Tis_variable_str(type) == 0) &&
                H5Sget_simple_extent_npoints(space) == 1;
    *size = good ? H5Tget_size(type) : 0;
    if (space >= 0)
        H5Sclose(space);
    if (type >= 0)
        H5Tclose(type);
    if (good)
        return ALN_OK;
    if (*attribute >= 0)
        H5Aclose(*attribute);
    return aln_raise(ALN_USAGE, "%s: has no attribute %s of the expected type", path_of(a), name);
}

static enum aln_status get_text(const struct aln_archive *a, const char *name, char **text)
{
    hid_t attribute, type = -1;
    size_t size;
    *text = NULL;
    enum aln_status status = find_attribute(a, name, H5T_STRING, &attribute, &size);
    if (status != ALN_OK)
        return status;
    if ((*text = calloc(size + 1, 1)) == NULL || (type = text_type(size)) < 0)
        status = no_memory();
    else if (H5Aread(attribute, type, *text) < 0)
        status = aln_raise(ALN_FILE, "%s: attribute %s cannot be read", path_of(a), name);
    if (type >= 0)
        H5Tclose(type);
    H5Aclose(attribute);
    if (status != ALN_OK) {
        free(*text);
        *text = NULL;
    }
    return status;
}

static enum aln_status get_number(const struct aln_archive *a, const char *name, H5T_class_t class,
                                  hid_t type, void *x)
{
    hid_t attribute;
    size_t size;
    enum aln_status status = find_attribute(a, name, class, &attribute, &size);
    if (status != ALN_OK)
        return status;
    if (H5Aread(attribute, type, x) < 0)
        status = aln_raise(ALN_FILE, "%s: attribute %s cannot be read", path_of(a), name);
    H5Aclose(attribute);
    return status;
}

static enum aln_status get_whole(const struct aln_archive *a, const char *name, uint64_t *x)
{
    return get_number(a, name, H5T_INTEGER, H5T_NATIVE_UINT64, x);
}

static enum aln_status get_real(const struct aln_archive *a, const char *name, double *x)
{
    return get_number(a, name, H5T_FLOAT, H5T_NATIVE_DOUBLE, x);
}

/* ---- one thread at a time ---- */

/* Not every HDF5 library is thread-safe. Without enter() it would also print its errors itself. It does
 * not check every small block that it allocates. */
static pthread_mutex_t library = PTHREAD_MUTEX_INITIALIZER;

static enum aln_status enter(void)
{
    pthread_mutex_lock(&library);
    enum aln_status status = aln_hdf5_open();
    if (status == ALN_OK)
        H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    return status;
}

static enum aln_status enter_with_room(void)
{
    if (aln_has_memory(ROOM))
        return enter();
    pthread_mutex_lock(&library);
    return no_memory();
}

static enum aln_status leave(enum aln_status status)
{
    pthread_mutex_unlock(&library);
    return status;
}

#define ALONE(call)                                                                                \
    enum aln_status entered = enter_with_room();                                                   \
    return leave(entered == ALN_OK ? call : entered)

enum aln_status aln_archive_ready(void)
{
    return leave(enter_with_room());
}

enum aln_status aln_archive_create(struct aln_archive **out)
{
    *out = NULL;
    ALONE(create(out));
}

enum aln_status aln_archive_open_hdf5(struct aln_archive **out, const char *path)
{
    *out = NULL;
    ALONE(open_file(out, path));
}

enum aln_status aln_archive_name(struct aln_archive *a, const char *path)
{
    return (a->path = strdup(path)) != NULL ? ALN_OK : no_memory();
}

void aln_archive_free(struct aln_archive *a)
{
    if (a == NULL)
        return;
    enter();
    close_file(a);
    leave(ALN_OK);
}

enum aln_status aln_archive_save_hdf5(struct aln_archive *a, const char *path)
{
    ALONE(save(a, path));
}

enum aln_status aln_archive_put(struct aln_archive *a, const struct aln_archive_array *array,
                                const void *data)
{
    ALONE(put(a, array, data));
}

enum aln_status aln_archive_put_text(struct aln_archive *a, const char *name, const char *text)
{
    ALONE(put_text(a, name, text));
}

enum aln_status aln_archive_put_whole(struct aln_archive *a, const char *name, uint64_t x)
{
    ALONE(put_whole(a, name, x));
}

enum aln_status aln_archive_put_real(struct aln_archive *a, const char *name, double x)
{
    ALONE(put_real(a, name, x));
}

bool aln_archive_find(const struct aln_archive *a, struct aln_archive_array *array)
{
    enter();
    bool found = find(a, array);
    leave(ALN_OK);
    return found;
}

enum aln_status aln_archive_get(const struct aln_archive *a, const struct aln_archive_array *array,
                                void *data)
{
    ALONE(get(a, array, data));
}

enum aln_status aln_archive_names(const struct aln_archive *a, char **out)
{
    *out = NULL;
    ALONE(names(a, out));
}

enum aln_status aln_archive_get_text(const struct aln_archive *a, const char *name, char **text)
{
    ALONE(get_text(a, name, text));
}

enum aln_status aln_archive_get_whole(const struct aln_archive *a, const char *name, uint64_t *x)
{
    ALONE(get_whole(a, name, x));
}

enum aln_status aln_archive_get_real(const struct aln_archive *a, const char *name, double *x)
{
    ALONE(get_real(a, name, x));
}

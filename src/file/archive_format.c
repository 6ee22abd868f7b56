/* The format of an archive's file follows from its name. */
#include "file/archive_hdf5.h"
#include "file/safetensors.h"

enum aln_status aln_archive_open(struct aln_archive **out, const char *path)
{
    if (!aln_safetensors_is(path))
        return aln_archive_open_hdf5(out, path);
    enum aln_status status = aln_safetensors_open(out, path);
    if (status == ALN_OK && (status = aln_archive_name(*out, path)) != ALN_OK) {
        aln_archive_free(*out);
        *out = NULL;
    }
    return status;
}

enum aln_status aln_archive_save(struct aln_archive *a, const char *path)
{
    return aln_safetensors_is(path) ? aln_safetensors_save(a, path)
                                    : aln_archive_save_hdf5(a, path);
}

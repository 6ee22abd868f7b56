/* Archives as HDF5 files, whatever their names: what archive_format.c chooses from. */
#ifndef ALIGNODE_FILE_ARCHIVE_HDF5_H
#define ALIGNODE_FILE_ARCHIVE_HDF5_H

#include "alignode/archive.h"

enum aln_status aln_archive_open_hdf5(struct aln_archive **out, const char *path);
enum aln_status aln_archive_save_hdf5(struct aln_archive *a, const char *path);

/* Notes the file that an archive was read from, for messages.  Status: ALN_MEMORY */
enum aln_status aln_archive_name(struct aln_archive *a, const char *path);

#endif

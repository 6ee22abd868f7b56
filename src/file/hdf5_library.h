/* HDF5, opened when the first archive is, not linked. Whoever includes this header calls its functions
 * by their names, after aln_hdf5_open(). */
#ifndef ALIGNODE_FILE_HDF5_LIBRARY_H
#define ALIGNODE_FILE_HDF5_LIBRARY_H

#include <hdf5.h>

#include "alignode/status.h"

/* The functions and variables that are used here, those within the macros of HDF5 too. */
#define ALN_HDF5_FUNCTIONS(X)                                                                      \
    X(H5Aclose)                                                                                    \
    X(H5Acreate2)                                                                                  \
    X(H5Aexists)                                                                                   \
    X(H5Aget_space)                                                                                \
    X(H5Aget_type)                                                                                 \
    X(H5Aopen)                                                                                     \
    X(H5Aread)                                                                                     \
    X(H5Awrite)                                                                                    \
    X(H5Dclose)                                                                                    \
    X(H5Dcreate2)                                                                                  \
    X(H5Dget_space)                                                                                \
    X(H5Dget_type)                                                                                 \
    X(H5Dopen2)                                                                                    \
    X(H5Dread)                                                                                     \
    X(H5Dwrite)                                                                                    \
    X(H5Eset_auto2)                                                                                \
    X(H5Fclose)                                                                                    \
    X(H5Fcreate)                                                                                   \
    X(H5Fflush)                                                                                    \
    X(H5Fget_file_image)                                                                           \
    X(H5Fopen)                                                                                     \
    X(H5Gclose)                                                                                    \
    X(H5Gget_info)                                                                                 \
    X(H5Gopen2)                                                                                    \
    X(H5Lexists)                                                                                   \
    X(H5Lget_name_by_idx)                                                                          \
    X(H5Pclose)                                                                                    \
    X(H5Pcreate)                                                                                   \
    X(H5Pset_create_intermediate_group)                                                            \
    X(H5Pset_fapl_core)                                                                            \
    X(H5Pset_file_image)                                                                           \
    X(H5Pset_obj_track_times)                                                                      \
    X(H5Pset_userblock)                                                                            \
    X(H5Sclose)                                                                                    \
    X(H5Screate)                                                                                   \
    X(H5Screate_simple)                                                                            \
    X(H5Sget_simple_extent_dims)                                                                   \
    X(H5Sget_simple_extent_ndims)                                                                  \
    X(H5Sget_simple_extent_npoints)                                                                \
    X(H5Tclose)                                                                                    \
    X(H5Tcopy)                                                                                     \
    X(H5Tequal)                                                                                    \
    X(H5Tget_class)                                                                                \
    X(H5Tget_size)                                                                                 \
    X(H5Tis_variable_str)                                                                          \
    X(H5Tset_cset)                                                                                 \
    X(H5Tset_size)                                                                                 \
    X(H5open)                                                                                      \
    X(H5check_version)
#define ALN_HDF5_VARIABLES(X)                                                                      \
    X(H5P_CLS_DATASET_CREATE_ID_g)                                                                 \
    X(H5P_CLS_FILE_ACCESS_ID_g)                                                                    \
    X(H5P_CLS_FILE_CREATE_ID_g)                                                                    \
    X(H5P_CLS_LINK_CREATE_ID_g)                                                                    \
    X(H5T_C_S1_g)                                                                                  \
    X(H5T_IEEE_F32LE_g)                                                                            \
    X(H5T_IEEE_F64LE_g)                                                                            \
    X(H5T_NATIVE_DOUBLE_g)                                                                         \
    X(H5T_NATIVE_FLOAT_g)                                                                          \
    X(H5T_NATIVE_UINT64_g)                                                                         \
    X(H5T_STD_U64LE_g)

#define ALN_HDF5_MEMBER(name) __typeof__(name) *name;
extern struct aln_hdf5 {
    ALN_HDF5_FUNCTIONS(ALN_HDF5_MEMBER) ALN_HDF5_VARIABLES(ALN_HDF5_MEMBER)
} aln_hdf5;

/* Loads and initialises the library, the first time.  Status: ALN_FILE, ALN_MEMORY */
enum aln_status aln_hdf5_open(void);

#ifndef ALN_HDF5_ITSELF
#define H5Aclose                         (*aln_hdf5.H5Aclose)
#define H5Acreate2                       (*aln_hdf5.H5Acreate2)
#define H5Aexists                        (*aln_hdf5.H5Aexists)
#define H5Aget_space                     (*aln_hdf5.H5Aget_space)
#define H5Aget_type                      (*aln_hdf5.H5Aget_type)
#define H5Aopen                          (*aln_hdf5.H5Aopen)
#define H5Aread                          (*aln_hdf5.H5Aread)
#define H5Awrite                         (*aln_hdf5.H5Awrite)
#define H5Dclose                         (*aln_hdf5.H5Dclose)
#define H5Dcreate2                       (*aln_hdf5.H5Dcreate2)
#define H5Dget_space                     (*aln_hdf5.H5Dget_space)
#define H5Dget_type                      (*aln_hdf5.H5Dget_type)
#define H5Dopen2                         (*aln_hdf5.H5Dopen2)
#define H5Dread                          (*aln_hdf5.H5Dread)
#define H5Dwrite                         (*aln_hdf5.H5Dwrite)
#define H5Eset_auto2                     (*aln_hdf5.H5Eset_auto2)
#define H5Fclose                         (*aln_hdf5.H5Fclose)
#define H5Fcreate                        (*aln_hdf5.H5Fcreate)
#define H5Fflush                         (*aln_hdf5.H5Fflush)
#define H5Fget_file_image                (*aln_hdf5.H5Fget_file_image)
#define H5Fopen                          (*aln_hdf5.H5Fopen)
#define H5Gclose                         (*aln_hdf5.H5Gclose)
#define H5Gget_info                      (*aln_hdf5.H5Gget_info)
#define H5Gopen2                         (*aln_hdf5.H5Gopen2)
#define H5Lexists                        (*aln_hdf5.H5Lexists)
#define H5Lget_name_by_idx               (*aln_hdf5.H5Lget_name_by_idx)
#define H5Pclose                         (*aln_hdf5.H5Pclose)
#define H5Pcreate                        (*aln_hdf5.H5Pcreate)
#define H5Pset_create_intermediate_group (*aln_hdf5.H5Pset_create_intermediate_group)
#define H5Pset_fapl_core                 (*aln_hdf5.H5Pset_fapl_core)
#define H5Pset_file_image                (*aln_hdf5.H5Pset_file_image)
#define H5Pset_obj_track_times           (*aln_hdf5.H5Pset_obj_track_times)
#define H5Pset_userblock                 (*aln_hdf5.H5Pset_userblock)
#define H5Sclose                         (*aln_hdf5.H5Sclose)
#define H5Screate                        (*aln_hdf5.H5Screate)
#define H5Screate_simple                 (*aln_hdf5.H5Screate_simple)
#define H5Sget_simple_extent_dims        (*aln_hdf5.H5Sget_simple_extent_dims)
#define H5Sget_simple_extent_ndims       (*aln_hdf5.H5Sget_simple_extent_ndims)
#define H5Sget_simple_extent_npoints     (*aln_hdf5.H5Sget_simple_extent_npoints)
#define H5Tclose                         (*aln_hdf5.H5Tclose)
#define H5Tcopy                          (*aln_hdf5.H5Tcopy)
#define H5Tequal                         (*aln_hdf5.H5Tequal)
#define H5Tget_class                     (*aln_hdf5.H5Tget_class)
#define H5Tget_size                      (*aln_hdf5.H5Tget_size)
#define H5Tis_variable_str               (*aln_hdf5.H5Tis_variable_str)
#define H5Tset_cset                      (*aln_hdf5.H5Tset_cset)
#define H5Tset_size                      (*aln_hdf5.H5Tset_size)
#define H5open                           (*aln_hdf5.H5open)
#define H5check_version                  (*aln_hdf5.H5check_version)
#define H5P_CLS_DATASET_CREATE_ID_g      (*aln_hdf5.H5P_CLS_DATASET_CREATE_ID_g)
#define H5P_CLS_FILE_ACCESS_ID_g         (*aln_hdf5.H5P_CLS_FILE_ACCESS_ID_g)
#define H5P_CLS_FILE_CREATE_ID_g         (*aln_hdf5.H5P_CLS_FILE_CREATE_ID_g)
#define H5P_CLS_LINK_CREATE_ID_g         (*aln_hdf5.H5P_CLS_LINK_CREATE_ID_g)
#define H5T_C_S1_g                       (*aln_hdf5.H5T_C_S1_g)
#define H5T_IEEE_F32LE_g                 (*aln_hdf5.H5T_IEEE_F32LE_g)
#define H5T_IEEE_F64LE_g                 (*aln_hdf5.H5T_IEEE_F64LE_g)
#define H5T_NATIVE_DOUBLE_g              (*aln_hdf5.H5T_NATIVE_DOUBLE_g)
#define H5T_NATIVE_FLOAT_g               (*aln_hdf5.H5T_NATIVE_FLOAT_g)
#define H5T_NATIVE_UINT64_g              (*aln_hdf5.H5T_NATIVE_UINT64_g)
#define H5T_STD_U64LE_g                  (*aln_hdf5.H5T_STD_U64LE_g)
#endif

#endif

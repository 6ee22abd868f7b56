#define ALN_HDF5_ITSELF
#include "file/hdf5_library.h"

#include <stdbool.h>

#include "base/failure.h"
#include "base/library.h"
#include "base/sonames.h"

struct aln_hdf5 aln_hdf5;

enum aln_status aln_hdf5_open(void)
{
#define FUNCTION(name) {#name, &aln_hdf5.name, false},
#define VARIABLE(name) {#name, &aln_hdf5.name, true},
    static const struct aln_library_symbol symbol[] = {ALN_HDF5_FUNCTIONS(FUNCTION)
                                                           ALN_HDF5_VARIABLES(VARIABLE)};
    static bool open;
    if (open)
        return ALN_OK;
    enum aln_status status =
        aln_library_open("archives", ALN_SONAME_HDF5, sizeof symbol / sizeof symbol[0], symbol);
    if (status == ALN_OK && aln_hdf5.H5open() < 0)
        status = aln_raise_memory("HDF5");
    open = status == ALN_OK;
    return status;
}

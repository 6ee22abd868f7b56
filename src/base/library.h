/* Shared libraries that are opened when they are first needed, so that whoever does not need them
 * neither waits for them nor lacks them. */
#ifndef ALIGNODE_BASE_LIBRARY_H
#define ALIGNODE_BASE_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

#include "alignode/status.h"

struct aln_library_symbol {
    const char *name;
    void *place;   /* a pointer to the symbol is stored here */
    bool variable; /* not a function: a program linked to the library may hold its own copy */
};

/* Opens a shared library and finds symbols of it; it stays open.
 * Given:    use   what it is for, "matrix products"
 *           file  its soname, found where the dynamic linker looks for libraries
 * Status:   ALN_FILE when it is missing, with the linker's reason, or lacks a symbol */
enum aln_status aln_library_open(const char *use, const char *file, size_t count,
                                 const struct aln_library_symbol *symbol);

#endif

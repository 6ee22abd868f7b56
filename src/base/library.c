#include "base/library.h"

#include <dlfcn.h>
#include <string.h>

/* The program is searched first for variables of a library it was linked to: with a copy of a
 * variable there, the library itself uses the copy. */
static void *find(void *library, bool linked, const struct aln_library_symbol *symbol)
{
    void *program = linked && symbol->variable ? dlopen(NULL, RTLD_NOW) : NULL;
    void *copy = program != NULL ? dlsym(program, symbol->name) : NULL;
    return copy != NULL ? copy : dlsym(library, symbol->name);
}

enum aln_status aln_library_open(const char *use, const char *file, size_t count,
                                 const struct aln_library_symbol *symbol)
{
    const bool linked = dlopen(file, RTLD_NOW | RTLD_NOLOAD) != NULL;
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        return aln_raise(ALN_FILE, "the library for %s cannot be loaded: %s", use, dlerror());
    for (size_t i = 0; i < count; i++) {
        void *address = find(library, linked, &symbol[i]);
        if (address == NULL)
            return aln_raise(ALN_FILE, "the library for %s, %s, has no %s", use, file,
                             symbol[i].name);
        memcpy(symbol[i].place, &address, sizeof address);
    }
    return ALN_OK;
}

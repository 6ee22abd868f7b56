#include "deep/blas.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/failure.h"
#include "base/library.h"
#include "base/sonames.h"

/* What each thread that multiplies takes of the address space, and what loading takes. */
enum { MIB = 1 << 20, BUFFER = 128 * MIB, IMAGE = 64 * MIB };

struct aln_blas aln_blas;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static size_t ready; /* for how many threads */

/* OpenBLAS's own threads, of which products use one while any caller holds it. */
static void (*set_threads)(int count);
static int (*get_threads)(void);
static int threads_before; /* what others that have loaded it use */
static size_t holders;

/* A tenth of a second on a slow core. */
#define PIECE 0x1p30
/* A multiple of what kernels take at once, and as many as there are at least in a piece. */
enum { TILE = 192 };

size_t aln_product_piece(size_t left, double each)
{
    const double most = PIECE / each;
    const size_t rows = most >= (double)left ? left
                        : most < 2 * TILE    ? TILE
                                             : (size_t)(most / TILE) * TILE;
    return left < rows + TILE ? left : rows;
}

static bool has_room(size_t bytes)
{
    void *place = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return place != MAP_FAILED && munmap(place, bytes) == 0;
}

static void use_one_thread(void)
{
    threads_before = get_threads();
    set_threads(1);
}

/* OpenBLAS reads the environment while it is loaded; what it then starts with is what it keeps. */
static enum aln_status load(void)
{
    static const char variable[] = "OPENBLAS_NUM_THREADS";
    const struct aln_library_symbol symbol[] = {{"sgemm_", &aln_blas.sgemm, false},
                                                {"dgemm_", &aln_blas.dgemm, false},
                                                {"openblas_set_num_threads", &set_threads, false},
                                                {"openblas_get_num_threads", &get_threads, false}};
    const char *before = getenv(variable);
    char *kept = before != NULL ? strdup(before) : NULL;
    setenv(variable, "1", 1);
    enum aln_status status = aln_library_open("matrix products", ALN_SONAME_OPENBLAS,
                                              sizeof symbol / sizeof symbol[0], symbol);
    if (kept != NULL)
        setenv(variable, kept, 1);
    else
        unsetenv(variable);
    free(kept);
    if (status == ALN_OK)
        use_one_thread(); /* if another library had loaded it before */
    return status;
}

static enum aln_status open_for(size_t threads)
{
    if (threads <= ready)
        return ALN_OK;
    if (!has_room((threads - ready) * (size_t)BUFFER + (ready == 0 ? IMAGE : 0)))
        return aln_raise_memory("OpenBLAS, which takes 128 MiB of address space per thread "
                                "(threads: %zu); raise the limit or use fewer threads",
                                threads);
    enum aln_status status = ready == 0 ? load() : ALN_OK;
    ready = status == ALN_OK ? threads : 0;
    return status;
}

enum aln_status aln_blas_open(size_t threads)
{
    pthread_mutex_lock(&lock);
    enum aln_status status = open_for(threads);
    pthread_mutex_unlock(&lock);
    return status;
}

void aln_blas_hold(void)
{
    pthread_mutex_lock(&lock);
    if (holders++ == 0 && ready > 0)
        use_one_thread();
    pthread_mutex_unlock(&lock);
}

void aln_blas_release(void)
{
    pthread_mutex_lock(&lock);
    if (--holders == 0 && ready > 0)
        set_threads(threads_before);
    pthread_mutex_unlock(&lock);
}

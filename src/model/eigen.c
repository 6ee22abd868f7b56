#include "model/eigen.h"

#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "base/failure.h"
#include "base/interrupt.h"

enum {
    LARGE = 200,         /* smaller ones take less than a tenth of a second */
    POLL = 10 * 1000000, /* nanoseconds between two looks at the stop request */
    STACK = 1024 * 1024  /* bytes */
};

struct aln_eigen_work {
    enum aln_eigen_kind kind;
    gsl_eigen_symm_workspace *symm;
    gsl_eigen_symmv_workspace *symmv;
    gsl_eigen_nonsymmv_workspace *nonsymmv;
    gsl_vector *singular;
    int failed;
    pthread_mutex_t lock;
    pthread_cond_t ends;
    bool ended, left; /* the thread has ended; its owner has left */
};

/* ---- the handle ---- */

static bool is_complete(const struct aln_eigen *e)
{
    const struct aln_eigen_work *w = e->work;
    if (e->A == NULL)
        return false;
    if (w->kind == ALN_EIGEN_GENERAL)
        return e->complex != NULL && e->modes != NULL && w->nonsymmv != NULL;
    return e->values != NULL && (e->vectors != NULL || w->kind == ALN_EIGEN_VALUES) &&
           (w->symm != NULL || w->symmv != NULL || w->singular != NULL);
}

static void allocate(struct aln_eigen *e, size_t n)
{
    struct aln_eigen_work *w = e->work;
    e->A = gsl_matrix_alloc(n, n);
    if (w->kind == ALN_EIGEN_GENERAL) {
        e->complex = gsl_vector_complex_alloc(n);
        e->modes = gsl_matrix_complex_alloc(n, n);
        w->nonsymmv = gsl_eigen_nonsymmv_alloc(n);
        if (w->nonsymmv != NULL)
            gsl_eigen_nonsymmv_params(0, w->nonsymmv);
        return;
    }
    e->values = gsl_vector_alloc(n);
    if (w->kind != ALN_EIGEN_VALUES)
        e->vectors = gsl_matrix_alloc(n, n);
    if (w->kind == ALN_EIGEN_VALUES)
        w->symm = gsl_eigen_symm_alloc(n);
    else if (w->kind == ALN_EIGEN_VECTORS)
        w->symmv = gsl_eigen_symmv_alloc(n);
    else
        w->singular = gsl_vector_alloc(n);
}

enum aln_status aln_eigen_create(struct aln_eigen **out, enum aln_eigen_kind kind, size_t n)
{
    struct aln_eigen *e = calloc(1, sizeof *e);
    struct aln_eigen_work *w = calloc(1, sizeof *w);
    *out = e;
    if (e == NULL || w == NULL) {
        free(w);
        return aln_raise_memory("eigenvalues of a matrix of %zu x %zu", n, n);
    }
    gsl_set_error_handler_off(); /* the default handler aborts the process */
    e->work = w;
    w->kind = kind;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->ends, NULL);
    allocate(e, n);
    return is_complete(e) ? ALN_OK : aln_raise_memory("eigenvalues of a matrix of %zu x %zu", n, n);
}

void aln_eigen_free(struct aln_eigen *e)
{
    if (e == NULL)
        return;
    struct aln_eigen_work *w = e->work;
    gsl_matrix_free(e->A);
    gsl_vector_free(e->values);
    gsl_matrix_free(e->vectors);
    gsl_vector_complex_free(e->complex);
    gsl_matrix_complex_free(e->modes);
    if (w != NULL) {
        gsl_eigen_symm_free(w->symm);
        gsl_eigen_symmv_free(w->symmv);
        gsl_eigen_nonsymmv_free(w->nonsymmv);
        gsl_vector_free(w->singular);
        pthread_cond_destroy(&w->ends);
        pthread_mutex_destroy(&w->lock);
    }
    free(w);
    free(e);
}

/* ---- solving ---- */

static void solve(struct aln_eigen *e)
{
    struct aln_eigen_work *w = e->work;
    switch (w->kind) {
    case ALN_EIGEN_VALUES:
        w->failed = gsl_eigen_symm(e->A, e->values, w->symm);
        break;
    case ALN_EIGEN_VECTORS:
        w->failed = gsl_eigen_symmv(e->A, e->values, e->vectors, w->symmv);
        break;
    case ALN_EIGEN_GENERAL:
        w->failed = gsl_eigen_nonsymmv(e->A, e->complex, e->modes, w->nonsymmv);
        break;
    case ALN_EIGEN_SINGULAR:
        w->failed = gsl_linalg_SV_decomp(e->A, e->vectors, e->values, w->singular);
        break;
    }
}

static void *solve_apart(void *of)
{
    struct aln_eigen *e = of;
    solve(e);
    pthread_mutex_lock(&e->work->lock);
    const bool left = e->work->left;
    e->work->ended = true;
    pthread_cond_signal(&e->work->ends);
    pthread_mutex_unlock(&e->work->lock);
    if (left)
        aln_eigen_free(e);
    return NULL;
}

static bool start_apart(struct aln_eigen *e)
{
    pthread_t thread;
    pthread_attr_t attributes;
    bool started = false;
    if (pthread_attr_init(&attributes) != 0)
        return false;
    e->work->ended = false;
    if (pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED) == 0 &&
        pthread_attr_setstacksize(&attributes, STACK) == 0)
        started = pthread_create(&thread, &attributes, solve_apart, e) == 0;
    pthread_attr_destroy(&attributes);
    return started;
}

/* Waits for the thread; false: a stop request came first, and *e belongs to the thread now. */
static bool wait_apart(struct aln_eigen *e)
{
    struct aln_eigen_work *w = e->work;
    pthread_mutex_lock(&w->lock);
    while (!w->ended && !aln_interrupted()) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += POLL;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&w->ends, &w->lock, &until);
    }
    const bool ended = w->ended;
    w->left = !ended;
    pthread_mutex_unlock(&w->lock);
    return ended;
}

enum aln_status aln_eigen_solve(struct aln_eigen **e)
{
    if (*e == NULL)
        return aln_raise(ALN_STOPPED, "stopped");
    const bool apart = aln_interrupt_watched() && (*e)->A->size1 >= LARGE && start_apart(*e);
    if (!apart)
        solve(*e);
    else if (!wait_apart(*e)) {
        *e = NULL;
        return aln_raise(ALN_STOPPED, "stopped");
    }
    return (*e)->work->failed == GSL_SUCCESS
               ? ALN_OK
               : aln_raise(ALN_NUMERIC, "the eigenvalues of a matrix could not be computed");
}

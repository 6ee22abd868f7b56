/* Parameter files where any allocation fails, also those of libfyaml: read as ever, or out of
 * memory, and nothing else. */
#include "../check_main.h"

#include <errno.h>
#include <string.h>

#include "params_files.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define SANITIZED
#endif
#endif
#if !defined(__GLIBC__) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) ||        \
    defined(SANITIZED)
#define OWN_MALLOC 0 /* the program's malloc is not libc's to replace */
#else
#define OWN_MALLOC 1
#endif

static long left = -1;    /* allocations until one fails; < 0: none does */
static bool all_the_rest; /* fail with it */

#if OWN_MALLOC
static bool fails(void)
{
    bool now = left == 0 || (left > 0 && --left == 0);
    if (now && !all_the_rest)
        left = -1;
    if (now)
        errno = ENOMEM;
    return now;
}

#pragma GCC visibility push(default) /* for libfyaml, too */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}
void *calloc(size_t count, size_t size)
{
    return fails() ? NULL : __libc_calloc(count, size);
}
void *realloc(void *old, size_t size)
{
    return fails() ? NULL : __libc_realloc(old, size);
}
#pragma GCC visibility pop
#endif

/* libfyaml 0.7.12 does not look whether two of its allocations fail, so none does here. */
struct fy_parser;
int __real_fy_parser_set_string(struct fy_parser *parser, const char *text, size_t length);
int __wrap_fy_parser_set_string(struct fy_parser *parser, const char *text, size_t length);
int __wrap_fy_parser_set_string(struct fy_parser *parser, const char *text, size_t length)
{
    long kept = left;
    left = -1;
    int status = __real_fy_parser_set_string(parser, text, length);
    left = kept;
    return status;
}

static const char *const set[] = {"run.seed=3", "title=x", "ode={rtol: 1e-5, atol: \"1e-3\"}",
                                  "ode.atol=0.001"};

/* What comes of a file: its parameters, or the sentence about it.  Returned: yours */
static char *outcome(const char *path, enum aln_status *status)
{
    struct aln_params *p = NULL;
    char *text = NULL;
    *status = aln_params_load(&p, path, COUNT(set), set, aln_engine_check_ode);
    if (*status == ALN_OK)
        *status = aln_params_yaml(p, &text);
    left = -1;
    ck_assert(p != NULL || *status != ALN_OK);
    aln_params_free(p);
    return text != NULL ? text : strdup(aln_error());
}

/* Lets the n-th allocation fail.  Returned: whether it was reached */
static bool fail_at(const char *path, long n, bool rest, enum aln_status usual, const char *text)
{
    enum aln_status status;
    all_the_rest = rest;
    left = n;
    struct aln_params *p = NULL;
    char *yaml = NULL;
    status = aln_params_load(&p, path, COUNT(set), set, aln_engine_check_ode);
    if (status == ALN_OK)
        status = aln_params_yaml(p, &yaml);
    bool reached = rest ? left == 0 : left < 0;
    left = -1;
    if (status == ALN_MEMORY)
        ck_assert_msg(strstr(aln_error(), "out of memory") != NULL, "%s", aln_error());
    else {
        ck_assert_msg(status == usual, "%ld: %s", n, aln_error());
        ck_assert_str_eq(yaml != NULL ? yaml : aln_error(), text);
    }
    free(yaml);
    aln_params_free(p);
    return reached;
}

START_TEST(test_any_allocation_fails)
{
    static const char *const files[] = {
        ("title: a\nproblem:\n  inputs: 100\n  student: {units: 2}\n"
         "learning: {rule: dfa, rate: 1}\n"),
        "source: |\n  two\n  lines\n\"problem\": {noise: .5}\nlearning:\n  rule: 'bp'\n",
        "learning:\n  rule: dfa\n   rate: 1\n",
        "learning: {rule: dfaa}\n",
        "learning: [1, 2\n",
        "title: *x\n",
        "a: 1\na: 2\n"};
    (void)round_trip;
    if (!OWN_MALLOC)
        return;
    for (size_t i = 0; i < COUNT(files); i++) {
        const char *path = scratch(files[i]);
        enum aln_status usual;
        free(outcome(path, &usual)); /* parses the defaults */
        char *text = outcome(path, &usual);
        for (int rest = 0; rest < 2; rest++) {
            long n = 1;
            while (fail_at(path, n, rest, usual, text))
                n++;
            ck_assert_msg(n > 20, "file %zu, rest %d: %ld", i, rest, n);
        }
        free(text);
        unlink(path);
    }
}
END_TEST

CHECK_MAIN("model/memory", test_any_allocation_fails)

/* Lines of arbitrary bytes as --set arguments to a small file. */
#include "fuzz.h"
#include "study/compare.h"

static const char file[] = "problem: {inputs: 100, student: {units: 2}}\n"
                           "learning: {rule: dfa, rate: [0.1, 0.2]}\n"
                           "run: {time: 10, record: {times: [0, 1, 10]}}\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { MOST = 8 };
    static char path[128];
    char *set[MOST];
    size_t count = 0;
    struct aln_params *p;
    if (path[0] == '\0')
        fuzz_write(fuzz_path("base.yaml", path), file, sizeof file - 1);
    char *text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';
    char *rest = text;
    for (; count < MOST && rest != NULL; count++) {
        char *line = strsep(&rest, "\n");
        set[count] = strdup(line); /* separate blocks, to detect reads past the end */
    }
    free(text);
    enum aln_status status =
        aln_params_load(&p, path, count, (const char *const *)(const void *)set, aln_compare_check);
    if (status == ALN_OK)
        fuzz_round_trip(p, aln_compare_check);
    else if (strncmp(aln_error(), "--set", 5) == 0)
        fuzz_check_refusal(status, "--set");
    else
        fuzz_check_refusal(status, path);
    aln_params_free(p);
    for (size_t i = 0; i < count; i++)
        free(set[i]);
    return 0;
}

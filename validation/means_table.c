#include "means_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool aln_means_is(const struct aln_table *t)
{
    return strcmp(t->command, "means") == 0;
}

/* The next line of parameters that a run depends on. */
static const char *skip_names(const char *line)
{
    while (strncmp(line, "title:", 6) == 0 || strncmp(line, "source:", 7) == 0)
        line += strcspn(line, "\n") + (strchr(line, '\n') != NULL);
    return line;
}

bool aln_means_match(const struct aln_table *t, const char *yaml)
{
    const char *a = skip_names(t->yaml), *b = skip_names(yaml);
    while (*b != '\0') {
        const size_t length = strcspn(b, "\n");
        if (strncmp(a, b, length) != 0 || a[length] != '\n')
            return false;
        a = skip_names(a + length + 1);
        b = skip_names(b + length + (b[length] == '\n'));
    }
    return *a == '\0' || strncmp(a, "drawn:", 6) == 0;
}

const char *aln_means_remark(const struct aln_table *t, const char *words)
{
    const size_t length = strlen(words);
    for (size_t i = 0; i < t->remarks; i++)
        if (strncmp(t->remark[i], words, length) == 0 && t->remark[i][length] == ' ')
            return t->remark[i] + length + 1;
    return NULL;
}

size_t aln_means_numbers(const struct aln_table *t, const char *word, const char *column,
                         double *value, size_t room)
{
    char words[64], *end;
    size_t count = 0;
    snprintf(words, sizeof words, "%s %s", word, column);
    for (const char *at = aln_means_remark(t, words); at != NULL && count < room; at = end) {
        value[count] = strtod(at, &end);
        if (end == at)
            break;
        count++;
    }
    return count;
}

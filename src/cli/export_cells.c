#include <math.h>
#include <string.h>

#include "cli/export.h"

bool aln_export_number(const char *text, double *x)
{
    static const struct {
        const char *text;
        double value;
    } words[] = {{"nan", NAN}, {"inf", INFINITY}, {"-inf", -INFINITY}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(text, words[i].text) == 0) {
            *x = words[i].value;
            return true;
        }
    return aln_text_real(text, x);
}

bool aln_export_is_numeric(const struct aln_table *t, size_t column)
{
    double x;
    bool numeric = true;
    for (size_t i = 0; i < t->rows && numeric; i++)
        numeric = aln_export_number(t->text[i * t->cols + column], &x);
    return numeric;
}

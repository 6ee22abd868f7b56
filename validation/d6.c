/* D6, the structure of predictions: labels replaced at random delay alignment, because until the
 * network has something to say its errors are the labels alone. */
#include <math.h>
#include <stdio.h>

#include "runs.h"

enum { NOISES = 4 };

static const struct noise {
    const char *p;
    double GA; /* tanh, MNIST, after 40 epochs */
} noises[NOISES] = {{"0", 0.72}, {"0.5", 0.58}, {"0.9", 0.31}, {"1", 0.17}};

/* The largest GA while the training error is that of guessing, 0.9 +- 0.02. */
static double while_guessing(const struct aln_table *t)
{
    double most = -INFINITY;
    int error = aln_table_column(t, "error_train"), GA = aln_table_column(t, "GA");
    for (size_t i = 0; i < t->rows && error >= 0 && GA >= 0; i++)
        if (fabs(t->value[i * t->cols + (size_t)error] - 0.9) <= 0.02)
            most = fmax(most, t->value[i * t->cols + (size_t)GA]);
    return most;
}

void aln_claim_d6(struct aln_report *r)
{
    double first[NOISES] = {NAN, NAN, NAN, NAN};
    char name[32], set[32], line[96], remark[96];
    if (!aln_claim_has_data(r, "mnist"))
        return;
    for (size_t i = 0; i < NOISES; i++) {
        struct aln_claim_result result;
        const struct noise *n = &noises[i];
        snprintf(name, sizeof name, "mnist-labels-%s", n->p);
        snprintf(set, sizeof set, "data.label_noise=%s", n->p);
        const struct aln_claim_run_spec spec = {name, "deep-labels", {set}};
        if (!aln_claim_learn(r, &spec, &result))
            goto next;
        const struct aln_table *t = result.rows;
        snprintf(line, sizeof line, "p=%-3s GA at 40 epochs", n->p);
        aln_report_range(r, line, aln_claim_mean(t, "GA", INFINITY), n->GA - 0.04, n->GA + 0.04);
        first[i] = aln_claim_rise(t, "GA", 0.5);
        snprintf(line, sizeof line, "p=%-3s epoch at which GA passes .5", n->p);
        snprintf(remark, sizeof remark, "(training error %.3f in the end)",
                 aln_claim_mean(t, "error_train", INFINITY));
        aln_report_note(r, line, first[i], remark);
        snprintf(line, sizeof line, "p=%-3s largest GA while the training error is .9", n->p);
        aln_report_range(r, line, while_guessing(t), -0.1, 0.1);
        if (isnan(first[i]))
            first[i] = aln_claim_mean(t, "epoch", INFINITY); /* at least */
    next:
        aln_claim_result_free(&result);
    }
    aln_report_range(r, "epoch of GA = .5 or the last one: p=.9 over p=0", first[2] / first[0], 3,
                     INFINITY);
}

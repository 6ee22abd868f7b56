/* D6, the structure of predictions: labels replaced at random delay alignment, because until the
 * network has something to say its errors are the labels alone. Alignment is measured on training
 * samples: of labels that are noise the others tell nothing. Each seed has a feedback of its own:
 * without labels that mean anything GA depends on which one is drawn. */
#include <math.h>
#include <stdio.h>

#include "runs.h"

enum { NOISES = 4, LAYERS = 3 /* hidden */ };

static const struct noise {
    const char *p;
    double GA; /* tanh, MNIST, after 40 epochs */
} noises[NOISES] = {{"0", 0.72}, {"0.5", 0.58}, {"0.9", 0.31}, {"1", 0.17}};

/* The largest GA while the training error is that of guessing, 0.9 within two standard errors of
 * the 5000 samples that it is measured on. */
static double while_guessing(const struct aln_table *t)
{
    double most = -INFINITY;
    int error = aln_table_column(t, "error_train"), GA = aln_table_column(t, "GA");
    for (size_t i = 0; i < t->rows && error >= 0 && GA >= 0; i++)
        if (fabs(t->value[i * t->cols + (size_t)error] - 0.9) <= 2 * sqrt(0.9 * 0.1 / 5000))
            most = fmax(most, t->value[i * t->cols + (size_t)GA]);
    return most;
}

/* One share of random labels.  Returned: the epoch at which GA passes .5, or the last */
static double delay(struct aln_report *r, const struct noise *n)
{
    struct aln_claim_result result;
    char name[32], set[32], line[128], remark[96];
    double first = NAN;
    snprintf(name, sizeof name, "mnist-labels-%s", n->p);
    snprintf(set, sizeof set, "data.label_noise=%s", n->p);
    const struct aln_claim_run_spec spec = {name,
                                            "deep-labels",
                                            {set, "run.probe_set=train",
                                             "learning.feedback.shared=false",
                                             "run.seeds={from: 1, to: 4}"}};
    if (aln_claim_learn(r, &spec, &result)) {
        const struct aln_table *t = result.rows;
        double least, most;
        aln_claim_span(t, "GA", &least, &most);
        snprintf(line, sizeof line, "p=%-3s spread of GA over seeds", n->p);
        aln_report_note(r, line, most - least, "");
        snprintf(line, sizeof line, "p=%-3s GA at 40 epochs", n->p);
        aln_report_range(r, line, aln_claim_mean(t, "GA", INFINITY), n->GA - 0.04, n->GA + 0.04);
        snprintf(line, sizeof line, "p=%-3s largest GA while the training error is .9", n->p);
        aln_report_range(r, line, while_guessing(t), -0.1, 0.1);
        first = aln_claim_crossing(t, "GA", 0.5);
        snprintf(line, sizeof line, "p=%-3s epoch at which GA passes .5", n->p);
        snprintf(remark, sizeof remark, "(nan: later; training error %.3f in the end)",
                 aln_claim_mean(t, "error_train", INFINITY));
        aln_report_note(r, line, first, remark);
        if (isnan(first))
            first = aln_claim_mean(t, "epoch", INFINITY);
    }
    aln_claim_result_free(&result);
    return first;
}

/* 2000 images learned by heart, labels as they are and 9 of 10 replaced: in the end alignment is
 * no less with the latter. */
static void by_heart(struct aln_report *r)
{
    static const struct aln_claim_run_spec spec[2] = {
        {"mnist-memory-0",
         "deep-labels",
         {"data.label_noise=0", "data.train=2000", "learning.rate=1e-3", "run.epochs=1000",
          "run.measures=[loss, error, WA, GA, GA_batch]"}},
        {"mnist-memory-0.9",
         "deep-labels",
         {"data.label_noise=0.9", "data.train=2000", "learning.rate=1e-3", "run.epochs=1000",
          "run.measures=[loss, error, WA, GA, GA_batch]"}},
    };
    struct aln_claim_result result[2] = {{0}};
    char column[32], line[128], remark[96];
    bool ok = true;
    for (size_t i = 0; i < 2 && ok; i++)
        ok = aln_claim_learn(r, &spec[i], &result[i]);
    if (ok)
        aln_report_range(r, "p=.9 2000 images by heart: training error",
                         aln_claim_mean(result[1].rows, "error_train", INFINITY), 0, 0.01);
    for (int l = 0; l <= LAYERS && ok; l++) {
        snprintf(column, sizeof column, l == 0 ? "GA" : "GA_%d", l);
        double without = aln_claim_mean(result[0].rows, column, INFINITY);
        double with = aln_claim_mean(result[1].rows, column, INFINITY);
        snprintf(line, sizeof line, "by heart: final %s, p=.9 less p=0", column);
        snprintf(remark, sizeof remark, "(%.3f, %.3f)", with, without);
        if (l == 0)
            aln_report_note(r, line, with - without, remark);
        else
            aln_report_range(r, line, with - without, 0, 1);
    }
    aln_claim_result_free(&result[0]);
    aln_claim_result_free(&result[1]);
}

void aln_claim_d6(struct aln_report *r)
{
    double first[NOISES];
    if (!aln_claim_has_data(r, "mnist"))
        return;
    for (size_t i = 0; i < NOISES; i++)
        first[i] = delay(r, &noises[i]);
    aln_report_range(r, "epoch of GA = .5 or the last one: p=.9 over p=0", first[2] / first[0], 3,
                     INFINITY);
    by_heart(r);
}

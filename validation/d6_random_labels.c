/* D6, the structure of predictions: random labels delay alignment, because until the network
 * predicts anything its errors are the labels alone. Alignment is measured on training samples,
 * because noisy labels carry no information about other samples. Every seed has its own feedback,
 * because without meaningful labels GA depends on the feedback drawn. Both choices were made after
 * the claim had failed without them; see README.md. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "training_runs.h"

enum { NOISES = 6 /* at most */ };

struct noise {
    const char *p;
    struct aln_claim_range GA, first; /* after 40 epochs; the epoch at which GA passes .5 */
};

/* The source gives GA on MNIST for p = 0, .5, .9 and 1. The epochs on CIFAR-10, 3 and 20, are read
 * off a figure, so a factor of two is allowed. For p = .1 and .2 GA must lie between the ranges for
 * p = 0 and .5. */
static const struct noise mnist[] = {
    {"0", ALN_AROUND(0.72, 0.04), ALN_NO_RANGE},   {"0.1", {0.54, 0.76}, ALN_NO_RANGE},
    {"0.2", {0.54, 0.76}, ALN_NO_RANGE},           {"0.5", ALN_AROUND(0.58, 0.04), ALN_NO_RANGE},
    {"0.9", ALN_AROUND(0.31, 0.04), ALN_NO_RANGE}, {"1", ALN_AROUND(0.17, 0.04), ALN_NO_RANGE},
};
static const struct noise cifar[] = {
    {"0", ALN_NO_RANGE, {1.5, 6}},
    {"0.5", ALN_NO_RANGE, ALN_NO_RANGE},
    {"0.9", ALN_NO_RANGE, {10, 40}},
};

static const struct setting {
    const char *title, *data, *name, *file;
    size_t count;
    const struct noise *noises;
} settings[] = {
    {"", "mnist", "mnist-labels", "deep-labels", sizeof mnist / sizeof mnist[0], mnist},
    {"CIFAR ", "cifar10", "cifar-labels", "deep-labels-cifar", sizeof cifar / sizeof cifar[0],
     cifar},
};
enum { SETTINGS = sizeof settings / sizeof settings[0] };

/* The largest GA while the training error is at chance level: 0.9, within two standard errors for
 * the 5000 samples measured. */
static double while_guessing(const struct aln_table *t)
{
    double most = -INFINITY;
    int error = aln_table_column(t, "error_train"), GA = aln_table_column(t, "GA");
    for (size_t i = 0; i < t->rows && error >= 0 && GA >= 0; i++)
        if (fabs(t->value[i * t->cols + (size_t)error] - 0.9) <= 2 * sqrt(0.9 * 0.1 / 5000))
            most = fmax(most, t->value[i * t->cols + (size_t)GA]);
    return most;
}

static void line_of(char line[128], const struct setting *s, const struct noise *n,
                    const char *what)
{
    snprintf(line, 128, "%sp=%-3s %s", s->title, n->p, what);
}

/* One fraction of random labels.
 * Returned: *GA  after 40 epochs; *first  the epoch at which it passes .5, or the last */
static void delay(struct aln_report *r, const struct setting *s, const struct noise *n, double *GA,
                  double *first)
{
    struct aln_claim_result result;
    char name[64], set[32], line[128];
    *GA = *first = NAN;
    snprintf(name, sizeof name, "%s-%s", s->name, n->p);
    snprintf(set, sizeof set, "data.label_noise=%s", n->p);
    const struct aln_claim_run_spec spec = {name,
                                            s->file,
                                            {set, "run.probe_set=train",
                                             "learning.feedback.shared=false",
                                             "run.seeds={from: 1, to: 4}"}};
    if (aln_claim_learn(r, &spec, &result)) {
        const struct aln_table *t = result.rows;
        double least, most;
        *GA = aln_claim_mean(t, "GA", INFINITY);
        *first = aln_claim_crossing(t, "GA", 0.5);
        aln_claim_span(t, "GA", &least, &most);
        line_of(line, s, n, "range of GA over seeds");
        aln_report_note(r, line, most - least, "");
        line_of(line, s, n, "GA at 40 epochs");
        aln_claim_judge(r, line, *GA, n->GA, "");
        line_of(line, s, n, "training error at 40 epochs");
        aln_report_note(r, line, aln_claim_mean(t, "error_train", INFINITY), "");
        line_of(line, s, n, "largest GA while the training error is .9");
        aln_report_range(r, line, while_guessing(t), -0.1, 0.1);
        line_of(line, s, n, "epoch at which GA passes .5");
        aln_claim_judge(r, line, *first, n->first, isnan(*first) ? "(later)" : "");
        line_of(line, s, n, "epoch at which GA_1 passes .5");
        aln_report_note(r, line, aln_claim_crossing(t, "GA_1", 0.5), "");
        if (isnan(*first))
            *first = aln_claim_mean(t, "epoch", INFINITY);
    }
    aln_claim_result_free(&result);
}

/* How alignment depends on the fraction of random labels. GA may rise by .02: the mean of four
 * seeds, which range over .04, has a standard error of .01. */
static void compare(struct aln_report *r, const struct setting *s)
{
    double GA[NOISES], first[NOISES], rise = -INFINITY, growth = INFINITY, delayed = NAN;
    char line[128];
    for (size_t i = 0; i < s->count; i++) {
        delay(r, s, &s->noises[i], &GA[i], &first[i]);
        if (i > 0) {
            rise = fmax(rise, GA[i] - GA[i - 1]);
            growth = fmin(growth, first[i] / first[i - 1]);
        }
        if (strcmp(s->noises[i].p, "0.9") == 0)
            delayed = first[i];
    }
    snprintf(line, sizeof line, "%sGA at 40 epochs: largest rise from one p to the next", s->title);
    aln_report_range(r, line, rise, -1, 0.02);
    snprintf(line, sizeof line, "%sepoch of GA = .5 or last: least ratio, next p over p", s->title);
    aln_report_range(r, line, growth, 1, INFINITY);
    snprintf(line, sizeof line, "%sepoch of GA = .5 or last: p=.9 over p=0", s->title);
    aln_report_range(r, line, delayed / first[0], 3, INFINITY);
}

/* Memorising 2000 images with 9 of 10 labels replaced must not give a lower final alignment on test
 * samples than with the true labels. */
static void memorise(struct aln_report *r)
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
    /* GA of all layers together is lower and not judged, as it depends on the norms of signals. */
    static const struct {
        const char *name;
        struct aln_claim_range range;
    } columns[] = {{"GA_1", {0, 1}},
                   {"GA_2", {0, 1}},
                   {"GA_3", {0, 1}},
                   {"GA", ALN_NO_RANGE},
                   {"GA_batch", ALN_NO_RANGE}};
    struct aln_claim_result result[2] = {{0}};
    char line[128], remark[96];
    bool ok = true;
    for (size_t i = 0; i < 2 && ok; i++)
        ok = aln_claim_learn(r, &spec[i], &result[i]);
    if (ok)
        aln_report_range(r, "p=.9 2000 images memorised: training error",
                         aln_claim_mean(result[1].rows, "error_train", INFINITY), 0, 0.01);
    for (size_t i = 0; i < sizeof columns / sizeof columns[0] && ok; i++) {
        double without = aln_claim_mean(result[0].rows, columns[i].name, INFINITY);
        double with = aln_claim_mean(result[1].rows, columns[i].name, INFINITY);
        snprintf(line, sizeof line, "memorised: final %s, p=.9 - p=0", columns[i].name);
        snprintf(remark, sizeof remark, "(%.3f, %.3f)", with, without);
        aln_claim_judge(r, line, with - without, columns[i].range, remark);
    }
    aln_claim_result_free(&result[0]);
    aln_claim_result_free(&result[1]);
}

void aln_claim_d6(struct aln_report *r)
{
    for (const struct setting *s = settings; s < settings + SETTINGS; s++)
        if (aln_claim_has_data(r, s->data))
            compare(r, s);
    if (aln_claim_has_data(r, "mnist"))
        memorise(r);
}

/* D2 and D3 as long as they were published: 2000 epochs of MNIST and CIFAR-10, 14x14, tanh and relu, against the
 * numbers read off the source's figures, point by point. */
#include <math.h>
#include <stdio.h>

#include "published_runs.h"

static void judge(struct aln_report *r, const struct aln_published *p, const char *what,
                  double value, struct aln_claim_range range)
{
    char line[128];
    snprintf(line, sizeof line, "%s %s", p->title, what);
    aln_claim_judge(r, line, value, range, "");
}

static void note(struct aln_report *r, const struct aln_published *p, const char *what,
                 double value)
{
    judge(r, p, what, value, (struct aln_claim_range)ALN_NO_RANGE);
}

/* A number at epochs 10 and 100, or 100 and the end. */
static struct aln_claim_range cosine(double number, double epoch, double another, double other)
{
    return aln_published_at(number, epoch, another, other, ALN_PUBLISHED_WITHIN);
}

/* ---- D2 ---- */

/* Similarities may differ by .05, as after 100 epochs. */
static void similar(struct aln_report *r, const struct aln_published *p,
                    const struct aln_claim_result *dfa)
{
    const struct aln_table *t = dfa->similarity;
    const double *published = p->similarity;
    char column[32], what[64];
    judge(r, p, "dfa: similarity of seeds at epoch 100", aln_claim_at(t, "similarity", 100),
          aln_published_at(published[0], 100, published[1], 2500, 0.05));
    judge(r, p, "dfa: similarity of seeds at the end", aln_claim_mean(t, "similarity", INFINITY),
          aln_published_last(published[1], published[0], 100, 0.05));
    for (int l = 1; l <= 4; l++) {
        snprintf(column, sizeof column, "similarity_%d", l);
        snprintf(what, sizeof what, "dfa: similarity of layer %d at the end", l);
        note(r, p, what, aln_claim_mean(t, column, INFINITY));
    }
}

/* Within .02 of 0, as after 100 epochs; the published number is noted. */
static void dissimilar(struct aln_report *r, const struct aln_published *p,
                       const struct aln_claim_result *bp)
{
    char what[64];
    snprintf(what, sizeof what, "bp: similarity of seeds at the end (published %.0e)",
             p->similarity_bp);
    judge(r, p, what, aln_claim_mean(bp->similarity, "similarity", INFINITY),
          (struct aln_claim_range)ALN_AROUND(0, 0.02));
}

/* ---- D3 ---- */

/* The epoch of the largest WA, of four seeds against ten: a factor of 1.3 of reading, half the distance of
 * recorded epochs, and four standard errors of the difference, from the scatter of our seeds. */
static void peak(struct aln_report *r, const struct aln_published *p, const struct aln_table *t)
{
    double most;
    const double epoch = aln_claim_peak(t, "WA", &most);
    const double error =
        aln_published_spread(t, "WA") * sqrt(1.0 / (double)aln_claim_seeds(t) + 1.0 / 10);
    const double factor = ALN_PUBLISHED_FACTOR * sqrt(ALN_PUBLISHED_SPACING) * exp(4 * error);
    judge(r, p, "dfa: largest WA", most,
          (struct aln_claim_range)ALN_AROUND(p->WA_most, ALN_PUBLISHED_WITHIN));
    judge(r, p, "dfa: epoch of the largest WA", epoch,
          (struct aln_claim_range){p->WA_epoch / factor, p->WA_epoch * factor});
    note(r, p, "dfa: WA at the published epoch of its largest", aln_claim_at(t, "WA", p->WA_epoch));
}

/* Errors may differ by 30 %, at most 5 points. */
static void errors(struct aln_report *r, const struct aln_published *p, const struct aln_table *t)
{
    const double *published = p->error;
    struct aln_claim_range last =
        aln_published_last(published[1], published[0], 100, fmin(0.3 * published[1], 0.05));
    if (p->error_below)
        last.low = 0;
    judge(r, p, "dfa: training error at epoch 100", aln_claim_at(t, "error_train", 100),
          aln_published_at(published[0], 100, published[1], 2500, fmin(0.3 * published[0], 0.05)));
    judge(r, p, "dfa: training error at the end", aln_claim_mean(t, "error_train", INFINITY), last);
    note(r, p, "dfa: test error at the end", aln_claim_mean(t, "error_test", INFINITY));
}

static void align(struct aln_report *r, const struct aln_published *p,
                  const struct aln_claim_result *dfa)
{
    const struct aln_table *t = dfa->rows;
    double most;
    judge(r, p, "dfa: WA at epoch 10", aln_claim_at(t, "WA", 10),
          cosine(p->WA[0], 10, p->WA[1], 100));
    judge(r, p, "dfa: WA at epoch 100", aln_claim_at(t, "WA", 100),
          cosine(p->WA[1], 100, p->WA[0], 10));
    peak(r, p, t);
    judge(r, p, "dfa: WA at the end", aln_claim_mean(t, "WA", INFINITY),
          aln_published_last(p->WA_last, p->WA_most, p->WA_epoch, ALN_PUBLISHED_WITHIN));
    judge(r, p, "dfa: GA at epoch 10", aln_claim_at(t, "GA", 10),
          cosine(p->GA[0], 10, p->GA[1], 100));
    judge(r, p, "dfa: GA at epoch 100", aln_claim_at(t, "GA", 100),
          cosine(p->GA[1], 100, p->GA[0], 10));
    note(r, p, "dfa: epoch of the largest GA", aln_claim_peak(t, "GA", &most));
    judge(r, p, "dfa: largest GA", most,
          (struct aln_claim_range)ALN_AROUND(p->GA_most, ALN_PUBLISHED_WITHIN));
    errors(r, p, t);
}

static void fit(struct aln_report *r, const struct aln_published *p,
                const struct aln_claim_result *bp)
{
    note(r, p, "bp: training error at the end", aln_claim_mean(bp->rows, "error_train", INFINITY));
    note(r, p, "bp: test error at the end", aln_claim_mean(bp->rows, "error_test", INFINITY));
}

/* ---- the claims ---- */

typedef void judge_fn(struct aln_report *r, const struct aln_published *p,
                      const struct aln_claim_result *of);

static void each(struct aln_report *r, judge_fn *of_dfa, judge_fn *of_bp)
{
    static const char *const rule[2] = {"dfa", "bp"};
    judge_fn *const claim[2] = {of_dfa, of_bp};
    for (const struct aln_published *p = aln_published; p < aln_published + ALN_PUBLISHED; p++)
        for (size_t i = 0; i < 2 && aln_claim_has_data(r, p->data); i++) {
            struct aln_claim_result result;
            if (aln_published_learn(r, p->name, rule[i], &result))
                claim[i](r, p, &result);
            aln_claim_result_free(&result);
        }
}

void aln_claim_d2_published(struct aln_report *r)
{
    each(r, similar, dissimilar);
    aln_report_skip(r, "dfa with nine labels in ten replaced: similarity (published .3 to .6)",
                    "not run: a hundred times as long");
}

void aln_claim_d3_published(struct aln_report *r)
{
    each(r, align, fit);
    aln_report_skip(
        r, "dfa with nine labels in ten replaced: WA (published .36 to .47), GA (.87 to .90)",
        "not run: a hundred times as long");
}

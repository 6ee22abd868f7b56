/* Ranges of published numbers, and how a recorded column is read. */
#include <math.h>

#include "../check_main.h"
#include "validation/means_table.h"
#include "validation/published_runs.h"

enum { RECORDS = 4, SEEDS = 2, COLUMNS = 2 };

/* Two seeds, whose WA is largest at epochs 10 and 100. */
static double value[SEEDS * RECORDS * COLUMNS] = {0, 0, 1, 0.2, 10, 0.5, 100, 0.3,
                                                  0, 0, 1, 0.1, 10, 0.3, 100, 0.5};
static char *name[COLUMNS] = {"epoch", "WA"};
static size_t end[SEEDS] = {RECORDS, 2 * RECORDS};
static char train[] = "train";
static const struct aln_table table = {.command = train,
                                       .rows = SEEDS * RECORDS,
                                       .cols = COLUMNS,
                                       .name = name,
                                       .value = value,
                                       .blocks = SEEDS,
                                       .block_end = end};

/* .02 a factor of e and 30 %: .02 ln 1.3. */
START_TEST(test_range)
{
    const struct aln_claim_range r = aln_published_at(0.4, 10, 0.4 + 0.02 * log(10), 100, 0.03);
    ck_assert_double_eq_tol(r.low, 0.4 - 0.03 - 0.02 * log(1.3), 1e-12);
    ck_assert_double_eq_tol(r.high, 0.4 + 0.03 + 0.02 * log(1.3), 1e-12);
}
END_TEST

/* What falls by .1 a factor of e was higher at epoch 2000, if it was read at 3000; what rises, lower. */
START_TEST(test_last)
{
    const double change = 0.1 * log(2500 / 250.0), early = 0.1 * log(1.5);
    const struct aln_claim_range falls = aln_published_last(0.4, 0.4 + change, 250, 0.03);
    const struct aln_claim_range rises = aln_published_last(0.4, 0.4 - change, 250, 0.03);
    ck_assert_double_eq_tol(falls.low, 0.37, 1e-12);
    ck_assert_double_eq_tol(falls.high, 0.43 + early, 1e-12);
    ck_assert_double_eq_tol(rises.low, 0.37 - early, 1e-12);
    ck_assert_double_eq_tol(rises.high, 0.43, 1e-12);
}
END_TEST

/* Between records on a line in ln(epoch); not before the first that has one. */
START_TEST(test_at)
{
    ck_assert_double_eq_tol(aln_claim_at(&table, "WA", 10), 0.4, 1e-12);
    ck_assert_double_eq_tol(aln_claim_at(&table, "WA", sqrt(10)), 0.275, 1e-12);
    ck_assert_double_eq_tol(aln_claim_at(&table, "WA", 100), 0.4, 1e-12);
    ck_assert(isnan(aln_claim_at(&table, "WA", 0.5)));
    ck_assert(isnan(aln_claim_at(&table, "WA", 101)));
    ck_assert(isnan(aln_claim_at(&table, "GA", 10)));
}
END_TEST

/* ln 10 apart: a standard deviation of ln 10/sqrt 2. */
START_TEST(test_spread)
{
    ck_assert_double_eq_tol(aln_published_spread(&table, "WA"), log(10) / sqrt(2), 1e-12);
}
END_TEST

/* A table of means has its number of seeds and the last value of each; title and source are not compared. */
START_TEST(test_means)
{
    static char command[] = "means", yaml[] = "title: one\nrun:\n  epochs: 3\ndrawn:\n  x: 1\n",
                seeds[] = "seeds 4", last[] = "last WA 0.25 0.5 0.125 1", longer[] = "last WA_2 7",
                spread[] = "spread WA 0.75";
    char *remark[] = {seeds, longer, last, spread};
    struct aln_table means = table;
    means.command = command;
    means.yaml = yaml;
    means.remark = remark;
    means.remarks = 4;
    double last_of[ALN_CLAIM_SEEDS], least, most;
    ck_assert(aln_means_is(&means) && !aln_means_is(&table));
    ck_assert(aln_means_match(&means, "title: two\nsource: a\nrun:\n  epochs: 3\n"));
    ck_assert(!aln_means_match(&means, "title: one\nrun:\n  epochs: 30\n"));
    ck_assert(!aln_means_match(&means, "run:\n  epochs: 3\n  probe: 0\n"));
    ck_assert(!aln_means_match(&means, "run:\n"));
    ck_assert_uint_eq(aln_claim_seeds(&means), 4);
    ck_assert_uint_eq(aln_claim_seeds(&table), SEEDS);
    ck_assert_uint_eq(aln_claim_last(&means, "WA", last_of), 4);
    ck_assert_double_eq(last_of[2], 0.125);
    ck_assert_uint_eq(aln_claim_last(&means, "GA", last_of), 0);
    aln_claim_span(&means, "WA", &least, &most);
    ck_assert(least == 0.125 && most == 1);
    aln_claim_span(&table, "WA", &least, &most);
    ck_assert(least == 0.3 && most == 0.5);
    ck_assert_double_eq(aln_published_spread(&means, "WA"), 0.75);
    ck_assert(isnan(aln_published_spread(&means, "GA")));
}
END_TEST

CHECK_MAIN("validation/published", test_range, test_last, test_at, test_spread, test_means)

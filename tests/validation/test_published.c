/* Ranges of published numbers, and how a recorded column is read. */
#include <math.h>

#include "../check_main.h"
#include "validation/published_runs.h"

enum { RECORDS = 4, SEEDS = 2, COLUMNS = 2 };

/* Two seeds, whose WA is largest at epochs 10 and 100. */
static double value[SEEDS * RECORDS * COLUMNS] = {0, 0, 1, 0.2, 10, 0.5, 100, 0.3,
                                                  0, 0, 1, 0.1, 10, 0.3, 100, 0.5};
static char *name[COLUMNS] = {"epoch", "WA"};
static size_t end[SEEDS] = {RECORDS, 2 * RECORDS};
static const struct aln_table table = {.rows = SEEDS * RECORDS,
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

CHECK_MAIN("validation/published", test_range, test_last, test_at, test_spread)

/* The report as a web page: failures first, every text escaped; numbers within their ranges. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../check_main.h"
#include "validation/report_html.h"
#include "validation/strip_chart.h"

static const struct aln_name good = {"S1", "says <this>", "\"source\" & more"};
static const struct aln_name bad = {"S2", "says 'that'", ""};

static void add(struct aln_claim_record *record, double value, double low, double high)
{
    aln_claim_record_add(record, &(struct aln_report_line){.kind = ALN_LINE_JUDGED,
                                                           .what = "a < b",
                                                           .value = value,
                                                           .low = low,
                                                           .high = high,
                                                           .ok = value >= low && value <= high});
}

START_TEST(test_page)
{
    static const struct aln_progress progress = {0};
    struct aln_report_page page = {.progress = &progress};
    const struct aln_report_reader reader = aln_report_page_reader(&page);
    struct aln_claim_record record[2] = {
        {.claim = &good, .form = ALN_FORM_QUICK, .current = true, .version = "0.2.0"},
        {.claim = &bad, .form = ALN_FORM_FULL, .version = "0.2.0"}};
    const struct aln_tally tally = {1, 1, 0};
    struct aln_text out = {0};
    add(&record[0], 1, 0, INFINITY);
    add(&record[1], 3, 1, 2);
    for (size_t i = 0; i < 2; i++)
        reader.end(reader.context, &record[i]);
    ck_assert_int_eq(aln_report_html(&page, &tally, &out), ALN_OK);
    const char *first = strstr(out.s, "<section id=\"S2\""), *second = strstr(out.s, "id=\"S1\"");
    ck_assert(first != NULL && second > first);
    ck_assert_ptr_nonnull(strstr(out.s, "Claims that fail: 1.</strong> <a href=\"#S2\">"));
    ck_assert(strstr(out.s, "<tr class=\"bad\"><td class=\"k\"><a href=\"#S2\">") <
              strstr(out.s, "<tr><td class=\"k\"><a href=\"#S1\">"));
    ck_assert_ptr_nonnull(strstr(out.s, "<details open>"));
    ck_assert_ptr_nonnull(strstr(out.s, "says &lt;this&gt;"));
    ck_assert_ptr_nonnull(strstr(out.s, "&quot;source&quot; &amp; more"));
    ck_assert_ptr_nonnull(strstr(out.s, "not the one that made this page"));
    ck_assert_ptr_null(strstr(out.s, "a < b"));
    aln_report_page_free(&page);
    free(out.s);
}
END_TEST

static double place(double value, double low, double high)
{
    const struct aln_report_line line = {.value = value, .low = low, .high = high};
    return aln_strip_place(&line);
}

START_TEST(test_places)
{
    ck_assert_double_eq(place(1, 1, 3), 0);
    ck_assert_double_eq(place(2, 1, 3), 0.5);
    ck_assert_double_eq(place(4, 1, 3), 1.5);
    ck_assert_double_eq(place(2, 2, INFINITY), 0);
    ck_assert_double_eq(place(4, 2, INFINITY), 0.5);
    ck_assert_double_eq(place(1, 2, INFINITY), -0.5);
    ck_assert_double_eq(place(INFINITY, 2, INFINITY), 1);
    ck_assert_double_eq(place(2, -INFINITY, 2), 1);
    ck_assert_double_eq(place(3, -INFINITY, 2), 1.5);
    ck_assert_double_eq(place(0, 0, 0), 0.5);
    ck_assert_double_eq(place(1, 0, 0), INFINITY);
    ck_assert(isnan(place(NAN, 0, 1)));
}
END_TEST

CHECK_MAIN("validation/report_html", test_page, test_places)

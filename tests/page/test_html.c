/* Web pages: every text is escaped, and figures keep their ids apart. */
#include <stdlib.h>
#include <string.h>

#include "../check_main.h"
#include "page/gallery.h"
#include "page/html.h"

START_TEST(test_text)
{
    struct aln_text out = {0};
    aln_html_text(&out, "a < b & \"c\" > 'd'\te\nf \xce\xb7");
    ck_assert_str_eq(out.s, "a &lt; b &amp; &quot;c&quot; &gt; &#39;d&#39; e\nf \xce\xb7");
    free(out.s);
}
END_TEST

START_TEST(test_element)
{
    struct aln_text out = {0};
    aln_html_element(&out, "td class=\"n\"", "<script>");
    ck_assert_str_eq(out.s, "<td class=\"n\">&lt;script&gt;</td>");
    free(out.s);
}
END_TEST

START_TEST(test_svg)
{
    static const char svg[] = "<?xml version=\"1.0\"?>\n<svg width=\"2\">\n<title>Gnuplot</title>\n"
                              "<desc>by GNUPLOT</desc>\n<g id=\"canvas\"><path id='p'/><use "
                              "xlink:href='#p' fill=\"url(#h)\"/></g></svg>\n";
    struct aln_text out = {0};
    aln_html_svg(&out, svg, "a < b", "S1-");
    ck_assert_str_eq(out.s,
                     "<svg role=\"img\" class=\"drawn\" aria-label=\"a &lt; b\" width=\"2\">\n<g "
                     "id=\"S1-canvas\"><path id='S1-p'/><use xlink:href='#S1-p' "
                     "fill=\"url(#S1-h)\"/></g></svg>\n");
    free(out.s);
}
END_TEST

/* A page whose title would end one. */
START_TEST(test_page)
{
    struct aln_text out = {0};
    aln_html_begin(&out, "</title><script>");
    ck_assert_ptr_null(strstr(out.s, "<script"));
    ck_assert_ptr_nonnull(strstr(out.s, "<title>&lt;/title&gt;&lt;script&gt;</title>"));
    free(out.s);
}
END_TEST

/* All texts of an entry are the user's. */
START_TEST(test_gallery)
{
    static const char bad[] = "<script>\"&'";
    struct aln_gallery_entry entry[2] = {{.name = "first", .quick = true, .seconds = 1.5},
                                         {.name = "second", .kept = true, .failed = true}};
    struct aln_text out = {0};
    for (size_t i = 0; i < 2; i++) {
        aln_text_add(&entry[i].title, "%s", bad);
        aln_text_add(&entry[i].source, "%s", bad);
        aln_text_add(&entry[i].command, "%s", bad);
    }
    aln_text_add(&entry[0].svg, "<svg><g id='a'/></svg>");
    aln_text_add(&entry[0].narrow, "<svg><g id='a'/></svg>");
    aln_text_add(&entry[0].shared, "K = 2 & %s", bad);
    aln_text_add(&entry[1].why, "%s", bad);
    ck_assert_int_eq(aln_gallery_text(entry, 2, true, &out), ALN_OK);
    ck_assert_ptr_null(strstr(out.s, "<script"));
    ck_assert_ptr_null(strstr(out.s, "\"&'"));
    ck_assert_ptr_nonnull(strstr(out.s, "id='firsta'"));
    ck_assert_ptr_nonnull(strstr(out.s, "id='first-phone-a'"));
    ck_assert_ptr_nonnull(strstr(out.s, "<figcaption>K = 2 &amp; &lt;script"));
    ck_assert_ptr_nonnull(strstr(out.s, "Quick form; 1.5 s"));
    ck_assert_ptr_nonnull(strstr(out.s, "Full form; kept from an earlier run"));
    for (size_t i = 0; i < 2; i++)
        aln_gallery_entry_free(&entry[i]);
    free(out.s);
}
END_TEST

CHECK_MAIN("page/html", test_text, test_element, test_svg, test_page, test_gallery)

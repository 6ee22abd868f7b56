#include "page/gallery.h"

#include <stdio.h>
#include <stdlib.h>

#include "alignode/config.h"
#include "base/failure.h"
#include "page/html.h"

void aln_gallery_entry_free(struct aln_gallery_entry *entry)
{
    free(entry->title.s);
    free(entry->source.s);
    free(entry->command.s);
    free(entry->svg.s);
    free(entry->narrow.s);
    free(entry->shared.s);
    free(entry->why.s);
    *entry = (struct aln_gallery_entry){0};
}

static bool has_failed(const struct aln_gallery_entry *entry)
{
    return entry->title.failed || entry->source.failed || entry->command.failed ||
           entry->svg.failed || entry->narrow.failed || entry->shared.failed || entry->why.failed;
}

static const char *string(const struct aln_text *text)
{
    return text->s != NULL ? text->s : "";
}

static void add_time(struct aln_text *out, const struct aln_gallery_entry *entry)
{
    if (entry->missing)
        aln_text_add(out, "not run");
    else if (entry->kept)
        aln_text_add(out, "kept from an earlier run");
    else
        aln_text_add(out, "%.3g s", entry->seconds);
}

static const char *form_of(const struct aln_gallery_entry *entry)
{
    return entry->quick ? "quick" : "full";
}

/* The figure for wide windows, and that for phones: a page shows one of them. */
static void add_figures(struct aln_text *out, const struct aln_gallery_entry *entry,
                        const char *prefix)
{
    bool two = entry->narrow.s != NULL;
    char own_prefix[96];
    snprintf(own_prefix, sizeof own_prefix, "%s-phone-", prefix);
    aln_text_add(out, two ? "<figure class=\"desk\">\n" : "<figure>\n");
    aln_html_svg(out, entry->svg.s, string(&entry->title), prefix);
    aln_text_add(out, "</figure>\n");
    if (!two)
        return;
    aln_text_add(out, "<figure class=\"phone\">\n");
    aln_html_svg(out, entry->narrow.s, string(&entry->title), own_prefix);
    aln_html_element(out, "figcaption", string(&entry->shared));
    aln_text_add(out, "\n</figure>\n");
}

void aln_gallery_entry_add(struct aln_text *out, const struct aln_gallery_entry *entry,
                           const char *prefix)
{
    out->failed = out->failed || has_failed(entry);
    if (entry->svg.s != NULL) {
        add_figures(out, entry, prefix);
    } else {
        aln_html_element(out, "p class=\"alarm\"", string(&entry->why));
        aln_text_add(out, "\n");
    }
    aln_html_command(out, string(&entry->command));
    aln_text_add(out, "<p class=\"facts\">%s form; ", entry->quick ? "Quick" : "Full");
    add_time(out, entry);
    aln_text_add(out, "</p>\n");
}

static void add_row(struct aln_text *out, const struct aln_gallery_entry *entry)
{
    aln_text_add(out, "<tr%s><td class=\"k\"><a href=\"#%s\">%s</a></td>",
                 entry->failed ? " class=\"bad\"" : "", entry->name, entry->name);
    aln_html_element(out, "td class=\"w\"", string(&entry->title));
    aln_text_add(out, "<td class=\"wide\">%s</td><td class=\"n wide\">", form_of(entry));
    add_time(out, entry);
    aln_text_add(out, "</td></tr>\n");
}

static void add_section(struct aln_text *out, const struct aln_gallery_entry *entry)
{
    aln_text_add(out, "<section id=\"%s\">\n", entry->name);
    aln_html_element(out, "h2", string(&entry->title));
    aln_text_add(out, "\n<p class=\"source\">%s.yaml. ", entry->name);
    aln_html_text(out, string(&entry->source));
    aln_text_add(out, "</p>\n");
    aln_gallery_entry_add(out, entry, entry->name);
    aln_text_add(out, "</section>\n");
}

static void add_introduction(struct aln_text *out, bool quick)
{
    aln_text_add(out,
                 "<p>Every file of <code>params/</code> with the figure that its results give, "
                 "the command that makes it, and the wall-clock time that the runs took.%s</p>\n",
                 quick ? " <strong>Quick form:</strong> files that take long have been run with "
                         "fewer epochs, repeats or points, or larger learning rates, as the "
                         "<code>--set</code> options of "
                         "their commands say; without these options a command gives the full "
                         "figure."
                       : "");
}

enum aln_status aln_gallery_text(const struct aln_gallery_entry *entry, size_t count, bool quick,
                                 struct aln_text *out)
{
    aln_html_begin(out, "alignode " ALN_VERSION ": gallery");
    add_introduction(out, quick);
    aln_text_add(
        out,
        "<div class=\"scroll index\"><table>\n<thead><tr><th>file</th><th>title</th>"
        "<th class=\"wide\">form</th><th class=\"wide\">run time</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < count; i++)
        add_row(out, &entry[i]);
    aln_text_add(out, "</tbody></table></div>\n");
    for (size_t i = 0; i < count; i++)
        add_section(out, &entry[i]);
    aln_html_end(out);
    return out->failed ? aln_raise_memory("the gallery") : ALN_OK;
}

/* Web pages that are one file: no external resources, no scripts, for phones and desks, light and
 * dark. */
#ifndef ALIGNODE_PAGE_HTML_H
#define ALIGNODE_PAGE_HTML_H

#include "base/text.h"

/* Appends a text so that it is shown as it is, in an element or a quoted attribute. Control
 * characters other than line feeds become spaces. */
void aln_html_text(struct aln_text *out, const char *s);

/* Appends <TAG>text</TAG>.  Given: tag  with its attributes, if any */
void aln_html_element(struct aln_text *out, const char *tag, const char *text);

/* Appends a command, whose lines break at spaces alone, not behind the hyphens of its options. */
void aln_html_command(struct aln_text *out, const char *command);

/* Begins and ends a page, whose title is also its heading. */
void aln_html_begin(struct aln_text *out, const char *title);
void aln_html_end(struct aln_text *out);

/* Appends a figure from an SVG file, inline.
 * Given: svg     as gnuplot writes it
 *        label   what it shows, for those who cannot see it
 *        prefix  of its ids, for one page may have many figures: letters, digits, "-" */
void aln_html_svg(struct aln_text *out, const char *svg, const char *label, const char *prefix);

#endif

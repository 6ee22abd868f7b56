/* The section `figure:` of any parameter file: how figures of its results look. It is no parameter
 * of a run: no result depends on it, and none is run again because of it. */
#ifndef ALIGNODE_PARAMS_PRESENTATION_H
#define ALIGNODE_PARAMS_PRESENTATION_H

#include <stdbool.h>
#include <stddef.h>

#include "alignode/names.h"
#include "params/schema.h"

/* A style: sizes in inches and points, colours "#rrggbb". Figures draw with these and no others. */
struct aln_style {
    struct aln_name id;
    const char *fonts; /* the first that is installed, separated by |, else the last */
    double width;      /* of the page */
    double aspect;     /* height / width; 0: as the figure needs */
    double points;     /* size of the type */
    double stroke;     /* factor of the widths of lines and the sizes of points */
    double dots;       /* per inch, of a bitmap */
    const char *paper, *ink, *faint, *shade; /* background, text, what is secondary, areas */
    bool title;                              /* whether it has one unless it is given */
    bool grey;                               /* levels of grey, dashes and marks for colours */
};
extern const struct aln_names aln_styles;
const struct aln_style *aln_style_find(const char *name);
const struct aln_style *aln_style_row(size_t i); /* row 0 is the default */

/* Two numbers; NaN: chosen by the figure. */
struct aln_presentation_span {
    double x[2];
    bool given;
};
/* A list of texts, or the word `off`. */
struct aln_presentation_texts {
    char **text; /* [count] */
    size_t count;
    bool off;
};

struct aln_presentation {
    char *title, *font;            /* NULL: not given */
    const struct aln_style *style; /* NULL: not given */
    const struct aln_name *log;    /* a row of aln_log_axes; NULL: not given */
    struct aln_presentation_span size, xrange, yrange;
    struct aln_presentation_texts legend, columns;
};

/* none, x, y, xy: which axes are logarithmic. */
extern const struct aln_names aln_log_axes;

/* The rows, for schemas of whole files; and as a schema of the section alone. */
extern const struct aln_schema_part aln_presentation_part;
extern const struct aln_schema aln_presentation_schema;

/* The section of parameters whose schema has the part.  Returned: a view */
const struct aln_presentation *aln_presentation_of(const struct aln_schema *schema, const void *p);

/* Takes the section out of parameters, as if it had not been given. */
void aln_presentation_clear(const struct aln_schema *schema, void *p);

/* Whether a key is the section or in it. */
bool aln_presentation_has(const char *key);

#endif

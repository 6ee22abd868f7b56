/* The styles of figures: type, sizes, lines and colours. What depends on the figure, such as where
 * its panels are, is in plots/. */
#include "base/finders.h"
#include "params/presentation.h"

#define SANS  "DejaVu Sans"
#define SERIF "CMU Serif|Latin Modern Roman|TeX Gyre Termes|STIX Two Text|DejaVu Serif|serif"

#define ON_WHITE .paper = "#ffffff", .ink = "#000000", .faint = "#6c6c6c", .shade = "#ececec"
#define SLIDE    .fonts = SANS, .width = 10, .aspect = 9.0 / 16, .points = 16, .stroke = 2, .dots = 192

static const struct aln_style styles[] = {
    {.id = {"screen", "for reading on a screen: 7 inches wide, sans serif of 10 pt", ""},
     .fonts = SANS,
     .width = 7,
     .points = 10,
     .stroke = 1,
     .dots = 200,
     ON_WHITE,
     .title = true},
    {.id = {"paper", "for a page of text: 6.5 inches wide, serif of 10 pt as LaTeX sets it", ""},
     .fonts = SERIF,
     .width = 6.5,
     .points = 10,
     .stroke = 0.85,
     .dots = 300,
     ON_WHITE,
     .title = true},
    {.id = {"column",
            "for one of two columns: 3.4 inches wide, serif of 8 pt; titles are the caption's", ""},
     .fonts = SERIF,
     .width = 3.4,
     .points = 8,
     .stroke = 1,
     .dots = 400,
     ON_WHITE},
    {.id = {"talk", "for slides: 16:9, large type, thick lines", ""},
     SLIDE,
     ON_WHITE,
     .title = true},
    {.id = {"dark", "for dark slides: 16:9, large type, light on dark", ""},
     SLIDE,
     .paper = "#16181d",
     .ink = "#f0f0f0",
     .faint = "#a0a6b0",
     .shade = "#30343c",
     .title = true},
    {.id = {"grey", "for print without colour: levels of grey, dashes and marks", ""},
     .fonts = SANS,
     .width = 7,
     .points = 10,
     .stroke = 1,
     .dots = 200,
     ON_WHITE,
     .title = true,
     .grey = true},
};

const struct aln_names aln_styles = {"style", "styles", styles, sizeof styles / sizeof styles[0],
                                     sizeof styles[0]};
ALN_FINDERS(style, aln_styles);

/* Extents of letters, from the fonts that the system has. */
#ifndef ALIGNODE_TESTS_FIGURE_PICTURE_FONTS_H
#define ALIGNODE_TESTS_FIGURE_PICTURE_FONTS_H

#include "scene.h"

struct extent {
    double advance;
    struct box ink; /* relative to the pen, y down; x0 > x1 for a space */
};

/* The extent of a character in the font that fontconfig finds for a family, as gnuplot's cairo
 * terminals and browsers do. Ends the program if there is none. */
struct extent font_extent(const char *family, bool bold, double size, unsigned long character);

#endif

#include "fonts.h"

#include <fontconfig/fontconfig.h>
#include <ft2build.h>
#include FT_FREETYPE_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct font {
    char family[128];
    bool bold;
    FT_Face face;
};

static void give_up(const char *what, const char *family)
{
    fprintf(stderr, "%s: '%s'\n", what, family);
    exit(2);
}

static FT_Face open_font(const char *family, bool bold)
{
    static FT_Library library;
    FcResult result;
    FcChar8 *path;
    FT_Face face = NULL;
    int index = 0;
    FcPattern *wanted = FcPatternCreate();
    FcPatternAddString(wanted, FC_FAMILY, (const FcChar8 *)family);
    FcPatternAddInteger(wanted, FC_WEIGHT, bold ? FC_WEIGHT_BOLD : FC_WEIGHT_NORMAL);
    FcPatternAddBool(wanted, FC_SCALABLE, FcTrue);
    FcConfigSubstitute(NULL, wanted, FcMatchPattern);
    FcDefaultSubstitute(wanted);
    FcPattern *found = FcFontMatch(NULL, wanted, &result);
    if (found == NULL || FcPatternGetString(found, FC_FILE, 0, &path) != FcResultMatch)
        give_up("no font for", family);
    (void)FcPatternGetInteger(found, FC_INDEX, 0, &index);
    if ((library == NULL && FT_Init_FreeType(&library) != 0) ||
        FT_New_Face(library, (const char *)path, index, &face) != 0)
        give_up("cannot open the font of", family);
    FcPatternDestroy(found);
    FcPatternDestroy(wanted);
    return face;
}

static FT_Face find_font(const char *family, bool bold)
{
    enum { MOST = 16 };
    static struct font font[MOST];
    static size_t count;
    for (size_t i = 0; i < count; i++)
        if (font[i].bold == bold && strcmp(font[i].family, family) == 0)
            return font[i].face;
    if (count == MOST)
        give_up("too many fonts", family);
    snprintf(font[count].family, sizeof font[count].family, "%s", family);
    font[count].bold = bold;
    font[count].face = open_font(family, bold);
    return font[count++].face;
}

struct extent font_extent(const char *family, bool bold, double size, unsigned long character)
{
    FT_Face face = find_font(family, bold);
    FT_UInt glyph = FT_Get_Char_Index(face, character);
    if (glyph == 0) /* from a font that also has it */
        face = find_font("DejaVu Sans", bold);
    if (FT_Load_Char(face, character, FT_LOAD_NO_SCALE) != 0)
        give_up("cannot measure letters of", family);
    const FT_Glyph_Metrics *m = &face->glyph->metrics;
    double unit = size / face->units_per_EM, x = unit * (double)m->horiBearingX,
           y = -unit * (double)m->horiBearingY;
    struct extent extent = {unit * (double)m->horiAdvance,
                            {x, y, x + unit * (double)m->width, y + unit * (double)m->height}};
    if (m->width == 0)
        extent.ink = (struct box){1, 1, 0, 0};
    return extent;
}

/* The forms that a figure can be written in. */
#ifndef ALIGNODE_FIGURE_OUTPUT_H
#define ALIGNODE_FIGURE_OUTPUT_H

#include "figure/drawing.h"

/* What a figure is made of. */
struct aln_output_job {
    struct aln_drawing *d; /* with its folder and files */
    const char *script, *style;
    const char *target; /* path of the figure; NULL: characters on standard output */
};

struct aln_output {
    struct aln_name id; /* the extension without the dot */
    const char *format; /* how the scripts call it */
    const char *image;  /* the file in the folder that gnuplot writes */
    const char *begins; /* what such files begin with; NULL: they may have been changed by hand */
    const char *holds;  /* a mark of those that gnuplot writes, soon after */
    const char *beside; /* the extension of a second file beside it, written as well; or NULL */
    /* The bytes of the file, from the folder.  Returned: *bytes  yours, whatever the status */
    enum aln_status (*make)(const struct aln_output *output, const struct aln_output_job *job,
                            char **bytes, size_t *length);
};

/* The output of a path, by its extension; of "-" the first one, of NULL that of characters.
 * Status: ALN_USAGE, with the list of the known ones, also for a name that cannot be used */
enum aln_status aln_drawing_output_find(const struct aln_output **out, const char *path);

/* Appends the settings that tell the scripts what to write. */
void aln_drawing_output_settings(const struct aln_output *output, const char *target,
                                 struct aln_text *out);

/* Writes the second file, once the first has been made.
 * Status: ALN_FILE, ALN_MEMORY */
enum aln_status aln_drawing_output_beside(const struct aln_output *output,
                                          const struct aln_output_job *job);

/* ---- script.c, tex.c ---- */

/* One script with the settings, the data, the style and the figure's script. */
enum aln_status aln_drawing_script(const struct aln_output *output,
                                   const struct aln_output_job *job, char **bytes, size_t *length);

/* gnuplot's picture for LaTeX, with its texts as LaTeX understands them. */
enum aln_status aln_drawing_tex(const struct aln_output *output, const struct aln_output_job *job,
                                char **bytes, size_t *length);
/* Appends one such text: markup of gnuplot, such as ε_g and 10^{-3}, in LaTeX's. */
void aln_drawing_tex_text(struct aln_text *out, const char *s, size_t length);

#endif

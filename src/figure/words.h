/* How figures call the parameters: by the labels and symbols of their tables. */
#ifndef ALIGNODE_FIGURE_WORDS_H
#define ALIGNODE_FIGURE_WORDS_H

#include "figure/drawing.h"

struct aln_word {
    const char *key;
    /* In legends: "batch %s"; "%s" where the value says it all; NULL: "SYMBOL = %s" */
    const char *format;
    /* A value so usual that no subtitle gives it; "": every value is given; NULL: none is. */
    const char *usual;
    /* Writes the value that `format` takes; NULL: as in the header. */
    void (*write)(struct aln_text *out, const struct aln_figure_input *in, const char *value);
};

/* The words in the order in which legends and subtitles give them.  Returned: NULL past the end */
const struct aln_word *aln_drawing_word_row(size_t i);

/* The words for a key, or NULL. */
const struct aln_word *aln_drawing_word_of(const char *key);

/* Appends a parameter as legends give it: "η = 0.1", or "std = 0.1" where there are no words.
 * Given: full  whether numbers keep all digits and long values all letters */
void aln_drawing_word_add(struct aln_text *out, const struct aln_figure_input *in, const char *key,
                          const char *value, bool full);

/* The same without the result it is of: for values of a swept key. */
void aln_drawing_word_value_add(struct aln_text *out, const char *key, const char *value);

/* The parameter of this key in the tables of all commands.  Returned: whether there is one */
bool aln_drawing_word_param(const char *key, struct aln_param_row *out);

/* Appends what axes call a key, "learning rate  η", "length of the run (epochs)"; the key itself where
 * there are no words for it.  Returned: whether there are */
bool aln_drawing_word_add_axis(struct aln_text *out, const char *key);

/* What axes and keys of curves call a value: the printed name of a rule, else the value.
 * Returned: a view */
const char *aln_drawing_word_value(const char *key, const char *value);

#endif

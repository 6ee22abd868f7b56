/* Figures for LaTeX. gnuplot's terminal writes texts as they are; here the markup of gnuplot and the
 * letters beyond ASCII become LaTeX, and what LaTeX would obey is quoted. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "figure/output.h"

static const struct {
    const char *utf8, *tex;
} letters[] = {
    {"α", "\\ensuremath{\\alpha}"},
    {"β", "\\ensuremath{\\beta}"},
    {"γ", "\\ensuremath{\\gamma}"},
    {"δ", "\\ensuremath{\\delta}"},
    {"ε", "\\ensuremath{\\epsilon}"},
    {"η", "\\ensuremath{\\eta}"},
    {"κ", "\\ensuremath{\\kappa}"},
    {"λ", "\\ensuremath{\\lambda}"},
    {"μ", "\\ensuremath{\\mu}"},
    {"ρ", "\\ensuremath{\\rho}"},
    {"σ", "\\ensuremath{\\sigma}"},
    {"τ", "\\ensuremath{\\tau}"},
    {"ζ", "\\ensuremath{\\zeta}"},
    {"θ", "\\ensuremath{\\theta}"},
    {"ν", "\\ensuremath{\\nu}"},
    {"ξ", "\\ensuremath{\\xi}"},
    {"π", "\\ensuremath{\\pi}"},
    {"φ", "\\ensuremath{\\phi}"},
    {"χ", "\\ensuremath{\\chi}"},
    {"ψ", "\\ensuremath{\\psi}"},
    {"ω", "\\ensuremath{\\omega}"},
    {"Γ", "\\ensuremath{\\Gamma}"},
    {"Δ", "\\ensuremath{\\Delta}"},
    {"Θ", "\\ensuremath{\\Theta}"},
    {"Λ", "\\ensuremath{\\Lambda}"},
    {"Π", "\\ensuremath{\\Pi}"},
    {"Σ", "\\ensuremath{\\Sigma}"},
    {"Φ", "\\ensuremath{\\Phi}"},
    {"Ψ", "\\ensuremath{\\Psi}"},
    {"Ω", "\\ensuremath{\\Omega}"},
    {"∂", "\\ensuremath{\\partial}"},
    {"∞", "\\ensuremath{\\infty}"},
    {"∇", "\\ensuremath{\\nabla}"},
    {"−", "\\ensuremath{-}"},
    {"·", "\\ensuremath{\\cdot}"},
    {"±", "\\ensuremath{\\pm}"},
    {"×", "\\ensuremath{\\times}"},
    {"≤", "\\ensuremath{\\leq}"},
    {"≥", "\\ensuremath{\\geq}"},
    {"←", "\\ensuremath{\\leftarrow}"},
    {"→", "\\ensuremath{\\rightarrow}"},
    {"²", "\\ensuremath{^2}"},
    {"°", "\\ensuremath{^\\circ}"},
    {"–", "--"},
    {"—", "---"},
    {"…", "\\ldots{}"},
    {"○", "\\ensuremath{\\circ}"},
    {"□", "{\\fboxsep2pt\\fbox{}}"},
    {"△", "\\ensuremath{\\triangle}"},
    {"\\", "\\textbackslash{}"},
    {"~", "\\textasciitilde{}"},
    {"<", "\\textless{}"},
    {">", "\\textgreater{}"},
    {"|", "\\textbar{}"},
    {"\"", "''"},
};

/* The row of letters[] that s begins with, or -1. */
static int letter_at(const char *s, size_t length)
{
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++) {
        size_t n = strlen(letters[i].utf8);
        if (n <= length && strncmp(s, letters[i].utf8, n) == 0)
            return (int)i;
    }
    return -1;
}

/* What stands after _ or ^ at s[0]: {...}, or one letter that ends its word. Of ^ any one, since no
 * name has it.  Returned: its length with braces; 0: s[0] is a letter like others */
static size_t script_length(const char *s, size_t length, bool word_begins)
{
    const char *end;
    if (length > 2 && s[1] == '{' && (end = memchr(s, '}', length)) != NULL)
        return (size_t)(end - s);
    if (length < 2 || !isalnum((unsigned char)s[1]))
        return 0;
    bool ends = length == 2 || (!isalnum((unsigned char)s[2]) && s[2] != '_');
    return s[0] == '^' || (ends && word_begins) ? 1 : 0;
}

/* Whether the letter before s[i] begins its word, as in W_2 and cos(W_2), not in law_W. */
static bool one_letter_before(const char *s, size_t i)
{
    size_t from = i;
    while (from > 0 && (isalnum((unsigned char)s[from - 1]) || s[from - 1] == '_' ||
                        (unsigned char)s[from - 1] >= 0x80))
        from--;
    return i - from == 1 || (i - from == 2 && (unsigned char)s[from] >= 0x80) ||
           (i - from == 2 && isdigit((unsigned char)s[i - 1]));
}

/* Appends "\ensuremath{_{\mathrm{g}}}"; s[1] ... s[n] is the script, perhaps in braces. */
static void add_script(struct aln_text *out, const char *s, size_t n)
{
    bool braces = s[1] == '{';
    int inside = (int)(braces ? n - 2 : n);
    aln_text_add(out, "\\ensuremath{%c{\\mathrm{%.*s}}}", s[0], inside, s + 1 + braces);
}

void aln_drawing_tex_text(struct aln_text *out, const char *s, size_t length)
{
    bool number = length > 0 && s[0] == '-' && strspn(s, "-.0123456789e") >= length;
    if ((length > 1 && s[0] == '$' && s[length - 1] == '$') || number) {
        aln_text_add(out, number ? "\\ensuremath{%.*s}" : "%.*s", (int)length, s);
        return;
    }
    for (size_t i = 0, n; i < length; i += n) {
        int letter = letter_at(s + i, length - i);
        size_t script = s[i] == '_' || s[i] == '^'
                            ? script_length(s + i, length - i, one_letter_before(s, i))
                            : 0;
        n = letter >= 0 ? strlen(letters[letter].utf8) : 1 + script;
        if (letter >= 0)
            aln_text_add(out, "%s", letters[letter].tex);
        else if (script > 0)
            add_script(out, s + i, script);
        else if (s[i] == '^')
            aln_text_add(out, "\\textasciicircum{}");
        else
            aln_text_add(out, strchr("#$%&_{}", s[i]) != NULL ? "\\%c" : "%c", s[i]);
    }
}

/* ---- the picture ---- */

/* Appends a line, its text in LaTeX's markup: "\put(1,2){\makebox(0,0){\strut{}TEXT}}%". */
static void add_line(struct aln_text *out, const char *line, size_t length, const char *stem,
                     size_t n)
{
    static const char strut[] = "\\strut{}", image[] = "]{image}}";
    const char *text = strstr(line, strut), *graphic = strstr(line, image), *end = line + length;
    if (text != NULL && text < end) {
        text += sizeof strut - 1;
        size_t after = strstr(line, "\\rotatebox") != NULL && strstr(line, "\\rotatebox") < end
                           ? strlen("}}}%")
                           : strlen("}}%");
        aln_text_add(out, "%.*s", (int)(text - line), line);
        aln_drawing_tex_text(out, text, (size_t)(end - text) - after);
        aln_text_add(out, "%.*s\n", (int)after, end - after);
    } else if (graphic != NULL && graphic < end) {
        aln_text_add(out, "%.*s]{%.*s}%.*s\n", (int)(graphic - line), line, (int)n, stem,
                     (int)(end - graphic - (long)strlen("]{image}")), graphic + strlen("]{image}"));
    } else {
        aln_text_add(out, "%.*s\n", (int)length, line);
    }
}

enum aln_status aln_drawing_tex(const struct aln_output *output, const struct aln_output_job *job,
                                char **bytes, size_t *length)
{
    struct aln_text out = {0};
    char *picture = NULL;
    const char *stem;
    size_t n = aln_drawing_stem(job->target, &stem);
    enum aln_status status = aln_drawing_read_file(job->d, output->image, &picture, length);
    for (const char *line = picture; status == ALN_OK && *line != '\0';) {
        size_t end = strcspn(line, "\n");
        add_line(&out, line, end, stem, n);
        line += end + (line[end] == '\n');
    }
    if (status == ALN_OK && out.failed)
        status = aln_raise_memory("a figure");
    free(picture);
    *bytes = out.s;
    *length = out.length;
    return status;
}

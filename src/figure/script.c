/* A figure as one gnuplot script that needs no other file. The scripts of plots/ read files of data,
 * 'NAME.tsv', and of settings, 'panel_1.gp'; here these are blocks of data, $data_NAME, and texts that
 * are evaluated. */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failure.h"
#include "figure/output.h"

static const char data_ending[] = ".tsv'", data_end[] = "END_OF_DATA";

/* Whether s begins with 'NAME.tsv'.  Returned: the length of NAME; 0: it does not */
static size_t data_name(const char *s)
{
    size_t n = 1;
    while (s[0] == '\'' && (isalnum((unsigned char)s[n]) || s[n] == '_' || s[n] == '%'))
        n++;
    return n > 1 && strncmp(s + n, data_ending, sizeof data_ending - 1) == 0 ? n - 1 : 0;
}

/* Appends a line with the names of data files as those of blocks. */
static void add_line(struct aln_text *out, const char *line, size_t length)
{
    for (size_t i = 0; i < length;) {
        size_t n = data_name(line + i);
        if (n > 0)
            aln_text_add(out, "'$data_%.*s'", (int)n, line + i + 1);
        else
            aln_text_add(out, "%c", line[i]);
        i += n > 0 ? n + sizeof data_ending : 1;
    }
    aln_text_add(out, "\n");
}

static bool begins(const char *line, const char *with)
{
    return strncmp(line, with, strlen(with)) == 0;
}

/* The settings: files are named in one array, other texts are the user's. */
static void add_settings(struct aln_text *out, const char *settings)
{
    for (const char *line = settings; *line != '\0';) {
        size_t n = strcspn(line, "\n");
        if (begins(line, "array file["))
            add_line(out, line, n);
        else
            aln_text_add(out, "%.*s\n", (int)n, line);
        line += n + (line[n] == '\n');
    }
}

/* A script of plots/. Given: settings, style  what it loads; NULL: it loads nothing */
static void add_script(struct aln_text *out, const char *script, const char *settings,
                       const char *style)
{
    static const char load[] = "load sprintf('panel_%d.gp', p)";
    for (const char *line = script; *line != '\0';) {
        size_t n = strcspn(line, "\n"), blank = strspn(line, " ");
        if (style != NULL && begins(line, "load 'figure.gp'"))
            add_settings(out, settings);
        else if (style != NULL && begins(line, "load ARG1"))
            add_script(out, style, NULL, NULL);
        else if (begins(line + blank, load))
            aln_text_add(out, "%.*seval value(sprintf('panel_%%d', p))\n", (int)blank, line);
        else if (!begins(line, "cd ARG2"))
            add_line(out, line, n);
        line += n + (line[n] == '\n');
    }
}

/* ---- the files of the folder ---- */

static void add_data(struct aln_text *out, const char *name, const char *text)
{
    aln_text_add(out, "$data_%.*s << %s\n%s%s\n", (int)strcspn(name, "."), name, data_end, text,
                 data_end);
}

/* A file of settings as a text, 'a = 1; b = ''c''; '. */
static void add_panel(struct aln_text *out, const char *name, const char *text)
{
    aln_text_add(out, "%.*s = '", (int)strcspn(name, "."), name);
    for (; *text != '\0'; text++)
        aln_text_add(out, *text == '\n' ? "; " : *text == '\'' ? "''" : "%c", *text);
    aln_text_add(out, "'\n");
}

static enum aln_status add_file(struct aln_text *out, const struct aln_drawing *d, const char *name)
{
    const char *point = strrchr(name, '.');
    bool data = point != NULL && strcmp(point, ".tsv") == 0;
    char *text = NULL;
    size_t length;
    if (!data && !begins(name, "panel_"))
        return ALN_OK;
    enum aln_status status = aln_drawing_read_file(d, name, &text, &length);
    if (status == ALN_OK)
        (data ? add_data : add_panel)(out, name, text);
    free(text);
    return status;
}

static enum aln_status add_files(struct aln_text *out, const struct aln_drawing *d)
{
    struct dirent **entry;
    int count = scandir(d->folder, &entry, NULL, alphasort);
    enum aln_status status = count < 0 ? aln_raise_memory("a figure") : ALN_OK;
    for (int i = 0; i < count; i++) {
        if (status == ALN_OK)
            status = add_file(out, d, entry[i]->d_name);
        free(entry[i]);
    }
    if (count >= 0)
        free(entry);
    return status;
}

enum aln_status aln_drawing_script(const struct aln_output *output,
                                   const struct aln_output_job *job, char **bytes, size_t *length)
{
    struct aln_text out = {0};
    char *script = NULL, *style = NULL;
    const char *stem;
    int n = (int)aln_drawing_stem(job->target, &stem);
    aln_text_add(&out,
                 "# Written by alignode %s: gnuplot %.*s.gp draws %.*s.%s; gnuplot -e \"format = "
                 "'png'\" %.*s.gp a bitmap\n",
                 ALN_VERSION, n, stem, n, stem, output->format, n, stem);
    enum aln_status status = aln_text_read_file(job->script, &script, length);
    if (status == ALN_OK)
        status = aln_text_read_file(job->style, &style, length);
    if (status == ALN_OK)
        status = add_files(&out, job->d);
    if (status == ALN_OK)
        add_script(&out, script, job->d->settings.s, style);
    if (status == ALN_OK && out.failed)
        status = aln_raise_memory("a figure");
    free(script);
    free(style);
    *bytes = out.s;
    *length = out.length;
    return status;
}

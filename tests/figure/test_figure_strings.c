/* Titles, labels, swept values and names of columns are data: they are drawn exactly as they are,
 * whatever they mean to gnuplot, to its formats and markup, or to a shell. */
#include "../check_main.h"
#include "figures.h"

static const char *const strings[] = {
    "'t Hooft",
    "it's 50%",
    "100% {/=40 x} of ^2 a_b",
    "%s %d %g %%",
    "say \"so\"",
    "a\\b \\n \\101",
    "@a & ~b $HOME `touch \"$SEEN\"` #1",
    "'\"`touch $SEEN`\"'",
    "`touch $SEEN`",
    "}{ {{ ]] [[",
    "''",
    "\"; system('touch $SEEN') #",
    "'; system(\"touch $SEEN\") #",
    "'.system('touch $SEEN').'",
    "\\",
    "ends in \\",
    "1 < 2 > 0 & 3",
    "η ≠ 0.1, naïve, 漢字, \xf0\x9f\x90\x8d",
};
enum { STRINGS = sizeof strings / sizeof strings[0] };

/* What a command would make: outside of the folders that are removed, without a space. */
static char seen[64];

static void enter_watching(void)
{
    enter();
    snprintf(seen, sizeof seen, "/tmp/alignode-seen-%ld", (long)getpid());
    setenv("SEEN", seen, 1);
}

/* A string as gnuplot writes it to SVG, where it leaves > as it is. */
static char *as_svg(const char *s)
{
    struct aln_text out = {0};
    for (; *s != '\0'; s++)
        if (*s == '<' || *s == '&')
            aln_text_add(&out, *s == '<' ? "&lt;" : "&amp;");
        else
            aln_text_add(&out, "%c", *s);
    ck_assert(!out.failed);
    return out.s;
}

/* Draws, and looks for exactly this text between two tags. */
static void expect_drawn(const struct aln_figure_options *o, const char *s)
{
    ck_assert_msg(aln_figure_draw(o, NULL) == ALN_OK, "'%s': %s", s, aln_error());
    char *image = get(o->output), *text = as_svg(s);
    struct aln_text want = {0};
    aln_text_add(&want, ">%s<", text);
    ck_assert_msg(strstr(image, want.s) != NULL, "'%s' is not drawn as it is", s);
    ck_assert_msg(access(seen, F_OK) != 0, "'%s' has run a command", s);
    ck_assert_uint_eq(files_in(in_folder("tmp")), 0);
    free(want.s);
    free(text);
    free(image);
}

static void put_title(const char *path, const char *title)
{
    struct aln_text text = {0};
    aln_text_quote(&text, title);
    set_yaml(text.s, "dfa", 100);
    put_engine(path, "ode", 1, 0);
    free(text.s);
}

START_TEST(titles)
{
    if (!have_gnuplot())
        return;
    enter_watching();
    char name[2][128];
    const char *paths[] = {name[0], name[1]};
    snprintf(name[0], sizeof name[0], "%s", in_folder("ode.tsv"));
    snprintf(name[1], sizeof name[1], "%s", in_folder("again.tsv"));
    for (size_t i = 0; i < STRINGS; i++) {
        put_title(paths[0], strings[i]);
        struct aln_figure_options o = {.paths = paths, .count = 1, .output = in_folder("f.svg")};
        expect_drawn(&o, strings[i]);
    }
    leave();
}
END_TEST

/* Titles that distinguish results stand in the legend. */
START_TEST(labels)
{
    if (!have_gnuplot())
        return;
    enter_watching();
    char name[2][128];
    const char *paths[] = {name[0], name[1]};
    snprintf(name[0], sizeof name[0], "%s", in_folder("ode.tsv"));
    snprintf(name[1], sizeof name[1], "%s", in_folder("again.tsv"));
    put_title(paths[0], "plain");
    for (size_t i = 0; i < STRINGS; i++) {
        struct aln_text want = {0};
        put_title(paths[1], strings[i]);
        struct aln_figure_options o = {.paths = paths, .count = 2, .output = in_folder("f.svg")};
        aln_text_add(&want, "theory, %s", strings[i]);
        expect_drawn(&o, want.s);
        free(want.s);
    }
    leave();
}
END_TEST

/* A sweep over names, which are tics of the x axis, and curves or tics of the y axis. */
static void put_names(const char *path, const char *name, bool x)
{
    static const char *const column[2][5] = {
        {"point", "learning.rate", "problem.activation", "t", "eg"},
        {"point", "problem.activation", "learning.rate", "t", "eg"}};
    struct aln_text parameters = {0};
    aln_text_add(&parameters,
                 "title: Names\nsweep:\n  run: ode\n  over: [{key: %s, values: [1, 2]}, {key: %s, "
                 "values: [1, 2]}]\n",
                 column[x][1], column[x][2]);
    struct aln_writer *w = open_result(path, "sweep", parameters.s, column[x], 5);
    for (int i = 0; i < 4; i++) {
        const char *const number[] = {"0", "1", "2", "3"};
        const char *axis[2] = {i < 2 ? "0.1" : "1", i % 2 ? name : "erf"};
        const char *row[] = {number[i], axis[x], axis[!x], "20", number[i]};
        ck_assert_int_eq(aln_writer_text_row(w, row, 5), ALN_OK);
    }
    ck_assert_int_eq(aln_writer_finish(w), ALN_OK);
    free(parameters.s);
}

START_TEST(swept_values)
{
    static const char *const figures[] = {"curves", "map"};
    if (!have_gnuplot())
        return;
    enter_watching();
    char name[128];
    const char *path = name;
    snprintf(name, sizeof name, "%s", in_folder("names.tsv"));
    for (size_t i = 0; i < STRINGS; i++)
        for (int k = 0; k < 4; k++) {
            put_names(path, strings[i], k % 2);
            struct aln_figure_options o = {
                .paths = &path, .count = 1, .output = in_folder("f.svg"), .figure = figures[k / 2]};
            expect_drawn(&o, strings[i]);
        }
    leave();
}
END_TEST

CHECK_MAIN("figure/strings", titles, labels, swept_values)

/* The section figure: styles, sizes, titles, ranges, words for curves; text for LaTeX; curves between
 * few times. */
#include "../check_main.h"
#include "figure/look.h"
#include "figure/output.h"
#include "figures.h"
#include "file/column.h"
#include "params/presentation.h"
#include "study/study.h"
#include "sweep/task.h"

static const char *set_of_style(const char *style)
{
    static char set[64];
    snprintf(set, sizeof set, "figure.style=%s", style);
    return set;
}

/* The SVG of a result with these settings.  Returned: yours */
static char *drawn(const char *path, const char *figure, size_t count, const char *const *set)
{
    const struct aln_progress progress = {.tell = hear};
    const struct aln_figure_options o = {.paths = &path,
                                         .count = 1,
                                         .figure = figure,
                                         .output = in_folder("drawn.svg"),
                                         .set = set,
                                         .set_count = count,
                                         .progress = &progress};
    ck_assert_msg(aln_figure_draw(&o, NULL) == ALN_OK, "%s", aln_error());
    return get(o.output);
}

static void expect_number(const char *text, const char *format, double x)
{
    char part[64];
    snprintf(part, sizeof part, format, x);
    expect_holds(text, part);
}

/* Every style, in two figures: size, type, background. */
START_TEST(styles)
{
    static const char *const figures[] = {"alignment", "overlaps"};
    if (!have_gnuplot())
        return;
    enter();
    set_yaml("A title", "dfa", 100);
    put_engine(in_folder("a.tsv"), "chain", 2, 0.1);
    for (size_t i = 0; i < aln_styles.count; i++)
        for (size_t f = 0; f < 2; f++) {
            const struct aln_style *style = aln_style_row(i);
            const char *set = set_of_style(style->id.name);
            char *svg = drawn(in_folder("a.tsv"), figures[f], 1, &set);
            expect_number(svg, " width=\"%.0f\"", 120 * style->width);
            if (style->aspect > 0)
                expect_number(svg, " height=\"%.0f\"", 120 * style->width * style->aspect);
            expect_number(svg, "font-size=\"%.2f\"", 120 / 72.0 * style->points);
            ck_assert_int_eq(strstr(svg, "A title") != NULL, style->title);
            if (strchr(style->fonts, '|') == NULL)
                expect_holds(svg, style->fonts);
            unsigned r, g, b;
            char fill[64];
            ck_assert_int_eq(sscanf(style->paper, "#%2x%2x%2x", &r, &g, &b), 3);
            snprintf(fill, sizeof fill, "fill=\"#%02x%02x%02x\"", r, g, b);
            ck_assert_msg(strstr(svg, fill) != NULL || strstr(svg, style->paper) != NULL,
                          "%s: no background", style->id.name);
            free(svg);
        }
    leave();
}
END_TEST

/* On a dark page every colour can be read; in grey there is none, and neighbours differ. */
START_TEST(colours)
{
    char out[8], other[8];
    const struct aln_style *dark = aln_style_find("dark"), *grey = aln_style_find("grey");
    ck_assert_str_eq(aln_drawing_colour(aln_style_row(0), "#08519c", 0, out), "#08519c");
    ck_assert_str_eq(aln_drawing_colour(dark, "#f0f0f0", 0, out), "#f0f0f0");
    ck_assert_str_ne(aln_drawing_colour(dark, "#000000", 0, out), "#000000");
    ck_assert_str_ne(aln_drawing_colour(dark, "#08519c", 0, out), "#08519c");
    for (size_t i = 0; i < aln_rules.count; i++) {
        unsigned rgb[3];
        const char *colour = aln_rule_row(i)->colour;
        sscanf(aln_drawing_colour(grey, colour, i, out), "#%2x%2x%2x", &rgb[0], &rgb[1], &rgb[2]);
        ck_assert(rgb[0] == rgb[1] && rgb[1] == rgb[2]);
        ck_assert_str_ne(out, aln_drawing_colour(grey, colour, i + 1, other));
    }
}
END_TEST

/* The keys of the section, of the result and over it. SVG has the names of curves as titles of
 * groups, which nobody sees. */
START_TEST(keys)
{
    static const char *const set[] = {"figure.title=Mine",   "figure.size=[5, 2]",
                                      "figure.font=Courier", "figure.xrange=[1, auto]",
                                      "figure.log=none",     "figure.legend=[these words]"};
    static const char *const none[] = {"figure.title=''", "figure.legend=off"};
    if (!have_gnuplot())
        return;
    enter();
    set_yaml("A title", "dfa", 100);
    strcat(yaml, "figure: {style: column, size: [4, 4]}\n");
    put_engine(in_folder("a.tsv"), "chain", 2, 0.1);
    char *svg = drawn(in_folder("a.tsv"), "learning", 0, NULL);
    expect_holds(svg, " width=\"480\" height=\"480\"");
    free(svg);
    svg = drawn(in_folder("a.tsv"), "learning", 6, set);
    expect_holds(svg, " width=\"600\" height=\"240\"");
    expect_holds(svg, "Mine");
    expect_holds(svg, "Courier");
    expect_holds(svg, "these words");
    ck_assert_ptr_null(strstr(svg, "overlap chain"));
    free(svg);
    svg = drawn(in_folder("a.tsv"), "learning", 2, none);
    ck_assert_ptr_null(strstr(svg, "A title"));
    for (const char *at = svg; (at = strstr(at, "overlap chain")) != NULL; at++)
        ck_assert_int_eq(strncmp(at - strlen("<title>"), "<title>", strlen("<title>")), 0);
    free(svg);
    leave();
}
END_TEST

/* Figures of any columns take texts for their curves as they are, without markup. */
START_TEST(own_texts)
{
    static const char *const figures[] = {"columns", "histogram", "cdf"};
    static const char *const own[] = {"figure.legend=[my_words]"};
    if (!have_gnuplot())
        return;
    enter();
    set_yaml("A title", "dfa", 100);
    put_engine(in_folder("a.tsv"), "chain", 2, 0.1);
    for (size_t i = 0; i < 3; i++) {
        char *svg = drawn(in_folder("a.tsv"), figures[i], 1, own);
        expect_holds(svg, "my_words</text>");
        free(svg);
    }
    leave();
}
END_TEST

/* A range without data, and axes that a figure does not have, are refused. */
START_TEST(ranges)
{
    static const struct {
        const char *figure, *set, *error;
    } refused[] = {
        {"alignment", "figure.xrange=[1e6, 1e7]",
         "figure.xrange holds none of the data, which go from"},
        {"learning", "figure.yrange=[-2, -1]",
         "figure.yrange holds none of the data, which go from"},
        {"columns", "figure.yrange=[1e3, auto]",
         "figure.yrange holds none of the data, which go from"},
        {"histogram", "figure.xrange=[1e3, 1e4]", "figure.xrange holds none of the data"},
        {"cdf", "figure.yrange=[2, 3]", "figure.yrange holds none of the data, which go from"},
        {"overlaps", "figure.yrange=[1e3, 1e4]", "figure.yrange holds none of the data"},
        {"overlaps", "figure.log=xy", "figure.log: the y axis of the figure overlaps"}};
    const struct aln_progress progress = {.tell = hear};
    if (!have_gnuplot())
        return;
    enter();
    set_yaml("A title", "dfa", 100);
    put_engine(in_folder("a.tsv"), "chain", 2, 0.1);
    const char *path = in_folder("a.tsv");
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        const struct aln_figure_options o = {.paths = &path,
                                             .count = 1,
                                             .figure = refused[i].figure,
                                             .output = in_folder("drawn.svg"),
                                             .set = &refused[i].set,
                                             .set_count = 1,
                                             .progress = &progress};
        expect_error(aln_figure_draw(&o, NULL), ALN_USAGE, refused[i].error);
    }
    leave();
}
END_TEST

/* Every choice of logarithmic axes gives another figure. */
START_TEST(log_axes)
{
    char *svg[8] = {NULL}, set[32];
    if (!have_gnuplot())
        return;
    enter();
    set_yaml("A title", "dfa", 100);
    put_engine(in_folder("a.tsv"), "chain", 2, 0.1);
    for (size_t i = 0; i < aln_log_axes.count; i++) {
        snprintf(set, sizeof set, "figure.log=%s", aln_names_row(&aln_log_axes, i)->name);
        const char *const one = set;
        svg[i] = drawn(in_folder("a.tsv"), "learning", 1, &one);
        for (size_t j = 0; j < i; j++)
            ck_assert_str_ne(svg[i], svg[j]);
    }
    for (size_t i = 0; i < aln_log_axes.count; i++)
        free(svg[i]);
    leave();
}
END_TEST

START_TEST(refusals)
{
    static const char *const two[] = {"figure.legend=[a, b]"}, *const wrong[] = {"figure.style=x"};
    static const char *const columns[] = {"figure.columns=[eg]"};
    static const struct {
        const char *const *set;
        const char *want;
    } bad[] = {{two, "figure.legend: 2 texts for 1 curves"},
               {wrong, "--set:14: figure.style: unknown style"},
               {columns, "--column (figure.columns) does not apply to the figure learning"}};
    enter();
    set_yaml("A title", "dfa", 100);
    put_engine(in_folder("a.tsv"), "chain", 2, 0.1);
    const char *path = in_folder("a.tsv");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        expect_error(aln_figure_draw(&(struct aln_figure_options){.paths = &path,
                                                                  .count = 1,
                                                                  .figure = "learning",
                                                                  .set = bad[i].set,
                                                                  .set_count = 1},
                                     NULL),
                     ALN_USAGE, bad[i].want);
    expect_tidy(1);
    leave();
}
END_TEST

START_TEST(texts_for_latex)
{
#define MATH(x) "\\ensuremath{" x "}"
    static const char *const text[][2] = {
        {"ε_g", MATH("\\epsilon") MATH("_{\\mathrm{g}}")},
        {"cos(W_2, F_1)", "cos(W" MATH("_{\\mathrm{2}}") ", F" MATH("_{\\mathrm{1}}") ")"},
        {"10^{-3}", "10" MATH("^{\\mathrm{-3}}")},
        {"W2_{11}", "W2" MATH("_{\\mathrm{11}}")},
        {"cos_W2_F1, Q_1_1", "cos\\_W2\\_F1, Q\\_1\\_1"},
        {"5 % of {a} & #1 $", "5 \\% of \\{a\\} \\& \\#1 \\$"},
        {"a\\b^ c", "a\\textbackslash{}b\\textasciicircum{} c"},
        {"-0.5", MATH("-0.5")},
        {"mean ± s.e.", "mean " MATH("\\pm") " s.e."},
        {"$-10$", "$-10$"},
        {"é_", "é\\_"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof text / sizeof text[0]; i++) {
        struct aln_text out = {0};
        aln_drawing_tex_text(&out, text[i][0], strlen(text[i][0]));
        ck_assert_str_eq(out.s != NULL ? out.s : "", text[i][1]);
        free(out.s);
    }
}
END_TEST

/* Whether LaTeX knows all letters of a text. */
static void expect_ascii(const char *text)
{
    struct aln_text out = {0};
    aln_drawing_tex_text(&out, text, strlen(text));
    for (const char *c = out.s; c != NULL && *c != '\0'; c++)
        ck_assert_msg((unsigned char)*c < 0x80, "%s: %s", text, out.s);
    free(out.s);
}

/* What columns, parameters and their arithmetic are called can be written for LaTeX. */
START_TEST(letters)
{
    struct aln_param_row row;
    for (size_t i = 0; i < aln_columns.count; i++) {
        const struct aln_column *column = (const void *)aln_names_row(&aln_columns, i);
        expect_ascii(column->symbol != NULL ? column->symbol : "");
        expect_ascii(column->label != NULL ? column->label : "");
    }
    for (size_t i = 0; i < aln_tasks.count; i++)
        for (size_t r = 0; aln_schema_row(aln_task_row(i)->schema, r, &row); r++) {
            expect_ascii(row.symbol);
            expect_ascii(row.label);
        }
    expect_ascii("a − b · c");
}
END_TEST

/* Six recorded times: the curve has hundreds of points, among them the recorded ones; numbers that
 * the parameters do not give stay as they are, and are joined. */
START_TEST(few_times)
{
    struct aln_params *p;
    if (!have_gnuplot())
        return;
    enter();
    put(in_folder("few.yaml"), "problem: {inputs: 100}\nlearning: {rule: dfa, rate: 0.5}\n"
                               "run: {time: 20, record: {times: [0.5, 1, 2, 5, 20]}}\n");
    ck_assert_int_eq(aln_params_load(&p, in_folder("few.yaml"), 0, NULL, NULL), ALN_OK);
    const struct aln_run_options run = {.path = in_folder("few.tsv")};
    ck_assert_int_eq(aln_task_find("ode")->run(p, &run), ALN_OK);
    aln_params_free(p);
    const char *path = in_folder("few.tsv");
    char *seen = seen_by("alignment.gp", &path, 1);
    size_t lines = 0;
    for (const char *c = strstr(seen, "t\teg\teg_se"); c != NULL && *c != '\0'; c++)
        lines += *c == '\n';
    ck_assert_uint_gt(lines, 300);
    expect_holds(seen, "\n0\t");
    expect_holds(seen, "\n2\t");
    expect_holds(seen, "\n20\t");
    free(seen);
    set_yaml("Made up", "dfa", 100);
    put_engine(in_folder("a.tsv"), "ode", 1, 0);
    path = in_folder("a.tsv");
    seen = seen_by("alignment.gp", &path, 1);
    lines = 0;
    for (const char *c = strstr(seen, "t\teg\teg_se"); c != NULL && *c != '\0'; c++)
        lines += *c == '\n';
    ck_assert_uint_lt(lines, 60);
    free(seen);
    leave();
}
END_TEST

CHECK_MAIN("figure/look", styles, colours, keys, own_texts, ranges, log_axes, refusals,
           texts_for_latex, letters, few_times)

#include "strip_chart.h"

#include <math.h>

#include "page/html.h"

enum { WIDTH = 400, LEFT = 100, RIGHT = 300, TOP = 18, RADIUS = 3, LEAST = 36, MOST = 200 };

/* Beyond one end by x >= 0: in [0, 1). */
static double fold(double x)
{
    return isinf(x) ? 1 : x / (1 + x);
}

static double place_from_end(double distance, double end)
{
    double size = end != 0 ? fabs(end) : 1;
    return distance >= 0 ? fold(distance / size) : distance / size;
}

double aln_strip_place(const struct aln_report_line *line)
{
    double low = line->low, high = line->high, x = line->value;
    if (isnan(x) || (isinf(low) && isinf(high)))
        return isnan(x) ? NAN : 0.5;
    if (isinf(high))
        return place_from_end(x - low, low);
    if (isinf(low))
        return 1 - place_from_end(high - x, high);
    if (low < high)
        return (x - low) / (high - low);
    return x == low ? 0.5 : x > low ? INFINITY : -INFINITY;
}

static double find_x(const struct aln_report_line *line)
{
    double place = aln_strip_place(line);
    place = isnan(place) ? 1.45 : fmin(1.45, fmax(-0.45, place));
    return LEFT + (RIGHT - LEFT) * place;
}

static size_t count_judged(const struct aln_claim_record *record)
{
    size_t n = 0;
    for (size_t i = 0; i < record->count; i++)
        n += record->lines[i].line.kind == ALN_LINE_JUDGED;
    return n;
}

static void add_point(struct aln_text *out, const struct aln_report_line *line, double y)
{
    aln_text_add(out, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%d\"><title>",
                 line->ok ? "in" : "out", find_x(line), y, line->ok ? RADIUS : RADIUS + 2);
    aln_html_text(out, line->what);
    aln_text_add(out, ": %.5g</title></circle>\n", line->value);
}

/* Points from top to bottom in the order of the lines; those that fail last, so on top. */
static void add_points(struct aln_text *out, const struct aln_claim_record *record, bool ok,
                       double step)
{
    double y = TOP + step / 2;
    for (size_t i = 0; i < record->count; i++) {
        const struct aln_report_line *line = &record->lines[i].line;
        if (line->kind != ALN_LINE_JUDGED)
            continue;
        if (line->ok == ok)
            add_point(out, line, y);
        y += step;
    }
}

static void add_frame(struct aln_text *out, double height)
{
    aln_text_add(out,
                 "<rect class=\"band\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%.1f\"/>\n"
                 "<path class=\"edge\" d=\"M%d %d v%.1f M%d %d v%.1f\"/>\n"
                 "<text x=\"%d\" y=\"12\" text-anchor=\"middle\">lowest allowed</text>\n"
                 "<text x=\"%d\" y=\"12\" text-anchor=\"middle\">highest allowed</text>\n",
                 LEFT, TOP, RIGHT - LEFT, height, LEFT, TOP, height, RIGHT, TOP, height, LEFT,
                 RIGHT);
}

void aln_strip_chart(struct aln_text *out, const struct aln_claim_record *record)
{
    size_t n = count_judged(record);
    double height = fmin(MOST, fmax(LEAST, 8.0 * (double)n));
    if (n == 0)
        return;
    aln_text_add(out,
                 "<svg class=\"strip\" role=\"img\" aria-label=\"The numbers of claim %s within "
                 "their ranges\" viewBox=\"0 0 %d %.0f\">\n",
                 record->claim->name, WIDTH, TOP + height + 2);
    add_frame(out, height);
    add_points(out, record, true, height / (double)n);
    add_points(out, record, false, height / (double)n);
    aln_text_add(out, "</svg>\n");
}

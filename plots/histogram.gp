# Distributions, one outline for each curve: the fraction of values in each bin, or, cumulative, the
# fraction up to each value. Many values of a number take their colours from a scale.
cd ARG2
load 'figure.gp'
load ARG1
x_label = formula(x_label)

file(i) = sprintf('curve_%d.tsv', i)
@of_lines
name = 'fraction of '.draws.(cumulative ? ' up to there' : '')
set lmargin at screen left_of_tics(0, 0.25)
set rmargin at screen right_of_scale
set tmargin at screen top
set bmargin at screen bottom
set xlabel x_label font font_for(x_label, 70)
set ylabel name font font_for(name, room_beside(top - bottom))
x_logged = log_x(x_log)
# One value has a bin of some width about it; cumulative lines extend a little beyond the data.
spread = x_most > x_least ? 0 : x_least != 0 ? 0.05 * abs(x_least) : 0.5
beyond = cumulative && !x_logged ? 0.03 * (x_most - x_least) : 0
from_x = x_least - spread - beyond
to_x = x_most + spread + beyond
if (!x_logged) { eval x_axis(from_x, to_x, left, right_of_scale) }
if (x_logged) {
    set logscale x
    eval log_x_axis(from_x > 0 ? from_x : x_least, to_x, right_of_scale - left)
}
if (spread > 0) { set xrange [from_x:to_x] }
if (cumulative) { set yrange [0:1.02] } else { set yrange [0:*] }
if (!scale) { set style fill transparent solid 0.15 noborder } # it would fade the scale
ink(i) = ink_of_curve(i)
dash(i) = dash_of_curve(i)
fills = cumulative || plain || curve_count > 7 ? 0 : curve_count
if (log_y(0)) { set logscale y; set yrange [*:*]; eval log_y_axis(y_least, y_most, top - bottom) }
eval own_ranges(x_logged, log_y(0))
if (scale) {
    @scale_box
    plot for [i=1:curve_count] file(i) using 'x':'y':(i - 1) with lines linewidth 1.4 linecolor palette notitle
} else {
    plot for [i=1:fills] file(i) using 'x':'y' with filledcurves y1=0 linecolor rgb ink(i) notitle, \
         for [i=1:curve_count] file(i) using 'x':'y' with lines linewidth 1.6 dashtype dash(i) linecolor rgb ink(i) title entry[i]
}

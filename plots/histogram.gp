# Distributions, one outline for each curve: the fraction of values in each bin, or, cumulative, the
# fraction up to each value. Many values of a number take their colours from a scale.
cd ARG2
load 'figure.gp'
keyed = !scale && (curve_count > 1 || entry[1] ne '')
longest = 1
do for [i=1:curve_count] { longest = strlen(entry[i]) > longest ? strlen(entry[i]) : longest }
columns = int(0.84 / (0.08 + 0.0135 * longest))
columns = columns < 1 ? 1 : columns
rows = keyed && format ne 'dumb' ? (curve_count + columns - 1) / columns : 0
load ARG1

set palette defined (0 '#440154', 1 '#414487', 2 '#2a788e', 3 '#22a884', 4 '#7ad151', 5 '#fde725')
set lmargin at screen 0.155
set rmargin at screen (scale ? 0.83 : 0.97)
set tmargin at screen top
set bmargin at screen 0.13 + (rows > 0 ? 0.02 : 0) + 0.037 * rows
set xlabel x_label
set ylabel 'fraction of '.draws.(cumulative ? ' up to there' : '')
if (x_log) {
    set logscale x
    set format x x_most / x_least > 1000 ? power : '%h'
    if (x_most / x_least < 1000) {
        set xtics ()
        do for [e=floor(log10(x_least)):floor(log10(x_most))] { do for [m in '1 2 5'] { set xtics add (m * 10.0**e) } }
    }
}
if (cumulative) { set yrange [0:1.02] } else { set yrange [0:*] }
if (!scale) { set style fill transparent solid 0.15 noborder } # it would fade the scale
ink(i) = curve_tint[i] > 0 ? tint(curve_tint[i]) : paint(curve_paint[i])
dash(i) = curve_tint[i] > 0 && curve_tint[i] <= |rule_dashes| ? pattern(curve_tint[i]) : 1 + (i - 1) / 7
file(i) = sprintf('curve_%d.tsv', i)
fills = cumulative || plain || curve_count > 7 ? 0 : curve_count
if (scale) {
    unset key
    set cbrange [0:split_count - 1]
    set cblabel split_name noenhanced offset 1
    set cbtics () noenhanced
    do for [i=1:|split_at|] { set cbtics add (split_label[i] split_at[i]) }
    set colorbox user origin screen 0.855, graph 0 size screen 0.025, graph 1
    plot for [i=1:curve_count] file(i) using 'x':'y':(i - 1) with lines linewidth 1.4 linecolor palette notitle
} else {
    if (keyed && plain) { set key outside bottom center horizontal }
    if (keyed && !plain) { set key enhanced at screen 0.13, screen 0.012 left bottom horizontal maxcols columns }
    if (!keyed) { unset key }
    plot for [i=1:fills] file(i) using 'x':'y' with filledcurves y1=0 linecolor rgb ink(i) notitle, \
         for [i=1:curve_count] file(i) using 'x':'y' with lines linewidth 1.6 dashtype dash(i) linecolor rgb ink(i) title entry[i]
}

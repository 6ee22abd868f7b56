# Any columns over any other: curves of results that run through time, points of others, with the
# intervals of averages as bars or bands. Open points: not all rows of a place have a value.
cd ARG2
load 'figure.gp'
keyed = !scale && (curve_count > 1 || entry[1] ne '')
longest = 1
do for [i=1:curve_count] { longest = strlen(entry[i]) > longest ? strlen(entry[i]) : longest }
columns = int(0.84 / (0.08 + 0.0135 * longest))
columns = columns < 1 ? 1 : columns
rows = keyed && format ne 'dumb' ? (curve_count + columns - 1) / columns : 0
load ARG1

set datafile missing # a nan is a gap
set lmargin at screen 0.155
set rmargin at screen (scale ? 0.83 : 0.97)
set tmargin at screen top
set bmargin at screen 0.13 + (rows > 0 ? 0.02 : 0) + 0.037 * rows
if (strlen(x_label) > 70) { set xlabel x_label font font_for(x_label, 70) } else { set xlabel x_label }
if (strlen(y_label) > 50) { set ylabel y_label font font_for(y_label, 50) } else { set ylabel y_label }
if (x_log) { set logscale x; set format x power }
if (y_log) { set logscale y; set format y power }
if (x_names > 0) {
    set xrange [-0.5:x_names - 0.5]
    unset mxtics
    set xtics () noenhanced
    if (x_names > 8) { set xtics rotate by 25 right }
    do for [i=1:x_names] { set xtics add (x_name[i] i - 1) }
} else {
    set offsets graph (x_log ? 0 : 0.02), graph (x_log ? 0 : 0.02), graph (y_log ? 0 : 0.03), graph (y_log ? 0 : 0.03)
}
ink(i) = curve_tint[i] > 0 ? tint(curve_tint[i]) : paint(curve_paint[i])
dash(i) = curve_tint[i] > 0 && curve_tint[i] <= |rule_dashes| ? pattern(curve_tint[i]) : 1 + (i - 1) / 7
symbol(i) = plain ? i : 7
file(i) = sprintf('curve_%d.tsv', i)
lined(i) = drawn_as[i] != 2 ? column('mean') : NaN
dotted(i) = drawn_as[i] != 1 ? column('mean') : NaN
between(i, name) = drawn_as[i] == 1 ? column(name) : NaN
banded = plain ? 0 : curve_count
barred = plain || !bars ? 0 : curve_count
wide = bands && !plain ? curve_count : 0
if (!scale) { set style fill transparent solid 0.18 noborder } # it would fade the scale
if (keyed && plain) { set key outside bottom center horizontal }
if (keyed && !plain) { set key enhanced at screen 0.13, screen 0.012 left bottom horizontal maxcols columns }
if (!keyed) { unset key }
small = size_of_points * 0.75
# Lines and points have entries of their own kind in the key.
array of_lines[curve_count]
array of_points[curve_count]
lines_shown = 0
points_shown = 0
do for [i=1:curve_count] { of_lines[i] = 1; of_points[i] = 1 } # loops that do not run are parsed
do for [i=1:curve_count] {
    if (drawn_as[i] == 2) {
        points_shown = points_shown + 1
        of_points[points_shown] = i
    } else {
        lines_shown = lines_shown + 1
        of_lines[lines_shown] = i
    }
}
open = partial > 0 && !plain ? curve_count : 0
lacking(i) = column('with') < column('of') && column('with') > 0 ? dotted(i) : NaN
if (scale) {
    set palette defined (0 '#440154', 1 '#414487', 2 '#2a788e', 3 '#22a884', 4 '#7ad151', 5 '#fde725')
    unset key
    set cbrange [0:split_count - 1]
    set cblabel split_name noenhanced offset 1
    set cbtics () noenhanced
    do for [i=1:|split_at|] { set cbtics add (split_label[i] split_at[i]) }
    set colorbox user origin screen 0.855, graph 0 size screen 0.025, graph 1
    part(i) = (i - 1.0) / (curve_count - 1)
    plot for [i=1:barred] file(i) using 'x':(dotted(i)):(column('low')):(column('high')) with yerrorbars pointtype 7 pointsize 0 linewidth 0.8 linecolor palette frac part(i) notitle, \
         for [i=1:curve_count] file(i) using 'x':(lined(i)):(i - 1) with lines linewidth 1.2 linecolor palette notitle, \
         for [i=1:curve_count] file(i) using 'x':(dotted(i)):(i - 1) with points pointtype 7 pointsize small linecolor palette notitle, \
         for [i=1:open] file(i) using 'x':(lacking(i)) with points pointtype 7 pointsize small * 0.55 linecolor rgb '#ffffff' notitle
} else {
    # Bands need a line to be about; points have bars, thin ones for the wider interval.
    plot for [i=1:wide] file(i) using 'x':(between(i, 'lowest')):(column('highest')) with filledcurves linecolor rgb ink(i) notitle, \
         for [i=1:banded] file(i) using 'x':(between(i, 'low')):(column('high')) with filledcurves linecolor rgb ink(i) notitle, \
         for [i=1:wide] file(i) using 'x':(dotted(i)):(column('lowest')):(column('highest')) every every_place[i] with yerrorbars pointtype 7 pointsize 0 linewidth 0.4 linecolor rgb ink(i) notitle, \
         for [i=1:barred] file(i) using 'x':(dotted(i)):(column('low')):(column('high')) every every_place[i] with yerrorbars pointtype 7 pointsize 0 linewidth 1 linecolor rgb ink(i) notitle, \
         for [i=1:curve_count] file(i) using 'x':(lined(i)) with lines linewidth 1.5 dashtype dash(i) linecolor rgb ink(i) notitle, \
         for [i=1:curve_count] file(i) using 'x':(dotted(i)) every every_place[i] with points pointtype symbol(i) pointsize small linewidth 0.8 linecolor rgb ink(i) notitle, \
         for [i=1:open] file(i) using 'x':(lacking(i)) every every_place[i] with points pointtype 7 pointsize small * 0.55 linecolor rgb '#ffffff' notitle, \
         for [i=1:lines_shown] keyentry with lines linewidth 1.5 dashtype dash(of_lines[i]) linecolor rgb ink(of_lines[i]) title entry[of_lines[i]], \
         for [i=1:points_shown] keyentry with points pointtype symbol(of_points[i]) pointsize small linecolor rgb ink(of_points[i]) title entry[of_points[i]]
}

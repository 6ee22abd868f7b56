# Stability of the zero-error solution over units and learning rates: growth rate as the colour of a
# cell, blue where it is stable; the line is the largest stable rate.
cd ARG2
load 'figure.gp'
shape_of_figure = 0.75
load ARG1
unset datafile columnheaders
set datafile missing # nan still occupies its cell

# Colours follow the square root, because growth rates differ widely between few and many units.
shade(z) = z == z ? (z < 0 ? -1 : 1) * sqrt(abs(z) / reach) : NaN
@diverging
set cbrange [-1:1]
set cbtics () textcolor rgb text_ink
tic(z) = minus(sprintf('%.2g', z * reach))
do for [i=-1:1] { set cbtics add ((abs(i) == 1 ? (i > 0 ? '≥ ' : '') : '').tic(i) i) }
do for [i=-1:1:2] { set cbtics add (tic(i * 0.25) i * 0.5) }
set cblabel (plain || fits(20, top - bottom) ? 'largest growth rate' : 'growth rate') offset 0.8
set colorbox user origin screen 1 - across(0.165), graph 0 size screen 0.025, graph 1

set tmargin at screen top
set bmargin at screen plain ? 0.13 : high(0.085)
set lmargin at screen plain ? 0.1 : across(0.09)
set rmargin at screen plain ? 0.81 : 1 - across(0.19)
set border 15
unset mxtics
set xlabel (plain || 1 - across(0.28) > letters(33) ? 'student units = teacher units  K' : 'units  K')
set ylabel 'learning rate  '.of_greek('η')
set xrange [-0.5:columns - 0.5]
half = rates > 1 ? (to - from) / (rates - 1) / 2 : from / 2
set yrange [from - half:to + half]
set xtics out
eval 'set xtics ('.tics.')'
set ytics out
set key off
set object 1 rectangle from graph 0, graph 0 to graph 1, graph 1 behind fillcolor rgb shade fillstyle solid noborder
set label 3 'stable' at graph 0.03, graph 0.05 offset 0, (plain || 1 - across(0.28) > letters(40) ? 0 : 1.1) left front textcolor rgb on_map
set label 4 'unstable' at graph 0.97, graph 0.95 right front textcolor rgb '#ffffff'
set label 5 (plain || 1 - across(0.28) > letters(32) ? 'line: largest stable rate' : '') at graph 0.97, graph 0.05 right front textcolor rgb on_map

if (plain) {
    unset colorbox
    unset object 1
    unset label 3
    unset label 4
    unset label 5
    plot 'cells.tsv' using 1:2:($3 < 0 ? '-' : $3 > 0 ? '+' : '.') with labels
} else {
    if (format eq 'png') {
        plot 'cells.tsv' using 1:2:(shade($3)) with image notitle, \
             'roots.tsv' using 1:2 with histeps linewidth 2 linecolor rgb on_map notitle, \
             'roots.tsv' using 1:2 with points pointtype 7 pointsize size_of_points linecolor rgb on_map notitle
    } else {
        plot 'cells.tsv' using 1:2:(shade($3)) with image pixels notitle, \
             'roots.tsv' using 1:2 with histeps linewidth 2 linecolor rgb on_map notitle, \
             'roots.tsv' using 1:2 with points pointtype 7 pointsize size_of_points linecolor rgb on_map notitle
    }
}

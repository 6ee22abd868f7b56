# Fixed points: generalisation error against the number of directions that grow.
cd ARG2
load 'figure.gp'
shape_of_figure = 0.65
load ARG1
unset datafile columnheaders

set tmargin at screen top
set bmargin at screen 0.15
set lmargin at screen 0.11
set rmargin at screen (plain ? 0.97 : 0.76)
set xlabel name_eg
set ylabel 'directions that grow'
set format x '%g'
set format y '%g'
unset mytics
stats 'points.tsv' using 2 nooutput
set yrange [-0.4:(STATS_max > 4 ? 1.08 * STATS_max : STATS_max + 0.4)]
every_tic = STATS_max > 12 ? ceil(STATS_max / 10.0) : 1
set ytics 0, every_tic
set offsets graph 0.04, graph 0.04, 0, 0
if (plain) { set key bottom right } else { set key at screen 0.775, screen top left top }
if (left_out > 0 && !plain) set label 3 sprintf("%d unphysical\nnot shown", left_out) at screen 0.785, screen top - 0.2 left noenhanced textcolor rgb faint
# Filled: isolated; open: one of a continuous family.
mark(family, growing) = (plain ? 2 * growing + 1 : 6 + (family == 0))
plot for [growing=0:1] for [family=0:1] 'points.tsv' using ($3 == 1 + family && ($2 > 0) == growing ? $1 : NaN):2 with points pointtype mark(family, growing) pointsize 1.4 * size_of_points linewidth 1.4 linecolor rgb paint(growing ? 2 : 1) notitle, \
     keyentry with points pointtype mark(0, 0) pointsize 1.4 * size_of_points linecolor rgb paint(1) title 'stable', \
     keyentry with points pointtype mark(0, 1) pointsize 1.4 * size_of_points linecolor rgb paint(2) title 'unstable', \
     for [i=1:families > 0] keyentry with points pointtype mark(1, 1) pointsize 1.4 * size_of_points linewidth 1.4 linecolor rgb paint(7) title 'open: a family'

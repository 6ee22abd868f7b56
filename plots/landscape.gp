# Fixed points: generalisation error against the number of directions that grow.
cd ARG2
load 'figure.gp'
shape_of_figure = 0.65
load ARG1
unset datafile columnheaders

set tmargin at screen top
# The key is right of the plot, of a narrow page below it.
beside = plain || narrow || legend_off ? 0 : 0.24
set bmargin at screen plain ? 0.15 : high(narrow && !legend_off ? 0.155 : 0.085)
set lmargin at screen left
set rmargin at screen (beside > 0 ? 1 - across(beside) : right)
stats 'points.tsv' using 1 nooutput
set xlabel name_eg
eval tics_x(STATS_min, STATS_max, 1 - across(narrow ? 0.14 : 0.35))
set ylabel 'directions that grow'
set format x '%g'
set format y '%g'
unset mytics
stats 'points.tsv' using 2 nooutput
set yrange [-0.4:(STATS_max > 4 ? 1.08 * STATS_max : STATS_max + 0.4)]
every_tic = STATS_max > 12 ? ceil(STATS_max / 10.0) : 1
set ytics 0, every_tic
set offsets graph 0.04, graph 0.04, 0, 0
if (plain && !legend_off) { set key bottom right }
if (beside > 0) { set key at screen 1 - across(0.225), screen top left top }
if (narrow && !legend_off && !plain) { set key at screen left, screen high(0.008) left bottom vertical maxrows 2 }
if (left_out > 0 && beside > 0) set label 3 sprintf("%d unphysical\nnot shown", left_out) at screen 1 - across(0.215), screen top - high(0.13) left noenhanced textcolor rgb faint
eval own_ranges(0, 0)
# Filled: isolated; open: one of a continuous family.
mark(family, growing) = (plain ? 2 * growing + 1 : 6 + (family == 0))
plot for [growing=0:1] for [family=0:1] 'points.tsv' using ($3 == 1 + family && ($2 > 0) == growing ? $1 : NaN):2 with points pointtype mark(family, growing) pointsize 1.4 * size_of_points linewidth 1.4 linecolor rgb paint(growing ? 2 : 1) notitle, \
     keyentry with points pointtype mark(0, 0) pointsize 1.4 * size_of_points linecolor rgb paint(1) title 'stable', \
     keyentry with points pointtype mark(0, 1) pointsize 1.4 * size_of_points linecolor rgb paint(2) title 'unstable', \
     for [i=1:families > 0] keyentry with points pointtype mark(1, 1) pointsize 1.4 * size_of_points linewidth 1.4 linecolor rgb paint(7) title 'open: a family'

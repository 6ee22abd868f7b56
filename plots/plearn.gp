# Left: the probability of learning against the number of units, with the formula. Right: every run,
# against the number of positive entries of its feedback.
cd ARG2
load 'figure.gp'
shape_of_figure = points_of_face / 10.0 * 7 / page_width > 1.3 && page_aspect == 0 ? 1.1 : 0.6 # narrow: one below the other
load ARG1
unset datafile columnheaders

stats 'points.tsv' using 1 nooutput
least_K = STATS_min
most_K = STATS_max

set multiplot
low = plain ? 0.15 : high(0.085)
middle = narrow ? low + (top - low) / 2 : 0
key_width = legend_off ? 0.03 : 0.13
half = (1 - across(0.09 + 0.13 + key_width)) / 2 # the width of a panel beside another
short_key = !plain && (narrow || half < letters(32))
set tmargin at screen top - (plain ? 0.02 : high(0.012))
set bmargin at screen narrow ? middle + high(0.05) : low
set lmargin at screen plain ? 0.1 : across(0.095)
set rmargin at screen plain ? 0.4 : narrow ? 1 - across(key_width) : across(0.095) + half
set xrange [least_K - 0.5:most_K + 0.5]
set yrange [0:1.02]
set xlabel 'student units  K'
set ylabel (plain ? 'P(learn)' : 'probability to learn')
unset mxtics
set xtics 1
if (!legend_off) set key bottom right
plot 'points.tsv' using 1:4 with lines linetype 7 linewidth 1.4 linecolor rgb text_ink title (plain || !short_key ? (plain ? 'formula' : 'from signs of F_1') : 'formula') enhanced, \
     'points.tsv' using 1:2:($2 - $3):($2 + $3):2 with financebars linewidth 1.2 linecolor rgb text_ink notitle, \
     'points.tsv' using 1:2 with points pointtype 7 pointsize size_of_points linecolor rgb text_ink title (short_key ? 'runs' : 'runs, ± s.e.')
do for [i=1:4] { unset label i }

# Runs with the same number of positive entries are spread side by side.
set tmargin at screen narrow ? middle - high(0.05) : top - (plain ? 0.02 : high(0.012))
set bmargin at screen low
set lmargin at screen plain ? 0.535 : narrow ? across(0.095) : 1 - across(key_width) - half
set rmargin at screen plain ? 0.87 : 1 - across(key_width)
set xrange [-0.6:most_K + 0.6]
set logscale y
set yrange [*:2]
set format y power
set xlabel (plain ? 'positive entries of F1' : 'positive entries of  F_1')
set ylabel (plain ? 'eg/eg(0)' : 'final  '.eps_g.' / '.eps_g.'(0)')
if (!legend_off) set key at screen (plain ? 0.88 : 1 - across(0.12)), screen (narrow ? middle - high(0.05) : top) - (plain ? 0.03 : high(0.018)) left top samplen 0.3
set arrow 1 from graph 0, first level to graph 1, first level nohead front linecolor rgb text_ink linewidth 1 dashtype 2
if (!plain) set label 3 'not learned' at graph 0.985, first level offset 0, 0.55 right noenhanced textcolor rgb text_ink
list = ''
stats 'points.tsv' using (list = list.sprintf(' %g', $1), 1) nooutput
size(i) = word(list, i) + 0
place(K, j, order) = j + 0.72 * (order - 0.5)
plot for [i=1:sizes] 'runs.tsv' using ($1 == size(i) ? place($1, $2, $5) : NaN):3 with points pointtype count_mark(i) pointsize (grey ? 1.7 : 1) * size_of_small_points linecolor rgb paint(i) notitle, \
     for [i=1:sizes] keyentry with points pointtype count_mark(i) pointsize size_of_points linecolor rgb paint(i) title sprintf('K = %d', size(i))
unset multiplot

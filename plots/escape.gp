# Left: mean time to leave the plateau over N, with the slope that the plateau's growth rate predicts.
# Right: the distribution of ln|z| at the largest N, with that of a standard normal z.
cd ARG2
load 'figure.gp'
shape_of_figure = 0.55
load ARG1
unset datafile columnheaders

stats 'means.tsv' using (log($1)):2 name 'T' nooutput
line(N) = T_mean_y + predicted * (log(N) - T_mean_x)

set multiplot
set tmargin at screen top - 0.02
set bmargin at screen 0.17
set lmargin at screen 0.11
set rmargin at screen 0.50
set logscale x
set format x power
set xlabel 'inputs  N'
set ylabel (plain ? 't(escape)' : 'time of escape  t')
set key top left
plot line(x) with lines linetype 7 linewidth 1.4 linecolor rgb "#000000" title (plain ? sprintf('ln N/(2 lambda), %.4g', predicted) : sprintf('slope 1/(2λ) = %.4g in ln N', predicted)), \
     'means.tsv' using 1:2:3 with yerrorbars pointtype 7 pointsize size_of_points linewidth 1.2 linecolor rgb colours[1] title sprintf('runs: %.4g ± %.1g', slope, slope_se)
do for [i=1:4] { unset label i }

set lmargin at screen 0.60
set rmargin at screen 0.97
unset logscale x
set format x '%g'
set xlabel (plain ? 'ln|z|' : 'ln |z|')
set ylabel 'density'
width = 0.5
bin(x) = width * (floor(x / width) + 0.5)
set boxwidth width
set style fill solid 0.35 border
set yrange [0:0.7]
set xrange [-5:2]
density(x) = sqrt(2 / pi) * exp(x - exp(2 * x) / 2)
set key top left
plot 'scatter.tsv' using (bin($1)):(1 / (width * escaped)) smooth frequency with boxes linecolor rgb colours[1] title sprintf('%d runs, s.d. %.3g ± %.1g', escaped, sd, sd_se), \
     density(x) with lines linetype 7 linewidth 1.4 linecolor rgb "#000000" title (plain ? 'normal z: s.d. 1.11' : 'standard normal z: s.d. 1.11')
unset multiplot

# Left: mean time to leave the plateau over N, with the slope that the plateau's growth rate predicts.
# Right: the distribution of ln|z| at the largest N, with that of a standard normal z. On a narrow page
# one is below the other.
cd ARG2
load 'figure.gp'
shape_of_figure = points_of_face / 10.0 * 7 / page_width > 1.3 && page_aspect == 0 ? 1.15 : 0.55
load ARG1
unset datafile columnheaders

stats 'means.tsv' using (log($1)):2 name 'T' nooutput
line(N) = T_mean_y + predicted * (log(N) - T_mean_x)

set multiplot
low = plain ? 0.15 : high(0.08)
middle = narrow ? low + (top - low) / 2 : 0
half = (right - left - across(0.12)) / 2 # the width of a panel beside another
short_key = !narrow && half < letters(36)
set tmargin at screen top - (plain ? 0.02 : high(0.012))
set bmargin at screen narrow ? middle + high(0.05) : low
set lmargin at screen left
set rmargin at screen narrow ? right : left + half
set logscale x
set format x power
set xrange [exp(T_min_x) / 1.2:exp(T_max_x) * 1.2]
set xlabel 'inputs  N'
set ylabel (plain ? 't(escape)' : 'time of escape  t')
if (!legend_off) { set key top left }
plot line(x) with lines linetype 7 linewidth 1.4 linecolor rgb text_ink title (plain ? sprintf('ln N/(2 lambda), %.4g', predicted) : sprintf('slope 1/(2λ) = %.4g'.(short_key ? '' : ' in ln N'), predicted)), \
     'means.tsv' using 1:2:3 with yerrorbars pointtype 7 pointsize size_of_points linewidth 1.2 linecolor rgb colours[1] title sprintf('runs: %.4g', slope)
do for [i=1:4] { unset label i }

set tmargin at screen narrow ? middle - high(0.03) : top - (plain ? 0.02 : high(0.012))
set bmargin at screen low
set lmargin at screen narrow ? left : right - half
set rmargin at screen right
unset logscale x
set format x '%g'
set xlabel (plain ? 'ln|z|' : 'ln |z|')
set ylabel 'density'
width = 0.5
bin(x) = width * (floor(x / width) + 0.5)
set boxwidth width
set style fill transparent solid 0.35 border
set yrange [0:0.7]
set xrange [-5:2]
density(x) = sqrt(2 / pi) * exp(x - exp(2 * x) / 2)
plot 'scatter.tsv' using (bin($1)):(1 / (width * escaped)) smooth frequency with boxes linecolor rgb colours[grey ? 2 : 1] title sprintf('%d runs, s.d. %.3g ± %.1g', escaped, sd, sd_se), \
     density(x) with lines linetype 7 linewidth 1.4 linecolor rgb text_ink title (plain || short_key ? 'normal z: s.d. 1.11' : 'standard normal z: s.d. 1.11')
unset multiplot

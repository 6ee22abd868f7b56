# Left: mean time to leave the plateau over N, with the slope that the plateau's growth rate predicts.
# Right: the distribution of ln|z| at the largest N, with that of the length of as many standard normals
# as there are directions that grow. On a narrow page one is below the other.
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
# What is below the key ends there: bars of the runs, and the line.
reached = letters(short_key ? 29 : 37) / (narrow ? right - left : half)
reached = T_min_x - 0.18 + (reached < 1 ? reached : 1) * (T_max_x - T_min_x + 0.36)
lowest = T_mean_y
highest = T_mean_y
below_key = line(exp(reached))
do for [i=0:T_records - 1] {
    stats 'means.tsv' every ::i::i using 2:3 name 'P' nooutput
    stats 'means.tsv' every ::i::i using (log($1)) name 'N' nooutput
    if (P_min_x - P_min_y < lowest) { lowest = P_min_x - P_min_y }
    if (P_max_x + P_max_y > highest) { highest = P_max_x + P_max_y }
    if (N_min < reached && P_max_x + P_max_y > below_key) { below_key = P_max_x + P_max_y }
}
set tmargin at screen top - (plain ? 0.02 : high(0.012))
set bmargin at screen narrow ? middle + high(0.05) : low
set lmargin at screen left
set rmargin at screen narrow ? right : left + half
set logscale x
set format x power
set xrange [exp(T_min_x) / 1.2:exp(T_max_x) * 1.2]
set xlabel 'inputs  N'
set ylabel (plain ? 't(escape)' : 'time of escape  t')
of_key = legend_off ? 0.04 : plain ? 0.25 : high(0.085) / ((top - low) / (narrow ? 2.2 : 1)) # part of a panel's height
over_bars = (below_key - of_key * lowest) / (1 - of_key)
set yrange [*:(over_bars > highest ? over_bars : highest)]
if (!legend_off) { set key top left }
plot line(x) with lines linetype 7 linewidth 1.4 linecolor rgb text_ink title (plain ? sprintf('ln N/(2 lambda), %.4g', predicted) : wording(sprintf('slope 1/(2λ) = %.4g'.(short_key ? '' : ' in ln N'), predicted))), \
     'means.tsv' using 1:2:($2 - $3):($2 + $3):2 with financebars linewidth 1.2 linecolor rgb colours[1] notitle, \
     'means.tsv' using 1:2 with points pointtype 7 pointsize size_of_points linecolor rgb colours[1] title sprintf('runs: %.4g', slope)
do for [i=1:4] { unset label i }

set tmargin at screen narrow ? middle - high(0.03) : top - (plain ? 0.02 : high(0.012))
set bmargin at screen low
set lmargin at screen narrow ? left : right - half
set rmargin at screen right
unset logscale x
set format x '%g'
set xlabel (plain ? 'ln|z|' : 'ln |z|')
set ylabel 'density'
bin(x) = width * (floor(x / width) + 0.5)
set boxwidth width
set style fill transparent solid 0.35 border
stats 'scatter.tsv' using 1 name 'Z' nooutput
if (directions > 1) { set xrange [(Z_min < -2 ? floor(Z_min) : -2):(Z_max > 2 ? ceil(Z_max) : 2)] } else { set xrange [-5:2] }
density(x) = 2**(1 - directions / 2.0) / gamma(directions / 2.0) * exp(directions * x - exp(2 * x) / 2)
highest = 1.01 * density(log(directions) / 2) # of the curve
set yrange [0:(densest > highest ? densest : highest) / (1 - of_key)]
of_law = sprintf(': s.d. %.3g', law)
normals = directions > 1 ? sprintf('%d normals', directions).(plain || short_key ? '' : ', length') : plain || short_key ? 'normal z' : 'standard normal z'
plot 'scatter.tsv' using (bin($1)):(1 / (width * escaped)) smooth frequency with boxes linecolor rgb colours[grey ? 2 : 1] title sprintf('%d runs, s.d. %.3g ± %.1g', escaped, sd, sd_se), \
     density(x) with lines linetype 7 linewidth 1.4 linecolor rgb text_ink title normals.of_law
unset multiplot

# Comparison of engines: every difference relative to its tolerance, one panel per pair. The
# comparison passes if all points lie below the line at 1.
cd ARG2
load 'figure.gp'
shape_of_figure = pairs > 2 ? 0.95 : 0.75
load ARG1
unset datafile columnheaders

set multiplot
set lmargin at screen 0.12
set rmargin at screen (plain ? 0.8 : 0.83)
height = (top - 0.09) / pairs
if (log_t) { set logscale x }
# Differences far above 1 need a logarithmic axis.
if (worst > 10) {
    set logscale y
    set format y power
    set yrange [1e-3:2 * worst]
} else {
    set yrange [0:(worst < 1 ? 1.15 : 1.15 * worst)]
}
set arrow 1 from graph 0, first 1 to graph 1, first 1 nohead front linecolor rgb '#000000' linewidth 1.4
do for [p=1:pairs] {
    set tmargin at screen top - (p - 1) * height - 0.03
    set bmargin at screen top - p * height + (plain ? 0.01 : 0.02)
    set format x (p < pairs ? '' : log_t ? power : '%g')
    if (p == pairs) { set xlabel name_t } else { unset xlabel }
    if (p == 1) {
        set key at screen 0.85, screen top - 0.03 left top enhanced
        set ylabel '|difference| / allowed'
        set label 4 (over == 0 ? 'all within what is allowed' : sprintf('%d beyond what is allowed', over)) at screen 0.83, graph 1 right offset 0, 0.7 noenhanced
    } else {
        unset key
    }
    set label 3 pair[p] at graph 0.01, graph 1 left offset 0, 0.7 noenhanced
    plot for [f=1:families] 'shares.tsv' using 1:($3 == family[f] && $4 == p ? $2 : NaN) with points pointtype (plain ? family[f] : 7) pointsize size_of_small_points linecolor rgb paint(family[f]) notitle, \
         for [f=1:families] 'shares.tsv' using 1:($3 == family[f] && $4 == p && $2 > 1 ? $2 : NaN) with points pointtype 2 pointsize size_of_points linewidth 1.2 linecolor rgb paint(family[f]) notitle, \
         for [f=1:families] keyentry with points pointtype (plain ? family[f] : 7) pointsize size_of_points linecolor rgb paint(family[f]) title family_symbol[f]
    do for [i=1:4] { unset label i }
}
unset multiplot

# Comparison of engines: every difference relative to its tolerance, one panel per pair. The
# comparison passes if all points lie below the line at 1.
cd ARG2
load 'figure.gp'
shape_of_figure = pairs > 2 ? 0.95 : 0.75
load ARG1
unset datafile columnheaders

set multiplot
bottom = plain ? 0.09 : high(0.072)
set lmargin at screen left
set rmargin at screen (plain ? 0.8 : 1 - across(legend_off ? 0.03 : 0.17))
height = (top - bottom) / pairs
if (log_t) { set logscale x }
eval xranges
# Differences far above 1 need a logarithmic axis.
if (worst > 10) {
    set logscale y
    set format y power
    set yrange [1e-3:2 * worst]
} else {
    set yrange [0:(worst < 1 ? 1.15 : 1.15 * worst)]
}
set arrow 1 from graph 0, first 1 to graph 1, first 1 nohead front linecolor rgb text_ink linewidth 1.4
do for [p=1:pairs] {
    set tmargin at screen top - (p - 1) * height - (plain ? 0.03 : high(0.026))
    set bmargin at screen top - p * height + (plain ? 0.01 : high(0.014))
    set format x (p < pairs ? '' : log_t ? power : '%g')
    set xlabel (p == pairs ? name_t : '')
    if (p == 1) {
        if (!legend_off) { set key at screen 1 - across(0.155), screen top - (plain ? 0.03 : high(0.026)) left top enhanced }
        set ylabel (plain || fits(22, height) ? '|difference| / allowed' : '|d| / allowed')
        set label 4 (over == 0 ? 'all within what is allowed' : sprintf('%d beyond what is allowed', over)) at graph 1, graph 1 right offset 0, 0.7 noenhanced textcolor rgb text_ink
    } else {
        unset key
    }
    set label 3 pair[p] at graph 0.01, graph 1 left offset 0, 0.7 noenhanced textcolor rgb text_ink
    plot for [f=1:families] 'shares.tsv' using 1:($3 == family[f] && $4 == p ? $2 : NaN) with points pointtype count_mark(family[f]) pointsize size_of_small_points linecolor rgb paint(family[f]) notitle, \
         for [f=1:families] 'shares.tsv' using 1:($3 == family[f] && $4 == p && $2 > 1 ? $2 : NaN) with points pointtype 2 pointsize size_of_points linewidth 1.2 linecolor rgb paint(family[f]) notitle, \
         for [f=1:families] keyentry with points pointtype count_mark(family[f]) pointsize size_of_points linecolor rgb paint(family[f]) title family_symbol[f]
    do for [i=1:4] { unset label i }
}
unset multiplot

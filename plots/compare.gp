# Comparison of engines: every difference relative to its tolerance, one panel per pair. The
# comparison passes if all points lie below the line at 1.
cd ARG2
load 'figure.gp'
shape_of_figure = pairs > 2 ? 0.95 : 0.75
load ARG1
unset datafile columnheaders

set multiplot
bottom = plain ? 0.09 : high(0.072)
height = (top - bottom) / (wide ? 1 : pairs)
left = plain ? left : across(0.09)
right_edge = plain ? 0.8 : 1 - across(legend_off ? 0.03 : 0.17)
width = (right_edge - left) / (wide ? pairs : 1)
set label 5 '|difference| / allowed' at screen across(0.013), screen (top + bottom) / 2 center rotate noenhanced textcolor rgb text_ink
if (plain) { unset label 5 }
beyond = plain || right_edge - left > letters(52) || wide ? ' beyond what is allowed' : ' beyond'
verdict = over == 0 ? (beyond eq ' beyond' ? 'all within' : 'all within what is allowed') : sprintf('%d%s', over, beyond)
tight = !plain && !wide && right_edge - left < letters(34)
if (tight) { set label 5 '|difference| / allowed'; set label 6 verdict at screen 1 - across(0.15), screen top - high(0.21) left noenhanced textcolor rgb text_ink }
below_title = subtitle_text.(subtitle_text eq '' ? '' : '; ').verdict
if (wide) { set label 2 below_title font font_for(below_title, 84); top = top + high(0.025) * second_lines }
T_min = 0; T_max = 0
stats 'shares.tsv' using ($1 > 0 ? $1 : NaN) name 'T' nooutput
log_t = log_t && T_max > T_min
if (log_t) {
    first_t = low_of(own_xrange, T_min)
    last_t = high_of(own_xrange, T_max)
    power_t = format_of_log(first_t, last_t)
    eval time_tics(width)
    set logscale x
}
# Differences far above 1 need a logarithmic axis.
if (log_y(worst > 10)) {
    set logscale y
    set yrange [1e-3:(worst < 1 ? 2 : 2 * worst)]
    eval log_y_axis(1e-3, worst < 1 ? 2 : 2 * worst, height)
} else {
    set yrange [0:(worst < 1 ? 1.15 : 1.15 * worst)]
}
eval own_ranges(log_t, log_y(worst > 10))
set arrow 1 from graph 0, first 1 to graph 1, first 1 nohead front linecolor rgb text_ink linewidth 1.4
do for [p=1:pairs] {
    set lmargin at screen left + (wide ? (p - 1) * width + (p > 1 ? across(0.055) : 0) : 0)
    set rmargin at screen wide ? left + p * width : right_edge
    set tmargin at screen top - (wide ? 0 : (p - 1) * height) - (plain ? 0.03 : high(0.026))
    set bmargin at screen wide ? bottom : top - p * height + (plain ? 0.01 : high(0.014))
    set format x (p < pairs && !wide ? '' : log_t ? power_t : '%g')
    if (wide && p > 1) { set format y '' }
    set xlabel (p == pairs || wide ? name_t : '')
    if (p == 1) {
        if (!legend_off) { set key at screen 1 - across(0.155), screen top - (plain ? 0.03 : high(0.026)) left top horizontal maxcols 1 enhanced }
        if (plain) { set ylabel '|difference| / allowed' }
        if (!wide && !tight) { set label 4 verdict at graph 1, graph 1 right offset 0, 0.7 noenhanced textcolor rgb text_ink }
    } else {
        unset key
    }
    set label 3 pair[p] at graph 0.01, graph 1 left offset 0, 0.7 noenhanced textcolor rgb text_ink
    plot for [f=1:families] 'shares.tsv' using 1:($3 == family[f] && $4 == p ? $2 : NaN) with points pointtype count_mark(family[f]) pointsize size_of_small_points linecolor rgb paint(family[f]) notitle, \
         for [f=1:families] 'shares.tsv' using 1:($3 == family[f] && $4 == p && $2 > 1 ? $2 : NaN) with points pointtype 2 pointsize size_of_points linewidth 1.2 linecolor rgb paint(family[f]) notitle, \
         for [f=1:families] keyentry with points pointtype count_mark(family[f]) pointsize size_of_points linecolor rgb paint(family[f]) title family_symbol[f]
    do for [i=1:6] { unset label i }
}
unset multiplot

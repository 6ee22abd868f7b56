# Order parameters: one row each for Q, R and W2, one column for each problem (rule, rate, ...); colours distinguish
# the entries of a matrix.
cd ARG2
load 'figure.gp'
shape_of_figure = 1.0
own_key = 1
load ARG1

# The key of curves and points, below the panels; colours are used for the entries.
array glyph[4] = ['—', '○', '□', '△']
if (plain) { array glyph[4] = ['lines ', 'points', 'points', 'points'] }
banded = spreads > 0 && !plain
named = legend_off ? 0 : |file| + banded
line = plain ? rows(1) : high(0.026)
do for [i=1:(legend_off ? 0 : |file|)] {
    set label 10+i glyph[shape[i]].'  '.label[i] at screen left_of_key, screen 0.5 * line + line * (named - i + 0.5) left @literal font face_of_key textcolor rgb text_ink
}
if (banded && !legend_off) { set label 11+|file| '▒  '.spread_label at screen left_of_key, screen line left noenhanced font face_of_key textcolor rgb text_ink }
bottom = line * named + (plain ? rows(3) : high(0.085))
# The panel of row `row` and problem r; on a wide page, rows are columns.
# The key above them: of W2 one column, since its names are long.
if (wide) { top = top - high(entry_first[4] - entry_first[3] > 4 ? 0.1 : entry_first[3] - entry_first[2] > 3 ? 0.06 : 0.04) }
right = plain ? 0.86 : wide ? right : 1 - across(0.15)
height = (top - bottom) / (wide ? problems : 3)
width = (right - left) / (wide ? 3 : problems)
down = 'row'; over = 'r'
if (wide) { down = 'r'; over = 'row' }
lowest_row = wide ? problems : 3
array row_least[3]; array row_most[3]
do for [row=1:3] {
    row_least[row] = 1e300; row_most[row] = -1e300
    do for [c=entry_first[row]:entry_first[row + 1] - 1] {
        quantity = entry[c]
        @span
        row_least[row] = least < row_least[row] ? least : row_least[row]
        row_most[row] = most > row_most[row] ? most : row_most[row]
    }
}
do for [row=1:(plain ? 0 : 3)] {
    edge = left_of_tics(row_least[row], row_most[row])
    left = edge > left && !wide ? edge : left
}
width = (right - left) / (wide ? 3 : problems)
array row_name[3] = ['student–student  Q', 'student–teacher  R', 'read-out  W_2']
if (wide || (!plain && !fits(20, height - high(0.03)))) { array row_name[3] = ['Q', 'R', 'W_2'] }
if (plain) { array row_name[3] = ['Q', 'R', 'W2'] }
nth(c) = c - entry_first[row] + 1
mark_step(i) = (problems > 1 ? 2 : 1) * step[i]
inside = plain ? 0.075 : across(wide ? 0.117 : 0.065) # tics of a column that is not the first
small = sprintf('%s,%g', face, 0.75 * points_of_face)
do for [row=1:(wide ? 3 : 0)] {
    if (letters_of_tics(row_least[row], row_most[row]) > 4) { set ytics font small }
}

if ((problems > 2 || type * problems > 2.2) && !plain) { # narrow panels
    face_of_tics = sprintf('%s,%g', face, 0.65 * points_of_face)
    set ytics font face_of_tics
}
if (wide) { set xtics offset 0, (format eq 'svg' ? 0.12 : -0.16) } # clear of large points on the axis
set multiplot
if (log_t) set logscale x
do for [row=1:3] {
    first = entry_first[row]
    last = entry_first[row + 1] - 1
    do for [r=1:problems] {
        upper = top - (@down - 1) * height - (wide ? high(0.014) : row == 1 && problems > 1 ? (plain ? 0.02 : high(0.022)) : 0)
        lower = top - @down * height + (plain ? 0.02 : high(0.022))
        set lmargin at screen left + (@over - 1) * width + (@over > 1 ? inside : 0)
        set rmargin at screen left + @over * width
        set tmargin at screen upper
        set bmargin at screen lower
        set format x (@down < lowest_row ? '' : log_t ? power_t : '%g')
        set xlabel (@down == lowest_row ? name_t : '')
        set ylabel (wide || r == 1 ? row_name[row] : '')
        eval log_t ? time_tics(width - (@over > 1 ? inside : 0)) : tics_x(0, alone ? t_from : t_to, width - (@over > 1 ? inside : 0))
        eval tics_y(row_least[row], row_most[row], upper - lower)
        if (wide && row == 3 && problems > 1) { set label 3 wording(problem_name[r]) at graph 0.97, graph 1 offset 0, -0.8 right @literal font font_for(problem_name[r], 80 * width) textcolor rgb faint }
        if (!wide && row == 1 && problems > 1) { set label 3 wording(problem_name[r]) at graph 0.5, graph 1 offset 0, 0.6 center @literal font font_for(problem_name[r], 80 * width) textcolor rgb text_ink } else { unset label 3 }
        # The key of the entries is right of the row; of many entries only the first are listed.
        if (wide && r == 1 && !legend_off) { set key at graph 0.5, graph 1.015 center bottom horizontal samplen 0.8 width -1 enhanced font small }
        if (!wide && r == problems && !legend_off) { set key at screen right + across(0.01), screen top - (row - 1) * height left top horizontal maxcols 1 enhanced }
        if (legend_off || (wide && r > 1) || (!wide && r < problems)) { unset key }
        eval own_x(log_t)
        set yrange [*:*]
        if (row == 1) { eval own_y(0) }
        plot for [c=first:last] for [i=1:(plain ? 0 : spreads)] file[spread[i]] using 't':(problem[spread[i]] == r ? band_mean(entry[c]) - column('sd_'.entry[c]) : NaN):(band_mean(entry[c]) + column('sd_'.entry[c])) @band_fill paint(nth(c)) notitle, \
             for [c=first:last] for [i=1:simulations] file[simulation[i]] using 't':(problem[simulation[i]] == r ? within(column(entry[c]), bar_low(entry[c]), bar_high(entry[c])) : NaN):(bar_low(entry[c])):(bar_high(entry[c])):(column(entry[c])) every mark_step(simulation[i])::offset[simulation[i]] with financebars linewidth 0.8 linecolor rgb paint(nth(c)) notitle, \
             for [c=first:last] for [i=1:theories] file[theory[i]] using 't':(problem[theory[i]] == r ? column(entry[c]) : NaN) with lines linetype nth(c) linewidth 1.6 dashtype count_dash(nth(c)) linecolor rgb paint(nth(c)) notitle, \
             for [c=first:last] for [i=1:simulations] file[simulation[i]] using 't':(problem[simulation[i]] == r ? column(entry[c]) : NaN) every mark_step(simulation[i])::offset[simulation[i]] with points linewidth 0.8 linecolor rgb paint(nth(c)) pointtype points[shape[simulation[i]]] pointsize 0.8 * size_of_points notitle, \
             for [c=first:(last - first < 5 ? last : first + 3)] keyentry with lines linetype nth(c) linewidth 1.6 dashtype count_dash(nth(c)) linecolor rgb paint(nth(c)) title (plain ? entry[c] : symbol[c]), \
             for [c=1:(last - first < 5 ? 0 : 1)] keyentry title '…'
        do for [i=1:20] { unset label i }
    }
}
unset multiplot

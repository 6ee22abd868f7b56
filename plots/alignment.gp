# Align, then memorise: the error, and the alignment of read-out and feedback, one above the other, on
# a wide page side by side.
cd ARG2
load 'figure.gp'
shape_of_figure = 0.9
more_entries = (laws > 0) + (updates > 0)
load ARG1

quantity = 'cos_W2_F1'
@span
least_cos = least < 0 ? least : 0
quantity = 'eg'
@span
if (log_y(1)) { left = left_of_log(least, most) }

set multiplot
gap = plain ? 0.04 : high(0.036) # between the panels: one line of text
middle = bottom + 0.44 * (top - bottom)
above = plain ? 0 : high(0.026)  # a line of text above a panel
phases = plateau_entered > 0 && log_t && !plain
# The edges of both panels.
array l[2] = [left, wide ? 0.5 + left : left]
array r[2] = [wide ? 0.5 - across(0.02) : right, right]
array t[2] = [top - (phases || wide ? above : 0), wide ? top - above : middle - gap / 2]
array b[2] = [wide || plain ? bottom : middle + gap / 2, bottom]
if (plain) { b[1] = middle + rows(1); t[2] = middle }
edges = "set lmargin at screen l[p]; set rmargin at screen r[p]; set tmargin at screen t[p]; set bmargin at screen b[p]"

# Where a time is on the axis, from 0 to 1, and whether n letters fit beside it.
part(x) = log_t ? log(x / first_t) / log(last_t / first_t) : (x - first_t) / (last_t - first_t)
if (peaks && (part(peak) < 0 || part(peak) > 1)) { peaks = 0 }
room_left(x, n) = part(x) * (r[1] - l[1]) > letters(n)
room_right(x, n) = (1 - part(x)) * (r[1] - l[1]) > letters(n)

# The time of best alignment separates the two phases of the curves that align.
peak_ink = problems > 1 ? tint(colour[peak_series]) : faint
if (peaks) set arrow 1 from peak, graph 0 to peak, graph 1 nohead linecolor rgb peak_ink dashtype 2 linewidth 0.7
told = peaks && log_t && room_left(peak, 9) && room_right(peak, 13)
at_edge = wide ? 1 : 0
shift = wide ? 0.6 : -0.65
words_of_peak = "set label 3 (plain ? '<- align ' : '← align  ') at peak, graph at_edge offset 0, shift right textcolor rgb peak_ink; set label 4 (plain ? '   memorise ->' : '  memorise →') at peak, graph at_edge offset 0, shift left textcolor rgb peak_ink"
if (told && !wide) eval words_of_peak

# The plateau, between the ode's events that mark its start and end.
between(a, b) = sqrt(a * b)
phase_ink = problems > 1 ? tint(colour[phases_of]) : faint
if (phases) {
    ends = plateau_left > 0 ? plateau_left : t_to
    set object 1 rectangle from plateau_entered, graph 0 to ends, graph 1 behind fillstyle solid noborder fillcolor rgb shade
    if (room_left(plateau_entered, 5)) { set label 5 'fall  ' at plateau_entered, graph 1 offset 0, 0.6 right textcolor rgb phase_ink }
    if ((part(ends) - part(plateau_entered)) * (r[1] - l[1]) > letters(8)) { set label 6 'plateau' at between(plateau_entered, ends), graph 1 offset 0, 0.6 center textcolor rgb phase_ink }
    if (exponential > 0 && room_right(exponential, 6)) { set label 7 ' decay' at exponential, graph 1 offset 0, 0.6 left textcolor rgb phase_ink }
    if (exponential > 0) { set arrow 2 from exponential, graph 0 to exponential, graph 1 nohead linecolor rgb faint dashtype 3 linewidth 0.7 }
}

p = 1
@edges
if (log_t) set logscale x
set format x (wide ? (log_t ? power_t : '%g') : '')
if (wide) set xlabel name_t
if (log_t) { eval time_tics(r[p] - l[p]) }
if (log_y(1)) { set logscale y; band_floor = least / 3; eval log_y_axis(least, most, t[p] - b[p]) } else { set format y '%g'; eval tics_y(0, most, t[p] - b[p]) }
set ylabel eg_beside(t[1] - b[1])
eval own_ranges(log_t, log_y(1))
# The early law is drawn while the read-out aligns.
law_style = "with lines linewidth 1.6 dashtype 3 linecolor rgb text_ink"
law_entry = laws > 0 && !plain ? ", keyentry ".law_style." title 'law of early times'" : ''
# The cosine of the rule's update of W1 and that of bp, beside that of read-out and feedback.
update_style = "with lines linewidth 1.1 dashtype 2 linecolor rgb"
update_entry = updates > 0 && !plain ? ", keyentry ".update_style." text_ink title 'UA: cosine of the update and that of bp'" : ''
plot @curves, @marks, @entries @law_entry @update_entry
do for [i=1:7] { unset label i }
do for [i=1:text_lines] { unset label 1000+i }
unset object 1
unset arrow 2
if (peaks && !wide) set arrow 1 from peak, graph 0.8 to peak, graph 1 # above the inset
if (told && wide) eval words_of_peak

p = 2
@edges
set format x (log_t ? power_t : '%g')
unset logscale y
band_floor = -1e300
set format y '%g'
set yrange [*<0:1.02]
eval tics_y(least_cos, 1.02, t[p] - b[p])
set xlabel name_t
set ylabel cos_beside(t[2] - b[2]).(updates > 0 && !plain ? ', UA' : '')
unset key
quantity = 'cos_W2_F1'
of_law(i, t, x) = law_until[i] > 0 && t > law_until[i] ? NaN : x
law_curves = laws > 0 && !plain ? ", for [i=1:laws] file[law[i]] using 't':(of_law(law[i], column('t'), column('law_cos_W2_F1'))) ".law_style." notitle" : ''
update_of(i, theory) = (shape[i] == 1) == theory ? column('UA') : NaN
update_curves = updates > 0 && !plain ? ", for [i=1:updates] file[update[i]] using 't':(update_of(update[i], 1)) ".update_style." tint(colour[update[i]]) notitle, for [i=1:updates] file[update[i]] using 't':(update_of(update[i], 0)) every step[update[i]]::offset[update[i]] with points pointtype mark(update[i]) pointsize 0.6 * size_of_points linewidth 0.6 linecolor rgb tint(colour[update[i]]) notitle" : ''
plot @curves, @marks @law_curves @update_curves
do for [i=3:4] { unset label i }

# The fall after the peak is small compared with the rise before it: an inset magnifies it where no
# other curve is in the way.
lowest = GPVAL_Y_MIN
fall = peak_cos - last_cos
if (!plain && spreads == 0 && updates == 0 && log_t && own_xrange eq '' && peaks && problems == 1 && part(peak) < 0.6 && fall < 0.3 * (GPVAL_Y_MAX - lowest) && r[2] - l[2] > letters(44) && fits(12, t[2] - b[2])) {
    small = sprintf('%s,%g', face, 0.85 * points_of_face)
    set lmargin at screen l[2] + 0.6 * (r[2] - l[2])
    set rmargin at screen l[2] + 0.965 * (r[2] - l[2])
    set tmargin at screen b[2] + 0.74 * (t[2] - b[2])
    set bmargin at screen b[2] + 0.2 * (t[2] - b[2])
    set xlabel ''
    set ylabel ''
    unset mytics
    set border 15 linecolor rgb faint
    set arrow 1 from peak, graph 0 to peak, graph 1 nohead linecolor rgb faint dashtype 2 linewidth 0.7
    set xrange [peak / 2:]
    set yrange [last_cos - 0.4 * fall:peak_cos + 0.3 * fall]
    # A few tics, also where the range is less than two decades.
    set ytics tic_of(1.7 * fall, 5) textcolor rgb faint font small
    set xtics textcolor rgb faint font small
    if (2 * t_to < 100 * peak) {
        set format x '%g'
        set xtics () textcolor rgb faint font small
        do for [d=floor(log10(peak / 2)):ceil(log10(t_to))] {
            do for [m in '1 2 5'] { set xtics add (m * 10.0**d) }
        }
    }
    plot @curves, @marks
}
unset multiplot

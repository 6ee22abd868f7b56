# Align, then memorise: error above, alignment of read-out and feedback below, sharing the time axis.
cd ARG2
load 'figure.gp'
shape_of_figure = 0.9
more_entries = laws > 0
load ARG1

set multiplot
set lmargin at screen (plain ? 0.1 : 0.13)
set rmargin at screen 0.97
middle = 0.44

# The time of best alignment separates the two phases of the curves that align.
peak_ink = problems > 1 ? tint(colour[peak_series]) : faint
if (peaks) set arrow 1 from peak, graph 0 to peak, graph 1 nohead linecolor rgb peak_ink dashtype 2 linewidth 0.7
if (peaks && log_t) set label 3 (plain ? '<- align ' : '← align  ') at peak, graph -0.05 right textcolor rgb peak_ink
if (peaks) set label 4 (plain ? '   memorise ->' : '  memorise →') at peak, graph -0.05 left textcolor rgb peak_ink

# The plateau, between the ode's events that mark its start and end.
phases = plateau_entered > 0 && log_t && !plain
between(a, b) = sqrt(a * b)
phase_ink = problems > 1 ? tint(colour[phases_of]) : faint
if (phases) {
    set object 1 rectangle from plateau_entered, graph 0 to (plateau_left > 0 ? plateau_left : 1), graph 1 behind fillstyle solid noborder fillcolor rgb '#ececec'
    if (plateau_left <= 0) { set object 1 rectangle from plateau_entered, graph 0 to graph 1, graph 1 }
    set label 5 'fall  ' at plateau_entered, graph 1.045 right textcolor rgb phase_ink
    if (plateau_left > 0) { set label 6 'plateau' at between(plateau_entered, plateau_left), graph 1.045 center textcolor rgb phase_ink } else { set label 6 '  plateau' at plateau_entered, graph 1.045 left textcolor rgb phase_ink }
    if (exponential > 0) { set label 7 ' decay' at exponential, graph 1.045 left textcolor rgb phase_ink }
    if (exponential > 0) { set arrow 2 from exponential, graph 0 to exponential, graph 1 nohead linecolor rgb faint dashtype 3 linewidth 0.7 }
}

set tmargin at screen top - (phases ? 0.025 : 0)
set bmargin at screen up(middle + 0.03)
if (log_t) set logscale x
set format x ''
set logscale y
set format y power
set ylabel name_eg
if (plain) set key bottom left
quantity = 'eg'
# The early law is drawn while the read-out aligns.
law_style = "with lines linewidth 1.6 dashtype 3 linecolor rgb '#000000'"
law_entry = laws > 0 && !plain ? ", keyentry ".law_style." title 'law of early times'" : ''
plot @curves, @marks, @entries @law_entry
do for [i=1:7] { unset label i }
unset object 1
unset arrow 2
if (peaks) set arrow 1 from peak, graph 0.75 to peak, graph 1 # above the inset

set tmargin at screen up(middle - 0.01)
set bmargin at screen up(0.1)
set format x (log_t ? power : '%g')
unset logscale y
set format y '%g'
set yrange [*<0:1.02]
set xlabel name_t
set ylabel name_cos
unset key
quantity = 'cos_W2_F1'
of_law(i, t, x) = law_until[i] > 0 && t > law_until[i] ? NaN : x
law_curves = laws > 0 && !plain ? ", for [i=1:laws] file[law[i]] using 't':(of_law(law[i], column('t'), column('law_cos_W2_F1'))) ".law_style." notitle" : ''
plot @curves, @marks @law_curves

# The fall after the peak is small compared with the rise before it: an inset magnifies it where no
# other curve is in the way.
decade(x) = 10**floor(log10(x))
tic_step(x) = decade(x) * (x > 5 * decade(x) ? 10 : x > 2 * decade(x) ? 5 : 2)
part(t) = log(t / GPVAL_X_MIN) / log(GPVAL_X_MAX / GPVAL_X_MIN)
if (!plain && log_t && peaks && problems == 1 && part(peak) < 0.6 && peak_cos - last_cos < 0.3 * (GPVAL_Y_MAX - GPVAL_Y_MIN)) {
    fall = peak_cos - last_cos
    set lmargin at screen 0.64
    set rmargin at screen 0.94
    set tmargin at screen up(0.325)
    set bmargin at screen up(0.165)
    unset xlabel
    unset ylabel
    unset mytics
    set border 15 linecolor rgb faint
    set arrow 1 from peak, graph 0 to peak, graph 1 nohead linecolor rgb faint dashtype 2 linewidth 0.7
    set xrange [peak / 2:]
    set yrange [last_cos - 0.4 * fall:peak_cos + 0.3 * fall]
    # A few tics, also where the range is less than two decades.
    set ytics tic_step(1.7 * fall / 5) textcolor rgb faint
    set xtics textcolor rgb faint
    if (2 * GPVAL_X_MAX < 100 * peak) {
        set format x '%g'
        set xtics () textcolor rgb faint
        do for [d=floor(log10(peak / 2)):ceil(log10(GPVAL_X_MAX))] {
            do for [m in '1 2 5'] { set xtics add (m * 10.0**d) }
        }
    }
    plot @curves, @marks
}
unset multiplot

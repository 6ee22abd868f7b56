# Align, then memorise: error above, alignment of read-out and feedback below, one time axis.
cd ARG2
load 'figure.gp'
shape_of_figure = 0.9
load ARG1

set multiplot
set lmargin at screen (plain ? 0.1 : 0.13)
set rmargin at screen 0.97
middle = 0.44

# The moment of best alignment parts the two phases.
if (peaks) set arrow 1 from peak, graph 0 to peak, graph 1 nohead linecolor rgb faint dashtype 2 linewidth 0.7
if (peaks && log_t) set label 3 (plain ? '<- align ' : '← align  ') at peak, graph -0.05 right textcolor rgb faint
if (peaks) set label 4 (plain ? '   memorise ->' : '  memorise →') at peak, graph -0.05 left textcolor rgb faint

set tmargin at screen top
set bmargin at screen up(middle + 0.03)
if (log_t) set logscale x
set format x ''
set logscale y
set format y power
set ylabel name_eg
if (plain) set key bottom left
quantity = 'eg'
plot @curves, @marks, @entries
do for [i=1:4] { unset label i }
if (peaks) set arrow 1 from peak, graph 0.55 to peak, graph 1

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
plot @curves, @marks

# The fall behind the peak is small beside the rise before it: seen again, closer, where no other
# curve is in the way.
part(t) = log(t / GPVAL_X_MIN) / log(GPVAL_X_MAX / GPVAL_X_MIN)
if (!plain && log_t && peaks && rules == 1 && part(peak) < 0.6 && peak_cos - last_cos < 0.3 * (GPVAL_Y_MAX - GPVAL_Y_MIN)) {
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
    set ytics textcolor rgb faint
    set xtics textcolor rgb faint
    plot @curves, @marks
}
unset multiplot

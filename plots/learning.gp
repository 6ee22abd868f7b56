# Learning curves: generalisation error, theory as curves, simulations as points.
cd ARG2
load 'figure.gp'
load ARG1
quantity = 'eg'
@span
if (log_t) set logscale x
if (log_t) { set format x power_t; eval time_tics(right - left) }
if (log_y(1)) { set logscale y; band_floor = least / 3; eval log_y_axis(least, most, top - bottom) } else { set format y '%g' }
set lmargin at screen (log_y(1) ? left_of_log(least, most) : left)
set rmargin at screen right
set tmargin at screen top
set bmargin at screen bottom
set xlabel name_t
set ylabel eg_beside(top - bottom)
eval own_ranges(log_t, log_y(1))
plot @curves, @marks, @entries

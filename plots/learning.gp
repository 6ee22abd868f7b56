# Learning curves: generalisation error, theory as curves, simulations as points.
cd ARG2
load 'figure.gp'
load ARG1
quantity = 'eg'
@span
if (log_t) set logscale x
if (log_t) set format x power_t
if (log_y(1)) { set logscale y; set format y power; band_floor = least / 3; eval log_tics_y(least, most, top - bottom) } else { set format y '%g' }
set lmargin at screen left
set rmargin at screen right
set tmargin at screen top
set bmargin at screen bottom
set xlabel name_t
set ylabel eg_beside(top - bottom)
eval ranges
plot @curves, @marks, @entries

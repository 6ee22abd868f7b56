# Learning curves: generalisation error, theory as curves, simulations as points.
cd ARG2
load 'figure.gp'
load ARG1
if (log_t) set logscale x
if (log_t) set format x power
set logscale y
set format y power
set xlabel name_t
set ylabel name_eg
set tmargin at screen top
set bmargin at screen up(0.13)
if (plain) set key bottom left
quantity = 'eg'
plot @curves, @marks, @entries

# Similarity of the weights of different seeds. One result: one colour per layer, black for all
# weights together. Several: one colour per result.
cd ARG2
load 'figure.gp'
load ARG1
several = |file| > 1
ink(i) = several ? tint(colour[i]) : text_ink
line(i) = several ? curve_dash(i) : 1
name(i) = several ? label[i] : label[i].(label[i] eq '' ? '' : ', ').'all layers'
if (log_t) set logscale x
set format x (log_t ? power : '%g')
set format y '%g'
set xlabel 'epochs'
set ylabel (plain || fits(34, top - bottom) ? 'similarity of seeds:  cos(W, W'')' : 'similarity of seeds')
set tmargin at screen top
set bmargin at screen plain ? 0.13 : high(0.085)
set lmargin at screen left
set rmargin at screen right
if (!legend_off) set key top left
set yrange [*<0:*]
last = several ? 0 : last_similarity
set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead back linecolor rgb faint dashtype 2 linewidth 0.7
eval ranges
plot for [l=first_similarity:last] file[1] using 'epoch':(column(sprintf('similarity_%d', l))) with lines linewidth 1.4 dashtype count_dash(l) linecolor rgb paint(l) title sprintf('layer %d', l), \
     for [i=1:|file|] file[i] using 'epoch':'similarity' with lines linewidth 2 dashtype line(i) linecolor rgb ink(i) title name(i)

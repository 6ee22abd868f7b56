# Similarity of the weights of different seeds. One result: one colour per layer, black for all
# weights together. Several: one colour per result.
cd ARG2
load 'figure.gp'
several = |file| > 1
# The key is below the panel, where no curve is: a row for each result, or five layers in a row.
key_rows = several ? |file| : (last_similarity - first_similarity + 6) / 5
key_height = 0.02 + 0.029 * key_rows
shape_of_figure = 0.75 + key_height
load ARG1
key_height = plain ? 0 : key_height / shape_of_figure
ink(i) = several ? tint(colour[i]) : '#000000'
line(i) = several ? pattern(dash[i]) : 1
name(i) = several ? label[i] : label[i].(label[i] eq '' ? '' : ', ').'all layers'
if (log_t) set logscale x
set format x (log_t ? power : '%g')
set format y '%g'
set xlabel 'epochs'
set ylabel 'similarity of seeds:  cos(W, W'')'
set tmargin at screen top
set bmargin at screen key_height + 0.13 * (1 - key_height)
set lmargin at screen 0.11
set rmargin at screen 0.97
if (plain) { set key top left }
do for [i=1:|file|] { widest_label = strlen(label[i]) > strlen(widest_label) ? label[i] : widest_label }
face_of_key = font_for(widest_label, 78)
if (!plain && several) { set key at screen 0.11, screen 0.01 left bottom vertical font face_of_key }
if (!plain && !several) { set key at screen 0.11, screen 0.01 left bottom horizontal maxcols 5 }
set yrange [*<0:*]
last = several ? 0 : last_similarity
set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead back linecolor rgb faint dashtype 2 linewidth 0.7
plot for [l=first_similarity:last] file[1] using 'epoch':(column(sprintf('similarity_%d', l))) with lines linewidth 1.4 linecolor rgb paint(l) title sprintf('layer %d', l), \
     for [i=1:|file|] file[i] using 'epoch':'similarity' with lines linewidth 2 dashtype line(i) linecolor rgb ink(i) title name(i)

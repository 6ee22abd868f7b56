# Similarity of the weights of different seeds. One result: one colour per layer, black for all
# weights together. Several: one colour per result.
cd ARG2
load 'figure.gp'
# The key is below the panel, where no curve is: as many results, or layers, in a row as fit.
several = |file| > 1
type = 0.7 * points_of_face / page_width
longest = 0
do for [i=1:|file|] { longest = strlen(label[i]) > longest ? strlen(label[i]) : longest }
longest = several ? longest : longest + strlen(', all layers')
key_columns = int(75 / (type * (longest + 9)))
key_columns = key_columns < 1 ? 1 : key_columns
key_rows = (|file| + (several ? 0 : last_similarity - first_similarity + 1) + key_columns - 1) / key_columns
key_band = format eq 'dumb' || legend_off ? 0 : type * (0.02 + 0.029 * key_rows)
shape_of_figure = 0.75 + key_band / (1 + 0.25 * (type - 1))
load ARG1
key_band = key_band / shape_of_figure
ink(i) = several ? tint(colour[i]) : text_ink
line(i) = several ? curve_dash(i) : 1
name(i) = several ? label[i] : label[i].(label[i] eq '' ? '' : ', ').'all layers'
if (log_t) {
    do for [i=1:|file|] {
        stats file[i] using (column('epoch') > 0 ? column('epoch') : NaN) nooutput
        @widen
    }
    first_t = low_of(own_xrange, least)
    last_t = high_of(own_xrange, most)
    power_t = format_of_log(first_t, last_t)
    eval time_tics(right - left)
    set logscale x
}
set format x (log_t ? power_t : '%g')
set format y '%g'
set xlabel 'epochs'
set ylabel (plain || fits(34, top - bottom) ? 'similarity of seeds:  cos(W, W'')' : 'similarity of seeds')
set tmargin at screen top
set bmargin at screen plain ? 0.13 : key_band + high(0.085)
least = 0
most = 0
do for [i=1:|file|] {
    stats file[i] using (column('similarity')) nooutput
    @widen
}
do for [l=first_similarity:(several ? 0 : last_similarity)] {
    stats file[1] using (column(sprintf('similarity_%d', l))) nooutput
    @widen
}
eval tics_y(least, most, top - bottom)
set lmargin at screen plain ? left : left_of_tics(least, most)
set rmargin at screen right
do for [i=1:|file|] { widest_label = strlen(name(i)) > strlen(widest_label) ? name(i) : widest_label }
face_of_key = font_for(widest_label, 78 / key_columns)
if (!legend_off && plain) { set key top left }
if (!legend_off && !plain) { set key at screen across(0.11), screen high(0.008) left bottom vertical maxrows key_rows font face_of_key }
set yrange [*<0:*]
last = several ? 0 : last_similarity
set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead back linecolor rgb faint dashtype 2 linewidth 0.7
eval own_ranges(log_t, 0)
plot for [l=first_similarity:last] file[1] using 'epoch':(column(sprintf('similarity_%d', l))) with lines linewidth 1.4 dashtype count_dash(l) linecolor rgb paint(l) title sprintf('layer %d', l), \
     for [i=1:|file|] file[i] using 'epoch':'similarity' with lines linewidth 2 dashtype line(i) linecolor rgb ink(i) title wording(name(i))

# Loss on the straight path between the weights of two seeds. One colour per result.
cd ARG2
load 'figure.gp'
# The key is below the panel, with as many results in a row as fit.
type = 0.7 * points_of_face / page_width
longest = 0
do for [i=1:|file|] { longest = strlen(label[i]) > longest ? strlen(label[i]) : longest }
key_columns = int(75 / (type * (longest + 9)))
key_columns = key_columns < 1 ? 1 : key_columns
key_rows = (|file| + key_columns - 1) / key_columns
key_band = format eq 'dumb' || legend_off ? 0 : type * (0.02 + 0.029 * key_rows)
shape_of_figure = 0.75 + key_band / (1 + 0.25 * (type - 1))
load ARG1
unset datafile columnheaders
key_band = key_band / shape_of_figure
set format x '%g'
set format y '%g'
set xlabel (plain || fits(52, right - left) ? 'from the weights of one seed (0) to those of another (1)' : 'from seed (0) to seed (1)')
set ylabel 'test loss'
set tmargin at screen top
set bmargin at screen plain ? 0.13 : key_band + high(0.085)
most = 0
do for [i=1:|file|] {
    stats 'path.tsv' using (column(1 + i)) nooutput
    most = STATS_max > most ? STATS_max : most
}
eval tics_y(0, most, top - bottom)
set lmargin at screen plain ? left : left_of_tics(0, most)
set rmargin at screen right
do for [i=1:|file|] { widest_label = strlen(label[i]) > strlen(widest_label) ? label[i] : widest_label }
face_of_key = font_for(widest_label, 78 / key_columns)
if (!legend_off && plain) { set key top left }
if (!legend_off && !plain) { set key at screen across(0.11), screen high(0.008) left bottom vertical maxrows key_rows font face_of_key }
set xrange [0:1]
set yrange [0:*]
eval own_ranges(0, 0)
plot for [i=1:|file|] 'path.tsv' using 1:(column(1 + i)) with linespoints pointtype 7 pointsize 0.6 * size_of_points linewidth 2 dashtype curve_dash(i) linecolor rgb tint(colour[i]) title wording(label[i])

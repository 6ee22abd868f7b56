# A sweep over two keys: the mean of one column as the colour of a cell. Cells without a value are
# grey.
cd ARG2
load 'figure.gp'
shape_of_figure = 0.8
load ARG1
set datafile missing # nan holds the place of its cell
longest = 0
do for [i=1:|y_label|] { longest = strlen(y_label[i]) > longest ? strlen(y_label[i]) : longest }

# From dark to light (viridis); from blue over white to red around zero.
if (z_signs) {
    set palette defined (0 '#2166ac', 1 '#92c5de', 2 '#f7f7f7', 3 '#f4a582', 4 '#b2182b')
    reach = abs(z_least) > z_most ? abs(z_least) : z_most
    set cbrange [-reach:reach]
} else {
    set palette defined (0 '#440154', 1 '#414487', 2 '#2a788e', 3 '#22a884', 4 '#7ad151', 5 '#fde725')
    if (z_log) {
        set logscale cb
        set format cb power
    }
    if (z_most > z_least) { set cbrange [z_least:z_most] }
}
if (has_name(z_column)) { set cblabel name_of(z_column) offset 0.8 } else { set cblabel z_column offset 0.8 noenhanced }
set colorbox user origin screen 0.855, graph 0 size screen 0.025, graph 1
set lmargin at screen (longest > 5 && !plain ? 0.065 + 0.013 * longest : 0.13)
set rmargin at screen 0.83
set tmargin at screen top
set border 15
unset mxtics
unset mytics
set xlabel x_name noenhanced
set ylabel y_name noenhanced
set xrange [-0.5:x_count - 0.5]
set yrange [-0.5:y_count - 0.5]
widest = 0
do for [i=1:|x_label|] { widest = strlen(x_label[i]) > widest ? strlen(x_label[i]) : widest }
tilted = widest * |x_label| > 55 && !plain
set bmargin at screen (tilted ? 0.11 + 0.009 * widest : 0.13)
set xtics () out noenhanced
if (tilted) { set xtics rotate by 25 right }
set ytics () out noenhanced
do for [i=1:|x_at|] { set xtics add (x_label[i] x_at[i]) }
do for [i=1:|y_at|] { set ytics add (y_label[i] y_at[i]) }
set object 1 rectangle from graph 0, graph 0 to graph 1, graph 1 behind fillcolor rgb '#dddddd' fillstyle solid noborder

# On a terminal, a digit from 0 (least) to 9 (most).
level(z) = z_most > z_least ? int(9.999 * (z_log ? log(z / z_least) / log(z_most / z_least) : (z - z_least) / (z_most - z_least))) : 0
digit(z) = z == z ? sprintf('%d', level(z)) : '.'
if (plain) {
    unset colorbox
    unset object 1
    set label 3 sprintf('%s: 0 is %.3g, 9 is %.3g', z_column, z_least, z_most) at screen 0.5, screen 0.9 center
    plot 'map.tsv' using 'x':'y':(digit(column('z'))) with labels notitle
} else {
    # A picture has no seams between its cells, but viewers of svg and pdf would blur it.
    if (format eq 'png') {
        plot 'map.tsv' using 'x':'y':'z' with image notitle
    } else {
        plot 'map.tsv' using 'x':'y':'z' with image pixels notitle
    }
}

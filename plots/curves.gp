# A sweep: the average of one column against one key, with its interval; one curve per value of a
# second key. More than seven curves with numeric values take their colours from a scale. Open points:
# not all rows of a place have a value; where they are few, the share stands beside them.
cd ARG2
load 'figure.gp'
several = y_name ne ''
scale = several && y_numeric && y_count > 7 && format ne 'dumb'
load ARG1

set datafile missing # a nan is a gap
# The key is below the plot, in as many rows as needed; long tic labels are tilted.
longest = strlen(y_header)
do for [i=1:|y_entry|] { longest = strlen(y_entry[i]) > longest ? strlen(y_entry[i]) : longest }
columns = int(0.84 / (0.08 + 0.015 * longest))
columns = columns < 1 ? 1 : columns
rows = several && !scale && !plain ? (y_count + (y_header ne '') + columns - 1) / columns : 0
widest = 0
do for [i=1:|x_label|] { widest = strlen(x_label[i]) > widest ? strlen(x_label[i]) : widest }
tilted = !x_numeric && widest * |x_label| > 55 && !plain

set palette defined (0 '#440154', 1 '#414487', 2 '#2a788e', 3 '#22a884', 4 '#7ad151', 5 '#fde725')
set lmargin at screen 0.13
set rmargin at screen (scale ? 0.83 : 0.97)
set tmargin at screen top
set bmargin at screen 0.13 + (rows > 0 ? 0.02 : 0) + 0.037 * rows + (tilted ? 0.009 * widest - 0.02 : 0)
set xlabel x_name noenhanced
name = plain ? z_column : z_label
if (strlen(name) > 50) { set ylabel name font font_for(name, 50) } else { set ylabel name }
if (z_log) {
    set logscale y
    set format y power
    set yrange [z_least / 2:z_most * 2] # from the means: error bars may reach far down
}
if (x_numeric) {
    if (x_log) {
        set logscale x
        set format x power
    } else {
        if (x_count < 10) {
            unset mxtics
            set xtics () noenhanced
            do for [i=1:|x_value|] { set xtics add (x_value[i] real(x_value[i])) }
        }
    }
} else {
    set xrange [-0.3:x_count - 0.7]
    unset mxtics
    set xtics () noenhanced
    if (tilted) { set xtics rotate by 25 right }
    do for [i=1:|x_at|] { set xtics add (x_label[i] x_at[i]) }
}
if (scale) {
    unset key
    set cbrange [0:y_count - 1]
    set cblabel y_name noenhanced offset 1
    set cbtics () noenhanced
    do for [i=1:|y_at|] { set cbtics add (y_label[i] y_at[i]) }
    set colorbox user origin screen 0.855, graph 0 size screen 0.025, graph 1
} else {
    if (several) {
        if (plain) { set key outside bottom center horizontal } else { set key at screen 0.13, screen 0.012 left bottom horizontal maxcols columns }
    } else {
        unset key
    }
}
# There is nothing between names or seeds, nor between values drawn at random.
linked = x_numeric && !x_draws && !x_drawn
style = x_drawn ? 'points' : 'linespoints'
# A rule has its own colour and dash.
ink(i) = y_rule[i] > 0 ? tint(y_rule[i]) : paint(i)
scaled = linked ? 1 : 3
dash(i) = linked ? (y_rule[i] > 0 ? pattern(y_rule[i]) : 1 + (i - 1) / 7) : 3
width = linked ? 1.4 : 0.6
symbol(i) = plain ? i : 7
# Points take no dashes.
lines = x_drawn ? '' : 'linewidth width dashtype dash(i)'
scaled_lines = x_drawn ? '' : 'linewidth 0.85 * width dashtype scaled'
size_of_marks = size_of_points * (x_count > 40 ? 0.4 : 0.7)
header = y_header eq '' ? '' : 'keyentry title y_header, '
bars = errors && !plain && !(bands && !scale) ? y_count : 0
wide = bands && !plain ? y_count : 0
partly = z_partial > 0 && !plain ? y_count : 0
counted = z_partial <= 30 ? partly : 0
shared(i) = column(sprintf('share_%d', i)) < 1 ? column(sprintf('mean_%d', i)) : NaN
of(name, i) = column(sprintf('%s_%d', name, i))
told(i) = sprintf('%d/%d', int(of('share', i) * z_rows + 0.5), z_rows)
face_of_shares = sprintf('%s,%g', face, 0.6 * points_of_face)
if (!scale) { set style fill transparent solid 0.15 noborder } # it would fade the scale
if (scale) {
    plot for [i=1:bars] 'curves.tsv' using 'x':(of('mean', i)):(of('low', i)):(of('high', i)) with yerrorbars pointtype 7 pointsize 0 linewidth 0.8 linecolor palette frac (i - 1.0) / (y_count - 1) notitle, \
         for [i=1:y_count] 'curves.tsv' using 'x':(of('mean', i)):(i - 1) with @style pointtype 7 pointsize size_of_marks @scaled_lines linecolor palette notitle, \
         for [i=1:partly] 'curves.tsv' using 'x':(shared(i)) with points pointtype 7 pointsize size_of_marks * 0.55 linecolor rgb '#ffffff' notitle
} else {
    plot @header for [i=1:wide] 'curves.tsv' using 'x':(of('lowest', i)):(of('highest', i)) with filledcurves linecolor rgb ink(i) notitle, \
         for [i=1:wide] 'curves.tsv' using 'x':(of('low', i)):(of('high', i)) with filledcurves linecolor rgb ink(i) notitle, \
         for [i=1:bars] 'curves.tsv' using 'x':(of('mean', i)):(of('low', i)):(of('high', i)) with yerrorbars pointtype 7 pointsize 0 linewidth 0.8 linecolor rgb ink(i) notitle, \
         for [i=1:y_count] 'curves.tsv' using 'x':(of('mean', i)) with @style pointtype symbol(i) pointsize size_of_marks @lines linecolor rgb ink(i) title y_entry[i], \
         for [i=1:partly] 'curves.tsv' using 'x':(shared(i)) with points pointtype 7 pointsize size_of_marks * 0.55 linecolor rgb '#ffffff' notitle, \
         for [i=1:counted] 'curves.tsv' using ($0 < x_count - 1 ? column('x') : NaN):(shared(i)):(told(i)) with labels font face_of_shares offset 0.6, 0.7 left textcolor rgb ink(i) notitle, \
         for [i=1:counted] 'curves.tsv' using ($0 < x_count - 1 ? NaN : column('x')):(shared(i)):(told(i)) with labels font face_of_shares offset -0.6, 0.7 right textcolor rgb ink(i) notitle
}

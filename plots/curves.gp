# A sweep: the average of one column against one key, with its interval; one curve per value of a
# second key. More than seven curves with numeric values take their colours from a scale. Open points:
# not all rows of a place have a value; where they are few, the share stands beside them.
cd ARG2
load 'figure.gp'
several = y_name ne ''
scale = several && y_numeric && y_count > 7 && format ne 'dumb'
# The key is below the plot, in as many rows as needed; long tic labels are tilted.
rows = 0
if (several && !scale && format ne 'dumb' && !legend_off) {
    plan = "longest = breadth(y_header); do for [i=1:|y_entry|] { longest = breadth(y_entry[i]) > longest ? breadth(y_entry[i]) : longest }; columns = int(0.84 / (0.7 * points_of_face / page_width * (0.08 + 0.0116 * longest))); columns = columns < 1 || (y_header ne '' && columns <= y_count && y_count < 4) ? 1 : columns; rows = (y_count + (y_header ne '') + columns - 1) / columns; size = 0.7 * points_of_face / page_width; shape_of_figure = 0.75 + 0.028 * (rows > 3 ? rows - 3 : 0) * size * lead / (1 + 0.25 * (size - 1))" # a header is above a few, or before all
}
shape_of_figure = 0.75
load ARG1
x_name = wording(x_name)
y_name = wording(y_name)
y_header = wording(y_header)
z_label = formula(z_label)
do for [i=1:|y_entry|] { y_entry[i] = wording(y_entry[i]) }

set datafile missing # a nan is a gap
widest = 0
do for [i=1:|x_label|] { widest = breadth(x_label[i]) > widest ? breadth(x_label[i]) : widest }
room = (right - left) / (|x_label| - (x_numeric ? 0 : 0.4)) / letters(1)
array name_of[|x_label|]
do for [i=1:|x_label|] { name_of[i] = x_label[i] }
@measure_names
# Those at the ends must not reach beyond the page.
room_at_left = left + 0.3 * (right - left) / (|x_label| - 0.4)
room_at_right = room_at_left - left + 1 - right
on_page(first, last) = plain || (half_of(first) < room_at_left && half_of(last) < room_at_right)
narrow_names(n, first, last) = !is_wide(n, room) && on_page(first, last)
fitting = x_numeric || narrow_names(widest_pair, x_label[1], x_label[|x_label|])
divided = !fitting && widest_pair_of_lines < widest_pair && narrow_names(widest_pair_of_lines, first_line(x_label[1]), first_line(x_label[|x_label|]))
do for [i=1:(divided ? |x_label| : 0)] { x_label[i] = in_lines(x_label[i]) }
tilted = !fitting && !divided
room_of_names = tilted ? height_of_tilted(widest) : divided ? high(0.03) : 0

@of_lines
ranged = !log_y(z_log) && !plain && z_from == z_from && z_to > z_from + 1e-12 * abs(z_to) && abs(z_to) < 1e15 && abs(z_from) < 1e15
lowest = ranged ? z_from : 0
highest = ranged ? z_to : 0
set lmargin at screen left_of_tics(lowest, highest)
set rmargin at screen (scale ? 1 - across(0.17) : right)
set tmargin at screen top
text_lines = plain && several && !legend_off ? y_count : 0
below = (rows > 0 ? 0.015 : 0) + 0.028 * rows
low = high(0.085 + below) + room_of_names
set bmargin at screen plain ? rows(text_lines + 3) : low
# gnuplot leaves more room for tilted names than they take, and none for names in two lines.
if (tilted || divided) { set label 3 x_name at screen (left_of_tics(lowest, highest) + right) / 2, screen high(0.025 + below) center @literal textcolor rgb text_ink } else { set xlabel x_name @literal }
if (ranged) { eval tics_y(z_from, z_to, top - low) }
name = plain ? z_column : z_column eq 'eg' ? eg_beside(top - low) : z_label
set ylabel name font font_for(name, room_beside(top - low))
if (log_y(z_log)) {
    set logscale y
    set yrange [z_least / 2:z_most * 2] # from the means: error bars may reach far down
    eval log_y_axis(z_least / 2, z_most * 2, top - low)
}
if (x_numeric) {
    if (log_x(x_log)) {
        set logscale x
        eval log_x_axis(real(x_value[1]), real(x_value[|x_value|]), (scale ? 1 - across(0.17) : right) - left)
    } else {
        if (x_count < 10) {
            unset mxtics
            set xtics () noenhanced
            do for [i=1:|x_value|] { set xtics add (minus(x_value[i]) real(x_value[i])) }
        }
    }
} else {
    set xrange [-0.3:x_count - 0.7]
    unset mxtics
    set xtics () noenhanced
    first_x = left_of_tics(lowest, highest) + (right - left) * 0.3 / (x_count - 0.4)
    room = first_x / (0.95 * letters(1)) # of the first label, in letters
    face_of_tics = font_for(x_label[1], room * type)
    if (tilted) { set xtics rotate by 25 right offset 0, 0 font face_of_tics }
    do for [i=1:|x_at|] { set xtics add (minus(x_label[i]) x_at[i]) }
}
if (scale) {
    unset key
    set cbrange [0:y_count - 1]
    set cblabel y_name @literal offset 1
    set cbtics () noenhanced textcolor rgb text_ink
    do for [i=1:|y_at|] { set cbtics add (minus(y_label[i]) y_at[i]) }
    set colorbox user origin screen 1 - across(0.155), graph 0 size screen 0.025, graph 1
} else {
    if (several && !legend_off) {
        if (plain) {
            unset key
            do for [i=1:y_count] { set label 1000+i text_key(letter_of_line(i).letter_of_point(i), y_entry[i]) at screen 0.02, screen rows(y_count - i + 0.5) left noenhanced }
        } else {
            # gnuplot divides the rows of a high key, and columns that it takes for too wide
            set key at screen left, screen high(0.008) left bottom
            if (rows < 5 && format eq 'svg') { set key width 0.8 - 0.2 * longest } # its letters are not as wide as it takes them for
            if (rows < 5) { set key vertical maxrows rows } else { set key horizontal maxcols columns }
        }
    } else {
        unset key
    }
}
if (z_partial > 0 && z_partial <= 30 && !plain) { set offsets 0, 0, graph 0.07, 0 } # a share above the highest point
if (x_numeric && errors && !plain && !(bands && !scale)) { eval beyond_points(real(x_value[1]), real(x_value[|x_value|]), log_x(x_log)) }
eval own_ranges(x_numeric && log_x(x_log), log_y(z_log))
# There is nothing between names or seeds, nor between values drawn at random.
linked = x_numeric && !x_draws && !x_drawn
style = x_drawn ? 'points' : 'linespoints'
# A rule has its own colour and dash.
ink(i) = y_rule[i] > 0 ? tint(y_rule[i]) : paint(i)
scaled = linked ? 1 : 3
dash(i) = linked ? (y_rule[i] > 0 ? pattern(y_rule[i]) : count_dash(i)) : 3
width = linked ? 1.4 : 0.9
symbol(i) = count_mark(i)
# Points take no dashes.
lines = x_drawn ? '' : 'linewidth width dashtype dash(i)'
scaled_lines = x_drawn ? '' : 'linewidth 0.85 * width dashtype scaled'
size_of_marks = size_of_points * (x_count > 40 ? 0.4 : linked || x_count > 12 ? 0.7 : 1.5) # of names larger than their lines
header = y_header eq '' ? '' : 'keyentry title y_header, '
bars = errors && !plain && !(bands && !scale) ? y_count : 0
wide = bands && !plain ? y_count : 0
partly = z_partial > 0 && !plain ? y_count : 0
counted = z_partial <= 30 ? partly : 0
shared(i) = column(sprintf('share_%d', i)) < 1 ? column(sprintf('mean_%d', i)) : NaN
of(name, i) = column(sprintf('%s_%d', name, i))
told(i) = sprintf('%d/%d', int(of('share', i) * z_rows + 0.5), z_rows)
face_of_shares = sprintf('%s,%g', face, 0.75 * points_of_face)
if (!scale) { set style fill transparent solid 0.15 noborder } # it would fade the scale
if (scale) {
    plot for [i=1:bars] 'curves.tsv' using 'x':(within(of('mean', i), of('low', i), of('high', i))):(of('low', i)):(of('high', i)):(of('mean', i)) with financebars linewidth 0.8 linecolor palette frac (i - 1.0) / (y_count - 1) notitle, \
         for [i=1:y_count] 'curves.tsv' using 'x':(of('mean', i)):(i - 1) with @style pointtype 7 pointsize size_of_marks @scaled_lines linecolor palette notitle, \
         for [i=1:partly] 'curves.tsv' using 'x':(shared(i)) with points pointtype 7 pointsize size_of_marks * 0.55 linecolor rgb paper notitle
} else { if (!several && x_rule[1] > 0 && !plain) {
    plot 'curves.tsv' using 'x':(of('mean', 1)) with lines linewidth width dashtype 3 linecolor rgb faint notitle, \
         for [k=1:(errors ? x_count : 0)] 'curves.tsv' using 'x':(within(of('mean', 1), of('low', 1), of('high', 1))):(of('low', 1)):(of('high', 1)):(of('mean', 1)) every ::k-1::k-1 with financebars linewidth 0.8 linecolor rgb tint(x_rule[k]) notitle, \
         for [k=1:x_count] 'curves.tsv' using 'x':(of('mean', 1)) every ::k-1::k-1 with points pointtype symbol(k) pointsize size_of_marks linecolor rgb tint(x_rule[k]) notitle, \
         for [i=1:partly] 'curves.tsv' using 'x':(shared(i)) with points pointtype 7 pointsize size_of_marks * 0.55 linecolor rgb paper notitle
} else {
    plot @header for [i=1:wide] 'curves.tsv' using 'x':(of('lowest', i)):(of('highest', i)) with filledcurves linecolor rgb ink(i) notitle, \
         for [i=1:wide] 'curves.tsv' using 'x':(of('low', i)):(of('high', i)) with filledcurves linecolor rgb ink(i) notitle, \
         for [i=1:bars] 'curves.tsv' using 'x':(within(of('mean', i), of('low', i), of('high', i))):(of('low', i)):(of('high', i)):(of('mean', i)) with financebars linewidth 0.8 linecolor rgb ink(i) notitle, \
         for [i=1:y_count] 'curves.tsv' using 'x':(of('mean', i)) with @style linetype i pointtype symbol(i) pointsize size_of_marks @lines linecolor rgb ink(i) title y_entry[i], \
         for [i=1:partly] 'curves.tsv' using 'x':(shared(i)) with points pointtype 7 pointsize size_of_marks * 0.55 linecolor rgb paper notitle, \
         for [i=1:counted] 'curves.tsv' using ($0 < x_count - 1 ? column('x') : NaN):(shared(i)):(told(i)) with labels font face_of_shares offset 0.6, 0.7 left textcolor rgb text_ink notitle, \
         for [i=1:counted] 'curves.tsv' using ($0 < x_count - 1 ? NaN : column('x')):(shared(i)):(told(i)) with labels font face_of_shares offset -0.6, 0.7 right textcolor rgb text_ink notitle
} }

# Any columns over any other: curves of results that run through time, points of others, with the
# intervals of averages as bars or bands. Open points: not all rows of a place have a value.
cd ARG2
load 'figure.gp'
load ARG1
x_label = formula(x_label)
y_label = formula(y_label)

set datafile missing # a nan is a gap
file(i) = sprintf('curve_%d.tsv', i)
@of_lines
y_logged = log_y(y_log)
do for [i=1:curve_count] {
    do for [end in (bars && !plain ? 'mean low high' : 'mean')] {
        stats file(i) using (column(end)) nooutput
        @widen
    }
}
from_y = least
to_y = most
least = 1e300; most = -1e300
do for [i=1:curve_count] {
    stats file(i) using (column('x')) nooutput
    @widen
}
from_x = least
to_x = most
ranged = !y_logged && !plain && to_y > from_y + 1e-12 * abs(to_y)
lowest = ranged ? from_y : 0
highest = ranged ? to_y : 0
set lmargin at screen left_of_tics(lowest, highest)
set rmargin at screen right_of_scale
set tmargin at screen top
set bmargin at screen bottom
set xlabel x_label font font_for(x_label, 70)
set ylabel y_label font font_for(y_label, room_beside(top - bottom))
if (log_x(x_log)) { set logscale x; eval log_x_axis(from_x, to_x, right_of_scale - left) } else { eval x_axis(from_x, to_x, left, right_of_scale) }
if (y_logged) { set logscale y; eval log_y_axis(from_y, to_y, top - bottom) }
if (ranged) { set format y format_of(from_y, to_y, 8); eval tics_y(from_y, to_y, top - bottom) }
if (x_names > 0) {
    place_label = 0
    set xrange [-0.5:x_names - 0.5]
    unset mxtics
    set xtics () noenhanced
    widest = 0
    do for [i=1:x_names] { widest = breadth(x_name[i]) > widest ? breadth(x_name[i]) : widest }
    room = (right_of_scale - left) / x_names / letters(1) # of a name, in letters
    array name_of[x_names]
    do for [i=1:x_names] { name_of[i] = x_name[i] }
    @measure_names
    if (is_wide(widest_pair, room) && !is_wide(widest_pair_of_lines, room)) {
        do for [i=1:x_names] { x_name[i] = in_lines(x_name[i]) }
        widest = widest_pair_of_lines
        set bmargin at screen bottom + high(0.03)
        place_label = 1
    }
    room = room - 1
    face_of_names = sprintf('%s,%g', face, points_of_face * (widest > room ? real(room) / widest : 1))
    if (widest * 0.65 > room) { # below each other, as long as the first reaches to the left edge
        reach = (left_of_tics(lowest, highest) + 0.5 * (right_of_scale - left) / x_names) / (0.95 * letters(1))
        most = int(reach / 0.65)
        do for [i=1:x_names] { if (breadth(x_name[i]) > most) { x_name[i] = x_name[i][1:int(most * strlen(x_name[i]) / breadth(x_name[i])) - 1].'…' } }
        widest = widest > most ? most : widest
        shrink = widest > reach ? real(reach) / widest : 1
        face_of_names = sprintf('%s,%g', face, points_of_face * shrink)
        set xtics rotate by 25 right offset 0, 0
        set bmargin at screen bottom + height_of_tilted(widest * shrink)
        place_label = 1
    }
    # gnuplot leaves more room for tilted names than they take, and none for names in two lines
    if (place_label) {
        unset xlabel
        set label 3 x_label at screen (left_of_tics(lowest, highest) + right_of_scale) / 2, screen band + high(0.025) center textcolor rgb text_ink
    }
    if (!plain) { set xtics font face_of_names }
    do for [i=1:x_names] { set xtics add (x_name[i] i - 1) }
} else {
    set offsets graph (x_log ? 0 : 0.02), graph (x_log ? 0 : 0.02), graph (y_log ? 0 : 0.03), graph (y_log ? 0 : 0.03)
}
# Where another task begins.
do for [i=1:switches] {
    set arrow from switch_t[i], graph 0 to switch_t[i], graph 1 nohead linecolor rgb faint dashtype 2 linewidth 0.7
    if (!plain) { set label ' '.switch_task[i] at switch_t[i], graph 1 offset 0, -0.6 left textcolor rgb faint }
}
ink(i) = ink_of_curve(i)
dash(i) = dash_of_curve(i)
# Marks of the two simulations differ where there are both, and are at other places.
first_place(i) = both_simulations && !by_sgd[i] ? every_place[i] / 2 : 0
# In grey, an open mark beside the filled one.
symbol(i) = !both_simulations || !by_sgd[i] || plain ? count_mark(i) : grey ? count_mark(i) - 1 : 4
lined(i) = drawn_as[i] != 2 ? column('mean') : NaN
dotted(i) = drawn_as[i] != 1 ? column('mean') : NaN
between(i, name) = drawn_as[i] == 1 ? column(name) : NaN
banded = plain ? 0 : curve_count
barred = plain || !bars ? 0 : curve_count
wide = bands && !plain ? curve_count : 0
if (!scale) { set style fill transparent solid 0.18 noborder } # it would fade the scale
small = size_of_points * (grey ? 1 : 0.75)
# Lines and points have entries of their own kind in the key.
array key_lines[curve_count]
array key_points[curve_count]
lines_shown = 0
points_shown = 0
do for [i=1:curve_count] { key_lines[i] = 1; key_points[i] = 1 } # loops that do not run are parsed
do for [i=1:curve_count] {
    if (drawn_as[i] == 2) {
        points_shown = points_shown + 1
        key_points[points_shown] = i
    } else {
        lines_shown = lines_shown + 1
        key_lines[lines_shown] = i
    }
}
# Of loops that do not run, gnuplot would count one entry.
key_entries = (lines_shown > 0 ? ", for [i=1:lines_shown] keyentry with lines linewidth 1.5 dashtype dash(key_lines[i]) linecolor rgb ink(key_lines[i]) title entry[key_lines[i]]" : '').(points_shown > 0 ? ", for [i=1:points_shown] keyentry with points pointtype symbol(key_points[i]) pointsize small linecolor rgb ink(key_points[i]) title entry[key_points[i]]" : '')
open = partial > 0 && !plain ? curve_count : 0
lacking(i) = column('with') < column('of') && column('with') > 0 ? dotted(i) : NaN
bars_drawn = 0
do for [i=1:curve_count] { bars_drawn = bars_drawn || (bars && !plain && drawn_as[i] != 1) }
if (bars_drawn && x_names == 0 && log_x(x_log)) { eval beyond_points(from_x, to_x, 1) }
eval own_ranges(log_x(x_log), y_logged)
if (scale) {
    @scale_box
    part(i) = (i - 1.0) / (curve_count - 1)
    plot for [i=1:barred] file(i) using 'x':(within(dotted(i), column('low'), column('high'))):(column('low')):(column('high')):(dotted(i)) with financebars linewidth 0.8 linecolor palette frac part(i) notitle, \
         for [i=1:curve_count] file(i) using 'x':(lined(i)):(i - 1) with lines linewidth 1.2 linecolor palette notitle, \
         for [i=1:curve_count] file(i) using 'x':(dotted(i)):(i - 1) with points pointtype 7 pointsize small linecolor palette notitle, \
         for [i=1:open] file(i) using 'x':(lacking(i)) with points pointtype 7 pointsize small * 0.55 linecolor rgb paper notitle
} else {
    # Bands need a line to be about; points have bars, thin ones for the wider interval.
    plot for [i=1:wide] file(i) using 'x':(between(i, 'lowest')):(column('highest')) with filledcurves linecolor rgb ink(i) notitle, \
         for [i=1:banded] file(i) using 'x':(between(i, 'low')):(column('high')) with filledcurves linecolor rgb ink(i) notitle, \
         for [i=1:wide] file(i) using 'x':(within(dotted(i), column('lowest'), column('highest'))):(column('lowest')):(column('highest')):(dotted(i)) every every_place[i]::first_place(i) with financebars linewidth 0.4 linecolor rgb ink(i) notitle, \
         for [i=1:barred] file(i) using 'x':(within(dotted(i), column('low'), column('high'))):(column('low')):(column('high')):(dotted(i)) every every_place[i]::first_place(i) with financebars linewidth 1 linecolor rgb ink(i) notitle, \
         for [i=1:curve_count] file(i) using 'x':(lined(i)) with lines linewidth 1.5 dashtype dash(i) linecolor rgb ink(i) notitle, \
         for [i=1:curve_count] file(i) using 'x':(dotted(i)) every every_place[i]::first_place(i) with points pointtype symbol(i) pointsize small linewidth 0.8 linecolor rgb ink(i) notitle, \
         for [i=1:open] file(i) using 'x':(lacking(i)) every every_place[i]::first_place(i) with points pointtype 7 pointsize small * 0.55 linecolor rgb paper notitle @key_entries
}

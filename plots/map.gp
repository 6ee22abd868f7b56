# Sweeps over two keys, one panel each: the mean of one column as the colour of a cell; cells without
# a value are grey; where only some rows have one, it says how many, or, with many cells, has a dot that
# is the larger the fewer they are. Panels are in two columns; they share axis labels, and panels of the same quantity
# share the colour scale, which is drawn once.
cd ARG2
load 'figure.gp'
# In two columns, on a narrow page in one.
columns = panels > 1 && (format eq 'dumb' || page_aspect > 0 || points_of_face / 10.0 * 7 / page_width < 1.3) ? 2 : 1
rows = (panels + columns - 1) / columns
shape_of_figure = panels == 1 ? 0.8 : 0.085 + (columns == 2 ? 0.44 : 0.7) * rows
load ARG1
set datafile missing # nan still occupies its cell
file(p) = sprintf('map_%d.tsv', p)

# First pass over the panels: do axes have the same key, or only the same last part of it?
same_x = 1; same_y = 1; short_x = 1; short_y = 1; longest = 0
array shown[panels]
array scale[panels]
do for [p=1:panels] {
    load sprintf('panel_%d.gp', p)
    if (p == 1) { x_first = x_name; y_first = y_name; x_first_short = x_short; y_first_short = y_short }
    same_x = same_x && x_name eq x_first
    same_y = same_y && y_name eq y_first
    short_x = short_x && x_short eq x_first_short
    short_y = short_y && y_short eq y_first_short
    do for [i=1:|y_label|] { longest = breadth(y_label[i]) > longest ? breadth(y_label[i]) : longest }
    shown[p] = z_column
}
# One colour scale for each quantity: beside the right panel of the first row that shows it.
between = 0 # whether there is one between two panels
do for [p=1:panels] {
    q = 1
    while (shown[q] ne shown[p]) { q = q + 1 }
    if (columns > 1 && q % columns == 1 && q < panels && shown[q < panels ? q + 1 : q] eq shown[q]) { q = q + 1 }
    scale[p] = q == p
    between = between || (scale[p] && columns > 1 && p % columns == 1)
}

# Margins, as fractions of the figure's width and height: tics to the left of a panel, with the axis
# label if it is the only or the first one, and the colour scale to the right. Long tic labels get a
# smaller font so that the panel keeps its width.
letters_of_tics = (panels > 1 ? 12.0 : 28.0) / type
small_tics = longest > letters_of_tics && !plain ? letters_of_tics / longest : 1
face_of_tics = sprintf('%s,%g', face, points_of_face * small_tics)
left = longest > 5 && !plain ? across(0.068 + 0.0115 * longest * small_tics) : across(0.13)
right = across(panels > 1 ? 0.15 : 0.17)
first_left = panels == 1 ? left : longest > 5 && !plain ? across(0.06 + 0.0112 * longest * small_tics) : 0.75 * left
later_left = short_y ? first_left - across(0.035) : first_left
gap = between || plain ? right : 0.03
side = (1 - first_left - right - (columns - 1) * (later_left + gap)) / columns
height = (top - (plain ? 0.05 : 0)) / rows
head = panels > 1 ? (plain ? 0.08 : high(0.065)) : 0 # the titles of a panel
room = columns > 1 ? 42.0 : 80.0                                                    # letters above a panel

set border 15
unset mxtics
unset mytics

# Black or white, whichever is seen better on a colour of the map.
ink_on(z) = (z_signs ? (grey ? z > 0.45 * reach : abs(z) > 0.87 * reach) : level(z) < 4) ? 0xffffff : 0

# On a terminal: a digit from 0 (smallest) to 9 (largest).
level(z) = z_most > z_least ? int(9.999 * (z_log ? log(z / z_least) / log(z_most / z_least) : (z - z_least) / (z_most - z_least))) : 0
digit(z) = z == z ? sprintf('%d', level(z)) : '.'
# An image has no seams between cells, but viewers of svg and pdf would blur it. A macro is expanded
# before its block runs.
seams = format eq 'png' ? '' : 'pixels'
if (panels > 1) { set multiplot }
do for [p=1:panels] {
    load sprintf('panel_%d.gp', p)
    set object 1 rectangle from graph 0, graph 0 to graph 1, graph 1 behind fillcolor rgb shade fillstyle solid noborder
    row = (p - 1) / columns
    place = (p - 1) % columns
    x0 = place == 0 ? first_left : first_left + place * (side + gap + later_left)
    y1 = top - row * height

    # Dark to light (viridis), or blue over white to red around zero.
    unset logscale cb
    set format cb '%h'
    set cbrange [*:*]
    if (z_signs) {
        @diverging
        reach = abs(z_least) > z_most ? abs(z_least) : z_most
        set cbrange [-reach:reach]
    } else {
        @sequential
        if (z_log) {
            set logscale cb
            set format cb power
        }
        if (z_most > z_least) { set cbrange [z_least:z_most] }
    }
    unset label 6
    name_of_panel = plain ? z_column : formula(z_label)
    face_of_quantity = font_for(name_of_panel, panels > 1 ? 34 : 50)
    if (panels > 1 && scale[p]) { set label 6 name_of_panel at screen x0 + side + across(0.13), graph 0.5 center rotate enhanced font face_of_quantity textcolor rgb text_ink } # at a fixed place, however long the tic labels
    if (panels == 1 && !plain) { set label 6 name_of_panel at screen 1 - across(0.018), graph 0.5 center rotate enhanced font face_of_quantity textcolor rgb text_ink } # the same

    widest = 0
    do for [i=1:|x_label|] { widest = breadth(x_label[i]) > widest ? breadth(x_label[i]) : widest }
    # Of more labels than there is room for, names are tilted, numbers left out.
    crowded = !plain && (widest + 1) * |x_label| * type > 88 * side
    tilted = crowded && !x_numeric
    every_label = crowded && x_numeric ? ceil((widest + 1) * |x_label| * type / (88 * side)) : 1
    below = plain ? 0.13 : high(tilted ? 0.075 + 0.0065 * widest : 0.085)
    set lmargin at screen x0
    set rmargin at screen x0 + side
    unset colorbox
    if (scale[p]) { set colorbox user origin screen x0 + side + (panels > 1 ? 0.013 : 0.025), graph 0 size screen (panels > 1 ? 0.017 : 0.025), graph 1 }
    set tmargin at screen y1 - head
    set bmargin at screen panels > 1 ? y1 - height + below : below
    set xlabel wording(panels == 1 || same_x || !short_x ? x_name : x_short) @literal
    name = place > 0 && short_y ? '' : panels == 1 || same_y || !short_y ? y_name : y_short
    if (plain) { set ylabel name noenhanced } else { set label 7 wording(name) at screen x0 - (place == 0 ? first_left : later_left) + across(panels > 1 ? 0.016 : 0.028), graph 0.5 center rotate @literal textcolor rgb text_ink }
    set xrange [-0.5:x_count - 0.5]
    set yrange [-0.5:y_count - 0.5]
    set xtics () out noenhanced
    set cbtics textcolor rgb text_ink
    set xtics norotate
    # The first label reaches to the left edge at most.
    face_of_tilted = font_for(x_label[1], (x0 + side * 0.5 / x_count) / (0.95 * letters(1)) * type)
    if (tilted) { set xtics rotate by 25 right offset 0, 0 font face_of_tilted }
    set ytics () out noenhanced font face_of_tics
    do for [i=1:|x_at|:every_label] { set xtics add (minus(x_label[i]) x_at[i]) }
    do for [i=1:|y_at|] { set ytics add (minus(y_label[i]) y_at[i]) }
    if (panels > 1) {
        array line[2] = [panel_title, panel_subtitle]
        do for [i=1:2] {
            # What is much too long for its place is cut.
            most = int(1.5 * room / type)
            if (!plain && strlen(line[i]) > most) { line[i] = line[i][1:most-1].'…' }
            small = strlen(line[i]) * type > room && !plain ? real(room) / (strlen(line[i]) * type) : 1
            set label 3+i wording(line[i]) at screen (place + 0.5) / columns, screen y1 - (0.38 * i - 0.08) * head center @literal font sprintf('%s,%g', face, points_of_face * small) textcolor rgb (i == 1 ? text_ink : faint)
        }
    }
    if (plain) {
        unset colorbox
        unset object 1
        unset label 6
        set label 3 sprintf('%s: 0 is %.3g, 9 is %.3g', z_column, z_least, z_most) at screen x0 + side / 2, screen y1 + 0.02 center
        plot file(p) using 'x':'y':(digit(column('z'))) with labels notitle
    } else {
        if (scattered) { # single places, not a grid
            unset object 1
            plot file(p) using 'x':'y':'z' with points pointtype 7 pointsize 2.2 * size_of_points linecolor palette notitle
        } else {
            partly = z_partial > 0
            share_of_all = sprintf('%d/%d', z_rows, z_rows)
            size_of_share = side / x_count / letters(strlen(share_of_all) + 0.5)
            if (0.6 * lines_in((y1 - head - (panels > 1 ? y1 - height + below : below)) / y_count) < size_of_share) { size_of_share = 0.6 * lines_in((y1 - head - (panels > 1 ? y1 - height + below : below)) / y_count) }
            told = partly && size_of_share > 0.7
            face_of_share = sprintf('%s,%g', face, (size_of_share < 1 ? size_of_share : 1) * points_of_face)
            share(w, n) = w > 0 && w < n ? w / n : NaN
            plot file(p) using 'x':'y':'z' with image @seams notitle, \
                 for [i=1:partly && !told ? 1 : 0] file(p) using 'x':'y':(size_of_points * (0.25 + 0.6 * (1 - share(column('with'), column('of'))))) with points pointtype 7 pointsize variable linecolor rgb '#ffffff' notitle, \
                 for [i=1:partly && !told ? 1 : 0] file(p) using 'x':'y':(size_of_points * (0.15 + 0.5 * (1 - share(column('with'), column('of'))))) with points pointtype 7 pointsize variable linecolor rgb '#000000' notitle, \
                 for [i=1:told ? 1 : 0] file(p) using 'x':'y':(share(column('with'), column('of')) > 0 ? sprintf('%d/%d', column('with'), column('of')) : ''):(ink_on(column('z'))) with labels font face_of_share textcolor rgb variable notitle
        }
    }
    unset label 1
    unset label 2
}
if (panels > 1) { unset multiplot }

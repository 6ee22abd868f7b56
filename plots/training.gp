# Training of deep networks: loss and error, alignment of gradients and of weights. One result: one
# colour per layer, black for all layers together. Several: colour and dash of each result's rule.
# Bands show the range over seeds.
cd ARG2
load 'figure.gp'
several = |file| > 1
# Panels are in two columns, of a narrow page in one.
slide = format ne 'dumb' && page_aspect > 0 && page_aspect < 0.65
split = format eq 'dumb' || points_of_face / 10.0 * 7 / page_width > 1.2 # the key of layers has a row of its own
single = format ne 'dumb' && page_aspect == 0 && points_of_face / 10.0 * 7 / page_width > 1.3
columns = panels > 1 && !single ? 2 : 1
rows = (panels + columns - 1) / columns

# The keys needed: training and test, layers.
pairs = 0; first = 0; last = 0; whole = 0; layers = 0; classes = 0
do for [p=1:panels] {
    if (panel_pair[p]) { pairs = 1 }
    if (!panel_pair[p] && !several && panel_last[p] > 0) {
        first = first == 0 || panel_first[p] < first ? panel_first[p] : first
        last = panel_last[p] > last ? panel_last[p] : last
        whole = whole || panel_whole[p]
        layers = layers || !panel_class[p]
        classes = classes || panel_class[p]
    }
}
# The key of several results is in two columns where the page is wide, with smaller letters if need be.
longest = 0
do for [i=1:|file|] { longest = strlen(label[i]) > longest ? strlen(label[i]) : longest }
room_of_entry = 0.45 / 0.0112 / (0.7 * points_of_face / page_width) # in letters
halved = slide && |file| > 2 && longest + 8 < room_of_entry / 0.65
shrink_of_entries = halved && longest + 8 > room_of_entry ? room_of_entry / (longest + 8) : 1
entry_rows = halved ? (|file| + 1) / 2 : |file|
split = split || last - first > 3
key_rows = legend_off ? 0 : entry_rows + (pairs || last > 0 ? 1 : 0) + ((single || split) && pairs && last > 0 ? 1 : 0)

# Heights as fractions of the figure's width: titles, panels, the epoch axis, the key.
head = title_text eq '' && subtitle_text eq '' ? 0.026 : 0.088
line = 0.025
foot = 0.08
shape_of_figure = head + (columns == 1 && panels > 1 ? 0.38 : 0.334) * rows + foot + line * key_rows
load ARG1
if (!plain) {
    if (title_text ne '') { set label 1 at screen 0.5, screen 1 - high(0.025); set label 2 at screen 0.5, screen 1 - high(0.057) }
    head = head + 0.025 * second_lines
    top = 1 - high(head)
}
line = plain ? rows(1) : high(line)
foot = plain ? rows(4) : high(foot)

# Panels, above the key.
bottom = line * key_rows + foot
height = (top - bottom) / rows
width = 1.0 / columns
positive(x) = x > 0 ? x : NaN
ink(i) = several ? tint(colour[i]) : text_ink
line_dash(i) = several ? curve_dash(i) : 1
dash_of(l) = count_dash(l)
face_of_entries = format eq 'tex' ? '' : sprintf('%s,%g', face, points_of_face * shrink_of_entries)

do for [i=1:(legend_off ? 0 : |file|)] {
    y = line * (key_rows - (i - 1) % entry_rows - 0.4)
    x = i > entry_rows ? 0.47 : 0
    if (several && !plain) { set arrow 100+i from screen x + across(0.04), screen y to screen x + across(0.1), screen y nohead linewidth 1.6 dashtype line_dash(i) linecolor rgb ink(i) }
    caption = (plain ? letter_of_line(i).' ' : '').label[i]
    set label 10+i wording(caption) at screen x + across(several ? 0.115 : plain ? 0.06 : 0.04), screen y left @literal textcolor rgb (plain ? ink(i) : text_ink) font (halved ? face_of_entries : font_for(label[i], several ? 78 : 84))
}
# The key of training and test and that of layers: a piece of each line, then what it is.
sample = across(plain ? 0 : 0.05)
at = across(plain ? 0.06 : 0.04)
if (pairs && !legend_off) {
    set label 8 (plain ? 'test: lines      training: thin lines' : 'test') at screen at + 1.2 * sample, screen 0.6 * line left noenhanced textcolor rgb text_ink
    if (!plain) {
        set arrow 1001 from screen at, screen 0.6 * line to screen at + sample, screen 0.6 * line nohead linewidth 2 linecolor rgb text_ink
        set arrow 1002 from screen at + across(0.13), screen 0.6 * line to screen at + across(0.13) + sample, screen 0.6 * line nohead linewidth 0.7 linecolor rgb text_ink
        set label 1001 'training' at screen at + across(0.13) + 1.2 * sample, screen 0.6 * line left noenhanced textcolor rgb text_ink
    }
}
if (last > 0 && !legend_off) {
    at = at + across(pairs && !single && !split ? (plain ? 0.4 : 0.34) : 0)
    row_of_layers = ((single || split) && pairs ? 1.6 : 0.6) * line
    if (whole) {
        set label 9 'all layers' at screen at + 1.2 * sample, screen row_of_layers left noenhanced textcolor rgb text_ink
        if (!plain) { set arrow 1003 from screen at, screen row_of_layers to screen at + sample, screen row_of_layers nohead linewidth 2 linecolor rgb text_ink }
    }
    at = at + across(whole ? (plain ? 0.12 : 0.19) : 0)
    word = layers ? (classes ? 'layer or class' : 'layer') : 'class'
    step = (0.97 - at - across(0.013 * strlen(word))) / (last - first + 1)
    widest_step = across(plain ? 0.075 : 0.1)
    step = step < widest_step ? step : widest_step
    sample = plain || sample < 0.55 * step ? sample : 0.55 * step
    do for [l=first:last] {
        caption = (l == first ? word.' ' : '').sprintf('%d', l).(plain ? letter_of_line(l + 1) : '')
        x = at + (l == first ? 0 : across(0.013 * strlen(word)) + step * (l - first))
        set label 60+l caption at screen x + 1.2 * sample, screen row_of_layers left noenhanced textcolor rgb (plain ? paint(l) : text_ink)
        if (!plain) { set arrow 100+|file|+l from screen x, screen row_of_layers to screen x + sample, screen row_of_layers nohead linewidth 1.3 dashtype dash_of(l) linecolor rgb paint(l) }
    }
}
marks = 0
do for [i=1:|file|] { if (turn[i] > 0) { marks = marks + 1 } }

set multiplot
if (log_t) set logscale x
first_t = low_of(own_xrange, t_positive)
last_t = high_of(own_xrange, t_most)
power_t = format_of_log(first_t, last_t)
if (log_t) { eval time_tics(width - across(0.138)) }
t_first = log_t ? t_positive : t_least
part_of(t) = t_most > t_first ? (log_t ? log(t / t_first) / log(t_most / t_first) : (t - t_first) / (t_most - t_first)) : 0
times = own_xrange ne '' ? own_x(log_t) : t_most > t_first ? 'set xrange [t_first:t_most]' : 'set xrange [*:*]'
# Long tic labels are smaller: they stay clear of the label of their axis.
tic_font(lo, hi) = sprintf('%s,%g', face, points_of_face * (letters_of_tics(lo, hi) > 5 ? 5.0 / letters_of_tics(lo, hi) : 1))
unset key
banded = plain ? 0 : |file|
# Below each other, training and test errors precede alignments.
array order[panels]
placed = 0
do for [wanted=1:0:-1] {
    do for [p=1:panels] {
        if (columns > 1 ? wanted : panel_pair[p] == wanted) { placed = placed + 1; order[placed] = p }
    }
}
do for [place=1:panels] {
    p = order[place]
    r = (place - 1) / columns
    c = (place - 1) % columns
    upper = top - r * height - (plain ? 0.015 : high(0.013))
    deep = top - (r + 1) * height + (r + 1 < rows ? (plain ? 0.03 : high(0.026)) : 0)
    set lmargin at screen c * width + across(0.112)
    set rmargin at screen (c + 1) * width - across(0.026)
    set tmargin at screen upper
    set bmargin at screen deep
    low = place + columns > panels
    set format x (low ? (log_t ? power_t : '%g') : '')
    set xlabel (low ? 'epochs' : '')
    if (!log_t) { eval tics_x(first_t, last_t, 1.3 * (width - across(0.138))) }
    # Axis labels are at a fixed place, however wide the tic labels are.
    q = panel[p]
    if (plain) { set ylabel q offset 0.4 } else { set label 7 (fits(strlen(panel_name[p]), upper - deep) ? panel_name[p] : q) at screen c * width + across(0.022), screen (upper + deep) / 2 center rotate enhanced textcolor rgb text_ink }
    # A label above the panel, clear of curves: at its line, or at the right end for several lines.
    if (q eq 'loss' && marks > 0) {
        do for [i=1:|file|] {
            if (turn[i] > 0) {
                set arrow i from turn[i], graph 0 to turn[i], graph 1 nohead dashtype 3 linewidth 1.2 linecolor rgb ink(i)
                x = marks > 1 ? 1 : part_of(turn[i])
            }
        }
        note = marks > 1 ? 'dots: over-fitting starts' : 'over-fitting starts'
        if (x < 0.25) { set label 6 note at graph x, screen upper left offset 0, 0.6 noenhanced textcolor rgb text_ink }
        if (x > 0.75) { set label 6 note at graph x, screen upper right offset 0, 0.6 noenhanced textcolor rgb text_ink }
        if (x >= 0.25 && x <= 0.75) { set label 6 note at graph x, screen upper center offset 0, 0.6 noenhanced textcolor rgb text_ink }
    }
    set format y '%g'
    if (panel_empty[p]) {
        set yrange [0:1]
        set ytics format ''
        set label 5 'all of it is nan' at graph 0.5, graph 0.5 center noenhanced textcolor rgb faint
        @times
        plot NaN notitle
        set ytics format '%g'
        unset label 5
    }
    if (panel_pair[p] && !panel_empty[p]) {
        # logarithmic if the numbers span more than a decade
        least = 1e300
        most = 0
        set xrange [*:*] # else it would restrict `stats`, too
        do for [i=1:|file|] {
            stats file[i] using (positive(column(q.'_train'))):(positive(column(q.'_test'))) nooutput
            if (exists('STATS_records') && STATS_records > 0) {
                least = least < STATS_min_x ? least : STATS_min_x
                least = least < STATS_min_y ? least : STATS_min_y
                most = most > STATS_max_x ? most : STATS_max_x
                most = most > STATS_max_y ? most : STATS_max_y
            }
        }
        logged = log_y(most > 10 * least) && most >= least
        # an axis of equal steps reaches to the ends of the bands
        do for [i=1:(logged ? 0 : banded)] {
            stats file[i] using (column(q.'_test_least')):(column(q.'_test_most')) nooutput
            if (exists('STATS_records') && STATS_records > 0) {
                least = least < STATS_min_x ? least : STATS_min_x
                most = most > STATS_max_y ? most : STATS_max_y
            }
        }
        if (logged) {
            set logscale y
            if (p == 1 || own_yrange eq '') { eval log_y_axis(least, most, upper - deep) } else { set format y power; eval log_tics_y(least, most, upper - deep) }
        } else { eval tics_y(least, most, upper - deep) }
        face_of_tics = tic_font(logged ? 0 : least, most)
        if (!plain) { set ytics font face_of_tics }
        @times
        if (p == 1) { eval own_y(logged) }
        plot for [i=1:banded] file[i] using 'epoch':(column(q.'_test_least')):(column(q.'_test_most')) with filledcurves fillstyle transparent solid 0.18 noborder linecolor rgb ink(i), \
             for [i=1:|file|] file[i] using 'epoch':(column(q.'_test')) with lines linetype i linewidth 2 dashtype line_dash(i) linecolor rgb ink(i), \
             for [i=1:|file|] file[i] using 'epoch':(column(q.'_train')) with lines linetype i linewidth 0.7 dashtype line_dash(i) linecolor rgb ink(i)
        unset logscale y
    }
    if (!panel_pair[p] && !panel_empty[p]) {
        set yrange [*<0:*]
        if (p == 1) { eval own_y(0) }
        deepest = several ? 0 : panel_last[p]
        wholes = panel_whole[p] ? |file| : 0
        least = 0
        most = 0
        set xrange [*:*]
        do for [i=1:wholes] {
            do for [end in '_least _most'] {
                stats file[i] using (column(q.end)) nooutput
                @widen
            }
        }
        do for [l=panel_first[p]:deepest] {
            do for [end in '_least _most'] {
                stats file[1] using (column(sprintf('%s_%d%s', q, l, end))) nooutput
                @widen
            }
        }
        set format y format_of(least, most, 8)
        eval tics_y(least, most, upper - deep)
        if (far(least, most) && least < 0 && most > 0) { set ytics add ('0' 0) }
        face_of_tics = tic_font(least, most)
        if (!plain) { set ytics font face_of_tics }
        @times
        plot for [i=1:(plain ? 0 : wholes)] file[i] using 'epoch':(column(q.'_least')):(column(q.'_most')) with filledcurves fillstyle transparent solid 0.18 noborder linecolor rgb ink(i), \
             for [l=panel_first[p]:(plain ? 0 : deepest)] file[1] using 'epoch':(column(sprintf('%s_%d_least', q, l))):(column(sprintf('%s_%d_most', q, l))) with filledcurves fillstyle transparent solid 0.18 noborder linecolor rgb paint(l), \
             for [l=panel_first[p]:deepest] file[1] using 'epoch':(column(sprintf('%s_%d', q, l))) with lines linetype l + 1 linewidth 1.3 dashtype dash_of(l) linecolor rgb paint(l), \
             for [i=1:wholes] file[i] using 'epoch':(column(q)) with lines linetype i linewidth 2 dashtype line_dash(i) linecolor rgb ink(i)
    }
    set yrange [*:*]
    do for [i=1:4] { unset label i }
    do for [i=6:9] { unset label i }
    do for [i=11:60+last] { unset label i }
    do for [i=1:|file|] { unset arrow i; unset arrow 100+i }
    do for [i=1001:1003] { unset arrow i; unset label i }
    do for [i=1:last] { unset arrow 100+|file|+i }
}
unset multiplot

# Terminals, type, marks and the room that texts take. To be loaded after figure.gp, which holds the
# style: a row of src/params/styles.c with what the section `figure:` changes.
set encoding utf8
set datafile separator tab
set datafile missing 'nan'
set datafile columnheaders

plain = format eq 'dumb'
if (!plain && format ne 'tex') { set minussign }
if (!exists('shape_of_figure')) shape_of_figure = 0.75          # height / width, without the key
if (!exists('more_entries')) more_entries = 0

# The first font that is installed.
face = format eq 'tex' ? '' : fonts
installed = ''
if (!plain && format ne 'tex' && strstrt(fonts, '|') > 0) {
    installed = system('fc-list : family 2>/dev/null')
    remaining = fonts.'|'
    face = ''
    while (face eq '') {
        divider = strstrt(remaining, '|')
        candidate = remaining[1:divider-1]
        remaining = remaining[divider+1:*]
        face = remaining eq '' || strstrt(installed, candidate) > 0 ? candidate : ''
    }
}
# How wide a text is, in letters of the mean width of DejaVu Sans: m and capitals are wider than i and l, and the letters
# of fonts made for books narrower than those of DejaVu, with serifs or without.
slim = strstrt(face, 'CMU') + strstrt(face, 'Latin') + strstrt(face, 'Termes') + strstrt(face, 'STIX') > 0
breadth_of(c) = c eq '' ? 0 : strstrt('mMW—…@%', c) > 0 ? 1.7 : strstrt('w=+−≈×<>±', c) > 0 ? 1.47 : strstrt('ABCDEFGHKLNOPQRSTUVXYZ', c) > 0 ? 1.23 : strstrt('ijlI', c) > 0 ? 0.52 : strstrt(" tfr-.,:;'()[]{}|!/", c) > 0 ? 0.66 : 1.1
breadth_in_sans(s) = strlen(s) < 2 ? breadth_of(s) : breadth_in_sans(s[1:strlen(s) / 2]) + breadth_in_sans(s[strlen(s) / 2 + 1:*])
breadth(s) = (slim ? 0.88 : 1) * breadth_in_sans(s)
# Latin Modern has tall lines, and its Greek letters in a font of their own: formula(s) is a text with markup that has
# them, wording(s) one without, to be drawn @literal.
modern = strstrt(face, 'Latin Modern') == 1
lead = modern ? 1.22 : 1
# What a script has to know of the type before it knows its shape.
if (exists('plan')) { eval plan }
mathematical = modern && strstrt(installed, 'Latin Modern Math') > 0
literal = mathematical ? 'enhanced' : 'noenhanced'
of_greek(c) = mathematical ? '{/"Latin Modern Math" '.c.'}' : c
with_greek(s, c) = strstrt(s, c) > 0 ? s[1:strstrt(s, c) - 1].of_greek(c).with_greek(s[strstrt(s, c) + 1:*], c) : s
escaped(s, c) = strstrt(s, c) > 0 ? s[1:strstrt(s, c) - 1].'\'.c.escaped(s[strstrt(s, c) + 1:*], c) : s
nested = 's'
do for [c in 'α β γ δ ε ζ η θ κ λ μ ν ξ π ρ σ τ φ χ ψ ω Δ Ω ∇ ∂'] { nested = sprintf("with_greek(%s, '%s')", nested, c) }
eval 'all_greek(s) = '.nested
nested = 's'
do for [c in '\ _ ^ { } @ & ~'] { nested = sprintf("escaped(%s, '%s')", nested, c) }
eval 'all_escaped(s) = '.nested
formula(s) = mathematical ? all_greek(s) : s
wording(s) = mathematical ? all_greek(all_escaped(s)) : s
eps_g = of_greek('ε').'_g'

# The size of the type, 1 on the screen: 10 pt on 7 inches. What holds text grows with it: lengths
# across the figure, as parts of its width, and high, given as parts of its width, too.
type = plain ? 1 : points_of_face / 10.0 * 7 / page_width
# On a page without room for it the type is smaller: half of the letters of the screen's width at least,
# and the lines of titles, axes and key.
most_type = page_aspect > 0 && 2.6 * page_aspect < 2.2 ? 2.6 * page_aspect : 2.2
if (type > most_type) { points_of_face = points_of_face * most_type / type; type = most_type }
across(x) = type * x
high(y) = type * lead * y / shape_of_figure
letters(n) = across(0.0112 * n)                                 # the width of n letters

# The key of theories and simulations has its own band at the bottom, in two columns if they fit.
widest_label = ''
if (exists('theories')) { do for [i=1:|label|] { widest_label = breadth(label[i]) > breadth(widest_label) ? label[i] : widest_label } }
if (exists('spreads')) { widest_label = spreads > 0 && breadth(spread_label) > breadth(widest_label) ? spread_label : widest_label }
entries_of_key = exists('theories') && !exists('own_key') && !plain && !legend_off ? theories + simulations + more_entries + (exists('spreads') ? spreads > 0 : 0) : 0
# So has that of curves with texts of their own, in as many columns as fit.
keyed = exists('curve_count') && !legend_off ? !scale && (curve_count > 1 || entry[1] ne '') : 0
# Without the signs of indices and exponents.
drawn_text = ''
to_drawn = "drawn_text = ''; do for [k=1:strlen(text_to_draw)] { drawn_text = strstrt('_^{}', text_to_draw[k:k]) > 0 ? drawn_text : drawn_text.text_to_draw[k:k] }"
if (keyed) { do for [i=1:curve_count] { text_to_draw = entry[i]; @to_drawn; widest_label = breadth(drawn_text) > breadth(widest_label) ? drawn_text : widest_label } }
if (keyed && !plain) { entries_of_key = curve_count }
# gnuplot lays out keys of svg by letters that are as wide in all fonts.
breadth_of_key = format eq 'svg' ? breadth_in_sans(widest_label) : breadth(widest_label)
narrow = !plain && page_aspect == 0 && type > 1.3
room_of_key = (1 - across(narrow ? 0.085 : 0.175)) / 0.0112 # in letters of the screen
columns_of_key = page_aspect > 0 && 2 * (breadth_of_key + 7) * type < room_of_key ? 2 : 1
columns_of_key = columns_of_key > 1 ? columns_of_key : 1
rows_of_key = (entries_of_key + columns_of_key - 1) / columns_of_key
shrink_of_key = columns_of_key == 1 && breadth_of_key * type > room_of_key ? room_of_key / (breadth_of_key * type) : 1
# On a page of given height a key of many curves is smaller, to leave the panel most of it.
# Where there are two, they begin further to the left.
room_of_columns = (1 - across(narrow ? 0.045 : 0.125)) / 0.0112
columns_that_fit(shrink) = int(room_of_columns / ((breadth_of_key + 7) * type * shrink)) > 1 ? int(room_of_columns / ((breadth_of_key + 7) * type * shrink)) : 1
rows_that_fit(shrink) = (entries_of_key + columns_that_fit(shrink) - 1) / columns_that_fit(shrink)
if (keyed) {
    do for [k=0:10] {
        if (k == 0 || (page_aspect > 0 && type * lead * shrink_of_key * (0.012 + 0.0275 * rows_of_key) > 0.3 * page_aspect)) {
            columns_of_key = columns_that_fit(1 - 0.04 * k)
            rows_of_key = rows_that_fit(1 - 0.04 * k)
            shrink_of_key = 1 - 0.04 * k
        }
    }
    if (columns_of_key == 1 && breadth_of_key * type * shrink_of_key > room_of_key) { shrink_of_key = room_of_key / (breadth_of_key * type) }
}
band = entries_of_key > 0 ? type * lead * shrink_of_key * (0.012 + 0.0275 * rows_of_key) : 0 # in widths
shape_of_figure = page_aspect > 0 ? page_aspect : shape_of_figure * (1 + 0.25 * (type - 1)) + band
band = band / shape_of_figure                                   # in heights

# One point of type in the units of the terminal: a 72nd of an inch in all of them, so that figures in
# all formats are laid out alike. In svg an inch has 120 units, in png pixels are taken for 96ths of an
# inch.
grain = format eq 'png' ? dots / 96.0 : format eq 'svg' ? 120 / 72.0 : 1
points_of_face = grain * points_of_face
sized = face.sprintf(',%g', points_of_face)
if (format eq 'png') set terminal pngcairo enhanced size int(dots * page_width), int(dots * page_width * shape_of_figure) font sized linewidth 2.2 * dots / 200 * stroke background paper
if (format eq 'pdf' && paper eq '#ffffff') set terminal pdfcairo enhanced size page_width, page_width * shape_of_figure font sized fontscale 0.75 linewidth 1.2 * stroke
if (format eq 'pdf' && paper ne '#ffffff') set terminal pdfcairo enhanced size page_width, page_width * shape_of_figure font sized fontscale 0.75 linewidth 1.2 * stroke background rgb paper
if (format eq 'svg') set terminal svg enhanced size int(120 * page_width), int(120 * page_width * shape_of_figure) font sized linewidth 1.3 * stroke background paper
if (format eq 'tex') set terminal cairolatex pdf input colortext size page_width, page_width * shape_of_figure linewidth 1.2 * stroke background rgb paper
if (plain) set terminal dumb noenhanced size characters, lines
set output output
# A number that is written by other means than a format.
minus(s) = plain || s[1:1] ne '-' ? s : '−'.s[2:]

# Results have the colours and dashes of figure.gp, first those of the rules; so has what is counted.
# In grey every colour has a dash and a mark of its own.
paint(i) = colours[(int(i) - 1) % |colours| + 1]
tint(i) = rule_colours[(int(i) - 1) % |rule_colours| + 1]
turn_of(i) = (int(i) - 1) % |rule_dashes| + 1
pattern(i) = 10 + i
count_dash(i) = grey ? pattern(turn_of(i)) : 1 + (int(i) - 1) / 7 # after seven colours, dashes
curve_dash(i) = grey ? pattern(turn_of(colour[i])) : pattern(dash[i])
do for [i=1:|rule_dashes|] {
    if (rule_dashes[i] eq '') { set dashtype 10+i solid } else { set dashtype 10+i rule_dashes[i] }
}
do for [i=1:7] { set linetype i linecolor rgb colours[i] linewidth 1.4 }
set linetype cycle 7

# Colours of maps: dark to light (viridis), and blue over white to red around zero; on these what is
# drawn is black.
sequential = grey ? "set palette defined (0 '#202020', 1 '#f4f4f4')" : "set palette defined (0 '#440154', 1 '#414487', 2 '#2a788e', 3 '#22a884', 4 '#7ad151', 5 '#fde725')"
diverging = grey ? "set palette defined (0 '#f8f8f8', 1 '#d8d8d8', 2 '#b0b0b0', 3 '#707070', 4 '#202020')" : "set palette defined (0 '#2166ac', 1 '#92c5de', 2 '#f7f7f7', 3 '#f4a582', 4 '#b2182b')"
on_map = '#000000'
# Lines need colours that are seen on the page, at both ends.
dark = strstrt('01234567', paper[2:2]) > 0
of_lines = grey ? "set palette defined (0 '#202020', 1 '#b8b8b8')" : dark ? "set palette defined (0 '#6a5acd', 1 '#3f8fb0', 2 '#22a884', 3 '#7ad151', 4 '#fde725')" : sequential

# Points by engine: 1 theory (curves), 2 chain, 3 sgd, 4 others; in grey open, filled, open by what
# is the colour otherwise.
array points[4] = [1, 6, 4, 8]
array open_marks[5] = [6, 4, 8, 10, 12]
grey_mark(i, engine) = open_marks[(int(i) - 1) % 5 + 1] + (engine == 3)
array filled_marks[4] = [7, 5, 9, 13]                            # after seven colours, other marks
count_mark(i) = plain ? i : grey ? grey_mark(i, 3) : filled_marks[(int(i) - 1) / 7 % 4 + 1]
# The same number gives different sizes on different terminals.
size_of_points = (format eq 'png' ? 1.2 * dots / 200 : format eq 'pdf' || format eq 'tex' ? 0.5 : 0.4) * (stroke < 1.6 ? stroke : 1.6)
size_of_small_points = size_of_points / 3
set errorbars 0

set border 3 linewidth 0.6 linecolor rgb text_ink
set tics nomirror scale 0.6 textcolor rgb text_ink
set format '%g' # gnuplot's own has a space before numbers that are not negative
set mxtics; set mytics
set xlabel textcolor rgb text_ink
set ylabel textcolor rgb text_ink
set cblabel textcolor rgb text_ink
# The svg terminal takes lines of text for higher, and letters for wider, than the others do.
lift = format eq 'svg' ? 0.5 : 0
if (format eq 'svg') {
    set xtics offset 0, 0.28
    set xlabel offset 0, 0.6
    set ylabel offset 0.9, 0
}
set key @literal reverse Left samplen (format eq 'svg' ? 2.5 : 3.1) spacing (format eq 'svg' ? 0.9 : 1.15) textcolor rgb text_ink
set autoscale xfix
if (plain) set key samplen 1 noreverse

# Names along the x axis, each with `room` letters of the screen's size: those that are wider are in two lines,
# divided behind a comma, if that helps.
second_line(s) = strstrt(s, ', ') > 0 ? s[strstrt(s, ', ') + 2:*] : ''
first_line(s) = strstrt(s, ', ') > 0 ? s[1:strstrt(s, ', ')] : s
in_lines(s) = strstrt(s, ', ') > 0 ? first_line(s)."\n".second_line(s) : s
# The mean length of the two longest neighbours, which must not touch; the same of their lines.
measure_names = "widest_pair = 0; widest_pair_of_lines = 0; do for [i=1:|name_of|] { next = i < |name_of| ? i + 1 : i; pair = 0.5 * (breadth(name_of[i]) + breadth(name_of[next])); widest_pair = pair > widest_pair ? pair : widest_pair; pair = 0.5 * (widest_line(name_of[i]) + widest_line(name_of[next])); widest_pair_of_lines = pair > widest_pair_of_lines ? pair : widest_pair_of_lines }"
widest_line(s) = breadth(first_line(s)) > breadth(second_line(s)) ? breadth(first_line(s)) : breadth(second_line(s))
height_of_tilted(n) = type * (0.0049 * n - 0.019) / shape_of_figure # beside that of names that are not
half_of(s) = 0.5 * letters(breadth(s)) # of its width
is_wide(n, room) = !plain && 1.05 * n + 1.5 > room

# A font in which s is not wider than `room` letters of the screen's size; 88 fit the figure's width.
greek_in(s) = mathematical && strstrt(s, '{/"Latin') > 0 ? 1 + greek_in(s[strstrt(s, '{/"Latin') + 1:*]) : 0
letters_in(s) = breadth(s) - greek_in(s) * (breadth(of_greek('ε')) - 1) # without the font of Greek ones
font_for(s, room) = format eq 'tex' ? '' : sprintf('%s,%g', face, points_of_face * (letters_in(s) * type > room ? real(room) / (letters_in(s) * type) : 1))
room_beside(h) = h * shape_of_figure / 0.0112                   # in letters of the screen; h in heights
face_of_key = keyed ? (format eq 'tex' ? '' : sprintf('%s,%g', face, points_of_face * shrink_of_key)) : font_for(widest_label, columns_of_key > 1 ? 78 : room_of_key)
# On a text terminal the key is lines of text below, each with the letters of its curve.
rows(n) = real(n) / lines # heights of n lines of a text terminal
line_letters = '*#$%@&='
letter_of_line(i) = line_letters[(i - 1) % 7 + 1:(i - 1) % 7 + 1]
letter_of_point(i) = sprintf('%c', 65 + (i - 1) % 26)
text_key(letter, name) = letter.' '.name[1:characters - 6]
left_of_key = across(narrow ? 0.015 : keyed && columns_of_key > 1 ? 0.06 : 0.11)
if (band > 0) set key left bottom vertical maxrows rows_of_key at screen left_of_key, screen high(0.008) font face_of_key
if (keyed && columns_of_key > 1 && format eq 'svg') { set key width -0.18 * strlen(widest_label) } # svg's letters are not as wide as it takes them for
if (legend_off) unset key

# Titles that would have to be much smaller are cut.
cut(s, room) = strlen(s) * type > 1.6 * room ? s[1:int(1.6 * room / type) - 1].'…' : s
title_text = cut(title_text, plain ? 0.48 * characters : 88)
subtitle_text = cut(subtitle_text, plain ? 0.48 * characters : 88)
# A subtitle that would have to be smaller is in two lines, divided at the comma nearest to its middle.
upper_line = subtitle_text; lower_line = ''
if (!plain && breadth(subtitle_text) * type > 1.1 * 88) {
    divider = 0
    do for [k=1:strlen(subtitle_text) - 1] {
        if (subtitle_text[k:k + 1] eq ', ' && abs(2 * k - strlen(subtitle_text)) < abs(2 * divider - strlen(subtitle_text))) { divider = k }
    }
    if (divider > 0) { upper_line = subtitle_text[1:divider]; lower_line = subtitle_text[divider + 2:*] }
}
second_lines = lower_line ne ''
wider_line = breadth(lower_line) > breadth(upper_line) ? lower_line : upper_line
# Titles are above the first panel; scripts unset labels 1 and 2 after it.
line_of_subtitle = title_text eq '' ? 0.021 : 0.049
set label 1 wording(title_text) at screen 0.5, screen (plain ? 0.99 : 1 - high(0.021)) center @literal font font_for(title_text, 88) textcolor rgb text_ink
set label 2 wording(upper_line).(second_lines ? "\n".wording(lower_line) : '') at screen 0.5, screen (plain ? 0.95 : 1 - high(line_of_subtitle)) center @literal font font_for(wider_line, 88) textcolor rgb faint
titles = title_text eq '' && subtitle_text eq '' ? 0.0225 : title_text eq '' || subtitle_text eq '' ? 0.047 : 0.075 + 0.025 * second_lines
top = plain ? 1 - rows(3) : 1 - high(titles)
# The lowest line of a panel above the label of its axis and the key; the margins beside it.
text_lines = plain && exists('theories') && !exists('own_key') && !legend_off ? theories + simulations : plain && keyed ? curve_count : 0
bottom = plain ? rows(text_lines + 3) : band + high(0.08)
wide = shape_of_figure < 0.65 && page_aspect > 0 && !plain # panels are beside each other
left = plain ? 0.12 : across(0.116)
right = plain ? 0.97 : 1 - across(0.03)

# The choices of the section figure:.
log_x(usual) = own_log eq '' ? usual : strstrt(own_log, 'x') > 0
log_y(usual) = own_log eq '' ? usual : strstrt(own_log, 'y') > 0
if (!exists('alone')) alone = 0                                 # there are no two times above 0
if (exists('log_t')) log_t = log_x(log_t) && !alone
power = plain ? '%g' : '10^{%T}'
# The ends that the section gives; on a logarithmic axis one that is not above zero is where the data end.
end_of(own) = own eq '' || strstrt(own, '[*') > 0 ? 0 : real(own[2:strstrt(own, ':') - 1])
low_of(own, x) = end_of(own) > 0 ? end_of(own) : x
high_of(own, x) = own eq '' || strstrt(own, '*]') > 0 ? x : real(own[strstrt(own, ':') + 1:strlen(own) - 1])
on_log(own, logged) = logged && end_of(own) <= 0 && own ne '' ? '[*'.own[strstrt(own, ':'):] : own
own_x(logged) = own_xrange eq '' ? '' : 'set xrange '.on_log(own_xrange, logged)
own_y(logged) = own_yrange eq '' ? '' : 'set yrange '.on_log(own_yrange, logged)
own_ranges(x_logged, y_logged) = own_x(x_logged).'; '.own_y(y_logged)

# An axis x of points with error bars goes a little beyond the first and the last, which would lie on the other axis.
beyond_points(lo, hi, logged) = !(hi > lo) || (logged && lo <= 0) ? '' : logged ? sprintf('set xrange [%.10g:%.10g]', lo * (lo / real(hi))**0.02, hi * (hi / real(lo))**0.02) : sprintf('set xrange [%.10g:%.10g]', lo - 0.02 * (hi - lo), hi + 0.02 * (hi - lo))

# The tics of a logarithmic axis from lo to hi with room for n labels: powers of ten; where there are
# fewer than two of them, 1, 2 and 5; where there are fewer than three of these, equal steps.
powers_in(lo, hi) = floor(log10(hi) + 1e-9) - ceil(log10(lo) - 1e-9) + 1
few_powers(lo, hi) = !plain && lo > 0 && hi > lo ? powers_in(lo, hi) < 2 : 0
part_of_power(x) = x / 10**floor(log10(x))
ones(x) = 3 * floor(log10(x)) + (part_of_power(x) >= 5 ? 3 : part_of_power(x) >= 2 ? 2 : 1)
ones_in(lo, hi) = ones(hi * (1 + 1e-9)) - ones(lo * (1 - 1e-9))
stepped(lo, hi) = few_powers(lo, hi) && ones_in(lo, hi) < 3
# The ends of an axis about all of lo to hi with so few powers: at tics.
tic_below(x) = 10**floor(log10(x)) * (part_of_power(x) >= 5 ? 5 : part_of_power(x) >= 2 ? 2 : 1)
tic_above(x) = 10**floor(log10(x)) * (part_of_power(x) > 5 ? 10 : part_of_power(x) > 2 ? 5 : part_of_power(x) > 1 ? 2 : 1)
low_tic(lo, hi) = stepped(lo, hi) ? tic_of(hi - lo, 6) * floor(lo / tic_of(hi - lo, 6) + 1e-9) : tic_below(lo * (1 + 1e-9))
high_tic(lo, hi) = stepped(lo, hi) ? tic_of(hi - lo, 6) * ceil(hi / tic_of(hi - lo, 6) - 1e-9) : tic_above(hi * (1 - 1e-9))
format_of_log(lo, hi) = !few_powers(lo, hi) ? power : far(lo, hi) ? sprintf('%%.%dt·10^{%%T}', stepped(lo, hi) ? digits_of(lo, hi, 6) : 0) : '%g'
minor_tics(axis, lo, hi) = sprintf("do for [e=%d:%d] { do for [m=1:9] { set %stics add ('' m * 10.0**e 1) } }; ", floor(log10(lo)), floor(log10(hi)), axis)
steps(axis, lo, hi, step) = sprintf('do for [e=%d:%d] { set %stics add (e * %.15g) }', ceil(lo / step - 1e-9), floor(hi / step + 1e-9), axis, step)
parts(lo, hi, n) = ones_in(lo, hi) <= n ? '1 2 5' : '1 5'
powers_of(axis, lo, hi, every) = sprintf('do for [e=%d:%d:%d] { set %stics add (10.0**e * (10.0**e < %g ? 1 + 1e-9 : 1)) }', every * ceil((log10(lo) - 1e-9) / every), floor(log10(hi) + 1e-9), every, axis, sqrt(lo * hi))
powers_and_parts(axis, lo, hi, n) = sprintf("do for [e=%d:%d] { do for [m in '%s'] { set %stics add (m * 10.0**e * (m * 10.0**e < %g ? 1 + 1e-9 : 1 - 1e-9)) } }", floor(log10(lo)), floor(log10(hi)), parts(lo, hi, n), axis, sqrt(lo * hi))
every_power(lo, hi, n) = powers_in(lo, hi) <= n || n < 1 ? 1 : ceil(powers_in(lo, hi) / real(n))
log_tics(axis, lo, hi, n) = plain || !(lo > 0 && hi > lo) ? sprintf('set %stics autofreq', axis) : sprintf('set %stics (); ', axis).(every_power(lo, hi, n) == 1 || few_powers(lo, hi) ? minor_tics(axis, lo, hi) : '').(stepped(lo, hi) ? steps(axis, lo, hi, tic_of(hi - lo, 6)) : few_powers(lo, hi) ? powers_and_parts(axis, lo, hi, n) : powers_of(axis, lo, hi, every_power(lo, hi, n)))
# The same with the format, for the data from lo to hi: an axis of its own choice may end at the powers
# beyond them.
axis_of(axis, lo, hi, n) = sprintf("set format %s '%s'; ", axis, format_of_log(lo, hi)).log_tics(axis, lo, hi, n)
log_x_axis(lo, hi, w) = own_xrange eq '' && !few_powers(lo, hi) ? sprintf("set format x '%s'; ", power).log_tics_x(lo, hi, w) : axis_of('x', low_of(own_xrange, lo), high_of(own_xrange, hi), w / letters(4.5))
log_y_axis(lo, hi, h) = own_yrange ne '' ? axis_of('y', low_of(own_yrange, lo), high_of(own_yrange, hi), lines_in(h) / 1.7) : few_powers(lo, hi) ? sprintf('set yrange [%g:%g]; ', low_tic(lo, hi), high_tic(lo, hi)).axis_of('y', low_tic(lo, hi), high_tic(lo, hi), lines_in(h) / 1.7) : sprintf("set format y '%s'; ", power).log_tics_y(lo, hi, h)
# Names of quantities, shorter beside an axis without room for them; h in heights of the figure.
name_t = 't = steps/N'
fits(n, h) = letters(n) < h * shape_of_figure
name_eg = plain ? 'eg' : 'generalisation error  '.eps_g
name_cos = plain ? 'cos(W2, F1)' : 'alignment  cos(W_2, F_1)'
eg_beside(h) = plain || fits(24, h) ? name_eg : eps_g
cos_beside(h) = plain || fits(22, h) ? name_cos : 'cos(W_2, F_1)'
# A step of tics of which about n fit into x; commands for the tics of an axis of height h, or width w,
# between two ends, where those that gnuplot chooses would touch.
step_in(x, p) = p * (x <= p ? 1 : x <= 2 * p ? 2 : x <= 5 * p ? 5 : 10)
tic_of(x, n) = step_in(real(x) / n, 10**floor(log10(real(x) / n)))
# The same or a smaller one, so that two tics are between the ends at least: one number makes no scale.
tics_in(lo, hi, step) = floor(hi / step + 1e-9) - ceil(lo / step - 1e-9) + 1
smaller(step) = step_in(step / 2.5, 10**floor(log10(step / 2.5)))
more_of(lo, hi, step) = part_of_power(step * (1 + 1e-9)) >= 5 && tics_in(lo, hi, 0.8 * step) > 1 ? 0.8 * step : tics_in(lo, hi, smaller(step)) > 1 ? smaller(step) : smaller(smaller(step))
legible(lo, hi, step) = tics_in(lo, hi, step) > 1 ? step : more_of(lo, hi, step)
lines_in(h) = h * shape_of_figure / (0.03 * type * lead)
tics_y(lo, hi, h) = plain || lines_in(h) > 24 || !(hi > lo) ? 'set ytics autofreq' : sprintf('set ytics %g', legible(lo, hi, tic_of(hi - lo, lines_in(h) / 1.9 < 9 ? lines_in(h) / 1.9 : 9)))
log_tics_y(lo, hi, h) = plain || !(lo > 0 && hi > lo) || log10(hi / lo) * 1.7 < lines_in(h) ? 'set ytics autofreq' : sprintf('set ytics %g', 10**ceil(1.7 * log10(hi / lo) / lines_in(h)))
log_tics_x(lo, hi, w) = plain || !(lo > 0 && hi > lo) || letters(4.5) * log10(hi / lo) < w ? 'set xtics autofreq' : sprintf('set xtics %g', 10**ceil(letters(4.5) * log10(hi / lo) / w))
tics_x(lo, hi, w) = plain || w > letters(60) || !(hi > lo) ? 'set xtics autofreq' : sprintf('set xtics %g', legible(lo, hi, tic_of(hi - lo, w / letters(8))))
# Numbers far from 1 are given with a power of ten: a format with the digits that tics need, and tics of
# an axis of width w, where those that gnuplot chooses would touch.
larger(lo, hi) = abs(lo) > abs(hi) ? abs(lo) : abs(hi)
far(lo, hi) = !plain && larger(lo, hi) > 0 && (larger(lo, hi) < 1e-3 || larger(lo, hi) >= 1e6)
digits_at(lo, hi, step) = floor(log10(larger(lo, hi))) - floor(log10(step) + 1e-9)
digits_of(lo, hi, n) = hi > lo ? digits_at(lo, hi, tic_of(hi - lo, n)) : 2
format_at(lo, hi, digits) = far(lo, hi) ? sprintf('%%.%dt·10^{%%T}', digits > 0 ? digits : 0) : digits > 5 && !plain ? sprintf('%%.%dg', digits + 1) : '%g'
format_of(lo, hi, n) = format_at(lo, hi, digits_of(lo, hi, n))
longest_tic(lo, hi, step) = (lo < 0) + (far(lo, hi) ? 7 + digits_at(lo, hi, step) : letters_of_step(lo, hi, step))
few_tics(w, n) = w / letters(n) < 8 ? w / letters(n) : 8
# The step of an axis x of width w; more tics may need more digits and thus more room.
step_for(lo, hi, w, step) = legible(lo, hi, tic_of(hi - lo, few_tics(w, longest_tic(lo, hi, step) + 3)))
step_of_x(lo, hi, w) = step_for(lo, hi, w, step_for(lo, hi, w, tic_of(hi - lo, 5)))
# The right end of an axis from screen left to right whose last tic's label would leave the picture.
last_tic(hi, step) = step * floor(hi / step + 1e-9)
beyond_last(lo, hi, step, w) = letters(0.5 * longest_tic(lo, hi, step) + 0.5) - w * (hi - last_tic(hi, step)) / (hi - lo)
clear_at(lo, hi, step, from, to) = to + beyond_last(lo, hi, step, to - from) > 1 ? 1 - beyond_last(lo, hi, step, to - from) : to
x_tics(lo, hi, step, from, to) = sprintf("set format x '%s'; set xtics %g; set rmargin at screen %g", format_at(lo, hi, digits_at(lo, hi, step)), step, clear_at(lo, hi, step, from, to))
# Where tics would differ in their seventh digit or later (beside a power of ten, their fifth), they show differences from
# a number that the label of the axis names.
narrow_range(lo, hi) = digits_of(lo, hi, 5) > (far(lo, hi) ? 3 : 5)
unit_below(lo, hi) = 10**ceil(log10(hi - lo))
origin(lo, hi) = unit_below(lo, hi) * floor(lo / unit_below(lo, hi))
decimal(x, unit) = far(0, x) ? gprintf(format_at(0, x, digits_at(0, x, unit)), x) : gprintf(sprintf('%%.%df', decimals(unit)), x)
less(x, unit) = (x < 0 ? ' + ' : ' − ').decimal(abs(x), unit)
x_differences(lo, hi, from, unit, step, w) = sprintf("set xlabel x_label.'%s' font font_for(x_label.'%s', 70); set xtics (); do for [e=0:%d] { set xtics add (gprintf('%s', %.15g * e) %.17g + %.15g * e) }", less(from, unit), less(from, unit), floor((hi - from) / step + 1e-6), format_at(0, hi - from, digits_at(0, hi - from, step)), step, from, step)
x_from_origin(lo, hi, from, w) = x_differences(lo, hi, from, unit_below(lo, hi), step_of_x(lo - from, hi - from, w), w)
x_axis(lo, hi, from, to) = plain || !(hi > lo) ? 'set xtics autofreq' : narrow_range(lo, hi) ? x_from_origin(lo, hi, origin(lo, hi), to - from - letters(4)).sprintf('; set rmargin at screen %g', to - letters(4)) : x_tics(lo, hi, step_of_x(lo, hi, to - from), from, to)
# The letters of such tics, and the margin for them and the label of the axis.
decimals(step) = step < 1 ? -floor(log10(step)) : 0
digits(x) = abs(x) < 10 ? 1 : 1 + floor(log10(abs(x)))
most_digits(lo, hi) = digits(lo) > digits(hi) ? digits(lo) : digits(hi)
letters_of_tics(lo, hi) = (lo < 0 && hi > lo) + (far(lo, hi) ? 6 + digits_of(lo, hi, 8) : hi > lo ? most_digits(lo, hi) + (decimals(tic_of(hi - lo, 8)) > 0 ? 1 + decimals(tic_of(hi - lo, 8)) : 0) : 6)
left_of_tics(lo, hi) = letters_of_tics(lo, hi) <= 4 ? left : left + letters(1.15 * (letters_of_tics(lo, hi) - 4))
# Times, whose labels may be those of the lowest panel alone; w is the width of the panel.
if (!exists('t_from')) { t_from = 0; t_to = 0 }
first_t = low_of(own_xrange, t_from)
last_t = high_of(own_xrange, t_to)
power_t = format_of_log(first_t, last_t)
time_tics(w) = own_xrange eq '' && !few_powers(first_t, last_t) ? log_tics_x(first_t, last_t, w) : log_tics('x', first_t, last_t, w / letters(4.5))
# Those of a logarithmic axis y: 0.0188 needs more room than a power of ten.
letters_of_log(lo, hi) = !few_powers(lo, hi) ? 4 : far(lo, hi) ? 7 : stepped(lo, hi) ? letters_of_step(lo, hi, tic_of(hi - lo, 6)) : letters_of_step(lo, hi, 10**floor(log10(lo)))
letters_of_step(lo, hi, step) = decimals(step) > 0 ? most_digits(lo, hi) + 1 + decimals(step) : most_digits(lo, hi)
letters_of_log_y(lo, hi) = own_yrange ne '' ? letters_of_log(low_of(own_yrange, lo), high_of(own_yrange, hi)) : few_powers(lo, hi) ? letters_of_log(low_tic(lo, hi), high_tic(lo, hi)) : 4
left_of_log(lo, hi) = plain || letters_of_log_y(lo, hi) <= 4 ? left : left + letters(1.15 * (letters_of_log_y(lo, hi) - 4))
# The least and the most of a quantity of all series; before any axis is logarithmic.
least = 1e300; most = -1e300
widen = "if (exists('STATS_records') && STATS_records > 0) { least = STATS_min < least ? STATS_min : least; most = STATS_max > most ? STATS_max : most }"
span = "least = 1e300; most = -1e300; do for [i=1:|file|] { stats file[i] using (column(quantity)) nooutput; ".widen." }"

# One quantity of all series: theory as curves, simulations as means with standard errors on top, and
# the key. Usage: `plot @curves, @marks, @entries`. A text terminal has no colours: there linetype and
# pointtype select the character.
mark(i) = grey && !plain ? grey_mark(colour[i], shape[i]) : points[shape[i]] + (plain ? 4 * colour[i] : 0)
curve_style = (alone ? "with points pointtype 2 pointsize size_of_points" : "with lines")." linetype colour[theory[i]] linewidth 1.6 dashtype curve_dash(theory[i]) linecolor rgb tint(colour[theory[i]])"
mark_style = "linewidth 0.8 linecolor rgb tint(colour[simulation[i]]) pointtype mark(simulation[i]) pointsize size_of_points"
curves = "for [i=1:theories] file[theory[i]] using 't':quantity ".curve_style." notitle"
marks = "for [i=1:simulations] file[simulation[i]] using 't':quantity every step[simulation[i]]::offset[simulation[i]] with points ".mark_style." notitle"
# Bars are below the curves. gnuplot's error bars clear a circle about their middle, its other bars do not.
within(x, low, high) = low == low && high == high ? x : NaN
bar_low(q) = column(q) - column(q.'_se')
bar_high(q) = column(q) + column(q.'_se')
intervals = "for [i=1:simulations] file[simulation[i]] using 't':(within(column(quantity), bar_low(quantity), bar_high(quantity))):(bar_low(quantity)):(bar_high(quantity)):quantity every step[simulation[i]]::offset[simulation[i]] with financebars linewidth 0.8 linecolor rgb tint(colour[simulation[i]]) notitle"
# Theory's single runs at finite N: a band of one standard deviation about their mean, above band_floor.
if (!exists('spreads')) { spreads = 0; spread_label = '' }
band_floor = -1e300
above_floor(x) = x > band_floor ? x : band_floor
band_mean(q) = column(q) + column('bias_'.q)
band_fill = "with filledcurves fillstyle transparent solid 0.18 noborder linecolor rgb"
spread_bands = "for [i=1:spreads] file[spread[i]] using 't':(above_floor(band_mean(quantity) - column('sd_'.quantity))):(above_floor(band_mean(quantity) + column('sd_'.quantity))) ".band_fill." tint(colour[spread[i]]) notitle"
if (!plain) curves = intervals.", ".curves
if (!plain && spreads > 0) curves = spread_bands.", ".curves
if (text_lines > 0 && exists('theories')) {
    unset key
    do for [i=1:theories] { set label 1000+i text_key(letter_of_line(colour[theory[i]]), label[theory[i]]) at screen 0.02, screen rows(text_lines - i + 0.5) left noenhanced }
    do for [i=1:simulations] { set label 1000+theories+i text_key(letter_of_point(mark(simulation[i])), label[simulation[i]]) at screen 0.02, screen rows(text_lines - theories - i + 0.5) left noenhanced }
}
# The same for curves with texts of their own: the colour and dash of a rule, or those of a number.
ink_of_curve(i) = curve_tint[i] > 0 ? tint(curve_tint[i]) : paint(curve_paint[i])
dash_of_curve(i) = curve_tint[i] > 0 && (grey || curve_tint[i] <= |rule_dashes|) ? pattern(turn_of(curve_tint[i])) : count_dash(i)
if (exists('drawn_as')) { letter_of_curve(i) = (drawn_as[i] != 2 ? letter_of_line(i) : '').(drawn_as[i] != 1 ? letter_of_point(i) : '') } else { letter_of_curve(i) = letter_of_line(i) }
if (keyed) { set key enhanced }
if (keyed) { do for [i=1:curve_count] { entry[i] = legend_own ? wording(entry[i]) : formula(entry[i]) } }
if (exists('theories')) { do for [i=1:|label|] { label[i] = wording(label[i]) } }
if (exists('split_name')) { split_name = wording(split_name) }
if (exists('curve_count') && !keyed) { unset key }
if (legend_own) { set key @literal }
if (keyed && plain) {
    unset key
    do for [i=1:curve_count] { set label 1000+i text_key(letter_of_curve(i), entry[i]) at screen 0.02, screen rows(text_lines - i + 0.5) left noenhanced }
}
# Many values of a number have a scale of colours to the right.
right_of_scale = exists('curve_count') && !plain ? (scale ? 1 - across(0.17) : right) : right
scale_box = "set cbrange [0:split_count - 1]; set cblabel split_name @literal offset 1; set cbtics () noenhanced textcolor rgb text_ink; do for [i=1:|split_at|] { set cbtics add (minus(split_label[i]) split_at[i]) }; set colorbox user origin screen 1 - across(0.155), graph 0 size screen 0.025, graph 1"
# Of loops that do not run, gnuplot would count one entry.
of_theories = "for [i=1:theories] keyentry ".curve_style." title label[theory[i]]"
of_simulations = "for [i=1:simulations] keyentry with points ".mark_style." title label[simulation[i]]"
entries = !exists('theories') ? '' : theories == 0 ? of_simulations : simulations == 0 ? of_theories : of_theories.", ".of_simulations
if (spreads > 0 && !plain) entries = entries.", keyentry ".band_fill." tint(colour[spread[1]]) title spread_label"

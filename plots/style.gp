# All fonts, sizes, colours, line widths and terminals of the figures. To be loaded after figure.gp.
# Colours: Okabe & Ito, distinguishable for colour-blind readers.
set encoding utf8
set datafile separator tab
set datafile missing 'nan'
set datafile columnheaders

plain = format eq 'dumb'
face = 'DejaVu Sans'
if (!exists('shape_of_figure')) shape_of_figure = 0.75          # height / width, without the key
# The key of theory and simulations has its own band at the bottom.
if (!exists('more_entries')) more_entries = 0
band = exists('theories') && !exists('own_key') && !plain ? 0.02 + 0.029 * (theories + simulations + more_entries) : 0 # in widths
shape_of_figure = shape_of_figure + band
band = band / shape_of_figure                                   # in heights
points_of_face = format eq 'png' ? 21 : format eq 'pdf' ? 10 : 12
sized = face.sprintf(',%d', points_of_face)
if (format eq 'png') set terminal pngcairo enhanced size 1400, int(1400 * shape_of_figure) font sized linewidth 2.2 background '#ffffff'
if (format eq 'pdf') set terminal pdfcairo enhanced size 7, 7 * shape_of_figure font sized linewidth 1.2
if (format eq 'svg') set terminal svg enhanced size 840, int(840 * shape_of_figure) font sized linewidth 1.3 background '#ffffff'
if (plain) set terminal dumb noenhanced size characters, lines
set output output

array colours[7] = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#000000']
paint(i) = colours[(int(i) - 1) % 7 + 1]
# Rules, and several results of one rule, have the colours and dashes of figure.gp.
tint(i) = rule_colours[(int(i) - 1) % |rule_colours| + 1]
pattern(i) = 10 + i
do for [i=1:|rule_dashes|] {
    if (rule_dashes[i] eq '') { set dashtype 10+i solid } else { set dashtype 10+i rule_dashes[i] }
}
do for [i=1:7] { set linetype i linecolor rgb colours[i] linewidth 1.4 }
set linetype cycle 7

# Points by engine: 1 theory (curves), 2 chain, 3 sgd, 4 others.
array points[4] = [1, 6, 4, 8]
# The same number gives different sizes on different terminals.
size_of_points = format eq 'png' ? 1.2 : format eq 'pdf' ? 0.5 : 0.55
size_of_small_points = size_of_points / 3
set errorbars 0
faint = '#888888'

set border 3 linewidth 0.6
set tics nomirror scale 0.6
set mxtics; set mytics
set key noenhanced reverse Left samplen 2.2 spacing 1.15
set autoscale xfix
# Heights between the key and the titles, from 0 (the time axis's label) to 1.
up(y) = band + (1 - band) * y
if (plain) set key samplen 1 noreverse

# A font in which s is not wider than `room` letters of the default size; 88 fit the figure's width.
font_for(s, room) = sprintf('%s,%g', face, strlen(s) > room ? points_of_face * real(room) / strlen(s) : points_of_face)
widest_label = ''
if (exists('theories')) { do for [i=1:|label|] { widest_label = strlen(label[i]) > strlen(widest_label) ? label[i] : widest_label } }
face_of_key = font_for(widest_label, 78)
if (band > 0) set key left bottom vertical at screen 0.12, screen 0.01 font face_of_key

# Titles are above the first panel; scripts unset labels 1 and 2 after it.
set label 1 title_text at screen 0.5, screen (plain ? 0.99 : 1 - 0.021 / shape_of_figure) center noenhanced font font_for(title_text, 88)
set label 2 subtitle_text at screen 0.5, screen (plain ? 0.95 : 1 - 0.049 / shape_of_figure) center noenhanced font font_for(subtitle_text, 88) textcolor rgb faint
top = plain ? 0.88 : 1 - ((title_text eq '' && subtitle_text eq '') ? 0.0225 : 0.075) / shape_of_figure

# Names of quantities.
name_t = 't = steps/N'
name_eg = plain ? 'eg' : 'generalisation error  ε_g'
name_cos = plain ? 'cos(W2, F1)' : 'alignment  cos(W_2, F_1)'
power = plain ? '%g' : '10^{%T}'

# One quantity of all series: theory as curves, simulations as means with standard errors on top, and
# the key. Usage: `plot @curves, @marks, @entries`. A text terminal has no colours: there linetype and
# pointtype select the character.
mark(i) = points[shape[i]] + (plain ? 4 * colour[i] : 0)
curve_style = "with lines linetype colour[theory[i]] linewidth 1.6 dashtype pattern(dash[theory[i]]) linecolor rgb tint(colour[theory[i]])"
mark_style = "linewidth 0.8 linecolor rgb tint(colour[simulation[i]]) pointtype mark(simulation[i]) pointsize size_of_points"
curves = "for [i=1:theories] file[theory[i]] using 't':quantity ".curve_style." notitle"
marks = "for [i=1:simulations] file[simulation[i]] using 't':quantity:(column(quantity.'_se')) every step[simulation[i]]::offset[simulation[i]] with yerrorbars ".mark_style." notitle"
if (plain) marks = "for [i=1:simulations] file[simulation[i]] using 't':quantity every step[simulation[i]]::offset[simulation[i]] with points ".mark_style." notitle"
entries = "for [i=1:theories] keyentry ".curve_style." title label[theory[i]], for [i=1:simulations] keyentry with points ".mark_style." title label[simulation[i]]"
name_of(column) = column eq 'eg' ? name_eg : column eq 'cos_W2_F1' ? name_cos : column eq 'GA' ? 'gradient alignment  GA' : column eq 'WA' ? 'weight alignment  WA' : column
has_name(column) = name_of(column) ne column # others are shown as they are

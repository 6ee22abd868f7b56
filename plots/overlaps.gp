# Order parameters: one row each for Q, R and W2, one column for each problem (rule, rate, ...); colours distinguish
# the entries of a matrix.
cd ARG2
load 'figure.gp'
shape_of_figure = 1.0
own_key = 1
load ARG1

# The key of curves and points, below the panels; colours are used for the entries.
array glyph[4] = ['—', '○', '□', '△']
if (plain) { array glyph[4] = ['lines ', 'points', 'points', 'points'] }
do for [i=1:|file|] {
    set label 10+i glyph[shape[i]].'  '.label[i] at screen 0.12, screen 0.012 + 0.026 * (|file| - i + 0.5) left noenhanced font face_of_key
}
bottom = 0.026 * |file| + 0.10
right = 0.86
height = (top - bottom) / 3
width = (right - 0.12) / problems
array row_name[3] = ['student–student  Q', 'student–teacher  R', 'read-out  W_2']
if (plain) { array row_name[3] = ['Q', 'R', 'W2'] }
ink(c) = paint(c - entry_first[row] + 1)
dash(c) = 1 + (c - entry_first[row]) / 7 # after seven colours, dashes
mark_step(i) = (problems > 1 ? 2 : 1) * step[i]

if (problems > 2 && !plain) { # narrow panels
    face_of_tics = sprintf('%s,%g', face, 0.65 * points_of_face)
    set ytics font face_of_tics
}
set multiplot
if (log_t) set logscale x
do for [row=1:3] {
    first = entry_first[row]
    last = entry_first[row + 1] - 1
    do for [r=1:problems] {
        set lmargin at screen 0.12 + (r - 1) * width + (r > 1 ? 0.075 : 0)
        set rmargin at screen 0.12 + r * width
        set tmargin at screen top - (row - 1) * height - (row == 1 && problems > 1 ? 0.02 : 0)
        set bmargin at screen top - row * height + 0.02
        set format x (row < 3 ? '' : log_t ? power : '%g')
        if (row == 3) { set xlabel name_t } else { unset xlabel }
        if (r == 1) { set ylabel row_name[row] } else { unset ylabel }
        if (row == 1 && problems > 1) { set label 3 problem_name[r] at graph 0.5, graph 1.05 center noenhanced font font_for(problem_name[r], 80 * width) } else { unset label 3 }
        # The key of the entries is right of the row; of many entries only the first are listed.
        if (r == problems) { set key at screen right + 0.01, screen top - (row - 1) * height left top enhanced } else { unset key }
        plot for [c=first:last] for [i=1:theories] file[theory[i]] using 't':(problem[theory[i]] == r ? column(entry[c]) : NaN) with lines linetype c - first + 1 linewidth 1.6 dashtype dash(c) linecolor rgb ink(c) notitle, \
             for [c=first:last] for [i=1:simulations] file[simulation[i]] using 't':(problem[simulation[i]] == r ? column(entry[c]) : NaN):(column(entry[c].'_se')) every mark_step(simulation[i])::offset[simulation[i]] with yerrorbars linewidth 0.8 linecolor rgb ink(c) pointtype points[shape[simulation[i]]] pointsize 0.8 * size_of_points notitle, \
             for [c=first:(last - first < 5 ? last : first + 3)] keyentry with lines linetype c - first + 1 linewidth 1.6 dashtype dash(c) linecolor rgb ink(c) title (plain ? entry[c] : symbol[c]), \
             for [c=1:(last - first < 5 ? 0 : 1)] keyentry title '…'
        do for [i=1:20] { unset label i }
    }
}
unset multiplot

# Deep networks in training: loss and error, alignment of gradients and of weights. One result: a
# colour for each layer, black for all of them together. Several: a colour for each result. Bands
# show the range over seeds.
cd ARG2
load 'figure.gp'
several = |file| > 1
rows = (panels + 1) / 2
shape_of_figure = rows > 1 ? 0.88 : 0.52
load ARG1

# Panels stand in two columns, above the lines that say what is what.
line = rows > 1 ? 0.028 : 0.048
bottom = line * (several ? |file| : 2) + (plain ? 0.1 : rows > 1 ? 0.085 : 0.14)
height = (top - bottom) / rows
columns = panels > 1 ? 2 : 1
width = 1.0 / columns
name_of(p) = plain ? panel[p] : panel[p] eq 'GA' ? 'gradient alignment  GA' : panel[p] eq 'WA' ? 'weight alignment  WA' : panel[p]
positive(x) = x > 0 ? x : NaN
is_pair(p) = panel[p] eq 'loss' || panel[p] eq 'error'
first_of(p) = panel[p] eq 'GA' ? first_GA : panel[p] eq 'WA' ? first_WA : 1
last_of(p) = panel[p] eq 'GA' ? last_GA : panel[p] eq 'WA' ? last_WA : 0
ink(i) = several ? paint(i) : '#000000'

# Over-fitting starts where the test loss, the mean over seeds, is least: told where that is clearly
# before the end of the run.
losses = 0
do for [p=1:panels] { if (panel[p] eq 'loss') { losses = 1 } }
array turn[|file|]
do for [i=1:|file|] {
    turn[i] = 0
    if (losses) {
        stats file[i] using 'epoch':'loss_test' nooutput
        if (exists('STATS_records') && STATS_records > 2 && STATS_pos_min_y < 0.8 * STATS_max_x) { turn[i] = STATS_pos_min_y }
    }
}

# What lines mean.
if (several) {
    do for [i=1:|file|] { set label 10+i '—  '.label[i] at screen 0.06, screen line * (|file| - i + 0.6) left noenhanced textcolor rgb paint(i) }
} else {
    set label 11 label[1] at screen 0.06, screen 1.6 * line left noenhanced
    set label 12 'test: lines      training: dashes' at screen 0.06, screen 0.6 * line left noenhanced
    if (last_GA > 0 || last_WA > 0) {
        last = last_GA > last_WA ? last_GA : last_WA
        set label 13 'all layers' at screen 0.56, screen 1.6 * line left noenhanced
        do for [l=1:last] { set label 13+l sprintf(l == 1 ? 'layer %d' : '%d', l) at screen 0.68 + (l == 1 ? 0 : 0.07 + 0.03 * (l - 1)), screen 1.6 * line left noenhanced textcolor rgb paint(l) }
    }
}
if (several && !plain) set label 10 'test: lines      training: dashes' at screen 0.97, screen 0.6 * line right noenhanced

set multiplot
if (log_t) set logscale x
unset key
do for [p=1:panels] {
    r = (p - 1) / 2
    c = (p - 1) % 2
    set lmargin at screen c * width + 0.105
    set rmargin at screen (c + 1) * width - 0.028
    set tmargin at screen top - r * height - 0.015
    set bmargin at screen top - (r + 1) * height + (r + 1 < rows ? 0.03 : 0)
    low = p + 2 > panels
    set format x (low ? (log_t ? power : '%g') : '')
    if (low) { set xlabel 'epochs' } else { unset xlabel }
    set ylabel name_of(p) offset 0.4
    if (panel[p] eq 'loss') {
        told = 0
        do for [i=1:|file|] {
            if (turn[i] > 0) {
                told = told + 1
                set arrow i from turn[i], graph 0 to turn[i], graph 1 nohead dashtype 3 linewidth 1.2 linecolor rgb ink(i)
                set label 60+i 'over-fitting starts' at turn[i], graph (1.04 - 0.07 * told) right offset -0.5,0 noenhanced textcolor rgb ink(i)
            }
        }
    }
    if (is_pair(p)) {
        # logarithmic where the numbers span more than a decade
        least = 1e300
        most = 0
        do for [i=1:|file|] {
            stats file[i] using (positive(column(panel[p].'_train'))):(positive(column(panel[p].'_test'))) nooutput
            if (exists('STATS_records') && STATS_records > 0) {
                least = least < STATS_min_x ? least : STATS_min_x
                least = least < STATS_min_y ? least : STATS_min_y
                most = most > STATS_max_x ? most : STATS_max_x
                most = most > STATS_max_y ? most : STATS_max_y
            }
        }
        if (most > 10 * least) { set logscale y }
        set format y '%g'
        plot for [i=1:|file|] file[i] using 'epoch':(column(panel[p].'_test_least')):(column(panel[p].'_test_most')) with filledcurves fillstyle transparent solid 0.18 noborder linecolor rgb ink(i), \
             for [i=1:|file|] file[i] using 'epoch':(column(panel[p].'_test')) with lines linewidth 1.6 linecolor rgb ink(i), \
             for [i=1:|file|] file[i] using 'epoch':(column(panel[p].'_train')) with lines linewidth 1.2 dashtype 2 linecolor rgb ink(i)
        unset logscale y
        set yrange [*:*]
    } else {
        set format y '%g'
        set yrange [*<0:*]
        q = panel[p]
        plot for [i=1:|file|] file[i] using 'epoch':(column(q.'_least')):(column(q.'_most')) with filledcurves fillstyle transparent solid 0.18 noborder linecolor rgb ink(i), \
             for [l=first_of(p):(several ? 0 : last_of(p))] file[1] using 'epoch':(column(sprintf('%s_%d_least', q, l))):(column(sprintf('%s_%d_most', q, l))) with filledcurves fillstyle transparent solid 0.18 noborder linecolor rgb paint(l), \
             for [l=first_of(p):(several ? 0 : last_of(p))] file[1] using 'epoch':(column(sprintf('%s_%d', q, l))) with lines linewidth 1.3 linecolor rgb paint(l), \
             for [i=1:|file|] file[i] using 'epoch':(column(q)) with lines linewidth 2 linecolor rgb ink(i)
        set yrange [*:*]
    }
    do for [i=1:40] { unset label i }
    do for [i=1:|file|] { unset label 60+i; unset arrow i }
}
unset multiplot

# Degeneracy breaking: one point per entry of the final read-out, against its feedback above and
# against its initial value below; one column per rule. Quadrants of equal sign are shaded: a rule
# that follows the feedback has all its points there.
cd ARG2
load 'figure.gp'
shape_of_figure = rules < 3 ? 0.84 : 0.7
load ARG1
unset datafile columnheaders

# The largest absolute value in a column, over all runs or over those that reached a solution.
size_of = 0
largest = "stats 'entries.tsv' using (($2 == 1 || of != 5) && abs(column(of)) > size_of ? (size_of = abs(column(of)), 1) : 1) nooutput"
of = 5
@largest
reach = size_of > 0 ? 1.6 * size_of : 1
array extent[2]
do for [row=1:2] {
    of = 2 + row
    size_of = 0
    @largest
    extent[row] = size_of > 0 ? 1.08 * size_of : 1
}
# Three or five tics.
tic(w) = 10**floor(log10(w)) * (w / 10**floor(log10(w)) < 2 ? 1 : w / 10**floor(log10(w)) < 5 ? 2 : 4)
name_x1 = plain ? 'feedback F1' : 'feedback  F_1'
name_x2 = plain ? 'own start W2(0)' : 'own start  W_2(0)'
name_y = plain ? 'final W2' : 'final read-out  W_2'

set multiplot
left = plain ? 0.12 : across(0.108)
between = 0.035
across_page = wide ? 2 * rules : rules # panels beside each other
width = (0.975 - left - between * (across_page - 1)) / across_page
bottom = plain ? 0.05 : high(0.02)
height = (top - bottom) / (wide ? 1 : 2)
gap = plain ? 0.09 : high(0.085)
head = plain ? 0.05 : high(0.035)
words_fit = plain ? rules < 3 : 0.47 * width > letters(24) # beside the axis in the middle
agree(row, r) = (words_fit ? 'reached, agree: ' : 0.47 * width > letters(15) ? 'agree: ' : '').(row == 1 ? agree_F1[r] : agree_start[r])
# With room for few letters, only the middle and one to each side.
every_tic(w) = plain || width > letters(18) ? tic(w) : (tic(w) * 2 > w ? 1 : w > 4 * tic(w) ? 4 : 2) * tic(w)
# The labels at the ends of two panels beside each other are smaller where they would touch.
apart(w) = (1 - every_tic(w) * floor(w / every_tic(w)) / w) * width + between
longest(w) = strlen(sprintf('%g', every_tic(w) * floor(w / every_tic(w)))) + 1.5
shrink(w) = plain || letters(longest(w)) < apart(w) ? 1 : apart(w) / letters(longest(w)) > 0.65 ? apart(w) / letters(longest(w)) : 0.65
set border 15 linecolor rgb faint
set xzeroaxis linetype -1 linewidth 0.5 linecolor rgb faint
set yzeroaxis linetype -1 linewidth 0.5 linecolor rgb faint
unset mxtics; unset mytics
unset key
set tics textcolor rgb text_ink
do for [row=1:2] {
    do for [r=1:rules] {
        place = r + (wide ? (row - 1) * rules : 0)
        line = wide ? 1 : row
        set lmargin at screen left + (place - 1) * (width + between)
        set rmargin at screen left + (place - 1) * (width + between) + width
        set tmargin at screen top - (line - 1) * height - head
        set bmargin at screen top - line * height + gap - (wide ? 0 : head)
        set xrange [-extent[row]:extent[row]]
        set yrange [-1.25 * reach:reach]
        set xtics every_tic(extent[row])
        face_of_tics = sprintf('%s,%g', face, points_of_face * shrink(extent[row]))
        if (!plain) { set xtics font face_of_tics }
        set ytics tic(reach / 1.6)
        set xlabel (row == 1 ? name_x1 : name_x2) offset 0, 0.4 + lift
        set format y (place == 1 ? '%g' : '')
        if (place == 1) { set ylabel (plain || fits(22, height - gap) ? name_y : 'final W_2') offset 0.3 + lift, 0 } else { set ylabel '' }
        if (row == 1 || wide) { set label 3 rule_name[r] at graph 0.5, graph 1 center offset 0, 0.7 noenhanced textcolor rgb text_ink } else { unset label 3 }
        set label 4 agree(row, r) at graph 0.97, graph 0 right offset 0, 0.7 noenhanced front textcolor rgb text_ink
        if (!plain) {
            set object 1 rectangle from 0, 0 to graph 1, graph 1 behind fillcolor rgb shade fillstyle solid noborder
            set object 2 rectangle from graph 0, graph 0 to 0, 0 behind fillcolor rgb shade fillstyle solid noborder
        }
        of = 2 + row
        plot 'entries.tsv' using ($1 == r && $2 == 0 ? column(of) : NaN):5 with points pointtype 2 pointsize 1.3 * size_of_points linewidth 0.9 linecolor rgb text_ink notitle, \
             'entries.tsv' using ($1 == r && $2 == 1 ? column(of) : NaN):5 with points pointtype (plain ? 1 : 6) pointsize 0.9 * size_of_points linewidth 0.9 linecolor rgb tint(rule_colour[r]) notitle
        do for [i=1:4] { unset label i }
    }
}
unset multiplot

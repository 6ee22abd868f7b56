# The published runs of D2 and D3 beside the published numbers: curves, means over four seeds with their standard
# deviations; boxes, where a number of the source may lie. usage: cd validation/published && gnuplot figure.gp
set terminal pngcairo size 1500,1150 enhanced font 'DejaVu Sans,11' linewidth 1.3
set output '../published.png'
set encoding utf8
set datafile separator tab
set datafile missing 'nan'
set datafile columnheaders
set style fill transparent solid 0.25 noborder
array title[4] = ['MNIST relu', 'MNIST tanh', 'CIFAR relu', 'CIFAR tanh']
array name[4] = ['mnist-relu', 'mnist-tanh', 'cifar-relu', 'cifar-tanh']
array quantity[4] = ['WA', 'GA', 'similarity', 'error_train']
array what[4] = ['WA', 'GA', 'similarity of seeds', 'training error']
array top[4] = [0.6, 1, 1, 0.8]
set logscale x
set xrange [1:3300]
set format x '10^{%T}'
set grid back linecolor '#dddddd'
unset key
set multiplot layout 4,4 margins 0.06,0.985,0.06,0.95 spacing 0.045,0.035
do for [row=1:4] {
    do for [run=1:4] {
        file = name[run].'-dfa-published.tsv'
        there = system('test -e '.file.' && echo 1') eq '1'
        if (row == 1) { set title title[run] } else { unset title }
        if (row == 4) { set xlabel 'epoch' } else { unset xlabel }
        if (run == 1) { set ylabel what[row] } else { unset ylabel }
        unset label
        if (row == 4) { set logscale y; set yrange [0.0003:1]; set format y '%g' } else { unset logscale y; set yrange [0:top[row]]; set format y '%g' }
        c = quantity[row]
        points = sprintf("< awk -v title='%s' -v what='%s' -f points.awk ../published.md", title[run], what[row])
        if (!there) {
            set label 'not run' at graph 0.5,0.5 center textcolor '#888888'
            plot NaN
        } else {
            spread = row == 3 ? 0 : 1
            plot file using 'epoch':(column(c)-(spread ? column(c.'_sd') : 0)):(column(c)+(spread ? column(c.'_sd') : 0)) with filledcurves linecolor '#0072b2', \
                 file using 'epoch':c with lines linecolor '#0072b2', \
                 points using (sqrt(column(1)*column(2))):((column(3)+column(4))/2):1:2:3:4 with boxxyerror linecolor '#d55e00'
        }
    }
}
unset multiplot

#!/bin/sh
# The section figure: in files, in headers, by --set; what does not run again because of it; figures as
# scripts and for LaTeX.
# usage: test_figure.sh ALIGNODE
set -u
. "$(dirname "$(realpath "$0")")/checks.sh"
alignode=$(realpath "$1")
cd "$work" || exit 1

cat >plain.yaml <<'END'
problem: {inputs: 60}
learning: {rule: dfa, rate: 0.5}
run: {time: 10, repeats: 3, record: {count: 160}}
compare: {engines: [ode]}
END
{ cat plain.yaml; printf 'figure:\n  style: column\n  legend: ["the one"]\n'; } >styled.yaml
{ cat plain.yaml; printf 'figure: {style: dark}\n'; } >other.yaml
without_figure() { # FILE
    sed '/^# figure:/,/^# [^ ]/{/^# figure:/d;/^#   /d}' "$1" | grep -v '^#crc32'
}

# ---- the table ----
check "figure: is documented" sh -c "'$alignode' params figure.style | grep -q 'screen | paper | column'"
check "of deep experiments, too" sh -c "'$alignode' params figure.style | grep -q '# deep experiment\|# two-layer'"
printf 'learning: {rule: dfa}\nfigure:\n  stile: dark\n' >bad.yaml
check "an unknown key" exits 2 "^bad.yaml:3:3: unknown key figure.stile, did you mean figure.style" "$alignode" ode bad.yaml
printf 'learning: {rule: dfa}\nfigure: {size: [3, 100]}\n' >bad.yaml
check "a size out of range" exits 2 "^bad.yaml:2:20: figure.size: expected .* from 1 to 50" "$alignode" ode bad.yaml
printf 'learning: {rule: dfa}\nfigure: {xrange: [3, 1]}\n' >bad.yaml
check "a range that decreases" exits 2 "^bad.yaml:2:18: figure.xrange: .*increasing" "$alignode" ode bad.yaml
check "by --set" exits 2 "^--set:14: figure.style: unknown style 'drak'" "$alignode" ode plain.yaml --set figure.style=drak
check "a list that is none" exits 2 "figure.legend: expected off or a list of texts" "$alignode" ode plain.yaml --set figure.legend=on

# ---- headers ----
check "without a section" "$alignode" ode plain.yaml -o plain.tsv --quiet
check "nothing of it in the header" sh -c '! grep -q figure plain.tsv'
check "with a section" "$alignode" ode styled.yaml -o styled.tsv --quiet
check "it is in the header" grep -q '^#   style: column$' styled.tsv
without_figure plain.tsv >plain.bare
without_figure styled.tsv >styled.bare
check "and nothing else differs" cmp plain.bare styled.bare
check "a header runs again" sh -c "'$alignode' ode styled.tsv --quiet | cmp - styled.tsv"

# ---- what is not run again ----
cp styled.tsv before.tsv
check "another style runs nothing" exits 0 "already there" "$alignode" ode other.yaml -o styled.tsv
check "it says that the section stays" grep -q "its section figure: stays as it is" stderr.log
check "nor does none" exits 0 "already there" "$alignode" ode plain.yaml -o styled.tsv
check "and writes nothing" cmp styled.tsv before.tsv
check "chain" "$alignode" chain other.yaml -o whole.tsv --quiet
"$alignode" chain styled.yaml -o begun.tsv --quiet
awk '/^$/ { exit } { print }' begun.tsv >resumed.tsv.part # its first repeat
check "an unfinished run resumes in another style" "$alignode" chain other.yaml -o resumed.tsv --quiet
check "to the bytes of a run in that style" cmp whole.tsv resumed.tsv
cat >sweep.yaml <<'END'
learning: {rule: dfa}
run: {time: 1, record: {count: 3}}
figure: {style: dark}
sweep: {run: ode, points: files, over: [{key: learning.rate, values: [0.1, 0.2]}]}
END
check "a sweep with a section" exits 0 "2 run" "$alignode" sweep sweep.yaml -o points
check "its points have none" sh -c '! grep -q figure points/??/*.tsv'
check "its table has" grep -q '^#   style: dark' points/collected.tsv
check "restyled" exits 0 "2 already finished, 0 run" "$alignode" sweep sweep.yaml -o points --set figure.style=grey
check "the table follows" grep -q '^#   style: grey' points/collected.tsv
sed 's/key: learning.rate, values: .*]}/key: figure.style, values: [dark, grey]}]}/' sweep.yaml >over.yaml
check "no style is swept" exits 2 "over.yaml:4:.*figure.style is not a parameter of a run" "$alignode" sweep over.yaml -o none

# ---- --set on results ----
check "a parameter of the run" exits 2 "learning.rate needs --run: for results, only" "$alignode" plot plain.tsv --set learning.rate=1
check "a mistake" exits 2 "^--set:14: figure.style: unknown style" "$alignode" plot plain.tsv --set figure.style=drak

# ---- names of outputs ----
check "an unknown extension" exits 2 "must be .png, .pdf, .svg, .gp or .tex" "$alignode" plot plain.tsv -o f.eps
check "a name that LaTeX would obey" exits 2 "which LaTeX reads" "$alignode" plot plain.tsv -o 'a%b.tex'
check "labels that are too many" exits 2 "figure.legend: 2 texts for 1 curves" "$alignode" plot plain.tsv --set 'figure.legend=[a, b]' -o f.svg
check "and left nothing" test ! -e f.svg

if command -v gnuplot >/dev/null; then
    width_of() { sed -n 's/^ *width="\([0-9]*\)".*/\1/p' "$1" | head -1; }
    check "a result in its style" "$alignode" plot styled.tsv -o styled.svg
    check "of 3.4 inches" test "$(width_of styled.svg)" = 408
    check "its own words" grep -q 'the one' styled.svg
    check "--set over it" "$alignode" plot styled.tsv -o paper.svg --set figure.style=paper --set figure.legend=off
    check "of 6.5 inches" test "$(width_of paper.svg)" = 780
    check "no key" sh -c '! grep -v "<title>" paper.svg | grep -q "theory\|the one"'
    check "the first of several counts" "$alignode" plot styled.tsv plain.tsv -o first.svg --set 'figure.legend=off'
    check "of 3.4 inches, again" test "$(width_of first.svg)" = 408
    check "--run" "$alignode" plot --run styled.yaml -o run.svg --quiet
    check "--run in its style" test "$(width_of run.svg)" = 408
    cp other.yaml styled.yaml
    check "--run, restyled" exits 0 "already there" "$alignode" plot --run styled.yaml -o run.svg
    check "has the style of the file" test "$(width_of run.svg)" = 1200

    # A gnuplot that is there but cannot be loaded, as under a limit on address space, is not called missing.
    mkdir broken
    printf '#!/bin/sh\necho "gnuplot: error while loading shared libraries" >&2\nexit 127\n' >broken/gnuplot
    chmod +x broken/gnuplot
    check "gnuplot that cannot be loaded" exits 1 "exit status 127" env PATH="$PWD/broken:$PATH" "$alignode" plot plain.tsv -o b.svg
    check "says why" grep -q "error while loading shared libraries" stderr.log

    # A script draws the same without any other file, and is not replaced unasked.
    mkdir empty
    check "a script" exits 0 "^wrote empty/f.gp" "$alignode" plot plain.tsv -o empty/f.gp
    check "draws" sh -c "cd empty && gnuplot -e \"format = 'svg'\" f.gp && ls | sort | tr '\n' ' ' | grep -qx 'f.gp f.svg '"
    check "directly" "$alignode" plot plain.tsv -o f.svg
    # but for the outlines of marks, which the program makes thicker than gnuplot's svg has them
    for svg in f.svg empty/f.svg; do
        sed "/ id='gpPt/d" "$svg" >"$svg.lines"
    done
    check "the same" cmp f.svg.lines empty/f.svg.lines
    rm empty/f.svg.lines
    check "it may have been changed" exits 2 "empty/f.gp: is not a figure; --force" "$alignode" plot plain.tsv -o empty/f.gp
    check "by force" "$alignode" plot plain.tsv -o empty/f.gp --force

    # LaTeX and the pdf beside it.
    check "LaTeX" exits 0 "^wrote t.pdf" "$alignode" plot plain.tsv -o t.tex --set figure.style=column \
        --set 'figure.title=100 % of T_1_2 & {more}'
    check "says so of both" grep -q '^wrote t.tex$' stderr.log
    check "the pdf" sh -c 'head -c 5 t.pdf | grep -q %PDF-'
    check "subscripts" grep -q 'epsilon.*\\ensuremath{_{\\mathrm{g}}}' t.tex
    check "letters that LaTeX would obey" grep -q '100 \\% of T\\_1\\_2 \\& \\{more\\}' t.tex
    echo notes >u.pdf
    check "what is beside is not replaced" exits 2 "u.pdf: is not a figure" "$alignode" plot plain.tsv -o u.tex
    check "nothing was written" test ! -e u.tex
    "$alignode" plot plain.tsv -o v.pdf
    cp v.pdf before.pdf
    check "nor is another figure" exits 2 "v.pdf: is a figure of its own .there is no v.tex.; --force" "$alignode" plot plain.tsv -o v.tex
    check "which is kept" cmp v.pdf before.pdf
    check "by force, it is" "$alignode" plot plain.tsv -o v.tex --force
    check "its own pdf is, unasked" "$alignode" plot plain.tsv -o v.tex
    if command -v pdflatex >/dev/null; then
        printf '\\documentclass{article}\\usepackage{graphicx,xcolor}\\begin{document}\\input{t}\\end{document}\n' >d.tex
        check "LaTeX reads it" sh -c 'timeout 100 pdflatex -interaction=nonstopmode d.tex </dev/null >pdflatex.log'
    fi
fi

# ---- odd requests ----
check "no logarithm of negatives" exits 2 "figure.log: no values along y are above zero" "$alignode" plot plain.tsv --column 0-eg --over t --set figure.log=y -o odd.svg
check "a figure of an inch" "$alignode" plot plain.tsv --column eg --over t --set 'figure.size=[1, 1]' -o odd.svg --force
check "of an inch in height" "$alignode" plot plain.tsv --set 'figure.size=[12, 1]' -o odd.svg --force

# ---- events of single results ----
# The points of a sweep, given one by one, are drawn as the sweep's table is.
"$alignode" sweep plain.yaml --over learning.rate=0.4,0.8,0.6 --over learning.rule=bp,dfa --set run.time=200 --set sweep.points=files \
    --set ode.events.plateau_entered=true --set 'ode.events.eg_below=[0.02]' -o events --quiet 2>/dev/null
points=$(find events -name '*.tsv' ! -name collected.tsv)
unnamed() { # SCRIPT: without its own name
    grep -v '^# Written by\|^output = ' "$1"
}
for column in eg_below_0.02_t 'plateau_entered_t - eg_below_0.02_t' 'plateau_entered_cos'; do
    check "a sweep's $column" "$alignode" plot events/collected.tsv --column "$column" --over learning.rate -o table.gp --force
    # shellcheck disable=SC2086
    check "single results' $column" "$alignode" plot $points --column "$column" --over learning.rate -o single.gp --force
    unnamed table.gp >table.data
    unnamed single.gp >single.data
    check "the same $column" cmp table.data single.data
    check "there is some" test "$(grep -cE '^[-+0-9.e]+[[:space:]]' single.data)" -ge 3
done
# shellcheck disable=SC2086
check "an event that was not looked for" exits 2 "has no plateau_left_t: its run did not look .*ode.events.plateau_left" "$alignode" plot $points --column plateau_left_t
# shellcheck disable=SC2086
check "by one of them" exits 2 "^plain.tsv: has no plateau_entered_t" "$alignode" plot $points plain.tsv --column 'plateau_entered_t / 2'
check "of one result" exits 2 "an event is one number of a run" "$alignode" plot "$(echo "$points" | head -n 1)" --column plateau_entered_t
echo "$checks checks, $failed failed"
[ $failed -eq 0 ]

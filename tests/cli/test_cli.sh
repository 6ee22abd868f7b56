#!/bin/sh
# The program from outside: exit statuses, results, resumption, equal bytes.
# usage: test_cli.sh ALIGNODE PARAMS_FOLDER
set -u
. "$(dirname "$(realpath "$0")")/checks.sh"
alignode=$(realpath "$1")
params=$(realpath "$2")
cd "$work" || exit 1

cat >small.yaml <<'YAML'
title: small
problem:
  inputs: 60
  student: {units: 2, weights: {std: 0.3}, readout: {std: 0.5}}
learning: {rule: dfa, rate: 0.3}
run: {time: 10, seed: 3, repeats: 5, record: {count: 7, spacing: linear}}
YAML

# ---- a reader that leaves ----
# unread COMMAND...: the reader is gone before the first byte; nothing is printed, as when SIGPIPE ends a program.
unread() {
    mkfifo pipe.$checks
    sh -c 'exec 4<>"$1" 5>"$1" 4<&-; shift; "$@" >&5 2>said 5>&-; echo $? >status' sh pipe.$checks "$@"
    cat said
    test ! -s said && test "$(cat status)" -eq 141
}
for command in "ode small.yaml --quiet" "chain small.yaml --quiet -o -" list params help version; do
    check "$command without a reader" unread "$alignode" $command
done
check "a full device is reported" exits 1 "standard output: .*No space left" sh -c "exec '$alignode' ode small.yaml --quiet >/dev/full"
check "also by other commands" exits 1 "standard output: .*No space left" sh -c "exec '$alignode' list >/dev/full"

# ---- words and exit statuses ----
check "version" sh -c "'$alignode' version | grep -q '^alignode 0'"
check "help" sh -c "'$alignode' help | grep -q chain"
check "help of a command" sh -c "'$alignode' help ode | grep -q resume"
check "help after a command" sh -c "'$alignode' ode --help | grep -q resume"
cp small.yaml own.yaml
check "the parameter file is no output" exits 2 "own.yaml" "$alignode" ode own.yaml -o own.yaml
check "and is still there" cmp own.yaml small.yaml
check "no command" exits 2 "no command" "$alignode"
check "unknown command" exits 2 "did you mean chain?" "$alignode" chian small.yaml
check "unknown option" exits 2 "unknown option" "$alignode" ode small.yaml --rezume
check "option of another command" exits 2 "unknown to this command" "$alignode" list --resume
check "option without value" exits 2 "expected" "$alignode" ode small.yaml -o
check "no file" exits 2 "usage" "$alignode" ode
check "missing file" exits 2 "nothere.yaml" "$alignode" ode nothere.yaml
check "a folder" exits 2 "folder" "$alignode" ode .
check "bad threads" exits 2 "threads" "$alignode" ode small.yaml -j 0
check "missing folder" exits 2 "nofolder" "$alignode" ode small.yaml -o nofolder/x.tsv
check "list" sh -c "'$alignode' list rules | grep -q sign-symmetric"
# Every name that a parameter can take is in a table of `alignode list`.
"$alignode" params | sed -n 's/^    type: [^(]*(\(.*\))$/\1/p' | tr -d ' ' | tr '|' '\n' | sort -u >names.txt
"$alignode" list | sed -n 's/^  \([^ ]*\) .*/\1/p' | sort -u >listed.txt
check "names of parameters" test "$(wc -l <names.txt)" -gt 15
check "list has every name of a parameter" test -z "$(comm -23 names.txt listed.txt)"
check "list unknown" exits 2 "did you mean rules?" "$alignode" list rulse
check "params" sh -c "'$alignode' params learning.rate | grep -q default"
check "params unknown" exits 2 "learning.rate" "$alignode" params learning.rat
check "set unknown" exits 2 "^--set:1: .*unknown" "$alignode" ode small.yaml --set learnin.rate=1
check "set out of range" exits 2 "^--set:15: " "$alignode" ode small.yaml --set learning.rate=-1
check "unknown key with place" sh -c "printf 'learning: {rule: bp}\nrun:\n  tiem: 3\n' >bad.yaml
    '$alignode' ode bad.yaml 2>&1 | grep -q '^bad.yaml:3:3: .*unknown.*run.time'"
check "output closed" sh -c "! '$alignode' chain small.yaml --set run.repeats=2000 2>err.log |
    head -n 1 >/dev/null; true"

# ---- results ----
for engine in ode chain sgd; do
    check "$engine runs" "$alignode" $engine small.yaml -o $engine.tsv --quiet
    check "$engine first line" sh -c "head -n 1 $engine.tsv | grep -q '^# alignode [0-9.]* $engine\$'"
    rows=$(grep -c '^[0-9]' $engine.tsv)
    check "$engine last line" sh -c "tail -n 1 $engine.tsv | grep -q '^# end $rows\$'"
    check "$engine to standard output" sh -c "'$alignode' $engine small.yaml --quiet | cmp - $engine.tsv"
    check "$engine from its own header" sh -c "'$alignode' $engine $engine.tsv --quiet | cmp - $engine.tsv"
    check "$engine one thread" sh -c "'$alignode' $engine small.yaml -j 1 --quiet | cmp - $engine.tsv"
    check "$engine many threads" sh -c "'$alignode' $engine small.yaml -j 5 --quiet | cmp - $engine.tsv"
    check "$engine no date" sh -c "! grep -q \"\$(date +%Y)[-/]\" $engine.tsv"
done
check "ode writes repeat 0 only" test "$(grep -c '^[0-9]' ode.tsv)" -eq 8
check "chain writes all repeats" test "$(grep -c '^[0-9]' chain.tsv)" -eq 40
check "blank lines between repeats" test "$(grep -c '^$' chain.tsv)" -eq 4
check "columns" grep -q "$(printf '^repeat\tt\teg\tQ_1_1\tQ_1_2\tQ_2_2\tR_1_1\tR_1_2\tR_2_1\tR_2_2\tW2_1_1\tW2_1_2\tcos_W2_F1$')" ode.tsv
check "progress without a terminal" sh -c "'$alignode' chain small.yaml 2>&1 >/dev/null | grep -q '100 %'"
check "set changes the header" sh -c "'$alignode' ode small.yaml --set run.seed=4 | grep -q '^#   seed: 4'"

# ---- the linear problem has an exact solution ----
check "linear: eg(t) = eg(0) exp(-0.36 t)" sh -c "'$alignode' ode '$params/linear.yaml' --quiet |
    awk '\$1 == \"0\" { if (\$2 == 0) eg = \$3
                         e = eg * exp(-0.36 * \$2); n++
                         if ((e - \$3) ^ 2 > (1e-8 * (1 + e)) ^ 2) bad = 1 }
         END { exit bad || n != 41 }'"

# ---- interrupted ----
# A single integration keeps the rows recorded so far.
"$alignode" ode small.yaml --set problem.activation=relu --set learning.rate=50 --set run.time=1e7 \
    --set ode.max_steps=1000000000000000 -o endless.tsv --quiet 2>stopped.log &
pid=$!
wait_until $pid test -e endless.tsv.part
sleep 0.2 # most likely into the integration; what follows holds wherever it is stopped
kill -INT $pid
wait $pid
check "a stopped integration" test $? -eq 130
check "says that rows are kept" grep -q "recorded rows are kept in endless.tsv.part" stopped.log
check "and they are" sh -c "grep -q '^0	0	' endless.tsv.part && tail -n 1 endless.tsv.part | grep -q crc32"

# ---- a long run says so at once, also into a file ----
for engine in chain sgd; do
    rm -f long.log # of the run before
    "$alignode" $engine small.yaml --set run.time=1e9 --set run.repeats=1000 -o long.tsv 2>long.log &
    pid=$!
    check "$engine: says how long it takes" wait_until $pid grep -q 'about .* left' long.log
    kill -TERM $pid
    wait $pid
    check "$engine: stopped" test $? -eq 130
    check "$engine: says so once" test "$(grep -c 'about .* left' long.log)" -eq 1
    rm -f long.tsv.part
done

# ---- a reader that pauses, or never reads ----
# asleep PID: it has taken over TERM, and waits
asleep() { grep -q '^SigCgt:.*[4-7c-f]...$' "/proc/$1/status" && grep -q '^State:.S' "/proc/$1/status"; }
"$alignode" chain small.yaml --quiet -o read.tsv
shut_gate
"$alignode" chain small.yaml -j 1 --quiet -o - >gate 2>unread.log 3<&- &
pid=$!
check "a result that nobody reads" wait_until $pid asleep $pid
kill -TERM $pid
wait $pid
check "can be stopped" test $? -eq 130
check "says why" grep -q "stopped: nobody reads standard output" unread.log
shut_gate
dd if=/dev/null oflag=nonblock >&3 2>/dev/null # writing to it fails where it would wait
"$alignode" chain small.yaml -j 1 --quiet -o - >&3 2>unread.log &
pid=$!
check "a pipe that does not wait" wait_until $pid asleep $pid
cat gate >read.log 3<&- &
reader=$!
exec 3<&-
wait $pid
check "is waited for" test $? -eq 0
wait $reader
check "the bytes arrive" sh -c "tr -d '\\0' <read.log | cmp - read.tsv"

# ---- messages that nobody reads ----
shut_gate
"$alignode" sgd small.yaml --set run.repeats=100000 -j 2 -o deaf.tsv 2>gate &
pid=$!
wait_until $pid test -e deaf.tsv.part
sleep 1
kill -TERM $pid
check "do not keep a stopped run" timeout 30 tail --pid=$pid -f /dev/null
kill -KILL $pid 2>/dev/null
wait $pid
check "it ends as stopped" test $? -eq 130
rm -f deaf.tsv*

# ---- a comparison keeps what can be compared ----
shut_gate
"$alignode" compare small.yaml --set run.repeats=400 --set problem.inputs=300 -j 1 -o stopped.tsv 2>gate &
pid=$!
wait_until $pid test -e stopped.tsv.part
sleep 0.5 # most likely in the middle of the chain or of sgd; what follows holds wherever it is stopped
kill -INT $pid
open_gate >said.log
wait $pid
check "a stopped comparison" test $? -eq 130 -a ! -e stopped.tsv
open_gate >>said.log
check "says what is kept" grep -a -q 'recorded rows are kept in stopped.tsv.part$\|nothing is kept$' said.log
check "keeps rows, or has none" sh -c "tail -n 1 stopped.tsv.part | grep -q crc32 && ! grep -q '^# end' stopped.tsv.part"
check "and finishes" "$alignode" compare small.yaml --set run.repeats=400 --set problem.inputs=300 -o stopped.tsv --quiet

# ---- interrupted and resumed ----
slow="--set run.repeats=200 --set problem.inputs=300"
"$alignode" sgd small.yaml $slow --quiet -o whole.tsv
for signal in INT KILL TERM HUP USR1 USR2 XCPU; do
    echo old >cut.tsv
    rm -f cut.tsv.part
    # The run blocks when the work of twenty repeats is done; at most ten of these are not written yet.
    shut_gate
    # Under nohup, HUP would stay ignored.
    [ $signal = HUP ] && as_usual="env --default-signal=HUP" || as_usual=
    $as_usual "$alignode" sgd small.yaml $slow -j 2 -o cut.tsv --force 2>gate &
    pid=$!
    check "some repeats are finished" wait_until $pid sh -c "test \$(grep -c '^\$' cut.tsv.part) -ge 3"
    kill -$signal $pid
    open_gate >/dev/null
    wait $pid
    status=$?
    [ $signal = KILL ] || check "SIG$signal exits 130" test $status -eq 130
    check "SIG$signal leaves the old result" grep -q '^old$' cut.tsv
    check "SIG$signal keeps finished repeats" test "$(grep -c '^$' cut.tsv.part)" -ge 3
    # a number changed in a finished repeat shows whether resuming kept that repeat
    sed "s/^0$(printf '\t')10$(printf '\t')[^$(printf '\t')]*/0$(printf '\t')10$(printf '\t')0.125/" cut.tsv.part >marked.tsv.part
    reseal marked.tsv.part
    check "resuming marked repeats" "$alignode" sgd small.yaml $slow --quiet -o marked.tsv --resume
    check "resuming keeps what was finished" grep -q "^0$(printf '\t')10$(printf '\t')0.125$(printf '\t')" marked.tsv
    rm -f marked.tsv
    check "another problem is not resumed" exits 2 "run.seed" "$alignode" sgd small.yaml $slow --quiet --set run.seed=9 -o cut.tsv --resume
    check "nor, by --force, its rows" exits 2 "cannot be resumed" "$alignode" sgd small.yaml $slow --quiet --set run.seed=9 -o cut.tsv --resume --force
    check "what is not alignode's is not replaced" exits 2 "cut.tsv: is not one of alignode's results; --force" \
        "$alignode" sgd small.yaml $slow --quiet -o cut.tsv --resume
    check "the old result is still there" grep -q '^old$' cut.tsv
    rm cut.tsv
    check "the same command continues" "$alignode" sgd small.yaml $slow --quiet -o cut.tsv
    check "resumed after SIG$signal: same bytes" cmp cut.tsv whole.tsv
    check "no part left" test ! -e cut.tsv.part
done
printf 'half a run' >over.tsv.part
check "an unfinished file is not lost" exits 2 "over.tsv.part: .*--force" "$alignode" chain small.yaml -o over.tsv
check "but by --force" exits 0 "" "$alignode" chain small.yaml -o over.tsv --force
check "resume without a path" exits 2 "resume" "$alignode" sgd small.yaml --resume

# Under nohup a terminal may close.
rm -f cut.tsv*
shut_gate
(trap '' HUP; exec "$alignode" sgd small.yaml $slow -j 2 -o cut.tsv 2>gate) &
pid=$!
wait_until $pid test -e cut.tsv.part
kill -HUP $pid
open_gate >/dev/null
check "nohup" wait $pid
check "nohup: the whole result" cmp cut.tsv whole.tsv

# ---- compare ----
check "compare passes" "$alignode" compare small.yaml --set run.repeats=200 -o compare.tsv
check "compare columns" grep -q "$(printf '^t\tquantity\tengine_a\tengine_b\tdifference\tse\tz\tallowed\tok')" compare.tsv
check "compare says that they agree" exits 0 "^ode, chain and sgd agree: all [0-9]* rows" "$alignode" compare small.yaml --set run.repeats=200 --quiet
check "compare says where the rows go" grep -q "standard output; -o" stderr.log
check "compare says where the rows are" exits 0 "^Every row is in compare2.tsv" "$alignode" compare small.yaml --set run.repeats=200 -o compare2.tsv
check "the verdict changes no byte" cmp compare2.tsv compare.tsv
check "compare out of tolerance" exits 3 OUTSIDE "$alignode" compare small.yaml --set run.repeats=50 --set compare.z=1e-3 --set compare.c=0
check "compare: chance" grep -q "^Cause: chance" stderr.log
# At N = 8 without c/sqrt N: the equations are far off, and at 4N much less so.
cat >few.yaml <<'YAML'
problem:
  inputs: 8
  overlaps: {Q: [[0.4, 0.1], [0.1, 0.3]], R: [[0.3, 0.1], [-0.1, 0.2]], T: [[1, 0.2], [0.2, 0.8]], W2: [[0.5, 0.3]]}
learning: {rule: dfa, rate: 0.5, feedback: {matrix: [[0.8], [-0.6]]}}
run: {time: 5, seed: 1, repeats: 4000, record: {count: 10, spacing: linear}}
compare: {engines: [ode, chain], c: 0}
YAML
check "compare: what it runs" exits 3 "looking for the cause: chain at N = 32" "$alignode" compare few.yaml -o few.tsv
check "compare: the cause" exits 3 "^Cause: finite size: at N = 32" "$alignode" compare few.yaml -o few2.tsv --quiet
check "compare: quiet while looking" sh -c "! grep looking stderr.log"
check "compare: the search changes no byte" cmp few.tsv few2.tsv

# Recomputes means and standard errors from the single runs.
check "compare from single runs" sh -c "'$alignode' chain small.yaml --set run.repeats=200 --quiet |
    awk 'FNR == NR { if (\$1 ~ /^[0-9]/ && \$2 == 10) { n++; s += \$3; q += \$3 * \$3 }; next }
         \$1 == 10 && \$2 == \"eg\" && \$3 == \"ode\" && \$4 == \"chain\" {
             mean = s / n; se = sqrt((q / n - mean * mean) / (n - 1)); seen = 1
             if ((\$11 - mean) ^ 2 > 1e-20 || (\$6 - se) ^ 2 > 1e-20) bad = 1 }
         END { exit bad || !seen || n != 200 }' - compare.tsv"

# ---- fixedpoint ----
cat >points.yaml <<'YAML'
problem: {student: {readout: 1}, teacher: {weights: orthonormal}}
learning: {rule: bp, rate: [0.5, 0]}
fixedpoint: {starts: random, count: 40}
YAML
check "fixedpoint says what it found" exits 0 "40 starts: .* led to .* fixed points" "$alignode" fixedpoint points.yaml -o points.tsv
check "fixedpoint from its own header" sh -c "'$alignode' fixedpoint points.tsv -j 1 --quiet | cmp - points.tsv"
check "fixedpoint many threads" sh -c "'$alignode' fixedpoint points.yaml -j 5 --quiet | cmp - points.tsv"
check "fixedpoint columns" grep -q "$(printf '^fixed_point\tstarts\tt\teg\tresidual\tphysical\tunstable\tneutral\tunknowns\tW2_moves\tre_1\tim_1\t')" points.tsv
check "fixedpoint: nothing moves" exits 2 "^points.yaml:2:28: .*nothing moves" "$alignode" fixedpoint points.yaml --set learning.rule=frozen

# ---- a run too stiff for explicit steppers; the last recorded time decides ----
printf 'problem: {activation: linear}\nlearning: {rule: dfa, rate: 100}\nrun: {time: 100}\n' >stiff.yaml
check "stiff" exits 1 "stiff since t = .*; try --set ode.stepper=bsimp" "$alignode" ode stiff.yaml -o stiff.tsv
check "stiff: as advised" exits 0 "" "$alignode" ode stiff.yaml --set ode.stepper=bsimp -o advised.tsv
check "stiff: only its beginning" exits 0 "" "$alignode" ode stiff.yaml --set 'run.record.times=[0.5]' -o begin.tsv

# ---- plot --run reports errors before it runs ----
"$alignode" ode small.yaml -o whole.tsv --force --quiet
sed '$d' whole.tsv >cut.tsv
mkdir -p a b
cp small.yaml a/
cp small.yaml b/
check "plot: extension" exits 2 ".png, .pdf, .svg, .gp or .tex" "$alignode" plot --run small.yaml -o f.jpg
check "plot: figure" exits 2 "did you mean alignment?" "$alignode" plot --run small.yaml --figure alinment
check "plot: one result of two files" exits 2 "both write" "$alignode" plot --run a/small.yaml b/small.yaml -o f.png
check "plot: a parameter file without --run" exits 2 "^small.yaml: is a parameter file, not a result; plot --run" "$alignode" plot small.yaml
check "plot: nothing was run" test ! -e small.ode.tsv
check "plot: a result that is cut" exits 2 "^cut.tsv:.*truncated" "$alignode" plot cut.tsv
sed 's/^#   rule: dfa/#   rule: dfaa/' whole.tsv >wrong.tsv
place=$(grep -n 'rule: dfaa' wrong.tsv | cut -d : -f 1):11
check "plot: a mistake in the header" exits 2 "^wrong.tsv:$place: .*dfa" "$alignode" plot wrong.tsv
check "plot: and its line" grep -q '^#   rule: dfaa$' stderr.log
from() { # FILE COMMAND...
    file=$1
    shift
    "$@" <"$file"
}
check "plot: standard input, cut" exits 2 "^-:.*truncated" from cut.tsv "$alignode" plot -
check "plot: standard input, a mistake in the header" exits 2 "^-:$place: .*dfa" from wrong.tsv "$alignode" plot -
check "plot: standard input, parameters" exits 2 "^-: is a parameter file, not a result" from small.yaml "$alignode" plot -
check "plot: standard input, twice" exits 2 "only once" from whole.tsv "$alignode" plot - - -o x.png
check "plot: standard input is no output" exits 2 "x.png: the figure would overwrite this input" \
    sh -c "cp whole.tsv x.png; '$alignode' plot - -o x.png --force <x.png"
if has_terminals; then
    check "plot: standard input, no image to a terminal" sh -c "
        script -qec \"'$alignode' plot - <whole.tsv\" typescript </dev/null | grep -q 'not written to a terminal'"
fi
if gnuplot --version >/dev/null 2>&1; then
    check "plot: to standard output" exits 0 "" "$alignode" plot whole.tsv -o -
    cp stdout.log standard.png
    check "plot: says nothing of it" test ! -s stderr.log
    check "plot: to a file" exits 0 "^wrote file.png" "$alignode" plot whole.tsv -o file.png
    check "plot: the same bytes" cmp file.png standard.png
    check "plot: no file" test ! -e - -a ! -e whole.png
    check "plot: standard input, to standard output" exits 0 "" from whole.tsv "$alignode" plot -
    check "plot: the same bytes from standard input" cmp standard.png stdout.log
    check "plot: standard input, to a file" exits 0 "^wrote input.png" from whole.tsv "$alignode" plot - -o input.png
    check "plot: the same bytes in the file" cmp standard.png input.png
    check "plot: standard input, in letters" sh -c "'$alignode' plot - --ascii <whole.tsv | grep -q steps/N"
    check "plot: standard input among others" exits 0 "^wrote ode.png" from whole.tsv "$alignode" plot ode.tsv -
    # A pipe can be read only once.
    mkfifo pipe
    cat whole.tsv >pipe &
    check "plot: a result is read once" exits 0 "" "$alignode" plot pipe -o pipe.png
    check "plot: the same bytes from a pipe" cmp standard.png pipe.png
    kill $! 2>/dev/null
    check "plot: --run, standard input" exits 0 "wrote stdin.ode.tsv" \
        from a/small.yaml "$alignode" plot --run - --set 'compare.engines=[ode]'
    check "plot: and its image on standard output" sh -c 'head -c 4 stdout.log | grep -q PNG'
    check "plot: letters, to standard output" exits 0 "" "$alignode" plot whole.tsv --ascii -o -
    check "plot: --run, to standard output" exits 0 "wrote a/small.ode.tsv" \
        "$alignode" plot --run a/small.yaml -o - --set 'compare.engines=[ode, chain]'
    check "plot: and its picture" sh -c 'head -c 4 stdout.log | grep -q PNG'
fi

# ---- every parameter file in params/ loads ----
for file in "$params"/*.yaml; do
    if grep -q '^data:' "$file"; then # those without data are read, then report it missing
        check "$file" sh -c "ALIGNODE_DATA=nowhere '$alignode' train '$file' --set run.epochs=0 --set run.seeds=1 --set 'run.record={times: [0]}' \
            >/dev/null 2>err.log || grep -qE 'data set .* there is no|built without deep' err.log"
        continue
    fi
    check "$file" sh -c "'$alignode' ode '$file' --set run.time=0 --set 'run.record={count: 1, spacing: linear}' >/dev/null"
done

echo "$checks checks, $failed failed$(has_terminals || echo ', without terminals')"
[ $failed -eq 0 ]

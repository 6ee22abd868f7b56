#!/bin/sh
# `alignode sweep` from outside: lists, errors, kills, shards, ranks, failures; equal bytes.
# usage: test_sweep.sh ALIGNODE [MPIRUN]; MPIRUN if ALIGNODE is built with MPI
set -u
. "$(dirname "$(realpath "$0")")/checks.sh"
alignode=$(realpath "$1")
mpirun=${2-}
cd "$work" || exit 1

cat >grid.yaml <<'YAML'
title: grid
problem: {inputs: 200, student: {weights: {std: 0.3}, readout: {std: 0.5}}}
learning: {rule: dfa}
run: {time: 20, repeats: 2, record: {count: 5}}
sweep:
  run: chain
  over:
    - {key: learning.rate, from: 0.1, to: 1, count: 6, spacing: log}
    - {key: learning.rule, values: [bp, dfa]}
    - {key: run.seed, from: 1, to: 10}
YAML

# ---- words and exit statuses ----
"$alignode" sweep grid.yaml --list --quiet >list.tsv
check "list: names" grep -q "^point$(printf '\t')learning.rate$(printf '\t')learning.rule$(printf '\t')run.seed\$" list.tsv
check "list: points" test "$(wc -l <list.tsv)" -eq 121
check "list: the last key is the fastest" grep -q "^11$(printf '\t')0.1$(printf '\t')dfa$(printf '\t')2\$" list.tsv
check "list: a shard" sh -c "'$alignode' sweep grid.yaml --list --shard 2/60 | cut -f 1 | tr '\n' ' ' | grep -q '^point 1 61 \$'"
check "list of a result" sh -c "'$alignode' sweep grid.yaml --list --set 'sweep.over=[{key: run.seed, values: [5]}]' | grep -q '^0.5\$'"
check "no folder" exits 2 "-o FOLDER" "$alignode" sweep grid.yaml
check "standard output is no folder" exits 2 "-o FOLDER" "$alignode" sweep grid.yaml -o -
check "a file is not a folder" exits 2 "grid.yaml: not a folder" "$alignode" sweep grid.yaml -o grid.yaml
check "missing folder" exits 2 "no/where" "$alignode" sweep grid.yaml -o no/where
check "shard 0" exits 2 "1 <= I <= N" "$alignode" sweep grid.yaml -o f --shard 0/3
check "shard 4/3" exits 2 "1 <= I <= N" "$alignode" sweep grid.yaml -o f --shard 4/3
check "shard words" exits 2 "1 <= I <= N" "$alignode" sweep grid.yaml -o f --shard one
check "no sweep" exits 2 "^plain.yaml:1:1: sweep.run is missing" sh -c "echo 'learning: {rule: bp}' >plain.yaml; '$alignode' sweep plain.yaml -o f"
check "a mistake in one point, before any work" exits 2 "^at point 6: run.repeats 1, run.seed zero" \
    "$alignode" sweep grid.yaml --set "sweep.over=[{key: run.repeats, from: 1, to: 17}, {key: run.seed, values: [7, 6, 5, 4, 3, 2, zero]}]" -o f
check "and nothing was made" test ! -e f
check "many points need --yes" exits 2 "120000 points; --yes" "$alignode" sweep grid.yaml -o f \
    --set "sweep.over=[{key: run.seed, from: 1, to: 120000}]"
check "the file with a sweep is still a file for one run" "$alignode" chain grid.yaml -o one.tsv
check "parameters are described" sh -c "'$alignode' params sweep.over | grep -q fastest"

# file FOLDER POINT: the path of a point's result, by the table.
file() { awk -F '\t' -v folder="$1" -v point="$2" '$1 == point { print folder "/" $NF; exit }' "$1/collected.tsv"; }
results() { find "$1" -name '*.tsv' ! -name 'collected*' | wc -l; }

# ---- results ----
check "runs" exits 0 "120 points: 0 already finished, 120 run, 0 failed" "$alignode" sweep grid.yaml -o whole
check "collected" sh -c "tail -n 1 whole/collected.tsv | grep -q '^# end 240\$'"
check "collected: first line" sh -c "head -n 1 whole/collected.tsv | grep -q '^# alignode [0-9.]* sweep\$'"
check "a point is a result that runs again" sh -c "'$alignode' chain $(file whole 37) --quiet | cmp - $(file whole 37)"
check "a point is what --set gives" sh -c "'$alignode' chain grid.yaml --set learning.rate=1 --set run.seed=10 --quiet | cmp - $(file whole 119)"
check "the list names its file" sh -c "'$alignode' sweep grid.yaml --list -o whole | grep -q '^37	.*	$(file whole 37)\$'"
check "again: nothing to do" exits 0 "120 points: 120 already finished, 0 run" "$alignode" sweep grid.yaml -o whole --resume
check "from the collected table" exits 0 "120 run" "$alignode" sweep whole/collected.tsv -o again -j 1
check "from the collected table: same bytes" diff -r whole again

# ---- axes from the command line ----
cat >bare.yaml <<'YAML'
problem: {inputs: 50}
learning: {rule: dfa}
run: {time: 2, record: {count: 2}}
YAML
# listed WANT ARGUMENTS...: the values of all points, "a b; c d; ...".
listed() {
    want=$1
    shift
    got=$("$alignode" sweep "$@" --list 2>stderr.log | sed 1d | cut -f 2- | tr '\t' ' ' | paste -sd ';')
    [ "$got" = "$want" ] || { echo "$got"; cat stderr.log; return 1; }
}
check "over: a range" listed "0.1;1;10" bare.yaml --over learning.rate=0.1:10:3:log
check "over: equal steps" listed "0.1;0.2;0.3" bare.yaml --over learning.rate=0.1:0.3:3
check "over: lin" listed "0.1;0.2;0.3" bare.yaml --over=learning.rate=0.1:0.3:3:lin
check "over: whole numbers" listed "3;4;5" bare.yaml --over run.seed=3:5
check "over: a list" listed "0.10;dfa;\"a b\"" bare.yaml --over "title=0.10,dfa,'a b'"
check "over: a grid" listed "bp 1;bp 2;dfa 1;dfa 2" bare.yaml --over learning.rule=bp,dfa --over run.seed=1:2
check "over: keys that move together" listed "1 2;3 4" bare.yaml --over 'run.seed,run.time=[1,2],[3,4]'
check "over: a list of lists" listed "[0.1, 0];0.2" bare.yaml --over 'learning.rate=[0.1, 0],0.2'
check "over: drawn" sh -c "'$alignode' sweep bare.yaml --over learning.rate=0.1:10:log-uniform --set sweep.sample.count=7 --list | wc -l | grep -q '^8\$'"
check "over: the same key replaces, another is added" listed "0.5 bp 3 0;0.5 bp 3 1" grid.yaml \
    --over learning.rate=0.5 --over learning.rule=bp --over run.seed=7:8 --over run.seed=3 --over problem.noise=0,1
check "over: says what it runs" exits 0 "^2 points of ode\$" "$alignode" sweep bare.yaml --over run.seed=1:2 -o over
check "over: without a word" test -z "$("$alignode" sweep bare.yaml --over run.seed=1:3 -o over.quiet --quiet 2>&1 | grep 'points of')"
"$alignode" sweep bare.yaml --over run.seed=1:2 --set sweep.points=files -o over --quiet 2>/dev/null
check "over: a point is what --set gives" sh -c "'$alignode' ode bare.yaml --set run.seed=2 --quiet | cmp - $(file over 1)"
check "over: the table makes it again" exits 0 "2 run" "$alignode" sweep over/collected.tsv -o over.again
check "over: same bytes" cmp over/collected.tsv over.again/collected.tsv
check "over: another command" exits 0 "^2 points of chain\$" "$alignode" sweep bare.yaml --over run.seed=1:2 --set sweep.run=chain -o over.chain
check "over: the command of a study" exits 0 "^2 points of study\$" "$alignode" sweep bare.yaml --list \
    --set study=degeneracy --over learning.rate=1,2
check "over: that of fixed points" exits 0 "^2 points of fixedpoint\$" "$alignode" sweep bare.yaml --list \
    --set 'fixedpoint={starts: random}' --over learning.rate=1,2
check "list: what is finished" exits 0 "^3 points of ode, 2 of them finished in over\$" "$alignode" sweep bare.yaml --over run.seed=1:3 --list -o over
check "list: of a shard" exits 0 "^2 points of ode\$" "$alignode" sweep bare.yaml --over run.seed=1:3 --list --shard 1/2
# refused COLUMN WORDS ARGUMENT: an error there in the argument, with a caret below it.
refused() {
    exits 2 "^--over:$1: .*$2" "$alignode" sweep bare.yaml --list --over "$3" && sed -n 2p stderr.log | grep -Fxq -e "$3" &&
        sed -n 3p stderr.log | grep -q "^ \{$(($1 - 1))\}^\$"
}
check "over: no values" refused 1 "KEY=FROM:TO" run.seed
check "over: unknown key" refused 10 "did you mean learning.rate" learning.rat=1:2
check "over: unknown spacing" refused 24 "did you mean log" learning.rate=0.1:10:3:lgo
check "over: a count that is none" refused 22 "sweep.over.count: expected whole number" learning.rate=0.1:10:x
check "over: no count" refused 15 "needs a count" learning.rate=0.1:10
check "over: no end" refused 12 "sweep.over.to: expected number, got nothing" run.seed=1:
check "over: five parts" refused 20 "KEY=FROM:TO" run.seed=1:2:2:lin:5
check "over: from zero" refused 15 "> 0 for spacing: log" learning.rate=0:10:3:log
check "over: a wrong value" refused 18 "did you mean dfa" learning.rule=bp,dfaa
check "over: a value twice" refused 18 "duplicate value bp" learning.rule=bp,bp
check "over: an empty list" refused 14 "empty list" learning.rule=
check "over: an open bracket" refused 14 "the bracket is not closed" 'learning.rule=[bp'
check "over: no sample" refused 20 "sweep.sample.count is missing" learning.rate=1:20:uniform
check "over: a part of linked keys" exits 2 "^--over:1: .*duplicate key run.time" "$alignode" sweep bare.yaml --list \
    --over 'run.seed,run.time=[1,2],[3,4]' --over run.time=5

# ---- how long it takes ----
# The words come after a second, in which no thousandth of the sweep can be done.
"$alignode" sweep bare.yaml --set sweep.run=sgd --set run.time=30000 --over run.seed=1:20000 -o long -j 2 2>long.log &
pid=$!
check "long sweeps say how long" wait_until $pid grep -q '^sweep: 20000 points, about .* s each: .* on [12] threads*$' long.log
kill -INT $pid
wait $pid
check "once" test "$(grep -c 's each' long.log)" -eq 1
check "short ones do not" sh -c "! '$alignode' sweep bare.yaml --over run.seed=1:2 -o short 2>&1 | grep each"

# ---- killed and run again ----
rm -rf again
for signal in INT KILL TERM; do
    before=$(results again 2>/dev/null)
    # The sweep blocks when a tenth of the missing points are done. It has one thread if it handles the signal: of
    # several, the others could finish all points before the one that receives the signal gets a processor.
    [ $signal = KILL ] && threads= || threads='-j 1'
    shut_gate
    "$alignode" sweep grid.yaml $threads -o again 2>gate &
    pid=$!
    check "some points are done" wait_until $pid sh -c "test \$(find again -name '*.tsv' ! -name 'collected*' | wc -l) -ge $((before + 5))"
    kill -$signal $pid
    open_gate >/dev/null
    wait $pid
    status=$?
    [ $signal = KILL ] || check "SIG$signal exits 130" test $status -eq 130
done
check "continues" exits 0 "120 points: [1-9]" "$alignode" sweep grid.yaml -o again
find again -name "*.part" -delete
check "killed three times: same bytes" diff -r whole again

# ---- two at once in one folder ----
"$alignode" sweep grid.yaml -o two -j 1 2>one.log &
pid=$!
wait_until $pid sh -c "ls two/*/*.tsv"
check "a second one at the same time" exits 0 "120 points: .* 0 failed" "$alignode" sweep grid.yaml -o two -j 1
check "writes the table" cmp two/collected.tsv whole/collected.tsv
wait $pid
check "the first one, too, ends well" test $? -eq 0
check "without failures" grep -q "120 points: .* 0 failed" one.log
check "two at once: same bytes" diff -r whole two
# Of a finished point, a process that is stopped in the middle of it keeps nobody waiting for ever.
check "another grid in the same folder" exits 2 "collected.tsv: is the table of another sweep, which differs in run.time" \
    "$alignode" sweep grid.yaml --set run.time=3 -o two
"$alignode" sweep grid.yaml --set 'sweep.over=[{key: run.seed, from: 1, to: 4}]' -o grows -j 2 --quiet 2>/dev/null
check "a grid that grows runs what is new" exits 0 "6 points: 4 already finished, 2 run, 0 failed" \
    "$alignode" sweep grid.yaml --set 'sweep.over=[{key: run.seed, from: 1, to: 6}]' -o grows
pipe=$(file grows 2)
rm "$pipe"
mkfifo "$pipe"
check "a pipe in the place of a point is not waited for" exits 1 "$pipe: is not a regular file" \
    "$alignode" sweep grid.yaml --set 'sweep.over=[{key: run.seed, from: 1, to: 6}]' -o grows -j 1

# ---- shards ----
for shard in 3 1 2; do
    check "shard $shard" exits 0 "40 points" "$alignode" sweep grid.yaml -o shards --shard $shard/3 -j 3
    check "collected by the last" test "$([ -e shards/collected.tsv ] && echo yes)" = "$([ $shard = 2 ] && echo yes)"
done
check "shards: same bytes" diff -r whole shards
rm -rf shards
for shard in 1 2 3; do
    "$alignode" sweep grid.yaml -o shards --shard $shard/3 -j 1 --quiet 2>/dev/null &
done
wait
check "shards at the same time: same bytes" diff -r whole shards

# ---- ranks ----
if [ -n "$mpirun" ]; then
    ranks="$mpirun --allow-run-as-root --oversubscribe -n"
    check "two ranks" exits 0 "120 points: 0 already finished, 120 run, 0 failed" $ranks 2 "$alignode" sweep grid.yaml -o ranks
    check "two ranks: same bytes" diff -r whole ranks
    rm -rf ranks
    check "three ranks in shard 2 of 2" exits 0 "60 points" $ranks 3 "$alignode" sweep grid.yaml -o ranks --shard 2/2
    check "two ranks do the rest" exits 0 "120 points: 60 already finished, 60 run" $ranks 2 "$alignode" sweep grid.yaml -o ranks
    check "ranks and shards: same bytes" diff -r whole ranks
    check "one rank reports an error" sh -c "$ranks 2 '$alignode' sweep grid.yaml --set learning.rat=1 -o f 2>&1 |
        grep -c 'unknown key' | grep -q '^1\$'"
    check "exit status of a mistake" exits 2 "unknown" $ranks 2 "$alignode" sweep grid.yaml --set learning.rat=1 -o f
    check "a mistake of one rank's point" exits 2 "at point 1: run.seed x" $ranks 2 "$alignode" sweep grid.yaml \
        --set "sweep.over=[{key: run.seed, values: [1, x, 3]}]" -o f
fi

# ---- rows instead of files ----
cat >rows.yaml <<'YAML'
problem: {inputs: 50}
learning: {rule: dfa}
run: {time: 30, record: {count: 3}}
sweep: {run: ode, over: [{key: learning.rate, from: 0.1, to: 1, count: 30, spacing: log}, {key: run.seed, from: 1, to: 60}]}
YAML
check "rows: runs" exits 0 "1800 points: 0 already finished, 1800 run, 0 failed" "$alignode" sweep rows.yaml -o rows
check "rows: the table is all there is" test "$(ls rows)" = collected.tsv
check "rows: again" exits 0 "1800 points: 1800 already finished, 0 run" "$alignode" sweep rows.yaml -o rows
check "rows: on demand, files" exits 0 "2 points: 0 already finished, 2 run" "$alignode" sweep rows/collected.tsv \
    --set sweep.points=files --over learning.rate=0.1 --over run.seed=7:8 -o rows.files
check "rows: those of the files" sh -c "awk '\$2 == 0.1 && (\$3 == 7 || \$3 == 8)' rows/collected.tsv | cut -f 2- >some.rows;
    grep '^[01]	' rows.files/collected.tsv | cut -f 2- | cmp - some.rows"
check "rows: a point from the table" sh -c "'$alignode' ode rows/collected.tsv --set learning.rate=0.1 --set run.seed=8 --quiet | cmp - $(file rows.files 1)"
for kill in 1 2 3 4 5; do
    "$alignode" sweep rows.yaml -o rows.killed --quiet >/dev/null 2>&1 &
    pid=$!
    sleep "0.$(awk "BEGIN { srand($$ + $kill); print int(10 + 40 * rand()) }")"
    kill -KILL $pid 2>/dev/null
    wait $pid
done 2>/dev/null
check "rows: killed and run again" exits 0 "1800 points" "$alignode" sweep rows.yaml -o rows.killed
check "rows: killed five times: same bytes" diff -r rows rows.killed
for process in 1 2; do
    "$alignode" sweep rows.yaml -o rows.two -j 1 >/dev/null 2>two.$process.log &
done
wait
check "rows: two at once" test "$(grep -c '1800 points: .* 0 failed' two.1.log two.2.log | paste -sd ' ')" = "two.1.log:1 two.2.log:1"
check "rows: two at once: same bytes" diff -r rows rows.two
for shard in 1 2 3; do
    "$alignode" sweep rows.yaml -o rows.shards --shard $shard/3 -j 1 --quiet 2>/dev/null &
done
wait
check "rows: shards: same bytes" diff -r rows rows.shards
if [ -n "$mpirun" ]; then
    check "rows: two ranks" exits 0 "1800 points: 0 already finished, 1800 run, 0 failed" $ranks 2 "$alignode" sweep rows.yaml -o rows.ranks
    check "rows: two ranks: same bytes" diff -r rows rows.ranks
fi

# ---- failures ----
cat >some.yaml <<'YAML'
problem: {inputs: 50, activation: linear, student: {readout: 1}}
learning: {rule: dfa, feedback: {matrix: [[1], [0.5]]}}
run: {time: 1000, record: {times: [0, 0.02, 900]}}
sweep: {run: ode, points: files, over: [{key: learning.rate, values: [[0.1, 0], [20, 0], [0.2, 0], [30, 0]]}]}
YAML
check "a failure is reported and stops no other point" exits 1 "point 1 failed: .*Q_" "$alignode" sweep some.yaml -o some
check "all failures are reported" grep -q "point 3 failed" stderr.log
check "the others are finished" test "$(results some)" -eq 2
check "collected with its reason" grep -q "^# failed 3: " some/collected.tsv
check "a shard with a failed point" exits 1 "point 1 failed" "$alignode" sweep some.yaml -o some.shards --shard 2/4
check "one without" exits 0 "" "$alignode" sweep some.yaml -o some.shards --shard 1/4
check "another with one" exits 1 "point 3 failed" "$alignode" sweep some.yaml -o some.shards --shard 4/4
check "the shard that writes the table fails with it" exits 1 "failed in other processes: 2" "$alignode" sweep some.yaml -o some.shards --shard 3/4
check "failed shards: same bytes" cmp some/collected.tsv some.shards/collected.tsv
check "and is tried again" exits 1 "2 already finished, 0 run, 2 failed" "$alignode" sweep some.yaml -o some
if [ -n "$mpirun" ]; then
    check "failures of all ranks are reported" exits 1 "point 3 failed" $ranks 2 "$alignode" sweep some.yaml -o ranks.some
    check "by the first" grep -q "point 1 failed" stderr.log
    check "same bytes" cmp some/collected.tsv ranks.some/collected.tsv
fi

# ---- warnings ----
cat >warned.yaml <<'YAML'
problem: {inputs: 50, activation: linear}
learning: {rule: dfa, feedback: {matrix: [[1], [0.5]]}}
run: {time: 1000, record: {times: [0.02, 300, 600, 900]}}
sweep: {run: ode, over: [{key: learning.rate, values: [[0.01, 0], [20, 0]]}, {key: run.seed, from: 1, to: 2}]}
YAML
warned="^alignode: 2 points, first point 2: eg came out below zero by up to .* ode.rtol"
check "warnings are counted" exits 0 "$warned" "$alignode" sweep warned.yaml -o warned
check "and said once" test "$(grep -c "below zero" stderr.log)" -eq 1
check "those of finished points are not repeated" exits 0 "^4 points: 4 already" "$alignode" sweep warned.yaml -o warned
check "silently" test "$(grep -c "below zero" stderr.log)" -eq 0
if [ -n "$mpirun" ]; then
    check "warnings of all ranks" exits 0 "$warned" $ranks 2 "$alignode" sweep warned.yaml -o ranks.warned
fi

# ---- figures ----
if command -v gnuplot >/dev/null; then
    cat >plane.yaml <<'YAML'
title: plane
problem: {inputs: 50, student: {weights: {std: 0.5}}}
learning: {rule: frozen, rate: 0}
run: {time: 1, record: {count: 1}}
sweep: {run: ode, over: [{key: problem.noise, from: 0, to: 2}, {key: learning.rule, values: [frozen, bp]}, {key: run.seed, from: 1, to: 3}]}
YAML
    "$alignode" sweep plane.yaml -o plane --quiet 2>/dev/null
    table=plane/collected.tsv
    # sets eg to 10 x noise + 1 for bp - 5, so that the digits of the map are known
    awk -F '\t' -v OFS='\t' '/^[0-9]/ { $7 = 10 * $2 + ($3 == "bp") + 0.1 * ($4 - 2) - 5 } { print }' $table >known.tsv
    check "map: digits" sh -c "COLUMNS=80 LINES=30 '$alignode' plot known.tsv --figure map --ascii |
        awk '/frozen/ { f = \$0 } /BP/ { b = \$0 } END { gsub(/[^0-9]/, \"\", f); gsub(/[^0-9]/, \"\", b); exit f != \"049\" || b != \"059\" }'"
    for format in png svg pdf; do
        check "map: $format" "$alignode" plot known.tsv --figure map -o map.$format
        check "curves: $format" "$alignode" plot known.tsv --over learning.rule,problem.noise -o curves.$format
    done
    check "map: from standard input" sh -c "'$alignode' plot - --figure map <known.tsv | cmp - map.png"
    check "map of other keys and column" "$alignode" plot known.tsv --figure map --over run.seed,problem.noise --column Q_1_1 -o other.png
    check "curves over one key" "$alignode" plot known.tsv --over problem.noise -o one.png
    check "a sweep with failures is drawn" "$alignode" plot some/collected.tsv -o some.png
fi
table=whole/collected.tsv
check "plot: unknown column" exits 2 "nearest is 'Q_1_1'" "$alignode" plot $table --column Q_1_ -o x.png
check "plot: unknown column in arithmetic" exits 2 "nearest is 'cos_W2_F1'" "$alignode" plot $table --column "eg / cos_W2_F" -o x.png
check "plot: unknown key" exits 2 "nearest is 'learning.rate'" "$alignode" plot $table --over learning.rat -o x.png
check "plot: three keys" exits 2 "one key or two" "$alignode" plot $table --over run.seed,learning.rate,learning.rule -o x.png
check "plot: one key twice" exits 2 "twice" "$alignode" plot $table --over run.seed,run.seed -o x.png
check "plot: a map needs two" exits 2 "two swept keys" "$alignode" plot $table --over run.seed --figure map -o x.png
check "plot: unknown average" exits 2 "did you mean median" "$alignode" plot $table --average medain -o x.png
check "plot: an average of no use" exits 2 "does not apply to the figure cdf" "$alignode" plot $table --figure cdf --average median -o x.png
if command -v gnuplot >/dev/null; then
    check "plot: a column of a result" exits 0 "" "$alignode" plot one.tsv --column "log10(eg)" --over cos_W2_F1 -o columns.png
    check "plot: a distribution" exits 0 "" "$alignode" plot $table --figure cdf --column eg --over learning.rule -o cdf.png
fi
check "plot: no figure of results" exits 2 "result of sweep, which figure .learning. does not show" "$alignode" plot $table --figure learning -o x.png
"$alignode" sweep grid.yaml --set sweep.run=compare --set "sweep.over=[{key: run.seed, from: 1, to: 2}]" --set run.time=1 -o pairs --quiet 2>/dev/null
check "another sweep in its place is refused" exits 2 "differs in sweep.run; --force" "$alignode" sweep grid.yaml --set sweep.run=ode --set "sweep.over=[{key: run.seed, from: 1, to: 2}]" --set run.time=1 -o pairs
check "by force it is run" exits 0 "2 points: 0 already finished, 2 run, 0 failed" "$alignode" sweep grid.yaml --set sweep.run=ode --set sweep.points=files --set "sweep.over=[{key: run.seed, from: 1, to: 2}]" --set run.time=1 -o pairs --force
check "and the points of the other are still there" test "$(results pairs)" -eq 4
check "comparisons within their tolerance" exits 0 '' "$alignode" sweep grid.yaml --set sweep.run=compare --set "sweep.over=[{key: run.seed, from: 1, to: 2}]" --set run.time=1 --set compare.z=100 --set compare.c=100 -o pairs --force
check "comparisons outside" exits 3 "points with rows outside their tolerance: 2" "$alignode" sweep grid.yaml --set sweep.run=compare --set "sweep.over=[{key: run.seed, from: 1, to: 2}]" --set run.time=1 --set compare.z=1e-9 --set compare.c=0 -o pairs --force
out="--set sweep.run=compare --set run.time=1 --set compare.z=1e-9 --set compare.c=0 -o pairs.shards"
check "a shard with comparisons outside" exits 3 "points with rows outside their tolerance: 1" "$alignode" sweep grid.yaml --set "sweep.over=[{key: run.seed, from: 1, to: 2}]" $out --shard 1/2
check "the last shard speaks for all" exits 3 "points with rows outside their tolerance: 2" "$alignode" sweep grid.yaml --set "sweep.over=[{key: run.seed, from: 1, to: 2}]" $out --shard 2/2
check "plot: rows of different kinds" exits 2 "not repeats or seeds" "$alignode" plot pairs/collected.tsv --figure curves --column difference -o x.png

echo "$checks checks, $failed failed"
[ $failed -eq 0 ]

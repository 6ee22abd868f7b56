#!/bin/sh
# Nothing finished, and nothing that is not alignode's, is replaced unasked; the same command
# continues an interrupted run, and --resume extends a result.
# usage: test_keep.sh ALIGNODE [deep]
set -u
. "$(dirname "$(realpath "$0")")/checks.sh"
alignode=$(realpath "$1")
deep=${2-}
cd "$work" || exit 1

cat >base.yaml <<'YAML'
title: base
problem: {inputs: 60, student: {units: 2}, teacher: {units: 2}}
learning: {rule: dfa, rate: 0.2}
run: {time: 5, seed: 1, repeats: 20, record: {count: 3}}
YAML

# ---- other parameters, other commands, other files ----
for command in ode chain sgd compare; do
    rm -f r.tsv
    "$alignode" $command base.yaml --quiet -o r.tsv
    cp r.tsv before.tsv
    check "$command: the same again" exits 0 "" "$alignode" $command base.yaml -o r.tsv
    check "$command: leaves it" cmp r.tsv before.tsv
    check "$command: another rate" exits 2 "^r.tsv: differs in learning.rate: 0.2 in the file, 0.4 in this run; --force" \
        "$alignode" $command base.yaml --set learning.rate=0.4 -o r.tsv
    check "$command: is not replaced" cmp r.tsv before.tsv
    check "$command: --force" "$alignode" $command base.yaml --set learning.rate=0.4 --quiet --force -o r.tsv
    check "$command: replaces it" sh -c "! cmp -s r.tsv before.tsv"
done
check "another command" exits 2 "is a result of .alignode compare., not of .alignode ode." "$alignode" ode base.yaml -o r.tsv
check "numbers are compared, not their digits" exits 0 "already there" sh -c \
    "'$alignode' ode base.yaml --quiet -o same.tsv && '$alignode' ode base.yaml --set learning.rate=2.0e-1 -o same.tsv"
cp base.yaml other.yaml
check "a parameter file" exits 2 "^other.yaml: is not one of alignode's results; --force" "$alignode" ode base.yaml -o other.yaml
check "is still there" cmp base.yaml other.yaml
: >empty.tsv
check "an empty file holds nothing" "$alignode" ode base.yaml --quiet -o empty.tsv
sed 's/^# alignode 0.[0-9.]* /# alignode 0.1.0 /; s/^\(#.*: [0-9]\)\.0e/\1e/; /^#crc32/d' before.tsv >older.tsv
check "with its numbers as they were" grep -q 'rtol: 1e-09' older.tsv
check "an earlier version's of the same parameters" "$alignode" compare base.yaml --quiet -o older.tsv
check "is written again" cmp older.tsv before.tsv
sed '/^[0-9]/s/$/1/' before.tsv >damaged.tsv
check "damaged" sh -c "! cmp -s damaged.tsv before.tsv"
check "a damaged one too" "$alignode" compare base.yaml --quiet -o damaged.tsv
check "with the same bytes" cmp damaged.tsv before.tsv

# ---- an unfinished one ----
"$alignode" chain base.yaml --set run.repeats=6 --quiet -o whole.tsv
awk '/^$/ && ++n == 3 { exit } { print }' whole.tsv >cut.tsv.part
cp cut.tsv.part kept.part
check "an unfinished result of other parameters" exits 2 "^cut.tsv.part: differs in run.seed: 1 in the file, 2" \
    "$alignode" chain base.yaml --set run.repeats=6 --set run.seed=2 -o cut.tsv
check "is kept" cmp cut.tsv.part kept.part
check "the same command continues" "$alignode" chain base.yaml --set run.repeats=6 --quiet -o cut.tsv
check "to the same bytes" cmp cut.tsv whole.tsv

check "lines of a result that begin with '# ' are parameters, but for the first and the last" sh -c \
    "sed -n 's/^# //p' whole.tsv | sed '1d;\$d' >header.yaml && '$alignode' chain header.yaml --quiet -o - | cmp - whole.tsv"

# A run that was stopped before its first row leaves nothing that could be lost.
awk '{ print } /^repeat/ { exit }' whole.tsv >norow.tsv.part
check "an unfinished result without rows is no obstacle" "$alignode" ode base.yaml --quiet -o norow.tsv

# ---- extended ----
for engine in chain sgd; do
    "$alignode" $engine base.yaml --set run.repeats=2 --quiet -o $engine.tsv
    "$alignode" $engine base.yaml --set run.repeats=5 --quiet -o five.$engine.tsv
    check "$engine: more repeats need --resume" exits 2 "run.repeats: 2 in the file, 5 in this run; --resume extends it" \
        "$alignode" $engine base.yaml --set run.repeats=5 -o $engine.tsv
    # A repeat that is kept shows by what was changed in it.
    sed "s/^0$(printf '\t')5$(printf '\t')[^$(printf '\t')]*/0$(printf '\t')5$(printf '\t')0.125/" $engine.tsv >marked.tsv
    reseal marked.tsv
    check "$engine: more repeats" "$alignode" $engine base.yaml --set run.repeats=5 --quiet -o $engine.tsv --resume
    check "$engine: to the bytes of one run" cmp $engine.tsv five.$engine.tsv
    check "$engine: those that are there" "$alignode" $engine base.yaml --set run.repeats=5 --quiet -o marked.tsv --resume
    check "$engine: are kept" grep -q "^0$(printf '\t')5$(printf '\t')0.125$(printf '\t')" marked.tsv
    check "$engine: fewer repeats" exits 2 "--force" "$alignode" $engine base.yaml --set run.repeats=3 -o $engine.tsv --resume
    rm -f begun.tsv
    awk '/^$/ && ++n == 2 { exit } { print }' five.$engine.tsv >begun.tsv.part
    check "$engine: more repeats than an unfinished result asks for" "$alignode" $engine base.yaml --set run.repeats=6 --quiet -o begun.tsv --resume
    "$alignode" $engine base.yaml --set run.repeats=6 --quiet -o six.tsv --force
    check "$engine: to the bytes of one run" cmp begun.tsv six.tsv
done
for engine in ode chain sgd; do
    "$alignode" $engine base.yaml --quiet --force -o time.tsv
    cp time.tsv shorter.tsv
    check "$engine: more time, but no room for it" exits 1 "too large" \
        sh -c "ulimit -f 1; exec '$alignode' $engine base.yaml --set run.time=9 -o time.tsv --resume"
    check "$engine: what is there stays" cmp time.tsv shorter.tsv
    rm -f time.tsv.part
    check "$engine: more time" exits 0 "time.tsv is of a shorter run .* the run starts over" \
        "$alignode" $engine base.yaml --set run.time=9 -o time.tsv --resume
    "$alignode" $engine base.yaml --set run.time=9 --quiet --force -o nine.tsv
    check "$engine: to the bytes of one run" cmp time.tsv nine.tsv
    "$alignode" $engine base.yaml --set "run.record={times: [1, 5]}" --quiet --force -o time.tsv
    check "$engine: more times" "$alignode" $engine base.yaml --set run.time=9 --set "run.record={times: [1, 5, 9]}" --quiet -o time.tsv --resume
done

# ---- figures and the results of plot --run ----
if command -v gnuplot >/dev/null; then
    echo "my notes" >notes.svg
    check "a figure over something else" exits 2 "notes.svg: is not a figure; --force" "$alignode" plot whole.tsv -o notes.svg
    check "which is kept" grep -q '^my notes$' notes.svg
    echo '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>' >drawn.svg
    printf '\211PNG\r\n\032\n\0\0\0\rIHDR a photograph' >photo.png
    printf '%%PDF-1.4\n%%my paper\n' >paper.pdf
    for file in drawn.svg photo.png paper.pdf; do
        cp $file mine
        check "over another program's $file" exits 2 "$file: is not a figure; --force" "$alignode" plot whole.tsv -o $file
        check "$file is kept" cmp $file mine
    done
    for format in png pdf svg; do
        "$alignode" plot whole.tsv -o again.$format 2>/dev/null
        check "over its own $format" "$alignode" plot whole.tsv -o again.$format
    done
    check "by force" "$alignode" plot whole.tsv -o notes.svg --force
    check "a figure over a figure" "$alignode" plot whole.tsv -o notes.svg
    sed "s/^0$(printf '\t')5$(printf '\t')0/0$(printf '\t')5$(printf '\t')9/" whole.tsv >damaged.tsv
    check "a damaged result is reported" exits 0 "damaged.tsv:[0-9]*: the checksum does not match" "$alignode" plot damaged.tsv -o notes.svg
    sed 's/^# alignode 0.[0-9.]* /# alignode 0.1.0 /; /^#crc32/d' whole.tsv >older.tsv
    check "with --quiet, too" exits 0 "damaged.tsv:[0-9]*: the checksum" "$alignode" plot damaged.tsv -o notes.svg --quiet
    "$alignode" ode base.yaml --set learning.rate=0.4 --quiet -o other.ode.tsv
    check "what is drawn apart is said with --quiet" exits 0 "drawn apart, since they differ in learning.rate" \
        "$alignode" plot other.ode.tsv chain.tsv -o notes.svg --quiet
    check "and nothing else" sh -c "test \$(grep -vc ^wrote stderr.log) -eq 1"
    check "one without checksums too" exits 0 "older.tsv is from an earlier version" "$alignode" plot older.tsv -o notes.svg
    check "a page over something else" exits 2 "base.yaml: is not a page of claims; --force" "$alignode" report quick S1 -o base.yaml
    check "plot --run" "$alignode" plot --run base.yaml -o figure.svg
    cp base.sgd.tsv before.sgd.tsv
    check "plot --run again runs nothing" exits 0 "base.sgd.tsv is already there" "$alignode" plot --run base.yaml -o figure.svg
    check "other parameters" exits 2 "base.ode.tsv: differs in run.seed: 1 in the file, 2" "$alignode" plot --run base.yaml --set run.seed=2 -o figure.svg
    check "replace nothing" cmp base.sgd.tsv before.sgd.tsv
    check "more repeats" exits 2 "base.ode.tsv: differs in run.repeats: 20 in the file, 22 in this run; --resume extends it" "$alignode" plot --run base.yaml --set run.repeats=22 -o figure.svg
    check "--resume adds them" "$alignode" plot --run base.yaml --set run.repeats=22 -o figure.svg --resume
    "$alignode" sgd base.yaml --set run.repeats=22 --quiet -o more.tsv
    check "to the same bytes" cmp base.sgd.tsv more.tsv
    check "--resume without --run" exits 2 "plot: --resume needs --run" "$alignode" plot whole.tsv -o figure.svg --resume
fi

# ---- training: its weights and checkpoint ----
if [ "$deep" = deep ]; then
    cat >net.yaml <<'YAML'
data: {name: mixture, inputs: 10, classes: 3, train: 96, test: 48}
network: {layers: [{dense: 8, activation: tanh}, {dense: 3}], loss: cross-entropy}
learning: {rule: dfa, rate: 0.01, batch: 16}
run: {epochs: 2, seeds: {from: 1, to: 2}, weights: true}
YAML
    "$alignode" train net.yaml --quiet -o net.tsv
    cp net.weights.h5 weights.h5
    rm net.tsv net.similarity.tsv
    check "weights of other parameters" exits 2 "^net.weights.h5: differs in learning.rate: 0.01 in the file, 0.02" \
        "$alignode" train net.yaml --set learning.rate=0.02 -o net.tsv
    check "are kept" cmp net.weights.h5 weights.h5
    check "of the same are written again" "$alignode" train net.yaml --quiet -o net.tsv
    check "with the same bytes" cmp net.weights.h5 weights.h5
    check "more epochs need --resume" exits 2 "run.epochs: 2 in the file, 4 in this run; --resume extends it" \
        "$alignode" train net.yaml --set run.epochs=4 -o net.tsv
    check "more epochs" exits 0 "continues from epoch 2 of net.weights.h5" \
        "$alignode" train net.yaml --set run.epochs=4 -o net.tsv --resume
    "$alignode" train net.yaml --set run.epochs=4 --quiet -o four.tsv
    check "to the bytes of one run" cmp net.tsv four.tsv
    check "weights too" cmp net.weights.h5 four.weights.h5
    check "similarity too" cmp net.similarity.tsv four.similarity.tsv
    check "epochs that were not recorded" exits 0 "starts over: it records epoch .* run.record.times" \
        "$alignode" train net.yaml --set run.epochs=100 -o net.tsv --resume
    "$alignode" train net.yaml --set run.epochs=100 --quiet -o hundred.tsv
    check "to the bytes of one run too" cmp net.tsv hundred.tsv
    "$alignode" train net.yaml --set run.record.times=[1,2] --quiet -o listed.tsv
    check "longer lists" exits 0 "continues from epoch 2 of listed.weights.h5" \
        "$alignode" train net.yaml --set run.epochs=4 --set run.record.times=[1,2,4] -o listed.tsv --resume
    check "other lists" exits 2 "run.record.times: .*; --force replaces it" \
        "$alignode" train net.yaml --set run.epochs=5 --set run.record.times=[1,3,4,5] -o listed.tsv --resume
    echo "mine" >mine.checkpoint.h5
    check "a file that is not alignode's" exits 2 "^mine.checkpoint.h5: .*--force" "$alignode" train net.yaml -o mine.tsv
    # Stopped and given again, as by a batch system.
    shut_gate
    "$alignode" train net.yaml --set run.epochs=3000 -j 1 -o long.tsv 2>gate &
    pid=$!
    wait_until $pid test -e long.tsv.part
    kill -TERM $pid
    open_gate >/dev/null
    wait $pid
    check "stopped" test $? -eq 130 -a -e long.checkpoint.h5
    cp long.checkpoint.h5 kept.h5
    check "other parameters" exits 2 "differs in learning.rate" "$alignode" train net.yaml --set run.epochs=3000 --set learning.rate=0.02 -o long.tsv
    check "its checkpoint is kept" cmp long.checkpoint.h5 kept.h5
    check "given again" exits 0 "" "$alignode" train net.yaml --set run.epochs=3000 -o long.tsv
    "$alignode" train net.yaml --set run.epochs=3000 --quiet -o at-once.tsv
    check "to the bytes of one run" cmp long.tsv at-once.tsv
    check "and weights" cmp long.weights.h5 at-once.weights.h5
fi

echo "$checks checks, $failed failed"
[ $failed -eq 0 ]

#!/bin/sh
# alignode train from outside: exit statuses, interruption by a signal, divergence, figures.
# usage: test_train.sh ALIGNODE
set -u
. "$(dirname "$(realpath "$0")")/checks.sh"
alignode=$(realpath "$1")
cd "$work" || exit 1

cat >small.yaml <<'YAML'
title: small networks
data: {name: mixture, train: 300, test: 100, inputs: 10, classes: 4}
network: {layers: [{dense: 12, activation: tanh}, {dense: 8, activation: tanh}, {dense: 4}]}
learning: {rule: dfa, rate: 3e-3}
run: {epochs: 15, seeds: {from: 1, to: 3}, record: {count: 12}}
YAML

check "train" "$alignode" train small.yaml -o small.tsv
check "similarity beside it" grep -q "^epoch	similarity	similarity_1	similarity_2	similarity_3$" small.similarity.tsv
check "progress names epoch, loss and speed" sh -c "'$alignode' train small.yaml --set run.epochs=100 2>&1 >/dev/null |
    grep -q 'left  epoch .*, loss .* samples/s'"
check "speed at the end" sh -c "'$alignode' train small.yaml 2>&1 >/dev/null | grep -q 'samples/s.*measures took'"
check "quiet" sh -c "test -z \"\$('$alignode' train small.yaml --quiet 2>&1 >/dev/null)\""
check "standard output" sh -c "'$alignode' train small.yaml --quiet | cmp - small.tsv"
check "without -o no weights, with a note" exits 0 "weights are not saved without an output file" "$alignode" train small.yaml --set run.weights=true
check "without -o no similarity, with a note" exits 0 "similarity of seeds is not saved without an output file" "$alignode" train small.yaml
check "from its header" sh -c "'$alignode' train small.tsv -j 1 --quiet | cmp - small.tsv"
check "resume without -o" exits 2 "needs -o" "$alignode" train small.yaml --resume
check "override" exits 2 "^--set:15: learning.rule: unknown rule" "$alignode" train small.yaml --set learning.rule=dfaa
check "another command's file" exits 2 "unknown key data" "$alignode" ode small.yaml
check "unwritable folder" exits 2 "cannot be written" "$alignode" train small.yaml -o nowhere/x.tsv
check "missing data" exits 2 "there is no" "$alignode" train small.yaml --set "data={name: mnist, path: nowhere}" --set "network.layers=[{dense: 10}]"
check "measures are listed" sh -c "'$alignode' list measures | grep -q '^GA .*gradient alignment'"
check "layers are listed" sh -c "'$alignode' list layers | grep -q '^dense'"
check "parameters are described" sh -c "'$alignode' params network.layers | grep -q 'deep experiment (train)'"

# ---- divergence ----
check "divergence" exits 1 "seed 1: .*step.*layer" "$alignode" train small.yaml -o wild.tsv \
    --set learning.rate=30 --set network.loss=mse \
    --set "network.layers=[{dense: 12}, {dense: 8}, {dense: 4}]"
check "recorded rows are kept" sh -c "grep -q '^1	0	0	' wild.tsv.part && test ! -e wild.tsv"

# ---- a signal ----
# Takes a checkpoint at every opportunity, the first one before the first line of progress, where the run blocks: the
# first record is several steps away.
often="--set run.checkpoint=1e-9 --set run.record.spacing=linear"
shut_gate
"$alignode" train small.yaml -o long.tsv $often 2>gate &
process=$!
check "a checkpoint on the way" wait_until $process test -e long.checkpoint.h5
kill -TERM $process
open_gate >/dev/null
wait $process
check "stopped by a signal" test $? -eq 130
check "a checkpoint" test -e long.checkpoint.h5 -a -e long.tsv.part -a ! -e long.tsv
check "different parameters are refused" exits 2 "differs in run.checkpoint" "$alignode" train small.yaml -o long.tsv --set run.record.spacing=linear --resume
check "resume" "$alignode" train small.yaml -o long.tsv $often --quiet --resume
check "the checkpoint is removed" test ! -e long.checkpoint.h5 -a ! -e long.tsv.part
check "an uninterrupted run" "$alignode" train small.yaml -o whole.tsv $often --quiet
check "equal bytes" cmp long.tsv whole.tsv
check "equal bytes of the similarity" cmp long.similarity.tsv whole.similarity.tsv

# ---- a sweep ----
check "sweep" "$alignode" sweep small.yaml -o grid --quiet --set run.seeds=2 --set "sweep={run: train, over: \
[{key: learning.rule, values: [bp, dfa]}, {key: data.label_noise, values: [0, 0.5]}]}"
check "collected" sh -c "test \$(grep -vc '^#' grid/collected.tsv) -eq 5"
check "one seed: no similarity" test ! -e grid/collected.similarity.tsv
"$alignode" sweep small.yaml -o kept -j 1 --quiet --set run.epochs=2 --set run.weights=true \
    --set "sweep={run: train, over: [{key: learning.rule, values: [bp, dfa]}]}" 2>/dev/null
lost=$(find kept -name "*.weights.h5" | head -n 1)
rm "$lost"
check "a point without its weights is run again" exits 0 "1 already finished, 1 run" "$alignode" sweep small.yaml -o kept \
    --set run.epochs=2 --set run.weights=true --set "sweep={run: train, over: [{key: learning.rule, values: [bp, dfa]}]}"
check "and has them" test -f "$lost"
check "similarity is collected and reported" exits 0 "wrote pairs/collected.similarity.tsv" "$alignode" sweep small.yaml \
    -o pairs --set run.epochs=2 --set run.seeds.to=2 --set "sweep={run: train, over: [{key: learning.rule, values: [bp, dfa]}]}"
check "the last of each point" sh -c "test \$(grep -c '^[01]	\(bp\|dfa\)	2	' pairs/collected.similarity.tsv) -eq 2"

# ---- figures ----
if command -v gnuplot >/dev/null; then
    check "figure" "$alignode" plot small.tsv -o small.svg
    check "what it shows" sh -c "grep -q 'gradient alignment' small.svg && grep -q 'mean and range of 3 seeds' small.svg"
    "$alignode" train small.yaml -o bp.tsv --set learning.rule=bp --quiet
    check "from standard input" sh -c "'$alignode' plot - -o input.svg <small.tsv && cmp small.svg input.svg"
    check "two results" "$alignode" plot small.tsv bp.tsv -o two.png
    check "similarity" "$alignode" plot small.similarity.tsv -o similarity.pdf
    check "from the parameter file" "$alignode" plot --run small.yaml -o run.png
    check "with its result" cmp small.train.tsv small.tsv
    check "in the terminal" sh -c "'$alignode' plot small.tsv --ascii | grep -q epochs"
    check "a diverged run is drawn as unfinished" sh -c "'$alignode' plot wild.tsv.part -o wild.svg && grep -q unfinished wild.svg"
    check "similarity of a sweep" "$alignode" plot pairs/collected.similarity.tsv -o pairs.svg
    check "is what is drawn" grep -q ">similarity<" pairs.svg
    check "no figure of engines" exits 2 "small.tsv" "$alignode" plot small.tsv --figure learning -o x.png
fi

echo "$checks checks, $failed failed"
[ $failed -eq 0 ]

#!/bin/sh
# Commands that look into files: info, diff, export.
# usage: test_inspect.sh ALIGNODE SOURCE [deep]
set -u
. "$(dirname "$(realpath "$0")")/checks.sh"
alignode=$(realpath "$1")
ALIGNODE_PARAMS=$(realpath "$2")/params
export ALIGNODE_PARAMS
deep=${3-}
python=$(for p in /usr/bin/python3 python3; do "$p" -c 'import numpy' 2>/dev/null && echo "$p" && break; done)
cd "$work" || exit 1

run() {
    command=$1 out=$2
    shift 2
    "$alignode" "$command" "$@" -o "$out" --quiet 2>run.log
}
"$alignode" new phases -o all.yaml --quiet
run ode ode.tsv all.yaml --set run.time=50 --set ode.check=true --set run.record.degrees=true --set 'ode.events.eg_below=[0.1]'
run ode more-columns.tsv first --set run.time=1 --set run.record.geometry=true --set run.record.gradient_alignment=true \
    --set run.record.descent=true --set run.record.hessian=true --set ode.fluctuations=true --set run.record.early_law=true
run study escape.tsv escape --set run.time=600 --set 'escape.inputs=[1000, 10000]' --set escape.runs=8
run chain chain.tsv first --set run.time=5 --set run.repeats=3
run ode kp.tsv kolen-pollack --set run.time=3
run compare compare.tsv first --set run.time=1 --set run.repeats=4
run study degeneracy.tsv degeneracy --set run.time=200 --set degeneracy.seeds=2
run study plearn.tsv plearn --set run.time=30 --set plearn.runs=8
run fixedpoint points.tsv plateau --set run.time=200 --set fixedpoint.count=5
run fixedpoint diagram.tsv stability --set fixedpoint.diagram.rate.count=4 --set 'fixedpoint.diagram.units=[1, 2]'
"$alignode" sweep sweep-seeds -o grid --set run.time=2 --set 'sweep.over=[{key: run.seed, from: 1, to: 3}]' --quiet 2>/dev/null
results="ode more-columns escape chain kp compare degeneracy plearn points diagram grid/collected"
if [ -n "$deep" ]; then
    measures=$("$alignode" list measures | sed 's/ .*//' | paste -sd , -)
    "$alignode" new train -o net.yaml --quiet
    run train net.tsv net.yaml --set run.epochs=1 --set data.train=320 --set "run.measures=[$measures]" --set run.weights=true
    results="$results net net.similarity"
fi

# ---- info ----
for result in $results; do
    check "info $result" exits 0 "" "$alignode" info $result.tsv
    sed -n '/^last row/,$p' stdout.log >last
    columns=$(grep -v '^#' $result.tsv | head -n 1 | tr '\t' '\n' | wc -l)
    check "$result: all columns" test "$(($(wc -l <last) - 1))" -eq "$columns"
    # A column without a meaning needs a row in src/file/column.c.
    awk 'NR > 1 && NF < 3' last >unknown
    check "$result: the meaning of every column" sh -c "! grep . unknown"
done
"$alignode" info ode.tsv >info
check "the command" grep -q "^result of alignode ode 0" info
check "sound" grep -q "^state: complete, checksums match" info
check "a parameter that differs" grep -q "^  run.time: 50 (default 100)" info
check "none that does not" sh -c "! grep -q 'problem.activation' info"
check "the events" grep -q "^  event cos_maximum t 4.68" info
check "rows and columns" grep -q "^rows: 201, 30 columns" info
check "the columns of errors" grep -q "err_Q_1_2 .*tighter tolerances or over other points" info
sed 's/^0\t50\t0/0\t50\t1/' ode.tsv >edited.tsv
check "an edited result" sh -c "'$alignode' info edited.tsv | grep -q '^state: damaged or edited'"
head -n 100 chain.tsv >cut.tsv.part
check "an unfinished result" sh -c "'$alignode' info cut.tsv.part | grep -q '^state: unfinished'"
check "a parameter file" sh -c "'$alignode' info first | grep -q '^  learning.rate: 0.5 (default 0.1)'"
check "a sweep" sh -c "'$alignode' info grid/collected.tsv | grep -q '^  sweep.over: .*run.seed'"
check "no such file" exits 2 "nothere.tsv" "$alignode" info nothere.tsv
"$alignode" info grid/collected.tsv >info
check "the folder of a sweep stands for its table" sh -c "'$alignode' info grid | cmp - info"
mkdir empty
check "a folder without a table" exits 2 "empty: is a folder without collected.tsv" "$alignode" info empty
check "a misspelt example" exits 2 "did you mean the example learning-curves-dfa" "$alignode" ode learning-curve-dfa
check "an example with the ending of its file" exits 2 "did you mean the example first" "$alignode" ode first.yaml
check "another word" exits 2 "nosuchthing: there is no such file, and no such example" "$alignode" ode nosuchthing
check "a path" exits 2 "nosuch.yaml: cannot be opened" "$alignode" ode nosuch.yaml
check "an option with one dash" exits 2 "did you mean --set?" "$alignode" ode first -set run.time=1
check "a key without --set" exits 2 "did you mean --set run.time=1?" "$alignode" ode first run.time=1
check "too many files" exits 2 "usage: alignode ode FILE" "$alignode" ode first first
if [ -n "$deep" ]; then
    check "weights" sh -c "'$alignode' info net.weights.h5 | grep -q '^  run.weights: true'"
fi

# ---- diff ----
same() { "$alignode" diff "$@" >differences && ! grep . differences; }
differ() { "$alignode" diff "$@" >differences; test $? -eq 3; }
check "a file and itself" same all.yaml all.yaml
check "a file and its defaults in full" same all.yaml phases
check "a file and its result" differ all.yaml ode.tsv
printf 'run.time\t3000\t50\nrun.record.degrees\tfalse\ttrue\node.check\tfalse\ttrue\node.events.eg_below\t-\t[0.1]\n' >wanted
check "in what was set alone" cmp differences wanted
check "results of other commands" differ ode.tsv chain.tsv
check "the command is named" grep -q "^(command).ode.chain" differences
run chain more.tsv first --set run.time=5 --set run.repeats=3
check "results that are the same" same chain.tsv more.tsv
sed 's/^2\t5\t0/2\t5\t1/' chain.tsv >edited.tsv
check "a value that differs" differ chain.tsv edited.tsv
check "is named" grep -q "^row 363, eg.0" differences
check "an edited result is called that" exits 3 "^diff: edited.tsv:[0-9]*: the checksum does not match" \
    "$alignode" diff chain.tsv edited.tsv
check "diff of a file that is not there" exits 2 "nothere" "$alignode" diff all.yaml nothere.yaml

# ---- export ----
for result in $results; do
    for format in csv json npz; do
        check "export $result as $format" exits 0 "wrote" "$alignode" export $result.tsv -o out.$format --force
    done
    check "$result: rows of csv" test "$(wc -l <out.csv)" -eq "$(($(tail -n 1 $result.tsv | cut -d ' ' -f 3) + 1))"
    if command -v unzip >/dev/null; then check "$result: npz is a zip" unzip -tq out.npz; fi
    if [ -n "$python" ]; then
        check "$result: npz and json are read" "$python" -c "
import json, numpy
result = json.load(open('out.json'))
arrays = numpy.load('out.npz')
assert str(arrays['command']) == result['command']
assert arrays['found'].tolist() == result['found']
columns = result['columns']
for name in arrays:
    arrays[name]
if 'eg' in columns and 'eg' in arrays:
    numbers = [numpy.nan if x is None else x for x in columns['eg']]
    assert numpy.array_equal(arrays['eg'].ravel(), numbers, equal_nan=True)
"
    fi
done
"$alignode" export chain.tsv -o chain.csv --quiet
grep -v '^#' chain.tsv | grep . | tr '\t' ',' >wanted
check "csv holds the digits" cmp chain.csv wanted
check "export leaves what is the same" exits 0 "already there" "$alignode" export chain.tsv -o chain.csv
check "but replaces nothing else" exits 2 "--force" "$alignode" export ode.tsv -o chain.csv
check "a format that is not known" exits 2 "x.xls: expected" "$alignode" export chain.tsv -o x.xls
check "no name" exits 2 "-o FILE" "$alignode" export chain.tsv
check "an edited result is not exported" exits 2 "edited.tsv" "$alignode" export edited.tsv -o x.csv
check "a parameter file is not exported" exits 2 "parameter file" "$alignode" export all.yaml -o x.csv
"$alignode" export chain.tsv -o chain.npz --quiet
"$alignode" export chain.tsv -o chain.json --quiet
if [ -n "$python" ]; then
    check "shaped arrays" "$python" -c "
import json, numpy
z = numpy.load('chain.npz')
columns = json.load(open('chain.json'))['columns']
times = len(z['t'])
assert z['repeat'].tolist() == [0, 1, 2]
assert z['eg'].shape == (3, times) and z['Q'].shape == (3, times, 2, 2)
assert z['R'].shape == (3, times, 2, 2) and z['W2'].shape == (3, times, 1, 2)
assert z['T'].shape == (2, 2) and z['F1'].tolist() == [[-0.86], [-1.6]]
assert (z['Q'][:, :, 0, 1] == z['Q'][:, :, 1, 0]).all()
for i, j in (1, 1), (1, 2), (2, 1), (2, 2):
    assert z['R'][:, :, i - 1, j - 1].ravel().tolist() == columns[f'R_{i}_{j}']
assert z['Q'][:, :, 0, 1].ravel().tolist() == columns['Q_1_2']
assert 'activation: erf' in str(z['parameters'])
"
    check "parameters as an object" "$python" -c "
import json
p = json.load(open('chain.json'))['parameters']
assert p['learning']['rule'] == 'dfa' and p['learning']['rate'] == 0.5 and p['run']['seed'] == 66
assert p['ode']['second_order'] is True and p['learning']['feedback']['matrix'] == [[-0.86], [-1.6]]
"
fi
if [ -n "$deep" ]; then
    "$alignode" export net.tsv -o net.json --quiet
    check "weights are exported" exits 0 "wrote" "$alignode" export net.weights.h5 -o weights.npz
    check "as arrays alone" exits 2 "net.weights.h5: weights are exported as .npz or .safetensors, not as .csv" "$alignode" export net.weights.h5 -o weights.csv
    check "a result is not weights" exits 2 "net.tsv: only weights are exported as .safetensors" "$alignode" export net.tsv -o x.safetensors
    cp net.weights.h5 edited.h5 && printf x >>edited.h5
    check "edited weights are not exported" exits 2 "edited.h5: is damaged" "$alignode" export edited.h5 -o edited.npz
    # The bytes of every array stand in the HDF5 file as they are.
    if [ -n "$python" ]; then
        check "arrays of the file, in its shapes" "$python" -c "
import json, numpy
z = numpy.load('weights.npz')
file = open('net.weights.h5', 'rb').read()
network = json.load(open('net.json'))['parameters']['network']
widths = [100] + [layer['dense'] for layer in network['layers']]
layers = range(1, len(widths))
shapes = {f'W_{l}': (widths[l], widths[l - 1]) for l in layers}
shapes.update({f'F_{l}': (widths[l], widths[-1]) for l in layers[:-1]})
wanted = {f'seed_{s}/{name}': shape for s in (1, 2) for name, shape in shapes.items()}
arrays = {name: z[name] for name in z if name.startswith('seed_')}
assert {name: a.shape for name, a in arrays.items()} == wanted
for name, a in arrays.items():
    assert a.dtype == numpy.float32 and a.std() > 0 and a.tobytes() in file, name
assert 'rule: dfa' in str(z['parameters']) and str(z['alignode'])
"
    fi
fi

echo "$checks checks, $failed failed$([ -n "$python" ] || echo ', without numpy')"
[ "$failed" -eq 0 ]

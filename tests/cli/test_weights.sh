#!/bin/sh
# Weights as safetensors: there and back, one step of training compared with other programs, refusals.
# usage: test_weights.sh ALIGNODE
set -u
. "$(dirname "$(realpath "$0")")/checks.sh"
alignode=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
python=$(for p in /usr/bin/python3 python3; do "$p" -c 'import numpy' 2>/dev/null && echo "$p" && break; done)
cd "$work" || exit 1

cat >net.yaml <<'YAML'
data: {name: mixture, inputs: 10, classes: 3, train: 96, test: 48}
network: {layers: [{dense: 8, activation: tanh}, {dense: 6, activation: linear}, {dense: 3}], bias: true}
learning: {rule: kolen-pollack, rate: 0.01, batch: 16, momentum: 0.5}
run: {epochs: 2, seeds: {from: 1, to: 2}, record: {count: 2, spacing: linear}}
YAML
train() {
    out=$1
    shift
    "$alignode" train net.yaml -o "$out" --quiet "$@"
}

# ---- there and back ----
train one.tsv --set run.weights=one.safetensors
train two.tsv --set run.weights=true
cut -f 4- one.tsv | grep -v '^#' >rows
check "the same rows" sh -c 'cut -f 4- two.tsv | grep -v "^#" | cmp - rows'
check "exported" exits 0 "wrote" "$alignode" export two.weights.h5 -o two.safetensors
numbers() { # behind the header, whose parameters differ
    length=$(od -An -tu4 -N4 "$1")
    tail -c +$((9 + length)) "$1"
}
numbers one.safetensors >one.bytes
numbers two.safetensors >two.bytes
check "are the numbers of the run" cmp one.bytes two.bytes
check "and more than none" test "$(wc -c <one.bytes)" -gt 1000
check "info" sh -c "'$alignode' info one.safetensors | grep -q '^  run.weights: .one.safetensors'"
check "as arrays of NumPy" exits 0 "wrote" "$alignode" export one.safetensors -o one.npz
for start in one.safetensors two.weights.h5; do
    train back.tsv --force --set "network.init={from: $start}" --set run.epochs=0 \
        --set run.weights=back.safetensors --set learning.momentum=0 --set learning.rule=bp
    for seed in 1 2; do
        train "$seed.tsv" --force --set "network.init={from: $start}" --set run.epochs=0 \
            --set run.weights="$seed.safetensors" --set learning.momentum=0 --set learning.rule=bp --set run.seeds="$seed"
    done
    if [ -n "$python" ]; then
        check "all seeds start from $start" "$python" - <<'PYTHON'
import json, struct
def read(path):
    raw = open(path, "rb").read()
    n, = struct.unpack("<Q", raw[:8])
    return {name: (a["shape"], raw[8 + n:][slice(*a["data_offsets"])]) for name, a in json.loads(raw[8:8 + n]).items()
            if name[0] != "_" and "F_" not in name and "vW" not in name and "vb" not in name}
end, back = read("one.safetensors"), read("back.safetensors")
names = {f"{n}.{what}" for n in (0, 2, 3) for what in ("weight", "bias")}
assert set(end) == set(back) == {f"seed_{s}.{name}" for s in (1, 2) for name in names}
assert end == back
for s in (1, 2):
    assert read(f"{s}.safetensors") == {name: end[f"seed_{s}.{name}"] for name in names}
PYTHON
    fi
done

# ---- one step, by alignode and by others ----
if [ -n "$python" ]; then
    for precision in single double; do
        for rule in bp dfa; do
            check "a step of $rule in $precision precision" \
                "$python" "$here/step_twin.py" "$alignode" $precision $rule
            grep skipped out.log
        done
    done
else
    echo "skipped: no Python with NumPy"
fi

# ---- going on, and what is replaced ----
check "a finished run is found" exits 0 "already there" "$alignode" train net.yaml -o one.tsv --set run.weights=one.safetensors
check "of other parameters" exits 2 "^one.safetensors: differs in learning.rate: 0.01 in the file, 0.02" \
    "$alignode" train net.yaml -o other.tsv --set run.weights=one.safetensors --set learning.rate=0.02
cp two.safetensors foreign.safetensors && echo x >>foreign.safetensors
check "what is not alignode's" exits 2 "^foreign.safetensors: .*--force" \
    "$alignode" train net.yaml -o other.tsv --set run.weights=foreign.safetensors
train longer.tsv --set run.epochs=2 --set run.weights=longer.safetensors --set run.seeds=1
check "a longer run resumes from it" exits 0 "continues from epoch 2 of longer.safetensors" "$alignode" train net.yaml \
    --set run.epochs=4 --set run.weights=longer.safetensors --set run.seeds=1 -o longer.tsv --resume
cp longer.safetensors kept.safetensors && rm longer.safetensors longer.tsv
"$alignode" train net.yaml --set run.epochs=4 --set run.weights=longer.safetensors --set run.seeds=1 -o longer.tsv --quiet
check "to the bytes of one run" cmp longer.safetensors kept.safetensors

# ---- refusals ----
refused() {
    words=$1
    shift
    check "$words" exits 2 "$words" "$alignode" train net.yaml -o refused.tsv --set run.seeds=1 "$@"
}
refused "network.init.from: none.safetensors: cannot be opened" --set 'network.init={from: none.safetensors}'
refused "one.safetensors: array .*0.bias has no place in this network, which has no biases" \
    --set 'network.init={from: one.safetensors}' --set network.bias=false
refused "array seed_1.0.weight: expected 8 x 9, got 8 x 10" \
    --set 'network.init={from: one.safetensors}' --set data.inputs=9
refused "has no array seed_3.0.weight" --set 'network.init={from: one.safetensors}' --set run.seeds=3
refused "two.weights.h5: has no array seed_3/W_1" --set 'network.init={from: two.weights.h5}' --set run.seeds=3
refused "array seed_1.3.bias has no place in this network$" --set 'network.init={from: one.safetensors}' \
    --set 'network.layers=[{dense: 8, activation: tanh}, {dense: 3}]'
refused "expected true, false or a file that ends in .safetensors" --set run.weights=x.pt
refused "unknown key network.init.form, did you mean from" --set 'network.init={form: x}'
cat >sweep.yaml <<'YAML'
data: {name: mixture, inputs: 10, classes: 3, train: 96, test: 48}
network: {layers: [{dense: 3}]}
learning: {rule: dfa}
run: {epochs: 1, weights: x.safetensors}
sweep: {run: train, over: [{key: learning.rate, values: [0.1, 0.2]}]}
YAML
check "one file for the runs of a sweep" exits 2 "sweep.yaml:4:27: run.weights: names one file" \
    "$alignode" sweep sweep.yaml -o grid

echo "$checks checks, $failed failed$([ -n "$python" ] || echo ', without numpy')"
[ "$failed" -eq 0 ]

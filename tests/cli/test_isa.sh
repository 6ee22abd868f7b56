# Usage: test_isa.sh ALIGNODE [deep]. ALIGNODE_ISA chooses the instruction set; results do not depend on it, except that the
# baseline cannot multiply and add in one rounding: averages of erf, which all but training contains, differ in their last digits.
set -u
alignode=$(realpath "$1")
. "$(dirname "$(realpath "$0")")/checks.sh"
cd "$work" || exit 1

cat >two.yaml <<'END'
problem: {inputs: 60, activation: erf, noise: 0.1, student: {units: 3}, teacher: {units: 2}}
learning: {rule: dfa}
run: {time: 3, repeats: 2, record: {count: 5}}
END
cat >tanh.yaml <<'END'
problem: {inputs: 60, activation: tanh, student: {units: 2}, teacher: {units: 2}}
learning: {rule: bp}
run: {time: 1, record: {count: 3}}
END
# Convolutions directly and by patches; OpenBLAS chooses its kernels itself.
cat >maps.yaml <<'END'
data: {name: mixture, inputs: 144, size: 12, classes: 4, train: 64, test: 16}
network:
  layers: [{conv: 9, kernel: 3, padding: 1, stride: 2, activation: tanh}, {conv: 5, kernel: 5, activation: relu}, {dense: 4}]
learning: {rule: bp, rate: 0.01, batch: 16}
run: {epochs: 3, seeds: 1, scored: 16, probe: 16, record: {count: 3}}
END

# near FILE FILE: the same rows, numbers within what the integration's tolerance allows rounding to grow to
near() {
    paste "$1" "$2" | awk -F '\t' '/^#/ { next }
        { for (i = 1; i <= NF / 2; i++) { a = $i; b = $(i + NF / 2); d = a - b
            if (a != b && (d < 0 ? -d : d) > 1e-8 * (1 + (a < 0 ? -a : a))) bad = 1 } rows++ }
        END { exit bad || rows < 3 }'
}

runs="ode:two chain:two sgd:two ode:tanh ${2:+train:maps}"
for run in $runs; do
    check "${run%:*} ${run#*:}" "$alignode" "${run%:*}" "${run#*:}.yaml" --quiet -o "$run.tsv"
done
tried=0
for set in baseline v3 v4; do
    ALIGNODE_ISA=$set "$alignode" version >out.txt 2>err.txt
    status=$?
    if [ $status -ne 0 ]; then
        check "$set is refused where it is missing" grep -q "ALIGNODE_ISA: this machine or this build does not have $set" err.txt
        check "... as a usage error" test $status -eq 2
        continue
    fi
    tried=$((tried + 1))
    for run in $runs; do
        ALIGNODE_ISA=$set "$alignode" "${run%:*}" "${run#*:}.yaml" --quiet -o "$run.$set.tsv"
        same=cmp
        [ "$set" = baseline ] && [ "${run%:*}" != train ] && same=near
        check "$run with $set" $same "$run.tsv" "$run.$set.tsv"
    done
done
check "the baseline is everywhere" test $tried -ge 1
check "an unknown set" exits 2 "unknown instruction set 'V4'; did you mean v4" env ALIGNODE_ISA=V4 "$alignode" version

echo "$checks checks, $failed failed"
[ $failed -eq 0 ]

# Usage: test_isa.sh ALIGNODE [deep]. ALIGNODE_ISA chooses the instruction set; results do not depend on it, but
# that `baseline` has the arithmetic of version 0.1.0, whose results in first/ are repeated to the byte: last digits of
# dense layers, of erf (and sums of it, tanh and sigmoid) and of relu are others there, and the chain draws other numbers.
set -u
alignode=$(realpath "$1")
first=$(dirname "$(realpath "$0")")/first
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
cat >relu.yaml <<'END'
problem: {activation: relu, student: {units: 3}, teacher: {units: 2}}
learning: {rule: dfa, rate: 0.2}
run: {time: 5, record: {count: 3}}
END
# Convolutions directly and by patches, which OpenBLAS multiplies everywhere, with kernels that it chooses itself.
cat >maps.yaml <<'END'
data: {name: mixture, inputs: 144, size: 12, classes: 4, train: 64, test: 16}
network:
  layers: [{conv: 9, kernel: 3, padding: 1, stride: 2, activation: tanh}, {conv: 5, kernel: 5, activation: relu}, {dense: 4}]
learning: {rule: bp, rate: 0.01, batch: 16}
run: {epochs: 3, seeds: 1, scored: 16, probe: 16, record: {count: 3}}
END

# near TOLERANCE A B: the same rows, numbers relative to their size, or to 1.
near() {
    paste "$2" "$3" | awk -F '\t' -v most="$1" '/^#/ { next }
        { for (i = 1; i <= NF / 2; i++) { a = $i; b = $(i + NF / 2); d = a - b
            if (a != b && (d < 0 ? -d : d) > most * (1 + (a < 0 ? -a : a))) bad = 1 } rows++ }
        END { exit bad || rows < 3 }'
}

# same_rows A B: all but the headers, of which the version and the spelling of numbers differ. asin, erf and exp are the
# C library's: with others than these, which have the same ones, rows may differ by what integration makes of rounding.
same_rows() {
    grep -v '^#' "$1" >a.rows
    grep -v '^#' "$2" >b.rows
    case $(getconf GNU_LIBC_VERSION 2>/dev/null; ALIGNODE_ISA=v3 "$alignode" version) in
    "glibc 2.3"[4-9]*alignode* | "glibc 2.4"[01]*alignode*) cmp a.rows b.rows ;;
    *) near 1e-8 a.rows b.rows ;;
    esac
}

runs="ode:two chain:two sgd:two ode:tanh ode:relu ${2:+train:maps}"
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
        [ "$set $run" != "baseline chain:two" ] || continue
        ALIGNODE_ISA=$set "$alignode" "${run%:*}" "${run#*:}.yaml" --quiet -o "$run.$set.tsv"
        case "$set ${run%:*}" in
        # 12 steps of sums of up to a thousand floats, each rounded to 6e-8
        "baseline train") compare="near 1e-4" ;;
        # what the integration's tolerance allows rounding to grow to
        baseline*) compare="near 1e-8" ;;
        *) compare=cmp ;;
        esac
        check "$run with $set" $compare "$run.tsv" "$run.$set.tsv"
    done
done
check "the baseline is everywhere" test $tried -ge 1
for engine in ode chain sgd; do
    ALIGNODE_ISA=baseline "$alignode" "$engine" "$first/$engine.tsv" -o "first.$engine.tsv" 2>first.txt
    check 'no warning about its version' eval '! grep -q "version 0.1.0" first.txt'
    check "$engine of version 0.1.0" same_rows "$first/$engine.tsv" "first.$engine.tsv"
done
"$alignode" ode "$first/ode.tsv" -o now.tsv 2>first.txt
check 'other numbers than those of version 0.1.0 are announced' grep -q 'ode.tsv was written by version 0.1.0; its numbers are reproduced with ALIGNODE_ISA=baseline' first.txt
check "an unknown set" exits 2 "unknown instruction set 'V4'; did you mean v4" env ALIGNODE_ISA=V4 "$alignode" version

echo "$checks checks, $failed failed"
[ $failed -eq 0 ]

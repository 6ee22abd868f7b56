#!/usr/bin/env bash
# usage: faults.sh ALIGNODE FAIL_ONCE.so quick|full [PART...]
#   PART: killed signals damage failing limits writers; all without
#
# What happens to work when something fails: kills, damaged files, lack of memory, a full disk, limits,
# signals, two writers. Prints a table, a line for each fault: how often it was tried, how often the
# work survived, how often it was lost. It survives if the program reports the fault and the same
# command, given again without it, ends in the bytes of a run that nothing happened to, or if it ends
# in these bytes at once. It is lost if other bytes are taken for a result, if what was finished is
# gone, or if the program crashes. Exit status 1 if anything was lost.
set -u
alignode=$(realpath "$1")
fail_once=$(realpath "$2")
form=$3
shift 3
parts=${*:-killed signals damage failing limits writers}
work=$(mktemp -d)
main=$BASHPID
# A signal that comes before a background process is the program runs this in it, too.
trap '[ "$BASHPID" != "$main" ] || rm -rf "$work"' EXIT
cd "$work" || exit 1
export LC_ALL=C OMP_NUM_THREADS=2
failed=0

case $form in
quick) kills=2 damages=15 step=40 ;;
full) kills=30 damages=1000 step=1 ;;
*) echo "faults.sh: quick or full" >&2; exit 2 ;;
esac

# ---- random numbers from a fixed seed: below N ----
seed=20212028
random() {
    seed=$(((seed * 1103515245 + 12345) % 2147483648))
    drawn=$((seed / 8 % $1))
}

# ---- the work ----
cat >two.yaml <<'YAML'
problem: {inputs: 60, student: {units: 2}, teacher: {units: 2}}
learning: {rule: dfa, rate: 0.2}
run: {time: 100, repeats: 60, record: {count: 5}}
YAML
cat >sweep.yaml <<'YAML'
problem: {inputs: 60}
learning: {rule: dfa, rate: 0.2}
run: {time: 10, repeats: 2, record: {count: 3}}
sweep: {run: chain, over: [{key: learning.rate, from: 0.1, to: 1, count: 4}, {key: run.seed, from: 1, to: 5}]}
YAML
cat >study.yaml <<'YAML'
problem:
  inputs: 60
  activation: relu
  student: {units: 4, weights: {std: 0.01}, readout: {std: 0.01}}
  teacher: {units: 2, weights: orthonormal, readout: 1}
learning: {rule: dfa, rate: 0.2, feedback: {distribution: signs}}
run: {time: 30}
study: plearn
plearn: {units: [2, 3], rates: [0.2, 0.2], runs: 32}
YAML
cat >net.yaml <<'YAML'
data: {name: mixture, inputs: 10, classes: 3, train: 96, test: 48}
network: {layers: [{dense: 8, activation: tanh}, {dense: 3}], loss: cross-entropy}
learning: {rule: dfa, rate: 0.01, batch: 16}
run: {epochs: 1000, seeds: {from: 1, to: 2}, weights: true, checkpoint: 0.0001, measures: [loss, similarity, cka, path]}
YAML
works="ode chain sgd compare sweep study"
! "$alignode" help | grep -q 'train deep' || works="$works train"

cat >rows.yaml <<'YAML'
problem: {inputs: 60}
learning: {rule: dfa, rate: 0.2}
run: {time: 10, record: {count: 3}}
sweep: {run: ode, over: [{key: learning.rate, from: 0.1, to: 1, count: 40}, {key: run.seed, from: 1, to: 40}]}
YAML
works="$works rows"

# run WORK OUT: does a work; its place is OUT, a folder for a sweep, of files (sweep) or rows. In the background it is the process
# itself that `$!` names, with HUP as a terminal leaves it.
run() {
    local file=two.yaml
    case $1 in sweep) file=sweep.yaml ;; study) file=study.yaml ;; train) file=net.yaml ;; rows) file=rows.yaml ;; esac
    local words=("$alignode" "${1/rows/sweep}" "$file" -o "$2" --quiet)
    [ "$BASHPID" = "$main" ] || exec env --default-signal=HUP "${words[@]}"
    "${words[@]}"
}

# What is left of a work: its results, without what is unfinished.
same() {
    case $1 in
    sweep | rows) diff -r -x '*.part' "$1.whole" "$2" >/dev/null 2>&1 ;;
    train) cmp -s "$1.whole" "$2" && cmp -s "$1.weights.h5" "${2%.*}.weights.h5" ;;
    *) cmp -s "$1.whole" "$2" ;;
    esac
}
clean() { rm -rf out out.* collected; }

for w in $works; do
    run $w $w.whole 2>/dev/null
done

# ---- the table ----
tried=0 survived=0 lost=0 note=
begin() { tried=0 survived=0 lost=0 note=; }
count() { # count LOST? WHAT: 0 survived
    tried=$((tried + 1))
    if [ "$1" -eq 0 ]; then survived=$((survived + 1)); else
        lost=$((lost + 1))
        echo "lost: $2" >&2
    fi
}
row() {
    printf '| %s | %d | %d | %d | %s |\n' "$1" $tried $survived $lost "$note"
    [ $lost -eq 0 ] || failed=1
}
printf '| fault | tried | survived | lost | |\n|---|---|---|---|---|\n'

# again WORK STATUS: the same command without a fault ends in the same bytes; no crash before.
again() {
    local crash=0
    [ "$2" -ne 0 ] || ! same "$1" out || return 0
    case $2 in 132 | 133 | 134 | 135 | 136 | 139 | 159) crash=1 ;; esac
    run "$1" out >/dev/null 2>again.log || crash=1
    same "$1" out || crash=1
    return $crash
}

wanted() { case " $parts " in *" $1 "*) return 0 ;; esac; return 1; }

# ---- killed ----
if wanted killed; then
begin
for w in $works; do
    clean
    for ((i = 0; i < kills; i++)); do
        run $w out >/dev/null 2>&1 &
        pid=$!
        random 300
        sleep "0.$(printf '%03d' $drawn)"
        kill -KILL $pid 2>/dev/null
        wait $pid 2>/dev/null
        # The work is finished and judged after every second kill, for both.
        [ $((i % 2)) -eq 1 ] || continue
        again $w 137
        bad=$?
        count $bad "$w killed twice"
        count $bad "$w killed twice"
        clean
    done
done
row "killed (SIGKILL) at a random moment"
fi

# ---- signals ----
if wanted signals; then
begin
for w in $works; do
    for signal in INT TERM HUP USR1 USR2 XCPU; do
        clean
        run $w out >/dev/null 2>&1 &
        pid=$!
        random 100
        sleep "0.$(printf '%03d' $drawn)"
        kill -$signal $pid 2>/dev/null
        wait $pid
        status=$?
        [ $status -eq 0 ] || [ $status -eq 130 ] || [ $status -gt 128 ] || status=139
        again $w $status
        count $? "$w SIG$signal: $status"
    done
done
row "stopped by INT, TERM, HUP, USR1, USR2, XCPU at a random moment"
fi

# ---- damage ----
# damage FILE: one byte changed
damage() {
    local size
    size=$(stat -c %s "$1")
    random "$size"
    local at=$drawn
    random 255
    local old
    old=$(od -An -tu1 -j "$at" -N 1 "$1" | tr -d ' ')
    # shellcheck disable=SC2059
    printf "\\x$(printf '%02x' $(((old + 1 + drawn) % 256)))" | dd of="$1" bs=1 seek="$at" conv=notrunc status=none
}
crashed() { [ "$1" -ge 124 ] && [ "$1" -ne 130 ]; }
# judge STATUS WHAT COMMAND...: lost if the program crashed, or if it ended well and COMMAND, which
# compares bytes, fails
judge() {
    local status=$1 what=$2 bad=0
    shift 2
    if crashed "$status"; then bad=1
    elif [ "$status" -eq 0 ]; then "$@" || bad=1; fi
    count $bad "$what: $status"
}

if wanted damage; then
begin
awk '/^$/ && ++n == 20 { exit } { print }' chain.whole >begun
for ((i = 0; i < damages; i++)); do
    clean
    cp begun out.part
    damage out.part
    run chain out >/dev/null 2>log
    judge $? "a damaged .part, resumed" same chain out
done
row "a byte of a .part changed, then resumed"

begin
for ((i = 0; i < damages; i++)); do
    clean
    cp chain.whole out.tsv
    damage out.tsv
    "$alignode" chain out.tsv --quiet >other 2>log
    judge $? "a damaged result, re-run" cmp -s other chain.whole
done
row "a byte of a result changed, then re-run"

begin
cat >from.yaml <<'YAML'
problem: {inputs: 60, overlaps: {from: out.tsv, repeat: 3}}
learning: {rule: dfa, rate: 0.2}
run: {time: 1, record: {count: 2}}
YAML
cp chain.whole out.tsv
"$alignode" ode from.yaml --quiet >from.whole
for ((i = 0; i < damages; i++)); do
    cp chain.whole out.tsv
    damage out.tsv
    "$alignode" ode from.yaml --quiet >other 2>log
    judge $? "a damaged result, started from" cmp -s other from.whole
done
row "a byte of a result changed, then started from"

begin
points=$(find sweep.whole -name '*.tsv' ! -name 'collected*')
for ((i = 0; i < damages; i++)); do
    [ -e out ] && [ -d out ] || { clean; cp -r sweep.whole out; }
    random 20
    point=$(printf '%s\n' $points | sed -n "$((drawn + 1))p")
    damage "out/${point#sweep.whole/}"
    run sweep out >/dev/null 2>log
    status=$?
    same sweep out || status=139
    if [ $status -eq 0 ]; then count 0; else count 1 "a damaged point: $status"; rm -rf out; fi
done
row "a byte of a point of a sweep changed, then collected"

begin
for ((i = 0; i < damages; i++)); do
    cp two.yaml out.yaml
    damage out.yaml
    timeout 60 "$alignode" ode out.yaml --quiet >other 2>log
    judge $? "a damaged parameter file" true # it may be another, good one
done
row "a byte of a parameter file changed, then run"

case $works in *train*)
    begin
    run train begun.tsv >/dev/null 2>&1
    for ((i = 0; i < damages; i++)); do
        clean
        cp train.whole out.tsv
        cp train.weights.h5 out.weights.h5
        cp train.similarity.tsv out.similarity.tsv 2>/dev/null
        damage out.weights.h5
        "$alignode" train net.yaml -o out.tsv --quiet --resume >/dev/null 2>log
        judge $? "damaged weights, resumed" cmp -s out.weights.h5 train.weights.h5
    done
    row "a byte of a weights file changed, then resumed"
    ;;
esac

# The rows of a sweep, unfinished and finished: damage is reported or computed again.
begin
run rows half >/dev/null 2>&1 &
pid=$!
until [ -s half/points.1.part ] || ! kill -0 $pid 2>/dev/null; do sleep 0.01; done
kill -KILL $pid 2>/dev/null
wait $pid 2>/dev/null
for ((i = 0; i < damages; i++)); do
    clean
    cp -r half out
    damage out/points.1.part
    run rows out >/dev/null 2>log
    judge $? "damaged rows of a sweep, continued" same rows out
done
row "a byte of the unfinished rows of a sweep changed, then continued"

begin
for ((i = 0; i < damages; i++)); do
    clean
    cp -r rows.whole out
    damage out/collected.tsv
    run rows out >/dev/null 2>log
    judge $? "a damaged table of a sweep, given again" same rows out
done
row "a byte of the table of a sweep changed, then given again"

# Without checksums: another file may be as good, but nothing crashes, and refusals are reported.
begin
cat >spectrum.yaml <<'YAML'
problem: {inputs: 60, spectrum: {from: eigenvalues.txt, count: 4}}
learning: {rule: dfa, rate: 0.2}
run: {time: 1, record: {count: 2}}
YAML
seq 1 60 | awk '{ printf "%.17g\n", 1 / $1 }' >whole.txt
for ((i = 0; i < damages; i++)); do
    cp whole.txt eigenvalues.txt
    damage eigenvalues.txt
    timeout 60 "$alignode" ode spectrum.yaml --quiet >other 2>log
    status=$?
    judge $status "damaged eigenvalues" true
    [ $status -eq 0 ] || [ -s log ] || { lost=$((lost + 1)) && echo "lost: damaged eigenvalues: $status without a word" >&2; }
done
row "a byte of a file of eigenvalues changed, then run"

case $works in *train*)
    begin
    cat >start.yaml <<'YAML'
data: {name: mixture, inputs: 10, classes: 3, train: 96, test: 48}
network: {layers: [{dense: 8, activation: tanh}, {dense: 3}], loss: cross-entropy, init: {from: start.safetensors}}
learning: {rule: dfa, rate: 0.01, batch: 16}
run: {epochs: 1}
YAML
    "$alignode" train net.yaml --set run.epochs=1 --set run.seeds=1 --set run.weights=whole.safetensors --set run.measures='[loss]' -o started.tsv --quiet
    for ((i = 0; i < damages; i++)); do
        cp whole.safetensors start.safetensors
        damage start.safetensors
        timeout 60 "$alignode" train start.yaml --quiet >other 2>log
        status=$?
        judge $status "a damaged safetensors file" true
        [ $status -eq 0 ] || [ -s log ] || { lost=$((lost + 1)) && echo "lost: damaged safetensors: $status without a word" >&2; }
    done
    row "a byte of a safetensors file changed, then started from"
    ;;
esac
fi

# ---- memory and disk ----
if wanted failing; then
# fail CALL WORK N: the N-th call fails.  Returned: $status; $log: count and caller
fail() {
    rm -f log.count
    LD_PRELOAD=$fail_once FAIL_CALL=$1 FAIL_AT=$3 FAIL_LOG=$work/log.count run "$2" out >/dev/null 2>log
    status=$?
}
theirs=
for call in malloc write; do
    begin
    for w in $works; do
        clean
        fail $call $w 0
        calls=$(awk '{ print $1; exit }' log.count)
        [ $call = write ] && every=1 || every=$step
        [ "$form" = quick ] && [ $((calls / every)) -gt 30 ] && every=$((calls / 30))
        for ((n = 1; n <= calls; n += every)); do
            clean
            fail $call $w $n
            if crashed $status && read -r _ object function <log.count &&
                grep -qE 'fyaml|gsl|hdf5|gomp|gfortran|openblas|libz' <<<"$object"; then
                theirs="$theirs $(basename "$object"):$function"
                again $w 0
                count $? "$w, $call $n of $calls: not continued"
                continue
            fi
            again $w $status
            count $? "$w, $call $n of $calls: $status, $(head -c 200 log); again: $(head -c 200 again.log)"
        done
    done
    # shellcheck disable=SC2086
    [ $call = write ] || [ -z "$theirs" ] ||
        note="crashes where the allocation of a library fails: $(printf '%s\n' $theirs | sort | uniq -c | awk '{ printf "%s%s %d", sep, $2, $1; sep = ", " }')"
    row "$([ $call = malloc ] && echo "an allocation fails" || echo "a write fails (disk full)")"
done

fi

# ---- limits ----
if wanted limits; then
begin
for w in $works; do
    for limit in "-v 60000" "-v 120000" "-v 250000" "-f 1" "-f 8" "-n 5" "-n 8" "-u 1"; do
        clean
        (
            # shellcheck disable=SC2086
            ulimit $limit 2>/dev/null
            run $w out >/dev/null 2>log
        )
        status=$?
        [ $status -ne 153 ] || status=139
        again $w $status
        count $? "$w under ulimit $limit: $status"
    done
done
row "limits on address space, size of files, open files, processes"
fi

# ---- two writers ----
if wanted writers; then
begin
for w in $works; do
    for ((i = 0; i < kills; i++)); do
        clean
        run $w out >/dev/null 2>&1 &
        one=$!
        run $w out >/dev/null 2>&1 &
        two=$!
        wait $one
        a=$?
        wait $two
        b=$?
        bad=0
        # One of them has the result; the other ends well, or says that another process is writing.
        [ $a -eq 0 ] || [ $b -eq 0 ] || bad=1
        case $a$b in 00 | 02 | 20) ;; *) bad=1 ;; esac
        same $w out || bad=1
        count $bad "$w twice at once: $a $b"
    done
done
row "the same command twice at once"
fi

exit $failed

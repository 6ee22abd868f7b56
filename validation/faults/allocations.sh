#!/usr/bin/env bash
# usage: allocations.sh ALIGNODE FAIL_ONCE.so quick|full [COMMAND...]
#
# Every command on a small problem, once for each allocation, which fails: quick tries about 20 of each
# command. Prints a line of the table of faults.sh for each command. It survives if it ends with an error
# and says so, or ends well with the bytes that it writes otherwise; it is lost if other bytes come out,
# if it fails without a word, if a run that was kept is changed, or if it crashes, unless it was the
# allocation of a library that failed. What the C library allocates is whose code called it; the table
# names the functions of libraries that the program had called. `report` and `gallery` read kept runs.
# Exit status 1 if anything was lost.
set -u
alignode=$(realpath "$1")
fail_once=$(realpath "$2")
form=$3
shift 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export LC_ALL=C OMP_NUM_THREADS=1
failed=0

cat >two.yaml <<'YAML'
problem: {inputs: 20, student: {units: 2}, teacher: {units: 2}}
learning: {rule: dfa, rate: 0.2}
run: {time: 1, repeats: 2, record: {count: 2}}
YAML
sed 's/dfa/bp/' two.yaml >other.yaml
cat >points.yaml <<'YAML'
problem: {inputs: 20, student: {units: 1}, teacher: {units: 1}}
learning: {rule: bp, rate: 0.2}
fixedpoint: {starts: random, count: 2}
YAML
cat >study.yaml <<'YAML'
problem:
  inputs: 20
  activation: relu
  student: {units: 2, weights: {std: 0.01}, readout: {std: 0.01}}
  teacher: {units: 1, weights: orthonormal, readout: 1}
learning: {rule: dfa, rate: 0.2, feedback: {distribution: signs}}
run: {time: 1}
study: plearn
plearn: {units: [2, 3], rates: [0.2, 0.2], runs: 2}
YAML
cat >sweep.yaml <<'YAML'
problem: {inputs: 20}
learning: {rule: dfa, rate: 0.2}
run: {time: 1, record: {count: 2}}
sweep: {run: ode, over: [{key: run.seed, values: [1, 2]}]}
YAML
cat >net.yaml <<'YAML'
data: {name: mixture, inputs: 2, classes: 2, train: 4, test: 4}
network: {layers: [{dense: 2, activation: tanh}, {dense: 2}], loss: cross-entropy}
learning: {rule: dfa, rate: 0.01, batch: 4}
run: {epochs: 1}
YAML
"$alignode" ode two.yaml --quiet -o two.tsv
"$alignode" ode other.yaml --quiet -o other.tsv

# A line each: what writes to standard output, or to `out` where it names it.
cat >commands <<'END'
ode two.yaml --quiet -o -
chain two.yaml --quiet -o -
sgd two.yaml --quiet -o -
compare two.yaml --quiet -o -
fixedpoint points.yaml --quiet -o -
study study.yaml --quiet -o -
sweep sweep.yaml --list
plot two.tsv other.tsv -o out.gp
info two.tsv
diff two.tsv other.tsv
export two.tsv -o out.csv
export two.tsv -o out.json
export two.tsv -o out.npz
cite two.yaml
new
report quick F2 --runs runs --quiet -o out.md
report quick F2 --runs runs --quiet -o out.html
gallery quick phases --runs runs --quiet -o out.html
list examples
list claims
list columns
list rules
params
params --schema
help
version
END
! "$alignode" help | grep -q 'train deep' || echo "train net.yaml --quiet -o -" >>commands

# go WORDS...: a command, with the variables in `faults`, whose output is in `bytes` then.
faults=()
go() {
    rm -rf out.* bytes
    { (exec env "${faults[@]}" "$alignode" "$@") >bytes 2>log </dev/null; } 2>/dev/null # crashes are counted, not told
    status=$?
    for file in out.*; do
        [ -e "$file" ] && cat "$file" >>bytes
    done
}
fail() { # fail N WORDS...
    faults=(LD_PRELOAD="$fail_once" FAIL_CALL=malloc FAIL_AT="$1" FAIL_LOG="$work/count")
    shift
    rm -f count
    go "$@"
    faults=()
}
libraries='fyaml|gsl|hdf5|gomp|gfortran|openblas|libz'
mkdir runs
"$alignode" report quick F2 --runs runs --quiet -o out.html
"$alignode" gallery quick phases --runs runs --quiet -o out2.html
cp -r runs runs.whole

while read -r line; do
    read -ra words <<<"$line"
    [ $# -eq 0 ] || case " $* " in *" ${words[0]} "*) ;; *) continue ;; esac
    go "${words[@]}"
    whole=$status
    case "${words[0]} $whole" in "diff 3" | "compare 3" | *" 0") ;; *) echo "$line: exit $whole: $(cat log)" >&2; failed=1; continue ;; esac
    mv bytes whole
    fail 0 "${words[@]}"
    calls=$(awk '{ print $1; exit }' count)
    every=1
    [ "$form" = full ] || every=$((calls / 20 + 1))
    tried=0 lost=0 theirs=
    for ((n = 1; n <= calls; n += every)); do
        fail $n "${words[@]}"
        tried=$((tried + 1))
        bad=
        if [ $status -ge 124 ] && [ $status -ne 130 ]; then
            read -r _ object function <count
            if grep -qE "$libraries" <<<"$object"; then
                theirs="$theirs $(basename "$object"):$function"
            else
                bad="crashed, $status"
            fi
        elif [ $status -eq "$whole" ]; then
            cmp -s bytes whole || bad="other bytes"
        elif [ ! -s log ]; then
            bad="no message, $status"
        fi
        case $line in *--runs*) diff -rq runs runs.whole >/dev/null || { bad="kept runs changed"; rm -rf runs; cp -r runs.whole runs; } ;; esac
        [ -z "$bad" ] || { lost=$((lost + 1)); echo "lost: $line: allocation $n of $calls: $bad" >&2; }
    done
    # shellcheck disable=SC2086
    [ -z "$theirs" ] || theirs="crashes where the allocation of a library fails: $(printf '%s\n' $theirs | sort | uniq -c |
        awk '{ printf "%s%s %d", sep, $2, $1; sep = ", " }')"
    printf '| an allocation fails in `%s` (%d of %d) | %d | %d | %d | %s |\n' "${words[*]}" $tried "$calls" $tried \
        $((tried - lost)) $lost "$theirs"
    [ $lost -eq 0 ] || failed=1
done <commands
exit $failed

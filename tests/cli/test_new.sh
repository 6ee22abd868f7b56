#!/bin/sh
# Files to start from, names of examples in place of paths, and where results go by default.
# usage: test_new.sh ALIGNODE SOURCE [deep]
set -u
. "$(dirname "$(realpath "$0")")/checks.sh"
alignode=$(realpath "$1")
source=$(realpath "$2")
deep=${3-}
ALIGNODE_PARAMS=$source/params
export ALIGNODE_PARAMS
cd "$work" || exit 1

# on_terminal COMMAND: runs it with a terminal as its standard output; prints what it shows there.
on_terminal() {
    script -qec "$1" /dev/null </dev/null | tr -d '\r'
}

# ---- new ----
for file in "$source"/params/*.yaml; do
    example=$(basename "$file" .yaml)
    check "new $example" sh -c "'$alignode' new $example | cmp - '$file'"
    check "list examples has $example" sh -c "'$alignode' list examples | grep -q '^$example  *[^ ]'"
done
check "new without a name" sh -c "'$alignode' new | grep -q '^# A two-layer problem'"
check "new suggests an example" exits 2 "did you mean first?" "$alignode" new frist
check "new suggests a template" exits 2 "did you mean sweep?" "$alignode" new sweeep
check "names are no paths" exits 2 "unknown example" "$alignode" new ../params/first
check "new writes a file" exits 0 "wrote mine.yaml" "$alignode" new first -o mine.yaml
check "and leaves it there" exits 0 "already there" "$alignode" new first -o mine.yaml
echo "# mine" >>mine.yaml
check "but replaces no other" exits 2 "mine.yaml: .*--force" "$alignode" new first -o mine.yaml
check "not even that" grep -q "# mine" mine.yaml
check "unless asked to" exits 0 "wrote" "$alignode" new first -o mine.yaml --force
check "new writes YAML" exits 2 "mine.tsv: .*yaml" "$alignode" new first -o mine.tsv

# ---- the templates run ----
"$alignode" new -o two.yaml --quiet
for engine in ode chain sgd; do
    check "template two-layer: $engine" exits 0 "" "$alignode" $engine two.yaml --set run.time=5 --quiet -o two.$engine.tsv
done
check "template two-layer: compare" exits 0 "agree" "$alignode" compare two.yaml --set run.time=5 --quiet -o two.compare.tsv
"$alignode" new sweep -o sweep.yaml --quiet
check "template sweep" exits 0 "54 run" "$alignode" sweep sweep.yaml --set run.time=1 -o grid
if [ -n "$deep" ]; then
    "$alignode" new train -o train.yaml --quiet
    check "template train" exits 0 "" "$alignode" train train.yaml --set run.epochs=1 --set data.train=320 --quiet -o train.tsv
fi

# ---- examples by name ----
check "an example by name" exits 0 "" "$alignode" ode first --set run.time=1 --quiet -o named.tsv
check "is the file" exits 0 "" "$alignode" ode "$source/params/first.yaml" --set run.time=1 --quiet -o path.tsv
check "with the same result" cmp named.tsv path.tsv
cp two.yaml phases
check "a file of that name comes first" exits 0 "" "$alignode" ode phases --set run.time=1 --quiet -o own.tsv
check "with its own title" grep -q "title: .My study" own.tsv
check "no such file or example" exits 2 "nothing-such" "$alignode" ode nothing-such

# ---- list ----
check "list claims" sh -c "'$alignode' list claims | grep -q '^S1 .*closed forms'"
check "list columns" sh -c "'$alignode' list columns | grep -q '^Q_i_j .*overlap.*\[1\]\$'"

check "kinds that need no examples" sh -c "ALIGNODE_PARAMS=nowhere '$alignode' list rules | grep -q '^dfa '"
check "list without the examples" exits 1 "nowhere/.: the examples cannot be read" env ALIGNODE_PARAMS=nowhere "$alignode" list examples

# ---- default output ----
check "help says where results go" sh -c "'$alignode' help ode | grep -q 'STEM.ode.tsv'"
check "to a pipe goes the table" sh -c "'$alignode' ode first --set run.time=1 --quiet | cmp - named.tsv"
if has_terminals; then
    on_terminal "'$alignode' ode first --set run.time=1" >shown
    check "on a terminal a result is a file" test -s first.ode.tsv
    check "whose name is printed" grep -q "^wrote first.ode.tsv" shown
    check "and nothing else is shown" test "$(wc -l <shown)" -eq 1
    check "the result" cmp first.ode.tsv named.tsv
    on_terminal "'$alignode' ode first --set run.time=1" >shown
    check "twice is once" grep -q "first.ode.tsv is already there" shown
    on_terminal "'$alignode' ode first --set run.time=2; echo exit \$?" >shown
    check "another result is not replaced" grep -q "first.ode.tsv: differs in run.time" shown
    check "which is an error" grep -q "exit 2" shown
    on_terminal "'$alignode' ode first --set run.time=1 --quiet -o -" >shown
    check "-o - on a terminal is the table" cmp shown named.tsv
    on_terminal "'$alignode' ode - --set run.time=1 <two.yaml" >shown
    check "standard input" test -s stdin.ode.tsv
    on_terminal "'$alignode' new plateau" >shown
    check "new on a terminal" cmp plateau.yaml "$source/params/plateau.yaml"
fi

# ---- extensions ----
for file in x.csv x.JSON x.npz x.png x.yaml x.h5 x.tsv.gz; do
    check "refused: $file" exits 2 "$file: a result is tab-separated" "$alignode" ode first --set run.time=1 -o $file
done
for file in plain x.1 x.txt x.dat; do
    check "taken: $file" exits 0 "wrote $file" "$alignode" ode first --set run.time=1 -o $file
done

echo "$checks checks, $failed failed$(has_terminals || echo ', without terminals')"
[ "$failed" -eq 0 ]

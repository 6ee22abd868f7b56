#!/bin/sh
# The program in unfriendly hands: whatever the input, it gives an error message and the right exit
# status, does not crash and leaves no half result.
# usage: test_attack.sh ALIGNODE
set -u
alignode=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0
checks=0

# A sanitizer needs more address space than any limit allows.
sanitized=$(grep -c -a -m 1 __asan_init "$alignode")

complain() {
    failed=$((failed + 1))
    echo "not ok: $*" | cut -c 1-200
    head -n 5 err.log | cut -c 1-200 | sed 's/^/    /'
}

# ends STATUS WORDS COMMAND...: checks the exit status and the first line on standard error.
ends() {
    want=$1
    words=$2
    shift 2
    checks=$((checks + 1))
    timeout 300 "$@" >out.log 2>err.log </dev/null
    got=$?
    if [ "$got" -ne "$want" ]; then
        complain "exit $got, wanted $want: $*"
    elif [ -n "$words" ] && ! head -n 1 err.log | grep -q -e "$words"; then
        complain "no '$words': $*"
    fi
}

# whole FILE: checks that a result has its last line and holds no progress text.
whole() {
    checks=$((checks + 1))
    tail -n 1 "$1" | grep -q '^# end ' && ! grep -q '%' "$1" || complain "$1 is not a complete result"
}

cat >small.yaml <<'YAML'
problem: {inputs: 60}
learning: {rule: dfa, rate: 0.3}
run: {time: 3, seed: 3, repeats: 3, record: {count: 3, spacing: linear}}
YAML
"$alignode" chain small.yaml --quiet -o good.tsv

# ---- files that are not parameter files ----
ends 2 '^: \|is empty' "$alignode" ode ''
ends 2 '^/dev/null:1:1: learning.rule is missing' "$alignode" ode /dev/null
[ "$sanitized" -gt 0 ] || ends 2 '^/dev/zero: too long' "$alignode" ode /dev/zero
: >empty.yaml
ends 2 '^empty.yaml:1:1: ' "$alignode" ode empty.yaml
ends 2 ':1:.*\(UTF-8\|control\)' "$alignode" ode "$alignode"
ends 2 'not a result' "$alignode" plot "$alignode" -o x.png
truncate -s 1T sparse.yaml 2>/dev/null || truncate -s 1G sparse.yaml
[ "$sanitized" -gt 0 ] || ends 2 'sparse.yaml: too long' "$alignode" ode sparse.yaml
head -c 3000000 /dev/zero | tr '\0' '[' >deep.yaml
ends 2 'brackets are open' "$alignode" ode deep.yaml
awk 'BEGIN { for (i = 0; i < 300000; i++) print "k" i ": 1" }' >keys.yaml
ends 2 'keys.yaml:1001:1: more than 1000 keys' "$alignode" ode keys.yaml
mkfifo pipe
cat small.yaml >pipe &
ends 0 '' "$alignode" ode pipe --quiet
if [ "$(id -u)" -ne 0 ]; then
    cp small.yaml secret.yaml
    chmod 000 secret.yaml
    ends 2 'secret.yaml: cannot be opened' "$alignode" ode secret.yaml
fi
printf '\357\273\277learning: {rule: bp}\r\nrun: {time: 1, record: {times: [1]}}\r\n' >windows.yaml
ends 0 '' "$alignode" ode windows.yaml --quiet

# ---- truncated results: no figure, and no parameters if the header is incomplete ----
size=$(wc -c <good.tsv)
names=$(grep -b '^repeat' good.tsv | cut -d : -f 1)
cut=0
while [ "$cut" -lt "$size" ]; do
    head -c "$cut" good.tsv >cut.tsv
    ends 2 '^cut.tsv:[0-9]*:' "$alignode" plot cut.tsv -o cut.png
    if [ "$cut" -le "$names" ] && [ "$cut" -gt 0 ]; then
        ends 2 '^cut.tsv:[0-9]*:[0-9]*: ' "$alignode" ode cut.tsv --quiet
    fi
    cut=$((cut + 61))
done

# ---- --set ----
for argument in '' = .=1 a..b=1 .a=1 a.=1 a= 'a=[' 'learning.rate=[1,' 'learning.rate=]' title title= \
    'title="a' 'learning=a: b: c' 'learning=&a' 'learning=*a' 'learning=!!str a' 'learning=# a' 'run.time=1e999' \
    'run.time=.inf' run.time=nan run.time=1,5 run.time=1_000 run.seed=0x10 run.seed=-0 run.seed=1.0 \
    learning= 'learning={}' 'é.ü=1' "$(printf 'title=\377')" "$(printf 'title=a\nb')"; do
    ends 2 '^\(--set:[1-9]\|small.yaml:1:1: learning.rule is missing\)' \
        "$alignode" ode small.yaml --quiet --set "$argument"
done
# A text is taken as it stands, whatever YAML would make of it.
for text in 'a: b' '&a' '*a' '!!str a' '# a' 'run #3' '- a' '%a' '@a' '|' '~' "'t Hooft"; do
    ends 0 '' "$alignode" ode small.yaml --quiet --set "title=$text"
    checks=$((checks + 1))
    grep -q -x -F -e "# title: \"$text\"" out.log || complain "the title $text is $(sed -n 2p out.log)"
done
set --
i=0
while [ $i -lt 500 ]; do
    set -- "$@" --set run.seed=$i
    i=$((i + 1))
done
ends 0 '' "$alignode" ode small.yaml --quiet "$@"
checks=$((checks + 1))
grep -q '^#   seed: 499$' out.log || complain "the last of many --set does not hold"

# ---- where results go ----
mkdir folder taken.tsv.part
ends 2 'is empty' "$alignode" ode small.yaml -o ''
ends 2 'folder: is a folder' "$alignode" ode small.yaml -o folder
ends 2 'Not a directory' "$alignode" ode small.yaml -o small.yaml/x
ends 2 'taken.tsv.part: ' "$alignode" ode small.yaml -o taken.tsv
[ ! -e /dev/full ] || ends 1 'No space left' "$alignode" ode small.yaml --quiet -o /dev/full
checks=$((checks + 1))
"$alignode" ode small.yaml --quiet 2>err.log >&-
[ $? -eq 1 ] && grep -q 'standard output' err.log || complain 'closed standard output'
"$alignode" chain small.yaml -o closed.tsv 2>&-
whole closed.tsv
"$alignode" chain small.yaml -o closed.tsv <&- >&- 2>&-
whole closed.tsv
cmp -s closed.tsv good.tsv || complain 'closed streams change the result'
i=0
while [ $i -lt 5 ]; do
    rm -f both.tsv
    for _ in 1 2 3; do
        "$alignode" chain small.yaml --quiet -j 1 -o both.tsv 2>>both.log &
    done
    wait
    cmp -s both.tsv good.tsv && [ ! -e both.tsv.part ] || complain 'three writers of one file'
    i=$((i + 1))
done
checks=$((checks + 5))

# ---- names and texts that a shell or gnuplot would obey ----
cat >evil.yaml <<'YAML'
title: "`touch obeyed` $(touch obeyed) ' \" @x %s \n set output; system('touch obeyed')"
source: "'; system('touch obeyed'); '"
learning: {rule: dfa, rate: 0.3}
run: {time: 3, record: {count: 3, spacing: linear}}
YAML
"$alignode" ode evil.yaml --quiet -o "\`touch obeyed\`' \"\$(touch obeyed).tsv"
if command -v gnuplot >/dev/null; then
    ends 0 '' "$alignode" plot "\`touch obeyed\`' \"\$(touch obeyed).tsv" --ascii
    checks=$((checks + 1))
    [ ! -e obeyed ] || complain 'a text was executed'
fi

# ---- little memory, little environment ----
if [ "$sanitized" -eq 0 ]; then
    awk 'function rows(d) { s = "["
             for (i = 0; i < 300; i++) { s = s (i ? ", [" : "[")
                 for (j = 0; j < 300; j++) s = s (j ? ", " : "") (i == j ? d : 0)
                 s = s "]" }
             return s "]" }
         BEGIN { print "learning: {rule: bp}\nrun: {time: 0}\nproblem:"
             print "  student: {units: 300, readout: 1}\n  teacher: {units: 300}"
             print "  overlaps:\n    Q: " rows(1) "\n    R: " rows(0) "\n    T: " rows(1)
             printf "    W2: [["; for (i = 0; i < 300; i++) printf "%s1", i ? ", " : ""; print "]]" }' \
        >large.yaml
    # Starts at what the program needs to load its libraries, including the threads of OpenBLAS.
    export OPENBLAS_NUM_THREADS=1
    least=20000
    until (ulimit -v $least && "$alignode" version >/dev/null 2>&1) || [ $least -ge 2000000 ]; do
        least=$((least + 5000))
    done
    for more in 0 5000 10000 15000 20000 40000; do
        checks=$((checks + 1))
        (ulimit -v $((least + more)) && timeout 300 "$alignode" ode large.yaml --quiet >/dev/null 2>err.log)
        status=$?
        [ $status -eq 0 ] || { [ $status -eq 1 ] && grep -q 'out of memory' err.log; } ||
            complain "exit $status within $least + $more KiB"
    done
    unset OPENBLAS_NUM_THREADS
fi
ends 0 '' env -i "$alignode" ode small.yaml --quiet
ends 0 '' env LC_ALL=de_DE.UTF-8 HOME= TMPDIR=/nowhere "$alignode" chain small.yaml --quiet
cmp -s out.log good.tsv || complain 'the environment changes the result'

echo "$checks checks, $failed failed"
[ $failed -eq 0 ]

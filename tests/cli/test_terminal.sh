#!/bin/sh
# What is shown on a terminal: progress that fits the window.
# usage: test_terminal.sh ALIGNODE SOURCE
set -u
. "$(dirname "$(realpath "$0")")/checks.sh"
alignode=$(realpath "$1")
ALIGNODE_PARAMS=$(realpath "$2")/params
export ALIGNODE_PARAMS
unset COLUMNS LINES
cd "$work" || exit 1
has_terminals || { echo "skipped: no terminal can be opened here"; exit 77; }

# ---- progress ----
# begin COMMAND...: runs it on a terminal of its own, which it leaves in the file `log`; the file `pid` has its process,
# `tty` the terminal.
begin() {
    rm -f log pid tty
    SHELL=/bin/sh script -qfec "stty cols $columns rows 20; tty >tty; echo \$\$ >pid; exec $*" log </dev/null >/dev/null 2>&1 &
    session=$!
}
end() {
    kill -INT "$(cat pid)"
    wait "$session"
}
# widest PATTERN: the columns of the widest line drawn that has it
widest() { tr '\r' '\n' <log | sed 's/\x1b\[K//g' | grep "$1" | awk '{ if (length($0) > n) n = length($0) } END { print n + 0 }'; }
frames() { tr '\r' '\n' <log | grep -c '%'; }
more_frames() { test "$(frames)" -gt "$((before + 2))"; }
drawn() { tr '\r' '\n' <log | grep -q "$1"; }
long="'$alignode' chain first --set run.time=1e7 --set run.repeats=100 -o"

columns=100
begin "$long wide.tsv"
check "a wide window" wait_until "$session" drawn '^chain \[#* *\] *[0-9]* %  .* left'
check "has a bar of forty" sh -c "tr '\r' '\n' <log | grep -q '\[[# ]\{40\}\]'"
check "and then a narrow one" stty -F "$(cat tty)" cols 44
before=$(frames)
check "is drawn in" wait_until "$session" more_frames
tr '\r' '\n' <log | sed 's/\x1b\[K//g' | grep '%' | tail -n 1 >last
end
check "with a shorter bar" grep -q '^chain \[[# ]\{5,24\}\] *[0-9]* %' last
check "in one line" test "$(awk '{ print length($0) }' last)" -le 43
columns=44
begin "$long narrow.tsv"
check "a narrow window" wait_until "$session" drawn '^chain .*%  '
end
check "is not wrapped" test "$(widest '%')" -le 43
columns=12
begin "$long tiny.tsv"
check "a tiny window" wait_until "$session" drawn '^chain .*%'
end
check "is not wrapped either" test "$(widest '%')" -le 11
columns=100
begin "env COLUMNS=30 $long forced.tsv"
check "COLUMNS" wait_until "$session" drawn '^chain .*%'
end
check "comes first" test "$(widest '%')" -le 29

# ---- plot --watch ----
# A run whose progress blocks at a full pipe has begun and does not end. Its first tenth is more
# than the eight repeats that run side by side, whose rows come together.
if command -v gnuplot >/dev/null; then
    "$alignode" chain first --set run.time=2 --set run.repeats=400 --set problem.inputs=50 -o done.tsv --quiet
    rows() { grep -c '^[0-9]' "$1"; }
    shut_gate
    "$alignode" chain first --set run.time=2 --set run.repeats=400 --set problem.inputs=50 -j 1 -o run.tsv 2>gate &
    run=$!
    has_rows() { test "$(rows run.tsv.part)" -gt 100; }
    check "a run that has begun" wait_until "$run" has_rows
    "$alignode" plot --watch run.tsv.part -o watched.svg 2>watch.log &
    watch=$!
    check "is drawn" wait_until "$watch" test -s watched.svg
    cp watched.svg early.svg
    check "and watched" kill -0 "$watch"
    open_gate >/dev/null
    exec 3>&-
    cat gate >/dev/null &
    check "it ends" wait "$run"
    check "and so does the watch" wait "$watch"
    check "with the figure of the whole" sh -c "! cmp -s early.svg watched.svg && '$alignode' plot run.tsv -o whole.svg && cmp watched.svg whole.svg"
    check "whose name is printed" grep -q "wrote watched.svg" watch.log
    check "a finished result is drawn once" exits 0 "wrote done.png" "$alignode" plot --watch done.tsv
    check "nothing to watch" exits 2 "nothere.tsv.part: is not there" "$alignode" plot --watch nothere.tsv.part
    check "no figure of that name" exits 2 "curves" "$alignode" plot --watch done.tsv --figure curvs -o x.svg
    check "results only" exits 2 "--watch" "$alignode" plot --watch --run first
    cp run.tsv stale.tsv.part
    "$alignode" plot --watch stale.tsv.part --ascii >ascii.log 2>&1 &
    watch=$!
    check "a stopped run" wait_until "$watch" grep -q . ascii.log
    kill -INT "$watch"
    wait "$watch"
    check "is watched until the user stops" test $? -eq 130
fi

echo "$checks checks, $failed failed"
[ "$failed" -eq 0 ]

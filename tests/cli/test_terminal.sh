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

echo "$checks checks, $failed failed"
[ "$failed" -eq 0 ]

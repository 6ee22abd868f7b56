#!/bin/sh
# The page of claims: one that passes, one that cannot be run, and mistakes, which are reported before any work.
# usage: test_report.sh ALIGNODE [deep]
set -u
. "$(dirname "$(realpath "$0")")/checks.sh"
alignode=$(realpath "$1")
cd "$work" || exit 1
mkdir runs
runs='--runs runs'

# same_page A B: equal but for the times
same_page() {
    sed 's/| [0-9.e-]* s |$//' "$1" >a.md
    sed 's/| [0-9.e-]* s |$//' "$2" >b.md
    cmp a.md b.md
}

check 'a claim that passes' exits 0 '' "$alignode" report S8 $runs -o page.md
check 'its row' grep -q '^| \[S8\](#s8) | plateaus .* | passed | \([0-9]*\) of \1 | 0 | quick | 20[0-9-]*, [0-9.]* | [0-9.]* s |$' page.md
check 'its line' grep -q '^| K = 2 .* residual of the plateau | [0-9.e-]* | 0 ... 1e-12 | pass |$' page.md
check 'a bar in a cell' grep -q 'growth of \\|R11-R12\\| / lambda' page.md
check 'the sum' grep -qx '1 passed, 0 failed, 0 skipped' page.md
check 'progress' grep -q '^report: S8 passed, ' stderr.log

# Stopped by the user: finished claims are kept. The full form of S9 takes minutes, that of S4 is short.
"$alignode" report full S4 S9 -o stopped.md 2>stopped.log &
pid=$!
check 'the first claim is done' wait_until $pid grep -q '^report: S4 passed' stopped.log
kill -TERM $pid
wait $pid
check 'exit 130' test $? -eq 130
check 'the page says so' grep -q 'Stopped by the user' stopped.md
check 'it has the finished claims' grep -q '^| \[S4\](#s4) .* | passed |' stopped.md
check 'and the unfinished ones' sh -c "test \$(grep -c '| stopped | | | | | |$' stopped.md) -eq 1"
check 'no lines of that' sh -c "! grep -q '^## S9' stopped.md"

# Stopped within the integrals of S1, which take tens of seconds of processor time, most of it after the first.
# used PID: of a process and its threads; ended: of all children that were waited for, in clock ticks
used() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
ended() { awk '{ print $16 + $17 }' "/proc/$$/stat"; }
works() { [ "$(used "$1")" -ge "$(getconf CLK_TCK)" ]; }
before=$(ended)
"$alignode" report quick S1 -o integrals.md 2>integrals.log &
pid=$!
check 'the integrals are being computed' wait_until $pid works $pid
spent=$(used $pid)
kill -TERM $pid
wait $pid
check 'exit 130' test $? -eq 130
check 'soon: within three seconds of processor time' test $(($(ended) - before - spent)) -lt $((3 * $(getconf CLK_TCK)))
check 'without lines' sh -c "! grep -q '^## S1' integrals.md"

# The results of the study cannot be written: every line is an error.
TMPDIR=$work/nowhere
export TMPDIR
check 'a claim that fails' exits 3 '^report: S5 FAILED' "$alignode" report quick S5 $runs -o bad.md
check 'its row' grep -q '^| \[S5\](#s5) | .* | \*\*FAILED\*\* | 0 of ' bad.md
check 'its lines' grep -q '| cannot create a temporary file | \*\*error\*\* |$' bad.md
check 'to standard output' exits 3 '' "$alignode" report S5 $runs --quiet
cp stdout.log bad2.md
check 'the same page, but for its times' same_page bad.md bad2.md
check 'quiet' test ! -s stderr.log
unset TMPDIR

# Kept claims: read back, not measured again.
check 'a claim is kept' test -s runs/S8.quick.tsv
check 'with the program' grep -q '^# program: [0-9a-f]\{12\}$' runs/S8.quick.tsv
check 'and its checksum' grep -q '^#crc32 ' runs/S8.quick.tsv
check 'one with an error is not' test ! -e runs/S5.quick.tsv
inode=$(stat -c %i runs/S8.quick.tsv)
check 'read back' exits 0 '^report: S8 passed, .* (kept)$' "$alignode" report S8 $runs -o again.md
check 'the same page' cmp page.md again.md
check 'not written again' test "$(stat -c %i runs/S8.quick.tsv)" = "$inode"
check 'the full form' exits 0 '^report: S4 passed' "$alignode" report full S4 $runs -o full.md
check 'is kept as that' test -s runs/S4.full.tsv
check 'and shown where no form is named' "$alignode" report S4 S8 $runs -o known.md
check 'in full' grep -q '^| \[S4\].* | passed | .* | full | 20' known.md
check 'else quick' grep -q '^| \[S8\].* | passed | .* | quick | 20' known.md
check 'the lines are the same' sh -c "sed -n '/^## S4/,\$p' full.md >a.md; sed -n '/^## S4/,/^## S8/p' known.md |
    sed '\$d' | sed '\$d' >b.md; test -s a.md && cmp a.md b.md"

# That of another program is shown as that, and measured again when asked for.
sed -i 's/^# program: .*/# program: 0123456789ab/; s/^# measured: .*/# measured: "2020-02-20T20:20:20Z"/' runs/S4.full.tsv
reseal runs/S4.full.tsv
check 'of another program' "$alignode" report S4 $runs -o other.md
check 'says so' grep -q '| full | 2020-02-20, [0-9.]*, another program or other files |' other.md
check 'measured again' exits 0 'S4 passed, .* skipped$' "$alignode" report full S4 $runs -o other.md
check 'and kept' sh -c "! grep -q 0123456789ab runs/S4.full.tsv"

# A kept claim that fails is shown failing.
sed -i 's/^\(judged\t[^\t]*\)\t[^\t]*/\1\t1e300/' runs/S4.full.tsv
reseal runs/S4.full.tsv
check 'one that failed' exits 3 'S4 FAILED, 0 of .*(kept)' "$alignode" report S4 $runs -o other.md
check 'is shown failing' grep -q '^| \[S4\].* | \*\*FAILED\*\* | 0 of ' other.md

# What is damaged, or something else, is refused before any work.
sed -i 's/1e300/2e300/' runs/S4.full.tsv
rm other.md
check 'damaged' exits 2 'runs/S4.full.tsv:.*checksum does not match' "$alignode" report S8 S4 $runs -o other.md
check 'no page' test ! -e other.md
cp runs/S8.quick.tsv runs/S4.full.tsv
check 'another claim' exits 2 'runs/S4.full.tsv: is not the kept claim S4' "$alignode" report full S4 $runs -o other.md
echo text >runs/S4.full.tsv
check 'something else' exits 2 'runs/S4.full.tsv:1' "$alignode" report full S4 $runs -o other.md

# Published runs, and what is only read.
check 'a claim without published runs' exits 2 'claim S8 has no published form' "$alignode" report published S8
check 'what is kept where?' exits 2 '^--kept needs --runs FOLDER' "$alignode" report S8 --kept
if [ -n "${2-}" ]; then
    check 'none is trained' exits 0 '^report: D9 skipped, 0 of 0 lines pass, 4 skipped$' "$alignode" report published D9 --kept $runs -o none.md
    check 'it says so' grep -q '^| mnist28-fa | | not run: no finished result of these parameters | skipped |$' none.md
    check 'the claim is not kept' test ! -e runs/D9.published.tsv
    check 'networks are trained' exits 0 '^report: E3 passed, ' "$alignode" report quick E3 $runs -o trained.md
    rm runs/E3.quick.tsv
    check 'and read' exits 0 '^report: E3 passed, .* skipped$' "$alignode" report quick E3 --kept $runs -o kept.md
    check 'to the same page' same_page trained.md kept.md
    sed -i 's/^# title: .*/# title: "another"/' runs/one-basin-bp-quick.tsv
    reseal runs/one-basin-bp-quick.tsv
    rm runs/E3.quick.tsv
    check 'but for other parameters' exits 0 '^report: E3 skipped, 0 of 0 lines pass, 1 skipped$' "$alignode" report quick E3 --kept $runs -o none.md
fi

check 'an unknown claim' exits 2 "unknown claim 'S55'; did you mean S5?" "$alignode" report S55
check 'no such folder' exits 2 'nowhere/page.md' "$alignode" report S8 -o nowhere/page.md
check 'no such runs' exits 2 'nowhere' "$alignode" report S8 --runs nowhere -o other.md
check 'no page then' test ! -e other.md
check 'nor a partial one' test ! -e other.md.part

echo "$checks checks, $failed failed"
[ $failed -eq 0 ]

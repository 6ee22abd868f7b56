#!/bin/sh
# The page of claims: one that passes, one that cannot be run, and mistakes, which are reported before any work.
# usage: test_report.sh ALIGNODE [deep]
set -u
. "$(dirname "$(realpath "$0")")/checks.sh"
alignode=$(realpath "$1")
cd "$work" || exit 1
mkdir runs
runs=${2:+--runs runs} # without deep networks there are none

check 'a claim that passes' exits 0 '' "$alignode" report S8 $runs -o page.md
check 'its row' grep -q '^| \[S8\](#s8) | plateaus .* | passed | \([0-9]*\) of \1 | 0 |$' page.md
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
check 'and the unfinished ones' sh -c "test \$(grep -c '| stopped | | |$' stopped.md) -eq 1"
check 'no lines of that' sh -c "! grep -q '^## S9' stopped.md"

# The results of the study cannot be written: every line is an error.
TMPDIR=$work/nowhere
export TMPDIR
check 'a claim that fails' exits 3 '^report: S5 FAILED' "$alignode" report quick S5 $runs -o bad.md
check 'its row' grep -q '^| \[S5\](#s5) | .* | FAILED | 0 of ' bad.md
check 'its lines' grep -q '| cannot create a temporary file | \*\*error\*\* |$' bad.md
check 'to standard output' exits 3 '' "$alignode" report S5 $runs --quiet
check 'the same page' cmp bad.md stdout.log
check 'quiet' test ! -s stderr.log
unset TMPDIR

check 'an unknown claim' exits 2 "unknown claim 'S55'; did you mean S5?" "$alignode" report S55
check 'no such folder' exits 2 'nowhere/page.md' "$alignode" report S8 -o nowhere/page.md
check 'no such runs' exits 2 'nowhere' "$alignode" report S8 --runs nowhere -o other.md
check 'no page then' test ! -e other.md
check 'nor a partial one' test ! -e other.md.part

echo "$checks checks, $failed failed"
[ $failed -eq 0 ]

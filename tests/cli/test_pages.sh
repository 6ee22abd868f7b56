#!/bin/sh
# The web pages: `gallery`, and `report` with an output that ends in .html. Their looks are checked in Chromium where it
# is installed, by tests/pages/check_pages.sh.
# usage: test_pages.sh ALIGNODE SOURCE [deep]
set -u
. "$(dirname "$(realpath "$0")")/checks.sh"
alignode=$(realpath "$1") source=$2 deep=${3-}
cd "$work" || exit 1
mkdir runs no-data
unset COLUMNS
ALIGNODE_DATA=$work/no-data
export ALIGNODE_DATA

# ---- the gallery ----
check 'two files' exits 0 '^gallery: stability, [0-9.e-]* s$' "$alignode" gallery first stability --runs runs -o gallery.html
check 'their titles' grep -q '<h2>The largest stable learning rate</h2>' gallery.html
check 'their figures, for desks and for phones' test "$(grep -c '<svg role="img"' gallery.html)" -eq 4
check 'their commands' grep -q "^    <span>--set</span> <span>&#39;run.repeats=[0-9]*&#39;</span>" gallery.html
check 'which is quick' grep -q 'Quick form; [0-9.e-]* s' gallery.html
check 'which is not' grep -q 'Full form; [0-9.e-]* s' gallery.html
check 'results are kept' test -s runs/first.quick.ode.tsv -a -s runs/first.quick.sgd.tsv -a -s runs/stability.full.fixedpoint.tsv
check 'and not run again' exits 0 '^gallery: stability (kept)$' "$alignode" gallery stability --runs runs -o gallery.html
check 'a command that it shows, with its settings' grep -qx '<span>alignode</span> <span>plot</span> <span>stability.tsv</span></pre>' gallery.html
if [ -n "$deep" ]; then
    check 'data that are missing' exits 0 '^gallery: deep-mnist: Not run: ' "$alignode" gallery deep-mnist -o missing.html
    check 'are reported' grep -q '<p class="alarm">Not run: .*no-data' missing.html
fi
sed -i 's/fixedpoint.diagram.rate.count/&/; s/^# *count: .*/#         count: 7/' runs/stability.full.fixedpoint.tsv
check 'kept results of other parameters' exits 1 'gallery: stability: Failed: .*runs/stability' "$alignode" gallery stability --runs runs -o gallery.html
check 'are shown as a failure' grep -q '<tr class="bad">.*stability' gallery.html
check 'an unknown file' exits 2 "unknown parameter file 'frist'; did you mean first?" "$alignode" gallery frist -o other.html
check 'no such folder' exits 2 'nowhere' "$alignode" gallery stability --runs nowhere -o other.html
check 'no page then' test ! -e other.html
echo text >other.html
check 'another file is not replaced' exits 2 'other.html: is not a web page' "$alignode" gallery stability -o other.html
check 'unless asked' exits 0 '' "$alignode" gallery stability -o other.html --force

# ---- the report ----
claim=S5
check 'a claim' exits 0 '^report: S5 passed' "$alignode" report quick $claim --runs runs -o report.html
check 'its verdict' grep -q '<h2>S5: <span class="pass">passed</span></h2>' report.html
check 'its source' grep -q '<p class="source">M. Refinetti, S. d&#39;Ascoli' report.html
check 'its figure' grep -q '<svg role="img" class="drawn" aria-label="Degeneracy breaking"' report.html
check 'its numbers as points' grep -q '<circle class="in"' report.html
check 'how to repeat it' grep -qxF '<pre><span>alignode</span> <span>report</span> <span>quick</span> <span>S5</span></pre>' report.html
sed -i 's/^\(judged\t[^\t]*\)\t[^\t]*/\1\t1e300/' runs/S5.quick.tsv
reseal runs/S5.quick.tsv
check 'one that fails' exits 3 'S5 FAILED' "$alignode" report quick S5 ${deep:+C1} --runs runs -o report.html
check 'is at the top' grep -q 'Claims that fail: 1.</strong> <a href="#S5">' report.html
echo text >other.html
check 'another file is not replaced' exits 2 'other.html: is not a web page' "$alignode" report quick $claim --runs runs -o other.html
check 'nothing is loaded' sh -c "! grep -E '<script|<link [^>]*href=\"[^d]|src=|@import|url\\(http' gallery.html report.html"

check 'in a browser' sh -c '"$0" gallery.html report.html --brief; test $? -eq 0 -o $? -eq 77' "$source/tests/pages/check_pages.sh"

echo "$checks checks, $failed failed"
[ $failed -eq 0 ]

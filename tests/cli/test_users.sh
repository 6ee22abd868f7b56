#!/bin/sh
# What the operating system keeps from a user: files that cannot be read, of others, on a failing disk. Root may read
# everything: as root, the program runs as another user.
# usage: test_users.sh ALIGNODE
set -u
. "$(dirname "$(realpath "$0")")/checks.sh"
alignode=$(realpath "$1")
cd "$work" || exit 1

root=
as_user=
if [ "$(id -u)" -eq 0 ]; then
    root=yes
    cp "$alignode" program && alignode=$work/program # where it was built, others may not look
    as_user="setpriv --reuid=65534 --regid=65534 --clear-groups"
    chmod 755 . program
    mkdir user
    chown 65534:65534 user
    $as_user "$alignode" version >/dev/null 2>&1 || { echo "the program cannot run as another user"; exit 77; }
else
    mkdir user
fi
cd user || exit 1

# run WORDS...: the program, as somebody who is not root. $as_user: words or nothing.
run() {
    $as_user "$alignode" "$@"
}

cat >two.yaml <<'YAML'
problem: {inputs: 60}
learning: {rule: dfa, rate: 0.2}
run: {time: 5, repeats: 2, record: {count: 3}}
YAML
{ cat two.yaml && echo "sweep: {run: chain, over: [{key: run.seed, from: 1, to: 3}]}"; } >points.yaml
{ sed 's/, repeats: 2//' two.yaml && echo "sweep: {run: ode, over: [{key: run.seed, from: 1, to: 3}]}"; } >rows.yaml

# ---- finished points that cannot be read are neither missing nor computed again ----
run sweep points.yaml -o points --quiet
point=$(find points -mindepth 2 -name '*.tsv' | sort | head -n 1)
cp "$point" finished
table() { test -e points/collected.tsv; }
rm points/collected.tsv
chmod 000 "$point"
check "a point without permission" exits 1 "^alignode: $point: cannot be read: Permission denied" run sweep points.yaml -o points
check "no table is written" sh -c "! test -e points/collected.tsv"
check "its bytes are asked for as they are" sh -c "test \$(stat -c %a '$point') = 0"
chmod 644 "$point"
check "is as it was" cmp "$point" finished
folder=$(dirname "$point")
chmod 000 "$folder"
check "a folder of points without permission" exits 1 "$point: cannot be read: Permission denied" run sweep points.yaml -o points
chmod 755 "$folder"
check "its point is as it was" cmp "$point" finished
mv "$point" aside
ln -s /proc/self/mem "$point" # a file that opens, and whose reading fails
check "a point on a failing disk" exits 1 "^alignode: $point: cannot be read: Input/output error" run sweep points.yaml -o points
check "no table is written" sh -c "! test -e points/collected.tsv"
check "it is not replaced" test -h "$point"
rm "$point"
mv aside "$point"
check "when it can be read" exits 0 "3 already finished, 0 run" run sweep points.yaml -o points
check "there is a table" table
chmod 000 points/collected.tsv
check "a table without permission" exits 2 "^points/collected.tsv: cannot be opened: Permission denied" run sweep points.yaml -o points

# ---- the same of one table ----
run sweep rows.yaml -o rows --quiet
cp rows/collected.tsv finished
chmod 000 rows/collected.tsv
check "rows without permission" exits 2 "^rows/collected.tsv: cannot be opened: Permission denied" run sweep rows.yaml -o rows
chmod 644 rows/collected.tsv
check "are as they were" cmp rows/collected.tsv finished
rm rows/collected.tsv
ln -s /proc/self/mem rows/collected.tsv
check "rows on a failing disk" exits 1 "^alignode: rows/collected.tsv: cannot be read: Input/output error" run sweep rows.yaml -o rows
check "are not replaced" test -h rows/collected.tsv

# ---- inputs ----
ln -s /proc/self/mem failing.tsv
for words in "chain failing.tsv" "info failing.tsv" "export failing.tsv -o x.csv" "diff failing.tsv two.yaml" "plot failing.tsv -o x.gp"; do
    check "$words" exits 1 "failing.tsv: cannot be read: Input/output error" run $words # words, split
done
run chain two.yaml -o secret.tsv --quiet
cp secret.tsv finished.tsv
chmod 000 secret.tsv
for words in "chain secret.tsv" "info secret.tsv" "chain two.yaml -o secret.tsv" "plot secret.tsv -o x.gp"; do
    check "$words" exits 2 "^secret.tsv: cannot be opened: Permission denied" run $words
done

# ---- outputs ----
mkdir closed
chmod 555 closed
check "a folder without permission" exits 2 "^closed/r.tsv.part: cannot be written: Permission denied" run chain two.yaml -o closed/r.tsv
check "a sweep in it" exits 2 "^closed/s: cannot create this folder: Permission denied" run sweep points.yaml -o closed/s
ln -s nowhere link.tsv.part
check "a symbolic link at PATH.part" exits 2 "^link.tsv.part: cannot be written: it is a symbolic link" run chain two.yaml -o link.tsv
check "nothing was written through it" sh -c "! test -e nowhere && test -h link.tsv.part"
ln -s middle.tsv first.tsv
mkdir away && chmod 777 away
ln -s away/last.tsv middle.tsv
check "links to a file that is not there yet" run chain two.yaml -o first.tsv --quiet
check "are written through" sh -c "cmp away/last.tsv finished.tsv && test -h first.tsv && test -h middle.tsv"
ln -s round.tsv circle.tsv
ln -s circle.tsv round.tsv
check "links in a circle" exits 2 "^circle.tsv: cannot be examined: Too many levels" run chain two.yaml -o circle.tsv
check "as an input" exits 2 "^circle.tsv: cannot be opened: Too many levels" run chain circle.tsv
ln -s circle circle
check "without an ending" exits 2 "^circle: cannot be opened: Too many levels" run chain circle
check "a figure there" exits 2 "^circle.svg: cannot be written: Too many levels" sh -c "ln -s circle.svg circle.svg; $as_user '$alignode' plot finished.tsv -o circle.svg"
long=$(printf '%0250d' 0).tsv
check "a name that is too long" exits 2 "cannot be examined: File name too long" run chain two.yaml -o "$long"
if [ -n "$root" ]; then
    run chain two.yaml -o mine.tsv --quiet
    awk '/^$/ { exit } { print }' mine.tsv >other.tsv.part # of root, who may have begun it
    chmod 666 other.tsv.part
    cp other.tsv.part begun
    check "another user's PATH.part" exits 2 "^other.tsv.part: cannot be written: it belongs to another user" run chain two.yaml -o other.tsv
    check "with --resume" exits 2 "it belongs to another user" run chain two.yaml -o other.tsv --resume
    check "is as it was" cmp other.tsv.part begun
    cp mine.tsv theirs.tsv
    check "another user's result" exits 0 "already there" run chain two.yaml -o theirs.tsv
fi

echo "$checks checks, $failed failed"
[ $failed -eq 0 ]

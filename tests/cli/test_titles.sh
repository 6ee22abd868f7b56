#!/bin/sh
# A title is a claim: every file of params/ and every caption of README.md is listed in validation/titles.tsv with
# what shows it, and validation/claims.md has every claim.
# usage: test_titles.sh ALIGNODE VALIDATE SOURCE [deep]
set -u
. "$(dirname "$(realpath "$0")")/checks.sh"
alignode=$(realpath "$1")
validate=$(realpath "$2")
source=$(realpath "$3")
deep=${4-}
titles=$source/validation/titles.tsv
page=$source/validation/claims.md
cd "$work" || exit 1
ln -s "$source/params" "$source/README.md" .

# The claims, from the usage: "  S1   closed forms ...".
"$validate" nosuch 2>"$work/usage.log"
sed -n 's/^  \([A-Z][0-9]*\)  *\(.*\)$/\1	\2/p' "$work/usage.log" >"$work/claims"
check 'there are claims' test -s "$work/claims"

# has FILE TITLE: a row of both.
has() {
    awk -F'\t' -v file="$1" -v title="$2" '$1 == file && $2 == title { found = 1 } END { exit !found }' "$titles"
}

# ---- each title and caption has a row, each row a title or caption ----
for file in params/*.yaml; do
    check "$file: its title has a row in validation/titles.tsv" has "$file" "$(sed -n 's/^title: //p' "$file")"
done
grep -o '!\[[^]]*\]' README.md | sed 's/^!\[//; s/\]$//' >"$work/captions"
while IFS= read -r caption; do
    check "README.md: '$caption' has a row in validation/titles.tsv" has README.md "$caption"
done <"$work/captions"

# said FILE TITLE: the file still says so.
said() {
    grep -qxF -e "title: $2" "$1" || grep -qF -e "![$2]" "$1"
}

# known CLAIM...: claims of the table; without deep networks only those of two layers are.
known() {
    for claim; do
        [ "$claim" = describes ] || grep -q "^$claim	" "$work/claims" || { [ -z "$deep" ] && expr "$claim" : '[CD]' >/dev/null; } ||
            { echo "no claim $claim"; return 1; }
    done
}

# modest TITLE COMMAND: strong words need a command that shows them.
modest() {
    [ "$2" != - ] || ! echo "$1" | grep -qiwE 'perfect|perfectly|always|never|exact|exactly|all|every|if and only if'
}

# Numbers that an expectation judges, one a line.
numbers_last() {
    awk -F'\t' -v name="$1" '/^#/ || NF < 2 { next } !column { blocks = $1 != "t"; for (i = 1; i <= NF; i++) if ($i == name) column = i; next }
        { last[blocks ? $1 : 0] = $column } END { for (block in last) print last[block] }' "$work/result.tsv"
}
numbers_note() {
    awk -v word="$1" '!/^# / { next } $2 == word { count++; next }
        { for (i = 2; i < NF; i++) if ($i == word) sum += $(i + 1) } END { print sum + count }' "$work/result.tsv"
}

# gives EXPECTATION COMMAND...: runs alignode and judges what it gives.
gives() {
    expectation=$1
    shift
    "$alignode" "$@" --quiet -o "$work/result.tsv" --force || return 1
    set -- $expectation
    [ "$1" != agree ] || return 0
    numbers_"$1" "$2" | tee "$work/numbers"
    awk -v low="$3" -v high="$4" '!($1 + 0 >= low && $1 + 0 <= high) { bad = 1 } END { exit bad || NR == 0 }' "$work/numbers"
}

grep -v '^#' "$titles" >"$work/rows"
while IFS='	' read -r file title claims command expectation; do
    check "$file says '$title'" said "$file" "$title"
    check "$file: what shows '$title'" known $claims
    check "'$title' is shown by a command" modest "$title" "$command"
    case $command in
    -) ;;
    train*) [ -z "$deep" ] || eval "check '$file' gives '$expectation' $command" ;;
    *) eval "check '$file' gives '$expectation' $command" ;;
    esac
done <"$work/rows"

# ---- the state of all claims ----
while IFS='	' read -r claim doc; do
    check "claims.md has $claim and its verdict" grep -qE "^\| \[$claim\]\(#[a-z0-9]*\) \| .* \| (passed|\*\*FAILED\*\*|skipped) \|" "$page"
    check "claims.md: what $claim says" grep -qF -e "$doc" "$page"
done <"$work/claims"
check "claims.md says which are in full" grep -qE "\| (full|quick) \| [0-9]{4}-" "$page"

# ---- the state of published runs: the page is what the tables of means give, README.md says what the page says ----
# The page without what the day and the machine decide: lines of the summary, and D8, whose numbers are rounding errors.
judged() {
    sed '/^## D8$/,/^## D9$/d; /^| \[D/d' "$1"
}
same_page() {
    judged "$source/validation/published.md" >"$work/page.kept"
    judged "$work/published.md" | cmp - "$work/page.kept"
}
if [ -n "$deep" ]; then
    check 'published.md is what validation/published gives' eval '{ "$alignode" report published --quiet --kept \
        --runs "$source/validation/published" -o "$work/published.md" || [ $? -eq 3 ]; } && same_page'
fi

# README.md
published() {
    sed -n "/^## $1\$/,/^## /p" "$source/validation/published.md" | grep -q 'no finished result' && some=' so far' || some=
    awk -F' *[|] *' -v claim="$1" -v some="$some" -v page="$source/validation/published.md" '
        BEGIN { word["passed"] = "reproduced" some; word["**FAILED**"] = "not reproduced"; word["skipped"] = "not run" }
        FILENAME == page { if ($2 ~ "^\\[" claim "\\]") { state = word[$4]; lines = $5; found++ } next }
        $2 ~ "^\\[" claim "\\]" { found++; same = $4 == state && $5 == lines }
        END { exit !(found == 2 && same && state != "") }' "$source/validation/published.md" README.md
}
for claim in D2 D3 D4 D5 D6 D7 D8 D9; do
    check "README.md: the state of $claim as in published.md" published $claim
done

echo "$checks checks, $failed failed"
[ $failed -eq 0 ]

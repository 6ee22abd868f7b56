#!/usr/bin/env bash
# Usage: choices.sh ALIGNODE CHECK_PICTURE
#
# Pictures of what a user may ask for: logarithmic axes over a part of a decade, one decade and several, whose tics must
# be at their numbers; a distribution of few runs, whose highest bar must end below the key; shares of runs in a map; numbers that differ in a late digit only.
set -uo pipefail
alignode=$(realpath "$1") check_picture=$(realpath "$2")
here=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
export ALIGNODE_PLOTS=${ALIGNODE_PLOTS-$here/../../../plots} # not the installed scripts
. "$here/../../cli/checks.sh"
cd "$work" || exit 2
params=$here/../../../params

"$alignode" ode "$params/first.yaml" --set run.time=100 -o first.tsv --quiet || exit 1
"$alignode" study "$params/escape.yaml" --set escape.runs=7 -o escape.tsv --quiet || exit 1
"$alignode" sweep "$params/first.yaml" --set sweep.run=ode --set run.time=100 --set ode.events.plateau_left=true \
    --over learning.rate=0.4:1:3:log --over problem.noise=0:0.2:2 --over run.seed=1:3 -o rates --quiet || exit 1

# well_drawn SETTING... -- RESULT OPTION...
well_drawn() {
    local settings=()
    while [ "$1" != -- ]; do settings+=(--set "figure.$1"); shift; done
    shift
    "$alignode" plot "$@" "${settings[@]}" -o drawn.svg --force --quiet && "$check_picture" drawn.svg
}

for ranges in '[0.3, 0.9] [0.2, 0.31]' '[2, 30] [0.0051, 0.372]' '[0.4, 90] [0.015, 0.05]'; do
    x=${ranges%]*[*}']' y='['${ranges##*[}
    check "error over time, $ranges" well_drawn log=xy "xrange=$x" "yrange=$y" -- first.tsv
    check "a column, $ranges" well_drawn log=xy "xrange=$x" "yrange=$y" -- first.tsv --column eg
done
check 'a sweep, over less than a decade' well_drawn style=talk log=xy 'yrange=[0.0051, 0.372]' -- rates --column eg
check 'escape times of seven runs' well_drawn style=talk -- escape.tsv
check 'shares of runs in a map' well_drawn style=screen -- rates --figure map --column plateau_left_t --over rate,noise


# The range of one column over its numbers, which are near `base`, is about a tenth of `spread`.
"$alignode" chain "$params/first.yaml" --set run.time=10 --set run.record.count=3 --set run.repeats=7 -o few.tsv --quiet || exit 1
for base in 0.3128 0.0005 -0.97 1234 3e7 -2e-8; do
    for spread in 0.1 1e-3 1e-5 1e-7; do
        near="$base*(1+$spread*eg)"
        check "a distribution of $near" well_drawn style=column -- few.tsv --figure histogram --column "$near"
        check "the same, cumulative" well_drawn style=screen -- few.tsv --figure cdf --column "$near"
        check "$near over time" well_drawn style=column -- few.tsv --column "$near" --over t
        check "error over $near" well_drawn style=screen -- few.tsv --column eg --over "$near"
    done
done

echo "$checks checks, $failed failed"
[ "$checks" -gt 0 ] && [ $failed -eq 0 ]

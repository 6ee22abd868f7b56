#!/usr/bin/env bash
# Usage: pictures.sh ALIGNODE CHECK_PICTURE [sample | NAME...]
#
# Runs the files of params/ (all, or those named, such as "first"), shortened, draws every figure that
# their results can be drawn as, in every style, and checks each picture for faults of layout.
# "sample" checks one file for each figure, drawn in the first style from what the file is for; in the
# others only `first`, from all engines together.
# Files that need MNIST or CIFAR-10 are skipped, and reported as skipped, where ALIGNODE_DATA is not set.
# A file that does not run is a fault, too.
# PICTURES=FOLDER keeps results and pictures there; results that are already there are not run again.
set -uo pipefail
alignode=$(realpath "$1") check=$(realpath "$2")
shift 2
here=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
params=$(realpath "$here/../../../params")
. "$here/../../house/shorts.sh"
export ALIGNODE_PLOTS=${ALIGNODE_PLOTS-$here/../../../plots} # not the installed scripts
work=${PICTURES-}
[ -n "$work" ] || { work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; }
mkdir -p "$work/results"
work=$(realpath "$work")
cd "$work/results" || exit 2
jobs=$(nproc) skipped=0

# The figures whose unmarked lines are theory.
smooth=' alignment learning overlaps '
# One file for each figure.
sample=(first degeneracy plearn plateau stability sweep-noise targets-map deep-one-output)

wanted=("$@") all=true
[ "${1-}" != sample ] || { wanted=("${sample[@]}"); all=false; }
names=()
for path in "$params"/*.yaml; do
    name=$(basename "$path" .yaml)
    [ $# -eq 0 ] || case " ${wanted[*]} " in *" $name "*) ;; *) continue ;; esac
    if grep -qE '^data: \{name: (mnist|cifar10)' "$path" && [ -z "${ALIGNODE_DATA-}" ]; then
        echo "$name: skipped, ALIGNODE_DATA is not set"
        skipped=$((skipped + 1))
        continue
    fi
    names+=("$name")
done

# What is run of a file.
commands() {
    if $all || [ "$1" = first ]; then commands_of "$1"; else commands_of "$1" | head -n 1; fi
}

# in_parallel COMMAND...: no more than $jobs at once
in_parallel() {
    while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do wait -n; done
    "$@" &
}

# ---- results: NAME.COMMAND.tsv or NAME.sweep ----

run() {
    local name=$1 command=$2 out=$1.$2.tsv setting settings options=()
    [ "$command" != sweep ] || out=$name.sweep
    [ ! -e "$out" ] || return 0
    rm -f "$name.$command.refused"
    mapfile -t settings < <(short_of "$name")
    for setting in "${settings[@]}"; do options+=(--set "$setting"); done
    "$alignode" "$command" "$params/$name.yaml" -o "$out" --quiet -j 1 "${options[@]}" \
        2>"$name.$command.messages"
    case $? in
    0 | 3) ;;
    *) { echo "$name: alignode $command does not run:" && cat "$name.$command.messages"; } | tee "$name.$command.refused" ;;
    esac
}
for name in "${names[@]}"; do
    for command in $(commands "$name"); do in_parallel run "$name" "$command"; done
done
wait
faulty=$(find . -name '*.refused' | wc -l)

# ---- pictures: STYLE/NAME.COMMAND.FIGURE.svg, drawn from one result, or from all engines together ----

# The styles that the program knows.
styles() {
    "$alignode" list styles | awk '{ print $1 }'
}

# draw STYLE NAME FIGURE RESULT...: what cannot be drawn as this figure is left out.
draw() {
    local style=$1 name=$2 figure=$3 picture=../$1/$2.$3.svg theory=() status
    shift 3
    "$alignode" plot "$@" --figure "$figure" -o "$picture" --force --quiet --set "figure.style=$style" \
        2>"$picture.messages"
    status=$?
    [ $status -ne 2 ] || { rm -f "$picture.messages"; return 0; }
    if [ $status -ne 0 ]; then
        { echo "$style/$name.$figure:" && cat "$picture.messages"; } >"$picture.faults"
        return
    fi
    case $smooth in *" $figure "*) theory=(--theory) ;; esac
    "$check" "${theory[@]}" "$picture" >"$picture.faults" 2>&1 && rm -f "$picture.faults"
}

figures=$("$alignode" list figures | awk '{ print $1 }')
draw_all() {
    local style=$1 name command figure result engines
    for name in "${names[@]}"; do
        engines=()
        for command in $(commands "$name"); do
            result=$name.$command.tsv
            [ "$command" != sweep ] || result=$name.sweep/collected.tsv
            [ -e "$result" ] || continue
            case $command in ode | chain | sgd) engines+=("$result") ;; esac
            ! $singly || for figure in $figures; do in_parallel draw "$style" "$name.$command" "$figure" "$result"; done
            result=$name.$command.similarity.tsv
            [ ! -e "$result" ] || in_parallel draw "$style" "$name.$command" similarity "$result"
        done
        [ ${#engines[@]} -lt 2 ] || for figure in $smooth; do
            in_parallel draw "$style" "$name.all" "$figure" "${engines[@]}"
        done
    done
    wait
}

pictures=0 singly=true
for style in $(styles); do
    rm -rf "$work/$style"
    mkdir "$work/$style"
    draw_all "$style"
    $all || { names=(first); singly=false; }
    count=$(find "$work/$style" -name '*.svg' | wc -l)
    bad=$(find "$work/$style" -name '*.faults' | wc -l)
    find "$work/$style" -name '*.faults' -exec cat {} + | sed "s|^\.\./||" | sort
    echo "style $style: $count pictures, $bad with faults"
    pictures=$((pictures + count)) faulty=$((faulty + bad))
    # What can be drawn does not depend on the style.
    expected=${expected-$count}
    if [ "$count" -eq 0 ] || { $all && [ "$count" -ne "$expected" ]; }; then
        echo "style $style: $count pictures, not $expected"
        faulty=$((faulty + 1))
    fi
done
echo "$((pictures > faulty ? pictures - faulty : 0)) passed, $faulty failed, $skipped skipped"
[ $faulty -eq 0 ] && [ $pictures -gt 0 ]

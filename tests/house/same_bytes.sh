#!/usr/bin/env bash
# Usage: same_bytes.sh OLD NEW [--figures] [NAME...]
#
# Checks that a change of the code leaves the results unchanged: makes short runs of the parameter
# files in params/ (all, or those named, such as "first") with two programs, and compares every byte
# of every result, weights and exit statuses included; with --figures also the figures that each
# draws from them. Messages may differ.
# OLD and NEW are two builds of alignode. Parameter files that need MNIST or CIFAR-10 are skipped,
# and reported as skipped, where ALIGNODE_DATA is not set.
#
#   git worktree add /tmp/old REVISION && (cd /tmp/old && ./setup.sh)
#   tests/house/same_bytes.sh /tmp/old/build/src/cli/alignode build/src/cli/alignode
set -uo pipefail
old=$(realpath "$1") new=$(realpath "$2")
shift 2
figures=false
[ "${1-}" != --figures ] || { figures=true; shift; }
house=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
params=$(realpath "$house/../../params")
. "$house/shorts.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/old" "$work/new"
files=0 results=0 different=0 skipped=0 refused=0

# run PROGRAM FOLDER NAME COMMAND SETTING...: leaves NAME.COMMAND.* in FOLDER
run() {
    local program=$1 folder=$2 name=$3 command=$4 setting out options=()
    shift 4
    for setting in "$@"; do options+=(--set "$setting"); done
    out=$name.$command.tsv
    [ "$command" != sweep ] || out=$name.sweep
    (
        cd "$folder" || exit
        "$program" "$command" "$params/$name.yaml" -o "$out" --quiet -j 2 "${options[@]}" \
            2>"$folder.messages"
        echo "exit $?" >"$name.$command.exit"
        [ "$command" != sweep ] || out=$out/collected.tsv
        ! $figures || [ ! -e "$out" ] ||
            "$program" plot "$out" -o "$name.$command.png" >>"$folder.messages" 2>&1
    )
}

for path in "$params"/*.yaml; do
    name=$(basename "$path" .yaml)
    [ $# -eq 0 ] || case " $* " in *" $name "*) ;; *) continue ;; esac
    if grep -qE '^data: \{name: (mnist|cifar10)' "$path" && [ -z "${ALIGNODE_DATA-}" ]; then
        echo "$name: skipped, ALIGNODE_DATA is not set"
        skipped=$((skipped + 1))
        continue
    fi
    files=$((files + 1))
    mapfile -t settings < <(short_of "$name")
    for command in $(commands_of "$name"); do
        run "$old" "$work/old" "$name" "$command" "${settings[@]}" &
        run "$new" "$work/new" "$name" "$command" "${settings[@]}"
        wait
        if ! grep -qE '^exit [03]$' "$work/old/$name.$command.exit"; then
            echo "$name: alignode $command does not run:"
            cat "$work/old.messages"
            refused=$((refused + 1))
        fi
    done
done

results=$(find "$work/old" -type f | wc -l)
different=$(diff -rq "$work/old" "$work/new" | tee /dev/stderr | wc -l)
echo "$files parameter files, $results files compared, $different different, $refused do not run, $skipped skipped"
[ "$different" -eq 0 ] && [ "$refused" -eq 0 ] && [ "$results" -gt 0 ]

#!/bin/sh
# Runs every fuzz target for SECONDS; prints "N passed, N failed, 0 skipped". New inputs and crashing
# ones are written to FOLDER, never to the repository.
# usage: run.sh ROOT BUILD_FOLDER SECONDS FOLDER
set -u
root=$(realpath "$1")
build=$(realpath "$2")
seconds=$3
mkdir -p "$4" && folder=$(realpath "$4") || exit 1
cd "$folder" || exit 1
# Scratch files in memory if possible.
TMPDIR=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d) || exit 1
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
own=$root/tests/fuzz
passed=0
failed=0

fuzz() {
    name=$1
    shift
    mkdir -p "corpus-$name"
    echo "fuzz_$name, $seconds s"
    if "$build/tests/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
        -seed=1 -print_final_stats=1 -artifact_prefix="$folder/$name-" "corpus-$name" "$@" \
        >"$name.log" 2>&1 </dev/null; then
        passed=$((passed + 1))
        grep -E 'number_of_executed_units|average_exec' "$name.log"
    else
        failed=$((failed + 1))
        tail -n 40 "$name.log"
    fi
}

export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
export LSAN_OPTIONS="suppressions=$own/lsan.supp:print_suppressions=0"
fuzz params -dict="$own/yaml.dict" -max_len=4096 "$root/params" "$root/tests/malformed"
fuzz set -dict="$own/yaml.dict" -max_len=512 "$own/set"
fuzz table -dict="$own/table.dict" -max_len=4096 "$own/table" "$root/tests/malformed"
fuzz resume -dict="$own/table.dict" -max_len=512 "$own/table"
if [ -x "$build/tests/fuzz/fuzz_data" ]; then # only with feature deep
    fuzz data -max_len=4096 "$own/data"
    fuzz safetensors -dict="$own/safetensors.dict" -max_len=2048 "$own/safetensors"
    fuzz npz -dict="$own/npz.dict" -max_len=2048 "$own/npz"
fi
echo "$passed passed, $failed failed, 0 skipped"
[ $failed -eq 0 ]

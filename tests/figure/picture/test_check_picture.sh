#!/bin/sh
# The checker of pictures finds the fault of each sample, which its comment says, and nothing else.
# usage: test_check_picture.sh CHECK_PICTURE
set -u
samples=$(realpath "$(dirname "$0")")/samples
checks=0
failed=0
for sample in "$samples"/*.svg; do
    checks=$((checks + 1))
    expected=$(sed -n 's/^<!-- \(.*\) -->$/\1/p' "$sample")
    found=$("$1" --theory "$sample" 2>&1)
    status=$?
    case $expected:$status:$found in
    clean:0:) ;;
    "no picture"*:2:"$sample: $expected") ;;
    clean:*) false ;;
    *:1:"$sample: $expected"*) [ "$(printf '%s\n' "$found" | wc -l)" -eq 1 ] ;;
    *) false ;;
    esac || {
        failed=$((failed + 1))
        printf '%s: exit status %s, expected: %s; found:\n%s\n' "$sample" $status "$expected" "$found"
    }
done
# Without --theory a corner is none.
"$1" "$samples/corner.svg" || failed=$((failed + 1))
echo "$checks samples, $failed failed"
[ $failed -eq 0 ] && [ $checks -gt 0 ]

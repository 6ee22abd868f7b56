# Usage: circles.sh NM BUILD. No cycles between files: if the functions of one file call those of
# another, directly or not, those never call back. Computed from the symbols of the objects in the
# build folder. Includes do not show it: a header may be included for its types alone, and one
# header may serve several files.
set -u
nm=$1
cd "$2" || exit 1

objects=$(find . -name '*.o' -path '*.p/*' ! -path './tests/*' | sed 's,^\./,,')
[ "$(echo "$objects" | wc -l)" -gt 50 ] || {
    echo "only these objects in $2: $objects"
    exit 77
}
# "FILE FILE" for each pair of which the first calls the second.
pairs=$("$nm" -A -P $objects | awk '
    function file(path) { # libalignode.a.p/src_base_text.c.o -> src_base_text.c
        sub(/:$/, "", path)
        sub(/\.o$/, "", path)
        sub(/^libalignode[^\/]*\.p\//, "", path)
        sub(/[^\/]*\.p\//, "", path)
        return path
    }
    $3 == "U" { user[++n] = file($1); used[n] = $2 }
    $3 ~ /^[BDRTV]$/ { home[$2] = file($1) }
    END {
        for (i = 1; i <= n; i++) {
            to = home[used[i]]
            if (to == "" || to == user[i] || seen[user[i], to]++)
                continue
            print user[i], to
        }
    }')
[ "$(echo "$pairs" | wc -l)" -gt 50 ] || {
    echo "nm finds hardly any calls between objects: $pairs"
    exit 77
}
circles=$(echo "$pairs" | tsort 2>&1 >/dev/null)
[ -z "$circles" ] || {
    echo "cycles between files:"
    echo "$circles"
    exit 1
}
echo "$(echo "$pairs" | wc -l) pairs of files, with calls in one direction only"

# Usage: version.sh ROOT BUILD PROGRAM VERSION. The version is set in meson.build; every copy agrees
# with it, and no source contains it.
set -u
root=$1 build=$2 program=$3 version=$4
bad=0

same() {
    [ "$2" = "$version" ] && return
    echo "$1 has version '$2', meson.build has $version"
    bad=1
}

same CITATION.cff "$(sed -n 's/^version: *//p' "$root/CITATION.cff")"
same python "$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' "$root/python/alignode/_version.py")"
same "$program" "$("$program" version | sed -n 's/^alignode //p')"
same alignode.pc "$(sed -n 's/^Version: *//p' "$build/meson-private/alignode.pc")"
same config.h "$(awk '/^#define ALN_VERSION_(MAJOR|MINOR|PATCH) / { printf "%s%s", dot, $3; dot = "." }' \
    "$build/include/alignode/config.h")"

cd "$root" || exit 1
found=$(grep -rnF "$version" include src --include='*.[ch]' --include='*.in')
[ -z "$found" ] || {
    echo "the version is written in a source: $found"
    bad=1
}
exit $bad

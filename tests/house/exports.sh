# Usage: exports.sh NM LIBRARY ROOT [OMIT.h...]. The shared library exports exactly what the public
# headers declare with ALN_API; every declaration in them has it, and a comment.
# Headers named OMIT are not installed with this library.
set -u
nm=$1 library=$2 root=$3
shift 3
case $library in
*.so*) ;;
*)
    echo "not a shared library: $library"
    exit 77
    ;;
esac
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

set -- $(for header in "$root"/include/alignode/*.h; do
    case " $* " in
    *" ${header##*/} "*) ;;
    *) echo "$header" ;;
    esac
done)
awk -f "$root/tests/house/declared.awk" "$@" >"$work/declared"
awk '$3 != "yes" { print $1 ": " $2 " is declared without ALN_API"; bad = 1 }
     $4 != "yes" { print $1 ": " $2 " has no comment"; bad = 1 }
     END { exit bad }' "$work/declared" || bad=1

cut -d ' ' -f 2 "$work/declared" | sort >"$work/wanted"
# __odr_asan is the address sanitizer's own.
"$nm" -D --defined-only "$library" | awk '{ print $3 }' | grep -v '^__odr_asan' | sort >"$work/given"
comm -23 "$work/wanted" "$work/given" | sed 's/$/ is declared but not exported/' >"$work/log"
comm -13 "$work/wanted" "$work/given" | sed 's/$/ is exported but in no public header/' >>"$work/log"
[ ! -s "$work/log" ] || bad=1
cat "$work/log"
count=$(wc -l <"$work/given")
[ "$count" -gt 80 ] || {
    echo "only $count symbols found"
    bad=1
}
[ $bad = 1 ] || echo "$count symbols, as declared"
exit $bad

# Usage: headers.sh ROOT BUILD STANDARD COMPILER... Every public header, alignode.h included,
# compiles alone, without warnings, in the given language standard; in C++ its functions have C
# linkage.
set -u
root=$1 build=$2 standard=$3
shift 3
case $standard in
c++*) language=c++ ;;
*) language=c ;;
esac
flags="-I$root/include -I$build/include $(pkg-config --cflags gsl 2>/dev/null)"
bad=0 count=0
for header in "$root"/include/alignode.h "$root"/include/alignode/*.h "$build"/include/alignode/config.h; do
    name=${header##*/include/}
    count=$((count + 1))
    # Twice, for the include guard.
    printf '#include "%s"\n#include "%s"\nextern int something;\n' "$name" "$name" |
        "$@" -std="$standard" -Wall -Wextra -Wpedantic -Werror -fsyntax-only $flags -x "$language" - || {
        echo "$name does not compile alone as $standard"
        bad=1
    }
    case $name in
    alignode.h | alignode/config.h) continue ;; # these declare nothing
    esac
    grep -q '^extern "C" {' "$header" || {
        echo "$name does not say extern \"C\""
        bad=1
    }
    grep -q "#include \"$name\"" "$root/include/alignode.h" || {
        echo "alignode.h does not include $name"
        bad=1
    }
done
[ $count -gt 20 ] || {
    echo "only $count headers found"
    bad=1
}
# The symbol that a C++ program asks the linker for.
if [ "$language" = c++ ]; then
    printf '#include "alignode.h"\nconst char *f() { return aln_error(); }\n' |
        "$@" -std="$standard" -S -o - $flags -x c++ - | grep -qw aln_error || {
        echo "aln_error is not called by its C name"
        bad=1
    }
fi
exit $bad

# Usage: headers.sh ROOT STANDARD COMPILER... Every public header compiles alone, without warnings,
# in the language standard given; from C++ its functions are C's.
set -u
root=$1 standard=$2
shift 2
case $standard in
c++*) language=c++ ;;
*) language=c ;;
esac
flags=$(pkg-config --cflags gsl libfyaml 2>/dev/null)
bad=0
for header in "$root"/include/alignode/*.h; do
    name=$(basename "$header")
    # Twice, for the include guard.
    printf '#include "alignode/%s"\n#include "alignode/%s"\n' "$name" "$name" |
        "$@" -std="$standard" -Wall -Wextra -Wpedantic -Werror -fsyntax-only \
            -I"$root/include" $flags -x "$language" - || {
        echo "$name does not compile alone as $standard"
        bad=1
    }
    grep -q '^extern "C" {' "$header" || {
        echo "$name does not say extern \"C\""
        bad=1
    }
done
# What a C++ program then asks the linker for.
if [ "$language" = c++ ]; then
    printf '#include "alignode/status.h"\nconst char *f() { return aln_error(); }\n' |
        "$@" -std="$standard" -S -o - -I"$root/include" -x c++ - | grep -qw aln_error || {
        echo "aln_error is not called by its C name"
        bad=1
    }
fi
exit $bad

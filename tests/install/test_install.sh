# Usage: test_install.sh MESON BUILD ROOT DEEP "CC..." "CXX..." "FLAGS". Installs into a folder of its
# own, then builds and runs the programs of examples/ against that installation as a user would: with
# pkg-config, the shared and the static library (whichever exist); the first program also as C++.
# DEEP: yes or no; CXX may be empty; FLAGS: those that linking to this build requires.
set -u
meson=$1 build=$2 root=$3 deep=$4 cc=$5 cxx=$6 flags=$7
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

complain() {
    printf '%s\n' "$*"
    bad=1
}

give_up() {
    printf '%s\n' "$*"
    exit 1
}

# ---- what is installed ----

$meson install -C "$build" --no-rebuild --quiet --destdir "$work/stage" >"$work/log" 2>&1 ||
    give_up "meson install fails: $(cat "$work/log")"
pc=$(find "$work/stage" -name alignode.pc)
[ -f "$pc" ] || give_up "alignode.pc is not installed"
old_prefix=$(sed -n 's/^prefix=//p' "$pc")
prefix=$work/stage$old_prefix
libdir=$(dirname "$(dirname "$pc")")

# The headers that alignode.h includes, and no others.
(cd "$prefix/include" && find . -name '*.h') | sed 's|^\./||' | sort >"$work/installed"
{
    echo alignode.h
    printf '#include <alignode.h>\n' | $cc -I"$prefix/include" -M -x c - | tr -s ' \\' '\n\n' |
        sed -n 's|.*/include/\(alignode/[a-z_]*\.h\)$|\1|p'
} | sort -u >"$work/included"
diff "$work/included" "$work/installed" >"$work/log" ||
    complain "the installed headers (>) differ from those that alignode.h includes (<): $(cat "$work/log")"
case $deep in
yes) expected=29 ;; # and config.h
no) expected=21 ;;
esac
grep -c '^alignode/' "$work/installed" | grep -qx $((expected + 1)) ||
    complain "expected $expected public headers and config.h: $(cat "$work/installed")"

for name in LICENSE README.md; do
    cmp -s "$root/$name" "$prefix/share/doc/alignode/$name" || complain "$name is not in share/doc/alignode"
done

# ---- programs built by a user ----

# alignode.pc with the prefix of this installation.
mkdir "$work/pkgconfig"
sed "s|^prefix=.*|prefix=$prefix|" "$pc" >"$work/pkgconfig/alignode.pc"
PKG_CONFIG_PATH=$work/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
LD_LIBRARY_PATH=$libdir${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export PKG_CONFIG_PATH LD_LIBRARY_PATH
[ "$(pkg-config --variable=deep alignode)" = "$deep" ] || complain "alignode.pc does not say deep=$deep"

linkings=
[ ! -e "$libdir/libalignode.so" ] || linkings=shared
[ ! -e "$libdir/libalignode.a" ] || linkings="$linkings static"
[ -n "$linkings" ] || give_up "no library in $libdir"

# The libraries that alignode itself needs, all shared.
beneath=$({ pkg-config --print-requires alignode; pkg-config --print-requires-private alignode; } |
    cut -d ' ' -f 1)

# compile LINKING PROGRAM COMPILER...
compile() {
    linking=$1 out=$2
    shift 2
    case $linking in
    shared) libs=$(pkg-config --libs alignode) ;;
    static) libs="$libdir/libalignode.a $(pkg-config --libs $beneath) $(pkg-config --static --libs-only-other alignode)" ;;
    esac
    "$@" -Wall -Wextra -Wpedantic -Werror $(pkg-config --cflags alignode) $flags -o "$out" $libs -lm ||
        complain "$* does not compile with the $linking library"
}

# A program needs the shared library by its soname, or not at all.
check_linking() {
    needed=$(ldd "$2" | grep -c 'libalignode\.so\.[0-9]')
    [ "$1 $needed" = "shared 1" ] || [ "$1 $needed" = "static 0" ] ||
        complain "$2 is not linked with the $1 library: $(ldd "$2")"
}

examples="integrate activation rule"
[ "$deep" = no ] || examples="$examples train"
for linking in $linkings; do
    for name in $examples; do
        program=$work/$name.$linking
        compile "$linking" "$program" $cc -std=c17 "$root/examples/$name.c"
        [ -x "$program" ] || continue
        check_linking "$linking" "$program"
        "$program" >"$program.out" 2>"$program.err" || complain "$name ends with $?: $(cat "$program.err")"
        [ ! -s "$program.err" ] || complain "$name says $(cat "$program.err")"
    done
    [ -z "$cxx" ] || {
        program=$work/cxx.$linking
        compile "$linking" "$program" $cxx -std=c++17 -x c++ "$root/examples/integrate.c" -x none
        "$program" >"$program.out" || complain "integrate as C++ ends with $?"
        cmp "$program.out" "$work/integrate.$linking.out" || complain "C and C++ print different tables"
    }
done
# A program also linked to GSL, whose own cblas comes before OpenBLAS: matrix products must remain
# OpenBLAS's.
if [ "$deep" = yes ] && [ -e "$libdir/libalignode.so" ]; then
    $cc -std=c17 $(pkg-config --cflags alignode) $flags -o "$work/beside" "$root/examples/train.c" \
        -Wl,--no-as-needed $(pkg-config --libs alignode gsl) &&
        LD_DEBUG=bindings "$work/beside" 2>&1 >/dev/null | grep 'symbol .*gemm' >"$work/log"
    grep -v openblas "$work/log" && complain "beside GSL matrices are not multiplied by OpenBLAS"
    grep -q openblas "$work/log" || complain "no sign of OpenBLAS beside GSL"
fi
# The program that docs/library.md shows.
awk '/^```c$/ { on = 1; next } /^```$/ { on = 0 } on' "$root/docs/library.md" >"$work/readme.c"
compile "${linkings%% *}" "$work/readme" $cc -std=c17 "$work/readme.c"
"$work/readme" | awk '{ exit !(NR == 1 && /^eg\(1000\) = / && $3 > 0 && $3 < 1e-5) }' ||
    complain "the program in docs/library.md prints $("$work/readme" 2>&1)"
# Both libraries contain the same code.
for name in $examples; do
    set -- "$work/$name".*.out
    [ $# -lt 2 ] || cmp "$1" "$2" || complain "$name prints other numbers with the other library"
done

# ---- what the examples print ----

# check NAME AWK: AWK calls is(CONDITION, WORDS) and near(X, Y, TOLERANCE).
check() {
    for out in "$work/$1".*.out; do
        awk -F '\t' 'function is(holds, words) { if (!holds) { print words; wrong = 1 } }
            function near(x, y, share) { return (x - y) ^ 2 <= (share * y) ^ 2 }
            '"$2"'
            END { exit wrong }' "$out" >"$work/log" || complain "$1: $(cat "$work/log"): $(cat "$out")"
    done
}

# Align, then memorise: aligned while most of the error remains, learned afterwards.
check integrate '
    NR == 1 { is($0 == "t\teg\tcos_W2_F1", "other columns") }
    NR == 2 { start = $2 }
    NR > 1 && $2 > start / 2 && $3 > 0.99 { aligned = 1 }
    END { is(NR == 10, NR " lines"); is(aligned, "not aligned first"); is($2 < 1e-6, "not learned") }'
# The program gives the same values for the same problem at the same times.
cat >"$work/same.yaml" <<'YAML'
problem: {activation: erf, inputs: 10000}
learning: {rule: dfa, rate: 0.5}
run: {seed: 1, time: 3000, record: {times: [0, 1, 3, 10, 30, 100, 300, 1000, 3000]}}
YAML
"$prefix/bin/alignode" ode "$work/same.yaml" -o "$work/same.tsv" --quiet ||
    complain "alignode ode of the example's problem fails"
awk -F '\t' '/^#/ { next }
    !names { names = 1; for (i = 1; i <= NF; i++) at[$i] = i; next }
    { print $at["t"] "\t" $at["eg"] "\t" $at["cos_W2_F1"] }' "$work/same.tsv" >"$work/same"
for out in "$work"/integrate.*.out; do
    # The example prints 12 digits of numbers up to 1.
    tail -n +2 "$out" | paste "$work/same" - | awk -F '\t' '
        function differ(x, y) { return (x - y) ^ 2 > 1e-22 }
        $1 != $4 || differ($2, $5) || differ($3, $6) { bad = 1 }
        END { exit bad || NR != 9 }' ||
        complain "alignode ode and examples/integrate.c differ: $(cat "$work/same" "$out")"
done

# Theory against one run with N = 20000: relative deviations of order 1/sqrt(N) = 0.7 %, times three.
check activation '
    NR > 1 { is(near($3, $2, 0.02), "ode and chain differ at t = " $1) }
    NR == 2 { start = $2 }
    END { is(NR == 12, NR " lines"); is($2 < start / 4, "nothing is learned") }'

# Feedback that is half the read-out: it learns, at a rate between those of the other two.
check rule '
    NR > 1 { eg[$1] = $2; is($2 > 0 && $2 < 0.02, $1 " does not learn") }
    END { is(NR == 4, NR " lines")
          is(eg["bp"] < eg["half-way"] && eg["half-way"] < eg["fa"], "half-way is not between") }'

# It learns (10 classes: an error of 0.9 by chance), and alignment appears.
[ "$deep" = no ] || check train '
    NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
    NR == 2 { is($at["error_test"] > 0.8 && $at["WA"] < 0.1 && $at["GA"] < 0.2, "no clean start") }
    END { is(NR == 22, NR " lines")
          is($at["error_test"] < 0.4 && $at["loss_train"] < 1, "nothing is learned")
          is($at["WA"] > 0.4 && $at["GA"] > 0.6, "nothing is aligned") }'
exit $bad

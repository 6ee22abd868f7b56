# Usage: test_python.sh PYTHON ROOT LIBRARY PROGRAM. Builds the wheel offline, installs it in a fresh
# virtual environment, and runs python/tests with it; then a wheel without the library.
set -u
python=$1 root=$2 library=$(realpath "$3") program=$(realpath "$4")
unset PYTHONPATH PYTHONHOME ALIGNODE_LIBRARY ALIGNODE_WHEEL ALIGNODE_PLOTS
export PYTHONDONTWRITEBYTECODE=1 PIP_NO_INDEX=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

skip() {
    echo "skipped: $*"
    exit 77
}

fail() {
    echo "$*"
    [ ! -s "$work/log" ] || cat "$work/log"
    exit 1
}

case $library in
*.so*) ;;
*) skip "not a shared library: $library" ;;
esac
for needed in numpy:python3-numpy venv:python3-venv setuptools:python3-setuptools wheel:python3-wheel pip:python3-pip; do
    "$python" -c "import ${needed%:*}" 2>/dev/null ||
        skip "$python has no ${needed%:*}: install the package ${needed#*:}"
done

# A copy, so that the source tree stays clean.
mkdir "$work/source" "$work/test" || fail "no temporary folder"
cp -rL "$root/python" "$root/plots" "$work/source" || fail "cannot copy the sources"
rm -rf "$work/source/python/build" "$work/source/python/"*.egg-info

# wheel NAME [VARIABLE=VALUE...]: builds one into $work/NAME
wheel() {
    name=$1
    shift
    env "$@" "$python" -m pip wheel --quiet --no-build-isolation --no-deps -w "$work/$name" \
        "$work/source/python" >"$work/log" 2>&1
}

# environment NAME: installs the wheel of this name in a virtual environment of this name
environment() {
    "$python" -m venv --system-site-packages --without-pip "$work/$1.env" >"$work/log" 2>&1 ||
        fail "no virtual environment"
    "$python" -m pip --python "$work/$1.env/bin/python" install --quiet --no-deps "$work/$1"/*.whl \
        >"$work/log" 2>&1 || fail "the wheel cannot be installed"
}

# ---- a wheel with the library ----

wheel whole ALIGNODE_LIBRARY="$work/nowhere.so" && fail "a wheel without its library is built"
grep -q 'no library to put into the wheel' "$work/log" || fail "the missing library is not named"
wheel whole ALIGNODE_LIBRARY="$library" || fail "the wheel is not built"
case $(ls "$work/whole") in
alignode-*-py3-none-linux_*.whl) ;;
*) fail "wrong name: $(ls "$work/whole")" ;;
esac
environment whole
cp -r "$root/python/tests" "$root/python/examples" "$work/test"
cd "$work/test" || exit 1
"$work/whole.env/bin/python" -c "
import sys, alignode, alignode._library as l
sys.exit(not (alignode.__file__.startswith(sys.prefix) and l.lib._name.startswith(sys.prefix)
              and l.scripts.startswith(sys.prefix)))" 2>"$work/log" ||
    fail "the installed package is not what is imported"
ALIGNODE_PROGRAM=$program ALIGNODE_PARAMS=$root/params \
    "$work/whole.env/bin/python" -W error::ResourceWarning -m unittest discover -s tests -t . \
    >"$work/log" 2>&1 || fail "tests fail"
tail -n 3 "$work/log"

# The one that ./setup.sh install has built.
mkdir "$work/source/build-install"
cp "$library" "$work/source/build-install/libalignode.so"
wheel installed || fail "the library of build-install is not found"
rm -r "$work/source/build-install"

# ---- a wheel that uses the installed library ----

wheel system ALIGNODE_WHEEL=system || fail "the wheel without the library is not built"
case $(ls "$work/system") in
alignode-*-py3-none-any.whl) ;;
*) fail "wrong name: $(ls "$work/system")" ;;
esac
environment system
own=$work/system.env
# In the prefix of the interpreter, as meson installs it.
version=$("$program" version)
version=${version#alignode }
mkdir -p "$own/lib"
ln -s "$library" "$own/lib/libalignode.so.${version%.*}"
"$own/bin/python" -c "
import sys, alignode, alignode._library as l
r = alignode.run({'learning': {'rule': 'dfa'}}, run={'time': 1})
sys.exit(not l.lib._name.startswith(sys.prefix) or len(r) < 2)" 2>"$work/log" ||
    fail "the library of the prefix is not found"
rm "$own/lib/libalignode.so.${version%.*}"
# Below the home folder, where ./setup.sh install puts it by default.
mkdir -p "$work/home/.local/lib"
ln -s "$library" "$work/home/.local/lib/libalignode.so.${version%.*}"
HOME=$work/home "$own/bin/python" -c "
import os, sys, alignode._library as l
sys.exit(not l.lib._name.startswith(os.environ['HOME']))" 2>"$work/log" ||
    fail "the library below the home folder is not found"

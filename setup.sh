#!/usr/bin/env bash
# ./setup.sh        installs what is missing (Debian, Ubuntu) and builds
# ./setup.sh demo   does that, runs the first experiment, and prints the path of its figure last
# ./setup.sh test   does that, and passes the fast tests
# ./setup.sh packages NAME...   only installs these Debian packages, where they are missing
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

needed=(gcc libc6-dev meson ninja-build pkg-config libgsl-dev libfyaml-dev librandom123-dev
    libopenblas-dev check gnuplot-nox fonts-dejavu-core)

figure=demo/first.png
make_figure() { build/src/cli/alignode plot --run params/first.yaml -o "$figure"; }

say() { printf '%s\n' "$*" >&2; }
stop() {
    say "setup.sh: $1"
    exit 1
}

# Prints those of the named packages that are not there. A package that provides the name counts:
# gnuplot-qt, say, must not be thrown out for gnuplot-nox.
missing_of() {
    dpkg-query -W -f='${db:Status-Status} ${Package}, ${Provides}\n' | awk -v wanted="$*" '
        $1 == "installed" {
            gsub(/\([^)]*\)/, "")
            gsub(/,/, " ")
            for (i = 2; i <= NF; i++)
                there[$i] = 1
        }
        END {
            count = split(wanted, name, " ")
            for (i = 1; i <= count; i++)
                if (!(name[i] in there))
                    print name[i]
        }'
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=3 \
        -o Acquire::http::Timeout=60 -o DPkg::Lock::Timeout=300 "$@" >&2
}

install_packages() {
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        say "setup.sh: no apt on this system. alignode needs what Debian calls:"
        say "  $*"
        say "Install these by your system's means, then: meson setup build && ninja -C build"
        exit 1
    fi
    local missing
    mapfile -t missing < <(missing_of "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    say "setup.sh: installing ${missing[*]}"
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        stop "this needs root and there is no sudo; as root: apt-get install --no-install-recommends ${missing[*]}"
    fi
    # The package lists may be absent or too old to fetch from; only then are they fetched anew.
    if ! apt-cache show "${missing[@]}" >/dev/null 2>&1 ||
        ! apt install -y --no-install-recommends "${missing[@]}"; then
        apt update || stop "apt-get update failed: is the network up, and the package mirror reachable?"
        apt install -y --no-install-recommends "${missing[@]}" ||
            stop "could not install ${missing[*]}: apt's messages above say why (network, mirror, free disk?)"
    fi
}

# Reconfiguring an existing build folder keeps its options, and notices newly installed packages.
build() {
    install_packages "${needed[@]}"
    if [ -f build/build.ninja ]; then
        meson setup --reconfigure build
    else
        meson setup build --buildtype=release
    fi
    ninja -C build
}

demo() {
    build
    mkdir -p "$(dirname "$figure")"
    make_figure
    printf '%s\n' "$PWD/$figure"
}

run_tests() {
    build
    case $(meson test -C build --list) in
    *' / '*) ;; # "project:suite / name"
    *) stop "the build has no tests: is package check installed?" ;;
    esac
    meson test -C build --print-errorlogs
}

case "${1-}" in
'') build ;;
demo) demo ;;
test) run_tests ;;
packages) install_packages "${@:2}" ;;
*) stop "unknown word '$1'; there are: (nothing), demo, test, packages NAME..." ;;
esac
